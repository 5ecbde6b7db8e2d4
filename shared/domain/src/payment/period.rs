//! Closing a month or a year of one device: the sum of its Z reports, numbered and journalled, never changed.

use super::session::{SessionTotals, TaxTotal, TillClosed};
use crate::kernel::{BranchId, Currency, DeviceId, day_from_number, day_number};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A calendar month or year of the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Month { year: i16, month: i8 },
    Year { year: i16 },
}

impl Period {
    /// Of `2026-11` or `2026`.
    pub fn named(name: &str) -> Option<Period> {
        let period = match name.split_once('-') {
            Some((year, month)) if month.len() == 2 => {
                Period::Month { year: year.parse().ok()?, month: month.parse().ok()? }
            }
            Some(_) => return None,
            None => Period::Year { year: name.parse().ok()? },
        };
        period.days().map(|_| period)
    }

    pub fn name(self) -> String {
        match self {
            Period::Month { year, month } => format!("{year:04}-{month:02}"),
            Period::Year { year } => format!("{year:04}"),
        }
    }

    /// The month and the year that a day is in, by its number.
    pub fn both_of(day: i32) -> Option<[Period; 2]> {
        let date = day_from_number(day).ok()?;
        let year = date.year();
        Some([Period::Month { year, month: date.month() }, Period::Year { year }])
    }

    /// Its first and last day, in days since 1970-01-01; none for what no calendar has.
    pub fn days(self) -> Option<(i32, i32)> {
        let (first, last) = match self {
            Period::Month { year, month } => {
                let first = Date::new(year, month, 1).ok()?;
                (first, first.last_of_month())
            }
            Period::Year { year } => (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?),
        };
        Some((day_number(first), day_number(last)))
    }
}

/// `till.period_closed`: what all Z reports of a device's month or year come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodClosed {
    pub device: DeviceId,
    pub branch: BranchId,
    /// Gapless per device, a series of its own.
    pub number: u64,
    pub period: Period,
    pub currency: Currency,
    /// The numbers of the first and last Z within, and how many there are.
    pub z_first: u64,
    pub z_last: u64,
    pub z_count: u64,
    /// The sums of the Z reports'. The float is nought: those of single days do not add up to anything.
    pub totals: SessionTotals,
    /// Counted less expected, in all.
    pub difference_minor: i64,
    /// All that the device had ever taken after the last Z within.
    pub perpetual_total_minor: i64,
}

impl PeriodClosed {
    /// Sums a device's Z reports, which are of days within the period and in the order of their numbers. None where there
    /// are none.
    pub fn of(period: Period, number: u64, closes: &[TillClosed]) -> Option<PeriodClosed> {
        let (first, last) = (closes.first()?, closes.last()?);
        let mut totals = SessionTotals::default();
        for closed in closes {
            totals.add_session(&closed.report.totals);
        }
        Some(PeriodClosed {
            device: last.device,
            branch: last.branch,
            number,
            period,
            currency: last.currency,
            z_first: first.report.number,
            z_last: last.report.number,
            z_count: closes.len() as u64,
            totals,
            difference_minor: closes.iter().map(|closed| closed.report.difference_minor).sum(),
            perpetual_total_minor: last.report.perpetual_total_minor,
        })
    }
}

impl SessionTotals {
    /// Adds another session's takings, all but its float. What only newer journals keep is the sum over those that do.
    pub fn add_session(&mut self, other: &SessionTotals) {
        self.receipts += other.receipts;
        self.lines += other.lines;
        self.net_minor += other.net_minor;
        self.total_minor += other.total_minor;
        self.discount_minor += other.discount_minor;
        self.refund_minor += other.refund_minor;
        self.void_count += other.void_count;
        self.void_minor += other.void_minor;
        self.held_minor += other.held_minor;
        self.cash_minor += other.cash_minor;
        self.card_minor += other.card_minor;
        self.tip_minor += other.tip_minor;
        self.rounding_minor += other.rounding_minor;
        self.part_minor += other.part_minor;
        self.pay_in_minor += other.pay_in_minor;
        self.pay_out_minor += other.pay_out_minor;
        self.lift_minor += other.lift_minor;
        for (kind, minor) in &other.others_minor {
            *self.others_minor.entry(kind.clone()).or_default() += minor;
        }
        for tax in &other.taxes {
            TaxTotal::add_total(&mut self.taxes, tax);
        }
        self.first_number = self.first_number.into_iter().chain(other.first_number).min();
        self.last_number = self.last_number.into_iter().chain(other.last_number).max();
        if let Some(detail) = &other.detail {
            let sum = self.detail.get_or_insert_default();
            sum.drawer_openings += detail.drawer_openings;
            sum.part_used_minor += detail.part_used_minor;
            sum.deposit_minor += detail.deposit_minor;
            sum.deposit_used_minor += detail.deposit_used_minor;
            for (user, cashier) in &detail.by_cashier {
                let known = sum.by_cashier.entry(*user).or_default();
                known.receipts += cashier.receipts;
                known.total_minor += cashier.total_minor;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::TillSessionId;
    use crate::payment::{CashierTotal, SessionDetail, ZReport};
    use uuid::Uuid;

    fn z(number: u64, total_minor: i64, detailed: bool) -> TillClosed {
        let tax = TaxTotal { code: "VAT".into(), rate_bp: 1_900, net_minor: total_minor - 10, tax_minor: 10 };
        let by_cashier = [(Uuid::nil(), CashierTotal { receipts: 1, total_minor })].into();
        let detail = SessionDetail { drawer_openings: 2, part_used_minor: 5, by_cashier, ..SessionDetail::default() };
        let totals = SessionTotals {
            receipts: 1,
            net_minor: total_minor - 10,
            total_minor,
            taxes: vec![tax],
            others_minor: [("wallet".to_owned(), total_minor)].into(),
            first_number: Some(number * 10),
            last_number: Some(number * 10 + 3),
            detail: detailed.then_some(detail),
            ..SessionTotals::opened(10_000)
        };
        TillClosed {
            session: TillSessionId::from_parts(1, [1; 10]),
            device: DeviceId::from_parts(1, [2; 10]),
            branch: BranchId::from_parts(1, [3; 10]),
            day: 20_000,
            currency: Currency::EUR,
            report: ZReport {
                number,
                totals,
                counted_minor: 10_000,
                count: Vec::new(),
                difference_minor: -3,
                reason: String::new(),
                perpetual_total_minor: 1_000 * number as i64,
            },
        }
    }

    #[test]
    fn periods_have_names_and_days() {
        let november = Period::named("2026-11").unwrap();
        assert_eq!(november.name(), "2026-11");
        let (first, last) = november.days().unwrap();
        assert_eq!((last - first, day_from_number(first).unwrap().to_string()), (29, "2026-11-01".to_owned()));
        let year = Period::named("2024").unwrap();
        assert_eq!(year.days().map(|(first, last)| last - first), Some(365));
        assert_eq!(Period::both_of(first), Some([november, Period::Year { year: 2026 }]));
        for bad in ["2026-13", "2026-1", "26-011", "", "x", "99999"] {
            assert_eq!(Period::named(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_period_is_the_sum_of_its_z_reports() {
        let period = Period::Month { year: 2026, month: 11 };
        assert_eq!(PeriodClosed::of(period, 1, &[]), None);
        let closed = PeriodClosed::of(period, 4, &[z(7, 100, false), z(8, 250, true), z(9, 50, true)]).unwrap();
        assert_eq!((closed.number, closed.z_first, closed.z_last, closed.z_count), (4, 7, 9, 3));
        assert_eq!((closed.difference_minor, closed.perpetual_total_minor), (-9, 9_000));
        let totals = closed.totals;
        assert_eq!((totals.float_minor, totals.total_minor, totals.others_minor["wallet"]), (0, 400, 400));
        assert_eq!((totals.first_number, totals.last_number), (Some(70), Some(93)));
        assert_eq!(totals.taxes, [TaxTotal { code: "VAT".into(), rate_bp: 1_900, net_minor: 370, tax_minor: 30 }]);
        let detail = totals.detail.unwrap();
        assert_eq!((detail.drawer_openings, detail.by_cashier[&Uuid::nil()].total_minor), (4, 300));
    }
}
