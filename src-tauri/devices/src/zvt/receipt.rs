//! What we keep of an approval.

use super::fields::Fields;
use super::redact::without_card_numbers;
use salon_ports::CardReceipt;

/// `amount_minor` stands in where the terminal leaves the amount away.
pub(super) fn receipt(fields: &Fields, amount_minor: u64, printed: &[String]) -> CardReceipt {
    let amount_minor = fields.amount_minor.unwrap_or(amount_minor);
    let mut lines: Vec<String> = fields
        .additional_text
        .iter()
        .flat_map(|text| text.lines())
        .chain(fields.tlv.print.iter().map(String::as_str))
        .filter(|line| !line.trim().is_empty())
        .map(without_card_numbers)
        .collect();
    lines.extend_from_slice(printed);
    CardReceipt {
        trace: fields.trace.unwrap_or(0),
        receipt_number: fields.receipt_number.map_or(0, u32::from),
        terminal_id: fields.terminal_id.map(|id| format!("{id:08}")).unwrap_or_default(),
        authorisation: fields.authorisation.clone().unwrap_or_default(),
        card_last4: fields.card_last4.clone().unwrap_or_default(),
        card_brand: brand(fields),
        // Twelve digits at most.
        amount_minor: i64::try_from(amount_minor).unwrap_or(i64::MAX),
        terminal_clock: match (fields.date, fields.time) {
            (Some(date), Some(time)) => format!("{date:04}{time:06}"),
            _ => String::new(),
        },
        lines,
    }
}

/// The name that the terminal gives, else by its card type (PA00P015, list of ZVT card-type ids).
fn brand(fields: &Fields) -> String {
    if let Some(name) = fields.card_name.as_ref().filter(|name| !name.is_empty()) {
        return name.clone();
    }
    let name = match fields.card_type {
        Some(2 | 5) => "girocard",
        Some(6) => "Mastercard",
        Some(8) => "American Express",
        Some(10) => "Visa",
        Some(11) => "Visa Electron",
        Some(12) => "Diners",
        Some(13) => "V PAY",
        Some(14) => "JCB",
        Some(46) => "Maestro",
        _ => "",
    };
    name.to_owned()
}
