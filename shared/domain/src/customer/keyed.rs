//! Fields that a card has many of: `kind/key`, with JSON in them. Each is written once, or again as a whole; cleared, it
//! is as if it were not there, and its earlier values stay in the history.

use super::{Card, Stamped};
use crate::kernel::Hlc;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub const PATCH_TEST: &str = "patch";
pub const PATCH_READING: &str = "patch_read";
pub const FORMULA: &str = "formula";
pub const FORMULA_RESULT: &str = "formula_result";
pub const NOTE: &str = "note";
pub const CONSENT: &str = "consent";
pub const TAG: &str = "tag";
/// By the other card's id.
pub const FAMILY: &str = "family";
/// On the card that gave way, by the id of the one that was kept.
pub const MERGED: &str = "merged";
/// By the id of a card that looks like the same client's and is not.
pub const DISTINCT: &str = "distinct";

/// A field's name: `formula/0190…`.
pub fn name(kind: &str, key: impl std::fmt::Display) -> String {
    format!("{kind}/{key}")
}

/// The kind and the key of a field that has them.
pub fn parts(name: &str) -> Option<(&str, &str)> {
    name.split_once('/')
}

/// What is written into such a field. Text cannot fail to be JSON.
pub fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// One entry of a card, with its key and the reading of the clock at which it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a, T> {
    pub key: &'a str,
    pub value: T,
    pub at: Hlc,
}

fn read<T: DeserializeOwned>(stamped: &Stamped) -> Option<T> {
    if stamped.value.is_empty() { None } else { serde_json::from_str(&stamped.value).ok() }
}

impl Card {
    /// All entries of a kind, by key. What this version cannot read is left out, and stays on the card.
    pub fn entries<T: DeserializeOwned>(&self, kind: &str) -> Vec<Entry<'_, T>> {
        let from = name(kind, "");
        self.fields
            .range::<String, _>(from.clone()..)
            .take_while(|(name, _)| name.starts_with(&from))
            .filter_map(|(name, s)| Some(Entry { key: parts(name)?.1, value: read(s)?, at: s.at }))
            .collect()
    }

    pub fn entry<T: DeserializeOwned>(&self, kind: &str, key: impl std::fmt::Display) -> Option<T> {
        self.fields.get(&name(kind, key)).and_then(read)
    }
}
