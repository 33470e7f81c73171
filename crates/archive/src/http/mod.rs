//! Archives over HTTP: what an archive holds and lacks, its records, who vouches for them, and the lists over many archives.

mod archive;
mod attachment;
mod book;
mod book_import;
mod book_rows;
mod compare;
mod lists;
mod pack;
pub(crate) mod print;
mod record;
mod verify;

pub use attachment::draw_with;
pub(crate) use book_import::find_book;
pub(crate) use record::shown;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::App;

/// The operations of this crate.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(attachment::router())
        .routes(routes!(pack::create_archive_zip))
        .routes(routes!(pack::find_archive_zip_file))
        .routes(routes!(archive::list_sections))
        .routes(routes!(archive::find_archive))
        .routes(routes!(archive::list_score_history))
        .routes(routes!(compare::compare_archive))
        .routes(routes!(record::list_records, record::create_record))
        .routes(routes!(record::find_record, record::update_record))
        .routes(routes!(record::remove_record))
        .routes(routes!(record::list_record_history))
        .routes(routes!(verify::verify_records))
        .routes(routes!(verify::return_record))
        .routes(routes!(book::find_section_workbook))
        .routes(routes!(book::create_archive_export))
        .routes(routes!(book::find_archive_export_file))
        .routes(routes!(book_import::create_archive_import, book_import::list_archive_imports))
        .routes(routes!(book_import::find_archive_import))
        .routes(routes!(book_rows::list_archive_import_rows))
        .routes(routes!(book_import::commit_archive_import))
        .routes(routes!(book_rows::find_archive_import_rejects))
        .routes(routes!(lists::list_archives))
        .routes(routes!(lists::list_expiries))
        .routes(routes!(lists::list_expiry_days))
        .routes(routes!(lists::list_waiting_records))
        .routes(routes!(print::print_archive))
        .routes(routes!(print::check_print))
        .routes(routes!(print::create_archive_prints))
        .routes(routes!(print::find_archive_prints_file))
}
