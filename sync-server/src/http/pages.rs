//! The console's pages, from a folder; nothing of them is built here.

use super::App;
use super::error::ApiError;
use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Redirect;
use axum::routing::get;
use std::path::Path;
use std::sync::Arc;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeader;

/// Names do not change with their content: browsers ask whether they still have the newest.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

pub fn router(pages: Option<&Path>) -> Router<Arc<App>> {
    let router = Router::new()
        .route("/", get(|| async { Redirect::temporary("/console/") }))
        .route("/console", get(|| async { Redirect::temporary("/console/") }));
    let Some(pages) = pages else {
        return router
            .route("/console/", get(|| async { no_pages() }))
            .route("/console/{*rest}", get(|| async { no_pages() }));
    };
    let console = pages.join("console");
    // Addresses inside the console are its own affair: it finds its way from the first page.
    let files = ServeDir::new(&console).fallback(ServeFile::new(console.join("index.html")));
    let files = SetResponseHeader::if_not_present(files, header::CACHE_CONTROL, REVALIDATE);
    router.nest_service("/console/", files)
}

fn no_pages() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "no_pages", "this server was started without --pages")
}
