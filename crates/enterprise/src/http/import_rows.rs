//! The rows of an import: each with what becomes of it, and the table of those that were not taken. The import itself is
//! `imports`; deciding on doubtful rows is `decisions`.

use axum::{Json, extract::State, response::Response};
use db::Exec;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, List, Outcome, Passing, PathOf, Problem, Query};

use super::imports::find;
use crate::{
    import::{ImportRow, report},
    powers, store,
};

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Rows {
    /// `new`, `changed`, `unchanged`, `duplicate` or `rejected`; all unless told.
    outcome: Option<String>,
    /// Rows, 50 unless told, 200 at most.
    limit: Option<u32>,
    /// Number of the row after which to go on.
    after: Option<i64>,
    /// Only rows that nobody decided yet.
    #[serde(default)]
    undecided: bool,
}

/// A row of the file and what becomes of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportRowView {
    /// Row of the file, from 1.
    number: i64,
    outcome: String,
    town: String,
    region_name: String,
    enterprise: Option<Uuid>,
    #[schema(value_type = Object)]
    original: Value,
    /// Field by field: what it says now and what it would say.
    #[schema(value_type = Option<Object>)]
    changes: Option<Value>,
    #[schema(value_type = Vec<Object>)]
    errors: Value,
    /// Of a duplicate: `possible`, `in_file` or `elsewhere`.
    doubt: Option<String>,
    /// Of a duplicate: `new`, `change` or `leave`, once a person decided.
    decision: Option<String>,
    decided_by_name: Option<String>,
    /// Name and city of the record that it may be.
    candidate_name: Option<String>,
    candidate_city: Option<String>,
}

/// Rows of an import with their outcome, in the order of the file; `next` goes into `after`.
#[utoipa::path(get, path = "/api/imports/{city}/{id}/rows", tag = "imports", params(Rows, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = List<ImportRowView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_import_rows(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(wanted): Query<Rows>,
) -> Outcome<Json<List<ImportRowView>>> {
    let scope = actor.may(&powers::LIST_IMPORT_ROWS)?;
    find(&app.db, &scope, &city, id).await?;
    let limit = web::page_limit(wanted.limit);
    let sql = ImportRow::select()
        .push(" where city = ")
        .arg(&city)
        .push(" and import_id = ")
        .arg(id)
        .and(" and outcome = ", wanted.outcome.filter(|outcome| !outcome.is_empty()))
        .push(if wanted.undecided { " and decision is null" } else { "" })
        .and(" and number > ", wanted.after)
        .push(" order by number limit ")
        .arg(i64::from(limit) + 1);
    let page = List::page(app.db.all(sql).await?, limit, |row: &ImportRow| row.number.to_string());
    let doubted = page.items.iter().filter(|row| row.doubt.as_deref() == Some("possible"));
    let keys: Vec<(String, Uuid)> =
        doubted.filter_map(|row| Some((row.town.get(..4)?.to_string(), row.enterprise?))).collect();
    let candidates = store::some(&app.db, &scope, &keys).await?;
    Ok(Json(page.map(|row| {
        let candidate = candidates.iter().find(|own| Some(own.id) == row.enterprise);
        ImportRowView {
            candidate_name: candidate.map(|own| own.name.clone()),
            candidate_city: candidate.map(|own| own.city.clone()),
            doubt: row.doubt,
            decision: row.decision,
            decided_by_name: row.decided_by_name,
            number: row.number,
            outcome: row.outcome,
            region_name: region::divisions::full_name(&row.town),
            town: row.town,
            enterprise: row.enterprise,
            original: row.original.0,
            changes: row.changes.map(|json| json.0),
            errors: row.errors.0,
        }
    })))
}

/// The rows that were not taken, as a table with the reason beside each and the wrong cells marked.
#[utoipa::path(get, path = "/api/imports/{city}/{id}/rejects", tag = "imports", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_import_rejects(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Response> {
    let import = find(&app.db, &actor.may(&powers::FIND_IMPORT_REJECTS)?, &city, id).await?;
    let table = Passing::new(&app).await?;
    report::write(&app.db, &import.city, id, table.path()).await?;
    table.send(&format!("未导入的行-{}.xlsx", import.file_name), sheet::Format::Xlsx.media_type()).await
}
