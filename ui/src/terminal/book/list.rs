//! Bookings as a list by time: a day's or a week's, to be searched, filtered and sorted.

use super::filter::Filter;
use super::mode::Span;
use super::status::face_of;
use crate::hooks::{Loaded, use_ask, use_heard, use_settled};
use crate::parts::{Choice, Empty, ErrorFace, Field, Icon, Segments, Skeleton, select_value};
use crate::terminal::desk::{Desk, use_desk};
use crate::text::{Msg, board as words, book, clock, common, date_of_iso_week, day_short, fill, shift_days, t};
use crate::transport::Heard;
use salon_contract::window::{Agenda, AgendaSort, AgendaView, AppointmentView, Notice};
use salon_domain::kernel::{BookingId, StaffId};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ListBookProps {
    pub date: String,
    pub span: Span,
    pub onspan: Callback<Span>,
    pub filter: Filter,
    pub onfilter: Callback<Filter>,
    pub selected: Option<BookingId>,
    pub onopen: Callback<(BookingId, String)>,
}

/// So many rows at first, and more each time that they are asked for.
const PAGE: u16 = 100;
const SETTLE_MS: u32 = 150;

#[component]
pub fn ListBook(props: &ListBookProps) -> Html {
    let desk = use_desk();
    let text = use_state_eq(String::new);
    let staff = use_state_eq(|| None::<StaffId>);
    let sort = use_state_eq(|| (AgendaSort::Time, false));
    let limit = use_state_eq(|| PAGE);
    let (from, to) = match props.span {
        Span::Day => (props.date.clone(), props.date.clone()),
        Span::Week => {
            let monday = date_of_iso_week(&props.date);
            (monday.clone(), shift_days(&monday, 6))
        }
    };
    let settled = use_settled((*text).clone(), SETTLE_MS);
    let agenda = use_ask(Some(Agenda {
        from: from.clone(),
        to: to.clone(),
        staff: *staff,
        statuses: props.filter.statuses(),
        text: settled,
        sort: sort.0,
        descending: sort.1,
        limit: *limit,
    }));
    use_heard({
        let (again, from, to) = (agenda.again.clone(), from.clone(), to);
        move |heard| match heard {
            Heard::Notice(Notice::Book { date }) if *date < from || *date > to => {}
            Heard::Notice(Notice::Book { .. } | Notice::Clients | Notice::Till) | Heard::Reconnected => again.emit(()),
            _ => {}
        }
    });
    let onclear = {
        let (text, staff, onfilter, all) = (text.clone(), staff.clone(), props.onfilter.clone(), props.filter.all);
        Callback::from(move |_: MouseEvent| {
            text.set(String::new());
            staff.set(None);
            onfilter.emit(Filter { stages: Vec::new(), all });
        })
    };
    let onmore = {
        let limit = limit.clone();
        move |_: MouseEvent| limit.set(limit.saturating_add(PAGE))
    };
    let view = agenda.state.here().filter(|view| view.from == from);
    let body = match (&agenda.state, view) {
        (Loaded::Failed(failure), _) => html! { <ErrorFace failure={failure.clone()} again={agenda.again.clone()} /> },
        (_, Some(view)) if view.unfiltered == 0 => html! { <Empty icon="calendar-days" text={t(words::LIST_EMPTY)} /> },
        (_, Some(view)) if view.rows.is_empty() => html! {
            <Empty icon="search" text={fill(words::LIST_NONE_FIT, &[("n", &view.unfiltered.to_string())])}>
                <button class="button" onclick={onclear} data-test="clear-filter">{ t(words::CLEAR_FILTER) }</button>
            </Empty>
        },
        (_, Some(view)) => html! {
            <div class="table-wrap book-list">
                { table(view, &desk, props, &sort) }
                if (view.rows.len() as u32) < view.total {
                    <button class="button" onclick={onmore} data-test="list-more">{ t(words::SHOW_MORE) }</button>
                }
            </div>
        },
        _ => html! { <Skeleton rows={8} /> },
    };
    html! {
        <>
            <div class="book-bar" data-test="list-bar">
                <Field label={t(words::FIND)} placeholder={t(words::FIND)} value={(*text).clone()} oninput={let s = text.clone(); move |v| s.set(v)} kind="search" test="list-find" />
                { staff_select(&desk, &staff) }
                <Segments label={t(words::LIST_SPAN)} chosen={if props.span == Span::Day { "day" } else { "week" }}
                    onchoose={props.onspan.reform(|v: String| if v == "week" { Span::Week } else { Span::Day })}
                    choices={vec![Choice::new("day", t(words::VIEW_DAY)), Choice::new("week", t(words::VIEW_WEEK))]} />
                if let Some(view) = view {
                    <span class="muted num" role="status" data-test="list-count" data-total={view.total.to_string()}>{ fill(words::SHOWN_OF, &[("n", &view.rows.len().to_string()), ("total", &view.total.to_string())]) }</span>
                }
            </div>
            { body }
        </>
    }
}

fn staff_select(desk: &Desk, staff: &UseStateHandle<Option<StaffId>>) -> Html {
    let onchange = {
        let staff = staff.clone();
        move |e: Event| staff.set(select_value(&e).parse().ok())
    };
    let people = desk.catalog.here().map(|catalog| catalog.staff.clone()).unwrap_or_default();
    html! {
        <span class="select"><select aria-label={t(words::WHO)} {onchange} data-test="list-staff">
            <option value="" selected={staff.is_none()}>{ t(words::EVERYBODY) }</option>
            for person in people.iter() { <option value={person.staff.to_string()} selected={**staff == Some(person.staff)}>{ &person.name }</option> }
        </select><Icon name="chevron-down" /></span>
    }
}

type Sort = UseStateHandle<(AgendaSort, bool)>;

fn table(view: &AgendaView, desk: &Desk, props: &ListBookProps, sort: &Sort) -> Html {
    html! {
        <table class="table" aria-label={t(words::LIST)} data-test="list">
            <thead><tr>
                { head(common::TIME, AgendaSort::Time, "time", sort) }
                { head(book::CLIENT, AgendaSort::Client, "client", sort) }
                <th>{ t(book::SERVICES) }</th>
                { head(words::WHO, AgendaSort::Staff, "staff", sort) }
                { head(words::STATUS, AgendaSort::Status, "status", sort) }
                <th>{ t(book::PHONE) }</th>
            </tr></thead>
            <tbody>for row in view.rows.iter() { { line(row, desk, props) } }</tbody>
        </table>
    }
}

/// A head that sorts; a second click the other way round.
fn head(label: Msg, by: AgendaSort, name: &'static str, sort: &Sort) -> Html {
    let (now, descending) = **sort;
    let is_on = now == by;
    let onclick = {
        let sort = sort.clone();
        move |_: MouseEvent| sort.set((by, is_on && !descending))
    };
    let order = match (is_on, descending) {
        (false, _) => None,
        (true, false) => Some("ascending"),
        (true, true) => Some("descending"),
    };
    html! {
        <th aria-sort={order}>
            <button class="sort-head" {onclick} aria-label={fill(words::SORT_BY, &[("name", t(label))])} data-test={format!("sort-{name}")}>
                { t(label) }
                if is_on { <Icon name="chevron-down" class={if descending { "turned" } else { "" }} /> }
            </button>
        </th>
    }
}

fn line(row: &AppointmentView, desk: &Desk, props: &ListBookProps) -> Html {
    let face = face_of(row);
    let from = row.parts.iter().map(|p| p.start_minute).min().unwrap_or(0);
    let to = row.parts.iter().map(|p| p.end_minute).max().unwrap_or(0);
    let services: Vec<&str> = row.parts.iter().map(|p| p.service_name.as_str()).collect();
    let mut who: Vec<&str> = row.parts.iter().filter_map(|p| desk.staff_name(p.staff)).collect();
    who.dedup();
    let open = {
        let (onopen, booking, date) = (props.onopen.clone(), row.booking, row.date.clone());
        Callback::from(move |_: MouseEvent| onopen.emit((booking, date.clone())))
    };
    let is_open = props.selected == Some(row.booking);
    html! {
        <tr key={row.booking.to_string()} class={classes!(is_open.then_some("selected"))} onclick={open.clone()} data-test="list-row" data-client={row.client_name.clone()} data-status={face.class}>
            <td class="num">
                if props.span == Span::Week { <span class="muted">{ day_short(&row.date) }</span>{ " " } }
                { format!("{} – {}", clock(from), clock(to)) }
            </td>
            <td>
                <button class="link-button clip" onclick={open} aria-pressed={is_open.to_string()}>{ &row.client_name }</button>
                if row.clash { <Icon name="shield-alert" class="bad" label={t(book::CLASH)} /> }
                if !row.allergy.is_empty() { <Icon name="flower-2" class="bad" label={t(book::ALLERGY)} /> }
                if row.new_client { <Icon name="sparkles" class="pink" label={t(book::NEW_CLIENT)} /> }
                if row.unsynced { <Icon name="cloud-upload" label={t(book::UNSYNCED)} /> }
            </td>
            <td>{ services.join(", ") }</td>
            <td>{ who.join(", ") }</td>
            <td><span class={classes!("status-tag", face.class)}><Icon name={face.icon} />{ t(face.label) }</span></td>
            <td class="num">{ &row.phone }</td>
        </tr>
    }
}
