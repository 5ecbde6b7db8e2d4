//! Closing months and years: the sum of a device's Z reports, made by a manager once they are all there.

use super::{App, receipt, till};
use crate::store::JobKind;
use salon_contract::window::{ClosePeriod, Code, Done, Failure, PeriodRow, PeriodView, PeriodsView};
use salon_domain::access::Permission;
use salon_domain::event::Happening;
use salon_domain::kernel::day_number;
use salon_domain::payment::{Period, PeriodClosed};
use salon_ports::ReceiptDoc;
use uuid::Uuid;

impl App {
    pub(super) fn periods(&self) -> Result<PeriodsView, Failure> {
        self.require(Permission::TillOpenClose)?;
        let catalog = self.catalog()?;
        let today = day_number(catalog.today(self.clock.now())?);
        Ok(PeriodsView {
            currency: catalog.branch.currency,
            closed: self.store.periods_closed()?.iter().map(row).collect(),
            to_close: self.store.periods_to_close(today)?.into_iter().map(Period::name).collect(),
        })
    }

    /// A period is closed once: whoever closes it again gets the closure that there is.
    pub(super) fn close_period(&self, wanted: &ClosePeriod) -> Result<PeriodView, Failure> {
        self.require(Permission::TillOpenClose)?;
        let manager = self.check_pin(wanted.manager, &wanted.pin)?;
        if !manager.may(Permission::ReportsRead) {
            return Err(Failure::new(Code::NotAllowed).with("permission", "reports_read"));
        }
        let bad = || Failure::new(Code::BadInput).with("field", "period");
        let period = Period::named(&wanted.period).ok_or_else(bad)?;
        let days = period.days().ok_or_else(bad)?;
        let catalog = self.catalog()?;
        let today = day_number(catalog.today(self.clock.now())?);
        let journal_id = self.store.write::<_, Failure>(|unit| {
            if let Some(done) = unit.period_closed(period)? {
                return Ok(done);
            }
            if let Some(open) = unit.open_session()?.filter(|open| (days.0..=days.1).contains(&open.day)) {
                return Err(Failure::new(Code::TillFromEarlierDay).with("date", till::date_text(open.day)));
            }
            if today <= days.1 {
                return Err(Failure::new(Code::PeriodNotOver).with("date", till::date_text(days.1)));
            }
            let closed = PeriodClosed::of(period, unit.next_period_number()?, &unit.closes_of(days)?)
                .ok_or_else(|| Failure::new(Code::NotFound).with("what", "z"))?;
            let device = closed.device.uuid();
            let id = unit.journal(device, Happening::PeriodClosed(Box::new(closed)), manager.id.uuid(), wanted.key)?;
            unit.queue_print(JobKind::Period, &id.to_be_bytes(), false)?;
            Ok(id)
        })?;
        self.period_view(journal_id)
    }

    pub(super) fn period(&self, number: u64) -> Result<PeriodView, Failure> {
        self.require(Permission::TillOpenClose)?;
        self.period_view(self.store.period_numbered(number)?.ok_or(Code::NotFound)?)
    }

    fn period_view(&self, journal_id: i64) -> Result<PeriodView, Failure> {
        let closed = self.store.period_at(journal_id)?.ok_or(Code::NotFound)?;
        let doc = self.period_paper(&closed, false)?;
        Ok(PeriodView { row: row(&closed), text: (self.layout)(&doc, receipt::SCREEN_COLUMNS), closed })
    }

    /// Marked as a copy: the first was printed when it was made.
    pub(super) fn print_period(&self, key: Uuid, number: u64) -> Result<Done, Failure> {
        self.require(Permission::TillOpenClose)?;
        let id = self.store.period_numbered(number)?.ok_or(Code::NotFound)?;
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(key)?.is_none() {
                unit.queue_print(JobKind::Period, &id.to_be_bytes(), true)?;
                unit.mark_done(key, &true)?;
            }
            Ok(Done {})
        })
    }

    pub(crate) fn period_paper(&self, closed: &PeriodClosed, copy: bool) -> Result<ReceiptDoc, Failure> {
        let catalog = self.catalog()?;
        Ok(receipt::receipt_of_period(&catalog, closed, &self.receipt_options(&catalog, copy)))
    }
}

fn row(closed: &PeriodClosed) -> PeriodRow {
    PeriodRow {
        number: closed.number,
        period: closed.period.name(),
        z_count: closed.z_count,
        total_minor: closed.totals.total_minor,
        difference_minor: closed.difference_minor,
    }
}
