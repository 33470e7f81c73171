//! Printing as PDF with typst. The template is fixed; the document reaches it as JSON, so that no text can be markup. It
//! knows no clock and no other file: the same document gives the same bytes.

use crate::fonts::{Fonts, fonts};
use crate::measure::{clean, lines, pieces, shares, size, width};
use crate::model::{Body, Document, Fact, Table};
use crate::{Check, DocumentError};
use chrono::Datelike;
use qrcode::{EcLevel, QrCode, render::svg};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, PathError, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// Width of the text on the page, in points.
pub(crate) const WIDE: f64 = 163.0 / 25.4 * 72.0;
/// Blank at both sides of a cell together, in points.
const BLANK: f64 = 8.0;
/// Width of the label of a fact, in points.
const LABEL: f64 = 32.0 / 25.4 * 72.0;

/// A document as PDF with its fonts embedded, as PDF/A-2b (ISO 19005-2, for keeping) wherever every sign has a font. It takes the fonts from the machine when the first document is printed.
///
/// # Errors
/// [`DocumentError::NoFont`] without a Chinese font on the machine, [`DocumentError::CheckTooLong`] for an address that
/// does not fit a QR code.
pub fn pdf(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let fonts = fonts()?;
    let qr = match &document.check {
        Some(check) => qr(check)?,
        None => String::new(),
    };
    press(DOCUMENT, values(document, &fonts), vec![qr.into_bytes()], fonts)
}

/// Prints by one of the templates what it is told, with the pictures that it names.
pub(crate) fn press(
    template: Template,
    values: Value,
    pictures: Vec<Vec<u8>>,
    fonts: Arc<Fonts>,
) -> Result<Vec<u8>, DocumentError> {
    let desk = Desk::new(template, values, pictures, fonts)?;
    let printed = print(&desk);
    // what the typesetter remembers holds the document's texts
    typst::comemo::evict(0);
    printed
}

fn print(desk: &Desk) -> Result<Vec<u8>, DocumentError> {
    let pages: PagedDocument = typst::compile(desk).output.map_err(|errors| refused(&errors))?;
    let options = |standards| PdfOptions {
        creator: Smart::Custom(Some("Anjian".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    if let Ok(lasting) = PdfStandards::new(&[PdfStandard::A_2b])
        && let Ok(bytes) = typst_pdf::pdf(&pages, &options(lasting))
    {
        return Ok(bytes);
    }
    // a sign that no font has may stand in no PDF/A, but an archive is printed all the same
    typst_pdf::pdf(&pages, &options(PdfStandards::default())).map_err(|errors| refused(&errors))
}

fn refused(errors: &[SourceDiagnostic]) -> DocumentError {
    DocumentError::Pdf(errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; "))
}

fn qr(check: &Check) -> Result<String, DocumentError> {
    let code = QrCode::with_error_correction_level(check.url.as_bytes(), EcLevel::M)
        .map_err(|_| DocumentError::CheckTooLong)?;
    Ok(code.render::<svg::Color<'_>>().build())
}

/// A text for the template, where `room` Chinese letters have room on a line.
pub(crate) fn text(text: &str, room: f64) -> Value {
    let text = clean(text);
    let lines: Vec<Vec<String>> = text.split('\n').map(|line| pieces(line, room)).collect();
    if lines.len() == 1 && lines[0].len() < 2 { Value::String(text) } else { json!(lines) }
}

/// A text on one line, cut where it is longer than `most` Chinese letters.
pub(crate) fn one_line(text: &str, most: f64) -> String {
    let text = clean(text).replace('\n', " ");
    if width(&text) <= most {
        return text;
    }
    let mut short = String::new();
    for sign in text.chars() {
        short.push(sign);
        if width(&short) > most - 1.0 {
            break;
        }
    }
    short + "…"
}

fn facts(facts: &[Fact], size: f64) -> Value {
    let half = (WIDE / 2.0 - LABEL - BLANK) / size;
    let pair =
        |fact: &Fact, room: f64| json!([text(&fact.label, (LABEL - BLANK) / size), text(&fact.value, room)]);
    let lines = lines(facts, half).into_iter().map(|line| match line.as_slice() {
        [fact] => json!([pair(fact, (WIDE - LABEL - BLANK) / size)]),
        several => several.iter().map(|fact| pair(fact, half)).collect(),
    });
    lines.collect()
}

fn table(table: &Table) -> Value {
    let size = size(table.columns.len());
    let shares = shares(table, WIDE / size);
    let rooms: Vec<f64> = shares.iter().map(|share| (share * WIDE - BLANK) / size).collect();
    let short = |(place, room): (usize, &f64)| {
        table.rows.iter().filter_map(|row| row.get(place)).all(|cell| width(cell) <= room.min(12.0))
    };
    let rows: Vec<Vec<Value>> = table
        .rows
        .iter()
        .map(|row| {
            let cell = |(place, room): (usize, &f64)| text(row.get(place).map_or("", String::as_str), *room);
            rooms.iter().enumerate().map(cell).collect()
        })
        .collect();
    json!({
        "kind": "table",
        "size": size,
        "shares": shares,
        "centred": rooms.iter().enumerate().map(short).collect::<Vec<_>>(),
        "head": table.columns.iter().zip(&rooms).map(|(column, room)| text(&column.label, *room)).collect::<Vec<_>>(),
        "rows": rows,
    })
}

fn body(body: &Body) -> Value {
    match body {
        Body::Facts(list) => json!({ "kind": "facts", "lines": facts(list, 10.0) }),
        Body::Table(whole) if !whole.columns.is_empty() => table(whole),
        Body::Table(_) => json!({ "kind": "text", "lines": [] }),
        Body::Text(paragraphs) => {
            let lines: Vec<Value> = clean(paragraphs)
                .split('\n')
                .filter(|line| !line.trim().is_empty())
                .map(|line| text(line, WIDE / 12.0 - 2.0))
                .collect();
            json!({ "kind": "text", "lines": lines })
        }
    }
}

/// What the template prints.
fn values(document: &Document, fonts: &Fonts) -> Value {
    let day = document.issued_on;
    let chapters = document.chapters.iter().map(|chapter| {
        let parts = chapter.parts.iter().map(|part| {
            let mut value = body(&part.body);
            value["heading"] = part.heading.as_ref().map(|heading| text(heading, WIDE / 12.0 - 4.0)).into();
            value
        });
        json!({ "title": text(&chapter.title, WIDE / 15.0 - 4.0), "parts": parts.collect::<Vec<_>>() })
    });
    json!({
        "fonts": { "text": fonts.text, "heading": fonts.heading },
        "name": clean(&document.title).replace('\n', " "),
        "agency": clean(&document.issuer).replace('\n', " "),
        "day": [day.year(), day.month(), day.day()],
        "date": crate::day(day),
        "header": one_line(&document.title, 28.0),
        "mark": one_line(&document.marks.join("　"), 20.0),
        "title": text(&document.title, WIDE / 22.0),
        "subtitle": document.subtitle.as_ref().map(|subtitle| text(subtitle, WIDE / 15.0)),
        "issuer": text(&document.issuer, WIDE / 12.0 - 12.0),
        "marks": document.marks.iter().map(|mark| text(mark, WIDE / 11.0)).collect::<Vec<_>>(),
        "facts": facts(&document.facts, 10.0),
        "check": document.check.as_ref().map(|check| json!({
            "code": text(&check.code, 24.0),
            "url": text(&check.url, 32.0),
        })),
        "chapters": chapters.collect::<Vec<_>>(),
    })
}

/// A look: its text, and how it names its pictures.
#[derive(Clone, Copy)]
pub(crate) struct Template {
    text: &'static str,
    pictures: fn(usize) -> String,
}

/// The look of a document with chapters.
pub(crate) const DOCUMENT: Template =
    Template { text: include_str!("template.typ"), pictures: |_| "check.svg".into() };
/// The look of an official paper of one agency.
pub(crate) const NOTICE: Template =
    Template { text: include_str!("notice.typ"), pictures: |at| format!("drawing-{at}.png") };

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

fn file(name: &str) -> Result<FileId, PathError> {
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name)?)))
}

/// All that the typesetter can see while it prints one document.
struct Desk {
    template: Source,
    files: Vec<(FileId, Bytes)>,
    fonts: Arc<Fonts>,
    book: LazyHash<FontBook>,
}

impl Desk {
    fn new(
        template: Template,
        values: Value,
        pictures: Vec<Vec<u8>>,
        fonts: Arc<Fonts>,
    ) -> Result<Self, DocumentError> {
        let named = |name: &str| file(name).map_err(|error| DocumentError::Pdf(format!("{error:?}")));
        let mut files = vec![(named("document.json")?, Bytes::from_string(values.to_string()))];
        for (at, picture) in pictures.into_iter().enumerate() {
            files.push((named(&(template.pictures)(at))?, Bytes::new(picture)));
        }
        let book = LazyHash::new(FontBook::from_fonts(&fonts.fonts));
        Ok(Desk {
            template: Source::new(named("template.typ")?, template.text.to_owned()),
            files,
            fonts,
            book,
        })
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let found = self.files.iter().find(|(own, _)| *own == id);
        found.map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
