//! Projections: from journal entries, documents and movements to the tables that screens read. Each is a function of
//! the truth alone, so that a rebuild gives the same tables.

use super::back_bar::project_used;
use super::book::day_rows;
use super::earnings::{project_adjustment, project_commission, project_tips};
use super::follow_ups::project_follow_up;
use super::ledger::find_sale;
use super::periods::project_period;
use super::points::project_points;
use super::{SEQ_BITS, StoreError};
use rusqlite::{Connection, OptionalExtension, params};
use salon_domain::booking::{BookFact, Booking, fold_book, whole_span};
use salon_domain::event::{DomainEvent, Happening};
use salon_domain::inventory::MILLI_PER_UNIT;
use salon_domain::kernel::{BookingId, PaymentId, ProductId, TicketId, TillSessionId};
use salon_domain::payment::{Item, LineKind, OpenTicket, Sale, SessionTotals, TenderKind, TillClosed};
use std::collections::BTreeSet;

/// The stock movements that a sale's lines are: goods out, and goods back to the shelf.
pub fn sale_movements(sale: &Sale) -> Vec<(ProductId, i64)> {
    sale.lines
        .iter()
        .filter_map(|line| match (&line.item, line.kind) {
            (Item::Product(product), LineKind::Sale) => Some((*product, -line.quantity * MILLI_PER_UNIT)),
            (Item::Product(product), LineKind::Refund) => {
                let pieces = line.given_back.as_ref().map_or(line.quantity, |given| given.pieces);
                (pieces != 0).then_some((*product, pieces * MILLI_PER_UNIT))
            }
            _ => None,
        })
        .collect()
}

pub(super) fn project_event(conn: &Connection, id: i64, event: &DomainEvent) -> Result<(), StoreError> {
    match &event.what {
        Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => project_sale(conn, id, event, sale),
        Happening::PaymentInitiated(intent) => payment_state(conn, intent.payment, "initiated", id),
        Happening::PaymentApproved(approved) => payment_state(conn, approved.payment, "approved", id),
        Happening::PaymentUnknown(unknown) => payment_state(conn, unknown.payment, "unknown", id),
        Happening::PaymentFailed(failed) => payment_state(conn, failed.payment, "failed", id),
        Happening::PaymentResolved(_) => Ok(()),
        Happening::TillOpened(opened) => {
            conn.prepare_cached(
                "INSERT INTO till_session (session, device, day, opened_ms, by_user, totals) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                opened.session.as_bytes(),
                id >> SEQ_BITS,
                opened.day,
                event.at.0,
                event.meta.user.as_bytes(),
                serde_json::to_vec(&SessionTotals::of(opened))?
            ])?;
            Ok(())
        }
        Happening::Invoiced(invoiced) => {
            conn.prepare_cached("INSERT INTO invoice (ticket, device, number, journal) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![invoiced.ticket.as_bytes(), id >> SEQ_BITS, invoiced.number as i64, id])?;
            Ok(())
        }
        Happening::TicketHeld(held) => put_aside(conn, OpenTicket::of_held(held, event.at, event.id)),
        Happening::TicketDropped(dropped) => {
            let Some(mut open) = open_ticket(conn, dropped.ticket)? else { return Ok(()) };
            open.dropped = true;
            write_open(conn, &open)
        }
        Happening::PartPaid(paid) => {
            if let TenderKind::Card { payment, .. } = &paid.tender.kind {
                payment_state(conn, *payment, "completed", id)?;
            }
            update_totals(conn, paid.session, |totals| totals.add_part(paid))?;
            put_aside(conn, OpenTicket::of_part(paid, event.at, event.id))
        }
        Happening::TillMoved(moved) => update_totals(conn, moved.session, |totals| totals.add_move(moved)),
        Happening::DrawerOpened(opened) => update_totals(conn, opened.session, SessionTotals::add_drawer_opening),
        Happening::TillClosed(closed) => project_close(conn, id, closed),
        Happening::CommissionCalculated(calculated) => project_commission(conn, id, event, calculated),
        Happening::LoyaltyEarned(moved) | Happening::LoyaltyClaimed(moved) => project_points(conn, id, moved),
        Happening::PeriodClosed(closed) => project_period(conn, id, closed),
        Happening::GiftCardMoved(moved) => super::value::project_gift(conn, id, moved),
        Happening::CreditMoved(moved) => super::value::project_credit(conn, id, moved),
        Happening::PackageMoved(moved) => super::value::project_package(conn, id, moved),
        Happening::CommissionAdjusted(made) => project_adjustment(conn, id, made),
        Happening::InventoryRestocked(m) => add_movement(conn, m.product, m.milli),
        Happening::InventoryProductUsed(m) => {
            project_used(conn, event, m)?;
            add_movement(conn, m.product, m.milli)
        }
        Happening::MembershipMoved(moved) => super::membership::project_membership(conn, id, moved),
        _ => Ok(()),
    }
}

pub(super) fn open_ticket(conn: &Connection, ticket: TicketId) -> Result<Option<OpenTicket>, StoreError> {
    let body: Option<Vec<u8>> = conn
        .prepare_cached("SELECT body FROM open_ticket WHERE ticket = ?1")?
        .query_row([ticket.as_bytes()], |r| r.get(0))
        .optional()?;
    body.map(|body| serde_json::from_slice(&body).map_err(StoreError::from)).transpose()
}

fn write_open(conn: &Connection, open: &OpenTicket) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO open_ticket (ticket, at_ms, dropped, paid, body) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (ticket) DO UPDATE SET at_ms = ?2, dropped = ?3, paid = ?4, body = ?5",
    )?
    .execute(params![
        open.draft.id.as_bytes(),
        open.at.0,
        open.dropped,
        open.paid_minor(),
        serde_json::to_vec(open)?
    ])?;
    Ok(())
}

/// Adds an entry to what is known of its ticket. Of a ticket that is sold, only money that its sale does not know of is
/// left open: it was taken twice.
fn put_aside(conn: &Connection, mut open: OpenTicket) -> Result<(), StoreError> {
    if let Some(known) = open_ticket(conn, open.draft.id)? {
        open.merge(known);
    }
    match find_sale(conn, open.draft.id)? {
        Some(sold) => settle_open(conn, open, &sold.sale),
        None => write_open(conn, &open),
    }
}

fn settle_open(conn: &Connection, mut open: OpenTicket, sale: &Sale) -> Result<(), StoreError> {
    open.settle(sale);
    if open.parts.is_empty() {
        conn.prepare_cached("DELETE FROM open_ticket WHERE ticket = ?1")?.execute([sale.ticket.as_bytes()])?;
        return Ok(());
    }
    write_open(conn, &open)
}

/// `journal` stays the entry of the intent: it has the ticket.
fn payment_state(conn: &Connection, payment: PaymentId, state: &str, journal: i64) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO card_payment (payment, state, journal) VALUES (?1, ?2, ?3) \
         ON CONFLICT (payment) DO UPDATE SET state = ?2",
    )?
    .execute(params![payment.as_bytes(), state, journal])?;
    Ok(())
}

fn project_sale(conn: &Connection, id: i64, event: &DomainEvent, sale: &Sale) -> Result<(), StoreError> {
    let mut tender = "";
    for paid in &sale.tenders {
        if let (TenderKind::Card { payment, .. }, None) = (&paid.kind, &paid.taken) {
            payment_state(conn, *payment, "completed", id)?;
        }
        let kind = paid.kind.name();
        tender = if tender.is_empty() || tender == kind { kind } else { "mixed" };
    }
    // What is only held for somebody is in the total alone.
    let (net_minor, tax_minor) = sale.turnover();
    conn.prepare_cached(
        "INSERT INTO sale (id, ticket, day, number, at_ms, card, booking, lines, net, tax, total, tender) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        id,
        sale.ticket.as_bytes(),
        sale.day,
        sale.number as i64,
        event.at.0,
        sale.card.as_ref().map(|c| c.as_bytes().to_vec()),
        sale.booking.as_ref().map(|b| b.as_bytes().to_vec()),
        sale.lines.len() as i64,
        net_minor,
        tax_minor,
        sale.total_minor,
        tender
    ])?;
    for booking in &sale.bookings {
        conn.prepare_cached("INSERT OR IGNORE INTO visit_sale (booking, ticket) VALUES (?1, ?2)")?
            .execute(params![booking.as_bytes(), sale.ticket.as_bytes()])?;
    }
    conn.prepare_cached(
        "INSERT INTO device_total (device, receipt, perpetual) VALUES (?1, ?2, ?3) ON CONFLICT (device) \
         DO UPDATE SET receipt = max(receipt, ?2), perpetual = perpetual + ?3",
    )?
    .execute(params![id >> SEQ_BITS, sale.number as i64, net_minor + tax_minor])?;
    if let Some(open) = open_ticket(conn, sale.ticket)? {
        settle_open(conn, open, sale)?;
    }
    project_tips(conn, id, sale)?;
    for (product, milli) in sale_movements(sale) {
        add_movement(conn, product, milli)?;
    }
    project_follow_up(conn, sale)?;
    for line in &sale.lines {
        let Some(given) = &line.given_back else { continue };
        conn.prepare_cached(
            "INSERT INTO given_back (ticket, line, refund, pieces, total) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (ticket, line, refund) DO UPDATE SET pieces = pieces + ?4, total = total + ?5",
        )?
        .execute(params![
            given.ticket.as_bytes(),
            given.line.as_bytes(),
            sale.ticket.as_bytes(),
            given.pieces,
            line.total_minor
        ])?;
    }
    update_totals(conn, sale.session, |totals| {
        totals.add_sale(sale);
        totals.add_cashier(event.meta.user, sale);
    })
}

fn update_totals(
    conn: &Connection,
    session: TillSessionId,
    change: impl FnOnce(&mut SessionTotals),
) -> Result<(), StoreError> {
    let found: Option<Vec<u8>> = conn
        .prepare_cached("SELECT totals FROM till_session WHERE session = ?1")?
        .query_row([session.as_bytes()], |r| r.get(0))
        .optional()?;
    let Some(bytes) = found else { return Ok(()) };
    let mut totals: SessionTotals = serde_json::from_slice(&bytes)?;
    change(&mut totals);
    conn.prepare_cached("UPDATE till_session SET totals = ?2 WHERE session = ?1")?
        .execute(params![session.as_bytes(), serde_json::to_vec(&totals)?])?;
    Ok(())
}

fn project_close(conn: &Connection, id: i64, closed: &TillClosed) -> Result<(), StoreError> {
    conn.execute(
        "UPDATE till_session SET z_number = ?2, z_journal = ?3 WHERE session = ?1",
        params![closed.session.as_bytes(), closed.report.number as i64, id],
    )?;
    conn.execute(
        "INSERT INTO device_total (device, z) VALUES (?1, ?2) ON CONFLICT (device) DO UPDATE SET z = max(z, ?2)",
        params![id >> SEQ_BITS, closed.report.number as i64],
    )?;
    Ok(())
}

fn add_movement(conn: &Connection, product: ProductId, milli: i64) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO stock_level (product, milli, moved) VALUES (?1, 0, ?2) \
         ON CONFLICT (product) DO UPDATE SET moved = moved + ?2",
    )?
    .execute(params![product.as_bytes(), milli])?;
    Ok(())
}

pub(super) fn project_level_moves(conn: &Connection, moves: &[(ProductId, i64)]) -> Result<(), StoreError> {
    for (product, milli) in moves {
        conn.prepare_cached(
            "INSERT INTO stock_level (product, milli) VALUES (?1, ?2) ON CONFLICT (product) DO UPDATE SET milli = milli + ?2",
        )?
        .execute(params![product.as_bytes(), milli])?;
    }
    Ok(())
}

pub(super) fn project_levels<'a>(
    conn: &Connection,
    levels: impl IntoIterator<Item = (&'a ProductId, &'a i64)>,
) -> Result<(), StoreError> {
    for (product, milli) in levels {
        conn.prepare_cached(
            "INSERT INTO stock_level (product, milli) VALUES (?1, ?2) ON CONFLICT (product) DO UPDATE SET milli = ?2",
        )?
        .execute(params![product.as_bytes(), milli])?;
    }
    Ok(())
}

/// The rows of one day's book. Only rows that differ are written.
pub(super) fn project_book(conn: &Connection, day: i32, facts: &[BookFact]) -> Result<(), StoreError> {
    let within = day_rows(day);
    let mut before: std::collections::HashMap<Vec<u8>, Vec<u8>> = conn
        .prepare_cached("SELECT booking, body FROM booking WHERE id BETWEEN ?1 AND ?2")?
        .query_map([within.start(), within.end()], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for booking in fold_book(facts) {
        // Moved to another day's book: nothing of it is left in this one.
        if booking.parts.is_empty() {
            continue;
        }
        let body = serde_json::to_vec(&booking)?;
        if before.remove(booking.id().as_bytes().as_slice()).is_none_or(|old| old != body) {
            put_booking(conn, day, &booking, &body)?;
        }
    }
    for gone in before.keys() {
        conn.prepare_cached("DELETE FROM booking WHERE day = ?1 AND booking = ?2")?.execute(params![day, gone])?;
    }
    Ok(())
}

/// The rows of some of a day's bookings, from all of their facts.
pub(super) fn project_bookings(
    conn: &Connection,
    day: i32,
    touched: &BTreeSet<BookingId>,
    facts: &[BookFact],
) -> Result<(), StoreError> {
    let mut gone = touched.clone();
    for booking in fold_book(facts).iter().filter(|b| !b.parts.is_empty()) {
        gone.remove(&booking.id());
        put_booking(conn, day, booking, &serde_json::to_vec(booking)?)?;
    }
    for booking in gone {
        conn.prepare_cached("DELETE FROM booking WHERE day = ?1 AND booking = ?2")?
            .execute(params![day, booking.as_bytes()])?;
    }
    Ok(())
}

fn put_booking(conn: &Connection, day: i32, booking: &Booking, body: &[u8]) -> Result<(), StoreError> {
    // Whose visit it is never changes: its index is left alone.
    let start = whole_span(booking.parts.iter().map(|p| &p.claim)).map_or(0, |s| s.start.0);
    let status = serde_json::to_value(booking.status)?;
    let within = day_rows(day);
    conn.prepare_cached(
        "INSERT INTO booking (id, day, booking, card, status, start_ms, body) \
         VALUES (1 + coalesce((SELECT max(id) FROM booking WHERE id BETWEEN ?7 AND ?8), ?7), ?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (booking, day) DO UPDATE SET status = ?4, start_ms = ?5, body = ?6",
    )?
    .execute(params![
        day,
        booking.id().as_bytes(),
        booking.visit.card.as_ref().map(|c| c.as_bytes().to_vec()),
        status.as_str().unwrap_or_default(),
        start,
        body,
        within.start(),
        within.end()
    ])?;
    Ok(())
}
