//! The catalogue of either engine, for the test of the schema's conventions and for the data dictionary.

use sqlx::FromRow;

use crate::{Db, Engine, Exec, Result, Sql, sql};

/// A table of the database.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Columns in order.
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Debug, Clone, FromRow)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Type as the engine names it.
    pub kind: String,
    /// Whether it refuses null.
    pub required: bool,
    /// Its place in the primary key, from 1; 0 if it is no part of it.
    pub key: i64,
}

#[derive(FromRow)]
struct Name {
    name: String,
}

/// All tables of ours, by name.
pub async fn describe(db: &Db) -> Result<Vec<Table>> {
    let names: Vec<Name> = db
        .all(match db.engine() {
            Engine::Sqlite => sql!(
                "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like 'search\\_fts%' escape '\\' and name not like '\\_sqlx%' escape '\\' order by name"
            ),
            Engine::Postgres => sql!(
                "select cast(tablename as text) as name from pg_tables where schemaname = current_schema() and tablename not like '\\_sqlx%' order by 1"
            ),
        })
        .await?;
    let mut tables = Vec::with_capacity(names.len());
    for Name { name } in names {
        let columns = match db.engine() {
            Engine::Sqlite => Sql::new("select name, type as kind, \"notnull\" = 1 as required, pk as key from pragma_table_info(").arg(&name).push(") order by cid"),
            Engine::Postgres => sql!(
                "select cast(c.column_name as text) as name, cast(c.data_type as text) as kind, c.is_nullable = 'NO' as required,
                   cast(coalesce((select k.ordinal_position from information_schema.table_constraints t
                     join information_schema.key_column_usage k on k.constraint_name = t.constraint_name and k.table_schema = t.table_schema and k.table_name = t.table_name
                     where t.constraint_type = 'PRIMARY KEY' and t.table_schema = c.table_schema and t.table_name = c.table_name and k.column_name = c.column_name), 0) as bigint) as key
                 from information_schema.columns c where c.table_schema = current_schema() and c.table_name = $1 order by c.ordinal_position",
                &name
            ),
        };
        tables.push(Table { columns: db.all(columns).await?, name });
    }
    Ok(tables)
}
