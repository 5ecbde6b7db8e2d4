//! What else is known of a client: consents, tags, notes, family and friends.

use crate::kernel::Instant;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A way to reach a client with marketing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Email,
    Text,
    Phone,
    Post,
}

impl Channel {
    pub const ALL: [Channel; 4] = [Channel::Email, Channel::Text, Channel::Phone, Channel::Post];

    /// As it is in a field's name.
    pub const fn name(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Text => "text",
            Channel::Phone => "phone",
            Channel::Post => "post",
        }
    }
}

/// A consent given or taken back, with its evidence. No entry is no consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub given: bool,
    /// How it came: said at the desk, on paper, on the website.
    pub how: String,
    pub at: Instant,
    /// Who wrote it down.
    pub by: Uuid,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientNote {
    pub text: String,
    pub at: Instant,
    pub by: Uuid,
}

/// A word that clients are gathered by; the field's key is the word as it is searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    pub label: String,
}

/// What another client is to this one: mother, friend. It is written on both cards, on each in the words for the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyTie {
    pub relation: String,
    pub at: Instant,
    pub by: Uuid,
}
