//! What a sale earns: commission and tips for those who worked for it, points for the client.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod adjustments;
mod back_bar;
mod commission;
mod loyalty;
mod shares;

use salon_contract::window::{Ask, Failure, LineBack, RefundSale, RefundTo, SaleView, VoidSale};
use salon_domain::kernel::TicketId;
use salon_domain::payment::{Item, LineDraft, LineKind, TicketDraft};
use salon_server::auth::password::hash_pin;
use salon_server::provision::NewTenant;
use salon_terminal::app::{App, Ports};
use salon_tests::net::Link;
use salon_tests::salon::{PIN, Salon, Terminal, desk, new_tenant, stylist};
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

static NEXT: AtomicU64 = AtomicU64::new(1);

fn key() -> Uuid {
    let n = u128::from(NEXT.fetch_add(1, Ordering::SeqCst));
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | n)
}

fn ticket_id() -> TicketId {
    TicketId::from_uuid(key())
}

/// A salon with agreements of its own, and a manager with a PIN.
fn salon(agree: impl FnOnce(&mut NewTenant)) -> Salon {
    let mut tenant = new_tenant(Some(hash_pin(PIN, &[7; 16]).unwrap()));
    agree(&mut tenant);
    Salon::of(&std::env::temp_dir(), &tenant).unwrap()
}

/// Terminal `n`, with master data and an open till.
fn open_till(salon: &Salon, n: u8) -> Terminal {
    let till = salon.terminal(n, Ports::default()).unwrap();
    sync(salon, &[&till]);
    till.app.act_as(desk());
    till.app.open_till(key(), 0).unwrap();
    till
}

/// Everybody online one after the other, twice: what one pushed the others pull.
fn sync(salon: &Salon, tills: &[&Terminal]) {
    for _ in 0..2 {
        for till in tills {
            let mut link = Link::new(till).unwrap();
            let mut random = 0;
            while link.step(till, salon, random).unwrap() {
                random += 1;
            }
            assert!(link.is_synced(), "{:?}", link.progress);
        }
    }
}

fn ask<Q: Ask>(app: &App, question: Q) -> Result<Q::Reply, Failure> {
    app.ask(question.call()).map(|answer| serde_json::from_value(answer).unwrap())
}

fn sell(app: &App, draft: &TicketDraft) -> SaleView {
    app.pay_cash(key(), draft, 1_000_000).unwrap()
}

/// Gives back all that is left, or only so much.
fn refund(app: &App, ticket: TicketId, lines: Vec<LineBack>) {
    let (reason, to) = ("too short".to_owned(), RefundTo::Original);
    ask(app, RefundSale { key: key(), ticket, lines, to, manager: desk(), pin: PIN.into(), reason }).unwrap();
}

/// Takes the sale back as if it had not been made.
fn void(app: &App, ticket: TicketId) -> SaleView {
    let (manager, pin, reason) = (desk(), PIN.to_owned(), "rung up twice".to_owned());
    let view = ask(app, VoidSale { key: key(), ticket, manager, pin, reason }).unwrap();
    view.sale().unwrap()
}

fn tip(draft: &TicketDraft, n: u8, minor: i64) -> LineDraft {
    LineDraft {
        id: draft.id.derive::<salon_domain::kernel::marker::TicketLine>(&[b't', n]),
        item: Item::Custom,
        kind: LineKind::Tip,
        description: String::new(),
        staff: Some(stylist(n)),
        card: None,
        quantity: 1,
        unit_price_minor: minor,
        discount: None,
        rates: Vec::new(),
        terms: Default::default(),
    }
}
