//! The devices at this desk: each port behind a lock of its own, so that none holds up another, and what each said last.

use super::{App, cause_name, lock, try_lock};
use crate::fittings::Ports;
use salon_contract::window::{Code, CustomerScreen, DeviceRole, DeviceTrouble, Failure, Notice};
use salon_ports::{
    CardAbilities, CardPort, CashierAnswer, DisplayPort, DrawerPort, FaultCause, PortError, Printed, PrinterPort,
    PrinterState, ReceiptDoc, ScannerPort,
};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

pub(crate) const PAPER_NEAR_END: &str = "paper_near_end";

type Handle<T> = Mutex<Option<T>>;

#[derive(Default)]
pub(crate) struct Desk {
    pub printer: Handle<Box<dyn PrinterPort>>,
    /// Held from looking up a print job to writing down what became of it.
    pub printing: Mutex<()>,
    drawer: Handle<Box<dyn DrawerPort>>,
    card: Handle<Box<dyn CardPort>>,
    /// Set by whoever asks something of the card terminal for a person. Looking whether it is there does not count:
    /// who wants to pay waits for that look, and is not told that somebody else is paying. No lock, because to look
    /// at one is to hold it for that moment, in which somebody who wants to pay would be sent away.
    card_at_work: AtomicBool,
    /// What the card terminal can do; it stays the same for as long as it is the same one.
    abilities: Mutex<CardAbilities>,
    display: Handle<Box<dyn DisplayPort>>,
    scanner: Mutex<ScannerSlot>,
    cancel: Handle<Box<dyn Fn() + Send + Sync>>,
    answer: Handle<Box<dyn Fn(CashierAnswer) + Send + Sync>>,
    health: Mutex<BTreeMap<DeviceRole, Health>>,
    shown: Mutex<(String, String)>,
    screen: Mutex<CustomerScreen>,
    /// The display is another one since it was last shown something.
    display_is_new: AtomicBool,
}

/// The scanner while nobody reads it. Whoever reads takes it out: a read takes its time, and a lock that is let go of only
/// to be taken again at once is one that nobody else gets.
#[derive(Default)]
struct ScannerSlot {
    port: Option<Box<dyn ScannerPort>>,
    /// Which one it is: what was taken out is not put back in the place of another.
    fitted: u64,
}

/// The card terminal in somebody's hands.
pub(super) struct CardAtWork<'a> {
    port: MutexGuard<'a, Option<Box<dyn CardPort>>>,
    _reserved: CardReserved<'a>,
}

/// Nobody else begins anything with the card terminal for as long as this lives.
pub(crate) struct CardReserved<'a>(&'a AtomicBool);

impl Drop for CardReserved<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl CardAtWork<'_> {
    pub fn port(&mut self) -> Result<&mut dyn CardPort, Failure> {
        match self.port.as_mut() {
            Some(port) => Ok(port.as_mut()),
            None => Err(Failure::new(Code::NoDevice).with("device", "card_terminal")),
        }
    }
}

/// What a device said of itself last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Health {
    pub fault: Option<FaultCause>,
    pub near_end: bool,
}

impl Health {
    pub fn faulty(cause: FaultCause) -> Self {
        Health { fault: Some(cause), near_end: false }
    }

    pub fn of_printer(state: &Result<PrinterState, PortError>) -> Self {
        match state {
            Ok(state) => Health { fault: printer_fault(state), near_end: state.paper_near_end },
            Err(error) => Health::faulty(error.cause()),
        }
    }

    pub fn warning(self) -> Option<String> {
        (self.fault.is_none() && self.near_end).then(|| PAPER_NEAR_END.to_owned())
    }
}

/// What keeps a printer in this state from printing, the cause before its consequence.
fn printer_fault(state: &PrinterState) -> Option<FaultCause> {
    let checks = [
        (state.cover_open, FaultCause::CoverOpen),
        (state.paper_out, FaultCause::PaperOut),
        (state.cutter_error, FaultCause::CutterJam),
        (!state.online, FaultCause::Offline),
    ];
    checks.into_iter().find_map(|(faulty, cause)| faulty.then_some(cause))
}

impl Desk {
    pub fn new(ports: Ports) -> Self {
        let desk = Desk::default();
        desk.fit(ports);
        desk
    }

    /// Puts other ports in place. Waits for a printer that is printing; the caller has seen that no card payment runs.
    pub fn fit(&self, ports: Ports) {
        *lock(&self.abilities) = ports.card.as_ref().map(|card| card.abilities()).unwrap_or_default();
        *lock(&self.cancel) = ports.card.as_ref().map(|card| card.cancel_handle());
        *lock(&self.answer) = ports.card.as_ref().and_then(|card| card.answer_handle());
        *lock(&self.card) = ports.card;
        *lock(&self.printer) = ports.printer;
        *lock(&self.drawer) = ports.drawer;
        *lock(&self.display) = ports.display;
        let mut scanner = lock(&self.scanner);
        *scanner = ScannerSlot { port: ports.scanner, fitted: scanner.fitted + 1 };
        drop(scanner);
        lock(&self.health).clear();
        *lock(&self.shown) = Default::default();
        self.display_is_new.store(true, Ordering::Release);
    }

    pub fn health(&self, role: DeviceRole) -> Health {
        lock(&self.health).get(&role).copied().unwrap_or_default()
    }

    pub fn trouble(&self) -> Vec<DeviceTrouble> {
        lock(&self.health)
            .iter()
            .filter_map(|(role, health)| {
                let fault = health.fault.map(cause_name);
                let warning = fault.is_none();
                let cause = fault.or_else(|| health.warning())?;
                Some(DeviceTrouble { role: *role, cause, warning })
            })
            .collect()
    }
}

impl App {
    /// Notes what a device said, and tells the window when that is news.
    pub(crate) fn set_health(&self, role: DeviceRole, health: Health) {
        let before = lock(&self.desk.health).insert(role, health);
        match health.fault {
            _ if before.unwrap_or_default() == health => {}
            Some(cause) => self.notify(&Notice::DeviceFault { role, cause: cause_name(cause) }),
            None => self.notify(&Notice::DeviceWell { role, warning: health.warning() }),
        }
    }

    pub(crate) fn has_printer(&self) -> bool {
        lock(&self.desk.printer).is_some()
    }

    pub(crate) fn printer_has_fault(&self) -> bool {
        self.desk.health(DeviceRole::Printer).fault.is_some()
    }

    /// Asks the printer how it is; what it says is shown.
    pub(crate) fn printer_is_well(&self) -> bool {
        // Noted while the port is held, here and below: a port that is exchanged leaves no word of its own behind.
        let mut port = lock(&self.desk.printer);
        let Some(state) = port.as_mut().map(|port| port.state()) else { return true };
        let health = Health::of_printer(&state);
        self.set_health(DeviceRole::Printer, health);
        health.fault.is_none()
    }

    /// Asks the printer how it is, unless it is printing this moment. Whether it has become well.
    pub fn look_at_printer(&self) -> bool {
        let was_faulty = self.printer_has_fault();
        if let Some(mut held) = try_lock(&self.desk.printer)
            && let Some(port) = held.as_mut()
        {
            let state = port.state();
            self.set_health(DeviceRole::Printer, Health::of_printer(&state));
        }
        was_faulty && !self.printer_has_fault()
    }

    /// Looks whether the card terminal can be reached, unless it is at work this moment.
    pub fn look_at_card_terminal(&self) {
        if self.card_is_at_work() {
            return;
        }
        if let Some(mut held) = try_lock(&self.desk.card)
            && let Some(port) = held.as_mut()
        {
            let reached = port.reachable();
            let health = reached.err().map_or_else(Health::default, |error| Health::faulty(error.cause()));
            self.set_health(DeviceRole::CardTerminal, health);
        }
    }

    /// The card terminal, for as long as the guard lives. `CardBusy` while somebody else has it.
    pub(super) fn take_card(&self) -> Result<CardAtWork<'_>, Failure> {
        let _reserved = self.reserve_card()?;
        Ok(CardAtWork { port: lock(&self.desk.card), _reserved })
    }

    /// Keeps the card terminal from being used, without using it. `CardBusy` while somebody else has it.
    pub(crate) fn reserve_card(&self) -> Result<CardReserved<'_>, Failure> {
        match self.desk.card_at_work.swap(true, Ordering::AcqRel) {
            true => Err(Code::CardBusy.into()),
            false => Ok(CardReserved(&self.desk.card_at_work)),
        }
    }

    pub(super) fn card_is_at_work(&self) -> bool {
        self.desk.card_at_work.load(Ordering::Acquire)
    }

    pub(crate) fn print(&self, doc: &ReceiptDoc) -> Result<Printed, PortError> {
        let mut port = lock(&self.desk.printer);
        let result = match port.as_mut() {
            Some(port) => port.print(doc),
            // It was taken away since: what was to be printed still is.
            None => {
                let detail = "there is no printer any more".into();
                return Err(PortError::Retryable { cause: FaultCause::NotConnected, detail });
            }
        };
        let health = match &result {
            Ok(printed) => Health { fault: None, near_end: printed.state.paper_near_end },
            Err(error) => Health::faulty(error.cause()),
        };
        self.set_health(DeviceRole::Printer, health);
        result
    }

    pub(crate) fn open_drawer_now(&self) -> Result<(), PortError> {
        // The drawer hangs on the printer's wire, which has one speaker at a time.
        let _printer = lock(&self.desk.printer);
        match lock(&self.desk.drawer).as_mut() {
            Some(port) => port.open(),
            None => Ok(()),
        }
    }

    /// What was scanned within `timeout`; `Err` when there is no scanner, or none that answers.
    pub(crate) fn read_scanner(&self, timeout: Duration) -> Result<Option<String>, ()> {
        let (mut port, fitted) = {
            let mut slot = lock(&self.desk.scanner);
            (slot.port.take().ok_or(())?, slot.fitted)
        };
        let read = port.read(timeout);
        let mut slot = lock(&self.desk.scanner);
        if slot.fitted != fitted {
            return Err(());
        }
        slot.port = Some(port);
        let health = read.as_ref().err().map_or_else(Health::default, |error| Health::faulty(error.cause()));
        self.set_health(DeviceRole::Scanner, health);
        read.map_err(|_| ())
    }

    pub(super) fn card_abilities(&self) -> CardAbilities {
        *lock(&self.desk.abilities)
    }

    pub(super) fn cancel_card_now(&self) {
        if let Some(cancel) = lock(&self.desk.cancel).as_ref() {
            cancel();
        }
    }

    /// False when nobody waits for such an answer.
    pub(super) fn answer_card_now(&self, answer: CashierAnswer) -> bool {
        match lock(&self.desk.answer).as_ref() {
            Some(give) => {
                give(answer);
                true
            }
            None => false,
        }
    }

    /// Remembers what the client should see; the watching thread shows it.
    pub(super) fn show_later(&self, upper: &str, lower: &str) {
        *lock(&self.desk.shown) = (upper.to_owned(), lower.to_owned());
        self.wake_watch();
    }

    /// What the client's screen shows from now on; whoever draws it is told.
    pub(super) fn show_on_screen(&self, screen: CustomerScreen) {
        let before = std::mem::replace(&mut *lock(&self.desk.screen), screen.clone());
        if before != screen {
            self.notify(&Notice::Customer);
        }
    }

    pub(super) fn customer_screen(&self) -> CustomerScreen {
        lock(&self.desk.screen).clone()
    }

    /// Shows what was asked for, if it is not shown already. `before` is what is.
    pub(crate) fn show_now(&self, before: &mut Option<(String, String)>) {
        let wanted = lock(&self.desk.shown).clone();
        let mut port = lock(&self.desk.display);
        let Some(port) = port.as_mut() else {
            *before = None;
            return;
        };
        let is_new = self.desk.display_is_new.swap(false, Ordering::AcqRel);
        if !is_new && before.as_ref() == Some(&wanted) {
            return;
        }
        let shown = port.show(&wanted.0, &wanted.1);
        let health = shown.as_ref().err().map_or_else(Health::default, |error| Health::faulty(error.cause()));
        *before = shown.is_ok().then_some(wanted);
        self.set_health(DeviceRole::Display, health);
    }
}
