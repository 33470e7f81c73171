//! An official paper of one agency, such as an enforcement document: the agency over the title, the number, to whom, what it says, who signs,
//! the agency again with the day and the place for its seal, who keeps a copy. Its look follows the forms of enforcement documents, with the
//! measures of GB/T 9704 where they say nothing.

use crate::DocumentError;
use crate::fonts::{Fonts, fonts};
use crate::measure::{clean, width};
use crate::press::{NOTICE, WIDE, one_line, press, text};
use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

/// Signs of a label beside which a signature and its day do not fit on one line.
const LONG: f64 = 12.0;
/// Signs of a last paragraph that is still kept on one page with the signatures.
const TOGETHER: f64 = 400.0;

/// An official paper.
#[derive(Debug, Clone)]
pub struct Notice {
    /// In whose name.
    pub agency: String,
    /// What it is: `责令限期整改指令书`.
    pub title: String,
    /// Its number; a draft has none.
    pub number: Option<String>,
    /// The day it is given out; also the only date the file carries.
    pub issued_on: NaiveDate,
    /// Written across every page: `草稿`, `已撤回`.
    pub across: Option<String>,
    /// What a reader must know before he relies on it, at the head of the first page.
    pub marks: Vec<String>,
    /// To whom, without the colon.
    pub to: Option<String>,
    /// What it says, from top to bottom.
    pub parts: Vec<Said>,
    /// Who signs, in order.
    pub signatures: Vec<Signature>,
    /// Whether the agency stands under it with the day and room for its seal.
    pub sealed: bool,
    /// Who keeps a copy, at the foot.
    pub copies: Option<String>,
}

/// A part of an official paper.
#[derive(Debug, Clone)]
pub enum Said {
    /// Labels and what is filled in on a line, all on one line of the paper.
    Line(Vec<(String, String)>),
    /// A paragraph for each line.
    Text(String),
    /// What somebody thinks of it, and where that is signed: never on two pages. Nothing is drawn here.
    Signed(Vec<(String, String)>, Vec<Signature>),
}

/// A place to sign.
#[derive(Debug, Clone)]
pub struct Signature {
    /// Who signs: `执法人员（签名）`; empty for a further line of the one before.
    pub label: String,
    /// A drawn signature, a PNG that was looked at before; without it the line stays blank.
    pub drawing: Option<Vec<u8>>,
    /// What stands there in place of a signature, such as that it was refused.
    pub instead: Option<String>,
    /// What stands beside it: `证号：粤…`.
    pub beside: Option<String>,
}

/// `2026年1月5日`.
pub fn day(on: NaiveDate) -> String {
    format!("{}年{}月{}日", on.year(), on.month(), on.day())
}

/// `二〇二六年十一月二十六日`, as official papers carry their day.
pub fn chinese_day(day: NaiveDate) -> String {
    const FIGURES: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let year: String = day
        .year()
        .to_string()
        .chars()
        .map(|sign| sign.to_digit(10).and_then(|at| FIGURES.get(at as usize)).copied().unwrap_or(sign))
        .collect();
    let below_hundred = |number: u32| {
        let one =
            |at: u32| FIGURES.get(at as usize).filter(|_| at > 0).map(char::to_string).unwrap_or_default();
        match (number / 10, number % 10) {
            (0, ones) => one(ones),
            (1, ones) => format!("十{}", one(ones)),
            (tens, ones) => format!("{}十{}", one(tens), one(ones)),
        }
    };
    format!("{year}年{}月{}日", below_hundred(day.month()), below_hundred(day.day()))
}

impl Notice {
    /// An official paper as PDF, like [`crate::pdf`].
    ///
    /// # Errors
    /// [`DocumentError::NoFont`] without a Chinese font on the machine.
    pub fn pdf(&self) -> Result<Vec<u8>, DocumentError> {
        let fonts = fonts()?;
        let drawings = self.signatures.iter().map(|own| own.drawing.clone().unwrap_or_default()).collect();
        press(NOTICE, self.values(&fonts), drawings, fonts)
    }

    fn values(&self, fonts: &Fonts) -> Value {
        let day = self.issued_on;
        let room = WIDE / 14.0 - 2.0;
        let paragraphs = |all: &str, room: f64| -> Vec<Value> {
            let all = clean(all);
            all.split('\n').filter(|line| !line.trim().is_empty()).map(|line| text(line, room)).collect()
        };
        let facts = |all: &[(String, String)]| -> Vec<Value> {
            let shares = WIDE / all.len().max(1) as f64;
            let of = |(label, value): &(String, String)| {
                let room = (shares / 14.0 - width(label) - 2.0).max(4.0);
                json!([clean(label), text(value, room)])
            };
            all.iter().map(of).collect()
        };
        // a label that leaves no room for a signature has what stands beside it on a line of its own
        let signed = |all: &[Signature], drawn: bool| -> Vec<Value> {
            let of = |own: &Signature| {
                json!({"label": clean(&own.label), "drawn": drawn && own.drawing.is_some(), "instead": own.instead.as_deref().map(clean),
                    "beside": own.beside.as_deref().map(clean), "long": width(&own.label) > LONG})
            };
            all.iter().map(of).collect()
        };
        let parts = self.parts.iter().map(|part| match part {
            Said::Line(own) => json!({"kind": "line", "facts": facts(own)}),
            Said::Text(all) => json!({"kind": "text", "lines": paragraphs(all, room)}),
            Said::Signed(own, by) => json!({"kind": "signed", "facts": facts(own), "by": signed(by, false)}),
        });
        // signatures are not alone on a page: the last paragraph goes with them unless it is long itself
        let together = match self.parts.last() {
            Some(Said::Text(all)) => all.lines().last().is_some_and(|line| width(line) < TOGETHER),
            Some(Said::Line(own)) => own.iter().map(|(_, value)| width(value)).sum::<f64>() < TOGETHER,
            _ => false,
        };
        json!({
            "fonts": { "text": fonts.text, "heading": fonts.heading },
            "name": clean(&self.title).replace('\n', " "),
            "day": [day.year(), day.month(), day.day()],
            "date": chinese_day(day),
            "agency": clean(&self.agency).replace('\n', " "),
            "title": text(&self.title, WIDE / 22.0),
            "number": self.number.as_deref().map(clean),
            "header": one_line(&format!("{}　{}", self.title, self.number.as_deref().unwrap_or_default()), 40.0),
            "across": self.across.as_deref().map(clean),
            "marks": self.marks.iter().map(|mark| text(mark, WIDE / 11.0)).collect::<Vec<_>>(),
            "to": self.to.as_deref().map(|to| text(&format!("{to}："), room)),
            "parts": parts.collect::<Vec<_>>(),
            "signatures": signed(&self.signatures, true),
            "together": together && (self.sealed || !self.signatures.is_empty()),
            "sealed": self.sealed,
            "copies": self.copies.as_deref().map(|copies| text(copies, WIDE / 11.0)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::chinese_day;

    #[test]
    fn a_day_is_written_as_official_papers_write_it() {
        let day = |text: &str| chinese_day(text.parse().unwrap());
        assert_eq!(day("2026-11-26"), "二〇二六年十一月二十六日");
        assert_eq!(day("2030-10-10"), "二〇三〇年十月十日");
        assert_eq!(day("2009-01-02"), "二〇〇九年一月二日");
    }
}
