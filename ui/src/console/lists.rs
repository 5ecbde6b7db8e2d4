use super::tiles::change;
use crate::parts::{Empty, Icon};
use crate::terminal::tender_name;
use crate::text::{console as words, count, day_short, fill, money, percent_bp, place, t};
use salon_contract::rest::{Dashboard, TerminalRow};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ListsProps {
    pub board: Dashboard,
}

#[component]
pub fn Lists(props: &ListsProps) -> Html {
    html! {
        <div class="lists">
            if props.board.by_branch.len() > 1 { <ByBranch board={props.board.clone()} /> }
            <Latest board={props.board.clone()} />
            <Terminals rows={props.board.terminals.clone()} />
        </div>
    }
}

#[component]
pub fn ByStaff(props: &ListsProps) -> Html {
    let board = &props.board;
    let most = board.by_staff.iter().map(|s| s.net_minor).max().unwrap_or(0).max(1);
    html! {
        <section class="card" data-test="by-staff">
            <h2>{ t(words::BY_STAFF) }</h2>
            if board.by_staff.is_empty() { <Empty icon="scissors" text={t(words::NO_STAFF)} /> } else {
                <table class="table"><thead><tr><th>{ t(words::STYLIST) }</th><th class="end">{ t(words::BOOKINGS) }</th><th class="end">{ t(words::UTILISATION) }</th><th class="end">{ t(words::NET_REVENUE) }</th></tr></thead>
                    <tbody>for row in board.by_staff.iter() {
                        <tr key={row.staff.to_string()}><td><span class="clip">{ &row.name }</span><span class="bar" aria-hidden="true"><span style={format!("width: {}%", row.net_minor.max(0) * 100 / most)}></span></span></td>
                            <td class="num end">{ row.bookings }</td><td class="num end">{ percent_bp(row.utilisation_bp) }</td><td class="num end"><strong>{ money(row.net_minor, board.currency) }</strong></td></tr>
                    }</tbody></table>
            }
        </section>
    }
}

#[component]
fn ByBranch(props: &ListsProps) -> Html {
    let board = &props.board;
    html! {
        <section class="card" data-test="by-branch">
            <h2>{ t(words::BY_BRANCH) }</h2>
            <ul class="rows">for row in board.by_branch.iter() {
                <li class="row plain" key={row.branch.to_string()}><Icon name="store" /><span class="grow clip">{ &row.name }</span>{ change(row.revenue_minor) }<strong class="num">{ money(row.revenue_minor.now, board.currency) }</strong></li>
            }</ul>
        </section>
    }
}

#[component]
fn Latest(props: &ListsProps) -> Html {
    let board = &props.board;
    html! {
        <section class="card" data-test="latest">
            <h2>{ t(words::LATEST) }</h2>
            if board.latest.is_empty() { <Empty icon="receipt-text" text={t(words::NO_SALES)} /> }
            <ul class="rows latest">for sale in board.latest.iter() {
                <li class="row plain" key={format!("{}{}{}", sale.terminal, sale.number, sale.date)} data-test="latest-sale" data-number={sale.number.to_string()}>
                    <span class="num muted latest-time">{ &sale.time }<br />{ if sale.date == board.date { String::new() } else { day_short(&sale.date) } }</span>
                    <span class="row-main"><span class="clip">{ format!("{} · {}", sale.branch, sale.terminal) }</span>
                        <span class="muted num clip">{ format!("{} {} · {} · {}", t(place::RECEIPT), sale.number, count(sale.lines.into(), words::LINES_ONE, words::LINES_MANY), tender_name(&sale.tender)) }</span></span>
                    <strong class="num">{ money(sale.total_minor, board.currency) }</strong></li>
            }</ul>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct TerminalsProps {
    rows: Vec<TerminalRow>,
}

#[component]
fn Terminals(props: &TerminalsProps) -> Html {
    let seen = |row: &TerminalRow| match &row.last_seen {
        Some(at) => fill(words::LAST_SEEN, &[("time", &local(at))]),
        None => t(words::NEVER_SEEN).to_owned(),
    };
    html! {
        <section class="card" data-test="terminals">
            <h2>{ t(words::TERMINALS) }</h2>
            if props.rows.is_empty() { <Empty icon="store" text={t(words::NO_TERMINALS)} /> }
            <ul class="rows">for row in props.rows.iter() {
                <li class="row plain" key={row.device.to_string()} data-test="terminal" data-online={row.online.to_string()}>
                    <span class={classes!("sync-dot", if row.online { "synced" } else { "offline" })}><span class="dot" aria-hidden="true"></span></span>
                    <span class="row-main"><span class="clip">{ format!("{} · {}", row.name, row.branch) }</span>
                        <span class="muted num clip">{ format!("{} · {}", fill(words::ENTRIES, &[("n", &row.journal_seq.to_string())]), seen(row)) }</span></span>
                    <span class={if row.online { "good" } else { "muted" }}>{ t(if row.online { words::ONLINE } else { words::AWAY }) }</span></li>
            }</ul>
        </section>
    }
}

/// The time on the reader's own clock, with the day when it was another.
fn local(rfc3339: &str) -> String {
    let at = js_sys::Date::new(&rfc3339.into());
    let today = js_sys::Date::new_0();
    let clock = format!("{:02}:{:02}", at.get_hours(), at.get_minutes());
    if at.to_date_string() == today.to_date_string() {
        return clock;
    }
    let date = format!("{:04}-{:02}-{:02}", at.get_full_year(), at.get_month() + 1, at.get_date());
    format!("{} {clock}", day_short(&date))
}
