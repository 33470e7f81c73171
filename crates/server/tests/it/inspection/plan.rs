//! Yearly inspection plans over HTTP: approved by the leader, drawn by lot, ticked off by visits, joined with those of other agencies.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::{TimeZone, Utc};
use db::{Db, db_test};
use kernel::{Clock, Role};
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, code, end_of, path};

use super::{COUNTY, DRAWN, made, office, refused};

const TOWN: &str = "440515102";

/// Twelve more enterprises of the town; the clock stands at the beginning of March.
async fn city(db: Db) -> Server {
    let clock = Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap());
    let server = Server::at(db, clock).await;
    server.register().await;
    let mut list = String::from("企业名称,统一社会信用代码,注册地址,经营范围\n");
    for at in 1..=12 {
        list.push_str(&format!(
            "汕头市澄海区第{at}玩具厂,{},汕头市澄海区莲下镇工业路{at}号,玩具制造\n",
            code("440515", 100 + at)
        ));
    }
    assert_eq!(server.take(&list).await.created, 12);
    server
}

/// The bureau of the county.
struct Bureau<'a> {
    system: Client<'a>,
    officer: Client<'a>,
    leader: Client<'a>,
    agency: Value,
    /// The cards of two officers.
    cards: Vec<Value>,
}

async fn bureau(server: &Server) -> Bureau<'_> {
    let system = server.person(Role::System, COUNTY, None).await;
    let officer = server.person(Role::Officer, COUNTY, None).await;
    let leader = server.person(Role::Leader, COUNTY, None).await;
    let (agency, cards) = office(&system, COUNTY, "bureau", "澄海区应急管理局", "2099-12-31").await;
    Bureau { system, officer, leader, agency, cards }
}

fn line(name: &str, region: &str, number: Option<i64>) -> Value {
    json!({"code": 0, "name": name, "region": region, "number": number, "from_month": 1, "to_month": 12, "times": 1})
}

fn at(row: &Value, what: &str) -> String {
    format!("/api/inspection-plans/4405/{}{what}", row["id"].as_str().unwrap())
}

fn target(row: &Value, what: &str) -> String {
    format!("/api/inspection-targets/4405/{}{what}", row["id"].as_str().unwrap())
}

/// A plan that was approved.
async fn approved(officer: &Client<'_>, leader: &Client<'_>, agency: &Value, lines: Value) -> Value {
    let new = json!({"city": "4405", "agency": agency["id"], "year": 2026, "name": "2026年度监督检查计划", "lines": lines});
    let plan = made(officer, "/api/inspection-plans", new).await;
    let plan = made(officer, &at(&plan, "/submit"), json!({"version": plan["version"]})).await;
    made(leader, &at(&plan, "/approve"), json!({"version": plan["version"]})).await
}

async fn drawn(officer: &Client<'_>, plan: &Value, line: i64) -> Value {
    made(
        officer,
        &at(plan, "/draws"),
        json!({"version": plan["version"], "line": line, "text": "摇号 3 17 28"}),
    )
    .await
}

async fn again(who: &Client<'_>, plan: &Value) -> Value {
    who.get(&at(plan, "")).await.1
}

async fn targets(who: &Client<'_>, query: &str) -> Vec<Value> {
    let (status, list) = who.get(&format!("/api/inspection-targets?limit=200&{query}")).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    list["items"].as_array().unwrap().clone()
}

/// A visit to the enterprise, begun and signed.
async fn visit(officer: &Client<'_>, enterprise: &str, cards: &[Value], others: &[Value]) -> Value {
    let url = format!("/api/enterprises/4405/{enterprise}/visits");
    let begun = made(officer, &url, json!({"place": "全厂", "cards": cards, "others": others})).await;
    let sign = json!({"drawing": DRAWN});
    let all: Vec<&Value> = others.iter().map(|_| &sign).collect();
    let end =
        json!({"version": 1, "officer_one": sign, "officer_two": sign, "others": all, "enterprise": sign});
    made(officer, &format!("/api/visits/4405/{}/finish", begun["id"].as_str().unwrap()), end).await
}

#[db_test]
async fn a_plan_is_drawn_once_the_leader_approved_it_and_anybody_can_draw_it_again(db: Db) {
    let server = city(db).await;
    let Bureau { officer, leader, agency, .. } = bureau(&server).await;
    let new = json!({"city": "4405", "agency": agency["id"], "year": 2026, "name": "2026年度监督检查计划",
        "lines": [line("一般企业随机抽查", TOWN, Some(5))]});
    let plan = made(&officer, "/api/inspection-plans", new).await;
    assert_eq!((&plan["state"], &plan["lines"][0]["candidates"]), (&json!("draft"), &json!(13)));
    assert_eq!(plan["capacity"]["officers"], 2);
    assert!((240..=260).contains(&plan["capacity"]["working_days"].as_i64().unwrap()), "{plan}");
    let asked = json!({"version": plan["version"], "line": 1});
    let (status, why, _) = refused(&officer, &at(&plan, "/draws"), asked).await;
    assert_eq!((status, why.as_str()), (StatusCode::CONFLICT, "plan.state"));
    let step = json!({"version": plan["version"]});
    let (status, _, _) = refused(&officer, &at(&plan, "/approve"), step.clone()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let plan = made(&officer, &at(&plan, "/submit"), step).await;
    let plan =
        made(&leader, &at(&plan, "/return"), json!({"version": plan["version"], "reason": "抽查比例偏低"}))
            .await;
    assert_eq!(plan["returned_reason"], "抽查比例偏低");
    let lines = json!([{"code": 1, "name": "一般企业随机抽查", "region": TOWN, "number": 8, "from_month": 1, "to_month": 12, "times": 1}]);
    let change = json!({"version": plan["version"], "name": "2026年度监督检查计划", "lines": lines});
    let (status, plan) = officer.send("PUT", &at(&plan, ""), change, None).await;
    assert_eq!(status, StatusCode::OK, "{plan}");
    let plan = made(&officer, &at(&plan, "/submit"), json!({"version": plan["version"]})).await;
    let plan = made(&leader, &at(&plan, "/approve"), json!({"version": plan["version"]})).await;

    let draw = drawn(&officer, &plan, 1).await;
    assert_eq!((&draw["drawn"], &draw["candidates"], &draw["officers"]), (&json!(8), &json!(13), &json!(2)));
    assert_eq!(draw["same"], true);
    assert!(draw["seed"].as_str().unwrap().starts_with("摇号 3 17 28/"));
    assert_eq!(draw["seed"].as_str().unwrap().chars().count(), "摇号 3 17 28/".chars().count() + 32);
    // the public rule gives the same to whoever asks it with what was published
    let (status, own) = server
        .nobody()
        .send("POST", "/api/rules/random-draw?on=2026-03-02", draw["input"].clone(), None)
        .await;
    assert_eq!(status, StatusCode::OK, "{own}");
    assert_eq!(own["value"], draw["outcome"]["value"]);

    let plan = again(&officer, &plan).await;
    assert_eq!((&plan["lines"][0]["planned"], &plan["lines"][0]["candidates"]), (&json!(8), &json!(5)));
    let list = targets(&officer, &format!("plan={}", plan["id"].as_str().unwrap())).await;
    let firms: BTreeSet<&str> = list.iter().map(|own| own["enterprise"].as_str().unwrap()).collect();
    assert_eq!(firms.len(), 8);
    assert!(list.iter().all(|own| own["officers"].as_array().unwrap().len() == 2), "{list:?}");
    let months: Vec<i64> = list.iter().map(|own| own["month"].as_i64().unwrap()).collect();
    assert!(months.is_sorted() && months[0] == 3 && months[7] >= 10, "{months:?}");
    let (status, why, _) =
        refused(&officer, &at(&plan, "/draws"), json!({"version": plan["version"], "line": 1})).await;
    assert_eq!((status, why.as_str()), (StatusCode::CONFLICT, "draw.full"));
}

#[db_test]
async fn who_has_a_conflict_of_interest_is_neither_drawn_nor_may_visit(db: Db) {
    let server = city(db).await;
    let Bureau { system, officer, leader, agency, cards } = bureau(&server).await;
    let third = json!({"city": "4405", "agency": agency["id"], "name": "王五", "number": "粤三",
        "valid_from": "2020-01-01", "valid_to": "2099-12-31"});
    let third = made(&system, "/api/officer-cards", third).await;
    let row = officer.named(PLASTICS).await;
    let conflict =
        json!({"city": "4405", "enterprise": row["id"], "card": cards[0], "reason": "配偶任该厂财务"});
    let conflict = made(&officer, "/api/officer-conflicts", conflict.clone()).await;
    let url = format!("{}/visits", path(&row));
    let (status, answer) = officer.send("POST", &url, json!({"place": "全厂", "cards": cards}), None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer["errors"][0]["code"], "officer.conflict");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("配偶任该厂财务"), "{answer}");

    let case = json!({"procedure": "ordinary", "party": "unit", "cards": cards, "source": "现场检查发现",
        "cause": "未按照规定对从业人员进行安全生产教育和培训", "happened_on": "2026-02-27"});
    let (status, answer) = officer.send("POST", &format!("{}/penalties", path(&row)), case, None).await;
    assert_eq!(
        (status, &answer["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("officer.conflict")),
        "{answer}"
    );

    let plan = approved(&officer, &leader, &agency, json!([line("全覆盖", TOWN, None)])).await;
    assert_eq!(drawn(&officer, &plan, 1).await["drawn"], 13);
    let own = targets(&officer, &format!("enterprise={}", row["id"].as_str().unwrap())).await;
    let drawn_for: Vec<&Value> =
        own[0]["officers"].as_array().unwrap().iter().map(|own| &own["card"]).collect();
    assert!(!drawn_for.contains(&&cards[0]) && drawn_for.contains(&&third["id"]), "{own:?}");
    // nor can they be assigned
    let change =
        json!({"version": own[0]["version"], "month": own[0]["month"], "cards": cards, "reason": "王五请假"});
    let (status, answer) = officer.send("PATCH", &target(&own[0], ""), change, None).await;
    assert_eq!(
        (status, &answer["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("officer.conflict"))
    );

    let end = format!("/api/officer-conflicts/4405/{}/end", conflict["id"].as_str().unwrap());
    made(&officer, &end, json!({"version": 1, "reason": "配偶已离职"})).await;
    made(&officer, &url, json!({"place": "全厂", "cards": cards})).await;
    // one that is entered later takes the officers off what they were drawn for
    let other = targets(&officer, "state=planned")
        .await
        .into_iter()
        .find(|own| own["officers"].as_array().unwrap().iter().any(|own| own["card"] == cards[1]))
        .unwrap();
    let conflict =
        json!({"city": "4405", "enterprise": other["enterprise"], "card": cards[1], "reason": "持有股份"});
    made(&officer, "/api/officer-conflicts", conflict).await;
    let now = targets(&officer, "unassigned=true").await;
    assert_eq!(now.iter().map(|own| &own["id"]).collect::<Vec<_>>(), [&other["id"]]);
}

#[db_test]
async fn a_visit_does_what_its_agency_planned_and_what_those_joined_to_it_who_came_along(db: Db) {
    let server = city(db).await;
    let _workers = server.work().await;
    let Bureau { system, officer, leader, agency, cards } = bureau(&server).await;
    let (town_office, town_cards) = office(&system, TOWN, "town_office", "莲下镇安监办", "2099-12-31").await;
    let (town, chief) =
        (server.person(Role::Officer, TOWN, None).await, server.person(Role::Leader, TOWN, None).await);
    let ours = approved(&officer, &leader, &agency, json!([line("全覆盖", TOWN, None)])).await;
    drawn(&officer, &ours, 1).await;
    let theirs = approved(&town, &chief, &town_office, json!([line("全覆盖", TOWN, None)])).await;
    drawn(&town, &theirs, 1).await;
    let row = officer.named(PLASTICS).await;
    let of = format!("enterprise={}", row["id"].as_str().unwrap());
    let both = targets(&officer, &of).await;
    let lead = both.iter().find(|own| own["agency"] == agency["id"]).unwrap();
    let own = both.iter().find(|own| own["agency"] == town_office["id"]).unwrap();
    assert_eq!(own["others"][0]["agency_name"], "澄海区应急管理局");

    // whose plan it is decides; a town does not join the county's plan to its own
    let join = json!({"version": lead["version"], "lead": own["id"]});
    assert_eq!(refused(&town, &target(lead, "/join"), join).await.0, StatusCode::NOT_FOUND);
    let join = json!({"version": own["version"], "lead": lead["id"]});
    let joined = made(&town, &target(own, "/join"), join).await;
    assert_eq!((&joined["joined"], &joined["month"]), (&lead["id"], &lead["month"]));
    let mixed = json!({"version": lead["version"], "month": lead["month"], "cards": [cards[0], town_cards[0]], "reason": "联合检查"});
    let (status, now) = officer.send("PATCH", &target(lead, ""), mixed, None).await;
    // what the visit would refuse is not assigned; who joined sends their own along
    let code = &now["errors"][0]["code"];
    assert_eq!((status, code), (StatusCode::UNPROCESSABLE_ENTITY, &json!("officer.agency")), "{now}");
    let change = |own: &Value, cards: &[Value]| json!({"version": own["version"], "month": own["month"], "cards": cards, "reason": "联合检查"});
    let (status, now) = town.send("PATCH", &target(own, ""), change(&joined, &town_cards), None).await;
    assert_eq!(status, StatusCode::OK, "{now}");
    let (status, now) = officer.send("PATCH", &target(lead, ""), change(lead, &cards), None).await;
    assert_eq!(status, StatusCode::OK, "{now}");

    // the pair that is assigned can begin its visit
    let assigned: Vec<Value> =
        now["officers"].as_array().unwrap().iter().map(|own| own["card"].clone()).collect();
    let visit = visit(&officer, row["id"].as_str().unwrap(), &assigned, &town_cards).await;
    for own in targets(&officer, &of).await {
        assert_eq!(
            (&own["state"], &own["visit"], &own["done_on"]),
            (&json!("done"), &visit["id"], &json!("2026-03-02"))
        );
    }
    let (_, indicators) = officer.get("/api/indicators?region=440515").await;
    let share = indicators
        .as_array()
        .unwrap()
        .iter()
        .find(|own| own["code"] == "inspection_plan_done")
        .unwrap()
        .clone();
    assert_eq!((&share["total"]["numerator"], &share["total"]["denominator"]), (&json!(2), &json!(26)));
    let asked = json!({"query": {"plan": ours["id"], "state": "done"}, "format": "csv"});
    let asked = made(&officer, "/api/inspection-targets/exports", asked).await;
    assert_eq!(end_of(&officer, &asked).await["state"], "done");
    let file = format!("/api/inspection-targets/exports/{}/file", asked["job"].as_str().unwrap());
    let text = String::from_utf8(officer.bytes(&file).await).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[0].contains("执法人员") && lines[1].contains(PLASTICS) && lines[1].contains("已检查"),
        "{text}"
    );
    // what is done stays
    let cancel = json!({"version": 99, "reason": "改期"});
    assert_eq!(refused(&officer, &target(lead, "/cancel"), cancel).await.0, StatusCode::CONFLICT);
}

#[db_test]
async fn a_drawn_line_stays_as_it_is_and_what_was_cancelled_is_drawn_anew_from_the_others(db: Db) {
    let server = city(db).await;
    let Bureau { officer, leader, agency, .. } = bureau(&server).await;
    let plan = approved(&officer, &leader, &agency, json!([line("随机抽查", TOWN, Some(4))])).await;
    drawn(&officer, &plan, 1).await;
    let first = targets(&officer, "state=planned").await;
    let cancelled =
        made(&officer, &target(&first[0], "/cancel"), json!({"version": 1, "reason": "企业已搬空"})).await;
    let plan = again(&officer, &plan).await;
    assert_eq!(drawn(&officer, &plan, 1).await["drawn"], 1);
    let now = targets(&officer, "state=planned").await;
    assert_eq!(now.len(), 4);
    assert!(now.iter().all(|own| own["enterprise"] != cancelled["enterprise"]));

    let plan = again(&officer, &plan).await;
    let plan =
        made(&leader, &at(&plan, "/return"), json!({"version": plan["version"], "reason": "增加节前检查"}))
            .await;
    let put =
        |lines: Value| json!({"version": plan["version"], "name": "2026年度监督检查计划", "lines": lines});
    let mut more = plan["lines"][0].clone();
    more["number"] = json!(2);
    let (status, answer) = officer.send("PUT", &at(&plan, ""), put(json!([more])), None).await;
    assert_eq!(
        (status, &answer["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("line.drawn"))
    );
    let lines = json!([plan["lines"][0], line("节前检查", TOWN, Some(1))]);
    let (status, plan) = officer.send("PUT", &at(&plan, ""), put(lines), None).await;
    assert_eq!(status, StatusCode::OK, "{plan}");
    assert_eq!(plan["lines"][1]["code"], 2);
    assert_eq!(plan["draws"].as_array().unwrap().len(), 2);

    // of months that are over nothing can be drawn
    let old = json!([{"code": 0, "name": "一月", "region": TOWN, "number": 1, "from_month": 1, "to_month": 2, "times": 1}]);
    let old = approved(&officer, &leader, &agency, old).await;
    let (status, why, _) =
        refused(&officer, &at(&old, "/draws"), json!({"version": old["version"], "line": 1})).await;
    assert_eq!((status, why.as_str()), (StatusCode::CONFLICT, "draw.months"));
}

#[db_test]
async fn plans_wait_for_the_leader_and_inspections_for_the_officer_whose_card_was_drawn(db: Db) {
    let server = city(db).await;
    let Bureau { system, officer, leader, agency, cards } = bureau(&server).await;
    let (_, me) = officer.get("/api/session").await;
    let stranger = server.person(Role::Officer, "440512", None).await;
    let (_, other) = stranger.get("/api/session").await;
    let card = format!("/api/officer-cards/4405/{}", cards[0].as_str().unwrap());
    let link = |account: &Value| json!({"version": 1, "valid_to": "2099-12-31", "reason": "关联账号", "account": account});
    let (status, answer) = system.send("PATCH", &card, link(&other["account"]["id"]), None).await;
    assert_eq!(
        (status, &answer["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("account.officer"))
    );
    let (status, answer) = system.send("PATCH", &card, link(&me["account"]["id"]), None).await;
    assert_eq!(status, StatusCode::OK, "{answer}");

    let waits = async |who: &Client<'_>, kind: &str| {
        let groups = who.get("/api/inbox").await.1["groups"].clone();
        let found = groups.as_array().unwrap().iter().find(|group| group["kind"] == kind).cloned();
        found.map_or((0, String::new()), |own| {
            (own["number"].as_i64().unwrap(), own["link"].as_str().unwrap().to_string())
        })
    };
    let lines =
        json!([{"code": 0, "name": "三月", "region": TOWN, "from_month": 3, "to_month": 3, "times": 1}]);
    let new =
        json!({"city": "4405", "agency": agency["id"], "year": 2026, "name": "三月计划", "lines": lines});
    let plan = made(&officer, "/api/inspection-plans", new).await;
    let plan = made(&officer, &at(&plan, "/submit"), json!({"version": plan["version"]})).await;
    assert_eq!(waits(&leader, "plan_submitted").await.0, 1);
    let plan = made(&leader, &at(&plan, "/approve"), json!({"version": plan["version"]})).await;
    assert_eq!(waits(&leader, "plan_submitted").await.0, 0);
    drawn(&officer, &plan, 1).await;
    let (number, link) = waits(&officer, "inspection_planned").await;
    assert_eq!(number, 13);
    assert_eq!(targets(&officer, link.split_once('?').unwrap().1).await.len(), 13);
    assert_eq!(waits(&stranger, "inspection_planned").await.0, 0);
}

#[db_test]
async fn a_plan_and_its_targets_are_not_found_outside_the_area_and_two_draws_at_once_are_one(db: Db) {
    let server = city(db).await;
    let Bureau { officer, leader, agency, .. } = bureau(&server).await;
    let plan = approved(&officer, &leader, &agency, json!([line("全覆盖", TOWN, Some(6))])).await;
    let url = at(&plan, "/draws");
    let body = json!({"version": plan["version"], "line": 1});
    let (one, two) = futures::join!(
        officer.send("POST", &url, body.clone(), None),
        officer.send("POST", &url, body.clone(), None)
    );
    let mut both = [one.0, two.0];
    both.sort();
    assert_eq!(both, [StatusCode::CREATED, StatusCode::CONFLICT], "{} {}", one.1, two.1);
    assert_eq!(targets(&officer, "state=planned").await.len(), 6);

    let elsewhere = server.person(Role::Officer, "440512", None).await;
    assert_eq!(elsewhere.get(&at(&plan, "")).await.0, StatusCode::NOT_FOUND);
    let draw = again(&officer, &plan).await["draws"][0]["id"].as_str().unwrap().to_string();
    assert_eq!(elsewhere.get(&format!("/api/inspection-draws/4405/{draw}")).await.0, StatusCode::NOT_FOUND);
    assert!(targets(&elsewhere, "state=planned").await.is_empty());
    let town = server.person(Role::Officer, TOWN, None).await;
    assert_eq!(town.get(&at(&plan, "")).await.0, StatusCode::NOT_FOUND);
    // the town sees which of its enterprises the county means to inspect
    assert_eq!(targets(&town, "state=planned").await.len(), 6);
    let own = &targets(&town, "state=planned").await[0];
    let change = json!({"version": own["version"], "month": 12, "cards": []});
    assert_eq!(town.send("PATCH", &target(own, ""), change, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        server.person(Role::Clerk, COUNTY, None).await.send("POST", &url, body, None).await.0,
        StatusCode::FORBIDDEN
    );
}
