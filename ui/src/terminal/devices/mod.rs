//! Devices: how each is, adding and setting them, the card terminal's day, the print queue, card payments that have to be
//! cleared up, and training.

mod card_day;
mod device;
mod edit;
mod find;
mod logo;
mod queue;
mod training;
mod unknown;
mod wedge;
mod words;

use super::desk::use_desk;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Empty, Icon, loaded};
use crate::text::{devices as texts, t};
use crate::transport::Heard;
use card_day::CardDaySection;
use device::DeviceCard;
use edit::{EditAim, EditPanel};
use find::FindPanel;
use queue::QueueSection;
use salon_contract::window::{DeviceRole, DeviceView, Devices, Notice, UnknownCards};
use salon_domain::access::Permission;
pub use training::TrainingBar;
use training::TrainingStart;
use unknown::UnknownCard;
use wedge::WedgeSection;
pub use words::{role_icon, role_name, trouble_text};
use yew::prelude::*;

/// What is open beside the list.
#[derive(Clone, PartialEq)]
enum Beside {
    Nothing,
    Find,
    Edit(EditAim),
}

#[component]
pub fn DevicesScreen() -> Html {
    let desk = use_desk();
    let devices = use_ask(Some(Devices {}));
    let unknown = use_ask(Some(UnknownCards {}));
    let beside = use_state_eq(|| Beside::Nothing);
    use_heard({
        let (devices, unknown) = (devices.again.clone(), unknown.again.clone());
        move |heard| {
            let news = matches!(
                heard,
                Heard::Notice(Notice::DeviceFault { .. } | Notice::DeviceWell { .. } | Notice::Till | Notice::Printing)
            );
            if news || matches!(heard, Heard::Reconnected) {
                devices.emit(());
                unknown.emit(());
            }
        }
    });
    let onchanged = {
        let (devices, unknown, recheck) = (devices.again.clone(), unknown.again.clone(), desk.recheck.clone());
        Callback::from(move |()| {
            devices.emit(());
            unknown.emit(());
            recheck.emit(());
        })
    };
    let open = |to: Beside| {
        let beside = beside.clone();
        Callback::from(move |_: MouseEvent| beside.set(to.clone()))
    };
    let onclose = {
        let beside = beside.clone();
        Callback::from(move |()| beside.set(Beside::Nothing))
    };
    let onedit = {
        let beside = beside.clone();
        Callback::from(move |device: DeviceView| beside.set(Beside::Edit(EditAim::Known(device))))
    };
    let onchoose = {
        let beside = beside.clone();
        Callback::from(move |driver: String| beside.set(Beside::Edit(EditAim::New(driver))))
    };
    let devices_again = devices.again.clone();
    let may = desk.may(Permission::DeviceManage) && !desk.status.training;
    let cards = |devices: &[&DeviceView]| {
        html! {
            <div class="device-cards">
                for device in devices.iter().copied() {
                    <DeviceCard key={device.id.to_string()} device={device.clone()} again={devices_again.clone()} onedit={onedit.clone()} />
                }
            </div>
        }
    };
    // Money that is not accounted for comes before everything else; that there is none is said in passing.
    let to_clear = unknown.state.here().is_some_and(|cards| !cards.is_empty());
    let unknown_cards = html! {
        <section class="device-part" key="unknown">
            <h2>{ t(texts::UNKNOWN_CARDS) }</h2>
            { loaded(&unknown, |cards| if cards.is_empty() {
                html! { <p class="muted"><Icon name="circle-check" class="good" />{ t(texts::NO_UNKNOWN) }</p> }
            } else {
                html! { <ul class="rows">for card in cards.iter() { <UnknownCard key={card.payment.to_string()} card={card.clone()} onchanged={onchanged.clone()} /> }</ul> }
            }) }
        </section>
    };
    html! {
        <div class="beside">
            <div class="page-pane">
                <div class="toolbar">
                    <h1 class="grow">{ t(crate::text::common::NAV_DEVICES) }</h1>
                    if may { <button class="button primary" onclick={open(Beside::Find)} data-test="find-devices"><Icon name="search" />{ t(texts::FIND) }</button> }
                    if !desk.status.training { <TrainingStart /> }
                </div>
                if to_clear { { unknown_cards.clone() } }
                { loaded(&devices, |view| html! {
                    <>
                        if view.devices.is_empty() { <Empty icon="printer" text={t(texts::NO_DEVICES)} /> }
                        { cards(&in_order(&view.devices, true)) }
                        if let Some(device) = view.devices.iter().find(|d| d.assigned && d.role == DeviceRole::CardTerminal && !d.abilities.is_empty()) {
                            <section class="device-part">
                                <h2>{ t(texts::CARD_TERMINAL) }</h2>
                                <CardDaySection device={device.clone()} />
                            </section>
                        }
                    </>
                }) }
                if !to_clear { { unknown_cards } }
                <section class="device-part">
                    <h2>{ t(texts::QUEUE) }</h2>
                    <QueueSection />
                </section>
                if let Some(view) = devices.state.here().filter(|view| view.devices.iter().any(|device| !device.assigned)) {
                    <h2>{ t(texts::SPARE) }</h2>
                    { cards(&in_order(&view.devices, false)) }
                }
                <WedgeSection />
            </div>
            { match &*beside {
                Beside::Nothing => Html::default(),
                Beside::Find => html! { <FindPanel onclose={onclose} {onchoose} /> },
                Beside::Edit(aim) => html! { <EditPanel key={aim_key(aim)} aim={aim.clone()} has_logo={devices.state.here().is_some_and(|view| view.has_logo)} {onclose} {onchanged} /> },
            } }
        </div>
    }
}

/// Those in use, or those that are not, by their work.
fn in_order(devices: &[DeviceView], assigned: bool) -> Vec<&DeviceView> {
    let mut sorted: Vec<&DeviceView> = devices.iter().filter(|device| device.assigned == assigned).collect();
    sorted.sort_by_key(|device| device.role);
    sorted
}

fn aim_key(aim: &EditAim) -> String {
    match aim {
        EditAim::New(driver) => driver.clone(),
        EditAim::Known(device) => device.id.to_string(),
    }
}
