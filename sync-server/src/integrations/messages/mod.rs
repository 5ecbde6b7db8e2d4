//! Messages to clients: e-mail over SMTP, text messages through a gateway. Terminals ask for them ([`Office::accept`]);
//! what they say is made there. Who they are from is said here. When something is sent of the server's own accord (a
//! reminder) is not in here, and neither is what a client agreed to.
//!
//! Every message is a row with the terminal's id of it, committed before the terminal hears that it was taken:
//!
//! ```text
//! queued → sending → sent
//!    └←──────┘  └──→ failed
//! ```
//!
//! `sending` is committed before anything leaves, with a lease; whoever finds the lease run out takes its sender for dead.
//!
//! | instant | the row says | what happens |
//! |---|---|---|
//! | terminal, the answer to its request lost | queued or later | the same request again is answered with the state |
//! | server, `sending` committed, nothing left yet | sending | e-mail: sent again after the lease; text: given up as `unknown` |
//! | server or link, the whole message left, no answer | sending, or queued after a broken link | the same |
//! | server, taken by the other side, not yet noted | sending | the same |
//! | two workers, two nodes | sending | one takes it; what the other notes of an older attempt is dropped |
//!
//! An e-mail that may have gone out is sent again, for its `Message-ID` follows from the terminal's id and its `Date` from
//! when it was asked for: mail servers and mail programs know the repeat. A text message has nothing of the kind and costs
//! money, so that one whose outcome is not known is not repeated; a person may ask for another.
//!
//! Nothing personal is logged, and none is kept once a message has ended: the body is taken away with the final state.

mod config;
mod gateway;
mod mail;
mod office;

pub use config::{ConfigError, GatewayConfig, Login, MailConfig, Secret, TlsMode};
pub use gateway::TextGateway;
pub use mail::MailRelay;
pub use office::{Limits, Office, Pace, Refusal, Stepped};

use salon_contract::message::{NotSent, SendMessage};
use salon_domain::kernel::Instant;

/// Who a message is from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// What people read.
    pub name: String,
    /// Empty, here and below: what the server has of its own.
    pub email: String,
    pub reply_to: String,
    /// A number in E.164, or a name that the gateway knows.
    pub phone: String,
}

/// A message as it is carried.
#[derive(Debug)]
pub struct Letter {
    pub from: Sender,
    pub created: Instant,
    pub content: SendMessage,
}

/// What became of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    Sent,
    /// For good. `code` is what the other side said, as a number.
    Refused {
        why: NotSent,
        code: String,
    },
    /// Not now: certainly nothing was sent, or sending it again does no harm.
    Later {
        code: String,
    },
    /// It may have been sent.
    Unknown {
        code: String,
    },
}

/// The port to whatever brings messages to people. Blocking.
pub trait Carrier: Send + Sync {
    fn carry(&self, letter: &Letter) -> Carried;
    /// Whoever gets the same message twice knows that it is the same.
    fn may_repeat(&self) -> bool;
}
