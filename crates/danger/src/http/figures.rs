//! The quarterly figures of hidden dangers by division, sector, ownership or category (隐患排查治理情况统计): found, struck off, open at the end, late, listed.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use chrono::{Datelike, NaiveDate};
use indicator::By;
use kernel::Scope;
use rules::{At, danger, law::Law};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, Caller, Outcome, Problem, Query};

use super::list::NO_CATEGORY;
use crate::{
    powers,
    store::{self, Counted},
};

/// Which figures.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Which {
    /// Division and all within it.
    region: Option<String>,
    /// `region` (the tier below), `sector`, `ownership` or `category` (隐患类别).
    by: Option<String>,
    /// Year; the running one unless told.
    year: Option<i32>,
    /// Quarter 1 to 4; the whole year unless told.
    quarter: Option<u32>,
}

/// The figures of one part.
#[derive(Debug, Default, Clone, Serialize, ToSchema)]
pub(super) struct DangerFigures {
    /// Division code, sector, ownership or category.
    key: String,
    /// The filter of the list that leaves this part: `region`, `at` (what lies in no division below), `sector`, `ownership`, `category`;
    /// empty for the total.
    of: &'static str,
    /// What a person calls it.
    name: String,
    general_found: i64,
    general_closed: i64,
    general_open: i64,
    major_found: i64,
    major_closed: i64,
    major_open: i64,
    /// Of all closed, how many were put right within the term.
    in_time: i64,
    /// Open and late today.
    overdue: i64,
    /// Under listed supervision today.
    listed: i64,
}

/// The figures of an area in some time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DangerFiguresOf {
    from: NaiveDate,
    to: NaiveDate,
    rows: Vec<DangerFigures>,
    total: DangerFigures,
}

fn span(which: &Which, today: NaiveDate) -> Outcome<(NaiveDate, NaiveDate)> {
    let year = which.year.unwrap_or(today.year());
    let wrong = || Problem::bad_request("quarter.unknown", "季度应为 1 到 4。");
    let (first, last) = match which.quarter {
        None => (1, 12),
        Some(quarter @ 1..=4) => (quarter * 3 - 2, quarter * 3),
        Some(_) => return Err(wrong()),
    };
    let from = NaiveDate::from_ymd_opt(year, first, 1).ok_or_else(wrong)?;
    let next = NaiveDate::from_ymd_opt(year + i32::from(last == 12), last % 12 + 1, 1).ok_or_else(wrong)?;
    Ok((from, next.pred_opt().ok_or_else(wrong)?))
}

/// The figures of hidden dangers, part by part.
#[utoipa::path(get, path = "/api/danger-figures", tag = "danger", params(Which),
    responses((status = 200, body = DangerFiguresOf), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_danger_figures(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
) -> Outcome<Json<DangerFiguresOf>> {
    let scope = web::narrowed(actor.may(&powers::FIGURES)?, which.region.as_deref())?;
    let today = app.clock.today();
    let (from, to) = span(&which, today)?;
    let by = Part::asked(which.by.as_deref(), &scope)?;
    let mut parts: BTreeMap<String, DangerFigures> = BTreeMap::new();
    let counted = [
        Counted::Found(from, to),
        Counted::Closed(from, to),
        Counted::InTime(from, to),
        Counted::OpenNow(to),
        Counted::EndedLater(to),
        Counted::Overdue(today),
        Counted::Listed,
    ];
    for counted in counted {
        for row in store::tally(&app.db, &scope, &by.column(), counted).await? {
            let part = parts.entry(row.key).or_default();
            let major = row.severity == "major";
            let place = match counted {
                Counted::Found(..) if major => &mut part.major_found,
                Counted::Found(..) => &mut part.general_found,
                Counted::Closed(..) if major => &mut part.major_closed,
                Counted::Closed(..) => &mut part.general_closed,
                Counted::InTime(..) => &mut part.in_time,
                Counted::OpenNow(_) | Counted::EndedLater(_) if major => &mut part.major_open,
                Counted::OpenNow(_) | Counted::EndedLater(_) => &mut part.general_open,
                Counted::Overdue(_) => &mut part.overdue,
                Counted::Listed => &mut part.listed,
                // of the statutory table alone
                Counted::Mended(..) | Counted::Open(_) | Counted::Planned(..) => continue,
            };
            *place += row.number;
        }
    }
    let mut total = DangerFigures { name: "合计".into(), ..DangerFigures::default() };
    let law = match scope.areas().first().map(|area| area.region.as_str()).filter(|own| own.len() >= 4) {
        Some(place) => law::in_force(&app.db, place).await?,
        None => Law::default(),
    };
    let at = At { on: to.min(today), region: "", law: &law };
    let rows: Vec<DangerFigures> = parts
        .into_iter()
        .map(|(key, part)| {
            total.general_found += part.general_found;
            total.general_closed += part.general_closed;
            total.general_open += part.general_open;
            total.major_found += part.major_found;
            total.major_closed += part.major_closed;
            total.major_open += part.major_open;
            total.in_time += part.in_time;
            total.overdue += part.overdue;
            total.listed += part.listed;
            let (of, name) = by.told(&key, &at);
            let key = if of == "category" && key.is_empty() { NO_CATEGORY.into() } else { key };
            DangerFigures { key, of, name, ..part }
        })
        .collect();
    Ok(Json(DangerFiguresOf { from, to, rows, total }))
}

/// The filter of a list that leaves the part of a division, and what a person calls it; a shorter code is what lies in none of that tier.
pub(super) fn division(key: &str, digits: usize) -> (&'static str, String) {
    if key.len() < digits {
        return ("at", "未分到下级".into());
    }
    ("region", region::divisions::find(key).map_or(key, |own| own.name.as_str()).to_string())
}

/// The same of a sector.
pub(super) fn sector(key: &str) -> (&'static str, String) {
    ("sector", rules::sector::label(key).unwrap_or("未定").to_string())
}

/// By what the figures are told.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// What every indicator can be told by.
    By(By),
    /// Category of the table `danger-category`.
    Category,
}

impl Part {
    fn asked(by: Option<&str>, scope: &Scope) -> Outcome<Part> {
        if by == Some("category") { Ok(Part::Category) } else { By::asked(by, scope).map(Part::By) }
    }

    fn column(self) -> String {
        match self {
            Part::By(by) => by.column(),
            Part::Category => {
                "(select d.category from danger d where d.city = case_header.city and d.id = case_header.id)"
                    .into()
            }
        }
    }

    /// The filter that leaves a part, and what a person calls it.
    fn told(self, key: &str, at: &At<'_>) -> (&'static str, String) {
        match self {
            Part::By(By::Region(digits)) => division(key, digits),
            Part::By(By::Sector) => sector(key),
            Part::By(By::Ownership) => {
                ("ownership", if key == "public" { "公有" } else { "非公有" }.to_string())
            }
            Part::Category => {
                let row = at.row(&danger::CATEGORIES, &[("code", key)]);
                let name = row.map(|row| format!("{}：{}", row.get("group_name"), row.get("name")));
                ("category", name.unwrap_or_else(|| "未分类".into()))
            }
        }
    }
}
