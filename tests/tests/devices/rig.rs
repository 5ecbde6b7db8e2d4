//! A till in a folder of its own, opened as the program opens it, and what its tests ask of it again and again.

use salon_contract::window::{
    Ask, DeviceRole, Devices, DevicesView, Failure, Notice, OpenTill, Pay, PaymentView, Receipt, RefundSale, RefundTo,
    ResolveCard, SaleView, Sales, SaveDevice,
};
use salon_devices::sim::{CardSim, CardSimOptions, PrinterSim, PrinterSimOptions};
use salon_domain::access::Role;
use salon_domain::kernel::{StaffId, TicketId};
use salon_domain::payment::{Tender, TenderKind};
use salon_server::auth::password::hash_pin;
use salon_terminal::app::{App, AppConfig, Ports};
use salon_terminal::clock::ManualClock;
use salon_terminal::secrets;
use salon_tests::net::Link;
use salon_tests::salon::{PIN, Salon, desk, new_tenant, tenant_id, ticket};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Far more than anything here takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Longer than the till asks by itself what became of a payment.
pub const OUTAGE: Duration = Duration::from_secs(9);
/// A cut.
pub const CUT: i64 = 5_200;
/// A bottle of shampoo.
pub const BOTTLE: i64 = 1_990;

/// A key, or an id, that nothing else has.
pub fn key() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(n))
}

pub fn receptionist() -> StaffId {
    tenant_id().derive(b"receptionist")
}

pub fn ask<A: Ask>(app: &App, question: A) -> Result<A::Reply, Failure> {
    app.ask(question.call()).map(|reply| serde_json::from_value(reply).unwrap())
}

/// A salon with one terminal that is enrolled, has its master data and is closed.
pub struct Enrolled {
    /// Has the folder.
    _salon: Salon,
    pub dir: PathBuf,
    pub clock: Arc<ManualClock>,
}

impl Enrolled {
    pub fn new() -> Enrolled {
        let mut tenant = new_tenant(Some(hash_pin(PIN, &[7; 16]).unwrap()));
        let mut reception = tenant.staff[0].clone();
        reception.id = receptionist();
        reception.code = "RECEPTION".into();
        reception.role = Role::Receptionist;
        tenant.staff.push(reception);
        let salon = Salon::of(&std::env::temp_dir(), &tenant).unwrap();
        let dir = salon.dir.path().join("terminal-1");
        std::fs::create_dir_all(&dir).unwrap();
        // A file that is there is used on: no test touches the keyring of whoever runs it.
        std::fs::write(dir.join("secrets.json"), "{}").unwrap();
        let secrets = secrets::open(&dir).unwrap();
        secrets.set(secrets::STORE_KEY, &[1; 32]).unwrap();
        secrets.set(secrets::DEVICE_KEY, &[1; 32]).unwrap();
        let terminal = salon.terminal(1, Ports::default()).unwrap();
        let mut link = Link::new(&terminal).unwrap();
        for n in 0..200 {
            link.step(&terminal, &salon, n).unwrap();
        }
        assert!(link.is_synced(), "{:?}", link.progress);
        let clock = terminal.clock.clone();
        App::close(terminal.app);
        Enrolled { _salon: salon, dir, clock }
    }

    /// `watched`: with the threads that print and look after devices.
    pub fn open(self, watched: bool) -> Till {
        let config = AppConfig { data: self.dir.clone(), clock: self.clock.clone(), print: watched, sync: false };
        let app = App::open(config).unwrap();
        app.act_as(desk());
        Till { app, enrolled: self }
    }
}

pub struct Till {
    pub app: Arc<App>,
    enrolled: Enrolled,
}

impl Till {
    /// With its drawer counted in; it prints when it is told to.
    pub fn open() -> Till {
        Till::new(false)
    }

    /// As [`Till::open`], with the threads that print and look after devices.
    pub fn watched() -> Till {
        Till::new(true)
    }

    fn new(watched: bool) -> Till {
        let till = Enrolled::new().open(watched);
        till.ask(OpenTill { key: key(), float_minor: 10_000 }).unwrap();
        till
    }

    pub fn with_card() -> (Till, CardSim) {
        let till = Till::open();
        let sim = CardSim::start(CardSimOptions::default()).unwrap();
        till.add(&format!("zvt_tcp:{}", sim.address()));
        (till, sim)
    }

    /// Another card terminal, with an id of its own, in the place of the one that is there; nobody has told the till.
    pub fn swapped(&self) -> CardSim {
        let other = CardSim::start(CardSimOptions { terminal_id: 70_000_001, ..CardSimOptions::default() }).unwrap();
        self.connect_to(&other);
        other
    }

    pub fn connect_to(&self, card: &CardSim) {
        let devices = self.ask(Devices {}).unwrap().devices;
        let terminal = devices.iter().find(|device| device.role == DeviceRole::CardTerminal).unwrap();
        self.save(Some(terminal.id), &format!("zvt_tcp:{}", card.address()), &[]).unwrap();
    }

    pub fn with_printer(self) -> (Till, PrinterSim) {
        let sim = PrinterSim::start(PrinterSimOptions::default()).unwrap();
        self.add(&format!("escpos_tcp:{}", sim.address()));
        (self, sim)
    }

    pub fn clock(&self) -> &ManualClock {
        &self.enrolled.clock
    }

    /// The program has ended.
    pub fn ended(self) -> Enrolled {
        App::close(self.app);
        self.enrolled
    }

    pub fn ask<A: Ask>(&self, question: A) -> Result<A::Reply, Failure> {
        ask(&self.app, question)
    }

    pub fn save(&self, id: Option<Uuid>, driver: &str, options: &[(&str, &str)]) -> Result<DevicesView, Failure> {
        let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let name = "at the desk".to_owned();
        self.ask(SaveDevice { key: key(), id, name, driver: driver.to_owned(), options })
    }

    pub fn add(&self, driver: &str) -> DevicesView {
        self.save(None, driver, &[]).unwrap()
    }

    pub fn sell_cash(&self, bottles: i64) -> SaleView {
        let ticket = ticket(TicketId::from_uuid(key()), bottles);
        paid(self.ask(Pay::cash(key(), ticket, 100_000)).unwrap())
    }

    pub fn pay_card(&self, bottles: i64) -> Result<PaymentView, Failure> {
        self.ask(Pay::card(key(), ticket(TicketId::from_uuid(key()), bottles)))
    }

    pub fn sell_card(&self, bottles: i64) -> SaleView {
        paid(self.pay_card(bottles).unwrap())
    }

    pub fn refund(&self, ticket: TicketId) -> Result<PaymentView, Failure> {
        self.ask(refund_of(ticket))
    }

    /// Asks the card terminal until it has said what became of an unknown payment.
    pub fn resolved(&self, mut view: PaymentView) -> PaymentView {
        let until = Instant::now() + PATIENCE;
        while let PaymentView::Unknown { payment, cause } = &view {
            assert!(Instant::now() < until, "{payment} stays unknown: {cause}");
            view = self.ask(ResolveCard { payment: *payment }).unwrap();
        }
        view
    }

    /// Every tender of every sale in the books.
    pub fn tenders(&self) -> Vec<Tender> {
        let rows = self.ask(Sales { date: None }).unwrap();
        let sale = |ticket| self.ask(Receipt { ticket }).unwrap().sale;
        rows.into_iter().flat_map(|row| sale(row.ticket).tenders).collect()
    }

    pub fn by_card_minor(&self) -> i64 {
        let by_card = |tender: &&Tender| matches!(tender.kind, TenderKind::Card { .. });
        self.tenders().iter().filter(by_card).map(|tender| tender.amount_minor).sum()
    }

    /// The books, the stock and the card terminal's own ledger say the same, and nothing is left open.
    pub fn agrees_with(&self, card: &CardSim) {
        assert_eq!(self.app.store().open_payments().unwrap(), []);
        assert_eq!(self.by_card_minor(), card.charged_minor(), "{:?}", card.ledger());
        self.is_well();
    }

    pub fn is_well(&self) {
        let found = self.app.store().verify().unwrap();
        assert!(found.is_well(), "{found:?}");
    }
}

pub fn refund_of(ticket: TicketId) -> RefundSale {
    RefundSale {
        key: key(),
        ticket,
        lines: Vec::new(),
        to: RefundTo::Original,
        manager: desk(),
        pin: PIN.into(),
        reason: "too short".into(),
    }
}

pub fn paid(view: PaymentView) -> SaleView {
    match view {
        PaymentView::Paid { sale } => *sale,
        other => panic!("not paid: {other:?}"),
    }
}

/// The first notice that `wanted` takes something from.
pub fn wait_for<T>(notices: &Receiver<Notice>, wanted: impl Fn(&Notice) -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        let notice = notices.recv_timeout(until.saturating_duration_since(Instant::now()));
        if let Some(found) = wanted(&notice.expect("a notice in time")) {
            return found;
        }
    }
}
