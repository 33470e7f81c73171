//! The papers of dangers: PDF to print, Word to edit.

use audit::Action;
use axum::{Json, extract::State, response::Response};
use caseflow::Case;
use chrono::NaiveDate;
use db::Tx;
use document::PaperFormat;
use kernel::Actor;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, Query};

use crate::{
    model::{Danger, Notice},
    notice,
    paper::{self, Matter},
    powers, store,
};

/// A paper of a danger.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DangerPaper {
    /// What its address ends with.
    key: String,
    /// What it is called.
    label: &'static str,
    /// The day of its step.
    on: NaiveDate,
}

/// The papers of a danger whose step was taken, in the order of the steps.
#[utoipa::path(get, path = "/api/dangers/{city}/{id}/papers", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = Vec<DangerPaper>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_danger_papers(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<Vec<DangerPaper>>> {
    let scope = actor.may(&powers::PAPERS)?;
    let row = store::find(&app.db, &scope, &city, id).await?;
    let case = caseflow::store::find(&app.db, &scope, &city, id).await?;
    let events = caseflow::store::events(&app.db, &case).await?;
    let matter = Matter { case: &case, row: &row, events: &events, agency: "" };
    let papers = matter.papers().into_iter();
    Ok(Json(papers.map(|own| DangerPaper { key: own.key, label: own.label, on: own.on }).collect()))
}

/// A paper of a danger, to print or to edit; that it was taken is recorded.
#[utoipa::path(get, path = "/api/dangers/{city}/{id}/papers/{paper}", tag = "danger", params(PaperFormat, ("city" = String, Path), ("id" = Uuid, Path), ("paper" = String, Path, description = "Key of the list.")),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn print_danger_paper(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id, paper)): PathOf<(String, Uuid, String)>,
    Query(wanted): Query<PaperFormat>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::PRINT_PAPER)?;
    let mut tx = app.db.begin().await?;
    let row = store::find(&mut tx, &scope, &city, id).await?;
    let case = caseflow::store::find(&mut tx, &scope, &city, id).await?;
    let events = caseflow::store::events(&mut tx, &case).await?;
    let agency = store::agency_name(&mut tx, &case).await?;
    let matter = Matter { case: &case, row: &row, events: &events, agency: &agency };
    let own = matter.papers().into_iter().find(|own| own.key == paper).ok_or_else(|| {
        Problem::conflict("danger.no_paper", "这条隐患还没有这份文书：办理了相应的步骤后才能打印。")
    })?;
    let printed = matter.print(&own);
    taken((&app, tx, &actor), (Danger::TABLE, &case, own.label), printed, &wanted).await
}

/// The letter to another department, to print or to edit; that it was taken is recorded.
#[utoipa::path(get, path = "/api/danger-notices/{city}/{id}/print", tag = "danger", params(PaperFormat, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn print_danger_notice(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(wanted): Query<PaperFormat>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::NOTICE_PRINT)?;
    let mut tx = app.db.begin().await?;
    let row = notice::find(&mut tx, &scope, &city, id).await?;
    let case = caseflow::store::find(&mut tx, &scope, &city, id).await?;
    let danger = store::find(&mut tx, &scope, &city, row.danger).await?;
    let found = caseflow::store::find(&mut tx, &scope, &city, row.danger).await?;
    let events = caseflow::store::events(&mut tx, &case).await?;
    let agency = store::agency_name(&mut tx, &case).await?;
    let printed = paper::tell((&case, &row), (&found, &danger), &events, &agency);
    taken((&app, tx, &actor), (Notice::TABLE, &case, "抄告函"), printed, &wanted).await
}

/// Writes on the trail that a paper was taken, and sends it.
async fn taken(
    (app, mut tx, actor): (&App, Tx, &Actor),
    (subject, case, label): (&'static str, &Case, &str),
    printed: document::Notice,
    wanted: &PaperFormat,
) -> Outcome<Response> {
    let entry = audit::Entry {
        action: Action::Export,
        subject,
        city: case.city.clone(),
        town: case.town.clone(),
        row: Some(case.id),
        title: Some(format!("打印{label}：{}", case.number)),
        before: None,
        after: None,
        reason: None,
    };
    audit::record(&mut tx, &app.clock, actor, entry).await?;
    tx.commit().await?;
    let name = format!("{}-{}", printed.title.replace('\n', ""), case.number);
    document::sent(printed, wanted.format.as_deref(), &name).await
}
