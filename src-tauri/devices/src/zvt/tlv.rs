//! The TLV container (bitmap 06; PA00P015, chapter on TLV): of its many objects we keep texts, the kind of a receipt and
//! what a till or a terminal says of itself. The rest, card data among it, is skipped and never copied.

use super::bcd;
use super::text;

const TAG_TEXT: u32 = 0x07;
const TAG_COMMAND: u32 = 0x0A;
const TAG_DIAGNOSIS: u32 = 0x1B;
const TAG_DISPLAY_TEXTS: u32 = 0x24;
const TAG_PRINT_TEXTS: u32 = 0x25;
const TAG_COMMANDS: u32 = 0x26;
const TAG_RECEIPT_TYPE: u32 = 0x1F07;
const TAG_ERROR_TEXT: u32 = 0x1F17;
const TAG_LONG_TRACE: u32 = 0x1F2B;

/// Containers within containers; real ones are two deep.
pub(super) const DEPTH_MAX: u8 = 6;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TlvFields {
    /// To show to the cashier.
    pub display: Vec<String>,
    /// To print on a receipt.
    pub print: Vec<String>,
    /// 1 for the merchant's receipt, 2 for the client's, 3 for one of administration.
    pub receipt_type: Option<u8>,
    pub error_text: Option<String>,
    /// Class and instruction of the commands that the till takes, in a registration.
    pub commands: Vec<[u8; 2]>,
    /// Which diagnosis: 1 for the line, 2 for the extended one, 3 for a configuration.
    pub diagnosis: Option<u8>,
    /// A trace number of eight digits, of networks that count further than bitmap 0B.
    pub long_trace: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl TlvFields {
    pub fn is_empty(&self) -> bool {
        *self == TlvFields::default()
    }

    /// The container with its length, as it follows the bitmap number.
    pub fn encode(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (tag, lines) in [(TAG_DISPLAY_TEXTS, &self.display), (TAG_PRINT_TEXTS, &self.print)] {
            if !lines.is_empty() {
                let mut texts = Vec::new();
                for line in lines {
                    object(&mut texts, TAG_TEXT, &text::encode(line));
                }
                object(&mut body, tag, &texts);
            }
        }
        if let Some(receipt_type) = self.receipt_type {
            object(&mut body, TAG_RECEIPT_TYPE, &[receipt_type]);
        }
        if let Some(error) = &self.error_text {
            object(&mut body, TAG_ERROR_TEXT, &text::encode(error));
        }
        if !self.commands.is_empty() {
            let mut commands = Vec::new();
            for command in &self.commands {
                object(&mut commands, TAG_COMMAND, command);
            }
            object(&mut body, TAG_COMMANDS, &commands);
        }
        if let Some(diagnosis) = self.diagnosis {
            object(&mut body, TAG_DIAGNOSIS, &[diagnosis]);
        }
        if let Some(trace) = self.long_trace {
            object(&mut body, TAG_LONG_TRACE, &bcd::encode(u64::from(trace), 4));
        }
        let mut container = Vec::new();
        length(&mut container, body.len());
        container.extend(body);
        container
    }

    /// Reads the container that begins with its length, and says how many bytes it took.
    pub fn decode(bytes: &[u8]) -> Result<(TlvFields, usize), Malformed> {
        let (size, header) = read_length(bytes)?;
        let body = bytes.get(header..header + size).ok_or(Malformed)?;
        let mut fields = TlvFields::default();
        fields.read(body, None, 0)?;
        Ok((fields, header + size))
    }

    fn read(&mut self, mut bytes: &[u8], container: Option<u32>, depth: u8) -> Result<(), Malformed> {
        if depth > DEPTH_MAX {
            return Err(Malformed);
        }
        while !bytes.is_empty() {
            let (object, used) = next_object(bytes)?;
            let (tag, value) = (object.tag, object.value);
            bytes = &bytes[used..];
            match (tag, container) {
                (TAG_TEXT, Some(TAG_DISPLAY_TEXTS)) => self.display.push(text::decode(value)),
                (TAG_TEXT, Some(TAG_PRINT_TEXTS)) => self.print.push(text::decode(value)),
                (TAG_RECEIPT_TYPE, _) => self.receipt_type = value.first().copied(),
                (TAG_ERROR_TEXT, _) => self.error_text = Some(text::decode(value)),
                // Some write each command as an object, some all of them into one.
                (TAG_COMMAND, Some(TAG_COMMANDS)) => {
                    self.commands.extend(value.chunks_exact(2).map(|pair| [pair[0], pair[1]]));
                }
                (TAG_DIAGNOSIS, _) => self.diagnosis = value.first().copied(),
                (TAG_LONG_TRACE, _) => {
                    self.long_trace = bcd::decode(value).and_then(|trace| u32::try_from(trace).ok());
                }
                _ if object.constructed => self.read(value, Some(tag), depth + 1)?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// One object as it stands in a container.
pub(super) struct Object<'a> {
    pub tag: u32,
    /// It holds objects.
    pub constructed: bool,
    pub value: &'a [u8],
}

/// The object at the start of `bytes` and how many of them it takes.
pub(super) fn next_object(bytes: &[u8]) -> Result<(Object<'_>, usize), Malformed> {
    let (tag, constructed, tag_length) = read_tag(bytes)?;
    let (size, header) = read_length(&bytes[tag_length..])?;
    let start = tag_length + header;
    let value = bytes.get(start..start + size).ok_or(Malformed)?;
    Ok((Object { tag, constructed, value }, start + size))
}

fn object(out: &mut Vec<u8>, tag: u32, value: &[u8]) {
    if tag > 0xFF {
        out.push((tag >> 8) as u8);
    }
    out.push(tag as u8);
    length(out, value.len());
    out.extend_from_slice(value);
}

fn length(out: &mut Vec<u8>, size: usize) {
    match size {
        0..=0x7F => out.push(size as u8),
        0x80..=0xFF => out.extend([0x81, size as u8]),
        // A message is far shorter than 64 KiB, and its encoder refuses longer ones.
        _ => out.extend([0x82, (size >> 8) as u8, size as u8]),
    }
}

/// The tag, whether it holds objects, and its length in bytes: one, or more when its low five bits are all on.
fn read_tag(bytes: &[u8]) -> Result<(u32, bool, usize), Malformed> {
    let first = *bytes.first().ok_or(Malformed)?;
    let constructed = first & 0x20 != 0;
    let mut tag = u32::from(first);
    let mut used = 1;
    if first & 0x1F == 0x1F {
        loop {
            let next = *bytes.get(used).ok_or(Malformed)?;
            tag = tag << 8 | u32::from(next);
            used += 1;
            if next & 0x80 == 0 {
                break;
            }
            if used == 4 {
                return Err(Malformed);
            }
        }
    }
    Ok((tag, constructed, used))
}

/// A length and how many bytes it takes.
pub(super) fn read_length(bytes: &[u8]) -> Result<(usize, usize), Malformed> {
    match *bytes {
        [short @ 0..=0x7F, ..] => Ok((usize::from(short), 1)),
        [0x81, size, ..] => Ok((usize::from(size), 2)),
        [0x82, high, low, ..] => Ok((usize::from(u16::from_be_bytes([high, low])), 3)),
        _ => Err(Malformed),
    }
}
