//! Stripe's REST API, as much of it as a card payment on a reader needs (docs.stripe.com/api: payment_intents,
//! terminal/readers, refunds; idempotent_requests; errors). Blocking: call it where blocking is allowed.

use super::model::{ErrorBody, Intent, List, Reader, Refund};
use salon_domain::kernel::{Currency, PaymentId};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The version of the API that answers have to be in, whatever the account's own is.
pub const VERSION: &str = "2026-01-28.clover";
const URL: &str = "https://api.stripe.com";
const CONNECT: Duration = Duration::from_secs(3);
const ANSWER_BYTES_MAX: u64 = 512 << 10;
/// Shorter than what servers and middleboxes keep an idle connection for: a stale one is an unknown outcome.
const IDLE: Duration = Duration::from_secs(8);

/// A secret API key (`sk_…`, `rk_…`). Never shown.
#[derive(Clone)]
pub struct SecretKey(String);

impl SecretKey {
    /// None: it cannot be one.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let fine = (8..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        fine.then(|| SecretKey(text.to_owned()))
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// Without a slash at its end.
    pub url: String,
    pub key: SecretKey,
    /// For one call, connecting included.
    pub timeout: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("STRIPE_SECRET_KEY is not a secret key: it looks like sk_live_… or rk_live_…")]
    Key,
    #[error("STRIPE_API_URL has to begin with https:// (or http:// for this computer only)")]
    Url,
}

impl ApiConfig {
    pub fn new(url: &str, key: SecretKey) -> Result<Self, ConfigError> {
        let url = url.trim_end_matches('/');
        if !is_safe(url) {
            return Err(ConfigError::Url);
        }
        Ok(ApiConfig { url: url.to_owned(), key, timeout: Duration::from_secs(8) })
    }

    /// From `STRIPE_SECRET_KEY` and, if given, `STRIPE_API_URL`. None: this server drives no readers.
    pub fn from_environment() -> Result<Option<Self>, ConfigError> {
        let set = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let Some(key) = set("STRIPE_SECRET_KEY") else { return Ok(None) };
        let key = SecretKey::new(&key).ok_or(ConfigError::Key)?;
        Self::new(&set("STRIPE_API_URL").unwrap_or_else(|| URL.to_owned()), key).map(Some)
    }
}

/// The key travels in a header: never in the clear beyond this computer.
fn is_safe(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return url.starts_with("https://") };
    let host = rest.split('/').next().filter(|host| !host.contains('@')).unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// Why a call has no answer that says "done".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiFailure {
    /// Stripe did not get it.
    NotSent(String),
    /// Stripe said no; nothing was done by this call.
    Refused { code: String, message: String },
    /// Another call under the same key, or on the same object, is being done, or there are too many: nothing was done by
    /// this one; ask again.
    Again(String),
    /// Stripe failed and said so; it gives the same answer to the same key.
    Failed(String),
    /// It may have been done.
    Unknown(String),
}

impl std::fmt::Display for ApiFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ApiFailure::NotSent(detail) => write!(f, "not sent: {detail}"),
            ApiFailure::Refused { code, message } => write!(f, "refused ({code}): {message}"),
            ApiFailure::Again(detail) => write!(f, "not now: {detail}"),
            ApiFailure::Failed(detail) => write!(f, "Stripe failed: {detail}"),
            ApiFailure::Unknown(detail) => write!(f, "no answer: {detail}"),
        }
    }
}

type Answer<T> = Result<T, ApiFailure>;
type Form<'a> = &'a [(&'a str, &'a str)];

/// The client. Cheap to share; connections are kept for a while.
#[derive(Debug)]
pub struct Api {
    agent: ureq::Agent,
    url: String,
    key: SecretKey,
}

/// The client on behalf of an account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account<'a> {
    pub api: &'a Api,
    /// A connected account (`acct_…`); none: the key's own.
    pub account: Option<&'a str>,
}

impl Api {
    pub fn new(config: ApiConfig) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_age(IDLE)
            .timeout_connect(Some(CONNECT.min(config.timeout)))
            .timeout_global(Some(config.timeout))
            .user_agent(concat!("PinkBlueberrySalon/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Api { agent, url: config.url, key: config.key }
    }
}

impl Account<'_> {
    fn get<T: DeserializeOwned>(&self, path: &str) -> Answer<T> {
        let mut request = self.api.agent.get(format!("{}{path}", self.api.url));
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        read(request.call())
    }

    fn post<T: DeserializeOwned>(&self, path: &str, key: Option<&str>, form: Form<'_>) -> Answer<T> {
        let mut request = self.api.agent.post(format!("{}{path}", self.api.url));
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        read(request.content_type("application/x-www-form-urlencoded").send(encoded(form)))
    }

    fn headers(&self) -> impl Iterator<Item = (&'static str, String)> {
        let account = self.account.map(|account| ("Stripe-Account", account.to_owned()));
        [("Authorization", format!("Bearer {}", self.api.key.0)), ("Stripe-Version", VERSION.to_owned())]
            .into_iter()
            .chain(account)
    }

    pub fn create_intent(&self, payment: PaymentId, amount_minor: i64, currency: Currency) -> Answer<Intent> {
        let payment = payment.to_string();
        self.post(
            "/v1/payment_intents",
            Some(&format!("create:{payment}")),
            &[
                ("amount", &amount_minor.to_string()),
                ("currency", &currency.code().to_ascii_lowercase()),
                ("payment_method_types[]", "card_present"),
                ("capture_method", "manual"),
                ("metadata[payment]", &payment),
            ],
        )
    }

    /// Hands the intent to the reader, which asks the client for the card. `failed`: how often Stripe failed at it, and
    /// keeps that answer under the key of then.
    pub fn process(&self, payment: PaymentId, reader: &str, intent: &str, failed: u32) -> Answer<Reader> {
        self.post(
            &format!("/v1/terminal/readers/{reader}/process_payment_intent"),
            Some(&format!("process:{payment}:{}", failed + 1)),
            &[("payment_intent", intent), ("process_config[enable_customer_cancellation]", "true")],
        )
    }

    pub fn intent(&self, intent: &str) -> Answer<Intent> {
        self.get(&format!("/v1/payment_intents/{intent}?expand[]=latest_charge"))
    }

    pub fn reader(&self, reader: &str) -> Answer<Reader> {
        self.get(&format!("/v1/terminal/readers/{reader}"))
    }

    /// Clears the reader's screen. Refused while the bank is being asked (`terminal_reader_busy`).
    pub fn cancel_action(&self, reader: &str) -> Answer<Reader> {
        self.post(&format!("/v1/terminal/readers/{reader}/cancel_action"), None, &[])
    }

    pub fn cancel_intent(&self, intent: &str) -> Answer<Intent> {
        self.post(&format!("/v1/payment_intents/{intent}/cancel"), None, &[])
    }

    /// `failed` as in [`Self::process`].
    pub fn capture(&self, payment: PaymentId, intent: &str, failed: u32) -> Answer<Intent> {
        let key = if failed == 0 { format!("capture:{payment}") } else { format!("capture:{payment}:{}", failed + 1) };
        self.post(&format!("/v1/payment_intents/{intent}/capture"), Some(&key), &[("expand[]", "latest_charge")])
    }

    pub fn refund(&self, refund: PaymentId, intent: &str, amount_minor: i64) -> Answer<Refund> {
        let refund = refund.to_string();
        self.post(
            "/v1/refunds",
            Some(&format!("refund:{refund}")),
            &[("payment_intent", intent), ("amount", &amount_minor.to_string()), ("metadata[refund]", &refund)],
        )
    }

    /// The refunds of an intent, newest first: a hundred, more than a receipt is ever given back in.
    pub fn refunds(&self, intent: &str) -> Answer<List<Refund>> {
        self.get(&format!("/v1/refunds?payment_intent={intent}&limit=100"))
    }
}

/// Form encoding (WHATWG URL, application/x-www-form-urlencoded): everything but the plainest characters as percents.
fn encoded(form: Form<'_>) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    form.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

fn read<T: DeserializeOwned>(answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer<T> {
    let mut response = answered.map_err(|error| unanswered(&error))?;
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
    let body = body.map_err(|error| ApiFailure::Unknown(error.to_string()))?;
    if (200..300).contains(&status) {
        return serde_json::from_slice(&body).map_err(|e| ApiFailure::Unknown(format!("an answer that is none: {e}")));
    }
    let error = serde_json::from_slice::<ErrorBody>(&body).map(|body| body.error).unwrap_or_default();
    let code = error.code.or(error.kind).unwrap_or_else(|| status.to_string());
    let message = error.message.unwrap_or_default();
    Err(match status {
        409 | 429 => ApiFailure::Again(code),
        400..=499 => ApiFailure::Refused { code, message },
        _ => ApiFailure::Failed(format!("{status} {code}")),
    })
}

fn unanswered(error: &ureq::Error) -> ApiFailure {
    let not_sent = match error {
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::BadUri(_)
        | ureq::Error::Http(_)
        | ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => true,
        ureq::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        _ => false,
    };
    let detail = error.to_string();
    if not_sent { ApiFailure::NotSent(detail) } else { ApiFailure::Unknown(detail) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_encoded() {
        assert_eq!(encoded(&[("expand[]", "a b&c=ü"), ("x", "")]), "expand%5B%5D=a%20b%26c%3D%C3%BC&x=");
    }

    #[test]
    fn the_key_is_never_shown_and_never_sent_in_the_clear() {
        let key = SecretKey::new(" sk_test_abc123456 \n").unwrap();
        let config = ApiConfig::new("http://127.0.0.1:9/", key.clone()).unwrap();
        assert!(!format!("{config:?}{:?}", Api::new(config.clone())).contains("abc123456"));
        assert_eq!(config.url, "http://127.0.0.1:9");
        for url in ["http://api.stripe.com", "http://127.0.0.1.example.com", "ftp://x", "", "http://localhost:1@evil"] {
            assert!(ApiConfig::new(url, key.clone()).is_err(), "{url}");
        }
        for text in ["", "short", "sk_test_with space", "sk_test_\nHost: x"] {
            assert!(SecretKey::new(text).is_none(), "{text}");
        }
    }
}
