//! Gift cards that the till made up: each on a paper of its own, with the number that pays. Nowhere else is it printed in
//! full.

use super::{Catalog, Paper, ReceiptOptions};
use salon_domain::kernel::{Currency, day_from_number};
use salon_domain::value::GiftCode;
use salon_ports::{Align, ReceiptDoc, ReceiptPart, Symbology};

/// A card as it is printed.
pub struct PrintedGiftCard<'a> {
    pub code: &'a GiftCode,
    pub amount_minor: i64,
    /// The last day of use, in days since 1970-01-01.
    pub expires_day: Option<i32>,
}

pub fn paper_of_gift_cards(
    catalog: &Catalog,
    currency: Currency,
    cards: &[PrintedGiftCard<'_>],
    options: &ReceiptOptions<'_>,
) -> ReceiptDoc {
    let mut paper = Paper::new(currency, options.language);
    let words = paper.words;
    for (at, card) in cards.iter().enumerate() {
        if at > 0 {
            paper.parts.push(ReceiptPart::Feed { lines: 3 });
            paper.parts.push(ReceiptPart::Cut);
        }
        paper.head(catalog, options);
        paper.mark(words.gift_card_mark);
        paper.large(currency.to_string(), card.amount_minor);
        let code = card.code.printed();
        paper.parts.push(ReceiptPart::Barcode { content: code.to_owned(), symbology: Symbology::Code128 });
        if let Some(last) = card.expires_day.and_then(|day| day_from_number(day).ok()) {
            paper.row(words.valid_until, options.language.date(last));
        }
        paper.text(&catalog.branch.receipt_footer, Align::Center, false);
        paper.training(options);
    }
    paper.end()
}
