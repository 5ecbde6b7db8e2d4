//! Hears of changes as they happen, and says whether it does.

use super::api::Session;
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::EventSource;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveState {
    Live,
    Reconnecting,
}

/// Until the next try, with a fresh token.
const RETRY_MS: u32 = 3_000;
/// Sales come in bursts: the figures are asked for once a burst.
const CALM_MS: u32 = 400;

struct Stream {
    source: EventSource,
    _handlers: [Closure<dyn FnMut()>; 3],
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

#[derive(Default)]
struct Held {
    stream: Option<Stream>,
    retry: Option<Timeout>,
    calm: Option<Timeout>,
    over: bool,
}

type Shared = Rc<RefCell<Held>>;

fn open(branch: &str, held: &Shared, state: &UseStateHandle<LiveState>, changed: &Callback<()>) {
    let Some(token) = Session::access_token() else { return };
    let Ok(source) = EventSource::new(&format!("/api/v1/live?branch={branch}&access_token={token}")) else { return };
    let heard = Closure::<dyn FnMut()>::new({
        let (held, changed) = (held.clone(), changed.clone());
        move || {
            let changed = changed.clone();
            held.borrow_mut().calm = Some(Timeout::new(CALM_MS, move || changed.emit(())));
        }
    });
    let opened = Closure::<dyn FnMut()>::new({
        let state = state.clone();
        move || state.set(LiveState::Live)
    });
    let failed = Closure::<dyn FnMut()>::new({
        let (held, state, changed, branch) = (held.clone(), state.clone(), changed.clone(), branch.to_owned());
        move || {
            state.set(LiveState::Reconnecting);
            let (again, state, changed, branch) = (held.clone(), state.clone(), changed.clone(), branch.clone());
            let retry = Timeout::new(RETRY_MS, move || reopen(branch, again, state, changed));
            let mut held = held.borrow_mut();
            if let Some(stream) = &held.stream {
                stream.source.close();
            }
            held.retry = Some(retry);
        }
    });
    let _ = source.add_event_listener_with_callback("live", heard.as_ref().unchecked_ref());
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    held.borrow_mut().stream = Some(Stream { source, _handlers: [heard, opened, failed] });
}

/// The stream may have ended because its token did.
fn reopen(branch: String, held: Shared, state: UseStateHandle<LiveState>, changed: Callback<()>) {
    spawn_local(async move {
        let renewed = Session::renew().await;
        if held.borrow().over {
            return;
        }
        if renewed.is_ok() {
            open(&branch, &held, &state, &changed);
            changed.emit(());
        } else {
            let (again, inner) = (held.clone(), (state, changed, branch));
            held.borrow_mut().retry = Some(Timeout::new(RETRY_MS, move || reopen(inner.2, again, inner.0, inner.1)));
        }
    });
}

/// Listens to a branch, or to `all`; calls `changed` when what is shown may be old.
#[hook]
pub fn use_live(branch: String, changed: Callback<()>) -> LiveState {
    let state = use_state_eq(|| LiveState::Reconnecting);
    use_effect_with(branch, {
        let state = state.clone();
        move |branch| {
            let held = Shared::default();
            open(branch, &held, &state, &changed);
            move || {
                let mut held = held.borrow_mut();
                held.over = true;
                held.stream = None;
                held.retry = None;
                held.calm = None;
            }
        }
    });
    *state
}
