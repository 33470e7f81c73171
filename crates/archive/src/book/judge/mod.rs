//! Judging a workbook: what every row would do, stored beside the row; no archive changes. Whose row it is, is found by `firm`;
//! what becomes of it is decided by `verdict`, which committing asks again.

mod firm;
mod verdict;

use std::{collections::HashMap, path::Path};

use db::{Exec, Json, Tx, bulk, sql};
use kernel::Scope;
use serde_json::{Value, json};
use web::{Outcome, Problem};

use super::{
    BookImport, BookRow, CHUNK, Counts, Sheet, WrongCell,
    layout::Means,
    long, object,
    read::{self, Line, Piece},
};
use crate::{field::Role, section};
use firm::enterprises;
pub(super) use firm::firms;
pub(super) use verdict::{Draft, Seen, Verdict, decide};

/// Judges a chunk of rows of one sheet.
async fn chunk(
    tx: &mut Tx,
    scope: &Scope,
    import: &BookImport,
    lines: Vec<Line>,
    seen: &mut Seen,
    number: &mut i64,
) -> db::Result<Vec<BookRow>> {
    let firms = enterprises(tx, scope, &import.city, &lines).await?;
    let (mut drafts, mut rows) = (Vec::new(), Vec::new());
    for (line, firm) in lines.iter().zip(firms) {
        *number += 1;
        let mut row = blank(import, *number, &line.plan.sheet, line.number, line.plan.section.code);
        row.given = Json(Value::Object(line.given()));
        row.named = !line.record().is_empty();
        let mut wrong = Vec::new();
        match firm {
            Ok(firm) => {
                row.enterprise = Some(firm.id);
                row.enterprise_name = firm.name;
            }
            Err(own) => wrong.push(*own),
        }
        let named = long(line.record());
        row.record = named;
        if row.named && named.is_none() {
            wrong.push(line.wrong(
                &[Means::Record],
                "record.unknown",
                "没有这个编号的记录。新增的记录请把记录编号留空。",
            ));
        }
        if let (Some(enterprise), true) = (row.enterprise, wrong.is_empty()) {
            let place = format!("「{}」第 {} 行", line.plan.sheet, line.number);
            let (section, given) = (line.plan.section, line.given());
            drafts.push(Draft { number: *number, place, section, enterprise, named, given });
        } else if !row.named
            && let Err(own) = line.plan.section.read(&line.given())
        {
            // whoever puts the enterprise right shall not meet the next error only then
            wrong.extend(own.into_iter().map(|own| of_field(line, own.field, own.code, own.message)));
        }
        rows.push((row, wrong));
    }
    let mut verdicts: HashMap<i64, Verdict> = HashMap::new();
    for (draft, verdict) in drafts.iter().zip(decide(tx, scope, &import.city, &drafts, seen).await?) {
        verdicts.insert(draft.number, verdict);
    }
    let mut judged = Vec::with_capacity(rows.len());
    for ((mut row, mut wrong), line) in rows.into_iter().zip(&lines) {
        match verdicts.remove(&row.number) {
            Some(Verdict::New(fields)) => {
                row.outcome = "new".into();
                row.fields = Some(Json(Value::Object(fields)));
            }
            Some(Verdict::Changed { record, version, fields, changes }) => {
                row.outcome = "changed".into();
                (row.record, row.record_version) = (Some(record), Some(version));
                row.fields = Some(Json(Value::Object(fields)));
                row.changes = Some(Json(changes));
            }
            Some(Verdict::Unchanged { record, version }) => {
                row.outcome = "unchanged".into();
                (row.record, row.record_version) = (Some(record), Some(version));
            }
            Some(Verdict::Wrong(own)) => {
                wrong.extend(
                    own.into_iter().map(|(field, code, message)| of_field(line, &field, code, message)),
                );
            }
            None => {}
        }
        if row.outcome == "rejected" {
            row.cells = Some(Json(json!(line.cells)));
            row.errors = Json(json!(wrong));
        }
        judged.push(row);
    }
    Ok(judged)
}

/// What is wrong beside the column of a field.
fn of_field(line: &Line, field: &str, code: &str, message: String) -> WrongCell {
    let role = |role: Role| {
        let at = line.plan.section.fields.iter().position(|field| field.role == Some(role));
        at.map(Means::Field)
    };
    let of: Vec<Means> = match field {
        "" => vec![Means::Record],
        "?" => [role(Role::Number), role(Role::Title), Some(Means::Name)].into_iter().flatten().collect(),
        name => line.plan.field(name).into_iter().collect(),
    };
    line.wrong(&of, code, message)
}

fn blank(import: &BookImport, number: i64, sheet: &str, line: u64, section: &str) -> BookRow {
    BookRow {
        city: import.city.clone(),
        import_id: import.id,
        number,
        sheet: sheet.into(),
        line: i64::try_from(line).unwrap_or(i64::MAX),
        section: section.into(),
        enterprise: None,
        enterprise_name: String::new(),
        record: None,
        record_version: None,
        named: false,
        outcome: "rejected".into(),
        given: Json(json!({})),
        fields: None,
        changes: None,
        cells: None,
        errors: Json(json!([])),
    }
}

/// Judges every row of the file anew and stores each with its outcome; `tell` hears how many and answers whether to go on.
/// Answers the sheets and what their rows would do.
pub(crate) async fn judge(
    db: &db::Db,
    scope: &Scope,
    import: &BookImport,
    path: &Path,
    mut tell: impl FnMut(u64) -> bool,
) -> Outcome<Option<(Vec<Sheet>, Counts)>> {
    db.run(sql!(
        "delete from archive_import_row where city = $1 and import_id = $2",
        &import.city,
        import.id
    ))
    .await?;
    let mut pieces = read::open(path);
    let (mut sheets, mut total): (Vec<Sheet>, Counts) = (Vec::new(), Counts::default());
    let (mut seen, mut number) = (Seen::default(), 0i64);
    let mut next = None;
    loop {
        // a chunk is of one sheet
        let mut lines: Vec<Line> = Vec::new();
        let mut faulty = None;
        while lines.len() < CHUNK {
            let piece = match next.take() {
                Some(piece) => Some(piece),
                None => pieces.recv().await.transpose().map_err(unreadable)?,
            };
            match piece {
                Some(Piece::Line(line)) => {
                    let empty = line.record().is_empty() && line.given().is_empty();
                    if !empty {
                        lines.push(line);
                    }
                }
                Some(Piece::Sheet(sheet)) if lines.is_empty() => sheets.push(sheet),
                Some(Piece::Wrong(line, wrong)) if lines.is_empty() => {
                    faulty = Some((line, wrong));
                    break;
                }
                other => {
                    next = other;
                    break;
                }
            }
        }
        let Some(sheet) = sheets.last_mut() else { break };
        if lines.is_empty() && faulty.is_none() {
            break;
        }
        let mut tx = db.begin().await?;
        let judged = match faulty {
            Some((line, wrong)) => {
                number += 1;
                let mut row = blank(import, number, &sheet.name, line, &sheet.section);
                row.errors = Json(json!([wrong]));
                vec![row]
            }
            None => chunk(&mut tx, scope, import, lines, &mut seen, &mut number).await?,
        };
        for row in &judged {
            sheet.counts.add(row);
            total.add(row);
        }
        let values = judged.iter().map(BookRow::values).collect();
        bulk(&mut tx, BookRow::TABLE, BookRow::COLUMNS, values, "").await?;
        tx.commit().await?;
        if !tell(total.rows) {
            return Ok(None);
        }
    }
    if total.rows == 0 {
        return Err(Problem::invalid("book.empty", "工作簿里没有填写任何记录。请按模板填写后重新上传。"));
    }
    Ok(Some((sheets, total)))
}

fn unreadable(error: sheet::SheetError) -> Problem {
    Problem::invalid(error.code(), format!("{error}。"))
}

/// A staged row as it was before it was decided; nothing where it never came to that.
pub(super) fn draft(row: &BookRow) -> Option<Draft> {
    if row.named && row.record.is_none() {
        return None;
    }
    Some(Draft {
        number: row.number,
        place: format!("「{}」第 {} 行", row.sheet, row.line),
        section: section::find(&row.section)?,
        enterprise: row.enterprise?,
        named: row.named.then_some(row.record).flatten(),
        given: object(row.given.0.clone()),
    })
}
