//! Master data, read.

use super::{Store, StoreError};
use rusqlite::OptionalExtension;
use salon_sync::wire::MasterKind;
use serde::de::DeserializeOwned;
use uuid::Uuid;

impl Store {
    /// Everything of a kind. An entity that this version cannot read is left out.
    pub fn master<T: DeserializeOwned>(&self, kind: MasterKind) -> Result<Vec<T>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached("SELECT body FROM master WHERE kind = ?1 ORDER BY id")?;
            let bodies =
                statement.query_map([kind.name()], |r| r.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?;
            Ok(bodies.iter().filter_map(|b| serde_json::from_slice(b).ok()).collect())
        })
    }

    pub fn master_one<T: DeserializeOwned>(&self, kind: MasterKind, id: Uuid) -> Result<Option<T>, StoreError> {
        self.read(|c| {
            let body: Option<Vec<u8>> = c
                .prepare_cached("SELECT body FROM master WHERE kind = ?1 AND id = ?2")?
                .query_row(rusqlite::params![kind.name(), id.as_bytes()], |r| r.get(0))
                .optional()?;
            Ok(body.and_then(|b| serde_json::from_slice(&b).ok()))
        })
    }
}
