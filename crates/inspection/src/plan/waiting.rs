//! What waits for somebody in inspection plans: an officer has inspections of this month and before; a leader has plans to approve and sees
//! what of the own office is late.

use chrono::Datelike;
use db::{Exec, Sql};
use futures::{FutureExt, future::BoxFuture};
use inbox::{Group, SHOWN, Task, Urgency, number};
use kernel::{Actor, Scope};
use web::{App, Outcome};

use super::{
    line::last_day,
    model::{Plan, Target},
    store,
};
use crate::powers;

/// What waits for somebody in inspection plans.
pub fn source(app: App, actor: Actor) -> BoxFuture<'static, Outcome<Vec<Group>>> {
    async move {
        let mut groups = Vec::new();
        if let Ok(scope) = actor.may(&powers::UPDATE_TARGET) {
            groups.extend(mine(&app, &actor, &scope).await?);
        }
        if let Ok(scope) = actor.may(&powers::APPROVE_PLAN) {
            groups.extend(submitted(&app, &scope).await?);
            groups.extend(late(&app, &actor, &scope).await?);
        }
        Ok(groups)
    }
    .boxed()
}

/// Inspections assigned to a person, of this month and of months that are over.
async fn mine(app: &App, actor: &Actor, scope: &Scope) -> Outcome<Option<Group>> {
    let today = app.clock.today();
    let end = last_day(today.year().into(), today.month()).unwrap_or(today);
    let rows = |sql: Sql| {
        let sql = sql.scope(scope, "", "enterprise").push(" and state = 'planned' and due_on <= ").arg(end);
        store::assigned_to(sql, actor.account)
    };
    let waiting = number(app, rows(Sql::new("select id from inspection_target where "))).await?;
    if waiting == 0 {
        return Ok(None);
    }
    let sql = rows(Target::select().push(" where ")).push(" order by due_on, id limit ");
    let targets: Vec<Target> = app.db.all(sql.arg(SHOWN as i64)).await?;
    let late = targets.iter().any(|own| own.late(&app.clock));
    let urgency = if late { Urgency::Overdue } else { Urgency::Soon };
    let link = format!("/inspection-targets?mine=true&state=planned&due_by={end}");
    let mut group = Group::new("inspection_planned", "计划检查的企业", urgency, waiting, link);
    group.tasks = targets
        .iter()
        .map(|own| Task {
            title: own.enterprise_name.clone(),
            subtitle: format!("{} 年 {} 月计划检查", own.year, own.month),
            due_on: Some(own.due_on),
            link: format!("/visits/new?city={}&enterprise={}", own.city, own.enterprise),
        })
        .collect();
    Ok(Some(group))
}

/// Plans that wait to be approved.
async fn submitted(app: &App, scope: &Scope) -> Outcome<Option<Group>> {
    let rows = |sql: Sql| sql.area(scope, "").push(" and state = 'submitted'");
    let waiting = number(app, rows(Sql::new("select id from inspection_plan where "))).await?;
    if waiting == 0 {
        return Ok(None);
    }
    let sql = rows(Plan::select().push(" where ")).push(" order by id limit ").arg(SHOWN as i64);
    let plans: Vec<Plan> = app.db.all(sql).await?;
    let link = "/inspection-plans?state=submitted".to_string();
    let mut group = Group::new("plan_submitted", "待审批的检查计划", Urgency::Soon, waiting, link);
    group.tasks = plans
        .iter()
        .map(|own| Task {
            title: own.name.clone(),
            subtitle: format!("{} 年", own.year),
            due_on: None,
            link: format!("/inspection-plans/{}/{}", own.city, own.id),
        })
        .collect();
    Ok(Some(group))
}

/// Inspections of the offices of a leader's own division that were planned for months that are over.
async fn late(app: &App, actor: &Actor, scope: &Scope) -> Outcome<Vec<Group>> {
    let today = app.clock.today();
    let mut groups = Vec::new();
    for grant in actor.grants.iter().filter(|own| own.holds_on(today)) {
        let region = grant.region.as_str();
        for office in crate::store::agencies_in(&app.db, region).await? {
            let sql = Sql::new("select id from inspection_target where ").scope(scope, "", "enterprise");
            let sql = sql.push(" and agency = ").arg(office.id).push(" and state = 'planned' and due_on < ");
            let late = number(app, sql.arg(today)).await?;
            if late > 0 {
                let label = format!("{}逾期未检查的企业", office.name);
                let link = format!("/inspection-targets?late=true&agency={}", office.id);
                groups.push(Group::new("inspection_late", label, Urgency::Overdue, late, link));
            }
        }
    }
    Ok(groups)
}
