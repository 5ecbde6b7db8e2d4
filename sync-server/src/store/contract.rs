//! The operations of a transaction, a trait for each group of tables.

use super::{
    BookingRow, Days, DepositRow, DeviceRow, DocRow, JournalRow, LogKind, LogPage, Messages, PairingRow, RemoteCards,
    SaleCursor, SaleRow, SaleSums, SecretHash, StaffBooked, StockRow, StoreError, TenantRow, TokenRow, Totals, UserRow,
    ZRow,
};
use salon_domain::kernel::{BranchId, CardId, DeviceId, Hlc, Instant, PartId, ProductId, StaffId, TenantId, UserId};
use salon_sync::doc::DocId;
use salon_sync::journal::Hash;
use salon_sync::wire::MasterKind;
use uuid::Uuid;

type Result<T> = std::result::Result<T, StoreError>;

/// One transaction.
pub trait Tx: Tenants + Users + Devices + Log + Docs + Projections + Figures + RemoteCards + Messages {}
impl<T: Tenants + Users + Devices + Log + Docs + Projections + Figures + RemoteCards + Messages> Tx for T {}

pub trait Tenants {
    fn insert_tenant(&self, row: &TenantRow, at: Instant) -> Result<()>;
    fn tenant(&self, tenant: TenantId) -> Result<Option<TenantRow>>;
    fn tenants(&self) -> Result<Vec<TenantRow>>;
    fn head(&self, tenant: TenantId) -> Result<u64>;
    fn totals(&self, tenant: TenantId) -> Result<Totals>;
}

pub trait Users {
    /// False: the e-mail address is taken.
    fn insert_user(&self, row: &UserRow) -> Result<bool>;
    fn user(&self, tenant: TenantId, user: UserId) -> Result<Option<UserRow>>;
    fn user_by_email(&self, email: &str) -> Result<Option<UserRow>>;

    fn insert_refresh(&self, row: &TokenRow) -> Result<()>;
    fn refresh(&self, tenant: TenantId, hash: &SecretHash) -> Result<Option<TokenRow>>;
    fn refresh_used(&self, tenant: TenantId, hash: &SecretHash, at: Instant) -> Result<()>;
    fn insert_access(&self, row: &TokenRow) -> Result<()>;
    fn access(&self, tenant: TenantId, hash: &SecretHash) -> Result<Option<TokenRow>>;
    fn drop_family(&self, tenant: TenantId, family: Uuid) -> Result<()>;
    /// Forgets tokens and codes that expired before `at`.
    fn drop_expired(&self, at: Instant) -> Result<()>;
}

pub trait Devices {
    fn insert_device(&self, row: &DeviceRow) -> Result<()>;
    fn device(&self, device: DeviceId) -> Result<Option<DeviceRow>>;
    fn devices(&self, tenant: TenantId) -> Result<Vec<DeviceRow>>;
    fn revoke_device(&self, tenant: TenantId, device: DeviceId, at: Instant) -> Result<()>;
    fn device_seen(&self, tenant: TenantId, device: DeviceId, at: Instant) -> Result<()>;
    /// The outbox and journal of `row.device` are here as far as `row` says.
    fn device_progress(&self, row: &DeviceRow) -> Result<()>;
    fn quarantine(&self, tenant: TenantId, device: DeviceId, at: Instant, reason: &str) -> Result<()>;

    /// False: the selector is taken.
    fn insert_pairing(&self, row: &PairingRow) -> Result<bool>;
    fn pairing(&self, selector: &str) -> Result<Option<PairingRow>>;
    fn pairing_failed(&self, tenant: TenantId, selector: &str) -> Result<()>;
    fn pairing_redeemed(&self, tenant: TenantId, selector: &str, device: DeviceId) -> Result<()>;
}

pub trait Log {
    /// Appends a row and gives its entry (a name inside the store that grows with the log).
    fn append(
        &self,
        tenant: TenantId,
        branch: Option<BranchId>,
        device: Option<DeviceId>,
        kind: &LogKind,
        body: Option<&[u8]>,
    ) -> Result<i64>;
    /// What is for `branch` or for all, and not by `device` itself, after `after`: at most so many rows, or about so
    /// many bytes.
    fn log_after(
        &self,
        tenant: TenantId,
        branch: BranchId,
        device: DeviceId,
        after: u64,
        rows_max: usize,
        bytes_max: usize,
    ) -> Result<LogPage>;
    fn insert_journal(&self, tenant: TenantId, device: DeviceId, seq: u64, hash: &Hash, entry: i64) -> Result<()>;
    fn journal_hash(&self, tenant: TenantId, device: DeviceId, seq: u64) -> Result<Option<Hash>>;
    fn insert_card_edit(&self, tenant: TenantId, card: CardId, at: Hlc, entry: i64) -> Result<()>;
    fn has_card_edit(&self, tenant: TenantId, card: CardId, at: Hlc) -> Result<bool>;

    /// Journal entries of all devices after `after`, in the order in which they came.
    fn journal_after(&self, tenant: TenantId, after: i64, limit: usize) -> Result<Vec<JournalRow>>;

    /// Makes `entry` the entity's row in the log and removes the older one.
    fn set_master(&self, tenant: TenantId, kind: MasterKind, id: Uuid, entry: i64) -> Result<()>;
    fn master(&self, tenant: TenantId, kind: MasterKind, id: Uuid) -> Result<Option<Vec<u8>>>;
    /// All entities of a kind that are not gone, in the order of their ids.
    fn masters(&self, tenant: TenantId, kind: MasterKind) -> Result<Vec<Vec<u8>>>;
}

pub trait Docs {
    fn docs(&self, tenant: TenantId) -> Result<Vec<DocId>>;
    fn doc(&self, tenant: TenantId, doc: DocId) -> Result<Option<DocRow>>;
    fn create_doc(&self, tenant: TenantId, doc: DocId, heads: &[u8]) -> Result<DocRow>;
    fn doc_snapshot(&self, row: &DocRow) -> Result<Option<Vec<u8>>>;
    /// The changes after the snapshot, oldest first.
    fn doc_tail(&self, tenant: TenantId, row: &DocRow) -> Result<Vec<Vec<u8>>>;
    fn has_change(&self, tenant: TenantId, row: &DocRow, hash: &[u8; 32]) -> Result<bool>;
    fn insert_change(&self, tenant: TenantId, row: &DocRow, hash: &[u8; 32], entry: i64) -> Result<()>;
    fn set_doc(&self, row: &DocRow) -> Result<()>;
    fn set_snapshot(&self, row: &DocRow, snapshot: &[u8]) -> Result<()>;
}

/// Writing the read models.
pub trait Projections {
    /// Empties all of them.
    fn clear_projections(&self, tenant: TenantId) -> Result<()>;
    /// False: the device has given this number already.
    fn insert_sale(&self, tenant: TenantId, row: &SaleRow, staff: &[(StaffId, i64)]) -> Result<bool>;
    fn insert_z(&self, tenant: TenantId, row: &ZRow) -> Result<bool>;
    /// A part of a ticket that is a deposit, or one given back.
    fn insert_deposit(&self, tenant: TenantId, part: PartId, row: &DepositRow) -> Result<()>;
    /// A sale used it, whether it is here already or not.
    fn deposit_used(&self, tenant: TenantId, part: PartId) -> Result<()>;
    fn register_card(&self, tenant: TenantId, card: CardId, branch: BranchId, day: i32, at: Instant) -> Result<()>;
    fn replace_bookings(&self, tenant: TenantId, branch: BranchId, day: i32, rows: &[BookingRow]) -> Result<()>;
    fn replace_stock(&self, tenant: TenantId, branch: BranchId, levels: &[(ProductId, i64)]) -> Result<()>;
}

/// Reading them.
pub trait Figures {
    fn sale_sums(&self, tenant: TenantId, days: Days) -> Result<SaleSums>;
    /// `(day, total_minor)`.
    fn totals_by_day(&self, tenant: TenantId, days: Days) -> Result<Vec<(i32, i64)>>;
    /// `(hour on the wall clock, total_minor)`.
    fn totals_by_hour(&self, tenant: TenantId, branch: BranchId, day: i32) -> Result<Vec<(u8, i64)>>;
    fn net_by_staff(&self, tenant: TenantId, days: Days) -> Result<Vec<(StaffId, i64)>>;
    /// Bookings that hold time.
    fn booking_count(&self, tenant: TenantId, days: Days) -> Result<i64>;
    fn booked_by_staff(&self, tenant: TenantId, days: Days) -> Result<Vec<StaffBooked>>;
    fn new_cards(&self, tenant: TenantId, days: Days) -> Result<i64>;
    /// Newest first, from `before` back.
    fn sales_before(
        &self,
        tenant: TenantId,
        branch: BranchId,
        before: SaleCursor,
        limit: usize,
    ) -> Result<Vec<SaleRow>>;
    fn z_reports(&self, tenant: TenantId, days: Days) -> Result<Vec<ZRow>>;
    fn stock(&self, tenant: TenantId, branch: BranchId) -> Result<Vec<StockRow>>;
    /// What is held for each ticket, where that is anything.
    fn deposits(&self, tenant: TenantId, branch: BranchId) -> Result<Vec<DepositRow>>;
}
