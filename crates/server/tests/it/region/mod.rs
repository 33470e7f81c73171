//! Divisions that change, with what stands in them, and the way back; agencies; rare characters.

mod map;
mod moves;

use axum::http::StatusCode;
use db::{Db, db_test, describe};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, Server, end_of};

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

pub async fn proven(server: &Server) {
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
}

pub async fn peopled(server: &Server) {
    server.take(&firms()).await;
    for region in [LIANXIA, LIANSHANG, "440507", "440511015"] {
        server.person(Role::Officer, region, None).await;
    }
}
