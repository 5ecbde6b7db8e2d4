//! The use cases: one method for each question of the window, dispatched by [`App::ask`].

mod book;
mod book_view;
mod card;
mod catalog;
mod clients;
mod devices;
mod people;
mod receipt;
mod rosters;
mod sell;
mod status;
mod till;

pub use catalog::Catalog;
pub use receipt::{Language, ReceiptOptions, receipt_code, receipt_of_sale, receipt_of_z};
pub use sell::Paid;
pub use till::date_text as day_text;

use crate::clock::Clock;
pub use crate::compose::AppConfig;
use crate::store::{JobKind, Store, StoreError, Touched};
use salon_contract::window::{Call, Code, Done, Failure, Notice, SyncState, SyncView};
use salon_domain::kernel::{StaffId, day_from_number};
use salon_ports::{CardPort, FaultCause, PrinterPort, ReceiptDoc};
use serde::Serialize;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The device ports of this terminal, as the composition root chose them.
#[derive(Default)]
pub struct Ports {
    pub printer: Option<(String, Box<dyn PrinterPort>)>,
    pub card: Option<(String, Box<dyn CardPort>)>,
}

/// Lays a receipt out as lines of so many columns; the same layout as on paper.
pub type Layout = fn(&ReceiptDoc, usize) -> Vec<String>;

pub struct App {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) layout: Layout,
    catalog: Mutex<Option<Arc<Catalog>>>,
    rosters: Mutex<rosters::Rosters>,
    signed_in: Mutex<Option<StaffId>>,
    subscribers: Mutex<Vec<Sender<Notice>>>,
    printer: Mutex<Option<(String, Box<dyn PrinterPort>)>>,
    card: Mutex<Option<(String, Box<dyn CardPort>)>>,
    card_cancel: Mutex<Option<Box<dyn Fn() + Send + Sync>>>,
    live: Mutex<Live>,
    wake_printer: Mutex<Option<Wake>>,
    wake_sync: Mutex<Option<Wake>>,
    secrets_in_file: bool,
    /// Keeps a second copy of the program out for as long as this one lives.
    held: Mutex<Option<std::fs::File>>,
}

/// Tells a thread of the background that there is something to do.
pub(crate) type Wake = Box<dyn Fn() + Send>;

/// What is so at this moment and nowhere stored.
struct Live {
    sync: SyncView,
    printer_fault: Option<FaultCause>,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lock if nobody holds it. A thread that panicked while holding it is nobody.
pub(crate) fn try_lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(std::sync::TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(std::sync::TryLockError::WouldBlock) => None,
    }
}

impl App {
    pub fn new(store: Store, ports: Ports, layout: Layout, secrets_in_file: bool) -> Result<Arc<Self>, StoreError> {
        let clock = store.clock().clone();
        let position = store.sync_position()?;
        let pending = position.outbox_last - position.acked;
        let enrolled = store.identity().is_some();
        let state = if enrolled { SyncState::Offline } else { SyncState::Local };
        let app = Arc::new(App {
            clock,
            layout,
            catalog: Mutex::new(None),
            rosters: Mutex::default(),
            signed_in: Mutex::new(None),
            subscribers: Mutex::new(Vec::new()),
            card_cancel: Mutex::new(ports.card.as_ref().map(|(_, c)| c.cancel_handle())),
            printer: Mutex::new(ports.printer),
            card: Mutex::new(ports.card),
            live: Mutex::new(Live { sync: SyncView { state, pending, synced_at: None }, printer_fault: None }),
            wake_printer: Mutex::new(None),
            wake_sync: Mutex::new(None),
            secrets_in_file,
            held: Mutex::new(None),
            store,
        });
        let watching = Arc::downgrade(&app);
        app.store.watch(Box::new(move |touched| {
            if let Some(app) = watching.upgrade() {
                app.after_write(touched);
            }
        }));
        if enrolled {
            app.recover_after_start()?;
        }
        Ok(app)
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    pub fn catalog(&self) -> Result<Arc<Catalog>, Failure> {
        let mut cached = lock(&self.catalog);
        if let Some(catalog) = cached.as_ref() {
            return Ok(catalog.clone());
        }
        let identity = self.store.identity().ok_or(Code::NotEnrolled)?;
        let catalog = Arc::new(Catalog::load(&self.store, &identity)?);
        *cached = Some(catalog.clone());
        Ok(catalog)
    }

    /// Notices from now on.
    pub fn subscribe(&self) -> Receiver<Notice> {
        let (sender, receiver) = channel();
        lock(&self.subscribers).push(sender);
        receiver
    }

    pub(crate) fn notify(&self, notice: &Notice) {
        lock(&self.subscribers).retain(|s| s.send(notice.clone()).is_ok());
    }

    fn after_write(&self, touched: &Touched) {
        lock(&self.rosters).forget(touched);
        for day in &touched.days {
            if let Ok(date) = day_from_number(*day) {
                self.notify(&Notice::Book { date: date.to_string() });
            }
        }
        if touched.master {
            *lock(&self.catalog) = None;
            self.notify(&Notice::Catalog);
        }
        if touched.cards {
            self.notify(&Notice::Clients);
        }
        if touched.till {
            self.notify(&Notice::Till);
        }
        if touched.stock {
            self.notify(&Notice::Stock);
        }
        if touched.jobs
            && let Some(wake) = lock(&self.wake_printer).as_ref()
        {
            wake();
        }
        if touched.outbox.is_some() {
            self.wake_sync();
        }
    }

    pub(crate) fn wake_sync(&self) {
        if let Some(wake) = lock(&self.wake_sync).as_ref() {
            wake();
        }
    }

    pub(crate) fn on_print_job(&self, wake: Wake) {
        *lock(&self.wake_printer) = Some(wake);
    }

    pub(crate) fn on_outbox(&self, wake: Wake) {
        *lock(&self.wake_sync) = Some(wake);
    }

    pub(crate) fn set_sync(&self, sync: SyncView) {
        let changed = {
            let mut live = lock(&self.live);
            let changed = live.sync != sync;
            live.sync = sync.clone();
            changed
        };
        if changed {
            self.notify(&Notice::Sync { sync });
        }
    }

    pub(crate) fn sync_view(&self) -> SyncView {
        lock(&self.live).sync.clone()
    }

    pub(crate) fn hold(&self, file: std::fs::File) {
        *lock(&self.held) = Some(file);
    }

    pub(crate) fn has_printer(&self) -> bool {
        lock(&self.printer).is_some()
    }

    pub(crate) fn printer_has_fault(&self) -> bool {
        lock(&self.live).printer_fault.is_some()
    }

    /// Asks the printer how it is; what it says is shown.
    pub(crate) fn printer_is_well(&self) -> bool {
        let state = match lock(&self.printer).as_mut() {
            Some((_, port)) => port.state(),
            None => return true,
        };
        self.set_printer_fault(state.as_ref().err().map(salon_ports::PortError::cause));
        state.is_ok()
    }

    pub(crate) fn print(&self, doc: &ReceiptDoc) -> Result<(), salon_ports::PortError> {
        match lock(&self.printer).as_mut() {
            Some((_, port)) => port.print(doc).map(|_| ()),
            None => Ok(()),
        }
    }

    pub(crate) fn set_printer_fault(&self, fault: Option<FaultCause>) {
        let before = std::mem::replace(&mut lock(&self.live).printer_fault, fault);
        match fault {
            Some(cause) if before != fault => self.notify(&Notice::PrinterFault { cause: cause_name(cause) }),
            None if before.is_some() => self.notify(&Notice::PrinterWell),
            _ => {}
        }
    }

    /// What a crash may have left: a receipt half sent, a card payment half made. Neither is repeated by itself.
    fn recover_after_start(&self) -> Result<(), StoreError> {
        self.store.write(|unit| {
            unit.unsure_about_sending()?;
            for open in unit.open_payments()? {
                if !open.unknown {
                    card::journal_unknown(unit, &open.intent, open.user)?;
                }
            }
            Ok(())
        })
    }

    /// Answers one question of the window, as JSON.
    pub fn ask(&self, call: Call) -> Result<serde_json::Value, Failure> {
        match call {
            Call::Status(_) => json(self.status()?),
            Call::StaffList(_) => json(self.staff_list()?),
            Call::SignIn(a) => json(self.sign_in(a.staff, &a.pin)?),
            Call::SignOut(_) => json(self.sign_out()),
            Call::Day(a) => json(self.day(a.date.as_deref())?),
            Call::MakeBooking(a) => json(self.make_booking(a.key, &a.draft)?),
            Call::MoveBooking(a) => json(self.move_booking(&a)?),
            Call::SetStatus(a) => json(self.set_status(a.key, a.booking, a.to, &a.reason)?),
            Call::CheckIn(a) => json(self.check_in(a.key, a.booking)?),
            Call::NoteBooking(a) => json(self.note_booking(a.key, a.booking, &a.text)?),
            Call::Suggest(a) => json(self.suggest(&a)?),
            Call::Clashes(a) => json(self.clashes(&a.date)?),
            Call::Search(a) => json(self.search(&a.text, a.limit)?),
            Call::Client(a) => json(self.client(a.card)?),
            Call::SaveClient(a) => json(self.save_client(a.key, a.card, &a.set)?),
            Call::Catalog(_) => json(self.catalog_view()?),
            Call::Till(_) => json(self.till()?),
            Call::OpenTill(a) => json(self.open_till(a.key, a.float_minor)?),
            Call::MoveCash(a) => json(self.move_cash(a.key, a.kind, a.amount_minor, &a.reason)?),
            Call::CloseTill(a) => json(self.close_till(a.key, a.count, &a.reason)?),
            Call::TicketFor(a) => json(self.ticket_for(a.booking)?),
            Call::PayCash(a) => json(self.pay_cash(a.key, &a.ticket, a.tendered_minor)?),
            Call::PayCard(a) => json(self.pay_card(a.key, &a.ticket)?),
            Call::CancelCard(_) => json(self.cancel_card()),
            Call::UnknownCards(_) => json(self.unknown_cards()?),
            Call::ResolveCard(a) => json(self.resolve_card(a.payment)?),
            Call::DecideCard(a) => json(self.decide_card(&a)?),
            Call::Receipt(a) => json(self.receipt(a.ticket)?),
            Call::Reprint(a) => json(self.reprint(a.key, a.ticket)?),
            Call::Sales(a) => json(self.sales(a.date.as_deref())?),
            Call::Stock(a) => json(self.stock(&a.text, a.low_only, a.limit)?),
            Call::Devices(_) => json(self.devices()?),
            Call::TestPrinter(_) => json(self.test_printer()?),
            Call::TestCardTerminal(_) => json(self.test_card_terminal()?),
            Call::OpenDrawer(a) => json(self.open_drawer(a.key, &a.reason)?),
            Call::SyncNow(_) => {
                self.wake_sync();
                json(Done {})
            }
        }
    }

    pub(crate) fn print_later(&self, kind: JobKind, reference: &[u8], copy: bool) -> Result<(), StoreError> {
        self.store.write(|unit| unit.queue_print(kind, reference, copy).map(|_| ()))
    }
}

fn json<T: Serialize>(reply: T) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(reply).map_err(|e| Failure::new(Code::Internal).with("detail", e))
}

/// A fault's name in the window's catalogue.
pub(crate) fn cause_name(cause: FaultCause) -> String {
    serde_json::to_value(cause).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
