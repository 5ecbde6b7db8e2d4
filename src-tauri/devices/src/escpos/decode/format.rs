//! How the printer is set while it works through its commands: one state, for the paper as text and as dots.

use super::Op;
use salon_ports::Align;

/// What `ESC 2` sets: 30 dots from line to line, of which font A fills 24.
const LINE_SPACING_DOTS: u8 = 30;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    pub align: Align,
    pub bold: bool,
    pub underline: u8,
    pub inverse: bool,
    pub upside_down: bool,
    pub small_font: bool,
    /// Times the font's width and height, 1 to 8.
    pub width: u8,
    pub height: u8,
    pub line_spacing_dots: u8,
    pub character_spacing_dots: u8,
    pub left_margin_dots: u16,
    /// `None` for the whole paper.
    pub area_width_dots: Option<u16>,
    pub tab_stops: Vec<u8>,
    /// Whether it listens at all (`ESC =`).
    pub selected: bool,
    pub barcode_height_dots: u8,
    pub barcode_module_dots: u8,
    /// Where the text of a bar code goes: bit 0 above, bit 1 below.
    pub barcode_text: u8,
    pub barcode_small_font: bool,
    pub qr_module_dots: u8,
}

impl Default for Format {
    fn default() -> Self {
        Format {
            align: Align::Left,
            bold: false,
            underline: 0,
            inverse: false,
            upside_down: false,
            small_font: false,
            width: 1,
            height: 1,
            line_spacing_dots: LINE_SPACING_DOTS,
            character_spacing_dots: 0,
            left_margin_dots: 0,
            area_width_dots: None,
            tab_stops: (1..=31).map(|stop| stop * 8).collect(),
            selected: true,
            barcode_height_dots: 162,
            barcode_module_dots: 3,
            barcode_text: 0,
            barcode_small_font: false,
            qr_module_dots: 3,
        }
    }
}

impl Format {
    /// Does what `op` says about the settings; whatever else it does is the caller's.
    pub fn apply(&mut self, op: &Op) {
        match op {
            Op::Init => *self = Format::default(),
            Op::Align(align) => self.align = *align,
            Op::Bold(bold) => self.bold = *bold,
            Op::Underline(dots) => self.underline = *dots,
            Op::Inverse(inverse) => self.inverse = *inverse,
            Op::UpsideDown(upside_down) => self.upside_down = *upside_down,
            Op::SmallFont(small) => self.small_font = *small,
            Op::Size { width, height } => (self.width, self.height) = (*width, *height),
            Op::Mode(n) => self.mode(*n),
            Op::LineSpacing(dots) => self.line_spacing_dots = dots.unwrap_or(LINE_SPACING_DOTS),
            Op::CharacterSpacing(dots) => self.character_spacing_dots = *dots,
            Op::LeftMargin(dots) => self.left_margin_dots = *dots,
            Op::AreaWidth(dots) => self.area_width_dots = Some(*dots),
            Op::TabStops(stops) => self.tab_stops.clone_from(stops),
            Op::SelectDevice(n) => self.selected = n & 1 == 1,
            Op::BarcodeSetting { command, value } => self.barcode(*command, *value),
            Op::QrSetting { function: 67, value } => self.qr_module_dots = *value,
            _ => {}
        }
    }

    /// `ESC !`: bit 0 font B, 3 bold, 4 double height, 5 double width, 7 underlined.
    fn mode(&mut self, n: u8) {
        let bit = |at: u8| n >> at & 1 == 1;
        self.small_font = bit(0);
        self.bold = bit(3);
        self.height = if bit(4) { 2 } else { 1 };
        self.width = if bit(5) { 2 } else { 1 };
        self.underline = u8::from(bit(7));
    }

    fn barcode(&mut self, command: u8, value: u8) {
        match command {
            b'h' => self.barcode_height_dots = value.max(1),
            b'w' => self.barcode_module_dots = value.clamp(1, 6),
            b'H' => self.barcode_text = value & 3,
            b'f' => self.barcode_small_font = value & 1 == 1,
            _ => {}
        }
    }
}
