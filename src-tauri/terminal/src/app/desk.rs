//! The devices at this desk: each port behind a lock of its own, so that none holds up another, and what each said last.

use super::{App, cause_name, lock, try_lock};
use crate::fittings::Ports;
use salon_contract::window::{Code, DeviceRole, DeviceTrouble, Failure, Notice};
use salon_ports::{
    CardAbilities, CardPort, CashierAnswer, DisplayPort, DrawerPort, FaultCause, PortError, Printed, PrinterPort,
    PrinterState, ReceiptDoc, ScannerPort,
};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

pub(crate) const PAPER_NEAR_END: &str = "paper_near_end";

type Handle<T> = Mutex<Option<T>>;

#[derive(Default)]
pub(crate) struct Desk {
    pub printer: Handle<Box<dyn PrinterPort>>,
    drawer: Handle<Box<dyn DrawerPort>>,
    card: Handle<Box<dyn CardPort>>,
    /// Held by whoever asks something of the card terminal for a person. Looking whether it is there does not count:
    /// who wants to pay waits for that look, and is not told that somebody else is paying.
    card_at_work: Mutex<()>,
    /// What the card terminal can do; it stays the same for as long as it is the same one.
    abilities: Mutex<CardAbilities>,
    display: Handle<Box<dyn DisplayPort>>,
    scanner: Handle<Box<dyn ScannerPort>>,
    cancel: Handle<Box<dyn Fn() + Send + Sync>>,
    answer: Handle<Box<dyn Fn(CashierAnswer) + Send + Sync>>,
    health: Mutex<BTreeMap<DeviceRole, Health>>,
    shown: Mutex<(String, String)>,
}

/// The card terminal in somebody's hands.
pub(super) struct CardAtWork<'a> {
    port: MutexGuard<'a, Option<Box<dyn CardPort>>>,
    _work: MutexGuard<'a, ()>,
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
        *lock(&self.scanner) = ports.scanner;
        lock(&self.health).clear();
        *lock(&self.shown) = Default::default();
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
        let state = match lock(&self.desk.printer).as_mut() {
            Some(port) => port.state(),
            None => return true,
        };
        let health = Health::of_printer(&state);
        self.set_health(DeviceRole::Printer, health);
        health.fault.is_none()
    }

    /// Asks the printer how it is, unless it is printing this moment. Whether it has become well.
    pub fn look_at_printer(&self) -> bool {
        let was_faulty = self.printer_has_fault();
        let state = try_lock(&self.desk.printer).and_then(|mut port| port.as_mut().map(|port| port.state()));
        if let Some(state) = state {
            self.set_health(DeviceRole::Printer, Health::of_printer(&state));
        }
        was_faulty && !self.printer_has_fault()
    }

    /// Looks whether the card terminal can be reached, unless it is at work this moment.
    pub fn look_at_card_terminal(&self) {
        if self.card_is_at_work() {
            return;
        }
        let reached = try_lock(&self.desk.card).and_then(|mut port| port.as_mut().map(|port| port.reachable()));
        if let Some(reached) = reached {
            let health = reached.err().map_or_else(Health::default, |error| Health::faulty(error.cause()));
            self.set_health(DeviceRole::CardTerminal, health);
        }
    }

    /// The card terminal, for as long as the guard lives. `CardBusy` while somebody else has it.
    pub(super) fn take_card(&self) -> Result<CardAtWork<'_>, Failure> {
        let _work = try_lock(&self.desk.card_at_work).ok_or(Code::CardBusy)?;
        Ok(CardAtWork { port: lock(&self.desk.card), _work })
    }

    pub(super) fn card_is_at_work(&self) -> bool {
        try_lock(&self.desk.card_at_work).is_none()
    }

    pub(crate) fn print(&self, doc: &ReceiptDoc) -> Result<Printed, PortError> {
        let mut port = lock(&self.desk.printer);
        let result = match port.as_mut() {
            Some(port) => port.print(doc),
            None => Ok(Printed { state: PrinterState::default(), notes: Vec::new() }),
        };
        drop(port);
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
        let mut port = lock(&self.desk.scanner);
        let read = port.as_mut().ok_or(())?.read(timeout);
        drop(port);
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

    /// Shows what was asked for, if it is not shown already. `before` is what is.
    pub(crate) fn show_now(&self, before: &mut Option<(String, String)>) {
        let wanted = lock(&self.desk.shown).clone();
        let mut port = lock(&self.desk.display);
        let Some(port) = port.as_mut() else {
            *before = None;
            return;
        };
        if before.as_ref() == Some(&wanted) {
            return;
        }
        let shown = port.show(&wanted.0, &wanted.1);
        let health = shown.as_ref().err().map_or_else(Health::default, |error| Health::faulty(error.cause()));
        *before = shown.is_ok().then_some(wanted);
        self.set_health(DeviceRole::Display, health);
    }
}
