use super::{ask, key, open_till, refund, salon, sell, sync, ticket_id, tip, void};
use salon_contract::window::{Code, Earnings, EarningsView, LineBack, VoidSale};
use salon_domain::commission::{Base, Scheme, What, Why};
use salon_domain::kernel::StaffId;
use salon_domain::payment::{Back, Discount};
use salon_terminal::app::App;
use salon_terminal::store::StoreError;
use salon_tests::agreed::scheme;
use salon_tests::salon::{PIN, Salon, desk, stylist, ticket};

fn paying(scheme: Scheme) -> Salon {
    salon(|tenant| tenant.commission = Some(scheme))
}

pub(super) fn earned(app: &App, staff: StaffId) -> EarningsView {
    ask(app, Earnings { staff, from: "2026-09-01".into(), to: "2026-09-30".into() }).unwrap()
}

pub(super) fn sums(app: &App, staff: StaffId) -> (i64, i64, i64) {
    let sums = earned(app, staff).sums;
    (sums.turnover_minor, sums.commission_minor, sums.tips_minor)
}

/// Cut 52.00 and a bottle 19.90, both with 19 % in them: 43.70 and 16.72 net.
#[test]
fn a_sale_earns_line_by_line_and_says_why() {
    let salon = paying(scheme());
    let till = open_till(&salon, 1);
    let app = &till.app;
    let mut draft = ticket(ticket_id(), 1);
    draft.lines.push(tip(&draft, 1, 500));
    let sold = sell(app, &draft);
    assert_eq!(sold.sale.lines.iter().map(|l| l.net_minor).collect::<Vec<_>>(), [4_370, 1_672, 500]);

    // 30 % of 43.70 and 12 % of 16.72; the tip is the other stylist's, in full and no turnover.
    assert_eq!(sums(app, stylist(0)), (6_042, 1_311 + 201, 0));
    assert_eq!(sums(app, stylist(1)), (0, 0, 500));
    let view = earned(app, stylist(0));
    let lines = &view.days[0].lines;
    assert_eq!((lines.len(), lines[0].number, lines[0].description.as_str()), (2, sold.sale.number, "Cut"));
    assert_eq!(lines[0].earned.why, [Why::Rule { what: What::Services, personal: false }]);
    assert_eq!(lines[1].earned.why, [Why::Rule { what: What::ProductsIn("Retail".into()), personal: true }]);
    assert_eq!(lines[1].earned.turnover_minor, 4_370, "the first line counts before the second");
    assert_eq!(lines[0].earned.cost_minor, 0);

    // The third cut goes over the edge: 100.00 less what was turned over at 30 %, the rest at 40 %.
    sell(app, &ticket(ticket_id(), 0));
    let view = earned(app, stylist(0));
    let parts = &view.days[0].lines[2].earned.parts;
    assert_eq!(parts.iter().map(|p| (p.rate_bp, p.counted_minor)).collect::<Vec<_>>(), [(3_000, 3_958), (4_000, 412)]);
    let verified = app.store().verify().unwrap();
    assert!(verified.is_well(), "{verified:?}");
}

#[test]
fn twice_is_once_and_a_refund_gives_back_to_nought() {
    let salon = paying(scheme());
    let till = open_till(&salon, 1);
    let app = &till.app;
    let mut draft = ticket(ticket_id(), 2);
    draft.discount = Some(Discount::Percent(1_500));
    draft.lines.push(tip(&draft, 0, 700));
    let once = key();
    app.pay_cash(once, &draft, 100_000).unwrap();
    let before = sums(app, stylist(0));
    app.pay_cash(once, &draft, 100_000).unwrap();
    app.pay_cash(key(), &draft, 100_000).unwrap();
    assert_eq!(sums(app, stylist(0)), before);
    assert_eq!(before.2, 700);

    // Another sale moves the turnover on; what comes off is what was frozen.
    sell(app, &ticket(ticket_id(), 3));
    let with_both = sums(app, stylist(0));
    refund(app, draft.id, Vec::new());
    let left = sums(app, stylist(0));
    assert_eq!(left, (with_both.0 - before.0, with_both.1 - before.1, with_both.2 - before.2));
    let view = earned(app, stylist(0));
    let back = view.days[0].lines.iter().filter(|l| l.earned.of.is_some()).collect::<Vec<_>>();
    assert_eq!(back.len(), 2);
    assert!(back.iter().all(|l| l.earned.amount_minor < 0 && matches!(l.earned.why[..], [Why::Refund { .. }])));
    assert!(app.store().verify().unwrap().is_well());
}

/// In pieces, by amounts, and then what is left: to nought, to the cent.
#[test]
fn what_comes_back_in_pieces_takes_off_what_was_frozen() {
    let salon = paying(scheme());
    let till = open_till(&salon, 1);
    let app = &till.app;
    let mut draft = ticket(ticket_id(), 3);
    draft.discount = Some(Discount::Amount(333));
    sell(app, &draft);
    let (_, whole, _) = sums(app, stylist(0));
    let (cut, bottles) = (draft.lines[0].id, draft.lines[1].id);
    refund(app, draft.id, vec![LineBack { line: bottles, back: Back::Pieces(1) }]);
    let (_, left, _) = sums(app, stylist(0));
    assert!(0 < left && left < whole);
    refund(app, draft.id, vec![LineBack { line: cut, back: Back::Amount(1_234) }]);
    refund(app, draft.id, vec![LineBack { line: bottles, back: Back::Pieces(1) }]);
    refund(app, draft.id, Vec::new());
    assert_eq!(sums(app, stylist(0)), (0, 0, 0));
    assert!(app.store().verify().unwrap().is_well());
}

#[test]
fn before_discounts_the_salon_bears_them() {
    let salon = paying(Scheme { base: Base::BeforeDiscounts, ..scheme() });
    let till = open_till(&salon, 1);
    let mut draft = ticket(ticket_id(), 0);
    draft.lines[0].discount = Some(Discount::Percent(5_000));
    sell(&till.app, &draft);
    let view = earned(&till.app, stylist(0));
    let line = &view.days[0].lines[0].earned;
    assert_eq!((line.base_minor, line.amount_minor), (4_370, 1_311));
    assert_eq!(line.why[0], Why::BeforeDiscounts { discount_minor: 4_370 - 2_185 });
}

/// No scheme: no entry, no row, and tips all the same.
#[test]
fn without_a_scheme_nothing_is_written() {
    let salon = salon(|_| {});
    let till = open_till(&salon, 1);
    let app = &till.app;
    let before = app.store().journal_count().unwrap();
    let mut draft = ticket(ticket_id(), 1);
    sell(app, &draft);
    assert_eq!(app.store().journal_count().unwrap(), before + 1);
    assert!(earned(app, stylist(0)).days.is_empty() && !earned(app, stylist(0)).has_scheme);
    draft = ticket(ticket_id(), 0);
    draft.lines.push(tip(&draft, 2, 300));
    sell(app, &draft);
    assert_eq!(sums(app, stylist(2)), (0, 0, 300));
    refund(app, draft.id, Vec::new());
    assert_eq!(sums(app, stylist(2)), (0, 0, 0));
}

/// Each till freezes what it knows; afterwards both say the same, and so does a rebuild.
#[test]
fn two_tills_that_did_not_know_of_each_other_end_in_one_statement() {
    let salon = paying(scheme());
    let (one, two) = (open_till(&salon, 1), open_till(&salon, 2));
    let drafts: Vec<_> = (0..6).map(|n| ticket(ticket_id(), n % 3)).collect();
    for (n, draft) in drafts.iter().enumerate() {
        sell(if n % 2 == 0 { &one.app } else { &two.app }, draft);
    }
    refund(&one.app, drafts[2].id, Vec::new());
    sync(&salon, &[&one, &two]);
    // The other till's sale, given back here.
    refund(&two.app, drafts[0].id, Vec::new());
    sync(&salon, &[&one, &two]);
    let mut views = [earned(&one.app, stylist(0)), earned(&two.app, stylist(0))];
    for view in &mut views {
        for day in &mut view.days {
            day.lines.sort_by_key(|l| l.earned.id);
        }
    }
    assert_eq!(views[0], views[1]);
    assert_eq!(views[0].days[0].lines.len(), 10 + 4 - 2 + 1);
    for till in [&one, &two] {
        assert!(till.app.store().verify().unwrap().is_well());
        till.app.store().write::<_, StoreError>(|unit| unit.rebuild()).unwrap();
        assert_eq!(sums(&till.app, stylist(0)), {
            let s = views[0].sums;
            (s.turnover_minor, s.commission_minor, s.tips_minor)
        });
    }
}

#[test]
fn everybody_sees_their_own_and_managers_everybody_s() {
    let salon = paying(scheme());
    let till = open_till(&salon, 1);
    let app = &till.app;
    sell(app, &ticket(ticket_id(), 0));
    let of = |staff, from: &str, to: &str| ask(app, Earnings { staff, from: from.into(), to: to.into() });
    assert!(of(stylist(0), "2026-09-29", "2026-09-29").is_ok());
    assert_eq!(of(stylist(0), "2026-09-30", "2026-09-29").unwrap_err().code, Code::BadInput);
    assert_eq!(of(stylist(0), "2026-01-01", "2026-09-29").unwrap_err().code, Code::BadInput);
    app.act_as(stylist(0));
    assert_eq!(sums(app, stylist(0)).1, 1_311);
    assert_eq!(of(stylist(1), "2026-09-29", "2026-09-29").unwrap_err().code, Code::NotAllowed);
    app.act_as(desk());
    assert!(of(stylist(1), "2026-09-29", "2026-09-29").is_ok());
}

/// What a voided sale had earned goes with it, tips too, here and on every till that hears of it; and only the till whose
/// session it is voids it.
#[test]
fn a_void_takes_back_what_its_sale_had_earned() {
    let salon = paying(scheme());
    let (till, other) = (open_till(&salon, 1), open_till(&salon, 2));
    let app = &till.app;
    let kept = sell(app, &ticket(ticket_id(), 1));
    let before = sums(app, stylist(0));
    let mut draft = ticket(ticket_id(), 2);
    draft.lines.push(tip(&draft, 0, 700));
    sell(app, &draft);
    sync(&salon, &[&till, &other]);
    let (manager, pin, reason) = (desk(), PIN.to_owned(), "not here".to_owned());
    let wanted = VoidSale { key: key(), ticket: draft.id, manager, pin, reason };
    assert_eq!(ask(&other.app, wanted).unwrap_err().code, Code::RefundInstead);
    let back = void(app, draft.id);
    assert_eq!((back.sale.is_void(), back.sale.total_minor), (true, -(5_200 + 2 * 1_990 + 700)));
    assert_eq!(sums(app, stylist(0)), before);
    sync(&salon, &[&till, &other]);
    assert_eq!(sums(&other.app, stylist(0)), before);
    let totals = app.store().open_session().unwrap().unwrap().totals;
    assert_eq!((totals.total_minor, totals.tip_minor), (kept.sale.total_minor, 0));
    for app in [app, &other.app] {
        app.store().write::<_, StoreError>(|unit| unit.rebuild()).unwrap();
        let verified = app.store().verify().unwrap();
        assert!(verified.is_well(), "{verified:?}");
    }
}
