//! What the fields of a card were before, and which cards were merged into it: nothing of either is lost, and either can
//! be taken back.

use crate::browser::new_key;
use crate::parts::{Icon, Toast};
use crate::terminal::desk::use_desk;
use crate::text::{client_card as words, clients, clock, common, day_short, fill, sending, t};
use salon_contract::window::{FieldHistoryView, MergedView, PastValueView, SaveClient, UnmergeClients};
use salon_domain::customer::field;
use salon_domain::kernel::CardId;
use std::collections::BTreeMap;
use yew::prelude::*;

/// What a field is called on the card; its own name where the card does not show it.
pub fn field_label(name: &str) -> String {
    let message = match name {
        field::GIVEN_NAME => clients::FIELD_GIVEN,
        field::FAMILY_NAME => clients::FIELD_FAMILY,
        field::PHONE => clients::FIELD_PHONE,
        field::EMAIL => clients::FIELD_EMAIL,
        field::BIRTHDAY => clients::FIELD_BIRTHDAY,
        field::LOYALTY_NUMBER => clients::FIELD_CARD_NUMBER,
        field::ALLERGY => clients::FIELD_ALLERGY,
        field::FORMULA => clients::FIELD_FORMULA,
        field::NOTE => clients::FIELD_NOTE,
        field::ADDRESS => words::FIELD_ADDRESS,
        field::DRINK => words::FIELD_DRINK,
        field::VIP => words::VIP,
        field::QUIET => words::QUIET,
        field::PREFERRED_STYLIST => words::STYLIST,
        field::RECEIPT_BY => sending::RECEIPT_BY,
        field::MARKETING_EMAIL => words::CHANNEL_EMAIL,
        field::MARKETING_SMS => words::CHANNEL_TEXT,
        other => return other.to_owned(),
    };
    t(message).to_owned()
}

#[derive(PartialEq, Properties)]
pub struct PastProps {
    pub card: CardId,
    pub history: Vec<FieldHistoryView>,
    pub onsaved: Callback<()>,
}

#[component]
pub fn Past(props: &PastProps) -> Html {
    let desk = use_desk();
    if props.history.is_empty() {
        return Html::default();
    }
    let card = props.card;
    let take = |name: &str, value: &str| {
        let (desk, onsaved) = (desk.clone(), props.onsaved.clone());
        let set = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        move |_: MouseEvent| {
            let (toast, onsaved) = (desk.toast.clone(), onsaved.clone());
            desk.run(SaveClient { key: new_key(), card: Some(card), set: set.clone() }, move |_| {
                toast.emit(Toast::good(t(common::SAVED)));
                onsaved.emit(());
            });
        }
    };
    let shown = |value: &str| {
        let staff = value.parse().ok().and_then(|id| desk.staff_name(id).map(str::to_owned));
        if value.is_empty() { t(words::EMPTY).to_owned() } else { staff.unwrap_or_else(|| value.to_owned()) }
    };
    let past = |name: &str, (ix, value): (usize, &PastValueView)| {
        let when = format!("{} {} · {}", day_short(&value.date), clock(value.minute), value.till);
        html! {
            <li key={ix.to_string()} class="row plain" data-test="past-value">
                <span class="row-main"><span>{ shown(&value.value) }</span><span class="muted num">{ when }</span></span>
                <button class="button quiet" onclick={take(name, &value.value)} data-test="past-take"><Icon name="undo-2" />{ t(words::TAKE_THIS) }</button>
            </li>
        }
    };
    html! {
        <section data-test="client-history">
            <details>
                <summary class="row"><Icon name="history" /><strong>{ t(words::HISTORY) }</strong></summary>
                for one in props.history.iter() {
                    <div key={one.field.clone()} data-test={format!("past-{}", one.field)}>
                        <h4>{ field_label(&one.field) }</h4>
                        <p class="muted">{ fill(words::NOW, &[("value", &shown(&one.value))]) }</p>
                        <ul class="rows">{ for one.past.iter().enumerate().map(|value| past(&one.field, value)) }</ul>
                    </div>
                }
            </details>
        </section>
    }
}

#[derive(PartialEq, Properties)]
pub struct MergedProps {
    pub merged: Vec<MergedView>,
    pub onsaved: Callback<()>,
}

#[component]
pub fn Merged(props: &MergedProps) -> Html {
    let desk = use_desk();
    if props.merged.is_empty() {
        return Html::default();
    }
    let row = |one: &MergedView| {
        let (card, into) = (one.card, one.into);
        let undo = {
            let (desk, onsaved) = (desk.clone(), props.onsaved.clone());
            move |_: MouseEvent| {
                let (toast, onsaved) = (desk.toast.clone(), onsaved.clone());
                desk.run(UnmergeClients { key: new_key(), card, into }, move |_| {
                    toast.emit(Toast::good(t(words::UNMERGED)));
                    onsaved.emit(());
                });
            }
        };
        let by = fill(words::MERGED_BY, &[("date", &day_short(&one.date)), ("name", &one.by)]);
        html! {
            <li key={format!("{card}-{into}")} class="row plain" data-test="merged-row">
                <Icon name="users" />
                <span class="row-main"><strong>{ &one.name }</strong><span class="muted num">{ by }</span></span>
                <button class="button quiet" onclick={undo} data-test="unmerge"><Icon name="split" />{ t(words::UNMERGE) }</button>
            </li>
        }
    };
    html! {
        <section data-test="client-merged">
            <h3>{ t(words::MERGED_FROM) }</h3>
            <ul class="rows">{ for props.merged.iter().map(row) }</ul>
        </section>
    }
}
