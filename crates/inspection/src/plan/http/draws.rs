//! Drawing a line by lot, and the draw as it was, drawn again to be compared.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use rules::{At, random_draw};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::plans::{read, save};
use crate::{
    plan::{
        draw::{Drawing, draw},
        model::Draw,
        store,
    },
    powers,
};

/// Which line is drawn.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewDraw {
    /// The version of the plan that was read.
    version: i64,
    /// Code of the line.
    line: i64,
    /// What those present add to the seed, as numbers they drew; the program adds its own part, which nobody knows before.
    text: Option<String>,
}

/// A draw as it was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InspectionDraw {
    city: String,
    id: Uuid,
    plan: Uuid,
    plan_name: String,
    line_name: String,
    drawn_on: NaiveDate,
    seed: String,
    fingerprint: String,
    candidates: i64,
    officers: i64,
    drawn: i64,
    created_at: DateTime<Utc>,
    created_by_name: String,
    /// What the rule `random-draw` got: anybody can draw again by it.
    #[schema(value_type = Object)]
    input: Value,
    /// What the rule answered: result and steps.
    #[schema(value_type = Object)]
    outcome: Value,
    /// Whether drawing again now gives the same.
    same: bool,
}

async fn view(app: &App, row: Draw) -> Outcome<InspectionDraw> {
    let plans = store::plans(&app.db, &[(row.city.as_str(), row.plan)]).await?;
    let plan = plans.first();
    let line = plan.and_then(|own| own.lines().into_iter().find(|line| line.code == row.line));
    let law = law::in_force(&app.db, &row.town).await?;
    let at = At { on: row.drawn_on, region: &row.town, law: &law };
    let input: random_draw::Input = serde_json::from_value(row.input.0.clone()).map_err(Problem::internal)?;
    let again = random_draw::draw(&at, &input).map_err(law::problem)?;
    Ok(InspectionDraw {
        same: json!(again.value) == row.outcome.0["value"] && again.value.fingerprint == row.fingerprint,
        plan_name: plan.map(|own| own.name.clone()).unwrap_or_default(),
        line_name: line.map(|own| own.name).unwrap_or_default(),
        city: row.city,
        id: row.id,
        plan: row.plan,
        drawn_on: row.drawn_on,
        seed: row.seed,
        fingerprint: row.fingerprint,
        candidates: row.candidates,
        officers: row.officers,
        drawn: row.drawn,
        created_at: row.created_at,
        created_by_name: row.created_by_name,
        input: row.input.0,
        outcome: row.outcome.0,
    })
}

/// Draws a line of an approved plan by lot: enterprises and officers, those with a conflict of interest left out.
#[utoipa::path(post, path = "/api/inspection-plans/{city}/{id}/draws", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewDraw,
    responses((status = 201, body = InspectionDraw), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn draw_inspection_targets(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewDraw>,
) -> Outcome<(StatusCode, Json<InspectionDraw>)> {
    let scope = actor.may(&powers::DRAW)?;
    let text = web::filled(new.text).unwrap_or_default();
    if text.chars().count() > 100 {
        return Err(Problem::wrong_field("/text", "field.long", "请写在 100 字以内。"));
    }
    let mut tx = app.db.begin().await?;
    let row = read(&mut tx, &scope, (&city, id, new.version), &["approved"]).await?;
    let Some(line) = row.lines().into_iter().find(|own| own.code == new.line) else {
        return Err(Problem::wrong_field("/line", "line.unknown", "计划里没有这一项，请刷新后再试。"));
    };
    // the row is held before the lists are read: two draws of one plan follow one another
    let row = save(&mut tx, (&app.clock, &actor), row, None).await?;
    let within = web::narrowed(scope, Some(&line.region))?;
    let law = law::in_force(&mut tx, &row.town).await?;
    let chance = Uuid::new_v4().simple();
    let seed = if text.is_empty() { chance.to_string() } else { format!("{text}/{chance}") };
    let own = Drawing { plan: &row, line: &line, seed };
    let drawn = draw(&mut tx, (&app.clock, &actor), &law, &within, own).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(&app, drawn).await?)))
}

/// A draw with its lists and steps, drawn again to be compared.
#[utoipa::path(get, path = "/api/inspection-draws/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = InspectionDraw), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_inspection_draw(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<InspectionDraw>> {
    let scope = actor.may(&powers::ONE_DRAW)?;
    let row = store::one_draw(&app.db, &scope, &city, id).await?;
    Ok(Json(view(&app, row).await?))
}
