//! Packages of prepaid units: what a client has left, and what a manager changes about one.

use super::package_failure;
use crate::app::till::date_text;
use crate::app::{App, Catalog};
use salon_contract::window::{
    ChangePackage, Code, Done, Failure, FreezeView, PackageAct, PackageEntryView, PackageView, TransferView,
};
use salon_domain::access::Permission;
use salon_domain::event::Happening;
use salon_domain::kernel::{CardId, MovementId, day_number};
use salon_domain::value::{Package, PackageChange, PackageEntry, PackageError, PackageMoved, Prepaid, Stamp};
use std::collections::BTreeSet;

impl App {
    /// What belongs to a client, that which can be used first.
    pub(in crate::app) fn packages(&self, card: CardId) -> Result<Vec<PackageView>, Failure> {
        self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let day = day_number(catalog.today(self.clock.now())?);
        let mut views = Vec::new();
        for package in self.store.packages_of(card)? {
            views.push(self.package_view(&catalog, &package, day)?);
        }
        views.sort_by_key(|view| (!view.usable, view.expires.clone()));
        Ok(views)
    }

    fn package_view(&self, catalog: &Catalog, package: &Package, day: i32) -> Result<PackageView, Failure> {
        let gone: BTreeSet<MovementId> = package
            .movements()
            .iter()
            .filter_map(|moved| match moved.what {
                PackageChange::TransferUndone { of } | PackageChange::Thawed { of, .. } => Some(of),
                _ => None,
            })
            .collect();
        let mut freezes = Vec::new();
        let mut transfers = Vec::new();
        for moved in package.movements().iter().filter(|moved| !gone.contains(&moved.stamp.id)) {
            match &moved.what {
                PackageChange::Frozen { from_day, until_day, .. } if *until_day > day => freezes.push(FreezeView {
                    movement: moved.stamp.id,
                    from: date_text(*from_day),
                    until: date_text(*until_day),
                }),
                PackageChange::Transferred { from, to, .. } => transfers.push(TransferView {
                    movement: moved.stamp.id,
                    from: self.client_name(Some(*from))?,
                    to: self.client_name(Some(*to))?,
                }),
                _ => {}
            }
        }
        let entries = (0_u16..).zip(package.entries().iter().zip(package.remaining()));
        Ok(PackageView {
            package: *package.of(),
            entries: entries.map(|(ix, (entry, left))| entry_view(catalog, ix, entry, left)).collect(),
            expires: package.expires_day().map(date_text),
            usable: (0_u16..).zip(package.entries()).any(|(entry, _)| package.check_redeem(entry, day).is_ok()),
            freezes,
            transfers,
        })
    }

    /// By a manager, with a reason; journalled, and once for each key.
    pub(in crate::app) fn change_package(&self, wanted: &ChangePackage) -> Result<Done, Failure> {
        self.require(Permission::Sell)?;
        let manager = self.check_pin(wanted.manager, &wanted.pin)?;
        if !manager.may(Permission::Refund) {
            return Err(Failure::new(Code::NotAllowed).with("permission", "refund"));
        }
        let catalog = self.catalog()?;
        let day = day_number(catalog.today(self.clock.now())?);
        let user = manager.id.uuid();
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(wanted.key)?.is_some() {
                return Ok(Done {});
            }
            let package = unit.package(wanted.package)?;
            let what = change_of(&package, &wanted.what, wanted.reason.trim(), day)?;
            let identity = unit.identity()?.clone();
            let stamp = Stamp {
                at: unit.stamp()?,
                id: unit.id(),
                device: identity.device,
                branch: identity.branch,
                day,
                by: user,
            };
            let moved = PackageMoved { stamp, ledger: wanted.package, what };
            moved.check().map_err(super::bad_amount)?;
            unit.journal(wanted.package.uuid(), Happening::PackageMoved(Box::new(moved)), user, wanted.key)?;
            unit.mark_done(wanted.key, &true)?;
            Ok(Done {})
        })
    }
}

fn change_of(package: &Package, act: &PackageAct, reason: &str, day: i32) -> Result<PackageChange, Failure> {
    if reason.is_empty() {
        return Err(Failure::new(Code::BadInput).with("field", "reason"));
    }
    let reason = reason.to_owned();
    let date = |text: &str| Ok::<i32, Failure>(day_number(crate::app::catalog::parse_date(text)?));
    let valid = package.check_valid(day);
    match act {
        // What has expired can be extended; what was given back cannot.
        PackageAct::Extend { until } => match valid {
            Ok(()) | Err(PackageError::Expired { .. }) => {
                Ok(PackageChange::Extended { expires_day: date(until)?, reason })
            }
            Err(error) => Err(package_failure(error)),
        },
        PackageAct::Freeze { from, until } => {
            valid.map_err(package_failure)?;
            Ok(PackageChange::Frozen { from_day: date(from)?, until_day: date(until)?, reason })
        }
        PackageAct::Thaw { of } => Ok(PackageChange::Thawed { of: *of, day }),
        PackageAct::Transfer { to } => {
            valid.map_err(package_failure)?;
            let from = package.owner().ok_or(Code::PackageUnknown)?;
            Ok(PackageChange::Transferred { from, to: *to, reason })
        }
        PackageAct::UndoTransfer { of } => Ok(PackageChange::TransferUndone { of: *of }),
    }
}

fn entry_view(catalog: &Catalog, entry: u16, of: &PackageEntry, left: i64) -> PackageEntryView {
    let services = catalog.services.values().filter(|s| s.active && of.what.pays_for(s.id, &s.category));
    PackageEntryView {
        entry,
        name: match &of.what {
            Prepaid::Service(id) => catalog.services.get(id).map_or_else(String::new, |s| s.name.clone()),
            Prepaid::Category(name) => name.clone(),
        },
        services: services.map(|s| s.id).collect(),
        units: of.units,
        left,
    }
}
