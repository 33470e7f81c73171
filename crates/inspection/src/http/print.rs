//! Documents on paper: PDF to print, Word to edit.

use audit::Action;
use axum::{extract::State, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, Query};

use super::paper::{form, issuer};
use crate::{act, compose, layout, powers, store};

/// What is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PaperFormat {
    /// `pdf` or `docx`; `pdf` unless told.
    pub(crate) format: Option<String>,
}

/// A document on paper. A draft says on every page that it is one; that it was taken is recorded.
#[utoipa::path(get, path = "/api/enforcement-documents/{city}/{id}/print", tag = "inspection", params(PaperFormat, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn print_enforcement_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(wanted): Query<PaperFormat>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::PRINT)?;
    let today = app.clock.today();
    let mut tx = app.db.begin().await?;
    let row = store::paper(&mut tx, &scope, &city, id).await?;
    let visit = store::visit(&mut tx, &scope, &city, row.visit).await?;
    let issuer = match &row.issuer {
        Some(issuer) => issuer.clone(),
        None => {
            issuer(&mut tx, (&visit.town, &visit.officers()), &form(&row.form, today, "/form")?, today)
                .await?
        }
    };
    act::note(&mut tx, (&app.clock, &actor), &row, Action::Export, None).await?;
    tx.commit().await?;
    let paper = layout::paper(&row, &visit, &issuer, today);
    let name = compose::form_name(&row.form, row.issued_on);
    let name = format!("{name}-{}", row.number.as_deref().unwrap_or("草稿"));
    sent(paper, wanted.format.as_deref(), &name).await
}

/// A paper as `pdf` or as `docx`; `pdf` unless told.
pub(crate) async fn sent(paper: document::Notice, format: Option<&str>, name: &str) -> Outcome<Response> {
    let word = match format {
        None | Some("pdf") => false,
        Some("docx") => true,
        Some(_) => return Err(Problem::bad_request("format.unknown", "请选择 pdf 或者 docx。")),
    };
    let made = tokio::task::spawn_blocking(move || if word { paper.word() } else { paper.pdf() });
    let bytes = made.await.map_err(Problem::internal)?.map_err(|error| match error {
        // what the administrator can put right, in words for whoever asks
        document::DocumentError::NoFont | document::DocumentError::FontUnreadable { .. } => {
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
