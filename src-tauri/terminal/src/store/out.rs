//! Reading everything, in order, one at a time: for exports and backups.

use super::{Store, StoreError};
use salon_domain::customer::Card;
use salon_domain::event::DomainEvent;
use salon_domain::kernel::CardId;
use std::path::Path;

impl Store {
    /// Every journal entry, by device and sequence, with its bytes.
    pub fn each_event(
        &self,
        mut visit: impl FnMut(&[u8], &DomainEvent) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.read(|c| {
            let mut statement = c.prepare("SELECT body FROM journal ORDER BY id")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let raw = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
                visit(raw, &serde_json::from_slice(raw)?)?;
            }
            Ok(())
        })
    }

    pub fn each_card(&self, mut visit: impl FnMut(CardId, &Card) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.read(|c| {
            let mut statement = c.prepare("SELECT card, body FROM card ORDER BY card")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let id = CardId::from_uuid(uuid::Uuid::from_bytes(row.get(0)?));
                visit(id, &serde_json::from_slice(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?)?;
            }
            Ok(())
        })
    }

    pub fn each_master(&self, mut visit: impl FnMut(&str, &[u8]) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.read(|c| {
            let mut statement = c.prepare("SELECT kind, body FROM master ORDER BY kind, id")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let kind: String = row.get(0)?;
                visit(&kind, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?;
            }
            Ok(())
        })
    }

    /// A copy of the store as it is at this moment, still encrypted, trading going on meanwhile.
    pub fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::Io(error.to_string()));
            }
            _ => {}
        }
        let target = file.to_str().ok_or_else(|| StoreError::Io("the path is not UTF-8".into()))?;
        let guard = self.writer();
        guard.conn.execute("VACUUM INTO ?1", [target])?;
        Ok(())
    }
}
