//! The ticket that a visit is paid with, and the deposits that are held for it until then.
//!
//! A deposit is a part of that ticket (`pay`), so that it is used by itself when the visit is checked out, on any till, and
//! counts in the books like every other part. What is here besides: how much to ask for, what is held, and keeping it as a
//! fee when the client does not come.

use super::book::status_name;
use super::commit::sold_already;
use super::receipt::{Language, kept_line};
use super::sell::{Paid, line_of_claim, pricing_failure};
use super::{App, Catalog, till};
use salon_contract::window::{Code, DepositRow, DepositView, Failure, KeepDeposit, OpenTicketView, SaleView};
use salon_domain::access::Permission;
use salon_domain::booking::{Booking, BookingStatus};
use salon_domain::kernel::{BookingId, TaxMode, TaxRate, TicketId, marker, rounded_cash};
use salon_domain::payment::{
    Item, LineDraft, LineKind, LineTerms, OpenTicket, TicketDraft, TicketTerms, price, refund_of,
};
use std::collections::HashMap;

/// So often a visit's deposit is kept, or its sale voided, at most, and the visit taken up again.
const TICKETS_MAX: u8 = 8;

/// A visit's tickets: the first, and those that follow where one only kept its deposit, or was voided.
fn tickets_of_visit(booking: BookingId) -> impl Iterator<Item = TicketId> {
    (0..TICKETS_MAX).map(move |n| match n {
        // One booking, one ticket: checking out on two screens is one sale.
        0 => booking.derive(b"ticket"),
        n => booking.derive(format!("ticket:{n}").as_bytes()),
    })
}

/// What is held for a visit and on which of its tickets, of what is held for all tickets.
pub(super) fn held_for(booking: BookingId, paid: &HashMap<TicketId, i64>) -> Option<(TicketId, i64)> {
    if paid.is_empty() {
        return None;
    }
    tickets_of_visit(booking).find_map(|ticket| Some((ticket, *paid.get(&ticket)?)))
}

impl App {
    /// The ticket that checks a booking out, with what was put aside on it. `VisitSold` where another ticket did.
    pub fn ticket_for(&self, booking: BookingId) -> Result<TicketDraft, Failure> {
        self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let row = self.store.booking(booking)?.ok_or(Code::NotFound)?;
        let ticket = self.ticket_of_visit(booking)?;
        if let Some(sold) = self.store.sale_of_visit(booking, ticket)? {
            return Err(sold_already(&sold));
        }
        let mut draft = visit_draft(&catalog, &row.booking, ticket);
        draft.card = draft.card.map(|card| self.store.stands_for(card)).transpose()?;
        if let Some(open) = self.store.open_ticket(ticket)?.filter(|open| !open.dropped) {
            put_back(&mut draft, open.draft);
        }
        Ok(draft)
    }

    /// The first of its tickets that has not been used up for a deposit that was kept or for a sale that was voided. Where
    /// all are, the last one's receipt is said: a ticket that is sold would answer as if it had been paid now.
    fn ticket_of_visit(&self, booking: BookingId) -> Result<TicketId, Failure> {
        let mut used_up = Failure::from(Code::NotFound);
        for ticket in tickets_of_visit(booking) {
            let Some(sold) = self.store.sale(ticket)? else { return Ok(ticket) };
            let is_voided = self.store.sale(refund_of(ticket))?.is_some_and(|back| back.sale.is_void());
            if sold.sale.is_of_visit() && !is_voided {
                return Ok(ticket);
            }
            used_up = sold_already(&sold);
        }
        Err(used_up)
    }

    /// A ticket that is put aside or that money was taken for.
    pub(super) fn read_open_ticket(&self, ticket: TicketId) -> Result<Option<OpenTicketView>, Failure> {
        self.require(Permission::Sell)?;
        self.store.open_ticket(ticket)?.map(|open| self.open_ticket_view(open)).transpose()
    }

    /// The ticket to take a deposit for a booking on, and how much the branch asks for.
    pub(super) fn deposit_for(&self, booking: BookingId) -> Result<DepositView, Failure> {
        let mut ticket = self.ticket_for(booking)?;
        self.check_deposit(&ticket)?;
        ticket.terms.deposit = true;
        let total_minor = price(&ticket).map_err(pricing_failure)?.total_minor;
        let held = self.store.open_ticket(ticket.id)?;
        let held_minor = held.as_ref().map_or(0, OpenTicket::paid_minor);
        let branch = &self.catalog()?.branch;
        let suggested_minor = branch.desk.deposit.suggested_minor(total_minor);
        let left = |minor: i64| rounded_cash(minor - held_minor, branch.cash_rounding).0.min(total_minor - held_minor);
        Ok(DepositView {
            client_name: self.client_name(ticket.card)?,
            // In coins that there are: many pay it in cash.
            suggested_minor: suggested_minor.map(left).filter(|minor| *minor > 0),
            total_minor,
            held_minor,
            parts: held.map(|open| open.parts).unwrap_or_default(),
            ticket,
        })
    }

    /// Nothing is held for a visit that does not take place any more.
    pub(super) fn check_deposit(&self, draft: &TicketDraft) -> Result<(), Failure> {
        match self.visit_of(draft)? {
            Some(visit) if !is_to_come(visit.status) => {
                Err(Failure::new(Code::IllegalStatus).with("status", status_name(visit.status)))
            }
            _ => Ok(()),
        }
    }

    fn visit_of(&self, draft: &TicketDraft) -> Result<Option<Booking>, Failure> {
        let Some(booking) = draft.booking else { return Ok(None) };
        Ok(self.store.booking(booking)?.map(|row| row.booking))
    }

    /// What clients have paid in advance, by when they come.
    pub(super) fn deposits(&self) -> Result<Vec<DepositRow>, Failure> {
        self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let mut rows = Vec::new();
        for open in self.store.open_tickets()?.into_iter().filter(|open| open.deposit_minor() != 0) {
            let visit = match open.draft.booking {
                Some(booking) => self.store.booking(booking)?,
                None => None,
            };
            let start = visit.as_ref().and_then(|row| row.booking.parts.iter().map(|part| part.claim.start).min());
            let is_over = open.dropped || self.store.sale(open.draft.id)?.is_some();
            let what: Vec<&str> = open.draft.lines.iter().map(|line| line.description.as_str()).collect();
            rows.push(DepositRow {
                ticket: open.draft.id,
                booking: open.draft.booking,
                client_name: self.client_name(open.draft.card)?,
                name: open.name.clone(),
                what: what.join(", "),
                held_minor: open.paid_minor(),
                date: till::date_text(catalog.day(open.at)?),
                visit_date: visit.as_ref().map(|row| till::date_text(row.day)),
                visit_minute: start.map(|start| catalog.minute(start)),
                to_decide: is_over || visit.as_ref().is_some_and(|row| is_off(row.booking.status)),
                status: visit.map(|row| row.booking.status),
            });
        }
        rows.sort_by(|a, b| (&a.visit_date, a.visit_minute, a.ticket).cmp(&(&b.visit_date, b.visit_minute, b.ticket)));
        Ok(rows)
    }

    /// Keeps what is held as a fee, with its tax within: the client did not come. Once for each ticket.
    pub(super) fn keep_deposit(&self, wanted: &KeepDeposit) -> Result<SaleView, Failure> {
        let user = self.require(Permission::Sell)?;
        let reason = wanted.reason.trim();
        if reason.is_empty() {
            return Err(Failure::new(Code::BadInput).with("field", "reason"));
        }
        if let Some(sold) = self.store.sale(wanted.ticket)? {
            return if sold.sale.is_of_visit() { Err(sold_already(&sold)) } else { self.receipt_view(wanted.ticket) };
        }
        let open = self.store.open_ticket(wanted.ticket)?.ok_or(Code::NotFound)?;
        if open.paid_minor() <= 0 {
            return Err(Failure::new(Code::BadInput).with("field", "deposit"));
        }
        if let Some(visit) = self.visit_of(&open.draft)?
            && !is_off(visit.status)
        {
            return Err(Failure::new(Code::IllegalStatus).with("status", status_name(visit.status)));
        }
        let draft = self.kept_draft(&open, reason)?;
        let priced = price(&draft).map_err(pricing_failure)?;
        let paid = Paid { tenders: Vec::new(), rounding_minor: 0, external_number: None };
        self.sell(wanted.key, &draft, &priced, paid, user)
    }

    /// One line for all that is held. Its taxes are taken out of it, also where prices have them on top: the client pays no
    /// more than was paid.
    fn kept_draft(&self, open: &OpenTicket, reason: &str) -> Result<TicketDraft, Failure> {
        let catalog = self.catalog()?;
        let within = |rate: &TaxRate| TaxRate { mode: TaxMode::Inclusive, ..rate.clone() };
        let rates = catalog.branch.rates(&catalog.branch.desk.deposit.kept_tax_class).iter().map(within).collect();
        let is_exempt = self.exemption_of(&catalog, open.draft.card)?.is_some();
        let line = LineDraft {
            id: open.draft.id.derive::<marker::TicketLine>(b"kept"),
            item: Item::Fee,
            kind: LineKind::Sale,
            description: kept_line(Language::of(&catalog.branch.language), reason),
            staff: None,
            card: None,
            quantity: 1,
            unit_price_minor: open.paid_minor(),
            discount: None,
            rates: if is_exempt { Vec::new() } else { rates },
            terms: LineTerms::default(),
        };
        Ok(TicketDraft { lines: vec![line], discount: None, terms: TicketTerms::default(), ..open.draft.clone() })
    }
}

fn is_to_come(status: BookingStatus) -> bool {
    matches!(status, BookingStatus::Pending | BookingStatus::Confirmed | BookingStatus::InProgress)
}

fn is_off(status: BookingStatus) -> bool {
    matches!(status, BookingStatus::Cancelled | BookingStatus::NoShow)
}

/// A booking's services as they are booked now.
fn visit_draft(catalog: &Catalog, booking: &Booking, ticket: TicketId) -> TicketDraft {
    let lines = booking.parts.iter().map(|part| {
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
    TicketDraft {
        id: ticket,
        booking: Some(booking.id()),
        card: booking.visit.card,
        currency: catalog.branch.currency,
        lines: lines.collect(),
        discount: None,
        terms: Default::default(),
    }
}

/// What was rung up on the visit's ticket before stays on it, but for services that are booked otherwise since.
fn put_back(draft: &mut TicketDraft, open: TicketDraft) {
    let mut before = open.lines;
    let mut booked_anew = Vec::new();
    for line in &mut draft.lines {
        match before.iter().position(|known| (known.id, &known.item) == (line.id, &line.item)) {
            Some(at) => *line = before.remove(at),
            None => booked_anew.push(line.item.clone()),
        }
    }
    // A service that was moved has another line now, at what is agreed now.
    for item in booked_anew {
        if let Some(at) = before.iter().position(|known| known.item == item) {
            before.remove(at);
        }
    }
    draft.lines.extend(before);
    draft.discount = open.discount;
    draft.card = draft.card.or(open.card);
    draft.terms = TicketTerms { deposit: false, ..open.terms };
}
