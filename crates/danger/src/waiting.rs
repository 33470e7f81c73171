//! What waits for an enterprise beside its cases: a month of which it was reminded and which it has not reported.

use db::Exec;
use enterprise::Enterprise;
use futures::{FutureExt, future::BoxFuture};
use inbox::{Group, SHOWN, Task, Urgency};
use kernel::{Actor, ActorKind};
use web::{App, Outcome};

use crate::{model::Reminder, powers};

/// Reminders of an enterprise that are looked at.
const MOST: i64 = 200;

/// What waits for an enterprise: the months of which it was reminded.
pub fn source(app: App, actor: Actor) -> BoxFuture<'static, Outcome<Vec<Group>>> {
    async move {
        let Ok(scope) = actor.may(&powers::RETURN) else { return Ok(Vec::new()) };
        if actor.kind != ActorKind::Enterprise {
            return Ok(Vec::new());
        }
        let mut tasks = Vec::new();
        for firm in enterprise::store::some(&app.db, &scope, &actor.enterprises).await? {
            tasks.extend(reminded(&app, &firm).await?);
        }
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let number = i64::try_from(tasks.len()).unwrap_or(i64::MAX);
        let link = "/danger-returns".to_string();
        let mut group =
            Group::new("danger_return_reminded", "主管部门催报隐患月报", Urgency::Overdue, number, link);
        tasks.truncate(SHOWN);
        group.tasks = tasks;
        Ok(vec![group])
    }
    .boxed()
}

/// The months that an enterprise at work was reminded of and has not reported, the latest first.
async fn reminded(app: &App, firm: &Enterprise) -> Outcome<Vec<Task>> {
    let sql = Reminder::select().push(" where city = ").arg(&firm.city);
    let sql = sql.push(" and town = substr(cast(").arg(&firm.town).push(" as text), 1, length(town))");
    let sql = sql.push(
        " and not exists (select 1 from danger_return r where r.city = danger_return_reminder.city
          and r.month = danger_return_reminder.month and r.enterprise = ",
    );
    let sql = sql.arg(firm.id).push(") and exists (select 1 from enterprise where city = ").arg(&firm.city);
    let sql = sql.push(" and id = ").arg(firm.id).push(enterprise::store::AT_WORK);
    let sql = sql.push(") order by month desc, id desc limit ").arg(MOST);
    let mut rows: Vec<Reminder> = app.db.all(sql).await?;
    rows.retain(|own| own.covers(&firm.town, &firm.sector));
    rows.dedup_by(|one, before| one.month == before.month);
    let task = |own: Reminder| Task {
        title: format!("报送 {} 隐患月报：没有查出隐患也要报", own.month),
        subtitle: format!("{}　{} {} 催报", firm.name, own.reminded_on, own.created_by_name),
        due_on: None,
        link: format!("/danger-returns?month={}", own.month),
    };
    Ok(rows.into_iter().map(task).collect())
}
