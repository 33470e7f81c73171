//! `#[db_test]`: one test body, run on every engine.
//!
//! Not for use by itself: `db` re-exports it.

use proc_macro::TokenStream;

/// Turns `async fn name(db: Db)` into a module `name` with the tests `sqlite` and `postgres`,
/// each given a migrated database of its own.
#[proc_macro_attribute]
pub fn db_test(_attr: TokenStream, item: TokenStream) -> TokenStream {
    let text = item.to_string();
    let mut tokens = item.into_iter().skip_while(|token| token.to_string() != "fn").skip(1);
    let name = match tokens.next() {
        Some(name) => name.to_string(),
        None => {
            return "compile_error!(\"#[db_test] stands on `async fn name(db: Db)`\");"
                .parse()
                .unwrap_or_default();
        }
    };
    let test = |engine: &str, start: &str| {
        format!(
            "#[::core::prelude::v1::test] fn {engine}() {{ ::db::testing::run(::db::testing::{start}, |db| async move {{ let out = super::{name}(db).await; out }}); }}"
        )
    };
    let module = format!(
        "{text}\nmod {name} {{ #[allow(unused_imports)] use super::*; {} {} }}",
        test("sqlite", "Engine::Sqlite"),
        test("postgres", "Engine::Postgres")
    );
    module.parse().unwrap_or_else(|_| {
        "compile_error!(\"#[db_test] could not read this function\");".parse().unwrap_or_default()
    })
}
