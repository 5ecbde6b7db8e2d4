//! Hooks: ask and show, hear notices, hear keys, tick.

use crate::transport::{Heard, ask, subscribe};
use salon_contract::window::{Ask, Failure};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Debug, PartialEq)]
pub enum Loaded<T> {
    Waiting,
    Here(Rc<T>),
    Failed(Failure),
}

// Derived, these would ask for `T: Clone`, which an `Rc` does not need.
impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        match self {
            Loaded::Waiting => Loaded::Waiting,
            Loaded::Here(value) => Loaded::Here(value.clone()),
            Loaded::Failed(failure) => Loaded::Failed(failure.clone()),
        }
    }
}

impl<T> Loaded<T> {
    pub fn here(&self) -> Option<&Rc<T>> {
        match self {
            Loaded::Here(value) => Some(value),
            _ => None,
        }
    }
}

#[derive(Debug, PartialEq)]
pub struct Asked<T> {
    pub state: Loaded<T>,
    /// Asks again; what is shown stays until the answer is there.
    pub again: Callback<()>,
}

impl<T> Clone for Asked<T> {
    fn clone(&self) -> Self {
        Asked { state: self.state.clone(), again: self.again.clone() }
    }
}

/// Asks when the question changes, or again when told to. An answer that comes after a later question is dropped.
#[hook]
pub fn use_ask<Q>(question: Option<Q>) -> Asked<Q::Reply>
where
    Q: Ask + Clone + PartialEq + 'static,
    Q::Reply: PartialEq + 'static,
{
    let state = use_state_eq(|| Loaded::Waiting);
    let rounds = use_mut_ref(|| 0_u32);
    let round = use_state_eq(|| 0_u32);
    use_effect_with((question, *round), {
        let state = state.clone();
        move |(question, _)| {
            let alive = Rc::new(Cell::new(true));
            if let Some(question) = question.clone() {
                let alive = alive.clone();
                spawn_local(async move {
                    let answer = ask(question).await;
                    if alive.get() {
                        state.set(match answer {
                            Ok(value) => Loaded::Here(Rc::new(value)),
                            Err(failure) => Loaded::Failed(failure),
                        });
                    }
                });
            }
            move || alive.set(false)
        }
    });
    let again = use_callback((), move |(), ()| {
        let mut count = rounds.borrow_mut();
        *count += 1;
        round.set(*count);
    });
    Asked { state: (*state).clone(), again }
}

/// Calls the newest `hear` with everything that reaches the page unasked.
#[hook]
pub fn use_heard(hear: impl Fn(&Heard) + 'static) {
    let newest = use_mut_ref(|| None::<Rc<dyn Fn(&Heard)>>);
    *newest.borrow_mut() = Some(Rc::new(hear));
    use_effect_with((), move |()| {
        let subscription = subscribe(Rc::new(move |heard| {
            let hear = newest.borrow().clone();
            if let Some(hear) = hear {
                hear(heard);
            }
        }));
        move || drop(subscription)
    });
}

/// Calls the newest `press` with every key pressed anywhere in the window.
#[hook]
pub fn use_keys(press: impl Fn(&KeyboardEvent) + 'static) {
    let newest = use_mut_ref(|| None::<Rc<dyn Fn(&KeyboardEvent)>>);
    *newest.borrow_mut() = Some(Rc::new(press));
    use_effect_with((), move |()| {
        let closure = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
            let press = newest.borrow().clone();
            if let Some(press) = press {
                press(&event);
            }
        });
        let target = web_sys::window();
        if let Some(window) = &target {
            let _ = window.add_event_listener_with_callback("keydown", closure.as_ref().unchecked_ref());
        }
        move || {
            if let Some(window) = target {
                let _ = window.remove_event_listener_with_callback("keydown", closure.as_ref().unchecked_ref());
            }
        }
    });
}

/// Calls the newest `tick` every `every_ms` milliseconds.
#[hook]
pub fn use_ticker(every_ms: u32, tick: impl Fn() + 'static) {
    let newest = use_mut_ref(|| None::<Rc<dyn Fn()>>);
    *newest.borrow_mut() = Some(Rc::new(tick));
    use_effect_with(every_ms, move |every_ms| {
        let interval = gloo_timers::callback::Interval::new(*every_ms, move || {
            let tick = newest.borrow().clone();
            if let Some(tick) = tick {
                tick();
            }
        });
        move || drop(interval)
    });
}

/// A value that follows another once it has stayed the same for `after_ms`: for searching while typing.
#[hook]
pub fn use_settled<T: Clone + PartialEq + 'static>(value: T, after_ms: u32) -> T {
    let settled = use_state_eq(|| value.clone());
    use_effect_with(value, {
        let settled = settled.clone();
        move |value| {
            let value = value.clone();
            let timer = gloo_timers::callback::Timeout::new(after_ms, move || settled.set(value));
            move || drop(timer)
        }
    });
    (*settled).clone()
}
