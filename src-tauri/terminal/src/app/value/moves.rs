//! What a sale, or a part of one, moves between ledgers of stored value: checked and written in its own transaction.

use super::gift_failure;
use crate::app::Catalog;
use crate::store::{StoreError, Unit};
use salon_contract::window::{Code, Failure};
use salon_domain::event::Happening;
use salon_domain::kernel::{Currency, MovementId, TicketId};
use salon_domain::payment::{Item, PricedLine, Tender, TenderKind};
use salon_domain::value::{
    GiftChange, GiftCode, GiftMoved, GiftPurse, Stamp, movement_back, movement_of_line, offline_allowance,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A sale, or the money that is taken for one ahead.
pub(in crate::app) struct Moving<'a> {
    pub ticket: TicketId,
    /// The branch's day, in days since 1970-01-01.
    pub day: i32,
    pub currency: Currency,
    /// None of a part: nothing is sold by it.
    pub lines: &'a [PricedLine],
    /// Those that were taken as parts have moved what they move.
    pub tenders: &'a [Tender],
    /// The last day of the gift cards that are sold.
    pub expires_day: Option<i32>,
    pub user: Uuid,
    pub key: Uuid,
}

/// Whether stored value can be sold, used and given back as lines and new tenders say, by what this till knows. `alone`:
/// it has not heard from the others, and hands out no more than the branch risks.
pub(in crate::app) fn check_value(
    unit: &Unit<'_>,
    catalog: &Catalog,
    alone: bool,
    lines: &[PricedLine],
    tenders: &[Tender],
) -> Result<(), Failure> {
    let day = unit.open_session()?.ok_or(Code::TillClosed)?.day;
    let currency = catalog.branch.currency;
    let purse = |code: &GiftCode| GiftPurse { code: code.clone(), currency };
    let mut sold = BTreeSet::new();
    for line in lines {
        let Item::GiftCard { code, .. } = &line.item else { continue };
        let card = unit.gift_card(&purse(code))?;
        if line.total_minor < 0 {
            card.check_void(day).map_err(|error| gift_failure(error, currency))?;
        } else if card.is_known() || !sold.insert(code) {
            return Err(Code::GiftSold.into());
        }
    }
    for tender in tenders.iter().filter(|tender| tender.taken.is_none() && tender.amount_minor > 0) {
        let TenderKind::GiftCard { code, .. } = &tender.kind else { continue };
        let card = unit.gift_card(&purse(code))?;
        card.check_redeem(tender.amount_minor, day).map_err(|error| gift_failure(error, currency))?;
        if alone {
            let max = catalog.branch.stored_value.offline_minor_max;
            let usable_minor = offline_allowance(max, unit.redeemed_unsent()?, card.balance_minor(day));
            if tender.amount_minor > usable_minor {
                let failure = Failure::new(Code::OfflineLimit).with("usable_minor", usable_minor);
                return Err(failure.with("currency", currency));
            }
        }
    }
    Ok(())
}

/// Writes the movements that follow from what was sold and taken, in the caller's transaction.
pub(in crate::app) fn move_value(unit: &mut Unit<'_>, moving: &Moving<'_>) -> Result<(), StoreError> {
    let ticket = moving.ticket;
    for line in moving.lines {
        let Item::GiftCard { code, .. } = &line.item else { continue };
        let what = match line.total_minor {
            0 => continue,
            amount_minor @ 1.. => GiftChange::Issued { line: line.id, amount_minor, expires_day: moving.expires_day },
            given_back => GiftChange::Voided { ticket, amount_minor: -given_back },
        };
        write_gift(unit, moving, code, movement_of_line(line.id, 0), what)?;
    }
    for tender in moving.tenders.iter().filter(|tender| tender.taken.is_none()) {
        let TenderKind::GiftCard { code, movement, .. } = &tender.kind else { continue };
        let (id, what) = match tender.amount_minor {
            amount_minor @ 0.. => (*movement, GiftChange::Redeemed { ticket, amount_minor }),
            given_back => {
                let what = GiftChange::Restored { of: *movement, ticket, amount_minor: -given_back };
                (movement_back(*movement, ticket), what)
            }
        };
        write_gift(unit, moving, code, id, what)?;
    }
    Ok(())
}

fn write_gift(
    unit: &mut Unit<'_>,
    moving: &Moving<'_>,
    code: &GiftCode,
    id: MovementId,
    what: GiftChange,
) -> Result<(), StoreError> {
    let identity = unit.identity()?.clone();
    let stamp = Stamp {
        at: unit.stamp()?,
        id,
        device: identity.device,
        branch: identity.branch,
        day: moving.day,
        by: moving.user,
    };
    let ledger = GiftPurse { code: code.clone(), currency: moving.currency };
    let moved = GiftMoved { stamp, ledger, what };
    unit.journal(moving.ticket.uuid(), Happening::GiftCardMoved(Box::new(moved)), moving.user, moving.key).map(|_| ())
}
