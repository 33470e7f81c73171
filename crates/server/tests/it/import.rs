//! `anjian import enterprises`.

use std::{path::Path, time::Duration};

use db::{Exec, FromRow, Sql, sql};
use serde_json::{Value, json};
use testkit::{System, code, list, on_both_engines};

#[derive(FromRow)]
struct Number {
    number: i64,
}

async fn count(system: &System, table: &str) -> i64 {
    system
        .test
        .db
        .one::<Number>(Sql::new(&format!("select count(*) as number from {table}")))
        .await
        .unwrap()
        .number
}

#[derive(FromRow)]
struct Firm {
    town: String,
    ownership: String,
    ownership_basis: String,
    industry: Option<String>,
    capital: Option<i64>,
    currency: Option<String>,
}

async fn firm(system: &System, name: &str) -> Firm {
    let sql = sql!(
        "select town, ownership, ownership_basis, industry, capital, currency from enterprise where city = '4405' and name = $1",
        name
    );
    system.test.db.one(sql).await.unwrap()
}

/// `rows` made-up firms of Shantou.
fn many(rows: u32) -> String {
    let mut text = "企业名称,统一社会信用代码,注册地址\n".to_string();
    for serial in 0..rows {
        text.push_str(&format!(
            "汕头市测试{serial}厂,{},汕头市潮南区峡山街道某路{serial}号\n",
            code("440514", serial)
        ));
    }
    text
}

fn counts(summary: &Value) -> Value {
    let pick = ["rows", "created", "updated", "unchanged", "rejected", "duplicates"];
    Value::Object(pick.iter().map(|name| (name.to_string(), summary[name].clone())).collect())
}

on_both_engines! {
    async fn a_messy_list_becomes_classified_located_records(system: System) {
        let summary = system.import(&system.file("list.csv", list()), &[]);
        assert_eq!(counts(&summary), json!({"rows": 4, "created": 4, "updated": 0, "unchanged": 0, "rejected": 0, "duplicates": 0}));
        assert_eq!((&summary["resolved_county"], &summary["resolved_town"], &summary["unassigned"]), (&json!(4), &json!(3), &json!(1)));
        assert_eq!(summary["ownership"], json!({"public": 1, "non_public": 3, "assumed": 2}));
        assert_eq!(summary["report"], Value::Null);
        let plastics = firm(&system, "汕头市澄海区测试塑料厂").await;
        assert_eq!((plastics.town.as_str(), plastics.ownership.as_str(), plastics.ownership_basis.as_str()), ("440515102", "non_public", "stated"));
        assert_eq!(plastics.industry.as_deref(), Some("29"));
        let trade = firm(&system, "汕头市测试贸易有限公司").await;
        assert_eq!((trade.town.as_str(), trade.capital, trade.currency.as_deref()), ("440511", Some(50_000_000), Some("HKD")));
        assert_eq!(firm(&system, "汕头市鮀莲测试供销合作社").await.town, "440511015");
        assert_eq!(firm(&system, "无证作坊").await.town, "440507009");
    }

    async fn the_same_file_again_changes_nothing_in_any_encoding(system: System) {
        system.import(&system.file("list.csv", list()), &[]);
        let trail = count(&system, "audit").await;
        let gb = system.file("gb.csv", encode_gb18030(&list()));
        let again = system.import(&gb, &[]);
        assert_eq!(counts(&again), json!({"rows": 4, "created": 0, "updated": 0, "unchanged": 4, "rejected": 0, "duplicates": 0}));
        assert_eq!(count(&system, "enterprise").await, 4);
        assert_eq!(count(&system, "audit").await, trail);
    }

    async fn a_changed_cell_updates_one_record_and_says_what_was_before(system: System) {
        system.import(&system.file("list.csv", list()), &[]);
        let moved = list().replace("莲下镇立德工业区", "东里镇东发工业区");
        let summary = system.import(&system.file("moved.csv", moved), &[]);
        assert_eq!(counts(&summary), json!({"rows": 4, "created": 0, "updated": 1, "unchanged": 3, "rejected": 0, "duplicates": 0}));
        assert_eq!(firm(&system, "汕头市澄海区测试塑料厂").await.town, "440515105");
        #[derive(FromRow)]
        struct Change { before: db::Json<Value>, after: db::Json<Value> }
        let change: Change = system.test.db.one(sql!("select before, after from audit where action = 'update'")).await.unwrap();
        assert_eq!((&change.before.0["town"], &change.after.0["town"]), (&json!("440515102"), &json!("440515105")));
        assert!(system.run(&["check", "counts"]).status.success());
    }

    async fn a_dry_run_changes_no_record(system: System) {
        let summary = system.import(&system.file("list.csv", list()), &["--dry-run"]);
        assert_eq!(summary["created"], json!(4));
        assert_eq!(count(&system, "enterprise").await, 0);
    }

    async fn rows_not_taken_come_back_with_the_reason_beside_the_cell(system: System) {
        let bad = format!("企业名称,统一社会信用代码,注册日期,注册地址\n甲厂,914405150000000000,2001-01-01,汕头市澄海区某路\n,{},2001-01-01,汕头市某路\n乙厂,,2001-02-30,汕头市某路\n丙厂,{good},2001-01-01,汕头市某路\n丙厂,{good},2001-01-01,汕头市某路\n", code("440500", 7), good = code("440500", 8));
        let summary = system.import(&system.file("bad.csv", bad), &[]);
        assert_eq!(counts(&summary), json!({"rows": 5, "created": 1, "updated": 0, "unchanged": 0, "rejected": 3, "duplicates": 1}));
        let mut rows = Vec::new();
        sheet::read(Path::new(summary["report"].as_str().unwrap()), sheet::Limits::default(), |row| { rows.push(row.cells); Ok(true) }).unwrap();
        assert_eq!(rows.len(), 5);
        assert!(rows[1][2].starts_with("B2：") && rows[1][2].contains("校验码"), "{}", rows[1][2]);
        assert!(rows[2][2].starts_with("A3：") && rows[3][2].starts_with("C4："));
        assert_eq!(rows[4][2], "与本文件第 5 行是同一家企业");
        assert_eq!(rows[1][3], "甲厂");
    }

    async fn the_same_name_at_another_address_waits_for_a_person(system: System) {
        let list = "企业名称,注册地址\n测试五金店,汕头市金平区甲路1号\n";
        system.import(&system.file("a.csv", list), &[]);
        let summary = system.import(&system.file("b.csv", list.replace("甲路1号", "乙路2号")), &[]);
        assert_eq!((&summary["created"], &summary["duplicates"]), (&json!(0), &json!(1)));
        assert_eq!(count(&system, "enterprise").await, 1);
    }

    async fn what_is_no_table_ends_with_status_2_and_leaves_nothing(system: System) {
        for (name, bytes) in [
            ("empty.csv", Vec::new()),
            ("picture.xlsx", b"\x89PNG\r\n\x1a\n....".to_vec()),
            ("truncated.xlsx", b"PK\x03\x04cut".to_vec()),
            ("wide.csv", vec![b','; 1_000_000]),
            ("prose.csv", "今天天气很好\n明天也是\n".as_bytes().to_vec()),
        ] {
            let path = system.file(name, bytes);
            let output = system.run(&["import", "enterprises", &path.to_string_lossy(), "--json"]);
            assert_eq!(output.status.code(), Some(2), "{name}");
            assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{name}");
        }
        assert_eq!(count(&system, "enterprise").await, 0);
    }

    async fn a_killed_import_leaves_all_or_nothing_and_can_go_on(system: System) {
        let rows = 3_000;
        let path = system.file("many.csv", many(rows));
        for wait in [150u64, 400, 800, 1_200, 1_600, 2_000, 2_400] {
            let mut child = system.command(&["import", "enterprises", &path.to_string_lossy(), "--json"]).spawn().unwrap();
            tokio::time::sleep(Duration::from_millis(wait)).await;
            child.kill().unwrap();
            child.wait().unwrap();
            let held = count(&system, "enterprise").await;
            assert!(held == 0 || held == i64::from(rows), "{held} records after {wait} ms");
        }
        let summary = system.import(&path, &[]);
        assert_eq!(summary["created"].as_u64().unwrap() + summary["unchanged"].as_u64().unwrap(), u64::from(rows));
        assert_eq!(count(&system, "enterprise").await, i64::from(rows));
        assert!(system.run(&["check", "counts"]).status.success());
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        assert!(system.run(&["audit", "seal"]).status.success());
        assert!(system.run(&["audit", "verify"]).status.success());
    }

    async fn wrong_numbers_are_found_and_rebuilt(system: System) {
        system.import(&system.file("list.csv", list()), &[]);
        assert!(system.run(&["check", "counts"]).status.success());
        system.test.db.run(sql!("update enterprise_count set number = number + 1 where dimension = 'all'")).await.unwrap();
        assert_eq!(system.run(&["check", "counts"]).status.code(), Some(1));
        assert!(system.run(&["check", "counts", "--rebuild"]).status.success());
        assert!(system.run(&["check", "counts"]).status.success());
    }

    async fn wrong_figures_of_archives_are_named_with_their_town_and_rebuilt(system: System) {
        system.import(&system.file("list.csv", list()), &[]);
        let db = &system.test.db;
        db.run(sql!("insert into archive_tally (city, town, sector, ownership, measure, number) values ('4405', '440515102', 'trade', 'public', 'papers', 3)")).await.unwrap();
        db.run(sql!("update enterprise_count set number = number + 1 where dimension = 'all' and town = '440507009'")).await.unwrap();
        let told = system.run(&["check", "counts"]);
        assert_eq!(told.status.code(), Some(1));
        let text = String::from_utf8(told.stdout).unwrap();
        for line in [
            "企业数有 1 处有出入：\n广东省汕头市龙湖区外砂街道（440507009）all/all：记 2，实 1\n",
            "档案数有 1 处有出入：\n广东省汕头市澄海区莲下镇（440515102）trade/public/papers：记 3，实 0\n",
            "共 2 处有出入。\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
        assert!(system.run(&["check", "counts", "--rebuild"]).status.success());
        let told = system.run(&["check", "counts"]);
        assert_eq!((told.status.code(), String::from_utf8(told.stdout).unwrap()), (Some(0), "汇总数与逐户统计一致。\n".into()));
    }

    async fn what_offices_put_around_a_table_and_into_its_cells_costs_no_row(system: System) {
        let (one, two) = (code("440514", 1), code("440514", 2));
        let text = format!(
            "潮南区企业名册,,,,\n企业名称（全称）,社会信用代码（必填）,成立日期（登记）,状态,地址,,\n,,,,区县,镇街,详细地址\n\
             汕头市测试一厂,'{one},1992年6月,非正常户,潮南区,峡山街道,某路1号\n\
             汕头市测试二厂,统一社会信用代码：{two},1992 年 6 月 17 日,未开业,潮南区,峡山街道,某路2号\n\
             企业名称（全称）,社会信用代码（必填）,成立日期（登记）,状态,地址,,\n,,,,区县,镇街,详细地址\n\
             汕头市测试三厂,办理中,0000-00-00,在册,潮南区,峡山街道,某路3号\n合计,3,,,,,\n注：本表由汕头市潮南区编制,,,,,,\n"
        );
        let summary = system.import(&system.file("register.csv", text), &[]);
        assert_eq!(counts(&summary), json!({"rows": 3, "created": 3, "updated": 0, "unchanged": 0, "rejected": 0, "duplicates": 0}));
        assert_eq!((&summary["skipped"], &summary["resolved_town"]), (&json!(4), &json!(3)));
        #[derive(Debug, PartialEq, FromRow)]
        struct Taken {
            credit_code: Option<String>,
            founded_on: Option<chrono::NaiveDate>,
            status: String,
        }
        let rows: Vec<Taken> = system.test.db.all(sql!("select credit_code, founded_on, status from enterprise order by name")).await.unwrap();
        let taken = |code: Option<&String>, founded_on, status: &str| Taken { credit_code: code.cloned(), founded_on, status: status.into() };
        let day = chrono::NaiveDate::from_ymd_opt(1992, 6, 17);
        // by name: 一, 三, 二
        let expected = [taken(Some(&one), None, "pending"), taken(None, None, "normal"), taken(Some(&two), day, "pending")];
        assert_eq!(rows, expected);
    }

    async fn rows_of_several_cities_find_their_own(system: System) {
        let list = format!("企业名称,统一社会信用代码,注册地址\n广州市测试厂,{},广州市天河区某路\n潮州市测试厂,,潮州市湘桥区某路\n某厂,,某路1号\n", code("440106", 3));
        let summary = system.import(&system.file("cities.csv", list), &[]);
        assert_eq!((&summary["created"], &summary["rejected"]), (&json!(2), &json!(1)));
        #[derive(FromRow)]
        struct City { city: String }
        let cities: Vec<City> = system.test.db.all(sql!("select city from enterprise order by city")).await.unwrap();
        assert_eq!(cities.iter().map(|city| city.city.as_str()).collect::<Vec<_>>(), ["4401", "4451"]);
    }

    async fn an_xlsx_with_titles_and_moved_columns_is_taken(system: System) {
        let path = system.folder.path().join("list.xlsx");
        let mut book = rust_xlsxwriter::Workbook::new();
        let page = book.add_worksheet();
        page.write(0, 0, "某区企业名单").unwrap();
        for (column, name) in ["序号", "住所", "*单位名称（必填）", "社会信用代码", "成立时间"].iter().enumerate() {
            page.write(2, column as u16, *name).unwrap();
        }
        for (column, cell) in ["1", "汕头市潮阳区谷饶镇某村", "汕头市测试内衣厂", &code("440513", 9), "2019-03-01"].iter().enumerate() {
            page.write(3, column as u16, *cell).unwrap();
        }
        book.save(&path).unwrap();
        let summary = system.import(&path, &["--region", "4405"]);
        assert_eq!(summary["created"], json!(1));
        let record = firm(&system, "汕头市测试内衣厂").await;
        assert_eq!((record.town.as_str(), record.industry.as_deref()), ("440513106", Some("18")));
    }
}

fn encode_gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}
