//! The edge: routes by resource, the sync socket, pages. The only place that knows a status code.

mod agreed;
mod auth;
mod authorised;
mod catalog;
mod deposits;
mod desk;
mod device_cards;
mod device_messages;
mod devices;
mod error;
mod extract;
mod feed;
mod health;
mod live;
mod middleware;
mod online;
mod pages;
mod reports;
mod schema;
mod signed;
mod state;
mod sync_socket;
mod validate;

pub use catalog::{StaffRow, StaffWrite};
pub use deposits::HeldDeposit;
pub use devices::{DeviceState, PairingCode, PairingRequest};
pub use health::Health;
pub use reports::{SalesPage, StockLevel, ZReportRow};
pub use state::App;

use crate::store::StoreExt;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::{any, get};
use error::ApiError;
use salon_contract::rest::Live;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const BODY_BYTES_MAX: usize = 256 << 10;
/// How often to look whether another process (a command beside the server) has written to the log.
const WATCH_EVERY: Duration = Duration::from_secs(1);
const TIDY_EVERY: Duration = Duration::from_secs(3_600);
/// How long connections may take to end when the server stops.
const DRAIN_MAX: Duration = Duration::from_secs(5);

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(schema::head())
        .routes(routes!(health::health))
        .routes(routes!(auth::login))
        .routes(routes!(auth::refresh))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::me))
        .routes(routes!(reports::dashboard))
        .routes(routes!(reports::sales))
        .routes(routes!(reports::z_reports))
        .routes(routes!(reports::stock))
        .routes(routes!(deposits::deposits))
        .routes(routes!(reports::branches))
        .routes(routes!(live::live))
        .routes(routes!(devices::list))
        .routes(routes!(devices::revoke))
        .routes(routes!(devices::pairing_code))
        .routes(routes!(catalog::staff, catalog::add_staff))
        .routes(routes!(catalog::put_staff))
        .routes(routes!(catalog::services, catalog::add_service))
        .routes(routes!(catalog::put_service))
        .routes(routes!(catalog::products, catalog::add_product))
        .routes(routes!(catalog::put_product))
        .routes(routes!(catalog::promotions, catalog::add_promotion))
        .routes(routes!(catalog::put_promotion))
        .routes(routes!(catalog::memberships, catalog::add_membership))
        .routes(routes!(catalog::put_membership))
        .routes(routes!(catalog::packages))
        .routes(routes!(catalog::put_package))
        .routes(routes!(agreed::commission, agreed::put_commission))
        .routes(routes!(agreed::loyalty, agreed::put_loyalty))
        .routes(routes!(desk::desk, desk::put_desk))
        .routes(routes!(device_cards::start))
        .routes(routes!(device_cards::poll))
        .routes(routes!(device_cards::cancel))
        .routes(routes!(device_cards::capture))
        .routes(routes!(device_cards::resolve))
        .routes(routes!(device_cards::refund))
        .routes(routes!(device_cards::reader))
        .routes(routes!(device_messages::send))
        .routes(routes!(device_messages::states))
}

/// The OpenAPI document of every route, as JSON.
pub fn openapi() -> serde_json::Value {
    schema::finished(api().into_openapi())
}

/// Everything that the server answers.
pub fn router(app: Arc<App>) -> Router {
    let (routes, document) = api().split_for_parts();
    let document = schema::finished(document);
    routes
        .route("/api/openapi.json", get(move || async move { axum::Json(document) }))
        .route("/sync", any(sync_socket::open))
        .merge(pages::router(app.pages.as_deref()))
        .fallback(|| async { ApiError::not_found() })
        .method_not_allowed_fallback(|| async {
            ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "not this method here")
        })
        .layer(CompressionLayer::new())
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(axum::middleware::from_fn(middleware::around))
        .with_state(app)
}

/// Serves until `shutdown`, then lets connections end.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let watching = tokio::spawn(watch_store(Arc::clone(&app)));
    let tidying = tokio::spawn(tidy(Arc::clone(&app)));
    let delivering = tokio::spawn(device_messages::deliver(Arc::clone(&app)));
    let service = router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = Arc::clone(&app);
    let served = axum::serve(listener, service).with_graceful_shutdown(async move {
        shutdown.await;
        tracing::info!("stopping");
        stopping.stop();
    });
    let late = async {
        app.stopped().await;
        tokio::time::sleep(DRAIN_MAX).await;
    };
    let result = tokio::select! {
        result = served => result,
        () = late => Ok(()),
    };
    watching.abort();
    tidying.abort();
    delivering.abort();
    // Sockets are no requests any more: they are waited for here.
    if tokio::time::timeout(DRAIN_MAX, app.drained()).await.is_err() {
        tracing::warn!("some connections were cut off");
    }
    result
}

/// Commands beside the server write to the same store: their news reach the terminals too.
async fn watch_store(app: Arc<App>) {
    let mut every = tokio::time::interval(WATCH_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        let watched = app.feed.watched();
        if watched.is_empty() {
            continue;
        }
        let heads = app
            .blocking(move |store| {
                store.reading(|tx| {
                    watched.iter().map(|tenant| Ok((*tenant, tx.head(*tenant)?))).collect::<Result<Vec<_>, _>>()
                })
            })
            .await;
        match heads {
            Ok(heads) => {
                for (tenant, head) in heads {
                    if app.feed.grew(tenant, head) {
                        app.feed.tell(tenant, [Live::Master]);
                    }
                }
            }
            Err(error) => tracing::error!(%error, "the store cannot be watched"),
        }
    }
}

async fn tidy(app: Arc<App>) {
    let mut every = tokio::time::interval(TIDY_EVERY);
    loop {
        every.tick().await;
        let tidied = app
            .blocking(|store| {
                let now = store.env().now();
                store.writing(|tx| tx.drop_expired(now))
            })
            .await;
        if let Err(error) = tidied {
            tracing::error!(%error, "expired tokens could not be removed");
        }
        device_messages::tidy(&app).await;
    }
}
