//! A strict gateway for text messages on a loopback port, in the shape of Twilio's Messages resource: it wants a `POST` of a
//! form with `To`, `From` and `Body` and nothing else, both numbers in E.164, and the account's login. What was wrong is in
//! [`FakeTexts::violations`].
//!
//! Not in here: delivery reports, media, alphanumeric senders.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub const USER: &str = "ACfake0123456789";
pub const TOKEN: &str = "hush-hush-0123";
/// Twilio's test number.
pub const FROM: &str = "+15005550006";
const PATH: &str = "/2010-04-01/Accounts/ACfake0123456789/Messages.json";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not taken: a status and, if it is not nought, Twilio's code.
    Refuse(u16, u32),
    /// It is sent, and the connection ends without an answer.
    DropAfter,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub to: String,
    pub from: String,
    pub body: String,
}

#[derive(Default)]
struct Desk {
    texts: Vec<Text>,
    faults: VecDeque<Fault>,
    violations: Vec<String>,
}

type Shared = Arc<Mutex<Desk>>;

fn open(shared: &Shared) -> MutexGuard<'_, Desk> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

pub struct FakeTexts {
    address: SocketAddr,
    desk: Shared,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for FakeTexts {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl FakeTexts {
    pub fn start() -> std::io::Result<FakeTexts> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        let desk = Shared::default();
        let router = Router::new().route(PATH, post(take)).with_state(Arc::clone(&desk));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(FakeTexts { address, desk, runtime: Some(runtime) })
    }

    pub fn url(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    pub fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        open(&self.desk).faults.extend(faults);
    }

    pub fn texts(&self) -> Vec<Text> {
        open(&self.desk).texts.clone()
    }

    pub fn violations(&self) -> Vec<String> {
        open(&self.desk).violations.clone()
    }
}

fn refused(status: u16, code: u32, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let code = if code == 0 { json!(null) } else { json!(code) };
    let body = json!({"code": code, "message": message, "more_info": "", "status": status.as_u16()});
    (status, axum::Json(body)).into_response()
}

async fn take(State(desk): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if header("authorization") != format!("Basic {}", BASE64.encode(format!("{USER}:{TOKEN}"))) {
        return refused(401, 20_003, "Authenticate");
    }
    let mut desk = open(&desk);
    if header("content-type") != "application/x-www-form-urlencoded" {
        desk.violations.push(format!("content type {}", header("content-type")));
    }
    let form = form(&String::from_utf8_lossy(&body));
    if let Some(unknown) = form.keys().find(|name| !["To", "From", "Body"].contains(&name.as_str())) {
        desk.violations.push(format!("a parameter that is none: {unknown}"));
    }
    let get = |name: &str| form.get(name).cloned().unwrap_or_default();
    let text = Text { to: get("To"), from: get("From"), body: get("Body") };
    if !is_number(&text.to) {
        return refused(400, 21_211, "Invalid 'To' Phone Number");
    }
    if !is_number(&text.from) {
        return refused(400, 21_212, "Invalid 'From' Phone Number");
    }
    if text.body.is_empty() || text.body.chars().count() > 1_600 {
        return refused(400, 21_617, "The concatenated message body exceeds the limit");
    }
    match desk.faults.pop_front() {
        Some(Fault::Refuse(status, code)) => refused(status, code, "refused"),
        Some(Fault::DropAfter) => {
            desk.texts.push(text);
            // A body that breaks off ends the connection before the client has an answer.
            let broken = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut")) });
            let body = axum::body::Body::from_stream(broken);
            (StatusCode::CREATED, [("content-length", "64")], body).into_response()
        }
        None => {
            desk.texts.push(text);
            let sid = format!("SM{:032}", desk.texts.len());
            let body = json!({"sid": sid, "status": "queued", "error_code": null, "error_message": null});
            (StatusCode::CREATED, axum::Json(body)).into_response()
        }
    }
}

fn is_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// application/x-www-form-urlencoded.
fn form(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (decoded(k), decoded(v))).collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
