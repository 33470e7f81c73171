//! One target: given another month or other officers, cancelled, joined with that of another agency.

use audit::Action;
use axum::{Json, extract::State};
use chrono::NaiveDate;
use db::{Exec, Tx};
use kernel::{Actor, Clock, Scope};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem, required};

use super::{
    targets::month,
    view::{InspectionTarget, target},
};
use crate::{
    plan::{model::Target, refuse_conflicts, store},
    powers,
};

/// A planned target at the version that was read.
async fn read(tx: &mut Tx, scope: &Scope, (city, id, version): (&str, Uuid, i64)) -> Outcome<Target> {
    let row = store::target(&mut *tx, scope, city, id).await?;
    // whose plan it is decides who changes it
    store::plan(&mut *tx, scope, city, row.plan).await?;
    if row.version != version {
        return Err(stale(&row));
    }
    if row.state != "planned" {
        return Err(Problem::conflict("target.state", "这次计划检查已经完成或者取消，不能再改。"));
    }
    Ok(row)
}

fn stale(row: &Target) -> Problem {
    Problem::stale(json!({"state": row.state, "month": row.month, "officer_one": row.officer_one,
        "officer_two": row.officer_two, "joined": row.joined, "version": row.version}))
}

async fn save(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    mut row: Target,
    after: Value,
    reason: Option<String>,
) -> Outcome<Target> {
    let read = row.version;
    row.version = read + 1;
    row.updated_at = clock.now();
    row.updated_by = actor.account;
    if tx.run(row.update(&["city", "id"]).push(" and version = ").arg(read)).await? == 0 {
        let now = Target::select().push(" where city = ").arg(&row.city).push(" and id = ").arg(row.id);
        return Err(stale(&tx.one(now).await?));
    }
    let entry = row.entry(Action::Update, &row.enterprise_name, after, reason);
    audit::record(tx, clock, actor, entry).await?;
    Ok(row)
}

/// Two different officers of the agency with cards that are valid and no conflict of interest; or none. A visit is its agency's, also where
/// others joined theirs to it: their officers come along by their own target.
pub(super) async fn officers(
    tx: &mut Tx,
    (city, agency): (&str, Uuid),
    cards: &[Uuid],
    enterprise: Uuid,
    on: NaiveDate,
) -> Outcome<(Option<Uuid>, Option<Uuid>)> {
    let wrong = |code: &'static str, why: String| Err(Problem::wrong_field("/cards", code, why));
    let (one, two) = match cards {
        [] => return Ok((None, None)),
        [one, two] if one != two => (*one, *two),
        _ => return wrong("officer.two", "请选择两名不同的执法人员，或者先不指定。".into()),
    };
    let keys = [(city, one), (city, two)];
    let known = store::cards_by(&mut *tx, &keys).await?;
    for id in [one, two] {
        let Some(card) = known.iter().find(|own| own.id == id && own.agency == agency) else {
            return wrong(
                "officer.agency",
                "两名执法人员应是本机关的；合并检查时，其他机关的人员由其本机关安排陪同。".into(),
            );
        };
        if on < card.valid_from || on > card.valid_to {
            return wrong("officer.card", format!("{}的执法证不在有效期内，请换其他人员。", card.name));
        }
    }
    refuse_conflicts(&mut *tx, city, cards, enterprise, on).await?;
    Ok((Some(one), Some(two)))
}

/// Another month, or other officers.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct TargetChange {
    /// The version that was read.
    version: i64,
    /// Month, 1 to 12.
    month: i64,
    /// Two officers' cards, or none.
    cards: Vec<Uuid>,
    /// Why, where the month or drawn officers change.
    reason: Option<String>,
}

/// Gives a target another month or other officers. What a draw decided changes only with a reason.
#[utoipa::path(patch, path = "/api/inspection-targets/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = TargetChange,
    responses((status = 200, body = InspectionTarget), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_inspection_target(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(change): Body<TargetChange>,
) -> Outcome<Json<InspectionTarget>> {
    let scope = actor.may(&powers::UPDATE_TARGET)?;
    let mut tx = app.db.begin().await?;
    let mut row = read(&mut tx, &scope, (&city, id, change.version)).await?;
    if change.month != row.month {
        (row.month, row.due_on) = month(&app, row.year, change.month)?;
    }
    let had: Vec<Uuid> = row.cards().collect();
    (row.officer_one, row.officer_two) =
        officers(&mut tx, (&city, row.agency), &change.cards, row.enterprise, app.clock.today()).await?;
    let reason = web::filled(change.reason);
    let others = !had.is_empty() && had != row.cards().collect::<Vec<_>>();
    if others && row.draw.is_some() && reason.is_none() {
        let why = "执法人员是抽取的，更换请写明原因。";
        return Err(Problem::wrong_field("/reason", "field.required", why));
    }
    let after = json!({"month": row.month, "officers": change.cards});
    let row = save(&mut tx, (&app.clock, &actor), row, after, reason).await?;
    tx.commit().await?;
    Ok(Json(target(&app, row).await?))
}

/// Why a target is cancelled.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct TargetCancellation {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: String,
}

/// Cancels a planned inspection. A further draw of the line can choose another enterprise in its place.
#[utoipa::path(post, path = "/api/inspection-targets/{city}/{id}/cancel", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = TargetCancellation,
    responses((status = 200, body = InspectionTarget), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn cancel_inspection_target(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(own): Body<TargetCancellation>,
) -> Outcome<Json<InspectionTarget>> {
    let scope = actor.may(&powers::CANCEL_TARGET)?;
    let mut tx = app.db.begin().await?;
    let mut row = read(&mut tx, &scope, (&city, id, own.version)).await?;
    let reason = required(&own.reason, "/reason", "取消原因", 200)?;
    row.state = "cancelled".into();
    row.joined = None;
    row.reason = Some(reason.clone());
    let after = json!({"state": row.state});
    let row = save(&mut tx, (&app.clock, &actor), row, after, Some(reason.clone())).await?;
    // who was to come along has to go alone
    for mut other in store::joined(&mut tx, &city, id).await? {
        other.joined = None;
        save(&mut tx, (&app.clock, &actor), other, json!({"joined": null}), Some(reason.clone())).await?;
    }
    tx.commit().await?;
    Ok(Json(target(&app, row).await?))
}

/// With which target it is visited.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct TargetJoin {
    /// The version that was read.
    version: i64,
    /// Target of another agency for the same enterprise and year; none parts them again.
    lead: Option<Uuid>,
}

/// Joins a target with that of another agency for the same enterprise: the month becomes the other's, and the other's visit does both.
#[utoipa::path(post, path = "/api/inspection-targets/{city}/{id}/join", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = TargetJoin,
    responses((status = 200, body = InspectionTarget), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn join_inspection_target(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(own): Body<TargetJoin>,
) -> Outcome<Json<InspectionTarget>> {
    let scope = actor.may(&powers::JOIN_TARGET)?;
    let mut tx = app.db.begin().await?;
    let mut row = read(&mut tx, &scope, (&city, id, own.version)).await?;
    row.joined = None;
    if let Some(lead) = own.lead {
        let lead = store::target(&mut tx, &scope, &city, lead).await?;
        let same = lead.enterprise == row.enterprise && lead.year == row.year && lead.agency != row.agency;
        if !same {
            let why = "只能与其他部门当年对同一家企业的检查合并。";
            return Err(Problem::wrong_field("/lead", "join.other", why));
        }
        if lead.state != "planned" || lead.joined.is_some() {
            return Err(Problem::conflict(
                "join.lead",
                "对方的检查已经完成、取消或者并入了别的检查，请刷新后再选。",
            ));
        }
        if !store::joined(&mut tx, &city, id).await?.is_empty() {
            return Err(Problem::conflict(
                "join.leads",
                "已有其他部门并入这次检查，请由对方并入或者先拆分。",
            ));
        }
        row.joined = Some(lead.id);
        (row.month, row.due_on) = (lead.month, lead.due_on);
    }
    let after = json!({"joined": row.joined, "month": row.month});
    let row = save(&mut tx, (&app.clock, &actor), row, after, None).await?;
    tx.commit().await?;
    Ok(Json(target(&app, row).await?))
}
