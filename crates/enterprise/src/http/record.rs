//! One enterprise: reading it as it stands or stood, with its history; registering it by hand, correcting it, vouching for it.

use std::collections::BTreeMap;

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Datelike, Utc};
use kernel::{Actor, ActorKind, RegionCode, Scope};
use region::divisions;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem, Query};

use super::{
    list::shown,
    names,
    write::{change, town_in},
};
use crate::{build, correct::correct, fields, model::Enterprise, powers, store};

/// The instant asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct When {
    /// The record as it stood then; now unless told.
    as_of: Option<DateTime<Utc>>,
}

/// Refuses the past of an enterprise to an intermediary: what was before it was engaged is none of its business.
///
/// # Errors
/// 403 for an intermediary.
pub fn may_look_back(actor: &Actor) -> Outcome<()> {
    if actor.kind == ActorKind::Intermediary {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "auth.past",
            "中介机构只能查看企业现在的档案，不能查看过去某日的。",
        ));
    }
    Ok(())
}

/// One enterprise, with its phones; that they were read is recorded.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}", tag = "enterprises", params(When, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = Object), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_enterprise(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(when): Query<When>,
) -> Outcome<Json<Value>> {
    let scope = actor.may(&powers::FIND)?;
    let mut record = store::find(&app.db, &scope, &city, id).await?;
    if let Some(at) = when.as_of {
        may_look_back(&actor)?;
        let state =
            audit::as_of(&app.db, &city, Enterprise::TABLE, id, at).await?.ok_or_else(Problem::not_found)?;
        record = serde_json::from_value(state).map_err(Problem::internal)?;
    }
    let phones = [&record.legal_person_phone, &record.principal_phone, &record.safety_head_phone];
    let noted = async {
        if phones.iter().any(|phone| phone.is_some()) {
            audit::note(&app.db, &app.clock, &actor, record.entry(Action::Read, None, None, None)).await?;
        }
        Ok(())
    };
    let mut rows = [shown(&record, false)];
    tokio::try_join!(noted, names::add(&app.db, &mut rows))?;
    let [row] = rows;
    Ok(Json(row))
}

/// A correction.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Correction {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: Option<String>,
    /// New values by field; null empties it.
    #[schema(value_type = Object)]
    changes: Map<String, Value>,
}

/// Corrects fields of a record. What was verified and is changed is no longer verified.
#[utoipa::path(patch, path = "/api/enterprises/{city}/{id}", tag = "enterprises", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = Correction,
    responses((status = 200, body = Object), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_enterprise(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(correction): Body<Correction>,
) -> Outcome<Json<Value>> {
    let record =
        change(&app, &actor, &powers::UPDATE, (&city, id), correction.version, correction.reason, |record| {
            correct(record, &correction.changes, i64::from(app.clock.today().year()))
        })
        .await?;
    Ok(Json(shown(&record, false)))
}

/// A record made by hand.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewRecord {
    /// Town, 9 digits.
    town: String,
    /// Values by field; a name is needed.
    #[schema(value_type = Object)]
    changes: Map<String, Value>,
    /// Makes it although one of the same name is registered in the city.
    #[serde(default)]
    anyway: bool,
}

/// Adds an enterprise, or a workshop without any licence, by hand.
#[utoipa::path(post, path = "/api/enterprises", tag = "enterprises", request_body = NewRecord,
    responses((status = 201, body = Object), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_enterprise(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewRecord>,
) -> Outcome<(StatusCode, Json<Value>)> {
    let scope = actor.may(&powers::CREATE)?;
    let town = town_in(&scope, &new.town)?;
    let city = town.city().unwrap_or_default();
    let now = app.clock.now();
    let mut record = build::blank(city, &actor, now);
    record.town = town.as_str().to_string();
    record.assignment = "certain".into();
    record.assignment_reason = format!("由{}登记", actor.name);
    build::classify(&mut record);
    if !new.changes.contains_key("name") {
        return Err(Problem::wrong_field("/changes/name", "field.required", "企业名称不能为空。"));
    }
    correct(&mut record, &new.changes, i64::from(app.clock.today().year()))?;
    let mut tx = app.db.begin().await?;
    if !new.anyway {
        let whole_city = Scope::system(RegionCode::parse(city)?);
        let twins = store::of_name(&mut tx, &whole_city, &record.name_key).await?;
        if let Some(twin) = twins.first() {
            let place = divisions::full_name(&twin.town);
            return Err(Problem::conflict(
                "enterprise.same_name",
                format!("“{}”已登记在{place}。确认是另一家企业后，可以选择“仍然新增”。", twin.name),
            ));
        }
    }
    match store::insert(&mut tx, &app.clock, &actor, std::slice::from_ref(&record), Some("手工登记")).await
    {
        Err(db::Error::Conflict { .. }) => {
            return Err(Problem::wrong_field(
                "/changes/credit_code",
                "credit_code.taken",
                "这个统一社会信用代码已经登记在另一家企业名下，请先搜索核对。",
            ));
        }
        other => other?,
    }
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(shown(&record, false))))
}

/// The steps of a record's life, the first one first.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/history", tag = "enterprises", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = Vec<HistoryStep>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_enterprise_history(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<Vec<HistoryStep>>> {
    let scope = actor.may(&powers::HISTORY)?;
    store::find(&app.db, &scope, &city, id).await?;
    let labels: BTreeMap<&str, &str> =
        fields::fields().into_iter().map(|field| (field.name, field.label)).collect();
    let only_fields = |document: Option<db::Json<Value>>| match document {
        Some(db::Json(Value::Object(values))) => {
            let named = |name: &str| labels.contains_key(name) || names::is_pointer(name);
            values.into_iter().filter(|(name, _)| named(name)).collect()
        }
        _ => Map::new(),
    };
    let steps = audit::history(&app.db, &city, Enterprise::TABLE, id).await?;
    let mut steps: Vec<HistoryStep> = steps
        .into_iter()
        .map(|step| HistoryStep {
            at: step.at,
            actor: step.actor_name,
            action: step.action,
            reason: step.reason,
            before: only_fields(step.before),
            after: only_fields(step.after),
        })
        .collect();
    let mut changes: Vec<_> = steps.iter_mut().flat_map(|step| [&mut step.before, &mut step.after]).collect();
    names::translate(&app.db, &city, &mut changes).await?;
    Ok(Json(steps))
}

/// One step of a record's life.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HistoryStep {
    at: DateTime<Utc>,
    actor: String,
    action: String,
    reason: Option<String>,
    #[schema(value_type = Object)]
    before: Map<String, Value>,
    #[schema(value_type = Object)]
    after: Map<String, Value>,
}

/// Vouching for a record.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Verification {
    /// The version that was read.
    version: i64,
    /// Fields vouched for; all that have a value unless told.
    fields: Option<Vec<String>>,
}

/// The town officer vouches for a record, or for some fields of it: "verified by … on …".
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/verify", tag = "enterprises", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = Verification,
    responses((status = 200, body = Object), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn verify_enterprise(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<Verification>,
) -> Outcome<Json<Value>> {
    let now = app.clock.now();
    let record = change(&app, &actor, &powers::VERIFY, (&city, id), given.version, None, |record| {
        let all = build::verifiable(record);
        let mut verified: Vec<String> = match &given.fields {
            None => all.iter().map(|name| (*name).to_string()).collect(),
            Some(names) => {
                if let Some(unknown) = names.iter().find(|name| !all.contains(&name.as_str())) {
                    return Err(Problem::wrong_field(
                        "/fields",
                        "field.unknown",
                        format!("「{unknown}」没有内容可核实。"),
                    ));
                }
                let before: Vec<String> =
                    serde_json::from_value(record.verified_fields.0.clone()).unwrap_or_default();
                before.into_iter().chain(names.iter().cloned()).collect()
            }
        };
        verified.sort();
        verified.dedup();
        record.verification = if all.iter().all(|name| verified.iter().any(|done| done == name)) {
            "verified"
        } else {
            "partly"
        }
        .into();
        record.verified_fields = db::Json(json!(verified));
        record.verified_at = Some(now);
        record.verified_by = Some(actor.account);
        record.verified_by_name = Some(actor.name.clone());
        Ok(())
    })
    .await?;
    Ok(Json(shown(&record, false)))
}
