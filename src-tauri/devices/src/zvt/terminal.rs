//! The driver: a connection and a registration per call, transactions, and what became of one whose end was not seen.
//!
//! A connection per call, because a terminal that lost its power in the meantime looks alive until something is sent,
//! and then it would be too late to know.

use super::cancel::Cancel;
use super::codes::{CONFIG_BYTE, SERVICE_BYTE_LAST_TRANSACTION, result};
use super::command::Command;
use super::dialogue::{ANSWER, End, Ended, Transaction, cause_of, exchange, is_busy, refused};
use super::fields::Fields;
use super::link::{Link, LinkError};
use super::password::Password;
use super::receipt::receipt;
use crate::stream::{Connector, Deadline, cause_of_connect};
use salon_domain::kernel::{Currency, Money, PaymentId};
use salon_ports::{
    CardAbilities, CardOutcome, CardPort, CardProgress, CardReceipt, CardRequest, CardResolution, DayTotals,
    FaultCause, PortError,
};
use std::sync::Arc;
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(2);

/// Twelve digits (bitmap 04).
const AMOUNT_MINOR_MAX: i64 = 999_999_999_999;

/// Trace numbers have six digits and begin again after 999999.
const TRACES: u32 = 1_000_000;

#[derive(Debug, Clone, Copy)]
pub struct TerminalSettings {
    pub password: Password,
    pub currency: Currency,
    /// How long the client has to hold the card.
    pub card_timeout: Duration,
}

impl Default for TerminalSettings {
    fn default() -> Self {
        TerminalSettings {
            password: Password::default(),
            currency: Currency::EUR,
            card_timeout: Duration::from_secs(120),
        }
    }
}

/// A ZVT terminal behind any byte stream.
pub struct ZvtTerminal {
    connector: Box<dyn Connector>,
    settings: TerminalSettings,
    cancel: Arc<Cancel>,
    /// The highest number of a transaction that this process has seen.
    last_trace: Option<u32>,
    unsettled: Option<Unsettled>,
}

/// What is known beyond the request of a transaction whose outcome is unknown. Lost with the process; the request and
/// the caller's trace number are enough then.
struct Unsettled {
    payment: PaymentId,
    gives_back: bool,
    trace_before: Option<u32>,
    /// The terminal approved it under this number, and it was recorded.
    recorded_trace: Option<u32>,
}

type Progress<'a> = &'a mut dyn FnMut(CardProgress);
type Record<'a> = &'a mut dyn FnMut(&CardReceipt) -> Result<(), String>;

impl ZvtTerminal {
    pub fn new(connector: Box<dyn Connector>, settings: TerminalSettings) -> Self {
        ZvtTerminal { connector, settings, cancel: Arc::default(), last_trace: None, unsettled: None }
    }

    /// Connects and registers. Whatever goes wrong, nothing has been charged by this.
    fn open(&self, deadline: Deadline) -> Result<Link, PortError> {
        let currency = self.currency()?;
        let medium = self.connector.medium();
        let stream = self.connector.connect(CONNECT.min(deadline.remaining()));
        let link = stream.and_then(|stream| Link::new(stream, medium));
        let mut link = link.map_err(|error| PortError::Retryable {
            cause: cause_of_connect(&error),
            detail: format!("{}: {error}", self.connector.describe()),
        })?;
        let registration =
            Command::Registration { password: self.settings.password, config: CONFIG_BYTE, currency: Some(currency) };
        let done = exchange(&mut link, &registration, deadline).map_err(again)?;
        match done.end {
            End::Completed { currency: theirs, .. } => match theirs {
                Some(code) if code != currency => Err(refused(result::WRONG_CURRENCY)),
                _ => Ok(link),
            },
            End::Aborted(code) | End::Refused(code) => Err(refused(code)),
        }
    }

    fn currency(&self) -> Result<u16, PortError> {
        let currency = self.settings.currency;
        currency.numeric().ok_or_else(|| PortError::Permanent {
            cause: FaultCause::Unsupported,
            detail: format!("{currency} cannot be taken by card"),
        })
    }

    fn amount(&self, money: Money) -> Result<u64, PortError> {
        let fits = (1..=AMOUNT_MINOR_MAX).contains(&money.minor);
        match u64::try_from(money.minor) {
            Ok(minor) if fits && money.currency == self.settings.currency => Ok(minor),
            _ => Err(PortError::Permanent {
                cause: FaultCause::Refused,
                detail: format!("the terminal does not take {money} {}", money.currency),
            }),
        }
    }

    /// Amount and currency, as every transaction has them.
    fn asked(&self, request: &CardRequest) -> Result<Fields, PortError> {
        Ok(Fields {
            amount_minor: Some(self.amount(request.amount)?),
            currency: Some(self.currency()?),
            ..Fields::default()
        })
    }

    fn transact(
        &mut self,
        request: &CardRequest,
        command: &Command,
        gives_back: bool,
        progress: Progress<'_>,
        record: Record<'_>,
    ) -> Result<CardOutcome, PortError> {
        let amount_minor = self.amount(request.amount)?;
        progress(CardProgress::Connecting);
        let link = self.open(Deadline::after(ANSWER))?;
        let mut transaction = Transaction {
            link,
            cancel: &self.cancel,
            card_timeout: self.settings.card_timeout,
            amount_minor,
            currency: self.currency()?,
            progress,
            record,
            lines: Vec::new(),
            trace: None,
            recorded: false,
        };
        let ended = transaction.run(command);
        let (trace, recorded) = (transaction.trace, transaction.recorded);
        let Transaction { link, progress, .. } = transaction;
        // Before anything is asked about it: a terminal talks to one till at a time.
        drop(link);
        let outcome = match ended {
            Ended::Known(outcome) => Ok(outcome),
            Ended::Failed(error) => Err(error),
            Ended::Unconfirmed(receipt) => self.confirm(receipt, progress),
        };
        let unknown = matches!(outcome, Err(PortError::OutcomeUnknown { .. }));
        self.unsettled = unknown.then_some(Unsettled {
            payment: request.payment,
            gives_back,
            trace_before: self.last_trace,
            recorded_trace: trace.filter(|_| recorded),
        });
        if !unknown {
            self.last_trace = trace.or(self.last_trace);
        }
        outcome
    }

    /// An acknowledgement that was sent is not yet one that arrived: without it the terminal reverses. What it has
    /// stored tells which.
    fn confirm(&self, receipt: CardReceipt, progress: Progress<'_>) -> Result<CardOutcome, PortError> {
        progress(CardProgress::Recovering);
        let stored = self.last_transaction(Deadline::after(ANSWER));
        let found = matches!(&stored, Ok(Some(fields)) if fields.result_code == Some(result::OK)
            && fields.trace == Some(receipt.trace)
            && amount_is(fields, receipt.amount_minor));
        if found {
            return Ok(CardOutcome::Approved(receipt));
        }
        Err(PortError::OutcomeUnknown {
            cause: FaultCause::LinkLost,
            detail: "approved and recorded, but the terminal did not confirm it".into(),
        })
    }

    /// What the terminal has stored last, `None` if it has nothing. `Retryable` is "ask again"; an `OutcomeUnknown`
    /// means that this terminal cannot tell.
    fn last_transaction(&self, deadline: Deadline) -> Result<Option<Fields>, PortError> {
        let mut link = self.open(deadline)?;
        self.wait_until_idle(&mut link, deadline)?;
        let question = Command::RepeatReceipt(
            self.settings.password,
            Fields { service_byte: Some(SERVICE_BYTE_LAST_TRANSACTION), ..Fields::default() },
        );
        let answer = exchange(&mut link, &question, deadline).map_err(again)?;
        match (answer.status, answer.end) {
            (_, End::Refused(code) | End::Aborted(code)) if is_busy(code) => Err(refused(code)),
            (Some(fields), _) => Ok(Some(fields)),
            // Taken, and then not possible: there is no receipt to repeat.
            (None, End::Aborted(result::FUNCTION_NOT_POSSIBLE)) => Ok(None),
            (None, End::Refused(code) | End::Aborted(code)) => Err(PortError::OutcomeUnknown {
                cause: FaultCause::Unsupported,
                detail: format!("asked for its last transaction: {}", refused(code).detail()),
            }),
            (None, End::Completed { .. }) => Err(PortError::OutcomeUnknown {
                cause: FaultCause::Unsupported,
                detail: "it does not tell its last transaction".into(),
            }),
        }
    }

    /// 05 01. A terminal that is still busy with the payment, or with taking it back, has not stored its end yet.
    /// Older ones do not know the question; they are asked on.
    fn wait_until_idle(&self, link: &mut Link, deadline: Deadline) -> Result<(), PortError> {
        let answer = exchange(link, &Command::StatusEnquiry(None), deadline).map_err(again)?;
        match answer.end {
            End::Refused(code) | End::Aborted(code) if is_busy(code) => Err(refused(code)),
            End::Completed { state: Some(state), .. } if is_busy(state) => Err(refused(state)),
            _ => Ok(()),
        }
    }

    /// Whether `last` is the transaction that `request` asked for.
    fn judge(
        &self,
        last: &Fields,
        request: &CardRequest,
        asked_at_trace: Option<u32>,
    ) -> Result<CardResolution, PortError> {
        let known = self.unsettled.as_ref().filter(|unsettled| unsettled.payment == request.payment);
        let before = later(asked_at_trace, known.and_then(|unsettled| unsettled.trace_before));
        if before.is_some_and(|before| !is_newer(last.trace, before)) {
            return Ok(CardResolution::NotCharged);
        }
        if let Some(recorded) = known.and_then(|unsettled| unsettled.recorded_trace)
            && last.trace == Some(recorded)
            && last.result_code == Some(result::OK)
        {
            return Ok(approved(last, request));
        }
        let gives_back = known.is_some_and(|unsettled| unsettled.gives_back);
        let is_ours = last.result_code == Some(result::OK)
            && amount_is(last, request.amount.minor)
            && (last.original_trace.is_none() || gives_back);
        if is_ours {
            return Ok(approved(last, request));
        }
        // The only one since: ours cannot be behind it.
        let is_next =
            before.is_none_or(|before| last.trace == Some(next_trace(before)) && last.original_trace.is_none());
        if is_next {
            return Ok(CardResolution::NotCharged);
        }
        Err(PortError::OutcomeUnknown {
            cause: FaultCause::Protocol,
            detail: "the terminal has done other transactions since".into(),
        })
    }
}

impl CardPort for ZvtTerminal {
    fn test(&mut self) -> Result<(), PortError> {
        self.open(Deadline::after(ANSWER)).map(drop)
    }

    fn pay(
        &mut self,
        request: &CardRequest,
        progress: &mut dyn FnMut(CardProgress),
        record: &mut dyn FnMut(&CardReceipt) -> Result<(), String>,
    ) -> Result<CardOutcome, PortError> {
        self.cancel.begin();
        let command = Command::Authorisation(self.asked(request)?);
        self.transact(request, &command, false, progress, record)
    }

    fn resolve(
        &mut self,
        request: &CardRequest,
        asked_at_trace: Option<u32>,
        progress: &mut dyn FnMut(CardProgress),
    ) -> Result<CardResolution, PortError> {
        progress(CardProgress::Recovering);
        let resolution = match self.last_transaction(Deadline::after(ANSWER))? {
            None => CardResolution::NotCharged,
            Some(last) => {
                let resolution = self.judge(&last, request, asked_at_trace)?;
                self.last_trace = last.trace.or(self.last_trace);
                resolution
            }
        };
        self.unsettled = None;
        Ok(resolution)
    }

    fn cancel_handle(&self) -> Box<dyn Fn() + Send + Sync> {
        let cancel = Arc::clone(&self.cancel);
        Box::new(move || cancel.request())
    }

    /// A reversal 06 30.
    fn reverse(
        &mut self,
        receipt_number: u32,
        request: &CardRequest,
        progress: &mut dyn FnMut(CardProgress),
        record: &mut dyn FnMut(&CardReceipt) -> Result<(), String>,
    ) -> Result<CardOutcome, PortError> {
        self.cancel.begin();
        let number = u16::try_from(receipt_number).ok().filter(|number| *number <= 9999).ok_or_else(|| {
            PortError::Permanent {
                cause: FaultCause::Refused,
                detail: format!("{receipt_number} is not a receipt number of a terminal"),
            }
        })?;
        let reversal =
            Command::Reversal(self.settings.password, Fields { receipt_number: Some(number), ..self.asked(request)? });
        self.transact(request, &reversal, true, progress, record)
    }

    /// A refund 06 31.
    fn refund(
        &mut self,
        request: &CardRequest,
        progress: &mut dyn FnMut(CardProgress),
        record: &mut dyn FnMut(&CardReceipt) -> Result<(), String>,
    ) -> Result<CardOutcome, PortError> {
        self.cancel.begin();
        let refund = Command::Refund(self.settings.password, self.asked(request)?);
        self.transact(request, &refund, true, progress, record)
    }

    fn abilities(&self) -> CardAbilities {
        CardAbilities { reversal: true, refund: true, end_of_day: true, repeat_receipt: true, diagnosis: true }
    }

    fn end_of_day(&mut self, _: &mut dyn FnMut(CardProgress)) -> Result<DayTotals, PortError> {
        Err(refused(result::FUNCTION_NOT_POSSIBLE))
    }

    fn repeat_receipt(&mut self) -> Result<Vec<String>, PortError> {
        Err(refused(result::FUNCTION_NOT_POSSIBLE))
    }

    fn diagnosis(&mut self, _: &mut dyn FnMut(CardProgress)) -> Result<Vec<String>, PortError> {
        Err(refused(result::FUNCTION_NOT_POSSIBLE))
    }
}

/// Nothing is lost by asking again.
fn again(error: LinkError) -> PortError {
    PortError::Retryable { cause: cause_of(&error), detail: error.to_string() }
}

fn approved(last: &Fields, request: &CardRequest) -> CardResolution {
    let amount_minor = request.amount.minor.unsigned_abs();
    CardResolution::Approved(receipt(last, amount_minor, &[]))
}

fn amount_is(fields: &Fields, minor: i64) -> bool {
    fields.amount_minor.is_some_and(|amount| i64::try_from(amount) == Ok(minor))
}

/// Half the range is before, half after: numbers begin again.
fn is_newer(trace: Option<u32>, before: u32) -> bool {
    trace.is_some_and(|trace| {
        let ahead = (trace + TRACES - before % TRACES) % TRACES;
        (1..TRACES / 2).contains(&ahead)
    })
}

/// The caller keeps what it journalled, this process has also seen what was declined.
fn later(one: Option<u32>, other: Option<u32>) -> Option<u32> {
    match (one, other) {
        (Some(one), other @ Some(_)) if is_newer(other, one) => other,
        (one, other) => one.or(other),
    }
}

/// After 999999 comes 1.
fn next_trace(trace: u32) -> u32 {
    if trace + 1 >= TRACES { 1 } else { trace + 1 }
}
