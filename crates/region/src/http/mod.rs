//! Divisions, their changes and agencies over HTTP.

mod agencies;
mod changes;
mod regions;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};
use web::App;

use crate::rows::Mover;

/// Every table that follows a change of divisions, as the server joins them.
#[derive(Clone, Copy)]
pub(crate) struct Movers(pub &'static [Mover]);

/// The operations of this crate. `movers` are the tables that follow a change.
pub fn router(movers: &'static [Mover]) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(regions::list_regions))
        .routes(routes!(regions::find_region))
        .routes(routes!(regions::list_region_history))
        .routes(routes!(regions::load_villages).layer(DefaultBodyLimit::max(web::MOST_UPLOAD)))
        .routes(routes!(changes::list_region_changes, changes::create_region_change))
        .routes(routes!(changes::preview_region_change))
        .routes(routes!(changes::undo_region_change))
        .routes(routes!(agencies::list_agencies, agencies::create_agency))
        .routes(routes!(agencies::update_agency, agencies::delete_agency))
        .layer(axum::Extension(Movers(movers)))
}
