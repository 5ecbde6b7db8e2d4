//! A fee on the ticket: one of the branch's, or one that somebody makes up.

use super::draft::TicketAction;
use crate::parts::{Field, Icon, use_opened};
use crate::terminal::desk::use_desk;
use crate::text::{amount, common, desk as words, fill, parse_amount, percent_bp, t};
use salon_domain::branch::Charge;
use yew::prelude::*;

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
                desk.ticket.dispatch(TicketAction::add_free_fee(name.clone(), minor, catalog));
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
                                    desk.ticket.dispatch(TicketAction::add_fee(&fee, catalog));
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
