//! What follows a change of divisions beside the rows that stand in them: the towns suggested for a record; and what
//! people must settle first.

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, Server, end_of};

use crate::region::{LIANSHANG, LIANXIA, carry_out, change, peopled, proven, take_back};

/// The towns suggested for an enterprise: code and name.
async fn suggested(clerk: &Client<'_>, name: &str) -> Vec<(String, String)> {
    let row = clerk.named(name).await;
    let text = |own: &Value, field: &str| own[field].as_str().unwrap().to_string();
    row["suggestions"].as_array().unwrap().iter().map(|own| (text(own, "town"), text(own, "name"))).collect()
}

#[db_test]
async fn a_suggested_town_goes_by_its_new_name_or_is_suggested_no_longer(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let admin = server.person(Role::System, "4405", None).await;
    let clerk = server.person(Role::Clerk, "440515", None).await;
    peopled(&server).await;
    let before = clerk.named("莲下丙厂").await;
    let (_, villages) = admin.get(&format!("/api/regions?parent={LIANXIA}")).await;
    let codes: Vec<&str> =
        villages.as_array().unwrap().iter().map(|own| own["code"].as_str().unwrap()).collect();
    let parts = json!([
        {"name": "程洋岗镇", "members": &codes[..1], "words": []},
        {"name": "渡亭镇", "members": &codes[1..], "words": []},
    ]);
    // its address tells neither part: both are suggested
    let split = carry_out(&admin, change("split", &[LIANXIA], json!({"parts": parts}))).await;
    let both = suggested(&clerk, "莲下丙厂").await;
    let names = |all: &[(String, String)]| all.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&both), ["澄海区程洋岗镇", "澄海区渡亭镇"]);
    let new = change("rename", &[&both[0].0], json!({"name": "新程镇"}));
    let renamed = carry_out(&admin, new).await;
    assert_eq!(names(&suggested(&clerk, "莲下丙厂").await), ["澄海区新程镇", "澄海区渡亭镇"]);
    let new = change("merge", &[&both[0].0], json!({"code": LIANSHANG}));
    let (_, preview) = admin.send("POST", "/api/region-changes/preview", new.clone(), None).await;
    let told = preview["moves"].as_array().unwrap().iter().find(|own| own["label"] == "镇街建议").unwrap();
    assert_eq!((&told["to_name"], &told["count"]), (&json!("莲上镇"), &json!(1)));
    let merged = carry_out(&admin, new).await;
    let now = suggested(&clerk, "莲下丙厂").await;
    assert_eq!(
        (now[0].0.as_str(), names(&now)),
        (LIANSHANG, vec!["澄海区莲上镇".into(), "澄海区渡亭镇".into()])
    );
    // into the other that is suggested: once is enough
    let last = carry_out(&admin, change("merge", &[&both[1].0], json!({"code": LIANSHANG}))).await;
    assert_eq!(names(&suggested(&clerk, "莲下丙厂").await), ["澄海区莲上镇"]);
    proven(&server).await;
    for done in [last, merged, renamed] {
        assert_eq!(take_back(&admin, &done).await["left"], json!({}));
    }
    assert_eq!(suggested(&clerk, "莲下丙厂").await, both);
    assert_eq!(take_back(&admin, &split).await["left"], json!({}));
    proven(&server).await;
    let after = clerk.named("莲下丙厂").await;
    for field in ["town", "assignment", "assignment_reason", "suggestions"] {
        assert_eq!(after[field], before[field], "{field}");
    }
}

#[db_test]
async fn a_town_for_which_only_a_suggestion_speaks_can_be_abolished(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let admin = server.person(Role::System, "4405", None).await;
    let clerk = server.person(Role::Clerk, "440515", None).await;
    peopled(&server).await;
    let parts = json!([
        {"name": "程洋岗镇", "members": [], "words": ["程洋岗"]},
        {"code": LIANXIA, "members": [], "words": ["渡亭"]},
    ]);
    carry_out(&admin, change("split", &[LIANXIA], json!({"parts": parts}))).await;
    let both = suggested(&clerk, "莲下丙厂").await;
    assert_eq!(both.len(), 2);
    let row = clerk.named("莲下甲厂").await;
    let item = json!({"city": "4405", "id": row["id"], "version": row["version"]});
    let give = json!({"items": [item], "town": LIANSHANG});
    assert_eq!(clerk.send("POST", "/api/enterprises/assign", give, None).await.0, StatusCode::OK);
    let abolished = carry_out(&admin, change("abolish", &[&both[0].0], json!({}))).await;
    assert_eq!(suggested(&clerk, "莲下丙厂").await, both[1..]);
    proven(&server).await;
    take_back(&admin, &abolished).await;
    assert_eq!(suggested(&clerk, "莲下丙厂").await, both);
}

#[db_test]
async fn two_clusters_of_one_name_are_told_apart_before_their_towns_become_one(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let admin = server.person(Role::System, "4405", None).await;
    let clerk = server.person(Role::Clerk, "440515", None).await;
    let market = |town: &str, name: &str| json!({"town": town, "name": name, "kind": "market"});
    let mut made = Vec::new();
    for town in [LIANSHANG, LIANXIA] {
        let (status, own) = clerk.send("POST", "/api/clusters", market(town, "轻工市场"), None).await;
        assert_eq!(status, StatusCode::CREATED, "{own}");
        made.push(own);
    }
    for new in [
        change("merge", &[LIANSHANG], json!({"code": LIANXIA})),
        change("merge", &[LIANSHANG, LIANXIA], json!({"name": "莲塘镇"})),
    ] {
        let (status, said) = admin.send("POST", "/api/region-changes/preview", new.clone(), None).await;
        assert_eq!((status, &said["code"]), (StatusCode::CONFLICT, &json!("region.same_name")), "{said}");
        let words = said["detail"].as_str().unwrap();
        assert!(words.contains("集群“轻工市场”") && words.contains("改名"), "{words}");
        let (_, asked) = admin.send("POST", "/api/region-changes", new, None).await;
        let job = end_of(&admin, &asked).await;
        assert_eq!((&job["state"], &job["error"]["code"]), (&json!("failed"), &json!("region.same_name")));
    }
    let path = format!("/api/clusters/4405/{}", made[0]["id"].as_str().unwrap());
    let mut other = market(LIANSHANG, "轻工市场（莲上）");
    other["version"] = made[0]["version"].clone();
    assert_eq!(clerk.send("PUT", &path, other, None).await.0, StatusCode::OK);
    let done = carry_out(&admin, change("merge", &[LIANSHANG], json!({"code": LIANXIA}))).await;
    assert_eq!(done["moved"], json!({"cluster": 1}));
    assert_eq!(clerk.get(&path).await.1["town"], LIANXIA);
}
