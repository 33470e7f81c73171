//! The text of documents: what programs write is read, and a hostile file costs little.

use std::io::Write;

use file::{Kind, MOST_TEXT, text};
use tempfile::TempDir;

fn read(content: &[u8], kind: Kind) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, content).unwrap();
    text(&path, kind).unwrap()
}

fn flate(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn stream(number: u32, dict: &str, content: &[u8]) -> Vec<u8> {
    let packed = flate(content);
    let head =
        format!("{number} 0 obj\n<< {dict} /Filter /FlateDecode /Length {} >>\nstream\n", packed.len());
    [head.as_bytes(), &packed, b"\nendstream\nendobj\n"].concat()
}

/// As offices' programs write it: the page and its font in a packed stream of objects, signs by the font's own table.
fn packed(content: &[u8], table: &[u8]) -> Vec<u8> {
    let page = "<< /Type /Page /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>";
    let font = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 6 0 R >>";
    let objects = format!("3 0 5 {} {page} {font}", page.len() + 1);
    let first = objects.find("<<").unwrap();
    let mut pdf = b"%PDF-1.5\n".to_vec();
    pdf.extend(stream(4, "", content));
    pdf.extend(stream(6, "", table));
    pdf.extend(stream(7, &format!("/Type /ObjStm /N 2 /First {first}"), objects.as_bytes()));
    pdf
}

#[test]
fn a_pdf_is_read_through_its_fonts_wherever_its_objects_stand() {
    let table = b"1 begincodespacerange <0000> <FFFF> endcodespacerange
        1 beginbfchar <0001> <6D88> endbfchar 1 beginbfchar <0002> <2F63> endbfchar 1 beginbfrange <0010> <0012> <0041> endbfrange
        1 beginbfrange <0020> <0021> [<9632> <9A8C>] endbfrange";
    let content = b"q BT /F1 9 Tf 1 0 0 1 50 700 Tm [<0001> -20 <0020>] TJ 0 -12 Td <0021> Tj <0002> Tj ET
        BI /W 1 /H 1 ID (( EI Q BT /F1 9 Tf <001000110012> Tj ET";
    assert_eq!(read(&packed(content, table), Kind::Pdf), "消防验生ABC");
}

#[test]
fn a_pdf_in_latin_and_in_forms_is_read() {
    let mut pdf = b"%PDF-1.4\n1 0 obj <</Type/Pages /Resources <</Font <</F 2 0 R>> /XObject <</X 5 0 R>>>>>> endobj\n\
        2 0 obj <</Type/Font/Subtype/Type1>> endobj\n3 0 obj <</Type/Page/Parent 1 0 R/Contents [4 0 R]>> endobj\n"
        .to_vec();
    pdf.extend(stream(4, "", b"BT /F 9 Tf (Safe\\040\\(pro\\)) Tj ET /X Do"));
    pdf.extend(stream(5, "/Subtype /Form", b"BT /F 9 Tf (duction) Tj ET"));
    assert_eq!(read(&pdf, Kind::Pdf), "Safe (pro) duction");
}

#[test]
fn a_hostile_pdf_is_read_as_far_as_the_limits_go() {
    let deep = [b"%PDF-1.4 1 0 obj ".as_slice(), "[".repeat(1_000_000).as_bytes()].concat();
    assert_eq!(read(&deep, Kind::Pdf), "");
    // forms that show one another without end
    let mut round =
        b"%PDF-1.4\n1 0 obj <</Type/Page/Contents 2 0 R/Resources <</XObject <</X 2 0 R>>>>>> endobj\n"
            .to_vec();
    round.extend(stream(2, "/Subtype /Form", "/X Do ".repeat(1_000).as_bytes()));
    assert_eq!(read(&round, Kind::Pdf), "");
    // a page that refers to itself as its parent, and a stream whose length is a stream
    let own = b"%PDF-1.4\n1 0 obj <</Type/Page/Parent 1 0 R/Contents 2 0 R>> endobj\n2 0 obj <</Length 2 0 R>>\nstream\nx";
    assert_eq!(read(own, Kind::Pdf), "");
    // little that unpacks to much
    let bomb = packed(&vec![b' '; 70 << 20], b"");
    assert!(bomb.len() < 1 << 20);
    assert_eq!(read(&bomb, Kind::Pdf), "");
    // a long text ends
    let table = b"1 beginbfchar <0001> <5B89> endbfchar";
    let long = packed(format!("BT /F1 9 Tf <{}> Tj ET", "0001".repeat(100_000)).as_bytes(), table);
    assert_eq!(read(&long, Kind::Pdf).chars().count(), MOST_TEXT);
    // any cut and any changed byte of a good file ends, too
    let good = packed(b"BT /F1 9 Tf <0001> Tj ET", table);
    for at in 0..good.len() {
        read(&good[..at], Kind::Pdf);
        let mut other = good.clone();
        other[at] ^= 0x55;
        read(&other, Kind::Pdf);
    }
}

fn office(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn word_and_excel_are_read_and_a_bomb_ends() {
    let document = "<w:document xmlns:w='w'><w:p><w:t>安全</w:t><w:t>生产&amp;责任</w:t></w:p><w:p><w:t>制</w:t></w:p></w:document>";
    assert_eq!(read(&office(&[("word/document.xml", document.as_bytes())]), Kind::Docx), "安全生产&责任制");
    let shared = "<sst><si><t>灭火器</t></si><si><t>Type A</t></si></sst>";
    let sheet = "<worksheet><c t='s'><v>0</v></c><c><v>20250017</v></c><c t='inlineStr'><is><t>合格</t></is></c></worksheet>";
    let book = office(&[
        ("xl/workbook.xml", b""),
        ("xl/sharedStrings.xml", shared.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ]);
    assert_eq!(read(&book, Kind::Xlsx), "灭火器Type A 20250017合格");
    let bomb = [b"<w:t>".as_slice(), &vec![b'a'; 70 << 20]].concat();
    assert!(read(&office(&[("word/document.xml", &bomb)]), Kind::Docx).len() <= MOST_TEXT);
    let deep = "<a>".repeat(1 << 20);
    assert_eq!(read(&office(&[("word/document.xml", deep.as_bytes())]), Kind::Docx), "");
    // entities are never expanded
    let entity = "<!DOCTYPE d [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><w:t>&b;</w:t>";
    assert_eq!(read(&office(&[("word/document.xml", entity.as_bytes())]), Kind::Docx), "");
    assert_eq!(read(b"PK\x03\x04", Kind::Xlsx), "");
}
