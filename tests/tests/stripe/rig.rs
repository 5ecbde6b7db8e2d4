//! A salon with one till, a server over HTTP that can be killed, and a line between them that can be cut.

use salon_contract::device::{CardCall, CardReply};
use salon_contract::window::PaymentView;
use salon_devices::stripe::{CallError, CardServer, StripeSettings, StripeTerminal};
use salon_domain::kernel::TicketId;
use salon_server::integrations::stripe::{Api, ApiConfig, SecretKey};
use salon_server::store::{SqliteStore, Store, StoreError, StoreExt, Tx, Verdict};
use salon_terminal::app::{App, Ports};
use salon_terminal::card_server::HttpCardServer;
use salon_tests::fake_stripe::{FakeStripe, KEY, READER};
use salon_tests::net::Link;
use salon_tests::salon::{Salon, Terminal, desk, open_store, ticket};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// A ticket with one cut.
pub const AMOUNT: i64 = 5_200;
/// Stripe has so long to answer the server.
const STRIPE_TIMEOUT: Duration = Duration::from_millis(250);
/// Longer than that.
pub const SLOW_MS: u64 = 600;
pub const NEVER_ENDING: u32 = 10_000;

/// A store that stops committing when its server dies, as a killed process does.
struct Mortal {
    store: Arc<SqliteStore>,
    dead: Arc<AtomicBool>,
}

impl Mortal {
    fn check(&self) -> Result<(), StoreError> {
        if self.dead.load(Ordering::SeqCst) { Err(StoreError::Failed("killed".into())) } else { Ok(()) }
    }
}

impl Store for Mortal {
    fn read(&self, work: &mut dyn FnMut(&dyn Tx)) -> Result<(), StoreError> {
        self.check()?;
        self.store.read(work)
    }
    fn write(&self, work: &mut dyn FnMut(&dyn Tx) -> Verdict) -> Result<(), StoreError> {
        self.check()?;
        self.store.write(work)
    }
    fn env(&self) -> &salon_server::env::Env {
        self.store.env()
    }
    fn doc_cache(&self) -> &salon_server::sync::DocCache {
        self.store.doc_cache()
    }
}

/// A server process, as far as one can be had in a process.
pub struct Server {
    pub url: String,
    pub dead: Arc<AtomicBool>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.dead.store(true, Ordering::SeqCst);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

pub fn serve(salon: &Salon, stripe: &FakeStripe) -> Server {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let dead = Arc::new(AtomicBool::new(false));
    let store = Mortal { store: Arc::clone(&salon.store), dead: Arc::clone(&dead) };
    let mut config = ApiConfig::new(&stripe.url(), SecretKey::new(KEY).unwrap()).unwrap();
    config.timeout = STRIPE_TIMEOUT;
    let app = salon_server::http::App::with(Arc::new(store), None, Some(Api::new(config)));
    let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0))).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(salon_server::http::serve(app, listener, std::future::pending()));
    Server { url, dead, runtime: Some(runtime) }
}

/// What happens to a call of the till.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    Before,
    After,
    /// The till's process ends there.
    KilledBefore,
    KilledAfter,
}

/// The line from the till to the server of the moment.
#[derive(Default)]
pub struct Line {
    pub server: Mutex<Option<Arc<dyn CardServer>>>,
    /// The next so many calls of that name, and which of them.
    pub planned: Mutex<Option<(&'static str, Cut, u32)>>,
    pub fired: AtomicBool,
    /// The salon's clock: a call takes a while of it, as the server counts a till's calls by it.
    clock: Arc<AtomicI64>,
}

impl Line {
    fn cut(&self, name: &str) -> Option<Cut> {
        let mut planned = self.planned.lock().unwrap();
        let (wanted, cut, skip) = planned.as_mut()?;
        if *wanted != name {
            return None;
        }
        if *skip > 0 {
            *skip -= 1;
            return None;
        }
        let cut = *cut;
        *planned = None;
        self.fired.store(true, Ordering::SeqCst);
        Some(cut)
    }
}

impl CardServer for Line {
    fn call(&self, call: &CardCall, patience: Duration) -> Result<CardReply, CallError> {
        let server = self.server.lock().unwrap().clone().unwrap();
        self.clock.fetch_add(300, Ordering::SeqCst);
        match self.cut(call.name()) {
            None => server.call(call, patience),
            Some(Cut::Before) => Err(CallError::Unknown("cut".into())),
            Some(Cut::After) => {
                let _ = server.call(call, patience);
                Err(CallError::Unknown("cut".into()))
            }
            Some(Cut::KilledBefore) => resume_unwind(Box::new("killed")),
            Some(Cut::KilledAfter) => {
                let _ = server.call(call, patience);
                resume_unwind(Box::new("killed"))
            }
        }
    }
}

/// `Arc<Line>` as the driver wants it.
struct Way(Arc<Line>);

impl CardServer for Way {
    fn call(&self, call: &CardCall, patience: Duration) -> Result<CardReply, CallError> {
        self.0.call(call, patience)
    }
}

/// A salon with a till, a server, a reader and Stripe.
pub struct Rig {
    pub stripe: FakeStripe,
    pub server: Server,
    pub line: Arc<Line>,
    till: Option<Terminal>,
    pub salon: Salon,
    card_timeout: Duration,
}

fn settings(card_timeout: Duration) -> StripeSettings {
    StripeSettings {
        poll_every: Duration::from_millis(15),
        patience: Duration::from_millis(2_500),
        end_within: Duration::from_millis(1_200),
        silence_max: Duration::from_millis(500),
        ..StripeSettings::new(READER, card_timeout)
    }
}

impl Rig {
    pub fn new(card_timeout: Duration) -> Rig {
        let (salon, stripe) = (Salon::new().unwrap(), FakeStripe::start().unwrap());
        salon.store.writing(|tx| tx.set_card_reader(salon.tenant, READER, "Front desk")).unwrap();
        let server = serve(&salon, &stripe);
        let line = Arc::new(Line { clock: Arc::clone(&salon.clock), ..Line::default() });
        let mut rig = Rig { stripe, server, line, till: None, salon, card_timeout };
        let till = rig.salon.terminal(1, rig.ports()).unwrap();
        let mut sync = Link::new(&till).unwrap();
        for n in 0..200 {
            sync.step(&till, &rig.salon, n).unwrap();
        }
        till.app.act_as(desk());
        till.app.open_till(Uuid::from_u128(1), 10_000).unwrap();
        rig.till = Some(till);
        rig.connect();
        rig
    }

    pub fn terminal(&self) -> StripeTerminal {
        StripeTerminal::new(Some(Arc::new(Way(Arc::clone(&self.line)))), settings(self.card_timeout))
    }

    fn ports(&self) -> Ports {
        Ports { card: Some(Box::new(self.terminal())), ..Ports::default() }
    }

    pub fn till(&self) -> &Terminal {
        self.till.as_ref().unwrap()
    }

    /// Points the till's line at the server that runs now.
    fn connect(&self) {
        let till = self.till();
        let mut identity = till.app.store().identity().unwrap();
        identity.server = self.server.url.clone();
        let server = HttpCardServer::new(&identity, till.key.clone(), till.clock.clone()).unwrap();
        *self.line.server.lock().unwrap() = Some(Arc::new(server));
    }

    /// As after a power cut: the store as it is on disk, and a driver that remembers nothing.
    pub fn restart_till(&mut self) {
        let Terminal { app, clock, dir, key } = self.till.take().unwrap();
        drop(app);
        let store = open_store(&dir, 1, clock.clone()).unwrap();
        let app = App::new(store, self.ports(), salon_devices::escpos::layout, true).unwrap();
        app.act_as(desk());
        self.till = Some(Terminal { app, clock, dir, key });
    }

    pub fn restart_server(&mut self) {
        self.server = serve(&self.salon, &self.stripe);
        self.connect();
    }

    pub fn pay(&self, n: u8) -> Option<PaymentView> {
        let app = Arc::clone(&self.till().app);
        let wanted = ticket(TicketId::from_parts(1, [n; 10]), 0);
        let paid = catch_unwind(AssertUnwindSafe(|| app.pay_card(Uuid::from_u128(100 + u128::from(n)), &wanted)));
        paid.ok().map(|paid| paid.unwrap())
    }

    /// Asks until it is known.
    pub fn settle(&self, what: &str) -> u32 {
        let mut said = None;
        for tries in 0..40 {
            let open = self.till().app.store().open_payments().unwrap();
            let Some(payment) = open.first() else { return tries };
            said = Some(self.till().app.resolve_card(payment.intent.payment).unwrap());
            if tries > 2 {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        panic!("{what}: nobody came to know: {said:?} {:?}", self.stripe.ledger());
    }

    /// What the till's journal says was paid by card.
    fn journal_minor(&self) -> i64 {
        let day = salon_domain::kernel::day_number(
            self.till().app.catalog().unwrap().today(salon_tests::salon::MORNING).unwrap(),
        );
        let sales = self.till().app.store().sales_of_day(day).unwrap();
        sales.iter().map(|sale| sale.total_minor).sum()
    }

    /// Both ledgers say the same, nothing is held, nothing odd was asked.
    pub fn agreed(&self, what: &str) -> i64 {
        let (charged, journal) = (self.stripe.charged_minor(), self.journal_minor());
        assert_eq!(
            charged,
            journal,
            "{what}: Stripe took {charged}, the journal says {journal}: {:?}",
            self.stripe.ledger()
        );
        assert_eq!(self.stripe.held_minor(), 0, "{what}: a hold is left: {:?}", self.stripe.ledger());
        assert_eq!(self.stripe.violations(), Vec::<String>::new(), "{what}");
        charged
    }
}
