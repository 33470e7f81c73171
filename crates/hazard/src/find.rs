//! What the search box finds of hazard sources: a name, a chemical, the number of a filing.

use db::{Exec, Result, Tx};
use futures::FutureExt;
use kernel::Scope;
use search::{Entry, Finding, Found, MOST};
use web::App;

use crate::model::{CATEGORIES, STATES, Source, label};

/// The kind of their entries; what their page is found by is the table.
const KIND: &str = "hazard";

/// Sources by any part of a name, a chemical or the number of a filing.
pub const FINDER: search::Finder = search::Finder { kind: KIND, label: "重大危险源", find };

/// Writes the entry of a source, or takes it out where it is removed.
pub(crate) async fn write(tx: &mut Tx, source: &Source) -> Result<()> {
    if source.state == "removed" {
        return search::remove(tx, &source.city, KIND, source.id).await;
    }
    let mut texts = vec![source.enterprise_name.clone(), source.location.clone().unwrap_or_default()];
    texts.extend(source.filing_number.clone());
    for unit in source.units() {
        texts.push(unit.name);
        texts.extend(unit.substances.into_iter().flat_map(|own| [own.name, own.cas]).flatten());
    }
    let entry = Entry {
        city: source.city.clone(),
        kind: KIND,
        id: source.id,
        town: source.town.clone(),
        title: source.name.clone(),
        subtitle: source.enterprise_name.clone(),
        texts,
    };
    search::write(tx, &[entry]).await
}

fn find(app: App, scope: Scope, text: String) -> Finding {
    async move {
        let hits = search::find(&app.db, &scope, KIND, &text, MOST as i64 + 1).await?;
        let more = hits.len() > MOST;
        let sql =
            Source::select().push(" where ").keys("id", hits.iter().map(search::Hit::key)).push(" and ");
        let rows: Vec<Source> = app.db.all(sql.scope(&scope, "", "enterprise")).await?;
        let found = rows.iter().take(MOST).map(|row| Found {
            city: row.city.clone(),
            id: row.id,
            enterprise: row.enterprise,
            section: Some(Source::TABLE.into()),
            title: row.name.clone(),
            subtitle: format!(
                "{}　{}　{}",
                label(CATEGORIES, &row.category),
                row.enterprise_name,
                row.filing_number.as_deref().unwrap_or(label(STATES, &row.state))
            ),
            region: region::divisions::full_name(&row.town),
        });
        Ok((found.collect(), more))
    }
    .boxed()
}
