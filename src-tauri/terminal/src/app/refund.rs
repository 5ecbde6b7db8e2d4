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

/// The result code of what was stopped at the terminal, by us or by time-out (PA00P015, list of error messages).
const STOPPED: u8 = 0x6C;

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
        let (Some((amount_minor, receipt_number, of)), None) = (by_card.next(), by_card.next()) else {
            if sale.tenders.iter().any(|tender| card_part(tender).is_some()) {
                return Err(Failure::new(Code::BadInput).with("field", "tender"));
            }
            let cash = TenderKind::Cash { tendered_minor: 0 };
            let tenders = vec![Tender { amount_minor: priced.total_minor, kind: cash }];
            let given = self.sell(wanted.key, &draft, &priced, Paid { tenders, external_number: None }, user)?;
            return Ok(CardPaymentView::Paid { sale: Box::new(given) });
        };
        let asked = |kind, key| Asked {
            draft: draft.clone(),
            priced: priced.clone(),
            amount_minor: -amount_minor,
            kind,
            external_number: None,
            user,
            key,
        };
        let able = self.card_abilities();
        // A payment that a person vouched for has no number there.
        if able.reversal && receipt_number != 0 && self.is_in_open_batch(&sold)? {
            let ended = self.ask_for_card(asked(CardIntentKind::Reversal { receipt_number }, wanted.key))?;
            // Of an earlier batch, most often: then it is a refund, for which the client holds the card. What somebody
            // stopped is not to happen in another way.
            if !(able.refund && matches!(ended, CardPaymentView::Declined { code, .. } if code != STOPPED)) {
                return Ok(ended);
            }
        }
        if !able.refund {
            return Err(Failure::new(Code::Device).with("device", "card_terminal").with("cause", "unsupported"));
        }
        self.ask_for_card(asked(CardIntentKind::Refund { of }, wanted.key))
    }

    /// As far as the books know. A terminal that counts its receipts from one again after its day was closed would
    /// reverse another client's payment of that number.
    fn is_in_open_batch(&self, record: &SaleRecord) -> Result<bool, Failure> {
        let is_own = self.store.identity().is_some_and(|identity| identity.device == record.sale.device);
        Ok(is_own && !self.store.is_before_card_day(record.sale.ticket)?)
    }
}

/// Amount, the card terminal's receipt number, and our own.
fn card_part(tender: &Tender) -> Option<(i64, u32, PaymentId)> {
    match tender.kind {
        TenderKind::Card { receipt_number, payment, .. } => Some((tender.amount_minor, receipt_number, payment)),
        TenderKind::Cash { .. } => None,
    }
}
