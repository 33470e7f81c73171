//! One declaration for a table's struct, its columns and its plain statements.

use crate::{Sql, Value};

/// Declares a row: the struct, `TABLE`, `COLUMNS`, `KINDS`, `select()`, `values()`, `insert()`, `upsert(keys)`,
/// `update(keys)` and `update_from(read, keys)`.
///
/// ```
/// db::table! {
///     /// A thing.
///     pub struct Thing in "thing" {
///         /// Key.
///         pub id: String,
///         /// Size in mm.
///         pub size: i64,
///     }
/// }
/// assert_eq!(Thing::select().text(), "select id, size from thing");
/// ```
#[macro_export]
macro_rules! table {
    ($(#[$meta:meta])* pub struct $name:ident in $table:literal { $($(#[$field_meta:meta])* pub $field:ident : $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, $crate::FromRow)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }

        #[allow(dead_code, missing_docs, reason = "a table uses those of its statements that it needs")]
        impl $name {
            pub const TABLE: &'static str = $table;
            pub const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];
            /// The columns with the types they are read as.
            pub const KINDS: &'static [(&'static str, &'static str)] = &[$((stringify!($field), stringify!($type))),*];
            pub fn select() -> $crate::Sql {
                $crate::Sql::new(&format!("select {} from {}", Self::COLUMNS.join(", "), Self::TABLE))
            }
            pub fn values(&self) -> Vec<$crate::Value> {
                vec![$($crate::Value::from(self.$field.clone())),*]
            }
            pub fn insert(&self) -> $crate::Sql {
                let mut sql = $crate::Sql::new(&format!("insert into {} ({}) values (", Self::TABLE, Self::COLUMNS.join(", ")));
                for (at, value) in self.values().into_iter().enumerate() {
                    sql = if at > 0 { sql.push(", ").arg(value) } else { sql.arg(value) };
                }
                sql.push(")")
            }
            pub fn upsert(&self, keys: &[&str]) -> $crate::Sql {
                let rest: Vec<String> = Self::COLUMNS.iter().filter(|column| !keys.contains(column))
                    .map(|column| format!("{column} = excluded.{column}")).collect();
                self.insert().push(&format!(" on conflict ({}) do update set {}", keys.join(", "), rest.join(", ")))
            }
            pub fn update(&self, keys: &[&str]) -> $crate::Sql {
                $crate::update(Self::TABLE, keys, Self::COLUMNS.iter().copied().zip(self.values()))
            }
            /// The same with the columns that differ from `read` alone, of which there must be one.
            pub fn update_from(&self, read: &Self, keys: &[&str]) -> $crate::Sql {
                let pairs = Self::COLUMNS.iter().copied().zip(self.values()).zip(read.values());
                let changed = pairs.filter(|((column, now), was)| keys.contains(column) || now != was);
                $crate::update(Self::TABLE, keys, changed.map(|(pair, _)| pair))
            }
        }
    };
}

/// The statement that writes columns with these values to the row that has the values of `keys`, which are among them.
#[doc(hidden)]
pub fn update(table: &str, keys: &[&str], pairs: impl Iterator<Item = (&'static str, Value)>) -> Sql {
    let (own, rest): (Vec<_>, Vec<_>) = pairs.partition(|(column, _)| keys.contains(column));
    let mut sql = Sql::new(&format!("update {table} set "));
    for (at, (column, value)) in rest.into_iter().enumerate() {
        sql = sql.push(if at > 0 { ", " } else { "" }).push(column).push(" = ").arg(value);
    }
    for (at, (column, value)) in own.into_iter().enumerate() {
        sql = sql.push(if at > 0 { " and " } else { " where " }).push(column).push(" = ").arg(value);
    }
    sql
}
