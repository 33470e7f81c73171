//! Writing workbooks of several sheets that are to be filled in and read again: what a column takes is said at its head and
//! offered at its cells. In constant memory, the rows of all sheets in any order. Text stays text, as in [`crate::Writer`].

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format as CellFormat,
    FormatAlign, Formula, Workbook, Worksheet, XlsxError,
};

use crate::SheetError;

/// What the cells of a column take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// A day.
    Day,
    /// One of these words.
    Choice(Vec<String>),
}

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub name: String,
    /// Shown beside a cell that is about to be filled in; may be empty.
    pub hint: String,
    /// What it takes.
    pub entry: Entry,
    /// Whether its head is marked.
    pub marked: bool,
}

/// Name of the hidden sheet with the words to choose from.
const CHOICES: &str = "选项";
/// Rows that offer choices and hints; there may be more.
const OFFERED: u32 = 20_000;

struct Sheet {
    at: usize,
    row: u32,
    entries: Vec<Entry>,
}

/// A workbook being written.
pub struct Book {
    book: Workbook,
    path: PathBuf,
    sheets: Vec<Sheet>,
    lists: Vec<Vec<String>>,
    pages: usize,
}

fn failed(error: XlsxError) -> SheetError {
    SheetError::Write(error.to_string())
}

fn head() -> CellFormat {
    let format = CellFormat::new().set_bold().set_align(FormatAlign::Center).set_text_wrap();
    format.set_background_color(Color::RGB(0xE8EEF7))
}

fn plain() -> CellFormat {
    CellFormat::new().set_num_format("@")
}

fn day() -> CellFormat {
    CellFormat::new().set_num_format("yyyy-mm-dd")
}

fn shortened(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

impl Book {
    /// Begins a workbook.
    pub fn create(path: &Path) -> Self {
        Book {
            book: Workbook::new(),
            path: path.to_path_buf(),
            sheets: Vec::new(),
            lists: Vec::new(),
            pages: 0,
        }
    }

    /// A sheet of text to be read, a line a row; the first is its title.
    pub fn text(&mut self, name: &str, lines: &[String]) -> Result<(), SheetError> {
        let page = self.book.add_worksheet_with_constant_memory().map_err(failed)?;
        self.pages += 1;
        page.set_name(name).map_err(failed)?;
        page.set_column_width(0, 100).map_err(failed)?;
        let title = CellFormat::new().set_bold().set_font_size(14);
        let line = CellFormat::new().set_text_wrap().set_align(FormatAlign::Top);
        for (row, text) in (0..).zip(lines) {
            let format = if row == 0 { &title } else { &line };
            page.write_string_with_format(row, 0, text, format).map_err(failed)?;
        }
        Ok(())
    }

    /// A sheet to be filled in; answers its number for [`Book::row`].
    pub fn sheet(&mut self, name: &str, columns: &[Column]) -> Result<usize, SheetError> {
        let offers: Vec<DataValidation> =
            columns.iter().filter_map(|column| self.offer(column).transpose()).collect::<Result<_, _>>()?;
        let mut offers = offers.into_iter();
        let page = self.book.add_worksheet_with_constant_memory().map_err(failed)?;
        page.set_name(name).map_err(failed)?;
        page.set_freeze_panes(1, 0).map_err(failed)?;
        let marked = head().set_font_color(Color::RGB(0xC0_0000));
        for (at, column) in (0u16..).zip(columns) {
            let width = (column.name.chars().count() * 2 + 4).clamp(12, 36) as f64;
            page.set_column_width(at, width).map_err(failed)?;
            match column.entry {
                Entry::Day => page.set_column_format(at, &day()).map_err(failed)?,
                Entry::Number => page,
                Entry::Text | Entry::Choice(_) => page.set_column_format(at, &plain()).map_err(failed)?,
            };
            let format = if column.marked { &marked } else { &head() };
            page.write_string_with_format(0, at, &column.name, format).map_err(failed)?;
            if !column.hint.is_empty() || matches!(column.entry, Entry::Day | Entry::Choice(_)) {
                let Some(offer) = offers.next() else { continue };
                page.add_data_validation(1, at, OFFERED, at, &offer).map_err(failed)?;
            }
        }
        let entries = columns.iter().map(|column| column.entry.clone()).collect();
        self.sheets.push(Sheet { at: self.pages, row: 1, entries });
        self.pages += 1;
        Ok(self.sheets.len() - 1)
    }

    /// What a cell of the column offers and refuses; nothing where there is nothing to say.
    fn offer(&mut self, column: &Column) -> Result<Option<DataValidation>, SheetError> {
        let offer = DataValidation::new();
        let offer = match &column.entry {
            Entry::Choice(words) => {
                let known = self.lists.iter().position(|list| list == words);
                let at = known.unwrap_or_else(|| {
                    self.lists.push(words.clone());
                    self.lists.len() - 1
                });
                let letters = crate::cell_address(1, at);
                let letters = letters.trim_end_matches('1');
                let range = format!("={CHOICES}!${letters}$1:${letters}${}", words.len());
                let offer = offer.allow_list_formula(Formula::new(range));
                offer.set_error_message("请从下拉列表中选择。").map_err(failed)?
            }
            Entry::Day => {
                let date = |text| ExcelDateTime::parse_from_str(text).map_err(failed);
                let between = DataValidationRule::Between(date("1900-01-01")?, date("2199-12-31")?);
                let offer = offer.allow_date(between).set_error_style(DataValidationErrorStyle::Warning);
                offer.set_error_message("请填写日期，如 2019-03-01。").map_err(failed)?
            }
            _ if column.hint.is_empty() => return Ok(None),
            _ => offer.allow_any_value(),
        };
        if column.hint.is_empty() {
            return Ok(Some(offer));
        }
        let offer = offer.set_input_title(shortened(&column.name, 32)).map_err(failed)?;
        offer.set_input_message(shortened(&column.hint, 255)).map(Some).map_err(failed)
    }

    /// Adds a row to a sheet; the cells at `wrong` are shown as wrong. Days and numbers that lose nothing are written as such.
    pub fn row(&mut self, sheet: usize, cells: &[&str], wrong: &[usize]) -> Result<(), SheetError> {
        let Some(own) = self.sheets.get_mut(sheet) else { return Ok(()) };
        let page: &mut Worksheet = self.book.worksheet_from_index(own.at).map_err(failed)?;
        let (row, entries) = (own.row, &own.entries);
        own.row += 1;
        let mark = CellFormat::new().set_background_color(Color::RGB(0xFFE0E0)).set_num_format("@");
        for ((at, cell), column) in cells.iter().enumerate().zip(0u16..) {
            let entry = entries.get(at).unwrap_or(&Entry::Text);
            let number = || cell.parse::<f64>().ok().filter(|number| number.to_string() == *cell);
            if wrong.contains(&at) {
                page.write_string_with_format(row, column, *cell, &mark).map_err(failed)?;
            } else if cell.is_empty() {
                continue;
            } else if *entry == Entry::Day
                && cell.len() == 10
                && let Ok(date) = ExcelDateTime::parse_from_str(cell)
            {
                page.write_datetime_with_format(row, column, &date, &day()).map_err(failed)?;
            } else if *entry == Entry::Number
                && let Some(number) = number()
            {
                page.write_number(row, column, number).map_err(failed)?;
            } else {
                page.write_string_with_format(row, column, shortened(cell, 32_767), &plain())
                    .map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Ends the workbook.
    pub fn finish(mut self) -> Result<(), SheetError> {
        if !self.lists.is_empty() {
            let page = self.book.add_worksheet();
            page.set_name(CHOICES).map_err(failed)?;
            page.set_hidden(true);
            for (column, words) in (0u16..).zip(&self.lists) {
                for (row, word) in (0u32..).zip(words) {
                    page.write_string(row, column, word).map_err(failed)?;
                }
            }
        }
        self.book.save(&self.path).map_err(failed)
    }
}
