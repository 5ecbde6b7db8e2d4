//! Master data: the server's word. Whatever is put here reaches every terminal of the tenant.

use crate::store::{LogKind, StoreError, Tx};
use salon_domain::access::Role;
use salon_domain::branch::Branch;
use salon_domain::catalog::{Product, Service};
use salon_domain::kernel::{BranchId, BranchZone, TenantId};
use salon_domain::payment::Promotion;
use salon_domain::staff::Staff;
use salon_domain::value::{MembershipOffer, PackageOffer};
use salon_sync::wire::{DeviceRecord, MasterKind, TenantRecord};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A kind of master data.
pub trait Entity: Serialize + DeserializeOwned {
    const KIND: MasterKind;
    fn id(&self) -> Uuid;
}

macro_rules! entities {
    ($($type:ty = $kind:ident),*) => {
        $(impl Entity for $type {
            const KIND: MasterKind = MasterKind::$kind;
            fn id(&self) -> Uuid {
                self.id.uuid()
            }
        })*
    };
}
entities!(
    TenantRecord = Tenant,
    Branch = Branch,
    Service = Service,
    Product = Product,
    Staff = Staff,
    DeviceRecord = Device,
    Promotion = Promotion,
    PackageOffer = Package,
    MembershipOffer = Membership
);

/// Appends the entity to the log; its older row leaves it, so that a new terminal gets only the latest.
pub fn put<E: Entity>(tx: &dyn Tx, tenant: TenantId, entity: &E) -> Result<(), StoreError> {
    let body = serde_json::to_vec(entity).map_err(|e| StoreError::Damaged(e.to_string()))?;
    let kind = LogKind::Master { kind: E::KIND, id: entity.id() };
    let entry = tx.append(tenant, None, None, &kind, Some(&body))?;
    tx.set_master(tenant, E::KIND, entity.id(), entry)
}

/// What a terminal that may import brings in, or takes back: services, products, and people who could not do more than
/// the terminal's own. The inner error says why it is refused.
pub fn import(
    tx: &dyn Tx,
    tenant: TenantId,
    kind: MasterKind,
    id: Uuid,
    body: Option<&[u8]>,
) -> Result<Result<(), String>, StoreError> {
    let checked = match kind {
        MasterKind::Service => body.map(|body| parsed::<Service>(id, body).map(|_| body.to_vec())).transpose(),
        MasterKind::Product => body.map(|body| parsed::<Product>(id, body).map(|_| body.to_vec())).transpose(),
        MasterKind::Staff => imported_person(get(tx, tenant, id)?, id, body),
        MasterKind::Tenant
        | MasterKind::Branch
        | MasterKind::Device
        | MasterKind::Promotion
        | MasterKind::Package
        | MasterKind::Membership => Err(format!("a terminal does not bring in a {}", kind.name())),
    };
    match checked {
        Err(reason) => Ok(Err(reason)),
        Ok(body) => {
            let entry = tx.append(tenant, None, None, &LogKind::Master { kind, id }, body.as_deref())?;
            tx.set_master(tenant, kind, id, entry)?;
            Ok(Ok(()))
        }
    }
}

fn parsed<E: Entity>(id: Uuid, body: &[u8]) -> Result<E, String> {
    let entity: E = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    if entity.id() == id { Ok(entity) } else { Err("an entity under another's id".into()) }
}

/// Stylists and assistants only, before and after; a PIN that the salon has given stays.
fn imported_person(known: Option<Staff>, id: Uuid, body: Option<&[u8]>) -> Result<Option<Vec<u8>>, String> {
    let harmless = |person: &Staff| matches!(person.role, Role::Stylist | Role::Assistant);
    if known.as_ref().is_some_and(|person| !harmless(person)) {
        return Err("an import does not change who leads the salon".into());
    }
    let Some(body) = body else { return Ok(None) };
    let mut person: Staff = parsed(id, body)?;
    if !harmless(&person) || person.pin_hash.is_some() {
        return Err("an import brings in stylists and assistants without PIN".into());
    }
    person.pin_hash = known.and_then(|known| known.pin_hash);
    serde_json::to_vec(&person).map(Some).map_err(|e| e.to_string())
}

fn read<E: Entity>(body: &[u8]) -> Result<E, StoreError> {
    serde_json::from_slice(body).map_err(|e| StoreError::Damaged(format!("{}: {e}", E::KIND.name())))
}

pub fn get<E: Entity>(tx: &dyn Tx, tenant: TenantId, id: Uuid) -> Result<Option<E>, StoreError> {
    tx.master(tenant, E::KIND, id)?.map(|body| read(&body)).transpose()
}

pub fn all<E: Entity>(tx: &dyn Tx, tenant: TenantId) -> Result<Vec<E>, StoreError> {
    tx.masters(tenant, E::KIND)?.iter().map(|body| read(body)).collect()
}

/// The branch's time zone; UTC when the branch is unknown or its zone cannot be read, so that nothing is held up by it.
pub fn zone_of(tx: &dyn Tx, tenant: TenantId, branch: BranchId) -> Result<BranchZone, StoreError> {
    let found: Option<Branch> = get(tx, tenant, branch.uuid())?;
    Ok(found.and_then(|b| BranchZone::named(&b.zone).ok()).unwrap_or(BranchZone::UTC))
}
