//! What people see of a case, of a step that was taken, and of the steps that they may take next.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, Scope};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    flow::Flow,
    model::{Case, Event, FieldReason},
};

/// A case as people see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseView {
    city: String,
    id: Uuid,
    town: String,
    region_name: String,
    sector: String,
    sector_label: String,
    ownership: Option<String>,
    kind: String,
    kind_label: &'static str,
    number: String,
    title: String,
    enterprise: Option<Uuid>,
    enterprise_name: String,
    agency: Option<Uuid>,
    officer: Option<Uuid>,
    officer_name: String,
    state: String,
    state_label: &'static str,
    /// `general` or `major`.
    severity: String,
    /// Whose turn it is: `enterprise`, `officer` or `nobody`.
    waits: String,
    due_on: Option<NaiveDate>,
    due_basis: Option<String>,
    /// Days beyond the deadline, where it is late.
    overdue: Option<i64>,
    /// The lowest tier that sees it as its own.
    tier: String,
    escalated_on: Option<NaiveDate>,
    opened_on: NaiveDate,
    closed_on: Option<NaiveDate>,
    term_on: Option<NaiveDate>,
    /// Address of its page.
    pub(crate) link: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

/// A case of that flow as people see it on that day.
pub fn view(case: Case, flow: Option<&Flow>, today: NaiveDate) -> CaseView {
    CaseView {
        region_name: region::divisions::full_name(&case.town),
        sector_label: rules::sector::label(&case.sector).unwrap_or_default().to_string(),
        kind_label: flow.map_or("", |flow| flow.label),
        state_label: flow.map_or("", |flow| flow.state_label(&case.state)),
        overdue: case.overdue(today),
        link: format!("{}/{}/{}", flow.map_or("/cases", |flow| flow.page), case.city, case.id),
        city: case.city,
        id: case.id,
        town: case.town,
        sector: case.sector,
        ownership: case.ownership,
        kind: case.kind,
        number: case.number,
        title: case.title,
        enterprise: case.enterprise,
        enterprise_name: case.enterprise_name,
        agency: case.agency,
        officer: case.officer,
        officer_name: case.officer_name,
        state: case.state,
        severity: case.severity,
        waits: case.waits,
        due_on: case.due_on,
        due_basis: case.due_basis,
        tier: case.tier,
        escalated_on: case.escalated_on,
        opened_on: case.opened_on,
        closed_on: case.closed_on,
        term_on: case.term_on,
        created_at: case.created_at,
        updated_at: case.updated_at,
        version: case.version,
    }
}

/// The same as a document: what a stale edit is answered with.
pub fn shown(case: &Case, flow: &Flow, today: NaiveDate) -> Value {
    serde_json::to_value(view(case.clone(), Some(flow), today)).unwrap_or_default()
}

/// A step that the caller may take now.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CaseNextStep)]
pub struct NextStep {
    /// Code of the step.
    pub action: &'static str,
    /// What a person calls it.
    pub label: &'static str,
    /// Whether it asks why.
    pub needs_reason: bool,
    /// Whether it asks for a last day.
    pub needs_due: bool,
}

/// The steps that this person may take of this case now.
pub fn next_steps(actor: &Actor, flow: &Flow, case: &Case) -> Vec<NextStep> {
    let may = |scope: &Scope| {
        let bound = scope.enterprises().is_none_or(|own| case.enterprise.is_some_and(|id| own.contains(&id)));
        let area = scope.areas().iter().any(|area| {
            let sector = area.sectors.as_ref().is_none_or(|own| own.contains(&case.sector));
            sector && area.region.contains(&case.town)
        });
        bound && area
    };
    let steps =
        flow.steps_from(&case.state).filter(|step| actor.may(step.power).is_ok_and(|scope| may(&scope)));
    steps
        .map(|step| NextStep {
            action: step.action,
            label: step.label,
            needs_reason: step.needs.reason,
            needs_due: step.needs.due,
        })
        .collect()
}

/// A step that was taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CaseEventView)]
pub struct EventView {
    seq: i64,
    case: Uuid,
    action: String,
    label: String,
    from_label: Option<&'static str>,
    to_label: &'static str,
    at: DateTime<Utc>,
    actor_name: String,
    on_behalf_name: Option<String>,
    reason: Option<String>,
    fields: Vec<FieldReason>,
    /// What of the details became otherwise.
    #[schema(value_type = Option<Object>)]
    changed: Option<Value>,
    due_on: Option<NaiveDate>,
}

pub(super) fn told(event: Event, flow: Option<&Flow>) -> EventView {
    let fields = event.fields.and_then(|own| serde_json::from_value(own.0).ok()).unwrap_or_default();
    let label = |state: &str| flow.map_or("", |flow| flow.state_label(state));
    EventView {
        seq: event.seq,
        case: event.case_id,
        from_label: event.from_state.as_deref().map(label),
        to_label: label(&event.to_state),
        action: event.action,
        label: event.label,
        at: event.at,
        actor_name: event.actor_name,
        on_behalf_name: event.on_behalf_name,
        reason: event.reason,
        fields,
        changed: event.changed.map(|own| own.0),
        due_on: event.due_on,
    }
}
