//! What becomes of a danger by the steps that are taken from several places: put right, looked at on the spot.

use caseflow::{Acting, Case, Event, Taken, take};
use chrono::NaiveDate;
use db::Tx;
use web::{Outcome, Problem, required};

use crate::model::Danger;

/// What becomes of the danger by a step, and what is said with it.
pub(crate) type Done = (&'static str, Danger, Taken);

/// The plan with the five guarantees (五落实).
#[derive(Debug, Clone)]
pub struct Plan {
    /// Who is responsible.
    pub person: String,
    /// What will be done.
    pub measures: String,
    /// Funds, 分.
    pub funds: i64,
    /// By when.
    pub on: NaiveDate,
    /// What is done if it goes wrong meanwhile.
    pub emergency: String,
}

/// That it was put right.
#[derive(Debug, Clone)]
pub struct Mended {
    /// When.
    pub on: NaiveDate,
    /// How.
    pub text: String,
    /// Spent, 分.
    pub funds_spent: Option<i64>,
    /// `self`, `expert` or `government`.
    pub acceptance: String,
    /// Name of the acceptor.
    pub accepted_by: String,
}

/// What was found on the spot.
#[derive(Debug, Clone)]
pub struct Recheck {
    /// Whether it is right.
    pub passed: bool,
    /// What was seen.
    pub text: String,
    /// Where it is not right: the new last day.
    pub due_on: Option<NaiveDate>,
}

fn funds(value: i64, pointer: &str) -> Outcome<i64> {
    if value < 0 {
        return Err(Problem::wrong_field(pointer, "number.negative", "资金不能小于 0。"));
    }
    Ok(value)
}

pub(crate) fn planned(row: Danger, plan: Plan) -> Outcome<Done> {
    let after = Danger {
        plan_person: Some(required(&plan.person, "/plan_person", "责任人", 50)?),
        plan_measures: Some(required(&plan.measures, "/plan_measures", "治理措施", 1000)?),
        plan_funds: Some(funds(plan.funds, "/plan_funds")?),
        plan_on: Some(plan.on),
        plan_emergency: Some(required(&plan.emergency, "/plan_emergency", "应急预案", 1000)?),
        ..row
    };
    Ok(("plan", after, Taken::default()))
}

/// What a major danger still lacks of the five guarantees, as errors beside the fields.
fn guaranteed(row: &Danger) -> Outcome<()> {
    let missing = [
        ("/plan_person", "责任", row.plan_person.is_none()),
        ("/plan_measures", "措施", row.plan_measures.is_none()),
        ("/plan_funds", "资金", row.plan_funds.is_none()),
        ("/plan_on", "时限", row.plan_on.is_none()),
        ("/plan_emergency", "预案", row.plan_emergency.is_none()),
    ];
    if missing.iter().all(|(_, _, missing)| !missing) {
        return Ok(());
    }
    let text = "重大隐患应先填报治理方案（五落实：责任、措施、资金、时限、预案），再报告整改完成。";
    let problem = Problem::invalid("danger.plan_missing", text);
    Err(missing
        .into_iter()
        .filter(|(_, _, missing)| *missing)
        .fold(problem, |problem, (pointer, name, _)| {
            problem.field(pointer, "field.required", format!("{name}未落实。"))
        }))
}

pub(crate) fn mended(by: Acting<'_>, case: &Case, row: Danger, given: Mended) -> Outcome<Done> {
    let wrong = |pointer, code, text: &str| Err(Problem::wrong_field(pointer, code, text));
    if given.on < row.found_on || given.on > by.clock.today() {
        return wrong("/mended_on", "date.range", "整改完成日期应在发现之后、不晚于今天。");
    }
    if !matches!(given.acceptance.as_str(), "self" | "expert" | "government") {
        return wrong("/acceptance", "choice.unknown", "请选择验收方式。");
    }
    if case.severity == "major" {
        guaranteed(&row)?;
        if given.acceptance == "self" && row.listed() {
            return wrong("/acceptance", "danger.acceptance", "挂牌督办的重大隐患应由专家或者政府部门验收。");
        }
    }
    let after = Danger {
        mended_on: Some(given.on),
        term_on: case.due_on,
        mended_text: Some(required(&given.text, "/mended_text", "整改情况", 1000)?),
        funds_spent: given.funds_spent.map(|spent| funds(spent, "/funds_spent")).transpose()?,
        acceptance: Some(given.acceptance),
        accepted_by: Some(required(&given.accepted_by, "/accepted_by", "验收人", 50)?),
        ..row
    };
    Ok(("mend", after, Taken::default()))
}

pub(crate) fn rechecked(by: Acting<'_>, row: Danger, given: Recheck) -> Outcome<Done> {
    let text = required(&given.text, "/text", "复查情况", 1000)?;
    let after = Danger {
        rechecked_on: Some(by.clock.today()),
        rechecked_by: Some(by.actor.name.clone()),
        rechecked_text: Some(text.clone()),
        ..row
    };
    let due_on = given.due_on.filter(|_| !given.passed);
    let taken = Taken { reason: Some(text), due_on, ..Taken::default() };
    // what is listed is struck off by the tier that listed it
    let action = match (given.passed, after.listed()) {
        (true, true) => "accept",
        (true, false) => "pass",
        (false, _) => "fail",
    };
    Ok((action, after, taken))
}

/// Files the plan.
///
/// # Errors
/// 422 with the fields that are wrong; 409 where it is not the time for it.
pub async fn plan(
    tx: &mut Tx,
    by: Acting<'_>,
    (case, row): (&Case, &Danger),
    given: Plan,
) -> Outcome<(Case, Danger)> {
    let (action, after, taken) = planned(row.clone(), given)?;
    take(tx, by, (case, row), action, (after, taken)).await
}

/// Gives it the term of a correction order (责令限期整改指令书), whose name and number say why.
///
/// # Errors
/// 409 where it is not being put right; 422 for a day that is past.
pub async fn order(
    tx: &mut Tx,
    by: Acting<'_>,
    (case, row): (&Case, &Danger),
    (document, due_on): (&str, NaiveDate),
) -> Outcome<(Case, Danger)> {
    let said = Some(document.to_string());
    let taken = Taken { due_on: Some(due_on), due_basis: said.clone(), reason: said, ..Taken::default() };
    take(tx, by, (case, row), "order", (row.clone(), taken)).await
}

/// Takes back the term of a correction order that is withdrawn: the term before it holds again, or today where that has passed. Nothing
/// happens where something else has set the term since, or it is not being put right.
///
/// # Errors
/// Where the database fails, or somebody else took a step since.
pub async fn lift_order(
    tx: &mut Tx,
    by: Acting<'_>,
    (case, row): (&Case, &Danger),
    (document, why): (&str, &str),
) -> Outcome<()> {
    if case.state != "mending" || case.due_basis.as_deref() != Some(document) {
        return Ok(());
    }
    let steps = caseflow::store::events(&mut *tx, case).await?;
    let ordered = |own: &Event| own.action == "order" && own.reason.as_deref() == Some(document);
    let Some(at) = steps.iter().rposition(ordered) else { return Ok(()) };
    let Some(before) = at.checked_sub(1).and_then(|at| steps.get(at)).and_then(|own| own.due_on) else {
        return Ok(());
    };
    let taken = Taken {
        due_on: Some(before.max(by.clock.today())),
        due_basis: Some(format!("{document}已撤回，恢复原期限")),
        reason: Some(format!("{document}已撤回：{why}")),
        ..Taken::default()
    };
    take(tx, by, (case, row), "lift_order", (row.clone(), taken)).await?;
    Ok(())
}

/// Says that it was put right.
///
/// # Errors
/// 422 with the fields that are wrong; 409 where it is not the time for it.
pub async fn mend(
    tx: &mut Tx,
    by: Acting<'_>,
    (case, row): (&Case, &Danger),
    given: Mended,
) -> Outcome<(Case, Danger)> {
    let (action, after, taken) = mended(by, case, row.clone(), given)?;
    take(tx, by, (case, row), action, (after, taken)).await
}

/// Looks at it on the spot: strikes it off (under listed supervision: asks for its release), or sends it back.
///
/// # Errors
/// 422 with the fields that are wrong; 409 where it is not the time for it.
pub async fn recheck(
    tx: &mut Tx,
    by: Acting<'_>,
    (case, row): (&Case, &Danger),
    given: Recheck,
) -> Outcome<(Case, Danger)> {
    let (action, after, taken) = rechecked(by, row.clone(), given)?;
    take(tx, by, (case, row), action, (after, taken)).await
}
