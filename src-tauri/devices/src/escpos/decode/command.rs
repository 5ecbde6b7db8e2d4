//! Where a command ends, and what it means: the command reference as code, by first byte.

use super::picture::{column_graphics, raster, raster_graphics, strip};
use super::symbols::{barcode, symbol};
use super::{COMMAND_LEN_MAX, DisplayOp, Op};
use crate::escpos::codepage::CodePage;
use crate::escpos::status::STATUS_KINDS;
use crate::escpos::{DC4, DLE, ENQ, EOT, ESC, FS, GS, LF, US};
use salon_ports::Align;

pub(super) enum Step {
    /// The command has not arrived whole.
    Incomplete,
    Done(Op, usize),
}

/// The first command in `bytes`, which is not empty. `text` reads characters of the page that is selected.
pub(super) fn step(bytes: &[u8], text: impl Fn(&[u8]) -> String) -> Step {
    match bytes[0] {
        LF => Step::Done(Op::LineFeed, 1),
        0x09 => Step::Done(Op::Tab, 1),
        // Ignored by printers; programs send thousands to get over a command that was cut off.
        0x00 => Step::Done(Op::Setting, bytes.iter().take_while(|byte| **byte == 0).count()),
        byte @ (0x08 | 0x0B | 0x0C | 0x0D | 0x18) => Step::Done(Op::Control(byte), 1),
        ESC => esc(bytes),
        GS => gs(bytes),
        FS => fs(bytes),
        DLE => dle(bytes),
        US => us(bytes),
        0x20..=0x7E | 0x80.. => {
            let end = bytes.iter().position(|b| *b < 0x20 || *b == 0x7F).unwrap_or(bytes.len());
            Step::Done(Op::Text(text(&bytes[..end])), end)
        }
        _ => unknown(bytes, 1),
    }
}

fn unknown(bytes: &[u8], used: usize) -> Step {
    Step::Done(Op::Unknown(bytes[..used].to_vec()), used)
}

fn known_or_unknown(op: Option<Op>, bytes: &[u8], used: usize) -> Step {
    match op {
        Some(op) => Step::Done(op, used),
        None => unknown(bytes, used),
    }
}

/// A command of `length` bytes in all, once they are there. `op` gets them; `None` is a value that the reference lacks.
fn whole(bytes: &[u8], length: usize, op: impl Fn(&[u8]) -> Option<Op>) -> Step {
    if length > COMMAND_LEN_MAX {
        return unknown(bytes, bytes.len().min(2));
    }
    match bytes.get(..length) {
        Some(command) => known_or_unknown(op(command), bytes, length),
        None => Step::Incomplete,
    }
}

fn setting(bytes: &[u8], length: usize) -> Step {
    whole(bytes, length, |_| Some(Op::Setting))
}

fn word(bytes: &[u8], at: usize) -> u16 {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    u16::from_le_bytes([byte(at), byte(at + 1)])
}

fn size(bytes: &[u8], at: usize) -> usize {
    usize::from(word(bytes, at))
}

/// What a length has to be read from, or nothing yet.
macro_rules! need {
    ($bytes:expr, $count:expr) => {
        if $bytes.len() < $count {
            return Step::Incomplete;
        }
    };
}

fn esc(bytes: &[u8]) -> Step {
    need!(bytes, 2);
    let one = |op: fn(u8) -> Option<Op>| whole(bytes, 3, move |command| op(command[2]));
    match bytes[1] {
        b'@' => Step::Done(Op::Init, 2),
        b'2' => Step::Done(Op::LineSpacing(None), 2),
        b'i' | b'm' => Step::Done(Op::Cut { partial: true, feed_dots: 0 }, 2),
        b'L' | b'S' | 0x0C | b'<' => Step::Done(Op::Setting, 2),
        b't' => one(|n| Some(CodePage::from_number(n).map_or(Op::OtherPage(n), Op::SelectPage))),
        b'a' => one(|n| align(n).map(Op::Align)),
        b'E' | b'G' => one(|n| Some(Op::Bold(n & 1 == 1))),
        b'-' => one(|n| (digit(n) <= 2).then_some(Op::Underline(digit(n)))),
        b'{' => one(|n| Some(Op::UpsideDown(n & 1 == 1))),
        b'M' => one(|n| Some(Op::SmallFont(matches!(n, 1 | 49)))),
        b'!' => one(|n| Some(Op::Mode(n))),
        b'3' => one(|n| Some(Op::LineSpacing(Some(n)))),
        b' ' => one(|n| Some(Op::CharacterSpacing(n))),
        b'd' => one(|n| Some(Op::Feed(n))),
        b'J' => one(|n| Some(Op::FeedDots(n))),
        b'=' => one(|n| Some(Op::SelectDevice(n))),
        // Character set of a country, turned text, colour, direction, own characters, feeding backwards, inches.
        b'R' | b'V' | b'r' | b'U' | b'T' | b'%' | b'?' | b'K' | b'e' | b'+' | b'A' => setting(bytes, 3),
        b'$' => whole(bytes, 4, |command| Some(Op::MoveTo(word(command, 2)))),
        b'\\' => whole(bytes, 4, |command| Some(Op::MoveBy(word(command, 2) as i16))),
        b'B' | b'c' | b'f' => setting(bytes, 4),
        b'p' => whole(bytes, 5, |command| {
            let connector = digit(command[2]);
            (connector <= 1).then_some(Op::DrawerPulse { connector, on: command[3], off: command[4] })
        }),
        b'W' => setting(bytes, 10),
        b'D' => tab_stops(bytes),
        b'*' => strip(bytes),
        b'&' => own_characters(bytes),
        b'(' => {
            need!(bytes, 5);
            setting(bytes, 5 + size(bytes, 3))
        }
        _ => unknown(bytes, 2),
    }
}

/// Many values can be said as a number or as its digit.
fn digit(n: u8) -> u8 {
    n.checked_sub(b'0').unwrap_or(n)
}

fn align(n: u8) -> Option<Align> {
    Some(match n {
        0 | 48 => Align::Left,
        1 | 49 => Align::Center,
        2 | 50 => Align::Right,
        _ => return None,
    })
}

/// `ESC D n1 … nk NUL`, at most 32 and ascending.
fn tab_stops(bytes: &[u8]) -> Step {
    let columns = &bytes[2..];
    match columns.iter().take(33).position(|column| *column == 0) {
        Some(count) => Step::Done(Op::TabStops(columns[..count].to_vec()), 3 + count),
        None if columns.len() > 32 => unknown(bytes, 2),
        None => Step::Incomplete,
    }
}

/// `ESC & y c1 c2 [x d1 … d(x·y)]`, for each character from `c1` to `c2`.
fn own_characters(bytes: &[u8]) -> Step {
    need!(bytes, 5);
    let (height, first, last) = (usize::from(bytes[2]), bytes[3], bytes[4]);
    let mut end = 5;
    for _ in first..=last {
        need!(bytes, end + 1);
        end += 1 + usize::from(bytes[end]) * height;
    }
    setting(bytes, end)
}

fn dle(bytes: &[u8]) -> Step {
    need!(bytes, 2);
    match bytes[1] {
        EOT => {
            need!(bytes, 3);
            let kind = STATUS_KINDS.into_iter().find(|kind| *kind as u8 == bytes[2]);
            match (kind, bytes[2]) {
                (Some(kind), _) => Step::Done(Op::Status(kind), 3),
                // Ink, peeler, interface: no receipt printer has them all, none of ours answers.
                (None, 7 | 8 | 18) => setting(bytes, 4),
                (None, _) => unknown(bytes, 3),
            }
        }
        ENQ => whole(bytes, 3, |command| matches!(command[2], 0..=3).then_some(Op::Recover(command[2]))),
        DC4 => real_time(bytes),
        _ => unknown(bytes, 2),
    }
}

/// `DLE DC4 fn …`
fn real_time(bytes: &[u8]) -> Step {
    need!(bytes, 3);
    match bytes[2] {
        1 => whole(bytes, 5, |command| {
            let (connector, time) = (command[3], command[4]);
            (connector <= 1 && matches!(time, 1..=8)).then_some(Op::DrawerPulseNow { connector, time })
        }),
        // Power off, buzzer, status, clearing the buffer.
        2 => setting(bytes, 5),
        3 => setting(bytes, 8),
        7 => setting(bytes, 4),
        8 => setting(bytes, 10),
        _ => unknown(bytes, 3),
    }
}

fn gs(bytes: &[u8]) -> Step {
    need!(bytes, 2);
    let one = |op: fn(u8) -> Option<Op>| whole(bytes, 3, move |command| op(command[2]));
    match bytes[1] {
        b'!' => one(|n| Some(Op::Size { width: (n >> 4 & 7) + 1, height: (n & 7) + 1 })),
        b'B' => one(|n| Some(Op::Inverse(n & 1 == 1))),
        b'r' => one(|n| matches!(n, 1 | 2 | 4 | 49 | 50 | 52).then_some(Op::SensorStatus(n))),
        b'a' => one(|n| Some(Op::StatusBack(n))),
        b'I' => one(|n| Some(Op::Identify(n))),
        command @ (b'h' | b'w' | b'H' | b'f') => {
            whole(bytes, 3, move |raw| Some(Op::BarcodeSetting { command, value: raw[2] }))
        }
        // Smoothing, macros, sheet positions, density, the downloaded picture.
        b'b' | b'T' | b'x' | b'|' | b'E' | b'/' => setting(bytes, 3),
        b':' | b'c' => Step::Done(Op::Setting, 2),
        b'L' => whole(bytes, 4, |command| Some(Op::LeftMargin(word(command, 2)))),
        b'W' => whole(bytes, 4, |command| Some(Op::AreaWidth(word(command, 2)))),
        b'P' | b'$' | b'\\' => setting(bytes, 4),
        b'^' => setting(bytes, 5),
        b'V' => cut(bytes),
        b'v' => raster(bytes),
        b'*' => {
            need!(bytes, 4);
            setting(bytes, 4 + usize::from(bytes[2]) * usize::from(bytes[3]) * 8)
        }
        b'g' => setting(bytes, 6),
        b'z' => setting(bytes, 5),
        b'C' => counter(bytes),
        b'k' => barcode(bytes),
        b'(' => {
            need!(bytes, 5);
            let length = 5 + size(bytes, 3);
            match bytes[2] {
                b'k' => whole(bytes, length, |command| symbol(&command[5..])),
                b'L' => whole(bytes, length, |command| graphics(&command[5..])),
                _ => setting(bytes, length),
            }
        }
        b'8' => {
            need!(bytes, 7);
            let length = usize::try_from(u32::from_le_bytes([bytes[3], bytes[4], bytes[5], bytes[6]]));
            let length = length.unwrap_or(usize::MAX).saturating_add(7);
            match bytes[2] {
                b'L' => whole(bytes, length, |command| graphics(&command[7..])),
                _ => unknown(bytes, 3),
            }
        }
        _ => unknown(bytes, 2),
    }
}

/// `GS V m` (functions A) and `GS V m n` (B cuts after feeding, C sets where, D goes back to the start).
fn cut(bytes: &[u8]) -> Step {
    need!(bytes, 3);
    let partial = bytes[2] & 1 == 1;
    match bytes[2] {
        0 | 1 | 48 | 49 => Step::Done(Op::Cut { partial, feed_dots: 0 }, 3),
        65 | 66 | 103 | 104 => {
            let partial = matches!(bytes[2], 66 | 104);
            whole(bytes, 4, move |command| Some(Op::Cut { partial, feed_dots: command[3] }))
        }
        97 | 98 => setting(bytes, 4),
        _ => unknown(bytes, 3),
    }
}

/// The numbering commands `GS C 0`, `1` and `2`, and `GS C ;` in digits.
fn counter(bytes: &[u8]) -> Step {
    need!(bytes, 3);
    match bytes[2] {
        b'0' => setting(bytes, 5),
        b'1' => setting(bytes, 9),
        b'2' => setting(bytes, 5),
        b';' => match bytes.iter().enumerate().filter(|(_, byte)| **byte == b';').map(|(at, _)| at).nth(5) {
            Some(last) => Step::Done(Op::Setting, last + 1),
            None if bytes.len() > 40 => unknown(bytes, 3),
            None => Step::Incomplete,
        },
        _ => unknown(bytes, 3),
    }
}

/// `GS ( L` and `GS 8 L`: `m fn …`
fn graphics(body: &[u8]) -> Option<Op> {
    match body {
        [48, 112, rest @ ..] => raster_graphics(rest).map(Op::GraphicsStore),
        [48, 113, rest @ ..] => column_graphics(rest).map(Op::GraphicsStore),
        [48, 2 | 50] => Some(Op::GraphicsPrint),
        // Pictures kept in the printer, resolution, capacity.
        [48 | 65, ..] => Some(Op::Setting),
        _ => None,
    }
}

/// The commands for two-byte characters, and for pictures kept in the printer.
fn fs(bytes: &[u8]) -> Step {
    need!(bytes, 2);
    match bytes[1] {
        b'&' | b'.' => Step::Done(Op::Setting, 2),
        b'!' | b'-' | b'C' | b'W' => setting(bytes, 3),
        b'S' | b'p' | b'?' => setting(bytes, 4),
        b'2' => setting(bytes, 4 + 72),
        b'(' => {
            need!(bytes, 5);
            setting(bytes, 5 + size(bytes, 3))
        }
        b'q' => kept_pictures(bytes),
        b'g' => kept_memory(bytes),
        _ => unknown(bytes, 2),
    }
}

/// `FS q n [xL xH yL yH d1 … dk]`, `n` times, each of x·y·8 bytes.
fn kept_pictures(bytes: &[u8]) -> Step {
    need!(bytes, 3);
    let mut end = 3;
    for _ in 0..bytes[2] {
        need!(bytes, end + 4);
        end += 4 + size(bytes, end) * size(bytes, end + 2) * 8;
        if end > COMMAND_LEN_MAX {
            return unknown(bytes, 2);
        }
    }
    setting(bytes, end)
}

/// `FS g 1 m a1 a2 a3 a4 nL nH d1 … dk` writes, `FS g 2 …` without data reads.
fn kept_memory(bytes: &[u8]) -> Step {
    need!(bytes, 10);
    match bytes[2] {
        b'1' => setting(bytes, 10 + size(bytes, 8)),
        b'2' => setting(bytes, 10),
        _ => unknown(bytes, 3),
    }
}

/// To the customer display.
fn us(bytes: &[u8]) -> Step {
    need!(bytes, 2);
    let display = |length: usize| whole(bytes, length, |_| Some(Op::Display(DisplayOp::Setting)));
    match bytes[1] {
        b'$' => {
            whole(bytes, 4, |command| Some(Op::Display(DisplayOp::MoveTo { column: command[2], line: command[3] })))
        }
        // Overwriting, scrolling up, scrolling sideways; cursor keys; the clock; testing itself.
        1..=3 | 0x0A | 0x0D | b'B' | b'U' | b'@' => display(2),
        b'X' | b'E' | b'C' | b'r' | b'R' | b'v' | b'.' | b',' | b';' => display(3),
        b'T' => display(4),
        b'(' => {
            need!(bytes, 5);
            display(5 + size(bytes, 3))
        }
        _ => unknown(bytes, 2),
    }
}

impl Step {
    /// For the other files of this folder.
    pub(super) fn of(bytes: &[u8], length: usize, op: impl Fn(&[u8]) -> Option<Op>) -> Step {
        whole(bytes, length, op)
    }

    pub(super) fn unknown(bytes: &[u8], used: usize) -> Step {
        unknown(bytes, used)
    }
}
