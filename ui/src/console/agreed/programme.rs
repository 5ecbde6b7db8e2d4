//! The loyalty programme as it is typed, and what is wrong with it, field by field.

use super::form::{amount_text, parse_percent, parse_whole, percent_text};
use salon_domain::kernel::Currency;
use salon_domain::loyalty::{
    Condition, Gives, Once, Programme, Reward, RewardGives, Rule, SpendRule, Tier, TierTerms, Tiers,
};
use salon_domain::payment::Item;
use std::collections::BTreeSet;

/// Tiers above the one that everybody has.
pub const TIERS: [Tier; 3] = [Tier::Silver, Tier::Gold, Tier::Platinum];
const POINTS_MAX: i64 = 1_000_000;
const DAYS_MAX: i64 = 36_500;
/// Ten times the points.
const MULTIPLIER_BP_MAX: u32 = 100_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Each,
    Per,
    Expires,
    Window,
    TierFrom(usize),
    TierMultiplier(usize),
    TierServices(usize),
    TierProducts(usize),
    RewardName(usize),
    RewardCost(usize),
    RewardValue(usize),
    RuleName(usize),
    RuleValue(usize),
}

#[derive(Debug, Clone, PartialEq)]
pub struct TierForm {
    pub tier: Tier,
    /// Empty: the salon does not have this tier.
    pub from: String,
    pub multiplier: String,
    pub services_off: String,
    pub products_off: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RewardKind {
    Amount,
    Percent,
    Item,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RewardForm {
    pub key: u32,
    pub name: String,
    pub cost: String,
    pub kind: RewardKind,
    /// An amount or a percentage.
    pub value: String,
    pub item: Option<Item>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivesKind {
    PerTicket,
    PerPiece,
    Extra,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RuleForm {
    pub key: u32,
    pub name: String,
    pub first_visit: bool,
    pub birthday: bool,
    pub category: Option<String>,
    pub from_tier: Option<Tier>,
    /// 1 is Monday. Empty: on all days.
    pub weekdays: BTreeSet<u8>,
    /// What this page does not show, and keeps.
    pub others: Vec<Condition>,
    pub gives: GivesKind,
    pub value: String,
    pub once: Option<Once>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ProgrammeForm {
    /// Both empty: spending earns nothing.
    pub each: String,
    pub per: String,
    pub expires: String,
    pub window: String,
    pub tiers: Vec<TierForm>,
    pub rewards: Vec<RewardForm>,
    pub rules: Vec<RuleForm>,
    pub next_key: u32,
}

fn whole_text(n: Option<u32>) -> String {
    n.map_or_else(String::new, |n| n.to_string())
}

fn tier_form(tier: Tier, terms: Option<&TierTerms>) -> TierForm {
    let percent = |of: fn(&TierTerms) -> u32, otherwise: u32| percent_text(terms.map_or(otherwise, of));
    TierForm {
        tier,
        from: terms.map_or_else(String::new, |terms| terms.from_points.to_string()),
        multiplier: percent(|terms| terms.multiplier_bp, 10_000),
        services_off: percent(|terms| terms.services_off_bp, 0),
        products_off: percent(|terms| terms.products_off_bp, 0),
    }
}

fn reward_form(key: u32, reward: &Reward, currency: Currency) -> RewardForm {
    let (kind, value, item) = match &reward.gives {
        RewardGives::AmountOff(minor) => (RewardKind::Amount, amount_text(Some(*minor), currency), None),
        RewardGives::PercentOff(bp) => (RewardKind::Percent, percent_text(*bp), None),
        RewardGives::FreeItem(item) => (RewardKind::Item, String::new(), Some(item.clone())),
    };
    RewardForm { key, name: reward.name.clone(), cost: reward.cost_points.to_string(), kind, value, item }
}

fn rule_form(key: u32, rule: &Rule) -> RuleForm {
    let (gives, value) = match rule.gives {
        Gives::PerTicket(points) => (GivesKind::PerTicket, points.to_string()),
        Gives::PerPiece(points) => (GivesKind::PerPiece, points.to_string()),
        Gives::Extra(bp) => (GivesKind::Extra, percent_text(bp)),
    };
    let mut form = RuleForm { gives, value, once: rule.once, name: rule.name.clone(), ..RuleForm::new(key) };
    for condition in &rule.when {
        match condition {
            Condition::FirstVisit => form.first_visit = true,
            Condition::BirthdayMonth => form.birthday = true,
            Condition::Category(name) if form.category.is_none() => form.category = Some(name.clone()),
            Condition::FromTier(tier) if form.from_tier.is_none() => form.from_tier = Some(*tier),
            Condition::Weekdays(days) if form.weekdays.is_empty() => form.weekdays.clone_from(days),
            other => form.others.push(other.clone()),
        }
    }
    form
}

impl RuleForm {
    pub fn new(key: u32) -> RuleForm {
        RuleForm {
            key,
            name: String::new(),
            first_visit: false,
            birthday: false,
            category: None,
            from_tier: None,
            weekdays: BTreeSet::new(),
            others: Vec::new(),
            gives: GivesKind::PerTicket,
            value: String::new(),
            once: None,
        }
    }

    fn when(&self) -> Vec<Condition> {
        let mut when = self.others.clone();
        when.extend(self.first_visit.then_some(Condition::FirstVisit));
        when.extend(self.birthday.then_some(Condition::BirthdayMonth));
        when.extend(self.category.clone().map(Condition::Category));
        when.extend(self.from_tier.map(Condition::FromTier));
        when.extend((!self.weekdays.is_empty()).then(|| Condition::Weekdays(self.weekdays.clone())));
        when
    }
}

impl ProgrammeForm {
    pub fn of(programme: &Programme, currency: Currency) -> ProgrammeForm {
        let spend = programme.spend;
        let mut keys = 0_u32..;
        let mut key = || keys.next().unwrap_or_default();
        ProgrammeForm {
            each: spend.map_or_else(String::new, |spend| spend.each.to_string()),
            per: amount_text(spend.map(|spend| spend.per_minor), currency),
            expires: whole_text(programme.expires_after_days),
            window: whole_text(programme.tiers.window_days),
            tiers: TIERS.into_iter().map(|tier| tier_form(tier, programme.tiers.terms_of(tier))).collect(),
            rewards: programme.rewards.iter().map(|reward| reward_form(key(), reward, currency)).collect(),
            rules: programme.rules.iter().map(|rule| rule_form(key(), rule)).collect(),
            next_key: key(),
        }
    }

    /// A point for each whole unit of money.
    pub fn first(currency: Currency) -> ProgrammeForm {
        let spend = SpendRule { each: 1, per_minor: 100 };
        ProgrammeForm::of(&Programme { spend: Some(spend), ..Programme::default() }, currency)
    }

    /// The programme, or all fields that are wrong.
    pub fn build(&self, currency: Currency) -> Result<Programme, Vec<Part>> {
        let mut faults = Vec::new();
        let spend = self.spend(currency, &mut faults);
        let mut days = |text: &str, part: Part| {
            let read = parse_whole(text, 1, DAYS_MAX).and_then(|n| u32::try_from(n).ok());
            if read.is_none() && !text.trim().is_empty() {
                faults.push(part);
            }
            read
        };
        let (expires_after_days, window_days) = (days(&self.expires, Part::Expires), days(&self.window, Part::Window));
        let terms = self.terms(&mut faults);
        let rewards = self.rewards(currency, &mut faults);
        let rules = self.rules(&mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Programme { spend, rules, tiers: Tiers { window_days, terms }, rewards, expires_after_days })
    }

    fn spend(&self, currency: Currency, faults: &mut Vec<Part>) -> Option<SpendRule> {
        if self.each.trim().is_empty() && self.per.trim().is_empty() {
            return None;
        }
        let each = parse_whole(&self.each, 1, POINTS_MAX);
        let per_minor = crate::text::parse_amount(&self.per, currency).filter(|minor| *minor > 0);
        faults.extend(each.is_none().then_some(Part::Each));
        faults.extend(per_minor.is_none().then_some(Part::Per));
        Some(SpendRule { each: each?, per_minor: per_minor? })
    }

    fn terms(&self, faults: &mut Vec<Part>) -> Vec<TierTerms> {
        let mut terms: Vec<TierTerms> = Vec::new();
        for (ix, form) in self.tiers.iter().enumerate().filter(|(_, form)| !form.from.trim().is_empty()) {
            let above = terms.last().map_or(0, |below| below.from_points);
            let from = parse_whole(&form.from, above + 1, POINTS_MAX);
            let multiplier = parse_percent(&form.multiplier, MULTIPLIER_BP_MAX).filter(|bp| *bp >= 10_000);
            let (services, products) =
                (parse_percent(&form.services_off, 10_000), parse_percent(&form.products_off, 10_000));
            faults.extend(from.is_none().then_some(Part::TierFrom(ix)));
            faults.extend(multiplier.is_none().then_some(Part::TierMultiplier(ix)));
            faults.extend(services.is_none().then_some(Part::TierServices(ix)));
            faults.extend(products.is_none().then_some(Part::TierProducts(ix)));
            terms.push(TierTerms {
                tier: form.tier,
                from_points: from.unwrap_or(above + 1),
                multiplier_bp: multiplier.unwrap_or(10_000),
                services_off_bp: services.unwrap_or(0),
                products_off_bp: products.unwrap_or(0),
            });
        }
        terms
    }

    fn rewards(&self, currency: Currency, faults: &mut Vec<Part>) -> Vec<Reward> {
        let mut names = BTreeSet::new();
        let mut rewards = Vec::new();
        for (ix, form) in self.rewards.iter().enumerate() {
            let name = form.name.trim();
            faults.extend((name.is_empty() || !names.insert(name)).then_some(Part::RewardName(ix)));
            let cost = parse_whole(&form.cost, 1, POINTS_MAX);
            faults.extend(cost.is_none().then_some(Part::RewardCost(ix)));
            let amount = || crate::text::parse_amount(&form.value, currency).filter(|minor| *minor > 0);
            let percent = || parse_percent(&form.value, 10_000).filter(|bp| *bp > 0);
            let gives = match form.kind {
                RewardKind::Amount => amount().map(RewardGives::AmountOff),
                RewardKind::Percent => percent().map(RewardGives::PercentOff),
                RewardKind::Item => form.item.clone().map(RewardGives::FreeItem),
            };
            faults.extend(gives.is_none().then_some(Part::RewardValue(ix)));
            if let (Some(cost_points), Some(gives)) = (cost, gives) {
                rewards.push(Reward { name: name.to_owned(), cost_points, gives });
            }
        }
        rewards
    }

    fn rules(&self, faults: &mut Vec<Part>) -> Vec<Rule> {
        let mut names = BTreeSet::new();
        let mut rules = Vec::new();
        for (ix, form) in self.rules.iter().enumerate() {
            let name = form.name.trim();
            faults.extend((name.is_empty() || !names.insert(name)).then_some(Part::RuleName(ix)));
            let points = || parse_whole(&form.value, 1, POINTS_MAX);
            let gives = match form.gives {
                GivesKind::PerTicket => points().map(Gives::PerTicket),
                GivesKind::PerPiece => points().map(Gives::PerPiece),
                GivesKind::Extra => {
                    parse_percent(&form.value, MULTIPLIER_BP_MAX).filter(|bp| *bp > 0).map(Gives::Extra)
                }
            };
            faults.extend(gives.is_none().then_some(Part::RuleValue(ix)));
            if let Some(gives) = gives {
                rules.push(Rule { name: name.to_owned(), when: form.when(), gives, once: form.once });
            }
        }
        rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use salon_domain::kernel::ServiceId;

    fn whole() -> Programme {
        let terms = |tier, from_points, services_off_bp| TierTerms {
            tier,
            from_points,
            multiplier_bp: 12_500,
            services_off_bp,
            products_off_bp: 0,
        };
        let item = Item::Service(ServiceId::from_parts(1, [1; 10]));
        Programme {
            spend: Some(SpendRule { each: 2, per_minor: 150 }),
            rules: vec![Rule {
                name: "Tuesdays".into(),
                when: vec![
                    Condition::Item(item.clone()),
                    Condition::Category("Colour".into()),
                    Condition::FromTier(Tier::Gold),
                    Condition::Weekdays(BTreeSet::from([2])),
                ],
                gives: Gives::Extra(5_000),
                once: Some(Once::PerYear),
            }],
            tiers: Tiers {
                window_days: Some(365),
                terms: vec![terms(Tier::Silver, 100, 0), terms(Tier::Platinum, 900, 500)],
            },
            rewards: vec![
                Reward { name: "Ten off".into(), cost_points: 50, gives: RewardGives::AmountOff(1_000) },
                Reward { name: "A cut".into(), cost_points: 80, gives: RewardGives::FreeItem(item) },
            ],
            expires_after_days: None,
        }
    }

    #[test]
    fn what_is_shown_is_what_is_kept() {
        let form = ProgrammeForm::of(&whole(), Currency::EUR);
        assert_eq!(form.build(Currency::EUR), Ok(whole()));
        assert_eq!(whole().check(), Ok(()));
        let nothing = Programme::default();
        assert_eq!(ProgrammeForm::of(&nothing, Currency::EUR).build(Currency::EUR), Ok(nothing));
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        let mut form = ProgrammeForm::of(&whole(), Currency::EUR);
        form.per = "0".into();
        form.expires = "soon".into();
        form.tiers[2].from = "100".into();
        form.tiers[0].multiplier = "50".into();
        form.rewards[1].name = "Ten off".into();
        form.rewards[0].cost = "0".into();
        form.rules[0].value = String::new();
        let faults = form.build(Currency::EUR).unwrap_err();
        let expected = [
            Part::Per,
            Part::Expires,
            Part::TierMultiplier(0),
            Part::TierFrom(2),
            Part::RewardCost(0),
            Part::RewardName(1),
            Part::RuleValue(0),
        ];
        assert_eq!(faults, expected);
    }
}
