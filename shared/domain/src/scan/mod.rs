//! What a scanned text is: a bar code of any kind, a card's stripe, a label of our own, or something to search for.
//!
//! Pure, and never panics on any input. What a code stands for here (which product, which client) is the terminal's to
//! look up. Of a payment card nothing comes out: [`Scan::PaymentCard`] holds nothing, and whoever gets it drops the text.

mod digits;
mod gs1;
mod label;
mod layout;
mod payment;

pub use digits::{Gtin, gs1_check_digit};
pub use gs1::{Elements, Measure, MeasureKind, PackDate, PackPrice};
pub use label::{client_card_code, gift_card_code, receipt_code, till_code};
pub use layout::{InStore, LabelAmount, Layout, LayoutError};

use crate::kernel::round_half_up;
use gs1::{Gs1Error, SEPARATOR};
use label::Label;
use layout::LayoutRead;
use payment::Stripe;
use serde::{Deserialize, Serialize};

/// How this terminal's scanners are set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScanRules {
    /// What the scanner puts before and after every code, besides Enter or Tab. Taken off.
    pub prefix: String,
    pub suffix: String,
    /// How in-store numbers (20 to 29) are read; the first that fits. With none they are plain product numbers.
    pub layouts: Vec<Layout>,
    /// Beginnings, of six digits or more, of the salon's own cards whose numbers look like payment cards' numbers.
    /// What a payment scheme uses is ignored here.
    pub own_card_prefixes: Vec<String>,
    /// A scanner that types: at most so long between two keys …
    pub gap_ms_max: u16,
    /// … and a code is over after so long without one.
    pub pause_ms: u16,
    /// Fewer characters are somebody typing.
    pub chars_min: u8,
}

impl Default for ScanRules {
    fn default() -> Self {
        ScanRules {
            prefix: String::new(),
            suffix: String::new(),
            layouts: Vec::new(),
            own_card_prefixes: Vec::new(),
            gap_ms_max: 35,
            pause_ms: 60,
            chars_min: 6,
        }
    }
}

/// Something with a GTIN, and what its code says beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    pub gtin: Gtin,
    /// The other reading of eight digits that are an EAN-8 and a UPC-E.
    pub or: Option<Gtin>,
    /// It may as well be a payment card's number: unless the catalog has it, treat it as [`Scan::PaymentCard`].
    pub if_known: bool,
    /// Lot, dates, count, measure and price, where a GS1 element string has them.
    pub elements: Elements,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    Product(Box<Goods>),
    /// A number of the shop's own that a layout fits. The catalog may have the whole number, or the item.
    InStore {
        gtin: Gtin,
        label: InStore,
    },
    GiftCard {
        number: String,
    },
    ClientCard {
        number: String,
    },
    /// A receipt of the till with this code.
    Receipt {
        till: String,
        number: u64,
    },
    /// A card with a stripe that is no payment card.
    StoreCard {
        number: String,
    },
    /// Nothing of it is kept.
    PaymentCard,
    /// As long as a product's number, or of our own labels' form, and misread. A catalog from elsewhere may have such a
    /// number all the same.
    BadCheckDigit {
        text: String,
    },
    Text(String),
}

/// Longer texts (a QR code holds 4,296 characters) are cut: nobody searches for that much.
const TEXT_CHARS_MAX: usize = 200;

/// Reads one scan.
pub fn read(raw: &str, rules: &ScanRules) -> Scan {
    let (identifier, text) = bare(raw, rules);
    let own = &rules.own_card_prefixes;
    match payment::read_stripe(text, own) {
        Some(Stripe::Payment) => return Scan::PaymentCard,
        Some(Stripe::Store(number)) => return Scan::StoreCard { number },
        None => {}
    }
    if let Some(scan) = read_gs1(identifier, text) {
        return scan;
    }
    match label::read(text) {
        Some(Label::Gift(number)) => return Scan::GiftCard { number },
        Some(Label::Client(number)) => return Scan::ClientCard { number },
        Some(Label::Receipt { till, number }) => return Scan::Receipt { till, number },
        Some(Label::Misread) => return Scan::BadCheckDigit { text: text.to_owned() },
        None => {}
    }
    if let Some(scan) = read_digits(identifier, text, rules) {
        return scan;
    }
    if payment::is_anywhere(text, own) {
        return Scan::PaymentCard;
    }
    Scan::Text(text.chars().take(TEXT_CHARS_MAX).collect())
}

/// Whether the text is a payment card's. For whoever has to decide what to do with keys before it knows the rest.
pub fn is_payment_card(raw: &str, rules: &ScanRules) -> bool {
    read(raw, rules) == Scan::PaymentCard
}

/// The price of something weighed, in minor units, rounded half away from zero as all money is.
pub fn price_by_weight(per_kilogram_minor: i64, grams: u32) -> i64 {
    round_half_up(i128::from(per_kilogram_minor) * i128::from(grams), 1_000)
}

/// Without terminators, the configured prefix and suffix, and the AIM symbology identifier (ISO/IEC 15424: `]`, a
/// letter, a digit or letter), which is given beside it.
fn bare<'a>(raw: &'a str, rules: &ScanRules) -> (Option<&'a str>, &'a str) {
    let ends = |c: char| c.is_whitespace() || c.is_control() && c != SEPARATOR;
    let mut text = raw.trim_matches(ends);
    if !rules.prefix.is_empty() {
        text = text.strip_prefix(rules.prefix.as_str()).unwrap_or(text);
    }
    if !rules.suffix.is_empty() {
        text = text.strip_suffix(rules.suffix.as_str()).unwrap_or(text);
    }
    let identifier = text.get(..3).filter(|id| {
        let bytes = id.as_bytes();
        bytes[0] == b']' && bytes[1].is_ascii_alphabetic() && bytes[2].is_ascii_alphanumeric()
    });
    (identifier, identifier.map_or(text, |id| &text[id.len()..]).trim_matches(ends))
}

/// Symbologies that say themselves that GS1 element strings are inside: GS1-128, DataBar, DataMatrix, QR, DotCode.
const GS1_IDENTIFIERS: [&str; 5] = ["]C1", "]e0", "]d2", "]Q3", "]J1"];

fn read_gs1(identifier: Option<&str>, text: &str) -> Option<Scan> {
    let said = identifier.is_some_and(|id| GS1_IDENTIFIERS.contains(&id)) || text.starts_with(SEPARATOR);
    let link = digital_link(text);
    // Without the identifier, digits that begin with 01 and a right GTIN are one too.
    let plain = text.get(..16).is_some_and(|head| head.starts_with("01") && Gtin::parse(&head[2..]).is_some());
    if !said && !plain && link.is_none() && !text.starts_with('(') {
        return None;
    }
    match link.map_or_else(|| gs1::parse(text), Ok) {
        Ok(elements) => {
            let goods = |gtin| Goods { gtin, or: None, if_known: false, elements: elements.clone() };
            elements.gtin.map(|gtin| Scan::Product(Box::new(goods(gtin))))
        }
        Err(Gs1Error::CheckDigit) => Some(Scan::BadCheckDigit { text: text.chars().take(TEXT_CHARS_MAX).collect() }),
        Err(Gs1Error::Malformed) => None,
    }
}

/// The GTIN in a GS1 Digital Link: `https://…/01/09506000134352/…`.
fn digital_link(text: &str) -> Option<Elements> {
    let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let (_, behind) = address.split_once("/01/")?;
    let gtin = behind.split(['/', '?', '#']).next().and_then(Gtin::parse)?;
    Some(Elements { gtin: Some(gtin), ..Elements::default() })
}

/// Texts that are nothing but digits, in groups as they are printed under a bar code if need be.
fn read_digits(identifier: Option<&str>, text: &str, rules: &ScanRules) -> Option<Scan> {
    let grouped: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let mut all = digits::digits(&grouped)?;
    // EAN-13 with an add-on (]E3): two or five digits more, of no meaning for a salon.
    if identifier == Some("]E3") && matches!(all.len(), 15 | 18) {
        all.truncate(13);
    }
    let is_retail = identifier.is_some_and(|id| id.starts_with("]E"));
    let ean = Gtin::of_digits(&all);
    let upc_e = Gtin::of_upc_e(&all).filter(|_| identifier != Some("]E4"));
    let card = !is_retail && payment::is_number(&all) && !payment::is_own(&all, &rules.own_card_prefixes);
    let goods =
        |gtin, or, if_known| Scan::Product(Box::new(Goods { gtin, or, if_known, elements: Elements::default() }));
    match (upc_e, ean) {
        (Some(gtin), other) => Some(goods(gtin, other, false)),
        (None, Some(gtin)) if (20..=29).contains(&(gtin.value() / 10_u64.pow(11))) || is_upc_in_store(gtin) => {
            Some(in_store(gtin, rules).unwrap_or_else(|| goods(gtin, None, false)))
        }
        (None, Some(gtin)) => Some(goods(gtin, None, card && all.len() != 13)),
        (None, None) if card => Some(Scan::PaymentCard),
        (None, None) if matches!(all.len(), 8 | 12 | 13 | 14) => Some(Scan::BadCheckDigit { text: grouped }),
        _ => None,
    }
}

/// A UPC-A of number system 2: 02 as an EAN-13.
fn is_upc_in_store(gtin: Gtin) -> bool {
    gtin.value() / 10_u64.pow(11) == 2
}

fn in_store(gtin: Gtin, rules: &ScanRules) -> Option<Scan> {
    let thirteen = digits::digits(&gtin.to_string())?;
    rules.layouts.iter().find_map(|layout| layout.read(&thirteen)).map(|read| match read {
        LayoutRead::Fits(label) => Scan::InStore { gtin, label },
        LayoutRead::Misread => Scan::BadCheckDigit { text: gtin.to_string() },
    })
}

#[cfg(test)]
mod tests;
