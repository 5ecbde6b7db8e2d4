//! A customer display of two lines in ESC/POS mode, as strict as the printer: what it does not know it keeps a note of.

use super::server::{Caller, POLL, Server, Stop};
use crate::escpos::DISPLAY_COLUMNS;
use crate::escpos::decode::{Decoder, DisplayOp, Op};
use crate::stream::{ByteStream, is_timeout};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const LINES: usize = 2;
const ERRORS_MAX: usize = 200;

pub struct DisplaySimOptions {
    pub listen: String,
    /// Called with both lines whenever they have changed.
    pub on_change: Option<OnChange>,
}

type OnChange = Box<dyn Fn(&[String; LINES]) + Send + Sync>;

impl Default for DisplaySimOptions {
    fn default() -> Self {
        DisplaySimOptions { listen: "127.0.0.1:0".into(), on_change: None }
    }
}

/// A running display; it stops when this is dropped.
pub struct DisplaySim {
    server: Server,
    shared: Arc<Shared>,
}

struct Shared {
    screen: Mutex<Screen>,
    changed: Condvar,
    on_change: Option<OnChange>,
}

/// What the client sees, and where the next character goes.
struct Screen {
    cells: [[char; DISPLAY_COLUMNS]; LINES],
    column: usize,
    line: usize,
    errors: Vec<String>,
}

impl DisplaySim {
    pub fn start(options: DisplaySimOptions) -> io::Result<DisplaySim> {
        let shared = Arc::new(Shared {
            screen: Mutex::new(Screen::new()),
            changed: Condvar::new(),
            on_change: options.on_change,
        });
        let serving = Arc::clone(&shared);
        let server = Server::start(&options.listen, move |caller: Caller, stop: &Stop| {
            // A client that went away is no fault of the display.
            let _ = serving.session(caller.stream, stop);
        })?;
        Ok(DisplaySim { server, shared })
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where it is reached: `HOST:PORT`, or the path of its serial port.
    pub fn place(&self) -> String {
        self.server.place()
    }

    /// Both lines, without spaces at their ends.
    pub fn lines(&self) -> [String; LINES] {
        self.shared.lock().lines()
    }

    /// Whether it came to show `lines` before `timeout` was over.
    pub fn wait_for(&self, lines: [&str; LINES], timeout: Duration) -> bool {
        let waited = self
            .shared
            .changed
            .wait_timeout_while(self.shared.lock(), timeout, |screen| screen.lines() != lines)
            .unwrap_or_else(PoisonError::into_inner);
        !waited.1.timed_out()
    }

    /// What it was sent and does not know.
    pub fn errors(&self) -> Vec<String> {
        self.shared.lock().errors.clone()
    }

    /// The commands of the control port: `lines`, `errors`.
    pub fn control(&self) -> impl Fn(&str) -> Result<Vec<String>, String> + Send + 'static {
        let shared = Arc::clone(&self.shared);
        move |line| match line {
            "lines" => Ok(shared.lock().lines().to_vec()),
            "errors" => Ok(shared.lock().errors.clone()),
            _ => Err(format!("\"{line}\" is none of: lines errors")),
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Screen> {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn session(&self, mut stream: Box<dyn ByteStream>, stop: &Stop) -> io::Result<()> {
        stream.set_read_timeout(POLL)?;
        let mut decoder = Decoder::new();
        let mut piece = [0; 256];
        while !stop.is_raised() {
            match stream.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => self.receive(&mut decoder, &piece[..count]),
                Err(error) if is_timeout(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn receive(&self, decoder: &mut Decoder, bytes: &[u8]) {
        let mut screen = self.lock();
        let before = screen.lines();
        for decoded in decoder.push(bytes) {
            screen.apply(&decoded.op);
        }
        let now = screen.lines();
        drop(screen);
        if now != before {
            self.changed.notify_all();
            if let Some(on_change) = &self.on_change {
                on_change(&now);
            }
        }
    }
}

impl Screen {
    fn new() -> Screen {
        Screen { cells: [[' '; DISPLAY_COLUMNS]; LINES], column: 0, line: 0, errors: Vec::new() }
    }

    fn lines(&self) -> [String; LINES] {
        self.cells.map(|line| line.iter().collect::<String>().trim_end().to_owned())
    }

    fn apply(&mut self, op: &Op) {
        match op {
            Op::Init | Op::Control(0x0C) => {
                self.cells = [[' '; DISPLAY_COLUMNS]; LINES];
                (self.column, self.line) = (0, 0);
            }
            // CAN clears the line that the cursor is in.
            Op::Control(0x18) => {
                self.cells[self.line] = [' '; DISPLAY_COLUMNS];
                self.column = 0;
            }
            Op::Control(0x0B) => (self.column, self.line) = (0, 0),
            Op::Control(0x0D) => self.column = 0,
            Op::Control(0x08) => self.column = self.column.saturating_sub(1),
            Op::LineFeed => self.line = (self.line + 1) % LINES,
            Op::Tab => self.step(),
            Op::Text(text) => text.chars().for_each(|character| {
                self.cells[self.line][self.column] = character;
                self.step();
            }),
            Op::Display(DisplayOp::MoveTo { column, line }) => self.move_to(*column, *line),
            Op::SelectPage(_) | Op::Display(DisplayOp::Setting) | Op::SelectDevice(_) | Op::Setting => {}
            other => self.error(format!("not a display's command: {other:?}")),
        }
    }

    /// In overwriting mode, which it starts in, the cursor goes from the last cell to the first.
    fn step(&mut self) {
        self.column += 1;
        if self.column == DISPLAY_COLUMNS {
            self.column = 0;
            self.line = (self.line + 1) % LINES;
        }
    }

    fn move_to(&mut self, column: u8, line: u8) {
        match (usize::from(column), usize::from(line)) {
            (column @ 1..=DISPLAY_COLUMNS, line @ 1..=LINES) => (self.column, self.line) = (column - 1, line - 1),
            _ => self.error(format!("no such place: column {column}, line {line}")),
        }
    }

    fn error(&mut self, error: String) {
        if self.errors.len() < ERRORS_MAX {
            self.errors.push(error);
        }
    }
}
