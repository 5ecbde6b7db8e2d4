//! What a sale, or a part of one, moves between ledgers of stored value: checked and written in its own transaction.

use super::membership_lines::{MemberLines, membership_changes};
use super::{credit_failure, gift_failure, left, package_failure};
use crate::app::Catalog;
use crate::store::{StoreError, Unit};
use salon_contract::window::{Code, Failure};
use salon_domain::event::Happening;
use salon_domain::kernel::{CardId, Currency, MovementId, PackageId, TicketId};
use salon_domain::payment::{Item, LineKind, PricedLine, Tender, TenderKind};
use salon_domain::value::{
    AccountKey, CreditChange, CreditMoved, CreditSource, GiftChange, GiftCode, GiftMoved, GiftPurse, MembershipMoved,
    Package, PackageChange, PackageMoved, Stamp, movement_back, movement_of_line, offline_allowance,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A sale, or the money that is taken for one ahead.
pub(in crate::app) struct Moving<'a> {
    pub catalog: &'a Catalog,
    pub ticket: TicketId,
    /// The client of the ticket.
    pub card: Option<CardId>,
    /// The branch's day, in days since 1970-01-01.
    pub day: i32,
    pub currency: Currency,
    /// None of a part: nothing is sold by it.
    pub lines: &'a [PricedLine],
    /// Those that were taken as parts have moved what they move.
    pub tenders: &'a [Tender],
    pub user: Uuid,
    pub key: Uuid,
}

/// Whether stored value can be sold, used and given back as lines and new tenders say, by what this till knows. `card` is
/// the ticket's client. `alone`: it has not heard from the others, and hands out no more than the branch risks.
pub(in crate::app) fn check_value(
    unit: &Unit<'_>,
    catalog: &Catalog,
    alone: bool,
    card: Option<CardId>,
    lines: &[PricedLine],
    tenders: &[Tender],
) -> Result<(), Failure> {
    let day = unit.open_session()?.ok_or(Code::TillClosed)?.day;
    let currency = catalog.branch.currency;
    let purse = |code: &GiftCode| GiftPurse { code: code.clone(), currency };
    let account = |card: CardId| unit.account(AccountKey { card, currency });
    let mut sold = BTreeSet::new();
    let mut units: BTreeMap<(PackageId, u16), i64> = BTreeMap::new();
    // What this ticket takes, beside what was taken before: most tickets take nothing, and nothing is looked up for them.
    let mut taken_minor = None;
    let max = catalog.branch.stored_value.offline_minor_max;
    let mut risk = |worth_minor: i64, balance_minor: i64| -> Result<(), Failure> {
        let out_minor = match taken_minor {
            Some(minor) => minor,
            None => unit.redeemed_unsent()?,
        };
        let usable_minor = offline_allowance(max, out_minor, balance_minor);
        taken_minor = Some(out_minor + worth_minor);
        if alone && worth_minor > usable_minor {
            let failure = Failure::new(Code::OfflineLimit).with("usable_minor", usable_minor);
            return Err(failure.with("currency", currency));
        }
        Ok(())
    };
    let mut members = MemberLines::new(unit, catalog, card, day, lines);
    for line in lines {
        if let Some((worth_minor, left_minor)) = members.check(line)? {
            risk(worth_minor, left_minor)?;
        }
        if let LineKind::Prepaid { package, entry } = line.kind {
            let owner = line.card.or(card).ok_or(Code::ClientNeeded)?;
            let known = unit.package(package)?;
            check_unit(catalog, &known, &unit.cards_of_client(owner)?, entry, line, day)?;
            let before = units.entry((package, entry)).or_default();
            if known.remaining().get(usize::from(entry)).is_none_or(|left| *left <= *before) {
                return Err(Code::PackageEmpty.into());
            }
            *before += 1;
            risk(known.next_unit_minor(entry), known.value(day).deferred_minor)?;
        }
        match &line.item {
            Item::GiftCard { code, .. } => {
                let card = unit.gift_card(&purse(code))?;
                if line.total_minor < 0 {
                    card.check_void(day).map_err(|error| gift_failure(error, currency))?;
                } else if card.is_known() || !sold.insert(code) {
                    return Err(Code::GiftSold.into());
                }
            }
            Item::AccountCredit => {
                let owner = line.card.or(card).ok_or(Code::ClientNeeded)?;
                let balance_minor = account(owner)?.balance_minor();
                if line.total_minor < 0 && balance_minor < -line.total_minor {
                    return Err(left(Code::ValueUsed, balance_minor, currency));
                }
            }
            Item::Package { package, .. } => {
                if line.kind == LineKind::Sale {
                    line.card.or(card).ok_or(Code::ClientNeeded)?;
                    continue;
                }
                let known = unit.package(*package)?;
                known.check_valid(day).map_err(package_failure)?;
                if known.is_used() {
                    return Err(Code::PackageUsed.into());
                }
            }
            Item::Service(_) | Item::Product(_) | Item::Custom | Item::Fee => {}
            // Checked above.
            Item::Membership { .. } | Item::MembershipDue { .. } => {}
        }
    }
    for tender in tenders.iter().filter(|tender| tender.taken.is_none() && tender.kind.moved().is_some()) {
        let amount_minor = tender.amount_minor;
        let balance_minor = match &tender.kind {
            _ if amount_minor < 0 => continue,
            TenderKind::GiftCard { code, .. } => {
                let card = unit.gift_card(&purse(code))?;
                card.check_redeem(amount_minor, day).map_err(|error| gift_failure(error, currency))?;
                card.balance_minor(day)
            }
            TenderKind::AccountCredit { card, .. } => {
                let account = account(*card)?;
                account.check_use(amount_minor, 0).map_err(|error| credit_failure(error, currency))?;
                account.balance_minor()
            }
            _ => continue,
        };
        risk(amount_minor, balance_minor)?;
    }
    Ok(())
}

/// Whether a unit of `entry` pays for the line, and is the client's, whose `cards` are all of those.
fn check_unit(
    catalog: &Catalog,
    package: &Package,
    cards: &[CardId],
    entry: u16,
    line: &PricedLine,
    day: i32,
) -> Result<(), Failure> {
    package.check_redeem(entry, day).map_err(package_failure)?;
    let Item::Service(id) = line.item else { return Err(Code::PackageUnknown.into()) };
    let category = catalog.services.get(&id).map_or("", |service| service.category.as_str());
    let pays = package.entries().get(usize::from(entry)).is_some_and(|of| of.what.pays_for(id, category));
    if pays && package.owner().is_some_and(|owner| cards.contains(&owner)) {
        Ok(())
    } else {
        Err(Code::PackageUnknown.into())
    }
}

/// Writes the movements that follow from what was sold and taken, in the caller's transaction.
pub(in crate::app) fn move_value(unit: &mut Unit<'_>, moving: &Moving<'_>) -> Result<(), StoreError> {
    let ticket = moving.ticket;
    for line in moving.lines {
        if let Some((package, id, what)) = package_change(moving, line) {
            let moved = PackageMoved { stamp: stamp(unit, moving, id)?, ledger: package, what };
            write(unit, moving, Happening::PackageMoved(Box::new(moved)))?;
        }
        for (membership, id, what) in membership_changes(unit, moving, line)? {
            let moved = MembershipMoved { stamp: stamp(unit, moving, id)?, ledger: membership, what };
            write(unit, moving, Happening::MembershipMoved(Box::new(moved)))?;
        }
        let (id, minor) = (movement_of_line(line.id, 0), line.total_minor);
        match (&line.item, line.card.or(moving.card)) {
            _ if minor == 0 => {}
            (Item::GiftCard { code, .. }, _) => {
                let days = moving.catalog.branch.stored_value.gift_card_days;
                let expires_day = days.map(|days| moving.day + i32::from(days));
                let sold = GiftChange::Issued { line: line.id, amount_minor: minor, expires_day };
                let back = GiftChange::Voided { ticket, amount_minor: -minor };
                write_gift(unit, moving, code, id, if minor > 0 { sold } else { back })?;
            }
            (Item::AccountCredit, Some(card)) => {
                let sold = CreditChange::Added {
                    source: CreditSource::Deposit,
                    amount_minor: minor,
                    ticket: Some(ticket),
                    reason: String::new(),
                };
                let back = CreditChange::Voided { ticket, amount_minor: -minor };
                write_credit(unit, moving, card, id, if minor > 0 { sold } else { back })?;
            }
            _ => {}
        }
    }
    for tender in moving.tenders.iter().filter(|tender| tender.taken.is_none()) {
        let (minor, back_minor) = (tender.amount_minor, -tender.amount_minor);
        match &tender.kind {
            TenderKind::GiftCard { code, movement, restores, .. } => {
                let what = match restores {
                    Some(of) => GiftChange::Restored { of: *of, ticket, amount_minor: back_minor },
                    None => GiftChange::Redeemed { ticket, amount_minor: minor },
                };
                write_gift(unit, moving, code, *movement, what)?;
            }
            TenderKind::AccountCredit { card, movement, restores, .. } => {
                let what = match restores {
                    Some(of) => CreditChange::Restored { of: *of, ticket, amount_minor: back_minor },
                    None if minor < 0 => CreditChange::Added {
                        source: CreditSource::Refund,
                        amount_minor: back_minor,
                        ticket: Some(ticket),
                        reason: String::new(),
                    },
                    None => CreditChange::Used { ticket, amount_minor: minor, owes: false },
                };
                write_credit(unit, moving, *card, *movement, what)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// What a line does to a package: sells it, gives its sale back, uses a unit or brings one back.
fn package_change(moving: &Moving<'_>, line: &PricedLine) -> Option<(PackageId, MovementId, PackageChange)> {
    let (ticket, id) = (moving.ticket, movement_of_line(line.id, 0));
    match (line.kind, &line.item) {
        (LineKind::Prepaid { package, entry }, _) => {
            Some((package, id, PackageChange::Redeemed { ticket, line: line.id, entry }))
        }
        (LineKind::PrepaidReturned { package, of }, _) => {
            Some((package, movement_back(of, ticket), PackageChange::Restored { of, ticket }))
        }
        (LineKind::Sale, Item::Package { offer, package }) => {
            let offer = moving.catalog.packages.get(offer)?;
            let sold = PackageChange::Sold {
                line: line.id,
                card: line.card.or(moving.card)?,
                entries: offer.entries.clone(),
                price_minor: line.total_minor,
                currency: moving.currency,
                expires_day: offer.valid_days.map(|days| moving.day + i32::from(days)),
            };
            Some((*package, id, sold))
        }
        (_, Item::Package { package, .. }) => Some((*package, id, PackageChange::Voided { ticket })),
        _ => None,
    }
}

fn stamp(unit: &mut Unit<'_>, moving: &Moving<'_>, id: MovementId) -> Result<Stamp, StoreError> {
    let identity = unit.identity()?.clone();
    Ok(Stamp {
        at: unit.stamp()?,
        id,
        device: identity.device,
        branch: identity.branch,
        day: moving.day,
        by: moving.user,
    })
}

fn write(unit: &mut Unit<'_>, moving: &Moving<'_>, what: Happening) -> Result<(), StoreError> {
    unit.journal(moving.ticket.uuid(), what, moving.user, moving.key).map(|_| ())
}

fn write_gift(
    unit: &mut Unit<'_>,
    moving: &Moving<'_>,
    code: &GiftCode,
    id: MovementId,
    what: GiftChange,
) -> Result<(), StoreError> {
    let ledger = GiftPurse { code: code.clone(), currency: moving.currency };
    let moved = GiftMoved { stamp: stamp(unit, moving, id)?, ledger, what };
    write(unit, moving, Happening::GiftCardMoved(Box::new(moved)))
}

fn write_credit(
    unit: &mut Unit<'_>,
    moving: &Moving<'_>,
    card: CardId,
    id: MovementId,
    what: CreditChange,
) -> Result<(), StoreError> {
    let ledger = AccountKey { card, currency: moving.currency };
    let moved = CreditMoved { stamp: stamp(unit, moving, id)?, ledger, what };
    write(unit, moving, Happening::CreditMoved(Box::new(moved)))
}
