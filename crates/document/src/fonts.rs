//! The Chinese fonts of the machine: one for the text, one for headings, and where the first lacks rare characters one
//! that has them. Only these are read, before the first document, and kept.

use crate::DocumentError;
use fontdb::{Database, FaceInfo, Source, Stretch, Style, Weight};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use typst::foundations::Bytes;
use typst::text::Font;

/// Fonts for the text, the best first: 仿宋 as the standard for official documents has it, else 宋.
const TEXT: &[&str] = &["FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "华文仿宋"];
/// Fonts that hold the rare characters of names, too.
const WHOLE: &[&str] =
    &["Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "思源宋体", "Source Han Serif CN"];
/// What else can stand for the text.
const OTHER: &[&str] = &["SimSun", "宋体", "Songti SC", "STSong", "FandolSong", "AR PL UMing CN"];
/// Fonts for headings.
const HEADING: &[&str] = &[
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "思源黑体",
    "Source Han Sans CN",
    "SimHei",
    "黑体",
    "Heiti SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "FandolHei",
];

/// The fonts to print with.
#[derive(Debug)]
pub(crate) struct Fonts {
    /// Families for the text, the first that has a character prints it.
    pub text: Vec<String>,
    /// Families for headings.
    pub heading: Vec<String>,
    /// All of them.
    pub fonts: Vec<Font>,
}

/// The fonts of this machine. While none is found each document looks again, so that an administrator need not start
/// the program anew.
pub(crate) fn fonts() -> Result<Arc<Fonts>, DocumentError> {
    static FOUND: OnceLock<Arc<Fonts>> = OnceLock::new();
    static LOOKING: Mutex<()> = Mutex::new(());
    if let Some(found) = FOUND.get() {
        return Ok(found.clone());
    }
    let _one = LOOKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = FOUND.get() {
        return Ok(found.clone());
    }
    let mut machine = Database::new();
    machine.load_system_fonts();
    let found = Arc::new(choose(&machine)?);
    Ok(FOUND.get_or_init(|| found).clone())
}

/// Chooses from what a machine has and reads it.
fn choose(machine: &Database) -> Result<Fonts, DocumentError> {
    let first =
        |families: &[&str], weight: Weight| families.iter().find_map(|family| face(machine, family, weight));
    let heading = first(HEADING, Weight::BOLD);
    let whole = first(WHOLE, Weight::NORMAL);
    let text = first(TEXT, Weight::NORMAL)
        .or(whole)
        .or_else(|| first(OTHER, Weight::NORMAL))
        .or(heading)
        .ok_or(DocumentError::NoFont)?;
    let heading = heading.unwrap_or(text);
    let whole = whole.unwrap_or(text);

    let mut fonts = Fonts { text: Vec::new(), heading: Vec::new(), fonts: Vec::new() };
    let mut read: Vec<(fontdb::ID, String)> = Vec::new();
    for (face, place) in [(text, 0), (whole, 1), (heading, 2)] {
        let family = match read.iter().find(|(id, _)| *id == face.id) {
            Some((_, family)) => family.clone(),
            None => {
                let font = load(face)?;
                let family = font.info().family.to_string();
                fonts.fonts.push(font);
                read.push((face.id, family.clone()));
                family
            }
        };
        let list = if place == 2 { &mut fonts.heading } else { &mut fonts.text };
        if !list.contains(&family) {
            list.push(family);
        }
    }
    for family in fonts.text.clone() {
        if !fonts.heading.contains(&family) {
            fonts.heading.push(family);
        }
    }
    Ok(fonts)
}

/// The upright face of a family nearest to a weight.
fn face<'a>(machine: &'a Database, family: &str, weight: Weight) -> Option<&'a FaceInfo> {
    machine
        .faces()
        .filter(|face| face.style == Style::Normal && face.stretch == Stretch::Normal)
        .filter(|face| face.families.iter().any(|(name, _)| name.eq_ignore_ascii_case(family)))
        .min_by_key(|face| face.weight.0.abs_diff(weight.0))
}

fn load(face: &FaceInfo) -> Result<Font, DocumentError> {
    let (file, bytes) = match &face.source {
        Source::Binary(bytes) => (String::new(), Bytes::new((**bytes).as_ref().to_vec())),
        Source::File(path) | Source::SharedFile(path, _) => {
            let file = path.display().to_string();
            let bytes = std::fs::read(path).map_err(|error| DocumentError::FontUnreadable {
                file: file.clone(),
                why: error.to_string(),
            })?;
            (file, Bytes::new(bytes))
        }
    };
    Font::new(bytes, face.index)
        .ok_or_else(|| DocumentError::FontUnreadable { file, why: "不是完整的字体文件".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_chinese_fonts_says_what_to_install() {
        let error = choose(&Database::new()).unwrap_err();
        assert_eq!(error.code(), "document.no_font");
        assert!(error.to_string().contains("fonts-noto-cjk"), "{error}");
    }

    #[test]
    fn only_the_fonts_that_are_used_are_read() {
        let fonts = fonts().unwrap();
        assert!((1..=3).contains(&fonts.fonts.len()), "{:?}", fonts.fonts);
        assert!(!fonts.text.is_empty() && !fonts.heading.is_empty());
    }

    #[test]
    fn the_rare_characters_of_places_have_a_glyph_in_the_text_and_in_headings() {
        let fonts = fonts().unwrap();
        for (families, place) in [(&fonts.text, "text"), (&fonts.heading, "headings")] {
            for sign in "𬶍𬒈鮀礐".chars() {
                let has = |font: &Font| font.info().coverage.contains(sign.into());
                let own =
                    fonts.fonts.iter().filter(|font| families.contains(&font.info().family.to_string()));
                assert!(own.clone().any(has), "no font for {sign} in {place}: {families:?}");
            }
        }
    }
}
