//! A whole counter: a till with a receipt printer and a card terminal, a hand on both wires.

use super::proxy::Proxy;
use super::sims::{CardTerminal, Printer};
use super::template::Template;
use super::till::{Till, Window};
use crate::salon::{tenant_id, ticket};
use anyhow::{Context as _, Result, ensure};
use salon_contract::window::{Failure, Pay, PaymentView, SaleView, Sales};
use salon_domain::kernel::TicketId;
use std::path::Path;
use tempfile::TempDir;
use uuid::Uuid;

/// What every ticket here comes to.
pub const PRICE_MINOR: i64 = 5_200;
/// As in a salon: nobody is hurried.
const CARD_TIMEOUT_S: u16 = 30;

pub struct Desk {
    pub till: Till,
    pub printer: Printer,
    pub printer_wire: Proxy,
    pub terminal: CardTerminal,
    pub card_wire: Proxy,
    sold: u8,
    dir: TempDir,
}

impl Desk {
    /// Open for business.
    pub fn new(template: &Template) -> Result<Desk> {
        let dir = tempfile::Builder::new().prefix("salon-desk-").tempdir()?;
        let printer = Printer::start(dir.path())?;
        let printer_wire = Proxy::of_printer(printer.address())?;
        let terminal = CardTerminal::start(dir.path())?;
        let card_wire = Proxy::of_card_terminal(terminal.address())?;
        let mut till = Till::new(template, dir.path())?;
        till.add_printer(printer_wire.address())?;
        till.add_card_terminal(card_wire.address(), CARD_TIMEOUT_S)?;
        till.start_day()?;
        Ok(Desk { till, printer, printer_wire, terminal, card_wire, sold: 0, dir })
    }

    pub fn window(&self) -> Result<&Window> {
        self.till.window()
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A ticket that was not there before.
    pub fn next_ticket(&mut self) -> TicketId {
        self.sold += 1;
        tenant_id().derive(&[b'd', self.sold])
    }

    fn key(&self, id: TicketId) -> Uuid {
        Uuid::from_u64_pair(0x5a10, u64::from(self.sold) << 8 | u64::from(id.as_bytes()[15]))
    }

    pub fn cash(&self, id: TicketId) -> Pay {
        Pay::cash(self.key(id), ticket(id, 0), PRICE_MINOR)
    }

    pub fn card(&self, id: TicketId) -> Pay {
        Pay::card(self.key(id), ticket(id, 0))
    }

    pub fn pay_cash(&mut self) -> Result<SaleView> {
        let id = self.next_ticket();
        self.window()?.ask(self.cash(id))??.sale().context("the cash sale was not sold")
    }

    pub fn pay_card(&mut self) -> Result<std::result::Result<PaymentView, Failure>> {
        let id = self.next_ticket();
        self.window()?.ask(self.card(id))
    }

    /// How many sales the till has.
    pub fn sales(&self) -> Result<usize> {
        Ok(self.window()?.ask(Sales { date: None })??.len())
    }

    /// The till is closed, its books are well, and there are so many sales in them.
    pub fn close(mut self, sales: usize) -> Result<()> {
        ensure!(self.sales()? == sales, "{} sales instead of {sales}", self.sales()?);
        self.till.stop()?;
        self.till.verify()?;
        let status = self.till.pos(&["status"])?;
        ensure!(status["receipts"] == sales, "{status}");
        Ok(())
    }

    /// Runs a test with a counter of its own. What went wrong is kept to be looked at.
    pub fn with(template: &Template, test: impl FnOnce(&mut Desk) -> Result<usize>) -> Result<()> {
        let mut desk = Desk::new(template)?;
        let outcome = test(&mut desk);
        match outcome {
            Ok(sales) => desk.close(sales),
            Err(error) => {
                let Desk { till, printer, terminal, dir, .. } = desk;
                drop((till, printer, terminal));
                Err(error.context(format!("logs and data are kept in {}", dir.keep().display())))
            }
        }
    }
}
