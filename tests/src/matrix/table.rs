//! The matrix as people read it: instants down, acts across.

use super::cell::{Act, Cell, Step};
use super::play::Played;
use std::fmt::Write;

pub fn table(played: &[Played]) -> String {
    let mut rows = vec![std::iter::once("instant").chain(Act::ALL.map(Act::name)).map(str::to_owned).collect()];
    for step in Step::ALL {
        let cells = Act::ALL.map(|act| text_of(played, Cell { step, act }));
        rows.push(std::iter::once(step.name().to_owned()).chain(cells).collect::<Vec<String>>());
    }
    let columns = Act::ALL.len() + 1;
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}"));
        let _ = writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    out
}

fn text_of(played: &[Played], cell: Cell) -> String {
    let here = played.iter().filter(|one| one.cell == cell);
    let texts: Vec<String> = here.map(Played::text).collect();
    if texts.is_empty() { "-".to_owned() } else { texts.join(" / ") }
}
