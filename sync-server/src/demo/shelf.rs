//! What is on the shelf of a branch: opening stock, sales, deliveries, use at the back bar.

use super::Salon;
use super::random::Rng;
use salon_domain::catalog::Product;
use salon_domain::inventory::{
    LowStock, MILLI_PER_UNIT, Movement, MovementReason, UsedOn, low_stock_after, reorder_quantity, use_up, uses_of,
};
use salon_domain::kernel::{Instant, ProductId};
use salon_domain::payment::{Item, LineKind, Sale};
use std::collections::BTreeMap;

pub struct Shelf {
    levels: BTreeMap<ProductId, i64>,
    /// Moved since the stock document was last written.
    moved: BTreeMap<ProductId, i64>,
}

impl Shelf {
    pub fn empty() -> Self {
        Shelf { levels: BTreeMap::new(), moved: BTreeMap::new() }
    }

    fn level(&self, product: ProductId) -> i64 {
        self.levels.get(&product).copied().unwrap_or(0)
    }

    /// Moves a level; what the reorder point says about it.
    pub fn shift(&mut self, product: &Product, milli: i64) -> Option<LowStock> {
        let before = self.level(product.id);
        self.levels.insert(product.id, before + milli);
        *self.moved.entry(product.id).or_default() += milli;
        low_stock_after(product, before, before + milli)
    }

    /// Something that can be sold.
    pub fn on_shelf<'p>(&self, rng: &mut Rng, products: &'p [Product]) -> Option<&'p Product> {
        (0..8).map(|_| rng.pick(products)).find(|p| self.level(p.id) >= MILLI_PER_UNIT)
    }

    fn movement(rng: &mut Rng, at: Instant, product: ProductId, milli: i64, reason: MovementReason) -> Movement {
        Movement { id: rng.id(at.0), product, milli, reason, used_for: None }
    }

    /// What the salon came with. A few products are short from the start.
    pub fn opening(rng: &mut Rng, at: Instant, products: &[Product]) -> Vec<Movement> {
        products
            .iter()
            .map(|p| {
                let units = rng.between(p.par_min, p.par_max + 1);
                Self::movement(rng, at, p.id, units * MILLI_PER_UNIT, MovementReason::Opening)
            })
            .collect()
    }

    /// The delivery of the week: most of what is short.
    pub fn delivery(&self, rng: &mut Rng, at: Instant, products: &[Product]) -> Vec<Movement> {
        let mut delivered = Vec::new();
        for product in products {
            let units = reorder_quantity(product, self.level(product.id));
            if units > 0 && rng.per_mille(850) {
                delivered.push(Self::movement(rng, at, product.id, units * MILLI_PER_UNIT, MovementReason::Delivery));
            }
        }
        delivered
    }

    /// What a sale's services take by their recipes, as far as it is there.
    pub fn used_for(&self, salon: &Salon, sale: &Sale) -> Vec<Movement> {
        let mut used: Vec<Movement> = Vec::new();
        for line in sale.lines.iter().filter(|line| line.kind == LineKind::Sale) {
            let Item::Service(id) = line.item else { continue };
            let Some(service) = salon.services.iter().find(|s| s.id == id) else { continue };
            let on = UsedOn { ticket: sale.ticket, line: line.id, service: id, day: sale.day, device: sale.device };
            let cost = |product| salon.products.iter().find(|p| p.id == product).map_or(0, |p| p.cost_minor);
            for movement in use_up(on, &uses_of(&service.uses, line.quantity, None), cost) {
                let taken: i64 = used.iter().filter(|m| m.product == movement.product).map(|m| m.milli).sum();
                if self.level(movement.product) + taken + movement.milli >= 0 {
                    used.push(movement);
                }
            }
        }
        used
    }

    /// What a week's work takes from the litre bottles, where nobody wrote down for what.
    pub fn back_bar(&self, rng: &mut Rng, at: Instant, products: &[Product]) -> Vec<Movement> {
        let mut used = Vec::new();
        for product in products.iter().filter(|p| p.name.ends_with("1 l")) {
            if self.level(product.id) >= MILLI_PER_UNIT && rng.per_mille(400) {
                let milli = -rng.between(150, 900);
                used.push(Self::movement(rng, at, product.id, milli, MovementReason::Use));
            }
        }
        used
    }

    /// What the stock document has to be moved by; forgotten here.
    pub fn take_moved(&mut self) -> Vec<(ProductId, i64)> {
        std::mem::take(&mut self.moved).into_iter().filter(|(_, milli)| *milli != 0).collect()
    }
}
