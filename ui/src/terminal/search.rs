//! One field for everything: clients, services, products, receipts. Typing anywhere ends up here.

use super::desk::{ClientAim, Place, use_desk};
use super::till::{TicketAction, product_name};
use crate::browser;
use crate::hooks::{use_ask, use_settled};
use crate::parts::{Icon, input_value};
use crate::text::{common, day_short, money, t};
use salon_contract::window::{self as contract, SearchView};
use yew::prelude::*;

const PER_GROUP: u16 = 6;
const SETTLE_MS: u32 = 60;

/// A line of the results.
#[derive(Clone, PartialEq)]
enum Hit {
    Client(contract::ClientRow),
    Service(salon_domain::catalog::Service),
    Product(salon_domain::catalog::Product),
    Receipt(contract::SaleRow),
}

fn hits_of(view: &SearchView) -> Vec<Hit> {
    let clients = view.clients.iter().cloned().map(Hit::Client);
    let services = view.services.iter().cloned().map(Hit::Service);
    let products = view.products.iter().cloned().map(Hit::Product);
    clients.chain(services).chain(products).chain(view.receipts.iter().cloned().map(Hit::Receipt)).collect()
}

#[component]
pub fn Search() -> Html {
    let desk = use_desk();
    let text = use_state_eq(String::new);
    let open = use_state_eq(|| false);
    let at = use_state_eq(|| 0_usize);
    let settled = use_settled((*text).clone(), SETTLE_MS);
    let query =
        (!settled.trim().is_empty()).then(|| contract::Search { text: settled.trim().to_owned(), limit: PER_GROUP });
    let found = use_ask(query);
    let hits = found.state.here().map(|v| hits_of(v)).unwrap_or_default();
    let choose = {
        let (desk, text, open) = (desk.clone(), text.clone(), open.clone());
        Callback::from(move |hit: Hit| {
            text.set(String::new());
            open.set(false);
            browser::focus(".screen");
            match hit {
                Hit::Client(row) => desk.go.emit(Place::Clients(ClientAim::Card(row.card))),
                Hit::Receipt(row) => desk.go.emit(Place::Reports(Some(row.ticket))),
                Hit::Service(service) => {
                    if let Some(catalog) = desk.catalog.here() {
                        desk.ticket.dispatch(TicketAction::add_service(&service, Some(desk.me.staff), catalog));
                        desk.go.emit(Place::Till);
                    }
                }
                Hit::Product(product) => {
                    if let Some(catalog) = desk.catalog.here() {
                        desk.ticket.dispatch(TicketAction::add_product(&product, Some(desk.me.staff), catalog));
                        desk.go.emit(Place::Till);
                    }
                }
            }
        })
    };
    let oninput = {
        let (text, open, at) = (text.clone(), open.clone(), at.clone());
        move |e: InputEvent| {
            text.set(input_value(&e));
            open.set(true);
            at.set(0);
        }
    };
    let onkeydown = {
        let (text, open, at, hits, choose) = (text.clone(), open.clone(), at.clone(), hits.clone(), choose.clone());
        move |e: KeyboardEvent| match e.key().as_str() {
            "ArrowDown" => {
                e.prevent_default();
                at.set((*at + 1).min(hits.len().saturating_sub(1)));
            }
            "ArrowUp" => {
                e.prevent_default();
                at.set(at.saturating_sub(1));
            }
            "Enter" => {
                if let Some(hit) = hits.get(*at) {
                    choose.emit(hit.clone());
                }
            }
            "Escape" => {
                e.stop_propagation();
                text.set(String::new());
                open.set(false);
                browser::focus(".screen");
            }
            _ => {}
        }
    };
    let onblur = {
        let open = open.clone();
        // A click on a result comes after the blur.
        move |_: FocusEvent| {
            let open = open.clone();
            gloo_timers::callback::Timeout::new(200, move || open.set(false)).forget();
        }
    };
    let shown = *open && !text.trim().is_empty();
    html! {
        <div class="search" role="search">
            <Icon name="search" />
            <input type="search" role="combobox" aria-expanded={shown.to_string()} aria-controls="search-results"
                aria-label={t(common::SEARCH_HINT)} placeholder={t(common::SEARCH_HINT)} autocomplete="off" spellcheck="false"
                value={(*text).clone()} {oninput} {onkeydown} {onblur}
                aria-activedescendant={(!hits.is_empty()).then(|| format!("hit-{}", *at))} data-test="search" />
            if shown && found.state.here().is_some() {
                <div class="popover search-results" id="search-results" role="listbox" aria-label={t(common::SEARCH_HINT)}>
                    if hits.is_empty() { <p class="muted search-none">{ t(common::NOTHING_FOUND) }</p> }
                    for (ix, hit) in hits.iter().enumerate() {
                        { group_title(&hits, ix) }
                        <div role="option" id={format!("hit-{ix}")} class="search-hit" aria-selected={(ix == *at).to_string()}
                            data-test="search-result"
                            onmousedown={let (choose, hit) = (choose.clone(), hit.clone()); move |e: MouseEvent| { e.prevent_default(); choose.emit(hit.clone()) }}>
                            { line(hit, desk.status.currency) }
                        </div>
                    }
                </div>
            }
        </div>
    }
}

fn group_title(hits: &[Hit], ix: usize) -> Html {
    let title = |hit: &Hit| match hit {
        Hit::Client(_) => common::SEARCH_CLIENTS,
        Hit::Service(_) => common::SEARCH_SERVICES,
        Hit::Product(_) => common::SEARCH_PRODUCTS,
        Hit::Receipt(_) => common::SEARCH_RECEIPTS,
    };
    let own = title(&hits[ix]);
    if ix > 0 && title(&hits[ix - 1]) == own {
        return Html::default();
    }
    html! { <p class="search-group" role="presentation">{ t(own) }</p> }
}

fn line(hit: &Hit, currency: salon_domain::kernel::Currency) -> Html {
    let (icon, name, aside) = match hit {
        Hit::Client(c) => ("users", c.name.clone(), if c.phone.is_empty() { c.email.clone() } else { c.phone.clone() }),
        Hit::Service(s) => ("scissors", s.name.clone(), money(s.price_minor, currency)),
        Hit::Product(p) => ("package", product_name(p), money(p.price_minor, currency)),
        Hit::Receipt(r) => (
            "receipt-text",
            format!("{} · {}", r.number, r.client_name),
            format!("{} · {}", day_short(&r.date), money(r.total_minor, currency)),
        ),
    };
    html! { <><Icon name={icon} /><span class="grow clip">{ name }</span><span class="muted num">{ aside }</span></> }
}
