//! What the server does with what terminals send: performs the effects of `salon_sync::server::Session` over the store,
//! whatever carries the frames.

mod docs;
pub mod enrol;
pub mod master;
mod project;
mod push;
mod rebuild;

pub use docs::DocCache;
pub use rebuild::{RebuildError, Rebuilt, rebuild};

use crate::store::{LogKind, LogRow, Store, StoreError, StoreExt, Tx};
use salon_contract::rest::Live;
use salon_domain::kernel::{DeviceId, TenantId};
use salon_sync::journal::Hash;
use salon_sync::server::{Answer, DeviceInfo, Query};
use salon_sync::wire::{BATCH_BYTES_MAX, BATCH_ITEMS_MAX, Item, RefusalCode};
use serde_bytes::ByteBuf;
use std::collections::HashMap;

/// An answer, and what other sessions and the console want to hear of it.
#[derive(Debug)]
pub struct Outcome {
    pub answer: Answer,
    pub news: Option<News>,
}

/// Something of a tenant changed.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    pub tenant: TenantId,
    /// The last position of the log.
    pub head: u64,
    pub live: Vec<Live>,
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        Outcome { answer, news: None }
    }
}

/// Blocking. A store that fails is `Answer::Failed`: the session tells the terminal to come back later.
pub fn answer(store: &dyn Store, query: Query) -> Outcome {
    let result = match query {
        Query::Device { device } => look_up(store, device).map(Outcome::from),
        Query::Enrol { code, name, public_key } => enrol::redeem(store, &code, &name, public_key),
        Query::Push { device, first, items } => Ok(pushed(store, &device, first, &items)),
        Query::Log { device, after } => log(store, &device, after).map(Outcome::from),
    };
    result.unwrap_or_else(|error| {
        tracing::error!(%error, "the store failed");
        Answer::Failed.into()
    })
}

fn look_up(store: &dyn Store, device: DeviceId) -> Result<Answer, StoreError> {
    store.reading(|tx| {
        let row = tx.device(device)?;
        let head = row.as_ref().map_or(Ok(0), |row| tx.head(row.tenant))?;
        Ok(Answer::Device { info: row.map(|row| row.info()), head })
    })
}

fn pushed(store: &dyn Store, device: &DeviceInfo, first: u64, items: &[Item]) -> Outcome {
    match push::accept(store, device, first, items) {
        Ok((through, news)) => Outcome { answer: Answer::Pushed(Ok(through)), news },
        Err(push::PushError::Store(error)) => {
            tracing::error!(%error, device = %device.device, "a push could not be stored");
            Answer::Failed.into()
        }
        Err(push::PushError::Refused(code, reason)) => {
            tracing::warn!(device = %device.device, ?code, reason, "a push was refused");
            if code == RefusalCode::Quarantined {
                let now = store.env().now();
                let noted = store.writing(|tx| tx.quarantine(device.tenant, device.device, now, &reason));
                if let Err(error) = noted {
                    tracing::error!(%error, "a quarantine could not be noted");
                }
            }
            Answer::Pushed(Err((code, reason))).into()
        }
    }
}

fn log(store: &dyn Store, device: &DeviceInfo, after: u64) -> Result<Answer, StoreError> {
    store.reading(|tx| {
        // Revoked while connected: nothing more. The next hello says why.
        if tx.device(device.device)?.is_none_or(|row| row.revoked.is_some()) {
            return Ok(Answer::Failed);
        }
        let page =
            tx.log_after(device.tenant, device.branch, device.device, after, BATCH_ITEMS_MAX, BATCH_BYTES_MAX)?;
        Ok(Answer::Log { items: items_of(tx, device.tenant, page.rows)?, next: page.next, head: page.head })
    })
}

fn items_of(tx: &dyn Tx, tenant: TenantId, rows: Vec<LogRow>) -> Result<Vec<Item>, StoreError> {
    let mut last: HashMap<DeviceId, (u64, usize)> = HashMap::new();
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        if let (LogKind::Journal { seq }, Some(device)) = (&row.kind, row.device) {
            last.insert(device, (*seq, items.len()));
        }
        items.push(item_of(row)?);
    }
    for (device, (seq, at)) in last {
        let vouched: Option<Hash> = tx.journal_hash(tenant, device, seq)?;
        if let (Some(Item::Journal { hash, .. }), Some(vouched)) = (items.get_mut(at), vouched) {
            *hash = Some(ByteBuf::from(vouched.to_vec()));
        }
    }
    Ok(items)
}

fn item_of(row: LogRow) -> Result<Item, StoreError> {
    let damaged = |what: &str| StoreError::Damaged(format!("{what} at log position {}", row.pos));
    let body = |body: Option<Vec<u8>>| body.map(ByteBuf::from).ok_or_else(|| damaged("no body"));
    Ok(match row.kind {
        LogKind::Journal { seq } => Item::Journal {
            device: row.device.ok_or_else(|| damaged("a journal without a device"))?,
            seq,
            body: body(row.body)?,
            hash: None,
        },
        LogKind::Change { ref doc } => {
            Item::Change { doc: doc.parse().map_err(|_| damaged("a document"))?, bytes: body(row.body)? }
        }
        LogKind::Card => Item::Card { edit: body(row.body)? },
        LogKind::Master { kind, id } => Item::Master { kind, id, body: row.body.map(ByteBuf::from) },
    })
}
