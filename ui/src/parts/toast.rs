//! Short messages at the bottom, with Undo.

use super::Icon;
use crate::text::{common, sentence, t};
use gloo_timers::callback::Timeout;
use salon_contract::window::Failure;
use std::rc::Rc;
use yew::prelude::*;

const UNDO_ICON: &str = "undo-2";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Bad,
    /// Neither: something to know.
    Plain,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    pub text: String,
    pub tone: Tone,
    pub action: Option<Action>,
}

/// What can be done about it, in a word.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    pub label: String,
    pub icon: &'static str,
    pub run: Callback<()>,
}

impl Toast {
    pub fn good(text: impl Into<String>) -> Self {
        Toast { text: text.into(), tone: Tone::Good, action: None }
    }

    pub fn failure(failure: &Failure) -> Self {
        Toast { text: sentence(failure), tone: Tone::Bad, action: None }
    }

    pub fn plain(text: impl Into<String>) -> Self {
        Toast { text: text.into(), tone: Tone::Plain, action: None }
    }

    #[must_use]
    pub fn with_undo(self, undo: impl Fn() + 'static) -> Self {
        self.with_action(t(common::UNDO), UNDO_ICON, undo)
    }

    #[must_use]
    pub fn with_action(mut self, label: impl Into<String>, icon: &'static str, run: impl Fn() + 'static) -> Self {
        self.action = Some(Action { label: label.into(), icon, run: Callback::from(move |()| run()) });
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
        Tone::Plain => ("plain", "info"),
    };
    let action = props.toast.action.clone().map(|action| {
        let (hide, run) = (props.hide.clone(), action.run.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            run.emit(());
            hide.emit(());
        });
        let test = if action.icon == UNDO_ICON { "toast-undo" } else { "toast-action" };
        html! {
            <button class="toast-undo" {onclick} data-test={test}><Icon name={action.icon} />{ action.label }</button>
        }
    });
    html! {
        <div class={classes!("toast", tone)} role="status" data-test="toast">
            <Icon name={icon} />
            <span class="toast-text">{ &props.toast.text }</span>
            { action }
            <button class="icon-button" aria-label={t(common::CLOSE)} onclick={props.hide.reform(|_| ())}><Icon name="x" /></button>
        </div>
    }
}
