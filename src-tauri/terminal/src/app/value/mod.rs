//! Stored value at the till: what a client can pay with that was paid for before.

mod gift;
mod moves;

pub(super) use moves::{Moving, check_value, move_value};

use super::App;
use salon_contract::window::{Code, Failure, SyncState};
use salon_domain::kernel::Currency;
use salon_domain::value::GiftError;

impl App {
    /// Whether other tills may have taken value that this one would not hear of: there is a server, and it is away.
    pub(super) fn is_alone(&self) -> bool {
        matches!(self.sync_view().state, SyncState::Offline | SyncState::Connecting | SyncState::Refused)
    }
}

pub(super) fn gift_failure(error: GiftError, currency: Currency) -> Failure {
    let left = |code, balance_minor: i64| {
        Failure::new(code).with("balance_minor", balance_minor.max(0)).with("currency", currency)
    };
    match error {
        GiftError::NotKnown => Code::GiftUnknown.into(),
        GiftError::Voided => Code::GiftVoided.into(),
        GiftError::Expired { expires_day } => {
            Failure::new(Code::ValueExpired).with("date", super::till::date_text(expires_day))
        }
        GiftError::NotEnough { balance_minor } => left(Code::ValueNotEnough, balance_minor),
        GiftError::Used { balance_minor } => left(Code::ValueUsed, balance_minor),
        GiftError::Malformed(error) => Failure::new(Code::BadInput).with("field", "amount").with("detail", error),
    }
}
