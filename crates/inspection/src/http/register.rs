//! The register of documents (文书台账): what was drafted, issued and withdrawn, by form, number and state.

use axum::{Json, extract::State};
use chrono::NaiveDate;
use kernel::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, List, Outcome, Page, Problem, Query};

use crate::{compose, model::Paper, powers};

/// A line of the register.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EnforcementDocumentRow {
    city: String,
    id: Uuid,
    town: String,
    region_name: String,
    visit: Uuid,
    enterprise: Uuid,
    enterprise_name: String,
    form: String,
    name: String,
    /// `draft`, `issued` or `withdrawn`.
    state: String,
    number: Option<String>,
    issuer: Option<String>,
    issued_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    served_on: Option<NaiveDate>,
}

impl EnforcementDocumentRow {
    fn of(row: Paper) -> Self {
        EnforcementDocumentRow {
            region_name: region::divisions::full_name(&row.town),
            name: compose::form_name(&row.form, row.issued_on),
            city: row.city,
            id: row.id,
            town: row.town,
            visit: row.visit,
            enterprise: row.enterprise,
            enterprise_name: row.enterprise_name,
            form: row.form,
            state: row.state,
            number: row.number,
            issuer: row.issuer,
            issued_on: row.issued_on,
            due_on: row.due_on,
            served_on: row.served_on,
        }
    }
}

/// Which documents.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct DocumentFilter {
    /// Division.
    pub(super) region: Option<String>,
    /// Of this enterprise.
    enterprise: Option<Uuid>,
    /// Code of the form.
    form: Option<String>,
    /// `draft`, `issued` or `withdrawn`.
    state: Option<String>,
    /// Year of the number.
    year: Option<i64>,
    /// `true`: issued and not served yet.
    unserved: Option<bool>,
}

/// Documents, the latest first.
#[utoipa::path(get, path = "/api/enforcement-documents", tag = "inspection", params(DocumentFilter, Page),
    responses((status = 200, body = List<EnforcementDocumentRow>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_enforcement_documents(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<DocumentFilter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<EnforcementDocumentRow>>> {
    let scope = web::narrowed(actor.may(&powers::DOCUMENTS)?, filter.region.as_deref())?;
    Ok(Json(super::register::page(&app, &scope, &filter, &page).await?.map(EnforcementDocumentRow::of)))
}

/// A page of the register.
pub(super) async fn page(
    app: &App,
    scope: &Scope,
    filter: &DocumentFilter,
    page: &Page,
) -> Outcome<List<Paper>> {
    let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let sql = Paper::select().push(" where ").scope(scope, "", "enterprise");
    let sql = sql.and(" and enterprise = ", filter.enterprise).and(" and form = ", some(&filter.form));
    let mut sql = sql.and(" and state = ", some(&filter.state)).and(" and year = ", filter.year);
    if filter.unserved == Some(true) {
        sql = sql.push(" and state = 'issued' and served_on is null");
    }
    page.latest(&app.db, sql, |row: &Paper| row.id).await
}
