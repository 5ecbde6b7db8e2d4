//! What was done to a booking and can be undone: how it was before, and how it was left. Undoing is never an edit: it
//! adds facts that lead back, and only as long as nobody has gone on from where it was left. Which facts is the use
//! case's business, for they need ids and a clock.

use super::fold::Booking;
use super::model::{BookingStatus, Claim};
use crate::kernel::{BookingId, ClaimId, EventId, Hlc, Instant};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// What can be undone in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookAct {
    Made,
    Moved,
    Resized,
    /// Cancelled, missed, confirmed or brought back.
    Status,
}

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookStep {
    /// The idempotency key of the command that did it.
    pub key: Uuid,
    pub act: BookAct,
    pub at: Instant,
    pub by: Uuid,
    pub booking: BookingId,
    /// The day whose book it was in.
    pub from_day: i32,
    /// The day whose book it is in since.
    pub day: i32,
    /// None: it was made by this.
    pub before: Option<Before>,
    pub left: Mark,
}

/// The steps that are left once `undone` was undone: those of the same booking go on from where it is now, in which new
/// claims stand for earlier ones. `now` is the same as what it was before `undone`, by other facts.
pub fn go_on_after(steps: &mut [BookStep], undone: &BookStep, anew: &HashMap<ClaimId, ClaimId>, now: &Booking) {
    let was = undone.before.as_ref().map(|before| before.mark.clone().with(anew));
    for step in steps.iter_mut().filter(|step| step.booking == undone.booking) {
        step.left = step.left.clone().with(anew);
        if was.as_ref() == Some(&step.left) {
            step.left = Mark::of(now);
        }
        if let Some(before) = &mut step.before {
            before.mark = before.mark.clone().with(anew);
            for claim in &mut before.claims {
                claim.id = anew.get(&claim.id).copied().unwrap_or(claim.id);
            }
        }
    }
}

/// A booking as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    pub mark: Mark,
    pub claims: Vec<Claim>,
    pub status: BookingStatus,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Nobody else was booked where it was: going back needs that again.
    pub was_free: bool,
}

/// What a booking is recognised by: another mark means that somebody went on with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    claims: Vec<ClaimId>,
    heads: Vec<EventId>,
    arrived: Option<Hlc>,
}

impl Mark {
    pub fn of(booking: &Booking) -> Mark {
        let mut claims: Vec<ClaimId> = booking.parts.iter().map(|part| part.claim.id).collect();
        let mut heads = booking.heads.clone();
        claims.sort_unstable();
        heads.sort_unstable();
        Mark { claims, heads, arrived: booking.arrived }
    }

    fn with(mut self, anew: &HashMap<ClaimId, ClaimId>) -> Mark {
        for claim in &mut self.claims {
            *claim = anew.get(claim).copied().unwrap_or(*claim);
        }
        self.claims.sort_unstable();
        self
    }
}

impl BookStep {
    /// Whether the booking is as this step left it. A note does not count: it stays, whatever is undone.
    pub fn still_stands(&self, booking: &Booking) -> bool {
        self.left == Mark::of(booking)
    }

    /// Who went on with it, as far as its claims and statuses tell.
    pub fn changed_by(&self, booking: &Booking) -> Option<Uuid> {
        let claims = booking.parts.iter().map(|part| &part.claim);
        let moved = claims.filter(|claim| !self.left.claims.contains(&claim.id)).map(|claim| (claim.at, claim.by));
        let heads = booking.log.iter().filter(|entry| booking.heads.contains(&entry.id));
        let set = heads.filter(|entry| !self.left.heads.contains(&entry.id)).map(|entry| (entry.at, entry.by));
        moved.chain(set).max_by_key(|(at, _)| *at).map(|(_, by)| by)
    }
}
