//! Each kind where the two records are one: found with the record that stays, by whoever serves there, and gone on with.

use testkit::percent;

use super::*;

#[db_test]
async fn a_case_says_where_it_came_from_and_is_gone_on_with_where_it_is(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let danger = own.danger().await;
    own.merge().await;
    let url = danger_url(&danger);
    let now = own.here.get(&url).await.1;
    assert_eq!(
        (&now["case"]["enterprise"], &now["case"]["enterprise_name"], &now["case"]["town"]),
        (&own.kept["id"], &json!(KEPT), &json!(LIANXIA)),
        "{now}"
    );
    assert_eq!(
        (now["photos"].as_array().unwrap().len(), now["photos"][0]["enterprise"].clone()),
        (1, own.kept["id"].clone())
    );
    let id = danger["case"]["id"].as_str().unwrap();
    let steps = own.here.get(&format!("/api/cases/4405/{id}/events")).await.1;
    let last = steps.as_array().unwrap().last().unwrap();
    assert_eq!((&last["label"], &last["to_label"]), (&json!("转入"), &json!("整改中")), "{steps}");
    assert_eq!(last["reason"], json!(format!("由“{OTHER}”转入：并入“{KEPT}”：现场核对为同一家")));
    // who had it does not serve here: it waits for who answers for the enterprise, in the inbox
    let inbox = own.firm_there.get("/api/inbox").await.1.to_string();
    assert!(inbox.contains(KEPT), "{inbox}");
    let mended = json!({"version": now["case"]["version"], "mended_on": "2026-03-02", "mended_text": "已清理", "funds_spent": 100,
        "acceptance": "self", "accepted_by": "陈安全"});
    let now = made(&own.firm_here, &format!("{url}/mend"), mended).await;
    let inbox = own.here.get("/api/inbox").await.1;
    let mine = inbox["groups"]
        .as_array()
        .unwrap()
        .iter()
        .any(|group| group["kind"].as_str().unwrap().starts_with("cases_mine"));
    assert!(mine, "{inbox}");
    let passed = json!({"version": now["case"]["version"], "passed": true, "text": "已改"});
    assert_eq!(made(&own.here, &format!("{url}/recheck"), passed).await["case"]["state"], "closed");
    assert_eq!(replayed(&server).await, 2);
}

#[db_test]
async fn whoever_serves_where_the_other_was_sees_no_more_of_it_and_who_serves_here_sees_all(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    own.everything().await;
    let lists = [
        "/api/cases",
        "/api/dangers",
        "/api/danger-notices",
        "/api/danger-returns",
        "/api/hazard-sources",
        "/api/monitoring/points",
        "/api/monitoring/alarms",
        "/api/visits",
        "/api/enforcement-documents",
        "/api/penalties",
        "/api/self-checks",
    ];
    let mut before = Vec::new();
    for list in lists {
        before
            .push((of(&own.there, list, &own.other).await.len(), of(&own.here, list, &own.kept).await.len()));
        assert!(before.last().unwrap().0 > 0, "{list}");
    }
    let steps = async |who: &Client<'_>, row: &Value| {
        let (_, page) = who.get(&format!("{}/case-events?limit=200", path(row))).await;
        page["items"].as_array().unwrap().len()
    };
    let told = steps(&own.there, &own.other).await;
    own.merge().await;
    for (list, (there, here)) in lists.iter().zip(before) {
        let twice = usize::from(["/api/danger-returns", "/api/self-checks"].contains(list));
        assert_eq!(of(&own.here, list, &own.kept).await.len(), there + here - twice, "{list}");
        assert_eq!(of(&own.there, list, &own.other).await.len(), twice, "{list}");
        assert_eq!(of(&own.there, list, &own.kept).await.len(), 0, "{list}");
    }
    // every step of theirs, and one for each case that it came
    let cases = of(&own.here, "/api/cases", &own.kept).await.len();
    assert_eq!(steps(&own.here, &own.kept).await, told + cases);
    assert_eq!(steps(&own.clerk, &own.other).await, 0);
    for words in ["配电箱前", "液氯", "应急责改", "消验字2号"] {
        let url = format!("/api/search?q={}", percent(words));
        assert!(own.here.get(&url).await.1.to_string().contains("4405"), "{words}");
        let there = own.there.get(&url).await.1;
        assert!(
            there["groups"]
                .as_array()
                .unwrap()
                .iter()
                .all(|group| group["items"].as_array().unwrap().is_empty()),
            "{words}: {there}"
        );
    }
    replayed(&server).await;
}

#[db_test]
async fn a_source_counts_for_the_archive_and_the_figures_where_it_is_and_its_filing_is_decided_there(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (source, filing) = own.source().await;
    let merger = own.merge().await;
    let url = format!("/api/hazard-sources/4405/{}", source["source"]["id"].as_str().unwrap());
    let now = own.here.get(&url).await.1;
    assert_eq!(
        (&now["source"]["enterprise_name"], &now["source"]["town"]),
        (&json!(KEPT), &json!(LIANXIA)),
        "{now}"
    );
    let present = async |row: &Value| {
        let archive = own.clerk.get(&format!("{}/archive", path(row))).await.1;
        let items = archive["completeness"]["items"].as_array().unwrap().clone();
        items.iter().find(|item| item["section"] == "hazard_source").map(|item| item["state"].clone())
    };
    assert_eq!(present(&own.kept).await, Some(json!("present")));
    let of_town = async |town: &str| {
        own.clerk.get(&format!("/api/hazard-sources/figures?region={town}")).await.1["total"]["grades"]
            .clone()
    };
    assert_eq!((of_town(LIANXIA).await, of_town(DONGLI).await), (json!([1, 0, 0, 0]), json!([0, 0, 0, 0])));
    let found = own.here.get(&format!("/api/search?q={}", percent("液氯"))).await.1.to_string();
    assert!(found.contains(KEPT) && !found.contains(OTHER), "{found}");
    // the county goes on with what was handed in
    let case = format!("/api/hazard-filings/4405/{}", filing["case"]["id"].as_str().unwrap());
    let now = own.county.get(&case).await.1;
    let now = made(&own.county, &format!("{case}/accept"), json!({"version": now["case"]["version"]})).await;
    let now = made(&own.county, &format!("{case}/decide"), json!({"version": now["case"]["version"]})).await;
    assert_eq!(now["case"]["state"], "done", "{now}");
    assert_eq!(own.here.get(&url).await.1["source"]["state"], "filed");
    own.undo(&merger).await;
    assert_eq!((of_town(LIANXIA).await, of_town(DONGLI).await), (json!([0, 0, 0, 0]), json!([1, 0, 0, 0])));
    assert_eq!(own.there.get(&url).await.1["source"]["state"], "filed");
    assert_eq!(present(&own.other).await, Some(json!("present")));
    assert_ne!(present(&own.kept).await, Some(json!("present")));
}

#[db_test]
async fn a_paper_that_was_issued_says_to_whom_and_is_found_where_the_enterprise_is(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (visit, order) = own.visit().await;
    own.merge().await;
    let now = own.here.get(&document_url(&order)).await.1;
    assert_eq!(
        (&now["enterprise"], &now["enterprise_name"], &now["number"]),
        (&own.kept["id"], &json!(OTHER), &order["number"])
    );
    assert_eq!(now["fields"], order["fields"], "what it says is what was issued");
    assert!(now["fields"].to_string().contains(OTHER));
    for name in [KEPT, OTHER] {
        let found = own.here.get(&format!("/api/search?q={}", percent(name))).await.1.to_string();
        assert!(found.contains(order["number"].as_str().unwrap()), "{name}: {found}");
    }
    // a draft is addressed to the enterprise that there is
    let whole = own.county.get(&visit_url(&visit)).await.1;
    let draft = whole["documents"].as_array().unwrap().iter().find(|own| own["state"] == "draft").unwrap();
    assert_eq!(draft["enterprise_name"], KEPT);
    assert!(!draft["fields"].to_string().contains(OTHER), "{draft}");
    assert_eq!(whole["visit"]["enterprise_name"], KEPT);
    let photo = &whole["findings"][0]["photos"][0];
    let url = format!("/api/visit-photos/4405/{}", photo["id"].as_str().unwrap());
    assert_eq!(
        (own.here.file(&url).await.0, own.there.file(&url).await.0),
        (StatusCode::OK, StatusCode::NOT_FOUND)
    );
    // it is still served, and the danger of the finding goes by its term
    let served = json!({"version": now["version"], "served_on": "2026-03-02", "service": "直接送达陈某"});
    made(&own.county, &format!("{}/serve", document_url(&order)), served).await;
}

#[db_test]
async fn a_penalty_goes_on_against_whom_it_was_opened(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let penalty = own.penalty().await;
    let merger = own.merge().await;
    let url = format!("/api/penalties/4405/{}", penalty["case"]["id"].as_str().unwrap());
    let now = own.here.get(&url).await.1;
    assert_eq!(
        (&now["case"]["enterprise_name"], &now["case"]["title"]),
        (&json!(KEPT), &penalty["case"]["title"]),
        "{now}"
    );
    assert!(now.to_string().contains(&format!("\"party_name\":\"{OTHER}\"")), "{now}");
    let exhibit = now["exhibits"][0]["id"].as_str().unwrap();
    assert_eq!(own.here.file(&format!("/api/penalty-exhibits/4405/{exhibit}")).await.0, StatusCode::OK);
    let drop = json!({"version": now["case"]["version"], "action": "drop", "reason": "情节轻微"});
    let leader = server.person(Role::Leader, COUNTY, None).await;
    let (status, answer) = leader.send("POST", &format!("{url}/return"), drop, None).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    own.undo(&merger).await;
    assert_eq!(own.there.get(&url).await.1["case"]["state"], "dropped");
    replayed(&server).await;
}

#[db_test]
async fn readings_go_on_and_what_was_measured_is_there(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let point = own.point(&own.firm_there, &own.other).await;
    own.merge().await;
    let url = format!("/api/monitoring/points/4405/{}", point["id"].as_str().unwrap());
    let curve =
        own.here.get(&format!("{url}/curve?to=2026-03-02T02:00:00Z&from=2026-03-02T00:30:00Z")).await.1;
    assert_eq!(curve["items"].as_array().unwrap().len(), 1, "{curve}");
    server.app.clock.advance(chrono::Duration::minutes(5));
    assert_eq!(own.reading(&own.firm_there, 30.0).await["taken"], 1);
    assert_eq!(own.here.get(&url).await.1["state"], "normal");
    let alarm = of(&own.here, "/api/monitoring/alarms", &own.kept).await[0].clone();
    let url = format!("/api/monitoring/alarms/4405/{}", alarm["case"]["id"].as_str().unwrap());
    let now =
        made(&own.firm_here, &format!("{url}/acknowledge"), json!({"version": alarm["case"]["version"]}))
            .await;
    let handled = json!({"version": now["case"]["version"], "cause": "冷却水停", "measures": "已恢复"});
    made(&own.firm_here, &format!("{url}/handle"), handled).await;
    let areas = own.here.get(&format!("/api/monitoring/areas?region={LIANXIA}")).await.1;
    assert_eq!((&areas[0]["label"], &areas[0]["points"]), (&json!(KEPT), &json!(1)), "{areas}");
    replayed(&server).await;
}

#[db_test]
async fn a_month_and_a_period_are_told_once(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    own.everything().await;
    own.merge().await;
    let rows = of(&own.here, "/api/danger-returns", &own.kept).await;
    let mut months: Vec<(&str, i64)> = rows
        .iter()
        .map(|row| (row["month"].as_str().unwrap(), row["general_found"].as_i64().unwrap()))
        .collect();
    months.sort_unstable();
    assert_eq!(months, [("2026-01", 2), ("2026-02", 1)], "its own month counts");
    let checks = of(&own.here, "/api/self-checks", &own.kept).await;
    assert_eq!(checks.len(), 2);
    assert!(checks.iter().all(|check| check["enterprise_name"] == KEPT), "{checks:?}");
    let quarter = own.county.get("/api/danger-quarter?region=440515&year=2026&quarter=1").await.1;
    // two dangers, and what was reported for two months
    assert_eq!(
        quarter["total"]["general_found"],
        json!(2 + 2 + 1),
        "what is left out is not counted: {quarter}"
    );
    let indicators = own.county.get("/api/indicators").await.1;
    let checked = indicators.as_array().unwrap().iter().find(|own| own["code"] == "self_checks").unwrap();
    assert_eq!(checked["total"]["numerator"], json!(1), "{checked}");
}
