//! The colours of `ui/styles/tokens.css`, light: paper is always light.

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(pub u8, pub u8, pub u8);

impl Color {
    /// `#rrggbb`
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

pub const CANVAS: Color = Color(0xf7, 0xf5, 0xfb);
pub const SURFACE: Color = Color(0xff, 0xff, 0xff);
pub const INK: Color = Color(0x1f, 0x1b, 0x3a);
pub const MUTED: Color = Color(0x5f, 0x5a, 0x7a);
pub const LINE: Color = Color(0xe3, 0xdf, 0xee);
pub const BLUE: Color = Color(0x3d, 0x3a, 0x9c);
pub const BLUE_STRONG: Color = Color(0x2f, 0x2c, 0x80);
pub const BLUE_TINT: Color = Color(0xe6, 0xe6, 0xfa);
pub const PINK: Color = Color(0xc2, 0x26, 0x6e);
pub const PINK_TEXT: Color = Color(0xb0, 0x1e, 0x62);
pub const PINK_TINT: Color = Color(0xfb, 0xe3, 0xee);
pub const BLACK: Color = Color(0, 0, 0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn these_are_the_tokens() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/styles/tokens.css");
        let tokens = std::fs::read_to_string(path).unwrap();
        let named = [
            ("canvas", CANVAS),
            ("surface", SURFACE),
            ("ink", INK),
            ("muted", MUTED),
            ("line", LINE),
            ("blue", BLUE),
            ("blue-strong", BLUE_STRONG),
            ("blue-tint", BLUE_TINT),
            ("pink", PINK),
            ("pink-text", PINK_TEXT),
            ("pink-tint", PINK_TINT),
        ];
        for (name, color) in named {
            let token = format!("--{name}: light-dark({},", color.hex());
            assert!(tokens.contains(&token), "no {token}");
        }
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(color: Color) -> f64 {
        let part = |value: u8| {
            let part = f64::from(value) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(color.0) + 0.7152 * part(color.1) + 0.0722 * part(color.2)
    }

    #[test]
    fn every_text_has_the_contrast_of_aa() {
        let pairs = [
            (INK, SURFACE),
            (MUTED, SURFACE),
            (BLUE, SURFACE),
            (BLUE_STRONG, SURFACE),
            (PINK_TEXT, SURFACE),
            (BLUE_STRONG, BLUE_TINT),
            (PINK_TEXT, PINK_TINT),
        ];
        for (text, ground) in pairs {
            let (a, b) = (luminance(text), luminance(ground));
            let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(contrast >= 4.5, "{text:?} on {ground:?}: {contrast:.2}");
        }
    }
}
