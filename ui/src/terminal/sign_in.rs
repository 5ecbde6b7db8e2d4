//! Who is at the desk: a tile, then a PIN, by touch or by keys.

use crate::hooks::{Loaded, use_ask, use_keys, use_ticker};
use crate::parts::{Avatar, Empty, ErrorFace, Icon, Skeleton};
use crate::text::{common, count, day_long, fill, sentence, t};
use crate::transport::ask;
use salon_contract::window::{Code, Failure, SignIn, StaffList, StaffTile, StatusView, Warning};
use salon_domain::access::Role;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

const PIN_LENGTH_MAX: usize = 12;

pub fn role_name(role: Role) -> &'static str {
    t(match role {
        Role::Admin => common::ROLE_ADMIN,
        Role::Manager => common::ROLE_MANAGER,
        Role::Stylist => common::ROLE_STYLIST,
        Role::Receptionist => common::ROLE_RECEPTIONIST,
        Role::Assistant => common::ROLE_ASSISTANT,
    })
}

/// `Maël O'Hara` → `mael-o-hara`: a stable name for tests.
pub fn slug(name: &str) -> String {
    let folded = salon_domain::customer::fold_for_search(name);
    let words: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.join("-")
}

#[derive(PartialEq, Properties)]
pub struct SignInScreenProps {
    pub status: Rc<StatusView>,
    pub onsigned: Callback<()>,
}

#[component]
pub fn SignInScreen(props: &SignInScreenProps) -> Html {
    let staff = use_ask(Some(StaffList {}));
    let chosen = use_state_eq(|| None::<StaffTile>);
    let status = &props.status;
    let choose = |tile: &StaffTile| {
        let (chosen, tile) = (chosen.clone(), tile.clone());
        move |_: MouseEvent| chosen.set(Some(tile.clone()))
    };
    let tiles = |list: &[StaffTile]| {
        html! {
            <div class="staff-tiles">
                for tile in list.iter() {
                    <button class="staff-tile" key={tile.staff.to_string()} onclick={choose(tile)} disabled={!tile.has_pin}
                        data-test={format!("staff-{}", slug(&tile.name))}>
                        <Avatar name={tile.name.clone()} color={tile.color} large=true />
                        <span class="staff-tile-name">{ &tile.name }</span>
                        <span class="muted">{ if tile.has_pin { role_name(tile.role) } else { t(common::NO_PIN) } }</span>
                    </button>
                }
            </div>
        }
    };
    // The PINs are those of `salon-server seed-demo`: another salon's invented data has its own.
    let seeded = matches!(&staff.state, Loaded::Here(list) if list.iter().any(|t| t.name == "Rosa Blaubeer"));
    html! {
        <main class="sign-in">
            <header class="sign-in-head">
                <span class="brand"><span class="brand-mark" aria-hidden="true"></span>{ t(common::PRODUCT_NAME) }</span>
                <span class="muted">{ format!("{} · {}", status.branch, day_long(&status.today)) }</span>
            </header>
            if let Some(tile) = (*chosen).clone() {
                <PinPad {tile} onsigned={props.onsigned.clone()} onback={let chosen = chosen.clone(); move |()| chosen.set(None)} />
            } else {
                <h1>{ t(common::WHO_IS_THERE) }</h1>
                { match &staff.state {
                    Loaded::Waiting => html! { <Skeleton /> },
                    Loaded::Failed(failure) => html! { <ErrorFace failure={failure.clone()} again={staff.again.clone()} /> },
                    Loaded::Here(list) if list.is_empty() => html! { <Empty icon="users" text={t(common::NO_STAFF)} /> },
                    Loaded::Here(list) => tiles(list),
                } }
            }
            <footer class="sign-in-foot">
                for warning in status.warnings.iter() {
                    <p class={classes!("hint", (*warning != Warning::DemoData).then_some("caution"))}>
                        <Icon name={if *warning == Warning::DemoData { "info" } else { "triangle-alert" }} />
                        { t(warning_text(*warning, seeded)) }
                    </p>
                }
            </footer>
        </main>
    }
}

fn warning_text(warning: Warning, seeded: bool) -> crate::text::Msg {
    match warning {
        Warning::SecretsInFile => common::SECRETS_IN_FILE,
        Warning::ClockBack => common::CLOCK_WAS_SET_BACK,
        Warning::DemoData if seeded => common::DEMO_HINT,
        Warning::DemoData => common::DEMO_DATA,
    }
}

#[derive(PartialEq, Properties)]
struct PinPadProps {
    tile: StaffTile,
    onsigned: Callback<()>,
    onback: Callback<()>,
}

/// How a try went wrong; `tries` lets the same fault shake again.
#[derive(Debug, Clone, PartialEq, Default)]
struct Fault {
    failure: Option<Failure>,
    tries: u32,
    /// Seconds still to wait.
    wait_s: u32,
}

#[component]
fn PinPad(props: &PinPadProps) -> Html {
    let pin = use_state_eq(String::new);
    let busy = use_state_eq(|| false);
    let fault = use_state_eq(Fault::default);
    let typed = use_mut_ref(String::new);
    let show = {
        let (pin, typed) = (pin.clone(), typed.clone());
        Rc::new(move |text: String| {
            *typed.borrow_mut() = text.clone();
            pin.set(text);
        })
    };
    let submit = {
        let (busy, fault, typed, show) = (busy.clone(), fault.clone(), typed.clone(), show.clone());
        let (onsigned, staff) = (props.onsigned.clone(), props.tile.staff);
        Rc::new(move || {
            let pin = typed.borrow().clone();
            if pin.is_empty() || *busy || fault.wait_s > 0 {
                return;
            }
            busy.set(true);
            let (busy, fault, show, onsigned) = (busy.clone(), fault.clone(), show.clone(), onsigned.clone());
            spawn_local(async move {
                match ask(SignIn { staff, pin }).await {
                    Ok(_) => onsigned.emit(()),
                    Err(failure) => {
                        let seconds = failure.detail.get("seconds").and_then(|s| s.parse().ok()).unwrap_or(30);
                        let wait_s = if failure.code == Code::PinLocked { seconds } else { 0 };
                        fault.set(Fault { failure: Some(failure), tries: fault.tries + 1, wait_s });
                        show(String::new());
                        busy.set(false);
                    }
                }
            });
        })
    };
    let press = {
        let (typed, show) = (typed.clone(), show.clone());
        Rc::new(move |digit: char| {
            let mut text = typed.borrow().clone();
            if text.len() < PIN_LENGTH_MAX {
                text.push(digit);
                show(text);
            }
        })
    };
    let delete = {
        let (typed, show) = (typed.clone(), show.clone());
        Rc::new(move || {
            let mut text = typed.borrow().clone();
            text.pop();
            show(text);
        })
    };
    use_keys({
        let (press, delete, submit, onback) = (press.clone(), delete.clone(), submit.clone(), props.onback.clone());
        move |e| match e.key().as_str() {
            "Enter" => {
                e.prevent_default();
                submit();
            }
            "Escape" => onback.emit(()),
            "Backspace" => delete(),
            key => {
                let mut chars = key.chars();
                if let (Some(digit @ '0'..='9'), None) = (chars.next(), chars.next()) {
                    press(digit);
                }
            }
        }
    });
    use_ticker(1_000, {
        let fault = fault.clone();
        move || {
            if fault.wait_s > 0 {
                let wait_s = fault.wait_s - 1;
                let failure = fault.failure.clone().filter(|_| wait_s > 0);
                fault.set(Fault { failure, wait_s, ..(*fault).clone() });
            }
        }
    });
    let said = fault.failure.as_ref().map(|f| {
        let f = if fault.wait_s > 0 { f.clone().with("seconds", fault.wait_s) } else { f.clone() };
        sentence(&f)
    });
    let digit = |d: char| {
        let press = press.clone();
        html! {
            <button class="pin-key" onclick={move |_| press(d)} disabled={fault.wait_s > 0} data-test={format!("pin-{d}")}>{ d }</button>
        }
    };
    html! {
        <section class="pin" aria-label={fill(common::ENTER_PIN, &[("name", &props.tile.name)])}>
            <Avatar name={props.tile.name.clone()} color={props.tile.color} large=true />
            <h1>{ &props.tile.name }</h1>
            <div key={fault.tries} class={classes!("pin-dots", (fault.tries > 0).then_some("shake"))} role="status"
                aria-label={count(pin.len() as u64, common::PIN_DIGITS_TYPED, common::PIN_DIGITS_TYPED)}>
                for ix in 0..pin.len().max(4) { <span class={classes!((ix < pin.len()).then_some("set"))}></span> }
            </div>
            <p class="pin-said" role="alert">{ said }</p>
            <div class="pin-pad">
                for d in '1'..='9' { { digit(d) } }
                <button class="pin-key quiet" aria-label={t(common::DELETE_DIGIT)} onclick={move |_| delete()}><Icon name="delete" /></button>
                { digit('0') }
                <button class="pin-key go" aria-label={t(common::SIGN_IN)} disabled={*busy || fault.wait_s > 0}
                    onclick={move |_| submit()} data-test="pin-ok"><Icon name="arrow-right" /></button>
            </div>
            <button class="button quiet" onclick={props.onback.reform(|_| ())}><Icon name="arrow-left" />{ t(common::SOMEONE_ELSE) }</button>
        </section>
    }
}
