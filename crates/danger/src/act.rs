//! Finding a danger and taking its steps: the case, the details and the trail in one transaction.

use audit::Action;
use caseflow::{Acting, Case, Detail, Due, Flow, Opening, Severity, Taken, take};
use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, Json, Sql, Tx};
use enterprise::Enterprise;
use kernel::Tier;
use rules::{
    At,
    danger::{self, Class},
};
use serde_json::{Value, json};
use uuid::Uuid;
use web::{Outcome, Problem, required};

use crate::{
    flow::FLOW,
    model::{Danger, SOURCES},
};

/// Longest description, signs.
const LONGEST: usize = 1000;
/// Signs of the description that are its title.
const TITLE: usize = 40;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// One of [`SOURCES`].
    pub source: String,
    /// When; not after today.
    pub found_on: NaiveDate,
    /// By whom, in words.
    pub found_by: Option<String>,
    /// Category of the table `danger-category`.
    pub category: Option<String>,
    /// Where in the enterprise.
    pub place: String,
    /// What it is.
    pub description: String,
    /// What is asked for.
    pub requirement: Option<String>,
    /// Codes of the table `danger-criterion` that are met.
    pub criteria: Vec<String>,
    /// Can be put right at once.
    pub fixable_at_once: Option<bool>,
    /// Needs a full or partial stop.
    pub needs_stop: Option<bool>,
    /// Beyond the enterprise's own power.
    pub beyond_own_power: Option<bool>,
    /// `none`, `part` or `whole`.
    pub stop: String,
    /// Last day for putting it right.
    pub due_on: Option<NaiveDate>,
    /// Who deals with it; the enterprise's officer unless told.
    pub officer: Option<Uuid>,
    /// The case in whose course it was found.
    pub found_in: Option<Uuid>,
    /// What else is to be known of how it came to be entered.
    pub reason: Option<String>,
}

/// The class of a danger and the steps by which it follows.
fn judged(by: Acting<'_>, enterprise: &Enterprise, found: &Found) -> Outcome<(Severity, Value)> {
    let at = At { on: found.found_on, region: &enterprise.town, law: by.law };
    let input = danger::Input {
        category: found.category.clone().unwrap_or_default(),
        criteria: found.criteria.clone(),
        fixable_at_once: found.fixable_at_once,
        needs_stop: found.needs_stop,
        beyond_own_power: found.beyond_own_power,
        ..danger::Input::default()
    };
    let outcome = danger::class(&at, &input).map_err(law::problem)?;
    let severity = if outcome.value.class == Class::General { Severity::General } else { Severity::Major };
    Ok((severity, serde_json::to_value(outcome).map_err(Problem::internal)?))
}

/// Checks what was found and makes the row of it, without the version and times that the case gives.
fn made(by: Acting<'_>, enterprise: &Enterprise, found: &Found) -> Outcome<(Danger, Severity)> {
    let today = by.clock.today();
    if !SOURCES.iter().any(|(code, _)| *code == found.source) {
        return Err(Problem::wrong_field("/source", "choice.unknown", "请选择隐患来源。"));
    }
    if found.found_on > today {
        return Err(Problem::wrong_field("/found_on", "date.future", "发现日期不能晚于今天。"));
    }
    if !matches!(found.stop.as_str(), "none" | "part" | "whole") {
        return Err(Problem::wrong_field("/stop", "choice.unknown", "请选择是否停产停业。"));
    }
    let (severity, judgement) = judged(by, enterprise, found)?;
    let row = Danger {
        city: enterprise.city.clone(),
        id: Uuid::nil(),
        town: enterprise.town.clone(),
        sector: enterprise.sector.clone(),
        enterprise: enterprise.id,
        source: found.source.clone(),
        found_in: found.found_in,
        found_on: found.found_on,
        found_by: web::filled(found.found_by.as_deref()).or_else(|| Some(by.actor.name.clone())),
        category: web::filled(found.category.as_deref()),
        place: required(&found.place, "/place", "隐患部位", 100)?,
        description: required(&found.description, "/description", "隐患内容", LONGEST)?,
        requirement: web::filled(found.requirement.as_deref()),
        criteria: Json(json!(found.criteria)),
        fixable_at_once: found.fixable_at_once,
        needs_stop: found.needs_stop,
        beyond_own_power: found.beyond_own_power,
        judgement: Json(judgement),
        stop: found.stop.clone(),
        plan_person: None,
        plan_measures: None,
        plan_funds: None,
        plan_on: None,
        plan_emergency: None,
        deferral_on: None,
        mended_on: None,
        mended_text: None,
        term_on: None,
        funds_spent: None,
        acceptance: None,
        accepted_by: None,
        rechecked_on: None,
        rechecked_by: None,
        rechecked_text: None,
        listed_tier: None,
        listed_document: None,
        listed_on: None,
        listed_until: None,
        listed_ask_by: None,
        served_on: None,
        served_to: None,
        served_way: None,
        released_on: None,
        released_text: None,
        created_at: by.clock.now(),
        created_by: by.actor.account,
        updated_at: by.clock.now(),
        updated_by: by.actor.account,
        version: 1,
    };
    Ok((row, severity))
}

fn title(description: &str) -> String {
    description.chars().take(TITLE).collect()
}

impl Detail for Danger {
    const FLOW: &'static Flow = &FLOW;

    fn document(&self) -> Value {
        self.document()
    }

    fn stamp(&mut self, version: i64, at: DateTime<Utc>, by: Uuid) {
        (self.version, self.updated_at, self.updated_by) = (version, at, by);
    }

    fn write(&self) -> Sql {
        self.update(&["city", "id"])
    }

    fn entry(&self, case: &Case, action: Action, (before, after): (Option<Value>, Value)) -> audit::Entry {
        audit::Entry {
            action,
            subject: Danger::TABLE,
            city: self.city.clone(),
            town: self.town.clone(),
            row: Some(self.id),
            title: Some(format!("{}：{}", case.number, case.title)),
            before,
            after: Some(after),
            reason: None,
        }
    }
}

/// Opens a danger of an enterprise that the caller found in its scope.
///
/// # Errors
/// 422 with the fields that are missing or wrong.
pub async fn report(
    tx: &mut Tx,
    by: Acting<'_>,
    enterprise: &Enterprise,
    found: Found,
) -> Outcome<(Case, Danger)> {
    let (row, severity) = made(by, enterprise, &found)?;
    let opening = Opening {
        severity,
        // the county answers for major dangers from the first day
        tier: if severity == Severity::Major { Tier::County } else { Tier::Town },
        opened_on: Some(found.found_on),
        due: Due::Given,
        due_on: found.due_on,
        officer: found.officer.or(enterprise.officer),
        reason: found.reason,
        changed: Some(row.document()),
        ..Opening::of(enterprise, "mending", title(&row.description))
    };
    let case = caseflow::open(tx, by, &FLOW, opening).await?;
    let row = Danger { id: case.id, version: case.version, ..row };
    tx.run(row.insert()).await?;
    let told = row.entry(&case, Action::Create, (None, row.document()));
    audit::record(tx, by.clock, by.actor, told).await?;
    Ok((case, row))
}

/// Sets right what was entered: judged anew.
pub(crate) async fn amend(
    tx: &mut Tx,
    by: Acting<'_>,
    enterprise: &Enterprise,
    (case, before): (&Case, &Danger),
    (found, reason): (Found, Option<String>),
) -> Outcome<(Case, Danger)> {
    let (row, severity) = made(by, enterprise, &found)?;
    let after = Danger {
        found_by: row.found_by,
        category: row.category,
        place: row.place,
        description: row.description,
        requirement: row.requirement,
        criteria: row.criteria,
        fixable_at_once: row.fixable_at_once,
        needs_stop: row.needs_stop,
        beyond_own_power: row.beyond_own_power,
        judgement: row.judgement,
        stop: row.stop,
        ..before.clone()
    };
    let raised = severity == Severity::Major && case.severity == Severity::General.code();
    let taken = Taken {
        reason,
        severity: Some(severity),
        tier: (raised && case.tier == "town").then_some(Tier::County),
        title: Some(title(&after.description)),
        ..Taken::default()
    };
    take(tx, by, (case, before), "amend", (after, taken)).await
}
