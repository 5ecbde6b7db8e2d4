//! Tickets that are put aside or paid in part, of every terminal of the branch.

use super::check_out;
use super::draft::TicketAction;
use super::split::Parts;
use crate::browser::{Intention, new_key};
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Empty, Icon, Toast, loaded};
use crate::terminal::book::Decide;
use crate::terminal::desk::{Desk, use_desk};
use crate::text::{clock, common, day_short, desk as desk_words, fill, money, t, till as words};
use crate::transport::{Heard, ask};
use salon_contract::window::{DropTicket, HoldTicket, Notice, OpenTicketView, OpenTickets};
use salon_domain::payment::LineDraft;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Puts one line of the ticket in hand on a ticket of its own.
pub fn split_off(desk: &Desk, line: &LineDraft) {
    let (desk, line) = (desk.clone(), line.clone());
    let ticket = desk.ticket.with_only(&line);
    let question = HoldTicket { key: new_key(), ticket, name: desk.ticket.client_name.clone() };
    spawn_local(async move {
        match ask(question).await {
            Ok(_) => {
                desk.ticket.dispatch(TicketAction::Remove(line.id));
                desk.toast.emit(Toast::good(t(words::SPLIT_OFF_DONE)));
            }
            Err(failure) => desk.toast.emit(Toast::failure(&failure)),
        }
    });
}

/// Puts the ticket in hand aside and begins a new one.
pub fn put_aside(desk: &Desk) {
    let desk = desk.clone();
    let old = (*desk.ticket).clone();
    let question = HoldTicket { key: old.key, ticket: old.draft.clone(), name: old.name.clone() };
    spawn_local(async move {
        match ask(question).await {
            Ok(_) => {
                desk.ticket.dispatch(TicketAction::Clear);
                let ticket = desk.ticket.clone();
                desk.toast.emit(
                    Toast::good(t(words::PUT_ASIDE_DONE))
                        .with_undo(move || ticket.dispatch(TicketAction::Restore(Box::new(old.clone())))),
                );
            }
            Err(failure) => desk.toast.emit(Toast::failure(&failure)),
        }
    });
}

#[derive(PartialEq, Properties)]
pub struct AsideProps {
    pub onback: Callback<()>,
}

#[component]
pub fn Aside(props: &AsideProps) -> Html {
    let desk = use_desk();
    let open = use_ask(Some(OpenTickets {}));
    use_heard({
        let again = open.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Till) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    let recall = {
        let (desk, onback) = (desk.clone(), props.onback.clone());
        Callback::from(move |view: OpenTicketView| {
            match view.draft.booking {
                // The booking may be another one since: its services are as they are booked now.
                Some(booking) => check_out(&desk, booking, view.date.clone(), view.client_name.clone()),
                None => desk.ticket.dispatch(TicketAction::Recall(Box::new(view))),
            }
            onback.emit(());
        })
    };
    let again = open.again.clone();
    html! {
        <div class="aside" data-test="aside">
            <div class="toolbar">
                <button class="button" onclick={props.onback.reform(|_| ())}><Icon name="arrow-left" />{ t(common::BACK) }</button>
                <h2 class="grow">{ t(words::OPEN_TICKETS) }</h2>
            </div>
            { loaded(&open, |list| if list.is_empty() {
                html! { <Empty icon="receipt-text" text={t(words::NO_OPEN_TICKETS)} /> }
            } else {
                html! {
                    <ul class="rows">
                        for view in list.iter() { <OneAside key={view.draft.id.to_string()} view={view.clone()} onrecall={recall.clone()} onmerged={props.onback.clone()} onchanged={again.clone()} /> }
                    </ul>
                }
            }) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct OneAsideProps {
    view: OpenTicketView,
    onrecall: Callback<OpenTicketView>,
    onmerged: Callback<()>,
    onchanged: Callback<()>,
}

#[component]
fn OneAside(props: &OneAsideProps) -> Html {
    let desk = use_desk();
    let view = &props.view;
    let intention = use_mut_ref(Intention::default);
    let deciding = use_state_eq(|| false);
    let currency = view.draft.currency;
    let what: Vec<&str> = view.draft.lines.iter().map(|line| line.description.as_str()).collect();
    let who = [view.name.as_str(), view.client_name.as_str()].into_iter().find(|name| !name.is_empty());
    let when = format!("{} {}", day_short(&view.date), clock(view.minute));
    let ondrop = {
        let (toast, onchanged, ticket) = (desk.toast.clone(), props.onchanged.clone(), view.draft.id);
        move |_: MouseEvent| {
            let key = intention.borrow_mut().key(&ticket);
            let (toast, onchanged) = (toast.clone(), onchanged.clone());
            spawn_local(async move {
                if let Err(failure) = ask(DropTicket { key, ticket }).await {
                    toast.emit(Toast::failure(&failure));
                }
                onchanged.emit(());
            });
        }
    };
    let mergeable =
        view.paid_minor == 0 && !desk.ticket.draft.lines.is_empty() && desk.ticket.draft.id != view.draft.id;
    let onmerge = {
        let (desk, view, ondrop, onback) = (desk.clone(), view.clone(), ondrop.clone(), props.onmerged.clone());
        move |e: MouseEvent| {
            desk.ticket.dispatch(TicketAction::Merge(Box::new(view.clone())));
            ondrop(e);
            onback.emit(());
        }
    };
    html! {
        <li data-test="open-ticket">
            <div class="row plain">
                <span class="row-main"><strong>{ who.unwrap_or(t(common::WALK_IN_CLIENT)).to_owned() }</strong>
                    <span class="muted clip">{ format!("{when} · {}", what.join(", ")) }</span>
                    if view.is_over { <span class="bad">{ t(words::IS_OVER) }</span> }
                    else if view.deposit_minor != 0 { <span class="muted num">{ fill(desk_words::HELD, &[("amount", &money(view.paid_minor, currency))]) }</span> }
                    else if view.paid_minor != 0 { <span class="muted num">{ fill(words::PAID_SO_FAR, &[("amount", &money(view.paid_minor, currency))]) }</span> }
                </span>
                <strong class="num">{ money(view.owed_minor.abs(), currency) }</strong>
                if !view.is_over {
                    <button class="button primary" onclick={let (on, view) = (props.onrecall.clone(), view.clone()); move |_| on.emit(view.clone())} data-test="recall"><Icon name="arrow-right" />{ t(words::RECALL) }</button>
                    if mergeable {
                        <button class="button" onclick={onmerge} data-test="merge"><Icon name="plus" />{ t(words::MERGE) }</button>
                    }
                    // Of a booking that is decided in the book, when it does not take place.
                    if view.deposit_minor > 0 && view.draft.booking.is_none() {
                        <button class="icon-button" aria-label={t(desk_words::DEPOSIT)} title={t(desk_words::DEPOSIT)} aria-expanded={deciding.to_string()} data-test="deposit-decide"
                            onclick={let d = deciding.clone(); move |_| d.set(!*d)}><Icon name="piggy-bank" /></button>
                    }
                    if view.paid_minor == 0 {
                        <button class="icon-button" aria-label={t(common::REMOVE)} title={t(common::REMOVE)} onclick={ondrop} data-test="drop-ticket"><Icon name="trash-2" /></button>
                    }
                }
            </div>
            if *deciding {
                <Decide ticket={view.draft.id} onchanged={props.onchanged.clone()} />
            }
            if view.is_over {
                <Parts ticket={view.draft.id} parts={view.parts.clone()} owed_minor={view.owed_minor} onchanged={props.onchanged.reform(|_| ())} />
            }
        </li>
    }
}
