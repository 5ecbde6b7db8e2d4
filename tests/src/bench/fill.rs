//! Sales and bookings as the terminal makes them, but many in one transaction. What lands in the journal, the
//! documents and the read models is what `App::pay_cash` and `App::make_booking` write.

use super::house::dry;
use super::random::Random;
use crate::salon::{desk, stylist};
use salon_domain::booking::{BookFact, BookingStatus, Claim, Source, StatusChange, Visit};
use salon_domain::event::Happening;
use salon_domain::kernel::{BookingId, CardId, ClaimId, EventId, Instant, ServiceId, TicketId, TillSessionId};
use salon_domain::payment::{
    Item, LineDraft, LineKind, Sale, Tender, TenderKind, TicketDraft, TillClosed, TillOpened, ZReport, price,
};
use salon_terminal::app::{App, Catalog};
use salon_terminal::store::{JobKind, JobState, StoreError, Unit, sale_movements};
use std::sync::Arc;

pub struct Filler {
    pub catalog: Arc<Catalog>,
    services: Vec<ServiceId>,
    pub stylists: u8,
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Io(error.to_string())
}

impl Filler {
    pub fn new(app: &App, stylists: u8) -> anyhow::Result<Self> {
        let catalog = app.catalog()?;
        let services = catalog.services.keys().copied().collect();
        Ok(Filler { catalog, services, stylists })
    }

    /// A ticket with one service and, if asked, a product.
    pub fn draft(
        &self,
        random: &mut Random,
        id: TicketId,
        with_product: bool,
        booking: Option<BookingId>,
        card: Option<CardId>,
    ) -> TicketDraft {
        let staff = stylist(random.below(usize::from(self.stylists)) as u8);
        let service = &self.catalog.services[random.pick(&self.services)];
        let rates = |class: &str| self.catalog.branch.rates(class).to_vec();
        let line = |n: u8, item, description: &str, unit_price_minor, rates| LineDraft {
            id: id.derive(&[n]),
            item,
            kind: LineKind::Sale,
            description: description.to_owned(),
            staff: Some(staff),
            card: None,
            quantity: 1,
            unit_price_minor,
            discount: None,
            rates,
            terms: Default::default(),
        };
        let price = service.price_for(staff);
        let mut lines = vec![line(0, Item::Service(service.id), &service.name, price, rates(&service.tax_class))];
        if with_product {
            let nth = random.below(self.catalog.products.len());
            if let Some(p) = self.catalog.products.values().nth(nth) {
                lines.push(line(1, Item::Product(p.id), &p.name, p.price_minor, rates(&p.tax_class)));
            }
        }
        let currency = self.catalog.branch.currency;
        TicketDraft { id, booking, card, currency, lines, discount: None, terms: Default::default() }
    }

    /// Journals a cash sale of `draft`, moves its stock and queues its receipt, as printed.
    pub fn sell(
        &self,
        unit: &mut Unit<'_>,
        random: &mut Random,
        session: TillSessionId,
        day: i32,
        draft: &TicketDraft,
    ) -> Result<(), StoreError> {
        let priced = price(draft).map_err(failed)?;
        let identity = unit.identity()?.clone();
        let (number, _, _) = unit.running()?;
        let tendered_minor = (priced.total_minor + 4_999) / 5_000 * 5_000;
        let sale = Sale {
            ticket: draft.id,
            number,
            device: identity.device,
            branch: identity.branch,
            session,
            day,
            booking: draft.booking,
            bookings: Vec::new(),
            card: draft.card,
            currency: draft.currency,
            lines: priced.lines,
            tenders: vec![Tender::now(priced.total_minor, TenderKind::Cash { tendered_minor })],
            net_minor: priced.net_minor,
            tax_minor: priced.tax_minor,
            total_minor: priced.total_minor,
            rounding_minor: 0,
            change_minor: tendered_minor - priced.total_minor,
            follows: None,
            external_number: None,
        };
        let moves = sale_movements(&sale);
        let ticket = draft.id;
        unit.journal(ticket.uuid(), Happening::PaymentCompleted(Box::new(sale)), desk().uuid(), random.key())?;
        unit.move_stock(&moves)?;
        let job = unit.queue_print(JobKind::Receipt, ticket.as_bytes(), false)?;
        unit.set_job(job, JobState::Printed, None)
    }

    pub fn open_till(&self, unit: &mut Unit<'_>, random: &mut Random, day: i32) -> Result<TillSessionId, StoreError> {
        let identity = unit.identity()?.clone();
        let session: TillSessionId = unit.id();
        let opened = TillOpened {
            session,
            device: identity.device,
            branch: identity.branch,
            day,
            currency: self.catalog.branch.currency,
            float_minor: 10_000,
            detailed: false,
        };
        unit.journal(session.uuid(), Happening::TillOpened(opened), desk().uuid(), random.key())?;
        Ok(session)
    }

    pub fn close_till(&self, unit: &mut Unit<'_>, random: &mut Random) -> Result<(), StoreError> {
        let open = unit.open_session()?.ok_or_else(|| failed("no till is open"))?;
        let identity = unit.identity()?.clone();
        let (_, number, perpetual_total_minor) = unit.running()?;
        let report = ZReport {
            number,
            counted_minor: open.totals.expected_cash_minor(),
            totals: open.totals,
            count: Vec::new(),
            difference_minor: 0,
            reason: String::new(),
            perpetual_total_minor,
        };
        let closed = TillClosed {
            session: open.session,
            device: identity.device,
            branch: identity.branch,
            day: open.day,
            currency: self.catalog.branch.currency,
            report,
        };
        let what = Happening::TillClosed(Box::new(closed));
        unit.journal(open.session.uuid(), what, desk().uuid(), random.key()).map(|_| ())
    }

    /// The facts of a visit of half an hour, through `statuses`.
    pub fn visit(
        &self,
        unit: &mut Unit<'_>,
        staff: u8,
        start: Instant,
        card: Option<CardId>,
        statuses: &[BookingStatus],
    ) -> Result<(BookingId, Vec<BookFact>), StoreError> {
        let identity = unit.identity()?.clone();
        let (device, by) = (identity.device, desk().uuid());
        let booking: BookingId = unit.id();
        let visit = Visit {
            booking,
            branch: identity.branch,
            card,
            client_name: if card.is_some() { String::new() } else { "Somebody".into() },
            source: Source::Phone,
            at: unit.stamp()?,
            device,
            by,
        };
        let service = &self.catalog.services[&dry()];
        let id: ClaimId = unit.id();
        let claim = Claim {
            id,
            booking,
            staff: stylist(staff),
            places: Vec::new(),
            service: service.id,
            start,
            phases: service.phases_for(stylist(staff)).to_vec(),
            buffer_before_min: 0,
            buffer_after_min: 0,
            price_minor: service.price_minor,
            at: unit.stamp()?,
            device,
            by,
            supersedes: Vec::new(),
            server_seq: None,
        };
        let mut facts = vec![BookFact::Visit(visit), BookFact::Claim(claim)];
        let mut after: Vec<EventId> = Vec::new();
        for status in statuses {
            let id: EventId = unit.id();
            let reason = String::new();
            let change = StatusChange { id, booking, status: *status, reason, at: unit.stamp()?, device, by, after };
            facts.push(BookFact::Status(change));
            after = vec![id];
        }
        Ok((booking, facts))
    }
}
