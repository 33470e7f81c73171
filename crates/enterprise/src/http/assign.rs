//! Giving records their town, many at once, and teaching the resolver what the officer knew.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::{App, Body, Caller, Outcome, Problem};

use super::{
    many::{AssignedItem, change_many},
    places,
    write::town_in,
};
use crate::powers;

/// Records and the town they are given.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Assignment {
    /// Records, 200 at most.
    items: Vec<AssignedItem>,
    /// Town, 9 digits.
    town: String,
    /// Lets later imports learn from it: the estates and villages in these addresses mean this town.
    #[serde(default)]
    teach: bool,
}

/// What an assignment did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Assigned {
    assigned: usize,
    /// Words that were taught.
    taught: Vec<String>,
}

/// Gives records their town, all or none.
#[utoipa::path(post, path = "/api/enterprises/assign", tag = "enterprises", request_body = Assignment,
    responses((status = 200, body = Assigned), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn assign_enterprises(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(assignment): Body<Assignment>,
) -> Outcome<Json<Assigned>> {
    let scope = actor.may(&powers::ASSIGN)?;
    let town = town_in(&scope, &assignment.town)?;
    let mut tx = app.db.begin().await?;
    let mut taught: Vec<String> = Vec::new();
    change_many(&mut tx, &app, &actor, &scope, &assignment.items, |record| {
        if !town.as_str().starts_with(&record.city) {
            return Err(Problem::wrong_field("/town", "region.other_city", "不能分配到别的城市。"));
        }
        if assignment.teach {
            taught.extend(places::word_of(record));
        }
        record.town = town.as_str().to_string();
        record.assignment = "certain".into();
        record.assignment_reason = format!("由{}分配", actor.name);
        record.suggestions = db::Json(json!([]));
        Ok("分配镇街".into())
    })
    .await?;
    taught.sort();
    taught.dedup();
    for word in &taught {
        places::teach(&mut tx, &app, &actor, town.as_str(), word).await?;
    }
    tx.commit().await?;
    Ok(Json(Assigned { assigned: assignment.items.len(), taught }))
}
