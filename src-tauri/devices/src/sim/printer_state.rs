//! Inside the printer: its faults, its buffer, its paper, and what it answers.

use super::canvas::Canvas;
use super::paper_png;
use super::printer::{PrintedReceipt, PrinterFault, PrinterSimOptions};
use crate::escpos::decode::{Decoded, Op, Paper};
use crate::escpos::{DOTS_PER_COLUMN, StatusBytes, StatusKind, Trouble};
use crate::stream::ByteStream;
use salon_ports::PrinterState;
use std::collections::VecDeque;
use std::fs;
use std::io::Write;
use std::time::{Duration, Instant};

/// How long somebody takes to push the drawer back in.
const DRAWER_OPEN: Duration = Duration::from_secs(3);

/// What waits while the printer is stopped. A real one stops reading then; this one says that it lost something.
const BUFFER_BYTES_MAX: usize = 1 << 20;

/// A sender that never cuts gets its paper torn off here.
const UNCUT_LINES_MAX: usize = 5000;

const ERRORS_MAX: usize = 200;

const WELL: PrinterState = PrinterState {
    online: true,
    cover_open: false,
    paper_near_end: false,
    paper_out: false,
    cutter_error: false,
    drawer_open: false,
};

/// Where answers go: to whoever is connected.
pub(super) struct Answers(Box<dyn ByteStream>);

impl Answers {
    pub(super) fn to(stream: Box<dyn ByteStream>) -> Answers {
        Answers(stream)
    }
}

pub(super) struct State {
    faults: PrinterState,
    trouble: Trouble,
    silent: bool,
    sensor_status: bool,
    paper_left_lines: Option<usize>,
    pub(super) drop_after_bytes: Option<usize>,
    drawer_opened: Option<Instant>,
    pub(super) drawer_pulses: usize,
    buffer: VecDeque<Decoded>,
    buffer_bytes: usize,
    client: Option<Answers>,
    /// Whether the client wants to be told of changes (`GS a`), and what it was told last.
    reports: bool,
    reported: Option<[u8; 4]>,
    paper: Paper,
    /// Only where somebody keeps pictures.
    canvas: Option<Canvas>,
    raw: Vec<u8>,
    pub(super) receipts: Vec<PrintedReceipt>,
    first_number: usize,
    pub(super) errors: Vec<String>,
    /// When the first byte of the receipt that is being printed arrived, and of the one before.
    first_byte: Option<Instant>,
    pub(super) last_first_byte: Option<Instant>,
}

impl State {
    pub(super) fn new(columns: usize, pictures: bool, first_number: usize) -> Self {
        State {
            faults: WELL,
            trouble: Trouble::default(),
            silent: false,
            sensor_status: true,
            paper_left_lines: None,
            drop_after_bytes: None,
            drawer_opened: None,
            drawer_pulses: 0,
            buffer: VecDeque::new(),
            buffer_bytes: 0,
            client: None,
            reports: false,
            reported: None,
            paper: Paper::new(columns),
            canvas: pictures.then(|| Canvas::new(columns * DOTS_PER_COLUMN)),
            raw: Vec::new(),
            receipts: Vec::new(),
            first_number,
            errors: Vec::new(),
            first_byte: None,
            last_first_byte: None,
        }
    }

    pub(super) fn set(&mut self, fault: PrinterFault) {
        match fault {
            PrinterFault::PaperOut => self.faults.paper_out = true,
            PrinterFault::PaperNearEnd => self.faults.paper_near_end = true,
            PrinterFault::CoverOpen => self.faults.cover_open = true,
            PrinterFault::CutterJam => self.faults.cutter_error = true,
            PrinterFault::Offline => self.faults.online = false,
            PrinterFault::Feeding => {
                self.faults.online = false;
                self.trouble.feeding = true;
            }
            PrinterFault::Error => self.trouble.unrecoverable = true,
            PrinterFault::Overheated => self.trouble.auto_recoverable = true,
            PrinterFault::Silent => self.silent = true,
            PrinterFault::NoSensorStatus => self.sensor_status = false,
            PrinterFault::PaperOutAfterLines(lines) => self.paper_left_lines = Some(lines),
            PrinterFault::DropAfterBytes(bytes) => self.drop_after_bytes = Some(bytes),
        }
        self.report_change();
    }

    pub(super) fn clear(&mut self) {
        self.faults = WELL;
        self.trouble = Trouble::default();
        self.silent = false;
        self.sensor_status = true;
        self.paper_left_lines = None;
        self.drop_after_bytes = None;
    }

    pub(super) fn connected(&mut self, answers: Answers) {
        self.client = Some(answers);
    }

    pub(super) fn disconnected(&mut self) {
        self.client = None;
        self.reports = false;
        self.reported = None;
    }

    pub(super) fn uncut_lines(&self) -> Vec<String> {
        self.paper.lines.clone()
    }

    /// Any fault takes a printer offline.
    pub(super) fn reported(&self) -> PrinterState {
        let (faults, trouble) = (self.faults, self.trouble);
        let stopped = faults.cover_open
            || faults.paper_out
            || faults.cutter_error
            || trouble.mechanical
            || trouble.unrecoverable
            || trouble.auto_recoverable;
        PrinterState {
            online: faults.online && !stopped,
            drawer_open: self.drawer_opened.is_some_and(|opened| opened.elapsed() < DRAWER_OPEN),
            ..faults
        }
    }

    fn status(&self) -> StatusBytes {
        StatusBytes::with_trouble(&self.reported(), &self.trouble, true)
    }

    fn answer(&mut self, bytes: &[u8]) {
        if self.silent {
            return;
        }
        if let Some(Answers(client)) = &mut self.client {
            // Who does not wait for the answer misses it.
            let _ = client.write_all(bytes);
        }
    }

    pub(super) fn answer_status(&mut self, kind: StatusKind) {
        let byte = self.status().0[kind as usize - 1];
        self.answer(&[byte]);
    }

    /// To a client that asked for it, whenever something is not as it was.
    pub(super) fn report_change(&mut self) {
        let now = self.status().automatic();
        if self.reports && self.reported != Some(now) {
            self.reported = Some(now);
            self.answer(&now);
        }
    }

    pub(super) fn pulse(&mut self) {
        self.drawer_pulses += 1;
        self.drawer_opened = Some(Instant::now());
        self.report_change();
    }

    /// `DLE ENQ 2` empties the buffer of a printer with an error; the cause stays until somebody has seen to it.
    pub(super) fn recover(&mut self, request: u8) {
        if request == 2 && (self.faults.cutter_error || self.trouble.mechanical) {
            self.buffer.clear();
            self.buffer_bytes = 0;
        }
    }

    pub(super) fn take(&mut self, decoded: Decoded) {
        // What is asked after the cut belongs to no receipt.
        if !matches!(decoded.op, Op::SensorStatus(_)) {
            self.first_byte.get_or_insert_with(Instant::now);
        }
        if self.buffer_bytes + decoded.raw.len() > BUFFER_BYTES_MAX && !self.reported().online {
            self.error("the buffer is full: something was lost".into());
            return;
        }
        self.buffer_bytes += decoded.raw.len();
        self.buffer.push_back(decoded);
    }

    fn error(&mut self, error: String) {
        if self.errors.len() < ERRORS_MAX && self.errors.last() != Some(&error) {
            self.errors.push(error);
        }
    }

    /// Works through the buffer up to a cut, which it returns, or as far as nothing is in the way.
    pub(super) fn print_until_cut(&mut self) -> Option<Cut> {
        while self.reported().online {
            let decoded = self.buffer.pop_front()?;
            self.buffer_bytes -= decoded.raw.len();
            self.raw.extend_from_slice(&decoded.raw);
            let lines_before = self.paper.lines.len();
            self.paper.apply(&decoded.op);
            if let Some(canvas) = &mut self.canvas {
                canvas.apply(&decoded.op);
            }
            self.use_paper(self.paper.lines.len() - lines_before);
            match decoded.op {
                Op::SensorStatus(n) => self.answer_sensor(n),
                Op::Identify(n) => self.identify(n),
                Op::StatusBack(mask) => {
                    self.reports = mask != 0;
                    self.reported = None;
                    self.report_change();
                }
                Op::DrawerPulse { .. } => self.pulse(),
                Op::Cut { .. } => return Some(self.cut()),
                Op::Unknown(bytes) => self.error(format!("unknown command {bytes:02X?}")),
                _ => {}
            }
            if self.paper.lines.len() > UNCUT_LINES_MAX {
                self.error("the paper was torn off: nobody cut it".into());
                return Some(self.cut());
            }
        }
        None
    }

    fn cut(&mut self) -> Cut {
        self.last_first_byte = self.first_byte.take();
        let receipt = PrintedReceipt {
            number: self.first_number + self.receipts.len(),
            lines: std::mem::take(&mut self.paper.lines),
            raw: std::mem::take(&mut self.raw),
        };
        Cut { receipt, dots: self.canvas.as_mut().map(Canvas::take).unwrap_or_default() }
    }

    /// Puts a receipt where receipts go.
    pub(super) fn keep(&mut self, cut: Cut, options: &PrinterSimOptions) {
        let receipt = &cut.receipt;
        if let Some(out) = &options.out {
            let path = out.join(format!("{:04}", receipt.number));
            let text: String = receipt.lines.iter().map(|line| format!("{line}\n")).collect();
            let width = options.columns.max(1) * DOTS_PER_COLUMN;
            let written = fs::write(path.with_extension("bin"), &receipt.raw)
                .and_then(|()| paper_png::write(&path.with_extension("png"), width, &cut.dots))
                .and_then(|()| fs::write(path.with_extension("txt"), text));
            if let Err(error) = written {
                self.error(format!("{}: {error}", path.display()));
            }
        }
        if let Some(on_receipt) = &options.on_receipt {
            on_receipt(receipt);
        }
        self.receipts.push(cut.receipt);
    }

    /// `GS r`: for the paper bits 0 and 1 for near end, 2 and 3 for end (a printer at its end does not get here), for
    /// the drawer bit 0 for its pin.
    fn answer_sensor(&mut self, sensor: u8) {
        if !self.sensor_status {
            return;
        }
        let byte = match sensor {
            2 | 50 => u8::from(self.reported().drawer_open),
            _ if self.faults.paper_near_end => 0x03,
            _ => 0,
        };
        self.answer(&[byte]);
    }

    /// `GS I`: one byte for the numbers, a text between `_` and NUL for the names. Programs choose their commands by
    /// the maker's name, so it says whose commands it takes.
    fn identify(&mut self, what: u8) {
        let text = |text: &str| [b"_", text.as_bytes(), b"\0"].concat();
        let bytes = match what {
            1 | 49 => vec![0x20],
            // Has a cutter, no two-byte characters.
            2 | 50 => vec![0x02],
            3 | 51 => vec![0x01],
            65 => text("1.00 SIM"),
            66 => text("EPSON"),
            67 => text("TM-SIMULATED"),
            68 => text("SIM0000001"),
            69 => text(""),
            _ => return,
        };
        self.answer(&bytes);
    }

    fn use_paper(&mut self, lines: usize) {
        let Some(left) = self.paper_left_lines else {
            return;
        };
        self.paper_left_lines = Some(left.saturating_sub(lines));
        if lines >= left {
            self.paper_left_lines = None;
            self.faults.paper_out = true;
            self.report_change();
        }
    }
}

/// What came out between two cuts, with its dots.
pub(super) struct Cut {
    receipt: PrintedReceipt,
    dots: Vec<Vec<u8>>,
}
