//! What an official document consists of, whatever it is printed as.

use chrono::NaiveDate;

/// An official document on A4 paper. Texts may hold any sign; a line break begins a new line.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its title, in the middle of the first page and at the head of the others.
    pub title: String,
    /// A smaller line under the title, such as the name of the enterprise.
    pub subtitle: Option<String>,
    /// The agency that gives it out.
    pub issuer: String,
    /// The day it is given out; also the only date the file carries.
    pub issued_on: NaiveDate,
    /// Lines at its head: for whom, number, purpose.
    pub facts: Vec<Fact>,
    /// What a reader must know before he relies on it, such as `截至 2026-11-01 的内容`; on every page.
    pub marks: Vec<String>,
    /// What it says. More than one chapter brings a table of contents.
    pub chapters: Vec<Chapter>,
    /// How a reader can find out whether the paper is genuine.
    pub check: Option<Check>,
}

/// A label and what is filled in.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Name of the field.
    pub label: String,
    /// Its content; empty leaves the place blank.
    pub value: String,
}

impl Fact {
    /// A label and what is filled in.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Fact { label: label.into(), value: value.into() }
    }
}

/// A chapter, in the table of contents.
#[derive(Debug, Clone)]
pub struct Chapter {
    /// Its heading, without a number: chapters are numbered 一、二、三、.
    pub title: String,
    /// What it holds.
    pub parts: Vec<Part>,
}

/// A part of a chapter.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its heading, without a number: parts with a heading are numbered （一）（二）.
    pub heading: Option<String>,
    /// What it says.
    pub body: Body,
}

/// What a part says.
#[derive(Debug, Clone)]
pub enum Body {
    /// Labels and values, two to a line where they are short.
    Facts(Vec<Fact>),
    /// A table; without rows it says so.
    Table(Table),
    /// A paragraph for each line.
    Text(String),
}

/// A table. Its head is repeated on each page it runs over.
#[derive(Debug, Clone)]
pub struct Table {
    /// Columns from left to right.
    pub columns: Vec<Column>,
    /// Rows of as many texts as there are columns; what is missing stays blank, what is more is not printed.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its head.
    pub label: String,
    /// How wide it should be beside the others, in Chinese letters; without it the content decides.
    pub width: Option<u16>,
}

impl Column {
    /// A column as wide as its content needs.
    pub fn new(label: impl Into<String>) -> Self {
        Column { label: label.into(), width: None }
    }

    /// A column with a width, in Chinese letters.
    pub fn wide(label: impl Into<String>, width: u16) -> Self {
        Column { label: label.into(), width: Some(width) }
    }
}

/// How a reader can find out whether the paper is genuine.
#[derive(Debug, Clone)]
pub struct Check {
    /// The code to be compared.
    pub code: String,
    /// Where to ask; printed and in the QR code.
    pub url: String,
}
