//! What the search box finds of cases: a number, a title, an enterprise's name.

use db::Exec;
use kernel::Scope;
use search::{Entry, Found, MOST};
use uuid::Uuid;
use web::{App, Outcome};

use crate::{flow::Flow, model::Case};

/// The kind under which cases are found.
pub(crate) const KIND: &str = "case";

/// The entry of the search box for a case.
pub(crate) fn entry(case: &Case) -> Entry {
    Entry {
        city: case.city.clone(),
        kind: KIND,
        id: case.id,
        town: case.town.clone(),
        title: case.title.clone(),
        subtitle: format!("{}　{}", case.number, case.enterprise_name),
        texts: vec![case.number.clone(), case.enterprise_name.clone()],
    }
}

/// Cases of these flows by any part of a number, a title or an enterprise's name.
///
/// # Errors
/// Where the database fails.
pub async fn found(
    app: App,
    scope: Scope,
    text: String,
    flows: &'static [&'static Flow],
) -> Outcome<(Vec<Found>, bool)> {
    let hits = search::find(&app.db, &scope, KIND, &text, MOST as i64 + 1).await?;
    let more = hits.len() > MOST;
    let sql = Case::select().push(" where ").keys("id", hits.iter().map(search::Hit::key));
    let rows: Vec<Case> = app.db.all(sql.push(" and ").scope(&scope, "", "enterprise")).await?;
    let found = rows.iter().take(MOST).map(|case| {
        let flow = flows.iter().find(|flow| flow.kind == case.kind);
        Found {
            city: case.city.clone(),
            id: case.id,
            enterprise: case.enterprise.unwrap_or(Uuid::nil()),
            section: Some(case.kind.clone()),
            title: case.title.clone(),
            subtitle: format!(
                "{}　{}　{}",
                flow.map_or("", |flow| flow.state_label(&case.state)),
                case.number,
                case.enterprise_name
            ),
            region: region::divisions::full_name(&case.town),
        }
    });
    Ok((found.collect(), more))
}
