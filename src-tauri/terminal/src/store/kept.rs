//! What the book's views read again and again, kept in memory until it changes.

use super::together::CARDS_OF_CLIENT;
use super::{BookingRow, CardFace, Store, StoreError, Touched};
use rusqlite::params;
use salon_domain::kernel::CardId;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// So many bookings are kept (about two kilobytes each), and clients' faces.
const ROWS_MAX: usize = 4_000;
const FACES_MAX: usize = 8_000;
const KNOWN_DAYS_MAX: usize = 16;

#[derive(Default)]
pub(super) struct Kept {
    /// Counts changes: what was read before one is not kept after it.
    changes: u64,
    days: HashMap<i32, Arc<Vec<BookingRow>>>,
    rows: usize,
    faces: HashMap<CardId, Option<CardFace>>,
    /// Day → client → whether they had been here before it.
    known: HashMap<i32, HashMap<CardId, bool>>,
}

impl Kept {
    /// Called when a unit has been committed.
    pub(super) fn forget(&mut self, touched: &Touched) {
        if touched.rebuilt {
            *self = Kept { changes: self.changes + 1, ..Kept::default() };
            return;
        }
        if touched.cards {
            self.faces.clear();
            // Two cards may have become one client's.
            self.known.clear();
            self.changes += 1;
        }
        for changed in &touched.days {
            if let Some(rows) = self.days.remove(changed) {
                self.rows -= rows.len() + 1;
            }
            self.known.retain(|day, _| day <= changed);
            self.changes += 1;
        }
    }

    fn keep_day(&mut self, day: i32, rows: &Arc<Vec<BookingRow>>) {
        if self.rows + rows.len() > ROWS_MAX {
            (self.rows, self.days) = (0, HashMap::new());
        }
        if self.days.insert(day, rows.clone()).is_none() {
            self.rows += rows.len() + 1;
        }
    }
}

impl Store {
    /// A day's bookings by start.
    pub fn day_rows(&self, day: i32) -> Result<Arc<Vec<BookingRow>>, StoreError> {
        let changes = {
            let kept = self.kept();
            if let Some(rows) = kept.days.get(&day) {
                return Ok(rows.clone());
            }
            kept.changes
        };
        let rows = Arc::new(self.bookings(day, day)?);
        let mut kept = self.kept();
        if kept.changes == changes {
            kept.keep_day(day, &rows);
        }
        Ok(rows)
    }

    /// What the book shows of clients, of those that are known here.
    pub fn card_faces(&self, cards: &[CardId]) -> Result<HashMap<CardId, CardFace>, StoreError> {
        let mut faces = HashMap::with_capacity(cards.len());
        let mut missing = Vec::new();
        let changes = {
            let kept = self.kept();
            for card in cards {
                match kept.faces.get(card) {
                    Some(Some(face)) => _ = faces.insert(*card, face.clone()),
                    Some(None) => {}
                    None => missing.push(*card),
                }
            }
            kept.changes
        };
        let read = if missing.is_empty() { Vec::new() } else { self.read_card_faces(&missing)? };
        let mut kept = self.kept();
        if kept.faces.len() + read.len() > FACES_MAX {
            kept.faces.clear();
        }
        for (card, face) in read {
            if let Some(face) = &face {
                faces.insert(card, face.clone());
            }
            if kept.changes == changes {
                kept.faces.insert(card, face);
            }
        }
        Ok(faces)
    }

    /// Which of the cards have been here on an earlier day than `day`.
    pub fn known_before(&self, cards: &[CardId], day: i32) -> Result<HashSet<CardId>, StoreError> {
        let (changes, mut known) = {
            let kept = self.kept();
            (kept.changes, kept.known.get(&day).cloned().unwrap_or_default())
        };
        let before = known.len();
        self.read(|c| {
            let mut statement = c.prepare_cached(&format!(
                "SELECT 1 FROM booking WHERE card IN {CARDS_OF_CLIENT} AND day < ?2 AND status = 'COMPLETED' LIMIT 1",
            ))?;
            for card in cards {
                if !known.contains_key(card) {
                    known.insert(*card, statement.exists(params![card.as_bytes(), day])?);
                }
            }
            Ok(())
        })?;
        let here = cards.iter().filter(|card| known.get(card).is_some_and(|k| *k)).copied().collect();
        if known.len() > before {
            let mut kept = self.kept();
            if kept.changes == changes {
                if kept.known.len() >= KNOWN_DAYS_MAX {
                    kept.known.clear();
                }
                kept.known.insert(day, known);
            }
        }
        Ok(here)
    }
}
