//! Prepaid units, and what each is worth.

use crate::kernel::ServiceId;
use crate::value::moved::Malformed;
use crate::value::purse::narrow;
use serde::{Deserialize, Serialize};

/// What a unit pays for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prepaid {
    Service(ServiceId),
    /// Any service of this category.
    Category(String),
}

impl Prepaid {
    pub fn pays_for(&self, service: ServiceId, category: &str) -> bool {
        match self {
            Prepaid::Service(one) => *one == service,
            Prepaid::Category(any) => any == category,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PackageEntry {
    pub what: Prepaid,
    pub units: u32,
    /// What one would cost by itself when the package was sold: the weight by which the price is spread.
    pub list_price_minor: i64,
}

/// More units than anybody sells at once.
const UNITS_MAX: u32 = 10_000;

pub(super) fn check_entries(entries: &[PackageEntry]) -> Result<(), Malformed> {
    if entries.is_empty() || entries.iter().any(|e| e.units == 0) {
        return Err(Malformed::Empty);
    }
    if entries.len() > usize::from(u16::MAX) || entries.iter().any(|e| e.units > UNITS_MAX) {
        return Err(Malformed::TooMany);
    }
    if entries.iter().any(|e| e.list_price_minor < 0) { Err(Malformed::NotPositive) } else { Ok(()) }
}

/// What the units of one entry are worth: the first `dearer` one minor unit more than the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UnitWorth {
    pub(super) each_minor: i64,
    pub(super) dearer: u32,
}

impl UnitWorth {
    /// Of the unit with this number, from 0.
    pub(super) fn of_unit(&self, nth: u32) -> i64 {
        self.each_minor + i64::from(nth < self.dearer)
    }

    /// Of the first `units` together.
    pub(super) fn of_first(&self, units: u32) -> i64 {
        narrow(i128::from(self.each_minor) * i128::from(units) + i128::from(units.min(self.dearer)))
    }
}

/// Spreads a price over all units, in proportion to their list prices, by largest remainder (Hamilton): every unit gets
/// its share rounded down, and the minor units that are left go, one each, to the units that lost most by rounding;
/// among equals to the earlier entry and the earlier unit. So all units together are worth exactly the price: nothing
/// is left over in deferred revenue when the last is used. Without list prices all units are worth the same.
pub(super) fn unit_worths(entries: &[PackageEntry], price_minor: i64) -> Vec<UnitWorth> {
    let price = i128::from(price_minor.max(0));
    let listed = entries.iter().any(|e| e.units > 0 && e.list_price_minor > 0);
    let weight = |e: &PackageEntry| if listed { i128::from(e.list_price_minor.max(0)) } else { 1 };
    let whole: i128 = entries.iter().map(|e| weight(e) * i128::from(e.units)).sum();
    if whole == 0 {
        return vec![UnitWorth { each_minor: 0, dearer: 0 }; entries.len()];
    }
    let share = |e: &PackageEntry| price * weight(e) / whole;
    let mut worths: Vec<UnitWorth> =
        entries.iter().map(|e| UnitWorth { each_minor: narrow(share(e)), dearer: 0 }).collect();
    let mut left = price - entries.iter().map(|e| share(e) * i128::from(e.units)).sum::<i128>();
    let mut by_remainder: Vec<(usize, &PackageEntry)> = entries.iter().enumerate().collect();
    by_remainder.sort_by_key(|(ix, e)| (std::cmp::Reverse(price * weight(e) % whole), *ix));
    for (ix, entry) in by_remainder {
        let dearer = left.min(i128::from(entry.units));
        worths[ix].dearer = u32::try_from(dearer).unwrap_or(0);
        left -= dearer;
    }
    worths
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// All units together are worth the price, to the minor unit.
        #[test]
        fn all_units_are_worth_the_price(
            entries in prop::collection::vec((0_u32..40, prop_oneof![Just(0_i64), 1_i64..200_000, Just(i64::MAX)]), 1..6),
            price in prop_oneof![0_i64..2_000_000, Just(i64::MAX)],
        ) {
            let what = || Prepaid::Category("CUT".into());
            let entries: Vec<PackageEntry> = entries
                .into_iter()
                .map(|(units, list_price_minor)| PackageEntry { what: what(), units, list_price_minor })
                .collect();
            prop_assume!(entries.iter().any(|e| e.units > 0));
            let mut whole = 0_i128;
            for (entry, worth) in entries.iter().zip(unit_worths(&entries, price)) {
                let each: i128 = (0..entry.units).map(|nth| i128::from(worth.of_unit(nth))).sum();
                prop_assert_eq!(each, i128::from(worth.of_first(entry.units)));
                whole += each;
            }
            prop_assert_eq!(whole, i128::from(price));
        }
    }
}
