//! A tip for whoever served: a line of its own, by percentage or amount.

use super::draft::TicketAction;
use crate::parts::{Field, Icon, select_value, use_opened};
use crate::terminal::desk::use_desk;
use crate::text::{amount, book, common, parse_amount, t, till as words};
use salon_domain::kernel::{StaffId, round_half_up};
use salon_domain::payment::LineKind;
use yew::prelude::*;

pub(super) const QUICK_PERCENT: [i64; 4] = [5, 10, 15, 20];
/// Beyond this somebody has typed a price.
pub(super) const TIP_MINOR_MAX: i64 = 100_000_000;

#[derive(PartialEq, Properties)]
pub struct TipPanelProps {
    /// What the ticket comes to without tips.
    pub base_minor: i64,
    pub onclose: Callback<()>,
}

#[component]
pub fn TipPanel(props: &TipPanelProps) -> Html {
    let desk = use_desk();
    let typed = use_state_eq(String::new);
    let chosen = use_state_eq(|| None::<StaffId>);
    let panel = use_opened(Some(props.onclose.clone()));
    let currency = desk.ticket.draft.currency;
    let served: Vec<StaffId> = desk
        .ticket
        .draft
        .lines
        .iter()
        .filter(|line| line.kind == LineKind::Sale)
        .filter_map(|line| line.staff)
        .collect();
    // Who did most of it, until somebody says otherwise.
    let provider = (*chosen).or(served.first().copied());
    let staff = desk.catalog.here().map(|catalog| catalog.staff.clone()).unwrap_or_default();
    let add = {
        let (ticket, onclose) = (desk.ticket.clone(), props.onclose.clone());
        let name = staff.iter().find(|tile| Some(tile.staff) == provider).map(|tile| tile.name.clone());
        Callback::from(move |minor: i64| {
            if (1..=TIP_MINOR_MAX).contains(&minor) {
                ticket.dispatch(TicketAction::tip(name.clone().unwrap_or_default(), provider, minor, currency));
                onclose.emit(());
            }
        })
    };
    let parsed = parse_amount(&typed, currency);
    let by_hand = {
        let add = add.clone();
        Callback::from(move |()| {
            if let Some(minor) = parsed {
                add.emit(minor);
            }
        })
    };
    html! {
        <div ref={panel} class="portion" data-test="tip-panel">
            <div class="cash-quick">
                for percent in QUICK_PERCENT {
                    {{
                        let minor = round_half_up(i128::from(props.base_minor) * i128::from(percent), 100);
                        let add = add.clone();
                        html! {
                            <button class="chip big num" disabled={minor < 1} onclick={move |_| add.emit(minor)} data-test={format!("tip-{percent}")}>{ format!("{percent} % {}", amount(minor, currency)) }</button>
                        }
                    }}
                }
            </div>
            <div class="portion-row">
                <Field label={t(words::TIP)} value={(*typed).clone()} inputmode="decimal" oninput={let typed = typed.clone(); move |v| typed.set(v)}
                    onenter={by_hand.clone()} autofocus=true test="tip-amount" />
                <label class="field grow"><span class="field-label">{ t(book::STYLIST) }</span>
                    <span class="select"><select onchange={let chosen = chosen.clone(); move |e: Event| chosen.set(select_value(&e).parse().ok())}>
                        <option value="" selected={provider.is_none()}>{ t(words::TIP_FOR_ALL) }</option>
                        for tile in staff { <option value={tile.staff.to_string()} selected={provider == Some(tile.staff)}>{ tile.name }</option> }
                    </select><Icon name="chevron-down" /></span></label>
            </div>
            <div class="buttons">
                <button class="button primary" disabled={parsed.is_none_or(|minor| minor < 1)} onclick={by_hand.reform(|_| ())} data-test="tip-add"><Icon name="plus" />{ t(words::TIP_ADD) }</button>
                <button class="button quiet" onclick={props.onclose.reform(|_| ())}>{ t(common::CANCEL) }</button>
            </div>
        </div>
    }
}
