//! An official paper as Word, for officials to edit: the same parts in the same order as on paper.

use crate::DocumentError;
use crate::measure::clean;
use crate::notice::{Notice, Said, Signature, chinese_day};
use crate::word::{bold, family, frame, run};
use docx_rs::{
    AlignmentType, BorderType, Docx, LineSpacing, Paragraph, ParagraphBorder, ParagraphBorderPosition,
    ParagraphBorders, Pic, Run,
};
use std::io::Cursor;

/// Height and width of a drawn signature, in the units of Word (1/12700 of a point): 12 mm by 36 mm.
const DRAWING: (u32, u32) = (36 * 36_000, 12 * 36_000);
/// Letters of the text, in half points.
const SIZE: usize = 28;

fn centred(text: &str, size: usize) -> Paragraph {
    Paragraph::new().align(AlignmentType::Center).add_run(bold(text).size(size))
}

fn plain(text: &str) -> Run {
    run(text).size(SIZE)
}

fn line(facts: &[(String, String)]) -> Paragraph {
    facts.iter().fold(Paragraph::new(), |paragraph, (label, value)| {
        let value = if value.is_empty() { "　　　　　　" } else { value };
        paragraph
            .add_run(plain(&format!("{label}：")))
            .add_run(plain(value).underline("single"))
            .add_run(plain("　"))
    })
}

fn signature(place: usize, own: &Signature) -> Paragraph {
    let paragraph = Paragraph::new().add_run(plain(&if own.label.is_empty() {
        String::new()
    } else {
        format!("{}：", own.label)
    }));
    let paragraph = match (&own.drawing, &own.instead) {
        (Some(drawing), _) => {
            let (width, height) = DRAWING;
            let mut picture = Pic::new_with_dimensions(drawing.clone(), 1, 1).size(width, height);
            // by its place, not by how many pictures the program made before: the same paper gives the same bytes
            picture.id = format!("drawing{place}");
            paragraph.add_run(Run::new().add_image(picture))
        }
        (None, Some(text)) => paragraph.add_run(plain(text).underline("single")),
        (None, None) => paragraph.add_run(plain("　　　　　　　　").underline("single")),
    };
    match &own.beside {
        Some(text) => paragraph.add_run(plain(&format!("　{text}"))),
        None => paragraph,
    }
}

fn ruled(paragraph: Paragraph) -> Paragraph {
    let below =
        ParagraphBorder::new(ParagraphBorderPosition::Bottom).val(BorderType::Single).size(12).space(2);
    paragraph.set_borders(ParagraphBorders::with_empty().set(below))
}

impl Notice {
    /// An official paper as Word (.docx).
    ///
    /// # Errors
    /// [`DocumentError::Word`] when the file cannot be put together.
    pub fn word(&self) -> Result<Vec<u8>, DocumentError> {
        let mark = self.across.as_deref().map(|across| format!("【{across}】")).unwrap_or_default();
        let mut docx = frame(self.issued_on, &mark)
            .add_paragraph(centred(&self.agency, 36))
            .add_paragraph(centred(&self.title, 48));
        let number = self.number.clone().unwrap_or_else(|| "（签发时编号）".into());
        docx =
            docx.add_paragraph(ruled(Paragraph::new().align(AlignmentType::Right).add_run(plain(&number))));
        for mark in &self.marks {
            docx = docx.add_paragraph(Paragraph::new().add_run(bold(mark).size(22)));
        }
        if let Some(to) = &self.to {
            docx = docx.add_paragraph(Paragraph::new().add_run(plain(&format!("{to}："))));
        }
        docx = self.parts.iter().fold(docx, said);
        docx = docx.add_paragraph(Paragraph::new());
        for (place, own) in self.signatures.iter().enumerate() {
            let spacing = LineSpacing::new().before(160);
            docx = docx.add_paragraph(signature(place, own).line_spacing(spacing).keep_next(true));
        }
        if self.sealed {
            let right = |text: &str| Paragraph::new().align(AlignmentType::Right).add_run(plain(text));
            docx = docx
                .add_paragraph(Paragraph::new())
                .add_paragraph(right(&format!("{}（印章）", self.agency)).keep_next(true))
                .add_paragraph(right(&chinese_day(self.issued_on)));
        }
        if let Some(copies) = &self.copies {
            docx = docx.add_paragraph(ruled(Paragraph::new()));
            docx = docx.add_paragraph(Paragraph::new().add_run(run(copies).size(21).fonts(family("仿宋"))));
        }
        let mut bytes = Cursor::new(Vec::new());
        docx.build().pack(&mut bytes).map_err(|error| DocumentError::Word(error.to_string()))?;
        Ok(bytes.into_inner())
    }
}

fn said(docx: Docx, part: &Said) -> Docx {
    match part {
        Said::Line(facts) => docx.add_paragraph(line(facts)),
        Said::Signed(facts, by) => {
            let docx = if facts.is_empty() { docx } else { docx.add_paragraph(line(facts).keep_next(true)) };
            by.iter().fold(docx, |docx, own| docx.add_paragraph(signature(0, own)))
        }
        Said::Text(all) => {
            let all = clean(all);
            all.lines().filter(|line| !line.trim().is_empty()).fold(docx, |docx, line| {
                docx.add_paragraph(Paragraph::new().first_line_chars(200).add_run(plain(line)))
            })
        }
    }
}
