//! The villages of a city from a file of its own: code and name. What the file names is in force from then on; villages it
//! does not name stay as they are.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use db::Db;
use kernel::{Actor, Clock};
use serde::Serialize;
use serde_json::json;
use sheet::{Limits, Row, cell_address, find_header};
use utoipa::ToSchema;
use web::{Outcome, Problem};

use crate::{carry::write_spans, divisions, plan::Plan, store};

/// Names of the column with the code, and of that with the name.
const CODE: &[&str] = &["代码", "村居代码", "区划代码", "统计用区划代码", "统计代码", "code"];
const NAME: &[&str] = &["名称", "村居名称", "村居", "村（社区）名称", "居委会（村委会）", "name"];
/// Rows of a city's file; the largest cities have some 6,000 villages.
const MOST: u64 = 50_000;

/// A row that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrongRow {
    /// Address of the cell, B7.
    cell: String,
    code: String,
    name: String,
    message: String,
}

/// What a file of villages did.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Villages {
    /// Villages that were not known.
    pub added: u64,
    /// Villages with another name.
    pub renamed: u64,
    /// Villages as they were.
    pub unchanged: u64,
    /// Villages in force that the file does not name, in the towns it names.
    pub unnamed: u64,
    /// Rows that were not taken.
    pub errors: Vec<WrongRow>,
}

struct Found {
    rows: Vec<Row>,
    code: usize,
    name: usize,
}

fn read(path: &Path) -> Outcome<Found> {
    let mut rows: Vec<Row> = Vec::new();
    let limits = Limits { rows: MOST, columns: 100, bytes: 64 << 20, ..Limits::default() };
    sheet::read(path, limits, |row| {
        rows.push(row);
        Ok(true)
    })
    .map_err(|error| Problem::invalid(error.code(), format!("{error}。")))?;
    let known = |name: &str| CODE.contains(&name) || NAME.contains(&name);
    let head = &rows[..rows.len().min(30)];
    let header = find_header(head, &known).ok_or_else(|| {
        Problem::invalid("villages.no_header", "没有找到表头。请保留“代码”和“名称”两列的列名。")
    })?;
    let column = |known: &[&str]| header.names.iter().position(|name| known.contains(&name.as_str()));
    let (Some(code), Some(name)) = (column(CODE), column(NAME)) else {
        return Err(Problem::invalid("villages.no_header", "表头需要“代码”和“名称”两列。"));
    };
    rows.retain(|row| row.number > header.row);
    Ok(Found { rows, code, name })
}

/// Takes the villages of `city` (4 digits) from a CSV or XLSX file, all good rows in one transaction.
pub async fn load_villages(
    db: &Db,
    clock: &Clock,
    actor: &Actor,
    city: &str,
    path: PathBuf,
    file_name: &str,
) -> Outcome<Villages> {
    store::refresh(db).await?;
    let found = tokio::task::spawn_blocking(move || read(&path)).await.map_err(Problem::internal)??;
    let now: BTreeMap<String, String> =
        divisions::villages(city).into_iter().map(|own| (own.code.clone(), own.name.clone())).collect();
    let mut said = Villages::default();
    let mut plan = Plan { city: city.to_string(), ..Plan::default() };
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for row in &found.rows {
        let cell = |at: usize| row.cells.get(at).map(String::as_str).unwrap_or_default().trim();
        let (code, name) = (cell(found.code), cell(found.name));
        let mut wrong = |column: usize, message: String| {
            said.errors.push(WrongRow {
                cell: cell_address(row.number, column),
                code: code.to_string(),
                name: name.to_string(),
                message,
            });
        };
        let town = code.get(..9).unwrap_or_default();
        if code.len() != 12 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            wrong(found.code, "村居代码应为 12 位数字。".into());
        } else if !code.starts_with(city) {
            wrong(found.code, format!("代码不属于本市（{city}）。"));
        } else if divisions::find(town).is_none() {
            wrong(found.code, format!("现行区划中没有代码为 {town} 的镇街。"));
        } else if name.is_empty() || name.chars().count() > 40 {
            wrong(found.name, "请填写名称（40 字以内）。".into());
        } else if !seen.insert(code.to_string()) {
            wrong(found.code, "这个代码在前面的行已经出现过。".into());
        } else {
            match now.get(code) {
                Some(own) if own == name => said.unchanged += 1,
                own => {
                    *if own.is_some() { &mut said.renamed } else { &mut said.added } += 1;
                    plan.opens.push((code.to_string(), name.to_string()));
                }
            }
        }
    }
    let towns: BTreeSet<&str> = seen.iter().filter_map(|code| code.get(..9)).collect();
    let unnamed = now.keys().filter(|code| code.get(..9).is_some_and(|town| towns.contains(town)));
    said.unnamed = unnamed.filter(|code| !seen.contains(*code)).count() as u64;
    if plan.opens.is_empty() {
        return Ok(said);
    }
    let at = clock.now();
    let source = format!("村居名单 {file_name}");
    let mut tx = db.begin().await?;
    write_spans(&mut tx, &plan, clock.today(), &source, (at, actor.account)).await?;
    let entry = audit::Entry {
        action: audit::Action::Update,
        subject: crate::model::RegionRow::TABLE,
        city: city.to_string(),
        town: city.to_string(),
        row: None,
        title: Some(source),
        before: None,
        after: Some(json!({"added": said.added, "renamed": said.renamed})),
        reason: None,
    };
    audit::record(&mut tx, clock, actor, entry).await?;
    store::changed(&mut tx, at, actor.account).await?;
    store::commit(tx, db).await?;
    Ok(said)
}

impl std::fmt::Display for WrongRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}  {} {}：{}", self.cell, self.code, self.name, self.message)
    }
}
