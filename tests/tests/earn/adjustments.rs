//! Method: a manager decides about pay at one till; statements, rebuilds and the other till are held against it.

use super::commission::{earned, sums};
use super::{ask, key, open_till, salon, sell, sync, ticket_id};
use salon_contract::window::{AdjustEarnings, Code, EarnedAdjustment, Failure, ReverseAdjustment, WorkOutTiers};
use salon_domain::commission::{AdjustmentKind, Band, Bands, Rate, RateRule, Scheme, What};
use salon_domain::kernel::StaffId;
use salon_terminal::app::App;
use salon_terminal::store::StoreError;
use salon_tests::agreed::scheme;
use salon_tests::salon::{MORNING, PIN, Salon, Terminal, desk, stylist, ticket};
use uuid::Uuid;

fn paying(agreed: Scheme) -> Salon {
    salon(|tenant| tenant.commission = Some(agreed))
}

fn decision(kind: AdjustmentKind, amount_minor: i64) -> AdjustEarnings {
    AdjustEarnings {
        key: key(),
        staff: stylist(0),
        from: "2026-09-01".into(),
        to: "2026-09-30".into(),
        kind,
        amount_minor,
        reason: "covered on Saturday".into(),
        anyway: false,
        manager: desk(),
        pin: PIN.into(),
    }
}

fn adjustments(app: &App, staff: StaffId) -> Vec<EarnedAdjustment> {
    earned(app, staff).days.into_iter().flat_map(|day| day.adjustments).collect()
}

fn take_back(app: &App, id: salon_domain::kernel::MovementId) -> Result<(), Failure> {
    let back = ReverseAdjustment {
        key: key(),
        staff: stylist(0),
        adjustment: id,
        date: "2026-09-29".into(),
        reason: "agreed otherwise".into(),
        anyway: false,
        manager: desk(),
        pin: PIN.into(),
    };
    ask(app, back).map(|_| ())
}

fn is_well(till: &Terminal) {
    let verified = till.app.store().verify().unwrap();
    assert!(verified.is_well(), "{verified:?}");
}

#[test]
fn a_bonus_and_an_advance_are_in_the_statement_with_their_reasons() {
    let salon = paying(scheme());
    let till = open_till(&salon, 1);
    let app = &till.app;
    sell(app, &ticket(ticket_id(), 0));
    let before = sums(app, stylist(0));
    let bonus = decision(AdjustmentKind::Bonus, 5_000);
    ask(app, bonus.clone()).unwrap();
    ask(app, bonus).unwrap();
    ask(app, decision(AdjustmentKind::Draw, -2_000)).unwrap();
    let view = earned(app, stylist(0));
    assert_eq!((view.sums.adjusted_minor, view.sums.together_minor()), (3_000, before.1 + 3_000));
    assert_eq!(sums(app, stylist(0)), before, "an adjustment is neither turnover nor commission nor tip");
    let made = adjustments(app, stylist(0));
    assert_eq!(made.iter().map(|a| a.amount_minor).collect::<Vec<_>>(), [5_000, -2_000]);
    assert!(made.iter().all(|a| a.reason == "covered on Saturday" && a.by == "Front Desk" && !a.taken_back));
    // Turnover is what tiers are reached by, and it is as it was: the next line's as well.
    sell(app, &ticket(ticket_id(), 0));
    assert_eq!(earned(app, stylist(0)).days[0].lines[1].earned.turnover_minor, 4_370);
    is_well(&till);
}

#[test]
fn it_is_taken_back_once_by_another_entry() {
    let salon = paying(scheme());
    let (one, two) = (open_till(&salon, 1), open_till(&salon, 2));
    ask(&one.app, decision(AdjustmentKind::Bonus, 5_000)).unwrap();
    sync(&salon, &[&one, &two]);
    let id = adjustments(&one.app, stylist(0))[0].id;
    // At both tills, before they hear of each other, and once more.
    take_back(&one.app, id).unwrap();
    take_back(&two.app, id).unwrap();
    take_back(&two.app, id).unwrap();
    sync(&salon, &[&one, &two]);
    for till in [&one, &two] {
        let made = adjustments(&till.app, stylist(0));
        assert_eq!(made.iter().map(|a| a.amount_minor).sum::<i64>(), 0);
        assert_eq!(made.iter().filter(|a| a.taken_back).count(), 1);
        assert_eq!(made.iter().filter(|a| a.reverses == Some(id)).count(), 1);
        is_well(till);
        till.app.store().write::<_, StoreError>(|unit| unit.rebuild()).unwrap();
        assert_eq!(adjustments(&till.app, stylist(0)), made);
    }
    let back = adjustments(&one.app, stylist(0)).into_iter().find(|a| a.reverses.is_some()).unwrap();
    assert_eq!(take_back(&one.app, back.id).unwrap_err().code, Code::BadInput);
    assert_eq!(take_back(&one.app, id.derive(b"nothing")).unwrap_err().code, Code::NotFound);
}

#[test]
fn nobody_s_pay_falls_below_nought_unsaid() {
    let salon = paying(scheme());
    let till = open_till(&salon, 1);
    let app = &till.app;
    sell(app, &ticket(ticket_id(), 0));
    let draw = decision(AdjustmentKind::Draw, -2_000);
    let refused = ask(app, draw.clone()).unwrap_err();
    assert_eq!(refused.code, Code::BelowNought);
    assert_eq!(refused.detail.get("left_minor").map(String::as_str), Some("-689"), "13.11 less 20.00");
    assert!(adjustments(app, stylist(0)).is_empty());
    ask(app, AdjustEarnings { anyway: true, ..draw }).unwrap();
    assert_eq!(earned(app, stylist(0)).sums.together_minor(), -689);
    // What makes it better needs no second word.
    ask(app, decision(AdjustmentKind::Bonus, 100)).unwrap();
    is_well(&till);
}

#[test]
fn only_a_manager_decides_with_a_reason_and_an_amount_that_can_be() {
    let salon = paying(scheme());
    let till = open_till(&salon, 1);
    let app = &till.app;
    let good = decision(AdjustmentKind::Bonus, 1_000);
    let table = [
        (AdjustEarnings { reason: "  ".into(), ..good.clone() }, Code::BadInput),
        (AdjustEarnings { amount_minor: -1_000, ..good.clone() }, Code::BadInput),
        (AdjustEarnings { amount_minor: i64::MIN, ..good.clone() }, Code::BadInput),
        (AdjustEarnings { kind: AdjustmentKind::Tiers, ..good.clone() }, Code::BadInput),
        (AdjustEarnings { from: "2026-10-01".into(), to: "2026-10-31".into(), ..good.clone() }, Code::BadInput),
        (AdjustEarnings { from: "2026-01-01".into(), ..good.clone() }, Code::BadInput),
        (AdjustEarnings { staff: StaffId::from_uuid(Uuid::from_u128(7)), ..good.clone() }, Code::NotFound),
        (AdjustEarnings { pin: "1111".into(), ..good.clone() }, Code::WrongPin),
        (AdjustEarnings { manager: stylist(0), ..good }, Code::WrongPin),
    ];
    for (wanted, code) in table {
        assert_eq!(ask(app, wanted.clone()).unwrap_err().code, code, "{wanted:?}");
    }
    assert!(adjustments(app, stylist(0)).is_empty());
}

/// 30 % from nought, 40 % of all of it from 100.00 on: three cuts of 43.70 reach it with the third.
#[test]
fn a_month_that_is_over_works_its_tiers_out_once() {
    let band = |from_minor, rate_bp| Band { from_minor, rate_bp };
    let rate = Rate::FromZero(Bands::try_from(vec![band(0, 3_000), band(10_000, 4_000)]).unwrap());
    let rules = vec![RateRule { staff: None, what: What::Services, rate }];
    let salon = paying(Scheme { rules, base: Default::default(), below_nought: Default::default() });
    let till = open_till(&salon, 1);
    let app = &till.app;
    for _ in 0..3 {
        sell(app, &ticket(ticket_id(), 0));
    }
    assert_eq!(sums(app, stylist(0)).1, 1_311 + 1_311 + 1_748);
    let work_out = |from: &str, to: &str| {
        let (staff, manager, pin) = (stylist(0), desk(), PIN.to_owned());
        ask(app, WorkOutTiers { key: key(), staff, from: from.into(), to: to.into(), manager, pin })
    };
    assert_eq!(work_out("2026-09-01", "2026-09-30").unwrap_err().code, Code::PeriodNotOver);
    assert_eq!(work_out("2026-09-02", "2026-09-30").unwrap_err().code, Code::BadInput);
    till.clock.set(salon_domain::kernel::Instant(MORNING.0 + 3 * 86_400_000));
    // 40 % of 131.10 are 52.44.
    assert_eq!(work_out("2026-09-01", "2026-09-30").unwrap().amount_minor, 5_244 - 4_370);
    assert_eq!(work_out("2026-09-01", "2026-09-30").unwrap().amount_minor, 0);
    let made = adjustments(app, stylist(0));
    assert_eq!((made.len(), made[0].kind), (1, AdjustmentKind::Tiers));
    assert_eq!(made[0].how.as_ref().unwrap().restated[0].due_minor, 5_244);
    assert_eq!(earned(app, stylist(0)).sums.together_minor(), 5_244);
    is_well(&till);
}
