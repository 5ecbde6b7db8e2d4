//! The number of a gift card.

use crate::scan::{Scan, ScanRules, gift_card_code};
use serde::{Deserialize, Serialize};
use std::fmt;

const PREFIX: &str = "GC";
/// Of the numbers that are drawn: too many to try out at a till, and too few for a payment card.
const DRAWN_DIGITS: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GiftCodeError {
    #[error("a gift card's number has 4 to 12 digits and a check digit")]
    NotACode,
    #[error("the number was misread or mistyped: its check digit is wrong")]
    CheckDigit,
}

/// A gift card's code as it is printed: `GC`, 4 to 12 digits, a check digit (see [`gift_card_code`]). Whoever knows it
/// can spend it, so `Debug` masks it and there is no `Display`: [`GiftCode::printed`] has to be meant.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GiftCode(String);

impl GiftCode {
    /// The code of a card with this number, without its check digit.
    pub fn of_number(number: &str) -> Result<GiftCode, GiftCodeError> {
        gift_card_code(number).map(GiftCode).ok_or(GiftCodeError::NotACode)
    }

    /// The code of a new card, from random bits that the caller draws: numbers that count up can be guessed, and tills
    /// that are offline would give out the same ones.
    pub fn drawn(random: u64) -> GiftCode {
        let number = format!("{:0width$}", random % 10_u64.pow(DRAWN_DIGITS as u32), width = DRAWN_DIGITS);
        // Twelve digits always have a code.
        GiftCode(gift_card_code(&number).unwrap_or(number))
    }

    /// Reads a code as somebody types or scans it: spaces and hyphens do not matter, nor whether the letters are there.
    pub fn parse(text: &str) -> Result<GiftCode, GiftCodeError> {
        let bare: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let upper = bare.to_ascii_uppercase();
        let digits = upper.strip_prefix(PREFIX).unwrap_or(&upper);
        match crate::scan::read(&format!("{PREFIX}{digits}"), &ScanRules::default()) {
            Scan::GiftCard { number } => GiftCode::of_number(&number),
            Scan::BadCheckDigit { .. } => Err(GiftCodeError::CheckDigit),
            _ => Err(GiftCodeError::NotACode),
        }
    }

    /// In full, with letters and check digit: for the card itself.
    pub fn printed(&self) -> &str {
        &self.0
    }

    /// For screens, receipts and logs: the end of the number, at most four digits of it and never more than half.
    pub fn masked(&self) -> String {
        let number = self.0.get(PREFIX.len()..self.0.len().saturating_sub(1)).unwrap_or_default();
        let shown = (number.len() / 2).min(4);
        format!("…{}", number.get(number.len() - shown..).unwrap_or_default())
    }
}

impl fmt::Debug for GiftCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}
impl TryFrom<String> for GiftCode {
    type Error = GiftCodeError;
    fn try_from(text: String) -> Result<Self, GiftCodeError> {
        GiftCode::parse(&text)
    }
}
impl From<GiftCode> for String {
    fn from(code: GiftCode) -> String {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_read_as_people_write_it() {
        let code = GiftCode::of_number("0794").unwrap();
        assert_eq!(code.printed(), "GC07945");
        for text in ["GC07945", "gc 0794-5", "07945", " 0794 5 "] {
            assert_eq!(GiftCode::parse(text).as_ref(), Ok(&code), "{text}");
        }
        assert_eq!(GiftCode::parse("GC07946"), Err(GiftCodeError::CheckDigit));
        for text in ["", "GC", "GC123", "voucher", "4111111111111111", "é", "GCé0794"] {
            assert_eq!(GiftCode::parse(text), Err(GiftCodeError::NotACode), "{text}");
        }
        assert!(serde_json::from_str::<GiftCode>("\"GC07946\"").is_err());
    }

    #[test]
    fn nothing_that_is_logged_can_be_spent() {
        assert_eq!(format!("{:?}", GiftCode::of_number("123456789012").unwrap()), "…9012");
        assert_eq!(format!("{:?}", GiftCode::of_number("0794").unwrap()), "…94");
    }

    proptest! {
        #[test]
        fn every_drawn_code_is_read_again_and_no_wrong_digit_passes(
            random in any::<u64>(), at in 2_usize..15, by in 1_u8..10,
        ) {
            let code = GiftCode::drawn(random);
            prop_assert_eq!(code.printed().len(), 15);
            prop_assert_eq!(GiftCode::parse(code.printed()), Ok(code.clone()));
            let json = serde_json::to_string(&code).unwrap();
            prop_assert_eq!(serde_json::from_str::<GiftCode>(&json).unwrap(), code.clone());
            let mut wrong = code.printed().as_bytes().to_vec();
            wrong[at] = b'0' + (wrong[at] - b'0' + by) % 10;
            prop_assert_eq!(GiftCode::parse(&String::from_utf8(wrong).unwrap()), Err(GiftCodeError::CheckDigit));
        }
    }
}
