//! What the window asks of the terminal, and what it gets.
//!
//! Every question is a struct that implements [`Ask`]; all of them together are [`Call`], which is what travels (by
//! Tauri's invoke, or over HTTP to a headless `pos window`). Commands that change something carry a `key`: the
//! idempotency key, made by the window once per intention, so that a second click is the same command.

mod board;
mod books;
mod client;
mod customer;
mod deposit;
mod device;
mod earnings;
mod failure;
mod loyalty;
mod membership;
mod messages;
mod notice;
mod scan;
mod value;
mod view;

pub use board::*;
pub use books::*;
pub use client::*;
pub use customer::*;
pub use deposit::*;
pub use device::*;
pub use earnings::*;
pub use failure::{Code, Failure};
pub use loyalty::*;
pub use membership::*;
pub use messages::*;
pub use notice::{CardStage, Notice};
pub use scan::*;
pub use value::*;
pub use view::*;

use salon_domain::booking::{BookingStatus, Source};
use salon_domain::commission::AdjustmentKind;
use salon_domain::kernel::{
    BookingId, CardId, ClaimId, MembershipId, MessageId, MovementId, PackageId, PartId, PaymentId, ServiceId, StaffId,
    TicketId,
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
    /// The week that `date` is in, of one person; of the first one where nobody is named.
    Week { date: String, #[serde(default)] staff: Option<StaffId> } -> WeekView;
    /// The month that `date` is in, a summary for each day.
    Month { date: String } -> MonthView;
    /// The bookings of the days from `from` to `to`, both within and at most 62, as a list. Without `statuses` all of them;
    /// `text` finds clients by name or phone and services by name.
    Agenda { from: String, to: String, #[serde(default)] staff: Option<StaffId>, #[serde(default)] statuses: Vec<BookingStatus>, #[serde(default)] text: String, #[serde(default)] sort: AgendaSort, #[serde(default)] descending: bool, limit: u16 } -> AgendaView;
    /// Writes the day as an A4 PDF into the terminal's folder, for those who want paper.
    SaveDay { date: String, #[serde(default)] paper: DayPaper } -> SavedFile;
    /// Makes one service of a booking longer or shorter.
    ResizePart { key: Uuid, booking: BookingId, claim: ClaimId, minutes: u16 } -> AppointmentView;
    /// What `UndoBook` would undo.
    Undoable {} -> Option<UndoableView>;
    /// Undoes what the command with the key `step` did in the book of this terminal, or the last thing that was done.
    /// `Code::ChangedSince` when the booking is not any more as it was left.
    UndoBook { key: Uuid, #[serde(default)] step: Option<Uuid> } -> Undone;

    /// Clients, services, products and receipts by any fragment.
    Search { text: String, limit: u16 } -> SearchView;
    Client { card: CardId } -> ClientView;
    /// Makes (`card: None`) or edits a client's card.
    SaveClient { key: Uuid, card: Option<CardId>, set: BTreeMap<String, String> } -> ClientView;
    /// What is on a client's card beside its fields.
    ClientFile { card: CardId } -> ClientFileView;
    ChangeClient { key: Uuid, card: CardId, what: ClientAct } -> ClientFileView;
    /// What a stylist needs to know of a client, and of the booking if there is one; of a booking without a card what
    /// can be known of it.
    ClientBrief { card: Option<CardId>, booking: Option<BookingId> } -> ClientBriefView;
    /// Does what `Code::PatchTest…` refused. With a manager's PIN and a reason, which the book keeps.
    WaivePatchTest { key: Uuid, what: WithoutPatchTest, waiver: WaiverDraft } -> AppointmentView;
    /// Cards that may be one person's, the likeliest first.
    Duplicates { limit: u16 } -> Vec<DuplicateView>;
    /// Makes two cards one client's: `other` gives way to `keep`, but for the fields in `take`, which are read from it.
    MergeClients { key: Uuid, keep: CardId, other: CardId, take: Vec<String> } -> ClientFileView;
    /// Undoes a merge. Both are again what they were; what was written since stays with the card that was kept.
    UnmergeClients { key: Uuid, card: CardId, into: CardId } -> ClientFileView;
    /// Writes all that is known of a client into a folder of the terminal's: JSON, and a page to be read. Needs
    /// `DataExport`.
    ExportClient { card: CardId } -> SavedFile;
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

    /// A ticket to check a booking out with: its services, its stylists, its client. `Code::VisitSold` where it was paid for
    /// with another one.
    TicketFor { booking: BookingId, date: String } -> TicketDraft;
    /// A ticket that is put aside or paid in part; none where it is neither.
    ReadOpenTicket { ticket: TicketId } -> Option<OpenTicketView>;
    /// The ticket to take a deposit for a booking on, by `Pay`, and how much is asked for.
    DepositFor { booking: BookingId } -> DepositView;
    /// Deposits that are held, by when their clients come.
    Deposits {} -> Vec<DepositRow>;
    /// Keeps what is held for a ticket as a fee, for a reason: of a booking only when it was cancelled or nobody came.
    KeepDeposit { key: Uuid, ticket: TicketId, reason: String } -> SaleView;
    /// The ticket with the offers that are in force for it now and its client's exemption: its terms and its lines'
    /// categories.
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
    /// Adds what a manager decides about somebody's pay in a period, as an entry of its own: needs `StaffWrite`, a PIN and
    /// a reason. `Code::BelowNought` says what would be left, `left_minor`, unless it is wanted `anyway`.
    AdjustEarnings { key: Uuid, staff: StaffId, from: String, to: String, kind: AdjustmentKind, amount_minor: i64, reason: String, #[serde(default)] anyway: bool, manager: StaffId, pin: String } -> Done;
    /// Takes an adjustment back that is listed on `date`, by another entry. Again, or at another till: once.
    ReverseAdjustment { key: Uuid, staff: StaffId, adjustment: MovementId, date: String, reason: String, #[serde(default)] anyway: bool, manager: StaffId, pin: String } -> Done;
    /// Works out what the tiers of a whole month are due to somebody, and adds the difference to what was frozen. Only of
    /// a month that is over.
    WorkOutTiers { key: Uuid, staff: StaffId, from: String, to: String, manager: StaffId, pin: String } -> TiersWorkedOut;
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
    /// A client's memberships, those whose benefits hold first.
    Memberships { card: CardId } -> Vec<MembershipView>;
    /// Pauses, resumes or cancels; needs a manager's PIN and a reason.
    ChangeMembership { key: Uuid, membership: MembershipId, what: MembershipAct, manager: StaffId, pin: String, reason: String } -> Done;
    /// What was taken of gift cards, accounts, packages and memberships that was not there, or paid twice; the latest first.
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
    /// Takes a whole sale back while the till session that made it is open at this terminal, on paper of its own. Needs a
    /// manager's PIN and a reason; later `Code::RefundInstead`.
    VoidSale { key: Uuid, ticket: TicketId, manager: StaffId, pin: String, reason: String } -> PaymentView;
    /// What of a sale came back already.
    RefundState { ticket: TicketId } -> Vec<LineLeft>;
    /// Shows two lines to the client on a display, and the ticket on a screen of the client's own, where there are such.
    ShowDisplay { upper: String, lower: String, screen: CustomerScreen } -> Done;
    /// What the client's screen shows.
    Customer {} -> CustomerScreen;
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
