//! A promotion as it is typed, and what is wrong with it, field by field.

use super::form::{amount_text, parse_percent, percent_text};
use crate::text::{clock, parse_amount, parse_date};
use salon_domain::branch::{DaySpan, WeekHours};
use salon_domain::kernel::{BranchId, Currency, PromotionId, day_from_number, day_number};
use salon_domain::payment::{Discount, Promotion, Scope, Stacking, Trigger};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Label,
    Name,
    Value,
    Max,
    Spend,
    Scope,
    From,
    To,
    Hours,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    Everything,
    Services,
    Products,
    Only,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PromotionForm {
    pub id: PromotionId,
    pub label: String,
    /// Which kind; the name of a code, tier or plan is beside it.
    pub trigger: Trigger,
    pub name: String,
    pub is_percent: bool,
    pub value: String,
    pub max: String,
    pub scope: ScopeKind,
    pub categories: BTreeSet<String>,
    /// Items that are named one by one: kept, and not shown by name.
    pub items: BTreeSet<salon_domain::payment::Item>,
    pub spend: String,
    pub stacking: Stacking,
    pub from: String,
    pub to: String,
    /// 0 is Monday. Empty: on all days.
    pub weekdays: BTreeSet<usize>,
    pub from_time: String,
    pub to_time: String,
    /// Hours that differ from day to day: kept as they are.
    pub own_hours: Option<WeekHours>,
    pub branches: BTreeSet<BranchId>,
    pub first_visit: bool,
    pub currency: Option<Currency>,
    pub active: bool,
}

const WHOLE_DAY: (u16, u16) = (0, 24 * 60);

fn date_text(day: Option<i32>) -> String {
    day.and_then(|day| day_from_number(day).ok()).map_or_else(String::new, |date| date.to_string())
}

/// The days, and the hours that all of them have.
fn alike(hours: &WeekHours) -> Option<(BTreeSet<usize>, DaySpan)> {
    let days: BTreeSet<usize> = (0..7).filter(|day| !hours.0[*day].is_empty()).collect();
    let span = *hours.0[*days.first()?].first()?;
    days.iter().all(|day| hours.0[*day] == [span]).then_some((days, span))
}

/// `09:30`, to `24:00`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && hour * 60 + minute <= WHOLE_DAY.1).then_some(hour * 60 + minute)
}

impl PromotionForm {
    pub fn new(id: PromotionId) -> PromotionForm {
        let promotion = Promotion {
            id,
            label: String::new(),
            trigger: Trigger::Automatic,
            off: Discount::Percent(1_000),
            off_minor_max: None,
            scope: Scope::Everything,
            spend_minor_min: 0,
            stacking: Stacking::Stackable,
            currency: None,
            from_day: None,
            to_day: None,
            hours: None,
            branches: BTreeSet::new(),
            first_visit: false,
            active: true,
        };
        PromotionForm::of(&promotion, Currency::EUR)
    }

    pub fn of(known: &Promotion, currency: Currency) -> PromotionForm {
        let currency = known.currency.unwrap_or(currency);
        let name = match &known.trigger {
            Trigger::Code(name) | Trigger::Loyalty(name) | Trigger::Membership(name) => name.clone(),
            Trigger::Automatic | Trigger::Staff => String::new(),
        };
        let (is_percent, value) = match known.off {
            Discount::Percent(bp) => (true, percent_text(bp)),
            Discount::Amount(minor) => (false, amount_text(Some(minor), currency)),
        };
        let (scope, items, categories) = match &known.scope {
            Scope::Everything => (ScopeKind::Everything, BTreeSet::new(), BTreeSet::new()),
            Scope::Services => (ScopeKind::Services, BTreeSet::new(), BTreeSet::new()),
            Scope::Products => (ScopeKind::Products, BTreeSet::new(), BTreeSet::new()),
            Scope::Only { items, categories } => (ScopeKind::Only, items.clone(), categories.clone()),
        };
        let (weekdays, span, own_hours) = match known.hours.as_ref().map(|hours| (alike(hours), hours)) {
            Some((Some((days, span)), _)) => (days, Some(span), None),
            Some((None, hours)) => (BTreeSet::new(), None, Some(hours.clone())),
            None => (BTreeSet::new(), None, None),
        };
        let time = |of: fn(DaySpan) -> u16| {
            span.filter(|span| (span.from_min, span.to_min) != WHOLE_DAY)
                .map_or_else(String::new, |span| clock(of(span)))
        };
        PromotionForm {
            id: known.id,
            label: known.label.clone(),
            trigger: known.trigger.clone(),
            name,
            is_percent,
            value,
            max: amount_text(known.off_minor_max, currency),
            scope,
            categories,
            items,
            spend: amount_text(Some(known.spend_minor_min).filter(|minor| *minor != 0), currency),
            stacking: known.stacking,
            from: date_text(known.from_day),
            to: date_text(known.to_day),
            from_time: time(|span| span.from_min),
            to_time: time(|span| span.to_min),
            weekdays,
            own_hours,
            branches: known.branches.clone(),
            first_visit: known.first_visit,
            currency: known.currency,
            active: known.active,
        }
    }

    fn trigger(&self) -> Trigger {
        let name = self.name.trim().to_owned();
        match &self.trigger {
            Trigger::Code(_) => Trigger::Code(name),
            Trigger::Loyalty(_) => Trigger::Loyalty(name),
            Trigger::Membership(_) => Trigger::Membership(name),
            other => other.clone(),
        }
    }

    fn hours(&self, faults: &mut Vec<Part>) -> Option<WeekHours> {
        if self.own_hours.is_some() {
            return self.own_hours.clone();
        }
        let times = match (self.from_time.trim(), self.to_time.trim()) {
            ("", "") => Some(WHOLE_DAY),
            (from, to) => minute(from).zip(minute(to)).filter(|(from, to)| from < to),
        };
        let Some((from_min, to_min)) = times else {
            faults.push(Part::Hours);
            return None;
        };
        if self.weekdays.is_empty() && (from_min, to_min) == WHOLE_DAY {
            return None;
        }
        let mut hours = WeekHours::default();
        for day in (0..7).filter(|day| self.weekdays.is_empty() || self.weekdays.contains(day)) {
            hours.0[day] = vec![DaySpan { from_min, to_min }];
        }
        Some(hours)
    }

    /// The promotion, or all fields that are wrong.
    pub fn build(&self, currency: Currency) -> Result<Promotion, Vec<Part>> {
        let currency = self.currency.unwrap_or(currency);
        let mut faults = Vec::new();
        let label = self.label.trim();
        if label.is_empty() || label.chars().count() > 120 {
            faults.push(Part::Label);
        }
        let needs_name = !matches!(self.trigger, Trigger::Automatic | Trigger::Staff);
        if needs_name && self.name.trim().is_empty() {
            faults.push(Part::Name);
        }
        let off = match self.is_percent {
            true => parse_percent(&self.value, 10_000).filter(|bp| *bp > 0).map(Discount::Percent),
            false => parse_amount(&self.value, currency).filter(|minor| *minor > 0).map(Discount::Amount),
        };
        faults.extend(off.is_none().then_some(Part::Value));
        let mut amount = |text: &str, part: Part| {
            let read = parse_amount(text, currency).filter(|minor| *minor > 0);
            if read.is_none() && !text.trim().is_empty() {
                faults.push(part);
            }
            read
        };
        let (off_minor_max, spend) = (amount(&self.max, Part::Max), amount(&self.spend, Part::Spend));
        if self.scope == ScopeKind::Only && self.categories.is_empty() && self.items.is_empty() {
            faults.push(Part::Scope);
        }
        let mut day = |text: &str, part: Part| {
            let read = parse_date(text).map(day_number);
            if read.is_none() && !text.trim().is_empty() {
                faults.push(part);
            }
            read
        };
        let (from_day, to_day) = (day(&self.from, Part::From), day(&self.to, Part::To));
        if from_day.zip(to_day).is_some_and(|(from, to)| from > to) {
            faults.push(Part::To);
        }
        let hours = self.hours(&mut faults);
        let (Some(off), true) = (off, faults.is_empty()) else { return Err(faults) };
        Ok(Promotion {
            id: self.id,
            label: label.to_owned(),
            trigger: self.trigger(),
            off,
            off_minor_max,
            scope: match self.scope {
                ScopeKind::Everything => Scope::Everything,
                ScopeKind::Services => Scope::Services,
                ScopeKind::Products => Scope::Products,
                ScopeKind::Only => Scope::Only { items: self.items.clone(), categories: self.categories.clone() },
            },
            spend_minor_min: spend.unwrap_or(0),
            stacking: self.stacking,
            currency: self.currency,
            from_day,
            to_day,
            hours,
            branches: self.branches.clone(),
            first_visit: self.first_visit,
            active: self.active,
        })
    }
}

/// Where a promotion stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Running,
    Planned,
    Ended,
    Off,
}

pub fn standing(promotion: &Promotion, today: i32) -> Standing {
    match promotion {
        Promotion { active: false, .. } => Standing::Off,
        Promotion { to_day: Some(to), .. } if *to < today => Standing::Ended,
        Promotion { from_day: Some(from), .. } if *from > today => Standing::Planned,
        _ => Standing::Running,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tuesdays() -> Promotion {
        let mut form = PromotionForm::new(PromotionId::from_parts(1, [1; 10]));
        form.label = " Colour on Tuesdays ".into();
        (form.scope, form.categories) = (ScopeKind::Only, ["Colour".to_owned()].into());
        (form.weekdays, form.from_time, form.to_time) = ([1].into(), "09:00".into(), "12:30".into());
        (form.value, form.max, form.spend) = ("15".into(), "30.00".into(), "50".into());
        (form.from, form.to) = ("2026-11-01".into(), "2026-11-30".into());
        form.build(Currency::EUR).unwrap()
    }

    #[test]
    fn what_is_shown_is_what_is_kept() {
        let promotion = tuesdays();
        assert_eq!((promotion.label.as_str(), promotion.off), ("Colour on Tuesdays", Discount::Percent(1_500)));
        assert_eq!((promotion.off_minor_max, promotion.spend_minor_min), (Some(3_000), 5_000));
        assert_eq!(promotion.check(), Ok(()));
        assert_eq!(PromotionForm::of(&promotion, Currency::EUR).build(Currency::EUR), Ok(promotion.clone()));
        // Hours that differ from day to day are kept, and so is a code.
        let mut own = promotion.hours.clone().unwrap();
        own.0[4] = vec![DaySpan { from_min: 60, to_min: 120 }];
        let coded = Promotion { hours: Some(own), trigger: Trigger::Code("BERRY".into()), ..promotion };
        assert_eq!(PromotionForm::of(&coded, Currency::EUR).build(Currency::EUR), Ok(coded));
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        let mut form = PromotionForm::new(PromotionId::from_parts(1, [1; 10]));
        form.trigger = Trigger::Code(String::new());
        form.value = "0".into();
        form.max = "-1".into();
        form.scope = ScopeKind::Only;
        (form.from, form.to) = ("2026-11-02".into(), "2026-11-01".into());
        form.from_time = "12:00".into();
        let faults = form.build(Currency::EUR).unwrap_err();
        assert_eq!(faults, [Part::Label, Part::Name, Part::Value, Part::Max, Part::Scope, Part::To, Part::Hours]);
    }

    #[test]
    fn it_is_planned_then_running_then_ended() {
        let promotion = tuesdays();
        let first = promotion.from_day.unwrap();
        let of = |day| standing(&promotion, day);
        assert_eq!(
            [of(first - 1), of(first), of(first + 29), of(first + 30)],
            [Standing::Planned, Standing::Running, Standing::Running, Standing::Ended]
        );
        assert_eq!(standing(&Promotion { active: false, ..promotion }, first), Standing::Off);
    }
}
