//! Terminals, and the codes by which they come.

use super::super::{DeviceRow, Devices, PairingRow, StoreError};
use super::SqliteTx;
use super::value::{Sql, count, id, id_or_none, instant, instant_or_none, integer};
use rusqlite::{OptionalExtension, Row};
use salon_domain::kernel::{DeviceId, Instant, TenantId};

type Result<T> = std::result::Result<T, StoreError>;

const DEVICE: &str = "SELECT tenant, device, branch, name, public_key, revoked_ms, acked, journal_seq, journal_hash, \
                      last_seen_ms, quarantined_ms, quarantine_reason, may_import FROM device";

fn device_row(row: &Row<'_>) -> Sql<DeviceRow> {
    let reason: Option<String> = row.get(11)?;
    Ok(DeviceRow {
        tenant: id(row, 0)?,
        device: id(row, 1)?,
        branch: id(row, 2)?,
        name: row.get(3)?,
        public_key: row.get(4)?,
        revoked: instant_or_none(row, 5)?,
        acked: count(row, 6)?,
        journal_seq: count(row, 7)?,
        journal_hash: row.get(8)?,
        last_seen: instant_or_none(row, 9)?,
        quarantined: instant_or_none(row, 10)?.map(|at| (at, reason.unwrap_or_default())),
        may_import: row.get(12)?,
    })
}

fn pairing_row(row: &Row<'_>) -> Sql<PairingRow> {
    Ok(PairingRow {
        tenant: id(row, 0)?,
        selector: row.get(1)?,
        code_hash: row.get(2)?,
        branch: id(row, 3)?,
        name: row.get(4)?,
        expires: instant(row, 5)?,
        attempts: row.get(6)?,
        device: id_or_none(row, 7)?,
        may_import: row.get(8)?,
    })
}

impl Devices for SqliteTx<'_> {
    fn insert_device(&self, row: &DeviceRow) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO device \
                 (tenant, device, branch, name, public_key, acked, journal_seq, journal_hash, may_import) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute((
                row.tenant.as_bytes(),
                row.device.as_bytes(),
                row.branch.as_bytes(),
                &row.name,
                row.public_key,
                integer(row.acked)?,
                integer(row.journal_seq)?,
                row.journal_hash,
                row.may_import,
            ))?;
        Ok(())
    }

    fn device(&self, device: DeviceId) -> Result<Option<DeviceRow>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{DEVICE} WHERE device = ?1"))?
            .query_row([device.as_bytes()], device_row)
            .optional()?)
    }

    fn devices(&self, tenant: TenantId) -> Result<Vec<DeviceRow>> {
        let mut statement = self.conn.prepare_cached(&format!("{DEVICE} WHERE tenant = ?1 ORDER BY device"))?;
        let rows = statement.query_map([tenant.as_bytes()], device_row)?.collect::<Sql<Vec<_>>>()?;
        Ok(rows)
    }

    fn revoke_device(&self, tenant: TenantId, device: DeviceId, at: Instant) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE device SET revoked_ms = coalesce(revoked_ms, ?3) WHERE tenant = ?1 AND device = ?2",
            )?
            .execute((tenant.as_bytes(), device.as_bytes(), at.0))?;
        Ok(())
    }

    fn device_seen(&self, tenant: TenantId, device: DeviceId, at: Instant) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE device SET last_seen_ms = ?3 WHERE tenant = ?1 AND device = ?2")?
            .execute((tenant.as_bytes(), device.as_bytes(), at.0))?;
        Ok(())
    }

    fn device_progress(&self, row: &DeviceRow) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE device SET acked = ?3, journal_seq = ?4, journal_hash = ?5, last_seen_ms = ?6 \
                 WHERE tenant = ?1 AND device = ?2",
            )?
            .execute((
                row.tenant.as_bytes(),
                row.device.as_bytes(),
                integer(row.acked)?,
                integer(row.journal_seq)?,
                row.journal_hash,
                row.last_seen.map(|at| at.0),
            ))?;
        Ok(())
    }

    fn quarantine(&self, tenant: TenantId, device: DeviceId, at: Instant, reason: &str) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE device SET quarantined_ms = ?3, quarantine_reason = ?4 WHERE tenant = ?1 AND device = ?2",
            )?
            .execute((tenant.as_bytes(), device.as_bytes(), at.0, reason))?;
        Ok(())
    }

    fn insert_pairing(&self, row: &PairingRow) -> Result<bool> {
        let inserted = self
            .conn
            .prepare_cached(
                "INSERT INTO pairing_code (tenant, selector, code_hash, branch, name, expires_ms, may_import) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (selector) DO NOTHING",
            )?
            .execute((
                row.tenant.as_bytes(),
                &row.selector,
                row.code_hash,
                row.branch.as_bytes(),
                &row.name,
                row.expires.0,
                row.may_import,
            ))?;
        Ok(inserted == 1)
    }

    fn pairing(&self, selector: &str) -> Result<Option<PairingRow>> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT tenant, selector, code_hash, branch, name, expires_ms, attempts, device, may_import FROM pairing_code \
                 WHERE selector = ?1",
            )?
            .query_row([selector], pairing_row)
            .optional()?)
    }

    fn pairing_failed(&self, tenant: TenantId, selector: &str) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE pairing_code SET attempts = attempts + 1 WHERE tenant = ?1 AND selector = ?2")?
            .execute((tenant.as_bytes(), selector))?;
        Ok(())
    }

    fn pairing_redeemed(&self, tenant: TenantId, selector: &str, device: DeviceId) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE pairing_code SET device = ?3 WHERE tenant = ?1 AND selector = ?2")?
            .execute((tenant.as_bytes(), selector, device.as_bytes()))?;
        Ok(())
    }
}
