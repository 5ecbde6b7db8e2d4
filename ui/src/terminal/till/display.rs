//! What the client reads: on a customer display the line that was rung up last and the total, then the change; on a
//! screen of the client's own the whole ticket (`customer` draws it).

use super::draft::{Stage, Ticket};
use crate::terminal::desk::use_desk;
use crate::text::{amount, t, till as words};
use crate::transport::ask;
use salon_contract::window::{CustomerLine, CustomerScreen, CustomerTotal, ShowDisplay};
use salon_domain::payment::{LineKind, PricedLine, price};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Characters in a line of the usual display.
const WIDTH: usize = 20;

#[component]
pub fn DisplayWatch() -> Html {
    let desk = use_desk();
    let shown = (lines_of(&desk.ticket), screen_of(&desk.ticket));
    use_effect_with(shown, |((upper, lower), screen)| {
        let question = ShowDisplay { upper: upper.clone(), lower: lower.clone(), screen: screen.clone() };
        // A display that is not there, or does not answer, is shown among the devices and never in the way.
        spawn_local(async move { drop(ask(question).await) });
    });
    Html::default()
}

fn lines_of(ticket: &Ticket) -> (String, String) {
    let currency = ticket.draft.currency;
    if let Stage::Paid(sale) = &ticket.stage {
        let total = beside(t(words::SHOWN_TOTAL), &amount(sale.sale.total_minor, currency));
        let change = sale.sale.change_minor;
        let lower = if change > 0 {
            beside(t(words::SHOWN_CHANGE), &amount(change, currency))
        } else {
            t(words::PAID).to_owned()
        };
        return (total, lower);
    }
    let Ok(priced) = price(&ticket.draft) else { return Default::default() };
    let last = priced.lines.last();
    let upper = last.map(|line| beside(&line.description, &amount(line.price_minor, currency))).unwrap_or_default();
    (upper, beside(t(words::SHOWN_TOTAL), &amount(priced.total_minor, currency)))
}

fn screen_of(ticket: &Ticket) -> CustomerScreen {
    let (lines, currency) = match &ticket.stage {
        Stage::Paid(sale) => (sale.sale.lines.clone(), sale.sale.currency),
        _ => (price(&ticket.draft).map(|priced| priced.lines).unwrap_or_default(), ticket.draft.currency),
    };
    if lines.is_empty() {
        return CustomerScreen::default();
    }
    let total_minor = lines.iter().map(|line| line.total_minor).sum::<i64>();
    let change_minor = if let Stage::Paid(sale) = &ticket.stage { Some(sale.sale.change_minor) } else { None };
    let total = CustomerTotal {
        currency,
        total_minor,
        discount_minor: lines.iter().map(|line| line.discount_minor).sum(),
        owed_minor: if change_minor.is_some() { 0 } else { total_minor - ticket.taken_minor() },
        card: matches!(ticket.stage, Stage::Card(_)),
        change_minor,
    };
    let line = |line: &PricedLine| CustomerLine {
        name: if line.kind == LineKind::Tip { t(words::TIP).to_owned() } else { line.description.clone() },
        quantity: line.quantity,
        amount_minor: line.total_minor,
    };
    CustomerScreen { lines: lines.iter().map(line).collect(), total: Some(total) }
}

/// `left ……… right`; the left one gives way.
fn beside(left: &str, right: &str) -> String {
    let room = WIDTH.saturating_sub(right.chars().count() + 1);
    let left: String = left.chars().take(room).collect();
    let gap = WIDTH.saturating_sub(left.chars().count() + right.chars().count());
    format!("{left}{}{right}", " ".repeat(gap))
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn a_line_has_the_display_s_width_and_the_amount_in_full() {
        assert_eq!(beside("Cut", "52.00"), "Cut            52.00");
        assert_eq!(beside("Balayage with gloss and cut", "1,234.50"), "Balayage wi 1,234.50");
        assert_eq!(beside("x", "1234567890123456789"), " 1234567890123456789");
    }
}
