//! A formula being written down: bowls of products, developer and time.

use super::formulas::{empty_bowl, unit_name};
use crate::parts::{Field, Icon, Toast, input_value, select_value};
use crate::terminal::desk::use_desk;
use crate::text::{book, client_card as words, common, t};
use salon_domain::customer::{Bowl, Developer, Formula, FormulaPart, Unit};
use salon_domain::kernel::ProductId;
use yew::prelude::*;

/// A bowl as it is typed.
#[derive(Debug, Clone, PartialEq)]
struct Draft {
    zone: String,
    strength: String,
    ratio: String,
    minutes: String,
    parts: Vec<(String, String, Unit)>,
}

impl Draft {
    fn of(bowl: &Bowl) -> Draft {
        let some = |units: u32, per: u32| if units == 0 { String::new() } else { words::decimal(units, per) };
        let developer = bowl.developer.as_ref();
        Draft {
            zone: bowl.zone.clone(),
            strength: developer.map_or_else(String::new, |d| some(d.strength_tenths.into(), 10)),
            ratio: developer.map_or_else(String::new, |d| some(d.ratio_tenths.into(), 10)),
            minutes: some(bowl.minutes.into(), 1),
            parts: bowl.parts.iter().map(|p| (p.name.clone(), some(p.milli, 1000), p.unit)).collect(),
        }
    }

    /// None where something that is typed is no number. Products without a name and an amount are left out.
    fn bowl(&self, product: impl Fn(&str) -> Option<ProductId>) -> Option<Bowl> {
        let number =
            |typed: &str, per| if typed.trim().is_empty() { Some(0) } else { words::parse_decimal(typed, per) };
        let mut parts = Vec::new();
        for (name, amount, unit) in &self.parts {
            let milli = number(amount, 1000)?;
            if !name.trim().is_empty() || milli > 0 {
                parts.push(FormulaPart {
                    product: product(name.trim()),
                    name: name.trim().to_owned(),
                    milli,
                    unit: *unit,
                });
            }
        }
        let small = |units: u32| u16::try_from(units).ok();
        let (strength_tenths, ratio_tenths) = (small(number(&self.strength, 10)?)?, small(number(&self.ratio, 10)?)?);
        let developer = (strength_tenths > 0 || ratio_tenths > 0).then(|| Developer {
            name: String::new(),
            strength_tenths,
            // Equal parts, where nobody said otherwise.
            ratio_tenths: if ratio_tenths == 0 { 10 } else { ratio_tenths },
        });
        Some(Bowl { zone: self.zone.trim().to_owned(), parts, developer, minutes: small(number(&self.minutes, 1)?)? })
    }
}

#[derive(PartialEq, Properties)]
pub struct FormulaEditProps {
    pub formula: Formula,
    pub onsave: Callback<Formula>,
    pub onback: Callback<()>,
}

#[component]
pub fn FormulaEdit(props: &FormulaEditProps) -> Html {
    let desk = use_desk();
    let bowls = use_state_eq(|| props.formula.bowls.iter().map(Draft::of).collect::<Vec<_>>());
    let service = use_state_eq(|| props.formula.service);
    let note = use_state_eq(|| props.formula.note.clone());
    let Some(catalog) = desk.catalog.here().cloned() else { return Html::default() };
    let change = {
        let bowls = bowls.clone();
        Callback::from(move |(ix, edit): BowlEdit| {
            let mut next = (*bowls).clone();
            if let Some(bowl) = next.get_mut(ix) {
                edit(bowl);
                bowls.set(next);
            }
        })
    };
    let save = {
        let (desk, catalog, bowls, onsave) = (desk.clone(), catalog.clone(), bowls.clone(), props.onsave.clone());
        let (service, note, base) = (*service, note.clone(), props.formula.clone());
        Callback::from(move |()| {
            let product = |name: &str| catalog.products.iter().find(|p| p.name == name).map(|p| p.id);
            let mixed: Option<Vec<Bowl>> = bowls.iter().map(|draft| draft.bowl(product)).collect();
            let formula = mixed.map(|bowls| Formula { bowls, service, note: note.trim().to_owned(), ..base.clone() });
            match formula.filter(|f| f.check().is_ok()) {
                Some(formula) => onsave.emit(formula),
                None => desk.toast.emit(Toast::plain(t(words::FORMULA_WRONG))),
            }
        })
    };
    let onservice = {
        let service = service.clone();
        move |e: Event| service.set(select_value(&e).parse().ok())
    };
    let more = {
        let bowls = bowls.clone();
        move |_: MouseEvent| {
            let mut next = (*bowls).clone();
            next.push(Draft::of(&empty_bowl()));
            bowls.set(next);
        }
    };
    let fewer = |ix: usize| {
        let bowls = bowls.clone();
        move |_: MouseEvent| {
            let mut next = (*bowls).clone();
            next.remove(ix);
            bowls.set(next);
        }
    };
    html! {
        <div class="card-panel decide" data-test="formula-edit">
            <datalist id="formula-products">
                for product in catalog.products.iter() { <option value={product.name.clone()} /> }
            </datalist>
            <label class="field"><span class="field-label">{ t(words::FOR_SERVICE) }</span>
                <span class="select"><select onchange={onservice} data-test="formula-service">
                    <option value="" selected={service.is_none()}>{ t(words::ANY_SERVICE) }</option>
                    for one in catalog.services.iter() { <option value={one.id.to_string()} selected={*service == Some(one.id)}>{ &one.name }</option> }
                </select><Icon name="chevron-down" /></span></label>
            for (ix, bowl) in bowls.iter().enumerate() {
                <fieldset class="bowl" key={ix.to_string()}>
                    { bowl_fields(ix, bowl, &change) }
                    if bowls.len() > 1 { <button class="button quiet align-start" onclick={fewer(ix)}><Icon name="trash-2" />{ t(words::REMOVE_BOWL) }</button> }
                </fieldset>
            }
            if bowls.len() < Formula::BOWLS_MAX { <button class="button quiet align-start" onclick={more} data-test="formula-bowl"><Icon name="plus" />{ t(words::ADD_BOWL) }</button> }
            <Field label={t(book::NOTE)} value={(*note).clone()} oninput={let n = note.clone(); move |v| n.set(v)} test="formula-note" />
            <p class="muted">{ t(words::FORMULA_KEPT) }</p>
            <div class="buttons">
                <button class="button primary" onclick={save.reform(|_| ())} data-test="formula-save"><Icon name="check" />{ t(words::SAVE_FORMULA) }</button>
                <button class="button quiet" onclick={props.onback.reform(|_| ())}>{ t(common::CANCEL) }</button>
            </div>
        </div>
    }
}

/// Which bowl, and what becomes of it.
type BowlEdit = (usize, Box<dyn FnOnce(&mut Draft)>);
type Change = Callback<BowlEdit>;

fn bowl_fields(ix: usize, bowl: &Draft, change: &Change) -> Html {
    let set = |put: fn(&mut Draft, String)| {
        let change = change.clone();
        Callback::from(move |value: String| change.emit((ix, Box::new(move |draft: &mut Draft| put(draft, value)))))
    };
    let add = {
        let change = change.clone();
        let one = |draft: &mut Draft| draft.parts.push((String::new(), String::new(), Unit::G));
        move |_: MouseEvent| change.emit((ix, Box::new(one)))
    };
    html! {
        <>
            <Field label={t(words::ZONE)} value={bowl.zone.clone()} oninput={set(|d, v| d.zone = v)} test="formula-zone" />
            for (at, part) in bowl.parts.iter().enumerate() { { part_fields(ix, at, part, change) } }
            if bowl.parts.len() < Bowl::PARTS_MAX { <button class="button quiet align-start" onclick={add} data-test="formula-part"><Icon name="plus" />{ t(words::ADD_PRODUCT) }</button> }
            <div class="bowl-row">
                <Field label={t(words::DEVELOPER_STRENGTH)} inputmode="decimal" value={bowl.strength.clone()} oninput={set(|d, v| d.strength = v)} test="formula-strength" />
                <Field label={t(words::RATIO)} inputmode="decimal" value={bowl.ratio.clone()} oninput={set(|d, v| d.ratio = v)} test="formula-ratio" />
                <Field label={t(words::MINUTES)} inputmode="numeric" value={bowl.minutes.clone()} oninput={set(|d, v| d.minutes = v)} test="formula-minutes" />
            </div>
        </>
    }
}

fn part_fields(ix: usize, at: usize, (name, amount, unit): &(String, String, Unit), change: &Change) -> Html {
    let set = |put: fn(&mut (String, String, Unit), String)| {
        let change = change.clone();
        Callback::from(move |value: String| {
            let edit = move |draft: &mut Draft| {
                if let Some(part) = draft.parts.get_mut(at) {
                    put(part, value);
                }
            };
            change.emit((ix, Box::new(edit)));
        })
    };
    let onunit = set(|p, v| p.2 = if v == "ml" { Unit::Ml } else { Unit::G }).reform(|e: Event| select_value(&e));
    html! {
        <div class="bowl-row" key={at.to_string()}>
            <label class="field"><span class="field-label">{ t(words::PRODUCT) }</span>
                <input type="text" list="formula-products" autocomplete="off" value={name.clone()} oninput={set(|p, v| p.0 = v).reform(|e: InputEvent| input_value(&e))} data-test="formula-product" /></label>
            <Field label={t(words::AMOUNT)} inputmode="decimal" value={amount.clone()} oninput={set(|p, v| p.1 = v)} test="formula-amount" />
            <label class="field"><span class="field-label">{ t(words::UNIT) }</span>
                <span class="select"><select onchange={onunit}>
                    for one in [Unit::G, Unit::Ml] { <option value={unit_name(one)} selected={*unit == one}>{ unit_name(one) }</option> }
                </select><Icon name="chevron-down" /></span></label>
        </div>
    }
}
