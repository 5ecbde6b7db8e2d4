//! Client cards: found by any fragment, read and edited here, offline too.

mod brief;
mod card;
mod file;
mod memberships;
mod packages;
mod points;
mod standing;
mod waive;

pub use brief::{AllergyBanner, BookingBrief};
pub use waive::{WaiveForm, wants_patch_test};

use super::book::NewClientForm;
use super::desk::{ClientAim, Place, use_desk};
use crate::hooks::{use_ask, use_heard, use_settled};
use crate::parts::{Empty, Field, Icon};
use crate::text::{client_card, clients as words, day_short, fill, t};
use crate::transport::Heard;
use card::ClientCard;
use file::DuplicatesScreen;
use salon_contract::window::{ClientView, Notice, Search};
use yew::prelude::*;

const LIST_MAX: u16 = 50;

#[derive(PartialEq, Properties)]
pub struct ClientsScreenProps {
    pub aim: ClientAim,
}

#[component]
pub fn ClientsScreen(props: &ClientsScreenProps) -> Html {
    let desk = use_desk();
    let text = use_state_eq(String::new);
    let settled = use_settled(text.trim().to_owned(), 60);
    let found = use_ask((!settled.is_empty()).then(|| Search { text: settled.clone(), limit: LIST_MAX }));
    use_heard({
        let again = found.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Clients)) {
                again.emit(());
            }
        }
    });
    let rows = found.state.here().filter(|_| !text.trim().is_empty()).map(|v| v.clients.clone());
    let onnew = {
        let (go, text) = (desk.go.clone(), text.clone());
        move |_: MouseEvent| go.emit(Place::Clients(ClientAim::New((*text).clone())))
    };
    let chosen = if let ClientAim::Card(card) = props.aim { Some(card) } else { None };
    html! {
        <div class="split clients">
            <section class="split-list">
                <div class="toolbar">
                    <div class="grow"><Field label={t(words::FIND)} placeholder={t(words::FIND)} kind="search" value={(*text).clone()}
                        oninput={let s = text.clone(); move |v| s.set(v)} autofocus=true test="clients-search" /></div>
                    <button class="button" onclick={onnew} data-test="client-new"><Icon name="user-round-plus" />{ t(words::NEW) }</button>
                    <button class="button quiet" onclick={desk.go.reform(|_| Place::Clients(ClientAim::Duplicates))} data-test="client-duplicates"><Icon name="users" />{ t(client_card::DUPLICATES) }</button>
                </div>
                { match rows {
                    None => html! { <Empty icon="search" text={t(words::FIND_HOW)} /> },
                    Some(rows) if rows.is_empty() => html! { <Empty icon="users" text={t(words::NOBODY_FOUND)} /> },
                    Some(rows) => html! {
                        <ul class="rows">
                            for row in rows.iter() {
                                <li key={row.card.to_string()}>
                                    <button class="row" aria-current={(chosen == Some(row.card)).then_some("true")} data-test="client-row" data-client={row.name.clone()}
                                        onclick={let card = row.card; desk.go.reform(move |_| Place::client(card))}>
                                        <span class="row-main"><strong class="clip">{ &row.name }</strong>
                                            <span class="muted clip">{ row.last_visit.as_ref().map(|d| fill(words::LAST_VISIT, &[("date", &day_short(d))])).unwrap_or_else(|| row.email.clone()) }</span></span>
                                        <span class="muted num">{ &row.phone }</span>
                                    </button>
                                </li>
                            }
                        </ul>
                    },
                } }
            </section>
            <section class="split-main">
                { match &props.aim {
                    ClientAim::None => html! { <Empty icon="users" text={t(words::CHOOSE)} /> },
                    ClientAim::Card(card) => html! { <ClientCard key={card.to_string()} card={*card} /> },
                    ClientAim::Duplicates => html! { <DuplicatesScreen /> },
                    ClientAim::New(name) => html! {
                        <div class="sheet"><h2>{ t(words::NEW) }</h2>
                            <NewClientForm name={name.clone()} onmade={desk.go.reform(|v: ClientView| Place::client(v.card))}
                                onback={desk.go.reform(|()| Place::Clients(ClientAim::None))} /></div>
                    },
                } }
            </section>
        </div>
    }
}
