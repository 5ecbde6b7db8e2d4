use crate::catalog::Phase;
use crate::customer::PatchStage;
use crate::kernel::{
    BookingId, BranchId, CardId, ClaimId, DeviceId, EventId, Hlc, Instant, Interval, ServiceId, StaffId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BookingStatus {
    Pending,
    Confirmed,
    InProgress,
    Completed,
    Cancelled,
    NoShow,
}

impl BookingStatus {
    pub const ALL: [BookingStatus; 6] = [
        BookingStatus::Pending,
        BookingStatus::Confirmed,
        BookingStatus::InProgress,
        BookingStatus::Completed,
        BookingStatus::Cancelled,
        BookingStatus::NoShow,
    ];

    /// How far a booking has come: among statuses set without knowledge of one another, the most advanced wins. What
    /// was done to the client outranks what was said about it: a cancellation elsewhere does not undo a started visit.
    pub const fn rank(self) -> u8 {
        match self {
            BookingStatus::Pending => 0,
            BookingStatus::Confirmed => 1,
            BookingStatus::Cancelled => 2,
            BookingStatus::NoShow => 3,
            BookingStatus::InProgress => 4,
            BookingStatus::Completed => 5,
        }
    }

    /// Whether the booking's claims still hold their resources.
    pub const fn holds_time(self) -> bool {
        !matches!(self, BookingStatus::Cancelled | BookingStatus::NoShow)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Source {
    Web,
    Mobile,
    Phone,
    WalkIn,
    Admin,
}

/// What a claim takes: a person, or a thing of which there is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    Staff(StaffId),
    Chair(String),
    Room(String),
}

impl Resource {
    /// A stylist is free while a colour develops; the chair and the room are not.
    pub const fn free_while_processing(&self) -> bool {
        matches!(self, Resource::Staff(_))
    }
}

/// One service of a visit, at a time, on resources. Immutable: moving it is a new claim that supersedes this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub id: ClaimId,
    pub booking: BookingId,
    /// The stylist.
    pub staff: StaffId,
    /// Chairs and rooms besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Resource>,
    pub service: ServiceId,
    pub start: Instant,
    pub phases: Vec<Phase>,
    #[serde(default)]
    pub buffer_before_min: u16,
    #[serde(default)]
    pub buffer_after_min: u16,
    pub price_minor: i64,
    pub at: Hlc,
    pub device: DeviceId,
    pub by: Uuid,
    /// The claims that this one takes the place of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supersedes: Vec<ClaimId>,
    /// The server's sequence once it has confirmed the claim to a client (online booking).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_seq: Option<u64>,
}

impl Claim {
    pub fn minutes(&self) -> i64 {
        self.phases.iter().map(|p| i64::from(p.minutes)).sum()
    }

    /// From the first phase's start to the last one's end, buffers not counted.
    pub fn span(&self) -> Interval {
        Interval::new(self.start, self.start.plus_min(self.minutes()))
    }

    pub fn resources(&self) -> impl Iterator<Item = Resource> + '_ {
        std::iter::once(Resource::Staff(self.staff)).chain(self.places.iter().cloned())
    }

    /// When `resource` is taken by this claim: for a stylist the phases that need one, with the buffers around the
    /// whole; for a chair or room everything from first to last.
    pub fn holds(&self, resource: &Resource) -> Vec<Interval> {
        let before = i64::from(self.buffer_before_min);
        let after = i64::from(self.buffer_after_min);
        if !resource.free_while_processing() {
            let span = self.span();
            return vec![Interval::new(span.start.plus_min(-before), span.end.plus_min(after))];
        }
        let mut holds: Vec<Interval> = Vec::with_capacity(2);
        let mut at = self.start.plus_min(-before);
        let last = self.phases.len().saturating_sub(1);
        for (ix, phase) in self.phases.iter().enumerate() {
            let mut minutes = i64::from(phase.minutes);
            if ix == 0 {
                minutes += before;
            }
            if ix == last {
                minutes += after;
            }
            let end = at.plus_min(minutes);
            if phase.kind.occupies_staff() && minutes > 0 {
                match holds.last_mut() {
                    Some(previous) if previous.end == at => previous.end = end,
                    _ => holds.push(Interval::new(at, end)),
                }
            }
            at = end;
        }
        holds
    }
}

/// The visit as it was made. Never changes; who it is for and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub booking: BookingId,
    pub branch: BranchId,
    pub card: Option<CardId>,
    /// Shown until the card is known here.
    pub client_name: String,
    pub source: Source,
    pub at: Hlc,
    pub device: DeviceId,
    pub by: Uuid,
}

/// A status, set by somebody who knew of the statuses in `after`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChange {
    pub id: EventId,
    pub booking: BookingId,
    pub status: BookingStatus,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    pub at: Hlc,
    pub device: DeviceId,
    pub by: Uuid,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<EventId>,
}

/// A text on the booking; the latest reading wins, the others stay in the facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub id: EventId,
    pub booking: BookingId,
    pub text: String,
    pub at: Hlc,
    pub by: Uuid,
}

/// Somebody with the right to do so let a visit go on without the patch test that a service needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    pub id: EventId,
    pub booking: BookingId,
    pub service: ServiceId,
    /// What was not tested, and what was wrong with it, as the rule said it then.
    pub kind: String,
    pub fault: String,
    pub stage: PatchStage,
    pub reason: String,
    pub at: Hlc,
    /// Who allowed it, and who asked.
    pub by: Uuid,
    pub asked_by: Uuid,
}

/// One immutable entry of a day's book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum BookFact {
    Visit(Visit),
    Claim(Claim),
    /// Claims taken out without another in their place (a service less, or moved to another day's book).
    Release {
        id: EventId,
        booking: BookingId,
        claims: Vec<ClaimId>,
        at: Hlc,
        by: Uuid,
    },
    Status(StatusChange),
    /// The client is in the house.
    Arrived {
        id: EventId,
        booking: BookingId,
        at: Hlc,
        by: Uuid,
    },
    Note(Note),
    Waived(Waiver),
}

impl BookFact {
    /// The key under which a day's document keeps the fact: unique, so that a merge is a union.
    pub fn key(&self) -> String {
        match self {
            BookFact::Visit(v) => format!("v/{}", v.booking),
            BookFact::Claim(c) => format!("c/{}", c.id),
            BookFact::Release { id, .. } => format!("r/{id}"),
            BookFact::Status(s) => format!("s/{}", s.id),
            BookFact::Arrived { id, .. } => format!("a/{id}"),
            BookFact::Note(n) => format!("n/{}", n.id),
            BookFact::Waived(w) => format!("w/{}", w.id),
        }
    }

    pub fn booking(&self) -> BookingId {
        match self {
            BookFact::Visit(v) => v.booking,
            BookFact::Claim(c) => c.booking,
            BookFact::Release { booking, .. } | BookFact::Arrived { booking, .. } => *booking,
            BookFact::Status(s) => s.booking,
            BookFact::Note(n) => n.booking,
            BookFact::Waived(w) => w.booking,
        }
    }

    pub fn at(&self) -> Hlc {
        match self {
            BookFact::Visit(v) => v.at,
            BookFact::Claim(c) => c.at,
            BookFact::Release { at, .. } | BookFact::Arrived { at, .. } => *at,
            BookFact::Status(s) => s.at,
            BookFact::Note(n) => n.at,
            BookFact::Waived(w) => w.at,
        }
    }
}
