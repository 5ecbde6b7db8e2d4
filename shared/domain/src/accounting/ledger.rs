//! Balances of accounts, and whether they are what a session's totals say.

use super::{Account, Entry, TaxKey};
use crate::payment::SessionTotals;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A figure that books and report have differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disagreement {
    pub what: String,
    pub books_minor: i64,
    pub report_minor: i64,
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} by the postings, {} by the report", self.what, self.books_minor, self.report_minor)
    }
}

/// Balances of all accounts that were posted to; debits are positive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    balances: BTreeMap<Account, i64>,
}

impl Ledger {
    pub fn add(&mut self, entry: &Entry) {
        for posting in &entry.postings {
            *self.balances.entry(posting.account.clone()).or_default() += posting.amount_minor;
        }
    }

    pub fn balance(&self, account: &Account) -> i64 {
        self.balances.get(account).copied().unwrap_or(0)
    }

    pub fn balances(&self) -> &BTreeMap<Account, i64> {
        &self.balances
    }

    pub fn is_balanced(&self) -> bool {
        self.balances.values().sum::<i64>() == 0
    }

    /// What was turned over net: credits of turnover less redeemed deposits.
    pub fn net_minor(&self) -> i64 {
        -self.sum(|taxes| i64::from(taxes.is_some()))
    }

    /// Sums what turnover accounts have, each as often as `times` says of the taxes on it; no taxes are said of accounts
    /// of another kind.
    fn sum(&self, times: impl Fn(Option<&[TaxKey]>) -> i64) -> i64 {
        let weighed = self.balances.iter().map(|(account, minor)| match account {
            Account::Sales(taxes) | Account::DepositsRedeemed(taxes) => times(Some(taxes)) * minor,
            _ => times(None) * minor,
        });
        weighed.sum()
    }

    /// Where the postings of a session and its totals are not the same numbers. The ledger is of that session alone, from
    /// its opening, before its close.
    pub fn disagreements(&self, totals: &SessionTotals) -> Vec<Disagreement> {
        let other = |name: &str| totals.others_minor.get(name).copied().unwrap_or(0);
        let tax_minor: i64 = totals.taxes.iter().map(|tax| tax.tax_minor).sum();
        let mut figures = vec![
            ("cash", self.balance(&Account::Cash), totals.expected_cash_minor()),
            ("float", -self.balance(&Account::CashAtRest), totals.float_minor),
            ("lifted", self.balance(&Account::Safe), totals.lift_minor),
            ("paid in", -self.balance(&Account::PayIn), totals.pay_in_minor),
            ("paid out", self.balance(&Account::PayOut), totals.pay_out_minor),
            ("card", self.balance(&Account::CardClearing), totals.card_minor),
            ("bank transfer", self.balance(&Account::Bank), other("bank_transfer")),
            ("wallet", self.balance(&Account::Wallet), other("wallet")),
            ("cheque", self.balance(&Account::Cheque), other("cheque")),
            ("net", self.net_minor(), totals.net_minor),
            ("total", self.net_minor() + tax_minor, totals.total_minor),
            ("tips", -self.balance(&Account::TipsPayable), totals.tip_minor),
            ("parts", -self.balance(&Account::ClientParts), totals.part_minor),
            ("rounding", -self.balance(&Account::Rounding), totals.rounding_minor),
        ]
        .into_iter()
        .map(|(what, books, report)| (what.to_owned(), books, report))
        .collect::<Vec<_>>();
        for (key, (net_minor, tax_minor)) in self.taxes(totals) {
            let booked = self.balance(&Account::TaxPayable(key.clone()));
            let on =
                |taxes: Option<&[TaxKey]>| taxes.map_or(0, |taxes| taxes.iter().filter(|t| **t == key).count() as i64);
            figures.push((format!("tax {}@{}", key.code, key.rate_bp), -booked, tax_minor));
            figures.push((format!("net of {}@{}", key.code, key.rate_bp), -self.sum(on), net_minor));
        }
        let differs = |(what, books_minor, report_minor): (String, i64, i64)| {
            (books_minor != report_minor).then_some(Disagreement { what, books_minor, report_minor })
        };
        figures.into_iter().filter_map(differs).collect()
    }

    /// Every tax that books or report know, with the report's net and tax.
    fn taxes(&self, totals: &SessionTotals) -> BTreeMap<TaxKey, (i64, i64)> {
        let mut known = BTreeSet::new();
        for account in self.balances.keys() {
            match account {
                Account::Sales(taxes) | Account::DepositsRedeemed(taxes) => known.extend(taxes.iter().cloned()),
                Account::TaxPayable(tax) => known.extend([tax.clone()]),
                _ => {}
            }
        }
        let mut taxes: BTreeMap<TaxKey, (i64, i64)> = known.into_iter().map(|key| (key, (0, 0))).collect();
        for tax in &totals.taxes {
            let key = TaxKey { code: tax.code.clone(), rate_bp: tax.rate_bp };
            let said = taxes.entry(key).or_default();
            said.0 += tax.net_minor;
            said.1 += tax.tax_minor;
        }
        taxes
    }
}

#[cfg(test)]
mod tests;
