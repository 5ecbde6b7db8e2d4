//! Papers that are sent to clients.

use crate::message::NotSent;
use salon_domain::kernel::MessageId;
use salon_domain::notification::Channel;
use serde::{Deserialize, Serialize};

/// What of a sale is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SentPaper {
    Receipt,
    /// The invoice that was written for it, or the credit note. By e-mail only.
    Invoice,
}

impl SentPaper {
    pub const fn name(self) -> &'static str {
        match self {
            SentPaper::Receipt => "receipt",
            SentPaper::Invoice => "invoice",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [SentPaper::Receipt, SentPaper::Invoice].into_iter().find(|paper| paper.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagesView {
    pub email: ChannelView,
    pub text: ChannelView,
    /// Whose card an address can be kept on.
    pub client: bool,
    /// As printed, if one was written.
    pub invoice: Option<String>,
    /// The latest first.
    pub sent: Vec<MessageRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelView {
    /// None: the server has not been heard of yet; what is asked for waits.
    pub set_up: Option<bool>,
    /// From the client's card, if it is an address; as it will be sent to.
    pub address: String,
    /// The same, to be shown to whoever stands by.
    pub masked: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    pub message: MessageId,
    pub paper: SentPaper,
    pub channel: Channel,
    /// The address, masked.
    pub to: String,
    /// The address itself, of one that failed and can be tried again; else empty.
    pub address: String,
    pub stands: MessageStands,
}

/// How it stands, as far as this terminal has heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum MessageStands {
    /// For a connection to the server.
    Waiting,
    /// The server has it, and is at it.
    Handed,
    Sent,
    Failed {
        why: NotSent,
    },
}
