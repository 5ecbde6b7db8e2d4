//! Spans of days on which something stands still: a frozen package, a paused membership.

use crate::kernel::MovementId;
use std::collections::BTreeMap;

/// A freeze or pause as it was written: from a day to the day before `until`; without, until somebody ends it.
pub(super) struct Still {
    pub(super) id: MovementId,
    pub(super) from_day: i32,
    pub(super) until_day: Option<i32>,
}

/// Days that stand still, each once however many freezes cover it: half-open, sorted, apart from one another.
pub(super) struct StillDays(Vec<(i32, i32)>);

impl StillDays {
    /// `ended` has, per freeze, the day on which it was ended early; the earliest, where two tills ended it.
    pub(super) fn of(all: impl IntoIterator<Item = Still>, ended: &BTreeMap<MovementId, i32>) -> StillDays {
        let mut spans: Vec<(i32, i32)> = all
            .into_iter()
            .map(|still| (still.from_day, until(&still, ended)))
            .filter(|(from, until)| from < until)
            .collect();
        spans.sort_unstable();
        let mut merged: Vec<(i32, i32)> = Vec::new();
        for (from, until) in spans {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(until),
                _ => merged.push((from, until)),
            }
        }
        StillDays(merged)
    }

    pub(super) fn contains(&self, day: i32) -> bool {
        self.0.iter().any(|(from, until)| (*from..*until).contains(&day))
    }

    pub(super) fn count(&self) -> i64 {
        self.0.iter().map(|(from, until)| i64::from(*until) - i64::from(*from)).sum()
    }

    /// How many there are from `from_day` to the day before `day`.
    pub(super) fn count_between(&self, from_day: i32, day: i32) -> i64 {
        let within = |(from, until): &(i32, i32)| i64::from(*until.min(&day)) - i64::from(*from.max(&from_day));
        self.0.iter().map(|span| within(span).max(0)).sum()
    }
}

impl StillDays {
    /// The first day that is day `running` of what runs from `from_day` on and stands still on these days. None where it
    /// stands still for good before.
    pub(super) fn day_of(&self, from_day: i32, running: i32) -> Option<i32> {
        let mut day = i64::from(running);
        for (from, until) in &self.0 {
            let (from, until) = (i64::from((*from).max(from_day)), i64::from(*until));
            if from < day {
                day += (until - from).max(0);
            }
        }
        i32::try_from(day).ok()
    }
}

/// The first day after it.
pub(super) fn until(still: &Still, ended: &BTreeMap<MovementId, i32>) -> i32 {
    let planned = still.until_day.unwrap_or(i32::MAX);
    ended.get(&still.id).map_or(planned, |day| planned.min(*day))
}

/// The earliest day per freeze that was ended.
pub(super) fn earliest(ends: impl IntoIterator<Item = (MovementId, i32)>) -> BTreeMap<MovementId, i32> {
    let mut earliest: BTreeMap<MovementId, i32> = BTreeMap::new();
    for (of, day) in ends {
        earliest.entry(of).and_modify(|kept| *kept = (*kept).min(day)).or_insert(day);
    }
    earliest
}
