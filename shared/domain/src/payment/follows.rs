//! Receipts that belong to one before: a void takes a sale back while its till session is open, a tip of its own is given
//! after its sale was paid. Both are sales like any other for every total; this only says what they are about.
//!
//! What a refund gives back is said line by line, in [`super::GivenBack`], and a void's lines say it too.

use super::model::{LineKind, Sale};
use crate::kernel::{StaffId, TicketId, largest_remainder};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowKind {
    /// The whole sale is taken back, in the till session that made it.
    Void,
    /// Money for who served, after the sale was paid.
    Tip,
}

impl FollowKind {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            FollowKind::Void => "void",
            FollowKind::Tip => "tip",
        }
    }

    /// Of [`FollowKind::name`].
    pub fn named(name: &str) -> Option<FollowKind> {
        [FollowKind::Void, FollowKind::Tip].into_iter().find(|kind| kind.name() == name)
    }
}

/// The receipt that another one is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Follows {
    pub how: FollowKind,
    pub ticket: TicketId,
    /// Its receipt's number.
    pub number: u64,
}

impl Follows {
    pub fn of(how: FollowKind, sale: &Sale) -> Follows {
        Follows { how, ticket: sale.ticket, number: sale.number }
    }
}

/// How a tip of `minor` that is for all who served is shared among them: by what each of them sold, to the cent. Empty where
/// nobody is known to have served.
pub fn tip_shares(sale: &Sale, minor: i64) -> Vec<(StaffId, i64)> {
    let mut served: Vec<(StaffId, i64)> = Vec::new();
    for line in sale.lines.iter().filter(|line| matches!(line.kind, LineKind::Sale | LineKind::Prepaid { .. })) {
        let Some(staff) = line.staff else { continue };
        match served.iter_mut().find(|(known, _)| *known == staff) {
            Some((_, sold_minor)) => *sold_minor += line.total_minor,
            None => served.push((staff, line.total_minor)),
        }
    }
    let weights: Vec<i64> = served.iter().map(|(_, sold_minor)| *sold_minor).collect();
    let shares = largest_remainder(minor, &weights);
    served.into_iter().zip(shares).filter(|(_, share)| *share != 0).map(|((staff, _), share)| (staff, share)).collect()
}

impl Sale {
    /// Whether it takes a sale of the same till session back, as if it had not been made.
    pub fn is_void(&self) -> bool {
        self.follows.is_some_and(|follows| follows.how == FollowKind::Void)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Currency;
    use crate::payment::refund::tests::{line, sale_of};
    use crate::payment::{SessionTotals, TicketDraft, TicketTerms, whole_refund};
    use proptest::prelude::*;

    fn staff(n: u8) -> StaffId {
        StaffId::from_parts(1, [n; 10])
    }

    proptest! {
        /// Whatever was sold: with its void the session is nought, and the void is no return.
        #[test]
        fn a_sale_and_its_void_are_nought_and_counted_apart(lines in proptest::collection::vec(line(), 1..5)) {
            let draft = TicketDraft {
                id: TicketId::from_parts(1, [9; 10]),
                booking: None,
                card: None,
                currency: Currency::EUR,
                lines,
                discount: None,
                terms: TicketTerms::default(),
            };
            let sale = sale_of(&draft);
            let follows = Some(Follows::of(FollowKind::Void, &sale));
            let void = Sale { follows, ..sale_of(&whole_refund(&sale, "rung up twice")) };
            prop_assert!(void.is_void() && !sale.is_void());
            let mut totals = SessionTotals::opened(0);
            totals.add_sale(&sale);
            totals.add_sale(&void);
            prop_assert_eq!((totals.total_minor, totals.net_minor, totals.refund_minor), (0, 0, 0));
            prop_assert_eq!((totals.void_count, totals.void_minor), (1, -sale.turnover_minor()));
        }

        #[test]
        fn a_shared_tip_is_shared_to_the_cent(
            sold in proptest::collection::vec((line(), proptest::option::of(1_u8..4)), 1..6),
            minor in 1_i64..100_000,
        ) {
            let served = |(mut line, n): (crate::payment::LineDraft, Option<u8>)| {
                line.staff = n.map(staff);
                line
            };
            let lines: Vec<_> = sold.into_iter().map(served).collect();
            let nobody = lines.iter().all(|line| line.staff.is_none());
            let draft = TicketDraft {
                id: TicketId::from_parts(1, [9; 10]),
                booking: None,
                card: None,
                currency: Currency::EUR,
                lines,
                discount: None,
                terms: TicketTerms::default(),
            };
            let shares = tip_shares(&sale_of(&draft), minor);
            let all: i64 = shares.iter().map(|(_, share)| share).sum();
            prop_assert_eq!(all, if nobody { 0 } else { minor });
            prop_assert!(shares.iter().all(|(_, share)| *share > 0));
        }
    }
}
