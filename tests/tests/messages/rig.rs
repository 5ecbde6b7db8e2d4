//! A salon with one till, a server over HTTP that can be killed, a mail server and a text gateway.

use salon_contract::message::MessageState;
use salon_contract::window::{
    Ask, Failure, MessageStands, Messages, MessagesView, OpenTill, Pay, SaleView, SendPaper, SentPaper,
};
use salon_domain::kernel::{CardId, MessageId, TicketId};
use salon_domain::notification::Channel;
use salon_server::integrations::messages::{
    Carrier, GatewayConfig, Login, MailConfig, MailRelay, Office, Pace, Secret, TextGateway, TlsMode,
};
use salon_server::provision::NewTenant;
use salon_server::store::{MessageRow, SqliteStore, Store, StoreError, StoreExt, Tx, Verdict};
use salon_terminal::app::Ports;
use salon_terminal::messaging::{Courier, MessageServer, Round};
use salon_terminal::server_line::ServerLine;
use salon_tests::fake_smtp::{self, FakeSmtp};
use salon_tests::fake_texts::{self, FakeTexts};
use salon_tests::net::Link;
use salon_tests::salon::{Salon, Terminal, desk, new_tenant, ticket};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

pub const CUT: i64 = 5_200;
pub const EMAIL: &str = "mia@example.com";
/// What mails are from.
pub const FROM: &str = "receipts@salon.example";
/// Between tries, by the salon's clock.
pub const AGAIN_MS: i64 = 1_000;
pub const LEASE_MS: i64 = 60_000;
const PATIENCE: Duration = Duration::from_secs(20);

/// A key that nothing else has.
pub fn key() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(n))
}

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
    dead: Arc<AtomicBool>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Server {
    pub fn start(salon: &Salon, office: Office) -> Server {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let dead = Arc::new(AtomicBool::new(false));
        let store = Mortal { store: Arc::clone(&salon.store), dead: Arc::clone(&dead) };
        let app = salon_server::http::App::with_services(Arc::new(store), None, None, office);
        let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(salon_server::http::serve(app, listener, std::future::pending()));
        Server { url, dead, runtime: Some(runtime) }
    }

    /// Nothing of what it does from now on is kept.
    pub fn kill(&self) {
        self.dead.store(true, Ordering::SeqCst);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

pub fn relay(smtp: &FakeSmtp) -> Arc<dyn Carrier> {
    relay_by(smtp, TlsMode::None)
}

pub fn relay_by(smtp: &FakeSmtp, tls: TlsMode) -> Arc<dyn Carrier> {
    let config = MailConfig {
        host: "127.0.0.1".into(),
        port: smtp.port(),
        tls,
        login: Some(Login { user: fake_smtp::USER.into(), password: Secret::new(fake_smtp::PASSWORD).unwrap() }),
        from: FROM.into(),
        timeout: PATIENCE,
    };
    Arc::new(MailRelay::new(&config).unwrap())
}

pub fn gateway(texts: &FakeTexts) -> Arc<dyn Carrier> {
    Arc::new(TextGateway::new(GatewayConfig {
        url: texts.url(),
        user: Some(fake_texts::USER.into()),
        token: Secret::new(fake_texts::TOKEN).unwrap(),
        from: fake_texts::FROM.into(),
        timeout: PATIENCE,
    }))
}

pub struct Rig {
    pub server: Option<Server>,
    pub smtp: FakeSmtp,
    pub texts: FakeTexts,
    pub till: Terminal,
    pub courier: Courier,
    pub salon: Salon,
    next_ticket: u8,
}

impl Rig {
    /// Everything there and set up.
    pub fn new() -> Rig {
        let mut rig = Rig::alone();
        rig.start_server();
        rig
    }

    /// The server is not reachable, and never was but for the first sync.
    pub fn alone() -> Rig {
        Rig::of(&new_tenant(None))
    }

    /// The same of other people.
    pub fn of(tenant: &NewTenant) -> Rig {
        let salon = Salon::of(&std::env::temp_dir(), tenant).unwrap();
        let (smtp, texts) = (FakeSmtp::start().unwrap(), FakeTexts::start().unwrap());
        let till = salon.terminal(1, Ports::default()).unwrap();
        let mut sync = Link::new(&till).unwrap();
        for n in 0..200 {
            sync.step(&till, &salon, n).unwrap();
        }
        till.app.act_as(desk());
        let courier = courier(&till, "http://127.0.0.1:1");
        let rig = Rig::over(smtp, texts, till, courier, salon);
        rig.ask(OpenTill { key: key(), float_minor: 10_000 }).unwrap();
        rig
    }

    pub fn over(smtp: FakeSmtp, texts: FakeTexts, till: Terminal, courier: Courier, salon: Salon) -> Rig {
        Rig { server: None, smtp, texts, till, courier, salon, next_ticket: 0 }
    }

    pub fn office(&self) -> Office {
        let pace = Pace { again_after_ms: vec![AGAIN_MS; 3], lease_ms: LEASE_MS };
        Office::new(Some(relay(&self.smtp)), Some(gateway(&self.texts))).with_pace(pace)
    }

    pub fn start_server(&mut self) {
        let office = self.office();
        self.serve(office);
    }

    pub fn serve(&mut self, office: Office) {
        let server = Server::start(&self.salon, office);
        self.courier = courier(&self.till, &server.url);
        self.server = Some(server);
    }

    pub fn ask<A: Ask>(&self, question: A) -> Result<A::Reply, Failure> {
        self.till.app.ask(question.call()).map(|reply| serde_json::from_value(reply).unwrap())
    }

    pub fn client(&self, fields: &[(&str, &str)]) -> CardId {
        let mut set: BTreeMap<String, String> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        set.insert("given_name".into(), "Mia".into());
        self.till.app.save_client(key(), None, &set).unwrap().card
    }

    /// A cut, paid in cash.
    pub fn sell(&mut self, card: Option<CardId>) -> SaleView {
        self.next_ticket += 1;
        let mut wanted = ticket(TicketId::from_parts(1, [self.next_ticket; 10]), 0);
        wanted.card = card;
        self.ask(Pay::cash(key(), wanted, CUT)).unwrap().sale().unwrap()
    }

    pub fn view(&self, ticket: TicketId) -> MessagesView {
        self.ask(Messages { ticket }).unwrap()
    }

    /// How the latest message of a sale stands at the till.
    pub fn stands(&self, ticket: TicketId) -> MessageStands {
        self.view(ticket).sent[0].stands
    }

    /// The till's courier works until it has nothing to do, or the server is away.
    pub fn carry(&mut self) -> Round {
        loop {
            match self.courier.round() {
                Round::Did => {}
                other => return other,
            }
        }
    }

    pub fn row(&self, message: MessageId) -> Option<MessageRow> {
        let tenant = self.salon.tenant;
        self.salon.store.reading(|tx| tx.message(tenant, message)).unwrap()
    }

    /// Until the server is done with a message.
    pub fn await_server(&self, message: MessageId, what: impl Fn(&MessageRow) -> bool) -> MessageRow {
        let until = Instant::now() + PATIENCE;
        loop {
            let row = self.row(message);
            match row {
                Some(row) if what(&row) => return row,
                row => assert!(Instant::now() < until, "the server came to no end: {row:?}"),
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Until the server is done with the latest message of a sale and the till has heard of it.
    pub fn settle(&mut self, ticket: TicketId) -> MessageStands {
        self.carry();
        let message = self.view(ticket).sent[0].message;
        self.await_server(message, |row| row.state.is_final());
        // The next time to ask.
        self.till.clock.advance_ms(60_000);
        self.carry();
        self.stands(ticket)
    }

    /// Time passes at the server.
    pub fn wait_ms(&self, ms: i64) {
        self.salon.clock.fetch_add(ms, Ordering::SeqCst);
    }
}

pub fn courier(till: &Terminal, url: &str) -> Courier {
    Courier::new(&till.app, Box::new(line(till, url)))
}

pub fn line(till: &Terminal, url: &str) -> ServerLine {
    let mut identity = till.app.store().identity().unwrap();
    identity.server = url.to_owned();
    ServerLine::new(&identity, till.key.clone(), till.clock.clone()).unwrap()
}

/// A line on which the answer to the first message is lost.
pub struct Lossy {
    pub line: ServerLine,
    pub lost: AtomicBool,
}

impl MessageServer for Lossy {
    fn send(
        &self,
        message: &salon_contract::message::SendMessage,
    ) -> Result<MessageState, salon_terminal::server_line::NoAnswer> {
        let state = self.line.send(message)?;
        if self.lost.swap(true, Ordering::SeqCst) {
            return Ok(state);
        }
        Err(salon_terminal::server_line::NoAnswer::Unknown("lost".into()))
    }

    fn states(
        &self,
        messages: Vec<MessageId>,
    ) -> Result<salon_contract::message::MessagesReply, salon_terminal::server_line::NoAnswer> {
        self.line.states(messages)
    }
}

pub fn receipt(ticket: TicketId, channel: Channel, to: &str) -> SendPaper {
    SendPaper { key: key(), ticket, paper: SentPaper::Receipt, channel, to: to.into(), keep: false }
}

pub fn by_email(ticket: TicketId) -> SendPaper {
    receipt(ticket, Channel::Email, EMAIL)
}
