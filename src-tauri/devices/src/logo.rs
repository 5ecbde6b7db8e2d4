//! A picture file as the black dots that a receipt printer prints: PNG in, at most so many dots wide, greys by error
//! diffusion (R. W. Floyd and L. Steinberg, 1976).

use salon_ports::Bitmap;

/// The width of a logo: what the narrow paper holds, and on the wide one two thirds of it.
pub const LOGO_DOTS: u16 = 384;
/// A head of receipt that is higher wastes paper.
const HEIGHT_DOTS_MAX: u16 = 384;
/// A file that unpacks to more than this is no logo.
const PIXELS_MAX: u64 = 16_000_000;

#[derive(Debug, thiserror::Error)]
pub enum LogoError {
    #[error("not a PNG picture: {0}")]
    NotPng(String),
    #[error("a picture of {width} x {height} is too large")]
    TooLarge { width: u32, height: u32 },
}

/// Reads a PNG, narrows it to [`LOGO_DOTS`] if it is wider, and makes it black and white. What is transparent is white.
pub fn from_png(bytes: &[u8]) -> Result<Bitmap, LogoError> {
    let not_png = |error: png::DecodingError| LogoError::NotPng(error.to_string());
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(not_png)?;
    let (width, height) = reader.info().size();
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(LogoError::TooLarge { width, height });
    }
    let size = reader.output_buffer_size().ok_or(LogoError::TooLarge { width, height })?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(not_png)?;
    let channels = frame.color_type.samples();
    let grey = |x: u32, y: u32| {
        let at = y as usize * frame.line_size + x as usize * channels;
        brightness(pixels.get(at..at + channels).unwrap_or_default())
    };
    let out_width = width.min(u32::from(LOGO_DOTS));
    let out_height = (height * out_width / width).clamp(1, u32::from(HEIGHT_DOTS_MAX));
    let mut rows: Vec<Vec<f32>> = Vec::new();
    for y in 0..out_height {
        let (top, bottom) = (y * height / out_height, ((y + 1) * height / out_height).max(y * height / out_height + 1));
        let row = (0..out_width).map(|x| {
            let (left, right) = (x * width / out_width, ((x + 1) * width / out_width).max(x * width / out_width + 1));
            mean((top..bottom).flat_map(|sy| (left..right).map(move |sx| (sx, sy))).map(|(sx, sy)| grey(sx, sy)))
        });
        rows.push(row.collect());
    }
    Ok(diffused(&mut rows, out_width as usize))
}

/// 0 for black, 1 for white.
fn brightness(samples: &[u8]) -> f32 {
    let part = |sample: u8| f32::from(sample) / 255.0;
    let over_white = |grey: f32, alpha: f32| grey * alpha + (1.0 - alpha);
    match *samples {
        [grey] => part(grey),
        [grey, alpha] => over_white(part(grey), part(alpha)),
        [r, g, b] => luma(r, g, b),
        [r, g, b, alpha] => over_white(luma(r, g, b), part(alpha)),
        _ => 1.0,
    }
}

/// ITU-R BT.601.
fn luma(r: u8, g: u8, b: u8) -> f32 {
    (0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b)) / 255.0
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 1.0 }
}

fn diffused(rows: &mut [Vec<f32>], width: usize) -> Bitmap {
    let stride = width.div_ceil(8);
    let mut bits = vec![0_u8; stride * rows.len()];
    for y in 0..rows.len() {
        for x in 0..width {
            let value = rows[y][x];
            let black = value < 0.5;
            if black {
                bits[y * stride + x / 8] |= 0x80 >> (x % 8);
            }
            let error = value - if black { 0.0 } else { 1.0 };
            let mut spread = |dx: isize, dy: usize, part: f32| {
                let to = x.checked_add_signed(dx).filter(|to| *to < width);
                if let (Some(to), Some(row)) = (to, rows.get_mut(y + dy)) {
                    row[to] += error * part / 16.0;
                }
            };
            spread(1, 0, 7.0);
            spread(-1, 1, 3.0);
            spread(0, 1, 5.0);
            spread(1, 1, 1.0);
        }
    }
    // Both are at most the constants above.
    Bitmap { width_dots: width as u16, height_dots: rows.len() as u16, rows: bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(width: u32, height: u32, pixel: impl Fn(u32, u32) -> u8) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let pixels: Vec<u8> =
            (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        file
    }

    fn black(bitmap: &Bitmap) -> usize {
        let (width, height) = (usize::from(bitmap.width_dots), usize::from(bitmap.height_dots));
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).filter(|(x, y)| bitmap.is_black(*x, *y)).count()
    }

    #[test]
    fn black_and_white_stay_and_grey_becomes_as_many_dots() {
        let halves = from_png(&png_of(100, 40, |x, _| if x < 50 { 0 } else { 255 })).unwrap();
        assert_eq!((halves.width_dots, halves.height_dots), (100, 40));
        assert!(halves.is_black(10, 10) && !halves.is_black(80, 10));
        let grey = from_png(&png_of(64, 64, |_, _| 64)).unwrap();
        let share = black(&grey) as f64 / (64.0 * 64.0);
        assert!((share - 0.75).abs() < 0.02, "{share}");
    }

    #[test]
    fn a_wide_picture_is_narrowed_in_proportion() {
        let wide = from_png(&png_of(1920, 400, |x, _| if x % 960 < 480 { 0 } else { 255 })).unwrap();
        assert_eq!((wide.width_dots, wide.height_dots), (384, 80));
        assert!(wide.is_black(20, 5) && !wide.is_black(150, 5) && wide.is_black(200, 5));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert!(from_png(b"GIF89a").is_err());
        assert!(from_png(&[]).is_err());
        let cut = png_of(50, 50, |_, _| 0);
        assert!(from_png(&cut[..cut.len() / 2]).is_err());
    }
}
