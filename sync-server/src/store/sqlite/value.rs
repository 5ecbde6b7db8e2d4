//! Between Rust values and SQLite's.

use super::super::StoreError;
use rusqlite::Row;
use salon_domain::kernel::{BranchId, Hlc, Id, Instant};

pub type Sql<T> = rusqlite::Result<T>;

pub fn id<T>(row: &Row<'_>, column: usize) -> Sql<Id<T>> {
    Ok(Id::from_uuid(uuid::Uuid::from_bytes(row.get(column)?)))
}

pub fn id_or_none<T>(row: &Row<'_>, column: usize) -> Sql<Option<Id<T>>> {
    let bytes: Option<[u8; 16]> = row.get(column)?;
    Ok(bytes.map(|b| Id::from_uuid(uuid::Uuid::from_bytes(b))))
}

pub fn count(row: &Row<'_>, column: usize) -> Sql<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}

pub fn instant(row: &Row<'_>, column: usize) -> Sql<Instant> {
    row.get(column).map(Instant)
}

pub fn instant_or_none(row: &Row<'_>, column: usize) -> Sql<Option<Instant>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Instant))
}

/// A count as SQLite keeps it. What does not fit is nothing that this program made.
pub fn integer(count: u64) -> Result<i64, StoreError> {
    i64::try_from(count).map_err(|_| StoreError::Damaged(format!("{count} is out of range")))
}

/// Empty: for every branch.
pub fn branch_key(branch: Option<&BranchId>) -> &[u8] {
    branch.map_or(&[], |b| b.as_bytes().as_slice())
}

/// 28 bytes that sort as the clock does for instants after 1970.
pub fn hlc_key(at: Hlc) -> [u8; 28] {
    let mut key = [0; 28];
    key[..8].copy_from_slice(&at.wall_ms.to_be_bytes());
    key[8..12].copy_from_slice(&at.counter.to_be_bytes());
    key[12..].copy_from_slice(at.node.as_bytes());
    key
}
