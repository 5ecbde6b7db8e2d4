//! Money is an integer of minor units with a currency. There is no floating point anywhere near it.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An ISO 4217 code. The number of minor digits follows the standard's table for the codes that differ from two.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    pub const CAD: Currency = Currency(*b"CAD");
    pub const EUR: Currency = Currency(*b"EUR");
    pub const GBP: Currency = Currency(*b"GBP");
    pub const USD: Currency = Currency(*b"USD");
    pub const CHF: Currency = Currency(*b"CHF");
    pub const JPY: Currency = Currency(*b"JPY");

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits after the decimal point: 2 for most, 0 for JPY and KRW, 3 for the dinars (ISO 4217, table A.1).
    pub fn minor_digits(&self) -> u32 {
        match &self.0 {
            b"JPY" | b"KRW" | b"ISK" | b"CLP" | b"VND" | b"XOF" | b"XAF" => 0,
            b"BHD" | b"KWD" | b"OMR" | b"JOD" | b"TND" | b"IQD" => 3,
            _ => 2,
        }
    }

    /// The numeric code that card terminals use (ISO 4217), for the currencies that we can take by card.
    pub fn numeric(&self) -> Option<u16> {
        Some(match &self.0 {
            b"CAD" => 124,
            b"EUR" => 978,
            b"GBP" => 826,
            b"USD" => 840,
            b"CHF" => 756,
            b"JPY" => 392,
            _ => return None,
        })
    }
}

impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(s: &str) -> Result<Self, MoneyError> {
        match s.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Currency([a, b, c])),
            _ => Err(MoneyError::BadCurrency(s.to_owned())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = String::deserialize(d)?;
        s.parse().map_err(serde::de::Error::custom)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("amounts in {0} and {1} cannot be put together")]
    CurrencyMismatch(Currency, Currency),
    #[error("the amount is too large")]
    Overflow,
    #[error("\"{0}\" is not an ISO 4217 currency code")]
    BadCurrency(String),
    #[error("\"{0}\" is not an amount")]
    BadAmount(String),
}

/// An amount in minor units of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Money { minor, currency }
    }

    pub fn checked_add(self, other: Money) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Money::new(minor, self.currency))
    }

    /// Reads a decimal such as `-12.5`, `82`, `1,234.50` or `15.936`; digits beyond the minor unit are rounded
    /// half away from zero. Only `.` is the decimal mark, `,` and spaces group.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, MoneyError> {
        let bad = || MoneyError::BadAmount(text.to_owned());
        let cleaned: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '$' | '€')).collect();
        let (negative, digits) = match cleaned.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, cleaned.as_str()),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
        {
            return Err(bad());
        }
        let keep = currency.minor_digits() as usize;
        let mut minor: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| bad())? };
        for position in 0..keep {
            let digit = fraction.as_bytes().get(position).map_or(0, |b| i64::from(b - b'0'));
            minor = minor.checked_mul(10).and_then(|m| m.checked_add(digit)).ok_or(MoneyError::Overflow)?;
        }
        if fraction.as_bytes().get(keep).is_some_and(|b| *b >= b'5') {
            minor = minor.checked_add(1).ok_or(MoneyError::Overflow)?;
        }
        Ok(Money::new(if negative { -minor } else { minor }, currency))
    }
}

/// `1234.50` without grouping or sign of currency: for files and receipts. Screens format by locale themselves.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.minor_digits();
        let scale = 10_u64.pow(digits);
        let magnitude = self.minor.unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        let text = if digits == 0 {
            format!("{sign}{magnitude}")
        } else {
            format!("{sign}{}.{:0width$}", magnitude / scale, magnitude % scale, width = digits as usize)
        };
        f.pad(&text)
    }
}

/// `numerator / denominator` rounded half away from zero, the usual commercial rounding. `denominator > 0`.
pub fn round_half_up(numerator: i128, denominator: i128) -> i64 {
    debug_assert!(denominator > 0);
    let half = denominator / 2;
    let rounded = if numerator >= 0 {
        (numerator + half) / denominator
    } else if denominator % 2 == 0 {
        (numerator - half) / denominator
    } else {
        -((-numerator + half) / denominator)
    };
    i64::try_from(rounded).unwrap_or(if rounded > 0 { i64::MAX } else { i64::MIN })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_amounts_as_exports_write_them() {
        let cases = [
            ("82", 8200),
            ("4.1", 410),
            ("-2.5", -250),
            ("15.936", 1594),
            ("1.7075", 171),
            ("0.735", 74),
            ("-0.735", -74),
            ("1,234,567.89", 123_456_789),
            (".5", 50),
            ("0", 0),
        ];
        for (text, minor) in cases {
            assert_eq!(Money::parse(text, Currency::CAD).map(|m| m.minor), Ok(minor), "{text}");
        }
        for text in ["", "-", "abc", "1.2.3", "12-", "99999999999999999999"] {
            assert!(Money::parse(text, Currency::CAD).is_err(), "{text}");
        }
        assert_eq!(Money::parse("125.4", Currency::JPY).map(|m| m.minor), Ok(125));
    }

    #[test]
    fn refuses_to_mix_currencies() {
        let sum = Money::new(1, Currency::CAD).checked_add(Money::new(1, Currency::EUR));
        assert_eq!(sum, Err(MoneyError::CurrencyMismatch(Currency::CAD, Currency::EUR)));
    }

    proptest! {
        #[test]
        fn display_and_parse_are_inverse(minor in -1_000_000_000_000_i64..1_000_000_000_000) {
            for currency in [Currency::CAD, Currency::JPY, "KWD".parse().unwrap()] {
                let money = Money::new(minor, currency);
                prop_assert_eq!(Money::parse(&money.to_string(), currency), Ok(money));
            }
        }

        #[test]
        fn rounding_is_within_half_and_odd_symmetric(n in -1_000_000_i128..1_000_000, d in 1_i128..1000) {
            let r = i128::from(round_half_up(n, d));
            prop_assert!((r * d - n).abs() * 2 <= d);
            prop_assert_eq!(i128::from(round_half_up(-n, d)), -r);
        }
    }
}
