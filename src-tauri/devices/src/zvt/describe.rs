//! A recording of a line between till and terminal, as JSON for people: `pos devices decode zvt`.
//!
//! It finds out by itself whether the bytes are frames of a serial line or messages as on TCP, names what it knows, says
//! what is wrong where, and goes on at the next message that makes sense. It takes any bytes: no panic, and never more
//! of a card than four digits; what is not known to be harmless is shown by its length alone. Nothing is decided by what
//! it says: the driver has its own, stricter decoder.

use super::apdu::{Apdu, DATA_LEN_MAX};
use super::content;
use super::names;
use super::serial::{self, ACK, NAK};
use serde_json::{Map, Value, json};

const DLE: u8 = 0x10;
const STX: u8 = 0x02;
const ETX: u8 = 0x03;

/// One object for each message, acknowledgement byte, or stretch that is neither. `offset` and `length` count bytes of
/// the input.
pub fn describe(bytes: &[u8]) -> Vec<Value> {
    let serial = is_serial(bytes);
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let found = if serial { serial_piece(rest) } else { plain_piece(rest) };
        let (mut object, used) = found.unwrap_or_else(|| garbage(rest, serial));
        object.insert("offset".into(), json!(at));
        object.insert("length".into(), json!(used));
        out.push(Value::Object(object));
        at += used.max(1);
    }
    out
}

/// A frame with a right checksum somewhere, one at the very beginning, or nothing but single acknowledgements.
fn is_serial(bytes: &[u8]) -> bool {
    let first = bytes.iter().position(|byte| !matches!(*byte, ACK | NAK)).unwrap_or(bytes.len());
    if first == bytes.len() || bytes[first..].starts_with(&[DLE, STX]) {
        return true;
    }
    // Messages as on TCP may have these two bytes in a text; they do not have a checksum that is right.
    plain_piece(bytes).is_none()
        && (0..bytes.len()).any(|at| split_frame(&bytes[at..]).is_some_and(|frame| frame.checksum_is_right()))
}

struct Frame {
    /// Without its doubled bytes.
    message: Vec<u8>,
    sent: u16,
    /// Bytes of the whole frame.
    used: usize,
}

impl Frame {
    fn checksum_is_right(&self) -> bool {
        serial::checksum(&self.message) == self.sent
    }
}

/// The frame at the start, whether its checksum is right or not (PA00P016, chapter on RS232).
fn split_frame(bytes: &[u8]) -> Option<Frame> {
    let mut rest = bytes.strip_prefix(&[DLE, STX])?;
    let mut message = Vec::new();
    loop {
        match *rest {
            [DLE, DLE, ref tail @ ..] => {
                message.push(DLE);
                rest = tail;
            }
            [DLE, ETX, low, high, ref tail @ ..] => {
                let used = bytes.len() - tail.len();
                return Some(Frame { message, sent: u16::from_le_bytes([low, high]), used });
            }
            [DLE, ..] | [] => return None,
            [byte, ref tail @ ..] => {
                message.push(byte);
                rest = tail;
            }
        }
        if message.len() > DATA_LEN_MAX + 5 {
            return None;
        }
    }
}

type Piece = (Map<String, Value>, usize);

fn serial_piece(bytes: &[u8]) -> Option<Piece> {
    let mut object = Map::new();
    object.insert("framing".into(), json!("serial"));
    match bytes {
        [ACK, ..] => {
            object.insert("command".into(), json!("ack_byte"));
            Some((object, 1))
        }
        [NAK, ..] => {
            object.insert("command".into(), json!("nak_byte"));
            Some((object, 1))
        }
        _ => {
            let frame = split_frame(bytes)?;
            let right = frame.checksum_is_right();
            object.insert("crc".into(), json!(if right { "ok" } else { "wrong" }));
            match Apdu::decode(&frame.message) {
                Ok(Some((apdu, used))) if used == frame.message.len() => message(&apdu, &mut object),
                Ok(Some((apdu, used))) => {
                    message(&apdu, &mut object);
                    let more = frame.message.len() - used;
                    object
                        .insert("error".into(), json!(format!("{more} bytes more in the frame than its length says")));
                }
                Ok(None) => {
                    object.insert("error".into(), json!("the frame is shorter than its length says"));
                }
                Err(error) => {
                    object.insert("error".into(), json!(error.to_string()));
                }
            }
            if !right {
                object.entry("error").or_insert_with(|| json!("the checksum is wrong: what it says cannot be trusted"));
            }
            Some((object, frame.used))
        }
    }
}

/// A message as on TCP that is whole, and that the specification knows or that stands between others.
fn plain_piece(bytes: &[u8]) -> Option<Piece> {
    let used = known_extent(bytes).or_else(|| {
        let used = extent(bytes).filter(|_| is_class(bytes[0]))?;
        (used == bytes.len() || known_extent(&bytes[used..]).is_some()).then_some(used)
    })?;
    let (apdu, _) = Apdu::decode(bytes).ok().flatten()?;
    let mut object = Map::new();
    message(&apdu, &mut object);
    Some((object, used))
}

/// The length of the whole message at the start.
fn extent(bytes: &[u8]) -> Option<usize> {
    let (header, length) = match *bytes {
        [_, _, 0xFF, low, high, ..] => (5, usize::from(u16::from_le_bytes([low, high]))),
        [_, _, 0xFF, ..] => return None,
        [_, _, short, ..] => (3, usize::from(short)),
        _ => return None,
    };
    (length <= DATA_LEN_MAX && bytes.len() >= header + length).then_some(header + length)
}

fn known_extent(bytes: &[u8]) -> Option<usize> {
    let [class, instruction, ..] = *bytes else {
        return None;
    };
    names::command(class, instruction).and_then(|_| extent(bytes))
}

/// The classes that commands are in.
fn is_class(class: u8) -> bool {
    matches!(class, 0x04 | 0x05 | 0x06 | 0x08 | 0x0F)
}

fn message(apdu: &Apdu, object: &mut Map<String, Value>) {
    let name = names::command(apdu.class, apdu.instruction).unwrap_or("unknown");
    object.insert("command".into(), json!(name));
    object.insert("class".into(), json!(format!("{:02X}", apdu.class)));
    object.insert("instruction".into(), json!(format!("{:02X}", apdu.instruction)));
    content::of(apdu, object);
}

/// Up to the next byte at which something makes sense.
fn garbage(bytes: &[u8], serial: bool) -> Piece {
    let makes_sense = |at: &usize| {
        let rest = &bytes[*at..];
        if serial { rest.starts_with(&[DLE, STX]) && split_frame(rest).is_some() } else { begins_a_message(rest) }
    };
    let used = (1..bytes.len()).find(makes_sense).unwrap_or(bytes.len());
    let mut object = Map::new();
    if serial {
        object.insert("framing".into(), json!("serial"));
    }
    object.insert("error".into(), json!(what_is_wrong(bytes, used, serial)));
    (object, used)
}

/// Acknowledgements are three bytes that stand in many texts; a message that a recording goes on with has to be followed
/// by another one or by the end.
fn begins_a_message(bytes: &[u8]) -> bool {
    known_extent(bytes).is_some_and(|used| used == bytes.len() || known_extent(&bytes[used..]).is_some())
}

fn what_is_wrong(bytes: &[u8], skipped: usize, serial: bool) -> String {
    if serial && bytes.starts_with(&[DLE, STX]) {
        return format!("a frame without its end: {skipped} bytes skipped");
    }
    if serial {
        return format!("neither a frame nor an acknowledgement: {skipped} bytes skipped");
    }
    match (bytes, Apdu::decode(bytes)) {
        ([class, instruction, ..], Ok(None)) if names::command(*class, *instruction).is_some() => {
            format!("the message {class:02X} {instruction:02X} ends before its length: {skipped} bytes skipped")
        }
        ([class, instruction, ..], Err(error)) => format!("{class:02X} {instruction:02X}: {error}"),
        ([class, instruction, _, ..], _) => {
            format!("no message begins with {class:02X} {instruction:02X}: {skipped} bytes skipped")
        }
        _ => format!("too short for a message: {skipped} bytes skipped"),
    }
}
