//! Rewards that the ticket's client can have for points.

use super::draft::{Stage, Ticket, TicketAction};
use crate::hooks::{Loaded, use_ask};
use crate::parts::Icon;
use crate::terminal::desk::{Desk, use_desk};
use crate::text::{common, fill, loyalty as words, money, t};
use salon_contract::window::{RewardChoice, Rewards, RewardsView};
use salon_domain::payment::{RewardTaken, TicketTerms};
use yew::prelude::*;

/// Has the ticket carry what the terminal says of its rewards.
fn put(ticket: &UseReducerHandle<Ticket>, view: &RewardsView) {
    ticket.dispatch(TicketAction::Rewards(view.taken.clone(), view.offers.clone()));
}

#[derive(PartialEq, Properties)]
pub struct TicketRewardsProps {
    /// Whether what could be had is shown; what is taken is always.
    pub open: bool,
    /// Told the client's points, or that there are none to speak of.
    pub onpoints: Callback<Option<i64>>,
    pub onclose: Callback<()>,
}

#[component]
pub fn TicketRewards(props: &TicketRewardsProps) -> Html {
    let desk = use_desk();
    let ticket = &desk.ticket;
    let ringing = matches!(ticket.stage, Stage::Ring);
    let asks = ringing && ticket.draft.card.is_some() && !ticket.draft.lines.is_empty();
    let rewards = use_ask(asks.then(|| Rewards { ticket: ticket.draft.clone(), take: None }));
    // Another client, fewer lines, points spent elsewhere: the ticket carries what can still be had.
    use_effect_with((rewards.state.clone(), asks), {
        let ticket = ticket.clone();
        move |(state, asks)| {
            let carries = &ticket.draft.terms;
            match state {
                Loaded::Here(view) if *asks => {
                    if let Some(view) = view.as_ref()
                        && (&carries.rewards, &carries.offers) != (&view.taken, &view.offers)
                    {
                        put(&ticket, view);
                    }
                }
                _ if ticket.draft.card.is_none() && !carries.rewards.is_empty() => {
                    ticket.dispatch(TicketAction::Rewards(Vec::new(), Vec::new()));
                }
                _ => {}
            }
        }
    });
    let view = rewards.state.here().filter(|_| asks).and_then(|view| (**view).clone());
    use_effect_with(view.as_ref().map(|view| view.balance), {
        let onpoints = props.onpoints.clone();
        move |points| onpoints.emit(*points)
    });
    let Some(view) = view.filter(|view| props.open || !view.taken.is_empty()) else {
        return Html::default();
    };
    html! {
        <section class="rewards" aria-label={t(words::REWARDS)} data-test="rewards">
            if props.open {
                <div class="reward-taken"><span class="muted num grow">{ format!("{} · {}", fill(words::N_POINTS, &[("n", &view.balance.to_string())]), words::tier_name(view.tier)) }</span>
                <button class="icon-button" aria-label={t(common::CLOSE)} title={t(common::CLOSE)} onclick={props.onclose.reform(|_| ())}><Icon name="x" /></button></div>
            }
            for (ix, taken) in view.taken.iter().enumerate() { { taken_row(&desk, ix, taken) } }
            if props.open { for choice in view.choices.iter() { { choice_button(&desk, choice) } } }
        </section>
    }
}

fn taken_row(desk: &Desk, ix: usize, taken: &RewardTaken) -> Html {
    let said = fill(words::ON_TICKET, &[("name", &taken.reward), ("n", &taken.cost_points.to_string())]);
    let onremove = {
        let ticket = desk.ticket.clone();
        move |_: MouseEvent| {
            let TicketTerms { mut rewards, mut offers, .. } = ticket.draft.terms.clone();
            if ix < rewards.len() {
                let gone = rewards.remove(ix);
                offers.retain(|offer| offer.promotion != gone.promotion);
                ticket.dispatch(TicketAction::Rewards(rewards, offers));
            }
        }
    };
    html! {
        <div class="reward-taken" key={format!("taken-{ix}")}>
            <span class="grow">{ said }</span>
            <button class="icon-button" aria-label={t(common::REMOVE)} title={t(common::REMOVE)} onclick={onremove} data-test="reward-remove"><Icon name="x" /></button>
        </div>
    }
}

fn choice_button(desk: &Desk, choice: &RewardChoice) -> Html {
    let name = choice.name.clone();
    let number = |n: i64| n.to_string();
    let off = money(choice.off_minor, desk.ticket.draft.currency);
    let can = choice.missing_points == 0 && choice.off_minor > 0;
    let said = if choice.missing_points > 0 {
        fill(words::MISSING, &[("name", &name), ("n", &number(choice.missing_points))])
    } else if choice.off_minor <= 0 {
        fill(words::NOT_FOR_THIS, &[("name", &name)])
    } else {
        fill(words::TAKE_REWARD, &[("name", &name), ("n", &number(choice.cost_points)), ("amount", &off)])
    };
    let ontake = {
        let (desk, name) = (desk.clone(), name.clone());
        move |_: MouseEvent| {
            let ticket = desk.ticket.clone();
            let asked = Rewards { ticket: ticket.draft.clone(), take: Some(name.clone()) };
            desk.run(asked, move |view| {
                if let Some(view) = view {
                    put(&ticket, &view);
                }
            });
        }
    };
    html! {
        <button key={format!("choice-{name}")} class="button quiet align-start" disabled={!can} onclick={ontake} data-test="reward-take">
            <Icon name="sparkles" />{ said }
        </button>
    }
}
