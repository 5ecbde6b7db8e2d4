//! What these pages have in common: asking the server, a field that says what is wrong with it, saving, and a choice that
//! is asked for twice.

use crate::console::api::{Session, Trouble};
use crate::console::login::say;
use crate::parts::{Field, Icon, Skeleton, select_value};
use crate::text::{Lang, agreed as words, amount, common, lang, parse_amount, t};
use salon_domain::catalog::{Product, Service};
use salon_domain::kernel::Currency;
use salon_domain::staff::Staff;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// What the server has, as far as it is known.
#[derive(Debug)]
pub struct Fetched<T> {
    pub state: Got<T>,
    pub again: Callback<()>,
}

#[derive(Debug)]
pub enum Got<T> {
    Waiting,
    Here(Rc<T>),
    Not(Trouble),
}

impl<T> Clone for Got<T> {
    fn clone(&self) -> Self {
        match self {
            Got::Waiting => Got::Waiting,
            Got::Here(value) => Got::Here(value.clone()),
            Got::Not(trouble) => Got::Not(trouble.clone()),
        }
    }
}

impl<T: PartialEq> PartialEq for Got<T> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Got::Waiting, Got::Waiting) => true,
            (Got::Here(one), Got::Here(two)) => one == two,
            (Got::Not(one), Got::Not(two)) => one == two,
            _ => false,
        }
    }
}

/// Asks once, and again when told to. Whoever is not signed in any more is shown the way out.
#[hook]
pub fn use_fetched<T>(path: &'static str, onlogout: Callback<()>) -> Fetched<T>
where
    T: DeserializeOwned + PartialEq + 'static,
{
    let state = use_state_eq(|| Got::Waiting);
    let rounds = use_mut_ref(|| 0_u32);
    let round = use_state_eq(|| 0_u32);
    use_effect_with((path, *round), {
        let state = state.clone();
        move |(path, _)| {
            let (alive, path) = (Rc::new(Cell::new(true)), *path);
            let still = alive.clone();
            spawn_local(async move {
                let answer = Session::get::<T>(path).await;
                if !still.get() {
                    return;
                }
                match answer {
                    Ok(value) => state.set(Got::Here(Rc::new(value))),
                    Err(Trouble::SignedOut) => onlogout.emit(()),
                    Err(trouble) => state.set(Got::Not(trouble)),
                }
            });
            move || alive.set(false)
        }
    });
    let again = use_callback((), move |(), ()| {
        *rounds.borrow_mut() += 1;
        round.set(*rounds.borrow());
    });
    Fetched { state: (*state).clone(), again }
}

/// The value drawn by `draw`, or the face for not having it.
pub fn fetched<T>(what: &Fetched<T>, draw: impl FnOnce(&Rc<T>) -> Html) -> Html {
    match &what.state {
        Got::Waiting => html! { <Skeleton rows={5} /> },
        Got::Here(value) => draw(value),
        Got::Not(trouble) => html! {
            <div class="face" role="alert" data-test="page-trouble">
                <Icon name={if *trouble == Trouble::Away { "cloud-off" } else { "triangle-alert" }} class="face-icon bad" />
                <p>{ say(trouble) }</p>
                <button class="button" onclick={what.again.reform(|_| ())} data-test="page-again">{ t(common::TRY_AGAIN) }</button>
            </div>
        },
    }
}

/// Both drawn by `draw`, or the face for not having one of them; trying again asks for both.
pub fn both<A, B>(one: &Fetched<A>, two: &Fetched<B>, draw: impl FnOnce(&Rc<A>, &Rc<B>) -> Html) -> Html {
    let again = {
        let (one, two) = (one.again.clone(), two.again.clone());
        Callback::from(move |()| {
            one.emit(());
            two.emit(());
        })
    };
    let (one, two) =
        (Fetched { state: one.state.clone(), again: again.clone() }, Fetched { state: two.state.clone(), again });
    fetched(&one, |a| fetched(&two, |b| draw(a, b)))
}

/// What rules, promotions and packages are about.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wares {
    pub services: Vec<Service>,
    pub products: Vec<Product>,
    pub staff: Vec<Staff>,
}

impl Wares {
    /// Categories of services, each once, in order.
    pub fn service_categories(&self) -> Vec<String> {
        categories(self.services.iter().filter(|s| s.active).map(|s| &s.category))
    }

    pub fn product_categories(&self) -> Vec<String> {
        categories(self.products.iter().filter(|p| p.active).map(|p| &p.category))
    }
}

/// Everything that these pages choose from.
#[hook]
pub fn use_wares(onlogout: Callback<()>) -> Fetched<Wares> {
    let services = use_fetched::<Vec<Service>>("/services", onlogout.clone());
    let products = use_fetched::<Vec<Product>>("/products", onlogout.clone());
    let staff = use_fetched::<Vec<Staff>>("/staff", onlogout);
    let again = {
        let all = [services.again, products.again, staff.again];
        Callback::from(move |()| all.iter().for_each(|one| one.emit(())))
    };
    let state = match (services.state, products.state, staff.state) {
        (Got::Here(services), Got::Here(products), Got::Here(staff)) => Got::Here(Rc::new(Wares {
            services: (*services).clone(),
            products: (*products).clone(),
            staff: (*staff).clone(),
        })),
        (Got::Not(trouble), ..) | (_, Got::Not(trouble), _) | (.., Got::Not(trouble)) => Got::Not(trouble),
        _ => Got::Waiting,
    };
    Fetched { state, again }
}

fn categories<'a>(all: impl Iterator<Item = &'a String>) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = all.filter(|name| !name.is_empty()).collect();
    names.into_iter().cloned().collect()
}

#[derive(PartialEq, Properties)]
pub struct ToldProps {
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    /// What is wrong with it.
    #[prop_or_default]
    pub trouble: Option<AttrValue>,
    #[prop_or(AttrValue::Static("text"))]
    pub kind: AttrValue,
    #[prop_or_default]
    pub inputmode: Option<AttrValue>,
    #[prop_or_default]
    pub test: Option<AttrValue>,
}

/// A field that says under it what is wrong.
#[component]
pub fn Told(props: &ToldProps) -> Html {
    html! {
        <div class="told">
            <Field label={props.label.clone()} value={props.value.clone()} oninput={props.oninput.clone()} kind={props.kind.clone()}
                inputmode={props.inputmode.clone()} invalid={props.trouble.is_some()} test={props.test.clone()} />
            if let Some(trouble) = &props.trouble { <p class="field-trouble" role="alert">{ trouble }</p> }
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct PickProps {
    pub label: AttrValue,
    /// Value, label.
    pub choices: Vec<(String, String)>,
    pub chosen: AttrValue,
    pub onpick: Callback<String>,
    #[prop_or_default]
    pub test: Option<AttrValue>,
}

/// One of several.
#[component]
pub fn Pick(props: &PickProps) -> Html {
    html! {
        <label class="field"><span class="field-label">{ &props.label }</span>
            <span class="select"><select onchange={props.onpick.reform(|e: Event| select_value(&e))} data-test={props.test.clone()}>
                for (value, label) in props.choices.iter() {
                    <option value={value.clone()} selected={props.chosen == *value}>{ label }</option>
                }
            </select><Icon name="chevron-down" /></span></label>
    }
}

/// How far saving is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Saving {
    #[default]
    Idle,
    Busy,
    Done,
    Not(Trouble),
}

#[derive(PartialEq, Properties)]
pub struct SaveBarProps {
    pub saving: Saving,
    /// What is there can be kept.
    pub ready: bool,
    pub writes: bool,
    pub onsave: Callback<()>,
    #[prop_or_default]
    pub children: Children,
}

#[component]
pub fn SaveBar(props: &SaveBarProps) -> Html {
    let busy = props.saving == Saving::Busy;
    html! {
        <div class="save-bar">
            if !props.writes { <p class="callout"><Icon name="lock" /><span>{ t(words::READ_ONLY) }</span></p> }
            else {
                <button class="button primary" disabled={busy || !props.ready} onclick={props.onsave.reform(|_| ())} data-test="save">{ t(common::SAVE) }</button>
                { props.children.clone() }
            }
            <span role="status" data-test="saved" data-state={match props.saving { Saving::Done => "saved", Saving::Busy => "busy", Saving::Not(_) => "failed", Saving::Idle => "idle" }}>
                if props.saving == Saving::Done { <span class="good"><Icon name="check" />{ t(common::SAVED) }</span> }
            </span>
            if let Saving::Not(trouble) = &props.saving { <p class="callout bad" role="alert" data-test="save-trouble"><Icon name="triangle-alert" /><span>{ say(trouble) }</span></p> }
        </div>
    }
}

/// Puts `body` at `path`, and says how it went; `kept` hears what the server keeps.
pub fn save<T: DeserializeOwned + 'static>(
    path: String,
    body: impl Serialize + 'static,
    saving: UseStateHandle<Saving>,
    onlogout: Callback<()>,
    kept: impl FnOnce(T) + 'static,
) {
    saving.set(Saving::Busy);
    spawn_local(async move {
        match Session::put::<T>(&path, &body).await {
            Ok(now) => {
                saving.set(Saving::Done);
                kept(now);
            }
            Err(Trouble::SignedOut) => onlogout.emit(()),
            Err(trouble) => saving.set(Saving::Not(trouble)),
        }
    });
}

#[derive(PartialEq, Properties)]
pub struct TwiceProps {
    pub label: AttrValue,
    pub warning: AttrValue,
    pub onsure: Callback<()>,
    #[prop_or_default]
    pub test: Option<AttrValue>,
}

/// A button for what cannot be undone by another click: it says what will be, and asks again.
#[component]
pub fn Twice(props: &TwiceProps) -> Html {
    let asked = use_state_eq(|| false);
    if !*asked {
        return html! { <button class="button quiet" onclick={let a = asked.clone(); move |_| a.set(true)} data-test={props.test.clone()}>{ &props.label }</button> };
    }
    let onsure = {
        let (asked, onsure) = (asked.clone(), props.onsure.clone());
        move |_: MouseEvent| {
            asked.set(false);
            onsure.emit(());
        }
    };
    html! {
        <span class="twice" role="group">
            <span>{ &props.warning }</span>
            <button class="button bad" onclick={onsure} data-test={props.test.clone().map(|test| format!("{test}-sure"))}>{ &props.label }</button>
            <button class="button quiet" onclick={let a = asked.clone(); move |_| a.set(false)}>{ t(common::CANCEL) }</button>
        </span>
    }
}

/// Basis points of what somebody typed as a percentage, at most so many.
pub fn parse_percent(text: &str, bp_max: u32) -> Option<u32> {
    let text = text.trim().trim_end_matches('%').trim();
    let bp = parse_amount(text, Currency::EUR)?;
    u32::try_from(bp).ok().filter(|bp| *bp <= bp_max)
}

/// Basis points as they are typed: `12.5`.
pub fn percent_text(bp: u32) -> String {
    let mark = if lang() == Lang::English { '.' } else { ',' };
    let part = format!("{:02}", bp % 100);
    match part.trim_end_matches('0') {
        "" => (bp / 100).to_string(),
        part => format!("{}{mark}{part}", bp / 100),
    }
}

/// An amount as it is typed; empty for none.
pub fn amount_text(minor: Option<i64>, currency: Currency) -> String {
    minor.map_or_else(String::new, |minor| amount(minor, currency))
}

/// A whole number from `min` to `max`.
pub fn parse_whole(text: &str, min: i64, max: i64) -> Option<i64> {
    text.trim().parse().ok().filter(|n| (min..=max).contains(n))
}

/// A state's setter that forgets that it was saved.
pub fn edit<T: Clone + 'static>(
    form: &UseStateHandle<T>,
    saving: &UseStateHandle<Saving>,
    change: impl Fn(&mut T, String) + 'static,
) -> Callback<String> {
    let (form, saving) = (form.clone(), saving.clone());
    Callback::from(move |value| {
        let mut next = (*form).clone();
        change(&mut next, value);
        saving.set(Saving::Idle);
        form.set(next);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_as_they_are_written() {
        for (text, bp) in [("30", 3_000), ("12.5", 1_250), ("12,5 %", 1_250), ("0", 0), ("100", 10_000), ("7.25", 725)]
        {
            assert_eq!(parse_percent(text, 10_000), Some(bp), "{text}");
        }
        for bad in ["", "-1", "101", "x", "%"] {
            assert_eq!(parse_percent(bad, 10_000), None, "{bad}");
        }
        assert_eq!([3_000, 1_250, 725, 0].map(percent_text), ["30", "12.5", "7.25", "0"]);
    }

    #[test]
    fn whole_numbers_stay_within_what_can_be() {
        assert_eq!(parse_whole(" 30 ", 1, 100), Some(30));
        for bad in ["", "0", "101", "1.5", "-3", "99999999999999999999"] {
            assert_eq!(parse_whole(bad, 1, 100), None, "{bad}");
        }
    }
}
