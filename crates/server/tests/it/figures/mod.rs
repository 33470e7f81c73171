//! The numbers of the register: they follow every write and equal what a recount says, at every tier.

mod drawn;
mod lists;
mod papers;
mod people;
mod place;
mod register;

use db::{Db, db_test};
use kernel::Role;
use serde_json::json;
use testkit::{Server, TRADE, code};

#[db_test]
async fn figures_follow_every_write_and_equal_their_lists(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let (_, before) = clerk.get("/api/overview?region=4405").await;
    assert_eq!((&before["own"]["total"], before["children"].as_array().unwrap().len()), (&json!(4), 7));
    let trade = clerk.named(TRADE).await;
    let give = json!({"items": [{"city": "4405", "id": trade["id"], "version": 1}], "town": "440511002"});
    assert_eq!(
        clerk.send("POST", "/api/enterprises/assign", give, None).await.1,
        json!({"assigned": 1, "taught": []})
    );
    for region in ["4405", "440511", "440515", "440511002"] {
        let (_, overview) = clerk.get(&format!("/api/overview?region={region}")).await;
        for (dimension, slices) in overview["own"]["by"].as_object().unwrap() {
            for slice in slices.as_array().unwrap() {
                let url = format!(
                    "/api/enterprises/count?region={region}&{dimension}={}",
                    slice["value"].as_str().unwrap()
                );
                assert_eq!(clerk.get(&url).await.1["total"], slice["count"], "{url}");
            }
        }
    }
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
    let (_, facets) = clerk.get("/api/enterprises/facets?region=440511&fields=ownership").await;
    assert_eq!(facets["ownership"].as_array().unwrap().len(), 2);
}

#[db_test]
async fn the_map_of_many_gathers_them_by_town_with_the_numbers_of_the_list(db: Db) {
    let server = Server::new(db).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let system = kernel::Actor::system("测试");
    let records: Vec<enterprise::Enterprise> = demo::province("4405", 6_000).collect();
    for part in records.chunks(1_000) {
        let mut tx = server.app.db.begin().await.unwrap();
        enterprise::insert(&mut tx, &server.app.clock, &system, part, None).await.unwrap();
        tx.commit().await.unwrap();
    }
    let towns: std::collections::BTreeSet<&str> = records.iter().map(|row| row.town.as_str()).collect();
    for query in ["region=4405", "region=4405&ownership=non_public"] {
        let (_, map) = clerk.get(&format!("/api/enterprises/points?{query}")).await;
        let points = map["points"].as_array().unwrap();
        assert!(!points.is_empty() && points.len() <= towns.len(), "{} of {}", points.len(), towns.len());
        let shown: i64 = points.iter().map(|own| own["count"].as_i64().unwrap()).sum();
        let (_, listed) = clerk.get(&format!("/api/enterprises/count?{query}&located=yes")).await;
        assert_eq!((json!(shown), shown > 5_000), (listed["total"].clone(), true), "{query}");
        for own in points {
            let (longitude, latitude) = (own["lon"].as_f64().unwrap(), own["lat"].as_f64().unwrap());
            assert!((109.0..118.0).contains(&longitude) && (20.0..26.0).contains(&latitude), "{own}");
        }
    }
}

/// By its code in one row, by its name and address in another.
#[db_test]
async fn a_record_that_a_file_speaks_of_twice_says_both_and_counts_once(db: Db) {
    let server = Server::new(db).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let list = |rows: &[&str]| {
        let head = "企业名称,统一社会信用代码,注册地址,企业类型,经度,纬度".to_string();
        let rows = rows.iter().map(|row| row.replace("某路", "汕头市澄海区莲下镇某路1号"));
        std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
    };
    let code = code("440515", 3);
    let coded = |rest: &str| format!("两行测试厂,{code},某路,{rest}");
    assert_eq!(server.take(&list(&[&coded(",,")])).await.created, 1);
    let twice = list(&[&coded("国有企业,,"), "两行测试厂,,某路,,116.7,23.4"]);
    assert_eq!(server.take(&twice).await.updated, 2);
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
    let row = clerk.named("两行测试厂").await;
    assert_eq!(
        (&row["ownership"], &row["longitude"], &row["version"]),
        (&json!("public"), &json!(116.7), &json!(3))
    );
}
