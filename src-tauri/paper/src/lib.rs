//! A receipt as a file: HTML for mail and browser, PDF for keeping. The third rendering of the one model beside paper
//! and screen, both of which are `salon-devices`'. And a day of the appointment book as a PDF, which is no receipt.
//!
//! No device, no file system, no network and no text for people in here: everything that is said is in the
//! [`ReceiptDoc`](salon_ports::ReceiptDoc). The same input gives the same bytes.

mod brand;
mod dots;
mod html;
mod pdf;
mod piece;

pub use html::{HtmlOptions, html};
pub use pdf::{DayColumn, DayLine, DaySheet, DayVisit, PageSize, Pdf, PdfOptions, day_columns, day_list, pdf};

/// A receipt that could not be made into a file. None of these is the receipt's fault.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The font that this crate carries cannot be read.
    #[error("the font {0} cannot be read")]
    Font(&'static str),
    /// The PDF library refused what it was given.
    #[error("the PDF cannot be written: {0}")]
    Pdf(String),
}
