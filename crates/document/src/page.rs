//! A page of a PDF as a picture, so that a paper can be looked at where PDFs of unknown origin are never opened. A panic of the
//! rasteriser is an answer; what no thread survives (a stack that is used up, memory without end) is survived by drawing in a
//! process of its own, which is the caller's business.

use std::{sync::Arc, thread};

use hayro::{
    RenderCache, RenderSettings,
    hayro_interpret::{
        InterpreterSettings,
        font::{FontData, FontQuery},
    },
    hayro_syntax::{LoadPdfError, Pdf},
    vello_cpu::color::palette::css::WHITE,
};
use thiserror::Error;

use crate::fonts::fonts;

/// Pages that are shown, from the first.
pub const MOST_PAGES: usize = 20;
/// Width of a picture, pixels: an A4 page can be read on a screen.
const WIDTH: f32 = 1200.0;
/// Largest height of a picture, pixels; what is longer is shown narrower.
const HEIGHT: f32 = 3000.0;
/// Nested forms need room.
const STACK: usize = 64 << 20;

/// A page as a picture.
#[derive(Debug)]
pub struct Shown {
    /// The picture, PNG.
    pub png: Vec<u8>,
    /// Pages of the document.
    pub pages: usize,
}

/// Why a page is not shown.
#[derive(Debug, Clone, Copy, Error, PartialEq, Eq)]
pub enum Unshown {
    /// Only who has the password can read it.
    #[error("这个 PDF 有密码，不能预览，请下载后打开。")]
    Locked,
    /// Broken, or nothing that the rasteriser knows, or more than a look is worth.
    #[error("这个 PDF 已损坏、内容太大或格式特殊，不能预览，请下载后打开。")]
    Broken,
    /// There is no such page, or it is none of those shown.
    #[error("没有这一页，或者它在能预览的前 {MOST_PAGES} 页之后。")]
    NoPage,
}

impl Unshown {
    /// All of them.
    pub const ALL: &[Unshown] = &[Unshown::Locked, Unshown::Broken, Unshown::NoPage];

    /// Stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Unshown::Locked => "preview.locked",
            Unshown::Broken => "preview.broken",
            Unshown::NoPage => "preview.no_page",
        }
    }
}

/// A page of a PDF, from 1. It takes a while: not for a thread that others wait for.
pub fn page(pdf: Vec<u8>, number: usize) -> Result<Shown, Unshown> {
    // a thread of its own: a panic ends there, and nested forms do not exhaust the stack
    let made =
        thread::Builder::new().name("pdf-page".into()).stack_size(STACK).spawn(move || draw(pdf, number));
    made.map_err(|_| Unshown::Broken)?.join().unwrap_or(Err(Unshown::Broken))
}

fn draw(bytes: Vec<u8>, number: usize) -> Result<Shown, Unshown> {
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Unshown::Locked,
        LoadPdfError::Invalid => Unshown::Broken,
    })?;
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err(Unshown::Broken);
    }
    let own = number.checked_sub(1).filter(|at| *at < MOST_PAGES).and_then(|at| pages.get(at));
    let own = own.ok_or(Unshown::NoPage)?;
    let (width, height) = own.render_dimensions();
    let scale = (WIDTH / width).min(HEIGHT / height);
    // so long and thin that nothing could be seen, or no number at all
    if !scale.is_finite() || width * scale < 16.0 || height * scale < 16.0 {
        return Err(Unshown::Broken);
    }
    let settings = RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..Default::default() };
    let drawn = hayro::render(own, &RenderCache::new(), &interpreter(), &settings);
    let png = drawn.into_png().map_err(|_| Unshown::Broken)?;
    Ok(Shown { png, pages: pages.len() })
}

/// Chinese fonts that a PDF names and does not bring are the machine's.
fn interpreter() -> InterpreterSettings {
    let own = InterpreterSettings::default();
    let standard = own.font_resolver.clone();
    let resolver = move |query: &FontQuery| match query {
        FontQuery::Fallback(wanted) if wanted.character_collection.is_some() => {
            let fonts = fonts().ok()?;
            let family = fonts.text.last()?;
            let font = fonts.fonts.iter().find(|font| font.info().family == family.as_str())?;
            let data: FontData = Arc::new(font.data().clone());
            Some((data, font.index()))
        }
        query => standard(query),
    };
    InterpreterSettings { font_resolver: Arc::new(resolver), ..own }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pdf_is_an_answer_and_no_fault() {
        for bytes in
            [&b""[..], b"%PDF-1.7\n", b"%PDF-1.7\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n", &[0xFF; 4096]]
        {
            assert_eq!(page(bytes.to_vec(), 1).unwrap_err(), Unshown::Broken);
        }
    }
}
