//! GS1 element strings: application identifiers with their data, as bar codes (GS1-128, DataBar, DataMatrix, QR) carry
//! them (GS1 General Specifications, 3 and 7.8). What a till does not need is skipped over by its length.

use super::digits::{Gtin, digits, number};
use crate::kernel::{Currency, round_half_up};
use serde::{Deserialize, Serialize};

/// FNC1 as scanners send it between elements.
pub(super) const SEPARATOR: char = '\u{1d}';

/// A date on a pack. The century is not on it, and the day may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackDate {
    /// Of the century, 0 to 99.
    pub year: u8,
    pub month: u8,
    /// None: the whole month.
    pub day: Option<u8>,
}

impl PackDate {
    /// The year nearest to the present one (7.12): at most 49 years back, 50 ahead.
    pub fn full_year(self, this_year: i16) -> i16 {
        let century = this_year - this_year.rem_euclid(100);
        let year = century + i16::from(self.year);
        match year - this_year {
            51.. => year - 100,
            ..=-50 => year + 100,
            _ => year,
        }
    }
}

/// What a variable measure is of (AI 310 to 316).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// Kilograms.
    NetWeight,
    /// Metres.
    Length,
    Width,
    Depth,
    /// Square metres.
    Area,
    /// Litres.
    NetVolume,
    /// Cubic metres.
    Cubic,
}

/// `value` with `decimals` digits behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    pub kind: MeasureKind,
    pub value: u32,
    pub decimals: u8,
}

impl Measure {
    /// In thousandths of its unit: grams, millilitres, millimetres.
    pub fn milli(self) -> i64 {
        round_half_up(i128::from(self.value) * 1_000, 10_i128.pow(u32::from(self.decimals)))
    }
}

/// A price on a pack (AI 392, 393): `value` with `decimals` digits behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackPrice {
    pub value: u64,
    pub decimals: u8,
    /// ISO 4217 numeric, where the pack says it.
    pub currency: Option<u16>,
}

impl PackPrice {
    /// In minor units, rounded as money is. `None` when the pack names another currency, or the amount is too large.
    pub fn minor(self, currency: Currency) -> Option<i64> {
        if self.currency.is_some() && self.currency != currency.numeric() {
            return None;
        }
        let scaled = i128::from(self.value) * 10_i128.pow(currency.minor_digits());
        let minor = round_half_up(scaled, 10_i128.pow(u32::from(self.decimals)));
        (minor < 1_000_000_000_000).then_some(minor)
    }
}

/// The elements that a till has a use for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Elements {
    pub gtin: Option<Gtin>,
    pub lot: Option<String>,
    pub made: Option<PackDate>,
    pub best_before: Option<PackDate>,
    pub expires: Option<PackDate>,
    pub serial: Option<String>,
    pub count: Option<u32>,
    pub measure: Option<Measure>,
    pub price: Option<PackPrice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gs1Error {
    /// The GTIN's check digit is wrong: misread.
    CheckDigit,
    /// Not an element string.
    Malformed,
}

/// Reads `(01)04006381333931(17)271231`, or the same without brackets and with separators behind what has no fixed
/// length.
pub(super) fn parse(text: &str) -> Result<Elements, Gs1Error> {
    let elements = if text.starts_with('(') { bracketed(text) } else { separated(text) };
    let elements = elements.filter(|e| !e.is_empty()).ok_or(Gs1Error::Malformed)?;
    let mut found = Elements::default();
    for (identifier, data) in elements {
        put(&mut found, identifier, data)?;
    }
    Ok(found)
}

fn bracketed(text: &str) -> Option<Vec<(&str, &str)>> {
    let parts = text.strip_prefix('(')?.split('(');
    parts.map(|part| part.split_once(')').filter(|(ai, _)| (2..=4).contains(&ai.len()))).collect()
}

/// Elements whose identifier fixes their length (7.8.5-2), by its first two digits; the identifier is counted in.
fn fixed_length(identifier: &str) -> Option<usize> {
    Some(match identifier.parse::<u8>().ok()? {
        0 => 20,
        1..=3 => 16,
        4 => 18,
        11..=19 => 8,
        20 => 4,
        31..=36 => 10,
        41 => 16,
        _ => return None,
    })
}

/// Digits of the identifier that begins with these two (3.2).
fn identifier_length(first_two: &str) -> usize {
    match first_two {
        "23" | "24" | "25" | "40" | "41" | "42" | "71" => 3,
        "31" | "32" | "33" | "34" | "35" | "36" | "39" | "43" | "70" | "72" | "80" | "81" | "82" => 4,
        _ => 2,
    }
}

fn separated(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut rest = text.trim_matches(SEPARATOR);
    let mut elements = Vec::new();
    while !rest.is_empty() {
        let first_two = rest.get(..2).filter(|t| digits(t).is_some())?;
        let end = match fixed_length(first_two) {
            Some(length) => length,
            None => rest.find(SEPARATOR).unwrap_or(rest.len()),
        };
        let element = rest.get(..end)?;
        let at = identifier_length(first_two);
        elements.push((element.get(..at)?, element.get(at..)?));
        rest = rest.get(end..)?.trim_start_matches(SEPARATOR);
    }
    Some(elements)
}

fn put(found: &mut Elements, identifier: &str, data: &str) -> Result<(), Gs1Error> {
    let bad = Gs1Error::Malformed;
    let scale = || identifier.get(3..).and_then(|d| d.parse::<u8>().ok()).ok_or(bad);
    match identifier {
        "01" => {
            let all = digits(data).filter(|d| d.len() == 14).ok_or(bad)?;
            found.gtin = Some(Gtin::of_digits(&all).ok_or(Gs1Error::CheckDigit)?);
        }
        "10" => found.lot = Some(text_of(data, 20).ok_or(bad)?),
        "11" => found.made = Some(date_of(data).ok_or(bad)?),
        "15" => found.best_before = Some(date_of(data).ok_or(bad)?),
        "17" => found.expires = Some(date_of(data).ok_or(bad)?),
        "21" => found.serial = Some(text_of(data, 20).ok_or(bad)?),
        "30" => found.count = Some(count_of(data, 8).ok_or(bad)? as u32),
        _ => match identifier.get(..3) {
            Some(kind @ ("310" | "311" | "312" | "313" | "314" | "315" | "316")) if identifier.len() == 4 => {
                let value = digits(data).filter(|d| d.len() == 6).and_then(|d| number(&d)).ok_or(bad)? as u32;
                let decimals = Some(scale()?).filter(|d| *d <= 5).ok_or(bad)?;
                found.measure = Some(Measure { kind: measure_kind(kind), value, decimals });
            }
            Some("392") if identifier.len() == 4 => {
                found.price =
                    Some(PackPrice { value: count_of(data, 15).ok_or(bad)?, decimals: scale()?, currency: None });
            }
            Some("393") if identifier.len() == 4 => {
                let (code, value) = data.split_at_checked(3).ok_or(bad)?;
                let currency = digits(code).and_then(|d| number(&d)).ok_or(bad)? as u16;
                let value = count_of(value, 15).ok_or(bad)?;
                found.price = Some(PackPrice { value, decimals: scale()?, currency: Some(currency) });
            }
            _ => {}
        },
    }
    Ok(())
}

fn measure_kind(identifier: &str) -> MeasureKind {
    match identifier {
        "310" => MeasureKind::NetWeight,
        "311" => MeasureKind::Length,
        "312" => MeasureKind::Width,
        "313" => MeasureKind::Depth,
        "314" => MeasureKind::Area,
        "315" => MeasureKind::NetVolume,
        _ => MeasureKind::Cubic,
    }
}

/// GS1's character set 82 (7.11).
fn text_of(data: &str, length_max: usize) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!\"%&'()*+,-./:;<=>?_".contains(c);
    ((1..=length_max).contains(&data.len()) && data.chars().all(allowed)).then(|| data.to_owned())
}

fn count_of(data: &str, length_max: usize) -> Option<u64> {
    digits(data).filter(|d| d.len() <= length_max).and_then(|d| number(&d))
}

/// YYMMDD; a day of 00 is the whole month.
fn date_of(data: &str) -> Option<PackDate> {
    let all = digits(data).filter(|d| d.len() == 6)?;
    let two = |at: usize| all[at] * 10 + all[at + 1];
    let (year, month, day) = (two(0), two(2), two(4));
    let days = match month {
        2 => 28 + u8::from(year % 4 == 0),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (day <= days).then_some(PackDate { year, month, day: (day > 0).then_some(day) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_with_and_without_brackets_are_the_same() {
        let bracketed = parse("(01)04006381333931(17)271231(10)AB-12/3").unwrap();
        assert_eq!(bracketed.gtin, Gtin::parse("4006381333931"));
        assert_eq!(bracketed.expires, Some(PackDate { year: 27, month: 12, day: Some(31) }));
        assert_eq!(bracketed.lot.as_deref(), Some("AB-12/3"));
        assert_eq!(parse("01040063813339311727123110AB-12/3"), Ok(bracketed.clone()));
        assert_eq!(parse("0104006381333931\u{1d}10AB-12/3\u{1d}17271231"), Ok(bracketed));
    }

    #[test]
    fn weights_prices_and_counts() {
        // From the General Specifications' variable measure examples: a weight with three decimals, a price with two.
        let found = parse("0194006381333934310300125039220750").unwrap();
        assert_eq!(found.measure.map(Measure::milli), Some(1_250));
        assert_eq!(found.price.and_then(|p| p.minor(Currency::EUR)), Some(750));
        let named = parse("(01)94006381333934(3105)012345(3932)9781250").unwrap();
        assert_eq!(named.measure.map(Measure::milli), Some(123));
        assert_eq!(named.price.and_then(|p| p.minor(Currency::EUR)), Some(1_250));
        assert_eq!(named.price.and_then(|p| p.minor(Currency::USD)), None, "another currency");
        assert_eq!(
            parse("(01)04006381333931(3920)5(30)12").unwrap().price.and_then(|p| p.minor(Currency::EUR)),
            Some(500)
        );
        assert_eq!(parse("(01)04006381333931(30)12").unwrap().count, Some(12));
        assert_eq!(parse("(01)04006381333931(3933)1234").map(|e| e.price.map(|p| p.value)), Ok(Some(4)));
    }

    #[test]
    fn what_is_not_needed_is_skipped() {
        let found = parse("00340123450000000011\u{1d}0104006381333931240ABC\u{1d}21S1\u{1d}7003260101").unwrap();
        assert_eq!((found.gtin, found.serial.as_deref()), (Gtin::parse("4006381333931"), Some("S1")));
    }

    #[test]
    fn rules_of_the_data() {
        assert_eq!(parse("(01)04006381333930"), Err(Gs1Error::CheckDigit));
        for bad in [
            "(01)4006381333931",
            "(17)271301",
            "(17)270230",
            "(15)2712",
            "(10)",
            "(10)aaaaaaaaaaaaaaaaaaaaa",
            "(10)a b",
            "(30)123456789",
            "(3106)000001",
            "(392)1",
            "(3932)97",
            "(1)2",
            "0104006381",
            "x",
            "",
            "(",
        ] {
            // An unknown identifier alone is no error: it is skipped.
            if bad == "(392)1" {
                assert_eq!(parse(bad), Ok(Elements::default()));
            } else {
                assert_eq!(parse(bad), Err(Gs1Error::Malformed), "{bad}");
            }
        }
        assert_eq!(parse("(15)270200").unwrap().best_before, Some(PackDate { year: 27, month: 2, day: None }));
    }

    #[test]
    fn the_century_is_the_nearest() {
        let year = |year| PackDate { year, month: 1, day: None };
        assert_eq!([year(27).full_year(2026), year(76).full_year(2026), year(77).full_year(2026)], [2027, 2076, 1977]);
        assert_eq!([year(2).full_year(1998), year(99).full_year(2002)], [2002, 1999]);
    }
}
