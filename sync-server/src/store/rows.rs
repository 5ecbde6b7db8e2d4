//! The rows of the store, as plain data.

use salon_domain::access::Role;
use salon_domain::booking::BookingStatus;
use salon_domain::kernel::{
    BookingId, BranchId, CardId, DeviceId, Instant, ProductId, StaffId, TenantId, TicketId, UserId,
};
use salon_sync::journal::Hash;
use salon_sync::server::DeviceInfo;
use salon_sync::wire::MasterKind;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    pub tenant: TenantId,
    pub name: String,
    pub demo: bool,
    pub head: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    pub tenant: TenantId,
    pub user: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub password_hash: String,
    /// None: all branches.
    pub branches: Option<Vec<BranchId>>,
    pub active: bool,
}

/// SHA-256 of a secret.
pub type SecretHash = [u8; 32];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    pub tenant: TenantId,
    pub token_hash: SecretHash,
    pub family: Uuid,
    pub user: UserId,
    pub expires: Instant,
    /// Of a refresh token: when it was exchanged.
    pub used: Option<Instant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairingRow {
    pub tenant: TenantId,
    pub selector: String,
    pub code_hash: SecretHash,
    pub branch: BranchId,
    pub name: String,
    pub expires: Instant,
    pub attempts: u32,
    /// Redeemed, by this device.
    pub device: Option<DeviceId>,
    /// The terminal may bring master data in.
    pub may_import: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    pub tenant: TenantId,
    pub device: DeviceId,
    pub branch: BranchId,
    pub name: String,
    pub public_key: [u8; 32],
    pub revoked: Option<Instant>,
    pub acked: u64,
    pub journal_seq: u64,
    pub journal_hash: Hash,
    pub last_seen: Option<Instant>,
    pub quarantined: Option<(Instant, String)>,
    /// It may bring master data in: services, products and stylists of an import.
    pub may_import: bool,
}

impl DeviceRow {
    pub fn info(&self) -> DeviceInfo {
        DeviceInfo {
            tenant: self.tenant,
            branch: self.branch,
            device: self.device,
            name: self.name.clone(),
            public_key: self.public_key,
            revoked: self.revoked.is_some(),
            acked: self.acked,
        }
    }
}

/// What a row of the log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogKind {
    Journal { seq: u64 },
    Change { doc: String },
    Card,
    Master { kind: MasterKind, id: Uuid },
}

/// A row of the log. `branch` None: for all; `device` None: from the server; `body` None: the entity is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    pub pos: u64,
    pub branch: Option<BranchId>,
    pub device: Option<DeviceId>,
    pub kind: LogKind,
    pub body: Option<Vec<u8>>,
}

/// A journal entry as it is kept. `entry` names it inside the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    pub entry: i64,
    pub device: DeviceId,
    pub seq: u64,
    pub body: Vec<u8>,
}

/// Rows of the log, and how far it was read for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    pub rows: Vec<LogRow>,
    pub next: u64,
    pub head: u64,
}

/// A document as it is kept. `row` names it inside the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocRow {
    pub row: i64,
    pub heads: Vec<u8>,
    pub snapshot_entry: i64,
    /// Changes after the snapshot.
    pub tail: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleRow {
    pub branch: BranchId,
    pub day: i32,
    pub device: DeviceId,
    pub number: u64,
    pub at: Instant,
    pub minute: u16,
    pub refund: bool,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    pub lines: u32,
    /// `cash`, `card`, `cash+card`, another kind of tender by its name, or `mixed`.
    pub tender: String,
    pub card: Option<CardId>,
}

/// A place in the sales, newest first: what comes after it was paid before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SaleCursor {
    pub at: Instant,
    pub device: DeviceId,
    pub number: u64,
}

impl SaleRow {
    pub const fn cursor(&self) -> SaleCursor {
        SaleCursor { at: self.at, device: self.device, number: self.number }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingRow {
    pub booking: BookingId,
    pub status: BookingStatus,
    pub start: Option<Instant>,
    pub card: Option<CardId>,
    /// Minutes that each stylist is occupied, whatever the status.
    pub staff: Vec<(StaffId, u32)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZRow {
    pub branch: BranchId,
    pub day: i32,
    pub device: DeviceId,
    pub number: u64,
    pub at: Instant,
    /// A `TillClosed` as JSON.
    pub body: Vec<u8>,
}

/// A deposit, or what is held for a ticket by all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepositRow {
    pub branch: BranchId,
    pub ticket: TicketId,
    pub card: Option<CardId>,
    pub at: Instant,
    pub held_minor: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockRow {
    pub branch: BranchId,
    pub product: ProductId,
    pub milli: i64,
}

/// Days `[first, last]` of one branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub branch: BranchId,
    pub first: i32,
    pub last: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SaleSums {
    pub total_minor: i64,
    pub net_minor: i64,
    pub sales: i64,
}

/// A stylist's bookings: how many hold time, and how many minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaffBooked {
    pub staff: StaffId,
    pub bookings: i64,
    pub minutes: i64,
}

/// All that a tenant has: what a replay reconciles with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Totals {
    pub receipts: u64,
    pub lines: u64,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    pub bookings: u64,
    pub cards: u64,
    pub journal_entries: u64,
}
