//! From ticket to sale: one transaction, durable before anybody is told.

use super::{App, Catalog, receipt, till};
use crate::store::{JobKind, JobState, OpenSession, SaleRecord, Unit, sale_movements};
use salon_contract::window::{Code, Done, Failure, PrintedView, SaleRow, SaleView};
use salon_domain::access::Permission;
use salon_domain::booking::{BookingStatus, check_transition};
use salon_domain::event::Happening;
use salon_domain::inventory::low_stock_after;
use salon_domain::kernel::{BookingId, TicketId, day_number};
use salon_domain::payment::{
    Item, LineDraft, LineKind, PricedTicket, PricingError, Sale, Tender, TenderError, TenderKind, TicketDraft, price,
    settle,
};
use uuid::Uuid;

/// What a sale is made of, besides its ticket.
pub struct Paid {
    pub tenders: Vec<Tender>,
    /// The number that another system gave this receipt (replay).
    pub external_number: Option<String>,
}

impl App {
    /// The ticket that checks a booking out.
    pub fn ticket_for(&self, booking: BookingId) -> Result<TicketDraft, Failure> {
        self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let day = self.store.day_of_booking(booking)?.ok_or(Code::NotFound)?;
        let row =
            self.store.bookings(day, day)?.into_iter().find(|r| r.booking.id() == booking).ok_or(Code::NotFound)?;
        let lines = row.booking.parts.iter().map(|part| {
            let claim = &part.claim;
            let service = catalog.services.get(&claim.service);
            LineDraft {
                id: claim.id.derive::<salon_domain::kernel::marker::TicketLine>(b"line"),
                item: Item::Service(claim.service),
                kind: LineKind::Sale,
                description: service.map_or_else(String::new, |s| s.name.clone()),
                staff: Some(claim.staff),
                card: None,
                quantity: 1,
                unit_price_minor: claim.price_minor,
                discount: None,
                rates: service.map_or_else(Vec::new, |s| catalog.branch.rates(&s.tax_class).to_vec()),
                terms: Default::default(),
            }
        });
        Ok(TicketDraft {
            // One booking, one ticket: checking out on two screens is one sale.
            id: booking.derive(b"ticket"),
            booking: Some(booking),
            card: row.booking.visit.card,
            currency: catalog.branch.currency,
            lines: lines.collect(),
            discount: None,
            terms: Default::default(),
        })
    }

    pub fn pay_cash(&self, key: Uuid, ticket: &TicketDraft, tendered_minor: i64) -> Result<SaleView, Failure> {
        self.pay_cash_as(key, ticket, tendered_minor, None)
    }

    /// As [`App::pay_cash`]; `external_number` is kept with the sale (replay).
    pub fn pay_cash_as(
        &self,
        key: Uuid,
        ticket: &TicketDraft,
        tendered_minor: i64,
        external_number: Option<String>,
    ) -> Result<SaleView, Failure> {
        let (draft, priced, user) = self.check_ticket(ticket)?;
        let tendered = if priced.total_minor < 0 { 0 } else { tendered_minor };
        let tender = Tender { amount_minor: priced.total_minor, kind: TenderKind::Cash { tendered_minor: tendered } };
        self.sell(key, &draft, &priced, Paid { tenders: vec![tender], external_number }, user)
    }

    /// Prices a ticket after putting in what is not the window's to say: descriptions' rates and unit prices.
    pub(super) fn check_ticket(&self, ticket: &TicketDraft) -> Result<(TicketDraft, PricedTicket, Uuid), Failure> {
        let user = self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let mut draft = ticket.clone();
        draft.currency = catalog.branch.currency;
        // Nor which offers are in force, who is exempt from tax, and what a discount is made of.
        draft.terms = Default::default();
        for line in &mut draft.lines {
            line.terms.exempt = None;
            line.terms.discount_parts.clear();
            self.check_line(&catalog, line)?;
        }
        let priced = price(&draft).map_err(pricing_failure)?;
        Ok((draft, priced, user))
    }

    fn check_line(&self, catalog: &Catalog, line: &mut LineDraft) -> Result<(), Failure> {
        let listed = match &line.item {
            Item::Service(id) => {
                let service = catalog.services.get(id).ok_or_else(|| missing("service"))?;
                line.rates = catalog.branch.rates(&service.tax_class).to_vec();
                line.staff.map_or(service.price_minor, |s| service.price_for(s))
            }
            Item::Product(id) => {
                let product = catalog.products.get(id).ok_or_else(|| missing("product"))?;
                line.rates = catalog.branch.rates(&product.tax_class).to_vec();
                product.price_minor
            }
            Item::Custom | Item::Fee => 0,
        };
        // A price of nought in the list means that it is said at the till.
        // What a scanned label says is no override either.
        let labelled = matches!(line.item, Item::Product(id) if self.label_said(id, line.unit_price_minor));
        if line.kind == LineKind::Sale && listed != 0 && line.unit_price_minor != listed && !labelled {
            self.require(Permission::PriceOverride)?;
        }
        if line.kind == LineKind::Refund {
            self.require(Permission::Refund)?;
        }
        Ok(())
    }

    /// Commits the sale. A ticket is sold once: the same ticket again answers with the sale that there is.
    pub fn sell(
        &self,
        key: Uuid,
        draft: &TicketDraft,
        priced: &PricedTicket,
        paid: Paid,
        user: Uuid,
    ) -> Result<SaleView, Failure> {
        let catalog = self.catalog()?;
        self.store.write::<_, Failure>(|unit| {
            if unit.sale(draft.id)?.is_some() {
                return Ok(());
            }
            refuse_second_payment(unit, draft.id, &paid.tenders)?;
            commit_sale(unit, &catalog, draft, priced, paid, user, key).map(|_| ())
        })?;
        self.receipt_view(draft.id)
    }

    pub(super) fn receipt(&self, ticket: TicketId) -> Result<SaleView, Failure> {
        self.require(Permission::Sell)?;
        self.receipt_view(ticket)
    }

    pub(super) fn receipt_view(&self, ticket: TicketId) -> Result<SaleView, Failure> {
        let record = self.store.sale(ticket)?.ok_or(Code::NotFound)?;
        self.sale_view(record)
    }

    fn sale_view(&self, record: SaleRecord) -> Result<SaleView, Failure> {
        let catalog = self.catalog()?;
        let client_name = self.client_name(record.sale.card)?;
        let doc = self.receipt_of(&record, false)?;
        let job = self.store.job_state(JobKind::Receipt, record.sale.ticket.as_bytes())?;
        let printed = match job {
            Some(JobState::Printed) => PrintedView::Printed,
            Some(JobState::Unsure) => PrintedView::Unsure,
            Some(JobState::Dropped) => PrintedView::Dropped,
            Some(JobState::Queued | JobState::Sending) => PrintedView::Queued,
            None => PrintedView::NoPrinter,
        };
        Ok(SaleView {
            at: record.at,
            minute: catalog.minute(record.at),
            date: till::date_text(record.sale.day),
            client_name,
            text: (self.layout)(&doc, receipt::SCREEN_COLUMNS),
            printed,
            sale: record.sale,
        })
    }

    pub(super) fn reprint(&self, key: Uuid, ticket: TicketId) -> Result<Done, Failure> {
        self.require(Permission::Sell)?;
        if self.store.sale(ticket)?.is_none() {
            return Err(Code::NotFound.into());
        }
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(key)?.is_none() {
                unit.queue_print(JobKind::Receipt, ticket.as_bytes(), true)?;
                unit.mark_done(key, &true)?;
            }
            Ok(Done {})
        })
    }

    pub(super) fn sales(&self, date: Option<&str>) -> Result<Vec<SaleRow>, Failure> {
        self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let date = date.map_or_else(|| catalog.today(self.clock.now()), super::catalog::parse_date)?;
        self.sale_rows(&self.store.sales_of_day(day_number(date))?)
    }
}

fn missing(what: &str) -> Failure {
    Failure::new(Code::NotFound).with("what", what)
}

/// A ticket whose card payment has not ended may have been paid for: taking its money in another way could take it twice,
/// and the card payment could not be settled any more.
fn refuse_second_payment(unit: &Unit<'_>, ticket: TicketId, tenders: &[Tender]) -> Result<(), Failure> {
    let is_tendered =
        |payment| tenders.iter().any(|t| matches!(t.kind, TenderKind::Card { payment: p, .. } if p == payment));
    let mut open = unit.open_payments()?.into_iter().map(|open| open.intent);
    match open.find(|intent| intent.ticket.id == ticket && !is_tendered(intent.payment)) {
        Some(intent) => Err(Failure::new(Code::CardUnknown).with("payment", intent.payment)),
        None => Ok(()),
    }
}

/// The till session that a sale of now belongs to.
pub(super) fn session_to_sell_in(unit: &Unit<'_>, catalog: &Catalog) -> Result<OpenSession, Failure> {
    let session = unit.open_session()?.ok_or(Code::TillClosed)?;
    if till::is_overdue(catalog, &session, unit.now())? {
        return Err(Failure::new(Code::TillFromEarlierDay).with("date", till::date_text(session.day)));
    }
    Ok(session)
}

/// Everything of a sale in the caller's transaction: number, journal, stock, booking, print job.
pub(super) fn commit_sale(
    unit: &mut Unit<'_>,
    catalog: &Catalog,
    draft: &TicketDraft,
    priced: &PricedTicket,
    paid: Paid,
    user: Uuid,
    key: Uuid,
) -> Result<Sale, Failure> {
    // What a card terminal has moved is a sale, however late its word comes: the session stays open for it.
    let by_card = paid.tenders.iter().any(|tender| matches!(tender.kind, TenderKind::Card { .. }));
    let session = match by_card {
        true => unit.open_session()?.ok_or(Code::TillClosed)?,
        false => session_to_sell_in(unit, catalog)?,
    };
    let change_minor = settle(priced.total_minor, &paid.tenders).map_err(tender_failure)?;
    let identity = unit.identity()?.clone();
    let (number, _, _) = unit.running()?;
    let sale = Sale {
        ticket: draft.id,
        number,
        device: identity.device,
        branch: identity.branch,
        session: session.session,
        day: session.day,
        booking: draft.booking,
        card: draft.card,
        currency: draft.currency,
        lines: priced.lines.clone(),
        tenders: paid.tenders,
        net_minor: priced.net_minor,
        tax_minor: priced.tax_minor,
        total_minor: priced.total_minor,
        change_minor,
        external_number: paid.external_number,
    };
    let only_returns = sale.lines.iter().all(|l| l.kind == LineKind::Refund);
    let what = if only_returns {
        Happening::PaymentRefunded(Box::new(sale.clone()))
    } else {
        Happening::PaymentCompleted(Box::new(sale.clone()))
    };
    unit.journal(draft.id.uuid(), what, user, key)?;
    move_sold_stock(unit, catalog, &sale, user, key)?;
    if let Some(booking) = sale.booking {
        complete_booking(unit, booking, sale.day, user)?;
    }
    if sale.tenders.iter().any(|tender| matches!(tender.kind, TenderKind::Cash { .. })) {
        unit.queue_print(JobKind::Drawer, &[], false)?;
    }
    unit.queue_print(JobKind::Receipt, sale.ticket.as_bytes(), false)?;
    Ok(sale)
}

fn move_sold_stock(unit: &mut Unit<'_>, catalog: &Catalog, sale: &Sale, user: Uuid, key: Uuid) -> Result<(), Failure> {
    let moves = sale_movements(sale);
    for (product, milli) in &moves {
        let before = unit.level(*product)?;
        unit.move_stock(&[(*product, *milli)])?;
        let low = catalog.products.get(product).and_then(|p| low_stock_after(p, before, before + milli));
        if let Some(low) = low {
            unit.journal(product.uuid(), Happening::InventoryLow(low), user, key)?;
        }
    }
    Ok(())
}

/// A visit that was paid for has taken place.
fn complete_booking(unit: &mut Unit<'_>, booking: BookingId, day: i32, user: Uuid) -> Result<(), Failure> {
    let Some(found) = unit.booking(day, booking)? else { return Ok(()) };
    let mut facts = Vec::new();
    let mut status = found.status;
    let mut after = found.heads.clone();
    for next in [BookingStatus::Confirmed, BookingStatus::InProgress, BookingStatus::Completed] {
        let forward = matches!(
            (status, next),
            (BookingStatus::Pending, BookingStatus::Confirmed)
                | (BookingStatus::Confirmed, BookingStatus::InProgress)
                | (BookingStatus::InProgress, BookingStatus::Completed)
        );
        if forward && check_transition(status, next).is_ok() {
            let fact = super::book::status_fact(unit, booking, next, "", after, user)?;
            after = match &fact {
                salon_domain::booking::BookFact::Status(s) => vec![s.id],
                _ => Vec::new(),
            };
            facts.push(fact);
            status = next;
        }
    }
    if !facts.is_empty() {
        unit.add_facts(day, &facts)?;
    }
    Ok(())
}

pub(super) fn pricing_failure(error: PricingError) -> Failure {
    match error {
        PricingError::Empty => Code::EmptyTicket.into(),
        PricingError::DiscountTooLarge | PricingError::FeeDiscounted => Code::BadDiscount.into(),
        PricingError::BadQuantity => Failure::new(Code::BadInput).with("field", "quantity"),
        PricingError::WrongSign | PricingError::Overflow => {
            Failure::new(Code::BadInput).with("field", "price").with("detail", error)
        }
    }
}

fn tender_failure(error: TenderError) -> Failure {
    match error {
        TenderError::NotEnough { short_minor } => Failure::new(Code::NotEnough).with("short_minor", short_minor),
        TenderError::TooMuch | TenderError::WrongSign => {
            Failure::new(Code::BadInput).with("field", "tender").with("detail", error)
        }
    }
}
