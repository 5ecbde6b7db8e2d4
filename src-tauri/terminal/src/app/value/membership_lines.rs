//! What lines of a ticket do to memberships: whether they may, and the movements that follow from them.

use super::membership::membership_failure;
use super::moves::Moving;
use crate::app::Catalog;
use crate::store::{StoreError, Unit};
use salon_contract::window::{Code, Failure};
use salon_domain::kernel::{CardId, MembershipId, MovementId};
use salon_domain::payment::{Item, LineKind, PricedLine};
use salon_domain::value::{Benefit, MembershipChange, membership_of_line, movement_back, movement_of_line};
use std::collections::{BTreeMap, BTreeSet};

/// What a unit is worth that a line uses, and what all that are left are worth. Minor units.
pub(super) type Risked = Option<(i64, i64)>;

/// Checks the lines of one ticket, one after the other.
pub(super) struct MemberLines<'a> {
    unit: &'a Unit<'a>,
    catalog: &'a Catalog,
    /// The client of the ticket.
    card: Option<CardId>,
    day: i32,
    lines: &'a [PricedLine],
    used: BTreeMap<(MembershipId, u16), i64>,
    paid: BTreeSet<(MembershipId, u32)>,
}

impl<'a> MemberLines<'a> {
    pub(super) fn new(
        unit: &'a Unit<'a>,
        catalog: &'a Catalog,
        card: Option<CardId>,
        day: i32,
        lines: &'a [PricedLine],
    ) -> Self {
        MemberLines { unit, catalog, card, day, lines, used: BTreeMap::new(), paid: BTreeSet::new() }
    }

    /// Whether the line can begin, pay, use or give back what it says, by what this till knows.
    pub(super) fn check(&mut self, line: &PricedLine) -> Result<Risked, Failure> {
        if let LineKind::Included { membership, benefit } = line.kind {
            return self.check_unit(line, membership, benefit).map(Some);
        }
        let is_sold = line.kind == LineKind::Sale;
        match &line.item {
            Item::Membership { membership, .. } if is_sold => {
                line.card.or(self.card).ok_or(Code::ClientNeeded)?;
                // What was given back does not begin again.
                if *membership != membership_of_line(line.id) {
                    return Err(Code::MembershipEnded.into());
                }
            }
            Item::Membership { membership, .. } => {
                whole(line)?;
                self.unit.membership(*membership)?.check_void().map_err(membership_failure)?;
            }
            Item::MembershipDue { membership, period } if is_sold => {
                let known = self.unit.membership(*membership)?;
                known.check_pay(*period, self.day).map_err(membership_failure)?;
                if !self.paid.insert((*membership, *period)) {
                    return Err(Code::MembershipPaid.into());
                }
            }
            Item::MembershipDue { membership, .. } => {
                let of = whole(line)?;
                self.unit.membership(*membership)?.check_refund(of).map_err(membership_failure)?;
            }
            _ => {}
        }
        Ok(None)
    }

    /// Whether a unit of the benefit pays for the line, and is the client's. What is due may be paid on the same ticket.
    fn check_unit(&mut self, line: &PricedLine, of: MembershipId, benefit: u16) -> Result<(i64, i64), Failure> {
        let owner = line.card.or(self.card).ok_or(Code::ClientNeeded)?;
        let known = self.unit.membership(of)?;
        let paid: Vec<u32> = self.lines.iter().filter_map(|line| paid_period(line, of)).collect();
        let (period, benefits) = known.benefits_with(self.day, &paid).map_err(membership_failure)?;
        let Item::Service(id) = line.item else { return Err(Code::MembershipUnknown.into()) };
        let category = self.catalog.services.get(&id).map_or("", |service| service.category.as_str());
        let pays = match benefits.get(usize::from(benefit)) {
            Some(Benefit::Included { what, .. }) => what.pays_for(id, category),
            _ => false,
        };
        if !pays || known.member() != Some(owner) {
            return Err(Code::MembershipUnknown.into());
        }
        let before = self.used.entry((of, benefit)).or_default();
        let left = known.units_left(benefit, period).unwrap_or(0) - *before;
        if left <= 0 {
            return Err(Code::MembershipEmpty.into());
        }
        *before += 1;
        let worth_minor = known.plan().map_or(0, |plan| plan.unit_worth_minor());
        Ok((worth_minor, worth_minor.saturating_mul(left)))
    }
}

fn paid_period(line: &PricedLine, of: MembershipId) -> Option<u32> {
    match line.item {
        Item::MembershipDue { membership, period } if line.kind == LineKind::Sale && membership == of => Some(period),
        _ => None,
    }
}

/// The movement of the line that is given back. A period goes back whole: half of one is no period.
fn whole(line: &PricedLine) -> Result<MovementId, Failure> {
    let given = line.given_back.as_ref().filter(|given| given.pieces > 0);
    let given = given.ok_or_else(|| Failure::new(Code::BadInput).with("field", "line"))?;
    Ok(movement_of_line(given.line, 0))
}

/// What a line does to a membership: begins it and pays its first period, pays another, gives either back, uses a unit or
/// brings one back.
pub(super) fn membership_changes(
    unit: &Unit<'_>,
    moving: &Moving<'_>,
    line: &PricedLine,
) -> Result<Vec<(MembershipId, MovementId, MembershipChange)>, StoreError> {
    let (ticket, id) = (moving.ticket, movement_of_line(line.id, 0));
    let amount_minor = line.total_minor;
    let one = |of: MembershipId, what| vec![(of, id, what)];
    Ok(match (line.kind, &line.item) {
        (LineKind::Included { membership, benefit }, _) => {
            let period = unit.membership(membership)?.period_of(moving.day).unwrap_or_default();
            one(membership, MembershipChange::Used { benefit, period, ticket, line: line.id })
        }
        (LineKind::IncludedReturned { membership, of }, _) => {
            vec![(membership, movement_back(of, ticket), MembershipChange::Restored { of, ticket })]
        }
        (LineKind::Sale, Item::Membership { offer, membership }) => {
            let offer = moving.catalog.memberships.get(offer);
            let (Some(offer), Some(card)) = (offer, line.card.or(moving.card)) else { return Ok(Vec::new()) };
            let plan = Box::new(offer.plan.clone());
            let started = MembershipChange::Started { line: line.id, card, from_day: moving.day, plan };
            let paid = MembershipChange::Paid { period: 0, ticket, amount_minor };
            vec![(*membership, id, started), (*membership, movement_of_line(line.id, 1), paid)]
        }
        (LineKind::Refund, Item::Membership { membership, .. }) => {
            one(*membership, MembershipChange::Voided { ticket })
        }
        (LineKind::Sale, Item::MembershipDue { membership, period }) => {
            one(*membership, MembershipChange::Paid { period: *period, ticket, amount_minor })
        }
        (LineKind::Refund, Item::MembershipDue { membership, .. }) => match &line.given_back {
            Some(given) => {
                let of = movement_of_line(given.line, 0);
                one(*membership, MembershipChange::Refunded { of, ticket })
            }
            None => Vec::new(),
        },
        _ => Vec::new(),
    })
}
