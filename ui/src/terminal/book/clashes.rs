use super::drag::{Drag, Target};
use super::moving::move_part;
use crate::hooks::use_ask;
use crate::parts::{Empty, Icon, loaded};
use crate::terminal::desk::{BookPanel, use_desk};
use crate::text::{book as words, clock, clock_of, common, fill, t};
use salon_contract::window::{ClashKindView, ClashSideView, ClashView, Clashes, DayView};
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ClashesPanelProps {
    pub day: Rc<DayView>,
    pub onclose: Callback<()>,
    pub onchanged: Callback<()>,
    pub onpanel: Callback<Option<BookPanel>>,
}

/// What was booked twice while a device was offline, with a way out for each.
#[component]
pub fn ClashesPanel(props: &ClashesPanelProps) -> Html {
    let clashes = use_ask(Some(Clashes { date: props.day.date.clone() }));
    use_effect_with(props.day.clone(), {
        let again = clashes.again.clone();
        move |_| again.emit(())
    });
    html! {
        <aside class="panel" aria-label={t(words::CLASHES)} data-test="clashes">
            <header class="panel-head">
                <h2 class="grow">{ t(words::CLASHES) }</h2>
                <button class="icon-button" aria-label={t(common::CLOSE)} onclick={props.onclose.reform(|_| ())}><Icon name="x" /></button>
            </header>
            <div class="panel-body">
                { loaded(&clashes, |list| if list.is_empty() {
                    html! { <Empty icon="circle-check" text={t(words::NO_CLASHES)} /> }
                } else {
                    html! {
                        <>
                            <p class="muted">{ t(words::CLASHES_WHY) }</p>
                            for clash in list.iter() {
                                <Clash key={format!("{}{}", clash.first.claim, clash.second.claim)} clash={clash.clone()} day={props.day.clone()}
                                    onchanged={props.onchanged.clone()} onpanel={props.onpanel.clone()} />
                            }
                        </>
                    }
                }) }
            </div>
        </aside>
    }
}

#[derive(PartialEq, Properties)]
struct ClashProps {
    clash: ClashView,
    day: Rc<DayView>,
    onchanged: Callback<()>,
    onpanel: Callback<Option<BookPanel>>,
}

#[component]
fn Clash(props: &ClashProps) -> Html {
    let desk = use_desk();
    let clash = &props.clash;
    let kind = match clash.kind {
        ClashKindView::DoubleClaim => words::CLASH_DOUBLE,
        ClashKindView::MovedTwice => words::CLASH_MOVED_TWICE,
        ClashKindView::CancelledAndChanged => words::CLASH_CANCELLED,
    };
    let side = |title, side: &ClashSideView| {
        let booking = side.booking;
        let by = fill(words::CLASH_BY, &[("name", &side.by), ("time", &clock_of(side.booked_at))]);
        html! {
            <div class="clash-side">
                <span class="muted">{ format!("{} {by}", t(title)) }</span>
                <span><strong class="num">{ clock(side.start_minute) }</strong>{ format!(" {} · {} · {}", side.client_name, side.service_name, side.staff_name) }</span>
                <button class="button quiet align-start" onclick={props.onpanel.reform(move |_| Some(BookPanel::Details(booking)))}>{ t(words::OPEN) }</button>
            </div>
        }
    };
    // The suggestion is for the later one's first part, on the same day.
    let found = props.day.appointments.iter().find(|a| a.booking == clash.second.booking);
    let part = found.and_then(|a| a.parts.iter().find(|p| p.claim == clash.second.claim).map(|p| (a, p)));
    let slot = clash.suggestion.as_ref().filter(|s| s.date == props.day.date).and_then(|s| s.parts.first());
    let way_out = part.zip(slot).map(|((appointment, part), slot)| {
        let (desk, held, onchanged) = (desk.clone(), Drag::of(appointment, part), props.onchanged.clone());
        let target = Target { staff: slot.staff, minute: slot.start_minute, ..held.from };
        let label = fill(words::CLASH_MOVE, &[("name", &clash.second.client_name), ("time", &clock(slot.start_minute))]);
        let onclick = move |_: MouseEvent| move_part(&desk, &held, target, onchanged.clone());
        html! { <button class="button primary" {onclick} data-test="clash-move"><Icon name="arrow-right" />{ format!("{label} · {}", slot.staff_name) }</button> }
    });
    html! {
        <section class="clash">
            <h3><Icon name="shield-alert" class="bad" />{ t(kind) }</h3>
            { side(words::CLASH_FIRST, &clash.first) }
            { side(words::CLASH_SECOND, &clash.second) }
            { way_out.unwrap_or_default() }
        </section>
    }
}
