//! Framing on a serial line (PA00P016, chapter on the transport protocol of RS232): `DLE STX`, the message with every
//! DLE doubled, `DLE ETX`, and a checksum, low byte first. Pure functions; who has got what is in [`super::line`].

use super::apdu::{Apdu, FrameError};

pub(super) const DLE: u8 = 0x10;
pub(super) const STX: u8 = 0x02;
const ETX: u8 = 0x03;

/// Answers to a frame: taken, or asked for again.
pub const ACK: u8 = 0x06;
pub const NAK: u8 = 0x15;

/// CRC with the reflected polynomial 0x8408, from zero, over the message before doubling and the ETX.
pub fn checksum(message: &[u8]) -> u16 {
    message.iter().chain(&[ETX]).fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0x8408 } else { crc >> 1 })
    })
}

pub fn frame(apdu: &Apdu) -> Result<Vec<u8>, FrameError> {
    let message = apdu.encode()?;
    let mut bytes = vec![DLE, STX];
    for byte in &message {
        bytes.push(*byte);
        if *byte == DLE {
            bytes.push(DLE);
        }
    }
    bytes.extend([DLE, ETX]);
    bytes.extend(checksum(&message).to_le_bytes());
    Ok(bytes)
}

/// The message in the frame at the start of `bytes` and how many bytes that takes; `None` while it is not whole.
pub fn unframe(bytes: &[u8]) -> Result<Option<(Apdu, usize)>, FrameError> {
    match bytes {
        [] | [DLE] => return Ok(None),
        [DLE, STX, ..] => {}
        _ => return Err(FrameError::Malformed),
    }
    let mut message = Vec::new();
    let mut at = 2;
    loop {
        match bytes[at..] {
            [DLE, DLE, ..] => {
                message.push(DLE);
                at += 2;
            }
            [DLE, ETX, low, high, ..] => {
                let sent = u16::from_le_bytes([low, high]);
                return finish(&message, sent).map(|apdu| Some((apdu, at + 4)));
            }
            [DLE, ETX, ..] | [DLE] | [] => return Ok(None),
            [DLE, ..] => return Err(FrameError::Malformed),
            [byte, ..] => {
                message.push(byte);
                at += 1;
            }
        }
        if message.len() > super::DATA_LEN_MAX + 5 {
            return Err(FrameError::TooLong(message.len()));
        }
    }
}

fn finish(message: &[u8], sent: u16) -> Result<Apdu, FrameError> {
    if checksum(message) != sent {
        return Err(FrameError::Checksum);
    }
    match Apdu::decode(message)? {
        Some((apdu, used)) if used == message.len() => Ok(apdu),
        _ => Err(FrameError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_frame_byte_by_byte() {
        let ack = Apdu::new(0x80, 0x00, vec![]);
        let framed = frame(&ack).unwrap();
        assert_eq!(framed[..7], [0x10, 0x02, 0x80, 0x00, 0x00, 0x10, 0x03]);
        assert_eq!(framed[7..], checksum(&[0x80, 0x00, 0x00]).to_le_bytes());
        let dle = frame(&Apdu::new(0x06, 0x10, vec![0x10])).unwrap();
        assert_eq!(dle[2..7], [0x06, 0x10, 0x10, 0x01, 0x10]);
    }

    #[test]
    fn a_flipped_bit_is_found() {
        let mut framed = frame(&Apdu::new(0x04, 0x0F, vec![1, 2, 3])).unwrap();
        framed[6] ^= 0x40;
        assert_eq!(unframe(&framed), Err(FrameError::Checksum));
    }

    proptest! {
        #[test]
        fn frames_come_back(class: u8, instruction: u8, data in proptest::collection::vec(any::<u8>(), 0..600)) {
            let apdu = Apdu::new(class, instruction, data);
            let framed = frame(&apdu).unwrap();
            for cut in 0..framed.len() {
                prop_assert_eq!(unframe(&framed[..cut]), Ok(None));
            }
            prop_assert_eq!(unframe(&framed), Ok(Some((apdu, framed.len()))));
        }

        #[test]
        fn hostile_bytes_are_taken(bytes in proptest::collection::vec(prop_oneof![Just(0x10_u8), any::<u8>()], 0..200)) {
            let _ = unframe(&bytes);
            let _ = unframe(&[&[0x10, 0x02], bytes.as_slice()].concat());
        }
    }
}
