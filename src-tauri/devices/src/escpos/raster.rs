//! Pictures for thermal paper: narrowed to its dots, cut into bands. Pure functions over [`Bitmap`].

use super::{DC4, DLE, ENQ, EOT};
use salon_ports::Bitmap;

/// Rows of one `GS v 0`. A band of 80 mm paper is 1.7 KB then, which the smallest receive buffers (4 KB) take.
pub(super) const BAND_ROWS: usize = 24;

/// No receipt needs more: half a metre of paper.
const HEIGHT_DOTS_MAX: u16 = 4000;

/// Whether the bitmap is whole, and something that can be printed.
pub(super) fn is_printable(bitmap: &Bitmap) -> bool {
    let rows = bitmap.stride() * usize::from(bitmap.height_dots);
    bitmap.width_dots > 0 && (1..=HEIGHT_DOTS_MAX).contains(&bitmap.height_dots) && bitmap.rows.len() == rows
}

/// `bitmap` at most `dots_max` wide, by whole-number sub-sampling: of a square of `n` × `n` dots one is left, black when at
/// least `n` of them are, so that a line of one dot survives.
pub(super) fn narrowed(bitmap: &Bitmap, dots_max: usize) -> Bitmap {
    let width = usize::from(bitmap.width_dots);
    let factor = width.div_ceil(dots_max.max(1)).max(1);
    let (new_width, new_height) = (width.div_ceil(factor), usize::from(bitmap.height_dots).div_ceil(factor));
    let mut small = blank(new_width, new_height);
    for y in 0..new_height {
        for x in 0..new_width {
            let square = (0..factor * factor).map(|at| (x * factor + at % factor, y * factor + at / factor));
            if square.filter(|(x, y)| bitmap.is_black(*x, *y)).count() >= factor {
                set_black(&mut small, x, y);
            }
        }
    }
    small
}

/// A white bitmap; sizes beyond what a bitmap can say are cut.
pub(crate) fn blank(width: usize, height: usize) -> Bitmap {
    let dots = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let (width_dots, height_dots) = (dots(width), dots(height));
    let rows = vec![0; usize::from(width_dots).div_ceil(8) * usize::from(height_dots)];
    Bitmap { width_dots, height_dots, rows }
}

/// Nothing happens outside of the bitmap.
pub(crate) fn set_black(bitmap: &mut Bitmap, x: usize, y: usize) {
    let at = y * bitmap.stride() + x / 8;
    if x < usize::from(bitmap.width_dots)
        && let Some(byte) = bitmap.rows.get_mut(at)
    {
        *byte |= 0x80 >> (x % 8);
    }
}

/// Printers look for real-time commands everywhere, in pictures too: a logo with the bytes of `DLE DC4` in it would open
/// the drawer (the reference warns of it). A few dots less in each such place, and it cannot.
pub(super) fn without_commands(rows: &[u8]) -> Vec<u8> {
    let mut rows = rows.to_vec();
    for at in 1..rows.len() {
        if is_command(&rows[at - 1..=at]) {
            rows[at - 1] = 0;
        }
    }
    rows
}

/// Whether a printer could take a part of `data` for a real-time command.
pub(super) fn has_command(data: &[u8]) -> bool {
    data.windows(2).any(is_command)
}

fn is_command(pair: &[u8]) -> bool {
    matches!(pair, [DLE, EOT | ENQ | DC4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_picture_keeps_its_thin_lines() {
        let mut wide = blank(1000, 20);
        for x in 0..1000 {
            set_black(&mut wide, x, 7);
        }
        set_black(&mut wide, 500, 15);
        let small = narrowed(&wide, 384);
        assert_eq!((small.width_dots, small.height_dots), (334, 7));
        assert!((0..333).all(|x| small.is_black(x, 2)));
        assert_eq!(small.rows.iter().map(|byte| byte.count_ones()).sum::<u32>(), 333);
        assert_eq!(narrowed(&wide, 1000), wide);
    }

    #[test]
    fn a_picture_cannot_open_the_drawer() {
        let rows = without_commands(&[0x10, 0x14, 0x01, 0x00, 0x01, 0x10, 0x10, 0x04, 0x10]);
        assert_eq!(rows, [0x00, 0x14, 0x01, 0x00, 0x01, 0x10, 0x00, 0x04, 0x10]);
    }

    #[test]
    fn what_is_no_whole_picture_is_told() {
        assert!(is_printable(&blank(9, 2)));
        assert!(!is_printable(&blank(0, 2)));
        assert!(!is_printable(&Bitmap { width_dots: 9, height_dots: 2, rows: vec![0; 3] }));
    }
}
