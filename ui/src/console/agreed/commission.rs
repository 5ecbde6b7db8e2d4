//! The commission scheme: rules, what a rate goes on, and what a sale would earn by them.

use super::PageProps;
use super::form::{
    Fetched, Pick, SaveBar, Saving, Told, Twice, Wares, amount_text, both, save, use_fetched, use_wares,
};
use super::rate::{RateEditor, RateFault, RateForm};
use crate::parts::{Empty, Icon};
use crate::text::{agreed as words, earnings, money, parse_amount, t};
use salon_domain::commission::{Base, BelowNought, Earned, RateRule, Scheme, Share, SoldLine, What, earn};
use salon_domain::kernel::{Currency, StaffId, TicketId, TicketLineId};
use salon_domain::payment::Item;
use std::collections::BTreeMap;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct RuleForm {
    /// Tells rules apart while they come and go.
    key: u32,
    staff: Option<StaffId>,
    what: What,
    rate: RateForm,
}

#[derive(Debug, Clone, PartialEq)]
struct SchemeForm {
    base: Base,
    below_nought: BelowNought,
    rules: Vec<RuleForm>,
    next_key: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RuleFault {
    Rate(RateFault),
    /// Another rule is for the same person and thing.
    Twice,
}

impl SchemeForm {
    fn of(scheme: &Scheme, currency: Currency) -> SchemeForm {
        let rule = |(key, rule): (usize, &RateRule)| RuleForm {
            key: key as u32,
            staff: rule.staff,
            what: rule.what.clone(),
            rate: RateForm::of(&rule.rate, currency),
        };
        SchemeForm {
            base: scheme.base,
            below_nought: scheme.below_nought,
            rules: scheme.rules.iter().enumerate().map(rule).collect(),
            next_key: scheme.rules.len() as u32,
        }
    }

    /// What a salon begins with: a third of what somebody does.
    fn first() -> SchemeForm {
        let rule = RuleForm { key: 0, staff: None, what: What::Services, rate: RateForm::flat("30") };
        SchemeForm { base: Base::default(), below_nought: BelowNought::default(), rules: vec![rule], next_key: 1 }
    }

    /// The scheme, or what is wrong with which rule.
    fn build(&self, currency: Currency) -> Result<Scheme, (usize, RuleFault)> {
        let mut rules: Vec<RateRule> = Vec::new();
        for (ix, form) in self.rules.iter().enumerate() {
            let rate = form.rate.build(currency).map_err(|fault| (ix, RuleFault::Rate(fault)))?;
            if rules.iter().any(|rule| rule.staff == form.staff && rule.what == form.what) {
                return Err((ix, RuleFault::Twice));
            }
            rules.push(RateRule { staff: form.staff, what: form.what.clone(), rate });
        }
        Ok(Scheme { rules, base: self.base, below_nought: self.below_nought })
    }
}

#[component]
pub fn CommissionPage(props: &PageProps) -> Html {
    let scheme: Fetched<Option<Scheme>> = use_fetched("/commission", props.onlogout.clone());
    let wares = use_wares(props.onlogout.clone());
    html! {
        <div class="agreed" data-test="commission-page">
            <h1>{ t(words::COMMISSION) }</h1>
            <p class="muted">{ t(words::COMMISSION_HOW) }</p>
            { both(&wares, &scheme, |wares, known| html! { <Editor known={known.clone()} wares={wares.clone()} page={props.clone()} /> }) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct EditorProps {
    known: Rc<Option<Scheme>>,
    wares: Rc<Wares>,
    page: PageProps,
}

#[component]
fn Editor(props: &EditorProps) -> Html {
    let currency = props.page.currency;
    let active = use_state_eq(|| props.known.is_some());
    let form = use_state_eq(|| props.known.as_ref().as_ref().map(|scheme| SchemeForm::of(scheme, currency)));
    let saving = use_state_eq(Saving::default);
    let put = {
        let (saving, active, onlogout) = (saving.clone(), active.clone(), props.page.onlogout.clone());
        move |scheme: Option<Scheme>| {
            let active = active.clone();
            let kept = move |now: Option<Scheme>| active.set(now.is_some());
            save("/commission".to_owned(), scheme, saving.clone(), onlogout.clone(), kept);
        }
    };
    let Some(shown) = (*form).clone() else {
        let begin = {
            let form = form.clone();
            move |_: MouseEvent| form.set(Some(SchemeForm::first()))
        };
        return html! {
            <Empty icon="banknote" text={t(words::NO_COMMISSION)}>
                if props.page.writes { <button class="button primary" onclick={begin} data-test="commission-begin">{ t(words::SET_UP) }</button> }
            </Empty>
        };
    };
    let set = {
        let (form, saving) = (form.clone(), saving.clone());
        Callback::from(move |next: SchemeForm| {
            saving.set(Saving::Idle);
            form.set(Some(next));
        })
    };
    let built = shown.build(currency);
    let fault = built.as_ref().err().copied();
    let onsave = {
        let (put, scheme) = (put.clone(), built.clone().ok());
        move |()| {
            if let Some(scheme) = &scheme {
                put(Some(scheme.clone()));
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
    let onbase = {
        let (set, shown) = (set.clone(), shown.clone());
        move |value: String| {
            let base = if value == "before" { Base::BeforeDiscounts } else { Base::AfterDiscounts };
            set.emit(SchemeForm { base, ..shown.clone() });
        }
    };
    let onbelow = {
        let (set, shown) = (set.clone(), shown.clone());
        move |value: String| {
            let below_nought = if value == "deducted" { BelowNought::Deducted } else { BelowNought::Nothing };
            set.emit(SchemeForm { below_nought, ..shown.clone() });
        }
    };
    let pair = |value: &str, label| (value.to_owned(), t(label).to_owned());
    let onadd = {
        let (set, mut next) = (set.clone(), shown.clone());
        next.rules.push(RuleForm { key: next.next_key, staff: None, what: What::Anything, rate: RateForm::flat("") });
        next.next_key += 1;
        move |_: MouseEvent| set.emit(next.clone())
    };
    html! {
        <div class="agreed-columns">
            <section class="card">
                <header class="agreed-state"><h2 class="grow">{ t(words::RULES) }</h2>
                    <span class={classes!("tagged", (*active).then_some("good"))} data-test="commission-state" data-active={active.to_string()}>{ t(if *active { words::ACTIVE } else { words::NOT_ACTIVE }) }</span></header>
                <fieldset class="agreed-form" disabled={!props.page.writes}>
                    <div class="agreed-row">
                        <Pick label={t(words::BASE)} choices={vec![pair("after", words::BASE_AFTER), pair("before", words::BASE_BEFORE)]}
                            chosen={if shown.base == Base::BeforeDiscounts { "before" } else { "after" }} onpick={onbase} test="scheme-base" />
                        <Pick label={t(words::BELOW)} choices={vec![pair("nothing", words::BELOW_NOTHING), pair("deducted", words::BELOW_DEDUCTED)]}
                            chosen={if shown.below_nought == BelowNought::Deducted { "deducted" } else { "nothing" }} onpick={onbelow} />
                    </div>
                    <p class="muted">{ t(words::RULE_ORDER) }</p>
                    for (ix, rule) in shown.rules.iter().enumerate() {
                        <Rule key={rule.key} rule={rule.clone()} wares={props.wares.clone()} fault={fault.filter(|(at, _)| *at == ix).map(|(_, fault)| fault)}
                            onchange={let (set, shown) = (set.clone(), shown.clone()); move |rule: Option<RuleForm>| {
                                let mut next = shown.clone();
                                match rule { Some(rule) => next.rules[ix] = rule, None => drop(next.rules.remove(ix)) }
                                set.emit(next);
                            }} />
                    }
                    if shown.rules.is_empty() { <Empty icon="banknote" text={t(words::NO_RULES)} /> }
                    <button class="button align-start" onclick={onadd} data-test="rule-add"><Icon name="plus" />{ t(words::ADD_RULE) }</button>
                </fieldset>
                <SaveBar saving={(*saving).clone()} ready={built.is_ok()} writes={props.page.writes} {onsave}>
                    if *active { <Twice label={t(words::END)} warning={t(words::END_COMMISSION)} onsure={onend} test="commission-end" /> }
                </SaveBar>
            </section>
            <Example scheme={built.ok()} wares={props.wares.clone()} {currency} />
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct RuleProps {
    rule: RuleForm,
    wares: Rc<Wares>,
    fault: Option<RuleFault>,
    /// None takes it away.
    onchange: Callback<Option<RuleForm>>,
}

/// What a rule can be for. Values are the domain's own, as JSON.
fn things(wares: &Wares) -> Vec<(String, String)> {
    let one = |what: What, label: String| (serde_json::to_string(&what).unwrap_or_default(), label);
    let mut all = vec![
        one(What::Anything, t(words::ANYTHING).to_owned()),
        one(What::Services, t(words::ALL_SERVICES).to_owned()),
        one(What::Products, t(words::ALL_PRODUCTS).to_owned()),
    ];
    let within = |label, name: &str| format!("{}: {name}", t(label));
    let named = wares.service_categories();
    all.extend(named.into_iter().map(|n| one(What::ServicesIn(n.clone()), within(words::SERVICES_IN, &n))));
    let named = wares.product_categories();
    all.extend(named.into_iter().map(|n| one(What::ProductsIn(n.clone()), within(words::PRODUCTS_IN, &n))));
    let services = wares.services.iter().filter(|s| s.active);
    all.extend(services.map(|s| one(What::Service(s.id), within(words::SERVICE, &s.name))));
    let products = wares.products.iter().filter(|p| p.active);
    all.extend(products.map(|p| one(What::Product(p.id), within(words::PRODUCT, &p.name))));
    all
}

fn people(wares: &Wares, everybody: Option<&'static str>) -> Vec<(String, String)> {
    let staff = wares.staff.iter().filter(|s| s.active).map(|s| (s.id.to_string(), s.name.clone()));
    everybody.map(|label| (String::new(), label.to_owned())).into_iter().chain(staff).collect()
}

#[component]
fn Rule(props: &RuleProps) -> Html {
    let RuleProps { rule, wares, fault, onchange } = props;
    let onwho = {
        let (rule, onchange) = (rule.clone(), onchange.clone());
        move |value: String| onchange.emit(Some(RuleForm { staff: value.parse().ok(), ..rule.clone() }))
    };
    let onwhat = {
        let (rule, onchange) = (rule.clone(), onchange.clone());
        move |value: String| {
            if let Ok(what) = serde_json::from_str(&value) {
                onchange.emit(Some(RuleForm { what, ..rule.clone() }));
            }
        }
    };
    let onrate = {
        let (rule, onchange) = (rule.clone(), onchange.clone());
        move |rate: RateForm| onchange.emit(Some(RuleForm { rate, ..rule.clone() }))
    };
    let mut choices = things(wares);
    let chosen = serde_json::to_string(&rule.what).unwrap_or_default();
    // Something that is not sold any more stays what it is.
    if choices.iter().all(|(value, _)| *value != chosen) {
        choices.push((chosen.clone(), t(words::GONE).to_owned()));
    }
    let rate_fault = fault.and_then(|fault| match fault {
        RuleFault::Rate(fault) => Some(fault),
        RuleFault::Twice => None,
    });
    html! {
        <div class="agreed-rule" data-test="rule">
            <div class="agreed-row">
                <Pick label={t(words::FOR_WHOM)} choices={people(wares, Some(t(words::EVERYBODY)))} chosen={rule.staff.map_or_else(String::new, |s| s.to_string())} onpick={onwho} test="rule-who" />
                <Pick label={t(words::FOR_WHAT)} {choices} {chosen} onpick={onwhat} test="rule-what" />
                <button class="icon-button bad" aria-label={t(words::REMOVE_RULE)} title={t(words::REMOVE_RULE)} onclick={onchange.reform(|_| None)} data-test="rule-remove"><Icon name="trash-2" /></button>
            </div>
            if *fault == Some(RuleFault::Twice) { <p class="field-trouble" role="alert" data-test="rule-twice">{ t(words::RULE_TWICE) }</p> }
            <RateEditor form={rule.rate.clone()} fault={rate_fault} onchange={onrate} />
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ExampleProps {
    /// None while something in it is wrong.
    scheme: Option<Scheme>,
    wares: Rc<Wares>,
    currency: Currency,
}

/// One line, sold by one person: what the domain makes of it.
fn worked(
    scheme: &Scheme,
    staff: StaffId,
    item: Item,
    category: &str,
    net: i64,
    cost: i64,
    before: i64,
) -> Option<Earned> {
    let line = SoldLine {
        ticket: TicketId::from_parts(0, [0; 10]),
        line: TicketLineId::from_parts(0, [1; 10]),
        item,
        category: category.to_owned(),
        net_minor: net,
        undiscounted_net_minor: net,
        cost_minor: cost,
        shares: vec![Share::all(staff)],
    };
    earn(scheme, &[line], &BTreeMap::from([(staff, before)])).ok()?.into_iter().next()
}

#[component]
fn Example(props: &ExampleProps) -> Html {
    let ExampleProps { wares, currency, .. } = props;
    let currency = *currency;
    let who = use_state_eq(String::new);
    let service = use_state_eq(String::new);
    let net = use_state_eq(|| amount_text(Some(10_000), currency));
    let cost = use_state_eq(|| amount_text(Some(500), currency));
    let before = use_state_eq(|| amount_text(Some(390_000), currency));
    let staff: Vec<_> = wares.staff.iter().filter(|s| s.active).collect();
    let person = staff.iter().find(|s| s.id.to_string() == *who).or(staff.iter().find(|s| s.bookable));
    let services: Vec<_> = wares.services.iter().filter(|s| s.active).collect();
    let chosen = services.iter().find(|s| s.id.to_string() == *service).or(services.first());
    let read = |typed: &str| parse_amount(typed, currency).filter(|minor| (0..=1_000_000_000).contains(minor));
    let amounts = (read(&net), read(&cost), read(&before));
    let (Some(person), Some(chosen)) = (person, chosen) else { return Html::default() };
    let earned = match (&props.scheme, amounts) {
        (Some(scheme), (Some(net), Some(cost), Some(before))) => {
            worked(scheme, person.id, Item::Service(chosen.id), &chosen.category, net, cost, before)
        }
        _ => None,
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |value| state.set(value))
    };
    let wrong = |amount: Option<i64>| amount.is_none().then_some(AttrValue::Static(t(words::AMOUNT_WRONG)));
    let names: Vec<(String, String)> = services.iter().map(|s| (s.id.to_string(), s.name.clone())).collect();
    html! {
        <section class="card" data-test="commission-example">
            <h2>{ t(words::EXAMPLE) }</h2>
            <p class="muted">{ t(words::EXAMPLE_HOW) }</p>
            <div class="agreed-form">
                <Pick label={t(words::FOR_WHOM)} choices={people(wares, None)} chosen={person.id.to_string()} onpick={set(&who)} />
                <Pick label={t(words::SERVICE)} choices={names} chosen={chosen.id.to_string()} onpick={set(&service)} />
                <Told label={t(words::NET_PRICE)} value={(*net).clone()} inputmode="decimal" oninput={set(&net)} trouble={wrong(amounts.0)} test="example-net" />
                <Told label={t(words::MATERIAL)} value={(*cost).clone()} inputmode="decimal" oninput={set(&cost)} trouble={wrong(amounts.1)} test="example-cost" />
                <Told label={t(words::TURNOVER_BEFORE)} value={(*before).clone()} inputmode="decimal" oninput={set(&before)} trouble={wrong(amounts.2)} test="example-before" />
            </div>
            if let Some(earned) = earned {
                <p class="example-sum"><span>{ t(words::EARNS) }</span><strong class="num" data-test="example-amount" data-minor={earned.amount_minor.to_string()}>{ money(earned.amount_minor, currency) }</strong></p>
                <ul class="example-why">for reason in earnings::reasons(&earned, currency) { <li>{ reason }</li> }</ul>
            } else { <p class="callout caution" data-test="example-none"><Icon name="info" /><span>{ t(words::CORRECT_FIRST) }</span></p> }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use salon_domain::commission::Rate;

    #[test]
    fn the_form_is_the_scheme_and_names_the_rule_that_is_wrong() {
        let mut form = SchemeForm::first();
        let scheme = form.build(Currency::EUR).unwrap();
        assert_eq!(scheme.rules[0].rate, Rate::Flat(3_000));
        assert_eq!(SchemeForm::of(&scheme, Currency::EUR).build(Currency::EUR), Ok(scheme));
        form.rules.push(RuleForm { key: 1, ..form.rules[0].clone() });
        assert_eq!(form.build(Currency::EUR), Err((1, RuleFault::Twice)));
        form.rules[1].rate = RateForm::flat("x");
        assert_eq!(form.build(Currency::EUR), Err((1, RuleFault::Rate(RateFault::Percent(0)))));
    }

    #[test]
    fn the_example_is_the_domain_s() {
        let scheme = SchemeForm::first().build(Currency::EUR).unwrap();
        let (staff, service) =
            (StaffId::from_parts(1, [1; 10]), salon_domain::kernel::ServiceId::from_parts(1, [2; 10]));
        let earned = worked(&scheme, staff, Item::Service(service), "Cuts", 10_000, 500, 0).unwrap();
        assert_eq!((earned.counted_minor, earned.amount_minor), (9_500, 2_850));
    }
}
