//! All SQL of inspection plans.

use chrono::NaiveDate;
use db::{Exec, FromRow, Result, Sql};
use enterprise::Enterprise;
use kernel::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    line::PlanLine,
    model::{Conflict, Draw, Plan, Target},
};
use crate::model::Card;

/// Cards that an agency may have, and draws that a plan may have.
pub(super) const MOST: i64 = 500;

/// A plan of the area.
pub(super) async fn plan(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Plan> {
    let sql = Plan::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    db.one(sql.area(scope, "")).await
}

/// Names of plans: a target is seen by who may not see the whole plan.
pub(super) async fn plans(db: impl Exec, wanted: &[(&str, Uuid)]) -> Result<Vec<Plan>> {
    db.all(Plan::select().push(" where ").keys("id", wanted.iter().copied())).await
}

pub(super) async fn target(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Target> {
    let sql = Target::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    db.one(sql.scope(scope, "", "enterprise")).await
}

/// The targets that are visited together with one.
pub(super) async fn joined(db: impl Exec, city: &str, lead: Uuid) -> Result<Vec<Target>> {
    let sql = Target::select().push(" where city = ").arg(city).push(" and joined = ").arg(lead);
    db.all(sql.push(" order by id limit ").arg(MOST)).await
}

/// What several agencies plan this year for some enterprises, and is not done.
pub(super) async fn planned(
    db: impl Exec,
    city: &str,
    enterprises: &[Uuid],
    year: i64,
) -> Result<Vec<Target>> {
    let sql = Target::select().push(" where city = ").arg(city).push(" and ");
    let sql = sql.within("enterprise", enterprises.iter().copied()).push(" and year = ").arg(year);
    db.all(sql.push(" and state = 'planned' order by month, id limit ").arg(2_000i64)).await
}

/// The earliest target of an agency for an enterprise that is not done.
pub(super) async fn next(
    db: impl Exec,
    city: &str,
    (agency, enterprise): (Uuid, Uuid),
    year: i64,
) -> Result<Option<Target>> {
    let sql = Target::select().push(" where city = ").arg(city).push(" and enterprise = ").arg(enterprise);
    let sql = sql.push(" and year = ").arg(year).push(" and agency = ").arg(agency);
    db.optional(sql.push(" and state = 'planned' order by month, id limit 1")).await
}

/// Which enterprises a line may choose: at work, of its place, sector and grade, and not in the plan yet. `sql` selects from `enterprise`.
pub(super) fn candidates(sql: Sql, scope: &Scope, plan: &Plan, line: &PlanLine) -> Sql {
    let sql = sql.scope(scope, "", "id").push(enterprise::store::AT_WORK);
    let sql = sql.and(" and sector = ", line.sector.clone());
    let sql = match line.grade.as_deref() {
        Some("unrated") => sql.push(" and grade is null"),
        grade => sql.and(" and grade = ", grade.map(str::to_string)),
    };
    let sql = sql.push(" and not exists (select 1 from inspection_target t where t.city = enterprise.city and t.enterprise = enterprise.id and t.year = ");
    sql.arg(plan.year).push(" and t.plan = ").arg(plan.id).push(")")
}

/// The enterprises a line may choose.
pub(super) async fn choices(
    db: impl Exec,
    scope: &Scope,
    (plan, line): (&Plan, &PlanLine),
    most: i64,
) -> Result<Vec<Enterprise>> {
    let sql = candidates(enterprise::store::listed().push(" where "), scope, plan, line);
    db.all(sql.push(" order by id limit ").arg(most)).await
}

/// The cards of an agency that are valid on a day.
pub(super) async fn cards(db: impl Exec, city: &str, agency: Uuid, on: NaiveDate) -> Result<Vec<Card>> {
    let sql = Card::select().push(" where city = ").arg(city).push(" and agency = ").arg(agency);
    let sql = sql.push(" and valid_from <= ").arg(on).push(" and valid_to >= ").arg(on);
    db.all(sql.push(" order by id limit ").arg(MOST)).await
}

/// Cards by city and id, for their names.
pub(super) async fn cards_by(db: impl Exec, wanted: &[(&str, Uuid)]) -> Result<Vec<Card>> {
    db.all(Card::select().push(" where ").keys("id", wanted.iter().copied())).await
}

/// The conflicts of interest of some officers that hold on a day.
pub(super) async fn conflicts(
    db: impl Exec,
    city: &str,
    cards: &[Uuid],
    enterprise: Option<Uuid>,
    on: NaiveDate,
) -> Result<Vec<Conflict>> {
    let sql = Conflict::select().push(" where city = ").arg(city).push(" and ");
    let sql = sql.within("card", cards.iter().copied()).and(" and enterprise = ", enterprise);
    db.all(sql.push(" and (ended_on is null or ended_on > ").arg(on).push(") order by id")).await
}

pub(super) async fn conflict(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Conflict> {
    let sql = Conflict::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    db.one(sql.scope(scope, "", "enterprise")).await
}

pub(super) async fn one_draw(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Draw> {
    let sql = Draw::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    db.one(sql.area(scope, "")).await
}

/// A draw without its lists, as the page of its plan shows it.
#[derive(Debug, FromRow, Serialize, ToSchema)]
#[schema(as = InspectionDrawRow)]
pub(super) struct DrawBrief {
    id: Uuid,
    line: i64,
    drawn_on: NaiveDate,
    seed: String,
    candidates: i64,
    officers: i64,
    drawn: i64,
    created_by_name: String,
}

/// The draws of a plan, the latest first.
pub(super) async fn draws(db: impl Exec, plan: &Plan) -> Result<Vec<DrawBrief>> {
    let sql = Sql::new(
        "select id, line, drawn_on, seed, candidates, officers, drawn, created_by_name from inspection_draw where city = ",
    );
    let sql = sql.arg(&plan.city).push(" and plan = ").arg(plan.id);
    db.all(sql.push(" order by id desc limit ").arg(MOST)).await
}

/// How many targets of a plan there are, by line and state.
#[derive(Debug, FromRow)]
pub(super) struct Tally {
    pub(super) line: Option<i64>,
    pub(super) state: String,
    pub(super) number: i64,
    pub(super) late: i64,
}

pub(super) async fn tally(db: impl Exec, plan: &Plan, today: NaiveDate) -> Result<Vec<Tally>> {
    let sql = Sql::new(
        "select line, state, count(*) as number, cast(coalesce(sum(case when state = 'planned' and due_on < ",
    );
    let sql = sql
        .arg(today)
        .push(" then 1 else 0 end), 0) as bigint) as late from inspection_target where city = ");
    db.all(sql.arg(&plan.city).push(" and plan = ").arg(plan.id).push(" group by line, state")).await
}

/// How many enterprises a line has chosen that were not cancelled.
#[derive(Debug, FromRow)]
pub(super) struct Chosen {
    pub(super) line: i64,
    pub(super) number: i64,
}

/// How many enterprises the lines of a plan have chosen that were not cancelled; a line that has none is not told.
pub(super) async fn chosen(db: impl Exec, plan: &Plan) -> Result<Vec<Chosen>> {
    let sql = Sql::new(
        "select line, count(distinct enterprise) as number from inspection_target where line is not null and city = ",
    );
    let sql = sql.arg(&plan.city).push(" and plan = ").arg(plan.id);
    db.all(sql.push(" and state <> 'cancelled' group by line")).await
}

/// That of one line.
pub(super) fn of_line(chosen: &[Chosen], line: i64) -> i64 {
    chosen.iter().find(|own| own.line == line).map_or(0, |own| own.number)
}

/// The condition that a target is assigned to a card of a person.
pub(super) fn assigned_to(sql: Sql, account: Uuid) -> Sql {
    let own = |sql: Sql, column: &str| {
        let card = format!(
            "select 1 from officer_card c where c.city = inspection_target.city and c.id = inspection_target.{column} and c.account = "
        );
        sql.push(&format!("exists ({card}")).arg(account).push(")")
    };
    own(own(sql.push(" and ("), "officer_one").push(" or "), "officer_two").push(")")
}
