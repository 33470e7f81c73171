//! Hidden dangers and their cases over HTTP: who does what, which deadline follows, what is late rises, nothing is lost.

use axum::http::StatusCode;
use chrono::{Duration, TimeZone, Utc};
use db::{Db, db_test};
use kernel::{Clock, Role};
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, PLASTICS, Server, percent};

const TOWN: &str = "440515102";

fn found(row: &Value) -> Value {
    json!({
        "city": "4405", "enterprise": row["id"], "source": "inspection", "found_on": "2026-03-02", "category": "15",
        "place": "注塑车间东侧", "description": "配电箱前堆放塑料原料，安全通道被堵塞", "requirement": "立即清理，划线标示",
        "needs_stop": false, "beyond_own_power": false, "stop": "none", "due_on": "2026-03-12"
    })
}

fn found_later(row: &Value) -> Value {
    let mut own = found(row);
    own["due_on"] = json!("2026-03-02");
    own
}

fn major(row: &Value) -> Value {
    let mut own = found(row);
    own["needs_stop"] = json!(true);
    own["stop"] = json!("part");
    own
}

struct Cast<'a> {
    server: &'a Server,
    row: Value,
    officer: Client<'a>,
    firm: Client<'a>,
}

async fn cast(server: &Server) -> Cast<'_> {
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let id = row["id"].as_str().unwrap().parse().unwrap();
    let firm = server.person(Role::Enterprise, TOWN, Some(id)).await;
    Cast { server, row, officer, firm }
}

/// The second of March 2026, a Monday, nine in the morning.
fn clock() -> Clock {
    Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap())
}

fn address(danger: &Value) -> String {
    format!("/api/dangers/4405/{}", danger["case"]["id"].as_str().unwrap())
}

async fn step(who: &Client<'_>, danger: &Value, step: &str, mut body: Value) -> Value {
    body["version"] = danger["case"]["version"].clone();
    let (status, answer) = who.send("POST", &format!("{}/{step}", address(danger)), body, None).await;
    assert_eq!(status, StatusCode::OK, "{step}: {answer}");
    answer
}

fn mended() -> Value {
    json!({"mended_on": "2026-03-02", "mended_text": "已清理通道并划线", "funds_spent": 50_000, "acceptance": "self", "accepted_by": "陈安全"})
}

fn plan() -> Value {
    json!({"plan_person": "陈安全", "plan_measures": "停用该线并改造", "plan_funds": 1_000_000, "plan_on": "2026-03-20", "plan_emergency": "现场处置方案 3 号"})
}

#[db_test]
async fn a_danger_is_followed_from_found_to_struck_off(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (status, danger) = own.officer.send("POST", "/api/dangers", found(&own.row), None).await;
    assert_eq!(status, StatusCode::CREATED, "{danger}");
    assert_eq!(
        (&danger["case"]["severity"], &danger["case"]["state"]),
        (&json!("general"), &json!("mending"))
    );
    assert_eq!(danger["case"]["number"], json!("YH440515102-2026-0001"));
    assert_eq!(danger["case"]["officer_name"], json!("监管员甲"), "who found it deals with it");
    assert!(danger["detail"]["judgement"]["explanation"].as_array().is_some_and(|steps| !steps.is_empty()));

    // it waits for the enterprise, and for nobody else
    let waiting = async |who: &Client<'_>| {
        let groups = who.get("/api/inbox").await.1["groups"].clone();
        groups
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|group| group["kind"].as_str().map(str::to_string))
            .collect::<Vec<_>>()
    };
    assert!(waiting(&own.firm).await.contains(&"cases_later".to_string()));
    assert!(!waiting(&own.officer).await.iter().any(|kind| kind.starts_with("cases_mine")));

    let danger = step(&own.firm, &danger, "mend", mended()).await;
    assert_eq!(
        (&danger["case"]["state"], &danger["case"]["due_on"]),
        (&json!("mended"), &json!("2026-03-12"))
    );
    assert!(waiting(&own.officer).await.contains(&"cases_mine_later".to_string()));
    let (status, refused) = own
        .firm
        .send(
            "POST",
            &format!("{}/recheck", address(&danger)),
            json!({"version": danger["case"]["version"], "passed": true, "text": "好"}),
            None,
        )
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{refused}");
    let body = json!({"passed": false, "text": "通道仍有杂物", "due_on": "2026-03-06"});
    let danger = step(&own.officer, &danger, "recheck", body).await;
    assert_eq!(
        (&danger["case"]["state"], &danger["case"]["due_on"]),
        (&json!("mending"), &json!("2026-03-06"))
    );
    let danger = step(&own.firm, &danger, "mend", mended()).await;
    let danger = step(&own.officer, &danger, "recheck", json!({"passed": true, "text": "通道畅通"})).await;
    assert_eq!((&danger["case"]["state"], &danger["case"]["waits"]), (&json!("closed"), &json!("nobody")));
    assert_eq!(danger["case"]["due_on"], Value::Null);

    let steps =
        own.firm.get(&format!("/api/cases/4405/{}/events", danger["case"]["id"].as_str().unwrap())).await.1;
    let labels: Vec<&str> =
        steps.as_array().unwrap().iter().map(|step| step["action"].as_str().unwrap()).collect();
    assert_eq!(labels, ["open", "mend", "fail", "mend", "pass"]);
    assert_eq!(steps[2]["reason"], json!("通道仍有杂物"));
    let id = own.row["id"].as_str().unwrap();
    let timeline = own.firm.get(&format!("/api/enterprises/4405/{id}/case-events")).await.1;
    assert_eq!(timeline["items"][0]["action"], json!("pass"));

    let found = own.officer.get(&format!("/api/search?q={}", percent("YH440515102-2026"))).await.1;
    assert!(found.to_string().contains("配电箱前"), "{found}");
    let figures = own.officer.get("/api/danger-figures?year=2026&quarter=1").await.1;
    assert_eq!(
        (&figures["total"]["general_found"], &figures["total"]["general_closed"]),
        (&json!(1), &json!(1))
    );
    assert_eq!((&figures["total"]["general_open"], &figures["total"]["in_time"]), (&json!(0), &json!(1)));
    let before = own.officer.get("/api/danger-figures?year=2025").await.1;
    assert_eq!(before["total"]["general_found"], json!(0));

    // one that is put right after its term is not in time, however quickly it is looked at
    let (_, late) = own.officer.send("POST", "/api/dangers", found_later(&own.row), None).await;
    server.app.clock.advance(Duration::days(1));
    let firm = server.sign_in("enterprise-440515102", PASSWORD).await;
    let officer = server.sign_in("officer-440515102", PASSWORD).await;
    let mut body = mended();
    body["mended_on"] = json!("2026-03-03");
    let late = step(&firm, &late, "mend", body).await;
    step(&officer, &late, "recheck", json!({"passed": true, "text": "已改"})).await;
    let figures = officer.get("/api/danger-figures?year=2026&quarter=1").await.1;
    assert_eq!((&figures["total"]["general_closed"], &figures["total"]["in_time"]), (&json!(2), &json!(1)));

    let reopened = json!({"reason": "通道再次堵塞", "due_on": "2026-03-10"});
    let danger = step(&officer, &danger, "reopen", reopened).await;
    assert_eq!(danger["case"]["closed_on"], Value::Null);
    let open = officer.get("/api/dangers/count?life=open").await.1;
    assert_eq!(open["total"], json!(1));
    let indicators = officer.get("/api/indicators").await.1.to_string();
    assert!(indicators.contains("dangers_open"), "{indicators}");
}

#[db_test]
async fn a_major_danger_needs_its_five_guarantees_and_may_be_supervised_by_listing(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (_, danger) = own.officer.send("POST", "/api/dangers", major(&own.row), None).await;
    assert_eq!((&danger["case"]["severity"], &danger["case"]["tier"]), (&json!("major"), &json!("county")));
    let mut body = mended();
    body["version"] = danger["case"]["version"].clone();
    let (status, problem) = own.firm.send("POST", &format!("{}/mend", address(&danger)), body, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("danger.plan_missing")));
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(5));
    let danger = step(&own.firm, &danger, "plan", plan()).await;

    let listing = json!({"tier": "county", "due_on": "2026-04-30", "reason": "停产范围大"});
    let mut mine = listing.clone();
    mine["version"] = danger["case"]["version"].clone();
    let url = format!("{}/supervise", address(&danger));
    assert_eq!(
        own.officer.send("POST", &url, mine, None).await.0,
        StatusCode::FORBIDDEN,
        "a town lists nothing"
    );
    let county = server.person(Role::Officer, "440515", None).await;
    let mut wider = listing.clone();
    (wider["tier"], wider["version"]) = (json!("city"), danger["case"]["version"].clone());
    let (status, problem) = county.send("POST", &url, wider, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("danger.listed_tier")));
    let danger = step(&county, &danger, "supervise", listing).await;
    assert_eq!(
        (&danger["detail"]["listed"], &danger["case"]["due_on"]),
        (&json!(true), &json!("2026-04-30"))
    );
    assert_eq!(
        (&danger["detail"]["listed_document"], &danger["detail"]["listed_ask_by"]),
        (&json!("（澄海）应急督办〔2026〕1号"), &json!("2026-04-09")),
        "numbered by the tier; fifteen working days before the term, the tomb-sweeping holiday of 4 to 6 April passed over"
    );
    let served = json!({"served_on": "2026-03-02", "served_to": "陈安全", "served_way": "direct"});
    let danger = step(&county, &danger, "serve", served).await;
    assert_eq!(danger["detail"]["served_to"], json!("陈安全"));
    let (status, _, paper) = county.file(&format!("{}/listing/print", address(&danger))).await;
    assert_eq!((status, &paper[..4]), (StatusCode::OK, b"%PDF".as_slice()));
    let count = county.get("/api/dangers/count?listed=true").await.1;
    assert_eq!(count["total"], json!(1));

    // 15 working days before the term at the latest
    let asked = json!({"deferral_on": "2026-06-30", "reason": "设备采购周期长"});
    let danger = step(&own.firm, &danger, "deferral", asked.clone()).await;
    assert_eq!(danger["case"]["state"], json!("deferral"));
    let refusal = json!({"grant": false, "reason": "可以分步实施", "due_on": "2026-04-30"});
    let mut not_mine = refusal.clone();
    not_mine["version"] = danger["case"]["version"].clone();
    let decide = format!("{}/deferral/decide", address(&danger));
    let (status, _) = own.officer.send("POST", &decide, not_mine, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "whoever listed it decides about its term");
    let danger = step(&county, &danger, "deferral/decide", refusal).await;
    assert_eq!(
        (&danger["case"]["state"], &danger["case"]["due_on"]),
        (&json!("mending"), &json!("2026-04-30"))
    );
    server.app.clock.advance(Duration::days(45));
    let firm = server.sign_in("enterprise-440515102", PASSWORD).await;
    let officer = server.sign_in("officer-440515102", PASSWORD).await;
    let county = server.sign_in("officer-440515", PASSWORD).await;
    let mut late = asked;
    late["version"] = danger["case"]["version"].clone();
    let (status, problem) = firm.send("POST", &format!("{}/deferral", address(&danger)), late, None).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("danger.deferral_late")),
        "{problem}"
    );

    let mut alone = mended();
    alone["version"] = danger["case"]["version"].clone();
    let (status, _) = firm.send("POST", &format!("{}/mend", address(&danger)), alone, None).await;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nobody accepts the own work under listed supervision"
    );
    let mut body = mended();
    body["acceptance"] = json!("expert");
    let danger = step(&firm, &danger, "mend", body).await;
    let danger = step(&officer, &danger, "recheck", json!({"passed": true, "text": "改造完成"})).await;
    assert_eq!(
        (&danger["case"]["state"], &danger["case"]["waits"]),
        (&json!("accepted"), &json!("officer")),
        "a listed danger is struck off by the tier that listed it"
    );
    let back = json!({"grant": false, "reason": "验收报告缺专家签字", "due_on": "2026-05-29"});
    let danger = step(&county, &danger, "release", back).await;
    assert_eq!(
        (&danger["case"]["state"], &danger["detail"]["listed_until"]),
        (&json!("mending"), &json!("2026-05-29"))
    );
    let mut body = mended();
    body["acceptance"] = json!("government");
    let danger = step(&firm, &danger, "mend", body).await;
    let danger = step(&officer, &danger, "recheck", json!({"passed": true, "text": "改造完成"})).await;
    let danger = step(&county, &danger, "release", json!({"reason": "验收合格"})).await;
    assert_eq!((&danger["detail"]["listed"], &danger["case"]["state"]), (&json!(false), &json!("closed")));
}

#[db_test]
async fn what_is_late_rises_to_the_county_and_then_to_the_city(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (_, danger) = own.officer.send("POST", "/api/dangers", found(&own.row), None).await;
    server.person(Role::Officer, "440515", None).await;
    server.person(Role::Officer, "4405", None).await;
    let late = async |region: &str| {
        // whoever comes back after days signs in anew
        let who = server.sign_in(&format!("officer-{region}"), PASSWORD).await;
        who.get("/api/inbox").await.1.to_string().contains("cases_overdue")
    };
    server.app.clock.advance(Duration::days(10));
    assert!(!late(TOWN).await, "on its last day nothing is late yet");
    for (days, risen, seen) in
        [(1, 0, (true, false, false)), (7, 1, (true, true, false)), (30, 1, (true, true, true))]
    {
        server.app.clock.advance(Duration::days(days));
        assert_eq!(caseflow::escalate(&server.app, server::FLOWS).await.unwrap(), risen, "{days} days later");
        assert_eq!(caseflow::escalate(&server.app, server::FLOWS).await.unwrap(), 0, "nothing rises twice");
        assert_eq!((late(TOWN).await, late("440515").await, late("4405").await), seen, "{days} days later");
    }
    let officer = server.sign_in("officer-440515102", PASSWORD).await;
    let (_, now) = officer.get(&address(&danger)).await;
    assert_eq!((&now["case"]["tier"], now["case"]["overdue"].as_i64().is_some()), (&json!("city"), true));
}

#[db_test]
async fn nobody_sees_or_enters_a_danger_outside_their_area(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (_, danger) = own.officer.send("POST", "/api/dangers", found(&own.row), None).await;
    let other = server.person(Role::Officer, "440511015", None).await;
    let id = danger["case"]["id"].as_str().unwrap();
    for path in [
        address(&danger),
        format!("/api/cases/4405/{id}"),
        format!("/api/cases/4405/{id}/events"),
        format!("/api/enterprises/4405/{}/case-events", own.row["id"].as_str().unwrap()),
    ] {
        assert_eq!(other.get(&path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(other.get("/api/dangers").await.1["items"], json!([]));
    assert_eq!(other.get("/api/cases").await.1["items"], json!([]));
    assert_eq!(other.get("/api/danger-figures").await.1["total"]["general_found"], json!(0));
    assert_eq!(other.send("POST", "/api/dangers", found(&own.row), None).await.0, StatusCode::NOT_FOUND);
    let body = json!({"version": 1, "passed": true, "text": "好"});
    assert_eq!(
        other.send("POST", &format!("{}/recheck", address(&danger)), body, None).await.0,
        StatusCode::NOT_FOUND
    );
    assert!(
        !other.get(&format!("/api/search?q={}", percent("配电箱"))).await.1.to_string().contains("配电箱前")
    );
}

#[db_test]
async fn a_danger_survives_bad_input_a_repeated_request_and_a_second_editor(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    for (field, value, pointer) in [
        ("place", json!(""), "/place"),
        ("description", json!("长".repeat(1001)), "/description"),
        ("source", json!("rumour"), "/source"),
        ("found_on", json!("2026-03-03"), "/found_on"),
        ("due_on", Value::Null, "/due_on"),
        ("due_on", json!("2026-03-01"), "/due_on"),
        ("needs_stop", Value::Null, "/needs_stop"),
        ("category", json!("没有这一类"), "/category"),
        ("criteria", json!(["dust-99"]), "/criteria/0"),
    ] {
        let mut body = found(&own.row);
        body[field] = value;
        let (status, problem) = own.officer.send("POST", "/api/dangers", body, None).await;
        assert_eq!(
            (status, &problem["errors"][0]["pointer"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(pointer)),
            "{problem}"
        );
    }
    assert_eq!(own.officer.get("/api/dangers/count").await.1["total"], json!(0), "nothing half-written");
    let send = || own.officer.send("POST", "/api/dangers", found(&own.row), Some("one"));
    let (first, second) = tokio::join!(send(), send());
    assert_eq!(first, second);
    assert_eq!(own.officer.get("/api/dangers/count").await.1["total"], json!(1));
    let danger = first.1;
    assert_eq!(danger["case"]["number"], json!("YH440515102-2026-0001"), "refused ones take no number");
    step(&own.firm, &danger, "mend", mended()).await;
    let mut again = mended();
    again["version"] = danger["case"]["version"].clone();
    let (status, told) = own.firm.send("POST", &format!("{}/mend", address(&danger)), again, None).await;
    assert_eq!((status, &told["current"]["state"]), (StatusCode::CONFLICT, &json!("mended")), "{told}");
}

#[db_test]
async fn an_enterprise_reports_its_month_and_who_has_not_is_listed(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let missing = own.officer.get("/api/danger-returns/missing?month=2026-02").await.1;
    let names = |list: &Value| {
        list["items"].as_array().unwrap().iter().map(|row| row["name"].clone()).collect::<Vec<_>>()
    };
    assert!(names(&missing).contains(&own.row["name"]));
    let url = format!("/api/enterprises/4405/{}/danger-return", own.row["id"].as_str().unwrap());
    let zero = json!({"month": "2026-02", "general_found": 0, "general_mended": 0, "major_found": 0, "major_mended": 0});
    let (status, kept) = own.firm.send("PUT", &url, zero.clone(), None).await;
    assert_eq!(status, StatusCode::OK, "{kept}");
    assert!(
        !names(&own.officer.get("/api/danger-returns/missing?month=2026-02").await.1)
            .contains(&own.row["name"])
    );
    let (status, _) = own.firm.send("PUT", &url, zero, None).await;
    assert_eq!(status, StatusCode::CONFLICT, "a month is reported once; setting it right says what was read");
    let right = json!({"month": "2026-02", "general_found": 2, "general_mended": 1, "major_found": 0, "major_mended": 0, "version": 1});
    assert_eq!(own.firm.send("PUT", &url, right, None).await.1["general_found"], json!(2));
    let list = own.officer.get("/api/danger-returns?month=2026-02").await.1;
    assert_eq!((list["items"].as_array().map(Vec::len), &list["items"][0]["version"]), (Some(1), &json!(2)));
    let future = json!({"month": "2026-04", "general_found": 0, "general_mended": 0, "major_found": 0, "major_mended": 0});
    assert_eq!(own.firm.send("PUT", &url, future, None).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[db_test]
async fn another_department_is_told_and_its_answer_is_followed(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (_, danger) = own.officer.send("POST", "/api/dangers", found(&own.row), None).await;
    let url = format!("{}/notices", address(&danger));
    let told = json!({"department": "区消防救援大队", "content": "配电箱前堵塞安全通道，请依职责查处", "due_on": "2026-03-09"});
    let (status, notice) = own.officer.send("POST", &url, told.clone(), None).await;
    assert_eq!(status, StatusCode::CREATED, "{notice}");
    assert_eq!(
        (&notice["case"]["number"], &notice["case"]["state"]),
        (&json!("CG440515102-2026-0001"), &json!("sent"))
    );
    let mut empty = told.clone();
    empty["due_on"] = Value::Null;
    let (status, problem) = own.officer.send("POST", &url, empty, None).await;
    assert_eq!(
        (status, &problem["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/due_on"))
    );
    assert_eq!(own.firm.send("POST", &url, told, None).await.0, StatusCode::FORBIDDEN);
    let one = format!("/api/danger-notices/4405/{}", notice["case"]["id"].as_str().unwrap());
    let other = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(other.get(&one).await.0, StatusCode::NOT_FOUND);
    let figures = async || own.officer.get("/api/danger-notices/figures").await.1["rows"][0].clone();
    assert_eq!((&figures().await["sent"], &figures().await["not_received"]), (&json!(1), &json!(1)));

    let take = async |notice: &Value, mut body: Value| {
        body["version"] = notice["case"]["version"].clone();
        own.officer.send("POST", &format!("{one}/step"), body, None).await
    };
    let (status, problem) = take(&notice, json!({"action": "feed_back", "text": "已查处"})).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("case.not_now")));
    let (_, notice) = take(&notice, json!({"action": "receive", "text": "林值班"})).await;
    assert_eq!(figures().await["not_answered"], json!(1));
    let answer = json!({"action": "answer", "text": "已立案，月底前办结", "due_on": "2026-03-31"});
    let (status, notice) = take(&notice, answer).await;
    assert_eq!((status, &notice["case"]["due_on"]), (StatusCode::OK, &json!("2026-03-31")), "{notice}");
    let list = own.officer.get("/api/danger-notices?life=open").await.1;
    assert_eq!(list["items"][0]["answer"], json!("已立案，月底前办结"));
    let (_, notice) = take(&notice, json!({"action": "feed_back", "text": "已责令清理并处罚"})).await;
    assert_eq!((&notice["case"]["state"], &notice["next"]), (&json!("done"), &json!([])));
    assert_eq!((&figures().await["done"], &figures().await["overdue"]), (&json!(1), &json!(0)));
    let count = own.officer.get("/api/danger-notices/count?state=done").await.1;
    assert_eq!(count["total"], json!(1));
}

#[db_test]
async fn the_quarterly_table_is_computed_from_items_and_monthly_numbers(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (_, danger) = own.officer.send("POST", "/api/dangers", found(&own.row), None).await;
    let danger = step(&own.firm, &danger, "mend", mended()).await;
    step(&own.officer, &danger, "recheck", json!({"passed": true, "text": "通道畅通"})).await;
    let (_, grave) = own.officer.send("POST", "/api/dangers", major(&own.row), None).await;
    step(&own.firm, &grave, "plan", plan()).await;
    let (_, mistaken) = own.officer.send("POST", "/api/dangers", found(&own.row), None).await;
    step(&own.officer, &mistaken, "withdraw", json!({"reason": "重复登记"})).await;
    let url = format!("/api/enterprises/4405/{}/danger-return", own.row["id"].as_str().unwrap());
    let month = json!({"month": "2026-02", "general_found": 9, "general_mended": 8, "major_found": 0, "major_mended": 0, "funds_spent": 300_000});
    assert_eq!(own.firm.send("PUT", &url, month, None).await.0, StatusCode::OK);

    let (status, table) = own.officer.get("/api/danger-quarter?year=2026&quarter=1").await;
    assert_eq!(status, StatusCode::OK, "{table}");
    let total = &table["total"];
    let figures: Vec<&Value> = [
        "general_found",
        "general_mended",
        "major_found",
        "major_mended",
        "planned",
        "planned_emergency",
        "reported",
    ]
    .iter()
    .map(|code| &total[*code])
    .collect();
    assert_eq!(json!(figures), json!([10, 9, 1, 0, 1, 1, 1]), "{total}");
    assert_eq!((&total["general_rate"], &total["major_rate"]), (&json!("90"), &json!("0")));
    // 500 yuan spent, 10,000 planned, 3,000 reported
    assert_eq!((&total["funds"], &total["funds_wan"]), (&json!(1_350_000), &json!("1.35")));
    assert_eq!((&table["due_on"], &table["running"]), (&json!("2026-04-15"), &json!(true)));
    assert!(total["enterprises"].as_i64().is_some_and(|number| number >= 1), "{total}");
    let by_place = own.officer.get("/api/danger-quarter?year=2026&quarter=1&by=region").await.1;
    assert_eq!(by_place["lines"][0]["general_found"], json!(10), "{by_place}");
    assert_eq!(by_place["total"], table["total"], "the lines of either table add up to the same");
    let before = own.officer.get("/api/danger-quarter?year=2025&quarter=4").await.1;
    assert_eq!((&before["total"]["general_found"], &before["total"]["reported"]), (&json!(0), &json!(0)));
    assert_eq!(own.officer.get("/api/danger-quarter?year=2026&quarter=5").await.0, StatusCode::BAD_REQUEST);
    let other = server.person(Role::Officer, "440511015", None).await;
    let elsewhere = other.get("/api/danger-quarter?year=2026&quarter=1").await.1;
    assert_eq!(elsewhere["total"]["general_found"], json!(0));
    let (status, _, book) = own.officer.file("/api/danger-quarter/workbook?year=2026&quarter=1").await;
    assert_eq!((status, &book[..2]), (StatusCode::OK, b"PK".as_slice()));
}

#[test]
fn every_flow_is_sound() {
    for flow in server::FLOWS {
        assert_eq!(flow.wrong(), Vec::<String>::new());
    }
}

/// A walk by dice through every step, allowed or not: none that is not in the table is taken, whatever is open has a deadline and somebody
/// responsible, and its steps make the row again.
#[db_test]
async fn no_illegal_step_is_taken_and_the_steps_of_a_case_make_its_row(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let county = server.person(Role::Officer, "440515", None).await;
    let mut dice = 7u64;
    let mut roll = |below: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % below
    };
    let scope = kernel::Scope::system(kernel::RegionCode::parse("4405").unwrap());
    for walk in 0..6 {
        let body = if walk % 2 == 0 { found(&own.row) } else { major(&own.row) };
        let (_, mut danger) = own.officer.send("POST", "/api/dangers", body, None).await;
        let id = danger["case"]["id"].as_str().unwrap().parse().unwrap();
        for _ in 0..14 {
            let state = danger["case"]["state"].as_str().unwrap().to_string();
            let at = roll(danger::FLOW.steps.len() as u64) as usize;
            let action = danger::FLOW.steps[at].action;
            let (who, path, body) = match action {
                "plan" => (&own.firm, "plan", plan()),
                "mend" => {
                    let mut body = mended();
                    body["acceptance"] = json!("expert");
                    (&own.firm, "mend", body)
                }
                "defer" => (&own.firm, "deferral", json!({"deferral_on": "2027-01-29", "reason": "备料"})),
                "grant" => (&own.officer, "deferral/decide", json!({"grant": true})),
                "refuse" => (
                    &own.officer,
                    "deferral/decide",
                    json!({"grant": false, "reason": "不必", "due_on": "2026-03-20"}),
                ),
                "pass" => (&own.officer, "recheck", json!({"passed": true, "text": "好"})),
                "fail" => (
                    &own.officer,
                    "recheck",
                    json!({"passed": false, "text": "不好", "due_on": "2026-03-20"}),
                ),
                "supervise" => (
                    &county,
                    "supervise",
                    json!({"tier": "county", "document": "1号", "due_on": "2026-05-20", "reason": "久拖不改"}),
                ),
                "release" | "unlist" => (&county, "release", json!({"reason": "已改"})),
                "keep" => (
                    &county,
                    "release",
                    json!({"grant": false, "reason": "材料不全", "due_on": "2026-03-20"}),
                ),
                "serve" => (
                    &county,
                    "serve",
                    json!({"served_on": "2026-03-02", "served_to": "陈安全", "served_way": "left"}),
                ),
                "reopen" => (&own.officer, "reopen", json!({"reason": "复发", "due_on": "2026-03-20"})),
                "withdraw" => (&own.officer, "withdraw", json!({"reason": "重复登记"})),
                _ => continue,
            };
            let mut body = body;
            body["version"] = danger["case"]["version"].clone();
            let (status, answer) =
                who.send("POST", &format!("{}/{path}", address(&danger)), body, None).await;
            let allowed = danger::FLOW.step(action, &state).is_some();
            if status == StatusCode::OK {
                assert!(allowed, "{action} was taken out of {state}");
                danger = answer;
            } else if allowed {
                let own_rule = [
                    "danger.plan_missing",
                    "danger.general",
                    "danger.not_listed",
                    "danger.listed_tier",
                    "field.required",
                    "date.range",
                ];
                assert!(
                    own_rule.iter().any(|code| answer.to_string().contains(code)),
                    "{action} of {state}: {answer}"
                );
            } else {
                assert!(status.is_client_error(), "{action} of {state}: {answer}");
            }
            let case = caseflow::store::find(&server.app.db, &scope, "4405", id).await.unwrap();
            let open = case.closed_on.is_none();
            assert_eq!(open, case.due_on.is_some(), "an open case has a deadline");
            assert!(!open || case.officer.is_some() || case.agency.is_some(), "somebody is responsible");
            let events = caseflow::store::events(&server.app.db, &case).await.unwrap();
            let numbers: Vec<i64> = events.iter().map(|event| event.seq).collect();
            assert_eq!(numbers, (1..=case.events).collect::<Vec<_>>(), "no step is missing");
            let made = caseflow::replay(&events);
            let row = case.document();
            for (name, value) in made.as_object().unwrap() {
                assert_eq!(value, &row[name], "{name} of {action} out of {state}");
            }
        }
    }
    let _ = own.server;
}
