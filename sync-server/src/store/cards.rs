//! The rows of card payments on readers that the server drives, and their operations.

use super::StoreError;
use salon_contract::device::{NotCharged, RemoteReceipt};
use salon_domain::kernel::{Currency, DeviceId, Instant, PaymentId, TenantId};

type Result<T> = std::result::Result<T, StoreError>;

/// How far a payment has come. See `crate::integrations::stripe` for what each promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteState {
    /// The intent is about to be made; its id is not known here.
    Creating,
    /// The intent is there and the reader does not know it.
    Created,
    /// The reader is being told, or was.
    Processing,
    /// The amount is held on the card.
    Authorised,
    /// The terminal has recorded the approval: the money is being taken.
    Capturing,
    Captured,
    /// The intent is being cancelled.
    Closing,
    /// Nothing was charged and nothing will be.
    Closed,
}

impl RemoteState {
    const ALL: [(RemoteState, &'static str); 8] = [
        (RemoteState::Creating, "creating"),
        (RemoteState::Created, "created"),
        (RemoteState::Processing, "processing"),
        (RemoteState::Authorised, "authorised"),
        (RemoteState::Capturing, "capturing"),
        (RemoteState::Captured, "captured"),
        (RemoteState::Closing, "closing"),
        (RemoteState::Closed, "closed"),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemotePaymentRow {
    pub tenant: TenantId,
    pub payment: PaymentId,
    /// Given by the store at insertion.
    pub number: u32,
    pub device: DeviceId,
    pub reader: String,
    /// The account of the payment service that it was asked for on behalf of.
    pub account: Option<String>,
    pub amount_minor: i64,
    pub currency: Currency,
    pub intent: Option<String>,
    pub state: RemoteState,
    pub told: bool,
    /// How often Stripe failed at the call of this state, and keeps that answer under the key of then.
    pub attempt: u32,
    pub why: Option<NotCharged>,
    pub code: String,
    pub receipt: Option<RemoteReceipt>,
    pub updated: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundState {
    Asked,
    Refunded,
    Refused,
}

impl RefundState {
    pub fn name(self) -> &'static str {
        match self {
            RefundState::Asked => "asked",
            RefundState::Refunded => "refunded",
            RefundState::Refused => "refused",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [RefundState::Asked, RefundState::Refunded, RefundState::Refused].into_iter().find(|s| s.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteRefundRow {
    pub tenant: TenantId,
    pub refund: PaymentId,
    /// Given by the store at insertion.
    pub number: u32,
    pub device: DeviceId,
    /// None: it was asked about before it came, and will not be done any more.
    pub payment: Option<PaymentId>,
    pub amount_minor: i64,
    pub currency: Currency,
    pub state: RefundState,
    pub code: String,
    pub receipt: Option<RemoteReceipt>,
    pub updated: Instant,
}

pub trait RemoteCards {
    /// Makes the reader the tenant's.
    fn set_card_reader(&self, tenant: TenantId, reader: &str, name: &str) -> Result<()>;
    fn has_card_reader(&self, tenant: TenantId, reader: &str) -> Result<bool>;
    fn set_card_account(&self, tenant: TenantId, account: Option<&str>) -> Result<()>;
    fn card_account(&self, tenant: TenantId) -> Result<Option<String>>;

    /// Inserts the payment and gives its number; none: it is there already.
    fn insert_remote_payment(&self, row: &RemotePaymentRow) -> Result<Option<u32>>;
    fn remote_payment(&self, tenant: TenantId, payment: PaymentId) -> Result<Option<RemotePaymentRow>>;
    fn remote_payment_numbered(&self, tenant: TenantId, number: u32) -> Result<Option<RemotePaymentRow>>;
    /// Writes what changes about a payment, if it is still in the state `from`. False: somebody else has moved it.
    fn move_remote_payment(&self, row: &RemotePaymentRow, from: RemoteState) -> Result<bool>;

    /// Inserts the refund and gives its number; none: it is there already.
    fn insert_remote_refund(&self, row: &RemoteRefundRow) -> Result<Option<u32>>;
    fn remote_refund(&self, tenant: TenantId, refund: PaymentId) -> Result<Option<RemoteRefundRow>>;
    /// Ends a refund that is `Asked`. False: it has ended already.
    fn end_remote_refund(&self, row: &RemoteRefundRow) -> Result<bool>;

    /// Takes a signed request, and forgets those before `forget_before`. False: this one was here already.
    fn take_nonce(
        &self,
        tenant: TenantId,
        device: DeviceId,
        nonce: &str,
        at: Instant,
        forget_before: Instant,
    ) -> Result<bool>;
}
