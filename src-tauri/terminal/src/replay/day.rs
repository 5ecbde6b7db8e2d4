//! One exported day, from float to Z.

use super::{Report, TaxDifference, Till, failed, print_queue};
use crate::app::Catalog;
use crate::clock::new_id;
use crate::import::{AppointmentRow, Plan, ReceiptLine, card_id, is_walk_in, item_named, service_id, staff_id};
use anyhow::Context;
use jiff::civil::Date;
use salon_contract::window::{BookingDraft, PartDraft, PaymentView, SaleView};
use salon_domain::booking::{BookingStatus, Source};
use salon_domain::kernel::{BookingId, CardId, MINUTE_MS, TenantId, TicketLineId};
use salon_domain::payment::{CountLine, LineDraft, LineKind, LineTerms, PriceOverride, TicketDraft};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

pub struct Trader<'t> {
    till: &'t Till,
    plan: &'t Plan,
    catalog: Arc<Catalog>,
    tenant: TenantId,
    receipts: BTreeMap<Date, Vec<(String, Vec<&'t ReceiptLine>)>>,
    /// Payments alternate.
    by_card: bool,
    matched_cancellations: HashSet<usize>,
}

struct Made {
    booking: BookingId,
    client: String,
    minute: u16,
    duration_min: i64,
    fate: BookingStatus,
}

impl<'t> Trader<'t> {
    pub fn new(till: &'t Till, plan: &'t Plan) -> anyhow::Result<Self> {
        let mut receipts: BTreeMap<Date, Vec<(String, Vec<&ReceiptLine>)>> = BTreeMap::new();
        for line in &plan.receipts {
            let day = receipts.entry(line.date).or_default();
            match day.iter_mut().find(|(number, _)| *number == line.receipt) {
                Some((_, lines)) => lines.push(line),
                None => day.push((line.receipt.clone(), vec![line])),
            }
        }
        for day in receipts.values_mut() {
            day.sort_by_key(|(number, _)| (number.parse::<u64>().unwrap_or(u64::MAX), number.clone()));
        }
        let tenant = till.app.store().identity().context("not enrolled")?.tenant;
        Ok(Trader {
            catalog: till.app.catalog().map_err(failed)?,
            till,
            plan,
            tenant,
            receipts,
            by_card: false,
            matched_cancellations: HashSet::new(),
        })
    }

    pub fn unmatched_cancellations(&self) -> u64 {
        (self.plan.cancellations.len() - self.matched_cancellations.len()) as u64
    }

    fn key(&self) -> Uuid {
        new_id::<()>(self.till.clock.as_ref()).uuid()
    }

    /// Sets the till's clock to a time of that day.
    fn clock(&self, date: Date, minute: u16) -> anyhow::Result<()> {
        self.till.clock.set(self.catalog.zone.at_minute(date, minute)?);
        Ok(())
    }

    pub fn trade(&mut self, date: Date, report: &mut Report) -> anyhow::Result<()> {
        let app = &self.till.app;
        self.clock(date, 7 * 60)?;
        app.open_till(self.key(), self.catalog.branch.float_minor).map_err(failed)?;
        let made = self.book(date)?;
        for booking in &made {
            self.live_through(date, booking, report)?;
        }
        self.clock(date, 20 * 60)?;
        let mut unpaid: Vec<&Made> = made.iter().filter(|m| m.fate == BookingStatus::Completed).collect();
        for (number, lines) in self.receipts.get(&date).cloned().unwrap_or_default() {
            self.till.clock.advance_ms(10_000);
            self.ring_up(&number, &lines, &mut unpaid, report)?;
        }
        self.close(date)
    }

    /// The day's appointments as the export has them. What overlaps is booked all the same: it is a clash, or a gap in
    /// another client's colour.
    fn book(&mut self, date: Date) -> anyhow::Result<Vec<Made>> {
        let rows: Vec<&AppointmentRow> = self.plan.appointments.iter().filter(|a| a.date == date).collect();
        let mut made = Vec::new();
        for row in rows {
            let walk_in = row.client.is_empty() || is_walk_in(&row.client);
            let service = service_id(self.tenant, &row.service);
            let staff = staff_id(self.tenant, &row.staff);
            let draft = BookingDraft {
                date: date.to_string(),
                card: (!walk_in).then(|| card_id(self.tenant, &row.client)),
                client_name: row.client.clone(),
                source: if walk_in { Source::WalkIn } else { Source::Phone },
                parts: vec![PartDraft { service, staff, start_minute: row.minute }],
                note: String::new(),
                anyway: true,
            };
            let view = self.till.app.make_booking(self.key(), &draft).map_err(failed)?;
            let duration_min = self.catalog.services.get(&service).map_or(0, |s| i64::from(s.duration_min(staff)));
            let fate = self.fate(row);
            made.push(Made {
                booking: view.booking,
                client: row.client.clone(),
                minute: row.minute,
                duration_min,
                fate,
            });
        }
        made.sort_by_key(|m| m.minute);
        Ok(made)
    }

    fn fate(&mut self, row: &AppointmentRow) -> BookingStatus {
        let same = |c: &crate::import::CancellationRow| {
            c.date == row.date && c.client == row.client && c.staff == row.staff && c.service == row.service
        };
        if self.plan.no_shows.iter().any(same) {
            return BookingStatus::NoShow;
        }
        let free = self.plan.cancellations.iter().enumerate();
        let found =
            free.filter(|(ix, _)| !self.matched_cancellations.contains(ix)).find(|(_, c)| same(c)).map(|(ix, _)| ix);
        match found {
            Some(ix) => {
                self.matched_cancellations.insert(ix);
                BookingStatus::Cancelled
            }
            None => BookingStatus::Completed,
        }
    }

    fn live_through(&self, date: Date, made: &Made, report: &mut Report) -> anyhow::Result<()> {
        let app = &self.till.app;
        let set = |to, reason: &str| app.set_status(self.key(), made.booking, to, reason).map_err(failed);
        self.clock(date, made.minute)?;
        match made.fate {
            BookingStatus::NoShow => {
                report.no_shows += 1;
                set(BookingStatus::NoShow, "").map(|_| ())
            }
            BookingStatus::Cancelled => {
                report.cancelled += 1;
                set(BookingStatus::Cancelled, "cancelled in the export").map(|_| ())
            }
            _ => {
                app.check_in(self.key(), made.booking).map_err(failed)?;
                set(BookingStatus::InProgress, "")?;
                self.till.clock.advance_ms(made.duration_min * MINUTE_MS);
                set(BookingStatus::Completed, "").map(|_| ())
            }
        }
    }

    fn ring_up(
        &mut self,
        number: &str,
        lines: &[&ReceiptLine],
        unpaid: &mut Vec<&Made>,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let app = &self.till.app;
        let all_negative = lines.iter().all(|l| l.amount_minor < 0);
        let drafts = lines.iter().map(|l| self.line(l, all_negative)).collect::<anyhow::Result<Vec<_>>>()?;
        let client = lines.iter().map(|l| l.client.as_str()).find(|c| !c.is_empty() && !is_walk_in(c));
        let booking = unpaid.iter().position(|m| Some(m.client.as_str()) == client).map(|ix| unpaid.remove(ix).booking);
        let ticket = TicketDraft {
            id: new_id::<salon_domain::kernel::marker::Ticket>(self.till.clock.as_ref()),
            booking,
            card: client.map(|c| self.card(c)),
            currency: self.catalog.branch.currency,
            lines: drafts,
            discount: None,
            terms: Default::default(),
        };
        let total = salon_domain::payment::price(&ticket)?.total_minor;
        let sale = if total > 0 && self.by_card {
            report.card_payments += 1;
            self.pay_card(&ticket, number)?
        } else {
            self.pay_cash(&ticket, total, number)?
        };
        self.by_card = !self.by_card;
        print_queue(app)?;
        compare(number, lines, &sale, report);
        Ok(())
    }

    fn pay_cash(&self, ticket: &TicketDraft, total: i64, number: &str) -> anyhow::Result<SaleView> {
        // The next whole five, as people pay.
        let tendered = if total > 0 { (total + 499) / 500 * 500 } else { 0 };
        let sold = self.till.app.pay_cash_as(self.key(), ticket, tendered, Some(number.to_owned()));
        sold.map_err(failed)
    }

    fn pay_card(&self, ticket: &TicketDraft, number: &str) -> anyhow::Result<SaleView> {
        match self.till.app.pay_card_as(self.key(), ticket, Some(number.to_owned())).map_err(failed)? {
            PaymentView::Paid { sale } => Ok(*sale),
            other => anyhow::bail!("receipt {number} was not paid by card: {other:?}"),
        }
    }

    fn card(&self, client: &str) -> CardId {
        card_id(self.tenant, client)
    }

    /// A line at the amount given. A negative one is a refund when the whole receipt gives money back, a redeemed
    /// deposit when it is taken off something else.
    fn line(&self, row: &ReceiptLine, all_negative: bool) -> anyhow::Result<LineDraft> {
        let id: TicketLineId = new_id(self.till.clock.as_ref());
        let even = row.amount_minor % row.quantity == 0;
        let (quantity, unit) =
            if even { (row.quantity, row.amount_minor / row.quantity) } else { (1, row.amount_minor) };
        let kind = match (row.amount_minor < 0, all_negative) {
            (false, _) => LineKind::Sale,
            (true, true) => LineKind::Refund,
            (true, false) => LineKind::DepositRedeemed,
        };
        let item = item_named(&self.catalog, &row.description);
        let staff = (!row.staff.is_empty()).then(|| staff_id(self.tenant, &row.staff));
        Ok(LineDraft {
            id,
            item,
            kind,
            description: row.description.clone(),
            staff,
            card: (!row.client.is_empty() && !is_walk_in(&row.client)).then(|| self.card(&row.client)),
            quantity,
            unit_price_minor: unit,
            discount: None,
            rates: self.catalog.branch.taxes.first().map_or_else(Vec::new, |t| t.rates.clone()),
            terms: LineTerms { overridden: Some(as_exported()), ..LineTerms::default() },
        })
    }

    /// Counts exactly what has to be there, and closes.
    fn close(&self, date: Date) -> anyhow::Result<()> {
        let app = &self.till.app;
        self.clock(date, 21 * 60 + 30)?;
        let open = app.store().open_session().map_err(|e| failed(e.into()))?.context("the till is not open")?;
        let expected = open.totals.expected_cash_minor();
        let (count, reason) = if expected >= 0 {
            let pieces = u32::try_from(expected).context("more cash than a drawer holds")?;
            (vec![CountLine { denomination_minor: 1, pieces }], "")
        } else {
            (Vec::new(), "more was given back in cash than the drawer held")
        };
        app.close_till(self.key(), count, reason).map_err(failed)?;
        print_queue(app)
    }
}

fn compare(number: &str, lines: &[&ReceiptLine], sale: &SaleView, report: &mut Report) {
    for (row, line) in lines.iter().zip(&sale.sale.lines) {
        report.lines += 1;
        for amount in &line.taxes {
            *report.tax_minor.entry(amount.code.clone()).or_default() += amount.tax_minor;
        }
        for (tax, recorded_minor) in &row.taxes {
            let computed_minor = line.taxes.iter().find(|t| t.code == *tax).map_or(0, |t| t.tax_minor);
            if computed_minor != *recorded_minor {
                report.line_tax_differences.push(TaxDifference {
                    receipt: number.to_owned(),
                    tax: tax.clone(),
                    recorded_minor: *recorded_minor,
                    computed_minor,
                });
            }
        }
    }
}

/// Where the export's price is not the list's.
fn as_exported() -> PriceOverride {
    PriceOverride { listed_minor: 0, reason: "as exported".into() }
}
