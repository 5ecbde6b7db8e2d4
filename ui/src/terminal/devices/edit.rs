//! Adding a device by its address, and changing one: kind, name, address, and what its kind can be set to.

use super::logo::LogoField;
use super::words::{KINDS, device_name, kind};
use crate::browser::Intention;
use crate::parts::{Choice, Field, Icon, Segments, Toast, select_value, use_opened};
use crate::terminal::desk::use_desk;
use crate::text::{Msg, common, devices as words, fill, t};
use crate::transport::ask;
use salon_contract::window::{DeviceView, RemoveDevice, RestoreDevice, SaveDevice};
use std::collections::BTreeMap;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// What the panel opens with.
#[derive(Clone, PartialEq)]
pub enum EditAim {
    /// A new one, of this driver (`KIND:ADDRESS`).
    New(String),
    Known(DeviceView),
}

#[derive(PartialEq, Properties)]
pub struct EditPanelProps {
    pub aim: EditAim,
    pub has_logo: bool,
    pub onclose: Callback<()>,
    pub onchanged: Callback<()>,
}

#[component]
pub fn EditPanel(props: &EditPanelProps) -> Html {
    let desk = use_desk();
    let (id, first) = match &props.aim {
        EditAim::New(driver) => (None, (driver.clone(), String::new(), BTreeMap::new())),
        EditAim::Known(device) => {
            let driver = format!("{}:{}", device.kind, device.address);
            (Some(device.id), (driver, device.name.clone(), device.options.clone()))
        }
    };
    let (driver, name, options) = first;
    let (kind_name, at) = driver.split_once(':').unwrap_or(("escpos_tcp", ""));
    let chosen = use_state_eq(|| kind_name.to_owned());
    let address = use_state_eq(|| at.to_owned());
    let name = use_state_eq(|| name);
    let options = use_state_eq(|| options);
    let intention = use_mut_ref(Intention::default);
    let busy = use_state_eq(|| false);
    let panel = use_opened(Some(props.onclose.clone()));
    let save = {
        let (desk, props_changed, onclose) = (desk.clone(), props.onchanged.clone(), props.onclose.clone());
        let (driver, name) = (format!("{}:{}", *chosen, address.trim()), name.trim().to_owned());
        let (options, intention, busy) = ((*options).clone(), intention.clone(), busy.clone());
        Callback::from(move |()| {
            let key = intention.borrow_mut().key(&(id, &driver, &name, &options));
            let question = SaveDevice { key, id, name: name.clone(), driver: driver.clone(), options: options.clone() };
            let (desk, changed, close, busy) = (desk.clone(), props_changed.clone(), onclose.clone(), busy.clone());
            busy.set(true);
            spawn_local(async move {
                match ask(question).await {
                    Ok(_) => {
                        desk.toast.emit(Toast::good(t(words::SAVED)));
                        changed.emit(());
                        close.emit(());
                    }
                    Err(failure) => {
                        desk.toast.emit(Toast::failure(&failure));
                        busy.set(false);
                    }
                }
            });
        })
    };
    let known = kind(&chosen);
    let needs_address = known.is_some_and(|kind| kind.hint.is_some());
    let ready = !*busy && (!needs_address || !address.trim().is_empty());
    let title = match &props.aim {
        EditAim::New(_) => t(words::NEW_DEVICE).to_owned(),
        EditAim::Known(device) => device_name(device),
    };
    html! {
        <aside ref={panel} class="panel" aria-label={title.clone()} data-test="device-panel">
            <header class="panel-head">
                <h2 class="grow">{ title }</h2>
                <button class="icon-button" aria-label={t(common::CLOSE)} onclick={props.onclose.reform(|_| ())}><Icon name="x" /></button>
            </header>
            <div class="panel-body">
                if id.is_none() {
                    <label class="field"><span class="field-label">{ t(words::KIND) }</span>
                        <span class="select"><select data-test="device-kind" onchange={let c = chosen.clone(); move |e: Event| c.set(select_value(&e))}>
                            for kind in KINDS.iter() { <option value={kind.name} selected={*chosen == kind.name}>{ t(kind.label) }</option> }
                        </select><Icon name="chevron-down" /></span></label>
                }
                <Field label={t(words::NAME)} placeholder={t(words::NAME_HINT)} value={(*name).clone()} oninput={let n = name.clone(); move |v| n.set(v)} test="device-name" />
                if let Some(hint) = known.and_then(|kind| kind.hint) {
                    <Field label={t(words::ADDRESS)} placeholder={t(hint)} value={(*address).clone()} oninput={let a = address.clone(); move |v| a.set(v)}
                        onenter={save.clone()} test="device-address" />
                }
                { option_fields(&chosen, id.is_some(), &options) }
                if chosen.starts_with("escpos") && id.is_some() { <LogoField has_logo={props.has_logo} onchanged={props.onchanged.clone()} /> }
            </div>
            <footer class="panel-foot">
                <div class="buttons">
                    if let EditAim::Known(device) = &props.aim { <RemoveButton device={device.clone()} onclose={props.onclose.clone()} onchanged={props.onchanged.clone()} /> }
                    <button class="button primary grow" disabled={!ready} onclick={save.reform(|_| ())} data-test="device-save">{ t(common::SAVE) }</button>
                </div>
            </footer>
        </aside>
    }
}

type Options = UseStateHandle<BTreeMap<String, String>>;

fn set(options: &Options, name: &'static str) -> Callback<String> {
    let options = options.clone();
    Callback::from(move |value: String| {
        let mut changed = (*options).clone();
        changed.insert(name.to_owned(), value);
        options.set(changed);
    })
}

fn value<'a>(options: &'a Options, name: &str, usual: &'a str) -> &'a str {
    options.get(name).map_or(usual, String::as_str)
}

/// What can be set on a driver of this kind.
fn option_fields(kind: &str, known: bool, options: &Options) -> Html {
    let segments = |label: Msg, name: &'static str, usual: &'static str, choices: [(&str, Msg); 2]| {
        let choices: Vec<Choice> = choices.iter().map(|(value, label)| Choice::new(value, t(*label))).collect();
        html! {
            <div class="field"><span class="field-label">{ t(label) }</span>
                <Segments label={t(label)} {choices} chosen={value(options, name, usual).to_owned()} onchoose={set(options, name)} /></div>
        }
    };
    if kind.starts_with("escpos") {
        html! {
            <>
                { segments(words::OPT_COLUMNS, "columns", "48", [("48", words::OPT_80), ("32", words::OPT_58)]) }
                { code_page(options) }
                { segments(words::OPT_DRAWER, "second_drawer", "false", [("false", words::OPT_DRAWER_FIRST), ("true", words::OPT_DRAWER_SECOND)]) }
                { segments(words::OPT_DRAWER_SWITCH, "drawer_open_is_high", "true", [("true", words::OPT_HIGH), ("false", words::OPT_LOW)]) }
            </>
        }
    } else if kind.starts_with("display") {
        code_page(options)
    } else if kind.starts_with("zvt") {
        html! {
            <>
                <Field label={t(words::OPT_PASSWORD)} kind="password" inputmode="numeric" value={value(options, "password", "").to_owned()}
                    placeholder={if known { t(words::OPT_PASSWORD_KEPT) } else { "000000" }} oninput={set(options, "password")} />
                <Field label={t(words::OPT_TIMEOUT)} inputmode="numeric" value={value(options, "card_timeout_s", "120").to_owned()} oninput={set(options, "card_timeout_s")} test="device-timeout" />
            </>
        }
    } else if kind == "stripe" {
        html! { <Field label={t(words::OPT_TIMEOUT)} inputmode="numeric" value={value(options, "card_timeout_s", "120").to_owned()} oninput={set(options, "card_timeout_s")} test="device-timeout" /> }
    } else {
        Html::default()
    }
}

/// Names in the contract, and as they stand in a printer's manual.
const CODE_PAGES: &[(&str, &str)] = &[
    ("cp858", "PC858 · Western Europe, €"),
    ("cp1252", "WPC1252 · Western Europe, €"),
    ("cp852", "PC852 · Central Europe"),
    ("cp1250", "WPC1250 · Central Europe, €"),
    ("cp866", "PC866 · Cyrillic"),
    ("cp1251", "WPC1251 · Cyrillic"),
    ("cp1254", "WPC1254 · Turkish"),
    ("cp437", "PC437 · USA"),
    ("cp850", "PC850 · Multilingual"),
    ("iso8859_15", "ISO 8859-15 · Western Europe, €"),
];

fn code_page(options: &Options) -> Html {
    let chosen = value(options, "code_page", "cp858");
    let onchange = set(options, "code_page").reform(|e: Event| select_value(&e));
    html! {
        <label class="field"><span class="field-label">{ t(words::OPT_CODE_PAGE) }</span>
            <span class="select"><select {onchange}>
                for (name, label) in CODE_PAGES { <option value={*name} selected={chosen == *name}>{ *label }</option> }
            </select><Icon name="chevron-down" /></span></label>
    }
}

#[derive(PartialEq, Properties)]
struct RemoveButtonProps {
    device: DeviceView,
    onclose: Callback<()>,
    onchanged: Callback<()>,
}

/// Removed at once; the toast has the way back.
#[component]
fn RemoveButton(props: &RemoveButtonProps) -> Html {
    let desk = use_desk();
    let onclick = {
        let (desk, device) = (desk.clone(), props.device.clone());
        let (onclose, onchanged) = (props.onclose.clone(), props.onchanged.clone());
        move |_: MouseEvent| {
            let (toast, back, device) = (desk.toast.clone(), desk.clone(), device.clone());
            let (onclose, onchanged) = (onclose.clone(), onchanged.clone());
            desk.run(RemoveDevice { id: device.id }, move |_| {
                let said = fill(words::REMOVED, &[("name", &device_name(&device))]);
                let (changed, id) = (onchanged.clone(), device.id);
                toast.emit(Toast::good(said).with_undo(move || {
                    let changed = changed.clone();
                    back.run(RestoreDevice { id }, move |_| changed.emit(()));
                }));
                onchanged.emit(());
                onclose.emit(());
            });
        }
    };
    html! { <button class="button quiet bad" {onclick} data-test="device-remove"><Icon name="trash-2" />{ t(words::REMOVE) }</button> }
}
