//! A month: how full each day is and whether anything clashes. A click opens the day.

use crate::browser;
use crate::hooks::{Loaded, use_ask, use_heard};
use crate::parts::{ErrorFace, Icon, Skeleton};
use crate::text::{
    board as words, book, count, day_long, fill, parse_date, percent_bp, shift_days, t, weekday_initials,
};
use crate::transport::Heard;
use salon_contract::window::{Month, MonthDayView, MonthView, Notice};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct MonthBookProps {
    pub date: String,
    /// Goes to the day.
    pub onday: Callback<String>,
    /// Stays in the month, with the day in hand.
    pub ondate: Callback<String>,
}

/// A day of the month, the same for all of its days, so that the question stays the same.
fn first_of(date: &str) -> String {
    parse_date(date).map_or_else(|| date.to_owned(), |d| d.first_of_month().to_string())
}

#[component]
pub fn MonthBook(props: &MonthBookProps) -> Html {
    let month = use_ask(Some(Month { date: first_of(&props.date) }));
    use_heard({
        let again = month.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Book { .. } | Notice::Catalog) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    let view = month.state.here().filter(|view| props.date.starts_with(&view.month)).cloned();
    // Keys go on from the day that they came to.
    use_effect_with((props.date.clone(), view.is_some()), |(date, is_here)| {
        let grid_has_focus = browser::find(".month-day:focus").is_some();
        if *is_here && grid_has_focus {
            browser::focus(&format!(".month-day[data-date='{date}']"));
        }
    });
    match (&month.state, &view) {
        (Loaded::Failed(failure), _) => html! { <ErrorFace failure={failure.clone()} again={month.again.clone()} /> },
        (_, Some(view)) => draw(view, props),
        _ => html! { <Skeleton rows={6} /> },
    }
}

fn draw(view: &MonthView, props: &MonthBookProps) -> Html {
    let sum: u32 = view.days.iter().filter(|day| day.is_within).map(|day| day.bookings).sum();
    let said = match sum {
        0 => t(words::MONTH_EMPTY).to_owned(),
        n => count(u64::from(n), words::MONTH_SUM_ONE, words::MONTH_SUM_MANY),
    };
    let onkeydown = {
        let (date, ondate) = (props.date.clone(), props.ondate.clone());
        move |e: KeyboardEvent| {
            let by = match e.key().as_str() {
                _ if e.alt_key() || e.ctrl_key() => return,
                "ArrowLeft" => -1,
                "ArrowRight" => 1,
                "ArrowUp" => -7,
                "ArrowDown" => 7,
                _ => return,
            };
            e.prevent_default();
            ondate.emit(shift_days(&date, by));
        }
    };
    html! {
        <>
            <div class="book-bar"><span class="muted grow" data-test="month-said">{ said }</span></div>
            <div class="month" role="group" aria-label={t(words::MONTH_GRID)} {onkeydown} data-test="month" data-month={view.month.clone()}>
                for name in weekday_initials() { <span class="month-weekday" aria-hidden="true">{ name }</span> }
                for day in view.days.iter() { { day_of(day, props) } }
            </div>
        </>
    }
}

fn day_of(day: &MonthDayView, props: &MonthBookProps) -> Html {
    let share = day.booked_percent();
    let bookings = count(u64::from(day.bookings), book::BOOKINGS_ONE, book::BOOKINGS_MANY);
    let booked = match share {
        Some(share) => fill(words::BOOKED_SHARE, &[("share", &percent_bp(i64::from(share) * 100))]),
        None if !day.is_open => t(words::CLOSED).to_owned(),
        None => t(words::NOBODY_WORKS).to_owned(),
    };
    let clashes = (day.clashes > 0).then(|| count(u64::from(day.clashes), words::CLASH_ONE, words::CLASH_MANY));
    let mut label = vec![day_long(&day.date), bookings.clone(), booked.clone()];
    label.extend(clashes.clone());
    let number = parse_date(&day.date).map_or(0, |d| d.day());
    let width = share.unwrap_or(0).min(100);
    html! {
        <button key={day.date.clone()} class={classes!("month-day", (!day.is_within).then_some("other"), day.is_today.then_some("today"), share.is_none().then_some("closed"))}
            aria-label={label.join(", ")} aria-current={(day.date == props.date).then_some("date")} tabindex={if day.date == props.date { "0" } else { "-1" }}
            onclick={let date = day.date.clone(); props.onday.reform(move |_| date.clone())}
            data-test="month-day" data-date={day.date.clone()} data-bookings={day.bookings.to_string()} data-clashes={day.clashes.to_string()}>
            <span class="month-number num">{ number }</span>
            if let Some(clashes) = clashes { <span class="month-clash"><Icon name="shield-alert" class="bad" /><span class="clip">{ clashes }</span></span> }
            <span class="month-count clip">if day.bookings > 0 { { bookings } }</span>
            <span class="month-share muted clip">{ booked }</span>
            <span class="month-bar" aria-hidden="true"><span class={classes!(share.is_some_and(|s| s >= 90).then_some("full"))} style={format!("width: {width}%")}></span></span>
        </button>
    }
}
