//! What is told of dangers: an enterprise's month, a notice to another department, the quarterly table.

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server};

use super::{TOWN, address, cast, clock, found, found_later, major, mended, plan, step};

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

#[db_test]
async fn a_case_of_an_enterprise_without_agency_and_officer_is_its_offices_and_waits_in_its_inbox(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let system = server.person(Role::System, "4405", None).await;
    let office = async |region: &str, name: &str, kind: &str| {
        let new = json!({"region": region, "name": name, "kind": kind});
        system.send("POST", "/api/agencies", new, None).await.1["id"].clone()
    };
    office("4405", "市应急管理局", "bureau").await;
    office("440515", "区住建局", "department").await;
    let county = office("440515", "区应急管理局", "bureau").await;
    let report = async || {
        let (status, danger) = own.firm.send("POST", "/api/dangers", found_later(&own.row), None).await;
        assert_eq!(status, StatusCode::CREATED, "{danger}");
        danger["case"].clone()
    };
    let unassigned = async |who: &Client<'_>| {
        let groups = who.get("/api/inbox").await.1["groups"].clone();
        let found =
            groups.as_array().unwrap().iter().find(|own| own["kind"] == "cases_unassigned").cloned()?;
        let (_, rows) = who.get(&format!("/api{}", found["link"].as_str().unwrap())).await;
        assert_eq!(json!(rows["items"].as_array().unwrap().len()), found["number"], "{found}");
        found["number"].as_i64()
    };
    let at_county = server.person(Role::Officer, "440515", None).await;
    let at_city = server.person(Role::Officer, "4405", None).await;
    // the town has no office of its own: the county's answers for it, not a department, not the city
    let case = report().await;
    assert_eq!((&case["agency"], &case["officer"]), (&county, &json!(null)));
    assert_eq!((unassigned(&at_county).await, unassigned(&at_city).await), (Some(1), None));
    // and from then on the town's, where there is one
    let town = office(TOWN, "莲下镇应急办", "town_office").await;
    assert_eq!(report().await["agency"], town);
    assert_eq!((unassigned(&own.officer).await, unassigned(&at_county).await), (Some(1), Some(1)));
    // who is handed it has it in hand
    let version = case["version"].clone();
    let me = at_county.get("/api/officers?region=440515").await.1;
    let me = me.as_array().unwrap().iter().find(|own| own["region"] == "440515").unwrap()["id"].clone();
    let assign = format!("/api/cases/4405/{}/assign", case["id"].as_str().unwrap());
    let (status, answer) =
        at_county.send("POST", &assign, json!({"version": version, "officer": me}), None).await;
    assert_eq!((status, unassigned(&at_county).await), (StatusCode::OK, None), "{answer}");
}

#[db_test]
async fn where_there_is_no_office_yet_the_nearest_officer_answers_and_without_anybody_no_case_opens(db: Db) {
    let server = Server::at(db, clock()).await;
    server.register().await;
    let clerk = server.person(Role::Clerk, "440515", None).await;
    let row = clerk.named(PLASTICS).await;
    let firm =
        server.person(Role::Enterprise, TOWN, Some(row["id"].as_str().unwrap().parse().unwrap())).await;
    let (status, refused) = firm.send("POST", "/api/dangers", found(&row), None).await;
    assert_eq!((status, &refused["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("case.nobody")));
    server.person(Role::Officer, "4405", None).await;
    let near = server.person(Role::Officer, "440515", None).await;
    let (_, danger) = firm.send("POST", "/api/dangers", found(&row), None).await;
    let mine = near.get("/api/cases?mine=true").await.1["items"].clone();
    assert_eq!(mine[0]["id"], danger["case"]["id"], "{danger}");
}
