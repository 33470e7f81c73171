//! Every static statement of the system is prepared on the migrated schema of both engines, so that a table, a column or
//! a spelling that one of them does not know is found without the code that sends it being run. The texts are read from
//! the sources: what stands in `sql!("…")`, and the columns of each `table!`.

use std::path::{Path, PathBuf};

use db::{
    Db, db_test,
    sqlx::{AssertSqlSafe, Executor},
    testing::Engine,
};

/// A statement with where it stands and the one engine it is for, if it is for one only.
#[derive(Debug, PartialEq)]
struct Statement {
    place: String,
    text: String,
    only: Option<Engine>,
}

/// A string literal at the start of the text, as Rust reads it.
fn literal(source: &str) -> Option<String> {
    if let Some(raw) = source.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let rest = raw[hashes..].strip_prefix('"')?;
        return rest.split(&format!("\"{}", "#".repeat(hashes))).next().map(str::to_string);
    }
    let mut signs = source.strip_prefix('"')?.chars().peekable();
    let mut text = String::new();
    while let Some(sign) = signs.next() {
        match sign {
            '"' => return Some(text),
            '\\' => match signs.next()? {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                '\n' => while signs.next_if(|sign| sign.is_whitespace()).is_some() {},
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    None
}

/// The statements of a source file.
fn statements(place: &str, source: &str) -> Vec<Statement> {
    let line = |at: usize| format!("{place}:{}", source[..at].matches('\n').count() + 1);
    let mut found = Vec::new();
    for (at, mark) in source.match_indices("sql!(") {
        let Some(text) = literal(source[at + mark.len()..].trim_start()) else { continue };
        // an arm of `match db.engine()` that begins with the statement
        let before = source[..at].trim_end_matches("db::").trim_end();
        let only = match before {
            before if before.ends_with("Engine::Sqlite =>") => Some(Engine::Sqlite),
            before if before.ends_with("Engine::Postgres =>") => Some(Engine::Postgres),
            _ => None,
        };
        found.push(Statement { place: line(at), text, only });
    }
    for (at, mark) in source.match_indices(" in \"") {
        let Some((table, body)) = source[at + mark.len()..].split_once("\" {\n") else { continue };
        let comment =
            source[..at].rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with("//"));
        if comment || !table.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            continue;
        }
        let body = body.split("\n    }").next().unwrap_or_default();
        let columns: Vec<&str> = body
            .lines()
            .filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(':').map(|(name, _)| name))
            .collect();
        let text = format!("select {} from {table}", columns.join(", "));
        found.push(Statement { place: line(at), text, only: None });
    }
    found
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") && !path.ends_with("examples") {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// What the engine says against them.
async fn refused(db: &Db, statements: &[Statement]) -> Vec<String> {
    let mut refused = Vec::new();
    for statement in statements.iter().filter(|one| one.only.is_none_or(|only| only == db.engine())) {
        let text = AssertSqlSafe(statement.text.clone());
        let prepared = match db {
            Db::Sqlite { reader, .. } => reader.prepare(sql(text)).await.map(drop),
            Db::Postgres(pool) => pool.prepare(sql(text)).await.map(drop),
        };
        if let Err(error) = prepared {
            refused.push(format!("{}: {error}: {}", statement.place, statement.text));
        }
    }
    refused
}

fn sql(text: AssertSqlSafe<String>) -> db::sqlx::SqlStr {
    db::sqlx::SqlSafeStr::into_sql_str(text)
}

#[db_test]
async fn every_statement_fits_the_schema(db: Db) {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    sources(&crates, &mut files);
    let all: Vec<Statement> = files
        .iter()
        .flat_map(|path| {
            let place = path.strip_prefix(&crates).unwrap().display().to_string();
            statements(&place, &std::fs::read_to_string(path).unwrap())
        })
        .collect();
    assert!(all.len() > 60, "only {} statements found", all.len());
    let refused = refused(&db, &all).await;
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[db_test]
async fn a_wrong_column_table_or_spelling_is_found(db: Db) {
    let source = r#"
        db.run(sql!("update account set failures = $1 where id = $2", 1, id)).await?;
        db.run(db::sql!(
            "update account set failure = 0
             where id = $1",
            id
        )).await?;
        match db.engine() {
            Engine::Sqlite => sql!("select name from pragma_table_info('account')"),
            Engine::Postgres => sql!("select cast(tablename as text) from pg_tables where tablename = \"x\""),
        }
        db::table! {
            pub struct Thing in "setting" {
                /// Column.
                pub name: String,
                pub worth: i64,
    }
        }
        sql!("select name from settings where name = \
              'x'");
    "#;
    let found = statements("a.rs", source);
    let lines: Vec<&str> = found.iter().map(|one| one.place.as_str()).collect();
    assert_eq!(lines, ["a.rs:2", "a.rs:3", "a.rs:9", "a.rs:10", "a.rs:19", "a.rs:13"]);
    assert_eq!(found[4].text, "select name from settings where name = 'x'");
    assert_eq!(found[5].text, "select name, worth from setting");
    let refused = refused(&db, &found).await;
    let mut wrong = vec!["a.rs:3", "a.rs:19", "a.rs:13"];
    if db.engine() == Engine::Postgres {
        wrong.insert(1, "a.rs:10");
    }
    let places: Vec<String> =
        refused.iter().map(|line| line.splitn(3, ':').take(2).collect::<Vec<_>>().join(":")).collect();
    assert_eq!(places, wrong, "{refused:?}");
}
