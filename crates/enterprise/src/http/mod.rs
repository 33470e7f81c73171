//! The register over HTTP: lists and figures, one record, and what officers do to it.

mod assign;
mod cluster;
mod decisions;
mod duplicates;
mod duty;
mod exports;
mod handover;
mod import_rows;
mod imports;
mod links;
mod list;
mod many;
mod merge;
mod mergers;
mod names;
mod overview;
mod places;
mod points;
mod proposals;
mod record;
mod search;
mod split;
mod status;
mod timeline;
mod undo;
mod views;
mod write;

use axum::{Extension, extract::DefaultBodyLimit};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};
use web::App;

use crate::{belonging::Belongings, timeline::Timeline};

pub(crate) use exports::NewExport;
pub(crate) use handover::incoming as incoming_handovers;
pub(crate) use imports::{find as find_import_row, path_of as import_path};
pub(crate) use list::mask;
pub(crate) use names::{add as add_names, column_of};
pub(crate) use places::Place;
pub(crate) use proposals::Proposal;
pub use record::may_look_back;
pub use search::FINDER;
pub(crate) use timeline::translate_steps;
pub(crate) use views::SavedView;

/// The operations of this crate; `belongings` go with an enterprise, `timeline` tells of it.
pub fn router(belongings: &'static Belongings, timeline: &'static Timeline) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_enterprises, record::create_enterprise))
        .routes(routes!(list::count_enterprises))
        .routes(routes!(list::facet_enterprises))
        .routes(routes!(list::describe_enterprise))
        .routes(routes!(record::find_enterprise, record::update_enterprise))
        .routes(routes!(record::list_enterprise_history))
        .routes(routes!(timeline::list_enterprise_timeline))
        .routes(routes!(record::verify_enterprise))
        .routes(routes!(assign::assign_enterprises))
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
        .routes(routes!(status::change_enterprise_status, status::find_enterprise_status))
        .routes(routes!(links::find_enterprise_links))
        .routes(routes!(duty::set_enterprise_duty))
        .routes(routes!(duty::list_officers))
        .routes(routes!(handover::create_handover))
        .routes(routes!(handover::list_handovers))
        .routes(routes!(handover::count_handovers))
        .routes(routes!(handover::decide_handover))
        .routes(routes!(handover::withdraw_handover))
        .routes(routes!(duplicates::list_duplicates))
        .routes(routes!(duplicates::keep_apart))
        .routes(routes!(merge::merge_enterprises))
        .routes(routes!(mergers::list_mergers))
        .routes(routes!(undo::undo_merger))
        .routes(routes!(split::split_enterprise))
        .routes(routes!(split::list_belongings))
        .routes(routes!(cluster::list_clusters, cluster::create_cluster))
        .routes(routes!(cluster::find_cluster, cluster::update_cluster, cluster::delete_cluster))
        .routes(routes!(cluster::set_enterprise_cluster))
        .routes(routes!(decisions::decide_import_rows))
        .routes(routes!(imports::list_imports))
        .routes(routes!(imports::find_import))
        .routes(routes!(imports::map_import))
        .routes(routes!(import_rows::list_import_rows))
        .routes(routes!(imports::commit_import))
        .routes(routes!(import_rows::find_import_rejects))
        .routes(routes!(exports::create_export))
        .routes(routes!(exports::find_export_file))
        .layer(Extension(belongings))
        .layer(Extension(timeline))
}
