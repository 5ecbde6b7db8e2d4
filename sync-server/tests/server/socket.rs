//! The server over a real socket: terminals speak the sync protocol with `salon_sync::client::Session`, a console
//! listens to the live stream.

use super::support::{DAY, MONDAY_MS, Terminal, TestApp, harbour};
use ed25519_dalek::{Signer, SigningKey};
use futures_util::{SinkExt, StreamExt};
use salon_contract::rest::Live;
use salon_domain::kernel::Instant;
use salon_server::http::serve;
use salon_server::provision;
use salon_sync::client::{Effect, Event, Phase, Session};
use salon_sync::wire::{self, FromClient, FromServer, Item, RefusalCode, challenge_message};
use serde_bytes::ByteBuf;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Far more than any of it takes; only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(20);

struct Running {
    app: TestApp,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Running {
    async fn start() -> Running {
        let app = TestApp::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(serve(Arc::clone(&app.app), listener, async {
            let _ = stopped.await;
        }));
        Running { app, address, stop, served }
    }

    async fn connect(&self) -> Socket {
        tokio_tungstenite::connect_async(format!("ws://{}/sync", self.address)).await.unwrap().0
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        tokio::time::timeout(PATIENCE, self.served).await.expect("the server stops").unwrap().unwrap();
    }
}

async fn send(socket: &mut Socket, frame: &FromClient) {
    socket.send(Message::binary(wire::encode(frame).unwrap())).await.unwrap();
}

/// The next frame; none when the server has closed.
async fn receive(socket: &mut Socket) -> Option<FromServer> {
    loop {
        match tokio::time::timeout(PATIENCE, socket.next()).await.expect("the server answers") {
            Some(Ok(Message::Binary(bytes))) => return Some(wire::decode(&bytes).unwrap()),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            _ => return None,
        }
    }
}

/// A terminal's session on a socket, its store a list.
struct Client {
    socket: Socket,
    session: Session,
    outbox: Vec<Item>,
    stored: Vec<Item>,
    phase: Phase,
    acked: u64,
}

impl Client {
    async fn connect(server: &Running, terminal: &Terminal) -> Client {
        let outbox = terminal.outbox.clone();
        let key = SigningKey::from_bytes(&terminal.key.to_bytes());
        let session = Session::new(terminal.info.device, key, "test", 0, 0, outbox.len() as u64);
        let socket = server.connect().await;
        let mut client = Client { socket, session, outbox, stored: vec![], phase: Phase::Offline, acked: 0 };
        client.feed(Event::Tick).await;
        client
    }

    async fn feed(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for effect in self.session.on(event, Instant(MONDAY_MS), 0) {
                match effect {
                    Effect::Connect => events.push(Event::Opened),
                    Effect::Send(bytes) => self.socket.send(Message::binary(bytes)).await.unwrap(),
                    Effect::LoadOutbox { first } => {
                        let items = self.outbox[first as usize - 1..].to_vec();
                        events.push(Event::Outbox { first, items });
                    }
                    Effect::Store { items, next } => {
                        self.stored.extend(items);
                        events.push(Event::Stored { cursor: next });
                    }
                    Effect::MarkAcked { through } => self.acked = through,
                    Effect::Report(progress) => self.phase = progress.phase,
                    Effect::Disconnect => {}
                }
            }
        }
    }

    /// Until `done`, or the server closes.
    async fn run_until(&mut self, done: impl Fn(&Client) -> bool) {
        while !done(self) {
            match tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("the server answers") {
                Some(Ok(Message::Binary(bytes))) => self.feed(Event::Frame(bytes.into())).await,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return self.feed(Event::Closed).await,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_terminal_sells_the_other_has() {
    let server = Running::start().await;
    let (mut front, back) = (server.app.terminal(harbour(), 1), server.app.terminal(harbour(), 2));
    front.client("Ada");
    for n in 0..1_500 {
        front.sell(DAY, MONDAY_MS + n, 1_190);
    }
    let mut second = Client::connect(&server, &back).await;
    second.run_until(|c| c.phase == Phase::Synced).await;
    let mut first = Client::connect(&server, &front).await;
    let all = front.outbox.len() as u64;
    first.run_until(|c| c.acked == all && c.phase == Phase::Synced).await;
    second.run_until(|c| c.stored.iter().filter(|i| matches!(i, Item::Journal { .. })).count() == 1_501).await;
    assert_eq!(server.app.totals().receipts, 1_500);
    assert!(server.app.app.online.is_online(front.info.device));
    let token = server.app.owner().await;
    let dashboard: salon_contract::rest::Dashboard = server.app.get("/api/v1/dashboard", &token).await;
    assert!(dashboard.terminals.iter().all(|t| t.online && t.last_seen.is_some()));
    // A change at the console reaches both.
    let masters = |c: &Client| c.stored.iter().filter(|i| matches!(i, Item::Master { .. })).count();
    let before = masters(&second);
    let changed = salon_domain::catalog::Product { price_minor: 1, ..super::support::product() };
    let path = format!("/api/v1/products/{}", changed.id);
    server.app.call("PUT", &path, Some(&token), Some(serde_json::json!(changed))).await;
    second.run_until(|c| masters(c) > before).await;
    drop((first, second));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_command_beside_the_server_writes_arrives_too() {
    let server = Running::start().await;
    let till = server.app.terminal(harbour(), 1);
    let mut client = Client::connect(&server, &till).await;
    client.run_until(|c| c.phase == Phase::Synced).await;
    let before = client.stored.len();
    // Past the server: only the log knows.
    server.app.terminal(harbour(), 2);
    client.run_until(|c| c.stored.len() > before).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_enrols_and_proves_itself() {
    let server = Running::start().await;
    let code = provision::pairing_code(server.app.store.as_ref(), server.app.tenant, harbour(), "").unwrap();
    let key = SigningKey::from_bytes(&[5; 32]);
    let public_key = ByteBuf::from(key.verifying_key().to_bytes().to_vec());
    let mut socket = server.connect().await;
    let enrol = FromClient::Enrol { v: 1, code: code.to_string(), name: "Front".into(), public_key };
    send(&mut socket, &enrol).await;
    let Some(FromServer::Enrolled { device, branch, name, .. }) = receive(&mut socket).await else { panic!() };
    assert_eq!((branch, name.as_str()), (harbour(), "Front"));
    assert!(receive(&mut socket).await.is_none());

    let hello = FromClient::Hello { v: 1, v_min: 1, app: "test".into(), device, cursor: 0 };
    for (key, welcome) in [(SigningKey::from_bytes(&[6; 32]), false), (key, true)] {
        let mut socket = server.connect().await;
        send(&mut socket, &hello).await;
        let Some(FromServer::Challenge { nonce }) = receive(&mut socket).await else { panic!() };
        let signature = key.sign(&challenge_message(device, &nonce)).to_bytes().to_vec();
        send(&mut socket, &FromClient::Prove { signature: ByteBuf::from(signature) }).await;
        match receive(&mut socket).await {
            Some(FromServer::Welcome { acked: 0, .. }) => assert!(welcome),
            Some(FromServer::Refused { code: RefusalCode::BadSignature, .. }) => assert!(!welcome),
            other => panic!("{other:?}"),
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_terminal_is_sent_away_at_once() {
    let server = Running::start().await;
    let till = server.app.terminal(harbour(), 1);
    let mut client = Client::connect(&server, &till).await;
    client.run_until(|c| c.phase == Phase::Synced).await;
    let token = server.app.owner().await;
    let path = format!("/api/v1/devices/{}/revoke", till.info.device);
    server.app.call("POST", &path, Some(&token), None).await;
    client.run_until(|_| false).await;
    assert_eq!(client.phase, Phase::Offline);
    let mut again = Client::connect(&server, &till).await;
    again.run_until(|c| matches!(c.phase, Phase::Refused(_))).await;
    assert_eq!(again.phase, Phase::Refused(RefusalCode::Revoked));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_frames_end_the_connection_and_nothing_else() {
    let server = Running::start().await;
    let hostile: [Message; 4] = [
        Message::binary(vec![1, 2, 3]),
        Message::text("hello"),
        Message::binary(wire::encode(&FromClient::Push { first: 1, items: vec![] }).unwrap()),
        Message::binary(vec![0; wire::FRAME_BYTES_MAX + 1]),
    ];
    for message in hostile {
        let mut socket = server.connect().await;
        // The server may close while the large one is still being sent.
        let _ = socket.send(message).await;
        while let Some(frame) = receive(&mut socket).await {
            assert!(matches!(frame, FromServer::Refused { code: RefusalCode::BadPush, .. }), "{frame:?}");
        }
    }
    let (status, _) = server.app.call("GET", "/health", None, None).await;
    assert_eq!(status.as_u16(), 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_hears_of_a_sale_until_the_server_stops() {
    let server = Running::start().await;
    let token = server.app.owner().await;
    let mut till = server.app.terminal(harbour(), 1);
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (read, mut write) = stream.into_split();
    let request = format!(
        "GET /api/v1/live?branch=all&access_token={token} HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\n\r\n"
    );
    write.write_all(request.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(read).lines();
    let mut next = async || tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("a line").unwrap();
    while next().await.is_some_and(|line| !line.is_empty()) {}
    till.sell(DAY, MONDAY_MS, 5_950);
    let mut client = Client::connect(&server, &till).await;
    client.run_until(|c| c.acked == 1).await;
    let mut heard = Vec::new();
    while heard.len() < 2 {
        if let Some(data) = next().await.unwrap().strip_prefix("data: ") {
            heard.push(serde_json::from_str::<Live>(data).unwrap());
        }
    }
    let online = Live::Terminal { device: till.info.device, online: true };
    assert_eq!(heard, [online, Live::Sale { branch: harbour(), total_minor: 5_950 }]);
    server.stop().await;
    // Chunked encoding's end; no more events.
    while let Some(line) = next().await {
        assert!(!line.contains("\"sale\""));
    }
}
