//! Invoices and credit notes: the sale's receipt on a whole page, with a number of its own and for whom it is.

use super::sending::Sheet;
use super::{Language, ReceiptOptions, SavedFile, receipt_of_sale};
use crate::app::{App, Catalog};
use crate::store::SaleRecord;
use salon_contract::window::{Code, Failure, Invoice, InvoiceView};
use salon_domain::access::Permission;
use salon_domain::event::Happening;
use salon_domain::kernel::{DeviceId, TicketId, day_number};
use salon_domain::payment::{Credited, Invoiced};
use salon_ports::{Align, ReceiptDoc, ReceiptPart};

impl App {
    /// One for each sale and device: asked for again it is the same, and is written to its file again.
    pub(in crate::app) fn invoice(&self, wanted: &Invoice) -> Result<InvoiceView, Failure> {
        let user = self.require(Permission::Sell)?;
        let to = wanted.to.tidied().ok_or_else(|| Failure::new(Code::BadInput).with("field", "recipient"))?;
        let record = self.store().sale(wanted.ticket)?.ok_or(Code::NotFound)?;
        let catalog = self.catalog()?;
        let credits = self.credited(&record)?;
        let day = day_number(catalog.today(self.clock.now())?);
        let invoiced = self.store().write::<_, Failure>(|unit| {
            if let Some(known) = unit.own_invoice(wanted.ticket)? {
                return Ok(known);
            }
            let identity = unit.identity()?.clone();
            let invoiced = Invoiced {
                number: unit.next_invoice_number()?,
                ticket: wanted.ticket,
                device: identity.device,
                branch: identity.branch,
                day,
                to,
                credits,
            };
            let what = Happening::Invoiced(Box::new(invoiced.clone()));
            unit.journal(wanted.ticket.uuid(), what, user, wanted.key)?;
            Ok(invoiced)
        })?;
        let doc = self.invoice_of(&catalog, &record, &invoiced)?;
        let file = self.save_pdf(&catalog, &doc, &invoice_code(invoiced.device, invoiced.number))?;
        Ok(InvoiceView { number: invoiced.number, credit_note: record.sale.total_minor < 0, path: file.path })
    }

    /// Of a refund: the invoice of what it gives back.
    fn credited(&self, record: &SaleRecord) -> Result<Option<Credited>, Failure> {
        let of: Option<TicketId> =
            record.sale.lines.iter().find_map(|line| line.given_back.as_ref().map(|given| given.ticket));
        let Some(of) = of else { return Ok(None) };
        let known = self.store().invoice_of(of)?;
        Ok(known.map(|invoiced| Credited { device: invoiced.device, number: invoiced.number }))
    }

    fn invoice_of(&self, catalog: &Catalog, record: &SaleRecord, invoiced: &Invoiced) -> Result<ReceiptDoc, Failure> {
        let logo = self.logo();
        let options = ReceiptOptions { logo: logo.as_ref(), ..self.receipt_options(catalog, false) };
        let words = Language::of(&catalog.branch.language).words();
        let text = |text: String, bold, double| ReceiptPart::Text { text, align: Align::Left, bold, double };
        let is_credit = record.sale.total_minor < 0;
        let title = if is_credit { words.credit_note } else { words.invoice };
        let mut head = vec![text(format!("{title} {}", invoice_code(invoiced.device, invoiced.number)), true, true)];
        if let Some(credits) = invoiced.credits {
            let of = invoice_code(credits.device, credits.number);
            head.push(text(format!("{} {of}", words.credits_invoice), false, false));
        }
        head.push(ReceiptPart::Feed { lines: 1 });
        head.push(text(words.invoice_to.to_owned(), true, false));
        head.push(text(invoiced.to.name.clone(), false, false));
        head.extend(invoiced.to.address.iter().map(|line| text(line.clone(), false, false)));
        if !invoiced.to.tax_number.is_empty() {
            head.push(text(format!("{} {}", words.tax_number_of_client, invoiced.to.tax_number), false, false));
        }
        head.push(ReceiptPart::Rule);
        let mut doc = receipt_of_sale(catalog, record, &options);
        // After the salon's own head, which ends before the receipt's number.
        let at = doc.parts.iter().position(|part| matches!(part, ReceiptPart::Columns { .. })).unwrap_or(0);
        doc.parts.splice(at..at, head);
        Ok(doc)
    }

    /// An invoice to be sent.
    pub(in crate::app) fn invoice_paper(
        &self,
        catalog: &Catalog,
        record: &SaleRecord,
        invoiced: &Invoiced,
    ) -> Result<Sheet, Failure> {
        let code = invoice_code(invoiced.device, invoiced.number);
        let title = format!("{} {code}", catalog.branch.name);
        Ok(Sheet { doc: self.invoice_of(catalog, record, invoiced)?, code, title, page: salon_paper::PageSize::A4 })
    }

    fn save_pdf(&self, catalog: &Catalog, doc: &ReceiptDoc, name: &str) -> Result<SavedFile, Failure> {
        let language = Language::of(&catalog.branch.language).tag();
        let author = catalog.branch.name.as_str();
        let title = format!("{author} {name}");
        let options = salon_paper::PdfOptions { page: salon_paper::PageSize::A4, language, title: &title, author };
        let pdf =
            salon_paper::pdf(doc, &options).map_err(|error| Failure::new(Code::Internal).with("detail", error))?;
        self.save_file("invoices", &format!("{name}.pdf"), &pdf.bytes)
    }
}

/// As printed: the device's own letters, so that no two terminals' numbers are the same.
pub(in crate::app) fn invoice_code(device: DeviceId, number: u64) -> String {
    let device = device.uuid().simple().to_string();
    // A device's id is 32 hexadecimal digits; its last six tell the few devices of a salon apart.
    let own = device.get(26..).unwrap_or_default().to_uppercase();
    format!("{own}-{number:06}")
}
