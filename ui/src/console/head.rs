//! What is above every page of the console: whose it is, where one is, and the way out.

use super::api::Session;
use super::filters::Preferences;
use super::live::LiveState;
use crate::parts::Icon;
use crate::text::{Msg, agreed, console as words, t};
use salon_contract::rest::Me;
use salon_domain::access::Permission;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    Overview,
    Commission,
    Loyalty,
    Promotions,
    Packages,
}

impl Page {
    const ALL: [Page; 5] = [Page::Overview, Page::Commission, Page::Loyalty, Page::Promotions, Page::Packages];

    const fn name(self) -> Msg {
        match self {
            Page::Overview => agreed::OVERVIEW,
            Page::Commission => agreed::COMMISSION,
            Page::Loyalty => agreed::LOYALTY,
            Page::Promotions => agreed::PROMOTIONS,
            Page::Packages => agreed::PACKAGES,
        }
    }

    const fn test(self) -> &'static str {
        match self {
            Page::Overview => "page-overview",
            Page::Commission => "page-commission",
            Page::Loyalty => "page-loyalty",
            Page::Promotions => "page-promotions",
            Page::Packages => "page-packages",
        }
    }

    /// What somebody needs to look at it.
    const fn needs(self) -> Option<Permission> {
        match self {
            Page::Commission => Some(Permission::StaffWrite),
            Page::Loyalty | Page::Promotions | Page::Packages => Some(Permission::StaffRead),
            Page::Overview => None,
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct HeadProps {
    pub me: Me,
    pub page: Page,
    pub onpage: Callback<Page>,
    /// Of a page that follows what happens.
    #[prop_or_default]
    pub live: Option<LiveState>,
    pub onlanguage: Callback<()>,
    pub onlogout: Callback<()>,
}

#[component]
pub fn Head(props: &HeadProps) -> Html {
    let me = &props.me;
    let onlogout = {
        let onlogout = props.onlogout.clone();
        move |_: MouseEvent| {
            let onlogout = onlogout.clone();
            spawn_local(async move {
                Session::logout().await;
                onlogout.emit(());
            });
        }
    };
    let live = props.live.map(|live| {
        let (state, word, class) = match live {
            LiveState::Live => ("live", words::LIVE, "synced"),
            LiveState::Reconnecting => ("reconnecting", words::RECONNECTING, "connecting"),
        };
        html! {
            <span class={classes!("sync-dot", class)} role="status" data-test="live-state" data-state={state}>
                <span class="dot" aria-hidden="true"></span>{ t(word) }</span>
        }
    });
    let sees = |page: &Page| page.needs().is_none_or(|permission| me.permissions.contains(&permission));
    let tab = |page: Page| {
        let current = (props.page == page).then_some("page");
        html! { <button class="console-tab" aria-current={current} onclick={props.onpage.reform(move |_| page)} data-test={page.test()}>{ t(page.name()) }</button> }
    };
    html! {
        <>
            if me.demo { <div class="banner" data-test="demo"><Icon name="info" />{ t(words::DEMO) }</div> }
            <header class="console-head">
                <span class="brand"><span class="brand-mark" aria-hidden="true"></span><span class="clip">{ &me.salon }</span></span>
                { live }
                <span class="grow"></span>
                <Preferences onlanguage={props.onlanguage.clone()} />
                <span class="console-who clip">{ &me.name }</span>
                <button class="icon-button" title={t(words::LOG_OUT)} aria-label={t(words::LOG_OUT)} onclick={onlogout} data-test="logout"><Icon name="log-out" /></button>
            </header>
            <nav class="console-nav" aria-label={t(agreed::PAGES)}>for page in Page::ALL.into_iter().filter(sees) { { tab(page) } }</nav>
        </>
    }
}
