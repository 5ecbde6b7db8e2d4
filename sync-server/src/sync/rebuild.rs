//! The read models anew, from the journal and the documents: the same tables, and whatever an older version kept without
//! understanding it.

use super::docs::{self, ApplyError};
use super::master;
use super::project::{Projector, check_event, document};
use crate::store::{JournalRow, Store, StoreError, StoreExt, Tx};
use salon_domain::event::DomainEvent;
use salon_domain::kernel::{BranchZone, DeviceId, TenantId};
use salon_sync::server::DeviceInfo;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

const PAGE: usize = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Apply(#[from] ApplyError),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Rebuilt {
    pub entries: u64,
    pub documents: u64,
    /// Entries that this version does not understand either, or that say what cannot be.
    pub left_out: u64,
}

/// Rebuilds a tenant's read models in one transaction; pushes wait meanwhile.
pub fn rebuild(store: &dyn Store, tenant: TenantId) -> Result<Rebuilt, RebuildError> {
    store.writing(|tx| {
        let mut rebuilt = Rebuilt::default();
        tx.clear_projections(tenant)?;
        ledger(tx, tenant, &mut rebuilt)?;
        for id in tx.docs(tenant)? {
            if let Some(row) = tx.doc(tenant, id)? {
                document(tx, tenant, &docs::load(tx, tenant, id, &row)?)?;
                rebuilt.documents += 1;
            }
        }
        Ok(rebuilt)
    })
}

fn ledger(tx: &dyn Tx, tenant: TenantId, rebuilt: &mut Rebuilt) -> Result<(), StoreError> {
    let mut writers: HashMap<DeviceId, Option<(DeviceInfo, BranchZone)>> = HashMap::new();
    let mut after = 0;
    loop {
        let page = tx.journal_after(tenant, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.entry;
        for entry in &page {
            let writer = match writers.entry(entry.device) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(writer_of(tx, tenant, entry.device)?),
            };
            let projected = writer.as_ref().map_or(Ok(false), |(device, zone)| project(tx, device, zone, entry))?;
            rebuilt.entries += 1;
            rebuilt.left_out += u64::from(!projected);
        }
    }
}

fn writer_of(tx: &dyn Tx, tenant: TenantId, device: DeviceId) -> Result<Option<(DeviceInfo, BranchZone)>, StoreError> {
    let Some(row) = tx.device(device)? else { return Ok(None) };
    Ok(Some((row.info(), master::zone_of(tx, tenant, row.branch)?)))
}

/// False: the entry is left out.
fn project(tx: &dyn Tx, device: &DeviceInfo, zone: &BranchZone, entry: &JournalRow) -> Result<bool, StoreError> {
    let Ok(event) = serde_json::from_slice::<DomainEvent>(&entry.body) else { return Ok(false) };
    let mut projector = Projector { tx, device, zone: zone.clone(), live: Vec::new() };
    let result = match check_event(&event, device) {
        Ok(()) => projector.event(&event)?,
        refused => refused,
    };
    if let Err(reason) = &result {
        tracing::error!(device = %device.device, seq = entry.seq, reason, "an entry is left out of the read models");
    }
    Ok(result.is_ok())
}
