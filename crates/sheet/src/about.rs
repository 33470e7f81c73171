//! About how many rows a file has, without reading it: for the bar that shows how far the reading is.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

/// Bytes of a sheet in which its extent stands, before its rows.
const START: u64 = 4_096;

/// About how many rows each table of the file has, header and titles among them: the lines of a CSV, the extents that a workbook says
/// its sheets have, in order. What is not told is left out; nothing may rest on these numbers.
pub fn rows_about(path: &Path) -> Vec<u64> {
    extents(path).or_else(|| lines(path).map(|number| vec![number])).unwrap_or_default()
}

fn extents(path: &Path) -> Option<Vec<u64>> {
    let mut book = zip::ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
    let mut sheets: Vec<(u64, u64)> = Vec::new();
    for at in 0..book.len() {
        let Ok(entry) = book.by_index(at) else { continue };
        let number = entry
            .name()
            .strip_prefix("xl/worksheets/sheet")
            .and_then(|rest| rest.strip_suffix(".xml")?.parse().ok());
        let Some(number) = number else { continue };
        let mut start = Vec::new();
        entry.take(START).read_to_end(&mut start).ok()?;
        if let Some(rows) = extent(&String::from_utf8_lossy(&start)) {
            sheets.push((number, rows));
        }
    }
    sheets.sort_unstable();
    Some(sheets.into_iter().map(|(_, rows)| rows).collect())
}

/// The last row of `<dimension ref="A1:F1501"/>`.
fn extent(start: &str) -> Option<u64> {
    let (_, rest) = start.split_once("<dimension ref=\"")?;
    let (cells, _) = rest.split_once('"')?;
    let (_, last) = cells.split_once(':')?;
    last.trim_start_matches(|sign: char| !sign.is_ascii_digit()).parse().ok()
}

fn lines(path: &Path) -> Option<u64> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).ok()?);
    let (mut number, mut open) = (0, false);
    loop {
        let piece = file.fill_buf().ok()?;
        let Some(last) = piece.last() else { return Some(number + u64::from(open)) };
        open = *last != b'\n';
        number += piece.iter().filter(|byte| **byte == b'\n').count() as u64;
        let length = piece.len();
        file.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, Writer};

    #[test]
    fn a_file_tells_about_how_many_rows_it_has_before_it_is_read() {
        let folder = tempfile::TempDir::new().unwrap();
        let csv = folder.path().join("list.csv");
        std::fs::write(&csv, "a,b\n1,2\n3,4").unwrap();
        assert_eq!(rows_about(&csv), [3]);
        let xlsx = folder.path().join("list.xlsx");
        let mut writer = Writer::create(&xlsx, Format::Xlsx, "一", &["a", "b"]).unwrap();
        for _ in 0..41 {
            writer.row(&["1", "2"]).unwrap();
        }
        writer.finish().unwrap();
        assert_eq!(extent("<worksheet><dimension ref=\"A1:F1501\"/>"), Some(1_501));
        assert_eq!(extent("<worksheet><dimension ref=\"A1\"/>"), None);
        assert!(rows_about(&xlsx).iter().all(|rows| *rows == 42), "{:?}", rows_about(&xlsx));
        assert_eq!(rows_about(&folder.path().join("none")), Vec::<u64>::new());
    }
}
