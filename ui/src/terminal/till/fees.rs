//! A fee on the ticket: one of the branch's, or one that somebody makes up.

use super::draft::{Ticket, TicketAction, line, rates};
use crate::parts::{Field, Icon, use_opened};
use crate::terminal::desk::{Desk, Place, use_desk};
use crate::text::{amount, common, desk as words, fill, parse_amount, percent_bp, t};
use salon_contract::window::{AppointmentView, CatalogView};
use salon_domain::branch::{Charge, Fee};
use salon_domain::payment::{FeeTerms, Item, LineDraft};
use yew::prelude::*;

/// One of the branch's, at its price.
fn fee_line(fee: &Fee, catalog: &CatalogView) -> LineDraft {
    let (minor, percent_bp) = match fee.charge {
        Charge::Amount(minor) => (minor, None),
        Charge::Percent(bp) => (0, Some(bp)),
    };
    let mut line = line(Item::Fee, fee.name.clone(), None, minor, rates(catalog, &fee.tax_class));
    line.terms.fee = Some(FeeTerms { code: fee.code.clone(), percent_bp });
    line
}

/// One that somebody makes up, taxed as the catalog's first tax class says.
fn free_line(name: String, price_minor: i64, catalog: &CatalogView) -> LineDraft {
    let rates = catalog.taxes.first().map(|c| c.rates.clone()).unwrap_or_default();
    line(Item::Fee, name, None, price_minor, rates)
}

/// Goes to the till with a fee for whoever did not come.
pub fn charge_fee(desk: &Desk, fee: &Fee, a: &AppointmentView) {
    let Some(catalog) = desk.catalog.here() else { return };
    let mut draft = Ticket::default().draft;
    (draft.card, draft.currency, draft.lines) = (a.card, catalog.currency, vec![fee_line(fee, catalog)]);
    let (client_name, date) = (a.client_name.clone(), Some(a.date.clone()));
    desk.ticket.dispatch(TicketAction::Load { draft: Box::new(draft), client_name, date, parts: Vec::new() });
    desk.go.emit(Place::Till);
}

#[derive(PartialEq, Properties)]
pub struct FeePanelProps {
    pub onclose: Callback<()>,
}

#[component]
pub fn FeePanel(props: &FeePanelProps) -> Html {
    let desk = use_desk();
    let name = use_state_eq(String::new);
    let typed = use_state_eq(String::new);
    let panel = use_opened(Some(props.onclose.clone()));
    let Some(catalog) = desk.catalog.here() else { return Html::default() };
    let currency = catalog.currency;
    let minor = parse_amount(&typed, currency).filter(|minor| *minor > 0);
    let ready = minor.is_some() && !name.trim().is_empty();
    let add = {
        let (desk, name, onclose) = (desk.clone(), name.trim().to_owned(), props.onclose.clone());
        Callback::from(move |()| {
            if let (Some(minor), Some(catalog), true) = (minor, desk.catalog.here(), ready) {
                let line = Box::new(free_line(name.clone(), minor, catalog));
                desk.ticket.dispatch(TicketAction::Add(line, catalog.currency));
                onclose.emit(());
            }
        })
    };
    html! {
        <div ref={panel} class="portion" data-test="fee-panel">
            <div class="cash-quick">
                for fee in catalog.fees.iter() {
                    {{
                        let said = match fee.charge {
                            Charge::Amount(minor) => amount(minor, currency),
                            Charge::Percent(bp) => fill(words::OF_TICKET, &[("percent", &percent_bp(bp.into()))]),
                        };
                        let onclick = {
                            let (desk, fee, onclose) = (desk.clone(), fee.clone(), props.onclose.clone());
                            move |_: MouseEvent| {
                                if let Some(catalog) = desk.catalog.here() {
                                    let line = Box::new(fee_line(&fee, catalog));
                                    desk.ticket.dispatch(TicketAction::Add(line, catalog.currency));
                                    onclose.emit(());
                                }
                            }
                        };
                        html! { <button key={fee.code.clone()} class="chip big" {onclick} data-test="fee-add" data-code={fee.code.clone()}>{ &fee.name }{ " " }<span class="num">{ said }</span></button> }
                    }}
                }
            </div>
            if catalog.fees.is_empty() { <p class="muted">{ t(words::FEES_NONE) }</p> }
            <div class="portion-row">
                <Field label={t(words::FEE_NAME)} value={(*name).clone()} placeholder={t(words::FEE_OTHER)} oninput={let name = name.clone(); move |v| name.set(v)} autofocus=true onenter={add.clone()} test="fee-name" />
                <Field label={t(common::AMOUNT)} value={(*typed).clone()} inputmode="decimal" oninput={let typed = typed.clone(); move |v| typed.set(v)} onenter={add.clone()} test="fee-amount" />
                <button class="button primary" disabled={!ready} onclick={add.reform(|_| ())} data-test="fee-free"><Icon name="plus" />{ t(crate::text::till::ADD) }</button>
                <button class="button quiet" onclick={props.onclose.reform(|_| ())}>{ t(common::CANCEL) }</button>
            </div>
        </div>
    }
}
