//! Documents as they are read: listed, as they stood, downloaded. What is shown of them is `preview`.

use audit::Action;
use axum::{Json, extract::State, response::Response};
use chrono::{DateTime, Utc};
use file::Kept;
use kernel::{Actor, Scope};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{App, Caller, List, Outcome, Page, PathOf, Problem, Query};

use super::{AttachmentView, view};
use crate::{
    attachment::{self, Attachment},
    model::Record,
    powers, store, trail,
};

/// Which attachments.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct WhichAttachments {
    /// Also those removed.
    all: bool,
    /// As they stood then, on one page; now unless told.
    as_of: Option<DateTime<Utc>>,
}

/// The attachments of a record with their versions, the latest first.
#[utoipa::path(get, path = "/api/records/{city}/{id}/attachments", tag = "archive", params(WhichAttachments, Page, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = List<AttachmentView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_attachments(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(which): Query<WhichAttachments>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<AttachmentView>>> {
    let scope = actor.may(&powers::ATTACHMENTS)?;
    if which.as_of.is_some() {
        enterprise::may_look_back(&actor)?;
    }
    let record = store::find(&app.db, &scope, &city, id).await?;
    if let Some(at) = which.as_of {
        return Ok(Json(List { items: past(&app, &record, at).await?, next: None }));
    }
    let sql = Attachment::select().push(" where city = ").arg(&city).push(" and record = ").arg(record.id);
    let sql = if which.all { sql } else { sql.push(" and state = 'live'") };
    let rows = page.latest(&app.db, sql, |row: &Attachment| row.id).await?;
    let ids: Vec<Uuid> = rows.items.iter().map(|row| row.id).collect();
    let versions = attachment::versions(&app.db, &city, ids).await?;
    Ok(Json(rows.map(|row| {
        let own = versions.iter().filter(|version| version.attachment == row.id).cloned().collect();
        view(row, own)
    })))
}

/// The attachments of a record as they stood, the latest first, with the versions there were.
async fn past(app: &App, record: &Record, at: DateTime<Utc>) -> Outcome<Vec<AttachmentView>> {
    let rows = trail::attachments(&app.db, &record.city, trail::Of::Record(record.id), at).await?;
    let versions = attachment::versions(&app.db, &record.city, rows.iter().map(|row| row.id)).await?;
    let seen = |row: Attachment| {
        let own = versions.iter().filter(|own| own.attachment == row.id && own.number <= row.number);
        let own = own.cloned().collect();
        view(row, own)
    };
    Ok(rows.into_iter().rev().map(seen).collect())
}

/// A version that somebody may have, and that they had it where it may hold personal data.
pub(super) async fn handed_out(
    app: &App,
    actor: &Actor,
    scope: &Scope,
    (city, id, number): (&str, Uuid, i64),
    page: Option<usize>,
) -> Outcome<Kept> {
    let own = attachment::find(&app.db, scope, city, id).await?;
    let versions = attachment::versions(&app.db, city, [id]).await?;
    let version =
        versions.into_iter().find(|version| version.number == number).ok_or_else(Problem::not_found)?;
    let record = store::find(&app.db, scope, city, own.record).await?;
    let personal =
        record.described().is_some_and(|section| section.fields.iter().any(|field| field.personal));
    if personal {
        let mut said = json!({"number": number});
        if let Some(page) = page {
            said["page"] = page.into();
        }
        let entry = own.entry(Action::Read, None, Some(said), None);
        audit::note(&app.db, &app.clock, actor, entry).await?;
    }
    // the version that counts is called as the attachment is, an older one as it was
    let name = if number == own.number { &own.name } else { &version.name };
    version.kept(&attachment::with_ending(name, &version.kind))
}

/// A version of an attachment, to be stored and never to be shown.
#[utoipa::path(get, path = "/api/attachments/{city}/{id}/versions/{number}/file", tag = "archive", params(("city" = String, Path), ("id" = Uuid, Path), ("number" = i64, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_attachment_file(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id, number)): PathOf<(String, Uuid, i64)>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::ATTACHMENT_FILE)?;
    let kept = handed_out(&app, &actor, &scope, (&city, id, number), None).await?;
    file::send(&attachment::folder(&app), &kept).await
}
