use super::badges::Badges;
use super::desk::{Place, use_desk};
use super::search::Search;
use super::sync::SyncIndicator;
use crate::parts::{Avatar, Icon, Toast};
use crate::text::{clock, common, day_short, earnings, t};
use crate::transport::ask;
use salon_contract::window::SignOut;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[component]
pub fn TopBar() -> Html {
    let desk = use_desk();
    let status = &desk.status;
    let color =
        desk.catalog.here().and_then(|c| c.staff.iter().find(|s| s.staff == desk.me.staff)).map_or(0, |s| s.color);
    let onswitch = {
        let (recheck, toast) = (desk.recheck.clone(), desk.toast.clone());
        move |_: MouseEvent| {
            let (recheck, toast) = (recheck.clone(), toast.clone());
            spawn_local(async move {
                match ask(SignOut {}).await {
                    Ok(_) => recheck.emit(()),
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
            });
        }
    };
    html! {
        <header class="topbar">
            <div class="topbar-where">
                <strong>{ &status.branch }</strong>
                <span class="muted num">{ format!("{} · {}", day_short(&status.today), clock(status.now_minute)) }</span>
            </div>
            <Search />
            <div class="topbar-state">
                <Badges />
                <SyncIndicator />
                <button class="icon-button" onclick={let me = desk.me.staff; desk.go.reform(move |_| Place::Earnings(me))}
                    aria-current={matches!(desk.place, Place::Earnings(_)).then_some("page")}
                    aria-label={t(earnings::MINE)} title={t(earnings::MINE)} data-test="my-earnings"><Icon name="banknote" /></button>
                <button class="person" onclick={onswitch} title={t(common::SWITCH_PERSON)} data-test="switch-person">
                    <Avatar name={desk.me.name.clone()} {color} />
                    <span class="person-name">{ &desk.me.name }</span>
                    <Icon name="log-out" label={t(common::SWITCH_PERSON)} />
                </button>
            </div>
        </header>
    }
}
