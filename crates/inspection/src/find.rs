//! What the search box finds of inspections: a document by its number or its enterprise, once it has a number.

use db::{Exec, Result, Tx};
use futures::FutureExt;
use kernel::Scope;
use search::{Entry, Finding, Found, MOST};
use web::App;

use crate::{compose, model::Paper};

/// The kind of their entries; what their page is found by is the table.
const KIND: &str = "document";

/// Documents by any part of a number or the name of the enterprise.
pub const FINDER: search::Finder = search::Finder { kind: KIND, label: "执法文书", find };

/// Writes the entry of an issued document. One that was withdrawn stays found, for its number stays taken.
pub(crate) async fn write(tx: &mut Tx, row: &Paper) -> Result<()> {
    let Some(number) = row.number.clone() else { return Ok(()) };
    let entry = Entry {
        city: row.city.clone(),
        kind: KIND,
        id: row.id,
        town: row.town.clone(),
        title: number,
        subtitle: row.enterprise_name.clone(),
        texts: vec![row.enterprise_name.clone(), compose::form_name(&row.form, row.issued_on)],
    };
    search::write(tx, &[entry]).await
}

fn find(app: App, scope: Scope, text: String) -> Finding {
    async move {
        let hits = search::find(&app.db, &scope, KIND, &text, MOST as i64 + 1).await?;
        let more = hits.len() > MOST;
        let sql = Paper::select().push(" where ").within("city", hits.iter().map(|hit| &hit.city));
        let sql = sql.push(" and ").within("id", hits.iter().map(|hit| hit.id)).push(" and ");
        let rows: Vec<Paper> = app.db.all(sql.scope(&scope, "", "enterprise")).await?;
        let found = rows.iter().take(MOST).map(|row| Found {
            city: row.city.clone(),
            id: row.id,
            enterprise: row.enterprise,
            section: Some(Paper::TABLE.into()),
            title: format!(
                "{} {}{}",
                compose::form_name(&row.form, row.issued_on),
                row.number.as_deref().unwrap_or_default(),
                if row.state == "withdrawn" { "（已撤回）" } else { "" }
            ),
            subtitle: row.enterprise_name.clone(),
            region: region::divisions::full_name(&row.town),
        });
        Ok((found.collect(), more))
    }
    .boxed()
}
