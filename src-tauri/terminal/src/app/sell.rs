//! From ticket to sale: one transaction, durable before anybody is told.

use super::commit::{commit_sale, refuse_second_payment};
use super::value::check_value;
use super::{App, Catalog, receipt, till};
use crate::store::{JobKind, JobState, SaleRecord};
use salon_contract::window::{Code, Done, Failure, PrintedView, SaleRow, SaleView};
use salon_domain::access::Permission;
use salon_domain::kernel::{BookingId, TicketId, day_number};
use salon_domain::payment::{
    Item, LineDraft, LineKind, PricedTicket, PricingError, Tender, TenderError, TicketDraft, price,
};
use salon_domain::value::package_of_line;
use uuid::Uuid;

/// What a sale is made of, besides its ticket.
pub struct Paid {
    /// Besides the parts that were taken before.
    pub tenders: Vec<Tender>,
    /// What cash was rounded by.
    pub rounding_minor: i64,
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
            Item::Package { offer, package } => {
                let offer = catalog.packages.get(offer).ok_or_else(|| missing("package"))?;
                line.rates = catalog.branch.rates(&offer.tax_class).to_vec();
                // One package a line, and its id follows from the line: sent again it is the same package.
                let is_sold = line.kind == LineKind::Sale;
                if line.quantity != 1 || is_sold && *package != package_of_line(line.id, 0) {
                    return Err(Failure::new(Code::BadInput).with("field", "package"));
                }
                offer.price_minor
            }
            // One card a line, untaxed, at whatever the client likes to give.
            Item::GiftCard { .. } | Item::AccountCredit => {
                line.rates.clear();
                if line.quantity != 1 || line.unit_price_minor == 0 {
                    return Err(Failure::new(Code::BadInput).with("field", "price"));
                }
                0
            }
        };
        if line.item.is_stored_value() != (line.kind == LineKind::ValueSold) {
            return Err(Failure::new(Code::BadInput).with("field", "kind"));
        }
        // A price of nought in the list means that it is said at the till.
        // What a scanned label says is no override either.
        let labelled = matches!(line.item, Item::Product(id) if self.label_said(id, line.unit_price_minor));
        if line.kind == LineKind::Sale && listed != 0 && line.unit_price_minor != listed && !labelled {
            self.require(Permission::PriceOverride)?;
        }
        if matches!(line.kind, LineKind::Prepaid { .. } | LineKind::PrepaidReturned { .. }) {
            line.rates.clear();
            if line.quantity != 1 || !matches!(line.item, Item::Service(_)) {
                return Err(Failure::new(Code::BadInput).with("field", "quantity"));
            }
        }
        let is_returned = matches!(line.kind, LineKind::PrepaidReturned { .. });
        let is_given_back = is_returned || line.kind == LineKind::ValueSold && line.unit_price_minor < 0;
        if line.kind == LineKind::Refund || is_given_back {
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
            check_value(unit, &catalog, self.is_alone(), draft.card, &priced.lines, &paid.tenders)?;
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

pub(super) fn tender_failure(error: TenderError) -> Failure {
    match error {
        TenderError::NotEnough { short_minor } => Failure::new(Code::NotEnough).with("short_minor", short_minor),
        TenderError::TooMuch | TenderError::WrongSign => {
            Failure::new(Code::BadInput).with("field", "tender").with("detail", error)
        }
    }
}
