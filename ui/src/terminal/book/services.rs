use crate::parts::{Icon, input_value};
use crate::terminal::desk::use_desk;
use crate::text::{book as words, common, duration, money, t};
use salon_domain::catalog::Service;
use salon_domain::customer::fold_for_search;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ServicePickerProps {
    pub onchoose: Callback<Service>,
    /// Nothing chosen yet: show the favourites at once.
    pub first: bool,
}

const SHOWN_MAX: usize = 40;

#[component]
pub fn ServicePicker(props: &ServicePickerProps) -> Html {
    let desk = use_desk();
    let text = use_state_eq(String::new);
    let category = use_state_eq(|| None::<String>);
    let at = use_state_eq(|| 0_usize);
    let Some(catalog) = desk.catalog.here().cloned() else { return Html::default() };
    let needle = fold_for_search(text.trim());
    let active = || catalog.services.iter().filter(|s| s.active);
    let shown: Vec<&Service> = if !needle.is_empty() {
        active()
            .filter(|s| fold_for_search(&format!("{} {} {}", s.name, s.category, s.code)).contains(&needle))
            .collect()
    } else if let Some(category) = &*category {
        active().filter(|s| s.category == *category).collect()
    } else if props.first {
        catalog.favourite_services.iter().filter_map(|id| active().find(|s| s.id == *id)).take(6).collect()
    } else {
        Vec::new()
    };
    let mut categories: Vec<&str> = active().map(|s| s.category.as_str()).collect();
    categories.sort_unstable();
    categories.dedup();
    let choose = {
        let (onchoose, text, category) = (props.onchoose.clone(), text.clone(), category.clone());
        Callback::from(move |service: Service| {
            text.set(String::new());
            category.set(None);
            onchoose.emit(service);
        })
    };
    let onkeydown = {
        let (at, choose, last) = (at.clone(), choose.clone(), shown.len().saturating_sub(1));
        let chosen = shown.get(*at).map(|s| (*s).clone());
        move |e: KeyboardEvent| match e.key().as_str() {
            "ArrowDown" => {
                e.prevent_default();
                at.set((*at + 1).min(last));
            }
            "ArrowUp" => {
                e.prevent_default();
                at.set(at.saturating_sub(1));
            }
            "Enter" => {
                if let Some(service) = &chosen {
                    choose.emit(service.clone());
                }
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
                <input type="search" aria-label={t(words::FIND_SERVICE)} placeholder={t(words::FIND_SERVICE)} value={(*text).clone()}
                    {oninput} {onkeydown} autocomplete="off" data-test="service-search" />
            </div>
            if needle.is_empty() {
                <div class="chips">
                    for name in categories {
                        <button class="chip" aria-pressed={(category.as_deref() == Some(name)).to_string()}
                            onclick={
                                let (category, name) = (category.clone(), name.to_owned());
                                move |_| category.set((category.as_ref() != Some(&name)).then(|| name.clone()))
                            }>{ name }</button>
                    }
                </div>
            }
            if !needle.is_empty() && shown.is_empty() { <p class="muted">{ t(common::NOTHING_FOUND) }</p> }
            if !shown.is_empty() {
                <div class="picker-list" role="listbox">
                    for (ix, service) in shown.into_iter().take(SHOWN_MAX).enumerate() {
                        <div role="option" class="picker-row" aria-selected={(ix == *at && !needle.is_empty()).to_string()} data-test="service-result" data-name={service.name.clone()}
                            onclick={let (choose, service) = (choose.clone(), service.clone()); move |_| choose.emit(service.clone())}>
                            <span class="clip grow">{ &service.name }</span>
                            <span class="muted num">{ duration(service.phases.iter().map(|p| p.minutes).sum()) }</span>
                            <span class="num">{ money(service.price_minor, catalog.currency) }</span>
                        </div>
                    }
                </div>
            }
        </div>
    }
}
