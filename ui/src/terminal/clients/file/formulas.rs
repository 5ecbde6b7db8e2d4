//! Colour formulas: the last one open and large, the others behind it; a new one, empty or as a copy.

use super::formula_edit::FormulaEdit;
use crate::parts::{Field, Icon};
use crate::terminal::desk::use_desk;
use crate::text::{client_card as words, common, day_short, fill, parse_date, t};
use salon_contract::window::{ClientAct, FormulaView};
use salon_domain::customer::{Bowl, Formula, FormulaPart, Unit};
use salon_domain::kernel::day_number;
use yew::prelude::*;

/// So many are shown at once.
const SHOWN: usize = 6;

#[derive(PartialEq, Properties)]
pub struct FormulasProps {
    pub formulas: Vec<FormulaView>,
    pub act: Callback<ClientAct>,
}

#[component]
pub fn Formulas(props: &FormulasProps) -> Html {
    let desk = use_desk();
    let editing = use_state_eq(|| None::<Formula>);
    let today = parse_date(&desk.status.today).map_or(0, day_number);
    let me = desk.me.staff;
    let begin = {
        let editing = editing.clone();
        Callback::from(move |of: Option<Formula>| {
            editing.set(Some(of.map_or_else(
                || Formula {
                    service: None,
                    booking: None,
                    day: today,
                    staff: me,
                    bowls: vec![empty_bowl()],
                    note: String::new(),
                },
                |old| old.repeated(today, me, None),
            )));
        })
    };
    let last = props.formulas.first().map(|f| f.formula.clone());
    let onsave = {
        let (act, editing) = (props.act.clone(), editing.clone());
        Callback::from(move |formula: Formula| {
            act.emit(ClientAct::Formula { formula });
            editing.set(None);
        })
    };
    html! {
        <section data-test="client-formulas">
            <h3>{ t(words::FORMULAS) }</h3>
            if let Some(formula) = (*editing).clone() {
                <FormulaEdit {formula} {onsave} onback={let e = editing.clone(); move |()| e.set(None)} />
            } else {
                <div class="buttons">
                    if last.is_some() {
                        <button class="button primary" onclick={begin.reform(move |_| last.clone())} data-test="formula-repeat"><Icon name="history" />{ t(words::REPEAT_LAST) }</button>
                    }
                    <button class="button" onclick={begin.reform(|_| None)} data-test="formula-new"><Icon name="plus" />{ t(words::NEW_FORMULA) }</button>
                </div>
            }
            if props.formulas.is_empty() { <p class="muted">{ t(words::NO_FORMULAS) }</p> }
            <ul class="rows">
                for (ix, view) in props.formulas.iter().take(SHOWN).enumerate() {
                    <Row key={view.id.to_string()} view={view.clone()} large={ix == 0} act={props.act.clone()} onrepeat={begin.reform(Some)} />
                }
            </ul>
        </section>
    }
}

pub fn empty_bowl() -> Bowl {
    let part = FormulaPart { product: None, name: String::new(), milli: 0, unit: Unit::G };
    Bowl { zone: String::new(), parts: vec![part], developer: None, minutes: 0 }
}

pub fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::G => "g",
        Unit::Ml => "ml",
    }
}

/// A formula as it is mixed: a line for each bowl, large enough to be read from the chair.
pub fn mixture(formula: &Formula) -> Html {
    let amount = |milli: u32, unit: Unit| format!("{} {}", words::decimal(milli, 1000), unit_name(unit));
    let bowl = |(ix, bowl): (usize, &Bowl)| {
        let parts: Vec<String> = bowl.parts.iter().map(|p| format!("{} {}", amount(p.milli, p.unit), p.name)).collect();
        let unit = bowl.parts.first().map_or(Unit::G, |p| p.unit);
        let developer = bowl.developer.as_ref().map(|d| {
            let tenths = |n: u16| words::decimal(n.into(), 10);
            let (strength, ratio) = (tenths(d.strength_tenths), tenths(d.ratio_tenths));
            let amount = amount(bowl.developer_milli(), unit);
            fill(words::DEVELOPER_OF, &[("amount", &amount), ("strength", &strength), ("ratio", &ratio)])
        });
        html! {
            <li key={ix.to_string()}>
                if !bowl.zone.is_empty() { <span class="muted">{ format!("{}: ", bowl.zone) }</span> }
                <strong class="num">{ parts.join(" + ") }</strong>
                if let Some(developer) = developer { <span class="num">{ format!(" + {developer}") }</span> }
                if bowl.minutes > 0 { <span class="num">{ format!(" · {}", fill(words::MIN, &[("n", &bowl.minutes.to_string())])) }</span> }
            </li>
        }
    };
    html! { <ul class="mixture">{ for formula.bowls.iter().enumerate().map(bowl) }</ul> }
}

#[derive(PartialEq, Properties)]
struct RowProps {
    view: FormulaView,
    large: bool,
    act: Callback<ClientAct>,
    onrepeat: Callback<Formula>,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let saying = use_state_eq(|| None::<String>);
    let view = &props.view;
    let head = [day_short(&view.date), view.service_name.clone(), view.staff_name.clone()];
    let head: Vec<String> = head.into_iter().filter(|part| !part.is_empty()).collect();
    let save = {
        let (act, saying, formula) = (props.act.clone(), saying.clone(), view.id);
        Callback::from(move |()| {
            if let Some(text) = (*saying).clone().filter(|text| !text.trim().is_empty()) {
                act.emit(ClientAct::FormulaResult { formula, text });
                saying.set(None);
            }
        })
    };
    let onrepeat = {
        let formula = view.formula.clone();
        props.onrepeat.reform(move |_: MouseEvent| formula.clone())
    };
    html! {
        <li class={classes!("formula", props.large.then_some("large"))} data-test="formula-row">
            <span class="muted num">{ head.join(" · ") }</span>
            { mixture(&view.formula) }
            if !view.formula.note.is_empty() { <p class="note-text">{ &view.formula.note }</p> }
            if !view.result.is_empty() { <p><span class="muted">{ format!("{}: ", t(words::RESULT)) }</span>{ &view.result }</p> }
            if let Some(text) = (*saying).clone() {
                <Field label={t(words::RESULT)} value={text} oninput={let s = saying.clone(); move |v| s.set(Some(v))} onenter={save.clone()} autofocus=true test="formula-result" />
                <div class="buttons">
                    <button class="button primary" onclick={save.reform(|_| ())} data-test="formula-result-save">{ t(common::SAVE) }</button>
                    <button class="button quiet" onclick={let s = saying.clone(); move |_| s.set(None)}>{ t(common::CANCEL) }</button>
                </div>
            } else {
                <div class="buttons">
                    <button class="button quiet" onclick={let (s, result) = (saying.clone(), view.result.clone()); move |_| s.set(Some(result.clone()))}><Icon name="pencil" />{ t(words::RESULT) }</button>
                    <button class="button quiet" onclick={onrepeat}><Icon name="history" />{ t(words::REPEAT) }</button>
                </div>
            }
        </li>
    }
}
