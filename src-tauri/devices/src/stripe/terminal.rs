//! The driver: start, poll, record, capture; and what became of a payment whose end was not seen.

use super::cancel::Cancel;
use super::{CallError, CardServer};
use salon_contract::device::{
    AboutCard, AskReader, CardCall, CardReply, NotCharged, RefundCard, RefundOf, RemoteReceipt, ResolveCard, StartCard,
};
use salon_domain::payment::CardIntentKind;
use salon_ports::{
    CardAbilities, CardOutcome, CardPort, CardProgress, CardReceipt, CardRequest, CardResolution, FaultCause,
    PortError, Progress, Record,
};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Intermediate states and result codes of ZVT (PA00P015), which the port's users know texts for.
mod zvt {
    pub const INSERT_CARD: u8 = 0x0A;
    pub const WAITING_FOR_HOST: u8 = 0x04;
    pub const DECLINED_BY_HOST: u8 = 0x05;
    pub const ABORTED: u8 = 0x6C;
    pub const CARD_EXPIRED: u8 = 0x78;
}

#[derive(Debug, Clone)]
pub struct StripeSettings {
    pub reader: String,
    /// How long the client has to hold the card; then the reader is asked to stop.
    pub card_timeout: Duration,
    pub poll_every: Duration,
    /// For one call to the server.
    pub patience: Duration,
    /// After asking the reader to stop, and for the capture: until then the outcome has to be known.
    pub end_within: Duration,
    /// The server may be away for so long while the client holds the card.
    pub silence_max: Duration,
}

impl StripeSettings {
    pub fn new(reader: &str, card_timeout: Duration) -> Self {
        StripeSettings {
            reader: reader.to_owned(),
            card_timeout,
            poll_every: Duration::from_millis(700),
            patience: Duration::from_secs(4),
            end_within: Duration::from_secs(12),
            silence_max: Duration::from_secs(10),
        }
    }
}

/// A Stripe reader, driven through the sync server.
pub struct StripeTerminal {
    server: Option<Arc<dyn CardServer>>,
    settings: StripeSettings,
    cancel: Arc<Cancel>,
}

impl StripeTerminal {
    /// Without a server nothing works, and every call says so.
    pub fn new(server: Option<Arc<dyn CardServer>>, settings: StripeSettings) -> Self {
        StripeTerminal { server, settings, cancel: Arc::default() }
    }

    fn server(&self) -> Result<&dyn CardServer, PortError> {
        self.server.as_deref().ok_or_else(|| PortError::Permanent {
            cause: FaultCause::NotConnected,
            detail: "this terminal belongs to no server: a Stripe reader needs one".into(),
        })
    }

    fn call(&self, call: &CardCall) -> Result<Result<CardReply, CallError>, PortError> {
        Ok(self.server()?.call(call, self.settings.patience))
    }

    /// Until the payment is authorised, or not.
    fn follow(&self, request: &CardRequest, first: Option<CardReply>, progress: Progress<'_>) -> Followed {
        let about = AboutCard { payment: request.payment };
        let ask_to_stop = Instant::now() + self.settings.card_timeout;
        let mut reply = first;
        let mut shown = false;
        let mut stopped: Option<Instant> = None;
        let mut silent: Option<Instant> = None;
        loop {
            match reply.take() {
                Some(CardReply::Waiting) if !shown => {
                    shown = true;
                    progress(CardProgress::Status { code: zvt::INSERT_CARD });
                }
                Some(CardReply::Waiting) | None => {}
                Some(CardReply::Authorised { receipt }) => return Followed::Authorised(receipt),
                Some(CardReply::Captured { receipt }) => return Followed::Captured(receipt),
                Some(CardReply::NotCharged { why, code }) => return Followed::Ended(not_charged(why, &code)),
                Some(other) => return Followed::Ended(Err(unexpected(&other))),
            }
            let now = Instant::now();
            if stopped.is_some_and(|since| now >= since + self.settings.end_within) {
                return Followed::Ended(Err(unknown(FaultCause::Timeout, "asked to stop, and its end was not seen")));
            }
            let is_due = now >= ask_to_stop || self.cancel.is_requested();
            let next = if is_due && stopped.is_none() {
                stopped = Some(now);
                CardCall::Cancel(about)
            } else {
                self.pause();
                CardCall::Poll(about)
            };
            match self.call(&next) {
                Ok(Ok(answer)) => {
                    silent = None;
                    reply = Some(answer);
                }
                Ok(Err(CallError::Refused { code, detail })) if code != TOO_MANY => {
                    return Followed::Ended(Err(unknown(FaultCause::Refused, &format!("{code}: {detail}"))));
                }
                Ok(Err(
                    CallError::NotSent(detail) | CallError::Unknown(detail) | CallError::Refused { detail, .. },
                )) => {
                    let since = *silent.get_or_insert(now);
                    if now - since >= self.settings.silence_max {
                        return Followed::Ended(Err(unknown(FaultCause::LinkLost, &detail)));
                    }
                    progress(CardProgress::Recovering);
                    if matches!(next, CardCall::Cancel(_)) {
                        // It may not have arrived: asking to stop twice is asking once.
                        stopped = None;
                        self.cancel_pause();
                    }
                }
                Err(error) => return Followed::Ended(Err(error)),
            }
        }
    }

    fn pause(&self) {
        if self.cancel.is_requested() { self.cancel_pause() } else { self.cancel.wait(self.settings.poll_every) }
    }

    /// Between two questions when the wish to stop is known already.
    fn cancel_pause(&self) {
        std::thread::sleep(self.settings.poll_every);
    }

    /// The approval becomes durable, then the money is taken: never the other way round.
    fn take(
        &self,
        request: &CardRequest,
        held: &RemoteReceipt,
        progress: Progress<'_>,
        record: Record<'_>,
    ) -> Result<CardOutcome, PortError> {
        let receipt = self.checked(request, held)?;
        if let Err(detail) = record(&receipt) {
            return Err(self.give_back_hold(request, &detail));
        }
        progress(CardProgress::Status { code: zvt::WAITING_FOR_HOST });
        let until = Instant::now() + self.settings.end_within;
        loop {
            let lost = match self.call(&CardCall::Capture(AboutCard { payment: request.payment }))? {
                Ok(CardReply::Captured { .. }) => return Ok(CardOutcome::Approved(receipt)),
                // Recorded as approved, but given up: resolving says so once more, and that is journalled.
                Ok(CardReply::NotCharged { code, .. }) => return Err(unknown(FaultCause::Refused, &code)),
                Ok(other) => format!("{other:?}"),
                Err(CallError::Refused { code, detail }) => {
                    return Err(unknown(FaultCause::Refused, &format!("{code}: {detail}")));
                }
                Err(CallError::NotSent(detail) | CallError::Unknown(detail)) => detail,
            };
            if Instant::now() >= until {
                return Err(unknown(FaultCause::LinkLost, &lost));
            }
            progress(CardProgress::Recovering);
            self.cancel_pause();
        }
    }

    /// The approval could not be recorded: the hold is released, or it is not known whether it was.
    fn give_back_hold(&self, request: &CardRequest, detail: &str) -> PortError {
        match self.call(&resolve_call(request)) {
            Ok(Ok(CardReply::NotCharged { .. })) => PortError::Permanent {
                cause: FaultCause::Refused,
                detail: format!("the approval could not be recorded, and was given up: {detail}"),
            },
            _ => unknown(FaultCause::LinkLost, &format!("the approval could not be recorded: {detail}")),
        }
    }

    /// The receipt, if it is one of what was asked for.
    fn checked(&self, request: &CardRequest, receipt: &RemoteReceipt) -> Result<CardReceipt, PortError> {
        if receipt.amount_minor == request.amount.minor && receipt.currency == request.amount.currency {
            Ok(receipt_of(receipt))
        } else {
            Err(unknown(FaultCause::Protocol, "the server approved another amount"))
        }
    }

    fn give_back(
        &self,
        of: RefundOf,
        request: &CardRequest,
        progress: Progress<'_>,
        record: Record<'_>,
    ) -> Result<CardOutcome, PortError> {
        progress(CardProgress::Connecting);
        positive(request)?;
        let call = CardCall::Refund(RefundCard {
            refund: request.payment,
            of,
            amount_minor: request.amount.minor,
            currency: request.amount.currency,
        });
        let mut reply = self.call(&call)?;
        if let Err(CallError::NotSent(detail)) = reply {
            return Err(PortError::Retryable { cause: FaultCause::NotConnected, detail });
        }
        if matches!(reply, Err(CallError::Unknown(_)) | Ok(CardReply::Waiting)) {
            // Under its id it is done once.
            progress(CardProgress::Recovering);
            reply = self.call(&call)?;
        }
        match reply {
            Ok(CardReply::Refunded { receipt }) => {
                let receipt = self.checked(request, &receipt)?;
                // It has happened: a journal that cannot take it in now will hear it by resolving.
                record(&receipt).map_err(|detail| unknown(FaultCause::Refused, &detail))?;
                Ok(CardOutcome::Approved(receipt))
            }
            Ok(CardReply::NotCharged { why: NotCharged::Never, code }) => not_charged(NotCharged::Never, &code),
            Ok(CardReply::NotCharged { code, .. }) => Ok(declined(zvt::DECLINED_BY_HOST, &code)),
            Ok(other) => Err(unexpected(&other)),
            Err(CallError::Refused { code, detail }) => Err(refused(&code, &detail)),
            Err(CallError::NotSent(detail) | CallError::Unknown(detail)) => Err(unknown(FaultCause::LinkLost, &detail)),
        }
    }

    fn pay(
        &mut self,
        request: &CardRequest,
        progress: Progress<'_>,
        record: Record<'_>,
    ) -> Result<CardOutcome, PortError> {
        self.cancel.begin();
        positive(request)?;
        progress(CardProgress::Connecting);
        let start = CardCall::Start(StartCard {
            payment: request.payment,
            reader: self.settings.reader.clone(),
            amount_minor: request.amount.minor,
            currency: request.amount.currency,
        });
        let first = match self.call(&start)? {
            Ok(reply) => Some(reply),
            Err(CallError::NotSent(detail)) => {
                return Err(PortError::Retryable { cause: FaultCause::NotConnected, detail });
            }
            Err(CallError::Refused { code, detail }) => return Err(refused(&code, &detail)),
            // The polls tell whether it arrived.
            Err(CallError::Unknown(_)) => None,
        };
        match self.follow(request, first, progress) {
            Followed::Authorised(held) => self.take(request, &held, progress, record),
            Followed::Captured(taken) => {
                let receipt = self.checked(request, &taken)?;
                record(&receipt).map_err(|detail| unknown(FaultCause::Refused, &detail))?;
                Ok(CardOutcome::Approved(receipt))
            }
            Followed::Ended(result) => result,
        }
    }
}

/// How far a payment went before anything was taken.
enum Followed {
    Authorised(RemoteReceipt),
    /// Taken without us, by a person at Stripe.
    Captured(RemoteReceipt),
    Ended(Result<CardOutcome, PortError>),
}

impl CardPort for StripeTerminal {
    fn test(&mut self) -> Result<(), PortError> {
        match self.call(&CardCall::Reader(AskReader { reader: self.settings.reader.clone() }))? {
            Ok(CardReply::Reader { online: true, .. }) => Ok(()),
            Ok(CardReply::Reader { online: false, label }) => {
                Err(PortError::Retryable { cause: FaultCause::Offline, detail: label })
            }
            Ok(other) => {
                Err(PortError::Retryable { cause: FaultCause::Protocol, detail: format!("unexpected: {other:?}") })
            }
            Err(CallError::NotSent(detail)) => Err(PortError::Retryable { cause: FaultCause::NotConnected, detail }),
            Err(CallError::Unknown(detail)) => Err(PortError::Retryable { cause: FaultCause::Timeout, detail }),
            Err(CallError::Refused { code, detail }) => Err(refused(&code, &detail)),
        }
    }

    /// A payment on the reader; a reversal or a refund goes back to the card that paid, which nobody has to hold.
    fn transact(
        &mut self,
        request: &CardRequest,
        progress: Progress<'_>,
        record: Record<'_>,
    ) -> Result<CardOutcome, PortError> {
        match request.kind {
            CardIntentKind::Payment => self.pay(request, progress, record),
            CardIntentKind::Reversal { receipt_number } => {
                self.give_back(RefundOf::Number(receipt_number), request, progress, record)
            }
            CardIntentKind::Refund { of } => self.give_back(RefundOf::Payment(of), request, progress, record),
        }
    }

    /// The trace is not needed: the server knows the payment by its id.
    fn resolve(
        &mut self,
        request: &CardRequest,
        _asked_at_trace: Option<u32>,
        progress: Progress<'_>,
    ) -> Result<CardResolution, PortError> {
        progress(CardProgress::Recovering);
        let again = |cause, detail: String| Err(PortError::Retryable { cause, detail });
        match self.call(&resolve_call(request))? {
            Ok(CardReply::Captured { receipt } | CardReply::Refunded { receipt }) => {
                self.checked(request, &receipt).map(CardResolution::Approved)
            }
            Ok(CardReply::NotCharged { .. }) => Ok(CardResolution::NotCharged),
            Ok(CardReply::Waiting | CardReply::Authorised { .. }) => {
                again(FaultCause::Busy, "the payment service has not decided".into())
            }
            Ok(other) => Err(unexpected(&other)),
            Err(CallError::NotSent(detail)) => again(FaultCause::NotConnected, detail),
            Err(CallError::Unknown(detail)) => again(FaultCause::LinkLost, detail),
            Err(CallError::Refused { code, detail }) if code == TOO_MANY => again(FaultCause::Busy, detail),
            Err(CallError::Refused { code, detail }) => Err(unknown(FaultCause::Refused, &format!("{code}: {detail}"))),
        }
    }

    fn cancel_handle(&self) -> Box<dyn Fn() + Send + Sync> {
        let cancel = Arc::clone(&self.cancel);
        Box::new(move || cancel.request())
    }

    fn abilities(&self) -> CardAbilities {
        CardAbilities { reversal: true, refund: true, ..CardAbilities::default() }
    }
}

const TOO_MANY: &str = "too_many_tries";

fn resolve_call(request: &CardRequest) -> CardCall {
    CardCall::Resolve(ResolveCard {
        payment: request.payment,
        amount_minor: request.amount.minor,
        currency: request.amount.currency,
    })
}

fn positive(request: &CardRequest) -> Result<(), PortError> {
    if request.amount.minor > 0 {
        return Ok(());
    }
    Err(PortError::Permanent { cause: FaultCause::Refused, detail: "an amount is more than nothing".into() })
}

fn unknown(cause: FaultCause, detail: &str) -> PortError {
    PortError::OutcomeUnknown { cause, detail: detail.to_owned() }
}

fn unexpected(reply: &CardReply) -> PortError {
    unknown(FaultCause::Protocol, &format!("the server answered {reply:?}"))
}

/// A refusal of the call that would have begun something: nothing was begun.
fn refused(code: &str, detail: &str) -> PortError {
    let detail = format!("{code}: {detail}");
    match code {
        TOO_MANY => PortError::Retryable { cause: FaultCause::Busy, detail },
        "no_such_reader" | "no_card_service" => PortError::Permanent { cause: FaultCause::NotConnected, detail },
        "bad_currency" => PortError::Permanent { cause: FaultCause::Unsupported, detail },
        "revoked" | "quarantined" | "bad_signature" => PortError::Permanent { cause: FaultCause::AccessDenied, detail },
        _ => PortError::Permanent { cause: FaultCause::Refused, detail },
    }
}

fn declined(code: u8, text: &str) -> CardOutcome {
    CardOutcome::Declined { code, text: text.replace('_', " ") }
}

/// How a payment ended that took nothing.
fn not_charged(why: NotCharged, code: &str) -> Result<CardOutcome, PortError> {
    let retryable = |cause| Err(PortError::Retryable { cause, detail: code.to_owned() });
    match why {
        NotCharged::Declined if code == "expired_card" => Ok(declined(zvt::CARD_EXPIRED, code)),
        NotCharged::Declined => Ok(declined(zvt::DECLINED_BY_HOST, code)),
        NotCharged::Cancelled => Ok(declined(zvt::ABORTED, code)),
        NotCharged::ReaderBusy => retryable(FaultCause::Busy),
        NotCharged::ReaderOffline => retryable(FaultCause::Offline),
        NotCharged::Refused if matches!(code, "not_sent" | "no_answer" | "service_failed") => {
            retryable(FaultCause::NotConnected)
        }
        NotCharged::Refused => Err(PortError::Permanent { cause: FaultCause::Refused, detail: code.to_owned() }),
        NotCharged::Never => retryable(FaultCause::NotConnected),
    }
}

fn receipt_of(remote: &RemoteReceipt) -> CardReceipt {
    let at = jiff::Timestamp::from_millisecond(remote.at_ms).unwrap_or_default();
    CardReceipt {
        trace: remote.number,
        receipt_number: remote.number,
        terminal_id: remote.reader.clone(),
        authorisation: remote.authorisation.clone(),
        card_last4: remote.last4.clone(),
        card_brand: remote.brand.clone(),
        amount_minor: remote.amount_minor,
        terminal_clock: at.strftime("%m%d%H%M%S").to_string(),
        lines: remote.lines.clone(),
    }
}
