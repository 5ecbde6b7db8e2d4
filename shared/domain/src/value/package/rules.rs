//! What a package's movements make of it.

use super::model::{Package, PackageChange, PackageError, PackageValue};
use super::units::{PackageEntry, UnitWorth, unit_worths};
use crate::kernel::{CardId, MovementId, ServiceId};
use crate::value::days::{Still, StillDays, earliest};
use crate::value::moved::{Finding, Overdraft, Stamp};
use crate::value::purse::narrow;
use std::collections::{BTreeMap, BTreeSet};

/// The terms of the sale.
struct Sold<'a> {
    card: CardId,
    entries: &'a [PackageEntry],
    price_minor: i64,
    expires_day: Option<i32>,
}

impl Package {
    /// The earliest sale; there is one, for a package's id follows from its line ([`crate::value::package_of_line`]).
    fn sold(&self) -> Option<Sold<'_>> {
        self.movements().iter().find_map(|m| match &m.what {
            PackageChange::Sold { card, entries, price_minor, expires_day, .. } => {
                Some(Sold { card: *card, entries, price_minor: *price_minor, expires_day: *expires_day })
            }
            _ => None,
        })
    }

    pub fn entries(&self) -> &[PackageEntry] {
        self.sold().map_or(&[], |sold| sold.entries)
    }

    /// Whose it is: who bought it, or who it was last handed on to. `None` while nothing says so.
    pub fn owner(&self) -> Option<CardId> {
        self.owners().0
    }

    /// The owner, and the transfers that were made by somebody else than the owner of the time.
    fn owners(&self) -> (Option<CardId>, Vec<MovementId>) {
        let undone: BTreeSet<MovementId> = self
            .movements()
            .iter()
            .filter_map(|m| match m.what {
                PackageChange::TransferUndone { of } => Some(of),
                _ => None,
            })
            .collect();
        let mut owner = self.sold().map(|sold| sold.card);
        let mut clashes = Vec::new();
        for movement in self.movements().iter().filter(|m| !undone.contains(&m.stamp.id)) {
            if let PackageChange::Transferred { from, to, .. } = movement.what {
                if owner.is_some_and(|card| card != from) {
                    clashes.push(movement.stamp.id);
                }
                owner = Some(to);
            }
        }
        (owner, clashes)
    }

    fn still_days(&self, made_before: Option<&Stamp>) -> StillDays {
        let ended = earliest(self.movements().iter().filter_map(|m| match m.what {
            PackageChange::Thawed { of, day } => Some((of, day)),
            _ => None,
        }));
        let freezes = self.movements().iter().filter(|m| made_before.is_none_or(|stamp| m.stamp < *stamp));
        let freezes = freezes.filter_map(|m| match m.what {
            PackageChange::Frozen { from_day, until_day, .. } => {
                Some(Still { id: m.stamp.id, from_day, until_day: Some(until_day) })
            }
            _ => None,
        });
        StillDays::of(freezes, &ended)
    }

    /// The last day of use: the last extension's, or the one it was sold with, and a day more for every day that was
    /// frozen since. A day that two freezes cover is one day.
    pub fn expires_day(&self) -> Option<i32> {
        let extension = self.movements().iter().rev().find_map(|m| match m.what {
            PackageChange::Extended { expires_day, .. } => Some((&m.stamp, expires_day)),
            _ => None,
        });
        let (base, seen) = match extension {
            Some((stamp, day)) => (day, self.still_days(Some(stamp)).count()),
            None => (self.sold()?.expires_day?, 0),
        };
        let day = i64::from(base) + self.still_days(None).count() - seen;
        Some(i32::try_from(day).unwrap_or(i32::MAX))
    }

    /// The redemptions that were not restored, by clock, and their entry.
    fn live(&self) -> Vec<(&Stamp, u16)> {
        let restored: BTreeSet<MovementId> = self
            .movements()
            .iter()
            .filter_map(|m| match m.what {
                PackageChange::Restored { of, .. } => Some(of),
                _ => None,
            })
            .collect();
        let live = self.movements().iter().filter(|m| !restored.contains(&m.stamp.id));
        live.filter_map(|m| match m.what {
            PackageChange::Redeemed { entry, .. } => Some((&m.stamp, entry)),
            _ => None,
        })
        .collect()
    }

    /// Whether a unit was used and did not come back.
    pub fn is_used(&self) -> bool {
        !self.live().is_empty()
    }

    fn voided(&self) -> Option<&Stamp> {
        self.movements().iter().find(|m| matches!(m.what, PackageChange::Voided { .. })).map(|m| &m.stamp)
    }

    /// Which redemptions there were no units for (any more), and how many units are used of each entry.
    fn used(&self) -> (Vec<&Stamp>, BTreeMap<u16, u32>) {
        let voided = self.voided();
        let mut used: BTreeMap<u16, u32> = BTreeMap::new();
        let mut over = Vec::new();
        for (stamp, entry) in self.live() {
            let units = self.entries().get(usize::from(entry)).map_or(0, |e| e.units);
            let used = used.entry(entry).or_default();
            if *used >= units || voided.is_some_and(|void| stamp > void) {
                over.push(stamp);
            }
            *used = used.saturating_add(1);
        }
        (over, used)
    }

    /// Units left of each entry, in the order of the entries. Negative where tills together used more than there were;
    /// nought at most once the sale was given back. Whether they can be used on a day, [`Package::check_redeem`] says.
    pub fn remaining(&self) -> Vec<i64> {
        let (_, used) = self.used();
        let voided = self.voided().is_some();
        let left = |(entry, units): (u16, u32)| {
            let left = i64::from(units) - i64::from(used.get(&entry).copied().unwrap_or(0));
            if voided { left.min(0) } else { left }
        };
        (0_u16..).zip(self.entries().iter().map(|e| e.units)).map(left).collect()
    }

    /// The entry whose unit pays for a service: of those with units left one for that very service first, so that the
    /// units that pay for more are kept.
    pub fn entry_for(&self, service: ServiceId, category: &str) -> Option<u16> {
        let remaining = self.remaining();
        let fits = (0_u16..)
            .zip(self.entries().iter().zip(&remaining))
            .filter(|(_, (entry, left))| **left > 0 && entry.what.pays_for(service, category));
        fits.min_by_key(|(ix, (entry, _))| (&entry.what, *ix)).map(|(ix, _)| ix)
    }

    /// Whether there is still something on `day` that can be frozen or handed on. To extend it, it need not be.
    pub fn check_valid(&self, day: i32) -> Result<(), PackageError> {
        if self.sold().is_none() {
            return Err(PackageError::NotKnown);
        }
        if self.voided().is_some() {
            return Err(PackageError::Voided);
        }
        match self.expires_day() {
            Some(expires_day) if day > expires_day => Err(PackageError::Expired { expires_day }),
            _ => Ok(()),
        }
    }

    /// Whether a unit of `entry` can be used on `day`. Offline, ask [`crate::value::offline_allowance`] too.
    pub fn check_redeem(&self, entry: u16, day: i32) -> Result<(), PackageError> {
        self.check_valid(day)?;
        if self.still_days(None).contains(day) {
            return Err(PackageError::Frozen);
        }
        match self.remaining().get(usize::from(entry)) {
            None => Err(PackageError::NoSuchEntry),
            Some(..=0) => Err(PackageError::NoneLeft),
            Some(_) => Ok(()),
        }
    }

    fn worths(&self) -> Vec<UnitWorth> {
        self.sold().map_or_else(Vec::new, |sold| unit_worths(sold.entries, sold.price_minor))
    }

    /// What the next unit of `entry` is worth: the base of the commission on the line that uses it, frozen in the sale.
    /// Nought beyond the last unit. Two tills that use a unit each without knowing of each other may both use the
    /// dearer one; [`Package::value`] is exact all the same, for it counts units.
    pub fn next_unit_minor(&self, entry: u16) -> i64 {
        let used = self.used().1.get(&entry).copied().unwrap_or(0);
        let units = self.entries().get(usize::from(entry)).map_or(0, |e| e.units);
        match self.worths().get(usize::from(entry)) {
            Some(worth) if used < units => worth.of_unit(used),
            _ => 0,
        }
    }

    /// What became of the price by `day`. Units that were used beyond what there was have earned nothing.
    pub fn value(&self, day: i32) -> PackageValue {
        let Some(sold) = self.sold() else { return PackageValue::default() };
        let (_, used) = self.used();
        let earned = |(entry, worth): (u16, &UnitWorth)| {
            let units = sold.entries.get(usize::from(entry)).map_or(0, |e| e.units);
            i128::from(worth.of_first(used.get(&entry).copied().unwrap_or(0).min(units)))
        };
        let earned_minor = narrow((0_u16..).zip(&self.worths()).map(earned).sum());
        let rest = sold.price_minor.max(0) - earned_minor;
        let mut value = PackageValue { earned_minor, ..PackageValue::default() };
        if self.voided().is_some() {
            value.voided_minor = rest;
        } else if self.expires_day().is_some_and(|last| day > last) {
            value.lapsed_minor = rest;
        } else {
            value.deferred_minor = rest;
        }
        value
    }

    /// The redemptions, of one unit each, that there was no unit for: more than were sold, or after the sale had been
    /// given back.
    pub fn overdrafts(&self) -> Vec<Overdraft> {
        self.used().0.into_iter().map(|stamp| stamp.over_by(1)).collect()
    }

    pub fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if self.sold().is_none() && !self.movements().is_empty() {
            found.push(Finding::NotSold);
        }
        let (last, still) = (self.expires_day(), self.still_days(None));
        for (stamp, _) in self.live() {
            if last.is_some_and(|last| stamp.day > last) {
                found.push(Finding::AfterLastDay { movement: stamp.id });
            } else if still.contains(stamp.day) {
                found.push(Finding::WhileFrozen { movement: stamp.id });
            }
        }
        found.extend(self.owners().1.into_iter().map(|movement| Finding::TransferClash { movement }));
        found
    }
}
