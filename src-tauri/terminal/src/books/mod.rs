//! What the bookkeeper gets: the closed till sessions of a span of days, as files.
//!
//! Four formats, each from the journal and nothing else: double-entry postings (`ledger`), Z reports as tables (`csv`), a
//! DATEV posting batch (`datev`), and tables in the shape of DSFinV-K (`dsfinvk`). None of them is a certified fiscal
//! export, and there are no signatures of a technical security device in any. Open sessions are left out and counted.

mod datev;
mod dsfinvk;
mod ledger;
mod tables;

pub use datev::{DatevAccounts, DatevSettings};

use crate::app::{Catalog, day_text};
use crate::data_out::{io, make_empty};
use crate::store::{ClosedSession, Days, Store};
use salon_contract::window::{BookFormat, BooksWritten, Code, Failure};
use salon_domain::kernel::{Currency, Instant, Money};
use std::fs::File;
use std::path::{Path, PathBuf};

/// What is to be written, and where.
pub struct BooksRequest<'a> {
    pub store: &'a Store,
    pub catalog: &'a Catalog,
    pub days: Days,
    /// Made if it is not there; has to be empty.
    pub dir: &'a Path,
    pub now: Instant,
    pub format: BookFormat,
    pub datev: &'a DatevSettings,
}

/// Writes the files of one format. A folder that is not empty and days that the format cannot have are `BadInput`.
pub fn export(request: &BooksRequest<'_>) -> Result<BooksWritten, Failure> {
    if request.format == BookFormat::Datev {
        datev::check(request)?;
    }
    make_empty(request.dir)?;
    let mut writer: Box<dyn BooksWriter> = match request.format {
        BookFormat::Ledger => Box::new(ledger::LedgerFile::new(request)?),
        BookFormat::Csv => Box::new(tables::Tables::new(request)?),
        BookFormat::Datev => Box::new(datev::Batch::new(request)?),
        BookFormat::Dsfinvk => Box::new(dsfinvk::Export::new(request)?),
    };
    let mut sessions = 0;
    let open_sessions = request.store.each_closed_session(request.days, |session| {
        sessions += 1;
        writer.session(request, session)
    })?;
    let files = writer.done(request)?;
    Ok(BooksWritten { path: request.dir.display().to_string(), files, sessions, open_sessions })
}

/// One format's files while they are written.
trait BooksWriter {
    fn session(&mut self, request: &BooksRequest<'_>, session: &ClosedSession) -> Result<(), Failure>;
    /// The names of the files that were written.
    fn done(self: Box<Self>, request: &BooksRequest<'_>) -> Result<Vec<String>, Failure>;
}

/// A table in a file of its own.
struct Sheet {
    path: PathBuf,
    name: String,
    out: csv::Writer<File>,
}

impl Sheet {
    /// With its header. Rows end with CR LF.
    fn new(dir: &Path, name: &str, delimiter: u8, columns: &[&str]) -> Result<Sheet, Failure> {
        let path = dir.join(name);
        let file = File::create(&path).map_err(io(&path))?;
        let out = csv::WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(file);
        let mut sheet = Sheet { path, name: name.to_owned(), out };
        sheet.row(columns)?;
        Ok(sheet)
    }

    fn row<T: AsRef<[u8]>>(&mut self, cells: &[T]) -> Result<(), Failure> {
        self.out.write_record(cells).map_err(|error| {
            let failure = match error.kind() {
                csv::ErrorKind::Io(e) if e.kind() == std::io::ErrorKind::StorageFull => Code::DiskFull,
                _ => Code::Internal,
            };
            Failure::new(failure).with("path", self.path.display()).with("detail", error)
        })
    }

    /// Gives its name.
    fn close(mut self) -> Result<String, Failure> {
        self.out.flush().map_err(io(&self.path))?;
        Ok(self.name)
    }
}

/// `-12.50`
fn amount(minor: i64, currency: Currency) -> String {
    Money::new(minor, currency).to_string()
}

/// The till's name, or its id where nobody gave it one.
fn till_name(catalog: &Catalog, session: &ClosedSession) -> String {
    match catalog.devices.get(&session.device.uuid()) {
        Some(name) if !name.is_empty() => name.clone(),
        _ => session.device.to_string(),
    }
}

fn date(session: &ClosedSession) -> String {
    day_text(session.closed.day)
}

/// Columns that every table of Z reports begins with.
fn z_cells(catalog: &Catalog, session: &ClosedSession) -> Vec<String> {
    vec![
        session.device.to_string(),
        crate::data_out::safe_cell(&till_name(catalog, session)),
        session.closed.report.number.to_string(),
        date(session),
    ]
}
