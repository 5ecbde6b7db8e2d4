//! The till session: from the float to the Z report.

use super::model::{LineKind, Sale, Tender, TenderKind, is_nought};
use super::part::PartPaid;
use crate::kernel::{BranchId, Currency, DeviceId, TaxAmount, TillSessionId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// `till.opened`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TillOpened {
    pub session: TillSessionId,
    pub device: DeviceId,
    pub branch: BranchId,
    pub day: i32,
    pub currency: Currency,
    pub float_minor: i64,
    /// Whether the session's totals have [`SessionDetail`]. Those of journals from before there was any do not, so that
    /// they come out of a rebuild as they were.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub detailed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TillMove {
    PayIn,
    PayOut,
    /// Out of the drawer into the safe or to the bank: the salon's money still.
    Lift,
}

/// `till.moved`: cash put in or taken out without a sale. `amount_minor` is positive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TillMoved {
    pub session: TillSessionId,
    pub kind: TillMove,
    pub amount_minor: i64,
    pub reason: String,
}

/// `till.drawer_opened`: without a sale, for a stated reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerOpened {
    pub session: TillSessionId,
    pub reason: String,
}

/// How many of a coin or note were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountLine {
    pub denomination_minor: i64,
    pub pieces: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxTotal {
    pub code: String,
    pub rate_bp: u32,
    pub net_minor: i64,
    pub tax_minor: i64,
}

impl TaxTotal {
    pub fn add(totals: &mut Vec<TaxTotal>, amount: &TaxAmount) {
        let TaxAmount { code, rate_bp, net_minor, tax_minor } = amount.clone();
        TaxTotal::add_total(totals, &TaxTotal { code, rate_bp, net_minor, tax_minor });
    }

    pub(super) fn add_total(totals: &mut Vec<TaxTotal>, added: &TaxTotal) {
        match totals.iter_mut().find(|t| t.code == added.code && t.rate_bp == added.rate_bp) {
            Some(total) => {
                total.net_minor += added.net_minor;
                total.tax_minor += added.tax_minor;
            }
            None => totals.push(added.clone()),
        }
    }
}

/// What a session's totals keep beside the money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct SessionDetail {
    /// How often the drawer was opened without a sale.
    pub drawer_openings: u64,
    /// Of money taken towards tickets before, what was used for tickets that are sold now.
    pub part_used_minor: i64,
    /// Of what was taken towards tickets, less what was given back of it: deposits.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub deposit_minor: i64,
    /// Of what was used: deposits.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub deposit_used_minor: i64,
    /// By who rang up.
    pub by_cashier: BTreeMap<Uuid, CashierTotal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct CashierTotal {
    pub receipts: u64,
    pub total_minor: i64,
}

/// What a session has taken so far: the X report, and the body of the Z.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct SessionTotals {
    pub float_minor: i64,
    pub receipts: u64,
    pub lines: u64,
    pub net_minor: i64,
    pub taxes: Vec<TaxTotal>,
    pub total_minor: i64,
    pub discount_minor: i64,
    /// Negative: what refunds and redeemed deposits came to, voids apart.
    pub refund_minor: i64,
    /// Sales that were voided before the close, and what that took back: negative turnover, as `refund_minor` is.
    #[serde(default, skip_serializing_if = "is_none")]
    pub void_count: u64,
    #[serde(default, skip_serializing_if = "is_nought")]
    pub void_minor: i64,
    pub cash_minor: i64,
    pub card_minor: i64,
    /// By the names of the other kinds of tender.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others_minor: BTreeMap<String, i64>,
    /// For the staff: no turnover of the salon's.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub tip_minor: i64,
    /// Paid in by clients to be used later: what gift cards were sold for and credit was
    /// bought for, less what was given back for them. No turnover;
    /// what is used of it is a tender.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub held_minor: i64,
    /// What cash was rounded by, up or down.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub rounding_minor: i64,
    /// Taken towards tickets that are not sold yet, less what was used of such for tickets that were.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub part_minor: i64,
    pub pay_in_minor: i64,
    pub pay_out_minor: i64,
    #[serde(default, skip_serializing_if = "is_nought")]
    pub lift_minor: i64,
    pub first_number: Option<u64>,
    pub last_number: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<SessionDetail>,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

impl SessionTotals {
    pub fn opened(float_minor: i64) -> Self {
        SessionTotals { float_minor, ..SessionTotals::default() }
    }

    /// Of a session that begins.
    pub fn of(opened: &TillOpened) -> Self {
        let detail = opened.detailed.then(SessionDetail::default);
        SessionTotals { detail, ..SessionTotals::opened(opened.float_minor) }
    }

    pub fn add_sale(&mut self, sale: &Sale) {
        self.receipts += 1;
        self.lines += sale.lines.len() as u64;
        self.rounding_minor += sale.rounding_minor;
        let is_void = sale.is_void();
        self.void_count += u64::from(is_void);
        for line in &sale.lines {
            match line.kind {
                LineKind::Tip => {
                    self.tip_minor += line.total_minor;
                    continue;
                }
                LineKind::ValueSold => {
                    self.held_minor += line.total_minor;
                    continue;
                }
                LineKind::Sale
                | LineKind::Refund
                | LineKind::DepositRedeemed
                | LineKind::Prepaid { .. }
                | LineKind::PrepaidReturned { .. }
                | LineKind::Included { .. }
                | LineKind::IncludedReturned { .. } => {}
            }
            self.net_minor += line.net_minor;
            self.total_minor += line.total_minor;
            self.discount_minor += line.discount_minor;
            if is_void {
                self.void_minor += line.total_minor;
            } else if line.kind != LineKind::Sale {
                self.refund_minor += line.total_minor;
            }
            for amount in &line.taxes {
                TaxTotal::add(&mut self.taxes, amount);
            }
        }
        for tender in &sale.tenders {
            match tender.taken {
                // Its own session has counted it.
                Some(taken) => {
                    self.part_minor -= tender.amount_minor;
                    if let Some(detail) = &mut self.detail {
                        detail.part_used_minor += tender.amount_minor;
                        detail.deposit_used_minor += if taken.deposit { tender.amount_minor } else { 0 };
                    }
                }
                None => self.add_tender(tender),
            }
        }
        self.first_number = Some(self.first_number.map_or(sale.number, |n| n.min(sale.number)));
        self.last_number = Some(self.last_number.map_or(sale.number, |n| n.max(sale.number)));
    }

    /// Whose sale it is.
    pub fn add_cashier(&mut self, user: Uuid, sale: &Sale) {
        if let Some(detail) = &mut self.detail {
            let cashier = detail.by_cashier.entry(user).or_default();
            cashier.receipts += 1;
            cashier.total_minor += sale.turnover_minor();
        }
    }

    pub fn add_drawer_opening(&mut self) {
        if let Some(detail) = &mut self.detail {
            detail.drawer_openings += 1;
        }
    }

    /// Money taken towards a ticket that is not sold yet.
    pub fn add_part(&mut self, paid: &PartPaid) {
        self.part_minor += paid.tender.amount_minor;
        if let Some(detail) = self.detail.as_mut().filter(|_| paid.is_deposit()) {
            detail.deposit_minor += paid.tender.amount_minor;
        }
        self.add_tender(&paid.tender);
    }

    fn add_tender(&mut self, tender: &Tender) {
        match tender.kind {
            TenderKind::Cash { .. } => self.cash_minor += tender.amount_minor,
            TenderKind::Card { .. } => self.card_minor += tender.amount_minor,
            TenderKind::BankTransfer { .. }
            | TenderKind::Wallet { .. }
            | TenderKind::Cheque { .. }
            | TenderKind::GiftCard { .. }
            | TenderKind::AccountCredit { .. } => {
                *self.others_minor.entry(tender.kind.name().to_owned()).or_default() += tender.amount_minor;
            }
        }
    }

    /// All money that came in less what went out, by any tender; what clients paid with that the salon held already is one.
    pub fn taken_minor(&self) -> i64 {
        self.cash_minor + self.card_minor + self.others_minor.values().sum::<i64>()
    }

    /// Whether the report is one: turnover, tips, held money, rounding and parts are what the tenders came to.
    pub fn balances(&self) -> bool {
        self.total_minor + self.tip_minor + self.held_minor + self.rounding_minor + self.part_minor
            == self.taken_minor()
    }

    pub fn add_move(&mut self, moved: &TillMoved) {
        match moved.kind {
            TillMove::PayIn => self.pay_in_minor += moved.amount_minor,
            TillMove::PayOut => self.pay_out_minor += moved.amount_minor,
            TillMove::Lift => self.lift_minor += moved.amount_minor,
        }
    }

    /// The cash that has to be in the drawer.
    pub const fn expected_cash_minor(&self) -> i64 {
        self.float_minor + self.cash_minor + self.pay_in_minor - self.pay_out_minor - self.lift_minor
    }
}

/// The Z report: numbered, chained by the journal, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZReport {
    /// Gapless per device.
    pub number: u64,
    pub totals: SessionTotals,
    pub counted_minor: i64,
    pub count: Vec<CountLine>,
    /// Counted less expected.
    pub difference_minor: i64,
    /// Why, where there is a difference.
    pub reason: String,
    /// All that this device has ever taken, after this report.
    pub perpetual_total_minor: i64,
}

/// `till.closed`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TillClosed {
    pub session: TillSessionId,
    pub device: DeviceId,
    pub branch: BranchId,
    pub day: i32,
    pub currency: Currency,
    pub report: ZReport,
}
