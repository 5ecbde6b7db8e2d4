//! Everything of a sale in one transaction: its number, its entries, the stock, the booking, the print jobs.

use super::back_bar::use_back_bar;
use super::earnings::journal_commission;
use super::loyalty::journal_points;
use super::messages::give_receipt;
use super::sell::{Paid, tender_failure};
use super::value::{Moving, move_value};
use super::{Catalog, till};
use crate::store::{JobKind, OpenSession, SaleRecord, Unit, sale_movements};
use salon_contract::window::{Code, Failure};
use salon_domain::booking::{BookingStatus, check_transition};
use salon_domain::event::Happening;
use salon_domain::inventory::low_stock_after;
use salon_domain::kernel::{BookingId, ProductId, TicketId};
use salon_domain::payment::{
    Item, LineKind, PricedLine, PricedTicket, Sale, TakenPart, Tender, TenderKind, TicketDraft, settle,
};
use salon_domain::value::GiftCode;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A ticket whose card payment has not ended may have been paid for: taking its money in another way could take it twice,
/// and the card payment could not be settled any more.
pub(super) fn refuse_second_payment(unit: &Unit<'_>, ticket: TicketId, tenders: &[Tender]) -> Result<(), Failure> {
    let is_tendered =
        |payment| tenders.iter().any(|t| matches!(t.kind, TenderKind::Card { payment: p, .. } if p == payment));
    let mut open = unit.open_payments()?.into_iter().map(|open| open.intent);
    match open.find(|intent| intent.ticket.id == ticket && !is_tendered(intent.payment)) {
        Some(intent) => Err(Failure::new(Code::CardUnknown).with("payment", intent.payment)),
        None => Ok(()),
    }
}

/// Each once, and not the ticket's own.
fn other_visits(draft: &TicketDraft) -> Vec<BookingId> {
    let others: BTreeSet<BookingId> = draft.terms.bookings.iter().copied().collect();
    others.into_iter().filter(|booking| draft.booking != Some(*booking)).collect()
}

/// A visit is paid for once, whichever ticket it was on.
pub(super) fn refuse_sold_visits(unit: &Unit<'_>, draft: &TicketDraft) -> Result<(), Failure> {
    for booking in draft.booking.iter().chain(&draft.terms.bookings) {
        if let Some(sold) = unit.sale_of_visit(*booking, draft.id)? {
            return Err(sold_already(&sold));
        }
    }
    Ok(())
}

/// The receipt that has it.
pub(super) fn sold_already(sold: &SaleRecord) -> Failure {
    Failure::new(Code::VisitSold).with("number", sold.sale.number).with("ticket", sold.sale.ticket)
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
    let parts = unit.open_ticket(draft.id)?.map(|open| open.parts).unwrap_or_default();
    let mut tenders: Vec<Tender> = parts.iter().map(TakenPart::as_tender).collect();
    tenders.extend(paid.tenders);
    let change_minor = settle(priced.total_minor + paid.rounding_minor, &tenders).map_err(tender_failure)?;
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
        bookings: other_visits(draft),
        card: draft.card,
        currency: draft.currency,
        lines: priced.lines.clone(),
        tenders,
        net_minor: priced.net_minor,
        tax_minor: priced.tax_minor,
        total_minor: priced.total_minor,
        rounding_minor: paid.rounding_minor,
        change_minor,
        follows: draft.terms.follows,
        external_number: paid.external_number,
    };
    let gives_back = |l: &PricedLine| match l.kind {
        LineKind::Refund => true,
        kind if kind.returns_unit() => true,
        kind => !kind.is_turnover() && l.total_minor < 0,
    };
    let only_returns = sale.lines.iter().all(gives_back);
    let what = if only_returns {
        Happening::PaymentRefunded(Box::new(sale.clone()))
    } else {
        Happening::PaymentCompleted(Box::new(sale.clone()))
    };
    unit.journal(draft.id.uuid(), what, user, key)?;
    let costs = use_back_bar(unit, catalog, draft, &sale, user, key)?;
    journal_commission(unit, catalog, draft, &sale, &costs, user, key)?;
    journal_points(unit, catalog, draft, &sale, user, key)?;
    let moving = Moving {
        catalog,
        ticket: sale.ticket,
        card: sale.card,
        day: sale.day,
        currency: sale.currency,
        lines: &sale.lines,
        tenders: &sale.tenders,
        user,
        key,
    };
    move_value(unit, &moving)?;
    move_levels(unit, catalog, &sale_movements(&sale), user, key)?;
    for booking in sale.booking.iter().chain(&sale.bookings) {
        // One of an earlier day that is only paid for now has taken place too; one that is paid for in advance has not.
        let day = unit.day_of_visit(*booking)?.filter(|day| *day <= sale.day).unwrap_or(sale.day);
        complete_booking(unit, *booking, day, user)?;
    }
    let moves_cash = |tender: &Tender| tender.taken.is_none() && matches!(tender.kind, TenderKind::Cash { .. });
    if sale.tenders.iter().any(moves_cash) {
        unit.queue_print(JobKind::Drawer, &[], false)?;
    }
    give_receipt(unit, catalog, &sale)?;
    if drawn_cards(&sale).next().is_some() {
        unit.queue_print(JobKind::GiftCards, sale.ticket.as_bytes(), false)?;
    }
    Ok(sale)
}

/// The lines that sold gift cards which the till has to print.
pub(super) fn drawn_cards(sale: &Sale) -> impl Iterator<Item = (&GiftCode, i64)> {
    sale.lines.iter().filter_map(|line| match &line.item {
        Item::GiftCard { code, drawn: true } if line.total_minor > 0 => Some((code, line.total_minor)),
        _ => None,
    })
}

/// Moves levels, and says of which products there is little left by it.
pub(super) fn move_levels(
    unit: &mut Unit<'_>,
    catalog: &Catalog,
    moves: &[(ProductId, i64)],
    user: Uuid,
    key: Uuid,
) -> Result<(), Failure> {
    for (product, milli) in moves {
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
