//! The tables of the law: rows with a source, a certainty and a time of validity, and a city's own rows over the national ones.
//!
//! A table is a TSV in `tables/`: lines that begin with `#` say in Chinese what it is, those that begin with `#:` give the Chinese words
//! for its columns and for the words in its cells (`#: staff=从业人数`, tabs between); the first other line names the columns. Every table has the
//! columns `source` (document number and clause), `valid_from`, `valid_to` (both inclusive, empty is open), `certainty`
//! (`text`, `single`, `memory`) and `note`. A table with a column `region` (empty is the nation) holds local rows too: of rows with equal
//! keys that are valid on the day, the one of the narrowest region counts. An administrator's own rows ([`Law::with`]) are rows of the same shape.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::{Certainty, Refusal, Step};

/// A shipped table.
#[derive(Debug)]
pub struct Table {
    /// The file's name without ending.
    pub name: &'static str,
    /// What it is, in Chinese.
    pub title: &'static str,
    /// The columns that name a row: for equal keys and region, validities neither overlap nor, within a region, leave a gap.
    pub keys: &'static [&'static str],
    /// The file.
    pub text: &'static str,
    /// Parsed once.
    pub rows: OnceLock<Arc<Rows>>,
}

/// The columns and rows of a table.
#[derive(Debug, Default)]
pub struct Rows {
    /// Names of the columns, in order.
    pub columns: Vec<String>,
    /// The rows, in order of the file.
    pub rows: Vec<Row>,
}

/// One row of a table.
#[derive(Debug, Clone)]
pub struct Row {
    /// Line in the file, from 1; rows of an administrator continue after the shipped ones.
    pub line: usize,
    cells: BTreeMap<String, String>,
    /// What every step that rests on it says: its source, where it stands, its remark.
    source: String,
    place: String,
    note: Option<String>,
    /// First day it is in force.
    pub from: Option<NaiveDate>,
    /// Last day it is in force.
    pub to: Option<NaiveDate>,
    /// How well it is known.
    pub certainty: Certainty,
    /// An administrator's row, not a shipped one.
    pub local: bool,
}

/// Declares a static [`Table`] over `tables/<name>.tsv`.
#[macro_export]
macro_rules! law_table {
    ($(#[$doc:meta])* $ident:ident, $name:literal, $title:literal, $keys:expr) => {
        $(#[$doc])*
        pub static $ident: $crate::Table = $crate::Table {
            name: $name,
            title: $title,
            keys: &$keys,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tables/", $name, ".tsv")),
            rows: std::sync::OnceLock::new(),
        };
    };
}

impl Table {
    /// The shipped rows.
    pub fn rows(&'static self) -> &'static Arc<Rows> {
        self.rows.get_or_init(|| Arc::new(self.parse()))
    }

    /// What the file says of itself, in Chinese.
    pub fn remarks(&self) -> impl Iterator<Item = &'static str> + use<> {
        let lines = self.text.lines().filter_map(|line| line.strip_prefix('#'));
        lines.filter(|line| !line.starts_with(':')).map(str::trim)
    }

    /// The Chinese words for the columns and for words in cells.
    pub fn words(&self) -> BTreeMap<&'static str, &'static str> {
        let pairs = self.text.lines().filter_map(|line| line.strip_prefix("#:"));
        pairs.flat_map(|line| line.split('\t')).filter_map(|pair| pair.trim().split_once('=')).collect()
    }

    fn parse(&'static self) -> Rows {
        let mut lines = self
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
        let Some((_, header)) = lines.next() else { return Rows::default() };
        let columns: Vec<String> = header.split('\t').map(str::to_string).collect();
        let rows = lines
            .filter_map(|(at, line)| {
                let cells = columns
                    .iter()
                    .cloned()
                    .zip(line.split('\t').map(str::to_string).chain(std::iter::repeat_with(String::new)))
                    .collect();
                Row::new(self, at + 1, cells).ok()
            })
            .collect();
        Rows { columns, rows }
    }
}

impl Row {
    /// A row from its cells by column; refused where a date or the certainty cannot be read.
    pub fn new(table: &'static Table, line: usize, cells: BTreeMap<String, String>) -> Result<Row, Refusal> {
        let day = |column: &str| match cells.get(column).map_or("", |cell| cell.trim()) {
            "" => Ok(None),
            text => NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .map(Some)
                .map_err(|_| Refusal::invalid(format!("/{column}"), "日期应写成 2025-01-31 的样子。")),
        };
        let certainty = cells.get("certainty").and_then(|cell| Certainty::parse(cell)).ok_or_else(|| {
            Refusal::invalid(
                "/certainty",
                "可靠程度应为 text（原文）、single（单一来源）或 memory（凭记忆）。",
            )
        })?;
        let (from, to) = (day("valid_from")?, day("valid_to")?);
        let cell = |column: &str| cells.get(column).cloned().unwrap_or_default();
        let (source, note) = (cell("source"), Some(cell("note")).filter(|note| !note.is_empty()));
        let place = format!("{} 第 {line} 行", table.name);
        Ok(Row { line, source, place, note, cells, from, to, certainty, local: false })
    }

    /// The cell of that column; empty where there is none.
    pub fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// The cell as a decimal; `None` where it is empty or no number.
    pub fn decimal(&self, column: &str) -> Option<Decimal> {
        self.get(column).parse().ok()
    }

    /// The cell as a whole number; `None` where it is empty or no number.
    pub fn whole(&self, column: &str) -> Option<i64> {
        self.get(column).parse().ok()
    }

    /// Whether it is in force on that day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether its `region` (empty is the nation) contains that one.
    pub fn holds_in(&self, region: &str) -> bool {
        region.starts_with(self.get("region"))
    }

    /// A step that rests on this row: source, row, certainty and remark come along.
    pub fn step(&self, text: impl Into<String>) -> Step {
        Step {
            text: text.into(),
            source: Some(self.source.clone()),
            row: Some(self.place.clone()),
            certainty: Some(self.certainty),
            note: self.note.clone(),
        }
    }
}

/// The law as a system knows it: the shipped tables and the administrator's own rows over them.
#[derive(Debug, Default, Clone)]
pub struct Law {
    local: BTreeMap<&'static str, Vec<Row>>,
}

impl Law {
    /// The shipped tables alone.
    pub fn national() -> &'static Law {
        static LAW: OnceLock<Law> = OnceLock::new();
        LAW.get_or_init(Law::default)
    }

    /// Whether nobody has laid rows of their own over these tables, so that what was prepared from the shipped ones serves.
    pub fn as_shipped(&self, tables: &[&'static Table]) -> bool {
        tables.iter().all(|table| !self.local.contains_key(table.name))
    }

    /// The shipped tables with an administrator's rows over them: table and cells by column.
    ///
    /// # Errors
    /// A row of an unknown table, without a source, or whose dates or certainty cannot be read.
    pub fn with(rows: impl IntoIterator<Item = (String, BTreeMap<String, String>)>) -> Result<Law, Refusal> {
        let mut law = Law::default();
        for (name, cells) in rows {
            let table = crate::registry::table(&name)
                .ok_or_else(|| Refusal::unknown("/table", format!("没有名为 {name} 的规则表。")))?;
            if cells.get("source").is_none_or(|source| source.trim().is_empty()) {
                return Err(Refusal::missing("/source", "文号"));
            }
            let rows = law.local.entry(table.name).or_default();
            let line = table.rows().rows.len() + rows.len() + 1;
            let row = Row::new(table, line, cells)?;
            let place = format!("{}（{} 本地）", table.name, row.get("region"));
            rows.push(Row { local: true, place, ..row });
        }
        Ok(law)
    }
}

/// A day of the calendar, for constants: one that is none does not compile there.
pub(crate) const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => panic!("no such day"),
    }
}

/// When and where a rule is asked for. Never "today": premium month, accrual year, day of the accident, day of the document.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// The day.
    pub on: NaiveDate,
    /// Division code of the place, `440507`; empty where only the nation's rule is wanted.
    pub region: &'a str,
    /// The tables.
    pub law: &'a Law,
}

impl<'a> At<'a> {
    /// The nation's rule on that day.
    pub fn nation(on: NaiveDate) -> At<'static> {
        At { on, region: "", law: Law::national() }
    }

    /// The rows of a table that count then and there: of rows with equal keys the one of the narrowest region, and of those an
    /// administrator's before a shipped one.
    pub fn rows(&self, table: &'static Table) -> Vec<&'a Row> {
        let own = self.law.local.get(table.name).into_iter().flatten();
        let mut best: Vec<&'a Row> = Vec::new();
        let rank = |row: &Row| (row.get("region").len(), row.local);
        let same = |a: &Row, b: &Row| table.keys.iter().all(|key| a.get(key) == b.get(key));
        let shadowing = table.rows().rows.iter().any(|row| !row.get("region").is_empty());
        let local = self.law.local.contains_key(table.name);
        for row in table.rows().rows.iter().chain(own) {
            if !row.holds_on(self.on) || !row.holds_in(self.region) {
                continue;
            }
            let twin = if shadowing || local { best.iter_mut().find(|other| same(other, row)) } else { None };
            match twin {
                Some(other) if rank(row) >= rank(other) => *other = row,
                Some(_) => {}
                None => best.push(row),
            }
        }
        best
    }

    /// The next day on which the rows of a table that count there may be others: one begins, or the day after one ended.
    pub fn changes_on(&self, table: &'static Table) -> Option<NaiveDate> {
        let own = self.law.local.get(table.name).into_iter().flatten();
        let rows = table.rows().rows.iter().chain(own).filter(|row| row.holds_in(self.region));
        let days = rows.flat_map(|row| [row.from, row.to.and_then(|last| last.succ_opt())]);
        days.flatten().filter(|day| *day > self.on).min()
    }

    /// The one row whose cells are these.
    pub fn row(&self, table: &'static Table, cells: &[(&str, &str)]) -> Option<&'a Row> {
        self.rows(table).into_iter().find(|row| cells.iter().all(|(column, value)| row.get(column) == *value))
    }
}
