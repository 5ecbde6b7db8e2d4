//! Text messages through an HTTP gateway, in the shape of Twilio's Messages resource
//! (twilio.com/docs/messaging/api/message-resource): a form of `To`, `From` and `Body`, answered with JSON that has a `sid`;
//! an error has a `code` of Twilio's list. Other gateways take the same with a Bearer token.

use super::config::GatewayConfig;
use super::{Carried, Carrier, Letter};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use salon_contract::message::NotSent;
use serde::Deserialize;
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(4);
const ANSWER_BYTES_MAX: u64 = 64 << 10;

pub struct TextGateway {
    agent: ureq::Agent,
    config: GatewayConfig,
    authorisation: String,
}

impl std::fmt::Debug for TextGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TextGateway")
    }
}

impl TextGateway {
    pub fn new(config: GatewayConfig) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // A kept connection that is stale would be an unknown outcome.
            .max_idle_connections(0)
            .timeout_connect(Some(CONNECT.min(config.timeout)))
            .timeout_global(Some(config.timeout))
            .user_agent(concat!("PinkBlueberrySalon/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        let authorisation = match &config.user {
            Some(user) => format!("Basic {}", BASE64.encode(format!("{user}:{}", config.token.0))),
            None => format!("Bearer {}", config.token.0),
        };
        TextGateway { agent, config, authorisation }
    }
}

/// What is read of an answer: a message that was taken, or an error.
#[derive(Debug, Default, Deserialize)]
struct Answer {
    #[serde(default, alias = "MessageSid")]
    sid: Option<String>,
    #[serde(default)]
    code: Option<u32>,
    #[serde(default)]
    error_code: Option<u32>,
}

impl Carrier for TextGateway {
    fn carry(&self, letter: &Letter) -> Carried {
        let own = &self.config.from;
        let from = if letter.from.phone.is_empty() { own } else { &letter.from.phone };
        let form =
            [("To", letter.content.to.as_str()), ("From", from.as_str()), ("Body", letter.content.text.as_str())];
        let answered = self
            .agent
            .post(&self.config.url)
            .header("Authorization", &self.authorisation)
            .header("Accept", "application/json")
            // For gateways that know the header; Twilio's does not.
            .header("Idempotency-Key", letter.content.message.to_string())
            .send_form(form);
        let mut response = match answered {
            Ok(response) => response,
            Err(error) => return unanswered(&error),
        };
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
        let answer = body.ok().and_then(|body| serde_json::from_slice::<Answer>(&body).ok());
        judged(status, answer)
    }

    fn may_repeat(&self) -> bool {
        false
    }
}

fn judged(status: u16, answer: Option<Answer>) -> Carried {
    let answer = answer.unwrap_or_default();
    let code = answer.code.or(answer.error_code).filter(|code| *code != 0);
    let said = code.map_or_else(|| status.to_string(), |code| format!("{status} {code}"));
    match (status, code) {
        (200..=299, Some(code)) => Carried::Refused { why: reason(code), code: said },
        (200..=299, None) if answer.sid.is_some_and(|sid| !sid.is_empty()) => Carried::Sent,
        // It said yes to something, but not to what.
        (200..=299, None) => Carried::Unknown { code: said },
        (429, _) => Carried::Later { code: said },
        // Wrong credentials are for the server's owner to mend.
        (401 | 403, _) => {
            tracing::warn!(code = said, "the text gateway does not know us");
            Carried::Later { code: said }
        }
        (400..=499, Some(code)) => Carried::Refused { why: reason(code), code: said },
        (400..=499, None) => Carried::Refused { why: NotSent::Refused, code: said },
        // Refused before it was looked at.
        (503, _) => Carried::Later { code: said },
        _ => Carried::Unknown { code: said },
    }
}

/// Twilio's error codes (twilio.com/docs/api/errors) for a number that cannot be texted.
fn reason(code: u32) -> NotSent {
    match code {
        21_211 | 21_212 | 21_214 | 21_217 | 21_219 | 21_614 | 30_003 | 30_005 | 30_006 => NotSent::NoSuchAddress,
        21_605 | 21_617 => NotSent::TooLarge,
        _ => NotSent::Refused,
    }
}

fn unanswered(error: &ureq::Error) -> Carried {
    let not_sent = match error {
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::BadUri(_)
        | ureq::Error::Http(_)
        | ureq::Error::Tls(_)
        | ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => true,
        ureq::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        _ => false,
    };
    tracing::warn!(%error, "the text gateway did not answer");
    let code = "link".to_owned();
    if not_sent { Carried::Later { code } } else { Carried::Unknown { code } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(sid: Option<&str>, code: Option<u32>) -> Option<Answer> {
        Some(Answer { sid: sid.map(str::to_owned), code, error_code: None })
    }

    #[test]
    fn answers_mean_what_they_say() {
        assert_eq!(judged(201, answer(Some("SM1"), None)), Carried::Sent);
        assert_eq!(judged(200, None), Carried::Unknown { code: "200".into() });
        let refused = |why, code: &str| Carried::Refused { why, code: code.into() };
        assert_eq!(judged(400, answer(None, Some(21_211))), refused(NotSent::NoSuchAddress, "400 21211"));
        assert_eq!(judged(400, answer(None, Some(21_610))), refused(NotSent::Refused, "400 21610"));
        assert_eq!(judged(400, None), refused(NotSent::Refused, "400"));
        assert!(matches!(judged(429, None), Carried::Later { .. }));
        assert!(matches!(judged(401, None), Carried::Later { .. }));
        assert!(matches!(judged(500, None), Carried::Unknown { .. }));
    }
}
