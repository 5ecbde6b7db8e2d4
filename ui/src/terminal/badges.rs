use super::desk::{BookAim, BookPanel, Place, use_desk};
use super::devices::{role_icon, role_name, trouble_text};
use crate::parts::Icon;
use crate::text::{common, count, fill, sending};
use salon_contract::window::DeviceRole;
use yew::prelude::*;

/// What somebody should look at: clashes, card payments without an outcome, devices that do not work.
#[component]
pub fn Badges() -> Html {
    let desk = use_desk();
    let status = &desk.status;
    let badge = |test: &'static str, icon: &'static str, bad: bool, n: u32, label: String, place: Place| {
        html! {
            <button class={classes!("badge", bad.then_some("bad"))} title={label.clone()} aria-label={label} data-test={test} onclick={desk.go.reform(move |_| place.clone())}>
                <Icon name={icon} />
                if bad { <Icon name="triangle-alert" /> }
                if n > 0 { <span class="num">{ n }</span> }
            </button>
        }
    };
    html! {
        <>
            if status.clashes > 0 {
                { badge("badge-clashes", "shield-alert", false, status.clashes,
                    count(status.clashes.into(), common::CLASHES_ONE, common::CLASHES_MANY),
                    Place::Book(BookAim { date: None, open: Some(BookPanel::Clashes) })) }
            }
            if status.unknown_cards > 0 {
                { badge("badge-unknown-cards", "circle-help", false, status.unknown_cards,
                    count(status.unknown_cards.into(), common::UNKNOWN_CARDS_ONE, common::UNKNOWN_CARDS_MANY), Place::Devices) }
            }
            if let Some(ticket) = status.unsent.first() {
                { badge("badge-unsent", "mail", true, status.unsent.len() as u32,
                    count(status.unsent.len() as u64, sending::UNSENT_ONE, sending::UNSENT_MANY), Place::Reports(Some(*ticket))) }
            }
            for trouble in status.device_trouble.iter() {
                { badge(if trouble.role == DeviceRole::Printer { "badge-printer" } else { "badge-device" }, role_icon(trouble.role), !trouble.warning,
                    if trouble.role == DeviceRole::Printer { status.print_queue } else { 0 },
                    fill(common::DEVICE_BADGE, &[("device", role_name(trouble.role)), ("cause", &trouble_text(trouble))]), Place::Devices) }
            }
        </>
    }
}
