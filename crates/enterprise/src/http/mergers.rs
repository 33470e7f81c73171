//! What was made one and what was made two: kept as a row each, so that both can be undone.

use audit::Action;
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use db::Sql;
use kernel::{Actor, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, List, Outcome, Page, Problem, Query};

use crate::{model::Enterprise, powers};

db::table! {
    /// Two records that were made one, or one that was made two, with all that undoing it needs.
    pub struct Merger in "merger" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division of the record that stayed.
        pub town: String,
        /// `merged`: two were made one; `split`: one was made two.
        pub kind: String,
        /// The record that stayed; of a split, the first.
        pub kept: Uuid,
        /// Its name then.
        pub kept_name: String,
        /// The record that became part of it; of a split, the second.
        pub absorbed: Uuid,
        /// Its name then.
        pub absorbed_name: String,
        /// `done` or `undone`.
        pub state: String,
        /// Why.
        pub reason: String,
        /// By whom.
        pub made_by_name: String,
        /// The record that stayed, before.
        pub kept_before: db::Json<Value>,
        /// The record that stayed, after.
        pub kept_after: db::Json<Value>,
        /// The other record, before; of a split, as it was made.
        pub absorbed_before: db::Json<Value>,
        /// The enterprise's own accounts that were bound to the other record.
        pub accounts: db::Json<Value>,
        /// When undone, UTC.
        pub undone_at: Option<DateTime<Utc>>,
        /// By whom.
        pub undone_by_name: Option<String>,
        /// Why.
        pub undone_reason: Option<String>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

/// A merger or a split as people see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MergerView {
    city: String,
    id: Uuid,
    region_name: String,
    /// `merged` or `split`.
    kind: String,
    kept: Uuid,
    kept_name: String,
    absorbed: Uuid,
    absorbed_name: String,
    state: String,
    reason: String,
    made_by_name: String,
    created_at: DateTime<Utc>,
    undone_at: Option<DateTime<Utc>>,
    undone_by_name: Option<String>,
    undone_reason: Option<String>,
    version: i64,
}

pub(super) fn view(row: Merger) -> MergerView {
    MergerView {
        region_name: region::divisions::full_name(&row.town),
        city: row.city,
        id: row.id,
        kind: row.kind,
        kept: row.kept,
        kept_name: row.kept_name,
        absorbed: row.absorbed,
        absorbed_name: row.absorbed_name,
        state: row.state,
        reason: row.reason,
        made_by_name: row.made_by_name,
        created_at: row.created_at,
        undone_at: row.undone_at,
        undone_by_name: row.undone_by_name,
        undone_reason: row.undone_reason,
        version: row.version,
    }
}

/// The row by which it can be undone: of the record that stayed before and after, and of the other as it is given back.
pub(super) fn made(
    (app, actor): (&App, &Actor),
    (id, kind): (Uuid, &str),
    (before, kept, other): (&Enterprise, &Enterprise, &Enterprise),
    accounts: &[Uuid],
    reason: &str,
) -> Merger {
    let now = app.clock.now();
    Merger {
        city: kept.city.clone(),
        id,
        town: kept.town.clone(),
        kind: kind.into(),
        kept: kept.id,
        kept_name: kept.name.clone(),
        absorbed: other.id,
        absorbed_name: other.name.clone(),
        state: "done".into(),
        reason: reason.to_string(),
        made_by_name: actor.name.clone(),
        kept_before: db::Json(before.document()),
        kept_after: db::Json(kept.document()),
        absorbed_before: db::Json(other.document()),
        accounts: db::Json(json!(accounts)),
        undone_at: None,
        undone_by_name: None,
        undone_reason: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    }
}

/// An entry of the trail about it.
pub(super) fn entry(
    row: &Merger,
    action: Action,
    before: Option<Value>,
    after: Value,
    reason: &str,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: Merger::TABLE,
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(row.kept_name.clone()),
        before,
        after: Some(after),
        reason: Some(reason.to_string()),
    }
}

/// Which mergers and splits.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Those that this record stayed from.
    enterprise: Option<Uuid>,
    /// `merged` or `split`; both unless told.
    kind: Option<String>,
    /// `done` or `undone`; both unless told.
    state: Option<String>,
}

/// The predicate of those whose record that stayed lies in scope.
pub(super) fn seen(scope: &Scope) -> Sql {
    Sql::default()
        .area(scope, "merger.")
        .push(
            " and exists (select 1 from enterprise e where e.city = merger.city and e.id = merger.kept and ",
        )
        .scope(scope, "e.", "id")
        .push(")")
}

/// Records that were made one, and those that were split, the latest first.
#[utoipa::path(get, path = "/api/mergers", tag = "mergers", params(Which, Page),
    responses((status = 200, body = List<MergerView>), (status = 403, body = Problem)))]
pub(super) async fn list_mergers(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<MergerView>>> {
    let scope = actor.may(&powers::LIST_MERGERS)?;
    let sql = Merger::select()
        .push(" where ")
        .append(seen(&scope))
        .and(" and kept = ", which.enterprise)
        .and(" and kind = ", which.kind.filter(|kind| !kind.is_empty()))
        .and(" and state = ", which.state.filter(|state| !state.is_empty()));
    Ok(Json(page.latest(&app.db, sql, |row: &Merger| row.id).await?.map(view)))
}
