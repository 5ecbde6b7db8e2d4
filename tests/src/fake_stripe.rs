//! A strict Stripe on a loopback port, with a memory of its own: what a card payment on a reader needs of the API, the
//! client and the bank included. It checks more than Stripe would let pass: every parameter has to be known, every
//! change that needs an idempotency key has to have one, a key is never used for two things. What was wrong is in
//! [`FakeStripe::violations`]. Faults are given to a step before it happens.
//!
//! Not in here: webhooks, anything of the dashboard.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use salon_server::integrations::stripe::VERSION;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub const KEY: &str = "sk_test_fake0123456789";
pub const READER: &str = "tmr_fake1";

/// A call that is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Create,
    Process,
    ReadIntent,
    ReadReader,
    CancelAction,
    CancelIntent,
    Capture,
    Refund,
    ListRefunds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection ends, nothing was done.
    DropBefore,
    /// It was done, and the connection ends without an answer.
    DropAfter,
    /// 500, nothing was done; the same for the same key from then on.
    FailBefore,
    /// It was done, the answer is 500; the same for the same key from then on.
    FailAfter,
    /// It was done, the answer comes after so many milliseconds.
    Slow(u64),
}

/// What the client and the bank do with the next payment on the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Pays when the intent has been looked at so many times.
    Pays {
        after_looks: u32,
    },
    Declined(&'static str),
    PressesCancel,
    /// Nobody comes.
    Nobody,
    /// The bank is asked and does not answer for so many looks; meanwhile nothing can be cancelled.
    SlowBank {
        looks: u32,
    },
    /// The reader does not say that it heard, but did.
    ReaderHears,
    /// The reader does not say that it heard, and did not.
    ReaderDeaf,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentView {
    pub id: String,
    pub payment: String,
    pub status: &'static str,
    pub amount_minor: i64,
    pub refunded_minor: i64,
}

struct Intent {
    /// Whose it is; nobody else sees it. Empty: the key's own.
    account: String,
    amount: i64,
    currency: String,
    status: &'static str,
    metadata: BTreeMap<String, String>,
    looks: u32,
    charge_at: Option<i64>,
}

#[derive(Clone)]
struct Action {
    intent: String,
    status: &'static str,
    failure_code: Option<&'static str>,
    client: Client,
}

impl Action {
    /// A card is in: nothing can be stopped or replaced until the bank has answered.
    fn asks_bank(&self) -> bool {
        self.status == "in_progress" && matches!(self.client, Client::SlowBank { .. })
    }
}

struct RefundRow {
    id: String,
    intent: String,
    amount: i64,
    metadata: BTreeMap<String, String>,
}

struct Planned {
    step: Step,
    fault: Fault,
    left: u32,
    then: Option<Box<dyn FnOnce() + Send>>,
}

/// What was asked under a key, and its answer when there is one.
type Remembered = (String, (u16, Value));

#[derive(Default)]
struct Bank {
    intents: BTreeMap<String, Intent>,
    refunds: Vec<RefundRow>,
    action: Option<Action>,
    offline: bool,
    busy: bool,
    clients: VecDeque<Client>,
    keys: BTreeMap<String, Remembered>,
    planned: Vec<Planned>,
    calls: Vec<Step>,
    violations: Vec<String>,
    made: u32,
    fired: u32,
}

type Shared = Arc<Mutex<Bank>>;
type Outcome = Result<Value, (u16, Value)>;
type Params = BTreeMap<String, String>;

/// Ends with its value.
pub struct FakeStripe {
    address: SocketAddr,
    bank: Shared,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for FakeStripe {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn lock(bank: &Shared) -> MutexGuard<'_, Bank> {
    bank.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakeStripe {
    pub fn start() -> anyhow::Result<FakeStripe> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let bank = Shared::default();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&bank));
        let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(FakeStripe { address, bank, runtime: Some(runtime) })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn bank(&self) -> MutexGuard<'_, Bank> {
        lock(&self.bank)
    }

    /// The next payments on the reader; [`Client::Pays`] after them.
    pub fn next_client(&self, client: Client) {
        self.bank().clients.push_back(client);
    }

    /// The next `times` calls of that step go wrong.
    pub fn plan(&self, step: Step, fault: Fault, times: u32) {
        self.bank().planned.push(Planned { step, fault, left: times, then: None });
    }

    /// The next call of that step goes wrong, and `then` happens just before its answer is due.
    pub fn plan_with(&self, step: Step, fault: Fault, then: impl FnOnce() + Send + 'static) {
        self.bank().planned.push(Planned { step, fault, left: 1, then: Some(Box::new(then)) });
    }

    /// No more faults.
    pub fn heal(&self) {
        let mut bank = self.bank();
        bank.planned.clear();
        (bank.offline, bank.busy) = (false, false);
    }

    pub fn set_offline(&self, offline: bool) {
        self.bank().offline = offline;
    }

    /// The reader updates itself, or holds the card of the one before.
    pub fn set_busy(&self, busy: bool) {
        self.bank().busy = busy;
    }

    /// How often planned faults happened.
    pub fn fired(&self) -> u32 {
        self.bank().fired
    }

    pub fn calls(&self, step: Step) -> usize {
        self.bank().calls.iter().filter(|call| **call == step).count()
    }

    pub fn ledger(&self) -> Vec<IntentView> {
        let bank = self.bank();
        let view = |(id, intent): (&String, &Intent)| IntentView {
            id: id.clone(),
            payment: intent.metadata.get("payment").cloned().unwrap_or_default(),
            status: intent.status,
            amount_minor: intent.amount,
            refunded_minor: bank.refunded(id),
        };
        bank.intents.iter().map(view).collect()
    }

    /// Taken, less what was given back.
    pub fn charged_minor(&self) -> i64 {
        let taken = self.ledger().into_iter().filter(|intent| intent.status == "succeeded");
        taken.map(|intent| intent.amount_minor - intent.refunded_minor).sum()
    }

    /// Held on cards and not taken.
    pub fn held_minor(&self) -> i64 {
        let held = self.ledger().into_iter().filter(|intent| intent.status == "requires_capture");
        held.map(|intent| intent.amount_minor).sum()
    }

    /// What no client of Stripe should have sent.
    pub fn violations(&self) -> Vec<String> {
        self.bank().violations.clone()
    }
}

/// Who asks for what, once the path is understood.
struct Call {
    step: Step,
    /// The intent or the reader in the path.
    id: String,
    params: Params,
    key: Option<String>,
    account: String,
    fingerprint: String,
}

async fn answer(State(bank): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, 64 << 10).await else { return StatusCode::BAD_REQUEST.into_response() };
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let call = match understood(&bank, &parts.method, parts.uri.path(), &query, &parts.headers, &body) {
        Ok(call) => call,
        Err((status, error)) => return sent(status, &error),
    };
    let planned = take_fault(&bank, call.step);
    let Some((fault, then)) = planned else {
        let (status, value) = done(&bank, &call);
        return sent(status, &value);
    };
    let answer = match fault {
        Fault::DropBefore => None,
        Fault::DropAfter | Fault::Slow(_) => Some(done(&bank, &call)),
        Fault::FailBefore => Some(failed(&bank, &call)),
        Fault::FailAfter => {
            done(&bank, &call);
            Some(failed(&bank, &call))
        }
    };
    if let Some(then) = then {
        then();
    }
    match (fault, answer) {
        (Fault::Slow(ms), Some((status, value))) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            sent(status, &value)
        }
        (Fault::FailBefore | Fault::FailAfter, Some((status, value))) => sent(status, &value),
        // The task of this connection ends, and the connection with it; no message, as nothing is wrong here.
        _ => std::panic::resume_unwind(Box::new("the line is cut")),
    }
}

fn sent(status: u16, value: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(value.clone())).into_response()
}

type Fired = (Fault, Option<Box<dyn FnOnce() + Send>>);

fn take_fault(bank: &Shared, step: Step) -> Option<Fired> {
    let mut bank = lock(bank);
    bank.calls.push(step);
    let at = bank.planned.iter().position(|planned| planned.step == step)?;
    bank.fired += 1;
    let planned = &mut bank.planned[at];
    planned.left -= 1;
    let (fault, left, then) = (planned.fault, planned.left, planned.then.take());
    if left == 0 {
        bank.planned.remove(at);
    }
    Some((fault, then))
}

fn error(status: u16, kind: &str, code: &str, message: &str) -> (u16, Value) {
    (status, json!({"error": {"type": kind, "code": code, "message": message}}))
}

fn invalid(code: &str, message: &str) -> (u16, Value) {
    error(400, "invalid_request_error", code, message)
}

/// Checks what all calls have in common, and says which one it is.
fn understood(
    bank: &Shared,
    method: &Method,
    path: &str,
    query: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Call, (u16, Value)> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wrong = |what: String| {
        lock(bank).violations.push(format!("{method} {path}: {what}"));
        invalid("parameter_invalid", &what)
    };
    if header("authorization") != format!("Bearer {KEY}") {
        return Err(error(401, "invalid_request_error", "api_key_invalid", "no such key"));
    }
    if header("stripe-version") != VERSION {
        return Err(wrong(format!("version {}", header("stripe-version"))));
    }
    let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
    let (step, id) = match (method.as_str(), parts.as_slice()) {
        ("POST", ["payment_intents"]) => (Step::Create, ""),
        ("GET", ["payment_intents", id]) => (Step::ReadIntent, *id),
        ("POST", ["payment_intents", id, "cancel"]) => (Step::CancelIntent, *id),
        ("POST", ["payment_intents", id, "capture"]) => (Step::Capture, *id),
        ("GET", ["terminal", "readers", id]) => (Step::ReadReader, *id),
        ("POST", ["terminal", "readers", id, "process_payment_intent"]) => (Step::Process, *id),
        ("POST", ["terminal", "readers", id, "cancel_action"]) => (Step::CancelAction, *id),
        ("POST", ["refunds"]) => (Step::Refund, ""),
        ("GET", ["refunds"]) => (Step::ListRefunds, ""),
        _ => return Err(wrong("no such route".into())),
    };
    let is_post = method == Method::POST;
    if is_post && header("content-type") != "application/x-www-form-urlencoded" {
        return Err(wrong(format!("content type {:?}", header("content-type"))));
    }
    let text = if is_post { String::from_utf8_lossy(body).into_owned() } else { query.to_owned() };
    let params = form(&text).ok_or_else(|| wrong(format!("not a form: {text}")))?;
    let (needed, allowed): (&[&str], &[&str]) = match step {
        Step::Create => (&["amount", "currency", "payment_method_types[]", "capture_method", "metadata[payment]"], &[]),
        Step::Process => (&["payment_intent"], &["process_config[enable_customer_cancellation]"]),
        Step::ReadIntent | Step::Capture => (&[], &["expand[]"]),
        Step::Refund => (&["payment_intent", "amount", "metadata[refund]"], &[]),
        Step::ListRefunds => (&["payment_intent"], &["limit"]),
        Step::ReadReader | Step::CancelAction | Step::CancelIntent => (&[], &[]),
    };
    if let Some(missing) = needed.iter().find(|name| !params.contains_key(**name)) {
        return Err(wrong(format!("{missing} is missing")));
    }
    if let Some(unknown) =
        params.keys().find(|name| !needed.contains(&name.as_str()) && !allowed.contains(&name.as_str()))
    {
        return Err(wrong(format!("{unknown} is unknown")));
    }
    let account = header("stripe-account").to_owned();
    let key = Some(header("idempotency-key")).filter(|key| !key.is_empty()).map(|key| format!("{account}/{key}"));
    let wants_key = matches!(step, Step::Create | Step::Process | Step::Capture | Step::Refund);
    if wants_key && key.is_none() {
        return Err(wrong("no idempotency key".into()));
    }
    Ok(Call { step, id: id.to_owned(), params, key, account, fingerprint: format!("{path}?{text}") })
}

/// `name=value&…`, percent-encoded; none: it is not that.
fn form(text: &str) -> Option<Params> {
    let decode = |part: &str| -> Option<String> {
        let mut bytes = Vec::new();
        let mut rest = part.as_bytes();
        while let Some((first, tail)) = rest.split_first() {
            rest = tail;
            match first {
                b'%' => {
                    let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
                    bytes.push(u8::from_str_radix(digits, 16).ok()?);
                    rest = &rest[2..];
                }
                b'+' => bytes.push(b' '),
                other => bytes.push(*other),
            }
        }
        String::from_utf8(bytes).ok()
    };
    let mut params = Params::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        if params.insert(decode(name)?, decode(value)?).is_some() {
            return None;
        }
    }
    Some(params)
}

/// Does the call, or repeats what its key got before.
fn done(bank: &Shared, call: &Call) -> (u16, Value) {
    let mut bank = lock(bank);
    if let Some(key) = &call.key
        && let Some((fingerprint, answer)) = bank.keys.get(key).cloned()
    {
        if fingerprint == call.fingerprint {
            return answer;
        }
        bank.violations.push(format!("{key} was used for something else"));
        return error(400, "idempotency_error", "", "the key was used with other parameters");
    }
    let answer = match bank.perform(call) {
        Ok(value) => (200, value),
        Err(error) => error,
    };
    if let Some(key) = &call.key {
        bank.keys.insert(key.clone(), (call.fingerprint.clone(), answer.clone()));
    }
    answer
}

/// A failure of the server, which is what the key gets from now on. One that was answered keeps its answer.
fn failed(bank: &Shared, call: &Call) -> (u16, Value) {
    let answer = error(500, "api_error", "", "something went wrong here");
    if let Some(key) = &call.key {
        lock(bank).keys.insert(key.clone(), (call.fingerprint.clone(), answer.clone()));
    }
    answer
}

impl Bank {
    fn refunded(&self, intent: &str) -> i64 {
        self.refunds.iter().filter(|refund| refund.intent == intent).map(|refund| refund.amount).sum()
    }

    fn next_id(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}_fake{}", self.made)
    }

    fn perform(&mut self, call: &Call) -> Outcome {
        let named = call.params.get("payment_intent").unwrap_or(&call.id);
        if self.intents.get(named).is_some_and(|intent| intent.account != call.account) {
            return Err(error(404, "invalid_request_error", "resource_missing", named));
        }
        match call.step {
            Step::Create => self.create(&call.params, &call.account),
            Step::ReadIntent => {
                self.look(&call.id);
                self.shown(&call.id, call.params.contains_key("expand[]"))
            }
            Step::Process => self.process(call),
            Step::ReadReader => self.reader(&call.id),
            Step::CancelAction => self.cancel_action(&call.id),
            Step::CancelIntent => self.cancel_intent(&call.id),
            Step::Capture => self.capture(&call.id, call.params.contains_key("expand[]")),
            Step::Refund => self.refund(&call.params),
            Step::ListRefunds => {
                let intent = &call.params["payment_intent"];
                let of = |refund: &&RefundRow| refund.intent == *intent;
                let data: Vec<Value> = self.refunds.iter().rev().filter(of).map(RefundRow::shown).collect();
                Ok(json!({"object": "list", "data": data, "has_more": false}))
            }
        }
    }

    fn create(&mut self, params: &Params, account: &str) -> Outcome {
        let amount: i64 = params["amount"].parse().unwrap_or(0);
        let currency = params["currency"].clone();
        if !(1..=99_999_999).contains(&amount) {
            return Err(invalid("parameter_invalid_integer", "amount"));
        }
        if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_lowercase()) {
            return Err(invalid("parameter_invalid", "currency"));
        }
        if params["payment_method_types[]"] != "card_present" || params["capture_method"] != "manual" {
            return Err(invalid("parameter_invalid", "not for a reader, or not in two steps"));
        }
        let metadata = BTreeMap::from([("payment".to_owned(), params["metadata[payment]"].clone())]);
        let id = self.next_id("pi");
        let intent = Intent {
            account: account.to_owned(),
            amount,
            currency,
            status: "requires_payment_method",
            metadata,
            looks: 0,
            charge_at: None,
        };
        self.intents.insert(id.clone(), intent);
        self.shown(&id, false)
    }

    fn shown(&self, id: &str, expanded: bool) -> Outcome {
        let intent = self.intents.get(id).ok_or_else(|| error(404, "invalid_request_error", "resource_missing", id))?;
        let charge = match (intent.charge_at, expanded) {
            (None, _) => Value::Null,
            (Some(_), false) => json!(format!("ch_{id}")),
            (Some(created), true) => json!({
                "id": format!("ch_{id}"),
                "created": created,
                "payment_method_details": {"type": "card_present", "card_present": {
                    "brand": "visa", "last4": "4242", "exp_year": 2034, "funding": "credit",
                    "receipt": {
                        "authorization_code": "123456", "application_preferred_name": "Visa Credit",
                        "dedicated_file_name": "A000000003101001", "account_type": "credit",
                    },
                }},
            }),
        };
        let succeeded = intent.status == "succeeded";
        Ok(json!({
            "id": id, "object": "payment_intent", "amount": intent.amount, "currency": intent.currency,
            "amount_received": if succeeded { intent.amount } else { 0 },
            "status": intent.status, "capture_method": "manual", "metadata": intent.metadata,
            "payment_method_types": ["card_present"], "latest_charge": charge,
        }))
    }

    /// Time passes by being looked at: no clock in here.
    fn look(&mut self, id: &str) {
        let Some(intent) = self.intents.get_mut(id) else { return };
        intent.looks += 1;
        let Some(action) = self.action.as_mut().filter(|action| action.intent == id && action.status == "in_progress")
        else {
            return;
        };
        if intent.status != "requires_payment_method" {
            return;
        }
        let fail = |action: &mut Action, code| (action.status, action.failure_code) = ("failed", Some(code));
        match action.client {
            Client::Pays { after_looks } | Client::SlowBank { looks: after_looks } if intent.looks <= after_looks => {}
            Client::Pays { .. } | Client::SlowBank { .. } | Client::ReaderHears => {
                (intent.status, intent.charge_at) = ("requires_capture", Some(1_790_665_200));
                action.status = "succeeded";
            }
            Client::Declined(_) => fail(action, "card_declined"),
            Client::PressesCancel => fail(action, "customer_canceled"),
            Client::Nobody | Client::ReaderDeaf => {}
        }
    }

    fn process(&mut self, call: &Call) -> Outcome {
        let id = &call.params["payment_intent"];
        self.reader(&call.id)?;
        let intent = self.intents.get(id).ok_or_else(|| error(404, "invalid_request_error", "resource_missing", id))?;
        if intent.status != "requires_payment_method" {
            return Err(invalid("payment_intent_unexpected_state", intent.status));
        }
        if self.offline {
            return Err(invalid("terminal_reader_offline", "the reader is offline"));
        }
        // A payment that nobody has presented a card for is replaced on the reader's screen.
        if self.busy || self.action.as_ref().is_some_and(Action::asks_bank) {
            return Err(invalid("terminal_reader_busy", "the reader is busy"));
        }
        let client = self.clients.pop_front().unwrap_or(Client::Pays { after_looks: 1 });
        if client != Client::ReaderDeaf {
            self.action = Some(Action { intent: id.clone(), status: "in_progress", failure_code: None, client });
        }
        if matches!(client, Client::ReaderHears | Client::ReaderDeaf) {
            return Err(invalid("terminal_reader_timeout", "the reader did not answer"));
        }
        self.reader(&call.id)
    }

    fn reader(&self, id: &str) -> Outcome {
        if id != READER {
            return Err(error(404, "invalid_request_error", "resource_missing", id));
        }
        let action = self.action.as_ref().map(|action| {
            json!({
                "type": "process_payment_intent", "status": action.status, "failure_code": action.failure_code,
                "failure_message": null, "process_payment_intent": {"payment_intent": action.intent},
            })
        });
        let status = if self.offline { "offline" } else { "online" };
        Ok(json!({
            "id": id, "object": "terminal.reader", "label": "Front desk", "status": status, "action": action,
        }))
    }

    fn cancel_action(&mut self, id: &str) -> Outcome {
        if self.action.as_ref().is_some_and(Action::asks_bank) {
            return Err(invalid("terminal_reader_busy", "the bank is being asked"));
        }
        if self.action.as_ref().is_some_and(|action| action.status == "in_progress") {
            self.action = None;
        }
        self.reader(id)
    }

    fn cancel_intent(&mut self, id: &str) -> Outcome {
        let intent =
            self.intents.get_mut(id).ok_or_else(|| error(404, "invalid_request_error", "resource_missing", id))?;
        if !matches!(intent.status, "requires_payment_method" | "requires_capture") {
            return Err(invalid("payment_intent_unexpected_state", intent.status));
        }
        intent.status = "canceled";
        self.shown(id, false)
    }

    fn capture(&mut self, id: &str, expanded: bool) -> Outcome {
        let intent =
            self.intents.get_mut(id).ok_or_else(|| error(404, "invalid_request_error", "resource_missing", id))?;
        if intent.status != "requires_capture" {
            return Err(invalid("payment_intent_unexpected_state", intent.status));
        }
        intent.status = "succeeded";
        self.shown(id, expanded)
    }

    fn refund(&mut self, params: &Params) -> Outcome {
        let id = params["payment_intent"].clone();
        let amount: i64 = params["amount"].parse().unwrap_or(0);
        let intent =
            self.intents.get(&id).ok_or_else(|| error(404, "invalid_request_error", "resource_missing", &id))?;
        let left = intent.amount - self.refunded(&id);
        if intent.status != "succeeded" {
            return Err(invalid("payment_intent_unexpected_state", intent.status));
        }
        if left == 0 {
            return Err(invalid("charge_already_refunded", "there is nothing left"));
        }
        if !(1..=left).contains(&amount) {
            return Err(invalid("amount_too_large", "more than is left"));
        }
        let metadata = BTreeMap::from([("refund".to_owned(), params["metadata[refund]"].clone())]);
        let refund = RefundRow { id: self.next_id("re"), intent: id, amount, metadata };
        let shown = refund.shown();
        self.refunds.push(refund);
        Ok(shown)
    }
}

impl RefundRow {
    fn shown(&self) -> Value {
        json!({
            "id": self.id, "object": "refund", "amount": self.amount, "payment_intent": self.intent,
            "status": "succeeded", "created": 1_790_668_800, "metadata": self.metadata,
        })
    }
}
