//! How the rows of a table follow a change of divisions, and how they are put back. The server joins every area's tables
//! into one list, which a test holds against the catalogue.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use db::{Exec, FromRow, Json, Result, Sql, Tx};
use futures::{FutureExt, future::BoxFuture};
use kernel::{Actor, Clock, RegionCode};
use serde_json::{Value, json};
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::{
    divisions::find,
    model::{ChangeRow, MovedRow},
    plan::Step,
};

/// The table of changes, as the trail names it.
pub const SUBJECT: &str = ChangeRow::TABLE;

/// Rows read and written at a time.
const CHUNK: usize = 400;

/// A change being carried out or undone.
pub struct Moving<'a> {
    /// The clock.
    pub clock: &'a Clock,
    /// Who does it.
    pub actor: &'a Actor,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// The city.
    pub city: &'a str,
    /// The change.
    pub change: Uuid,
    /// Where rows go; empty while undoing.
    pub steps: &'a [Step],
    /// Names that divisions have from now on, by code, where the map in force does not say so yet.
    pub names: &'a BTreeMap<String, String>,
    /// What the trail says of it.
    pub reason: String,
}

impl Moving<'_> {
    /// The name of a division when the change is done; empty where there is none.
    pub fn name(&self, code: &str) -> String {
        let named = self.names.get(code).cloned();
        named.or_else(|| find(code).map(|own| own.name.clone())).unwrap_or_default()
    }
}

/// A row that was moved.
#[derive(Debug, Clone)]
pub struct Put {
    /// The row.
    pub id: Uuid,
    /// Where it stood.
    pub from: String,
    /// Where it stands now.
    pub to: String,
    /// What else of it was changed.
    pub before: Option<Value>,
}

/// A table whose rows stand in a division.
#[derive(Clone, Copy)]
pub enum Mover {
    /// Only the division of a row changes.
    Rows(Rows),
    /// More than that follows.
    Own(Own),
}

/// A table with the key `id` (and `city`) and a column that says where.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// Table.
    pub table: &'static str,
    /// What the rows moved are noted under: the table, or table and column where a table has two.
    pub subject: &'static str,
    /// Chinese name, as a preview counts it.
    pub label: &'static str,
    /// Column with the division.
    pub column: &'static str,
    /// Whether it has the columns `city`, `version`, `updated_at` and `updated_by`.
    pub business: bool,
    /// Column that no two rows of one division share: what people call the row.
    pub called: Option<&'static str>,
}

/// Carries a table along; refused in words where people must settle something first.
pub type Carry = for<'a> fn(&'a mut Tx, &'a Moving<'a>) -> BoxFuture<'a, Outcome<()>>;
/// Puts rows back that still stand where they were put; answers which.
pub type Restore = for<'a> fn(&'a mut Tx, &'a Moving<'a>, Vec<Put>) -> BoxFuture<'a, Result<Vec<Uuid>>>;

/// A table whose area moves it.
#[derive(Clone, Copy)]
pub struct Own {
    /// Table.
    pub table: &'static str,
    /// Chinese name.
    pub label: &'static str,
    /// Carries it along.
    pub carry: Carry,
    /// Puts it back.
    pub restore: Restore,
}

impl Mover {
    /// The table, or table and column.
    pub const fn subject(&self) -> &'static str {
        match self {
            Mover::Rows(rows) => rows.subject,
            Mover::Own(own) => own.table,
        }
    }

    /// Its Chinese name.
    pub const fn label(&self) -> &'static str {
        match self {
            Mover::Rows(rows) => rows.label,
            Mover::Own(own) => own.label,
        }
    }

    pub(crate) fn carry<'a>(&'a self, tx: &'a mut Tx, moving: &'a Moving<'a>) -> BoxFuture<'a, Outcome<()>> {
        match self {
            Mover::Rows(rows) => rows.carry(tx, moving).boxed(),
            Mover::Own(own) => (own.carry)(tx, moving),
        }
    }

    pub(crate) fn restore<'a>(
        &'a self,
        tx: &'a mut Tx,
        moving: &'a Moving<'a>,
        rows: Vec<Put>,
    ) -> BoxFuture<'a, Result<Vec<Uuid>>> {
        match self {
            Mover::Rows(own) => own.restore(tx, moving, rows).boxed(),
            Mover::Own(own) => (own.restore)(tx, moving, rows),
        }
    }
}

/// Notes rows that were moved, so that they can be put back.
pub async fn record(tx: &mut Tx, moving: &Moving<'_>, table: &str, rows: &[Put]) -> Result<()> {
    let rows = rows.iter().map(|row| {
        MovedRow {
            city: moving.city.to_string(),
            change_id: moving.change,
            subject: table.to_string(),
            id: row.id,
            from_town: row.from.clone(),
            to_town: row.to.clone(),
            before: row.before.clone().map(Json),
        }
        .values()
    });
    db::bulk(tx, MovedRow::TABLE, MovedRow::COLUMNS, rows.collect(), "").await.map(drop)
}

/// The rows of a table that a change moved.
pub async fn recorded(tx: &mut Tx, city: &str, change: Uuid, table: &str) -> Result<Vec<Put>> {
    let sql = MovedRow::select().push(" where city = ").arg(city).push(" and change_id = ").arg(change);
    let rows: Vec<MovedRow> = tx.all(sql.push(" and subject = ").arg(table).push(" order by id")).await?;
    Ok(rows
        .into_iter()
        .map(|row| Put {
            id: row.id,
            from: row.from_town,
            to: row.to_town,
            before: row.before.map(|json| json.0),
        })
        .collect())
}

#[derive(FromRow)]
struct Standing {
    id: Uuid,
    town: String,
    called: Option<String>,
}

impl Rows {
    /// The beginning of a statement that reads where rows stand; a condition follows.
    fn standing(&self, moving: &Moving<'_>) -> Sql {
        let called = self.called.unwrap_or("cast(null as text)");
        let text =
            format!("select id, {} as town, {called} as called from {} where ", self.column, self.table);
        let sql = Sql::new(&text);
        if self.business { sql.push("city = ").arg(moving.city).push(" and ") } else { sql }
    }

    async fn carry(&self, tx: &mut Tx, moving: &Moving<'_>) -> Outcome<()> {
        for step in moving.steps {
            let Ok(from) = RegionCode::parse(step.from()) else { continue };
            let (low, high) = from.span();
            let sql = self.standing(moving).push(&format!("{} >= ", self.column)).arg(low);
            let sql = sql.push(&format!(" and {} < ", self.column)).arg(high).push(" order by id");
            let mut put = Vec::new();
            let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for row in tx.all::<Standing>(sql).await? {
                let Some(to) = step.place(&row.town).filter(|to| *to != row.town) else { continue };
                names.entry(to.clone()).or_default().extend(row.called);
                put.push(Put { id: row.id, from: row.town, to, before: None });
            }
            self.unlike(tx, moving, step, names).await?;
            self.put(tx, moving, put.iter().map(|row| (row.id, row.from.as_str(), row.to.as_str()))).await?;
            record(tx, moving, self.subject, &put).await?;
        }
        Ok(())
    }

    /// Refuses to put a row beside one that is called the same: people would not know which is meant.
    async fn unlike(
        &self,
        tx: &mut Tx,
        moving: &Moving<'_>,
        step: &Step,
        names: BTreeMap<String, Vec<String>>,
    ) -> Outcome<()> {
        let Some(called) = self.called else { return Ok(()) };
        for (to, names) in names {
            let sql = self.standing(moving).push(&format!("{} = ", self.column)).arg(&to).push(" and ");
            let there: Vec<Standing> =
                tx.all(sql.within(called, names).push(" order by id limit 20")).await?;
            let same: Vec<String> =
                there.into_iter().filter_map(|row| row.called).map(|name| format!("“{name}”")).collect();
            if !same.is_empty() {
                let text = format!(
                    "{}的{}{}与{}的同名，合到一起就分不清了。请先把其中一边改名（例如加上镇街名），再办理这次调整。",
                    moving.name(step.from()),
                    self.label,
                    same.join("、"),
                    moving.name(&to)
                );
                return Err(Problem::conflict("region.same_name", text));
            }
        }
        Ok(())
    }

    async fn restore(&self, tx: &mut Tx, moving: &Moving<'_>, rows: Vec<Put>) -> Result<Vec<Uuid>> {
        let mut standing = Vec::new();
        for chunk in rows.chunks(CHUNK) {
            let sql = self.standing(moving).within("id", chunk.iter().map(|row| row.id));
            let found: Vec<Standing> = tx.all(sql).await?;
            let now: BTreeMap<Uuid, String> = found.into_iter().map(|row| (row.id, row.town)).collect();
            standing.extend(chunk.iter().filter(|row| now.get(&row.id) == Some(&row.to)));
        }
        let back = standing.iter().map(|row| (row.id, row.to.as_str(), row.from.as_str()));
        self.put(tx, moving, back).await?;
        Ok(standing.into_iter().map(|row| row.id).collect())
    }

    /// Writes where rows stand (id, before, after), with their entries on the trail.
    async fn put<'r>(
        &self,
        tx: &mut Tx,
        moving: &Moving<'_>,
        rows: impl Iterator<Item = (Uuid, &'r str, &'r str)>,
    ) -> Result<()> {
        let mut groups: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
        let mut entries = Vec::new();
        for (id, from, to) in rows {
            groups.entry(to).or_default().push(id);
            entries.push(audit::Entry {
                action: audit::Action::Update,
                subject: self.table,
                city: moving.city.to_string(),
                town: to.to_string(),
                row: Some(id),
                title: None,
                before: Some(json!({self.column: from})),
                after: Some(json!({self.column: to})),
                reason: Some(moving.reason.clone()),
            });
        }
        for (to, ids) in groups {
            for chunk in ids.chunks(CHUNK) {
                let text = format!("update {} set {} = ", self.table, self.column);
                let mut sql = Sql::new(&text).arg(to);
                if self.business {
                    sql = sql.push(", version = version + 1, updated_at = ").arg(moving.at);
                    sql = sql.push(", updated_by = ").arg(moving.actor.account).push(" where city = ");
                    sql = sql.arg(moving.city).push(" and ");
                } else {
                    sql = sql.push(" where ");
                }
                tx.run(sql.within("id", chunk.iter().copied())).await?;
            }
        }
        audit::record_many(tx, moving.clock, moving.actor, entries).await
    }
}
