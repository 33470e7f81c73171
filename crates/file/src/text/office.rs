//! Word and Excel files: XML in a ZIP archive.

use std::{
    fs::File,
    io::{BufReader, Read},
};

use quick_xml::{Reader, events::Event};

use super::MOST_TEXT;
use crate::Kind;

/// Most bytes unpacked of a file.
const MOST_UNPACKED: u64 = 64 << 20;
/// Most parts of a file that are read: the sheets of a workbook.
const MOST_PARTS: usize = 100;

pub(super) fn text(file: File, kind: Kind) -> String {
    let Ok(mut archive) = zip::ZipArchive::new(BufReader::new(file)) else { return String::new() };
    let wanted = |name: &&str| match kind {
        Kind::Docx => *name == "word/document.xml",
        _ => *name == "xl/sharedStrings.xml" || name.starts_with("xl/worksheets/") && name.ends_with(".xml"),
    };
    let names: Vec<String> =
        archive.file_names().filter(wanted).take(MOST_PARTS).map(str::to_string).collect();
    let (mut out, mut left) = (String::new(), MOST_UNPACKED);
    for name in names {
        let Ok(part) = archive.by_name(&name) else { continue };
        let mut part = BufReader::new(part.take(left));
        read(&mut part, &mut out);
        left = part.into_inner().limit();
        if left == 0 || full(&out) {
            break;
        }
    }
    out
}

fn full(out: &str) -> bool {
    out.len() > 8 * MOST_TEXT
}

/// Appends the texts between `t`, and the values of cells that are no number of a shared text.
fn read(part: impl std::io::BufRead, out: &mut String) {
    let mut reader = Reader::from_reader(part);
    let mut buffer = Vec::new();
    let (mut inside, mut shared) = (false, false);
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match event {
            Event::Eof => break,
            Event::Start(tag) => match tag.local_name().as_ref() {
                "c" => {
                    let kind = tag.try_get_attribute("t").ok().flatten();
                    shared = kind.is_some_and(|kind| kind.value.as_ref() == "s");
                }
                "t" => inside = true,
                "v" => inside = !shared,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => inside = false,
                "v" | "p" | "si" | "is" => {
                    inside = false;
                    out.push(' ');
                }
                _ => {}
            },
            Event::Text(text) if inside => out.push_str(&text),
            Event::GeneralRef(name) if inside => out.extend(entity(&name)),
            _ => {}
        }
        if full(out) {
            break;
        }
        buffer.clear();
    }
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}
