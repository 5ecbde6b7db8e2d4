//! Promotions at the till: taken off by the terminal's own word, said on the paper, given back with the sale.

use crate::rig::{BOTTLE, CUT, Till, key, paid, refund_of};
use salon_contract::window::{OffersFor, Pay};
use salon_domain::kernel::{PromotionId, TicketId};
use salon_domain::payment::{Discount, Offer, OfferKind, Promotion, Scope, Stacking, TicketDraft, Trigger, price};
use salon_sync::wire::MasterKind;
use salon_terminal::store::StoreError;
use salon_tests::salon::ticket;

fn promotion(n: u8, trigger: Trigger, off: Discount, scope: Scope) -> Promotion {
    Promotion {
        id: PromotionId::from_parts(1, [n; 10]),
        label: format!("Offer {n}"),
        trigger,
        off,
        off_minor_max: None,
        scope,
        spend_minor_min: 0,
        stacking: Stacking::Stackable,
        currency: None,
        from_day: None,
        to_day: None,
        hours: None,
        branches: Default::default(),
        first_visit: false,
        active: true,
    }
}

/// Ten per cent off the shelf, and five euros for who has the code.
fn with_offers() -> Till {
    let till = Till::open();
    let offers = [
        promotion(1, Trigger::Automatic, Discount::Percent(1_000), Scope::Products),
        promotion(2, Trigger::Code("BERRY".into()), Discount::Amount(500), Scope::Everything),
    ];
    let put = |unit: &mut salon_terminal::store::Unit<'_>| {
        for offer in &offers {
            let body = serde_json::to_vec(offer).unwrap();
            unit.put_master(MasterKind::Promotion, offer.id.uuid(), Some(&body), false)?;
        }
        Ok::<(), StoreError>(())
    };
    till.app.store().write(put).unwrap();
    till
}

fn a_ticket(codes: &[&str]) -> TicketDraft {
    let mut draft = ticket(TicketId::from_uuid(key()), 1);
    draft.terms.codes = codes.iter().map(|code| (*code).to_owned()).collect();
    draft
}

#[test]
fn what_is_in_force_comes_off_and_the_paper_says_why() {
    let till = with_offers();
    let draft = a_ticket(&[]);
    let with = till.ask(OffersFor { ticket: draft.clone() }).unwrap();
    assert_eq!(price(&with).unwrap().total_minor, CUT + BOTTLE - 199);
    let sold = paid(till.ask(Pay::cash(key(), draft, 100_000)).unwrap());
    assert_eq!(sold.sale.total_minor, CUT + BOTTLE - 199, "the window did not say it, and it is taken off");
    let paper = sold.text.join("\n");
    assert!(paper.contains("Offer 1") && paper.contains("1.99"), "{paper}");
    let back = paid(till.ask(refund_of(sold.sale.ticket)).unwrap());
    assert_eq!(back.sale.total_minor, -sold.sale.total_minor);
    till.is_well();
}

#[test]
fn a_code_is_taken_and_another_one_takes_nothing() {
    let till = with_offers();
    let wrong = till.ask(OffersFor { ticket: a_ticket(&["NOTHING", " "]) }).unwrap();
    assert_eq!((wrong.terms.offers.len(), wrong.terms.codes.len()), (1, 1));
    let sold = paid(till.ask(Pay::cash(key(), a_ticket(&["BERRY", "BERRY"]), 100_000)).unwrap());
    assert_eq!(sold.sale.total_minor, CUT + BOTTLE - 199 - 500);
    till.is_well();
}

#[test]
fn a_window_that_makes_its_own_offers_is_not_believed() {
    let till = with_offers();
    let mut draft = a_ticket(&[]);
    draft.terms.offers.push(Offer {
        kind: OfferKind::Staff,
        promotion: PromotionId::from_parts(1, [9; 10]),
        label: "All of it".into(),
        off: Discount::Percent(10_000),
        off_minor_max: None,
        scope: Scope::Everything,
        spend_minor_min: 0,
        stacking: Stacking::Exclusive,
    });
    let sold = paid(till.ask(Pay::cash(key(), draft, 100_000)).unwrap());
    assert_eq!(sold.sale.total_minor, CUT + BOTTLE - 199);
}
