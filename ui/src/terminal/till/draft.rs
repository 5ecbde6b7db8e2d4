//! The ticket in hand: what is on it, and how far its payment is.

use crate::browser::{new_id, new_key};
use crate::hooks::use_heard;
use crate::terminal::desk::use_desk;
use crate::transport::Heard;
use salon_contract::window::{
    CardStage, CatalogView, DepositView, GiftCardView, Notice, OpenTicketView, Pay, PayBy, SaleView,
};
use salon_domain::catalog::{Product, Service, Usage};
use salon_domain::commission::Share;
use salon_domain::kernel::{CardId, Currency, PaymentId, StaffId, TaxRate, TicketId, TicketLineId};
use salon_domain::payment::{
    Discount, GivenBack, Item, LineDraft, LineKind, LineTerms, Offer, PriceOverride, RewardTaken, Sale, StaffSale,
    TakenPart, TicketDraft,
};
use std::rc::Rc;
use uuid::Uuid;
use yew::prelude::*;

#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// Lines come and go.
    Ring,
    Cash,
    /// A gift card pays; none before its number is known.
    Gift(Option<Box<GiftCardView>>),
    /// The client's credit pays, or is paid in.
    Credit,
    /// A unit that the client has prepaid is chosen.
    Packages,
    /// What the client's memberships give today, and what is due for them.
    Memberships,
    /// A gift card is sold: its number, as far as there is one.
    GiftSale(String),
    Card(CardStage),
    /// The cashier is to say what a terminal said that is not connected to this till.
    Confirm {
        payment: PaymentId,
    },
    Declined {
        text: String,
    },
    NotCharged {
        cause: String,
    },
    Unknown {
        payment: PaymentId,
    },
    /// So much was taken; the rest is still to come.
    Part(Box<OpenTicketView>),
    /// A deposit was taken: the ticket waits until it is paid.
    Held(Box<OpenTicketView>),
    Paid(Rc<SaleView>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    pub draft: TicketDraft,
    pub client_name: String,
    /// The day of the booking that is checked out.
    pub date: Option<String>,
    pub stage: Stage,
    /// What it is called among the tickets that are put aside.
    pub name: String,
    /// Taken for it so far.
    pub parts: Vec<TakenPart>,
    /// Of what is owed only so much is taken next.
    pub portion_minor: Option<i64>,
    /// What the branch asks for as a deposit.
    pub asked_minor: Option<i64>,
    /// The idempotency key of paying this content; another one when the content changes or a payment has failed.
    pub key: Uuid,
}

impl Default for Ticket {
    fn default() -> Self {
        Ticket {
            draft: TicketDraft {
                id: new_id(),
                booking: None,
                card: None,
                currency: Currency::CAD,
                lines: Vec::new(),
                discount: None,
                terms: Default::default(),
            },
            client_name: String::new(),
            date: None,
            stage: Stage::Ring,
            name: String::new(),
            parts: Vec::new(),
            portion_minor: None,
            asked_minor: None,
            key: new_key(),
        }
    }
}

pub enum TicketAction {
    Load {
        draft: Box<TicketDraft>,
        client_name: String,
        date: Option<String>,
        /// Taken for it so far.
        parts: Vec<TakenPart>,
    },
    /// A booking's ticket, to take a deposit for it; and the booking's day.
    DepositFor(Box<DepositView>, String),
    /// What is taken next is a deposit, or is none.
    Deposit(bool),
    /// The client's exemption is not used on this ticket.
    Taxed(bool),
    StaffSale(Option<StaffSale>),
    Add(Box<LineDraft>, Currency),
    /// As `Add`, but the same product once more is more of it, whoever sold the first.
    Scanned(Box<LineDraft>, Currency),
    Quantity(TicketLineId, i64),
    Staff(TicketLineId, Option<StaffId>),
    /// Who worked for the line together; nobody: its own person alone.
    Shares(TicketLineId, Vec<Share>),
    /// What the back bar really used for the line; none: what its recipe says.
    Used(TicketLineId, Option<Vec<Usage>>),
    LineDiscount(TicketLineId, Option<Discount>),
    /// What the terminal says is in force for this ticket; does not begin another way of paying it.
    Offers(TicketId, Box<TicketDraft>),
    Code(String),
    NoCode(String),
    /// Another price than the list's, and why.
    Price(TicketLineId, i64, String),
    /// A ticket that was put aside is paid with this one.
    Merge(Box<OpenTicketView>),
    Discount(Option<Discount>),
    Remove(TicketLineId),
    PutBack(usize, Box<LineDraft>),
    Client(Option<(CardId, String)>),
    /// What its client takes for points, and what that takes off.
    Rewards(Vec<RewardTaken>, Vec<Offer>),
    /// Gives the sold lines back.
    Refund(Box<Sale>, String),
    /// Goes on with a ticket that was put aside.
    Recall(Box<OpenTicketView>),
    /// Takes only so much of what is owed next.
    Portion(Option<i64>),
    Clear,
    Restore(Box<Ticket>),
    Stage(Stage),
    /// The link broke while paying: back to the tenders, with the key that makes a second try the same payment.
    Interrupted,
}

/// With its brand, unless the name begins with it.
pub fn product_name(product: &Product) -> String {
    if product.name.starts_with(&product.brand) {
        return product.name.clone();
    }
    format!("{} {}", product.brand, product.name)
}

pub(super) fn rates(catalog: &CatalogView, class: &str) -> Vec<TaxRate> {
    catalog.taxes.iter().find(|c| c.code == class).map(|c| c.rates.clone()).unwrap_or_default()
}

pub(super) fn line(
    item: Item,
    description: String,
    staff: Option<StaffId>,
    price_minor: i64,
    rates: Vec<TaxRate>,
) -> LineDraft {
    LineDraft {
        id: new_id(),
        item,
        kind: LineKind::Sale,
        description,
        staff,
        card: None,
        quantity: 1,
        unit_price_minor: price_minor,
        discount: None,
        rates,
        terms: Default::default(),
    }
}

/// A line that is a tip: no tax, no turnover.
pub fn tip_line(name: String, staff: Option<StaffId>, minor: i64) -> LineDraft {
    LineDraft { kind: LineKind::Tip, ..line(Item::Custom, name, staff, minor, Vec::new()) }
}

impl TicketAction {
    pub fn add_service(service: &Service, staff: Option<StaffId>, catalog: &CatalogView) -> Self {
        let staff = staff.filter(|s| catalog.staff.iter().any(|tile| tile.staff == *s));
        let price = staff.map_or(service.price_minor, |s| service.price_for(s));
        let rates = rates(catalog, &service.tax_class);
        let line = line(Item::Service(service.id), service.name.clone(), staff, price, rates);
        TicketAction::Add(Box::new(line), catalog.currency)
    }

    pub fn add_product(product: &Product, staff: Option<StaffId>, catalog: &CatalogView) -> Self {
        let staff = staff.filter(|s| catalog.staff.iter().any(|tile| tile.staff == *s));
        let name = product_name(product);
        let rates = rates(catalog, &product.tax_class);
        TicketAction::Add(
            Box::new(line(Item::Product(product.id), name, staff, product.price_minor, rates)),
            catalog.currency,
        )
    }

    /// Untaxed, for `staff` or for everybody; `name` says whose it is.
    pub fn tip(name: String, staff: Option<StaffId>, minor: i64, currency: Currency) -> Self {
        TicketAction::Add(Box::new(tip_line(name, staff, minor)), currency)
    }

    /// Taxed as the catalog's first tax class says.
    pub fn add_custom(name: String, price_minor: i64, catalog: &CatalogView) -> Self {
        let rates = catalog.taxes.first().map(|c| c.rates.clone()).unwrap_or_default();
        TicketAction::Add(Box::new(line(Item::Custom, name, None, price_minor, rates)), catalog.currency)
    }
}

impl Ticket {
    fn recalled(open: OpenTicketView) -> Ticket {
        Ticket {
            draft: open.draft,
            client_name: open.client_name,
            name: open.name,
            parts: open.parts,
            ..Ticket::default()
        }
    }

    pub fn taken_minor(&self) -> i64 {
        self.parts.iter().map(|part| part.tender.amount_minor).sum()
    }

    /// The question that takes the next tender.
    pub fn paying(&self, by: PayBy) -> Pay {
        Pay { key: self.key, ticket: self.draft.clone(), name: self.name.clone(), amount_minor: self.portion_minor, by }
    }

    fn with_line(&mut self, id: TicketLineId, change: impl FnOnce(&mut LineDraft)) {
        if let Some(line) = self.draft.lines.iter_mut().find(|l| l.id == id) {
            change(line);
        }
    }

    fn add(&mut self, line: LineDraft, currency: Currency) {
        self.draft.currency = currency;
        let same = |l: &LineDraft| {
            l.item == line.item
                && matches!(l.item, Item::Product(_))
                && (l.staff, l.discount, l.kind, l.unit_price_minor)
                    == (line.staff, line.discount, line.kind, line.unit_price_minor)
        };
        match self.draft.lines.iter_mut().find(|l| same(l)) {
            Some(known) => known.quantity += line.quantity,
            None => self.draft.lines.push(line),
        }
    }

    /// Takes on the lines of `other`, each for whom it was, and the visits that it checks out.
    fn merge(&mut self, other: OpenTicketView) {
        let OpenTicketView { draft, client_name, .. } = other;
        let whose = draft.card;
        self.draft.currency = draft.currency;
        self.draft.lines.extend(draft.lines.into_iter().map(|line| LineDraft { card: line.card.or(whose), ..line }));
        self.draft.terms.bookings.extend(draft.booking.into_iter().chain(draft.terms.bookings));
        if self.draft.card.is_none() {
            (self.draft.card, self.client_name) = (whose, client_name);
        }
    }

    /// The ticket that the line goes to by itself.
    pub fn with_only(&self, line: &LineDraft) -> TicketDraft {
        TicketDraft {
            id: new_id(),
            booking: None,
            lines: vec![line.clone()],
            discount: None,
            terms: Default::default(),
            ..self.draft.clone()
        }
    }

    fn scanned(&mut self, line: LineDraft, currency: Currency) {
        let same = |l: &&mut LineDraft| {
            (&l.item, l.kind, l.unit_price_minor) == (&line.item, line.kind, line.unit_price_minor)
        };
        match self.draft.lines.iter_mut().find(same) {
            Some(known) => known.quantity += line.quantity,
            None => self.add(line, currency),
        }
    }

    fn refund(sale: &Sale, client_name: String) -> Ticket {
        let lines = sale.lines.iter().filter(|l| l.kind == LineKind::Sale && l.price_minor > 0);
        let lines = lines
            .map(|sold| LineDraft {
                id: new_id(),
                item: sold.item.clone(),
                kind: LineKind::Refund,
                description: sold.description.clone(),
                staff: sold.staff,
                card: sold.card,
                quantity: 1,
                unit_price_minor: -sold.price_minor,
                discount: None,
                rates: rates_of_sold(sold),
                terms: LineTerms {
                    given_back: Some(Box::new(GivenBack {
                        ticket: sale.ticket,
                        line: sold.id,
                        pieces: sold.quantity,
                        exact: None,
                    })),
                    ..LineTerms::default()
                },
            })
            .collect();
        let draft = TicketDraft {
            id: new_id(),
            booking: None,
            card: sale.card,
            currency: sale.currency,
            lines,
            discount: None,
            terms: Default::default(),
        };
        Ticket { draft, client_name, ..Ticket::default() }
    }
}

/// The rates that a sold line was taxed with. A tax that is inside the price leaves the net below the price.
fn rates_of_sold(sold: &salon_domain::payment::PricedLine) -> Vec<TaxRate> {
    use salon_domain::kernel::TaxMode;
    let mode = if sold.net_minor < sold.price_minor { TaxMode::Inclusive } else { TaxMode::Exclusive };
    sold.taxes.iter().map(|tax| TaxRate { code: tax.code.clone(), rate_bp: tax.rate_bp, mode }).collect()
}

impl Reducible for Ticket {
    type Action = TicketAction;

    fn reduce(self: Rc<Self>, action: TicketAction) -> Rc<Self> {
        let mut ticket = (*self).clone();
        // A paid ticket is history: whatever comes next begins a new one.
        if matches!(ticket.stage, Stage::Paid(_) | Stage::Held(_))
            && matches!(action, TicketAction::Add(..) | TicketAction::Scanned(..) | TicketAction::Client(_))
        {
            ticket = Ticket::default();
        }
        match action {
            TicketAction::Stage(Stage::Part(open)) if ticket.draft.terms.deposit => {
                let client_name = open.client_name.clone();
                ticket = Ticket { date: ticket.date, client_name, stage: Stage::Held(open), ..Ticket::default() };
                return Rc::new(ticket);
            }
            TicketAction::Stage(Stage::Part(open)) => {
                ticket = Ticket { date: ticket.date.clone(), ..Ticket::recalled(*open) };
                return Rc::new(ticket);
            }
            TicketAction::Offers(id, with) => {
                // It may have become another ticket since it was asked.
                if ticket.draft.id == id {
                    // What its rewards take off is not the promotions' business.
                    let terms = &mut ticket.draft.terms;
                    terms.offers.retain(|offer| terms.rewards.iter().any(|taken| taken.promotion == offer.promotion));
                    terms.offers.extend(with.terms.offers);
                    terms.exempt = with.terms.exempt;
                    for line in &mut ticket.draft.lines {
                        if let Some(known) = with.lines.iter().find(|known| known.id == line.id) {
                            line.terms.category.clone_from(&known.terms.category);
                        }
                    }
                }
                return Rc::new(ticket);
            }
            TicketAction::Code(code) => {
                if !ticket.draft.terms.codes.contains(&code) {
                    ticket.draft.terms.codes.push(code);
                }
            }
            TicketAction::NoCode(code) => ticket.draft.terms.codes.retain(|known| *known != code),
            TicketAction::Recall(open) => return Rc::new(Ticket::recalled(*open)),
            TicketAction::Portion(portion_minor) => ticket.portion_minor = portion_minor,
            TicketAction::Stage(stage) => {
                if matches!(stage, Stage::Declined { .. } | Stage::NotCharged { .. } | Stage::Ring) {
                    ticket.key = new_key();
                }
                ticket.stage = stage;
                return Rc::new(ticket);
            }
            TicketAction::Interrupted => {
                ticket.stage = Stage::Ring;
                return Rc::new(ticket);
            }
            TicketAction::Load { draft, client_name, date, parts } => {
                ticket = Ticket { draft: *draft, client_name, date, parts, ..Ticket::default() };
            }
            TicketAction::DepositFor(view, date) => {
                let DepositView { ticket: draft, client_name, suggested_minor, parts, .. } = *view;
                let (portion_minor, asked_minor, date) = (suggested_minor, suggested_minor, Some(date));
                ticket = Ticket { draft, client_name, date, parts, portion_minor, asked_minor, ..Ticket::default() };
            }
            TicketAction::Deposit(deposit) => {
                ticket.draft.terms.deposit = deposit;
                (ticket.portion_minor, ticket.asked_minor) = (None, None);
            }
            TicketAction::Taxed(taxed) => {
                ticket.draft.terms.taxed = taxed;
                ticket.draft.terms.exempt = None;
            }
            TicketAction::StaffSale(sale) => ticket.draft.terms.staff_sale = sale,
            TicketAction::Add(line, currency) => ticket.add(*line, currency),
            // What is being paid stays as it is.
            TicketAction::Scanned(..) if matches!(ticket.stage, Stage::Card(_) | Stage::Unknown { .. }) => return self,
            TicketAction::Scanned(line, currency) => {
                ticket.stage = Stage::Ring;
                ticket.scanned(*line, currency);
            }
            TicketAction::Quantity(id, quantity) => ticket.with_line(id, |l| l.quantity = quantity.max(1)),
            TicketAction::Staff(id, staff) => ticket.with_line(id, |l| {
                l.staff = staff;
                // They were shares of what the other one earned.
                l.terms.shares.clear();
            }),
            TicketAction::Shares(id, shares) => ticket.with_line(id, |l| l.terms.shares = shares),
            TicketAction::Used(id, used) => ticket.with_line(id, |l| l.terms.used = used),
            TicketAction::Price(id, minor, reason) => ticket.with_line(id, |line| {
                let listed_minor =
                    line.terms.overridden.as_ref().map_or(line.unit_price_minor, |over| over.listed_minor);
                line.unit_price_minor = minor;
                line.terms.overridden = (minor != listed_minor).then_some(PriceOverride { listed_minor, reason });
            }),
            TicketAction::Merge(other) => ticket.merge(*other),
            TicketAction::LineDiscount(id, discount) => ticket.with_line(id, |l| l.discount = discount),
            TicketAction::Discount(discount) => ticket.draft.discount = discount,
            TicketAction::Rewards(taken, offers) => {
                ticket.draft.terms.rewards = taken;
                ticket.draft.terms.offers = offers;
            }
            TicketAction::Remove(id) => ticket.draft.lines.retain(|l| l.id != id),
            TicketAction::PutBack(ix, line) => {
                let ix = ix.min(ticket.draft.lines.len());
                ticket.draft.lines.insert(ix, *line);
            }
            TicketAction::Client(client) => {
                ticket.draft.card = client.as_ref().map(|(card, _)| *card);
                // What another client need not pay.
                (ticket.draft.terms.exempt, ticket.draft.terms.taxed) = (None, false);
                ticket.client_name = client.map(|(_, name)| name).unwrap_or_default();
            }
            TicketAction::Refund(sale, client_name) => ticket = Ticket::refund(&sale, client_name),
            TicketAction::Clear => ticket = Ticket::default(),
            TicketAction::Restore(old) => ticket = *old,
        }
        ticket.key = new_key();
        Rc::new(ticket)
    }
}

/// Follows the card terminal's words, whatever screen is shown.
#[component]
pub fn CardWatch() -> Html {
    let desk = use_desk();
    use_heard(move |heard| {
        let Heard::Notice(Notice::Card { payment, stage }) = heard else { return };
        if !matches!(desk.ticket.stage, Stage::Card(_) | Stage::Confirm { .. }) {
            return;
        }
        match stage {
            CardStage::Ended => {}
            CardStage::Confirm => desk.ticket.dispatch(TicketAction::Stage(Stage::Confirm { payment: *payment })),
            stage => desk.ticket.dispatch(TicketAction::Stage(Stage::Card(stage.clone()))),
        }
    });
    Html::default()
}
