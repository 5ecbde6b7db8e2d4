//! Ledgers of stored value. A ledger is the set of the journal entries that moved it, of all devices; nothing of it is
//! kept but which entries those are and whether together they took more than there was.

use super::ledger::event_at;
use super::together::CARDS_OF_CLIENT;
use super::{OWN, SEQ_BITS, Store, StoreError, Unit};
use rusqlite::{Connection, params};
use salon_domain::event::Happening;
use salon_domain::kernel::{CardId, MovementId, PackageId};
use salon_domain::value::{
    Account, AccountKey, CreditChange, CreditMoved, GiftCard, GiftChange, GiftMoved, GiftPurse, Overdraft, Package,
    PackageChange, PackageMoved,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The day after all others: whatever expires has expired.
const LAST_DAY: i32 = i32::MAX;

fn gift_key(purse: &GiftPurse) -> String {
    format!("gift/{}/{}", purse.code.printed(), purse.currency)
}

fn account_key(of: AccountKey) -> String {
    format!("account/{}/{}", of.card, of.currency)
}

fn package_key(of: PackageId) -> String {
    format!("package/{of}")
}

pub(super) fn project_gift(conn: &Connection, id: i64, moved: &GiftMoved) -> Result<(), StoreError> {
    let redeemed_minor = match moved.what {
        GiftChange::Redeemed { amount_minor, .. } => amount_minor,
        _ => 0,
    };
    let key = gift_key(&moved.ledger);
    add_entry(conn, id, &key, redeemed_minor)?;
    let card = gift_card(conn, &moved.ledger)?;
    note_overdraft(conn, &key, &card.overdrafts(LAST_DAY))
}

pub(super) fn project_credit(conn: &Connection, id: i64, moved: &CreditMoved) -> Result<(), StoreError> {
    let redeemed_minor = match moved.what {
        CreditChange::Used { amount_minor, .. } => amount_minor,
        _ => 0,
    };
    let key = account_key(moved.ledger);
    add_entry(conn, id, &key, redeemed_minor)?;
    note_overdraft(conn, &key, &account(conn, moved.ledger)?.overdrafts())
}

pub(super) fn project_package(conn: &Connection, id: i64, moved: &PackageMoved) -> Result<(), StoreError> {
    let key = package_key(moved.ledger);
    // What a unit is worth depends on the others: see `units_unsent`.
    add_entry(conn, id, &key, 0)?;
    let package = package(conn, moved.ledger)?;
    note_overdraft(conn, &key, &package.overdrafts())?;
    conn.prepare_cached("DELETE FROM package_owner WHERE package = ?1")?.execute([moved.ledger.as_bytes()])?;
    if let Some(card) = package.owner() {
        conn.prepare_cached("INSERT INTO package_owner (package, card) VALUES (?1, ?2)")?
            .execute(params![moved.ledger.as_bytes(), card.as_bytes()])?;
    }
    Ok(())
}

pub(super) fn add_entry(conn: &Connection, id: i64, key: &str, redeemed_minor: i64) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT INTO value_entry (journal, ledger, redeemed) VALUES (?1, ?2, ?3)")?
        .execute(params![id, key, redeemed_minor])?;
    Ok(())
}

fn note_overdraft(conn: &Connection, key: &str, found: &[Overdraft]) -> Result<(), StoreError> {
    note_over(conn, key, found.iter().fold(0_i64, |sum, one| sum.saturating_add(one.over)))
}

/// A ledger that a person has to look at, or none any more.
pub(super) fn note_over(conn: &Connection, key: &str, over: i64) -> Result<(), StoreError> {
    if over == 0 {
        conn.prepare_cached("DELETE FROM value_overdrawn WHERE ledger = ?1")?.execute([key])?;
        return Ok(());
    }
    conn.prepare_cached(
        "INSERT INTO value_overdrawn (ledger, over) VALUES (?1, ?2) ON CONFLICT (ledger) DO UPDATE SET over = ?2",
    )?
    .execute(params![key, over])?;
    Ok(())
}

/// What happened to a ledger, by journal id.
pub(super) fn entries(conn: &Connection, key: &str) -> Result<Vec<Happening>, StoreError> {
    let ids = conn
        .prepare_cached("SELECT journal FROM value_entry WHERE ledger = ?1 ORDER BY journal")?
        .query_map([key], |r| r.get(0))?
        .collect::<Result<Vec<i64>, _>>()?;
    ids.into_iter().filter_map(|id| event_at(conn, id).transpose()).map(|event| Ok(event?.what)).collect()
}

fn gift_card(conn: &Connection, purse: &GiftPurse) -> Result<GiftCard, StoreError> {
    let entries = entries(conn, &gift_key(purse))?;
    let movements = entries.iter().filter_map(|what| match what {
        Happening::GiftCardMoved(moved) => Some(&**moved),
        _ => None,
    });
    Ok(GiftCard::fold(purse.clone(), movements))
}

fn account(conn: &Connection, of: AccountKey) -> Result<Account, StoreError> {
    let entries = entries(conn, &account_key(of))?;
    let movements = entries.iter().filter_map(|what| match what {
        Happening::CreditMoved(moved) => Some(&**moved),
        _ => None,
    });
    Ok(Account::fold(of, movements))
}

fn package_moves(conn: &Connection, of: PackageId) -> Result<Vec<PackageMoved>, StoreError> {
    let moved = |what| match what {
        Happening::PackageMoved(moved) => Some(*moved),
        _ => None,
    };
    Ok(entries(conn, &package_key(of))?.into_iter().filter_map(moved).collect())
}

fn package(conn: &Connection, of: PackageId) -> Result<Package, StoreError> {
    Ok(Package::fold(of, &package_moves(conn, of)?))
}

/// What this till did to ledgers like `keys` and the server has not acknowledged.
pub(super) fn unsent(conn: &Connection, keys: &str) -> Result<Vec<Happening>, StoreError> {
    let ids = conn
        .prepare_cached(
            "SELECT journal FROM value_entry WHERE ledger LIKE ?2 \
             AND journal BETWEEN (SELECT ref FROM outbox WHERE kind = 1 ORDER BY seq LIMIT 1) AND ?1",
        )?
        .query_map(params![((OWN + 1) << SEQ_BITS) - 1, keys], |r| r.get(0))?
        .collect::<Result<Vec<i64>, _>>()?;
    ids.into_iter().filter_map(|id| event_at(conn, id).transpose()).map(|event| Ok(event?.what)).collect()
}

/// What the units are worth that this till used and that the server has not acknowledged, in minor units. What was given
/// back has been out.
fn units_unsent(conn: &Connection) -> Result<i64, StoreError> {
    let mut used: BTreeMap<PackageId, BTreeSet<MovementId>> = BTreeMap::new();
    for what in unsent(conn, "package/%")? {
        if let Happening::PackageMoved(moved) = what
            && matches!(moved.what, PackageChange::Redeemed { .. })
        {
            used.entry(moved.ledger).or_default().insert(moved.stamp.id);
        }
    }
    let mut minor = 0;
    for (of, used) in used {
        let mut moves = package_moves(conn, of)?;
        moves.retain(|moved| !matches!(moved.what, PackageChange::Restored { .. }));
        let earned = |moves: &[PackageMoved]| Package::fold(of, moves).value(LAST_DAY).earned_minor;
        let with = earned(&moves);
        moves.retain(|moved| !used.contains(&moved.stamp.id));
        minor += with - earned(&moves);
    }
    Ok(minor)
}

/// One entry of each ledger of which more was taken than there was.
pub(super) fn overdrawn(conn: &Connection) -> Result<Vec<Happening>, StoreError> {
    let firsts = conn
        .prepare_cached(
            "SELECT min(e.journal) FROM value_overdrawn o JOIN value_entry e ON e.ledger = o.ledger \
             GROUP BY o.ledger ORDER BY o.ledger",
        )?
        .query_map([], |r| r.get(0))?
        .collect::<Result<Vec<i64>, _>>()?;
    firsts.into_iter().filter_map(|id| event_at(conn, id).transpose()).map(|event| Ok(event?.what)).collect()
}

/// What this till took out of ledgers that the server has not acknowledged, in minor units: its own entries are sent in
/// their order, so that all from the first in the outbox on are meant.
fn redeemed_unsent(conn: &Connection) -> Result<i64, StoreError> {
    let money: i64 = conn
        .prepare_cached(
            "SELECT coalesce(sum(redeemed), 0) FROM value_entry \
             WHERE journal BETWEEN (SELECT ref FROM outbox WHERE kind = 1 ORDER BY seq LIMIT 1) AND ?1",
        )?
        .query_row([((OWN + 1) << SEQ_BITS) - 1], |r| r.get(0))?;
    Ok(money + units_unsent(conn)? + super::membership::units_unsent(conn)?)
}

impl Store {
    /// All that is known of a gift card; without movements if that is nothing.
    pub fn gift_card(&self, purse: &GiftPurse) -> Result<GiftCard, StoreError> {
        self.read(|c| gift_card(c, purse))
    }

    pub fn redeemed_unsent(&self) -> Result<i64, StoreError> {
        self.read(redeemed_unsent)
    }

    /// All that is known of a client's account.
    pub fn account(&self, of: AccountKey) -> Result<Account, StoreError> {
        self.read(|c| account(c, of))
    }

    /// The packages that belong to a client now, by id.
    pub fn packages_of(&self, card: CardId) -> Result<Vec<Package>, StoreError> {
        self.read(|c| {
            let ids = c
                .prepare_cached(&format!(
                    "SELECT package FROM package_owner WHERE card IN {CARDS_OF_CLIENT} ORDER BY package"
                ))?
                .query_map([card.as_bytes()], |r| r.get::<_, [u8; 16]>(0))?
                .collect::<Result<Vec<_>, _>>()?;
            ids.into_iter().map(|id| package(c, PackageId::from_uuid(Uuid::from_bytes(id)))).collect()
        })
    }

    /// The packages of which more units were used than there were.
    pub fn overdrawn_packages(&self) -> Result<Vec<Package>, StoreError> {
        self.read(|c| {
            let id = |what| match what {
                Happening::PackageMoved(moved) => Some(moved.ledger),
                _ => None,
            };
            overdrawn(c)?.into_iter().filter_map(id).map(|of| package(c, of)).collect()
        })
    }

    /// The gift cards of which more was taken than there was.
    pub fn overdrawn_gift_cards(&self) -> Result<Vec<GiftCard>, StoreError> {
        self.read(|c| {
            let purse = |what| match what {
                Happening::GiftCardMoved(moved) => Some(moved.ledger),
                _ => None,
            };
            overdrawn(c)?.into_iter().filter_map(purse).map(|purse| gift_card(c, &purse)).collect()
        })
    }

    /// The accounts of which more was taken than there was.
    pub fn overdrawn_accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.read(|c| {
            let key = |what| match what {
                Happening::CreditMoved(moved) => Some(moved.ledger),
                _ => None,
            };
            overdrawn(c)?.into_iter().filter_map(key).map(|of| account(c, of)).collect()
        })
    }
}

impl Unit<'_> {
    pub fn account(&self, of: AccountKey) -> Result<Account, StoreError> {
        account(&self.tx, of)
    }

    pub fn package(&self, of: PackageId) -> Result<Package, StoreError> {
        package(&self.tx, of)
    }

    pub fn gift_card(&self, purse: &GiftPurse) -> Result<GiftCard, StoreError> {
        gift_card(&self.tx, purse)
    }

    pub fn redeemed_unsent(&self) -> Result<i64, StoreError> {
        redeemed_unsent(&self.tx)
    }
}
