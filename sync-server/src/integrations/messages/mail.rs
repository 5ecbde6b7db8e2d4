//! E-mail over SMTP (RFC 5321): one connection a message, text, page and files in one MIME body (RFC 2045, 2046).

use super::config::{MailConfig, TlsMode};
use super::{Carried, Carrier, Letter, Sender};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use lettre::address::{Address, Envelope};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{SmtpTransport, Transport};
use salon_contract::message::NotSent;
use std::error::Error as _;
use std::time::{Duration, UNIX_EPOCH};

/// A mail server that takes ours.
pub struct MailRelay {
    transport: SmtpTransport,
    from: Address,
}

impl MailRelay {
    /// Err: the host's name cannot be one, or its certificates cannot be checked here.
    pub fn new(config: &MailConfig) -> anyhow::Result<Self> {
        let from: Address = config.from.parse()?;
        let tls = match config.tls {
            TlsMode::StartTls => Tls::Required(TlsParameters::new(config.host.clone())?),
            TlsMode::Wrapped => Tls::Wrapper(TlsParameters::new(config.host.clone())?),
            TlsMode::None => Tls::None,
        };
        let mut builder = SmtpTransport::builder_dangerous(config.host.clone())
            .port(config.port)
            .tls(tls)
            .timeout(Some(config.timeout))
            .hello_name(ClientId::Domain(from.domain().to_owned()));
        if let Some(login) = &config.login {
            builder = builder.credentials(Credentials::new(login.user.clone(), login.password.0.clone()));
        }
        Ok(MailRelay { transport: builder.build(), from })
    }

    fn mail(&self, letter: &Letter) -> Option<(Envelope, Vec<u8>)> {
        let (from, content) = (&letter.from, &letter.content);
        let sender = address_or(&from.email, &self.from)?;
        let to: Address = content.to.parse().ok()?;
        let domain = self.from.domain();
        let mut message = Message::builder()
            .from(Mailbox::new(shown(&from.name), sender.clone()))
            .to(Mailbox::new(None, to.clone()))
            .subject(one_line(&content.subject))
            .date(UNIX_EPOCH + Duration::from_millis(letter.created.0.max(0).unsigned_abs()))
            .message_id(Some(format!("<{}@{domain}>", content.message)))
            .raw_header(automatic());
        if !from.reply_to.is_empty() {
            message = message.reply_to(Mailbox::new(None, from.reply_to.parse().ok()?));
        }
        let message = message.multipart(body(letter)?).ok()?;
        // Bounces go to the server's own address, which is the one that it may send as.
        let envelope = Envelope::new(Some(self.from.clone()), vec![to]).ok()?;
        Some((envelope, message.formatted()))
    }
}

impl Carrier for MailRelay {
    fn carry(&self, letter: &Letter) -> Carried {
        let Some((envelope, bytes)) = self.mail(letter) else {
            return Carried::Refused { why: NotSent::NoSuchAddress, code: String::new() };
        };
        match self.transport.send_raw(&envelope, &bytes) {
            Ok(_) => Carried::Sent,
            Err(error) => judged(&error),
        }
    }

    /// By its `Message-ID`.
    fn may_repeat(&self) -> bool {
        true
    }
}

fn address_or(given: &str, own: &Address) -> Option<Address> {
    if given.is_empty() { Some(own.clone()) } else { given.parse().ok() }
}

/// What mail programs show instead of the address.
fn shown(name: &str) -> Option<String> {
    let name = one_line(name);
    (!name.is_empty()).then_some(name)
}

/// No absence notes in answer to it (RFC 3834).
fn automatic() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}

/// A header is one line: what would begin another is a space.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.trim().to_owned()
}

fn body(letter: &Letter) -> Option<MultiPart> {
    let content = &letter.content;
    let plain = SinglePart::plain(content.text.clone());
    let said = match content.html.is_empty() {
        true => MultiPart::alternative().singlepart(plain),
        false => MultiPart::alternative().singlepart(plain).singlepart(SinglePart::html(content.html.clone())),
    };
    let mut whole = MultiPart::mixed().multipart(said);
    for file in &content.files {
        let bytes = BASE64.decode(&file.content).ok()?;
        let media_type = ContentType::parse(&file.media_type).ok()?;
        whole = whole.singlepart(Attachment::new(file.name.clone()).body(bytes, media_type));
    }
    Some(whole)
}

/// What is wrong with the server's own login or rights is for its owner to mend, and no word about the client's address.
const OUR_OWN: [u16; 5] = [454, 530, 534, 535, 538];

fn judged(error: &lettre::transport::smtp::Error) -> Carried {
    let Some(status) = error.status().map(u16::from) else {
        let what = if error.is_tls() { "tls" } else { "link" };
        tracing::warn!(what, timeout = error.is_timeout(), "the mail server could not be spoken to");
        return Carried::Later { code: what.to_owned() };
    };
    // The text may name the address: nothing of it is kept but the enhanced code (RFC 3463).
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let enhanced = enhanced_code(&said);
    let code = enhanced.map_or_else(|| status.to_string(), |enhanced| format!("{status} {enhanced}"));
    if !error.is_permanent() || OUR_OWN.contains(&status) {
        tracing::warn!(code, "the mail server does not take mail now");
        return Carried::Later { code };
    }
    Carried::Refused { why: reason(status, enhanced), code }
}

fn reason(status: u16, enhanced: Option<&str>) -> NotSent {
    match (enhanced, status) {
        (Some("5.1.0" | "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10"), _) => NotSent::NoSuchAddress,
        (Some("5.2.3" | "5.3.4"), _) => NotSent::TooLarge,
        (Some(_), _) => NotSent::Refused,
        (None, 550 | 551 | 553) => NotSent::NoSuchAddress,
        (None, 552) => NotSent::TooLarge,
        (None, _) => NotSent::Refused,
    }
}

/// `5.1.1` at the beginning of what the mail server said.
fn enhanced_code(said: &str) -> Option<&str> {
    let word = said.split_whitespace().next()?;
    let mut parts = word.split('.');
    let digits =
        |part: Option<&str>| part.is_some_and(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()));
    let is_class = matches!(parts.next(), Some("2" | "4" | "5"));
    (is_class && digits(parts.next()) && digits(parts.next()) && parts.next().is_none()).then_some(word)
}

impl std::fmt::Debug for MailRelay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailRelay")
    }
}

impl Sender {
    /// Whether all addresses in it are some.
    pub fn is_sound(&self) -> bool {
        [&self.email, &self.reply_to].into_iter().all(|a| a.is_empty() || a.parse::<Address>().is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_follow_from_what_was_said() {
        for (status, said, why) in [
            (550, "5.1.1 User unknown", NotSent::NoSuchAddress),
            (550, "no such user here", NotSent::NoSuchAddress),
            (550, "5.7.1 We think that this is spam", NotSent::Refused),
            (552, "5.3.4 Message too big", NotSent::TooLarge),
            (554, "Go away", NotSent::Refused),
        ] {
            assert_eq!(reason(status, enhanced_code(said)), why, "{said}");
        }
        for said in ["", "5.1", "5.1.x no", "5.1.1.1 no", "9.1.1 no", "mia@example.com"] {
            assert_eq!(enhanced_code(said), None, "{said}");
        }
    }

    #[test]
    fn a_header_is_one_line() {
        assert_eq!(one_line(" Salon\r\nBcc: eve@example.com "), "Salon  Bcc: eve@example.com");
        assert_eq!(shown("\r\n"), None);
    }
}
