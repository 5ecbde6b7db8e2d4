//! Access and refresh tokens: the tenant and 32 random bytes in hexadecimal, kept as hashes only.
//!
//! A refresh token works once and gives the next one of its family. One that comes back a second time was stolen, or
//! the answer that replaced it was: nobody can tell, so the whole family ends.

use super::{from_hex, secret_hash, to_hex};
use crate::env::Env;
use crate::store::{SecretHash, StoreError, TokenRow, Tx};
use salon_domain::kernel::{Instant, TenantId, UserId};
use uuid::Uuid;

pub const ACCESS_LIFETIME_S: u64 = 15 * 60;
pub const REFRESH_LIFETIME_S: u64 = 30 * 24 * 60 * 60;

/// A token as the client has it.
pub struct Token {
    pub tenant: TenantId,
    secret: [u8; 32],
}

impl Token {
    fn random(tenant: TenantId, env: &Env) -> Self {
        Token { tenant, secret: env.random() }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let bytes = from_hex(text)?;
        let (tenant, secret) = bytes.split_at_checked(16)?;
        Some(Token { tenant: TenantId::from_slice(tenant)?, secret: secret.try_into().ok()? })
    }

    pub fn text(&self) -> String {
        to_hex(&[self.tenant.as_bytes().as_slice(), &self.secret].concat())
    }

    pub fn hash(&self) -> SecretHash {
        secret_hash(&self.secret)
    }
}

/// A fresh pair.
pub struct Pair {
    pub access: Token,
    pub refresh: Token,
    pub tenant: TenantId,
    pub user: UserId,
}

fn later(now: Instant, seconds: u64) -> Instant {
    Instant(now.0 + seconds as i64 * 1_000)
}

fn issue(tx: &dyn Tx, env: &Env, tenant: TenantId, user: UserId, family: Uuid) -> Result<Pair, StoreError> {
    let now = env.now();
    let pair = Pair { access: Token::random(tenant, env), refresh: Token::random(tenant, env), tenant, user };
    let row = |token: &Token, lifetime_s| TokenRow {
        tenant,
        token_hash: token.hash(),
        family,
        user,
        expires: later(now, lifetime_s),
        used: None,
    };
    tx.insert_access(&row(&pair.access, ACCESS_LIFETIME_S))?;
    tx.insert_refresh(&row(&pair.refresh, REFRESH_LIFETIME_S))?;
    Ok(pair)
}

/// The first pair of a new family.
pub fn begin(tx: &dyn Tx, env: &Env, tenant: TenantId, user: UserId) -> Result<Pair, StoreError> {
    tx.drop_expired(env.now())?;
    issue(tx, env, tenant, user, env.id::<()>().uuid())
}

pub enum Rotated {
    Pair(Pair),
    /// Not known, or too old.
    Unknown,
    /// Seen before: the family is revoked.
    Reused,
}

pub fn rotate(tx: &dyn Tx, env: &Env, presented: &Token) -> Result<Rotated, StoreError> {
    let now = env.now();
    let Some(row) = tx.refresh(presented.tenant, &presented.hash())? else { return Ok(Rotated::Unknown) };
    if row.used.is_some() {
        tx.drop_family(row.tenant, row.family)?;
        return Ok(Rotated::Reused);
    }
    let active = tx.user(row.tenant, row.user)?.is_some_and(|user| user.active);
    if row.expires <= now || !active {
        return Ok(Rotated::Unknown);
    }
    tx.refresh_used(row.tenant, &row.token_hash, now)?;
    Ok(Rotated::Pair(issue(tx, env, row.tenant, row.user, row.family)?))
}

/// Ends the family of a refresh token; unknown ones are no error.
pub fn end(tx: &dyn Tx, presented: &Token) -> Result<(), StoreError> {
    match tx.refresh(presented.tenant, &presented.hash())? {
        Some(row) => tx.drop_family(row.tenant, row.family),
        None => Ok(()),
    }
}
