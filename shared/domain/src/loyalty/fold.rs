//! What a client has, from the movements.
//!
//! A fold over a set: the order in which movements arrive, and how often each does, changes nothing. Points are spent
//! first-in-first-out from the lots they were earned in, day by day; a lot that is over is not spent from. So a
//! redemption that becomes known late is taken from the lot that it was made on, even if another till wrote in the
//! meantime that the lot has expired: how much expired is computed here and not taken from that movement.

use super::model::{Points, Why};
use crate::kernel::{CardId, MovementId, TicketId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is left of points that were earned together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    pub id: MovementId,
    pub card: CardId,
    pub day: i32,
    /// The first day on which they are no longer good.
    pub until_day: Option<i32>,
    pub left_points: i64,
}

/// Why a balance is below nought, with how many points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Below {
    /// They were spent, and then the sale that had earned them was refunded.
    Refunded { points: i64 },
    /// More was spent than there was: by tills that did not know of each other, or points that were over.
    Overdrawn { points: i64 },
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// What can be spent; below nought: what the next points earned will make good first.
    pub balance: i64,
    /// Adds up to what the balance is below nought.
    pub below: Vec<Below>,
    /// Lots that have something left and are good, oldest first.
    pub lots: Vec<Lot>,
    /// Lots that have something left and are over, of which no movement says so yet: see [`expiries`].
    pub lapsed: Vec<Lot>,
    pub expired_points: i64,
    /// Points earned by day, without what was taken back: what tiers count.
    pub earned: BTreeMap<i32, i64>,
    /// Rules that give once, and were given: name and year, or 0 for ever.
    pub had: BTreeSet<(String, i32)>,
    /// Movements that count for nothing: a rule that gives once was given by two tickets. The earlier one stands.
    pub repeated: BTreeSet<MovementId>,
    /// Movements that take back or give back what is not known here yet. They wait for it.
    pub waiting: BTreeSet<MovementId>,
}

/// Folds the movements of one client, whose cards may have been merged, as of the branch's day `today`. If two movements
/// have one id and differ, the lesser one in their order stands, on every device.
pub fn standing<'a>(movements: impl IntoIterator<Item = &'a Points>, today: i32) -> Standing {
    let mut by_id: BTreeMap<MovementId, &Points> = BTreeMap::new();
    for movement in movements {
        by_id.entry(movement.id).and_modify(|known| *known = movement.min(*known)).or_insert(movement);
    }
    let mut standing = Standing::default();
    once_only(&by_id, &mut standing);
    let changes = Changes::of(&by_id, &mut standing);

    let mut whole = Ledger::default();
    let mut unrefunded = Ledger::default();
    for movement in in_order(&by_id, &standing.repeated) {
        whole.enter(movement, changes.net_of(movement), &changes);
        let size = if movement.points > 0 { movement.points } else { changes.net_of(movement) };
        unrefunded.enter(movement, size, &changes);
        if movement.points > 0 {
            let earned = standing.earned.entry(movement.day).or_insert(0);
            *earned = earned.saturating_add(changes.net_of(movement));
        }
    }
    let mut good = 0_i64;
    for lot in whole.lots.into_iter().filter(|lot| lot.left_points > 0) {
        if lot.until_day.is_none_or(|until| today < until) {
            good = good.saturating_add(lot.left_points);
            standing.lots.push(lot);
        } else {
            standing.expired_points = standing.expired_points.saturating_add(lot.left_points);
            if !changes.closed.contains_key(&lot.id) {
                standing.lapsed.push(lot);
            }
        }
    }
    standing.balance = good.saturating_sub(whole.owed_points);
    standing.below = below(standing.balance, unrefunded.owed_points);
    standing
}

/// The movements that say which lots are over, to be journalled. Written on two devices they are one.
pub fn expiries(standing: &Standing) -> Vec<Points> {
    let of = |lot: &Lot| Points {
        id: lot.id.derive(b"expired"),
        card: lot.card,
        day: lot.until_day.unwrap_or(lot.day),
        points: -lot.left_points,
        ticket: None,
        line: None,
        until_day: None,
        why: Why::Expired { of: lot.id, earned_day: lot.day },
    };
    standing.lapsed.iter().map(of).collect()
}

fn below(balance: i64, owed_without_refunds: i64) -> Vec<Below> {
    let missing = balance.saturating_neg().max(0);
    let overdrawn = missing.min(owed_without_refunds);
    let mut below = Vec::new();
    if overdrawn > 0 {
        below.push(Below::Overdrawn { points: overdrawn });
    }
    if missing > overdrawn {
        below.push(Below::Refunded { points: missing - overdrawn });
    }
    below
}

/// Notes what was given once, and sets aside what was given once more.
fn once_only(by_id: &BTreeMap<MovementId, &Points>, standing: &mut Standing) {
    let mut first: BTreeMap<(String, i32), (i32, Option<TicketId>)> = BTreeMap::new();
    let once = |m: &Points| match &m.why {
        Why::Rule { rule, once: Some(key), .. } => Some((rule.clone(), *key)),
        _ => None,
    };
    for movement in by_id.values() {
        if let Some(key) = once(movement) {
            let place = (movement.day, movement.ticket);
            first.entry(key).and_modify(|known| *known = place.min(*known)).or_insert(place);
        }
    }
    let beaten = |m: &&&Points| once(m).is_some_and(|key| first.get(&key) != Some(&(m.day, m.ticket)));
    standing.repeated = by_id.values().filter(beaten).map(|m| m.id).collect();
    standing.had = first.into_keys().collect();
}

/// What later movements changed about earlier ones.
#[derive(Default)]
struct Changes {
    /// Points taken back of what was earned, or given back of what was spent; positive.
    back: BTreeMap<MovementId, i64>,
    /// The day on which a lot was said to be over.
    closed: BTreeMap<MovementId, i32>,
}

impl Changes {
    fn of(by_id: &BTreeMap<MovementId, &Points>, standing: &mut Standing) -> Changes {
        let mut changes = Changes::default();
        for movement in by_id.values() {
            match &movement.why {
                Why::TakenBack { of, .. } | Why::GivenBack { of, .. } => {
                    if !by_id.contains_key(of) {
                        standing.waiting.insert(movement.id);
                    }
                    let back = changes.back.entry(*of).or_insert(0);
                    *back = back.saturating_add(movement.points.saturating_abs());
                }
                Why::Expired { of, .. } => {
                    changes.closed.insert(*of, movement.day);
                }
                _ => {}
            }
        }
        changes
    }

    /// How many points a movement earned or spent in the end. Never less than none, though two tills that did not know
    /// of each other took back the same.
    fn net_of(&self, movement: &Points) -> i64 {
        let back = self.back.get(&movement.id).copied().unwrap_or(0);
        movement.points.saturating_abs().saturating_sub(back).max(0)
    }
}

/// What earned or spent, by day. Within a day the order does not matter: what was spent first is made good.
fn in_order<'a>(by_id: &BTreeMap<MovementId, &'a Points>, repeated: &BTreeSet<MovementId>) -> Vec<&'a Points> {
    let own = |m: &&Points| !matches!(m.why, Why::TakenBack { .. } | Why::GivenBack { .. } | Why::Expired { .. });
    let mut all: Vec<&Points> = by_id.values().copied().filter(own).filter(|m| !repeated.contains(&m.id)).collect();
    all.sort_by_key(|m| (m.day, m.id));
    all
}

#[derive(Default)]
struct Ledger {
    lots: Vec<Lot>,
    /// Spent without a lot to spend it from, and not made good since.
    owed_points: i64,
}

impl Ledger {
    fn enter(&mut self, movement: &Points, size: i64, changes: &Changes) {
        if movement.points > 0 {
            let paid = size.min(self.owed_points);
            self.owed_points -= paid;
            let closed = changes.closed.get(&movement.id).copied();
            self.lots.push(Lot {
                id: movement.id,
                card: movement.card,
                day: movement.day,
                until_day: movement.until_day.into_iter().chain(closed).min(),
                left_points: size - paid,
            });
            return;
        }
        let mut due = size;
        for lot in self.lots.iter_mut().filter(|lot| lot.until_day.is_none_or(|until| movement.day < until)) {
            let taken = due.min(lot.left_points);
            lot.left_points -= taken;
            due -= taken;
        }
        self.owed_points = self.owed_points.saturating_add(due);
    }
}
