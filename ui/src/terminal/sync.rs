use super::desk::use_desk;
use crate::hooks::use_keys;
use crate::parts::{Icon, Toast};
use crate::text::{Msg, clock_of, common, count, fill, t};
use crate::transport::ask;
use salon_contract::window::{SyncNow, SyncState};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// A stable name, a word, an explanation and an icon for each state.
fn face(state: SyncState) -> (&'static str, Msg, Msg, &'static str) {
    match state {
        SyncState::Local => ("local", common::SYNC_LOCAL, common::SYNC_LOCAL_WHY, "store"),
        SyncState::Offline => ("offline", common::SYNC_OFFLINE, common::SYNC_OFFLINE_WHY, "cloud-off"),
        SyncState::Connecting => ("connecting", common::SYNC_CONNECTING, common::SYNC_CONNECTING_WHY, "refresh-cw"),
        SyncState::Syncing => ("syncing", common::SYNC_SYNCING, common::SYNC_SYNCING_WHY, "refresh-cw"),
        SyncState::Synced => ("synced", common::SYNC_SYNCED, common::SYNC_SYNCED_WHY, "cloud"),
        SyncState::Refused => ("refused", common::SYNC_REFUSED, common::SYNC_REFUSED_WHY, "triangle-alert"),
    }
}

#[component]
pub fn SyncIndicator() -> Html {
    let desk = use_desk();
    let open = use_state_eq(|| false);
    use_keys({
        let open = open.clone();
        move |e| {
            if e.key() == "Escape" {
                open.set(false);
            }
        }
    });
    let sync = &desk.status.sync;
    let (name, word, _, _) = face(sync.state);
    html! {
        <div class="sync">
            <button class={classes!("sync-dot", name)} data-test="sync-state" data-state={name} aria-expanded={open.to_string()}
                onclick={let open = open.clone(); move |_| open.set(!*open)}>
                <span class="dot" aria-hidden="true"></span>
                if sync.pending > 0 { <span class="num" data-test="sync-pending">{ sync.pending }</span> }
                <span class="sync-word">{ t(word) }</span>
            </button>
            if *open {
                <div class="popover sync-popover" role="dialog" aria-label={t(common::SYNC_TITLE)}><SyncDetails /></div>
            }
        </div>
    }
}

#[component]
pub fn SyncDetails() -> Html {
    let desk = use_desk();
    let sync = &desk.status.sync;
    let (_, word, why, icon) = face(sync.state);
    let onsync = {
        let toast = desk.toast.clone();
        move |_: MouseEvent| {
            let toast = toast.clone();
            spawn_local(async move {
                if let Err(failure) = ask(SyncNow {}).await {
                    toast.emit(Toast::failure(&failure));
                }
            });
        }
    };
    html! {
        <div class="sync-details">
            <p class="sync-headline"><Icon name={icon} /><strong>{ t(word) }</strong></p>
            <p>{ t(why) }</p>
            if sync.state != SyncState::Local {
                <p class="muted num">{ count(sync.pending, common::SYNC_PENDING_ONE, common::SYNC_PENDING_MANY) }</p>
                <p class="muted num">{ sync.synced_at.map_or_else(|| t(common::SYNC_NEVER).to_owned(), |at| fill(common::SYNC_LAST, &[("time", &clock_of(at))])) }</p>
                <button class="button" onclick={onsync} data-test="sync-now"><Icon name="refresh-cw" />{ t(common::SYNC_NOW) }</button>
            }
        </div>
    }
}
