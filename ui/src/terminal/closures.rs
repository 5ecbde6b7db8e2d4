//! Months and years: closing them with a manager's PIN, and the closures that there are.

use super::desk::use_desk;
use super::till::PaperText;
use crate::browser::{Intention, new_key};
use crate::hooks::use_ask;
use crate::parts::{Field, Icon, Toast, loaded, select_value};
use crate::text::{books as words, common, fill, money, t, till};
use crate::transport::ask;
use salon_contract::window::{ClosePeriod, PeriodRow, Periods, PeriodsView, PrintPeriod, ReadPeriod, StaffList};
use salon_domain::access::Permission;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[component]
pub fn ClosuresView() -> Html {
    let desk = use_desk();
    let periods = use_ask(Some(Periods {}));
    let shown = use_state_eq(|| None::<u64>);
    let currency = desk.status.currency;
    let row = |row: &PeriodRow| {
        let number = row.number;
        let name = fill(words::CLOSED, &[("n", &number.to_string()), ("period", &row.period)]);
        let onclick = {
            let shown = shown.clone();
            move |_: MouseEvent| shown.set((*shown != Some(number)).then_some(number))
        };
        html! {
            <li key={number}>
                <button class="row" aria-expanded={(*shown == Some(number)).to_string()} {onclick} data-test="period-row">
                    <Icon name="lock" />
                    <span class="row-main"><strong>{ name }</strong><span class="muted">{ fill(words::Z_REPORTS, &[("n", &row.z_count.to_string())]) }</span></span>
                    <span class="num">{ money(row.total_minor, currency) }</span>
                </button>
                if *shown == Some(number) { <Closure {number} /> }
            </li>
        }
    };
    let list = |view: &PeriodsView| {
        html! {
            <>
                <ClosingForm to_close={view.to_close.clone()} onclosed={periods.again.clone()} />
                if view.closed.is_empty() { <p class="muted">{ t(words::NONE) }</p> }
                <ul class="rows">for closed in view.closed.iter() { { row(closed) } }</ul>
            </>
        }
    };
    html! {
        <div class="sheet" data-test="closures">
            <div class="sheet-head"><h2>{ t(words::TITLE) }</h2></div>
            <p class="muted">{ t(words::HOW) }</p>
            { loaded(&periods, list) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ClosingFormProps {
    to_close: Vec<String>,
    onclosed: Callback<()>,
}

#[component]
fn ClosingForm(props: &ClosingFormProps) -> Html {
    let desk = use_desk();
    let staff = use_ask(Some(StaffList {}));
    let chosen_period = use_state_eq(String::new);
    let chosen_manager = use_state_eq(String::new);
    let pin = use_state_eq(String::new);
    let intention = use_mut_ref(Intention::default);
    let managers: Vec<_> = staff
        .state
        .here()
        .map(|list| list.iter().filter(|s| s.role.allows(Permission::ReportsRead)).cloned().collect())
        .unwrap_or_default();
    let own = managers.iter().find(|m| m.staff == desk.me.staff).or(managers.first()).map(|m| m.staff);
    let manager = chosen_manager.parse().ok().or(own);
    let Some(first) = props.to_close.first() else { return html! { <p class="muted">{ t(words::NOTHING_DUE) }</p> } };
    let period = if props.to_close.contains(&chosen_period) { (*chosen_period).clone() } else { first.clone() };
    let ready = manager.is_some() && !pin.is_empty();
    let close = {
        let (toast, pin, onclosed, period) = (desk.toast.clone(), pin.clone(), props.onclosed.clone(), period.clone());
        Callback::from(move |()| {
            let (Some(manager), true) = (manager, ready) else { return };
            let key = intention.borrow_mut().key(&(&period, manager));
            let question = ClosePeriod { key, period: period.clone(), manager, pin: (*pin).clone() };
            let (toast, pin, onclosed, intention) = (toast.clone(), pin.clone(), onclosed.clone(), intention.clone());
            spawn_local(async move {
                match ask(question).await {
                    Ok(view) => {
                        intention.borrow_mut().done();
                        pin.set(String::new());
                        toast.emit(Toast::good(fill(words::CLOSED_DONE, &[("period", &view.row.period)])));
                        onclosed.emit(());
                    }
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
            });
        })
    };
    html! {
        <div class="decide">
            <label class="field"><span class="field-label">{ t(words::TO_CLOSE) }</span>
                <span class="select"><select data-test="period" onchange={let p = chosen_period.clone(); move |e: Event| p.set(select_value(&e))}>
                    for name in props.to_close.iter() { <option value={name.clone()} selected={*name == period}>{ name }</option> }
                </select><Icon name="chevron-down" /></span></label>
            <div class="decide-who">
                <label class="field"><span class="field-label">{ t(till::DECIDE_WHO) }</span>
                    <span class="select"><select onchange={let m = chosen_manager.clone(); move |e: Event| m.set(select_value(&e))}>
                        for tile in managers { <option value={tile.staff.to_string()} selected={manager == Some(tile.staff)}>{ tile.name }</option> }
                    </select><Icon name="chevron-down" /></span></label>
                <Field label={t(common::PIN)} kind="password" inputmode="numeric" value={(*pin).clone()} oninput={let p = pin.clone(); move |v| p.set(v)}
                    onenter={close.clone()} test="period-pin" />
            </div>
            <button class="button primary" disabled={!ready} onclick={close.reform(|_| ())} data-test="period-close">
                <Icon name="lock" />{ fill(words::CLOSE_PERIOD, &[("period", &period)]) }
            </button>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ClosureProps {
    number: u64,
}

#[component]
fn Closure(props: &ClosureProps) -> Html {
    let desk = use_desk();
    let closure = use_ask(Some(ReadPeriod { number: props.number }));
    let print = {
        let (toast, number) = (desk.toast.clone(), props.number);
        move |_: MouseEvent| {
            let toast = toast.clone();
            spawn_local(async move {
                match ask(PrintPeriod { key: new_key(), number }).await {
                    Ok(_) => toast.emit(Toast::good(t(till::REPRINTED))),
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
            });
        }
    };
    html! {
        <>
            { loaded(&closure, |view| html! { <PaperText lines={view.text.clone()} test="period-text" /> }) }
            <button class="button" onclick={print} data-test="period-print"><Icon name="printer" />{ t(till::REPRINT) }</button>
        </>
    }
}
