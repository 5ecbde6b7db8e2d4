//! What the window asks of the terminal, and what it gets.
//!
//! Every question is a struct that implements [`Ask`]; all of them together are [`Call`], which is what travels (by
//! Tauri's invoke, or over HTTP to a headless `pos window`). Commands that change something carry a `key`: the
//! idempotency key, made by the window once per intention, so that a second click is the same command.

mod failure;
mod notice;
mod view;

pub use failure::{Code, Failure};
pub use notice::{CardStage, Notice};
pub use view::*;

use salon_domain::booking::{BookingStatus, Source};
use salon_domain::kernel::{BookingId, CardId, ClaimId, PaymentId, ServiceId, StaffId, TicketId};
use salon_domain::payment::{CountLine, TicketDraft, TillMove};
use salon_domain::scan::ScanRules;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A question with its answer's type.
pub trait Ask: Serialize {
    type Reply: Serialize + DeserializeOwned;
    fn call(self) -> Call;
}

macro_rules! calls {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident : $ty:ty),* $(,)? } -> $reply:ty;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            pub struct $name { $($(#[$fdoc])* pub $field: $ty),* }

            impl Ask for $name {
                type Reply = $reply;
                fn call(self) -> Call { Call::$name(self) }
            }
        )*

        /// Every question: `{"ask": "sign_in", "with": {…}}`.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "ask", content = "with", rename_all = "snake_case")]
        pub enum Call { $($name($name)),* }
    };
}

calls! {
    /// The state of everything, for the top bar. Allowed without signing in.
    Status {} -> StatusView;
    /// Who can sign in here. Allowed without signing in.
    StaffList {} -> Vec<StaffTile>;
    /// Signs in by PIN. After five wrong PINs the person waits: `Code::PinLocked` says how long.
    SignIn { staff: StaffId, pin: String } -> SignedIn;
    SignOut {} -> Done;

    /// The book of one day; `date` is `YYYY-MM-DD` in the branch's days, none for today.
    Day { date: Option<String> } -> DayView;
    MakeBooking { key: Uuid, draft: BookingDraft } -> AppointmentView;
    /// Moves one service of a booking (a live claim) to another time or person, on the same or another day.
    MoveBooking { key: Uuid, booking: BookingId, claim: ClaimId, date: String, start_minute: u16, staff: StaffId } -> AppointmentView;
    SetStatus { key: Uuid, booking: BookingId, date: String, to: BookingStatus, reason: String } -> AppointmentView;
    CheckIn { key: Uuid, booking: BookingId, date: String } -> AppointmentView;
    NoteBooking { key: Uuid, booking: BookingId, date: String, text: String } -> AppointmentView;
    /// Ranked times for a visit, from `date` on.
    Suggest { date: String, days: u16, services: Vec<ServiceId>, staff: Option<StaffId>, limit: u16 } -> Vec<SlotView>;
    /// What clashes on a day.
    Clashes { date: String } -> Vec<ClashView>;

    /// Clients, services, products and receipts by any fragment.
    Search { text: String, limit: u16 } -> SearchView;
    Client { card: CardId } -> ClientView;
    /// Makes (`card: None`) or edits a client's card.
    SaveClient { key: Uuid, card: Option<CardId>, set: BTreeMap<String, String> } -> ClientView;
    /// Services, products and tax rates: what a ticket is made of.
    Catalog {} -> CatalogView;

    Till {} -> TillView;
    OpenTill { key: Uuid, float_minor: i64 } -> TillView;
    MoveCash { key: Uuid, kind: TillMove, amount_minor: i64, reason: String } -> TillView;
    /// Closes the till. Blind: the answer to this is the first that says what was expected. A difference without a
    /// reason gets `Code::ReasonNeeded`, with the figures, and nothing is closed.
    CloseTill { key: Uuid, count: Vec<CountLine>, reason: String } -> CloseView;

    /// A ticket to check a booking out with: its services, its stylists, its client.
    TicketFor { booking: BookingId, date: String } -> TicketDraft;
    PayCash { key: Uuid, ticket: TicketDraft, tendered_minor: i64 } -> SaleView;
    /// Starts a card payment and answers when it has ended, one way or another. `Notice::Card` tells how it goes.
    PayCard { key: Uuid, ticket: TicketDraft } -> CardPaymentView;
    CancelCard {} -> Done;
    /// Card payments whose outcome is not known yet.
    UnknownCards {} -> Vec<UnknownCardView>;
    /// Asks the card terminal what became of a payment.
    ResolveCard { payment: PaymentId } -> CardPaymentView;
    /// A person decides, when the card terminal cannot say any more; needs `CardResolve` and a reason.
    DecideCard { key: Uuid, payment: PaymentId, charged: bool, manager: StaffId, pin: String, reason: String } -> CardPaymentView;
    Receipt { ticket: TicketId } -> SaleView;
    /// Prints again, marked COPY.
    Reprint { key: Uuid, ticket: TicketId } -> Done;
    /// Sales of one day, newest first.
    Sales { date: Option<String> } -> Vec<SaleRow>;

    Stock { text: String, low_only: bool, limit: u16 } -> Vec<StockRow>;
    Devices {} -> DevicesView;
    TestPrinter {} -> Done;
    TestCardTerminal {} -> Done;
    /// Drawer pulse without a sale; the reason is journalled.
    OpenDrawer { key: Uuid, reason: String } -> Done;
    SyncNow {} -> Done;

    /// What a scanned text is here. Of a payment card nothing is kept, and nothing comes back.
    Scan { text: ScannedText } -> ScanView;
    /// How this terminal's scanners are set up.
    ScanSetup {} -> ScanRules;
    SaveScanSetup { rules: ScanRules } -> ScanRules;
}

/// A new booking as the front desk enters it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BookingDraft {
    pub date: String,
    pub card: Option<CardId>,
    /// For a client without a card.
    pub client_name: String,
    pub source: Source,
    pub parts: Vec<PartDraft>,
    pub note: String,
    /// Book although something speaks against it (outside hours, taken). The window has shown what.
    pub anyway: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PartDraft {
    pub service: ServiceId,
    pub staff: StaffId,
    /// Minutes after midnight on the branch's wall clock.
    pub start_minute: u16,
}

/// The answer to what has no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}

/// What a scanner sent. It may be a payment card's stripe, so that it never shows itself: not in a log, not in a panic.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScannedText(pub String);

impl std::fmt::Debug for ScannedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ScannedText(…)")
    }
}
