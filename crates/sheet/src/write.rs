//! Writing tables in constant memory. Text stays text: what looks like a formula is never one.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
};

use rust_xlsxwriter::{Color, Format as CellFormat, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::SheetError;

/// The kind of file to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// XLSX.
    Xlsx,
    /// CSV, UTF-8 with byte order mark, which spreadsheets open rightly.
    Csv,
}

impl Format {
    /// The media type of such a file.
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Csv => "text/csv; charset=utf-8",
        }
    }
}

enum Inner {
    Xlsx { book: Box<Workbook>, path: PathBuf, header: CellFormat, wrong: CellFormat },
    Csv(csv::Writer<BufWriter<File>>),
}

/// A table being written.
pub struct Writer {
    inner: Inner,
    /// The sheet that rows go to.
    page: usize,
    row: u32,
}

/// Adds a sheet to a workbook; its name is cut to what a workbook takes.
fn add_page(book: &mut Workbook, sheet: &str, columns: &[&str]) -> Result<(), SheetError> {
    let page = book.add_worksheet_with_constant_memory().map_err(failed)?;
    let name: String =
        sheet.chars().map(|sign| if "[]:*?/\\'".contains(sign) { '_' } else { sign }).take(31).collect();
    page.set_name(name).map_err(failed)?;
    page.set_freeze_panes(1, 0).map_err(failed)?;
    for (at, name) in columns.iter().enumerate() {
        let width = (name.chars().count() * 2 + 4).clamp(10, 40) as f64;
        page.set_column_width(at as u16, width).map_err(failed)?;
    }
    Ok(())
}

fn failed(error: XlsxError) -> SheetError {
    SheetError::Write(error.to_string())
}

impl Writer {
    /// Begins a table with its header row.
    pub fn create(path: &Path, format: Format, sheet: &str, columns: &[&str]) -> Result<Self, SheetError> {
        let inner = match format {
            Format::Xlsx => {
                let mut book = Workbook::new();
                add_page(&mut book, sheet, columns)?;
                let header = CellFormat::new()
                    .set_bold()
                    .set_align(FormatAlign::Center)
                    .set_background_color(Color::RGB(0xE8EEF7));
                let wrong = CellFormat::new().set_background_color(Color::RGB(0xFFE0E0)).set_text_wrap();
                Inner::Xlsx { book: Box::new(book), path: path.to_path_buf(), header, wrong }
            }
            Format::Csv => {
                let mut file = BufWriter::new(File::create(path)?);
                file.write_all("\u{FEFF}".as_bytes())?;
                Inner::Csv(
                    csv::WriterBuilder::new()
                        .flexible(true)
                        .terminator(csv::Terminator::CRLF)
                        .from_writer(file),
                )
            }
        };
        let mut writer = Writer { inner, page: 0, row: 0 };
        writer.line(columns, true, &[])?;
        Ok(writer)
    }

    /// Begins the next sheet of a workbook with its header row; a CSV, which has one table only, has no second.
    pub fn sheet(&mut self, name: &str, columns: &[&str]) -> Result<(), SheetError> {
        match &mut self.inner {
            Inner::Xlsx { book, .. } => add_page(book, name, columns)?,
            Inner::Csv(_) => return Err(SheetError::Write("CSV 只有一张表".into())),
        }
        self.page += 1;
        self.row = 0;
        self.line(columns, true, &[])
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[&str]) -> Result<(), SheetError> {
        self.line(cells, false, &[])
    }

    /// Adds a row whose cells at `wrong` are shown as wrong.
    pub fn row_with_errors(&mut self, cells: &[&str], wrong: &[usize]) -> Result<(), SheetError> {
        self.line(cells, false, wrong)
    }

    fn line(&mut self, cells: &[&str], head: bool, wrong: &[usize]) -> Result<(), SheetError> {
        match &mut self.inner {
            Inner::Xlsx { book, header, wrong: mark, .. } => {
                let page: &mut Worksheet = book.worksheet_from_index(self.page).map_err(failed)?;
                for (at, cell) in cells.iter().enumerate() {
                    let column = at as u16;
                    // a spreadsheet cell holds 32,767 signs at most
                    let cut: String;
                    let text = if cell.len() > 32_767 {
                        cut = cell.chars().take(10_000).collect();
                        &cut
                    } else {
                        *cell
                    };
                    if head {
                        page.write_string_with_format(self.row, column, text, header).map_err(failed)?;
                    } else if wrong.contains(&at) {
                        page.write_string_with_format(self.row, column, text, mark).map_err(failed)?;
                    } else if !text.is_empty() {
                        page.write_string(self.row, column, text).map_err(failed)?;
                    }
                }
            }
            Inner::Csv(writer) => {
                writer
                    .write_record(cells.iter().map(|cell| {
                        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                        if formula { format!("'{cell}") } else { (*cell).to_string() }
                    }))
                    .map_err(|error| SheetError::Write(error.to_string()))?;
            }
        }
        self.row += 1;
        Ok(())
    }

    /// Ends the table; answers the rows of the last sheet without the header.
    pub fn finish(self) -> Result<u64, SheetError> {
        match self.inner {
            Inner::Xlsx { mut book, path, .. } => book.save(&path).map_err(failed)?,
            Inner::Csv(mut writer) => writer.flush()?,
        }
        Ok(u64::from(self.row.saturating_sub(1)))
    }
}
