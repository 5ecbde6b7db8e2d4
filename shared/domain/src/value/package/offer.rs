use super::units::{PackageEntry, check_entries, unit_worths};
use crate::kernel::PackageOfferId;
use crate::value::moved::{Malformed, check_amount};
use serde::{Deserialize, Serialize};

/// A package as the catalog has it. Master data: what was sold keeps the terms that it was sold by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageOffer {
    pub id: PackageOfferId,
    pub name: String,
    pub entries: Vec<PackageEntry>,
    /// For all units together, in minor units.
    pub price_minor: i64,
    /// How many days after its sale it can be used, the day of the sale not counted. None: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_days: Option<u16>,
    pub tax_class: String,
    pub active: bool,
}

impl PackageOffer {
    pub fn check(&self) -> Result<(), Malformed> {
        check_entries(&self.entries)?;
        check_amount(self.price_minor)
    }

    /// What the first unit of each entry is worth, in minor units: its part of the price. Later units of an entry may be
    /// worth one less, so that all of them together are the price.
    pub fn unit_minors(&self) -> Vec<i64> {
        unit_worths(&self.entries, self.price_minor).iter().map(|worth| worth.of_unit(0)).collect()
    }

    /// What all units would cost one by one.
    pub fn list_price_minor(&self) -> i64 {
        let of = |entry: &PackageEntry| entry.list_price_minor.saturating_mul(i64::from(entry.units));
        self.entries.iter().map(of).fold(0, i64::saturating_add)
    }
}
