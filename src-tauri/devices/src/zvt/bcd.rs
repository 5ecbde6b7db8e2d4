//! Packed decimal numbers: two digits to a byte, high digit first.

/// `value` in `length` bytes, its highest digits cut off where it does not fit.
pub fn encode(mut value: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    for byte in bytes.iter_mut().rev() {
        let pair = (value % 100) as u8;
        *byte = ((pair / 10) << 4) | (pair % 10);
        value /= 100;
    }
    bytes
}

/// `None` when a digit is not one, or when there are more than a `u64` holds.
pub fn decode(bytes: &[u8]) -> Option<u64> {
    bytes.iter().try_fold(0_u64, |value, byte| {
        let (high, low) = (byte >> 4, byte & 0x0F);
        if high > 9 || low > 9 {
            return None;
        }
        value.checked_mul(100)?.checked_add(u64::from(high * 10 + low))
    })
}
