//! What X, Z and period reports have in common: turnover, taxes, tenders, the drawer. What did not happen has no row.

use super::{Catalog, Paper};
use salon_domain::payment::SessionTotals;
use salon_ports::Align;

impl Paper {
    /// From the number of receipts to the takings by cashier.
    pub(super) fn takings(&mut self, catalog: &Catalog, totals: &SessionTotals) {
        let words = self.words;
        self.row(words.receipts, totals.receipts.to_string());
        if let (Some(first), Some(last)) = (totals.first_number, totals.last_number) {
            self.row(words.numbers, format!("{first} - {last}"));
        }
        self.rule();
        self.amount(words.net, totals.net_minor);
        self.total(totals.total_minor);
        self.amount(words.returns_and_deposits, totals.refund_minor);
        if totals.void_count != 0 {
            self.amount(format!("{} x {}", totals.void_count, words.voids), totals.void_minor);
        }
        self.if_any(words.discounts, -totals.discount_minor);
        self.if_any(words.tips, totals.tip_minor);
        self.if_any(words.held, totals.held_minor);
        self.if_any(words.rounding, totals.rounding_minor);
        self.parts_taken(totals);
        self.rule();
        // A day's lines may have one tax or several; only sums that hold for all are printed.
        self.taxes(&totals.taxes, false);
        if !totals.taxes.is_empty() {
            self.rule();
        }
        self.amount(words.cash, totals.cash_minor);
        self.amount(words.card, totals.card_minor);
        for (kind, minor) in &totals.others_minor {
            let name = match kind.as_str() {
                "bank_transfer" => words.bank_transfer,
                "wallet" => words.wallet,
                "cheque" => words.cheque,
                "gift_card" => words.gift_card,
                "account_credit" => words.credit,
                other => other,
            };
            self.amount(name, *minor);
        }
        self.cashiers(catalog, totals);
    }

    /// Money for tickets that are not sold yet. Where only the balance is known, that.
    fn parts_taken(&mut self, totals: &SessionTotals) {
        let words = self.words;
        match &totals.detail {
            Some(detail) => {
                self.if_any(words.parts_taken, totals.part_minor + detail.part_used_minor);
                self.if_any(words.of_it_deposits, detail.deposit_minor);
                self.if_any(words.parts_used, -detail.part_used_minor);
                self.if_any(words.of_it_deposits, -detail.deposit_used_minor);
            }
            None => self.if_any(words.parts_taken, totals.part_minor),
        }
    }

    fn cashiers(&mut self, catalog: &Catalog, totals: &SessionTotals) {
        let Some(detail) = &totals.detail else { return };
        // One alone took it all.
        if detail.by_cashier.len() < 2 {
            return;
        }
        self.rule();
        self.text(self.words.by_cashier, Align::Left, true);
        for (user, cashier) in &detail.by_cashier {
            let name = catalog.person_name(*user);
            self.amount(format!("{} x {name}", cashier.receipts), cashier.total_minor);
        }
    }

    /// The float and what moved without a sale.
    pub(super) fn drawer(&mut self, totals: &SessionTotals) {
        self.amount(self.words.float, totals.float_minor);
        self.moves(totals);
    }

    pub(super) fn moves(&mut self, totals: &SessionTotals) {
        let words = self.words;
        self.amount(words.paid_in, totals.pay_in_minor);
        self.amount(words.paid_out, -totals.pay_out_minor);
        self.if_any(words.lifted, -totals.lift_minor);
        if let Some(detail) = &totals.detail {
            self.row(words.drawer_openings, detail.drawer_openings.to_string());
        }
    }

    pub(super) fn if_any(&mut self, left: &str, minor: i64) {
        if minor != 0 {
            self.amount(left, minor);
        }
    }
}
