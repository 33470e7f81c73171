//! The workbook of rows that were not taken: each as it stood, its wrong cells marked, and what is wrong with it. Put right,
//! it can be uploaded as it is.

use std::path::Path;

use db::{Db, Exec};
use sheet::{Book, Column, Entry};
use web::{Outcome, Problem};

use super::{
    BookImport, BookRow, Sheet, WrongCell,
    layout::{GUIDE, REASON},
};

/// Writes it; answers its rows.
pub(crate) async fn write(db: &Db, import: &BookImport, path: &Path) -> Outcome<u64> {
    let sheets: Vec<Sheet> = serde_json::from_value(import.sheets.0.clone()).map_err(Problem::internal)?;
    let mut book = Book::create(path);
    let lines = [
        "没有通过核对的行",
        "请按最后一列「错误原因」改正标红的单元格，然后把整个文件再次上传。没有错的行不在这里：还没有写入的，请在那次填报的页面上确认写入。",
    ];
    book.text(GUIDE, &lines.map(String::from)).map_err(Problem::internal)?;
    let mut written = 0;
    for own in sheets.iter().filter(|own| own.counts.rejected > 0) {
        let plain = |name: &str, marked| Column {
            name: name.into(),
            hint: String::new(),
            entry: Entry::Text,
            marked,
        };
        let said = own.columns.iter().filter(|name| *name != REASON);
        let mut columns: Vec<Column> = said.map(|name| plain(name, false)).collect();
        columns.push(plain(REASON, true));
        let left_out = own.columns.iter().position(|name| name == REASON);
        let at = book.sheet(&own.name, &columns).map_err(Problem::internal)?;
        let mut after = 0i64;
        loop {
            let sql = BookRow::select()
                .push(" where city = ")
                .arg(&import.city)
                .push(" and import_id = ")
                .arg(import.id);
            let sql = sql
                .push(" and outcome = 'rejected' and sheet = ")
                .arg(&own.name)
                .push(" and number > ")
                .arg(after);
            let rows: Vec<BookRow> = db.all(sql.push(" order by number limit 500")).await?;
            let Some(last) = rows.last() else { break };
            after = last.number;
            written += rows.len() as u64;
            for row in rows {
                let errors: Vec<WrongCell> = serde_json::from_value(row.errors.0).unwrap_or_default();
                let cells: Vec<String> =
                    row.cells.and_then(|own| serde_json::from_value(own.0).ok()).unwrap_or_default();
                let place = |column: usize| column - usize::from(left_out.is_some_and(|gone| gone < column));
                let mut shown = vec![String::new(); columns.len()];
                for (column, cell) in cells.into_iter().enumerate().filter(|(at, _)| Some(*at) != left_out) {
                    if let Some(slot) =
                        shown.get_mut(place(column)).filter(|_| place(column) + 1 < columns.len())
                    {
                        *slot = cell;
                    }
                }
                let reasons = errors.iter().map(|own| match own.label.as_str() {
                    "" => own.message.clone(),
                    label => format!("{label}：{}", own.message),
                });
                let reason = reasons.collect::<Vec<_>>().join("；");
                if let Some(slot) = shown.last_mut() {
                    *slot = reason;
                }
                let wrong: Vec<usize> = errors.iter().map(|own| place(own.column)).collect();
                let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
                book.row(at, &shown, &wrong).map_err(Problem::internal)?;
            }
        }
    }
    book.finish().map_err(Problem::internal)?;
    Ok(written)
}
