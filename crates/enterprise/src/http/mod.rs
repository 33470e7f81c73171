//! The register over HTTP: lists and figures, one record, and what officers do to it.

mod exports;
mod imports;
mod list;
mod overview;
mod places;
mod points;
mod proposals;
mod record;
mod search;
mod views;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};
use web::App;

pub(crate) use exports::NewExport;
pub(crate) use imports::{find as find_import_row, path_of as import_path};

/// The type of an XLSX file.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The operations of this crate.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_enterprises, record::create_enterprise))
        .routes(routes!(list::count_enterprises))
        .routes(routes!(list::facet_enterprises))
        .routes(routes!(list::describe_enterprise))
        .routes(routes!(record::find_enterprise, record::update_enterprise))
        .routes(routes!(record::list_enterprise_history))
        .routes(routes!(record::verify_enterprise))
        .routes(routes!(record::assign_enterprises))
        .routes(routes!(overview::find_overview))
        .routes(routes!(imports::create_import).layer(DefaultBodyLimit::max(web::MOST_UPLOAD)))
        .routes(routes!(points::list_enterprise_points))
        .routes(routes!(views::list_views, views::create_view))
        .routes(routes!(views::delete_view))
        .routes(routes!(places::list_places))
        .routes(routes!(places::delete_place))
        .routes(routes!(proposals::create_proposal))
        .routes(routes!(proposals::list_proposals))
        .routes(routes!(proposals::decide_proposal))
        .routes(routes!(search::search))
        .routes(routes!(imports::list_imports))
        .routes(routes!(imports::find_import))
        .routes(routes!(imports::map_import))
        .routes(routes!(imports::list_import_rows))
        .routes(routes!(imports::commit_import))
        .routes(routes!(imports::find_import_rejects))
        .routes(routes!(exports::create_export))
        .routes(routes!(exports::find_export_file))
}
