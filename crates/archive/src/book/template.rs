//! Writing workbooks: empty, with the enterprises of an area, or with what their archives hold.

use std::path::Path;

use db::{Exec, Result};
use enterprise::Enterprise;
use serde_json::Value;
use sheet::{Book, SheetError};
use uuid::Uuid;

use super::{
    layout::{self, GUIDE},
    short,
};
use crate::{model::Record, section::Described};

/// Records read at a time.
const PAGE: i64 = 1_000;

/// A workbook with a sheet for each of these sections, and its guide before them.
pub(crate) fn begin(path: &Path, sections: &[&Described]) -> std::result::Result<Book, SheetError> {
    let mut book = Book::create(path);
    let mut lines: Vec<String> = [
        "安全生产档案批量填报",
        "1. 每个栏目一张工作表，每条记录一行；不填的栏目留空即可，也可以删去整张表。请不要改工作表的名称和第一行。",
        "2. 表头带 * 的必填。选中单元格会显示填写说明；有下拉箭头的请从列表中选择。",
        "3. 企业按统一社会信用代码辨认；没有信用代码的按企业名称辨认，名称须与系统登记的一致。",
        "4. 日期写成 2019-03-01；2019年3月1日、2019.3.1 也能读。数字不带单位，单位在表头的括号里。",
        "5. 记录编号由系统生成：有编号的行修改原来那条记录，清空的单元格就是清空那一项；没有编号的行，编号（或名称）相同的修改原记录且空着的项不动，否则新增。",
        "6. 只填了企业名称、没有填内容的行不会导入。删去行不会删除系统里的记录。",
        "7. 上传后先核对，列出每个有错的单元格；确认之前不会改动任何档案。没有通过的行可以下载，改好后再次上传。",
        "",
        "本工作簿的栏目：",
    ]
    .map(String::from)
    .to_vec();
    lines.extend(sections.iter().map(|section| {
        let single = if section.single { "（每家企业一条）" } else { "" };
        format!("　　{}　{}{single}", section.group.label(), section.label)
    }));
    book.text(GUIDE, &lines)?;
    for section in sections {
        book.sheet(&layout::sheet_name(section), &layout::columns(section))?;
    }
    Ok(book)
}

fn line(section: &Described, enterprise: &Enterprise, record: Option<&Record>) -> Vec<String> {
    let mut cells = vec![
        record.map(|record| short(record.id)).unwrap_or_default(),
        enterprise.name.clone(),
        enterprise.credit_code.clone().or_else(|| enterprise.old_code.clone()).unwrap_or_default(),
    ];
    let value = |name: &str| record.map_or(&Value::Null, |record| &record.fields.0[name]);
    cells.extend(section.fields.iter().map(|field| field.show(value(&field.name))));
    cells
}

fn put(
    book: &mut Book,
    sheet: usize,
    section: &Described,
    enterprise: &Enterprise,
    record: Option<&Record>,
) -> std::result::Result<(), SheetError> {
    let cells = line(section, enterprise, record);
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    book.row(sheet, &cells, &[])
}

/// A row for each enterprise in every sheet, to be filled in.
pub(crate) fn enterprises(
    book: &mut Book,
    sections: &[&Described],
    enterprises: &[Enterprise],
) -> std::result::Result<u64, SheetError> {
    for (sheet, section) in sections.iter().enumerate() {
        for enterprise in enterprises {
            put(book, sheet, section, enterprise, None)?;
        }
    }
    Ok((sections.len() * enterprises.len()) as u64)
}

/// The records of these enterprises of one city, each in the sheet of its section; answers how many.
pub(crate) async fn records(
    db: &db::Db,
    book: &mut Book,
    sections: &[&Described],
    enterprises: &[Enterprise],
) -> web::Outcome<u64> {
    let Some(city) = enterprises.first().map(|own| own.city.as_str()) else { return Ok(0) };
    let mut written = 0;
    let mut after: Option<(Uuid, Uuid)> = None;
    loop {
        let rows = page(db, city, sections, enterprises, after).await?;
        let Some(last) = rows.last() else { return Ok(written) };
        after = Some((last.enterprise, last.id));
        written += rows.len() as u64;
        tokio::task::block_in_place(|| {
            for record in &rows {
                let sheet = sections.iter().position(|section| section.code == record.section);
                let enterprise = enterprises.iter().find(|own| own.id == record.enterprise);
                if let (Some(sheet), Some(enterprise)) = (sheet, enterprise) {
                    put(book, sheet, sections[sheet], enterprise, Some(record))?;
                }
            }
            Ok::<(), SheetError>(())
        })
        .map_err(web::Problem::internal)?;
    }
}

async fn page(
    db: &db::Db,
    city: &str,
    sections: &[&Described],
    enterprises: &[Enterprise],
    after: Option<(Uuid, Uuid)>,
) -> Result<Vec<Record>> {
    let sql = Record::select().push(" where city = ").arg(city).push(" and ");
    let sql = sql.within("enterprise", enterprises.iter().map(|own| own.id)).push(" and ");
    let sql = sql.within("section", sections.iter().map(|own| own.code));
    let mut sql = sql.push(" and state not in ('replaced', 'removed')");
    if let Some((enterprise, id)) = after {
        sql = sql.push(" and (enterprise, id) > (").arg(enterprise).push(", ").arg(id).push(")");
    }
    db.all(sql.push(" order by enterprise, id limit ").arg(PAGE)).await
}
