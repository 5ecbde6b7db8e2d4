use crate::browser::Intention;
use crate::hooks::{use_ask, use_settled};
use crate::parts::{Field, Icon, input_value};
use crate::terminal::desk::use_desk;
use crate::text::{book as words, common, fill, t};
use salon_contract::window::{ClientRow, ClientView, SaveClient, Search};
use salon_domain::customer::field;
use salon_domain::kernel::CardId;
use std::collections::BTreeMap;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ClientPickerProps {
    pub onchoose: Callback<(CardId, String)>,
    #[prop_or_default]
    pub onclose: Callback<()>,
}

const FOUND_MAX: u16 = 8;

/// A client found by any piece of name, phone or email, or made on the spot.
#[component]
pub fn ClientPicker(props: &ClientPickerProps) -> Html {
    let text = use_state_eq(String::new);
    let at = use_state_eq(|| 0_usize);
    let making = use_state_eq(|| false);
    let node = use_node_ref();
    use_effect_with(*making, {
        let node = node.clone();
        move |_| {
            if let Some(input) = node.cast::<web_sys::HtmlElement>() {
                let _ = input.focus();
            }
        }
    });
    let settled = use_settled(text.trim().to_owned(), 60);
    let found = use_ask((!settled.is_empty()).then(|| Search { text: settled.clone(), limit: FOUND_MAX }));
    let clients: Vec<ClientRow> = match found.state.here() {
        Some(view) if !text.trim().is_empty() => view.clients.clone(),
        _ => Vec::new(),
    };
    let offer_new = !text.trim().is_empty() && found.state.here().is_some();
    if *making {
        let onmade = props.onchoose.reform(|view: ClientView| (view.card, view.name));
        return html! { <NewClientForm name={(*text).clone()} {onmade} onback={let m = making.clone(); move |()| m.set(false)} /> };
    }
    let choose = {
        let (onchoose, clients, making) = (props.onchoose.clone(), clients.clone(), making.clone());
        move |ix: usize| match clients.get(ix) {
            Some(row) => onchoose.emit((row.card, row.name.clone())),
            None if offer_new => making.set(true),
            None => {}
        }
    };
    let onkeydown = {
        let (at, choose, onclose, last) = (at.clone(), choose.clone(), props.onclose.clone(), clients.len());
        move |e: KeyboardEvent| match e.key().as_str() {
            "ArrowDown" => {
                e.prevent_default();
                at.set((*at + 1).min(last));
            }
            "ArrowUp" => {
                e.prevent_default();
                at.set(at.saturating_sub(1));
            }
            "Enter" => choose(*at),
            "Escape" => {
                e.stop_propagation();
                onclose.emit(());
            }
            _ => {}
        }
    };
    let oninput = {
        let (text, at) = (text.clone(), at.clone());
        move |e: InputEvent| {
            text.set(input_value(&e));
            at.set(0);
        }
    };
    html! {
        <div class="picker">
            <div class="picker-field">
                <Icon name="search" />
                <input ref={node} type="search" role="combobox" aria-expanded={offer_new.to_string()} aria-label={t(words::FIND_CLIENT)}
                    placeholder={t(words::FIND_CLIENT)} value={(*text).clone()} {oninput} {onkeydown} autocomplete="off" data-test="client-search" />
            </div>
            if offer_new {
                <div class="picker-list" role="listbox">
                    for (ix, row) in clients.iter().enumerate() {
                        <div role="option" class="picker-row" aria-selected={(ix == *at).to_string()} data-test="client-result" data-client={row.name.clone()}
                            onclick={let choose = choose.clone(); move |_| choose(ix)}>
                            <span class="clip grow">{ &row.name }</span>
                            <span class="muted num">{ if row.phone.is_empty() { &row.email } else { &row.phone } }</span>
                        </div>
                    }
                    <div role="option" class="picker-row" aria-selected={(*at == clients.len()).to_string()} data-test="client-new"
                        onclick={let (choose, ix) = (choose.clone(), clients.len()); move |_| choose(ix)}>
                        <Icon name="user-round-plus" /><span class="clip">{ fill(words::NEW_CLIENT_NAMED, &[("name", text.trim())]) }</span>
                    </div>
                </div>
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct NewClientFormProps {
    /// What was typed: the last word is taken for the family name, digits for the phone.
    pub name: String,
    pub onmade: Callback<ClientView>,
    pub onback: Callback<()>,
}

#[component]
pub fn NewClientForm(props: &NewClientFormProps) -> Html {
    let desk = use_desk();
    let typed = props.name.trim();
    let is_phone = typed.chars().filter(char::is_ascii_digit).count() >= 4;
    let (given_at_first, family_at_first) =
        if is_phone { ("", "") } else { typed.rsplit_once(' ').unwrap_or((typed, "")) };
    let given = use_state_eq(|| given_at_first.to_owned());
    let family = use_state_eq(|| family_at_first.to_owned());
    let phone = use_state_eq(|| if is_phone { typed.to_owned() } else { String::new() });
    let intention = use_mut_ref(Intention::default);
    let ready = !given.trim().is_empty() || !family.trim().is_empty();
    let save = {
        let (desk, onmade) = (desk.clone(), props.onmade.clone());
        let set: BTreeMap<String, String> =
            [(field::GIVEN_NAME, &given), (field::FAMILY_NAME, &family), (field::PHONE, &phone)]
                .into_iter()
                .filter(|(_, value)| !value.trim().is_empty())
                .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                .collect();
        Callback::from(move |()| {
            if ready {
                let key = intention.borrow_mut().key(&set);
                let onmade = onmade.clone();
                desk.run(SaveClient { key, card: None, set: set.clone() }, move |view| onmade.emit(view));
            }
        })
    };
    html! {
        <div class="new-client">
            <Field label={t(words::GIVEN_NAME)} value={(*given).clone()} oninput={let s = given.clone(); move |v| s.set(v)} autofocus=true onenter={save.clone()} test="client-given" />
            <Field label={t(words::FAMILY_NAME)} value={(*family).clone()} oninput={let s = family.clone(); move |v| s.set(v)} onenter={save.clone()} test="client-family" />
            <Field label={t(words::PHONE)} kind="tel" value={(*phone).clone()} oninput={let s = phone.clone(); move |v| s.set(v)} onenter={save.clone()} test="client-phone" />
            <div class="buttons">
                <button class="button primary" disabled={!ready} onclick={save.reform(|_| ())} data-test="client-create"><Icon name="user-round-plus" />{ t(words::CREATE_CLIENT) }</button>
                <button class="button quiet" onclick={props.onback.reform(|_| ())}>{ t(common::BACK) }</button>
            </div>
        </div>
    }
}
