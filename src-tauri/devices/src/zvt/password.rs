//! The terminal's password: six digits (PA00P015, chapter on the password). It protects settings, not money, and still
//! has no business in a log.

use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Password(u32);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the password of a card terminal is six digits")]
pub struct BadPassword;

impl Password {
    pub(crate) fn value(self) -> u64 {
        u64::from(self.0)
    }

    pub(crate) fn from_value(value: u64) -> Option<Self> {
        u32::try_from(value).ok().filter(|value| *value <= 999_999).map(Password)
    }
}

impl TryFrom<String> for Password {
    type Error = BadPassword;
    fn try_from(text: String) -> Result<Self, BadPassword> {
        if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadPassword);
        }
        text.parse().map(Password).map_err(|_| BadPassword)
    }
}

impl From<Password> for String {
    fn from(password: Password) -> String {
        format!("{:06}", password.0)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(******)")
    }
}
