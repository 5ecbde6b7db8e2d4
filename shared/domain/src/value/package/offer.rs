use super::units::{PackageEntry, check_entries};
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
}
