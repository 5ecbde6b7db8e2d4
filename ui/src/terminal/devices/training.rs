//! Practising: a copy of the till that is not real, and a band that says so on every screen.

use crate::browser;
use crate::parts::{Icon, Toast, use_opened};
use crate::terminal::desk::use_desk;
use crate::text::{common, devices as words, t};
use crate::transport::ask;
use salon_contract::window::Training;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Switches tills. The page is loaded anew, so that nothing of one till is shown in the other.
fn switch(on: bool, toast: &Callback<Toast>, busy: &UseStateHandle<bool>) {
    let (toast, busy) = (toast.clone(), busy.clone());
    busy.set(true);
    spawn_local(async move {
        match ask(Training { on }).await {
            Ok(_) => browser::reload(),
            Err(failure) => {
                toast.emit(Toast::failure(&failure));
                busy.set(false);
            }
        }
    });
}

#[component]
pub fn TrainingStart() -> Html {
    let asked = use_state_eq(|| false);
    let onclose = {
        let asked = asked.clone();
        Callback::from(move |()| asked.set(false))
    };
    html! {
        <div class="training-start">
            <button class="button" aria-expanded={asked.to_string()} onclick={let a = asked.clone(); move |_| a.set(!*a)} data-test="training-ask"><Icon name="graduation-cap" />{ t(words::TRAINING) }</button>
            if *asked {
                <TrainingPopover {onclose} />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct TrainingPopoverProps {
    onclose: Callback<()>,
}

#[component]
fn TrainingPopover(props: &TrainingPopoverProps) -> Html {
    let desk = use_desk();
    let busy = use_state_eq(|| false);
    let popover = use_opened((!*busy).then(|| props.onclose.clone()));
    let onstart = {
        let (toast, busy) = (desk.toast.clone(), busy.clone());
        move |_: MouseEvent| switch(true, &toast, &busy)
    };
    html! {
        <div ref={popover} class="popover" role="dialog" aria-label={t(words::TRAINING)}>
            <p role="status">{ t(if *busy { words::TRAINING_WAIT } else { words::TRAINING_HOW }) }</p>
            <div class="buttons">
                <button class="button primary" disabled={*busy} onclick={onstart} data-test="training-start">{ t(words::TRAINING_START) }</button>
                <button class="button quiet" disabled={*busy} onclick={props.onclose.reform(|_| ())}>{ t(common::CANCEL) }</button>
            </div>
        </div>
    }
}

/// Over every screen while somebody practises.
#[component]
pub fn TrainingBar() -> Html {
    let desk = use_desk();
    let busy = use_state_eq(|| false);
    if !desk.status.training {
        return Html::default();
    }
    let onend = {
        let (toast, busy) = (desk.toast.clone(), busy.clone());
        move |_: MouseEvent| switch(false, &toast, &busy)
    };
    html! {
        <div class="training-bar" role="status" data-test="training-bar">
            <Icon name="graduation-cap" /><strong class="grow">{ t(words::TRAINING_ON) }</strong>
            <button class="button" disabled={*busy} onclick={onend} data-test="training-end">{ t(words::TRAINING_END) }</button>
        </div>
    }
}
