//! Every number of the statistics is the number of rows in the list that it opens, and a closed quarter stays what it was.

use axum::http::StatusCode;
use chrono::Duration;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, PLASTICS, Server, TRADE};

use super::{TOWN, cast, clock, found, found_later, major, mended, plan, step};

/// The numbers of the plans of major dangers.
const PLANS: &[&str] =
    &["planned", "planned_task", "planned_funds", "planned_person", "planned_term", "planned_emergency"];

/// Officers of a town, its county and the city.
struct Readers<'a> {
    town: Client<'a>,
    county: Client<'a>,
    city: Client<'a>,
}

/// Dangers in every state that a number tells apart, in the first quarter of 2026 and after it: the day is the third of April then.
async fn scene(server: &Server) -> Readers<'_> {
    let own = cast(server).await;
    let report = async |body: Value| own.officer.send("POST", "/api/dangers", body, None).await.1;
    let closed = report(found(&own.row)).await;
    let closed = step(&own.firm, &closed, "mend", mended()).await;
    step(&own.officer, &closed, "recheck", json!({"passed": true, "text": "通道畅通"})).await;
    let mistaken = report(found(&own.row)).await;
    step(&own.officer, &mistaken, "withdraw", json!({"reason": "重复登记"})).await;
    let mut uncategorised = found_later(&own.row);
    uncategorised["category"] = Value::Null;
    report(uncategorised).await;
    let planned = report(major(&own.row)).await;
    step(&own.firm, &planned, "plan", plan()).await;
    let listed = report(major(&own.row)).await;
    let county = server.person(Role::Officer, "440515", None).await;
    let listing = json!({"tier": "county", "due_on": "2026-06-30", "reason": "停产范围大"});
    step(&county, &listed, "supervise", listing).await;
    let ended_later = report(major(&own.row)).await;
    let ended_later = step(&own.firm, &ended_later, "plan", plan()).await;
    let (status, _) = own
        .firm
        .send("PUT", &format!("/api/enterprises/4405/{}/danger-return", own.row["id"].as_str().unwrap()),
            json!({"month": "2026-02", "general_found": 9, "general_mended": 8, "major_found": 0, "major_mended": 0}), None)
        .await;
    assert_eq!(status, StatusCode::OK);
    // of another enterprise, in another county, in none of its towns
    let city = server.person(Role::Officer, "4405", None).await;
    let mut body = found(&city.named(TRADE).await);
    body["category"] = json!("3");
    assert_eq!(city.send("POST", "/api/dangers", body, None).await.0, StatusCode::CREATED);

    server.app.clock.advance(Duration::days(32));
    let firm = server.sign_in(&format!("enterprise-{TOWN}"), PASSWORD).await;
    let town = server.sign_in(&format!("officer-{TOWN}"), PASSWORD).await;
    let county = server.sign_in("officer-440515", PASSWORD).await;
    let city = server.sign_in("officer-4405", PASSWORD).await;
    let mut body = mended();
    body["mended_on"] = json!("2026-04-02");
    let ended_later = step(&firm, &ended_later, "mend", body).await;
    step(&town, &ended_later, "recheck", json!({"passed": true, "text": "改造完成"})).await;
    let mut after = found(&own.row);
    (after["found_on"], after["due_on"]) = (json!("2026-04-02"), json!("2026-04-10"));
    assert_eq!(town.send("POST", "/api/dangers", after, None).await.0, StatusCode::CREATED);
    Readers { town, county, city }
}

/// How many dangers the list behind a number counts, and how many it holds.
async fn behind(who: &Client<'_>, filters: &str) -> i64 {
    let (status, count) = who.get(&format!("/api/dangers/count?{filters}")).await;
    assert_eq!(status, StatusCode::OK, "{filters}: {count}");
    let rows = who.get(&format!("/api/dangers?limit=200&{filters}")).await.1;
    assert_eq!(json!(rows["items"].as_array().unwrap().len()), count["total"], "{filters}");
    count["total"].as_i64().unwrap()
}

#[db_test]
async fn every_number_of_the_figures_is_the_number_of_rows_that_it_opens(db: Db) {
    let server = Server::at(db, clock()).await;
    let Readers { city, .. } = scene(&server).await;
    let days = "from=2026-01-01&to=2026-03-31";
    let cells = [
        ("general_found", format!("counted=found&severity=general&{days}")),
        ("general_closed", format!("counted=closed&severity=general&{days}")),
        ("general_open", format!("counted=open&severity=general&{days}")),
        ("major_found", format!("counted=found&severity=major&{days}")),
        ("major_closed", format!("counted=closed&severity=major&{days}")),
        ("major_open", format!("counted=open&severity=major&{days}")),
        ("in_time", format!("counted=in_time&{days}")),
        ("overdue", "counted=overdue".to_string()),
        ("listed", "counted=listed".to_string()),
    ];
    let total = city.get("/api/danger-figures?year=2026&quarter=1").await.1["total"].clone();
    let told: Vec<i64> = cells.iter().map(|(name, _)| total[*name].as_i64().unwrap()).collect();
    assert_eq!(told, [3, 1, 2, 3, 0, 3, 1, 3, 1], "{total}");
    for by in ["region", "sector", "ownership", "category"] {
        let figures = city.get(&format!("/api/danger-figures?year=2026&quarter=1&by={by}")).await.1;
        assert_eq!(figures["total"], total, "by {by} they add up to the same");
        let rows = figures["rows"].as_array().unwrap();
        for row in rows.iter().chain([&figures["total"]]) {
            let part = match row["of"].as_str().unwrap() {
                "" => String::new(),
                of => format!("{of}={}&", row["key"].as_str().unwrap()),
            };
            for (name, filters) in &cells {
                let number = behind(&city, &format!("{part}{filters}")).await;
                assert_eq!(json!(number), row[*name], "{by}: {name} of {part}{}", row["name"]);
            }
        }
        if by == "category" {
            let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
            assert_eq!(names, ["未分类", "现场管理类：生产设备设施及工艺", "基础管理类：安全规章制度"]);
        }
    }
    let (status, problem) = city.get("/api/dangers?counted=everything").await;
    assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("counted.unknown")));
    // the file holds the same rows
    let query =
        json!({"query": {"counted": "open", "from": "2026-01-01", "to": "2026-03-31"}, "format": "csv"});
    assert_eq!(city.send("POST", "/api/dangers/exports", query, None).await.0, StatusCode::ACCEPTED);
    // what lies in no town of a county opens just that, not the whole county
    let beside = server.person(Role::Officer, "440511", None).await;
    let figures = beside.get("/api/danger-figures?year=2026&quarter=1").await.1;
    let row = &figures["rows"][0];
    assert_eq!(
        (&row["of"], &row["key"], &row["general_found"]),
        (&json!("at"), &json!("440511"), &json!(1)),
        "{figures}"
    );
    assert_eq!(behind(&beside, &format!("at=440511&counted=found&{days}")).await, 1);
    assert_eq!(behind(&city, &format!("at=440515&counted=found&{days}")).await, 0);
    let outside = server.person(Role::Officer, "440513", None).await;
    assert_eq!(behind(&outside, &format!("counted=found&{days}")).await, 0);
}

#[db_test]
async fn every_number_of_the_quarterly_table_is_the_rows_that_it_opens(db: Db) {
    let server = Server::at(db, clock()).await;
    let Readers { city, .. } = scene(&server).await;
    let days = "from=2026-01-01&to=2026-03-31";
    for by in ["sector", "region"] {
        let table = city.get(&format!("/api/danger-quarter?year=2026&quarter=1&by={by}")).await.1;
        for line in table["lines"].as_array().unwrap().iter().chain([&table["total"]]) {
            let part = match line["of"].as_str().unwrap() {
                "" => String::new(),
                of => format!("{of}={}&", line["key"].as_str().unwrap()),
            };
            let months =
                city.get(&format!("/api/danger-returns?{part}from=2026-01&to=2026-03&limit=200")).await.1;
            for severity in ["general", "major"] {
                for what in ["found", "mended"] {
                    let name = format!("{severity}_{what}");
                    let entered =
                        behind(&city, &format!("{part}counted={what}&severity={severity}&{days}")).await;
                    let returned: i64 = months["items"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|own| own[&name].as_i64().unwrap())
                        .sum();
                    assert_eq!(json!(returned), line["returned"][&name], "{by}: {name} of {part}");
                    assert_eq!(json!(entered + returned), line[&name], "{by}: {name} of {part}");
                }
            }
            for name in PLANS {
                let number = behind(&city, &format!("{part}counted={name}&{days}")).await;
                assert_eq!(json!(number), line[*name], "{by}: {name} of {part}");
            }
            let at_work =
                city.get(&format!("/api/enterprises/count?{part}status=pending,normal,no_premises")).await.1;
            assert_eq!(at_work["total"], line["enterprises"], "{by}: enterprises of {part}");
            let firms = city.get(&format!("/api/danger-quarter/enterprises?{part}{days}&limit=200")).await.1;
            assert_eq!(
                json!(firms["items"].as_array().unwrap().len()),
                line["reported"],
                "{by}: reported of {part}"
            );
        }
        let total = &table["total"];
        assert_eq!(
            (&total["general_found"], &total["major_found"], &total["planned"], &total["reported"]),
            (&json!(12), &json!(3), &json!(2), &json!(2)),
            "{total}"
        );
    }
    let (status, _) = city.get("/api/danger-returns?from=2026-01").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "half a span says nothing");
}

#[db_test]
async fn a_quarter_that_was_handed_in_stays_what_it_was_until_it_is_opened_with_a_reason(db: Db) {
    let server = Server::at(db, clock()).await;
    let Readers { town, county, .. } = scene(&server).await;
    let close = json!({"region": "440515", "year": 2026, "quarter": 1});
    let url = "/api/danger-quarter?year=2026&quarter=1";
    let before = county.get(url).await.1;
    assert_eq!(before["closed_at"], Value::Null);
    let running = json!({"region": "440515", "year": 2026, "quarter": 2});
    let (status, told) = county.send("POST", "/api/danger-quarter/close", running, None).await;
    assert_eq!((status, &told["code"]), (StatusCode::CONFLICT, &json!("danger_quarter.running")));
    assert_eq!(
        town.send("POST", "/api/danger-quarter/close", close.clone(), None).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let (status, closed) = county.send("POST", "/api/danger-quarter/close", close.clone(), None).await;
    assert_eq!(status, StatusCode::OK, "{closed}");
    assert_eq!((&closed["closed_at"], &closed["lines"]), (&json!("2026-04-03T01:00:00Z"), &before["lines"]));
    let (status, told) = county.send("POST", "/api/danger-quarter/close", close.clone(), None).await;
    assert_eq!((status, &told["code"]), (StatusCode::CONFLICT, &json!("danger_quarter.closed")));

    // what is entered later for that quarter moves the town's own table, not the one that was handed in
    let row = town.named(PLASTICS).await;
    let mut late = found(&row);
    (late["found_on"], late["due_on"]) = (json!("2026-03-30"), json!("2026-04-10"));
    assert_eq!(town.send("POST", "/api/dangers", late, None).await.0, StatusCode::CREATED);
    for by in ["sector", "region"] {
        let now = county.get(&format!("{url}&by={by}")).await.1;
        assert_eq!(
            (&now["total"], &now["closed_by_name"]),
            (&before["total"], &closed["closed_by_name"]),
            "{by}"
        );
    }
    let own = town.get(url).await.1;
    assert_eq!((&own["total"]["general_found"], &own["closed_at"]), (&json!(12), &Value::Null));
    let (status, _, book) = county.file("/api/danger-quarter/workbook?year=2026&quarter=1").await;
    assert_eq!((status, &book[..2]), (StatusCode::OK, b"PK".as_slice()));

    let open = |reason: &str| {
        let mut body = close.clone();
        body["reason"] = json!(reason);
        body
    };
    let (status, told) = county.send("POST", "/api/danger-quarter/reopen", open(""), None).await;
    assert_eq!(
        (status, &told["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/reason"))
    );
    let (status, now) = county.send("POST", "/api/danger-quarter/reopen", open("漏报一条"), None).await;
    assert_eq!(
        (status, &now["total"]["general_found"], &now["closed_at"]),
        (StatusCode::OK, &json!(12), &Value::Null)
    );
    let (status, told) = county.send("POST", "/api/danger-quarter/reopen", open("漏报一条"), None).await;
    assert_eq!((status, &told["code"]), (StatusCode::CONFLICT, &json!("danger_quarter.open")));
    let auditor = server.person(Role::Audit, "440515", None).await;
    let trail = auditor.get("/api/audit?subject=danger_quarter_closed").await.1;
    assert!(trail.to_string().contains("漏报一条"), "{trail}");
}
