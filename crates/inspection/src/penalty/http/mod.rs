//! The operations on penalties.

mod case;
mod exhibit;
mod export;
mod paper;
mod turn;
mod view;

use utoipa_axum::{router::OpenApiRouter, routes};
use web::App;

pub(crate) use export::{LISTING, export};

/// The operations.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(case::create_penalty))
        .routes(routes!(case::list_penalties))
        .routes(routes!(export::create_penalty_export))
        .routes(routes!(export::find_penalty_export_file))
        .routes(routes!(case::find_penalty, case::update_penalty))
        .routes(routes!(turn::take_penalty_step))
        .routes(routes!(turn::return_penalty))
        .merge(exhibit::router())
        .routes(routes!(paper::create_penalty_document))
        .routes(routes!(paper::update_penalty_document))
        .routes(routes!(paper::print_penalty_document))
        .routes(routes!(turn::issue_penalty_document))
        .routes(routes!(turn::approve_penalty_document))
        .routes(routes!(turn::serve_penalty_document))
        .routes(routes!(turn::withdraw_penalty_document))
}
