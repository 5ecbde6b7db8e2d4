//! The top bar: what is so right now.

use super::App;
use salon_contract::window::{Failure, StatusView, Warning};
use salon_domain::booking::{Booking, clashes_of};
use salon_domain::kernel::{CashRounding, Currency, day_number};

/// A clock this much behind the journal is worth a word.
const CLOCK_BACK_MS: i64 = 2 * 60 * 1000;

impl App {
    pub fn status(&self) -> Result<StatusView, Failure> {
        let sync = self.sync_view();
        let device_trouble = self.desk.trouble();
        let mut warnings = Vec::new();
        if self.secrets_in_file {
            warnings.push(Warning::SecretsInFile);
        }
        let identity = self.store.identity();
        let catalog = identity.as_ref().and_then(|_| self.catalog().ok());
        let Some((identity, catalog)) = identity.zip(catalog) else {
            return Ok(StatusView {
                enrolled: self.store.identity().is_some(),
                branch: String::new(),
                terminal: String::new(),
                currency: Currency::EUR,
                cash_rounding: CashRounding::NONE,
                open_tickets: 0,
                today: String::new(),
                now_minute: 0,
                signed_in: None,
                sync,
                till_open: false,
                clashes: 0,
                unknown_cards: 0,
                print_queue: 0,
                unsent: Vec::new(),
                device_trouble,
                training: self.training,
                warnings,
            });
        };
        let now = self.clock.now();
        if self.store.last_journalled()?.is_some_and(|last| last.0 - now.0 > CLOCK_BACK_MS) {
            warnings.push(Warning::ClockBack);
        }
        if catalog.demo {
            warnings.push(Warning::DemoData);
        }
        let today = catalog.today(now)?;
        let day = day_number(today);
        let bookings: Vec<Booking> = self.store.day_rows(day)?.iter().map(|r| r.booking.clone()).collect();
        Ok(StatusView {
            enrolled: true,
            branch: catalog.branch.name.clone(),
            terminal: identity.name,
            currency: catalog.branch.currency,
            cash_rounding: catalog.branch.cash_rounding,
            open_tickets: self.store.open_ticket_count()?,
            today: today.to_string(),
            now_minute: catalog.minute(now),
            signed_in: self.current()?,
            sync,
            till_open: self.store.open_session()?.is_some(),
            clashes: clashes_of(&bookings).len() as u32,
            unknown_cards: self.unsettled_cards()?.len() as u32,
            print_queue: self.store.queued_jobs()?,
            unsent: self.unsent()?,
            device_trouble,
            training: self.training,
            warnings,
        })
    }
}
