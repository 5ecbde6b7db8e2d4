//! Giving a whole sale back, to where its money came from: the card that paid, by reversal while the card terminal still
//! has the payment in its batch and else by refund, or cash. A new sale of negative lines; the old one stays as it is.

use super::App;
use super::card::Asked;
use super::sell::{Paid, pricing_failure};
use crate::store::SaleRecord;
use salon_contract::window::{CardPaymentView, Code, Failure, RefundSale};
use salon_domain::access::Permission;
use salon_domain::kernel::{PaymentId, TicketId};
use salon_domain::payment::{CardIntentKind, Tender, TenderKind, price, refund_of, whole_refund};

/// Result codes of a terminal that does not have the payment in its batch, or not as we know it: it cannot do this, it has
/// no such payment, it has another amount (PA00P015, list of error messages). Only after these may money go back in
/// another way. What was stopped is not to happen otherwise, and what was reversed already not twice.
const NOT_IN_BATCH: [u8; 3] = [0x83, 0xB5, 0xB7];

impl App {
    /// Twice is once: a sale's refund has an id that follows from the sale's.
    pub(super) fn refund_sale(&self, wanted: &RefundSale) -> Result<CardPaymentView, Failure> {
        self.require(Permission::Sell)?;
        let manager = self.check_pin(wanted.manager, &wanted.pin)?;
        if !manager.may(Permission::Refund) {
            return Err(Failure::new(Code::NotAllowed).with("permission", "refund"));
        }
        let reason = wanted.reason.trim();
        if reason.is_empty() {
            return Err(Failure::new(Code::BadInput).with("field", "reason"));
        }
        let refund: TicketId = refund_of(wanted.ticket);
        if self.store.sale(refund)?.is_some() {
            return Ok(CardPaymentView::Paid { sale: Box::new(self.receipt_view(refund)?) });
        }
        let sold = self.store.sale(wanted.ticket)?.ok_or(Code::NotFound)?;
        let sale = &sold.sale;
        if sale.total_minor <= 0 {
            return Err(Failure::new(Code::BadInput).with("field", "ticket"));
        }
        let draft = whole_refund(sale, reason);
        let priced = price(&draft).map_err(pricing_failure)?;
        if priced.total_minor != -sale.total_minor {
            // Prices, taxes and rounding are the same rules with the other sign.
            return Err(Failure::new(Code::Internal).with("detail", "the refund does not mirror its sale"));
        }
        let user = manager.id.uuid();
        let mut by_card = sale.tenders.iter().filter_map(card_part);
        let (Some((amount_minor, at_terminal, receipt_number, of)), None) = (by_card.next(), by_card.next()) else {
            if sale.tenders.iter().any(|tender| card_part(tender).is_some()) {
                return Err(Failure::new(Code::BadInput).with("field", "tender"));
            }
            let cash = TenderKind::Cash { tendered_minor: 0 };
            let tenders = vec![Tender { amount_minor: priced.total_minor, kind: cash }];
            let given = self.sell(wanted.key, &draft, &priced, Paid { tenders, external_number: None }, user)?;
            return Ok(CardPaymentView::Paid { sale: Box::new(given) });
        };
        let asked = |kind, at_terminal: &str| Asked {
            draft: draft.clone(),
            priced: priced.clone(),
            amount_minor: -amount_minor,
            kind,
            at_terminal: at_terminal.to_owned(),
            external_number: None,
            user,
            key: wanted.key,
        };
        let able = self.card_abilities();
        // A payment that a person vouched for has no number there.
        if able.reversal && receipt_number != 0 && !wanted.to_card && self.is_in_open_batch(&sold, at_terminal)? {
            let ended = self.ask_for_card(asked(CardIntentKind::Reversal { receipt_number }, at_terminal))?;
            // Of an earlier batch or another terminal, most often: then it is a refund, for which the client holds the
            // card.
            let elsewhere = matches!(ended, CardPaymentView::Declined { code, .. } if NOT_IN_BATCH.contains(&code));
            if !(able.refund && elsewhere) {
                return Ok(ended);
            }
        }
        if !able.refund {
            return Err(Failure::new(Code::Device).with("device", "card_terminal").with("cause", "unsupported"));
        }
        self.ask_for_card(asked(CardIntentKind::Refund { of }, ""))
    }

    /// As far as the books know. A terminal that counts its receipts from one again after its day was closed would
    /// reverse another client's payment of that number.
    fn is_in_open_batch(&self, record: &SaleRecord, terminal_id: &str) -> Result<bool, Failure> {
        let is_own = self.store.identity().is_some_and(|identity| identity.device == record.sale.device);
        Ok(is_own && !self.store.is_before_card_day(record.sale.ticket, terminal_id)?)
    }
}

/// Amount, the card terminal and its receipt number, and our own.
fn card_part(tender: &Tender) -> Option<(i64, &str, u32, PaymentId)> {
    match &tender.kind {
        TenderKind::Card { terminal_id, receipt_number, payment, .. } => {
            Some((tender.amount_minor, terminal_id, *receipt_number, *payment))
        }
        TenderKind::Cash { .. } => None,
    }
}
