//! A payment from its start to its end, as the module's table says. Nothing here waits or repeats by itself: each call of
//! a terminal moves the payment as far as Stripe's answers allow.

use super::api::{Account, Api, ApiFailure};
use super::model::Intent;
use super::receipt::receipt_of;
use crate::store::{
    DeviceRow, RefundState, RemotePaymentRow, RemoteRefundRow, RemoteState, Store, StoreError, StoreExt,
};
use salon_contract::device::{CardReply, NotCharged, ResolveCard, StartCard};
use salon_domain::kernel::{Currency, PaymentId};

/// Eight digits (docs.stripe.com/currencies, minimum and maximum charge amounts).
const AMOUNT_MINOR_MAX: i64 = 99_999_999;

/// Currencies of Stripe Terminal (docs.stripe.com/terminal/payments/collect-card-payment/supported-card-brands), all of
/// them counted by Stripe in the same minor units as here.
const CURRENCIES: [&str; 14] =
    ["AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "JPY", "MYR", "NOK", "NZD", "PLN", "SEK", "USD"];

/// Codes of Stripe's (docs.stripe.com/error-codes).
mod code {
    pub const READER_BUSY: &str = "terminal_reader_busy";
    pub const READER_OFFLINE: &str = "terminal_reader_offline";
    /// The reader was told, and whether it heard it nobody knows.
    pub const READER_TIMEOUT: &str = "terminal_reader_timeout";
    /// The client pressed the reader's cross.
    pub const CUSTOMER_CANCELED: &str = "customer_canceled";
}

/// Why a call was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The reader is not one of the tenant's.
    NoSuchReader,
    /// The payment or refund is not one of this device's.
    NoSuchPayment,
    /// Not an amount that a reader takes.
    BadAmount,
    BadCurrency,
    /// The same id with other content.
    Conflict,
    /// There is no authorisation to take.
    NotAuthorised,
    /// Only what was taken can be given back.
    NotCaptured,
}

#[derive(Debug, thiserror::Error)]
pub enum CardError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// Asking again is the way on.
    #[error("the payment service did not say: {0}")]
    Away(ApiFailure),
}

impl From<Refusal> for CardError {
    fn from(refusal: Refusal) -> Self {
        CardError::Refused(refusal)
    }
}

pub(super) type Done<T> = Result<T, CardError>;

/// Serves one terminal.
pub struct Desk<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) api: &'a Api,
    pub(super) device: &'a DeviceRow,
    account: Option<String>,
}

impl<'a> Desk<'a> {
    pub fn new(store: &'a dyn Store, api: &'a Api, device: &'a DeviceRow) -> Result<Self, StoreError> {
        let account = store.reading(|tx| tx.card_account(device.tenant))?;
        Ok(Desk { store, api, device, account })
    }

    /// Stripe on behalf of the account that the payment was asked for.
    pub(super) fn stripe<'r>(&self, row: &'r RemotePaymentRow) -> Account<'r>
    where
        'a: 'r,
    {
        Account { api: self.api, account: row.account.as_deref() }
    }

    /// Asks for a payment; asking twice is asking once.
    pub fn start(&self, ask: &StartCard) -> Done<CardReply> {
        checked_amount(ask.amount_minor, ask.currency)?;
        let mut row = self.fresh_payment(ask);
        let known = self.store.writing(|tx| {
            if !tx.has_card_reader(row.tenant, &row.reader)? {
                return Err(CardError::from(Refusal::NoSuchReader));
            }
            if tx.remote_refund(row.tenant, row.payment)?.is_some_and(|refund| refund.payment.is_some()) {
                return Err(Refusal::Conflict.into());
            }
            match tx.insert_remote_payment(&row)? {
                Some(number) => {
                    row.number = number;
                    Ok(None)
                }
                None => Ok(tx.remote_payment(row.tenant, row.payment)?),
            }
        })?;
        let row = match known {
            None => row,
            Some(known) => {
                let is_same = known.device == row.device
                    && known.amount_minor == row.amount_minor
                    && known.currency == row.currency
                    && (known.reader == row.reader || known.reader.is_empty());
                if is_same { known } else { return Err(Refusal::Conflict.into()) }
            }
        };
        self.advance(row)
    }

    pub fn poll(&self, payment: PaymentId) -> Done<CardReply> {
        self.advance(self.mine(payment)?)
    }

    /// Stops what can be stopped. While the bank is being asked nothing can, and the payment goes on.
    pub fn cancel(&self, payment: PaymentId) -> Done<CardReply> {
        let row = self.mine(payment)?;
        match row.state {
            RemoteState::Creating | RemoteState::Created => self.give_up(row, NotCharged::Cancelled, String::new()),
            RemoteState::Processing => match self.stripe(&row).cancel_action(&row.reader) {
                Err(ApiFailure::Refused { code, .. }) if code == code::READER_BUSY => Ok(CardReply::Waiting),
                _ => self.give_up(row, NotCharged::Cancelled, String::new()),
            },
            _ => self.advance(row),
        }
    }

    /// The terminal has recorded the approval.
    pub fn capture(&self, payment: PaymentId) -> Done<CardReply> {
        let row = self.mine(payment)?;
        match row.state {
            RemoteState::Authorised => match self.moved(&row, |row| row.state = RemoteState::Capturing)? {
                Some(row) => self.finish_capture(row),
                None => self.poll(payment),
            },
            RemoteState::Capturing | RemoteState::Captured | RemoteState::Closed => self.advance(row),
            _ => Err(Refusal::NotAuthorised.into()),
        }
    }

    /// What became of a payment or a refund whose end the terminal has not seen.
    pub fn resolve(&self, ask: &ResolveCard) -> Done<CardReply> {
        let tenant = self.device.tenant;
        let (payment, refund) = self.store.writing(|tx| {
            let payment = tx.remote_payment(tenant, ask.payment)?;
            let refund = tx.remote_refund(tenant, ask.payment)?;
            if payment.is_none() && refund.is_none() {
                // Whatever comes late finds that it has ended.
                tx.insert_remote_payment(&self.never_payment(ask))?;
                tx.insert_remote_refund(&self.never_refund(ask))?;
            }
            Ok::<_, StoreError>((payment, refund.filter(|refund| refund.payment.is_some())))
        })?;
        let is_same = |amount_minor, currency, device| {
            amount_minor == ask.amount_minor && currency == ask.currency && device == self.device.device
        };
        if let Some(refund) = refund {
            if !is_same(refund.amount_minor, refund.currency, refund.device) {
                return Err(Refusal::Conflict.into());
            }
            return self.finish_refund(refund);
        }
        let Some(row) = payment else { return Ok(not_charged(NotCharged::Never, "")) };
        if !is_same(row.amount_minor, row.currency, row.device) {
            return Err(Refusal::Conflict.into());
        }
        match row.state {
            RemoteState::Creating | RemoteState::Created | RemoteState::Processing | RemoteState::Authorised => {
                self.give_up(row, NotCharged::Cancelled, String::new())
            }
            RemoteState::Capturing | RemoteState::Captured | RemoteState::Closing | RemoteState::Closed => {
                self.advance(row)
            }
        }
    }

    /// Whether the reader can be reached.
    pub fn reader(&self, reader: &str) -> Done<CardReply> {
        if !self.store.reading(|tx| tx.has_card_reader(self.device.tenant, reader))? {
            return Err(Refusal::NoSuchReader.into());
        }
        let stripe = Account { api: self.api, account: self.account.as_deref() };
        let found = stripe.reader(reader).map_err(CardError::Away)?;
        let online = found.status.as_deref() == Some("online");
        Ok(CardReply::Reader { online, label: found.label.unwrap_or_default() })
    }

    /// One step further, as far as it can be gone now.
    fn advance(&self, row: RemotePaymentRow) -> Done<CardReply> {
        match row.state {
            RemoteState::Creating => self.create(row),
            RemoteState::Created => self.tell_reader(row),
            RemoteState::Processing => self.observe(row),
            RemoteState::Authorised => Ok(replied(row.receipt, |receipt| CardReply::Authorised { receipt })),
            RemoteState::Capturing => self.finish_capture(row),
            RemoteState::Captured => Ok(replied(row.receipt, |receipt| CardReply::Captured { receipt })),
            RemoteState::Closing => self.close(row),
            RemoteState::Closed => Ok(not_charged(row.why.unwrap_or(NotCharged::Never), &row.code)),
        }
    }

    fn create(&self, row: RemotePaymentRow) -> Done<CardReply> {
        let create = || self.stripe(&row).create_intent(row.payment, row.amount_minor, row.currency);
        // Under its key a second try makes no second intent.
        let created = create().or_else(|failure| match failure {
            ApiFailure::Unknown(_) | ApiFailure::NotSent(_) => create(),
            other => Err(other),
        });
        match created {
            Ok(intent) => match self.moved(&row, |row| {
                row.intent = Some(intent.id.clone());
                row.state = RemoteState::Created;
            })? {
                Some(row) => self.tell_reader(row),
                None => {
                    // Given up in the meantime: no reader has heard of the intent, cancelling it is tidiness.
                    let now = self.mine(row.payment)?;
                    if now.intent.as_deref() != Some(&intent.id) {
                        self.tidy(&row, &intent.id);
                    }
                    self.settled(now)
                }
            },
            Err(ApiFailure::Again(_)) => Ok(CardReply::Waiting),
            Err(failure) => {
                tracing::warn!(payment = %row.payment, %failure, "an intent could not be made");
                let code = code_of(failure);
                self.give_up(row, NotCharged::Refused, code)
            }
        }
    }

    fn tell_reader(&self, row: RemotePaymentRow) -> Done<CardReply> {
        match self.moved(&row, |row| row.state = RemoteState::Processing)? {
            Some(row) => self.send_to_reader(row),
            None => self.settled(self.mine(row.payment)?),
        }
    }

    fn send_to_reader(&self, row: RemotePaymentRow) -> Done<CardReply> {
        let Some(intent) = row.intent.clone() else { return self.give_up(row, NotCharged::Refused, String::new()) };
        match self.stripe(&row).process(row.payment, &row.reader, &intent, row.attempt) {
            Ok(_) => {
                self.moved(&row, |row| row.told = true)?;
                Ok(CardReply::Waiting)
            }
            Err(ApiFailure::Refused { code, message }) if code != code::READER_TIMEOUT => {
                tracing::info!(payment = %row.payment, code, message, "the reader could not be told");
                let why = match code.as_str() {
                    code::READER_BUSY => NotCharged::ReaderBusy,
                    code::READER_OFFLINE => NotCharged::ReaderOffline,
                    _ => NotCharged::Refused,
                };
                self.give_up(row, why, code)
            }
            Err(ApiFailure::Refused { code, .. }) => {
                // What the reader does now tells whether it heard.
                self.moved(&row, |row| (row.told, row.code) = (true, code))?;
                Ok(CardReply::Waiting)
            }
            Err(ApiFailure::Failed(detail)) => {
                // This answer is kept under its key; the reader has one intent on its screen, however often it is told.
                tracing::warn!(payment = %row.payment, detail, "Stripe failed at telling the reader");
                self.moved(&row, |row| row.attempt += 1)?;
                Ok(CardReply::Waiting)
            }
            // The next poll looks.
            Err(failure) => {
                tracing::warn!(payment = %row.payment, %failure, "whether the reader was told is not known");
                Ok(CardReply::Waiting)
            }
        }
    }

    /// What Stripe and the reader say of a payment that the reader was, or is being, told of.
    fn observe(&self, row: RemotePaymentRow) -> Done<CardReply> {
        let Some(id) = row.intent.clone() else { return self.give_up(row, NotCharged::Refused, String::new()) };
        let intent = self.stripe(&row).intent(&id).map_err(CardError::Away)?;
        match intent.status.as_str() {
            "requires_capture" => {
                let receipt = receipt_of(&row, &intent);
                let moved = self.moved(&row, |row| {
                    row.receipt = Some(receipt);
                    row.state = RemoteState::Authorised;
                    row.attempt = 0;
                })?;
                match moved {
                    Some(row) => self.advance(row),
                    None => self.settled(self.mine(row.payment)?),
                }
            }
            "succeeded" => self.captured(row, &intent),
            "canceled" => self.give_up(row, NotCharged::Cancelled, String::new()),
            "requires_payment_method" => self.look_at_reader(row, &id),
            _ => Ok(CardReply::Waiting),
        }
    }

    fn look_at_reader(&self, row: RemotePaymentRow, intent: &str) -> Done<CardReply> {
        let reader = self.stripe(&row).reader(&row.reader).map_err(CardError::Away)?;
        match reader.action_on(intent) {
            Some(action) if action.status == "failed" => {
                let code = action.failure_code.clone().unwrap_or_default();
                let why = match code.as_str() {
                    code::CUSTOMER_CANCELED => NotCharged::Cancelled,
                    code::READER_TIMEOUT => NotCharged::ReaderOffline,
                    _ => NotCharged::Declined,
                };
                self.give_up(row, why, code)
            }
            Some(_) => Ok(CardReply::Waiting),
            None if row.told && row.code == code::READER_TIMEOUT => {
                let code = row.code.clone();
                self.give_up(row, NotCharged::ReaderOffline, code)
            }
            // Stopped at the reader, or another till has taken it.
            None if row.told => self.give_up(row, NotCharged::Cancelled, String::new()),
            // Under its key the reader is told once.
            None => self.send_to_reader(row),
        }
    }

    fn finish_capture(&self, row: RemotePaymentRow) -> Done<CardReply> {
        let Some(id) = row.intent.clone() else { return Err(Refusal::NotAuthorised.into()) };
        let failure = match self.stripe(&row).capture(row.payment, &id, row.attempt) {
            Ok(intent) if intent.status == "succeeded" => return self.captured(row, &intent),
            Ok(intent) => ApiFailure::Unknown(format!("captured, and the intent is {}", intent.status)),
            Err(failure) => failure,
        };
        let intent = self.stripe(&row).intent(&id).map_err(CardError::Away)?;
        match intent.status.as_str() {
            "succeeded" => self.captured(row, &intent),
            // The bank's hold lapsed, or somebody cancelled it at Stripe.
            "canceled" => {
                let moved = self.moved(&row, |row| {
                    row.state = RemoteState::Closed;
                    row.why = Some(NotCharged::Refused);
                    row.code = code_of(failure.clone());
                })?;
                self.settled(moved.map_or_else(|| self.mine(row.payment), Ok)?)
            }
            _ => {
                tracing::warn!(payment = %row.payment, %failure, "a capture has to be asked for again");
                if matches!(failure, ApiFailure::Failed(_) | ApiFailure::Refused { .. }) {
                    // This answer is kept under its key. An intent is captured once, whatever the key.
                    self.moved(&row, |row| row.attempt += 1)?;
                }
                Err(CardError::Away(failure))
            }
        }
    }

    fn captured(&self, row: RemotePaymentRow, intent: &Intent) -> Done<CardReply> {
        let receipt = row.receipt.clone().unwrap_or_else(|| receipt_of(&row, intent));
        if intent.amount_received != row.amount_minor {
            tracing::error!(payment = %row.payment, taken = intent.amount_received, "another amount was taken");
        }
        let moved = self.moved(&row, |row| {
            row.receipt = Some(receipt);
            row.state = RemoteState::Captured;
        })?;
        self.settled(moved.map_or_else(|| self.mine(row.payment), Ok)?)
    }

    /// Commits that the payment ends without money, then ends it.
    fn give_up(&self, row: RemotePaymentRow, why: NotCharged, code: String) -> Done<CardReply> {
        let moved = self.moved(&row, |row| {
            row.state = RemoteState::Closing;
            row.why = Some(why);
            row.code = code;
        })?;
        match moved {
            Some(row) => self.close(row),
            None => self.settled(self.mine(row.payment)?),
        }
    }

    /// Cancels the intent, and says so only when Stripe has.
    fn close(&self, row: RemotePaymentRow) -> Done<CardReply> {
        let Some(id) = row.intent.clone() else { return self.closed(row) };
        if let Ok(reader) = self.stripe(&row).reader(&row.reader)
            && reader.action_on(&id).is_some_and(|action| action.status == "in_progress")
            && let Err(failure) = self.stripe(&row).cancel_action(&row.reader)
        {
            tracing::debug!(payment = %row.payment, %failure, "the reader could not be stopped");
        }
        if self.stripe(&row).cancel_intent(&id).is_ok_and(|intent| intent.status == "canceled") {
            return self.closed(row);
        }
        let intent = self.stripe(&row).intent(&id).map_err(CardError::Away)?;
        match intent.status.as_str() {
            "canceled" => self.closed(row),
            // Taken by a person at Stripe: that is the truth then.
            "succeeded" => self.captured(row, &intent),
            _ => Ok(CardReply::Waiting),
        }
    }

    fn closed(&self, row: RemotePaymentRow) -> Done<CardReply> {
        let moved = self.moved(&row, |row| row.state = RemoteState::Closed)?;
        self.settled(moved.map_or_else(|| self.mine(row.payment), Ok)?)
    }

    /// The reply that the row has by itself; what is still open is asked for again.
    fn settled(&self, row: RemotePaymentRow) -> Done<CardReply> {
        match row.state {
            RemoteState::Authorised | RemoteState::Captured | RemoteState::Closed => self.advance(row),
            _ => Ok(CardReply::Waiting),
        }
    }

    fn tidy(&self, row: &RemotePaymentRow, intent: &str) {
        if let Err(failure) = self.stripe(row).cancel_intent(intent) {
            tracing::info!(intent, %failure, "an intent without a card is left behind");
        }
    }

    fn mine(&self, payment: PaymentId) -> Done<RemotePaymentRow> {
        let row = self.store.reading(|tx| tx.remote_payment(self.device.tenant, payment))?;
        row.filter(|row| row.device == self.device.device).ok_or(CardError::Refused(Refusal::NoSuchPayment))
    }

    /// The row after `change`, committed; none: somebody else has moved it.
    fn moved(
        &self,
        row: &RemotePaymentRow,
        change: impl FnOnce(&mut RemotePaymentRow),
    ) -> Done<Option<RemotePaymentRow>> {
        let mut next = row.clone();
        change(&mut next);
        next.updated = self.store.env().now();
        let moved = self.store.writing(|tx| tx.move_remote_payment(&next, row.state))?;
        Ok(moved.then_some(next))
    }

    fn fresh_payment(&self, ask: &StartCard) -> RemotePaymentRow {
        RemotePaymentRow {
            tenant: self.device.tenant,
            payment: ask.payment,
            number: 0,
            device: self.device.device,
            reader: ask.reader.clone(),
            account: self.account.clone(),
            amount_minor: ask.amount_minor,
            currency: ask.currency,
            intent: None,
            state: RemoteState::Creating,
            told: false,
            attempt: 0,
            why: None,
            code: String::new(),
            receipt: None,
            updated: self.store.env().now(),
        }
    }

    fn never_payment(&self, ask: &ResolveCard) -> RemotePaymentRow {
        let start = StartCard {
            payment: ask.payment,
            reader: String::new(),
            amount_minor: ask.amount_minor,
            currency: ask.currency,
        };
        RemotePaymentRow { state: RemoteState::Closed, why: Some(NotCharged::Never), ..self.fresh_payment(&start) }
    }

    fn never_refund(&self, ask: &ResolveCard) -> RemoteRefundRow {
        RemoteRefundRow {
            tenant: self.device.tenant,
            refund: ask.payment,
            number: 0,
            device: self.device.device,
            payment: None,
            amount_minor: ask.amount_minor,
            currency: ask.currency,
            state: RefundState::Refused,
            code: String::new(),
            receipt: None,
            updated: self.store.env().now(),
        }
    }
}

pub(super) fn checked_amount(amount_minor: i64, currency: Currency) -> Result<(), Refusal> {
    if !CURRENCIES.contains(&currency.code()) {
        return Err(Refusal::BadCurrency);
    }
    if !(1..=AMOUNT_MINOR_MAX).contains(&amount_minor) {
        return Err(Refusal::BadAmount);
    }
    Ok(())
}

pub(super) fn not_charged(why: NotCharged, code: &str) -> CardReply {
    CardReply::NotCharged { why, code: code.to_owned() }
}

/// A state that has a receipt by what it is; without one it is not said.
fn replied<R>(receipt: Option<R>, reply: impl FnOnce(R) -> CardReply) -> CardReply {
    receipt.map_or(CardReply::Waiting, reply)
}

pub(super) fn code_of(failure: ApiFailure) -> String {
    match failure {
        ApiFailure::Refused { code, .. } => code,
        ApiFailure::NotSent(_) => "not_sent".into(),
        ApiFailure::Again(_) => "busy".into(),
        ApiFailure::Failed(_) => "service_failed".into(),
        ApiFailure::Unknown(_) => "no_answer".into(),
    }
}
