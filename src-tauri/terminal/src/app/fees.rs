//! Fees on a ticket: those of the branch at the branch's price and tax, and one that somebody makes up.

use super::Catalog;
use super::sell::missing;
use salon_contract::window::{Code, Failure};
use salon_domain::branch::Charge;
use salon_domain::payment::{FeeTerms, LineDraft, LineKind};

/// The longest name of a fee that somebody makes up.
const NAME_MAX: usize = 80;

/// Puts a fee's name, taxes and share in, and gives its listed price; nought where it has none. What is given back is taken
/// from the sale instead.
pub(super) fn fee_price(catalog: &Catalog, line: &mut LineDraft) -> Result<i64, Failure> {
    if line.kind != LineKind::Sale {
        line.terms.fee = None;
        return Ok(0);
    }
    let FeeTerms { code, .. } = line.terms.fee.take().unwrap_or_default();
    if code.is_empty() {
        let name = line.description.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
            return Err(Failure::new(Code::BadInput).with("field", "description"));
        }
        line.rates = catalog.branch.taxes.first().map_or_else(Vec::new, |class| class.rates.clone());
        return Ok(0);
    }
    let fee = catalog.branch.desk.fee(&code).ok_or_else(|| missing("fee"))?;
    line.description.clone_from(&fee.name);
    line.rates = catalog.branch.rates(&fee.tax_class).to_vec();
    let (percent_bp, listed_minor) = match fee.charge {
        Charge::Percent(bp) => (Some(bp), 0),
        Charge::Amount(minor) => (None, minor),
    };
    if percent_bp.is_some() {
        line.unit_price_minor = 0;
    }
    line.terms.fee = Some(FeeTerms { code, percent_bp });
    Ok(listed_minor)
}
