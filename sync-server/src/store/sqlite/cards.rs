//! Card payments on readers that the server drives.

use super::super::{RefundState, RemoteCards, RemotePaymentRow, RemoteRefundRow, RemoteState, StoreError};
use super::SqliteTx;
use super::value::{Sql, id, id_or_none, instant};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row};
use salon_contract::device::{NotCharged, RemoteReceipt};
use salon_domain::kernel::{Currency, DeviceId, Instant, PaymentId, TenantId};
use serde::Serialize;
use serde::de::DeserializeOwned;

type Result<T> = std::result::Result<T, StoreError>;

const PAYMENT: &str = "SELECT tenant, payment, number, device, reader, amount_minor, currency, intent, state, told, \
                       attempt, why, code, receipt, updated_ms, account FROM card_payment_remote";
const REFUND: &str = "SELECT tenant, refund, number, device, payment, amount_minor, currency, state, code, receipt, \
                      updated_ms FROM card_refund_remote";

fn damaged(column: usize, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("{what} is not one").into())
}

fn currency(row: &Row<'_>, column: usize) -> Sql<Currency> {
    row.get::<_, String>(column)?.parse().map_err(|_| damaged(column, "a currency"))
}

fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Sql<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text).map_err(|_| damaged(column, "a value"))).transpose()
}

fn text_of<T: Serialize>(value: Option<&T>) -> Result<Option<String>> {
    value.map(|value| serde_json::to_string(value).map_err(|e| StoreError::Damaged(e.to_string()))).transpose()
}

fn payment_row(row: &Row<'_>) -> Sql<RemotePaymentRow> {
    let state: String = row.get(8)?;
    Ok(RemotePaymentRow {
        tenant: id(row, 0)?,
        payment: id(row, 1)?,
        number: row.get(2)?,
        device: id(row, 3)?,
        reader: row.get(4)?,
        amount_minor: row.get(5)?,
        currency: currency(row, 6)?,
        intent: row.get(7)?,
        state: RemoteState::named(&state).ok_or_else(|| damaged(8, "a state"))?,
        told: row.get(9)?,
        attempt: row.get(10)?,
        why: json::<NotCharged>(row, 11)?,
        code: row.get(12)?,
        receipt: json::<RemoteReceipt>(row, 13)?,
        updated: instant(row, 14)?,
        account: row.get(15)?,
    })
}

fn refund_row(row: &Row<'_>) -> Sql<RemoteRefundRow> {
    let state: String = row.get(7)?;
    Ok(RemoteRefundRow {
        tenant: id(row, 0)?,
        refund: id(row, 1)?,
        number: row.get(2)?,
        device: id(row, 3)?,
        payment: id_or_none(row, 4)?,
        amount_minor: row.get(5)?,
        currency: currency(row, 6)?,
        state: RefundState::named(&state).ok_or_else(|| damaged(7, "a state"))?,
        code: row.get(8)?,
        receipt: json(row, 9)?,
        updated: instant(row, 10)?,
    })
}

impl SqliteTx<'_> {
    /// One more than the highest number of a payment or a refund.
    fn next_card_number(&self, tenant: TenantId) -> Result<u32> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT 1 + max(coalesce((SELECT max(number) FROM card_payment_remote WHERE tenant = ?1), 0), \
                 coalesce((SELECT max(number) FROM card_refund_remote WHERE tenant = ?1), 0))",
            )?
            .query_row([tenant.as_bytes()], |row| row.get(0))?)
    }
}

impl RemoteCards for SqliteTx<'_> {
    fn set_card_reader(&self, tenant: TenantId, reader: &str, name: &str) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO card_reader (tenant, reader, name) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (tenant, reader) DO UPDATE SET name = excluded.name",
            )?
            .execute((tenant.as_bytes(), reader, name))?;
        Ok(())
    }

    fn has_card_reader(&self, tenant: TenantId, reader: &str) -> Result<bool> {
        Ok(self
            .conn
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM card_reader WHERE tenant = ?1 AND reader = ?2)")?
            .query_row((tenant.as_bytes(), reader), |row| row.get(0))?)
    }

    fn set_card_account(&self, tenant: TenantId, account: Option<&str>) -> Result<()> {
        self.conn.prepare_cached("DELETE FROM card_account WHERE tenant = ?1")?.execute([tenant.as_bytes()])?;
        if let Some(account) = account {
            self.conn
                .prepare_cached("INSERT INTO card_account (tenant, account) VALUES (?1, ?2)")?
                .execute((tenant.as_bytes(), account))?;
        }
        Ok(())
    }

    fn card_account(&self, tenant: TenantId) -> Result<Option<String>> {
        Ok(self
            .conn
            .prepare_cached("SELECT account FROM card_account WHERE tenant = ?1")?
            .query_row([tenant.as_bytes()], |row| row.get(0))
            .optional()?)
    }

    fn insert_remote_payment(&self, row: &RemotePaymentRow) -> Result<Option<u32>> {
        let number = self.next_card_number(row.tenant)?;
        let inserted = self
            .conn
            .prepare_cached(
                "INSERT INTO card_payment_remote (tenant, payment, number, device, reader, amount_minor, currency, \
                 state, why, code, updated_ms, account) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
                 ON CONFLICT (tenant, payment) DO NOTHING",
            )?
            .execute((
                row.tenant.as_bytes(),
                row.payment.as_bytes(),
                number,
                row.device.as_bytes(),
                &row.reader,
                row.amount_minor,
                row.currency.code(),
                row.state.name(),
                text_of(row.why.as_ref())?,
                &row.code,
                row.updated.0,
                &row.account,
            ))?;
        Ok((inserted == 1).then_some(number))
    }

    fn remote_payment(&self, tenant: TenantId, payment: PaymentId) -> Result<Option<RemotePaymentRow>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{PAYMENT} WHERE tenant = ?1 AND payment = ?2"))?
            .query_row((tenant.as_bytes(), payment.as_bytes()), payment_row)
            .optional()?)
    }

    fn remote_payment_numbered(&self, tenant: TenantId, number: u32) -> Result<Option<RemotePaymentRow>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{PAYMENT} WHERE tenant = ?1 AND number = ?2"))?
            .query_row((tenant.as_bytes(), number), payment_row)
            .optional()?)
    }

    fn move_remote_payment(&self, row: &RemotePaymentRow, from: RemoteState) -> Result<bool> {
        let moved = self
            .conn
            .prepare_cached(
                "UPDATE card_payment_remote SET intent = ?3, state = ?4, told = ?5, attempt = ?6, why = ?7, \
                 code = ?8, receipt = ?9, updated_ms = ?10 WHERE tenant = ?1 AND payment = ?2 AND state = ?11",
            )?
            .execute((
                row.tenant.as_bytes(),
                row.payment.as_bytes(),
                &row.intent,
                row.state.name(),
                row.told,
                row.attempt,
                text_of(row.why.as_ref())?,
                &row.code,
                text_of(row.receipt.as_ref())?,
                row.updated.0,
                from.name(),
            ))?;
        Ok(moved == 1)
    }

    fn insert_remote_refund(&self, row: &RemoteRefundRow) -> Result<Option<u32>> {
        let number = self.next_card_number(row.tenant)?;
        let inserted = self
            .conn
            .prepare_cached(
                "INSERT INTO card_refund_remote (tenant, refund, number, device, payment, amount_minor, currency, \
                 state, code, updated_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
                 ON CONFLICT (tenant, refund) DO NOTHING",
            )?
            .execute((
                row.tenant.as_bytes(),
                row.refund.as_bytes(),
                number,
                row.device.as_bytes(),
                row.payment.as_ref().map(|p| p.as_bytes()),
                row.amount_minor,
                row.currency.code(),
                row.state.name(),
                &row.code,
                row.updated.0,
            ))?;
        Ok((inserted == 1).then_some(number))
    }

    fn remote_refund(&self, tenant: TenantId, refund: PaymentId) -> Result<Option<RemoteRefundRow>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{REFUND} WHERE tenant = ?1 AND refund = ?2"))?
            .query_row((tenant.as_bytes(), refund.as_bytes()), refund_row)
            .optional()?)
    }

    fn end_remote_refund(&self, row: &RemoteRefundRow) -> Result<bool> {
        let moved = self
            .conn
            .prepare_cached(
                "UPDATE card_refund_remote SET state = ?3, code = ?4, receipt = ?5, updated_ms = ?6 \
                 WHERE tenant = ?1 AND refund = ?2 AND state = 'asked'",
            )?
            .execute((
                row.tenant.as_bytes(),
                row.refund.as_bytes(),
                row.state.name(),
                &row.code,
                text_of(row.receipt.as_ref())?,
                row.updated.0,
            ))?;
        Ok(moved == 1)
    }

    fn take_nonce(
        &self,
        tenant: TenantId,
        device: DeviceId,
        nonce: &str,
        at: Instant,
        forget_before: Instant,
    ) -> Result<bool> {
        self.conn
            .prepare_cached("DELETE FROM device_nonce WHERE tenant = ?1 AND device = ?2 AND at_ms < ?3")?
            .execute((tenant.as_bytes(), device.as_bytes(), forget_before.0))?;
        let taken = self
            .conn
            .prepare_cached(
                "INSERT INTO device_nonce (tenant, device, nonce, at_ms) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (tenant, device, nonce) DO NOTHING",
            )?
            .execute((tenant.as_bytes(), device.as_bytes(), nonce, at.0))?;
        Ok(taken == 1)
    }
}
