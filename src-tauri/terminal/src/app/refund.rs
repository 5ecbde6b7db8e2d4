//! Giving a whole sale back, to where its money came from: the stored value that paid, the card that paid, by reversal while the card terminal still
//! has the payment in its batch and else by refund, or cash; or for the client to keep as credit. A new sale of negative lines; the old one stays as it is.

use super::App;
use super::card::Asked;
use super::pay::PartTaken;
use super::sell::{Paid, pricing_failure};
use salon_contract::window::{Code, Failure, PaymentView, RefundSale};
use salon_domain::access::Permission;
use salon_domain::kernel::{PaymentId, TicketId};
use salon_domain::payment::{CardIntentKind, LineKind, Tender, TenderKind, price, refund_of, whole_refund};

/// Result codes of a terminal that does not have the payment in its batch, or not as we know it: it cannot do this, it has
/// no such payment, it has another amount (PA00P015, list of error messages). Only after these may money go back in
/// another way. What was stopped is not to happen otherwise, and what was reversed already not twice.
const NOT_IN_BATCH: [u8; 3] = [0x83, 0xB5, 0xB7];

impl App {
    /// Twice is once: a sale's refund has an id that follows from the sale's.
    pub(super) fn refund_sale(&self, wanted: &RefundSale) -> Result<PaymentView, Failure> {
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
            return Ok(PaymentView::Paid { sale: Box::new(self.receipt_view(refund)?) });
        }
        let sold = self.store.sale(wanted.ticket)?.ok_or(Code::NotFound)?;
        let sale = &sold.sale;
        // A visit that units of a package paid for came to nothing, and its units can come back.
        let used_units = sale.lines.iter().any(|line| matches!(line.kind, LineKind::Prepaid { .. }));
        if sale.total_minor < 0 || sale.total_minor == 0 && !used_units {
            return Err(Failure::new(Code::BadInput).with("field", "ticket"));
        }
        let draft = whole_refund(sale, reason);
        let priced = price(&draft).map_err(pricing_failure)?;
        if priced.total_minor != -sale.total_minor {
            // Prices, taxes and rounding are the same rules with the other sign.
            return Err(Failure::new(Code::Internal).with("detail", "the refund does not mirror its sale"));
        }
        let user = manager.id.uuid();
        let back = self.value_back(sale)?;
        let rest_minor = priced.total_minor - self.taken_minor(refund)? - sum(&back);
        let mut by_card = sale.tenders.iter().filter_map(card_part);
        let card = match (by_card.next(), by_card.next()) {
            (Some(card), None) if !wanted.to_credit => card,
            (Some(_), Some(_)) if !wanted.to_credit => {
                return Err(Failure::new(Code::BadInput).with("field", "tender"));
            }
            _ => {
                let mut tenders = back;
                if wanted.to_credit && rest_minor != 0 {
                    tenders.push(self.kept_as_credit(&draft, rest_minor, &tenders)?);
                } else if rest_minor != 0 || tenders.is_empty() {
                    tenders.push(Tender::now(rest_minor, TenderKind::Cash { tendered_minor: 0 }));
                }
                let paid = Paid { tenders, rounding_minor: 0, external_number: None };
                let given = self.sell(wanted.key, &draft, &priced, paid, user)?;
                return Ok(PaymentView::Paid { sale: Box::new(given) });
            }
        };
        let (amount_minor, at_terminal, receipt_number, of) = card;
        // What needs no device goes back first: a card that fails is tried again, and this is not.
        for tender in back {
            let Some((movement, _)) = tender.kind.moved() else { continue };
            let key = movement.uuid();
            self.take_part(&PartTaken { draft: &draft, name: "", tender, user, key })?;
        }
        let asked = |kind, at_terminal: &str| Asked {
            draft: draft.clone(),
            priced: priced.clone(),
            amount_minor: -amount_minor,
            part: false,
            kind,
            at_terminal: at_terminal.to_owned(),
            external_number: None,
            user,
            key: wanted.key,
        };
        let able = self.card_abilities();
        // A payment that a person vouched for has no number there.
        // As far as the books know: a terminal that counts its receipts from one again after its day was closed would
        // reverse another client's payment of that number.
        let in_batch = self.store.is_in_open_batch(of, at_terminal)?;
        if able.reversal && receipt_number != 0 && !wanted.to_card && in_batch {
            let ended = self.ask_for_card(asked(CardIntentKind::Reversal { receipt_number }, at_terminal))?;
            // Of an earlier batch or another terminal, most often: then it is a refund, for which the client holds the
            // card.
            let elsewhere = matches!(ended, PaymentView::Declined { code, .. } if NOT_IN_BATCH.contains(&code));
            if !(able.refund && elsewhere) {
                return Ok(ended);
            }
        }
        if !able.refund {
            return Err(Failure::new(Code::Device).with("device", "card_terminal").with("cause", "unsupported"));
        }
        self.ask_for_card(asked(CardIntentKind::Refund { of }, ""))
    }
}

fn sum(tenders: &[Tender]) -> i64 {
    tenders.iter().map(|tender| tender.amount_minor).sum()
}

/// Amount, the card terminal and its receipt number, and our own.
fn card_part(tender: &Tender) -> Option<(i64, &str, u32, PaymentId)> {
    match &tender.kind {
        TenderKind::Card { terminal_id, receipt_number, payment, .. } => {
            Some((tender.amount_minor, terminal_id, *receipt_number, *payment))
        }
        _ => None,
    }
}
