//! What a scanned text stands for at this terminal: a product, a client, a receipt, or nothing that is known here.
//!
//! The text itself goes nowhere: it is not logged, not journalled and not stored, and a payment card's is dropped as soon
//! as it is known for one (`salon_domain::scan`).

use super::{App, Catalog, lock};
use salon_contract::window::{Code, Failure, ScanView, StoreCardKind};
use salon_domain::access::Permission;
use salon_domain::catalog::Product;
use salon_domain::kernel::ProductId;
use salon_domain::scan::{
    Goods, Gtin, InStore, LabelAmount, Measure, MeasureKind, Scan, ScanRules, price_by_weight, read, till_code,
};
use salon_domain::value::GiftCode;
use std::collections::VecDeque;
use std::sync::Arc;

/// So many labels with a price of their own are remembered: more than are ever on the tickets in hand.
const LABELS_MAX: usize = 500;
/// A piece of a code or a name that short is in everything.
const SEARCH_CHARS_MIN: usize = 3;
/// As long as any prefix or suffix that a scanner can be given.
const AFFIX_CHARS_MAX: usize = 16;

#[derive(Default)]
pub(super) struct Scanning {
    rules: Option<Arc<ScanRules>>,
    /// Prices that labels said, newest last: they may be sold at without the right to change prices.
    labels: VecDeque<(ProductId, i64)>,
}

impl App {
    /// Answers for one scan.
    pub fn scan(&self, text: &str) -> Result<ScanView, Failure> {
        self.require(Permission::BookRead)?;
        let rules = self.rules()?;
        let catalog = self.catalog()?;
        match read(text, &rules) {
            Scan::PaymentCard => Ok(ScanView::PaymentCard),
            Scan::Product(goods) => self.scanned_goods(&catalog, &goods),
            Scan::InStore { gtin, label } => self.scanned_label(&catalog, &rules, gtin, &label),
            Scan::GiftCard { number } => self.scanned_gift(number),
            Scan::ClientCard { number } => self.scanned_card(StoreCardKind::Client, number),
            Scan::StoreCard { number } => self.scanned_card(StoreCardKind::Other, number),
            Scan::Receipt { till, number } => self.scanned_receipt(&till, number),
            Scan::BadCheckDigit { text } => {
                Ok(self.known_as_it_is(&catalog, &text)?.unwrap_or(ScanView::BadCheckDigit))
            }
            Scan::Text(text) => self.scanned_text(&catalog, text),
        }
    }

    fn scanned_goods(&self, catalog: &Catalog, goods: &Goods) -> Result<ScanView, Failure> {
        let weighed = goods.gtin.indicator() == 9;
        let wanted: Vec<Gtin> = [Some(goods.gtin), goods.or, weighed.then(|| goods.gtin.without_indicator())]
            .into_iter()
            .flatten()
            .collect();
        let Some(product) = product_with(catalog, &wanted) else {
            return match self.client_by_number(&goods.gtin.to_string())? {
                Some(client) => Ok(client),
                None if goods.if_known => Ok(ScanView::PaymentCard),
                None => Ok(ScanView::Unknown { text: goods.gtin.to_string() }),
            };
        };
        let said = goods.elements.price.and_then(|price| price.minor(catalog.branch.currency));
        // Only what is sold by measure has a weight of its own: on anything else it is what one piece weighs.
        let measure = goods.elements.measure.filter(|m| weighed && m.kind == MeasureKind::NetWeight);
        let weight_grams = measure.map(Measure::milli).and_then(|grams| u32::try_from(grams).ok());
        let price_minor = said.or_else(|| weight_grams.map(|grams| price_by_weight(product.price_minor, grams)));
        let count = goods.elements.count.filter(|_| price_minor.is_none());
        let quantity = count.map_or(1, i64::from).clamp(1, 9_999);
        Ok(self.product_view(product, quantity, price_minor, weight_grams))
    }

    fn scanned_label(
        &self,
        catalog: &Catalog,
        rules: &ScanRules,
        gtin: Gtin,
        label: &InStore,
    ) -> Result<ScanView, Failure> {
        if let Some(product) = product_with(catalog, &[gtin]) {
            return Ok(self.product_view(product, 1, None, None));
        }
        let Some(product) = product_of_item(catalog, rules, &label.item) else {
            let client = self.client_by_number(&gtin.to_string())?;
            return Ok(client.unwrap_or_else(|| ScanView::Unknown { text: gtin.to_string() }));
        };
        Ok(match label.amount {
            LabelAmount::PriceMinor(minor) => self.product_view(product, 1, Some(minor), None),
            LabelAmount::WeightGrams(grams) => {
                let price = price_by_weight(product.price_minor, grams);
                self.product_view(product, 1, Some(price), Some(grams))
            }
            LabelAmount::None => self.product_view(product, 1, None, None),
        })
    }

    fn product_view(
        &self,
        product: &Product,
        quantity: i64,
        price_minor: Option<i64>,
        weight_grams: Option<u32>,
    ) -> ScanView {
        if let Some(minor) = price_minor {
            let labels = &mut lock(&self.scanning).labels;
            labels.retain(|known| *known != (product.id, minor));
            labels.push_back((product.id, minor));
            while labels.len() > LABELS_MAX {
                labels.pop_front();
            }
        }
        ScanView::Product { product: Box::new(product.clone()), quantity, price_minor, weight_grams }
    }

    /// Whether a label that was scanned here had this price on it.
    pub(super) fn label_said(&self, product: ProductId, price_minor: i64) -> bool {
        lock(&self.scanning).labels.contains(&(product, price_minor))
    }

    fn client_by_number(&self, number: &str) -> Result<Option<ScanView>, Failure> {
        self.require(Permission::ClientRead)?;
        let found = self.store.card_by_number(number)?;
        Ok(found.map(|hit| ScanView::Client { card: hit.id, name: hit.name }))
    }

    fn scanned_card(&self, kind: StoreCardKind, number: String) -> Result<ScanView, Failure> {
        Ok(self.client_by_number(&number)?.unwrap_or(ScanView::StoreCard { kind, number }))
    }

    fn scanned_gift(&self, number: String) -> Result<ScanView, Failure> {
        self.require(Permission::Sell)?;
        let code = GiftCode::of_number(&number).map_err(|_| Failure::from(Code::GiftCodeWrong))?;
        let card = self.gift_card_view(&code)?;
        Ok(match card.known {
            true => ScanView::GiftCard { card: Box::new(card) },
            false => ScanView::StoreCard { kind: StoreCardKind::Gift, number },
        })
    }

    fn scanned_receipt(&self, till: &str, number: u64) -> Result<ScanView, Failure> {
        self.require(Permission::Sell)?;
        let found = self.store.sales_by_receipt(|device| till_code(device) == till, number)?;
        Ok(match found.first() {
            Some(sale) => ScanView::Receipt { ticket: sale.ticket, number },
            None => ScanView::Unknown { text: format!("R{till}-{number}") },
        })
    }

    /// A product's or a client's number that follows no rule, exactly as it is.
    fn known_as_it_is(&self, catalog: &Catalog, text: &str) -> Result<Option<ScanView>, Failure> {
        let same = |p: &&Product| {
            p.active && (p.barcode.eq_ignore_ascii_case(text) || !p.sku.is_empty() && p.sku.eq_ignore_ascii_case(text))
        };
        match catalog.products.values().find(same) {
            Some(product) => Ok(Some(self.product_view(product, 1, None, None))),
            None => self.client_by_number(text),
        }
    }

    fn scanned_text(&self, catalog: &Catalog, text: String) -> Result<ScanView, Failure> {
        if text.is_empty() {
            return Ok(ScanView::BadCheckDigit);
        }
        if let Some(known) = self.known_as_it_is(catalog, &text)? {
            return Ok(known);
        }
        if text.chars().count() < SEARCH_CHARS_MIN {
            return Ok(ScanView::Unknown { text });
        }
        let found = self.search(&text, 1)?;
        let nothing = found.clients.is_empty()
            && found.products.is_empty()
            && found.services.is_empty()
            && found.receipts.is_empty();
        Ok(if nothing { ScanView::Unknown { text } } else { ScanView::Search { text } })
    }

    fn rules(&self) -> Result<Arc<ScanRules>, Failure> {
        if let Some(rules) = &lock(&self.scanning).rules {
            return Ok(rules.clone());
        }
        let kept: Option<ScanRules> = self.store.write::<_, Failure>(|unit| Ok(unit.meta(RULES)?))?;
        let rules = Arc::new(kept.unwrap_or_default());
        lock(&self.scanning).rules = Some(rules.clone());
        Ok(rules)
    }

    pub(super) fn scan_rules(&self) -> Result<ScanRules, Failure> {
        Ok((*self.rules()?).clone())
    }

    pub(super) fn save_scan_rules(&self, rules: ScanRules) -> Result<ScanRules, Failure> {
        self.require(Permission::DeviceManage)?;
        check(&rules)?;
        self.store.write::<_, Failure>(|unit| Ok(unit.set_meta(RULES, &rules)?))?;
        lock(&self.scanning).rules = Some(Arc::new(rules.clone()));
        Ok(rules)
    }
}

/// The rules' name among the terminal's settings.
const RULES: &str = "scan_rules";

fn check(rules: &ScanRules) -> Result<(), Failure> {
    let bad = |field: &str| Err(Failure::new(Code::BadInput).with("field", field));
    if rules.prefix.chars().count() > AFFIX_CHARS_MAX || rules.suffix.chars().count() > AFFIX_CHARS_MAX {
        return bad("prefix");
    }
    // Below the first a scanner is taken for a person, above the second a person for a scanner.
    if !(5..=100).contains(&rules.gap_ms_max) || rules.pause_ms <= rules.gap_ms_max || rules.pause_ms > 500 {
        return bad("gap_ms_max");
    }
    if !(4..=20).contains(&rules.chars_min) {
        return bad("chars_min");
    }
    let is_prefix = |p: &String| p.len() >= 6 && p.bytes().all(|b| b.is_ascii_digit());
    if rules.own_card_prefixes.len() > 50 || !rules.own_card_prefixes.iter().all(is_prefix) {
        return bad("own_card_prefixes");
    }
    if rules.layouts.len() > 50 {
        return bad("layouts");
    }
    Ok(())
}

fn product_with<'a>(catalog: &'a Catalog, wanted: &[Gtin]) -> Option<&'a Product> {
    let fits = |p: &&Product| p.active && Gtin::readings(&p.barcode).any(|gtin| wanted.contains(&gtin));
    catalog.products.values().find(fits)
}

/// The product that a label's item number means: by its SKU or bar code, or by a label of its own in the catalog.
fn product_of_item<'a>(catalog: &'a Catalog, rules: &ScanRules, item: &str) -> Option<&'a Product> {
    let plain = |text: &str| text.trim_start_matches('0').to_owned();
    let wanted = plain(item);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let fits = |p: &&Product| {
        let by_number = [&p.sku, &p.barcode].into_iter().any(|t| is_number(t) && plain(t) == wanted);
        let by_label =
            || matches!(read(&p.barcode, rules), Scan::InStore { label, .. } if plain(&label.item) == wanted);
        p.active && !wanted.is_empty() && (by_number || by_label())
    };
    catalog.products.values().find(fits)
}
