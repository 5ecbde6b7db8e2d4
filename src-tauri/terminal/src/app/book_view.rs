//! The book as screens show it.

use super::book::{Placed, slot_view};
use super::catalog::{parse_date, time_failure};
use super::visits::held_for;
use super::{App, Catalog};
use crate::store::{BookingRow, CardFace};
use salon_contract::window::{
    AppointmentView, ClashKindView, ClashSideView, ClashView, Code, ColumnView, DayView, Failure, LogView, PartView,
};
use salon_domain::access::Permission;
use salon_domain::booking::{Booking, ClashKind, can_reschedule, clashes_of, find_slots, next_statuses};
use salon_domain::branch::DaySpan;
use salon_domain::kernel::{BookingId, CardId, ClaimId, TicketId, day_from_number, day_number};
use std::collections::{HashMap, HashSet};

/// What the views of one day need besides its bookings.
struct Around {
    catalog: std::sync::Arc<Catalog>,
    tickets: HashMap<BookingId, TicketId>,
    /// Held for tickets that are not sold.
    paid: HashMap<TicketId, i64>,
    known: HashSet<CardId>,
    faces: HashMap<CardId, CardFace>,
    clashing: HashSet<BookingId>,
    acked_wall_ms: Option<i64>,
}

pub(super) fn spans(hours: &[DaySpan]) -> Vec<(u16, u16)> {
    hours.iter().map(|s| (s.from_min, s.to_min)).collect()
}

impl App {
    pub fn day(&self, date: Option<&str>) -> Result<DayView, Failure> {
        self.require(Permission::BookRead)?;
        let catalog = self.catalog()?;
        let today = catalog.today(self.clock.now())?;
        let date = date.map_or(Ok(today), parse_date)?;
        let day = day_number(date);
        let rows = self.store.day_rows(day)?;
        let appointments = self.views(&rows, (day, day))?;
        let open = spans(catalog.branch.hours.on(date.weekday()));
        let columns = self.columns(&catalog, date, &rows);
        let booked = appointments.iter().flat_map(|a| &a.parts);
        let from = booked.clone().map(|p| p.start_minute).chain(open.iter().map(|o| o.0)).min().unwrap_or(9 * 60);
        let to = booked.map(|p| p.end_minute).chain(open.iter().map(|o| o.1)).max().unwrap_or(18 * 60);
        Ok(DayView {
            date: date.to_string(),
            is_today: date == today,
            from_minute: from / 60 * 60,
            to_minute: to.div_ceil(60) * 60,
            open,
            columns,
            appointments,
        })
    }

    /// Those who work that day, and those who are booked although they do not.
    fn columns(&self, catalog: &Catalog, date: jiff::civil::Date, rows: &[BookingRow]) -> Vec<ColumnView> {
        let booked: HashSet<_> = rows.iter().flat_map(|r| &r.booking.parts).map(|p| p.claim.staff).collect();
        catalog
            .staff
            .iter()
            .filter(|s| booked.contains(&s.id) || (s.active && s.bookable && !s.hours.on(date.weekday()).is_empty()))
            .map(|s| ColumnView {
                staff: s.id,
                name: s.name.clone(),
                color: catalog.color(s.id),
                working: spans(s.hours.on(date.weekday())),
            })
            .collect()
    }

    /// Rows of the days from one to another, as they are shown.
    pub(super) fn views(&self, rows: &[BookingRow], days: (i32, i32)) -> Result<Vec<AppointmentView>, Failure> {
        let cards: Vec<CardId> = rows.iter().filter_map(|r| r.booking.visit.card).collect();
        let around = Around {
            catalog: self.catalog()?,
            paid: self.store.paid_of_open_tickets()?,
            tickets: self.store.tickets_of_bookings(days)?,
            known: self.store.known_before(&cards, days.0)?,
            faces: self.store.card_faces(&cards)?,
            clashing: self.clashing(rows),
            acked_wall_ms: self.oldest_unsynced()?,
        };
        rows.iter().map(|r| self.view(r, &around)).collect()
    }

    pub(super) fn clashing(&self, rows: &[BookingRow]) -> HashSet<BookingId> {
        let bookings: Vec<Booking> = rows.iter().map(|r| r.booking.clone()).collect();
        clashes_of(&bookings).into_iter().flat_map(|c| [c.first.0, c.second.0]).collect()
    }

    /// When the oldest change that the server does not have was made.
    fn oldest_unsynced(&self) -> Result<Option<i64>, Failure> {
        Ok(self.store.oldest_pending_fact_ms()?)
    }

    pub(super) fn appointment(&self, (booking, day): Placed) -> Result<AppointmentView, Failure> {
        let rows = self.store.day_rows(day)?;
        let views = self.views(&rows, (day, day))?;
        Ok(views.into_iter().find(|v| v.booking == booking).ok_or(Code::NotFound)?)
    }

    pub(super) fn appointments_of(&self, rows: &[BookingRow]) -> Result<Vec<AppointmentView>, Failure> {
        let mut views = Vec::new();
        for row in rows {
            views.extend(self.views(std::slice::from_ref(row), (row.day, row.day))?);
        }
        Ok(views)
    }

    fn view(&self, row: &BookingRow, around: &Around) -> Result<AppointmentView, Failure> {
        let catalog = &around.catalog;
        let booking = &row.booking;
        let face = booking.visit.card.and_then(|id| around.faces.get(&id));
        let text = |of: fn(&CardFace) -> &String| face.map_or_else(String::new, |f| of(f).clone());
        let name = text(|f| &f.name);
        let date = day_from_number(row.day).map_err(time_failure)?;
        let latest = booking.log.iter().map(|e| e.at.wall_ms).chain([booking.visit.at.wall_ms]).max().unwrap_or(0);
        let held = held_for(booking.id(), &around.paid);
        Ok(AppointmentView {
            booking: booking.id(),
            date: date.to_string(),
            card: face.map(|f| f.card).or(booking.visit.card),
            client_name: if name.is_empty() { booking.visit.client_name.clone() } else { name },
            phone: text(|f| &f.phone),
            allergy: text(|f| &f.allergy),
            new_client: booking.visit.card.is_some_and(|c| !around.known.contains(&c)),
            status: booking.status,
            arrived: booking.arrived.is_some(),
            source: booking.visit.source,
            note: booking.note.clone(),
            reason: booking.reason.clone(),
            next: next_statuses(booking.status).to_vec(),
            can_move: can_reschedule(booking.status),
            parts: booking.parts.iter().map(|p| part_view(catalog, &p.claim)).collect(),
            clash: around.clashing.contains(&booking.id()),
            ticket: around.tickets.get(&booking.id()).copied(),
            held_on: held.map(|(ticket, _)| ticket),
            held_minor: held.map_or(0, |(_, minor)| minor),
            total_minor: booking.parts.iter().map(|p| p.claim.price_minor).sum(),
            log: booking
                .log
                .iter()
                .map(|e| LogView {
                    at: e.at.instant(),
                    minute: catalog.minute(e.at.instant()),
                    status: e.status,
                    by: catalog.person_name(e.by),
                    reason: e.reason.clone(),
                })
                .collect(),
            unsynced: around.acked_wall_ms.is_some_and(|oldest| latest >= oldest),
        })
    }

    /// The clashes of a day, each with a suggestion for the one that gives way.
    pub fn clashes(&self, date: &str) -> Result<Vec<ClashView>, Failure> {
        let catalog = self.catalog()?;
        let date = parse_date(date)?;
        let day = day_number(date);
        let bookings: Vec<Booking> = self.store.bookings(day - 1, day + 1)?.into_iter().map(|r| r.booking).collect();
        let today: HashSet<BookingId> = self.store.bookings(day, day)?.into_iter().map(|r| r.booking.id()).collect();
        let by_id: HashMap<BookingId, &Booking> = bookings.iter().map(|b| (b.id(), b)).collect();
        let mut views = Vec::new();
        for clash in clashes_of(&bookings) {
            if !today.contains(&clash.first.0) && !today.contains(&clash.second.0) {
                continue;
            }
            let (Some(first), Some(second)) = (by_id.get(&clash.first.0), by_id.get(&clash.second.0)) else { continue };
            let suggestion = match clash.kind {
                ClashKind::DoubleClaim => self.another_place(&catalog, date, second)?,
                ClashKind::MovedTwice | ClashKind::CancelledAndChanged => None,
            };
            views.push(ClashView {
                kind: match clash.kind {
                    ClashKind::DoubleClaim => ClashKindView::DoubleClaim,
                    ClashKind::MovedTwice => ClashKindView::MovedTwice,
                    ClashKind::CancelledAndChanged => ClashKindView::CancelledAndChanged,
                },
                first: self.side(&catalog, first, clash.first.1)?,
                second: self.side(&catalog, second, clash.second.1)?,
                suggestion,
            });
        }
        Ok(views)
    }

    fn another_place(
        &self,
        catalog: &Catalog,
        date: jiff::civil::Date,
        booking: &Booking,
    ) -> Result<Option<salon_contract::window::SlotView>, Failure> {
        let services: Vec<_> = booking.parts.iter().map(|p| p.claim.service).collect();
        let wish = self.wish(catalog, &services, None)?;
        let roster = self.roster(catalog, date, Some(booking.id()))?;
        let wanted = booking.parts.first().map_or(0, |p| p.claim.start.0);
        let mut slots = find_slots(&roster, &wish, 500);
        slots.sort_by_key(|s| (s.start.0 - wanted).abs());
        Ok(slots.first().map(|slot| slot_view(catalog, &services, date, slot)))
    }

    fn side(&self, catalog: &Catalog, booking: &Booking, claim: ClaimId) -> Result<ClashSideView, Failure> {
        let claim = &booking.parts.iter().find(|p| p.claim.id == claim).ok_or(Code::NotFound)?.claim;
        let card = booking.visit.card.map(|c| self.store.card(c)).transpose()?.flatten();
        Ok(ClashSideView {
            booking: booking.id(),
            claim: claim.id,
            client_name: card.map_or_else(|| booking.visit.client_name.clone(), |c| c.display_name()),
            staff_name: catalog.person_name(claim.staff.uuid()),
            service_name: catalog.services.get(&claim.service).map_or_else(String::new, |s| s.name.clone()),
            start_minute: catalog.minute(claim.start),
            booked_at: claim.at.instant(),
            by: catalog.person_name(claim.by),
        })
    }
}

fn part_view(catalog: &Catalog, claim: &salon_domain::booking::Claim) -> PartView {
    let start_minute = catalog.minute(claim.start);
    PartView {
        claim: claim.id,
        staff: claim.staff,
        service: claim.service,
        service_name: catalog.services.get(&claim.service).map_or_else(String::new, |s| s.name.clone()),
        start_minute,
        end_minute: start_minute + claim.minutes() as u16,
        phases: claim.phases.clone(),
        price_minor: claim.price_minor,
        places: claim.places.clone(),
    }
}
