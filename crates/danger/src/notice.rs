//! Notices about a danger to other departments (抄告): sending one and taking its steps, each with its trail in one transaction.

use audit::Action;
use caseflow::{Acting, Case, Detail, Due, Flow, Opening, parse_tier};
use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, FromRow, Result, Sql, Tx};
use enterprise::Enterprise;
use kernel::Scope;
use serde_json::Value;
use uuid::Uuid;
use web::Outcome;

use crate::{
    flow::NOTICE,
    model::{Danger, Notice},
};

impl Detail for Notice {
    const FLOW: &'static Flow = &NOTICE;

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
            subject: Notice::TABLE,
            city: self.city.clone(),
            town: self.town.clone(),
            row: Some(self.id),
            title: Some(format!("{}：抄告{}", case.number, self.department)),
            before,
            after: Some(after),
            reason: None,
        }
    }
}

/// Sends a notice about a danger: to whom, what, and by when it is answered.
///
/// # Errors
/// 422 without a day for the answer.
pub async fn send(
    tx: &mut Tx,
    by: Acting<'_>,
    (enterprise, case, danger): (&Enterprise, &Case, &Danger),
    (department, content, due_on): (String, String, Option<NaiveDate>),
) -> Outcome<(Case, Notice)> {
    let now = by.clock.now();
    let row = Notice {
        city: danger.city.clone(),
        id: Uuid::nil(),
        town: danger.town.clone(),
        sector: danger.sector.clone(),
        enterprise: danger.enterprise,
        danger: danger.id,
        department,
        content,
        sent_on: by.clock.today(),
        received_on: None,
        received_by: None,
        answered_on: None,
        answer: None,
        fed_back_on: None,
        feedback: None,
        created_at: now,
        created_by: by.actor.account,
        updated_at: now,
        updated_by: by.actor.account,
        version: 1,
    };
    let opening = Opening {
        severity: if case.severity == "major" {
            caseflow::Severity::Major
        } else {
            caseflow::Severity::General
        },
        tier: parse_tier(&case.tier),
        due: Due::Given,
        due_on,
        due_basis: Some("抄告函要求的答复期限".into()),
        // who sent it sees to the answer
        officer: Some(by.actor.on_behalf.unwrap_or(by.actor.account)),
        changed: Some(row.document()),
        ..Opening::of(enterprise, "sent", format!("抄告{}：{}", row.department, case.title))
    };
    let opened = caseflow::open(tx, by, &NOTICE, opening).await?;
    let row = Notice { id: opened.id, version: opened.version, ..row };
    tx.run(row.insert()).await?;
    let told = row.entry(&opened, Action::Create, (None, row.document()));
    audit::record(tx, by.clock, by.actor, told).await?;
    Ok((opened, row))
}

/// The details of a notice in scope.
pub(crate) async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Notice> {
    let sql = Notice::select().push(" where city = ").arg(city).push(" and id = ").arg(id);
    db.one(sql.push(" and ").scope(scope, "", "enterprise")).await
}

/// The details of cases found through a scope.
pub(crate) async fn some(db: impl Exec, keys: &[(String, Uuid)]) -> Result<Vec<Notice>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    db.all(Notice::select().push(" where ").keys("id", keys.iter().map(|(city, id)| (city.as_str(), *id))))
        .await
}

/// How many notices to a department are in a state, and how many of them are late.
#[derive(Debug, FromRow)]
pub(crate) struct Stand {
    /// To whom.
    pub department: String,
    /// State of the flow.
    pub state: String,
    /// How many.
    pub number: i64,
    /// Of them, beyond their deadline.
    pub late: i64,
}

/// How the notices sent in some days stand.
pub(crate) async fn stands(
    db: impl Exec,
    scope: &Scope,
    (from, to): (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> Result<Vec<Stand>> {
    let sql = Sql::new(
        "select n.department, c.state, count(*) as number, cast(sum(case when c.closed_on is null and c.due_on < ",
    );
    let sql = sql.arg(today).push(
        " then 1 else 0 end) as bigint) as late from case_header c join danger_notice n on n.city = c.city and n.id = c.id
         where c.kind = 'danger_notice' and ",
    );
    let sql = sql.scope(scope, "c.", "enterprise");
    let sql = sql.push(" and c.opened_on >= ").arg(from).push(" and c.opened_on <= ").arg(to);
    db.all(sql.push(" group by n.department, c.state order by n.department, c.state")).await
}
