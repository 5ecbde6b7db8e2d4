//! Client cards, and finding them by any fragment of name, phone or email.

use super::{Store, StoreError};
use rusqlite::{Connection, OptionalExtension, params};
use salon_domain::customer::{Card, CardEdit, field, fold_for_search, phone_digits};
use salon_domain::kernel::{CardId, Hlc};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRow {
    pub id: CardId,
    pub card: Card,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardHit {
    pub id: CardId,
    pub name: String,
    pub phone: String,
    pub email: String,
}

/// A reading as bytes that sort like it.
pub(super) fn hlc_key(at: &Hlc) -> Vec<u8> {
    let mut key = Vec::with_capacity(28);
    key.extend_from_slice(&((at.wall_ms as u64) ^ (1 << 63)).to_be_bytes());
    key.extend_from_slice(&at.counter.to_be_bytes());
    key.extend_from_slice(at.node.as_bytes());
    key
}

/// What is searched: the folded name, the digits of the phone, the email and the old code, one after another. Two
/// spaces at the end give even the last letter its trigrams.
fn search_text(card: &Card) -> String {
    if !card.get(field::REMOVED).is_empty() {
        return String::new();
    }
    format!(
        "{} {} {} {}  ",
        fold_for_search(&card.display_name()),
        phone_digits(card.get(field::PHONE)),
        fold_for_search(card.get(field::EMAIL)),
        fold_for_search(card.get(field::LEGACY_CODE)),
    )
}

pub(super) fn project_edit(conn: &Connection, edit: &CardEdit) -> Result<(), StoreError> {
    let found: Option<(i64, Vec<u8>)> = conn
        .prepare_cached("SELECT ix, body FROM card WHERE card = ?1")?
        .query_row([edit.card.as_bytes()], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let (ix, mut card) = match found {
        Some((ix, body)) => (Some(ix), serde_json::from_slice::<Card>(&body)?),
        None => (None, Card::default()),
    };
    let text_before = ix.map(|_| search_text(&card));
    card.apply(edit);
    let body = serde_json::to_vec(&card)?;
    let (name, phone, email) = (card.display_name(), card.get(field::PHONE), card.get(field::EMAIL));
    match ix {
        None => {
            conn.prepare_cached("INSERT INTO card (card, name, phone, email, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![edit.card.as_bytes(), name, phone, email, body])?;
            conn.prepare_cached("INSERT INTO card_fts (rowid, text) VALUES (?1, ?2)")?
                .execute(params![conn.last_insert_rowid(), search_text(&card)])?;
        }
        Some(ix) => {
            conn.prepare_cached("UPDATE card SET name = ?2, phone = ?3, email = ?4, body = ?5 WHERE ix = ?1")?
                .execute(params![ix, name, phone, email, body])?;
            let text = search_text(&card);
            if text_before.as_ref() != Some(&text) {
                conn.prepare_cached("UPDATE card_fts SET text = ?2 WHERE rowid = ?1")?.execute(params![ix, text])?;
            }
        }
    }
    Ok(())
}

/// So many candidates are looked at before they are ranked: enough for a person to find whom she means, few enough to
/// stay quick on a fragment that half the clients have.
const CANDIDATES_MAX: i64 = 200;

impl Store {
    pub fn card(&self, id: CardId) -> Result<Option<Card>, StoreError> {
        self.read(|c| {
            let body: Option<Vec<u8>> = c
                .prepare_cached("SELECT body FROM card WHERE card = ?1")?
                .query_row([id.as_bytes()], |r| r.get(0))
                .optional()?;
            body.map(|b| serde_json::from_slice(&b).map_err(StoreError::from)).transpose()
        })
    }

    pub fn card_count(&self) -> Result<u64, StoreError> {
        self.read(|c| Ok(c.query_row("SELECT count(*) FROM card", [], |r| r.get::<_, i64>(0))? as u64))
    }

    /// Clients whose name, phone, email or old code contains every word of `text`; best first.
    pub fn search_cards(&self, text: &str, limit: usize) -> Result<Vec<CardHit>, StoreError> {
        let words = search_words(text);
        if words.is_empty() {
            return self.recent_cards(limit);
        }
        self.read(|c| {
            let mut hits = candidates(c, &words)?;
            hits.retain(|(text, _)| words.iter().all(|w| text.contains(w.as_str())));
            hits.sort_by_cached_key(|(text, hit)| (rank(text, &words), hit.name.to_lowercase()));
            hits.truncate(limit);
            Ok(hits.into_iter().map(|(_, hit)| hit).collect())
        })
    }

    fn recent_cards(&self, limit: usize) -> Result<Vec<CardHit>, StoreError> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached("SELECT c.card, c.name, c.phone, c.email FROM card_fts f JOIN card c ON c.ix = f.rowid WHERE f.text <> '' ORDER BY f.rowid DESC LIMIT ?1")?;
            let hits = statement.query_map([limit as i64], |r| hit(r, 0))?.collect::<Result<Vec<_>, _>>()?;
            Ok(hits)
        })
    }
}

fn hit(row: &rusqlite::Row<'_>, from: usize) -> rusqlite::Result<CardHit> {
    Ok(CardHit {
        id: CardId::from_uuid(uuid::Uuid::from_bytes(row.get(from)?)),
        name: row.get(from + 1)?,
        phone: row.get(from + 2)?,
        email: row.get(from + 3)?,
    })
}

/// Folded words. What looks like a phone number is one word of digits, however it is grouped.
fn search_words(text: &str) -> Vec<String> {
    let looks_like_phone =
        text.chars().any(|c| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || " +-/().".contains(c));
    if looks_like_phone {
        return vec![phone_digits(text)];
    }
    fold_for_search(text).split_whitespace().map(str::to_owned).collect()
}

fn candidates(conn: &Connection, words: &[String]) -> Result<Vec<(String, CardHit)>, StoreError> {
    let long: Vec<String> =
        words.iter().filter(|w| w.chars().count() >= 3).map(|w| format!("\"{}\"", w.replace('"', "\"\""))).collect();
    let pick = "SELECT f.text, c.card, c.name, c.phone, c.email FROM";
    let row = |r: &rusqlite::Row<'_>| Ok((r.get::<_, String>(0)?, hit(r, 1)?));
    if !long.is_empty() {
        let sql = format!("{pick} card_fts f JOIN card c ON c.ix = f.rowid WHERE card_fts MATCH ?1 LIMIT ?2");
        let mut statement = conn.prepare_cached(&sql)?;
        return Ok(statement.query_map(params![long.join(" AND "), CANDIDATES_MAX], row)?.collect::<Result<_, _>>()?);
    }
    // One or two letters have no trigram of their own, but are the beginning of some: ask the index for its terms.
    let Some(longest) = words.iter().max_by_key(|w| w.len()) else { return Ok(Vec::new()) };
    let past = format!("{longest}\u{10ffff}");
    let sql = format!(
        "{pick} (SELECT DISTINCT doc FROM (SELECT doc FROM card_gram WHERE term >= ?1 AND term < ?2 LIMIT ?3)) g \
         JOIN card_fts f ON f.rowid = g.doc JOIN card c ON c.ix = g.doc"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    Ok(statement.query_map(params![longest, past, CANDIDATES_MAX * 4], row)?.collect::<Result<_, _>>()?)
}

/// 0: the text begins with the first word; 1: a word does; 2: it is somewhere inside.
fn rank(text: &str, words: &[String]) -> u8 {
    let Some(first) = words.first() else { return 2 };
    if text.starts_with(first.as_str()) {
        0
    } else if text.split(' ').any(|w| w.starts_with(first.as_str())) {
        1
    } else {
        2
    }
}
