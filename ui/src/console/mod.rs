//! The owner's console: how the salon does, live, and what it has agreed with its people and promises its clients.

mod agreed;
mod api;
mod chart;
mod dashboard;
mod filters;
mod head;
mod lists;
mod live;
mod login;
mod tiles;

use crate::browser;
use crate::parts::Skeleton;
use crate::text::lang;
use agreed::AgreedScreen;
use api::Session;
use dashboard::DashboardScreen;
use head::Page;
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
    let page = use_state_eq(|| Page::Overview);
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
    let onpage = {
        let page = page.clone();
        Callback::from(move |next| page.set(next))
    };
    let onlogout = {
        let (who, page) = (who.clone(), page.clone());
        Callback::from(move |()| {
            page.set(Page::Overview);
            who.set(Who::Nobody);
        })
    };
    let body = match &*who {
        Who::Asking => html! { <main class="splash"><Skeleton rows={3} /></main> },
        Who::Nobody => html! { <LoginScreen onlogin={set(|me| Who::Somebody(Box::new(me)))} {onlanguage} /> },
        Who::Somebody(me) => html! {
            if *page == Page::Overview { <DashboardScreen me={(**me).clone()} {onpage} {onlanguage} {onlogout} /> }
            else { <AgreedScreen me={(**me).clone()} page={*page} {onpage} {onlanguage} {onlogout} /> }
        },
    };
    html! { <div class="console" key={(*language).code()}>{ body }</div> }
}
