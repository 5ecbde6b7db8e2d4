//! Who has joined a membership: a few clients, lately, so that some are paid, some are due and one or two in arrears.

use super::{Salon, rules};
use salon_domain::kernel::{BookingId, Hlc, MovementId, StaffId};
use salon_domain::payment::{Item, LineDraft, LineKind, Sale};
use salon_domain::value::{
    MembershipChange, MembershipMoved, MembershipOffer, Stamp, membership_of_line, movement_of_line,
};
use salon_sync::server::DeviceInfo;

/// One in so many clients.
const EACH: usize = 19;
/// Not longer ago: what is a year in arrears nobody keeps.
const DAYS: i32 = 45;

/// The line by which the client joins when paying for a visit that was so many days ago. Its id follows from the visit's,
/// so that nothing else of the demo changes by it.
pub fn joining(salon: &Salon, client: usize, days_ago: i32, visit: BookingId) -> Option<LineDraft> {
    if client % EACH != 4 || !(0..=DAYS).contains(&days_ago) {
        return None;
    }
    let offers = rules::memberships(&salon.services);
    let offer = offers.get(client / EACH % offers.len().max(1))?;
    let id = visit.derive(b"membership");
    Some(LineDraft {
        id,
        item: Item::Membership { offer: offer.id, membership: membership_of_line(id) },
        kind: LineKind::Sale,
        description: offer.plan.name.clone(),
        staff: None,
        card: None,
        quantity: 1,
        unit_price_minor: offer.plan.price_minor,
        discount: None,
        rates: Vec::new(),
        terms: Default::default(),
    })
}

/// Whether somebody joins by the sale.
pub fn joins(sale: &Sale) -> bool {
    sale.lines.iter().any(|line| matches!(line.item, Item::Membership { .. }))
}

/// What begins by the sale: each membership, and the payment of its first period.
pub fn begun(salon: &Salon, sale: &Sale, at: Hlc, device: &DeviceInfo, by: StaffId) -> Vec<MembershipMoved> {
    let Some(card) = sale.card else { return Vec::new() };
    let offers = rules::memberships(&salon.services);
    let plan = |id| offers.iter().find(|offer: &&MembershipOffer| offer.id == id).map(|offer| offer.plan.clone());
    let stamp = |id| Stamp { at, id, device: device.device, branch: device.branch, day: sale.day, by: by.uuid() };
    let mut moved = Vec::new();
    for line in &sale.lines {
        let Item::Membership { offer, membership } = line.item else { continue };
        let Some(plan) = plan(offer) else { continue };
        let mut add = |id: MovementId, what| {
            moved.push(MembershipMoved { stamp: stamp(id), ledger: membership, what });
        };
        let plan = Box::new(plan);
        add(movement_of_line(line.id, 0), MembershipChange::Started { line: line.id, card, from_day: sale.day, plan });
        let paid = MembershipChange::Paid { period: 0, ticket: sale.ticket, amount_minor: line.total_minor };
        add(movement_of_line(line.id, 1), paid);
    }
    moved
}
