//! The bitmaps of a message: numbered fields of known length (PA00P015, summary of the bitmaps in use).
//!
//! Only what a till may know becomes a value. Track data, the card number but for its last four digits, the expiry date
//! and the check value are stepped over where they stand.

use super::bcd;
use super::text;
use super::tlv::TlvFields;

/// The fields that we read and write. Amounts in minor units, numbers as numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// 03
    pub service_byte: Option<u8>,
    /// 04, twelve digits
    pub amount_minor: Option<u64>,
    /// 0B, six digits
    pub trace: Option<u32>,
    /// 0C, `hhmmss`
    pub time: Option<u32>,
    /// 0D, `MMDD`
    pub date: Option<u16>,
    /// 19: status byte of the terminal, or kind of payment, depending on the message
    pub status_byte: Option<u8>,
    /// 22, the last four digits
    pub card_last4: Option<String>,
    /// 27
    pub result_code: Option<u8>,
    /// 29, eight digits
    pub terminal_id: Option<u32>,
    /// 37, trace of the transaction that this one reverses
    pub original_trace: Option<u32>,
    /// 3B, up to eight characters
    pub authorisation: Option<String>,
    /// 3C
    pub additional_text: Option<String>,
    /// 49, ISO 4217
    pub currency: Option<u16>,
    /// 87, four digits
    pub receipt_number: Option<u16>,
    /// 8A
    pub card_type: Option<u8>,
    /// 8B
    pub card_name: Option<String>,
    /// 06
    pub tlv: TlvFields,
    /// Bytes at the end, from the first bitmap on that is not in the summary: without its length nothing after it can
    /// be found.
    pub unread: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FieldsError {
    #[error("bitmap {0:02X} is longer than the message")]
    Truncated(u8),
    #[error("bitmap {0:02X} does not hold what it should")]
    BadValue(u8),
    #[error("the message is shorter than its fixed part")]
    Short,
}

enum Length {
    Fixed(usize),
    /// Two digits of length, one in the low half of each byte.
    Ll,
    /// Three of them.
    Lll,
    Tlv,
}

fn length_of(bitmap: u8) -> Option<Length> {
    use Length::{Fixed, Ll, Lll, Tlv};
    Some(match bitmap {
        0x01..=0x03 | 0x05 | 0x19 | 0x27 | 0x8A | 0x8C | 0xA0 | 0xD0 | 0xD2 | 0xD3 => Fixed(1),
        0xE0 | 0xE9 | 0xEA | 0xF0 | 0xF9..=0xFD => Fixed(1),
        0x0D | 0x0E | 0x17 | 0x3A | 0x49 | 0x87 => Fixed(2),
        0x0B | 0x0C | 0x37 | 0x3D | 0x88 | 0xAA => Fixed(3),
        0x29 => Fixed(4),
        0xBA => Fixed(5),
        0x04 => Fixed(6),
        0x3B | 0xEB => Fixed(8),
        0x2A => Fixed(15),
        0x22 | 0x23 | 0x2D | 0x8B | 0xA7 | 0xD1 | 0xE1..=0xE8 | 0xF1..=0xF8 => Ll,
        0x24 | 0x2E | 0x3C | 0x60 | 0x9A | 0xAF => Lll,
        0x06 => Tlv,
        _ => return None,
    })
}

impl Fields {
    pub fn decode(bytes: &[u8]) -> Result<Fields, FieldsError> {
        let mut fields = Fields::default();
        let mut rest = bytes;
        while let [bitmap, tail @ ..] = rest {
            let Some(length) = length_of(*bitmap) else {
                fields.unread = rest.len();
                break;
            };
            let used = fields.read(*bitmap, length, tail)?;
            rest = &tail[used..];
        }
        Ok(fields)
    }

    /// Reads one bitmap and says how many bytes it took after its number.
    fn read(&mut self, bitmap: u8, length: Length, tail: &[u8]) -> Result<usize, FieldsError> {
        let truncated = FieldsError::Truncated(bitmap);
        let (start, size) = match length {
            Length::Fixed(size) => (0, size),
            Length::Ll => (2, digits_length(tail, 2).ok_or(truncated)?),
            Length::Lll => (3, digits_length(tail, 3).ok_or(truncated)?),
            Length::Tlv => {
                let (tlv, used) = TlvFields::decode(tail).map_err(|_| FieldsError::BadValue(bitmap))?;
                self.tlv = tlv;
                return Ok(used);
            }
        };
        let value = tail.get(start..start + size).ok_or(truncated)?;
        self.keep(bitmap, value).ok_or(FieldsError::BadValue(bitmap))?;
        Ok(start + size)
    }

    /// `value` has the length of its bitmap.
    fn keep(&mut self, bitmap: u8, value: &[u8]) -> Option<()> {
        match bitmap {
            0x03 => self.service_byte = Some(value[0]),
            0x04 => self.amount_minor = Some(bcd::decode(value)?),
            0x0B => self.trace = Some(number(value)?),
            0x0C => self.time = Some(number(value)?),
            0x0D => self.date = Some(number(value)?),
            0x19 => self.status_byte = Some(value[0]),
            0x22 => self.card_last4 = last4(value),
            0x27 => self.result_code = Some(value[0]),
            0x29 => self.terminal_id = Some(number(value)?),
            0x37 => self.original_trace = Some(number(value)?),
            0x3B => self.authorisation = Some(printable(value)),
            0x3C => self.additional_text = Some(text::decode(value)),
            0x49 => self.currency = Some(number(value)?),
            0x87 => self.receipt_number = Some(number(value)?),
            0x8A => self.card_type = Some(value[0]),
            0x8B => self.card_name = Some(text::decode(value)),
            _ => {}
        }
        Some(())
    }

    /// In ascending order of the bitmaps, the container last. `unread` is not written.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut byte = |bitmap: u8, value: Option<u8>| {
            if let Some(value) = value {
                out.extend([bitmap, value]);
            }
        };
        byte(0x03, self.service_byte);
        byte(0x19, self.status_byte);
        byte(0x27, self.result_code);
        byte(0x8A, self.card_type);
        let mut numeric = |bitmap: u8, value: Option<u64>, length: usize| {
            if let Some(value) = value {
                out.push(bitmap);
                out.extend(bcd::encode(value, length));
            }
        };
        numeric(0x04, self.amount_minor, 6);
        numeric(0x0B, self.trace.map(u64::from), 3);
        numeric(0x0C, self.time.map(u64::from), 3);
        numeric(0x0D, self.date.map(u64::from), 2);
        numeric(0x29, self.terminal_id.map(u64::from), 4);
        numeric(0x37, self.original_trace.map(u64::from), 3);
        numeric(0x49, self.currency.map(u64::from), 2);
        numeric(0x87, self.receipt_number.map(u64::from), 2);
        self.encode_texts(&mut out);
        if !self.tlv.is_empty() {
            out.push(0x06);
            out.extend(self.tlv.encode());
        }
        out
    }

    fn encode_texts(&self, out: &mut Vec<u8>) {
        if let Some(last4) = &self.card_last4 {
            // Eight bytes, the first twelve digits masked.
            let digits = last4.parse().unwrap_or(0);
            out.extend([0x22, 0xF0, 0xF8]);
            out.extend([0xEE; 6]);
            out.extend(bcd::encode(digits, 2));
        }
        if let Some(authorisation) = &self.authorisation {
            let mut padded = [0; 8];
            for (to, from) in padded.iter_mut().zip(authorisation.bytes()) {
                *to = from;
            }
            out.push(0x3B);
            out.extend(padded);
        }
        for (bitmap, digits, value) in [(0x3C, 3, &self.additional_text), (0x8B, 2, &self.card_name)] {
            if let Some(value) = value {
                variable(out, bitmap, digits, text::encode(value));
            }
        }
    }
}

fn variable(out: &mut Vec<u8>, bitmap: u8, digits: usize, mut value: Vec<u8>) {
    value.truncate(10_usize.pow(digits as u32) - 1);
    out.push(bitmap);
    for place in (0..digits).rev() {
        let digit = value.len() / 10_usize.pow(place as u32) % 10;
        out.push(0xF0 | digit as u8);
    }
    out.extend(value);
}

fn digits_length(tail: &[u8], digits: usize) -> Option<usize> {
    tail.get(..digits)?.iter().try_fold(0, |length, byte| {
        let digit = usize::from(byte & 0x0F);
        (byte & 0xF0 == 0xF0 && digit <= 9).then_some(length * 10 + digit)
    })
}

fn number<T: TryFrom<u64>>(value: &[u8]) -> Option<T> {
    bcd::decode(value).and_then(|number| T::try_from(number).ok())
}

/// The last four digits, unless the terminal masks those too (with E). An odd number is filled up with F.
fn last4(number: &[u8]) -> Option<String> {
    let mut halves: Vec<u8> = number.iter().rev().take(3).rev().flat_map(|byte| [byte >> 4, byte & 0x0F]).collect();
    while halves.last() == Some(&0x0F) {
        halves.pop();
    }
    let last = halves.get(halves.len().checked_sub(4)?..)?;
    last.iter().map(|half| char::from_digit(u32::from(*half), 10)).collect()
}

/// Filled up with zeros or spaces; what is not printable ASCII is left out.
fn printable(value: &[u8]) -> String {
    let text: String = value.iter().filter(|b| b.is_ascii_graphic() || **b == b' ').map(|b| char::from(*b)).collect();
    text.trim().to_owned()
}
