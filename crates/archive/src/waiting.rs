//! What waits in archives: records to verify, records sent back, papers that run out.
//!
//! Papers are shown to the enterprise and its town 90, 30 and 7 days before and from the day they ran out; what has been overdue for
//! [`TO_COUNTY`] days is shown to the county as well, for [`TO_CITY`] days to the city.

use chrono::{Days, NaiveDate};
use db::{Exec, Sql};
use futures::{FutureExt, future::BoxFuture};
use inbox::{Group, SHOWN, Task, Urgency, number};
use kernel::{Actor, ActorKind, Power, Scope, Tier};
use uuid::Uuid;
use web::{App, Outcome};

use crate::{model::Record, powers};

/// Days overdue after which the county sees it.
const TO_COUNTY: u64 = 30;
/// Days overdue after which the city sees it.
const TO_CITY: u64 = 90;

/// What waits for somebody in archives.
pub fn source(app: App, actor: Actor) -> BoxFuture<'static, Outcome<Vec<Group>>> {
    async move {
        let mut groups = Vec::new();
        let own = actor.kind == ActorKind::Enterprise;
        if own {
            if let Ok(scope) = actor.may(&powers::UPDATE) {
                let states = "('returned')";
                groups.extend(
                    of_state(&app, &scope, ("returned_records", "被退回待修改的档案"), states).await?,
                );
            }
        } else if let Some(scope) = of_towns(&actor, &powers::VERIFY) {
            let states = "('entered', 'changed')";
            groups.extend(of_state(&app, &scope, ("records_to_verify", "待核实的档案记录"), states).await?);
        }
        if let Ok(scope) = actor.may(&powers::EXPIRIES) {
            groups.extend(papers(&app, &scope, own).await?);
        }
        Ok(groups)
    }
    .boxed()
}

/// The part of a scope that lies in single towns: what the town does itself does not wait for the tiers above.
fn of_towns(actor: &Actor, power: &Power) -> Option<Scope> {
    let scope = actor.may(power).ok()?;
    scope.areas().iter().all(|area| area.region.tier() == Tier::Town).then_some(scope)
}

async fn of_state(
    app: &App,
    scope: &Scope,
    (kind, label): (&'static str, &str),
    states: &str,
) -> Outcome<Option<Group>> {
    let conditions = |sql: Sql| {
        sql.push(" where ").scope(scope, "", "enterprise").push(&format!(" and state in {states}"))
    };
    let number = number(app, conditions(Sql::new("select id from record"))).await?;
    if number == 0 {
        return Ok(None);
    }
    let rows: Vec<Record> =
        app.db.all(conditions(Record::select()).push(" order by id limit ").arg(SHOWN as i64)).await?;
    let mut group = Group::new(kind, label, Urgency::Waiting, number, format!("/waiting?kind={kind}"));
    group.tasks = tasks(app, scope, &rows).await?;
    Ok(Some(group))
}

/// A first and a last day.
type Span = (Option<NaiveDate>, Option<NaiveDate>);

async fn papers(app: &App, scope: &Scope, own: bool) -> Outcome<Vec<Group>> {
    let today = app.clock.today();
    let ahead = |days| today.checked_add_days(Days::new(days));
    let ago = |days| today.checked_sub_days(Days::new(days));
    // the widest part of the area says which tier asks
    let tier = scope.areas().iter().map(|area| area.region.tier()).min().unwrap_or(Tier::Town);
    let spans: &[(&'static str, &str, Urgency, Span)] = &match tier {
        _ if own => near(today, ahead),
        Tier::Town | Tier::Village => near(today, ahead),
        Tier::County => {
            vec![("papers_expired_30", "过期超过 30 天的证照资料", Urgency::Overdue, (None, ago(TO_COUNTY)))]
        }
        _ => vec![("papers_expired_90", "过期超过 90 天的证照资料", Urgency::Overdue, (None, ago(TO_CITY)))],
    };
    let mut groups = Vec::new();
    for (kind, label, urgency, (from, to)) in spans {
        let conditions = |sql: Sql| {
            let sql = sql.push(" where ").scope(scope, "", "enterprise").push(" and expires_on is not null");
            let sql = sql.and(" and expires_on >= ", *from).and(" and expires_on <= ", *to);
            sql.push(" and state not in ('replaced', 'removed')")
        };
        let number = number(app, conditions(Sql::new("select id from record"))).await?;
        if number == 0 {
            continue;
        }
        let sql = conditions(Record::select()).push(" order by expires_on, id limit ");
        let rows: Vec<Record> = app.db.all(sql.arg(SHOWN as i64)).await?;
        let day = |name: &str, day: &Option<NaiveDate>| day.map(|day| format!("{name}={day}"));
        let query: Vec<String> = [day("from", from), day("to", to)].into_iter().flatten().collect();
        let mut group = Group::new(kind, *label, *urgency, number, format!("/expiries?{}", query.join("&")));
        group.tasks = tasks(app, scope, &rows).await?;
        groups.push(group);
    }
    Ok(groups)
}

/// The reminders of whoever has to act.
fn near(
    today: NaiveDate,
    ahead: impl Fn(u64) -> Option<NaiveDate>,
) -> Vec<(&'static str, &'static str, Urgency, Span)> {
    vec![
        ("papers_expired", "已过有效期的证照资料", Urgency::Overdue, (None, today.pred_opt())),
        ("papers_7", "7 天内到期的证照资料", Urgency::Soon, (Some(today), ahead(7))),
        ("papers_30", "30 天内到期的证照资料", Urgency::Soon, (ahead(8), ahead(30))),
        ("papers_90", "90 天内到期的证照资料", Urgency::Waiting, (ahead(31), ahead(90))),
    ]
}

/// The records as things to do, each with its enterprise.
async fn tasks(app: &App, scope: &Scope, rows: &[Record]) -> Outcome<Vec<Task>> {
    let keys: Vec<(String, Uuid)> = rows.iter().map(|row| (row.city.clone(), row.enterprise)).collect();
    let enterprises = enterprise::store::some(&app.db, scope, &keys).await?;
    let task = |row: &Record| {
        let name =
            enterprises.iter().find(|own| own.id == row.enterprise).map_or("", |own| own.name.as_str());
        let label = row.described().map_or("", |section| section.label);
        Task {
            title: if label == row.title { label.to_string() } else { format!("{label}：{}", row.title) },
            subtitle: format!("{name}　{}", region::divisions::full_name(&row.town)),
            due_on: row.expires_on,
            link: format!(
                "/enterprises/{}/{}?tab=archive&section={}&record={}",
                row.city, row.enterprise, row.section, row.id
            ),
        }
    };
    Ok(rows.iter().map(task).collect())
}
