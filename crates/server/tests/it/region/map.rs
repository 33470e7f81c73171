//! The map itself: who changes it, what it was on any day, and the agencies that hang on it.

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::Server;

use super::{LIANSHANG, LIANXIA, carry_out, change, peopled, take_back};

#[db_test]
async fn only_the_citys_system_administrator_changes_the_map_and_only_as_the_law_of_codes_allows(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    peopled(&server).await;
    let admin = server.person(Role::System, "4405", None).await;
    let new = |kind: &str, codes: &[&str], rest: Value| change(kind, codes, rest);
    let rename = new("rename", &[LIANXIA], json!({"name": "新镇"}));
    for (role, region) in [(Role::System, "440515"), (Role::Security, "4405"), (Role::Clerk, "4405")] {
        let other = server.person(role, region, None).await;
        let (status, _) = other.send("POST", "/api/region-changes", rename.clone(), None).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{role:?}");
    }
    let elsewhere = server.person(Role::System, "4401", None).await;
    assert_eq!(
        elsewhere.send("POST", "/api/region-changes", rename.clone(), None).await.0,
        StatusCode::NOT_FOUND
    );
    let mut later = rename.clone();
    later["changed_on"] = json!("2999-01-01");
    let mut nameless = rename.clone();
    nameless["document"] = json!(" ");
    for (wrong, code) in [
        (later, "date.future"),
        (nameless, "document.missing"),
        (new("rename", &[LIANXIA], json!({"name": "莲上镇"})), "name.taken"),
        (new("rename", &["440515999"], json!({"name": "新镇"})), "region.unknown"),
        (new("move", &[LIANXIA], json!({"parent": "440515"})), "region.tier"),
        (new("move", &[LIANXIA], json!({"parent": "440511", "code": "440511015"})), "code.taken"),
        (
            new("establish", &[], json!({"parent": "440515", "name": "新镇", "code": "440511900"})),
            "code.invalid",
        ),
        (new("split", &[LIANXIA], json!({"parts": [{"name": "甲镇"}, {"name": "乙镇"}]})), "member.open"),
        (new("abolish", &[LIANXIA], json!({})), "region.occupied"),
    ] {
        let (_, problem) = admin.send("POST", "/api/region-changes/preview", wrong.clone(), None).await;
        assert_eq!(problem["code"], code, "{wrong}: {problem}");
    }
    // what a later change built on is not undone under it
    let first = carry_out(&admin, rename).await;
    let second = carry_out(&admin, new("merge", &[LIANSHANG], json!({"code": LIANXIA}))).await;
    let path = format!("/api/region-changes/4405/{}/undo", first["change"].as_str().unwrap());
    let (status, problem) = admin.send("POST", &path, Value::Null, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("change.built_on")));
    take_back(&admin, &second).await;
    take_back(&admin, &first).await;
    assert_eq!(admin.get(&format!("/api/regions/{LIANXIA}")).await.1["name"], "莲下镇");
}

#[db_test]
async fn the_map_of_any_day_and_the_history_of_a_reused_code_can_be_asked_for(db: Db) {
    let server = Server::new(db).await;
    let nobody = server.nobody();
    let names = |on: &'static str| {
        let nobody = &nobody;
        async move {
            let (status, found) = nobody.get(&format!("/api/regions?parent=4405&on={on}")).await;
            assert_eq!(status, StatusCode::OK);
            found
                .as_array()
                .unwrap()
                .iter()
                .map(|own| own["name"].as_str().unwrap().to_string())
                .collect::<Vec<_>>()
        }
    };
    assert!(names("1990-06-01").await.contains(&"郊区".to_string()));
    let before = names("2003-01-28").await;
    assert!(before.contains(&"升平区".to_string()) && before.contains(&"潮阳市".to_string()), "{before:?}");
    let after = names("2003-01-29").await;
    assert_eq!(after, ["龙湖区", "金平区", "濠江区", "潮阳区", "潮南区", "澄海区", "南澳县"]);
    let (_, history) = nobody.get("/api/regions/440511/history").await;
    assert_eq!(history["spans"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&history["spans"][0]["name"], &history["spans"][0]["certainty"]),
        (&json!("郊区"), &json!("memory"))
    );
    assert_eq!(
        (&history["spans"][1]["name"], &history["spans"][1]["certainty"]),
        (&json!("金平区"), &json!("text"))
    );
    assert_eq!(history["changes"][0]["document"], "国函〔2003〕13号");
    // the towns of today are no towns of the suburb that had the code
    assert_eq!(nobody.get("/api/regions?parent=440511&on=1985-01-01").await.1, json!([]));
    assert_eq!(nobody.get("/api/regions/449999/history").await.0, StatusCode::NOT_FOUND);
}

#[db_test]
async fn agencies_hang_on_divisions_and_are_kept_by_the_system_administrator_of_the_area(db: Db) {
    let server = Server::new(db).await;
    let county = server.person(Role::System, "440515", None).await;
    let new = |region: &str, kind: &str, sectors: Value| json!({"region": region, "name": "澄海区住建局", "kind": kind, "sectors": sectors, "phone": " "});
    let (status, made) = county
        .send("POST", "/api/agencies", new("440515", "department", json!(["construction"])), None)
        .await;
    assert_eq!(
        (status, &made["kind_label"], &made["phone"]),
        (StatusCode::CREATED, &json!("行业主管部门"), &Value::Null),
        "{made}"
    );
    for (wrong, code) in [
        (new("440511", "bureau", json!([])), "region.outside"),
        (new("440515", "department", json!([])), "sector.unknown"),
        (new("440515", "town_office", json!([])), "region.tier"),
        (new("440515", "club", json!([])), "kind.unknown"),
    ] {
        let (status, problem) = county.send("POST", "/api/agencies", wrong, None).await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(code)));
    }
    let path = format!("/api/agencies/4405/{}", made["id"].as_str().unwrap());
    let mut changed = new("440515", "department", json!(["construction", "trade"]));
    changed["version"] = json!(1);
    assert_eq!(county.send("PUT", &path, changed.clone(), None).await.1["version"], 2);
    let (status, stale) = county.send("PUT", &path, changed, None).await;
    assert_eq!((status, &stale["current"]["version"]), (StatusCode::CONFLICT, &json!(2)));
    let other = server.person(Role::System, "440511", None).await;
    assert_eq!(other.send("DELETE", &path, Value::Null, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.get("/api/agencies").await.1["items"], json!([]));
    let clerk = server.person(Role::Clerk, "440515", None).await;
    assert_eq!(clerk.get("/api/agencies").await.1["items"][0]["name"], "澄海区住建局");
    assert_eq!(clerk.send("DELETE", &path, Value::Null, None).await.0, StatusCode::FORBIDDEN);
    // a town is answered for by its own office and by those of the divisions around it
    for town in ["440515100", "440515101"] {
        county.send("POST", "/api/agencies", new(town, "town_office", json!([])), None).await;
    }
    let answering = clerk.get("/api/agencies?answers_for=440515100").await.1;
    let places: Vec<&Value> =
        answering["items"].as_array().unwrap().iter().map(|own| &own["region"]).collect();
    assert_eq!(places, ["440515100", "440515"]);
    // officers hang on agencies
    let security = server.person(Role::Security, "440515", None).await;
    let person = |login: &str, agency: Value| json!({"login": login, "name": "林某", "kind": "officer", "region": "440515", "agency": agency});
    let (status, account) =
        security.send("POST", "/api/accounts", person("linmou", made["id"].clone()), None).await;
    assert_eq!(status, StatusCode::CREATED, "{account}");
    let account = format!("/api/accounts/{}", account["id"].as_str().unwrap());
    assert_eq!(security.get(&account).await.1["agency"], made["id"]);
    assert_eq!(county.send("DELETE", &path, Value::Null, None).await.1["code"], "agency.used");
    let unknown = json!("019a0000-0000-7000-8000-000000000000");
    assert_eq!(
        security.send("POST", "/api/accounts", person("limou", unknown), None).await.1["code"],
        "agency.unknown"
    );
    let bureau = county.send("POST", "/api/agencies", new("440515", "bureau", json!([])), None).await.1;
    let change = json!({"version": 1, "agency": bureau["id"]});
    let (_, moved) = security.send("PATCH", &account, change, None).await;
    assert_eq!(moved["agency"], bureau["id"], "{moved}");
    assert_eq!(county.send("DELETE", &path, Value::Null, None).await.0, StatusCode::NO_CONTENT);
}
