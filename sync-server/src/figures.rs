//! The console's dashboard, from the read models. Days are each branch's own days.

use crate::store::{Days, SaleCursor, SaleRow, SaleSums, StaffBooked, StoreError, Tx};
use crate::sync::master;
use jiff::ToSpan;
use jiff::civil::Date;
use salon_contract::rest::{BranchFigure, ChartPoint, Dashboard, Figure, LatestSale, Period, StaffFigure, TerminalRow};
use salon_domain::branch::{Branch, DaySpan};
use salon_domain::kernel::{BranchId, Currency, DeviceId, Instant, StaffId, TenantId, day_from_number, day_number};
use salon_domain::staff::Staff;
use std::collections::{BTreeMap, HashMap};

const LATEST_MAX: usize = 20;

/// What to show. `branches` are those that the user may see and asked for.
pub struct Scope<'a> {
    pub tenant: TenantId,
    pub branches: &'a [Branch],
    pub date: Date,
    pub period: Period,
}

/// Days `[first, last]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub first: i32,
    pub last: i32,
}

impl Span {
    fn of(self, branch: BranchId) -> Days {
        Days { branch, first: self.first, last: self.last }
    }
}

/// The period around `date`, and the one before it: the day before, the week before (Monday to Sunday), the month
/// before.
pub fn spans(date: Date, period: Period) -> (Span, Span) {
    let day = day_number(date);
    match period {
        Period::Day => (Span { first: day, last: day }, Span { first: day - 1, last: day - 1 }),
        Period::Week => {
            let monday = day - i32::from(date.weekday().to_monday_zero_offset());
            (Span { first: monday, last: monday + 6 }, Span { first: monday - 7, last: monday - 1 })
        }
        Period::Month => {
            let first = day_number(date.first_of_month());
            let before = date.first_of_month().saturating_sub(1.day()).first_of_month();
            (
                Span { first, last: day_number(date.last_of_month()) },
                Span { first: day_number(before), last: first - 1 },
            )
        }
    }
}

/// Money of several currencies cannot be added: the first branch's currency is shown, and the branches that have it.
pub fn dashboard(tx: &dyn Tx, scope: &Scope<'_>, online: &dyn Fn(DeviceId) -> bool) -> Result<Dashboard, StoreError> {
    let tenant = scope.tenant;
    let currency = scope.branches.first().map_or(Currency::EUR, |b| b.currency);
    let branches: Vec<&Branch> = scope.branches.iter().filter(|b| b.currency == currency).collect();
    let (now, before) = spans(scope.date, scope.period);
    let staff: Vec<Staff> = master::all(tx, tenant)?;
    let this = Sums::of(tx, tenant, &branches, now)?;
    let past = Sums::of(tx, tenant, &branches, before)?;
    let roster_now = Roster::of(&staff, &branches, now);
    let roster_before = Roster::of(&staff, &branches, before);
    let figure = |of: fn(&Sums) -> i64| Figure { now: of(&this), before: of(&past) };
    Ok(Dashboard {
        date: scope.date.to_string(),
        period: scope.period,
        currency,
        revenue_minor: figure(|s| s.sales.total_minor),
        net_minor: figure(|s| s.sales.net_minor),
        sales: figure(|s| s.sales.sales),
        bookings: figure(|s| s.bookings),
        new_clients: figure(|s| s.new_cards),
        utilisation_bp: Figure {
            now: share_bp(this.booked_min(), roster_now.minutes()),
            before: share_bp(past.booked_min(), roster_before.minutes()),
        },
        average_sale_minor: figure(|s| if s.sales.sales == 0 { 0 } else { s.sales.total_minor / s.sales.sales }),
        chart: chart(tx, tenant, &branches, scope.period, now, before)?,
        by_staff: by_staff(&staff, &this, &roster_now),
        by_branch: branches
            .iter()
            .map(|b| BranchFigure {
                branch: b.id,
                name: b.name.clone(),
                revenue_minor: Figure { now: this.revenue_of(b.id), before: past.revenue_of(b.id) },
            })
            .collect(),
        latest: latest(tx, tenant, &branches, now)?,
        terminals: terminals(tx, tenant, scope.branches, online)?,
    })
}

fn share_bp(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { part * 10_000 / whole }
}

/// The sums of some branches over some days.
#[derive(Default)]
struct Sums {
    sales: SaleSums,
    by_branch: HashMap<BranchId, i64>,
    bookings: i64,
    new_cards: i64,
    net: BTreeMap<StaffId, i64>,
    booked: BTreeMap<StaffId, StaffBooked>,
}

impl Sums {
    fn of(tx: &dyn Tx, tenant: TenantId, branches: &[&Branch], span: Span) -> Result<Sums, StoreError> {
        let mut sums = Sums::default();
        for branch in branches {
            let days = span.of(branch.id);
            let sales = tx.sale_sums(tenant, days)?;
            sums.sales.total_minor += sales.total_minor;
            sums.sales.net_minor += sales.net_minor;
            sums.sales.sales += sales.sales;
            sums.by_branch.insert(branch.id, sales.total_minor);
            sums.bookings += tx.booking_count(tenant, days)?;
            sums.new_cards += tx.new_cards(tenant, days)?;
            for (staff, net_minor) in tx.net_by_staff(tenant, days)? {
                *sums.net.entry(staff).or_default() += net_minor;
            }
            for booked in tx.booked_by_staff(tenant, days)? {
                let sum = sums.booked.entry(booked.staff).or_insert(StaffBooked { bookings: 0, minutes: 0, ..booked });
                sum.bookings += booked.bookings;
                sum.minutes += booked.minutes;
            }
        }
        Ok(sums)
    }

    fn booked_min(&self) -> i64 {
        self.booked.values().map(|b| b.minutes).sum()
    }

    fn revenue_of(&self, branch: BranchId) -> i64 {
        self.by_branch.get(&branch).copied().unwrap_or(0)
    }
}

/// Minutes that each bookable person is there: their hours within the opening hours of their branches. Somebody who
/// works at two of them counts once.
struct Roster(HashMap<StaffId, i64>);

impl Roster {
    fn of(staff: &[Staff], branches: &[&Branch], span: Span) -> Roster {
        let dates: Vec<Date> = (span.first..=span.last).filter_map(|day| day_from_number(day).ok()).collect();
        let of_person = |person: &Staff| {
            dates
                .iter()
                .map(|date| {
                    branches
                        .iter()
                        .filter(|b| person.works_at(b.id))
                        .map(|b| common_min(person.hours.on(date.weekday()), b.hours.on(date.weekday())))
                        .max()
                        .unwrap_or(0)
                })
                .sum()
        };
        Roster(staff.iter().filter(|s| s.active && s.bookable).map(|s| (s.id, of_person(s))).collect())
    }

    fn minutes(&self) -> i64 {
        self.0.values().sum()
    }
}

fn common_min(some: &[DaySpan], others: &[DaySpan]) -> i64 {
    some.iter()
        .flat_map(|a| others.iter().map(|b| i64::from(a.to_min.min(b.to_min)) - i64::from(a.from_min.max(b.from_min))))
        .filter(|minutes| *minutes > 0)
        .sum()
}

fn by_staff(staff: &[Staff], sums: &Sums, roster: &Roster) -> Vec<StaffFigure> {
    let mut rows: Vec<StaffFigure> = staff
        .iter()
        .filter_map(|person| {
            let net_minor = sums.net.get(&person.id).copied().unwrap_or(0);
            let booked = sums.booked.get(&person.id);
            let rostered = roster.0.get(&person.id).copied().unwrap_or(0);
            (net_minor != 0 || booked.is_some() || rostered > 0).then(|| StaffFigure {
                staff: person.id,
                name: person.name.clone(),
                net_minor,
                bookings: booked.map_or(0, |b| b.bookings),
                utilisation_bp: share_bp(booked.map_or(0, |b| b.minutes), rostered),
            })
        })
        .collect();
    rows.sort_by(|a, b| (b.net_minor, b.bookings, &a.name).cmp(&(a.net_minor, a.bookings, &b.name)));
    rows
}

fn chart(
    tx: &dyn Tx,
    tenant: TenantId,
    branches: &[&Branch],
    period: Period,
    now: Span,
    before: Span,
) -> Result<Vec<ChartPoint>, StoreError> {
    if period == Period::Day {
        return hours_chart(tx, tenant, branches, now.first, before.first);
    }
    let by_day = |span: Span| -> Result<HashMap<i32, i64>, StoreError> {
        let mut sums = HashMap::new();
        for branch in branches {
            for (day, total_minor) in tx.totals_by_day(tenant, span.of(branch.id))? {
                *sums.entry(day - span.first).or_default() += total_minor;
            }
        }
        Ok(sums)
    };
    let (this, past) = (by_day(now)?, by_day(before)?);
    let at = |sums: &HashMap<i32, i64>, ix: i32| sums.get(&ix).copied().unwrap_or(0);
    Ok((0..=now.last - now.first)
        .map(|ix| ChartPoint {
            label: day_from_number(now.first + ix).map_or_else(|_| String::new(), |date| date.to_string()),
            now_minor: at(&this, ix),
            before_minor: at(&past, ix),
        })
        .collect())
}

/// From the first opening to the last closing, and wider where something was sold outside.
fn hours_chart(
    tx: &dyn Tx,
    tenant: TenantId,
    branches: &[&Branch],
    day: i32,
    before: i32,
) -> Result<Vec<ChartPoint>, StoreError> {
    let mut hours: BTreeMap<u8, (i64, i64)> = BTreeMap::new();
    for branch in branches {
        if let Ok(date) = day_from_number(day) {
            for span in branch.hours.on(date.weekday()) {
                hours.entry((span.from_min / 60) as u8).or_default();
                hours.entry((span.to_min.saturating_sub(1) / 60) as u8).or_default();
            }
        }
        for (hour, total_minor) in tx.totals_by_hour(tenant, branch.id, day)? {
            hours.entry(hour).or_default().0 += total_minor;
        }
        for (hour, total_minor) in tx.totals_by_hour(tenant, branch.id, before)? {
            hours.entry(hour).or_default().1 += total_minor;
        }
    }
    let (Some(first), Some(last)) = (hours.keys().next().copied(), hours.keys().last().copied()) else {
        return Ok(Vec::new());
    };
    Ok((first..=last)
        .map(|hour| {
            let (now_minor, before_minor) = hours.get(&hour).copied().unwrap_or_default();
            ChartPoint { label: format!("{hour:02}:00"), now_minor, before_minor }
        })
        .collect())
}

/// Sales of some branches, newest first, from `before` back.
pub fn sales_before(
    tx: &dyn Tx,
    tenant: TenantId,
    branches: &[&Branch],
    before: SaleCursor,
    limit: usize,
) -> Result<Vec<SaleRow>, StoreError> {
    let mut rows = Vec::new();
    for branch in branches {
        rows.extend(tx.sales_before(tenant, branch.id, before, limit)?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.cursor()));
    rows.truncate(limit);
    Ok(rows)
}

/// The place in the sales from which everything before `at` follows.
pub const fn cursor_at(at: Instant) -> SaleCursor {
    SaleCursor { at, device: DeviceId::from_uuid(uuid::Uuid::nil()), number: 0 }
}

fn latest(tx: &dyn Tx, tenant: TenantId, branches: &[&Branch], span: Span) -> Result<Vec<LatestSale>, StoreError> {
    // A day is over everywhere on earth 14 hours after it is over in London; rows of later days are left out below.
    let end = Instant((i64::from(span.last) + 1) * 86_400_000 + 14 * 3_600_000);
    let devices = device_names(tx, tenant)?;
    let rows = sales_before(tx, tenant, branches, cursor_at(end), LATEST_MAX * 2)?;
    Ok(rows
        .iter()
        .filter(|row| (span.first..=span.last).contains(&row.day))
        .take(LATEST_MAX)
        .map(|row| latest_sale(row, branches, &devices))
        .collect())
}

pub fn device_names(tx: &dyn Tx, tenant: TenantId) -> Result<HashMap<DeviceId, String>, StoreError> {
    Ok(tx.devices(tenant)?.into_iter().map(|d| (d.device, d.name)).collect())
}

pub fn latest_sale(row: &SaleRow, branches: &[&Branch], devices: &HashMap<DeviceId, String>) -> LatestSale {
    LatestSale {
        number: row.number,
        branch: branches.iter().find(|b| b.id == row.branch).map_or_else(String::new, |b| b.name.clone()),
        terminal: devices.get(&row.device).cloned().unwrap_or_default(),
        time: format!("{:02}:{:02}", row.minute / 60, row.minute % 60),
        date: day_from_number(row.day).map_or_else(|_| String::new(), |date| date.to_string()),
        total_minor: row.total_minor,
        tender: row.tender.clone(),
        lines: row.lines,
    }
}

fn terminals(
    tx: &dyn Tx,
    tenant: TenantId,
    branches: &[Branch],
    online: &dyn Fn(DeviceId) -> bool,
) -> Result<Vec<TerminalRow>, StoreError> {
    Ok(tx
        .devices(tenant)?
        .into_iter()
        .filter(|d| d.revoked.is_none())
        .filter_map(|d| {
            let branch = branches.iter().find(|b| b.id == d.branch)?;
            Some(TerminalRow {
                device: d.device,
                name: d.name,
                branch: branch.name.clone(),
                online: online(d.device),
                last_seen: d.last_seen.map(Instant::to_rfc3339),
                journal_seq: d.journal_seq,
            })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn periods_and_the_ones_before() {
        let day = |y, m, d| day_number(date(y, m, d));
        let cases = [
            (Period::Day, date(2026, 3, 1), (day(2026, 3, 1), day(2026, 3, 1)), (day(2026, 2, 28), day(2026, 2, 28))),
            (Period::Week, date(2026, 3, 4), (day(2026, 3, 2), day(2026, 3, 8)), (day(2026, 2, 23), day(2026, 3, 1))),
            (Period::Month, date(2026, 3, 4), (day(2026, 3, 1), day(2026, 3, 31)), (day(2026, 2, 1), day(2026, 2, 28))),
            (
                Period::Month,
                date(2026, 1, 9),
                (day(2026, 1, 1), day(2026, 1, 31)),
                (day(2025, 12, 1), day(2025, 12, 31)),
            ),
        ];
        for (period, at, now, before) in cases {
            let (a, b) = spans(at, period);
            assert_eq!(((a.first, a.last), (b.first, b.last)), (now, before), "{period:?} {at}");
        }
    }

    #[test]
    fn presence_is_hours_within_opening_hours() {
        let span = |from_min, to_min| DaySpan { from_min, to_min };
        assert_eq!(common_min(&[span(540, 1080)], &[span(600, 780), span(840, 1200)]), 180 + 240);
        assert_eq!(common_min(&[span(540, 600)], &[span(600, 700)]), 0);
    }
}
