//! Reports and closures of the till, and what the bookkeeper gets.

use salon_domain::kernel::Currency;
use salon_domain::payment::{PeriodClosed, SessionTotals};
use serde::{Deserialize, Serialize};

/// Months and years of this terminal, the latest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeriodsView {
    pub currency: Currency,
    pub closed: Vec<PeriodRow>,
    /// `2026-11`, `2026`: over, and not closed yet.
    pub to_close: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodRow {
    pub number: u64,
    pub period: String,
    pub z_count: u64,
    pub total_minor: i64,
    pub difference_minor: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeriodView {
    pub row: PeriodRow,
    pub closed: PeriodClosed,
    /// As it is printed.
    pub text: Vec<String>,
}

/// An X report: the running totals of the open till.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct XView {
    pub date: String,
    pub currency: Currency,
    pub totals: SessionTotals,
    /// All that this device has ever taken, in minor units.
    pub perpetual_total_minor: i64,
    /// As it would be printed.
    pub text: Vec<String>,
}

/// What the bookkeeper's files are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookFormat {
    /// Double-entry postings, an entry for each thing that moved money.
    Ledger,
    /// Z reports as tables: closings, their taxes, their tenders.
    Csv,
    /// A DATEV posting batch (Buchungsstapel).
    Datev,
    /// Tables in the shape of DSFinV-K: not certified, and without signatures of a technical security device.
    Dsfinvk,
}

impl BookFormat {
    pub const ALL: [BookFormat; 4] = [BookFormat::Ledger, BookFormat::Csv, BookFormat::Datev, BookFormat::Dsfinvk];

    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            BookFormat::Ledger => "ledger",
            BookFormat::Csv => "csv",
            BookFormat::Datev => "datev",
            BookFormat::Dsfinvk => "dsfinvk",
        }
    }
}

/// Files that were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BooksWritten {
    /// The folder.
    pub path: String,
    pub files: Vec<String>,
    /// Till sessions that are in them.
    pub sessions: u64,
    /// Left out: they are still open.
    pub open_sessions: u64,
}
