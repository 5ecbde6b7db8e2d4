//! From what happened in a till session to the transactions that DSFinV-K knows: each with its lines by kind of business
//! case (appendix C of the taxonomy) and its payments (appendix D).

use super::vat::{NOT_KNOWN, NOT_TAXABLE, VatKeys};
use salon_domain::accounting::keys_of;
use salon_domain::event::{DomainEvent, Happening};
use salon_domain::kernel::{CardId, Instant};
use salon_domain::payment::{Item, LineKind, PricedLine, Sale, Tender, TenderKind, TillMove};
use uuid::Uuid;

/// A line; amounts in minor units, tax within `gross_minor`.
pub(super) struct Pos {
    pub text: String,
    /// GV_TYP and GV_NAME.
    pub case: (&'static str, &'static str),
    pub quantity: i64,
    pub item: String,
    pub vat: u32,
    pub gross_minor: i64,
    pub net_minor: i64,
}

/// ZAHLART_TYP and ZAHLART_NAME, with the amount.
pub(super) struct Payment {
    pub kind: &'static str,
    pub name: String,
    pub minor: i64,
}

pub(super) struct Bon {
    pub id: Uuid,
    pub number: Option<u64>,
    pub at: Instant,
    pub user: Uuid,
    pub client: Option<CardId>,
    pub note: String,
    /// It voids another transaction.
    pub is_void: bool,
    pub lines: Vec<Pos>,
    pub payments: Vec<Payment>,
}

impl Bon {
    pub fn gross_minor(&self) -> i64 {
        self.lines.iter().map(|line| line.gross_minor).sum()
    }
}

/// None where no money moved. The lines of every transaction come to its payments.
pub(super) fn bon_of(event: &DomainEvent, vat: &mut VatKeys) -> Option<Bon> {
    let mut bon = Bon {
        id: event.id.uuid(),
        number: None,
        at: event.at,
        user: event.meta.user,
        client: None,
        note: String::new(),
        is_void: false,
        lines: Vec::new(),
        payments: Vec::new(),
    };
    match &event.what {
        Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => sold(&mut bon, sale, vat),
        Happening::PartPaid(paid) => {
            let minor = paid.tender.amount_minor;
            bon.client = paid.ticket.card;
            bon.lines.push(plain("Anzahlung", ("Anzahlungseinstellung", ""), NOT_KNOWN, minor));
            bon.payments.push(payment(&paid.tender));
        }
        Happening::TillOpened(opened) => {
            bon.cash("Anfangsbestand", ("Anfangsbestand", ""), opened.float_minor);
        }
        Happening::TillMoved(moved) => {
            bon.note.clone_from(&moved.reason);
            match moved.kind {
                TillMove::PayIn => bon.cash(&moved.reason, ("Einzahlung", ""), moved.amount_minor),
                TillMove::PayOut => bon.cash(&moved.reason, ("Auszahlung", ""), -moved.amount_minor),
                TillMove::Lift => bon.cash(&moved.reason, ("Geldtransit", ""), -moved.amount_minor),
            }
        }
        Happening::TillClosed(closed) => {
            bon.note.clone_from(&closed.report.reason);
            bon.cash("Kassendifferenz", ("DifferenzSollIst", ""), closed.report.difference_minor);
        }
        _ => return None,
    }
    let is_empty = bon.lines.iter().all(|line| line.gross_minor == 0) && bon.number.is_none();
    (!is_empty).then_some(bon)
}

impl Bon {
    fn cash(&mut self, text: &str, case: (&'static str, &'static str), minor: i64) {
        self.lines.push(plain(text, case, NOT_TAXABLE, minor));
        self.payments.push(Payment { kind: "Bar", name: "Bar".to_owned(), minor });
    }
}

fn plain(text: &str, case: (&'static str, &'static str), vat: u32, minor: i64) -> Pos {
    Pos { text: text.to_owned(), case, quantity: 1, item: String::new(), vat, gross_minor: minor, net_minor: minor }
}

fn sold(bon: &mut Bon, sale: &Sale, vat: &mut VatKeys) {
    bon.number = Some(sale.number);
    bon.client = sale.card;
    bon.is_void = sale.is_void();
    if let Some(follows) = sale.follows {
        let word = if bon.is_void { "Storno zu Beleg" } else { "Trinkgeld zu Beleg" };
        bon.note = format!("{word} {}", follows.number);
    }
    bon.lines.extend(sale.lines.iter().map(|line| pos(line, vat)));
    let used: i64 = sale.tenders.iter().filter(|tender| tender.taken.is_some()).map(|tender| tender.amount_minor).sum();
    if used != 0 {
        bon.lines.push(plain("Anzahlung", ("Anzahlungsaufloesung", ""), NOT_KNOWN, -used));
    }
    if sale.rounding_minor != 0 {
        bon.lines.push(plain("Rundung", ("DifferenzSollIst", "Rundung"), NOT_TAXABLE, sale.rounding_minor));
    }
    bon.payments.extend(sale.tenders.iter().filter(|tender| tender.taken.is_none()).map(payment));
}

fn pos(line: &PricedLine, vat: &mut VatKeys) -> Pos {
    let case = match line.kind {
        LineKind::Sale
        | LineKind::Refund
        | LineKind::Prepaid { .. }
        | LineKind::PrepaidReturned { .. }
        | LineKind::Included { .. }
        | LineKind::IncludedReturned { .. } => ("Umsatz", ""),
        LineKind::DepositRedeemed => ("Anzahlungsaufloesung", ""),
        LineKind::Tip => ("TrinkgeldAN", ""),
        LineKind::ValueSold if line.item == Item::AccountCredit => ("Anzahlungseinstellung", ""),
        LineKind::ValueSold => ("MehrzweckgutscheinKauf", ""),
    };
    let item = match &line.item {
        Item::Service(id) => id.to_string(),
        Item::Product(id) => id.to_string(),
        Item::Custom
        | Item::Fee
        | Item::GiftCard { .. }
        | Item::AccountCredit
        | Item::Package { .. }
        | Item::Membership { .. }
        | Item::MembershipDue { .. } => String::new(),
    };
    let sign = if line.kind == LineKind::Refund { -1 } else { 1 };
    Pos {
        text: line.description.clone(),
        case,
        quantity: line.quantity * sign,
        item,
        vat: if !line.kind.is_turnover() { NOT_TAXABLE } else { vat.of(&keys_of(line)) },
        gross_minor: line.total_minor,
        net_minor: line.net_minor,
    }
}

fn payment(tender: &Tender) -> Payment {
    let (kind, name) = match &tender.kind {
        TenderKind::Cash { .. } => ("Bar", "Bar".to_owned()),
        TenderKind::Card { brand, .. } if brand.is_empty() => ("Unbar", "Karte".to_owned()),
        TenderKind::Card { brand, .. } => ("Unbar", brand.clone()),
        TenderKind::BankTransfer { .. } => ("Unbar", "Überweisung".to_owned()),
        TenderKind::Wallet { provider, .. } => ("ElZahlungsdienstleister", provider.clone()),
        TenderKind::Cheque { .. } => ("Unbar", "Scheck".to_owned()),
        TenderKind::GiftCard { .. } => ("Guthabenkarte", "Gutschein".to_owned()),
        TenderKind::AccountCredit { .. } => ("Guthabenkarte", "Guthaben".to_owned()),
    };
    Payment { kind, name, minor: tender.amount_minor }
}
