//! What people see of penalties.

use caseflow::{Acting, Case, CaseView, NextStep};
use chrono::{DateTime, NaiveDate, Utc};
use db::Exec;
use rules::penalty::Frame;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Outcome;

use super::super::{
    FLOW, compose, frame,
    model::{Exhibit, Penalty, PenaltyPaper, Person},
    step, store,
};
use crate::{compose::form_name, model::VisitOfficer};

/// What a field of a form says.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PenaltyField {
    label: String,
    value: String,
    /// Filled in on paper.
    by_hand: bool,
}

/// A paper of a penalty.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PenaltyDocument {
    city: String,
    id: Uuid,
    penalty: Uuid,
    form: String,
    name: String,
    /// `draft`, `issued` or `withdrawn`.
    state: String,
    /// Whether a leader approves it; otherwise an officer issues it.
    approval: bool,
    fields: Vec<PenaltyField>,
    number: Option<String>,
    issuer: Option<String>,
    deed: Option<String>,
    issued_on: Option<NaiveDate>,
    served_on: Option<NaiveDate>,
    service: Option<String>,
    /// When the enterprise first opened it, UTC.
    opened_at: Option<DateTime<Utc>>,
    withdrawn_on: Option<NaiveDate>,
    reason: Option<String>,
    version: i64,
}

impl PenaltyDocument {
    pub(super) fn of(row: PenaltyPaper) -> Self {
        let field = |(label, value): (String, String)| PenaltyField {
            by_hand: crate::compose::by_hand(&label),
            label,
            value,
        };
        PenaltyDocument {
            fields: row.fields().into_iter().map(field).collect(),
            name: form_name(&row.form, row.issued_on),
            approval: step::is_approval(&row.form),
            city: row.city,
            id: row.id,
            penalty: row.penalty,
            form: row.form,
            state: row.state,
            number: row.number,
            issuer: row.issuer,
            deed: row.deed,
            issued_on: row.issued_on,
            served_on: row.served_on,
            service: row.service,
            opened_at: row.opened_at,
            withdrawn_on: row.withdrawn_on,
            reason: row.reason,
            version: row.version,
        }
    }
}

/// What the law lets a violation cost, in 分.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PenaltyFrame {
    name: String,
    duty: String,
    basis: String,
    /// Least and highest fine of the law.
    law_from: i64,
    law_to: i64,
    /// Least and highest fine for the circumstances.
    from: i64,
    to: i64,
    /// What else is ordered.
    other: String,
}

impl PenaltyFrame {
    fn of(own: Frame) -> Self {
        PenaltyFrame {
            name: own.name,
            duty: own.duty,
            basis: own.basis,
            law_from: own.law_from * 100,
            law_to: own.law_to * 100,
            from: own.from * 100,
            to: own.to * 100,
            other: own.other,
        }
    }
}

/// A penalty in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PenaltyRow {
    case: CaseView,
    procedure: String,
    party_name: String,
    cause: String,
    /// In 分.
    fine: i64,
    imposed: String,
    paid: i64,
    decided_on: Option<NaiveDate>,
}

impl PenaltyRow {
    pub(super) fn of(case: Case, own: Penalty, today: NaiveDate) -> Self {
        PenaltyRow {
            case: caseflow::view(case, Some(&FLOW), today),
            imposed: compose::imposed(&own),
            procedure: own.procedure,
            party_name: own.party_name,
            cause: own.cause,
            fine: own.fine,
            paid: own.paid,
            decided_on: own.decided_on,
        }
    }
}

/// A penalty with its papers, its exhibits and what the caller may do next.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PenaltyView {
    case: CaseView,
    next: Vec<NextStep>,
    /// `ordinary` or `simple`.
    procedure: String,
    /// `unit` or `person`.
    party: String,
    party_name: String,
    person: Person,
    visit: Option<Uuid>,
    agency: Uuid,
    officers: Vec<VisitOfficer>,
    source: String,
    cause: String,
    happened_on: NaiveDate,
    /// Row of the table `penalty-discretion`.
    violation: Option<String>,
    stage: Option<String>,
    circumstance: Option<String>,
    mitigation: Option<String>,
    facts: String,
    evidence: String,
    duty: String,
    basis: String,
    /// In 分.
    fine: i64,
    other: Option<String>,
    /// What is imposed, in words.
    imposed: String,
    /// What the law lets the violation cost; none where it is none of the table.
    frame: Option<PenaltyFrame>,
    /// Whether the party must be told that it may ask for a hearing.
    hearing_right: bool,
    told_on: Option<NaiveDate>,
    discussed: bool,
    stated: bool,
    hearing_on: Option<NaiveDate>,
    filed_on: Option<NaiveDate>,
    /// Last day for the decision.
    limit_on: Option<NaiveDate>,
    decided_on: Option<NaiveDate>,
    served_on: Option<NaiveDate>,
    /// In 分.
    paid: i64,
    result: Option<String>,
    documents: Vec<PenaltyDocument>,
    exhibits: Vec<Exhibit>,
}

/// A penalty as people see it.
pub(super) async fn whole(
    db: impl Exec + Copy,
    by: Acting<'_>,
    (case, own): (Case, Penalty),
) -> Outcome<PenaltyView> {
    let papers = store::papers(db, &own).await?;
    let exhibits = store::exhibits(db, &own).await?;
    Ok(PenaltyView {
        next: caseflow::next_steps(by.actor, &FLOW, &case),
        case: caseflow::view(case, Some(&FLOW), by.clock.today()),
        person: own.person(),
        officers: own.officers(),
        imposed: compose::imposed(&own),
        frame: frame::frame(by, &own)?.map(PenaltyFrame::of),
        hearing_right: frame::is_heavy(by, &own)?,
        procedure: own.procedure,
        party: own.party,
        party_name: own.party_name,
        visit: own.visit,
        agency: own.agency,
        source: own.source,
        cause: own.cause,
        happened_on: own.happened_on,
        violation: own.violation,
        stage: own.stage,
        circumstance: own.circumstance,
        mitigation: own.mitigation,
        facts: own.facts,
        evidence: own.evidence,
        duty: own.duty,
        basis: own.basis,
        fine: own.fine,
        other: own.other,
        told_on: own.told_on,
        discussed: own.discussed,
        stated: own.stated,
        hearing_on: own.hearing_on,
        filed_on: own.filed_on,
        limit_on: own.limit_on,
        decided_on: own.decided_on,
        served_on: own.served_on,
        paid: own.paid,
        result: own.result,
        documents: papers.into_iter().map(PenaltyDocument::of).collect(),
        exhibits,
    })
}
