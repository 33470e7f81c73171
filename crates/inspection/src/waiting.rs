//! What waits for an officer in inspections: visits that were begun and not ended, drafts that were not issued, documents that were not
//! served. Each waits for who began it. For the enterprise: what was served and not opened yet.

use chrono::Days;
use db::{Exec, Sql};
use futures::{FutureExt, future::BoxFuture};
use inbox::{Group, SHOWN, Task, Urgency, number};
use kernel::{Actor, ActorKind, Scope};
use web::{App, Outcome};

use crate::{
    compose,
    model::{Paper, Visit},
    penalty, plan, powers, served,
};

/// Days within which a document is served: those of decisions (行政处罚法 2021 article 61).
const SERVICE: u64 = 7;

/// What waits for somebody in inspections.
pub fn source(app: App, actor: Actor) -> BoxFuture<'static, Outcome<Vec<Group>>> {
    async move {
        if actor.kind == ActorKind::Enterprise {
            let Ok(scope) = actor.may(&powers::SERVED_LIST) else { return Ok(Vec::new()) };
            return served::waiting(&app, &scope).await;
        }
        let mut groups = plan::waiting::source(app.clone(), actor.clone()).await?;
        groups.extend(penalty::waiting::waiting(&app, &actor).await?);
        let Ok(scope) = actor.may(&powers::ISSUE) else { return Ok(groups) };
        groups.extend(visits(&app, &actor, &scope).await?);
        let (draft, issued) = (" and state = 'draft'", " and state = 'issued' and served_on is null");
        let wanted = [
            ("documents_unserved", "已签发未送达的文书", issued, "/enforcement-documents?unserved=true"),
            ("documents_draft", "还没有签发的文书草稿", draft, "/enforcement-documents?state=draft"),
        ];
        for own in wanted {
            groups.extend(papers(&app, &actor, &scope, own).await?);
        }
        Ok(groups)
    }
    .boxed()
}

/// Rows of a table that the person began.
fn own(sql: Sql, scope: &Scope, actor: &Actor) -> Sql {
    sql.scope(scope, "", "enterprise").push(" and created_by = ").arg(actor.account)
}

async fn visits(app: &App, actor: &Actor, scope: &Scope) -> Outcome<Option<Group>> {
    let rows = |sql: Sql| own(sql, scope, actor).push(" and state = 'open'");
    let open = number(app, rows(Sql::new("select id from visit where "))).await?;
    if open == 0 {
        return Ok(None);
    }
    let sql = rows(Visit::select().push(" where ")).push(" order by id limit ").arg(SHOWN as i64);
    let visits: Vec<Visit> = app.db.all(sql).await?;
    let link = "/visits?state=open".to_string();
    let mut group = Group::new("visits_open", "没有结束的现场检查", Urgency::Soon, open, link);
    group.tasks = visits
        .iter()
        .map(|own| Task {
            title: format!("{}：请签名并结束检查", own.enterprise_name),
            subtitle: format!("{} 开始　{}", own.day(), own.place),
            due_on: None,
            link: format!("/visits/{}/{}", own.city, own.id),
        })
        .collect();
    Ok(Some(group))
}

async fn papers(
    app: &App,
    actor: &Actor,
    scope: &Scope,
    (kind, label, state, link): (&'static str, &'static str, &'static str, &'static str),
) -> Outcome<Option<Group>> {
    let rows = |sql: Sql| own(sql, scope, actor).push(state);
    let waiting = number(app, rows(Sql::new("select id from enforcement_document where "))).await?;
    if waiting == 0 {
        return Ok(None);
    }
    let sql = rows(Paper::select().push(" where ")).push(" order by id limit ").arg(SHOWN as i64);
    let papers: Vec<Paper> = app.db.all(sql).await?;
    let due = |own: &Paper| own.issued_on.and_then(|on| on.checked_add_days(Days::new(SERVICE)));
    let late = papers.iter().any(|own| due(own).is_some_and(|on| on < app.clock.today()));
    let urgency = if late { Urgency::Overdue } else { Urgency::Soon };
    let mut group = Group::new(kind, label, urgency, waiting, link.into());
    group.tasks = papers
        .iter()
        .map(|own| Task {
            title: format!(
                "{} {}",
                compose::form_name(&own.form, own.issued_on),
                own.number.as_deref().unwrap_or_default()
            ),
            subtitle: own.enterprise_name.clone(),
            due_on: due(own),
            link: format!("/enforcement-documents/{}/{}", own.city, own.id),
        })
        .collect();
    Ok(Some(group))
}
