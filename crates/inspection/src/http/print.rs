//! Documents on paper: PDF to print, Word to edit.

use audit::Action;
use axum::{extract::State, response::Response};
use document::{PaperFormat, sent};
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, Query};

use super::paper::{form, issuer};
use crate::{act, compose, layout, powers, store};

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
