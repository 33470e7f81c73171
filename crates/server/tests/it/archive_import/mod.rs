//! Workbooks of archive records: what goes out comes in again, every wrong cell is named, and all of it is written or nothing.

mod judging;
mod program;
mod round;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use db::{Db, Exec, FromRow, Sql, sql};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use testkit::{Client, Server, code, end_of};

const TOWN: &str = "440515102";
const KIND: &str = "安全生产许可证";

pub(crate) const PERMIT: &[&str] = &[
    "记录编号",
    "企业名称",
    "统一社会信用代码",
    "*证照种类",
    "*证照编号",
    "发证机关",
    "发证日期",
    "有效期至",
];
const DEVICE: &[&str] = &[
    "企业名称",
    "统一社会信用代码",
    "设备名称",
    "设备种类",
    "使用登记证编号",
    "检验日期",
    "下次检验日期",
    "持证操作人员（人）",
];
const TRAINING: &[&str] = &[
    "单位名称",
    "信用代码",
    "姓名",
    "人员类别",
    "培训时机",
    "身份证号",
    "培训内容",
    "培训结束日期",
    "学时（学时）",
];

pub(crate) type Rows<'a> = Vec<Vec<&'a str>>;

/// A workbook of these sheets: name, head, rows.
pub(crate) fn book(sheets: &[(&str, &[&str], Rows<'_>)]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, head, rows) in sheets {
        let page = book.add_worksheet();
        page.set_name(*name).unwrap();
        let lines = std::iter::once(head.to_vec()).chain(rows.iter().cloned());
        for (row, cells) in (0u32..).zip(lines) {
            for (column, cell) in (0u16..).zip(cells) {
                page.write_string(row, column, cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn place(import: &Value) -> String {
    format!("/api/archive-imports/{}/{}", import["city"].as_str().unwrap(), import["id"].as_str().unwrap())
}

/// Uploads a workbook; what its rows would do.
async fn judged(person: &Client<'_>, region: &str, file: &[u8]) -> Value {
    let (status, import) = person.upload(&format!("/api/archive-imports?region={region}"), file).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{import}");
    end_of(person, &import).await;
    person.get(&place(&import)).await.1
}

async fn committed(person: &Client<'_>, import: &Value, skip: bool) -> Value {
    let (status, asked) =
        person.send("POST", &format!("{}/commit", place(import)), json!({"skip_wrong": skip}), None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    end_of(person, &asked).await
}

/// Uploads and commits what has no wrong cell; the counts.
async fn taken(person: &Client<'_>, file: &[u8]) -> Vec<u64> {
    let import = judged(person, "4405", file).await;
    assert_eq!(import["state"], "preview", "{import}");
    assert_eq!(wrong(person, &import).await, BTreeMap::new());
    let job = committed(person, &import, false).await;
    assert_eq!(job["state"], "done", "{job}");
    counts(&import)
}

/// New, changed, unchanged, rejected.
fn counts(import: &Value) -> Vec<u64> {
    ["created", "updated", "unchanged", "rejected"]
        .map(|name| import["counts"][name].as_u64().unwrap())
        .to_vec()
}

/// Every wrong cell of an import: its address and code.
async fn wrong(person: &Client<'_>, import: &Value) -> BTreeMap<String, String> {
    let mut cells = BTreeMap::new();
    let mut after = 0;
    loop {
        let (_, page) =
            person.get(&format!("{}/rows?outcome=rejected&limit=7&after={after}", place(import))).await;
        for row in page["items"].as_array().unwrap() {
            for cell in row["errors"].as_array().unwrap() {
                assert!(cell["message"].as_str().unwrap().ends_with('。'), "{cell}");
                let text = |name: &str| cell[name].as_str().unwrap().to_string();
                assert_eq!(cells.insert(text("cell"), text("code")), None, "{cell}");
            }
        }
        match page["next"].as_str() {
            Some(next) => after = next.parse().unwrap(),
            None => return cells,
        }
    }
}

#[derive(FromRow)]
struct Number {
    number: i64,
}

async fn count(db: &Db, what: &str) -> i64 {
    db.one::<Number>(Sql::new(&format!("select count(*) as number from {what}"))).await.unwrap().number
}

/// The register with a second firm of one name, and the codes of the two that have one.
async fn park(server: &Server) -> (String, String) {
    server.register().await;
    server
        .take("企业名称,注册地址\n同名五金店,汕头市金平区甲路1号\n同名五金二店,汕头市濠江区乙路9号\n")
        .await;
    server
        .app
        .db
        .run(sql!("update enterprise set name_key = '同名五金店' where name like '同名%'"))
        .await
        .unwrap();
    (code("440515", 1), code("440500", 2))
}
