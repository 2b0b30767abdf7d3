//! The files that pages load: one style sheet, a few lines of script, an icon. All of them in the program.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

/// The style sheet.
pub(super) async fn css() -> impl IntoResponse {
    asset("text/css; charset=utf-8", include_str!("manager.css"))
}

/// Live updates.
pub(super) async fn js() -> impl IntoResponse {
    asset("text/javascript; charset=utf-8", include_str!("live.js"))
}

/// What a tab of the browser shows.
pub(super) async fn icon() -> impl IntoResponse {
    asset("image/svg+xml", include_str!("icon.svg"))
}

/// Asked for again with each page: a new version of the program brings new ones.
fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], text)
}
