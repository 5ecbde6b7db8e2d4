//! Rewards: what a ticket's client can have for points, as offers on the ticket.

use super::sell::pricing_failure;
use super::{App, Catalog};
use salon_contract::window::{Code, Failure, RewardChoice, RewardsView};
use salon_domain::access::Permission;
use salon_domain::loyalty::{Points, Redeeming, RewardError, RewardLine, redeem, standing};
use salon_domain::payment::{
    Discount, Item, LineKind, Offer, OfferKind, PricedLine, RewardTaken, Scope, Stacking, TicketDraft, price,
};

/// The lines that a reward can be taken off, after the discounts that they have. What a person gives on the whole ticket
/// comes after rewards.
fn reward_lines(draft: &TicketDraft) -> Result<Vec<RewardLine>, Failure> {
    if draft.lines.is_empty() {
        return Ok(Vec::new());
    }
    let mut plain = draft.clone();
    plain.discount = None;
    let priced = price(&plain).map_err(pricing_failure)?;
    let is_sold =
        |line: &&PricedLine| line.kind == LineKind::Sale && line.item != Item::Fee && line.given_back.is_none();
    let of = |line: &PricedLine| RewardLine {
        line: line.id,
        item: line.item.clone(),
        quantity: line.quantity,
        price_minor: line.price_minor,
    };
    Ok(priced.lines.iter().filter(is_sold).map(of).collect())
}

fn reward_failure(error: RewardError) -> Failure {
    match error {
        RewardError::NotEnough { missing_points } => {
            Failure::new(Code::NotEnoughPoints).with("missing_points", missing_points)
        }
        RewardError::NothingToTakeOff | RewardError::BadCost => {
            Failure::new(Code::BadInput).with("field", "reward").with("detail", error)
        }
    }
}

impl App {
    /// The client's movements but for this ticket's own: asked again when it is sold, it is the same ticket.
    fn points_besides(&self, draft: &TicketDraft) -> Result<Vec<Points>, Failure> {
        let Some(card) = draft.card else { return Ok(Vec::new()) };
        let rows = self.store.points_of(card)?.into_iter().map(|row| row.points);
        Ok(rows.filter(|points| points.ticket != Some(draft.id)).collect())
    }

    /// Puts these rewards on the ticket instead of those that it has: what each takes off is an offer with its name. Gives
    /// the client's movements with those that pay for them; none where nothing is taken.
    pub(super) fn put_rewards(
        &self,
        catalog: &Catalog,
        draft: &mut TicketDraft,
        wanted: &[String],
    ) -> Result<Vec<Points>, Failure> {
        let old = std::mem::take(&mut draft.terms.rewards);
        draft.terms.offers.retain(|offer| old.iter().all(|taken| taken.promotion != offer.promotion));
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let card = draft.card.ok_or_else(|| Failure::new(Code::BadInput).with("field", "client"))?;
        let day = catalog.day(self.clock.now())?;
        let rewards = catalog.loyalty.as_ref().map_or(&[][..], |programme| &programme.rewards);
        let mut known = self.points_besides(draft)?;
        for name in wanted {
            let reward = rewards.iter().find(|reward| reward.name == *name);
            let reward = reward.ok_or_else(|| Failure::new(Code::NotFound).with("what", "reward"))?;
            let nth = draft.terms.rewards.iter().filter(|taken| taken.reward == *name).count();
            let nth = u32::try_from(nth).unwrap_or(u32::MAX);
            let lines = reward_lines(draft)?;
            let at = Redeeming { card, ticket: draft.id, day, nth, lines: &lines };
            let (points, off) = redeem(reward, &standing(&known, day), &at).map_err(reward_failure)?;
            let item = off.line.and_then(|id| lines.iter().find(|line| line.line == id)).map(|line| line.item.clone());
            let scope = item
                .map_or(Scope::Everything, |item| Scope::Only { items: [item].into(), categories: Default::default() });
            let promotion = draft.id.derive(format!("reward:{nth}:{name}").as_bytes());
            draft.terms.offers.push(Offer {
                kind: OfferKind::Loyalty,
                promotion,
                label: name.clone(),
                off: Discount::Amount(off.minor),
                off_minor_max: None,
                scope,
                spend_minor_min: 0,
                stacking: Stacking::Stackable,
            });
            draft.terms.rewards.push(RewardTaken { reward: name.clone(), cost_points: reward.cost_points, promotion });
            known.push(points);
        }
        Ok(known)
    }

    /// What the ticket's client can have, with those that the ticket has and can still have, and one more if `take` names
    /// it. None where nobody is on the ticket or there is no programme.
    pub(super) fn rewards(&self, ticket: &TicketDraft, take: Option<&str>) -> Result<Option<RewardsView>, Failure> {
        self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let (Some(programme), Some(_)) = (&catalog.loyalty, ticket.card) else { return Ok(None) };
        let mut plain = ticket.clone();
        // As the ticket is checked when it is paid: rewards are of prices with their tax.
        plain.terms.exempt = None;
        self.put_offers(&catalog, &mut plain)?;
        let with = |wanted: &[String]| -> Result<(TicketDraft, Vec<Points>), Failure> {
            let mut draft = plain.clone();
            let known = self.put_rewards(&catalog, &mut draft, wanted)?;
            Ok((draft, known))
        };
        let mut kept: Vec<String> = Vec::new();
        for taken in &ticket.terms.rewards {
            kept.push(taken.reward.clone());
            if with(&kept).is_err() {
                kept.pop();
            }
        }
        kept.extend(take.map(str::to_owned));
        let (draft, mut known) = with(&kept)?;
        if kept.is_empty() {
            known = self.points_besides(&draft)?;
        }
        let today = catalog.day(self.clock.now())?;
        let now = standing(&known, today);
        let lines = reward_lines(&draft)?;
        let choices = programme.rewards.iter().map(|reward| RewardChoice {
            name: reward.name.clone(),
            cost_points: reward.cost_points,
            missing_points: reward.cost_points.saturating_sub(now.balance).max(0),
            off_minor: reward.off(&lines).map_or(0, |off| off.minor),
        });
        Ok(Some(RewardsView {
            balance: now.balance,
            tier: programme.tiers.reached(&now, today).tier,
            choices: choices.collect(),
            taken: draft.terms.rewards,
            offers: draft.terms.offers,
        }))
    }
}
