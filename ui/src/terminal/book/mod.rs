//! The appointment book: a day with a column for each stylist, a week of one person, a month, a list; and a panel
//! beside it.

mod clashes;
mod client_picker;
mod details;
mod drag;
mod filter;
mod grid;
mod held;
mod lanes;
mod layout;
mod list;
mod mode;
mod month;
mod moving;
mod new;
mod services;
mod status;
mod suggest;
mod toolbar;
mod undo;
mod week;

pub use client_picker::{ClientPicker, NewClientForm};
pub use held::Decide;
pub use status::face_of;

use super::desk::{BookAim, BookPanel, Desk, NewAim, Place, use_desk};
use crate::browser;
use crate::hooks::{Loaded, use_ask, use_heard, use_keys};
use crate::parts::{Empty, ErrorFace, Icon, Skeleton, Toast};
use crate::text::{board as board_words, book as words, count, devices, fill, t};
use crate::transport::Heard;
use clashes::ClashesPanel;
use details::DetailsPanel;
use filter::{Filter, FilterBar};
use grid::{Grid, Spot, Tones};
use lanes::{by_place, by_stylist, places_of};
use list::ListBook;
use mode::{Look, Mode, Span};
use month::MonthBook;
use new::NewPanel;
use salon_contract::window::{AppointmentView, CatalogView, Day, DayPaper, DayView, Notice, SaveDay, SyncState};
use salon_domain::kernel::{BookingId, ServiceId};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use toolbar::Toolbar;
use undo::undo;
use week::WeekBook;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct BookScreenProps {
    /// None is today.
    pub date: Option<String>,
    pub open: Option<BookPanel>,
}

#[component]
pub fn BookScreen(props: &BookScreenProps) -> Html {
    let desk = use_desk();
    let today = desk.status.today.clone();
    let date = props.date.clone().unwrap_or_else(|| today.clone());
    let day = use_ask(Some(Day { date: Some(date.clone()) }));
    let mode = use_state_eq(Mode::stored);
    let span = use_state_eq(|| Span::Day);
    let look = use_state_eq(Look::stored);
    let filter = use_state_eq(Filter::default);
    let filtering = use_state_eq(|| false);
    use_heard({
        let (again, date) = (day.again.clone(), date.clone());
        move |heard| match heard {
            Heard::Notice(Notice::Book { date: changed }) if *changed != date => {}
            Heard::Notice(Notice::Book { .. } | Notice::Clients | Notice::Till) | Heard::Reconnected => again.emit(()),
            _ => {}
        }
    });
    let aim = BookAim { date: props.date.clone(), open: props.open.clone() };
    // Wherever one goes, today is said as no date: at midnight it is the next day by itself.
    let to_aim = {
        let (go, today) = (desk.go.clone(), today.clone());
        Callback::from(move |(date, open): (String, Option<BookPanel>)| {
            go.emit(Place::Book(BookAim { date: (date != today).then_some(date), open }));
        })
    };
    let to_date = {
        let (to_aim, aim) = (to_aim.clone(), aim.clone());
        Callback::from(move |date: String| {
            to_aim.emit((date, aim.open.clone().filter(|p| matches!(p, BookPanel::New(_)))));
        })
    };
    let to_panel = {
        let (go, aim) = (desk.go.clone(), aim.clone());
        Callback::from(move |open: Option<BookPanel>| go.emit(Place::Book(BookAim { open, ..aim.clone() })))
    };
    let to_mode = {
        let mode = mode.clone();
        Callback::from(move |to: Mode| {
            to.store();
            mode.set(to);
        })
    };
    let to_day = {
        let (to_mode, to_date) = (to_mode.clone(), to_date.clone());
        Callback::from(move |date: String| {
            to_mode.emit(Mode::Day);
            to_date.emit(date);
        })
    };
    let onspot = to_aim.reform(|spot: Spot| {
        let aim = NewAim { staff: spot.staff, minute: Some(spot.minute), client: None };
        (spot.date, Some(BookPanel::New(aim)))
    });
    let onopen = to_aim.reform(|(booking, date): (BookingId, String)| (date, Some(BookPanel::Details(booking))));
    use_keys({
        let (desk, date, today, mode, span) = (desk.clone(), date.clone(), today.clone(), *mode, *span);
        let (to_date, to_panel, to_mode, again) =
            (to_date.clone(), to_panel.clone(), to_mode.clone(), day.again.clone());
        move |e| {
            if browser::is_typing() {
                return;
            }
            if e.ctrl_key() || e.meta_key() {
                if e.key().eq_ignore_ascii_case("z") && !e.shift_key() && !e.alt_key() && !e.repeat() {
                    e.prevent_default();
                    undo(&desk, None, again.clone());
                }
                return;
            }
            if let Some(to) = Mode::of_key(&e.key(), &e.code()).filter(|_| e.alt_key()) {
                e.prevent_default();
                return to_mode.emit(to);
            }
            match e.key().as_str() {
                "n" => to_panel.emit(Some(BookPanel::New(NewAim::default()))),
                "t" => to_date.emit(today.clone()),
                "[" => to_date.emit(mode.shift(&date, -1, span)),
                "]" => to_date.emit(mode.shift(&date, 1, span)),
                "ArrowLeft" if e.alt_key() => to_date.emit(mode.shift(&date, -1, span)),
                "ArrowRight" if e.alt_key() => to_date.emit(mode.shift(&date, 1, span)),
                "Escape" => return to_panel.emit(None),
                _ => return,
            }
            e.prevent_default();
        }
    });
    // While another day is on its way the one shown is still the old one: nothing may be done to it.
    let shown = day.state.here().filter(|v| v.date == date).cloned();
    let last = use_mut_ref(|| None::<Rc<DayView>>);
    if shown.is_some() {
        last.borrow_mut().clone_from(&shown);
    }
    let known = last.borrow().clone();
    let tones = use_memo((desk.catalog.clone(), look.by_category), |(catalog, wanted)| {
        catalog.here().filter(|_| *wanted).map(|catalog| Tones::new(tones_of(catalog)))
    });
    let has_places = shown.as_ref().is_some_and(|day| !places_of(day).is_empty());
    let by_places = look.by_place && has_places;
    let board = use_memo((shown.clone(), (*filter).clone(), by_places), |(day, filter, by_places)| {
        let keeps = |a: &AppointmentView| filter.keeps(a);
        day.as_ref().map(|day| if *by_places { by_place(day, keeps) } else { by_stylist(day, keeps) })
    });
    let selected = selected(&props.open);
    let body = match *mode {
        Mode::Week => html! {
            <WeekBook date={date.clone()} filter={(*filter).clone()} tones={(*tones).clone()} {selected} {onspot} onopen={onopen.clone()} onchanged={day.again.clone()} />
        },
        Mode::Month => html! { <MonthBook date={date.clone()} onday={to_day} ondate={to_date.clone()} /> },
        Mode::List => html! {
            <ListBook date={date.clone()} span={*span} onspan={let s = span.clone(); move |v| s.set(v)} filter={(*filter).clone()}
                onfilter={let f = filter.clone(); move |v| f.set(v)} {selected} onopen={onopen.clone()} />
        },
        Mode::Day => match (&day.state, &*board) {
            (Loaded::Failed(failure), _) => html! { <ErrorFace failure={failure.clone()} again={day.again.clone()} /> },
            (_, Some(board)) if board.lanes.is_empty() => {
                html! { <Empty icon="scissors" text={t(words::NO_COLUMNS)} /> }
            }
            (_, Some(board)) => html! {
                <Grid board={board.clone()} tones={(*tones).clone()} {selected} {onspot} {onopen} onchanged={day.again.clone()} />
            },
            _ => html! { <Skeleton rows={8} /> },
        },
    };
    let onpaper = (*mode == Mode::Day || *mode == Mode::List && *span == Span::Day).then(|| {
        let (desk, date, is_list) = (desk.clone(), date.clone(), *mode == Mode::List);
        Callback::from(move |()| save_day(&desk, &date, is_list))
    });
    let (said, closed) = if *mode == Mode::Day { said_of(shown.as_deref()) } else { (String::new(), false) };
    html! {
        <div class="book" data-view={mode.name()}>
            <section class="book-main">
                <Toolbar date={date.clone()} {today} mode={*mode} span={*span} {said} {closed} all={filter.all} filtering={*filtering}
                    filtered={!filter.stages.is_empty()} ondate={to_date} onmode={to_mode} {onpaper}
                    onall={let f = filter.clone(); move |all| f.set(Filter { all, ..(*f).clone() })}
                    onfilter={let f = filtering.clone(); move |()| f.set(!*f)}
                    onnew={let to_panel = to_panel.clone(); move |()| to_panel.emit(Some(BookPanel::New(NewAim::default())))} />
                if *filtering && *mode != Mode::Month {
                    <FilterBar filter={(*filter).clone()} onfilter={let f = filter.clone(); move |v| f.set(v)} look={*look} has_grid={*mode != Mode::List}
                        has_places={has_places && *mode == Mode::Day} onlook={let l = look.clone(); move |v: Look| { v.store(); l.set(v) }} />
                }
                if *mode != Mode::Day && desk.status.sync.state == SyncState::Offline {
                    <p class="book-offline" role="status" data-test="book-offline"><Icon name="cloud-off" />{ t(board_words::OFFLINE) }</p>
                }
                { body }
            </section>
            { panel_of(&props.open, &date, &shown, &known, to_panel, day.again) }
        </div>
    }
}

/// What there is to say of a day, and whether the salon is closed on it.
fn said_of(day: Option<&DayView>) -> (String, bool) {
    let Some(day) = day else { return (String::new(), false) };
    let held = day.appointments.iter().filter(|a| a.status.holds_time()).count() as u64;
    let said = match held {
        _ if day.open.is_empty() => t(words::CLOSED_HOW).to_owned(),
        0 => t(words::NO_BOOKINGS).to_owned(),
        n => count(n, words::BOOKINGS_ONE, words::BOOKINGS_MANY),
    };
    (said, day.open.is_empty())
}

/// The tones that there are.
const TONES: usize = 12;

/// A tone for each category, the same for all of its services.
fn tones_of(catalog: &CatalogView) -> HashMap<ServiceId, u8> {
    let categories: BTreeSet<&str> = catalog.services.iter().map(|s| s.category.as_str()).collect();
    let tone = |category: &str| categories.iter().position(|c| *c == category).map_or(0, |at| (at % TONES) as u8);
    catalog.services.iter().map(|s| (s.id, tone(&s.category))).collect()
}

/// Writes the day as a PDF and says where it is.
fn save_day(desk: &Desk, date: &str, is_list: bool) {
    let paper = if is_list { DayPaper::List } else { DayPaper::Columns };
    let toast = desk.toast.clone();
    desk.run(SaveDay { date: date.to_owned(), paper }, move |saved| {
        toast.emit(Toast::good(fill(devices::PDF_SAVED, &[("path", &saved.path)])));
    });
}

fn selected(open: &Option<BookPanel>) -> Option<BookingId> {
    match open {
        Some(BookPanel::Details(booking)) => Some(*booking),
        _ => None,
    }
}

/// What lies beside the day. A booking being made stays as it is while another day is on its way.
fn panel_of(
    open: &Option<BookPanel>,
    date: &str,
    shown: &Option<Rc<DayView>>,
    known: &Option<Rc<DayView>>,
    to_panel: Callback<Option<BookPanel>>,
    onchanged: Callback<()>,
) -> Html {
    let onclose = to_panel.reform(|()| None);
    match (open, shown, known) {
        (Some(BookPanel::New(aim)), _, Some(day)) => html! {
            <NewPanel key="new" date={date.to_owned()} day={day.clone()} aim={aim.clone()} {onclose} {onchanged} onpanel={to_panel} />
        },
        (Some(BookPanel::Details(booking)), Some(day), _) => {
            html! { <DetailsPanel key={booking.to_string()} day={day.clone()} booking={*booking} {onclose} {onchanged} /> }
        }
        (Some(BookPanel::Clashes), Some(day), _) => {
            html! { <ClashesPanel key="clashes" day={day.clone()} {onclose} {onchanged} onpanel={to_panel} /> }
        }
        _ => Html::default(),
    }
}
