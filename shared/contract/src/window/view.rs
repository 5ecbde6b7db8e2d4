//! What the window shows. Times are minutes after midnight on the branch's wall clock, dates `YYYY-MM-DD` in the
//! branch's days, so that the window needs no time zone.

use super::device::DeviceTrouble;
use salon_domain::access::{Permission, Role};
use salon_domain::booking::{BookingStatus, Resource, Source};
use salon_domain::branch::{Fee, StaffDiscount};
use salon_domain::catalog::{Pack, Phase, Product, Service};
use salon_domain::kernel::{
    BookingId, CardId, CashRounding, ClaimId, Currency, Instant, PaymentId, ProductId, ServiceId, StaffId, TaxClass,
    TicketId, TicketLineId, TillSessionId,
};
use salon_domain::payment::{Back, FollowKind, Sale, TakenPart, TicketDraft, ZReport};
use salon_domain::value::{GiftCode, MembershipOffer, PackageOffer};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatusView {
    pub enrolled: bool,
    pub branch: String,
    pub terminal: String,
    pub currency: Currency,
    /// The coins that there are.
    pub cash_rounding: CashRounding,
    /// Tickets that are put aside or paid in part.
    pub open_tickets: u32,
    /// Today at the branch, and its wall clock.
    pub today: String,
    pub now_minute: u16,
    pub signed_in: Option<SignedIn>,
    pub sync: SyncView,
    pub till_open: bool,
    pub clashes: u32,
    pub unknown_cards: u32,
    pub print_queue: u32,
    /// Sales of which something could not be sent to the client, the latest first.
    #[serde(default)]
    pub unsent: Vec<TicketId>,
    /// Devices that do not work, or will soon not.
    pub device_trouble: Vec<DeviceTrouble>,
    /// This is the copy of the till that beginners practise on.
    pub training: bool,
    /// Things to say once at start: secrets kept in a file, a clock set back, demo data, …
    pub warnings: Vec<Warning>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// No OS keyring: secrets are in a file with mode 0600.
    SecretsInFile,
    /// The clock is behind the last journal entry.
    ClockBack,
    /// Invented data.
    DemoData,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// No server was ever named.
    Local,
    Offline,
    Connecting,
    Syncing,
    Synced,
    /// The server will not have this device: revoked, or too old a version.
    Refused,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncView {
    pub state: SyncState,
    /// Changes made here that the server has not acknowledged yet.
    pub pending: u64,
    /// When everything was last synced.
    pub synced_at: Option<Instant>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffTile {
    pub staff: StaffId,
    pub name: String,
    pub role: Role,
    /// 0..=11, an index into the palette of column colours.
    pub color: u8,
    pub has_pin: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    pub staff: StaffId,
    pub name: String,
    pub role: Role,
    pub permissions: Vec<Permission>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DayView {
    pub date: String,
    pub is_today: bool,
    /// The hours that the grid shows: opening hours, widened to whatever is booked.
    pub from_minute: u16,
    pub to_minute: u16,
    /// The branch's opening hours of the day; empty when closed.
    pub open: Vec<(u16, u16)>,
    pub columns: Vec<ColumnView>,
    /// Cancelled and no-shows included; the window filters.
    pub appointments: Vec<AppointmentView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnView {
    pub staff: StaffId,
    pub name: String,
    pub color: u8,
    /// When they work that day.
    pub working: Vec<(u16, u16)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppointmentView {
    pub booking: BookingId,
    pub date: String,
    pub card: Option<CardId>,
    pub client_name: String,
    pub phone: String,
    pub allergy: String,
    /// First visit.
    pub new_client: bool,
    pub status: BookingStatus,
    pub arrived: bool,
    pub source: Source,
    pub note: String,
    /// Why it was cancelled.
    pub reason: String,
    /// What it may become now.
    pub next: Vec<BookingStatus>,
    pub can_move: bool,
    pub parts: Vec<PartView>,
    pub clash: bool,
    /// The sale that it was checked out with.
    pub ticket: Option<TicketId>,
    /// The ticket that `held_minor` was taken for.
    #[serde(default)]
    pub held_on: Option<TicketId>,
    /// Taken for it before it is sold: a deposit, mostly.
    #[serde(default)]
    pub held_minor: i64,
    pub total_minor: i64,
    /// Who did what and when, oldest first.
    pub log: Vec<LogView>,
    /// Changed here and not synced yet.
    pub unsynced: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartView {
    pub claim: ClaimId,
    pub staff: StaffId,
    pub service: ServiceId,
    pub service_name: String,
    pub start_minute: u16,
    pub end_minute: u16,
    pub phases: Vec<Phase>,
    pub price_minor: i64,
    /// Chairs and rooms that it takes besides.
    #[serde(default)]
    pub places: Vec<Resource>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogView {
    pub at: Instant,
    pub minute: u16,
    pub status: BookingStatus,
    pub by: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlotView {
    pub date: String,
    pub start_minute: u16,
    pub parts: Vec<SlotPartView>,
    pub reasons: Vec<ReasonView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlotPartView {
    pub service: ServiceId,
    pub staff: StaffId,
    pub staff_name: String,
    pub start_minute: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonView {
    NoGapBefore,
    NoGapAfter,
    InProcessingGap,
    FirstChoice,
    OneStylist,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClashView {
    pub kind: ClashKindView,
    pub first: ClashSideView,
    pub second: ClashSideView,
    /// Where the second could go instead, same day, same person first.
    pub suggestion: Option<SlotView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClashKindView {
    DoubleClaim,
    MovedTwice,
    CancelledAndChanged,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClashSideView {
    pub booking: BookingId,
    pub claim: ClaimId,
    pub client_name: String,
    pub staff_name: String,
    pub service_name: String,
    pub start_minute: u16,
    pub booked_at: Instant,
    pub by: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchView {
    pub clients: Vec<ClientRow>,
    pub services: Vec<Service>,
    pub products: Vec<Product>,
    pub receipts: Vec<SaleRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientRow {
    pub card: CardId,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub last_visit: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientView {
    pub card: CardId,
    pub name: String,
    /// Field → value, as `salon_domain::customer::field` names them.
    pub fields: BTreeMap<String, String>,
    /// Field → values that lost a merge or were overwritten, newest first.
    pub history: BTreeMap<String, Vec<String>>,
    pub visits: u32,
    pub no_shows: u32,
    pub spent_minor: i64,
    /// Credit with the salon.
    pub credit_minor: i64,
    /// Newest first, at most 20.
    pub appointments: Vec<AppointmentView>,
    /// Newest first, at most 20.
    pub sales: Vec<SaleRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogView {
    pub currency: Currency,
    pub services: Vec<Service>,
    pub products: Vec<Product>,
    /// Packages that are offered.
    pub packages: Vec<PackageOffer>,
    /// Memberships in the branch's currency, those too that are no longer offered: they still have members.
    #[serde(default)]
    pub memberships: Vec<MembershipOffer>,
    pub taxes: Vec<TaxClass>,
    /// What was sold most lately, best first.
    pub favourite_services: Vec<ServiceId>,
    pub favourite_products: Vec<ProductId>,
    /// Something may be taken off: the window asks for what is in force for a ticket.
    pub has_promotions: bool,
    /// Fees that can be charged.
    #[serde(default)]
    pub fees: Vec<Fee>,
    /// What those who work here pay less, where they do.
    #[serde(default)]
    pub staff_discount: Option<StaffDiscount>,
    /// Everybody who works here.
    #[serde(default)]
    pub people: Vec<StaffTile>,
    /// Active stylists with a column.
    pub staff: Vec<StaffTile>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TillView {
    pub open: Option<OpenTillView>,
    /// The float suggested for opening.
    pub default_float_minor: i64,
    pub currency: Currency,
    pub last_z: Option<ZRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenTillView {
    pub session: TillSessionId,
    pub date: String,
    pub opened_at: Instant,
    pub opened_minute: u16,
    pub by: String,
    pub float_minor: i64,
    pub receipts: u64,
    /// The expected cash is left out on purpose until the drawer has been counted.
    pub sales_minor: i64,
    pub card_minor: i64,
    /// It was opened on an earlier day and has to be closed first.
    pub from_earlier_day: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZRow {
    pub number: u64,
    pub date: String,
    pub total_minor: i64,
    pub difference_minor: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CloseView {
    pub date: String,
    pub currency: Currency,
    pub expected_minor: i64,
    pub report: ZReport,
    /// The Z as it was queued for print.
    pub text: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaleView {
    pub sale: Sale,
    pub at: Instant,
    pub minute: u16,
    pub date: String,
    pub client_name: String,
    /// The receipt as on paper, 48 columns, for the screen.
    pub text: Vec<String>,
    pub printed: PrintedView,
    /// Tips that were given for it later, each on a receipt of its own.
    #[serde(default)]
    pub later_tips: Vec<LaterTip>,
}

/// A receipt with a tip for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaterTip {
    pub ticket: TicketId,
    pub number: u64,
    pub total_minor: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintedView {
    Queued,
    Printed,
    /// Some of it may be on paper: look, then reprint if needed.
    Unsure,
    /// A person took it out of the queue.
    Dropped,
    /// Nobody wanted it on paper here: sold at another till, or sent to the client instead.
    NotAsked,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaleRow {
    pub ticket: TicketId,
    pub number: u64,
    pub date: String,
    pub minute: u16,
    pub client_name: String,
    pub total_minor: i64,
    /// `cash`, `card`, `mixed`
    pub tender: String,
    /// It voids another receipt, or is a tip for one.
    #[serde(default)]
    pub follows: Option<FollowKind>,
    /// Sold at this terminal.
    pub here: bool,
}

/// How a payment ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum PaymentView {
    Paid {
        sale: Box<SaleView>,
    },
    /// Taken, and not all that is owed.
    Part {
        open: Box<OpenTicketView>,
    },
    Declined {
        code: u8,
        text: String,
    },
    /// Nothing was charged; `cause` is a `FaultCause`, or `cancelled`.
    NotCharged {
        cause: String,
    },
    /// The terminal has not said what happened. It blocks the card tender, nothing else.
    Unknown {
        payment: PaymentId,
        cause: String,
    },
}

impl PaymentView {
    /// The sale, if it is one.
    pub fn sale(self) -> Option<SaleView> {
        match self {
            PaymentView::Paid { sale } => Some(*sale),
            _ => None,
        }
    }
}

/// How a tender is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PayBy {
    /// What the client handed over; it may be more than is taken, the rest is change.
    Cash {
        tendered_minor: i64,
    },
    Card,
    BankTransfer {
        reference: String,
    },
    Wallet {
        provider: String,
        reference: String,
    },
    Cheque {
        number: String,
    },
    GiftCard {
        code: GiftCode,
    },
    /// From the credit of the ticket's client.
    AccountCredit,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceView {
    pub number: u64,
    pub credit_note: bool,
    /// Where the PDF is.
    pub path: String,
}

/// Where money that goes back goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundTo {
    /// Whence it came.
    #[default]
    Original,
    /// To a card that the client holds, without trying to reverse the payment first.
    HeldCard,
    Cash,
    /// The client keeps it as credit; what was paid with stored value goes back to that all the same.
    Credit,
}

/// How much of a sold line goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineBack {
    pub line: TicketLineId,
    #[serde(flatten)]
    pub back: Back,
}

/// What of a sold line can still go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineLeft {
    pub line: TicketLineId,
    pub pieces: i64,
    pub total_minor: i64,
}

/// A ticket that is put aside or paid in part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenTicketView {
    pub draft: TicketDraft,
    /// What it is called; may be empty.
    pub name: String,
    pub at: Instant,
    pub minute: u16,
    pub date: String,
    pub client_name: String,
    pub total_minor: i64,
    pub parts: Vec<TakenPart>,
    pub paid_minor: i64,
    /// Of it deposits.
    #[serde(default)]
    pub deposit_minor: i64,
    /// What is still to be paid; negative when more was taken than it comes to.
    pub owed_minor: i64,
    /// It was sold or thrown away all the same, and this money with it is too much: it is to be given back.
    pub is_over: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnknownCardView {
    pub payment: PaymentId,
    pub ticket: TicketId,
    pub amount_minor: i64,
    /// Money that was to go back to a client.
    pub gives_back: bool,
    pub since: Instant,
    pub minute: u16,
    pub date: String,
    pub client_name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StockRow {
    pub product: ProductId,
    pub name: String,
    pub brand: String,
    pub sku: String,
    /// Thousandths of a unit.
    pub level_milli: i64,
    /// What the back bar used in the last thirty days, today among them: thousandths of a unit.
    pub used_milli: i64,
    /// What is in one unit, if it is said.
    pub pack: Option<Pack>,
    pub par_min: i64,
    pub par_max: i64,
    pub reorder: i64,
    pub price_minor: i64,
}
