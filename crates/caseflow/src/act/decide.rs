//! What a step makes of a case, decided by the table of the flow alone: nothing is read and nothing is written here.

use web::{Outcome, Problem};

use super::{
    Acting, Taken,
    due::{deadline, settle},
};
use crate::{
    flow::{Due, Flow, STAYS, Step},
    model::{Case, tier_code},
};

impl Taken {
    /// Why, where it is said in words.
    pub(super) fn said(&self) -> Option<&str> {
        self.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty())
    }
}

/// The step of that action out of the state the case is in, and the case as it is after it.
///
/// # Errors
/// 403 for whom it is not; 409 where the state does not allow it; 422 where what must be said is missing.
pub fn decide(
    by: Acting<'_>,
    flow: &Flow,
    case: &Case,
    action: &str,
    taken: &Taken,
) -> Outcome<(&'static Step, Case)> {
    let known = flow.steps.iter().find(|step| step.action == action);
    let any = known.ok_or_else(|| Problem::invalid("case.action", format!("{}没有这一步。", flow.label)))?;
    // who may at all is asked before what may be now
    by.actor.may(any.power)?;
    let step = flow.step(action, &case.state).ok_or_else(|| not_now(flow, case, any))?;
    by.actor.may(step.power)?;
    if step.needs.reason && taken.said().is_none() && taken.fields.is_empty() {
        return Err(Problem::wrong_field(
            "/reason",
            "field.required",
            format!("请写明{}的原因。", step.label),
        ));
    }
    let today = by.clock.today();
    if step.due == Due::Given && taken.due_on.is_some_and(|day| day < today) {
        return Err(Problem::wrong_field("/due_on", "case.due_past", "期限不能早于今天。"));
    }
    let mut after = case.clone();
    if let Some((due_on, basis)) =
        deadline(by, &case.town, step.due, (taken.due_on, taken.due_basis.as_deref()))?
    {
        (after.due_on, after.due_basis) = (due_on, basis);
        after.term_on = due_on.or(after.term_on);
    }
    if let Some(severity) = taken.severity {
        after.severity = severity.code().into();
    }
    if let Some(tier) = taken.tier {
        after.tier = tier_code(tier).into();
    }
    if let Some(title) = &taken.title {
        after.title.clone_from(title);
    }
    let to = if step.to == STAYS { case.state.as_str() } else { step.to };
    let state = flow.state(to).ok_or_else(|| Problem::internal(format!("no state {to} of {}", flow.kind)))?;
    after.state = state.code.into();
    settle(&mut after, state, today)?;
    Ok((step, after))
}

fn not_now(flow: &Flow, case: &Case, step: &Step) -> Problem {
    let next: Vec<&str> = flow.steps_from(&case.state).map(|step| step.label).collect();
    let next = if next.is_empty() {
        "已办结，没有后续步骤".to_string()
    } else {
        format!("现在可以：{}", next.join("、"))
    };
    Problem::conflict(
        "case.not_now",
        format!(
            "这件{}现在是“{}”，不能{}；{next}。请刷新页面。",
            flow.label,
            flow.state_label(&case.state),
            step.label
        ),
    )
}
