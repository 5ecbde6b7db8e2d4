//! What the window asks of the terminal, and what it gets.
//!
//! Every question is a struct that implements [`Ask`]; all of them together are [`Call`], which is what travels (by
//! Tauri's invoke, or over HTTP to a headless `pos window`). Commands that change something carry a `key`: the
//! idempotency key, made by the window once per intention, so that a second click is the same command.

mod books;
mod device;
mod earnings;
mod failure;
mod loyalty;
mod messages;
mod notice;
mod scan;
mod value;
mod view;

pub use books::*;
pub use device::*;
pub use earnings::*;
pub use failure::{Code, Failure};
pub use loyalty::*;
pub use messages::*;
pub use notice::{CardStage, Notice};
pub use scan::*;
pub use value::*;
pub use view::*;

use salon_domain::booking::{BookingStatus, Source};
use salon_domain::kernel::{
    BookingId, CardId, ClaimId, MessageId, PackageId, PartId, PaymentId, ServiceId, StaffId, TicketId,
};
use salon_domain::notification::Channel;
use salon_domain::payment::{CountLine, Recipient, TicketDraft, TillMove};
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
    /// What the open till has taken so far. Closes nothing and has no number.
    XReport {} -> XView;
    PrintX { key: Uuid } -> Done;
    /// Months and years of this terminal: those that are closed, and those that can be.
    Periods {} -> PeriodsView;
    /// Closes `2026-11` or `2026`: the sum of this terminal's Z reports, numbered, for good. Needs a manager's PIN, and no
    /// open day within. Closing it again answers with the closure that there is.
    ClosePeriod { key: Uuid, period: String, manager: StaffId, pin: String } -> PeriodView;
    ReadPeriod { number: u64 } -> PeriodView;
    /// Prints a closure again, marked COPY.
    PrintPeriod { key: Uuid, number: u64 } -> Done;
    /// Writes the bookkeeper's files of closed till sessions into a new folder of the terminal's; `from` and `to` are days,
    /// both within.
    ExportBooks { format: BookFormat, from: String, to: String } -> BooksWritten;

    /// A ticket to check a booking out with: its services, its stylists, its client.
    TicketFor { booking: BookingId, date: String } -> TicketDraft;
    /// The ticket with the offers that are in force for it now: its terms and its lines' categories.
    OffersFor { ticket: TicketDraft } -> TicketDraft;
    /// Takes a tender: `amount_minor` towards the ticket, or without it all that is still owed, which sells it. Of a ticket
    /// that owes less than was taken it is negative: money given back. By card it answers when the card terminal has
    /// ended, one way or another; `Notice::Card` tells how it goes.
    Pay { key: Uuid, ticket: TicketDraft, #[serde(default)] name: String, #[serde(default)] amount_minor: Option<i64>, by: PayBy } -> PaymentView;
    /// Gives a part back that was taken for a ticket, the way it came; needs a manager's PIN and a reason.
    GivePartBack { key: Uuid, ticket: TicketId, part: PartId, manager: StaffId, pin: String, reason: String } -> PaymentView;
    /// Puts a ticket aside, for any terminal of the branch.
    HoldTicket { key: Uuid, ticket: TicketDraft, #[serde(default)] name: String } -> Done;
    /// What is put aside or paid in part, the latest first.
    OpenTickets {} -> Vec<OpenTicketView>;
    /// Throws a ticket away that is put aside; not one that money was taken for.
    DropTicket { key: Uuid, ticket: TicketId } -> Done;
    CancelCard {} -> Done;
    /// Card payments whose outcome is not known yet.
    UnknownCards {} -> Vec<UnknownCardView>;
    /// Asks the card terminal what became of a payment.
    ResolveCard { payment: PaymentId } -> PaymentView;
    /// A person decides, when the card terminal cannot say any more; needs `CardResolve` and a reason.
    DecideCard { key: Uuid, payment: PaymentId, charged: bool, manager: StaffId, pin: String, reason: String } -> PaymentView;
    Receipt { ticket: TicketId } -> SaleView;
    /// Writes the receipt as a file into the terminal's folder.
    SaveReceipt { ticket: TicketId, format: ReceiptFormat } -> SavedFile;
    /// Writes an invoice for a sale, or a credit note for a refund, as a PDF of its own number series; asked for again it
    /// is the same one.
    Invoice { key: Uuid, ticket: TicketId, to: Recipient } -> InvoiceView;
    /// Sends a receipt, invoice or credit note of a sale to its client, now or as soon as there is a connection. `keep`
    /// puts the address on the client's card.
    SendPaper { key: Uuid, ticket: TicketId, paper: SentPaper, channel: Channel, to: String, #[serde(default)] keep: bool } -> MessagesView;
    /// What of a sale was sent, and where it could be sent to.
    Messages { ticket: TicketId } -> MessagesView;
    /// A message that failed is left at that: nobody is reminded of it any more.
    DropMessage { message: MessageId } -> Done;
    /// The picture at the head of receipts, a PNG in base64; none takes it away.
    SaveLogo { png: Option<String> } -> Done;
    /// Prints again, marked COPY.
    Reprint { key: Uuid, ticket: TicketId } -> Done;
    /// Sales of one day, newest first.
    Sales { date: Option<String> } -> Vec<SaleRow>;

    /// A client's points: what there is, the tier, and how it came about.
    Loyalty { card: CardId } -> LoyaltyView;
    /// What the ticket's client can have for points; `take` puts one more on it. None where nobody is on the ticket or the
    /// salon has no programme. `Code::NotEnoughPoints` says how many `missing_points`.
    Rewards { ticket: TicketDraft, #[serde(default)] take: Option<String> } -> Option<RewardsView>;
    /// What somebody earned from one day to another, both included, at most two months: everybody their own, who reads
    /// the reports everybody's.
    Earnings { staff: StaffId, from: String, to: String } -> EarningsView;
    /// What is on a gift card, by its number as it is typed or scanned.
    LookUpGiftCard { code: ScannedText } -> GiftCardView;
    /// The number of a new gift card, that nobody can guess. It is sold as a line of a ticket.
    NewGiftCard {} -> GiftCardView;
    /// A client's credit with the salon.
    AccountCredit { card: CardId } -> CreditView;
    /// A client's packages of prepaid units, those that can be used first.
    Packages { card: CardId } -> Vec<PackageView>;
    /// Extends, freezes, hands on or undoes; needs a manager's PIN and a reason.
    ChangePackage { key: Uuid, package: PackageId, what: PackageAct, manager: StaffId, pin: String, reason: String } -> Done;
    /// What was taken of gift cards and accounts that was not on them, the latest first.
    Overdrafts {} -> Vec<OverdraftView>;

    Stock { text: String, low_only: bool, limit: u16 } -> Vec<StockRow>;
    Devices {} -> DevicesView;
    /// Looks for devices: serial ports, USB, and when asked to the local network. Takes a few seconds.
    FindDevices { network: bool } -> Vec<FoundDevice>;
    /// Adds a device (`id: None`) or changes one. `driver` is `KIND:ADDRESS`, as `pos devices add` takes it; `options`
    /// are those of its kind, each as text. A new device is assigned when nothing else does its work.
    SaveDevice { key: Uuid, id: Option<Uuid>, name: String, driver: String, options: BTreeMap<String, String> } -> DevicesView;
    /// Gives a kind of work to this device, or takes it away.
    AssignDevice { id: Uuid, assigned: bool } -> DevicesView;
    RemoveDevice { id: Uuid } -> DevicesView;
    /// Undoes a removal.
    RestoreDevice { id: Uuid } -> DevicesView;
    /// Tries a device, assigned or not: a test page, a registration, a word on the display. Its own words, if it has any.
    TestDevice { id: Uuid } -> DeviceWords;
    /// What waits, what may be on paper in part, and what was printed last; newest first.
    PrintQueue {} -> Vec<PrintJobView>;
    /// Prints a job again whose outcome is unknown, marked COPY.
    PrintAgain { key: Uuid, job: i64 } -> Done;
    /// Takes a job out of the queue. The receipt can be printed from the sale at any time.
    DropPrintJob { job: i64 } -> Done;
    /// Closes the card terminal's batch and holds its totals against the journal.
    CardEndOfDay { key: Uuid } -> CardDayView;
    /// The card terminal tries its connection to the bank.
    CardDiagnosis {} -> DeviceWords;
    /// The card terminal's last receipt again.
    CardRepeatReceipt {} -> DeviceWords;
    /// What a card terminal said that is not connected to this till.
    AnswerCard { payment: PaymentId, approved: bool, authorisation: String } -> Done;
    /// Gives a sale back, or only some of its lines: without `lines` all that is left of it. Needs a manager's PIN and a
    /// reason.
    RefundSale { key: Uuid, ticket: TicketId, #[serde(default)] lines: Vec<LineBack>, #[serde(default)] to: RefundTo, manager: StaffId, pin: String, reason: String } -> PaymentView;
    /// What of a sale came back already.
    RefundState { ticket: TicketId } -> Vec<LineLeft>;
    /// Shows two lines to the client. Where there is no customer display nothing happens.
    ShowDisplay { upper: String, lower: String } -> Done;
    /// Training: a copy of this till, with simulated devices, that never reaches the books. The page loads anew after it.
    Training { on: bool } -> Done;
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

impl Pay {
    /// All that is owed, in cash.
    pub fn cash(key: Uuid, ticket: TicketDraft, tendered_minor: i64) -> Pay {
        Pay { key, ticket, name: String::new(), amount_minor: None, by: PayBy::Cash { tendered_minor } }
    }

    /// All that is owed, by card.
    pub fn card(key: Uuid, ticket: TicketDraft) -> Pay {
        Pay { key, ticket, name: String::new(), amount_minor: None, by: PayBy::Card }
    }
}
