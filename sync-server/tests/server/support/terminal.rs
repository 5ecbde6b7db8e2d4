//! A terminal without a terminal: it has a key, a journal, documents, and an outbox that is a list.

use super::{MONDAY_MS, fixed, stylist};
use ed25519_dalek::SigningKey;
use salon_domain::booking::{BookFact, BookingStatus, Claim, Source, StatusChange, Visit};
use salon_domain::catalog::Phase;
use salon_domain::customer::CardEdit;
use salon_domain::event::{CardRegistered, DomainEvent, EventMeta, Happening};
use salon_domain::kernel::{
    BookingId, BranchId, CardId, Currency, Hlc, Id, Instant, NodeId, ProductId, TaxMode, TaxRate, TenantId,
};
use salon_domain::payment::{self, Item as Sold, LineDraft, LineKind, Sale, Tender, TenderKind, TicketDraft, price};
use salon_server::provision;
use salon_server::store::{Store, StoreExt};
use salon_sync::doc::{Doc, DocId};
use salon_sync::journal::{self, Chain};
use salon_sync::server::{Answer, DeviceInfo, Query};
use salon_sync::wire::{Item, RefusalCode};
use serde_bytes::ByteBuf;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

pub struct Terminal {
    pub store: Arc<dyn Store>,
    pub key: SigningKey,
    pub info: DeviceInfo,
    pub chain: Chain,
    /// Everything that it ever wrote.
    pub outbox: Vec<Item>,
    pub cursor: u64,
    docs: BTreeMap<DocId, Doc>,
    receipts: u64,
    counter: u64,
}

/// 2 March 2026.
pub const DAY: i32 = 20_514;

impl Terminal {
    pub fn enrol(store: Arc<dyn Store>, tenant: TenantId, branch: BranchId, key: u8) -> Self {
        let code = provision::pairing_code(store.as_ref(), tenant, branch, &format!("Till {key}")).unwrap();
        Self::redeem(store, &code.to_string(), key)
    }

    pub fn redeem(store: Arc<dyn Store>, code: &str, key: u8) -> Self {
        let key = SigningKey::from_bytes(&[key; 32]);
        let public_key = key.verifying_key().to_bytes();
        let query = Query::Enrol { code: code.to_owned(), name: String::new(), public_key };
        let Answer::Enrolled(Ok(info)) = store.answer(query) else { panic!("not enrolled") };
        Terminal {
            store,
            key,
            chain: Chain::start(info.device),
            info,
            outbox: Vec::new(),
            cursor: 0,
            docs: BTreeMap::new(),
            receipts: 0,
            counter: 0,
        }
    }

    /// The same terminal from a backup of its first day: the same identity, an empty memory.
    pub fn restored(&self) -> Terminal {
        Terminal {
            store: Arc::clone(&self.store),
            key: self.key.clone(),
            info: self.info.clone(),
            chain: Chain::start(self.info.device),
            outbox: Vec::new(),
            cursor: 0,
            docs: BTreeMap::new(),
            receipts: 0,
            counter: 1_000,
        }
    }

    fn id<T>(&mut self) -> Id<T> {
        self.counter += 1;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.counter.to_be_bytes());
        random[8] = self.key.to_bytes()[0];
        Id::from_parts(MONDAY_MS, random)
    }

    fn hlc(&mut self) -> Hlc {
        self.counter += 1;
        let node = NodeId::from_uuid(self.info.device.uuid());
        Hlc { wall_ms: MONDAY_MS, counter: self.counter as u32, node }
    }

    pub fn event(&mut self, at: i64, what: Happening) -> DomainEvent {
        let meta = EventMeta { user: stylist().uuid(), tenant: self.info.tenant, correlation: Uuid::nil() };
        DomainEvent { id: self.id(), aggregate: Uuid::nil(), at: Instant(at), what, meta }
    }

    /// Journals raw bytes, vouched for.
    pub fn journal_bytes(&mut self, body: Vec<u8>) {
        let seq = self.chain.seq + 1;
        let hash = self.chain.push(seq, &body, None).unwrap();
        let hash = Some(ByteBuf::from(hash.to_vec()));
        self.outbox.push(Item::Journal { device: self.info.device, seq, body: ByteBuf::from(body), hash });
    }

    pub fn journal(&mut self, at: i64, what: Happening) {
        let event = self.event(at, what);
        self.journal_bytes(journal::encode(&event).unwrap());
    }

    /// A sale of one service, and of a product where there is one.
    pub fn sale(&mut self, day: i32, price_minor: i64, product: Option<ProductId>) -> Sale {
        let vat = TaxRate { code: "VAT".into(), rate_bp: 1900, mode: TaxMode::Inclusive };
        let line = |id, item, price_minor: i64| LineDraft {
            id,
            item,
            kind: if price_minor < 0 { LineKind::Refund } else { LineKind::Sale },
            description: "Line".into(),
            staff: Some(stylist()),
            card: None,
            quantity: 1,
            unit_price_minor: price_minor,
            discount: None,
            rates: vec![vat.clone()],
            terms: Default::default(),
        };
        let mut lines = vec![line(self.id(), Sold::Service(fixed(30)), price_minor)];
        lines.extend(product.map(|p| line(self.id(), Sold::Product(p), 2_380)));
        let draft = TicketDraft {
            id: self.id(),
            booking: None,
            card: None,
            currency: Currency::EUR,
            lines,
            discount: None,
            terms: Default::default(),
        };
        let priced = price(&draft).unwrap();
        self.receipts += 1;
        let tendered_minor = priced.total_minor.max(0);
        let tender = Tender::now(priced.total_minor, TenderKind::Cash { tendered_minor });
        payment::settle(priced.total_minor, std::slice::from_ref(&tender)).unwrap();
        Sale {
            ticket: draft.id,
            number: self.receipts,
            device: self.info.device,
            branch: self.info.branch,
            session: fixed(50),
            day,
            booking: None,
            bookings: Vec::new(),
            card: None,
            currency: Currency::EUR,
            lines: priced.lines,
            tenders: vec![tender],
            net_minor: priced.net_minor,
            tax_minor: priced.tax_minor,
            total_minor: priced.total_minor,
            rounding_minor: 0,
            change_minor: 0,
            follows: None,
            external_number: None,
        }
    }

    pub fn sell(&mut self, day: i32, at: i64, price_minor: i64) -> Sale {
        let sale = self.sale(day, price_minor, None);
        let boxed = Box::new(sale.clone());
        let what = if price_minor < 0 { Happening::PaymentRefunded(boxed) } else { Happening::PaymentCompleted(boxed) };
        self.journal(at, what);
        sale
    }

    pub fn doc(&mut self, id: DocId) -> &mut Doc {
        let device = self.info.device;
        self.docs.entry(id).or_insert_with(|| Doc::new(id, device).unwrap())
    }

    /// A booking of an hour from `start`, as one change of the day's book.
    pub fn book(&mut self, day: i32, start: i64, status: BookingStatus) -> BookingId {
        let (booking, at) = (self.id(), self.hlc());
        let device = self.info.device;
        let facts = vec![
            BookFact::Visit(Visit {
                booking,
                branch: self.info.branch,
                card: None,
                client_name: "Ada".into(),
                source: Source::Phone,
                at,
                device,
                by: Uuid::nil(),
            }),
            BookFact::Claim(Claim {
                id: self.id(),
                booking,
                staff: stylist(),
                places: vec![],
                service: fixed(30),
                start: Instant(start),
                phases: vec![Phase::work(60)],
                buffer_before_min: 0,
                buffer_after_min: 0,
                price_minor: 5_950,
                at,
                device,
                by: Uuid::nil(),
                supersedes: vec![],
                server_seq: None,
            }),
            BookFact::Status(StatusChange {
                id: self.id(),
                booking,
                status,
                reason: String::new(),
                at: self.hlc(),
                device,
                by: Uuid::nil(),
                after: vec![],
            }),
        ];
        let id = DocId::Book { branch: self.info.branch, day };
        let bytes = self.doc(id).add_facts(&facts, MONDAY_MS).unwrap().unwrap();
        self.outbox.push(Item::Change { doc: id, bytes: ByteBuf::from(bytes) });
        booking
    }

    pub fn stock(&mut self, product: ProductId, milli: i64) {
        let (id, device) = (DocId::Stock { branch: self.info.branch }, self.info.device);
        let bytes = self.doc(id).add_stock(device, &[(product, milli)], MONDAY_MS).unwrap().unwrap();
        self.outbox.push(Item::Change { doc: id, bytes: ByteBuf::from(bytes) });
    }

    pub fn client(&mut self, name: &str) -> CardId {
        let (card, at) = (self.id(), self.hlc());
        let set = BTreeMap::from([("given_name".to_owned(), name.to_owned())]);
        let edit = CardEdit { card, at, set };
        self.outbox.push(Item::Card { edit: ByteBuf::from(serde_json::to_vec(&edit).unwrap()) });
        self.journal(MONDAY_MS, Happening::CustomerRegistered(CardRegistered { card }));
        card
    }

    /// What the server would do with these items.
    pub fn push(&self, first: u64, items: Vec<Item>) -> Result<u64, (RefusalCode, String)> {
        match self.store.answer(Query::Push { device: self.info.clone(), first, items }) {
            Answer::Pushed(result) => result,
            other => panic!("{other:?}"),
        }
    }

    pub fn push_all(&self) -> u64 {
        self.push(1, self.outbox.clone()).unwrap()
    }

    pub fn acked(&self) -> u64 {
        self.store.reading(|tx| tx.device(self.info.device)).unwrap().unwrap().acked
    }

    /// Everything of the log after the cursor.
    pub fn pull(&mut self) -> Vec<Item> {
        let mut all = Vec::new();
        loop {
            let query = Query::Log { device: self.info.clone(), after: self.cursor };
            let Answer::Log { items, next, head } = self.store.answer(query) else { panic!("no log") };
            assert!(next > self.cursor || next >= head, "the cursor stands still");
            self.cursor = next;
            all.extend(items);
            if next >= head {
                return all;
            }
        }
    }
}
