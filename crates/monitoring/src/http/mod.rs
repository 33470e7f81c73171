//! Monitoring over HTTP.

mod alarms;
mod areas;
mod live;
mod points;
mod readings;

pub(crate) use readings::own;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{App, Outcome};

use crate::{
    kept,
    model::{KINDS, Now, Point, STATES, label},
    number::Milli,
};

/// The operations.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(points::list_monitor_points, points::create_monitor_point))
        .routes(routes!(points::count_monitor_points))
        .routes(routes!(areas::list_monitor_areas))
        .routes(routes!(points::find_monitor_point, points::update_monitor_point))
        .routes(routes!(points::find_monitor_curve))
        .routes(routes!(readings::list_monitor_counts))
        .merge(readings::intake())
        .routes(routes!(live::watch_monitoring))
        .routes(routes!(alarms::list_alarms))
        .routes(routes!(alarms::count_alarms))
        .routes(routes!(alarms::find_alarm))
        .routes(routes!(alarms::acknowledge_alarm))
        .routes(routes!(alarms::handle_alarm))
        .routes(routes!(alarms::dismiss_alarm))
}

/// A point as people see it, with its latest value.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MonitorPoint)]
struct PointView {
    city: String,
    id: Uuid,
    town: String,
    enterprise: Uuid,
    enterprise_name: String,
    /// The enterprise's own number of it (位号).
    code: String,
    name: String,
    place: Option<String>,
    /// The unit of a major hazard source that it watches.
    hazard_unit: Option<String>,
    kind: String,
    kind_label: &'static str,
    unit: String,
    /// Address of a video.
    link: Option<String>,
    #[schema(value_type = Option<f64>)]
    low_low: Option<Milli>,
    #[schema(value_type = Option<f64>)]
    low: Option<Milli>,
    #[schema(value_type = Option<f64>)]
    high: Option<Milli>,
    #[schema(value_type = Option<f64>)]
    high_high: Option<Milli>,
    #[schema(value_type = f64)]
    hysteresis: Milli,
    delay_s: i64,
    interval_s: i64,
    #[schema(value_type = Option<f64>)]
    range_low: Option<Milli>,
    #[schema(value_type = Option<f64>)]
    range_high: Option<Milli>,
    /// Where the limits are from.
    basis: Option<String>,
    in_use: bool,
    /// `new`, `normal`, `level1`, `level2`, `offline`.
    state: String,
    state_label: &'static str,
    state_since: DateTime<Utc>,
    /// Time of the latest reading.
    last_at: Option<DateTime<Utc>>,
    #[schema(value_type = Option<f64>)]
    last_value: Option<Milli>,
    /// When it came.
    seen_at: Option<DateTime<Utc>>,
    /// The alarm that is not dealt with yet.
    alarm: Option<Uuid>,
    version: i64,
}

fn view(point: Point, now: Option<&Now>, enterprise_name: String) -> PointView {
    let milli = |own: Option<i64>| own.map(Milli);
    PointView {
        city: point.city,
        id: point.id,
        town: point.town,
        enterprise: point.enterprise,
        enterprise_name,
        code: point.code,
        name: point.name,
        place: point.place,
        hazard_unit: point.hazard_unit,
        kind_label: label(KINDS, &point.kind),
        kind: point.kind,
        unit: point.unit,
        link: point.link,
        low_low: milli(point.low_low),
        low: milli(point.low),
        high: milli(point.high),
        high_high: milli(point.high_high),
        hysteresis: Milli(point.hysteresis),
        delay_s: point.delay_s,
        interval_s: point.interval_s,
        range_low: milli(point.range_low),
        range_high: milli(point.range_high),
        basis: point.basis,
        in_use: point.in_use,
        state_label: label(STATES, &point.state),
        state: point.state,
        state_since: point.state_since,
        last_at: now.and_then(|own| own.last_at),
        last_value: now.and_then(|own| own.last_value).map(Milli),
        seen_at: now.and_then(|own| own.seen_at),
        alarm: now.and_then(|own| own.alarm),
        version: point.version,
    }
}

/// Points of a page with their latest values and the names of their enterprises.
async fn views(app: &App, scope: &Scope, points: Vec<Point>) -> Outcome<Vec<PointView>> {
    let mut latest: HashMap<Uuid, Now> = HashMap::new();
    let mut keys: Vec<(String, Uuid)> = Vec::new();
    let mut cities: HashMap<&str, Vec<Uuid>> = HashMap::new();
    for point in &points {
        keys.push((point.city.clone(), point.enterprise));
        cities.entry(&point.city).or_default().push(point.id);
    }
    for (city, ids) in cities {
        latest.extend(kept::latest(&app.db, city, ids).await?.into_iter().map(|own| (own.point, own)));
    }
    keys.sort_unstable();
    keys.dedup();
    let firms = enterprise::store::some(&app.db, scope, &keys).await?;
    let names: HashMap<Uuid, String> = firms.into_iter().map(|own| (own.id, own.name)).collect();
    let shown = points.into_iter().map(|point| {
        let name = names.get(&point.enterprise).cloned().unwrap_or_default();
        let now = latest.get(&point.id);
        view(point, now, name)
    });
    Ok(shown.collect())
}
