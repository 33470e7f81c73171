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
    let mut guarded = |row: Row| {
        if row.cells.len() > limits.columns {
            return Err(SheetError::TooWide {
                row: row.number,
                columns: row.cells.len(),
                most: limits.columns,
            });
        }
        if row.cells.iter().all(String::is_empty) {
            return Ok(true);
        }
        // bytes first: signs need not be counted where even the bytes are few
        let long = |cell: &String| cell.len() > limits.cell && cell.chars().count() > limits.cell;
        if let Some(column) = row.cells.iter().position(long) {
            let place = format!("单元格 {} ", crate::cell_address(row.number, column));
            return Err(SheetError::CellTooLong { place, most: limits.cell });
        }
        rows += 1;
        if rows > limits.rows {
            return Err(SheetError::TooLong(limits.rows));
        }
        each(row)
    };
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

/// A cell as a person reads it: without invisible signs and surrounding blanks.
pub(crate) fn clean(text: &str) -> String {
    let invisible = |sign: char| matches!(sign, '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}');
    if text.contains(invisible) || text.contains(['\u{A0}', '\u{3000}', '\r']) {
        let kept: String = text.chars().filter(|sign| !invisible(*sign) && *sign != '\r').collect();
        return kept.trim_matches(|sign: char| sign.is_whitespace()).to_string();
    }
    text.trim().to_string()
}
