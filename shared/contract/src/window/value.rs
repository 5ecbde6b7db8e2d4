//! What clients have paid for and not yet had: gift cards, credit with the salon, packages of prepaid units.

use salon_domain::kernel::{CardId, Currency, MovementId, PackageId, ServiceId};
use salon_domain::value::GiftCode;
use serde::{Deserialize, Serialize};

/// A gift card as far as this till knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftCardView {
    pub code: GiftCode,
    /// The end of its number, for the screen.
    pub masked: String,
    /// It was sold.
    pub known: bool,
    pub currency: Currency,
    /// Negative when more was taken than there was.
    pub balance_minor: i64,
    /// What of it this till may take now: without the server a till takes only so much.
    pub usable_minor: i64,
    /// The last day on which it can be used, `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// Newest first, at most 20.
    pub moves: Vec<ValueMoveView>,
}

/// A client's credit with the salon, as far as this till knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditView {
    pub card: CardId,
    pub client_name: String,
    pub currency: Currency,
    /// Negative when more was taken than there was.
    pub balance_minor: i64,
    /// What of it this till may take now: without the server a till takes only so much.
    pub usable_minor: i64,
    /// Newest first, at most 20.
    pub moves: Vec<ValueMoveView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueMoveKind {
    Sold,
    Used,
    /// What was paid with it was given back.
    Restored,
    /// Its sale was given back.
    Voided,
    /// By a manager, or a present of the salon.
    Adjusted,
    /// A refund that the client keeps as credit.
    Refunded,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueMoveView {
    pub kind: ValueMoveKind,
    pub date: String,
    /// Negative where it took something out.
    pub amount_minor: i64,
    /// The till that did it.
    pub till: String,
}

/// Something that was taken and was not there: two tills that did not hear of each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverdraftView {
    /// The gift card's masked number, or the client's name.
    pub name: String,
    /// Whose account, package or membership it is; none of a gift card.
    pub card: Option<CardId>,
    pub currency: Currency,
    /// Nought where units were taken.
    pub over_minor: i64,
    /// Units of a package or a membership.
    #[serde(default)]
    pub over_units: i64,
    /// `over_minor` was paid for nothing: for a period that another till had taken the money for, or after the end.
    #[serde(default)]
    pub paid_in_vain: bool,
    pub date: String,
    /// The till that took it.
    pub till: String,
}

/// A client's package. Dates are `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageView {
    pub package: PackageId,
    pub entries: Vec<PackageEntryView>,
    /// The last day on which it can be used.
    pub expires: Option<String>,
    /// A unit of it can be used today.
    pub usable: bool,
    /// Those that have not ended.
    pub freezes: Vec<FreezeView>,
    /// Those that were not undone.
    pub transfers: Vec<TransferView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageEntryView {
    pub entry: u16,
    /// The service's name, or the category's.
    pub name: String,
    /// What a unit pays for.
    pub services: Vec<ServiceId>,
    pub units: u32,
    /// Negative when tills together used more than there were.
    pub left: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreezeView {
    pub movement: MovementId,
    pub from: String,
    /// The day on which it can be used again.
    pub until: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferView {
    pub movement: MovementId,
    pub from: String,
    pub to: String,
}

/// What a manager does with a package. Dates are `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum PackageAct {
    /// A new last day, itself included.
    Extend {
        until: String,
    },
    /// Cannot be used from a day to the day before `until`, and can be used so much longer.
    Freeze {
        from: String,
        until: String,
    },
    /// Ends a freeze today.
    Thaw {
        of: MovementId,
    },
    Transfer {
        to: CardId,
    },
    UndoTransfer {
        of: MovementId,
    },
}
