use super::api::{Session, Trouble};
use super::filters::Preferences;
use crate::parts::{Field, Icon};
use crate::text::{common, console as words, fill, t};
use salon_contract::rest::Me;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

pub fn say(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Away => t(words::OFFLINE_FIRST).to_owned(),
        Trouble::SignedOut | Trouble::WrongLogin => t(words::WRONG_LOGIN).to_owned(),
        Trouble::TooMany => t(words::TOO_MANY).to_owned(),
        Trouble::Forbidden => t(words::FORBIDDEN).to_owned(),
        Trouble::Invalid { message } => fill(words::INVALID, &[("message", message)]),
        Trouble::Server { request_id } => fill(words::SERVER_ERROR, &[("id", request_id)]),
    }
}

#[derive(PartialEq, Properties)]
pub struct LoginScreenProps {
    pub onlogin: Callback<Me>,
    pub onlanguage: Callback<()>,
}

#[component]
pub fn LoginScreen(props: &LoginScreenProps) -> Html {
    let email = use_state_eq(String::new);
    let password = use_state_eq(String::new);
    let busy = use_state_eq(|| false);
    let trouble = use_state_eq(|| None::<Trouble>);
    let onsubmit = {
        let (email, password, busy, trouble, onlogin) =
            (email.clone(), password.clone(), busy.clone(), trouble.clone(), props.onlogin.clone());
        move |e: SubmitEvent| {
            e.prevent_default();
            if *busy {
                return;
            }
            busy.set(true);
            trouble.set(None);
            let (email, password) = ((*email).trim().to_owned(), (*password).clone());
            let (busy, trouble, onlogin) = (busy.clone(), trouble.clone(), onlogin.clone());
            spawn_local(async move {
                match Session::login(&email, &password).await {
                    Ok(me) => onlogin.emit(me),
                    Err(why) => {
                        trouble.set(Some(why));
                        busy.set(false);
                    }
                }
            });
        }
    };
    let wrong = matches!(*trouble, Some(Trouble::WrongLogin));
    html! {
        <main class="login">
            <form class="login-card" {onsubmit}>
                <span class="brand"><span class="brand-mark" aria-hidden="true"></span>{ t(common::PRODUCT_NAME) }</span>
                <h1>{ t(words::LOGIN_TITLE) }</h1>
                <Field label={t(words::EMAIL)} kind="email" autocomplete="username" value={(*email).clone()} oninput={let s = email.clone(); move |v| s.set(v)} autofocus=true invalid={wrong} test="login-email" />
                <Field label={t(words::PASSWORD)} kind="password" autocomplete="current-password" value={(*password).clone()} oninput={let s = password.clone(); move |v| s.set(v)} invalid={wrong} test="login-password" />
                if let Some(why) = &*trouble { <p class="callout bad" role="alert" data-test="login-trouble"><Icon name="triangle-alert" />{ say(why) }</p> }
                <button class="tender blue" type="submit" disabled={*busy} data-test="login-submit">{ t(if *busy { words::LOGGING_IN } else { words::LOGIN }) }</button>
            </form>
            <Preferences onlanguage={props.onlanguage.clone()} />
        </main>
    }
}
