//! REST to the sync server: bearer token in memory, refresh token kept, renewed once for all who wait.

use crate::browser;
use gloo_net::http::{Request, Response};
use gloo_timers::future::TimeoutFuture;
use salon_contract::rest::{LoginRequest, Me, Problem, RefreshRequest, Tokens};
use serde::de::DeserializeOwned;
use std::cell::{Cell, RefCell};

const REFRESH: &str = "console-refresh";
const BASE: &str = "/api/v1";

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// The server cannot be reached.
    Away,
    /// Sign in again.
    SignedOut,
    WrongLogin,
    TooMany,
    Forbidden,
    /// What was sent cannot be kept: the server's own words.
    Invalid {
        message: String,
    },
    Server {
        request_id: String,
    },
}

thread_local! {
    static ACCESS: RefCell<Option<String>> = const { RefCell::new(None) };
    static RENEWING: Cell<bool> = const { Cell::new(false) };
}

/// The browser's session with the server.
pub struct Session;

fn keep(tokens: Tokens) -> Me {
    browser::store(REFRESH, Some(&tokens.refresh_token));
    ACCESS.set(Some(tokens.access_token));
    tokens.me
}

fn forget() {
    browser::store(REFRESH, None);
    ACCESS.set(None);
}

async fn trouble_of(response: Response) -> Trouble {
    match response.status() {
        401 => Trouble::SignedOut,
        403 => Trouble::Forbidden,
        409 | 422 => {
            let problem: Option<Problem> = response.json().await.ok();
            Trouble::Invalid { message: problem.map(|p| p.message).unwrap_or_default() }
        }
        429 => Trouble::TooMany,
        // What stands before the server says these while it is away.
        502..=504 => Trouble::Away,
        _ => {
            let problem: Option<Problem> = response.json().await.ok();
            Trouble::Server { request_id: problem.map(|p| p.request_id).unwrap_or_default() }
        }
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Trouble> {
    if !response.ok() {
        return Err(trouble_of(response).await);
    }
    response.json().await.map_err(|_| Trouble::Server { request_id: String::new() })
}

async fn tokens_from(path: &str, body: &impl serde::Serialize) -> Result<Me, Trouble> {
    let request = Request::post(&format!("{BASE}{path}")).json(body).map_err(|_| Trouble::Away)?;
    let response = request.send().await.map_err(|_| Trouble::Away)?;
    read::<Tokens>(response).await.map(keep)
}

impl Session {
    pub async fn login(email: &str, password: &str) -> Result<Me, Trouble> {
        let body = LoginRequest { email: email.to_owned(), password: password.to_owned() };
        tokens_from("/auth/login", &body).await.map_err(|t| match t {
            Trouble::SignedOut => Trouble::WrongLogin,
            other => other,
        })
    }

    /// Who was signed in before, if the refresh token is still good.
    pub async fn resume() -> Option<Me> {
        renew().await.ok().flatten()
    }

    pub async fn logout() {
        if let Some(refresh_token) = browser::stored(REFRESH)
            && let Ok(request) = Request::post(&format!("{BASE}/auth/logout")).json(&RefreshRequest { refresh_token })
        {
            // Signing out here does not wait for the server to agree.
            let _ = request.send().await;
        }
        forget();
    }

    /// The token that an event stream's address carries, for it can have no header.
    pub fn access_token() -> Option<String> {
        ACCESS.with_borrow(Clone::clone)
    }

    pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Trouble> {
        match get_once(path).await {
            Err(Trouble::SignedOut) => {
                renew().await?;
                get_once(path).await
            }
            other => other,
        }
    }

    /// Puts something in the place of what is there; answers with what is kept.
    pub async fn put<T: DeserializeOwned>(path: &str, body: &impl serde::Serialize) -> Result<T, Trouble> {
        match put_once(path, body).await {
            Err(Trouble::SignedOut) => {
                renew().await?;
                put_once(path, body).await
            }
            other => other,
        }
    }

    /// Renews the access token before it runs out.
    pub async fn renew() -> Result<(), Trouble> {
        renew().await.map(|_| ())
    }
}

async fn get_once<T: DeserializeOwned>(path: &str) -> Result<T, Trouble> {
    let bearer = format!("Bearer {}", Session::access_token().ok_or(Trouble::SignedOut)?);
    let request = Request::get(&format!("{BASE}{path}")).header("authorization", &bearer);
    read(request.send().await.map_err(|_| Trouble::Away)?).await
}

async fn put_once<T: DeserializeOwned>(path: &str, body: &impl serde::Serialize) -> Result<T, Trouble> {
    let bearer = format!("Bearer {}", Session::access_token().ok_or(Trouble::SignedOut)?);
    let request = Request::put(&format!("{BASE}{path}")).header("authorization", &bearer);
    let request = request.json(body).map_err(|_| Trouble::Server { request_id: String::new() })?;
    read(request.send().await.map_err(|_| Trouble::Away)?).await
}

/// A refresh token works once: whoever comes while one is being used waits for its outcome. None: somebody else
/// has done it.
async fn renew() -> Result<Option<Me>, Trouble> {
    if RENEWING.replace(true) {
        while RENEWING.get() {
            TimeoutFuture::new(50).await;
        }
        return Session::access_token().map(|_| None).ok_or(Trouble::SignedOut);
    }
    let renewed = match browser::stored(REFRESH) {
        Some(refresh_token) => tokens_from("/auth/refresh", &RefreshRequest { refresh_token }).await.map(Some),
        None => Err(Trouble::SignedOut),
    };
    if renewed == Err(Trouble::SignedOut) {
        forget();
    }
    RENEWING.set(false);
    renewed
}
