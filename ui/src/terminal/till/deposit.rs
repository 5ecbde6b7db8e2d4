//! A deposit: how much is taken now and held, and the face of having taken it.

use super::draft::TicketAction;
use crate::parts::{Field, Icon, Toast, use_opened};
use crate::terminal::desk::{BookAim, Desk, Place, use_desk};
use crate::text::{amount, common, desk as words, fill, money, parse_amount, t, till};
use crate::transport::ask;
use salon_contract::window::{DepositFor, OpenTicketView};
use salon_domain::kernel::BookingId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Goes to the till with a booking's ticket, to take a deposit for it.
pub fn take_deposit(desk: &Desk, booking: BookingId, date: String) {
    let desk = desk.clone();
    spawn_local(async move {
        match ask(DepositFor { booking }).await {
            Ok(view) => {
                desk.ticket.dispatch(TicketAction::DepositFor(Box::new(view), date));
                desk.go.emit(Place::Till);
            }
            Err(failure) => desk.toast.emit(Toast::failure(&failure)),
        }
    });
}

#[derive(PartialEq, Properties)]
pub struct DepositPanelProps {
    /// What is still to be paid: no deposit is more.
    pub owed_minor: i64,
}

/// How much of the ticket in hand is taken as a deposit.
#[component]
pub fn DepositPanel(props: &DepositPanelProps) -> Html {
    let desk = use_desk();
    let typed = use_state_eq(String::new);
    let ticket = &desk.ticket;
    let (currency, owed) = (ticket.draft.currency, props.owed_minor);
    let parsed = parse_amount(&typed, currency).filter(|minor| (1..=owed).contains(minor));
    let onclose = {
        let ticket = ticket.clone();
        Callback::from(move |()| ticket.dispatch(TicketAction::Deposit(false)))
    };
    let panel = use_opened(Some(onclose.clone()));
    let set = {
        let ticket = ticket.clone();
        Callback::from(move |minor: i64| ticket.dispatch(TicketAction::Portion(Some(minor))))
    };
    let by_hand = {
        let set = set.clone();
        Callback::from(move |()| {
            if let Some(minor) = parsed {
                set.emit(minor);
            }
        })
    };
    let chip = |label: &str, minor: i64| {
        let set = set.clone();
        html! {
            <button class="chip big num" disabled={minor < 1} aria-pressed={(ticket.portion_minor == Some(minor)).to_string()}
                onclick={move |_| set.emit(minor)}>{ format!("{label} {}", amount(minor, currency)) }</button>
        }
    };
    let name = match ticket.client_name.as_str() {
        "" => t(common::WALK_IN_CLIENT),
        name => name,
    };
    html! {
        <section ref={panel} class="portion" aria-label={t(words::DEPOSIT)} data-test="deposit-panel">
            <p><Icon name="piggy-bank" /><strong>{ fill(words::DEPOSIT_OF, &[("name", name)]) }</strong></p>
            <p class="muted">{ t(words::DEPOSIT_HOW) }</p>
            <div class="cash-quick">
                if let Some(minor) = ticket.asked_minor {
                    <button class="chip big num" aria-pressed={(ticket.portion_minor == Some(minor)).to_string()} data-test="deposit-asked"
                        onclick={let set = set.clone(); move |_| set.emit(minor)}>{ fill(words::DEPOSIT_ASKED, &[("amount", &amount(minor, currency))]) }</button>
                }
                { chip("½", owed.div_euclid(2)) }
                { chip("¼", owed.div_euclid(4)) }
                { chip(t(words::DEPOSIT_ALL), owed) }
            </div>
            <div class="portion-row">
                <Field label={t(words::DEPOSIT_AMOUNT)} value={(*typed).clone()} placeholder={amount(ticket.portion_minor.unwrap_or(owed), currency)} inputmode="decimal"
                    oninput={let typed = typed.clone(); move |v| typed.set(v)} onenter={by_hand.clone()} autofocus=true test="deposit-amount" />
                <button class="button primary" disabled={parsed.is_none()} onclick={by_hand.reform(|_| ())} data-test="deposit-set">{ t(till::APPLY) }</button>
                <button class="button quiet" onclick={onclose.reform(|_| ())} data-test="deposit-not">{ t(words::NO_DEPOSIT) }</button>
            </div>
            if ticket.portion_minor.is_none() { <p class="muted" role="status">{ t(words::DEPOSIT_CHOOSE) }</p> }
        </section>
    }
}

#[derive(PartialEq, Properties)]
pub struct HeldPaneProps {
    pub open: OpenTicketView,
}

/// The deposit was taken: what is held now, and on.
#[component]
pub fn HeldPane(props: &HeldPaneProps) -> Html {
    let desk = use_desk();
    let open = &props.open;
    let currency = open.draft.currency;
    let date = desk.ticket.date.clone();
    let onnew = {
        let ticket = desk.ticket.clone();
        move |_: MouseEvent| ticket.dispatch(TicketAction::Clear)
    };
    let onbook = {
        let desk = desk.clone();
        move |_: MouseEvent| {
            desk.ticket.dispatch(TicketAction::Clear);
            desk.go.emit(Place::Book(BookAim { date: date.clone(), open: None }));
        }
    };
    let onpay = {
        let (ticket, open) = (desk.ticket.clone(), open.clone());
        move |_: MouseEvent| ticket.dispatch(TicketAction::Recall(Box::new(open.clone())))
    };
    html! {
        <div class="paid" data-test="deposit-done" data-held={open.paid_minor.to_string()}>
            <div class="paid-head" role="status">
                <Icon name="circle-check" class="good" />
                <div class="grow">
                    <strong>{ t(words::HELD_NOW) }</strong>
                    <span class="paid-total num">{ money(open.paid_minor, currency) }</span>
                </div>
                <span class="num muted">{ format!("{} {}", t(till::STILL_OWED), money(open.owed_minor, currency)) }</span>
            </div>
            <div class="buttons paid-next">
                <button class="button primary grow" onclick={onnew} data-test="new-ticket"><Icon name="plus" />{ t(till::NEW_TICKET) }</button>
                <button class="button grow" onclick={onbook} data-test="back-to-book"><Icon name="calendar-days" />{ t(till::BACK_TO_BOOK) }</button>
            </div>
            <button class="button quiet align-start" onclick={onpay} data-test="deposit-pay-rest"><Icon name="arrow-right" />{ t(till::RECALL) }</button>
        </div>
    }
}
