//! The day's grid: time down, stylists across, appointments on it; to be clicked, dragged and walked by keys.

use super::drag::{Drag, Range, Target, clicked};
use super::layout::{Placed, Span, place};
use super::moving::move_part;
use super::status::face_of;
use crate::browser;
use crate::hooks::use_keys;
use crate::parts::{Avatar, Icon};
use crate::terminal::desk::{BookPanel, NewAim, use_desk};
use crate::text::{book as words, clock, t};
use salon_contract::window::{AppointmentView, ColumnView, DayView, PartView};
use salon_domain::catalog::PhaseKind;
use salon_domain::kernel::BookingId;
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct GridProps {
    pub day: Rc<DayView>,
    /// Cancelled and no-shows too.
    pub all: bool,
    pub selected: Option<BookingId>,
    pub onpanel: Callback<Option<BookPanel>>,
    pub onchanged: Callback<()>,
}

/// Whole hours, so that the lines fall on them.
fn range_of(day: &DayView) -> Range {
    let from = day.from_minute / 60 * 60;
    Range { from, to: (day.to_minute.div_ceil(60) * 60).max(from + 60) }
}

/// How far down the visible part now is, where the day is longer than the screen.
const NOW_AT: f64 = 0.4;
/// Within this a click still belongs to the pointer's release before it.
const CLICK_AFTER_MS: u32 = 60;

#[component]
pub fn Grid(props: &GridProps) -> Html {
    let desk = use_desk();
    let day = &props.day;
    let range = range_of(day);
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
    let now = day.is_today.then_some(desk.status.now_minute).filter(|m| (range.from..=range.to).contains(m));
    use_effect_with((day.date.clone(), now.is_some()), move |_| {
        if let (Some(now), Some(grid)) = (now, browser::find(".book-grid")) {
            let line = f64::from(range.percent(now)) / 100.0 * f64::from(grid.scroll_height());
            grid.set_scroll_top((line - f64::from(grid.client_height()) * NOW_AT) as i32);
        }
    });
    let onpointermove = {
        let drag = drag.clone();
        move |e: PointerEvent| {
            if let Some(held) = &*drag {
                drag.set(Some(held.moved(e.client_x(), e.client_y(), range)));
            }
        }
    };
    let onpointerup = {
        let (drag, dragged, desk, day, onchanged) =
            (drag.clone(), dragged.clone(), desk.clone(), day.clone(), props.onchanged.clone());
        move |_: PointerEvent| {
            let Some(held) = (*drag).clone() else { return };
            drag.set(None);
            if held.target.is_some() {
                *dragged.borrow_mut() = true;
                let dragged = dragged.clone();
                gloo_timers::callback::Timeout::new(CLICK_AFTER_MS, move || *dragged.borrow_mut() = false).forget();
            }
            if let Some(target) = held.target.filter(|t| *t != held.from) {
                move_part(&desk, &day.date, &held, target, onchanged.clone());
            }
        }
    };
    let onpointercancel = {
        let drag = drag.clone();
        move |_: PointerEvent| drag.set(None)
    };
    let onempty = {
        let (onpanel, dragged) = (props.onpanel.clone(), dragged.clone());
        Callback::from(move |e: MouseEvent| {
            if dragged.replace(false) {
                return;
            }
            if let Some(at) = clicked(e.client_x(), e.client_y(), range) {
                let aim = NewAim { staff: Some(at.staff), minute: Some(at.minute), client: None };
                onpanel.emit(Some(BookPanel::New(aim)));
            }
        })
    };
    let ontake = {
        let (drag, dragged) = (drag.clone(), dragged.clone());
        Callback::from(move |held: Drag| {
            *dragged.borrow_mut() = false;
            drag.set(Some(held));
        })
    };
    let onopen = {
        let onpanel = props.onpanel.clone();
        Callback::from(move |booking: BookingId| {
            if !dragged.replace(false) {
                onpanel.emit(Some(BookPanel::Details(booking)));
            }
        })
    };
    let hours: Vec<u16> = (range.from / 60..range.to / 60).map(|h| h * 60).collect();
    let style = format!(
        "--columns: {}; --rows: {}; --hours: {};",
        day.columns.len(),
        (range.to - range.from) / 15,
        hours.len()
    );
    html! {
        <div class={classes!("book-grid", drag.as_ref().is_some_and(|d| d.target.is_some()).then_some("dragging"))} {style}
            role="group" aria-label={t(words::GRID)} {onpointermove} {onpointerup} {onpointercancel} onkeydown={walk}>
            <div class="book-corner"></div>
            for (ix, column) in day.columns.iter().enumerate() {
                <div class="book-head" key={format!("h{}", column.staff)} style={format!("grid-column: {}", ix + 2)}>
                    <Avatar name={column.name.clone()} color={column.color} />
                    <span class="book-head-name clip" title={column.name.clone()}>{ &column.name }</span>
                    if column.working.is_empty() { <span class="tagged">{ t(words::OFF_TODAY) }</span> }
                </div>
            }
            <div class="book-gutter" aria-hidden="true">
                for minute in hours {
                    <span class="num" style={format!("top: {}%", range.percent(minute))}>{ clock(minute) }</span>
                }
                if let Some(now) = now { <span class="now-clock num" style={format!("top: {}%", range.percent(now))}>{ clock(now) }</span> }
            </div>
            for column in day.columns.iter() {
                <Column key={column.staff.to_string()} column={column.clone()} day={day.clone()} all={props.all} {range}
                    selected={props.selected} held={(*drag).clone().filter(|d| d.target.is_some())}
                    onempty={onempty.clone()} ontake={ontake.clone()} onopen={onopen.clone()} />
            }
            if let Some(now) = now {
                for layer in ["under", "over"] {
                    <div class={classes!("now", layer)} aria-hidden="true"><div class="now-line" style={format!("top: {}%", range.percent(now))}></div></div>
                }
            }
        </div>
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
    column: ColumnView,
    day: Rc<DayView>,
    all: bool,
    range: Range,
    selected: Option<BookingId>,
    held: Option<Drag>,
    onempty: Callback<MouseEvent>,
    ontake: Callback<Drag>,
    onopen: Callback<BookingId>,
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

fn span_of(part: &PartView) -> Span {
    let mut at = part.start_minute;
    let mut gaps = Vec::new();
    for phase in &part.phases {
        let end = at + phase.minutes;
        if phase.kind == PhaseKind::Processing {
            gaps.push((at, end));
        }
        at = end;
    }
    Span { start: part.start_minute, end: part.end_minute, gaps }
}

#[component]
fn Column(props: &ColumnProps) -> Html {
    let (day, range) = (&props.day, props.range);
    let staff = props.column.staff;
    let index = day.columns.iter().position(|c| c.staff == staff).unwrap_or(0);
    let mut parts: Vec<(&AppointmentView, &PartView)> = day
        .appointments
        .iter()
        .filter(|a| props.all || a.status.holds_time())
        .flat_map(|a| a.parts.iter().filter(|p| p.staff == staff).map(move |p| (a, p)))
        .collect();
    parts.sort_by_key(|(_, p)| (p.start_minute, p.claim));
    let spans: Vec<Span> = parts.iter().map(|(_, p)| span_of(p)).collect();
    let placed = place(&spans);
    let ghost = props.held.as_ref().and_then(|held| Some((held, held.target.filter(|t| t.staff == staff)?)));
    html! {
        <div class="book-column" style={format!("grid-column: {}", index + 2)} data-staff={staff.to_string()} onclick={props.onempty.clone()}>
            for (from, to) in off_times(&props.column.working, range) {
                <div class="off" style={format!("top: {}%; height: {}%", range.percent(from), range.percent(to) - range.percent(from))}></div>
            }
            for (ix, (appointment, part)) in parts.iter().enumerate() {
                <Appointment key={part.claim.to_string()} appointment={(*appointment).clone()} part={(*part).clone()} span={spans[ix].clone()}
                    placed={placed[ix]} {range} column={index} selected={props.selected == Some(appointment.booking)}
                    lifted={props.held.as_ref().is_some_and(|h| h.claim == part.claim)}
                    ontake={props.ontake.clone()} onopen={props.onopen.clone()} />
            }
            if let Some((held, target)) = ghost { { ghost_of(held, target, range) } }
        </div>
    }
}

fn ghost_of(held: &Drag, target: Target, range: Range) -> Html {
    let end = (target.minute + held.minutes).min(range.to);
    let (top, height) = (range.percent(target.minute), range.percent(end) - range.percent(target.minute));
    html! {
        <div class="ghost" style={format!("top: {top}%; height: {height}%")}>
            <strong class="num">{ format!("{} – {}", clock(target.minute), clock(target.minute + held.minutes)) }</strong>
            <span class="clip">{ &held.name }</span>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct AppointmentProps {
    appointment: AppointmentView,
    part: PartView,
    span: Span,
    placed: Placed,
    range: Range,
    column: usize,
    selected: bool,
    lifted: bool,
    ontake: Callback<Drag>,
    onopen: Callback<BookingId>,
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
    let style = format!("top: {top}%; height: {height}%; left: {}%; width: {}%", props.placed.left, props.placed.width);
    let onpointerdown = {
        let (appointment, part, ontake) = (appointment.clone(), part.clone(), props.ontake.clone());
        move |e: PointerEvent| {
            if e.button() == 0
                && appointment.can_move
                && let Some(held) = Drag::begin(&appointment, &part, e.client_x(), e.client_y(), range)
            {
                ontake.emit(held);
            }
        }
    };
    let onclick = {
        let (booking, onopen) = (appointment.booking, props.onopen.clone());
        move |e: MouseEvent| {
            e.stop_propagation();
            onopen.emit(booking);
        }
    };
    let within = |minute: u16| f32::from(minute - part.start_minute) * 100.0 / f32::from(minutes.max(1));
    let label =
        format!("{} {}, {}, {}", clock(part.start_minute), appointment.client_name, part.service_name, t(face.label));
    html! {
        <button class={classes!("appointment", face.class, props.selected.then_some("selected"), props.lifted.then_some("lifted"),
                props.placed.inside.then_some("inside"), (minutes < SHORT_MIN).then_some("short"), appointment.can_move.then_some("movable"))}
            {style} {onpointerdown} {onclick} aria-label={label.clone()} title={label} aria-pressed={props.selected.to_string()}
            data-test="appointment" data-client={appointment.client_name.clone()} data-status={face.class} data-booking={appointment.booking.to_string()}
            data-column={props.column.to_string()} data-start={part.start_minute.to_string()}>
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
