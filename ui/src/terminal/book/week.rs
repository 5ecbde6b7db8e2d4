//! A week of one person: seven days beside one another.

use super::filter::Filter;
use super::grid::{Grid, Spot, Tones};
use super::lanes::by_day;
use crate::browser;
use crate::hooks::{Loaded, use_ask, use_heard};
use crate::parts::{ErrorFace, Icon, Skeleton, select_value};
use crate::text::{board as words, book, count, date_of_iso_week, fill, shift_days, t};
use crate::transport::Heard;
use salon_contract::window::{Notice, Week, WeekView};
use salon_domain::kernel::{BookingId, StaffId};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct WeekBookProps {
    pub date: String,
    pub filter: Filter,
    pub tones: Option<Tones>,
    pub selected: Option<BookingId>,
    pub onspot: Callback<Spot>,
    pub onopen: Callback<(BookingId, String)>,
    pub onchanged: Callback<()>,
}

const WHOSE: &str = "book-week-of";

#[component]
pub fn WeekBook(props: &WeekBookProps) -> Html {
    let monday = date_of_iso_week(&props.date);
    let staff = use_state_eq(|| browser::stored(WHOSE).and_then(|id| id.parse::<StaffId>().ok()));
    let week = use_ask(Some(Week { date: monday.clone(), staff: *staff }));
    use_heard({
        let (again, from, to) = (week.again.clone(), monday.clone(), shift_days(&monday, 6));
        move |heard| match heard {
            Heard::Notice(Notice::Book { date }) if *date < from || *date > to => {}
            Heard::Notice(Notice::Book { .. } | Notice::Clients | Notice::Catalog | Notice::Till)
            | Heard::Reconnected => {
                again.emit(());
            }
            _ => {}
        }
    });
    let view = week.state.here().filter(|view| view.from == monday && staff.is_none_or(|staff| view.staff == staff));
    let board = use_memo((view.cloned(), props.filter.clone()), |(view, filter)| {
        view.as_ref().map(|view| by_day(view, |a| filter.keeps(a)))
    });
    let onstaff = {
        let staff = staff.clone();
        Callback::from(move |id: StaffId| {
            browser::store(WHOSE, Some(&id.to_string()));
            staff.set(Some(id));
        })
    };
    match (&week.state, view, &*board) {
        // Whoever was looked at last may not work here any more.
        (Loaded::Failed(failure), _, _) => {
            let again = {
                let (again, staff) = (week.again.clone(), staff.clone());
                Callback::from(move |()| {
                    browser::store(WHOSE, None);
                    staff.set(None);
                    again.emit(());
                })
            };
            html! { <ErrorFace failure={failure.clone()} {again} /> }
        }
        (_, Some(view), Some(board)) => html! {
            <>
                { bar(view, board.lanes.iter().map(|lane| lane.parts.len()).sum(), &onstaff) }
                <Grid board={board.clone()} tones={props.tones.clone()} selected={props.selected} onspot={props.onspot.clone()}
                    onopen={props.onopen.clone()} onchanged={props.onchanged.clone()} />
            </>
        },
        _ => html! { <Skeleton rows={8} /> },
    }
}

/// Whose week it is, to be changed, and what is in it.
fn bar(view: &WeekView, parts: usize, onstaff: &Callback<StaffId>) -> Html {
    let at = view.people.iter().position(|person| person.staff == view.staff);
    let beside = |by: i32| {
        let count = view.people.len() as i32;
        let to = at.and_then(|at| view.people.get((at as i32 + by).rem_euclid(count.max(1)) as usize));
        let staff = to.map(|person| person.staff);
        let onstaff = onstaff.clone();
        move |_: MouseEvent| {
            if let Some(staff) = staff {
                onstaff.emit(staff);
            }
        }
    };
    let name = at.and_then(|at| view.people.get(at)).map_or("", |person| person.name.as_str());
    let onchange = {
        let onstaff = onstaff.clone();
        move |e: Event| {
            if let Ok(staff) = select_value(&e).parse() {
                onstaff.emit(staff);
            }
        }
    };
    let said = match parts {
        0 => fill(words::WEEK_EMPTY, &[("name", name)]),
        n => count(n as u64, book::BOOKINGS_ONE, book::BOOKINGS_MANY),
    };
    let (previous, next) = (beside(-1), beside(1));
    html! {
        <div class="book-bar" data-test="week-bar" data-staff={name.to_owned()}>
            <button class="icon-button" aria-label={t(words::PREVIOUS_PERSON)} title={t(words::PREVIOUS_PERSON)} onclick={previous} data-test="previous-person"><Icon name="chevron-left" /></button>
            <span class="select"><select aria-label={t(words::WHOSE_WEEK)} {onchange} data-test="week-staff">
                for person in view.people.iter() { <option value={person.staff.to_string()} selected={person.staff == view.staff}>{ &person.name }</option> }
            </select><Icon name="chevron-down" /></span>
            <button class="icon-button" aria-label={t(words::NEXT_PERSON)} title={t(words::NEXT_PERSON)} onclick={next} data-test="next-person"><Icon name="chevron-right" /></button>
            <span class="muted grow clip" data-test="week-said">{ said }</span>
        </div>
    }
}
