//! Short messages at the bottom, with Undo.

use super::Icon;
use crate::text::{common, sentence, t};
use gloo_timers::callback::Timeout;
use salon_contract::window::Failure;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Bad,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    pub text: String,
    pub tone: Tone,
    pub undo: Option<Callback<()>>,
}

impl Toast {
    pub fn good(text: impl Into<String>) -> Self {
        Toast { text: text.into(), tone: Tone::Good, undo: None }
    }

    pub fn failure(failure: &Failure) -> Self {
        Toast { text: sentence(failure), tone: Tone::Bad, undo: None }
    }

    #[must_use]
    pub fn with_undo(mut self, undo: impl Fn() + 'static) -> Self {
        self.undo = Some(Callback::from(move |()| undo()));
        self
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Toasts {
    next: u32,
    shown: Vec<(u32, Toast)>,
}

pub enum ToastAction {
    Show(Toast),
    Hide(u32),
}

impl Reducible for Toasts {
    type Action = ToastAction;

    fn reduce(self: Rc<Self>, action: ToastAction) -> Rc<Self> {
        let mut toasts = (*self).clone();
        match action {
            ToastAction::Show(toast) => {
                toasts.shown.retain(|(_, t)| t.text != toast.text);
                toasts.shown.push((toasts.next, toast));
                toasts.next += 1;
                let extra = toasts.shown.len().saturating_sub(3);
                toasts.shown.drain(..extra);
            }
            ToastAction::Hide(id) => toasts.shown.retain(|(i, _)| *i != id),
        }
        Rc::new(toasts)
    }
}

/// What `ToastHost` shows, and the way to show one.
#[hook]
pub fn use_toasts() -> (UseReducerHandle<Toasts>, Callback<Toast>) {
    let toasts = use_reducer(Toasts::default);
    let show = use_callback((), {
        let dispatcher = toasts.dispatcher();
        move |toast: Toast, ()| dispatcher.dispatch(ToastAction::Show(toast))
    });
    (toasts, show)
}

#[derive(PartialEq, Properties)]
pub struct ToastHostProps {
    pub toasts: UseReducerHandle<Toasts>,
}

#[component]
pub fn ToastHost(props: &ToastHostProps) -> Html {
    html! {
        <div class="toasts" aria-live="polite">
            for (id, toast) in props.toasts.shown.iter() {
                <OneToast key={*id} toast={toast.clone()} hide={
                    let (toasts, id) = (props.toasts.dispatcher(), *id);
                    Callback::from(move |()| toasts.dispatch(ToastAction::Hide(id)))
                } />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct OneToastProps {
    toast: Toast,
    hide: Callback<()>,
}

/// Time enough to read a sentence and reach for Undo.
const SHOWN_MS: u32 = 8_000;

#[component]
fn OneToast(props: &OneToastProps) -> Html {
    use_effect_with((), {
        let hide = props.hide.clone();
        move |()| {
            let timer = Timeout::new(SHOWN_MS, move || hide.emit(()));
            move || drop(timer)
        }
    });
    let (tone, icon) = match props.toast.tone {
        Tone::Good => ("good", "check"),
        Tone::Bad => ("bad", "triangle-alert"),
    };
    let undo = props.toast.undo.clone().map(|undo| {
        let hide = props.hide.clone();
        Callback::from(move |_: MouseEvent| {
            undo.emit(());
            hide.emit(());
        })
    });
    html! {
        <div class={classes!("toast", tone)} role="status" data-test="toast">
            <Icon name={icon} />
            <span class="toast-text">{ &props.toast.text }</span>
            if let Some(onclick) = undo {
                <button class="toast-undo" {onclick} data-test="toast-undo"><Icon name="undo-2" />{ t(common::UNDO) }</button>
            }
            <button class="icon-button" aria-label={t(common::CLOSE)} onclick={props.hide.reform(|_| ())}><Icon name="x" /></button>
        </div>
    }
}
