//! The grid: time down, lanes across, appointments on it; to be clicked, dragged and walked by keys. What a lane is
//! (a stylist, a room, a day) is `lanes`' business.

use super::drag::{Broken, Drag, Range, Target, clicked};
use super::lanes::{Board, Head, Lane};
use super::layout::{Placed, Span, place};
use super::moving::{move_part, resize_part};
use super::status::face_of;
use crate::browser;
use crate::hooks::use_keys;
use crate::parts::{Avatar, Icon};
use crate::terminal::desk::use_desk;
use crate::text::{board, book as words, clock, day_short, t};
use salon_contract::window::{AppointmentView, PartView};
use salon_domain::catalog::PhaseKind;
use salon_domain::kernel::{BookingId, ServiceId, StaffId};
use std::collections::HashMap;
use std::rc::Rc;
use yew::prelude::*;

/// A place in the book: where a click on empty time was.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    pub date: String,
    pub staff: Option<StaffId>,
    pub minute: u16,
}

/// The tone of a service's category, where colours mean that.
pub type Tones = Rc<HashMap<ServiceId, u8>>;

#[derive(PartialEq, Properties)]
pub struct GridProps {
    pub board: Board,
    pub tones: Option<Tones>,
    pub selected: Option<BookingId>,
    pub onspot: Callback<Spot>,
    /// A booking, and its day.
    pub onopen: Callback<(BookingId, String)>,
    pub onchanged: Callback<()>,
}

/// Whole hours, so that the lines fall on them.
fn range_of(board: &Board) -> Range {
    let from = board.from_minute / 60 * 60;
    Range { from, to: (board.to_minute.div_ceil(60) * 60).max(from + 60) }
}

/// How far down the visible part now is, where the day is longer than the screen.
const NOW_AT: f64 = 0.4;
/// Within this a click still belongs to the pointer's release before it.
const CLICK_AFTER_MS: u32 = 60;

#[component]
pub fn Grid(props: &GridProps) -> Html {
    let desk = use_desk();
    let board = &props.board;
    let range = range_of(board);
    let drag = use_state_eq(|| None::<Drag>);
    // A click follows the pointer's release; after a drag it means nothing.
    let dragged = use_mut_ref(|| false);
    use_keys({
        let drag = drag.clone();
        move |e| {
            if e.key() == "Escape" && drag.is_some() {
                drag.set(None);
            }
        }
    });
    let now = board.is_now.then_some(desk.status.now_minute).filter(|m| (range.from..=range.to).contains(m));
    use_effect_with((board.name.clone(), now.is_some()), move |_| {
        if let (Some(now), Some(grid)) = (now, browser::find(".book-grid")) {
            let line = f64::from(range.percent(now)) / 100.0 * f64::from(grid.scroll_height());
            grid.set_scroll_top((line - f64::from(grid.client_height()) * NOW_AT) as i32);
        }
    });
    let onpointermove = {
        let (drag, lanes) = (drag.clone(), board.lanes.clone());
        move |e: PointerEvent| {
            if let Some(held) = &*drag {
                let lane_of = |ix: usize| lanes.get(ix).map(|lane| (lane.staff, lane.day));
                drag.set(Some(held.moved(e.client_x(), e.client_y(), range, lane_of)));
            }
        }
    };
    let onpointerup = {
        let (drag, dragged, desk, onchanged) = (drag.clone(), dragged.clone(), desk.clone(), props.onchanged.clone());
        move |_: PointerEvent| {
            let Some(held) = (*drag).clone() else { return };
            drag.set(None);
            if held.target.is_some() {
                *dragged.borrow_mut() = true;
                let dragged = dragged.clone();
                gloo_timers::callback::Timeout::new(CLICK_AFTER_MS, move || *dragged.borrow_mut() = false).forget();
            }
            let Some(target) = held.target else { return };
            if held.by_end {
                resize_part(&desk, &held, held.minutes, onchanged.clone());
            } else if target != held.from {
                move_part(&desk, &held, target, onchanged.clone());
            }
        }
    };
    let onpointercancel = {
        let drag = drag.clone();
        move |_: PointerEvent| drag.set(None)
    };
    // The same callbacks as long as the board is the same: a drag draws the lanes that it touches and no others.
    let onempty = use_callback((props.onspot.clone(), board.clone()), {
        let dragged = dragged.clone();
        move |e: MouseEvent, (onspot, board)| {
            if dragged.replace(false) {
                return;
            }
            let at = clicked(e.client_x(), e.client_y(), range_of(board));
            if let Some((lane, minute)) = at.and_then(|(ix, minute)| Some((board.lanes.get(ix)?, minute))) {
                onspot.emit(Spot { date: lane.date.clone(), staff: lane.staff, minute });
            }
        }
    });
    let ontake = use_callback((), {
        let (drag, dragged) = (drag.setter(), dragged.clone());
        move |held: Drag, ()| {
            *dragged.borrow_mut() = false;
            drag.set(Some(held));
        }
    });
    let onopen = use_callback(props.onopen.clone(), move |which: (BookingId, String), onopen| {
        if !dragged.replace(false) {
            onopen.emit(which);
        }
    });
    // Where lanes are days, now is in one of them.
    let today = board.lanes.iter().position(|lane| is_day_of_now(lane));
    let hours: Vec<u16> = (range.from / 60..range.to / 60).map(|h| h * 60).collect();
    let style = format!(
        "--columns: {}; --rows: {}; --hours: {};",
        board.lanes.len(),
        (range.to - range.from) / 15,
        hours.len()
    );
    let held = (*drag).clone().filter(|d| d.target.is_some());
    html! {
        <div class={classes!("book-grid", held.is_some().then_some("dragging"), props.tones.is_some().then_some("by-category"))} {style}
            role="group" aria-label={t(words::GRID)} {onpointermove} {onpointerup} {onpointercancel} onkeydown={walk}>
            <div class="book-corner"></div>
            for (ix, lane) in board.lanes.iter().enumerate() {
                <div class={classes!("book-head", is_day_of_now(lane).then_some("today"))} key={format!("h{}", lane.key)} style={format!("grid-column: {}", ix + 2)}>
                    { head_of(lane) }
                </div>
            }
            <div class="book-gutter" aria-hidden="true">
                for minute in hours {
                    <span class="num" style={format!("top: {}%", range.percent(minute))}>{ clock(minute) }</span>
                }
                if let Some(now) = now { <span class="now-clock num" style={format!("top: {}%", range.percent(now))}>{ clock(now) }</span> }
            </div>
            for (ix, lane) in board.lanes.iter().enumerate() {
                <Column key={lane.key.clone()} {ix} lane={lane.clone()} {range} tones={props.tones.clone()} selected={props.selected}
                    held={held.clone().filter(|held| held.lane == ix || lane.parts.iter().any(|(a, _)| a.booking == held.booking))}
                    onempty={onempty.clone()} ontake={ontake.clone()} onopen={onopen.clone()} />
            }
            if let Some(now) = now {
                for layer in ["under", "over"] {
                    <div class={classes!("now", layer, today.map(|_| "one"))} aria-hidden="true" style={today.map(|ix| format!("grid-column: {}", ix + 2))}>
                        <div class="now-line" style={format!("top: {}%", range.percent(now))}></div>
                    </div>
                }
            }
        </div>
    }
}

fn is_day_of_now(lane: &Lane) -> bool {
    lane.is_today && matches!(lane.head, Head::Day { .. })
}

fn head_of(lane: &Lane) -> Html {
    let name = lane.name();
    let label = html! { <span class="book-head-name clip" title={name.clone()}>{ &name }</span> };
    match &lane.head {
        Head::Person { name, color, is_off } => html! {
            <>
                <Avatar name={name.clone()} color={*color} />
                { label }
                if *is_off { <span class="tagged">{ t(words::OFF_TODAY) }</span> }
            </>
        },
        Head::Place { .. } => html! { <><Icon name="map-pin" />{ label }</> },
        Head::Day { is_open, is_off } => html! {
            <>
                { label }
                if !is_open { <span class="tagged">{ t(board::CLOSED) }</span> } else if *is_off { <span class="tagged">{ t(board::DAYS_OFF) }</span> }
            </>
        },
    }
}

/// Arrow keys go from appointment to appointment: up and down in the column, left and right to the nearest in time.
fn walk(e: KeyboardEvent) {
    let key = e.key();
    if e.alt_key() || !key.starts_with("Arrow") {
        return;
    }
    let all = browser::find_all(".appointment");
    let number =
        |el: &web_sys::Element, name: &str| el.get_attribute(name).and_then(|v| v.parse::<i32>().ok()).unwrap_or(0);
    let Some(own) = e.target_dyn_into::<web_sys::Element>().filter(|el| el.class_list().contains("appointment")) else {
        return;
    };
    e.prevent_default();
    let (column, start) = (number(&own, "data-column"), number(&own, "data-start"));
    let score = |el: &web_sys::Element| {
        let (c, s) = (number(el, "data-column") - column, number(el, "data-start") - start);
        let fits = match key.as_str() {
            "ArrowUp" => c == 0 && s < 0,
            "ArrowDown" => c == 0 && s > 0,
            "ArrowLeft" => c < 0,
            _ => c > 0,
        };
        fits.then_some(c.abs() * 10_000 + s.abs())
    };
    let best = all.iter().filter_map(|el| Some((score(el)?, el))).min_by_key(|(score, _)| *score);
    if let Some(target) = best.and_then(|(_, el)| wasm_bindgen::JsCast::dyn_ref::<web_sys::HtmlElement>(el)) {
        let _ = target.focus();
    }
}

#[derive(PartialEq, Properties)]
struct ColumnProps {
    ix: usize,
    lane: Rc<Lane>,
    range: Range,
    tones: Option<Tones>,
    selected: Option<BookingId>,
    held: Option<Drag>,
    onempty: Callback<MouseEvent>,
    ontake: Callback<Drag>,
    onopen: Callback<(BookingId, String)>,
}

/// The times in which the column's person does not work.
fn off_times(working: &[(u16, u16)], range: Range) -> Vec<(u16, u16)> {
    let mut spans: Vec<(u16, u16)> = working.to_vec();
    spans.sort_unstable();
    let mut at = range.from;
    let mut off = Vec::new();
    for (from, to) in spans {
        if from > at {
            off.push((at, from));
        }
        at = at.max(to);
    }
    if at < range.to {
        off.push((at, range.to));
    }
    off
}

/// When the stylist of a part is free within it.
pub fn gaps_of(part: &PartView) -> Vec<(u16, u16)> {
    let mut at = part.start_minute;
    let mut gaps = Vec::new();
    for phase in &part.phases {
        let end = at + phase.minutes;
        if phase.kind == PhaseKind::Processing {
            gaps.push((at, end));
        }
        at = end;
    }
    gaps
}

fn span_of(part: &PartView) -> Span {
    Span { start: part.start_minute, end: part.end_minute, gaps: gaps_of(part) }
}

#[component]
fn Column(props: &ColumnProps) -> Html {
    let (lane, range) = (&props.lane, props.range);
    let parts: Vec<(&Rc<AppointmentView>, &PartView)> = (0..lane.parts.len()).filter_map(|ix| lane.part(ix)).collect();
    let spans: Vec<Span> = parts.iter().map(|(_, p)| span_of(p)).collect();
    let placed = place(&spans);
    let ghost = props.held.as_ref().filter(|held| held.lane == props.ix).and_then(|held| Some((held, held.target?)));
    html! {
        <div class="book-column" style={format!("grid-column: {}", props.ix + 2)} data-lane={lane.key.clone()} data-day={lane.date.clone()} onclick={props.onempty.clone()}>
            for (from, to) in off_times(&lane.working, range) {
                <div class="off" style={format!("top: {}%; height: {}%", range.percent(from), range.percent(to) - range.percent(from))}></div>
            }
            for (ix, (appointment, part)) in parts.iter().enumerate() {
                <Appointment key={part.claim.to_string()} appointment={(*appointment).clone()} part={(*part).clone()} span={spans[ix].clone()}
                    placed={placed[ix]} {range} column={props.ix} selected={props.selected == Some(appointment.booking)}
                    tone={props.tones.as_ref().and_then(|tones| tones.get(&part.service).copied())}
                    lifted={props.held.as_ref().is_some_and(|h| h.claim == part.claim)}
                    ontake={props.ontake.clone()} onopen={props.onopen.clone()} />
            }
            if let Some((held, target)) = ghost { { ghost_of(held, target, range, held.breaks(lane)) } }
        </div>
    }
}

fn ghost_of(held: &Drag, target: Target, range: Range, broken: Option<Broken>) -> Html {
    let end = (target.minute + held.minutes).min(range.to);
    let (top, height) = (range.percent(target.minute), range.percent(end) - range.percent(target.minute));
    let why = broken.map(|broken| match broken {
        Broken::Taken => board::BREAKS_TAKEN,
        Broken::Off => board::BREAKS_OFF,
    });
    html! {
        <div class={classes!("ghost", why.map(|_| "breaks"))} style={format!("top: {top}%; height: {height}%")}>
            <strong class="num">{ format!("{} – {}", clock(target.minute), clock(target.minute + held.minutes)) }</strong>
            if let Some(why) = why { <span class="clip"><Icon name="triangle-alert" />{ t(why) }</span> }
            <span class="clip">{ &held.name }</span>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct AppointmentProps {
    appointment: Rc<AppointmentView>,
    part: PartView,
    span: Span,
    placed: Placed,
    range: Range,
    column: usize,
    selected: bool,
    tone: Option<u8>,
    lifted: bool,
    ontake: Callback<Drag>,
    onopen: Callback<(BookingId, String)>,
}

/// Shorter than this there is room for one line only.
const SHORT_MIN: u16 = 25;

#[component]
fn Appointment(props: &AppointmentProps) -> Html {
    let (appointment, part, range) = (&props.appointment, &props.part, props.range);
    let face = face_of(appointment);
    let minutes = part.end_minute.saturating_sub(part.start_minute);
    let top = range.percent(part.start_minute);
    let height = range.percent(part.end_minute) - top;
    let tint = props.tone.map_or_else(String::new, |tone| format!("; --tint: var(--tone-{tone})"));
    let style =
        format!("top: {top}%; height: {height}%; left: {}%; width: {}%{tint}", props.placed.left, props.placed.width);
    let take = |by_end: bool| {
        let (appointment, part, ontake) = (appointment.clone(), part.clone(), props.ontake.clone());
        move |e: PointerEvent| {
            if e.button() == 0
                && appointment.can_move
                && let Some(held) = Drag::begin(&appointment, &part, e.client_x(), e.client_y(), range)
            {
                e.stop_propagation();
                ontake.emit(if by_end { held.by_its_end() } else { held });
            }
        }
    };
    let onclick = {
        let (booking, date, onopen) = (appointment.booking, appointment.date.clone(), props.onopen.clone());
        move |e: MouseEvent| {
            e.stop_propagation();
            onopen.emit((booking, date.clone()));
        }
    };
    let within = |minute: u16| f32::from(minute - part.start_minute) * 100.0 / f32::from(minutes.max(1));
    let label = format!(
        "{} {} {}, {}, {}",
        day_short(&appointment.date),
        clock(part.start_minute),
        appointment.client_name,
        part.service_name,
        t(face.label)
    );
    html! {
        <button class={classes!("appointment", face.class, props.selected.then_some("selected"), props.lifted.then_some("lifted"),
                props.placed.inside.then_some("inside"), (minutes < SHORT_MIN).then_some("short"), appointment.can_move.then_some("movable"))}
            {style} onpointerdown={take(false)} {onclick} aria-label={label.clone()} title={label} aria-pressed={props.selected.to_string()}
            data-test="appointment" data-client={appointment.client_name.clone()} data-status={face.class} data-booking={appointment.booking.to_string()}
            data-column={props.column.to_string()} data-start={part.start_minute.to_string()} data-end={part.end_minute.to_string()}>
            for (from, to) in props.span.gaps.iter().copied() {
                <span class="gap" style={format!("top: {}%; height: {}%", within(from), within(to) - within(from))}></span>
            }
            <span class="appointment-text">
                <span class="appointment-name">
                    <Icon name={face.icon} class="status-icon" />
                    <span class="clip">{ &appointment.client_name }</span>
                    { marks(appointment) }
                </span>
                <span class="appointment-what clip">
                    <span class="num">{ clock(part.start_minute) }</span>{ " " }{ &part.service_name }
                </span>
            </span>
            if appointment.can_move { <span class="appointment-end" onpointerdown={take(true)} aria-hidden="true"></span> }
        </button>
    }
}

fn marks(appointment: &AppointmentView) -> Html {
    let mark = |show: bool, name: &'static str, class: &'static str, label| {
        html! { if show { <Icon {name} {class} label={t(label)} /> } }
    };
    html! {
        <span class="marks">
            { mark(appointment.clash, "shield-alert", "bad", words::CLASH) }
            { mark(!appointment.allergy.is_empty(), "flower-2", "bad", words::ALLERGY) }
            { mark(appointment.new_client, "sparkles", "pink", words::NEW_CLIENT) }
            { mark(appointment.held_minor > 0, "piggy-bank", "", crate::text::desk::DEPOSIT) }
            { mark(!appointment.note.is_empty(), "notebook-pen", "", words::HAS_NOTE) }
            { mark(appointment.unsynced, "cloud-upload", "", words::UNSYNCED) }
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn off_times_are_what_is_left() {
        let range = Range { from: 540, to: 1080 };
        assert_eq!(off_times(&[], range), [(540, 1080)]);
        assert_eq!(off_times(&[(780, 1080), (600, 720)], range), [(540, 600), (720, 780)]);
        assert_eq!(off_times(&[(480, 1200)], range), []);
    }
}
