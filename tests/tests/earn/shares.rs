//! Method: an assistant helps with a line; what each earns is held against the whole, with a refund and a second till.

use super::commission::{earned, sums};
use super::{key, open_till, refund, salon, sell, sync, ticket_id};
use salon_contract::window::{Code, LineBack};
use salon_domain::commission::{Share, Why};
use salon_domain::payment::{Back, TicketDraft};
use salon_tests::agreed::scheme;
use salon_tests::salon::{Salon, stylist, tenant_id, ticket};

fn paying() -> Salon {
    salon(|tenant| tenant.commission = Some(scheme()))
}

fn share(n: u8, share_bp: u32) -> Share {
    Share { staff: stylist(n), share_bp }
}

/// A cut of 52.00, net 43.70, three quarters the first stylist's.
fn helped() -> TicketDraft {
    let mut draft = ticket(ticket_id(), 0);
    draft.lines[0].terms.shares = vec![share(0, 7_500), share(1, 2_500)];
    draft
}

#[test]
fn a_line_is_shared_to_the_cent_and_says_so() {
    let salon = paying();
    let till = open_till(&salon, 1);
    let app = &till.app;
    sell(app, &helped());
    let (own, helper) = (sums(app, stylist(0)), sums(app, stylist(1)));
    assert_eq!((own.0, helper.0), (3_278, 1_092), "together 43.70");
    assert_eq!((own.1, helper.1), (983, 328), "30 % of each");
    let line = &earned(app, stylist(1)).days[0].lines[0];
    assert_eq!(
        (line.description.as_str(), &line.earned.why[0]),
        ("Cut", &Why::Shared { share_bp: 2_500, of_minor: 4_370 })
    );
    assert!(app.store().verify().unwrap().is_well());
}

/// Whoever gives it back, at whichever till, in however many pieces: both are at nought.
#[test]
fn a_refund_takes_off_everybody_s_share() {
    let salon = paying();
    let (one, two) = (open_till(&salon, 1), open_till(&salon, 2));
    let draft = helped();
    sell(&one.app, &draft);
    sync(&salon, &[&one, &two]);
    refund(&two.app, draft.id, vec![LineBack { line: draft.lines[0].id, back: Back::Amount(1_000) }]);
    assert!(sums(&two.app, stylist(1)).1 < 328);
    refund(&two.app, draft.id, Vec::new());
    sync(&salon, &[&one, &two]);
    for till in [&one, &two] {
        assert_eq!(sums(&till.app, stylist(0)), (0, 0, 0));
        assert_eq!(sums(&till.app, stylist(1)), (0, 0, 0));
        assert!(till.app.store().verify().unwrap().is_well());
    }
}

#[test]
fn shares_that_are_not_the_whole_are_refused() {
    let salon = paying();
    let till = open_till(&salon, 1);
    let nobody = Share { staff: tenant_id().derive(b"nobody"), share_bp: 2_500 };
    let bad = [
        vec![share(0, 7_500)],
        vec![share(0, 7_500), share(1, 2_600)],
        vec![share(0, 7_500), share(0, 2_500)],
        vec![share(1, 7_500), share(2, 2_500)],
        vec![share(0, 10_000), share(1, 0)],
        vec![share(0, 7_500), nobody],
    ];
    for shares in bad {
        let mut draft = helped();
        draft.lines[0].terms.shares = shares.clone();
        assert_eq!(till.app.pay_cash(key(), &draft, 100_000).unwrap_err().code, Code::BadInput, "{shares:?}");
    }
    // Of a line that is nobody's there is nothing to share.
    let mut draft = helped();
    draft.lines[0].staff = None;
    sell(&till.app, &draft);
    assert_eq!(sums(&till.app, stylist(1)), (0, 0, 0));
}
