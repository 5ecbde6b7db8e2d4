//! What a line or a ticket may carry beside its prices: offers, an exemption from tax, an overridden price, and what a
//! discount is made of. All of it may be missing; a draft or a sale without it is as it always was.

use super::follows::Follows;
use super::model::Discount;
use super::promotion::{Scope, Stacking};
use crate::catalog::Usage;
use crate::commission::Share;
use crate::kernel::{
    BookingId, PromotionId, StaffId, TaxAmount, TaxMode, TaxRate, TicketId, TicketLineId, tax_of_line,
};
use serde::{Deserialize, Serialize};

/// What an offer is given for. Their order is the order in which they are taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferKind {
    /// By itself: taken off before anything that a person gives.
    Automatic,
    /// For a code that the client has.
    Code,
    Loyalty,
    Staff,
    Membership,
}

/// A promotion that is in force for this ticket, with all that pricing needs and nothing that has to be looked up.
/// Ordered by kind, then id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Offer {
    pub kind: OfferKind,
    pub promotion: PromotionId,
    pub label: String,
    /// A percentage of the lines in scope, or an amount off them together, once.
    pub off: Discount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_minor_max: Option<i64>,
    #[serde(default)]
    pub scope: Scope,
    /// What the lines in scope have to come to before any discount.
    #[serde(default)]
    pub spend_minor_min: i64,
    #[serde(default)]
    pub stacking: Stacking,
}

/// Where a part of a discount comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiscountSource {
    Offer {
        kind: OfferKind,
        promotion: PromotionId,
    },
    /// Given by a person, on the line.
    Line,
    /// Given by a person, on the whole ticket: this line's share of it.
    Ticket,
}

/// One part of a line's discount. `amount_minor` has the sign of the line's price and is never nought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountPart {
    pub source: DiscountSource,
    /// The promotion's name as it was then; empty for what a person gave.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    pub amount_minor: i64,
}

/// A price that somebody said at the till instead of the list's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceOverride {
    /// For one, as the list has it; negative where the line's price is.
    pub listed_minor: i64,
    pub reason: String,
}

/// What becomes of the taxes that prices hold, for an exempt client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum InclusiveTax {
    /// The client pays the price as it stands, and its tax is owed as ever.
    #[default]
    Kept,
    /// The client pays the net.
    TakenOut,
}

/// Why a client owes no tax. Exclusive taxes are not charged; for the others the branch's country decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    /// Printed and journalled: an embassy, a charity.
    pub reason: String,
    /// Of the certificate or card that says so; printed and journalled too.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    #[serde(default)]
    pub inclusive: InclusiveTax,
}

/// What an exemption did to a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exempted {
    #[serde(flatten)]
    pub exemption: Exemption,
    /// All rates that the line would have had, for the report of exempt sales and for giving it back.
    pub rates: Vec<TaxRate>,
    /// Inclusive tax taken out of the price; has the price's sign.
    pub relief_minor: i64,
}

/// Net and taxes as they come out of the sold line: worked out again from a rate they could be a cent off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExactTax {
    pub net_minor: i64,
    pub taxes: Vec<TaxAmount>,
}

/// What of a sold line is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBack {
    pub ticket: TicketId,
    pub line: TicketLineId,
    /// That go back to the shelf; nought where only money is given back.
    pub pieces: i64,
    /// Where it is not the whole line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<ExactTax>,
}

impl GivenBack {
    /// Taxes included; negative. Nought where the whole line is given back, whose amounts are its own.
    pub(super) fn total_minor(&self) -> i64 {
        let of = |exact: &ExactTax| exact.net_minor + exact.taxes.iter().map(|tax| tax.tax_minor).sum::<i64>();
        self.exact.as_ref().map_or(0, of)
    }
}

/// Which of the branch's fees a line is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FeeTerms {
    /// Empty for one that somebody made up at the till.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// Of what else is sold on the ticket, after discounts. None: its line's price stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_bp: Option<u32>,
}

/// Somebody who works here buys: at the staff's prices, whatever the ticket's client is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffSale {
    pub staff: StaffId,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LineTerms {
    /// The item's category in the catalog, for offers that name categories.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<PriceOverride>,
    /// Of this line alone: it gives back, or charges again, what an exemption had changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt: Option<Exemption>,
    /// What of a sold line this gives back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_back: Option<Box<GivenBack>>,
    /// What the line's discount had been made of when it was sold. Counts only where it adds up to that discount.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discount_parts: Vec<DiscountPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<FeeTerms>,
    /// What the back bar really used for the whole line; none: what its recipe says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Vec<Usage>>,
    /// Who worked for it together, the line's own person among them; empty: that person alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<Share>,
}

impl LineTerms {
    pub fn is_plain(&self) -> bool {
        *self == LineTerms::default()
    }
}

/// A reward that the client takes on a ticket for points. What it takes off is the offer of that `promotion`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardTaken {
    pub reward: String,
    pub cost_points: i64,
    pub promotion: PromotionId,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TicketTerms {
    /// Of promotions, as the client gave them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// Visits that are checked out with it besides the ticket's own: somebody pays for several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bookings: Vec<BookingId>,
    /// Those in force, in any order; one that is there twice counts once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
    /// Of what is sold on this ticket. What is given back on it is taxed as it was when it was sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt: Option<Exemption>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rewards: Vec<RewardTaken>,
    /// The client pays tax on this ticket although there is an exemption on the card.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub taxed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_sale: Option<StaffSale>,
    /// What is taken towards the ticket now is a deposit: held until the ticket is sold, given back or kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deposit: bool,
    /// The receipt that this ticket voids, or that it is a tip for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Follows>,
}

impl TicketTerms {
    pub fn is_plain(&self) -> bool {
        *self == TicketTerms::default()
    }
}

/// A line's price with its taxes decided. `total = net_minor + Σ taxes`.
pub(super) struct Taxed {
    pub price_minor: i64,
    pub net_minor: i64,
    pub taxes: Vec<TaxAmount>,
    pub exempted: Option<Exempted>,
}

/// Taxes a price after discounts. A line without rates has nothing to be exempt from.
pub(super) fn taxed(price_minor: i64, rates: &[TaxRate], exemption: Option<&Exemption>) -> Taxed {
    let Some(exemption) = exemption.filter(|_| !rates.is_empty()) else {
        let (net_minor, taxes) = tax_of_line(price_minor, rates);
        return Taxed { price_minor, net_minor, taxes, exempted: None };
    };
    let held: Vec<TaxRate> = rates.iter().filter(|r| r.mode == TaxMode::Inclusive).cloned().collect();
    let (net_minor, taxes) = tax_of_line(price_minor, &held);
    let (price_after, taxes) = match exemption.inclusive {
        InclusiveTax::Kept => (price_minor, taxes),
        InclusiveTax::TakenOut => (net_minor, Vec::new()),
    };
    let exempted =
        Exempted { exemption: exemption.clone(), rates: rates.to_vec(), relief_minor: price_minor - price_after };
    Taxed { price_minor: price_after, net_minor, taxes, exempted: Some(exempted) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::{PricedLine, TicketDraft, price};
    use serde_json::{Value, json};

    /// As journals had it before there was anything in this file.
    fn old_draft() -> Value {
        json!({
            "id": "00000000-0001-7000-8000-000000000000", "booking": null, "card": null, "currency": "EUR",
            "lines": [{
                "id": "00000000-0001-7000-8000-000000000001", "item": "custom", "kind": "sale", "description": "Cut",
                "staff": null, "quantity": 1, "unit_price_minor": 11_900, "discount": {"percent": 1_000},
                "rates": [{"code": "VAT", "rate_bp": 1_900, "mode": "inclusive"}],
            }],
        })
    }

    #[test]
    fn old_journals_are_read_and_written_as_they_were() {
        let draft: TicketDraft = serde_json::from_value(old_draft()).unwrap();
        assert!(draft.terms.is_plain() && draft.lines[0].terms.is_plain());
        assert_eq!(serde_json::to_value(&draft).unwrap(), old_draft());
        let priced = price(&draft).unwrap();
        assert_eq!((priced.total_minor, priced.tax_minor), (10_710, 1_710));
        let mut line = serde_json::to_value(&priced.lines[0]).unwrap();
        line.as_object_mut().unwrap().remove("discount_parts");
        let line: PricedLine = serde_json::from_value(line).unwrap();
        assert_eq!((line.discount_minor, line.discount_parts), (1_190, Vec::new()));
    }

    #[test]
    fn an_exempt_client_pays_what_the_branch_s_country_says() {
        let rate = |code: &str, rate_bp, mode| TaxRate { code: code.into(), rate_bp, mode };
        let rates = [rate("VAT", 1900, TaxMode::Inclusive), rate("CITY", 500, TaxMode::Exclusive)];
        let exemption = |inclusive| Exemption { reason: "embassy".into(), number: String::new(), inclusive };
        // Price, net, taxes and relief of 119.00.
        let cases = [
            (None, 11_900, 10_000, vec![1_900, 500], 0),
            (Some(InclusiveTax::Kept), 11_900, 10_000, vec![1_900], 0),
            (Some(InclusiveTax::TakenOut), 10_000, 10_000, vec![], 1_900),
        ];
        for (inclusive, price_minor, net_minor, taxes, relief_minor) in cases {
            let exemption = inclusive.map(exemption);
            for sign in [1, -1] {
                let got = taxed(11_900 * sign, &rates, exemption.as_ref());
                assert_eq!((got.price_minor, got.net_minor), (price_minor * sign, net_minor * sign));
                assert_eq!(got.taxes.iter().map(|t| t.tax_minor * sign).collect::<Vec<_>>(), taxes);
                assert_eq!(got.exempted.as_ref().map_or(0, |e| e.relief_minor), relief_minor * sign);
                assert_eq!(got.exempted.is_some(), exemption.is_some());
            }
        }
        assert!(taxed(100, &[], Some(&exemption(InclusiveTax::TakenOut))).exempted.is_none());
    }

    #[test]
    fn an_exemption_and_an_overridden_price_stay_on_the_line() {
        let mut draft: TicketDraft = serde_json::from_value(old_draft()).unwrap();
        let overridden = PriceOverride { listed_minor: 12_900, reason: "model".into() };
        draft.lines[0].terms.overridden = Some(overridden.clone());
        draft.terms.exempt =
            Some(Exemption { reason: "embassy".into(), number: "B 117".into(), inclusive: InclusiveTax::TakenOut });
        let draft: TicketDraft = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
        let priced = price(&draft).unwrap();
        assert_eq!((priced.total_minor, priced.tax_minor, priced.relief_minor), (9_000, 0, 1_710));
        let json = serde_json::to_string(&priced.lines[0]).unwrap();
        let line: PricedLine = serde_json::from_str(&json).unwrap();
        assert_eq!(line, priced.lines[0]);
        assert_eq!(line.overridden, Some(overridden));
        assert_eq!(line.exempted.unwrap().exemption.reason, "embassy");
    }
}
