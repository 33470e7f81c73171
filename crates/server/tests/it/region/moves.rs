//! What stands in divisions that change: it goes along, and undoing puts it back.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use db::{Db, Exec, FromRow, Sql, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{PASSWORD, Server};

use super::{LIANSHANG, LIANXIA, carry_out, change, peopled, proven, take_back};

#[derive(FromRow)]
struct Row {
    id: String,
    what: String,
}

/// Where every row of every table that follows stands, with the kept numbers and the map.
async fn everything(db: &Db) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (table, what) in [
        (
            "enterprise",
            "town || '/' || assignment || '/' || assignment_reason || '/' || cast(suggestions as text)",
        ),
        ("account", "town"),
        ("account_grant", "region"),
        ("agency", "town"),
        ("proposal", "town"),
        ("import", "town"),
        ("place", "town || county || word"),
        ("saved_view", "town || cast(query as text)"),
        ("law_row", "town"),
        ("search_entry", "town"),
    ] {
        let sql = Sql::new(&format!("select cast(id as text) as id, {what} as what from {table}"));
        let sql = if db.engine() == db::Engine::Sqlite {
            Sql::new(&sql.text().replace("cast(id as text)", "hex(id)"))
        } else {
            sql
        };
        for row in db.all::<Row>(sql).await.unwrap() {
            // the engines keep JSON with blanks or without
            all.insert(format!("{table}/{}", row.id), row.what.replace(' ', ""));
        }
    }
    let counts = "select city || town || dimension || value as id, cast(number as text) as what from enterprise_count where number <> 0";
    for row in db.all::<Row>(Sql::new(counts)).await.unwrap() {
        all.insert(format!("count/{}", row.id), row.what);
    }
    let map = "select code || cast(valid_from as text) as id, name || coalesce(cast(valid_to as text), '') as what from region";
    for row in db.all::<Row>(Sql::new(map)).await.unwrap() {
        all.insert(format!("region/{}", row.id), row.what);
    }
    for row in
        db.all::<Row>(Sql::new("select code || alias as id, note as what from region_alias")).await.unwrap()
    {
        all.insert(format!("alias/{}", row.id), row.what);
    }
    all
}

#[db_test]
async fn a_merged_town_takes_along_what_stands_in_it_and_undoing_puts_it_back(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let admin = server.person(Role::System, "4405", None).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    peopled(&server).await;
    let officer = server.sign_in("officer-440515103", PASSWORD).await;
    let view = json!({"page": "enterprises", "name": "我的", "query": {"region": LIANSHANG}, "columns": [], "shared": false});
    assert_eq!(officer.send("POST", "/api/views", view, None).await.0, StatusCode::CREATED);
    let agency = json!({"region": LIANSHANG, "name": "莲上镇安监办", "kind": "town_office"});
    assert_eq!(admin.send("POST", "/api/agencies", agency, None).await.0, StatusCode::CREATED);
    let before = everything(&server.app.db).await;
    let new = change("merge", &[LIANSHANG], json!({"code": LIANXIA, "name": "莲塘镇"}));
    let (status, preview) = admin.send("POST", "/api/region-changes/preview", new.clone(), None).await;
    assert_eq!(status, StatusCode::OK, "{preview}");
    let counted = |subject: &str| {
        preview["moves"]
            .as_array()
            .unwrap()
            .iter()
            .find(|own| own["subject"] == subject)
            .cloned()
            .unwrap_or_else(|| panic!("{subject}: {preview}"))
    };
    assert_eq!(counted("enterprise")["count"], 1);
    assert_eq!((&counted("account")["count"], &counted("agency")["count"]), (&json!(1), &json!(1)));
    assert_eq!(
        (&counted("saved_view")["count"], &counted("enterprise")["to_name"]),
        (&json!(1), &json!("莲塘镇"))
    );
    assert_eq!(everything(&server.app.db).await, before, "a preview changes nothing");
    let done = carry_out(&admin, new.clone()).await;
    assert_eq!(
        done["moved"],
        json!({"enterprise": 1, "account": 1, "account_grant": 1, "agency": 1, "saved_view": 1})
    );
    assert_eq!(clerk.named("莲上丁厂").await["region_name"], "广东省汕头市澄海区莲塘镇");
    assert_eq!(
        officer.get("/api/enterprises/count").await.1["total"],
        4,
        "the officer's area grew with the town"
    );
    assert_eq!(officer.get("/api/views?page=enterprises").await.1[0]["query"]["region"], LIANXIA);
    let (_, found) = officer.get("/api/search?q=%E8%8E%B2%E4%B8%8A%E4%B8%81").await;
    assert_eq!(found["groups"][0]["items"][0]["region"], "广东省汕头市澄海区莲塘镇", "{found}");
    proven(&server).await;
    // the map of before and after
    let towns = |on: &'static str| {
        let admin = &admin;
        async move {
            let (_, found) = admin.get(&format!("/api/regions?parent=440515{on}")).await;
            found
                .as_array()
                .unwrap()
                .iter()
                .map(|own| own["name"].as_str().unwrap().to_string())
                .collect::<Vec<_>>()
        }
    };
    assert!(
        towns("").await.contains(&"莲塘镇".to_string()) && !towns("").await.contains(&"莲上镇".to_string())
    );
    assert!(towns("&on=2025-12-31").await.contains(&"莲上镇".to_string()));
    assert_eq!(admin.get(&format!("/api/regions/{LIANSHANG}")).await.0, StatusCode::NOT_FOUND);
    let (_, history) = admin.get(&format!("/api/regions/{LIANSHANG}/history")).await;
    assert_eq!(history["spans"][0]["valid_to"], "2026-01-01");
    assert_eq!(history["changes"][0]["document"], "粤民〔2026〕1号");
    // the old name still leads there
    server.take("企业名称,注册地址\n旧名庚厂,汕头市澄海区莲上镇某路8号\n").await;
    assert_eq!(clerk.named("旧名庚厂").await["town"], LIANXIA);
    let (status, problem) = admin.send("POST", "/api/region-changes", new, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("region.unknown")));
    let undone = take_back(&admin, &done).await;
    assert_eq!(undone["left"], json!({}), "{undone}");
    let mut after = everything(&server.app.db).await;
    after.retain(|key, _| before.contains_key(key));
    let mut before = before;
    before.retain(|key, _| !key.starts_with("count/"));
    after.retain(|key, _| !key.starts_with("count/"));
    assert_eq!(after, before);
    proven(&server).await;
    let (_, changes) = admin.get("/api/region-changes").await;
    assert!(changes["items"][0]["undone_at"].is_string());
    let path = format!("/api/region-changes/4405/{}/undo", done["change"].as_str().unwrap());
    assert_eq!(admin.send("POST", &path, Value::Null, None).await.1["code"], "change.undone");
}

#[db_test]
async fn a_split_places_by_address_leaves_the_rest_open_and_widens_nobodys_area(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let admin = server.person(Role::System, "4405", None).await;
    let clerk = server.person(Role::Clerk, "440515", None).await;
    peopled(&server).await;
    let (_, villages) = admin.get(&format!("/api/regions?parent={LIANXIA}")).await;
    let villages = villages.as_array().unwrap().clone();
    let code = |name: &str| {
        let own = villages.iter().find(|own| own["name"].as_str().unwrap().contains(name));
        own.unwrap_or_else(|| panic!("{name}: {villages:?}"))["code"].as_str().unwrap().to_string()
    };
    let one = code("程洋岗");
    let rest: Vec<&Value> =
        villages.iter().map(|own| &own["code"]).filter(|own| **own != json!(one)).collect();
    let new = change(
        "split",
        &[LIANXIA],
        json!({"parts": [
            {"name": "程洋岗镇", "members": [one], "words": []},
            {"name": "渡亭镇", "members": rest, "words": []},
        ]}),
    );
    let before = everything(&server.app.db).await;
    let done = carry_out(&admin, new).await;
    let placed = |name: &'static str| {
        let clerk = &clerk;
        async move {
            let row = clerk.named(name).await;
            (
                row["region_name"].as_str().unwrap().to_string(),
                row["assignment"].as_str().unwrap().to_string(),
            )
        }
    };
    assert_eq!(placed("莲下甲厂").await, ("广东省汕头市澄海区程洋岗镇".into(), "certain".into()));
    assert_eq!(placed("莲下乙厂").await, ("广东省汕头市澄海区渡亭镇".into(), "certain".into()));
    assert_eq!(placed("莲下丙厂").await, ("广东省汕头市澄海区".into(), "proposed".into()));
    let officer = server.sign_in("officer-440515102", PASSWORD).await;
    assert_eq!(officer.get("/api/enterprises/count").await.1["total"], 1, "the heir's area, no more");
    proven(&server).await;
    // what an officer moved on since stays, and is said
    let row = clerk.named("莲下丙厂").await;
    let give =
        json!({"items": [{"city": "4405", "id": row["id"], "version": row["version"]}], "town": LIANSHANG});
    assert_eq!(clerk.send("POST", "/api/enterprises/assign", give, None).await.0, StatusCode::OK);
    let undone = take_back(&admin, &done).await;
    assert_eq!(undone["left"], json!({"enterprise": 1}));
    assert_eq!(undone["examples"][0]["id"], row["id"]);
    assert_eq!(clerk.named("莲下甲厂").await["town"], LIANXIA);
    assert_eq!(clerk.named("莲下丙厂").await["town"], LIANSHANG);
    proven(&server).await;
    let mut after = everything(&server.app.db).await;
    let moved = |key: &String, _: &mut String| key.starts_with("account") || key.starts_with("region/");
    let mut before = before;
    after.retain(moved);
    before.retain(moved);
    assert_eq!(after, before);
}

#[db_test]
async fn any_sequence_of_changes_undone_leaves_every_row_and_number_as_before(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let admin = server.person(Role::System, "4405", None).await;
    peopled(&server).await;
    let before = everything(&server.app.db).await;
    let mut seed = 0x2545_F491_4F6C_DD1Du64;
    let mut dice = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    for _ in 0..3 {
        let mut done = Vec::new();
        for step in 0..4 {
            let counties: Vec<String> =
                region::divisions::children("4405").iter().map(|own| own.code.clone()).collect();
            let county = &counties[dice(counties.len())];
            let other = counties.iter().find(|own| *own != county).unwrap();
            let towns: Vec<String> =
                region::divisions::children(county).iter().map(|own| own.code.clone()).collect();
            if towns.len() < 3 {
                continue;
            }
            // those where something stands come up often
            let busy = [LIANXIA, LIANSHANG, "440511015", "440507009"];
            let town = busy[dice(busy.len())].to_string();
            let town = if region::divisions::find(&town).is_some() {
                town
            } else {
                towns[dice(towns.len())].clone()
            };
            let new = match dice(5) {
                0 => change("rename", &[&town], json!({"name": format!("新名{step}镇")})),
                1 => change("merge", &[&town, &towns[0]], json!({"name": format!("合并{step}镇")})),
                2 => {
                    let to = if town.starts_with(county.as_str()) { other } else { county };
                    change("move", &[&town], json!({"parent": to, "name": format!("划入{step}镇")}))
                }
                3 => change(
                    "split",
                    &[&town],
                    json!({"parts": [
                    {"code": town, "members": [], "rest": true},
                    {"name": format!("分出{step}镇"), "members": [], "words": ["程洋岗", "某路"]}]}),
                ),
                _ => change("merge", &[county, other], json!({"name": format!("合并{step}区")})),
            };
            // two picks may be the same town, or of two counties
            if admin.send("POST", "/api/region-changes/preview", new.clone(), None).await.0 != StatusCode::OK
            {
                continue;
            }
            done.push(carry_out(&admin, new).await);
            proven(&server).await;
        }
        assert!(!done.is_empty());
        for change in done.iter().rev() {
            let undone = take_back(&admin, change).await;
            assert_eq!(undone["left"], json!({}), "{undone}");
            proven(&server).await;
        }
        assert_eq!(everything(&server.app.db).await, before);
    }
}
