//! The same document as Word, for officials to edit: headings as Word knows them, contents made from them, tables with real cells whose
//! heads stand on every page, page numbers.

use crate::DocumentError;
use crate::measure::{clean, lines, shares, size};
use crate::model::{Body, Document, Fact, Table};
use chrono::NaiveDate;
use docx_rs::{
    AlignmentType, BreakType, Docx, FieldCharType, Footer, Header, Hyperlink, HyperlinkType, InstrPAGEREF,
    InstrText, LineSpacing, NumPages, PageMargin, PageNum, Paragraph, Run, RunFonts, Shading, ShdType, Style,
    StyleType, Tab, TabLeaderType, TabValueType, TableCell, TableLayoutType, TableRow, VAlignType, WidthType,
};
use std::io::Cursor;

/// Width of the text on the page, in twentieths of a point.
pub(crate) const WIDE: usize = 9242;
/// Width of the label of a fact.
const LABEL: usize = 1814;

/// A document as Word (.docx). Its contents name each chapter; Word fills in the pages.
///
/// # Errors
/// [`DocumentError::Word`] when the file cannot be put together.
pub fn word(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let date = crate::day(document.issued_on);
    let mut docx = frame(document.issued_on, &document.marks.join("　"));
    docx = docx.add_paragraph(heading(&document.title, "Title"));
    if let Some(subtitle) = &document.subtitle {
        docx =
            docx.add_paragraph(Paragraph::new().align(AlignmentType::Center).add_run(run(subtitle).size(30)));
    }
    let issuer = Paragraph::new().align(AlignmentType::Center);
    docx = docx.add_paragraph(issuer.add_run(run(&format!("{}　　{date}", document.issuer))));
    for mark in &document.marks {
        docx = docx.add_paragraph(Paragraph::new().add_run(bold(mark)));
    }
    if !document.facts.is_empty() {
        docx = docx.add_table(facts(&document.facts)).add_paragraph(Paragraph::new());
    }
    if let Some(check) = &document.check {
        let line = Paragraph::new().add_run(bold("核验码　")).add_run(run(&check.code));
        docx = docx
            .add_paragraph(line)
            .add_paragraph(Paragraph::new().add_run(run(&format!("核验网址　{}", check.url))));
    }
    if document.chapters.len() > 1 {
        docx = docx.add_paragraph(Paragraph::new().align(AlignmentType::Center).add_run(bold("目　录")));
        for place in 0..document.chapters.len() {
            docx = docx.add_paragraph(entry(document, place));
        }
    }
    for (place, chapter) in document.chapters.iter().enumerate() {
        let title = Paragraph::new()
            .style("Heading1")
            .keep_next(true)
            .page_break_before(place == 0 && document.chapters.len() > 1);
        let title = title.add_bookmark_start(place + 1, mark(place)).add_run(run(&numbered(document, place)));
        docx = docx.add_paragraph(title.add_bookmark_end(place + 1));
        let mut count = 0;
        for part in &chapter.parts {
            if let Some(title) = &part.heading {
                count += 1;
                docx = docx.add_paragraph(heading(&format!("（{}）{title}", numeral(count)), "Heading2"));
            }
            docx = match &part.body {
                Body::Facts(list) if list.is_empty() => docx,
                Body::Facts(list) => docx.add_table(facts(list)).add_paragraph(Paragraph::new()),
                Body::Table(whole) if whole.columns.is_empty() => docx,
                Body::Table(whole) => docx.add_table(table(whole)).add_paragraph(Paragraph::new()),
                Body::Text(paragraphs) => {
                    paragraphs.lines().filter(|line| !line.trim().is_empty()).fold(docx, |docx, line| {
                        docx.add_paragraph(Paragraph::new().first_line_chars(200).add_run(run(line)))
                    })
                }
            };
        }
    }
    let mut bytes = Cursor::new(Vec::new());
    let mut parts = docx.build();
    parts.document = with_heads(parts.document)?;
    parts.pack(&mut bytes).map_err(|error| DocumentError::Word(error.to_string()))?;
    Ok(bytes.into_inner())
}

/// A chapter's title with its number.
fn numbered(document: &Document, place: usize) -> String {
    let title = document.chapters.get(place).map_or("", |own| own.title.as_str());
    format!("{}、{title}", numeral(place + 1))
}

/// The bookmark of a chapter.
fn mark(place: usize) -> String {
    format!("chapter{}", place + 1)
}

/// A line of the contents: the chapter, dots, and its page, which Word fills in when it opens the file.
fn entry(document: &Document, place: usize) -> Paragraph {
    let page = Run::new()
        .add_field_char(FieldCharType::Begin, true)
        .add_instr_text(InstrText::PAGEREF(InstrPAGEREF::new(mark(place)).hyperlink()))
        .add_field_char(FieldCharType::Separate, false)
        .add_text("…")
        .add_field_char(FieldCharType::End, false);
    let link = Hyperlink::new(mark(place), HyperlinkType::Anchor)
        .add_run(run(&numbered(document, place)))
        .add_run(Run::new().add_tab())
        .add_run(page);
    let end = Tab::new().val(TabValueType::Right).leader(TabLeaderType::Dot).pos(WIDE);
    Paragraph::new().add_tab(end).add_hyperlink(link)
}

/// Marks the rows that hold a table's head, which are those that may not be split over pages, to be repeated on every page: the library
/// that puts the file together has no word for it.
fn with_heads(document: Vec<u8>) -> Result<Vec<u8>, DocumentError> {
    const UNSPLIT: &str = "<w:cantSplit />";
    let text = String::from_utf8(document).map_err(|error| DocumentError::Word(error.to_string()))?;
    Ok(text.replace(UNSPLIT, "<w:cantSplit /><w:tblHeader />").into_bytes())
}

/// The empty paper: A4, fonts as offices have them, styles, header and footer.
pub(crate) fn frame(issued_on: NaiveDate, mark: &str) -> Docx {
    let style = |id: &str, name: &str, size: usize| {
        Style::new(id, StyleType::Paragraph)
            .name(name)
            .fonts(family("黑体"))
            .size(size)
            .bold()
            .line_spacing(LineSpacing::new().before(240).after(120))
    };
    let day = format!("{issued_on}T00:00:00Z");
    let footer = Paragraph::new()
        .align(AlignmentType::Center)
        .add_run(run("第 "))
        .add_page_num(PageNum::new())
        .add_run(run(" 页　共 "))
        .add_num_pages(NumPages::new())
        .add_run(run(" 页"));
    Docx::new()
        .created_at(&day)
        .updated_at(&day)
        .page_size(11906, 16838)
        .page_margin(PageMargin {
            top: 1701,
            bottom: 1587,
            left: 1417,
            right: 1247,
            header: 851,
            footer: 992,
            gutter: 0,
        })
        .default_fonts(family("仿宋"))
        .default_size(24)
        .add_style(style("Title", "Title", 44).align(AlignmentType::Center))
        .add_style(style("Heading1", "heading 1", 30).outline_lvl(0))
        .add_style(style("Heading2", "heading 2", 24).outline_lvl(1))
        .header(Header::new().add_paragraph(Paragraph::new().add_run(run(mark).size(18))))
        .footer(Footer::new().add_paragraph(footer))
}

pub(crate) fn family(name: &str) -> RunFonts {
    RunFonts::new().ascii("Times New Roman").hi_ansi("Times New Roman").east_asia(name)
}

pub(crate) fn run(text: &str) -> Run {
    let text = clean(text);
    let mut lines = text.split('\n');
    let first = Run::new().add_text(lines.next().unwrap_or_default());
    lines.fold(first, |run, line| run.add_break(BreakType::TextWrapping).add_text(line))
}

pub(crate) fn bold(text: &str) -> Run {
    run(text).fonts(family("黑体")).bold()
}

fn heading(text: &str, style: &str) -> Paragraph {
    Paragraph::new().style(style).keep_next(true).add_run(run(text))
}

fn cell(run: Run, width: usize, size: f64, head: bool) -> TableCell {
    // Word counts letters in half points
    let paragraph = Paragraph::new().add_run(run.size((size * 2.0) as usize));
    let cell = TableCell::new().width(width, WidthType::Dxa).vertical_align(VAlignType::Center);
    if head {
        cell.shading(Shading::new().shd_type(ShdType::Clear).color("auto").fill("F2F2F2"))
            .add_paragraph(paragraph.align(AlignmentType::Center))
    } else {
        cell.add_paragraph(paragraph)
    }
}

fn facts(facts: &[Fact]) -> docx_rs::Table {
    let value = WIDE / 2 - LABEL;
    let rows = lines(facts, 13.0).into_iter().map(|line| {
        let alone = line.len() == 1;
        let cells = line.into_iter().flat_map(|fact| {
            let content = cell(run(&fact.value), if alone { WIDE - LABEL } else { value }, 10.0, false);
            let content = if alone { content.grid_span(3) } else { content };
            [cell(bold(&fact.label), LABEL, 10.0, true), content]
        });
        TableRow::new(cells.collect())
    });
    framed(rows.collect(), vec![LABEL, value, LABEL, value])
}

fn table(table: &Table) -> docx_rs::Table {
    let size = size(table.columns.len());
    let widths: Vec<usize> = shares(table, WIDE as f64 / 20.0 / size)
        .into_iter()
        .map(|share| (share * WIDE as f64) as usize)
        .collect();
    let head = table
        .columns
        .iter()
        .zip(&widths)
        .map(|(column, width)| cell(bold(&column.label), *width, size, true));
    let mut rows = vec![TableRow::new(head.collect()).cant_split()];
    if table.rows.is_empty() {
        rows.push(TableRow::new(vec![cell(run("（无）"), WIDE, size, false).grid_span(widths.len())]));
    }
    rows.extend(table.rows.iter().map(|row| {
        let cells = widths
            .iter()
            .enumerate()
            .map(|(place, width)| cell(run(row.get(place).map_or("", String::as_str)), *width, size, false));
        TableRow::new(cells.collect())
    }));
    framed(rows, widths)
}

fn framed(rows: Vec<TableRow>, widths: Vec<usize>) -> docx_rs::Table {
    docx_rs::Table::new(rows).set_grid(widths).width(WIDE, WidthType::Dxa).layout(TableLayoutType::Fixed)
}

/// A number as chapters carry it, up to 99; beyond in figures.
fn numeral(number: usize) -> String {
    const FIGURES: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (number / 10, number % 10) {
        (10.., _) => number.to_string(),
        (0, one) => FIGURES[one].to_owned(),
        (1, one) => format!("十{}", FIGURES[one]),
        (ten, one) => format!("{}十{}", FIGURES[ten], FIGURES[one]),
    }
}

#[cfg(test)]
mod tests {
    use super::numeral;

    #[test]
    fn chapters_are_numbered_as_officials_number_them() {
        assert_eq!([1, 10, 11, 20, 35].map(numeral), ["一", "十", "十一", "二十", "三十五"]);
    }
}
