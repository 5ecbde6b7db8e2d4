//! Where messages are taken in, queued, and given to their carriers. See the module above for what each state promises.

use super::{Carried, Carrier, Letter, Sender};
use crate::store::{Claimed, DeviceRow, MessageRow, Posted, SenderRow, Store, StoreError, StoreExt, Tx};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use salon_contract::message::{MessageFile, MessageState, MessageStateOf, NotSent, SendMessage};
use salon_domain::branch::Branch;
use salon_domain::kernel::{Instant, MessageId};
use salon_domain::notification::{Channel, email_address, phone_number};
use salon_sync::wire::MasterKind;
use std::sync::Arc;

/// How a message is tried.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Milliseconds after the first try, the second, and so on; after the last of them it is given up.
    pub again_after_ms: Vec<i64>,
    /// Whoever has been at a message for longer is dead. More than the carriers' own deadlines come to.
    pub lease_ms: i64,
}

impl Default for Pace {
    fn default() -> Self {
        let minute = 60_000;
        Pace {
            // About a day in all: a mail server that is away over night is no reason to lose a receipt.
            again_after_ms: [1, 3, 10, 30, 60, 120, 240, 480, 480].map(|minutes| minutes * minute).to_vec(),
            lease_ms: 5 * minute,
        }
    }
}

/// How much one terminal may send: more than a busy till ever does, and little use to a thief.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub in_an_hour: u32,
    pub in_a_day: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { in_an_hour: 90, in_a_day: 400 }
    }
}

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// How long an ended message is known. Longer than a terminal asks for one (`src-tauri/terminal` gives up before).
const KNOWN_MS: i64 = 30 * DAY_MS;

const SUBJECT_MAX: usize = 200;
const EMAIL_TEXT_BYTES_MAX: usize = 64 << 10;
const HTML_BYTES_MAX: usize = 512 << 10;
const FILES_MAX: usize = 2;
const FILES_BYTES_MAX: usize = 1 << 20;
/// What Twilio takes in one message (error 21617).
const TEXT_CHARACTERS_MAX: usize = 1_600;
const MEDIA_TYPES: [&str; 1] = ["application/pdf"];

/// Why a message was not taken.
#[derive(Debug)]
pub enum Refusal {
    Store(StoreError),
    /// There is nothing to send it by.
    NotSetUp,
    /// What is wrong with it.
    Invalid(&'static str),
    /// This id is another terminal's.
    Conflict,
    /// In how many seconds this terminal may send more.
    TooMany(u64),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Refusal::Store(error)
    }
}

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stepped {
    /// A message was tried.
    Tried,
    /// Nothing is due.
    Idle,
}

/// Takes messages in and sends them.
#[derive(Clone, Default)]
pub struct Office {
    mail: Option<Arc<dyn Carrier>>,
    text: Option<Arc<dyn Carrier>>,
    pace: Pace,
    limits: Limits,
}

impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Office(mail: {}, text: {})", self.mail.is_some(), self.text.is_some())
    }
}

impl Office {
    pub fn new(mail: Option<Arc<dyn Carrier>>, text: Option<Arc<dyn Carrier>>) -> Self {
        Office { mail, text, ..Office::default() }
    }

    #[must_use]
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether there is something to send by.
    pub fn has(&self, channel: Channel) -> bool {
        self.carrier(channel).is_some()
    }

    fn carrier(&self, channel: Channel) -> Option<&Arc<dyn Carrier>> {
        match channel {
            Channel::Email => self.mail.as_ref(),
            Channel::Text => self.text.as_ref(),
        }
    }

    /// Takes a message of a terminal in; durable when this returns. The same again is answered with how the first stands.
    pub fn accept(&self, store: &dyn Store, device: &DeviceRow, wanted: &SendMessage) -> Result<MessageState, Refusal> {
        store.writing(|tx| {
            if let Some(known) = tx.message(device.tenant, wanted.message)? {
                return if known.device == device.device { Ok(state_of(&known)) } else { Err(Refusal::Conflict) };
            }
            if !self.has(wanted.channel) {
                return Err(Refusal::NotSetUp);
            }
            sound(wanted).map_err(Refusal::Invalid)?;
            let now = store.env().now();
            self.within_limits(tx, device, now)?;
            let body = serde_json::to_vec(wanted).map_err(|_| Refusal::Invalid("it cannot be kept"))?;
            let row = MessageRow {
                tenant: device.tenant,
                message: wanted.message,
                device: device.device,
                branch: device.branch,
                channel: wanted.channel,
                state: Posted::Queued,
                attempt: 0,
                next: now,
                created: now,
                updated: now,
                why: None,
                code: String::new(),
                body: Some(body),
            };
            tx.insert_message(&row)?;
            Ok(MessageState::Queued)
        })
    }

    fn within_limits(&self, tx: &dyn Tx, device: &DeviceRow, now: Instant) -> Result<(), Refusal> {
        for (span_ms, most) in [(HOUR_MS, self.limits.in_an_hour), (DAY_MS, self.limits.in_a_day)] {
            let (asked, first) = tx.messages_since(device.tenant, device.device, Instant(now.0 - span_ms))?;
            if asked >= most {
                let free_at = first.map_or(now.0, |first| first.0 + span_ms);
                return Err(Refusal::TooMany((free_at - now.0).max(1_000).unsigned_abs().div_ceil(1_000)));
            }
        }
        Ok(())
    }

    /// How messages of a terminal stand; those that are not known, or another's, are left out.
    pub fn states(
        &self,
        store: &dyn Store,
        device: &DeviceRow,
        messages: &[MessageId],
    ) -> Result<Vec<MessageStateOf>, StoreError> {
        store.reading(|tx| {
            let mut known = Vec::new();
            for message in messages {
                if let Some(row) = tx.message(device.tenant, *message)?.filter(|row| row.device == device.device) {
                    known.push(MessageStateOf { message: *message, state: state_of(&row) });
                }
            }
            Ok(known)
        })
    }

    /// Tries what is due first.
    pub fn step(&self, store: &dyn Store) -> Result<Stepped, StoreError> {
        let now = store.env().now();
        let lease = Instant(now.0 + self.pace.lease_ms);
        let claimed = store.writing(|tx| {
            let Some(claimed) = tx.claim_message(now, lease)? else { return Ok::<_, StoreError>(None) };
            let sender = sender_of(tx, &claimed.row)?;
            Ok(Some((claimed, sender)))
        })?;
        let Some((claimed, sender)) = claimed else { return Ok(Stepped::Idle) };
        let carried = self.carried(&claimed, sender);
        let row = self.settled(claimed.row, carried, store.env().now());
        tracing::info!(
            message = %row.message, channel = row.channel.name(), state = row.state.name(), attempt = row.attempt,
            code = row.code, "a message was tried"
        );
        store.writing(|tx| tx.settle_message(&row))?;
        Ok(Stepped::Tried)
    }

    fn carried(&self, claimed: &Claimed, from: Sender) -> Carried {
        let row = &claimed.row;
        let Some(carrier) = self.carrier(row.channel) else {
            return Carried::Refused { why: NotSent::NotSetUp, code: String::new() };
        };
        if claimed.abandoned && !carrier.may_repeat() {
            return Carried::Unknown { code: String::from("restart") };
        }
        let content = row.body.as_deref().and_then(|body| serde_json::from_slice(body).ok());
        match content {
            Some(content) => carrier.carry(&Letter { from, created: row.created, content }),
            None => Carried::Refused { why: NotSent::NothingToSend, code: String::new() },
        }
    }

    fn settled(&self, row: MessageRow, carried: Carried, now: Instant) -> MessageRow {
        let row = MessageRow { updated: now, ..row };
        let failed = |row: MessageRow, why, code| MessageRow { state: Posted::Failed, why: Some(why), code, ..row };
        match carried {
            Carried::Sent => MessageRow { state: Posted::Sent, code: String::new(), ..row },
            Carried::Refused { why, code } => failed(row, why, code),
            Carried::Unknown { code } => failed(row, NotSent::Unknown, code),
            Carried::Later { code } => {
                let tried = usize::try_from(row.attempt).unwrap_or(usize::MAX).saturating_sub(1);
                match self.pace.again_after_ms.get(tried) {
                    Some(wait_ms) => MessageRow { state: Posted::Queued, next: Instant(now.0 + wait_ms), code, ..row },
                    None => failed(row, NotSent::GaveUp, code),
                }
            }
        }
    }

    /// Forgets what has been over for long.
    pub fn tidy(store: &dyn Store) -> Result<(), StoreError> {
        let before = Instant(store.env().now().0 - KNOWN_MS);
        store.writing(|tx| tx.drop_messages(before))
    }
}

fn state_of(row: &MessageRow) -> MessageState {
    match row.state {
        Posted::Queued => MessageState::Queued,
        Posted::Sending => MessageState::Sending,
        Posted::Sent => MessageState::Sent,
        Posted::Failed => MessageState::Failed { why: row.why.unwrap_or(NotSent::Refused) },
    }
}

/// The salon's own sender; where it has said none, the branch's name.
fn sender_of(tx: &dyn Tx, row: &MessageRow) -> Result<Sender, StoreError> {
    let SenderRow { name, email, reply_to, phone } = tx.message_sender(row.tenant)?.unwrap_or_default();
    let name = if name.is_empty() {
        let branch = tx.master(row.tenant, MasterKind::Branch, row.branch.uuid())?;
        let branch = branch.and_then(|body| serde_json::from_slice::<Branch>(&body).ok());
        branch.map(|branch| branch.name).unwrap_or_default()
    } else {
        name
    };
    Ok(Sender { name, email, reply_to, phone })
}

/// What is wrong with a message, if something is.
fn sound(wanted: &SendMessage) -> Result<(), &'static str> {
    let one_line = |text: &str| !text.chars().any(char::is_control);
    match wanted.channel {
        Channel::Email => {
            if email_address(&wanted.to).as_deref() != Ok(wanted.to.as_str()) {
                return Err("\"to\" is no e-mail address");
            }
            if wanted.subject.chars().count() > SUBJECT_MAX || !one_line(&wanted.subject) {
                return Err("\"subject\" is one line of at most 200 characters");
            }
            if wanted.text.len() > EMAIL_TEXT_BYTES_MAX || wanted.html.len() > HTML_BYTES_MAX {
                return Err("\"text\" or \"html\" is too long");
            }
            files(&wanted.files)
        }
        Channel::Text => {
            // A number in E.164 is the same in every country.
            if phone_number(&wanted.to, "").as_deref() != Ok(wanted.to.as_str()) {
                return Err("\"to\" is no phone number in E.164");
            }
            if wanted.text.is_empty() || wanted.text.chars().count() > TEXT_CHARACTERS_MAX {
                return Err("\"text\" has between 1 and 1600 characters");
            }
            let bare = wanted.subject.is_empty() && wanted.html.is_empty() && wanted.files.is_empty();
            if bare { Ok(()) } else { Err("a text message is its text alone") }
        }
    }
}

fn files(files: &[MessageFile]) -> Result<(), &'static str> {
    let plain = |name: &str| {
        (1..=80).contains(&name.len())
            && !name.starts_with('.')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    if files.len() > FILES_MAX {
        return Err("so many files are not taken");
    }
    let mut bytes = 0;
    for file in files {
        if !plain(&file.name) || !MEDIA_TYPES.contains(&file.media_type.as_str()) {
            return Err("a file's name or kind is not taken");
        }
        bytes += BASE64.decode(&file.content).map_err(|_| "a file is not in base64")?.len();
    }
    if bytes > FILES_BYTES_MAX { Err("the files are too large") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email() -> SendMessage {
        SendMessage {
            message: MessageId::from_parts(1, [1; 10]),
            channel: Channel::Email,
            to: "mia@example.com".into(),
            subject: "Your receipt".into(),
            text: "Total 52.00".into(),
            html: String::new(),
            files: vec![MessageFile {
                name: "receipt.pdf".into(),
                media_type: "application/pdf".into(),
                content: BASE64.encode(b"%PDF-"),
            }],
        }
    }

    #[test]
    fn what_could_be_misused_is_not_taken() {
        assert_eq!(sound(&email()), Ok(()));
        let file = |name: &str, media_type: &str, content: &str| {
            vec![MessageFile { name: name.into(), media_type: media_type.into(), content: content.into() }]
        };
        let bad = [
            SendMessage { to: "mia@example.com\r\nBcc: eve@example.com".into(), ..email() },
            SendMessage { to: "mia@example.com, eve@example.com".into(), ..email() },
            SendMessage { to: " mia@example.com".into(), ..email() },
            SendMessage { subject: "Hello\r\nBcc: eve@example.com".into(), ..email() },
            SendMessage { subject: "x".repeat(201), ..email() },
            SendMessage { text: "x".repeat(EMAIL_TEXT_BYTES_MAX + 1), ..email() },
            SendMessage { files: file("../x.pdf", "application/pdf", ""), ..email() },
            SendMessage { files: file("x\r\n.pdf", "application/pdf", ""), ..email() },
            SendMessage { files: file("x.exe", "application/octet-stream", ""), ..email() },
            SendMessage { files: file("x.pdf", "application/pdf", "!"), ..email() },
            SendMessage {
                files: file("x.pdf", "application/pdf", &BASE64.encode(vec![0; FILES_BYTES_MAX + 1])),
                ..email()
            },
        ];
        for message in bad {
            assert!(sound(&message).is_err(), "{:?} {:?}", message.to, message.subject);
        }
    }

    #[test]
    fn a_text_message_is_a_number_and_a_text() {
        let text = SendMessage {
            channel: Channel::Text,
            to: "+4915123456789".into(),
            subject: String::new(),
            files: Vec::new(),
            ..email()
        };
        assert_eq!(sound(&text), Ok(()));
        for bad in [
            SendMessage { to: "015123456789".into(), ..text.clone() },
            SendMessage { to: "+49 151 23456789".into(), ..text.clone() },
            SendMessage { text: String::new(), ..text.clone() },
            SendMessage { text: "x".repeat(1_601), ..text.clone() },
            SendMessage { files: email().files, ..text },
        ] {
            assert!(sound(&bad).is_err(), "{:?}", bad.to);
        }
    }

    #[test]
    fn tries_get_rarer_and_end() {
        let office = Office::default();
        let row = |attempt| MessageRow {
            tenant: salon_domain::kernel::TenantId::from_parts(1, [1; 10]),
            message: MessageId::from_parts(1, [1; 10]),
            device: salon_domain::kernel::DeviceId::from_parts(1, [1; 10]),
            branch: salon_domain::kernel::BranchId::from_parts(1, [1; 10]),
            channel: Channel::Email,
            state: Posted::Sending,
            attempt,
            next: Instant(0),
            created: Instant(0),
            updated: Instant(0),
            why: None,
            code: String::new(),
            body: None,
        };
        let later = || Carried::Later { code: "451".into() };
        let first = office.settled(row(1), later(), Instant(0));
        assert_eq!((first.state, first.next), (Posted::Queued, Instant(60_000)));
        let last = office.settled(row(10), later(), Instant(0));
        assert_eq!((last.state, last.why, last.code.as_str()), (Posted::Failed, Some(NotSent::GaveUp), "451"));
        let unknown = office.settled(row(1), Carried::Unknown { code: String::new() }, Instant(0));
        assert_eq!(unknown.why, Some(NotSent::Unknown));
    }
}
