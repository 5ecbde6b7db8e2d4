//! A deposit on paper: what was taken towards which visit or order, or given back of it. It is no sale and has no number;
//! the sale that uses it has.

use super::{Catalog, Language, Paper, ReceiptOptions, sale::paid, when};
use crate::app::App;
use jiff::civil::Date;
use salon_contract::window::Failure;
use salon_domain::kernel::{Instant, day_from_number};
use salon_domain::payment::PartPaid;
use salon_ports::{Align, ReceiptDoc};
use uuid::Uuid;

/// What a deposit's paper says besides the deposit.
struct About {
    at: Instant,
    served_by: String,
    /// When the client comes, and the minute of that day.
    visit: Option<(Date, u16)>,
    /// Held with this one.
    held_minor: i64,
}

impl App {
    /// The paper of a deposit; and when it was taken, and by whom.
    pub(crate) fn deposit_paper(
        &self,
        (taken, at, user): &(PartPaid, Instant, Uuid),
        copy: bool,
    ) -> Result<ReceiptDoc, Failure> {
        let catalog = self.catalog()?;
        let client_name = self.client_name(taken.ticket.card)?;
        let logo = self.logo();
        let options =
            ReceiptOptions { client_name: &client_name, logo: logo.as_ref(), ..self.receipt_options(&catalog, copy) };
        let row = match taken.ticket.booking {
            Some(booking) => self.store().booking(booking)?,
            None => None,
        };
        let visit = row.and_then(|row| {
            let start = row.booking.parts.iter().map(|part| part.claim.start).min()?;
            Some((day_from_number(row.day).ok()?, catalog.minute(start)))
        });
        let parts = self.store().open_ticket(taken.ticket.id)?.map(|open| open.parts).unwrap_or_default();
        // As it stood then: a copy says the same.
        let until_then = parts.iter().filter(|part| part.part <= taken.part);
        let held_minor = until_then.map(|part| part.tender.amount_minor).sum();
        let about = About { at: *at, served_by: catalog.person_name(*user), visit, held_minor };
        Ok(paper_of_deposit(&catalog, taken, &about, &options))
    }
}

fn paper_of_deposit(catalog: &Catalog, taken: &PartPaid, about: &About, options: &ReceiptOptions<'_>) -> ReceiptDoc {
    let mut paper = Paper::new(taken.ticket.currency, options.language);
    let words = paper.words;
    let minor = taken.tender.amount_minor;
    paper.head(catalog, options);
    paper.mark(if minor < 0 { words.deposit_back_mark } else { words.deposit_mark });
    let till = catalog.devices.get(&taken.device.uuid()).cloned().unwrap_or_default();
    paper.row(till, when(catalog, options.language, about.at));
    if !about.served_by.is_empty() {
        paper.row(words.served_by, about.served_by.as_str());
    }
    if !options.client_name.is_empty() {
        paper.row(words.client, options.client_name);
    }
    if let Some((date, minute)) = about.visit {
        paper.row(words.deposit_visit, visit_time(options.language, date, minute));
    }
    paper.rule();
    for line in &taken.ticket.lines {
        paper.text(&line.description, Align::Left, false);
    }
    paper.rule();
    paper.total(minor);
    paid(&mut paper, &taken.tender);
    if about.held_minor != minor && about.held_minor > 0 {
        paper.amount(words.deposit_held, about.held_minor);
    }
    if minor > 0 {
        paper.rule();
        paper.text(words.deposit_how, Align::Center, false);
    }
    paper.training(options);
    paper.end()
}

/// The line of a deposit that is kept.
pub(in crate::app) fn kept_line(language: Language, reason: &str) -> String {
    format!("{}: {reason}", language.words().deposit_kept)
}

fn visit_time(language: Language, date: Date, minute: u16) -> String {
    format!("{} {:02}:{:02}", language.date(date), minute / 60, minute % 60)
}
