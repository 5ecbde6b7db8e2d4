//! Who works today, until when, and who comes next.

use super::desk::{Place, use_desk};
use super::sign_in::role_name;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Avatar, Empty, Icon, loaded};
use crate::text::{book, clock, count, fill, percent_bp, place as words, t};
use crate::transport::Heard;
use salon_contract::window::{AppointmentView, ColumnView, Day, DayView, Notice, PartView};
use yew::prelude::*;

#[component]
pub fn TeamScreen() -> Html {
    let day = use_ask(Some(Day { date: None }));
    use_heard({
        let again = day.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Book { .. } | Notice::Catalog) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    html! {
        <div class="page-pane">
            <div class="toolbar"><h1>{ t(words::TEAM_TODAY) }</h1></div>
            { loaded(&day, |view| if view.columns.is_empty() {
                html! { <Empty icon="scissors" text={t(book::NO_COLUMNS)} /> }
            } else {
                html! { <div class="team-cards">for column in view.columns.iter() { <Person key={column.staff.to_string()} column={column.clone()} day={view.clone()} /> }</div> }
            }) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct PersonProps {
    column: ColumnView,
    day: DayView,
}

#[component]
fn Person(props: &PersonProps) -> Html {
    let desk = use_desk();
    let column = &props.column;
    let role =
        desk.catalog.here().and_then(|c| c.staff.iter().find(|s| s.staff == column.staff)).map(|s| role_name(s.role));
    let mut parts: Vec<(&AppointmentView, &PartView)> = props
        .day
        .appointments
        .iter()
        .filter(|a| a.status.holds_time())
        .flat_map(|a| a.parts.iter().filter(|p| p.staff == column.staff).map(move |p| (a, p)))
        .collect();
    parts.sort_by_key(|(_, p)| p.start_minute);
    let working: i64 = column.working.iter().map(|(from, to)| i64::from(to - from)).sum();
    let booked: i64 = parts
        .iter()
        .flat_map(|(_, p)| &p.phases)
        .filter(|p| p.kind.occupies_staff())
        .map(|p| i64::from(p.minutes))
        .sum();
    let share = if working > 0 { (booked * 10_000 / working).min(10_000) } else { 0 };
    let hours =
        column.working.iter().map(|(a, b)| format!("{} – {}", clock(*a), clock(*b))).collect::<Vec<_>>().join(", ");
    let next = parts.iter().find(|(_, p)| p.start_minute >= desk.status.now_minute);
    html! {
        <article class="person-card">
            <header><Avatar name={column.name.clone()} color={column.color} large=true />
                <div class="grow"><h2 class="clip">{ &column.name }</h2><span class="muted">{ role.unwrap_or_default() }</span></div>
            </header>
            <p class="num">{ if column.working.is_empty() { t(words::NOT_IN).to_owned() } else { hours } }</p>
            <div class="meter" role="img" aria-label={fill(words::BOOKED_SHARE, &[("percent", &percent_bp(share))])}><span style={format!("width: {}%", share / 100)}></span></div>
            <p class="muted num">{ format!("{} · {}", count(parts.len() as u64, book::BOOKINGS_ONE, book::BOOKINGS_MANY), fill(words::BOOKED_SHARE, &[("percent", &percent_bp(share))])) }</p>
            if let Some((appointment, part)) = next {
                <button class="row" onclick={let (date, booking) = (appointment.date.clone(), appointment.booking); desk.go.reform(move |_| Place::booking(&date, booking))}>
                    <Icon name="arrow-right" />
                    <span class="row-main"><strong class="clip">{ fill(words::NEXT_CLIENT, &[("name", &appointment.client_name), ("time", &clock(part.start_minute))]) }</strong>
                        <span class="muted clip">{ &part.service_name }</span></span>
                </button>
            } else { <p class="muted">{ t(words::NO_MORE) }</p> }
        </article>
    }
}
