//! Indicators over HTTP: as they stand now, broken down, and as they stood at the end of each month.

use axum::{Extension, Json, extract::State};
use db::{Exec, FromRow, Sql};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{App, Caller, Outcome, PathOf, Problem, Query};

use crate::{By, FIND, Indicator, PERIODS, Part, Unit, value};

/// The operations. `indicators` are those of every area, in the order in which they are shown.
pub fn router(indicators: &'static [Indicator]) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_indicators))
        .routes(routes!(list_indicator_periods))
        .layer(Extension(indicators))
}

/// Which numbers.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct Which {
    /// Division; the whole of one's own area unless told.
    region: Option<String>,
    /// `region` (the tier below), `sector` or `ownership`.
    by: Option<String>,
}

/// A number with its parts.
#[derive(Debug, Serialize, ToSchema)]
struct IndicatorView {
    code: &'static str,
    label: &'static str,
    /// How it is reckoned, in words.
    formula: &'static str,
    /// Why it is asked for.
    source: &'static str,
    unit: Unit,
    /// Whether more of it is better.
    rising: bool,
    total: IndicatorPart,
    parts: Vec<IndicatorPart>,
}

/// A part of a number.
#[derive(Debug, Serialize, ToSchema)]
struct IndicatorPart {
    /// Division code, sector or ownership; empty for the whole.
    key: String,
    label: String,
    numerator: i64,
    denominator: i64,
    /// As people read it.
    value: String,
    /// Page of the rows behind it.
    link: String,
}

impl Indicator {
    fn view(&self, by: By, region: Option<&str>, mut parts: Vec<Part>) -> IndicatorView {
        // what is not yet assigned further down stands after all divisions
        if let By::Region(digits) = by {
            parts.sort_by_key(|part| part.key.len() < digits);
        }
        let place = region.filter(|region| !region.is_empty()).map(|region| format!("region={region}"));
        let link = |own: Option<String>| {
            let query: Vec<String> = match (&own, by) {
                (Some(_), By::Region(_)) | (None, _) => own.or_else(|| place.clone()).into_iter().collect(),
                (Some(_), _) => place.clone().into_iter().chain(own).collect(),
            };
            let joint = if self.rows.contains('?') { "&" } else { "?" };
            if query.is_empty() {
                self.rows.to_string()
            } else {
                format!("{}{joint}{}", self.rows, query.join("&"))
            }
        };
        let part = |part: Part| {
            let (label, name) = match by {
                By::Region(digits) if part.key.len() < digits => ("未分到下级".to_string(), "region"),
                By::Region(_) => {
                    let found = region::divisions::find(&part.key);
                    (found.map_or_else(|| part.key.clone(), |own| own.name.to_string()), "region")
                }
                By::Sector => (rules::sector::label(&part.key).unwrap_or(&part.key).to_string(), "sector"),
                By::Ownership => {
                    (if part.key == "public" { "公有" } else { "非公有" }.to_string(), "ownership")
                }
            };
            IndicatorPart {
                value: value(self.unit, part.numerator, part.denominator),
                link: link(Some(format!("{name}={}", part.key))),
                label,
                key: part.key,
                numerator: part.numerator,
                denominator: part.denominator,
            }
        };
        let numerator = parts.iter().map(|part| part.numerator).sum();
        let denominator = parts.iter().map(|part| part.denominator).sum();
        let total = IndicatorPart {
            key: String::new(),
            label: "合计".into(),
            numerator,
            denominator,
            value: value(self.unit, numerator, denominator),
            link: link(None),
        };
        IndicatorView {
            code: self.code,
            label: self.label,
            formula: self.formula,
            source: self.source,
            unit: self.unit,
            rising: self.rising,
            total,
            parts: parts.into_iter().map(part).collect(),
        }
    }
}

/// Every indicator of an area as it stands, with its parts, each with a link to the rows behind it.
#[utoipa::path(get, path = "/api/indicators", tag = "indicators", params(Which),
    responses((status = 200, body = Vec<IndicatorView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list_indicators(
    State(app): State<App>,
    Extension(indicators): Extension<&'static [Indicator]>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
) -> Outcome<Json<Vec<IndicatorView>>> {
    let scope = web::narrowed(actor.may(&FIND)?, which.region.as_deref())?;
    let by = By::asked(which.by.as_deref(), &scope)?;
    let mut views = Vec::with_capacity(indicators.len());
    for indicator in indicators {
        let parts = (indicator.read)(app.clone(), scope.clone(), by).await?;
        views.push(indicator.view(by, which.region.as_deref(), parts));
    }
    Ok(Json(views))
}

/// What an indicator was in a month.
#[derive(Debug, Serialize, ToSchema)]
struct IndicatorPeriod {
    /// 2026-11.
    period: String,
    numerator: i64,
    denominator: i64,
    value: String,
    /// Whether the month has ended: the number stands.
    frozen: bool,
}

#[derive(FromRow)]
struct Kept {
    period: String,
    numerator: i64,
    denominator: i64,
}

/// Which place.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Place {
    /// Division.
    region: String,
}

/// What an indicator was at the end of each of the last 60 months, and is now, the earliest first.
#[utoipa::path(get, path = "/api/indicators/{code}/periods", tag = "indicators", params(Place, ("code" = String, Path)),
    responses((status = 200, body = Vec<IndicatorPeriod>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list_indicator_periods(
    State(app): State<App>,
    Extension(indicators): Extension<&'static [Indicator]>,
    Caller(actor): Caller,
    PathOf(code): PathOf<String>,
    Query(place): Query<Place>,
) -> Outcome<Json<Vec<IndicatorPeriod>>> {
    let scope = web::narrowed(actor.may(&PERIODS)?, Some(&place.region))?;
    // a number of a whole division: who sees only a part of it, or some sectors, is not shown it
    let whole = |area: &kernel::Area| area.sectors.is_none() && area.region.as_str() == place.region;
    if !scope.areas().iter().any(whole) {
        return Err(Problem::not_found());
    }
    let indicator = indicators.iter().find(|own| own.code == code).ok_or_else(Problem::not_found)?;
    let sql = Sql::new("select period, numerator, denominator from indicator_value where region = ");
    let sql = sql.arg(&place.region).push(" and code = ").arg(&code).push(" order by period desc limit 60");
    let mut kept: Vec<Kept> = app.db.all(sql).await?;
    kept.reverse();
    let now = app.clock.today().format("%Y-%m").to_string();
    let period = |own: Kept| IndicatorPeriod {
        value: value(indicator.unit, own.numerator, own.denominator),
        frozen: own.period < now,
        period: own.period,
        numerator: own.numerator,
        denominator: own.denominator,
    };
    Ok(Json(kept.into_iter().map(period).collect()))
}
