//! Opening a table by its content, not by its name.

use std::{fs::File, io::Read, path::Path};

use crate::{SheetError, csv_read, xlsx_read};

/// How much of a file is taken before it counts as hostile or misplaced.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes an XLSX may unpack to.
    pub bytes: u64,
    /// Rows.
    pub rows: u64,
    /// Columns.
    pub columns: usize,
    /// Signs in a cell; no spreadsheet has more than 32,767.
    pub cell: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: 1 << 30, rows: 2_000_000, columns: 1_000, cell: 32_767 }
    }
}

impl Limits {
    /// Whether the row holds anything; refused where it is more than the limits allow. Counts the rows that do.
    fn take(&self, row: &Row, rows: &mut u64) -> Result<bool, SheetError> {
        if row.cells.len() > self.columns {
            let columns = row.cells.len();
            return Err(SheetError::TooWide { row: row.number, columns, most: self.columns });
        }
        if row.cells.iter().all(String::is_empty) {
            return Ok(false);
        }
        // bytes first: signs need not be counted where even the bytes are few
        let long = |cell: &String| cell.len() > self.cell && cell.chars().count() > self.cell;
        if let Some(column) = row.cells.iter().position(long) {
            let place = format!("单元格 {} ", crate::cell_address(row.number, column));
            return Err(SheetError::CellTooLong { place, most: self.cell });
        }
        *rows += 1;
        if *rows > self.rows { Err(SheetError::TooLong(self.rows)) } else { Ok(true) }
    }
}

/// One row that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Row of the file, from 1.
    pub number: u64,
    /// Cells as text, trimmed; days as `2019-03-01`.
    pub cells: Vec<String>,
}

/// What kind of file it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// `csv` or `xlsx`.
    pub kind: &'static str,
    /// Encoding of a CSV.
    pub encoding: Option<&'static str>,
    /// Rows that were not empty.
    pub rows: u64,
}

/// Reads the table row by row; `each` answers whether to go on. Never holds more than a row (and, for XLSX, the
/// shared strings).
pub fn read(
    path: &Path,
    limits: Limits,
    mut each: impl FnMut(Row) -> Result<bool, SheetError>,
) -> Result<Source, SheetError> {
    let mut start = [0u8; 8];
    let length = File::open(path)?.read(&mut start)?;
    let start = &start[..length];
    let mut rows = 0;
    let mut guarded = |row: Row| if limits.take(&row, &mut rows)? { each(row) } else { Ok(true) };
    let (kind, encoding) = match start {
        [] => return Err(SheetError::Empty),
        [b'P', b'K', 3, 4, ..] => {
            xlsx_read::read(path, limits, &mut guarded)?;
            ("xlsx", None)
        }
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(SheetError::OldFormat),
        [b'%', b'P', b'D', b'F', ..]
        | [0x89, b'P', b'N', b'G', ..]
        | [0xFF, 0xD8, 0xFF, ..]
        | [0x1F, 0x8B, ..] => {
            return Err(SheetError::NotATable);
        }
        _ => ("csv", Some(csv_read::read(path, limits, &mut guarded)?)),
    };
    if rows == 0 {
        return Err(SheetError::Empty);
    }
    Ok(Source { kind, encoding, rows })
}

/// Reads every visible sheet of a workbook in order, row by row, each with the name of its sheet; `each` answers whether to go
/// on. The limit of rows is that of the workbook. Answers the rows that were not empty.
pub fn read_book(
    path: &Path,
    limits: Limits,
    mut each: impl FnMut(&str, Row) -> Result<bool, SheetError>,
) -> Result<u64, SheetError> {
    let mut start = [0u8; 8];
    let length = File::open(path)?.read(&mut start)?;
    match &start[..length] {
        [] => return Err(SheetError::Empty),
        [b'P', b'K', 3, 4, ..] => {}
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(SheetError::OldFormat),
        _ => return Err(SheetError::NotABook),
    }
    let mut rows = 0;
    xlsx_read::read_all(path, limits, &mut |sheet, row| {
        if limits.take(&row, &mut rows)? { each(sheet, row) } else { Ok(true) }
    })?;
    if rows == 0 { Err(SheetError::Empty) } else { Ok(rows) }
}

/// A cell as a person reads it: without invisible signs and surrounding blanks.
pub(crate) fn clean(text: &str) -> String {
    let invisible = |sign: char| matches!(sign, '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}');
    if text.contains(invisible) || text.contains(['\u{A0}', '\u{3000}', '\r']) {
        let kept: String = text.chars().filter(|sign| !invisible(*sign) && *sign != '\r').collect();
        return kept.trim_matches(|sign: char| sign.is_whitespace()).to_string();
    }
    text.trim().to_string()
}
