//! Notes with their writers, and who belongs to a client.

use crate::parts::{Field, Icon, select_value};
use crate::terminal::book::ClientPicker;
use crate::terminal::desk::{Place, use_desk};
use crate::text::{Msg, client_card as words, clock, common, day_short, fill, t};
use salon_contract::window::{ClientAct, FamilyView, NoteView};
use salon_domain::kernel::CardId;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct NotesProps {
    pub notes: Vec<NoteView>,
    pub act: Callback<ClientAct>,
}

#[component]
pub fn Notes(props: &NotesProps) -> Html {
    let text = use_state_eq(String::new);
    let save = {
        let (act, text) = (props.act.clone(), text.clone());
        Callback::from(move |()| {
            if !text.trim().is_empty() {
                act.emit(ClientAct::Note { text: (*text).clone() });
                text.set(String::new());
            }
        })
    };
    html! {
        <section data-test="client-notes">
            <h3>{ t(words::NOTES) }</h3>
            <ul class="rows">
                for note in props.notes.iter() {
                    <li key={note.id.to_string()} class="row plain" data-test="note-row">
                        <Icon name="notebook-pen" />
                        <span class="row-main"><span>{ &note.text }</span>
                            <span class="muted num">{ format!("{} {} · {}", day_short(&note.date), clock(note.minute), note.by) }</span></span>
                    </li>
                }
            </ul>
            <Field label={t(words::ADD_NOTE)} multiline=true value={(*text).clone()} oninput={let s = text.clone(); move |v| s.set(v)} test="client-note" />
            if !text.trim().is_empty() {
                <div class="buttons"><button class="button primary" onclick={save.reform(|_| ())} data-test="client-note-save"><Icon name="check" />{ t(common::SAVE) }</button></div>
            }
        </section>
    }
}

/// What somebody is to the client, and the client to them.
const RELATIONS: [(Msg, Msg); 6] = [
    (words::RELATION_PARTNER, words::RELATION_PARTNER),
    (words::RELATION_MOTHER, words::RELATION_CHILD),
    (words::RELATION_FATHER, words::RELATION_CHILD),
    (words::RELATION_CHILD, words::RELATION_PARENT),
    (words::RELATION_PARENT, words::RELATION_CHILD),
    (words::RELATION_FRIEND, words::RELATION_FRIEND),
];

#[derive(PartialEq, Properties)]
pub struct FamilyProps {
    pub card: CardId,
    pub family: Vec<FamilyView>,
    pub act: Callback<ClientAct>,
}

#[component]
pub fn Family(props: &FamilyProps) -> Html {
    let desk = use_desk();
    let choosing = use_state_eq(|| false);
    let who = use_state_eq(|| None::<(CardId, String)>);
    let relation = use_state_eq(|| 0_usize);
    let onchosen = {
        let (who, choosing) = (who.clone(), choosing.clone());
        Callback::from(move |client: (CardId, String)| {
            who.set(Some(client));
            choosing.set(false);
        })
    };
    let save = {
        let (act, who, relation) = (props.act.clone(), who.clone(), relation.clone());
        move |_: MouseEvent| {
            let (Some((other, _)), Some((is, back))) = ((*who).clone(), RELATIONS.get(*relation)) else { return };
            act.emit(ClientAct::Relate { other, relation: t(*is).to_owned(), back: t(*back).to_owned() });
            who.set(None);
        }
    };
    let row = |one: &FamilyView| {
        let (card, name) = (one.card, one.name.clone());
        let remove = fill(words::REMOVE, &[("name", &name)]);
        html! {
            <li key={card.to_string()} class="row plain" data-test="family-row">
                <Icon name="users" />
                <span class="row-main"><button class="link clip" onclick={desk.go.reform(move |_| Place::client(card))}>{ &name }</button>
                    <span class="muted">{ &one.relation }</span></span>
                <button class="icon-button" aria-label={remove} onclick={props.act.reform(move |_| ClientAct::Unrelate { other: card })}><Icon name="x" /></button>
            </li>
        }
    };
    html! {
        <section data-test="client-family">
            <h3>{ t(words::FAMILY) }</h3>
            <ul class="rows">{ for props.family.iter().map(row) }</ul>
            if *choosing {
                <ClientPicker onchoose={onchosen} onclose={let c = choosing.clone(); move |()| c.set(false)} />
            } else if let Some((_, name)) = &*who {
                <div class="card-panel decide">
                    <label class="field"><span class="field-label">{ fill(words::IS_TO, &[("name", name)]) }</span>
                        <span class="select"><select onchange={let r = relation.clone(); move |e: Event| r.set(select_value(&e).parse().unwrap_or(0))} data-test="family-relation">
                            for (ix, (is, _)) in RELATIONS.iter().enumerate() { <option value={ix.to_string()} selected={ix == *relation}>{ t(*is) }</option> }
                        </select><Icon name="chevron-down" /></span></label>
                    <div class="buttons">
                        <button class="button primary" onclick={save} data-test="family-save">{ t(common::SAVE) }</button>
                        <button class="button quiet" onclick={let w = who.clone(); move |_| w.set(None)}>{ t(common::CANCEL) }</button>
                    </div>
                </div>
            } else {
                <button class="button quiet align-start" onclick={let c = choosing.clone(); move |_| c.set(true)} data-test="family-add"><Icon name="plus" />{ t(words::ADD_FAMILY) }</button>
            }
        </section>
    }
}
