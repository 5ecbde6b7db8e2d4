//! Where a message ends, on a wire without further framing (PA00P015, structure of an APDU): class, instruction, a
//! length of one byte or FF and two bytes, low one first. Written anew on purpose: a test that shares the product's
//! codec shares its mistakes.

/// How long the message at the start of `bytes` is; `None` while that is not to be seen, or it is not whole.
pub fn first_len(bytes: &[u8]) -> Option<usize> {
    let len = match *bytes {
        [_, _, 0xFF, low, high, ..] => 5 + usize::from(u16::from_le_bytes([low, high])),
        [_, _, short, ..] if short != 0xFF => 3 + usize::from(short),
        _ => return None,
    };
    (bytes.len() >= len).then_some(len)
}

#[cfg(test)]
mod tests {
    use super::first_len;

    #[test]
    fn a_message_ends_where_its_length_says() {
        assert_eq!(first_len(&[0x80, 0, 0]), Some(3));
        assert_eq!(first_len(&[0x80, 0]), None);
        assert_eq!(first_len(&[0x06, 0x01, 2, 1, 2, 9]), Some(5));
        assert_eq!(first_len(&[0x06, 0x01, 2, 1]), None);
        assert_eq!(first_len(&[0x06, 0xD3, 0xFF, 1, 0, 7]), Some(6));
        assert_eq!(first_len(&[0x06, 0xD3, 0xFF, 1]), None);
    }
}
