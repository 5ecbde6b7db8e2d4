//! Numbers that a shop gives out itself (GS1 prefixes 20 to 29, restricted circulation): which digits are the item and
//! which its price or weight is for each country and each scale to say, so that it is a setting.

use super::digits::{field_check_digit, gs1_is_right, number};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How the 13 digits of an in-store number are read, left to right: `22 IIIII C VVVV K`. Spaces only group.
///
/// - a digit: has to be this one (the first is always 2)
/// - `P`: any digit, of no meaning here
/// - `I`: item number
/// - `V`: price in minor units; `W`: weight in grams
/// - `C`: check digit of the four or five digits of price or weight (GS1 General Specifications, 7.9)
/// - `K`: the check digit of the whole, at the end
///
/// A UPC-A of number system 2 has a zero before it: `02 IIIII C VVVV K`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Layout(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    #[error("a layout has 13 signs: digits and P, I, V, W, C, K")]
    BadSign,
    #[error("a layout begins with 2, or with 02 for a UPC-A")]
    BadPrefix,
    #[error("a layout ends with K, its only one")]
    BadCheck,
    #[error("a layout has item digits (I), and at most 6 of price (V) or of weight (W), not both")]
    BadFields,
    #[error("C needs four or five digits of price or weight")]
    BadFieldCheck,
}

impl FromStr for Layout {
    type Err = LayoutError;

    fn from_str(text: &str) -> Result<Self, LayoutError> {
        let signs: String = text.chars().filter(|c| *c != ' ').collect();
        let known = |c: char| c.is_ascii_digit() || "PIVWCK".contains(c);
        if signs.chars().count() != 13 || !signs.chars().all(known) {
            return Err(LayoutError::BadSign);
        }
        if !signs.starts_with('2') && !signs.starts_with("02") {
            return Err(LayoutError::BadPrefix);
        }
        let count = |sign: char| signs.chars().filter(|c| *c == sign).count();
        if count('K') != 1 || !signs.ends_with('K') {
            return Err(LayoutError::BadCheck);
        }
        let (price, weight) = (count('V'), count('W'));
        if count('I') == 0 || price > 0 && weight > 0 || price + weight > 6 {
            return Err(LayoutError::BadFields);
        }
        if count('C') > 1 || count('C') == 1 && !matches!(price + weight, 4 | 5) {
            return Err(LayoutError::BadFieldCheck);
        }
        Ok(Layout(signs))
    }
}

impl TryFrom<String> for Layout {
    type Error = LayoutError;
    fn try_from(text: String) -> Result<Self, LayoutError> {
        text.parse()
    }
}
impl From<Layout> for String {
    fn from(layout: Layout) -> String {
        layout.0
    }
}
impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the label of a scale, or of a shop's own printer, adds to the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelAmount {
    PriceMinor(i64),
    WeightGrams(u32),
    /// The layout has neither.
    None,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InStore {
    /// The item's digits, zeros in front included.
    pub item: String,
    pub amount: LabelAmount,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LayoutRead {
    Fits(InStore),
    /// It is this layout's, but the check digit of its price or weight is wrong: misread.
    Misread,
}

impl Layout {
    /// Reads 13 digits whose own check digit is right.
    pub(super) fn read(&self, digits: &[u8]) -> Option<LayoutRead> {
        debug_assert!(digits.len() != 13 || gs1_is_right(digits));
        if digits.len() != 13 {
            return None;
        }
        let (mut item, mut field, mut check) = (String::new(), Vec::new(), None);
        for (sign, digit) in self.0.chars().zip(digits) {
            match sign {
                'I' => item.push(char::from(b'0' + digit)),
                'V' | 'W' => field.push(*digit),
                'C' => check = Some(*digit),
                'P' | 'K' => {}
                fixed if fixed.to_digit(10) == Some(u32::from(*digit)) => {}
                _ => return None,
            }
        }
        if check.is_some() && check != field_check_digit(&field) {
            return Some(LayoutRead::Misread);
        }
        let value = number(&field).unwrap_or(0);
        let amount = if self.0.contains('V') {
            LabelAmount::PriceMinor(value as i64)
        } else if self.0.contains('W') {
            LabelAmount::WeightGrams(value as u32)
        } else {
            LabelAmount::None
        };
        Some(LayoutRead::Fits(InStore { item, amount }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::digits::{digits, gs1_check_digit};
    use super::*;

    fn number_of(twelve: &str) -> Vec<u8> {
        let mut all = digits(twelve).unwrap();
        all.push(gs1_check_digit(&all));
        all
    }

    #[test]
    fn prices_and_weights() {
        let price: Layout = "22 IIIII VVVVV K".parse().unwrap();
        let weight: Layout = "2P IIIII C WWWW K".parse().unwrap();
        let fits = |item: &str, amount| Some(LayoutRead::Fits(InStore { item: item.into(), amount }));
        assert_eq!(price.read(&number_of("220012301999")), fits("00123", LabelAmount::PriceMinor(1_999)));
        assert_eq!(price.read(&number_of("230012301999")), None);
        // 2875 has the check digit 9 in the General Specifications.
        assert_eq!(weight.read(&number_of("280012392875")), fits("00123", LabelAmount::WeightGrams(2_875)));
        assert_eq!(weight.read(&number_of("280012382875")), Some(LayoutRead::Misread));
        let american: Layout = "02 IIIII C VVVV K".parse().unwrap();
        assert_eq!(american.read(&number_of("020012392875")), fits("00123", LabelAmount::PriceMinor(2_875)));
        let plain: Layout = "2IIIIIIIIIIIK".parse().unwrap();
        assert_eq!(plain.read(&number_of("200000000042")), fits("00000000042", LabelAmount::None));
    }

    #[test]
    fn layouts_that_cannot_be_are_refused() {
        for (text, error) in [
            ("22IIIIIVVVVK", LayoutError::BadSign),
            ("22IIIIIVVVVXK", LayoutError::BadSign),
            ("42IIIIIVVVVVK", LayoutError::BadPrefix),
            ("22IIIIIVVVVKV", LayoutError::BadCheck),
            ("22IIIIIVVVWWK", LayoutError::BadFields),
            ("22IIIVVVVVVVK", LayoutError::BadFields),
            ("22PPPPPVVVVVK", LayoutError::BadFields),
            ("22IIIICVVVVVV", LayoutError::BadCheck),
            ("22IIICVVVVVVK", LayoutError::BadFieldCheck),
        ] {
            assert_eq!(text.parse::<Layout>(), Err(error), "{text}");
        }
        let text = serde_json::to_string(&"22 IIIII VVVVV K".parse::<Layout>().unwrap()).unwrap();
        assert_eq!(text, "\"22IIIIIVVVVVK\"");
        assert!(serde_json::from_str::<Layout>("\"nonsense\"").is_err());
    }
}
