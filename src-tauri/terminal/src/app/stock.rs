//! Stock levels as the till shows them.

use super::App;
use salon_contract::window::{Failure, StockRow};
use salon_domain::access::Permission;
use salon_domain::customer::fold_for_search;
use salon_domain::inventory::{needs_reorder, reorder_quantity};

/// The days, today among them, that the use of the back bar is shown for.
const USED_DAYS: i32 = 30;

impl App {
    pub(super) fn stock(&self, text: &str, low_only: bool, limit: u16) -> Result<Vec<StockRow>, Failure> {
        self.require(Permission::StockRead)?;
        let catalog = self.catalog()?;
        let levels = self.store.levels()?;
        let today = catalog.day(self.clock.now())?;
        let used = self.store.used_between(today - (USED_DAYS - 1), today)?;
        let words: Vec<String> = fold_for_search(text).split_whitespace().map(str::to_owned).collect();
        let mut rows: Vec<StockRow> = catalog
            .products
            .values()
            .filter(|p| p.active)
            .filter(|p| {
                let folded = fold_for_search(&format!("{} {} {} {}", p.name, p.brand, p.sku, p.barcode));
                words.iter().all(|w| folded.contains(w.as_str()))
            })
            .map(|p| (p, levels.get(&p.id).copied().unwrap_or(0)))
            .filter(|(p, level)| !low_only || needs_reorder(p, *level))
            .map(|(p, level_milli)| StockRow {
                product: p.id,
                name: p.name.clone(),
                brand: p.brand.clone(),
                sku: p.sku.clone(),
                level_milli,
                used_milli: used.get(&p.id).copied().unwrap_or(0),
                pack: p.pack,
                par_min: p.par_min,
                par_max: p.par_max,
                reorder: reorder_quantity(p, level_milli),
                price_minor: p.price_minor,
            })
            .collect();
        rows.sort_by(|a, b| (&a.brand, &a.name).cmp(&(&b.brand, &b.name)));
        rows.truncate(usize::from(limit.max(1)));
        Ok(rows)
    }
}
