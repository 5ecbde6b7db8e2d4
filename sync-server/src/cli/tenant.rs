//! Tenants, branches and terminals from the command line.

use super::{Data, open, print_json};
use crate::auth::code::LIFETIME_S;
use crate::provision::{self, NewOwner, NewTenant, Provisioned};
use crate::store::StoreExt;
use anyhow::Context;
use clap::Args;
use salon_domain::branch::{Branch, WeekHours};
use salon_domain::kernel::{CashRounding, Currency, Id, TaxClass, TaxMode, TaxRate};
use salon_domain::value::{MembershipOffer, PackageOffer};
use serde_json::json;
use std::io::{IsTerminal, Read};
use std::path::Path;

#[derive(Debug, Args)]
pub struct CreateTenant {
    #[command(flatten)]
    data: Data,
    /// The salon's name.
    #[arg(long)]
    name: String,
    /// The owner's e-mail address.
    #[arg(long)]
    email: String,
    /// The first branch's name.
    #[arg(long)]
    branch: String,
    /// Its IANA time zone, such as `Europe/Berlin`.
    #[arg(long)]
    zone: String,
    /// Its ISO 4217 currency.
    #[arg(long)]
    currency: String,
    /// A tax of the class `standard` as CODE:PERCENT:inclusive|exclusive; may be given several times.
    #[arg(long = "tax")]
    taxes: Vec<String>,
}

/// `VAT:19:inclusive`, `QST:9.975:exclusive`.
fn tax_of(text: &str) -> anyhow::Result<TaxRate> {
    let bad = || anyhow::anyhow!("--tax {text}: write CODE:PERCENT:inclusive or CODE:PERCENT:exclusive");
    let mut parts = text.split(':');
    let (Some(code), Some(percent), Some(mode), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(bad());
    };
    let mode = match mode {
        "inclusive" => TaxMode::Inclusive,
        "exclusive" => TaxMode::Exclusive,
        _ => return Err(bad()),
    };
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    let fraction = format!("{fraction:0<2}");
    // Rates are kept in basis points; a finer one would be rounded in silence.
    let exact = fraction.get(2..).is_none_or(|rest| rest.bytes().all(|b| b == b'0'));
    let rate_bp = whole
        .parse::<u32>()
        .ok()
        .zip(fraction.get(..2).and_then(|f| f.parse::<u32>().ok()))
        .map(|(whole, fraction)| whole.saturating_mul(100).saturating_add(fraction))
        .filter(|bp| exact && *bp <= 10_000)
        .ok_or_else(|| anyhow::anyhow!("--tax {text}: a rate has at most two decimals"))?;
    Ok(TaxRate { code: code.to_owned(), rate_bp, mode })
}

/// The first line of the standard input; nothing when a person sits there or it is empty.
fn password_from_input() -> anyhow::Result<Option<String>> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut text = String::new();
    input.read_to_string(&mut text).context("the password could not be read from the standard input")?;
    Ok(text.lines().next().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned))
}

impl CreateTenant {
    pub fn run(self) -> anyhow::Result<()> {
        let store = open(&self.data.data)?;
        let rates = self.taxes.iter().map(|text| tax_of(text)).collect::<anyhow::Result<Vec<_>>>()?;
        let currency: Currency = self.currency.parse()?;
        let branch = Branch {
            id: crate::env::Env::system().id(),
            name: self.branch,
            zone: self.zone,
            currency,
            hours: WeekHours::every_day(9 * 60, 18 * 60),
            taxes: vec![TaxClass { code: "standard".into(), rates }],
            address: Vec::new(),
            tax_number: String::new(),
            receipt_footer: String::new(),
            language: String::new(),
            float_minor: 100 * 10_i64.pow(currency.minor_digits()),
            cash_rounding: CashRounding::usual(currency),
            stored_value: Default::default(),
            desk: Default::default(),
        };
        let password = password_from_input()?;
        let generated = password.is_none();
        let new = NewTenant {
            tenant: None,
            name: self.name,
            demo: false,
            owner: NewOwner { name: String::new(), email: self.email, password },
            branches: vec![branch],
            staff: Vec::new(),
            services: Vec::new(),
            products: Vec::new(),
            promotions: Vec::new(),
            commission: None,
            loyalty: None,
            packages: Vec::new(),
            memberships: Vec::new(),
            terminals: 0,
        };
        let made = provision::create_tenant(&store, &new)?;
        print_json(&shown(&made, generated, Vec::new()))
    }
}

/// A password that was given is not shown again.
fn shown(made: &Provisioned, generated: bool, codes: Vec<String>) -> serde_json::Value {
    let mut owner = json!({"email": made.owner.email});
    if generated {
        owner["password"] = json!(made.owner.password);
    }
    json!({"tenant": made.tenant, "owner": owner, "branches": made.branches, "codes": codes})
}

fn text_of(file: &Path) -> anyhow::Result<String> {
    let text =
        if file == Path::new("-") { std::io::read_to_string(std::io::stdin()) } else { std::fs::read_to_string(file) };
    text.with_context(|| format!("cannot read {}", file.display()))
}

/// Offers of the same id are replaced; one that is not `active` is sold no more.
pub fn offer_packages(data: &Path, tenant: Option<&str>, file: &Path) -> anyhow::Result<()> {
    let offers: Vec<PackageOffer> = serde_json::from_str(&text_of(file)?)
        .with_context(|| format!("{} is not a list of packages", file.display()))?;
    for offer in &offers {
        offer.check().with_context(|| format!("the package {:?}", offer.name))?;
    }
    let store = open(data)?;
    let tenant = provision::find_tenant(&store, tenant)?.tenant;
    store.writing(|tx| offers.iter().try_for_each(|offer| crate::sync::master::put(tx, tenant, offer)))?;
    print_json(&json!({"offered": offers.len()}))
}

/// As [`offer_packages`]; who has joined keeps the terms that they joined on.
pub fn offer_memberships(data: &Path, tenant: Option<&str>, file: &Path) -> anyhow::Result<()> {
    let offers: Vec<MembershipOffer> = serde_json::from_str(&text_of(file)?)
        .with_context(|| format!("{} is not a list of memberships", file.display()))?;
    for offer in &offers {
        offer.check().with_context(|| format!("the membership {:?}", offer.plan.name))?;
    }
    let store = open(data)?;
    let tenant = provision::find_tenant(&store, tenant)?.tenant;
    store.writing(|tx| offers.iter().try_for_each(|offer| crate::sync::master::put(tx, tenant, offer)))?;
    print_json(&json!({"offered": offers.len()}))
}

pub fn provision(data: &Path, file: &Path) -> anyhow::Result<()> {
    let text = text_of(file)?;
    let new: NewTenant =
        serde_json::from_str(&text).with_context(|| format!("{} is not a tenant's description", file.display()))?;
    let store = open(data)?;
    let made = provision::create_tenant(&store, &new)?;
    let first: Id<_> = made.branches.first().map(|b| b.branch).context("a tenant has a branch")?;
    let codes = (1..=new.terminals)
        .map(|n| {
            let (name, tenant) = (format!("Till {n}"), made.tenant);
            // The first terminal is the one with which the salon moves in.
            let code = if n == 1 {
                provision::import_code(&store, tenant, first, &name)
            } else {
                provision::pairing_code(&store, tenant, first, &name)
            };
            Ok(code?.to_string())
        })
        .collect::<anyhow::Result<Vec<String>>>()?;
    print_json(&shown(&made, new.owner.password.is_none(), codes))
}

#[derive(Debug, Args)]
pub struct Pair {
    #[command(flatten)]
    data: Data,
    /// The branch's id or name.
    #[arg(long)]
    branch: String,
    /// The tenant's id or name; may be left out while there is only one.
    #[arg(long)]
    tenant: Option<String>,
    /// The terminal's name, such as "Till 1".
    #[arg(long, default_value = "")]
    name: String,
    /// The terminal may bring in services, products and stylists by `pos import`.
    #[arg(long)]
    may_import: bool,
}

impl Pair {
    pub fn run(self) -> anyhow::Result<()> {
        let store = open(&self.data.data)?;
        let tenant = provision::find_tenant(&store, self.tenant.as_deref())?.tenant;
        let branch = provision::find_branch(&store, tenant, &self.branch)?;
        let make = if self.may_import { provision::import_code } else { provision::pairing_code };
        let code = make(&store, tenant, branch.id, &self.name)?;
        print_json(&json!({"code": code.to_string(), "expires_in_s": LIFETIME_S, "branch": branch.id}))
    }
}

/// All tenants, one after another.
pub fn rebuild(data: &Path) -> anyhow::Result<()> {
    let store = open(data)?;
    let mut rebuilt = Vec::new();
    for tenant in store.reading(|tx| tx.tenants())? {
        let done = crate::sync::rebuild(&store, tenant.tenant)?;
        rebuilt.push(json!({"tenant": tenant.tenant, "rebuilt": done}));
    }
    print_json(&rebuilt)
}

pub fn totals(data: &Path, tenant: Option<&str>) -> anyhow::Result<()> {
    let store = open(data)?;
    let tenant = provision::find_tenant(&store, tenant)?.tenant;
    let totals = store.reading(|tx| tx.totals(tenant))?;
    let mut shown = serde_json::to_value(totals)?;
    shown["tenant"] = json!(tenant);
    print_json(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_in_basis_points() {
        for (text, bp) in [("VAT:19:inclusive", 1900), ("GST:5.5:exclusive", 550), ("X:0.07:exclusive", 7)] {
            assert_eq!(tax_of(text).unwrap().rate_bp, bp, "{text}");
        }
        for bad in ["VAT", "VAT:19", "VAT:19:both", "QST:9.975:exclusive", "VAT:1900:inclusive", "VAT:-1:inclusive"] {
            assert!(tax_of(bad).is_err(), "{bad}");
        }
    }
}
