//! Pictures as they arrive: rows of `GS v 0`, columns of `ESC *`, and the graphics of `GS ( L`.

use super::command::Step;
use super::{Op, Picture};
use crate::escpos::raster::{blank, set_black};
use salon_ports::Bitmap;

/// `GS v 0 m xL xH yL yH d1 … dk`: x bytes wide, y dots high; `m` doubles (bit 0 the width, bit 1 the height).
pub(super) fn raster(bytes: &[u8]) -> Step {
    let [_, _, zero, m, x_low, x_high, y_low, y_high, ..] = bytes else {
        return Step::Incomplete;
    };
    if *zero != b'0' {
        return Step::unknown(bytes, 3);
    }
    let (stride, height) = (u16::from_le_bytes([*x_low, *x_high]), u16::from_le_bytes([*y_low, *y_high]));
    let (m, length) = (*m, 8 + usize::from(stride) * usize::from(height));
    Step::of(bytes, length, move |command| {
        let bitmap = rows(stride.checked_mul(8)?, height, &command[8..])?;
        let double = |bit: u8| if m >> bit & 1 == 1 { 2 } else { 1 };
        matches!(m, 0..=3 | 48..=51).then(|| Op::Image(Picture { bitmap, scale_x: double(0), scale_y: double(1) }))
    })
}

/// Function 112: `a bx by c xL xH yL yH d1 … dk`, rows of x dots.
pub(super) fn raster_graphics(body: &[u8]) -> Option<Picture> {
    let (scale_x, scale_y, width, height, data) = graphics_head(body)?;
    Some(Picture { bitmap: rows(width, height, data)?, scale_x, scale_y })
}

/// Function 113: `a bx by c xL xH yL yH d1 … dk`, columns of y dots.
pub(super) fn column_graphics(body: &[u8]) -> Option<Picture> {
    let (scale_x, scale_y, width, height, data) = graphics_head(body)?;
    let bitmap = columns(usize::from(width), usize::from(height), data)?;
    Some(Picture { bitmap, scale_x, scale_y })
}

/// The first of the colours and tones is read; more do not occur on receipts.
fn graphics_head(body: &[u8]) -> Option<(u8, u8, u16, u16, &[u8])> {
    let [48 | 52, bx @ 1..=2, by @ 1..=2, _, x_low, x_high, y_low, y_high, data @ ..] = body else {
        return None;
    };
    Some((*bx, *by, u16::from_le_bytes([*x_low, *x_high]), u16::from_le_bytes([*y_low, *y_high]), data))
}

/// `ESC * m nL nH d1 … dk`: n columns, of 8 dots (m 0 and 1) or 24 (32 and 33).
pub(super) fn strip(bytes: &[u8]) -> Step {
    let [_, _, m, low, high, ..] = bytes else {
        return Step::Incomplete;
    };
    let count = usize::from(u16::from_le_bytes([*low, *high]));
    let (height, scale_x, scale_y) = match m {
        0 => (8, 2, 3),
        1 => (8, 1, 3),
        32 => (24, 2, 1),
        33 => (24, 1, 1),
        _ => return Step::unknown(bytes, 3),
    };
    Step::of(bytes, 5 + count * height / 8, move |command| {
        let bitmap = columns(count, height, &command[5..])?;
        Some(Op::Strip(Picture { bitmap, scale_x, scale_y }))
    })
}

fn rows(width_dots: u16, height_dots: u16, data: &[u8]) -> Option<Bitmap> {
    let bitmap = Bitmap { width_dots, height_dots, rows: data.to_vec() };
    (bitmap.stride() * usize::from(height_dots) == data.len()).then_some(bitmap)
}

/// Columns from the left, each from the top, filled up to whole bytes.
fn columns(width: usize, height: usize, data: &[u8]) -> Option<Bitmap> {
    let stride = height.div_ceil(8);
    if data.len() != width * stride {
        return None;
    }
    let mut bitmap = blank(width, height);
    for x in 0..width {
        for y in (0..height).filter(|y| data[x * stride + y / 8] >> (7 - y % 8) & 1 == 1) {
            set_black(&mut bitmap, x, y);
        }
    }
    Some(bitmap)
}
