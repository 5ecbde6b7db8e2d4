//! Deposits that branches hold: what clients have paid in advance and has neither been used, nor given back, nor kept.

use super::App;
use super::authorised::{Authorised, need};
use super::error::ApiError;
use super::extract::Params;
use super::schema::DepositsBody;
use crate::store::StoreExt;
use axum::Json;
use axum::extract::State;
use salon_domain::kernel::{BranchId, CardId, TicketId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DepositParams {
    /// A branch's id, or `all`.
    branch: Option<String>,
}

/// What is held for one ticket, in the branch's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldDeposit {
    pub branch: BranchId,
    pub ticket: TicketId,
    pub card: Option<CardId>,
    /// When it was last taken or given back; UTC, RFC 3339.
    pub at: String,
    pub held_minor: i64,
}

/// Deposits that are held, the oldest first.
#[utoipa::path(get, path = "/api/v1/deposits", params(DepositParams), responses((status = 200, body = DepositsBody)),
    extensions(("x-permission" = json!("reports_read"))))]
pub async fn deposits(
    State(app): State<Arc<App>>,
    caller: Authorised<need::ReportsRead>,
    Params(params): Params<DepositParams>,
) -> Result<Json<Vec<HeldDeposit>>, ApiError> {
    let rows = app
        .run(move |store| {
            store.reading(|tx| {
                let mut rows = Vec::new();
                for branch in caller.user.chosen(tx, params.branch.as_deref())? {
                    rows.extend(tx.deposits(caller.user.tenant, branch.id)?);
                }
                rows.sort_by_key(|row| (row.at, row.ticket));
                Ok::<_, ApiError>(rows)
            })
        })
        .await??;
    let shown = rows.into_iter().map(|row| HeldDeposit {
        branch: row.branch,
        ticket: row.ticket,
        card: row.card,
        at: row.at.to_rfc3339(),
        held_minor: row.held_minor,
    });
    Ok(Json(shown.collect()))
}
