//! One message: class, instruction, length, data (PA00P016, chapter on APDUs).

use std::fmt;

/// What we send and take. The length field allows 65,535; receipts are the longest messages and far below this.
pub const DATA_LEN_MAX: usize = 16 * 1024;

/// A one-byte length of this value announces two more bytes, low first.
const LENGTH_EXTENDED: u8 = 0xFF;

#[derive(Clone, PartialEq, Eq)]
pub struct Apdu {
    pub class: u8,
    pub instruction: u8,
    pub data: Vec<u8>,
}

/// The data may hold a card number: a log sees how long it is and nothing more.
impl fmt::Debug for Apdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (class, instruction, length) = (self.class, self.instruction, self.data.len());
        write!(f, "Apdu({class:02X} {instruction:02X}, {length} bytes)")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("a message of {0} bytes is longer than any that is expected")]
    TooLong(usize),
    #[error("the frame is not one")]
    Malformed,
    #[error("the checksum does not match")]
    Checksum,
}

impl Apdu {
    pub fn new(class: u8, instruction: u8, data: Vec<u8>) -> Self {
        Apdu { class, instruction, data }
    }

    pub fn encode(&self) -> Result<Vec<u8>, FrameError> {
        let length = self.data.len();
        if length > DATA_LEN_MAX {
            return Err(FrameError::TooLong(length));
        }
        let mut bytes = vec![self.class, self.instruction];
        match u8::try_from(length) {
            Ok(short) if short != LENGTH_EXTENDED => bytes.push(short),
            _ => {
                bytes.push(LENGTH_EXTENDED);
                bytes.extend((length as u16).to_le_bytes());
            }
        }
        bytes.extend_from_slice(&self.data);
        Ok(bytes)
    }

    /// The message at the start of `bytes` and how many bytes it takes; `None` while it is not whole.
    pub fn decode(bytes: &[u8]) -> Result<Option<(Apdu, usize)>, FrameError> {
        let (header, length) = match *bytes {
            [_, _, LENGTH_EXTENDED, low, high, ..] => (5, usize::from(u16::from_le_bytes([low, high]))),
            [_, _, LENGTH_EXTENDED, ..] => return Ok(None),
            [_, _, short, ..] => (3, usize::from(short)),
            _ => return Ok(None),
        };
        if length > DATA_LEN_MAX {
            return Err(FrameError::TooLong(length));
        }
        Ok(bytes.get(header..header + length).map(|data| {
            let apdu = Apdu::new(bytes[0], bytes[1], data.to_vec());
            (apdu, header + length)
        }))
    }
}
