//! The outbox of a virtual device: collects items as a terminal would and pushes them through the same door.

use super::DemoError;
use crate::store::Store;
use salon_domain::customer::CardEdit;
use salon_domain::event::{DomainEvent, EventMeta, Happening};
use salon_domain::kernel::Instant;
use salon_sync::doc::DocId;
use salon_sync::journal::{self, Chain};
use salon_sync::server::{Answer, DeviceInfo, Query};
use salon_sync::wire::{BATCH_BYTES_MAX, BATCH_ITEMS_MAX, Item};
use serde_bytes::ByteBuf;
use uuid::Uuid;

use super::random::Rng;

pub struct Outbox<'s> {
    store: &'s dyn Store,
    pub device: DeviceInfo,
    chain: Chain,
    next: u64,
    items: Vec<Item>,
    bytes: usize,
}

fn made(error: impl std::fmt::Display) -> DemoError {
    DemoError::Made(error.to_string())
}

impl<'s> Outbox<'s> {
    pub fn new(store: &'s dyn Store, device: DeviceInfo) -> Self {
        Outbox { store, chain: Chain::start(device.device), device, next: 1, items: Vec::new(), bytes: 0 }
    }

    /// Journals an event. `user` is who did it; nil for the system.
    pub fn event(
        &mut self,
        rng: &mut Rng,
        at: Instant,
        user: Uuid,
        aggregate: Uuid,
        what: Happening,
    ) -> Result<(), DemoError> {
        let meta = EventMeta { user, tenant: self.device.tenant, correlation: rng.id::<()>(at.0).uuid() };
        let event = DomainEvent { id: rng.id(at.0), aggregate, at, what, meta };
        let body = journal::encode(&event).map_err(made)?;
        let seq = self.chain.seq + 1;
        self.chain.push(seq, &body, None).map_err(made)?;
        self.item(Item::Journal { device: self.device.device, seq, body: ByteBuf::from(body), hash: None })
    }

    pub fn card(&mut self, edit: &CardEdit) -> Result<(), DemoError> {
        self.item(Item::Card { edit: ByteBuf::from(serde_json::to_vec(edit).map_err(made)?) })
    }

    pub fn change(&mut self, doc: DocId, bytes: Vec<u8>) -> Result<(), DemoError> {
        self.item(Item::Change { doc, bytes: ByteBuf::from(bytes) })
    }

    fn item(&mut self, item: Item) -> Result<(), DemoError> {
        self.bytes += item.weight();
        self.items.push(item);
        if self.items.len() >= BATCH_ITEMS_MAX || self.bytes >= BATCH_BYTES_MAX { self.flush() } else { Ok(()) }
    }

    pub fn flush(&mut self) -> Result<(), DemoError> {
        if self.items.is_empty() {
            return Ok(());
        }
        let mut items = std::mem::take(&mut self.items);
        self.bytes = 0;
        let last = items.iter_mut().rev().find_map(|item| match item {
            Item::Journal { hash, .. } => Some(hash),
            _ => None,
        });
        if let Some(hash) = last {
            *hash = Some(ByteBuf::from(self.chain.hash.to_vec()));
        }
        let through = self.next + items.len() as u64 - 1;
        let push = Query::Push { device: self.device.clone(), first: self.next, items };
        match self.store.answer(push) {
            Answer::Pushed(Ok(acked)) if acked == through => {
                self.next = through + 1;
                Ok(())
            }
            other => Err(made(format!("the push was not taken: {other:?}"))),
        }
    }
}
