//! Inspection plans over HTTP.

mod approve;
mod conflict;
mod draws;
mod export;
mod plans;
mod target;
mod targets;
mod view;

use utoipa_axum::{router::OpenApiRouter, routes};
use web::App;

pub(crate) use export::{LISTING, export};

/// The operations.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(plans::list_inspection_plans, plans::create_inspection_plan))
        .routes(routes!(plans::find_inspection_plan, plans::update_inspection_plan))
        .routes(routes!(approve::submit_inspection_plan))
        .routes(routes!(approve::approve_inspection_plan))
        .routes(routes!(approve::return_inspection_plan))
        .routes(routes!(draws::draw_inspection_targets))
        .routes(routes!(draws::find_inspection_draw))
        .routes(routes!(targets::list_inspection_targets))
        .routes(routes!(export::create_inspection_target_export))
        .routes(routes!(export::find_inspection_target_export_file))
        .routes(routes!(targets::create_inspection_target))
        .routes(routes!(target::update_inspection_target))
        .routes(routes!(target::cancel_inspection_target))
        .routes(routes!(target::join_inspection_target))
        .routes(routes!(conflict::list_officer_conflicts, conflict::create_officer_conflict))
        .routes(routes!(conflict::end_officer_conflict))
}
