//! One declaration for a table's struct, its columns and its plain statements.

/// Declares a row: the struct, `TABLE`, `COLUMNS`, `nullable()`, `select()`, `values()`, `insert()` and `upsert(keys)`.
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
            /// The columns that may be null.
            pub fn nullable() -> impl Iterator<Item = &'static str> {
                [$((stringify!($field), stringify!($type))),*].into_iter()
                    .filter(|(_, kind)| kind.starts_with("Option")).map(|(column, _)| column)
            }
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
                let mut sql = $crate::Sql::new(&format!("update {} set ", Self::TABLE));
                let pairs: Vec<_> = Self::COLUMNS.iter().zip(self.values()).collect();
                for (at, (column, value)) in pairs.iter().filter(|(column, _)| !keys.contains(column)).enumerate() {
                    sql = sql.push(if at > 0 { ", " } else { "" }).push(column).push(" = ").arg(value.clone());
                }
                for (at, (column, value)) in pairs.iter().filter(|(column, _)| keys.contains(column)).enumerate() {
                    sql = sql.push(if at > 0 { " and " } else { " where " }).push(column).push(" = ").arg(value.clone());
                }
                sql
            }
        }
    };
}
