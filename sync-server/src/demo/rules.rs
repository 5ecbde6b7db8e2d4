//! What the salon has agreed with its people: invented.

use salon_domain::access::Role;
use salon_domain::commission::{Band, Bands, Rate, RateRule, Scheme, What};
use salon_domain::staff::Staff;

/// Services in bands of the month's turnover, highlights at less (their material is dear), a tenth of products, and a
/// little more of them for the first stylist.
pub fn commission(staff: &[Staff]) -> Scheme {
    let band = |from_minor, rate_bp| Band { from_minor, rate_bp };
    let bands = Bands::try_from(vec![band(0, 3_000), band(400_000, 3_500), band(800_000, 4_000)]);
    let services = bands.map_or(Rate::Flat(3_000), Rate::Progressive);
    let rule = |staff, what, rate| RateRule { staff, what, rate };
    let mut rules = vec![
        rule(None, What::Services, services),
        rule(None, What::ServicesIn("Highlights".into()), Rate::Flat(2_500)),
        rule(None, What::Products, Rate::Flat(1_000)),
    ];
    let first = staff.iter().find(|person| person.role == Role::Stylist);
    rules.extend(first.map(|person| rule(Some(person.id), What::Products, Rate::Flat(1_200))));
    Scheme { rules, base: Default::default(), below_nought: Default::default() }
}
