//! Where points are: by division, in a town by enterprise; how many are online, and what is wrong now.

use std::collections::HashMap;

use axum::{Json, extract::State};
use kernel::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, Outcome, Problem, Query};

use crate::{powers, store};

/// Which area.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Division; must be told.
    region: Option<String>,
}

/// A division, or an enterprise of a town, with its points; videos are none of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonitorArea)]
pub(super) struct Area {
    /// Division; none where this is an enterprise.
    region: Option<String>,
    /// Enterprise; none where this is a division.
    enterprise: Option<Uuid>,
    /// Name.
    label: String,
    points: i64,
    /// Of those: something came within three intervals.
    online: i64,
    /// Of those: a limit is passed now.
    alarming: i64,
    /// Alarms of which nobody took notice yet.
    unacknowledged: i64,
}

/// The divisions within one that have points, or the enterprises of a town that have some (200 at most, those with most trouble first).
#[utoipa::path(get, path = "/api/monitoring/areas", tag = "monitoring", params(Which),
    responses((status = 200, body = Vec<Area>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_monitor_areas(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
) -> Outcome<Json<Vec<Area>>> {
    let scope = actor.may(&powers::AREAS)?;
    let Some(region) = which.region.as_deref() else {
        return Err(Problem::bad_request("region.missing", "请指明 region。"));
    };
    let scope = web::narrowed(scope, Some(region))?;
    match region.len() {
        0..=2 => by_division(&app, &scope, 4).await,
        3..=4 => by_division(&app, &scope, 6).await,
        5..=6 => by_division(&app, &scope, 9).await,
        _ => by_enterprise(&app, &scope).await,
    }
    .map(Json)
}

async fn by_division(app: &App, scope: &Scope, digits: usize) -> Outcome<Vec<Area>> {
    let mut waiting: HashMap<String, i64> =
        store::waiting(&app.db, scope, digits).await?.into_iter().map(|own| (own.key, own.number)).collect();
    let rows = store::divisions(&app.db, scope, digits).await?;
    let mut areas: Vec<Area> = rows
        .into_iter()
        .map(|row| Area {
            label: if row.key.len() < digits {
                "未分到下级".into()
            } else {
                region::divisions::find(&row.key).map_or_else(|| row.key.clone(), |own| own.name.to_string())
            },
            unacknowledged: waiting.remove(&row.key).unwrap_or_default(),
            region: Some(row.key),
            enterprise: None,
            points: row.points,
            online: row.online,
            alarming: row.alarming,
        })
        .collect();
    // what is not yet assigned further down stands after all divisions
    areas.sort_by_key(|own| own.region.as_ref().is_some_and(|code| code.len() < digits));
    Ok(areas)
}

async fn by_enterprise(app: &App, scope: &Scope) -> Outcome<Vec<Area>> {
    let rows = store::firms(&app.db, scope).await?;
    let keys: Vec<(String, Uuid)> = rows.iter().map(|row| (row.city.clone(), row.enterprise)).collect();
    let waiting: HashMap<Uuid, i64> = store::waiting_of(&app.db, &keys)
        .await?
        .into_iter()
        .map(|own| (own.enterprise, own.number))
        .collect();
    let firms = enterprise::store::some(&app.db, scope, &keys).await?;
    let names: HashMap<Uuid, String> = firms.into_iter().map(|own| (own.id, own.name)).collect();
    let area = |row: store::FirmRow| Area {
        region: None,
        enterprise: Some(row.enterprise),
        label: names.get(&row.enterprise).cloned().unwrap_or_default(),
        points: row.points,
        online: row.online,
        alarming: row.alarming,
        unacknowledged: waiting.get(&row.enterprise).copied().unwrap_or_default(),
    };
    Ok(rows.into_iter().map(area).collect())
}
