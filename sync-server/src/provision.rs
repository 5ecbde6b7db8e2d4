//! A new tenant: the company, its owner, its branches and what they sell; and codes for its terminals.

use crate::auth::code::{Code, LIFETIME_S};
use crate::auth::password::{self, PasswordError};
use crate::store::{PairingRow, Store, StoreError, StoreExt, TenantRow, Tx, UserRow};
use crate::sync::master;
use salon_domain::access::Role;
use salon_domain::branch::Branch;
use salon_domain::catalog::{Product, Service};
use salon_domain::commission::Scheme;
use salon_domain::kernel::{BranchId, BranchZone, Instant, TenantId, UserId};
use salon_domain::loyalty::Programme;
use salon_domain::payment::Promotion;
use salon_domain::staff::Staff;
use salon_domain::value::{MembershipOffer, PackageOffer};
use salon_sync::wire::TenantRecord;
use serde::{Deserialize, Serialize};

/// Ids are taken as given.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewTenant {
    /// Made here when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    pub name: String,
    /// Invented data.
    #[serde(default)]
    pub demo: bool,
    pub owner: NewOwner,
    pub branches: Vec<Branch>,
    #[serde(default)]
    pub staff: Vec<Staff>,
    #[serde(default)]
    pub promotions: Vec<Promotion>,
    #[serde(default)]
    pub services: Vec<Service>,
    #[serde(default)]
    pub products: Vec<Product>,
    /// None: nobody earns commission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<Scheme>,
    /// None: clients earn no points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loyalty: Option<Programme>,
    #[serde(default)]
    pub packages: Vec<PackageOffer>,
    #[serde(default)]
    pub memberships: Vec<MembershipOffer>,
    /// Pairing codes wanted for the first branch (by the `provision` command).
    #[serde(default)]
    pub terminals: u32,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct NewOwner {
    #[serde(default)]
    pub name: String,
    pub email: String,
    /// Made here, and given back once, when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

impl std::fmt::Debug for NewOwner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewOwner(…)")
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Provisioned {
    pub tenant: TenantId,
    pub owner: Owner,
    pub branches: Vec<ProvisionedBranch>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Owner {
    pub user: UserId,
    pub email: String,
    pub password: String,
}

impl std::fmt::Debug for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Owner({})", self.user)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisionedBranch {
    pub branch: BranchId,
    pub name: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error("the e-mail address is in use already: choose another")]
    EmailTaken,
    #[error("{0}")]
    Invalid(String),
    #[error("there is no tenant {0}")]
    UnknownTenant(String),
    #[error("there is no branch {0}")]
    UnknownBranch(String),
    #[error("there are several tenants: say which one")]
    SeveralTenants,
}

fn invalid(reason: impl Into<String>) -> ProvisionError {
    ProvisionError::Invalid(reason.into())
}

/// Lower case and without spaces around: how e-mail addresses are kept and looked for.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

fn check(new: &NewTenant) -> Result<(), ProvisionError> {
    if new.name.trim().is_empty() {
        return Err(invalid("a salon needs a name"));
    }
    let email = normal_email(&new.owner.email);
    if email.len() > 254 || !email.split_once('@').is_some_and(|(who, at)| !who.is_empty() && !at.is_empty()) {
        return Err(invalid("the owner's e-mail address is not one"));
    }
    if new.branches.is_empty() {
        return Err(invalid("a salon needs at least one branch"));
    }
    for branch in &new.branches {
        BranchZone::named(&branch.zone).map_err(|e| invalid(format!("branch {}: {e}", branch.name)))?;
    }
    if let Some(scheme) = &new.commission {
        scheme.check().map_err(|e| invalid(format!("commission: {e}")))?;
    }
    if let Some(programme) = &new.loyalty {
        programme.check().map_err(|e| invalid(format!("loyalty: {e}")))?;
    }
    for offer in &new.memberships {
        offer.check().map_err(|e| invalid(format!("membership {:?}: {e}", offer.plan.name)))?;
    }
    Ok(())
}

/// 20 characters of Crockford's base 32: 100 random bits.
fn random_password(store: &dyn Store) -> String {
    let parts: Vec<String> = (0..3).map(|_| Code::random(store.env()).to_string()).collect();
    parts.join("-").to_lowercase()
}

/// Creates a tenant in one transaction.
pub fn create_tenant(store: &dyn Store, new: &NewTenant) -> Result<Provisioned, ProvisionError> {
    check(new)?;
    let env = store.env();
    let now = env.now();
    let tenant = new.tenant.unwrap_or_else(|| env.id());
    let password = new.owner.password.clone().unwrap_or_else(|| random_password(store));
    let user = UserRow {
        tenant,
        user: env.id(),
        email: normal_email(&new.owner.email),
        name: if new.owner.name.trim().is_empty() { new.name.clone() } else { new.owner.name.clone() },
        role: Role::Admin,
        password_hash: password::hash_password(&password, &env.random())?,
        branches: None,
        active: true,
    };
    store.writing(|tx| {
        if tx.tenant(tenant)?.is_some() {
            return Err(invalid(format!("tenant {tenant} is here already")));
        }
        tx.insert_tenant(&TenantRow { tenant, name: new.name.clone(), demo: new.demo, head: 0 }, now)?;
        if !tx.insert_user(&user)? {
            return Err(ProvisionError::EmailTaken);
        }
        put_master_data(tx, tenant, new)?;
        Ok(())
    })?;
    let branches = new.branches.iter().map(|b| ProvisionedBranch { branch: b.id, name: b.name.clone() }).collect();
    Ok(Provisioned { tenant, owner: Owner { user: user.user, email: user.email, password }, branches })
}

fn put_master_data(tx: &dyn Tx, tenant: TenantId, new: &NewTenant) -> Result<(), StoreError> {
    let company = TenantRecord {
        id: tenant,
        name: new.name.clone(),
        demo: new.demo,
        commission: new.commission.clone(),
        loyalty: new.loyalty.clone(),
    };
    master::put(tx, tenant, &company)?;
    for branch in &new.branches {
        master::put(tx, tenant, branch)?;
    }
    for staff in &new.staff {
        master::put(tx, tenant, staff)?;
    }
    for service in &new.services {
        master::put(tx, tenant, service)?;
    }
    for product in &new.products {
        master::put(tx, tenant, product)?;
    }
    for promotion in &new.promotions {
        master::put(tx, tenant, promotion)?;
    }
    for package in &new.packages {
        master::put(tx, tenant, package)?;
    }
    for membership in &new.memberships {
        master::put(tx, tenant, membership)?;
    }
    Ok(())
}

/// A user besides the owner.
#[derive(Debug, Clone)]
pub struct NewUser<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub password: &'a str,
    pub role: Role,
    /// None: all branches.
    pub branches: Option<Vec<BranchId>>,
}

pub fn create_user(store: &dyn Store, tenant: TenantId, new: &NewUser<'_>) -> Result<UserId, ProvisionError> {
    let user = UserRow {
        tenant,
        user: store.env().id(),
        email: normal_email(new.email),
        name: new.name.to_owned(),
        role: new.role,
        password_hash: password::hash_password(new.password, &store.env().random())?,
        branches: new.branches.clone(),
        active: true,
    };
    store.writing(|tx| if tx.insert_user(&user)? { Ok(user.user) } else { Err(ProvisionError::EmailTaken) })
}

/// A one-time code by which a terminal joins `branch`. `name` is the terminal's; empty: the terminal's own word.
pub fn pairing_code(store: &dyn Store, tenant: TenantId, branch: BranchId, name: &str) -> Result<Code, ProvisionError> {
    new_code(store, tenant, branch, name, false)
}

/// A code for the terminal with which a salon moves in: it may bring services, products and stylists of an import.
pub fn import_code(store: &dyn Store, tenant: TenantId, branch: BranchId, name: &str) -> Result<Code, ProvisionError> {
    new_code(store, tenant, branch, name, true)
}

fn new_code(
    store: &dyn Store,
    tenant: TenantId,
    branch: BranchId,
    name: &str,
    may_import: bool,
) -> Result<Code, ProvisionError> {
    let env = store.env();
    let expires = Instant(env.now().0 + LIFETIME_S as i64 * 1_000);
    // A selector is one of a million: a second try is rare, a tenth is somebody making codes without end.
    for _ in 0..10 {
        let code = Code::random(env);
        let row = PairingRow {
            tenant,
            selector: code.selector().to_owned(),
            code_hash: code.hash(),
            branch,
            name: name.trim().to_owned(),
            expires,
            attempts: 0,
            device: None,
            may_import,
        };
        let inserted = store.writing(|tx| {
            if master::get::<Branch>(tx, tenant, branch.uuid())?.is_none() {
                return Err(ProvisionError::UnknownBranch(branch.to_string()));
            }
            tx.drop_expired(env.now())?;
            Ok(tx.insert_pairing(&row)?)
        })?;
        if inserted {
            return Ok(code);
        }
    }
    Err(StoreError::Busy.into())
}

/// The tenant of that id or name; the only one when nothing is said.
pub fn find_tenant(store: &dyn Store, wanted: Option<&str>) -> Result<TenantRow, ProvisionError> {
    let all = store.reading(|tx| tx.tenants())?;
    let mut fits = all.into_iter().filter(|t| wanted.is_none_or(|w| t.name == w || t.tenant.to_string() == w));
    match (fits.next(), fits.next()) {
        (Some(tenant), None) => Ok(tenant),
        (None, _) => Err(ProvisionError::UnknownTenant(wanted.unwrap_or("yet: create one first").to_owned())),
        (Some(_), Some(_)) => Err(ProvisionError::SeveralTenants),
    }
}

/// The branch of that id, name, or (if only one has it) part of the name.
pub fn find_branch(store: &dyn Store, tenant: TenantId, wanted: &str) -> Result<Branch, ProvisionError> {
    let all: Vec<Branch> = store.reading(|tx| master::all(tx, tenant))?;
    if let Some(exact) = all.iter().find(|b| b.name == wanted || b.id.to_string() == wanted) {
        return Ok(exact.clone());
    }
    let part = wanted.to_lowercase();
    let mut fits = all.iter().filter(|b| b.name.to_lowercase().contains(&part));
    match (fits.next(), fits.next()) {
        (Some(branch), None) => Ok(branch.clone()),
        _ => {
            let names: Vec<&str> = all.iter().map(|b| b.name.as_str()).collect();
            Err(ProvisionError::UnknownBranch(format!("\"{wanted}\"; there are: {}", names.join(", "))))
        }
    }
}
