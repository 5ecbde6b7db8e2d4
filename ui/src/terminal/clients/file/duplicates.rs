//! Cards that may be one person's, side by side: a person says whether they are.

use super::past::field_label;
use crate::browser::new_key;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Empty, Icon, Toast, loaded};
use crate::terminal::desk::{Place, use_desk};
use crate::text::{client_card as words, count, fill, money, t};
use crate::transport::Heard;
use salon_contract::window::{
    ChangeClient, ClientAct, DuplicateSideView, DuplicateView, Duplicates, MergeClients, Notice, UnmergeClients,
};
use salon_domain::customer::field;
use std::collections::BTreeSet;
use yew::prelude::*;

const SHOWN_MAX: u16 = 50;

#[component]
pub fn DuplicatesScreen() -> Html {
    let pairs = use_ask(Some(Duplicates { limit: SHOWN_MAX }));
    use_heard({
        let again = pairs.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Clients) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    loaded(&pairs, |pairs| {
        html! {
            <div class="sheet" data-test="duplicates">
                <h2>{ t(words::DUPLICATES) }</h2>
                if pairs.is_empty() { <Empty icon="users" text={t(words::NO_DUPLICATES)} /> }
                <ul class="rows">
                    for pair in pairs.iter() { <Pair key={format!("{}-{}", pair.keep.card, pair.other.card)} pair={pair.clone()} /> }
                </ul>
            </div>
        }
    })
}

#[derive(PartialEq, Properties)]
struct PairProps {
    pair: DuplicateView,
}

#[component]
fn Pair(props: &PairProps) -> Html {
    let desk = use_desk();
    let swapped = use_state_eq(|| false);
    let take = use_state_eq(BTreeSet::<&'static str>::new);
    let pair = &props.pair;
    let (keep, other) = if *swapped { (&pair.other, &pair.keep) } else { (&pair.keep, &pair.other) };
    let merge = {
        let (desk, keep, other) = (desk.clone(), keep.clone(), other.card);
        let take: Vec<String> = take.iter().map(|name| (*name).to_owned()).collect();
        move |_: MouseEvent| {
            let question = MergeClients { key: new_key(), keep: keep.card, other, take: take.clone() };
            let (inner, name, into) = (desk.clone(), keep.name.clone(), keep.card);
            desk.run(question, move |_| {
                let undo = inner.clone();
                let toast = Toast::good(fill(words::MERGED, &[("name", &name)]));
                inner.toast.emit(toast.with_undo(move || {
                    let toast = undo.toast.clone();
                    undo.run(UnmergeClients { key: new_key(), card: other, into }, move |_| {
                        toast.emit(Toast::good(t(words::UNMERGED)));
                    });
                }));
            });
        }
    };
    let distinct = {
        let (desk, keep, other) = (desk.clone(), keep.card, other.card);
        move |_: MouseEvent| {
            let what = ClientAct::Distinct { other };
            desk.run(ChangeClient { key: new_key(), card: keep, what }, |_| ());
        }
    };
    let differing = [
        (field::PHONE, &keep.phone, &other.phone),
        (field::EMAIL, &keep.email, &other.email),
        (field::BIRTHDAY, &keep.birthday, &other.birthday),
    ];
    let choose = |(name, mine, theirs): (&'static str, &String, &String)| {
        let on = take.contains(name);
        let onclick = {
            let take = take.clone();
            move |_: MouseEvent| {
                let mut next = (*take).clone();
                if !next.remove(name) {
                    next.insert(name);
                }
                take.set(next);
            }
        };
        (!mine.is_empty() && !theirs.is_empty() && mine != theirs).then(|| {
            html! { <button key={name} class="chip big" aria-pressed={on.to_string()} {onclick} data-test="duplicate-take">{ format!("{}: {theirs}", field_label(name)) }</button> }
        })
    };
    let choices: Vec<Html> = differing.into_iter().filter_map(choose).collect();
    let reasons: Vec<&str> = pair.reasons.iter().map(|reason| words::likeness(*reason)).collect();
    html! {
        <li class="duplicate" data-test="duplicate-row">
            <p><strong class="num">{ fill(words::SCORE, &[("n", &pair.score.to_string())]) }</strong>
                if pair.sure { <span class="status-tag">{ t(words::SURE) }</span> }
                <span class="muted">{ reasons.join(", ") }</span></p>
            <div class="sheet-columns">
                <Side side={keep.clone()} kept=true />
                <Side side={other.clone()} kept=false />
            </div>
            if !choices.is_empty() {
                <span class="field-label">{ t(words::TAKE_FROM) }</span>
                <div class="chips">{ choices }</div>
            }
            <div class="buttons">
                <button class="button primary" onclick={merge} data-test="duplicate-merge"><Icon name="check" />{ t(words::MERGE) }</button>
                <button class="button quiet" onclick={let s = swapped.clone(); move |_| s.set(!*s)}><Icon name="arrow-left-right" />{ t(words::SWAP) }</button>
                <button class="button quiet" onclick={distinct} data-test="duplicate-distinct"><Icon name="split" />{ t(words::NOT_SAME) }</button>
            </div>
        </li>
    }
}

#[derive(PartialEq, Properties)]
struct SideProps {
    side: DuplicateSideView,
    kept: bool,
}

#[component]
fn Side(props: &SideProps) -> Html {
    let desk = use_desk();
    let side = &props.side;
    let card = side.card;
    let visits = count(side.visits.into(), words::VISITS_ONE, words::VISITS_OF);
    html! {
        <div class="card">
            if props.kept { <span class="muted">{ t(words::KEEP) }</span> }
            <button class="link clip" onclick={desk.go.reform(move |_| Place::client(card))}>{ &side.name }</button>
            for text in [&side.phone, &side.email, &side.birthday].into_iter().filter(|text| !text.is_empty()) { <span class="num clip">{ text }</span> }
            <span class="muted num">{ format!("{visits} · {}", money(side.spent_minor, desk.status.currency)) }</span>
        </div>
    }
}
