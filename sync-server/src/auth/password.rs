//! Passwords and PINs: argon2id with 19 MiB, two passes, one lane (OWASP's recommendation), as PHC strings.
//! Slow on purpose: call on a blocking thread, a few at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::OnceLock;

pub const PASSWORD_CHARS_MIN: usize = 10;
pub const PASSWORD_BYTES_MAX: usize = 200;

#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("a password has at least {PASSWORD_CHARS_MIN} characters and at most {PASSWORD_BYTES_MAX} bytes")]
    Length,
    #[error("a PIN has four to eight digits")]
    Pin,
    #[error("hashing failed: {0}")]
    Hash(String),
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(19_456, 2, 1, None).map_err(|e| PasswordError::Hash(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn phc(secret: &str, salt: &[u8; 16]) -> Result<String, PasswordError> {
    let hash = argon2()?.hash_password_with_salt(secret.as_bytes(), salt);
    hash.map(|h| h.to_string()).map_err(|e| PasswordError::Hash(e.to_string()))
}

pub fn hash_password(password: &str, salt: &[u8; 16]) -> Result<String, PasswordError> {
    if password.chars().count() < PASSWORD_CHARS_MIN || password.len() > PASSWORD_BYTES_MAX {
        return Err(PasswordError::Length);
    }
    phc(password, salt)
}

pub fn hash_pin(pin: &str, salt: &[u8; 16]) -> Result<String, PasswordError> {
    if !(4..=8).contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(PasswordError::Pin);
    }
    phc(pin, salt)
}

/// Whether `password` is the one behind `hash`. Without a hash (an unknown user) it takes as long, and is not.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: OnceLock<Option<String>> = OnceLock::new();
    let nobody = NOBODY.get_or_init(|| phc("nobody's password", &[7; 16]).ok());
    let Some(text) = hash.or(nobody.as_deref()) else { return false };
    let password = if password.len() > PASSWORD_BYTES_MAX { "" } else { password };
    let same = PasswordHash::new(text)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    same && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_opens() {
        let hash = hash_password("correct horse", &[1; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("correct horse", Some(&hash)));
        assert!(!verify("correct house", Some(&hash)));
        assert!(!verify("nobody's password", None));
        assert!(!verify("correct horse", Some("rubbish")));
        assert!(hash_password("short", &[1; 16]).is_err());
        assert!(hash_pin("12345", &[1; 16]).is_ok());
        for bad in ["123", "123456789", "12a4"] {
            assert!(hash_pin(bad, &[1; 16]).is_err(), "{bad}");
        }
    }
}
