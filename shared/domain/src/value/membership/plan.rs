//! What a membership costs and gives, and the periods that it runs in.

use crate::kernel::{Currency, MembershipOfferId, day_from_number, day_number};
use crate::value::Prepaid;
use crate::value::moved::{Malformed, check_amount};
use serde::{Deserialize, Serialize};

/// How long one payment lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Weeks(u8),
    /// By the calendar: a quarter is 3, a year is 12.
    Months(u8),
}

impl Period {
    /// The first day of period `n`, from 0, of what began on `anchor_day`. Months are always counted from the anchor:
    /// what began on 31 January goes on on 28 February and on 31 March, and does not stay on the 28th. `None` beyond
    /// the calendar.
    pub(super) fn start(self, anchor_day: i32, n: u32) -> Option<i32> {
        let count = |each: u8| i64::from(each.max(1)) * i64::from(n);
        match self {
            Period::Weeks(weeks) => i32::try_from(i64::from(anchor_day) + 7 * count(weeks)).ok(),
            Period::Months(months) => {
                let span = i32::try_from(count(months)).ok()?;
                let span = jiff::Span::new().try_months(span).ok()?;
                day_from_number(anchor_day).ok()?.checked_add(span).ok().map(day_number)
            }
        }
    }

    /// The period that `day` is in; `None` before the anchor and beyond the calendar.
    pub(super) fn of_day(self, anchor_day: i32, day: i32) -> Option<u32> {
        if day < anchor_day {
            return None;
        }
        match self {
            Period::Weeks(weeks) => {
                let days = i64::from(day) - i64::from(anchor_day);
                u32::try_from(days / (7 * i64::from(weeks.max(1)))).ok()
            }
            Period::Months(months) => {
                let (from, to) = (day_from_number(anchor_day).ok()?, day_from_number(day).ok()?);
                let apart = (i64::from(to.year()) - i64::from(from.year())) * 12 + i64::from(to.month())
                    - i64::from(from.month());
                let n = u32::try_from(apart / i64::from(months.max(1))).ok()?;
                if self.start(anchor_day, n)? > day { n.checked_sub(1) } else { Some(n) }
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Benefit {
    /// Off every service, in basis points.
    ServicesOff { percent_bp: u32 },
    /// Off every product, in basis points.
    ProductsOff { percent_bp: u32 },
    /// So many units in each period. What is not used in its period is not carried over.
    Included { what: Prepaid, units: u32 },
}

/// The terms that somebody joins on. A membership keeps those it began with: a plan that is changed later is for new
/// members.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MembershipPlan {
    pub name: String,
    /// For each period.
    pub price_minor: i64,
    pub currency: Currency,
    pub period: Period,
    /// For so many days of a period its benefits hold although its payment is not known: it may be on a till that has
    /// not been heard of.
    pub grace_days: u16,
    pub benefits: Vec<Benefit>,
    /// What each period's price is taxed by.
    pub tax_class: String,
}

/// More units than anybody gives in a period.
const UNITS_MAX: u32 = 10_000;

impl MembershipPlan {
    pub fn check(&self) -> Result<(), Malformed> {
        if self.price_minor != 0 {
            check_amount(self.price_minor)?;
        }
        if self.benefits.is_empty() || matches!(self.period, Period::Weeks(0) | Period::Months(0)) {
            return Err(Malformed::Empty);
        }
        if self.benefits.len() > usize::from(u16::MAX) {
            return Err(Malformed::TooMany);
        }
        self.benefits.iter().try_for_each(|benefit| match benefit {
            Benefit::ServicesOff { percent_bp } | Benefit::ProductsOff { percent_bp } if *percent_bp > 10_000 => {
                Err(Malformed::MoreThanWhole)
            }
            Benefit::Included { units: 0, .. } => Err(Malformed::Empty),
            Benefit::Included { units, .. } if *units > UNITS_MAX => Err(Malformed::TooMany),
            _ => Ok(()),
        })
    }

    /// What one included unit is worth, in minor units: the period's price spread over all units that it includes,
    /// rounded down. What a till alone risks by handing one out; nothing is earned or owed by it, for a period is turnover
    /// when it is paid.
    pub fn unit_worth_minor(&self) -> i64 {
        let units = |benefit: &Benefit| match benefit {
            Benefit::Included { units, .. } => i64::from(*units),
            Benefit::ServicesOff { .. } | Benefit::ProductsOff { .. } => 0,
        };
        let units: i64 = self.benefits.iter().map(units).sum();
        self.price_minor.max(0) / units.max(1)
    }
}

/// A membership as the catalog has it. Master data: who joined keeps the plan that they joined on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipOffer {
    pub id: MembershipOfferId,
    #[serde(flatten)]
    pub plan: MembershipPlan,
    pub active: bool,
}

impl MembershipOffer {
    pub fn check(&self) -> Result<(), Malformed> {
        if self.plan.name.trim().is_empty() { Err(Malformed::Empty) } else { self.plan.check() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn day(year: i16, month: i8, day: i8) -> i32 {
        day_number(date(year, month, day))
    }

    #[test]
    fn months_are_counted_from_the_day_that_it_began() {
        let begun = day(2026, 1, 31);
        let month = Period::Months(1);
        let starts: Vec<i32> = (0..4).filter_map(|n| month.start(begun, n)).collect();
        assert_eq!(starts, [begun, day(2026, 2, 28), day(2026, 3, 31), day(2026, 4, 30)]);
        assert_eq!(month.of_day(begun, day(2026, 2, 27)), Some(0));
        assert_eq!(month.of_day(begun, day(2026, 2, 28)), Some(1));
        assert_eq!(month.of_day(begun, day(2026, 3, 30)), Some(1));
        assert_eq!(Period::Weeks(4).of_day(begun, begun + 27), Some(0));
        assert_eq!(Period::Weeks(4).of_day(begun, begun + 28), Some(1));
        assert_eq!(month.of_day(begun, begun - 1), None);
    }

    proptest! {
        /// Every day is in the period whose first day is not after it and whose next one's is.
        #[test]
        fn periods_follow_one_another(
            anchor in -20_000_i32..60_000, later in 0_i32..9_000, each in 1_u8..14, months in any::<bool>(),
        ) {
            let period = if months { Period::Months(each) } else { Period::Weeks(each) };
            let n = period.of_day(anchor, anchor + later).unwrap();
            prop_assert!(period.start(anchor, n).unwrap() <= anchor + later);
            prop_assert!(period.start(anchor, n + 1).unwrap() > anchor + later);
        }
    }
}
