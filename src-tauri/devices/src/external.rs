//! A card terminal that is not connected to us: the till shows the amount, the cashier types it there, and says here what
//! it said, with the authorisation code from its slip. After a crash nobody but a person knows.

use salon_ports::{
    CardAbilities, CardOutcome, CardPort, CardProgress, CardReceipt, CardRequest, CardResolution, CashierAnswer,
    FaultCause, PortError, Progress, Record,
};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Result codes of ZVT (PA00P015), which the port's users know texts for.
const DECLINED: u8 = 0x05;
const ABORTED: u8 = 0x6C;

/// How long a cashier may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(10 * 60);

/// What stands for the terminal's own number.
const TERMINAL_ID: &str = "external";

/// An authorisation code as slips have it (ISO 8583, field 38, and what is printed around it).
const CODE_CHARS: std::ops::RangeInclusive<usize> = 2..=12;

#[derive(Default)]
struct Waiting {
    /// Somebody waits: what is said at other times is not kept.
    open: bool,
    answer: Option<CashierAnswer>,
    cancelled: bool,
}

#[derive(Default)]
struct Desk {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

/// What came of waiting.
enum Said {
    Answer(CashierAnswer),
    Cancelled,
    Nothing,
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, change: impl FnOnce(&mut Waiting)) {
        let mut waiting = self.lock();
        if waiting.open {
            change(&mut waiting);
            self.changed.notify_all();
        }
    }

    fn open(&self) {
        *self.lock() = Waiting { open: true, ..Waiting::default() };
    }

    fn close(&self) {
        *self.lock() = Waiting::default();
    }

    fn wait(&self, until: Instant) -> Said {
        let longest = until.saturating_duration_since(Instant::now());
        let silent = |waiting: &mut Waiting| waiting.answer.is_none() && !waiting.cancelled;
        let waited = self.changed.wait_timeout_while(self.lock(), longest, silent);
        let (mut waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
        // An answer says what has happened; the wish to stop only what somebody wanted.
        match waiting.answer.take() {
            Some(answer) => Said::Answer(answer),
            None if waiting.cancelled => Said::Cancelled,
            None => Said::Nothing,
        }
    }
}

/// A terminal whose answer comes through the cashier.
pub struct ExternalTerminal {
    desk: Arc<Desk>,
    answer_within: Duration,
}

impl Default for ExternalTerminal {
    fn default() -> Self {
        Self::answering_within(ANSWER_WITHIN)
    }
}

impl ExternalTerminal {
    /// With another limit for the cashier.
    pub fn answering_within(answer_within: Duration) -> Self {
        ExternalTerminal { desk: Arc::default(), answer_within }
    }

    fn confirmed(
        &self,
        request: &CardRequest,
        progress: Progress<'_>,
        record: Record<'_>,
    ) -> Result<CardOutcome, PortError> {
        self.desk.open();
        let said = self.hear(progress);
        self.desk.close();
        let authorisation = match said? {
            Ok(authorisation) => authorisation,
            Err(code) => return Ok(CardOutcome::Declined { code, text: String::new() }),
        };
        let receipt = CardReceipt {
            trace: 0,
            receipt_number: 0,
            terminal_id: TERMINAL_ID.into(),
            authorisation,
            card_last4: String::new(),
            card_brand: String::new(),
            amount_minor: request.amount.minor,
            terminal_clock: String::new(),
            lines: Vec::new(),
        };
        // That terminal has done it, whether we can write it down or not.
        record(&receipt).map_err(|detail| PortError::OutcomeUnknown { cause: FaultCause::Unsupported, detail })?;
        Ok(CardOutcome::Approved(receipt))
    }

    /// The authorisation code, or the result code of a payment that was not made.
    fn hear(&self, progress: Progress<'_>) -> Result<Result<String, u8>, PortError> {
        let until = Instant::now() + self.answer_within;
        loop {
            progress(CardProgress::Confirm);
            match self.desk.wait(until) {
                Said::Answer(CashierAnswer::Declined) => return Ok(Err(DECLINED)),
                Said::Answer(CashierAnswer::Approved { authorisation }) => {
                    let code = authorisation.trim();
                    if CODE_CHARS.contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric()) {
                        return Ok(Ok(code.to_owned()));
                    }
                }
                Said::Cancelled => return Ok(Err(ABORTED)),
                // What the terminal did meanwhile is not known.
                Said::Nothing => {
                    return Err(PortError::OutcomeUnknown {
                        cause: FaultCause::Timeout,
                        detail: "the cashier did not say what the terminal said".into(),
                    });
                }
            }
        }
    }
}

impl CardPort for ExternalTerminal {
    /// Whichever way the money goes: the cashier does it at that terminal.
    fn transact(
        &mut self,
        request: &CardRequest,
        progress: Progress<'_>,
        record: Record<'_>,
    ) -> Result<CardOutcome, PortError> {
        self.confirmed(request, progress, record)
    }

    /// There is nothing to ask: a person decides.
    fn resolve(
        &mut self,
        _request: &CardRequest,
        _asked_at_trace: Option<u32>,
        _progress: Progress<'_>,
    ) -> Result<CardResolution, PortError> {
        Err(PortError::OutcomeUnknown {
            cause: FaultCause::Unsupported,
            detail: "only the slip of that terminal tells".into(),
        })
    }

    /// The cashier stopped it at that terminal, or never began.
    fn cancel_handle(&self) -> Box<dyn Fn() + Send + Sync> {
        let desk = Arc::clone(&self.desk);
        Box::new(move || desk.tell(|waiting| waiting.cancelled = true))
    }

    /// There is nothing to connect to.
    fn test(&mut self) -> Result<(), PortError> {
        Ok(())
    }

    fn abilities(&self) -> CardAbilities {
        CardAbilities { refund: true, ..CardAbilities::default() }
    }

    fn answer_handle(&self) -> Option<Box<dyn Fn(CashierAnswer) + Send + Sync>> {
        let desk = Arc::clone(&self.desk);
        Some(Box::new(move |answer| desk.tell(|waiting| waiting.answer = Some(answer))))
    }
}
