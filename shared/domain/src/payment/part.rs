//! Tickets that are not paid in full: put aside for later or for another terminal, or with some of their money taken.
//!
//! Their entries come from several devices in any order. What is known of a ticket is a fold that does not depend on it:
//! the latest draft wins, parts are a set, and a ticket that is sold is open only for parts that its sale does not know.

use super::model::{Sale, Tender, TicketDraft};
use crate::kernel::{BranchId, DeviceId, EventId, Instant, PartId, TicketId, TillSessionId};
use serde::{Deserialize, Serialize};

/// `ticket.held`: put aside, for any terminal of the branch to go on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketHeld {
    pub ticket: TicketDraft,
    /// What the ticket is called in the list; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    pub device: DeviceId,
    pub branch: BranchId,
}

/// `ticket.part_paid`: money taken (negative: given back) towards a ticket that is not paid in full by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartPaid {
    pub part: PartId,
    /// As it was rung up then, and what it is called.
    pub ticket: TicketDraft,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its `taken` is empty: the part is said here.
    pub tender: Tender,
    pub session: TillSessionId,
    pub device: DeviceId,
    pub branch: BranchId,
}

impl PartPaid {
    /// Whether it is money held for a visit or an order, and not part of a payment that goes on.
    pub fn is_deposit(&self) -> bool {
        self.ticket.terms.deposit
    }
}

/// `ticket.dropped`: nobody wants it any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketDropped {
    pub ticket: TicketId,
}

/// What is known of a ticket that is not paid in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTicket {
    pub draft: TicketDraft,
    pub name: String,
    pub at: Instant,
    /// The entry that draft and name are from.
    pub from: EventId,
    /// In the order of their ids, which is that of time on one device.
    pub parts: Vec<TakenPart>,
    pub dropped: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenPart {
    pub part: PartId,
    pub session: TillSessionId,
    pub tender: Tender,
    /// Taken as a deposit, or given back of one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deposit: bool,
}

impl TakenPart {
    /// As the sale has it that the part is used for.
    pub fn as_tender(&self) -> Tender {
        let taken = Some(super::model::PartRef { part: self.part, session: self.session, deposit: self.deposit });
        Tender { taken, ..self.tender.clone() }
    }
}

impl OpenTicket {
    pub fn of_held(held: &TicketHeld, at: Instant, from: EventId) -> OpenTicket {
        OpenTicket { draft: held.ticket.clone(), name: held.name.clone(), at, from, parts: Vec::new(), dropped: false }
    }

    pub fn of_part(paid: &PartPaid, at: Instant, from: EventId) -> OpenTicket {
        let deposit = paid.is_deposit();
        let part = TakenPart { part: paid.part, session: paid.session, tender: paid.tender.clone(), deposit };
        let mut draft = paid.ticket.clone();
        // That was said of this part. What comes next is another matter.
        draft.terms.deposit = false;
        OpenTicket { draft, name: paid.name.clone(), at, from, parts: vec![part], dropped: false }
    }

    /// Both together, whichever was known first.
    pub fn merge(&mut self, other: OpenTicket) {
        for part in other.parts {
            if let Err(place) = self.parts.binary_search_by_key(&part.part, |known| known.part) {
                self.parts.insert(place, part);
            }
        }
        self.dropped |= other.dropped;
        if (other.at, other.from) > (self.at, self.from) {
            (self.draft, self.name, self.at, self.from) = (other.draft, other.name, other.at, other.from);
        }
    }

    /// Forgets the parts that `sale` has used. What is left was paid besides.
    pub fn settle(&mut self, sale: &Sale) {
        let used = |part: &TakenPart| {
            sale.tenders.iter().any(|tender| tender.taken.is_some_and(|taken| taken.part == part.part))
        };
        self.parts.retain(|part| !used(part));
    }

    pub fn paid_minor(&self) -> i64 {
        self.parts.iter().map(|part| part.tender.amount_minor).sum()
    }

    /// What of it is a deposit.
    pub fn deposit_minor(&self) -> i64 {
        self.parts.iter().filter(|part| part.deposit).map(|part| part.tender.amount_minor).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Currency;
    use crate::payment::TenderKind;
    use proptest::prelude::*;

    fn draft(n: u8) -> TicketDraft {
        TicketDraft {
            id: TicketId::from_parts(1, [0; 10]),
            booking: None,
            card: None,
            currency: Currency::EUR,
            lines: Vec::new(),
            discount: Some(crate::payment::Discount::Amount(i64::from(n))),
            terms: Default::default(),
        }
    }

    fn known(n: u8, what: u8) -> OpenTicket {
        let device = DeviceId::from_parts(1, [n % 3; 10]);
        let (branch, at) = (BranchId::from_parts(1, [1; 10]), Instant(i64::from(n / 3)));
        let from = EventId::from_parts(1, [n; 10]);
        if what == 0 {
            return OpenTicket::of_held(
                &TicketHeld { ticket: draft(n), name: format!("n{n}"), device, branch },
                at,
                from,
            );
        }
        let paid = PartPaid {
            part: PartId::from_parts(i64::from(n), [n; 10]),
            ticket: draft(n),
            name: String::new(),
            tender: Tender::now(i64::from(n) - 60, TenderKind::Cash { tendered_minor: 0 }),
            session: TillSessionId::from_parts(1, [2; 10]),
            device,
            branch,
        };
        OpenTicket::of_part(&paid, at, from)
    }

    proptest! {
        /// Two devices that hear of the same entries in another order, and of some twice, show the same ticket.
        #[test]
        fn what_is_known_does_not_depend_on_the_order(
            entries in proptest::collection::vec((0_u8..120, 0_u8..2), 1..12),
            turn in 0_usize..12,
        ) {
            let mut entries: Vec<OpenTicket> = entries.into_iter().map(|(n, what)| known(n, what)).collect();
            entries.sort_by_key(|entry| entry.from);
            entries.dedup_by_key(|entry| entry.from);
            let fold = |entries: &[OpenTicket]| {
                let mut whole = entries[0].clone();
                entries[1..].iter().for_each(|entry| whole.merge(entry.clone()));
                whole
            };
            let straight = fold(&entries);
            let mut turned = entries.clone();
            turned.rotate_left(turn % entries.len());
            turned.reverse();
            turned.push(turned[0].clone());
            let other = fold(&turned);
            let paid: i64 = entries.iter().map(OpenTicket::paid_minor).sum();
            prop_assert_eq!(other.paid_minor(), paid);
            prop_assert_eq!(straight, other);
        }
    }
}
