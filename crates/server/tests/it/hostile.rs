//! Files that are broken, huge or not what they say: refused in words a clerk can act on, over HTTP and at the command
//! line, with nothing changed and without the server growing.

use axum::http::StatusCode;
use db::{Exec, FromRow, sql, testing::Engine};
use kernel::Role;
use serde_json::json;
use testkit::{System, list, on_both_engines};

/// An archive put together by hand, so that it can say of its parts what is not true: name, said size, content as it
/// lies there, whether that is deflated.
fn archive(parts: &[(&str, u32, &[u8], bool)]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, said, content, deflated) in parts {
        let at = file.len() as u32;
        let mut shared = Vec::new();
        shared.extend([20, 0, 0, 0]);
        shared.extend([if *deflated { 8 } else { 0 }, 0, 0, 0, 0, 0]);
        shared.extend(0u32.to_le_bytes());
        shared.extend((content.len() as u32).to_le_bytes());
        shared.extend(said.to_le_bytes());
        shared.extend((name.len() as u16).to_le_bytes());
        shared.extend([0, 0]);
        file.extend(b"PK\x03\x04");
        file.extend(&shared);
        file.extend(name.as_bytes());
        file.extend(*content);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&shared);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, count) = (file.len() as u32, (parts.len() as u16).to_le_bytes());
    file.extend(&directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, count].concat());
    file.extend((directory.len() as u32).to_le_bytes());
    file.extend(at.to_le_bytes());
    file.extend([0, 0]);
    file
}

/// A workbook of one sheet with this XML.
fn workbook(rows: &str, head: &str) -> Vec<u8> {
    let types = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
    let book = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let links = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let root = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let sheet = format!(
        r#"<?xml version="1.0"?>{head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", types),
        ("_rels/.rels", root),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", links),
        ("xl/worksheets/sheet1.xml", &sheet),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn cell(at: &str, text: &str) -> String {
    format!(r#"<row r="1"><c r="{at}" t="inlineStr"><is><t>{text}</t></is></c></row>"#)
}

/// Each with the code of its refusal.
fn files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let whole = workbook(&cell("A1", "企业名称"), "");
    // one deflated block of a mebibyte, ended by an empty one, so that it can be said again and again
    let lots = {
        let mut block = flate2::Compress::new(flate2::Compression::best(), false);
        let mut packed = Vec::with_capacity(1 << 16);
        block.compress_vec(&vec![b'<'; 1 << 20], &mut packed, flate2::FlushCompress::Full).unwrap();
        packed.repeat(90)
    };
    let bomb = [("xl/workbook.xml", 90 << 20, lots.as_slice(), true)];
    let lie = [("xl/workbook.xml", 90, lots.as_slice(), true)];
    let laughs =
        "<!DOCTYPE a [<!ENTITY b \"哈哈哈哈\"><!ENTITY c \"&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;\">]>";
    let name = "企业名称,注册地址\n";
    let utf16: Vec<u8> = list().encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("empty.xlsx", Vec::new(), "sheet.empty"),
        ("bomb.xlsx", archive(&bomb), "sheet.too_large"),
        ("lying-bomb.xlsx", archive(&lie), "sheet.too_large"),
        ("wide.csv", format!("{name}甲厂{}\n", ",".repeat(1_000_000)).into_bytes(), "sheet.too_wide"),
        ("wide.xlsx", workbook(&cell("XFD1", "甲厂"), ""), "sheet.too_wide"),
        ("truncated.xlsx", whole[..whole.len() / 2].to_vec(), "sheet.damaged"),
        ("header-only.xlsx", b"PK\x03\x04".to_vec(), "sheet.damaged"),
        ("word.xlsx", archive(&[("word/document.xml", 4, b"<w/>", false)]), "sheet.not_a_table"),
        (
            "page.xlsx",
            b"\n<html><table><tr><td>\xC6\xF3\xD2\xB5</td></tr></table></html>".to_vec(),
            "sheet.old_format",
        ),
        ("old.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 an old workbook".to_vec(), "sheet.old_format"),
        ("laughs.xlsx", workbook(&cell("A1", "&d;"), laughs), "sheet.damaged"),
        ("unmarked-utf16.csv", utf16, "sheet.not_a_table"),
        ("broken.csv", [name.as_bytes(), b"\xE4\xBC,\xFF\xFF\n"].concat(), "sheet.encoding"),
        ("long.csv", format!("{name}{},某路\n", "长".repeat(40_000)).into_bytes(), "sheet.cell_too_long"),
        ("long.xlsx", workbook(&cell("A1", &"长".repeat(40_000)), ""), "sheet.cell_too_long"),
        (
            "endless.csv",
            format!("{name}\"甲厂,{}", "没完没了\n".repeat(400_000)).into_bytes(),
            "sheet.cell_too_long",
        ),
    ]
}

#[derive(FromRow)]
struct Number {
    number: i64,
}

on_both_engines! {
    async fn hostile_files_are_refused_in_words_and_change_nothing(system: System) {
        let login = system.person(Role::Clerk, "4405").await;
        let program = system.serve();
        let session = program.sign_in(&login).await;
        let before = program.peak_memory();
        for (name, bytes, code) in files() {
            let (status, import) = program.upload(&session, "/api/imports?region=4405", &bytes).await.unwrap();
            assert_eq!(status, StatusCode::ACCEPTED, "{name}: {import}");
            let job = program.end_of(&session, &import).await;
            assert_eq!((&job["state"], &job["error"]["code"]), (&json!("failed"), &json!(code)), "{name}: {job}");
            let words = job["error"]["detail"].as_str().unwrap();
            assert!(words.chars().any(|sign| ('一'..='龥').contains(&sign)), "{name}: {words}");
            let path = format!("/api/imports/4405/{}", import["id"].as_str().unwrap());
            let (status, _) = program.post(&session, &format!("{path}/commit"), &json!({}), None).await.unwrap();
            assert_eq!(status, StatusCode::CONFLICT, "{name} must not be taken");
        }
        let grown = program.peak_memory().saturating_sub(before) >> 20;
        assert!(grown < 150, "the server grew by {grown} MB");
        // the command line has the same reader; the engine makes no difference to it
        let files = if system.test.db.engine() == Engine::Sqlite { files() } else { Vec::new() };
        for (name, bytes, _) in files {
            let path = system.file(name, bytes);
            let output = system.run(&["import", "enterprises", &path.to_string_lossy(), "--region", "4405"]);
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{name}: {words}");
            assert!(words.starts_with("没有导入："), "{name}: {words}");
        }
        let firms: Number = system.test.db.one(sql!("select count(*) as number from enterprise")).await.unwrap();
        assert_eq!(firms.number, 0);
        // and the next good one is taken
        assert_eq!(system.import(&system.file("good.csv", list()), &["--region", "4405"])["created"], json!(4));
    }
}
