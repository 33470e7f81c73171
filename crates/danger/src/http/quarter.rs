//! The statutory table of a quarter or year on screen and as a workbook.

use axum::{Json, extract::State, response::Response};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{RegionCode, Scope};
use rules::{At, danger_statistics as rule, law::Law};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, Caller, Outcome, Passing, Problem, Query};

use super::{
    closing::table,
    figures::{division, sector},
};
use crate::{
    powers,
    quarter::{Counts, Lines, Returned, lines},
};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Which table.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Which {
    /// Division and all within it.
    pub(super) region: Option<String>,
    /// `sector` or `region` (the tier below); sector unless told.
    pub(super) by: Option<String>,
    /// Year; that of the quarter that ended last unless told.
    pub(super) year: Option<i32>,
    /// Quarter 1 to 4, 0 for the whole year; the one that ended last unless told.
    pub(super) quarter: Option<u32>,
}

/// A line of the table. Counts in items, funds in 分, rates in percent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct DangerQuarterLine {
    /// Sector or division code; empty for the total.
    key: String,
    /// The filter of the lists that leaves this line: `sector`, `region`, `at` (what lies in no division below); empty for the total.
    of: String,
    /// What a person calls it.
    name: String,
    enterprises: i64,
    reported: i64,
    general_found: i64,
    general_mended: i64,
    /// None where nothing was found.
    general_rate: Option<String>,
    major_found: i64,
    major_mended: i64,
    /// None where nothing was found.
    major_rate: Option<String>,
    planned: i64,
    planned_task: i64,
    planned_funds: i64,
    planned_person: i64,
    planned_term: i64,
    planned_emergency: i64,
    /// 分.
    funds: i64,
    /// The same in 万元, as the table has it.
    funds_wan: String,
    /// What of the four numbers was reported by number; the rest was entered by item.
    returned: Returned,
    /// What does not fit together.
    wrong: Vec<String>,
}

/// What a figure counts.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DangerQuarterFigure {
    code: &'static str,
    group: String,
    name: String,
    unit: String,
    /// In words.
    formula: String,
}

/// The table of a quarter or year.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DangerQuarter {
    pub(super) title: String,
    /// Whose figures.
    region_name: String,
    pub(super) year: i32,
    /// 0 for the whole year.
    pub(super) quarter: u32,
    from: NaiveDate,
    to: NaiveDate,
    /// By when it is reported.
    due_on: NaiveDate,
    /// Whether the time has not ended yet, so that the figures still move.
    pub(super) running: bool,
    /// When it was handed in: the figures are what they were then.
    pub(super) closed_at: Option<DateTime<Utc>>,
    /// By whom.
    pub(super) closed_by_name: Option<String>,
    pub(super) by: &'static str,
    columns: Vec<DangerQuarterFigure>,
    pub(super) lines: Vec<DangerQuarterLine>,
    pub(super) total: DangerQuarterLine,
    /// Document and clause.
    source: String,
}

/// The figures in the order of the table.
const CODES: &[&str] = &[
    "enterprises",
    "reported",
    "general_found",
    "general_mended",
    "general_rate",
    "major_found",
    "major_mended",
    "major_rate",
    "planned",
    "planned_task",
    "planned_funds",
    "planned_person",
    "planned_term",
    "planned_emergency",
    "funds",
];

/// `2026 年第 1 季度`.
fn time(year: i32, quarter: u32) -> String {
    if quarter == 0 { format!("{year} 年") } else { format!("{year} 年第 {quarter} 季度") }
}

impl DangerQuarter {
    /// `2026 年第 1 季度`.
    pub(super) fn time(&self) -> String {
        time(self.year, self.quarter)
    }
}

impl DangerQuarterLine {
    fn cell(&self, code: &str) -> String {
        match code {
            "enterprises" => self.enterprises.to_string(),
            "reported" => self.reported.to_string(),
            "general_found" => self.general_found.to_string(),
            "general_mended" => self.general_mended.to_string(),
            "general_rate" => self.general_rate.clone().unwrap_or_default(),
            "major_found" => self.major_found.to_string(),
            "major_mended" => self.major_mended.to_string(),
            "major_rate" => self.major_rate.clone().unwrap_or_default(),
            "planned" => self.planned.to_string(),
            "planned_task" => self.planned_task.to_string(),
            "planned_funds" => self.planned_funds.to_string(),
            "planned_person" => self.planned_person.to_string(),
            "planned_term" => self.planned_term.to_string(),
            "planned_emergency" => self.planned_emergency.to_string(),
            "funds" => self.funds_wan.clone(),
            _ => String::new(),
        }
    }
}

fn line(at: &At<'_>, (of, key, name): (&str, String, String), own: &Counts) -> Outcome<DangerQuarterLine> {
    let input = rule::Input {
        enterprises: own.enterprises,
        reported: own.reported,
        general_found: own.general_found,
        general_mended: own.general_mended,
        major_found: own.major_found,
        major_mended: own.major_mended,
        planned: own.planned,
        planned_task: own.planned_task,
        planned_funds: own.planned_funds,
        planned_person: own.planned_person,
        planned_term: own.planned_term,
        planned_emergency: own.planned_emergency,
        funds: rules::Number(rules::Decimal::new(own.funds, 2)),
    };
    let rates = rule::line(at, &input).map_err(law::problem)?.value;
    Ok(DangerQuarterLine {
        key,
        of: of.into(),
        name,
        enterprises: own.enterprises,
        reported: own.reported,
        general_found: own.general_found,
        general_mended: own.general_mended,
        general_rate: rates.general.map(|rate| rate.to_string()),
        major_found: own.major_found,
        major_mended: own.major_mended,
        major_rate: rates.major.map(|rate| rate.to_string()),
        planned: own.planned,
        planned_task: own.planned_task,
        planned_funds: own.planned_funds,
        planned_person: own.planned_person,
        planned_term: own.planned_term,
        planned_emergency: own.planned_emergency,
        funds: own.funds,
        funds_wan: rates.funds.to_string(),
        returned: own.returned,
        wrong: rates.wrong,
    })
}

/// The name of what a scope sees.
fn whose(scope: &Scope) -> String {
    let names = scope.areas().iter().map(|area| region::divisions::full_name(area.region.as_str()));
    names.collect::<Vec<_>>().join("、")
}

/// The table as it is now.
pub(super) async fn live(app: &App, scope: &Scope, which: &Which) -> Outcome<DangerQuarter> {
    let today = app.clock.today();
    let (last_year, last_quarter) = rule::ended_before(today);
    let quarter = which.quarter.unwrap_or(if which.year.is_none() { last_quarter } else { 0 });
    let year = which.year.unwrap_or(last_year);
    let wanted = Some(quarter).filter(|quarter| *quarter > 0);
    let wrong = || Problem::bad_request("quarter.unknown", "季度应为 1 到 4；全年填 0。");
    let (from, to) = rule::span(year, wanted).ok_or_else(wrong)?;
    let due_on = rule::due(year, wanted).ok_or_else(wrong)?;
    let widest: Option<&RegionCode> =
        scope.areas().iter().map(|area| &area.region).min_by_key(|own| own.as_str().len());
    let place = widest.map_or("", |own| own.as_str());
    let (by, kind) = match which.by.as_deref() {
        None | Some("" | "sector") => ("sector", Lines::Sectors),
        Some("region") => (
            "region",
            Lines::Divisions(match place.len() {
                0..=2 => 4,
                3..=4 => 6,
                _ => 9,
            }),
        ),
        Some(_) => return Err(Problem::bad_request("by.unknown", "只能按 sector 或者 region 分行。")),
    };
    let law = match place.get(..4) {
        Some(_) => law::in_force(&app.db, place).await?,
        None => Law::default(),
    };
    let at = At { on: to, region: place, law: &law };
    let mut sum = Counts::default();
    let mut own = Vec::new();
    for (key, counts) in lines(&app.db, scope, kind, (from, to)).await? {
        sum.plus(&counts);
        let (of, name) = match kind {
            Lines::Sectors => sector(&key),
            Lines::Divisions(digits) => division(&key, digits),
        };
        own.push(line(&at, (of, key, name), &counts)?);
    }
    let figure = |code: &'static str| {
        let row = at.row(&rule::TABLE, &[("code", code)]);
        let cell = |column: &str| row.map(|row| row.get(column).to_string()).unwrap_or_default();
        DangerQuarterFigure {
            code,
            group: cell("group_name"),
            name: cell("name"),
            unit: cell("unit"),
            formula: cell("formula"),
        }
    };
    let time = time(year, quarter);
    let source = at.rows(&rule::TABLE).first().map(|row| row.get("source").to_string()).unwrap_or_default();
    Ok(DangerQuarter {
        title: format!("{time}安全生产事故隐患排查治理情况统计表"),
        region_name: whose(scope),
        year,
        quarter,
        from,
        to,
        due_on,
        running: today <= to,
        closed_at: None,
        closed_by_name: None,
        by,
        columns: CODES.iter().map(|code| figure(code)).collect(),
        total: line(&at, ("", String::new(), "合计".into()), &sum)?,
        lines: own,
        source,
    })
}

/// The statutory statistics of hidden dangers of a quarter or year, computed from what was entered and reported.
#[utoipa::path(get, path = "/api/danger-quarter", tag = "danger", params(Which),
    responses((status = 200, body = DangerQuarter), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_danger_quarter(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
) -> Outcome<Json<DangerQuarter>> {
    let scope = web::narrowed(actor.may(&powers::QUARTER)?, which.region.as_deref())?;
    Ok(Json(table(&app, &scope, &which).await?))
}

/// The same table as a workbook.
#[utoipa::path(get, path = "/api/danger-quarter/workbook", tag = "danger", params(Which),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn export_danger_quarter(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
) -> Outcome<Response> {
    let scope = web::narrowed(actor.may(&powers::QUARTER_FILE)?, which.region.as_deref())?;
    let own = table(&app, &scope, &which).await?;
    let book = Passing::new(&app).await?;
    tokio::task::block_in_place(|| write(book.path(), &own)).map_err(Problem::internal)?;
    book.send(&format!("{}-{}.xlsx", own.title, own.region_name), XLSX).await
}

fn write(path: &std::path::Path, own: &DangerQuarter) -> Result<(), sheet::SheetError> {
    let first = if own.by == "sector" { "行业领域" } else { "地区" };
    let heads: Vec<String> =
        own.columns.iter().map(|figure| format!("{}（{}）", figure.name, figure.unit)).collect();
    let columns: Vec<&str> = std::iter::once(first).chain(heads.iter().map(String::as_str)).collect();
    let mut book = sheet::Writer::create(path, sheet::Format::Xlsx, "统计表", &columns)?;
    for row in std::iter::once(&own.total).chain(&own.lines) {
        let cells: Vec<String> = own.columns.iter().map(|figure| row.cell(figure.code)).collect();
        let cells: Vec<&str> =
            std::iter::once(row.name.as_str()).chain(cells.iter().map(String::as_str)).collect();
        book.row(&cells)?;
    }
    book.sheet("说明", &["项目", "内容"])?;
    let span = format!("{} 至 {}", own.from, own.to);
    let due = own.due_on.to_string();
    let closed = match (&own.closed_at, &own.closed_by_name) {
        (Some(at), Some(by)) => format!("{} 由{by}报送，数字是当时的", kernel::day_of(*at)),
        _ => "尚未报送，数字会随登记和月报变化".into(),
    };
    for (label, text) in [
        ("统计表", own.title.as_str()),
        ("填报范围", own.region_name.as_str()),
        ("统计期间", span.as_str()),
        ("报送期限", due.as_str()),
        ("报送情况", closed.as_str()),
        ("依据", own.source.as_str()),
    ] {
        book.row(&[label, text])?;
    }
    for figure in &own.columns {
        book.row(&[figure.name.as_str(), figure.formula.as_str()])?;
    }
    for text in own.lines.iter().flat_map(|line| line.wrong.iter().map(move |text| (line, text))) {
        book.row(&["请核对", &format!("{}：{}", text.0.name, text.1)])?;
    }
    book.finish().map(drop)
}
