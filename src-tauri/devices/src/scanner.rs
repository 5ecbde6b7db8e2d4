//! A scanner on a serial line: codes as they were sent, a line each.
//!
//! What a code means (GS1, check digits, a card that must not be kept) is not decided here. The line stays open between
//! reads, since a scanner speaks when somebody scans and not when it is asked.

use crate::stream::{ByteStream, Connector, Deadline, cause_of_connect, is_timeout, read_until};
use salon_ports::{FaultCause, PortError, ScannerPort};
use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

/// No symbol holds more than some 3 KiB; what is longer is no code.
const CODE_LEN_MAX: usize = 4096;

/// The separator of GS1 element strings, the only control character that is a part of a code.
const GS: u8 = 0x1D;

/// A scanner sends a code in one go: what has no end after this was torn.
const TORN: Duration = Duration::from_secs(1);

/// How often it is tried whether a scanner that went away is back.
const RECONNECT: Duration = Duration::from_secs(1);

/// A scanner behind any byte stream. Nothing is connected before it is read.
pub struct SerialScanner {
    connector: Box<dyn Connector>,
    stream: Option<Box<dyn ByteStream>>,
    codes: Codes,
    /// When a connection was last tried in vain.
    failed: Option<Instant>,
}

impl SerialScanner {
    pub fn new(connector: Box<dyn Connector>) -> Self {
        SerialScanner { connector, stream: None, codes: Codes::default(), failed: None }
    }

    /// A caller that asks again at once must not keep the processor busy: it waits here, for its `deadline` at most.
    fn connect(&mut self, deadline: Deadline) -> Result<Option<&mut Box<dyn ByteStream>>, PortError> {
        if self.stream.is_none() {
            if let Some(failed) = self.failed {
                let due = RECONNECT.saturating_sub(failed.elapsed());
                std::thread::sleep(due.min(deadline.remaining()));
                if failed.elapsed() < RECONNECT {
                    return Ok(None);
                }
            }
            self.failed = Some(Instant::now());
            let stream = self.connector.connect(RECONNECT).map_err(|error| PortError::Retryable {
                cause: cause_of_connect(&error),
                detail: format!("{}: {error}", self.connector.describe()),
            })?;
            self.failed = None;
            self.codes = Codes::default();
            self.stream = Some(stream);
        }
        Ok(self.stream.as_mut())
    }

    fn lost(&mut self, error: &io::Error) -> PortError {
        self.stream = None;
        self.failed = Some(Instant::now());
        PortError::Retryable { cause: FaultCause::LinkLost, detail: format!("{}: {error}", self.connector.describe()) }
    }
}

impl ScannerPort for SerialScanner {
    fn read(&mut self, timeout: Duration) -> Result<Option<String>, PortError> {
        let deadline = Deadline::after(timeout);
        loop {
            match self.codes.next() {
                Some(Scanned::Code(code)) => return Ok(Some(code)),
                Some(Scanned::Dropped(bytes)) => {
                    return Err(PortError::Retryable {
                        cause: FaultCause::Protocol,
                        detail: format!("{bytes} bytes that are no code were dropped"),
                    });
                }
                None => {}
            }
            let patience = if self.codes.is_in_code() { deadline.at_most(TORN) } else { deadline };
            let Some(stream) = self.connect(deadline)? else { return Ok(None) };
            let mut piece = [0; 512];
            match read_until(stream.as_mut(), &mut piece, patience) {
                Ok(0) => return Err(self.lost(&io::ErrorKind::UnexpectedEof.into())),
                Ok(count) => self.codes.push(&piece[..count], Instant::now()),
                Err(error) if is_timeout(&error) => {
                    self.codes.silence(Instant::now());
                    if self.codes.is_empty() && deadline.is_over() {
                        return Ok(None);
                    }
                }
                Err(error) => return Err(self.lost(&error)),
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Scanned {
    Code(String),
    /// So many bytes were too long for a code, or had no end.
    Dropped(usize),
}

/// Bytes into codes: no IO.
#[derive(Default)]
struct Codes {
    code: Vec<u8>,
    /// Bytes of the line that is being received, kept or not.
    length: usize,
    received: Option<Instant>,
    ready: VecDeque<Scanned>,
}

impl Codes {
    fn push(&mut self, bytes: &[u8], now: Instant) {
        self.silence(now);
        self.received = Some(now);
        for byte in bytes {
            match byte {
                b'\r' | b'\n' | b'\t' => self.end(),
                _ => {
                    self.length += 1;
                    let is_part = *byte == GS || !byte.is_ascii_control();
                    if is_part && self.length <= CODE_LEN_MAX {
                        self.code.push(*byte);
                    }
                }
            }
        }
    }

    /// Between CR and LF there is an empty line, which is no code.
    fn end(&mut self) {
        let (code, length) = (std::mem::take(&mut self.code), std::mem::take(&mut self.length));
        if length > CODE_LEN_MAX {
            self.ready.push_back(Scanned::Dropped(length));
        } else if !code.is_empty() {
            self.ready.push_back(Scanned::Code(text(code)));
        }
    }

    /// The rest of a torn code does not come any more, and it must not become the head of the next one.
    fn silence(&mut self, now: Instant) {
        let quiet = self.received.is_some_and(|received| now.duration_since(received) >= TORN);
        if quiet && self.length > 0 {
            self.code.clear();
            let length = std::mem::take(&mut self.length);
            self.ready.push_back(Scanned::Dropped(length));
        }
    }

    fn next(&mut self) -> Option<Scanned> {
        self.ready.pop_front()
    }

    fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    fn is_in_code(&self) -> bool {
        self.length > 0
    }
}

/// Scanners send UTF-8 or ISO 8859-1, whose bytes are the first 256 characters.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scanned(pieces: &[&[u8]]) -> Vec<Scanned> {
        let mut codes = Codes::default();
        let now = Instant::now();
        for piece in pieces {
            codes.push(piece, now);
        }
        std::iter::from_fn(|| codes.next()).collect()
    }

    fn code(text: &str) -> Scanned {
        Scanned::Code(text.into())
    }

    #[test]
    fn every_usual_end_of_a_line() {
        let all = scanned(&[b"4006381333931\r96385074\n]E05901234123457\r\nGIFT-1\t\r\n"]);
        assert_eq!(all, [code("4006381333931"), code("96385074"), code("]E05901234123457"), code("GIFT-1")]);
    }

    #[test]
    fn what_belongs_to_a_code_is_kept_and_nothing_else() {
        assert_eq!(scanned(&[b"]C101\x02951\x1D10A\x1B\x7F\r"]), [code("]C101951\u{1d}10A")]);
        assert_eq!(scanned(&["Łódź\r".as_bytes(), b"caf\xE9\r"]), [code("Łódź"), code("café")]);
    }

    #[test]
    fn a_burst_is_dropped_and_told_and_the_next_code_is_whole() {
        let burst = vec![b'7'; CODE_LEN_MAX + 1];
        assert_eq!(scanned(&[&burst, b"8\r12345670\r"]), [Scanned::Dropped(CODE_LEN_MAX + 2), code("12345670")]);
        assert_eq!(scanned(&[&burst[1..], b"\r"]), [code(&"7".repeat(CODE_LEN_MAX))]);
    }

    #[test]
    fn a_torn_code_does_not_become_the_head_of_the_next() {
        let mut codes = Codes::default();
        let began = Instant::now();
        codes.push(b"40063", began);
        codes.silence(began + TORN / 2);
        assert!(codes.is_empty() && codes.is_in_code());
        codes.push(b"96385074\r", began + TORN);
        assert_eq!(codes.next(), Some(Scanned::Dropped(5)));
        assert_eq!(codes.next(), Some(code("96385074")));
        assert_eq!(codes.next(), None);
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(
            bytes in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(0x1D), any::<u8>()], 0..200),
            cut in 0_usize..200,
        ) {
            let cut = cut.min(bytes.len());
            prop_assert_eq!(scanned(&[&bytes]), scanned(&[&bytes[..cut], &bytes[cut..]]));
        }
    }
}
