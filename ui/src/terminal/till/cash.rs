use super::draft::{Stage, TicketAction};
use super::tenders::pay;
use crate::hooks::use_keys;
use crate::parts::{Field, Icon};
use crate::terminal::desk::use_desk;
use crate::text::{amount, common, money, parse_amount, t, till as words};
use salon_contract::window::PayBy;
use salon_domain::kernel::{Currency, rounded_cash};
use salon_domain::payment::{TenderError, change_due};
use yew::prelude::*;

/// What somebody is likely to hand over: the total rounded up to each usual note.
pub fn likely_notes(total_minor: i64, currency: Currency) -> Vec<i64> {
    let unit = 10_i64.pow(currency.minor_digits());
    let mut notes: Vec<i64> = [5, 10, 20, 50, 100]
        .into_iter()
        .map(|note| (total_minor.max(0) as u64).div_ceil((note * unit) as u64) as i64 * note * unit)
        .filter(|sum| *sum > total_minor)
        .collect();
    notes.sort_unstable();
    notes.dedup();
    notes
}

#[derive(PartialEq, Properties)]
pub struct CashPanelProps {
    pub total_minor: i64,
    /// It pays all that is left: then it is rounded to the coins that there are.
    pub is_all: bool,
}

#[component]
pub fn CashPanel(props: &CashPanelProps) -> Html {
    let desk = use_desk();
    let typed = use_state_eq(String::new);
    let busy = use_state_eq(|| false);
    let currency = desk.ticket.draft.currency;
    let rule = desk.status.cash_rounding;
    let (total, rounding) = if props.is_all { rounded_cash(props.total_minor, rule) } else { (props.total_minor, 0) };
    // Nothing typed is the exact amount.
    let tendered = if typed.trim().is_empty() { Some(total) } else { parse_amount(&typed, currency) };
    let change = tendered.map(|tendered| change_due(total, tendered));
    use_keys({
        let ticket = desk.ticket.clone();
        move |e| {
            if e.key() == "Escape" {
                ticket.dispatch(TicketAction::Stage(Stage::Ring));
            }
        }
    });
    let pay = {
        let (desk, busy) = (desk.clone(), busy.clone());
        Callback::from(move |()| {
            if let (Some(tendered), Some(Ok(_))) = (tendered, change) {
                pay(&desk, PayBy::Cash { tendered_minor: tendered }, busy.clone());
            }
        })
    };
    let quick = |minor: i64, label: String| {
        let typed = typed.clone();
        html! {
            <button class="chip big num" aria-pressed={(tendered == Some(minor)).to_string()}
                onclick={move |_| typed.set(salon_domain::kernel::Money::new(minor, currency).to_string())}>{ label }</button>
        }
    };
    let (label, figure, short) = match change {
        Some(Ok(change)) => (words::CASH_CHANGE, change, false),
        Some(Err(TenderError::NotEnough { short_minor })) => (words::CASH_SHORT, short_minor, true),
        _ => (words::CASH_SHORT, total, true),
    };
    html! {
        <div class="cash" role="group" aria-label={t(words::CASH)}>
            <div class="cash-quick">
                { quick(total, format!("{} {}", t(words::CASH_EXACT), amount(total, currency))) }
                for note in likely_notes(total, currency) { { quick(note, amount(note, currency)) } }
            </div>
            <Field label={t(words::CASH_GIVEN)} value={(*typed).clone()} placeholder={amount(total, currency)} inputmode="decimal"
                oninput={let typed = typed.clone(); move |v| typed.set(v)} onenter={pay.clone()} autofocus=true test="cash-tendered" />
            if rounding != 0 {
                <div class="sum muted"><span>{ t(words::CASH_ROUNDED) }</span><span class="num" data-test="cash-rounding">{ amount(rounding, currency) }</span></div>
            }
            <div class={classes!("sum", "change", short.then_some("short"))} aria-live="polite">
                <span>{ t(label) }</span><span class="num" data-test="cash-change">{ money(figure, currency) }</span>
            </div>
            <div class="tenders">
                <button class="tender pink" disabled={short || *busy} onclick={pay.reform(|_| ())} data-test="cash-confirm">
                    <Icon name="banknote" />{ t(words::CASH_TAKE) }
                </button>
                <button class="tender" onclick={let ticket = desk.ticket.clone(); move |_| ticket.dispatch(TicketAction::Stage(Stage::Ring))}>{ t(common::BACK) }</button>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_that_a_client_may_hand_over() {
        assert_eq!(likely_notes(8_400, Currency::CAD), [8_500, 9_000, 10_000]);
        assert_eq!(likely_notes(10_000, Currency::CAD), Vec::<i64>::new());
        assert_eq!(likely_notes(12, Currency::JPY), [15, 20, 50, 100]);
    }
}
