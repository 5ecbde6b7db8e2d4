//! The paper as dots: what the print head burns, line by line, as a person would see it.
//!
//! Follows the same commands as `escpos::decode::Paper`, which has the text. Page mode is not laid out.

use super::font::font;
use crate::escpos::decode::{Format, Op, Picture, printed_content, symbology};
use salon_ports::Align;
use salon_symbol::{self as symbol, Matrix};

/// Four metres. Who prints more without a cut gets no more dots.
const HEIGHT_DOTS_MAX: usize = 32_000;

/// Several times a line full of the smallest characters.
const PIECES_MAX: usize = 1000;

/// A row is as many bytes as the paper is wide, 1 for a black dot.
type Row = Vec<u8>;

/// Something that waits in the line: its dots, and where it begins.
struct Piece {
    x: usize,
    rows: Vec<Row>,
}

pub(super) struct Canvas {
    width: usize,
    format: Format,
    line: Vec<Piece>,
    cursor: usize,
    qr: Option<String>,
    graphics: Option<Picture>,
    rows: Vec<Row>,
}

impl Canvas {
    pub(super) fn new(width: usize) -> Canvas {
        Canvas {
            width: width.max(1),
            format: Format::default(),
            line: Vec::new(),
            cursor: 0,
            qr: None,
            graphics: None,
            rows: Vec::new(),
        }
    }

    /// What is on the paper since the last time, and a fresh start below it.
    pub(super) fn take(&mut self) -> Vec<Row> {
        std::mem::take(&mut self.rows)
    }

    pub(super) fn apply(&mut self, op: &Op) {
        self.format.apply(op);
        if !self.format.selected {
            return;
        }
        let spacing = usize::from(self.format.line_spacing_dots);
        match op {
            Op::Init => {
                self.line.clear();
                self.cursor = 0;
                self.qr = None;
                self.graphics = None;
            }
            Op::Text(text) => text.chars().for_each(|character| self.character(character)),
            Op::LineFeed => self.end_line(spacing),
            Op::Tab => self.tab(),
            Op::MoveTo(dots) => self.cursor = usize::from(*dots).min(self.width),
            Op::MoveBy(dots) => self.cursor = self.cursor.saturating_add_signed(isize::from(*dots)).min(self.width),
            Op::Feed(lines) => {
                self.end_line_if_started();
                self.feed(spacing * usize::from(*lines));
            }
            Op::FeedDots(dots) => self.end_line(usize::from(*dots)),
            Op::QrStore(content) => self.qr = Some(content.clone()),
            Op::QrPrint => self.qr(),
            Op::OtherSymbol { function: 81, .. } => self.frame("2D"),
            Op::Barcode { system, content } => self.barcode(*system, &printed_content(*system, content)),
            Op::Image(picture) => {
                self.end_line_if_started();
                self.block(&scaled(picture, self.width));
            }
            Op::GraphicsStore(picture) => self.graphics = Some(picture.clone()),
            Op::GraphicsPrint => {
                if let Some(picture) = self.graphics.take() {
                    self.end_line_if_started();
                    self.block(&scaled(&picture, self.width));
                }
            }
            Op::Strip(picture) => {
                self.piece(scaled(picture, self.width));
            }
            Op::Cut { feed_dots, .. } => {
                self.end_line_if_started();
                self.feed(usize::from(*feed_dots));
            }
            _ => {}
        }
    }

    fn area(&self) -> (usize, usize) {
        let left = usize::from(self.format.left_margin_dots).min(self.width - 1);
        let width = usize::from(self.format.area_width_dots.unwrap_or(u16::MAX)).clamp(1, self.width - left);
        (left, width)
    }

    fn character(&mut self, character: char) {
        let format = &self.format;
        let font = font(format.small_font);
        let (times_x, times_y) = (usize::from(format.width), usize::from(format.height));
        let spacing = usize::from(format.character_spacing_dots);
        let width = (font.width + spacing) * times_x;
        let mut rows: Vec<Row> = font.rows(character).iter().map(|bits| dots_of(*bits, font.width, spacing)).collect();
        if format.bold {
            rows.iter_mut().for_each(embolden);
        }
        let mut rows: Vec<Row> = rows.iter().flat_map(|row| vec![stretched(row, times_x); times_y]).collect();
        let thickness = usize::from(format.underline);
        for row in rows.iter_mut().rev().take(thickness) {
            row.fill(1);
        }
        if format.inverse {
            rows.iter_mut().flatten().for_each(|dot| *dot = 1 - *dot);
        }
        if self.cursor > 0 && self.cursor + width > self.area().1 {
            self.end_line(usize::from(self.format.line_spacing_dots));
        }
        self.piece(rows);
    }

    fn piece(&mut self, rows: Vec<Row>) {
        // Beyond its paper a printer prints nothing; and a line has an end, even for who moves back and forth in it.
        if self.cursor >= self.width || self.line.len() >= PIECES_MAX {
            return;
        }
        let width = rows.first().map_or(0, Vec::len);
        self.line.push(Piece { x: self.cursor, rows });
        self.cursor += width;
    }

    fn tab(&mut self) {
        let column = font(self.format.small_font).width * usize::from(self.format.width);
        let stops = self.format.tab_stops.iter().map(|stop| usize::from(*stop) * column);
        let next = stops.into_iter().find(|x| *x > self.cursor);
        self.cursor = next.unwrap_or(self.width).min(self.width);
    }

    fn end_line_if_started(&mut self) {
        if !self.line.is_empty() {
            self.end_line(usize::from(self.format.line_spacing_dots));
        }
        self.cursor = 0;
    }

    /// Prints the line, its pieces on one base line, and moves on by `feed_dots`, or by what is on it.
    fn end_line(&mut self, feed_dots: usize) {
        let pieces = std::mem::take(&mut self.line);
        self.cursor = 0;
        let height = pieces.iter().map(|piece| piece.rows.len()).max().unwrap_or(0);
        let used = pieces.iter().map(|piece| piece.x + piece.rows.first().map_or(0, Vec::len)).max().unwrap_or(0);
        let mut dots = vec![vec![0; used]; height];
        for piece in &pieces {
            for (row, target) in piece.rows.iter().zip(&mut dots[height - piece.rows.len()..]) {
                target[piece.x..piece.x + row.len()].iter_mut().zip(row).for_each(|(dot, new)| *dot |= *new);
            }
        }
        if self.format.upside_down {
            dots.reverse();
            dots.iter_mut().for_each(|row| row.reverse());
        }
        self.block(&dots);
        self.feed(feed_dots.saturating_sub(height));
    }

    /// Dots at their place between the margins.
    fn block(&mut self, dots: &[Row]) {
        let (left, area) = self.area();
        let used = dots.first().map_or(0, Vec::len);
        let free = area.saturating_sub(used);
        let x = left
            + match self.format.align {
                Align::Left => 0,
                Align::Center => free / 2,
                Align::Right => free,
            };
        for dots in dots.iter().take(HEIGHT_DOTS_MAX.saturating_sub(self.rows.len())) {
            let mut row = vec![0; self.width];
            row[x..].iter_mut().zip(dots).for_each(|(dot, new)| *dot = *new);
            self.rows.push(row);
        }
    }

    fn feed(&mut self, dots: usize) {
        let dots = dots.min(HEIGHT_DOTS_MAX.saturating_sub(self.rows.len()));
        self.rows.extend(std::iter::repeat_n(vec![0; self.width], dots));
    }

    fn qr(&mut self) {
        let Some(content) = self.qr.clone() else { return };
        let times = usize::from(self.format.qr_module_dots.max(1));
        self.end_line_if_started();
        match symbol::qr(&content).filter(|matrix| matrix.size * times <= self.width) {
            Some(Matrix { size, dark }) => {
                let rows = dark.chunks(size).map(|row| row.iter().map(|dark| u8::from(*dark)).collect::<Row>());
                let rows: Vec<Row> = rows.flat_map(|row| vec![stretched(&row, times); times]).collect();
                self.block(&rows);
            }
            None => self.frame("QR"),
        }
    }

    fn barcode(&mut self, system: u8, content: &str) {
        self.end_line_if_started();
        let drawn = symbology(system).and_then(|symbology| symbol::bars(symbology, content));
        let times = usize::from(self.format.barcode_module_dots);
        let Some(bars) = drawn.filter(|bars| bars.len() * times <= self.area().1) else {
            self.frame(content);
            return;
        };
        if self.format.barcode_text & 1 == 1 {
            self.caption(content);
        }
        let bars: Row = bars.iter().map(|dark| u8::from(*dark)).collect();
        self.block(&vec![stretched(&bars, times); usize::from(self.format.barcode_height_dots)]);
        if self.format.barcode_text & 2 == 2 {
            self.feed(2);
            self.caption(content);
        }
    }

    /// The text of a bar code, in its own font and without the style of the text around it.
    fn caption(&mut self, text: &str) {
        let own = Format {
            align: self.format.align,
            small_font: self.format.barcode_small_font,
            left_margin_dots: self.format.left_margin_dots,
            area_width_dots: self.format.area_width_dots,
            ..Format::default()
        };
        let format = std::mem::replace(&mut self.format, own);
        text.chars().for_each(|character| self.character(character));
        self.end_line(0);
        self.format = format;
    }

    /// Stands for a code that is not drawn here, with what it says.
    fn frame(&mut self, text: &str) {
        let width = (self.area().1 * 2 / 3).max(1);
        self.end_line_if_started();
        self.block(&vec![vec![1; width]; 2]);
        self.caption(text);
        self.block(&vec![vec![1; width]; 2]);
    }
}

fn dots_of(bits: u16, width: usize, spacing: usize) -> Row {
    let glyph = (0..width).rev().map(|bit| (bits >> bit & 1) as u8);
    glyph.chain(std::iter::repeat_n(0, spacing)).collect()
}

/// Printed twice, a dot apart, as the print head does it.
fn embolden(row: &mut Row) {
    for x in (1..row.len()).rev() {
        row[x] |= row[x - 1];
    }
}

fn stretched(row: &[u8], times: usize) -> Row {
    row.iter().flat_map(|dot| std::iter::repeat_n(*dot, times)).collect()
}

/// The dots of a picture, as far as the paper goes.
fn scaled(picture: &Picture, width_max: usize) -> Vec<Row> {
    let (times_x, times_y) = (usize::from(picture.scale_x), usize::from(picture.scale_y));
    let width = usize::from(picture.bitmap.width_dots).min(width_max);
    let height = usize::from(picture.bitmap.height_dots).min(HEIGHT_DOTS_MAX);
    let row = |y: usize| (0..width).map(|x| u8::from(picture.bitmap.is_black(x, y))).collect::<Row>();
    (0..height).flat_map(|y| vec![stretched(&row(y), times_x); times_y]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escpos::decode::Decoder;
    use proptest::prelude::*;

    fn drawn(bytes: &[u8], width: usize) -> Vec<String> {
        let mut canvas = Canvas::new(width);
        Decoder::new().push(bytes).iter().for_each(|decoded| canvas.apply(&decoded.op));
        let line = |row: Row| row.iter().map(|dot| if *dot == 1 { '#' } else { '.' }).collect();
        canvas.take().into_iter().map(line).collect()
    }

    #[test]
    fn a_picture_is_put_where_it_belongs() {
        let head = b"\x1da\x00";
        for (align, expected) in [(0, "##.#........"), (1, "..##.#......"), (2, "....##.#....")] {
            let bytes = [&head[..], &[0x1B, b'a', align], b"\x1dv0\x00\x01\x00\x02\x00\xd0\xd0"].concat();
            assert_eq!(drawn(&bytes, 12), [expected, expected]);
        }
        assert_eq!(drawn(b"\x1dv0\x03\x01\x00\x01\x00\xa0", 8), ["##..##..", "##..##.."]);
        assert_eq!(drawn(b"\x1b*\x01\x02\x00\x80\x01\x1bJ\x00", 4)[..3], ["#...", "#...", "#..."]);
    }

    #[test]
    fn lines_are_as_high_as_what_is_on_them() {
        assert_eq!(drawn(b"a\n", 24).len(), 30);
        assert_eq!(drawn(b"\x1d!\x11a\n", 24).len(), 48);
        assert_eq!(drawn(b"\x1b3\x0a\n\x1b2\x1bd\x02", 24).len(), 10 + 60);
        assert_eq!(drawn(b"aaa", 24).len(), 30);
        let inverse = drawn(b"\x1dB\x01 \n", 12);
        assert!(inverse[..24].iter().all(|row| row == "############"));
    }

    proptest! {
        // Every case may draw metres of paper.
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn it_takes_hostile_bytes(bytes in proptest::collection::vec(
            prop_oneof![
                Just(0x1B_u8), Just(0x1D), Just(b'!'), Just(b'$'), Just(b'\\'), Just(b'L'), Just(b'W'), Just(b'*'), Just(b'k'),
                Just(b'v'), Just(b'0'), Just(b'\n'), Just(b'\t'), Just(0), Just(1), Just(33), any::<u8>()
            ],
            0..400
        ), width in 1_usize..600) {
            let rows = drawn(&bytes, width);
            prop_assert!(rows.len() <= HEIGHT_DOTS_MAX && rows.iter().all(|row| row.len() == width));
        }
    }
}
