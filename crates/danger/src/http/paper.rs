//! The papers of dangers: PDF to print, Word to edit.

use audit::Action;
use axum::{Json, extract::State, response::Response};
use caseflow::Case;
use chrono::NaiveDate;
use document::DocumentError;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, Query};

use crate::{
    model::{Danger, Notice},
    notice,
    paper::{self, Matter},
    powers, store,
};

/// What is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PaperFormat {
    /// `pdf` or `docx`; `pdf` unless told.
    pub format: Option<String>,
}

/// A paper as `pdf` or as `docx`; `pdf` unless told.
///
/// # Errors
/// 400 for another format; 409 where the machine has no Chinese font.
pub async fn sent(paper: document::Notice, format: Option<&str>, name: &str) -> Outcome<Response> {
    let word = match format {
        None | Some("pdf") => false,
        Some("docx") => true,
        Some(_) => return Err(Problem::bad_request("format.unknown", "请选择 pdf 或者 docx。")),
    };
    let made = tokio::task::spawn_blocking(move || if word { paper.word() } else { paper.pdf() });
    let bytes = made.await.map_err(Problem::internal)?.map_err(|error| match error {
        // what the administrator can put right, in words for whoever asks
        DocumentError::NoFont | DocumentError::FontUnreadable { .. } => {
            Problem::conflict(error.code(), error.to_string())
        }
        other => Problem::internal(other),
    })?;
    let (ending, kind) = if word {
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    } else {
        ("pdf", "application/pdf")
    };
    Ok(web::send_bytes(bytes, &format!("{name}.{ending}"), kind))
}

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
    let name = format!("{}-{}", printed.title.replace('\n', ""), case.number);
    let entry = exported(Danger::TABLE, &case, own.label);
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    sent(printed, wanted.format.as_deref(), &name).await
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
    let name = format!("{}-{}", printed.title.replace('\n', ""), case.number);
    let entry = exported(Notice::TABLE, &case, "抄告函");
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    sent(printed, wanted.format.as_deref(), &name).await
}

/// What the trail says of a paper that was taken.
fn exported(subject: &'static str, case: &Case, label: &str) -> audit::Entry {
    audit::Entry {
        action: Action::Export,
        subject,
        city: case.city.clone(),
        town: case.town.clone(),
        row: Some(case.id),
        title: Some(format!("打印{label}：{}", case.number)),
        before: None,
        after: None,
        reason: None,
    }
}
