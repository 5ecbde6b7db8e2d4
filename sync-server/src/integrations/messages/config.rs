//! What messages are sent by, from the environment. Nothing of it is shown.
//!
//! | variable | |
//! |---|---|
//! | `SALON_SMTP_HOST` | the mail server; without it no e-mail is sent |
//! | `SALON_SMTP_PORT` | 587, or 465 with `tls` |
//! | `SALON_SMTP_TLS` | `starttls` (the default, and required then), `tls`, or `none` for a mail server on this computer |
//! | `SALON_SMTP_USER`, `SALON_SMTP_PASSWORD` | if it asks for them |
//! | `SALON_MAIL_FROM` | the address that mails are from |
//! | `SALON_TEXT_URL` | a gateway that takes messages as Twilio does (`…/Accounts/AC…/Messages.json`); without it no text message is sent |
//! | `SALON_TEXT_USER`, `SALON_TEXT_TOKEN` | Basic authentication; without the user the token is a Bearer's |
//! | `SALON_TEXT_FROM` | the number, or the name, that text messages are from |

use salon_domain::notification::email_address;
use std::time::Duration;

/// A password or token. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub(super) String);

impl Secret {
    /// None: it cannot travel in a header or a command.
    pub fn new(text: &str) -> Option<Self> {
        let fine = (1..=512).contains(&text.len()) && !text.chars().any(char::is_control);
        fine.then(|| Secret(text.to_owned()))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: Secret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// Plain first, encrypted before anything is said.
    StartTls,
    /// Encrypted from the first byte.
    Wrapped,
    /// On this computer only.
    None,
}

#[derive(Debug, Clone)]
pub struct MailConfig {
    pub host: String,
    pub port: u16,
    pub tls: TlsMode,
    pub login: Option<Login>,
    pub from: String,
    /// For each thing that is said to the mail server.
    pub timeout: Duration,
}

#[derive(Debug, Clone)]
pub struct GatewayConfig {
    pub url: String,
    /// None: the token is a Bearer's.
    pub user: Option<String>,
    pub token: Secret,
    pub from: String,
    /// For one message, connecting included.
    pub timeout: Duration,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    #[error("{0} is missing: it has to be set together with {1}")]
    Missing(&'static str, &'static str),
    #[error("{0} is nothing that it can be: {1}")]
    Bad(&'static str, &'static str),
}

type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A variable that is set to something.
pub(super) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn secret(name: &'static str, text: &str) -> Result<Secret, ConfigError> {
    Secret::new(text.trim()).ok_or(ConfigError::Bad(name, "one line of at most 512 characters"))
}

fn is_this_computer(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]")
}

impl MailConfig {
    /// None: no e-mail is sent.
    pub fn from_environment() -> Result<Option<Self>, ConfigError> {
        Self::from_lookup(&environment)
    }

    pub(super) fn from_lookup(set: Lookup<'_>) -> Result<Option<Self>, ConfigError> {
        let Some(host) = set("SALON_SMTP_HOST") else { return Ok(None) };
        let host = host.trim().to_owned();
        let tls = match set("SALON_SMTP_TLS").as_deref().map(str::trim) {
            None | Some("starttls") => TlsMode::StartTls,
            Some("tls") => TlsMode::Wrapped,
            Some("none") if is_this_computer(&host) => TlsMode::None,
            Some("none") => {
                let why =
                    "\"none\" is for a mail server on this computer only: what it is sent could be read by anybody";
                return Err(ConfigError::Bad("SALON_SMTP_TLS", why));
            }
            Some(_) => return Err(ConfigError::Bad("SALON_SMTP_TLS", "starttls, tls or none")),
        };
        let port = match set("SALON_SMTP_PORT") {
            Some(port) => port.trim().parse().map_err(|_| ConfigError::Bad("SALON_SMTP_PORT", "a port's number"))?,
            None if tls == TlsMode::Wrapped => 465,
            None => 587,
        };
        let login = match (set("SALON_SMTP_USER"), set("SALON_SMTP_PASSWORD")) {
            (Some(user), Some(password)) => {
                Some(Login { user: user.trim().to_owned(), password: secret("SALON_SMTP_PASSWORD", &password)? })
            }
            (None, None) => None,
            (Some(_), None) => return Err(ConfigError::Missing("SALON_SMTP_PASSWORD", "SALON_SMTP_USER")),
            (None, Some(_)) => return Err(ConfigError::Missing("SALON_SMTP_USER", "SALON_SMTP_PASSWORD")),
        };
        let from = set("SALON_MAIL_FROM").ok_or(ConfigError::Missing("SALON_MAIL_FROM", "SALON_SMTP_HOST"))?;
        let from = email_address(&from).map_err(|_| ConfigError::Bad("SALON_MAIL_FROM", "an e-mail address"))?;
        Ok(Some(MailConfig { host, port, tls, login, from, timeout: Duration::from_secs(20) }))
    }
}

impl GatewayConfig {
    /// None: no text message is sent.
    pub fn from_environment() -> Result<Option<Self>, ConfigError> {
        Self::from_lookup(&environment)
    }

    pub(super) fn from_lookup(set: Lookup<'_>) -> Result<Option<Self>, ConfigError> {
        let Some(url) = set("SALON_TEXT_URL") else { return Ok(None) };
        let url = url.trim().to_owned();
        if !is_safe(&url) {
            return Err(ConfigError::Bad("SALON_TEXT_URL", "https://… (or http:// for this computer only)"));
        }
        let token = set("SALON_TEXT_TOKEN").ok_or(ConfigError::Missing("SALON_TEXT_TOKEN", "SALON_TEXT_URL"))?;
        let from = set("SALON_TEXT_FROM").ok_or(ConfigError::Missing("SALON_TEXT_FROM", "SALON_TEXT_URL"))?;
        Ok(Some(GatewayConfig {
            url,
            user: set("SALON_TEXT_USER").map(|user| user.trim().to_owned()),
            token: secret("SALON_TEXT_TOKEN", &token)?,
            from: from.trim().to_owned(),
            timeout: Duration::from_secs(15),
        }))
    }
}

/// The token travels in a header: never in the clear beyond this computer.
fn is_safe(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return url.starts_with("https://") };
    let host = rest.split('/').next().filter(|host| !host.contains('@')).unwrap_or_default();
    is_this_computer(host.rsplit_once(':').map_or(host, |(host, _)| host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(set: &[(&str, &str)]) -> Result<Option<MailConfig>, ConfigError> {
        MailConfig::from_lookup(&|name| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    fn text(set: &[(&str, &str)]) -> Result<Option<GatewayConfig>, ConfigError> {
        GatewayConfig::from_lookup(&|name| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn mail_is_encrypted_unless_it_stays_here() {
        assert!(mail(&[]).unwrap().is_none());
        let host = ("SALON_SMTP_HOST", "smtp.example.com");
        let from = ("SALON_MAIL_FROM", "Salon@Example.com");
        let usual = mail(&[host, from]).unwrap().unwrap();
        assert_eq!((usual.port, usual.tls, usual.from.as_str()), (587, TlsMode::StartTls, "Salon@example.com"));
        assert_eq!(mail(&[host, from, ("SALON_SMTP_TLS", "tls")]).unwrap().unwrap().port, 465);
        assert!(mail(&[host, from, ("SALON_SMTP_TLS", "none")]).is_err());
        assert!(mail(&[("SALON_SMTP_HOST", "127.0.0.1"), from, ("SALON_SMTP_TLS", "none")]).unwrap().is_some());
        for wrong in [
            vec![host],
            vec![host, ("SALON_MAIL_FROM", "nobody")],
            vec![host, from, ("SALON_SMTP_PORT", "x")],
            vec![host, from, ("SALON_SMTP_USER", "u")],
            vec![host, from, ("SALON_SMTP_USER", "u"), ("SALON_SMTP_PASSWORD", "a\r\nb")],
        ] {
            assert!(mail(&wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_token_never_leaves_in_the_clear_and_is_never_shown() {
        let set =
            |url| [("SALON_TEXT_URL", url), ("SALON_TEXT_TOKEN", "hush-hush"), ("SALON_TEXT_FROM", "+15005550006")];
        let config = text(&set("https://api.example.com/Messages.json")).unwrap().unwrap();
        assert!(!format!("{config:?}").contains("hush"));
        assert!(text(&set("http://127.0.0.1:9/x")).unwrap().is_some());
        for url in ["http://api.example.com", "ftp://x", "http://127.0.0.1.example.com/", "http://localhost:1@evil/"] {
            assert!(text(&set(url)).is_err(), "{url}");
        }
        assert!(text(&[("SALON_TEXT_URL", "https://api.example.com")]).is_err());
    }
}
