//! The trail on screen, for auditors of the area.

use axum::{Json, extract::State};
use chrono::{DateTime, NaiveDate, Utc};
use db::Sql;
use kernel::{Power, Role, Scope, Tier};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{App, Caller, List, Outcome, Page, Problem, Query};

use crate::{
    columns::COLUMNS,
    export,
    record::AuditRow,
    words::{SUBJECTS, subject_label},
};

/// Reading the trail.
pub const LIST: Power =
    Power { operation: "list_audit", label: "查看操作记录", allow: &[(Role::Audit, Tier::County)] };

/// Reading what the trail calls things.
pub const WORDS: Power =
    Power { operation: "find_audit_words", label: "查看操作记录的用词", allow: LIST.allow };

/// The operations of this crate.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_audit))
        .routes(routes!(find_audit_words))
        .routes(routes!(export::create_audit_export))
        .routes(routes!(export::find_audit_export_file))
}

/// Which entries.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Which {
    /// Division and all within it.
    pub(crate) region: Option<String>,
    /// Table: `enterprise`, `account`, …
    subject: Option<String>,
    /// Row.
    row: Option<Uuid>,
    /// Account that acted.
    actor: Option<Uuid>,
    /// `create`, `update`, `delete`, `read`, `export`, `sign_in`, `sign_out`, `refused`; several separated by commas.
    action: Option<String>,
    /// First day.
    from: Option<NaiveDate>,
    /// Last day.
    to: Option<NaiveDate>,
}

impl Which {
    /// The statement up to the end of its conditions.
    pub(crate) fn sql(&self, scope: &Scope) -> Outcome<Sql> {
        let scope = web::narrowed(scope.clone(), self.region.as_deref())?;
        let mut sql = AuditRow::select()
            .push(" where ")
            .area(&scope, "")
            .and(" and subject = ", self.subject.as_deref().filter(|subject| !subject.is_empty()))
            .and(" and row_id = ", self.row)
            .and(" and actor = ", self.actor);
        if let Some(actions) = self.action.as_deref().filter(|action| !action.is_empty()) {
            sql = sql.push(" and ").within("action", actions.split(','));
        }
        // ids are made in the order of time: a day is a range of ids, which the key finds
        let begin = |day: NaiveDate| {
            uuid::Builder::from_unix_timestamp_millis(
                kernel::day_begins(day).timestamp_millis().max(0) as u64,
                &[0; 10],
            )
            .into_uuid()
        };
        sql = sql.and(" and id >= ", self.from.map(begin));
        Ok(sql.and(" and id < ", self.to.and_then(|day| day.succ_opt()).map(begin)))
    }
}

/// An entry of the trail.
#[derive(Debug, Serialize, ToSchema)]
struct EntryView {
    city: String,
    id: Uuid,
    at: DateTime<Utc>,
    actor: Uuid,
    actor_name: String,
    on_behalf: Option<Uuid>,
    action: String,
    subject: String,
    /// What a person calls it.
    subject_label: String,
    town: String,
    row: Option<Uuid>,
    title: Option<String>,
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    reason: Option<String>,
    /// Whether it is part of a sealed batch.
    sealed: bool,
}

/// Entries of the trail in the own area, the latest first.
#[utoipa::path(get, path = "/api/audit", tag = "audit", params(Which, Page),
    responses((status = 200, body = List<EntryView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list_audit(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<EntryView>>> {
    let sql = which.sql(&actor.may(&LIST)?)?;
    let page = page.latest(&app.db, sql, |row: &AuditRow| row.id).await?;
    Ok(Json(page.map(|row| EntryView {
        city: row.city,
        id: row.id,
        at: row.at,
        actor: row.actor,
        actor_name: row.actor_name,
        on_behalf: row.on_behalf,
        action: row.action,
        subject_label: subject_label(&row.subject).to_string(),
        subject: row.subject,
        town: row.town,
        row: row.row_id,
        title: row.row_title,
        before: row.before.map(|json| json.0),
        after: row.after.map(|json| json.0),
        reason: row.reason,
        sealed: row.batch.is_some(),
    })))
}

/// What a person calls the things and the columns on the trail.
#[derive(Debug, Serialize, ToSchema)]
struct AuditWords {
    /// Tables, as the filter `subject` names them, each with its label.
    subjects: Vec<(&'static str, &'static str)>,
    /// Columns with their labels.
    columns: Vec<(&'static str, &'static str)>,
}

/// What a person calls the things and the columns on the trail: for its filters and its changes.
#[utoipa::path(get, path = "/api/audit/words", tag = "audit",
    responses((status = 200, body = AuditWords), (status = 403, body = Problem)))]
async fn find_audit_words(Caller(actor): Caller) -> Outcome<Json<AuditWords>> {
    actor.may(&WORDS)?;
    Ok(Json(AuditWords { subjects: SUBJECTS.to_vec(), columns: COLUMNS.to_vec() }))
}
