//! What of an enterprise goes along where records of the register are made one or split, over HTTP: each kind with its page, its lists and its
//! steps, and back. The two lie in different towns, so that whoever serves the one sees nothing of the other.

mod kinds;
mod ways;

use axum::http::StatusCode;
use chrono::{SecondsFormat, TimeZone, Utc};
use db::{Db, Exec, FromRow, Sql, db_test, describe};
use kernel::{Clock, Role};
use serde_json::{Value, json};
use testkit::{Client, Server, code, path};
use uuid::Uuid;

use crate::inspection::{DRAWN, made, office, penalty::exhibited};

pub(crate) const COUNTY: &str = "440515";
/// Where the record that stays lies, and the other.
pub(crate) const LIANXIA: &str = "440515102";
pub(crate) const DONGLI: &str = "440515105";
const KEPT: &str = "澄海测试玩具厂";
const OTHER: &str = "澄海东里测试玩具厂";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand the rest";

/// The second of March 2026, a Monday, nine in the morning.
pub(crate) fn clock() -> Clock {
    Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap())
}

/// The two enterprises, and who has to do with them.
pub(crate) struct Cast<'a> {
    server: &'a Server,
    pub(crate) kept: Value,
    pub(crate) other: Value,
    pub(crate) clerk: Client<'a>,
    /// Of the county, with the cards of two.
    county: Client<'a>,
    cards: Vec<Value>,
    /// Of the towns.
    here: Client<'a>,
    pub(crate) there: Client<'a>,
    pub(crate) firm_here: Client<'a>,
    pub(crate) firm_there: Client<'a>,
}

fn id(row: &Value) -> Uuid {
    row["id"].as_str().unwrap().parse().unwrap()
}

pub(crate) async fn cast(server: &Server) -> Cast<'_> {
    let list = format!(
        "企业名称,统一社会信用代码,法定代表人,联系电话,注册地址,从业人数\n{KEPT},{},陈某,13800001111,汕头市澄海区莲下镇甲路1号,30\n{OTHER},,陈某,13800002222,汕头市澄海区东里镇乙路2号,45\n",
        code(COUNTY, 21)
    );
    assert_eq!(server.take(&list).await.created, 2);
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let system = server.person(Role::System, COUNTY, None).await;
    let county = server.person(Role::Officer, COUNTY, None).await;
    let here = server.person(Role::Officer, LIANXIA, None).await;
    let there = server.person(Role::Officer, DONGLI, None).await;
    let (_, cards) = office(&system, COUNTY, "bureau", "澄海区应急管理局", "2099-12-31").await;
    for (name, town) in [(KEPT, LIANXIA), (OTHER, DONGLI)] {
        let row = clerk.named(name).await;
        let officers = clerk.get(&format!("/api/officers?region={town}")).await.1;
        let own = officers.as_array().unwrap().iter().find(|own| own["region"] == town).unwrap();
        let duty = json!({"items": [{"city": "4405", "id": row["id"], "version": row["version"]}], "officer": own["id"]});
        assert_eq!(made(&clerk, "/api/enterprises/duty", duty).await["changed"], 1);
    }
    let (kept, other) = (clerk.named(KEPT).await, clerk.named(OTHER).await);
    let firm_here = server.person(Role::Enterprise, LIANXIA, Some(id(&kept))).await;
    let firm_there = server.person(Role::Enterprise, DONGLI, Some(id(&other))).await;
    Cast { server, kept, other, clerk, county, cards, here, there, firm_here, firm_there }
}

impl Cast<'_> {
    /// Makes the two one.
    async fn merge(&self) -> Value {
        let (status, merger) = self.try_merge().await;
        assert_eq!(status, StatusCode::CREATED, "{merger}");
        merger
    }

    async fn try_merge(&self) -> (StatusCode, Value) {
        let (kept, other) =
            (self.clerk.get(&path(&self.kept)).await.1, self.clerk.get(&path(&self.other)).await.1);
        let body = json!({"version": kept["version"], "other": other["id"], "other_version": other["version"], "take": [],
            "reason": "现场核对为同一家"});
        self.clerk.send("POST", &format!("{}/merge", path(&kept)), body, None).await
    }

    async fn undo(&self, merger: &Value) {
        let url = format!("/api/mergers/4405/{}/undo", merger["id"].as_str().unwrap());
        made(&self.clerk, &url, json!({"version": merger["version"], "reason": "两家不同"})).await;
    }

    /// A danger of the second one, with a photo and a notice: found by its town's officer.
    async fn danger(&self) -> Value {
        let body = json!({"city": "4405", "enterprise": self.other["id"], "source": "inspection", "found_on": "2026-03-02",
            "category": "15", "place": "注塑车间东侧", "description": "配电箱前堆放塑料原料", "requirement": "立即清理",
            "needs_stop": false, "beyond_own_power": false, "stop": "none", "due_on": "2026-03-12"});
        let danger = made(&self.there, "/api/dangers", body).await;
        let (status, photo) =
            self.there.upload_as(&format!("{}/photos", danger_url(&danger)), "通道.png", PNG, None).await;
        assert_eq!(status, StatusCode::CREATED, "{photo}");
        let notice = json!({"department": "消防救援大队", "content": "请依法处理", "due_on": "2026-03-20"});
        made(&self.there, &format!("{}/notices", danger_url(&danger)), notice).await;
        danger
    }

    /// A hazard source of the second one, handed in at the county.
    async fn source(&self) -> (Value, Value) {
        let body = json!({
            "city": "4405", "enterprise": self.other["id"], "name": "液氯库", "category": "chemical", "population": 60,
            "units": [{"name": "液氯钢瓶库", "kind": "storage", "substances": [{"name": "液氯", "quantity_t": "100"}]}],
            "assessed_on": "2026-02-20",
            "persons": [{"duty": "principal", "name": "陈总"}, {"duty": "technical", "name": "林工"}, {"duty": "operation", "name": "黄班长"}]
        });
        let source = made(&self.firm_there, "/api/hazard-sources", body).await;
        let url = format!("/api/hazard-sources/4405/{}/filings", source["source"]["id"].as_str().unwrap());
        let papers = source["documents"].as_array().unwrap().iter();
        let papers: Vec<Value> = papers.map(|name| json!({"name": name, "note": "已附纸质件"})).collect();
        let body = json!({"version": source["source"]["version"], "kind": "filing", "materials": papers});
        let filing = made(&self.firm_there, &url, body).await;
        (source, filing)
    }

    /// A point of that firm, and an alarm at it.
    async fn point(&self, firm: &Client<'_>, row: &Value) -> Value {
        let body = json!({"city": "4405", "enterprise": row["id"], "code": "TI-101", "name": "储罐温度", "kind": "temperature",
            "delay_s": 0, "hysteresis": 2, "high": 60, "high_high": 80});
        let point = made(firm, "/api/monitoring/points", body).await;
        self.reading(firm, 70.0).await;
        point
    }

    async fn reading(&self, firm: &Client<'_>, value: f64) -> Value {
        let at = self.server.app.clock.now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let body = json!({"readings": [{"point": "TI-101", "at": at, "value": value}]});
        made(firm, "/api/monitoring/readings", body).await
    }

    /// A visit of the second one, signed, with an order that was issued and a recheck that is a draft.
    async fn visit(&self) -> (Value, Value) {
        let row = self.clerk.get(&path(&self.other)).await.1;
        let change = json!({"version": row["version"], "changes": {"legal_person_phone": "0754-88880001", "address": "东里镇工业区1号"}});
        assert_eq!(self.county.send("PATCH", &path(&row), change, None).await.0, StatusCode::OK);
        let begun = json!({"place": "注塑车间", "cards": self.cards});
        let visit = made(&self.county, &format!("{}/visits", path(&row)), begun).await;
        let place = visit_url(&visit);
        let finding =
            made(&self.county, &format!("{place}/findings"), json!({"content": "灭火器过期"})).await;
        let photos = format!("{place}/findings/{}/photos", finding["id"].as_str().unwrap());
        let (status, photo) = self.county.upload_as(&photos, "灭火器.png", PNG, None).await;
        assert_eq!(status, StatusCode::CREATED, "{photo}");
        let sign = json!({"drawing": DRAWN});
        let version = self.county.get(&place).await.1["visit"]["version"].clone();
        let end = json!({"version": version, "checklist": {}, "officer_one": sign, "officer_two": sign,
            "enterprise": {"refused": "负责人不在场"}, "due_on": "2026-03-20"});
        made(&self.county, &format!("{place}/finish"), end).await;
        let drafts = format!("{place}/documents");
        let order = json!({"form": "correction_order", "due_on": "2026-03-17"});
        let order = made(&self.county, &drafts, order).await;
        let order =
            made(&self.county, &format!("{}/issue", document_url(&order)), json!({"version": 1})).await;
        made(&self.county, &drafts, json!({"form": "inspection_record"})).await;
        (visit, order)
    }

    /// A penalty of the second one, with a draft and an exhibit.
    async fn penalty(&self) -> Value {
        let new = json!({"procedure": "ordinary", "party": "unit", "cards": self.cards, "source": "现场检查发现",
            "cause": "未按照规定对从业人员进行安全生产教育和培训", "happened_on": "2026-02-27"});
        let penalty = made(&self.county, &format!("{}/penalties", path(&self.other)), new).await;
        let url = format!("/api/penalties/4405/{}", penalty["case"]["id"].as_str().unwrap());
        made(&self.county, &format!("{url}/documents"), json!({"form": "filing"})).await;
        let taken = format!("{url}/exhibits?{}&taken_at=2026-03-01T00:30:00Z", exhibited());
        let (status, exhibit) = self.county.upload(&taken, b"%PDF-1.7\n%%EOF").await;
        assert_eq!(status, StatusCode::CREATED, "{exhibit}");
        penalty
    }

    /// Reports a month.
    async fn reported(&self, firm: &Client<'_>, row: &Value, month: &str, found: i64) {
        let body = json!({"month": month, "general_found": found, "general_mended": 0, "major_found": 0, "major_mended": 0});
        let (status, answer) = firm.send("PUT", &format!("{}/danger-return", path(row)), body, None).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    /// A self-check that is handed in, for a task.
    async fn checked(&self, firm: &Client<'_>, row: &Value, task: &Value) -> Value {
        let check = made(firm, &format!("{}/self-checks", path(row)), json!({"task": task["id"]})).await;
        let answers: serde_json::Map<String, Value> = check["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (item["code"].as_str().unwrap().to_string(), json!("met")))
            .collect();
        let url = format!("/api/self-checks/4405/{}/finish", check["check"]["id"].as_str().unwrap());
        let end = json!({"version": check["check"]["version"], "checklist": answers, "person": "陈安全"});
        made(firm, &url, end).await;
        check
    }

    async fn task(&self, name: &str) -> Value {
        let new = json!({"region": COUNTY, "name": name, "cycle": "month"});
        made(&self.county, "/api/self-check-tasks", new).await
    }

    /// An inspection of the second one that the county plans, and an officer who must not be there.
    async fn planned(&self) {
        let card = self.county.get("/api/officer-cards").await.1["items"][0].clone();
        let leader = self.server.person(Role::Leader, COUNTY, None).await;
        let line =
            json!({"code": 0, "name": "东里", "region": DONGLI, "from_month": 3, "to_month": 12, "times": 1});
        let plan = json!({"city": "4405", "agency": card["agency"], "year": 2026, "name": "年度计划", "lines": [line]});
        let plan = made(&self.county, "/api/inspection-plans", plan).await;
        let url = format!("/api/inspection-plans/4405/{}", plan["id"].as_str().unwrap());
        let plan = made(&self.county, &format!("{url}/submit"), json!({"version": plan["version"]})).await;
        let plan = made(&leader, &format!("{url}/approve"), json!({"version": plan["version"]})).await;
        let draw = json!({"version": plan["version"], "line": 1});
        assert_eq!(made(&self.county, &format!("{url}/draws"), draw).await["drawn"], 1);
        let conflict =
            json!({"city": "4405", "enterprise": self.other["id"], "card": card["id"], "reason": "持有股份"});
        made(&self.county, "/api/officer-conflicts", conflict).await;
    }

    /// Something of every kind for the second one, and what both have of some.
    pub(crate) async fn everything(&self) {
        self.danger().await;
        self.source().await;
        self.point(&self.firm_there, &self.other).await;
        self.visit().await;
        self.penalty().await;
        self.planned().await;
        self.reported(&self.firm_there, &self.other, "2026-01", 2).await;
        self.reported(&self.firm_there, &self.other, "2026-02", 3).await;
        self.reported(&self.firm_here, &self.kept, "2026-02", 1).await;
        let (one, two) = (self.task("每月自查").await, self.task("用电自查").await);
        self.checked(&self.firm_there, &self.other, &one).await;
        self.checked(&self.firm_there, &self.other, &two).await;
        self.checked(&self.firm_here, &self.kept, &two).await;
        let record = json!({"section": "permit", "fields": {"kind": "fire", "number": "消验字2号", "issuer": "澄海区消防救援大队"}});
        let record = made(&self.there, &format!("{}/records", path(&self.other)), record).await;
        let url = format!("/api/records/4405/{}/attachments", record["id"].as_str().unwrap());
        assert_eq!(self.there.upload_as(&url, "消防证.png", PNG, None).await.0, StatusCode::CREATED);
    }
}

fn danger_url(danger: &Value) -> String {
    format!("/api/dangers/4405/{}", danger["case"]["id"].as_str().unwrap())
}

fn visit_url(visit: &Value) -> String {
    format!("/api/visits/4405/{}", visit["id"].as_str().unwrap())
}

fn document_url(document: &Value) -> String {
    format!("/api/enforcement-documents/4405/{}", document["id"].as_str().unwrap())
}

/// What a list tells of an enterprise.
async fn of(who: &Client<'_>, list: &str, row: &Value) -> Vec<Value> {
    let mark = if list.contains('?') { '&' } else { '?' };
    let (status, page) = who.get(&format!("{list}{mark}enterprise={}", row["id"].as_str().unwrap())).await;
    assert_eq!(status, StatusCode::OK, "{list}: {page}");
    page["items"].as_array().unwrap().clone()
}

/// To whom a row belongs.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
struct Standing {
    id: Uuid,
    enterprise: Uuid,
    town: String,
    sector: String,
    ownership: String,
    name: String,
    officer: String,
}

/// To whom every row of every kind belongs, table by table.
async fn standings(server: &Server) -> Vec<(&'static str, Vec<Standing>)> {
    let mut all = Vec::new();
    for own in server::BELONGINGS.tables.iter().copied().flatten() {
        let ownership = if own.ownership { "coalesce(ownership, '')" } else { "''" };
        let name = if own.named.is_some() { "enterprise_name" } else { "''" };
        let officer = if own.table == "case_header" { "officer_name" } else { "''" };
        let sql = Sql::new(&format!(
            "select id, enterprise, town, sector, {ownership} as ownership, {name} as name, {officer} as officer from {} order by id",
            own.table
        ));
        all.push((own.table, server.app.db.all::<Standing>(sql).await.unwrap()));
    }
    all
}

/// Replaying the steps of every case of a city gives its row, and all of them are those of its enterprise.
async fn replayed(server: &Server) -> usize {
    let sql = caseflow::Case::select().push(" where city = ").arg("4405").push(" order by id");
    let cases: Vec<caseflow::Case> = server.app.db.all(sql).await.unwrap();
    for case in &cases {
        let events = caseflow::store::events(&server.app.db, case).await.unwrap();
        let numbers: Vec<i64> = events.iter().map(|event| event.seq).collect();
        assert_eq!(numbers, (1..=case.events).collect::<Vec<_>>(), "no step of {} is missing", case.title);
        let (made, row) = (caseflow::replay(&events), case.document());
        for (name, value) in made.as_object().unwrap() {
            assert_eq!(value, &row[name], "{name} of {}", case.title);
        }
        assert!(events.iter().all(|event| event.enterprise == case.enterprise), "{}", case.title);
    }
    cases.len()
}

/// A table that names an enterprise goes along, or remains with a reason.
#[db_test]
async fn every_table_that_names_an_enterprise_is_on_one_of_the_two_lists(db: Db) {
    let goes =
        |table: &str| server::BELONGINGS.tables.iter().copied().flatten().any(|own| own.table == table);
    let remains = |table: &str| server::REMAINING.iter().any(|(own, _)| *own == table);
    let mut known = Vec::new();
    for table in describe(&db).await.unwrap() {
        let has = |column: &str| table.columns.iter().any(|own| own.name == column);
        if has("enterprise") || has("enterprise_id") {
            assert!(
                goes(&table.name) != remains(&table.name),
                "put {} on one list of crates/server/src/belongings.rs",
                table.name
            );
            known.push(table.name.clone());
        }
        // what goes is written as it is described
        for own in server::BELONGINGS.tables.iter().copied().flatten().filter(|own| own.table == table.name) {
            let said = (own.version, own.ownership, own.named.is_some());
            assert_eq!(said, (has("version"), has("ownership"), has("enterprise_name")), "{}", own.table);
            assert!(["town", "sector", own.hangs_on].into_iter().all(has), "{}", own.table);
            assert!(audit::SUBJECTS.iter().any(|(subject, _)| *subject == own.table), "{}", own.table);
        }
    }
    for (table, _) in server::REMAINING {
        assert!(known.iter().any(|own| own == table), "{table} names no enterprise (any more)");
    }
}
