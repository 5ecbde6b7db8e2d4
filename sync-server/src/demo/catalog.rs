//! Sixty services and two hundred products, invented.

use super::FOUNDED_MS;
use super::random::Rng;
use salon_domain::access::Role;
use salon_domain::branch::{DaySpan, WeekHours};
use salon_domain::catalog::{Pack, PackUnit, PatchTerms, Phase, PhaseKind, Product, Service, StaffTerms, Usage};
use salon_domain::kernel::PromotionId;
use salon_domain::payment::{Discount, Promotion, Scope, Stacking, Trigger};
use salon_domain::staff::Staff;
use std::collections::BTreeMap;

pub const TAX_CLASS: &str = "standard";

/// Code, name, category, minutes of work / processing / finishing, price in euros.
type Line = (&'static str, &'static str, &'static str, u16, u16, u16, i64);

#[rustfmt::skip]
const SERVICES: [Line; 60] = [
    ("CUT-W", "Cut & finish, women", "Cuts", 60, 0, 0, 62),
    ("CUT-WL", "Cut & finish, long hair", "Cuts", 75, 0, 0, 72),
    ("CUT-M", "Cut, men", "Cuts", 40, 0, 0, 39),
    ("CUT-MW", "Wash, cut & style, men", "Cuts", 45, 0, 0, 44),
    ("CUT-FR", "Fringe trim", "Cuts", 15, 0, 0, 14),
    ("CUT-DRY", "Dry cut", "Cuts", 40, 0, 0, 46),
    ("CUT-CURL", "Curl cut", "Cuts", 75, 0, 0, 79),
    ("CUT-BUZZ", "Machine cut", "Cuts", 20, 0, 0, 22),
    ("CUT-TRAN", "Restyle & consultation", "Cuts", 90, 0, 0, 89),
    ("KID-6", "Child to 6", "Kids", 25, 0, 0, 19),
    ("KID-12", "Child to 12", "Kids", 30, 0, 0, 26),
    ("KID-TEEN", "Teenager", "Kids", 40, 0, 0, 35),
    ("KID-BRAID", "Braids for children", "Kids", 30, 0, 0, 24),
    ("STY-BLOW", "Blow-dry", "Styling", 35, 0, 0, 36),
    ("STY-BLOWL", "Blow-dry, long hair", "Styling", 45, 0, 0, 44),
    ("STY-WAVE", "Waves with the iron", "Styling", 40, 0, 0, 42),
    ("STY-UP", "Updo", "Styling", 60, 0, 0, 75),
    ("STY-BRIDE", "Bridal hair", "Styling", 120, 0, 0, 190),
    ("STY-TRIAL", "Bridal trial", "Styling", 90, 0, 0, 120),
    ("STY-BRAID", "Braiding", "Styling", 45, 0, 0, 48),
    ("COL-ROOT", "Root colour", "Colour", 30, 35, 20, 64),
    ("COL-FULL", "Full colour", "Colour", 40, 40, 25, 82),
    ("COL-FULLL", "Full colour, long hair", "Colour", 50, 40, 30, 98),
    ("COL-GLOSS", "Gloss", "Colour", 20, 20, 15, 45),
    ("COL-TONER", "Toner", "Colour", 15, 15, 10, 34),
    ("COL-GREY", "Grey blending, men", "Colour", 20, 15, 15, 42),
    ("COL-BROW", "Brow tint", "Brows & lashes", 15, 0, 0, 16),
    ("COL-CORR", "Colour correction", "Colour", 90, 45, 45, 220),
    ("COL-FANT", "Fantasy colour", "Colour", 60, 45, 30, 140),
    ("HL-PART", "Highlights, part", "Highlights", 50, 30, 25, 88),
    ("HL-HALF", "Highlights, half head", "Highlights", 65, 35, 25, 112),
    ("HL-FULL", "Highlights, whole head", "Highlights", 85, 40, 30, 145),
    ("HL-BALA", "Balayage", "Highlights", 80, 45, 35, 175),
    ("HL-FACE", "Face frame", "Highlights", 35, 30, 20, 69),
    ("HL-BABY", "Babylights", "Highlights", 95, 40, 30, 168),
    ("TRT-MASK", "Mask & massage", "Treatments", 20, 0, 0, 24),
    ("TRT-BOND", "Bond repair", "Treatments", 15, 20, 10, 38),
    ("TRT-KERA", "Keratin smoothing", "Treatments", 70, 30, 60, 210),
    ("TRT-SCALP", "Scalp ritual", "Treatments", 40, 0, 0, 49),
    ("TRT-GLAZE", "Shine glaze", "Treatments", 15, 15, 10, 32),
    ("TRT-OIL", "Hot oil", "Treatments", 15, 15, 10, 29),
    ("PRM-FULL", "Perm", "Perm", 60, 30, 40, 118),
    ("PRM-PART", "Perm, part", "Perm", 40, 25, 30, 84),
    ("PRM-STR", "Straightening", "Perm", 75, 40, 45, 160),
    ("MEN-BEARD", "Beard trim", "Men", 20, 0, 0, 19),
    ("MEN-SHAVE", "Wet shave", "Men", 35, 0, 0, 36),
    ("MEN-COMBO", "Cut & beard", "Men", 60, 0, 0, 56),
    ("MEN-NECK", "Neck tidy-up", "Men", 10, 0, 0, 9),
    ("BRW-SHAPE", "Brow shaping", "Brows & lashes", 15, 0, 0, 15),
    ("BRW-LAM", "Brow lamination", "Brows & lashes", 30, 10, 10, 55),
    ("LSH-TINT", "Lash tint", "Brows & lashes", 20, 0, 0, 19),
    ("LSH-LIFT", "Lash lift", "Brows & lashes", 40, 10, 10, 62),
    ("MKP-DAY", "Make-up, day", "Make-up", 35, 0, 0, 45),
    ("MKP-EVE", "Make-up, evening", "Make-up", 50, 0, 0, 62),
    ("MKP-BRIDE", "Bridal make-up", "Make-up", 75, 0, 0, 110),
    ("NAI-MANI", "Manicure", "Hands", 40, 0, 0, 35),
    ("NAI-GEL", "Gel polish", "Hands", 50, 0, 0, 46),
    ("NAI-CARE", "Hand ritual", "Hands", 25, 0, 0, 26),
    ("EXT-CON", "Extensions, consultation", "Extensions", 30, 0, 0, 25),
    ("EXT-FIT", "Extensions, fitting", "Extensions", 150, 0, 0, 320),
];

/// What the patch tests of the demo are for.
pub const PATCH_KIND: &str = "Lash and brow tint";

pub fn services(rng: &mut Rng, staff: &[Staff]) -> Vec<Service> {
    // Managers are the seniors here; the newest stylist takes longer for colour.
    let seniors: Vec<_> = staff.iter().filter(|s| s.role == Role::Manager && s.bookable).map(|s| s.id).collect();
    let newest = staff.iter().rev().find(|s| s.role == Role::Stylist).map(|s| s.id);
    SERVICES
        .iter()
        .map(|(code, name, category, work, processing, finishing, euros)| {
            let phases = |work: u16| {
                let mut phases = vec![Phase::work(work)];
                if *processing > 0 {
                    phases.push(Phase { kind: PhaseKind::Processing, minutes: *processing });
                    phases.push(Phase { kind: PhaseKind::Finishing, minutes: *finishing });
                }
                phases
            };
            let mut by_staff = BTreeMap::new();
            if matches!(*category, "Cuts" | "Colour" | "Highlights") && *euros >= 39 {
                let price_minor = Some((euros * 115 / 100 + 4) / 5 * 5 * 100);
                by_staff.extend(seniors.iter().map(|s| (*s, StaffTerms { price_minor, phases: None })));
            }
            if let (Some(newest), true) = (newest, *category == "Highlights") {
                let price_minor = Some(euros * 90);
                by_staff.insert(newest, StaffTerms { price_minor, phases: Some(phases(work + 15)) });
            }
            Service {
                id: rng.id(FOUNDED_MS),
                code: (*code).into(),
                name: (*name).into(),
                category: (*category).into(),
                phases: phases(*work),
                buffer_before_min: 0,
                buffer_after_min: if *processing > 0 { 5 } else { 0 },
                price_minor: euros * 100,
                by_staff,
                uses: Vec::new(),
                tax_class: TAX_CLASS.into(),
                active: true,
                patch_test: matches!(*code, "LSH-TINT" | "LSH-LIFT" | "BRW-LAM").then(|| PatchTerms::Needs {
                    kind: PATCH_KIND.into(),
                    hours_before: 24,
                    valid_days: 180,
                }),
            }
        })
        .collect()
}

const BRANDS: [&str; 8] =
    ["Blaubeer", "Nordlicht", "Kamm & Kern", "Salzwiese", "Mohnrot", "Quellgrund", "Feingespinst", "Zwölfuhr"];

/// Kind, category, shortest price in euros.
const KINDS: [(&str, &str, i64); 25] = [
    ("Shampoo 250 ml", "Care", 18),
    ("Shampoo 1 l", "Care", 42),
    ("Conditioner 200 ml", "Care", 20),
    ("Conditioner 1 l", "Care", 46),
    ("Mask 200 ml", "Care", 26),
    ("Leave-in 150 ml", "Care", 24),
    ("Scalp serum 50 ml", "Care", 32),
    ("Hair oil 100 ml", "Care", 29),
    ("Bond cure 100 ml", "Care", 34),
    ("Heat shield 150 ml", "Styling", 22),
    ("Volume foam 200 ml", "Styling", 19),
    ("Hair spray 300 ml", "Styling", 18),
    ("Hair spray 75 ml", "Styling", 9),
    ("Sea salt spray 150 ml", "Styling", 17),
    ("Curl cream 150 ml", "Styling", 23),
    ("Matt paste 75 ml", "Styling", 19),
    ("Wax 75 ml", "Styling", 18),
    ("Dry shampoo 200 ml", "Styling", 16),
    ("Beard oil 30 ml", "Men", 21),
    ("Beard balm 50 ml", "Men", 18),
    ("Flat brush", "Tools", 28),
    ("Round brush", "Tools", 24),
    ("Comb", "Tools", 9),
    ("Silk scrunchie", "Tools", 12),
    ("Travel set", "Gifts", 35),
];

/// An EAN-13 of the range that shops number for themselves (GS1 prefixes 200 to 299): it is nobody's article.
pub fn ean13(number: u64) -> String {
    let digits = format!("29{number:010}");
    let sum: u32 =
        digits.bytes().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

pub fn products(rng: &mut Rng) -> Vec<Product> {
    let mut products = Vec::with_capacity(BRANDS.len() * KINDS.len());
    for (brand_ix, brand) in BRANDS.iter().enumerate() {
        for (kind_ix, (kind, category, euros)) in KINDS.iter().enumerate() {
            let price_minor = (euros + rng.between(0, 6)) * 100 - 10;
            let par_min = rng.between(1, 3);
            products.push(Product {
                id: rng.id(FOUNDED_MS),
                sku: format!("{}{}-{:02}", (b'A' + brand_ix as u8) as char, brand_ix + 1, kind_ix + 1),
                barcode: ean13((brand_ix * KINDS.len() + kind_ix + 1) as u64),
                name: format!("{brand} {kind}"),
                brand: (*brand).into(),
                category: (*category).into(),
                price_minor,
                cost_minor: price_minor * rng.between(38, 52) / 100,
                pack: pack(kind),
                par_min,
                par_max: par_min + rng.between(3, 6),
                tax_class: TAX_CLASS.into(),
                active: true,
            });
        }
    }
    products
}

/// What is in it, as its name says.
fn pack(kind: &str) -> Option<Pack> {
    let (rest, unit) = kind.rsplit_once(' ')?;
    let amount: u32 = rest.rsplit_once(' ')?.1.parse().ok()?;
    let amount = match unit {
        "ml" => amount,
        "l" => amount * 1_000,
        _ => return None,
    };
    Some(Pack { amount, unit: PackUnit::Millilitre })
}

/// Category of services, and what one of them takes: kind of product, millilitres.
const RECIPES: [(&str, &[(&str, i64)]); 6] = [
    ("Cuts", &[("Shampoo 1 l", 12)]),
    ("Styling", &[("Shampoo 1 l", 12), ("Heat shield 150 ml", 4)]),
    ("Colour", &[("Bond cure 100 ml", 6), ("Shampoo 1 l", 15), ("Conditioner 1 l", 20)]),
    ("Highlights", &[("Bond cure 100 ml", 8), ("Shampoo 1 l", 20), ("Conditioner 1 l", 25)]),
    ("Treatments", &[("Mask 200 ml", 15), ("Conditioner 1 l", 15)]),
    ("Perm", &[("Shampoo 1 l", 20), ("Conditioner 1 l", 30)]),
];

/// Gives the services their recipes, from the shelf of one brand after the other.
pub fn recipes(services: &mut [Service], products: &[Product]) {
    for (ix, service) in services.iter_mut().enumerate() {
        let Some((_, takes)) = RECIPES.iter().find(|(category, _)| *category == service.category) else { continue };
        let brand = BRANDS[ix % BRANDS.len()];
        let usage = |(kind, millilitres): &(&str, i64)| {
            let product = products.iter().find(|p| p.brand == brand && p.name.ends_with(kind))?;
            Some(Usage { product: product.id, milli: product.pack?.milli_of(millilitres * 1_000) })
        };
        service.uses = takes.iter().filter_map(usage).collect();
    }
}

/// One that comes by itself, and one for a code.
pub fn promotions() -> Vec<Promotion> {
    let one = |n: u8, label: &str, trigger, off| Promotion {
        id: PromotionId::from_parts(FOUNDED_MS, [n; 10]),
        label: label.into(),
        trigger,
        off,
        off_minor_max: None,
        scope: Scope::Everything,
        spend_minor_min: 0,
        stacking: Stacking::Stackable,
        currency: None,
        from_day: None,
        to_day: None,
        hours: None,
        branches: Default::default(),
        first_visit: false,
        active: true,
    };
    let mut tuesdays = WeekHours::default();
    tuesdays.0[1] = vec![DaySpan { from_min: 0, to_min: 24 * 60 }];
    let retail = Promotion {
        scope: Scope::Products,
        hours: Some(tuesdays),
        ..one(1, "Shelf Tuesday (demo)", Trigger::Automatic, Discount::Percent(1_000))
    };
    vec![retail, one(2, "Welcome back (demo)", Trigger::Code("BERRY".into()), Discount::Amount(500))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn barcodes_have_the_right_check_digit() {
        // 4006381333931 is the textbook's example; ours are of the same make.
        for number in [1, 17, 200] {
            let code = ean13(number);
            let sum: u32 = code.bytes().zip([1, 3].into_iter().cycle()).map(|(d, w)| u32::from(d - b'0') * w).sum();
            assert_eq!((code.len(), sum % 10), (13, 0), "{code}");
        }
    }
}
