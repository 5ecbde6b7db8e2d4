//! The till: what can be added on the left, the ticket on the right, and the drawer's own business.

mod card;
mod cash;
mod catalogue;
mod confirm;
mod count;
mod credit;
mod decide;
mod display;
mod draft;
mod drawer;
mod gift;
mod line;
mod open;
mod package;
mod receipt;
mod refund;
mod scanned;
mod tenders;
mod ticket;

pub use card::stage_of;
pub use decide::DecidePanel;
pub use display::DisplayWatch;
pub use draft::{CardWatch, Stage, Ticket, TicketAction, product_name};
pub use gift::{gift_scanned, sell_gift};
pub use package::left_of;
pub use receipt::{PaperText, ReceiptView};
pub use scanned::add_scanned;

use super::desk::{Desk, Place};
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Icon, Toast, loaded};
use crate::text::{day_short, fill, t, till as words};
use crate::transport::{Heard, ask};
use catalogue::Catalogue;
use drawer::DrawerView;
use receipt::PaidPane;
use salon_contract::window::{Notice, TicketFor, Till};
use salon_domain::kernel::BookingId;
use ticket::TicketPane;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Puts a booking on the ticket and goes to the till.
pub fn check_out(desk: &Desk, booking: BookingId, date: String, client_name: String) {
    let desk = desk.clone();
    spawn_local(async move {
        match ask(TicketFor { booking, date: date.clone() }).await {
            Ok(draft) => {
                desk.ticket.dispatch(TicketAction::Load { draft: Box::new(draft), client_name, date: Some(date) });
                desk.go.emit(Place::Till);
            }
            Err(failure) => desk.toast.emit(Toast::failure(&failure)),
        }
    });
}

#[component]
pub fn TillScreen() -> Html {
    let desk = super::desk::use_desk();
    let till = use_ask(Some(Till {}));
    let in_drawer = use_state_eq(|| false);
    use_heard({
        let again = till.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Till) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    let toggle = {
        let in_drawer = in_drawer.clone();
        Callback::from(move |()| in_drawer.set(!*in_drawer))
    };
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
            if let (Some(date), false) = (&earlier, *in_drawer) {
                <div class="banner caution till-banner" role="alert">
                    <Icon name="triangle-alert" />
                    <span class="grow"><strong>{ fill(words::EARLIER_TITLE, &[("date", &day_short(date))]) }</strong>{ " " }{ t(words::EARLIER_HOW) }</span>
                    <button class="button" onclick={toggle.reform(|_| ())}>{ t(words::CLOSE_TILL) }</button>
                </div>
            }
            <section class="till-left">
                if *in_drawer {
                    <DrawerView till={till.clone()} onchanged={changed.clone()} onback={toggle} />
                } else {
                    <Catalogue ondrawer={toggle} />
                }
            </section>
            <section class="till-right" aria-label={t(words::TICKET)}>
                if let Stage::Paid(sale) = &desk.ticket.stage {
                    <PaidPane sale={sale.clone()} />
                } else {
                    { loaded(&till, |view| html! { <TicketPane till={view.clone()} onchanged={changed.clone()} /> }) }
                }
            </section>
        </div>
    }
}
