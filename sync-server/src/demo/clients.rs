//! Two thousand invented clients, most of whom were there before the first day.

use super::beauty::{self, House};
use super::names::{ALLERGIES, FAMILY, FORMULAS, GIVEN, NOTES, PHONE_BLOCKS};
use super::random::Rng;
use super::{Salon, Wish};
use salon_domain::customer::{CardEdit, field};
use salon_domain::kernel::{CardId, Hlc, Instant, NodeId, StaffId};
use std::collections::{BTreeMap, HashSet};

const DAY_MS: i64 = 86_400_000;

pub struct Client {
    pub card: CardId,
    pub name: String,
    /// The branch that they go to.
    pub home: usize,
    /// How they like to come: more for regulars.
    pub weight: u32,
    pub registered: Instant,
    fields: BTreeMap<String, String>,
}

impl Client {
    pub fn edit(&self, node: NodeId) -> CardEdit {
        let at = Hlc { wall_ms: self.registered.0, counter: 0, node };
        CardEdit { card: self.card, at, set: self.fields.clone() }
    }
}

/// By the instant at which they registered.
pub struct Clients(pub Vec<Client>);

impl Clients {
    pub fn invent(rng: &mut Rng, wish: &Wish, branches: usize, opened: Instant) -> Clients {
        let mut names = HashSet::new();
        let mut all = Vec::with_capacity(wish.clients);
        for number in 0..wish.clients.min(GIVEN.len() * FAMILY.len() * 3 / 4) {
            let (given, family) = loop {
                let name = (*rng.pick(&GIVEN), *rng.pick(&FAMILY));
                if names.insert(name) {
                    break name;
                }
            };
            let registered = registered(rng, wish.now, opened);
            all.push(Client {
                card: rng.id(registered.0),
                name: format!("{given} {family}"),
                home: rng.weighted((0..branches as u32).map(|ix| 60 - 10 * ix.min(5))),
                weight: [1, 3, 8][rng.weighted([35, 45, 20])],
                registered,
                fields: fields(rng, number, given, family),
            });
        }
        all.sort_by_key(|client| client.registered);
        Clients(all)
    }
}

impl Clients {
    /// Puts what is on the cards besides plain fields onto them.
    pub fn furnish(&mut self, salon: &Salon, now: Instant) {
        let bookable = salon.staff.iter().filter(|s| s.bookable);
        let house = House {
            stylists: bookable.map(|s| s.id).collect(),
            desk: salon.staff.first().map_or_else(|| StaffId::from_uuid(uuid::Uuid::nil()), |s| s.id),
            colour: salon.services.iter().find(|s| s.code == "COL-FULL").map(|s| s.id),
        };
        for (number, client) in self.0.iter_mut().enumerate() {
            client.fields.extend(beauty::entries(&house, number, client.card, client.registered, now));
        }
    }
}

/// Two in three came in the two years before the first day, the others since; during opening hours.
fn registered(rng: &mut Rng, now: Instant, opened: Instant) -> Instant {
    let days =
        if rng.per_mille(660) { -rng.between(1, 730) } else { rng.between(0, ((now.0 - opened.0) / DAY_MS).max(0)) };
    let at = opened.0 + days * DAY_MS + rng.between(10 * 60, 15 * 60) * 60_000 + rng.between(0, 59_999);
    // Later today has not been yet: then it was yesterday.
    Instant(if at < now.0 - 600_000 { at } else { at - DAY_MS })
}

fn fields(rng: &mut Rng, number: usize, given: &str, family: &str) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    let mut set = |name: &str, value: String| {
        fields.insert(name.to_owned(), value);
    };
    set(field::GIVEN_NAME, given.to_owned());
    set(field::FAMILY_NAME, family.to_owned());
    let (area, block) = PHONE_BLOCKS[number % PHONE_BLOCKS.len()];
    set(field::PHONE, format!("+49 {area} {block} {:03}", number / PHONE_BLOCKS.len() % 1_000));
    if rng.per_mille(820) {
        let plain = |name: &str| salon_domain::customer::fold_for_search(name).replace(' ', "");
        set(field::EMAIL, format!("{}.{}{number}@example.com", plain(given), plain(family)));
        set(field::MARKETING_EMAIL, if rng.per_mille(550) { "yes" } else { "no" }.to_owned());
    }
    if rng.per_mille(400) {
        set(
            field::BIRTHDAY,
            format!("{}-{:02}-{:02}", rng.between(1945, 2012), rng.between(1, 12), rng.between(1, 28)),
        );
    }
    if rng.per_mille(140) {
        set(field::NOTE, (*rng.pick(&NOTES)).to_owned());
    }
    if rng.per_mille(60) {
        set(field::ALLERGY, (*rng.pick(&ALLERGIES)).to_owned());
    }
    if rng.per_mille(220) {
        set(field::FORMULA, (*rng.pick(&FORMULAS)).to_owned());
    }
    fields
}
