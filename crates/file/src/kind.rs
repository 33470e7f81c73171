//! What a file is, by its content.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    path::Path,
};

/// The kinds of attachments; none of them is anything that a browser runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PDF.
    Pdf,
    /// PNG picture.
    Png,
    /// JPEG picture.
    Jpeg,
    /// Excel workbook.
    Xlsx,
    /// Word document.
    Docx,
}

impl Kind {
    /// All of them.
    pub const ALL: &[Kind] = &[Kind::Pdf, Kind::Png, Kind::Jpeg, Kind::Xlsx, Kind::Docx];

    /// Name in storage, and the usual end of a file's name.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Pdf => "pdf",
            Kind::Png => "png",
            Kind::Jpeg => "jpg",
            Kind::Xlsx => "xlsx",
            Kind::Docx => "docx",
        }
    }

    /// The kind of that name.
    pub fn parse(code: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Media type.
    pub fn media(self) -> &'static str {
        match self {
            Kind::Pdf => "application/pdf",
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
            Kind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Kind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    /// What the file is, whatever its name says; `None` for anything else. Office files with macros are something else.
    pub fn of(path: &Path) -> std::io::Result<Option<Kind>> {
        let mut file = File::open(path)?;
        let mut start = [0u8; 8];
        let mut length = 0;
        while length < start.len() {
            match file.read(&mut start[length..])? {
                0 => break,
                more => length += more,
            }
        }
        Ok(match &start[..length] {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Kind::Pdf),
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A] => Some(Kind::Png),
            [0xFF, 0xD8, 0xFF, ..] => Some(Kind::Jpeg),
            [b'P', b'K', 3, 4, ..] => {
                file.seek(SeekFrom::Start(0))?;
                office(file)
            }
            _ => None,
        })
    }
}

fn office(file: File) -> Option<Kind> {
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).ok()?;
    let runs = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.contains("vbaproject") || name.contains("/macrosheets/")
    };
    if archive.file_names().any(runs) || declares_macros(&mut archive) {
        return None;
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    match (has("xl/workbook.xml"), has("word/document.xml")) {
        (true, false) => Some(Kind::Xlsx),
        (false, true) => Some(Kind::Docx),
        _ => None,
    }
}

/// Whether the list of parts names one that runs, whatever the part is called.
fn declares_macros(archive: &mut zip::ZipArchive<BufReader<File>>) -> bool {
    const MOST: u64 = 1 << 20;
    let Ok(part) = archive.by_name("[Content_Types].xml") else { return false };
    let mut types = Vec::new();
    // a list that is longer, or cannot be read, is none that an office program wrote
    if part.take(MOST + 1).read_to_end(&mut types).is_err() || types.len() as u64 > MOST {
        return true;
    }
    let types = String::from_utf8_lossy(&types).to_ascii_lowercase();
    types.contains("macroenabled") || types.contains("vbaproject") || types.contains("macrosheet")
}
