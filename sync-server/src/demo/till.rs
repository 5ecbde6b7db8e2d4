//! The till of a virtual device: sessions, receipts priced by the domain, Z reports.

use super::DemoError;
use super::random::Rng;
use salon_domain::branch::Branch;
use salon_domain::kernel::{BookingId, CardId, DeviceId, Instant, PaymentId, TaxMode, TaxRate, TillSessionId};
use salon_domain::payment::{
    CountLine, Item, LineDraft, LineKind, PricedLine, Sale, SessionTotals, Tender, TenderKind, TicketDraft, TillClosed,
    TillOpened, ZReport, price, settle,
};

/// A client's way to pay, one in a thousand each.
const CASH_PER_MILLE: u64 = 380;
const NOTES_MINOR: [i64; 4] = [500, 1_000, 2_000, 5_000];
const PIECES_MINOR: [i64; 13] = [10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1];

struct Open {
    session: TillSessionId,
    totals: SessionTotals,
}

pub struct Till {
    device: DeviceId,
    branch: Branch,
    receipts: u64,
    reports: u64,
    trace: u32,
    perpetual_minor: i64,
    open: Option<Open>,
}

/// What is rung up.
pub struct Basket {
    pub booking: Option<BookingId>,
    pub card: Option<CardId>,
    pub lines: Vec<LineDraft>,
}

impl Till {
    pub fn new(device: DeviceId, branch: &Branch) -> Self {
        Till { device, branch: branch.clone(), receipts: 0, reports: 0, trace: 0, perpetual_minor: 0, open: None }
    }

    pub fn open(&mut self, rng: &mut Rng, at: Instant, day: i32) -> TillOpened {
        let session = rng.id(at.0);
        let float_minor = self.branch.float_minor;
        self.open = Some(Open { session, totals: SessionTotals::opened(float_minor) });
        TillOpened {
            session,
            device: self.device,
            branch: self.branch.id,
            day,
            currency: self.branch.currency,
            float_minor,
            detailed: false,
        }
    }

    pub fn sell(&mut self, rng: &mut Rng, at: Instant, day: i32, basket: Basket) -> Result<Sale, DemoError> {
        let made = |e: &dyn std::fmt::Display| DemoError::Made(e.to_string());
        let Some(open) = &mut self.open else { return Err(DemoError::Made("the till is closed".into())) };
        let draft = TicketDraft {
            id: rng.id(at.0),
            booking: basket.booking,
            card: basket.card,
            currency: self.branch.currency,
            lines: basket.lines,
            discount: None,
            terms: Default::default(),
        };
        let priced = price(&draft).map_err(|e| made(&e))?;
        let tender = tender(rng, at, priced.total_minor, &mut self.trace);
        let change_minor = settle(priced.total_minor, std::slice::from_ref(&tender)).map_err(|e| made(&e))?;
        self.receipts += 1;
        let sale = Sale {
            ticket: draft.id,
            number: self.receipts,
            device: self.device,
            branch: self.branch.id,
            session: open.session,
            day,
            booking: draft.booking,
            bookings: Vec::new(),
            card: draft.card,
            currency: draft.currency,
            lines: priced.lines,
            tenders: vec![tender],
            net_minor: priced.net_minor,
            tax_minor: priced.tax_minor,
            total_minor: priced.total_minor,
            rounding_minor: 0,
            change_minor,
            follows: None,
            external_number: None,
        };
        open.totals.add_sale(&sale);
        self.perpetual_minor += sale.total_minor;
        Ok(sale)
    }

    /// Counts and closes; a few counts are off by a coin.
    pub fn close(&mut self, rng: &mut Rng, day: i32) -> Option<TillClosed> {
        let Open { session, totals } = self.open.take()?;
        self.reports += 1;
        let difference_minor = if rng.per_mille(60) { *rng.pick(&[-200, -50, -10, 20, 100]) } else { 0 };
        let counted_minor = totals.expected_cash_minor() + difference_minor;
        Some(TillClosed {
            session,
            device: self.device,
            branch: self.branch.id,
            day,
            currency: self.branch.currency,
            report: ZReport {
                number: self.reports,
                counted_minor,
                count: count(counted_minor),
                difference_minor,
                reason: if difference_minor == 0 { String::new() } else { "Change miscounted".into() },
                perpetual_total_minor: self.perpetual_minor,
                totals,
            },
        })
    }
}

fn tender(rng: &mut Rng, at: Instant, amount_minor: i64, trace: &mut u32) -> Tender {
    if amount_minor <= 0 {
        return Tender::now(amount_minor, TenderKind::Cash { tendered_minor: 0 });
    }
    if rng.per_mille(CASH_PER_MILLE) {
        let note = *rng.pick(&NOTES_MINOR);
        let tendered_minor = (amount_minor + note - 1) / note * note;
        return Tender::now(amount_minor, TenderKind::Cash { tendered_minor });
    }
    *trace += 1;
    let payment: PaymentId = rng.id(at.0);
    let kind = TenderKind::Card {
        payment,
        terminal_id: "00000000".into(),
        trace: *trace,
        receipt_number: *trace,
        authorisation: format!("D{:05}", rng.below(100_000)),
        brand: (*rng.pick(&["girocard", "girocard", "Mastercard", "Visa"])).into(),
        last4: "0000".into(),
        lines: Vec::new(),
    };
    Tender::now(amount_minor, kind)
}

/// The fewest notes and coins.
fn count(mut minor: i64) -> Vec<CountLine> {
    let mut lines = Vec::new();
    for denomination_minor in PIECES_MINOR {
        let pieces = (minor / denomination_minor).max(0) as u32;
        if pieces > 0 {
            lines.push(CountLine { denomination_minor, pieces });
            minor -= i64::from(pieces) * denomination_minor;
        }
    }
    lines
}

/// A product given back: the mirror of its line.
pub fn returned(rng: &mut Rng, at: Instant, line: &PricedLine) -> LineDraft {
    LineDraft {
        id: rng.id(at.0),
        item: line.item.clone(),
        kind: LineKind::Refund,
        description: line.description.clone(),
        staff: line.staff,
        card: None,
        quantity: line.quantity,
        unit_price_minor: -line.unit_price_minor,
        discount: None,
        rates: line.taxes.iter().map(|t| rate_of(t.code.clone(), t.rate_bp)).collect(),
        terms: Default::default(),
    }
}

/// The demo's taxes are all inside the price.
fn rate_of(code: String, rate_bp: u32) -> TaxRate {
    TaxRate { code, rate_bp, mode: TaxMode::Inclusive }
}

/// Whether a line is a product that left the shelf.
pub fn is_sold_product(line: &PricedLine) -> bool {
    line.kind == LineKind::Sale && matches!(line.item, Item::Product(_))
}
