//! The driver: a connection and a registration per call, and transactions. What became of one whose end was not seen is
//! judged in [`super::recover`]; what moves no money is in [`super::administration`].
//!
//! A connection per call, because a terminal that lost its power in the meantime looks alive until something is sent,
//! and then it would be too late to know. And before every transaction a question for the last one, because only then
//! can a later answer to the same question be told from it.

use super::cancel::Cancel;
use super::codes::{CONFIG_BYTE, SERVICE_BYTE_LAST_TRANSACTION, result};
use super::command::Command;
use super::dialogue::{ANSWER, End, Ended, Printout, Transaction, again, exchange, is_busy, refused};
use super::fields::Fields;
use super::link::Link;
use super::password::Password;
use super::receipt::terminal_id;
use super::recover::{self, Asked};
use super::tlv::TlvFields;
use crate::stream::{Connector, Deadline, cause_of_connect};
use salon_domain::kernel::{Currency, Money, PaymentId};
use salon_domain::payment::CardIntentKind;
use salon_ports::{
    CardAbilities, CardOutcome, CardPort, CardProgress, CardReceipt, CardRequest, CardResolution, DayTotals,
    FaultCause, PortError, Progress, Record,
};
use std::sync::Arc;
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(2);

/// Twelve digits (bitmap 04).
const AMOUNT_MINOR_MAX: i64 = 999_999_999_999;

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
    pub(super) settings: TerminalSettings,
    cancel: Arc<Cancel>,
    /// The number of the last transaction as far as this process has heard; 0 when the terminal had none.
    last_trace: Option<u32>,
    /// It was asked for just now, for the transaction that comes next.
    is_fresh: bool,
    /// Which terminal answers, as far as it has said.
    pub(super) id: Option<u32>,
    unsettled: Option<Unsettled>,
}

/// What is known beyond the request of a transaction whose outcome is unknown. Lost with the process; the request and
/// the caller's trace number are enough then.
struct Unsettled {
    payment: PaymentId,
    trace_before: Option<u32>,
    /// The terminal approved it, and this was recorded.
    recorded: Option<CardReceipt>,
}

/// The terminal's answer to "what was your last transaction?"
enum Stored {
    Nothing,
    Last(Box<Fields>),
    /// It does not tell, and asking again will not help.
    Untold(PortError),
}

impl ZvtTerminal {
    pub fn new(connector: Box<dyn Connector>, settings: TerminalSettings) -> Self {
        ZvtTerminal {
            connector,
            settings,
            cancel: Arc::default(),
            last_trace: None,
            is_fresh: false,
            id: None,
            unsettled: None,
        }
    }

    /// Connects and registers. Whatever goes wrong, nothing has been charged by this.
    pub(super) fn open(&mut self, deadline: Deadline) -> Result<Link, PortError> {
        let currency = self.currency()?;
        let medium = self.connector.medium();
        let stream = self.connector.connect(CONNECT.min(deadline.remaining()));
        let link = stream.and_then(|stream| Link::new(stream, medium));
        let mut link = link.map_err(|error| PortError::Retryable {
            cause: cause_of_connect(&error),
            detail: format!("{}: {error}", self.connector.describe()),
        })?;
        let registration = Command::Registration {
            password: self.settings.password,
            config: CONFIG_BYTE,
            currency: Some(currency),
            tlv: TlvFields::default(),
        };
        let done = exchange(&mut link, &registration, deadline).map_err(again)?;
        match done.end {
            End::Completed { currency: Some(theirs), .. } if theirs != currency => Err(refused(result::WRONG_CURRENCY)),
            End::Completed { terminal_id, .. } => {
                self.id = terminal_id;
                Ok(link)
            }
            End::Aborted { code, .. } | End::Refused(code) => Err(refused(code)),
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

    /// Whether the one that answers is not the one that `request` is meant for.
    fn is_another(&self, request: &CardRequest) -> bool {
        !request.at_terminal.is_empty() && request.at_terminal != terminal_id(self.id)
    }

    fn carry_out(
        &mut self,
        request: &CardRequest,
        command: &Command,
        progress: Progress<'_>,
        record: Record<'_>,
    ) -> Result<CardOutcome, PortError> {
        let amount_minor = self.amount(request.amount)?;
        progress(CardProgress::Connecting);
        let deadline = Deadline::after(ANSWER);
        let mut link = self.open(deadline)?;
        if !std::mem::take(&mut self.is_fresh) {
            self.ask_last_trace(&mut link, deadline)?;
        }
        if self.is_another(request) && matches!(request.kind, CardIntentKind::Reversal { .. }) {
            return Ok(CardOutcome::Declined { code: result::REVERSAL_NOT_POSSIBLE, text: String::new() });
        }
        let trace_before = self.last_trace;
        let cancel = Arc::clone(&self.cancel);
        let mut transaction = Transaction {
            link,
            cancel: &cancel,
            card_timeout: self.settings.card_timeout,
            amount_minor,
            currency: self.currency()?,
            progress,
            record,
            print: Printout::default(),
            trace: None,
            recorded: None,
        };
        let ended = transaction.run(command);
        let Transaction { link, progress, trace, recorded, .. } = transaction;
        // Before anything is asked about it: a terminal talks to one till at a time.
        drop(link);
        let outcome = match ended {
            Ended::Known(outcome) => Ok(outcome),
            Ended::Failed(error) => Err(error),
            Ended::Unconfirmed(receipt) => self.confirm(receipt, progress),
        };
        let unknown = matches!(outcome, Err(PortError::OutcomeUnknown { .. }));
        self.unsettled = unknown.then_some(Unsettled { payment: request.payment, trace_before, recorded });
        if !unknown {
            self.last_trace = trace.or(self.last_trace);
        }
        outcome
    }

    /// An acknowledgement that was sent is not yet one that arrived: without it the terminal reverses. What it has
    /// stored tells which.
    fn confirm(&mut self, receipt: CardReceipt, progress: Progress<'_>) -> Result<CardOutcome, PortError> {
        progress(CardProgress::Recovering);
        let deadline = Deadline::after(ANSWER);
        let stored = self.open(deadline).and_then(|mut link| self.stored(&mut link, deadline));
        if matches!(&stored, Ok(Stored::Last(last)) if recover::is_recorded(last, &receipt)) {
            return Ok(CardOutcome::Approved(receipt));
        }
        Err(PortError::OutcomeUnknown {
            cause: FaultCause::LinkLost,
            detail: "approved and recorded, but the terminal did not confirm it".into(),
        })
    }

    /// 06 20 with the service byte for the last transaction. `Retryable` is "ask again".
    fn stored(&mut self, link: &mut Link, deadline: Deadline) -> Result<Stored, PortError> {
        self.wait_until_idle(link, deadline)?;
        let question = Command::RepeatReceipt(
            self.settings.password,
            Fields { service_byte: Some(SERVICE_BYTE_LAST_TRANSACTION), ..Fields::default() },
        );
        let answer = exchange(link, &question, deadline).map_err(again)?;
        match (answer.status, answer.end) {
            (_, End::Refused(code) | End::Aborted { code, .. }) if is_busy(code) => Err(refused(code)),
            (Some(fields), _) => {
                self.id = fields.terminal_id.or(self.id);
                Ok(Stored::Last(Box::new(fields)))
            }
            // Taken, and then not possible: there is no receipt to repeat.
            (None, End::Aborted { code: result::FUNCTION_NOT_POSSIBLE, .. }) => Ok(Stored::Nothing),
            (None, End::Refused(code) | End::Aborted { code, .. }) => Ok(Stored::Untold(PortError::OutcomeUnknown {
                cause: FaultCause::Unsupported,
                detail: format!("asked for its last transaction: {}", refused(code).detail()),
            })),
            (None, End::Completed { .. }) => Ok(Stored::Untold(PortError::OutcomeUnknown {
                cause: FaultCause::Unsupported,
                detail: "it does not tell its last transaction".into(),
            })),
        }
    }

    /// Keeps the number of the terminal's last transaction. One that cannot tell leaves what this process has seen.
    fn ask_last_trace(&mut self, link: &mut Link, deadline: Deadline) -> Result<(), PortError> {
        match self.stored(link, deadline)? {
            Stored::Nothing => self.last_trace = Some(recover::NO_TRACE),
            Stored::Last(last) => self.last_trace = last.trace_number().or(self.last_trace),
            Stored::Untold(error) => tracing::warn!(%error, "a lost payment could not be found again on this terminal"),
        }
        Ok(())
    }

    /// 05 01. A terminal that is still busy with the payment, or with taking it back, has not stored its end yet.
    /// Older ones do not know the question; they are asked on.
    fn wait_until_idle(&self, link: &mut Link, deadline: Deadline) -> Result<(), PortError> {
        let answer = exchange(link, &Command::StatusEnquiry(None), deadline).map_err(again)?;
        match answer.end {
            End::Refused(code) | End::Aborted { code, .. } if is_busy(code) => Err(refused(code)),
            End::Completed { state: Some(state), .. } if is_busy(state) => Err(refused(state)),
            _ => Ok(()),
        }
    }
}

impl CardPort for ZvtTerminal {
    fn test(&mut self) -> Result<(), PortError> {
        self.open(Deadline::after(ANSWER)).map(drop)
    }

    /// A connection that is closed at once: a registration would show on the terminal's display.
    fn reachable(&mut self) -> Result<(), PortError> {
        self.connector.connect(CONNECT).map(|mut stream| stream.shutdown()).map_err(|error| PortError::Retryable {
            cause: cause_of_connect(&error),
            detail: format!("{}: {error}", self.connector.describe()),
        })
    }

    /// An authorisation 06 01, a reversal 06 30 or a refund 06 31.
    fn transact(
        &mut self,
        request: &CardRequest,
        progress: Progress<'_>,
        record: Record<'_>,
    ) -> Result<CardOutcome, PortError> {
        self.cancel.begin();
        let asked = self.asked(request)?;
        let password = self.settings.password;
        let command = match request.kind {
            CardIntentKind::Payment => Command::Authorisation(asked),
            CardIntentKind::Reversal { receipt_number } => {
                let receipt_number = Some(terminal_number(receipt_number)?);
                Command::Reversal(password, Fields { receipt_number, ..asked })
            }
            CardIntentKind::Refund { .. } => Command::Refund(password, asked),
        };
        self.carry_out(request, &command, progress, record)
    }

    fn resolve(
        &mut self,
        request: &CardRequest,
        asked_at_trace: Option<u32>,
        progress: Progress<'_>,
    ) -> Result<CardResolution, PortError> {
        progress(CardProgress::Recovering);
        let deadline = Deadline::after(ANSWER);
        let mut link = self.open(deadline)?;
        let stored = self.stored(&mut link, deadline)?;
        if self.is_another(request) {
            return Err(PortError::OutcomeUnknown {
                cause: FaultCause::OtherDevice,
                detail: format!("terminal {} was asked and {} answers", request.at_terminal, terminal_id(self.id)),
            });
        }
        let known = self.unsettled.as_ref().filter(|unsettled| unsettled.payment == request.payment);
        let asked = Asked {
            amount_minor: request.amount.minor,
            currency: request.amount.currency.numeric(),
            kind: request.kind,
            trace_before: known.and_then(|unsettled| unsettled.trace_before).or(asked_at_trace),
            recorded: known.and_then(|unsettled| unsettled.recorded.as_ref()),
        };
        let (resolution, trace) = match stored {
            Stored::Nothing => (recover::judge_nothing(&asked)?, Some(recover::NO_TRACE)),
            Stored::Last(last) => (recover::judge(&last, &asked)?, last.trace_number()),
            Stored::Untold(error) => return Err(error),
        };
        self.last_trace = trace.or(self.last_trace);
        self.unsettled = None;
        Ok(resolution)
    }

    fn last_trace(&mut self) -> Result<Option<u32>, PortError> {
        let deadline = Deadline::after(ANSWER);
        let mut link = self.open(deadline)?;
        match self.ask_last_trace(&mut link, deadline) {
            Ok(()) => {}
            // It registered us and has no answer to this: it can be paid on, and a payment whose end is lost is then for
            // a person to decide.
            Err(PortError::Retryable { cause: FaultCause::Timeout, detail }) => {
                tracing::warn!(detail, "a lost payment could not be found again on this terminal");
                self.last_trace = None;
            }
            Err(error) => return Err(error),
        }
        self.is_fresh = true;
        Ok(self.last_trace)
    }

    fn terminal_id(&self) -> String {
        terminal_id(self.id)
    }

    fn cancel_handle(&self) -> Box<dyn Fn() + Send + Sync> {
        let cancel = Arc::clone(&self.cancel);
        Box::new(move || cancel.request())
    }

    fn abilities(&self) -> CardAbilities {
        CardAbilities { reversal: true, refund: true, end_of_day: true, repeat_receipt: true, diagnosis: true }
    }

    /// 06 50.
    fn end_of_day(&mut self, progress: Progress<'_>) -> Result<DayTotals, PortError> {
        self.close_day(progress)
    }

    /// 06 20.
    fn repeat_receipt(&mut self) -> Result<Vec<String>, PortError> {
        self.print_again()
    }

    /// 06 70.
    fn diagnosis(&mut self, progress: Progress<'_>) -> Result<Vec<String>, PortError> {
        self.diagnose(progress)
    }
}

/// Four digits (bitmap 87).
fn terminal_number(receipt_number: u32) -> Result<u16, PortError> {
    let number = u16::try_from(receipt_number).ok().filter(|number| *number <= 9999);
    number.ok_or_else(|| PortError::Permanent {
        cause: FaultCause::Refused,
        detail: format!("{receipt_number} is not a receipt number of a terminal"),
    })
}
