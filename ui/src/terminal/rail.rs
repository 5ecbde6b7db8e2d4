use super::desk::{ClientAim, Place, use_desk};
use super::till::Stage;
use crate::parts::Icon;
use crate::text::{Msg, common, t};
use yew::prelude::*;

/// A screen on the rail, in the order of F1 to F8.
pub struct Stop {
    test: &'static str,
    icon: &'static str,
    pub label: Msg,
    place: fn() -> Place,
}

impl Stop {
    pub fn place(&self) -> Place {
        (self.place)()
    }
}

pub const PLACES: [Stop; 8] = [
    Stop { test: "rail-book", icon: "calendar-days", label: common::NAV_BOOK, place: Place::today },
    Stop { test: "rail-till", icon: "shopping-cart", label: common::NAV_TILL, place: || Place::Till },
    Stop { test: "rail-clients", icon: "users", label: common::NAV_CLIENTS, place: || Place::Clients(ClientAim::None) },
    Stop { test: "rail-stock", icon: "package", label: common::NAV_STOCK, place: || Place::Stock },
    Stop { test: "rail-team", icon: "scissors", label: common::NAV_TEAM, place: || Place::Team },
    Stop { test: "rail-reports", icon: "chart-column", label: common::NAV_REPORTS, place: || Place::Reports(None) },
    Stop { test: "rail-devices", icon: "printer", label: common::NAV_DEVICES, place: || Place::Devices },
    Stop { test: "rail-settings", icon: "settings", label: common::NAV_SETTINGS, place: || Place::Settings },
];

#[component]
pub fn Rail() -> Html {
    let desk = use_desk();
    html! {
        <nav class="rail" aria-label={t(common::NAV)}>
            <span class="brand-mark" aria-hidden="true"></span>
            for (ix, stop) in PLACES.iter().enumerate() {
                <button class="rail-stop" data-test={stop.test} aria-keyshortcuts={format!("F{}", ix + 1)}
                    aria-current={desk.place.is_beside(&stop.place()).then_some("page")}
                    onclick={let place = stop.place; desk.go.reform(move |_| place())}>
                    <Icon name={stop.icon} />
                    if stop.test == "rail-till" && !desk.ticket.draft.lines.is_empty() && !matches!(desk.ticket.stage, Stage::Paid(_)) {
                        <span class="rail-count">{ desk.ticket.draft.lines.len() }</span>
                    }
                    <span class="rail-label">{ t(stop.label) }<kbd>{ format!("F{}", ix + 1) }</kbd></span>
                </button>
            }
        </nav>
    }
}
