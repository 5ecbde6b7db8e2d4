//! What a client need not pay: an exemption from tax, and whether the client works here. Who may not say so sees it.

use crate::browser::Intention;
use crate::parts::{Field, Icon, Toast, select_value};
use crate::terminal::desk::use_desk;
use crate::text::{Msg, clients, common, count, desk as words, t};
use salon_contract::window::{ClientView, SaveClient};
use salon_domain::access::Permission;
use salon_domain::customer::field;
use std::collections::BTreeMap;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ClientStandingProps {
    pub view: ClientView,
    pub onsaved: Callback<()>,
}

/// Name, label and kind of input.
const FIELDS: [(&str, Msg, &str); 3] = [
    (field::EXEMPT_REASON, words::FIELD_EXEMPT_REASON, "text"),
    (field::EXEMPT_NUMBER, words::FIELD_EXEMPT_NUMBER, "text"),
    (field::EXEMPT_UNTIL, words::FIELD_EXEMPT_UNTIL, "date"),
];

#[component]
pub fn ClientStanding(props: &ClientStandingProps) -> Html {
    let desk = use_desk();
    let edits = use_state_eq(BTreeMap::<String, String>::new);
    let intention = use_mut_ref(Intention::default);
    let may = desk.may(Permission::ClientStanding);
    let known = |name: &str| props.view.fields.get(name).cloned().unwrap_or_default();
    let now = |name: &str| edits.get(name).cloned().unwrap_or_else(|| known(name));
    let people = desk.catalog.here().map(|catalog| catalog.people.clone()).unwrap_or_default();
    let nothing = [field::EXEMPT_REASON, field::STAFF].iter().all(|name| known(name).is_empty());
    if !may && nothing {
        return Html::default();
    }
    let staff = now(field::STAFF);
    if !may {
        let name = people.iter().find(|tile| tile.staff.to_string() == staff).map(|tile| tile.name.clone());
        let reason = [known(field::EXEMPT_REASON), known(field::EXEMPT_NUMBER), known(field::EXEMPT_UNTIL)];
        return html! {
            <section class="part" data-test="standing">
                <h3>{ t(words::STANDING) }</h3>
                if !reason[0].is_empty() { <p><Icon name="landmark" />{ format!("{}: {}", t(words::EXEMPT), reason.iter().filter(|r| !r.is_empty()).cloned().collect::<Vec<_>>().join(", ")) }</p> }
                if let Some(name) = name { <p><Icon name="users" />{ format!("{}: {name}", t(words::FIELD_STAFF)) }</p> }
                <p class="muted">{ t(words::MANAGERS_ONLY) }</p>
            </section>
        };
    }
    let changed: BTreeMap<String, String> = edits
        .iter()
        .map(|(name, value)| (name.clone(), value.trim().to_owned()))
        .filter(|(name, value)| *value != known(name))
        .collect();
    let set = |name: &'static str| {
        let edits = edits.clone();
        Callback::from(move |value: String| {
            let mut next = (*edits).clone();
            next.insert(name.to_owned(), value);
            edits.set(next);
        })
    };
    let onsave = {
        let (desk, card, changed, edits, onsaved) =
            (desk.clone(), props.view.card, changed.clone(), edits.clone(), props.onsaved.clone());
        Callback::from(move |()| {
            if changed.is_empty() {
                return;
            }
            let key = intention.borrow_mut().key(&changed);
            let (toast, edits, onsaved, intention) =
                (desk.toast.clone(), edits.clone(), onsaved.clone(), intention.clone());
            desk.run(SaveClient { key, card: Some(card), set: changed.clone() }, move |_| {
                intention.borrow_mut().done();
                edits.set(BTreeMap::new());
                toast.emit(Toast::good(t(common::SAVED)));
                onsaved.emit(());
            });
        })
    };
    let onstaff = set(field::STAFF);
    html! {
        <section class="part" data-test="standing">
            <h3>{ t(words::STANDING) }</h3>
            <div class="card-fields">
                for (name, label, kind) in FIELDS {
                    <div class="card-field" key={name}>
                        <Field label={t(label)} value={now(name)} oninput={set(name)} {kind} onenter={onsave.clone()} test={format!("field-{name}")} />
                    </div>
                }
                <label class="field card-field"><span class="field-label">{ t(words::FIELD_STAFF) }</span>
                    <span class="select"><select onchange={move |e: Event| onstaff.emit(select_value(&e))} data-test="field-staff">
                        <option value="" selected={staff.is_empty()}>{ t(words::NOBODY) }</option>
                        for tile in people { <option value={tile.staff.to_string()} selected={tile.staff.to_string() == staff}>{ tile.name }</option> }
                    </select><Icon name="chevron-down" /></span></label>
                if !changed.is_empty() {
                    <div class="buttons wide">
                        <button class="button primary" onclick={onsave.reform(|_| ())} data-test="standing-save"><Icon name="check" />{ count(changed.len() as u64, clients::SAVE_CHANGES_ONE, clients::SAVE_CHANGES_MANY) }</button>
                        <button class="button quiet" onclick={let e = edits.clone(); move |_| e.set(BTreeMap::new())}>{ t(clients::DISCARD) }</button>
                    </div>
                }
            </div>
        </section>
    }
}
