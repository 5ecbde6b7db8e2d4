//! A receipt as a PDF: a roll as long as it needs, or a sheet. Text stays text, codes and pictures are outlines, and
//! the structure is tagged (ISO 32000-1, 14.8) for those who listen to it.
//!
//! The font is Source Sans 3, shipped with this crate (SIL Open Font License, `fonts/LICENSE.md`); only the glyphs that
//! are used go into the file.

mod block;
mod day;
mod draw;
mod face;

pub use day::{DayColumn, DayLine, DaySheet, DayVisit, day_columns, day_list};

use crate::PaperError;
use crate::piece::pieces;
use face::Faces;
use salon_ports::ReceiptDoc;

/// What a PDF receipt is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageSize {
    /// 80 mm wide, one page as long as it needs.
    #[default]
    Roll80,
    /// 210 × 297 mm, as many as it needs.
    A4,
    /// 8.5 × 11 inches, as many as it needs.
    Letter,
}

/// What a PDF receipt says besides its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PdfOptions<'a> {
    pub page: PageSize,
    /// The BCP 47 tag of the receipt's language.
    pub language: &'a str,
    /// The title of the document, such as `Receipt 17 - Salon`.
    pub title: &'a str,
    /// Who issued it.
    pub author: &'a str,
}

/// A PDF file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    pub bytes: Vec<u8>,
    /// Characters that the font lacks, each once. A box stands for them; copied from the file they are themselves.
    pub missing: Vec<char>,
}

/// `doc` as a PDF file. The same input gives the same bytes.
pub fn pdf(doc: &ReceiptDoc, options: &PdfOptions<'_>) -> Result<Pdf, PaperError> {
    let faces = Faces::load()?;
    let sheet = Sheet::of(options.page);
    let blocks = block::blocks(&pieces(doc), &sheet, &faces);
    let missing = faces.missing_in(blocks.iter().flat_map(|block| &block.runs).map(|run| run.text.as_str()));
    let bytes = draw::draw(&blocks, &sheet, &faces, options)?;
    Ok(Pdf { bytes, missing })
}

/// Where there is room, in points (1/72 inch).
struct Sheet {
    width: f32,
    /// None: as long as it needs.
    height: Option<f32>,
    /// Of the column that everything stands in, which is in the middle.
    column: f32,
    margin: f32,
    /// How large a point of the design is here.
    unit: f32,
}

const MM: f32 = 72.0 / 25.4;

/// No page is longer: what PDF 1.7 viewers promise to show (ISO 32000-1, annex C).
const HEIGHT_MAX: f32 = 14_400.0;

impl Sheet {
    fn of(page: PageSize) -> Self {
        let sheet =
            |width, height| Sheet { width, height: Some(height), column: 116.0 * MM, margin: 14.0 * MM, unit: 1.15 };
        match page {
            PageSize::Roll80 => {
                Sheet { width: 80.0 * MM, height: None, column: 70.0 * MM, margin: 6.0 * MM, unit: 1.0 }
            }
            PageSize::A4 => sheet(210.0 * MM, 297.0 * MM),
            PageSize::Letter => sheet(8.5 * 72.0, 11.0 * 72.0),
        }
    }

    /// How much fits between the margins of one page.
    fn room(&self) -> f32 {
        self.height.unwrap_or(HEIGHT_MAX) - 2.0 * self.margin
    }
}

#[cfg(test)]
mod tests;
