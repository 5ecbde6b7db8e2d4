//! What the demo's cards have besides plain fields: patch tests that most clients have passed, and formulas. Nothing here
//! draws a number: the same salon comes out as without them.

use super::catalog::PATCH_KIND;
use salon_domain::customer::{
    Bowl, Developer, Formula, FormulaPart, PatchReading, PatchResult, PatchTest, Unit, keyed,
};
use salon_domain::kernel::{CardId, EventId, Id, Instant, ServiceId, StaffId};
use std::collections::BTreeMap;

const DAY_MS: i64 = 86_400_000;

/// Who works there, and what they would write a formula for.
pub struct House {
    pub stylists: Vec<StaffId>,
    pub desk: StaffId,
    pub colour: Option<ServiceId>,
}

/// Zone, products with grams, developer in tenths of a per cent, tenths of its ratio, minutes.
type Mix = (&'static str, [(&'static str, u32); 2], u16, u16, u16);

const MIXES: [Mix; 6] = [
    ("Roots", [("6/0", 30), ("6/3", 30)], 60, 10, 35),
    ("All over", [("7/1", 30), ("8/0", 30)], 40, 15, 25),
    ("Roots", [("5/0", 40), ("5/75", 10)], 30, 10, 30),
    ("Lengths", [("8/34", 50), ("9/16", 10)], 19, 20, 20),
    ("Grey cover", [("6/07", 45), ("6/0", 15)], 60, 10, 45),
    ("Foils", [("Clay lightener", 40), ("10/81", 5)], 90, 20, 40),
];

/// The entries of one client's card. `number` is theirs in the order of invention.
pub fn entries(
    house: &House,
    number: usize,
    card: CardId,
    registered: Instant,
    now: Instant,
) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    // Three in four have a test, none of them older than a third of a year.
    if !number.is_multiple_of(4) {
        let tested = Instant(registered.0.max(now.0 - (2 + number as i64 % 110) * DAY_MS).min(now.0 - 60_000));
        let id: EventId = card.derive(b"patch");
        let by = house.desk.uuid();
        let note = "Behind the ear".to_owned();
        let test = PatchTest { kind: PATCH_KIND.into(), at: tested, day: tested.utc_day(), by, note };
        fields.insert(keyed::name(keyed::PATCH_TEST, id), keyed::write(&test));
        let read = Instant((tested.0 + 2 * DAY_MS).min(now.0));
        let result = if number % 60 == 1 { PatchResult::Reaction } else { PatchResult::Clear };
        let reading = PatchReading { result, at: read, by };
        fields.insert(keyed::name(keyed::PATCH_READING, id), keyed::write(&reading));
    }
    if number.is_multiple_of(3) && !house.stylists.is_empty() {
        let at = Instant(registered.0.max(now.0 - (40 + number as i64 % 60) * DAY_MS).min(now.0 - 60_000));
        let staff = house.stylists[number / 3 % house.stylists.len()];
        let formula = formula(&MIXES[number / 3 % MIXES.len()], staff, house.colour, at.utc_day());
        let id: Id<()> = card.derive(b"formula");
        fields.insert(keyed::name(keyed::FORMULA, id), keyed::write(&formula));
    }
    fields
}

fn formula(mix: &Mix, staff: StaffId, service: Option<ServiceId>, day: i32) -> Formula {
    let (zone, parts, strength_tenths, ratio_tenths, minutes) = mix;
    let part = |(name, grams): &(&str, u32)| FormulaPart {
        product: None,
        name: (*name).to_owned(),
        milli: grams * 1000,
        unit: Unit::G,
    };
    let developer =
        Some(Developer { name: String::new(), strength_tenths: *strength_tenths, ratio_tenths: *ratio_tenths });
    let bowl = Bowl { zone: (*zone).into(), parts: parts.iter().map(part).collect(), developer, minutes: *minutes };
    Formula { service, booking: None, day, staff, bowls: vec![bowl], note: String::new() }
}
