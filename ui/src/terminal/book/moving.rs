//! Moving a part of a booking, with undo; and the form for it, for those who do not drag.

use super::drag::{Drag, Target};
use crate::browser::new_key;
use crate::parts::{Icon, Toast, select_value};
use crate::terminal::desk::{Desk, use_desk};
use crate::text::{book as words, clock, fill, t};
use salon_contract::window::{AppointmentView, DayView, MoveBooking, PartView};
use salon_domain::kernel::{BookingId, ClaimId};
use std::rc::Rc;
use yew::prelude::*;

fn send(
    desk: &Desk,
    date: &str,
    booking: BookingId,
    claim: ClaimId,
    to: Target,
    done: impl FnOnce(AppointmentView) + 'static,
) {
    let question =
        MoveBooking { key: new_key(), booking, claim, date: date.to_owned(), start_minute: to.minute, staff: to.staff };
    desk.run(question, done);
}

/// Moves what is held to `target`. Moving makes another claim, which is the one that undo moves back.
pub fn move_part(desk: &Desk, date: &str, held: &Drag, target: Target, onchanged: Callback<()>) {
    let (name, booking, back_to) = (held.name.clone(), held.booking, held.from);
    let (inner, date_back) = (desk.clone(), date.to_owned());
    send(desk, date, booking, held.claim, target, move |view| {
        onchanged.emit(());
        let there = |p: &&PartView| p.staff == target.staff && p.start_minute == target.minute;
        let Some(claim) = view.parts.iter().find(there).map(|p| p.claim) else { return };
        let toast = Toast::good(fill(words::MOVED, &[("name", &name), ("time", &clock(target.minute))]));
        let desk = inner.clone();
        inner.toast.emit(toast.with_undo(move || {
            let onchanged = onchanged.clone();
            send(&desk, &date_back, booking, claim, back_to, move |_| onchanged.emit(()));
        }));
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
    let to = {
        let (desk, date, onchanged) = (desk.clone(), day.date.clone(), onchanged.clone());
        let held = Drag::of(appointment, part);
        Callback::from(move |target: Target| move_part(&desk, &date, &held, target, onchanged.clone()))
    };
    let (minute, staff) = (part.start_minute, part.staff);
    let ontime = to.reform(move |e: Event| Target { staff, minute: select_value(&e).parse().unwrap_or(minute) });
    let onstaff = to.reform(move |e: Event| Target { staff: select_value(&e).parse().unwrap_or(staff), minute });
    html! {
        <>
            <span class="select"><select aria-label={t(crate::text::common::TIME)} onchange={ontime} class="num">
                for time in times(day, minute) { <option value={time.to_string()} selected={time == minute}>{ clock(time) }</option> }
            </select><Icon name="chevron-down" /></span>
            <span class="select"><select aria-label={t(words::STYLIST)} onchange={onstaff}>
                for column in day.columns.iter() { <option value={column.staff.to_string()} selected={column.staff == staff}>{ &column.name }</option> }
            </select><Icon name="chevron-down" /></span>
        </>
    }
}
