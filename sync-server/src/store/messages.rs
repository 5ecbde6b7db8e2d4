//! The rows of messages to clients, and their operations. What is in a body is the affair of
//! `crate::integrations::messages`.

use super::StoreError;
use salon_contract::message::NotSent;
use salon_domain::kernel::{BranchId, DeviceId, Instant, MessageId, TenantId};
use salon_domain::notification::Channel;

type Result<T> = std::result::Result<T, StoreError>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    Queued,
    /// Somebody is at it, or died at it.
    Sending,
    Sent,
    Failed,
}

impl Posted {
    const ALL: [(Posted, &'static str); 4] =
        [(Posted::Queued, "queued"), (Posted::Sending, "sending"), (Posted::Sent, "sent"), (Posted::Failed, "failed")];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }

    /// Nothing happens to it any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Posted::Sent | Posted::Failed)
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct MessageRow {
    pub tenant: TenantId,
    pub message: MessageId,
    pub device: DeviceId,
    pub branch: BranchId,
    pub channel: Channel,
    pub state: Posted,
    /// How often it was tried, this time included.
    pub attempt: u32,
    /// When it is due; of one that is being sent: when its sender is taken for dead.
    pub next: Instant,
    pub created: Instant,
    pub updated: Instant,
    pub why: Option<NotSent>,
    /// What the other side said last: a number, nothing personal.
    pub code: String,
    /// None once it is sent or given up.
    pub body: Option<Vec<u8>>,
}

/// Not for logs: its body is about a client.
impl std::fmt::Debug for MessageRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MessageRow({}, {}, {})", self.message, self.channel.name(), self.state.name())
    }
}

/// Who a tenant's messages are from. What is empty is the server's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SenderRow {
    pub name: String,
    pub email: String,
    pub reply_to: String,
    pub phone: String,
}

/// A message that somebody took to send it.
#[derive(Debug)]
pub struct Claimed {
    pub row: MessageRow,
    /// Somebody else had taken it before, and did not come back.
    pub abandoned: bool,
}

pub trait Messages {
    /// False: it is there already.
    fn insert_message(&self, row: &MessageRow) -> Result<bool>;
    fn message(&self, tenant: TenantId, message: MessageId) -> Result<Option<MessageRow>>;
    /// How many a device asked for after `after`, and when the first of them was.
    fn messages_since(&self, tenant: TenantId, device: DeviceId, after: Instant) -> Result<(u32, Option<Instant>)>;
    /// Takes what is due first at `now`, whosever it is, and marks it as being sent until `lease`.
    fn claim_message(&self, now: Instant, lease: Instant) -> Result<Option<Claimed>>;
    /// Writes what became of a message that is being sent in the attempt that `row` says. A final state takes its body
    /// away. False: somebody else has moved it since.
    fn settle_message(&self, row: &MessageRow) -> Result<bool>;
    /// Forgets those that ended before `before`.
    fn drop_messages(&self, before: Instant) -> Result<()>;

    fn message_sender(&self, tenant: TenantId) -> Result<Option<SenderRow>>;
    fn set_message_sender(&self, tenant: TenantId, sender: &SenderRow) -> Result<()>;
}
