//! The paper as text: lines as a person reads them, by columns of font A.

use super::{Format, Op, printed_content};
use crate::escpos::layout::{DOTS_PER_COLUMN, IMAGE, pad, qr_text, wrap};

/// Beside a character that is wider than one column.
const FILLER: char = '\0';

/// How a picture comes in: by `GS v 0`, `GS ( L` or `ESC *`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Raster,
    Graphics,
    Strip,
}

#[derive(Debug)]
pub struct Paper {
    columns: usize,
    format: Format,
    /// A character a column; [`FILLER`] where a wide one goes on.
    current: Vec<char>,
    /// Where the next character goes; beyond the end of `current` after a move.
    cursor: usize,
    qr: Option<String>,
    /// The last mark was a picture that came in this way: what follows at once in the same way is its next band.
    in_picture: Option<Way>,
    pub lines: Vec<String>,
}

impl Paper {
    pub fn new(columns: usize) -> Self {
        Paper {
            columns: columns.max(1),
            format: Format::default(),
            current: Vec::new(),
            cursor: 0,
            qr: None,
            in_picture: None,
            lines: Vec::new(),
        }
    }

    pub fn apply(&mut self, op: &Op) {
        self.format.apply(op);
        let before = self.in_picture.take();
        if !self.format.selected {
            return;
        }
        match op {
            Op::Init => {
                self.current.clear();
                self.cursor = 0;
                self.qr = None;
            }
            Op::Text(text) => self.text(text),
            // The line feed that prints a strip leaves no line of its own.
            Op::LineFeed if before == Some(Way::Strip) => self.in_picture = before,
            Op::LineFeed => self.end_line(),
            Op::Tab => self.tab(),
            Op::MoveTo(dots) => self.cursor = self.column(i64::from(*dots)),
            Op::MoveBy(dots) => self.cursor = self.column((self.cursor * DOTS_PER_COLUMN) as i64 + i64::from(*dots)),
            Op::Feed(lines) => {
                self.end_started_line();
                self.lines.extend((0..*lines).map(|_| String::new()));
            }
            Op::FeedDots(_) | Op::Cut { .. } => self.end_started_line(),
            Op::QrStore(content) => self.qr = Some(content.clone()),
            Op::QrPrint => {
                if let Some(content) = self.qr.clone() {
                    self.block(&qr_text(&content));
                }
            }
            Op::OtherSymbol { function: 81, .. } => self.block("[2D code]"),
            Op::Barcode { system, content } => self.block(&printed_content(*system, content)),
            Op::Image(_) => self.picture(Way::Raster, before),
            Op::GraphicsPrint => self.picture(Way::Graphics, before),
            Op::Strip(_) => self.picture(Way::Strip, before),
            // Between two bands.
            Op::GraphicsStore(_) | Op::LineSpacing(_) => self.in_picture = before,
            _ => {}
        }
    }

    fn picture(&mut self, way: Way, before: Option<Way>) {
        if before != Some(way) {
            self.block(IMAGE);
        }
        self.in_picture = Some(way);
    }

    fn column(&self, dots: i64) -> usize {
        usize::try_from(dots).unwrap_or(0).div_euclid(DOTS_PER_COLUMN).min(self.columns)
    }

    /// Columns of a line: font B has a third more.
    fn width(&self) -> usize {
        let dots = usize::from(self.format.area_width_dots.unwrap_or(u16::MAX)).min(self.columns * DOTS_PER_COLUMN);
        let dots_per_character = if self.format.small_font { 9 } else { DOTS_PER_COLUMN };
        (dots / dots_per_character).max(1)
    }

    /// A line that is full goes on on the next, in the middle of a word: the printer knows no words.
    fn text(&mut self, text: &str) {
        let width = self.width();
        let step = usize::from(self.format.width);
        for character in text.chars() {
            if self.cursor > 0 && self.cursor + step > width {
                self.end_line();
            }
            if self.current.len() < self.cursor + step {
                self.current.resize(self.cursor + step, ' ');
            }
            self.current[self.cursor] = character;
            self.current[self.cursor + 1..self.cursor + step].fill(FILLER);
            self.cursor += step;
        }
    }

    fn tab(&mut self) {
        let stop = self.format.tab_stops.iter().map(|stop| usize::from(*stop)).find(|stop| *stop > self.cursor);
        self.cursor = stop.unwrap_or(self.columns).min(self.columns);
    }

    fn end_line(&mut self) {
        let line: String = std::mem::take(&mut self.current).into_iter().filter(|c| *c != FILLER).collect();
        self.cursor = 0;
        self.lines.push(pad(&line, self.format.align, self.columns));
    }

    fn end_started_line(&mut self) {
        if !self.current.is_empty() {
            self.end_line();
        }
    }

    /// Something of its own height, at its place.
    fn block(&mut self, text: &str) {
        self.end_started_line();
        let align = self.format.align;
        self.lines.extend(wrap(text, self.columns).iter().map(|line| pad(line, align, self.columns)));
    }
}
