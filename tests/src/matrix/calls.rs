//! What strace(1) wrote, read as calls with a beginning and an end: `-f -yy -x`, with the process before each line.

use anyhow::{Result, ensure};

/// Lines are in the order of what happened; a call that others overlapped has two.
#[derive(Debug, Clone)]
pub struct Call {
    /// The thread.
    pub tid: u32,
    pub name: String,
    /// What the descriptor is: a path, or `TCP:[here->there]`.
    pub of: String,
    /// All strings among its arguments, joined.
    pub data: Vec<u8>,
    pub begin: usize,
    pub end: usize,
    /// It returned, without an error.
    pub is_ok: bool,
}

#[derive(Debug, Default)]
pub struct Calls(pub Vec<Call>);

impl Calls {
    pub fn read(text: &str) -> Calls {
        let mut calls: Vec<Call> = Vec::new();
        let mut open: Vec<(u32, String, usize)> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let Some((tid, rest)) = line.trim_start().split_once(' ') else { continue };
            let (Ok(tid), rest) = (tid.parse(), rest.trim_start()) else { continue };
            if let Some(begun) = rest.strip_suffix("<unfinished ...>") {
                open.push((tid, begun.to_owned(), at));
                continue;
            }
            let resumed = rest.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>"));
            let (whole, begin) = match resumed {
                Some((_, end)) => {
                    let Some(place) = open.iter().position(|(other, ..)| *other == tid) else { continue };
                    let (_, begun, begin) = open.remove(place);
                    (begun + end, begin)
                }
                None => (rest.to_owned(), at),
            };
            calls.extend(parse(tid, &whole, begin, at));
        }
        calls.sort_by_key(|call| call.begin);
        Calls(calls)
    }

    /// The first one after line `after` that `is_it`.
    pub fn first(&self, what: &str, after: usize, is_it: impl Fn(&Call) -> bool) -> Result<&Call> {
        let found = self.0.iter().find(|call| call.begin > after && is_it(call));
        found.ok_or_else(|| anyhow::anyhow!("{what} is not in the trace"))
    }

    /// Everything that was written to a file that `is_store` before `call` was synced before `call`, and something was
    /// written after line `since`. Threads in `apart` are left out: what they do meanwhile is not what `call` tells of.
    pub fn is_durable_before(&self, call: &Call, since: usize, apart: &[u32]) -> Result<()> {
        let before = |other: &&Call| other.begin < call.begin && !apart.contains(&other.tid);
        let written = self.0.iter().filter(before).rfind(|other| other.is_write_to_wal());
        let written = written.filter(|write| write.begin > since);
        let written = written.ok_or_else(|| anyhow::anyhow!("nothing was written before {}", call.shown()))?;
        let synced = self
            .0
            .iter()
            .any(|sync| sync.is_sync_of_wal() && sync.is_ok && sync.begin > written.end && sync.end < call.begin);
        ensure!(synced, "{} is not synced before {}", written.shown(), call.shown());
        Ok(())
    }
}

impl Call {
    /// Anything goes out on a socket of this port, at either end.
    pub fn sends_on(&self, port: u16) -> bool {
        let sends = ["sendto", "sendmsg", "write", "writev"].contains(&self.name.as_str());
        sends && self.of.starts_with("TCP:") && self.is_on(port)
    }

    pub fn receives_on(&self, port: u16) -> bool {
        ["recvfrom", "read"].contains(&self.name.as_str()) && self.of.starts_with("TCP:") && self.is_on(port)
    }

    fn is_on(&self, port: u16) -> bool {
        self.of.contains(&format!(":{port}->")) || self.of.contains(&format!(":{port}]"))
    }

    pub fn is_write_to_wal(&self) -> bool {
        ["pwrite64", "write", "pwritev"].contains(&self.name.as_str()) && self.of.ends_with("-wal")
    }

    /// SQLite may have been built without fdatasync: then it calls fsync.
    pub fn is_sync_of_wal(&self) -> bool {
        ["fdatasync", "fsync"].contains(&self.name.as_str()) && self.of.ends_with("-wal")
    }

    pub fn holds(&self, text: &str) -> bool {
        self.data.windows(text.len()).any(|window| window == text.as_bytes())
    }

    fn shown(&self) -> String {
        let first = &self.data[..self.data.len().min(24)];
        format!("{} of {} in line {} ({first:02x?})", self.name, self.of, self.begin + 1)
    }
}

fn parse(tid: u32, text: &str, begin: usize, end: usize) -> Option<Call> {
    let (name, arguments) = text.split_once('(')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let descriptor = arguments.split_once('<').filter(|(number, _)| number.bytes().all(|b| b.is_ascii_digit()));
    let of = match descriptor {
        // A socket's has an arrow in it.
        Some((_, rest)) if rest.starts_with("TCP") => rest.split_once("]>").map(|(of, _)| format!("{of}]")),
        Some((_, rest)) => rest.split_once('>').map(|(of, _)| of.to_owned()),
        None => None,
    };
    // A call that was resumed has its result set in.
    let after = |(at, _)| text.get(at + 1..).map(str::trim_start).and_then(|rest| rest.strip_prefix("= "));
    let result = text.rmatch_indices(')').find_map(after).unwrap_or_default();
    is_name.then(|| Call {
        tid,
        name: name.to_owned(),
        of: of.unwrap_or_default(),
        data: strings(arguments),
        begin,
        end,
        is_ok: result.starts_with(|c: char| c.is_ascii_digit()),
    })
}

/// What stands between quotes, as bytes.
fn strings(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes().peekable();
    let mut inside = false;
    while let Some(byte) = rest.next() {
        match (inside, byte) {
            (_, b'"') => inside = !inside,
            (false, _) => {}
            (true, b'\\') => bytes.extend(escaped(&mut rest)),
            (true, plain) => bytes.push(plain),
        }
    }
    bytes
}

fn escaped(rest: &mut std::iter::Peekable<std::str::Bytes<'_>>) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    match rest.next()? {
        b'x' => {
            let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
            Some(high << 4 | low)
        }
        b'n' => Some(b'\n'),
        b'r' => Some(b'\r'),
        b't' => Some(b'\t'),
        b'v' => Some(0x0B),
        b'f' => Some(0x0C),
        octal @ b'0'..=b'7' => {
            let mut value = octal - b'0';
            for _ in 0..2 {
                let Some(next) = rest.next_if(|byte| (b'0'..=b'7').contains(byte)) else { break };
                value = value << 3 | (next - b'0');
            }
            Some(value)
        }
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = r#"
100 pwrite64(9</d/store.db-wal>, "abc", 3, 0) = 3
101 fdatasync(9</d/store.db-wal> <unfinished ...>
100 sendto(12<TCP:[127.0.0.1:4000->127.0.0.1:5000]>, "\x06\x01\x0a", 3, MSG_NOSIGNAL, NULL, 0) = 3
101 <... fdatasync resumed>) = 0
100 sendto(12<TCP:[127.0.0.1:4000->127.0.0.1:5000]>, "a\"b\\\n", 5, MSG_NOSIGNAL, NULL, 0) = 5
"#;

    #[test]
    fn a_sync_counts_when_it_has_ended() {
        let calls = Calls::read(TRACE);
        let sends: Vec<&Call> = calls.0.iter().filter(|call| call.sends_on(5000)).collect();
        assert_eq!(sends[0].data, [6, 1, 10]);
        assert_eq!(sends[1].data, b"a\"b\\\n");
        assert!(calls.is_durable_before(sends[0], 0, &[]).is_err());
        assert!(calls.is_durable_before(sends[1], 0, &[]).is_ok());
        assert!(calls.is_durable_before(sends[1], 2, &[]).is_err(), "nothing was written since");
        assert!(calls.is_durable_before(sends[1], 0, &[100]).is_err(), "whose writes do not count");
    }

    #[test]
    fn a_sync_that_failed_does_not_count() {
        let failed = TRACE.replace("resumed>) = 0", "resumed>) = -1 EIO (Input/output error) (INJECTED)");
        let calls = Calls::read(&failed);
        let last = calls.0.iter().rfind(|call| call.sends_on(5000)).unwrap();
        assert!(calls.is_durable_before(last, 0, &[]).is_err());
    }
}
