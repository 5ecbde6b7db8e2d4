//! The owner's console: how the salon does, live.

mod api;
mod chart;
mod dashboard;
mod filters;
mod lists;
mod live;
mod login;
mod tiles;

use crate::browser;
use crate::parts::Skeleton;
use crate::text::lang;
use api::Session;
use dashboard::DashboardScreen;
use login::LoginScreen;
use salon_contract::rest::Me;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Debug, Clone, PartialEq)]
enum Who {
    /// A kept refresh token is being tried.
    Asking,
    Nobody,
    Somebody(Box<Me>),
}

#[component]
pub fn Console() -> Html {
    browser::show_theme();
    let who = use_state_eq(|| Who::Asking);
    let language = use_state_eq(lang);
    use_effect_with((), {
        let who = who.clone();
        move |()| {
            spawn_local(async move {
                who.set(Session::resume().await.map_or(Who::Nobody, |me| Who::Somebody(Box::new(me))));
            });
        }
    });
    let onlanguage = {
        let language = language.clone();
        Callback::from(move |()| language.set(lang()))
    };
    let set = |to: fn(Me) -> Who| {
        let who = who.clone();
        Callback::from(move |me: Me| who.set(to(me)))
    };
    let body = match &*who {
        Who::Asking => html! { <main class="splash"><Skeleton rows={3} /></main> },
        Who::Nobody => html! { <LoginScreen onlogin={set(|me| Who::Somebody(Box::new(me)))} {onlanguage} /> },
        Who::Somebody(me) => html! {
            <DashboardScreen me={(**me).clone()} {onlanguage} onlogout={let who = who.clone(); move |()| who.set(Who::Nobody)} />
        },
    };
    html! { <div class="console" key={(*language).code()}>{ body }</div> }
}
