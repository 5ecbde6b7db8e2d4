//! What the console shows: dashboard, sales, Z reports, stock, branches.

use super::App;
use super::authorised::{Authorised, need};
use super::error::ApiError;
use super::extract::Params;
use super::schema::{BranchesBody, DashboardBody, SalesBody, StockBody, ZReportsBody};
use crate::figures::{self, Scope};
use crate::store::{Days, SaleCursor, StoreExt};
use crate::sync::master;
use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use salon_contract::rest::{BranchRow, Dashboard, LatestSale, Period};
use salon_domain::branch::Branch;
use salon_domain::catalog::Product;
use salon_domain::inventory::{needs_reorder, reorder_quantity};
use salon_domain::kernel::{BranchId, BranchZone, DeviceId, Instant, ProductId, day_from_number, day_number};
use salon_domain::payment::{SessionTotals, TillClosed};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DashboardParams {
    /// A branch's id, or `all`.
    branch: Option<String>,
    /// `YYYY-MM-DD`; today at the branch when missing.
    date: Option<String>,
    /// `day`, `week` or `month`; a day when missing.
    period: Option<String>,
}

fn date_of(text: Option<&str>, branches: &[Branch], now: Instant) -> Result<Date, ApiError> {
    if let Some(text) = text {
        return text.parse().map_err(|_| ApiError::invalid("a date is written YYYY-MM-DD"));
    }
    let zone = branches.first().and_then(|b| BranchZone::named(&b.zone).ok()).unwrap_or(BranchZone::UTC);
    zone.day_of(now).map_err(|e| ApiError::invalid(e.to_string()))
}

/// The period's figures beside those of the period before.
#[utoipa::path(get, path = "/api/v1/dashboard", params(DashboardParams),
    responses((status = 200, body = DashboardBody)), extensions(("x-permission" = json!("reports_read"))))]
pub async fn dashboard(
    State(app): State<Arc<App>>,
    caller: Authorised<need::ReportsRead>,
    Params(params): Params<DashboardParams>,
) -> Result<Json<Dashboard>, ApiError> {
    let period = match params.period.as_deref() {
        None | Some("" | "day") => Period::Day,
        Some("week") => Period::Week,
        Some("month") => Period::Month,
        Some(_) => return Err(ApiError::invalid("a period is day, week or month")),
    };
    let shared = Arc::clone(&app);
    let dashboard = app
        .run(move |store| {
            let now = store.env().now();
            store.reading(|tx| {
                let branches = caller.user.chosen(tx, params.branch.as_deref())?;
                let date = date_of(params.date.as_deref(), &branches, now)?;
                let scope = Scope { tenant: caller.user.tenant, branches: &branches, date, period };
                Ok::<_, ApiError>(figures::dashboard(tx, &scope, &|device| shared.online.is_online(device))?)
            })
        })
        .await??;
    Ok(Json(dashboard))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SalesParams {
    /// A branch's id, or `all`.
    branch: Option<String>,
    /// At most so many, 50 when missing, 200 at most.
    limit: Option<usize>,
    /// `next` of the page before.
    before: Option<String>,
}

/// A page of sales, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SalesPage {
    pub sales: Vec<LatestSale>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
}

fn cursor_text(cursor: SaleCursor) -> String {
    format!("{}.{}.{}", cursor.at.0, cursor.device, cursor.number)
}

fn cursor_of(text: &str) -> Option<SaleCursor> {
    let mut parts = text.split('.');
    let at = Instant(parts.next()?.parse().ok()?);
    let device: DeviceId = parts.next()?.parse().ok()?;
    let number = parts.next()?.parse().ok()?;
    parts.next().is_none().then_some(SaleCursor { at, device, number })
}

/// Sales, newest first, a page at a time.
#[utoipa::path(get, path = "/api/v1/sales", params(SalesParams), responses((status = 200, body = SalesBody)),
    extensions(("x-permission" = json!("reports_read"))))]
pub async fn sales(
    State(app): State<Arc<App>>,
    caller: Authorised<need::ReportsRead>,
    Params(params): Params<SalesParams>,
) -> Result<Json<SalesPage>, ApiError> {
    let limit = params.limit.unwrap_or(50).clamp(1, 200);
    let before = match params.before.as_deref() {
        None | Some("") => figures::cursor_at(Instant(i64::MAX)),
        Some(text) => cursor_of(text).ok_or_else(|| ApiError::invalid("before is the next of another page"))?,
    };
    let page = app
        .run(move |store| {
            store.reading(|tx| {
                let tenant = caller.user.tenant;
                let branches = caller.user.chosen(tx, params.branch.as_deref())?;
                let branches: Vec<&Branch> = branches.iter().collect();
                let devices = figures::device_names(tx, tenant)?;
                let rows = figures::sales_before(tx, tenant, &branches, before, limit)?;
                let next = rows.last().filter(|_| rows.len() == limit).map(|row| cursor_text(row.cursor()));
                let sales = rows.iter().map(|row| figures::latest_sale(row, &branches, &devices)).collect();
                Ok::<_, ApiError>(SalesPage { sales, next })
            })
        })
        .await??;
    Ok(Json(page))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RangeParams {
    /// A branch's id, or `all`.
    branch: Option<String>,
    /// `YYYY-MM-DD`; 30 days before `to` when missing.
    from: Option<String>,
    /// `YYYY-MM-DD`; today at the branch when missing.
    to: Option<String>,
}

/// A closed till.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ZReportRow {
    pub branch: BranchId,
    pub terminal: String,
    pub date: String,
    /// UTC, RFC 3339.
    pub at: String,
    pub number: u64,
    pub counted_minor: i64,
    pub difference_minor: i64,
    pub reason: String,
    pub perpetual_total_minor: i64,
    pub totals: SessionTotals,
}

/// Closed tills, newest first.
#[utoipa::path(get, path = "/api/v1/z-reports", params(RangeParams), responses((status = 200, body = ZReportsBody)),
    extensions(("x-permission" = json!("reports_read"))))]
pub async fn z_reports(
    State(app): State<Arc<App>>,
    caller: Authorised<need::ReportsRead>,
    Params(params): Params<RangeParams>,
) -> Result<Json<Vec<ZReportRow>>, ApiError> {
    let reports = app
        .run(move |store| {
            let now = store.env().now();
            store.reading(|tx| {
                let tenant = caller.user.tenant;
                let branches = caller.user.chosen(tx, params.branch.as_deref())?;
                let last = day_number(date_of(params.to.as_deref(), &branches, now)?);
                let first = match params.from.as_deref() {
                    None => last - 30,
                    from => day_number(date_of(from, &branches, now)?),
                };
                let devices = figures::device_names(tx, tenant)?;
                let mut rows = Vec::new();
                for branch in &branches {
                    rows.extend(tx.z_reports(tenant, Days { branch: branch.id, first, last })?);
                }
                rows.sort_by_key(|row| std::cmp::Reverse(row.at));
                Ok::<_, ApiError>(rows.iter().filter_map(|row| z_report_of(row, &devices)).collect())
            })
        })
        .await??;
    Ok(Json(reports))
}

fn z_report_of(row: &crate::store::ZRow, devices: &HashMap<DeviceId, String>) -> Option<ZReportRow> {
    let closed: TillClosed = serde_json::from_slice(&row.body)
        .inspect_err(|error| tracing::error!(%error, "a Z report cannot be read"))
        .ok()?;
    Some(ZReportRow {
        branch: row.branch,
        terminal: devices.get(&row.device).cloned().unwrap_or_default(),
        date: day_from_number(row.day).map_or_else(|_| String::new(), |date| date.to_string()),
        at: row.at.to_rfc3339(),
        number: row.number,
        counted_minor: closed.report.counted_minor,
        difference_minor: closed.report.difference_minor,
        reason: closed.report.reason,
        perpetual_total_minor: closed.report.perpetual_total_minor,
        totals: closed.report.totals,
    })
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BranchParams {
    /// A branch's id, or `all`.
    branch: Option<String>,
}

/// A product's level at a branch, in thousandths of a unit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StockLevel {
    pub branch: BranchId,
    pub product: ProductId,
    pub sku: String,
    pub name: String,
    pub level_milli: i64,
    pub par_min: i64,
    pub par_max: i64,
    pub needs_reorder: bool,
    /// Whole units that bring it back to the maximum.
    pub reorder_quantity: i64,
}

/// Stock levels; a product that never moved is at zero.
#[utoipa::path(get, path = "/api/v1/stock", params(BranchParams), responses((status = 200, body = StockBody)),
    extensions(("x-permission" = json!("stock_read"))))]
pub async fn stock(
    State(app): State<Arc<App>>,
    caller: Authorised<need::StockRead>,
    Params(params): Params<BranchParams>,
) -> Result<Json<Vec<StockLevel>>, ApiError> {
    let levels = app
        .run(move |store| {
            store.reading(|tx| {
                let tenant = caller.user.tenant;
                let mut levels = Vec::new();
                let products: Vec<Product> = master::all(tx, tenant)?;
                for branch in caller.user.chosen(tx, params.branch.as_deref())? {
                    let known: HashMap<ProductId, i64> =
                        tx.stock(tenant, branch.id)?.into_iter().map(|row| (row.product, row.milli)).collect();
                    levels.extend(products.iter().filter(|p| p.active || known.contains_key(&p.id)).map(|p| {
                        let level_milli = known.get(&p.id).copied().unwrap_or(0);
                        StockLevel {
                            branch: branch.id,
                            product: p.id,
                            sku: p.sku.clone(),
                            name: p.name.clone(),
                            level_milli,
                            par_min: p.par_min,
                            par_max: p.par_max,
                            needs_reorder: needs_reorder(p, level_milli),
                            reorder_quantity: reorder_quantity(p, level_milli),
                        }
                    }));
                }
                Ok::<_, ApiError>(levels)
            })
        })
        .await??;
    Ok(Json(levels))
}

/// The branches that the caller may see.
#[utoipa::path(get, path = "/api/v1/branches", responses((status = 200, body = BranchesBody)),
    extensions(("x-permission" = json!("book_read"))))]
pub async fn branches(
    State(app): State<Arc<App>>,
    caller: Authorised<need::BookRead>,
) -> Result<Json<Vec<BranchRow>>, ApiError> {
    let branches = app.blocking(move |store| store.reading(|tx| caller.user.branches(tx))).await?;
    let row = |b: Branch| BranchRow { branch: b.id, name: b.name, currency: b.currency, zone: b.zone };
    Ok(Json(branches.into_iter().map(row).collect()))
}
