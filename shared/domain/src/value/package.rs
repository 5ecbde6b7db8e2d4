//! Packages: prepaid units of services, sold at one price and used one by one.

use super::days::{Still, StillDays, earliest};
use super::moved::{Finding, Ledger, Malformed, Moved, Overdraft, Stamp, check_amount, check_reason};
use super::purse::narrow;
use super::units::{PackageEntry, UnitWorth, check_entries, unit_worths};
use crate::kernel::{CardId, Currency, MovementId, PackageId, ServiceId, TicketId, TicketLineId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PackageChange {
    /// The terms as they were sold: what the catalog says later changes nothing.
    Sold {
        line: TicketLineId,
        card: CardId,
        entries: Vec<PackageEntry>,
        /// What the line came to after discounts: what is earned unit by unit.
        price_minor: i64,
        currency: Currency,
        /// The last day on which it can be used, itself included; without, it never expires.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_day: Option<i32>,
    },
    /// One unit, used by one line. A line of three uses three movements.
    Redeemed {
        ticket: TicketId,
        line: TicketLineId,
        /// Which of the entries, from 0.
        entry: u16,
    },
    /// The unit of `of` comes back, because `ticket` refunds its line. Once, however often it is said.
    Restored {
        of: MovementId,
        ticket: TicketId,
    },
    /// What is left is gone, because `ticket` refunds the sale.
    Voided {
        ticket: TicketId,
    },
    /// A new last day, itself included, whatever had been frozen by then; only freezes made later push it further.
    Extended {
        expires_day: i32,
        reason: String,
    },
    /// Cannot be used from a day to the day before `until_day`, and expires so many days later.
    Frozen {
        from_day: i32,
        until_day: i32,
        reason: String,
    },
    /// The freeze `of` ends early: `day` is the first on which it can be used again. On its first day it never was.
    Thawed {
        of: MovementId,
        day: i32,
    },
    Transferred {
        from: CardId,
        to: CardId,
        reason: String,
    },
    /// The transfer `of` never was. What was used in the meantime stays used.
    TransferUndone {
        of: MovementId,
    },
}

pub type PackageMoved = Moved<PackageId, PackageChange>;

/// Longer than anybody freezes a package for.
const FREEZE_DAYS_MAX: i64 = 3 * 366;

impl PackageMoved {
    pub fn check(&self) -> Result<(), Malformed> {
        match &self.what {
            PackageChange::Sold { entries, price_minor, expires_day, .. } => {
                check_entries(entries)?;
                // A package can be a present: its units are worth nothing then.
                if *price_minor != 0 {
                    check_amount(*price_minor)?;
                }
                if expires_day.is_some_and(|last| last < self.stamp.day) { Err(Malformed::Backwards) } else { Ok(()) }
            }
            PackageChange::Frozen { from_day, until_day, reason } => {
                check_reason(reason)?;
                match i64::from(*until_day) - i64::from(*from_day) {
                    ..=0 => Err(Malformed::Backwards),
                    1..=FREEZE_DAYS_MAX => Ok(()),
                    _ => Err(Malformed::TooMany),
                }
            }
            PackageChange::Extended { reason, .. } | PackageChange::Transferred { reason, .. } => check_reason(reason),
            PackageChange::Redeemed { .. }
            | PackageChange::Restored { .. }
            | PackageChange::Voided { .. }
            | PackageChange::Thawed { .. }
            | PackageChange::TransferUndone { .. } => Ok(()),
        }
    }
}

/// Why a unit cannot be used, by what this till knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    #[error("no sale of this package is known here")]
    NotKnown,
    #[error("the sale of this package was given back")]
    Voided,
    /// A unit that comes back to an expired package needs an extension to be used.
    #[error("it expired after day {expires_day}")]
    Expired { expires_day: i32 },
    #[error("it is frozen")]
    Frozen,
    #[error("it has no such entry")]
    NoSuchEntry,
    #[error("all units of it are used")]
    NoneLeft,
}

/// What became of the price. Conservation: all of them together are the price, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PackageValue {
    /// Of the units used.
    pub earned_minor: i64,
    /// Of the units that can still be used: a debt of the salon's.
    pub deferred_minor: i64,
    /// Of the units that expired.
    pub lapsed_minor: i64,
    /// Of the units that were given back with the sale.
    pub voided_minor: i64,
}

pub type Package = Ledger<PackageId, PackageChange>;

/// The terms of the sale.
struct Sold<'a> {
    card: CardId,
    entries: &'a [PackageEntry],
    price_minor: i64,
    expires_day: Option<i32>,
}

impl Package {
    /// The earliest sale; there is one, for a package's id follows from its line ([`super::package_of_line`]).
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

    /// Whether a unit of `entry` can be used on `day`.
    pub fn check_redeem(&self, entry: u16, day: i32) -> Result<(), PackageError> {
        if self.sold().is_none() {
            return Err(PackageError::NotKnown);
        }
        if self.voided().is_some() {
            return Err(PackageError::Voided);
        }
        if let Some(expires_day) = self.expires_day().filter(|last| day > *last) {
            return Err(PackageError::Expired { expires_day });
        }
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
    /// Nought beyond the last unit. Two tills that use a unit each without knowing of each other may both use the dearer
    /// one; [`Package::value`] is exact all the same, for it counts units.
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

    /// The redemptions, of one unit each, that there was no unit for: more than were sold, or after the sale had been given
    /// back.
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
