//! Deeds of delegation (委托执法书): a bureau entrusts a town office with enforcing, form by form, for a term.

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::NaiveDate;
use db::Exec;
use region::Agency;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use super::card::{ValidTo, agency, called, order};
use crate::{act::filled, model::Deed, powers, store};

/// A deed to be entered.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewDelegationDeed {
    /// City of the agencies.
    city: String,
    /// The town office.
    agency: Uuid,
    /// The bureau.
    principal: Uuid,
    /// Number.
    number: String,
    /// Codes or names of the forms that it covers.
    forms: Vec<String>,
    /// First day.
    valid_from: NaiveDate,
    /// Last day.
    valid_to: NaiveDate,
}

/// A deed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DelegationDeed {
    city: String,
    id: Uuid,
    agency: Uuid,
    agency_name: String,
    principal: Uuid,
    principal_name: String,
    number: String,
    /// Codes of the forms that it covers.
    forms: Vec<String>,
    valid_from: NaiveDate,
    valid_to: NaiveDate,
    version: i64,
}

impl DelegationDeed {
    async fn of(db: impl Exec, row: Deed) -> Outcome<Self> {
        let agencies = store::agencies(db, &[(&row.city, row.agency), (&row.city, row.principal)]).await?;
        Ok(DelegationDeed::named(row, &agencies))
    }

    fn named(row: Deed, agencies: &[Agency]) -> Self {
        DelegationDeed {
            agency_name: called(agencies, row.agency),
            principal_name: called(agencies, row.principal),
            forms: row.forms(),
            city: row.city,
            id: row.id,
            agency: row.agency,
            principal: row.principal,
            number: row.number,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            version: row.version,
        }
    }
}

/// Enters a deed by which a bureau entrusts a town office with enforcing.
#[utoipa::path(post, path = "/api/delegation-deeds", tag = "inspection", request_body = NewDelegationDeed,
    responses((status = 201, body = DelegationDeed), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_delegation_deed(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewDelegationDeed>,
) -> Outcome<(StatusCode, Json<DelegationDeed>)> {
    let scope = actor.may(&powers::CREATE_DEED)?;
    let office = agency(&app, &scope, &new.city, new.agency, "/agency").await?;
    let principal = agency(&app, &scope, &new.city, new.principal, "/principal").await?;
    if office.kind != "town_office" || !office.town.starts_with(&principal.town) {
        return Err(Problem::wrong_field("/agency", "deed.agency", "受委托的应是委托机关辖区内的镇街机构。"));
    }
    if !["bureau", "department"].contains(&principal.kind.as_str()) {
        return Err(Problem::wrong_field("/principal", "deed.principal", "委托机关应是有执法权的部门。"));
    }
    order(new.valid_from, new.valid_to)?;
    let mut forms = Vec::new();
    for (at, form) in new.forms.iter().enumerate() {
        forms.push(super::paper::form(form, new.valid_from, &format!("/forms/{at}"))?.code);
    }
    if forms.is_empty() {
        return Err(Problem::wrong_field("/forms", "field.required", "请选择委托签发的文书。"));
    }
    let now = app.clock.now();
    let row = Deed {
        city: office.city,
        id: Uuid::now_v7(),
        town: office.town,
        agency: office.id,
        principal: principal.id,
        number: filled("/number", &new.number, "委托执法书文号", 100)?,
        forms: db::Json(json!(forms)),
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    let mut tx = app.db.begin().await?;
    tx.run(row.insert()).await?;
    let after = json!({"number": row.number, "forms": row.forms.0, "valid_from": row.valid_from, "valid_to": row.valid_to});
    audit::record(&mut tx, &app.clock, &actor, row.entry(Action::Create, &row.number, after, None)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(DelegationDeed::of(&app.db, row).await?)))
}

/// Gives a deed another last day: prolonged, or ended before its time.
#[utoipa::path(patch, path = "/api/delegation-deeds/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = ValidTo,
    responses((status = 200, body = DelegationDeed), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_delegation_deed(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(change): Body<ValidTo>,
) -> Outcome<Json<DelegationDeed>> {
    let scope = actor.may(&powers::UPDATE_DEED)?;
    let mut tx = app.db.begin().await?;
    let found = store::deed(&mut tx, &city, id).await?.filter(|own| scope.covers(&own.town));
    let mut row = found.ok_or_else(Problem::not_found)?;
    let reason = change.checked(row.valid_from)?;
    let before = row.valid_to;
    row.valid_to = change.valid_to;
    row.version = change.version + 1;
    row.updated_at = app.clock.now();
    row.updated_by = actor.account;
    if tx.run(row.update(&["city", "id"]).push(" and version = ").arg(change.version)).await? == 0 {
        let now = store::deed(&mut tx, &city, id).await?.ok_or_else(Problem::not_found)?;
        return Err(Problem::stale(json!(DelegationDeed::of(&mut tx, now).await?)));
    }
    let mut entry = row.entry(Action::Update, &row.number, json!({"valid_to": row.valid_to}), Some(reason));
    entry.before = Some(json!({"valid_to": before}));
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    Ok(Json(DelegationDeed::of(&app.db, row).await?))
}

/// Which deeds.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeedFilter {
    /// Division.
    region: Option<String>,
}

/// Deeds of the own area, the latest first.
#[utoipa::path(get, path = "/api/delegation-deeds", tag = "inspection", params(DeedFilter, Page),
    responses((status = 200, body = List<DelegationDeed>), (status = 403, body = Problem)))]
pub(super) async fn list_delegation_deeds(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<DeedFilter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<DelegationDeed>>> {
    let scope = web::narrowed(actor.may(&powers::DEEDS)?, filter.region.as_deref())?;
    let sql = Deed::select().push(" where ").area(&scope, "");
    let found = page.latest(&app.db, sql, |row: &Deed| row.id).await?;
    let agencies: Vec<_> = found
        .items
        .iter()
        .flat_map(|own| [own.agency, own.principal].map(|id| (own.city.as_str(), id)))
        .collect();
    let agencies = store::agencies(&app.db, &agencies).await?;
    Ok(Json(found.map(|own| DelegationDeed::named(own, &agencies))))
}
