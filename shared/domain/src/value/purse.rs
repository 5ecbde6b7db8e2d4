//! Sums of a ledger of money, and which movements overdrew it.

use super::moved::{Finding, Overdraft, Stamp};
use crate::kernel::MovementId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What became of the money of a ledger. Conservation:
/// `balance = issued + restored + adjusted − redeemed − voided − expired`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    pub issued_minor: i64,
    pub restored_minor: i64,
    /// The only one that may be negative.
    pub adjusted_minor: i64,
    pub redeemed_minor: i64,
    pub voided_minor: i64,
    pub expired_minor: i64,
}

/// Where an amount is counted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slot {
    Issued,
    Restored,
    Adjusted,
    Redeemed,
    Voided,
}

impl Totals {
    /// Sums are made in 128 bits, so that no order of adding can overflow. Nothing has expired.
    pub(super) fn of(entries: impl IntoIterator<Item = (Slot, i64)>) -> Totals {
        let mut wide = [0_i128; 5];
        for (slot, minor) in entries {
            wide[slot as usize] += i128::from(minor);
        }
        let [issued_minor, restored_minor, adjusted_minor, redeemed_minor, voided_minor] = wide.map(narrow);
        Totals { issued_minor, restored_minor, adjusted_minor, redeemed_minor, voided_minor, expired_minor: 0 }
    }

    /// Negative where more was taken than there was.
    pub fn balance_minor(&self) -> i64 {
        let inward = [self.issued_minor, self.restored_minor, self.adjusted_minor];
        let outward = [self.redeemed_minor, self.voided_minor, self.expired_minor];
        let wide = |all: [i64; 3]| all.into_iter().map(i128::from).sum::<i128>();
        narrow(wide(inward) - wide(outward))
    }
}

pub(super) fn narrow(wide: i128) -> i64 {
    i64::try_from(wide).unwrap_or(if wide < 0 { i64::MIN } else { i64::MAX })
}

/// What one movement does to a purse. Amounts are minor units.
pub(super) enum Effect {
    In(i64),
    Out {
        minor: i64,
        allowed: bool,
    },
    /// Takes back so much of another movement.
    Back {
        of: MovementId,
        minor: i64,
    },
}

impl Effect {
    pub(super) const fn out(minor: i64) -> Effect {
        Effect::Out { minor, allowed: false }
    }
}

/// How much came back of each movement that took something.
fn returned(effects: &[(&Stamp, Effect)]) -> BTreeMap<MovementId, i128> {
    let mut returned: BTreeMap<MovementId, i128> = BTreeMap::new();
    for (_, effect) in effects {
        if let Effect::Back { of, minor } = effect {
            *returned.entry(*of).or_default() += i128::from(*minor);
        }
    }
    returned
}

/// The movements that overdrew, by clock, then id; their `over` adds up to exactly what the balance is below nought.
///
/// All that came in covers what went out in the order of the clock, whenever it came in: a till that has not heard of
/// the sale yet may have a clock behind the seller's, and nobody is blamed for that. `expired_minor` is gone first.
/// What was given back has overdrawn nothing.
pub(super) fn overdrafts(effects: &[(&Stamp, Effect)], expired_minor: i64) -> Vec<Overdraft> {
    let mut returned = returned(effects);
    let mut covered = -i128::from(expired_minor);
    let mut taken: Vec<(&Stamp, i128, bool)> = Vec::new();
    for (stamp, effect) in effects {
        match effect {
            Effect::In(minor) if *minor >= 0 => covered += i128::from(*minor),
            Effect::In(minor) => taken.push((*stamp, -i128::from(*minor), false)),
            Effect::Out { minor, allowed } => {
                let net = i128::from(*minor) - returned.remove(&stamp.id).unwrap_or(0);
                if net >= 0 {
                    taken.push((*stamp, net, *allowed));
                } else {
                    covered -= net;
                }
            }
            Effect::Back { .. } => {}
        }
    }
    // What came back of movements that are not known (yet).
    covered += returned.values().sum::<i128>();
    let mut out = 0_i128;
    let mut over = Vec::new();
    for (stamp, minor, allowed) in taken {
        let before = (out - covered).max(0);
        out += minor;
        let more = (out - covered).max(0) - before;
        if more > 0 {
            over.push(Overdraft { allowed, ..stamp.over_by(narrow(more)) });
        }
    }
    over
}

/// What came back beyond what had been taken.
pub(super) fn restored_too_much(effects: &[(&Stamp, Effect)]) -> Vec<Finding> {
    let mut returned = returned(effects);
    for (stamp, effect) in effects {
        if let (Effect::Out { minor, .. }, Some(back)) = (effect, returned.get_mut(&stamp.id)) {
            *back -= i128::from(*minor);
        }
    }
    returned
        .into_iter()
        .filter(|(_, over)| *over > 0)
        .map(|(of, over)| Finding::RestoredTooMuch { of, over_minor: narrow(over) })
        .collect()
}
