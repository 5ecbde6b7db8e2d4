//! The till session: open, cash in and out, blind count, Z.

use super::{App, Catalog, receipt};
use crate::store::{JobKind, OpenSession};
use salon_contract::window::{CloseView, Code, Failure, OpenTillView, TillView, ZRow};
use salon_domain::access::Permission;
use salon_domain::event::Happening;
use salon_domain::kernel::{Instant, MINUTE_MS, TillSessionId, day_from_number, day_number};
use salon_domain::payment::{CountLine, TillClosed, TillMove, TillMoved, TillOpened, ZReport};
use uuid::Uuid;

/// A till may stay open so long into the next day: Saturday night does not end at midnight.
const PAST_MIDNIGHT_MIN: i64 = 6 * 60;

impl App {
    pub fn till(&self) -> Result<TillView, Failure> {
        let catalog = self.catalog()?;
        let last = self.store.last_close()?;
        Ok(TillView {
            open: self.store.open_session()?.map(|s| self.open_view(&catalog, &s)).transpose()?,
            default_float_minor: catalog.branch.float_minor,
            currency: catalog.branch.currency,
            last_z: last.map(|closed| ZRow {
                number: closed.report.number,
                date: date_text(closed.day),
                total_minor: closed.report.totals.total_minor,
                difference_minor: closed.report.difference_minor,
            }),
        })
    }

    fn open_view(&self, catalog: &Catalog, session: &OpenSession) -> Result<OpenTillView, Failure> {
        Ok(OpenTillView {
            session: session.session,
            date: date_text(session.day),
            opened_at: session.opened,
            opened_minute: catalog.minute(session.opened),
            by: catalog.person_name(session.by),
            float_minor: session.totals.float_minor,
            receipts: session.totals.receipts,
            sales_minor: session.totals.total_minor,
            card_minor: session.totals.card_minor,
            from_earlier_day: is_overdue(catalog, session, self.clock.now())?,
        })
    }

    pub fn open_till(&self, key: Uuid, float_minor: i64) -> Result<TillView, Failure> {
        let user = self.require(Permission::TillOpenClose)?;
        if !(0..=100_000_000).contains(&float_minor) {
            return Err(Failure::new(Code::BadInput).with("field", "float"));
        }
        let catalog = self.catalog()?;
        let day = day_number(catalog.today(self.clock.now())?);
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(key)?.is_some() {
                return Ok(());
            }
            if unit.open_session()?.is_some() {
                return Err(Code::TillAlreadyOpen.into());
            }
            let identity = unit.identity()?.clone();
            let session: TillSessionId = unit.id();
            let opened = TillOpened {
                session,
                device: identity.device,
                branch: identity.branch,
                day,
                currency: catalog.branch.currency,
                float_minor,
                detailed: true,
            };
            unit.journal(session.uuid(), Happening::TillOpened(opened), user, key)?;
            unit.mark_done(key, &true)?;
            Ok(())
        })?;
        self.till()
    }

    pub(super) fn move_cash(
        &self,
        key: Uuid,
        kind: TillMove,
        amount_minor: i64,
        reason: &str,
    ) -> Result<TillView, Failure> {
        let user = self.require(Permission::TillOpenClose)?;
        if !(1..=100_000_000).contains(&amount_minor) {
            return Err(Failure::new(Code::BadInput).with("field", "amount"));
        }
        if reason.trim().is_empty() {
            return Err(Failure::new(Code::BadInput).with("field", "reason"));
        }
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(key)?.is_some() {
                return Ok(());
            }
            let open = unit.open_session()?.ok_or(Code::TillClosed)?;
            let moved = TillMoved { session: open.session, kind, amount_minor, reason: reason.trim().to_owned() };
            unit.journal(open.session.uuid(), Happening::TillMoved(moved), user, key)?;
            unit.queue_print(JobKind::Drawer, &[], false)?;
            unit.mark_done(key, &true)?;
            Ok(())
        })?;
        self.till()
    }

    /// Blind: only now is it said what was expected. A difference needs a reason; without one nothing is closed.
    pub fn close_till(&self, key: Uuid, count: Vec<CountLine>, reason: &str) -> Result<CloseView, Failure> {
        let user = self.require(Permission::TillOpenClose)?;
        let bad = |line: &&CountLine| !(1..=1_000_000_000).contains(&line.denomination_minor);
        if let Some(line) = count.iter().find(bad) {
            return Err(Failure::new(Code::BadInput).with("field", "count").with("value", line.denomination_minor));
        }
        let counted_minor: i64 = count.iter().map(|c| c.denomination_minor * i64::from(c.pieces)).sum();
        let catalog = self.catalog()?;
        let reason = reason.trim();
        let journal_id: i64 = self.store.write::<_, Failure>(|unit| {
            if let Some(done) = unit.done_before(key)? {
                return Ok(done);
            }
            let open = unit.open_session()?.ok_or(Code::TillClosed)?;
            if let Some(waiting) = unit.open_payments()?.first() {
                return Err(Failure::new(Code::CardUnknown).with("payment", waiting.intent.payment));
            }
            let expected_minor = open.totals.expected_cash_minor();
            let difference_minor = counted_minor - expected_minor;
            if difference_minor != 0 && reason.is_empty() {
                return Err(Failure::new(Code::ReasonNeeded)
                    .with("expected_minor", expected_minor)
                    .with("counted_minor", counted_minor)
                    .with("difference_minor", difference_minor));
            }
            let identity = unit.identity()?.clone();
            let (_, number, perpetual_total_minor) = unit.running()?;
            let closed = TillClosed {
                session: open.session,
                device: identity.device,
                branch: identity.branch,
                day: open.day,
                currency: catalog.branch.currency,
                report: ZReport {
                    number,
                    totals: open.totals,
                    counted_minor,
                    count,
                    difference_minor,
                    reason: reason.to_owned(),
                    perpetual_total_minor,
                },
            };
            let id = unit.journal(open.session.uuid(), Happening::TillClosed(Box::new(closed)), user, key)?;
            unit.queue_print(JobKind::Z, &id.to_be_bytes(), false)?;
            unit.mark_done(key, &id)?;
            Ok(id)
        })?;
        let closed = self.store.close_at(journal_id)?.ok_or(Code::NotFound)?;
        let doc = self.report_of(&closed, false)?;
        Ok(CloseView {
            date: date_text(closed.day),
            currency: closed.currency,
            expected_minor: closed.report.totals.expected_cash_minor(),
            text: (self.layout)(&doc, receipt::SCREEN_COLUMNS),
            report: closed.report,
        })
    }
}

/// The session's day is over, and the grace after midnight too.
pub(super) fn is_overdue(catalog: &Catalog, session: &OpenSession, now: Instant) -> Result<bool, Failure> {
    let date = day_from_number(session.day).map_err(super::catalog::time_failure)?;
    let end = catalog.zone.day_span(date).map_err(super::catalog::time_failure)?.end;
    Ok(now.0 >= end.0 + PAST_MIDNIGHT_MIN * MINUTE_MS)
}

/// A day number as `YYYY-MM-DD`.
pub fn date_text(day: i32) -> String {
    day_from_number(day).map(|d| d.to_string()).unwrap_or_default()
}
