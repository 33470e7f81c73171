//! The rows of a workbook that comes in: what becomes of each, and the workbook of those that were not taken.

use audit::Action;
use axum::{Json, extract::State, response::Response};
use db::Exec;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, List, Outcome, Passing, PathOf, Problem, Query};

use super::{book::XLSX, book_import::find_book};
use crate::{
    book::{BookImport, BookRow, WrongCell, report},
    powers, section,
};

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ArchiveRows {
    /// `new`, `changed`, `unchanged` or `rejected`; all unless told.
    outcome: Option<String>,
    /// Only of the sheet of this name.
    sheet: Option<String>,
    /// Rows, 50 unless told, 200 at most.
    limit: Option<u32>,
    /// Number of the row after which to go on.
    after: Option<i64>,
}

/// A row and what becomes of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveRowView {
    /// Through the whole file, from 1.
    number: i64,
    sheet: String,
    /// Row of the sheet, from 1.
    line: i64,
    section: String,
    enterprise: Option<Uuid>,
    enterprise_name: String,
    record: Option<Uuid>,
    outcome: String,
    /// What changes: label, before, after, as people read them.
    changes: Vec<ArchiveChange>,
    errors: Vec<WrongCell>,
}

/// A field that changes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveChange {
    field: String,
    label: String,
    before: String,
    after: String,
}

fn changes(row: &BookRow) -> Vec<ArchiveChange> {
    let Some(section) = section::find(&row.section) else { return Vec::new() };
    let said = |value: &Value, field: &crate::Field| ArchiveChange {
        field: field.name.clone(),
        label: field.label.clone(),
        before: field.show(&value[0]),
        after: field.show(&value[1]),
    };
    match (&row.changes, &row.fields) {
        (Some(own), _) => {
            let named = |field: &crate::Field| own.0.get(&field.name).map(|value| said(value, field));
            section.fields.iter().filter_map(named).collect()
        }
        (None, Some(fields)) => {
            let new = section.fields.iter().filter(|field| !fields.0[&field.name].is_null());
            new.map(|field| said(&json!([null, fields.0[&field.name]]), field)).collect()
        }
        _ => Vec::new(),
    }
}

/// Rows of a workbook with their outcome and wrong cells, in the order of the file; `next` goes into `after`.
#[utoipa::path(get, path = "/api/archive-imports/{city}/{id}/rows", tag = "archive_imports", params(ArchiveRows, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = List<ArchiveRowView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_archive_import_rows(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(wanted): Query<ArchiveRows>,
) -> Outcome<Json<List<ArchiveRowView>>> {
    let scope = actor.may(&powers::LIST_ARCHIVE_IMPORT_ROWS)?;
    find_book(&app.db, (&actor, &scope), &city, id).await?;
    let limit = web::page_limit(wanted.limit);
    let sql = BookRow::select().push(" where city = ").arg(&city).push(" and import_id = ").arg(id);
    let sql = sql.and(" and outcome = ", wanted.outcome.filter(|own| !own.is_empty()));
    let sql = sql.and(" and sheet = ", wanted.sheet.filter(|own| !own.is_empty()));
    let sql =
        sql.and(" and number > ", wanted.after).push(" order by number limit ").arg(i64::from(limit) + 1);
    let page = List::page(app.db.all(sql).await?, limit, |row: &BookRow| row.number.to_string());
    Ok(Json(page.map(|row| ArchiveRowView {
        changes: changes(&row),
        number: row.number,
        sheet: row.sheet,
        line: row.line,
        section: row.section,
        enterprise: row.enterprise,
        enterprise_name: row.enterprise_name,
        record: row.record,
        outcome: row.outcome,
        errors: serde_json::from_value(row.errors.0).unwrap_or_default(),
    })))
}

/// The rows that were not taken as a workbook of the same shape, the wrong cells marked and the reasons beside them. Fetching it is
/// recorded.
#[utoipa::path(get, path = "/api/archive-imports/{city}/{id}/rejects", tag = "archive_imports", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_archive_import_rejects(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::ARCHIVE_IMPORT_REJECTS)?;
    let import = find_book(&app.db, (&actor, &scope), &city, id).await?;
    let book = Passing::new(&app).await?;
    let rows = report::write(&app.db, &import, book.path()).await?;
    let entry = audit::Entry {
        action: Action::Export,
        subject: BookImport::TABLE,
        city: import.city.clone(),
        town: import.town.clone(),
        row: Some(import.id),
        title: Some(format!("{}：有错的 {rows} 行", import.file_name)),
        before: None,
        after: None,
        reason: None,
    };
    audit::note(&app.db, &app.clock, &actor, entry).await?;
    let stem = import.file_name.strip_suffix(".xlsx").unwrap_or(&import.file_name);
    book.send(&format!("{stem}-有错的行.xlsx"), XLSX).await
}
