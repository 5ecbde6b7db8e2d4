//! What a salon sells: services in phases, and products on the shelf. Master data; the server's word.

mod recipe;

pub use recipe::{Pack, PackUnit, RecipeError, USES_MAX, Usage, check_uses};

use crate::kernel::{ProductId, ServiceId, StaffId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseKind {
    /// The stylist works on the client.
    Work,
    /// A colour develops: the chair is taken, the stylist is free.
    Processing,
    /// The stylist is needed again.
    Finishing,
}

impl PhaseKind {
    pub const fn occupies_staff(self) -> bool {
        !matches!(self, PhaseKind::Processing)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Phase {
    pub kind: PhaseKind,
    pub minutes: u16,
}

impl Phase {
    pub const fn work(minutes: u16) -> Phase {
        Phase { kind: PhaseKind::Work, minutes }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub id: ServiceId,
    pub code: String,
    pub name: String,
    pub category: String,
    pub phases: Vec<Phase>,
    pub buffer_before_min: u16,
    pub buffer_after_min: u16,
    pub price_minor: i64,
    /// Where a stylist's price or pace differs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_staff: BTreeMap<StaffId, StaffTerms>,
    /// What one of it takes from the back bar.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Usage>,
    pub tax_class: String,
    pub active: bool,
    /// What it has to do with patch tests; none for most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch_test: Option<PatchTerms>,
}

/// What a service has to do with patch tests. `kind` says what is tested for (a colour's brand, lash glue); kinds are
/// compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum PatchTerms {
    /// Nobody gets it without a test of this kind, so many hours before at least, not older than so many days.
    Needs { kind: String, hours_before: u16, valid_days: u16 },
    /// It is the test itself.
    Test { kind: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct StaffTerms {
    pub price_minor: Option<i64>,
    pub phases: Option<Vec<Phase>>,
}

impl Service {
    pub fn price_for(&self, staff: StaffId) -> i64 {
        self.by_staff.get(&staff).and_then(|t| t.price_minor).unwrap_or(self.price_minor)
    }

    pub fn phases_for(&self, staff: StaffId) -> &[Phase] {
        self.by_staff.get(&staff).and_then(|t| t.phases.as_deref()).unwrap_or(&self.phases)
    }

    /// Minutes from start to end, buffers not counted.
    pub fn duration_min(&self, staff: StaffId) -> u16 {
        self.phases_for(staff).iter().map(|p| p.minutes).sum()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    pub sku: String,
    pub barcode: String,
    pub name: String,
    pub brand: String,
    pub category: String,
    pub price_minor: i64,
    /// What one unit was bought for, net of tax.
    pub cost_minor: i64,
    /// What is in one unit, where it is used by less than one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<Pack>,
    /// Reorder at or below this level …
    pub par_min: i64,
    /// … up to this one.
    pub par_max: i64,
    pub tax_class: String,
    pub active: bool,
}
