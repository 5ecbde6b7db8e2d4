//! Our own labels: gift cards, clients' cards and receipts. Letters that say what it is, digits, and a check digit (ISO/IEC
//! 7064, MOD 11,10) at the end. Digits only, because a scanner that types as a keyboard does is often set to the layout
//! of another country, and digits survive that best. Stable: they are on paper and plastic out there.

use super::digits::{digits, number, own_check_digit};
use crate::kernel::{DeviceId, Id, marker};
use std::fmt::Write;

/// Digits of a till in its receipts' codes.
const TILL_DIGITS: usize = 5;
/// Digits of a card's number. Fewer than any payment card has.
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Label {
    Gift(String),
    Client(String),
    Receipt {
        till: String,
        number: u64,
    },
    /// One of ours by its form, with a wrong check digit.
    Misread,
}

/// Five digits that stand for a till on paper. Two tills of one salon may share them, rarely: whoever looks a receipt up
/// looks through all that fit.
pub fn till_code(device: DeviceId) -> String {
    let spread: Id<marker::Device> = device.derive(b"receipt code");
    let bytes = spread.as_bytes();
    let tail = bytes[8..].iter().fold(0_u64, |n, b| n << 8 | u64::from(*b));
    format!("{:0width$}", tail % 10_u64.pow(TILL_DIGITS as u32), width = TILL_DIGITS)
}

fn with_check(head: &str, body: &str) -> String {
    let counted: Vec<u8> = head.bytes().chain(body.bytes()).filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    let mut code = format!("{head}{body}");
    // Writing to a string cannot fail.
    let _ = write!(code, "{}", own_check_digit(&counted));
    code
}

/// A receipt's bar code (CODE128): `R`, the till, a hyphen, the receipt's number and its check digit, `R40718-12345`
/// for number 1234.
pub fn receipt_code(device: DeviceId, number: u64) -> String {
    with_check(&format!("R{}-", till_code(device)), &number.to_string())
}

/// A client card's code, `CL` and the number with its check digit. `None` unless the number has 4 to 12 digits.
pub fn client_card_code(number: &str) -> Option<String> {
    digits(number).filter(|d| CARD_DIGITS.contains(&d.len())).map(|_| with_check("CL", number))
}

/// A gift card's code, `GC` and the number with its check digit. `None` unless the number has 4 to 12 digits.
pub fn gift_card_code(number: &str) -> Option<String> {
    digits(number).filter(|d| CARD_DIGITS.contains(&d.len())).map(|_| with_check("GC", number))
}

/// The digits before the check digit, when that is right.
fn checked(all: &[u8]) -> Option<&[u8]> {
    let (check, before) = all.split_last()?;
    (own_check_digit(before) == *check).then_some(before)
}

fn text(digits: &[u8]) -> String {
    digits.iter().map(|d| char::from(b'0' + d)).collect()
}

/// `None` when it has not the form of any of ours.
pub(super) fn read(code: &str) -> Option<Label> {
    let upper = code.to_ascii_uppercase();
    if let Some(rest) = upper.strip_prefix('R') {
        return read_receipt(rest);
    }
    let (is_gift, rest) = match upper.strip_prefix("GC") {
        Some(rest) => (true, rest),
        None => (false, upper.strip_prefix("CL")?),
    };
    let all = digits(rest).filter(|d| CARD_DIGITS.contains(&(d.len() - 1)))?;
    Some(match checked(&all).map(text) {
        Some(number) if is_gift => Label::Gift(number),
        Some(number) => Label::Client(number),
        None => Label::Misread,
    })
}

/// The hyphen is an `ß` where a German keyboard's layout is on and the scanner does not know it.
fn read_receipt(rest: &str) -> Option<Label> {
    let (till, tail) = rest.split_once(['-', 'ß'])?;
    let till_digits = digits(till).filter(|d| d.len() == TILL_DIGITS)?;
    let tail_digits = digits(tail).filter(|d| (2..=13).contains(&d.len()))?;
    let all = [till_digits, tail_digits].concat();
    let Some(before) = checked(&all) else { return Some(Label::Misread) };
    let number = number(before.get(TILL_DIGITS..)?)?;
    Some(Label::Receipt { till: till.to_owned(), number })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_on_paper_never_change() {
        let device = DeviceId::from_parts(1_700_000_000_000, [7; 10]);
        let code = receipt_code(device, 1234);
        assert_eq!(code, format!("R{}-1234{}", till_code(device), code.chars().last().unwrap()));
        assert_eq!(client_card_code("0794").as_deref(), Some("CL07945"));
        assert_eq!(gift_card_code("0794").as_deref(), Some("GC07945"));
        assert_eq!(client_card_code("123"), None);
        assert_eq!(client_card_code("12a4"), None);
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for other in ["CLARA", "GC", "CL", "CL123", "RADIO-12", "R1-2", "CL4111111111111111", "R40718", "R40718-1"] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(read("CL07946"), Some(Label::Misread));
        assert_eq!(read("cl07945"), Some(Label::Client("0794".into())));
    }

    proptest! {
        #[test]
        fn every_receipt_is_found_by_its_code_and_no_wrong_digit_passes(
            random in any::<[u8; 10]>(), number in 0_u64..1_000_000_000, at in 1_usize..18, by in 1_u8..10,
        ) {
            let device = DeviceId::from_parts(1, random);
            let code = receipt_code(device, number);
            prop_assert_eq!(read(&code), Some(Label::Receipt { till: till_code(device), number }));
            prop_assert_eq!(read(&code.replace('-', "ß")), read(&code));
            let mut wrong: Vec<u8> = code.into_bytes();
            if let Some(b) = wrong.get_mut(at).filter(|b| b.is_ascii_digit()) {
                *b = b'0' + (*b - b'0' + by) % 10;
                prop_assert_eq!(read(&String::from_utf8(wrong).unwrap()), Some(Label::Misread));
            }
        }
    }
}
