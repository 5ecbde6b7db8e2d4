//! The loyalty programme: points for spending, tiers, rewards, extra points; and what a visit would earn by it.

use super::PageProps;
use super::form::{
    Fetched, Pick, SaveBar, Saving, Told, Twice, Wares, amount_text, both, save, use_fetched, use_wares,
};
use super::programme::{GivesKind, Part, ProgrammeForm, RewardForm, RewardKind, RuleForm, TIERS};
use crate::parts::{Empty, Icon};
use crate::text::{agreed as words, common, fill, loyalty, parse_amount, t, weekday_initials};
use salon_domain::kernel::{CardId, Currency, TicketId, TicketLineId, day_number};
use salon_domain::loyalty::{Once, Programme, SpendLine, Tier, Visit, earn};
use salon_domain::payment::Item;
use std::collections::BTreeSet;
use std::rc::Rc;
use yew::prelude::*;

#[component]
pub fn LoyaltyPage(props: &PageProps) -> Html {
    let programme: Fetched<Option<Programme>> = use_fetched("/loyalty", props.onlogout.clone());
    let wares = use_wares(props.onlogout.clone());
    html! {
        <div class="agreed" data-test="loyalty-page">
            <h1>{ t(words::LOYALTY) }</h1>
            <p class="muted">{ t(words::LOYALTY_HOW) }</p>
            { both(&wares, &programme, |wares, known| html! { <Editor known={known.clone()} wares={wares.clone()} page={props.clone()} /> }) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct EditorProps {
    known: Rc<Option<Programme>>,
    wares: Rc<Wares>,
    page: PageProps,
}

/// The form, what is wrong with it, and how to change it.
#[derive(Clone, PartialEq, Properties)]
struct SectionProps {
    form: ProgrammeForm,
    faults: Vec<Part>,
    wares: Rc<Wares>,
    set: Callback<ProgrammeForm>,
}

impl SectionProps {
    fn change(&self, make: impl Fn(&mut ProgrammeForm, String) + 'static) -> Callback<String> {
        let (form, set) = (self.form.clone(), self.set.clone());
        Callback::from(move |value| {
            let mut next = form.clone();
            make(&mut next, value);
            set.emit(next);
        })
    }

    fn click(&self, make: impl Fn(&mut ProgrammeForm) + 'static) -> Callback<MouseEvent> {
        self.change(move |form, _| make(form)).reform(|_| String::new())
    }

    fn told(&self, part: Part, text: &'static str) -> Option<AttrValue> {
        self.faults.contains(&part).then_some(AttrValue::Static(text))
    }
}

#[component]
fn Editor(props: &EditorProps) -> Html {
    let currency = props.page.currency;
    let active = use_state_eq(|| props.known.is_some());
    let form = use_state_eq(|| props.known.as_ref().as_ref().map(|known| ProgrammeForm::of(known, currency)));
    let saving = use_state_eq(Saving::default);
    let put = {
        let (saving, active, onlogout) = (saving.clone(), active.clone(), props.page.onlogout.clone());
        move |programme: Option<Programme>| {
            let active = active.clone();
            let kept = move |now: Option<Programme>| active.set(now.is_some());
            save("/loyalty".to_owned(), programme, saving.clone(), onlogout.clone(), kept);
        }
    };
    let Some(shown) = (*form).clone() else {
        let begin = {
            let form = form.clone();
            move |_: MouseEvent| form.set(Some(ProgrammeForm::first(currency)))
        };
        return html! {
            <Empty icon="gift" text={t(words::NO_LOYALTY)}>
                if props.page.writes { <button class="button primary" onclick={begin} data-test="loyalty-begin">{ t(words::SET_UP) }</button> }
            </Empty>
        };
    };
    let set = {
        let (form, saving) = (form.clone(), saving.clone());
        Callback::from(move |next: ProgrammeForm| {
            saving.set(Saving::Idle);
            form.set(Some(next));
        })
    };
    let built = shown.build(currency);
    let onsave = {
        let (put, programme) = (put.clone(), built.clone().ok());
        move |()| {
            if let Some(programme) = &programme {
                put(Some(programme.clone()));
            }
        }
    };
    let onend = {
        let (put, form) = (put.clone(), form.clone());
        move |()| {
            put(None);
            form.set(None);
        }
    };
    let faults = built.as_ref().err().cloned().unwrap_or_default();
    let section = SectionProps { form: shown, faults, wares: props.wares.clone(), set };
    html! {
        <div class="agreed-columns">
            <section class="card">
                <header class="agreed-state"><h2 class="grow">{ t(words::POINTS) }</h2>
                    <span class={classes!("tagged", (*active).then_some("good"))} data-test="loyalty-state" data-active={active.to_string()}>{ t(if *active { words::ACTIVE } else { words::NOT_ACTIVE }) }</span></header>
                <fieldset class="agreed-form" disabled={!props.page.writes}>
                    <Points ..section.clone() />
                    <TiersPart ..section.clone() />
                    <Rewards ..section.clone() />
                    <Rules ..section.clone() />
                </fieldset>
                <SaveBar saving={(*saving).clone()} ready={built.is_ok()} writes={props.page.writes} {onsave}>
                    if *active { <Twice label={t(words::END)} warning={t(words::END_LOYALTY)} onsure={onend} test="loyalty-end" /> }
                </SaveBar>
            </section>
            <Example programme={built.ok()} wares={props.wares.clone()} {currency} />
        </div>
    }
}

#[component]
fn Points(props: &SectionProps) -> Html {
    let form = &props.form;
    html! {
        <div class="agreed-row">
            <Told label={t(words::POINTS_EACH)} value={form.each.clone()} inputmode="numeric" oninput={props.change(|form, value| form.each = value)} trouble={props.told(Part::Each, t(words::WHOLE_WRONG))} test="points-each" />
            <Told label={t(words::POINTS_PER)} value={form.per.clone()} inputmode="decimal" oninput={props.change(|form, value| form.per = value)} trouble={props.told(Part::Per, t(words::AMOUNT_WRONG))} test="points-per" />
            <Told label={t(words::EXPIRES)} value={form.expires.clone()} inputmode="numeric" oninput={props.change(|form, value| form.expires = value)} trouble={props.told(Part::Expires, t(words::DAYS_WRONG))} />
        </div>
    }
}

#[component]
fn TiersPart(props: &SectionProps) -> Html {
    let form = &props.form;
    let row = |ix: usize| {
        let tier = &form.tiers[ix];
        html! {
            <div class="agreed-row" key={ix}>
                <strong class="agreed-name">{ loyalty::tier_name(tier.tier) }</strong>
                <Told label={t(words::TIER_FROM)} value={tier.from.clone()} inputmode="numeric" oninput={props.change(move |form, value| form.tiers[ix].from = value)} trouble={props.told(Part::TierFrom(ix), t(words::TIER_FROM_WRONG))} test="tier-from" />
                <Told label={t(words::TIER_POINTS)} value={tier.multiplier.clone()} inputmode="decimal" oninput={props.change(move |form, value| form.tiers[ix].multiplier = value)} trouble={props.told(Part::TierMultiplier(ix), t(words::MULTIPLIER_WRONG))} />
                <Told label={t(words::SERVICES_OFF)} value={tier.services_off.clone()} inputmode="decimal" oninput={props.change(move |form, value| form.tiers[ix].services_off = value)} trouble={props.told(Part::TierServices(ix), t(words::PERCENT_WRONG))} />
                <Told label={t(words::PRODUCTS_OFF)} value={tier.products_off.clone()} inputmode="decimal" oninput={props.change(move |form, value| form.tiers[ix].products_off = value)} trouble={props.told(Part::TierProducts(ix), t(words::PERCENT_WRONG))} />
            </div>
        }
    };
    html! {
        <>
            <h3>{ t(words::TIERS) }</h3>
            <p class="muted">{ t(words::TIERS_HOW) }</p>
            <Told label={t(words::WINDOW)} value={form.window.clone()} inputmode="numeric" oninput={props.change(|form, value| form.window = value)} trouble={props.told(Part::Window, t(words::DAYS_WRONG))} />
            for ix in 0..form.tiers.len() { { row(ix) } }
        </>
    }
}

/// Services and products, as the domain's own JSON.
fn items(wares: &Wares) -> Vec<(String, String)> {
    let one = |item: Item, label: String| (serde_json::to_string(&item).unwrap_or_default(), label);
    let services = wares.services.iter().filter(|s| s.active).map(|s| one(Item::Service(s.id), s.name.clone()));
    let products = wares.products.iter().filter(|p| p.active).map(|p| one(Item::Product(p.id), p.name.clone()));
    services.chain(products).collect()
}

#[component]
fn Rewards(props: &SectionProps) -> Html {
    let add = props.click(|form| {
        let (key, name, cost) = (form.next_key, String::new(), String::new());
        form.next_key += 1;
        form.rewards.push(RewardForm { key, name, cost, kind: RewardKind::Amount, value: String::new(), item: None });
    });
    let kinds = |chosen: RewardKind, ix: usize| {
        let choices = [("amount", words::AMOUNT_OFF), ("percent", words::PERCENT_OFF), ("item", words::FREE_ITEM)];
        let chosen = match chosen {
            RewardKind::Amount => "amount",
            RewardKind::Percent => "percent",
            RewardKind::Item => "item",
        };
        let onpick = props.change(move |form, value| {
            form.rewards[ix].kind = match value.as_str() {
                "percent" => RewardKind::Percent,
                "item" => RewardKind::Item,
                _ => RewardKind::Amount,
            };
        });
        let choices: Vec<_> = choices.map(|(value, label)| (value.to_owned(), t(label).to_owned())).into();
        html! { <Pick label={t(words::REWARD_GIVES)} {choices} {chosen} {onpick} /> }
    };
    let row = |ix: usize, reward: &RewardForm| {
        let mut choices = items(&props.wares);
        choices.insert(0, (String::new(), t(words::CHOOSE).to_owned()));
        let chosen = reward.item.as_ref().map_or_else(String::new, |i| serde_json::to_string(i).unwrap_or_default());
        if choices.iter().all(|(value, _)| *value != chosen) {
            choices.push((chosen.clone(), t(words::GONE).to_owned()));
        }
        html! {
            <div class="agreed-row" key={reward.key} data-test="reward">
                <Told label={t(words::NAME)} value={reward.name.clone()} oninput={props.change(move |form, value| form.rewards[ix].name = value)} trouble={props.told(Part::RewardName(ix), t(words::NAME_WRONG))} test="reward-name" />
                <Told label={t(words::REWARD_COST)} value={reward.cost.clone()} inputmode="numeric" oninput={props.change(move |form, value| form.rewards[ix].cost = value)} trouble={props.told(Part::RewardCost(ix), t(words::WHOLE_WRONG))} test="reward-cost" />
                { kinds(reward.kind, ix) }
                if reward.kind == RewardKind::Item {
                    <div class="told">
                        <Pick label={t(words::FREE_ITEM)} {choices} {chosen} onpick={props.change(move |form, value| form.rewards[ix].item = serde_json::from_str(&value).ok())} />
                        if props.faults.contains(&Part::RewardValue(ix)) { <p class="field-trouble" role="alert">{ t(words::CHOOSE_ONE) }</p> }
                    </div>
                } else {
                    <Told label={t(if reward.kind == RewardKind::Percent { words::PERCENT } else { common::AMOUNT })} value={reward.value.clone()} inputmode="decimal" oninput={props.change(move |form, value| form.rewards[ix].value = value)}
                        trouble={props.told(Part::RewardValue(ix), t(if reward.kind == RewardKind::Percent { words::PERCENT_WRONG } else { words::AMOUNT_WRONG }))} test="reward-value" />
                }
                <button class="icon-button bad" aria-label={fill(words::REMOVE_NAMED, &[("name", &reward.name)])} title={t(common::REMOVE)} onclick={props.click(move |form| drop(form.rewards.remove(ix)))}><Icon name="trash-2" /></button>
            </div>
        }
    };
    html! {
        <>
            <h3>{ t(words::REWARDS) }</h3>
            for (ix, reward) in props.form.rewards.iter().enumerate() { { row(ix, reward) } }
            <button class="button align-start" onclick={add} data-test="reward-add"><Icon name="plus" />{ t(words::ADD_REWARD) }</button>
        </>
    }
}

#[component]
fn Rules(props: &SectionProps) -> Html {
    let add = props.click(|form| {
        form.rules.push(RuleForm::new(form.next_key));
        form.next_key += 1;
    });
    html! {
        <>
            <h3>{ t(words::EXTRA_POINTS) }</h3>
            <p class="muted">{ t(words::EXTRA_HOW) }</p>
            for (ix, rule) in props.form.rules.iter().enumerate() { <RuleRow key={rule.key} {ix} section={props.clone()} /> }
            <button class="button align-start" onclick={add} data-test="extra-add"><Icon name="plus" />{ t(words::ADD_RULE) }</button>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct RuleRowProps {
    ix: usize,
    section: SectionProps,
}

#[component]
fn RuleRow(props: &RuleRowProps) -> Html {
    let RuleRowProps { ix, section } = props;
    let ix = *ix;
    let rule = &section.form.rules[ix];
    let pair = |value: &str, label| (value.to_owned(), t(label).to_owned());
    let gives = vec![pair("ticket", words::PER_TICKET), pair("piece", words::PER_PIECE), pair("extra", words::EXTRA)];
    let gives_chosen = match rule.gives {
        GivesKind::PerTicket => "ticket",
        GivesKind::PerPiece => "piece",
        GivesKind::Extra => "extra",
    };
    let ongives = section.change(move |form, value| {
        form.rules[ix].gives = match value.as_str() {
            "piece" => GivesKind::PerPiece,
            "extra" => GivesKind::Extra,
            _ => GivesKind::PerTicket,
        };
    });
    let once = vec![pair("", words::EVERY_VISIT), pair("ever", words::ONCE_EVER), pair("year", words::ONCE_YEAR)];
    let once_chosen = match rule.once {
        None => "",
        Some(Once::Ever) => "ever",
        Some(Once::PerYear) => "year",
    };
    let ononce = section.change(move |form, value| {
        form.rules[ix].once = match value.as_str() {
            "ever" => Some(Once::Ever),
            "year" => Some(Once::PerYear),
            _ => None,
        };
    });
    let mut named: Vec<String> = section.wares.service_categories();
    named.extend(section.wares.product_categories());
    named.extend(rule.category.clone());
    named.sort();
    named.dedup();
    let categories = std::iter::once((String::new(), t(words::ANYTHING).to_owned()));
    let categories: Vec<_> = categories.chain(named.into_iter().map(|name| (name.clone(), name))).collect();
    let tiers = std::iter::once((String::new(), t(words::EVERYBODY).to_owned()));
    let tiers: Vec<_> =
        tiers.chain(TIERS.map(|tier| (tier.name().to_owned(), loyalty::tier_name(tier).to_owned()))).collect();
    let extra = rule.gives == GivesKind::Extra;
    let weekday = |day: u8, name: &str| {
        let on = rule.weekdays.contains(&day);
        let onclick = section.click(move |form| {
            let days = &mut form.rules[ix].weekdays;
            if !days.remove(&day) {
                days.insert(day);
            }
        });
        html! { <button type="button" class="chip" aria-pressed={on.to_string()} {onclick}>{ name }</button> }
    };
    html! {
        <div class="agreed-rule" data-test="extra">
            <div class="agreed-row">
                <Told label={t(words::NAME)} value={rule.name.clone()} oninput={section.change(move |form, value| form.rules[ix].name = value)} trouble={section.told(Part::RuleName(ix), t(words::NAME_WRONG))} test="extra-name" />
                <Pick label={t(words::GIVES)} choices={gives} chosen={gives_chosen} onpick={ongives} />
                <Told label={t(if extra { words::PERCENT } else { words::POINTS })} value={rule.value.clone()} inputmode="decimal" oninput={section.change(move |form, value| form.rules[ix].value = value)}
                    trouble={section.told(Part::RuleValue(ix), t(if extra { words::EXTRA_WRONG } else { words::WHOLE_WRONG }))} test="extra-value" />
                <Pick label={t(words::HOW_OFTEN)} choices={once} chosen={once_chosen} onpick={ononce} />
                <button class="icon-button bad" aria-label={fill(words::REMOVE_NAMED, &[("name", &rule.name)])} title={t(common::REMOVE)} onclick={section.click(move |form| drop(form.rules.remove(ix)))}><Icon name="trash-2" /></button>
            </div>
            <div class="agreed-row">
                <Pick label={t(words::FOR_WHAT)} choices={categories} chosen={rule.category.clone().unwrap_or_default()} onpick={section.change(move |form, value| form.rules[ix].category = (!value.is_empty()).then_some(value))} />
                <Pick label={t(words::FROM_TIER)} choices={tiers} chosen={rule.from_tier.map_or("", Tier::name)} onpick={section.change(move |form, value| form.rules[ix].from_tier = TIERS.into_iter().find(|tier| tier.name() == value))} />
                <button type="button" class="chip" aria-pressed={rule.first_visit.to_string()} onclick={section.click(move |form| form.rules[ix].first_visit = !form.rules[ix].first_visit)}>{ t(words::FIRST_VISIT) }</button>
                <button type="button" class="chip" aria-pressed={rule.birthday.to_string()} onclick={section.click(move |form| form.rules[ix].birthday = !form.rules[ix].birthday)}>{ t(words::BIRTHDAY) }</button>
            </div>
            <div class="agreed-row" role="group" aria-label={t(words::WEEKDAYS)}>
                for (at, name) in weekday_initials().iter().enumerate() { { weekday(at as u8 + 1, name) } }
                if !rule.others.is_empty() { <span class="tagged">{ t(words::MORE_CONDITIONS) }</span> }
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ExampleProps {
    programme: Option<Programme>,
    wares: Rc<Wares>,
    currency: Currency,
}

/// The first of January 2026, a Thursday: the example's day. Its month is the birthday's, where there is one.
fn example_day() -> i32 {
    day_number(jiff::civil::date(2026, 1, 1))
}

#[component]
fn Example(props: &ExampleProps) -> Html {
    let ExampleProps { wares, currency, .. } = props;
    let currency = *currency;
    let spent = use_state_eq(|| amount_text(Some(8_400), currency));
    let service = use_state_eq(String::new);
    let tier = use_state_eq(Tier::default);
    let first = use_state_eq(|| false);
    let birthday = use_state_eq(|| false);
    let services: Vec<_> = wares.services.iter().filter(|s| s.active).collect();
    let Some(chosen) = services.iter().find(|s| s.id.to_string() == *service).or(services.first()) else {
        return Html::default();
    };
    let minor = parse_amount(&spent, currency).filter(|minor| (0..=1_000_000_000).contains(minor));
    let earned = props.programme.as_ref().zip(minor).map(|(programme, base_minor)| {
        let line = SpendLine {
            line: TicketLineId::from_parts(0, [1; 10]),
            item: Item::Service(chosen.id),
            category: chosen.category.clone(),
            quantity: 1,
            base_minor,
        };
        let visit = Visit {
            card: CardId::from_parts(0, [0; 10]),
            ticket: TicketId::from_parts(0, [0; 10]),
            day: example_day(),
            lines: &[line],
            birthday_month: birthday.then_some(1),
            first_visit: *first,
            tier: *tier,
            had: &BTreeSet::new(),
        };
        earn(programme, &visit)
    });
    let names: Vec<(String, String)> = services.iter().map(|s| (s.id.to_string(), s.name.clone())).collect();
    let tiers = std::iter::once(Tier::Bronze).chain(TIERS);
    let tiers: Vec<_> = tiers.map(|tier| (tier.name().to_owned(), loyalty::tier_name(tier).to_owned())).collect();
    let ontier = {
        let tier = tier.clone();
        move |value: String| tier.set(TIERS.into_iter().find(|tier| tier.name() == value).unwrap_or_default())
    };
    let toggle = |state: &UseStateHandle<bool>| {
        let state = state.clone();
        move |_: MouseEvent| state.set(!*state)
    };
    html! {
        <section class="card" data-test="loyalty-example">
            <h2>{ t(words::EXAMPLE) }</h2>
            <p class="muted">{ t(words::EXAMPLE_VISIT) }</p>
            <div class="agreed-form">
                <Pick label={t(words::SERVICE)} choices={names} chosen={chosen.id.to_string()} onpick={let s = service.clone(); move |value| s.set(value)} />
                <Told label={t(words::SPENT)} value={(*spent).clone()} inputmode="decimal" oninput={let s = spent.clone(); move |value| s.set(value)} trouble={minor.is_none().then_some(AttrValue::Static(t(words::AMOUNT_WRONG)))} test="example-spent" />
                <Pick label={t(loyalty::TIER)} choices={tiers} chosen={(*tier).name()} onpick={ontier} />
                <div class="agreed-row">
                    <button type="button" class="chip" aria-pressed={first.to_string()} onclick={toggle(&first)}>{ t(words::FIRST_VISIT) }</button>
                    <button type="button" class="chip" aria-pressed={birthday.to_string()} onclick={toggle(&birthday)}>{ t(words::BIRTHDAY) }</button>
                </div>
            </div>
            if let Some(earned) = earned {
                <p class="example-sum"><span>{ t(words::EARNS) }</span><strong class="num" data-test="example-points">{ fill(loyalty::N_POINTS, &[("n", &earned.iter().map(|p| p.points).sum::<i64>().to_string())]) }</strong></p>
                <ul class="example-why">for points in earned.iter() { <li>{ format!("{}: {}", fill(loyalty::N_POINTS, &[("n", &points.points.to_string())]), loyalty::reason(&points.why, currency)) }</li> }</ul>
            } else { <p class="callout caution"><Icon name="info" /><span>{ t(words::CORRECT_FIRST) }</span></p> }
        </section>
    }
}
