//! Rail, top bar, the screen, and the toasts over it.

use super::desk::{BookAim, ClientAim, Desk, Place};
use super::rail::{PLACES, Rail};
use super::scan::Scanning;
use super::till::{CardWatch, DisplayWatch, Ticket, TillScreen};
use super::topbar::TopBar;
use super::{book, clients, devices, earnings, keys, reports, settings, stock, team};
use crate::browser;
use crate::hooks::{use_ask, use_heard, use_keys};
use crate::parts::{ToastHost, use_toasts};
use crate::transport::Heard;
use salon_contract::window::{Catalog, Notice, SignedIn, StatusView};
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ShellProps {
    pub status: Rc<StatusView>,
    pub recheck: Callback<()>,
    pub onlanguage: Callback<()>,
}

#[component]
pub fn Shell(props: &ShellProps) -> Html {
    let place = use_state_eq(Place::today);
    let catalog = use_ask(Some(Catalog {}));
    let ticket = use_reducer(Ticket::default);
    let (toasts, toast) = use_toasts();
    use_heard({
        let again = catalog.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Catalog) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    use_keys({
        let place = place.clone();
        move |event| {
            if let Some(target) = keys::function_key(event).and_then(|ix| PLACES.get(ix)) {
                event.prevent_default();
                place.set(target.place());
            } else if keys::begins_search(event, &place) && !browser::is_typing() {
                if event.key() == "/" || event.ctrl_key() {
                    event.prevent_default();
                }
                browser::focus("[data-test='search']");
            }
        }
    });
    let go = use_callback((), {
        let place = place.clone();
        move |to: Place, ()| place.set(to)
    });
    let me = use_memo(props.status.signed_in.clone(), |me| me.clone());
    let Some(me) = (*me).clone() else { return Html::default() };
    let desk = Desk {
        status: props.status.clone(),
        me: Rc::<SignedIn>::new(me),
        catalog: catalog.state.clone(),
        place: (*place).clone(),
        go,
        toast,
        recheck: props.recheck.clone(),
        onlanguage: props.onlanguage.clone(),
        ticket,
    };
    html! {
        <ContextProvider<Desk> context={desk}>
            <CardWatch />
            <DisplayWatch />
            <Scanning />
            <devices::TrainingBar />
            <div class="shell">
                <Rail />
                <TopBar />
                <main class="screen" tabindex="-1">{ screen(&place) }</main>
            </div>
            <ToastHost {toasts} />
        </ContextProvider<Desk>>
    }
}

fn screen(place: &Place) -> Html {
    match place {
        Place::Book(BookAim { date, open }) => html! { <book::BookScreen date={date.clone()} open={open.clone()} /> },
        Place::Till => html! { <TillScreen /> },
        Place::Clients(aim) => html! { <clients::ClientsScreen aim={ClientAim::clone(aim)} /> },
        Place::Stock => html! { <stock::StockScreen /> },
        Place::Team => html! { <team::TeamScreen /> },
        Place::Earnings(staff) => html! { <earnings::EarningsScreen key={staff.to_string()} staff={*staff} /> },
        Place::Reports(ticket) => html! { <reports::ReportsScreen open={*ticket} /> },
        Place::Devices => html! { <devices::DevicesScreen /> },
        Place::Settings => html! { <settings::SettingsScreen /> },
    }
}
