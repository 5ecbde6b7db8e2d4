//! Client cards, and finding them by any fragment of name, phone or email.

use super::together::{project_links, shown_card, stand_for};
use super::{Store, StoreError};
use rusqlite::{Connection, OptionalExtension, params};
use salon_domain::customer::{Card, CardEdit, card_number, field, fold_for_search, phone_digits};
use salon_domain::kernel::{CardId, Hlc};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRow {
    pub id: CardId,
    pub card: Card,
}

/// What the book shows of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardFace {
    /// The card that stands for the client.
    pub card: CardId,
    pub name: String,
    pub phone: String,
    pub allergy: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardHit {
    pub id: CardId,
    pub name: String,
    pub phone: String,
    pub email: String,
}

impl CardHit {
    pub(super) fn of(id: CardId, card: &Card) -> CardHit {
        let text = |name| card.get(name).to_owned();
        CardHit { id, name: card.display_name(), phone: text(field::PHONE), email: text(field::EMAIL) }
    }
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
    let mut text = format!(
        "{} {} {} {}  ",
        fold_for_search(&card.display_name()),
        phone_digits(card.get(field::PHONE)),
        fold_for_search(card.get(field::EMAIL)),
        fold_for_search(card.get(field::LEGACY_CODE)),
    );
    let number = number_key(card.get(field::LOYALTY_NUMBER));
    if !number.is_empty() {
        text.push_str(&number);
    }
    text
}

/// A card's number as a word of its own in the searched text: the sign before it and the space behind it make that only
/// the whole number is found by it.
fn number_key(number: &str) -> String {
    let number = fold_for_search(&card_number(number));
    if number.is_empty() { number } else { format!("#{number}  ") }
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
    project_links(conn, edit, &card)
}

/// So many candidates are looked at before they are ranked: enough for a person to find whom she means, few enough to
/// stay quick on a fragment that half the clients have.
const CANDIDATES_MAX: i64 = 200;

/// A client's card as it is shown: with what those have that hang together with it.
pub(super) fn find_card(conn: &Connection, id: CardId) -> Result<Option<Card>, StoreError> {
    Ok(shown_card(conn, id)?.map(|(_, card)| card))
}

/// A card by itself.
pub(super) fn raw_card(conn: &Connection, id: CardId) -> Result<Option<Card>, StoreError> {
    let body: Option<Vec<u8>> = conn
        .prepare_cached("SELECT body FROM card WHERE card = ?1")?
        .query_row([id.as_bytes()], |r| r.get(0))
        .optional()?;
    body.map(|b| serde_json::from_slice(&b).map_err(StoreError::from)).transpose()
}

impl Store {
    pub fn card(&self, id: CardId) -> Result<Option<Card>, StoreError> {
        self.glance(|c| find_card(c, id))
    }

    /// Each card's face, in one go.
    pub(super) fn read_card_faces(&self, ids: &[CardId]) -> Result<Vec<(CardId, Option<CardFace>)>, StoreError> {
        self.read(|c| {
            let mut grouped = c.prepare_cached("SELECT EXISTS (SELECT 1 FROM card_group WHERE card = ?1)")?;
            // Few cards have an allergy: the others' fields are not read for it.
            let mut statement = c.prepare_cached(
                "SELECT name, phone, CASE WHEN instr(body, CAST('\"allergy\"' AS BLOB)) > 0 THEN body END \
                 FROM card WHERE card = ?1",
            )?;
            let mut face = |id: CardId| -> Result<Option<CardFace>, StoreError> {
                if grouped.query_row([id.as_bytes()], |r| r.get::<_, bool>(0))? {
                    let shown = shown_card(c, id)?.map(|(card, of)| {
                        let text = |name| of.get(name).to_owned();
                        CardFace {
                            card,
                            name: of.display_name(),
                            phone: text(field::PHONE),
                            allergy: text(field::ALLERGY),
                        }
                    });
                    return Ok(shown);
                }
                let found: Option<(String, String, Option<Vec<u8>>)> =
                    statement.query_row([id.as_bytes()], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).optional()?;
                let Some((name, phone, body)) = found else { return Ok(None) };
                let card: Option<Card> = body.map(|b| serde_json::from_slice(&b)).transpose()?;
                let allergy = card.map_or_else(String::new, |c| c.get(field::ALLERGY).to_owned());
                Ok(Some(CardFace { card: id, name, phone, allergy }))
            };
            ids.iter().map(|id| Ok((*id, face(*id)?))).collect()
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
            let mut texts = candidates(c, &words)?;
            texts.retain(|(text, _)| words.iter().all(|w| text.contains(w.as_str())));
            // The text begins with the folded name.
            texts.sort_by_cached_key(|(text, ix)| (rank(text, &words), text.clone(), *ix));
            texts.truncate(limit);
            let mut card = c.prepare_cached("SELECT card, name, phone, email FROM card WHERE ix = ?1")?;
            let hits = texts.into_iter().map(|(_, ix)| Ok(card.query_row([ix], |r| hit(r, 0))?));
            stand_for(c, hits.collect::<Result<_, StoreError>>()?)
        })
    }

    /// The client who carries the card with this number. Should two have been given one number, who got it last.
    pub fn card_by_number(&self, number: &str) -> Result<Option<CardHit>, StoreError> {
        let key = number_key(number);
        if key.chars().count() < 3 {
            return Ok(None);
        }
        self.read(|c| {
            let mut statement = c.prepare_cached(
                "SELECT c.card, c.name, c.phone, c.email, c.body FROM card_fts f JOIN card c ON c.ix = f.rowid \
                 WHERE f.card_fts MATCH ?1",
            )?;
            let quoted = format!("\"{}\"", key.replace('"', "\"\""));
            let rows = statement.query_map([quoted], |r| Ok((hit(r, 0)?, r.get::<_, Vec<u8>>(4)?)))?;
            let mut latest: Option<(Hlc, CardHit)> = None;
            for row in rows {
                let (found, body) = row?;
                let card: Card = serde_json::from_slice(&body)?;
                let Some(given) = card.fields.get(field::LOYALTY_NUMBER) else { continue };
                if number_key(&given.value) == key && latest.as_ref().is_none_or(|(at, _)| *at < given.at) {
                    latest = Some((given.at, found));
                }
            }
            Ok(stand_for(c, latest.into_iter().map(|(_, found)| found).collect())?.pop())
        })
    }

    fn recent_cards(&self, limit: usize) -> Result<Vec<CardHit>, StoreError> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached("SELECT c.card, c.name, c.phone, c.email FROM card_fts f JOIN card c ON c.ix = f.rowid WHERE f.text <> '' ORDER BY f.rowid DESC LIMIT ?1")?;
            let hits = statement.query_map([limit as i64], |r| hit(r, 0))?.collect::<Result<Vec<_>, _>>()?;
            stand_for(c, hits)
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

/// The searched texts that may contain all words, with the cards' numbers. Only the index is read for them: it is a
/// tenth of the cards' size.
fn candidates(conn: &Connection, words: &[String]) -> Result<Vec<(String, i64)>, StoreError> {
    let long: Vec<String> =
        words.iter().filter(|w| w.chars().count() >= 3).map(|w| format!("\"{}\"", w.replace('"', "\"\""))).collect();
    let row = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get(1)?));
    if !long.is_empty() {
        let mut statement = conn.prepare_cached("SELECT text, rowid FROM card_fts WHERE card_fts MATCH ?1 LIMIT ?2")?;
        return Ok(statement.query_map(params![long.join(" AND "), CANDIDATES_MAX], row)?.collect::<Result<_, _>>()?);
    }
    // One or two letters have no trigram of their own, but are the beginning of some: ask the index for its terms.
    let Some(longest) = words.iter().max_by_key(|w| w.len()) else { return Ok(Vec::new()) };
    let past = format!("{longest}\u{10ffff}");
    let mut statement = conn.prepare_cached(
        "SELECT f.text, f.rowid FROM \
         (SELECT DISTINCT doc FROM (SELECT doc FROM card_gram WHERE term >= ?1 AND term < ?2 LIMIT ?3)) g \
         JOIN card_fts f ON f.rowid = g.doc",
    )?;
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
