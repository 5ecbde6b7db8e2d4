//! The till: what can be added on the left, the ticket on the right, and the drawer's own business.

mod after_tip;
mod aside;
mod card;
mod cash;
mod catalogue;
mod confirm;
mod count;
mod credit;
mod decide;
mod deposit;
mod display;
mod draft;
mod drawer;
mod fees;
mod gift;
mod helpers;
mod invoice;
mod line;
mod membership;
mod offers;
mod open;
mod package;
mod receipt;
mod refund;
mod refund_lines;
mod rewards;
mod scanned;
mod sending;
mod split;
mod standing;
mod tenders;
mod ticket;
mod tip;
mod used;
mod x_report;

pub use card::stage_of;
pub use decide::DecidePanel;
pub use deposit::take_deposit;
pub use display::DisplayWatch;
pub use draft::{CardWatch, Stage, Ticket, TicketAction, product_name};
pub use fees::charge_fee;
pub use gift::{gift_scanned, sell_gift};
pub use membership::{benefit_text, period_text, price_of, standing_icon, standing_word};
pub use package::left_of;
pub use receipt::{PaperText, ReceiptView};
pub use scanned::add_scanned;
pub use split::Parts;

use super::desk::{Desk, Place};
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Icon, Toast, loaded};
use crate::text::{day_short, fill, t, till as words};
use crate::transport::{Heard, ask};
use aside::Aside;
use catalogue::Catalogue;
use deposit::HeldPane;
use drawer::DrawerView;
use receipt::PaidPane;
use salon_contract::window::{Notice, ReadOpenTicket, TicketFor, Till};
use salon_domain::kernel::BookingId;
use ticket::TicketPane;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Puts a booking on the ticket, with what is held for it, and goes to the till; to the receipt where it was paid for with
/// another ticket.
pub fn check_out(desk: &Desk, booking: BookingId, date: String, client_name: String) {
    let desk = desk.clone();
    spawn_local(async move {
        match ask(TicketFor { booking, date: date.clone() }).await {
            Ok(draft) => {
                // Without an answer what is held is taken off all the same when it is paid.
                let open = ask(ReadOpenTicket { ticket: draft.id }).await.ok().flatten();
                let parts = open.map(|open| open.parts).unwrap_or_default();
                let draft = Box::new(draft);
                desk.ticket.dispatch(TicketAction::Load { draft, client_name, date: Some(date), parts });
                desk.go.emit(Place::Till);
            }
            Err(failure) => {
                if let Some(ticket) = failure.detail.get("ticket").and_then(|ticket| ticket.parse().ok()) {
                    desk.go.emit(Place::Reports(Some(ticket)));
                }
                desk.toast.emit(Toast::failure(&failure));
            }
        }
    });
}

/// What the left of the till shows.
#[derive(Clone, Copy, PartialEq)]
enum Left {
    Catalogue,
    Drawer,
    Aside,
}

#[component]
pub fn TillScreen() -> Html {
    let desk = super::desk::use_desk();
    let till = use_ask(Some(Till {}));
    let left = use_state_eq(|| Left::Catalogue);
    use_heard({
        let again = till.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Till) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    let show = |what: Left| {
        let left = left.clone();
        Callback::from(move |()| left.set(what))
    };
    let back = show(Left::Catalogue);
    let earlier =
        till.state.here().and_then(|v| v.open.as_ref()).filter(|o| o.from_earlier_day).map(|o| o.date.clone());
    let changed = {
        let (again, recheck) = (till.again.clone(), desk.recheck.clone());
        Callback::from(move |()| {
            again.emit(());
            recheck.emit(());
        })
    };
    html! {
        <div class="till">
            if let (Some(date), false) = (&earlier, *left == Left::Drawer) {
                <div class="banner caution till-banner" role="alert">
                    <Icon name="triangle-alert" />
                    <span class="grow"><strong>{ fill(words::EARLIER_TITLE, &[("date", &day_short(date))]) }</strong>{ " " }{ t(words::EARLIER_HOW) }</span>
                    <button class="button" onclick={show(Left::Drawer).reform(|_| ())}>{ t(words::CLOSE_TILL) }</button>
                </div>
            }
            <section class="till-left">
                { match *left {
                    Left::Drawer => html! { <DrawerView till={till.clone()} onchanged={changed.clone()} onback={back} /> },
                    Left::Aside => html! { <Aside onback={back} /> },
                    Left::Catalogue => html! { <Catalogue ondrawer={show(Left::Drawer)} onaside={show(Left::Aside)} /> },
                } }
            </section>
            <section class="till-right" aria-label={t(words::TICKET)}>
                if let Stage::Paid(sale) = &desk.ticket.stage {
                    <PaidPane sale={sale.clone()} />
                } else if let Stage::Held(open) = &desk.ticket.stage {
                    <HeldPane open={(**open).clone()} />
                } else {
                    { loaded(&till, |view| html! { <TicketPane till={view.clone()} onchanged={changed.clone()} /> }) }
                }
            </section>
        </div>
    }
}
