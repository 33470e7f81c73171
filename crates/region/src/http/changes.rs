//! Changing the map: preview, carrying out, undoing. System administrators of the city.

use axum::{Extension, Json, extract::State, http::StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use db::Exec;
use kernel::{RegionCode, Scope};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use super::Movers;
use crate::{
    carry::{self, Number},
    divisions::full_name,
    model::ChangeRow,
    plan::{NewChange, plan},
    powers, store,
};

/// A code that comes to be, gets another name or ceases.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CodeChange {
    code: String,
    name: String,
    /// Name now, where it is in force.
    was: Option<String>,
    /// `open`, `rename` or `close`.
    what: String,
}

/// What a change would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChangePreview {
    /// Counties and towns; of villages only the number.
    regions: Vec<CodeChange>,
    villages: usize,
    /// Rows that go from one division to another, by table.
    moves: Vec<Number>,
}

/// Refuses what lies outside: to the caller it does not exist.
fn within(scope: &Scope, new: &NewChange) -> Outcome<String> {
    let place = new.codes.first().or(new.parent.as_ref());
    let place =
        place.ok_or_else(|| Problem::wrong_field("/codes", "region.number", "请选择要调整的区划。"))?;
    let region = RegionCode::parse(place)?;
    for code in new.codes.iter().chain(&new.parent) {
        if !scope.covers(RegionCode::parse(code)?.as_str()) {
            return Err(Problem::not_found());
        }
    }
    region.city().map(str::to_string).ok_or_else(Problem::not_found)
}

/// Tries a change and takes it back: what it would move, to the row.
#[utoipa::path(post, path = "/api/region-changes/preview", tag = "regions", request_body = NewChange,
    responses((status = 200, body = ChangePreview), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn preview_region_change(
    State(app): State<App>,
    Extension(movers): Extension<Movers>,
    Caller(actor): Caller,
    Body(new): Body<NewChange>,
) -> Outcome<Json<ChangePreview>> {
    within(&actor.may(&powers::PREVIEW)?, &new)?;
    store::refresh(&app.db).await?;
    let mut tx = app.db.begin().await?;
    let done = carry::apply(&mut tx, &app.clock, &actor, &new, movers.0).await?;
    drop(tx);
    let closes = &done.plan.closes;
    let mut regions: Vec<CodeChange> = Vec::new();
    for (code, name) in &done.plan.opens {
        let was = crate::divisions::find(code).map(|own| own.name.clone());
        let what = if was.is_some() { "rename" } else { "open" };
        regions.push(CodeChange { code: code.clone(), name: name.clone(), was, what: what.into() });
    }
    regions.extend(closes.iter().map(|(code, name)| CodeChange {
        code: code.clone(),
        name: name.clone(),
        was: Some(name.clone()),
        what: "close".into(),
    }));
    let villages = closes.iter().filter(|(code, _)| code.len() == 12).count();
    regions.retain(|region| region.code.len() < 12);
    Ok(Json(ChangePreview { regions, villages, moves: done.numbers }))
}

/// The job that does it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChangeJob {
    job: Uuid,
}

/// Carries a change out, by a job.
#[utoipa::path(post, path = "/api/region-changes", tag = "regions", request_body = NewChange,
    responses((status = 202, body = ChangeJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_region_change(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewChange>,
) -> Outcome<(StatusCode, Json<ChangeJob>)> {
    let city = within(&actor.may(&powers::CHANGE)?, &new)?;
    store::refresh(&app.db).await?;
    plan(&new, app.clock.today())?;
    let input = serde_json::to_value(&new).map_err(Problem::internal)?;
    let mut tx = app.db.begin().await?;
    let new = job::New { kind: carry::CHANGE, city, owner: actor.account, on_behalf: actor.on_behalf, input };
    let job = job::enqueue(&mut tx, &app.clock, new).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(ChangeJob { job })))
}

/// A change as the list shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChangeView {
    city: String,
    id: Uuid,
    changed_on: NaiveDate,
    kind: String,
    document: String,
    note: String,
    /// In words: from what, into what.
    from: Vec<String>,
    to: Vec<String>,
    /// Numbers of rows moved, by Chinese name of the table.
    #[schema(value_type = Object)]
    moved: Value,
    created_at: DateTime<Utc>,
    created_by_name: String,
    undone_at: Option<DateTime<Utc>>,
    undone_by_name: Option<String>,
    /// Rows put back, rows that stood elsewhere by then (with examples), rows that came since.
    #[schema(value_type = Option<Object>)]
    undone: Option<Value>,
}

fn named(row: &ChangeRow) -> (Vec<String>, Vec<String>) {
    let request = &row.request.0;
    let last = |code: &str| {
        let spans = row.undo.0["regions"].as_array().into_iter().flatten();
        let stored = spans
            .filter(|own| own[0] == code)
            .find_map(|own| own[1].as_array()?.last()?["name"].as_str().map(str::to_string));
        let name = stored
            .or_else(|| crate::timeline::shipped(code).pop().map(|span| span.name))
            .unwrap_or_else(|| full_name(code));
        format!("{name}（{code}）")
    };
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect()
    };
    let from = texts(&request["codes"]).iter().map(|code| last(code)).collect();
    let to = match request["parts"].as_array().filter(|parts| !parts.is_empty()) {
        Some(parts) => parts
            .iter()
            .filter_map(|part| {
                part["name"].as_str().map(str::to_string).or_else(|| part["code"].as_str().map(last))
            })
            .collect(),
        None => {
            let name = request["name"].as_str().filter(|name| !name.is_empty()).map(str::to_string);
            let parent = request["parent"].as_str().map(full_name);
            let code = request["code"].as_str().filter(|code| !code.is_empty()).map(full_name);
            [parent, name.or(code)].into_iter().flatten().filter(|text| !text.is_empty()).collect()
        }
    };
    (from, to)
}

/// Changes carried out in the own city, the latest first.
#[utoipa::path(get, path = "/api/region-changes", tag = "regions", params(Page),
    responses((status = 200, body = List<ChangeView>), (status = 403, body = Problem)))]
pub(super) async fn list_region_changes(
    State(app): State<App>,
    Extension(movers): Extension<Movers>,
    Caller(actor): Caller,
    Query(page): Query<Page>,
) -> Outcome<Json<List<ChangeView>>> {
    let scope = actor.may(&powers::LIST_CHANGES)?;
    let cities = scope.areas().iter().map(|area| area.region.span());
    let mut sql = ChangeRow::select().push(" where (1 = 0");
    for (low, high) in cities {
        sql = sql.push(" or city >= ").arg(low).push(" and city < ").arg(high);
    }
    let page = page.latest(&app.db, sql.push(")"), |row: &ChangeRow| row.id).await?;
    let labelled = |numbers: &Value| -> Value {
        let mut said = serde_json::Map::new();
        for mover in movers.0 {
            if let Some(number) = numbers.get(mover.subject()) {
                said.insert(mover.label().to_string(), number.clone());
            }
        }
        Value::Object(said)
    };
    Ok(Json(page.map(|row| {
        let (from, to) = named(&row);
        let undone = row.undone.map(|json| {
            let own = json.0;
            json!({"restored": labelled(&own["restored"]), "left": labelled(&own["left"]), "examples": own["examples"], "since": own["since"]})
        });
        ChangeView {
            moved: labelled(&row.moved.0),
            city: row.city,
            id: row.id,
            changed_on: row.changed_on,
            kind: row.kind,
            document: row.document,
            note: row.note,
            from,
            to,
            created_at: row.created_at,
            created_by_name: row.created_by_name,
            undone_at: row.undone_at,
            undone_by_name: row.undone_by_name,
            undone,
        }
    })))
}

/// Undoes a change, by a job: every row it moved goes back, unless it stands elsewhere by now. Refused where a later
/// change built on it.
#[utoipa::path(post, path = "/api/region-changes/{city}/{id}/undo", tag = "regions", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 202, body = ChangeJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn undo_region_change(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<(StatusCode, Json<ChangeJob>)> {
    let scope = actor.may(&powers::UNDO)?;
    if !scope.covers(&city) {
        return Err(Problem::not_found());
    }
    let sql = ChangeRow::select().push(" where city = ").arg(&city).push(" and id = ").arg(id);
    let row: ChangeRow = app.db.one(sql).await?;
    carry::undoable(&app.db, &row).await?;
    let mut tx = app.db.begin().await?;
    let new = job::New {
        kind: carry::UNDO,
        city,
        owner: actor.account,
        on_behalf: actor.on_behalf,
        input: json!({"id": id}),
    };
    let job = job::enqueue(&mut tx, &app.clock, new).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(ChangeJob { job })))
}
