//! The way to the terminal: Tauri's invoke inside the shell's window, HTTP and server-sent events before a headless
//! `pos window`. Both carry the same JSON.

use crate::browser;
use gloo_net::http::Request;
use salon_contract::window::{Ask, Code, Failure, Notice};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{EventSource, MessageEvent};

/// The detail's name of a failure that is the link's own: the terminal's process did not answer.
pub const LINK: &str = "link";
const TOKEN: &str = "window-token";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI__", "core"])]
    fn invoke(command: &str, arguments: JsValue) -> Result<js_sys::Promise, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI__", "event"])]
    fn listen(event: &str, handler: &js_sys::Function) -> Result<js_sys::Promise, JsValue>;
}

/// What reaches the page unasked.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    Notice(Notice),
    /// The link was away and is back: whatever is shown may be old.
    Reconnected,
    /// An answer said that nobody is signed in any more.
    SignInNeeded,
}

type Listener = Rc<dyn Fn(&Heard)>;

thread_local! {
    static LISTENERS: RefCell<Vec<(u32, Listener)>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<u32> = const { Cell::new(0) };
    static STARTED: Cell<bool> = const { Cell::new(false) };
}

fn tell(heard: &Heard) {
    let all: Vec<Listener> = LISTENERS.with_borrow(|l| l.iter().map(|(_, f)| f.clone()).collect());
    all.iter().for_each(|f| f(heard));
}

/// Hears everything until it is dropped.
pub struct Subscription(u32);

impl Drop for Subscription {
    fn drop(&mut self) {
        LISTENERS.with_borrow_mut(|l| l.retain(|(id, _)| *id != self.0));
    }
}

pub fn subscribe(listener: Listener) -> Subscription {
    let id = NEXT.replace(NEXT.get() + 1);
    LISTENERS.with_borrow_mut(|l| l.push((id, listener)));
    if !STARTED.replace(true) {
        start();
    }
    Subscription(id)
}

fn in_tauri() -> bool {
    browser::window().is_some_and(|w| js_sys::Reflect::has(&w, &JsValue::from_str("__TAURI__")).unwrap_or(false))
}

fn token() -> String {
    if let Some(token) = browser::query_parameter("token") {
        browser::store_for_session(TOKEN, Some(&token));
        return token;
    }
    browser::stored_for_session(TOKEN).unwrap_or_default()
}

fn no_link(detail: impl ToString) -> Failure {
    Failure::new(Code::Internal).with(LINK, detail.to_string())
}

pub async fn ask<Q: Ask>(question: Q) -> Result<Q::Reply, Failure> {
    let call = serde_json::to_string(&question.call()).map_err(no_link)?;
    let reply = if in_tauri() { by_invoke(&call).await } else { by_http(call).await };
    match reply {
        Ok(text) => serde_json::from_str(&text).map_err(no_link),
        Err(failure) => {
            if failure.code == Code::SignInNeeded {
                tell(&Heard::SignInNeeded);
            }
            Err(failure)
        }
    }
}

/// Opens the client's screen, or brings it to the front. False where that is not allowed.
pub async fn open_customer_screen() -> bool {
    if in_tauri() {
        let Ok(promise) = invoke("customer_window", js_sys::Object::new().into()) else { return false };
        return JsFuture::from(promise).await.is_ok();
    }
    // A window of the same origin takes the token along in its session.
    let opened = browser::window().map(|w| w.open_with_url_and_target("?screen=customer", "customer"));
    matches!(opened, Some(Ok(Some(_))))
}

fn text_of(value: &JsValue) -> String {
    js_sys::JSON::stringify(value).map(String::from).unwrap_or_default()
}

async fn by_invoke(call: &str) -> Result<String, Failure> {
    let broken = |e: JsValue| no_link(text_of(&e));
    let arguments = js_sys::Object::new();
    let call = js_sys::JSON::parse(call).map_err(broken)?;
    js_sys::Reflect::set(&arguments, &JsValue::from_str("call"), &call).map_err(broken)?;
    let promise = invoke("ask", arguments.into()).map_err(broken)?;
    match JsFuture::from(promise).await {
        Ok(reply) => Ok(text_of(&reply)),
        Err(refused) => Err(serde_json::from_str(&text_of(&refused)).unwrap_or_else(|_| no_link(text_of(&refused)))),
    }
}

async fn by_http(call: String) -> Result<String, Failure> {
    let request = Request::post("/ask")
        .header("content-type", "application/json")
        .header("x-window-token", &token())
        .body(call)
        .map_err(no_link)?;
    let response = request.send().await.map_err(no_link)?;
    let text = response.text().await.map_err(no_link)?;
    if response.ok() {
        Ok(text)
    } else {
        Err(serde_json::from_str(&text).unwrap_or_else(|_| no_link(response.status())))
    }
}

fn start() {
    if in_tauri() { listen_to_tauri() } else { listen_to_events() }
}

fn listen_to_tauri() {
    let handler = Closure::<dyn FnMut(JsValue)>::new(|event: JsValue| {
        let payload = js_sys::Reflect::get(&event, &JsValue::from_str("payload")).unwrap_or(JsValue::NULL);
        if let Ok(notice) = serde_json::from_str(&text_of(&payload)) {
            tell(&Heard::Notice(notice));
        }
    });
    if let Ok(promise) = listen("notice", handler.as_ref().unchecked_ref()) {
        spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
    handler.forget();
}

fn listen_to_events() {
    let Ok(source) = EventSource::new(&format!("/notices?token={}", token())) else { return };
    let message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        if let Some(notice) = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok()) {
            tell(&Heard::Notice(notice));
        }
    });
    let was_away = Rc::new(Cell::new(false));
    let opened = Closure::<dyn FnMut()>::new({
        let was_away = was_away.clone();
        move || {
            if was_away.replace(false) {
                tell(&Heard::Reconnected);
            }
        }
    });
    let failed = Closure::<dyn FnMut()>::new(move || was_away.set(true));
    source.set_onmessage(Some(message.as_ref().unchecked_ref()));
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    // The page's one source lives as long as the page.
    message.forget();
    opened.forget();
    failed.forget();
    std::mem::forget(source);
}
