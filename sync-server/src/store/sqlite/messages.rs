//! Messages to clients.

use super::super::{Claimed, MessageRow, Messages, Posted, SenderRow, StoreError};
use super::SqliteTx;
use super::value::{Sql, id, instant, instant_or_none};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row};
use salon_contract::message::NotSent;
use salon_domain::kernel::{DeviceId, Instant, MessageId, TenantId};
use salon_domain::notification::Channel;

type Result<T> = std::result::Result<T, StoreError>;

const MESSAGE: &str = "SELECT tenant, message, device, branch, channel, state, attempt, next_ms, created_ms, updated_ms, \
                       why, code, body FROM message";

fn damaged(column: usize, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("{what} is not one").into())
}

fn message_row(row: &Row<'_>) -> Sql<MessageRow> {
    let (channel, state): (String, String) = (row.get(4)?, row.get(5)?);
    let why: Option<String> = row.get(10)?;
    Ok(MessageRow {
        tenant: id(row, 0)?,
        message: id(row, 1)?,
        device: id(row, 2)?,
        branch: id(row, 3)?,
        channel: Channel::named(&channel).ok_or_else(|| damaged(4, "a channel"))?,
        state: Posted::named(&state).ok_or_else(|| damaged(5, "a state"))?,
        attempt: row.get(6)?,
        next: instant(row, 7)?,
        created: instant(row, 8)?,
        updated: instant(row, 9)?,
        why: why.map(|why| NotSent::named(&why).ok_or_else(|| damaged(10, "a reason"))).transpose()?,
        code: row.get(11)?,
        body: row.get(12)?,
    })
}

impl Messages for SqliteTx<'_> {
    fn insert_message(&self, row: &MessageRow) -> Result<bool> {
        let inserted = self
            .conn
            .prepare_cached(
                "INSERT INTO message (tenant, message, device, branch, channel, state, attempt, next_ms, created_ms, \
                 updated_ms, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
                 ON CONFLICT (tenant, message) DO NOTHING",
            )?
            .execute((
                row.tenant.as_bytes(),
                row.message.as_bytes(),
                row.device.as_bytes(),
                row.branch.as_bytes(),
                row.channel.name(),
                row.state.name(),
                row.attempt,
                row.next.0,
                row.created.0,
                row.updated.0,
                &row.body,
            ))?;
        Ok(inserted == 1)
    }

    fn message(&self, tenant: TenantId, message: MessageId) -> Result<Option<MessageRow>> {
        Ok(self
            .conn
            .prepare_cached(&format!("{MESSAGE} WHERE tenant = ?1 AND message = ?2"))?
            .query_row((tenant.as_bytes(), message.as_bytes()), message_row)
            .optional()?)
    }

    fn messages_since(&self, tenant: TenantId, device: DeviceId, after: Instant) -> Result<(u32, Option<Instant>)> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT count(*), min(created_ms) FROM message WHERE tenant = ?1 AND device = ?2 AND created_ms > ?3",
            )?
            .query_row((tenant.as_bytes(), device.as_bytes(), after.0), |row| {
                Ok((row.get(0)?, instant_or_none(row, 1)?))
            })?)
    }

    fn claim_message(&self, now: Instant, lease: Instant) -> Result<Option<Claimed>> {
        let due = self
            .conn
            .prepare_cached(&format!(
                "{MESSAGE} WHERE state IN ('queued', 'sending') AND next_ms <= ?1 ORDER BY next_ms LIMIT 1"
            ))?
            .query_row([now.0], message_row)
            .optional()?;
        let Some(found) = due else { return Ok(None) };
        let abandoned = found.state == Posted::Sending;
        let row = MessageRow {
            state: Posted::Sending,
            attempt: found.attempt.saturating_add(1),
            next: lease,
            updated: now,
            ..found
        };
        self.conn
            .prepare_cached(
                "UPDATE message SET state = 'sending', attempt = ?3, next_ms = ?4, updated_ms = ?5 \
                 WHERE tenant = ?1 AND message = ?2",
            )?
            .execute((row.tenant.as_bytes(), row.message.as_bytes(), row.attempt, row.next.0, row.updated.0))?;
        Ok(Some(Claimed { row, abandoned }))
    }

    fn settle_message(&self, row: &MessageRow) -> Result<bool> {
        let settled = self
            .conn
            .prepare_cached(
                "UPDATE message SET state = ?4, next_ms = ?5, updated_ms = ?6, why = ?7, code = ?8, \
                 body = CASE WHEN ?9 THEN NULL ELSE body END \
                 WHERE tenant = ?1 AND message = ?2 AND state = 'sending' AND attempt = ?3",
            )?
            .execute((
                row.tenant.as_bytes(),
                row.message.as_bytes(),
                row.attempt,
                row.state.name(),
                row.next.0,
                row.updated.0,
                row.why.map(NotSent::name),
                &row.code,
                row.state.is_final(),
            ))?;
        Ok(settled == 1)
    }

    fn drop_messages(&self, before: Instant) -> Result<()> {
        self.conn
            .prepare_cached("DELETE FROM message WHERE updated_ms < ?1 AND state IN ('sent', 'failed')")?
            .execute([before.0])?;
        Ok(())
    }

    fn message_sender(&self, tenant: TenantId) -> Result<Option<SenderRow>> {
        Ok(self
            .conn
            .prepare_cached("SELECT name, email, reply_to, phone FROM message_sender WHERE tenant = ?1")?
            .query_row([tenant.as_bytes()], |row| {
                Ok(SenderRow { name: row.get(0)?, email: row.get(1)?, reply_to: row.get(2)?, phone: row.get(3)? })
            })
            .optional()?)
    }

    fn set_message_sender(&self, tenant: TenantId, sender: &SenderRow) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO message_sender (tenant, name, email, reply_to, phone) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (tenant) DO UPDATE SET name = excluded.name, email = excluded.email, \
                 reply_to = excluded.reply_to, phone = excluded.phone",
            )?
            .execute((tenant.as_bytes(), &sender.name, &sender.email, &sender.reply_to, &sender.phone))?;
        Ok(())
    }
}
