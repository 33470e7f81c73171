//! What becomes of an enterprise over HTTP: its status, who watches over it, its cluster, its parent, and its way to another county.

use axum::http::StatusCode;
use db::{Db, Exec, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, TRADE, code, list, path};

/// Shantou's Jinping, Longhu and Chenghai, and a town of each.
const JINPING: &str = "440511";
const CHENGHAI: &str = "440515";
const LIANXIA: &str = "440515102";
const WAISHA: &str = "440507009";

fn item(row: &Value) -> Value {
    json!({"city": row["city"], "id": row["id"], "version": row["version"]})
}

async fn total(client: &Client<'_>, query: &str) -> i64 {
    client.get(&format!("/api/enterprises/count?{query}")).await.1["total"].as_i64().unwrap()
}

#[db_test]
async fn a_status_changes_with_its_day_and_reason_and_the_numbers_follow(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, LIANXIA, None).await;
    let row = officer.named(PLASTICS).await;
    let url = format!("{}/status", path(&row));
    let change = |version: i64, status: &str, on: &str| json!({"version": version, "status": status, "on": on, "reason": "厂房已清空", "document": "停业报告〔2024〕1号"});
    let tomorrow = server.app.clock.today().succ_opt().unwrap().to_string();
    for (on, wrong) in [("1990-06-13", "date.before_founding"), (&tomorrow, "date.future")] {
        let (status, problem) = officer.send("POST", &url, change(1, "suspended", on), None).await;
        assert_eq!(
            (status, &problem["errors"][0]["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(wrong)),
            "{problem}"
        );
    }
    let (_, problem) = officer.send("POST", &url, change(1, "suspended", "2024-02-30"), None).await;
    assert_eq!(problem["code"], "date.invalid");
    let (_, problem) = officer.send("POST", &url, change(1, "merged", "2024-01-01"), None).await;
    assert_eq!(problem["code"], "status.transition");
    assert_eq!(total(&officer, "status=suspended").await, 0);
    let (status, done) = officer.send("POST", &url, change(1, "suspended", "2024-03-01"), Some("s1")).await;
    assert_eq!(
        (status, &done["status"], &done["status_on"]),
        (StatusCode::OK, &json!("suspended"), &json!("2024-03-01"))
    );
    assert_eq!(
        officer.send("POST", &url, change(1, "suspended", "2024-03-01"), Some("s1")).await,
        (status, done),
        "a repeated request gets its first answer"
    );
    let (status, problem) = officer.send("POST", &url, change(1, "normal", "2024-04-01"), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("conflict.version")));
    assert_eq!((total(&officer, "status=suspended").await, total(&officer, "").await), (1, 1));
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
    let (_, seen) = officer.get(&url).await;
    let steps: Vec<_> = seen["steps"].as_array().unwrap().iter().map(|step| step["status"].clone()).collect();
    assert_eq!(steps, [json!("suspended"), json!("pending")]);
    assert_eq!(
        (&seen["steps"][0]["document"], &seen["steps"][0]["actor"]),
        (&json!("停业报告〔2024〕1号"), &json!("监管员甲"))
    );
    assert!(seen["next"].as_array().unwrap().iter().any(|next| next["value"] == "normal"));
    let (_, problem) = officer
        .send("PATCH", &path(&row), json!({"version": 2, "changes": {"status": "normal"}}), None)
        .await;
    assert_eq!(problem["errors"][0]["code"], "field.fixed", "there is one way to change the status");
    let elsewhere = server.person(Role::Officer, WAISHA, None).await;
    assert_eq!(
        elsewhere.send("POST", &url, change(2, "normal", "2024-05-01"), None).await.0,
        StatusCode::NOT_FOUND
    );
    let leader = server.person(Role::Leader, "4405", None).await;
    assert_eq!(
        leader.send("POST", &url, change(2, "normal", "2024-05-01"), None).await.0,
        StatusCode::FORBIDDEN
    );
}

#[db_test]
async fn a_deregistered_enterprise_comes_back_by_a_document_only(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let clerk = server.person(Role::Clerk, CHENGHAI, None).await;
    let url = format!("{}/status", path(&clerk.named(PLASTICS).await));
    let body = |version: i64, to: &str, document: Value| json!({"version": version, "status": to, "on": "2025-01-02", "reason": "登记机关通报", "document": document});
    assert_eq!(clerk.send("POST", &url, body(1, "deregistered", Value::Null), None).await.0, StatusCode::OK);
    let (status, problem) = clerk.send("POST", &url, body(2, "normal", json!(" ")), None).await;
    assert_eq!(
        (status, &problem["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/document"))
    );
    let (status, _) = clerk.send("POST", &url, body(2, "normal", json!("汕市监恢〔2025〕3号")), None).await;
    assert_eq!(status, StatusCode::OK);
}

#[db_test]
async fn a_record_goes_to_the_county_that_accepts_it_and_is_seen_no_more_by_the_one_it_left(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let sender = server.person(Role::Officer, LIANXIA, None).await;
    let receiver = server.person(Role::Clerk, JINPING, None).await;
    let stranger = server.person(Role::Clerk, "440507", None).await;
    let row = sender.named(PLASTICS).await;
    let firm =
        server.person(Role::Enterprise, LIANXIA, Some(row["id"].as_str().unwrap().parse().unwrap())).await;
    let url = format!("{}/handover", path(&row));
    let send = |target: &str| json!({"version": 1, "target": target, "reason": "已搬到金平区经营"});
    for (target, wrong) in [
        ("440511999", "region.unknown"),
        ("440106", "region.other_city"),
        (LIANXIA, "region.own"),
        (CHENGHAI, "region.same"),
    ] {
        let (status, problem) = sender.send("POST", &url, send(target), None).await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(wrong)), "{target}");
    }
    assert_eq!(receiver.send("POST", &url, send(JINPING), None).await.0, StatusCode::NOT_FOUND);
    let (status, handover) = sender.send("POST", &url, send(JINPING), Some("h1")).await;
    assert_eq!(status, StatusCode::CREATED, "{handover}");
    assert_eq!(sender.send("POST", &url, send(JINPING), Some("h1")).await.1["id"], handover["id"]);
    assert_eq!(sender.send("POST", &url, send(JINPING), None).await.1["code"], "handover.open");
    let count = |direction: &str| format!("/api/handovers/count?direction={direction}&state=open");
    assert_eq!(sender.get(&count("outgoing")).await.1, json!({"total": 1}));
    assert_eq!(receiver.get(&count("incoming")).await.1, json!({"total": 1}));
    for direction in ["incoming", "outgoing", "within"] {
        assert_eq!(stranger.get(&count(direction)).await.1, json!({"total": 0}));
    }
    let city = server.person(Role::Leader, "4405", None).await;
    assert_eq!(city.get(&count("within")).await.1, json!({"total": 1}));
    let (_, page) = receiver.get("/api/handovers?direction=incoming").await;
    assert_eq!(page["items"][0]["enterprise"]["name"], PLASTICS, "the receiver sees what it is to accept");
    assert_eq!(
        receiver.get(&path(&row)).await.0,
        StatusCode::NOT_FOUND,
        "until then it stays with the sender"
    );
    let decide = format!("/api/handovers/4405/{}/decide", handover["id"].as_str().unwrap());
    assert_eq!(
        stranger.send("POST", &decide, json!({"version": 1, "accept": true}), None).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        sender.send("POST", &decide, json!({"version": 1, "accept": true}), None).await.0,
        StatusCode::NOT_FOUND,
        "nobody gives a record away alone"
    );
    assert_eq!(
        receiver.send("POST", &decide, json!({"version": 1, "accept": false}), None).await.1["code"],
        "reason.length"
    );
    let outside = json!({"version": 1, "accept": true, "town": LIANXIA});
    assert_eq!(receiver.send("POST", &decide, outside, None).await.1["code"], "region.outside");
    let accept = json!({"version": 1, "accept": true, "town": "440511015"});
    let (status, done) = receiver.send("POST", &decide, accept.clone(), Some("d1")).await;
    assert_eq!((status, &done["state"]), (StatusCode::OK, &json!("accepted")), "{done}");
    assert_eq!(receiver.send("POST", &decide, accept.clone(), Some("d1")).await.1["state"], "accepted");
    assert_eq!(receiver.send("POST", &decide, accept, None).await.1["code"], "handover.decided");
    assert_eq!(sender.get(&path(&row)).await.0, StatusCode::NOT_FOUND);
    assert_eq!((total(&sender, "").await, total(&receiver, "region=440511015").await), (0, 2));
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
    let found = |client: &Value| client["groups"][0]["items"][0]["title"].clone();
    assert_eq!(found(&receiver.get("/api/search?q=ceshisuliao").await.1), PLASTICS);
    assert_eq!(sender.get("/api/search?q=ceshisuliao").await.1["groups"], json!([]));
    assert_eq!(
        firm.get(&path(&row)).await.1["town"],
        "440511015",
        "the enterprise's own account goes with it"
    );
    let sent = sender.get("/api/handovers?direction=outgoing").await.1;
    assert_eq!(sent["items"][0]["state"], "accepted", "the sender keeps what became of it");
}

#[db_test]
async fn a_handover_is_returned_with_a_reason_or_taken_back_and_of_two_at_once_one_counts(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let sender = server.person(Role::Clerk, CHENGHAI, None).await;
    let receiver = server.person(Role::Officer, JINPING, None).await;
    let row = sender.named(PLASTICS).await;
    let open = || async {
        let body = json!({"version": 1, "target": JINPING, "reason": "地址在金平区"});
        sender.send("POST", &format!("{}/handover", path(&row)), body, None).await.1
    };
    let of = |handover: &Value, what: &str| {
        format!("/api/handovers/4405/{}/{what}", handover["id"].as_str().unwrap())
    };
    let first = open().await;
    let back = json!({"version": 1, "accept": false, "reason": "实际仍在澄海"});
    assert_eq!(receiver.send("POST", &of(&first, "decide"), back, None).await.1["state"], "returned");
    let sent = sender.get("/api/handovers?direction=outgoing&state=returned").await.1;
    assert_eq!(sent["items"][0]["answer"], "实际仍在澄海");
    let second = open().await;
    let withdraw = json!({"version": 1, "reason": "重复发送"});
    assert_eq!(
        receiver.send("POST", &of(&second, "withdraw"), withdraw.clone(), None).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        sender.send("POST", &of(&second, "withdraw"), withdraw.clone(), None).await.1["state"],
        "withdrawn"
    );
    let third = open().await;
    let (withdraw_path, decide_path) = (of(&third, "withdraw"), of(&third, "decide"));
    let (one, two) = tokio::join!(
        sender.send("POST", &withdraw_path, withdraw, None),
        receiver.send("POST", &decide_path, json!({"version": 1, "accept": true}), None)
    );
    let mut ends = [one.0, two.0];
    ends.sort();
    assert_eq!(ends, [StatusCode::OK, StatusCode::CONFLICT], "{one:?} {two:?}");
    let told = if one.0 == StatusCode::CONFLICT { &one.1 } else { &two.1 };
    assert_eq!(told["code"], "handover.decided");
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
}

#[db_test]
async fn officers_are_set_singly_and_in_bulk_and_shown_by_name(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let officer = server.person(Role::Officer, CHENGHAI, None).await;
    let (plastics, trade) = (clerk.named(PLASTICS).await, clerk.named(TRADE).await);
    let offered = clerk.get(&format!("/api/officers?region={LIANXIA}")).await.1;
    let id = offered[0]["id"].clone();
    assert_eq!(offered[0]["name"], "监管员甲");
    assert_eq!(officer.get("/api/officers?region=440511").await.0, StatusCode::NOT_FOUND);
    let set = |items: Value, rest: Value| {
        let mut body = rest;
        body["items"] = items;
        body
    };
    let both = json!([item(&plastics), item(&trade)]);
    let (status, problem) =
        clerk.send("POST", "/api/enterprises/duty", set(both, json!({"officer": id})), None).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("officer.elsewhere")),
        "nobody answers for what lies outside their area"
    );
    assert_eq!(clerk.named(PLASTICS).await["version"], 1, "all or none");
    let one = set(json!([item(&plastics)]), json!({"officer": id, "grid": "东一", "department": "工信局"}));
    let (status, done) = clerk.send("POST", "/api/enterprises/duty", one.clone(), Some("d1")).await;
    assert_eq!((status, &done), (StatusCode::OK, &json!({"changed": 1})));
    assert_eq!(clerk.send("POST", "/api/enterprises/duty", one.clone(), Some("d1")).await.1, done);
    assert_eq!(clerk.send("POST", "/api/enterprises/duty", one, None).await.1["code"], "conflict.version");
    let row = clerk.named(PLASTICS).await;
    assert_eq!((&row["officer_name"], &row["grid"]), (&json!("监管员甲"), &json!("东一")));
    let own = format!("officer={}", id.as_str().unwrap());
    assert_eq!((total(&officer, &own).await, total(&clerk, &own).await), (1, 1));
    let (_, steps) = clerk.get(&format!("{}/history", path(&row))).await;
    assert_eq!(steps[1]["after"]["officer_name"], "监管员甲", "the trail names the person");
    let both = json!([item(&row), item(&trade)]);
    let (_, done) = clerk
        .send("POST", "/api/enterprises/duty", set(both, json!({"officer": null, "grid": "东一"})), None)
        .await;
    assert_eq!(done, json!({"changed": 2}));
    assert_eq!(
        (total(&clerk, &own).await, &clerk.named(PLASTICS).await["department"]),
        (0, &json!("工信局"))
    );
    let foreign = set(json!([item(&trade)]), json!({"grid": "x"}));
    assert_eq!(officer.send("POST", "/api/enterprises/duty", foreign, None).await.0, StatusCode::NOT_FOUND);
    let empty = set(json!([item(&plastics)]), json!({}));
    assert_eq!(clerk.send("POST", "/api/enterprises/duty", empty, None).await.1["code"], "duty.empty");
}

#[db_test]
async fn a_branch_and_its_parent_find_each_other_once_both_are_registered(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, CHENGHAI, None).await;
    let row = officer.named(PLASTICS).await;
    let change = json!({"version": 1, "changes": {"parent_name": "汕头市澄海区测试集团（总）厂"}});
    officer.send("PATCH", &path(&row), change, None).await;
    let links = |row: Value| async move { officer.get(&format!("{}/links", path(&row))).await.1 };
    assert_eq!(links(row.clone()).await["parent"], Value::Null);
    server
        .take(&format!(
            "企业名称,统一社会信用代码,注册地址\n汕头市澄海区测试集团(总)厂,{},汕头市澄海区莲下镇某路9号\n",
            code(CHENGHAI, 70)
        ))
        .await;
    let officer = server.person(Role::Officer, "4405", None).await;
    let parent = officer.named("汕头市澄海区测试集团(总)厂").await;
    let seen = officer.get(&format!("{}/links", path(&row))).await.1;
    assert_eq!(seen["parent"]["id"], parent["id"]);
    // the branch names its parent in the sign of its own register; the parent finds it by the name as it is written there
    let rename = json!({"version": 2, "changes": {"parent_name": "汕头市澄海区测试集团(总)厂"}});
    officer.send("PATCH", &path(&row), rename, None).await;
    let seen = officer.get(&format!("{}/links", path(&parent))).await.1;
    assert_eq!(seen["branches"][0]["name"], PLASTICS);
    assert_eq!(
        total(&officer, &format!("parent_name={}", testkit::percent("汕头市澄海区测试集团(总)厂"))).await,
        1
    );
}

#[db_test]
async fn a_cluster_gathers_enterprises_and_counts_them(db: Db) {
    let server = Server::new(db).await;
    server.take(&list().replace("金平区金砂路1号", "澄海区莲下镇某路1号")).await;
    let officer = server.person(Role::Officer, CHENGHAI, None).await;
    let form = |name: &str, version: Value| json!({"town": LIANXIA, "name": name, "kind": "market", "address": "莲下镇某路", "manager": "黄某", "manager_phone": "13800001111", "version": version});
    let (status, problem) =
        officer.send("POST", "/api/clusters", json!({"town": JINPING, "name": "", "kind": "x"}), None).await;
    assert_eq!((status, problem["errors"].as_array().unwrap().len()), (StatusCode::UNPROCESSABLE_ENTITY, 3));
    let (status, made) =
        officer.send("POST", "/api/clusters", form("莲下测试市场", Value::Null), Some("c1")).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(
        officer.send("POST", "/api/clusters", form("莲下测试市场", Value::Null), Some("c1")).await.1,
        made
    );
    assert_eq!(
        officer.send("POST", "/api/clusters", form("莲下测试市场", Value::Null), None).await.1["code"],
        "name.taken"
    );
    let one = format!("/api/clusters/4405/{}", made["id"].as_str().unwrap());
    let (plastics, trade) = (officer.named(PLASTICS).await, officer.named(TRADE).await);
    let join = |items: Value, cluster: &Value| json!({"items": items, "cluster": cluster});
    let both = json!([item(&plastics), item(&trade)]);
    let (status, done) =
        officer.send("POST", "/api/enterprises/cluster", join(both, &made["id"]), None).await;
    assert_eq!((status, done), (StatusCode::OK, json!({"changed": 2})));
    let list = officer.get("/api/clusters").await.1;
    assert_eq!(
        (&list["items"][0]["members"], &list["items"][0]["manager_phone"]),
        (&json!(2), &json!("138****1111"))
    );
    assert_eq!(officer.get(&one).await.1["manager_phone"], "13800001111");
    let filter = format!("cluster={}", made["id"].as_str().unwrap());
    assert_eq!(total(&officer, &filter).await, 2);
    assert_eq!(officer.named(PLASTICS).await["cluster_name"], "莲下测试市场");
    assert_eq!(officer.send("DELETE", &one, Value::Null, None).await.1["code"], "cluster.members");
    assert_eq!(
        officer.send("PUT", &one, form("莲下综合市场", json!(7)), None).await.1["code"],
        "conflict.version"
    );
    assert_eq!(officer.send("PUT", &one, form("莲下综合市场", json!(1)), None).await.1["members"], 2);
    let foreign = server.person(Role::Officer, JINPING, None).await;
    assert_eq!(foreign.get(&one).await.0, StatusCode::NOT_FOUND);
    assert_eq!(foreign.get("/api/clusters").await.1["items"], json!([]));
    let city = server.person(Role::Clerk, "4405", None).await;
    let workshop = city.named("无证作坊").await;
    let (_, problem) = city
        .send("POST", "/api/enterprises/cluster", join(json!([item(&workshop)]), &made["id"]), None)
        .await;
    assert_eq!(problem["code"], "cluster.elsewhere");
    let again = json!([item(&officer.named(PLASTICS).await), item(&officer.named(TRADE).await)]);
    let (_, done) = officer.send("POST", "/api/enterprises/cluster", join(again, &Value::Null), None).await;
    assert_eq!(done, json!({"changed": 2}));
    assert_eq!(officer.send("DELETE", &one, Value::Null, None).await.0, StatusCode::NO_CONTENT);
    #[derive(db::FromRow)]
    struct Number {
        number: i64,
    }
    let trail: Number = server
        .app
        .db
        .one(sql!("select count(*) as number from audit where subject = 'cluster'"))
        .await
        .unwrap();
    assert_eq!(trail.number, 4, "made, read, changed, deleted");
}
