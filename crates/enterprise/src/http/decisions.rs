//! Deciding what becomes of the rows of an import that may be records already.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::imports::{busy, find};
use crate::{
    import::{
        Import,
        decisions::{Rows, decide},
    },
    powers,
};

/// What becomes of rows.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct RowDecision {
    /// `new` (another enterprise), `change` (a change of that record), `leave` (not taken); null takes the decision back.
    decision: Option<String>,
    /// Numbers of the rows, 200 at most; without them all that nobody has decided yet.
    numbers: Option<Vec<i64>>,
}

/// How many rows were decided.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RowsDecided {
    /// Rows of which this could be said; of the others (registered elsewhere, or the same as an earlier row) only `leave` can.
    decided: u64,
}

/// Says what becomes of rows that may be records already. It stands with the import, counts when it is committed, and is remembered for
/// later files in which the same row stands.
#[utoipa::path(put, path = "/api/imports/{city}/{id}/decisions", tag = "imports", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = RowDecision,
    responses((status = 200, body = RowsDecided), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn decide_import_rows(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(said): Body<RowDecision>,
) -> Outcome<Json<RowsDecided>> {
    let scope = actor.may(&powers::DECIDE_IMPORT_ROWS)?;
    let mut tx = app.db.begin().await?;
    let import = find(&mut tx, &scope, &city, id).await?;
    if import.state != "preview" {
        return Err(busy());
    }
    let decision = said.decision.as_deref();
    if decision.is_some_and(|decision| !["new", "change", "leave"].contains(&decision)) {
        return Err(Problem::wrong_field("/decision", "decision.unknown", "请选择新增、更新或不导入。"));
    }
    let rows = match &said.numbers {
        Some(numbers) if numbers.is_empty() || numbers.len() > 200 => {
            return Err(Problem::wrong_field("/numbers", "rows.number", "请选择 1–200 行。"));
        }
        Some(numbers) => Rows::Numbers(numbers),
        None => Rows::Open,
    };
    let decided = decide(&mut tx, &app.clock, &actor, &import, rows, decision).await?;
    if decided == 0 && said.numbers.is_some() {
        return Err(Problem::wrong_field(
            "/decision",
            "decision.impossible",
            "这几行不能这样处理：已登记在辖区外的，和与本文件前面的行是同一家的，不能作为新企业导入。",
        ));
    }
    let entry = audit::Entry {
        action: audit::Action::Update,
        subject: Import::TABLE,
        city: import.city.clone(),
        town: import.town.clone(),
        row: Some(id),
        title: Some(import.file_name.clone()),
        before: None,
        after: Some(json!({"decision": decision, "rows": said.numbers, "decided": decided})),
        reason: Some("处理疑似重复".into()),
    };
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    Ok(Json(RowsDecided { decided }))
}
