//! The X report on the screen, and its way to the printer.

use super::receipt::PaperText;
use crate::browser::Intention;
use crate::hooks::use_ask;
use crate::parts::{Icon, Toast, loaded};
use crate::terminal::desk::use_desk;
use crate::text::{common, t, till as words};
use crate::transport::ask;
use salon_contract::window::{PrintX, XReport};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct XReportViewProps {
    pub onback: Callback<()>,
}

#[component]
pub fn XReportView(props: &XReportViewProps) -> Html {
    let desk = use_desk();
    let report = use_ask(Some(XReport {}));
    let intention = use_mut_ref(Intention::default);
    let print = {
        let toast = desk.toast.clone();
        move |_: MouseEvent| {
            let key = intention.borrow_mut().key(&"x");
            let (toast, intention) = (toast.clone(), intention.clone());
            spawn_local(async move {
                match ask(PrintX { key }).await {
                    Ok(_) => {
                        intention.borrow_mut().done();
                        toast.emit(Toast::good(t(words::X_PRINTING)));
                    }
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
            });
        }
    };
    html! {
        <div class="z" data-test="x-report">
            <div class="toolbar">
                <button class="button quiet" onclick={props.onback.reform(|_| ())}><Icon name="arrow-left" />{ t(common::BACK) }</button>
                <h2 class="grow">{ t(words::X_REPORT) }</h2>
                <button class="button" onclick={print} data-test="x-print"><Icon name="printer" />{ t(words::X_PRINT) }</button>
            </div>
            <p class="muted">{ t(words::X_HOW) }</p>
            { loaded(&report, |view| html! { <PaperText lines={view.text.clone()} test="x-text" /> }) }
        </div>
    }
}
