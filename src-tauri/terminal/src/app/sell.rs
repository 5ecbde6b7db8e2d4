//! From ticket to sale: one transaction, durable before anybody is told.

use super::commit::{commit_sale, refuse_second_payment};
use super::refund::back_failure;
use super::value::check_value;
use super::void::check_returns;
use super::{App, Catalog, receipt, till};
use crate::store::{JobKind, JobState, SaleRecord};
use salon_contract::window::{Code, Done, Failure, PrintedView, SaleRow, SaleView};
use salon_domain::access::Permission;
use salon_domain::kernel::{BookingId, ClaimId, TicketId, TicketLineId, day_number};
use salon_domain::payment::{
    Back, BackByLine, Item, LineDraft, LineKind, PriceOverride, PricedTicket, PricingError, Sale, Tender, TenderError,
    TicketDraft, TicketTerms, lines_back, price, refund_of,
};
use salon_domain::value::package_of_line;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
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
        let row = self.store.booking(booking)?.ok_or(Code::NotFound)?;
        let lines = row.booking.parts.iter().map(|part| {
            let claim = &part.claim;
            let service = catalog.services.get(&claim.service);
            LineDraft {
                id: line_of_claim(claim.id),
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
            id: self.ticket_of(booking)?,
            booking: Some(booking),
            card: row.booking.visit.card,
            currency: catalog.branch.currency,
            lines: lines.collect(),
            discount: None,
            terms: Default::default(),
        })
    }

    /// One booking, one ticket: checking out on two screens is one sale. After a void it is the next one.
    fn ticket_of(&self, booking: BookingId) -> Result<TicketId, Failure> {
        let mut ticket: TicketId = booking.derive(b"ticket");
        while self.store.sale(refund_of(ticket))?.is_some_and(|back| back.sale.is_void()) {
            ticket = ticket.derive(b"again");
        }
        Ok(ticket)
    }

    /// Prices a ticket after putting in what is not the window's to say: descriptions' rates and unit prices.
    pub(super) fn check_ticket(&self, ticket: &TicketDraft) -> Result<(TicketDraft, PricedTicket, Uuid), Failure> {
        let user = self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let mut draft = ticket.clone();
        draft.currency = catalog.branch.currency;
        // Nor who is exempt from tax, what a discount is made of, and which offers are in force: those are put in below.
        // Of rewards the window says which.
        let TicketTerms { bookings, codes, rewards, follows, .. } = std::mem::take(&mut draft.terms);
        let follows = self.tip_for(&draft, follows)?;
        draft.terms = TicketTerms { bookings, codes, follows, ..TicketTerms::default() };
        let rewards: Vec<String> = rewards.into_iter().map(|taken| taken.reward).collect();
        let agreed = self.agreed_prices(&draft)?;
        for line in &mut draft.lines {
            line.terms.exempt = None;
            line.terms.discount_parts.clear();
            self.check_line(&catalog, line, &agreed)?;
        }
        self.check_given_back(&mut draft)?;
        self.put_offers(&catalog, &mut draft)?;
        self.put_rewards(&catalog, &mut draft, &rewards)?;
        let priced = price(&draft).map_err(pricing_failure)?;
        Ok((draft, priced, user))
    }

    /// Lines that give back what was sold come to what it was sold for, and to no more than is left of it.
    fn check_given_back(&self, draft: &mut TicketDraft) -> Result<(), Failure> {
        let mut known: BTreeMap<TicketId, (Sale, BackByLine)> = BTreeMap::new();
        for line in &mut draft.lines {
            let Some(given) = line.terms.given_back.take() else { continue };
            self.require(Permission::Refund)?;
            if let Entry::Vacant(place) = known.entry(given.ticket) {
                let sold = self.store.sale(given.ticket)?.ok_or_else(|| missing("sale"))?;
                place.insert((sold.sale, self.store.given_back(given.ticket)?.0));
            }
            let Some((sale, before)) = known.get_mut(&given.ticket) else { continue };
            let wanted = [(given.line, Back::Pieces(given.pieces))];
            let lines = lines_back(sale, before, &wanted, "").map_err(back_failure)?;
            for exact in lines {
                let earlier = before.entry(given.line).or_default();
                earlier.pieces += given.pieces;
                earlier.total_minor -= exact.total_back_minor();
                *line = LineDraft { id: line.id, description: line.description.clone(), ..exact };
            }
        }
        Ok(())
    }

    /// What a booking's lines were booked at: the list may say something else by now, and that is no override.
    fn agreed_prices(&self, draft: &TicketDraft) -> Result<BTreeMap<TicketLineId, i64>, Failure> {
        let mut agreed = BTreeMap::new();
        for booking in draft.booking.iter().chain(&draft.terms.bookings) {
            let Some(row) = self.store.booking(*booking)? else { continue };
            let parts = row.booking.parts.iter();
            agreed.extend(parts.map(|part| (line_of_claim(part.claim.id), part.claim.price_minor)));
        }
        Ok(agreed)
    }

    fn check_line(
        &self,
        catalog: &Catalog,
        line: &mut LineDraft,
        agreed: &BTreeMap<TicketLineId, i64>,
    ) -> Result<(), Failure> {
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
        let booked = agreed.get(&line.id) == Some(&line.unit_price_minor);
        let overridden = line.terms.overridden.take();
        if line.kind == LineKind::Sale && listed != 0 && line.unit_price_minor != listed && !labelled && !booked {
            self.require(Permission::PriceOverride)?;
            let reason = overridden.map(|over| over.reason.trim().to_owned()).filter(|reason| !reason.is_empty());
            let reason = reason.ok_or_else(|| Failure::new(Code::BadInput).with("field", "reason"))?;
            line.terms.overridden = Some(PriceOverride { listed_minor: listed, reason });
        }
        if matches!(line.kind, LineKind::Prepaid { .. } | LineKind::PrepaidReturned { .. }) {
            line.rates.clear();
            if line.quantity != 1 || !matches!(line.item, Item::Service(_)) {
                return Err(Failure::new(Code::BadInput).with("field", "quantity"));
            }
        }
        if line.kind == LineKind::Tip {
            // Only money for somebody: nothing from the shelf goes out as a tip.
            line.rates.clear();
            if line.quantity != 1 || line.item != Item::Custom {
                return Err(Failure::new(Code::BadInput).with("field", "kind"));
            }
        }
        let is_returned = matches!(line.kind, LineKind::PrepaidReturned { .. });
        let is_held = matches!(line.kind, LineKind::ValueSold | LineKind::Tip);
        let is_given_back = is_returned || is_held && line.unit_price_minor < 0;
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
            check_returns(unit, draft, &priced.lines)?;
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
            later_tips: self.later_tips(record.sale.ticket)?,
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

/// The line that a booking's part is on its ticket.
fn line_of_claim(claim: ClaimId) -> TicketLineId {
    claim.derive::<salon_domain::kernel::marker::TicketLine>(b"line")
}

pub(super) fn missing(what: &str) -> Failure {
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
