//! What is answered of plans.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Db, Sql};
use kernel::Scope;
use rules::{At, working_days::Calendar};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Count, Outcome};

use crate::{
    plan::{
        line::PlanLine,
        model::{Plan, Target},
        store,
    },
    store::agencies,
};

/// A plan in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InspectionPlanRow {
    pub(super) city: String,
    pub(super) id: Uuid,
    pub(super) town: String,
    pub(super) region_name: String,
    pub(super) agency: Uuid,
    pub(super) agency_name: String,
    pub(super) year: i64,
    pub(super) name: String,
    /// `draft`, `submitted` or `approved`.
    pub(super) state: String,
    pub(super) approved_at: Option<DateTime<Utc>>,
    pub(super) version: i64,
}

impl InspectionPlanRow {
    pub(super) fn of(row: &Plan, agency_name: String) -> Self {
        InspectionPlanRow {
            city: row.city.clone(),
            id: row.id,
            town: row.town.clone(),
            region_name: region::divisions::full_name(&row.town),
            agency: row.agency,
            agency_name,
            year: row.year,
            name: row.name.clone(),
            state: row.state.clone(),
            approved_at: row.approved_at,
            version: row.version,
        }
    }
}

/// How far a line has come. Inspections, of which one enterprise may have several.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct PlanProgress {
    pub(super) planned: i64,
    pub(super) done: i64,
    pub(super) cancelled: i64,
    /// Planned for a month that is over.
    pub(super) late: i64,
}

/// A line with what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlanLineView {
    #[serde(flatten)]
    pub(super) line: PlanLine,
    pub(super) region_name: String,
    pub(super) sector_label: Option<String>,
    /// Enterprises that could still be drawn, counted up to a thousand.
    pub(super) candidates: i64,
    /// Enterprises drawn and not cancelled.
    pub(super) chosen: i64,
    #[serde(flatten)]
    pub(super) progress: PlanProgress,
}

/// What the officers of an agency have, and what the plan takes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlanCapacity {
    /// Officers with a valid card.
    pub(super) officers: i64,
    /// Working days of the year; none where the holidays are not announced yet.
    pub(super) working_days: Option<i64>,
    /// Inspections planned or done.
    pub(super) inspections: i64,
}

/// A plan with its lines, draws and how far it has come.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InspectionPlan {
    #[serde(flatten)]
    pub(super) row: InspectionPlanRow,
    pub(super) note: Option<String>,
    pub(super) returned_reason: Option<String>,
    pub(super) approved_by_name: Option<String>,
    pub(super) lines: Vec<PlanLineView>,
    /// What was added by hand.
    pub(super) extra: PlanProgress,
    pub(super) draws: Vec<store::DrawBrief>,
    pub(super) capacity: PlanCapacity,
}

/// Candidates are counted so far.
const COUNTED: i64 = 1_000;

pub(super) async fn whole(app: &App, scope: &Scope, row: Plan) -> Outcome<InspectionPlan> {
    let db = &app.db;
    let today = app.clock.today();
    let tallies = store::tally(db, &row, today).await?;
    let progress = |line: Option<i64>| {
        let mut progress = PlanProgress::default();
        for own in tallies.iter().filter(|own| own.line == line) {
            match own.state.as_str() {
                "planned" => progress.planned += own.number,
                "done" => progress.done += own.number,
                _ => progress.cancelled += own.number,
            }
            progress.late += own.late;
        }
        progress
    };
    let chosen = store::chosen(db, &row).await?;
    let mut lines = Vec::new();
    for line in row.lines() {
        let within = web::narrowed(scope.clone(), Some(&line.region))?;
        let sql = store::candidates(Sql::new("select id from enterprise where "), &within, &row, &line);
        lines.push(PlanLineView {
            region_name: region::divisions::full_name(&line.region),
            sector_label: line.sector.as_deref().and_then(rules::sector::label).map(str::to_string),
            candidates: Count::up_to(db, sql, COUNTED).await?.total,
            chosen: store::of_line(&chosen, line.code),
            progress: progress(Some(line.code)),
            line,
        });
    }
    let draws = store::draws(db, &row).await?;
    let names = agencies(db, &[(row.city.as_str(), row.agency)]).await?;
    let cards = store::cards(db, &row.city, row.agency, today).await?;
    let inspections = tallies.iter().filter(|own| own.state != "cancelled").map(|own| own.number).sum();
    Ok(InspectionPlan {
        capacity: PlanCapacity {
            officers: i64::try_from(cards.len()).unwrap_or(i64::MAX),
            working_days: working_days(row.year),
            inspections,
        },
        extra: progress(None),
        row: InspectionPlanRow::of(&row, crate::http::called(&names, row.agency)),
        note: row.note,
        returned_reason: row.returned_reason,
        approved_by_name: row.approved_by_name,
        lines,
        draws,
    })
}

/// The working days of a year whose holidays are announced.
fn working_days(year: i64) -> Option<i64> {
    let year = i32::try_from(year).ok()?;
    let before = NaiveDate::from_ymd_opt(year.checked_sub(1)?, 12, 31)?;
    let last = NaiveDate::from_ymd_opt(year, 12, 31)?;
    let at = At::nation(last);
    let calendar = Calendar::of(&at);
    if calendar.knows(year) { calendar.between(before, last).ok() } else { None }
}

/// An officer assigned to a target.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TargetOfficer {
    /// Id of the card.
    card: Uuid,
    name: String,
}

/// What another agency plans for the same enterprise in the same year.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OtherTarget {
    id: Uuid,
    agency: Uuid,
    agency_name: String,
    month: i64,
    /// Whether it is visited together with this one.
    joined: bool,
    /// Whether this one may join it: it is not joined to another itself.
    free: bool,
}

/// A target.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InspectionTarget {
    city: String,
    id: Uuid,
    town: String,
    region_name: String,
    sector_label: String,
    enterprise: Uuid,
    enterprise_name: String,
    plan: Uuid,
    plan_name: String,
    agency: Uuid,
    agency_name: String,
    year: i64,
    /// Name of the line; none for one added by hand.
    line_name: Option<String>,
    draw: Option<Uuid>,
    month: i64,
    due_on: NaiveDate,
    officers: Vec<TargetOfficer>,
    /// `planned`, `done` or `cancelled`.
    state: String,
    late: bool,
    /// Target of another agency with which it is visited together.
    joined: Option<Uuid>,
    others: Vec<OtherTarget>,
    visit: Option<Uuid>,
    done_on: Option<NaiveDate>,
    reason: Option<String>,
    version: i64,
}

/// The columns of a target in a file.
pub(super) const COLUMNS: &[&str] = &[
    "年度",
    "月份",
    "企业",
    "所在地区",
    "监管领域",
    "检查机关",
    "计划",
    "检查项",
    "产生方式",
    "执法人员",
    "状态",
    "检查日期",
    "说明",
];

impl InspectionTarget {
    /// As a row of a file.
    pub(super) fn cells(self) -> Vec<String> {
        let officers: Vec<String> = self.officers.into_iter().map(|own| own.name).collect();
        let state = match self.state.as_str() {
            "planned" if self.late => "逾期未检查",
            "planned" => "待检查",
            "done" => "已检查",
            _ => "已取消",
        };
        vec![
            self.year.to_string(),
            self.month.to_string(),
            self.enterprise_name,
            self.region_name,
            self.sector_label,
            self.agency_name,
            self.plan_name,
            self.line_name.unwrap_or_default(),
            if self.draw.is_some() { "随机抽取" } else { "人工增加" }.to_string(),
            officers.join("、"),
            state.to_string(),
            self.done_on.map(|day| day.to_string()).unwrap_or_default(),
            self.reason.unwrap_or_default(),
        ]
    }
}

/// Targets of one city as people see them, with what other agencies plan for the same enterprises.
pub(super) async fn targets(app: &App, rows: Vec<Target>) -> Outcome<Vec<InspectionTarget>> {
    let db: &Db = &app.db;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut others = Vec::new();
    let mut groups: Vec<(&str, i64)> = rows.iter().map(|own| (own.city.as_str(), own.year)).collect();
    groups.sort_unstable();
    groups.dedup();
    for (city, year) in groups {
        let same = rows.iter().filter(|own| own.city == city && own.year == year && own.state == "planned");
        let firms: Vec<Uuid> = same.map(|own| own.enterprise).collect();
        if !firms.is_empty() {
            others.extend(store::planned(db, city, &firms, year).await?);
        }
    }
    let all = || rows.iter().chain(&others);
    let plans: Vec<_> = rows.iter().map(|own| (own.city.as_str(), own.plan)).collect();
    let plans = store::plans(db, &plans).await?;
    let offices: Vec<_> = all().map(|own| (own.city.as_str(), own.agency)).collect();
    let offices = agencies(db, &offices).await?;
    let cards: Vec<_> =
        rows.iter().flat_map(|own| own.cards().map(|card| (own.city.as_str(), card))).collect();
    let cards = if cards.is_empty() { Vec::new() } else { store::cards_by(db, &cards).await? };
    let called = |id: Uuid| crate::http::called(&offices, id);
    let view = |row: &Target| {
        let plan = plans.iter().find(|own| own.id == row.plan);
        let line = row.line.and_then(|code| plan?.lines().into_iter().find(|own| own.code == code));
        let same = others.iter().filter(|own| {
            row.state == "planned"
                && own.enterprise == row.enterprise
                && own.year == row.year
                && own.agency != row.agency
        });
        InspectionTarget {
            region_name: region::divisions::full_name(&row.town),
            sector_label: rules::sector::label(&row.sector).unwrap_or_default().to_string(),
            plan_name: plan.map(|own| own.name.clone()).unwrap_or_default(),
            agency_name: called(row.agency),
            line_name: line.map(|own| own.name),
            officers: row
                .cards()
                .filter_map(|id| cards.iter().find(|card| card.id == id))
                .map(|card| TargetOfficer { card: card.id, name: card.name.clone() })
                .collect(),
            late: row.late(&app.clock),
            others: same
                .map(|own| OtherTarget {
                    id: own.id,
                    agency: own.agency,
                    agency_name: called(own.agency),
                    month: own.month,
                    joined: row.joined == Some(own.id) || own.joined == Some(row.id),
                    free: own.joined.is_none(),
                })
                .collect(),
            city: row.city.clone(),
            id: row.id,
            town: row.town.clone(),
            enterprise: row.enterprise,
            enterprise_name: row.enterprise_name.clone(),
            plan: row.plan,
            agency: row.agency,
            year: row.year,
            draw: row.draw,
            month: row.month,
            due_on: row.due_on,
            state: row.state.clone(),
            joined: row.joined,
            visit: row.visit,
            done_on: row.done_on,
            reason: row.reason.clone(),
            version: row.version,
        }
    };
    Ok(rows.iter().map(view).collect())
}

/// One target as people see it.
pub(super) async fn target(app: &App, row: Target) -> Outcome<InspectionTarget> {
    targets(app, vec![row]).await?.pop().ok_or_else(web::Problem::not_found)
}
