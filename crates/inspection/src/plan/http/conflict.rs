//! Conflicts of interest: entered, listed, ended.

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{Datelike, NaiveDate};
use db::Exec;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query, required};

use crate::{
    plan::{model::Conflict, store},
    powers,
    store::card,
};

/// An officer who must not inspect an enterprise.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OfficerConflict {
    city: String,
    id: Uuid,
    enterprise: Uuid,
    enterprise_name: String,
    card: Uuid,
    officer_name: String,
    reason: String,
    ended_on: Option<NaiveDate>,
    version: i64,
}

impl OfficerConflict {
    fn of(row: Conflict) -> Self {
        OfficerConflict {
            city: row.city,
            id: row.id,
            enterprise: row.enterprise,
            enterprise_name: row.enterprise_name,
            card: row.card,
            officer_name: row.officer_name,
            reason: row.reason,
            ended_on: row.ended_on,
            version: row.version,
        }
    }
}

/// Which conflicts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ConflictFilter {
    /// Division.
    region: Option<String>,
    /// Of this enterprise.
    enterprise: Option<Uuid>,
    /// Of this card.
    card: Option<Uuid>,
}

/// Conflicts of interest, the latest first.
#[utoipa::path(get, path = "/api/officer-conflicts", tag = "inspection", params(ConflictFilter, Page),
    responses((status = 200, body = List<OfficerConflict>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_officer_conflicts(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<ConflictFilter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<OfficerConflict>>> {
    let scope = web::narrowed(actor.may(&powers::CONFLICTS)?, filter.region.as_deref())?;
    let sql = Conflict::select().push(" where ").scope(&scope, "", "enterprise");
    let sql = sql.and(" and enterprise = ", filter.enterprise).and(" and card = ", filter.card);
    Ok(Json(page.latest(&app.db, sql, |row: &Conflict| row.id).await?.map(OfficerConflict::of)))
}

/// A conflict of interest to be entered.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewOfficerConflict {
    /// City.
    city: String,
    /// Enterprise.
    enterprise: Uuid,
    /// The officer's card.
    card: Uuid,
    /// Why, as a relative who works there.
    reason: String,
}

/// Enters that an officer must not inspect an enterprise. Planned inspections that have the officer lose both, to be assigned anew.
#[utoipa::path(post, path = "/api/officer-conflicts", tag = "inspection", request_body = NewOfficerConflict,
    responses((status = 201, body = OfficerConflict), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_officer_conflict(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewOfficerConflict>,
) -> Outcome<(StatusCode, Json<OfficerConflict>)> {
    let scope = actor.may(&powers::CREATE_CONFLICT)?;
    let mut tx = app.db.begin().await?;
    let firm = enterprise::store::standing(&mut tx, &scope, &new.city, new.enterprise).await?;
    let Some(officer) = card(&mut tx, &new.city, new.card).await? else {
        return Err(Problem::wrong_field("/card", "officer.card", "没有登记这张执法证，请重新选择。"));
    };
    let reason = required(&new.reason, "/reason", "回避原因", 200)?;
    let (now, today) = (app.clock.now(), app.clock.today());
    if !store::conflicts(&mut tx, &new.city, &[officer.id], Some(firm.id), today).await?.is_empty() {
        return Err(Problem::conflict("conflict.double", "这名执法人员对这家企业的回避已经登记。"));
    }
    let row = Conflict {
        city: new.city,
        id: Uuid::now_v7(),
        town: firm.town,
        sector: firm.sector,
        enterprise: firm.id,
        enterprise_name: firm.name,
        card: officer.id,
        officer_name: officer.name,
        reason: reason.clone(),
        ended_on: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    tx.run(row.insert()).await?;
    let after = json!({"enterprise": row.enterprise_name, "officer": row.officer_name});
    let title = format!("{}回避{}", row.officer_name, row.enterprise_name);
    let entry = row.entry(Action::Create, &title, after, Some(reason.clone()));
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    let mut entries = Vec::new();
    for mut target in store::planned(&mut tx, &row.city, &[row.enterprise], today.year().into()).await? {
        if target.cards().any(|own| own == row.card) {
            (target.officer_one, target.officer_two) = (None, None);
            target.updated_at = now;
            target.updated_by = actor.account;
            target.version += 1;
            tx.run(target.update(&["city", "id"])).await?;
            let after = json!({"officers": []});
            entries.push(target.entry(Action::Update, &target.enterprise_name, after, Some(title.clone())));
        }
    }
    audit::record_many(&mut tx, &app.clock, &actor, entries).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(OfficerConflict::of(row))))
}

/// From when a conflict of interest is no more.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ConflictEnd {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: String,
}

/// Ends a conflict of interest from today on. It stays readable.
#[utoipa::path(post, path = "/api/officer-conflicts/{city}/{id}/end", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = ConflictEnd,
    responses((status = 200, body = OfficerConflict), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn end_officer_conflict(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(own): Body<ConflictEnd>,
) -> Outcome<Json<OfficerConflict>> {
    let scope = actor.may(&powers::END_CONFLICT)?;
    let mut tx = app.db.begin().await?;
    let mut row = store::conflict(&mut tx, &scope, &city, id).await?;
    let reason = required(&own.reason, "/reason", "解除原因", 200)?;
    if row.ended_on.is_some() {
        return Err(Problem::conflict("conflict.ended", "这条回避已经解除。"));
    }
    row.ended_on = Some(app.clock.today());
    row.version = own.version + 1;
    row.updated_at = app.clock.now();
    row.updated_by = actor.account;
    if tx.run(row.update(&["city", "id"]).push(" and version = ").arg(own.version)).await? == 0 {
        let now = store::conflict(&mut tx, &scope, &city, id).await?;
        return Err(Problem::stale(json!(OfficerConflict::of(now))));
    }
    let title = format!("{}回避{}", row.officer_name, row.enterprise_name);
    let entry = row.entry(Action::Update, &title, json!({"ended_on": row.ended_on}), Some(reason));
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    Ok(Json(OfficerConflict::of(row)))
}
