//! What a branch charges, takes off and asks for at its desk besides the prices of its catalog: fees, the staff's
//! discount, deposits, and what becomes of taxes for exempt clients. Whether a fee is lawful where the salon is, such as a
//! surcharge on cards, is for the salon to know.

use crate::kernel::{TaxClass, round_half_up};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeskTerms {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<Fee>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_discount: Option<StaffDiscount>,
    #[serde(default, skip_serializing_if = "DepositTerms::is_plain")]
    pub deposit: DepositTerms,
    /// Exempt clients pay the net of prices that hold their tax. Where not, they pay the price as it stands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exempt_pay_net: bool,
}

/// So much, or so much of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// Minor units.
    Amount(i64),
    /// Basis points.
    Percent(u32),
}

impl Charge {
    /// What it comes to, of `base_minor`. Minor units.
    pub fn of(self, base_minor: i64) -> i64 {
        match self {
            Charge::Amount(minor) => minor,
            Charge::Percent(bp) => round_half_up(i128::from(base_minor) * i128::from(bp), 10_000),
        }
    }

    fn is_sound(self) -> bool {
        match self {
            Charge::Amount(minor) => minor > 0,
            Charge::Percent(bp) => (1..=10_000).contains(&bp),
        }
    }
}

/// Something charged on top: a late cancellation, a call-out, a service charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    /// What lines name it by; no two fees of a branch have the same.
    pub code: String,
    /// Printed on the receipt.
    pub name: String,
    /// A percentage is of what is sold on the ticket, after discounts.
    pub charge: Charge,
    /// Empty: untaxed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tax_class: String,
    pub active: bool,
}

/// What those who work here pay less. It comes after codes and loyalty, and before memberships and what a person gives on
/// the whole ticket (`payment/discounts.rs`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffDiscount {
    /// Printed on the receipt.
    pub label: String,
    pub services_off_bp: u32,
    pub products_off_bp: u32,
    pub active: bool,
}

/// Deposits on bookings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DepositTerms {
    /// What the till suggests, of what the booking comes to. None: somebody says how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Charge>,
    /// Of a deposit that is kept when the client does not come. Empty: untaxed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kept_tax_class: String,
}

impl DepositTerms {
    pub fn is_plain(&self) -> bool {
        *self == DepositTerms::default()
    }

    /// What is suggested for a booking of `total_minor`: never more than that, and nothing of nothing.
    pub fn suggested_minor(&self, total_minor: i64) -> Option<i64> {
        self.asked.map(|asked| asked.of(total_minor).min(total_minor)).filter(|minor| *minor > 0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeskError {
    #[error("a fee needs a code of its own and a name for the receipt")]
    NoName,
    #[error("a fee or deposit is more than nought, and at most 100 %")]
    BadCharge,
    #[error("there is no such tax class in the branch")]
    NoTaxClass,
    #[error("a discount has a name for the receipt and is at most 100 %")]
    BadDiscount,
}

impl DeskTerms {
    pub fn is_plain(&self) -> bool {
        *self == DeskTerms::default()
    }

    /// A fee that can be charged, by its code.
    pub fn fee(&self, code: &str) -> Option<&Fee> {
        self.fees.iter().find(|fee| fee.active && fee.code == code)
    }

    /// Whether they can be kept as they are, in a branch with these tax classes.
    pub fn check(&self, classes: &[TaxClass]) -> Result<(), DeskError> {
        let right = |right: bool, error| if right { Ok(()) } else { Err(error) };
        let is_known = |class: &str| class.is_empty() || classes.iter().any(|known| known.code == class);
        let mut codes = BTreeSet::new();
        for fee in &self.fees {
            let is_named = !fee.name.trim().is_empty() && !fee.code.trim().is_empty();
            right(is_named && codes.insert(fee.code.as_str()), DeskError::NoName)?;
            right(fee.charge.is_sound(), DeskError::BadCharge)?;
            right(is_known(&fee.tax_class), DeskError::NoTaxClass)?;
        }
        right(self.deposit.asked.is_none_or(Charge::is_sound), DeskError::BadCharge)?;
        right(is_known(&self.deposit.kept_tax_class), DeskError::NoTaxClass)?;
        let is_sound = |off: &StaffDiscount| {
            !off.label.trim().is_empty() && off.services_off_bp <= 10_000 && off.products_off_bp <= 10_000
        };
        right(self.staff_discount.as_ref().is_none_or(is_sound), DeskError::BadDiscount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fee(code: &str, charge: Charge) -> Fee {
        Fee { code: code.into(), name: "Late".into(), charge, tax_class: "standard".into(), active: true }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let classes = [TaxClass { code: "standard".into(), rates: Vec::new() }];
        let with = |fees| DeskTerms { fees, ..DeskTerms::default() };
        let table = [
            (with(vec![fee("A", Charge::Amount(1)), fee("B", Charge::Percent(10_000))]), Ok(())),
            (with(vec![fee("A", Charge::Amount(1)), fee("A", Charge::Amount(2))]), Err(DeskError::NoName)),
            (with(vec![fee(" ", Charge::Amount(1))]), Err(DeskError::NoName)),
            (with(vec![fee("A", Charge::Amount(-1))]), Err(DeskError::BadCharge)),
            (with(vec![fee("A", Charge::Percent(10_001))]), Err(DeskError::BadCharge)),
            (with(vec![Fee { tax_class: "x".into(), ..fee("A", Charge::Amount(1)) }]), Err(DeskError::NoTaxClass)),
            (DeskTerms::default(), Ok(())),
        ];
        for (terms, expected) in table {
            assert_eq!(terms.check(&classes), expected, "{terms:?}");
        }
    }

    #[test]
    fn a_deposit_is_never_more_than_the_booking() {
        let terms = |asked| DepositTerms { asked, kept_tax_class: String::new() };
        assert_eq!(terms(Some(Charge::Percent(2_500))).suggested_minor(9_990), Some(2_498));
        assert_eq!(terms(Some(Charge::Amount(5_000))).suggested_minor(3_000), Some(3_000));
        assert_eq!(terms(Some(Charge::Amount(5_000))).suggested_minor(0), None);
        assert_eq!(terms(None).suggested_minor(3_000), None);
    }

    #[test]
    fn terms_of_before_are_plain() {
        assert!(serde_json::from_str::<DeskTerms>("{}").unwrap().is_plain());
        assert_eq!(serde_json::to_string(&DeskTerms::default()).unwrap(), "{}");
    }
}
