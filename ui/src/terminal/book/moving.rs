//! Moving a part of a booking or making it longer or shorter, with undo; and the form for it, for those who do not drag.

use super::drag::{Drag, Target};
use super::undo::with_way_back;
use crate::browser::new_key;
use crate::parts::{Icon, Toast, select_value};
use crate::terminal::desk::{Desk, use_desk};
use crate::text::{board, book as words, clock, duration, fill, t};
use salon_contract::window::{AppointmentView, DayView, MoveBooking, PartView, ResizePart};
use salon_domain::kernel::day_from_number;
use std::rc::Rc;
use yew::prelude::*;

/// Moves what is held to `target`.
pub fn move_part(desk: &Desk, held: &Drag, target: Target, onchanged: Callback<()>) {
    let Ok(date) = day_from_number(target.day) else { return };
    let (key, name, inner) = (new_key(), held.name.clone(), desk.clone());
    let question = MoveBooking {
        key,
        booking: held.booking,
        claim: held.claim,
        date: date.to_string(),
        start_minute: target.minute,
        staff: target.staff,
    };
    desk.run(question, move |_| {
        onchanged.emit(());
        let toast = Toast::good(fill(words::MOVED, &[("name", &name), ("time", &clock(target.minute))]));
        inner.toast.emit(with_way_back(toast, &inner, key, onchanged));
    });
}

/// Makes what is held take `minutes`.
pub fn resize_part(desk: &Desk, held: &Drag, minutes: u16, onchanged: Callback<()>) {
    let (key, name, inner) = (new_key(), held.name.clone(), desk.clone());
    desk.run(ResizePart { key, booking: held.booking, claim: held.claim, minutes }, move |_| {
        onchanged.emit(());
        let toast = Toast::good(fill(board::RESIZED, &[("name", &name), ("time", &duration(minutes))]));
        inner.toast.emit(with_way_back(toast, &inner, key, onchanged));
    });
}

/// The times to choose from: every quarter of an hour of the day's grid, and the one that is set.
pub fn times(day: &DayView, set: u16) -> Vec<u16> {
    let mut times: Vec<u16> = (day.from_minute / 15..day.to_minute.div_ceil(15)).map(|q| q * 15).collect();
    if !times.contains(&set) {
        times.push(set);
        times.sort_unstable();
    }
    times
}

/// So much longer or shorter, in quarters of an hour.
const QUARTERS: std::ops::RangeInclusive<i32> = -8..=8;

fn durations(set: u16) -> Vec<u16> {
    let minutes = QUARTERS.map(|q| i32::from(set) + q * 15);
    minutes.filter_map(|m| u16::try_from(m).ok()).filter(|m| *m >= 5).collect()
}

#[derive(PartialEq, Properties)]
pub struct MoveFormProps {
    pub day: Rc<DayView>,
    pub appointment: AppointmentView,
    pub onchanged: Callback<()>,
}

#[component]
pub fn MoveForm(props: &MoveFormProps) -> Html {
    let desk = use_desk();
    html! {
        <div class="move-form" role="group" aria-label={t(words::MOVE_TO)}>
            for part in props.appointment.parts.iter() {
                <div class="part-row" key={part.claim.to_string()}>
                    <span class="clip part-name">{ &part.service_name }</span>
                    { selects(&props.day, part, &desk, &props.appointment, &props.onchanged) }
                </div>
            }
        </div>
    }
}

fn selects(
    day: &Rc<DayView>,
    part: &PartView,
    desk: &Desk,
    appointment: &AppointmentView,
    onchanged: &Callback<()>,
) -> Html {
    let held = Drag::of(appointment, part);
    let from = held.from;
    let to = {
        let (desk, onchanged, held) = (desk.clone(), onchanged.clone(), held.clone());
        Callback::from(move |target: Target| move_part(&desk, &held, target, onchanged.clone()))
    };
    let (minute, staff, minutes) = (part.start_minute, part.staff, held.minutes);
    let ontime = to.reform(move |e: Event| Target { minute: select_value(&e).parse().unwrap_or(minute), ..from });
    let onstaff = to.reform(move |e: Event| Target { staff: select_value(&e).parse().unwrap_or(staff), ..from });
    let onlength = {
        let (desk, onchanged) = (desk.clone(), onchanged.clone());
        move |e: Event| {
            if let Ok(wanted) = select_value(&e).parse() {
                resize_part(&desk, &held, wanted, onchanged.clone());
            }
        }
    };
    html! {
        <>
            <span class="select"><select aria-label={t(crate::text::common::TIME)} onchange={ontime} class="num">
                for time in times(day, minute) { <option value={time.to_string()} selected={time == minute}>{ clock(time) }</option> }
            </select><Icon name="chevron-down" /></span>
            <span class="select"><select aria-label={t(board::DURATION)} onchange={onlength} class="num" data-test="part-length">
                for length in durations(minutes) { <option value={length.to_string()} selected={length == minutes}>{ duration(length) }</option> }
            </select><Icon name="chevron-down" /></span>
            <span class="select"><select aria-label={t(words::STYLIST)} onchange={onstaff}>
                for column in day.columns.iter() { <option value={column.staff.to_string()} selected={column.staff == staff}>{ &column.name }</option> }
            </select><Icon name="chevron-down" /></span>
        </>
    }
}
