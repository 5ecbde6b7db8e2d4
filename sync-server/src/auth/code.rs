//! Pairing codes such as `7K4M-Q2XD`: eight digits of Crockford's base 32, which has no letter that looks like another.
//! The first four find the code, the other four prove that it is known.

use super::secret_hash;
use crate::env::Env;
use crate::store::SecretHash;
use std::fmt;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Half an hour to walk to the terminal.
pub const LIFETIME_S: u64 = 30 * 60;

#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (selector, secret) = self.0.split_at(4);
        write!(f, "{selector}-{secret}")
    }
}

impl Code {
    pub fn random(env: &Env) -> Self {
        let bytes: [u8; 8] = env.random();
        Code(bytes.iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])).collect())
    }

    /// As people type it: in any case, with O for 0 and I or L for 1, with or without hyphen and spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = String::with_capacity(8);
        for c in text.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let digit = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            if digits.len() == 8 || !digit.is_ascii() || !ALPHABET.contains(&(digit as u8)) {
                return None;
            }
            digits.push(digit);
        }
        (digits.len() == 8).then_some(Code(digits))
    }

    pub fn selector(&self) -> &str {
        &self.0[..4]
    }

    pub fn hash(&self) -> SecretHash {
        secret_hash(self.0.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = Code::random(&Env::system());
        assert_eq!(Code::parse(&code.to_string()), Some(code.clone()));
        assert_eq!(Code::parse(&code.to_string().to_lowercase().replace('-', " ")), Some(code));
        assert_eq!(Code::parse("OIL0-1111").map(|c| c.to_string()).as_deref(), Some("0110-1111"));
        for bad in ["", "7K4M-Q2X", "7K4M-Q2XDD", "7K4M-Q2XU", "7K4M-Q2Xü"] {
            assert_eq!(Code::parse(bad), None, "{bad}");
        }
    }
}
