//! Tables on narrow paper: the tax table above all.

use super::layout::{LEFT_WIDTH_MIN, column_lines, pad, without_controls, wrap};
use salon_ports::Align;

/// Between two columns.
const GAP: usize = 1;

/// The lines of a table: those of the header, then those of the rows. The first column is to the left and gets what the
/// others leave, the others are to the right and as wide as their widest cell. Where the first column would get too
/// little it has a line of its own; where even the others do not fit beside each other, each cell has.
pub(super) fn table_lines(header: &[String], rows: &[Vec<String>], columns: usize) -> (Vec<String>, Vec<String>) {
    let clean = |row: &[String]| -> Vec<String> { row.iter().map(|cell| one_line(cell)).collect() };
    let header = clean(header);
    let rows: Vec<Vec<String>> = rows.iter().map(|row| clean(row)).collect();
    let count = rows.iter().chain([&header]).map(Vec::len).max().unwrap_or(0);
    let cell = |row: &Vec<String>, at: usize| row.get(at).cloned().unwrap_or_default();
    let width_of = |at: usize| rows.iter().chain([&header]).map(|row| length(&cell(row, at))).max().unwrap_or(0);
    let widths: Vec<usize> = (1..count).map(width_of).collect();
    let others: usize = widths.iter().map(|width| width + GAP).sum();
    let first = columns.saturating_sub(others);
    let fits = first >= width_of(0).min(LEFT_WIDTH_MIN) && others <= columns;

    let right_cells = |row: &Vec<String>| -> String {
        let cells = widths.iter().enumerate().map(|(at, width)| format!("{:>1$}", cell(row, at + 1), width + GAP));
        cells.collect()
    };
    let lines_of = |row: &Vec<String>| -> Vec<String> {
        if row.iter().all(String::is_empty) {
            Vec::new()
        } else if fits {
            beside(&cell(row, 0), &right_cells(row), first)
        } else if others <= columns + GAP {
            let right = right_cells(row);
            let below = (!right.trim().is_empty()).then(|| pad(right.trim(), Align::Right, columns));
            wrap_filled(&cell(row, 0), columns).into_iter().chain(below).collect()
        } else {
            stacked(row, &header, columns)
        }
    };
    let header_lines = if fits || others <= columns + GAP { lines_of(&header) } else { Vec::new() };
    (header_lines, rows.iter().flat_map(lines_of).collect())
}

fn one_line(cell: &str) -> String {
    without_controls(&cell.replace('\n', " ")).trim().to_owned()
}

fn length(cell: &str) -> usize {
    cell.chars().count()
}

fn wrap_filled(cell: &str, width: usize) -> Vec<String> {
    if cell.is_empty() { Vec::new() } else { wrap(cell, width) }
}

/// `left` wrapped at `width`, with `right` behind its first line.
fn beside(left: &str, right: &str, width: usize) -> Vec<String> {
    let mut lines = wrap(left, width.max(1));
    if let Some(first) = lines.first_mut() {
        let gap = width.saturating_sub(length(first));
        *first = format!("{first}{}{right}", " ".repeat(gap)).trim_end().to_owned();
    }
    lines
}

/// The first cell, then each other with its heading.
fn stacked(row: &[String], header: &[String], columns: usize) -> Vec<String> {
    let heading = |at: usize| header.get(at).map_or("", String::as_str);
    let others = row.iter().enumerate().skip(1).filter(|(_, cell)| !cell.is_empty());
    let lines = others.flat_map(|(at, cell)| column_lines(heading(at), cell, columns));
    row.first().map(|first| wrap_filled(first, columns)).unwrap_or_default().into_iter().chain(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(header: &[&str], rows: &[&[&str]], columns: usize) -> Vec<String> {
        let owned = |row: &[&str]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let rows: Vec<_> = rows.iter().map(|row| owned(row)).collect();
        let (header, body) = table_lines(&owned(header), &rows, columns);
        header.into_iter().chain(body).collect()
    }

    const TAX: &[&[&str]] = &[&["19 %", "100.84", "19.16", "120.00"], &["7 %", "9.35", "0.65", "10.00"]];

    #[test]
    fn the_tax_table_on_both_papers() {
        assert_eq!(
            table(&["VAT", "Net", "Tax", "Gross"], TAX, 32),
            [
                "VAT             Net   Tax  Gross",
                "19 %         100.84 19.16 120.00",
                "7 %            9.35  0.65  10.00"
            ]
        );
    }

    #[test]
    fn what_is_too_wide_goes_below() {
        assert_eq!(
            table(&["VAT", "Net", "Tax", "Gross"], TAX, 21),
            ["VAT", "     Net   Tax  Gross", "19 %", "  100.84 19.16 120.00", "7 %", "    9.35  0.65  10.00"]
        );
        assert_eq!(
            table(&["VAT", "Net", "Tax", "Gross"], &TAX[..1], 12),
            ["19 %", "Net   100.84", "Tax    19.16", "Gross 120.00"]
        );
        assert_eq!(
            table(&[], &[&["A rather long name of a tax", "1.00"], &["B"]], 20),
            ["A rather long   1.00", "name of a tax", "B"]
        );
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_paper_and_no_letter_is_lost(
            rows in proptest::collection::vec(proptest::collection::vec("[a-z0-9ä ]{0,14}", 0..5), 0..5), columns in 1_usize..60
        ) {
            let (_, lines) = table_lines(&[], &rows, columns);
            prop_assert!(lines.iter().all(|line| length(line) <= columns), "{:?}", lines);
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
            let expected: usize = rows.iter().flatten().map(|cell| letters(cell)).sum();
            prop_assert_eq!(lines.iter().map(|line| letters(line)).sum::<usize>(), expected);
        }
    }
}
