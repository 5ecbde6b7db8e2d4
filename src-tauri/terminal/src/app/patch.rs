//! Patch tests at the desk: what a visit needs, what it is refused for, and who may let it go on all the same.

use super::till::date_text;
use super::{App, Catalog};
use crate::store::{StoreError, Unit};
use salon_contract::window::{
    AppointmentView, Code, Failure, MoveBooking, PatchFaultView, PatchStandView, WaivePatchTest, WaiverDraft,
    WithoutPatchTest,
};
use salon_domain::access::Permission;
use salon_domain::booking::{BookFact, Booking, BookingStatus, Waiver};
use salon_domain::catalog::PatchTerms;
use salon_domain::customer::{PatchFault, PatchStage, PatchTestAs, check_patch_test, same_kind};
use salon_domain::kernel::{BookingId, CardId, Instant, ServiceId};
use uuid::Uuid;

/// A client's bookings that are looked through for a test that is still to come: those last in the book.
const BOOKINGS_MAX: u32 = 100;
const REASON_MAX: usize = 500;

/// Somebody with the right to do so let a visit go on, and said why.
pub(super) struct Allowed {
    by: Uuid,
    reason: String,
}

/// What a visit is asked for: whose it is, its services with their starts, and when it is asked.
pub(super) struct Asked<'a> {
    pub booking: BookingId,
    pub card: Option<CardId>,
    pub services: Vec<(ServiceId, Instant)>,
    pub stage: PatchStage,
    /// What was let pass before.
    pub waived: &'a [Waiver],
}

impl<'a> Asked<'a> {
    pub fn of(booking: &'a Booking, stage: PatchStage) -> Asked<'a> {
        Asked {
            booking: booking.id(),
            card: booking.visit.card,
            services: booking.parts.iter().map(|p| (p.claim.service, p.claim.start)).collect(),
            stage,
            waived: &booking.waivers,
        }
    }
}

/// A service of a visit that needs a test, and how that stands.
pub(super) struct Stand {
    pub service: ServiceId,
    pub kind: String,
    pub fault: Option<PatchFault>,
}

impl App {
    /// Checks a waiver's PIN, right and reason.
    pub(super) fn allowed(&self, waiver: &WaiverDraft) -> Result<Allowed, Failure> {
        let manager = self.check_pin(waiver.manager, &waiver.pin)?;
        if !manager.may(Permission::WaivePatchTest) {
            return Err(Failure::new(Code::NotAllowed).with("permission", "waive_patch_test"));
        }
        let reason = waiver.reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON_MAX {
            return Err(Failure::new(Code::BadInput).with("field", "reason"));
        }
        Ok(Allowed { by: manager.id.uuid(), reason: reason.to_owned() })
    }

    /// How the tests stand that a visit's services need; nothing for a visit that needs none.
    pub(super) fn patch_stands(&self, catalog: &Catalog, asked: &Asked<'_>) -> Result<Vec<Stand>, Failure> {
        let needs = asked.services.iter().filter_map(|(id, start)| match &catalog.services.get(id)?.patch_test {
            Some(PatchTerms::Needs { kind, hours_before, valid_days }) => {
                Some((*id, *start, (kind.as_str(), *hours_before, *valid_days)))
            }
            _ => None,
        });
        let needs: Vec<_> = needs.collect();
        if needs.is_empty() {
            return Ok(Vec::new());
        }
        let card = asked.card.map(|card| self.store.card(card)).transpose()?.flatten();
        let tests: Vec<PatchTestAs> = card.map(|card| card.patch_tests()).unwrap_or_default();
        let mut stands = Vec::new();
        for (service, start, need) in needs {
            let booked = self.booked_tests(catalog, asked, need.0)?;
            let found = check_patch_test(need, &tests, &booked, (start, catalog.day(start)?), asked.stage);
            stands.push(Stand { service, kind: need.0.to_owned(), fault: found.err() });
        }
        Ok(stands)
    }

    /// When the tests of a kind end that the client has in the book.
    fn booked_tests(&self, catalog: &Catalog, asked: &Asked<'_>, kind: &str) -> Result<Vec<Instant>, Failure> {
        let Some(card) = asked.card else { return Ok(Vec::new()) };
        let tests = |service: &ServiceId| {
            let terms = catalog.services.get(service).and_then(|s| s.patch_test.as_ref());
            matches!(terms, Some(PatchTerms::Test { kind: of }) if same_kind(of, kind))
        };
        let rows = self.store.bookings_of(card, BOOKINGS_MAX)?;
        let coming = rows.iter().map(|row| &row.booking).filter(|b| {
            matches!(b.status, BookingStatus::Pending | BookingStatus::Confirmed | BookingStatus::InProgress)
        });
        let parts = coming.flat_map(|b| &b.parts).filter(|p| tests(&p.claim.service));
        Ok(parts.map(|p| p.claim.span().end).collect())
    }

    /// The facts that let a visit go on although a test is missing: none where nothing is. Refuses it where something
    /// is, nobody allowed it, and nobody had before.
    pub(super) fn check_patch(
        &self,
        unit: &mut Unit<'_>,
        catalog: &Catalog,
        asked: &Asked<'_>,
        allowed: Option<&Allowed>,
        user: Uuid,
    ) -> Result<Vec<BookFact>, Failure> {
        let mut facts = Vec::new();
        for stand in self.patch_stands(catalog, asked)? {
            let Some(fault) = stand.fault else { continue };
            let before = asked.waived.iter().any(|w| w.stage == asked.stage && w.service == stand.service);
            if before || facts.iter().any(|f| matches!(f, BookFact::Waived(w) if w.service == stand.service)) {
                continue;
            }
            let Some(allowed) = allowed else { return Err(refusal(catalog, &stand, fault)) };
            facts.push(waived(unit, asked, &stand, fault, allowed, user)?);
        }
        Ok(facts)
    }

    pub(super) fn waive_patch_test(&self, wanted: &WaivePatchTest) -> Result<AppointmentView, Failure> {
        let allowed = self.allowed(&wanted.waiver)?;
        match &wanted.what {
            WithoutPatchTest::Book { draft } => self.book(wanted.key, draft, Some(&allowed)),
            WithoutPatchTest::Move { booking, claim, date, start_minute, staff } => {
                let to = MoveBooking {
                    key: wanted.key,
                    booking: *booking,
                    claim: *claim,
                    date: date.clone(),
                    start_minute: *start_minute,
                    staff: *staff,
                };
                self.move_to(&to, Some(&allowed))
            }
            WithoutPatchTest::CheckIn { booking } => self.receive(wanted.key, *booking, Some(&allowed)),
        }
    }

    /// How the tests of a booking stand, for the screen. Before the client is here, as for arriving today.
    pub(super) fn patch_view(&self, catalog: &Catalog, booking: &Booking) -> Result<Vec<PatchStandView>, Failure> {
        let near = booking.parts.iter().any(|p| p.claim.start.0 <= self.clock.now().0 + NEAR_MS);
        let stage = if near { PatchStage::Arrival } else { PatchStage::Booking };
        let stands = self.patch_stands(catalog, &Asked::of(booking, stage))?;
        let view = |stand: Stand| PatchStandView {
            service_name: catalog.services.get(&stand.service).map_or_else(String::new, |s| s.name.clone()),
            fault: stand.fault.map(|fault| fault_view(catalog, fault)),
            kind: stand.kind,
        };
        Ok(stands.into_iter().map(view).collect())
    }
}

/// From so long before a visit its tests are shown as they will be asked for at the door.
const NEAR_MS: i64 = 12 * 60 * 60 * 1000;

fn fault_view(catalog: &Catalog, fault: PatchFault) -> PatchFaultView {
    let instant = |at| (catalog.today(at).map(|d| d.to_string()).unwrap_or_default(), catalog.minute(at));
    PatchFaultView::of(fault, date_text, instant)
}

fn refusal(catalog: &Catalog, stand: &Stand, fault: PatchFault) -> Failure {
    let name = catalog.services.get(&stand.service).map_or("", |s| s.name.as_str());
    let with = |code| Failure::new(code).with("name", name).with("kind", &stand.kind);
    match fault_view(catalog, fault) {
        PatchFaultView::Missing => with(Code::PatchTestMissing),
        PatchFaultView::Reaction { date } => with(Code::PatchTestReaction).with("date", date),
        PatchFaultView::TooSoon { date, minute } => {
            with(Code::PatchTestTooSoon).with("date", date).with("minute", minute)
        }
        PatchFaultView::Expired { date } => with(Code::PatchTestExpired).with("date", date),
        PatchFaultView::Unread => with(Code::PatchTestUnread),
    }
}

fn waived(
    unit: &mut Unit<'_>,
    asked: &Asked<'_>,
    stand: &Stand,
    fault: PatchFault,
    allowed: &Allowed,
    user: Uuid,
) -> Result<BookFact, StoreError> {
    Ok(BookFact::Waived(Waiver {
        id: unit.id(),
        booking: asked.booking,
        service: stand.service,
        kind: stand.kind.clone(),
        fault: fault.name().to_owned(),
        stage: asked.stage,
        reason: allowed.reason.clone(),
        at: unit.stamp()?,
        by: allowed.by,
        asked_by: user,
    }))
}

/// The waivers of a visit that moves to another day's book: they go with it.
pub(super) fn waivers_of(booking: &Booking) -> impl Iterator<Item = BookFact> + '_ {
    booking.waivers.iter().cloned().map(BookFact::Waived)
}
