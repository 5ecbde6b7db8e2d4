//! What the sync session asks of the store: the outbox up, the log down.

use super::{OWN, SEQ_BITS, Store, StoreError, Unit};
use rusqlite::{Connection, OptionalExtension, params};
use salon_domain::customer::CardEdit;
use salon_domain::event::{DomainEvent, Happening};
use salon_domain::kernel::{BookingId, DeviceId, Hlc};
use salon_sync::doc::DocId;
use salon_sync::journal::{self, Chain, Hash};
use salon_sync::wire::{BATCH_BYTES_MAX, BATCH_ITEMS_MAX, Item, MasterKind};
use serde_bytes::ByteBuf;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Where the outbox and the cursor stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncPosition {
    pub cursor: u64,
    pub acked: u64,
    pub outbox_last: u64,
}

impl Store {
    pub fn sync_position(&self) -> Result<SyncPosition, StoreError> {
        self.read(|c| {
            let acked: u64 = super::unit::get_meta(c, "acked")?.unwrap_or(0);
            let last: Option<i64> = c.query_row("SELECT max(seq) FROM outbox", [], |r| r.get(0))?;
            Ok(SyncPosition {
                cursor: super::unit::get_meta(c, "cursor")?.unwrap_or(0),
                acked,
                outbox_last: last.map_or(acked, |l| l as u64),
            })
        })
    }

    /// When the oldest change of a document that the server does not have was made, by its day's facts: bookings whose
    /// latest fact is as late are shown as not synced.
    pub fn oldest_pending_fact_ms(&self) -> Result<Option<i64>, StoreError> {
        self.read(|c| {
            let bytes: Option<Vec<u8>> = c
                .prepare_cached("SELECT body FROM outbox WHERE kind = 2 AND doc LIKE 'book/%' ORDER BY seq LIMIT 1")?
                .query_row([], |r| r.get(0))
                .optional()?;
            Ok(bytes.and_then(|b| salon_sync::doc::earliest_fact_ms(&b)))
        })
    }

    /// The outbox from `first` on, as much as goes into one push.
    pub fn outbox(&self, first: u64) -> Result<Vec<Item>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached(
                "SELECT o.kind, o.ref, o.doc, coalesce(o.body, j.body), j.hash FROM outbox o \
                 LEFT JOIN journal j ON j.id = o.ref WHERE o.seq >= ?1 ORDER BY o.seq LIMIT ?2",
            )?;
            let device: Vec<u8> = c
                .query_row("SELECT device FROM device WHERE ix = ?1", [OWN], |r| r.get(0))
                .optional()?
                .unwrap_or_default();
            let device = DeviceId::from_slice(&device).ok_or(StoreError::NotEnrolled)?;
            let mut rows = statement.query(params![first as i64, BATCH_ITEMS_MAX as i64])?;
            let mut items = Vec::new();
            let mut weight = 0;
            let mut last_hash: Option<(usize, Hash)> = None;
            while let Some(row) = rows.next()? {
                let item = outbox_item(row, device)?;
                if matches!(item, Item::Journal { .. }) {
                    last_hash = Some((items.len(), row.get(4)?));
                }
                weight += item.weight();
                items.push(item);
                if weight > BATCH_BYTES_MAX {
                    break;
                }
            }
            if let Some((ix, hash)) = last_hash
                && let Some(Item::Journal { hash: slot, .. }) = items.get_mut(ix)
            {
                *slot = Some(ByteBuf::from(hash.to_vec()));
            }
            Ok(items)
        })
    }
}

fn outbox_item(row: &rusqlite::Row<'_>, device: DeviceId) -> Result<Item, StoreError> {
    let body = |row: &rusqlite::Row<'_>| -> Result<Option<ByteBuf>, StoreError> {
        Ok(row.get::<_, Option<Vec<u8>>>(3)?.map(ByteBuf::from))
    };
    let missing = || StoreError::Decode("an outbox row without its content".into());
    Ok(match row.get::<_, i64>(0)? {
        1 => Item::Journal {
            device,
            seq: (row.get::<_, i64>(1)? & ((1 << SEQ_BITS) - 1)) as u64,
            body: body(row)?.ok_or_else(missing)?,
            hash: None,
        },
        2 => Item::Change { doc: row.get::<_, String>(2)?.parse()?, bytes: body(row)?.ok_or_else(missing)? },
        3 => Item::Card { edit: body(row)?.ok_or_else(missing)? },
        _ => {
            let name: String = row.get(2)?;
            let (kind, id) = name.split_once('/').ok_or_else(missing)?;
            Item::Master {
                kind: MasterKind::named(kind).ok_or_else(missing)?,
                id: id.parse().map_err(|_| missing())?,
                body: body(row)?,
            }
        }
    })
}

/// Chains of other devices while a batch is applied.
struct Chains(BTreeMap<DeviceId, (i64, Chain)>);

impl Chains {
    fn of<'c>(&'c mut self, conn: &Connection, device: DeviceId) -> Result<&'c mut (i64, Chain), StoreError> {
        match self.0.entry(device) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(free) => Ok(free.insert(Self::load(conn, device)?)),
        }
    }

    fn load(conn: &Connection, device: DeviceId) -> Result<(i64, Chain), StoreError> {
        let known: Option<i64> = conn
            .prepare_cached("SELECT ix FROM device WHERE device = ?1")?
            .query_row([device.as_bytes()], |r| r.get(0))
            .optional()?;
        let ix = match known {
            Some(ix) => ix,
            None => {
                // Index 1 is this device's own.
                conn.execute(
                    "INSERT INTO device (ix, device) SELECT max(coalesce(max(ix), 1), 1) + 1, ?1 FROM device",
                    [device.as_bytes()],
                )?;
                conn.last_insert_rowid()
            }
        };
        let head: Option<(i64, Hash)> = conn
            .prepare_cached("SELECT id, hash FROM journal WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1")?
            .query_row(params![ix << SEQ_BITS, ((ix + 1) << SEQ_BITS) - 1], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let chain = head.map_or(Chain::start(device), |(id, hash)| Chain {
            device,
            seq: (id & ((1 << SEQ_BITS) - 1)) as u64,
            hash,
        });
        Ok((ix, chain))
    }
}

impl Unit<'_> {
    pub fn mark_acked(&mut self, through: u64) -> Result<(), StoreError> {
        self.set_meta("acked", &through)?;
        self.tx.prepare_cached("DELETE FROM outbox WHERE seq <= ?1")?.execute([through as i64])?;
        Ok(())
    }

    /// Applies a batch of the server's log together with the cursor after it. Items that are here already are skipped.
    pub fn apply_batch(&mut self, items: &[Item], next: u64) -> Result<(), StoreError> {
        let mut chains = Chains(BTreeMap::new());
        let mut changes: BTreeMap<DocId, Vec<&[u8]>> = BTreeMap::new();
        for item in items {
            match item {
                Item::Journal { device, seq, body, hash } => {
                    self.apply_entry(&mut chains, *device, *seq, body, hash.as_ref())?;
                }
                Item::Change { doc, bytes } => changes.entry(*doc).or_default().push(bytes),
                Item::Card { edit } => {
                    let parsed: CardEdit = serde_json::from_slice(edit)?;
                    self.observe(parsed.at)?;
                    self.insert_card_edit(&parsed, edit)?;
                }
                Item::Master { kind, id, body } => {
                    self.put_master(*kind, *id, body.as_ref().map(|b| b.as_slice()), false)?
                }
            }
        }
        for (doc, changes) in changes {
            self.apply_changes(doc, &changes)?;
        }
        self.set_meta("cursor", &next)
    }

    fn apply_entry(
        &mut self,
        chains: &mut Chains,
        device: DeviceId,
        seq: u64,
        body: &[u8],
        hash: Option<&ByteBuf>,
    ) -> Result<(), StoreError> {
        let (ix, chain) = chains.of(&self.tx, device)?;
        if seq <= chain.seq {
            return Ok(());
        }
        let claimed: Option<Hash> = hash.and_then(|h| Hash::try_from(h.as_slice()).ok());
        let own = chain.push(seq, body, claimed.as_ref())?;
        let id = (*ix << SEQ_BITS) | seq as i64;
        let event: DomainEvent = journal::decode(device, seq, body)?;
        match &event.what {
            Happening::GiftCardMoved(moved) => self.observe(moved.stamp.at)?,
            Happening::CreditMoved(moved) => self.observe(moved.stamp.at)?,
            Happening::PackageMoved(moved) => self.observe(moved.stamp.at)?,
            Happening::MembershipMoved(moved) => self.observe(moved.stamp.at)?,
            _ => {}
        }
        self.insert_journal(id, &event, &own, body)
    }

    fn apply_changes(&mut self, id: DocId, changes: &[&[u8]]) -> Result<(), StoreError> {
        let doc = self.doc(id)?;
        let known: BTreeSet<String> = doc.book().keys().cloned().collect();
        doc.apply(changes.iter().copied())?;
        for change in changes {
            self.store_change(id, change)?;
        }
        match id {
            DocId::Book { day, .. } => {
                let book = self.doc(id)?.book();
                let new: Vec<(BookingId, Hlc)> = book
                    .iter()
                    .filter(|(key, _)| !known.contains(*key))
                    .map(|(_, fact)| (fact.booking(), fact.at()))
                    .collect();
                for (_, at) in &new {
                    self.observe(*at)?;
                }
                self.project_bookings(id, day, &new.into_iter().map(|(booking, _)| booking).collect())
            }
            DocId::Stock { .. } => {
                let levels = self.doc(id)?.levels();
                super::project::project_levels(&self.tx, &levels)?;
                self.touched.stock = true;
                self.snapshot_if_due(id)
            }
        }
    }
}

/// The other devices known here, for reports.
impl Store {
    pub fn device_ids(&self) -> Result<Vec<DeviceId>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare("SELECT device FROM device ORDER BY ix")?;
            let ids = statement.query_map([], |r| r.get::<_, [u8; 16]>(0))?.collect::<Result<Vec<_>, _>>()?;
            Ok(ids.into_iter().map(|b| DeviceId::from_uuid(Uuid::from_bytes(b))).collect())
        })
    }
}
