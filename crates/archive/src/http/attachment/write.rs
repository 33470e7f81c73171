//! Documents as they come and change: uploaded, replaced by a newer version, renamed, removed with a reason.

use audit::Action;
use axum::{
    Json,
    extract::{Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Exec, Tx};
use enterprise::Enterprise;
use file::{Kept, Kind};
use kernel::{Actor, Scope};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem, Query, UploadKey};

use super::{AttachmentView, view};
use crate::{
    attachment::{self, Attachment, AttachmentVersion, MOST_OF_RECORD, MOST_VERSIONS},
    http::record::{Removal, follow, opened, rewrite},
    model::Record,
    powers, store,
};

async fn written(tx: &mut Tx, attachment: Attachment, record: &Record) -> Outcome<AttachmentView> {
    let versions = attachment::versions(tx, &attachment.city, [attachment.id]).await?;
    Ok(AttachmentView {
        record_state: Some(record.state.clone()),
        record_version: Some(record.version),
        ..view(attachment, versions)
    })
}

/// A file to attach.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the form")]
pub(super) struct AttachmentFile {
    /// PDF, PNG, JPEG, XLSX or DOCX, judged by its content; 20 MB at most.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

async fn taken(app: &App, form: Result<Multipart, MultipartRejection>) -> Outcome<Kept> {
    file::keep(form, &attachment::folder(app), Kind::ALL).await
}

/// The version that a kept file makes.
fn version_of(
    app: &App,
    actor: &Actor,
    of: &Attachment,
    kept: Kept,
    note: Option<String>,
) -> AttachmentVersion {
    AttachmentVersion {
        city: of.city.clone(),
        attachment: of.id,
        number: of.number,
        hash: kept.hash,
        size: kept.size,
        kind: kept.kind.code().into(),
        name: kept.name,
        note: web::filled(note),
        created_at: app.clock.now(),
        created_by: actor.account,
        created_by_name: actor.name.clone(),
    }
}

/// What was vouched for without these documents waits to be verified again; the score and the search box follow.
async fn touch(
    tx: &mut Tx,
    app: &App,
    (actor, scope): (&Actor, &Scope),
    (enterprise, record): (&Enterprise, Record),
    why: &str,
) -> Outcome<Record> {
    let state = if record.verified_fields.is_some() { "changed" } else { "entered" };
    let record = if record.state == state {
        record
    } else {
        let changed = Record { state: state.into(), ..record.clone() };
        rewrite(tx, app, (actor, scope), &record, changed, Some(why.into())).await?
    };
    follow(tx, app, enterprise, std::slice::from_ref(&record), why).await?;
    Ok(record)
}

/// Attaches a document to a record. A verified record waits to be verified again.
#[utoipa::path(post, path = "/api/records/{city}/{id}/attachments", tag = "archive", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body(content = AttachmentFile, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_attachment(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    key: UploadKey,
    form: Result<Multipart, MultipartRejection>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::ATTACH)?;
    store::find(&app.db, &scope, &city, id).await?;
    let kept = taken(&app, form).await?;
    let mut tx = app.db.begin().await?;
    let said = [kept.hash.as_bytes(), kept.name.as_bytes()];
    if let Some(answer) = key.first(&mut tx, &app, &said).await? {
        return Ok(answer);
    }
    let (enterprise, record) = opened(&mut tx, &scope, (&city, id)).await?;
    if attachment::count(&mut tx, &city, id).await? >= MOST_OF_RECORD {
        return Err(Problem::conflict(
            "attachment.many",
            format!("一条记录最多 {MOST_OF_RECORD} 个附件，请先合并或者删除不需要的。"),
        ));
    }
    let now = app.clock.now();
    let attachment = Attachment {
        city: city.clone(),
        id: Uuid::now_v7(),
        town: record.town.clone(),
        sector: record.sector.clone(),
        enterprise: record.enterprise,
        record: record.id,
        name: kept.name.clone(),
        number: 1,
        state: "live".into(),
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    let version = version_of(&app, &actor, &attachment, kept, None);
    tx.run(attachment.insert()).await?;
    tx.run(version.insert()).await?;
    let mut document = attachment.document();
    document["file"] = json!(version);
    let entry = attachment.entry(Action::Create, None, Some(document), None);
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    attachment::ask_for_text(&mut tx, &app, &attachment).await?;
    let why = format!("上传附件：{}", attachment.name);
    let record = touch(&mut tx, &app, (&actor, &scope), (&enterprise, record), &why).await?;
    let answer = written(&mut tx, attachment, &record).await?;
    key.keep(&mut tx, StatusCode::CREATED, &answer).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// The attachment as it was read, with its record, held; refused where somebody changed it since, or where it has ended.
async fn read(
    tx: &mut Tx,
    scope: &Scope,
    (city, id): (&str, Uuid),
    version: i64,
) -> Outcome<(Enterprise, Record, Attachment)> {
    let found = attachment::find(&mut *tx, scope, city, id).await?;
    let (enterprise, record) = opened(tx, scope, (city, found.record)).await?;
    let current = attachment::find(&mut *tx, scope, city, id).await?;
    if current.version != version {
        let versions = attachment::versions(tx, city, [id]).await?;
        let shown = serde_json::to_value(view(current, versions)).unwrap_or_default();
        return Err(Problem::stale(shown));
    }
    if current.state != "live" {
        return Err(Problem::conflict("attachment.removed", "这个附件已经删除，只能查看。"));
    }
    Ok((enterprise, record, current))
}

/// One change of an attachment, on the trail.
async fn change(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    current: &Attachment,
    mut changed: Attachment,
    (file, reason): (Option<&AttachmentVersion>, Option<String>),
) -> Outcome<Attachment> {
    changed.updated_at = app.clock.now();
    changed.updated_by = actor.account;
    changed.version = current.version + 1;
    // its enterprise is held: nobody else changed it since it was read
    tx.run(changed.update(&["city", "id"])).await?;
    let (before, mut after) = audit::diff(&current.document(), &changed.document());
    if let Some(file) = file {
        after["file"] = json!(file);
    }
    let action = if changed.state == "removed" { Action::Delete } else { Action::Update };
    let entry = changed.entry(action, Some(before), Some(after), reason);
    audit::record(tx, &app.clock, actor, entry).await?;
    Ok(changed)
}

/// What a newer version is told.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Replacing {
    /// Version of the attachment's row that was read.
    version: i64,
    /// What is different in it.
    note: Option<String>,
}

/// Replaces an attachment by a newer version; those before stay and can be downloaded.
#[utoipa::path(post, path = "/api/attachments/{city}/{id}/versions", tag = "archive", params(Replacing, ("city" = String, Path), ("id" = Uuid, Path)),
    request_body(content = AttachmentFile, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn replace_attachment(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(replacing): Query<Replacing>,
    key: UploadKey,
    form: Result<Multipart, MultipartRejection>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::REPLACE_ATTACHMENT)?;
    attachment::find(&app.db, &scope, &city, id).await?;
    let kept = taken(&app, form).await?;
    let mut tx = app.db.begin().await?;
    let said = [kept.hash.as_bytes(), kept.name.as_bytes()];
    if let Some(answer) = key.first(&mut tx, &app, &said).await? {
        return Ok(answer);
    }
    let (enterprise, record, current) = read(&mut tx, &scope, (&city, id), replacing.version).await?;
    if current.number >= MOST_VERSIONS {
        return Err(Problem::conflict(
            "attachment.versions",
            format!("一个附件最多 {MOST_VERSIONS} 个版本，请作为新附件上传。"),
        ));
    }
    let changed = Attachment { number: current.number + 1, name: kept.name.clone(), ..current.clone() };
    let version = version_of(&app, &actor, &changed, kept, replacing.note);
    tx.run(version.insert()).await?;
    let said = (Some(&version), version.note.clone());
    let changed = change(&mut tx, &app, &actor, &current, changed, said).await?;
    attachment::ask_for_text(&mut tx, &app, &changed).await?;
    let why = format!("更换附件：{}", changed.name);
    let record = touch(&mut tx, &app, (&actor, &scope), (&enterprise, record), &why).await?;
    let answer = written(&mut tx, changed, &record).await?;
    key.keep(&mut tx, StatusCode::CREATED, &answer).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// A new name.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Renaming {
    /// The version that was read.
    version: i64,
    /// What it is called from now on.
    name: String,
}

/// Renames an attachment.
#[utoipa::path(patch, path = "/api/attachments/{city}/{id}", tag = "archive", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = Renaming,
    responses((status = 200, body = AttachmentView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn rename_attachment(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(renaming): Body<Renaming>,
) -> Outcome<Json<AttachmentView>> {
    let scope = actor.may(&powers::RENAME_ATTACHMENT)?;
    let name = renaming.name.trim().to_string();
    let wrong = name.is_empty()
        || name.chars().count() > 200
        || name.chars().any(|sign| sign.is_control() || matches!(sign, '/' | '\\'));
    if wrong {
        let message = "请填写附件名称：200 字以内，不含斜线。";
        return Err(Problem::wrong_field("/name", "attachment.name", message));
    }
    let mut tx = app.db.begin().await?;
    let (enterprise, record, current) = read(&mut tx, &scope, (&city, id), renaming.version).await?;
    let changed = Attachment { name, ..current.clone() };
    let changed = change(&mut tx, &app, &actor, &current, changed, (None, None)).await?;
    follow(&mut tx, &app, &enterprise, std::slice::from_ref(&record), "附件改名").await?;
    let answer = written(&mut tx, changed, &record).await?;
    tx.commit().await?;
    Ok(Json(answer))
}

/// Removes an attachment, with the reason. It stays readable and on the trail.
#[utoipa::path(post, path = "/api/attachments/{city}/{id}/remove", tag = "archive", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = Removal,
    responses((status = 200, body = AttachmentView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn remove_attachment(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(removal): Body<Removal>,
) -> Outcome<Json<AttachmentView>> {
    let scope = actor.may(&powers::REMOVE_ATTACHMENT)?;
    let reason = removal.reason()?;
    let mut tx = app.db.begin().await?;
    let (enterprise, record, current) = read(&mut tx, &scope, (&city, id), removal.version).await?;
    let changed = Attachment { state: "removed".into(), ..current.clone() };
    let changed = change(&mut tx, &app, &actor, &current, changed, (None, Some(reason))).await?;
    let why = format!("删除附件：{}", changed.name);
    let record = touch(&mut tx, &app, (&actor, &scope), (&enterprise, record), &why).await?;
    let answer = written(&mut tx, changed, &record).await?;
    tx.commit().await?;
    Ok(Json(answer))
}
