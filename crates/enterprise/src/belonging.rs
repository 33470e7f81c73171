//! What other areas keep of an enterprise goes with it where two records of the register become one, where that is undone, and where one
//! becomes two: the rows themselves, each move on the trail, so that the past still shows them where they were.

use db::{Exec, FromRow, Sql, Tx, bulk};
use futures::future::BoxFuture;
use kernel::Actor;
use serde_json::json;
use uuid::Uuid;
use web::{App, Outcome};

use crate::model::Enterprise;

/// Rows moved by one statement.
const CHUNK: usize = 400;

/// A table whose rows belong to enterprises. It has the columns of business tables, and `enterprise`.
#[derive(Clone, Copy)]
pub struct Belonging {
    /// Table.
    pub table: &'static str,
    /// Column by which people know a row.
    pub called: &'static str,
    /// Whether it has the column `sector`.
    pub sector: bool,
    /// Whether who splits an enterprise says which rows go; else they follow those that do.
    pub chosen: bool,
    /// Which rows may go from one enterprise to another.
    pub which: fn(from: Uuid, to: Uuid) -> Sql,
}

/// What an area does once rows have gone between these enterprises, with the reason.
pub type Arrived = for<'a> fn(&'a mut Tx, &'a App, &'a [Enterprise], &'a str) -> BoxFuture<'a, Outcome<()>>;

/// What goes with an enterprise, in the order in which it goes, and what follows.
#[derive(Clone, Copy)]
pub struct Belongings {
    /// Tables.
    pub tables: &'static [Belonging],
    /// What the areas do then.
    pub arrived: &'static [Arrived],
}

/// Which rows go.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Going<'a> {
    /// All that may.
    All,
    /// Those that a person chose, and what follows them.
    Chosen(&'a [Uuid]),
    /// Those that went the other way then, as far as they are still there.
    Back,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    town: String,
    sector: String,
    called: String,
    version: i64,
}

impl Belongings {
    /// Carries rows from one enterprise to another, which both are held; `cause` is the merger or the split. Answers which went.
    pub(crate) async fn carry(
        &self,
        tx: &mut Tx,
        (app, actor): (&App, &Actor),
        (cause, going): (Uuid, Going<'_>),
        (from, to): (&Enterprise, &Enterprise),
        reason: &str,
    ) -> Outcome<Vec<Uuid>> {
        let mut moved = Vec::new();
        for own in self.tables {
            moved.extend(own.carry(tx, (app, actor), (cause, going), (from, to), reason).await?);
        }
        if !moved.is_empty() {
            for follow in self.arrived {
                follow(tx, app, &[from.clone(), to.clone()], reason).await?;
            }
        }
        Ok(moved)
    }
}

impl Belonging {
    async fn carry(
        &self,
        tx: &mut Tx,
        (app, actor): (&App, &Actor),
        (cause, going): (Uuid, Going<'_>),
        (from, to): (&Enterprise, &Enterprise),
        reason: &str,
    ) -> Outcome<Vec<Uuid>> {
        let Belonging { table, called, .. } = self;
        let sector = if self.sector { "sector" } else { "''" };
        let sql = Sql::new(&format!(
            "select id, town, {sector} as sector, {called} as called, version from {table} where city = "
        ));
        let sql = sql.arg(&from.city).push(" and enterprise = ").arg(from.id).push(" and ");
        let sql = match going {
            Going::All => sql.append((self.which)(from.id, to.id)),
            Going::Chosen(ids) if self.chosen => {
                sql.append((self.which)(from.id, to.id)).push(" and ").within("id", ids.iter().copied())
            }
            Going::Chosen(_) => sql.append((self.which)(from.id, to.id)),
            Going::Back => sql
                .push("id in (select row_id from belonging_moved where city = ")
                .arg(&from.city)
                .push(" and cause = ")
                .arg(cause)
                .push(" and table_name = ")
                .arg(*table)
                .push(")"),
        };
        let rows: Vec<Row> = tx.all(sql.push(" order by id")).await?;
        for rows in rows.chunks(CHUNK) {
            let sql = Sql::new(&format!("update {table} set enterprise = ")).arg(to.id);
            let sql = sql.push(", town = ").arg(&to.town).push(", version = version + 1");
            let sql = if self.sector { sql.push(", sector = ").arg(&to.sector) } else { sql };
            let sql = sql.push(" where city = ").arg(&from.city).push(" and ");
            tx.run(sql.within("id", rows.iter().map(|row| row.id))).await?;
        }
        let entries = rows.iter().map(|row| {
            let (mut before, mut after) = (
                json!({"enterprise": from.id, "town": row.town, "version": row.version}),
                json!({"enterprise": to.id, "town": to.town, "version": row.version + 1}),
            );
            if self.sector {
                before["sector"] = json!(row.sector);
                after["sector"] = json!(to.sector);
            }
            audit::Entry {
                action: audit::Action::Update,
                subject: table,
                city: from.city.clone(),
                town: to.town.clone(),
                row: Some(row.id),
                title: Some(row.called.clone()),
                before: Some(before),
                after: Some(after),
                reason: Some(reason.to_string()),
            }
        });
        audit::record_many(tx, &app.clock, actor, entries.collect()).await?;
        if !matches!(going, Going::Back) {
            let noted = rows.iter().map(|row| {
                vec![
                    from.city.clone().into(),
                    cause.into(),
                    (*table).into(),
                    row.id.into(),
                    from.id.into(),
                    to.id.into(),
                ]
            });
            let columns = ["city", "cause", "table_name", "row_id", "source", "target"];
            bulk(tx, "belonging_moved", &columns, noted.collect(), "").await?;
        }
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}

/// The ids of rows of a table that belong to an enterprise, or did before they went to another or came back.
pub fn ever_of(table: &str, city: &str, enterprise: Uuid) -> Sql {
    let sql = Sql::new(&format!("select id from {table} where city = ")).arg(city);
    let mut sql = sql.push(" and enterprise = ").arg(enterprise);
    for end in ["source", "target"] {
        sql = sql.push(" union select row_id from belonging_moved where city = ").arg(city);
        sql = sql.push(&format!(" and {end} = ")).arg(enterprise).push(" and table_name = ").arg(table);
    }
    sql
}
