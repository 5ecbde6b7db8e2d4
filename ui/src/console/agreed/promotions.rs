//! Promotions: which there are and where each stands, one of them in a form, and a ticket that it is taken off.

use super::PageProps;
use super::form::{Fetched, Pick, SaveBar, Saving, Told, Wares, both, save, use_fetched, use_wares};
use super::promotion_form::{Part, PromotionForm, ScopeKind, Standing, standing};
use crate::browser::new_id;
use crate::parts::{Empty, Icon};
use crate::text::{
    agreed as words, amount, common, day_short, fill, loyalty, money, parse_date, percent_bp, t, weekday_initials,
};
use salon_contract::rest::BranchRow;
use salon_domain::kernel::{BranchId, Currency, TicketId, TicketLineId, day_from_number, day_number};
use salon_domain::loyalty::Tier;
use salon_domain::payment::{
    Discount, Item, LineDraft, LineKind, LineTerms, Occasion, PricedTicket, Promotion, Stacking, TicketDraft,
    TicketTerms, Trigger, offers_in_force, price,
};
use std::rc::Rc;
use yew::prelude::*;

/// Today on the reader's own calendar, in days since 1970-01-01.
fn today() -> i32 {
    let now = js_sys::Date::new_0();
    let date = jiff::civil::Date::new(now.get_full_year() as i16, now.get_month() as i8 + 1, now.get_date() as i8);
    date.map_or(0, day_number)
}

#[component]
pub fn PromotionsPage(props: &PageProps) -> Html {
    let promotions: Fetched<Vec<Promotion>> = use_fetched("/promotions", props.onlogout.clone());
    let wares = use_wares(props.onlogout.clone());
    let again = promotions.again.clone();
    html! {
        <div class="agreed" data-test="promotions-page">
            <h1>{ t(words::PROMOTIONS) }</h1>
            <p class="muted">{ t(words::PROMOTIONS_HOW) }</p>
            { both(&wares, &promotions, |wares, all| html! { <All all={all.clone()} wares={wares.clone()} page={props.clone()} {again} /> }) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct AllProps {
    all: Rc<Vec<Promotion>>,
    wares: Rc<Wares>,
    page: PageProps,
    again: Callback<()>,
}

fn standing_word(standing: Standing) -> &'static str {
    t(match standing {
        Standing::Running => words::RUNNING,
        Standing::Planned => words::PLANNED,
        Standing::Ended => words::ENDED,
        Standing::Off => words::SWITCHED_OFF,
    })
}

fn off_text(promotion: &Promotion, currency: Currency) -> String {
    match promotion.off {
        Discount::Percent(bp) => format!("−{}", percent_bp(bp.into())),
        Discount::Amount(minor) => format!("−{}", money(minor, promotion.currency.unwrap_or(currency))),
    }
}

#[component]
fn All(props: &AllProps) -> Html {
    let currency = props.page.currency;
    let open = use_state_eq(|| None::<PromotionForm>);
    let today = today();
    let day = |day: i32| day_from_number(day).map_or_else(|_| String::new(), |date| day_short(&date.to_string()));
    let span = |promotion: &Promotion| match (promotion.from_day, promotion.to_day) {
        (None, None) => t(words::ALWAYS).to_owned(),
        (Some(from), None) => fill(words::FROM_DATE, &[("date", &day(from))]),
        (None, Some(to)) => fill(words::TO_DATE, &[("date", &day(to))]),
        (Some(from), Some(to)) => format!("{} – {}", day(from), day(to)),
    };
    let mut all: Vec<&Promotion> = props.all.iter().collect();
    all.sort_by_key(|p| (standing(p, today) as u8, p.label.clone()));
    let row = |promotion: &Promotion| {
        let standing = standing(promotion, today);
        let onclick = {
            let (open, form) = (open.clone(), PromotionForm::of(promotion, currency));
            move |_: MouseEvent| open.set(Some(form.clone()))
        };
        let current = open.as_ref().is_some_and(|form| form.id == promotion.id);
        html! {
            <li key={promotion.id.to_string()}>
                <button class="row" aria-expanded={current.to_string()} {onclick} data-test="promotion" data-label={promotion.label.clone()}>
                    <Icon name="tag" />
                    <span class="row-main"><strong class="clip">{ &promotion.label }</strong><span class="muted">{ span(promotion) }</span></span>
                    <span class={classes!("tagged", (standing == Standing::Running).then_some("good"))} data-test="promotion-standing">{ standing_word(standing) }</span>
                    <strong class="num">{ off_text(promotion, currency) }</strong>
                </button>
            </li>
        }
    };
    let begin = {
        let open = open.clone();
        move |_: MouseEvent| open.set(Some(PromotionForm::new(new_id())))
    };
    html! {
        <div class="agreed-columns listed">
            <section class="card">
                <header class="agreed-state"><h2 class="grow">{ t(words::PROMOTIONS) }</h2>
                    if props.page.writes { <button class="button" onclick={begin} data-test="promotion-new"><Icon name="plus" />{ t(words::NEW_PROMOTION) }</button> }</header>
                if all.is_empty() { <Empty icon="tag" text={t(words::NO_PROMOTIONS)} /> }
                <ul class="rows">for promotion in all { { row(promotion) } }</ul>
            </section>
            if let Some(form) = &*open {
                <Editor key={form.id.to_string()} form={form.clone()} wares={props.wares.clone()} page={props.page.clone()} onkept={props.again.clone()} />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct EditorProps {
    form: PromotionForm,
    wares: Rc<Wares>,
    page: PageProps,
    onkept: Callback<()>,
}

#[component]
fn Editor(props: &EditorProps) -> Html {
    let currency = props.page.currency;
    let form = use_state_eq(|| props.form.clone());
    let saving = use_state_eq(Saving::default);
    let built = form.build(currency);
    let faults = built.as_ref().err().cloned().unwrap_or_default();
    let told = |part: Part, text: &'static str| faults.contains(&part).then_some(AttrValue::Static(text));
    let change = |make: fn(&mut PromotionForm, String)| super::form::edit(&form, &saving, make);
    let click = |make: Rc<dyn Fn(&mut PromotionForm)>| {
        super::form::edit(&form, &saving, move |form, _| make(form)).reform(|_: MouseEvent| String::new())
    };
    let onsave = {
        let (promotion, saving) = (built.clone().ok(), saving.clone());
        let (onlogout, onkept) = (props.page.onlogout.clone(), props.onkept.clone());
        move |()| {
            if let Some(promotion) = promotion.clone() {
                let onkept = onkept.clone();
                let path = format!("/promotions/{}", promotion.id);
                save::<Promotion>(path, promotion, saving.clone(), onlogout.clone(), move |_| onkept.emit(()));
            }
        }
    };
    let pair = |value: &str, label| (value.to_owned(), t(label).to_owned());
    let triggers = vec![
        pair("automatic", words::AUTOMATIC),
        pair("code", words::BY_CODE),
        pair("loyalty", words::BY_TIER),
        pair("staff", words::FOR_STAFF),
        pair("membership", words::BY_MEMBERSHIP),
    ];
    let trigger = match form.trigger {
        Trigger::Automatic => "automatic",
        Trigger::Code(_) => "code",
        Trigger::Loyalty(_) => "loyalty",
        Trigger::Staff => "staff",
        Trigger::Membership(_) => "membership",
    };
    let ontrigger = change(|form, value| {
        form.name.clear();
        form.trigger = match value.as_str() {
            "code" => Trigger::Code(String::new()),
            "loyalty" => {
                form.name = Tier::Silver.name().to_owned();
                Trigger::Loyalty(String::new())
            }
            "staff" => Trigger::Staff,
            "membership" => Trigger::Membership(String::new()),
            _ => Trigger::Automatic,
        };
    });
    let tiers: Vec<_> = [Tier::Silver, Tier::Gold, Tier::Platinum]
        .map(|tier| (tier.name().to_owned(), loyalty::tier_name(tier).to_owned()))
        .into();
    let name = match form.trigger {
        Trigger::Loyalty(_) => {
            html! { <Pick label={t(loyalty::TIER)} choices={tiers} chosen={form.name.clone()} onpick={change(|form, value| form.name = value)} /> }
        }
        Trigger::Code(_) | Trigger::Membership(_) => {
            let label = if trigger == "code" { words::CODE } else { words::PLAN };
            html! { <Told label={t(label)} value={form.name.clone()} oninput={change(|form, value| form.name = value)} trouble={told(Part::Name, t(words::NAME_NEEDED))} test="promotion-code" /> }
        }
        Trigger::Automatic | Trigger::Staff => Html::default(),
    };
    let scopes = vec![
        pair("everything", words::ANYTHING),
        pair("services", words::ALL_SERVICES),
        pair("products", words::ALL_PRODUCTS),
        pair("only", words::ONLY_CATEGORIES),
    ];
    let scope = match form.scope {
        ScopeKind::Everything => "everything",
        ScopeKind::Services => "services",
        ScopeKind::Products => "products",
        ScopeKind::Only => "only",
    };
    let onscope = change(|form, value| {
        form.scope = match value.as_str() {
            "services" => ScopeKind::Services,
            "products" => ScopeKind::Products,
            "only" => ScopeKind::Only,
            _ => ScopeKind::Everything,
        };
    });
    let mut categories = props.wares.service_categories();
    categories.extend(props.wares.product_categories());
    categories.extend(form.categories.iter().cloned());
    categories.sort();
    categories.dedup();
    let category = |name: &String| {
        let (on, named) = (form.categories.contains(name), name.clone());
        let onclick = click(Rc::new(move |form: &mut PromotionForm| {
            if !form.categories.remove(&named) {
                form.categories.insert(named.clone());
            }
        }));
        html! { <button type="button" class="chip" aria-pressed={on.to_string()} {onclick}>{ name }</button> }
    };
    let weekday = |day: usize, name: &String| {
        let on = form.weekdays.contains(&day);
        let onclick = click(Rc::new(move |form: &mut PromotionForm| {
            if !form.weekdays.remove(&day) {
                form.weekdays.insert(day);
            }
        }));
        html! { <button type="button" class="chip" aria-pressed={on.to_string()} {onclick}>{ name }</button> }
    };
    let branch = |row: &BranchRow| {
        let (on, id) = (form.branches.contains(&row.branch), row.branch);
        let onclick = click(Rc::new(move |form: &mut PromotionForm| {
            if !form.branches.remove(&id) {
                form.branches.insert(id);
            }
        }));
        html! { <button type="button" class="chip" aria-pressed={on.to_string()} {onclick}>{ &row.name }</button> }
    };
    let stacking = vec![pair("with", words::STACKABLE), pair("alone", words::EXCLUSIVE)];
    let flag = |on: bool, label, toggle: fn(&mut PromotionForm), test: &'static str| {
        html! { <button type="button" class="chip" aria-pressed={on.to_string()} onclick={click(Rc::new(toggle))} data-test={test}>{ t(label) }</button> }
    };
    html! {
        <>
            <section class="card" data-test="promotion-form">
                <fieldset class="agreed-form" disabled={!props.page.writes}>
                    <Told label={t(words::ON_RECEIPT)} value={form.label.clone()} oninput={change(|form, value| form.label = value)} trouble={told(Part::Label, t(words::NAME_NEEDED))} test="promotion-label" />
                    <div class="agreed-row"><Pick label={t(words::TRIGGER)} choices={triggers} chosen={trigger} onpick={ontrigger} test="promotion-trigger" />{ name }</div>
                    <div class="agreed-row">
                        <Pick label={t(words::TAKES_OFF)} choices={vec![pair("percent", words::PERCENT), pair("amount", common::AMOUNT)]} chosen={if form.is_percent { "percent" } else { "amount" }} onpick={change(|form, value| form.is_percent = value == "percent")} test="promotion-kind" />
                        <Told label={t(if form.is_percent { words::PERCENT } else { common::AMOUNT })} value={form.value.clone()} inputmode="decimal" oninput={change(|form, value| form.value = value)}
                            trouble={told(Part::Value, t(if form.is_percent { words::OFF_WRONG } else { words::AMOUNT_WRONG }))} test="promotion-value" />
                        <Told label={t(words::AT_MOST)} value={form.max.clone()} inputmode="decimal" oninput={change(|form, value| form.max = value)} trouble={told(Part::Max, t(words::AMOUNT_WRONG))} />
                    </div>
                    <div class="agreed-row">
                        <Pick label={t(words::FOR_WHAT)} choices={scopes} chosen={scope} onpick={onscope} />
                        <Told label={t(words::SPEND_MIN)} value={form.spend.clone()} inputmode="decimal" oninput={change(|form, value| form.spend = value)} trouble={told(Part::Spend, t(words::AMOUNT_WRONG))} />
                        <Pick label={t(words::STACKING)} choices={stacking} chosen={if form.stacking == Stacking::Exclusive { "alone" } else { "with" }} onpick={change(|form, value| form.stacking = if value == "alone" { Stacking::Exclusive } else { Stacking::Stackable })} />
                    </div>
                    if form.scope == ScopeKind::Only {
                        <div class="agreed-row" role="group" aria-label={t(words::ONLY_CATEGORIES)}>for name in categories.iter() { { category(name) } }
                            if !form.items.is_empty() { <span class="tagged">{ fill(words::AND_ITEMS, &[("n", &form.items.len().to_string())]) }</span> }</div>
                        if faults.contains(&Part::Scope) { <p class="field-trouble" role="alert">{ t(words::CHOOSE_ONE) }</p> }
                    }
                    <div class="agreed-row">
                        <Told label={t(words::FIRST_DAY)} kind="date" value={form.from.clone()} oninput={change(|form, value| form.from = value)} trouble={told(Part::From, t(words::DATE_WRONG))} />
                        <Told label={t(words::LAST_DAY)} kind="date" value={form.to.clone()} oninput={change(|form, value| form.to = value)} trouble={told(Part::To, t(words::DATE_ORDER))} test="promotion-to" />
                    </div>
                    if form.own_hours.is_some() {
                        <p class="callout"><Icon name="clock" /><span class="grow">{ t(words::OWN_HOURS) }</span>
                            <button type="button" class="button" onclick={click(Rc::new(|form: &mut PromotionForm| form.own_hours = None))}>{ t(words::AT_ALL_HOURS) }</button></p>
                    } else {
                        <div class="agreed-row" role="group" aria-label={t(words::WEEKDAYS)}>for (day, name) in weekday_initials().iter().enumerate() { { weekday(day, name) } }</div>
                        <div class="agreed-row">
                            <Told label={t(words::FROM_TIME)} kind="time" value={form.from_time.clone()} oninput={change(|form, value| form.from_time = value)} trouble={told(Part::Hours, t(words::TIME_WRONG))} />
                            <Told label={t(words::TO_TIME)} kind="time" value={form.to_time.clone()} oninput={change(|form, value| form.to_time = value)} />
                        </div>
                    }
                    if props.page.branches.len() > 1 {
                        <div class="agreed-row" role="group" aria-label={t(words::BRANCHES)}><span class="muted">{ t(words::BRANCHES) }</span>for row in props.page.branches.iter() { { branch(row) } }</div>
                    }
                    <div class="agreed-row">
                        { flag(form.first_visit, words::FIRST_VISIT, |form| form.first_visit = !form.first_visit, "promotion-first") }
                        { flag(form.active, words::ACTIVE, |form| form.active = !form.active, "promotion-active") }
                    </div>
                </fieldset>
                <SaveBar saving={(*saving).clone()} ready={built.is_ok()} writes={props.page.writes} {onsave} />
            </section>
            <Example promotion={built.ok()} wares={props.wares.clone()} branch={props.page.branches.first().map(|row| row.branch)} {currency} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct ExampleProps {
    promotion: Option<Promotion>,
    wares: Rc<Wares>,
    branch: Option<BranchId>,
    currency: Currency,
}

/// A ticket of one service and one product at list prices, for a client whom the promotion is meant for.
fn priced(promotion: &Promotion, lines: &[(Item, &str, &str, i64)], at: Occasion) -> Option<PricedTicket> {
    let meant = Occasion {
        // One of its own branches, if it has any.
        branch: promotion.branches.first().copied().unwrap_or(at.branch),
        currency: promotion.currency.unwrap_or(at.currency),
        codes: match &promotion.trigger {
            Trigger::Code(code) => vec![code.clone()],
            _ => Vec::new(),
        },
        first_visit: true,
        tier: match &promotion.trigger {
            Trigger::Loyalty(tier) => Some(tier.clone()),
            _ => None,
        },
        staff: true,
        memberships: match &promotion.trigger {
            Trigger::Membership(plan) => vec![plan.clone()],
            _ => Vec::new(),
        },
        ..at
    };
    let line = |(ix, (item, name, category, minor)): (usize, &(Item, &str, &str, i64))| LineDraft {
        id: TicketLineId::from_parts(0, [ix as u8; 10]),
        item: item.clone(),
        kind: LineKind::Sale,
        description: (*name).to_owned(),
        staff: None,
        card: None,
        quantity: 1,
        unit_price_minor: *minor,
        discount: None,
        rates: Vec::new(),
        terms: LineTerms { category: (*category).to_owned(), ..LineTerms::default() },
    };
    price(&TicketDraft {
        id: TicketId::from_parts(0, [0; 10]),
        booking: None,
        card: None,
        currency: meant.currency,
        lines: lines.iter().enumerate().map(line).collect(),
        discount: None,
        terms: TicketTerms { offers: offers_in_force([promotion], &meant), ..TicketTerms::default() },
    })
    .ok()
}

#[component]
fn Example(props: &ExampleProps) -> Html {
    let currency = props.currency;
    let service = use_state_eq(String::new);
    let product = use_state_eq(String::new);
    let date = use_state_eq(|| day_from_number(today()).map_or_else(|_| String::new(), |date| date.to_string()));
    let time = use_state_eq(|| "10:00".to_owned());
    let services: Vec<_> = props.wares.services.iter().filter(|s| s.active).collect();
    let products: Vec<_> = props.wares.products.iter().filter(|p| p.active).collect();
    let a_service = services.iter().find(|s| s.id.to_string() == *service).or(services.first());
    let a_product = products.iter().find(|p| p.id.to_string() == *product).or(products.first());
    let (Some(a_service), Some(a_product), Some(branch)) = (a_service, a_product, props.branch) else {
        return Html::default();
    };
    let minute = time.split_once(':').and_then(|(h, m)| Some(h.parse::<u16>().ok()? * 60 + m.parse::<u16>().ok()?));
    let day = parse_date(&date).map(day_number);
    let lines = [
        (Item::Service(a_service.id), a_service.name.as_str(), a_service.category.as_str(), a_service.price_minor),
        (Item::Product(a_product.id), a_product.name.as_str(), a_product.category.as_str(), a_product.price_minor),
    ];
    let ticket = props.promotion.as_ref().zip(day.zip(minute)).and_then(|(promotion, (day, minute))| {
        let (codes, memberships) = (Vec::new(), Vec::new());
        let at =
            Occasion { branch, currency, day, minute, codes, first_visit: true, tier: None, staff: true, memberships };
        priced(promotion, &lines, at)
    });
    let of_services: Vec<_> = services.iter().map(|s| (s.id.to_string(), s.name.clone())).collect();
    let of_products: Vec<_> = products.iter().map(|p| (p.id.to_string(), p.name.clone())).collect();
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |value| state.set(value))
    };
    html! {
        <section class="card" data-test="promotion-example">
            <h2>{ t(words::EXAMPLE) }</h2>
            <p class="muted">{ t(words::EXAMPLE_TICKET) }</p>
            <div class="agreed-form">
                <Pick label={t(words::SERVICE)} choices={of_services} chosen={a_service.id.to_string()} onpick={set(&service)} />
                <Pick label={t(words::PRODUCT)} choices={of_products} chosen={a_product.id.to_string()} onpick={set(&product)} />
                <div class="agreed-row">
                    <Told label={t(words::ON_DAY)} kind="date" value={(*date).clone()} oninput={set(&date)} trouble={day.is_none().then_some(AttrValue::Static(t(words::DATE_WRONG)))} test="example-date" />
                    <Told label={t(common::TIME)} kind="time" value={(*time).clone()} oninput={set(&time)} trouble={minute.is_none().then_some(AttrValue::Static(t(words::TIME_WRONG)))} />
                </div>
            </div>
            if let Some(ticket) = ticket {
                <ul class="example-lines">for line in ticket.lines.iter() {
                    <li><span class="clip">{ &line.description }</span>
                        <span class="num muted">{ amount(line.unit_price_minor, currency) }</span>
                        <span class="num">{ if line.discount_minor == 0 { String::new() } else { format!("−{}", amount(line.discount_minor, currency)) } }</span>
                        <strong class="num">{ amount(line.price_minor, currency) }</strong></li>
                }</ul>
                <p class="example-sum"><span>{ t(words::TO_PAY) }</span><strong class="num" data-test="example-total" data-minor={ticket.total_minor.to_string()}>{ money(ticket.total_minor, currency) }</strong></p>
                if ticket.discount_minor == 0 { <p class="callout" data-test="example-not"><Icon name="info" /><span>{ t(words::NOT_THEN) }</span></p> }
            } else { <p class="callout caution"><Icon name="info" /><span>{ t(words::CORRECT_FIRST) }</span></p> }
        </section>
    }
}
