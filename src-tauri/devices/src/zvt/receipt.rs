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
        trace: fields.trace_number().unwrap_or(0),
        receipt_number: fields.receipt_number.map_or(0, u32::from),
        terminal_id: terminal_id(fields.terminal_id),
        authorisation: fields.authorisation.clone().unwrap_or_default(),
        card_last4: fields.card_last4.clone().unwrap_or_default(),
        card_brand: brand(fields),
        // Twelve digits at most.
        amount_minor: i64::try_from(amount_minor).unwrap_or(i64::MAX),
        terminal_clock: fields.clock(),
        lines,
    }
}

/// The name that the terminal gives, else by its card type (PA00P015, list of ZVT card-type ids).
fn brand(fields: &Fields) -> String {
    if let Some(name) = fields.card_name.as_ref().filter(|name| !name.is_empty()) {
        return name.clone();
    }
    fields.card_type.and_then(card_type_name).unwrap_or_default().to_owned()
}

/// PA00P015, list of ZVT card-type ids: the ones that are seen at a counter.
pub(super) fn card_type_name(card_type: u8) -> Option<&'static str> {
    Some(match card_type {
        2 | 5 => "girocard",
        6 => "Mastercard",
        8 => "American Express",
        10 => "Visa",
        11 => "Visa Electron",
        12 => "Diners",
        13 => "V PAY",
        14 => "JCB",
        46 => "Maestro",
        _ => return None,
    })
}

/// Eight digits, as on its slips; empty when it has not said (bitmap 29).
pub(super) fn terminal_id(id: Option<u32>) -> String {
    id.map(|id| format!("{id:08}")).unwrap_or_default()
}
