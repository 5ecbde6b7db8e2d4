use crate::hooks::{Loaded, use_ask};
use crate::parts::{Icon, Skeleton};
use crate::text::{book as words, clock, day_short, fill, sentence, t};
use salon_contract::window::{ReasonView, SlotView, Suggest};
use salon_domain::kernel::{ServiceId, StaffId};
use yew::prelude::*;

const DAYS: u16 = 14;
const SLOTS_MAX: u16 = 6;

pub fn reason(reason: ReasonView) -> &'static str {
    t(match reason {
        ReasonView::NoGapBefore => words::WHY_NO_GAP_BEFORE,
        ReasonView::NoGapAfter => words::WHY_NO_GAP_AFTER,
        ReasonView::InProcessingGap => words::WHY_PROCESSING,
        ReasonView::FirstChoice => words::WHY_FIRST_CHOICE,
        ReasonView::OneStylist => words::WHY_ONE_STYLIST,
    })
}

#[derive(PartialEq, Properties)]
pub struct SuggestionsProps {
    pub date: String,
    pub services: Vec<ServiceId>,
    /// Whom the client wants.
    pub staff: Option<StaffId>,
    pub onchoose: Callback<SlotView>,
}

/// The best times for the visit, each with why it is.
#[component]
pub fn Suggestions(props: &SuggestionsProps) -> Html {
    let found = use_ask(Some(Suggest {
        date: props.date.clone(),
        days: DAYS,
        services: props.services.clone(),
        staff: props.staff,
        limit: SLOTS_MAX,
    }));
    match &found.state {
        Loaded::Waiting => html! { <Skeleton rows={3} /> },
        Loaded::Failed(failure) => html! { <p class="callout bad" role="alert">{ sentence(failure) }</p> },
        Loaded::Here(slots) if slots.is_empty() => {
            html! { <p class="callout">{ fill(words::NO_SUGGESTION, &[("n", &DAYS.to_string())]) }</p> }
        }
        Loaded::Here(slots) => html! {
            <div class="slots" role="listbox" aria-label={t(words::SUGGEST)}>
                for slot in slots.iter() {
                    <button class="slot" role="option" aria-selected="false" data-test="slot" onclick={let slot = slot.clone(); props.onchoose.reform(move |_| slot.clone())}>
                        <strong class="num">{ clock(slot.start_minute) }</strong>
                        <span class="slot-who">
                            <span class="clip">{ format!("{}{}", if slot.date == props.date { String::new() } else { format!("{} · ", day_short(&slot.date)) }, who(slot)) }</span>
                            <span class="muted clip">
                                if !slot.reasons.is_empty() { <Icon name="lightbulb" /> }
                                { slot.reasons.iter().map(|r| reason(*r)).collect::<Vec<_>>().join(", ") }
                            </span>
                        </span>
                    </button>
                }
            </div>
        },
    }
}

fn who(slot: &SlotView) -> String {
    let mut names: Vec<&str> = slot.parts.iter().map(|p| p.staff_name.as_str()).collect();
    names.dedup();
    names.join(", ")
}
