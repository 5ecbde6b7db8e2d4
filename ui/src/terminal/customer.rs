//! The screen that is turned to the client: the ticket as it grows, what it comes to, and thanks. It asks nothing and knows
//! nobody's name.

use crate::browser;
use crate::hooks::{use_ask, use_heard};
use crate::parts::Icon;
use crate::text::{amount, common, customer as words, fill, money, t, till};
use crate::transport::Heard;
use salon_contract::window::{Customer, CustomerScreen, CustomerTotal, Notice, Status};
use yew::prelude::*;

/// What the page's address says when this is wanted: `?screen=customer`.
pub fn is_wanted() -> bool {
    browser::query_parameter("screen").as_deref() == Some("customer")
}

#[component]
pub fn CustomerPage() -> Html {
    browser::show_theme();
    let screen = use_ask(Some(Customer {}));
    let status = use_ask(Some(Status {}));
    use_heard({
        let (again, status) = (screen.again.clone(), status.again.clone());
        move |heard| match heard {
            Heard::Notice(Notice::Customer) => again.emit(()),
            Heard::Reconnected => {
                again.emit(());
                status.emit(());
            }
            _ => {}
        }
    });
    let salon = status.state.here().map(|view| view.branch.clone()).unwrap_or_default();
    let shown = screen.state.here().map(|screen| (**screen).clone()).unwrap_or_default();
    html! {
        <main class="customer" data-test="customer">
            <header class="customer-head"><img src="icon.svg" alt="" width="40" height="40" /><span>{ &salon }</span></header>
            if let Some(total) = &shown.total { { ticket(&shown, total) } } else {
                <div class="customer-welcome" data-test="customer-welcome"><h1>{ t(words::WELCOME) }</h1><p class="muted">{ &salon }</p></div>
            }
        </main>
    }
}

fn ticket(shown: &CustomerScreen, total: &CustomerTotal) -> Html {
    let currency = total.currency;
    html! {
        <>
            <ul class="customer-lines">
                for (ix, line) in shown.lines.iter().enumerate() {
                    <li key={ix}>
                        <span class="grow">if line.quantity > 1 { <b class="num">{ format!("{} × ", line.quantity) }</b> }{ &line.name }</span>
                        <span class="num">{ amount(line.amount_minor, currency) }</span>
                    </li>
                }
            </ul>
            <footer class="customer-foot">
                if total.discount_minor > 0 {
                    <div class="customer-sum"><span>{ t(words::SAVED) }</span><span class="num">{ money(total.discount_minor, currency) }</span></div>
                }
                if total.owed_minor != total.total_minor && total.change_minor.is_none() {
                    <div class="customer-sum"><span>{ t(common::TOTAL) }</span><span class="num">{ money(total.total_minor, currency) }</span></div>
                }
                <div class="customer-total" aria-live="polite">
                    <span>{ t(if total.change_minor.is_some() { till::PAID } else { words::TO_PAY }) }</span>
                    <strong class="num" data-test="customer-total" data-minor={total.total_minor.to_string()}>
                        { money(if total.change_minor.is_some() { total.total_minor } else { total.owed_minor }, currency) }
                    </strong>
                </div>
                if total.card { <p class="customer-note"><Icon name="credit-card" />{ t(words::CARD) }</p> }
                if let Some(change) = total.change_minor {
                    <p class="customer-note good" data-test="customer-paid"><Icon name="circle-check" />
                        { if change > 0 { fill(till::CHANGE_IS, &[("amount", &money(change, currency))]) } else { t(words::THANKS).to_owned() } }</p>
                }
            </footer>
        </>
    }
}
