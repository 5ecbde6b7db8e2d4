//! Packages of prepaid units: which are offered, one of them in a form, and what each unit of it is worth.

use super::PageProps;
use super::form::{
    Fetched, Pick, SaveBar, Saving, Told, Wares, amount_text, both, parse_whole, save, use_fetched, use_wares,
};
use crate::browser::new_id;
use crate::parts::{Empty, Icon};
use crate::text::{agreed as words, common, fill, money, parse_amount, percent_bp, t};
use salon_domain::kernel::{Currency, PackageOfferId};
use salon_domain::value::{PackageEntry, PackageOffer, Prepaid};
use std::rc::Rc;
use yew::prelude::*;

const UNITS_MAX: i64 = 10_000;
const DAYS_MAX: i64 = 36_500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Name,
    Price,
    Days,
    Units(usize),
    List(usize),
    /// There is nothing in it.
    Empty,
}

#[derive(Debug, Clone, PartialEq)]
struct EntryForm {
    key: u32,
    what: Prepaid,
    units: String,
    list: String,
}

#[derive(Debug, Clone, PartialEq)]
struct PackageForm {
    id: PackageOfferId,
    name: String,
    price: String,
    days: String,
    tax_class: String,
    entries: Vec<EntryForm>,
    next_key: u32,
    active: bool,
}

impl PackageForm {
    fn of(offer: &PackageOffer, currency: Currency) -> PackageForm {
        let entry = |(key, entry): (usize, &PackageEntry)| EntryForm {
            key: key as u32,
            what: entry.what.clone(),
            units: entry.units.to_string(),
            list: amount_text(Some(entry.list_price_minor), currency),
        };
        PackageForm {
            id: offer.id,
            name: offer.name.clone(),
            price: amount_text(Some(offer.price_minor), currency),
            days: offer.valid_days.map_or_else(String::new, |days| days.to_string()),
            tax_class: offer.tax_class.clone(),
            entries: offer.entries.iter().enumerate().map(entry).collect(),
            next_key: offer.entries.len() as u32,
            active: offer.active,
        }
    }

    /// Five of the first service, at a tenth off.
    fn new(id: PackageOfferId, wares: &Wares, currency: Currency) -> PackageForm {
        let service = wares.services.iter().find(|service| service.active);
        let entries: Vec<PackageEntry> = service
            .map(|s| PackageEntry { what: Prepaid::Service(s.id), units: 5, list_price_minor: s.price_minor })
            .into_iter()
            .collect();
        let listed: i64 = entries.iter().map(|e| e.list_price_minor.saturating_mul(e.units.into())).sum();
        let offer = PackageOffer {
            id,
            name: String::new(),
            entries,
            price_minor: listed / 10 * 9,
            valid_days: Some(365),
            tax_class: service.map_or_else(String::new, |service| service.tax_class.clone()),
            active: true,
        };
        PackageForm::of(&offer, currency)
    }

    fn build(&self, currency: Currency) -> Result<PackageOffer, Vec<Part>> {
        let mut faults = Vec::new();
        let name = self.name.trim();
        faults.extend((name.is_empty() || name.chars().count() > 120).then_some(Part::Name));
        let price = parse_amount(&self.price, currency).filter(|minor| (1..=1_000_000_000).contains(minor));
        faults.extend(price.is_none().then_some(Part::Price));
        let days = parse_whole(&self.days, 1, DAYS_MAX).and_then(|days| u16::try_from(days).ok());
        faults.extend((days.is_none() && !self.days.trim().is_empty()).then_some(Part::Days));
        faults.extend(self.entries.is_empty().then_some(Part::Empty));
        let mut entries = Vec::new();
        for (ix, form) in self.entries.iter().enumerate() {
            let units = parse_whole(&form.units, 1, UNITS_MAX).and_then(|units| u32::try_from(units).ok());
            let list = parse_amount(&form.list, currency).filter(|minor| (0..=1_000_000_000).contains(minor));
            faults.extend(units.is_none().then_some(Part::Units(ix)));
            faults.extend(list.is_none().then_some(Part::List(ix)));
            if let (Some(units), Some(list_price_minor)) = (units, list) {
                entries.push(PackageEntry { what: form.what.clone(), units, list_price_minor });
            }
        }
        let (Some(price_minor), true) = (price, faults.is_empty()) else { return Err(faults) };
        Ok(PackageOffer {
            id: self.id,
            name: name.to_owned(),
            entries,
            price_minor,
            valid_days: days,
            tax_class: self.tax_class.clone(),
            active: self.active,
        })
    }
}

#[component]
pub fn PackagesPage(props: &PageProps) -> Html {
    let packages: Fetched<Vec<PackageOffer>> = use_fetched("/packages", props.onlogout.clone());
    let wares = use_wares(props.onlogout.clone());
    let again = packages.again.clone();
    html! {
        <div class="agreed" data-test="packages-page">
            <h1>{ t(words::PACKAGES) }</h1>
            <p class="muted">{ t(words::PACKAGES_HOW) }</p>
            { both(&wares, &packages, |wares, all| html! { <All all={all.clone()} wares={wares.clone()} page={props.clone()} {again} /> }) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct AllProps {
    all: Rc<Vec<PackageOffer>>,
    wares: Rc<Wares>,
    page: PageProps,
    again: Callback<()>,
}

#[component]
fn All(props: &AllProps) -> Html {
    let currency = props.page.currency;
    let open = use_state_eq(|| None::<PackageForm>);
    let mut all: Vec<&PackageOffer> = props.all.iter().collect();
    all.sort_by_key(|offer| (!offer.active, offer.name.clone()));
    let row = |offer: &PackageOffer| {
        let onclick = {
            let (open, form) = (open.clone(), PackageForm::of(offer, currency));
            move |_: MouseEvent| open.set(Some(form.clone()))
        };
        let current = open.as_ref().is_some_and(|form| form.id == offer.id);
        html! {
            <li key={offer.id.to_string()}>
                <button class="row" aria-expanded={current.to_string()} {onclick} data-test="package" data-name={offer.name.clone()}>
                    <Icon name="package" /><span class="row-main"><strong class="clip">{ &offer.name }</strong></span>
                    <span class={classes!("tagged", offer.active.then_some("good"))}>{ t(if offer.active { words::OFFERED } else { words::NOT_OFFERED }) }</span>
                    <strong class="num">{ money(offer.price_minor, currency) }</strong>
                </button>
            </li>
        }
    };
    let begin = {
        let (open, wares) = (open.clone(), props.wares.clone());
        move |_: MouseEvent| open.set(Some(PackageForm::new(new_id(), &wares, currency)))
    };
    html! {
        <div class="agreed-columns listed">
            <section class="card">
                <header class="agreed-state"><h2 class="grow">{ t(words::PACKAGES) }</h2>
                    if props.page.writes { <button class="button" onclick={begin} data-test="package-new"><Icon name="plus" />{ t(words::NEW_PACKAGE) }</button> }</header>
                if all.is_empty() { <Empty icon="package" text={t(words::NO_PACKAGES)} /> }
                <ul class="rows">for offer in all { { row(offer) } }</ul>
            </section>
            if let Some(form) = &*open {
                <Editor key={form.id.to_string()} form={form.clone()} wares={props.wares.clone()} page={props.page.clone()} onkept={props.again.clone()} />
            }
        </div>
    }
}

/// What a unit can be for, as the domain's own JSON.
fn prepaid(wares: &Wares) -> Vec<(String, String)> {
    let one = |what: Prepaid, label: String| (serde_json::to_string(&what).unwrap_or_default(), label);
    let services = wares.services.iter().filter(|s| s.active).map(|s| one(Prepaid::Service(s.id), s.name.clone()));
    let within = |name: String| {
        let label = format!("{}: {name}", t(words::SERVICES_IN));
        one(Prepaid::Category(name), label)
    };
    services.chain(wares.service_categories().into_iter().map(within)).collect()
}

#[derive(PartialEq, Properties)]
struct EditorProps {
    form: PackageForm,
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
    let onsave = {
        let (offer, saving) = (built.clone().ok(), saving.clone());
        let (onlogout, onkept) = (props.page.onlogout.clone(), props.onkept.clone());
        move |()| {
            if let Some(offer) = offer.clone() {
                let onkept = onkept.clone();
                let path = format!("/packages/{}", offer.id);
                save::<PackageOffer>(path, offer, saving.clone(), onlogout.clone(), move |_| onkept.emit(()));
            }
        }
    };
    let change = |make: fn(&mut PackageForm, String)| super::form::edit(&form, &saving, make);
    let entry_change = |ix: usize, make: fn(&mut EntryForm, String)| {
        super::form::edit(&form, &saving, move |form, value| make(&mut form.entries[ix], value))
    };
    let click = |make: Rc<dyn Fn(&mut PackageForm)>| {
        super::form::edit(&form, &saving, move |form, _| make(form)).reform(|_: MouseEvent| String::new())
    };
    let onwhat = |ix: usize| {
        let prices: Vec<_> = props.wares.services.iter().map(|s| (s.id, s.price_minor)).collect();
        super::form::edit(&form, &saving, move |form: &mut PackageForm, value| {
            let Ok(what) = serde_json::from_str::<Prepaid>(&value) else { return };
            // The list says what one costs by itself.
            if let Prepaid::Service(id) = &what
                && let Some((_, minor)) = prices.iter().find(|(known, _)| known == id)
            {
                form.entries[ix].list = amount_text(Some(*minor), currency);
            }
            form.entries[ix].what = what;
        })
    };
    let more = {
        let first = PackageForm::new(form.id, &props.wares, currency).entries.into_iter().next();
        click(Rc::new(move |form: &mut PackageForm| {
            if let Some(entry) = &first {
                form.entries.push(EntryForm { key: form.next_key, ..entry.clone() });
                form.next_key += 1;
            }
        }))
    };
    let mut classes: Vec<String> = props.wares.services.iter().map(|service| service.tax_class.clone()).collect();
    classes.push(form.tax_class.clone());
    classes.sort();
    classes.dedup();
    let classes: Vec<_> = classes.into_iter().map(|class| (class.clone(), class)).collect();
    let row = |ix: usize, entry: &EntryForm| {
        let mut choices = prepaid(&props.wares);
        let chosen = serde_json::to_string(&entry.what).unwrap_or_default();
        if choices.iter().all(|(value, _)| *value != chosen) {
            choices.push((chosen.clone(), t(words::GONE).to_owned()));
        }
        html! {
            <div class="agreed-row" key={entry.key} data-test="package-entry">
                <Told label={t(words::UNITS)} value={entry.units.clone()} inputmode="numeric" oninput={entry_change(ix, |entry, value| entry.units = value)} trouble={told(Part::Units(ix), t(words::WHOLE_WRONG))} test="entry-units" />
                <Pick label={t(words::FOR_WHAT)} {choices} {chosen} onpick={onwhat(ix)} />
                <Told label={t(words::LIST_PRICE)} value={entry.list.clone()} inputmode="decimal" oninput={entry_change(ix, |entry, value| entry.list = value)} trouble={told(Part::List(ix), t(words::AMOUNT_WRONG))} />
                <button type="button" class="icon-button bad" aria-label={t(common::REMOVE)} title={t(common::REMOVE)} onclick={click(Rc::new(move |form: &mut PackageForm| drop(form.entries.remove(ix))))}><Icon name="trash-2" /></button>
            </div>
        }
    };
    html! {
        <>
            <section class="card" data-test="package-form">
                <fieldset class="agreed-form" disabled={!props.page.writes}>
                    <Told label={t(words::NAME)} value={form.name.clone()} oninput={change(|form, value| form.name = value)} trouble={told(Part::Name, t(words::NAME_NEEDED))} test="package-name" />
                    <div class="agreed-row">
                        <Told label={t(words::PACKAGE_PRICE)} value={form.price.clone()} inputmode="decimal" oninput={change(|form, value| form.price = value)} trouble={told(Part::Price, t(words::AMOUNT_WRONG))} test="package-price" />
                        <Told label={t(words::VALID_DAYS)} value={form.days.clone()} inputmode="numeric" oninput={change(|form, value| form.days = value)} trouble={told(Part::Days, t(words::DAYS_WRONG))} />
                        <Pick label={t(words::TAX_CLASS)} choices={classes} chosen={form.tax_class.clone()} onpick={change(|form, value| form.tax_class = value)} />
                    </div>
                    for (ix, entry) in form.entries.iter().enumerate() { { row(ix, entry) } }
                    if faults.contains(&Part::Empty) { <p class="field-trouble" role="alert">{ t(words::PACKAGE_EMPTY) }</p> }
                    <button type="button" class="button align-start" onclick={more}><Icon name="plus" />{ t(words::ADD_UNITS) }</button>
                    <div class="agreed-row"><button type="button" class="chip" aria-pressed={form.active.to_string()} onclick={click(Rc::new(|form: &mut PackageForm| form.active = !form.active))}>{ t(words::OFFERED) }</button></div>
                </fieldset>
                <SaveBar saving={(*saving).clone()} ready={built.is_ok()} writes={props.page.writes} {onsave} />
            </section>
            <Example offer={built.ok()} wares={props.wares.clone()} {currency} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct ExampleProps {
    offer: Option<PackageOffer>,
    wares: Rc<Wares>,
    currency: Currency,
}

#[component]
fn Example(props: &ExampleProps) -> Html {
    let currency = props.currency;
    let Some(offer) = &props.offer else {
        return html! { <section class="card"><h2>{ t(words::EXAMPLE) }</h2><p class="callout caution"><Icon name="info" /><span>{ t(words::CORRECT_FIRST) }</span></p></section> };
    };
    let name = |what: &Prepaid| match what {
        Prepaid::Category(name) => name.clone(),
        Prepaid::Service(id) => {
            let service = props.wares.services.iter().find(|service| service.id == *id);
            service.map_or_else(|| t(words::GONE).to_owned(), |service| service.name.clone())
        }
    };
    let (listed, price) = (offer.list_price_minor(), offer.price_minor);
    let saved = listed.saturating_sub(price);
    let saved_bp = if listed > 0 { i128::from(saved) * 10_000 / i128::from(listed) } else { 0 };
    let saved_bp = i64::try_from(saved_bp).unwrap_or(0);
    html! {
        <section class="card" data-test="package-example">
            <h2>{ t(words::EXAMPLE) }</h2>
            <p class="muted">{ t(words::EXAMPLE_PACKAGE) }</p>
            <ul class="example-lines">for (entry, minor) in offer.entries.iter().zip(offer.unit_minors()) {
                <li><span class="clip">{ format!("{} × {}", entry.units, name(&entry.what)) }</span>
                    <span class="num muted">{ money(entry.list_price_minor, currency) }</span>
                    <strong class="num" data-test="unit-worth" data-minor={minor.to_string()}>{ money(minor, currency) }</strong></li>
            }</ul>
            <p class="example-sum"><span>{ fill(words::INSTEAD_OF, &[("amount", &money(listed, currency))]) }</span><strong class="num">{ money(price, currency) }</strong></p>
            if saved > 0 { <p class="muted num">{ fill(words::SAVES, &[("amount", &money(saved, currency)), ("percent", &percent_bp(saved_bp))]) }</p> }
            else { <p class="callout caution"><Icon name="info" /><span>{ t(words::SAVES_NOTHING) }</span></p> }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use salon_domain::kernel::ServiceId;

    #[test]
    fn what_is_shown_is_what_is_kept_and_faults_are_named() {
        let what = Prepaid::Service(ServiceId::from_parts(1, [1; 10]));
        let offer = PackageOffer {
            id: PackageOfferId::from_parts(1, [2; 10]),
            name: "Five cuts".into(),
            entries: vec![PackageEntry { what, units: 5, list_price_minor: 4_900 }],
            price_minor: 21_900,
            valid_days: Some(365),
            tax_class: "standard".into(),
            active: true,
        };
        assert_eq!((offer.list_price_minor(), offer.unit_minors()), (24_500, vec![4_380]));
        let mut form = PackageForm::of(&offer, Currency::EUR);
        assert_eq!(form.build(Currency::EUR), Ok(offer));
        form.entries[0].units = "0".into();
        (form.name, form.price, form.days) = (String::new(), "-1".into(), "x".into());
        let faults = form.build(Currency::EUR).unwrap_err();
        assert_eq!(faults, [Part::Name, Part::Price, Part::Days, Part::Units(0)]);
    }
}
