//! The bookkeeper's numbers: consultant, client, chart of accounts. The defaults follow SKR03 and are for the bookkeeper to
//! check; a JSON file with any of the fields replaces them.

use salon_contract::window::{Code, Failure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatevSettings {
    /// The tax consultant's number (Berater), 1001 to 9999999.
    pub consultant: u32,
    /// The client's number there (Mandant), 1 to 99999.
    pub client: u32,
    /// The length of account numbers (Sachkontenlänge), 4 to 8.
    pub account_digits: u8,
    /// The chart's short name (Sachkontenrahmen): `03` or `04`.
    pub chart: String,
    /// The month that the fiscal year begins with.
    pub fiscal_year_first_month: i8,
    pub accounts: DatevAccounts,
}

impl Default for DatevSettings {
    fn default() -> Self {
        DatevSettings {
            consultant: 1001,
            client: 1,
            account_digits: 4,
            chart: "03".to_owned(),
            fiscal_year_first_month: 1,
            accounts: DatevAccounts::default(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatevAccounts {
    pub cash: u32,
    /// The drawer between two till sessions. The same number as `cash` keeps floats out of the batch.
    pub cash_at_rest: u32,
    pub safe: u32,
    pub card: u32,
    pub bank: u32,
    pub wallet: u32,
    pub cheque: u32,
    /// Turnover that has no automatic account, net.
    pub revenue: u32,
    /// Turnover that DATEV takes the tax out of, by the rate in basis points.
    pub automatic_revenue: BTreeMap<u32, u32>,
    /// Taxes of turnover that has no automatic account.
    pub tax: u32,
    pub tips: u32,
    pub client_parts: u32,
    pub stored_value: u32,
    pub rounding: u32,
    pub cash_difference: u32,
    pub pay_in: u32,
    pub pay_out: u32,
}

impl Default for DatevAccounts {
    fn default() -> Self {
        DatevAccounts {
            cash: 1000,
            cash_at_rest: 1000,
            safe: 1360,
            card: 1361,
            bank: 1200,
            wallet: 1362,
            cheque: 1330,
            revenue: 8200,
            automatic_revenue: [(1_900, 8400), (700, 8300)].into(),
            tax: 1770,
            tips: 1590,
            client_parts: 1710,
            stored_value: 1709,
            rounding: 2309,
            cash_difference: 2300,
            pay_in: 1591,
            pay_out: 1592,
        }
    }
}

impl DatevAccounts {
    pub(super) fn automatic(&self, rate_bp: u32) -> Option<u32> {
        self.automatic_revenue.get(&rate_bp).copied()
    }
}

impl DatevSettings {
    /// From a file; the defaults where there is none. One that cannot be read is `BadInput` with what is wrong.
    pub fn read(file: &Path) -> Result<DatevSettings, Failure> {
        let bad = |error: &dyn std::fmt::Display| {
            Failure::new(Code::BadInput).with("field", "datev.json").with("detail", error)
        };
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(DatevSettings::default()),
            Err(error) => return Err(bad(&error)),
        };
        let settings: DatevSettings = serde_json::from_slice(&bytes).map_err(|error| bad(&error))?;
        if !(4..=8).contains(&settings.account_digits) || !(1..=12).contains(&settings.fiscal_year_first_month) {
            return Err(bad(&"account_digits is 4 to 8, fiscal_year_first_month 1 to 12"));
        }
        Ok(settings)
    }
}
