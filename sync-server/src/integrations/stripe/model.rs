//! Stripe's objects, as much of them as is read. What is not known is skipped, so that the API can grow.

use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Intent {
    pub id: String,
    pub status: String,
    #[serde(default)]
    pub amount: i64,
    #[serde(default)]
    pub amount_received: i64,
    /// Expanded where that was asked for.
    #[serde(default)]
    pub latest_charge: Option<ChargeOrId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum ChargeOrId {
    Charge(Box<Charge>),
    Id(String),
}

impl Intent {
    pub fn charge(&self) -> Option<&Charge> {
        match &self.latest_charge {
            Some(ChargeOrId::Charge(charge)) => Some(charge),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Charge {
    /// UTC seconds.
    #[serde(default)]
    pub created: i64,
    #[serde(default)]
    pub payment_method_details: Option<MethodDetails>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MethodDetails {
    #[serde(default)]
    pub card_present: Option<CardPresent>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct CardPresent {
    #[serde(default)]
    pub brand: Option<String>,
    #[serde(default)]
    pub last4: Option<String>,
    #[serde(default)]
    pub receipt: Option<CardPresentReceipt>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct CardPresentReceipt {
    #[serde(default)]
    pub authorization_code: Option<String>,
    #[serde(default)]
    pub application_preferred_name: Option<String>,
    /// The chip application's identifier (AID).
    #[serde(default)]
    pub dedicated_file_name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Reader {
    #[serde(default)]
    pub label: Option<String>,
    /// `online`, `offline`.
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub action: Option<Action>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Action {
    /// `in_progress`, `succeeded`, `failed`.
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub failure_code: Option<String>,
    #[serde(default)]
    pub process_payment_intent: Option<ProcessAction>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ProcessAction {
    pub payment_intent: String,
}

impl Reader {
    /// What the reader does, or last did, with that intent.
    pub fn action_on(&self, intent: &str) -> Option<&Action> {
        let is_it =
            |action: &&Action| action.process_payment_intent.as_ref().is_some_and(|p| p.payment_intent == intent);
        self.action.as_ref().filter(is_it)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refund {
    /// `pending`, `requires_action`, `succeeded`, `failed`, `canceled`.
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub failure_reason: Option<String>,
    /// UTC seconds.
    #[serde(default)]
    pub created: i64,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct List<T> {
    pub data: Vec<T>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct ErrorBody {
    pub error: ErrorDetail,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct ErrorDetail {
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
}
