//! The tables with every row, its source, validity and certainty, and a city's own rows beside them.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use chrono::NaiveDate;
use rules::registry;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, Outcome, PathOf, Problem, Query};

use super::rows::LocalView;
use crate::store;

/// A table in the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TableView {
    name: &'static str,
    title: &'static str,
    /// Shipped rows.
    rows: usize,
    /// Of them known from memory only.
    memory: usize,
    /// Documents that its rows rest on.
    sources: Vec<String>,
    /// Rules that use it: name and title.
    rules: Vec<(&'static str, &'static str)>,
}

/// Every table of the law.
#[utoipa::path(get, path = "/api/law-tables", tag = "law", responses((status = 200, body = Vec<TableView>)))]
pub(super) async fn list_law_tables() -> Json<Vec<TableView>> {
    let view = |table: &'static rules::Table| {
        let rows = &table.rows().rows;
        let mut sources: Vec<String> = rows.iter().map(|row| row.get("source").to_string()).collect();
        sources.sort();
        sources.dedup();
        // a table may cite a clause a row: the list shows the first few documents
        sources.truncate(6);
        let uses = |rule: &&&registry::Rule| rule.tables.iter().any(|own| own.name == table.name);
        TableView {
            name: table.name,
            title: table.title,
            rows: rows.len(),
            memory: rows.iter().filter(|row| row.certainty == rules::Certainty::Memory).count(),
            sources,
            rules: registry::RULES.iter().filter(uses).map(|rule| (rule.name, rule.title)).collect(),
        }
    };
    Json(registry::tables().into_iter().map(view).collect())
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only rows in force on that day.
    on: Option<NaiveDate>,
    /// The city whose own rows are shown too.
    region: Option<String>,
}

/// A row as it stands in the table.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RowView {
    /// Line in the table's file.
    line: usize,
    /// Cells in the order of the columns.
    cells: Vec<String>,
    /// `text`, `single`, `memory`.
    certainty: &'static str,
    certainty_label: &'static str,
    /// In force on the day asked for (today unless told).
    in_force: bool,
}

/// A table with its rows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TableDetail {
    name: &'static str,
    title: &'static str,
    /// What the file says of itself.
    remarks: Vec<&'static str>,
    /// Chinese words for columns and for words in cells.
    #[schema(value_type = Object)]
    words: BTreeMap<&'static str, &'static str>,
    columns: Vec<String>,
    /// The columns that name a row.
    keys: Vec<&'static str>,
    rows: Vec<RowView>,
    /// A city's own rows, the latest first.
    local: Vec<LocalView>,
}

/// One table. Its rows are those of a file the program carries: some hundred at most.
#[utoipa::path(get, path = "/api/law-tables/{name}", tag = "law", params(("name" = String, Path), Which),
    responses((status = 200, body = TableDetail), (status = 404, body = Problem)))]
pub(super) async fn find_law_table(
    State(app): State<App>,
    PathOf(name): PathOf<String>,
    Query(which): Query<Which>,
) -> Outcome<Json<TableDetail>> {
    let table = registry::table(&name).ok_or_else(Problem::not_found)?;
    let rows = table.rows();
    let day = which.on.unwrap_or_else(|| app.clock.today());
    let shown = |row: &rules::Row| RowView {
        line: row.line,
        cells: rows.columns.iter().map(|column| row.get(column).to_string()).collect(),
        certainty: row.certainty.code(),
        certainty_label: row.certainty.label(),
        in_force: row.holds_on(day),
    };
    let local = match which.region.as_deref().and_then(|region| region.get(..4)) {
        Some(city) => store::of_city(&app.db, city, Some(table.name)).await?,
        None => Vec::new(),
    };
    Ok(Json(TableDetail {
        name: table.name,
        title: table.title,
        remarks: table.remarks().collect(),
        words: table.words(),
        columns: rows.columns.clone(),
        keys: table.keys.to_vec(),
        rows: rows.rows.iter().filter(|row| which.on.is_none() || row.holds_on(day)).map(shown).collect(),
        local: local.into_iter().map(LocalView::of).collect(),
    }))
}

/// A row's cells by column.
pub(super) type Cells = BTreeMap<String, String>;
