use super::follows::Follows;
use super::terms::{DiscountPart, Exempted, GivenBack, LineTerms, PriceOverride, TicketTerms};
use crate::commission::Share;
use crate::kernel::{
    BookingId, BranchId, CardId, Currency, DeviceId, MembershipId, MembershipOfferId, MovementId, PackageId,
    PackageOfferId, PartId, PaymentId, ProductId, ServiceId, StaffId, TaxAmount, TaxRate, TicketId, TicketLineId,
    TillSessionId,
};
use crate::value::GiftCode;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    Service(ServiceId),
    Product(ProductId),
    /// Something the catalog does not have.
    Custom,
    /// What is charged on top of what is sold, such as a service charge or a fee for not having come: no discount
    /// touches it.
    Fee,
    /// One gift card, for as much as its line says.
    GiftCard {
        code: GiftCode,
        /// The till made the code up, so that it has to print the card.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        drawn: bool,
    },
    /// Credit on the account of the line's client, else of the ticket's, for as much as its line says.
    AccountCredit,
    /// A package of prepaid units, by the catalog's terms.
    Package {
        offer: PackageOfferId,
        /// Follows from the line that sells it.
        package: PackageId,
    },
    /// A membership begins, by the catalog's terms, and its first period is paid.
    Membership {
        offer: MembershipOfferId,
        /// Follows from the line that sells it.
        membership: MembershipId,
    },
    /// A later period of a membership, by the terms that it began with. Periods count from 0.
    MembershipDue {
        membership: MembershipId,
        period: u32,
    },
}

impl Item {
    /// Whether selling it is only to hold money for the client.
    pub const fn is_stored_value(&self) -> bool {
        matches!(self, Item::GiftCard { .. } | Item::AccountCredit)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    #[default]
    Sale,
    /// Given back: a negative price, and the product goes back to the shelf.
    Refund,
    /// A deposit paid earlier and taken off now: a negative price, nothing goes back.
    DepositRedeemed,
    /// A tip for the line's provider: no tax, no discount, and no turnover of the salon's. Negative when it is given back.
    Tip,
    /// Money that the client leaves with the salon to pay with later, such as for a gift card: no tax, no discount, and no
    /// turnover until it is used. Negative when it is given back.
    ValueSold,
    /// A service that was paid for before, by one unit of a package: no price. The package's sale was the turnover.
    Prepaid { package: PackageId, entry: u16 },
    /// The unit that `of` used comes back: no price.
    PrepaidReturned { package: PackageId, of: MovementId },
    /// A service that a membership includes: no price. The period's payment was the turnover.
    Included { membership: MembershipId, benefit: u16 },
    /// The unit that `of` used comes back to its period: no price.
    IncludedReturned { membership: MembershipId, of: MovementId },
}

impl LineKind {
    /// Whether it is had for a unit that was paid for before.
    pub const fn uses_unit(self) -> bool {
        matches!(self, LineKind::Prepaid { .. } | LineKind::Included { .. })
    }

    /// Whether it brings such a unit back.
    pub const fn returns_unit(self) -> bool {
        matches!(self, LineKind::PrepaidReturned { .. } | LineKind::IncludedReturned { .. })
    }

    /// Whether what the line comes to is the salon's own turnover, and not money that it only holds for somebody.
    pub const fn is_turnover(self) -> bool {
        !matches!(self, LineKind::Tip | LineKind::ValueSold)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discount {
    /// Basis points of the price: 10 % is 1000.
    Percent(u32),
    /// Minor units off, positive.
    Amount(i64),
}

/// A line as it is rung up. `rates` are the tax rates in force for it, taken from master data when it was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDraft {
    pub id: TicketLineId,
    pub item: Item,
    #[serde(default)]
    pub kind: LineKind,
    pub description: String,
    pub staff: Option<StaffId>,
    /// Where one person pays for another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardId>,
    pub quantity: i64,
    /// For one. Negative for refunds and redeemed deposits.
    pub unit_price_minor: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discount>,
    pub rates: Vec<TaxRate>,
    #[serde(default, skip_serializing_if = "LineTerms::is_plain")]
    pub terms: LineTerms,
}

impl PricedLine {
    /// Who earns by it, and how much of it: 10,000 basis points in all; nobody where nobody was named.
    pub fn people(&self) -> Vec<Share> {
        match self.shares.is_empty() {
            true => self.staff.map(Share::all).into_iter().collect(),
            false => self.shares.clone(),
        }
    }
}

impl LineDraft {
    /// What a line that gives some of a sold line back comes to, taxes included: negative; nought for any other.
    pub fn total_back_minor(&self) -> i64 {
        self.terms.given_back.as_ref().map_or(0, |given| given.total_minor())
    }

    /// Of what else is on the ticket, in basis points, where that is what the line costs: its own price then means nothing.
    pub fn share_bp(&self) -> Option<u32> {
        let fee = self.terms.fee.as_ref().filter(|_| self.item == Item::Fee && self.kind == LineKind::Sale);
        fee.and_then(|fee| fee.percent_bp)
    }

    /// Whether a discount may touch it.
    pub fn is_discountable(&self) -> bool {
        self.item != Item::Fee && self.kind.is_turnover()
    }
}

/// A ticket before it is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketDraft {
    pub id: TicketId,
    pub booking: Option<BookingId>,
    pub card: Option<CardId>,
    pub currency: Currency,
    pub lines: Vec<LineDraft>,
    /// Off the whole ticket, spread over the lines by their prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Discount>,
    #[serde(default, skip_serializing_if = "TicketTerms::is_plain")]
    pub terms: TicketTerms,
}

/// A line with everything decided: what is printed, taxed, journalled and reported.
/// `total_minor = net_minor + Σ taxes`; `price_minor` is after all discounts and what an exemption took out, before
/// exclusive taxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricedLine {
    pub id: TicketLineId,
    pub item: Item,
    #[serde(default)]
    pub kind: LineKind,
    pub description: String,
    pub staff: Option<StaffId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardId>,
    pub quantity: i64,
    pub unit_price_minor: i64,
    /// Taken off by the line's and the ticket's discounts, positive for a line with a positive price.
    #[serde(default)]
    pub discount_minor: i64,
    /// What `discount_minor` is made of, in the order it was taken off. Empty in journals from before it was kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discount_parts: Vec<DiscountPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<PriceOverride>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempted: Option<Exempted>,
    /// What of a sold line this gives back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_back: Option<Box<GivenBack>>,
    /// Who worked for it together; empty: `staff` alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<Share>,
    pub price_minor: i64,
    pub net_minor: i64,
    pub taxes: Vec<TaxAmount>,
    pub total_minor: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TenderKind {
    Cash {
        /// What the client handed over; the difference is change.
        tendered_minor: i64,
    },
    Card {
        payment: PaymentId,
        terminal_id: String,
        trace: u32,
        receipt_number: u32,
        authorisation: String,
        brand: String,
        /// At most the last four digits.
        last4: String,
        /// What the card terminal wants on the client's receipt, free of card numbers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        lines: Vec<String>,
    },
    /// Seen on the salon's account, or promised; the reference is what the bank's statement will say.
    BankTransfer {
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reference: String,
    },
    /// A telephone's or a website's wallet that the cashier saw confirmed: TWINT, PayPal, Bizum, …
    Wallet {
        provider: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reference: String,
    },
    Cheque {
        number: String,
    },
    /// Money that the salon held already.
    GiftCard {
        code: GiftCode,
        /// In the card's ledger.
        movement: MovementId,
        /// The redemption that is taken back, where money goes back onto the card.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restores: Option<MovementId>,
        /// What is on the card after it, as far as the till knew. Minor units.
        left_minor: i64,
    },
    /// A client's credit with the salon.
    AccountCredit {
        card: CardId,
        /// In the account's ledger.
        movement: MovementId,
        /// The use that is taken back. A refund that is kept as credit takes none back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restores: Option<MovementId>,
        /// What is on the account after it, as far as the till knew. Minor units.
        left_minor: i64,
    },
}

impl TenderKind {
    /// The kind's name, as it is written.
    pub const fn name(&self) -> &'static str {
        match self {
            TenderKind::Cash { .. } => "cash",
            TenderKind::Card { .. } => "card",
            TenderKind::BankTransfer { .. } => "bank_transfer",
            TenderKind::Wallet { .. } => "wallet",
            TenderKind::Cheque { .. } => "cheque",
            TenderKind::GiftCard { .. } => "gift_card",
            TenderKind::AccountCredit { .. } => "account_credit",
        }
    }

    /// The movement of stored value that it is, and the one that it takes back.
    pub const fn moved(&self) -> Option<(MovementId, Option<MovementId>)> {
        match self {
            TenderKind::GiftCard { movement, restores, .. } | TenderKind::AccountCredit { movement, restores, .. } => {
                Some((*movement, *restores))
            }
            _ => None,
        }
    }
}

/// A tender that was taken before its ticket was paid in full: which one, and the till session that counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRef {
    pub part: PartId,
    pub session: TillSessionId,
    /// It was taken as a deposit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deposit: bool,
}

/// One way in which a ticket was paid. Negative where money was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tender {
    pub amount_minor: i64,
    #[serde(flatten)]
    pub kind: TenderKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<PartRef>,
}

impl Tender {
    /// Taken with the sale itself.
    pub fn now(amount_minor: i64, kind: TenderKind) -> Tender {
        Tender { amount_minor, kind, taken: None }
    }
}

/// A paid ticket: the content of `payment.completed` and `payment.refunded`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    pub ticket: TicketId,
    /// Gapless per device, allocated in the sale's own transaction.
    pub number: u64,
    pub device: DeviceId,
    pub branch: BranchId,
    pub session: TillSessionId,
    /// The branch's day, in days since 1970-01-01.
    pub day: i32,
    pub booking: Option<BookingId>,
    /// Visits that were checked out with it besides its own. Empty in journals from before it was kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bookings: Vec<BookingId>,
    pub card: Option<CardId>,
    pub currency: Currency,
    pub lines: Vec<PricedLine>,
    pub tenders: Vec<Tender>,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    /// What cash was rounded by: `total_minor + rounding_minor` is what the tenders come to.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub rounding_minor: i64,
    pub change_minor: i64,
    /// The receipt that this one voids, or that it is a tip for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Follows>,
    /// The number that another system gave this receipt, when it was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_number: Option<String>,
}

impl Sale {
    /// Whether a visit can have been paid for by it: what is nothing but fees is for one that did not take place.
    pub fn is_of_visit(&self) -> bool {
        self.lines.iter().any(|line| line.item != Item::Fee)
    }

    /// Net and tax of what is the salon's own turnover.
    pub fn turnover(&self) -> (i64, i64) {
        let lines = self.lines.iter().filter(|line| line.kind.is_turnover());
        lines.fold((0, 0), |(net, tax), line| (net + line.net_minor, tax + line.total_minor - line.net_minor))
    }

    /// Turnover with its taxes: the sale without what it only holds for somebody.
    pub fn turnover_minor(&self) -> i64 {
        let (net, tax) = self.turnover();
        net + tax
    }
}

pub(super) fn is_nought(minor: &i64) -> bool {
    *minor == 0
}

/// Which way a card terminal is asked to move money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CardIntentKind {
    #[default]
    Payment,
    /// Takes back the whole payment with this receipt number of the card terminal.
    Reversal { receipt_number: u32 },
    /// Gives back an amount of a payment: to the card that paid, where the terminal knows it, else to one that the client
    /// holds.
    Refund { of: PaymentId },
}

impl CardIntentKind {
    pub fn is_payment(&self) -> bool {
        *self == CardIntentKind::Payment
    }
}

/// `payment.initiated`: journalled, durably, before a card terminal is asked. Has the whole ticket, so that whatever
/// happens next the till knows what the money was for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardIntent {
    pub payment: PaymentId,
    pub ticket: TicketDraft,
    pub session: TillSessionId,
    /// Positive, whichever way it moves.
    pub amount_minor: i64,
    #[serde(default, skip_serializing_if = "CardIntentKind::is_payment")]
    pub kind: CardIntentKind,
    /// Not all that is owed: the ticket is not sold by it, the tender is taken as a part.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub part: bool,
    /// How the rest of a refund goes back, once the card terminal has done its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rest: Vec<Tender>,
    /// What the cash in `rest` is rounded by.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub rounding_minor: i64,
    /// The card terminal's last known trace number when it was asked.
    pub asked_at_trace: Option<u32>,
    /// Which card terminal is asked, by its own id; empty where it does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at_terminal: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_number: Option<String>,
}

impl CardIntent {
    /// As a tender counts it: negative where money is given back.
    pub fn signed_minor(&self) -> i64 {
        if self.kind.is_payment() { self.amount_minor } else { -self.amount_minor }
    }
}

/// `payment.approved`: what the card terminal said, made durable before it is told that we have it. The sale follows once
/// the terminal has confirmed the end; until then the payment is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardApproved {
    pub payment: PaymentId,
    pub ticket: TicketId,
    pub amount_minor: i64,
    pub tender: TenderKind,
}

/// `payment.failed`: nothing was charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFailed {
    pub payment: PaymentId,
    pub ticket: TicketId,
    /// `declined`, `cancelled`, `not_charged`, `device`
    pub reason: String,
    pub code: Option<u8>,
}

/// Of one kind of card within a card terminal's day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardBrand {
    pub brand: String,
    pub count: u32,
    pub amount_minor: i64,
}

/// What a card terminal closed without our hearing its totals: what this journal has of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardDayUnseen {
    pub journal_minor: i64,
    pub journal_count: u32,
}

/// `payment.card_day`: the card terminal has closed its batch. Its totals beside those of this journal since the end of
/// day before: payments less what was given back, and the number of both together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardDay {
    pub device: DeviceId,
    pub branch: BranchId,
    /// By its own id; empty where it does not say. Only its own payments are in its batch.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub terminal_id: String,
    /// The link broke before it said so: whether the batch is closed is not known, and the terminal's totals here mean
    /// nothing. The next end of day tells.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unseen: bool,
    /// An end of day before this one was `unseen`, and had closed the batch: this much is in that batch, not in this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<CardDayUnseen>,
    pub currency: Currency,
    pub terminal_minor: i64,
    pub terminal_count: Option<u32>,
    pub journal_minor: i64,
    pub journal_count: u32,
    #[serde(default)]
    pub by_card: Vec<CardBrand>,
    /// The card terminal's own report, free of card numbers.
    #[serde(default)]
    pub lines: Vec<String>,
}

impl CardDay {
    /// Nought while the terminal's totals are not known.
    pub fn difference_minor(&self) -> i64 {
        if self.unseen { 0 } else { self.terminal_minor - self.journal_minor }
    }
}

/// `payment.unknown`: the card terminal did not say. Blocks the card tender until it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardOutcomeUnknown {
    pub payment: PaymentId,
    pub ticket: TicketId,
}
