//! The register over HTTP: lists and figures, one record, and what officers do to it.

mod list;
mod overview;
mod record;

use utoipa_axum::{router::OpenApiRouter, routes};
use web::App;

/// The operations of this crate.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_enterprises))
        .routes(routes!(list::count_enterprises))
        .routes(routes!(list::facet_enterprises))
        .routes(routes!(list::describe_enterprise))
        .routes(routes!(record::find_enterprise, record::update_enterprise))
        .routes(routes!(record::list_enterprise_history))
        .routes(routes!(record::verify_enterprise))
        .routes(routes!(record::assign_enterprises))
        .routes(routes!(overview::find_overview))
}
