//! What the salon has agreed with its people and promises its clients, over REST: the commission scheme and the loyalty
//! programme, one of each. `null` ends it: from then on nothing more is earned by it.

use super::App;
use super::authorised::{Authorised, SignedIn, need};
use super::error::ApiError;
use super::extract::Body;
use super::schema::{ProgrammeBody, SchemeBody};
use crate::store::StoreExt;
use crate::sync::News;
use crate::sync::master;
use axum::Json;
use axum::extract::State;
use salon_contract::rest::Live;
use salon_domain::commission::Scheme;
use salon_domain::loyalty::Programme;
use salon_sync::wire::TenantRecord;
use std::sync::Arc;

async fn company(app: &App, user: &SignedIn) -> Result<TenantRecord, ApiError> {
    let tenant = user.tenant;
    let found = app.blocking(move |store| store.reading(|tx| master::get(tx, tenant, tenant.uuid()))).await?;
    found.ok_or_else(ApiError::not_found)
}

/// Changes the company's record, and tells everybody.
async fn change(
    app: &App,
    user: &SignedIn,
    change: impl Fn(&mut TenantRecord) + Send + 'static,
) -> Result<(), ApiError> {
    let tenant = user.tenant;
    let head = app
        .run(move |store| {
            store.writing(|tx| {
                let known: Option<TenantRecord> = master::get(tx, tenant, tenant.uuid())?;
                let mut company = known.ok_or_else(ApiError::not_found)?;
                change(&mut company);
                master::put(tx, tenant, &company)?;
                Ok::<_, ApiError>(tx.head(tenant)?)
            })
        })
        .await??;
    app.feed.publish(&News { tenant, head, live: vec![Live::Master] });
    Ok(())
}

/// The commission scheme; `null` where there is none.
#[utoipa::path(get, path = "/api/v1/commission", responses((status = 200, body = SchemeBody)),
    extensions(("x-permission" = json!("staff_write"))))]
pub async fn commission(
    State(app): State<Arc<App>>,
    caller: Authorised<need::StaffWrite>,
) -> Result<Json<Option<Scheme>>, ApiError> {
    Ok(Json(company(&app, &caller.user).await?.commission))
}

/// Replaces the commission scheme. What was earned before stays as it was.
#[utoipa::path(put, path = "/api/v1/commission", request_body = SchemeBody,
    responses((status = 200, body = SchemeBody), (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("staff_write"))))]
pub async fn put_commission(
    State(app): State<Arc<App>>,
    caller: Authorised<need::StaffWrite>,
    Body(scheme): Body<Option<Scheme>>,
) -> Result<Json<Option<Scheme>>, ApiError> {
    if let Some(scheme) = &scheme {
        scheme.check().map_err(|error| ApiError::invalid(error.to_string()))?;
    }
    let put = scheme.clone();
    change(&app, &caller.user, move |company| company.commission.clone_from(&put)).await?;
    Ok(Json(scheme))
}

/// The loyalty programme; `null` where there is none.
#[utoipa::path(get, path = "/api/v1/loyalty", responses((status = 200, body = ProgrammeBody)),
    extensions(("x-permission" = json!("book_read"))))]
pub async fn loyalty(
    State(app): State<Arc<App>>,
    caller: Authorised<need::BookRead>,
) -> Result<Json<Option<Programme>>, ApiError> {
    Ok(Json(company(&app, &caller.user).await?.loyalty))
}

/// Replaces the loyalty programme. What was earned before stays as it was.
#[utoipa::path(put, path = "/api/v1/loyalty", request_body = ProgrammeBody,
    responses((status = 200, body = ProgrammeBody), (status = 422, description = "invalid")),
    extensions(("x-permission" = json!("catalog_write"))))]
pub async fn put_loyalty(
    State(app): State<Arc<App>>,
    caller: Authorised<need::CatalogWrite>,
    Body(programme): Body<Option<Programme>>,
) -> Result<Json<Option<Programme>>, ApiError> {
    if let Some(programme) = &programme {
        programme.check().map_err(|error| ApiError::invalid(error.to_string()))?;
    }
    let put = programme.clone();
    change(&app, &caller.user, move |company| company.loyalty.clone_from(&put)).await?;
    Ok(Json(programme))
}
