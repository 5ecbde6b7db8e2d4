//! What a merged book has that cannot be: found by rule, never resolved by dropping somebody's booking.

use super::fold::Booking;
use super::model::{Claim, Resource};
use crate::kernel::{BookingId, ClaimId, Interval};
use std::collections::{BTreeMap, HashMap, HashSet};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClashKind {
    /// Two claims on one stylist, chair or room at one time.
    DoubleClaim,
    /// One service was moved to two places by devices that did not know of each other.
    MovedTwice,
    /// Cancelled here, carried on there.
    CancelledAndChanged,
}

/// A clash is data. `first` is the one that keeps the place by the deterministic rule, `second` the one for which a
/// person finds another; for a single booking's clash both name the same booking.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clash {
    pub kind: ClashKind,
    pub first: (BookingId, ClaimId),
    pub second: (BookingId, ClaimId),
    pub resource: Option<Resource>,
}

/// The order in which claims are given their place, as a pure function of the claims: confirmed by the server first
/// (by its sequence), then the more advanced status, then who wrote first (clock, device, id).
fn precedence(booking: &Booking, claim: &Claim) -> impl Ord + use<> {
    (claim.server_seq.unwrap_or(u64::MAX), std::cmp::Reverse(booking.status.rank()), claim.at, claim.device, claim.id)
}

/// The live claims of bookings that hold their time, in order of precedence.
fn contenders(bookings: &[Booking]) -> Vec<(&Booking, &Claim)> {
    let mut all: Vec<(&Booking, &Claim)> = bookings
        .iter()
        .filter(|b| b.status.holds_time())
        .flat_map(|b| b.parts.iter().map(move |p| (b, &p.claim)))
        .collect();
    all.sort_by_cached_key(|(b, c)| precedence(b, c));
    all
}

/// The claims that keep their place: greedy in order of precedence, each taking all of its resources or none.
pub fn winners(bookings: &[Booking]) -> HashSet<ClaimId> {
    let mut taken: HashMap<Resource, Vec<Interval>> = HashMap::new();
    let mut kept = HashSet::new();
    for (_, claim) in contenders(bookings) {
        let wants: Vec<(Resource, Vec<Interval>)> = claim.resources().map(|r| (r.clone(), claim.holds(&r))).collect();
        let free = wants.iter().all(|(resource, spans)| {
            taken.get(resource).is_none_or(|held| !spans.iter().any(|s| held.iter().any(|h| h.overlaps(s))))
        });
        if free {
            kept.insert(claim.id);
            for (resource, spans) in wants {
                taken.entry(resource).or_default().extend(spans);
            }
        }
    }
    kept
}

/// Every clash in the bookings of one branch; give the neighbouring days' bookings too, for visits across midnight.
/// Two parts of one booking on one stylist at one time are that visit's own affair and no clash.
pub fn clashes_of(bookings: &[Booking]) -> Vec<Clash> {
    let mut found = Vec::new();
    let mut held: BTreeMap<Resource, Vec<(Interval, usize)>> = BTreeMap::new();
    let order = contenders(bookings);
    for (ix, (_, claim)) in order.iter().enumerate() {
        for resource in claim.resources() {
            let spans = claim.holds(&resource);
            held.entry(resource).or_default().extend(spans.into_iter().map(|s| (s, ix)));
        }
    }
    let mut pairs = HashSet::new();
    for (resource, mut spans) in held {
        spans.sort_by_key(|(s, ix)| (s.start, s.end, *ix));
        for (at, (span, a)) in spans.iter().enumerate() {
            for (other, b) in spans[at + 1..].iter().take_while(|(o, _)| o.start < span.end) {
                let (first, second) = (order[*a.min(b)], order[*a.max(b)]);
                if span.overlaps(other) && first.0.id() != second.0.id() && pairs.insert((first.1.id, second.1.id)) {
                    found.push(Clash {
                        kind: ClashKind::DoubleClaim,
                        first: (first.0.id(), first.1.id),
                        second: (second.0.id(), second.1.id),
                        resource: Some(resource.clone()),
                    });
                }
            }
        }
    }
    for booking in bookings {
        let of = |kind, a: &Claim, b: &Claim| Clash {
            kind,
            first: (booking.id(), a.id),
            second: (booking.id(), b.id),
            resource: None,
        };
        let twice: Vec<&Claim> = booking.parts.iter().filter(|p| p.moved_twice).map(|p| &p.claim).collect();
        if let [first, .., last] = twice.as_slice() {
            found.push(of(ClashKind::MovedTwice, first, last));
        }
        if let (true, Some(part)) = (booking.split, booking.parts.first()) {
            found.push(of(ClashKind::CancelledAndChanged, &part.claim, &part.claim));
        }
    }
    found.sort();
    found
}
