//! Workbooks of archive records: what goes out comes in again, every wrong cell is named, and all of it is written or nothing.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use db::{Db, Exec, FromRow, Sql, db_test, sql};
use kernel::Role;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, System, TRADE, code, end_of, on_both_engines, path};

const TOWN: &str = "440515102";
const KIND: &str = "安全生产许可证";
const PERMIT: &[&str] = &[
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

type Rows<'a> = Vec<Vec<&'a str>>;

/// A workbook of these sheets: name, head, rows.
fn book(sheets: &[(&str, &[&str], Rows<'_>)]) -> Vec<u8> {
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

#[db_test]
async fn a_workbook_with_twenty_wrong_cells_names_exactly_those_and_writes_nothing(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let (one, two) = park(&server).await;
    let (one, two) = (one.as_str(), two.as_str());
    let away = code("440111", 77);
    let mistyped = one.replace("9000", "9001");
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let file = book(&[
        (
            "证照与许可",
            PERMIT,
            vec![
                vec!["", PLASTICS, one, KIND, "A1", "某局", "2025-01-06", "2028-01-05"],
                vec!["", PLASTICS, one, "驾驶证", "A2"],
                vec!["", PLASTICS, one, KIND, ""],
                vec!["", PLASTICS, one, KIND, "A4", "", "去年", ""],
                vec!["", PLASTICS, one, KIND, "A5", "", "2025-01-06", "2024-01-06"],
                vec!["", PLASTICS, one, KIND, "A1"],
                vec!["", PLASTICS, &mistyped, KIND, "A7"],
                vec!["", TRADE, one, KIND, "A8"],
                vec!["", "没有这家厂", "", KIND, "A9"],
                vec!["", "同名五金店", "", KIND, "A10"],
                vec!["R123", PLASTICS, one, KIND, "A11"],
                vec!["什么", PLASTICS, one, KIND, "A12"],
                vec!["", "外地公司", &away, KIND, "A13"],
                vec!["", "", "", KIND, "A14"],
            ],
        ),
        (
            "特种设备",
            DEVICE,
            vec![
                vec![TRADE, two, "叉车一", "场（厂）内专用机动车辆", "车1", "2025-03-01", "2026-03-01", "2"],
                vec![TRADE, two, "叉车二", "场（厂）内专用机动车辆", "车2", "2025-03-01", "2026-03-01", "-2"],
                vec![TRADE, two, "叉车三", "飞机", "车3", "2025-03-01", "2024-03-01", "1"],
                vec![TRADE, two, "叉车四", "场（厂）内专用机动车辆", "车4", "2025-13-01", "", "两人"],
                vec![TRADE, two],
            ],
        ),
        (
            "教育培训档案",
            TRAINING,
            vec![
                vec![TRADE, two, "王五", "其他从业人员", "再培训", "", "三级教育", "2025年3月1日", "24"],
                vec![TRADE, two, "王六", "其他从业人员", "随时", "", "三级教育", "2025-03-01", "24"],
                vec![TRADE, two, "王七", "其他从业人员", "再培训", "", "三级教育", "2025-03-01", "-3"],
            ],
        ),
        ("不知道", &["企业名称"], vec![vec![TRADE]]),
    ]);
    let import = judged(&clerk, "4405", &file).await;
    let found = wrong(&clerk, &import).await;
    assert_eq!(import["state"], "preview", "{import}");
    let wanted = [
        ("证照与许可!D3", "field.invalid"),
        ("证照与许可!E4", "field.required"),
        ("证照与许可!G5", "field.invalid"),
        ("证照与许可!H6", "field.order"),
        ("证照与许可!E7", "row.twice"),
        ("证照与许可!C8", "code.invalid"),
        ("证照与许可!B9", "enterprise.differs"),
        ("证照与许可!B10", "enterprise.unknown"),
        ("证照与许可!B11", "enterprise.ambiguous"),
        ("证照与许可!A12", "record.unknown"),
        ("证照与许可!A13", "record.unknown"),
        ("证照与许可!C14", "enterprise.unknown"),
        ("证照与许可!B15", "enterprise.missing"),
        ("特种设备!H3", "field.invalid"),
        ("特种设备!D4", "field.invalid"),
        ("特种设备!F5", "field.invalid"),
        ("特种设备!H5", "field.invalid"),
        ("教育培训档案!E3", "field.invalid"),
        ("教育培训档案!I4", "field.invalid"),
        ("不知道!A1", "sheet.unknown"),
    ];
    let wanted = wanted.map(|(cell, code)| (cell.to_string(), code.to_string()));
    assert_eq!(found, BTreeMap::from(wanted));
    assert_eq!(counts(&import), [3, 0, 0, 19], "one row has two wrong cells");
    // all or nothing, unless the person says so
    let (status, problem) = clerk.send("POST", &format!("{}/commit", place(&import)), json!({}), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("archive_import.wrong")));
    assert_eq!(count(&server.app.db, "record").await, 0);
    // what was wrong comes back as a workbook, and is as wrong as it was
    let rejects = clerk.bytes(&format!("{}/rejects", place(&import))).await;
    let again = judged(&clerk, "4405", &rejects).await;
    assert_eq!(counts(&again), [1, 0, 0, 18], "what the file said twice stands alone now: {again}");
    let job = committed(&clerk, &import, true).await;
    assert_eq!((&job["state"], &job["result"]["written"]), (&json!("done"), &json!(3)), "{job}");
    assert_eq!(count(&server.app.db, "record").await, 3);
    let (_, seen) = clerk.get(&place(&import)).await;
    assert_eq!((&seen["state"], &seen["skip_wrong"]), (&json!("committed"), &json!(true)));
    assert_eq!(seen["sheets"][0]["label"], "证照与许可");
}

/// The sheets of a workbook that the server wrote: rows by sheet, each with its head first.
fn sheets(bytes: &[u8]) -> BTreeMap<String, Vec<Vec<String>>> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let mut sheets: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    sheet::read_book(file.path(), sheet::Limits::default(), |name, row| {
        sheets.entry(name.to_string()).or_default().push(row.cells);
        Ok(true)
    })
    .unwrap();
    sheets
}

/// What the archives in sight hold of these sections, as a workbook.
async fn exported(person: &Client<'_>, with: &str, sections: &[&str]) -> Vec<u8> {
    let wanted = json!({"with": with, "sections": sections});
    let (status, asked) = person.send("POST", "/api/archive-exports", wanted, None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    let job = end_of(person, &asked).await;
    assert_eq!(job["state"], "done", "{job}");
    person.bytes(&format!("/api/archive-exports/{}/file", asked["job"].as_str().unwrap())).await
}

/// Five records of two enterprises, in shapes that people use.
fn park_book(one: &str, two: &str) -> Vec<u8> {
    let car = "场（厂）内专用机动车辆";
    book(&[
        (
            "证照与许可",
            PERMIT,
            vec![
                vec!["", PLASTICS, one, KIND, "=1+1", "-某局", "2025-01-06", "2028-01-05"],
                vec!["", TRADE, two, "其他证照", "00017", "", "", ""],
            ],
        ),
        (
            "特种设备（2）",
            DEVICE,
            vec![
                vec![PLASTICS, one, "叉车", car, "", "2025.3.1", "2026/3/1", "2"],
                vec![PLASTICS, one, "叉车", car, "", "2025.3.1", "2026/3/1", "3"],
            ],
        ),
        (
            "教育培训档案",
            TRAINING,
            vec![vec![TRADE, two, "王五", "其他从业人员", "再培训", "", "三级教育", "2025-03-01", "24.50"]],
        ),
    ])
}

#[db_test]
async fn what_goes_out_comes_in_again_without_a_change_and_a_changed_cell_changes_its_record(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let (one, two) = park(&server).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let file = park_book(&one, &two);
    assert_eq!(taken(&clerk, &file).await, [5, 0, 0, 0]);
    let trail = count(&server.app.db, "audit where subject = 'record'").await;
    assert_eq!(taken(&clerk, &file).await, [0, 0, 5, 0], "the same file again");
    assert_eq!(count(&server.app.db, "audit where subject = 'record'").await, trail);

    let officer = server.person(Role::Officer, TOWN, None).await;
    let plastics = officer.named(PLASTICS).await;
    let records = format!("{}/records?section=permit", path(&plastics));
    let permit = officer.get(&records).await.1["items"][0].clone();
    assert_eq!((&permit["number"], &permit["issuer"]), (&json!("=1+1"), &json!("-某局")), "text stays text");
    let seen = json!({"records": [{"id": permit["id"], "version": 1}]});
    let vouch = format!("{}/sections/permit/verify", path(&plastics));
    assert_eq!(officer.send("POST", &vouch, seen, None).await.0, StatusCode::OK);

    let out = exported(&clerk, "records", &[]).await;
    assert_eq!(taken(&clerk, &out).await, [0, 0, 5, 0], "as it went");
    // the record's number in front of a changed cell; an emptied cell empties
    let mut own = sheets(&out);
    let permits = own.remove("证照与许可").unwrap();
    let head: Vec<&str> = permits[0].iter().map(String::as_str).collect();
    let at = |name: &str| head.iter().position(|own| own.trim_start_matches('*') == name).unwrap();
    let mut row = permits.iter().find(|row| row[at("证照编号")] == "=1+1").unwrap().clone();
    row[at("证照编号")] = "18".into();
    row[at("发证机关")] = String::new();
    let cells: Vec<&str> = row.iter().map(String::as_str).collect();
    assert_eq!(taken(&clerk, &book(&[("证照与许可", &head, vec![cells])])).await, [0, 1, 0, 0]);
    let changed = officer.get(&records).await.1["items"][0].clone();
    assert_eq!((&changed["id"], &changed["number"]), (&permit["id"], &json!("18")));
    assert_eq!(
        (&changed["state"], &changed["issuer"], &changed["version"]),
        (&json!("changed"), &Value::Null, &json!(3))
    );
    let history = format!("/api/records/4405/{}/history", permit["id"].as_str().unwrap());
    assert_eq!(officer.get(&history).await.1[2]["reason"], "批量填报：list.csv");
    // as if it had been filled in by hand: score, figures, search
    let (_, archive) = officer.get(&format!("{}/archive", path(&plastics))).await;
    assert_eq!(archive["completeness"]["records"], 3);
    let (_, found) = officer.get("/api/search?q=%E5%8F%89%E8%BD%A6").await;
    assert!(found.to_string().contains(PLASTICS), "{found}");
    let sum = "select cast(sum(number) as bigint) as number from archive_tally where measure = 'papers'";
    assert_eq!(server.app.db.one::<Number>(Sql::new(sum)).await.unwrap().number, 5);
    assert_eq!(count(&server.app.db, "audit where subject = 'record' and action = 'export'").await, 1);
}

#[db_test]
async fn a_form_with_the_enterprises_of_an_area_takes_what_is_filled_in_and_nothing_else(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    park(&server).await;
    let clerk = server.person(Role::Clerk, "440515", None).await;
    let empty = sheets(&clerk.bytes("/api/sections/workbook?sections=permit,risk_profile").await);
    assert_eq!(empty.keys().collect::<Vec<_>>(), ["证照与许可", "说明", "风险特征"]);
    assert!(empty["证照与许可"][0].contains(&"*证照种类".to_string()));
    let unknown = clerk.get("/api/sections/workbook?sections=nothing").await;
    assert_eq!(unknown.0, StatusCode::UNPROCESSABLE_ENTITY);
    let form = sheets(&exported(&clerk, "enterprises", &["risk_profile"]).await);
    let rows = &form["风险特征"];
    assert_eq!((rows.len(), rows[1][1].as_str()), (2, PLASTICS), "one enterprise in the county");
    let head: Vec<&str> = rows[0].iter().map(String::as_str).collect();
    let mut filled: Vec<&str> = rows[1].iter().map(String::as_str).collect();
    let import = judged(&clerk, "440515", &book(&[("风险特征", &head, vec![filled.clone()])])).await;
    assert_eq!((&import["state"], &import["error"]["code"]), (&json!("failed"), &json!("book.empty")));
    filled.resize(head.len(), "");
    filled[3] = "是";
    let file = book(&[("风险特征", &head, vec![filled])]);
    let import = judged(&clerk, "440515", &file).await;
    assert_eq!(counts(&import), [1, 0, 0, 0]);
    assert_eq!(committed(&clerk, &import, false).await["state"], "done");
    let again = judged(&clerk, "440515", &file).await;
    assert_eq!(counts(&again), [0, 0, 1, 0], "one record of a single section");
}

#[db_test]
async fn what_changed_since_it_was_judged_is_judged_again_before_anything_is_written(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let (one, two) = park(&server).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let import = judged(&clerk, "4405", &park_book(&one, &two)).await;
    let row = clerk.named(TRADE).await;
    let same = json!({"section": "permit", "fields": {"kind": "other", "number": "00017", "note": "先填了"}});
    let (status, made) = clerk.send("POST", &format!("{}/records", path(&row)), same, None).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let job = committed(&clerk, &import, false).await;
    assert_eq!(
        (&job["state"], &job["error"]["code"]),
        (&json!("failed"), &json!("archive_import.stale")),
        "{job}"
    );
    assert_eq!(count(&server.app.db, "record").await, 1, "nothing was written");
    let (_, now) = clerk.get(&place(&import)).await;
    assert_eq!((&now["state"], counts(&now)), (&json!("preview"), vec![4, 0, 1, 0]), "{now}");
    assert_eq!(committed(&clerk, &now, false).await["state"], "done");
    assert_eq!(count(&server.app.db, "record").await, 5);
}

#[db_test]
async fn everybody_takes_in_and_sees_only_what_is_theirs(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let (one, two) = park(&server).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let file = park_book(&one, &two);
    let whole = judged(&clerk, "4405", &file).await;
    let town = server.person(Role::Officer, TOWN, None).await;
    assert_eq!(town.upload("/api/archive-imports?region=440511", &file).await.0, StatusCode::NOT_FOUND);
    assert_eq!(town.get(&place(&whole)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(town.get("/api/archive-imports").await.1["items"], json!([]));
    let import = judged(&town, TOWN, &file).await;
    assert_eq!(counts(&import), [3, 0, 0, 2], "those of the other town are not known here");
    let plastics = clerk.named(PLASTICS).await;
    let own = plastics["id"].as_str().unwrap().parse().unwrap();
    let firm = server.person(Role::Enterprise, TOWN, Some(own)).await;
    assert_eq!(firm.get(&place(&import)).await.0, StatusCode::NOT_FOUND);
    let (status, asked) = firm.upload("/api/archive-imports", &file).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    end_of(&firm, &asked).await;
    let own = firm.get(&place(&asked)).await.1;
    assert_eq!(counts(&own), [3, 0, 0, 2]);
    assert_eq!(committed(&firm, &own, true).await["state"], "done");
    assert_eq!(count(&server.app.db, "record").await, 3);
    let leader = server.person(Role::Leader, "4405", None).await;
    assert_eq!(leader.upload("/api/archive-imports", &file).await.0, StatusCode::FORBIDDEN);
    let out = sheets(&exported(&firm, "records", &["permit", "training_record"]).await);
    assert_eq!((out["证照与许可"].len(), out["教育培训档案"].len()), (2, 1));
}

#[db_test]
async fn what_is_no_workbook_is_refused_and_leaves_nothing(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let wide: Vec<String> = (0..300).map(|at| format!("列{at}")).collect();
    let wide: Vec<&str> = wide.iter().map(String::as_str).collect();
    for (bytes, code) in [
        (Vec::new(), "sheet.empty"),
        ("企业名称,证照编号\n甲,1\n".as_bytes().to_vec(), "sheet.not_a_book"),
        (b"PK\x03\x04 truncated".to_vec(), "sheet.damaged"),
        (book(&[("证照与许可", &wide, vec![])]), "sheet.too_wide"),
        (book(&[("说明", &["什么也没有填"], vec![])]), "book.empty"),
    ] {
        let import = judged(&clerk, "4405", &bytes).await;
        assert_eq!((&import["state"], &import["error"]["code"]), (&json!("failed"), &json!(code)));
    }
    assert_eq!(count(&server.app.db, "archive_import_row").await, 0);
}

/// Training of so many people of one enterprise.
fn many(people: usize, code: &str) -> Vec<u8> {
    let names: Vec<String> = (0..people).map(|at| format!("工人{at}")).collect();
    let row = |name: &'_ String| {
        let cells =
            [TRADE, code, name.as_str(), "其他从业人员", "再培训", "", "三级教育", "2025-03-01", "24"];
        cells.map(String::from)
    };
    let rows: Vec<[String; 9]> = names.iter().map(row).collect();
    let rows = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    book(&[("教育培训档案", TRAINING, rows)])
}

on_both_engines! {
    async fn a_commit_that_is_killed_is_there_whole_once_the_server_is_back(system: System) {
        let people = 900;
        system.import(&system.file("list.csv", testkit::list()), &[]);
        let login = system.person(Role::Clerk, "4405").await;
        let mut program = system.serve();
        let session = program.sign_in(&login).await;
        let file = many(people, &code("440500", 2));
        let (status, import) = program.upload(&session, "/api/archive-imports", &file).await.unwrap();
        assert_eq!(status, StatusCode::ACCEPTED, "{import}");
        let end = program.end_of(&session, &import).await;
        assert_eq!(end["result"]["counts"]["created"], json!(people), "{end}");
        let asked = program.post(&session, &format!("{}/commit", place(&import)), &json!({}), Some("commit")).await;
        let (status, asked) = asked.unwrap();
        assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
        let job: uuid::Uuid = asked["job"].as_str().unwrap().parse().unwrap();
        for wait in [30u64, 300] {
            while count(&system.test.db, &format!("job where id = '{job}' and state = 'waiting'")).await > 0 {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
            program.kill();
            let held = count(&system.test.db, "record").await;
            assert!(held == 0 || held == people as i64, "{held} of {people} records");
            // other servers may share this database: a job is taken up when its worker was silent for 20 s
            if system.test.db.engine() == db::testing::Engine::Postgres {
                system.test.db.run(sql!("update job set heartbeat_at = null where id = $1 and state = 'running'", job)).await.unwrap();
            }
            program = system.serve();
        }
        let end = program.end_of(&session, &asked).await;
        assert_eq!(end["state"], "done", "{end}");
        assert_eq!(count(&system.test.db, "record").await, people as i64);
        let made = count(&system.test.db, "audit where subject = 'record' and action = 'create'").await;
        assert_eq!(made, people as i64);
        program.kill();
    }
}

on_both_engines! {
    async fn the_command_line_takes_the_workbook_of_the_browser_and_names_every_wrong_cell(system: System) {
        system.import(&system.file("list.csv", testkit::list()), &[]);
        let import = |file: &std::path::Path, more: &[&str]| {
            let path = file.to_string_lossy().into_owned();
            let mut arguments = vec!["import", "archive", path.as_str(), "--json"];
            arguments.extend(more);
            let output = system.run(&arguments);
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            (output.status.code(), serde_json::from_slice::<Value>(&output.stdout).unwrap_or(json!(text)))
        };
        let own = code("440500", 2);
        let fine = vec![TRADE, own.as_str(), "张某", "其他从业人员", "再培训", "", "三级教育", "2025-03-01", "24"];
        let mut wrong = fine.clone();
        (wrong[2], wrong[7]) = ("李某", "去年");
        let file = system.file("wrong.xlsx", book(&[("教育培训档案", TRAINING, vec![fine.clone(), wrong])]));
        let (status, said) = import(&file, &["--region", "4405"]);
        assert_eq!(status, Some(1), "{said}");
        assert_eq!((&said["created"], &said["rejected"], &said["written"]), (&json!(1), &json!(1), &json!(0)));
        assert_eq!(said["wrong"].as_array().unwrap().len(), 1, "{said}");
        assert!(said["wrong"][0]["cell"].as_str().unwrap().ends_with("!H3"), "{said}");
        assert!(std::path::Path::new(said["report"].as_str().unwrap()).exists());
        assert_eq!(count(&system.test.db, "record").await, 0);
        // all enterprises are of one city: it need not be told
        let (status, said) = import(&file, &["--dry-run"]);
        assert_eq!((status, &said["written"]), (Some(0), &json!(0)), "{said}");
        let (status, said) = import(&file, &["--skip-wrong"]);
        assert_eq!((status, &said["written"]), (Some(0), &json!(1)), "{said}");
        assert_eq!(count(&system.test.db, "record").await, 1);
        // the same rows once more change nothing
        let file = system.file("fine.xlsx", book(&[("教育培训档案", TRAINING, vec![fine])]));
        let (status, said) = import(&file, &[]);
        assert_eq!((status, &said["unchanged"], &said["written"]), (Some(0), &json!(1), &json!(0)), "{said}");
        let (status, said) = import(&system.file("none.xlsx", "no workbook"), &[]);
        assert_eq!(status, Some(2), "{said}");
        assert_eq!(count(&system.test.db, "archive_import where state = 'committed'").await, 2);
    }
}
