//! The paper as a picture file: dots in the grey of thermal paper, with the cutter's edge above and below.

use std::io;
use std::path::Path;

/// Grey values: what lies behind the paper, the paper, its edge, the ink.
const BEHIND: u8 = 0xC8;
const PAPER: u8 = 0xFC;
const EDGE: u8 = 0xA0;
const INK: u8 = 0x1C;

/// The teeth of the cutter, in dots.
const TOOTH: usize = 6;
/// From the print head to the cutter: what every receipt has above its first and below its last line.
const MARGIN: usize = 24;

/// Writes `rows` (1 for a black dot), each `width` long.
pub(super) fn write(path: &Path, width: usize, rows: &[Vec<u8>]) -> io::Result<()> {
    let pixels = pixels(width, rows);
    let too_large = |_| io::Error::other("the paper is too long for a picture");
    let (columns, lines) = (u32::try_from(width).map_err(too_large)?, u32::try_from(pixels.len() / width.max(1)));
    let file = io::BufWriter::new(std::fs::File::create(path)?);
    let mut encoder = png::Encoder::new(file, columns, lines.map_err(too_large)?);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(io::Error::other)?;
    writer.write_image_data(&pixels).map_err(io::Error::other)?;
    writer.finish().map_err(io::Error::other)
}

fn pixels(width: usize, rows: &[Vec<u8>]) -> Vec<u8> {
    let height = rows.len() + 2 * MARGIN;
    let mut pixels = vec![PAPER; width * (height + 2 * TOOTH)];
    for (y, line) in pixels.chunks_mut(width.max(1)).enumerate() {
        let row = y.checked_sub(TOOTH + MARGIN).and_then(|y| rows.get(y));
        for (x, pixel) in line.iter_mut().enumerate() {
            let black = row.and_then(|row| row.get(x)).is_some_and(|dot| *dot == 1);
            *pixel = if black { INK } else { PAPER };
            // How far into the cut edge: above it what is behind, on it a shadow.
            let tooth = (x % (2 * TOOTH)).abs_diff(TOOTH);
            let inside = y.min(height + 2 * TOOTH - 1 - y);
            match inside.cmp(&tooth) {
                std::cmp::Ordering::Less => *pixel = BEHIND,
                std::cmp::Ordering::Equal => *pixel = EDGE,
                std::cmp::Ordering::Greater => {}
            }
        }
    }
    pixels
}
