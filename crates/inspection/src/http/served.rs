//! Documents as the enterprise has them.

use audit::Action;
use axum::{Json, extract::State, response::Response};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{App, Caller, List, Outcome, Page, PathOf, Problem, Query};

use super::view::DocumentField;
use crate::{
    compose::{by_hand, form_name},
    layout, penalty, powers,
    served::{self, Row, Served},
    store,
};
use document::sent;

/// The operations.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_served_documents))
        .routes(routes!(find_served_document))
        .routes(routes!(print_served_document))
}

/// A document that was served, in a list.
#[derive(Debug, Serialize, ToSchema)]
struct ServedDocumentRow {
    #[serde(flatten)]
    row: Row,
    /// Name of the form.
    name: String,
}

impl ServedDocumentRow {
    fn of(row: Row) -> Self {
        ServedDocumentRow { name: form_name(&row.form, row.issued_on), row }
    }
}

/// What of a document is a danger of the enterprise.
#[derive(Debug, Serialize, ToSchema)]
struct ServedDanger {
    /// Its number within the document.
    serial: i64,
    danger: Uuid,
}

/// A document that was served.
#[derive(Debug, Serialize, ToSchema)]
struct ServedDocument {
    #[serde(flatten)]
    row: ServedDocumentRow,
    /// How and to whom it was served.
    service: Option<String>,
    withdrawn_on: Option<NaiveDate>,
    reason: Option<String>,
    fields: Vec<DocumentField>,
    dangers: Vec<ServedDanger>,
}

impl ServedDocument {
    fn of(own: Served) -> Self {
        let field =
            |(label, value): (String, String)| DocumentField { by_hand: by_hand(&label), label, value };
        match own {
            Served::Visit(own) => ServedDocument {
                fields: own.fields().into_iter().map(field).collect(),
                dangers: own
                    .items()
                    .into_iter()
                    .filter_map(|item| Some(ServedDanger { serial: item.serial, danger: item.danger? }))
                    .collect(),
                service: own.service,
                withdrawn_on: own.withdrawn_on,
                reason: own.reason,
                row: ServedDocumentRow::of(Row {
                    city: own.city,
                    id: own.id,
                    enterprise_name: own.enterprise_name,
                    form: own.form,
                    state: own.state,
                    number: own.number,
                    issuer: own.issuer,
                    issued_on: own.issued_on,
                    due_on: own.due_on,
                    served_on: own.served_on,
                    opened_at: own.opened_at,
                }),
            },
            Served::Penalty(own) => ServedDocument {
                fields: own.fields().into_iter().map(field).collect(),
                dangers: Vec::new(),
                service: own.service,
                withdrawn_on: own.withdrawn_on,
                reason: own.reason,
                row: ServedDocumentRow::of(Row {
                    city: own.city,
                    id: own.id,
                    enterprise_name: own.enterprise_name,
                    form: own.form,
                    state: own.state,
                    number: own.number,
                    issuer: own.issuer,
                    issued_on: own.issued_on,
                    due_on: None,
                    served_on: own.served_on,
                    opened_at: own.opened_at,
                }),
            },
        }
    }
}

/// What was served to the caller's enterprise, the latest first.
#[utoipa::path(get, path = "/api/served-documents", tag = "inspection", params(Page),
    responses((status = 200, body = List<ServedDocumentRow>), (status = 403, body = Problem)))]
async fn list_served_documents(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(page): Query<Page>,
) -> Outcome<Json<List<ServedDocumentRow>>> {
    let scope = actor.may(&powers::SERVED_LIST)?;
    Ok(Json(served::page(&app.db, &scope, &page).await?.map(ServedDocumentRow::of)))
}

/// A document that was served to the caller's enterprise. That it was opened is noted the first time.
#[utoipa::path(get, path = "/api/served-documents/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = ServedDocument), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn find_served_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<ServedDocument>> {
    let scope = actor.may(&powers::SERVED_FIND)?;
    let mut tx = app.db.begin().await?;
    let own = served::find(&mut tx, &scope, &city, id).await?;
    served::open(&mut tx, (&app.clock, &actor), &own, Action::Read).await?;
    tx.commit().await?;
    Ok(Json(ServedDocument::of(own)))
}

/// Its paper, as it was served.
#[utoipa::path(get, path = "/api/served-documents/{city}/{id}/print", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn print_served_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::SERVED_PRINT)?;
    let today = app.clock.today();
    let mut tx = app.db.begin().await?;
    let own = served::find(&mut tx, &scope, &city, id).await?;
    let named = |form: &str, on, number: &Option<String>| {
        format!("{}-{}", form_name(form, on), number.as_deref().unwrap_or_default())
    };
    let (paper, name) = match &own {
        Served::Visit(own) => {
            let visit = store::visit(&mut tx, &scope, &city, own.visit).await?;
            let issuer = own.issuer.as_deref().unwrap_or_default();
            (layout::paper(own, &visit, issuer, today), named(&own.form, own.issued_on, &own.number))
        }
        Served::Penalty(own) => {
            let paper = penalty::printed(&mut tx, &scope, own, today).await?;
            (paper, named(&own.form, own.issued_on, &own.number))
        }
    };
    served::open(&mut tx, (&app.clock, &actor), &own, Action::Export).await?;
    tx.commit().await?;
    sent(paper, None, &name).await
}
