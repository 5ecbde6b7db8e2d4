//! Writing the read models.

use super::super::{BookingRow, DepositRow, Projections, SaleRow, StoreError, ZRow};
use super::SqliteTx;
use super::value::integer;
use salon_domain::booking::BookingStatus;
use salon_domain::kernel::{BranchId, CardId, Instant, PartId, ProductId, StaffId, TenantId};

type Result<T> = std::result::Result<T, StoreError>;

fn status_number(status: BookingStatus) -> i64 {
    BookingStatus::ALL.iter().position(|s| *s == status).map_or(-1, |at| at as i64)
}

impl Projections for SqliteTx<'_> {
    fn clear_projections(&self, tenant: TenantId) -> Result<()> {
        for table in
            ["sale", "sale_staff", "booking_day", "booking_staff", "card", "z_report", "stock_level", "deposit_part"]
        {
            self.conn.execute(&format!("DELETE FROM {table} WHERE tenant = ?1"), [tenant.as_bytes()])?;
        }
        Ok(())
    }

    fn insert_sale(&self, tenant: TenantId, row: &SaleRow, staff: &[(StaffId, i64)]) -> Result<bool> {
        let number = integer(row.number)?;
        let inserted = self
            .conn
            .prepare_cached(
                "INSERT INTO sale (tenant, branch, day, device, number, at_ms, minute, refund, net_minor, tax_minor, \
                 total_minor, lines, tender, card) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
                 ON CONFLICT DO NOTHING",
            )?
            .execute((
                tenant.as_bytes(),
                row.branch.as_bytes(),
                row.day,
                row.device.as_bytes(),
                number,
                row.at.0,
                row.minute,
                row.refund,
                row.net_minor,
                row.tax_minor,
                row.total_minor,
                row.lines,
                &row.tender,
                row.card.as_ref().map(|c| c.as_bytes()),
            ))?;
        if inserted == 0 {
            return Ok(false);
        }
        for (who, net_minor) in staff {
            self.conn
                .prepare_cached(
                    "INSERT INTO sale_staff (tenant, branch, day, staff, device, number, net_minor) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute((
                    tenant.as_bytes(),
                    row.branch.as_bytes(),
                    row.day,
                    who.as_bytes(),
                    row.device.as_bytes(),
                    number,
                    net_minor,
                ))?;
        }
        Ok(true)
    }

    fn insert_z(&self, tenant: TenantId, row: &ZRow) -> Result<bool> {
        let inserted = self
            .conn
            .prepare_cached(
                "INSERT INTO z_report (tenant, branch, day, device, number, at_ms, body) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
            )?
            .execute((
                tenant.as_bytes(),
                row.branch.as_bytes(),
                row.day,
                row.device.as_bytes(),
                integer(row.number)?,
                row.at.0,
                &row.body,
            ))?;
        Ok(inserted == 1)
    }

    fn insert_deposit(&self, tenant: TenantId, part: PartId, row: &DepositRow) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO deposit_part (tenant, part, branch, ticket, card, at_ms, amount_minor) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant, part) DO UPDATE SET branch = ?3, ticket = ?4, \
                 card = ?5, at_ms = ?6, amount_minor = ?7",
            )?
            .execute((
                tenant.as_bytes(),
                part.as_bytes(),
                row.branch.as_bytes(),
                row.ticket.as_bytes(),
                row.card.as_ref().map(|c| c.as_bytes()),
                row.at.0,
                row.held_minor,
            ))?;
        Ok(())
    }

    fn deposit_used(&self, tenant: TenantId, part: PartId) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO deposit_part (tenant, part, used) VALUES (?1, ?2, 1) \
                 ON CONFLICT (tenant, part) DO UPDATE SET used = 1",
            )?
            .execute((tenant.as_bytes(), part.as_bytes()))?;
        Ok(())
    }

    fn register_card(&self, tenant: TenantId, card: CardId, branch: BranchId, day: i32, at: Instant) -> Result<()> {
        // Registered on two devices at once: the earlier one counts, in whatever order they arrive.
        self.conn
            .prepare_cached(
                "INSERT INTO card (tenant, card, branch, day, registered_ms) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (tenant, card) DO UPDATE SET branch = excluded.branch, day = excluded.day, \
                 registered_ms = excluded.registered_ms WHERE excluded.registered_ms < registered_ms",
            )?
            .execute((tenant.as_bytes(), card.as_bytes(), branch.as_bytes(), day, at.0))?;
        Ok(())
    }

    fn replace_bookings(&self, tenant: TenantId, branch: BranchId, day: i32, rows: &[BookingRow]) -> Result<()> {
        for sql in [
            "DELETE FROM booking_day WHERE tenant = ?1 AND branch = ?2 AND day = ?3",
            "DELETE FROM booking_staff WHERE tenant = ?1 AND branch = ?2 AND day = ?3",
        ] {
            self.conn.prepare_cached(sql)?.execute((tenant.as_bytes(), branch.as_bytes(), day))?;
        }
        let mut booking = self.conn.prepare_cached(
            "INSERT INTO booking_day (tenant, branch, day, booking, status, holds, start_ms, card) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let mut part = self.conn.prepare_cached(
            "INSERT INTO booking_staff (tenant, branch, day, staff, booking, minutes, holds) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for row in rows {
            let holds = row.status.holds_time();
            booking.execute((
                tenant.as_bytes(),
                branch.as_bytes(),
                day,
                row.booking.as_bytes(),
                status_number(row.status),
                holds,
                row.start.map(|at| at.0),
                row.card.as_ref().map(|c| c.as_bytes()),
            ))?;
            for (staff, minutes) in &row.staff {
                let minutes = if holds { *minutes } else { 0 };
                part.execute((
                    tenant.as_bytes(),
                    branch.as_bytes(),
                    day,
                    staff.as_bytes(),
                    row.booking.as_bytes(),
                    minutes,
                    holds,
                ))?;
            }
        }
        Ok(())
    }

    fn replace_stock(&self, tenant: TenantId, branch: BranchId, levels: &[(ProductId, i64)]) -> Result<()> {
        let mut statement = self.conn.prepare_cached(
            "INSERT INTO stock_level (tenant, branch, product, milli) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (tenant, branch, product) DO UPDATE SET milli = excluded.milli \
             WHERE milli <> excluded.milli",
        )?;
        for (product, milli) in levels {
            statement.execute((tenant.as_bytes(), branch.as_bytes(), product.as_bytes(), milli))?;
        }
        Ok(())
    }
}
