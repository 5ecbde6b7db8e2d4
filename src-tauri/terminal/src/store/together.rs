//! Cards that are one client's: which hang together, and which of them stands for all. Journal entries and bookings keep
//! the card that they were made with; whoever reads them by client reads those of all its cards.

use super::cards::raw_card;
use super::{CardHit, Store, StoreError, Unit};
use rusqlite::{Connection, OptionalExtension, params};
use salon_domain::customer::{
    Card, CardEdit, DuplicateFace, MergeLink, block_keys, fuse, keyed, may_be_a_pair, roots_of,
};
use salon_domain::kernel::CardId;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The cards of the client whose card is `?1`, for `card IN …`: that one, and those that hang together with it.
pub(super) const CARDS_OF_CLIENT: &str =
    "(SELECT ?1 UNION SELECT b.card FROM card_group a JOIN card_group b ON b.root = a.root WHERE a.card = ?1)";

fn card_id(bytes: [u8; 16]) -> CardId {
    CardId::from_uuid(Uuid::from_bytes(bytes))
}

/// The card that stands for the client of `card`.
pub(super) fn root_of(conn: &Connection, card: CardId) -> Result<CardId, StoreError> {
    let root: Option<[u8; 16]> = conn
        .prepare_cached("SELECT root FROM card_group WHERE card = ?1")?
        .query_row([card.as_bytes()], |r| r.get(0))
        .optional()?;
    Ok(root.map_or(card, card_id))
}

/// All cards of the client of `card`, that which stands for all first.
fn cards_of(conn: &Connection, card: CardId) -> Result<Vec<CardId>, StoreError> {
    let root = root_of(conn, card)?;
    let mut all = vec![root];
    let mut statement = conn.prepare_cached("SELECT card FROM card_group WHERE root = ?1 ORDER BY card")?;
    for other in statement.query_map([root.as_bytes()], |r| r.get(0))? {
        let other = card_id(other?);
        if other != root {
            all.push(other);
        }
    }
    Ok(all)
}

/// The card as it is shown, and whose it is. None where no edit of any of the client's cards has arrived.
pub(super) fn shown_card(conn: &Connection, card: CardId) -> Result<Option<(CardId, Card)>, StoreError> {
    let all = cards_of(conn, card)?;
    if let [only] = all.as_slice() {
        return Ok(raw_card(conn, *only)?.map(|found| (*only, found)));
    }
    let mut cards = BTreeMap::new();
    for id in &all {
        if let Some(found) = raw_card(conn, *id)? {
            cards.insert(*id, found);
        }
    }
    let root = all[0];
    Ok((!cards.is_empty()).then(|| (root, fuse(root, &cards))))
}

/// Takes links on or off as an edit says. `card` is the edited one as it is now.
pub(super) fn project_links(conn: &Connection, edit: &CardEdit, card: &Card) -> Result<(), StoreError> {
    for name in edit.set.keys() {
        let Some((keyed::MERGED, into)) = keyed::parts(name) else { continue };
        let Ok(into) = into.parse::<CardId>() else { continue };
        let pair = params![edit.card.as_bytes(), into.as_bytes()];
        let changed = if card.entry::<MergeLink>(keyed::MERGED, into).is_some() && into != edit.card {
            conn.prepare_cached("INSERT OR IGNORE INTO card_link (card, into_card) VALUES (?1, ?2)")?.execute(pair)?
        } else {
            conn.prepare_cached("DELETE FROM card_link WHERE card = ?1 AND into_card = ?2")?.execute(pair)?
        };
        if changed > 0 {
            regroup(conn, &[edit.card, into])?;
        }
    }
    Ok(())
}

/// Gathers anew what hangs together with `around`, before and after: what stands is a function of the links alone.
fn regroup(conn: &Connection, around: &[CardId]) -> Result<(), StoreError> {
    let mut links = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<CardId> = around.to_vec();
    let mut touching =
        conn.prepare_cached("SELECT card, into_card FROM card_link WHERE card = ?1 OR into_card = ?1")?;
    while let Some(card) = open.pop() {
        if !seen.insert(card) {
            continue;
        }
        let found = touching
            .query_map([card.as_bytes()], |r| Ok((card_id(r.get(0)?), card_id(r.get(1)?))))?
            .collect::<Result<Vec<_>, _>>()?;
        for (from, to) in found {
            links.insert((from, to));
            open.extend([from, to]);
        }
    }
    for card in &seen {
        conn.prepare_cached("DELETE FROM card_group WHERE card = ?1")?.execute([card.as_bytes()])?;
    }
    for group in roots_of(&links) {
        for card in &group.cards {
            conn.prepare_cached("INSERT INTO card_group (card, root) VALUES (?1, ?2)")?
                .execute(params![card.as_bytes(), group.root.as_bytes()])?;
        }
    }
    Ok(())
}

/// Hits as they are shown: each client once, by the card that stands for it.
pub(super) fn stand_for(conn: &Connection, hits: Vec<CardHit>) -> Result<Vec<CardHit>, StoreError> {
    let mut seen = BTreeSet::new();
    let mut shown = Vec::with_capacity(hits.len());
    let mut grouped = conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM card_group WHERE card = ?1)")?;
    for mut hit in hits {
        if grouped.query_row([hit.id.as_bytes()], |r| r.get::<_, bool>(0))?
            && let Some((root, card)) = shown_card(conn, hit.id)?
        {
            hit = CardHit::of(root, &card);
        }
        if seen.insert(hit.id) {
            shown.push(hit);
        }
    }
    Ok(shown)
}

impl Store {
    /// The card that stands for the client of `card`.
    pub fn stands_for(&self, card: CardId) -> Result<CardId, StoreError> {
        self.read(|c| root_of(c, card))
    }

    /// All cards of the client of `card`, that which stands for all first.
    pub fn cards_of_client(&self, card: CardId) -> Result<Vec<CardId>, StoreError> {
        self.read(|c| cards_of(c, card))
    }

    /// A card by itself, without those that hang together with it.
    pub fn card_alone(&self, card: CardId) -> Result<Option<Card>, StoreError> {
        self.read(|c| raw_card(c, card))
    }

    /// Every edit of a card, oldest first.
    pub fn edits_of(&self, card: CardId) -> Result<Vec<CardEdit>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached("SELECT body FROM card_edit WHERE card = ?1 ORDER BY at")?;
            let bodies = statement.query_map([card.as_bytes()], |r| r.get::<_, Vec<u8>>(0))?;
            bodies.map(|body| Ok(serde_json::from_slice(&body?)?)).collect()
        })
    }

    /// The merges by which the cards of a client hang together.
    pub fn merges_of(&self, card: CardId) -> Result<Vec<(CardId, CardId, MergeLink)>, StoreError> {
        self.read(|c| {
            let mut found = Vec::new();
            for id in cards_of(c, card)? {
                let Some(card) = raw_card(c, id)? else { continue };
                for entry in card.entries::<MergeLink>(keyed::MERGED) {
                    if let Ok(into) = entry.key.parse() {
                        found.push((id, into, entry.value));
                    }
                }
            }
            Ok(found)
        })
    }

    /// Of all clients those that may be there twice, each as it is shown. Only their cards are read whole: of the others
    /// the columns say that nobody shares a phone, an address or a name with them. Others may read in between.
    pub fn possible_duplicates(&self) -> Result<Vec<DuplicateFace>, StoreError> {
        let mut shared: HashMap<String, u32> = HashMap::new();
        let mut all = Vec::new();
        let mut after = 0_i64;
        loop {
            let page = self.read(|c| keys_after(c, after))?;
            let Some((last, ..)) = page.last() else { break };
            after = *last;
            for (_, id, keys) in page {
                for key in &keys {
                    *shared.entry(key.clone()).or_default() += 1;
                }
                all.push((id, keys));
            }
        }
        all.retain(|(_, keys)| keys.iter().any(|key| shared.get(key).is_some_and(|n| may_be_a_pair(*n as usize))));
        let mut faces = Vec::new();
        for page in all.chunks(PAGE) {
            self.read(|c| {
                for (id, _) in page {
                    if let Some((id, card)) = shown_card(c, *id)? {
                        faces.extend(DuplicateFace::of(id, &card));
                    }
                }
                Ok(())
            })?;
        }
        Ok(faces)
    }
}

/// So many cards are read at once while others wait.
const PAGE: usize = 2_000;

/// The next cards by their numbers, those that stand for their clients, with what they share with others.
fn keys_after(conn: &Connection, after: i64) -> Result<Vec<(i64, CardId, Vec<String>)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT c.ix, c.card, c.name, c.phone, c.email FROM card c LEFT JOIN card_group g ON g.card = c.card \
         WHERE c.ix > ?1 AND (g.card IS NULL OR g.root = c.card) ORDER BY c.ix LIMIT ?2",
    )?;
    let row = |r: &rusqlite::Row<'_>| {
        let (name, phone, email): (String, String, String) = (r.get(2)?, r.get(3)?, r.get(4)?);
        Ok((r.get(0)?, card_id(r.get(1)?), block_keys(&name, &phone, &email)))
    };
    Ok(statement.query_map(params![after, PAGE as i64], row)?.collect::<Result<_, _>>()?)
}

impl Unit<'_> {
    /// As [`Store::card_alone`], with what this unit has written.
    pub fn card_alone(&self, card: CardId) -> Result<Option<Card>, StoreError> {
        raw_card(&self.tx, card)
    }

    /// As [`Store::stands_for`], with what this unit has written.
    pub fn stands_for(&self, card: CardId) -> Result<CardId, StoreError> {
        root_of(&self.tx, card)
    }

    /// As [`Store::cards_of_client`], with what this unit has written.
    pub fn cards_of_client(&self, card: CardId) -> Result<Vec<CardId>, StoreError> {
        cards_of(&self.tx, card)
    }
}
