//! Taking the steps of a case: the only way in which a case changes once it is opened (`opening`). Each is decided by the table
//! of the flow, who may, and what must be said (`decide`), with the deadline that follows (`due`), and written with the step and the trail in
//! the caller's transaction (`write`). What a step means to the area's details is the area's business.

mod decide;
mod due;
mod number;
mod opening;
mod responsible;
mod write;

use audit::Action;
use chrono::NaiveDate;
use db::{Exec, Tx, sql};
use kernel::{Actor, Clock, Tier};
use rules::Law;
use serde_json::{Value, json};
use uuid::Uuid;
use web::Outcome;

use crate::{
    flow::{Flow, Severity},
    model::{Case, FieldReason, parse_tier, tier_code},
    store,
};
pub use decide::decide;
pub use due::after_working_days;
pub use number::{next_number, next_serial};
pub use opening::{Opening, open};
use write::{Number, Told, rewrite, write_event};

/// Who acts, when, and under which law.
#[derive(Clone, Copy)]
pub struct Acting<'a> {
    /// The time.
    pub clock: &'a Clock,
    /// The person.
    pub actor: &'a Actor,
    /// The law of the place (`law::in_force`).
    pub law: &'a Law,
}

/// What is said with a step.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// Why.
    pub reason: Option<String>,
    /// What is sent back, field by field.
    pub fields: Vec<FieldReason>,
    /// The day of [`Due::Given`].
    pub due_on: Option<NaiveDate>,
    /// Why that day.
    pub due_basis: Option<String>,
    /// What of the area's details becomes otherwise.
    pub changed: Option<Value>,
    /// How grave it is from now on.
    pub severity: Option<Severity>,
    /// The lowest tier that sees it as its own from now on.
    pub tier: Option<Tier>,
    /// What it is called from now on.
    pub title: Option<String>,
}

/// Takes a step of a case as it was read; the typed details are the caller's to change in the same transaction.
///
/// # Errors
/// 409 where the state does not allow it, or somebody else took a step since; 403 and 404 for whom it is not; 422 where what must be said
/// is missing.
pub async fn step(
    tx: &mut Tx,
    by: Acting<'_>,
    flow: &Flow,
    case: &Case,
    action: &str,
    taken: Taken,
) -> Outcome<Case> {
    let (step, after) = decide(by, flow, case, action, &taken)?;
    let scope = by.actor.may(step.power)?;
    let told = Told {
        action: step.action,
        label: step.label,
        from: Some(&case.state),
        reason: taken.said().map(str::to_string),
        fields: taken.fields,
        changed: taken.changed,
        header: Value::Null,
    };
    rewrite(tx, by, flow, (case, after), Some(&scope), told).await
}

/// Hands a case to another officer; who that may be is the caller's to check.
pub(crate) async fn assign(
    tx: &mut Tx,
    by: Acting<'_>,
    flow: &Flow,
    (scope, case): (&kernel::Scope, &Case),
    (officer, name): (Uuid, String),
    reason: Option<String>,
) -> Outcome<Case> {
    let after = Case { officer: Some(officer), officer_name: name, ..case.clone() };
    let told = Told::staying("assign", "交办", &case.state, reason);
    rewrite(tx, by, flow, (case, after), Some(scope), told).await
}

/// Lets a wider tier see a late case as its own. Answers whether it did: it may have been dealt with in the meantime.
pub(crate) async fn escalate(
    tx: &mut Tx,
    by: Acting<'_>,
    flow: &Flow,
    case: &Case,
    (tier, days): (Tier, i64),
) -> Outcome<bool> {
    let late = case.overdue(by.clock.today()).unwrap_or_default();
    if late < days {
        return Ok(false);
    }
    lift(tx, by, flow, case, (tier, format!("逾期 {late} 天，按规定提请{}督促", tier.label()))).await
}

/// Lets a wider tier see a case as its own before its day has passed, because its area counts in minutes. Answers whether it did: it may have been
/// dealt with in the meantime, or be seen there already.
///
/// # Errors
/// Where the database fails.
pub async fn lift(
    tx: &mut Tx,
    by: Acting<'_>,
    flow: &Flow,
    case: &Case,
    (tier, reason): (Tier, String),
) -> Outcome<bool> {
    if parse_tier(&case.tier) <= tier || store::version(tx, case).await? != Some(case.version) {
        return Ok(false);
    }
    let after = Case { tier: tier_code(tier).into(), escalated_on: Some(by.clock.today()), ..case.clone() };
    let told = Told::staying("escalate", "逾期上报", &case.state, Some(reason));
    rewrite(tx, by, flow, (case, after), None, told).await?;
    Ok(true)
}

/// Reminds whose turn it is. The case stays as it is, so that what somebody has open of it does not become stale.
pub(crate) async fn remind(
    tx: &mut Tx,
    by: Acting<'_>,
    flow: &Flow,
    case: &Case,
    reason: Option<String>,
) -> Outcome<()> {
    let sql = sql!(
        "update case_header set events = events + 1 where city = $1 and id = $2 returning events",
        &case.city,
        case.id
    );
    let after = Case { events: tx.one::<Number>(sql).await?.events, ..case.clone() };
    let mut told = Told::staying("remind", "催办", &case.state, reason.clone());
    told.header = json!({});
    write_event(tx, by, &after, told).await?;
    let entry =
        after.entry(flow.label, Action::Update, Some(json!({})), Some(json!({"remind": true})), reason);
    Ok(audit::record(tx, by.clock, by.actor, entry).await?)
}
