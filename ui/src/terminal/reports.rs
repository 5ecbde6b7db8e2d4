//! The sales of a day, and any receipt.

use super::closures::ClosuresView;
use super::deposits::DepositsView;
use super::desk::{Place, use_desk};
use super::exports::ExportsView;
use super::till::ReceiptView;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{DatePicker, Empty, Icon, loaded};
use crate::text::{
    after, books, clock, common, credit, day_long, day_short, desk as desk_words, fill, gift, money, place as words,
    shift_days, t, till,
};
use crate::transport::Heard;
use salon_contract::window::{Notice, SaleRow, Sales, Till};
use salon_domain::kernel::TicketId;
use salon_domain::payment::FollowKind;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ReportsScreenProps {
    pub open: Option<TicketId>,
}

pub fn tender_name(tender: &str) -> &'static str {
    t(match tender {
        "cash" => words::TENDER_CASH,
        "card" => words::TENDER_CARD,
        "bank_transfer" => till::BANK_TRANSFER,
        "wallet" => till::WALLET,
        "cheque" => till::CHEQUE,
        "gift_card" => gift::GIFT_CARD,
        "account_credit" => credit::CREDIT,
        _ => words::TENDER_MIXED,
    })
}

fn icon_of(tender: &str) -> &'static str {
    match tender {
        "cash" => "banknote",
        "card" => "credit-card",
        "bank_transfer" | "cheque" => "landmark",
        "gift_card" => "gift",
        _ => "wallet",
    }
}

#[component]
pub fn ReportsScreen(props: &ReportsScreenProps) -> Html {
    let desk = use_desk();
    let date = use_state_eq(|| desk.status.today.clone());
    let picking = use_state_eq(|| false);
    let closures = use_state_eq(|| false);
    let deposits = use_state_eq(|| false);
    let sales = use_ask(Some(Sales { date: Some((*date).clone()) }));
    let till = use_ask(Some(Till {}));
    use_heard({
        let (sales, till) = (sales.again.clone(), till.again.clone());
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Till) | Heard::Reconnected) {
                sales.emit(());
                till.emit(());
            }
        }
    });
    let step = |by: i32| {
        let date = date.clone();
        move |_: MouseEvent| date.set(shift_days(&date, by))
    };
    let onpick = {
        let (date, picking) = (date.clone(), picking.clone());
        move |day| {
            date.set(day);
            picking.set(false);
        }
    };
    let currency = desk.status.currency;
    let last_z = till.state.here().and_then(|v| v.last_z.clone());
    let line = |row: &SaleRow| {
        let ticket = row.ticket;
        let aside = if row.here { String::new() } else { format!(" · {}", t(words::OTHER_TERMINAL)) };
        let about = row.follows.map_or_else(String::new, |how| match how {
            FollowKind::Void => format!(" · {}", t(after::A_VOID)),
            FollowKind::Tip => format!(" · {}", t(till::TIP)),
        });
        html! {
            <li key={row.ticket.to_string()}><button class="row" aria-current={(props.open == Some(ticket)).then_some("true")} data-test="sale-row" data-total={row.total_minor.to_string()}
                data-number={row.number.to_string()} onclick={let (go, closures, deposits) = (desk.go.clone(), closures.clone(), deposits.clone()); move |_: MouseEvent| { closures.set(false); deposits.set(false); go.emit(Place::Reports(Some(ticket))); }}>
                <span class="num muted">{ clock(row.minute) }</span>
                <span class="row-main"><strong class="clip">{ if row.client_name.is_empty() { t(common::WALK_IN_CLIENT) } else { &row.client_name } }</strong>
                    <span class="muted num">{ format!("{} {}{about}{aside}", t(words::RECEIPT), row.number) }</span></span>
                <Icon name={icon_of(&row.tender)} label={tender_name(&row.tender)} />
                <span class="num">{ money(row.total_minor, currency) }</span>
            </button></li>
        }
    };
    let list = |rows: &Vec<SaleRow>| {
        if rows.is_empty() {
            return html! { <Empty icon="receipt-text" text={t(words::NO_SALES)} /> };
        }
        let total: i64 = rows.iter().map(|r| r.total_minor).sum();
        html! {
            <>
                <div class="figures">
                    <div class="figure"><span class="muted">{ t(words::DAY_TOTAL) }</span><strong class="num" data-test="day-total">{ money(total, currency) }</strong></div>
                    <div class="figure"><span class="muted">{ t(words::SALES_OF) }</span><strong class="num">{ rows.len() }</strong></div>
                    <div class="figure"><span class="muted">{ t(words::AVERAGE) }</span><strong class="num">{ money(total / rows.len() as i64, currency) }</strong></div>
                </div>
                <ul class="rows">for row in rows.iter() { { line(row) } }</ul>
            </>
        }
    };
    html! {
        <div class="split reports">
            <section class="split-list wide">
                <div class="toolbar">
                    <div class="day-switch grow">
                        <button class="icon-button" aria-label={t(crate::text::book::PREVIOUS_DAY)} onclick={step(-1)}><Icon name="chevron-left" /></button>
                        <button class="button day-name" aria-expanded={picking.to_string()} onclick={let p = picking.clone(); move |_| p.set(!*p)}>{ day_long(&date) }<Icon name="chevron-down" /></button>
                        <button class="icon-button" aria-label={t(crate::text::book::NEXT_DAY)} onclick={step(1)}><Icon name="chevron-right" /></button>
                        if *picking { <div class="popover calendar-popover"><DatePicker date={(*date).clone()} today={desk.status.today.clone()} {onpick} onclose={let p = picking.clone(); move |()| p.set(false)} /></div> }
                    </div>
                    <button class="button" aria-pressed={deposits.to_string()} onclick={let (c, d) = (closures.clone(), deposits.clone()); move |_| { c.set(false); d.set(!*d); }} data-test="deposits-open"><Icon name="piggy-bank" label={t(desk_words::DEPOSITS)} /><span class="roomy-only">{ t(desk_words::DEPOSIT) }</span></button>
                    <button class="button" aria-pressed={closures.to_string()} onclick={let (c, d) = (closures.clone(), deposits.clone()); move |_| { d.set(false); c.set(!*c); }} data-test="closures-open"><Icon name="lock" />{ t(books::TITLE) }</button>
                </div>
                if let Some(z) = last_z { <p class="muted last-z">{ fill(till::LAST_Z, &[("number", &z.number.to_string()), ("date", &day_short(&z.date))]) }{ format!(" · {}", money(z.total_minor, currency)) }</p> }
                { loaded(&sales, list) }
            </section>
            <section class="split-main">
                if *deposits { <DepositsView /> }
                else if *closures { <><ClosuresView /><ExportsView /></> }
                else if let Some(ticket) = props.open { <div class="sheet"><ReceiptView key={ticket.to_string()} {ticket} /></div> }
                else { <Empty icon="receipt-text" text={t(words::RECEIPT)} /> }
            </section>
        </div>
    }
}
