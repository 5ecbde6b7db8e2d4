//! The terminal's page: who is there, and then the shell with its screens.

mod adjust;
mod badges;
mod book;
mod clients;
mod closures;
mod customer;
mod deposits;
mod desk;
mod devices;
mod earnings;
mod exports;
mod fields;
mod keys;
mod rail;
mod reports;
mod scan;
mod search;
mod settings;
mod shell;
mod sign_in;
mod stock;
mod sync;
mod team;
mod till;
mod topbar;

use crate::browser;
use crate::hooks::{Loaded, use_ask, use_heard, use_ticker};
use crate::parts::{Empty, ErrorFace, Skeleton};
use crate::text::{common, lang, t};
use crate::transport::Heard;
pub use reports::tender_name;
use salon_contract::window::{Notice, Status, StatusView};
use shell::Shell;
use sign_in::SignInScreen;
use std::rc::Rc;
use yew::prelude::*;

/// The wall clock and the badges are at most this old.
const STATUS_EVERY_MS: u32 = 20_000;

/// The terminal, or what its client sees of it.
#[component]
pub fn Terminal() -> Html {
    if customer::is_wanted() {
        html! { <customer::CustomerPage /> }
    } else {
        html! { <FrontDesk /> }
    }
}

#[component]
fn FrontDesk() -> Html {
    browser::show_theme();
    let status = use_ask(Some(Status {}));
    let known = use_state_eq(|| None::<Rc<StatusView>>);
    let language = use_state_eq(lang);
    use_effect_with(status.state.clone(), {
        let known = known.clone();
        move |state| {
            if let Loaded::Here(view) = state {
                known.set(Some(view.clone()));
            }
        }
    });
    use_ticker(STATUS_EVERY_MS, {
        let again = status.again.clone();
        move || again.emit(())
    });
    use_heard({
        let (again, known) = (status.again.clone(), known.clone());
        move |heard| match heard {
            Heard::Notice(Notice::Sync { sync }) => {
                if let Some(view) = known.as_deref() {
                    known.set(Some(Rc::new(StatusView { sync: sync.clone(), ..view.clone() })));
                }
            }
            Heard::Notice(Notice::Clients | Notice::Stock | Notice::Customer) => {}
            _ => again.emit(()),
        }
    });
    let onlanguage = use_callback((), {
        let language = language.clone();
        move |(), ()| language.set(lang())
    });
    let recheck = status.again.clone();
    let away = matches!(status.state, Loaded::Failed(_));
    let Some(view) = (*known).clone() else {
        return match &status.state {
            Loaded::Failed(failure) => html! {
                <main class="splash"><ErrorFace failure={failure.clone()} again={recheck} /></main>
            },
            _ => html! { <main class="splash"><Skeleton rows={3} /></main> },
        };
    };
    // The key draws everything anew in another language.
    html! {
        <div class="page" key={(*language).code()}>
            if away { <div class="banner bad" role="alert">{ t(common::LINK_AWAY) }</div> }
            if !view.enrolled {
                <main class="splash">
                    <h1>{ t(common::NOT_ENROLLED_TITLE) }</h1>
                    <Empty icon="store" text={t(common::NOT_ENROLLED_HOW)} />
                </main>
            } else if view.signed_in.is_some() {
                <Shell status={view} {recheck} {onlanguage} />
            } else {
                <><scan::Deaf /><SignInScreen status={view} onsigned={recheck} /></>
            }
        </div>
    }
}
