//! What points a client has, what tier, and how it came about.

use crate::hooks::{use_ask, use_heard};
use crate::parts::{Icon, loaded};
use crate::terminal::desk::{Place, use_desk};
use crate::text::{day_short, fill, loyalty as words, shift_days, t, till};
use crate::transport::Heard;
use salon_contract::window::{Loyalty, LoyaltyView, Notice, PointsView};
use salon_domain::kernel::CardId;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ClientPointsProps {
    pub card: CardId,
}

#[component]
pub fn ClientPoints(props: &ClientPointsProps) -> Html {
    let points = use_ask(Some(Loyalty { card: props.card }));
    use_heard({
        let again = points.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Till | Notice::Catalog) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    loaded(&points, |view| {
        // A salon without a programme, and a client without points: nothing to say.
        if !view.has_programme && view.history.is_empty() {
            return Html::default();
        }
        html! { <Points view={view.clone()} /> }
    })
}

#[derive(PartialEq, Properties)]
struct PointsProps {
    view: LoyaltyView,
}

/// With its sign.
fn signed(points: i64) -> String {
    if points < 0 { format!("−{}", points.abs()) } else { format!("+{points}") }
}

#[component]
fn Points(props: &PointsProps) -> Html {
    let desk = use_desk();
    let view = &props.view;
    let currency = desk.status.currency;
    let next = view.tier.next.map(|tier| {
        fill(words::TO_NEXT, &[("n", &view.tier.missing_points.to_string()), ("tier", words::tier_name(tier))])
    });
    let expiry = view.next_expiry.as_ref().map(|(first_day_over, points)| {
        let last = day_short(&shift_days(first_day_over, -1));
        fill(words::NEXT_EXPIRY, &[("n", &points.to_string()), ("date", &last)])
    });
    let row = |(ix, moved): (usize, &PointsView)| {
        let about = html! {
            <>
                <span class="num muted">{ day_short(&moved.date) }</span>
                <span class="row-main"><span>{ words::reason(&moved.why, currency) }</span>
                    if moved.number != 0 { <span class="muted num">{ fill(till::RECEIPT, &[("number", &moved.number.to_string())]) }</span> }
                    if !moved.counts { <span class="muted">{ t(words::DOES_NOT_COUNT) }</span> }</span>
                <strong class="num">{ signed(moved.points) }</strong>
            </>
        };
        let key = ix.to_string();
        match moved.ticket {
            Some(ticket) => {
                html! { <li {key}><button class="row" data-test="points-row" onclick={desk.go.reform(move |_| Place::Reports(Some(ticket)))}>{ about }</button></li> }
            }
            None => html! { <li {key} class="row plain" data-test="points-row">{ about }</li> },
        }
    };
    html! {
        <section data-test="client-points">
            <h3>{ t(words::POINTS) }</h3>
            <div class="figures">
                <div class="figure"><span class="muted">{ t(words::POINTS) }</span><strong class="num" data-test="points-balance">{ view.balance }</strong></div>
                <div class="figure"><span class="muted">{ t(words::TIER) }</span><strong>{ words::tier_name(view.tier.tier) }</strong></div>
            </div>
            if let Some(next) = next { <p class="muted num">{ next }</p> }
            if let Some(expiry) = expiry { <p class="muted num">{ expiry }</p> }
            for below in view.below.iter() { <p class="callout caution"><Icon name="info" /><span>{ words::below(below) }</span></p> }
            if view.history.is_empty() { <p class="muted">{ t(words::NO_MOVES) }</p> }
            <ul class="rows">{ for view.history.iter().enumerate().map(row) }</ul>
        </section>
    }
}
