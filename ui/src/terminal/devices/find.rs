//! Looking for devices: what hangs on this computer and, when asked to, on the local network.

use super::words::kind_name;
use crate::hooks::use_ask;
use crate::parts::{Empty, Icon, loaded, use_opened};
use crate::text::{common, devices as words, t};
use salon_contract::window::{FindDevices, FoundDevice};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct FindPanelProps {
    pub onclose: Callback<()>,
    /// A driver that was chosen, `KIND:ADDRESS`.
    pub onchoose: Callback<String>,
}

#[component]
pub fn FindPanel(props: &FindPanelProps) -> Html {
    let network = use_state_eq(|| false);
    let found = use_ask(Some(FindDevices { network: *network }));
    let panel = use_opened(Some(props.onclose.clone()));
    let onnetwork = {
        let network = network.clone();
        move |_: Event| network.set(!*network)
    };
    html! {
        <aside ref={panel} class="panel" aria-label={t(words::FIND)} data-test="find-panel">
            <header class="panel-head">
                <h2 class="grow">{ t(words::FIND) }</h2>
                <button class="icon-button" aria-label={t(common::CLOSE)} onclick={props.onclose.reform(|_| ())}><Icon name="x" /></button>
            </header>
            <div class="panel-body">
                <label class="check-line"><input type="checkbox" checked={*network} onchange={onnetwork} data-test="find-network" />{ t(words::FIND_NETWORK) }</label>
                { loaded(&found, |list| if list.is_empty() {
                    html! { <Empty icon="search" text={t(words::FOUND_NOTHING)} /> }
                } else {
                    html! { <ul class="rows">for device in list.iter() { { found_row(device, &props.onchoose) } }</ul> }
                }) }
            </div>
            <footer class="panel-foot">
                <div class="buttons">
                    <button class="button grow" onclick={found.again.reform(|_| ())}><Icon name="refresh-cw" />{ t(words::FIND_AGAIN) }</button>
                    <button class="button grow" onclick={props.onchoose.reform(|_| "escpos_tcp:".to_owned())} data-test="add-by-hand"><Icon name="pencil" />{ t(words::ADD_BY_HAND) }</button>
                </div>
            </footer>
        </aside>
    }
}

fn found_row(device: &FoundDevice, onchoose: &Callback<String>) -> Html {
    html! {
        <li class="found" key={device.label.clone()}>
            <strong>{ &device.label }</strong>
            if device.known { <span class="muted"><Icon name="check" />{ t(words::KNOWN) }</span> }
            <div class="found-drivers">
                for driver in device.drivers.iter() {
                    <button class="button" data-test="found-driver" onclick={let driver = driver.clone(); onchoose.reform(move |_| driver.clone())}>
                        <Icon name="plus" /><span class="clip">{ kind_name(driver.split(':').next().unwrap_or_default()) }</span>
                    </button>
                }
            </div>
        </li>
    }
}
