//! From ticket to sale: one transaction, durable before anybody is told. Which ticket a visit has is `visits`' business.

use super::back_bar::check_used;
use super::commit::{commit_sale, refuse_second_payment, refuse_sold_visits, sold_already};
use super::fees::fee_price;
use super::refund::back_failure;
use super::value::check_value;
use super::void::check_returns;
use super::{App, Catalog, receipt, till};
use crate::store::{JobKind, JobState, SaleRecord};
use salon_contract::window::{Code, Done, Failure, PrintedView, SaleRow, SaleView};
use salon_domain::access::Permission;
use salon_domain::commission::check_line_shares;
use salon_domain::kernel::{ClaimId, TicketId, TicketLineId, day_number};
use salon_domain::payment::{
    Back, BackByLine, Item, LineDraft, LineKind, PriceOverride, PricedTicket, PricingError, Sale, Tender, TenderError,
    TicketDraft, TicketTerms, lines_back, price,
};
use salon_domain::value::{membership_of_line, package_of_line};
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
    /// Prices a ticket after putting in what is not the window's to say: descriptions' rates and unit prices.
    pub(super) fn check_ticket(&self, ticket: &TicketDraft) -> Result<(TicketDraft, PricedTicket, Uuid), Failure> {
        let user = self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let mut draft = ticket.clone();
        draft.currency = catalog.branch.currency;
        // Nor who is exempt from tax, what a discount is made of, and which offers are in force: those are put in below.
        // Of rewards the window says which.
        let TicketTerms { bookings, codes, rewards, taxed, staff_sale, deposit, follows, .. } =
            std::mem::take(&mut draft.terms);
        let follows = self.tip_for(&draft, follows)?;
        draft.terms = TicketTerms { bookings, codes, taxed, staff_sale, deposit, follows, ..TicketTerms::default() };
        for booking in draft.booking.iter().chain(&draft.terms.bookings) {
            if let Some(sold) = self.store.sale_of_visit(*booking, draft.id)? {
                return Err(sold_already(&sold));
            }
        }
        let rewards: Vec<String> = rewards.into_iter().map(|taken| taken.reward).collect();
        let agreed = self.agreed_prices(&draft)?;
        for line in &mut draft.lines {
            line.terms.exempt = None;
            line.terms.discount_parts.clear();
            self.check_line(&catalog, line, &agreed)?;
            check_used(&catalog, line)?;
            check_shares(&catalog, line)?;
        }
        self.check_given_back(&mut draft)?;
        self.check_staff_sale(&catalog, &mut draft)?;
        self.put_offers(&catalog, &mut draft)?;
        self.put_rewards(&catalog, &mut draft, &rewards)?;
        self.put_exemption(&catalog, &mut draft)?;
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
            Item::Custom => 0,
            Item::Fee => fee_price(catalog, line)?,
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
            Item::Membership { offer, membership } => {
                let is_sold = line.kind == LineKind::Sale;
                let offer = catalog.memberships.get(offer).filter(|offer| !is_sold || catalog.sells(offer));
                let plan = &offer.ok_or_else(|| missing("membership"))?.plan;
                line.rates = catalog.branch.rates(&plan.tax_class).to_vec();
                // As with packages: sent again it is the same membership.
                if is_sold && *membership != membership_of_line(line.id) {
                    return Err(Failure::new(Code::BadInput).with("field", "membership"));
                }
                plan.price_minor
            }
            Item::MembershipDue { membership, .. } => {
                // By the terms that it began with, whatever is offered now.
                let known = self.store.membership(*membership)?;
                let plan = known.plan().filter(|plan| plan.currency == catalog.branch.currency);
                let plan = plan.ok_or(Code::MembershipUnknown)?;
                line.rates = catalog.branch.rates(&plan.tax_class).to_vec();
                plan.price_minor
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
        let of_membership = matches!(line.item, Item::Membership { .. } | Item::MembershipDue { .. });
        if of_membership && !(line.quantity == 1 && matches!(line.kind, LineKind::Sale | LineKind::Refund)) {
            return Err(Failure::new(Code::BadInput).with("field", "membership"));
        }
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
        if line.kind.uses_unit() || line.kind.returns_unit() {
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
        let is_returned = line.kind.returns_unit();
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
            refuse_sold_visits(unit, draft)?;
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
            None => PrintedView::NotAsked,
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

/// Those who share a line work here, and their shares are all of it.
fn check_shares(catalog: &Catalog, line: &mut LineDraft) -> Result<(), Failure> {
    let shares = &mut line.terms.shares;
    let Some(own) = line.staff.filter(|_| line.kind == LineKind::Sale && line.terms.given_back.is_none()) else {
        shares.clear();
        return Ok(());
    };
    if shares.is_empty() {
        return Ok(());
    }
    let work_here = shares.iter().all(|share| catalog.person(share.staff).is_some());
    if !work_here || shares.len() > SHARES_MAX || !check_line_shares(own, shares) {
        return Err(Failure::new(Code::BadInput).with("field", "shares"));
    }
    Ok(())
}

/// So many people at most work on one line together.
const SHARES_MAX: usize = 6;

/// The line that a booking's part is on its ticket.
pub(super) fn line_of_claim(claim: ClaimId) -> TicketLineId {
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
