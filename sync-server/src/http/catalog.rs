//! Master data over REST: staff, services, products, promotions, memberships. What is put here reaches every terminal by its change feed.

use super::App;
use super::authorised::{Authorised, SignedIn, need};
use super::error::ApiError;
use super::extract::{Body, PathId};
use super::schema::{
    MembershipBody, MembershipsBody, PackageBody, PackagesBody, ProductBody, ProductsBody, PromotionBody,
    PromotionsBody, ServiceBody, ServicesBody, StaffBody, StaffListBody, StaffWriteBody,
};
use super::validate;
use crate::auth::password;
use crate::store::{StoreError, StoreExt, Tx};
use crate::sync::News;
use crate::sync::master::{self, Entity};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use salon_contract::rest::Live;
use salon_domain::access::{Permission, Role};
use salon_domain::branch::Branch;
use salon_domain::catalog::{Product, Service};
use salon_domain::kernel::TenantId;
use salon_domain::payment::Promotion;
use salon_domain::staff::Staff;
use salon_domain::value::{MembershipOffer, PackageOffer};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// A staff member without the PIN's hash, which leaves the server only towards terminals.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StaffRow {
    #[serde(flatten)]
    pub staff: Staff,
    pub has_pin: bool,
}

/// A staff member as written; `pin` sets a new PIN, none leaves the old one.
#[derive(Clone, Serialize, Deserialize)]
pub struct StaffWrite {
    #[serde(flatten)]
    pub staff: Staff,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Write {
    /// The id must be new.
    Create,
    /// Replaces what is there, or begins it.
    Put,
}

fn conflict() -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "exists", "there is one with this id already: use PUT")
}

async fn all<E: Entity + Send + 'static>(app: &App, tenant: TenantId) -> Result<Vec<E>, ApiError> {
    Ok(app.blocking(move |store| store.reading(|tx| master::all::<E>(tx, tenant))).await?)
}

/// Checks and puts an entity, and tells everybody.
async fn put<E: Entity + Clone + Send + 'static>(
    app: &App,
    user: &SignedIn,
    how: Write,
    entity: E,
    check: impl Fn(&dyn Tx, &E, Option<E>) -> Result<E, ApiError> + Send + 'static,
) -> Result<(), ApiError> {
    let tenant = user.tenant;
    let head = app
        .run(move |store| {
            store.writing(|tx| {
                let known: Option<E> = master::get(tx, tenant, entity.id())?;
                if known.is_some() && how == Write::Create {
                    return Err(conflict());
                }
                let checked = check(tx, &entity, known)?;
                master::put(tx, tenant, &checked)?;
                Ok(tx.head(tenant)?)
            })
        })
        .await??;
    app.feed.publish(&News { tenant, head, live: vec![Live::Master] });
    Ok(())
}

fn same_id<E: Entity>(path: Uuid, entity: &E) -> Result<(), ApiError> {
    if entity.id() == path { Ok(()) } else { Err(ApiError::invalid("the id of the path and of the body differ")) }
}

/// Services, inactive ones too.
#[utoipa::path(get, path = "/api/v1/services", responses((status = 200, body = ServicesBody)),
    extensions(("x-permission" = json!("book_read"))))]
pub async fn services(
    State(app): State<Arc<App>>,
    caller: Authorised<need::BookRead>,
) -> Result<Json<Vec<Service>>, ApiError> {
    Ok(Json(all(&app, caller.user.tenant).await?))
}

async fn write_service(app: &App, user: &SignedIn, how: Write, service: Service) -> Result<Json<Service>, ApiError> {
    let tenant = user.tenant;
    put(app, user, how, service.clone(), move |tx, service, _| {
        let branches: Vec<Branch> = master::all(tx, tenant)?;
        let products: Vec<Product> = master::all(tx, tenant)?;
        validate::service(service, &branches, &products)?;
        Ok(service.clone())
    })
    .await?;
    Ok(Json(service))
}

/// Adds a service under an id of the caller's.
#[utoipa::path(post, path = "/api/v1/services", request_body = ServiceBody,
    responses((status = 201, body = ServiceBody), (status = 409, description = "exists"),
        (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("catalog_write"))))]
pub async fn add_service(
    State(app): State<Arc<App>>,
    caller: Authorised<need::CatalogWrite>,
    Body(service): Body<Service>,
) -> Result<(StatusCode, Json<Service>), ApiError> {
    Ok((StatusCode::CREATED, write_service(&app, &caller.user, Write::Create, service).await?))
}

/// Replaces a service.
#[utoipa::path(put, path = "/api/v1/services/{id}", params(("id" = String, Path)), request_body = ServiceBody,
    responses((status = 200, body = ServiceBody), (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("catalog_write"))))]
pub async fn put_service(
    State(app): State<Arc<App>>,
    caller: Authorised<need::CatalogWrite>,
    PathId(id): PathId<Uuid>,
    Body(service): Body<Service>,
) -> Result<Json<Service>, ApiError> {
    same_id(id, &service)?;
    write_service(&app, &caller.user, Write::Put, service).await
}

/// Products, inactive ones too.
#[utoipa::path(get, path = "/api/v1/products", responses((status = 200, body = ProductsBody)),
    extensions(("x-permission" = json!("stock_read"))))]
pub async fn products(
    State(app): State<Arc<App>>,
    caller: Authorised<need::StockRead>,
) -> Result<Json<Vec<Product>>, ApiError> {
    Ok(Json(all(&app, caller.user.tenant).await?))
}

async fn write_product(app: &App, user: &SignedIn, how: Write, product: Product) -> Result<Json<Product>, ApiError> {
    let tenant = user.tenant;
    put(app, user, how, product.clone(), move |tx, product, _| {
        let branches: Vec<Branch> = master::all(tx, tenant)?;
        let others: Vec<Product> = master::all(tx, tenant)?;
        validate::product(product, &branches, &others)?;
        Ok(product.clone())
    })
    .await?;
    Ok(Json(product))
}

/// Adds a product under an id of the caller's.
#[utoipa::path(post, path = "/api/v1/products", request_body = ProductBody,
    responses((status = 201, body = ProductBody), (status = 409, description = "exists"),
        (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("catalog_write"))))]
pub async fn add_product(
    State(app): State<Arc<App>>,
    caller: Authorised<need::CatalogWrite>,
    Body(product): Body<Product>,
) -> Result<(StatusCode, Json<Product>), ApiError> {
    Ok((StatusCode::CREATED, write_product(&app, &caller.user, Write::Create, product).await?))
}

/// Replaces a product.
#[utoipa::path(put, path = "/api/v1/products/{id}", params(("id" = String, Path)), request_body = ProductBody,
    responses((status = 200, body = ProductBody), (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("catalog_write"))))]
pub async fn put_product(
    State(app): State<Arc<App>>,
    caller: Authorised<need::CatalogWrite>,
    PathId(id): PathId<Uuid>,
    Body(product): Body<Product>,
) -> Result<Json<Product>, ApiError> {
    same_id(id, &product)?;
    write_product(&app, &caller.user, Write::Put, product).await
}

/// Promotions, inactive ones too.
#[utoipa::path(get, path = "/api/v1/promotions", responses((status = 200, body = PromotionsBody)),
    extensions(("x-permission" = json!("book_read"))))]
pub async fn promotions(
    State(app): State<Arc<App>>,
    caller: Authorised<need::BookRead>,
) -> Result<Json<Vec<Promotion>>, ApiError> {
    Ok(Json(all(&app, caller.user.tenant).await?))
}

async fn write_promotion(
    app: &App,
    user: &SignedIn,
    how: Write,
    promotion: Promotion,
) -> Result<Json<Promotion>, ApiError> {
    put(app, user, how, promotion.clone(), move |_, promotion, _| {
        validate::promotion(promotion)?;
        Ok(promotion.clone())
    })
    .await?;
    Ok(Json(promotion))
}

/// Adds a promotion under an id of the caller's.
#[utoipa::path(post, path = "/api/v1/promotions", request_body = PromotionBody,
    responses((status = 201, body = PromotionBody), (status = 409, description = "exists"),
        (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("catalog_write"))))]
pub async fn add_promotion(
    State(app): State<Arc<App>>,
    caller: Authorised<need::CatalogWrite>,
    Body(promotion): Body<Promotion>,
) -> Result<(StatusCode, Json<Promotion>), ApiError> {
    Ok((StatusCode::CREATED, write_promotion(&app, &caller.user, Write::Create, promotion).await?))
}

/// Replaces a promotion.
#[utoipa::path(put, path = "/api/v1/promotions/{id}", params(("id" = String, Path)), request_body = PromotionBody,
    responses((status = 200, body = PromotionBody), (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("catalog_write"))))]
pub async fn put_promotion(
    State(app): State<Arc<App>>,
    caller: Authorised<need::CatalogWrite>,
    PathId(id): PathId<Uuid>,
    Body(promotion): Body<Promotion>,
) -> Result<Json<Promotion>, ApiError> {
    same_id(id, &promotion)?;
    write_promotion(&app, &caller.user, Write::Put, promotion).await
}

/// Memberships that are or were offered.
#[utoipa::path(get, path = "/api/v1/memberships", responses((status = 200, body = MembershipsBody)),
    extensions(("x-permission" = json!("book_read"))))]
pub async fn memberships(
    State(app): State<Arc<App>>,
    caller: Authorised<need::BookRead>,
) -> Result<Json<Vec<MembershipOffer>>, ApiError> {
    Ok(Json(all(&app, caller.user.tenant).await?))
}

async fn write_membership(
    app: &App,
    user: &SignedIn,
    how: Write,
    offer: MembershipOffer,
) -> Result<Json<MembershipOffer>, ApiError> {
    let tenant = user.tenant;
    put(app, user, how, offer.clone(), move |tx, offer, _| {
        validate::membership(offer, &master::all::<Branch>(tx, tenant)?)?;
        Ok(offer.clone())
    })
    .await?;
    Ok(Json(offer))
}

/// Offers a membership under an id of the caller's.
#[utoipa::path(post, path = "/api/v1/memberships", request_body = MembershipBody,
    responses((status = 201, body = MembershipBody), (status = 409, description = "exists"),
        (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("catalog_write"))))]
pub async fn add_membership(
    State(app): State<Arc<App>>,
    caller: Authorised<need::CatalogWrite>,
    Body(offer): Body<MembershipOffer>,
) -> Result<(StatusCode, Json<MembershipOffer>), ApiError> {
    Ok((StatusCode::CREATED, write_membership(&app, &caller.user, Write::Create, offer).await?))
}

/// Replaces what is offered; who has joined keeps the terms that they joined on.
#[utoipa::path(put, path = "/api/v1/memberships/{id}", params(("id" = String, Path)), request_body = MembershipBody,
    responses((status = 200, body = MembershipBody), (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("catalog_write"))))]
pub async fn put_membership(
    State(app): State<Arc<App>>,
    caller: Authorised<need::CatalogWrite>,
    PathId(id): PathId<Uuid>,
    Body(offer): Body<MembershipOffer>,
) -> Result<Json<MembershipOffer>, ApiError> {
    same_id(id, &offer)?;
    write_membership(&app, &caller.user, Write::Put, offer).await
}

/// Packages of prepaid units, those that are not offered any more too.
#[utoipa::path(get, path = "/api/v1/packages", responses((status = 200, body = PackagesBody)),
    extensions(("x-permission" = json!("book_read"))))]
pub async fn packages(
    State(app): State<Arc<App>>,
    caller: Authorised<need::BookRead>,
) -> Result<Json<Vec<PackageOffer>>, ApiError> {
    Ok(Json(all(&app, caller.user.tenant).await?))
}

/// Offers a package, or changes one. What was sold keeps the terms that it was sold by.
#[utoipa::path(put, path = "/api/v1/packages/{id}", params(("id" = String, Path)), request_body = PackageBody,
    responses((status = 200, body = PackageBody), (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("catalog_write"))))]
pub async fn put_package(
    State(app): State<Arc<App>>,
    caller: Authorised<need::CatalogWrite>,
    PathId(id): PathId<Uuid>,
    Body(package): Body<PackageOffer>,
) -> Result<Json<PackageOffer>, ApiError> {
    same_id(id, &package)?;
    let tenant = caller.user.tenant;
    put(&app, &caller.user, Write::Put, package.clone(), move |tx, package, _| {
        let branches: Vec<Branch> = master::all(tx, tenant)?;
        let services: Vec<Service> = master::all(tx, tenant)?;
        validate::package(package, &branches, &services)?;
        Ok(package.clone())
    })
    .await?;
    Ok(Json(package))
}

fn without_hash(mut staff: Staff) -> StaffRow {
    let has_pin = staff.pin_hash.take().is_some();
    StaffRow { staff, has_pin }
}

/// Who works at the caller's branches, people who left too.
#[utoipa::path(get, path = "/api/v1/staff", responses((status = 200, body = StaffListBody)),
    extensions(("x-permission" = json!("staff_read"))))]
pub async fn staff(
    State(app): State<Arc<App>>,
    caller: Authorised<need::StaffRead>,
) -> Result<Json<Vec<StaffRow>>, ApiError> {
    let all: Vec<Staff> = all(&app, caller.user.tenant).await?;
    let mine = all.into_iter().filter(|s| s.branches.is_empty() || s.branches.iter().any(|b| caller.user.sees(*b)));
    Ok(Json(mine.map(without_hash).collect()))
}

async fn write_staff(app: &App, user: &SignedIn, how: Write, write: StaffWrite) -> Result<Json<StaffRow>, ApiError> {
    let pin_hash = match write.pin {
        None => None,
        Some(pin) => {
            let salt = app.store.env().random();
            let hashed = app.hashing(move || password::hash_pin(&pin, &salt)).await?;
            Some(hashed.map_err(|e| ApiError::invalid(e.to_string()))?)
        }
    };
    let mut staff = write.staff;
    staff.pin_hash = pin_hash;
    let (tenant, id, caller) = (user.tenant, staff.id, user.clone());
    put(app, user, how, staff, move |tx, staff, known| {
        let branches: Vec<Branch> = master::all(tx, tenant)?;
        validate::staff(staff, &branches)?;
        may_write(&caller, staff, known.as_ref())?;
        let mut staff = staff.clone();
        staff.pin_hash = staff.pin_hash.or_else(|| known.and_then(|k| k.pin_hash));
        Ok(staff)
    })
    .await?;
    let written = app.blocking(move |store| store.reading(|tx| master::get::<Staff>(tx, tenant, id.uuid()))).await?;
    let written = written.ok_or_else(|| StoreError::Damaged("a staff member that was just written".into()))?;
    Ok(Json(without_hash(written)))
}

/// People at branches that the caller sees; and nobody makes somebody mightier than they are themselves.
fn may_write(caller: &SignedIn, staff: &Staff, known: Option<&Staff>) -> Result<(), ApiError> {
    let foreign = |person: &Staff| person.branches.iter().any(|branch| !caller.sees(*branch));
    let admin = |person: &Staff| person.role == Role::Admin;
    let mighty = admin(staff) || known.is_some_and(admin);
    if foreign(staff) || known.is_some_and(foreign) || (mighty && !caller.role.allows(Permission::UserManage)) {
        return Err(ApiError::forbidden());
    }
    Ok(())
}

/// Adds a staff member under an id of the caller's.
#[utoipa::path(post, path = "/api/v1/staff", request_body = StaffWriteBody,
    responses((status = 201, body = StaffBody), (status = 409, description = "exists"),
        (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("staff_write"))))]
pub async fn add_staff(
    State(app): State<Arc<App>>,
    caller: Authorised<need::StaffWrite>,
    Body(write): Body<StaffWrite>,
) -> Result<(StatusCode, Json<StaffRow>), ApiError> {
    Ok((StatusCode::CREATED, write_staff(&app, &caller.user, Write::Create, write).await?))
}

/// Replaces a staff member; `pin` sets a new PIN.
#[utoipa::path(put, path = "/api/v1/staff/{id}", params(("id" = String, Path)), request_body = StaffWriteBody,
    responses((status = 200, body = StaffBody), (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("staff_write"))))]
pub async fn put_staff(
    State(app): State<Arc<App>>,
    caller: Authorised<need::StaffWrite>,
    PathId(id): PathId<Uuid>,
    Body(write): Body<StaffWrite>,
) -> Result<Json<StaffRow>, ApiError> {
    same_id(id, &write.staff)?;
    write_staff(&app, &caller.user, Write::Put, write).await
}
