//! `/api/v1/auth/*` and `/api/v1/me`.

use super::App;
use super::authorised::{Authorised, SignedIn, need};
use super::error::ApiError;
use super::extract::Body;
use super::middleware::Peer;
use super::schema::{LoginBody, MeBody, RefreshBody, TokensBody};
use crate::auth::password;
use crate::auth::tokens::{self, ACCESS_LIFETIME_S, Pair, Rotated, Token};
use crate::provision::normal_email;
use crate::store::{StoreError, StoreExt, Tx, UserRow};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use salon_contract::rest::{BranchRow, LoginRequest, Me, RefreshRequest, Tokens};
use salon_domain::kernel::{TenantId, UserId};
use std::sync::Arc;

fn me_of(tx: &dyn Tx, signed_in: &SignedIn) -> Result<Option<Me>, StoreError> {
    let Some(tenant) = tx.tenant(signed_in.tenant)? else { return Ok(None) };
    let Some(user) = tx.user(signed_in.tenant, signed_in.user)? else { return Ok(None) };
    let branches = signed_in.branches(tx)?;
    Ok(Some(Me {
        user: user.user,
        tenant: tenant.tenant,
        salon: tenant.name,
        name: user.name,
        email: user.email,
        role: user.role,
        permissions: user.role.permissions(),
        branches: branches
            .into_iter()
            .map(|b| BranchRow { branch: b.id, name: b.name, currency: b.currency, zone: b.zone })
            .collect(),
        demo: tenant.demo,
    }))
}

fn tokens_of(tx: &dyn Tx, pair: &Pair) -> Result<Tokens, StoreError> {
    let signed_in = user_of(tx, pair.tenant, pair.user)?;
    let me = me_of(tx, &signed_in)?.ok_or_else(|| StoreError::Damaged("a user without a tenant".into()))?;
    Ok(Tokens {
        access_token: pair.access.text(),
        expires_in_s: ACCESS_LIFETIME_S,
        refresh_token: pair.refresh.text(),
        me,
    })
}

fn user_of(tx: &dyn Tx, tenant: TenantId, user: UserId) -> Result<SignedIn, StoreError> {
    let row = tx.user(tenant, user)?.ok_or_else(|| StoreError::Damaged("a token without a user".into()))?;
    Ok(SignedIn::of(&row))
}

fn bad_credentials() -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "bad_credentials", "e-mail address or password are wrong")
}

/// Signs in at the console.
#[utoipa::path(post, path = "/api/v1/auth/login", request_body = LoginBody,
    responses((status = 200, body = TokensBody), (status = 401, description = "bad_credentials"),
        (status = 429, description = "too_many_tries")))]
pub async fn login(
    State(app): State<Arc<App>>,
    peer: Peer,
    Body(request): Body<LoginRequest>,
) -> Result<Json<Tokens>, ApiError> {
    let email = normal_email(&request.email);
    let (address, now) = (peer.key(), app.store.env().now());
    app.logins_of_address.take(&address, now).map_err(ApiError::too_many)?;
    app.logins_of_email.take(&email, now).map_err(ApiError::too_many)?;
    let user: Option<UserRow> = {
        let email = email.clone();
        app.blocking(move |store| store.reading(|tx| tx.user_by_email(&email))).await?.filter(|user| user.active)
    };
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let right = app.hashing(move || password::verify(&request.password, hash.as_deref())).await?;
    let Some(user) = user.filter(|_| right) else { return Err(bad_credentials()) };
    app.logins_of_address.give_back(&address);
    app.logins_of_email.give_back(&email);
    tracing::info!(user = %user.user, tenant = %user.tenant, "signed in");
    let tokens = app
        .blocking(move |store| {
            store.writing(|tx| {
                let pair = tokens::begin(tx, store.env(), user.tenant, user.user)?;
                tokens_of(tx, &pair)
            })
        })
        .await?;
    Ok(Json(tokens))
}

enum Refreshed {
    Tokens(Box<Tokens>),
    Unknown,
    Reused,
}

/// Exchanges a refresh token, which works once, for the next pair.
#[utoipa::path(post, path = "/api/v1/auth/refresh", request_body = RefreshBody,
    responses((status = 200, body = TokensBody), (status = 401, description = "token_expired, token_reused")))]
pub async fn refresh(
    State(app): State<Arc<App>>,
    Body(request): Body<RefreshRequest>,
) -> Result<Json<Tokens>, ApiError> {
    let expired =
        || ApiError::new(StatusCode::UNAUTHORIZED, "token_expired", "the refresh token is not valid (any more)");
    let presented = Token::parse(&request.refresh_token).ok_or_else(expired)?;
    let refreshed = app
        .blocking(move |store| {
            store.writing(|tx| match tokens::rotate(tx, store.env(), &presented)? {
                Rotated::Pair(pair) => Ok(Refreshed::Tokens(Box::new(tokens_of(tx, &pair)?))),
                Rotated::Unknown => Ok(Refreshed::Unknown),
                Rotated::Reused => Ok(Refreshed::Reused),
            })
        })
        .await?;
    match refreshed {
        Refreshed::Tokens(tokens) => Ok(Json(*tokens)),
        Refreshed::Unknown => Err(expired()),
        Refreshed::Reused => {
            tracing::warn!("a refresh token was used twice: its family is revoked");
            Err(ApiError::new(StatusCode::UNAUTHORIZED, "token_reused", "sign in again"))
        }
    }
}

/// Ends the session that the refresh token belongs to.
#[utoipa::path(post, path = "/api/v1/auth/logout", request_body = RefreshBody, responses((status = 204)))]
pub async fn logout(State(app): State<Arc<App>>, Body(request): Body<RefreshRequest>) -> Result<StatusCode, ApiError> {
    if let Some(presented) = Token::parse(&request.refresh_token) {
        app.blocking(move |store| store.writing(|tx| tokens::end(tx, &presented))).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/me", responses((status = 200, body = MeBody)),
    extensions(("x-permission" = json!("signed_in"))))]
pub async fn me(State(app): State<Arc<App>>, caller: Authorised<need::SignIn>) -> Result<Json<Me>, ApiError> {
    let me = app.blocking(move |store| store.reading(|tx| me_of(tx, &caller.user))).await?;
    me.map(Json).ok_or_else(ApiError::unauthorised)
}
