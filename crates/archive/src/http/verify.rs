//! Who vouches: the town officer verifies the records of a section, or sends one back with a reason for each field.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::record::{RecordView, Returned, follow, held, read, rewrite, shown, view};
use crate::{model::Record, powers, section, store};

/// A record with the version that was read.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Seen {
    id: Uuid,
    version: i64,
}

/// Vouching for records of a section.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Vouching {
    /// The records as they were read, 200 at most.
    records: Vec<Seen>,
}

/// Vouches for records of a section, all or none: "verified by … on …".
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/sections/{section}/verify", tag = "archive",
    params(("city" = String, Path), ("id" = Uuid, Path), ("section" = String, Path)), request_body = Vouching,
    responses((status = 200, body = Vec<RecordView>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn verify_records(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id, code)): PathOf<(String, Uuid, String)>,
    Body(vouching): Body<Vouching>,
) -> Outcome<Json<Vec<RecordView>>> {
    let scope = actor.may(&powers::VERIFY)?;
    let section = section::find(&code).ok_or_else(Problem::not_found)?;
    if vouching.records.is_empty() || vouching.records.len() > 200 {
        return Err(Problem::wrong_field("/records", "records.number", "请选择 1 至 200 条记录再核实。"));
    }
    let mut tx = app.db.begin().await?;
    let enterprise = held(&mut tx, &scope, &city, id).await?;
    let mut written = Vec::new();
    for seen in &vouching.records {
        let current = store::find(&mut tx, &scope, &city, seen.id).await?;
        if current.enterprise != id || current.section != section.code {
            return Err(Problem::not_found());
        }
        if current.version != seen.version || !current.is_live() {
            return Err(Problem::stale(shown(&current)));
        }
        if current.state == "verified" {
            continue;
        }
        let record = Record {
            state: "verified".into(),
            verified_fields: Some(current.fields.clone()),
            verified_by: Some(actor.account),
            verified_by_name: Some(actor.name.clone()),
            verified_at: Some(app.clock.now()),
            returned_fields: None,
            returned_by_name: None,
            returned_at: None,
            ..current.clone()
        };
        written.push(rewrite(&mut tx, &app, (&actor, &scope), &current, record, None).await?);
    }
    if !written.is_empty() {
        follow(&mut tx, &app, &enterprise, &written, &format!("核实{}", section.label)).await?;
    }
    tx.commit().await?;
    Ok(Json(written.into_iter().map(view).collect()))
}

/// Sending a record back.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SendingBack {
    /// The version that was read.
    version: i64,
    /// What is to be put right, by field.
    fields: Vec<Returned>,
}

/// Sends a record back to whoever filled it in, with a reason for each field.
#[utoipa::path(post, path = "/api/records/{city}/{id}/return", tag = "archive", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = SendingBack,
    responses((status = 200, body = RecordView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn return_record(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(back): Body<SendingBack>,
) -> Outcome<Json<RecordView>> {
    let scope = actor.may(&powers::RETURN)?;
    let mut tx = app.db.begin().await?;
    let (enterprise, current) = read(&mut tx, &scope, (&city, id), back.version).await?;
    let section = current.described().ok_or_else(Problem::not_found)?;
    if back.fields.is_empty() {
        return Err(Problem::wrong_field("/fields", "return.empty", "请指出哪一项要改，并写明原因。"));
    }
    for (at, own) in back.fields.iter().enumerate() {
        if !own.field.is_empty() && section.field(&own.field).is_none() {
            let pointer = format!("/fields/{at}/field");
            return Err(Problem::wrong_field(&pointer, "field.unknown", "这个栏目没有这一项。"));
        }
        if own.reason.trim().is_empty() || own.reason.chars().count() > 500 {
            let pointer = format!("/fields/{at}/reason");
            return Err(Problem::wrong_field(&pointer, "field.required", "请写明退回的原因（500 字以内）。"));
        }
    }
    let label = |field: &str| section.field(field).map_or("整条", |own| own.label.as_str()).to_string();
    let said: Vec<String> =
        back.fields.iter().map(|own| format!("{}：{}", label(&own.field), own.reason.trim())).collect();
    let record = Record {
        state: "returned".into(),
        returned_fields: Some(db::Json(serde_json::to_value(&back.fields).unwrap_or_default())),
        returned_by_name: Some(actor.name.clone()),
        returned_at: Some(app.clock.now()),
        ..current.clone()
    };
    let record = rewrite(&mut tx, &app, (&actor, &scope), &current, record, Some(said.join("；"))).await?;
    follow(&mut tx, &app, &enterprise, std::slice::from_ref(&record), &format!("退回{}", section.label))
        .await?;
    tx.commit().await?;
    Ok(Json(view(record)))
}
