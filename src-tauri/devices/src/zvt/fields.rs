//! The bitmaps of a message: numbered fields of known length (PA00P015, summary of the bitmaps in use).
//!
//! Only what a till may know becomes a value. Track data, the card number but for its last four digits, the expiry date
//! and the check value are stepped over where they stand.

use super::bcd;
use super::bitmap::{self, Content, Length};
use super::text;
use super::tlv::TlvFields;
use super::totals::Totals;

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
    /// 2A, up to fifteen characters: the salon's number at the network operator
    pub contract_number: Option<String>,
    /// 37, trace of the transaction that this one reverses
    pub original_trace: Option<u32>,
    /// 3B, up to eight characters
    pub authorisation: Option<String>,
    /// 3C
    pub additional_text: Option<String>,
    /// 49, ISO 4217
    pub currency: Option<u16>,
    /// 60, in the answer to an end of day
    pub totals: Option<Totals>,
    /// 87, four digits
    pub receipt_number: Option<u16>,
    /// 88, six digits
    pub turnover_number: Option<u32>,
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

impl Fields {
    pub fn decode(bytes: &[u8]) -> Result<Fields, FieldsError> {
        let mut fields = Fields::default();
        let mut rest = bytes;
        while let [bitmap, tail @ ..] = rest {
            let Some(known) = bitmap::find(*bitmap) else {
                fields.unread = rest.len();
                break;
            };
            let used = fields.read(known, tail)?;
            rest = &tail[used..];
        }
        Ok(fields)
    }

    /// The number of the transaction. Networks that count further than six digits have it in the container.
    pub fn trace_number(&self) -> Option<u32> {
        self.trace.filter(|trace| *trace != 0).or(self.tlv.long_trace.filter(|trace| *trace != 0))
    }

    /// The terminal's own `MMDDhhmmss`; empty if it does not say both.
    pub fn clock(&self) -> String {
        match (self.date, self.time) {
            (Some(date), Some(time)) => format!("{date:04}{time:06}"),
            _ => String::new(),
        }
    }

    /// Reads one bitmap and says how many bytes it took after its number.
    fn read(&mut self, known: &bitmap::Bitmap, tail: &[u8]) -> Result<usize, FieldsError> {
        if known.length == Length::Tlv {
            let (tlv, used) = TlvFields::decode(tail).map_err(|_| FieldsError::BadValue(known.number))?;
            self.tlv = tlv;
            return Ok(used);
        }
        let (start, size) = bitmap::extent(known.length, tail).ok_or(FieldsError::Truncated(known.number))?;
        let value = &tail[start..start + size];
        // Of these a wrong value could be money; of others it is no reason to give up a payment that stands.
        let decides =
            matches!(known.content, Content::Amount | Content::Currency) || matches!(known.number, 0x0B | 0x37);
        match self.keep(known.number, value) {
            None if decides => Err(FieldsError::BadValue(known.number)),
            _ => Ok(start + size),
        }
    }

    /// `value` has the length of its bitmap. `None` if it is not what it should be.
    fn keep(&mut self, bitmap: u8, value: &[u8]) -> Option<()> {
        match bitmap {
            0x03 => self.service_byte = value.first().copied(),
            0x04 => self.amount_minor = Some(bcd::decode(value)?),
            0x0B => self.trace = Some(number(value)?),
            0x0C => self.time = Some(number(value)?),
            0x0D => self.date = Some(number(value)?),
            0x19 => self.status_byte = value.first().copied(),
            0x22 => self.card_last4 = last4(value),
            0x27 => self.result_code = value.first().copied(),
            0x29 => self.terminal_id = Some(number(value)?),
            0x2A => self.contract_number = Some(text::decode(value).trim().to_owned()),
            0x37 => self.original_trace = Some(number(value)?),
            0x3B => self.authorisation = Some(printable(value)),
            0x3C => self.additional_text = Some(text::decode_lines(value)),
            0x49 => self.currency = Some(number(value)?),
            0x60 => self.totals = Some(Totals::decode(value)?),
            0x87 => self.receipt_number = Some(number(value)?),
            0x88 => self.turnover_number = Some(number(value)?),
            0x8A => self.card_type = value.first().copied(),
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
        numeric(0x88, self.turnover_number.map(u64::from), 3);
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
        if let Some(contract) = &self.contract_number {
            let mut padded = text::encode(contract);
            padded.resize(15, b' ');
            out.push(0x2A);
            out.extend(padded);
        }
        if let Some(authorisation) = &self.authorisation {
            let mut padded = authorisation.as_bytes().to_vec();
            padded.resize(8, 0);
            out.push(0x3B);
            out.extend(padded);
        }
        if let Some(totals) = &self.totals {
            variable(out, 0x60, 3, totals.encode());
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

fn number<T: TryFrom<u64>>(value: &[u8]) -> Option<T> {
    bcd::decode(value).and_then(|number| T::try_from(number).ok())
}

/// The last four digits, unless the terminal masks those too (with E). An odd number is filled up with F. Some terminals
/// let a D and more of the track follow, which is none of ours.
pub(super) fn last4(number: &[u8]) -> Option<String> {
    let halves = number.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]);
    let mut digits: Vec<u8> = halves.take_while(|half| *half != 0x0D).collect();
    while digits.last() == Some(&0x0F) {
        digits.pop();
    }
    let last = digits.get(digits.len().checked_sub(4)?..)?;
    last.iter().map(|half| char::from_digit(u32::from(*half), 10)).collect()
}

/// Filled up with zeros or spaces; what is not printable ASCII is left out.
pub(super) fn printable(value: &[u8]) -> String {
    let text: String = value.iter().filter(|b| b.is_ascii_graphic() || **b == b' ').map(|b| char::from(*b)).collect();
    text.trim().to_owned()
}
