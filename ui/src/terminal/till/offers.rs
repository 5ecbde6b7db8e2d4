//! What is taken off by itself, for a code or for who the client is, and whether the client is exempt: asked of the
//! terminal whenever the ticket changes, shown line by line.

use super::draft::TicketAction;
use crate::parts::{Field, Icon, use_opened};
use crate::terminal::desk::use_desk;
use crate::text::{common, t, till as words};
use crate::transport::ask;
use salon_contract::window::OffersFor;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Asks which offers are in force for the ticket in hand. Pricing stays where it is: in the page, with what comes back.
#[hook]
pub fn use_offers() {
    let desk = use_desk();
    let draft = &desk.ticket.draft;
    let terms = &draft.terms;
    // A client may be exempt, of the staff or of a tier; what was said of another one has to go.
    let has = desk.catalog.here().is_some_and(|catalog| catalog.has_promotions)
        || draft.card.is_some()
        || terms.staff_sale.is_some()
        || terms.exempt.is_some()
        || terms.offers.len() > terms.rewards.len();
    let lines: Vec<_> = draft.lines.iter().map(|line| (line.id, line.quantity)).collect();
    let about = (has, draft.id, draft.card, lines, terms.codes.clone(), terms.taxed, terms.staff_sale.clone());
    use_effect_with(about, {
        let (handle, draft) = (desk.ticket.clone(), draft.clone());
        move |(has, id, ..)| {
            let id = *id;
            if *has && !draft.lines.is_empty() {
                spawn_local(async move {
                    // Without an answer the terminal takes them off all the same when it is paid.
                    if let Ok(with) = ask(OffersFor { ticket: draft }).await {
                        handle.dispatch(TicketAction::Offers(id, Box::new(with)));
                    }
                });
            }
        }
    });
}

#[derive(PartialEq, Properties)]
pub struct CodePanelProps {
    pub onclose: Callback<()>,
}

/// A promotion's code, as the client gave it.
#[component]
pub fn CodePanel(props: &CodePanelProps) -> Html {
    let desk = use_desk();
    let typed = use_state_eq(String::new);
    let panel = use_opened(Some(props.onclose.clone()));
    let add = {
        let (ticket, onclose, code) = (desk.ticket.clone(), props.onclose.clone(), typed.trim().to_uppercase());
        Callback::from(move |()| {
            if !code.is_empty() {
                ticket.dispatch(TicketAction::Code(code.clone()));
                onclose.emit(());
            }
        })
    };
    html! {
        <div ref={panel} class="portion-row" data-test="code-panel">
            <Field label={t(words::CODE)} value={(*typed).clone()} oninput={let typed = typed.clone(); move |v| typed.set(v)} onenter={add.clone()} autofocus=true test="code" />
            <button class="button primary" disabled={typed.trim().is_empty()} onclick={add.reform(|_| ())} data-test="code-add">{ t(words::APPLY) }</button>
            <button class="button quiet" onclick={props.onclose.reform(|_| ())}>{ t(common::CANCEL) }</button>
        </div>
    }
}

/// The codes on the ticket; one that takes nothing off says so.
#[component]
pub fn Codes() -> Html {
    use salon_domain::payment::OfferKind;
    let desk = use_desk();
    let terms = &desk.ticket.draft.terms;
    if terms.codes.is_empty() {
        return Html::default();
    }
    let works = terms.offers.iter().filter(|offer| offer.kind == OfferKind::Code).count();
    html! {
        <div class="ticket-more">
            for code in terms.codes.iter() {
                <button class="chip" aria-label={t(common::REMOVE)} data-test="code-chip"
                    onclick={let (ticket, code) = (desk.ticket.clone(), code.clone()); move |_| ticket.dispatch(TicketAction::NoCode(code.clone()))}>
                    <Icon name="x" />{ code.clone() }</button>
            }
            if works < terms.codes.len() { <span class="muted" data-test="code-unknown">{ t(words::CODE_NOTHING) }</span> }
        </div>
    }
}
