//! One device: how it is, and what can be done with it.

use super::words::{device_name, kind_name, role_icon, role_key};
use crate::parts::{Icon, Toast};
use crate::terminal::desk::use_desk;
use crate::text::{devices as words, fault, fill, t};
use crate::transport::ask;
use salon_contract::window::{AssignDevice, DeviceRole, DeviceView, DeviceWords, TestDevice};
use salon_domain::access::Permission;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct DeviceCardProps {
    pub device: DeviceView,
    pub again: Callback<()>,
    pub onedit: Callback<DeviceView>,
}

#[component]
pub fn DeviceCard(props: &DeviceCardProps) -> Html {
    let desk = use_desk();
    let device = &props.device;
    let busy = use_state_eq(|| false);
    let may = desk.may(Permission::DeviceManage) && !desk.status.training;
    let ontest = {
        let (toast, busy, again, device) = (desk.toast.clone(), busy.clone(), props.again.clone(), device.clone());
        move |_: MouseEvent| {
            busy.set(true);
            if device.role == DeviceRole::Scanner && !device.assigned {
                toast.emit(Toast::good(t(words::SCAN_NOW)));
            }
            let (toast, busy, again, device) = (toast.clone(), busy.clone(), again.clone(), device.clone());
            spawn_local(async move {
                toast.emit(match ask(TestDevice { id: device.id }).await {
                    Ok(said) => Toast::good(tested(&device, &said)),
                    Err(failure) => Toast::failure(&failure),
                });
                busy.set(false);
                again.emit(());
            });
        }
    };
    let onuse = {
        let (desk, again, id) = (desk.clone(), props.again.clone(), device.id);
        move |_: MouseEvent| {
            let again = again.clone();
            desk.run(AssignDevice { id, assigned: true }, move |_| again.emit(()));
        }
    };
    let onedit = {
        let device = device.clone();
        props.onedit.reform(move |_: MouseEvent| device.clone())
    };
    let key = role_key(device.role);
    html! {
        <article class={classes!("device-card", face_of(device))} data-test={format!("device-{key}")} data-well={device.well.to_string()}>
            <header class="device-head">
                <Icon name={role_icon(device.role)} class="device-icon" />
                <div class="grow">
                    <h2>{ device_name(device) }</h2>
                    <p class="muted">{ kind_name(&device.kind) }</p>
                    if !device.address.is_empty() { <p class="muted num clip">{ &device.address }</p> }
                </div>
            </header>
            { state_line(device) }
            <div class="buttons device-actions">
                <button class="button" onclick={ontest} disabled={*busy} data-test={format!("test-{key}")}>{ t(words::TEST) }</button>
                if may && !device.assigned { <button class="button" onclick={onuse} data-test={format!("use-{key}")}>{ t(words::USE) }</button> }
                if may { <button class="button quiet" onclick={onedit} data-test={format!("edit-{key}")}>{ t(words::EDIT) }</button> }
            </div>
        </article>
    }
}

fn face_of(device: &DeviceView) -> Option<&'static str> {
    match (&device.fault, &device.warning) {
        (Some(_), _) => Some("bad"),
        _ if !device.assigned => Some("spare"),
        (None, Some(_)) => Some("caution"),
        (None, None) => None,
    }
}

fn state_line(device: &DeviceView) -> Html {
    match (&device.fault, &device.warning) {
        (Some(cause), _) => {
            html! { <p class="device-state bad" role="alert"><Icon name="triangle-alert" />{ fault(cause) }</p> }
        }
        // They stand under a heading that says that they are not in use.
        _ if !device.assigned => Html::default(),
        (None, Some(_)) => {
            html! { <p class="device-state caution" role="status"><Icon name="triangle-alert" />{ t(words::NEAR_END) }</p> }
        }
        (None, None) => html! { <p class="device-state good"><Icon name="circle-check" />{ t(words::WELL) }</p> },
    }
}

fn tested(device: &DeviceView, said: &DeviceWords) -> String {
    match device.role {
        DeviceRole::Printer if !said.lines.is_empty() => {
            fill(words::TESTED_NOTES, &[("notes", &said.lines.join(", "))])
        }
        DeviceRole::Printer => t(words::TESTED_PRINTER).to_owned(),
        DeviceRole::CardTerminal => t(words::TESTED_CARD).to_owned(),
        DeviceRole::Display => t(words::TESTED_DISPLAY).to_owned(),
        DeviceRole::Scanner => match said.lines.first() {
            Some(code) => fill(words::TESTED_SCAN, &[("code", code)]),
            None => t(words::TESTED_SCANNER).to_owned(),
        },
    }
}
