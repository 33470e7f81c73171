//! What waits for somebody in cases: what an officer deals with, what is due and late in the own office, what waits for the enterprise.
//! A tier above the town sees as its own only what has risen to it or was its own from the beginning.

use db::{Exec, FromRow, Sql};
use inbox::{Group, SHOWN, Task, Urgency, number};
use kernel::{Actor, ActorKind, Role, Scope, Tier};
use uuid::Uuid;
use web::{App, Outcome};

use crate::{flow::Flow, model::Case, powers, store::Filter};

/// A group: kind, label, how pressing, and what belongs to it.
type Wanted = (&'static str, &'static str, Urgency, Filter);

fn filter(waits: Option<&str>, due: &str) -> Filter {
    Filter { waits: waits.map(str::to_string), due: Some(due.to_string()), ..Filter::default() }
}

/// Open ones that somebody else deals with.
fn others(waits: &str) -> Filter {
    Filter { waits: Some(waits.to_string()), life: Some("open".into()), ..Filter::default() }
}

fn of_enterprise() -> Vec<Wanted> {
    let own = Some("enterprise");
    vec![
        ("cases_overdue", "已逾期、等您处理的事项", Urgency::Overdue, filter(own, "overdue")),
        ("cases_soon", "7 天内到期、等您处理的事项", Urgency::Soon, filter(own, "soon")),
        ("cases_later", "等您处理的事项", Urgency::Waiting, filter(own, "later")),
        ("cases_of_officers", "您已办理、等监管部门处理的事项", Urgency::Others, others("officer")),
    ]
}

fn of_officer(tiers: Option<String>) -> Vec<Wanted> {
    let mine = |due| Filter { mine: true, ..filter(Some("officer"), due) };
    let office = |waits, due| Filter { tier: tiers.clone(), ..filter(waits, due) };
    vec![
        ("cases_mine_overdue", "我经办、已逾期的事项", Urgency::Overdue, mine("overdue")),
        ("cases_mine_soon", "我经办、7 天内到期的事项", Urgency::Soon, mine("soon")),
        ("cases_mine_later", "我经办、等我处理的事项", Urgency::Waiting, mine("later")),
        ("cases_overdue", "本辖区逾期未办结的事项", Urgency::Overdue, office(None, "overdue")),
        ("cases_office_soon", "本辖区 7 天内到期的事项", Urgency::Soon, office(Some("officer"), "soon")),
        (
            "cases_enterprise_soon",
            "企业 7 天内应完成的事项",
            Urgency::Soon,
            office(Some("enterprise"), "soon"),
        ),
        (
            "cases_mine_others",
            "我经办、等企业办理的事项",
            Urgency::Others,
            Filter { mine: true, ..others("enterprise") },
        ),
    ]
}

/// The tiers whose cases are also this tier's own; none where all are.
fn tiers(scope: &Scope) -> Option<String> {
    let widest = scope.areas().iter().map(|area| area.region.tier()).min().unwrap_or(Tier::Town);
    let codes: &[&str] = match widest {
        Tier::Town | Tier::Village => return None,
        Tier::County => &["county", "city", "province"],
        Tier::City => &["city", "province"],
        Tier::Province => &["province"],
    };
    Some(codes.join(","))
}

/// Open cases of the offices of somebody's own divisions that no officer has in hand.
async fn of_office(app: &App, scope: &Scope) -> Outcome<Option<Wanted>> {
    #[derive(FromRow)]
    struct Office {
        id: Uuid,
    }
    let own = scope.areas().iter().map(|area| area.region.as_str());
    let sql = Sql::new("select id from agency where ").within("town", own).push(" order by id");
    let offices: Vec<Office> = app.db.all(sql).await?;
    if offices.is_empty() {
        return Ok(None);
    }
    let ids: Vec<String> = offices.into_iter().map(|own| own.id.to_string()).collect();
    let filter = Filter {
        unassigned: true,
        life: Some("open".into()),
        agency: Some(ids.join(",")),
        ..Filter::default()
    };
    Ok(Some(("cases_unassigned", "本单位还没有经办人的事项", Urgency::Soon, filter)))
}

/// What of cases waits for this person.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(app: &App, actor: &Actor, flows: &[&Flow]) -> Outcome<Vec<Group>> {
    let Ok(scope) = actor.may(&powers::LIST) else { return Ok(Vec::new()) };
    let does = actor.grants.iter().any(|grant| grant.role == Role::Officer);
    let wanted = if actor.kind == ActorKind::Enterprise {
        of_enterprise()
    } else {
        let all = of_officer(tiers(&scope));
        all.into_iter()
            .filter(|(_, _, urgency, filter)| does || (!filter.mine && *urgency == Urgency::Overdue))
            .collect()
    };
    let unassigned = if does { of_office(app, &scope).await? } else { None };
    let mut groups = Vec::new();
    for (kind, label, urgency, filter) in wanted.into_iter().chain(unassigned) {
        groups.extend(group(app, (actor, &scope), flows, (kind, label, urgency, filter)).await?);
    }
    Ok(groups)
}

async fn group(
    app: &App,
    (actor, scope): (&Actor, &Scope),
    flows: &[&Flow],
    (kind, label, urgency, filter): Wanted,
) -> Outcome<Option<Group>> {
    let today = app.clock.today();
    let rows = |sql: Sql| filter.conditions(sql.scope(scope, "", "enterprise"), actor.account, today);
    let number = number(app, rows(Sql::new("select id from case_header where "))?).await?;
    if number == 0 {
        return Ok(None);
    }
    let mut group = Group::new(kind, label, urgency, number, format!("/cases?{}", query(&filter)));
    let sql = rows(Case::select().push(" where "))?.push(" order by due_on, id limit ");
    let cases: Vec<Case> = app.db.all(sql.arg(SHOWN as i64)).await?;
    group.tasks = cases.iter().map(|case| task(case, flows)).collect();
    Ok(Some(group))
}

/// The filter as the address of the list carries it.
fn query(filter: &Filter) -> String {
    let said = [
        ("waits", filter.waits.as_deref()),
        ("due", filter.due.as_deref()),
        ("tier", filter.tier.as_deref()),
        ("mine", filter.mine.then_some("true")),
        ("unassigned", filter.unassigned.then_some("true")),
        ("life", filter.life.as_deref()),
        ("agency", filter.agency.as_deref()),
    ];
    let parts = said.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
    parts.collect::<Vec<_>>().join("&")
}

fn task(case: &Case, flows: &[&Flow]) -> Task {
    let flow = flows.iter().find(|flow| flow.kind == case.kind);
    let label = flow.map_or("", |flow| flow.label);
    let state = flow.map_or("", |flow| flow.state_label(&case.state));
    let place = region::divisions::full_name(&case.town);
    Task {
        title: format!("{label}：{}", case.title),
        subtitle: format!("{state}　{}　{place}", case.enterprise_name),
        due_on: case.due_on,
        link: format!("{}/{}/{}", flow.map_or("/cases", |flow| flow.page), case.city, case.id),
    }
}
