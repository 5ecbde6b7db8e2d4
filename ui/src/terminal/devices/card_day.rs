//! The card terminal's own day: end of day held against the till, diagnosis, its last slip again.

use crate::browser::Intention;
use crate::parts::{Icon, Toast};
use crate::terminal::desk::use_desk;
use crate::terminal::till::PaperText;
use crate::text::{common, devices as words, fill, money, t};
use crate::transport::ask;
use salon_contract::window::{CardDayView, CardDiagnosis, CardEndOfDay, CardRepeatReceipt, DeviceView, DeviceWords};
use salon_domain::access::Permission;
use salon_domain::kernel::Currency;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Clone, PartialEq)]
enum Stage {
    Idle,
    /// Closing a batch cannot be undone.
    Sure,
    Busy,
    Closed(Rc<CardDayView>),
    Said(Rc<DeviceWords>),
}

#[derive(PartialEq, Properties)]
pub struct CardDaySectionProps {
    pub device: DeviceView,
}

#[component]
pub fn CardDaySection(props: &CardDaySectionProps) -> Html {
    let desk = use_desk();
    let stage = use_state_eq(|| Stage::Idle);
    let intention = use_mut_ref(Intention::default);
    let can = |name: &str| props.device.abilities.iter().any(|ability| ability == name);
    let set = |next: Stage| {
        let stage = stage.clone();
        move |_: MouseEvent| stage.set(next.clone())
    };
    let close = {
        let (stage, toast, intention) = (stage.clone(), desk.toast.clone(), intention.clone());
        move |_: MouseEvent| {
            let key = intention.borrow_mut().key(&"card_day");
            let (stage, toast, intention) = (stage.clone(), toast.clone(), intention.clone());
            stage.set(Stage::Busy);
            spawn_local(async move {
                match ask(CardEndOfDay { key }).await {
                    Ok(day) => {
                        intention.borrow_mut().done();
                        stage.set(Stage::Closed(Rc::new(day)));
                    }
                    Err(failure) => {
                        toast.emit(Toast::failure(&failure));
                        stage.set(Stage::Idle);
                    }
                }
            });
        }
    };
    let ondiagnosis = {
        let (stage, toast) = (stage.clone(), desk.toast.clone());
        move |_: MouseEvent| {
            let (stage, toast) = (stage.clone(), toast.clone());
            stage.set(Stage::Busy);
            spawn_local(
                async move { show(&stage, &toast, ask(CardDiagnosis {}).await, Some(t(words::DIAGNOSIS_WELL))) },
            );
        }
    };
    let onrepeat = {
        let (stage, toast) = (stage.clone(), desk.toast.clone());
        move |_: MouseEvent| {
            let (stage, toast) = (stage.clone(), toast.clone());
            stage.set(Stage::Busy);
            spawn_local(async move { show(&stage, &toast, ask(CardRepeatReceipt {}).await, None) });
        }
    };
    let busy = matches!(*stage, Stage::Busy);
    let may_close = desk.may(Permission::TillOpenClose);
    html! {
        <section class="card-day" data-test="card-day">
            <div class="buttons">
                if can("end_of_day") && may_close {
                    <button class="button" disabled={busy} onclick={set(Stage::Sure)} data-test="card-day-ask"><Icon name="check-check" />{ t(words::CARD_DAY) }</button>
                }
                if can("diagnosis") { <button class="button" disabled={busy} onclick={ondiagnosis} data-test="card-diagnosis"><Icon name="activity" />{ t(words::DIAGNOSIS) }</button> }
                if can("repeat_receipt") { <button class="button" disabled={busy} onclick={onrepeat} data-test="card-repeat"><Icon name="receipt-text" />{ t(words::REPEAT) }</button> }
            </div>
            { match &*stage {
                Stage::Idle => Html::default(),
                Stage::Busy => html! { <p class="muted" role="status"><span class="pulse" aria-hidden="true"><Icon name="credit-card" /></span>{ t(words::BUSY) }</p> },
                Stage::Sure => html! {
                    <div class="callout caution">
                        <p>{ t(words::CARD_DAY_HOW) }</p>
                        <div class="buttons">
                            <button class="button primary" onclick={close} data-test="card-day-close">{ t(words::CARD_DAY_SURE) }</button>
                            <button class="button quiet" onclick={set(Stage::Idle)}>{ t(common::CANCEL) }</button>
                        </div>
                    </div>
                },
                Stage::Closed(day) => closed(day, desk.status.currency),
                Stage::Said(said) => html! { <PaperText lines={said.lines.clone()} test="card-said-lines" /> },
            } }
        </section>
    }
}

fn show(
    stage: &UseStateHandle<Stage>,
    toast: &Callback<Toast>,
    said: Result<DeviceWords, salon_contract::window::Failure>,
    well: Option<&'static str>,
) {
    match said {
        Ok(said) => {
            if let Some(well) = well {
                toast.emit(Toast::good(well));
            }
            stage.set(if said.lines.is_empty() { Stage::Idle } else { Stage::Said(Rc::new(said)) });
        }
        Err(failure) => {
            toast.emit(Toast::failure(&failure));
            stage.set(Stage::Idle);
        }
    }
}

fn closed(day: &CardDayView, currency: Currency) -> Html {
    let differs = day.difference_minor != 0;
    let figure = |label: &'static str, minor: i64, count: Option<u32>, class: Option<&'static str>| {
        html! {
            <tr {class}><th scope="row">{ label }</th>
                <td class="num">{ count.map(|n| n.to_string()).unwrap_or_default() }</td>
                <td class="num">{ money(minor, currency) }</td></tr>
        }
    };
    html! {
        <div data-test="card-day-done" data-difference={day.difference_minor.to_string()}>
            if day.unseen {
                <div class="callout caution" role="alert" data-test="card-day-unseen"><p><Icon name="circle-help" /><strong>{ t(words::CARD_DAY_UNSEEN) }</strong></p>
                    <p>{ t(words::CARD_DAY_UNSEEN_HOW) }</p></div>
            } else if differs {
                <div class="callout bad" role="alert"><p><Icon name="triangle-alert" /><strong>{ fill(words::CARD_DAY_DIFFERS, &[("amount", &money(day.difference_minor, currency))]) }</strong></p>
                    <p>{ t(words::CARD_DAY_DIFFERS_HOW) }</p></div>
            } else {
                <p class="good" role="status"><Icon name="circle-check" />{ t(words::CARD_DAY_AGREES) }</p>
            }
            if let Some(before) = day.before {
                <p class="muted" data-test="card-day-before">{ fill(words::CARD_DAY_BEFORE, &[("amount", &money(before.journal_minor, currency)), ("count", &before.journal_count.to_string())]) }</p>
            }
            <table class="day-table">
                <thead><tr><td></td><th scope="col" class="num">{ t(words::PAYMENTS) }</th><td></td></tr></thead>
                <tbody>
                    for brand in day.by_card.iter() {
                        <tr><th scope="row">{ &brand.brand }</th><td class="num">{ brand.count }</td><td class="num">{ money(brand.amount_minor, currency) }</td></tr>
                    }
                </tbody>
                <tbody class="sums">
                    if !day.unseen { { figure(t(words::OF_TERMINAL), day.terminal_minor, day.terminal_count, None) } }
                    { figure(t(words::OF_TILL), day.journal_minor, Some(day.journal_count), None) }
                    if differs { { figure(t(words::DIFFERENCE), day.difference_minor, None, Some("differs")) } }
                </tbody>
            </table>
            if !day.lines.is_empty() { <PaperText lines={day.lines.clone()} test="card-day-lines" /> }
        </div>
    }
}
