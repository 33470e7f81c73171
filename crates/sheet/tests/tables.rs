//! The promises of `sheet`.

use std::{io::Write, path::PathBuf};

use sheet::{Format, Limits, Row, SheetError, Writer, cell_address, find_header, read};
use tempfile::TempDir;

fn file(folder: &TempDir, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join("table");
    std::fs::write(&path, bytes).unwrap();
    path
}

fn rows(bytes: &[u8]) -> Result<Vec<Row>, SheetError> {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, bytes);
    let mut rows = Vec::new();
    read(&path, Limits::default(), |row| {
        rows.push(row);
        Ok(true)
    })?;
    Ok(rows)
}

const TEXT: &str = "企业名称,地址\n鮀莲礐石厂,\"甲路1号,\n二楼\"\n𬶍𬒈公司,乙路\n";

#[test]
fn a_csv_reads_the_same_in_every_encoding() {
    let expected = rows(TEXT.as_bytes()).unwrap();
    assert_eq!(expected[1].cells, ["鮀莲礐石厂", "甲路1号,\n二楼"]);
    assert_eq!(expected[2].cells[0], "𬶍𬒈公司");
    let gb = encoding_rs::GB18030.encode(TEXT).0.into_owned();
    let bom = [b"\xEF\xBB\xBF".as_slice(), TEXT.as_bytes()].concat();
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(TEXT.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(expected.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(rows(TEXT.replace('\n', "\r\n").as_bytes()).unwrap()[0].number, 1);
    let crlf: Vec<u64> = rows(b"a,b\r\nc,d\r\n").unwrap().iter().map(|row| row.number).collect();
    assert_eq!(crlf, [1, 2]);
    let tabs = TEXT.replace("称,地", "称\t地").replace("厂,", "厂\t").replace("司,", "司\t");
    for bytes in [gb, bom, utf16, tabs.into_bytes()] {
        assert_eq!(rows(&bytes).unwrap(), expected);
    }
}

#[test]
fn xlsx_comes_back_as_it_was_written() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("out.xlsx");
    let mut writer = Writer::create(&path, Format::Xlsx, "企业", &["企业名称", "信用代码"]).unwrap();
    writer.row(&["𬶍莲鮀𬒈礐", "914403001922038216"]).unwrap();
    writer.row_with_errors(&["=1+1", ""], &[0]).unwrap();
    assert_eq!(writer.finish().unwrap(), 2);
    let mut rows = Vec::new();
    let source = read(&path, Limits::default(), |row| {
        rows.push(row.cells);
        Ok(true)
    })
    .unwrap();
    assert_eq!((source.kind, source.rows), ("xlsx", 3));
    assert_eq!(rows[1], ["𬶍莲鮀𬒈礐", "914403001922038216"]);
    assert_eq!(rows[2][0], "=1+1");
}

#[test]
fn a_formula_is_never_written_as_one() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("out.csv");
    let mut writer = Writer::create(&path, Format::Csv, "企业", &["名称"]).unwrap();
    for text in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"] {
        writer.row(&[text]).unwrap();
    }
    writer.finish().unwrap();
    for line in std::fs::read_to_string(&path).unwrap().lines().skip(1) {
        assert!(line.trim_start_matches('"').starts_with('\''), "{line}");
    }
}

#[test]
fn what_is_no_table_is_refused_with_its_reason() {
    let code = |bytes: &[u8]| rows(bytes).unwrap_err().code();
    assert_eq!(code(b""), "sheet.empty");
    assert_eq!(code(b"\n\n,,\n"), "sheet.empty");
    assert_eq!(code(b"%PDF-1.7 something"), "sheet.not_a_table");
    assert_eq!(code(b"\x7FELF\x02\x01\x01\0\0\0\0"), "sheet.not_a_table");
    assert_eq!(code(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "sheet.old_format");
    assert_eq!(code("<html><table><tr><td>甲</td></tr></table>".as_bytes()), "sheet.old_format");
    assert_eq!(code(b"PK\x03\x04truncated"), "sheet.damaged");
    assert_eq!(code(&vec![b','; 1_000_000]), "sheet.too_wide");
    // four-byte lead signs without their ends are text in no Chinese encoding
    assert_eq!(
        code(&[b"\xE4\xBC\x81,a\n".as_slice(), b"\xFF\xFF\xFF,b\n".as_slice()].concat()),
        "sheet.encoding"
    );
}

#[test]
fn a_zip_bomb_and_a_truncated_workbook_are_refused() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for name in ["xl/workbook.xml"] {
        zip.start_file(name, options).unwrap();
        let block = vec![b' '; 1 << 20];
        for _ in 0..65 {
            zip.write_all(&block).unwrap();
        }
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20);
    assert_eq!(rows(&bytes).unwrap_err().code(), "sheet.too_large");
    let mut lying = bytes;
    let size = (65u32 << 20).to_le_bytes();
    let places: Vec<usize> = (0..lying.len() - 4).filter(|at| lying[*at..*at + 4] == size).collect();
    for at in places {
        lying[at..at + 4].copy_from_slice(&100u32.to_le_bytes());
    }
    let lied_to = rows(&lying).unwrap_err();
    assert!(matches!(lied_to, SheetError::CellTooLong { .. } | SheetError::Damaged(_)), "{lied_to}");
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("whole.xlsx");
    let mut writer = Writer::create(&path, Format::Xlsx, "企业", &["甲", "乙"]).unwrap();
    writer.row(&["1", "2"]).unwrap();
    writer.finish().unwrap();
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(rows(&whole[..whole.len() / 2]).unwrap_err().code(), "sheet.damaged");
}

#[test]
fn a_cell_that_no_spreadsheet_could_hold_is_named() {
    let full = "字".repeat(32_767);
    assert_eq!(rows(format!("甲,乙\n1,{full}\n").as_bytes()).unwrap()[1].cells[1], full);
    let error = rows(format!("甲,乙\n1,{full}字\n").as_bytes()).unwrap_err();
    assert_eq!(error.code(), "sheet.cell_too_long");
    assert!(error.to_string().contains("B2"), "{error}");
    // a quote that is never closed makes the rest of the file one cell
    let open = format!("甲,乙\n1,\"{}", ("没有结束的一格".repeat(500) + "\n").repeat(430));
    let error = rows(open.as_bytes()).unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().contains("第 2 行")),
        ("sheet.cell_too_long", true),
        "{error}"
    );
    // many short rows are no long one
    let many = format!("甲,{}\n", "乙".repeat(10_000)).repeat(150);
    assert_eq!(rows(many.as_bytes()).unwrap().len(), 150);
}

#[test]
fn the_header_is_found_under_titles() {
    let table = rows("汕头市企业名单,,\n截至2026年,,\n序号,企业名称,地址\n1,甲厂,乙路\n".as_bytes()).unwrap();
    let known = |name: &str| matches!(name, "企业名称" | "地址" | "序号");
    let header = find_header(&table, &known).unwrap();
    assert_eq!((header.row, header.names), (3, vec!["序号".to_string(), "企业名称".into(), "地址".into()]));
    assert!(find_header(&table[..2], &known).is_none());
    assert_eq!(cell_address(7, 2), "C7");
    assert_eq!(cell_address(1, 27), "AB1");
}

#[test]
fn a_workbook_comes_back_as_it_was_written_sheet_by_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    let column =
        |name: &str, entry| sheet::Column { name: name.into(), hint: "说明".into(), entry, marked: true };
    let mut book = sheet::Book::create(&path);
    book.text("说明", &["标题".into(), "第一条".into()]).unwrap();
    let choice = sheet::Entry::Choice(vec!["是".into(), "否".into()]);
    let one = book.sheet("甲", &[column("文字", sheet::Entry::Text), column("选择", choice)]).unwrap();
    let two =
        book.sheet("乙", &[column("日期", sheet::Entry::Day), column("数", sheet::Entry::Number)]).unwrap();
    // the rows of the sheets in any order
    book.row(two, &["2019-03-01", "24.5"], &[]).unwrap();
    book.row(one, &["=1+1", "是"], &[]).unwrap();
    book.row(two, &["去年", "24.50"], &[0]).unwrap();
    book.finish().unwrap();
    let mut rows = Vec::new();
    let number = sheet::read_book(&path, sheet::Limits::default(), |name, row| {
        rows.push((name.to_string(), row.number, row.cells));
        Ok(true)
    })
    .unwrap();
    let row = |name: &str, number, cells: &[&str]| {
        (name.to_string(), number, cells.iter().map(|cell| (*cell).to_string()).collect::<Vec<_>>())
    };
    let wanted = [
        row("说明", 1, &["标题"]),
        row("说明", 2, &["第一条"]),
        row("甲", 1, &["文字", "选择"]),
        row("甲", 2, &["=1+1", "是"]),
        row("乙", 1, &["日期", "数"]),
        row("乙", 2, &["2019-03-01", "24.5"]),
        row("乙", 3, &["去年", "24.50"]),
    ];
    assert_eq!((rows.as_slice(), number), (&wanted[..], 7));
}
