//! The store's contract: transactions over tables, blocking. SQL is in the implementations below and nowhere else;
//! what the server does with the tables is written once, over [`Tx`].

mod cards;
mod contract;
mod error;
mod messages;
mod rows;
pub mod sqlite;

pub use cards::{RefundState, RemoteCards, RemotePaymentRow, RemoteRefundRow, RemoteState};
pub use contract::{Devices, Docs, Figures, Log, Projections, Tenants, Tx, Users};
pub use error::StoreError;
pub use messages::{Claimed, MessageRow, Messages, Posted, SenderRow};
pub use rows::*;
pub use sqlite::SqliteStore;

use crate::env::Env;
use crate::sync::{self, DocCache, Outcome};
use salon_domain::kernel::TenantId;
use salon_sync::server::{Answer, Query};

/// What becomes of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Commit,
    Rollback,
}

/// A store. `work` sees one consistent state; a write is durable when `write` returns. An implementation may call
/// `work` again when the database asks for another try.
pub trait Store: Send + Sync + 'static {
    fn read(&self, work: &mut dyn FnMut(&dyn Tx)) -> Result<(), StoreError>;
    fn write(&self, work: &mut dyn FnMut(&dyn Tx) -> Verdict) -> Result<(), StoreError>;
    fn env(&self) -> &Env;
    fn doc_cache(&self) -> &DocCache;
}

/// The same with values.
pub trait StoreExt: Store {
    fn reading<T, E: From<StoreError>>(&self, mut work: impl FnMut(&dyn Tx) -> Result<T, E>) -> Result<T, E> {
        let mut slot = None;
        self.read(&mut |tx| slot = Some(work(tx)))?;
        slot.unwrap_or_else(|| Err(StoreError::Busy.into()))
    }

    /// An error rolls everything back.
    fn writing<T, E: From<StoreError>>(&self, mut work: impl FnMut(&dyn Tx) -> Result<T, E>) -> Result<T, E> {
        let mut slot = None;
        self.write(&mut |tx| {
            let result = work(tx);
            let verdict = if result.is_ok() { Verdict::Commit } else { Verdict::Rollback };
            slot = Some(result);
            verdict
        })?;
        slot.unwrap_or_else(|| Err(StoreError::Busy.into()))
    }
}

impl<S: Store + ?Sized> StoreExt for S {}

impl dyn Store {
    /// Performs what a sync session asks for.
    pub fn answer(&self, query: Query) -> Answer {
        sync::answer(self, query).answer
    }

    /// The same, with the news that other sessions want to hear.
    pub fn answer_with_news(&self, query: Query) -> Outcome {
        sync::answer(self, query)
    }

    /// The last position of the tenant's log.
    pub fn head(&self, tenant: TenantId) -> Result<u64, StoreError> {
        self.reading(|tx| tx.head(tenant))
    }
}
