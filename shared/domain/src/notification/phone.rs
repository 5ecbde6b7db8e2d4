//! Phone numbers, from how people write them to E.164 (ITU-T): a plus and at most fifteen digits.

use super::AddressError;
use super::dialling::{Dialling, dialling_of};

const DIGITS_MAX: usize = 15;
/// The shortest mobile numbers there are have seven digits with their country's.
const DIGITS_MIN: usize = 7;

/// The number as networks take it. A national number is one of the country that `zone` is in.
pub fn phone_number(typed: &str, zone: &str) -> Result<String, AddressError> {
    let digits = digits_of(typed)?;
    if let Some(international) = digits.strip_prefix('+') {
        return whole(international);
    }
    let dialling = dialling_of(zone);
    let abroad = dialling.map_or("00", |d| d.abroad);
    if let Some(international) = digits.strip_prefix(abroad) {
        return whole(international);
    }
    let dialling = dialling.ok_or(AddressError::CountryNeeded)?;
    national(&digits, dialling)
}

/// Only digits, and a plus before them. What people put between is left out: spaces, hyphens, dots, slashes, and a zero
/// in brackets that is dialled at home only.
fn digits_of(typed: &str) -> Result<String, AddressError> {
    let typed = typed.trim().replace("(0)", "");
    let mut digits = String::with_capacity(typed.len());
    for c in typed.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => digits.push(c),
            ' ' | '\u{a0}' | '\u{202f}' | '-' | '‑' | '–' | '.' | '/' | '(' | ')' => {}
            _ => return Err(AddressError::NotAPhone),
        }
    }
    Ok(digits)
}

fn whole(digits: &str) -> Result<String, AddressError> {
    // No country's number begins with nought.
    let fine = (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len()) && !digits.starts_with('0');
    if fine { Ok(format!("+{digits}")) } else { Err(AddressError::NotAPhone) }
}

fn national(digits: &str, dialling: &Dialling) -> Result<String, AddressError> {
    let trunk = dialling.trunk;
    let has_trunk = !trunk.is_empty() && digits.starts_with(trunk);
    let significant = if has_trunk { &digits[trunk.len()..] } else { digits };
    if !(dialling.shortest..=dialling.longest).contains(&significant.len()) {
        return Err(AddressError::NotAPhone);
    }
    whole(&format!("{}{significant}", dialling.code))
}

/// `…789` of `+4915123456789`.
pub fn masked_phone(number: &str) -> String {
    let last: Vec<char> = number.chars().rev().take(3).collect();
    format!("…{}", last.into_iter().rev().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for (typed, zone, taken) in [
            ("0151 23456789", "Europe/Berlin", "+4915123456789"),
            ("+49 (0)151 / 234-56789", "Europe/Berlin", "+4915123456789"),
            ("0049 151 23456789", "Europe/Berlin", "+4915123456789"),
            ("+44 7700 900123", "Europe/Berlin", "+447700900123"),
            ("07700 900123", "Europe/London", "+447700900123"),
            ("06 12 34 56 78", "Europe/Paris", "+33612345678"),
            ("079 123 45 67", "Europe/Zurich", "+41791234567"),
            ("(416) 555-0123", "America/Toronto", "+14165550123"),
            ("1-416-555-0123", "America/Toronto", "+14165550123"),
            ("011 49 151 23456789", "America/New_York", "+4915123456789"),
            ("612 34 56 78", "Europe/Madrid", "+34612345678"),
            // The nought stays in Italy.
            ("06 1234567", "Europe/Rome", "+39061234567"),
            ("06 30 123 4567", "Europe/Budapest", "+36301234567"),
        ] {
            assert_eq!(phone_number(typed, zone).as_deref(), Ok(taken), "{typed} in {zone}");
        }
    }

    #[test]
    fn numbers_that_are_none() {
        for typed in ["abc", "0151", "+", "+0151234567", "+4915123456789012", "0151 234\n56789", "++49151234567", "01x"]
        {
            assert_eq!(phone_number(typed, "Europe/Berlin"), Err(AddressError::NotAPhone), "{typed:?}");
        }
        assert_eq!(phone_number("0151 23456789", "Mars/Olympus"), Err(AddressError::CountryNeeded));
        assert_eq!(phone_number("+49 151 23456789", "Mars/Olympus").as_deref(), Ok("+4915123456789"));
    }

    #[test]
    fn a_mask_shows_little() {
        assert_eq!(masked_phone("+4915123456789"), "…789");
    }
}
