use super::desk::{BookAim, BookPanel, Place, use_desk};
use crate::parts::Icon;
use crate::text::{common, count, fault, fill};
use yew::prelude::*;

/// What somebody should look at: clashes, card payments without an outcome, a printer that will not print.
#[component]
pub fn Badges() -> Html {
    let desk = use_desk();
    let status = &desk.status;
    let badge = |test: &'static str, icon: &'static str, n: u32, label: String, place: Place| {
        html! {
            <button class="badge" title={label.clone()} aria-label={label} data-test={test} onclick={desk.go.reform(move |_| place.clone())}>
                <Icon name={icon} />
                if n > 0 { <span class="num">{ n }</span> }
            </button>
        }
    };
    html! {
        <>
            if status.clashes > 0 {
                { badge("badge-clashes", "shield-alert", status.clashes,
                    count(status.clashes.into(), common::CLASHES_ONE, common::CLASHES_MANY),
                    Place::Book(BookAim { date: None, open: Some(BookPanel::Clashes) })) }
            }
            if status.unknown_cards > 0 {
                { badge("badge-unknown-cards", "circle-help", status.unknown_cards,
                    count(status.unknown_cards.into(), common::UNKNOWN_CARDS_ONE, common::UNKNOWN_CARDS_MANY), Place::Devices) }
            }
            if let Some(cause) = &status.printer_fault {
                { badge("badge-printer", "printer", status.print_queue,
                    fill(common::PRINTER_BADGE, &[("cause", &fault(cause))]), Place::Devices) }
            }
        </>
    }
}
