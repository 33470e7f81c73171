//! Reading a workbook: its sheets, their heads, and the rows under them as they come.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::{Map, Value, json};
use sheet::{Limits, Row, SheetError, cell_address, find_header};
use tokio::sync::mpsc;

use super::{
    CHUNK, MOST_ROWS, Sheet, WrongCell,
    layout::{self, CODE, ENTERPRISE, GUIDE, Means, RECORD},
};
use crate::section::{Described, SECTIONS};

/// What a sheet is read as.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) sheet: String,
    pub(super) section: &'static Described,
    /// Heads by column.
    pub(super) names: Vec<String>,
    columns: Vec<Option<Means>>,
}

/// A row as it stands in the file.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Row of the sheet, from 1.
    pub(super) number: u64,
    pub(super) cells: Vec<String>,
    pub(super) plan: Arc<Plan>,
}

/// What comes out of a file, in its order.
#[derive(Debug)]
pub(super) enum Piece {
    /// A sheet begins.
    Sheet(Sheet),
    /// A row of it.
    Line(Line),
    /// The sheet cannot be read: why, beside a cell of it.
    Wrong(u64, WrongCell),
}

impl Plan {
    fn of(name: &str, section: &'static Described, names: Vec<String>) -> Plan {
        let columns = names.iter().map(|name| layout::means(section, name)).collect();
        Plan { sheet: name.into(), section, names, columns }
    }

    /// The column that is read as this.
    fn column(&self, means: Means) -> Option<usize> {
        self.columns.iter().position(|own| *own == Some(means))
    }

    /// What is wrong with a cell of row `line`: that of this field, or of the first column that is there.
    pub(super) fn wrong(
        &self,
        line: u64,
        cells: &[String],
        of: &[Means],
        (code, message): (&str, String),
    ) -> WrongCell {
        let column = of.iter().find_map(|means| self.column(*means)).unwrap_or_default();
        WrongCell {
            cell: format!("{}!{}", self.sheet, cell_address(line, column)),
            column,
            label: self.names.get(column).cloned().unwrap_or_default(),
            value: cells.get(column).map(|cell| cell.chars().take(200).collect()).unwrap_or_default(),
            code: code.into(),
            message,
        }
    }

    /// The field of that name, as a column is read.
    pub(super) fn field(&self, name: &str) -> Option<Means> {
        self.section.fields.iter().position(|field| field.name == name).map(Means::Field)
    }

    /// Why the sheet cannot be read at all, beside its head.
    fn fault(&self, line: u64) -> Option<WrongCell> {
        let fault = |message: String| Some(self.wrong(line, &self.names, &[], ("sheet.columns", message)));
        let twice = self
            .columns
            .iter()
            .enumerate()
            .find(|(at, own)| own.is_some() && self.columns[..*at].contains(own));
        if let Some((at, _)) = twice {
            return fault(format!("有两列都是「{}」，请只保留一列。", self.names[at]));
        }
        if self.column(Means::Record).is_some() {
            return None;
        }
        if self.column(Means::Name).is_none() && self.column(Means::Code).is_none() {
            return fault(format!("缺少「{ENTERPRISE}」或者「{CODE}」列，无法知道是哪家企业。"));
        }
        let missing: Vec<&str> = (self.section.fields.iter().enumerate())
            .filter(|(at, field)| field.required && self.column(Means::Field(*at)).is_none())
            .map(|(_, field)| field.label.as_str())
            .collect();
        (!missing.is_empty())
            .then(|| fault(format!("缺少必填的列：{}。请补上后重新上传。", missing.join("、"))))?
    }
}

impl Line {
    fn cell(&self, means: Means) -> &str {
        let cell = self.plan.column(means).and_then(|at| self.cells.get(at));
        cell.map_or("", String::as_str)
    }

    pub(super) fn name(&self) -> &str {
        self.cell(Means::Name)
    }

    pub(super) fn code(&self) -> &str {
        self.cell(Means::Code)
    }

    pub(super) fn record(&self) -> &str {
        self.cell(Means::Record)
    }

    /// What the cells say by field. An empty cell says something only of a record that the row names.
    pub(super) fn given(&self) -> Map<String, Value> {
        let named = !self.record().is_empty();
        let mut given = Map::new();
        for (at, field) in self.plan.section.fields.iter().enumerate() {
            if self.plan.column(Means::Field(at)).is_none() {
                continue;
            }
            match self.cell(Means::Field(at)) {
                "" if named => given.insert(field.name.clone(), Value::Null),
                "" => None,
                text => given.insert(field.name.clone(), json!(text)),
            };
        }
        given
    }

    pub(super) fn wrong(&self, of: &[Means], code: &str, message: impl Into<String>) -> WrongCell {
        self.plan.wrong(self.number, &self.cells, of, (code, message.into()))
    }
}

/// Reads the file in a thread of its own; what it holds comes in order.
pub(super) fn open(path: &Path) -> mpsc::Receiver<Result<Piece, SheetError>> {
    let (sender, receiver) = mpsc::channel(2 * CHUNK);
    let path: PathBuf = path.to_path_buf();
    tokio::task::spawn_blocking(move || {
        // records have fewer columns than a hundred
        let limits = Limits { bytes: 512 << 20, rows: MOST_ROWS, columns: 200, ..Limits::default() };
        let mut reader = Reader { sheet: None, send: |piece| sender.blocking_send(Ok(piece)).is_ok() };
        let read = sheet::read_book(&path, limits, |name, row| Ok(reader.row(name, row)));
        reader.end();
        if let Err(error) = read {
            drop(sender.blocking_send(Err(error)));
        }
    });
    receiver
}

/// Rows that may stand above the head of a sheet, and are kept until it is found.
const HEAD: usize = 30;

enum State {
    /// The head is not found yet.
    Looking(&'static Described, Vec<Row>),
    /// Rows are read.
    Reading(Arc<Plan>),
    /// Nothing of the sheet is read.
    Skipping,
}

struct Reader<F> {
    sheet: Option<(String, State)>,
    send: F,
}

impl<F: FnMut(Piece) -> bool> Reader<F> {
    /// Takes a row; answers whether to go on.
    fn row(&mut self, name: &str, row: Row) -> bool {
        if self.sheet.as_ref().is_none_or(|(own, _)| own != name) {
            self.end();
            let state = match layout::section_of(name) {
                Some(section) => State::Looking(section, Vec::new()),
                None if name.trim() == GUIDE => State::Skipping,
                None => {
                    if !self.unknown(name, &row) {
                        return false;
                    }
                    State::Skipping
                }
            };
            self.sheet = Some((name.to_string(), state));
        }
        match &mut self.sheet {
            Some((_, State::Looking(_, rows))) => {
                rows.push(row);
                rows.len() < HEAD || self.settle()
            }
            Some((_, State::Reading(plan))) => {
                let line = Line { number: row.number, cells: row.cells, plan: Arc::clone(plan) };
                (self.send)(Piece::Line(line))
            }
            _ => true,
        }
    }

    /// A sheet whose name is no section.
    fn unknown(&mut self, name: &str, row: &Row) -> bool {
        let some: Vec<&str> = SECTIONS.iter().take(3).map(|own| own.label).collect();
        let message = format!(
            "没有「{name}」这个栏目。工作表的名称请与模板一致（如{}等），不用的工作表请删去。",
            some.join("、")
        );
        let column = row.cells.iter().position(|cell| !cell.is_empty()).unwrap_or_default();
        let wrong = WrongCell {
            cell: format!("{name}!{}", cell_address(row.number, column)),
            column,
            label: String::new(),
            value: row.cells.get(column).cloned().unwrap_or_default(),
            code: "sheet.unknown".into(),
            message,
        };
        let sheet = Sheet { name: name.into(), ..Sheet::default() };
        (self.send)(Piece::Sheet(sheet)) && (self.send)(Piece::Wrong(row.number, wrong))
    }

    /// Finds the head among the rows kept, and sends those under it.
    fn settle(&mut self) -> bool {
        let Some((name, State::Looking(section, rows))) = self.sheet.take() else { return true };
        let known = |text: &str| layout::means(section, text).is_some();
        let mut sheet = Sheet { name: name.clone(), section: section.code.into(), ..Sheet::default() };
        let Some(header) = find_header(&rows, &known) else {
            let first = rows.first().map_or(1, |row| row.number);
            let plan = Plan::of(&name, section, Vec::new());
            let message =
                format!("前 {HEAD} 行里找不到表头（「{ENTERPRISE}」「{RECORD}」等），请使用模板的第一行。");
            let wrong = plan.wrong(first, &[], &[], ("sheet.header", message));
            self.sheet = Some((name, State::Skipping));
            return (self.send)(Piece::Sheet(sheet)) && (self.send)(Piece::Wrong(first, wrong));
        };
        let plan = Arc::new(Plan::of(&name, section, header.names));
        let ignored =
            plan.names.iter().zip(&plan.columns).filter(|(name, means)| means.is_none() && !name.is_empty());
        sheet.ignored = ignored.map(|(name, _)| name.clone()).collect();
        sheet.columns.clone_from(&plan.names);
        if let Some(wrong) = plan.fault(header.row) {
            self.sheet = Some((name, State::Skipping));
            return (self.send)(Piece::Sheet(sheet)) && (self.send)(Piece::Wrong(header.row, wrong));
        }
        self.sheet = Some((name, State::Reading(Arc::clone(&plan))));
        if !(self.send)(Piece::Sheet(sheet)) {
            return false;
        }
        let under = rows.into_iter().filter(|row| row.number > header.row);
        let mut lines =
            under.map(|row| Line { number: row.number, cells: row.cells, plan: Arc::clone(&plan) });
        lines.all(|line| (self.send)(Piece::Line(line)))
    }

    /// The sheet has no more rows.
    fn end(&mut self) {
        self.settle();
    }
}
