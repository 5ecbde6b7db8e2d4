//! From journal entries and documents to the read models.

use super::docs::ApplyError;
use crate::store::{BookingRow, DepositRow, SaleRow, StoreError, Tx, ZRow};
use salon_contract::rest::Live;
use salon_domain::booking::{Resource, fold_book};
use salon_domain::event::{DomainEvent, Happening};
use salon_domain::kernel::{BranchId, BranchZone, DeviceId, StaffId, TenantId, day_number};
use salon_domain::payment::{Sale, TillClosed};
use salon_sync::doc::{Doc, DocId};
use salon_sync::server::DeviceInfo;
use std::collections::{BTreeMap, BTreeSet};

/// What an entry may not do, in words for the log and the device's record.
pub type Breach = String;

/// An entry speaks for its own tenant, device and branch.
pub fn check_event(event: &DomainEvent, device: &DeviceInfo) -> Result<(), Breach> {
    if event.meta.tenant != device.tenant {
        return Err("an entry is of another tenant".into());
    }
    let of = |of_device: DeviceId, of_branch: BranchId| {
        if of_device == device.device && of_branch == device.branch {
            Ok(())
        } else {
            Err("an entry speaks for another device or branch".to_owned())
        }
    };
    match &event.what {
        Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => {
            of(sale.device, sale.branch)?;
            check_sums(sale)
        }
        Happening::PartPaid(paid) => of(paid.device, paid.branch),
        Happening::TillOpened(opened) => of(opened.device, opened.branch),
        Happening::TillClosed(closed) => of(closed.device, closed.branch),
        Happening::PeriodClosed(closed) => of(closed.device, closed.branch),
        Happening::CommissionAdjusted(made) => made.check().map_err(|error| format!("an adjustment of pay: {error}")),
        Happening::GiftCardMoved(moved) => {
            of(moved.stamp.device, moved.stamp.branch)?;
            moved.check().map_err(|error| format!("a gift card's movement: {error}"))
        }
        Happening::CreditMoved(moved) => {
            of(moved.stamp.device, moved.stamp.branch)?;
            moved.check().map_err(|error| format!("an account's movement: {error}"))
        }
        Happening::PackageMoved(moved) => {
            of(moved.stamp.device, moved.stamp.branch)?;
            moved.check().map_err(|error| format!("a package's movement: {error}"))
        }
        Happening::MembershipMoved(moved) => {
            of(moved.stamp.device, moved.stamp.branch)?;
            moved.check().map_err(|error| format!("a membership's movement: {error}"))
        }
        _ => Ok(()),
    }
}

/// A sale's totals are the sum of its lines, whatever their prices.
fn check_sums(sale: &Sale) -> Result<(), Breach> {
    let sum = |of: fn(&salon_domain::payment::PricedLine) -> i64| {
        sale.lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(of(line)))
    };
    let net = sum(|l| l.net_minor);
    let total = sum(|l| l.total_minor);
    let whole = sale.net_minor.checked_add(sale.tax_minor);
    if net == Some(sale.net_minor) && total == Some(sale.total_minor) && whole == Some(sale.total_minor) {
        Ok(())
    } else {
        Err(format!("receipt {} does not add up", sale.number))
    }
}

pub struct Projector<'t> {
    pub tx: &'t dyn Tx,
    pub device: &'t DeviceInfo,
    pub zone: BranchZone,
    pub live: Vec<Live>,
}

impl Projector<'_> {
    /// Projects one journal entry. A receipt or report number that was given before is a breach.
    pub fn event(&mut self, event: &DomainEvent) -> Result<Result<(), Breach>, StoreError> {
        match &event.what {
            Happening::PaymentCompleted(sale) => self.sale(event, sale, false),
            Happening::PaymentRefunded(sale) => self.sale(event, sale, true),
            Happening::TillClosed(closed) => self.till_closed(event, closed),
            Happening::PartPaid(paid) if paid.is_deposit() => {
                let row = DepositRow {
                    branch: paid.branch,
                    ticket: paid.ticket.id,
                    card: paid.ticket.card,
                    at: event.at,
                    held_minor: paid.tender.amount_minor,
                };
                self.tx.insert_deposit(self.device.tenant, paid.part, &row)?;
                Ok(Ok(()))
            }
            Happening::CustomerRegistered(registered) => {
                let day = self.zone.day_of(event.at).map_or(0, day_number);
                self.tx.register_card(self.device.tenant, registered.card, self.device.branch, day, event.at)?;
                self.tell(Live::Clients);
                Ok(Ok(()))
            }
            _ => Ok(Ok(())),
        }
    }

    /// Says something once.
    pub fn tell(&mut self, news: Live) {
        if !self.live.contains(&news) {
            self.live.push(news);
        }
    }

    fn sale(&mut self, event: &DomainEvent, sale: &Sale, refund: bool) -> Result<Result<(), Breach>, StoreError> {
        // What is only held for somebody, a tip or a gift card's money, is nobody's turnover.
        let (net_minor, tax_minor) = sale.turnover();
        let row = SaleRow {
            branch: sale.branch,
            day: sale.day,
            device: sale.device,
            number: sale.number,
            at: event.at,
            minute: self.zone.minute_of(event.at).unwrap_or(0),
            refund,
            net_minor,
            tax_minor,
            total_minor: net_minor + tax_minor,
            lines: sale.lines.len() as u32,
            tender: tender_of(sale),
            card: sale.card,
        };
        let mut by_staff: BTreeMap<StaffId, i64> = BTreeMap::new();
        for line in sale.lines.iter().filter(|line| line.kind.is_turnover()) {
            if let Some(staff) = line.staff {
                *by_staff.entry(staff).or_default() += line.net_minor;
            }
        }
        let by_staff: Vec<(StaffId, i64)> = by_staff.into_iter().collect();
        if !self.tx.insert_sale(self.device.tenant, &row, &by_staff)? {
            return Ok(Err(format!("receipt number {} was given twice", sale.number)));
        }
        for taken in sale.tenders.iter().filter_map(|tender| tender.taken).filter(|taken| taken.deposit) {
            self.tx.deposit_used(self.device.tenant, taken.part)?;
        }
        self.tell(Live::Sale { branch: sale.branch, total_minor: net_minor + tax_minor });
        Ok(Ok(()))
    }

    fn till_closed(&mut self, event: &DomainEvent, closed: &TillClosed) -> Result<Result<(), Breach>, StoreError> {
        let body = serde_json::to_vec(closed).map_err(|e| StoreError::Damaged(e.to_string()))?;
        let row = ZRow {
            branch: closed.branch,
            day: closed.day,
            device: closed.device,
            number: closed.report.number,
            at: event.at,
            body,
        };
        if self.tx.insert_z(self.device.tenant, &row)? {
            Ok(Ok(()))
        } else {
            Ok(Err(format!("Z report {} was given twice", closed.report.number)))
        }
    }
}

/// The kinds of its tenders: `cash`, `card`, `cash+card`, one other kind by its name, or `mixed`.
fn tender_of(sale: &Sale) -> String {
    let kinds: BTreeSet<&str> = sale.tenders.iter().map(|tender| tender.kind.name()).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    match kinds.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        ["card", "cash"] => "cash+card".to_owned(),
        _ => "mixed".to_owned(),
    }
}

/// Writes what a document says now.
pub fn document(tx: &dyn Tx, tenant: TenantId, doc: &Doc) -> Result<(), ApplyError> {
    match doc.id {
        DocId::Book { branch, day } => {
            let (facts, unread) = doc.facts()?;
            if unread > 0 {
                tracing::warn!(doc = %doc.id, unread, "facts of a newer version are kept and not shown");
            }
            let rows: Vec<BookingRow> = fold_book(&facts)
                .iter()
                .map(|booking| {
                    let mut staff: BTreeMap<StaffId, u32> = BTreeMap::new();
                    for part in &booking.parts {
                        let me = Resource::Staff(part.claim.staff);
                        let minutes: i64 = part.claim.holds(&me).iter().map(|i| i.minutes()).sum();
                        *staff.entry(part.claim.staff).or_default() += u32::try_from(minutes).unwrap_or(0);
                    }
                    BookingRow {
                        booking: booking.id(),
                        status: booking.status,
                        start: booking.parts.first().map(|p| p.claim.start),
                        card: booking.visit.card,
                        staff: staff.into_iter().collect(),
                    }
                })
                .collect();
            tx.replace_bookings(tenant, branch, day, &rows)?;
        }
        DocId::Stock { branch } => {
            let levels: Vec<_> = doc.levels().into_iter().collect();
            tx.replace_stock(tenant, branch, &levels)?;
        }
    }
    Ok(())
}
