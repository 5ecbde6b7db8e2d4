//! From facts to bookings.

use super::model::{BookFact, BookingStatus, Claim, Note, StatusChange, Visit, Waiver};
use crate::kernel::{BookingId, ClaimId, EventId, Hlc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// One service of a booking: its claim that no other has taken the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub claim: Claim,
    /// Another live claim took the place of the same earlier one: it was moved in two places at once.
    pub moved_twice: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusEntry {
    pub id: EventId,
    pub status: BookingStatus,
    pub reason: String,
    pub at: Hlc,
    pub by: Uuid,
}

/// A booking as its facts make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    pub visit: Visit,
    pub status: BookingStatus,
    /// Why, where somebody said so (a cancellation).
    pub reason: String,
    /// All of them, oldest first: who did what and when.
    pub log: Vec<StatusEntry>,
    /// The status entries that nobody has followed up: what the next change has to name in `after`.
    pub heads: Vec<EventId>,
    /// Two heads that disagree, one of them giving the time back (cancelled here, carried on there).
    pub split: bool,
    pub arrived: Option<Hlc>,
    pub note: String,
    /// By start, then id.
    pub parts: Vec<Part>,
    /// What was let pass without a patch test, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
}

impl Booking {
    pub fn id(&self) -> BookingId {
        self.visit.booking
    }
}

#[derive(Default)]
struct Gathered {
    visit: Option<Visit>,
    claims: Vec<Claim>,
    gone: HashSet<ClaimId>,
    statuses: Vec<StatusChange>,
    arrived: Option<Hlc>,
    note: Option<Note>,
    waivers: Vec<Waiver>,
}

/// The bookings of a day, by id. Facts of a booking whose visit has not arrived yet are left out until it has. The
/// order of `facts` does not matter.
pub fn fold_book<'a>(facts: impl IntoIterator<Item = &'a BookFact>) -> Vec<Booking> {
    let mut all: BTreeMap<BookingId, Gathered> = BTreeMap::new();
    for fact in facts {
        let of = all.entry(fact.booking()).or_default();
        match fact {
            BookFact::Visit(v) => of.visit = Some(v.clone()),
            BookFact::Claim(c) => of.claims.push(c.clone()),
            BookFact::Release { claims, .. } => of.gone.extend(claims.iter().copied()),
            BookFact::Status(s) => of.statuses.push(s.clone()),
            BookFact::Arrived { at, .. } => of.arrived = Some(of.arrived.map_or(*at, |a| a.min(*at))),
            BookFact::Note(n) => {
                if of.note.as_ref().is_none_or(|old| (old.at, old.id) < (n.at, n.id)) {
                    of.note = Some(n.clone());
                }
            }
            BookFact::Waived(w) => of.waivers.push(w.clone()),
        }
    }
    all.into_values().filter_map(booking_of).collect()
}

fn booking_of(gathered: Gathered) -> Option<Booking> {
    let visit = gathered.visit?;
    let parts = live_parts(gathered.claims, &gathered.gone);
    let mut waivers = gathered.waivers;
    waivers.sort_by_key(|w| (w.at, w.id));
    waivers.dedup_by_key(|w| w.id);
    let mut statuses = gathered.statuses;
    statuses.sort_by_key(|s| (s.at, s.id));
    let followed: BTreeSet<EventId> = statuses.iter().flat_map(|s| s.after.iter().copied()).collect();
    let heads: Vec<&StatusChange> = statuses.iter().filter(|s| !followed.contains(&s.id)).collect();
    let winner = heads.iter().max_by_key(|s| (s.status.rank(), s.at, s.id));
    let split = heads.iter().any(|s| s.status.holds_time()) && heads.iter().any(|s| !s.status.holds_time());
    Some(Booking {
        status: winner.map_or(BookingStatus::Pending, |s| s.status),
        reason: winner.map_or_else(String::new, |s| s.reason.clone()),
        heads: heads.iter().map(|s| s.id).collect(),
        split,
        log: statuses
            .iter()
            .map(|s| StatusEntry { id: s.id, status: s.status, reason: s.reason.clone(), at: s.at, by: s.by })
            .collect(),
        arrived: gathered.arrived,
        note: gathered.note.map_or_else(String::new, |n| n.text),
        parts,
        waivers,
        visit,
    })
}

fn live_parts(claims: Vec<Claim>, gone: &HashSet<ClaimId>) -> Vec<Part> {
    let superseded: HashSet<ClaimId> = claims.iter().flat_map(|c| c.supersedes.iter().copied()).collect();
    let mut live: Vec<Claim> =
        claims.into_iter().filter(|c| !superseded.contains(&c.id) && !gone.contains(&c.id)).collect();
    live.sort_by_key(|c| (c.start, c.id));
    live.dedup_by_key(|c| c.id);
    let mut successors: HashMap<ClaimId, u32> = HashMap::new();
    for claim in &live {
        for old in &claim.supersedes {
            *successors.entry(*old).or_default() += 1;
        }
    }
    live.into_iter()
        .map(|claim| Part {
            moved_twice: claim.supersedes.iter().any(|old| successors.get(old).is_some_and(|n| *n > 1)),
            claim,
        })
        .collect()
}
