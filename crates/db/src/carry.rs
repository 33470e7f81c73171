//! All rows of a SQLite database into an empty one of PostgreSQL: how a system that outgrew its file moves.

use futures::StreamExt;
use sqlx::{Column as _, FromRow, Row as _, postgres::PgRow, sqlite::SqliteRow};

use crate::{
    Column, Db, Engine, Error, Exec, Result, Sql, Table, Tx,
    bulk::{Copying, escape},
    describe,
};

/// A row as texts that PostgreSQL reads.
struct Texts(Vec<Option<String>>);

macro_rules! texts {
    ($($row:ty),*) => {$(
        impl FromRow<'_, $row> for Texts {
            fn from_row(row: &$row) -> sqlx::Result<Self> {
                row.columns().iter().map(|column| row.try_get(column.ordinal())).collect::<sqlx::Result<_>>().map(Texts)
            }
        }
    )*};
}
texts!(SqliteRow, PgRow);

/// Copies every row of `from` (SQLite) into `to` (PostgreSQL, migrated, without a row) in one transaction: all or nothing.
/// `told` hears of each table, with its rows, when it is done. Nothing is written to `from` meanwhile: whoever tries
/// waits. Answers the number of rows.
///
/// # Errors
/// [`Error::Address`] where the engines are others, the target holds a row, or the two are not at the same schema.
pub async fn carry(from: &Db, to: &Db, mut told: impl FnMut(&str, u64)) -> Result<u64> {
    if (from.engine(), to.engine()) != (Engine::Sqlite, Engine::Postgres) {
        return Err(Error::Address("只能从 SQLite 数据库复制到 PostgreSQL 数据库。".into()));
    }
    let held = from.begin().await?;
    let mut tx = to.begin_alone().await?;
    let theirs = describe(to).await?;
    let mut all = 0;
    for table in describe(from).await? {
        let Some(same) = theirs.iter().find(|own| own.name == table.name && names(own) == names(&table))
        else {
            return Err(Error::Address(format!(
                "两边的数据库结构不同（{}）：请先用同一版本的程序对两边执行 anjian migrate。",
                table.name
            )));
        };
        let there: Option<Texts> =
            (&mut tx).optional(Sql::new(&format!("select '' from {} limit 1", same.name))).await?;
        if there.is_some() {
            return Err(Error::Address(format!(
                "目标数据库里已有数据（{}）：请换一个新建的空数据库。",
                same.name
            )));
        }
        let rows = one(from, &mut tx, &table).await?;
        all += rows;
        told(&table.name, rows);
    }
    tx.commit().await?;
    drop(held);
    // the numbers of rows that its plans are made by
    to.run(Sql::new("analyze")).await?;
    Ok(all)
}

/// Names of the columns, in the order of the alphabet: those added later stand elsewhere in either catalogue.
fn names(table: &Table) -> Vec<&str> {
    let mut names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    names.sort_unstable();
    names
}

/// One table, by one COPY.
async fn one(from: &Db, tx: &mut Tx, table: &Table) -> Result<u64> {
    let connection = tx.postgres().ok_or(Error::NotFound)?;
    let columns: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut copying = Copying::begin(connection, &table.name, &columns).await?;
    let said: Vec<String> = table.columns.iter().map(written).collect();
    let mut rows = from.stream::<Texts>(Sql::new(&format!("select {} from {}", said.join(", "), table.name)));
    while let Some(row) = rows.next().await {
        let cell = |out: &mut String, own: &Option<String>| match own {
            Some(text) => escape(out, text),
            None => out.push_str("\\N"),
        };
        copying.row(&row?.0, cell).await?;
    }
    copying.finish().await
}

/// A column of SQLite as a text that PostgreSQL reads; null stays null.
fn written(column: &Column) -> String {
    let name = format!("\"{}\"", column.name);
    match column.kind.to_ascii_lowercase().as_str() {
        "uuid" => format!("case when {name} is not null then hex({name}) end"),
        "bytea" => format!("'\\x' || case when {name} is not null then hex({name}) end"),
        "boolean" => format!("case {name} when 1 then 't' when 0 then 'f' end"),
        // as many digits as bring the same number back
        "double precision" => format!("case when {name} is not null then printf('%!.17g', {name}) end"),
        _ => format!("cast({name} as text)"),
    }
}
