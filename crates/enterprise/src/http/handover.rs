//! An enterprise on its way to another county or town: who has it proposes, who is to have it accepts or returns it with a reason, and
//! until then it stays where it is. Within one's own division a record is simply assigned.

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use db::{Exec, FromRow, Sql};
use kernel::{RegionCode, Scope};
use region::divisions;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Count, List, Outcome, Page, PathOf, Problem, Query};

use super::{
    list::shown,
    write::{reason_given, write_changed},
};
use crate::{
    handover::{Handover, coming, entry, going},
    model::Enterprise,
    powers, store,
};

/// A handover as both sides see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HandoverView {
    city: String,
    id: Uuid,
    from: String,
    from_name: String,
    target: String,
    target_name: String,
    enterprise_id: Uuid,
    enterprise_name: String,
    state: String,
    reason: String,
    proposed_by_name: String,
    created_at: DateTime<Utc>,
    answer: Option<String>,
    decided_by_name: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    version: i64,
    /// While it is open: the record, with its phones masked, for those who are to accept it.
    #[schema(value_type = Option<Object>)]
    enterprise: Option<Value>,
}

pub(super) fn view(row: Handover, enterprise: Option<Value>) -> HandoverView {
    HandoverView {
        from_name: divisions::full_name(&row.town),
        target_name: divisions::full_name(&row.target),
        city: row.city,
        id: row.id,
        from: row.town,
        target: row.target,
        enterprise_id: row.enterprise_id,
        enterprise_name: row.enterprise_name,
        state: row.state,
        reason: row.reason,
        proposed_by_name: row.proposed_by_name,
        created_at: row.created_at,
        answer: row.answer,
        decided_by_name: row.decided_by_name,
        decided_at: row.decided_at,
        version: row.version,
        enterprise,
    }
}

/// Where a record is to go.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewHandover {
    /// The version that was read.
    version: i64,
    /// County or town of the same city.
    target: String,
    /// Why.
    reason: String,
}

/// Proposes that another county or town takes a record over.
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/handover", tag = "handovers", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = NewHandover,
    responses((status = 201, body = HandoverView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_handover(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewHandover>,
) -> Outcome<(StatusCode, Json<HandoverView>)> {
    let scope = actor.may(&powers::CREATE_HANDOVER)?;
    let mut tx = app.db.begin().await?;
    let record = store::find(&mut tx, &scope, &city, id).await?;
    if record.version != new.version {
        return Err(Problem::stale(shown(&record, true)));
    }
    store::not_merged(&record)?;
    let target = RegionCode::parse(&new.target)?;
    let known = matches!(target.as_str().len(), 6 | 9) && divisions::find(target.as_str()).is_some();
    let wrong = |code, text: &str| Err(Problem::wrong_field("/target", code, text));
    if !known {
        return wrong("region.unknown", "请选择要迁往的区县或镇街。");
    }
    if target.city() != Some(city.as_str()) {
        return wrong(
            "region.other_city",
            "只能移交到本市的区县、镇街。迁往外市的，请把经营状态变更为“迁出”。",
        );
    }
    if scope.covers(target.as_str()) {
        return wrong("region.own", "这个地方在您的管辖范围内，请直接用“分配镇街”。");
    }
    if record.town.starts_with(target.as_str()) {
        return wrong("region.same", "这家企业已经在那里。");
    }
    audit::in_force(&mut tx, std::iter::once(target.as_str())).await?;
    let now = app.clock.now();
    let row = Handover {
        city,
        id: Uuid::now_v7(),
        town: record.town.clone(),
        target: target.as_str().to_string(),
        sector: record.sector.clone(),
        enterprise_id: id,
        enterprise_name: record.name.clone(),
        state: "open".into(),
        reason: reason_given(&new.reason)?,
        proposed_by_name: actor.name.clone(),
        answer: None,
        decided_by: None,
        decided_by_name: None,
        decided_at: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    match row.create(&mut tx, &app.clock, &actor).await {
        Err(db::Error::Conflict { .. }) => {
            return Err(Problem::conflict("handover.open", "这家企业已经在移交中，请等对方处理，或先撤回。"));
        }
        other => other?,
    };
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(row, Some(shown(&record, true))))))
}

/// Which handovers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// `incoming` (to be accepted by one's own division), `outgoing` (sent by it) or `within` (from one place of it to another).
    direction: String,
    /// `open`, `accepted`, `returned` or `withdrawn`; all unless told.
    state: Option<String>,
}

impl Which {
    fn conditions(&self, sql: Sql, scope: &Scope) -> Outcome<Sql> {
        let (coming, going) = (coming(scope), going(scope));
        let (side, not, other) = match self.direction.as_str() {
            "incoming" => (coming, "not ", going),
            "outgoing" => (going, "not ", coming),
            "within" => (coming, "", going),
            _ => {
                return Err(Problem::bad_request(
                    "direction.unknown",
                    "direction 应为 incoming、outgoing 或 within。",
                ));
            }
        };
        let state = self.state.as_deref().filter(|state| !state.is_empty());
        let sql = sql.push(" where ").append(side).push(" and ").push(not).append(other);
        Ok(sql.and(" and state = ", state))
    }
}

/// The statement over the open handovers that wait for the divisions of the scope.
pub(crate) fn incoming(select: Sql, scope: &kernel::Scope) -> Outcome<Sql> {
    Which { direction: "incoming".into(), state: Some("open".into()) }.conditions(select, scope)
}

/// Records that come to the own division or go from it, the latest first.
#[utoipa::path(get, path = "/api/handovers", tag = "handovers", params(Which, Page),
    responses((status = 200, body = List<HandoverView>), (status = 403, body = Problem)))]
pub(super) async fn list_handovers(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<HandoverView>>> {
    let scope = actor.may(&powers::LIST_HANDOVERS)?;
    let sql = which.conditions(Handover::select(), &scope)?;
    let page = page.latest(&app.db, sql, |row: &Handover| row.id).await?;
    let open = page.items.iter().filter(|row| row.state == "open");
    let keys: Vec<(&str, Uuid)> = open.map(|row| (row.city.as_str(), row.enterprise_id)).collect();
    // the open handover itself lets its receiver look at the record
    let records: Vec<Enterprise> = if keys.is_empty() {
        Vec::new()
    } else {
        app.db.all(Enterprise::select().push(" where ").keys("id", keys)).await?
    };
    Ok(Json(page.map(|row| {
        let record = records.iter().find(|record| row.state == "open" && record.id == row.enterprise_id);
        view(row, record.map(|record| shown(record, true)))
    })))
}

/// How many there are.
#[utoipa::path(get, path = "/api/handovers/count", tag = "handovers", params(Which),
    responses((status = 200, body = Count), (status = 403, body = Problem)))]
pub(super) async fn count_handovers(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
) -> Outcome<Json<Count>> {
    #[derive(FromRow)]
    struct Number {
        number: i64,
    }
    let scope = actor.may(&powers::COUNT_HANDOVERS)?;
    let sql = which.conditions(Sql::new("select count(*) as number from handover"), &scope)?;
    Ok(Json(Count { total: app.db.one::<Number>(sql).await?.number, more: false }))
}

/// What the receiver says.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct HandoverDecision {
    /// The version that was read.
    version: i64,
    /// Whether the own division takes the record over.
    accept: bool,
    /// On accepting: its town, where only the county was named.
    town: Option<String>,
    /// On returning: why.
    reason: Option<String>,
}

fn decided() -> Problem {
    Problem::conflict("handover.decided", "这次移交已经有人处理（接收、退回或撤回），请刷新后查看。")
}

/// Closes an open handover if nobody else did since it was read.
async fn close(
    tx: &mut db::Tx,
    app: &App,
    actor: &kernel::Actor,
    row: &Handover,
    (state, answer): (&str, Option<String>),
) -> Outcome<Handover> {
    let now = app.clock.now();
    let mut done = row.clone();
    done.state = state.into();
    done.answer = answer;
    done.decided_by = Some(actor.account);
    done.decided_by_name = Some(actor.name.clone());
    done.decided_at = Some(now);
    done.updated_at = now;
    done.updated_by = actor.account;
    done.version += 1;
    let sql = done.update(&["city", "id"]).push(" and state = 'open' and version = ").arg(row.version);
    if tx.run(sql).await? == 0 {
        return Err(decided());
    }
    let (before, after) = (json!({"state": row.state}), json!({"state": state, "target": row.target}));
    audit::record(tx, &app.clock, actor, entry(&done, Action::Update, Some(before), after)).await?;
    Ok(done)
}

/// Accepts a record into the own division, or returns it with a reason. Accepting moves it: its division, its numbers, its entry in the
/// search box; agency, officer, grid and cluster of the place it left no longer hold.
#[utoipa::path(post, path = "/api/handovers/{city}/{id}/decide", tag = "handovers", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = HandoverDecision,
    responses((status = 200, body = HandoverView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn decide_handover(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(decision): Body<HandoverDecision>,
) -> Outcome<Json<HandoverView>> {
    let scope = actor.may(&powers::DECIDE_HANDOVER)?;
    let mut tx = app.db.begin().await?;
    let own = Handover::select().push(" where city = ").arg(&city).push(" and id = ").arg(id).push(" and ");
    let row: Handover = tx.one(own.append(coming(&scope))).await?;
    if row.state != "open" || row.version != decision.version {
        return Err(decided());
    }
    if !decision.accept {
        let reason = reason_given(decision.reason.as_deref().unwrap_or_default())?;
        let done = close(&mut tx, &app, &actor, &row, ("returned", Some(reason))).await?;
        tx.commit().await?;
        return Ok(Json(view(done, None)));
    }
    let town = match decision.town.as_deref().filter(|town| !town.is_empty()) {
        None => row.target.clone(),
        Some(town) => {
            let fits = town.len() == 9 && town.starts_with(&row.target) && scope.covers(town);
            if !fits || divisions::find(town).is_none() {
                return Err(Problem::wrong_field("/town", "region.outside", "请选择移交目的地之内的镇街。"));
            }
            town.to_string()
        }
    };
    let done = close(&mut tx, &app, &actor, &row, ("accepted", None)).await?;
    // the record lies outside the receiver's scope until this very write; the handover in scope stands for it
    let whole_city = Scope::system(RegionCode::parse(&city)?);
    let current = store::find(&mut tx, &whole_city, &city, row.enterprise_id).await?;
    let mut record = current.clone();
    record.assignment = if town.len() == 9 { "certain" } else { "open" }.into();
    record.assignment_reason = format!("由{}移交，{}接收", row.proposed_by_name, actor.name);
    record.suggestions = db::Json(json!([]));
    record.town = town;
    (record.agency, record.officer, record.grid, record.cluster) = (None, None, None, None);
    crate::build::unverify(&mut record, |field| field == "grid" && current.grid.is_some());
    let reason = Some(format!("移交：{}", row.reason));
    let record = write_changed(&mut tx, &app, &actor, &whole_city, &current, record, reason).await?;
    tx.commit().await?;
    Ok(Json(view(done, Some(shown(&record, true)))))
}

/// Who takes a handover back.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Withdrawal {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: Option<String>,
}

/// Takes a handover back that nobody has decided yet.
#[utoipa::path(post, path = "/api/handovers/{city}/{id}/withdraw", tag = "handovers", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = Withdrawal,
    responses((status = 200, body = HandoverView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn withdraw_handover(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(withdrawal): Body<Withdrawal>,
) -> Outcome<Json<HandoverView>> {
    let scope = actor.may(&powers::WITHDRAW_HANDOVER)?;
    let mut tx = app.db.begin().await?;
    let own = Handover::select().push(" where city = ").arg(&city).push(" and id = ").arg(id).push(" and ");
    let row: Handover = tx.one(own.append(going(&scope))).await?;
    if row.state != "open" || row.version != withdrawal.version {
        return Err(decided());
    }
    let reason = withdrawal.reason.map(|text| text.trim().chars().take(200).collect());
    let reason = reason.filter(|text: &String| !text.is_empty());
    let done = close(&mut tx, &app, &actor, &row, ("withdrawn", reason)).await?;
    tx.commit().await?;
    Ok(Json(view(done, None)))
}
