//! A recording as data: one JSON object a command, for `pos devices decode escpos`.

use super::{Decoder, DisplayOp, Op, Picture, symbology};
use crate::escpos::{DC4, DLE, ENQ, EOT, ESC, FS, GS, US};
use salon_ports::Align;
use serde_json::{Map, Value, json};

/// Longer commands are shown by their beginning; the object says how many bytes there are.
const HEX_BYTES_MAX: usize = 64;

/// Every command in `bytes` with its `name` in the reference, its bytes in `hex`, and what they mean in named fields. A
/// command that is not whole at the end is the last object, named "incomplete".
pub fn describe(bytes: &[u8]) -> Vec<Value> {
    let mut decoder = Decoder::new();
    let decoded = decoder.push(bytes);
    let mut objects: Vec<Value> =
        decoded.iter().map(|d| object(&name(&d.raw), &d.raw, fields(&d.op, &d.raw))).collect();
    if decoder.pending() > 0 {
        objects.push(object("incomplete", &bytes[bytes.len() - decoder.pending()..], Vec::new()));
    }
    objects
}

fn object(name: &str, raw: &[u8], fields: Vec<(&'static str, Value)>) -> Value {
    let mut object = Map::new();
    object.insert("name".into(), name.into());
    object.insert("hex".into(), hex(&raw[..raw.len().min(HEX_BYTES_MAX)]).into());
    if raw.len() > HEX_BYTES_MAX {
        object.insert("bytes".into(), raw.len().into());
    }
    object.extend(fields.into_iter().map(|(field, value)| (field.to_owned(), value)));
    Value::Object(object)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

/// The name that the command reference gives to the command in `raw`; "text" for characters.
pub fn name(raw: &[u8]) -> String {
    let first = raw.first().copied().unwrap_or(0);
    let prefix = match first {
        ESC => "ESC",
        GS => "GS",
        FS => "FS",
        DLE => "DLE",
        US => "US",
        b' '..=b'~' | 0x80.. => return "text".into(),
        _ => return control(first),
    };
    let Some(second) = raw.get(1) else {
        return prefix.into();
    };
    match (first, *second) {
        (ESC | GS | FS | US, b'(') | (GS, b'8') => match raw.get(2) {
            Some(third) => format!("{prefix} {} {}", char::from(*second), printable(*third)),
            None => format!("{prefix} {}", char::from(*second)),
        },
        (GS, b'v' | b'g' | b'z') | (ESC, b'c') | (FS, b'g') => {
            let third = raw.get(2).copied().map(printable).unwrap_or_default();
            format!("{prefix} {} {third}", char::from(*second))
        }
        (_, second) => format!("{prefix} {}", printable(second)),
    }
}

fn printable(byte: u8) -> String {
    match byte {
        b' ' => "SP".into(),
        b'!'..=b'~' => char::from(byte).to_string(),
        other => control(other),
    }
}

fn control(byte: u8) -> String {
    let known = match byte {
        0x00 => "NUL",
        EOT => "EOT",
        ENQ => "ENQ",
        0x08 => "BS",
        0x09 => "HT",
        0x0A => "LF",
        0x0B => "VT",
        0x0C => "FF",
        0x0D => "CR",
        DC4 => "DC4",
        0x18 => "CAN",
        _ => return format!("{byte:02X}"),
    };
    known.into()
}

fn fields(op: &Op, raw: &[u8]) -> Vec<(&'static str, Value)> {
    match op {
        Op::SelectPage(page) => vec![("code_page", page.name().into())],
        Op::OtherPage(number) => vec![("code_page", (*number).into()), ("text_is_read", false.into())],
        Op::Align(align) => vec![(
            "align",
            match align {
                Align::Left => "left",
                Align::Center => "center",
                Align::Right => "right",
            }
            .into(),
        )],
        Op::Bold(on) => vec![("bold", (*on).into())],
        Op::Underline(dots) => vec![("underline_dots", (*dots).into())],
        Op::Inverse(on) => vec![("inverse", (*on).into())],
        Op::UpsideDown(on) => vec![("upside_down", (*on).into())],
        Op::SmallFont(small) => vec![("font", if *small { "B" } else { "A" }.into())],
        Op::Size { width, height } => vec![("width", (*width).into()), ("height", (*height).into())],
        Op::Mode(n) => mode(*n),
        Op::Text(text) => vec![("text", text.as_str().into())],
        Op::TabStops(stops) => vec![("columns", stops.as_slice().into())],
        Op::Feed(lines) => vec![("lines", (*lines).into())],
        Op::FeedDots(dots) | Op::LineSpacing(Some(dots)) | Op::CharacterSpacing(dots) => vec![("dots", (*dots).into())],
        Op::LeftMargin(dots) | Op::AreaWidth(dots) | Op::MoveTo(dots) => vec![("dots", (*dots).into())],
        Op::MoveBy(dots) => vec![("dots", (*dots).into())],
        Op::QrSetting { function, value } => vec![("symbol", "QR".into()), qr_setting(*function, *value)],
        Op::QrStore(content) => {
            vec![("symbol", "QR".into()), ("function", "store".into()), ("content", content.as_str().into())]
        }
        Op::QrPrint => vec![("symbol", "QR".into()), ("function", "print".into())],
        Op::OtherSymbol { kind, function } => other_symbol(*kind, *function),
        Op::BarcodeSetting { command, value } => vec![(
            match command {
                b'h' => "height_dots",
                b'w' => "module_dots",
                b'H' => "text_position",
                _ => "font",
            },
            (*value).into(),
        )],
        Op::Barcode { system, content } => {
            vec![("symbology", system_name(*system).into()), ("content", content.as_str().into())]
        }
        Op::Image(picture) | Op::Strip(picture) => dots(picture),
        Op::GraphicsStore(picture) => [vec![("function", "store".into())], dots(picture)].concat(),
        Op::GraphicsPrint => vec![("function", "print".into())],
        Op::Cut { partial, feed_dots } => vec![("partial", (*partial).into()), ("feed_dots", (*feed_dots).into())],
        Op::DrawerPulse { connector, on, off } => vec![
            ("connector_pin", pin(*connector)),
            ("on_ms", (u16::from(*on) * 2).into()),
            ("off_ms", (u16::from(*off) * 2).into()),
        ],
        Op::DrawerPulseNow { connector, time } => vec![
            ("connector_pin", pin(*connector)),
            ("on_ms", (u16::from(*time) * 100).into()),
            ("real_time", true.into()),
        ],
        Op::Status(kind) => vec![("asks", format!("{kind:?}").into()), ("real_time", true.into())],
        Op::Recover(n) => vec![("request", (*n).into()), ("real_time", true.into())],
        Op::SensorStatus(n) => vec![("asks", if matches!(n, 2 | 50) { "drawer" } else { "paper" }.into())],
        Op::StatusBack(n) => vec![("enabled", (*n != 0).into()), ("mask", (*n).into())],
        Op::Identify(n) => vec![("asks", identity(*n).into())],
        Op::SelectDevice(n) => vec![("printer", (n & 1 == 1).into()), ("display", (n & 2 == 2).into())],
        Op::Display(DisplayOp::MoveTo { column, line }) => {
            vec![("column", (*column).into()), ("line", (*line).into())]
        }
        Op::Unknown(_) => vec![("unknown", true.into())],
        Op::Setting | Op::Display(DisplayOp::Setting) if raw.len() > 2 && raw[0] != 0 => {
            vec![("parameters", json!(&raw[2..raw.len().min(2 + HEX_BYTES_MAX)]))]
        }
        Op::Init
        | Op::LineFeed
        | Op::Control(_)
        | Op::Tab
        | Op::LineSpacing(None)
        | Op::Setting
        | Op::Display(DisplayOp::Setting) => Vec::new(),
    }
}

fn mode(n: u8) -> Vec<(&'static str, Value)> {
    let bit = |at: u8| n >> at & 1 == 1;
    vec![
        ("font", if bit(0) { "B" } else { "A" }.into()),
        ("bold", bit(3).into()),
        ("double_height", bit(4).into()),
        ("double_width", bit(5).into()),
        ("underline", bit(7).into()),
    ]
}

fn qr_setting(function: u8, value: u8) -> (&'static str, Value) {
    match function {
        65 => ("model", (i16::from(value) - 48).into()),
        67 => ("module_dots", value.into()),
        _ => ("error_correction", ["L", "M", "Q", "H"].get(usize::from(value.saturating_sub(48))).copied().into()),
    }
}

fn other_symbol(kind: u8, function: u8) -> Vec<(&'static str, Value)> {
    let symbol = match kind {
        48 => "PDF417",
        50 => "MaxiCode",
        51 => "GS1 DataBar",
        52 => "Composite",
        53 => "Aztec",
        _ => "DataMatrix",
    };
    vec![("symbol", symbol.into()), ("function", function.into())]
}

fn system_name(system: u8) -> String {
    match (symbology(system), system) {
        (Some(ours), _) => format!("{ours:?}"),
        (None, 66) => "UpcE".into(),
        (None, 69) => "Code39".into(),
        (None, 70) => "Itf".into(),
        (None, 71) => "Codabar".into(),
        (None, 72) => "Code93".into(),
        (None, 74) => "Gs1-128".into(),
        (None, other) => other.to_string(),
    }
}

fn dots(picture: &Picture) -> Vec<(&'static str, Value)> {
    vec![
        ("width_dots", picture.bitmap.width_dots.into()),
        ("height_dots", picture.bitmap.height_dots.into()),
        ("scale_x", picture.scale_x.into()),
        ("scale_y", picture.scale_y.into()),
    ]
}

fn pin(connector: u8) -> Value {
    if connector == 0 { 2 } else { 5 }.into()
}

fn identity(n: u8) -> &'static str {
    match n {
        1 | 49 => "model number",
        2 | 50 => "type",
        3 | 51 => "version number",
        65 => "firmware",
        66 => "maker",
        67 => "model",
        68 => "serial number",
        69 => "fonts",
        _ => "something else",
    }
}
