//! Ids are UUIDv7 (RFC 9562, section 5.7), made by the client, typed by what they name.
//! A v7 id sorts by the clock of the device that made it: order of ids is not causality.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use uuid::Uuid;

/// An id of a `T`. `T` is a marker and never constructed.
pub struct Id<T> {
    uuid: Uuid,
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Id { uuid, kind: PhantomData }
    }

    /// A UUIDv7 of `unix_ms` and 80 random bits; version and variant bits are set here.
    pub fn from_parts(unix_ms: i64, random: [u8; 10]) -> Self {
        let millis = u64::try_from(unix_ms).unwrap_or(0);
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    pub const fn uuid(&self) -> Uuid {
        self.uuid
    }

    pub fn as_bytes(&self) -> &[u8; 16] {
        self.uuid.as_bytes()
    }

    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Uuid::from_slice(bytes).ok().map(Self::from_uuid)
    }

    /// The id that always follows from this one and `tag`: how an importer or a projector names what it derives,
    /// so that doing it twice is doing it once. FNV-1a over both, spread over 122 bits; not a secret, not a proof.
    pub fn derive<U>(&self, tag: &[u8]) -> Id<U> {
        const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013B;
        let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        for byte in self.uuid.as_bytes().iter().chain(tag) {
            hash = (hash ^ u128::from(*byte)).wrapping_mul(PRIME);
        }
        Id::from_uuid(uuid::Builder::from_custom_bytes(hash.to_be_bytes()).into_uuid())
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<T> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = uuid::Error;
    fn from_str(s: &str) -> Result<Self, uuid::Error> {
        Uuid::from_str(s).map(Self::from_uuid)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.uuid.serialize(s)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Uuid::deserialize(d).map(Self::from_uuid)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $alias:ident = $marker:ident;)*) => {
        /// Markers that tell one kind of id from another.
        pub mod marker { $(pub enum $marker {})* }
        $($(#[$doc])* pub type $alias = Id<marker::$marker>;)*
    };
}

ids! {
    /// A customer of ours: a salon company with its branches.
    TenantId = Tenant;
    BranchId = Branch;
    /// One enrolled terminal. A restored or cloned terminal takes a new one.
    DeviceId = Device;
    /// Who may sign in at the console.
    UserId = User;
    StaffId = Staff;
    /// A client's card.
    CardId = Card;
    ServiceId = Service;
    ProductId = Product;
    BookingId = Booking;
    ClaimId = Claim;
    TicketId = Ticket;
    TicketLineId = TicketLine;
    PaymentId = Payment;
    /// Money taken towards a ticket that is not paid in full by it.
    PartId = Part;
    PromotionId = Promotion;
    TillSessionId = TillSession;
    MovementId = Movement;
    /// Prepaid units of services that one client bought.
    PackageId = Package;
    /// A package as the catalog has it.
    PackageOfferId = PackageOffer;
    /// A client's membership.
    MembershipId = Membership;
    /// A membership as the catalog has it.
    MembershipOfferId = MembershipOffer;
    EventId = Event;
    /// Something that is sent to a client: an e-mail, a text message.
    MessageId = Message;
    /// A writer in a hybrid logical clock.
    NodeId = Node;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v7_carries_its_instant_and_sorts_by_it() {
        let early = BookingId::from_parts(1_700_000_000_000, [0xff; 10]);
        let late = BookingId::from_parts(1_700_000_000_001, [0; 10]);
        assert!(early < late);
        assert_eq!(early.uuid().get_version_num(), 7);
    }

    #[test]
    fn derived_ids_are_stable_and_distinct() {
        let tenant = TenantId::from_parts(1, [7; 10]);
        let a: StaffId = tenant.derive(b"staff/JJ");
        let b: StaffId = tenant.derive(b"staff/BECKY");
        assert_eq!(a, tenant.derive(b"staff/JJ"));
        assert_ne!(a, b);
    }
}
