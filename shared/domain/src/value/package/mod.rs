//! Packages: prepaid units of services, sold at one price and used one by one.

mod model;
mod rules;
mod units;

pub use model::{Package, PackageChange, PackageError, PackageMoved, PackageValue};
pub use units::{PackageEntry, Prepaid};
