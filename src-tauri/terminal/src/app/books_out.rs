//! The bookkeeper's files, from the window: written beside the store, and said where.

use super::App;
use super::catalog::parse_date;
use crate::books::{self, BooksRequest, DatevSettings};
use crate::store::Days;
use salon_contract::window::{BooksWritten, Code, ExportBooks, Failure};
use salon_domain::access::Permission;
use salon_domain::kernel::day_number;

/// The account numbers of the DATEV export, in the terminal's folder. Without it they are the defaults.
const DATEV_FILE: &str = "datev.json";

impl App {
    pub(super) fn export_books(&self, wanted: &ExportBooks) -> Result<BooksWritten, Failure> {
        self.require(Permission::ReportsRead)?;
        let (from, to) = (parse_date(&wanted.from)?, parse_date(&wanted.to)?);
        if from > to {
            return Err(Failure::new(Code::BadInput).with("field", "to"));
        }
        let now = self.clock.now();
        let folder = self.store.path().with_file_name("books");
        let dir = folder.join(format!("{}-{from}-{to}-{}", wanted.format.name(), now.0));
        let datev = DatevSettings::read(&self.store.path().with_file_name(DATEV_FILE))?;
        books::export(&BooksRequest {
            store: &self.store,
            catalog: self.catalog()?.as_ref(),
            days: Days { from: day_number(from), to: day_number(to) },
            dir: &dir,
            now,
            format: wanted.format,
            datev: &datev,
        })
    }
}
