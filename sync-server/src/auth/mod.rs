//! Who somebody is: passwords, tokens, pairing codes, and the brakes on guessing them.

pub mod code;
pub mod password;
pub mod throttle;
pub mod tokens;

use crate::store::SecretHash;
use sha2::{Digest, Sha256};

/// How a random secret is kept. Guessing 32 random bytes is hopeless with any hash; a fast one will do.
pub fn secret_hash(secret: &[u8]) -> SecretHash {
    Sha256::digest(secret).into()
}

pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).map(char::from).collect()
}

pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_round_trips() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hex(&to_hex(&bytes)).unwrap(), bytes);
        for bad in ["0", "0g", "ü0"] {
            assert_eq!(from_hex(bad), None, "{bad}");
        }
    }
}
