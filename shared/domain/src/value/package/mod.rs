//! Packages: prepaid units of services, sold at one price and used one by one.

mod model;
mod offer;
mod rules;
mod units;

pub use model::{Package, PackageChange, PackageError, PackageMoved, PackageValue};
pub use offer::PackageOffer;
pub use units::{PackageEntry, Prepaid};
