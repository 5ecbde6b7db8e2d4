//! Colour formulas: what was mixed, where it went and how long it stayed. Written once; the next one begins as a copy.
//!
//! Amounts are in thousandths of a gram or millilitre. What a formula takes from stock is not known here: the catalogue
//! does not say what a product's pack contains.

use crate::kernel::{BookingId, Instant, ProductId, ServiceId, StaffId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    G,
    Ml,
}

/// One product in a bowl; `product` where it is one of the catalogue, `name` as it is to be read in any case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormulaPart {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    pub name: String,
    pub milli: u32,
    pub unit: Unit,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Developer {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Peroxide in tenths of a per cent: 60 is 6 %.
    pub strength_tenths: u16,
    /// Tenths of a part of developer to one part of colour: 15 is 1 : 1.5.
    pub ratio_tenths: u16,
}

/// What was mixed in one bowl, for one zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bowl {
    /// Roots, lengths, ends; as the stylist calls it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub zone: String,
    pub parts: Vec<FormulaPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub developer: Option<Developer>,
    /// How long it stayed; 0 where nobody said.
    pub minutes: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Formula {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<BookingId>,
    /// The branch's day that it was used on.
    pub day: i32,
    /// Whose work it is.
    pub staff: StaffId,
    pub bowls: Vec<Bowl>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// How it came out, said afterwards. The latest counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormulaResult {
    pub text: String,
    pub at: Instant,
    pub by: Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormulaError {
    #[error("a formula has one to {0} bowls", Formula::BOWLS_MAX)]
    Bowls,
    #[error("a bowl has one to {0} products, each with a name and an amount", Bowl::PARTS_MAX)]
    Parts,
    #[error("a developer has at most 15 % and at most 1 : 9.9")]
    Developer,
    #[error("a text is too long")]
    TooLong,
    #[error("a colour stays on for at most four hours")]
    Minutes,
}

const TEXT_MAX: usize = 500;
const NAME_MAX: usize = 80;
const MILLI_MAX: u32 = 1_000_000;
const MINUTES_MAX: u16 = 240;

impl Bowl {
    pub const PARTS_MAX: usize = 8;

    /// How much colour is in it, in thousandths, whatever the units.
    pub fn colour_milli(&self) -> u32 {
        self.parts.iter().map(|p| p.milli).sum()
    }

    /// How much developer the ratio makes of it, in thousandths.
    pub fn developer_milli(&self) -> u32 {
        let of = |d: &Developer| u64::from(self.colour_milli()) * u64::from(d.ratio_tenths) / 10;
        self.developer.as_ref().map_or(0, |d| u32::try_from(of(d)).unwrap_or(u32::MAX))
    }

    fn check(&self) -> Result<(), FormulaError> {
        let named = |p: &FormulaPart| {
            !p.name.trim().is_empty() && p.name.chars().count() <= NAME_MAX && (1..=MILLI_MAX).contains(&p.milli)
        };
        if !(1..=Self::PARTS_MAX).contains(&self.parts.len()) || !self.parts.iter().all(named) {
            return Err(FormulaError::Parts);
        }
        let strong =
            |d: &Developer| d.strength_tenths > 150 || d.ratio_tenths > 99 || d.name.chars().count() > NAME_MAX;
        if self.developer.as_ref().is_some_and(strong) {
            return Err(FormulaError::Developer);
        }
        if self.minutes > MINUTES_MAX {
            return Err(FormulaError::Minutes);
        }
        if self.zone.chars().count() > NAME_MAX { Err(FormulaError::TooLong) } else { Ok(()) }
    }
}

impl Formula {
    pub const BOWLS_MAX: usize = 6;

    /// # Errors
    /// What is missing or too much.
    pub fn check(&self) -> Result<(), FormulaError> {
        if !(1..=Self::BOWLS_MAX).contains(&self.bowls.len()) {
            return Err(FormulaError::Bowls);
        }
        self.bowls.iter().try_for_each(Bowl::check)?;
        if self.note.chars().count() > TEXT_MAX { Err(FormulaError::TooLong) } else { Ok(()) }
    }

    /// The same mixture for another visit: who, when and for which booking are new, and the note is not repeated, for it
    /// is about the visit that it was written at.
    #[must_use]
    pub fn repeated(&self, day: i32, staff: StaffId, booking: Option<BookingId>) -> Formula {
        Formula { service: self.service, booking, day, staff, bowls: self.bowls.clone(), note: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bowl() -> Bowl {
        let part = |name: &str, milli| FormulaPart { product: None, name: name.into(), milli, unit: Unit::G };
        Bowl {
            zone: "roots".into(),
            parts: vec![part("7/0", 30_000), part("7/1", 10_000)],
            developer: Some(Developer { name: String::new(), strength_tenths: 60, ratio_tenths: 15 }),
            minutes: 35,
        }
    }

    fn formula(bowls: Vec<Bowl>) -> Formula {
        let staff = StaffId::from_parts(1, [1; 10]);
        Formula { service: None, booking: None, day: 10, staff, bowls, note: "warm".into() }
    }

    #[test]
    fn the_ratio_says_how_much_developer_goes_in() {
        assert_eq!((bowl().colour_milli(), bowl().developer_milli()), (40_000, 60_000));
        assert_eq!(Bowl { developer: None, ..bowl() }.developer_milli(), 0);
    }

    #[test]
    fn what_cannot_be_mixed_is_refused() {
        assert_eq!(formula(vec![bowl()]).check(), Ok(()));
        assert_eq!(formula(vec![]).check(), Err(FormulaError::Bowls));
        assert_eq!(formula(vec![Bowl { parts: vec![], ..bowl() }]).check(), Err(FormulaError::Parts));
        assert_eq!(formula(vec![Bowl { minutes: 241, ..bowl() }]).check(), Err(FormulaError::Minutes));
        let strong = Developer { name: String::new(), strength_tenths: 151, ratio_tenths: 10 };
        assert_eq!(formula(vec![Bowl { developer: Some(strong), ..bowl() }]).check(), Err(FormulaError::Developer));
    }

    #[test]
    fn a_repeated_formula_is_the_mixture_and_nothing_of_the_visit() {
        let again = formula(vec![bowl()]).repeated(12, StaffId::from_parts(1, [2; 10]), None);
        assert_eq!((again.bowls, again.day, again.note.as_str()), (vec![bowl()], 12, ""));
    }
}
