//! The numbers of the register: they follow every write and equal what a recount says, at every tier.

use db::{Db, Exec, db_test};
use kernel::Role;
use serde_json::json;
use testkit::{Server, TRADE, path};

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
async fn the_summary_of_every_tier_equals_a_recount_after_any_writes(db: Db) {
    #[derive(db::FromRow, Debug, PartialEq)]
    struct Sum {
        region: String,
        value: String,
        number: i64,
    }
    let server = Server::new(db).await;
    server.register().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let mut state = 7u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let towns = ["440507009", "440511002", "440515102"];
    for round in 0..4 {
        for step in 0..6 {
            let (_, page) = clerk.get("/api/enterprises?limit=200").await;
            let rows = page["items"].as_array().unwrap();
            let row = &rows[random(rows.len())];
            let town = towns[random(towns.len())];
            match random(3) {
                0 => {
                    let made = json!({"town": town, "changes": {"name": format!("汕头市第{round}{step}厂")}});
                    clerk.send("POST", "/api/enterprises", made, None).await;
                }
                1 => {
                    let changes = json!({"version": row["version"], "changes": {"staff": random(900), "industry": "29"}});
                    clerk.send("PATCH", &path(row), changes, None).await;
                }
                _ => {
                    let item = json!({"city": "4405", "id": row["id"], "version": row["version"]});
                    let give = json!({"items": [item], "town": town});
                    clerk.send("POST", "/api/enterprises/assign", give, None).await;
                }
            }
        }
        enterprise::summary::rebuild(&server.app.db).await.unwrap();
        for (digits, region) in
            [(6, "substr(town, 1, 6)"), (4, "city"), (2, "substr(city, 1, 2)"), (0, "'00'")]
        {
            for (dimension, value) in
                [("size", "coalesce(size, 'unknown')"), ("assignment", "assignment"), ("all", "'all'")]
            {
                let kept = format!(
                    "select region, value, number from enterprise_summary where dimension = '{dimension}' and number <> 0 and "
                );
                let kept = match digits {
                    0 => format!("{kept} region = '00' order by 1, 2"),
                    _ => format!("{kept} length(region) = {digits} and region <> '00' order by 1, 2"),
                };
                let least = if digits == 6 { "and length(town) >= 6" } else { "" };
                let counted = format!(
                    "select {region} as region, {value} as value, count(*) as number from enterprise where status <> 'merged' {least} group by 1, 2 order by 1, 2"
                );
                let kept: Vec<Sum> = server.app.db.all(db::Sql::new(&kept)).await.unwrap();
                let counted: Vec<Sum> = server.app.db.all(db::Sql::new(&counted)).await.unwrap();
                assert_eq!(kept, counted, "{dimension} of {digits} digits in round {round}");
            }
        }
        assert_eq!(enterprise::summary::rebuild(&server.app.db).await.unwrap(), 0, "nothing changed since");
    }
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
