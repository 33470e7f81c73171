//! The files that are derived from the code and kept beside it are those of this code.

use db::{Db, db_test};

#[test]
fn derived_files_are_up_to_date() {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let committed = |name: &str| std::fs::read_to_string(root.join(name)).unwrap_or_default();
    assert_eq!(committed("permissions.txt"), server::permissions(), "run `make derived`");
    assert_eq!(committed("docs/handbook/cases.md"), server::cases(), "run `make derived`");
    assert_eq!(committed("openapi.json").trim_end(), server::openapi().trim_end(), "run `make derived`");
}

#[db_test]
async fn the_data_dictionary_is_up_to_date_and_explains_every_table(db: Db) {
    if db.engine() == db::Engine::Postgres {
        return; // it names the types of the one SQL text, which SQLite keeps as they are written
    }
    let text = server::dictionary(&db).await.unwrap();
    let path = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/data-dictionary.md");
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), text, "run `make derived`");
    let silent: Vec<&str> = text
        .split("\n### ")
        .skip(1)
        .filter(|own| own.lines().nth(1).is_none_or(str::is_empty))
        .filter_map(|own| own.lines().next())
        .collect();
    assert_eq!(silent, Vec::<&str>::new(), "say above `table!` or `create table` what it is for");
}

#[db_test]
async fn every_column_that_the_trail_can_show_has_a_chinese_name(db: Db) {
    let fields: Vec<&str> = enterprise::fields().into_iter().map(|field| field.name).collect();
    let mut nameless = Vec::new();
    for table in db::describe(&db).await.unwrap() {
        if !audit::SUBJECTS.iter().any(|(subject, _)| *subject == table.name) {
            continue;
        }
        for column in table.columns {
            let own = table.name == "enterprise" && fields.contains(&column.name.as_str());
            if !own && !audit::COLUMNS.iter().any(|(name, _)| *name == column.name) {
                nameless.push(format!("{}.{}", table.name, column.name));
            }
        }
    }
    assert_eq!(nameless, Vec::<String>::new(), "name them in audit/src/columns.rs");
}

#[test]
fn no_two_areas_give_one_name_to_different_shapes() {
    assert_eq!(server::shapes_of_one_name(), Vec::<String>::new());
}
