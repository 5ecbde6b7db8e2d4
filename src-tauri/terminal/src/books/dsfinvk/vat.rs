//! The taxonomy's keys of tax rates (UST_SCHLUESSEL): the fixed ones, and from 1000 on those of one's own.

use salon_domain::accounting::TaxKey;

pub(super) const NOT_TAXABLE: u32 = 5;
const FREE: u32 = 6;
pub(super) const NOT_KNOWN: u32 = 7;
const OWN_FIRST: u32 = 1_000;

/// Those that were met, the same key for the same taxes in all tables.
#[derive(Default)]
pub(super) struct VatKeys {
    own: Vec<Vec<TaxKey>>,
}

impl VatKeys {
    pub(super) fn of(&mut self, taxes: &[TaxKey]) -> u32 {
        match taxes {
            [] => return FREE,
            [tax] if tax.rate_bp == 1_900 => return 1,
            [tax] if tax.rate_bp == 700 => return 2,
            _ => {}
        }
        let known = self.own.iter().position(|own| own == taxes).unwrap_or_else(|| {
            self.own.push(taxes.to_vec());
            self.own.len() - 1
        });
        OWN_FIRST + known as u32
    }

    /// Key, rate in basis points (of several taxes their sum), and description.
    pub(super) fn all(&self) -> Vec<(u32, u32, String)> {
        let fixed = [
            (1, 1_900, "Allgemeiner Steuersatz"),
            (2, 700, "Ermäßigter Steuersatz"),
            (NOT_TAXABLE, 0, "Nicht steuerbar"),
            (FREE, 0, "Umsatzsteuerfrei"),
            (NOT_KNOWN, 0, "Umsatzsteuer nicht ermittelbar"),
        ];
        let own = (OWN_FIRST..).zip(&self.own).map(|(key, taxes)| {
            let name = taxes.iter().map(|tax| tax.code.as_str()).collect::<Vec<_>>().join("+");
            (key, taxes.iter().map(|tax| tax.rate_bp).sum(), name)
        });
        fixed.into_iter().map(|(key, rate_bp, name)| (key, rate_bp, name.to_owned())).chain(own).collect()
    }
}
