//! All that is known of a client, for the client: a JSON file with every edit, booking and sale, and a page to be read.
//!
//! Erasing is not here: it needs the server to forget what every till has, and there is no call for that yet.

use super::App;
use super::till::date_text;
use salon_contract::window::{ClientFileView, ClientView, Code, Failure, SavedFile};
use salon_domain::access::Permission;
use salon_domain::customer::{Card, CardEdit, keyed};
use salon_domain::kernel::{CardId, Currency, Money};
use serde::Serialize;
use std::fmt::Write;

/// More bookings and sales than anybody has.
const ALL: u32 = 100_000;

#[derive(Serialize)]
struct Everything<'a> {
    format: &'static str,
    exported_at: String,
    name: &'a str,
    cards: Vec<CardId>,
    /// The card as it is shown, with the values that gave way.
    card: &'a Card,
    edits: Vec<CardEdit>,
    bookings: Vec<serde_json::Value>,
    sales: Vec<serde_json::Value>,
    points: serde_json::Value,
    credit: Vec<serde_json::Value>,
    packages: Vec<serde_json::Value>,
}

fn broken(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Code::Internal).with("detail", error)
}

fn json<T: Serialize>(value: &T) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(value).map_err(|error| broken(&error))
}

impl App {
    /// Answers with the page; the JSON file is beside it.
    pub(super) fn export_client(&self, card: CardId) -> Result<SavedFile, Failure> {
        self.require(Permission::DataExport)?;
        let file = self.client_file(card)?;
        let view = self.client(card)?;
        let of = self.store.card(card)?.ok_or(Code::NotFound)?;
        let cards = self.store.cards_of_client(card)?;
        let mut edits = Vec::new();
        let mut credit = Vec::new();
        for id in &cards {
            edits.extend(self.store.edits_of(*id)?);
            for moved in self.credit_of(*id)?.movements() {
                credit.push(json(moved)?);
            }
        }
        let bookings = self.store.bookings_of(card, ALL)?;
        let (_, sales) = self.store.sales_of_card(card, ALL)?;
        let mut sold = Vec::new();
        for sale in &sales {
            if let Some(record) = self.store.sale(sale.ticket)? {
                sold.push(json(&record.sale)?);
            }
        }
        let mut packages = Vec::new();
        for package in self.store.packages_of(card)? {
            for moved in package.movements() {
                packages.push(json(moved)?);
            }
        }
        let all = Everything {
            format: "pink-blueberry-client-1",
            exported_at: self.clock.now().to_rfc3339(),
            name: &view.name,
            card: &of,
            edits,
            bookings: bookings.iter().map(|row| json(&row.booking)).collect::<Result<_, _>>()?,
            sales: sold,
            points: json(&self.loyalty(card)?)?,
            credit,
            packages,
            cards,
        };
        let whole = serde_json::to_vec_pretty(&all).map_err(|error| broken(&error))?;
        self.save_file("clients", &format!("{}.json", file.card), &whole)?;
        let visits = bookings.iter().map(|row| {
            let catalog = self.catalog()?;
            let names = row.booking.parts.iter().map(|p| {
                catalog.services.get(&p.claim.service).map_or_else(String::new, |service| service.name.clone())
            });
            Ok((date_text(row.day), names.collect::<Vec<_>>().join(", ")))
        });
        let visits = visits.collect::<Result<Vec<_>, Failure>>()?;
        let page = page(&view, &file, &of, &visits, self.catalog()?.branch.currency)?;
        self.save_file("clients", &format!("{}.html", file.card), page.as_bytes())
    }
}

/// So that nothing typed into a card is read as markup.
fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn table(out: &mut String, title: &str, rows: &[Vec<String>]) -> std::fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    write!(out, "<h2>{}</h2><table>", safe(title))?;
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            write!(out, "<td>{}</td>", safe(cell))?;
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>");
    Ok(())
}

/// One page without anything from elsewhere. Field names are those of the file beside it, so that the two can be compared.
fn page(
    view: &ClientView,
    file: &ClientFileView,
    of: &Card,
    visits: &[(String, String)],
    currency: Currency,
) -> Result<String, Failure> {
    let amount = |minor| Money::new(minor, currency).to_string();
    let mut out = String::from(
        "<!doctype html><html><head><meta charset=\"utf-8\"><title>Client</title><style>body{font:16px/1.5 sans-serif;\
         max-width:60rem;margin:2rem auto}table{border-collapse:collapse}td{padding:.25rem 1rem .25rem 0;\
         vertical-align:top}</style></head><body>",
    );
    let plain = |(name, s): (&String, &salon_domain::customer::Stamped)| {
        (keyed::parts(name).is_none() && !s.value.is_empty()).then(|| vec![name.clone(), s.value.clone()])
    };
    let fields: Vec<_> = of.fields.iter().filter_map(plain).collect();
    let past: Vec<_> = file
        .history
        .iter()
        .flat_map(|h| h.past.iter().map(|p| vec![h.field.clone(), p.value.clone(), p.date.clone()]))
        .collect();
    let consents: Vec<_> = file
        .consents
        .iter()
        .map(|c| {
            let given = if c.given { "yes" } else { "no" };
            vec![c.channel.name().to_owned(), given.to_owned(), c.how.clone(), c.date.clone(), c.by.clone()]
        })
        .collect();
    let tests: Vec<_> = file
        .patch_tests
        .iter()
        .map(|t| vec![t.date.clone(), t.kind.clone(), format!("{:?}", t.result), t.note.clone(), t.by.clone()])
        .collect();
    let formulas: Vec<_> = file
        .formulas
        .iter()
        .map(|f| vec![f.date.clone(), f.service_name.clone(), mixture(f), f.formula.note.clone(), f.result.clone()])
        .collect();
    let notes: Vec<_> = file.notes.iter().map(|n| vec![n.date.clone(), n.text.clone(), n.by.clone()]).collect();
    let family: Vec<_> = file.family.iter().map(|f| vec![f.relation.clone(), f.name.clone()]).collect();
    let tags: Vec<_> = file.tags.iter().map(|t| vec![t.label.clone()]).collect();
    let visits: Vec<_> = visits.iter().map(|(date, what)| vec![date.clone(), what.clone()]).collect();
    let sales: Vec<_> =
        view.sales.iter().map(|s| vec![s.date.clone(), s.number.to_string(), amount(s.total_minor)]).collect();
    let tables = [
        ("Fields", fields),
        ("Earlier values", past),
        ("Consents", consents),
        ("Patch tests", tests),
        ("Formulas", formulas),
        ("Notes", notes),
        ("Family and friends", family),
        ("Tags", tags),
        ("Visits", visits),
        ("Purchases", sales),
    ];
    let written = write!(out, "<h1>{}</h1>", safe(&view.name))
        .and_then(|()| tables.iter().try_for_each(|(title, rows)| table(&mut out, title, rows)));
    written.map_err(|error| broken(&error))?;
    out.push_str("</body></html>");
    Ok(out)
}

fn mixture(of: &salon_contract::window::FormulaView) -> String {
    let bowl = |bowl: &salon_domain::customer::Bowl| {
        let parts: Vec<String> =
            bowl.parts.iter().map(|p| format!("{} {}", p.name, f64::from(p.milli) / 1000.0)).collect();
        let developer = bowl.developer.as_ref().map_or_else(String::new, |d| {
            format!(" + {} % 1:{}", f64::from(d.strength_tenths) / 10.0, f64::from(d.ratio_tenths) / 10.0)
        });
        format!("{} {}{developer} {} min", bowl.zone, parts.join(" + "), bowl.minutes).trim().to_owned()
    };
    of.formula.bowls.iter().map(bowl).collect::<Vec<_>>().join("; ")
}
