//! The conventions of DESIGN section 4 and `docs/DATABASE.md`, held against the catalogue of both engines.

use std::collections::BTreeSet;

use db::{Column, Db, Engine, Exec, FromRow, Table, db_test, describe, sql};

#[derive(FromRow)]
struct Text {
    text: String,
}

async fn texts(db: &Db, sql: db::Sql) -> Vec<String> {
    db.all::<Text>(sql).await.unwrap().into_iter().map(|row| row.text).collect()
}

/// The leading columns of every index of a table, the primary key among them; expressions and predicates left out.
async fn indexes(db: &Db, table: &Table) -> Vec<Vec<String>> {
    let mut key: Vec<&Column> = table.columns.iter().filter(|column| column.key > 0).collect();
    key.sort_by_key(|column| column.key);
    let mut all = vec![key.iter().map(|column| column.name.clone()).collect()];
    let definitions = match db.engine() {
        Engine::Sqlite => sql!(
            "select sql as text from sqlite_master where type = 'index' and tbl_name = $1 and sql is not null",
            &table.name
        ),
        Engine::Postgres => {
            sql!(
                "select indexdef as text from pg_indexes where schemaname = current_schema() and tablename = $1",
                &table.name
            )
        }
    };
    for definition in texts(db, definitions).await {
        // "create index name on table [using btree] (city, town collate …, id) where …"
        let list =
            definition.split_once('(').and_then(|(_, rest)| rest.split(')').next()).unwrap_or_default();
        let columns = list.split(',').filter_map(|part| part.split_whitespace().next());
        all.push(columns.map(str::to_string).collect());
    }
    all
}

/// Columns that a `check` limits to some words.
async fn checked(db: &Db, table: &Table) -> BTreeSet<String> {
    let definitions = match db.engine() {
        Engine::Sqlite => {
            sql!("select sql as text from sqlite_master where type = 'table' and name = $1", &table.name)
        }
        Engine::Postgres => sql!(
            "select pg_get_constraintdef(oid) as text from pg_constraint where contype = 'c' and conrelid = cast(cast($1 as text) as regclass)",
            &table.name
        ),
    };
    let mut columns = BTreeSet::new();
    for definition in texts(db, definitions).await {
        for part in definition.to_lowercase().split("check (").skip(1) {
            let name = part
                .trim_start_matches('(')
                .split(|sign: char| !sign.is_alphanumeric() && sign != '_')
                .next();
            columns.extend(name.map(str::to_string));
        }
    }
    columns
}

/// Words whose list is kept in the code, because areas add to it.
const OPEN_WORDS: &[&str] =
    &["job.kind", "search_entry.kind", "case_header.kind", "case_header.state", "case_event.action"];

/// References that nobody follows backwards: no page lists the rows that hold them, and what they name is never removed.
const NOT_FOLLOWED: &[&str] = &[
    "account.agency",
    "archive_import.job",
    "case_event.actor",
    "case_header.agency",
    "archive_import_row.enterprise",
    "archive_import_row.record",
    "enterprise.agency",
    "field_work.account",
    "field_work.device",
    "hazard_source.evaluation",
    "hazard_source.open_filing",
    "hazard_source.plan",
    "enterprise.officer",
    "import.job",
    "inspection_target.draw",
    "inspection_target.visit",
    "import_row.enterprise",
    "monitor_minute.point",
    "monitor_now.alarm",
    "record.replaces",
    "sign_on_try.link",
];

#[db_test]
async fn every_table_has_a_key_and_business_tables_say_who_and_when(db: Db) {
    let tables = describe(&db).await.unwrap();
    assert!(tables.len() > 15);
    for table in &tables {
        let column = |name: &str| table.columns.iter().find(|column| column.name == name);
        let key = &indexes(&db, table).await[0];
        assert!(!key.is_empty(), "{} has no primary key", table.name);
        if key[0] == "city" {
            assert!(column("city").is_some_and(|city| city.required), "{}.city may be null", table.name);
        }
        if column("version").is_none() {
            continue;
        }
        for name in ["created_at", "created_by", "updated_at", "updated_by", "version"] {
            assert!(
                column(name).is_some_and(|column| column.required),
                "{}.{name} is missing or may be null",
                table.name
            );
        }
        if column("town").is_some() {
            assert_eq!(key, &["city", "id"], "{}", table.name);
            assert!(column("town").is_some_and(|town| town.required), "{}.town may be null", table.name);
        }
    }
}

#[db_test]
async fn words_are_checked_and_no_quantity_is_a_float(db: Db) {
    for table in describe(&db).await.unwrap() {
        let checked = checked(&db, &table).await;
        for column in &table.columns {
            let place = format!("{}.{}", table.name, column.name);
            let words = [
                "state",
                "status",
                "kind",
                "outcome",
                "tier",
                "action",
                "severity",
                "ownership",
                "verification",
            ];
            let text = column.kind.eq_ignore_ascii_case("text");
            if text && words.contains(&column.name.as_str()) && !OPEN_WORDS.contains(&place.as_str()) {
                assert!(checked.contains(&column.name), "{place} has no check");
            }
            let kind = column.kind.to_lowercase();
            let float = ["double", "real", "float", "numeric"].iter().any(|name| kind.contains(name));
            assert!(
                !float || ["longitude", "latitude"].contains(&column.name.as_str()),
                "{place} is {kind}: money and quantities are whole numbers of their smallest unit"
            );
            assert!(!kind.contains("without time zone"), "{place} has no time zone");
        }
    }
}

#[db_test]
async fn what_is_looked_up_by_another_row_has_an_index(db: Db) {
    let mut missing = Vec::new();
    for table in describe(&db).await.unwrap() {
        let indexes = indexes(&db, &table).await;
        for column in table.columns.iter().filter(|column| column.kind.eq_ignore_ascii_case("uuid")) {
            // its own key, or who did it
            let own = ["id", "row_id", "worker", "on_behalf"].contains(&column.name.as_str())
                || column.name.ends_with("_by");
            let place = format!("{}.{}", table.name, column.name);
            // first in an index, or right behind the shard key
            let found = indexes.iter().any(|index| {
                index.first() == Some(&column.name)
                    || index.first().is_some_and(|first| first == "city")
                        && index.get(1) == Some(&column.name)
            });
            if !own && !found && !NOT_FOLLOWED.contains(&place.as_str()) {
                missing.push(place);
            }
        }
    }
    assert!(missing.is_empty(), "no index begins with {}", missing.join(", "));
}

#[db_test]
async fn there_are_no_triggers_and_no_sequences(db: Db) {
    let found = match db.engine() {
        Engine::Sqlite => {
            sql!(
                "select name as text from sqlite_master where type = 'trigger' or sql like '%autoincrement%'"
            )
        }
        Engine::Postgres => sql!(
            "select cast(tgname as text) as text from pg_trigger where not tgisinternal
             union all select cast(relname as text) from pg_class where relkind = 'S'"
        ),
    };
    assert_eq!(texts(&db, found).await, Vec::<String>::new());
}
