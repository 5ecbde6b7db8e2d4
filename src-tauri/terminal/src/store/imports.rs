//! Records of imports, so that they can be undone.

use super::{Store, StoreError, Unit};
use rusqlite::{OptionalExtension, params};
use salon_domain::kernel::CardId;
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Unit<'_> {
    pub fn has_card(&self, card: CardId) -> Result<bool, StoreError> {
        Ok(self.tx.prepare_cached("SELECT 1 FROM card WHERE card = ?1")?.exists([card.as_bytes()])?)
    }

    pub fn record_import<T: Serialize>(&mut self, id: &str, made: &T) -> Result<(), StoreError> {
        let at_ms = self.now().0;
        self.tx.execute(
            "INSERT INTO import (id, at_ms, made) VALUES (?1, ?2, ?3)",
            params![id, at_ms, serde_json::to_vec(made)?],
        )?;
        Ok(())
    }

    pub fn mark_import_undone(&mut self, id: &str) -> Result<(), StoreError> {
        self.tx.execute("UPDATE import SET undone = 1 WHERE id = ?1", [id])?;
        Ok(())
    }
}

impl Store {
    /// What an import made, if it has not been undone.
    pub fn import_record<T: DeserializeOwned>(&self, id: &str) -> Result<Option<T>, StoreError> {
        self.read(|c| {
            let made: Option<Vec<u8>> = c
                .prepare_cached("SELECT made FROM import WHERE id = ?1 AND undone = 0")?
                .query_row([id], |r| r.get(0))
                .optional()?;
            made.map(|m| serde_json::from_slice(&m).map_err(StoreError::from)).transpose()
        })
    }
}
