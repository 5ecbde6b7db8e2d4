//! Users and their tokens.

use super::super::{SecretHash, StoreError, TokenRow, UserRow, Users};
use super::SqliteTx;
use super::value::{Sql, id, instant, instant_or_none};
use rusqlite::{OptionalExtension, Row};
use salon_domain::access::Role;
use salon_domain::kernel::{BranchId, Instant, TenantId, UserId};
use uuid::Uuid;

type Result<T> = std::result::Result<T, StoreError>;

const USER: &str = "SELECT tenant, user, email, name, role, password_hash, branches, active FROM app_user";

type RawUser = (TenantId, UserId, String, String, String, String, Option<String>, bool);

fn raw_user(row: &Row<'_>) -> Sql<RawUser> {
    Ok((id(row, 0)?, id(row, 1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?))
}

fn user_of((tenant, user, email, name, role, password_hash, branches, active): RawUser) -> Result<UserRow> {
    let role: Role = serde_json::from_value(serde_json::Value::String(role))
        .map_err(|e| StoreError::Damaged(format!("role of user {user}: {e}")))?;
    let branches: Option<Vec<BranchId>> = branches
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|e| StoreError::Damaged(format!("branches of user {user}: {e}")))?;
    Ok(UserRow { tenant, user, email, name, role, password_hash, branches, active })
}

fn token_row(row: &Row<'_>) -> Sql<TokenRow> {
    Ok(TokenRow {
        tenant: id(row, 0)?,
        token_hash: row.get(1)?,
        family: Uuid::from_bytes(row.get(2)?),
        user: id(row, 3)?,
        expires: instant(row, 4)?,
        used: instant_or_none(row, 5)?,
    })
}

/// Roles are kept under the names that the wire has.
fn role_name(role: Role) -> Result<String> {
    match serde_json::to_value(role) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        other => Err(StoreError::Damaged(format!("role {other:?}"))),
    }
}

impl Users for SqliteTx<'_> {
    fn insert_user(&self, row: &UserRow) -> Result<bool> {
        let branches = row.branches.as_ref().map(serde_json::to_string).transpose();
        let branches = branches.map_err(|e| StoreError::Damaged(e.to_string()))?;
        let inserted = self
            .conn
            .prepare_cached(
                "INSERT INTO app_user (tenant, user, email, name, role, password_hash, branches, active) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (email) DO NOTHING",
            )?
            .execute((
                row.tenant.as_bytes(),
                row.user.as_bytes(),
                &row.email,
                &row.name,
                role_name(row.role)?,
                &row.password_hash,
                branches,
                row.active,
            ))?;
        Ok(inserted == 1)
    }

    fn user(&self, tenant: TenantId, user: UserId) -> Result<Option<UserRow>> {
        self.conn
            .prepare_cached(&format!("{USER} WHERE tenant = ?1 AND user = ?2"))?
            .query_row((tenant.as_bytes(), user.as_bytes()), raw_user)
            .optional()?
            .map(user_of)
            .transpose()
    }

    fn user_by_email(&self, email: &str) -> Result<Option<UserRow>> {
        self.conn
            .prepare_cached(&format!("{USER} WHERE email = ?1"))?
            .query_row([email], raw_user)
            .optional()?
            .map(user_of)
            .transpose()
    }

    fn insert_refresh(&self, row: &TokenRow) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO session (tenant, token_hash, family, user, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((
                row.tenant.as_bytes(),
                row.token_hash,
                row.family.as_bytes(),
                row.user.as_bytes(),
                row.expires.0,
            ))?;
        Ok(())
    }

    fn refresh(&self, tenant: TenantId, hash: &SecretHash) -> Result<Option<TokenRow>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT tenant, token_hash, family, user, expires_ms, used_ms FROM session \
                 WHERE tenant = ?1 AND token_hash = ?2",
            )?
            .query_row((tenant.as_bytes(), hash), token_row)
            .optional()?)
    }

    fn refresh_used(&self, tenant: TenantId, hash: &SecretHash, at: Instant) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE session SET used_ms = ?3 WHERE tenant = ?1 AND token_hash = ?2")?
            .execute((tenant.as_bytes(), hash, at.0))?;
        Ok(())
    }

    fn insert_access(&self, row: &TokenRow) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO access_token (tenant, token_hash, family, user, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((
                row.tenant.as_bytes(),
                row.token_hash,
                row.family.as_bytes(),
                row.user.as_bytes(),
                row.expires.0,
            ))?;
        Ok(())
    }

    fn access(&self, tenant: TenantId, hash: &SecretHash) -> Result<Option<TokenRow>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT tenant, token_hash, family, user, expires_ms, NULL FROM access_token \
                 WHERE tenant = ?1 AND token_hash = ?2",
            )?
            .query_row((tenant.as_bytes(), hash), token_row)
            .optional()?)
    }

    fn drop_family(&self, tenant: TenantId, family: Uuid) -> Result<()> {
        for sql in [
            "DELETE FROM session WHERE tenant = ?1 AND family = ?2",
            "DELETE FROM access_token WHERE tenant = ?1 AND family = ?2",
        ] {
            self.conn.prepare_cached(sql)?.execute((tenant.as_bytes(), family.as_bytes()))?;
        }
        Ok(())
    }

    fn drop_expired(&self, at: Instant) -> Result<()> {
        for sql in [
            "DELETE FROM session WHERE expires_ms < ?1",
            "DELETE FROM access_token WHERE expires_ms < ?1",
            "DELETE FROM pairing_code WHERE expires_ms < ?1",
        ] {
            self.conn.prepare_cached(sql)?.execute([at.0])?;
        }
        Ok(())
    }
}
