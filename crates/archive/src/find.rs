//! What the search box finds of archives: a chemical, the number of a paper, a person leads to its enterprises.

use db::Exec;
use futures::FutureExt;
use kernel::Scope;
use search::{Finding, Found, MOST};
use web::App;

use crate::{keep::KIND, model::Record};

/// Records by any word in them that is not personal.
pub const FINDER: search::Finder = search::Finder { kind: KIND, label: "档案记录", find };

fn find(app: App, scope: Scope, text: String) -> Finding {
    async move {
        let hits = search::find(&app.db, &scope, KIND, &text, MOST as i64 + 1).await?;
        let more = hits.len() > MOST;
        let sql =
            Record::select().push(" where ").keys("id", hits.iter().map(search::Hit::key)).push(" and ");
        let sql = sql.scope(&scope, "", "enterprise").push(" and state not in ('replaced', 'removed')");
        let rows: Vec<Record> = app.db.all(sql).await?;
        let subtitle = |row: &Record| {
            let hit = hits.iter().find(|hit| hit.id == row.id);
            hit.map(|hit| hit.subtitle.clone()).unwrap_or_default()
        };
        let found = rows.iter().take(MOST).map(|row| Found {
            city: row.city.clone(),
            id: row.id,
            enterprise: row.enterprise,
            section: Some(row.section.clone()),
            title: row.number.as_ref().map_or(row.title.clone(), |number| format!("{}　{number}", row.title)),
            subtitle: subtitle(row),
            region: region::divisions::full_name(&row.town),
        });
        Ok((found.collect(), more))
    }
    .boxed()
}
