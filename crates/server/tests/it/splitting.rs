//! Undoing a split over HTTP: the first record has back what it said and all that went to the second, which becomes part of it; and it is
//! refused where something would be lost, until that is settled.

use axum::http::StatusCode;
use db::{Db, Exec, FromRow, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, Server, code, path};
use uuid::Uuid;

use crate::{
    inspection::made,
    merging::{CHENGHAI, DONGLI, LIANXIA, LICENSED, WALKED, merge, register, said},
};

const SECOND: &str = "澄海测试玩具厂二厂";

fn id(row: &Value) -> Uuid {
    row["id"].as_str().unwrap().parse().unwrap()
}

/// Splits a record; answers it as it was, and the two as they are.
async fn split(
    clerk: &Client<'_>,
    name: &str,
    own: Value,
    second: Value,
    records: Value,
) -> (Value, Value, Value) {
    let row = clerk.named(name).await;
    let row = clerk.get(&path(&row)).await.1;
    let mut changes = json!({"name": SECOND, "address": "汕头市澄海区东里镇丁路4号", "staff": 10});
    for (field, value) in second.as_object().unwrap() {
        changes[field] = value.clone();
    }
    let body = json!({"version": row["version"], "town": DONGLI, "changes": changes, "own": own, "records": records, "reason": "两处厂房分开监管"});
    let both = made(clerk, &format!("{}/split", path(&row)), body).await;
    (row, both["first"].clone(), both["second"].clone())
}

/// The latest split that was not undone.
async fn latest(clerk: &Client<'_>) -> Value {
    clerk.get("/api/mergers?kind=split&state=done").await.1["items"][0].clone()
}

fn url(row: &Value) -> String {
    format!("/api/mergers/4405/{}/undo", row["id"].as_str().unwrap())
}

async fn undo(clerk: &Client<'_>, row: &Value) -> (StatusCode, Value) {
    clerk.send("POST", &url(row), json!({"version": row["version"], "reason": "其实是一处"}), None).await
}

/// Changes fields of a record as it stands.
async fn patch(clerk: &Client<'_>, row: &Value, changes: Value) {
    let version = clerk.get(&path(row)).await.1["version"].clone();
    let (status, answer) =
        clerk.send("PATCH", &path(row), json!({"version": version, "changes": changes}), None).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

async fn permit(clerk: &Client<'_>, row: &Value, number: &str) -> Value {
    let fields = json!({"kind": "fire", "number": number, "issuer": "澄海区消防救援大队"});
    made(clerk, &format!("{}/records", path(row)), json!({"section": "permit", "fields": fields})).await
}

/// The numbers of the permits in an archive.
async fn permits(clerk: &Client<'_>, row: &Value) -> Vec<String> {
    let page = clerk.get(&format!("{}/records?section=permit", path(row))).await.1;
    let mut numbers: Vec<String> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| own["number"].as_str().unwrap().to_string())
        .collect();
    numbers.sort();
    numbers
}

#[db_test]
async fn undoing_a_split_gives_back_fields_and_belongings_and_loses_nothing(db: Db) {
    let server = Server::new(db).await;
    register(&server).await;
    let clerk = server.person(Role::Clerk, CHENGHAI, None).await;
    let row = clerk.named(LICENSED).await;
    permit(&clerk, &row, "消验字1号").await;
    let carried = permit(&clerk, &row, "消验字2号").await;
    // the code goes to the second premises, too
    let code_of = row["credit_code"].clone();
    let (before, first, second) = split(
        &clerk,
        LICENSED,
        json!({"staff": 20, "credit_code": null}),
        json!({"credit_code": code_of}),
        json!([carried["id"]]),
    )
    .await;
    assert_eq!((&first["credit_code"], &second["credit_code"]), (&Value::Null, &code_of));
    assert_eq!(
        (permits(&clerk, &first).await, permits(&clerk, &second).await),
        (vec!["消验字1号".into()], vec!["消验字2号".into()])
    );
    // what comes to the second since: an account of its own, a record, a verification
    let firm = server.person(Role::Enterprise, DONGLI, Some(id(&second))).await;
    permit(&clerk, &second, "消验字3号").await;
    let officer = server.person(Role::Officer, CHENGHAI, None).await;
    made(&officer, &format!("{}/verify", path(&second)), json!({"version": second["version"]})).await;
    // both pages say it
    let links = clerk.get(&format!("{}/links", path(&first))).await.1;
    assert_eq!((&links["split_into"][0]["id"], &links["split_from"]), (&second["id"], &Value::Null));
    let links = clerk.get(&format!("{}/links", path(&second))).await.1;
    assert_eq!((&links["split_from"]["id"], &links["split_into"]), (&first["id"], &json!([])));
    let listed = latest(&clerk).await;
    assert_eq!(
        (&listed["kind"], &listed["kept"], &listed["absorbed"]),
        (&json!("split"), &first["id"], &second["id"])
    );
    assert_eq!(clerk.get("/api/mergers?kind=merged").await.1["items"], json!([]));
    // not from elsewhere, not by who has but one of the towns, not on what was read before
    for region in ["440511", LIANXIA, DONGLI] {
        let other = server.person(Role::Clerk, region, None).await;
        assert_eq!(undo(&other, &listed).await.0, StatusCode::NOT_FOUND, "{region}");
    }
    let leader = server.person(Role::Leader, CHENGHAI, None).await;
    assert_eq!(undo(&leader, &listed).await.0, StatusCode::FORBIDDEN);
    let stale = json!({"version": 7, "reason": "其实是一处"});
    assert_eq!(clerk.send("POST", &url(&listed), stale, None).await.1["code"], "conflict.version");
    let unsaid = json!({"version": 1, "reason": " "});
    assert_eq!(clerk.send("POST", &url(&listed), unsaid, None).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 4}));

    let body = json!({"version": 1, "reason": "其实是一处"});
    let (status, undone) = clerk.send("POST", &url(&listed), body.clone(), Some("s1")).await;
    assert_eq!((status, &undone["state"]), (StatusCode::OK, &json!("undone")), "{undone}");
    assert_eq!(clerk.send("POST", &url(&listed), body, Some("s1")).await.1, undone);
    assert_eq!(undo(&clerk, &listed).await.1["code"], "merger.undone");
    let (_, after) = clerk.get(&path(&first)).await;
    assert_eq!(said(&after), said(&before), "the first says what it said");
    assert_eq!(permits(&clerk, &first).await, ["消验字1号", "消验字2号", "消验字3号"]);
    let (_, gone) = clerk.get(&path(&second)).await;
    assert_eq!((&gone["status"], &gone["merged_into"]), (&json!("merged"), &first["id"]));
    assert_eq!(firm.get(&path(&first)).await.0, StatusCode::OK, "the account goes with what it is of");
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 3}));
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
    let links = clerk.get(&format!("{}/links", path(&second))).await.1;
    assert_eq!((&links["merged_into"]["id"], &links["by_merger"]), (&first["id"], &json!(false)));
    assert_eq!(clerk.get(&format!("{}/links", path(&first))).await.1["split_into"], json!([]));
    for row in [&first, &second] {
        let (_, steps) = clerk.get(&format!("{}/history", path(row))).await;
        let reasons: Vec<&str> =
            steps.as_array().unwrap().iter().filter_map(|step| step["reason"].as_str()).collect();
        assert_eq!(reasons.last(), Some(&"撤销拆分：其实是一处"), "{reasons:?}");
    }
    assert!(audit::verify(&server.app.db).await.is_ok());
}

#[db_test]
async fn undoing_a_split_is_refused_where_it_would_lose_what_was_changed_since(db: Db) {
    let server = Server::new(db).await;
    register(&server).await;
    let clerk = server.person(Role::Clerk, CHENGHAI, None).await;
    let (before, first, second) = split(&clerk, LICENSED, json!({"staff": 20}), json!({}), json!([])).await;
    let listed = latest(&clerk).await;
    patch(&clerk, &first, json!({"staff": 21, "grid": "东一"})).await;
    patch(&clerk, &second, json!({"staff": 11, "principal": "林某"})).await;
    let (status, problem) = undo(&clerk, &listed).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("split.changed")));
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.starts_with(&format!(
            "拆分以后“{LICENSED}”的从业人数，“{SECOND}”的主要负责人、从业人数又修改过"
        )),
        "{detail}"
    );
    assert_eq!(clerk.get(&path(&first)).await.1["staff"], 21, "nothing was lost");
    assert_eq!(clerk.get(&path(&second)).await.1["principal"], "林某");
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 4}));
    patch(&clerk, &first, json!({"staff": 20})).await;
    assert_eq!(undo(&clerk, &listed).await.1["code"], "split.changed");
    patch(&clerk, &second, json!({"staff": 10, "principal": null})).await;
    let (status, undone) = undo(&clerk, &listed).await;
    assert_eq!(status, StatusCode::OK, "{undone}");
    let now = clerk.get(&path(&first)).await.1;
    assert_eq!(
        (&now["staff"], &now["grid"]),
        (&before["staff"], &json!("东一")),
        "what the split did not touch stays"
    );
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
}

#[db_test]
async fn undoing_a_split_waits_for_what_is_under_way(db: Db) {
    let server = Server::new(db).await;
    register(&server).await;
    let clerk = server.person(Role::Clerk, CHENGHAI, None).await;
    let (_, first, second) = split(&clerk, LICENSED, json!({}), json!({}), json!([])).await;
    let listed = latest(&clerk).await;
    for row in [&first, &second] {
        let version = clerk.get(&path(row)).await.1["version"].clone();
        let sent = json!({"version": version, "target": "440511", "reason": "已搬走"});
        let handover = made(&clerk, &format!("{}/handover", path(row)), sent).await;
        let (status, problem) = undo(&clerk, &listed).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("handover.open")));
        assert!(problem["detail"].as_str().unwrap().contains(row["name"].as_str().unwrap()), "{problem}");
        let withdraw = format!("/api/handovers/4405/{}/withdraw", handover["id"].as_str().unwrap());
        made(&clerk, &withdraw, json!({"version": 1, "reason": "没有搬"})).await;
    }
    let firm = server.person(Role::Enterprise, DONGLI, Some(id(&second))).await;
    let proposal =
        made(&firm, &format!("{}/proposals", path(&second)), json!({"changes": {"staff": 3}})).await;
    assert_eq!(undo(&clerk, &listed).await.1["code"], "proposal.open");
    let decide = format!("/api/proposals/4405/{}/decide", proposal["id"].as_str().unwrap());
    let refused = json!({"version": 1, "accept": [], "return": {"staff": "与现场不符"}});
    let officer = server.person(Role::Officer, CHENGHAI, None).await;
    made(&officer, &decide, refused).await;
    // what either became, took in or gave off since is undone first
    let third = clerk.named(WALKED).await;
    let together = async |kept: &Value, other: &Value| {
        let (kept, other) = (clerk.get(&path(kept)).await.1, clerk.get(&path(other)).await.1);
        made(&clerk, &format!("{}/merge", path(&kept)), merge(&kept, &other, json!([]))).await
    };
    for (kept, other, code) in [
        (&third, &first, "merger.again"),
        (&third, &second, "merger.again"),
        (&first, &second, "merger.again"),
        (&second, &third, "merger.later"),
    ] {
        let merger = together(kept, other).await;
        let (status, problem) = undo(&clerk, &listed).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!(code)), "{problem}");
        assert_eq!(undo(&clerk, &merger).await.0, StatusCode::OK);
    }
    split(&clerk, SECOND, json!({}), json!({"name": "三厂", "address": "东里镇戊路5号"}), json!([])).await;
    let later = latest(&clerk).await;
    assert_eq!(later["kept"], second["id"]);
    let (_, problem) = undo(&clerk, &listed).await;
    assert_eq!(
        (&problem["code"], problem["detail"].as_str().unwrap().contains("拆分")),
        (&json!("merger.later"), true)
    );
    assert_eq!(undo(&clerk, &later).await.0, StatusCode::OK);
    let (status, undone) = undo(&clerk, &listed).await;
    assert_eq!(status, StatusCode::OK, "{undone}");
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 3}));
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
}

#[db_test]
async fn undoing_a_split_does_not_take_a_code_that_is_another_s_by_now(db: Db) {
    let server = Server::new(db).await;
    register(&server).await;
    let clerk = server.person(Role::Clerk, CHENGHAI, None).await;
    let (before, first, second) =
        split(&clerk, LICENSED, json!({"credit_code": null}), json!({}), json!([])).await;
    let body = json!({"town": LIANXIA, "anyway": true, "changes": {"name": "澄海新来玩具厂", "credit_code": before["credit_code"]}});
    made(&clerk, "/api/enterprises", body).await;
    let listed = latest(&clerk).await;
    let (status, problem) = undo(&clerk, &listed).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("credit_code.taken")));
    assert!(problem["detail"].as_str().unwrap().contains("撤销拆分"), "{problem}");
    for row in [&first, &second] {
        assert_eq!(clerk.get(&path(row)).await.1["status"], row["status"], "nothing was half done");
    }
    let other = clerk.named("澄海新来玩具厂").await;
    patch(&clerk, &other, json!({"credit_code": code(CHENGHAI, 29)})).await;
    assert_eq!(undo(&clerk, &listed).await.0, StatusCode::OK);
    assert_eq!(clerk.get(&path(&first)).await.1["credit_code"], before["credit_code"]);
}

#[derive(FromRow)]
struct Alike {
    id: Uuid,
    apart: bool,
}

#[db_test]
async fn a_split_says_of_its_two_that_they_are_two_and_of_no_third(db: Db) {
    let server = Server::new(db).await;
    register(&server).await;
    let clerk = server.person(Role::Clerk, CHENGHAI, None).await;
    let groups = async || clerk.get("/api/duplicates").await.1["items"].as_array().unwrap().len();
    assert_eq!(groups().await, 0);
    // the second bears the name of the first
    let named = json!({"name": LICENSED});
    let (_, first, second) = split(&clerk, LICENSED, json!({}), named.clone(), json!([])).await;
    assert_eq!(groups().await, 0, "who split them said that they are two");
    let listed = latest(&clerk).await;
    assert_eq!(undo(&clerk, &listed).await.0, StatusCode::OK);
    let twins = async || -> Vec<Alike> {
        server
            .app
            .db
            .all(sql!("select id, apart from twin where key like '4name:%' order by id"))
            .await
            .unwrap()
    };
    assert_eq!(twins().await.len(), 0, "one record is nobody's twin");
    // a third one that is still to be looked at stays so
    let third =
        json!({"town": LIANXIA, "anyway": true, "changes": {"name": LICENSED, "address": "莲下镇己路6号"}});
    let third = made(&clerk, "/api/enterprises", third).await;
    assert_eq!(groups().await, 1);
    let hinted = async |row: &Value| clerk.get(&format!("{}/links", path(row))).await.1["duplicates"].clone();
    let row = clerk.get(&path(&first)).await.1;
    let body = json!({"version": row["version"], "town": DONGLI, "reason": "两处厂房分开监管",
        "changes": {"name": LICENSED, "address": "汕头市澄海区东里镇庚路7号"}});
    let both = made(&clerk, &format!("{}/split", path(&first)), body).await;
    assert_eq!((groups().await, hinted(&third).await), (1, json!(1)));
    assert_eq!(undo(&clerk, &latest(&clerk).await).await.0, StatusCode::OK);
    let left = twins().await;
    assert!(left.len() == 2 && left.iter().all(|own| !own.apart), "as before the split");
    assert!(left.iter().all(|own| own.id != id(&second) && own.id != id(&both["second"])));
    assert_eq!((groups().await, hinted(&first).await), (1, json!(1)));
}
