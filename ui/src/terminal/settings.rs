//! What this terminal looks and speaks like, how its sync stands, and its keys.

use super::desk::use_desk;
use super::sync::SyncDetails;
use crate::browser::{self, Theme};
use crate::parts::{Choice, Icon, Segments, Toast};
use crate::text::{Lang, Msg, common, customer, lang, place as words, set_lang, t};
use crate::transport;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

const KEYS: [(&str, Msg); 7] = [
    ("F1 – F8", words::KEY_SCREENS),
    ("/", words::KEY_SEARCH),
    ("N", words::KEY_NEW),
    ("T", words::KEY_TODAY),
    ("[ ]", words::KEY_DAYS),
    ("← ↑ ↓ →", words::KEY_ARROWS),
    ("Esc", words::KEY_ESCAPE),
];

#[component]
pub fn SettingsScreen() -> Html {
    let desk = use_desk();
    let theme = use_state_eq(browser::theme);
    let themes = [
        ("system", Theme::System, words::THEME_SYSTEM),
        ("light", Theme::Light, words::THEME_LIGHT),
        ("dark", Theme::Dark, words::THEME_DARK),
    ];
    let chosen = themes.iter().find(|(_, th, _)| *th == *theme).map_or("system", |(name, _, _)| *name);
    let ontheme = {
        let theme = theme.clone();
        move |name: String| {
            if let Some((_, picked, _)) = themes.iter().find(|(n, _, _)| *n == name) {
                browser::set_theme(*picked);
                theme.set(*picked);
            }
        }
    };
    let onlang = {
        let onlanguage = desk.onlanguage.clone();
        move |code: String| {
            if let Some(picked) = Lang::ALL.into_iter().find(|l| l.code() == code) {
                set_lang(picked);
                onlanguage.emit(());
            }
        }
    };
    let onscreen = {
        let toast = desk.toast.clone();
        move |_: MouseEvent| {
            let toast = toast.clone();
            spawn_local(async move {
                if !transport::open_customer_screen().await {
                    toast.emit(Toast::plain(t(customer::SCREEN_NOT)));
                }
            });
        }
    };
    let theme_choices: Vec<Choice> = themes.iter().map(|(name, _, label)| Choice::new(name, t(*label))).collect();
    let lang_choices: Vec<Choice> = Lang::ALL.iter().map(|l| Choice::new(l.code(), l.name())).collect();
    let fact = |label: Msg, value: &str| html! { <><dt>{ t(label) }</dt><dd>{ value }</dd></> };
    html! {
        <div class="page-pane">
            <div class="toolbar"><h1>{ t(common::NAV_SETTINGS) }</h1></div>
            <div class="setting-cards">
                <section class="card"><h2>{ t(words::APPEARANCE) }</h2>
                    <Segments label={t(words::APPEARANCE)} choices={theme_choices} {chosen} onchoose={ontheme} /></section>
                <section class="card"><h2>{ t(words::LANGUAGE) }</h2>
                    <Segments label={t(words::LANGUAGE)} choices={lang_choices} chosen={lang().code()} onchoose={onlang} /></section>
                <section class="card"><h2>{ t(customer::SCREEN) }</h2>
                    <p class="muted">{ t(customer::SCREEN_HOW) }</p>
                    <div class="buttons"><button class="button" onclick={onscreen} data-test="customer-open"><Icon name="external-link" />{ t(customer::SCREEN_OPEN) }</button></div></section>
                <section class="card"><h2>{ t(common::SYNC_TITLE) }</h2><SyncDetails /></section>
                <section class="card"><h2>{ t(words::ABOUT) }</h2>
                    <dl class="facts">
                        { fact(words::BRANCH, &desk.status.branch) }
                        { fact(words::TERMINAL_NAME, &desk.status.terminal) }
                        { fact(words::VERSION, env!("CARGO_PKG_VERSION")) }
                    </dl></section>
                <section class="card"><h2>{ t(words::KEYS) }</h2>
                    <dl class="facts">for (keys, label) in KEYS { <dt><kbd>{ keys }</kbd></dt><dd>{ t(label) }</dd> }</dl></section>
            </div>
        </div>
    }
}
