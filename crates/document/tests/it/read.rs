//! Documents as other programs read them: the text of a PDF by poppler, the parts of a Word file by an unpacker and a reader of XML.

use std::{
    io::{Cursor, Read},
    process::Command,
};

/// What poppler makes of a PDF.
pub(crate) fn poppler(program: &str, bytes: &[u8], options: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("document.pdf");
    std::fs::write(&file, bytes).unwrap();
    let mut command = Command::new(program);
    command.args(options).arg(&file);
    if program == "pdftotext" {
        command.arg("-");
    }
    let output = command.output().expect("poppler-utils is installed by scripts/tools test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The text of each page without white space, by which poppler shows where lines broke.
pub(crate) fn pages(bytes: &[u8]) -> Vec<String> {
    let text = poppler("pdftotext", bytes, &["-raw"]);
    text.split('\u{c}').map(bare).filter(|page| !page.is_empty()).collect()
}

pub(crate) fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A file within a Word file.
pub(crate) fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
    let mut xml = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut xml).unwrap();
    xml
}

/// The text of a part of a Word file, run by run.
pub(crate) fn said(xml: &str) -> String {
    let mut text = String::new();
    for piece in xml.split("<w:t ").skip(1) {
        text += piece.split_once('>').unwrap().1.split_once("</w:t>").unwrap().0;
        text += "\n";
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

/// Opens a Word file by the rules of its package: each part is well-formed, and whatever a part names is there. Gives the names of the parts.
pub(crate) fn opened(bytes: &[u8]) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    for name in names.iter().filter(|name| name.ends_with(".xml") || name.ends_with(".rels")) {
        let mut xml = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut xml).unwrap();
        let mut reader = quick_xml::Reader::from_str(&xml);
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag)) => {
                    for attribute in tag.attributes() {
                        attribute.unwrap_or_else(|error| panic!("{name}: {error}"));
                    }
                }
                Ok(_) => {}
                Err(error) => panic!("{name}: {error}"),
            }
        }
        if name == "word/_rels/document.xml.rels" {
            for target in xml.split("Target=\"").skip(1) {
                let target = format!("word/{}", target.split('"').next().unwrap());
                assert!(names.contains(&target), "{target} is named but not there: {names:?}");
            }
        }
    }
    names
}
