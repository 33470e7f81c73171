//! Who may do what where, over HTTP: every operation as every role at every tier, and never outside the own area.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::json;
use testkit::{PLASTICS, Server, TRADE, path, percent};

use crate::asks;

/// `permissions.txt` is what the code says, and the code does what it says: every operation as every role at every
/// tier. A new operation without a line fails.
#[db_test]
async fn every_operation_is_open_to_exactly_the_roles_of_the_matrix(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let matrix = server::permissions();
    let lines: BTreeMap<&str, &str> =
        matrix.lines().skip(1).filter_map(|line| line.split_once(": ")).collect();
    let operations = server::operations();
    let ids: Vec<&str> = operations.iter().map(|(_, _, id)| id.as_str()).collect();
    for id in &ids {
        assert!(lines.contains_key(id), "{id} has no line in the matrix");
    }
    assert_eq!(
        matrix.lines().count() - 1,
        ids.len(),
        "a line of the matrix has no operation, or two: {lines:?}"
    );
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let row = clerk.named(PLASTICS).await;
    let id = row["id"].as_str().unwrap();
    let town = "440515102";
    for role in Role::ALL {
        for region in ["4405", "440515", town] {
            if (*role, region) == (Role::Clerk, "4405") {
                continue;
            }
            let person =
                server.person(*role, region, (*role == Role::Enterprise).then(|| id.parse().unwrap())).await;
            for (method, route, operation) in
                operations.iter().filter(|(_, _, id)| !server::OPEN.contains(&id.as_str()))
            {
                let tier = match region.len() {
                    4 => kernel::Tier::City,
                    6 => kernel::Tier::County,
                    _ => kernel::Tier::Town,
                };
                let powers = server::powers();
                let power = powers.iter().find(|power| power.operation == operation).unwrap();
                let allowed = power.allow.iter().any(|(own, lowest)| own == role && tier <= *lowest);
                let url = asks::url(operation, route, "4405", id, region);
                let body = asks::body(operation, id, region, town);
                let (status, answer) = person.send(method, &url, body, None).await;
                let refused = status == StatusCode::FORBIDDEN;
                assert_eq!(
                    refused,
                    !allowed,
                    "{operation} as {} of {region}: {status} {answer}",
                    role.code()
                );
                assert!(!status.is_server_error(), "{operation}: {answer}");
            }
        }
    }
    for (method, route, operation) in
        operations.iter().filter(|(_, _, id)| !server::OPEN.contains(&id.as_str()))
    {
        let url = asks::url(operation, route, "4405", id, "4405");
        assert_eq!(
            server.nobody().send(method, &url, json!({}), None).await.0,
            StatusCode::UNAUTHORIZED,
            "{operation}"
        );
    }
}

#[db_test]
async fn nobody_sees_or_changes_what_lies_outside_their_area(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let city = server.person(Role::Clerk, "4405", None).await;
    let row = city.named(PLASTICS).await;
    let other = server.person(Role::Officer, "440511015", None).await;
    let (_, page) = other.get("/api/enterprises").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(other.get("/api/enterprises/count").await.1, json!({"total": 1}));
    assert_eq!(other.get("/api/enterprises?region=440515102").await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.get("/api/overview?region=440515").await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&path(&row)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&format!("{}/history", path(&row))).await.0, StatusCode::NOT_FOUND);
    let change = json!({"version": 1, "changes": {"grid": "1"}});
    assert_eq!(other.send("PATCH", &path(&row), change, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        other.send("POST", &format!("{}/verify", path(&row)), json!({"version": 1}), None).await.0,
        StatusCode::NOT_FOUND
    );
    let county = server.person(Role::Clerk, "440511", None).await;
    let give = json!({"items": [{"city": "4405", "id": row["id"], "version": 1}], "town": "440511015"});
    assert_eq!(county.send("POST", "/api/enterprises/assign", give, None).await.0, StatusCode::NOT_FOUND);
    let firm = server
        .person(Role::Enterprise, "440515102", Some(row["id"].as_str().unwrap().parse().unwrap()))
        .await;
    assert_eq!(firm.get(&path(&row)).await.0, StatusCode::OK);
    assert_eq!(firm.get(&path(&city.named(TRADE).await)).await.0, StatusCode::NOT_FOUND);
}

#[db_test]
async fn somebody_limited_to_sectors_sees_and_does_only_what_is_of_them(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let all = server.person(Role::Clerk, "4405", None).await;
    let light = all.get("/api/enterprises/count?sector=light_industry").await.1;
    assert!(light["total"].as_i64().unwrap() >= 1, "{light}");
    let limited = server.limited(Role::Clerk, "4405", &["light_industry"]).await;
    assert_eq!(limited.get("/api/enterprises/count").await.1, light);
    let figures = limited.get("/api/overview?region=4405").await.1;
    assert_eq!(figures["own"]["total"], light["total"]);
    let sectors = figures["own"]["by"]["sector"].as_array().unwrap();
    assert!(sectors.len() == 1 && sectors[0]["value"] == "light_industry", "{sectors:?}");
    let plastics = all.named(PLASTICS).await;
    let trade = all.named(TRADE).await;
    assert_eq!(limited.get(&path(&plastics)).await.0, StatusCode::OK);
    assert_eq!(limited.get(&path(&trade)).await.0, StatusCode::NOT_FOUND);
    let hidden = limited.get(&format!("/api/search?q={}", percent("贸易"))).await.1;
    assert_eq!(hidden["groups"], json!([]));
    for list in [
        "/api/proposals",
        "/api/imports",
        "/api/places",
        "/api/views?page=enterprises",
        "/api/overview?region=4405",
    ] {
        assert_eq!(limited.get(list).await.0, StatusCode::OK, "{list}");
    }
}
