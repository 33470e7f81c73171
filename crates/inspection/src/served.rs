//! Documents as the enterprise has them: what was handed over to it, of visits and of penalties. Drafts, plans, records of inquiries,
//! reports, panels and approvals are the agency's own papers, and what is served to a person is that person's.

use audit::Action;
use chrono::{DateTime, NaiveDate, Utc};
use db::{Db, Exec, FromRow, Sql, Tx};
use inbox::{Group, SHOWN, Task, Urgency, number};
use kernel::{Actor, Clock, Scope};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, List, Outcome, Page};

use crate::{compose, model::Paper, penalty::model::PenaltyPaper};

/// The forms of visits that are handed over.
const OF_VISITS: [&str; 4] = ["inspection_record", "site_measures", "correction_order", "recheck_opinion"];
/// Those of penalties.
const OF_PENALTIES: [&str; 7] = [
    "inquiry_notice",
    "penalty_notice",
    "hearing_right_notice",
    "hearing_notice",
    "penalty_decision_unit",
    "on_spot_decision_unit",
    "service_receipt",
];

/// The forms of penalties that are handed over, to whichever party; the receipt itself says that something was.
pub(crate) fn of_parties() -> impl Iterator<Item = &'static str> {
    let handed = OF_PENALTIES.into_iter().filter(|form| *form != "service_receipt");
    handed.chain(["penalty_decision_person", "on_spot_decision_person"])
}

/// What a list tells of a document that was served.
#[derive(Debug, FromRow, Serialize, ToSchema)]
#[schema(as = ServedRow)]
pub(crate) struct Row {
    pub(crate) city: String,
    pub(crate) id: Uuid,
    pub(crate) enterprise_name: String,
    pub(crate) form: String,
    /// `issued` or `withdrawn`.
    pub(crate) state: String,
    pub(crate) number: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) issued_on: Option<NaiveDate>,
    /// Day by which the enterprise has to act.
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) served_on: Option<NaiveDate>,
    /// When the enterprise first opened it, UTC.
    pub(crate) opened_at: Option<DateTime<Utc>>,
}

/// A document that was served.
pub(crate) enum Served {
    /// Of a visit.
    Visit(Paper),
    /// Of a penalty.
    Penalty(PenaltyPaper),
}

/// What was served of visits, after `where`.
fn of_visits(sql: Sql, scope: &Scope) -> Sql {
    let sql = sql.scope(scope, "", "enterprise").push(" and served_on is not null and ");
    sql.within("form", OF_VISITS)
}

/// What was served of penalties of the enterprise itself, after `where`.
fn of_penalties(sql: Sql, scope: &Scope) -> Sql {
    let sql = sql.scope(scope, "", "enterprise").push(" and served_on is not null and ");
    sql.within("form", OF_PENALTIES).push(
        " and exists (select 1 from penalty p where p.city = penalty_document.city and p.id = penalty_document.penalty and p.party = 'unit')",
    )
}

/// All of both kinds in scope, within the conditions of the whole.
fn both(columns: &str, scope: &Scope) -> Sql {
    let parts = "city, id, enterprise_name, form, state, number, issuer, issued_on, served_on, opened_at";
    let visits = Sql::new(&format!("select {parts}, due_on from enforcement_document where "));
    let penalties =
        Sql::new(&format!("select {parts}, cast(null as date) as due_on from penalty_document where "));
    Sql::new(&format!("select {columns} from ("))
        .append(of_visits(visits, scope))
        .push(" union all ")
        .append(of_penalties(penalties, scope))
        .push(") served where 1 = 1")
}

/// A page of what was served, the latest first.
pub(crate) async fn page(db: &Db, scope: &Scope, page: &Page) -> Outcome<List<Row>> {
    page.latest(db, both("*", scope), |row: &Row| row.id).await
}

/// One document that was served.
///
/// # Errors
/// Not found where it is another's, or was not handed over.
pub(crate) async fn find(tx: &mut Tx, scope: &Scope, city: &str, id: Uuid) -> db::Result<Served> {
    let one = |sql: Sql| sql.push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    let own: Option<Paper> = tx.optional(of_visits(one(Paper::select()), scope)).await?;
    Ok(match own {
        Some(own) => Served::Visit(own),
        None => Served::Penalty(tx.one(of_penalties(one(PenaltyPaper::select()), scope)).await?),
    })
}

/// Notes that the enterprise opened a document; what it opens again was opened the first time.
pub(crate) async fn open(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    own: &Served,
    action: Action,
) -> Outcome<()> {
    let now = clock.now();
    let (table, city, id, opened_at) = match own {
        Served::Visit(own) => (Paper::TABLE, &own.city, own.id, own.opened_at),
        Served::Penalty(own) => (PenaltyPaper::TABLE, &own.city, own.id, own.opened_at),
    };
    if opened_at.is_none() {
        let sql = Sql::new(&format!("update {table} set opened_at = ")).arg(now);
        let sql = sql.push(" where city = ").arg(city).push(" and id = ").arg(id);
        tx.run(sql.push(" and opened_at is null")).await?;
    } else if action == Action::Read {
        return Ok(());
    }
    let after = json!({"opened_at": opened_at.unwrap_or(now)});
    let title = |form: &str, on, number: &Option<String>, name: &str| {
        format!("{} {}：{name}", compose::form_name(form, on), number.as_deref().unwrap_or_default())
    };
    let entry = match own {
        Served::Visit(own) => {
            let title = title(&own.form, own.issued_on, &own.number, &own.enterprise_name);
            own.entry(action, &title, after, None)
        }
        Served::Penalty(own) => {
            let title = title(&own.form, own.issued_on, &own.number, &own.enterprise_name);
            own.entry(action, &title, after, None)
        }
    };
    Ok(audit::record(tx, clock, actor, entry).await?)
}

/// What was served and not opened yet.
pub(crate) async fn waiting(app: &App, scope: &Scope) -> Outcome<Vec<Group>> {
    let fresh = " and opened_at is null and state = 'issued'";
    let waiting = number(app, both("id", scope).push(fresh)).await?;
    if waiting == 0 {
        return Ok(Vec::new());
    }
    let link = "/served-documents".to_string();
    let mut group = Group::new("documents_served", "新送达的文书，请查看", Urgency::Soon, waiting, link);
    let sql = both("*", scope).push(fresh).push(" order by served_on desc, id desc limit ");
    let rows: Vec<Row> = app.db.all(sql.arg(SHOWN as i64)).await?;
    group.tasks = rows
        .into_iter()
        .map(|own| Task {
            title: format!(
                "{} {}",
                compose::form_name(&own.form, own.issued_on),
                own.number.unwrap_or_default()
            ),
            subtitle: format!(
                "{}　{} 送达",
                own.issuer.unwrap_or_default(),
                own.served_on.map(|day| day.to_string()).unwrap_or_default()
            ),
            due_on: own.due_on,
            link: format!("/served-documents/{}/{}", own.city, own.id),
        })
        .collect();
    Ok(vec![group])
}
