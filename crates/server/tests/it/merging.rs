//! Records that are one enterprise over HTTP: finding them, making them one, giving both back, splitting one that was two, and deciding the
//! doubtful rows of an import.

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, Server, code, end_of, path, percent, place};

pub(crate) const CHENGHAI: &str = "440515";
pub(crate) const LIANXIA: &str = "440515102";
pub(crate) const DONGLI: &str = "440515105";

/// Two records of one factory: one from the licence, one from a walk through the town; and a third that is not it.
fn twins() -> String {
    format!(
        "企业名称,统一社会信用代码,法定代表人,联系电话,注册地址,从业人数\n澄海测试玩具厂,{},陈某,13800001111,汕头市澄海区莲下镇甲路1号,30\n澄海测试玩具（厂）,,陈某,13800002222,汕头市澄海区莲下镇乙路2号,45\n澄海别家玩具厂,{},林某,,汕头市澄海区莲下镇丙路3号,5\n",
        code(CHENGHAI, 21),
        code(CHENGHAI, 22)
    )
}

pub(crate) const LICENSED: &str = "澄海测试玩具厂";
pub(crate) const WALKED: &str = "澄海测试玩具工场";

/// The two, the second renamed so that both stand in the register under one name key only by their address and person.
pub(crate) async fn register(server: &Server) {
    assert_eq!(server.take(&twins().replace("玩具（厂）", "玩具工场")).await.created, 3);
}

pub(crate) fn merge(kept: &Value, other: &Value, take: Value) -> Value {
    json!({"version": kept["version"], "other": other["id"], "other_version": other["version"], "take": take, "reason": "现场核对为同一家"})
}

/// What a record says, without what every write changes.
pub(crate) fn said(row: &Value) -> Value {
    let mut row = row.clone();
    for name in ["version", "updated_at", "updated_by"] {
        row.as_object_mut().unwrap().remove(name);
    }
    row
}

async fn made_one(clerk: &Client<'_>, take: Value) -> (Value, Value, Value) {
    let (kept, other) = (clerk.named(LICENSED).await, clerk.named(WALKED).await);
    let (kept, other) = (clerk.get(&path(&kept)).await.1, clerk.get(&path(&other)).await.1);
    let url = format!("{}/merge", path(&kept));
    let (status, merger) = clerk.send("POST", &url, merge(&kept, &other, take), None).await;
    assert_eq!(status, StatusCode::CREATED, "{merger}");
    (kept, other, merger)
}

#[db_test]
async fn records_that_may_be_one_are_listed_as_soon_as_they_are_written(db: Db) {
    let server = Server::new(db).await;
    let one = "企业名称,法定代表人,注册地址\n某某小食店,陈某,汕头市澄海区莲下镇甲路1号\n";
    server.take(one).await;
    let clerk = server.person(Role::Clerk, LIANXIA, None).await;
    let groups = |page: Value| page["items"].as_array().unwrap().len();
    assert_eq!(groups(clerk.get("/api/duplicates").await.1), 0);
    // the same address and person under another name
    server.take(&one.replace("某某小食店", "陈记食店")).await;
    let (_, page) = clerk.get("/api/duplicates").await;
    assert_eq!(
        (&page["items"][0]["why"], &page["items"][0]["number"]),
        (&json!("地址和法定代表人相同"), &json!(2))
    );
    // the same name at another place
    let body = json!({"town": LIANXIA, "anyway": true, "changes": {"name": "某某 小食店", "address": "莲下镇丁路8号", "legal_person_phone": "13800001111"}});
    assert_eq!(clerk.send("POST", "/api/enterprises", body, None).await.0, StatusCode::CREATED);
    let (_, page) = clerk.get("/api/duplicates").await;
    assert_eq!(groups(page.clone()), 2, "{page}");
    assert!(!page.to_string().contains("13800001111"), "phones are masked");
    let (_, first) = clerk.get("/api/duplicates?limit=1").await;
    let (_, second) =
        clerk.get(&format!("/api/duplicates?limit=1&cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!(
        (&first["items"][0], &second["items"][0], &second["next"]),
        (&page["items"][0], &page["items"][1], &Value::Null)
    );
    let other = server.person(Role::Clerk, "440511", None).await;
    assert_eq!(groups(other.get("/api/duplicates").await.1), 0);
    assert_eq!(other.get(&format!("/api/duplicates?region={CHENGHAI}")).await.0, StatusCode::NOT_FOUND);
    // what somebody looked at and found to be two is offered no more, until a third joins them
    let apart = json!({"city": "4405", "key": page["items"][1]["key"]});
    assert_eq!(
        other.send("POST", "/api/duplicates/apart", apart.clone(), None).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(clerk.send("POST", "/api/duplicates/apart", apart, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(groups(clerk.get("/api/duplicates").await.1), 1);
    let third = json!({"town": LIANXIA, "anyway": true, "changes": {"name": "某某小食店", "address": "莲下镇戊路9号"}});
    clerk.send("POST", "/api/enterprises", third, None).await;
    assert_eq!(groups(clerk.get("/api/duplicates").await.1), 2);
    // a record that no longer shares anything leaves its group
    let row = clerk.named("陈记食店").await;
    let change = json!({"version": row["version"], "changes": {"legal_person": "黄某"}});
    clerk.send("PATCH", &path(&row), change, None).await;
    assert_eq!(groups(clerk.get("/api/duplicates").await.1), 1);
}

#[db_test]
async fn two_records_become_one_field_by_field_and_undoing_gives_both_back(db: Db) {
    let server = Server::new(db).await;
    register(&server).await;
    let clerk = server.person(Role::Clerk, LIANXIA, None).await;
    let walked = clerk.named(WALKED).await;
    let firm =
        server.person(Role::Enterprise, LIANXIA, Some(walked["id"].as_str().unwrap().parse().unwrap())).await;
    let (kept, other, merger) = made_one(&clerk, json!(["registered_address", "staff"])).await;
    let (_, now) = clerk.get(&path(&kept)).await;
    assert_eq!((&now["staff"], &now["registered_address"]), (&json!(45), &other["registered_address"]));
    assert_eq!(
        (&now["credit_code"], &now["legal_person_phone"]),
        (&kept["credit_code"], &json!("13800001111"))
    );
    assert_eq!(now["former_names"], WALKED, "the other name stays findable");
    let found = clerk.get(&format!("/api/search?q={}", percent("玩具工场"))).await.1;
    assert_eq!(found["groups"][0]["items"][0]["id"], kept["id"]);
    let (_, gone) = clerk.get(&path(&other)).await;
    assert_eq!((&gone["status"], &gone["merged_into"]), (&json!("merged"), &kept["id"]));
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 2}));
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
    let links = clerk.get(&format!("{}/links", path(&other))).await.1;
    assert_eq!(links["merged_into"]["id"], kept["id"]);
    assert_eq!(clerk.get(&format!("{}/links", path(&kept))).await.1["absorbed"][0]["name"], WALKED);
    assert_eq!(
        firm.get(&path(&kept)).await.0,
        StatusCode::OK,
        "the enterprise's account goes with its record"
    );
    let change = json!({"version": gone["version"], "changes": {"staff": 1}});
    assert_eq!(clerk.send("PATCH", &path(&other), change, None).await.1["code"], "enterprise.merged");
    assert_eq!(
        server.take(&twins().replace("玩具（厂）", "玩具工场")).await.unchanged,
        3,
        "the same list brings nothing back"
    );
    let undo = format!("/api/mergers/4405/{}/undo", merger["id"].as_str().unwrap());
    let foreign = server.person(Role::Clerk, "440511", None).await;
    let body = json!({"version": 1, "reason": "两家不同"});
    assert_eq!(foreign.send("POST", &undo, body.clone(), None).await.0, StatusCode::NOT_FOUND);
    let (status, undone) = clerk.send("POST", &undo, body.clone(), Some("u1")).await;
    assert_eq!((status, &undone["state"]), (StatusCode::OK, &json!("undone")), "{undone}");
    assert_eq!(clerk.send("POST", &undo, body.clone(), Some("u1")).await.1, undone);
    assert_eq!(clerk.send("POST", &undo, body, None).await.1["code"], "merger.undone");
    for before in [&kept, &other] {
        let (_, after) = clerk.get(&path(before)).await;
        assert_eq!(said(&after), said(before), "both say what they said");
    }
    assert_eq!(firm.get(&path(&other)).await.0, StatusCode::OK);
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 3}));
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
    let (_, steps) = clerk.get(&format!("{}/history", path(&kept))).await;
    let reasons: Vec<&str> =
        steps.as_array().unwrap().iter().filter_map(|step| step["reason"].as_str()).collect();
    assert_eq!(reasons[1..], ["合并重复档案“澄海测试玩具工场”：现场核对为同一家", "撤销合并：两家不同"]);
}

#[db_test]
async fn undoing_is_refused_where_it_would_lose_what_was_changed_since(db: Db) {
    let server = Server::new(db).await;
    register(&server).await;
    let clerk = server.person(Role::Clerk, LIANXIA, None).await;
    let (kept, other, merger) = made_one(&clerk, json!(["staff"])).await;
    let undo = format!("/api/mergers/4405/{}/undo", merger["id"].as_str().unwrap());
    let body = json!({"version": 1, "reason": "两家不同"});
    let patch = |version: i64, changes: Value| json!({"version": version, "changes": changes});
    clerk.send("PATCH", &path(&kept), patch(2, json!({"staff": 46, "grid": "东一"})), None).await;
    let (status, problem) = clerk.send("POST", &undo, body.clone(), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("merger.changed")));
    assert!(problem["detail"].as_str().unwrap().contains("从业人数"), "{problem}");
    clerk.send("PATCH", &path(&kept), patch(3, json!({"staff": 45})), None).await;
    assert_eq!(clerk.send("POST", &undo, body, None).await.0, StatusCode::OK);
    let (_, now) = clerk.get(&path(&kept)).await;
    assert_eq!(
        (&now["staff"], &now["grid"]),
        (&json!(30), &json!("东一")),
        "what the merger did not touch stays"
    );
    // a record that is one with a third by now is given back from the outside in
    let (_, _, first) = made_one(&clerk, json!([])).await;
    let third = clerk.named("澄海别家玩具厂").await;
    let kept = clerk.named(LICENSED).await;
    let (status, second) = clerk
        .send("POST", &format!("{}/merge", path(&third)), merge(&third, &kept, json!(["credit_code"])), None)
        .await;
    assert_eq!(status, StatusCode::CREATED, "{second}");
    assert_eq!(clerk.get(&format!("{}/links", path(&other))).await.1["merged_into"]["id"], third["id"]);
    let url = |merger: &Value| format!("/api/mergers/4405/{}/undo", merger["id"].as_str().unwrap());
    let body = json!({"version": 1, "reason": "合并错了"});
    assert_eq!(clerk.send("POST", &url(&first), body.clone(), None).await.1["code"], "merger.again");
    assert_eq!(clerk.send("POST", &url(&second), body.clone(), None).await.0, StatusCode::OK);
    assert_eq!(clerk.send("POST", &url(&first), body, None).await.0, StatusCode::OK);
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 3}));
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
}

#[db_test]
async fn nothing_is_made_one_unseen(db: Db) {
    let server = Server::new(db).await;
    register(&server).await;
    let clerk = server.person(Role::Clerk, LIANXIA, None).await;
    let (kept, other) = (clerk.named(LICENSED).await, clerk.named(WALKED).await);
    let url = format!("{}/merge", path(&kept));
    assert_eq!(clerk.send("POST", &url, merge(&kept, &kept, json!([])), None).await.1["code"], "merge.same");
    let fixed = merge(&kept, &other, json!(["ownership"]));
    assert_eq!(clerk.send("POST", &url, fixed, None).await.1["code"], "field.fixed");
    let mut stale = merge(&kept, &other, json!([]));
    stale["other_version"] = json!(9);
    let (status, problem) = clerk.send("POST", &url, stale, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("conflict.version")));
    let foreign = server.person(Role::Clerk, "440511", None).await;
    assert_eq!(
        foreign.send("POST", &url, merge(&kept, &other, json!([])), None).await.0,
        StatusCode::NOT_FOUND
    );
    let leader = server.person(Role::Leader, CHENGHAI, None).await;
    assert_eq!(
        leader.send("POST", &url, merge(&kept, &other, json!([])), None).await.0,
        StatusCode::FORBIDDEN
    );
    let firm =
        server.person(Role::Enterprise, LIANXIA, Some(other["id"].as_str().unwrap().parse().unwrap())).await;
    firm.send("POST", &format!("{}/proposals", path(&other)), json!({"changes": {"staff": 3}}), None).await;
    assert_eq!(
        clerk.send("POST", &url, merge(&kept, &other, json!([])), None).await.1["code"],
        "proposal.open"
    );
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 3}));
}

#[db_test]
async fn a_record_that_covers_two_premises_is_split_into_two(db: Db) {
    let server = Server::new(db).await;
    register(&server).await;
    let clerk = server.person(Role::Clerk, CHENGHAI, None).await;
    let row = clerk.named(LICENSED).await;
    let url = format!("{}/split", path(&row));
    let body = |changes: Value, town: &str| json!({"version": 1, "town": town, "changes": changes, "own": {"staff": 20}, "reason": "两处厂房分开监管"});
    let same = json!({"name": "澄海测试玩具厂二厂", "address": "汕头市澄海区莲下镇甲路1号"});
    assert_eq!(clerk.send("POST", &url, body(same, DONGLI), None).await.1["code"], "split.address");
    let second = json!({"name": "澄海测试玩具厂二厂", "address": "汕头市澄海区东里镇丁路4号", "staff": 10});
    assert_eq!(
        clerk.send("POST", &url, body(second.clone(), "440511015"), None).await.1["code"],
        "region.outside"
    );
    let taken = json!({"name": "二厂", "address": "东里镇丁路4号", "credit_code": row["credit_code"]});
    assert_eq!(clerk.send("POST", &url, body(taken, DONGLI), None).await.1["code"], "credit_code.taken");
    let (status, both) = clerk.send("POST", &url, body(second.clone(), DONGLI), Some("p1")).await;
    assert_eq!(status, StatusCode::CREATED, "{both}");
    assert_eq!(clerk.send("POST", &url, body(second.clone(), DONGLI), Some("p1")).await.1, both);
    assert_eq!(clerk.send("POST", &url, body(second, DONGLI), None).await.1["code"], "conflict.version");
    let (first, second) = (&both["first"], &both["second"]);
    assert_eq!((&first["staff"], &first["credit_code"]), (&json!(20), &row["credit_code"]));
    assert_eq!(
        (&second["town"], &second["staff"], &second["credit_code"]),
        (&json!(DONGLI), &json!(10), &Value::Null)
    );
    assert_eq!((&second["legal_person"], &second["parent_name"]), (&json!("陈某"), &json!(LICENSED)));
    assert_eq!(clerk.get(&format!("{}/links", path(first))).await.1["branches"][0]["id"], second["id"]);
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 4}));
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
}

/// Uploads a list and waits until every row is judged.
async fn preview(clerk: &Client<'_>, text: &str) -> Value {
    let (_, import) = clerk.upload("/api/imports?region=4405", text.as_bytes()).await;
    end_of(clerk, &import).await;
    import
}

async fn doubtful(clerk: &Client<'_>, import: &Value) -> Vec<Value> {
    clerk.get(&format!("{}/rows?outcome=duplicate", place(import))).await.1["items"]
        .as_array()
        .unwrap()
        .clone()
}

async fn commit(clerk: &Client<'_>, import: &Value) {
    let (status, asked) = clerk.send("POST", &format!("{}/commit", place(import)), json!({}), None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    assert_eq!(end_of(clerk, &asked).await["state"], "done");
}

#[db_test]
async fn each_doubtful_row_is_taken_as_new_as_a_change_or_left_out_and_remembered(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let known = "企业名称,注册地址,从业人数\n甲测试店,汕头市澄海区莲下镇甲路1号,3\n乙测试店,汕头市澄海区莲下镇乙路1号,3\n丙测试店,汕头市澄海区莲下镇丙路1号,3\n";
    assert_eq!(server.take(known).await.created, 3);
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let list = known.replace("路1号,3", "路9号,8") + "丙测试店,汕头市澄海区莲下镇丙路9号,9\n";
    let import = preview(&clerk, &list).await;
    let rows = doubtful(&clerk, &import).await;
    let doubts: Vec<&str> = rows.iter().map(|row| row["doubt"].as_str().unwrap()).collect();
    assert_eq!(doubts, ["possible", "possible", "possible", "in_file"]);
    assert_eq!(
        (&rows[0]["candidate_name"], &rows[0]["changes"]["after"]["staff"]),
        (&json!("甲测试店"), &json!(8))
    );
    let url = format!("{}/decisions", place(&import));
    let decide = |decision: Value, numbers: Value| json!({"decision": decision, "numbers": numbers});
    let (status, problem) = clerk.send("PUT", &url, decide(json!("new"), json!([5])), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("decision.impossible")));
    assert_eq!(
        clerk.send("PUT", &url, decide(json!("maybe"), json!([2])), None).await.1["code"],
        "decision.unknown"
    );
    for (decision, row) in [("new", 2), ("change", 3)] {
        let (_, done) = clerk.send("PUT", &url, decide(json!(decision), json!([row])), None).await;
        assert_eq!(done, json!({"decided": 1}));
    }
    assert_eq!(clerk.get(&place(&import)).await.1["decisions"], json!({"new": 1, "change": 1, "open": 2}));
    let (_, done) = clerk.send("PUT", &url, decide(json!("leave"), Value::Null), None).await;
    assert_eq!(done, json!({"decided": 2}), "all that were still open");
    let foreign = server.person(Role::Clerk, CHENGHAI, None).await;
    assert_eq!(
        foreign.send("PUT", &url, decide(json!("new"), json!([2])), None).await.0,
        StatusCode::NOT_FOUND
    );
    // the columns are judged again: what was decided stands
    let (_, asked) =
        clerk.send("PUT", &format!("{}/columns", place(&import)), json!({"columns": {}}), None).await;
    end_of(&clerk, &asked).await;
    let decided: Vec<Value> =
        doubtful(&clerk, &import).await.iter().map(|row| row["decision"].clone()).collect();
    assert_eq!(decided, [json!("new"), json!("change"), json!("leave"), json!("leave")]);
    commit(&clerk, &import).await;
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 4}));
    let changed = clerk.named("乙测试店").await;
    assert_eq!((&changed["staff"], &changed["version"]), (&json!(8), &json!(2)));
    assert_eq!(clerk.named("丙测试店").await["staff"], 3, "what was left out changes nothing");
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
    assert_eq!(
        clerk.send("PUT", &url, decide(json!("new"), json!([4])), None).await.1["code"],
        "import.busy"
    );
    // the same file again: what was taken is there, what was left out is still left out
    let again = preview(&clerk, &list).await;
    let (_, seen) = clerk.get(&place(&again)).await;
    assert_eq!(
        (&seen["counts"]["unchanged"], &seen["decisions"]),
        (&json!(2), &json!({"leave": 2})),
        "{seen}"
    );
    commit(&clerk, &again).await;
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 4}));
}
