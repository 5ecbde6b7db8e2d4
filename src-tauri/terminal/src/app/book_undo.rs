//! Undoing what was done in the book, and making a part longer or shorter. What was done is kept in this terminal's
//! store, the latest few for an hour; undoing it adds facts that lead back, so that it merges like anything else. What
//! somebody else has gone on with since is refused: it is theirs.

use super::App;
use super::book::{Placed, check_place, note_fact, status_fact, status_name};
use super::catalog::{Catalog, time_failure};
use crate::store::{StoreError, Unit};
use salon_contract::window::{AppointmentView, Code, Failure, ResizePart, UndoableView, Undone};
use salon_domain::access::Permission;
use salon_domain::booking::{
    Before, BookAct, BookFact, BookStep, Booking, BookingStatus, Claim, Mark, can_reschedule, go_on_after, resized,
};
use salon_domain::kernel::{BookingId, ClaimId, EventId, Instant, day_number};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

const STEPS: &str = "book_steps";
const STEPS_MAX: usize = 20;
/// Who wants to take back what is longer ago looks at it first.
const STEP_AGE_MAX_MIN: i64 = 60;

/// What is being done, for [`remember`].
pub(super) struct Doing<'a> {
    pub key: Uuid,
    pub act: BookAct,
    pub by: Uuid,
    pub booking: BookingId,
    /// As it was; a new one was not.
    pub before: Option<&'a Booking>,
    pub from_day: i32,
    pub day: i32,
}

/// Keeps what was just done, in the transaction that did it.
pub(super) fn remember(unit: &mut Unit<'_>, doing: &Doing<'_>) -> Result<(), Failure> {
    let now = unit.booking(doing.day, doing.booking)?.ok_or(Code::NotFound)?;
    let before = match doing.before {
        None => None,
        Some(booking) => {
            let claims: Vec<Claim> = booking.parts.iter().map(|part| part.claim.clone()).collect();
            let taken = unit.day_book(doing.from_day)?;
            let was_free = in_the_way(&taken, &claims, doing.booking).is_none();
            Some(Before {
                mark: Mark::of(booking),
                claims,
                status: booking.status,
                reason: booking.reason.clone(),
                was_free,
            })
        }
    };
    let mut steps = steps(unit)?;
    steps.push(BookStep {
        key: doing.key,
        act: doing.act,
        at: unit.now(),
        by: doing.by,
        booking: doing.booking,
        from_day: doing.from_day,
        day: doing.day,
        before,
        left: Mark::of(&now),
    });
    let extra = steps.len().saturating_sub(STEPS_MAX);
    steps.drain(..extra);
    Ok(unit.set_meta(STEPS, &steps)?)
}

fn is_fresh(step: &BookStep, now: Instant) -> bool {
    now.0 < step.at.plus_min(STEP_AGE_MAX_MIN).0
}

fn steps(unit: &Unit<'_>) -> Result<Vec<BookStep>, StoreError> {
    let mut steps: Vec<BookStep> = unit.meta(STEPS)?.unwrap_or_default();
    steps.retain(|step| is_fresh(step, unit.now()));
    Ok(steps)
}

/// A claim of another booking on anything that `claims` take, at that time.
fn in_the_way<'a>(taken: &'a [Booking], claims: &[Claim], except: BookingId) -> Option<&'a Claim> {
    let others = taken.iter().filter(|b| b.id() != except && b.status.holds_time()).flat_map(|b| &b.parts);
    others.map(|part| &part.claim).find(|other| {
        claims.iter().any(|claim| {
            claim.resources().any(|resource| {
                let held = if other.resources().any(|r| r == resource) { other.holds(&resource) } else { Vec::new() };
                claim.holds(&resource).iter().any(|mine| held.iter().any(|theirs| theirs.overlaps(mine)))
            })
        })
    })
}

impl App {
    pub(super) fn resize_part(&self, wanted: &ResizePart) -> Result<AppointmentView, Failure> {
        let user = self.require(Permission::BookWrite)?;
        let catalog = self.catalog()?;
        self.with_booking_step(wanted.key, wanted.booking, Some(BookAct::Resized), |unit, found| {
            if !can_reschedule(found.status) && found.status != BookingStatus::InProgress {
                return Err(Failure::new(Code::IllegalStatus).with("status", status_name(found.status)));
            }
            let part = found.parts.iter().find(|p| p.claim.id == wanted.claim).ok_or(Code::NotFound)?;
            let too_short = || Failure::new(Code::BadInput).with("field", "minutes");
            let phases = resized(&part.claim.phases, wanted.minutes).ok_or_else(too_short)?;
            let claim = Claim { phases, ..again(unit, &part.claim, vec![wanted.claim], user)? };
            let date = catalog.zone.day_of(claim.start).map_err(time_failure)?;
            let taken = unit.day_book(day_number(date))?;
            // What is made shorter where it is stays where it was allowed.
            if wanted.minutes > u16::try_from(part.claim.minutes()).unwrap_or(u16::MAX) {
                check_place(&catalog, &taken, &claim, date, Some(wanted.booking))?;
            }
            Ok(vec![BookFact::Claim(claim)])
        })
    }

    /// What the next undo would undo, if anything.
    pub(super) fn undoable(&self) -> Result<Option<UndoableView>, Failure> {
        self.require(Permission::BookRead)?;
        let steps: Vec<BookStep> = self.store.meta(STEPS)?.unwrap_or_default();
        let now = self.clock.now();
        let Some(step) = steps.into_iter().rfind(|step| is_fresh(step, now)) else { return Ok(None) };
        let Some(row) = self.store.booking(step.booking)? else { return Ok(None) };
        let view = self.appointment((step.booking, row.day))?;
        Ok(Some(UndoableView {
            step: step.key,
            act: step.act,
            booking: step.booking,
            client_name: view.client_name,
            by: self.catalog()?.person_name(step.by),
            status: (step.act == BookAct::Status).then_some(view.status),
        }))
    }

    pub(super) fn undo_book(&self, key: Uuid, wanted: Option<Uuid>) -> Result<Undone, Failure> {
        let user = self.require(Permission::BookWrite)?;
        let catalog = self.catalog()?;
        let (act, placed): (BookAct, Placed) = self.store.write::<_, Failure>(|unit| {
            if let Some(done) = unit.done_before(key)? {
                return Ok(done);
            }
            let mut steps = steps(unit)?;
            let at = match wanted {
                Some(key) => steps.iter().position(|step| step.key == key),
                None => steps.len().checked_sub(1),
            };
            let step = steps.remove(at.ok_or(Code::NothingToUndo)?);
            let now = unit.booking(step.day, step.booking)?.ok_or(Code::ChangedSince)?;
            if !step.still_stands(&now) {
                let by = step.changed_by(&now).map_or_else(String::new, |by| catalog.person_name(by));
                return Err(Failure::new(Code::ChangedSince).with("name", by));
            }
            let way = Way { step: &step, now: &now, user };
            let anew = way.back(unit, &catalog)?;
            let after = unit.booking(step.from_day, step.booking)?.ok_or(Code::NotFound)?;
            go_on_after(&mut steps, &step, &anew, &after);
            unit.set_meta(STEPS, &steps)?;
            let done = (step.act, (step.booking, step.from_day));
            unit.mark_done(key, &done)?;
            Ok(done)
        })?;
        Ok(Undone { act, appointment: self.appointment(placed)? })
    }
}

/// The claim at the same place once more: another claim, of this moment.
fn again(unit: &mut Unit<'_>, claim: &Claim, supersedes: Vec<ClaimId>, by: Uuid) -> Result<Claim, StoreError> {
    let device = unit.identity()?.device;
    Ok(Claim { id: unit.id(), at: unit.stamp()?, device, by, supersedes, server_seq: None, ..claim.clone() })
}

/// From where a step left a booking to where it was before.
struct Way<'a> {
    step: &'a BookStep,
    now: &'a Booking,
    user: Uuid,
}

/// The new claims that stand for earlier ones.
type Anew = HashMap<ClaimId, ClaimId>;

impl Way<'_> {
    fn back(&self, unit: &mut Unit<'_>, catalog: &Catalog) -> Result<Anew, Failure> {
        let Some(before) = &self.step.before else {
            // A booking that was made is cancelled, not torn out: another device may have begun it meanwhile, and that
            // outranks a cancellation.
            let fact = self.status(unit, BookingStatus::Cancelled, "", self.now)?;
            unit.add_facts(self.step.day, &[fact])?;
            return Ok(Anew::new());
        };
        if before.was_free && before.status.holds_time() {
            let taken = unit.day_book(self.step.from_day)?;
            if let Some(other) = in_the_way(&taken, &before.claims, self.step.booking) {
                let name = catalog.person_name(other.staff.uuid());
                return Err(Failure::new(Code::StaffBusy).with("name", name));
            }
        }
        match self.step.act {
            BookAct::Made | BookAct::Status => {
                let fact = self.status(unit, before.status, &before.reason, self.now)?;
                unit.add_facts(self.step.day, &[fact])?;
                Ok(Anew::new())
            }
            BookAct::Moved | BookAct::Resized if self.step.from_day == self.step.day => self.claims_back(unit, before),
            BookAct::Moved | BookAct::Resized => self.day_back(unit, before),
        }
    }

    fn status(
        &self,
        unit: &mut Unit<'_>,
        to: BookingStatus,
        reason: &str,
        knows: &Booking,
    ) -> Result<BookFact, StoreError> {
        status_fact(unit, self.step.booking, to, reason, knows.heads.clone(), self.user)
    }

    /// What took a claim's place gives it back.
    fn claims_back(&self, unit: &mut Unit<'_>, before: &Before) -> Result<Anew, Failure> {
        let earlier: HashSet<ClaimId> = before.claims.iter().map(|claim| claim.id).collect();
        let live: HashSet<ClaimId> = self.now.parts.iter().map(|part| part.claim.id).collect();
        let gone: Vec<&Claim> = before.claims.iter().filter(|claim| !live.contains(&claim.id)).collect();
        let fresh: Vec<ClaimId> = live.difference(&earlier).copied().collect();
        // A step moves one part; more would be somebody else's doing, which has been refused before.
        let ([old], [new]) = (gone.as_slice(), fresh.as_slice()) else { return Err(Code::ChangedSince.into()) };
        let claim = again(unit, old, vec![*new], self.user)?;
        let anew = Anew::from([(old.id, claim.id)]);
        unit.add_facts(self.step.day, &[BookFact::Claim(claim)])?;
        Ok(anew)
    }

    /// The visit goes back into the book of the day that it was taken out of.
    fn day_back(&self, unit: &mut Unit<'_>, before: &Before) -> Result<Anew, Failure> {
        let there = unit.booking(self.step.from_day, self.step.booking)?.ok_or(Code::ChangedSince)?;
        let (mut facts, mut anew) = (Vec::new(), Anew::new());
        for old in &before.claims {
            let claim = again(unit, old, Vec::new(), self.user)?;
            anew.insert(old.id, claim.id);
            facts.push(BookFact::Claim(claim));
        }
        if there.status != self.now.status {
            facts.push(self.status(unit, self.now.status, &self.now.reason, &there)?);
        }
        if there.note != self.now.note {
            facts.push(note_fact(unit, self.step.booking, &self.now.note, self.user)?);
        }
        let id: EventId = unit.id();
        let release = BookFact::Release {
            id,
            booking: self.step.booking,
            claims: self.now.parts.iter().map(|part| part.claim.id).collect(),
            at: unit.stamp()?,
            by: self.user,
        };
        unit.add_facts(self.step.from_day, &facts)?;
        unit.add_facts(self.step.day, &[release])?;
        Ok(anew)
    }
}
