//! A branch: where, when, in which currency and under which taxes a salon trades. Master data; the server's word.

mod desk;

pub use desk::{Charge, DepositTerms, DeskError, DeskTerms, Fee, StaffDiscount};

use crate::kernel::{BranchId, BranchZone, CashRounding, Currency, Instant, Interval, TaxClass, TaxRate, TimeError};
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// Wall-clock minutes after midnight, `[from_min, to_min)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DaySpan {
    pub from_min: u16,
    pub to_min: u16,
}

/// Spans for each weekday, Monday first. No span: closed, or off.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct WeekHours(pub [Vec<DaySpan>; 7]);

impl WeekHours {
    pub fn every_day(from_min: u16, to_min: u16) -> Self {
        WeekHours(std::array::from_fn(|_| vec![DaySpan { from_min, to_min }]))
    }

    pub fn on(&self, weekday: Weekday) -> &[DaySpan] {
        // Monday-zero offset is 0..=6.
        self.0.get(weekday.to_monday_zero_offset() as usize).map_or(&[], Vec::as_slice)
    }

    /// The spans of `date` as instants at the branch.
    pub fn spans(&self, date: Date, zone: &BranchZone) -> Result<Vec<Interval>, TimeError> {
        self.on(date.weekday())
            .iter()
            .map(|s| Ok(Interval::new(zone.at_minute(date, s.from_min)?, zone.at_minute(date, s.to_min)?)))
            .collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    pub id: BranchId,
    pub name: String,
    /// An IANA name such as `America/Toronto`.
    pub zone: String,
    pub currency: Currency,
    pub hours: WeekHours,
    pub taxes: Vec<TaxClass>,
    /// Printed at the head of a receipt: street, town, phone.
    pub address: Vec<String>,
    /// Printed on a receipt where the law asks for it.
    pub tax_number: String,
    pub receipt_footer: String,
    /// What receipts are written in, a BCP 47 tag such as `de-AT`; English where it is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// The cash that a till opens with by default.
    pub float_minor: i64,
    /// The coins that there are.
    #[serde(default, skip_serializing_if = "CashRounding::is_none")]
    pub cash_rounding: CashRounding,
    #[serde(default)]
    pub stored_value: StoredValueTerms,
    #[serde(default, skip_serializing_if = "DeskTerms::is_plain")]
    pub desk: DeskTerms,
}

/// How the branch sells and takes gift cards and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredValueTerms {
    /// What one till may redeem, all together, while it has not heard from the server; in minor units. It bounds what one
    /// card that is carried from till to till can cost. 0: nothing is redeemed offline.
    pub offline_minor_max: i64,
    /// How many days after its sale a gift card can be used, the day of the sale not counted. None: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift_card_days: Option<u16>,
}

impl Default for StoredValueTerms {
    fn default() -> Self {
        StoredValueTerms { offline_minor_max: 20_000, gift_card_days: None }
    }
}

impl Branch {
    /// The rates of a tax class; an unknown class is untaxed and for the caller to report.
    pub fn rates(&self, class: &str) -> &[TaxRate] {
        self.taxes.iter().find(|c| c.code == class).map_or(&[], |c| c.rates.as_slice())
    }

    /// isWithinOperatingHours: the whole of `span` lies in one opening span of its day.
    pub fn is_within_operating_hours(&self, span: Interval, zone: &BranchZone) -> Result<bool, TimeError> {
        let day = zone.day_of(span.start)?;
        Ok(self.hours.spans(day, zone)?.iter().any(|open| open.contains(&span)))
    }

    pub fn is_open_on(&self, date: Date) -> bool {
        !self.hours.on(date.weekday()).is_empty()
    }
}

/// The grid of a day in minutes since its first instant; 23 or 25 hours long when the clocks change.
pub fn minutes_into_day(day_start: Instant, at: Instant) -> i64 {
    (at.0 - day_start.0).div_euclid(crate::kernel::MINUTE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_that_say_nothing_of_gift_cards_have_the_usual_limit_and_no_last_day() {
        let said: StoredValueTerms = serde_json::from_str(r#"{"offline_minor_max":0}"#).unwrap();
        assert_eq!(said, StoredValueTerms { offline_minor_max: 0, gift_card_days: None });
        assert_eq!(StoredValueTerms::default().offline_minor_max, 20_000);
    }
}
