//! Check digits: of GTINs (GS1 General Specifications, 7.9), of price and weight fields inside a number (7.9.2 to
//! 7.9.4), Luhn's (ISO/IEC 7812-1, annex B), and the one of our own labels (ISO/IEC 7064, MOD 11,10).

use serde::{Deserialize, Serialize};
use std::fmt;

/// The values of `text` if it is nothing but ASCII digits.
pub(super) fn digits(text: &str) -> Option<Vec<u8>> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.bytes().map(|b| b - b'0').collect())
}

/// The number that decimal digits write; `None` beyond 18 of them.
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    (digits.len() <= 18).then(|| digits.iter().fold(0, |n, d| n * 10 + u64::from(*d)))
}

/// Weights 3, 1, 3, … from the right, over everything before the check digit.
pub fn gs1_check_digit(before: &[u8]) -> u8 {
    let weighed = before.iter().rev().enumerate().map(|(at, d)| u32::from(*d) * if at % 2 == 0 { 3 } else { 1 });
    ((10 - weighed.sum::<u32>() % 10) % 10) as u8
}

pub(super) fn gs1_is_right(all: &[u8]) -> bool {
    all.split_last().is_some_and(|(check, before)| !before.is_empty() && gs1_check_digit(before) == *check)
}

/// Luhn's formula, the check digit included.
pub(super) fn luhn_is_right(all: &[u8]) -> bool {
    let weighed = all.iter().rev().enumerate().map(|(at, d)| match (at % 2, d * 2) {
        (0, _) => u32::from(*d),
        (_, doubled) => u32::from(if doubled > 9 { doubled - 9 } else { doubled }),
    });
    !all.is_empty() && weighed.sum::<u32>() % 10 == 0
}

/// ISO/IEC 7064 MOD 11,10: finds every single wrong digit and nearly every pair that changed places.
pub(super) fn own_check_digit(before: &[u8]) -> u8 {
    let left = before.iter().fold(10_u32, |left, digit| {
        let sum = match (left + u32::from(*digit)) % 10 {
            0 => 10,
            sum => sum,
        };
        sum * 2 % 11
    });
    ((11 - left) % 10) as u8
}

const TWO_MINUS: [u8; 10] = [0, 2, 4, 6, 8, 9, 1, 3, 5, 7];
const FIVE_PLUS: [u8; 10] = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9];
const FIVE_MINUS: [u8; 10] = [0, 5, 9, 4, 8, 3, 7, 2, 6, 1];
const THREE: [u8; 10] = [0, 3, 6, 9, 2, 5, 8, 1, 4, 7];

/// The check digit of a price or weight field of four or five digits inside a number (7.9.3, 7.9.4).
pub(super) fn field_check_digit(field: &[u8]) -> Option<u8> {
    let weighed = |weights: &[&[u8; 10]]| -> u32 {
        field.iter().zip(weights).map(|(d, w)| u32::from(w.get(usize::from(*d)).copied().unwrap_or(0))).sum()
    };
    match field.len() {
        4 => Some((weighed(&[&TWO_MINUS, &TWO_MINUS, &THREE, &FIVE_MINUS]) * 3 % 10) as u8),
        5 => {
            let sum = weighed(&[&FIVE_PLUS, &TWO_MINUS, &FIVE_MINUS, &FIVE_PLUS, &TWO_MINUS]);
            let rest = ((10 - sum % 10) % 10) as u8;
            FIVE_MINUS.iter().position(|product| *product == rest).map(|digit| digit as u8)
        }
        _ => None,
    }
}

/// A Global Trade Item Number whose check digit is right. All lengths are one number space (7.9: shorter ones are
/// filled up with zeros on the left), so that a UPC-A and the EAN-13 that it is with a zero before it are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Gtin(u64);

impl Gtin {
    /// Reads 8, 12, 13 or 14 digits (GTIN-8, UPC-A, EAN-13, GTIN-14). `None` for everything else, a wrong check digit too.
    pub fn parse(text: &str) -> Option<Gtin> {
        Gtin::of_digits(&digits(text)?)
    }

    pub(super) fn of_digits(digits: &[u8]) -> Option<Gtin> {
        let right = matches!(digits.len(), 8 | 12 | 13 | 14) && gs1_is_right(digits);
        right.then(|| number(digits)).flatten().map(Gtin)
    }

    /// A zero-suppressed UPC-E of eight digits, expanded to the UPC-A that it stands for (5.2.2.4.2).
    pub fn of_upc_e(digits: &[u8]) -> Option<Gtin> {
        let &[system @ (0 | 1), a, b, c, d, e, last, check] = digits else { return None };
        let expanded = match last {
            0..=2 => [system, a, b, last, 0, 0, 0, 0, c, d, e, check],
            3 => [system, a, b, c, 0, 0, 0, 0, 0, d, e, check],
            4 => [system, a, b, c, d, 0, 0, 0, 0, 0, e, check],
            _ => [system, a, b, c, d, e, 0, 0, 0, 0, last, check],
        };
        Gtin::of_digits(&expanded)
    }

    /// Every number that a catalog's bar code may mean: eight digits may be an EAN-8 or a UPC-E.
    pub fn readings(text: &str) -> impl Iterator<Item = Gtin> {
        let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let all = digits(&plain).unwrap_or_default();
        [Gtin::of_digits(&all), Gtin::of_upc_e(&all)].into_iter().flatten()
    }

    pub fn value(self) -> u64 {
        self.0
    }

    /// The first of the 14 digits: 0 for the thing itself, 1 to 8 for a case of it, 9 for what is weighed or measured.
    pub fn indicator(self) -> u8 {
        (self.0 / 10_u64.pow(13)) as u8
    }

    /// The number that the catalog may know a weighed thing by: the same item reference as an EAN-13 of its own.
    pub fn without_indicator(self) -> Gtin {
        let reference = self.0 % 10_u64.pow(13) / 10;
        let digits: Vec<u8> = (0..12).rev().map(|at| (reference / 10_u64.pow(at) % 10) as u8).collect();
        Gtin(reference * 10 + u64::from(gs1_check_digit(&digits)))
    }
}

/// As a person reads it on the pack: 8, 13 or 14 digits.
impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            n if n < 10_u64.pow(8) => write!(f, "{n:08}"),
            n => write!(f, "{n:013}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_are_right_and_a_wrong_digit_is_found() {
        // GS1 General Specifications and the standards' own examples.
        for text in [
            "4006381333931",
            "9780201379624",
            "036000291452",
            "96385074",
            "73513537",
            "00012345600012",
            "6291041500213",
        ] {
            assert!(Gtin::parse(text).is_some(), "{text}");
            let mut wrong = digits(text).unwrap();
            for at in 0..wrong.len() {
                wrong[at] = (wrong[at] + 1) % 10;
                assert!(!gs1_is_right(&wrong), "{text} with digit {at} wrong");
                wrong[at] = (wrong[at] + 9) % 10;
            }
        }
    }

    #[test]
    fn upc_e_stands_for_a_upc_a() {
        let table = [
            ("04252614", "042100005264"),
            ("01234505", "012000003455"),
            ("01234531", "012300000451"),
            ("01234543", "012340000053"),
            ("01234558", "012345000058"),
        ];
        for (short, long) in table {
            assert_eq!(Gtin::of_upc_e(&digits(short).unwrap()), Gtin::parse(long), "{short}");
            assert!(Gtin::parse(long).is_some(), "{long}");
        }
        assert_eq!(Gtin::of_upc_e(&digits("24252614").unwrap()), None, "only number systems 0 and 1");
    }

    #[test]
    fn price_fields_have_a_check_digit_of_their_own() {
        assert_eq!(field_check_digit(&[2, 8, 7, 5]), Some(9));
        assert_eq!(field_check_digit(&[1, 4, 6, 8, 5]), Some(6));
        assert_eq!(field_check_digit(&[1, 2, 3]), None);
    }

    #[test]
    fn luhn_and_our_own() {
        assert!(luhn_is_right(&digits("4111111111111111").unwrap()));
        assert!(!luhn_is_right(&digits("4111111111111112").unwrap()));
        // ISO/IEC 7064, 8.4: 0794 has the check digit 5.
        assert_eq!(own_check_digit(&[0, 7, 9, 4]), 5);
    }

    #[test]
    fn a_weighed_case_is_known_by_its_unit() {
        let weighed = Gtin::parse("94006381333934").unwrap();
        assert_eq!(weighed.indicator(), 9);
        assert_eq!(Some(weighed.without_indicator()), Gtin::parse("4006381333931"));
        assert_eq!(weighed.to_string(), "94006381333934");
        assert_eq!(Gtin::parse("036000291452").unwrap().to_string(), "0036000291452");
        assert_eq!(Gtin::parse("036000291452"), Gtin::parse("0036000291452"));
        assert_eq!(Gtin::parse("96385074").unwrap().to_string(), "96385074");
    }
}
