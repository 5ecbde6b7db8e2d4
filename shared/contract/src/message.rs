//! What a terminal asks of the sync server so that something reaches a client: each call a signed `POST` (see
//! [`crate::device`]) of one JSON object to [`MESSAGES`] and the call's name. A message's id is made once, by the terminal:
//! whatever comes again under it is the first, so that a call may be sent again at any time.

use salon_domain::kernel::MessageId;
use salon_domain::notification::Channel;
use serde::{Deserialize, Serialize};

/// Where the calls live.
pub const MESSAGES: &str = "/api/device/messages/";
/// Names of the calls, the last parts of their paths.
pub const SEND: &str = "send";
pub const STATES: &str = "states";

/// A call to [`SEND`] has no more bytes than this.
pub const SEND_BYTES_MAX: usize = 2 << 20;
/// A call to [`STATES`] asks about no more messages than this.
pub const STATES_MAX: usize = 100;

/// Asks for a message to be sent. Who it is from is the server's to say.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMessage {
    pub message: MessageId,
    pub channel: Channel,
    /// An e-mail address, or a phone number in E.164.
    pub to: String,
    /// Of an e-mail: one line.
    #[serde(default)]
    pub subject: String,
    /// All that a text message says.
    pub text: String,
    /// The same as a page; empty for none.
    #[serde(default)]
    pub html: String,
    #[serde(default)]
    pub files: Vec<MessageFile>,
}

/// Not for logs: it is all about a client.
impl std::fmt::Debug for SendMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SendMessage({}, {})", self.message, self.channel.name())
    }
}

/// A file that goes with an e-mail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageFile {
    /// Letters, digits, `-`, `_` and one dot.
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// In base64.
    pub content: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageReply {
    pub state: MessageState,
}

/// How messages of this terminal stand, and what the server can send by at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskMessages {
    pub messages: Vec<MessageId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagesReply {
    pub email: bool,
    pub text: bool,
    /// Of those that the server knows.
    pub states: Vec<MessageStateOf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageStateOf {
    pub message: MessageId,
    #[serde(flatten)]
    pub state: MessageState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum MessageState {
    /// It will be tried, or tried again.
    Queued,
    Sending,
    /// The next server on its way has taken it.
    Sent,
    /// Final.
    Failed {
        why: NotSent,
    },
}

/// Why something was not sent, and will not be by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotSent {
    /// Nobody has this address.
    NoSuchAddress,
    /// The mail server or the text service would not.
    Refused,
    TooLarge,
    /// It was tried for as long as it makes sense, and nobody took it.
    GaveUp,
    /// It may have arrived: the link broke before the text service had said so.
    Unknown,
    /// The server has nothing to send it by.
    NotSetUp,
    /// It waited for a connection for too long.
    TooLate,
    /// The sale it is about, or its invoice, is not here any more.
    NothingToSend,
    /// In training nothing is sent.
    Training,
}

impl NotSent {
    const ALL: [(NotSent, &'static str); 9] = [
        (NotSent::NoSuchAddress, "no_such_address"),
        (NotSent::Refused, "refused"),
        (NotSent::TooLarge, "too_large"),
        (NotSent::GaveUp, "gave_up"),
        (NotSent::Unknown, "unknown"),
        (NotSent::NotSetUp, "not_set_up"),
        (NotSent::TooLate, "too_late"),
        (NotSent::NothingToSend, "nothing_to_send"),
        (NotSent::Training, "training"),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(why, _)| *why == self).map_or("", |(_, name)| name)
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(why, _)| *why)
    }
}
