//! The X report: what the open till has taken so far. It reads the session's running totals, however many sales there
//! are.

use super::{App, receipt, till};
use crate::store::JobKind;
use salon_contract::window::{Code, Done, Failure, XView};
use salon_domain::access::Permission;
use salon_domain::kernel::TillSessionId;
use salon_ports::ReceiptDoc;
use uuid::Uuid;

impl App {
    pub(super) fn x_report(&self) -> Result<XView, Failure> {
        self.require(Permission::TillOpenClose)?;
        let open = self.store.open_session()?.ok_or(Code::TillClosed)?;
        let doc = self.x_paper(open.session, false)?.ok_or(Code::NotFound)?;
        Ok(XView {
            date: till::date_text(open.day),
            currency: self.catalog()?.branch.currency,
            totals: open.totals,
            perpetual_total_minor: self.store.perpetual_minor()?,
            text: (self.layout)(&doc, receipt::SCREEN_COLUMNS),
        })
    }

    /// What is printed is what the till has taken when the printer gets to it; the paper says when that was.
    pub(super) fn print_x(&self, key: Uuid) -> Result<Done, Failure> {
        self.require(Permission::TillOpenClose)?;
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(key)?.is_none() {
                let open = unit.open_session()?.ok_or(Code::TillClosed)?;
                unit.queue_print(JobKind::X, open.session.as_bytes(), false)?;
                unit.mark_done(key, &true)?;
            }
            Ok(Done {})
        })
    }

    pub(crate) fn x_paper(&self, session: TillSessionId, copy: bool) -> Result<Option<ReceiptDoc>, Failure> {
        let Some(session) = self.store.session(session)? else { return Ok(None) };
        let catalog = self.catalog()?;
        let perpetual_minor = self.store.perpetual_minor()?;
        let options = self.receipt_options(&catalog, copy);
        Ok(Some(receipt::receipt_of_x(&catalog, &session, self.clock.now(), perpetual_minor, &options)))
    }
}
