//! What goes along: the day's enterprises with what the register says of them and their archives, in a handful of statements.

use std::collections::HashMap;

use archive::Along;
use audit::Action;
use axum::{Json, extract::State};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, Outcome, Problem, Query};

/// Most enterprises of one day.
const MOST: usize = 200;

/// Which enterprises.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Their city.
    city: String,
    /// Their ids, separated by commas, 200 at most.
    ids: String,
}

/// An enterprise taken along.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PackedEnterprise {
    city: String,
    id: Uuid,
    version: i64,
    name: String,
    credit_code: Option<String>,
    region_name: String,
    address: Option<String>,
    sector: String,
    sector_label: &'static str,
    staff: Option<i64>,
    legal_person: Option<String>,
    safety_head: Option<String>,
    status: String,
    longitude: Option<f64>,
    latitude: Option<f64>,
    archive: Along,
    /// Dangers that are not put right yet, the most urgent first.
    dangers: Vec<PackedDanger>,
    /// The last visits, the latest first.
    visits: Vec<PackedVisit>,
}

/// An open danger.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PackedDanger {
    id: Uuid,
    number: String,
    title: String,
    /// `general` or `major`.
    severity: String,
    state: String,
    due_on: Option<NaiveDate>,
}

/// A visit that ended.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PackedVisit {
    id: Uuid,
    started_at: DateTime<Utc>,
    place: String,
    /// Names of the officers.
    officers: String,
}

/// What goes along.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldPack {
    /// When it was put together.
    now: DateTime<Utc>,
    enterprises: Vec<PackedEnterprise>,
}

/// The day's enterprises, as far as the caller may see them. Records with personal data stay behind. Taking along is on the trail.
#[utoipa::path(get, path = "/api/field/pack", tag = "field", params(Wanted),
    responses((status = 200, body = FieldPack), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn find_field_pack(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(wanted): Query<Wanted>,
) -> Outcome<Json<FieldPack>> {
    let scope = actor.may(&crate::PACK)?;
    let ids: Result<Vec<Uuid>, _> = wanted.ids.split(',').map(|id| Uuid::parse_str(id.trim())).collect();
    let ids = ids.unwrap_or_default();
    if ids.is_empty() || ids.len() > MOST {
        return Err(Problem::wrong_field(
            "/ids",
            "pack.number",
            format!("请选择 1 至 {MOST} 家企业再下载。"),
        ));
    }
    let keys: Vec<(String, Uuid)> = ids.iter().map(|id| (wanted.city.clone(), *id)).collect();
    let mut tx = app.db.begin().await?;
    let mut rows = enterprise::store::some(&mut tx, &scope, &keys).await?;
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    let along = archive::along(&mut tx, &app.clock, &wanted.city, &rows).await?;
    let taken: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut dangers: HashMap<Uuid, Vec<PackedDanger>> = HashMap::new();
    let mut visits: HashMap<Uuid, Vec<PackedVisit>> = HashMap::new();
    if !taken.is_empty() {
        for own in danger::open_of(&mut tx, &wanted.city, &taken).await? {
            let shown = PackedDanger {
                id: own.id,
                number: own.number,
                title: own.title,
                severity: own.severity,
                state: own.state,
                due_on: own.due_on,
            };
            dangers.entry(own.enterprise).or_default().push(shown);
        }
        for own in inspection::store::last_of(&mut tx, &wanted.city, &taken).await? {
            let officers = own.names();
            let shown = PackedVisit { id: own.id, started_at: own.started_at, place: own.place, officers };
            visits.entry(own.enterprise).or_default().push(shown);
        }
    }
    let entries = rows.iter().map(|row| audit::Entry {
        action: Action::Export,
        subject: "enterprise",
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(row.name.clone()),
        before: None,
        after: Some(json!({"field": true})),
        reason: Some("带去外勤".into()),
    });
    audit::record_many(&mut tx, &app.clock, &actor, entries.collect()).await?;
    tx.commit().await?;
    let enterprises = rows.into_iter().zip(along).map(|(row, archive)| PackedEnterprise {
        region_name: region::divisions::full_name(&row.town),
        sector_label: rules::sector::label(&row.sector).unwrap_or(""),
        address: row.address.or(row.registered_address),
        sector: row.sector,
        city: row.city,
        id: row.id,
        version: row.version,
        name: row.name,
        credit_code: row.credit_code,
        staff: row.staff,
        legal_person: row.legal_person,
        safety_head: row.safety_head,
        status: row.status,
        longitude: row.longitude,
        latitude: row.latitude,
        archive,
        dangers: dangers.remove(&row.id).unwrap_or_default(),
        visits: visits.remove(&row.id).unwrap_or_default(),
    });
    Ok(Json(FieldPack { now: app.clock.now(), enterprises: enterprises.collect() }))
}
