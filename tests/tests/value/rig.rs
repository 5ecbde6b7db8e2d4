//! A salon with tills whose lines to the server open when a test says so.

use salon_contract::window::{
    AppointmentView, Ask, BookingDraft, CloseTill, Day, Failure, GiftCardView, LineBack, LookUpGiftCard, MakeBooking,
    NewGiftCard, OpenTill, PartDraft, Pay, PayBy, PaymentView, RefundSale, RefundTo, SaleView, SaveClient, ScannedText,
    TicketFor, VoidSale,
};
use salon_domain::booking::Source;
use salon_domain::kernel::{BookingId, CardId, Currency, TicketId, TicketLineId};
use salon_domain::payment::{Back, CountLine, Item, LineDraft, LineKind, TicketDraft};
use salon_domain::value::{
    Benefit, GiftCode, MembershipOffer, MembershipPlan, PackageEntry, PackageOffer, Period, Prepaid,
};
use salon_server::auth::password::hash_pin;
use salon_server::provision::NewTenant;
use salon_server::store::StoreExt;
use salon_terminal::app::Ports;
use salon_tests::net::Link;
use salon_tests::salon::{PIN, Salon, Terminal, cut, desk, new_tenant, stylist, tenant_id, ticket};
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// What a till opens with.
pub const FLOAT: i64 = 10_000;
/// The day that the tills begin with.
pub const DAY: &str = "2026-09-29";
/// A cut, the first line of [`services`].
pub const CUT: i64 = 5_200;

/// A key, or an id, that nothing else has.
pub fn key() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(n))
}

pub struct House {
    pub salon: Salon,
    pub tills: Vec<Till>,
}

pub struct Till {
    pub terminal: Terminal,
    link: Link,
}

impl House {
    /// With so many tills, open and in step; `ports` are the first one's.
    pub fn new(tills: u8, ports: Ports) -> House {
        House::of(tills, ports, |_| {})
    }

    /// As [`House::new`], of a salon that is otherwise in something.
    pub fn of(tills: u8, ports: Ports, change: impl FnOnce(&mut NewTenant)) -> House {
        let mut tenant = new_tenant(Some(hash_pin(PIN, &[7; 16]).unwrap()));
        tenant.packages.push(offer());
        tenant.memberships.extend([club(), studio()]);
        change(&mut tenant);
        let salon = Salon::of(&std::env::temp_dir(), &tenant).unwrap();
        let mut ports = Some(ports);
        let tills = (1..=tills).map(|n| {
            let terminal = salon.terminal(n, ports.take().unwrap_or_default()).unwrap();
            let link = Link::new(&terminal).unwrap();
            Till { terminal, link }
        });
        let tills = tills.collect();
        let mut house = House { salon, tills };
        house.sync();
        for till in &house.tills {
            till.ask(OpenTill { key: key(), float_minor: FLOAT }).unwrap();
        }
        house
    }

    /// Everybody hears of everything.
    pub fn sync(&mut self) {
        let mut random = 1;
        for round in 0..50 {
            for till in &mut self.tills {
                till.link.poke(&till.terminal).unwrap();
                while till.link.step(&till.terminal, &self.salon, random).unwrap() {
                    random += 1;
                }
            }
            let tenant = self.salon.tenant;
            let head = self.salon.store.reading(|tx| tx.head(tenant)).unwrap();
            for till in &mut self.tills {
                till.link.log_grew(&self.salon, head);
                till.terminal.clock.advance_ms(1_000);
            }
            self.salon.clock.fetch_add(1_000, Ordering::SeqCst);
            let agree = |till: &Till| {
                let at = till.terminal.app.store().sync_position().unwrap();
                till.link.is_synced() && at.cursor >= head && at.acked == at.outbox_last
            };
            if round > 0 && self.tills.iter().all(agree) {
                return;
            }
        }
        panic!("not in step");
    }

    /// The day is closed everywhere, and so many days later the tills open again.
    pub fn later(&mut self, days: i64) {
        self.close();
        let ms = days * 24 * 3_600_000;
        self.salon.clock.fetch_add(ms, Ordering::SeqCst);
        for till in &self.tills {
            till.terminal.clock.advance_ms(ms);
            till.ask(OpenTill { key: key(), float_minor: FLOAT }).unwrap();
        }
    }

    /// Every till's books prove themselves, and its Z balances.
    pub fn close(&self) {
        for till in &self.tills {
            let found = till.terminal.app.store().verify().unwrap();
            assert!(found.is_well(), "{found:?}");
            let open = till.terminal.app.store().open_session().unwrap().unwrap().totals;
            let pieces = u32::try_from(open.expected_cash_minor()).unwrap();
            let count = vec![CountLine { denomination_minor: 1, pieces }];
            let closed = till.ask(CloseTill { key: key(), count, reason: String::new() }).unwrap();
            assert!(closed.report.totals.balances(), "{:?}", closed.report.totals);
        }
    }
}

impl Till {
    /// A client's card with these fields.
    pub fn client(&self, set: &[(&str, &str)]) -> CardId {
        let named = [("given_name", "Ada")].into_iter().chain(set.iter().copied());
        let set = named.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        self.ask(SaveClient { key: key(), card: None, set }).unwrap().card
    }

    /// A cut with a stylist at a minute of the day.
    pub fn book(&self, card: Option<CardId>, staff: u8, start_minute: u16) -> BookingId {
        let draft = BookingDraft {
            date: DAY.into(),
            card,
            client_name: "Somebody".into(),
            source: Source::Phone,
            parts: vec![PartDraft { service: cut(), staff: stylist(staff), start_minute }],
            note: String::new(),
            anyway: false,
        };
        self.ask(MakeBooking { key: key(), draft }).unwrap().booking
    }

    pub fn visit(&self, booking: BookingId) -> AppointmentView {
        let day = self.ask(Day { date: Some(DAY.into()) }).unwrap();
        day.appointments.into_iter().find(|a| a.booking == booking).unwrap()
    }

    pub fn ticket_for(&self, booking: BookingId) -> Result<TicketDraft, Failure> {
        self.ask(TicketFor { booking, date: DAY.into() })
    }

    pub fn ask<A: Ask>(&self, question: A) -> Result<A::Reply, Failure> {
        self.terminal.app.ask(question.call()).map(|reply| serde_json::from_value(reply).unwrap())
    }

    pub fn pay(&self, ticket: &TicketDraft, amount_minor: Option<i64>, by: PayBy) -> Result<PaymentView, Failure> {
        self.ask(Pay { key: key(), ticket: ticket.clone(), name: String::new(), amount_minor, by })
    }

    pub fn cash(&self, ticket: &TicketDraft) -> SaleView {
        paid(self.pay(ticket, None, PayBy::Cash { tendered_minor: 1_000_000 }).unwrap())
    }

    /// Sells a new card for cash, and gives its code.
    pub fn sell_gift(&self, amount_minor: i64) -> (GiftCode, SaleView) {
        let code = self.ask(NewGiftCard {}).unwrap().code;
        let sold = self.cash(&of_lines(vec![gift_line(&code, amount_minor)]));
        (code, sold)
    }

    pub fn gift(&self, code: &GiftCode) -> GiftCardView {
        self.ask(LookUpGiftCard { code: ScannedText(code.printed().to_lowercase()) }).unwrap()
    }

    pub fn refund(&self, ticket: TicketId) -> Result<PaymentView, Failure> {
        self.ask(refund_of(ticket))
    }

    /// Gives some lines of a sale back, whole.
    pub fn refund_lines(&self, ticket: TicketId, lines: &[TicketLineId]) -> Result<PaymentView, Failure> {
        let whole = |line: &TicketLineId| LineBack { line: *line, back: Back::Pieces(1) };
        self.ask(RefundSale { lines: lines.iter().map(whole).collect(), ..refund_of(ticket) })
    }

    pub fn void(&self, ticket: TicketId) -> Result<PaymentView, Failure> {
        let (manager, pin, reason) = (desk(), PIN.to_owned(), "rung up twice".to_owned());
        self.ask(VoidSale { key: key(), ticket, manager, pin, reason })
    }

    pub fn refund_to_credit(&self, ticket: TicketId) -> Result<PaymentView, Failure> {
        self.ask(RefundSale { to: RefundTo::Credit, ..refund_of(ticket) })
    }
}

fn refund_of(ticket: TicketId) -> RefundSale {
    let (manager, pin, reason) = (desk(), PIN.to_owned(), "too short".to_owned());
    RefundSale { key: key(), ticket, lines: Vec::new(), to: RefundTo::Original, manager, pin, reason }
}

/// Five cuts for 240.00, for a month.
pub fn offer() -> PackageOffer {
    PackageOffer {
        id: tenant_id().derive(b"five cuts"),
        name: "Five cuts".into(),
        entries: vec![PackageEntry { what: Prepaid::Service(cut()), units: 5, list_price_minor: CUT }],
        price_minor: 24_000,
        valid_days: Some(30),
        tax_class: "standard".into(),
        active: true,
    }
}

/// 49.00 a month for two cuts, and a fifth off products.
pub fn club() -> MembershipOffer {
    let cuts = Benefit::Included { what: Prepaid::Service(cut()), units: 2 };
    membership("cut club", 4_900, vec![cuts, Benefit::ProductsOff { percent_bp: 2_000 }])
}

/// 600.00 a month for ten cuts, and a tenth off services and products.
pub fn studio() -> MembershipOffer {
    let off = [Benefit::ServicesOff { percent_bp: 1_000 }, Benefit::ProductsOff { percent_bp: 1_000 }];
    let cuts = Benefit::Included { what: Prepaid::Service(cut()), units: 10 };
    membership("studio", 60_000, off.into_iter().chain([cuts]).collect())
}

fn membership(name: &str, price_minor: i64, benefits: Vec<Benefit>) -> MembershipOffer {
    let plan = MembershipPlan {
        name: name.into(),
        price_minor,
        currency: Currency::EUR,
        period: Period::Months(1),
        grace_days: 3,
        benefits,
        tax_class: "standard".into(),
    };
    MembershipOffer { id: tenant_id().derive(name.as_bytes()), plan, active: true }
}

/// A cut, and so many bottles.
pub fn services(bottles: i64) -> TicketDraft {
    ticket(TicketId::from_uuid(key()), bottles)
}

pub fn of_lines(lines: Vec<LineDraft>) -> TicketDraft {
    TicketDraft { lines, ..services(0) }
}

pub fn gift_line(code: &GiftCode, amount_minor: i64) -> LineDraft {
    LineDraft {
        id: TicketId::from_uuid(key()).derive(b"line"),
        item: Item::GiftCard { code: code.clone(), drawn: true },
        kind: LineKind::ValueSold,
        description: "Gift card".into(),
        staff: None,
        card: None,
        quantity: 1,
        unit_price_minor: amount_minor,
        discount: None,
        rates: Vec::new(),
        terms: Default::default(),
    }
}

pub fn by_gift(code: &GiftCode) -> PayBy {
    PayBy::GiftCard { code: code.clone() }
}

pub fn paid(view: PaymentView) -> SaleView {
    match view {
        PaymentView::Paid { sale } => *sale,
        other => panic!("not paid: {other:?}"),
    }
}
