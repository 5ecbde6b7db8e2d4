//! Tenants, and sums over all that one has.

use super::super::{StoreError, TenantRow, Tenants, Totals};
use super::SqliteTx;
use super::value::{Sql, count, id, integer};
use rusqlite::{OptionalExtension, Row};
use salon_domain::kernel::{Instant, TenantId};

type Result<T> = std::result::Result<T, StoreError>;

fn tenant_row(row: &Row<'_>) -> Sql<TenantRow> {
    Ok(TenantRow { tenant: id(row, 0)?, name: row.get(1)?, demo: row.get(2)?, head: count(row, 3)? })
}

impl Tenants for SqliteTx<'_> {
    fn insert_tenant(&self, row: &TenantRow, at: Instant) -> Result<()> {
        self.conn
            .prepare_cached("INSERT INTO tenant (tenant, name, demo, head, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((row.tenant.as_bytes(), &row.name, row.demo, integer(row.head)?, at.0))?;
        Ok(())
    }

    fn tenant(&self, tenant: TenantId) -> Result<Option<TenantRow>> {
        Ok(self
            .conn
            .prepare_cached("SELECT tenant, name, demo, head FROM tenant WHERE tenant = ?1")?
            .query_row([tenant.as_bytes()], tenant_row)
            .optional()?)
    }

    fn tenants(&self) -> Result<Vec<TenantRow>> {
        let mut statement = self.conn.prepare_cached("SELECT tenant, name, demo, head FROM tenant ORDER BY tenant")?;
        let rows = statement.query_map([], tenant_row)?.collect::<Sql<Vec<_>>>()?;
        Ok(rows)
    }

    fn head(&self, tenant: TenantId) -> Result<u64> {
        Ok(self
            .conn
            .prepare_cached("SELECT head FROM tenant WHERE tenant = ?1")?
            .query_row([tenant.as_bytes()], |row| count(row, 0))
            .optional()?
            .unwrap_or(0))
    }

    fn totals(&self, tenant: TenantId) -> Result<Totals> {
        let key = tenant.as_bytes();
        let mut totals = self
            .conn
            .prepare_cached(
                "SELECT count(*), coalesce(sum(lines), 0), coalesce(sum(net_minor), 0), coalesce(sum(tax_minor), 0), \
                 coalesce(sum(total_minor), 0) FROM sale WHERE tenant = ?1",
            )?
            .query_row([key], |row| {
                Ok(Totals {
                    receipts: count(row, 0)?,
                    lines: count(row, 1)?,
                    net_minor: row.get(2)?,
                    tax_minor: row.get(3)?,
                    total_minor: row.get(4)?,
                    ..Totals::default()
                })
            })?;
        let counted =
            |sql: &str| -> Result<u64> { Ok(self.conn.prepare_cached(sql)?.query_row([key], |row| count(row, 0))?) };
        totals.bookings = counted("SELECT count(*) FROM booking_day WHERE tenant = ?1")?;
        totals.cards = counted("SELECT count(DISTINCT card) FROM card_edit WHERE tenant = ?1")?;
        totals.journal_entries = counted("SELECT count(*) FROM journal WHERE tenant = ?1")?;
        Ok(totals)
    }
}
