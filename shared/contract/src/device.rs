//! What a terminal asks of the sync server over HTTP, beside the sync protocol: card payments on a reader that hangs on
//! the internet, driven by the server. And the text that a terminal signs so that the server knows who asks.
//!
//! Every call is a `POST` of one JSON object to [`CARDS`] and the call's name. A call may be sent again with the same
//! content at any time: it never has a second effect.

use salon_domain::kernel::{Currency, DeviceId, PaymentId};
use serde::{Deserialize, Serialize};

/// Where the calls live.
pub const CARDS: &str = "/api/device/cards/";

/// Headers of a signed request: the device's id; UTC milliseconds; 32 hexadecimal digits that are never used twice; the
/// Ed25519 signature (RFC 8032) of [`signed_text`] as 128 hexadecimal digits.
pub const DEVICE_HEADER: &str = "x-salon-device";
pub const TIME_HEADER: &str = "x-salon-time";
pub const NONCE_HEADER: &str = "x-salon-nonce";
pub const SIGNATURE_HEADER: &str = "x-salon-signature";
/// The server's clock, UTC milliseconds, with the refusal `clock_skew`: a terminal whose clock is wrong asks again by it.
pub const NOW_HEADER: &str = "x-salon-now";
/// A request may be so much older or newer than the server's clock.
pub const SKEW_MS_MAX: i64 = 5 * 60 * 1_000;

/// What a device signs: each part on a line of its own. `body_sha256` is in lower-case hexadecimal.
pub fn signed_text(method: &str, path: &str, device: DeviceId, time_ms: i64, nonce: &str, body_sha256: &str) -> String {
    format!("pink-blueberry/device/1\n{method}\n{path}\n{device}\n{time_ms}\n{nonce}\n{body_sha256}")
}

/// Asks for a payment on a reader. The answer comes as soon as the reader has it, or cannot have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartCard {
    pub payment: PaymentId,
    pub reader: String,
    pub amount_minor: i64,
    pub currency: Currency,
}

/// A call about a payment that was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutCard {
    pub payment: PaymentId,
}

/// What became of a payment or a refund whose end was not seen. An authorisation that the terminal never asked to take
/// is given up by this; one that it asked to take is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolveCard {
    pub payment: PaymentId,
    pub amount_minor: i64,
    pub currency: Currency,
}

/// Gives money of a payment back, to the card that it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundCard {
    /// The refund's own id, made by the terminal.
    pub refund: PaymentId,
    pub of: RefundOf,
    pub amount_minor: i64,
    pub currency: Currency,
}

/// Which payment is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundOf {
    Payment(PaymentId),
    /// By [`RemoteReceipt::number`].
    Number(u32),
}

/// Asks for a reader's state; moves no money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskReader {
    pub reader: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardCall {
    Start(StartCard),
    Poll(AboutCard),
    /// Asks to stop; the outcome is what polling says.
    Cancel(AboutCard),
    /// The approval is durable at the terminal: take the money.
    Capture(AboutCard),
    Resolve(ResolveCard),
    Refund(RefundCard),
    Reader(AskReader),
}

impl CardCall {
    /// The last part of its path.
    pub const fn name(&self) -> &'static str {
        match self {
            CardCall::Start(_) => "start",
            CardCall::Poll(_) => "poll",
            CardCall::Cancel(_) => "cancel",
            CardCall::Capture(_) => "capture",
            CardCall::Resolve(_) => "resolve",
            CardCall::Refund(_) => "refund",
            CardCall::Reader(_) => "reader",
        }
    }

    pub fn body(&self) -> serde_json::Result<String> {
        match self {
            CardCall::Start(call) => serde_json::to_string(call),
            CardCall::Poll(call) | CardCall::Cancel(call) | CardCall::Capture(call) => serde_json::to_string(call),
            CardCall::Resolve(call) => serde_json::to_string(call),
            CardCall::Refund(call) => serde_json::to_string(call),
            CardCall::Reader(call) => serde_json::to_string(call),
        }
    }
}

/// What may be known of a card payment or refund; never a card number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteReceipt {
    /// The server's own number of it, ascending in each tenant.
    pub number: u32,
    pub reader: String,
    pub authorisation: String,
    pub brand: String,
    pub last4: String,
    pub amount_minor: i64,
    pub currency: Currency,
    /// UTC milliseconds.
    pub at_ms: i64,
    /// What the client's receipt has to show besides: application name and identifier of the card's chip.
    pub lines: Vec<String>,
}

/// Why nothing was charged, or nothing given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCharged {
    /// By the card's bank.
    Declined,
    /// By the client, the cashier, or for want of a card.
    Cancelled,
    ReaderBusy,
    ReaderOffline,
    /// The payment service refused, or gave the payment up.
    Refused,
    /// It never came as far as the reader.
    Never,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CardReply {
    /// Not decided yet: ask again.
    Waiting,
    /// The amount is held on the card but not taken. Record it, then ask for the capture.
    Authorised {
        receipt: RemoteReceipt,
    },
    /// Final: the money was taken.
    Captured {
        receipt: RemoteReceipt,
    },
    /// Final: nothing was charged by this payment and nothing will be. `code` is the payment service's.
    NotCharged {
        why: NotCharged,
        code: String,
    },
    /// Final: the money is on its way back.
    Refunded {
        receipt: RemoteReceipt,
    },
    Reader {
        online: bool,
        label: String,
    },
}
