//! Filing a source at the county (备案) and striking it off (核销): handed in with its papers, taken on or sent back with a reason for
//! each field, filed under a number for a term.

use audit::Action;
use caseflow::{Acting, Case, Detail, Flow, Opening, Severity, Taken, take};
use chrono::{DateTime, Months, NaiveDate, Utc};
use db::{Exec, Json, Sql, Tx};
use enterprise::Enterprise;
use kernel::Tier;
use rules::{At, Law, hazard::filing as rule};
use serde_json::{Value, json};
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::{
    flow::{FLOW, SUBMITTED},
    model::{Filing, Material, Source},
    review, write,
};

/// What is handed in.
#[derive(Debug, Clone, Default)]
pub struct Paper {
    /// `filing` or `cancel`.
    pub kind: String,
    /// The papers.
    pub materials: Vec<Material>,
    /// Why; needed to strike it off.
    pub reason: Option<String>,
}

/// The papers that go with it by the rules of that day.
pub fn documents(law: &Law, source: &Source, kind: &str, today: NaiveDate) -> Vec<String> {
    let at = At { on: today, region: &source.town, law };
    let input = rule::Input {
        grade: source.grade.and_then(|grade| u8::try_from(grade).ok()).unwrap_or(4),
        assessed_on: source.assessed_on.filter(|day| *day <= today).unwrap_or(today),
        events: Vec::new(),
        project: false,
        ended: kind == "cancel",
        cancellation_received_on: None,
    };
    rule::due(&at, &input).map(|own| own.value.documents).unwrap_or_default()
}

/// Every paper is there, or said where.
fn complete(wanted: &[String], materials: &[Material]) -> Outcome<()> {
    let there = |name: &String| {
        materials.iter().any(|own| {
            let note = own.note.as_deref().is_some_and(|note| !note.trim().is_empty());
            own.name == *name && (own.record.is_some() || note)
        })
    };
    let missing: Vec<(usize, &String)> = wanted.iter().enumerate().filter(|(_, name)| !there(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let problem =
        Problem::invalid("hazard.materials", format!("还缺 {} 份材料，请逐项选择或者注明。", missing.len()));
    Err(missing.into_iter().fold(problem, |problem, (at, name)| {
        problem.field(&format!("/materials/{at}"), "field.required", format!("缺少：{name}"))
    }))
}

impl Detail for Filing {
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
            subject: Filing::TABLE,
            city: self.city.clone(),
            town: self.town.clone(),
            row: Some(self.id),
            title: Some(case.title.clone()),
            before,
            after: Some(after),
            reason: None,
        }
    }
}

/// Hands a source in.
///
/// # Errors
/// 409 while another is under way; 422 where it is none, was not assessed, has nobody responsible, or a paper is missing.
pub async fn submit(
    tx: &mut Tx,
    by: Acting<'_>,
    enterprise: &Enterprise,
    source: &Source,
    paper: Paper,
) -> Outcome<(Case, Filing, Source)> {
    let today = by.clock.today();
    let cancel = paper.kind == "cancel";
    let reason = web::filled(paper.reason);
    if !matches!(paper.kind.as_str(), "filing" | "cancel") {
        return Err(Problem::wrong_field("/kind", "choice.unknown", "请选择备案或者核销。"));
    }
    if source.open_filing.is_some() {
        return Err(Problem::conflict(
            "hazard.filing_open",
            "这处重大危险源正在办理备案或者核销，办结后才能再报。",
        ));
    }
    if source.state == "cancelled" {
        return Err(Problem::conflict("hazard.cancelled", "这处重大危险源已经核销。"));
    }
    if cancel && source.state != "filed" {
        return Err(Problem::conflict(
            "hazard.not_filed",
            "没有备案的重大危险源不必核销；误登的请监管人员删除。",
        ));
    }
    if cancel && reason.is_none() {
        return Err(Problem::wrong_field("/reason", "field.required", "请写明申请核销的理由。"));
    }
    if !cancel {
        let persons = source.persons();
        let named = |duty: &str| persons.iter().any(|own| own.duty == duty);
        let mut lacking = Vec::new();
        if !source.is_major {
            lacking.push(("/units", "辨识结果不构成重大危险源，不必备案。"));
        }
        if source.assessed_on.is_none() {
            lacking.push(("/assessed_on", "请先填写安全评估（评价）日期。"));
        }
        for (duty, text) in [
            ("principal", "请先填写主要负责人。"),
            ("technical", "请先填写技术负责人。"),
            ("operation", "请先填写操作负责人。"),
        ] {
            if !named(duty) {
                lacking.push(("/persons", text));
            }
        }
        if !lacking.is_empty() {
            let problem = Problem::invalid("hazard.incomplete", "还不能备案，请先补全下列内容。");
            let each = |problem: Problem, (pointer, text): (&str, &str)| {
                problem.field(pointer, "field.required", text)
            };
            return Err(lacking.into_iter().fold(problem, each));
        }
    }
    complete(&documents(by.law, source, &paper.kind, today), &paper.materials)?;
    let word = if cancel { "核销" } else { "备案" };
    let title = format!("{}（{word}）", source.name);
    let grave = source.grade.is_some_and(|grade| grade <= 2);
    let opening = Opening {
        severity: if grave { Severity::Major } else { Severity::General },
        tier: Tier::County,
        due: SUBMITTED,
        reason: reason.clone(),
        ..Opening::of(enterprise, "submitted", &title)
    };
    let case = caseflow::open(tx, by, &FLOW, opening).await?;
    let row = Filing {
        city: case.city.clone(),
        id: case.id,
        town: case.town.clone(),
        sector: case.sector.clone(),
        enterprise: source.enterprise,
        source: source.id,
        kind: paper.kind,
        materials: Json(json!(paper.materials)),
        reason,
        subject: Json(source.document()),
        number: None,
        decided_on: None,
        valid_until: None,
        created_at: by.clock.now(),
        created_by: by.actor.account,
        updated_at: by.clock.now(),
        updated_by: by.actor.account,
        version: case.version,
    };
    tx.run(row.insert()).await?;
    audit::record(tx, by.clock, by.actor, row.entry(&case, Action::Create, (None, row.document()))).await?;
    let after = Source { open_filing: Some(case.id), ..source.clone() };
    let source = write::keep(tx, by, enterprise, (source, after), None).await?;
    Ok((case, row, source))
}

impl Filing {
    /// The row as a document.
    pub(crate) fn document(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Its papers.
    pub(crate) fn materials(&self) -> Vec<Material> {
        serde_json::from_value(self.materials.0.clone()).unwrap_or_default()
    }
}

/// A step that leaves the source as it is.
///
/// # Errors
/// As those of [`caseflow::step`].
pub async fn pass(
    tx: &mut Tx,
    by: Acting<'_>,
    (case, row): (&Case, &Filing),
    action: &str,
    taken: Taken,
) -> Outcome<(Case, Filing)> {
    take(tx, by, (case, row), action, (row.clone(), taken)).await
}

/// Handed in again: what goes to the county is the source as it stands now.
pub(crate) async fn resubmit(
    tx: &mut Tx,
    by: Acting<'_>,
    (case, row, source): (&Case, &Filing, &Source),
    materials: Vec<Material>,
) -> Outcome<(Case, Filing)> {
    complete(&documents(by.law, source, &row.kind, by.clock.today()), &materials)?;
    let after = Filing { materials: Json(json!(materials)), subject: Json(source.document()), ..row.clone() };
    take(tx, by, (case, row), "resubmit", (after, Taken::default())).await
}

/// What the county says with its decision.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// The number; the next one of the county unless told.
    pub number: Option<String>,
    /// The last day of the filing; three years from the assessment unless told.
    pub valid_until: Option<NaiveDate>,
    /// Name of the authority.
    pub authority: String,
}

/// Files it under a number, or strikes it off.
///
/// # Errors
/// As those of [`caseflow::step`]; 422 for a term that is past.
pub async fn decide(
    tx: &mut Tx,
    by: Acting<'_>,
    enterprise: &Enterprise,
    (case, row, source): (&Case, &Filing, &Source),
    decision: Decision,
) -> Outcome<(Case, Filing, Source)> {
    let today = by.clock.today();
    let cancel = row.kind == "cancel";
    let years = |day: NaiveDate| day.checked_add_months(Months::new(36)).unwrap_or(day);
    let until = decision.valid_until.unwrap_or_else(|| years(source.assessed_on.unwrap_or(today)));
    if !cancel && until <= today {
        return Err(Problem::wrong_field(
            "/valid_until",
            "date.past",
            "备案有效期应晚于今天；评估已满三年的应先重新评估。",
        ));
    }
    let given = web::filled(decision.number);
    let county = source.town.get(..6).unwrap_or(&source.city);
    let number = match given {
        Some(number) => number,
        None => {
            caseflow::next_number(tx, if cancel { "HX" } else { "BA" }, &source.city, county, today).await?
        }
    };
    let filing = Filing {
        number: Some(number.clone()),
        decided_on: Some(today),
        valid_until: (!cancel).then_some(until),
        ..row.clone()
    };
    let (case, filing) = take(tx, by, (case, row), "decide", (filing, Taken::default())).await?;
    let mut after = Source { open_filing: None, ..source.clone() };
    if cancel {
        after.state = "cancelled".into();
    } else {
        after.state = "filed".into();
        after.filing_number = Some(number);
        after.filed_on = Some(today);
        after.filed_until = Some(until);
        after.filed_with = Some(decision.authority);
    }
    review::apply(&At { on: today, region: &source.town, law: by.law }, &mut after);
    let source = write::keep(tx, by, enterprise, (source, after), None).await?;
    Ok((case, filing, source))
}

/// Taken back by who handed it in.
pub(crate) async fn withdraw(
    tx: &mut Tx,
    by: Acting<'_>,
    enterprise: &Enterprise,
    (case, row, source): (&Case, &Filing, &Source),
    reason: Option<String>,
) -> Outcome<(Case, Filing, Source)> {
    let (case, filing) = pass(tx, by, (case, row), "withdraw", Taken { reason, ..Taken::default() }).await?;
    let after = Source { open_filing: None, ..source.clone() };
    let source = write::keep(tx, by, enterprise, (source, after), None).await?;
    Ok((case, filing, source))
}

/// Whether somebody may change the source now: not while the county reviews what was handed in.
pub(crate) fn may_change(case: Option<&Case>, id: Option<Uuid>) -> Outcome<()> {
    match (case, id) {
        (Some(case), Some(_)) if case.state != "returned" => Err(Problem::conflict(
            "hazard.under_review",
            "备案正在审查，不能修改；确需修改的请先撤回，或者请监管机构退回补正。",
        )),
        _ => Ok(()),
    }
}
