//! Which lines of a sale go back, and how many of each.

use crate::parts::{Field, Icon};
use crate::text::{amount, fill, parse_amount, t, till as words};
use salon_contract::window::{LineBack, LineLeft};
use salon_domain::kernel::TicketLineId;
use salon_domain::payment::{Back, BackBefore, BackByLine, PricedLine, Sale, lines_back};
use std::collections::BTreeMap;
use yew::prelude::*;

/// How much of each line was picked.
pub type Picked = BTreeMap<TicketLineId, Back>;

/// What came back before, from what is left.
pub fn before(sale: &Sale, left: &[LineLeft]) -> BackByLine {
    let of = |left: &LineLeft| {
        let line = sale.lines.iter().find(|line| line.id == left.line)?;
        let back = BackBefore { pieces: line.quantity - left.pieces, total_minor: line.total_minor - left.total_minor };
        Some((left.line, back))
    };
    left.iter().filter_map(of).collect()
}

/// What all that was picked comes to, positive; `None` where it is not there to give back.
pub fn picked_minor(sale: &Sale, left: &[LineLeft], picked: &Picked) -> Option<i64> {
    let wanted: Vec<_> = picked.iter().map(|(line, back)| (*line, *back)).collect();
    let lines = lines_back(sale, &before(sale, left), &wanted, "").ok()?;
    Some(-lines.iter().map(|line| line.total_back_minor()).sum::<i64>())
}

pub fn asked(picked: &Picked) -> Vec<LineBack> {
    picked.iter().map(|(line, back)| LineBack { line: *line, back: *back }).collect()
}

#[derive(PartialEq, Properties)]
pub struct RefundLinesProps {
    pub sale: Sale,
    pub left: Vec<LineLeft>,
    pub picked: Picked,
    pub onpick: Callback<(TicketLineId, Option<Back>)>,
}

#[component]
pub fn RefundLines(props: &RefundLinesProps) -> Html {
    let line_of = |left: &LineLeft| props.sale.lines.iter().find(|line| line.id == left.line).cloned();
    html! {
        <ul class="refund-lines" data-test="refund-lines">
            for (left, line) in props.left.iter().filter_map(|left| Some((*left, line_of(left)?))) {
                <RefundLine key={left.line.to_string()} {left} {line} picked={props.picked.get(&left.line).copied()} currency={props.sale.currency}
                    onpick={let (on, id) = (props.onpick.clone(), left.line); move |back| on.emit((id, back))} />
            }
        </ul>
    }
}

#[derive(PartialEq, Properties)]
struct RefundLineProps {
    left: LineLeft,
    line: PricedLine,
    picked: Option<Back>,
    currency: salon_domain::kernel::Currency,
    onpick: Callback<Option<Back>>,
}

#[component]
fn RefundLine(props: &RefundLineProps) -> Html {
    let (left, picked) = (props.left, props.picked);
    let typed = use_state_eq(|| None::<String>);
    let pieces = match picked {
        Some(Back::Pieces(pieces)) => pieces,
        _ => 0,
    };
    let step = |to: i64| {
        let onpick = props.onpick.clone();
        move |_: MouseEvent| onpick.emit((to > 0).then_some(Back::Pieces(to)))
    };
    let by_amount = {
        let (typed, onpick) = (typed.clone(), props.onpick.clone());
        move |_: MouseEvent| {
            typed.set(if typed.is_some() { None } else { Some(String::new()) });
            onpick.emit(None);
        }
    };
    let ontyped = {
        let (typed, onpick, currency, most) = (typed.clone(), props.onpick.clone(), props.currency, left.total_minor);
        Callback::from(move |value: String| {
            let minor = parse_amount(&value, currency).filter(|minor| (1..=most).contains(minor));
            typed.set(Some(value));
            onpick.emit(minor.map(Back::Amount));
        })
    };
    let gone = left.total_minor == 0;
    html! {
        <li class="refund-line" data-test="refund-line">
            <span class="row-main"><strong class="clip">{ props.line.description.clone() }</strong>
                <span class="muted num">{ if gone { t(words::ALL_BACK).to_owned() } else { fill(words::LEFT_BACK, &[("amount", &amount(left.total_minor, props.currency))]) } }</span></span>
            if !gone {
                if let Some(typed) = &*typed {
                    <Field label={t(words::REFUND_AMOUNT)} value={typed.clone()} placeholder={amount(left.total_minor, props.currency)} inputmode="decimal" oninput={ontyped} autofocus=true test="refund-amount" />
                } else if left.pieces > 0 {
                    <div class="stepper" role="group" aria-label={t(words::QUANTITY)}>
                        <button class="icon-button" aria-label={t(words::ONE_LESS)} disabled={pieces < 1} onclick={step(pieces - 1)}><Icon name="minus" /></button>
                        <span class="num" aria-live="polite">{ format!("{pieces}/{}", left.pieces) }</span>
                        <button class="icon-button" aria-label={t(words::ONE_MORE)} disabled={pieces >= left.pieces} onclick={step(pieces + 1)} data-test="refund-more"><Icon name="plus" /></button>
                    </div>
                }
                <button class="icon-button" aria-pressed={typed.is_some().to_string()} aria-label={t(words::REFUND_AMOUNT)} title={t(words::REFUND_AMOUNT)} onclick={by_amount} data-test="refund-by-amount"><Icon name="banknote" /></button>
            }
        </li>
    }
}
