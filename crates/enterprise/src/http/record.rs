//! One enterprise: reading it as it stands or stood, correcting it, vouching for it, giving it its town.

use std::collections::BTreeMap;

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Datelike, Utc};
use kernel::{Actor, ActorKind, RegionCode};
use region::divisions;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem, Query};

use super::{
    list::shown,
    many::{AssignedItem, change_many},
    names, places,
};
use crate::{
    build,
    derived::Derived,
    fields::{self, Kind},
    model::Enterprise,
    powers, store,
};

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
    if phones.iter().any(|phone| phone.is_some()) {
        let mut tx = app.db.begin().await?;
        audit::record(&mut tx, &app.clock, &actor, record.entry(Action::Read, None, None, None)).await?;
        tx.commit().await?;
    }
    let mut rows = [shown(&record, false)];
    names::add(&app.db, &mut rows).await?;
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
    let town = RegionCode::parse(&new.town)?;
    let Some(city) = town.city().filter(|_| town.as_str().len() == 9 && divisions::find(&new.town).is_some())
    else {
        return Err(Problem::wrong_field("/town", "region.unknown", "请选择一个镇或街道（9 位代码）。"));
    };
    if !scope.covers(town.as_str()) {
        return Err(Problem::wrong_field("/town", "region.outside", "这个镇街不在您的管辖范围内。"));
    }
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
        let whole_city = kernel::Scope::system(RegionCode::parse(city)?);
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

/// One write to one record: read in scope, refuse a stale version, change, keep the numbers, record, commit.
pub(super) async fn change(
    app: &App,
    actor: &Actor,
    power: &kernel::Power,
    (city, id): (&str, Uuid),
    version: i64,
    reason: Option<String>,
    apply: impl FnOnce(&mut Enterprise) -> Outcome<()>,
) -> Outcome<Enterprise> {
    let scope = actor.may(power)?;
    let mut tx = app.db.begin().await?;
    let current = store::find(&mut tx, &scope, city, id).await?;
    if current.version != version {
        return Err(Problem::stale(shown(&current, false)));
    }
    not_merged(&current)?;
    let mut record = current.clone();
    apply(&mut record)?;
    if record == current {
        return Ok(current);
    }
    let record = write_changed(&mut tx, app, actor, &scope, &current, record, reason).await?;
    tx.commit().await?;
    Ok(record)
}

/// A record that is part of another one is only read.
pub(super) fn not_merged(record: &Enterprise) -> Outcome<()> {
    if record.status == "merged" {
        return Err(Problem::conflict(
            "enterprise.merged",
            format!("“{}”已并入另一份档案，不能再办理。请到并入后的档案办理，或先撤销合并。", record.name),
        ));
    }
    Ok(())
}

/// Writes a record that was changed, with what follows from it and its entry on the trail. Of two who read the same
/// version the second is refused.
pub(super) async fn write_changed(
    tx: &mut db::Tx,
    app: &App,
    actor: &Actor,
    scope: &kernel::Scope,
    current: &Enterprise,
    mut record: Enterprise,
    reason: Option<String>,
) -> Outcome<Enterprise> {
    record.updated_at = app.clock.now();
    record.updated_by = actor.account;
    record.version = current.version + 1;
    if !store::save(tx, scope, &record, current.version).await? {
        let now = store::find(&mut *tx, scope, &current.city, current.id).await?;
        return Err(Problem::stale(shown(&now, false)));
    }
    let mut derived = Derived::default();
    derived.remove(current);
    derived.add(&record);
    derived.apply(tx).await?;
    let (before, after) = audit::diff(&current.document(), &record.document());
    audit::record(tx, &app.clock, actor, record.entry(Action::Update, Some(before), Some(after), reason))
        .await?;
    Ok(record)
}

/// Applies new values, field by field checked; what the law derives is derived anew.
pub(super) fn correct(record: &mut Enterprise, changes: &Map<String, Value>, year: i64) -> Outcome<()> {
    let known = fields::fields();
    let mut problem = Problem::invalid("invalid.fields", "有内容填写不正确，请按提示修改后再保存。");
    let mut document = record.document();
    for (name, value) in changes {
        let pointer = format!("/changes/{name}");
        let Some(field) = known.iter().find(|field| field.name == name && field.editable) else {
            problem = problem.field(&pointer, "field.fixed", "这一项不能直接修改。");
            continue;
        };
        let value = match value {
            Value::String(text) if text.trim().is_empty() => Value::Null,
            Value::String(text) => Value::String(text.trim().to_string()),
            other => other.clone(),
        };
        match check(field, &value) {
            Ok(value) => document[name] = value,
            Err((code, message)) => problem = problem.field(&pointer, code, message),
        }
    }
    if !problem.errors.is_empty() {
        return Err(problem);
    }
    let mut changed: Enterprise = serde_json::from_value(document)
        .map_err(|error| Problem::invalid("invalid.value", format!("有一项的值不合规定：{error}")))?;
    if changes.contains_key("industry") {
        changed.industry_basis = changed.industry.as_ref().map(|_| "stated".to_string());
        changed.industry_edition = changed.industry.as_ref().map(|_| rules::industry::EDITION.to_string());
    }
    settle(&mut changed, |name| changes.contains_key(name), year);
    *record = changed;
    Ok(())
}

/// Derives anew what follows from the fields that changed.
pub(super) fn settle(record: &mut Enterprise, changed: impl Fn(&str) -> bool, year: i64) {
    record.name_key = rules::name::name_key(&record.name);
    let address = record.address.as_deref().or(record.registered_address.as_deref()).unwrap_or_default();
    record.address_key = rules::name::address_key(address);
    if ["name", "registration_type", "credit_code", "scope", "industry"].into_iter().any(&changed) {
        let sector = changed("sector").then(|| record.sector.clone());
        build::classify(record);
        if let Some(sector) = sector {
            record.sector = sector;
        }
    }
    if ["staff", "revenue", "assets", "industry"].into_iter().any(&changed) {
        build::measure(record, year);
    }
    build::unverify(record, changed);
}

/// The value as it is stored, or what is wrong with it.
fn check(field: &fields::Field, value: &Value) -> Result<Value, (&'static str, String)> {
    if value.is_null() {
        return match field.name {
            "name" | "status" | "sector" => Err(("field.required", format!("{}不能为空。", field.label))),
            "former_names" => Ok(json!("")),
            _ => Ok(Value::Null),
        };
    }
    let wrong = |message: String| Err(("field.invalid", message));
    match (field.kind, value) {
        (Kind::Text | Kind::LongText, Value::String(text))
            if text.chars().count() > if field.kind == Kind::Text { 200 } else { 5_000 } =>
        {
            wrong(format!("{}太长了，请精简。", field.label))
        }
        (Kind::Text, Value::String(text)) if field.name == "credit_code" => {
            match rules::credit_code::CreditCode::parse(text) {
                Ok(code) => Ok(json!(code.as_str())),
                Err(error) => wrong(format!("{error}。")),
            }
        }
        (Kind::Text, Value::String(text)) if field.name == "industry" => match rules::industry::find(text) {
            Some(_) => Ok(json!(text.to_uppercase())),
            None => wrong("请填写 GB/T 4754-2017 的行业代码，如 29 或 2929。".into()),
        },
        (Kind::Text | Kind::LongText, Value::String(_)) => Ok(value.clone()),
        (Kind::Option, Value::String(code))
            if field.options.iter().any(|(option, _)| option == code) && code != "merged" =>
        {
            Ok(value.clone())
        }
        (Kind::Number | Kind::Money, Value::Number(number))
            if number.as_i64().is_some_and(|number| number >= 0) =>
        {
            Ok(value.clone())
        }
        (Kind::Date, Value::String(text)) => match rules::dates::parse(text) {
            Ok(Some(date)) => Ok(json!(date)),
            _ => wrong(format!("{}应写成 2019-03-01 这样的形式。", field.label)),
        },
        (Kind::Degrees, Value::Number(number)) => {
            let range = if field.name == "longitude" { 73.0..136.0 } else { 3.0..54.0 };
            if number.as_f64().is_some_and(|degrees| range.contains(&degrees)) {
                Ok(value.clone())
            } else {
                wrong(format!("{}不在国内范围。", field.label))
            }
        }
        _ => wrong(format!("{}的值不合规定。", field.label)),
    }
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
    let town = RegionCode::parse(&assignment.town)?;
    if town.as_str().len() != 9 || divisions::find(town.as_str()).is_none() {
        return Err(Problem::wrong_field("/town", "region.unknown", "请选择一个镇或街道（9 位代码）。"));
    }
    if !scope.covers(town.as_str()) {
        return Err(Problem::wrong_field("/town", "region.outside", "这个镇街不在您的管辖范围内。"));
    }
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
