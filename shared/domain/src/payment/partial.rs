//! Giving back some of what was sold: pieces of a line or an amount of it, as often as there is something left. All of it
//! together is what the sale was, to the cent, in whatever pieces it comes back.

use super::model::{LineDraft, LineKind, PricedLine, Sale};
use super::refund::mirrored;
use super::terms::{ExactTax, GivenBack, LineTerms};
use crate::kernel::{Portion, TaxAmount, TicketLineId, marker};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much of a line comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Back {
    /// So many of it, to the shelf too.
    Pieces(i64),
    /// Minor units, taxes included; nothing goes to the shelf.
    Amount(i64),
}

/// What of a line came back before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BackBefore {
    pub pieces: i64,
    /// Positive, for a line that was paid.
    pub total_minor: i64,
}

/// By the sold line.
pub type BackByLine = BTreeMap<TicketLineId, BackBefore>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BackError {
    #[error("the sale has no such line that can be given back")]
    NoSuchLine,
    #[error("{left} pieces of it are left to give back")]
    TooMany { left: i64 },
    #[error("{left_minor} minor units of it are left to give back")]
    TooMuch { left_minor: i64 },
}

/// The draft of the lines that give back `wanted` of `sale`; `reason` goes beside each line's description.
pub fn lines_back(
    sale: &Sale,
    before: &BackByLine,
    wanted: &[(TicketLineId, Back)],
    reason: &str,
) -> Result<Vec<LineDraft>, BackError> {
    let mut before = before.clone();
    let mut lines = Vec::new();
    for (id, back) in wanted {
        let line = sale.lines.iter().find(|line| line.id == *id).ok_or(BackError::NoSuchLine)?;
        let earlier = before.entry(*id).or_default();
        let draft = line_back(sale, line, *earlier, *back, reason)?;
        earlier.pieces += draft.terms.given_back.as_ref().map_or(0, |given| given.pieces);
        earlier.total_minor -= draft.total_back_minor();
        lines.push(draft);
    }
    Ok(lines)
}

/// The lines that give back all that is left. Where nothing came back before, they are the sale's own, mirrored.
pub fn rest_back(sale: &Sale, before: &BackByLine, reason: &str) -> Result<Vec<LineDraft>, BackError> {
    let mut lines = Vec::new();
    for line in &sale.lines {
        let Some(earlier) = before.get(&line.id) else {
            lines.push(mirrored(sale.ticket, line, reason));
            continue;
        };
        let left_minor = line.total_minor - earlier.total_minor;
        let left = line.quantity - earlier.pieces;
        if left > 0 {
            lines.push(line_back(sale, line, *earlier, Back::Pieces(left), reason)?);
        } else if left_minor > 0 {
            lines.push(line_back(sale, line, *earlier, Back::Amount(left_minor), reason)?);
        }
    }
    Ok(lines)
}

fn line_back(
    sale: &Sale,
    line: &PricedLine,
    before: BackBefore,
    wanted: Back,
    reason: &str,
) -> Result<LineDraft, BackError> {
    let kind = match line.kind {
        LineKind::Sale => LineKind::Refund,
        LineKind::Tip => LineKind::Tip,
        // What took something off, and stored value, go with the whole sale or not at all.
        LineKind::Refund
        | LineKind::DepositRedeemed
        | LineKind::ValueSold
        | LineKind::Prepaid { .. }
        | LineKind::PrepaidReturned { .. }
        | LineKind::Included { .. }
        | LineKind::IncludedReturned { .. } => return Err(BackError::NoSuchLine),
    };
    let left_minor = (line.total_minor - before.total_minor).max(0);
    let left = (line.quantity - before.pieces).max(0);
    let (pieces, now) = match wanted {
        Back::Pieces(pieces) if (1..=left).contains(&pieces) => {
            let portion = Portion { whole: line.quantity, before: before.pieces, now: pieces };
            // The last piece takes what amounts before it have left.
            let is_last = pieces == left;
            (pieces, if is_last { left_minor } else { portion.of(line.total_minor).min(left_minor) })
        }
        Back::Pieces(_) => return Err(BackError::TooMany { left }),
        Back::Amount(minor) if (1..=left_minor).contains(&minor) => (0, minor),
        Back::Amount(_) => return Err(BackError::TooMuch { left_minor }),
    };
    let portion = Portion { whole: line.total_minor, before: before.total_minor, now };
    let taxes: Vec<TaxAmount> = line
        .taxes
        .iter()
        .map(|tax| TaxAmount {
            net_minor: -portion.of(tax.net_minor),
            tax_minor: -portion.of(tax.tax_minor),
            ..tax.clone()
        })
        .collect();
    let net_minor = -now - taxes.iter().map(|tax| tax.tax_minor).sum::<i64>();
    let exclusive_minor = portion.of(line.total_minor - line.price_minor);
    let many = if pieces > 1 { format!("{pieces} × ") } else { String::new() };
    Ok(LineDraft {
        // Another one for each time that something of the line comes back.
        id: line.id.derive::<marker::TicketLine>(format!("back/{}/{}", before.total_minor, before.pieces).as_bytes()),
        item: line.item.clone(),
        kind,
        description: format!("{many}{} ({reason})", line.description),
        staff: line.staff,
        card: line.card,
        quantity: 1,
        unit_price_minor: exclusive_minor - now,
        discount: None,
        rates: Vec::new(),
        terms: LineTerms {
            given_back: Some(Box::new(GivenBack {
                ticket: sale.ticket,
                line: line.id,
                pieces,
                exact: Some(ExactTax { net_minor, taxes }),
            })),
            ..LineTerms::default()
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Currency, TaxMode, TaxRate, TicketId};
    use crate::payment::refund::tests::{line, sale_of};
    use crate::payment::{Discount, TicketDraft, price};
    use proptest::prelude::*;

    fn draft(lines: Vec<LineDraft>, discount: Option<Discount>) -> TicketDraft {
        TicketDraft {
            id: TicketId::from_parts(1, [9; 10]),
            booking: None,
            card: None,
            currency: Currency::EUR,
            lines,
            discount,
            terms: Default::default(),
        }
    }

    fn note(before: &mut BackByLine, lines: &[PricedLine]) {
        for line in lines {
            let given = line.given_back.as_ref().unwrap();
            let earlier = before.entry(given.line).or_default();
            earlier.pieces += given.pieces;
            earlier.total_minor -= line.total_minor;
        }
    }

    #[test]
    fn pieces_and_amounts_of_a_line() {
        let vat = TaxRate { code: "VAT".into(), rate_bp: 1900, mode: TaxMode::Inclusive };
        let mut sold = proptest_line();
        (sold.quantity, sold.unit_price_minor, sold.discount, sold.rates) = (3, 1_000, None, vec![vat]);
        let sale = sale_of(&draft(vec![sold], None));
        let id = sale.lines[0].id;
        let one =
            |before: BackBefore, back| line_back(&sale, &sale.lines[0], before, back, "r").map(|l| l.unit_price_minor);
        assert_eq!(one(BackBefore::default(), Back::Pieces(1)), Ok(-1_000));
        assert_eq!(one(BackBefore::default(), Back::Pieces(4)), Err(BackError::TooMany { left: 3 }));
        assert_eq!(
            one(BackBefore { pieces: 3, total_minor: 3_000 }, Back::Pieces(1)),
            Err(BackError::TooMany { left: 0 })
        );
        assert_eq!(
            one(BackBefore { pieces: 1, total_minor: 1_000 }, Back::Amount(2_001)),
            Err(BackError::TooMuch { left_minor: 2_000 })
        );
        for nothing in [Back::Pieces(0), Back::Amount(0), Back::Amount(-5), Back::Pieces(i64::MAX)] {
            assert!(one(BackBefore::default(), nothing).is_err(), "{nothing:?}");
        }
        let twice = [(id, Back::Pieces(2)), (id, Back::Pieces(2))];
        assert_eq!(lines_back(&sale, &BackByLine::new(), &twice, "r"), Err(BackError::TooMany { left: 1 }));
    }

    fn proptest_line() -> LineDraft {
        LineDraft {
            id: TicketLineId::from_parts(1, [7; 10]),
            item: crate::payment::Item::Custom,
            kind: LineKind::Sale,
            description: "Line".into(),
            staff: None,
            card: None,
            quantity: 1,
            unit_price_minor: 0,
            discount: None,
            rates: Vec::new(),
            terms: Default::default(),
        }
    }

    proptest! {
        /// In however many pieces and amounts a sale comes back: in the end it is nought, each tax by itself.
        #[test]
        fn what_comes_back_bit_by_bit_is_what_was_sold(
            lines in proptest::collection::vec(line(), 1..4),
            whole in proptest::option::of(0_u32..=9_000),
            bits in proptest::collection::vec((0_usize..4, any::<bool>(), 1_i64..60_000), 0..12),
        ) {
            let mut lines = lines;
            for (ix, line) in lines.iter_mut().enumerate() {
                line.id = TicketLineId::from_parts(1, [ix as u8; 10]);
            }
            let sale = sale_of(&draft(lines, whole.map(Discount::Percent)));
            let mut before = BackByLine::new();
            let mut back: Vec<PricedLine> = Vec::new();
            let mut give = |lines: Vec<LineDraft>, before: &mut BackByLine| {
                if !lines.is_empty() {
                    let priced = price(&draft(lines, None)).unwrap().lines;
                    note(before, &priced);
                    back.extend(priced);
                }
            };
            for (ix, pieces, size) in bits {
                let id = sale.lines[ix % sale.lines.len()].id;
                let wanted = if pieces { Back::Pieces(size % 3 + 1) } else { Back::Amount(size) };
                if let Ok(lines) = lines_back(&sale, &before, &[(id, wanted)], "r") {
                    give(lines, &mut before);
                }
            }
            let rest = rest_back(&sale, &before, "r").unwrap();
            give(rest, &mut before);
            let sum = |of: &dyn Fn(&PricedLine) -> i64, lines: &[PricedLine]| lines.iter().map(of).sum::<i64>();
            let figures: [&dyn Fn(&PricedLine) -> i64; 3] = [&|l| l.total_minor, &|l| l.net_minor, &|l| l.price_minor];
            for figure in figures {
                prop_assert_eq!(sum(figure, &back), -sum(figure, &sale.lines));
            }
            for sold in &sale.lines {
                let of_line: Vec<&PricedLine> = back.iter().filter(|l| l.given_back.as_ref().unwrap().line == sold.id).collect();
                for (ix, tax) in sold.taxes.iter().enumerate() {
                    prop_assert_eq!(of_line.iter().map(|l| l.taxes[ix].tax_minor).sum::<i64>(), -tax.tax_minor);
                }
                let pieces: i64 = of_line.iter().map(|l| l.given_back.as_ref().unwrap().pieces).sum();
                prop_assert_eq!(pieces, sold.quantity);
                prop_assert!(of_line.iter().all(|l| l.total_minor <= 0));
            }
        }
    }
}
