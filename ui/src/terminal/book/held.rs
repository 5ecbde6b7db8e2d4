//! What is held for a booking: a deposit to take, and what becomes of it when the visit does not take place.

use crate::browser::Intention;
use crate::hooks::use_ask;
use crate::parts::{Field, Icon, Toast, loaded};
use crate::terminal::desk::{Place, use_desk};
use crate::terminal::till::{Parts, charge_fee, take_deposit};
use crate::text::{common, desk as words, fill, money, t};
use salon_contract::window::{AppointmentView, KeepDeposit, OpenTicketView, ReadOpenTicket};
use salon_domain::booking::BookingStatus;
use salon_domain::branch::{Charge, Fee};
use salon_domain::kernel::TicketId;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct HeldProps {
    pub appointment: AppointmentView,
    pub onchanged: Callback<()>,
}

#[component]
pub fn Held(props: &HeldProps) -> Html {
    let desk = use_desk();
    let a = &props.appointment;
    let currency = desk.status.currency;
    let is_off = matches!(a.status, BookingStatus::Cancelled | BookingStatus::NoShow);
    let is_to_come = matches!(a.status, BookingStatus::Pending | BookingStatus::Confirmed | BookingStatus::InProgress);
    let held = money(a.held_minor, currency);
    let may_take = is_to_come && a.held_minor < a.total_minor;
    // Who left no deposit is charged on a ticket of its own: a share of nothing is no fee.
    let fees: Vec<_> = match desk.catalog.here().filter(|_| is_off && a.held_minor == 0 && a.ticket.is_none()) {
        Some(catalog) => catalog.fees.iter().filter(|fee| matches!(fee.charge, Charge::Amount(_))).cloned().collect(),
        None => Vec::new(),
    };
    if a.held_minor == 0 && !may_take && fees.is_empty() {
        return Html::default();
    }
    let onfee = |fee: Fee| {
        let (desk, a) = (desk.clone(), a.clone());
        move |_: MouseEvent| charge_fee(&desk, &fee, &a)
    };
    let ontake = {
        let (desk, booking, date) = (desk.clone(), a.booking, a.date.clone());
        move |_: MouseEvent| take_deposit(&desk, booking, date.clone())
    };
    html! {
        <section class="part" data-test="held" data-held={a.held_minor.to_string()}>
            if a.held_minor != 0 && !is_off { <p class="callout"><Icon name="piggy-bank" /><span class="num">{ fill(words::HELD, &[("amount", &held)]) }</span></p> }
            if may_take {
                <button class="button quiet align-start" onclick={ontake} data-test="take-deposit"><Icon name="piggy-bank" />{ t(words::TAKE_DEPOSIT) }</button>
            }
            if !fees.is_empty() {
                <div class="chips" role="group" aria-label={t(words::CHARGE_FEE)}>
                    for fee in fees { <button class="chip big" onclick={onfee(fee.clone())} data-test="charge-fee">{ format!("{} {}", fee.name, money(fee.charge.of(0), currency)) }</button> }
                </div>
            }
            if let (Some(ticket), true) = (a.held_on, is_off && a.held_minor > 0) {
                <p class="callout caution" role="alert"><Icon name="piggy-bank" /><span>{ fill(words::HELD_FOR_NOBODY, &[("amount", &held)]) }</span></p>
                <Decide key={ticket.to_string()} {ticket} onchanged={props.onchanged.clone()} />
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
pub struct DecideProps {
    pub ticket: TicketId,
    pub onchanged: Callback<()>,
}

/// Give it back, part by part, or keep all of it for a reason.
#[component]
pub fn Decide(props: &DecideProps) -> Html {
    let desk = use_desk();
    let reason = use_state_eq(String::new);
    let intention = use_mut_ref(Intention::default);
    let open = use_ask(Some(ReadOpenTicket { ticket: props.ticket }));
    let ready = !reason.trim().is_empty();
    let keep = {
        let (desk, ticket, onchanged) = (desk.clone(), props.ticket, props.onchanged.clone());
        let reason = reason.trim().to_owned();
        Callback::from(move |()| {
            if !ready {
                return;
            }
            let key = intention.borrow_mut().key(&(ticket, &reason));
            let (inner, onchanged) = (desk.clone(), onchanged.clone());
            desk.run(KeepDeposit { key, ticket, reason: reason.clone() }, move |kept| {
                let total = money(kept.sale.total_minor, kept.sale.currency);
                let said = fill(words::KEPT, &[("amount", &total), ("number", &kept.sale.number.to_string())]);
                inner.toast.emit(Toast::good(said));
                inner.recheck.emit(());
                onchanged.emit(());
                inner.go.emit(Place::Reports(Some(kept.sale.ticket)));
            });
        })
    };
    let back = |view: &Option<OpenTicketView>| {
        let Some(view) = view else { return Html::default() };
        let again = {
            let (again, onchanged) = (open.again.clone(), props.onchanged.clone());
            Callback::from(move |_| {
                again.emit(());
                onchanged.emit(());
            })
        };
        html! { <Parts ticket={view.draft.id} parts={view.parts.clone()} owed_minor={view.paid_minor} held=true onchanged={again} /> }
    };
    html! {
        <>
            { loaded(&open, back) }
            <p class="muted">{ t(words::KEEP_HOW) }</p>
            <div class="portion-row">
                <Field label={t(common::REASON)} value={(*reason).clone()} oninput={let r = reason.clone(); move |v| r.set(v)} onenter={keep.clone()} test="keep-reason" />
                <button class="button danger" disabled={!ready} onclick={keep.reform(|_| ())} data-test="keep-deposit"><Icon name="piggy-bank" />{ t(words::KEEP) }</button>
            </div>
        </>
    }
}
