//! A full invoice for a sale, and a credit note for what was given back: in a number series of their own, without gaps on
//! each device, like receipts.

use crate::kernel::{BranchId, DeviceId, TicketId};
use serde::{Deserialize, Serialize};

/// Who it is for, as printed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Recipient {
    pub name: String,
    /// Street, town, country: a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tax_number: String,
}

/// Longer lines than this are a mistake, and so are more of them.
const LINE_MAX: usize = 80;
const LINES_MAX: usize = 6;

impl Recipient {
    /// Without what nobody typed. `None` where there is no name, or something is too long to be printed.
    pub fn tidied(&self) -> Option<Recipient> {
        let tidy = |text: &str| text.trim().to_owned();
        let tidied = Recipient {
            name: tidy(&self.name),
            address: self.address.iter().map(|line| tidy(line)).filter(|line| !line.is_empty()).collect(),
            tax_number: tidy(&self.tax_number),
        };
        let fits = |text: &String| text.chars().count() <= LINE_MAX && !text.chars().any(char::is_control);
        let all = [&tidied.name, &tidied.tax_number].into_iter().chain(&tidied.address).all(fits);
        (!tidied.name.is_empty() && tidied.address.len() <= LINES_MAX && all).then_some(tidied)
    }
}

/// `payment.invoiced`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoiced {
    /// Gapless per device.
    pub number: u64,
    pub ticket: TicketId,
    pub device: DeviceId,
    pub branch: BranchId,
    /// The branch's day on which it was written, in days since 1970-01-01.
    pub day: i32,
    pub to: Recipient,
    /// It is a credit note: the invoice, by its device and number, that it takes something back of. Empty where the sale
    /// that is given back had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credits: Option<Credited>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credited {
    pub device: DeviceId,
    pub number: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_tidied_or_refused() {
        let typed = Recipient {
            name: "  Invented GmbH ".into(),
            address: vec![" Made-up Lane 1 ".into(), "  ".into(), "00000 Nowhere".into()],
            tax_number: String::new(),
        };
        let tidied = typed.tidied().unwrap();
        assert_eq!(tidied.name, "Invented GmbH");
        assert_eq!(tidied.address, ["Made-up Lane 1", "00000 Nowhere"]);
        let bad = [
            Recipient { name: " ".into(), ..typed.clone() },
            Recipient { tax_number: "x".repeat(81), ..typed.clone() },
            Recipient { name: "a\u{1b}b".into(), ..typed.clone() },
            Recipient { address: vec!["x".into(); 7], ..typed },
        ];
        assert!(bad.iter().all(|bad| bad.tidied().is_none()));
    }
}
