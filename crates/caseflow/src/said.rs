//! The steps of an enterprise's cases, in the words of its timeline.

use db::Exec;
use enterprise::timeline::{Asked, Line, may_see};
use web::{App, Outcome};

use crate::{flow::Flow, http::view, model::Event, powers, store};

/// The steps of all cases of an enterprise, the latest first.
///
/// # Errors
/// Where the database does not answer.
pub async fn told(app: &App, asked: &Asked, flows: &[&'static Flow]) -> Outcome<Vec<Line>> {
    let enterprise = &asked.enterprise;
    if !may_see(&asked.actor, &powers::TIMELINE, enterprise) {
        return Ok(Vec::new());
    }
    let scope = asked.actor.may(&powers::TIMELINE)?;
    let sql = Event::select().push(" where city = ").arg(&enterprise.city).push(" and enterprise = ");
    let sql = sql.arg(enterprise.id).and(" and id < ", asked.before).push(" order by id desc limit ");
    let events: Vec<Event> = app.db.all(sql.arg(asked.most as i64)).await?;
    let ids = events.iter().map(|event| event.case_id);
    let cases = store::some(&app.db, &scope, &enterprise.city, ids).await?;
    let today = app.clock.today();
    let line = |event: Event| {
        let case = cases.iter().find(|case| case.id == event.case_id);
        let flow = case.and_then(|case| flows.iter().find(|flow| flow.kind == case.kind).copied());
        let title = case.map(|case| case.title.as_str()).unwrap_or_default();
        let state = flow.map_or("", |flow| flow.state_label(&event.to_state));
        let moved = event.from_state.as_deref() != Some(event.to_state.as_str()) && !state.is_empty();
        Line {
            id: event.id,
            at: event.at,
            actor_name: event.actor_name,
            on_behalf_name: event.on_behalf_name,
            kind: "case".to_string(),
            kind_label: flow.map_or("事项", |flow| flow.label).to_string(),
            what: format!(
                "{}：{title}{}",
                event.label,
                if moved { format!("（{state}）") } else { String::new() }
            ),
            reason: event.reason,
            changes: Vec::new(),
            link: case.map(|case| view(case.clone(), flow, today).link),
        }
    };
    Ok(events.into_iter().map(line).collect())
}
