//! The shape of a sheet: what its columns are called, and what a sheet and its columns that come in are read as.

use sheet::{Column, Entry};

use crate::{
    field::{Field, Kind},
    section::{Described, SECTIONS},
};

/// Heads of the columns before the section's own.
pub(super) const ENTERPRISE: &str = "企业名称";
pub(super) const CODE: &str = "统一社会信用代码";
pub(super) const RECORD: &str = "记录编号";
/// Head of the column that says what is wrong with a row that was not taken.
pub(super) const REASON: &str = "错误原因";
/// The sheet that says how to fill in the others.
pub(super) const GUIDE: &str = "说明";

/// What a sheet of that section is called: spreadsheets allow 31 signs, some not.
pub(super) fn sheet_name(section: &Described) -> String {
    let allowed = |sign: &char| !matches!(sign, '[' | ']' | ':' | '*' | '?' | '/' | '\\');
    section.label.chars().filter(allowed).take(31).collect()
}

/// The section of a sheet of that name; a copy (`特种设备 (2)`, `特种设备2`) is another sheet of the same section.
pub(super) fn section_of(name: &str) -> Option<&'static Described> {
    let folded = rules::name::fold(name);
    let same = |text: &str| {
        SECTIONS
            .iter()
            .find(|own| rules::name::fold(&sheet_name(own)) == text || own.code.to_uppercase() == text)
    };
    let digits = |text: &str| text.trim_end_matches(|sign: char| sign.is_ascii_digit()).len();
    // one copy's number, with its brackets if it has any: labels end in brackets too
    let inner = folded.strip_suffix(')').and_then(|text| text.get(..digits(text))?.strip_suffix('('));
    let bare = inner.unwrap_or(&folded[..digits(&folded)]);
    same(&folded).or_else(|| same(bare))
}

/// The head of a field's column: its label, its unit, a star where it must be filled in.
pub(super) fn head(field: &Field) -> String {
    let star = if field.required { "*" } else { "" };
    // of somebody else, where the label is that of one of our own columns
    let other =
        if [ENTERPRISE, CODE, RECORD, REASON].contains(&field.label.as_str()) { "对方" } else { "" };
    match field.unit.as_str() {
        "" => format!("{star}{other}{}", field.label),
        unit => format!("{star}{other}{}（{unit}）", field.label),
    }
}

fn hint(field: &Field) -> String {
    let kind = match field.kind {
        Kind::Date => "日期，如 2019-03-01。",
        Kind::Choice => "请从下拉列表中选择。",
        Kind::YesNo => "请选择是或否。",
        Kind::Whole => "整数。",
        Kind::Decimal => "数字。",
        Kind::Text | Kind::Long => "",
    };
    let must = if field.required { "必填。" } else { "" };
    let remark = field.remark.trim_end_matches('。');
    let remark = if remark.is_empty() { String::new() } else { format!("{remark}。") };
    format!("{must}{kind}{remark}")
}

/// The columns of a section's sheet.
pub(super) fn columns(section: &Described) -> Vec<Column> {
    let plain = |name: &str, hint: &str, marked| Column {
        name: name.into(),
        hint: hint.into(),
        entry: Entry::Text,
        marked,
    };
    let mut columns = vec![
        plain(RECORD, "系统生成的编号，用来修改已有记录。新增的行不填。", false),
        plain(ENTERPRISE, "与登记的名称一致。", true),
        plain(CODE, "有信用代码的按信用代码找企业；没有的按企业名称找。", false),
    ];
    columns.extend(section.fields.iter().map(|field| Column {
        name: head(field),
        hint: hint(field),
        entry: match field.kind {
            Kind::Text | Kind::Long => Entry::Text,
            Kind::Whole | Kind::Decimal => Entry::Number,
            Kind::Date => Entry::Day,
            Kind::YesNo => Entry::Choice(vec!["是".into(), "否".into()]),
            Kind::Choice => Entry::Choice(field.choices.iter().map(|own| own.label.clone()).collect()),
        },
        marked: field.required,
    }));
    columns
}

/// What a column is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// The enterprise's name.
    Name,
    /// Its credit code.
    Code,
    /// The number of the record.
    Record,
    /// A field of the section, by its place.
    Field(usize),
    /// Nothing; and nothing is lost with it.
    Reason,
}

/// A head without stars and remarks such as （必填）.
fn bare(name: &str) -> String {
    let folded = rules::name::fold(name);
    let folded: String = folded.chars().filter(|sign| *sign != '*').collect();
    ["(必填)", "(选填)", "(可不填)"].iter().fold(folded, |text, remark| text.replace(remark, ""))
}

/// What a column of that name is in a sheet of that section.
pub(super) fn means(section: &Described, name: &str) -> Option<Means> {
    let name = bare(name);
    let at = |wanted: &str| {
        let same = |field: &Field| bare(&head(field)) == wanted || bare(&field.label) == wanted;
        section.fields.iter().position(same)
    };
    match name.as_str() {
        ENTERPRISE => return Some(Means::Name),
        CODE => return Some(Means::Code),
        RECORD => return Some(Means::Record),
        REASON => return Some(Means::Reason),
        // what people call them, where the section does not mean something else by it
        "单位名称" | "公司名称" if at(&name).is_none() => return Some(Means::Name),
        "信用代码" | "社会信用代码" if at(&name).is_none() => return Some(Means::Code),
        _ => {}
    }
    // a unit or remark that somebody added behind the label
    let short = name.rfind('(').and_then(|from| name.get(..from)).filter(|text| !text.is_empty());
    at(&name).or_else(|| at(short?)).map(Means::Field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_has_a_sheet_of_its_own_and_reads_its_own_columns() {
        let mut names: Vec<String> = SECTIONS.iter().map(sheet_name).collect();
        for section in SECTIONS.iter() {
            let found = section_of(&sheet_name(section)).map(|own| own.code);
            assert_eq!(found, Some(section.code));
            assert_eq!(section_of(&format!("{}（2）", sheet_name(section))).map(|own| own.code), found);
            for (at, field) in section.fields.iter().enumerate() {
                assert_eq!(
                    means(section, &head(field)),
                    Some(Means::Field(at)),
                    "{} {}",
                    section.code,
                    field.label
                );
            }
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), SECTIONS.len(), "two sections have sheets of one name");
    }
}
