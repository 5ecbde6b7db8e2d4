use super::Icon;
use crate::text::{book, common, day_long, fill, month_name, parse_date, t, weekday_initials};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct DatePickerProps {
    pub date: AttrValue,
    pub today: AttrValue,
    pub onpick: Callback<String>,
    pub onclose: Callback<()>,
}

/// The weeks that show a month, from Monday.
fn days_of(first: Date) -> Vec<Date> {
    let lead = i64::from(first.weekday().to_monday_zero_offset());
    let start = first.checked_sub(lead.days()).unwrap_or(first);
    (0..42).filter_map(|n: i64| start.checked_add(n.days()).ok()).collect()
}

/// A month to choose a day from, for mouse, touch and arrow keys.
#[component]
pub fn DatePicker(props: &DatePickerProps) -> Html {
    let chosen = parse_date(&props.date).unwrap_or_else(|| date(2026, 1, 1));
    let cursor = use_state_eq(|| chosen);
    let first = cursor.first_of_month();
    let node = use_node_ref();
    use_effect_with(*cursor, {
        let node = node.clone();
        move |_| {
            let day = node.cast::<web_sys::Element>().and_then(|e| e.query_selector("[tabindex='0']").ok()?);
            if let Some(day) = day.and_then(|d| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(d).ok()) {
                let _ = day.focus();
            }
        }
    });
    let shift = |months: i64| {
        let cursor = cursor.clone();
        move |_: MouseEvent| cursor.set(cursor.checked_add(months.months()).unwrap_or(*cursor))
    };
    let onkeydown = {
        let (cursor, onclose) = (cursor.clone(), props.onclose.clone());
        move |e: KeyboardEvent| {
            let span = match e.key().as_str() {
                "ArrowLeft" => (-1).days(),
                "ArrowRight" => 1.days(),
                "ArrowUp" => (-7).days(),
                "ArrowDown" => 7.days(),
                "PageUp" => (-1).months(),
                "PageDown" => 1.months(),
                "Escape" => {
                    e.stop_propagation();
                    return onclose.emit(());
                }
                _ => return,
            };
            e.prevent_default();
            e.stop_propagation();
            cursor.set(cursor.checked_add(span).unwrap_or(*cursor));
        }
    };
    let title = fill(common::OF_MONTH, &[("month", month_name(first.month())), ("year", &first.year().to_string())]);
    html! {
        <div class="calendar" role="dialog" aria-label={t(book::PICK_DATE)} ref={node} {onkeydown}>
            <div class="calendar-head">
                <button class="icon-button" aria-label={t(common::PREVIOUS_MONTH)} onclick={shift(-1)}><Icon name="chevron-left" /></button>
                <strong>{ title }</strong>
                <button class="icon-button" aria-label={t(common::NEXT_MONTH)} onclick={shift(1)}><Icon name="chevron-right" /></button>
            </div>
            <div class="calendar-days">
                for name in weekday_initials() { <span class="calendar-weekday" aria-hidden="true">{ name }</span> }
                for day in days_of(first) {
                    <button key={day.to_string()} aria-label={day_long(&day.to_string())}
                        class={classes!("calendar-day", (day.month() != first.month()).then_some("other"),
                            (day.to_string() == *props.today).then_some("today"))}
                        aria-current={(day == chosen).then_some("date")}
                        tabindex={if day == *cursor { "0" } else { "-1" }}
                        onclick={props.onpick.reform(move |_| day.to_string())}>
                        { day.day() }
                    </button>
                }
            </div>
        </div>
    }
}
