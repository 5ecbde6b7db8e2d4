//! The one door to every route: who asks, and whether the permission table of `salon_domain::access` lets them.

use super::App;
use super::error::ApiError;
use crate::auth::tokens::Token;
use crate::store::{StoreError, StoreExt, Tx, UserRow};
use crate::sync::master;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use salon_domain::access::{Permission, Role};
use salon_domain::branch::Branch;
use salon_domain::kernel::{BranchId, Instant, TenantId, UserId};
use std::marker::PhantomData;
use std::sync::Arc;

/// What a route asks of its caller.
pub trait Need: Send + Sync + 'static {
    /// None: to be signed in is enough.
    const PERMISSION: Option<Permission>;
    /// A browser's event stream cannot set a header.
    const TOKEN_IN_QUERY: bool = false;
}

/// What the routes here need, each as a type.
pub mod need {
    use super::{Need, Permission};

    macro_rules! needs {
        ($($name:ident),*) => {
            $(
                pub struct $name;
                impl Need for $name {
                    const PERMISSION: Option<Permission> = Some(Permission::$name);
                }
            )*
        };
    }
    needs!(BookRead, StockRead, StaffRead, StaffWrite, CatalogWrite, ReportsRead, DeviceManage);

    pub struct SignIn;
    impl Need for SignIn {
        const PERMISSION: Option<Permission> = None;
    }

    /// The live stream.
    pub struct Listen;
    impl Need for Listen {
        const PERMISSION: Option<Permission> = Some(Permission::BookRead);
        const TOKEN_IN_QUERY: bool = true;
    }
}

/// A caller who may.
pub struct Authorised<N> {
    pub user: SignedIn,
    need: PhantomData<N>,
}

#[derive(Debug, Clone)]
pub struct SignedIn {
    pub tenant: TenantId,
    pub user: UserId,
    pub role: Role,
    /// None: all branches.
    branches: Option<Vec<BranchId>>,
    /// When the token ends.
    pub expires: Instant,
}

impl SignedIn {
    /// A user who has just proved themselves.
    pub fn of(row: &UserRow) -> Self {
        SignedIn {
            tenant: row.tenant,
            user: row.user,
            role: row.role,
            branches: row.branches.clone(),
            expires: Instant(i64::MAX),
        }
    }

    pub fn sees(&self, branch: BranchId) -> bool {
        self.branches.as_ref().is_none_or(|only| only.contains(&branch))
    }

    /// The branches of the tenant that this user may see.
    pub fn branches(&self, tx: &dyn Tx) -> Result<Vec<Branch>, StoreError> {
        let mut all: Vec<Branch> = master::all(tx, self.tenant)?;
        all.retain(|branch| self.sees(branch.id));
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    /// The branch named by its id, or every branch that the user may see for `all` or nothing.
    pub fn chosen(&self, tx: &dyn Tx, wanted: Option<&str>) -> Result<Vec<Branch>, ApiError> {
        let mut mine = self.branches(tx)?;
        let wanted = match wanted {
            None | Some("" | "all") => return Ok(mine),
            Some(id) => id.parse().map_err(|_| ApiError::invalid("a branch is an id or \"all\""))?,
        };
        if !self.sees(wanted) {
            return Err(ApiError::forbidden());
        }
        mine.retain(|branch| branch.id == wanted);
        if mine.is_empty() { Err(ApiError::not_found()) } else { Ok(mine) }
    }
}

fn token_of(parts: &Parts, in_query: bool) -> Option<Token> {
    let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = header.and_then(|text| text.strip_prefix("Bearer ")).map(str::trim);
    let query = parts
        .uri
        .query()
        .filter(|_| in_query)
        .and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("access_token=")));
    bearer.or(query).and_then(Token::parse)
}

/// The user behind an access token that is still good.
fn signed_in(store: &dyn crate::store::Store, token: &Token) -> Result<Option<SignedIn>, StoreError> {
    let now = store.env().now();
    store.reading(|tx| {
        let Some(row) = tx.access(token.tenant, &token.hash())?.filter(|row| row.expires > now) else {
            return Ok(None);
        };
        let user: Option<UserRow> = tx.user(row.tenant, row.user)?.filter(|user| user.active);
        Ok(user.map(|user| SignedIn { expires: row.expires, ..SignedIn::of(&user) }))
    })
}

impl<N: Need> FromRequestParts<Arc<App>> for Authorised<N> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let token = token_of(parts, N::TOKEN_IN_QUERY).ok_or_else(ApiError::unauthorised)?;
        let user = app.blocking(move |store| signed_in(store, &token)).await?;
        let user = user.ok_or_else(|| {
            ApiError::new(StatusCode::UNAUTHORIZED, "token_expired", "the access token is not valid (any more)")
        })?;
        match N::PERMISSION {
            Some(permission) if !user.role.allows(permission) => Err(ApiError::forbidden()),
            _ => Ok(Authorised { user, need: PhantomData }),
        }
    }
}
