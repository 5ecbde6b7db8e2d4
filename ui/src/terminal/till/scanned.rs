use super::draft::TicketAction;
use crate::text::{fill, scan as words};
use salon_contract::window::CatalogView;
use salon_domain::catalog::Product;
use salon_domain::kernel::StaffId;

/// Puts a scanned product on the ticket: how many, the price of its label and its weight in grams, if it has them.
pub fn add_scanned(
    product: &Product,
    (quantity, price_minor, weight_grams): (i64, Option<i64>, Option<u32>),
    staff: Option<StaffId>,
    catalog: &CatalogView,
) -> TicketAction {
    let priced = Product { price_minor: price_minor.unwrap_or(product.price_minor), ..product.clone() };
    match TicketAction::add_product(&priced, staff, catalog) {
        TicketAction::Add(mut line, currency) => {
            line.quantity = quantity;
            if let Some(grams) = weight_grams {
                let values = [("name", line.description.as_str()), ("grams", &grams.to_string())];
                line.description = fill(words::GRAMS, &values);
            }
            TicketAction::Scanned(line, currency)
        }
        other => other,
    }
}
