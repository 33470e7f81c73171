//! A record as far as a list shows it: the columns that are asked for and no others, read straight into the document that goes out.

use chrono::{DateTime, NaiveDate, Utc};
use db::{
    FromRow, Json, Sql,
    sqlx::{self, Column as _, Row as _, postgres::PgRow, sqlite::SqliteRow},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::model::Enterprise;

/// The columns of a record that were asked for, as [`Enterprise::document`] says them.
#[derive(Debug, Clone)]
pub struct Line(pub Map<String, Value>);

/// What every line of a list says.
const ALWAYS: &[&str] = &["city", "id", "town", "name", "status", "updated_at", "version"];

impl Line {
    /// The statement that reads these columns beside those of every line, up to its conditions.
    pub(super) fn select(wanted: &[&str]) -> Sql {
        Sql::new(&format!("select {} from {}", Self::columns(&[wanted, ALWAYS].concat()), Enterprise::TABLE))
    }

    /// These columns in the order of the table's declaration, in which a line is read. What is no column is left out.
    pub(super) fn columns(wanted: &[&str]) -> String {
        let columns = Enterprise::COLUMNS.iter().copied().filter(|column| wanted.contains(column));
        columns.collect::<Vec<&str>>().join(", ")
    }

    /// All that a record says.
    pub fn of(record: &Enterprise) -> Self {
        match record.document() {
            Value::Object(columns) => Line(columns),
            _ => Line(Map::new()),
        }
    }

    /// A text of it; empty where it was not asked for or is null.
    pub fn text(&self, column: &str) -> &str {
        self.0.get(column).and_then(Value::as_str).unwrap_or_default()
    }

    /// Its id.
    pub fn id(&self) -> Uuid {
        self.text("id").parse().unwrap_or_default()
    }
}

macro_rules! lines {
    ($($row:ty),*) => {$(
        impl FromRow<'_, $row> for Line {
            fn from_row(row: &$row) -> sqlx::Result<Self> {
                // the statement names the columns in the order of the table's declaration
                let mut kinds = Enterprise::KINDS.iter();
                let mut document = Map::with_capacity(row.len() + 4);
                for column in row.columns() {
                    let (name, at) = (column.name(), column.ordinal());
                    let unknown = || sqlx::Error::ColumnNotFound(name.into());
                    let Some((_, kind)) = kinds.find(|(own, _)| *own == name) else {
                        // what stands behind the columns of the table is for whoever asked for it
                        if Enterprise::COLUMNS.contains(&name) { return Err(unknown()) } else { break }
                    };
                    let kind = kind.strip_prefix("Option<").map_or(*kind, |kind| &kind[..kind.len() - 1]);
                    let value = match kind {
                        "String" => Value::from(row.try_get::<Option<String>, _>(at)?),
                        "i64" => Value::from(row.try_get::<Option<i64>, _>(at)?),
                        "f64" => Value::from(row.try_get::<Option<f64>, _>(at)?),
                        "Uuid" => Value::from(row.try_get::<Option<Uuid>, _>(at)?.map(|id| id.to_string())),
                        "NaiveDate" => Value::from(row.try_get::<Option<NaiveDate>, _>(at)?.map(|day| day.to_string())),
                        "DateTime<Utc>" => said(row.try_get::<Option<DateTime<Utc>>, _>(at)?)?,
                        "Json<Value>" => row.try_get::<Option<Json<Value>>, _>(at)?.map_or(Value::Null, |own| own.0),
                        _ => return Err(unknown()),
                    };
                    document.insert(name.into(), value);
                }
                Ok(Line(document))
            }
        }
    )*};
}
lines!(SqliteRow, PgRow);

/// An instant as documents say it.
fn said(at: Option<DateTime<Utc>>) -> sqlx::Result<Value> {
    serde_json::to_value(at).map_err(|error| sqlx::Error::Decode(error.into()))
}
