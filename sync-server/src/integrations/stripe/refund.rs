//! Money on its way back to the card that it came from. A refund that was asked for is carried out: resolving one that is
//! on its way finishes it.

use super::api::ApiFailure;
use super::desk::{CardError, Desk, Done, Refusal, checked_amount, code_of, not_charged};
use super::model::Refund;
use crate::store::{RefundState, RemotePaymentRow, RemoteRefundRow, RemoteState, StoreExt};
use salon_contract::device::{CardReply, NotCharged, RefundCard, RefundOf, RemoteReceipt};
use salon_domain::kernel::PaymentId;

impl Desk<'_> {
    /// Gives money of a payment back; asking twice is asking once. Any device of the salon may.
    pub fn refund(&self, ask: &RefundCard) -> Done<CardReply> {
        checked_amount(ask.amount_minor, ask.currency)?;
        let tenant = self.device.tenant;
        let now = self.store.env().now();
        let row = self.store.writing(|tx| {
            let of = match ask.of {
                RefundOf::Payment(payment) => tx.remote_payment(tenant, payment)?,
                RefundOf::Number(number) => tx.remote_payment_numbered(tenant, number)?,
            };
            let of = of.ok_or(Refusal::NoSuchPayment)?;
            if let Some(known) = tx.remote_refund(tenant, ask.refund)? {
                let is_same = known.device == self.device.device
                    && known.payment.is_none_or(|payment| payment == of.payment)
                    && (known.amount_minor, known.currency) == (ask.amount_minor, ask.currency);
                return if is_same { Ok(known) } else { Err(CardError::from(Refusal::Conflict)) };
            }
            if of.state != RemoteState::Captured {
                return Err(Refusal::NotCaptured.into());
            }
            if of.currency != ask.currency || ask.amount_minor > of.amount_minor {
                return Err(Refusal::BadAmount.into());
            }
            if tx.remote_payment(tenant, ask.refund)?.is_some() {
                return Err(Refusal::Conflict.into());
            }
            let mut row = RemoteRefundRow {
                tenant,
                refund: ask.refund,
                number: 0,
                device: self.device.device,
                payment: Some(of.payment),
                amount_minor: ask.amount_minor,
                currency: ask.currency,
                state: RefundState::Asked,
                code: String::new(),
                receipt: None,
                updated: now,
            };
            row.number = tx.insert_remote_refund(&row)?.ok_or(Refusal::Conflict)?;
            Ok(row)
        })?;
        self.finish_refund(row)
    }

    pub(super) fn finish_refund(&self, row: RemoteRefundRow) -> Done<CardReply> {
        if row.state != RefundState::Asked {
            return Ok(replied(row));
        }
        let of = match row.payment {
            Some(payment) => self.store.reading(|tx| tx.remote_payment(row.tenant, payment))?,
            None => None,
        };
        let of = of.ok_or(Refusal::NoSuchPayment)?;
        let intent = of.intent.clone().ok_or(Refusal::NotCaptured)?;
        // One that was made already is found by its name, however long ago it was.
        if let Some(found) = self.find_refund(&of, &intent, row.refund)? {
            return self.end_refund(row, &of, &found);
        }
        match self.stripe(&of).refund(row.refund, &intent, row.amount_minor) {
            Ok(refund) => self.end_refund(row, &of, &refund),
            Err(failure) => match self.find_refund(&of, &intent, row.refund)? {
                Some(found) => self.end_refund(row, &of, &found),
                None if matches!(failure, ApiFailure::Refused { .. }) => {
                    self.ended(RemoteRefundRow { state: RefundState::Refused, code: code_of(failure), ..row })
                }
                None => Err(CardError::Away(failure)),
            },
        }
    }

    fn find_refund(&self, of: &RemotePaymentRow, intent: &str, refund: PaymentId) -> Done<Option<Refund>> {
        let name = refund.to_string();
        let all = self.stripe(of).refunds(intent).map_err(CardError::Away)?;
        Ok(all.data.into_iter().find(|found| found.metadata.get("refund") == Some(&name)))
    }

    fn end_refund(&self, row: RemoteRefundRow, of: &RemotePaymentRow, refund: &Refund) -> Done<CardReply> {
        if matches!(refund.status.as_deref(), Some("failed" | "canceled")) {
            let code = refund.failure_reason.clone().unwrap_or_default();
            return self.ended(RemoteRefundRow { state: RefundState::Refused, code, ..row });
        }
        let paid = of.receipt.clone();
        let receipt = RemoteReceipt {
            number: row.number,
            reader: of.reader.clone(),
            authorisation: paid.as_ref().map(|p| p.authorisation.clone()).unwrap_or_default(),
            brand: paid.as_ref().map(|p| p.brand.clone()).unwrap_or_default(),
            last4: paid.map(|p| p.last4).unwrap_or_default(),
            amount_minor: row.amount_minor,
            currency: row.currency,
            at_ms: refund.created.saturating_mul(1_000),
            lines: Vec::new(),
        };
        self.ended(RemoteRefundRow { state: RefundState::Refunded, receipt: Some(receipt), ..row })
    }

    fn ended(&self, mut row: RemoteRefundRow) -> Done<CardReply> {
        row.updated = self.store.env().now();
        let row = self.store.writing(|tx| {
            if tx.end_remote_refund(&row)? {
                return Ok(row.clone());
            }
            tx.remote_refund(row.tenant, row.refund)?.ok_or(CardError::from(Refusal::NoSuchPayment))
        })?;
        Ok(replied(row))
    }
}

fn replied(row: RemoteRefundRow) -> CardReply {
    match (row.state, row.receipt) {
        (RefundState::Refunded, Some(receipt)) => CardReply::Refunded { receipt },
        (RefundState::Refused, _) if row.payment.is_none() => not_charged(NotCharged::Never, &row.code),
        (RefundState::Refused, _) => not_charged(NotCharged::Refused, &row.code),
        _ => CardReply::Waiting,
    }
}
