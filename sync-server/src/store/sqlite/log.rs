//! The ordered log, and what finds a row of it again: journals, card edits, master data.

use super::super::{JournalRow, Log, LogKind, LogPage, LogRow, StoreError};
use super::SqliteTx;
use super::value::{Sql, branch_key, count, hlc_key, id, id_or_none, integer};
use rusqlite::{OptionalExtension, Row};
use salon_domain::kernel::{BranchId, CardId, DeviceId, Hlc, TenantId};
use salon_sync::journal::Hash;
use salon_sync::wire::MasterKind;
use uuid::Uuid;

type Result<T> = std::result::Result<T, StoreError>;

const JOURNAL: i64 = 1;
const CHANGE: i64 = 2;
const CARD: i64 = 3;
const MASTER: i64 = 10;

const fn master_number(kind: MasterKind) -> i64 {
    MASTER
        + match kind {
            MasterKind::Tenant => 0,
            MasterKind::Branch => 1,
            MasterKind::Service => 2,
            MasterKind::Product => 3,
            MasterKind::Staff => 4,
            MasterKind::Device => 5,
            MasterKind::Promotion => 6,
            MasterKind::Package => 7,
            MasterKind::Membership => 8,
        }
}

/// Two ordered walks over one index, merged: what is for all, and what is for the branch. Both stop at the limit.
const AFTER: &str = "\
    SELECT pos, branch, device, kind, seq, subject, body FROM change_log \
    WHERE tenant = ?1 AND branch = x'' AND pos > ?2 AND device IS NOT ?3 \
    UNION ALL \
    SELECT pos, branch, device, kind, seq, subject, body FROM change_log \
    WHERE tenant = ?1 AND branch = ?4 AND pos > ?2 AND device IS NOT ?3 \
    ORDER BY 1 LIMIT ?5";

fn log_row(row: &Row<'_>) -> Result<LogRow> {
    let pos = count(row, 0)?;
    let damaged = |what: &str| StoreError::Damaged(format!("{what} of log position {pos}"));
    let branch: Vec<u8> = row.get(1)?;
    let kind: i64 = row.get(3)?;
    let subject: Option<Vec<u8>> = row.get(5)?;
    let kind = match kind {
        JOURNAL => LogKind::Journal { seq: count(row, 4)? },
        CHANGE => {
            let name = subject.and_then(|s| String::from_utf8(s).ok()).ok_or_else(|| damaged("document"))?;
            LogKind::Change { doc: name }
        }
        CARD => LogKind::Card,
        number => LogKind::Master {
            kind: MasterKind::ALL.into_iter().find(|k| master_number(*k) == number).ok_or_else(|| damaged("kind"))?,
            id: subject.and_then(|s| Uuid::from_slice(&s).ok()).ok_or_else(|| damaged("entity"))?,
        },
    };
    Ok(LogRow { pos, branch: BranchId::from_slice(&branch), device: id_or_none(row, 2)?, kind, body: row.get(6)? })
}

impl SqliteTx<'_> {
    fn next_position(&self, tenant: TenantId) -> Result<i64> {
        Ok(self
            .conn
            .prepare_cached("UPDATE tenant SET head = head + 1 WHERE tenant = ?1 RETURNING head")?
            .query_row([tenant.as_bytes()], |row| row.get(0))?)
    }
}

impl Log for SqliteTx<'_> {
    fn append(
        &self,
        tenant: TenantId,
        branch: Option<BranchId>,
        device: Option<DeviceId>,
        kind: &LogKind,
        body: Option<&[u8]>,
    ) -> Result<i64> {
        let pos = self.next_position(tenant)?;
        let (number, seq, subject): (i64, Option<i64>, Option<&[u8]>) = match kind {
            LogKind::Journal { seq } => (JOURNAL, Some(integer(*seq)?), None),
            LogKind::Change { doc } => (CHANGE, None, Some(doc.as_bytes())),
            LogKind::Card => (CARD, None, None),
            LogKind::Master { kind, id } => (master_number(*kind), None, Some(id.as_bytes())),
        };
        self.conn
            .prepare_cached(
                "INSERT INTO change_log (tenant, pos, branch, device, kind, seq, subject, body) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute((
                tenant.as_bytes(),
                pos,
                branch_key(branch.as_ref()),
                device.as_ref().map(|d| d.as_bytes()),
                number,
                seq,
                subject,
                body,
            ))?;
        Ok(self.conn.last_insert_rowid())
    }

    fn log_after(
        &self,
        tenant: TenantId,
        branch: BranchId,
        device: DeviceId,
        after: u64,
        rows_max: usize,
        bytes_max: usize,
    ) -> Result<LogPage> {
        let head: u64 = self
            .conn
            .prepare_cached("SELECT head FROM tenant WHERE tenant = ?1")?
            .query_row([tenant.as_bytes()], |row| count(row, 0))
            .optional()?
            .unwrap_or(0);
        let mut statement = self.conn.prepare_cached(AFTER)?;
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let limit = integer(rows_max as u64)?;
        let mut found =
            statement.query((tenant.as_bytes(), after, device.as_bytes(), branch.as_bytes().as_slice(), limit))?;
        let mut page = LogPage { rows: Vec::new(), next: head.max(after.unsigned_abs()), head };
        let mut bytes = 0;
        while let Some(row) = found.next()? {
            let row = log_row(row)?;
            let pos = row.pos;
            bytes += 48 + row.body.as_ref().map_or(0, Vec::len);
            page.rows.push(row);
            if page.rows.len() >= rows_max || bytes >= bytes_max {
                page.next = pos;
                break;
            }
        }
        Ok(page)
    }

    fn insert_journal(&self, tenant: TenantId, device: DeviceId, seq: u64, hash: &Hash, entry: i64) -> Result<()> {
        self.conn
            .prepare_cached("INSERT INTO journal (tenant, device, seq, hash, entry) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((tenant.as_bytes(), device.as_bytes(), integer(seq)?, hash, entry))?;
        Ok(())
    }

    fn journal_hash(&self, tenant: TenantId, device: DeviceId, seq: u64) -> Result<Option<Hash>> {
        Ok(self
            .conn
            .prepare_cached("SELECT hash FROM journal WHERE tenant = ?1 AND device = ?2 AND seq = ?3")?
            .query_row((tenant.as_bytes(), device.as_bytes(), integer(seq)?), |row| row.get(0))
            .optional()?)
    }

    fn insert_card_edit(&self, tenant: TenantId, card: CardId, at: Hlc, entry: i64) -> Result<()> {
        self.conn
            .prepare_cached("INSERT INTO card_edit (tenant, card, hlc, entry) VALUES (?1, ?2, ?3, ?4)")?
            .execute((tenant.as_bytes(), card.as_bytes(), hlc_key(at), entry))?;
        Ok(())
    }

    fn has_card_edit(&self, tenant: TenantId, card: CardId, at: Hlc) -> Result<bool> {
        Ok(self
            .conn
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM card_edit WHERE tenant = ?1 AND card = ?2 AND hlc = ?3)")?
            .query_row((tenant.as_bytes(), card.as_bytes(), hlc_key(at)), |row| row.get(0))?)
    }

    fn journal_after(&self, tenant: TenantId, after: i64, limit: usize) -> Result<Vec<JournalRow>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT entry, device, seq, body FROM change_log WHERE tenant = ?1 AND kind = ?2 AND entry > ?3 \
             ORDER BY entry LIMIT ?4",
        )?;
        let rows = statement
            .query_map((tenant.as_bytes(), JOURNAL, after, integer(limit as u64)?), |row| {
                Ok(JournalRow { entry: row.get(0)?, device: id(row, 1)?, seq: count(row, 2)?, body: row.get(3)? })
            })?
            .collect::<Sql<Vec<_>>>()?;
        Ok(rows)
    }

    fn set_master(&self, tenant: TenantId, kind: MasterKind, id: Uuid, entry: i64) -> Result<()> {
        let key = (tenant.as_bytes(), master_number(kind), id.as_bytes());
        let older: Option<i64> = self
            .conn
            .prepare_cached("SELECT entry FROM master WHERE tenant = ?1 AND kind = ?2 AND id = ?3")?
            .query_row(key, |row| row.get(0))
            .optional()?;
        self.conn
            .prepare_cached(
                "INSERT INTO master (tenant, kind, id, entry) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (tenant, kind, id) DO UPDATE SET entry = excluded.entry",
            )?
            .execute((key.0, key.1, key.2, entry))?;
        if let Some(older) = older {
            self.conn.prepare_cached("DELETE FROM change_log WHERE entry = ?1")?.execute([older])?;
        }
        Ok(())
    }

    fn master(&self, tenant: TenantId, kind: MasterKind, id: Uuid) -> Result<Option<Vec<u8>>> {
        let body: Option<Option<Vec<u8>>> = self
            .conn
            .prepare_cached(
                "SELECT l.body FROM master m JOIN change_log l ON l.entry = m.entry \
                 WHERE m.tenant = ?1 AND m.kind = ?2 AND m.id = ?3",
            )?
            .query_row((tenant.as_bytes(), master_number(kind), id.as_bytes()), |row| row.get(0))
            .optional()?;
        Ok(body.flatten())
    }

    fn masters(&self, tenant: TenantId, kind: MasterKind) -> Result<Vec<Vec<u8>>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT l.body FROM master m JOIN change_log l ON l.entry = m.entry \
             WHERE m.tenant = ?1 AND m.kind = ?2 AND l.body IS NOT NULL ORDER BY m.id",
        )?;
        let rows = statement
            .query_map((tenant.as_bytes(), master_number(kind)), |row| row.get(0))?
            .collect::<Sql<Vec<_>>>()?;
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::super::SqliteStore;
    use super::AFTER;

    /// The plan of the one query that every terminal asks: a merge of two walks over the index, nothing sorted.
    #[test]
    fn the_feed_is_walked_and_not_sorted() {
        let store = SqliteStore::open_in_memory().unwrap();
        let conn = store.writer();
        let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {AFTER}")).unwrap();
        let bound = ([0_u8; 16], 0, [0_u8; 16], [0_u8; 16].as_slice(), 10);
        let plan: Vec<String> =
            statement.query_map(bound, |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
        let plan = plan.join("\n");
        assert_eq!(plan.matches("USING INDEX change_log_feed (tenant=? AND branch=? AND pos>?)").count(), 2, "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
