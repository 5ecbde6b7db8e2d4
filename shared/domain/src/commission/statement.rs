//! What is owed to whom: a fold over movements, the same whatever their order and however often each is there.

use super::adjust::Adjusted;
use super::model::{Earned, TipOwed};
use crate::kernel::{MovementId, StaffId};
use std::collections::BTreeMap;

/// One person's sums, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Owed {
    pub turnover_minor: i64,
    /// Lines as they were frozen, refunds taken off.
    pub commission_minor: i64,
    pub adjusted_minor: i64,
    pub tips_minor: i64,
}

impl Owed {
    pub const fn total_minor(&self) -> i64 {
        self.commission_minor.saturating_add(self.adjusted_minor).saturating_add(self.tips_minor)
    }
}

/// What the movements of a period come to, by person.
pub fn statement<'a>(
    earned: impl IntoIterator<Item = &'a Earned>,
    adjusted: impl IntoIterator<Item = &'a Adjusted>,
    tips: impl IntoIterator<Item = &'a TipOwed>,
) -> BTreeMap<StaffId, Owed> {
    let mut owed: BTreeMap<StaffId, Owed> = BTreeMap::new();
    for line in once_each(earned, |e| e.id) {
        let of = owed.entry(line.staff).or_default();
        of.turnover_minor = of.turnover_minor.saturating_add(line.counted_minor);
        of.commission_minor = of.commission_minor.saturating_add(line.amount_minor);
    }
    for adjustment in once_each(adjusted, |a| a.id) {
        let of = owed.entry(adjustment.staff).or_default();
        of.adjusted_minor = of.adjusted_minor.saturating_add(adjustment.amount_minor);
    }
    for tip in once_each(tips, |t| t.id) {
        let of = owed.entry(tip.staff).or_default();
        of.tips_minor = of.tips_minor.saturating_add(tip.amount_minor);
    }
    owed
}

/// Each person's turnover, as [`super::earn`] wants to know it before the next sale.
pub fn turnover<'a>(earned: impl IntoIterator<Item = &'a Earned>) -> BTreeMap<StaffId, i64> {
    statement(earned, [], []).into_iter().map(|(staff, owed)| (staff, owed.turnover_minor)).collect()
}

/// By id; of two that have one id and differ, the lesser one in their order, on every device.
pub(super) fn once_each<'a, T: Ord>(all: impl IntoIterator<Item = &'a T>, id: impl Fn(&T) -> MovementId) -> Vec<&'a T> {
    let mut by_id: BTreeMap<MovementId, &T> = BTreeMap::new();
    for one in all {
        by_id.entry(id(one)).and_modify(|known| *known = one.min(*known)).or_insert(one);
    }
    by_id.into_values().collect()
}
