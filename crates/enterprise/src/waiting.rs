//! What waits in the register: enterprises without a town, what enterprises propose, what other divisions hand over.

use db::Sql;
use futures::{FutureExt, future::BoxFuture};
use inbox::{Group, Urgency, number};
use kernel::{Actor, ActorKind};
use web::{App, Outcome};

use crate::{http, powers};

/// What waits for somebody in the register.
pub fn source(app: App, actor: Actor) -> BoxFuture<'static, Outcome<Vec<Group>>> {
    async move {
        let mut groups = Vec::new();
        let mut add = |kind, label: &str, number, link: &str| {
            groups.push(Group::new(kind, label, Urgency::Waiting, number, link.to_string()));
        };
        if let Ok(scope) = actor.may(&powers::ASSIGN) {
            let sql = Sql::new("select id from enterprise where ").scope(&scope, "", "id");
            let sql = sql.push(" and assignment in ('proposed', 'open') and status <> 'merged'");
            add("unassigned", "待分配镇街的企业", number(&app, sql).await?, "/unassigned");
        }
        if let Ok(scope) = actor.may(&powers::DECIDE_PROPOSAL) {
            let sql = Sql::new("select id from proposal where ").area(&scope, "").push(" and state = 'open'");
            add("proposals", "企业申报待处理", number(&app, sql).await?, "/proposals");
        }
        if actor.kind == ActorKind::Enterprise && actor.may(&powers::PROPOSE).is_ok() {
            for (city, id) in &actor.enterprises {
                let sql = Sql::new("select id from proposal where city = ").arg(city).push(" and enterprise_id = ");
                let sql = sql.arg(*id).push(" and state in ('returned', 'partly') and not exists (select 1 from proposal later where later.city = proposal.city and later.enterprise_id = proposal.enterprise_id and later.id > proposal.id)");
                let link = format!("/enterprises/{city}/{id}");
                add("returned_proposals", "被退回的信息变更申报", number(&app, sql).await?, &link);
            }
        }
        if let Ok(scope) = actor.may(&powers::DECIDE_HANDOVER) {
            let sql = http::incoming_handovers(Sql::new("select id from handover"), &scope)?;
            add("handovers", "外地移交待接收的企业", number(&app, sql).await?, "/handovers");
        }
        Ok(groups)
    }
    .boxed()
}
