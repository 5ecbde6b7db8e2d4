//! Sums for the console.

use super::super::{Days, DepositRow, Figures, SaleCursor, SaleRow, SaleSums, StaffBooked, StockRow, StoreError, ZRow};
use super::SqliteTx;
use super::value::{Sql, count, id, id_or_none, instant};
use rusqlite::{Params, Row};
use salon_domain::kernel::{BranchId, StaffId, TenantId};

type Result<T> = std::result::Result<T, StoreError>;

impl SqliteTx<'_> {
    fn rows<T>(&self, sql: &str, params: impl Params, read: impl FnMut(&Row<'_>) -> Sql<T>) -> Result<Vec<T>> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?.collect::<Sql<Vec<T>>>()?;
        Ok(rows)
    }

    fn number(&self, sql: &str, tenant: TenantId, days: Days) -> Result<i64> {
        let params = (tenant.as_bytes(), days.branch.as_bytes(), days.first, days.last);
        Ok(self.conn.prepare_cached(sql)?.query_row(params, |row| row.get(0))?)
    }
}

impl Figures for SqliteTx<'_> {
    fn sale_sums(&self, tenant: TenantId, days: Days) -> Result<SaleSums> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT coalesce(sum(total_minor), 0), coalesce(sum(net_minor), 0), count(*) FROM sale \
                 WHERE tenant = ?1 AND branch = ?2 AND day BETWEEN ?3 AND ?4",
            )?
            .query_row((tenant.as_bytes(), days.branch.as_bytes(), days.first, days.last), |row| {
                Ok(SaleSums { total_minor: row.get(0)?, net_minor: row.get(1)?, sales: row.get(2)? })
            })?)
    }

    fn totals_by_day(&self, tenant: TenantId, days: Days) -> Result<Vec<(i32, i64)>> {
        self.rows(
            "SELECT day, sum(total_minor) FROM sale WHERE tenant = ?1 AND branch = ?2 AND day BETWEEN ?3 AND ?4 \
             GROUP BY day",
            (tenant.as_bytes(), days.branch.as_bytes(), days.first, days.last),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    fn totals_by_hour(&self, tenant: TenantId, branch: BranchId, day: i32) -> Result<Vec<(u8, i64)>> {
        self.rows(
            "SELECT minute / 60, sum(total_minor) FROM sale WHERE tenant = ?1 AND branch = ?2 AND day = ?3 \
             GROUP BY minute / 60",
            (tenant.as_bytes(), branch.as_bytes(), day),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    fn net_by_staff(&self, tenant: TenantId, days: Days) -> Result<Vec<(StaffId, i64)>> {
        self.rows(
            "SELECT staff, sum(net_minor) FROM sale_staff WHERE tenant = ?1 AND branch = ?2 \
             AND day BETWEEN ?3 AND ?4 GROUP BY staff",
            (tenant.as_bytes(), days.branch.as_bytes(), days.first, days.last),
            |row| Ok((id(row, 0)?, row.get(1)?)),
        )
    }

    fn booking_count(&self, tenant: TenantId, days: Days) -> Result<i64> {
        self.number(
            "SELECT coalesce(sum(holds), 0) FROM booking_day WHERE tenant = ?1 AND branch = ?2 \
             AND day BETWEEN ?3 AND ?4",
            tenant,
            days,
        )
    }

    fn booked_by_staff(&self, tenant: TenantId, days: Days) -> Result<Vec<StaffBooked>> {
        self.rows(
            "SELECT staff, sum(holds), sum(minutes) FROM booking_staff WHERE tenant = ?1 AND branch = ?2 \
             AND day BETWEEN ?3 AND ?4 GROUP BY staff",
            (tenant.as_bytes(), days.branch.as_bytes(), days.first, days.last),
            |row| Ok(StaffBooked { staff: id(row, 0)?, bookings: row.get(1)?, minutes: row.get(2)? }),
        )
    }

    fn new_cards(&self, tenant: TenantId, days: Days) -> Result<i64> {
        self.number(
            "SELECT count(*) FROM card WHERE tenant = ?1 AND branch = ?2 AND day BETWEEN ?3 AND ?4",
            tenant,
            days,
        )
    }

    fn sales_before(
        &self,
        tenant: TenantId,
        branch: BranchId,
        before: SaleCursor,
        limit: usize,
    ) -> Result<Vec<SaleRow>> {
        let SaleCursor { at, device, number } = before;
        self.rows(
            "SELECT branch, day, device, number, at_ms, minute, refund, net_minor, tax_minor, total_minor, lines, \
             tender, card FROM sale INDEXED BY sale_latest WHERE tenant = ?1 AND branch = ?2 AND at_ms <= ?3 \
             AND (at_ms, device, number) < (?3, ?4, ?5) ORDER BY at_ms DESC, device DESC, number DESC LIMIT ?6",
            (tenant.as_bytes(), branch.as_bytes(), at.0, device.as_bytes(), number as i64, limit as i64),
            |row| {
                Ok(SaleRow {
                    branch: id(row, 0)?,
                    day: row.get(1)?,
                    device: id(row, 2)?,
                    number: count(row, 3)?,
                    at: instant(row, 4)?,
                    minute: row.get(5)?,
                    refund: row.get(6)?,
                    net_minor: row.get(7)?,
                    tax_minor: row.get(8)?,
                    total_minor: row.get(9)?,
                    lines: row.get(10)?,
                    tender: row.get(11)?,
                    card: id_or_none(row, 12)?,
                })
            },
        )
    }

    fn z_reports(&self, tenant: TenantId, days: Days) -> Result<Vec<ZRow>> {
        self.rows(
            "SELECT branch, day, device, number, at_ms, body FROM z_report WHERE tenant = ?1 AND branch = ?2 \
             AND day BETWEEN ?3 AND ?4 ORDER BY day DESC, at_ms DESC",
            (tenant.as_bytes(), days.branch.as_bytes(), days.first, days.last),
            |row| {
                Ok(ZRow {
                    branch: id(row, 0)?,
                    day: row.get(1)?,
                    device: id(row, 2)?,
                    number: count(row, 3)?,
                    at: instant(row, 4)?,
                    body: row.get(5)?,
                })
            },
        )
    }

    fn stock(&self, tenant: TenantId, branch: BranchId) -> Result<Vec<StockRow>> {
        self.rows(
            "SELECT branch, product, milli FROM stock_level WHERE tenant = ?1 AND branch = ?2",
            (tenant.as_bytes(), branch.as_bytes()),
            |row| Ok(StockRow { branch: id(row, 0)?, product: id(row, 1)?, milli: row.get(2)? }),
        )
    }

    fn deposits(&self, tenant: TenantId, branch: BranchId) -> Result<Vec<DepositRow>> {
        self.rows(
            "SELECT branch, ticket, max(card), max(at_ms), sum(amount_minor) FROM deposit_part \
             WHERE tenant = ?1 AND branch = ?2 AND used = 0 GROUP BY branch, ticket HAVING sum(amount_minor) <> 0",
            (tenant.as_bytes(), branch.as_bytes()),
            |row| {
                Ok(DepositRow {
                    branch: id(row, 0)?,
                    ticket: id(row, 1)?,
                    card: id_or_none(row, 2)?,
                    at: instant(row, 3)?,
                    held_minor: row.get(4)?,
                })
            },
        )
    }
}
