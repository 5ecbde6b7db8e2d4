//! Documents: a snapshot and the changes after it.

use super::super::{DocRow, Docs, StoreError};
use super::SqliteTx;
use super::value::Sql;
use rusqlite::OptionalExtension;
use salon_domain::kernel::TenantId;
use salon_sync::doc::DocId;

type Result<T> = std::result::Result<T, StoreError>;

impl Docs for SqliteTx<'_> {
    fn docs(&self, tenant: TenantId) -> Result<Vec<DocId>> {
        let mut statement = self.conn.prepare_cached("SELECT name FROM doc WHERE tenant = ?1 ORDER BY name")?;
        let names = statement.query_map([tenant.as_bytes()], |row| row.get(0))?.collect::<Sql<Vec<String>>>()?;
        names.iter().map(|name| name.parse().map_err(|_| StoreError::Damaged(format!("document {name}")))).collect()
    }

    fn doc(&self, tenant: TenantId, doc: DocId) -> Result<Option<DocRow>> {
        Ok(self
            .conn
            .prepare_cached("SELECT doc, heads, snapshot_entry, tail FROM doc WHERE tenant = ?1 AND name = ?2")?
            .query_row((tenant.as_bytes(), doc.to_string()), |row| {
                Ok(DocRow { row: row.get(0)?, heads: row.get(1)?, snapshot_entry: row.get(2)?, tail: row.get(3)? })
            })
            .optional()?)
    }

    fn create_doc(&self, tenant: TenantId, doc: DocId, heads: &[u8]) -> Result<DocRow> {
        self.conn.prepare_cached("INSERT INTO doc (tenant, name, heads) VALUES (?1, ?2, ?3)")?.execute((
            tenant.as_bytes(),
            doc.to_string(),
            heads,
        ))?;
        Ok(DocRow { row: self.conn.last_insert_rowid(), heads: heads.to_vec(), snapshot_entry: 0, tail: 0 })
    }

    fn doc_snapshot(&self, row: &DocRow) -> Result<Option<Vec<u8>>> {
        Ok(self
            .conn
            .prepare_cached("SELECT snapshot FROM doc WHERE doc = ?1")?
            .query_row([row.row], |found| found.get(0))?)
    }

    fn doc_tail(&self, tenant: TenantId, row: &DocRow) -> Result<Vec<Vec<u8>>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT l.body FROM doc_change c JOIN change_log l ON l.entry = c.entry \
             WHERE c.tenant = ?1 AND c.doc = ?2 AND c.entry > ?3 ORDER BY c.entry",
        )?;
        let changes = statement
            .query_map((tenant.as_bytes(), row.row, row.snapshot_entry), |found| found.get(0))?
            .collect::<Sql<Vec<_>>>()?;
        Ok(changes)
    }

    fn has_change(&self, tenant: TenantId, row: &DocRow, hash: &[u8; 32]) -> Result<bool> {
        Ok(self
            .conn
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM doc_change WHERE tenant = ?1 AND doc = ?2 AND hash = ?3)")?
            .query_row((tenant.as_bytes(), row.row, hash), |found| found.get(0))?)
    }

    fn insert_change(&self, tenant: TenantId, row: &DocRow, hash: &[u8; 32], entry: i64) -> Result<()> {
        self.conn
            .prepare_cached("INSERT INTO doc_change (tenant, doc, hash, entry) VALUES (?1, ?2, ?3, ?4)")?
            .execute((tenant.as_bytes(), row.row, hash, entry))?;
        Ok(())
    }

    fn set_doc(&self, row: &DocRow) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE doc SET heads = ?2, tail = ?3 WHERE doc = ?1")?
            .execute((row.row, &row.heads, row.tail))?;
        Ok(())
    }

    fn set_snapshot(&self, row: &DocRow, snapshot: &[u8]) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE doc SET snapshot = ?2, snapshot_entry = ?3, heads = ?4, tail = 0 WHERE doc = ?1")?
            .execute((row.row, snapshot, row.snapshot_entry, &row.heads))?;
        Ok(())
    }
}
