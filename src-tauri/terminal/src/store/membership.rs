//! Memberships as ledgers of stored value, beside those of [`super::value`]: which entries each is made of, whose it is,
//! and which of them a person has to look at.

use super::value::{add_entry, entries, note_over, overdrawn, unsent};
use super::{Store, StoreError, Unit};
use rusqlite::{Connection, params};
use salon_domain::event::Happening;
use salon_domain::kernel::{CardId, MembershipId};
use salon_domain::value::{Membership, MembershipChange, MembershipMoved};
use std::collections::BTreeMap;
use uuid::Uuid;

fn key(of: MembershipId) -> String {
    format!("membership/{of}")
}

pub(super) fn project_membership(conn: &Connection, id: i64, moved: &MembershipMoved) -> Result<(), StoreError> {
    let key = key(moved.ledger);
    // What a unit is worth is the plan's to say, which may arrive later: see `units_unsent`.
    add_entry(conn, id, &key, 0)?;
    let membership = membership(conn, moved.ledger)?;
    let over = membership.overdrafts().len() + membership.in_vain().len();
    note_over(conn, &key, i64::try_from(over).unwrap_or(i64::MAX))?;
    if let (MembershipChange::Started { .. }, Some(card)) = (&moved.what, membership.member()) {
        conn.prepare_cached(
            "INSERT INTO membership_member (membership, card) VALUES (?1, ?2) \
             ON CONFLICT (membership) DO UPDATE SET card = ?2",
        )?
        .execute(params![moved.ledger.as_bytes(), card.as_bytes()])?;
    }
    Ok(())
}

fn membership(conn: &Connection, of: MembershipId) -> Result<Membership, StoreError> {
    let entries = entries(conn, &key(of))?;
    let movements = entries.iter().filter_map(|what| match what {
        Happening::MembershipMoved(moved) => Some(&**moved),
        _ => None,
    });
    Ok(Membership::fold(of, movements))
}

/// What the units are worth that this till handed out and that the server has not acknowledged, in minor units. What came
/// back has been out.
pub(super) fn units_unsent(conn: &Connection) -> Result<i64, StoreError> {
    let mut used: BTreeMap<MembershipId, i64> = BTreeMap::new();
    for what in unsent(conn, "membership/%")? {
        if let Happening::MembershipMoved(moved) = what
            && matches!(moved.what, MembershipChange::Used { .. })
        {
            *used.entry(moved.ledger).or_default() += 1;
        }
    }
    let mut minor = 0_i64;
    for (of, units) in used {
        let worth_minor = membership(conn, of)?.plan().map_or(0, |plan| plan.unit_worth_minor());
        minor = minor.saturating_add(worth_minor.saturating_mul(units));
    }
    Ok(minor)
}

impl Store {
    /// All that is known of a membership; without movements if that is nothing.
    pub fn membership(&self, of: MembershipId) -> Result<Membership, StoreError> {
        self.read(|c| membership(c, of))
    }

    /// A client's memberships, by id.
    pub fn memberships_of(&self, card: CardId) -> Result<Vec<Membership>, StoreError> {
        self.read(|c| {
            let ids = c
                .prepare_cached("SELECT membership FROM membership_member WHERE card = ?1 ORDER BY membership")?
                .query_map([card.as_bytes()], |r| r.get::<_, [u8; 16]>(0))?
                .collect::<Result<Vec<_>, _>>()?;
            ids.into_iter().map(|id| membership(c, MembershipId::from_uuid(Uuid::from_bytes(id)))).collect()
        })
    }

    /// The memberships of which more units were used than there were, or for which money was taken that bought nothing.
    pub fn overdrawn_memberships(&self) -> Result<Vec<Membership>, StoreError> {
        self.read(|c| {
            let id = |what| match what {
                Happening::MembershipMoved(moved) => Some(moved.ledger),
                _ => None,
            };
            overdrawn(c)?.into_iter().filter_map(id).map(|of| membership(c, of)).collect()
        })
    }
}

impl Unit<'_> {
    pub fn membership(&self, of: MembershipId) -> Result<Membership, StoreError> {
        membership(&self.tx, of)
    }
}
