//! Divisions that change, with what stands in them, and the way back; agencies; rare characters.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use db::{Db, Exec, FromRow, Sql, db_test, describe};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, Server, end_of};

/// 澄海区莲下镇, 莲上镇, 溪南镇.
pub const LIANXIA: &str = "440515102";
pub const LIANSHANG: &str = "440515103";

fn firms() -> String {
    let mut text = String::from("企业名称,注册地址\n");
    for (name, place) in [
        ("莲下甲厂", "汕头市澄海区莲下镇程洋岗村1号"),
        ("莲下乙厂", "汕头市澄海区莲下镇渡亭村2号"),
        ("莲下丙厂", "汕头市澄海区莲下镇莲花路3号"),
        ("莲上丁厂", "汕头市澄海区莲上镇盛洲村4号"),
        ("鮀莲戊厂", "汕头市金平区鮀莲街道某路5号"),
        ("外砂己厂", "汕头市龙湖区外砂街道某路6号"),
    ] {
        text.push_str(&format!("{name},{place}\n"));
    }
    text
}

pub fn change(kind: &str, codes: &[&str], rest: Value) -> Value {
    let mut new =
        json!({"kind": kind, "changed_on": "2026-01-01", "document": "粤民〔2026〕1号", "codes": codes});
    for (name, value) in rest.as_object().into_iter().flatten() {
        new[name] = value.clone();
    }
    new
}

pub async fn carry_out(admin: &Client<'_>, new: Value) -> Value {
    let (status, asked) = admin.send("POST", "/api/region-changes", new, None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    let job = end_of(admin, &asked).await;
    assert_eq!(job["state"], "done", "{job}");
    job["result"].clone()
}

pub async fn take_back(admin: &Client<'_>, done: &Value) -> Value {
    let id = done["change"].as_str().unwrap();
    let path = format!("/api/region-changes/4405/{id}/undo");
    let (status, asked) = admin.send("POST", &path, Value::Null, None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    let job = end_of(admin, &asked).await;
    assert_eq!(job["state"], "done", "{job}");
    job["result"].clone()
}

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

pub async fn proven(server: &Server) {
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
}

pub async fn peopled(server: &Server) {
    server.take(&firms()).await;
    for region in [LIANXIA, LIANSHANG, "440507", "440511015"] {
        server.person(Role::Officer, region, None).await;
    }
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

/// A table that says where its rows stand follows a change of divisions, or stays with a reason.
#[db_test]
async fn every_table_with_a_division_is_on_one_of_the_two_lists(db: Db) {
    for table in describe(&db).await.unwrap() {
        let says = table.columns.iter().any(|own| ["town", "region", "county"].contains(&own.name.as_str()));
        let moves = server::MOVERS.iter().any(|own| own.subject() == table.name);
        let stays = server::STAYING.iter().any(|(own, _)| *own == table.name);
        if says {
            assert!(moves != stays, "put {} on one list of crates/server/src/moved.rs", table.name);
        }
    }
}

/// 𬶍, 𬒈 lie beyond the common block of characters (four bytes each); 鮀, 礐 are missing from GB 2312.
#[db_test]
async fn rare_characters_survive_input_search_sorting_export_and_import_again(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let sorted = ["礐石甲厂", "鮀江乙厂", "𬒈石丙厂", "𬶍莲丁厂"];
    for name in ["𬶍莲丁厂", "鮀江乙厂", "𬒈石丙厂", "礐石甲厂"] {
        let mark: String = name.chars().take(1).collect();
        let changes =
            json!({"name": name, "registered_address": format!("汕头市濠江区{mark}石街道{mark}某路1号")});
        let (status, made) = clerk
            .send("POST", "/api/enterprises", json!({"town": "440512003", "changes": changes}), None)
            .await;
        assert!(status.is_success(), "{made}");
    }
    let names = |page: &Value| -> Vec<String> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_string())
            .collect()
    };
    let (_, page) = clerk.get("/api/enterprises?sort=name").await;
    assert_eq!(names(&page), sorted);
    assert!(page.to_string().contains("礐石街道"), "the division's own name: {page}");
    for name in sorted {
        let encoded: String =
            name.chars().take(1).collect::<String>().bytes().map(|byte| format!("%{byte:02X}")).collect();
        let (_, found) = clerk.get(&format!("/api/search?q={encoded}")).await;
        assert!(found.to_string().contains(name), "{name}: {found}");
        let (_, list) = clerk.get(&format!("/api/enterprises?q={encoded}")).await;
        assert_eq!(names(&list), [name]);
    }
    for format in ["csv", "xlsx"] {
        let wanted = json!({"query": {}, "sort": "name", "columns": ["name", "registered_address", "region_name"], "format": format});
        let (_, asked) = clerk.send("POST", "/api/exports", wanted, None).await;
        assert_eq!(end_of(&clerk, &asked).await["state"], "done");
        let file = clerk.bytes(&format!("/api/exports/{}/file", asked["job"].as_str().unwrap())).await;
        let (_, import) = clerk.upload("/api/imports?region=4405", &file).await;
        let job = end_of(&clerk, &import).await;
        assert_eq!(
            (&job["state"], &job["result"]["rejected"], &job["result"]["created"]),
            (&json!("done"), &json!(0), &json!(0)),
            "{job}"
        );
        let path = format!("/api/imports/4405/{}", import["id"].as_str().unwrap());
        let (_, asked) = clerk.send("POST", &format!("{path}/commit"), json!({}), None).await;
        assert_eq!(end_of(&clerk, &asked).await["state"], "done");
        assert_eq!(names(&clerk.get("/api/enterprises?sort=name").await.1), sorted, "{format}");
    }
}
