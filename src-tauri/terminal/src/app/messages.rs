//! Papers to clients by e-mail and text message: what is asked for is kept here until the server has it, so that it works
//! without a connection. Who brings it to the server is [`crate::messaging`].

use super::receipt::SendingWords;
use super::{App, Catalog};
use crate::store::{JobKind, KnownChannels, Message, SaleRecord, Unit};
use salon_contract::message::{NotSent, SendMessage};
use salon_contract::window::{
    ChannelView, Code, Done, Failure, MessageRow, MessageStands, MessagesView, SendPaper, SentPaper,
};
use salon_domain::access::Permission;
use salon_domain::customer::{CardEdit, field};
use salon_domain::kernel::{CardId, MessageId, TicketId};
use salon_domain::notification::Channel;
use salon_domain::payment::Sale;
use std::collections::BTreeMap;

/// As many as anybody looks at.
const MESSAGES_SHOWN: usize = 10;
const UNSENT_SHOWN: u32 = 20;

/// The field of a card that has the address.
const fn card_field(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => field::EMAIL,
        Channel::Text => field::PHONE,
    }
}

impl App {
    pub(super) fn messages(&self, ticket: TicketId) -> Result<MessagesView, Failure> {
        self.require(Permission::Sell)?;
        let record = self.store().sale(ticket)?.ok_or(Code::NotFound)?;
        self.messages_view(&record)
    }

    /// The key is the message's id: a second click is the same message. What is asked for again after it failed has
    /// another key.
    pub(super) fn send_paper(&self, wanted: &SendPaper) -> Result<MessagesView, Failure> {
        self.require(Permission::Sell)?;
        let record = self.store().sale(wanted.ticket)?.ok_or(Code::NotFound)?;
        let id = MessageId::from_uuid(wanted.key);
        if self.store().message(id)?.is_none() {
            let address = self.address(wanted)?;
            self.queue_paper(id, wanted, &record, address)?;
        }
        self.messages_view(&record)
    }

    /// The address as it is sent to, if the paper can be sent there.
    fn address(&self, wanted: &SendPaper) -> Result<String, Failure> {
        if wanted.paper == SentPaper::Invoice {
            if wanted.channel != Channel::Email {
                return Err(Failure::new(Code::BadInput).with("field", "channel"));
            }
            self.store().invoice_of(wanted.ticket)?.ok_or(Code::NotFound)?;
        }
        let known = self.store().message_channels()?;
        if known.is_some_and(|known| !known.has(wanted.channel)) && !self.is_training() {
            return Err(Failure::new(Code::ChannelNotSetUp).with("channel", wanted.channel.name()));
        }
        let zone = &self.catalog()?.branch.zone;
        let wrong = |error: salon_domain::notification::AddressError| {
            Failure::new(Code::AddressWrong).with("why", error.name())
        };
        wanted.channel.address(&wanted.to, zone).map_err(wrong)
    }

    fn queue_paper(
        &self,
        id: MessageId,
        wanted: &SendPaper,
        record: &SaleRecord,
        address: String,
    ) -> Result<(), Failure> {
        let card = record.sale.card;
        let keep = card.filter(|_| wanted.keep).map(|card| self.may_keep(card)).transpose()?;
        let training = self.is_training();
        self.store().write::<_, Failure>(|unit| {
            let now = unit.now();
            let message = Message {
                id,
                ticket: wanted.ticket,
                card,
                paper: wanted.paper,
                channel: wanted.channel,
                masked: wanted.channel.masked(&address),
                address: (!training).then(|| address.clone()),
                stands: match training {
                    true => MessageStands::Failed { why: NotSent::Training },
                    false => MessageStands::Waiting,
                },
                at: now,
                next: now,
                tries: 0,
            };
            if !unit.insert_message(&message)? {
                return Ok(());
            }
            if let Some(card) = keep {
                let at = unit.stamp()?;
                let set = BTreeMap::from([(card_field(wanted.channel).to_owned(), address.clone())]);
                unit.edit_card(&CardEdit { card, at, set })?;
            }
            Ok(())
        })
    }

    pub(super) fn drop_message(&self, message: MessageId) -> Result<Done, Failure> {
        self.require(Permission::Sell)?;
        self.store().write::<_, Failure>(|unit| Ok(unit.drop_message(message)?))?;
        Ok(Done {})
    }

    /// Sales of which something could not be sent, for the top bar.
    pub(super) fn unsent(&self) -> Result<Vec<TicketId>, Failure> {
        Ok(self.store().unsent_messages(UNSENT_SHOWN)?)
    }

    fn may_keep(&self, card: CardId) -> Result<CardId, Failure> {
        self.require(Permission::ClientWrite)?;
        Ok(card)
    }

    fn messages_view(&self, record: &SaleRecord) -> Result<MessagesView, Failure> {
        let catalog = self.catalog()?;
        let known = self.store().message_channels()?;
        let card = record.sale.card.map(|card| self.store().card(card)).transpose()?.flatten();
        let view = |channel: Channel| {
            let typed = card.as_ref().map_or("", |card| card.get(card_field(channel)));
            let address = channel.address(typed, &catalog.branch.zone).unwrap_or_default();
            let masked = if address.is_empty() { String::new() } else { channel.masked(&address) };
            ChannelView { set_up: known.map(|known: KnownChannels| known.has(channel)), address, masked }
        };
        let invoiced = self.store().invoice_of(record.sale.ticket)?;
        let sent = self.store().messages_of(record.sale.ticket)?;
        Ok(MessagesView {
            email: view(Channel::Email),
            text: view(Channel::Text),
            client: card.is_some(),
            invoice: invoiced.map(|invoiced| super::receipt::invoice_code(invoiced.device, invoiced.number)),
            sent: sent.into_iter().take(MESSAGES_SHOWN).map(row).collect(),
        })
    }

    /// There is a connection again: what waits need not wait for its next try.
    pub(super) fn hurry_messages(&self) {
        match self.store().write::<_, Failure>(|unit| Ok(unit.hurry_messages()?)) {
            Ok(()) => self.wake_messages(),
            Err(failure) => tracing::error!(%failure, "waiting messages cannot be looked after"),
        }
    }

    /// A message as the server takes it. None: there is nothing of it to send any more.
    pub(crate) fn letter(&self, message: &Message) -> Result<Option<SendMessage>, Failure> {
        let Some(to) = message.address.clone() else { return Ok(None) };
        let Some(record) = self.store().sale(message.ticket)? else { return Ok(None) };
        let catalog = self.catalog()?;
        let words = SendingWords::of(&catalog.branch.language);
        let (id, channel) = (message.id, message.channel);
        if channel == Channel::Text {
            let text = words.text_message(&catalog, &record);
            let (subject, html) = (String::new(), String::new());
            return Ok(Some(SendMessage { message: id, channel, to, subject, text, html, files: Vec::new() }));
        }
        let paper = match message.paper {
            SentPaper::Receipt => self.receipt_paper(&catalog, &record)?,
            SentPaper::Invoice => match self.store().invoice_of(message.ticket)? {
                Some(invoiced) => self.invoice_paper(&catalog, &record, &invoiced)?,
                None => return Ok(None),
            },
        };
        let subject = words.subject(&catalog, &record, message.paper, &paper.code);
        let lines = (self.layout)(&paper.doc, super::receipt::SCREEN_COLUMNS);
        let text = words.letter(&catalog, &lines);
        let (html, file) = paper.files(&catalog)?;
        Ok(Some(SendMessage { message: id, channel, to, subject, text, html, files: vec![file] }))
    }
}

/// The receipt of a sale, in the sale's transaction, as its client wants it: sent, on paper, or not at all. What cannot be
/// sent is printed.
pub(super) fn give_receipt(unit: &mut Unit<'_>, catalog: &Catalog, sale: &Sale) -> Result<(), Failure> {
    let card = sale.card.map(|card| unit.card(card)).transpose()?.flatten();
    let wish = card.as_ref().map_or("", |card| card.get(field::RECEIPT_BY));
    let channel = Channel::named(wish);
    let sent = match (&card, channel) {
        (Some(card), Some(channel)) => send_as_wished(unit, catalog, sale, card.get(card_field(channel)), channel)?,
        _ => false,
    };
    if !sent && wish != field::RECEIPT_NONE {
        unit.queue_print(JobKind::Receipt, sale.ticket.as_bytes(), false)?;
    }
    Ok(())
}

/// False: it cannot be sent by this channel from here.
fn send_as_wished(
    unit: &mut Unit<'_>,
    catalog: &Catalog,
    sale: &Sale,
    address: &str,
    channel: Channel,
) -> Result<bool, Failure> {
    let is_there = unit.message_channels()?.is_some_and(|known| known.has(channel));
    let Ok(address) = channel.address(address, &catalog.branch.zone) else { return Ok(false) };
    if !is_there || unit.is_training()? {
        return Ok(false);
    }
    let now = unit.now();
    let message = Message {
        // A sale is committed once, and has one receipt that goes by itself.
        id: sale.ticket.derive(b"receipt"),
        ticket: sale.ticket,
        card: sale.card,
        paper: SentPaper::Receipt,
        channel,
        masked: channel.masked(&address),
        address: Some(address),
        stands: MessageStands::Waiting,
        at: now,
        next: now,
        tries: 0,
    };
    Ok(unit.insert_message(&message)?)
}

fn row(message: Message) -> MessageRow {
    MessageRow {
        message: message.id,
        paper: message.paper,
        channel: message.channel,
        address: match message.stands {
            MessageStands::Failed { .. } => message.address.unwrap_or_default(),
            _ => String::new(),
        },
        to: message.masked,
        stands: message.stands,
    }
}
