//! A unit of work: everything that one command writes, in one transaction.

use super::{OWN, SEQ_BITS, Store, StoreError};
use crate::fittings::DeviceSettings;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use salon_domain::booking::BookFact;
use salon_domain::customer::CardEdit;
use salon_domain::event::{DomainEvent, EventMeta, Happening};
use salon_domain::kernel::{
    BookingId, BranchId, DeviceId, EventId, Hlc, HlcClock, Instant, NodeId, ProductId, TenantId,
};
use salon_domain::payment::PaymentFailed;
use salon_sync::doc::{Doc, DocId};
use salon_sync::journal::{self, Chain, Hash};
use salon_sync::wire::MasterKind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

const DEVICES: &str = "devices";
const TRAINING: &str = "training";

impl Store {
    /// Whether this is a copy to practise on.
    pub fn is_training(&self) -> Result<bool, StoreError> {
        self.read(|conn| Ok(get_meta(conn, TRAINING)?.unwrap_or(false)))
    }
}

impl Store {
    /// What is kept under a name beside the tables.
    pub(crate) fn meta<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        self.read(|conn| get_meta(conn, key))
    }
}

/// Who this terminal is. Given by enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub tenant: TenantId,
    pub branch: BranchId,
    pub device: DeviceId,
    /// The till's name.
    pub name: String,
    pub server: String,
}

pub(super) fn load_identity(conn: &Connection) -> Result<Option<Identity>, StoreError> {
    get_meta(conn, "identity")
}

pub(super) fn get_meta<T: serde::de::DeserializeOwned>(conn: &Connection, key: &str) -> Result<Option<T>, StoreError> {
    let found: Option<Vec<u8>> =
        conn.prepare_cached("SELECT value FROM meta WHERE key = ?1")?.query_row([key], |r| r.get(0)).optional()?;
    found.map(|bytes| serde_json::from_slice(&bytes).map_err(StoreError::from)).transpose()
}

/// What a unit changed, for those who watch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    pub days: Vec<i32>,
    pub cards: bool,
    pub till: bool,
    pub stock: bool,
    pub master: bool,
    pub jobs: bool,
    pub messages: bool,
    /// The read models were made anew.
    pub rebuilt: bool,
    pub outbox: Option<u64>,
}

pub struct Unit<'a> {
    pub(super) tx: Transaction<'a>,
    pub(super) docs: &'a mut HashMap<DocId, Doc>,
    identity: Option<Identity>,
    now: Instant,
    hlc: Option<HlcClock>,
    chain: Option<Chain>,
    pub touched: Touched,
    last_random: u64,
}

impl<'a> Unit<'a> {
    pub(super) fn begin(
        tx: Transaction<'a>,
        docs: &'a mut HashMap<DocId, Doc>,
        identity: Option<Identity>,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let mut seed = [0_u8; 8];
        getrandom::fill(&mut seed).map_err(|e| StoreError::Io(e.to_string()))?;
        Ok(Unit {
            tx,
            docs,
            identity,
            now,
            hlc: None,
            chain: None,
            touched: Touched::default(),
            last_random: u64::from_le_bytes(seed),
        })
    }

    pub(super) fn commit(self) -> Result<Option<Identity>, StoreError> {
        if let Some(clock) = &self.hlc {
            self.tx
                .prepare_cached(
                    "INSERT INTO device_total (device, hlc) VALUES (?1, ?2) ON CONFLICT (device) DO UPDATE SET hlc = ?2",
                )?
                .execute(params![OWN, serde_json::to_vec(&clock.last())?])?;
        }
        self.tx.commit()?;
        Ok(self.identity)
    }

    pub fn now(&self) -> Instant {
        self.now
    }

    pub fn identity(&self) -> Result<&Identity, StoreError> {
        self.identity.as_ref().ok_or(StoreError::NotEnrolled)
    }

    /// Takes on an identity: this store is that device from now on.
    pub fn enrol(&mut self, identity: Identity) -> Result<(), StoreError> {
        self.set_meta("identity", &identity)?;
        self.tx.execute("INSERT INTO device (ix, device) VALUES (?1, ?2)", params![OWN, identity.device.as_bytes()])?;
        self.identity = Some(identity);
        Ok(())
    }

    pub fn meta<T: serde::de::DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        get_meta(&self.tx, key)
    }

    pub fn set_meta<T: Serialize>(&self, key: &str, value: &T) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")?
            .execute(params![key, serde_json::to_vec(value)?])?;
        Ok(())
    }

    /// Whether this is a copy to practise on.
    pub fn is_training(&self) -> Result<bool, StoreError> {
        Ok(self.meta(TRAINING)?.unwrap_or(false))
    }

    /// The devices of this terminal, in today's form.
    pub fn device_settings(&self) -> Result<DeviceSettings, StoreError> {
        Ok(self.meta::<DeviceSettings>(DEVICES)?.unwrap_or_default().in_todays_form())
    }

    pub fn set_device_settings(&self, settings: &DeviceSettings) -> Result<(), StoreError> {
        self.set_meta(DEVICES, settings)
    }

    /// Makes this store one to practise on: it keeps what it has, and nothing of it is for the server.
    pub fn begin_training(&mut self) -> Result<(), StoreError> {
        // The real till clears them up, with the real card terminal; here they would only bar the card tender.
        for open in self.open_payments()? {
            let (payment, ticket) = (open.intent.payment, open.intent.ticket.id);
            let failed = PaymentFailed { payment, ticket, reason: TRAINING.to_owned(), code: None };
            self.journal(ticket.uuid(), Happening::PaymentFailed(failed), open.user, payment.uuid())?;
        }
        // Nothing that was sold before is in the batch of the card terminal to practise with.
        let last: Option<i64> = self
            .tx
            .prepare_cached("SELECT max(id) FROM sale WHERE id < ?1")?
            .query_row([(OWN + 1) << SEQ_BITS], |r| r.get(0))?;
        if let Some(last) = last {
            self.forget_card_batches(last)?;
        }
        self.tx.execute("DELETE FROM outbox", [])?;
        self.forget_all_messages()?;
        self.tx.execute("UPDATE print_job SET state = 'dropped' WHERE state IN ('queued', 'sending', 'unsure')", [])?;
        self.set_meta(TRAINING, &true)
    }

    /// A fresh id. SplitMix64 over a seed from the system for each unit: 80 bits a time without a system call.
    pub fn id<T>(&mut self) -> salon_domain::kernel::Id<T> {
        let mut next = || {
            self.last_random = self.last_random.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.last_random;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        let mut random = [0_u8; 10];
        random[..8].copy_from_slice(&next().to_le_bytes());
        random[8..].copy_from_slice(&next().to_le_bytes()[..2]);
        salon_domain::kernel::Id::from_parts(self.now.0, random)
    }

    fn hlc_clock(&mut self) -> Result<&mut HlcClock, StoreError> {
        if self.hlc.is_none() {
            let node = NodeId::from_uuid(self.identity()?.device.uuid());
            let last: Option<Vec<u8>> = self
                .tx
                .prepare_cached("SELECT hlc FROM device_total WHERE device = ?1")?
                .query_row([OWN], |r| r.get(0))
                .optional()?
                .flatten();
            let last: Option<Hlc> = last.map(|bytes| serde_json::from_slice(&bytes)).transpose()?;
            self.hlc = Some(HlcClock::new(node, last));
        }
        // Set just above.
        self.hlc.as_mut().ok_or(StoreError::NotEnrolled)
    }

    /// The next reading of this device's hybrid logical clock.
    pub fn stamp(&mut self) -> Result<Hlc, StoreError> {
        let now = self.now;
        Ok(self.hlc_clock()?.tick(now))
    }

    /// Takes note of another device's reading, so that what is stamped next comes after it.
    pub(super) fn observe(&mut self, seen: Hlc) -> Result<(), StoreError> {
        let now = self.now;
        self.hlc_clock()?.observe(seen, now);
        Ok(())
    }

    fn own_chain(&mut self) -> Result<Chain, StoreError> {
        if let Some(chain) = self.chain {
            return Ok(chain);
        }
        let device = self.identity()?.device;
        let head: Option<(i64, Hash)> = self
            .tx
            .prepare_cached("SELECT id, hash FROM journal WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1")?
            .query_row(params![OWN << SEQ_BITS, ((OWN + 1) << SEQ_BITS) - 1], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let chain = head.map_or(Chain::start(device), |(id, hash)| Chain {
            device,
            seq: (id & ((1 << SEQ_BITS) - 1)) as u64,
            hash,
        });
        self.chain = Some(chain);
        Ok(chain)
    }

    /// Journals one event of this device, projects it and puts it into the outbox. Gives the journal id.
    pub fn journal(
        &mut self,
        aggregate: Uuid,
        what: Happening,
        user: Uuid,
        correlation: Uuid,
    ) -> Result<i64, StoreError> {
        let tenant = self.identity()?.tenant;
        let mut chain = self.own_chain()?;
        let id: EventId = self.id();
        let event = DomainEvent { id, aggregate, at: self.now, what, meta: EventMeta { user, tenant, correlation } };
        let body = journal::encode(&event)?;
        let seq = chain.seq + 1;
        let hash = chain.push(seq, &body, None)?;
        self.chain = Some(chain);
        let journal_id = (OWN << SEQ_BITS) | seq as i64;
        self.insert_journal(journal_id, &event, &hash, &body)?;
        self.enqueue(1, Some(journal_id), None, None)?;
        Ok(journal_id)
    }

    pub(super) fn insert_journal(
        &mut self,
        id: i64,
        event: &DomainEvent,
        hash: &Hash,
        body: &[u8],
    ) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("INSERT INTO journal (id, at_ms, type, hash, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![id, event.at.0, event.what.name(), hash, body])?;
        super::project::project_event(&self.tx, id, event)?;
        match &event.what {
            Happening::TillOpened(_) | Happening::TillClosed(_) | Happening::TillMoved(_) => self.touched.till = true,
            Happening::PeriodClosed(_) => self.touched.till = true,
            Happening::PaymentCompleted(_) | Happening::PaymentRefunded(_) => self.touched.till = true,
            Happening::PaymentUnknown(_) | Happening::PaymentFailed(_) => self.touched.till = true,
            Happening::TicketHeld(_) | Happening::PartPaid(_) | Happening::TicketDropped(_) => self.touched.till = true,
            Happening::CommissionAdjusted(_) => self.touched.till = true,
            Happening::GiftCardMoved(_) | Happening::CreditMoved(_) => self.touched.till = true,
            Happening::PackageMoved(_) | Happening::MembershipMoved(_) => self.touched.till = true,
            _ => {}
        }
        Ok(())
    }

    pub(super) fn enqueue(
        &mut self,
        kind: i64,
        reference: Option<i64>,
        doc: Option<&str>,
        body: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        // AUTOINCREMENT by hand: numbers never come back, even when the outbox was emptied.
        let last = match self.touched.outbox {
            Some(last) => last,
            None => {
                let top: Option<i64> =
                    self.tx.prepare_cached("SELECT max(seq) FROM outbox")?.query_row([], |r| r.get(0))?;
                match top {
                    Some(top) => top as u64,
                    None => self.meta("acked")?.unwrap_or(0),
                }
            }
        };
        self.tx
            .prepare_cached("INSERT INTO outbox (seq, kind, ref, doc, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![last as i64 + 1, kind, reference, doc, body])?;
        self.touched.outbox = Some(last + 1);
        Ok(())
    }

    /// The document, from memory or the store.
    pub(super) fn doc(&mut self, id: DocId) -> Result<&mut Doc, StoreError> {
        if !self.docs.contains_key(&id) {
            let doc = load_doc(&self.tx, id, self.identity()?.device)?;
            self.docs.insert(id, doc);
        }
        // Inserted just above.
        self.docs.get_mut(&id).ok_or(StoreError::NotEnrolled)
    }

    /// Adds facts to a day's book.
    pub fn add_facts(&mut self, day: i32, facts: &[BookFact]) -> Result<(), StoreError> {
        let id = DocId::Book { branch: self.identity()?.branch, day };
        let now = self.now.0;
        let change = self.doc(id)?.add_facts(facts, now)?;
        self.store_own_change(id, change)?;
        self.project_bookings(id, day, &facts.iter().map(BookFact::booking).collect())
    }

    /// Moves stock levels. The movements themselves are in the events that this unit journals.
    pub fn move_stock(&mut self, moves: &[(ProductId, i64)]) -> Result<(), StoreError> {
        if moves.is_empty() {
            return Ok(());
        }
        let identity = self.identity()?.clone();
        let id = DocId::Stock { branch: identity.branch };
        let now = self.now.0;
        let change = self.doc(id)?.add_stock(identity.device, moves, now)?;
        self.store_own_change(id, change)?;
        super::project::project_level_moves(&self.tx, moves)?;
        self.touched.stock = true;
        self.snapshot_if_due(id)
    }

    fn store_own_change(&mut self, id: DocId, change: Option<Vec<u8>>) -> Result<(), StoreError> {
        let Some(change) = change else { return Ok(()) };
        self.store_change(id, &change)?;
        self.enqueue(2, None, Some(&id.to_string()), Some(&change))
    }

    /// Keeps a change, and makes a snapshot of the document when many have gathered.
    pub(super) fn store_change(&mut self, id: DocId, change: &[u8]) -> Result<(), StoreError> {
        let name = id.to_string();
        let first = match first_change(&self.tx, &name)? {
            Some(first) => first,
            None => {
                self.tx.execute("INSERT INTO doc_number (doc) VALUES (?1)", [&name])?;
                self.tx.last_insert_rowid() << CHANGE_BITS
            }
        };
        let next = first + kept_changes(&self.tx, first)? + 1;
        self.tx.prepare_cached("INSERT INTO doc_change (id, bytes) VALUES (?1, ?2)")?.execute(params![next, change])?;
        Ok(())
    }

    /// After [`SNAPSHOT_AFTER`] kept changes a snapshot takes their place.
    pub(super) fn snapshot_if_due(&mut self, id: DocId) -> Result<(), StoreError> {
        let name = id.to_string();
        let Some(first) = first_change(&self.tx, &name)? else { return Ok(()) };
        let kept = kept_changes(&self.tx, first)?;
        let enough = match id {
            DocId::Book { .. } => SNAPSHOT_AFTER,
            DocId::Stock { .. } => STOCK_SNAPSHOT_AFTER,
        };
        if kept < enough {
            return Ok(());
        }
        let doc = self.doc(id)?;
        if doc.is_waiting() {
            return Ok(());
        }
        let snapshot = doc.save();
        self.tx.execute(
            "INSERT INTO doc (doc, snapshot) VALUES (?1, ?2) ON CONFLICT (doc) DO UPDATE SET snapshot = ?2",
            params![name, snapshot],
        )?;
        self.tx.execute("DELETE FROM doc_change WHERE id BETWEEN ?1 AND ?2", [first, first + CHANGES_MAX])?;
        Ok(())
    }

    /// Projects the bookings of a day's book that have new facts.
    pub(super) fn project_bookings(
        &mut self,
        id: DocId,
        day: i32,
        touched: &BTreeSet<BookingId>,
    ) -> Result<(), StoreError> {
        let facts: Vec<BookFact> =
            self.doc(id)?.book().values().filter(|f| touched.contains(&f.booking())).cloned().collect();
        super::project::project_bookings(&self.tx, day, touched, &facts)?;
        self.touched.days.push(day);
        self.snapshot_if_due(id)
    }

    /// Edits a client's card.
    pub fn edit_card(&mut self, edit: &CardEdit) -> Result<(), StoreError> {
        let body = serde_json::to_vec(edit)?;
        if self.insert_card_edit(edit, &body)? {
            self.enqueue(3, None, None, Some(&body))?;
        }
        Ok(())
    }

    pub(super) fn insert_card_edit(&mut self, edit: &CardEdit, body: &[u8]) -> Result<bool, StoreError> {
        let key = super::cards::hlc_key(&edit.at);
        let added = self
            .tx
            .prepare_cached("INSERT OR IGNORE INTO card_edit (card, at, body) VALUES (?1, ?2, ?3)")?
            .execute(params![edit.card.as_bytes(), key, body])?;
        if added == 1 {
            super::cards::project_edit(&self.tx, edit)?;
            self.touched.cards = true;
        }
        Ok(added == 1)
    }

    /// Writes master data. `own`: made here (an import on a terminal that may), so the server has to hear of it.
    pub fn put_master(&mut self, kind: MasterKind, id: Uuid, body: Option<&[u8]>, own: bool) -> Result<(), StoreError> {
        match body {
            Some(body) => self.tx.execute(
                "INSERT INTO master (kind, id, body) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (kind, id) DO UPDATE SET body = ?3",
                params![kind.name(), id.as_bytes(), body],
            )?,
            None => self
                .tx
                .execute("DELETE FROM master WHERE kind = ?1 AND id = ?2", params![kind.name(), id.as_bytes()])?,
        };
        self.touched.master = true;
        if own {
            self.enqueue(4, None, Some(&format!("{}/{id}", kind.name())), body)?;
        }
        Ok(())
    }

    /// The reply of a command done before with this key.
    pub fn done_before<T: serde::de::DeserializeOwned>(&self, key: Uuid) -> Result<Option<T>, StoreError> {
        done_before(&self.tx, key)
    }

    pub fn mark_done<T: Serialize>(&mut self, key: Uuid, reply: &T) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("INSERT INTO command (key, reply) VALUES (?1, ?2)")?
            .execute(params![key.as_bytes(), serde_json::to_vec(reply)?])?;
        Ok(())
    }
}

/// A kept change's id is its document's number, then its own of so many bits, from 1.
const CHANGE_BITS: u32 = 24;
const CHANGES_MAX: i64 = (1 << CHANGE_BITS) - 1;

/// Where a document's kept changes begin.
fn first_change(conn: &Connection, name: &str) -> Result<Option<i64>, StoreError> {
    let found: Option<i64> =
        conn.prepare_cached("SELECT ix FROM doc_number WHERE doc = ?1")?.query_row([name], |r| r.get(0)).optional()?;
    Ok(found.map(|ix| ix << CHANGE_BITS))
}

/// How many are kept: they are dropped together, so that the last one's number says it.
fn kept_changes(conn: &Connection, first: i64) -> Result<i64, StoreError> {
    let last: Option<i64> = conn
        .prepare_cached("SELECT max(id) FROM doc_change WHERE id BETWEEN ?1 AND ?2")?
        .query_row([first, first + CHANGES_MAX], |r| r.get(0))?;
    Ok(last.map_or(0, |id| id - first))
}

fn done_before<T: serde::de::DeserializeOwned>(conn: &Connection, key: Uuid) -> Result<Option<T>, StoreError> {
    let reply: Option<Vec<u8>> = conn
        .prepare_cached("SELECT reply FROM command WHERE key = ?1")?
        .query_row([key.as_bytes()], |r| r.get(0))
        .optional()?;
    reply.map(|bytes| serde_json::from_slice(&bytes).map_err(StoreError::from)).transpose()
}

impl Store {
    /// As [`Unit::done_before`], for a look before anything is written: it waits for nobody who writes.
    pub fn done_before<T: serde::de::DeserializeOwned>(&self, key: Uuid) -> Result<Option<T>, StoreError> {
        self.glance(|c| done_before(c, key))
    }
}

const SNAPSHOT_AFTER: i64 = 64;
/// The stock's document never ends: its snapshot grows with every movement, and is made the more rarely.
const STOCK_SNAPSHOT_AFTER: i64 = 1_000;

pub(super) fn load_doc(conn: &Connection, id: DocId, device: DeviceId) -> Result<Doc, StoreError> {
    let name = id.to_string();
    let snapshot: Option<Vec<u8>> =
        conn.prepare_cached("SELECT snapshot FROM doc WHERE doc = ?1")?.query_row([&name], |r| r.get(0)).optional()?;
    let mut changes = Vec::new();
    if let Some(first) = first_change(conn, &name)? {
        let mut statement =
            conn.prepare_cached("SELECT bytes FROM doc_change WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
        let rows = statement.query_map([first, first + CHANGES_MAX], |r| r.get::<_, Vec<u8>>(0))?;
        changes = rows.collect::<Result<Vec<_>, _>>()?;
    }
    Ok(Doc::load(id, device, snapshot.as_deref(), changes.iter().map(Vec::as_slice))?)
}
