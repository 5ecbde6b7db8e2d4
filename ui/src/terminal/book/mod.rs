//! The appointment book: a day, a column for each stylist, and a panel beside it.

mod clashes;
mod client_picker;
mod details;
mod drag;
mod grid;
mod held;
mod layout;
mod moving;
mod new;
mod services;
mod status;
mod suggest;
mod toolbar;

pub use client_picker::{ClientPicker, NewClientForm};
pub use held::Decide;
pub use status::face_of;

use super::desk::{BookAim, BookPanel, NewAim, Place, use_desk};
use crate::browser;
use crate::hooks::{Loaded, use_ask, use_heard, use_keys};
use crate::parts::{Empty, ErrorFace, Skeleton};
use crate::text::{book as words, shift_days, t};
use crate::transport::Heard;
use clashes::ClashesPanel;
use details::DetailsPanel;
use grid::Grid;
use new::NewPanel;
use salon_contract::window::{Day, DayView, Notice};
use std::rc::Rc;
use toolbar::Toolbar;
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
    let all = use_state_eq(|| false);
    use_heard({
        let (again, date) = (day.again.clone(), date.clone());
        move |heard| match heard {
            Heard::Notice(Notice::Book { date: changed }) if *changed != date => {}
            Heard::Notice(Notice::Book { .. } | Notice::Clients | Notice::Till) | Heard::Reconnected => again.emit(()),
            _ => {}
        }
    });
    let aim = BookAim { date: props.date.clone(), open: props.open.clone() };
    let to_date = {
        let (go, today, aim) = (desk.go.clone(), today.clone(), aim.clone());
        Callback::from(move |date: String| {
            let open = aim.open.clone().filter(|p| matches!(p, BookPanel::New(_)));
            go.emit(Place::Book(BookAim { date: (date != today).then_some(date), open }));
        })
    };
    let to_panel = {
        let (go, aim) = (desk.go.clone(), aim.clone());
        Callback::from(move |open: Option<BookPanel>| go.emit(Place::Book(BookAim { open, ..aim.clone() })))
    };
    use_keys({
        let (date, today, to_date, to_panel) = (date.clone(), today.clone(), to_date.clone(), to_panel.clone());
        move |e| {
            if browser::is_typing() || e.ctrl_key() || e.meta_key() {
                return;
            }
            match e.key().as_str() {
                "n" => to_panel.emit(Some(BookPanel::New(NewAim::default()))),
                "t" => to_date.emit(today.clone()),
                "[" => to_date.emit(shift_days(&date, -1)),
                "]" => to_date.emit(shift_days(&date, 1)),
                "ArrowLeft" if e.alt_key() => to_date.emit(shift_days(&date, -1)),
                "ArrowRight" if e.alt_key() => to_date.emit(shift_days(&date, 1)),
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
    let body = match (&day.state, &shown) {
        (Loaded::Failed(failure), _) => html! { <ErrorFace failure={failure.clone()} again={day.again.clone()} /> },
        (_, Some(view)) if view.columns.is_empty() => html! { <Empty icon="scissors" text={t(words::NO_COLUMNS)} /> },
        (_, Some(view)) => html! {
            <Grid day={view.clone()} all={*all} selected={selected(&props.open)} onpanel={to_panel.clone()} onchanged={day.again.clone()} />
        },
        _ => html! { <Skeleton rows={8} /> },
    };
    html! {
        <div class="book">
            <section class="book-main">
                <Toolbar date={date.clone()} {today} day={shown.clone()} all={*all} onall={let all = all.clone(); move |v| all.set(v)}
                    ondate={to_date} onnew={let to_panel = to_panel.clone(); move |()| to_panel.emit(Some(BookPanel::New(NewAim::default())))} />
                { body }
            </section>
            { panel_of(&props.open, &date, &shown, &known, to_panel, day.again) }
        </div>
    }
}

fn selected(open: &Option<BookPanel>) -> Option<salon_domain::kernel::BookingId> {
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
