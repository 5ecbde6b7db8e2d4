//! A day of the appointment book on A4 or Letter: a column for each stylist on a page turned on its side, or a line for
//! each visit. What is said of a client is the caller's choice; here is only where it stands.

use super::block::{Block, Role, Run, Shape, Style};
use super::face::{Faces, Weight};
use super::{MM, PageSize, Pdf, PdfOptions, Sheet, draw};
use crate::PaperError;
use crate::brand::{BLUE, BLUE_STRONG, BLUE_TINT, CANVAS, Color, INK, LINE, MUTED, SURFACE};
use crate::piece::clean;

/// A day for the wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySheet {
    /// Which day.
    pub title: String,
    /// Where, and how it stands.
    pub about: String,
    /// Said where there is nothing to show.
    pub empty: String,
    /// The minutes that columns show, `from < to`.
    pub from_minute: u16,
    pub to_minute: u16,
    pub columns: Vec<DayColumn>,
    /// The heads of the list: time, client, services, with whom.
    pub list_head: [String; 4],
    pub lines: Vec<DayLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayColumn {
    pub name: String,
    /// When nobody works in it.
    pub off: Vec<(u16, u16)>,
    pub visits: Vec<DayVisit>,
}

/// A part of a visit in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayVisit {
    pub from: u16,
    pub to: u16,
    /// When the stylist is free within it.
    pub gaps: Vec<(u16, u16)>,
    pub client: String,
    pub what: String,
}

/// A visit in the list: time, client, services, with whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayLine(pub [String; 4]);

const MARGIN: f32 = 10.0 * MM;
const TITLE: f32 = 16.0;
const TEXT: f32 = 8.5;
const SMALL: f32 = 7.5;
const LEADING: f32 = 1.25;
/// So many columns can be read on a page.
const COLUMNS_MAX: usize = 6;
const GUTTER: f32 = 30.0;
const HEAD: f32 = 20.0;
/// Of a list's width, for each of its cells.
const SHARES: [f32; 4] = [0.14, 0.3, 0.34, 0.22];
/// Nothing that is drawn may be lost to rounding.
const SLACK: f32 = 0.5;

/// A column for each stylist, at most six on a page; `options.page` is turned on its side. A roll is taken for A4.
pub fn day_columns(day: &DaySheet, options: &PdfOptions<'_>) -> Result<Pdf, PaperError> {
    let (width, height) = paper(options.page);
    finish(day, options, height, width, |pen| pen.columns(day))
}

/// A line for each visit, with the heads again on each page. A roll is taken for A4.
pub fn day_list(day: &DaySheet, options: &PdfOptions<'_>) -> Result<Pdf, PaperError> {
    let (width, height) = paper(options.page);
    finish(day, options, width, height, |pen| pen.list(day))
}

fn paper(page: PageSize) -> (f32, f32) {
    match page {
        PageSize::Letter => (8.5 * 72.0, 11.0 * 72.0),
        PageSize::A4 | PageSize::Roll80 => (210.0 * MM, 297.0 * MM),
    }
}

fn finish(
    day: &DaySheet,
    options: &PdfOptions<'_>,
    width: f32,
    height: f32,
    lay: impl FnOnce(&Pen<'_>) -> Vec<Block>,
) -> Result<Pdf, PaperError> {
    let faces = Faces::load()?;
    let sheet = Sheet { width, height: Some(height), column: width - 2.0 * MARGIN, margin: MARGIN, unit: 1.0 };
    let pen = Pen { width: sheet.column, room: sheet.room(), faces: &faces };
    let blocks = if day.columns.is_empty() && day.lines.is_empty() { pen.nothing(day) } else { lay(&pen) };
    let missing = faces.missing_in(blocks.iter().flat_map(|block| &block.runs).map(|run| run.text.as_str()));
    Ok(Pdf { bytes: draw::draw(&blocks, &sheet, &faces, options)?, missing })
}

struct Pen<'a> {
    width: f32,
    room: f32,
    faces: &'a Faces,
}

fn style(size: f32, weight: Weight, color: Color) -> Style {
    Style { size, weight, color }
}

fn block(height: f32, role: Role) -> Block {
    Block { height, role, shapes: Vec::new(), runs: Vec::new(), leads: false }
}

impl Pen<'_> {
    /// What fits into `width`, the rest cut off with an ellipsis.
    fn cut(&self, text: &str, style: Style, width: f32) -> String {
        let face = self.faces.of(style.weight);
        if face.width(text, style.size) <= width {
            return text.to_owned();
        }
        let room = width - face.width("…", style.size);
        let mut kept = String::new();
        for character in text.chars() {
            if face.width(&kept, style.size) + face.width(character.encode_utf8(&mut [0; 4]), style.size) > room {
                break;
            }
            kept.push(character);
        }
        format!("{}…", kept.trim_end())
    }

    fn run(&self, text: &str, style: Style, (x, baseline): (f32, f32), width: f32) -> Run {
        Run { x, baseline, text: format!("{} ", self.cut(&clean(text), style, width)), style, cell: 0 }
    }

    fn title(&self, day: &DaySheet) -> Block {
        let mut head = block(TITLE * 2.1, Role::Heading);
        let large = style(TITLE, Weight::Semibold, BLUE_STRONG);
        head.runs.push(self.run(&day.title, large, (0.0, TITLE), self.width));
        head.runs.push(self.run(&day.about, style(TEXT, Weight::Regular, MUTED), (0.0, TITLE * 1.75), self.width));
        head
    }

    fn nothing(&self, day: &DaySheet) -> Vec<Block> {
        let mut line = block(TEXT * 4.0, Role::Paragraph);
        line.runs.push(self.run(&day.empty, style(TEXT, Weight::Regular, INK), (0.0, TEXT * 2.0), self.width));
        vec![self.title(day), line]
    }

    /// A page's title and its grid fill the page, so that the next begins another.
    fn columns(&self, day: &DaySheet) -> Vec<Block> {
        let pages = day.columns.len().div_ceil(COLUMNS_MAX).max(1);
        let each = day.columns.len().div_ceil(pages).max(1);
        let mut blocks = Vec::new();
        for columns in day.columns.chunks(each) {
            let title = self.title(day);
            let height = self.room - title.height - SLACK;
            blocks.push(title);
            blocks.extend(self.grid(day, columns, height));
        }
        blocks
    }

    /// The ground with its lines, and then a block without height for each column, so that who listens hears them one
    /// after another.
    fn grid(&self, day: &DaySheet, columns: &[DayColumn], height: f32) -> Vec<Block> {
        let width = (self.width - GUTTER) / columns.len() as f32;
        let scale = Scale { from: day.from_minute, to: day.to_minute.max(day.from_minute + 1), height: height - HEAD };
        let mut ground = block(0.0, Role::Decoration);
        let (left, right) = (GUTTER, self.width);
        for (at, column) in columns.iter().enumerate() {
            let x = GUTTER + at as f32 * width;
            ground.shapes.extend(column.off.iter().map(|(from, to)| {
                let (y, end) = (scale.y(*from), scale.y(*to));
                Shape::Rect { x, y, width, height: end - y, color: CANVAS }
            }));
            ground.shapes.push(Shape::Rect { x, y: 0.0, width: 0.5, height, color: LINE });
        }
        let hours = (day.from_minute.div_ceil(60)..=day.to_minute / 60).map(|hour| hour * 60);
        let clock = style(SMALL, Weight::Regular, MUTED);
        for minute in hours {
            let y = scale.y(minute);
            ground.shapes.push(Shape::Rect { x: left, y, width: right - left, height: 0.5, color: LINE });
            let text = format!("{:02}:{:02}", minute / 60, minute % 60);
            ground.runs.push(self.run(&text, clock, (0.0, y + SMALL * 0.4), GUTTER));
        }
        let mut blocks = vec![ground];
        for (at, column) in columns.iter().enumerate() {
            blocks.push(self.column(column, GUTTER + at as f32 * width, width, &scale));
        }
        // What stands in the blocks before takes this room.
        blocks.push(block(height, Role::Decoration));
        blocks
    }

    fn column(&self, column: &DayColumn, x: f32, width: f32, scale: &Scale) -> Block {
        let mut drawn = block(0.0, Role::Paragraph);
        let head = style(TEXT + 1.0, Weight::Semibold, INK);
        drawn.runs.push(self.run(&column.name, head, (x + 4.0, HEAD * 0.6), width - 6.0));
        for (visit, lane) in column.visits.iter().zip(lanes(&column.visits)) {
            let place = (x + 1.5 + (width - 3.0) * lane.0, (width - 3.0) * lane.1);
            self.visit(&mut drawn, visit, place, scale);
        }
        drawn
    }

    fn visit(&self, drawn: &mut Block, visit: &DayVisit, (x, width): (f32, f32), scale: &Scale) {
        let (y, end) = (scale.y(visit.from), scale.y(visit.to));
        let height = (end - y - 1.0).max(1.0);
        drawn.shapes.push(Shape::Rect { x, y, width, height, color: BLUE_TINT });
        drawn.shapes.extend(visit.gaps.iter().map(|(from, to)| {
            let (y, end) = (scale.y(*from), scale.y(*to));
            Shape::Rect { x: x + 3.0, y, width: width - 4.0, height: end - y, color: SURFACE }
        }));
        drawn.shapes.push(Shape::Rect { x, y, width: 2.0, height, color: BLUE });
        let lines = ((height / (TEXT * LEADING)) as usize).max(1);
        let (left, room) = (x + 5.0, width - 7.0);
        let time = format!("{:02}:{:02}", visit.from / 60, visit.from % 60);
        let bold = style(TEXT.min(height * 0.9), Weight::Semibold, INK);
        let first = match lines {
            1 if !visit.what.is_empty() => format!("{time} {}  ·  {}", visit.client, visit.what),
            _ => format!("{time} {}", visit.client),
        };
        drawn.runs.push(self.run(&first, bold, (left, y + bold.size * 0.95), room));
        let plain = style(SMALL, Weight::Regular, MUTED);
        let wrapped = self.faces.of(plain.weight).wrap(&clean(&visit.what), plain.size, room);
        for (at, line) in wrapped.iter().take(lines - 1).enumerate() {
            let baseline = y + bold.size * 0.95 + (at + 1) as f32 * TEXT * LEADING;
            drawn.runs.push(self.run(line, plain, (left, baseline), room));
        }
    }

    fn list(&self, day: &DaySheet) -> Vec<Block> {
        let head = self.line(&day.list_head, style(SMALL, Weight::Semibold, MUTED), Role::HeaderRow);
        let mut blocks = vec![self.title(day), head.clone()];
        let mut used: f32 = blocks.iter().map(|block| block.height).sum();
        for line in &day.lines {
            let row = self.line(&line.0, style(TEXT, Weight::Regular, INK), Role::Row);
            if used + row.height > self.room - SLACK {
                // Fills the page, so that the heads are the first on the next.
                blocks.push(block(self.room - used - SLACK / 2.0, Role::Decoration));
                blocks.push(head.clone());
                used = head.height;
            }
            used += row.height;
            blocks.push(row);
        }
        blocks
    }

    /// Cells beside one another, each wrapped in its own width, and a line below.
    fn line(&self, cells: &[String; 4], of: Style, role: Role) -> Block {
        let face = self.faces.of(of.weight);
        let mut drawn = block(0.0, role);
        let (mut x, mut lines) = (0.0, 1);
        for (cell, (text, share)) in cells.iter().zip(SHARES).enumerate() {
            let width = self.width * share;
            let wrapped = face.wrap(&clean(text), of.size, width - 6.0);
            lines = lines.max(wrapped.len());
            drawn.runs.extend(wrapped.into_iter().enumerate().map(|(at, line)| {
                let baseline = (at as f32 + 1.2) * of.size * LEADING;
                Run { x, baseline, text: format!("{line} "), style: of, cell }
            }));
            x += width;
        }
        drawn.height = (lines as f32 + 0.8) * of.size * LEADING;
        drawn.shapes.push(Shape::Rect { x: 0.0, y: drawn.height - 0.5, width: self.width, height: 0.5, color: LINE });
        drawn
    }
}

/// Where a minute is, below the column's head.
struct Scale {
    from: u16,
    to: u16,
    height: f32,
}

impl Scale {
    fn y(&self, minute: u16) -> f32 {
        let minute = minute.clamp(self.from, self.to);
        HEAD + f32::from(minute - self.from) / f32::from(self.to - self.from) * self.height
    }
}

/// Where each visit begins across its column and how wide it is, as parts of the whole: those that overlap stand beside
/// one another.
fn lanes(visits: &[DayVisit]) -> Vec<(f32, f32)> {
    let mut order: Vec<usize> = (0..visits.len()).collect();
    order.sort_by_key(|at| (visits[*at].from, visits[*at].to, *at));
    let mut placed = vec![(0.0, 1.0); visits.len()];
    let mut group: Vec<(usize, usize)> = Vec::new();
    let mut ends: Vec<u16> = Vec::new();
    let mut settle = |group: &mut Vec<(usize, usize)>, ends: &mut Vec<u16>| {
        let count = ends.len().max(1) as f32;
        for (visit, lane) in group.drain(..) {
            placed[visit] = (lane as f32 / count, 1.0 / count);
        }
        ends.clear();
    };
    for at in order {
        let visit = &visits[at];
        if ends.iter().all(|end| *end <= visit.from) {
            settle(&mut group, &mut ends);
        }
        let lane = ends.iter().position(|end| *end <= visit.from).unwrap_or(ends.len());
        if lane == ends.len() {
            ends.push(visit.to);
        } else {
            ends[lane] = visit.to;
        }
        group.push((at, lane));
    }
    settle(&mut group, &mut ends);
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: PdfOptions<'_> = PdfOptions { page: PageSize::A4, language: "en", title: "Day", author: "Salon" };

    fn visit(from: u16, to: u16) -> DayVisit {
        let (client, what) = ("Maximiliane-Alexandra von Hohenstein-Oberndorf".into(), "Colour, gloss and cut".into());
        DayVisit { from, to, gaps: vec![(from + 5, from + 10)], client, what }
    }

    fn sheet(columns: usize, lines: usize) -> DaySheet {
        let column = |n: usize| DayColumn {
            name: format!("Stylist {n}"),
            off: vec![(480, 540)],
            visits: (0..20).map(|at| visit(480 + at * 30, 510 + at * 30)).collect(),
        };
        DaySheet {
            title: "Tuesday".into(),
            about: "Harbour".into(),
            empty: "Nothing".into(),
            from_minute: 480,
            to_minute: 1200,
            columns: (0..columns).map(column).collect(),
            list_head: ["Time", "Client", "Services", "With"].map(str::to_owned),
            lines: (0..lines).map(|n| DayLine([format!("{n}"), "A".into(), "B".into(), "C".into()])).collect(),
        }
    }

    fn pages(pdf: &Pdf) -> usize {
        String::from_utf8_lossy(&pdf.bytes).matches("/MediaBox").count()
    }

    #[test]
    fn thirty_columns_are_five_pages_and_the_same_day_the_same_bytes() {
        let full = day_columns(&sheet(30, 0), &OPTIONS).unwrap();
        assert_eq!((pages(&full), full.missing.len()), (5, 0));
        assert_eq!(full, day_columns(&sheet(30, 0), &OPTIONS).unwrap());
        assert_eq!(pages(&day_columns(&sheet(6, 0), &OPTIONS).unwrap()), 1);
        assert_eq!(pages(&day_columns(&sheet(7, 0), &OPTIONS).unwrap()), 2);
    }

    #[test]
    fn a_long_list_goes_on_over_pages_and_an_empty_day_is_a_page() {
        let long = day_list(&sheet(0, 600), &OPTIONS).unwrap();
        assert!((10..20).contains(&pages(&long)), "{}", pages(&long));
        for empty in [day_list(&sheet(0, 0), &OPTIONS), day_columns(&sheet(0, 0), &OPTIONS)] {
            assert_eq!(pages(&empty.unwrap()), 1);
        }
    }

    #[test]
    fn those_at_one_time_share_the_column() {
        let lanes = lanes(&[visit(540, 600), visit(570, 630), visit(630, 660)]);
        assert_eq!(lanes, [(0.0, 0.5), (0.5, 0.5), (0.0, 1.0)]);
    }
}
