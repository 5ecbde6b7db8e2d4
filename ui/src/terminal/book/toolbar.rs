use crate::parts::{DatePicker, Icon};
use crate::text::{book as words, common, count, day_long, shift_days, t};
use salon_contract::window::DayView;
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ToolbarProps {
    pub date: String,
    pub today: String,
    /// None while it is on its way.
    pub day: Option<Rc<DayView>>,
    pub all: bool,
    pub onall: Callback<bool>,
    pub ondate: Callback<String>,
    pub onnew: Callback<()>,
}

#[component]
pub fn Toolbar(props: &ToolbarProps) -> Html {
    let picking = use_state_eq(|| false);
    let date = &props.date;
    let to = |date: String| props.ondate.reform(move |_: MouseEvent| date.clone());
    let held = props.day.as_ref().map(|d| d.appointments.iter().filter(|a| a.status.holds_time()).count() as u64);
    let closed = props.day.as_ref().is_some_and(|d| d.open.is_empty());
    let said = match held {
        _ if closed => t(words::CLOSED_HOW).to_owned(),
        Some(0) => t(words::NO_BOOKINGS).to_owned(),
        Some(n) => count(n, words::BOOKINGS_ONE, words::BOOKINGS_MANY),
        None => String::new(),
    };
    let onpick = {
        let (picking, ondate) = (picking.clone(), props.ondate.clone());
        Callback::from(move |date| {
            picking.set(false);
            ondate.emit(date);
        })
    };
    html! {
        <div class="toolbar book-toolbar">
            <div class="day-switch">
                <button class="icon-button" aria-label={t(words::PREVIOUS_DAY)} title={t(words::PREVIOUS_DAY)} onclick={to(shift_days(date, -1))} data-test="previous-day"><Icon name="chevron-left" /></button>
                <button class="button day-name" aria-expanded={picking.to_string()} aria-haspopup="dialog" data-test="pick-date" data-date={date.clone()}
                    onclick={let p = picking.clone(); move |_| p.set(!*p)}>{ day_long(date) }<Icon name="chevron-down" /></button>
                <button class="icon-button" aria-label={t(words::NEXT_DAY)} title={t(words::NEXT_DAY)} onclick={to(shift_days(date, 1))} data-test="next-day"><Icon name="chevron-right" /></button>
                if *date != props.today { <button class="button" onclick={to(props.today.clone())} data-test="today">{ t(common::TODAY) }</button> }
                if *picking {
                    <div class="popover calendar-popover">
                        <DatePicker date={date.clone()} today={props.today.clone()} {onpick} onclose={let p = picking.clone(); move |()| p.set(false)} />
                    </div>
                }
            </div>
            <span class="muted grow clip book-said">
                if closed { <strong class="tagged">{ t(words::CLOSED_TITLE) }</strong>{ " " } }
                { said }
            </span>
            <button class="chip" aria-pressed={props.all.to_string()} onclick={let all = props.all; props.onall.reform(move |_| !all)} data-test="show-cancelled">
                <Icon name={if props.all { "check" } else { "circle-x" }} />{ t(words::SHOW_CANCELLED) }
            </button>
            <button class="button primary" onclick={props.onnew.reform(|_| ())} aria-keyshortcuts="n" data-test="new-booking"><Icon name="calendar-plus" />{ t(words::NEW_BOOKING) }</button>
        </div>
    }
}
