//! Deposits that are held: for whom, for when, and which of them somebody has to decide about.

use super::desk::{Place, use_desk};
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Empty, Icon, loaded};
use crate::text::{clock, common, day_short, desk as words, fill, money, t};
use crate::transport::Heard;
use salon_contract::window::{DepositRow, Deposits, Notice};
use yew::prelude::*;

#[component]
pub fn DepositsView() -> Html {
    let desk = use_desk();
    let held = use_ask(Some(Deposits {}));
    use_heard({
        let again = held.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Till | Notice::Book { .. }) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    let currency = desk.status.currency;
    let line = |row: &DepositRow| {
        let who = [row.client_name.as_str(), row.name.as_str()].into_iter().find(|name| !name.is_empty());
        let when = match (&row.visit_date, row.visit_minute) {
            (Some(date), minute) => {
                let time = minute.map_or_else(String::new, clock);
                fill(words::VISIT_AT, &[("date", &day_short(date)), ("time", &time)])
            }
            _ => fill(words::TAKEN_ON, &[("date", &day_short(&row.date))]),
        };
        let onclick = {
            let (go, row) = (desk.go.clone(), row.clone());
            move |_: MouseEvent| {
                if let (Some(date), Some(booking)) = (&row.visit_date, row.booking) {
                    go.emit(Place::booking(date, booking));
                } else {
                    go.emit(Place::Till);
                }
            }
        };
        html! {
            <li key={row.ticket.to_string()}><button class="row" {onclick} data-test="deposit-row" data-held={row.held_minor.to_string()}>
                <Icon name="piggy-bank" />
                <span class="row-main"><strong class="clip">{ who.unwrap_or(t(common::WALK_IN_CLIENT)).to_owned() }</strong>
                    <span class="muted clip num">{ format!("{when} · {}", row.what) }</span>
                    if row.to_decide { <span class="bad">{ t(words::DEPOSITS_OPEN) }</span> }
                </span>
                <span class="num">{ money(row.held_minor, currency) }</span>
            </button></li>
        }
    };
    html! {
        <section class="sheet" data-test="deposits">
            <h2>{ t(words::DEPOSITS) }</h2>
            { loaded(&held, |rows| {
                if rows.is_empty() {
                    return html! { <Empty icon="piggy-bank" text={t(words::NO_DEPOSITS)} /> };
                }
                let sum: i64 = rows.iter().map(|row| row.held_minor).sum();
                let open: i64 = rows.iter().filter(|row| row.to_decide).map(|row| row.held_minor).sum();
                html! {
                    <>
                        <div class="figures">
                            <div class="figure"><span class="muted">{ t(words::DEPOSITS_SUM) }</span><strong class="num" data-test="deposits-sum">{ money(sum, currency) }</strong></div>
                            <div class="figure"><span class="muted">{ t(words::DEPOSITS_OPEN) }</span><strong class="num">{ money(open, currency) }</strong></div>
                        </div>
                        <ul class="rows">for row in rows.iter() { { line(row) } }</ul>
                    </>
                }
            }) }
        </section>
    }
}
