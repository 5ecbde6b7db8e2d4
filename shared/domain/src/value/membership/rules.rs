//! What a membership's movements make of it.

use super::model::{Membership, MembershipChange, MembershipError, MembershipMoved, Standing};
use super::plan::{Benefit, MembershipPlan};
use crate::kernel::{CardId, MovementId};
use crate::value::days::{Still, StillDays, earliest, until};
use crate::value::moved::{Finding, Overdraft, Stamp};
use std::collections::{BTreeMap, BTreeSet};

/// A payment that bought nothing: two tills took one period's money, or it came after the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InVain<'m> {
    pub stamp: &'m Stamp,
    pub amount_minor: i64,
    pub why: Finding,
}

/// A payment that was not given back.
struct Payment<'m> {
    stamp: &'m Stamp,
    period: u32,
    amount_minor: i64,
}

impl Membership {
    /// The earliest beginning; there is one, for a membership's id follows from its line
    /// ([`crate::value::membership_of_line`]).
    fn started(&self) -> Option<(i32, CardId, &MembershipPlan)> {
        self.movements().iter().find_map(|m| match &m.what {
            MembershipChange::Started { from_day, card, plan, .. } => Some((*from_day, *card, &**plan)),
            _ => None,
        })
    }

    pub fn plan(&self) -> Option<&MembershipPlan> {
        self.started().map(|(_, _, plan)| plan)
    }

    pub fn member(&self) -> Option<CardId> {
        self.started().map(|(_, card, _)| card)
    }

    fn resumed(&self) -> BTreeMap<MovementId, i32> {
        earliest(self.movements().iter().filter_map(|m| match m.what {
            MembershipChange::Resumed { of, day } => Some((of, day)),
            _ => None,
        }))
    }

    fn paused(&self) -> impl Iterator<Item = Still> {
        self.movements().iter().filter_map(|m| match m.what {
            MembershipChange::Paused { from_day, .. } => Some(Still { id: m.stamp.id, from_day, until_day: None }),
            _ => None,
        })
    }

    fn still_days(&self) -> StillDays {
        StillDays::of(self.paused(), &self.resumed())
    }

    /// The pauses that are not over by `day`, also those that begin later: what has to be resumed, each by its own
    /// movement.
    pub fn pauses(&self, day: i32) -> Vec<MovementId> {
        let resumed = self.resumed();
        self.paused().filter(|pause| until(pause, &resumed) > day).map(|pause| pause.id).collect()
    }

    /// The day it would be had it never been paused.
    fn running_day(&self, from_day: i32, day: i32) -> i32 {
        let still = self.still_days().count_between(from_day, day);
        i32::try_from(i64::from(day) - still).unwrap_or(from_day)
    }

    /// The first day, by its plan.
    pub fn from_day(&self) -> Option<i32> {
        self.started().map(|(from_day, _, _)| from_day)
    }

    /// Whether the sale that began it was given back.
    pub fn is_voided(&self) -> bool {
        self.movements().iter().any(|m| matches!(m.what, MembershipChange::Voided { .. }))
    }

    /// The first day of a period by the calendar, pauses included. None where that is beyond a pause without an end.
    pub fn first_day(&self, period: u32) -> Option<i32> {
        let (from_day, _, plan) = self.started()?;
        self.still_days().day_of(from_day, plan.period.start(from_day, period)?)
    }

    /// The period that `day` is in, whether or not it has ended or is paused.
    pub fn period_of(&self, day: i32) -> Option<u32> {
        let (from_day, _, plan) = self.started()?;
        if day < from_day {
            return None;
        }
        plan.period.of_day(from_day, self.running_day(from_day, day))
    }

    /// The last period of a membership that was cancelled. One that is cancelled before it begins has its first.
    pub fn last_period(&self) -> Option<u32> {
        let (from_day, _, _) = self.started()?;
        let days = self.movements().iter().filter_map(|m| match m.what {
            MembershipChange::Cancelled { day, .. } => Some(day),
            _ => None,
        });
        days.min().and_then(|day| self.period_of(day.max(from_day)))
    }

    /// The payments that were not given back.
    fn payments(&self) -> Vec<Payment<'_>> {
        let refunded = self.taken_back();
        let live = self.movements().iter().filter(|m| !refunded.contains(&m.stamp.id));
        live.filter_map(|m| match m.what {
            MembershipChange::Paid { period, amount_minor, .. } => {
                Some(Payment { stamp: &m.stamp, period, amount_minor })
            }
            _ => None,
        })
        .collect()
    }

    /// The payments that bought nothing, oldest first: to be given back by a person.
    pub fn in_vain(&self) -> Vec<InVain<'_>> {
        // The first period's money went back with the sale.
        let last = if self.is_voided() { Some(0) } else { self.last_period() };
        let mut paid = BTreeSet::new();
        let mut found = Vec::new();
        for Payment { stamp, period, amount_minor } in self.payments() {
            let movement = stamp.id;
            let is_first = paid.insert(period);
            let late = last.is_some_and(|last| period > last);
            let why = match (is_first, late) {
                (false, _) => Finding::PaidTwice { movement },
                (true, true) => Finding::AfterLastDay { movement },
                (true, false) => continue,
            };
            found.push(InVain { stamp, amount_minor, why });
        }
        found
    }

    fn taken_back(&self) -> BTreeSet<MovementId> {
        let back = self.movements().iter().filter_map(|m| match m.what {
            MembershipChange::Refunded { of, .. } | MembershipChange::Restored { of, .. } => Some(of),
            _ => None,
        });
        back.collect()
    }

    fn was_given_back(&self, period: u32) -> bool {
        let back = self.taken_back();
        let of_it =
            |m: &MembershipMoved| matches!(m.what, MembershipChange::Paid { period: paid, .. } if paid == period);
        self.movements().iter().any(|m| of_it(m) && back.contains(&m.stamp.id))
    }

    fn is_paid(&self, period: u32) -> bool {
        self.payments().iter().any(|paid| paid.period == period)
    }

    pub fn standing(&self, day: i32) -> Standing {
        let Some(period) = self.period_of(day) else { return Standing::NotStarted };
        if self.is_voided() || self.last_period().is_some_and(|last| period > last) {
            Standing::Ended
        } else if self.still_days().contains(day) {
            Standing::Paused
        } else {
            Standing::Running { period, paid: self.is_paid(period) }
        }
    }

    /// The periods up to the one of `day` that nobody has paid, oldest first. A period that is paid twice settles no
    /// other.
    pub fn due(&self, day: i32) -> Vec<u32> {
        let Some(now) = self.period_of(day).filter(|_| !self.is_voided()) else { return Vec::new() };
        let paid: BTreeSet<u32> = self.payments().into_iter().map(|paid| paid.period).collect();
        let last = self.last_period().map_or(now, |last| now.min(last));
        (0..=last).filter(|period| !paid.contains(period)).collect()
    }

    /// The period after the one of `day`, where it can be paid ahead.
    pub fn ahead(&self, day: i32) -> Option<u32> {
        let next = self.period_of(day).filter(|_| !self.is_voided())?.checked_add(1)?;
        let is_wanted = self.last_period().is_none_or(|last| next <= last) && !self.is_paid(next);
        is_wanted.then_some(next)
    }

    /// Whether the money for `period` can be taken on `day`: it is due, or the next one.
    pub fn check_pay(&self, period: u32, day: i32) -> Result<(), MembershipError> {
        self.started().ok_or(MembershipError::NotStarted)?;
        if self.is_voided() {
            return Err(MembershipError::Ended);
        }
        let can_pay = self.due(day).contains(&period) || self.ahead(day) == Some(period);
        if can_pay { Ok(()) } else { Err(MembershipError::NotDue) }
    }

    /// Whether the payment `of` can be given back: what was had for it would be had for nothing, unless the period is paid
    /// by another.
    pub fn check_refund(&self, of: MovementId) -> Result<(), MembershipError> {
        let payments = self.payments();
        let paid = payments.iter().find(|paid| paid.stamp.id == of).ok_or(MembershipError::NotDue)?;
        let again = payments.iter().filter(|other| other.period == paid.period).count() > 1;
        let is_used = self.uses().iter().any(|((_, period), uses)| *period == paid.period && !uses.is_empty());
        if is_used && !again { Err(MembershipError::Used) } else { Ok(()) }
    }

    /// Whether the sale that began it can be given back: nothing was used, and no later period is paid.
    pub fn check_void(&self) -> Result<(), MembershipError> {
        self.started().ok_or(MembershipError::NotStarted)?;
        if self.is_voided() {
            return Err(MembershipError::Ended);
        }
        let is_used = !self.uses().is_empty() || self.payments().len() > 1;
        if is_used { Err(MembershipError::Used) } else { Ok(()) }
    }

    /// The benefits that hold on `day`, and its period. Of a period that is not paid they hold for the plan's days of
    /// grace; of one whose payment was given back they do not.
    pub fn benefits(&self, day: i32) -> Result<(u32, &[Benefit]), MembershipError> {
        self.benefits_with(day, &[])
    }

    /// As [`Membership::benefits`], when the periods `also` are paid with the ticket in hand.
    pub fn benefits_with(&self, day: i32, also: &[u32]) -> Result<(u32, &[Benefit]), MembershipError> {
        let (from_day, _, plan) = self.started().ok_or(MembershipError::NotStarted)?;
        match self.standing(day) {
            Standing::NotStarted => Err(MembershipError::NotStarted),
            Standing::Paused => Err(MembershipError::Paused),
            Standing::Ended => Err(MembershipError::Ended),
            Standing::Running { period, paid } => {
                let start = plan.period.start(from_day, period).unwrap_or(from_day);
                let gone = i64::from(self.running_day(from_day, day)) - i64::from(start);
                if paid || also.contains(&period) || gone < i64::from(plan.grace_days) && !self.was_given_back(period) {
                    Ok((period, plan.benefits.as_slice()))
                } else {
                    Err(MembershipError::Unpaid { period })
                }
            }
        }
    }

    /// Units that a period includes of `benefit`: none for a benefit of another kind.
    fn included(&self, benefit: u16) -> Option<u32> {
        match self.plan()?.benefits.get(usize::from(benefit))? {
            Benefit::Included { units, .. } => Some(*units),
            Benefit::ServicesOff { .. } | Benefit::ProductsOff { .. } => None,
        }
    }

    /// Units of `benefit` used in `period`; more than there are, where tills did not know of one another.
    pub fn units_used(&self, benefit: u16, period: u32) -> u32 {
        self.uses().get(&(benefit, period)).map_or(0, |uses| u32::try_from(uses.len()).unwrap_or(u32::MAX))
    }

    /// Whether a unit of `benefit` can be used on `day`, and the period that it is of.
    pub fn check_use(&self, benefit: u16, day: i32) -> Result<u32, MembershipError> {
        let (period, _) = self.benefits(day)?;
        match self.units_left(benefit, period).ok_or(MembershipError::NotIncluded)? {
            1.. => Ok(period),
            _ => Err(MembershipError::NoneLeft),
        }
    }

    /// Units of `benefit` that `period` has left; negative where tills together used more than there were. None for a
    /// benefit of another kind.
    pub fn units_left(&self, benefit: u16, period: u32) -> Option<i64> {
        Some(i64::from(self.included(benefit)?) - i64::from(self.units_used(benefit, period)))
    }

    /// The uses that were not restored, by benefit and period, each in the order of the clock.
    fn uses(&self) -> BTreeMap<(u16, u32), Vec<&MembershipMoved>> {
        let restored = self.taken_back();
        let mut uses: BTreeMap<(u16, u32), Vec<&MembershipMoved>> = BTreeMap::new();
        for movement in self.movements().iter().filter(|m| !restored.contains(&m.stamp.id)) {
            if let MembershipChange::Used { benefit, period, .. } = movement.what {
                uses.entry((benefit, period)).or_default().push(movement);
            }
        }
        uses
    }

    /// The uses, of one unit each, beyond what their period includes, by clock, then id. Of one whose sale was given back
    /// all are: whoever gave it back did not know of them.
    pub fn overdrafts(&self) -> Vec<Overdraft> {
        let voided = self.is_voided();
        let mut over: Vec<&MembershipMoved> = Vec::new();
        for ((benefit, _), uses) in self.uses() {
            let included = if voided { 0 } else { self.included(benefit).unwrap_or(0) as usize };
            over.extend(uses.into_iter().skip(included));
        }
        over.sort();
        over.into_iter().map(|m| m.stamp.over_by(1)).collect()
    }

    pub fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if self.started().is_none() && !self.movements().is_empty() {
            found.push(Finding::NotSold);
        }
        found.extend(self.in_vain().into_iter().map(|paid| paid.why));
        let mut uses: Vec<&MembershipMoved> = self.uses().into_values().flatten().collect();
        uses.sort();
        for movement in uses {
            match self.standing(movement.stamp.day) {
                Standing::Paused => found.push(Finding::WhileFrozen { movement: movement.stamp.id }),
                Standing::Ended => found.push(Finding::AfterLastDay { movement: movement.stamp.id }),
                Standing::NotStarted | Standing::Running { .. } => {}
            }
        }
        found
    }
}
