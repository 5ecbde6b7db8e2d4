//! An invoice for a sale: for whom, and where it was written.

use crate::browser::Intention;
use crate::parts::{Field, Icon, Toast, use_opened};
use crate::terminal::desk::use_desk;
use crate::text::{common, devices, fill, sending, t, till as words};
use crate::transport::ask;
use salon_contract::window::Invoice;
use salon_domain::kernel::TicketId;
use salon_domain::payment::Recipient;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct InvoicePanelProps {
    pub ticket: TicketId,
    pub client_name: String,
    /// It is written, and is to be sent.
    pub onsend: Callback<()>,
    pub onclose: Callback<()>,
}

#[component]
pub fn InvoicePanel(props: &InvoicePanelProps) -> Html {
    let desk = use_desk();
    let name = use_state_eq(|| props.client_name.clone());
    let address = use_state_eq(String::new);
    let tax_number = use_state_eq(String::new);
    let busy = use_state_eq(|| false);
    let intention = use_mut_ref(Intention::default);
    let panel = use_opened((!*busy).then(|| props.onclose.clone()));
    let ready = !name.trim().is_empty() && !*busy;
    let write = {
        let (toast, busy, ticket) = (desk.toast.clone(), busy.clone(), props.ticket);
        let (onclose, onsend) = (props.onclose.clone(), props.onsend.clone());
        let to = Recipient {
            name: (*name).clone(),
            address: address.split(',').map(str::to_owned).collect(),
            tax_number: (*tax_number).clone(),
        };
        Callback::from(move |send: bool| {
            if !ready {
                return;
            }
            let key = intention.borrow_mut().key(&ticket);
            let question = Invoice { key, ticket, to: to.clone() };
            let (toast, busy) = (toast.clone(), busy.clone());
            let then = if send { onsend.clone() } else { onclose.clone() };
            busy.set(true);
            spawn_local(async move {
                match ask(question).await {
                    Ok(written) => {
                        toast.emit(Toast::good(fill(devices::PDF_SAVED, &[("path", &written.path)])));
                        then.emit(());
                    }
                    Err(failure) => {
                        toast.emit(Toast::failure(&failure));
                        busy.set(false);
                    }
                }
            });
        })
    };
    html! {
        <div ref={panel} class="card-panel decide" data-test="invoice-panel">
            <h3>{ t(words::INVOICE) }</h3>
            <Field label={t(words::INVOICE_NAME)} value={(*name).clone()} oninput={let n = name.clone(); move |v| n.set(v)} autofocus=true test="invoice-name" />
            <Field label={t(words::INVOICE_ADDRESS)} value={(*address).clone()} oninput={let a = address.clone(); move |v| a.set(v)} test="invoice-address" />
            <Field label={t(words::INVOICE_TAX)} value={(*tax_number).clone()} oninput={let n = tax_number.clone(); move |v| n.set(v)} onenter={write.reform(|()| false)} test="invoice-tax" />
            <div class="buttons">
                <button class="button primary" disabled={!ready} onclick={write.reform(|_| false)} data-test="invoice-write"><Icon name="receipt-text" />{ t(words::INVOICE_WRITE) }</button>
                <button class="button" disabled={!ready} onclick={write.reform(|_| true)} data-test="invoice-send"><Icon name="mail" />{ t(sending::WRITE_AND_SEND) }</button>
                <button class="button quiet" onclick={props.onclose.reform(|_| ())}>{ t(common::CANCEL) }</button>
            </div>
        </div>
    }
}
