//! XLSX, cell by cell.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use crate::{Limits, Row, SheetError, read::clean};

pub(crate) fn read(
    path: &Path,
    limits: Limits,
    each: &mut dyn FnMut(Row) -> Result<bool, SheetError>,
) -> Result<(), SheetError> {
    let mut book = open(path, limits)?;
    // the first visible sheet that holds anything
    for name in visible(&book) {
        let mut any = false;
        let go_on = sheet(&mut book, &name, limits, &mut |row: Row| {
            any |= row.cells.iter().any(|cell| !cell.is_empty());
            each(row)
        })?;
        if any || !go_on {
            break;
        }
    }
    Ok(())
}

/// Every visible sheet, in order: its name with each of its rows.
pub(crate) fn read_all(
    path: &Path,
    limits: Limits,
    each: &mut dyn FnMut(&str, Row) -> Result<bool, SheetError>,
) -> Result<(), SheetError> {
    let mut book = open(path, limits)?;
    for name in visible(&book) {
        if !sheet(&mut book, &name, limits, &mut |row| each(&name, row))? {
            break;
        }
    }
    Ok(())
}

type Book = Xlsx<BufReader<File>>;

fn damaged(error: XlsxError) -> SheetError {
    SheetError::Damaged(error.to_string())
}

fn open(path: &Path, limits: Limits) -> Result<Book, SheetError> {
    weigh(path, limits)?;
    Xlsx::new(BufReader::new(File::open(path)?)).map_err(damaged)
}

fn visible(book: &Book) -> Vec<String> {
    book.sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect()
}

/// The rows of one sheet; answers whether to go on.
fn sheet(
    book: &mut Book,
    name: &str,
    limits: Limits,
    each: &mut dyn FnMut(Row) -> Result<bool, SheetError>,
) -> Result<bool, SheetError> {
    let mut cells = book.worksheet_cells_reader(name).map_err(damaged)?;
    let mut row: Option<Row> = None;
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
            return Ok(false);
        }
        let row = row.get_or_insert_with(|| Row { number, cells: Vec::new() });
        if row.cells.len() <= column {
            row.cells.resize(column + 1, String::new());
        }
        row.cells[column] = text(cell.get_value());
    }
    row.map_or(Ok(true), each)
}

/// Most bytes of the texts that a workbook shares, which are held in memory.
const MOST_SHARED: u64 = 256 << 20;
/// Longest text between two tags, bytes; a full cell has 131 KB.
const MOST_TEXT: usize = 1 << 20;

/// Unpacks everything once without keeping it, since what an archive says of its sizes need not be true. Refuses what
/// unpacks to more than the limit or to very much more than its size, and texts that no cell can hold.
fn weigh(path: &Path, limits: Limits) -> Result<(), SheetError> {
    let damaged = |error: &dyn std::fmt::Display| SheetError::Damaged(error.to_string());
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(path)?)).map_err(|e| damaged(&e))?;
    let workbook = archive.index_for_name("xl/workbook.xml").is_some();
    if !workbook {
        return Err(SheetError::NotATable);
    }
    let mut buffer = vec![0u8; 1 << 16];
    let mut bytes = 0u64;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(|e| damaged(&e))?;
        let packed = entry.compressed_size().max(1);
        let shared = entry.name() == "xl/sharedStrings.xml";
        let too_much = |size: u64| {
            let bomb = size > 64 << 20 && size / packed > 200;
            bytes.saturating_add(size) > limits.bytes || bomb || shared && size > MOST_SHARED
        };
        let (mut size, mut text) = (0u64, 0usize);
        loop {
            if too_much(size.max(entry.size())) {
                return Err(SheetError::TooLarge(limits.bytes >> 20));
            }
            let length = entry.read(&mut buffer).map_err(|e| damaged(&e))?;
            if length == 0 {
                break;
            }
            size += length as u64;
            let piece = &buffer[..length];
            match piece.iter().rposition(|byte| *byte == b'<') {
                Some(last) => text = length - last,
                None => text += length,
            }
            if text > MOST_TEXT && entry.name().ends_with(".xml") {
                return Err(SheetError::CellTooLong { place: "某个单元格".into(), most: limits.cell });
            }
        }
        bytes += size;
    }
    Ok(())
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
