//! What a client would rather have, the words that clients are gathered by, and what the salon may send.

use crate::browser::new_key;
use crate::parts::{Field, Icon, Toast, select_value};
use crate::terminal::desk::use_desk;
use crate::text::{client_card as words, common, day_short, fill, t};
use salon_contract::window::{ClientAct, ClientView, ConsentView, SaveClient, TagView};
use salon_domain::customer::{Channel, field};
use std::collections::BTreeMap;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct PreferencesProps {
    pub view: ClientView,
    pub onsaved: Callback<()>,
}

/// Each is saved as it is chosen: there is nothing to lose by a second touch.
#[component]
pub fn Preferences(props: &PreferencesProps) -> Html {
    let desk = use_desk();
    let (card, view) = (props.view.card, &props.view);
    let known = |name: &str| view.fields.get(name).cloned().unwrap_or_default();
    let save = {
        let (desk, onsaved) = (desk.clone(), props.onsaved.clone());
        Callback::from(move |(name, value): (&'static str, String)| {
            let (toast, onsaved) = (desk.toast.clone(), onsaved.clone());
            let set = BTreeMap::from([(name.to_owned(), value)]);
            desk.run(SaveClient { key: new_key(), card: Some(card), set }, move |_| {
                toast.emit(Toast::good(t(common::SAVED)));
                onsaved.emit(());
            });
        })
    };
    let toggle = |name: &'static str, label, icon: &'static str| {
        let on = !known(name).is_empty();
        let onclick = save.reform(move |_: MouseEvent| (name, if on { String::new() } else { "yes".to_owned() }));
        html! { <button class="chip big" aria-pressed={on.to_string()} {onclick} data-test={format!("client-{name}")}><Icon name={icon} />{ t(label) }</button> }
    };
    let stylist = known(field::PREFERRED_STYLIST);
    let staff = desk.catalog.here().map(|c| c.staff.clone()).unwrap_or_default();
    html! {
        <section data-test="client-preferences">
            <h3>{ t(words::PREFERENCES) }</h3>
            <div class="chips">
                { toggle(field::VIP, words::VIP, "sparkles") }
                { toggle(field::QUIET, words::QUIET, "moon") }
            </div>
            <label class="field"><span class="field-label">{ t(words::STYLIST) }</span>
                <span class="select"><select onchange={save.reform(|e: Event| (field::PREFERRED_STYLIST, select_value(&e)))} data-test="client-stylist">
                    <option value="" selected={stylist.is_empty()}>{ t(words::ANYBODY) }</option>
                    for tile in staff.iter() { <option value={tile.staff.to_string()} selected={tile.staff.to_string() == stylist}>{ &tile.name }</option> }
                </select><Icon name="chevron-down" /></span></label>
        </section>
    }
}

#[derive(PartialEq, Properties)]
pub struct TagsProps {
    pub tags: Vec<TagView>,
    pub act: Callback<ClientAct>,
}

#[component]
pub fn Tags(props: &TagsProps) -> Html {
    let text = use_state_eq(String::new);
    let add = {
        let (act, text) = (props.act.clone(), text.clone());
        Callback::from(move |()| {
            if !text.trim().is_empty() {
                act.emit(ClientAct::Tag { label: text.trim().to_owned() });
                text.set(String::new());
            }
        })
    };
    let chip = |tag: &TagView| {
        let key = tag.key.clone();
        let remove = fill(words::REMOVE, &[("name", &tag.label)]);
        let onclick = props.act.reform(move |_: MouseEvent| ClientAct::Untag { key: key.clone() });
        html! { <button key={tag.key.clone()} class="chip big" aria-label={remove} {onclick} data-test="client-tag"><Icon name="tag" />{ &tag.label }<Icon name="x" /></button> }
    };
    html! {
        <section data-test="client-tags">
            <h3>{ t(words::TAGS) }</h3>
            if !props.tags.is_empty() { <div class="chips">{ for props.tags.iter().map(chip) }</div> }
            <Field label={t(words::ADD_TAG)} value={(*text).clone()} oninput={let s = text.clone(); move |v| s.set(v)} onenter={add.clone()} test="client-tag-new" />
            if !text.trim().is_empty() { <div class="buttons"><button class="button" onclick={add.reform(|_| ())} data-test="client-tag-add"><Icon name="plus" />{ t(words::ADD_TAG) }</button></div> }
        </section>
    }
}

#[derive(PartialEq, Properties)]
pub struct ConsentsProps {
    pub consents: Vec<ConsentView>,
    pub act: Callback<ClientAct>,
}

#[component]
pub fn Consents(props: &ConsentsProps) -> Html {
    let how = use_state_eq(|| t(words::HOW_SAID).to_owned());
    let ways = [words::HOW_SAID, words::HOW_PAPER, words::HOW_MESSAGE];
    let row = |channel: Channel| {
        let consent = props.consents.iter().find(|c| c.channel == channel);
        let said = match consent {
            None => t(words::CONSENT_NONE).to_owned(),
            Some(c) => {
                let message = if c.given { words::CONSENT_GIVEN } else { words::CONSENT_REFUSED };
                fill(message, &[("how", &c.how), ("date", &day_short(&c.date)), ("name", &c.by)])
            }
        };
        let say = |given: bool| {
            let how = (*how).clone();
            props.act.reform(move |_: MouseEvent| ClientAct::Consent { channel, given, how: how.clone() })
        };
        let given = consent.map(|c| c.given);
        html! {
            <li key={channel.name()} class="row plain" data-test={format!("consent-{}", channel.name())}>
                <span class="row-main"><strong>{ words::channel(channel) }</strong><span class="muted num">{ said }</span></span>
                <span class="segments" role="group" aria-label={words::channel(channel)}>
                    <button aria-pressed={(given == Some(true)).to_string()} onclick={say(true)} data-test="consent-yes">{ t(words::GIVE) }</button>
                    <button aria-pressed={(given == Some(false)).to_string()} onclick={say(false)} data-test="consent-no">{ t(words::REFUSE) }</button>
                </span>
            </li>
        }
    };
    html! {
        <section data-test="client-consents">
            <h3>{ t(words::CONSENTS) }</h3>
            <p class="muted">{ t(words::CONSENTS_HOW) }</p>
            <label class="field"><span class="field-label">{ t(words::HOW) }</span>
                <span class="select"><select onchange={let h = how.clone(); move |e: Event| h.set(select_value(&e))} data-test="consent-how">
                    for way in ways { <option value={t(way)} selected={*how == t(way)}>{ t(way) }</option> }
                </select><Icon name="chevron-down" /></span></label>
            <ul class="rows">{ for Channel::ALL.into_iter().map(row) }</ul>
        </section>
    }
}
