//! What the search box finds of inspections: a document of a visit or a paper of a penalty, by its number, its enterprise or the person it is
//! about, once it has a number.

use chrono::NaiveDate;
use db::{Exec, Result, Tx};
use futures::FutureExt;
use kernel::Scope;
use search::{Entry, Finding, Found, MOST};
use uuid::Uuid;
use web::App;

use crate::{
    compose,
    model::Paper,
    penalty::model::{Penalty, PenaltyPaper},
};

/// The kind of their entries; what their page is found by is the table.
const KIND: &str = "document";

/// Documents by any part of a number or the name of the enterprise.
pub const FINDER: search::Finder = search::Finder { kind: KIND, label: "执法文书", find };

/// Writes the entry of an issued document, which is found by the name that it bears and by what the enterprise is called now. One that was
/// withdrawn stays found, for its number stays taken.
pub(crate) async fn write(tx: &mut Tx, row: &Paper, called: &str) -> Result<()> {
    let Some(number) = row.number.clone() else { return Ok(()) };
    let entry = Entry {
        city: row.city.clone(),
        kind: KIND,
        id: row.id,
        town: row.town.clone(),
        title: number,
        subtitle: row.enterprise_name.clone(),
        texts: vec![
            row.enterprise_name.clone(),
            called.to_string(),
            compose::form_name(&row.form, row.issued_on),
        ],
    };
    search::write(tx, &[entry]).await
}

/// The same of an issued paper of a penalty.
pub(crate) async fn write_penalty(tx: &mut Tx, row: &PenaltyPaper, own: &Penalty) -> Result<()> {
    let Some(number) = row.number.clone() else { return Ok(()) };
    let name = compose::form_name(&row.form, row.issued_on);
    let entry = Entry {
        city: row.city.clone(),
        kind: KIND,
        id: row.id,
        town: row.town.clone(),
        title: number,
        subtitle: row.enterprise_name.clone(),
        texts: vec![row.enterprise_name.clone(), own.enterprise_name.clone(), own.party_name.clone(), name],
    };
    search::write(tx, &[entry]).await
}

/// What a document is called in the list of what was found.
fn called(form: &str, issued_on: Option<NaiveDate>, number: Option<&str>, state: &str) -> String {
    let withdrawn = if state == "withdrawn" { "（已撤回）" } else { "" };
    format!("{} {}{withdrawn}", compose::form_name(form, issued_on), number.unwrap_or_default())
}

fn find(app: App, scope: Scope, text: String) -> Finding {
    async move {
        let hits = search::find(&app.db, &scope, KIND, &text, MOST as i64 + 1).await?;
        let more = hits.len() > MOST;
        let among = |sql: db::Sql| {
            let sql = sql.push(" where ").keys("id", hits.iter().map(search::Hit::key)).push(" and ");
            sql.scope(&scope, "", "enterprise")
        };
        let rows: Vec<Paper> = app.db.all(among(Paper::select())).await?;
        let papers: Vec<PenaltyPaper> = app.db.all(among(PenaltyPaper::select())).await?;
        let mut found: Vec<(Uuid, Found)> = rows
            .iter()
            .map(|row| {
                let shown = Found {
                    city: row.city.clone(),
                    id: row.id,
                    enterprise: row.enterprise,
                    section: Some(Paper::TABLE.into()),
                    title: called(&row.form, row.issued_on, row.number.as_deref(), &row.state),
                    subtitle: row.enterprise_name.clone(),
                    region: region::divisions::full_name(&row.town),
                };
                (row.id, shown)
            })
            .collect();
        found.extend(papers.iter().map(|row| {
            // a paper is read on the page of its penalty
            let shown = Found {
                city: row.city.clone(),
                id: row.penalty,
                enterprise: row.enterprise,
                section: Some(Penalty::TABLE.into()),
                title: called(&row.form, row.issued_on, row.number.as_deref(), &row.state),
                subtitle: row.enterprise_name.clone(),
                region: region::divisions::full_name(&row.town),
            };
            (row.id, shown)
        }));
        let place = |id: Uuid| hits.iter().position(|hit| hit.id == id);
        found.sort_by_key(|(id, _)| place(*id));
        found.truncate(MOST);
        Ok((found.into_iter().map(|(_, shown)| shown).collect(), more))
    }
    .boxed()
}
