//! Everything out again: a complete export in open formats, a backup of the whole store, and its way back.

use crate::compose::Opened;
use crate::store::{Store, StoreError};
use salon_contract::window::{Code, Failure};
use serde::Serialize;
use std::io::Write;
use std::path::Path;

#[derive(Debug, Default, Serialize)]
pub struct Exported {
    pub journal_entries: u64,
    pub clients: u64,
    pub bookings: u64,
    pub sales: u64,
    pub sale_lines: u64,
    pub master_entities: u64,
}

pub(crate) fn io(path: &Path) -> impl Fn(std::io::Error) -> Failure + '_ {
    move |e| {
        let code = if e.kind() == std::io::ErrorKind::StorageFull { Code::DiskFull } else { Code::Internal };
        Failure::new(code).with("path", path.display()).with("detail", e)
    }
}

/// A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV Injection").
pub fn safe_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err() {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Writes everything into `dir`, which has to be empty or new: the journal as JSON lines, byte for byte; clients,
/// bookings, sales, lines and master data as CSV and JSON.
pub fn export(store: &Store, dir: &Path) -> Result<Exported, Failure> {
    make_empty(dir)?;
    let mut done = Exported::default();
    let mut journal = create(&dir.join("journal.jsonl"))?;
    let mut sales = writer(&dir.join("sales.csv"))?;
    let mut lines = writer(&dir.join("sale_lines.csv"))?;
    // The last two: `void` or `tip`, and the ticket that the receipt is about.
    let columns = [
        "ticket",
        "device",
        "number",
        "day",
        "at",
        "net",
        "tax",
        "total",
        "currency",
        "tenders",
        "follows",
        "follows_ticket",
    ];
    record(&mut sales, columns)?;
    record(
        &mut lines,
        ["ticket", "description", "quantity", "unit_price", "discount", "net", "tax", "total", "staff"],
    )?;
    store.each_event(|raw, event| {
        journal.write_all(raw).and_then(|()| journal.write_all(b"\n")).map_err(|e| StoreError::Io(e.to_string()))?;
        done.journal_entries += 1;
        if let Some(sale) = event.what.sale() {
            let money = |minor| salon_domain::kernel::Money::new(minor, sale.currency).to_string();
            let tenders: Vec<&str> = sale.tenders.iter().map(|t| t.kind.name()).collect();
            let row = [
                sale.ticket.to_string(),
                sale.device.to_string(),
                sale.number.to_string(),
                crate::app::day_text(sale.day),
                event.at.to_rfc3339(),
                money(sale.net_minor),
                money(sale.tax_minor),
                money(sale.total_minor),
                sale.currency.to_string(),
                tenders.join("+"),
                sale.follows.map_or_else(String::new, |follows| follows.how.name().to_owned()),
                sale.follows.map_or_else(String::new, |follows| follows.ticket.to_string()),
            ];
            record(&mut sales, row).map_err(|e| StoreError::Io(e.to_string()))?;
            for line in &sale.lines {
                let tax: i64 = line.taxes.iter().map(|t| t.tax_minor).sum();
                let row = [
                    sale.ticket.to_string(),
                    safe_cell(&line.description),
                    line.quantity.to_string(),
                    money(line.unit_price_minor),
                    money(line.discount_minor),
                    money(line.net_minor),
                    money(tax),
                    money(line.total_minor),
                    line.staff.map_or_else(String::new, |s| s.to_string()),
                ];
                record(&mut lines, row).map_err(|e| StoreError::Io(e.to_string()))?;
                done.sale_lines += 1;
            }
            done.sales += 1;
        }
        Ok(())
    })?;
    sales.flush().map_err(io(dir))?;
    lines.flush().map_err(io(dir))?;
    journal.flush().map_err(io(dir))?;
    export_rest(store, dir, &mut done)?;
    Ok(done)
}

fn export_rest(store: &Store, dir: &Path, done: &mut Exported) -> Result<(), Failure> {
    let mut clients = create(&dir.join("clients.jsonl"))?;
    store.each_card(|id, card| {
        let line = serde_json::json!({ "card": id, "fields": card.fields, "history": card.history });
        writeln!(clients, "{line}").map_err(|e| StoreError::Io(e.to_string()))?;
        done.clients += 1;
        Ok(())
    })?;
    let mut bookings = create(&dir.join("bookings.jsonl"))?;
    for row in store.bookings(i32::MIN, i32::MAX)? {
        let line = serde_json::json!({ "day": crate::app::day_text(row.day), "booking": row.booking });
        writeln!(bookings, "{line}").map_err(io(dir))?;
        done.bookings += 1;
    }
    let mut master = create(&dir.join("master.jsonl"))?;
    store.each_master(|kind, body| {
        writeln!(master, "{{\"kind\":\"{kind}\",\"entity\":{}}}", String::from_utf8_lossy(body))
            .map_err(|e| StoreError::Io(e.to_string()))?;
        done.master_entities += 1;
        Ok(())
    })?;
    for file in [&mut clients, &mut bookings, &mut master] {
        file.flush().map_err(io(dir))?;
    }
    Ok(())
}

/// Makes the folder; one that is there has to be empty.
pub(crate) fn make_empty(dir: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(dir).map_err(io(dir))?;
    if std::fs::read_dir(dir).map_err(io(dir))?.next().is_some() {
        return Err(Failure::new(Code::BadInput).with("field", "dir").with("detail", "the folder is not empty"));
    }
    Ok(())
}

fn create(path: &Path) -> Result<std::io::BufWriter<std::fs::File>, Failure> {
    Ok(std::io::BufWriter::new(std::fs::File::create(path).map_err(io(path))?))
}

fn writer(path: &Path) -> Result<csv::Writer<std::fs::File>, Failure> {
    csv::Writer::from_path(path)
        .map_err(|e| Failure::new(Code::Internal).with("path", path.display()).with("detail", e))
}

fn record<const N: usize, T: AsRef<[u8]>>(out: &mut csv::Writer<std::fs::File>, row: [T; N]) -> Result<(), Failure> {
    out.write_record(row).map_err(|e| Failure::new(Code::Internal).with("detail", e))
}

/// What a backup file holds besides the store: the keys to it. Treat the file like the till itself.
#[derive(Serialize, serde::Deserialize)]
struct BackupHead {
    format: u32,
    store_key: String,
    device_key: Option<String>,
}

const BACKUP_MAGIC: &[u8; 8] = b"PBSALON1";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// One file with everything: the encrypted store as it is at this moment, and its keys.
pub fn backup(opened: &Opened, file: &Path) -> Result<u64, Failure> {
    use crate::secrets::{DEVICE_KEY, STORE_KEY};
    let secret = |name| opened.secrets.get(name).map_err(crate::compose::secret_failure);
    let head = BackupHead {
        format: 1,
        store_key: hex(&secret(STORE_KEY)?.unwrap_or_default()),
        device_key: secret(DEVICE_KEY)?.map(|k| hex(&k)),
    };
    let beside = file.with_extension("part");
    let copy = file.with_extension("copy");
    let result = write_backup(opened, &head, &beside, &copy);
    // Left-overs of a failed backup are of no use to anybody.
    let _ = std::fs::remove_file(&copy);
    match result {
        Ok(size) => {
            std::fs::rename(&beside, file).map_err(io(file))?;
            Ok(size)
        }
        Err(error) => {
            let _ = std::fs::remove_file(&beside);
            Err(error)
        }
    }
}

fn write_backup(opened: &Opened, head: &BackupHead, beside: &Path, copy: &Path) -> Result<u64, Failure> {
    opened.store.copy_to(copy)?;
    let head = serde_json::to_vec(head).map_err(|e| Failure::new(Code::Internal).with("detail", e))?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(beside).map_err(io(beside))?;
    out.write_all(BACKUP_MAGIC).map_err(io(beside))?;
    out.write_all(&(head.len() as u32).to_be_bytes()).map_err(io(beside))?;
    out.write_all(&head).map_err(io(beside))?;
    let mut from = std::fs::File::open(copy).map_err(io(copy))?;
    let size = std::io::copy(&mut from, &mut out).map_err(io(beside))?;
    out.sync_all().map_err(io(beside))?;
    Ok(size)
}

/// Puts a backup into `data`, which must not hold a store. What was synced after the backup was taken comes back from
/// the server; if this device had synced more than the backup knows, the server refuses it and it has to be enrolled
/// anew.
pub fn restore(file: &Path, data: &Path) -> Result<(), Failure> {
    let bad = |detail: &str| Failure::new(Code::BadInput).with("field", "file").with("detail", detail);
    if data.join("store.db").exists() {
        return Err(Failure::new(Code::BadInput).with("field", "data").with("detail", "there is a store already"));
    }
    let bytes = std::fs::read(file).map_err(io(file))?;
    let rest = bytes.strip_prefix(BACKUP_MAGIC).ok_or_else(|| bad("not a backup of this program"))?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(|| bad("the backup is cut short"))?;
    let (head, store) =
        rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or_else(|| bad("the backup is cut short"))?;
    let head: BackupHead = serde_json::from_slice(head).map_err(|_| bad("the backup's head cannot be read"))?;
    if head.format > 1 {
        return Err(Failure::new(Code::StoreNewer).with("detail", "the backup was made by a newer version"));
    }
    std::fs::create_dir_all(data).map_err(io(data))?;
    let secrets = crate::secrets::open(data).map_err(crate::compose::secret_failure)?;
    let key = unhex(&head.store_key).ok_or_else(|| bad("the backup's head cannot be read"))?;
    secrets.set(crate::secrets::STORE_KEY, &key).map_err(crate::compose::secret_failure)?;
    if let Some(key) = head.device_key.as_deref().and_then(unhex) {
        secrets.set(crate::secrets::DEVICE_KEY, &key).map_err(crate::compose::secret_failure)?;
    }
    let beside = data.join("store.part");
    std::fs::write(&beside, store).map_err(io(&beside))?;
    let target = data.join("store.db");
    std::fs::rename(&beside, &target).map_err(io(&target))?;
    // Opening it shows whether it is whole.
    let opened = Opened::new(data, std::sync::Arc::new(crate::clock::SystemClock))?;
    Ok(opened.store.check_pages()?)
}

#[cfg(test)]
mod tests {
    use super::safe_cell;

    #[test]
    fn formulas_do_not_leave_the_house() {
        assert_eq!(safe_cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(safe_cell("-12.50"), "-12.50");
        assert_eq!(safe_cell("Cut & colour"), "Cut & colour");
    }
}
