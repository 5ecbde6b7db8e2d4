//! The book's commands: make, move, status, arrival, note; and suggestions of times.

use super::book_undo::{Doing, remember};
use super::catalog::{parse_date, time_failure};
use super::patch::{Allowed, Asked, waivers_of};
use super::{App, Catalog};
use crate::store::{StoreError, Unit};
use salon_contract::window::{
    AppointmentView, BookingDraft, Code, Failure, MoveBooking, ReasonView, SlotPartView, SlotView, Suggest,
};
use salon_domain::access::Permission;
use salon_domain::booking::{
    BookAct, BookFact, Booking, BookingStatus, Claim, DayRoster, Note, PartWish, Resource, Slot, SlotReason, Source,
    StatusChange, Visit, VisitWish, can_reschedule, check_transition, find_slots, staff_busy,
};
use salon_domain::customer::PatchStage;
use salon_domain::kernel::{BookingId, ClaimId, EventId, Instant, Interval, ServiceId, StaffId, day_number};
use std::collections::HashMap;
use uuid::Uuid;

/// What a command on a booking answers with: where it is now.
pub(super) type Placed = (BookingId, i32);

impl App {
    pub fn make_booking(&self, key: Uuid, draft: &BookingDraft) -> Result<AppointmentView, Failure> {
        self.book(key, draft, None)
    }

    /// `allowed`: although a patch test is missing.
    pub(super) fn book(
        &self,
        key: Uuid,
        draft: &BookingDraft,
        allowed: Option<&Allowed>,
    ) -> Result<AppointmentView, Failure> {
        let user = self.require(Permission::BookWrite)?;
        let catalog = self.catalog()?;
        let date = parse_date(&draft.date)?;
        let day = day_number(date);
        if draft.parts.is_empty() {
            return Err(Failure::new(Code::BadInput).with("field", "services"));
        }
        if draft.card.is_none() && draft.client_name.trim().is_empty() && draft.source != Source::WalkIn {
            return Err(Failure::new(Code::BadInput).with("field", "client"));
        }
        let card = draft.card.map(|card| self.store.stands_for(card)).transpose()?;
        let placed: Placed = self.store.write::<_, Failure>(|unit| {
            if let Some(done) = unit.done_before(key)? {
                return Ok(done);
            }
            let identity = unit.identity()?.clone();
            let booking: BookingId = unit.id();
            let at = unit.stamp()?;
            let visit = Visit {
                booking,
                branch: identity.branch,
                card,
                client_name: draft.client_name.trim().to_owned(),
                source: draft.source,
                at,
                device: identity.device,
                by: user,
            };
            let mut facts = vec![BookFact::Visit(visit)];
            let taken = unit.day_book(day)?;
            let mut services = Vec::new();
            for part in &draft.parts {
                let start = catalog.zone.at_minute(date, part.start_minute).map_err(time_failure)?;
                let claim = new_claim(unit, &catalog, booking, part.service, part.staff, start, user)?;
                if !draft.anyway {
                    check_place(&catalog, &taken, &claim, date, None)?;
                }
                services.push((part.service, start));
                facts.push(BookFact::Claim(claim));
            }
            let asked = Asked { booking, card, services, stage: PatchStage::Booking, waived: &[] };
            facts.extend(self.check_patch(unit, &catalog, &asked, allowed, user)?);
            let online = matches!(draft.source, Source::Web | Source::Mobile);
            let status = if online { BookingStatus::Pending } else { BookingStatus::Confirmed };
            facts.push(status_fact(unit, booking, status, "", Vec::new(), user)?);
            if !draft.note.trim().is_empty() {
                facts.push(note_fact(unit, booking, draft.note.trim(), user)?);
            }
            unit.add_facts(day, &facts)?;
            remember(unit, &Doing { key, act: BookAct::Made, by: user, booking, before: None, from_day: day, day })?;
            let placed = (booking, day);
            unit.mark_done(key, &placed)?;
            Ok(placed)
        })?;
        self.appointment(placed)
    }

    pub(super) fn move_booking(&self, to: &MoveBooking) -> Result<AppointmentView, Failure> {
        self.move_to(to, None)
    }

    /// `allowed`: although a patch test is missing.
    pub(super) fn move_to(&self, to: &MoveBooking, allowed: Option<&Allowed>) -> Result<AppointmentView, Failure> {
        let user = self.require(Permission::BookWrite)?;
        let catalog = self.catalog()?;
        let date = parse_date(&to.date)?;
        let from_day = self.day_of(to.booking)?;
        let to_day = day_number(date);
        let placed: Placed = self.store.write::<_, Failure>(|unit| {
            if let Some(done) = unit.done_before(to.key)? {
                return Ok(done);
            }
            let booking = unit.booking(from_day, to.booking)?.ok_or(Code::NotFound)?;
            if !can_reschedule(booking.status) {
                return Err(Failure::new(Code::IllegalStatus).with("status", status_name(booking.status)));
            }
            let old = &booking.parts.iter().find(|p| p.claim.id == to.claim).ok_or(Code::NotFound)?.claim;
            let start = catalog.zone.at_minute(date, to.start_minute).map_err(time_failure)?;
            let mut claim = new_claim(unit, &catalog, to.booking, old.service, to.staff, start, user)?;
            claim.price_minor = if to.staff == old.staff { old.price_minor } else { claim.price_minor };
            if to.staff == old.staff {
                claim.phases = old.phases.clone();
            }
            claim.places = old.places.clone();
            check_place(&catalog, &unit.day_book(to_day)?, &claim, date, Some(to.booking))?;
            let mut asked = Asked::of(&booking, PatchStage::Booking);
            if from_day == to_day {
                asked.services = vec![(claim.service, claim.start)];
            } else {
                // The whole visit moves together.
                let delta_ms = claim.start.0 - old.start.0;
                asked.services.iter_mut().for_each(|(_, start)| start.0 += delta_ms);
            }
            let waived = self.check_patch(unit, &catalog, &asked, allowed, user)?;
            if from_day == to_day {
                claim.supersedes = vec![old.id];
                unit.add_facts(from_day, &[vec![BookFact::Claim(claim)], waived].concat())?;
            } else {
                unit.add_facts(to_day, &waived)?;
                move_to_day(unit, &booking, old.id, claim, (from_day, to_day), user)?;
            }
            let doing = Doing {
                key: to.key,
                act: BookAct::Moved,
                by: user,
                booking: to.booking,
                before: Some(&booking),
                from_day,
                day: to_day,
            };
            remember(unit, &doing)?;
            let placed = (to.booking, to_day);
            unit.mark_done(to.key, &placed)?;
            Ok(placed)
        })?;
        self.appointment(placed)
    }

    pub fn set_status(
        &self,
        key: Uuid,
        booking: BookingId,
        to: BookingStatus,
        reason: &str,
    ) -> Result<AppointmentView, Failure> {
        let permission = match to {
            BookingStatus::InProgress | BookingStatus::Completed => Permission::OwnBookWrite,
            _ => Permission::BookWrite,
        };
        let user = self.require(permission)?;
        let catalog = self.catalog()?;
        // What was begun or finished is not undone by a key: it has steps of its own.
        let act = (permission == Permission::BookWrite).then_some(BookAct::Status);
        self.with_booking_step(key, booking, act, |unit, found| {
            if check_transition(found.status, to).is_err() {
                return Err(Failure::new(Code::IllegalStatus).with("status", status_name(found.status)));
            }
            // Who is begun with at once has not been asked for at the door.
            if to == BookingStatus::InProgress && found.arrived.is_none() {
                self.check_patch(unit, &catalog, &Asked::of(found, PatchStage::Arrival), None, user)?;
            }
            Ok(vec![status_fact(unit, booking, to, reason, found.heads.clone(), user)?])
        })
    }

    pub fn check_in(&self, key: Uuid, booking: BookingId) -> Result<AppointmentView, Failure> {
        self.receive(key, booking, None)
    }

    /// `allowed`: although a patch test is missing.
    pub(super) fn receive(
        &self,
        key: Uuid,
        booking: BookingId,
        allowed: Option<&Allowed>,
    ) -> Result<AppointmentView, Failure> {
        let user = self.require(Permission::OwnBookWrite)?;
        let catalog = self.catalog()?;
        self.with_booking(key, booking, |unit, found| {
            let asked = Asked::of(found, PatchStage::Arrival);
            let mut facts = self.check_patch(unit, &catalog, &asked, allowed, user)?;
            match found.status {
                BookingStatus::Confirmed => {}
                // Whoever is here has confirmed by coming.
                BookingStatus::Pending | BookingStatus::NoShow => {
                    let heads = found.heads.clone();
                    facts.push(status_fact(unit, booking, BookingStatus::Confirmed, "", heads, user)?);
                }
                other => return Err(Failure::new(Code::IllegalStatus).with("status", status_name(other))),
            }
            let id: EventId = unit.id();
            facts.push(BookFact::Arrived { id, booking, at: unit.stamp()?, by: user });
            Ok(facts)
        })
    }

    pub(super) fn note_booking(&self, key: Uuid, booking: BookingId, text: &str) -> Result<AppointmentView, Failure> {
        let user = self.require(Permission::OwnBookWrite)?;
        self.with_booking(key, booking, |unit, _| Ok(vec![note_fact(unit, booking, text.trim(), user)?]))
    }

    fn day_of(&self, booking: BookingId) -> Result<i32, Failure> {
        self.store.day_of_booking(booking)?.ok_or_else(|| Failure::new(Code::NotFound).with("what", "booking"))
    }

    fn with_booking(
        &self,
        key: Uuid,
        booking: BookingId,
        facts: impl FnOnce(&mut Unit<'_>, &Booking) -> Result<Vec<BookFact>, Failure>,
    ) -> Result<AppointmentView, Failure> {
        self.with_booking_step(key, booking, None, facts)
    }

    /// Adds facts to a booking, in a way that can be undone if `act` says how it is called.
    pub(super) fn with_booking_step(
        &self,
        key: Uuid,
        booking: BookingId,
        act: Option<BookAct>,
        facts: impl FnOnce(&mut Unit<'_>, &Booking) -> Result<Vec<BookFact>, Failure>,
    ) -> Result<AppointmentView, Failure> {
        let by = self.who().map_or_else(Uuid::nil, |staff| staff.uuid());
        let day = self.day_of(booking)?;
        let placed: Placed = self.store.write::<_, Failure>(|unit| {
            if let Some(done) = unit.done_before(key)? {
                return Ok(done);
            }
            let found = unit.booking(day, booking)?.ok_or(Code::NotFound)?;
            let facts = facts(unit, &found)?;
            unit.add_facts(day, &facts)?;
            if let Some(act) = act {
                let before = Some(&found);
                remember(unit, &Doing { key, act, by, booking, before, from_day: day, day })?;
            }
            unit.mark_done(key, &(booking, day))?;
            Ok((booking, day))
        })?;
        self.appointment(placed)
    }

    pub(super) fn suggest(&self, wish: &Suggest) -> Result<Vec<SlotView>, Failure> {
        let catalog = self.catalog()?;
        let mut date = parse_date(&wish.date)?;
        let visit = self.wish(&catalog, &wish.services, wish.staff)?;
        let mut found = Vec::new();
        for _ in 0..wish.days.clamp(1, 60) {
            let roster = self.kept_roster(&catalog, date)?;
            for slot in find_slots(&roster, &visit, usize::from(wish.limit)) {
                found.push(slot_view(&catalog, &wish.services, date, &slot));
            }
            if found.len() >= usize::from(wish.limit) {
                break;
            }
            date = date.tomorrow().map_err(|_| Failure::new(Code::BadInput).with("field", "date"))?;
        }
        found.truncate(usize::from(wish.limit));
        Ok(found)
    }

    pub(super) fn wish(
        &self,
        catalog: &Catalog,
        services: &[ServiceId],
        staff: Option<StaffId>,
    ) -> Result<VisitWish, Failure> {
        let parts = services
            .iter()
            .map(|id| {
                let service = catalog.services.get(id).ok_or(Code::NotFound)?;
                let by = catalog
                    .stylists()
                    .filter(|s| staff.is_none_or(|wanted| wanted == s.id) && s.can_perform(*id))
                    .map(|s| {
                        (s.id, service.phases_for(s.id).to_vec(), service.buffer_before_min, service.buffer_after_min)
                    })
                    .collect();
                Ok(PartWish { service: *id, by })
            })
            .collect::<Result<Vec<_>, Failure>>()?;
        Ok(VisitWish { parts, earliest: self.clock.now(), grid_min: 15 })
    }

    /// A day's stylists with their working hours and what is booked, without one booking if asked.
    pub(super) fn roster(
        &self,
        catalog: &Catalog,
        date: jiff::civil::Date,
        without: Option<BookingId>,
    ) -> Result<DayRoster, Failure> {
        let span = catalog.zone.day_span(date).map_err(time_failure)?;
        let day = day_number(date);
        // Neighbouring days too: a visit may cross midnight.
        let days = [day - 1, day, day + 1].map(|near| self.store.day_rows(near));
        let mut busy: HashMap<StaffId, Vec<Interval>> = HashMap::new();
        for rows in days {
            for booking in rows?.iter().map(|r| &r.booking).filter(|b| Some(b.id()) != without && b.status.holds_time())
            {
                for claim in booking.parts.iter().map(|p| &p.claim) {
                    busy.entry(claim.staff).or_default().extend(claim.holds(&Resource::Staff(claim.staff)));
                }
            }
        }
        let open = catalog.branch.hours.spans(date, &catalog.zone).map_err(time_failure)?;
        let mut roster = DayRoster::new(span);
        for person in catalog.stylists() {
            let shifts = person.hours.spans(date, &catalog.zone).map_err(time_failure)?;
            let working: Vec<Interval> =
                shifts.iter().flat_map(|s| open.iter().filter_map(|o| overlap(s, o))).collect();
            roster.add(person.id, &working, busy.get(&person.id).map_or(&[], Vec::as_slice));
        }
        Ok(roster)
    }
}

fn overlap(a: &Interval, b: &Interval) -> Option<Interval> {
    let both = Interval::new(a.start.max(b.start), a.end.min(b.end));
    (!both.is_empty()).then_some(both)
}

fn new_claim(
    unit: &mut Unit<'_>,
    catalog: &Catalog,
    booking: BookingId,
    service: ServiceId,
    staff: StaffId,
    start: Instant,
    user: Uuid,
) -> Result<Claim, Failure> {
    let known = catalog.services.get(&service).ok_or_else(|| Failure::new(Code::NotFound).with("what", "service"))?;
    catalog.person(staff).ok_or_else(|| Failure::new(Code::NotFound).with("what", "staff"))?;
    let id: ClaimId = unit.id();
    let device = unit.identity()?.device;
    Ok(Claim {
        id,
        booking,
        staff,
        places: Vec::new(),
        service,
        start,
        phases: known.phases_for(staff).to_vec(),
        buffer_before_min: known.buffer_before_min,
        buffer_after_min: known.buffer_after_min,
        price_minor: known.price_for(staff),
        at: unit.stamp()?,
        device,
        by: user,
        supersedes: Vec::new(),
        server_seq: None,
    })
}

/// isAvailable and its neighbours, with the reason that a person is told.
pub(super) fn check_place(
    catalog: &Catalog,
    taken: &[Booking],
    claim: &Claim,
    date: jiff::civil::Date,
    except: Option<BookingId>,
) -> Result<(), Failure> {
    let person = catalog.person(claim.staff).ok_or(Code::NotFound)?;
    let refuse = |code: Code| Failure::new(code).with("name", &person.name);
    if !person.can_perform(claim.service) {
        return Err(refuse(Code::CannotPerform));
    }
    let open = catalog.branch.is_within_operating_hours(claim.span(), &catalog.zone).map_err(time_failure)?;
    if !open {
        return Err(refuse(Code::OutsideHours));
    }
    let shifts = person.hours.spans(date, &catalog.zone).map_err(time_failure)?;
    let me = Resource::Staff(claim.staff);
    let holds = claim.holds(&me);
    if !holds.iter().all(|h| shifts.iter().any(|s| s.contains(h))) {
        return Err(refuse(Code::StaffOff));
    }
    let busy = staff_busy(taken.iter().filter(|b| Some(b.id()) != except), claim.staff);
    if holds.iter().any(|h| busy.iter().any(|b| b.overlaps(h))) {
        return Err(refuse(Code::StaffBusy));
    }
    Ok(())
}

/// Moving to another day is two documents: the visit is written into the new day's book with its other live parts left
/// where they are, and released from the old one.
fn move_to_day(
    unit: &mut Unit<'_>,
    booking: &Booking,
    moved: ClaimId,
    claim: Claim,
    (from_day, to_day): (i32, i32),
    user: Uuid,
) -> Result<(), Failure> {
    let delta_ms = booking.parts.iter().find(|p| p.claim.id == moved).map_or(0, |p| claim.start.0 - p.claim.start.0);
    let mut facts = vec![BookFact::Visit(booking.visit.clone())];
    for part in &booking.parts {
        // The whole visit moves together: a client comes once.
        let mut next = if part.claim.id == moved { claim.clone() } else { part.claim.clone() };
        if part.claim.id != moved {
            next.id = unit.id();
            next.start = Instant(next.start.0 + delta_ms);
            next.at = unit.stamp()?;
            next.by = user;
        }
        facts.push(BookFact::Claim(next));
    }
    facts.extend(waivers_of(booking));
    facts.push(status_fact(unit, booking.id(), booking.status, "", Vec::new(), user)?);
    if !booking.note.is_empty() {
        facts.push(note_fact(unit, booking.id(), &booking.note, user)?);
    }
    let id: EventId = unit.id();
    let release = BookFact::Release {
        id,
        booking: booking.id(),
        claims: booking.parts.iter().map(|p| p.claim.id).collect(),
        at: unit.stamp()?,
        by: user,
    };
    unit.add_facts(to_day, &facts)?;
    unit.add_facts(from_day, &[release])?;
    Ok(())
}

pub(super) fn status_fact(
    unit: &mut Unit<'_>,
    booking: BookingId,
    status: BookingStatus,
    reason: &str,
    after: Vec<EventId>,
    by: Uuid,
) -> Result<BookFact, StoreError> {
    let device = unit.identity()?.device;
    let (id, at) = (unit.id(), unit.stamp()?);
    Ok(BookFact::Status(StatusChange { id, booking, status, reason: reason.trim().to_owned(), at, device, by, after }))
}

pub(super) fn note_fact(unit: &mut Unit<'_>, booking: BookingId, text: &str, by: Uuid) -> Result<BookFact, StoreError> {
    Ok(BookFact::Note(Note { id: unit.id(), booking, text: text.to_owned(), at: unit.stamp()?, by }))
}

pub(super) fn status_name(status: BookingStatus) -> String {
    serde_json::to_value(status).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(super) fn slot_view(catalog: &Catalog, services: &[ServiceId], date: jiff::civil::Date, slot: &Slot) -> SlotView {
    let parts = services
        .iter()
        .zip(slot.staff.iter().zip(&slot.starts))
        .map(|(service, (staff, start))| SlotPartView {
            service: *service,
            staff: *staff,
            staff_name: catalog.person_name(staff.uuid()),
            start_minute: catalog.minute(*start),
        })
        .collect();
    let reasons = slot
        .reasons
        .iter()
        .map(|reason| match reason {
            SlotReason::NoGapBefore => ReasonView::NoGapBefore,
            SlotReason::NoGapAfter => ReasonView::NoGapAfter,
            SlotReason::InProcessingGap => ReasonView::InProcessingGap,
            SlotReason::FirstChoice => ReasonView::FirstChoice,
            SlotReason::OneStylist => ReasonView::OneStylist,
        })
        .collect();
    SlotView { date: date.to_string(), start_minute: catalog.minute(slot.start), parts, reasons }
}
