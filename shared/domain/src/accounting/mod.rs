//! The till's double-entry books: every entry of the journal that moves money, as postings that come to nought.
//!
//! Pure: from a sale, money taken towards a ticket, cash moved, a till opened or closed, to postings. Debits are positive,
//! credits negative, all in minor units of the entry's currency. Account numbers are not here: a bookkeeper's chart is a
//! matter of the export.
//!
//! What is in the drawer between two sessions is in [`Account::CashAtRest`]: the float comes from there, and what was
//! counted goes back to it. So the drawer's own account is nought after every close, whatever the count was.

mod ledger;

pub use ledger::{Disagreement, Ledger};

use crate::event::Happening;
use crate::kernel::TillSessionId;
use crate::payment::{LineKind, PartPaid, PricedLine, Sale, Tender, TenderKind};
use crate::payment::{TillClosed, TillMove, TillMoved, TillOpened};
use serde::{Deserialize, Serialize};

/// A tax by its code and rate, in basis points.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaxKey {
    pub code: String,
    pub rate_bp: u32,
}

/// Where money is, or what it is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// In the drawer of an open session.
    Cash,
    /// In the drawer while no session is open.
    CashAtRest,
    /// Lifted out of the drawer: in the safe, or on its way to the bank.
    Safe,
    /// Paid by card, not settled yet.
    CardClearing,
    Bank,
    Wallet,
    Cheque,
    /// Net turnover, by the taxes that are on it: none, one, or several at once.
    Sales(Vec<TaxKey>),
    /// Net of deposits that were paid earlier and are taken off now.
    DepositsRedeemed(Vec<TaxKey>),
    TaxPayable(TaxKey),
    /// Held for the staff.
    TipsPayable,
    /// Gift cards and account credit: what clients have paid for and not had yet.
    StoredValue,
    /// Taken towards tickets that are not sold yet.
    ClientParts,
    /// What cash was rounded by.
    Rounding,
    /// Counted less expected.
    CashDifference,
    PayIn,
    PayOut,
}

impl Account {
    /// As exports write it: `sales:VAT@1900`, the rate in basis points.
    pub fn name(&self) -> String {
        let plain = match self {
            Account::Cash => "cash",
            Account::CashAtRest => "cash_at_rest",
            Account::Safe => "safe",
            Account::CardClearing => "card_clearing",
            Account::Bank => "bank",
            Account::Wallet => "wallet",
            Account::Cheque => "cheque",
            Account::Sales(taxes) => return format!("sales:{}", tax_names(taxes)),
            Account::DepositsRedeemed(taxes) => return format!("deposits_redeemed:{}", tax_names(taxes)),
            Account::TaxPayable(tax) => return format!("tax_payable:{}", tax_names(std::slice::from_ref(tax))),
            Account::TipsPayable => "tips_payable",
            Account::StoredValue => "stored_value",
            Account::ClientParts => "client_parts",
            Account::Rounding => "rounding",
            Account::CashDifference => "cash_difference",
            Account::PayIn => "pay_in",
            Account::PayOut => "pay_out",
        };
        plain.to_owned()
    }
}

fn tax_names(taxes: &[TaxKey]) -> String {
    if taxes.is_empty() {
        return "none".to_owned();
    }
    taxes.iter().map(|tax| format!("{}@{}", tax.code, tax.rate_bp)).collect::<Vec<_>>().join("+")
}

/// One side of an entry: debits are positive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    pub account: Account,
    pub amount_minor: i64,
}

/// The postings of one thing that happened, each account at most once and none of nought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Entry {
    pub postings: Vec<Posting>,
}

impl Entry {
    fn post(&mut self, account: Account, amount_minor: i64) {
        match self.postings.iter().position(|posting| posting.account == account) {
            Some(known) => self.postings[known].amount_minor += amount_minor,
            None => self.postings.push(Posting { account, amount_minor }),
        }
    }

    fn transfer(&mut self, to: Account, from: Account, amount_minor: i64) {
        self.post(to, amount_minor);
        self.post(from, -amount_minor);
    }

    fn done(mut self) -> Entry {
        self.postings.retain(|posting| posting.amount_minor != 0);
        self
    }

    pub fn is_balanced(&self) -> bool {
        self.postings.iter().map(|posting| posting.amount_minor).sum::<i64>() == 0
    }
}

/// The postings of what happened; none where no money moved.
pub fn entry_of(what: &Happening) -> Option<Entry> {
    match what {
        Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => Some(entry_of_sale(sale)),
        Happening::PartPaid(paid) => Some(entry_of_part(paid)),
        Happening::TillOpened(opened) => Some(entry_of_opening(opened)),
        Happening::TillMoved(moved) => Some(entry_of_move(moved)),
        Happening::TillClosed(closed) => Some(entry_of_close(closed)),
        _ => None,
    }
}

/// The till session that counts what happened; none where it is no till's.
pub fn session_of(what: &Happening) -> Option<TillSessionId> {
    match what {
        Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => Some(sale.session),
        Happening::PartPaid(paid) => Some(paid.session),
        Happening::TillOpened(opened) => Some(opened.session),
        Happening::TillMoved(moved) => Some(moved.session),
        Happening::DrawerOpened(opened) => Some(opened.session),
        Happening::TillClosed(closed) => Some(closed.session),
        _ => None,
    }
}

/// Tenders against turnover, taxes, tips and rounding. A tender that was taken earlier comes out of
/// [`Account::ClientParts`]: its own entry has its money.
pub fn entry_of_sale(sale: &Sale) -> Entry {
    let mut entry = Entry::default();
    for tender in &sale.tenders {
        let account = if tender.taken.is_some() { Account::ClientParts } else { account_of(tender) };
        entry.post(account, tender.amount_minor);
    }
    for line in &sale.lines {
        let account = match line.kind {
            LineKind::Tip => {
                entry.post(Account::TipsPayable, -line.total_minor);
                continue;
            }
            // A unit moves no money: it was paid for when the package was sold, or the membership's period paid.
            LineKind::ValueSold
            | LineKind::Prepaid { .. }
            | LineKind::PrepaidReturned { .. }
            | LineKind::Included { .. }
            | LineKind::IncludedReturned { .. } => {
                entry.post(Account::StoredValue, -line.total_minor);
                continue;
            }
            LineKind::Sale | LineKind::Refund => Account::Sales(keys_of(line)),
            LineKind::DepositRedeemed => Account::DepositsRedeemed(keys_of(line)),
        };
        entry.post(account, -line.net_minor);
        for tax in &line.taxes {
            entry.post(Account::TaxPayable(TaxKey { code: tax.code.clone(), rate_bp: tax.rate_bp }), -tax.tax_minor);
        }
    }
    entry.post(Account::Rounding, -sale.rounding_minor);
    entry.done()
}

pub fn entry_of_part(paid: &PartPaid) -> Entry {
    let mut entry = Entry::default();
    entry.transfer(account_of(&paid.tender), Account::ClientParts, paid.tender.amount_minor);
    entry.done()
}

pub fn entry_of_opening(opened: &TillOpened) -> Entry {
    let mut entry = Entry::default();
    entry.transfer(Account::Cash, Account::CashAtRest, opened.float_minor);
    entry.done()
}

pub fn entry_of_move(moved: &TillMoved) -> Entry {
    let mut entry = Entry::default();
    match moved.kind {
        TillMove::PayIn => entry.transfer(Account::Cash, Account::PayIn, moved.amount_minor),
        TillMove::PayOut => entry.transfer(Account::PayOut, Account::Cash, moved.amount_minor),
        TillMove::Lift => entry.transfer(Account::Safe, Account::Cash, moved.amount_minor),
    }
    entry.done()
}

/// The difference that was counted, and the drawer at rest.
pub fn entry_of_close(closed: &TillClosed) -> Entry {
    let mut entry = Entry::default();
    entry.transfer(Account::Cash, Account::CashDifference, closed.report.difference_minor);
    entry.transfer(Account::CashAtRest, Account::Cash, closed.report.counted_minor);
    entry.done()
}

fn account_of(tender: &Tender) -> Account {
    match tender.kind {
        TenderKind::Cash { .. } => Account::Cash,
        TenderKind::Card { .. } => Account::CardClearing,
        TenderKind::BankTransfer { .. } => Account::Bank,
        TenderKind::Wallet { .. } => Account::Wallet,
        TenderKind::Cheque { .. } => Account::Cheque,
        TenderKind::GiftCard { .. } | TenderKind::AccountCredit { .. } => Account::StoredValue,
    }
}

/// The taxes on a line.
pub fn keys_of(line: &PricedLine) -> Vec<TaxKey> {
    line.taxes.iter().map(|tax| TaxKey { code: tax.code.clone(), rate_bp: tax.rate_bp }).collect()
}
