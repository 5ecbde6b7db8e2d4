//! What a manager decides about somebody's pay, and what the end of a month makes of its tiers. Entries of their own: a
//! line that was frozen stays as it is.

use super::catalog::parse_date;
use super::earnings::month_of;
use super::{App, Catalog, till};
use crate::store::Unit;
use salon_contract::window::{AdjustEarnings, Code, Done, Failure, ReverseAdjustment, TiersWorkedOut, WorkOutTiers};
use salon_domain::access::Permission;
use salon_domain::commission::{AdjustmentError, AdjustmentKind, AdjustmentMade, adjust};
use salon_domain::event::Happening;
use salon_domain::kernel::{StaffId, day_number};
use uuid::Uuid;

impl App {
    /// Whose PIN it is, if they may decide about pay.
    fn decides_about_pay(&self, manager: StaffId, pin: &str) -> Result<Uuid, Failure> {
        self.require(Permission::BookRead)?;
        let manager = self.check_pin(manager, pin)?;
        match manager.may(Permission::StaffWrite) {
            true => Ok(manager.id.uuid()),
            false => Err(Failure::new(Code::NotAllowed).with("permission", "staff_write")),
        }
    }

    pub(super) fn adjust_earnings(&self, wanted: &AdjustEarnings) -> Result<Done, Failure> {
        let user = self.decides_about_pay(wanted.manager, &wanted.pin)?;
        let catalog = self.catalog()?;
        let person = catalog.person(wanted.staff).ok_or(Code::NotFound)?;
        let (from_day, to_day) = period(&wanted.from, &wanted.to)?;
        let today = catalog.day(self.clock.now())?;
        // Tiers are worked out, and nobody says what they come to.
        if matches!(wanted.kind, AdjustmentKind::Tiers | AdjustmentKind::Other) || today < from_day {
            let field = if today < from_day { "date" } else { "kind" };
            return Err(Failure::new(Code::BadInput).with("field", field));
        }
        let made = AdjustmentMade {
            // One command, one adjustment.
            id: person.id.derive(wanted.key.as_bytes()),
            staff: person.id,
            kind: wanted.kind,
            from_day,
            to_day,
            day: today.min(to_day),
            amount_minor: wanted.amount_minor,
            reason: wanted.reason.trim().to_owned(),
            reverses: None,
            how: None,
        };
        made.check().map_err(refused)?;
        self.store.write::<_, Failure>(|unit| add(unit, &catalog, made, wanted.anyway, user, wanted.key))
    }

    pub(super) fn reverse_adjustment(&self, wanted: &ReverseAdjustment) -> Result<Done, Failure> {
        let user = self.decides_about_pay(wanted.manager, &wanted.pin)?;
        let catalog = self.catalog()?;
        let day = day_number(parse_date(&wanted.date)?);
        self.store.write::<_, Failure>(|unit| {
            let made = unit.adjustment(wanted.staff, day, wanted.adjustment)?.ok_or(Code::NotFound)?;
            let back = made.reversal(&wanted.reason).map_err(refused)?;
            add(unit, &catalog, back, wanted.anyway, user, wanted.key)
        })
    }

    /// Asked again it finds nothing more to add, until another till's sales have come in.
    pub(super) fn work_out_tiers(&self, wanted: &WorkOutTiers) -> Result<TiersWorkedOut, Failure> {
        let user = self.decides_about_pay(wanted.manager, &wanted.pin)?;
        let catalog = self.catalog()?;
        let person = catalog.person(wanted.staff).ok_or(Code::NotFound)?.id;
        let (from_day, to_day) = period(&wanted.from, &wanted.to)?;
        if month_of(from_day)? != (from_day, to_day) {
            return Err(Failure::new(Code::BadInput).with("field", "date"));
        }
        if catalog.day(self.clock.now())? <= to_day {
            return Err(Failure::new(Code::PeriodNotOver).with("date", till::date_text(to_day)));
        }
        self.store.write::<_, Failure>(|unit| {
            let (earned, before) = unit.period_of(person, from_day, to_day)?;
            let mut amount_minor = 0;
            for adjusted in adjust(from_day, to_day, &earned, &before) {
                amount_minor += adjusted.amount_minor;
                let made = AdjustmentMade::of_tiers(adjusted);
                journal(unit, made, user, wanted.key)?;
            }
            Ok(TiersWorkedOut { amount_minor })
        })
    }
}

/// Adds it once, and not without being told if it leaves less than nothing.
fn add(
    unit: &mut Unit<'_>,
    catalog: &Catalog,
    made: AdjustmentMade,
    anyway: bool,
    user: Uuid,
    key: Uuid,
) -> Result<Done, Failure> {
    if unit.adjustment(made.staff, made.day, made.id)?.is_some() {
        return Ok(Done {});
    }
    let earned_minor = unit.earned_minor(made.staff, made.from_day, made.to_day)?;
    let left_minor = earned_minor.saturating_add(made.amount_minor);
    if left_minor < 0 && made.amount_minor < 0 && !anyway {
        let failure = Failure::new(Code::BelowNought).with("left_minor", left_minor);
        return Err(failure.with("currency", catalog.branch.currency));
    }
    journal(unit, made, user, key)?;
    Ok(Done {})
}

fn journal(unit: &mut Unit<'_>, made: AdjustmentMade, user: Uuid, key: Uuid) -> Result<(), Failure> {
    let staff = made.staff.uuid();
    unit.journal(staff, Happening::CommissionAdjusted(Box::new(made)), user, key)?;
    Ok(())
}

/// First and last day of a period of at most a month.
fn period(from: &str, to: &str) -> Result<(i32, i32), Failure> {
    let (from_day, to_day) = (day_number(parse_date(from)?), day_number(parse_date(to)?));
    match (0..31).contains(&(to_day - from_day)) {
        true => Ok((from_day, to_day)),
        false => Err(Failure::new(Code::BadInput).with("field", "date")),
    }
}

fn refused(error: AdjustmentError) -> Failure {
    match error {
        AdjustmentError::Reason => Failure::new(Code::BadInput).with("field", "reason"),
        AdjustmentError::Amount => Failure::new(Code::BadInput).with("field", "amount").with("detail", error),
        AdjustmentError::Period => Failure::new(Code::BadInput).with("field", "date"),
        AdjustmentError::NotReversible => Failure::new(Code::BadInput).with("field", "adjustment"),
    }
}
