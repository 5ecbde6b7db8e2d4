//! The picture at the head of receipts.

use crate::browser;
use crate::parts::{Icon, Toast};
use crate::terminal::desk::use_desk;
use crate::text::{devices as words, t};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use salon_contract::window::SaveLogo;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct LogoFieldProps {
    pub has_logo: bool,
    pub onchanged: Callback<()>,
}

#[component]
pub fn LogoField(props: &LogoFieldProps) -> Html {
    let desk = use_desk();
    let save = {
        let (desk, onchanged) = (desk.clone(), props.onchanged.clone());
        Callback::from(move |png: Option<String>| {
            let said = t(if png.is_some() { words::LOGO_SAVED } else { words::LOGO_GONE });
            let (toast, onchanged) = (desk.toast.clone(), onchanged.clone());
            desk.run(SaveLogo { png }, move |_| {
                toast.emit(Toast::good(said));
                onchanged.emit(());
            });
        })
    };
    let onchoose = {
        let save = save.clone();
        move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            let save = save.clone();
            spawn_local(async move {
                if let Some(bytes) = browser::chosen_file(&input).await {
                    save.emit(Some(STANDARD.encode(bytes)));
                }
                // The same file can be chosen again.
                input.set_value("");
            });
        }
    };
    html! {
        <div class="field">
            <span class="field-label">{ t(words::LOGO) }</span>
            <div class="buttons">
                <label class="button file-button"><Icon name="image" />{ t(words::LOGO_CHOOSE) }
                    <input type="file" accept="image/png" onchange={onchoose} data-test="logo-file" /></label>
                if props.has_logo { <button class="button quiet" onclick={save.reform(|_| None)}>{ t(words::LOGO_REMOVE) }</button> }
            </div>
        </div>
    }
}
