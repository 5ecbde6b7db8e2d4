//! From the bytes of a printer back to what they do and to the text on the paper: for the simulator and for tests.
//!
//! Knows the commands that our encoder uses and no others. What it does not know comes out as [`Op::Unknown`], never as
//! a panic and never silently. Memory is bounded by the longest command, 64 KiB.

use super::codepage::CodePage;
use super::layout::{barcode_lines, pad, qr_lines, text_width};
use super::status::{STATUS_KINDS, StatusKind};
use super::{DLE, EOT, ESC, GS, LF};
use salon_ports::Align;

/// One command, or a run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// `ESC @`
    Init,
    /// `ESC t n`
    SelectPage(CodePage),
    /// `ESC a n`
    Align(Align),
    /// `ESC E n`
    Bold(bool),
    /// `GS ! 11` or `GS ! 00`
    Double(bool),
    Text(String),
    LineFeed,
    /// `ESC d n`
    Feed(u8),
    /// `GS ( k` with a setting: model, size, error correction.
    QrSetting {
        function: u8,
        value: u8,
    },
    QrStore(String),
    QrPrint,
    /// `GS h`, `GS w`, `GS H`
    BarcodeSetting {
        command: u8,
        value: u8,
    },
    /// `GS k 73` in set B
    Barcode(String),
    /// `GS V 66 n`
    Cut,
    /// `ESC p m t1 t2`; both times in units of 2 ms.
    DrawerPulse {
        connector: u8,
        on: u8,
        off: u8,
    },
    /// `DLE EOT n`: answered at once, whatever else waits in the buffer.
    Status(StatusKind),
    /// `GS r n`: answered in its turn, after all that came before it.
    SensorStatus(u8),
    /// Bytes that are none of these.
    Unknown(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub op: Op,
    pub raw: Vec<u8>,
}

/// Takes bytes as they arrive, in pieces of any size.
#[derive(Debug, Default)]
pub struct Decoder {
    pending: Vec<u8>,
    page: Option<CodePage>,
}

enum Step {
    /// The command has not arrived whole.
    Incomplete,
    Done(Op, usize),
}

impl Decoder {
    pub fn new() -> Self {
        Decoder::default()
    }

    pub fn push(&mut self, bytes: &[u8]) -> Vec<Decoded> {
        self.pending.extend_from_slice(bytes);
        let mut ops = Vec::new();
        let mut at = 0;
        while at < self.pending.len() {
            let Step::Done(op, used) = self.step(&self.pending[at..]) else {
                break;
            };
            match &op {
                Op::Init => self.page = None,
                Op::SelectPage(page) => self.page = Some(*page),
                _ => {}
            }
            let raw = self.pending[at..at + used].to_vec();
            ops.push(Decoded { op, raw });
            at += used;
        }
        self.pending.drain(..at);
        ops
    }

    /// Bytes of a command that has not arrived whole.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// `bytes` is not empty.
    fn step(&self, bytes: &[u8]) -> Step {
        match bytes[0] {
            LF => Step::Done(Op::LineFeed, 1),
            ESC => esc(bytes),
            GS => gs(bytes),
            DLE => dle(bytes),
            0x20..=0x7E | 0x80.. => {
                let end = bytes.iter().position(|b| *b < 0x20 || *b == 0x7F).unwrap_or(bytes.len());
                Step::Done(Op::Text(self.text(&bytes[..end])), end)
            }
            _ => unknown(bytes, 1),
        }
    }

    /// Until a page is selected only ASCII is certain: the default page differs by the printer's country.
    fn text(&self, bytes: &[u8]) -> String {
        match self.page {
            Some(page) => page.decode(bytes),
            None => bytes.iter().map(|b| if b.is_ascii() { char::from(*b) } else { '?' }).collect(),
        }
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

fn esc(bytes: &[u8]) -> Step {
    match bytes[1..] {
        [] => Step::Incomplete,
        [b'@', ..] => Step::Done(Op::Init, 2),
        [b't' | b'a' | b'E' | b'd'] => Step::Incomplete,
        [b't', n, ..] => known_or_unknown(CodePage::from_number(n).map(Op::SelectPage), bytes, 3),
        [b'a', n, ..] => known_or_unknown(align(n).map(Op::Align), bytes, 3),
        [b'E', n, ..] => Step::Done(Op::Bold(n & 1 == 1), 3),
        [b'd', n, ..] => Step::Done(Op::Feed(n), 3),
        [b'p', connector, on, off, ..] => {
            let pulse = Op::DrawerPulse { connector, on, off };
            known_or_unknown((connector <= 1).then_some(pulse), bytes, 5)
        }
        [b'p', ..] => Step::Incomplete,
        _ => unknown(bytes, 2),
    }
}

fn align(n: u8) -> Option<Align> {
    Some(match n {
        0 | 48 => Align::Left,
        1 | 49 => Align::Center,
        2 | 50 => Align::Right,
        _ => return None,
    })
}

fn dle(bytes: &[u8]) -> Step {
    match bytes[1..] {
        [] | [EOT] => Step::Incomplete,
        [EOT, n, ..] => {
            let kind = STATUS_KINDS.into_iter().find(|kind| *kind as u8 == n);
            known_or_unknown(kind.map(Op::Status), bytes, 3)
        }
        _ => unknown(bytes, 2),
    }
}

fn gs(bytes: &[u8]) -> Step {
    match bytes[1..] {
        [] => Step::Incomplete,
        [b'!' | b'r' | b'h' | b'w' | b'H' | b'V' | b'('] => Step::Incomplete,
        [b'!', n, ..] => {
            let double = match n {
                0x00 => Some(Op::Double(false)),
                0x11 => Some(Op::Double(true)),
                _ => None,
            };
            known_or_unknown(double, bytes, 3)
        }
        [b'r', n, ..] => {
            let sensor = matches!(n, 1 | 2 | 49 | 50).then_some(Op::SensorStatus(n));
            known_or_unknown(sensor, bytes, 3)
        }
        [command @ (b'h' | b'w' | b'H'), value, ..] => Step::Done(Op::BarcodeSetting { command, value }, 3),
        [b'V', 66, _, ..] => Step::Done(Op::Cut, 4),
        [b'V', 66] => Step::Incomplete,
        [b'V', ..] => unknown(bytes, 3),
        [b'(', b'k', ..] => symbol(bytes),
        [b'(', ..] => unknown(bytes, 3),
        [b'k', ..] => barcode(bytes),
        _ => unknown(bytes, 2),
    }
}

/// `GS ( k pL pH cn fn …`
fn symbol(bytes: &[u8]) -> Step {
    let [_, _, _, low, high, rest @ ..] = bytes else {
        return Step::Incomplete;
    };
    let length = usize::from(u16::from_le_bytes([*low, *high]));
    let Some(body) = rest.get(..length) else {
        return Step::Incomplete;
    };
    let op = match body {
        [49, 65, 50, 0] => Some(Op::QrSetting { function: 65, value: 50 }),
        [49, 67, value @ 1..=16] => Some(Op::QrSetting { function: 67, value: *value }),
        [49, 69, value @ 48..=51] => Some(Op::QrSetting { function: 69, value: *value }),
        [49, 80, 48, content @ ..] => std::str::from_utf8(content)
            .ok()
            .filter(|content| !content.is_empty())
            .map(|content| Op::QrStore(content.to_owned())),
        [49, 81, 48] => Some(Op::QrPrint),
        _ => None,
    };
    known_or_unknown(op, bytes, 5 + length)
}

/// `GS k m n d1…dn`; the older forms `m` ≤ 6 end in NUL and are ours to skip only.
fn barcode(bytes: &[u8]) -> Step {
    match bytes[2..] {
        [] | [65..=79] => Step::Incomplete,
        [system @ 65..=79, length, ..] => {
            let end = 4 + usize::from(length);
            match bytes.get(4..end) {
                None => Step::Incomplete,
                Some(data) => {
                    let content = (system == 73).then(|| set_b(data)).flatten();
                    known_or_unknown(content.map(Op::Barcode), bytes, end)
                }
            }
        }
        _ => unknown(bytes, 3),
    }
}

fn set_b(data: &[u8]) -> Option<String> {
    let mut rest = data.strip_prefix(b"{B")?;
    let mut content = String::new();
    loop {
        rest = match rest {
            [] => return Some(content).filter(|content| !content.is_empty()),
            [b'{', b'{', tail @ ..] => {
                content.push('{');
                tail
            }
            [byte @ (b' '..=b'z' | b'|'..=b'~'), tail @ ..] => {
                content.push(char::from(*byte));
                tail
            }
            _ => return None,
        };
    }
}

/// The paper: lines as a person reads them, and what was done besides printing.
#[derive(Debug)]
pub struct Paper {
    columns: usize,
    align: Align,
    double: bool,
    current: String,
    qr: Option<String>,
    pub lines: Vec<String>,
}

impl Paper {
    pub fn new(columns: usize) -> Self {
        Paper {
            columns: columns.max(1),
            align: Align::Left,
            double: false,
            current: String::new(),
            qr: None,
            lines: Vec::new(),
        }
    }

    pub fn apply(&mut self, op: &Op) {
        match op {
            Op::Init => {
                self.align = Align::Left;
                self.double = false;
                self.current.clear();
                self.qr = None;
            }
            Op::Align(align) => self.align = *align,
            Op::Double(double) => self.double = *double,
            Op::Text(text) => self.text(text),
            Op::LineFeed => self.end_line(),
            Op::Feed(lines) => {
                if !self.current.is_empty() {
                    self.end_line();
                }
                self.lines.extend((0..*lines).map(|_| String::new()));
            }
            Op::QrStore(content) => self.qr = Some(content.clone()),
            Op::QrPrint => {
                let content = self.qr.clone().unwrap_or_default();
                self.lines.extend(qr_lines(&content, self.columns));
            }
            Op::Barcode(content) => self.lines.extend(barcode_lines(content, self.columns)),
            _ => {}
        }
    }

    /// A line that is full goes on on the next, in the middle of a word: the printer knows no words.
    fn text(&mut self, text: &str) {
        let width = text_width(self.columns, self.double);
        let mut used = self.current.chars().count();
        for character in text.chars() {
            if used >= width {
                self.end_line();
                used = 0;
            }
            self.current.push(character);
            used += 1;
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.current);
        self.lines.push(pad(&line, self.align, self.columns));
    }
}

/// All that `bytes` put on paper.
pub fn text(bytes: &[u8], columns: usize) -> Vec<String> {
    let mut paper = Paper::new(columns);
    for decoded in Decoder::new().push(bytes) {
        paper.apply(&decoded.op);
    }
    paper.lines
}
