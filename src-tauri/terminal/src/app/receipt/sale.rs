//! A sale's receipt: head, what was done by whom, what it came to, how it was paid, the taxes in it, its code.

use super::words::Words;
use super::{Catalog, Paper, PointsOnReceipt, ReceiptOptions, when};
use crate::store::SaleRecord;
use salon_domain::payment::{Exemption, FollowKind, Item, LineKind, PricedLine, Sale, TaxTotal, Tender, TenderKind};
use salon_domain::scan::receipt_code;
use salon_ports::{Align, ReceiptDoc, ReceiptPart, Symbology};

/// A sale's receipt.
pub fn receipt_of_sale(catalog: &Catalog, record: &SaleRecord, options: &ReceiptOptions<'_>) -> ReceiptDoc {
    let sale = &record.sale;
    let mut paper = Paper::new(sale.currency, options.language);
    paper.head(catalog, options);
    about(&mut paper, catalog, record, options);
    paper.rule();
    lines(&mut paper, catalog, &sale.lines);
    paper.rule();
    totals(&mut paper, sale);
    for tender in &sale.tenders {
        if tender.taken.is_some_and(|taken| taken.deposit) {
            paper.text(paper.words.deposit, Align::Left, true);
        }
        paid(&mut paper, tender);
    }
    let taxes = taxes_of(sale);
    if !taxes.is_empty() {
        paper.rule();
        paper.taxes(&taxes, sale.lines.iter().all(|line| line.taxes.len() <= 1));
    }
    exempt(&mut paper, sale);
    if let Some(points) = options.points {
        paper.rule();
        moved_points(&mut paper, points);
    }
    foot(&mut paper, catalog, sale, options);
    paper.end()
}

/// Why no tax is on it, once for each reason.
fn exempt(paper: &mut Paper, sale: &Sale) {
    let mut said: Vec<&Exemption> = Vec::new();
    for exempted in sale.lines.iter().filter_map(|line| line.exempted.as_ref()) {
        if !said.contains(&&exempted.exemption) {
            said.push(&exempted.exemption);
        }
    }
    if said.is_empty() {
        return;
    }
    paper.rule();
    for exemption in said {
        let why = [exemption.reason.as_str(), exemption.number.as_str()];
        let why: Vec<&str> = why.into_iter().filter(|text| !text.is_empty()).collect();
        paper.text(format!("{}: {}", paper.words.tax_exempt, why.join(", ")), Align::Left, false);
    }
}

fn moved_points(paper: &mut Paper, points: PointsOnReceipt) {
    let words = paper.words;
    for (word, moved) in [(words.points_earned, points.earned), (words.points_redeemed, points.redeemed)] {
        if moved != 0 {
            paper.row(word, moved.to_string());
        }
    }
    paper.row(words.points_balance, points.balance.to_string());
}

fn about(paper: &mut Paper, catalog: &Catalog, record: &SaleRecord, options: &ReceiptOptions<'_>) {
    let (sale, words) = (&record.sale, paper.words);
    if sale.is_void() {
        paper.mark(words.void);
    } else if sale.total_minor < 0 {
        paper.mark(words.refund);
    }
    paper.row(format!("{} {}", words.receipt, sale.number), when(catalog, options.language, record.at));
    if let Some(follows) = sale.follows {
        let word = match follows.how {
            FollowKind::Void => words.voids_receipt,
            FollowKind::Tip => words.tip_for_receipt,
        };
        paper.text(format!("{word} {}", follows.number), Align::Left, false);
    }
    let till = catalog.devices.get(&sale.device.uuid()).cloned().unwrap_or_default();
    let server = catalog.person_name(record.user);
    let served = if server.is_empty() { server } else { format!("{} {server}", words.served_by) };
    if !till.is_empty() || !served.is_empty() {
        paper.row(till, served);
    }
    if !options.client_name.is_empty() {
        paper.row(words.client, options.client_name);
    }
}

/// The lines by who did them, in the order of each person's first line; before them those that nobody did, so that
/// they do not stand under somebody's name.
fn lines(paper: &mut Paper, catalog: &Catalog, lines: &[PricedLine]) {
    let mut groups: Vec<(String, Vec<&PricedLine>)> = vec![(String::new(), Vec::new())];
    for line in lines {
        let name = line.staff.map_or_else(String::new, |staff| catalog.person_name(staff.uuid()));
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, group)) => group.push(line),
            None => groups.push((name, vec![line])),
        }
    }
    for (name, group) in groups {
        if !name.is_empty() {
            paper.text(name, Align::Left, true);
        }
        for line in group {
            one_line(paper, line);
        }
    }
}

/// What a line is called. Of a gift card's number only the end.
pub(super) fn line_name(words: &Words, line: &PricedLine) -> String {
    match line.kind {
        LineKind::Sale => line.description.clone(),
        LineKind::Prepaid { .. } => format!("{}: {}", words.prepaid, line.description),
        LineKind::PrepaidReturned { .. } => format!("{}: {}", words.unit_returned, line.description),
        LineKind::Included { .. } => format!("{}: {}", words.included, line.description),
        LineKind::IncludedReturned { .. } => format!("{}: {}", words.included_returned, line.description),
        LineKind::Refund => format!("{}: {}", words.returned, line.description),
        LineKind::DepositRedeemed => format!("{}: {}", words.deposit, line.description),
        LineKind::Tip if line.description.is_empty() => words.tip.to_owned(),
        LineKind::Tip => format!("{}: {}", words.tip, line.description),
        LineKind::ValueSold => match &line.item {
            Item::GiftCard { code, .. } => format!("{} {}", words.gift_card, code.masked()),
            Item::AccountCredit => words.credit.to_owned(),
            _ => line.description.clone(),
        },
    }
}

fn one_line(paper: &mut Paper, line: &PricedLine) {
    let words = paper.words;
    let relief_minor = line.exempted.as_ref().map_or(0, |exempted| exempted.relief_minor);
    paper.amount(line_name(words, line), line.price_minor + line.discount_minor + relief_minor);
    if line.quantity != 1 {
        let unit = paper.money(line.unit_price_minor);
        paper.row(format!("{DETAIL}{} x {unit}", line.quantity), "");
    }
    for part in &line.discount_parts {
        let label = if part.label.is_empty() { words.discount } else { part.label.as_str() };
        paper.amount(format!("{DETAIL}{label}"), -part.amount_minor);
    }
    // Of a sale from before it was kept what a discount was made of.
    if line.discount_minor != 0 && line.discount_parts.is_empty() {
        paper.amount(format!("{DETAIL}{}", words.discount), -line.discount_minor);
    }
    if relief_minor != 0 {
        paper.amount(format!("{DETAIL}{}", words.tax_taken_out), -relief_minor);
    }
}

/// What belongs to the row above is set in by this.
const DETAIL: &str = "  ";

fn totals(paper: &mut Paper, sale: &Sale) {
    let words = paper.words;
    let discounted: Vec<i64> = sale.lines.iter().map(|line| line.discount_minor).filter(|minor| *minor != 0).collect();
    if discounted.len() > 1 {
        paper.amount(words.discounts, -discounted.iter().sum::<i64>());
    }
    if sale.lines.iter().any(|line| !line.taxes.is_empty()) {
        paper.amount(words.net, sale.net_minor);
        paper.amount(words.tax, sale.tax_minor);
    }
    paper.total(sale.total_minor);
    if sale.rounding_minor != 0 {
        paper.amount(words.rounding, sale.rounding_minor);
    }
}

fn other(paper: &mut Paper, name: &str, reference: &str, minor: i64) {
    paper.amount(name, minor);
    if !reference.is_empty() {
        paper.row(format!("{DETAIL}{reference}"), "");
    }
}

fn stored(paper: &mut Paper, name: &str, minor: i64, left_minor: i64) {
    paper.amount(name, minor);
    let word = format!("{DETAIL}{}", paper.words.left);
    paper.amount(word, left_minor);
}

pub(super) fn paid(paper: &mut Paper, tender: &Tender) {
    let words = paper.words;
    match &tender.kind {
        TenderKind::Cash { tendered_minor } if tender.amount_minor >= 0 => {
            paper.amount(words.cash, *tendered_minor);
            if *tendered_minor != tender.amount_minor {
                paper.amount(words.change, tendered_minor - tender.amount_minor);
            }
        }
        TenderKind::Cash { .. } => paper.amount(words.cash_returned, tender.amount_minor),
        TenderKind::BankTransfer { reference } => other(paper, words.bank_transfer, reference, tender.amount_minor),
        TenderKind::Cheque { number } => other(paper, words.cheque, number, tender.amount_minor),
        TenderKind::Wallet { provider, reference } => other(paper, provider, reference, tender.amount_minor),
        TenderKind::GiftCard { code, left_minor, .. } => {
            stored(paper, &format!("{} {}", words.gift_card, code.masked()), tender.amount_minor, *left_minor);
        }
        TenderKind::AccountCredit { restores, left_minor, .. } => {
            let is_kept = tender.amount_minor < 0 && restores.is_none();
            stored(paper, if is_kept { words.kept_as_credit } else { words.credit }, tender.amount_minor, *left_minor);
        }
        TenderKind::Card { terminal_id, trace, authorisation, brand, last4, lines, .. } => {
            let kind = if tender.amount_minor < 0 { words.card_returned } else { words.card };
            let digits = if last4.is_empty() { String::new() } else { format!("**** {last4}") };
            paper.amount(format!("{kind} {brand}").trim_end(), tender.amount_minor);
            let trace = if *trace == 0 { String::new() } else { format!("{trace:06}") };
            let details = [
                (words.card_number, &digits),
                (words.terminal, terminal_id),
                (words.trace, &trace),
                (words.authorisation, authorisation),
            ];
            if lines.is_empty() {
                for (word, value) in details.into_iter().filter(|(_, value)| !value.is_empty()) {
                    paper.row(format!("{DETAIL}{word}"), value.as_str());
                }
            }
            // What the card terminal wants said stands for ours: it has more, and the same.
            lines.iter().for_each(|line| paper.text(line, Align::Left, false));
        }
    }
}

fn taxes_of(sale: &Sale) -> Vec<TaxTotal> {
    let mut taxes = Vec::new();
    for amount in sale.lines.iter().flat_map(|line| &line.taxes) {
        TaxTotal::add(&mut taxes, amount);
    }
    taxes
}

fn foot(paper: &mut Paper, catalog: &Catalog, sale: &Sale, options: &ReceiptOptions<'_>) {
    paper.rule();
    if !catalog.branch.receipt_footer.is_empty() {
        paper.text(&catalog.branch.receipt_footer, Align::Center, false);
    }
    if options.training {
        paper.training(options);
        return;
    }
    paper
        .parts
        .push(ReceiptPart::Barcode { content: receipt_code(sale.device, sale.number), symbology: Symbology::Code128 });
    if let Some(content) = options.qr {
        paper.parts.push(ReceiptPart::Qr { content: content.to_owned() });
    }
}
