//! Paying by card: the card terminal's words while it lasts, and a face for each way it can end.

use super::confirm::ConfirmPanel;
use super::decide::DecidePanel;
use super::draft::{Stage, TicketAction};
use crate::parts::{Icon, SpokenPanel, Toast};
use crate::terminal::desk::{Desk, use_desk};
use crate::text::{card_refused, card_status, common, fault, money, t, till as words};
use crate::transport::{LINK, ask};
use gloo_timers::callback::Timeout;
use salon_contract::window::{CancelCard, CardStage, PayBy, PaymentView, ResolveCard};
use salon_domain::kernel::PaymentId;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Where the ticket stands after a card payment's end.
pub fn stage_of(view: PaymentView) -> Stage {
    match view {
        PaymentView::Paid { sale } => Stage::Paid(Rc::new(*sale)),
        PaymentView::Part { open } => Stage::Part(open),
        PaymentView::Declined { code, text } => Stage::Declined { text: card_refused(code, &text) },
        PaymentView::NotCharged { cause } => Stage::NotCharged { cause },
        PaymentView::Unknown { payment, .. } => Stage::Unknown { payment },
    }
}

pub fn pay_card(desk: &Desk) {
    if !matches!(desk.ticket.stage, Stage::Ring | Stage::Declined { .. } | Stage::NotCharged { .. }) {
        return;
    }
    let desk = desk.clone();
    desk.ticket.dispatch(TicketAction::Stage(Stage::Card(CardStage::Connecting)));
    let question = desk.ticket.paying(PayBy::Card);
    spawn_local(async move {
        match ask(question).await {
            Ok(view) => desk.ticket.dispatch(TicketAction::Stage(stage_of(view))),
            Err(failure) => {
                // Where the link to the terminal's process broke, the same key asks for the same payment again.
                let broken = failure.detail.contains_key(LINK);
                desk.ticket.dispatch(if broken { TicketAction::Interrupted } else { TicketAction::Stage(Stage::Ring) });
                desk.toast.emit(Toast::failure(&failure));
            }
        }
        desk.recheck.emit(());
    });
}

/// Asks the card terminal what became of a payment.
pub fn resolve(desk: &Desk, payment: PaymentId) {
    let desk = desk.clone();
    desk.ticket.dispatch(TicketAction::Stage(Stage::Card(CardStage::Recovering)));
    spawn_local(async move {
        match ask(ResolveCard { payment }).await {
            Ok(view) => desk.ticket.dispatch(TicketAction::Stage(stage_of(view))),
            Err(failure) => {
                desk.ticket.dispatch(TicketAction::Stage(Stage::Unknown { payment }));
                desk.toast.emit(Toast::failure(&failure));
            }
        }
        desk.recheck.emit(());
    });
}

#[derive(PartialEq, Properties)]
pub struct CardPanelProps {
    pub total_minor: i64,
}

#[component]
pub fn CardPanel(props: &CardPanelProps) -> Html {
    let desk = use_desk();
    let deciding = use_state_eq(|| false);
    let ring = {
        let ticket = desk.ticket.clone();
        Callback::from(move |_: MouseEvent| ticket.dispatch(TicketAction::Stage(Stage::Ring)))
    };
    match &desk.ticket.stage {
        Stage::Confirm { payment } => html! { <ConfirmPanel payment={*payment} amount_minor={props.total_minor} /> },
        Stage::Card(stage) => html! { <Running stage={stage.clone()} total_minor={props.total_minor} /> },
        Stage::Declined { text } => ended(&desk, ring, t(words::CARD_DECLINED), text, t(words::CARD_DECLINED_HOW)),
        Stage::NotCharged { cause } => ended(&desk, ring, t(words::CARD_NOT_CHARGED), &fault(cause), ""),
        Stage::Unknown { payment } => {
            let payment = *payment;
            let onask = {
                let desk = desk.clone();
                move |_: MouseEvent| resolve(&desk, payment)
            };
            let ondecided = {
                let ticket = desk.ticket.clone();
                move |view| ticket.dispatch(TicketAction::Stage(stage_of(view)))
            };
            html! {
                <SpokenPanel class="card-panel" role="alert" test="card-unknown">
                    <p class="card-title"><Icon name="circle-help" class="caution" /><strong>{ t(words::CARD_UNKNOWN_TITLE) }</strong></p>
                    if *deciding {
                        <DecidePanel {payment} {ondecided} onback={let d = deciding.clone(); move |()| d.set(false)} />
                    } else {
                        <p>{ t(words::CARD_UNKNOWN_HOW) }</p>
                        <div class="tenders">
                            <button class="tender blue" onclick={onask} data-test="card-resolve"><Icon name="refresh-cw" />{ t(words::ASK_TERMINAL) }</button>
                        </div>
                        <div class="buttons">
                            <button class="button" onclick={let d = deciding.clone(); move |_| d.set(true)} data-test="card-decide">{ t(words::DECIDE) }</button>
                            <button class="button quiet" onclick={let ticket = desk.ticket.clone(); move |_| ticket.dispatch(TicketAction::Clear)} data-test="card-later">{ t(words::LATER) }</button>
                        </div>
                    }
                </SpokenPanel>
            }
        }
        _ => Html::default(),
    }
}

/// What the card terminal says, in its own words where it has any.
pub fn card_said(stage: &CardStage) -> String {
    match stage {
        CardStage::Connecting => t(words::CARD_CONNECTING).to_owned(),
        CardStage::Status { code } => card_status(*code).to_owned(),
        CardStage::Text { text } => text.clone(),
        CardStage::Confirm | CardStage::Recovering | CardStage::Ended => t(words::CARD_RECOVERING).to_owned(),
    }
}

pub fn cancel_card(desk: &Desk) -> Callback<MouseEvent> {
    let desk = desk.clone();
    Callback::from(move |_| desk.run(CancelCard {}, |_| {}))
}

/// By now every card terminal that is well has said something.
const QUIET_MS: u32 = 15_000;

#[derive(PartialEq, Properties)]
struct RunningProps {
    stage: CardStage,
    total_minor: i64,
}

#[component]
fn Running(props: &RunningProps) -> Html {
    let desk = use_desk();
    let quiet = use_state_eq(|| false);
    use_effect_with(props.stage.clone(), {
        let quiet = quiet.clone();
        move |stage| {
            quiet.set(false);
            let timer = (*stage == CardStage::Connecting).then(|| Timeout::new(QUIET_MS, move || quiet.set(true)));
            move || drop(timer)
        }
    });
    let recovering = matches!(props.stage, CardStage::Recovering);
    html! {
        <SpokenPanel class="card-panel" test="card-panel">
            <p class="card-title"><span class="pulse" aria-hidden="true"><Icon name="credit-card" /></span>
                <strong class="num">{ format!("{} {}", t(words::CARD_TITLE), money(props.total_minor, desk.ticket.draft.currency)) }</strong></p>
            <p class="card-said" role="status" data-test="card-said">{ card_said(&props.stage) }</p>
            if *quiet { <p class="muted" role="status">{ t(words::CARD_QUIET) }</p> }
            if !recovering {
                <button class="button" onclick={cancel_card(&desk)} data-test="card-cancel"><Icon name="x" />{ t(common::CANCEL) }</button>
            }
        </SpokenPanel>
    }
}

fn ended(desk: &Desk, ring: Callback<MouseEvent>, title: &str, said: &str, how: &str) -> Html {
    let again = {
        let desk = desk.clone();
        move |_: MouseEvent| pay_card(&desk)
    };
    let oncash = {
        let ticket = desk.ticket.clone();
        move |_: MouseEvent| ticket.dispatch(TicketAction::Stage(Stage::Cash))
    };
    html! {
        <SpokenPanel class="card-panel" role="alert" test="card-ended">
            <p class="card-title"><Icon name="circle-x" class="bad" /><strong>{ title }</strong></p>
            if !said.is_empty() { <p class="card-said">{ said }</p> }
            if !how.is_empty() { <p class="muted">{ how }</p> }
            <div class="tenders">
                <button class="tender pink" onclick={again} data-test="card-again"><Icon name="credit-card" />{ t(words::TRY_CARD_AGAIN) }</button>
                <button class="tender" onclick={oncash} data-test="tender-cash"><Icon name="banknote" />{ t(words::CASH) }</button>
            </div>
            <button class="button quiet" onclick={ring}><Icon name="arrow-left" />{ t(common::BACK) }</button>
        </SpokenPanel>
    }
}
