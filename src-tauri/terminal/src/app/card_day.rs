//! The card terminal's own day: closing its batch and holding it against the journal, its diagnosis, its last receipt.

use super::desk::CardAtWork;
use super::devices::device_failure;
use super::{App, Catalog};
use crate::store::{CardTakings, JobKind, StoreError, Unit};
use salon_contract::window::{CardBrandTotal, CardDayView, CardStage, Code, DeviceRole, DeviceWords, Failure, Notice};
use salon_domain::access::Permission;
use salon_domain::event::Happening;
use salon_domain::kernel::{Currency, Money, PaymentId};
use salon_domain::payment::{CardBrand, CardDay, CardDayUnseen};
use salon_ports::{Align, CardPort, CardProgress, DayTotals, PortError, ReceiptDoc, ReceiptPart};
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
        let closed = match self.asked_of(&mut card, |port, progress| port.end_of_day(progress))? {
            Ok(totals) => Ok(totals),
            Err(error @ PortError::OutcomeUnknown { .. }) => {
                tracing::warn!(%error, detail = error.detail(), "whether the card terminal's day is closed is not known");
                Err(card.port()?.terminal_id())
            }
            Err(error) => return Err(device_failure(DeviceRole::CardTerminal, &error)),
        };
        let entered = self.store.write::<_, Failure>(|unit| {
            let day = day(unit, currency, &closed)?;
            let id = unit.journal(day.device.uuid(), Happening::CardDay(Box::new(day.clone())), user, key)?;
            unit.note_card_day(&day.terminal_id, id, !day.unseen)?;
            unit.queue_print(JobKind::CardDay, &id.to_be_bytes(), false)?;
            unit.mark_done(key, &id)?;
            Ok((id, day))
        });
        // The terminal has closed it all the same: its next day will lack what is said here.
        let (id, day) = entered.inspect_err(|failure| {
            let minor = closed.as_ref().ok().map(|totals| totals.total_minor);
            tracing::error!(%failure, minor, "the card terminal's day was closed and could not be entered");
        })?;
        tracing::info!(id, unseen = day.unseen, difference_minor = day.difference_minor(), "a card terminal's day");
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
        let done = self.asked_of(&mut self.take_card()?, work)?;
        done.map_err(|error| device_failure(DeviceRole::CardTerminal, &error))
    }

    fn asked_of<T>(
        &self,
        card: &mut CardAtWork<'_>,
        work: impl FnOnce(&mut dyn CardPort, &mut dyn FnMut(CardProgress)) -> Result<T, PortError>,
    ) -> Result<Result<T, PortError>, Failure> {
        let port = card.port()?;
        // Nobody's payment: the page tells the stages of this from those of a payment by it.
        let nobody = PaymentId::from_uuid(Uuid::nil());
        let done = work(port, &mut |progress| self.card_stage(nobody, progress));
        self.notify(&Notice::Card { payment: nobody, stage: CardStage::Ended });
        Ok(done)
    }
}

/// What the journal says of a card terminal's day: `closed` has the terminal's totals, or only which terminal it is.
fn day(unit: &Unit<'_>, currency: Currency, closed: &Result<DayTotals, String>) -> Result<CardDay, StoreError> {
    let identity = unit.identity()?;
    let terminal_id = closed.as_ref().map_or_else(String::as_str, |totals| &totals.terminal_id);
    let (all, later) = unit.card_takings(terminal_id)?;
    let mut day = CardDay {
        device: identity.device,
        branch: identity.branch,
        terminal_id: terminal_id.to_owned(),
        unseen: true,
        before: None,
        currency,
        terminal_minor: 0,
        terminal_count: None,
        journal_minor: all.minor,
        journal_count: all.count,
        by_card: Vec::new(),
        lines: Vec::new(),
    };
    let Ok(totals) = closed else { return Ok(day) };
    // One whose end was not seen had closed its batch, or not: the totals fit one of the two.
    if let Some(later) = later.filter(|later| fits(totals, *later) && !fits(totals, all)) {
        day.before =
            Some(CardDayUnseen { journal_minor: all.minor - later.minor, journal_count: all.count - later.count });
        (day.journal_minor, day.journal_count) = (later.minor, later.count);
    }
    day.unseen = false;
    // A terminal has no sign for more given back than paid.
    let gave_back = day.journal_minor < 0 && totals.total_minor == -day.journal_minor;
    day.terminal_minor = if gave_back { day.journal_minor } else { totals.total_minor };
    day.terminal_count = totals.count;
    let by_card = totals.by_card.iter();
    day.by_card.extend(by_card.map(|total| CardBrand {
        brand: total.brand.clone(),
        count: total.count,
        amount_minor: total.amount_minor,
    }));
    day.lines.clone_from(&totals.lines);
    Ok(day)
}

fn fits(totals: &DayTotals, takings: CardTakings) -> bool {
    totals.total_minor == takings.minor.abs() && totals.count.is_none_or(|count| count == takings.count)
}

fn view(day: &CardDay) -> CardDayView {
    let by_card = day.by_card.iter().map(|brand| CardBrandTotal {
        brand: brand.brand.clone(),
        count: brand.count,
        amount_minor: brand.amount_minor,
    });
    CardDayView {
        unseen: day.unseen,
        before: day.before,
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
    match day.unseen {
        true => parts.push(text("NOT CONFIRMED BY THE CARD TERMINAL", Align::Left, true, false)),
        false => parts.push(amount("Card terminal", day.terminal_minor, true)),
    }
    parts.push(amount("Journal", day.journal_minor, false));
    if !day.unseen {
        parts.push(amount("Difference", day.difference_minor(), true));
    }
    if let Some(before) = day.before {
        parts.push(amount("Closed before, not confirmed", before.journal_minor, false));
    }
    parts.push(ReceiptPart::Rule);
    parts.extend(day.lines.iter().map(|line| text(line, Align::Left, false, false)));
    parts.extend([ReceiptPart::Feed { lines: 3 }, ReceiptPart::Cut]);
    ReceiptDoc { parts }
}
