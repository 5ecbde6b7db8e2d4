//! A tip after the sale was paid: a ticket of its own that names the sale, ready to be paid at the till by any tender. In
//! three taps from the receipt: Tip, how much, and how it is paid.

use super::draft::{TicketAction, tip_line};
use super::tip::{QUICK_PERCENT, TIP_MINOR_MAX};
use crate::browser::{new_id, new_key};
use crate::parts::{Field, Icon, Toast, select_value, use_opened};
use crate::terminal::desk::{Place, use_desk};
use crate::text::{after, amount, book, common, fill, parse_amount, t, till as words};
use salon_contract::window::HoldTicket;
use salon_domain::kernel::{StaffId, round_half_up};
use salon_domain::payment::{FollowKind, Follows, Sale, TicketDraft, TicketTerms, tip_shares};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct AfterTipProps {
    pub sale: Sale,
    pub client_name: String,
    pub onclose: Callback<()>,
}

/// Whom a tip is for.
#[derive(Clone, Copy, PartialEq)]
enum For {
    /// Those who served, by what each of them did.
    Served,
    One(StaffId),
    Everybody,
}

impl For {
    fn named(value: &str) -> For {
        match value {
            SERVED => For::Served,
            one => one.parse().map_or(For::Everybody, For::One),
        }
    }
}

const SERVED: &str = "served";

#[component]
pub fn AfterTipPanel(props: &AfterTipProps) -> Html {
    let desk = use_desk();
    let typed = use_state_eq(String::new);
    let whom = use_state_eq(|| For::Served);
    let panel = use_opened(Some(props.onclose.clone()));
    let currency = props.sale.currency;
    let base_minor = props.sale.turnover_minor();
    let staff = desk.catalog.here().map(|catalog| catalog.staff.clone()).unwrap_or_default();
    let served = tip_shares(&props.sale, TIP_MINOR_MAX);
    let whom_now = match *whom {
        For::Served if served.is_empty() => For::Everybody,
        chosen => chosen,
    };
    let name_of = {
        let staff = staff.clone();
        move |id: StaffId| staff.iter().find(|tile| tile.staff == id).map(|tile| tile.name.clone()).unwrap_or_default()
    };
    let add = {
        let (desk, sale, client_name) = (desk.clone(), props.sale.clone(), props.client_name.clone());
        let onclose = props.onclose.clone();
        Callback::from(move |minor: i64| {
            if !(1..=TIP_MINOR_MAX).contains(&minor) {
                return;
            }
            let lines = match whom_now {
                For::Served => tip_shares(&sale, minor)
                    .into_iter()
                    .map(|(staff, share)| tip_line(name_of(staff), Some(staff), share))
                    .collect(),
                For::One(staff) => vec![tip_line(name_of(staff), Some(staff), minor)],
                For::Everybody => vec![tip_line(String::new(), None, minor)],
            };
            let draft = TicketDraft {
                id: new_id(),
                booking: None,
                card: sale.card,
                currency,
                lines,
                discount: None,
                terms: TicketTerms { follows: Some(Follows::of(FollowKind::Tip, &sale)), ..TicketTerms::default() },
            };
            let old = (*desk.ticket).clone();
            let was_ringing = !old.draft.lines.is_empty() && !matches!(old.stage, super::Stage::Paid(_));
            let go_on = {
                let (desk, onclose, client_name) = (desk.clone(), onclose.clone(), client_name.clone());
                move || {
                    let draft = Box::new(draft);
                    desk.ticket.dispatch(TicketAction::Load { draft, client_name, date: None, parts: Vec::new() });
                    desk.go.emit(Place::Till);
                    onclose.emit(());
                }
            };
            if !was_ringing {
                return go_on();
            }
            // What somebody was ringing up is not lost over a tip.
            let toast = desk.toast.clone();
            desk.run(HoldTicket { key: new_key(), ticket: old.draft, name: old.name }, move |_| {
                toast.emit(Toast::plain(t(after::TICKET_WAITS)));
                go_on();
            });
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
    let number = props.sale.number.to_string();
    html! {
        <div ref={panel} class="portion" data-test="after-tip">
            <h3>{ fill(after::TIP_FOR_RECEIPT, &[("number", &number)]) }</h3>
            <div class="cash-quick">
                for percent in QUICK_PERCENT {
                    {{
                        let minor = round_half_up(i128::from(base_minor) * i128::from(percent), 100);
                        let add = add.clone();
                        html! {
                            <button class="chip big num" disabled={minor < 1} onclick={move |_| add.emit(minor)} data-test={format!("after-tip-{percent}")}>{ format!("{percent} % {}", amount(minor, currency)) }</button>
                        }
                    }}
                }
            </div>
            <div class="portion-row">
                <Field label={t(words::TIP)} value={(*typed).clone()} inputmode="decimal" oninput={let typed = typed.clone(); move |v| typed.set(v)}
                    onenter={by_hand.clone()} autofocus=true test="after-tip-amount" />
                <label class="field grow"><span class="field-label">{ t(book::STYLIST) }</span>
                    <span class="select"><select onchange={let whom = whom.clone(); move |e: Event| whom.set(For::named(&select_value(&e)))} data-test="after-tip-for">
                        if !served.is_empty() { <option value={SERVED} selected={whom_now == For::Served}>{ t(after::TIP_FOR_SERVED) }</option> }
                        <option value="" selected={whom_now == For::Everybody}>{ t(words::TIP_FOR_ALL) }</option>
                        for tile in staff { <option value={tile.staff.to_string()} selected={whom_now == For::One(tile.staff)}>{ tile.name }</option> }
                    </select><Icon name="chevron-down" /></span></label>
            </div>
            <p class="muted">{ t(after::TIP_HOW) }</p>
            <div class="buttons">
                <button class="button primary" disabled={parsed.is_none_or(|minor| minor < 1)} onclick={by_hand.reform(|_| ())} data-test="after-tip-add"><Icon name="plus" />{ t(words::TIP_ADD) }</button>
                <button class="button quiet" onclick={props.onclose.reform(|_| ())}>{ t(common::CANCEL) }</button>
            </div>
        </div>
    }
}
