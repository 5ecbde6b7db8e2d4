//! Over the book: which day, which view, what is shown, paper, and a new booking.

use super::mode::{Mode, Span};
use crate::parts::{DatePicker, Icon};
use crate::text::{
    Msg, board, book as words, common, date_of_iso_week, day_long, day_short, fill, month_name, parse_date, shift_days,
    t,
};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ToolbarProps {
    pub date: String,
    pub today: String,
    pub mode: Mode,
    pub span: Span,
    /// What there is to say of the day.
    pub said: String,
    pub closed: bool,
    pub all: bool,
    pub filtering: bool,
    pub filtered: bool,
    pub onall: Callback<bool>,
    pub ondate: Callback<String>,
    pub onmode: Callback<Mode>,
    pub onfilter: Callback<()>,
    /// The day on paper; none where there is not one day.
    pub onpaper: Option<Callback<()>>,
    pub onnew: Callback<()>,
}

/// What the view shows, in words.
fn title(mode: Mode, span: Span, date: &str) -> String {
    match (mode, span) {
        (Mode::Day, _) | (Mode::List, Span::Day) => day_long(date),
        (Mode::Week, _) | (Mode::List, Span::Week) => {
            let monday = date_of_iso_week(date);
            format!("{} – {}", day_short(&monday), day_short(&shift_days(&monday, 6)))
        }
        (Mode::Month, _) => parse_date(date).map_or_else(String::new, |d| {
            fill(common::OF_MONTH, &[("month", month_name(d.month())), ("year", &d.year().to_string())])
        }),
    }
}

fn steps(mode: Mode, span: Span) -> (Msg, Msg) {
    match (mode, span) {
        (Mode::Day, _) | (Mode::List, Span::Day) => (words::PREVIOUS_DAY, words::NEXT_DAY),
        (Mode::Week, _) | (Mode::List, Span::Week) => (board::PREVIOUS_WEEK, board::NEXT_WEEK),
        (Mode::Month, _) => (common::PREVIOUS_MONTH, common::NEXT_MONTH),
    }
}

#[component]
pub fn Toolbar(props: &ToolbarProps) -> Html {
    let picking = use_state_eq(|| false);
    let (date, mode, span) = (&props.date, props.mode, props.span);
    let to = |date: String| props.ondate.reform(move |_: MouseEvent| date.clone());
    let (previous, next) = steps(mode, span);
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
                <button class="icon-button" aria-label={t(previous)} title={t(previous)} onclick={to(mode.shift(date, -1, span))} data-test="previous-day"><Icon name="chevron-left" /></button>
                <button class="button day-name" aria-expanded={picking.to_string()} aria-haspopup="dialog" data-test="pick-date" data-date={date.clone()}
                    onclick={let p = picking.clone(); move |_| p.set(!*p)}>{ title(mode, span, date) }<Icon name="chevron-down" /></button>
                <button class="icon-button" aria-label={t(next)} title={t(next)} onclick={to(mode.shift(date, 1, span))} data-test="next-day"><Icon name="chevron-right" /></button>
                if *date != props.today { <button class="button" onclick={to(props.today.clone())} data-test="today">{ t(common::TODAY) }</button> }
                if *picking {
                    <div class="popover calendar-popover">
                        <DatePicker date={date.clone()} today={props.today.clone()} {onpick} onclose={let p = picking.clone(); move |()| p.set(false)} />
                    </div>
                }
            </div>
            <div class="segments" role="group" aria-label={t(board::VIEW)}>
                for one in Mode::ALL {
                    <button aria-pressed={(one == mode).to_string()} aria-keyshortcuts={one.shortcut()} title={format!("{} ({})", t(one.label()), one.shortcut())}
                        onclick={props.onmode.reform(move |_| one)} data-test={format!("view-{}", one.name())}>{ t(one.label()) }</button>
                }
            </div>
            <span class="muted grow clip book-said">
                if props.closed { <strong class="tagged">{ t(words::CLOSED_TITLE) }</strong>{ " " } }
                { &props.said }
            </span>
            if mode != Mode::Month {
                <>
            <button class="chip" aria-pressed={props.all.to_string()} onclick={let all = props.all; props.onall.reform(move |_| !all)} data-test="show-cancelled">
                <Icon name={if props.all { "check" } else { "circle-x" }} />{ t(words::SHOW_CANCELLED) }
            </button>
            <button class={classes!("icon-button", props.filtered.then_some("pressed"))} aria-expanded={props.filtering.to_string()}
                aria-label={t(if props.filtered { board::FILTERED } else { board::FILTER })} title={t(if props.filtered { board::FILTERED } else { board::FILTER })}
                onclick={props.onfilter.reform(|_| ())} data-test="filter"><Icon name="tag" /></button>
                </>
            }
            if let Some(onpaper) = &props.onpaper {
                <button class="icon-button" aria-label={t(board::PRINT_DAY)} title={t(board::PRINT_DAY)} onclick={onpaper.reform(|_| ())} data-test="day-paper"><Icon name="printer" /></button>
            }
            <button class="button primary" onclick={props.onnew.reform(|_| ())} aria-keyshortcuts="n" data-test="new-booking"><Icon name="calendar-plus" />{ t(words::NEW_BOOKING) }</button>
        </div>
    }
}
