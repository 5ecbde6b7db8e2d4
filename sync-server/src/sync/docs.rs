//! The server's copies of the Automerge documents: loaded from a snapshot and the changes after it, kept in memory for
//! the next change to the same day.

use crate::store::{DocRow, StoreError, Tx};
use salon_domain::kernel::{DeviceId, TenantId};
use salon_sync::doc::{Doc, DocError, DocId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// A new snapshot after so many changes.
const TAIL_MAX: u32 = 64;
const CACHED_MAX: usize = 64;
/// The server only reads documents; the actor is never written with.
const READER: DeviceId = DeviceId::from_uuid(Uuid::max());

#[derive(Default)]
struct Slots {
    clock: u64,
    docs: HashMap<(TenantId, DocId), (u64, Doc)>,
}

/// Documents in memory, the longest unused thrown out first. A cached document counts only if its heads are those that
/// the store has: whatever a rolled-back transaction left here is never used.
#[derive(Default)]
pub struct DocCache(Mutex<Slots>);

impl std::fmt::Debug for DocCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DocCache")
    }
}

impl DocCache {
    fn take(&self, tenant: TenantId, doc: DocId) -> Option<Doc> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.docs.remove(&(tenant, doc)).map(|(_, doc)| doc)
    }

    fn put(&self, tenant: TenantId, doc: Doc) {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.clock += 1;
        let now = slots.clock;
        slots.docs.insert((tenant, doc.id), (now, doc));
        if slots.docs.len() > CACHED_MAX {
            let oldest = slots.docs.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| *key);
            oldest.and_then(|key| slots.docs.remove(&key));
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The changes do not fit the document.
    #[error(transparent)]
    Doc(#[from] DocError),
}

/// A change that is in the log already.
pub struct NewChange<'a> {
    pub bytes: &'a [u8],
    pub hash: [u8; 32],
    pub entry: i64,
}

fn heads_of(doc: &mut Doc) -> Vec<u8> {
    let mut heads: Vec<[u8; 32]> = doc.heads().iter().map(|h| h.0).collect();
    heads.sort_unstable();
    heads.concat()
}

/// The row of a document, made when there is none.
pub fn row(tx: &dyn Tx, tenant: TenantId, id: DocId) -> Result<DocRow, ApplyError> {
    match tx.doc(tenant, id)? {
        Some(row) => Ok(row),
        None => Ok(tx.create_doc(tenant, id, &heads_of(&mut Doc::new(id, READER)?))?),
    }
}

/// The document as the store has it.
pub fn load(tx: &dyn Tx, tenant: TenantId, id: DocId, row: &DocRow) -> Result<Doc, ApplyError> {
    let snapshot = tx.doc_snapshot(row)?;
    let tail = tx.doc_tail(tenant, row)?;
    Ok(Doc::load(id, READER, snapshot.as_deref(), tail.iter().map(Vec::as_slice))?)
}

/// Applies new changes to a document, keeps it, and gives it to `project`.
pub fn apply(
    tx: &dyn Tx,
    cache: &DocCache,
    tenant: TenantId,
    id: DocId,
    mut row: DocRow,
    changes: &[NewChange<'_>],
    project: impl FnOnce(&Doc) -> Result<(), ApplyError>,
) -> Result<(), ApplyError> {
    let mut doc = match cache.take(tenant, id).map(|mut doc| (heads_of(&mut doc), doc)) {
        Some((heads, doc)) if heads == row.heads => doc,
        _ => load(tx, tenant, id, &row)?,
    };
    doc.apply(changes.iter().map(|c| c.bytes))?;
    for change in changes {
        tx.insert_change(tenant, &row, &change.hash, change.entry)?;
    }
    row.heads = heads_of(&mut doc);
    row.tail += changes.len() as u32;
    // Changes that wait for others are in no snapshot and under no head: such a document is read from its changes.
    let waiting = doc.is_waiting();
    match changes.last() {
        Some(last) if row.tail >= TAIL_MAX && !waiting => {
            row.snapshot_entry = last.entry;
            tx.set_snapshot(&row, &doc.save())?;
        }
        _ => tx.set_doc(&row)?,
    }
    project(&doc)?;
    if !waiting {
        cache.put(tenant, doc);
    }
    Ok(())
}
