//! What is kept of a payment: brand, four digits, the bank's code, and what the chip says of itself.

use super::model::{CardPresent, Intent};
use crate::store::RemotePaymentRow;
use salon_contract::device::RemoteReceipt;

/// Longest text of Stripe's that is taken over.
const TEXT_CHARS_MAX: usize = 40;

fn plain(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().filter(|c| !c.is_control()).take(TEXT_CHARS_MAX).collect()
}

/// At most four digits, whatever is sent.
fn last4(card: &CardPresent) -> String {
    let digits: Vec<char> = card.last4.as_deref().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(4)..].iter().collect()
}

pub fn receipt_of(row: &RemotePaymentRow, intent: &Intent) -> RemoteReceipt {
    let card = intent.charge().and_then(|charge| charge.payment_method_details.as_ref()?.card_present.clone());
    let card = card.unwrap_or_default();
    let chip = card.receipt.clone().unwrap_or_default();
    let mut lines = Vec::new();
    let name = plain(chip.application_preferred_name.as_deref());
    if !name.is_empty() {
        lines.push(name);
    }
    let aid = plain(chip.dedicated_file_name.as_deref());
    // A number longer than an identifier's is none: it must not end on paper.
    if !aid.is_empty() && aid.chars().all(|c| c.is_ascii_hexdigit()) {
        lines.push(format!("AID {aid}"));
    }
    RemoteReceipt {
        number: row.number,
        reader: row.reader.clone(),
        authorisation: plain(chip.authorization_code.as_deref()),
        brand: plain(card.brand.as_deref()),
        last4: last4(&card),
        amount_minor: row.amount_minor,
        currency: row.currency,
        at_ms: intent.charge().map_or(row.updated.0, |charge| charge.created.saturating_mul(1_000)),
        lines,
    }
}
