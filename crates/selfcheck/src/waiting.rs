//! What waits for somebody in self-checks: an enterprise has to do one; an office sees how many of its enterprises let the last period pass.

use db::Sql;
use enterprise::Enterprise;
use futures::{FutureExt, future::BoxFuture};
use inbox::{Group, SHOWN, Task as Waiting, Urgency, number};
use kernel::{Actor, ActorKind, Scope};
use web::{App, Outcome};

use crate::{http::due, powers, store};

/// What waits for somebody in self-checks.
pub fn source(app: App, actor: Actor) -> BoxFuture<'static, Outcome<Vec<Group>>> {
    async move {
        let Ok(scope) = actor.may(&powers::FINISH) else { return Ok(Vec::new()) };
        if actor.kind == ActorKind::Enterprise {
            own(&app, &actor, &scope).await
        } else {
            office(&app, &actor).await
        }
    }
    .boxed()
}

async fn own(app: &App, actor: &Actor, scope: &Scope) -> Outcome<Vec<Group>> {
    let firms: Vec<Enterprise> = enterprise::store::some(&app.db, scope, &actor.enterprises).await?;
    let mut tasks = Vec::new();
    let mut late = false;
    for firm in &firms {
        for open in due(app, firm).await?.into_iter().filter(|own| own.state != "done") {
            late |= open.late || open.reminded;
            let why = if open.reminded { "　主管部门已催办" } else { "" };
            tasks.push(Waiting {
                title: format!("{}：{}{why}", open.name, open.period),
                subtitle: firm.name.clone(),
                due_on: Some(open.period_to),
                link: format!("/enterprises/{}/{}?tab=cases", firm.city, firm.id),
            });
        }
    }
    let Some(link) = tasks.first().map(|own| own.link.clone()) else { return Ok(Vec::new()) };
    let urgency = if late { Urgency::Overdue } else { Urgency::Soon };
    let mut group =
        Group::new("self_check", "请完成自查", urgency, i64::try_from(tasks.len()).unwrap_or(i64::MAX), link);
    tasks.truncate(SHOWN);
    group.tasks = tasks;
    Ok(vec![group])
}

/// The tasks set in a person's own division whose last period is over.
async fn office(app: &App, actor: &Actor) -> Outcome<Vec<Group>> {
    let today = app.clock.today();
    let mut groups = Vec::new();
    for grant in actor.grants.iter().filter(|own| own.holds_on(today)) {
        let scope = actor.may(&powers::FINISH)?;
        for task in store::set_in(&app.db, grant.region.as_str(), today).await? {
            let (_, before) = task.periods(today);
            let Some(before) = before else { continue };
            let rows = store::missing(Sql::new("select id from enterprise where "), &scope, &task, before);
            let missing = number(app, rows).await?;
            if missing > 0 {
                let label = format!("{}没有提交{}的企业", before.label(&task.cycle), task.name);
                let link = format!("/self-check-tasks/{}/{}?period={}", task.city, task.id, before.from);
                groups.push(Group::new("self_check_missing", label, Urgency::Overdue, missing, link));
            }
        }
    }
    Ok(groups)
}
