//! One cell of the matrix: a payment that is hit at one instant by one act, and what has to hold afterwards, whatever
//! came of it:
//!
//! - the till's books and the card terminal's own memory agree: one charge or none;
//! - while nobody knew, no other card payment began;
//! - 06 01 went out once at most;
//! - the cashier who tries again is paid once in the end;
//! - `pos verify` is well.

use super::acts::{Arming, Hand, KILL_IN_WRITE, kill};
use super::proxy::{At, Direction, Proxy, Script, When, stamp};
use super::sims::CardTerminal;
use super::template::Template;
use super::till::{Till, Window};
use super::tracer::{Tracer, is_allowed, signal};
use crate::salon::{tenant_id, ticket};
use anyhow::{Context, Result, bail, ensure};
use salon_contract::window::{Code, DecideCard, Pay, PaymentView, ResolveCard, Sales, UnknownCards};
use salon_domain::kernel::{PaymentId, TicketId};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// An instant of an authorisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The cashier has pressed the button.
    BeforeIntent,
    /// The intent is half in the file.
    IntentHalfWritten,
    /// The intent is durable, the terminal has registered us, 06 01 is next.
    IntentWritten,
    AuthorisationHalfSent,
    AuthorisationSent,
    /// 04 0F is at the till's end of the wire, and the till has not looked yet.
    StatusArrived,
    /// The approval is half in the file.
    ApprovalHalfWritten,
    /// The approval is durable, 80 00 00 has not left.
    ApprovalWritten,
    /// 80 00 00 is with the terminal.
    Acknowledged,
    BeforeCompletion,
    /// Anywhere: when so many bytes have passed.
    Byte {
        to_device: bool,
        count: u16,
    },
}

/// What is done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    KillTill,
    KillTerminal,
    /// The link breaks, and both ends are told.
    Reset,
    /// The link breaks, and nobody is told, as with a pulled cable.
    Silence,
    /// Everything arrives, when the till has stopped waiting for it.
    Delay,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    pub step: Step,
    pub act: Act,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    One,
    None,
}

/// How it came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The till said so itself.
    AtOnce,
    /// It was unknown, and the terminal was asked from the screen.
    Terminal,
    /// It was unknown, and a manager had to say it.
    Person,
}

#[derive(Debug, Clone)]
pub struct Verdict {
    pub outcome: Outcome,
    pub by: By,
    pub took: Duration,
}

impl Step {
    pub const ALL: [Step; 10] = [
        Step::BeforeIntent,
        Step::IntentHalfWritten,
        Step::IntentWritten,
        Step::AuthorisationHalfSent,
        Step::AuthorisationSent,
        Step::StatusArrived,
        Step::ApprovalHalfWritten,
        Step::ApprovalWritten,
        Step::Acknowledged,
        Step::BeforeCompletion,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Step::BeforeIntent => "before the intent",
            Step::IntentHalfWritten => "intent half written",
            Step::IntentWritten => "after the intent",
            Step::AuthorisationHalfSent => "mid-frame of 06 01",
            Step::AuthorisationSent => "after 06 01 was sent",
            Step::StatusArrived => "04 0F arrived, not journalled",
            Step::ApprovalHalfWritten => "approval half written",
            Step::ApprovalWritten => "journalled, 80 00 00 not sent",
            Step::Acknowledged => "after 80 00 00",
            Step::BeforeCompletion => "before 06 0F",
            Step::Byte { .. } => "anywhere",
        }
    }

    fn is_anywhere(self) -> bool {
        matches!(self, Step::Byte { .. })
    }

    /// Inside the till: only a tracer gets there.
    fn is_inside(self) -> bool {
        matches!(self, Step::IntentHalfWritten | Step::ApprovalHalfWritten | Step::ApprovalWritten)
    }
}

impl Act {
    pub const ALL: [Act; 5] = [Act::KillTill, Act::KillTerminal, Act::Reset, Act::Silence, Act::Delay];

    pub fn name(self) -> &'static str {
        match self {
            Act::KillTill => "kill the till",
            Act::KillTerminal => "kill the terminal",
            Act::Reset => "cut (reset)",
            Act::Silence => "cut (silence)",
            Act::Delay => "delay",
        }
    }
}

impl Cell {
    /// A write that is half done can only be met by a death of the writer.
    pub fn makes_sense(self) -> bool {
        !matches!(self.step, Step::IntentHalfWritten | Step::ApprovalHalfWritten) || self.act == Act::KillTill
    }

    pub fn can_be_reached(self) -> bool {
        !self.step.is_inside() || is_allowed()
    }
}

/// The charge of every payment in here: the same each time, so that an amount alone proves nothing.
const AMOUNT_MINOR: i64 = 5_200;
/// How long the client has for the card.
const CARD_TIMEOUT_S: u16 = 2;
/// A script that has begun is done by then.
const SCRIPT_ENDS: Duration = Duration::from_secs(5);
/// A cashier asks the terminal again and again for so long, then the manager is called.
const CASHIERS_PATIENCE: Duration = Duration::from_secs(20);

/// The payment before, the one that is hit, and one that must not begin meanwhile.
#[derive(Clone, Copy)]
enum Sold {
    Before = 1,
    Hit,
    Other,
}

/// Each press of the button has a key of its own.
fn pay(sold: Sold) -> Pay {
    let id: TicketId = tenant_id().derive(&[sold as u8]);
    Pay::card(fresh_key(), ticket(id, 0))
}

fn fresh_key() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(0);
    Uuid::from_u64_pair(0x5a10, LAST.fetch_add(1, Ordering::SeqCst))
}

/// The devices and programs of one cell.
struct Scene {
    dir: PathBuf,
    till: Till,
    proxy: Proxy,
    terminal: Arc<Mutex<CardTerminal>>,
    /// Kept until the payment has ended: it holds the till at a system call.
    tracer: Arc<Mutex<Option<Tracer>>>,
}

/// Plays one cell in the empty folder `dir`.
pub fn run(cell: Cell, template: &Template, dir: &Path) -> Result<Verdict> {
    let mut scene = Scene::set(template, dir)?;
    let begun = Instant::now();
    let said = scene.hit(cell)?;
    scene.put_right(cell)?;
    let (outcome, by) = scene.resolve(said)?;
    let took = begun.elapsed();
    scene.agree(outcome, 1)?;
    scene.carry_on(outcome)?;
    scene.close()?;
    Ok(Verdict { outcome, by, took })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Scene {
    /// A till that has taken a card before, and a terminal that remembers it.
    fn set(template: &Template, dir: &Path) -> Result<Scene> {
        let terminal = CardTerminal::start(dir)?;
        let proxy = Proxy::of_card_terminal(terminal.address())?;
        let mut till = Till::new(template, dir)?;
        till.add_card_terminal(proxy.address(), CARD_TIMEOUT_S)?;
        let before = till.start_day()?.ask(pay(Sold::Before))??;
        ensure!(matches!(before, PaymentView::Paid { .. }), "the payment before: {before:?}");
        proxy.take_seen();
        Ok(Scene { dir: dir.to_owned(), till, proxy, terminal: Arc::new(Mutex::new(terminal)), tracer: Arc::default() })
    }

    /// Pays and is hit. What the till said of it, if it lived to say something.
    fn hit(&mut self, cell: Cell) -> Result<Option<PaymentView>> {
        let armed = match cell.step {
            Step::BeforeIntent => return self.hit_before(cell),
            Step::IntentHalfWritten => {
                self.trace(&KILL_IN_WRITE, true)?;
                None
            }
            _ => Some(self.arm(cell)?),
        };
        let said = self.till.window()?.ask(pay(Sold::Hit));
        let met = armed.map(|ran| ran.recv_timeout(SCRIPT_ENDS));
        match (met, cell.step) {
            (Some(Ok(ran)), _) => ran?,
            (Some(Err(_)), Step::Byte { .. }) if cell.act == Act::KillTill => signal(self.till.pid()?, "KILL")?,
            (Some(Err(error)), step) if !step.is_anywhere() => {
                return Err(error).context("the payment did not come by the instant");
            }
            _ => {}
        }
        self.what_was_said(cell, said)
    }

    fn hit_before(&mut self, cell: Cell) -> Result<Option<PaymentView>> {
        match cell.act {
            Act::KillTill => {
                let pid = self.till.pid()?;
                signal(pid, "STOP")?;
                let asked = self.till.window()?.begin(pay(Sold::Hit))?;
                signal(pid, "KILL")?;
                let said = asked.answer();
                return self.what_was_said(cell, said);
            }
            Act::KillTerminal => kill(&self.terminal, &self.proxy.breaker()),
            Act::Reset => self.proxy.refuse(true),
            Act::Silence => self.proxy.stall_next(false),
            Act::Delay => self.proxy.stall_next(true),
        }
        let said = self.till.window()?.ask(pay(Sold::Hit));
        self.what_was_said(cell, said)
    }

    fn what_was_said(
        &mut self,
        cell: Cell,
        said: Result<std::result::Result<PaymentView, salon_contract::window::Failure>>,
    ) -> Result<Option<PaymentView>> {
        lock(&self.tracer).take();
        match (cell.act, said) {
            (Act::KillTill, Err(_)) => Ok(None),
            // It was over before.
            (Act::KillTill, Ok(said)) if cell.step.is_anywhere() => Ok(Some(said?)),
            (Act::KillTill, Ok(said)) => bail!("the till lived and said {said:?}"),
            (_, said) => Ok(Some(said??)),
        }
    }

    fn trace(&self, args: &[&str], only_wal: bool) -> Result<()> {
        let tracer = Arming { pid: self.till.pid()?, wal: self.till.wal()?, out: self.dir.join("trace") };
        *lock(&self.tracer) = Some(tracer.attach(args, only_wal)?);
        Ok(())
    }

    /// The wire is looked at, and at the instant the hand acts.
    fn arm(&self, cell: Cell) -> Result<Receiver<Result<()>>> {
        let hand = Hand {
            act: cell.act,
            pid: self.till.pid()?,
            terminal: Arc::clone(&self.terminal),
            breaker: self.proxy.breaker(),
        };
        let arming = Arming { pid: self.till.pid()?, wal: self.till.wal()?, out: self.dir.join("trace") };
        let tracer = Arc::clone(&self.tracer);
        let message =
            |direction, class, instruction| At::Message { direction, class, instruction, when: When::InPayment };
        use Direction::{ToDevice, ToTill};
        let (at, script): (At, Script) = match cell.step {
            Step::BeforeIntent | Step::IntentHalfWritten => bail!("{cell:?} is not on the wire"),
            // The end of a registration: the last that is heard before 06 01.
            Step::IntentWritten => {
                let when = When::Written { file: arming.wal.clone(), since: stamp(&arming.wal)? };
                let at = At::Message { direction: ToTill, class: 0x06, instruction: 0x0F, when };
                (at, Box::new(|wire| hand.act(wire)))
            }
            Step::AuthorisationHalfSent => (
                message(ToDevice, 0x06, 0x01),
                Box::new(|mut wire| {
                    wire.pass(5);
                    hand.act(wire)
                }),
            ),
            Step::AuthorisationSent => (
                message(ToDevice, 0x06, 0x01),
                Box::new(|mut wire| {
                    wire.pass_all();
                    hand.act(wire)
                }),
            ),
            Step::StatusArrived => (message(ToTill, 0x04, 0x0F), Box::new(|wire| hand.act_while_it_waits(wire))),
            Step::ApprovalHalfWritten => (
                message(ToTill, 0x04, 0x0F),
                Box::new(move |mut wire| {
                    *lock(&tracer) = Some(arming.attach(&KILL_IN_WRITE, true)?);
                    wire.pass_all();
                    Ok(Some(wire))
                }),
            ),
            Step::ApprovalWritten => (
                message(ToTill, 0x04, 0x0F),
                Box::new(move |wire| hand.act_before_acknowledgement(wire, &arming, &tracer)),
            ),
            Step::Acknowledged => (message(ToTill, 0x06, 0xD1), Box::new(|wire| hand.act(wire))),
            Step::BeforeCompletion => (message(ToTill, 0x06, 0x0F), Box::new(|wire| hand.act(wire))),
            Step::Byte { to_device, count } => {
                let direction = if to_device { ToDevice } else { ToTill };
                (At::Byte { direction, count: u64::from(count) }, Box::new(|wire| hand.act(wire)))
            }
        };
        Ok(self.proxy.once(at, script))
    }

    /// Whatever was killed or cut is back.
    fn put_right(&mut self, cell: Cell) -> Result<()> {
        self.proxy.refuse(false);
        self.proxy.disarm();
        if !lock(&self.terminal).is_running() {
            lock(&self.terminal).start_again()?;
        }
        if cell.act == Act::KillTill {
            self.till.await_death()?;
            self.till.start()?;
        }
        Ok(())
    }

    /// Until the till knows, as a cashier would go about it.
    fn resolve(&self, said: Option<PaymentView>) -> Result<(Outcome, By)> {
        let window = self.till.window()?;
        let open = window.ask(UnknownCards {})??;
        ensure!(open.len() <= 1, "more than one payment is unknown: {open:?}");
        let unknown = open.first().map(|card| card.payment);
        match (said, unknown) {
            (Some(PaymentView::Unknown { payment, .. }), Some(open)) => ensure!(payment == open, "another is open"),
            (Some(PaymentView::Unknown { .. }), None) => bail!("unknown, and not among the unknown ones"),
            (Some(known), Some(_)) => bail!("{known:?}, and yet unknown"),
            (Some(known), None) => return Ok((outcome_of(&known)?, By::AtOnce)),
            (None, Some(_)) => {}
            (None, None) => return Ok((if self.is_sold(window)? { Outcome::One } else { Outcome::None }, By::AtOnce)),
        }
        let Some(payment) = unknown else { bail!("nothing is unknown") };
        let begun = self.proxy.authorisations();
        let refused = window.ask(pay(Sold::Other))?;
        ensure!(
            refused.as_ref().is_err_and(|f| f.code == Code::CardUnknown) && self.proxy.authorisations() == begun,
            "another payment began while one was unknown: {refused:?}"
        );
        self.ask_until_known(window, payment)
    }

    fn ask_until_known(&self, window: &Window, payment: PaymentId) -> Result<(Outcome, By)> {
        let begun = Instant::now();
        while begun.elapsed() < CASHIERS_PATIENCE {
            match window.ask(ResolveCard { payment })?? {
                PaymentView::Unknown { .. } => std::thread::sleep(Duration::from_millis(200)),
                known => return Ok((outcome_of(&known)?, By::Terminal)),
            }
        }
        // She looks at the terminal.
        let charged = lock(&self.terminal).payments()? > 1;
        let decision = DecideCard {
            key: fresh_key(),
            payment,
            charged,
            manager: crate::salon::desk(),
            pin: crate::salon::PIN.into(),
            reason: "looked at the terminal".into(),
        };
        Ok((outcome_of(&window.ask(decision)??)?, By::Person))
    }

    fn is_sold(&self, window: &Window) -> Result<bool> {
        let hit = pay(Sold::Hit).ticket.id;
        Ok(window.ask(Sales { date: None })??.iter().any(|row| row.ticket == hit))
    }

    /// The till's books and the terminal's, with `before` payments before this one.
    fn agree(&self, outcome: Outcome, before: i64) -> Result<()> {
        let window = self.till.window()?;
        let sold: i64 = window.ask(Sales { date: None })??.iter().map(|row| row.total_minor).sum();
        let charged = lock(&self.terminal).charged_minor()?;
        let expected = AMOUNT_MINOR * (before + i64::from(outcome == Outcome::One));
        let sent = self.proxy.authorisations();
        ensure!(
            sold == expected && charged == expected && sent <= 1,
            "{outcome:?}: expected {expected}, the till sold {sold}, the terminal charged {charged}, 06 01 was sent \
             {sent} times; the terminal's memory: {:?}",
            lock(&self.terminal).ledger()?
        );
        Ok(())
    }

    /// The client still stands there: the same ticket is paid, once.
    fn carry_on(&self, outcome: Outcome) -> Result<()> {
        let sent = self.proxy.authorisations();
        let again = self.till.window()?.ask(pay(Sold::Hit))??;
        ensure!(matches!(again, PaymentView::Paid { .. }), "tried again: {again:?}");
        let asked = self.proxy.authorisations() - sent;
        ensure!(
            asked == usize::from(outcome == Outcome::None),
            "{outcome:?}, and the card was asked for {asked} times"
        );
        Ok(())
    }

    fn close(mut self) -> Result<()> {
        let open = self.till.window()?.ask(UnknownCards {})??;
        ensure!(open.is_empty(), "still unknown: {open:?}");
        self.till.stop()?;
        self.till.verify()?;
        let status = self.till.pos(&["status"])?;
        let terminal = lock(&self.terminal);
        ensure!(
            status["receipts"] == 2 && status["total_minor"] == 2 * AMOUNT_MINOR,
            "the till has other sales: {status}"
        );
        ensure!(
            terminal.charged_minor()? == 2 * AMOUNT_MINOR && terminal.payments()? == 2,
            "the terminal charged otherwise: {:?}",
            terminal.ledger()?
        );
        Ok(())
    }
}

fn outcome_of(said: &PaymentView) -> Result<Outcome> {
    match said {
        PaymentView::Paid { .. } => Ok(Outcome::One),
        PaymentView::Declined { .. } | PaymentView::NotCharged { .. } => Ok(Outcome::None),
        PaymentView::Part { .. } => bail!("a part of a ticket is no outcome"),
        PaymentView::Unknown { .. } => bail!("unknown is no outcome"),
    }
}
