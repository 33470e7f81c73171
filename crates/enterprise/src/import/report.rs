//! The table of rows that an import did not take: the row as it was, the reason, and the wrong cells marked.

use std::path::Path;

use db::{Db, Exec};
use sheet::{Format, Writer, cell_address};
use uuid::Uuid;

use super::{Import, ImportError, ImportRow};
use crate::parse::CellError;

/// Writes the table as XLSX; answers its rows.
pub async fn write(db: &Db, city: &str, import: Uuid, path: &Path) -> Result<u64, ImportError> {
    let header: Import =
        db.one(Import::select().push(" where city = ").arg(city).push(" and id = ").arg(import)).await?;
    let names: Vec<&str> = header.columns.0.as_array().map_or_else(Vec::new, |columns| {
        columns.iter().filter_map(|column| column["name"].as_str()).collect()
    });
    let mut columns = vec!["原文件行号", "处理结果", "原因"];
    columns.extend(names.iter().copied());
    let mut writer = Writer::create(path, Format::Xlsx, "未导入的行", &columns)?;
    let mut last = 0i64;
    loop {
        let rows: Vec<ImportRow> = db
            .all(
                ImportRow::select()
                    .push(" where city = ")
                    .arg(city)
                    .push(" and import_id = ")
                    .arg(import)
                    .push(" and outcome in ('rejected', 'duplicate') and coalesce(decision, 'leave') = 'leave' and number > ")
                    .arg(last)
                    .push(" order by number limit 500"),
            )
            .await?;
        let Some(end) = rows.last() else { break };
        last = end.number;
        for row in rows {
            let errors: Vec<CellError> = serde_json::from_value(row.errors.0).unwrap_or_default();
            let reasons: Vec<String> = errors
                .iter()
                .map(|error| match error.column {
                    Some(column) => format!("{}：{}", cell_address(row.number as u64, column), error.message),
                    None => error.message.clone(),
                })
                .collect();
            let wrong: Vec<usize> =
                errors.iter().filter_map(|error| error.column).map(|column| column + 3).collect();
            let number = row.number.to_string();
            let reason = reasons.join("；");
            let mut cells = vec![
                number.as_str(),
                if row.outcome == "rejected" { "未导入" } else { "疑似重复，未导入" },
                reason.as_str(),
            ];
            cells.extend(
                names
                    .iter()
                    .map(|name| row.original.0.get(*name).and_then(|cell| cell.as_str()).unwrap_or_default()),
            );
            writer.row_with_errors(&cells, &wrong)?;
        }
    }
    Ok(writer.finish()?)
}
