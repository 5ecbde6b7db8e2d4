//! From pieces to blocks: what stands where within the column, in points from the block's upper left.

use super::Sheet;
use super::face::{Faces, Weight};
use crate::brand::{BLACK, BLUE, BLUE_STRONG, BLUE_TINT, Color, INK, LINE, MUTED, PINK, PINK_TEXT, PINK_TINT};
use crate::dots::Dots;
use crate::piece::{Piece, clean};
use salon_ports::Align;
use salon_symbol as symbol;

/// Something that stays together on one page.
#[derive(Debug, Clone)]
pub struct Block {
    pub height: f32,
    pub role: Role,
    pub shapes: Vec<Shape>,
    pub runs: Vec<Run>,
    /// Belongs to the block after it, on the same page.
    pub leads: bool,
}

/// What a block is to somebody who does not see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    Heading,
    Paragraph,
    /// Cells by [`Run::cell`].
    HeaderRow,
    Row,
    /// With what it shows; its text, if any, is a paragraph after it.
    Figure(String),
    Decoration,
}

#[derive(Debug, Clone)]
pub enum Shape {
    Rect {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        color: Color,
    },
    /// Dots of `across` × `down` points.
    Dots {
        x: f32,
        y: f32,
        across: f32,
        down: f32,
        dots: Dots,
    },
}

/// Text in one line and style.
#[derive(Debug, Clone)]
pub struct Run {
    pub x: f32,
    pub baseline: f32,
    pub text: String,
    pub style: Style,
    pub cell: usize,
}

#[derive(Debug, Clone, Copy)]
pub struct Style {
    pub size: f32,
    pub weight: Weight,
    pub color: Color,
}

/// Of a line's height, as a multiple of the text's size.
const LEADING: f32 = 1.32;
/// Where in a line the text stands, as a multiple of its height.
const BASELINE: f32 = 0.75;

const BODY: f32 = 9.0;
const SMALL: f32 = 8.0;
const HEADING: f32 = 17.0;
const TOTAL: f32 = 16.0;
const LABEL: f32 = 10.5;
const MARK: f32 = 13.0;

pub fn blocks(pieces: &[Piece], sheet: &Sheet, faces: &Faces) -> Vec<Block> {
    let layout = Layout { width: sheet.column, unit: sheet.unit, faces };
    let mut blocks = Vec::new();
    // Of the part that a rule began last.
    let mut part = 0;
    for piece in pieces {
        match piece {
            Piece::Rule => part = blocks.len(),
            // A total stands on one page with what it sums up just above: net and tax.
            Piece::Total { .. } if blocks.len() - part <= TOTAL_LEAD_MAX => {
                blocks[part..].iter_mut().for_each(|block: &mut Block| block.leads = true);
            }
            _ => {}
        }
        blocks.extend(layout.piece(piece));
    }
    blocks
}

/// More than that above a total are the lines of the sale, which may be parted.
const TOTAL_LEAD_MAX: usize = 6;

struct Layout<'a> {
    width: f32,
    unit: f32,
    faces: &'a Faces,
}

impl Layout<'_> {
    fn style(&self, size: f32, weight: Weight, color: Color) -> Style {
        Style { size: size * self.unit, weight, color }
    }

    fn piece(&self, piece: &Piece) -> Vec<Block> {
        let body = self.style(BODY, Weight::Regular, INK);
        match piece {
            Piece::Heading(text) => {
                let mut block = self.text(text, self.style(HEADING, Weight::Semibold, BLUE_STRONG), Align::Center);
                block.role = Role::Heading;
                vec![block, self.gap(2.0)]
            }
            Piece::Total { label, amount } => {
                let block = with_ground(self.total(label, amount), self.width, &[(BLUE_TINT, 0.0)]);
                vec![self.gap(4.0), block, self.gap(4.0)]
            }
            Piece::Mark(text) => {
                let block = self.text_in(text, self.style(MARK, Weight::Semibold, PINK_TEXT), Align::Center, 6.0);
                let frame = [(PINK, 0.0), (PINK_TINT, self.unit)];
                vec![self.gap(4.0), with_ground(block, self.width, &frame), self.gap(4.0)]
            }
            Piece::Text { text, align: Align::Left, bold: true } => {
                let style = self.style(BODY, Weight::Semibold, BLUE);
                vec![leading(self.gap(3.0)), leading(self.text(text, style, Align::Left))]
            }
            Piece::Text { text, align, bold: true } => {
                vec![self.text(text, self.style(BODY, Weight::Semibold, PINK_TEXT), *align)]
            }
            Piece::Text { text, align: Align::Center, bold: false } => {
                vec![self.text(text, self.style(BODY, Weight::Regular, MUTED), Align::Center)]
            }
            Piece::Text { text, align, bold: false } => vec![self.text(text, body, *align)],
            Piece::Row { left, right, bold, detail } => vec![self.row(left, right, *bold, *detail)],
            Piece::Rule => vec![leading(self.rule())],
            Piece::Gap(lines) => vec![self.gap(6.0 * f32::from(*lines))],
            Piece::Qr(content) => {
                let dots = symbol::qr(content).map(|matrix| Dots::of_qr(&matrix));
                self.symbol(content, dots, QR_WIDTH, None)
            }
            Piece::Barcode { content, symbology } => {
                let dots = symbol::bars(*symbology, content).map(|bars| Dots::of_bars(&bars));
                let width = dots.as_ref().map_or(0.0, |dots| dots.width as f32 * BAR_WIDTH);
                self.symbol(content, dots, width, Some(BARS_HEIGHT))
            }
            Piece::Table { header, rows } => self.table(header, rows),
            Piece::Image { bitmap, alt } => {
                let dots = Dots::of_bitmap(bitmap);
                let width = dots.width as f32 * DOT;
                match self.picture(dots, width, None, alt) {
                    Some(block) => vec![block, self.gap(4.0)],
                    None => vec![self.text(alt, body, Align::Center)],
                }
            }
        }
    }

    fn gap(&self, height: f32) -> Block {
        Block { height: height * self.unit, role: Role::Decoration, shapes: Vec::new(), runs: Vec::new(), leads: false }
    }

    fn rule(&self) -> Block {
        let mut block = self.gap(11.0);
        let height = 0.75 * self.unit;
        let y = (block.height - height) / 2.0;
        block.shapes.push(Shape::Rect { x: 0.0, y, width: self.width, height, color: LINE });
        block
    }

    fn text(&self, text: &str, style: Style, align: Align) -> Block {
        self.text_in(text, style, align, 0.0)
    }

    /// Wrapped, with `padding` around it.
    fn text_in(&self, text: &str, style: Style, align: Align, padding: f32) -> Block {
        let padding = padding * self.unit;
        let room = self.width - 2.0 * padding;
        let mut runs = self.lines(text, style, 0.0, room, align);
        let height = self.height_of(&runs, style);
        for run in &mut runs {
            run.x += padding;
            run.baseline += padding / 2.0;
        }
        Block { height: height + padding, role: Role::Paragraph, shapes: Vec::new(), runs, leads: false }
    }

    /// `text` in lines between `x` and `x + width`, the first at the top. Lines that go on end in a space, so that
    /// words stay apart where there are no lines.
    fn lines(&self, text: &str, style: Style, x: f32, width: f32, align: Align) -> Vec<Run> {
        let face = self.faces.of(style.weight);
        let lines = face.wrap(text, style.size, width);
        let last = lines.len() - 1;
        lines
            .into_iter()
            .enumerate()
            .map(|(at, line)| {
                let free = width - face.width(&line, style.size);
                let before = match align {
                    Align::Left => 0.0,
                    Align::Center => free / 2.0,
                    Align::Right => free,
                };
                let text = if at < last { line + " " } else { line };
                let baseline = (at as f32 + BASELINE) * style.size * LEADING;
                Run { x: x + before, baseline, text, style, cell: 0 }
            })
            .collect()
    }

    fn height_of(&self, runs: &[Run], style: Style) -> f32 {
        let last = runs.iter().map(|run| run.baseline).fold(0.0, f32::max);
        last + (1.0 - BASELINE) * style.size * LEADING
    }

    /// The label at the left, the amount large at the right; on lines of their own where one line is too short.
    fn total(&self, label: &str, amount: &str) -> Block {
        let (small, large) =
            (self.style(LABEL, Weight::Semibold, BLUE_STRONG), self.style(TOTAL, Weight::Semibold, BLUE_STRONG));
        let widths =
            [(label, small), (amount, large)].map(|(text, style)| self.faces.of(style.weight).width(text, style.size));
        let padding = 6.0 * self.unit;
        let right = self.text_in(amount, large, Align::Right, 6.0);
        let mut left = self.text_in(&format!("{label} "), small, Align::Left, 6.0);
        if label.is_empty() {
            return right;
        }
        if widths.iter().sum::<f32>() + 3.0 * padding > self.width {
            return above(left, right);
        }
        // Both stand on the amount's line.
        let baseline = right.runs.first().map_or(0.0, |run| run.baseline);
        for run in &mut left.runs {
            run.baseline = baseline;
            run.text.push(' ');
        }
        Block { runs: left.runs.into_iter().chain(right.runs).collect(), ..right }
    }

    /// Left and right in one line where that leaves `left` enough room; else `right` gets a line of its own below.
    fn row(&self, left: &str, right: &str, bold: bool, detail: bool) -> Block {
        let color = if detail { MUTED } else { INK };
        let style = self.style(BODY, if bold { Weight::Semibold } else { Weight::Regular }, color);
        let indent = if detail { 8.0 * self.unit } else { 0.0 };
        let face = self.faces.of(style.weight);
        let right_width = face.width(right, style.size);
        let gap = if right.is_empty() { 0.0 } else { 6.0 * self.unit };
        let room = self.width - indent - right_width - gap;
        let is_narrow = room < self.width * ROW_LEFT_MIN && face.width(left, style.size) > room;
        let (left_room, below) = if is_narrow { (self.width - indent, true) } else { (room, false) };
        let mut runs = self.lines(left, style, indent, left_room, Align::Left);
        if !right.is_empty() {
            let lead = if below { self.height_of(&runs, style) } else { 0.0 };
            if let Some(run) = runs.last_mut() {
                run.text.push(' ');
            }
            let mut beside = self.lines(right, style, 0.0, self.width, Align::Right);
            beside.iter_mut().for_each(|run| run.baseline += lead);
            runs.append(&mut beside);
        }
        Block { height: self.height_of(&runs, style), role: Role::Paragraph, shapes: Vec::new(), runs, leads: false }
    }

    /// Columns as wide as their widest cell, what is left shared out between them; smaller where that is too wide.
    fn table(&self, header: &[String], rows: &[Vec<String>]) -> Vec<Block> {
        let count = rows.iter().map(Vec::len).chain([header.len()]).max().unwrap_or(0);
        let head = self.style(SMALL, Weight::Semibold, MUTED);
        let cell = self.style(SMALL, Weight::Regular, INK);
        let natural: Vec<f32> = (0..count)
            .map(|at| {
                let of = |row: &[String], style: Style| {
                    row.get(at).map_or(0.0, |text| self.faces.of(style.weight).width(text, style.size))
                };
                rows.iter().map(|row| of(row, cell)).fold(of(header, head), f32::max)
            })
            .collect();
        let gaps = count.saturating_sub(1) as f32;
        let needed = natural.iter().sum::<f32>() + gaps * TABLE_GAP_MIN * self.unit;
        let scale = if needed > self.width { self.width / needed } else { 1.0 };
        let taken: f32 = natural.iter().map(|width| width * scale).sum();
        let gap = if gaps > 0.0 { (self.width - taken) / gaps } else { 0.0 };
        let mut right_edge = 0.0;
        let edges: Vec<f32> = natural
            .iter()
            .enumerate()
            .map(|(at, width)| {
                right_edge += width * scale + if at == 0 { 0.0 } else { gap };
                right_edge
            })
            .collect();
        let scaled = |style: Style| Style { size: style.size * scale, ..style };
        let mut blocks = Vec::new();
        if !header.is_empty() {
            let mut block = self.table_row(header, scaled(head), &edges, Role::HeaderRow);
            let (y, height) = (block.height, 0.75 * self.unit);
            block.shapes.push(Shape::Rect { x: 0.0, y, width: self.width, height, color: LINE });
            block.height += 3.0 * self.unit;
            blocks.push(block);
        }
        blocks.extend(rows.iter().map(|row| self.table_row(row, scaled(cell), &edges, Role::Row)));
        blocks
    }

    fn table_row(&self, cells: &[String], style: Style, edges: &[f32], role: Role) -> Block {
        let face = self.faces.of(style.weight);
        let runs = cells.iter().zip(edges).enumerate().map(|(cell, (text, edge))| {
            let x = if cell == 0 { 0.0 } else { edge - face.width(text, style.size) };
            Run { x, baseline: BASELINE * style.size * LEADING, text: format!("{text} "), style, cell }
        });
        Block { height: style.size * LEADING, role, shapes: Vec::new(), runs: runs.collect(), leads: false }
    }

    /// A code to be scanned, and what it says below.
    fn symbol(&self, content: &str, dots: Option<Dots>, width: f32, height: Option<f32>) -> Vec<Block> {
        if content.is_empty() {
            return Vec::new();
        }
        let text = clean(content);
        let below = self.text(&text, self.style(SMALL, Weight::Regular, MUTED), Align::Center);
        let picture = dots.and_then(|dots| self.picture(dots, width * self.unit, height, &text));
        let block = picture.map_or(below.clone(), |picture| above(above(picture, self.gap(2.0)), below));
        vec![self.gap(4.0), block]
    }

    /// In the middle, `width` points wide or as wide as the column, as high as its dots or `height` says. `None` when
    /// there is nothing to see.
    fn picture(&self, dots: Dots, width: f32, height: Option<f32>, alt: &str) -> Option<Block> {
        if dots.width == 0 || dots.height == 0 {
            return None;
        }
        let width = width.min(self.width);
        let across = width / dots.width as f32;
        let down = height.map_or(across, |height| height * self.unit / dots.height as f32);
        let height = down * dots.height as f32;
        let shape = Shape::Dots { x: (self.width - width) / 2.0, y: 0.0, across, down, dots };
        Some(Block { height, role: Role::Figure(alt.to_owned()), shapes: vec![shape], runs: Vec::new(), leads: false })
    }
}

/// Below this part of the column the left of a row gets lines of its own.
const ROW_LEFT_MIN: f32 = 0.35;
const TABLE_GAP_MIN: f32 = 5.0;
/// 26 mm, quiet zone included: as printers print it, and what phones read at arm's length.
const QR_WIDTH: f32 = 74.0;
/// The narrowest bar, 0.33 mm (GS1 General Specifications, the X-dimension of retail).
const BAR_WIDTH: f32 = 0.94;
const BARS_HEIGHT: f32 = 32.0;
/// A dot of a picture, as on paper: eight a millimetre.
const DOT: f32 = 72.0 / 25.4 / 8.0;

/// Two blocks as one, that no page parts.
fn above(mut upper: Block, lower: Block) -> Block {
    let runs = lower.runs.into_iter().map(|run| Run { baseline: run.baseline + upper.height, ..run });
    upper.runs.extend(runs);
    upper.height += lower.height;
    upper
}

fn leading(block: Block) -> Block {
    Block { leads: true, ..block }
}

/// The block with rectangles behind it, each by so much smaller than the block.
fn with_ground(mut block: Block, width: f32, grounds: &[(Color, f32)]) -> Block {
    let height = block.height;
    block.shapes.extend(grounds.iter().map(|(color, by)| Shape::Rect {
        x: *by,
        y: *by,
        width: width - 2.0 * by,
        height: height - 2.0 * by,
        color: *color,
    }));
    block
}

impl Shape {
    pub fn color(&self) -> Color {
        match self {
            Shape::Rect { color, .. } => *color,
            // Scanners see black best.
            Shape::Dots { .. } => BLACK,
        }
    }
}
