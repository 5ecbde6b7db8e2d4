//! Pictures of black and white dots: as a PNG, and as the outline of what is black.

use salon_ports::Bitmap;
use salon_symbol::{BARS_QUIET, Matrix, QR_QUIET};
use std::collections::BTreeMap;

/// Dots row by row from the top, black where `true`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dots {
    pub width: usize,
    pub height: usize,
    black: Vec<bool>,
}

impl Dots {
    fn of(width: usize, height: usize, is_black: impl Fn(usize, usize) -> bool) -> Self {
        let at = |index: usize| is_black(index % width.max(1), index / width.max(1));
        Dots { width, height, black: (0..width * height).map(at).collect() }
    }

    pub fn of_bitmap(bitmap: &Bitmap) -> Self {
        Dots::of(bitmap.width_dots.into(), bitmap.height_dots.into(), |x, y| bitmap.is_black(x, y))
    }

    /// With its quiet zone, which a dark page would not give it.
    pub fn of_qr(matrix: &Matrix) -> Self {
        let size = matrix.size + 2 * QR_QUIET;
        let inside = |at: usize| at.checked_sub(QR_QUIET);
        Dots::of(size, size, |x, y| matches!((inside(x), inside(y)), (Some(x), Some(y)) if matrix.is_dark(x, y)))
    }

    /// One row high, with its quiet zone.
    pub fn of_bars(bars: &[bool]) -> Self {
        Dots::of(bars.len() + 2 * BARS_QUIET, 1, |x, _| {
            x.checked_sub(BARS_QUIET).is_some_and(|at| bars.get(at) == Some(&true))
        })
    }

    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < self.width && y < self.height && self.black[y * self.width + x]
    }

    /// Every dot `across` × `down` dots large.
    pub fn enlarged(&self, across: usize, down: usize) -> Dots {
        Dots::of(self.width * across, self.height * down, |x, y| self.is_black(x / across, y / down))
    }

    /// As a PNG of one bit a dot. `None` for a picture without dots.
    pub fn png(&self) -> Option<Vec<u8>> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width.try_into().ok()?, self.height.try_into().ok()?);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&self.light_bits()).ok()?;
        writer.finish().ok()?;
        Some(file)
    }

    /// A bit a dot, set where it is white, the leftmost in the highest bit, each row filled up to whole bytes.
    fn light_bits(&self) -> Vec<u8> {
        let stride = self.width.div_ceil(8);
        let mut bits = vec![0; stride * self.height];
        for y in 0..self.height {
            for x in (0..self.width).filter(|x| !self.is_black(*x, y)) {
                bits[y * stride + x / 8] |= 0x80 >> (x % 8);
            }
        }
        bits
    }

    /// Closed polygons around what is black, corners only, clockwise around black and the other way around holes.
    /// Unlike dot by dot, a viewer that smooths edges shows no seams.
    pub fn outline(&self) -> Vec<Vec<(usize, usize)>> {
        let mut edges = self.edges();
        let mut polygons = Vec::new();
        while let Some((start, mut heading)) =
            edges.first_key_value().and_then(|(at, ways)| Some((*at, *ways.first()?)))
        {
            let mut corners = Vec::new();
            let mut at = start;
            // Every corner of dots has as many edges to it as from it, so a walk ends where it began.
            while let Some(way) = take(&mut edges, at, heading) {
                if corners.is_empty() || way != heading {
                    corners.push((at.1, at.0));
                }
                heading = way;
                at = way.step(at);
            }
            polygons.push(corners);
        }
        polygons
    }

    /// Edges between black and white by where they begin, (y, x), with black at the right hand.
    fn edges(&self) -> BTreeMap<(usize, usize), Vec<Way>> {
        let mut edges: BTreeMap<(usize, usize), Vec<Way>> = BTreeMap::new();
        let white = |x: Option<usize>, y: Option<usize>| !matches!((x, y), (Some(x), Some(y)) if self.is_black(x, y));
        for y in 0..self.height {
            for x in (0..self.width).filter(|x| self.is_black(*x, y)) {
                let sides = [
                    (white(Some(x), y.checked_sub(1)), (y, x), Way::Right),
                    (white(Some(x + 1), Some(y)), (y, x + 1), Way::Down),
                    (white(Some(x), Some(y + 1)), (y + 1, x + 1), Way::Left),
                    (white(x.checked_sub(1), Some(y)), (y + 1, x), Way::Up),
                ];
                for (_, from, way) in sides.into_iter().filter(|(is_edge, ..)| *is_edge) {
                    edges.entry(from).or_default().push(way);
                }
            }
        }
        edges
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Right,
    Down,
    Left,
    Up,
}

impl Way {
    fn step(self, (y, x): (usize, usize)) -> (usize, usize) {
        match self {
            Way::Right => (y, x + 1),
            Way::Down => (y + 1, x),
            Way::Left => (y, x.saturating_sub(1)),
            Way::Up => (y.saturating_sub(1), x),
        }
    }
}

/// Takes an edge that begins at `at`, straight on if there is one, so that a polygon has few corners.
fn take(edges: &mut BTreeMap<(usize, usize), Vec<Way>>, at: (usize, usize), heading: Way) -> Option<Way> {
    let ways = edges.get_mut(&at)?;
    let way = ways.remove(ways.iter().position(|way| *way == heading).unwrap_or(0));
    if ways.is_empty() {
        edges.remove(&at);
    }
    Some(way)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dots(rows: &[&str]) -> Dots {
        Dots::of(rows[0].len(), rows.len(), |x, y| rows[y].as_bytes()[x] == b'#')
    }

    #[test]
    fn a_ring_is_an_outside_and_a_hole() {
        let ring = dots(&["###", "#.#", "###"]);
        let expected = [vec![(0, 0), (3, 0), (3, 3), (0, 3)], vec![(1, 1), (1, 2), (2, 2), (2, 1)]];
        assert_eq!(ring.outline(), expected);
    }

    #[test]
    fn a_png_says_the_same() {
        let picture = dots(&["#.#.#.#.#", ".#.#.#.#."]).enlarged(2, 1);
        let file = picture.png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut bits = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bits).unwrap();
        assert_eq!((info.width, info.height, info.bit_depth), (18, 2, png::BitDepth::One));
        assert_eq!(bits, picture.light_bits());
        assert_eq!(bits, [0b0011_0011, 0b0011_0011, 0, 0b1100_1100, 0b1100_1100, 0b1100_0000]);
        assert_eq!(Dots::of(0, 0, |_, _| true).png(), None);
    }

    proptest! {
        /// Whatever the picture: a dot is black when the polygons wind around its middle once, white when not at all.
        #[test]
        fn an_outline_holds_what_is_black(width in 1_usize..9, bits in prop::collection::vec(any::<bool>(), 1..70)) {
            let picture = Dots::of(width, bits.len() / width, |x, y| bits[y * width + x]);
            let polygons = picture.outline();
            for (x, y) in (0..picture.height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                let mut winding = 0;
                for polygon in &polygons {
                    for (from, to) in polygon.iter().zip(polygon.iter().cycle().skip(1)) {
                        let (low, high) = (from.1.min(to.1), from.1.max(to.1));
                        if from.0 == to.0 && from.0 > x && (low..high).contains(&y) {
                            winding += if to.1 > from.1 { 1 } else { -1 };
                        }
                    }
                }
                prop_assert_eq!(winding, i32::from(picture.is_black(x, y)), "{},{} of {:?}", x, y, polygons);
            }
        }
    }
}
