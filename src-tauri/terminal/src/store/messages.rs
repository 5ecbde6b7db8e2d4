//! Papers that are sent to clients. The address is kept only for as long as it is needed: it is gone when the message was
//! sent, and some days after it failed.

use super::unit::get_meta;
use super::{Store, StoreError, Unit};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use salon_contract::message::NotSent;
use salon_contract::window::{MessageStands, SentPaper};
use salon_domain::kernel::{CardId, Instant, MessageId, TicketId};
use salon_domain::notification::Channel;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the server can send by, as it said last.
const CHANNELS: &str = "message_channels";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownChannels {
    pub email: bool,
    pub text: bool,
}

impl KnownChannels {
    pub const fn has(self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.email,
            Channel::Text => self.text,
        }
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    pub ticket: TicketId,
    pub card: Option<CardId>,
    pub paper: SentPaper,
    pub channel: Channel,
    /// None when it is not needed any more.
    pub address: Option<String>,
    pub masked: String,
    pub stands: MessageStands,
    pub at: Instant,
    /// When it is tried, or asked about, again.
    pub next: Instant,
    /// How often that was done in this state.
    pub tries: u32,
}

/// Not for logs: it is about a client.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message({}, {}, {:?})", self.id, self.channel.name(), self.stands)
    }
}

const MESSAGE: &str =
    "SELECT message, ticket, card, paper, channel, address, masked, state, why, at_ms, next_ms, tries FROM message";

fn damaged(column: usize) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, "of another version".into())
}

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let id = |column| row.get::<_, [u8; 16]>(column).map(Uuid::from_bytes);
    let (paper, channel, state): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(7)?);
    let why: Option<String> = row.get(8)?;
    let stands = match state.as_str() {
        "waiting" => MessageStands::Waiting,
        "handed" => MessageStands::Handed,
        "sent" => MessageStands::Sent,
        _ => MessageStands::Failed { why: why.as_deref().and_then(NotSent::named).unwrap_or(NotSent::Refused) },
    };
    Ok(Message {
        id: MessageId::from_uuid(id(0)?),
        ticket: TicketId::from_uuid(id(1)?),
        card: row.get::<_, Option<[u8; 16]>>(2)?.map(|card| CardId::from_uuid(Uuid::from_bytes(card))),
        paper: SentPaper::named(&paper).ok_or_else(|| damaged(3))?,
        channel: Channel::named(&channel).ok_or_else(|| damaged(4))?,
        address: row.get(5)?,
        masked: row.get(6)?,
        stands,
        at: Instant(row.get(9)?),
        next: Instant(row.get(10)?),
        tries: row.get(11)?,
    })
}

const fn state_name(stands: MessageStands) -> &'static str {
    match stands {
        MessageStands::Waiting => "waiting",
        MessageStands::Handed => "handed",
        MessageStands::Sent => "sent",
        MessageStands::Failed { .. } => "failed",
    }
}

fn why_name(stands: MessageStands) -> Option<&'static str> {
    match stands {
        MessageStands::Failed { why } => Some(why.name()),
        _ => None,
    }
}

impl Unit<'_> {
    /// False: it is there already.
    pub fn insert_message(&mut self, message: &Message) -> Result<bool, StoreError> {
        let inserted = self
            .tx
            .prepare_cached(
                "INSERT INTO message (message, ticket, card, paper, channel, address, masked, state, why, at_ms, \
                 updated_ms, next_ms, tries) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, ?12) \
                 ON CONFLICT (message) DO NOTHING",
            )?
            .execute(params![
                message.id.as_bytes(),
                message.ticket.as_bytes(),
                message.card.as_ref().map(|card| card.as_bytes()),
                message.paper.name(),
                message.channel.name(),
                message.address,
                message.masked,
                state_name(message.stands),
                why_name(message.stands),
                message.at.0,
                message.next.0,
                message.tries,
            ])?;
        self.touched.messages |= inserted == 1;
        Ok(inserted == 1)
    }

    /// Writes how a message stands, if it has not ended. What was sent needs no address any more.
    pub fn set_message(
        &mut self,
        id: MessageId,
        stands: MessageStands,
        next: Instant,
        tries: u32,
    ) -> Result<(), StoreError> {
        let at = self.now().0;
        let changed = self
            .tx
            .prepare_cached(
                "UPDATE message SET state = ?2, why = ?3, next_ms = ?4, tries = ?5, updated_ms = ?6, \
                 address = CASE WHEN ?2 = 'sent' THEN NULL ELSE address END \
                 WHERE message = ?1 AND state IN ('waiting', 'handed')",
            )?
            .execute(params![id.as_bytes(), state_name(stands), why_name(stands), next.0, tries, at])?;
        self.touched.messages |= changed == 1;
        Ok(())
    }

    /// What waits is due now: there is a connection again.
    pub fn hurry_messages(&mut self) -> Result<(), StoreError> {
        let now = self.now().0;
        self.tx.execute(
            "UPDATE message SET next_ms = ?1 WHERE state IN ('waiting', 'handed') AND state = 'waiting' AND next_ms > ?1",
            [now],
        )?;
        Ok(())
    }

    /// Gives up what has waited since before `give_up`, and forgets the addresses of what failed before `forget`.
    pub fn expire_messages(&mut self, give_up: Instant, forget: Instant) -> Result<(), StoreError> {
        let now = self.now().0;
        let given_up = self.tx.execute(
            "UPDATE message SET state = 'failed', why = ?3, updated_ms = ?2 \
             WHERE state IN ('waiting', 'handed') AND state = 'waiting' AND at_ms < ?1",
            params![give_up.0, now, NotSent::TooLate.name()],
        )?;
        let forgotten = self.tx.execute(
            "UPDATE message SET address = NULL WHERE state = 'failed' AND address IS NOT NULL AND updated_ms < ?1",
            [forget.0],
        )?;
        self.touched.messages |= given_up + forgotten > 0;
        Ok(())
    }

    /// For a client's erasure: nothing of theirs is sent any more, and no address is left.
    pub fn forget_messages_of(&mut self, card: CardId) -> Result<(), StoreError> {
        let forgotten = self.tx.execute("DELETE FROM message WHERE card = ?1", [card.as_bytes()])?;
        self.touched.messages |= forgotten > 0;
        Ok(())
    }

    /// Takes a message that failed away, with its address.
    pub fn drop_message(&mut self, id: MessageId) -> Result<(), StoreError> {
        let dropped =
            self.tx.execute("DELETE FROM message WHERE message = ?1 AND state = 'failed'", [id.as_bytes()])?;
        self.touched.messages |= dropped > 0;
        Ok(())
    }

    pub(super) fn forget_all_messages(&self) -> Result<(), StoreError> {
        self.tx.execute("DELETE FROM message", [])?;
        Ok(())
    }

    pub fn message_channels(&self) -> Result<Option<KnownChannels>, StoreError> {
        self.meta(CHANNELS)
    }

    pub fn set_message_channels(&mut self, known: KnownChannels) -> Result<(), StoreError> {
        if self.meta::<KnownChannels>(CHANNELS)? != Some(known) {
            self.set_meta(CHANNELS, &known)?;
            self.touched.messages = true;
        }
        Ok(())
    }
}

impl Store {
    /// Of a sale, the latest first.
    pub fn messages_of(&self, ticket: TicketId) -> Result<Vec<Message>, StoreError> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached(&format!("{MESSAGE} WHERE ticket = ?1 ORDER BY at_ms DESC, message DESC"))?;
            Ok(statement.query_map([ticket.as_bytes()], message)?.collect::<Result<_, _>>()?)
        })
    }

    pub fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        self.read(|c| {
            Ok(c.prepare_cached(&format!("{MESSAGE} WHERE message = ?1"))?
                .query_row([id.as_bytes()], message)
                .optional()?)
        })
    }

    /// What waits for the server and is due, the first of them.
    pub fn waiting_message(&self, now: Instant) -> Result<Option<Message>, StoreError> {
        self.read(|c| {
            Ok(c.prepare_cached(&format!(
                "{MESSAGE} WHERE state IN ('waiting', 'handed') AND state = 'waiting' AND next_ms <= ?1 \
                 ORDER BY next_ms LIMIT 1"
            ))?
            .query_row([now.0], message)
            .optional()?)
        })
    }

    /// What the server has, and is to be asked about, at most so many.
    pub fn handed_messages(&self, now: Instant, limit: u32) -> Result<Vec<Message>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached(&format!(
                "{MESSAGE} WHERE state IN ('waiting', 'handed') AND state = 'handed' AND next_ms <= ?1 \
                 ORDER BY next_ms LIMIT ?2"
            ))?;
            Ok(statement.query_map(params![now.0, limit], message)?.collect::<Result<_, _>>()?)
        })
    }

    /// The sales of which something failed and was not asked for again since, the latest first, at most so many.
    pub fn unsent_messages(&self, limit: u32) -> Result<Vec<TicketId>, StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached(
                "SELECT ticket FROM message AS failed WHERE state = 'failed' AND why <> 'training' AND NOT EXISTS \
                 (SELECT 1 FROM message AS later WHERE later.ticket = failed.ticket AND later.paper = failed.paper \
                 AND (later.at_ms, later.message) > (failed.at_ms, failed.message)) ORDER BY at_ms DESC LIMIT ?1",
            )?;
            let tickets = statement.query_map([limit], |r| r.get::<_, [u8; 16]>(0))?.collect::<Result<Vec<_>, _>>()?;
            Ok(tickets.into_iter().map(|ticket| TicketId::from_uuid(Uuid::from_bytes(ticket))).collect())
        })
    }

    /// When the first of those that have not ended is due.
    pub fn next_message(&self) -> Result<Option<Instant>, StoreError> {
        self.read(|c| {
            let next: Option<i64> = c
                .prepare_cached("SELECT min(next_ms) FROM message WHERE state IN ('waiting', 'handed')")?
                .query_row([], |r| r.get(0))?;
            Ok(next.map(Instant))
        })
    }

    /// None: the server has not been heard of yet.
    pub fn message_channels(&self) -> Result<Option<KnownChannels>, StoreError> {
        self.read(|c| get_meta(c, CHANNELS))
    }
}
