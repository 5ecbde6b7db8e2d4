//! The use cases: one method for each question of the window, dispatched by [`App::ask`].

mod adjustments;
mod asked;
mod back_bar;
mod board;
mod book;
mod book_undo;
mod book_view;
mod books_out;
mod card;
mod card_day;
mod catalog;
mod client_file;
mod client_out;
mod clients;
mod commit;
mod desk;
mod devices;
mod duplicates;
mod earnings;
mod fees;
mod loyalty;
mod messages;
mod offers;
mod open_tickets;
mod patch;
mod pay;
mod people;
mod periods;
mod queue;
mod receipt;
mod refund;
mod returned;
mod rewards;
mod rosters;
mod scan;
mod sell;
mod standing;
mod status;
mod stock;
mod till;
mod tips;
mod value;
mod visits;
mod void;
mod x_report;

pub use card_day::receipt_of_card_day;
pub use catalog::Catalog;
pub(crate) use catalog::time_failure;
pub use loyalty::PointsOnReceipt;
pub(crate) use queue::journal_id;
pub use receipt::{Language, ReceiptOptions, receipt_of_sale, receipt_of_x, receipt_of_z};
pub use sell::Paid;
pub use till::date_text as day_text;

use crate::clock::Clock;
pub use crate::compose::AppConfig;
pub use crate::fittings::Ports;
use crate::fittings::{DeviceSettings, Workshop};
use crate::store::{Store, StoreError, Touched};
use salon_contract::window::{Call, Code, Done, Failure, Notice, SyncState, SyncView};
use salon_domain::kernel::{StaffId, day_from_number};
use salon_ports::{FaultCause, ReceiptDoc};
use serde::Serialize;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Lays a receipt out as lines of so many columns; the same layout as on paper.
pub type Layout = fn(&ReceiptDoc, usize) -> Vec<String>;

pub struct App {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) layout: Layout,
    catalog: Mutex<Option<Arc<Catalog>>>,
    rosters: Mutex<rosters::Rosters>,
    loads: Mutex<board::Loads>,
    scanning: Mutex<scan::Scanning>,
    signed_in: Mutex<Option<StaffId>>,
    guessing: Mutex<()>,
    subscribers: Mutex<Vec<Sender<Notice>>>,
    pub(crate) desk: desk::Desk,
    workshop: Mutex<Option<Arc<dyn Workshop>>>,
    settings: Mutex<DeviceSettings>,
    sync: Mutex<SyncView>,
    wake_printer: Mutex<Option<Wake>>,
    wake_watch: Mutex<Option<Wake>>,
    wake_sync: Mutex<Option<Wake>>,
    wake_messages: Mutex<Option<Wake>>,
    secrets_in_file: bool,
    /// A copy of the till to practise on.
    pub(crate) training: bool,
    /// Keeps a second copy of the program out for as long as this one lives.
    held: Mutex<Option<std::fs::File>>,
}

/// The longest that a background thread holds the till: a printer's or a card terminal's answer.
const CLOSE_PATIENCE: Duration = Duration::from_secs(6);

/// Tells a thread of the background that there is something to do.
pub(crate) type Wake = Box<dyn Fn() + Send>;

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
        let training = store.is_training()?;
        let state = if enrolled && !training { SyncState::Offline } else { SyncState::Local };
        let app = Arc::new(App {
            clock,
            layout,
            catalog: Mutex::new(None),
            rosters: Mutex::default(),
            loads: Mutex::default(),
            scanning: Mutex::default(),
            signed_in: Mutex::new(None),
            guessing: Mutex::default(),
            subscribers: Mutex::new(Vec::new()),
            desk: desk::Desk::new(ports),
            workshop: Mutex::new(None),
            settings: Mutex::default(),
            sync: Mutex::new(SyncView { state, pending, synced_at: None }),
            wake_printer: Mutex::new(None),
            wake_watch: Mutex::new(None),
            training,
            wake_sync: Mutex::new(None),
            wake_messages: Mutex::new(None),
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

    /// Lets go of the till, as the last one to hold it. A background thread may hold it for a moment; if that one dropped
    /// it, the store would be closed while the program is already being taken apart.
    pub fn close(mut app: Arc<Self>) {
        let patience = std::time::Instant::now() + CLOSE_PATIENCE;
        while std::time::Instant::now() < patience {
            match Arc::try_unwrap(app) {
                Ok(last) => return drop(last),
                Err(held) => app = held,
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        tracing::warn!("something still holds the till at its end");
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
        lock(&self.loads).forget(touched);
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
        if touched.jobs {
            self.wake_printer();
            self.notify(&Notice::Printing);
        }
        if touched.messages {
            self.wake_messages();
            self.notify(&Notice::Messages);
        }
        if touched.outbox.is_some() {
            self.wake_sync();
        }
    }

    /// Between the real till and the one to practise on: not in the middle of a card payment, none of which begins while
    /// the reservation lives, and only by somebody who is signed in.
    pub(crate) fn may_switch_tills(&self) -> Result<desk::CardReserved<'_>, Failure> {
        self.require(salon_domain::access::Permission::Sell)?;
        self.reserve_card()
    }

    /// Who is signed in.
    pub(crate) fn who(&self) -> Option<StaffId> {
        *lock(&self.signed_in)
    }

    pub fn is_training(&self) -> bool {
        self.training
    }

    /// The print queue has changed.
    pub(crate) fn tell_printing(&self) {
        self.notify(&Notice::Printing);
    }

    pub(crate) fn wake_printer(&self) {
        if let Some(wake) = lock(&self.wake_printer).as_ref() {
            wake();
        }
    }

    pub(crate) fn wake_watch(&self) {
        if let Some(wake) = lock(&self.wake_watch).as_ref() {
            wake();
        }
    }

    pub(crate) fn wake_sync(&self) {
        if let Some(wake) = lock(&self.wake_sync).as_ref() {
            wake();
        }
    }

    pub(crate) fn wake_messages(&self) {
        if let Some(wake) = lock(&self.wake_messages).as_ref() {
            wake();
        }
    }

    pub(crate) fn on_message(&self, wake: Wake) {
        *lock(&self.wake_messages) = Some(wake);
    }

    pub(crate) fn on_print_job(&self, wake: Wake) {
        *lock(&self.wake_printer) = Some(wake);
    }

    pub(crate) fn on_watch(&self, wake: Wake) {
        *lock(&self.wake_watch) = Some(wake);
    }

    pub(crate) fn on_outbox(&self, wake: Wake) {
        *lock(&self.wake_sync) = Some(wake);
    }

    pub(crate) fn set_sync(&self, sync: SyncView) {
        let away = |state| matches!(state, SyncState::Offline | SyncState::Connecting);
        let (changed, came) = {
            let mut live = lock(&self.sync);
            let before = std::mem::replace(&mut *live, sync.clone());
            (before != sync, away(before.state) && matches!(sync.state, SyncState::Syncing | SyncState::Synced))
        };
        if came {
            self.hurry_messages();
        }
        if changed {
            self.notify(&Notice::Sync { sync });
        }
    }

    pub(crate) fn sync_view(&self) -> SyncView {
        lock(&self.sync).clone()
    }

    pub(crate) fn hold(&self, file: std::fs::File) {
        *lock(&self.held) = Some(file);
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
            Call::Week(a) => json(self.week(&a.date, a.staff)?),
            Call::Month(a) => json(self.month(&a.date)?),
            Call::Agenda(a) => json(self.agenda(&a)?),
            Call::SaveDay(a) => json(self.save_day(&a.date, a.paper)?),
            Call::ResizePart(a) => json(self.resize_part(&a)?),
            Call::Undoable(_) => json(self.undoable()?),
            Call::UndoBook(a) => json(self.undo_book(a.key, a.step)?),
            Call::Search(a) => json(self.search(&a.text, a.limit)?),
            Call::Client(a) => json(self.client(a.card)?),
            Call::SaveClient(a) => json(self.save_client(a.key, a.card, &a.set)?),
            Call::ClientFile(a) => json(self.client_file(a.card)?),
            Call::ChangeClient(a) => json(self.change_client(&a)?),
            Call::ClientBrief(a) => json(self.client_brief(a.card, a.booking)?),
            Call::WaivePatchTest(a) => json(self.waive_patch_test(&a)?),
            Call::Duplicates(a) => json(self.duplicates(a.limit)?),
            Call::MergeClients(a) => json(self.merge_clients(&a)?),
            Call::UnmergeClients(a) => json(self.unmerge_clients(&a)?),
            Call::ExportClient(a) => json(self.export_client(a.card)?),
            Call::Catalog(_) => json(self.catalog_view()?),
            Call::Till(_) => json(self.till()?),
            Call::OpenTill(a) => json(self.open_till(a.key, a.float_minor)?),
            Call::MoveCash(a) => json(self.move_cash(a.key, a.kind, a.amount_minor, &a.reason)?),
            Call::CloseTill(a) => json(self.close_till(a.key, a.count, &a.reason)?),
            Call::XReport(_) => json(self.x_report()?),
            Call::PrintX(a) => json(self.print_x(a.key)?),
            Call::Periods(_) => json(self.periods()?),
            Call::ClosePeriod(a) => json(self.close_period(&a)?),
            Call::ReadPeriod(a) => json(self.period(a.number)?),
            Call::PrintPeriod(a) => json(self.print_period(a.key, a.number)?),
            Call::ExportBooks(a) => json(self.export_books(&a)?),
            Call::TicketFor(a) => json(self.ticket_for(a.booking)?),
            Call::ReadOpenTicket(a) => json(self.read_open_ticket(a.ticket)?),
            Call::DepositFor(a) => json(self.deposit_for(a.booking)?),
            Call::Deposits(_) => json(self.deposits()?),
            Call::KeepDeposit(a) => json(self.keep_deposit(&a)?),
            Call::OffersFor(a) => json(self.offers_for(a.ticket)?),
            Call::Pay(a) => json(self.pay(a.key, &a.ticket, &a.name, a.amount_minor, &a.by)?),
            Call::GivePartBack(a) => json(self.give_part_back(&a)?),
            Call::HoldTicket(a) => json(self.hold_ticket(a.key, &a.ticket, &a.name)?),
            Call::OpenTickets(_) => json(self.open_tickets()?),
            Call::DropTicket(a) => json(self.drop_ticket(a.key, a.ticket)?),
            Call::CancelCard(_) => json(self.cancel_card()),
            Call::UnknownCards(_) => json(self.unknown_cards()?),
            Call::ResolveCard(a) => json(self.resolve_card(a.payment)?),
            Call::DecideCard(a) => json(self.decide_card(&a)?),
            Call::RefundSale(a) => json(self.refund_sale(&a)?),
            Call::VoidSale(a) => json(self.void_sale(&a)?),
            Call::RefundState(a) => json(self.refund_state(a.ticket)?),
            Call::Receipt(a) => json(self.receipt(a.ticket)?),
            Call::SaveReceipt(a) => json(self.save_receipt(a.ticket, a.format)?),
            Call::Invoice(a) => json(self.invoice(&a)?),
            Call::SendPaper(a) => json(self.send_paper(&a)?),
            Call::Messages(a) => json(self.messages(a.ticket)?),
            Call::DropMessage(a) => json(self.drop_message(a.message)?),
            Call::SaveLogo(a) => json(self.save_logo(a.png.as_deref())?),
            Call::Reprint(a) => json(self.reprint(a.key, a.ticket)?),
            Call::Sales(a) => json(self.sales(a.date.as_deref())?),
            Call::Loyalty(a) => json(self.loyalty(a.card)?),
            Call::Rewards(a) => json(self.rewards(&a.ticket, a.take.as_deref())?),
            Call::Earnings(a) => json(self.earnings(a.staff, &a.from, &a.to)?),
            Call::AdjustEarnings(a) => json(self.adjust_earnings(&a)?),
            Call::ReverseAdjustment(a) => json(self.reverse_adjustment(&a)?),
            Call::WorkOutTiers(a) => json(self.work_out_tiers(&a)?),
            Call::LookUpGiftCard(a) => json(self.look_up_gift_card(&a.code.0)?),
            Call::NewGiftCard(_) => json(self.new_gift_card()?),
            Call::AccountCredit(a) => json(self.account_credit(a.card)?),
            Call::Packages(a) => json(self.packages(a.card)?),
            Call::ChangePackage(a) => json(self.change_package(&a)?),
            Call::Memberships(a) => json(self.memberships(a.card)?),
            Call::ChangeMembership(a) => json(self.change_membership(&a)?),
            Call::Overdrafts(_) => json(self.overdrafts()?),
            Call::Stock(a) => json(self.stock(&a.text, a.low_only, a.limit)?),
            Call::Devices(_) => json(self.devices()?),
            Call::FindDevices(a) => json(self.find_devices(a.network)?),
            Call::SaveDevice(a) => json(self.save_device(&a)?),
            Call::AssignDevice(a) => json(self.assign_device(a.id, a.assigned)?),
            Call::RemoveDevice(a) => json(self.remove_device(a.id)?),
            Call::RestoreDevice(a) => json(self.restore_device(a.id)?),
            Call::TestDevice(a) => json(self.test_device(a.id)?),
            Call::PrintQueue(_) => json(self.print_queue()?),
            Call::PrintAgain(a) => json(self.print_again(a.key, a.job)?),
            Call::DropPrintJob(a) => json(self.drop_print_job(a.job)?),
            Call::CardEndOfDay(a) => json(self.card_end_of_day(a.key)?),
            Call::CardDiagnosis(_) => json(self.card_diagnosis()?),
            Call::CardRepeatReceipt(_) => json(self.card_repeat_receipt()?),
            Call::AnswerCard(a) => json(self.answer_card(a.payment, a.approved, &a.authorisation)?),
            Call::ShowDisplay(a) => json(self.show_display(&a.upper, &a.lower, a.screen)),
            Call::Customer(_) => json(self.customer_screen()),
            // The window's host has switched already; a till that is asked itself has nothing to do.
            Call::Training(_) => json(Done {}),
            Call::OpenDrawer(a) => json(self.open_drawer(a.key, &a.reason)?),
            Call::SyncNow(_) => {
                self.wake_sync();
                json(Done {})
            }
            Call::Scan(a) => json(self.scan(&a.text.0)?),
            Call::ScanSetup(_) => json(self.scan_rules()?),
            Call::SaveScanSetup(a) => json(self.save_scan_rules(a.rules)?),
        }
    }
}

fn json<T: Serialize>(reply: T) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(reply).map_err(|e| Failure::new(Code::Internal).with("detail", e))
}

/// A fault's name in the window's catalogue.
pub(crate) fn cause_name(cause: FaultCause) -> String {
    serde_json::to_value(cause).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
