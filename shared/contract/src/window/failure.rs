use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why the terminal would not. The window has a sentence for each, with what to do; it never reads `detail`'s text
/// apart from showing the values it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// This terminal has not been enrolled yet.
    NotEnrolled,
    SignInNeeded,
    WrongPin,
    /// `seconds` to wait.
    PinLocked,
    NotAllowed,
    NotFound,
    /// `field` and what is wrong with it.
    BadInput,
    OutsideHours,
    /// `name` is taken then.
    StaffBusy,
    StaffOff,
    CannotPerform,
    /// The client has no patch test of `kind` that `name` needs.
    PatchTestMissing,
    /// The skin reacted to the last one, on `date`.
    PatchTestReaction,
    /// It counts from `date`, `minute` on.
    PatchTestTooSoon,
    /// It counted until `date`.
    PatchTestExpired,
    /// Nobody has read how it came out.
    PatchTestUnread,
    IllegalStatus,
    /// `name` changed the booking since; it cannot be undone any more.
    ChangedSince,
    /// Nothing was done in the book lately that could be undone.
    NothingToUndo,
    TillClosed,
    TillAlreadyOpen,
    /// The till belongs to `date`: close it first.
    TillFromEarlierDay,
    /// A month or year that ends with `date`, which is not over.
    PeriodNotOver,
    /// `expected_minor`, `counted_minor`, `difference_minor`.
    ReasonNeeded,
    /// `short_minor` is missing.
    NotEnough,
    /// `missing_points` for a reward.
    NotEnoughPoints,
    /// Somebody's pay of the period would be below nought: `left_minor` of `currency`.
    BelowNought,
    EmptyTicket,
    BadDiscount,
    /// Money was taken for the ticket: `paid_minor`. It has to be given back first.
    PartPaid,
    /// The visit was paid for with the receipt `number`, of `ticket`.
    VisitSold,
    /// All of it came back already, or not so much of it is left: `left`, `left_minor`.
    NothingLeft,
    /// Only a whole sale of this terminal's open till session is voided; this one is refunded instead.
    RefundInstead,
    /// A refund of the same sale was begun with other lines, `total_minor` in all: that one is to be finished first.
    RefundBegun,
    /// Nobody is on the ticket whose account it could be.
    ClientNeeded,
    /// A gift card's number that is none.
    GiftCodeWrong,
    /// No sale of this gift card is known here.
    GiftUnknown,
    /// This gift card was sold before.
    GiftSold,
    /// The gift card's sale was given back.
    GiftVoided,
    /// It could be used until `date`.
    ValueExpired,
    /// No such package of the ticket's client is known here.
    PackageUnknown,
    /// Its sale was given back.
    PackageVoided,
    PackageFrozen,
    /// No unit of it is left.
    PackageEmpty,
    /// Its sale cannot be given back: units of it were used.
    PackageUsed,
    /// No such membership, or not this client's, or it includes no such service.
    MembershipUnknown,
    MembershipPaused,
    /// It was cancelled and is over, or its sale was given back.
    MembershipEnded,
    /// A period is not paid, the days of grace are over.
    MembershipUnpaid,
    /// All units of this period are used.
    MembershipEmpty,
    /// It cannot be given back: units were used, or later periods paid.
    MembershipUsed,
    /// This period is paid already, or there is nothing to pay for it.
    MembershipPaid,
    /// `balance_minor` of `currency` is left.
    ValueNotEnough,
    /// Its sale cannot be given back: some was used, and `balance_minor` of `currency` is left.
    ValueUsed,
    /// Without the server this till may take `usable_minor` of `currency`.
    OfflineLimit,
    /// Another card payment's outcome is not known: `payment`.
    CardUnknown,
    CardBusy,
    /// A device port's fault: `cause` is its `FaultCause`, `device` its name.
    Device,
    NoDevice,
    /// The system clock is behind what has been journalled: `behind_seconds`.
    ClockBack,
    DiskFull,
    /// The store is damaged: `detail`.
    StoreCorrupt,
    /// The store was written by a newer version.
    StoreNewer,
    /// Another copy of the program has this store open.
    StoreInUse,
    /// No address: `why` is `empty`, `email`, `phone` or `country`.
    AddressWrong,
    /// The salon's server has no such `channel`.
    ChannelNotSetUp,
    ServerAway,
    Internal,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub code: Code,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub detail: BTreeMap<String, String>,
}

impl Failure {
    pub fn new(code: Code) -> Self {
        Failure { code, detail: BTreeMap::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.detail.insert(name.to_owned(), value.to_string());
        self
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Failure::new(code)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.code)?;
        self.detail.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

impl std::error::Error for Failure {}
