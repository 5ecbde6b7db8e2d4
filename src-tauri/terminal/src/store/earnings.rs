//! What people earn: commission as it was frozen, tips, and what somebody decided.

use super::ledger::event_at;
use super::{Store, StoreError, Unit};
use rusqlite::{Connection, OptionalExtension, params};
use salon_domain::commission::{Adjusted, AdjustmentMade, CommissionCalculated, Earned, Share, tips_owed};
use salon_domain::event::{DomainEvent, Happening};
use salon_domain::kernel::{Instant, MovementId, StaffId, TicketId, TicketLineId};
use salon_domain::payment::{BackBefore, LineKind, Sale};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Something that somebody earned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earning {
    /// The branch's day, in days since 1970-01-01.
    pub day: i32,
    pub at: Instant,
    pub what: EarningKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EarningKind {
    Commission(Box<Earned>),
    Tip {
        ticket: TicketId,
        amount_minor: i64,
    },
    /// What somebody decided, and who did.
    Adjustment {
        made: Box<AdjustmentMade>,
        by: Uuid,
    },
}

/// What a row is, as its column `tip` has it.
const COMMISSION: i64 = 0;
const TIP: i64 = 1;
const ADJUSTMENT: i64 = 2;

struct Row {
    staff: StaffId,
    day: i32,
    id: MovementId,
    kind: i64,
    counted_minor: i64,
    amount_minor: i64,
}

/// Of two entries with one id the lesser stands, whichever comes first.
fn put(conn: &Connection, entry: i64, row: &Row) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO earning (staff, day, id, entry, tip, counted, amount) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
         ON CONFLICT (staff, day, id) DO UPDATE SET entry = ?4, tip = ?5, counted = ?6, amount = ?7 \
         WHERE (?6, ?7, ?4) < (counted, amount, entry)",
    )?
    .execute(params![
        row.staff.as_bytes(),
        row.day,
        row.id.as_bytes(),
        entry,
        row.kind,
        row.counted_minor,
        row.amount_minor
    ])?;
    Ok(())
}

pub(super) fn project_commission(
    conn: &Connection,
    entry: i64,
    event: &DomainEvent,
    calculated: &CommissionCalculated,
) -> Result<(), StoreError> {
    let (earned, day) = calculated.earned(event.id, event.at.utc_day());
    let row = Row {
        staff: earned.staff,
        day,
        id: earned.id,
        kind: COMMISSION,
        counted_minor: earned.counted_minor,
        amount_minor: earned.amount_minor,
    };
    put(conn, entry, &row)
}

/// A sale's tips, each for the person that it was given to. One that was given to nobody in particular is nobody's.
pub(super) fn project_tips(conn: &Connection, entry: i64, sale: &Sale) -> Result<(), StoreError> {
    let mut tips: BTreeMap<StaffId, i64> = BTreeMap::new();
    for line in sale.lines.iter().filter(|line| line.kind == LineKind::Tip) {
        if let Some(staff) = line.staff {
            *tips.entry(staff).or_default() += line.total_minor;
        }
    }
    for (staff, tip_minor) in tips {
        let owed = tips_owed(sale.ticket, tip_minor, &[Share::all(staff)])
            .map_err(|fault| StoreError::Corrupt(fault.to_string()))?;
        for tip in owed {
            let (id, amount_minor) = (tip.id, tip.amount_minor);
            put(conn, entry, &Row { staff, day: sale.day, id, kind: TIP, counted_minor: 0, amount_minor })?;
        }
    }
    Ok(())
}

/// An adjustment is no turnover: it reaches no tier.
pub(super) fn project_adjustment(conn: &Connection, entry: i64, made: &AdjustmentMade) -> Result<(), StoreError> {
    let row = Row {
        staff: made.staff,
        day: made.day,
        id: made.id,
        kind: ADJUSTMENT,
        counted_minor: 0,
        amount_minor: made.amount_minor,
    };
    put(conn, entry, &row)
}

fn earned_in(conn: &Connection, entry: i64) -> Result<Option<(Instant, Earned)>, StoreError> {
    let Some(event) = event_at(conn, entry)? else { return Ok(None) };
    let Happening::CommissionCalculated(calculated) = &event.what else { return Ok(None) };
    Ok(Some((event.at, calculated.earned(event.id, event.at.utc_day()).0)))
}

impl Store {
    /// What somebody earned between two days, both included, in the order of the days and then of the journal.
    pub fn earnings(&self, staff: StaffId, from_day: i32, to_day: i32) -> Result<Vec<Earning>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached(
                "SELECT day, entry, tip, amount FROM earning WHERE staff = ?1 AND day BETWEEN ?2 AND ?3 \
                 ORDER BY day, entry, id",
            )?;
            let rows = statement
                .query_map(params![staff.as_bytes(), from_day, to_day], |r| {
                    Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))
                })?
                .collect::<Result<Vec<(i32, i64, i64, i64)>, _>>()?;
            let mut earnings = Vec::with_capacity(rows.len());
            for (day, entry, kind, amount_minor) in rows {
                let Some(event) = event_at(c, entry)? else { continue };
                let what = match &event.what {
                    Happening::CommissionCalculated(calculated) if kind == COMMISSION => {
                        EarningKind::Commission(Box::new(calculated.earned(event.id, event.at.utc_day()).0))
                    }
                    Happening::CommissionAdjusted(made) if kind == ADJUSTMENT => {
                        EarningKind::Adjustment { made: made.clone(), by: event.meta.user }
                    }
                    what if kind == TIP => match what.sale() {
                        Some(sale) => EarningKind::Tip { ticket: sale.ticket, amount_minor },
                        None => continue,
                    },
                    _ => continue,
                };
                earnings.push(Earning { day, at: event.at, what });
            }
            Ok(earnings)
        })
    }
}

impl Unit<'_> {
    /// What somebody has turned over between two days, both included, as far as it is known here.
    pub fn turnover(&self, staff: StaffId, from_day: i32, to_day: i32) -> Result<i64, StoreError> {
        Ok(self
            .tx
            .prepare_cached("SELECT coalesce(sum(counted), 0) FROM earning WHERE staff = ?1 AND day BETWEEN ?2 AND ?3")?
            .query_row(params![staff.as_bytes(), from_day, to_day], |r| r.get(0))?)
    }

    /// What commission, tips and adjustments of two days and between come to, as far as it is known here.
    pub fn earned_minor(&self, staff: StaffId, from_day: i32, to_day: i32) -> Result<i64, StoreError> {
        Ok(self
            .tx
            .prepare_cached("SELECT coalesce(sum(amount), 0) FROM earning WHERE staff = ?1 AND day BETWEEN ?2 AND ?3")?
            .query_row(params![staff.as_bytes(), from_day, to_day], |r| r.get(0))?)
    }

    /// An adjustment, by the day that it is listed on.
    pub fn adjustment(&self, staff: StaffId, day: i32, id: MovementId) -> Result<Option<AdjustmentMade>, StoreError> {
        let entry: Option<i64> = self
            .tx
            .prepare_cached("SELECT entry FROM earning WHERE staff = ?1 AND day = ?2 AND id = ?3 AND tip = ?4")?
            .query_row(params![staff.as_bytes(), day, id.as_bytes(), ADJUSTMENT], |r| r.get(0))
            .optional()?;
        let Some(entry) = entry else { return Ok(None) };
        Ok(event_at(&self.tx, entry)?.and_then(|event| match event.what {
            Happening::CommissionAdjusted(made) => Some(*made),
            _ => None,
        }))
    }

    /// Everything of a person's period that its tiers are worked out from: lines, and earlier adjustments of tiers.
    pub fn period_of(
        &self,
        staff: StaffId,
        from_day: i32,
        to_day: i32,
    ) -> Result<(Vec<Earned>, Vec<Adjusted>), StoreError> {
        let mut statement = self.tx.prepare_cached(
            "SELECT entry FROM earning WHERE staff = ?1 AND day BETWEEN ?2 AND ?3 AND tip <> ?4 ORDER BY day, id",
        )?;
        let entries = statement
            .query_map(params![staff.as_bytes(), from_day, to_day, TIP], |r| r.get(0))?
            .collect::<Result<Vec<i64>, _>>()?;
        let (mut earned, mut adjusted) = (Vec::new(), Vec::new());
        for entry in entries {
            let Some(event) = event_at(&self.tx, entry)? else { continue };
            match &event.what {
                Happening::CommissionCalculated(calculated) => {
                    earned.push(calculated.earned(event.id, event.at.utc_day()).0);
                }
                Happening::CommissionAdjusted(made) => adjusted.extend(made.how.as_deref().cloned()),
                _ => {}
            }
        }
        Ok((earned, adjusted))
    }

    /// What of a sold line came back with other sales than `refund`.
    pub fn back_before(
        &self,
        ticket: TicketId,
        line: TicketLineId,
        refund: TicketId,
    ) -> Result<BackBefore, StoreError> {
        let (pieces, total): (i64, i64) = self
            .tx
            .prepare_cached(
                "SELECT coalesce(sum(pieces), 0), coalesce(sum(total), 0) FROM given_back \
                 WHERE ticket = ?1 AND line = ?2 AND refund <> ?3",
            )?
            .query_row(params![ticket.as_bytes(), line.as_bytes(), refund.as_bytes()], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })?;
        Ok(BackBefore { pieces, total_minor: -total })
    }

    /// A commission as it was frozen.
    pub fn frozen(&self, staff: StaffId, day: i32, id: MovementId) -> Result<Option<Earned>, StoreError> {
        let entry: Option<i64> = self
            .tx
            .prepare_cached("SELECT entry FROM earning WHERE staff = ?1 AND day = ?2 AND id = ?3")?
            .query_row(params![staff.as_bytes(), day, id.as_bytes()], |r| r.get(0))
            .optional()?;
        let Some(entry) = entry else { return Ok(None) };
        Ok(earned_in(&self.tx, entry)?.map(|(_, earned)| earned))
    }
}
