//! The card terminal's own day: closing its batch and holding it against the journal, its diagnosis, its last receipt.

use super::desk::CardAtWork;
use super::devices::device_failure;
use super::{App, Catalog};
use crate::store::JobKind;
use salon_contract::window::{CardBrandTotal, CardDayView, CardStage, Code, DeviceRole, DeviceWords, Failure, Notice};
use salon_domain::access::Permission;
use salon_domain::event::Happening;
use salon_domain::kernel::{Money, PaymentId};
use salon_domain::payment::{CardBrand, CardDay};
use salon_ports::{Align, CardPort, CardProgress, PortError, ReceiptDoc, ReceiptPart};
use uuid::Uuid;

impl App {
    /// Works while no payment is open: one whose outcome is unknown is in the terminal's batch or not, and nobody knows.
    pub(super) fn card_end_of_day(&self, key: Uuid) -> Result<CardDayView, Failure> {
        let user = self.require(Permission::TillOpenClose)?;
        // From the first look at the books to the entry: a second click closes nothing, and no payment comes in between.
        let mut card = self.take_card()?;
        let currency = self.catalog()?.branch.currency;
        let done = self.store.write::<_, Failure>(|unit| {
            if let Some(open) = unit.open_payments()?.first() {
                return Err(Failure::new(Code::CardUnknown).with("payment", open.intent.payment));
            }
            Ok(unit.done_before::<i64>(key)?)
        })?;
        if let Some(id) = done {
            return Ok(view(&self.store.card_day_at(id)?.ok_or(Code::NotFound)?));
        }
        let totals = self.at_card(&mut card, |port, progress| port.end_of_day(progress))?;
        let entered = self.store.write::<_, Failure>(|unit| {
            let (journal_minor, journal_count) = unit.card_takings()?;
            let identity = unit.identity()?.clone();
            let by_card = totals.by_card.iter().map(|total| CardBrand {
                brand: total.brand.clone(),
                count: total.count,
                amount_minor: total.amount_minor,
            });
            let day = CardDay {
                device: identity.device,
                branch: identity.branch,
                currency,
                terminal_minor: totals.total_minor,
                terminal_count: totals.count,
                journal_minor,
                journal_count,
                by_card: by_card.collect(),
                lines: totals.lines.clone(),
            };
            let id = unit.journal(identity.device.uuid(), Happening::CardDay(Box::new(day.clone())), user, key)?;
            unit.note_card_day(id)?;
            unit.queue_print(JobKind::CardDay, &id.to_be_bytes(), false)?;
            unit.mark_done(key, &id)?;
            Ok((id, day))
        });
        // The terminal has closed it all the same: its next day will lack what is said here.
        let (id, day) = entered.inspect_err(|failure| {
            let (minor, count) = (totals.total_minor, totals.count);
            tracing::error!(%failure, minor, count, "the card terminal's day was closed and could not be entered");
        })?;
        tracing::info!(id, difference_minor = day.difference_minor(), "the card terminal's day was closed");
        Ok(view(&day))
    }

    pub(super) fn card_diagnosis(&self) -> Result<DeviceWords, Failure> {
        self.require(Permission::Sell)?;
        Ok(DeviceWords { lines: self.with_card(|port, progress| port.diagnosis(progress))? })
    }

    pub(super) fn card_repeat_receipt(&self) -> Result<DeviceWords, Failure> {
        self.require(Permission::Sell)?;
        Ok(DeviceWords { lines: self.with_card(|port, _| port.repeat_receipt())? })
    }

    /// Does something with the card terminal that is no payment, its words shown meanwhile.
    fn with_card<T>(
        &self,
        work: impl FnOnce(&mut dyn CardPort, &mut dyn FnMut(CardProgress)) -> Result<T, PortError>,
    ) -> Result<T, Failure> {
        self.at_card(&mut self.take_card()?, work)
    }

    fn at_card<T>(
        &self,
        card: &mut CardAtWork<'_>,
        work: impl FnOnce(&mut dyn CardPort, &mut dyn FnMut(CardProgress)) -> Result<T, PortError>,
    ) -> Result<T, Failure> {
        let port = card.port()?;
        // Nobody's payment: the page tells the stages of this from those of a payment by it.
        let nobody = PaymentId::from_uuid(Uuid::nil());
        let done = work(port, &mut |progress| self.card_stage(nobody, progress));
        self.notify(&Notice::Card { payment: nobody, stage: CardStage::Ended });
        done.map_err(|error| device_failure(DeviceRole::CardTerminal, &error))
    }
}

fn view(day: &CardDay) -> CardDayView {
    let by_card = day.by_card.iter().map(|brand| CardBrandTotal {
        brand: brand.brand.clone(),
        count: brand.count,
        amount_minor: brand.amount_minor,
    });
    CardDayView {
        terminal_minor: day.terminal_minor,
        terminal_count: day.terminal_count,
        journal_minor: day.journal_minor,
        journal_count: day.journal_count,
        difference_minor: day.difference_minor(),
        by_card: by_card.collect(),
        lines: day.lines.clone(),
    }
}

/// The report for the day's envelope.
pub fn receipt_of_card_day(catalog: &Catalog, day: &CardDay, copy: bool, training: bool) -> ReceiptDoc {
    let text = |text: &str, align, bold, double| ReceiptPart::Text { text: text.to_owned(), align, bold, double };
    let amount = |left: &str, minor: i64, bold| ReceiptPart::Columns {
        left: left.to_owned(),
        right: Money::new(minor, day.currency).to_string(),
        bold,
    };
    let mut parts = vec![text(&catalog.branch.name, Align::Center, true, true)];
    for (marked, mark) in [(training, "TRAINING"), (copy, "COPY")] {
        if marked {
            parts.push(text(mark, Align::Center, true, true));
        }
    }
    parts.push(text("CARD TERMINAL END OF DAY", Align::Center, true, false));
    parts.push(ReceiptPart::Rule);
    for brand in &day.by_card {
        parts.push(amount(&format!("{} x {}", brand.count, brand.brand), brand.amount_minor, false));
    }
    parts.push(amount("Card terminal", day.terminal_minor, true));
    parts.push(amount("Journal", day.journal_minor, false));
    parts.push(amount("Difference", day.difference_minor(), true));
    parts.push(ReceiptPart::Rule);
    parts.extend(day.lines.iter().map(|line| text(line, Align::Left, false, false)));
    parts.extend([ReceiptPart::Feed { lines: 3 }, ReceiptPart::Cut]);
    ReceiptDoc { parts }
}
