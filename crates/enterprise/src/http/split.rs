//! One record that covers two premises made two. Kept beside the mergers, so that it can be undone (`http::undo`).

use audit::Action;
use axum::{Extension, Json, extract::State, http::StatusCode};
use chrono::Datelike;
use db::{Exec, sql};
use kernel::RegionCode;
use region::divisions;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::{
    list::shown,
    mergers::{entry, made},
    write::{reason_given, write_changed},
};
use crate::{
    belonging::{Belongings, Choice, Going, Moving},
    build,
    correct::correct,
    model::Enterprise,
    powers, store,
};

/// What the second record says, and what is left of the first.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Split {
    /// The version that was read.
    version: i64,
    /// Town of the second premises, 9 digits.
    town: String,
    /// The second record where it differs from the first; a name and an address are needed. It has no codes but those given here.
    #[schema(value_type = Object)]
    changes: Map<String, Value>,
    /// What the first record says from now on.
    #[serde(default)]
    #[schema(value_type = Object)]
    own: Map<String, Value>,
    /// Records of the archive and other things that belong to the second premises; what hangs on them goes with them.
    #[serde(default)]
    records: Vec<Uuid>,
    /// Why.
    reason: String,
}

/// Records of the archive that one request may send along.
const MOST_RECORDS: usize = 5_000;

/// Both records.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SplitRecords {
    #[schema(value_type = Object)]
    first: Value,
    #[schema(value_type = Object)]
    second: Value,
}

/// The second record: what the first says of the enterprise, but nothing of its premises, its codes and its past.
fn second_of(current: &Enterprise, actor: &kernel::Actor, at: chrono::DateTime<chrono::Utc>) -> Enterprise {
    Enterprise {
        registration_type: current.registration_type.clone(),
        name: current.name.clone(),
        industry: current.industry.clone(),
        industry_edition: current.industry_edition.clone(),
        industry_basis: current.industry_basis.clone(),
        industry_reason: current.industry_reason.clone(),
        sector: current.sector.clone(),
        scope: current.scope.clone(),
        founded_on: current.founded_on,
        legal_person: current.legal_person.clone(),
        legal_person_phone: current.legal_person_phone.clone(),
        principal: current.principal.clone(),
        principal_phone: current.principal_phone.clone(),
        safety_head: current.safety_head.clone(),
        safety_head_phone: current.safety_head_phone.clone(),
        department: current.department.clone(),
        parent_name: Some(current.name.clone()),
        status: current.status.clone(),
        status_on: current.status_on,
        status_reason: current.status_reason.clone(),
        assignment: "certain".into(),
        assignment_reason: format!("由{}拆分", actor.name),
        ..build::blank(&current.city, actor, at)
    }
}

/// What may go to the second premises when a record is split: kind by kind, the latest first, 500 of each at most. What hangs on it goes along.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/belongings", tag = "mergers", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = Vec<Choice>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_belongings(
    State(app): State<App>,
    Caller(actor): Caller,
    Extension(belongings): Extension<&'static Belongings>,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<Vec<Choice>>> {
    let scope = actor.may(&powers::LIST_BELONGINGS)?;
    let enterprise = store::find(&app.db, &scope, &city, id).await?;
    Ok(Json(belongings.choices(&app.db, &enterprise).await?))
}

/// Splits a record that covers two premises into two.
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/split", tag = "mergers", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = Split,
    responses((status = 201, body = SplitRecords), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn split_enterprise(
    State(app): State<App>,
    Caller(actor): Caller,
    Extension(belongings): Extension<&'static Belongings>,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(split): Body<Split>,
) -> Outcome<(StatusCode, Json<SplitRecords>)> {
    let scope = actor.may(&powers::SPLIT)?;
    let mut tx = app.db.begin().await?;
    let current = store::find(&mut tx, &scope, &city, id).await?;
    if current.version != split.version {
        return Err(Problem::stale(shown(&current, false)));
    }
    store::not_merged(&current)?;
    let reason = &reason_given(&split.reason)?;
    if split.records.len() > MOST_RECORDS {
        return Err(Problem::wrong_field(
            "/records",
            "split.many",
            format!("一次最多划出 {MOST_RECORDS} 条档案记录。"),
        ));
    }
    let town = RegionCode::parse(&split.town)?;
    if town.as_str().len() != 9
        || town.city() != Some(city.as_str())
        || divisions::find(town.as_str()).is_none()
    {
        return Err(Problem::wrong_field("/town", "region.unknown", "请选择本市的一个镇或街道。"));
    }
    if !scope.covers(town.as_str()) {
        return Err(Problem::wrong_field("/town", "region.outside", "这个镇街不在您的管辖范围内。"));
    }
    let year = i64::from(app.clock.today().year());
    let mut first = current.clone();
    correct(&mut first, &split.own, year)?;
    let mut second = second_of(&current, &actor, app.clock.now());
    second.town = town.as_str().to_string();
    build::classify(&mut second);
    correct(&mut second, &split.changes, year)?;
    if second.address_key.is_empty() || second.address_key == first.address_key {
        return Err(Problem::wrong_field(
            "/changes/address",
            "split.address",
            "请填写第二处场所的地址，它应与原档案的地址不同。",
        ));
    }
    let first = write_changed(
        &mut tx,
        &app,
        &actor,
        &scope,
        &current,
        first,
        Some(format!("拆分出“{}”：{reason}", second.name)),
    )
    .await?;
    let said = format!("由“{}”拆分：{reason}", current.name);
    match store::insert(&mut tx, &app.clock, &actor, std::slice::from_ref(&second), Some(&said)).await {
        Err(db::Error::Conflict { .. }) => {
            return Err(Problem::wrong_field(
                "/changes/credit_code",
                "credit_code.taken",
                "这个统一社会信用代码已经登记在另一家企业名下，请先搜索核对。",
            ));
        }
        other => other?,
    }
    // who splits says that these are two, and nothing of a third
    tx.run(sql!(
        "update twin set apart = true where city = $1 and id in ($2, $3) and exists
         (select 1 from twin other where other.city = twin.city and other.key = twin.key and other.id in ($2, $3) and other.id <> twin.id)",
        &city,
        first.id,
        second.id
    ))
    .await?;
    let cause = Uuid::now_v7();
    if !split.records.is_empty() {
        let moving = Moving::new((&app, &actor), cause, (&first, &second), &said);
        let moved = belongings.carry(&mut tx, moving, Going::Chosen(&split.records)).await?;
        if split.records.iter().any(|id| !moved.contains(id)) {
            return Err(Problem::wrong_field(
                "/records",
                "record.other",
                "选中的档案记录有变动，请刷新后重新选择。",
            ));
        }
    }
    let link = second.entry(Action::Update, None, Some(json!({"split_from": first.id})), Some(said));
    audit::record(&mut tx, &app.clock, &actor, link).await?;
    let row = made((&app, &actor), (cause, "split"), (&current, &first, &second), &[], reason);
    tx.run(row.insert()).await?;
    let after = json!({"kind": row.kind, "kept": row.kept, "absorbed": row.absorbed});
    audit::record(&mut tx, &app.clock, &actor, entry(&row, Action::Create, None, after, reason)).await?;
    tx.commit().await?;
    let both = SplitRecords { first: shown(&first, false), second: shown(&second, false) };
    Ok((StatusCode::CREATED, Json(both)))
}
