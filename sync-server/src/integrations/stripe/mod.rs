//! Stripe Terminal, server-driven: a card payment on a reader that hangs on the internet, asked for by a terminal of ours.
//!
//! [`Api`] speaks Stripe's REST API and says of every call whether it was done, refused, not sent, or unknown. [`Desk`]
//! drives a payment: it commits in `card_payment_remote` what it is about to ask *before* every call that changes
//! something, and what came of it after. Each move is a compare-and-set on the row's state, so that two requests, two
//! nodes or a request that arrives late never undo one another. Webhooks are not in here: the terminal polls.
//!
//! The row's states, and what each promises:
//!
//! ```text
//! creating → created → processing → authorised → capturing → captured
//!     └─────────┴──────────┴────────────┴─→ closing → closed
//! ```
//!
//! - Before `processing` is committed the reader was never told: nobody can have paid.
//! - `capturing` is entered only when the terminal says that it recorded the approval, and never from `closing`.
//! - `closing` is entered from everything before `capturing` and ends in `closed`, which is committed only after Stripe
//!   has said that the intent is cancelled (or when its id was never known here, so that no card can have met it).
//!
//! Money is taken by the capture alone; an authorisation without it is a hold that is cancelled by resolving, or lapses
//! at the bank within days. Every instant at which somebody can die:
//!
//! | instant | Stripe has | the row says | the till asks `resolve` and hears |
//! |---|---|---|---|
//! | till, before or while it sends `start` | nothing | – | not charged; the row is made as `closed`, so that a `start` that comes late is refused |
//! | server, `creating` committed, call not sent | nothing | creating | not charged |
//! | server or link, the intent made, its id lost | an intent that no reader will ever get | creating | not charged |
//! | server, `processing` committed, call not sent | an intent without a card | processing | intent cancelled, not charged |
//! | server or link, the reader told, answer lost | the reader waits for a card | processing | reader stopped, intent cancelled, not charged |
//! | till, while the client holds the card | perhaps a hold | processing | intent cancelled, the hold released, not charged |
//! | server, approved, not yet noted | a hold | processing | the same |
//! | till, before it recorded the approval | a hold | authorised | the same |
//! | till, approval recorded, `capture` not sent | a hold | authorised | the same: one record of an approval and one of its failure |
//! | a `capture` that arrives after that | cancelled | closed | it is refused: `closing` never leads to `capturing` |
//! | server, `capturing` committed, call not sent | a hold | capturing | captured now: approved |
//! | server or link, captured, answer lost | the money | capturing | the intent says so: approved |
//! | till, captured, the answer not heard | the money | captured | approved |
//! | server, while closing | cancelled or not | closing | cancelled now: not charged |
//! | Stripe, no answer to the cancellation | cancelled or not | closing | ask again: unknown until Stripe says |
//! | anybody, while a refund is on its way | a refund or none | asked | the refund with our id is looked for, else sent again under its key |
//!
//! Idempotency keys are `create:{id}`, `process:{id}:{attempt}`, `capture:{id}` and `refund:{id}`. Stripe keeps the answer
//! to a key for a day at least, failures of its own included. After such a failure the reader is told again, or the
//! capture sent again, under another key, which is safe: an intent is paid once and captured once. A refund is never sent under a second key. A cancellation has
//! no key: cancelling twice is cancelling once, and a remembered refusal would hide that it became possible.

mod api;
mod desk;
mod model;
mod receipt;
mod refund;

pub use api::{Api, ApiConfig, ApiFailure, SecretKey, VERSION};
pub use desk::{CardError, Desk, Refusal};
