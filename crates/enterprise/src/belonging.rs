//! What other areas keep of an enterprise goes with it where two records of the register become one, where that is undone, and where one
//! becomes two: the rows themselves, each move on the trail, so that the past still shows them where they were. A row goes together with what
//! hangs on it (a photo with its danger, a filing with its source), and nothing goes without what it hangs on.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use db::{Db, Engine, Exec, FromRow, Result, Sql, Tx, bulk};
use futures::future::BoxFuture;
use kernel::{Actor, day_of};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Outcome, Problem};

use crate::model::Enterprise;

/// Rows moved by one statement.
const CHUNK: usize = 400;

/// A table whose rows belong to enterprises. It has the columns `city`, `id`, `town`, `sector` and `enterprise`.
#[derive(Clone, Copy)]
pub struct Belonging {
    /// Table.
    pub table: &'static str,
    /// What people know a row by: a column, or an expression over the row.
    pub called: &'static str,
    /// What people call its rows, where they are told how many went.
    pub told: Option<&'static str>,
    /// Column that names the row on which it hangs; `id` where it stands for itself, or shares its id with a row of another table.
    pub hangs_on: &'static str,
    /// Whether it has the column `version`.
    pub version: bool,
    /// Whether it has the column `ownership`.
    pub ownership: bool,
    /// Of a table with the column `enterprise_name`: which rows bear the name of the enterprise where they are; the others that of then.
    pub named: Option<&'static str>,
    /// Which rows may go from one enterprise to another.
    pub which: fn(from: Uuid, to: Uuid) -> Sql,
}

impl Belonging {
    /// A table of which all rows go, each for itself.
    pub const fn of(table: &'static str, called: &'static str) -> Belonging {
        Belonging {
            table,
            called,
            told: None,
            hangs_on: "id",
            version: true,
            ownership: false,
            named: None,
            which: |_, _| Sql::new(ALL),
        }
    }
}

/// The condition that every row meets.
pub const ALL: &str = "1 = 1";

/// Rows on their way from one enterprise to another, which both are held.
pub struct Moving<'a> {
    /// The system.
    pub app: &'a App,
    /// Who moves them.
    pub actor: &'a Actor,
    /// The merger or the split.
    pub cause: Uuid,
    /// Whether they go back.
    pub back: bool,
    /// Where they were.
    pub from: &'a Enterprise,
    /// Where they go.
    pub to: &'a Enterprise,
    /// Why.
    pub reason: &'a str,
    moved: BTreeMap<&'static str, Vec<Uuid>>,
}

impl<'a> Moving<'a> {
    pub(crate) fn new(
        (app, actor): (&'a App, &'a Actor),
        cause: Uuid,
        (from, to): (&'a Enterprise, &'a Enterprise),
        reason: &'a str,
    ) -> Moving<'a> {
        Moving { app, actor, cause, back: false, from, to, reason, moved: BTreeMap::new() }
    }

    /// The rows of a table that went.
    pub fn moved(&self, table: &str) -> &[Uuid] {
        self.moved.get(table).map_or(&[], Vec::as_slice)
    }
}

/// What an area does before rows go, or once they have gone.
pub type Following = for<'a> fn(&'a mut Tx, &'a Moving<'a>) -> BoxFuture<'a, Outcome<()>>;

/// What goes with an enterprise, and what follows.
#[derive(Clone, Copy)]
pub struct Belongings {
    /// What the areas hold first.
    pub held: &'static [Following],
    /// Tables, in the order in which their rows go: whoever writes them holds them in the same order.
    pub tables: &'static [&'static [Belonging]],
    /// What the areas do then.
    pub arrived: &'static [Following],
}

/// Which rows go.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Going<'a> {
    /// All that may.
    All,
    /// Those that a person chose, and what hangs on them.
    Chosen(&'a [Uuid]),
    /// Those that went the other way then, as far as they are still there, and what hangs on them by now.
    Back,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    parent: Uuid,
    town: String,
    sector: String,
    ownership: String,
    called: String,
    version: i64,
    name: String,
    named: i64,
}

#[derive(FromRow)]
struct Noted {
    table_name: String,
    row_id: Uuid,
    name: Option<String>,
}

/// A thing that may go from an enterprise to a second premises, and takes along what hangs on it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnterpriseBelonging)]
pub(crate) struct Choice {
    /// What people call things of its kind.
    kind: &'static str,
    /// Id.
    id: Uuid,
    /// What people know it by.
    called: String,
    /// The day on which it was entered.
    made_on: NaiveDate,
}

/// Things of one kind among which is chosen.
const MOST: i64 = 500;

impl Belongings {
    /// What stands for itself among an enterprise's things: kind by kind, the latest first, 500 of each at most.
    pub(crate) async fn choices(&self, db: &Db, enterprise: &Enterprise) -> Result<Vec<Choice>> {
        #[derive(FromRow)]
        struct Thing {
            id: Uuid,
            called: String,
            created_at: DateTime<Utc>,
        }
        let mut all = Vec::new();
        let tables: Vec<&Belonging> = self.tables.iter().copied().flatten().collect();
        for own in tables {
            if own.hangs_on != "id" {
                continue;
            }
            let Some(kind) = own.told else { continue };
            let sql = Sql::new(&format!("select id, coalesce({}, '') as called, created_at", own.called));
            let sql = sql.push(&format!(" from {} where city = ", own.table)).arg(&enterprise.city);
            let sql = sql.push(" and enterprise = ").arg(enterprise.id).push(" and ");
            let sql = sql.append((own.which)(enterprise.id, Uuid::nil())).push(" order by id desc limit ");
            let rows: Vec<Thing> = db.all(sql.arg(MOST)).await?;
            all.extend(rows.into_iter().map(|row| Choice {
                kind,
                id: row.id,
                called: row.called,
                made_on: day_of(row.created_at),
            }));
        }
        Ok(all)
    }

    /// Carries rows from one enterprise to another.
    pub(crate) async fn carry(
        &self,
        tx: &mut Tx,
        mut by: Moving<'_>,
        going: Going<'_>,
    ) -> Outcome<BTreeSet<Uuid>> {
        by.back = matches!(going, Going::Back);
        for hold in self.held {
            hold(tx, &by).await?;
        }
        let tables: Vec<&Belonging> = self.tables.iter().copied().flatten().collect();
        let mut found = Vec::new();
        for own in &tables {
            found.push(own.rows(tx, &by).await?);
        }
        let noted: Vec<Noted> = match going {
            Going::Back => {
                let sql = Sql::new("select table_name, row_id, name from belonging_moved where city = ");
                tx.all(sql.arg(&by.from.city).push(" and cause = ").arg(by.cause)).await?
            }
            _ => Vec::new(),
        };
        let chosen = match going {
            Going::All => None,
            Going::Chosen(ids) => Some(attached(ids.iter().copied().collect(), &found, true)),
            Going::Back => Some(attached(noted.iter().map(|own| own.row_id).collect(), &found, false)),
        };
        let names: HashMap<(&str, Uuid), &str> = noted
            .iter()
            .filter_map(|own| Some(((own.table_name.as_str(), own.row_id), own.name.as_deref()?)))
            .collect();
        let mut all = BTreeSet::new();
        for (own, mut rows) in tables.into_iter().zip(found) {
            rows.retain(|row| chosen.as_ref().is_none_or(|chosen| chosen.contains(&row.id)));
            own.write(tx, &by, &rows, &names).await?;
            all.extend(rows.iter().map(|row| row.id));
            by.moved.insert(own.table, rows.into_iter().map(|row| row.id).collect());
        }
        if !all.is_empty() {
            for follow in self.arrived {
                follow(tx, &by).await?;
            }
        }
        Ok(all)
    }
}

/// These rows with all that hangs on them; where it is `whole`, without those that hang on a row that stays.
fn attached(mut going: BTreeSet<Uuid>, found: &[Vec<Row>], whole: bool) -> BTreeSet<Uuid> {
    let rows = || found.iter().flatten();
    for row in rows().filter(|row| row.parent != row.id) {
        if going.contains(&row.parent) {
            going.insert(row.id);
        } else if whole {
            going.remove(&row.id);
        }
    }
    going
}

impl Belonging {
    /// The rows of the enterprise that may go, held.
    async fn rows(&self, tx: &mut Tx, by: &Moving<'_>) -> Outcome<Vec<Row>> {
        let Belonging { table, called, hangs_on, .. } = self;
        let version = if self.version { "version" } else { "cast(0 as bigint)" };
        let ownership = if self.ownership { "coalesce(ownership, '')" } else { "''" };
        let name = if self.named.is_some() { "enterprise_name" } else { "''" };
        let named = self.named.unwrap_or("1 = 0");
        let sql = Sql::new(&format!(
            "select id, {hangs_on} as parent, town, sector, {ownership} as ownership, coalesce({called}, '') as called,
             {version} as version, {name} as name, cast(case when {named} then 1 else 0 end as bigint) as named
             from {table} where city = "
        ));
        let sql = sql.arg(&by.from.city).push(" and enterprise = ").arg(by.from.id);
        // what went once goes back, whatever is there by now
        let sql = if by.back { sql } else { sql.push(" and ").append((self.which)(by.from.id, by.to.id)) };
        let sql = sql.push(" order by id");
        // the one writer of SQLite holds everything
        let sql = if tx.engine() == Engine::Postgres { sql.push(" for update") } else { sql };
        Ok(tx.all(sql).await?)
    }

    /// Writes rows as those of the other enterprise, with the trail and the note by which they find back.
    async fn write(
        &self,
        tx: &mut Tx,
        by: &Moving<'_>,
        rows: &[Row],
        noted: &HashMap<(&str, Uuid), &str>,
    ) -> Outcome<()> {
        let Belonging { table, .. } = self;
        let mut groups: BTreeMap<Option<&str>, Vec<&Row>> = BTreeMap::new();
        for row in rows {
            let name = (row.named == 1)
                .then(|| noted.get(&(*table, row.id)).copied().unwrap_or(by.to.name.as_str()));
            groups.entry(name).or_default().push(row);
        }
        let mut entries = Vec::with_capacity(rows.len());
        for (name, rows) in groups {
            for rows in rows.chunks(CHUNK) {
                let sql = Sql::new(&format!("update {table} set enterprise = ")).arg(by.to.id);
                let sql = sql.push(", town = ").arg(&by.to.town).push(", sector = ").arg(&by.to.sector);
                let sql = if self.version { sql.push(", version = version + 1") } else { sql };
                let sql = sql.and(", ownership = ", self.ownership.then_some(&by.to.ownership));
                let sql = sql.and(", enterprise_name = ", name).push(" where city = ").arg(&by.from.city);
                let sql = sql.push(" and ").within("id", rows.iter().map(|row| row.id));
                tx.run(sql).await.map_err(twice)?;
            }
            entries.extend(rows.into_iter().map(|row| self.entry(by, row, name)));
        }
        audit::record_many(tx, &by.app.clock, by.actor, entries).await?;
        let notes = rows.iter().map(|row| {
            let name = (row.named == 1).then(|| row.name.clone());
            vec![
                by.from.city.clone().into(),
                by.cause.into(),
                (*table).into(),
                row.id.into(),
                by.from.id.into(),
                by.to.id.into(),
                name.into(),
            ]
        });
        let columns = ["city", "cause", "table_name", "row_id", "source", "target", "name"];
        let tail = " on conflict (city, cause, table_name, row_id) do nothing";
        bulk(tx, "belonging_moved", &columns, notes.collect(), tail).await?;
        Ok(())
    }

    fn entry(&self, by: &Moving<'_>, row: &Row, name: Option<&str>) -> audit::Entry {
        let mut before = json!({"enterprise": by.from.id, "town": row.town, "sector": row.sector});
        let mut after = json!({"enterprise": by.to.id, "town": by.to.town, "sector": by.to.sector});
        let mut also = |column: &str, old: Value, new: Value| {
            before[column] = old;
            after[column] = new;
        };
        if self.version {
            also("version", json!(row.version), json!(row.version + 1));
        }
        if self.ownership {
            also("ownership", json!(row.ownership), json!(by.to.ownership));
        }
        if let Some(name) = name {
            also("enterprise_name", json!(row.name), json!(name));
        }
        audit::Entry {
            action: audit::Action::Update,
            subject: self.table,
            city: by.from.city.clone(),
            town: by.to.town.clone(),
            row: Some(row.id),
            title: Some(row.called.clone()),
            before: Some(before),
            after: Some(after),
            reason: Some(by.reason.to_string()),
        }
    }
}

/// Both have a row of the same number, such as points of one code: which is right is a person's to say.
fn twice(error: db::Error) -> Problem {
    match error {
        db::Error::Conflict { .. } => Problem::conflict(
            "belonging.twice",
            "两份档案下有编号相同的内容（如位号相同的监测点），不能放在一起。请先改掉其中一个的编号，再办理。",
        ),
        other => other.into(),
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
