//! A push: everything of it or nothing, in one transaction. What is malformed or not the device's to do is refused and
//! puts the device in quarantine; a business conflict never is.

use super::docs::{self, ApplyError, NewChange};
use super::project::{Projector, check_event, document};
use super::{News, master};
use crate::store::{DeviceRow, DocRow, LogKind, Store, StoreError, StoreExt, Tx};
use salon_contract::rest::Live;
use salon_domain::customer::CardEdit;
use salon_domain::event::DomainEvent;
use salon_domain::kernel::Instant;
use salon_sync::doc::{self, DocId};
use salon_sync::journal::{Chain, Hash};
use salon_sync::server::DeviceInfo;
use salon_sync::wire::{BATCH_ITEMS_MAX, Item, RefusalCode};
use std::collections::{BTreeMap, HashSet};

#[derive(Debug)]
pub enum PushError {
    Store(StoreError),
    Refused(RefusalCode, String),
}

impl From<StoreError> for PushError {
    fn from(error: StoreError) -> Self {
        PushError::Store(error)
    }
}

impl From<ApplyError> for PushError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Store(error) => PushError::Store(error),
            ApplyError::Doc(error) => quarantined(error.to_string()),
        }
    }
}

fn quarantined(reason: impl Into<String>) -> PushError {
    PushError::Refused(RefusalCode::Quarantined, reason.into())
}

fn bad_push(reason: impl Into<String>) -> PushError {
    PushError::Refused(RefusalCode::BadPush, reason.into())
}

/// Stores items `first..` of the device's outbox, each once. Gives the last one that is durable here.
pub fn accept(
    store: &dyn Store,
    device: &DeviceInfo,
    first: u64,
    items: &[Item],
) -> Result<(u64, Option<News>), PushError> {
    let now = store.env().now();
    let last = first.checked_add(items.len() as u64).filter(|end| first >= 1 && i64::try_from(*end).is_ok());
    let Some(through) = last.map(|end| end - 1) else {
        return Err(bad_push("items are counted from 1"));
    };
    // Twice what a push should have, for terminals that count differently.
    if items.len() > 2 * BATCH_ITEMS_MAX {
        return Err(bad_push("too many items in one push"));
    }
    store.writing(|tx| {
        let Some(row) = tx.device(device.device)?.filter(|row| row.tenant == device.tenant) else {
            return Err(PushError::Refused(RefusalCode::UnknownDevice, "enrol this terminal again".into()));
        };
        if row.revoked.is_some() {
            return Err(PushError::Refused(RefusalCode::Revoked, "this terminal was revoked".into()));
        }
        if first > row.acked + 1 {
            return Err(bad_push(format!("expected item {}, got {first}", row.acked + 1)));
        }
        let known = usize::try_from(row.acked + 1 - first).unwrap_or(usize::MAX);
        let Some(fresh) = items.get(known..).filter(|fresh| !fresh.is_empty()) else {
            return Ok((row.acked, None));
        };
        let live = apply(tx, store, row, fresh, through, now)?;
        Ok((through, Some(News { tenant: device.tenant, head: tx.head(device.tenant)?, live })))
    })
}

struct Push<'t> {
    tx: &'t dyn Tx,
    device: &'t DeviceInfo,
    projector: Projector<'t>,
    chain: Chain,
    /// The hash that vouches for the last journal entry.
    vouched: bool,
    /// New changes by document, in the order in which they came.
    changes: BTreeMap<DocId, (DocRow, Vec<NewChange<'t>>)>,
    seen: HashSet<[u8; 32]>,
}

fn apply<'t>(
    tx: &'t dyn Tx,
    store: &dyn Store,
    mut row: DeviceRow,
    items: &'t [Item],
    through: u64,
    now: Instant,
) -> Result<Vec<Live>, PushError> {
    let device = row.info();
    let zone = master::zone_of(tx, device.tenant, device.branch)?;
    let mut push = Push {
        tx,
        device: &device,
        projector: Projector { tx, device: &device, zone, live: Vec::new() },
        chain: Chain { device: device.device, seq: row.journal_seq, hash: row.journal_hash },
        vouched: true,
        changes: BTreeMap::new(),
        seen: HashSet::new(),
    };
    for item in items {
        match item {
            Item::Journal { device, seq, body, hash } => {
                if *device != push.device.device {
                    return Err(quarantined("a journal entry of another device"));
                }
                push.journal(*seq, body, hash.as_ref().map(|h| h.as_slice()))?;
            }
            Item::Change { doc, bytes } => push.change(*doc, bytes)?,
            Item::Card { edit } => push.card(edit)?,
            Item::Master { kind, id, body } if row.may_import => {
                master::import(tx, row.tenant, *kind, *id, body.as_ref().map(|b| b.as_slice()))?
                    .map_err(quarantined)?;
                push.projector.tell(Live::Master);
            }
            Item::Master { .. } => return Err(quarantined("master data comes from the server only")),
        }
    }
    if !push.vouched {
        return Err(quarantined("the last journal entry of a push carries its hash"));
    }
    push.documents(store)?;
    row.acked = through;
    row.journal_seq = push.chain.seq;
    row.journal_hash = push.chain.hash;
    row.last_seen = Some(now);
    tx.device_progress(&row)?;
    Ok(push.projector.live)
}

impl<'t> Push<'t> {
    fn journal(&mut self, seq: u64, body: &[u8], claimed: Option<&[u8]>) -> Result<(), PushError> {
        let claimed = claimed.map(Hash::try_from).transpose().map_err(|_| quarantined("a hash has 32 bytes"))?;
        self.vouched = claimed.is_some();
        let hash = self.chain.push(seq, body, claimed.as_ref()).map_err(|e| quarantined(e.to_string()))?;
        let event = read_event(body)?;
        if let Some(event) = &event {
            check_event(event, self.device).map_err(quarantined)?;
        }
        let DeviceInfo { tenant, branch, device, .. } = *self.device;
        let entry = self.tx.append(tenant, Some(branch), Some(device), &LogKind::Journal { seq }, Some(body))?;
        self.tx.insert_journal(tenant, device, seq, &hash, entry)?;
        match event {
            Some(event) => self.projector.event(&event)?.map_err(quarantined),
            None => {
                tracing::warn!(%device, seq, "an entry of a newer version is kept and not counted");
                Ok(())
            }
        }
    }

    fn change(&mut self, id: DocId, bytes: &'t [u8]) -> Result<(), PushError> {
        let DeviceInfo { tenant, branch, device, .. } = *self.device;
        if id.branch() != branch {
            return Err(quarantined(format!("{id} is another branch's")));
        }
        doc::check_change(id, device, bytes).map_err(|e| quarantined(e.to_string()))?;
        let hash = doc::change_hash(bytes).map_err(|e| quarantined(e.to_string()))?;
        if !self.changes.contains_key(&id) {
            self.changes.insert(id, (docs::row(self.tx, tenant, id)?, Vec::new()));
        }
        let Some((row, changes)) = self.changes.get_mut(&id) else { return Ok(()) };
        if !self.seen.insert(hash) || self.tx.has_change(tenant, row, &hash)? {
            return Ok(());
        }
        let kind = LogKind::Change { doc: id.to_string() };
        let entry = self.tx.append(tenant, Some(branch), Some(device), &kind, Some(bytes))?;
        changes.push(NewChange { bytes, hash, entry });
        Ok(())
    }

    fn card(&mut self, body: &[u8]) -> Result<(), PushError> {
        let edit: CardEdit =
            serde_json::from_slice(body).map_err(|e| quarantined(format!("a card edit cannot be read: {e}")))?;
        let DeviceInfo { tenant, device, .. } = *self.device;
        if self.tx.has_card_edit(tenant, edit.card, edit.at)? {
            return Ok(());
        }
        let entry = self.tx.append(tenant, None, Some(device), &LogKind::Card, Some(body))?;
        self.tx.insert_card_edit(tenant, edit.card, edit.at, entry)?;
        self.projector.tell(Live::Clients);
        Ok(())
    }

    fn documents(&mut self, store: &dyn Store) -> Result<(), PushError> {
        let tenant = self.device.tenant;
        for (id, (row, changes)) in std::mem::take(&mut self.changes) {
            if changes.is_empty() {
                continue;
            }
            let project = |doc: &doc::Doc| document(self.tx, tenant, doc);
            docs::apply(self.tx, store.doc_cache(), tenant, id, row, &changes, project)?;
            if let DocId::Book { branch, day } = id {
                self.projector.live.push(Live::Book { branch, day });
            }
        }
        Ok(())
    }
}

/// The event; nothing if it is of a kind that this version does not know. A kind that it knows has to be readable.
fn read_event(body: &[u8]) -> Result<Option<DomainEvent>, PushError> {
    let error = match serde_json::from_slice(body) {
        Ok(event) => return Ok(Some(event)),
        Err(error) => error.to_string(),
    };
    let is_object = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(body).is_ok();
    if is_object && error.starts_with("unknown variant") {
        return Ok(None);
    }
    Err(quarantined(format!("a journal entry cannot be read: {error}")))
}
