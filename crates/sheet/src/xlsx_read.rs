//! XLSX, cell by cell.

use std::{fs::File, io::BufReader, path::Path};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use crate::{Limits, Row, SheetError, read::clean};

pub(crate) fn read(
    path: &Path,
    limits: Limits,
    each: &mut dyn FnMut(Row) -> Result<bool, SheetError>,
) -> Result<(), SheetError> {
    weigh(path, limits)?;
    let damaged = |error: XlsxError| SheetError::Damaged(error.to_string());
    let mut book: Xlsx<BufReader<File>> = Xlsx::new(BufReader::new(File::open(path)?)).map_err(damaged)?;
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    // the first visible sheet that holds anything
    for name in names {
        let mut cells = book.worksheet_cells_reader(&name).map_err(damaged)?;
        let mut row: Option<Row> = None;
        let mut any = false;
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let (number, column) = (u64::from(cell.get_position().0) + 1, cell.get_position().1 as usize);
            if column >= limits.columns {
                if matches!(cell.get_value(), DataRef::Empty) {
                    continue;
                }
                return Err(SheetError::TooWide { row: number, columns: column + 1, most: limits.columns });
            }
            if row.as_ref().is_some_and(|row| row.number != number)
                && let Some(full) = row.take()
                && !each(full)?
            {
                return Ok(());
            }
            let row = row.get_or_insert_with(|| Row { number, cells: Vec::new() });
            if row.cells.len() <= column {
                row.cells.resize(column + 1, String::new());
            }
            row.cells[column] = text(cell.get_value());
            any |= !row.cells[column].is_empty();
        }
        if let Some(row) = row {
            each(row)?;
        }
        if any {
            return Ok(());
        }
    }
    Ok(())
}

/// Refuses an archive that says it unpacks to more than the limit, or to very much more than its size.
fn weigh(path: &Path, limits: Limits) -> Result<(), SheetError> {
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(path)?))
        .map_err(|error| SheetError::Damaged(error.to_string()))?;
    let mut bytes = 0u64;
    let mut workbook = false;
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(|error| SheetError::Damaged(error.to_string()))?;
        workbook |= entry.name() == "xl/workbook.xml";
        bytes = bytes.saturating_add(entry.size());
        let bomb = entry.size() > 64 << 20 && entry.size() / entry.compressed_size().max(1) > 200;
        if bytes > limits.bytes || bomb {
            return Err(SheetError::TooLarge(limits.bytes >> 20));
        }
    }
    if workbook { Ok(()) } else { Err(SheetError::NotATable) }
}

/// A cell as text. Numbers keep their digits: codes of 15 digits typed as numbers come back whole.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::String(text) => clean(text),
        DataRef::SharedString(text) => clean(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => (if *yes { "是" } else { "否" }).to_string(),
        DataRef::DateTime(time) => match time.to_ymd_hms_milli() {
            (year, month, day, 0, 0, 0, _) => format!("{year:04}-{month:02}-{day:02}"),
            (year, month, day, hour, minute, second, _) => {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        },
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => clean(text),
        #[expect(unreachable_patterns, reason = "the library may add kinds of cells")]
        _ => String::new(),
    }
}
