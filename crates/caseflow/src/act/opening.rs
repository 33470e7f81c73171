//! Opening a case: what it begins with, its number, its first step.

use audit::Action;
use chrono::NaiveDate;
use db::{Exec, Tx};
use enterprise::Enterprise;
use kernel::Tier;
use serde_json::Value;
use uuid::Uuid;
use web::{Outcome, Problem};

use super::{
    Acting,
    due::{deadline, settle},
    number::next_number,
    responsible::responsible,
    write::{Told, name, write_event},
};
use crate::{
    find,
    flow::{Due, Flow, Severity},
    model::{Case, tier_code},
};

/// What a case begins with. Whether the caller may open one here was decided by whoever found the place in its scope.
#[derive(Debug, Clone)]
pub struct Opening {
    /// City, 4 digits.
    pub city: String,
    /// Division.
    pub town: String,
    /// The enterprise it is about, with sector and ownership.
    pub enterprise: Option<(Uuid, String)>,
    /// Supervised sector; empty without an enterprise.
    pub sector: String,
    /// `public` or `non_public`.
    pub ownership: Option<String>,
    /// Responsible agency.
    pub agency: Option<Uuid>,
    /// Responsible officer.
    pub officer: Option<Uuid>,
    /// What it is about.
    pub title: String,
    /// State it begins in, one of [`Flow::starts`].
    pub state: &'static str,
    /// How grave.
    pub severity: Severity,
    /// The lowest tier that sees it as its own.
    pub tier: Tier,
    /// First day; today unless told.
    pub opened_on: Option<NaiveDate>,
    /// Its deadline.
    pub due: Due,
    /// The day of [`Due::Given`].
    pub due_on: Option<NaiveDate>,
    /// Why that day.
    pub due_basis: Option<String>,
    /// Its number; the next one of its kind, town and year unless told.
    pub number: Option<String>,
    /// Why it is opened.
    pub reason: Option<String>,
    /// What the area says of it.
    pub changed: Option<Value>,
}

impl Opening {
    /// A case about an enterprise, of the officer responsible for it.
    pub fn of(enterprise: &Enterprise, state: &'static str, title: impl Into<String>) -> Opening {
        Opening {
            enterprise: Some((enterprise.id, enterprise.name.clone())),
            sector: enterprise.sector.clone(),
            ownership: Some(enterprise.ownership.clone()),
            agency: enterprise.agency,
            officer: enterprise.officer,
            ..Opening::at(&enterprise.town, state, title)
        }
    }

    /// A case of a division without an enterprise.
    pub fn at(town: &str, state: &'static str, title: impl Into<String>) -> Opening {
        Opening {
            city: town.get(..4).unwrap_or_default().to_string(),
            town: town.to_string(),
            enterprise: None,
            sector: String::new(),
            ownership: None,
            agency: None,
            officer: None,
            title: title.into(),
            state,
            severity: Severity::General,
            tier: Tier::Town,
            opened_on: None,
            due: Due::Given,
            due_on: None,
            due_basis: None,
            number: None,
            reason: None,
            changed: None,
        }
    }
}

/// Opens a case. Where the enterprise has neither agency nor officer, the office of its place answers for it.
///
/// # Errors
/// 422 without a deadline, where nobody answers for the place, or in a state in which its kind does not begin.
pub async fn open(tx: &mut Tx, by: Acting<'_>, flow: &Flow, opening: Opening) -> Outcome<Case> {
    let today = by.clock.today();
    let state = flow
        .starts
        .contains(&opening.state)
        .then(|| flow.state(opening.state))
        .flatten()
        .ok_or_else(|| Problem::invalid("case.start", format!("{}不能从这个状态开始。", flow.label)))?;
    let opened_on = opening.opened_on.unwrap_or(today);
    let due = deadline(by, &opening.town, opening.due, (opening.due_on, opening.due_basis.as_deref()))?;
    let (due_on, due_basis) = due.unwrap_or((None, None));
    if due_on.is_some_and(|day| day < opened_on) {
        return Err(Problem::wrong_field("/due_on", "case.due_before", "期限不能早于开始的日期。"));
    }
    let (agency, officer) = responsible(tx, by, &opening).await?;
    let number = match opening.number {
        Some(number) => number,
        None => next_number(tx, flow.mark, &opening.city, &opening.town, opened_on).await?,
    };
    let at = by.clock.now();
    let officer_name = name(tx, officer).await?;
    let (enterprise, enterprise_name) = opening.enterprise.unzip();
    let mut case = Case {
        city: opening.city,
        id: Uuid::now_v7(),
        town: opening.town,
        sector: opening.sector,
        ownership: opening.ownership,
        kind: flow.kind.into(),
        number,
        title: opening.title,
        enterprise,
        enterprise_name: enterprise_name.unwrap_or_default(),
        agency,
        officer,
        officer_name,
        state: state.code.into(),
        severity: opening.severity.code().into(),
        waits: String::new(),
        due_on,
        due_basis,
        tier: tier_code(opening.tier).into(),
        escalated_on: None,
        opened_on,
        closed_on: None,
        term_on: due_on,
        events: 1,
        created_at: at,
        created_by: by.actor.account,
        updated_at: at,
        updated_by: by.actor.account,
        version: 1,
    };
    settle(&mut case, state, opened_on)?;
    tx.run(case.insert()).await?;
    let step = Told {
        action: "open",
        label: "开始",
        from: None,
        reason: opening.reason.clone(),
        fields: Vec::new(),
        changed: opening.changed,
        header: case.said(),
    };
    write_event(tx, by, &case, step).await?;
    let entry = case.entry(flow.label, Action::Create, None, Some(case.document()), opening.reason);
    audit::record(tx, by.clock, by.actor, entry).await?;
    search::write(tx, &[find::entry(&case)]).await?;
    Ok(case)
}
