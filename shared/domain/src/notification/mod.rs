//! What is sent to clients: by which channel, and what an address has to be. When something is sent, and what it says, is
//! not in here.

mod dialling;
mod email;
mod phone;

pub use email::{email_address, masked_email};
pub use phone::{masked_phone, phone_number};

use serde::{Deserialize, Serialize};

/// How something reaches a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Email,
    /// A text message to a phone.
    Text,
}

/// Why a typed address is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressError {
    Empty,
    NotAnEmail,
    NotAPhone,
    /// A national number, at a branch whose country's dialling rules are not known here: it has to begin with `+`.
    CountryNeeded,
}

impl AddressError {
    /// As it travels in a failure's details.
    pub const fn name(self) -> &'static str {
        match self {
            AddressError::Empty => "empty",
            AddressError::NotAnEmail => "email",
            AddressError::NotAPhone => "phone",
            AddressError::CountryNeeded => "country",
        }
    }
}

impl Channel {
    pub const ALL: [Channel; 2] = [Channel::Email, Channel::Text];

    pub const fn name(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Text => "text",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Channel::ALL.into_iter().find(|channel| channel.name() == name)
    }

    /// The address that somebody typed, as it is sent to: an e-mail address, or a phone number in E.164. A national number
    /// is one of the country that `zone` (an IANA time zone) is in.
    pub fn address(self, typed: &str, zone: &str) -> Result<String, AddressError> {
        match self {
            _ if typed.trim().is_empty() => Err(AddressError::Empty),
            Channel::Email => email_address(typed),
            Channel::Text => phone_number(typed, zone),
        }
    }

    /// Enough of an address to know it again, and not enough to write to it.
    pub fn masked(self, address: &str) -> String {
        match self {
            Channel::Email => masked_email(address),
            Channel::Text => masked_phone(address),
        }
    }
}
