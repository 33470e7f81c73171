//! Gathers what the sources say of tables for the data dictionary: the docstrings of every `table!`, and the comments of the
//! migrations for tables without one. So a new table is described by what stands beside it, and by nothing else.

use std::{env, fmt::Write, fs, path::Path};

fn main() {
    let root = Path::new("..");
    println!("cargo::rerun-if-changed=..");
    println!("cargo::rerun-if-changed=../../migrations");
    let mut docs = String::new();
    for file in files(root, "rs") {
        tables(&fs::read_to_string(file).unwrap_or_default(), &mut docs);
    }
    for file in files(Path::new("../../migrations"), "sql") {
        comments(&fs::read_to_string(file).unwrap_or_default(), &mut docs);
    }
    let out = env::var("OUT_DIR").unwrap_or_default();
    if let Err(error) = fs::write(Path::new(&out).join("table_docs.tsv"), docs) {
        println!("cargo::error={error}");
    }
}

/// Files with an ending under a folder, sorted.
fn files(folder: &Path, ending: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|own| own == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// One line per table and column: table, column (empty for the table itself), what it is.
fn line(docs: &mut String, table: &str, column: &str, said: &[&str]) {
    let said = said.join(" ").replace('\t', " ");
    let _ = writeln!(docs, "{table}\t{column}\t{said}");
}

/// The docstrings of `pub struct Name in "table" { … }` and its fields.
fn tables(text: &str, docs: &mut String) {
    let (mut table, mut said) = (None::<String>, Vec::new());
    for own in text.lines().map(str::trim) {
        if let Some(more) = own.strip_prefix("///") {
            said.push(more.trim());
            continue;
        }
        if own.starts_with("#[") {
            continue;
        }
        if let (Some(rest), true) = (own.strip_prefix("pub struct "), own.ends_with("\" {"))
            && let Some((_, name)) = rest.trim_end_matches("\" {").split_once(" in \"")
        {
            line(docs, name, "", &said);
            table = Some(name.to_string());
        } else if own.starts_with('}') {
            table = None;
        } else if let (Some(name), Some((field, _))) =
            (&table, own.strip_prefix("pub ").and_then(|own| own.split_once(':')))
        {
            line(docs, name, field.trim(), &said);
        }
        said.clear();
    }
}

/// The comment above `create table name (`, and the words a column is held to, told of `column=`.
fn comments(text: &str, docs: &mut String) {
    let (mut table, mut said) = ("", Vec::new());
    for own in text.lines().map(str::trim) {
        if let Some(more) = own.strip_prefix("--") {
            said.push(more.trim());
            continue;
        }
        let mut rest = own;
        if let Some(name) = own.strip_prefix("create table ").and_then(|own| own.strip_suffix(" (")) {
            line(docs, name, "", &said);
            table = name;
        } else if let Some((name, more)) =
            own.strip_prefix("alter table ").and_then(|own| own.split_once(" add column "))
        {
            (table, rest) = (name, more);
        }
        if let Some((column, _)) = rest.split_once(' ')
            && let Some((_, list)) = rest.split_once(&format!("check ({column} in ("))
            && let Some((list, _)) = list.split_once("))")
        {
            line(docs, table, &format!("{column}="), &[&list.replace('\'', "")]);
        }
        said.clear();
    }
}
