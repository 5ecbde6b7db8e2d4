//! Printer and card terminal: do they work, and card payments that have to be cleared up.

use super::desk::use_desk;
use super::till::DecidePanel;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Empty, Icon, Toast, loaded};
use crate::text::{clock, common, count, day_short, fault, money, place as words, t, till};
use crate::transport::{Heard, ask};
use salon_contract::window::{
    CardPaymentView, DeviceView, Devices, Notice, ResolveCard, TestCardTerminal, TestPrinter, UnknownCardView,
    UnknownCards,
};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[component]
pub fn DevicesScreen() -> Html {
    let desk = use_desk();
    let devices = use_ask(Some(Devices {}));
    let unknown = use_ask(Some(UnknownCards {}));
    use_heard({
        let (devices, unknown) = (devices.again.clone(), unknown.again.clone());
        move |heard| {
            if matches!(
                heard,
                Heard::Notice(Notice::PrinterFault { .. } | Notice::PrinterWell | Notice::Till) | Heard::Reconnected
            ) {
                devices.emit(());
                unknown.emit(());
            }
        }
    });
    let onchanged = {
        let (again, recheck) = (unknown.again.clone(), desk.recheck.clone());
        Callback::from(move |()| {
            again.emit(());
            recheck.emit(());
        })
    };
    let again = devices.again.clone();
    html! {
        <div class="page-pane">
            <div class="toolbar"><h1>{ t(common::NAV_DEVICES) }</h1></div>
            { loaded(&devices, |view| html! {
                <>
                    if view.devices.is_empty() { <Empty icon="printer" text={t(words::NO_DEVICES)} /> }
                    <div class="device-cards">for device in view.devices.iter() { <Device key={format!("{}{}", device.kind, device.address)} device={device.clone()} again={again.clone()} /> }</div>
                    if view.print_queue > 0 { <p class="callout caution"><Icon name="clock" />{ count(view.print_queue.into(), words::QUEUE_ONE, words::QUEUE_MANY) }</p> }
                </>
            }) }
            <h2>{ t(words::UNKNOWN_CARDS) }</h2>
            { loaded(&unknown, |cards| if cards.is_empty() {
                html! { <p class="muted"><Icon name="circle-check" class="good" />{ t(words::NO_UNKNOWN) }</p> }
            } else {
                html! { <ul class="rows">for card in cards.iter() { <Unknown key={card.payment.to_string()} card={card.clone()} onchanged={onchanged.clone()} /> }</ul> }
            }) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct DeviceProps {
    device: DeviceView,
    again: Callback<()>,
}

#[component]
fn Device(props: &DeviceProps) -> Html {
    let desk = use_desk();
    let device = &props.device;
    let printer = device.kind == "printer";
    let busy = use_state_eq(|| false);
    let ontest = {
        let (toast, busy, again) = (desk.toast.clone(), busy.clone(), props.again.clone());
        move |_: MouseEvent| {
            busy.set(true);
            let (toast, busy, again) = (toast.clone(), busy.clone(), again.clone());
            spawn_local(async move {
                let tested = if printer { ask(TestPrinter {}).await } else { ask(TestCardTerminal {}).await };
                toast.emit(match tested {
                    Ok(_) => Toast::good(t(if printer { words::TESTED_PRINTER } else { words::TESTED_CARD })),
                    Err(failure) => Toast::failure(&failure),
                });
                busy.set(false);
                again.emit(());
            });
        }
    };
    html! {
        <article class="device-card" data-test={format!("device-{}", device.kind)} data-well={device.well.to_string()}>
            <Icon name={if printer { "printer" } else { "credit-card" }} class="device-icon" />
            <div class="grow">
                <h2>{ t(if printer { words::PRINTER } else { words::CARD_TERMINAL }) }</h2>
                <p class="muted num clip">{ &device.address }</p>
                if device.well { <p class="good"><Icon name="circle-check" />{ t(words::WELL) }</p> }
                else { <p class="bad" role="alert"><Icon name="triangle-alert" />{ fault(device.fault.as_deref().unwrap_or_default()) }</p> }
            </div>
            <button class="button" onclick={ontest} disabled={*busy} data-test={format!("test-{}", device.kind)}>{ t(words::TEST) }</button>
        </article>
    }
}

#[derive(PartialEq, Properties)]
struct UnknownProps {
    card: UnknownCardView,
    onchanged: Callback<()>,
}

#[component]
fn Unknown(props: &UnknownProps) -> Html {
    let desk = use_desk();
    let card = &props.card;
    let payment = card.payment;
    let deciding = use_state_eq(|| false);
    let busy = use_state_eq(|| false);
    let told = {
        let (toast, onchanged) = (desk.toast.clone(), props.onchanged.clone());
        Callback::from(move |view: CardPaymentView| {
            toast.emit(match view {
                CardPaymentView::Paid { .. } => Toast::good(t(till::DECIDE_CHARGED)),
                CardPaymentView::Declined { .. } | CardPaymentView::NotCharged { .. } => {
                    Toast::good(t(till::CARD_NOT_CHARGED))
                }
                CardPaymentView::Unknown { .. } => Toast::good(t(till::CARD_UNKNOWN_TITLE)),
            });
            onchanged.emit(());
        })
    };
    let onask = {
        let (toast, busy, told) = (desk.toast.clone(), busy.clone(), told.clone());
        move |_: MouseEvent| {
            busy.set(true);
            let (toast, busy, told) = (toast.clone(), busy.clone(), told.clone());
            spawn_local(async move {
                match ask(ResolveCard { payment }).await {
                    Ok(view) => told.emit(view),
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
                busy.set(false);
            });
        }
    };
    html! {
        <li class="unknown-card" data-test="unknown-card">
            <div class="row plain">
                <Icon name="circle-help" class="caution" />
                <span class="row-main"><strong class="num">{ money(card.amount_minor, desk.status.currency) }</strong>
                    <span class="muted">{ format!("{} {} · {}", day_short(&card.date), clock(card.minute), card.client_name) }</span></span>
                <button class="button primary" disabled={*busy} onclick={onask} data-test="card-resolve"><Icon name="refresh-cw" />{ t(till::ASK_TERMINAL) }</button>
                <button class="button" aria-expanded={deciding.to_string()} onclick={let d = deciding.clone(); move |_| d.set(!*d)} data-test="card-decide">{ t(till::DECIDE) }</button>
            </div>
            if *busy { <p class="muted" role="status">{ t(till::CARD_RECOVERING) }</p> }
            if *deciding { <DecidePanel {payment} ondecided={told} onback={let d = deciding.clone(); move |()| d.set(false)} /> }
        </li>
    }
}
