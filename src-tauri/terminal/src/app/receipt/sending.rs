//! What is said around a paper that is sent to a client, and the paper as files. In the branch's language, like receipts.

use super::sale::line_name;
use super::{Language, when};
use crate::app::Catalog;
use crate::store::SaleRecord;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use salon_contract::message::MessageFile;
use salon_contract::window::{Code, Failure, SentPaper};
use salon_domain::kernel::Money;
use salon_domain::payment::PricedLine;
use salon_paper::PageSize;
use salon_ports::ReceiptDoc;

/// A paper with its number, and the sheet it is on.
pub(in crate::app) struct Sheet {
    pub doc: ReceiptDoc,
    /// As printed on it: the file's name, too.
    pub code: String,
    /// Of the file, as when it is saved at the till.
    pub title: String,
    pub page: PageSize,
}

impl Sheet {
    /// As a page for mail programs, and as a PDF.
    pub(in crate::app) fn files(&self, catalog: &Catalog) -> Result<(String, MessageFile), Failure> {
        let language = Language::of(&catalog.branch.language).tag();
        let (author, title) = (catalog.branch.name.as_str(), self.title.as_str());
        let html = salon_paper::html(&self.doc, &salon_paper::HtmlOptions { language, title });
        let options = salon_paper::PdfOptions { page: self.page, language, title, author };
        let pdf = salon_paper::pdf(&self.doc, &options)
            .map_err(|error| Failure::new(Code::Internal).with("detail", error))?;
        let file = MessageFile {
            name: format!("{}.pdf", self.code.replace(' ', "-")),
            media_type: "application/pdf".to_owned(),
            content: BASE64.encode(pdf.bytes),
        };
        Ok((html, file))
    }
}

/// A text message that is longer says the total alone: it costs by the piece.
const TEXT_CHARACTERS_MAX: usize = 300;
const NAME_CHARACTERS_MAX: usize = 60;

/// The words around a paper.
pub(in crate::app) struct SendingWords {
    language: Language,
    receipt: &'static str,
    refund: &'static str,
    invoice: &'static str,
    credit_note: &'static str,
    from: &'static str,
    greeting: &'static str,
    attached: &'static str,
    thanks: &'static str,
}

impl SendingWords {
    pub(in crate::app) fn of(tag: &str) -> Self {
        let language = Language::of(tag);
        match language {
            Language::English => SendingWords {
                language,
                receipt: "Your receipt",
                refund: "Your refund",
                invoice: "Your invoice",
                credit_note: "Your credit note",
                from: "from",
                greeting: "Hello,",
                attached: "thank you for your visit. Below is what you asked for, and attached as a PDF.",
                thanks: "Thank you!",
            },
            Language::German => SendingWords {
                language,
                receipt: "Ihr Beleg",
                refund: "Ihre Erstattung",
                invoice: "Ihre Rechnung",
                credit_note: "Ihre Gutschrift",
                from: "von",
                greeting: "Guten Tag,",
                attached: "vielen Dank für Ihren Besuch. Hier ist, worum Sie gebeten haben, im Anhang auch als PDF.",
                thanks: "Vielen Dank!",
            },
            Language::French => SendingWords {
                language,
                receipt: "Votre reçu",
                refund: "Votre remboursement",
                invoice: "Votre facture",
                credit_note: "Votre avoir",
                from: "de",
                greeting: "Bonjour,",
                attached: "merci de votre visite. Voici ce que vous avez demandé, également joint en PDF.",
                thanks: "Merci !",
            },
        }
    }

    pub(in crate::app) fn subject(
        &self,
        catalog: &Catalog,
        record: &SaleRecord,
        paper: SentPaper,
        code: &str,
    ) -> String {
        let back = record.sale.total_minor < 0;
        let (word, number) = match paper {
            SentPaper::Receipt if back => (self.refund, record.sale.number.to_string()),
            SentPaper::Receipt => (self.receipt, record.sale.number.to_string()),
            SentPaper::Invoice if back => (self.credit_note, code.to_owned()),
            SentPaper::Invoice => (self.invoice, code.to_owned()),
        };
        format!("{word} {number} {} {}", self.from, one_line(&catalog.branch.name))
    }

    /// The part of a mail that is plain text.
    pub(in crate::app) fn letter(&self, catalog: &Catalog, lines: &[String]) -> String {
        let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        let name = one_line(&catalog.branch.name);
        format!("{}\n\n{}\n\n{}\n\n{name}\n", self.greeting, self.attached, lines.join("\n").trim_matches('\n'))
    }

    /// The receipt in a few lines: what it was, and what it came to.
    pub(in crate::app) fn text_message(&self, catalog: &Catalog, record: &SaleRecord) -> String {
        let sale = &record.sale;
        let word = if sale.total_minor < 0 { self.refund } else { self.receipt };
        let amount = |minor| self.language.money(Money::new(minor, sale.currency));
        let head = format!(
            "{}\n{word} {}, {}",
            one_line(&catalog.branch.name),
            sale.number,
            when(catalog, self.language, record.at)
        );
        let words = self.language.words();
        let total = format!("{} {} {}", words.total, amount(sale.total_minor), sale.currency);
        let line = |line: &PricedLine| {
            let name: String = one_line(&line_name(words, line)).chars().take(NAME_CHARACTERS_MAX).collect();
            format!("{name} {}", amount(line.total_minor))
        };
        let lines: Vec<String> = sale.lines.iter().map(line).collect();
        let whole = format!("{head}\n{}\n{total}\n{}", lines.join("\n"), self.thanks);
        match whole.chars().count() <= TEXT_CHARACTERS_MAX {
            true => whole,
            false => format!("{head}\n{total}\n{}", self.thanks),
        }
    }
}

/// Without what would begin another line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().chars().take(80).collect()
}
