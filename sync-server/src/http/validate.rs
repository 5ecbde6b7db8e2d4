//! What master data has to be before it goes to every terminal.

use super::error::ApiError;
use salon_domain::branch::{Branch, WeekHours};
use salon_domain::catalog::{PatchTerms, Phase, Product, Service, check_uses};
use salon_domain::payment::Promotion;
use salon_domain::staff::Staff;
use salon_domain::value::{MembershipOffer, PackageOffer, Prepaid};

const NAME_CHARS_MAX: usize = 120;
const PRICE_MINOR_MAX: i64 = 1_000_000_000;
const PACK_AMOUNT_MAX: u32 = 1_000_000;
const PATCH_HOURS_MAX: u16 = 30 * 24;
const DAY_MIN: u16 = 24 * 60;

fn ensure(fine: bool, otherwise: &str) -> Result<(), ApiError> {
    if fine { Ok(()) } else { Err(ApiError::invalid(otherwise)) }
}

fn name(text: &str) -> Result<(), ApiError> {
    let fine = !text.trim().is_empty() && text.chars().count() <= NAME_CHARS_MAX && !text.chars().any(char::is_control);
    ensure(fine, "a name has 1 to 120 characters")
}

fn price(minor: i64) -> Result<(), ApiError> {
    ensure((0..=PRICE_MINOR_MAX).contains(&minor), "a price is zero or more")
}

fn tax_class(code: &str, branches: &[Branch]) -> Result<(), ApiError> {
    let known = branches.iter().any(|b| b.taxes.iter().any(|class| class.code == code));
    ensure(known, "no branch has this tax class")
}

fn phases(phases: &[Phase]) -> Result<(), ApiError> {
    ensure((1..=12).contains(&phases.len()), "a service has 1 to 12 phases")?;
    ensure(phases.iter().all(|p| (1..=DAY_MIN).contains(&p.minutes)), "a phase lasts a minute or more")?;
    let whole: u32 = phases.iter().map(|p| u32::from(p.minutes)).sum();
    ensure(whole <= u32::from(DAY_MIN), "a service fits into a day")
}

pub fn service(service: &Service, branches: &[Branch], products: &[Product]) -> Result<(), ApiError> {
    name(&service.name)?;
    price(service.price_minor)?;
    phases(&service.phases)?;
    ensure(
        service.buffer_before_min <= DAY_MIN / 4 && service.buffer_after_min <= DAY_MIN / 4,
        "a buffer lasts six hours at most",
    )?;
    for terms in service.by_staff.values() {
        terms.price_minor.map_or(Ok(()), price)?;
        terms.phases.as_deref().map_or(Ok(()), phases)?;
    }
    check_uses(&service.uses).map_err(|error| ApiError::invalid(error.to_string()))?;
    let known = service.uses.iter().all(|usage| products.iter().any(|p| p.id == usage.product));
    ensure(known, "a product of the recipe is not known")?;
    if let Some(PatchTerms::Needs { kind, .. } | PatchTerms::Test { kind }) = &service.patch_test {
        name(kind)?;
    }
    if let Some(PatchTerms::Needs { hours_before, valid_days, .. }) = &service.patch_test {
        ensure(*hours_before <= PATCH_HOURS_MAX, "a patch test is made at most 30 days before")?;
        let lasting = u32::from(*valid_days) * 24 >= u32::from(*hours_before).max(24);
        ensure(lasting, "a patch test is valid for a day or more, and for longer than it has to be old")?;
    }
    tax_class(&service.tax_class, branches)
}

pub fn product(product: &Product, branches: &[Branch], others: &[Product]) -> Result<(), ApiError> {
    name(&product.name)?;
    price(product.price_minor)?;
    price(product.cost_minor)?;
    let holds = product.pack.is_none_or(|pack| (1..=PACK_AMOUNT_MAX).contains(&pack.amount));
    ensure(holds, "a pack holds one to a million of its unit")?;
    ensure(product.par_min >= 0 && product.par_min <= product.par_max, "the minimum is not above the maximum")?;
    ensure(
        product.barcode.len() <= 14 && product.barcode.bytes().all(|b| b.is_ascii_digit()),
        "a barcode has at most 14 digits",
    )?;
    let taken = others.iter().any(|o| {
        o.id != product.id && o.active && product.active && !o.barcode.is_empty() && o.barcode == product.barcode
    });
    ensure(!taken, "another product has this barcode")?;
    tax_class(&product.tax_class, branches)
}

pub fn promotion(promotion: &Promotion) -> Result<(), ApiError> {
    name(&promotion.label)?;
    promotion.hours.iter().try_for_each(hours)?;
    promotion.check().map_err(|error| ApiError::invalid(error.to_string()))
}

pub fn membership(offer: &MembershipOffer, branches: &[Branch]) -> Result<(), ApiError> {
    name(&offer.plan.name)?;
    offer.check().map_err(|error| ApiError::invalid(error.to_string()))?;
    // A branch can only sell it for money that it trades in.
    let sold = branches.iter().any(|branch| branch.currency == offer.plan.currency);
    ensure(sold, "no branch trades in this currency")?;
    tax_class(&offer.plan.tax_class, branches)
}

pub fn package(package: &PackageOffer, branches: &[Branch], services: &[Service]) -> Result<(), ApiError> {
    name(&package.name)?;
    price(package.price_minor)?;
    package.check().map_err(|error| ApiError::invalid(error.to_string()))?;
    let known = package.entries.iter().all(|entry| match &entry.what {
        Prepaid::Service(id) => services.iter().any(|service| service.id == *id),
        Prepaid::Category(category) => services.iter().any(|service| service.category == *category),
    });
    ensure(known, "a service or category of the package is not known")?;
    tax_class(&package.tax_class, branches)
}

fn hours(hours: &WeekHours) -> Result<(), ApiError> {
    for day in &hours.0 {
        let fine = day.iter().all(|span| span.from_min < span.to_min && span.to_min <= DAY_MIN);
        let apart = day.windows(2).all(|pair| pair[0].to_min <= pair[1].from_min);
        ensure(fine && apart, "hours are spans one after another within a day")?;
    }
    Ok(())
}

pub fn staff(staff: &Staff, branches: &[Branch]) -> Result<(), ApiError> {
    name(&staff.name)?;
    hours(&staff.hours)?;
    let known = staff.branches.iter().all(|id| branches.iter().any(|b| b.id == *id));
    ensure(known, "a branch of this person is not known")
}
