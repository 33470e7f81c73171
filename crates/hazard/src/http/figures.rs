//! Numbers of major hazard sources by division, sector or ownership and by grade.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use indicator::By;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, Caller, Outcome, Problem, Query};

use crate::{powers, store};

/// Which figures.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Division and all within it.
    region: Option<String>,
    /// `region` (the next tier down), `sector` or `ownership`.
    by: Option<String>,
}

/// The numbers of a part.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = HazardNumbers)]
pub(super) struct Numbers {
    /// Code of the division, sector or ownership.
    key: String,
    name: String,
    total: i64,
    /// Grades 1 to 4.
    grades: [i64; 4],
    /// Without a grade.
    ungraded: i64,
    /// With a filing that holds.
    filed: i64,
    /// Past the day of a new identification.
    overdue: i64,
}

/// The table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HazardFigures)]
pub(super) struct Figures {
    rows: Vec<Numbers>,
    total: Numbers,
}

fn add(into: &mut Numbers, own: &store::Tally) {
    into.total += own.number;
    into.filed += own.filed;
    into.overdue += own.overdue;
    let place = usize::try_from(own.grade - 1).ok().and_then(|at| into.grades.get_mut(at));
    *place.unwrap_or(&mut into.ungraded) += own.number;
}

/// Numbers of major hazard sources that are not struck off.
#[utoipa::path(get, path = "/api/hazard-sources/figures", tag = "hazard", params(Asked),
    responses((status = 200, body = Figures), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_hazard_figures(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(asked): Query<Asked>,
) -> Outcome<Json<Figures>> {
    let scope = web::narrowed(actor.may(&powers::FIGURES)?, asked.region.as_deref())?;
    let widest = scope.areas().iter().map(|area| area.region.as_str().len()).min().unwrap_or(4);
    let next = match widest {
        0..=3 => 4,
        4 | 5 => 6,
        _ => 9,
    };
    let by = match asked.by.as_deref() {
        None | Some("" | "region") => By::Region(next),
        Some("sector") => By::Sector,
        Some("ownership") => By::Ownership,
        Some(_) => {
            return Err(Problem::bad_request("by.unknown", "by 应为 region、sector 或者 ownership。"));
        }
    };
    let name = |key: &str| match by {
        By::Region(_) => region::divisions::full_name(key),
        By::Sector => rules::sector::label(key).unwrap_or("未分领域").to_string(),
        By::Ownership => if key == "public" { "公有" } else { "非公有" }.to_string(),
    };
    let mut rows: BTreeMap<String, Numbers> = BTreeMap::new();
    let mut total = Numbers { name: "合计".into(), ..Numbers::default() };
    for own in store::tally(&app.db, &scope, &by.column(), app.clock.today()).await? {
        add(&mut total, &own);
        let empty = || Numbers { key: own.key.clone(), name: name(&own.key), ..Numbers::default() };
        add(rows.entry(own.key.clone()).or_insert_with(empty), &own);
    }
    Ok(Json(Figures { rows: rows.into_values().collect(), total }))
}
