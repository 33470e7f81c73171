//! What waits for somebody in penalties: a leader has those to approve of the offices that the own division answers for; an officer has
//! drafts to issue and papers to serve of the cases in hand.

use caseflow::store::Filter;
use db::{Exec, FromRow, Sql};
use inbox::{Group, SHOWN, Task, Urgency, number};
use kernel::{Actor, Scope, Tier};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{App, Outcome, Problem};

use super::flow::{self, FLOW};
use crate::{powers, served};

/// What is to be done next.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Todo {
    /// Open ones with something to do: `approve` for the caller as leader, `issue` a draft, `serve` an issued paper.
    pub(super) todo: Option<String>,
}

impl Todo {
    /// The condition on cases, beginning with `and`.
    ///
    /// # Errors
    /// 400 for words that mean nothing.
    pub(super) async fn condition(&self, app: &App, actor: &Actor) -> Outcome<Sql> {
        let drafts = || with_paper().push("d.state = 'draft' and ");
        let approvals = || FLOW.steps.iter().flat_map(|step| flow::approvals(step.action));
        let open = Sql::new(" and closed_on is null");
        Ok(match self.todo.as_deref() {
            None | Some("") => Sql::default(),
            Some("approve") => {
                let sql = open.push(" and ").within("agency", led(app, actor).await?);
                let sql = sql.push(" and (").within("state", FLOW.of_leaders().map(|own| own.code));
                sql.push(" or ").append(drafts().within("d.form", approvals()).push("))"))
            }
            Some("issue") => {
                let others = drafts().push("not ").within("d.form", approvals());
                open.push(" and ").append(others.push(")"))
            }
            Some("serve") => {
                let issued = with_paper().push("d.state = 'issued' and d.served_on is null and ");
                open.push(" and ").append(issued.within("d.form", served::of_parties()).push(")"))
            }
            Some(_) => {
                return Err(Problem::bad_request("todo.unknown", "todo 应为 approve、issue 或者 serve。"));
            }
        })
    }
}

/// The beginning of the condition that a case has a paper `d`.
fn with_paper() -> Sql {
    Sql::new(
        "exists (select 1 from penalty_document d where d.city = case_header.city and d.penalty = case_header.id and ",
    )
}

/// The offices whose penalties somebody approves: those of the own division, and of a county also its towns', which punish in the county's
/// name. A wider tier sees what rises to it.
async fn led(app: &App, actor: &Actor) -> Outcome<Vec<Uuid>> {
    #[derive(FromRow)]
    struct Office {
        id: Uuid,
    }
    let Ok(scope) = actor.may(&powers::APPROVE_PENALTY) else { return Ok(Vec::new()) };
    let mut led = Vec::new();
    for area in scope.areas() {
        let (low, high) = area.region.span();
        let sql = Sql::new("select id from agency where city = ").arg(low.get(..4).unwrap_or(&low));
        let sql = if area.region.tier() == Tier::County {
            sql.push(" and town >= ").arg(&low).push(" and town < ").arg(&high)
        } else {
            sql.push(" and town = ").arg(&low)
        };
        led.extend(app.db.all::<Office>(sql).await?.into_iter().map(|own| own.id));
    }
    Ok(led)
}

/// What waits for somebody in penalties.
pub(crate) async fn waiting(app: &App, actor: &Actor) -> Outcome<Vec<Group>> {
    let mut groups = Vec::new();
    if let Ok(scope) = actor.may(&powers::APPROVE_PENALTY) {
        groups.extend(
            group(app, (actor, &scope), ("penalties_approve", "approve", "等我审批的行政处罚")).await?,
        );
    }
    if let Ok(scope) = actor.may(&powers::ISSUE_PENALTY) {
        groups.extend(
            group(app, (actor, &scope), ("penalties_serve", "serve", "有处罚文书待送达的案件")).await?,
        );
        groups.extend(
            group(app, (actor, &scope), ("penalties_issue", "issue", "有处罚文书草稿待签发的案件")).await?,
        );
    }
    Ok(groups)
}

async fn group(
    app: &App,
    (actor, scope): (&Actor, &Scope),
    (kind, todo, label): (&'static str, &'static str, &'static str),
) -> Outcome<Option<Group>> {
    // a leader approves what officers have in hand, these have their own
    let mine = todo != "approve";
    let filter = Filter { kind: Some(FLOW.kind.into()), mine, ..Filter::default() };
    let todo = Todo { todo: Some(todo.into()) };
    let also = todo.condition(app, actor).await?;
    let today = app.clock.today();
    let rows = |sql: Sql| -> Outcome<Sql> {
        let sql = filter.conditions(sql.scope(scope, "", "enterprise"), actor.account, today)?;
        Ok(sql.append(also.clone()))
    };
    let waiting = number(app, rows(Sql::new("select id from case_header where "))?).await?;
    if waiting == 0 {
        return Ok(None);
    }
    let sql = rows(caseflow::Case::select().push(" where "))?.push(" order by due_on, id limit ");
    let cases: Vec<caseflow::Case> = app.db.all(sql.arg(SHOWN as i64)).await?;
    let late = cases.iter().any(|own| own.overdue(today).is_some());
    let urgency = if late { Urgency::Overdue } else { Urgency::Soon };
    let own = if mine { "&mine=true" } else { "" };
    let link = format!("/penalties?todo={}{own}", todo.todo.unwrap_or_default());
    let mut group = Group::new(kind, label, urgency, waiting, link);
    group.tasks = cases
        .into_iter()
        .map(|own| Task {
            subtitle: format!("{}　{}", FLOW.state_label(&own.state), own.enterprise_name),
            due_on: own.due_on,
            link: format!("{}/{}/{}", FLOW.page, own.city, own.id),
            title: own.title,
        })
        .collect();
    Ok(Some(group))
}
