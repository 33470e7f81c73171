//! What pages show: limits of a new point, the live stream, figures by area.

use super::*;

#[db_test]
async fn a_point_begins_with_the_limits_of_the_standard_and_says_what_is_wrong(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    let none = json!({"high": null, "high_high": null, "hysteresis": null, "delay_s": null});
    let mut gas = none.clone();
    (gas["kind"], gas["name"]) = (json!("combustible_gas"), json!("泵房可燃气体"));
    let gas = own.point("GT-1", gas).await;
    assert_eq!((&gas["high"], &gas["high_high"], &gas["unit"]), (&json!(25.0), &json!(50.0), &json!("%LEL")));
    assert!(gas["basis"].as_str().unwrap().starts_with("GB/T 50493-2019"));
    let wrong = async |more: Value| {
        let mut body = json!({"city": "4405", "enterprise": own.row["id"], "code": "X-1", "name": "某点", "kind": "level"});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let (status, told) = own.firm.send("POST", "/api/monitoring/points", body, None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        told["errors"][0]["pointer"].as_str().unwrap().to_string()
    };
    assert_eq!(wrong(json!({"code": ""})).await, "/code");
    assert_eq!(wrong(json!({"code": "GT-1"})).await, "/code");
    assert_eq!(wrong(json!({"kind": "noise"})).await, "/kind");
    assert_eq!(wrong(json!({"high": 5, "high_high": 5})).await, "/high_high");
    assert_eq!(wrong(json!({"interval_s": 0})).await, "/interval_s");
    assert_eq!(wrong(json!({"kind": "video", "link": "javascript:alert(1)"})).await, "/link");
    // a change stands on the trail, and a stale one is refused
    let mut body = json!({"version": gas["version"], "code": "GT-1", "name": "泵房可燃气体", "kind": "combustible_gas", "high": 20, "high_high": 40});
    let (status, changed) = own.firm.send("PUT", &address(&gas), body.clone(), None).await;
    assert_eq!((status, &changed["high"]), (StatusCode::OK, &json!(20.0)), "{changed}");
    body["high"] = json!(22);
    let (status, stale) = own.firm.send("PUT", &address(&gas), body, None).await;
    assert_eq!((status, &stale["current"]["high"]), (StatusCode::CONFLICT, &json!(20.0)));
}

#[db_test]
async fn the_live_stream_tells_what_became_otherwise_within_the_area(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    let point = own.point("TI-101", json!({})).await;
    assert_eq!(own.officer.events("/api/monitoring/events").await.0, StatusCode::BAD_REQUEST);
    let (status, mut events) = own.officer.events(&format!("/api/monitoring/events?region={TOWN}")).await;
    assert_eq!(status, StatusCode::OK);
    // who watches another town hears nothing of it
    let other = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(other.events(&format!("/api/monitoring/events?region={TOWN}")).await.0, StatusCode::NOT_FOUND);
    let (_, mut elsewhere) = other.events("/api/monitoring/events?region=440511015").await;
    assert_eq!(elsewhere.next("monitoring").await["points"], json!([]));
    let first = events.next("monitoring").await;
    assert_eq!((&first["points"][0]["state"], &first["unacknowledged"]), (&json!("new"), &json!(0)));
    own.send(&[("TI-101", second(-10), 61.0)]).await;
    let told = events.next("monitoring").await;
    assert_eq!(
        (&told["points"][0]["id"], &told["points"][0]["last_value"], &told["points"][0]["state"]),
        (&point["id"], &json!(61.0), &json!("level1"))
    );
    assert_eq!(told["unacknowledged"], 1);
    let of = told["standings"].as_array().unwrap().iter().find(|own| own["state"] == "level1").unwrap();
    assert_eq!(of["number"], 1);
}

#[db_test]
async fn areas_say_where_points_are_online_and_what_is_wrong(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    own.point("TI-101", json!({})).await;
    own.point("TI-102", json!({})).await;
    own.send(&[("TI-101", second(-10), 61.0)]).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let numbers = |row: &Value| {
        ["points", "online", "alarming", "unacknowledged"].map(|name| row[name].as_i64().unwrap())
    };
    for (region, area) in [("4405", "440515"), ("440515", TOWN)] {
        let (status, rows) = clerk.get(&format!("/api/monitoring/areas?region={region}")).await;
        assert_eq!((status, &rows[0]["region"]), (StatusCode::OK, &json!(area)), "{rows}");
        assert_eq!((rows.as_array().unwrap().len(), numbers(&rows[0])), (1, [2, 1, 1, 1]));
    }
    let (_, rows) = own.officer.get(&format!("/api/monitoring/areas?region={TOWN}")).await;
    assert_eq!((&rows[0]["enterprise"], &rows[0]["label"]), (&own.row["id"], &json!(PLASTICS)));
    assert_eq!(numbers(&rows[0]), [2, 1, 1, 1]);
    assert_eq!(own.officer.get("/api/monitoring/areas?region=440511").await.0, StatusCode::NOT_FOUND);
    // what a number of an ownership links to
    let ownership = own.row["ownership"].as_str().unwrap();
    let other = if ownership == "public" { "non_public" } else { "public" };
    for (ownership, number) in [(ownership, 2), (other, 0)] {
        let (_, page) = own.officer.get(&format!("/api/monitoring/points?ownership={ownership}")).await;
        assert_eq!(page["items"].as_array().unwrap().len(), number);
    }
}
