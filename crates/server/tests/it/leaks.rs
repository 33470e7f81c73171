//! Nothing of another area is reached or told: by its id through any operation, by an operation that names it, or in any list.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use db::{Db, Exec, Sql, db_test, describe};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, Server, path};
use uuid::Uuid;

use crate::{
    asks,
    carried::{COUNTY, Cast, DONGLI, LIANXIA, cast, clock},
    inspection::made,
};

/// The tables whose rows stand at `/api/{segments}/{city}/{id}`.
const TABLES: &[(&str, &str)] = &[
    ("agencies", "agency"),
    ("attachments", "attachment"),
    ("cases", "case_header"),
    ("clusters", "cluster"),
    ("danger-notices", "danger_notice"),
    ("danger-photos", "danger_photo"),
    ("dangers", "danger"),
    ("enforcement-documents", "enforcement_document"),
    ("enterprises", "enterprise"),
    ("handovers", "handover"),
    ("hazard-filings", "hazard_filing"),
    ("hazard-sources", "hazard_source"),
    ("inspection-draws", "inspection_draw"),
    ("inspection-plans", "inspection_plan"),
    ("inspection-targets", "inspection_target"),
    ("monitoring/alarms", "monitor_alarm"),
    ("monitoring/points", "monitor_point"),
    ("officer-cards", "officer_card"),
    ("officer-conflicts", "officer_conflict"),
    ("penalties", "penalty"),
    ("penalty-documents", "penalty_document"),
    ("penalty-exhibits", "penalty_exhibit"),
    ("proposals", "proposal"),
    ("records", "record"),
    ("self-check-tasks", "self_check_task"),
    ("self-checks", "self_check"),
    ("served-documents", "enforcement_document"),
    ("visit-photos", "visit_photo"),
    ("visits", "visit"),
];
/// What these tests make no row of: each is tried beside what it is for.
const OTHERS: &[&str] = &[
    "archive-imports",
    "delegation-deeds",
    "engagements",
    "field/works",
    "imports",
    "law-rows",
    "mergers",
    "places",
    "region-changes",
];
/// Another county, and a town in it.
const OUTSIDE: &[&str] = &["440511", "440511015"];
/// An id that nothing has.
const NOTHING: &str = "01900000-0000-7000-8000-000000000000";

/// What an answer says, without the id that was asked for.
fn said((status, answer): (StatusCode, Value), id: &str) -> (StatusCode, String) {
    (status, answer.to_string().replace(id, ""))
}

/// The segments of a route in front of the city and the id.
fn segments(route: &str) -> Option<&str> {
    route.strip_prefix("/api/")?.split_once("/{city}/{id}").map(|(segments, _)| segments)
}

/// The id of a row of the county for each table, of its last town (东里) where it lies in one.
async fn rows(server: &Server) -> BTreeMap<&'static str, String> {
    let mut rows = BTreeMap::new();
    for (_, table) in TABLES {
        let sql = Sql::new(&format!("select id from {table} where city = '4405' and town like "))
            .arg(format!("{COUNTY}%"))
            .push(" order by town desc, id limit 1");
        let row: Option<(Uuid,)> = server.app.db.optional(sql).await.unwrap();
        let (id,) = row.unwrap_or_else(|| panic!("{table} has no row"));
        rows.insert(*table, id.to_string());
    }
    rows
}

/// Somebody with nothing to do with the town.
struct Outsider<'a> {
    role: Role,
    region: &'static str,
    client: Client<'a>,
}

/// Persons of every role who serve elsewhere.
async fn outsiders(server: &Server) -> Vec<Outsider<'_>> {
    let mut outsiders = Vec::new();
    for role in Role::ALL.iter().filter(|role| **role != Role::Enterprise) {
        for region in OUTSIDE {
            outsiders.push(Outsider {
                role: *role,
                region,
                client: server.person(*role, region, None).await,
            });
        }
    }
    outsiders
}

/// Something of every kind in one town.
async fn everything(server: &Server) -> Cast<'_> {
    let own = cast(server).await;
    own.everything().await;
    let cluster = json!({"town": DONGLI, "name": "东里综合市场", "kind": "market"});
    made(&own.clerk, "/api/clusters", cluster).await;
    let change = json!({"changes": {"grid": "三"}});
    made(&own.firm_there, &format!("{}/proposals", path(&own.other)), change).await;
    let row = own.clerk.get(&path(&own.other)).await.1;
    let handover = json!({"version": row["version"], "target": "440514", "reason": "地址在潮南"});
    let county = server.person(Role::Clerk, COUNTY, None).await;
    made(&county, &format!("{}/handover", path(&row)), handover).await;
    own
}

/// Whoever serves elsewhere, and another enterprise, is answered about a thing as if it did not exist, whatever they ask of it.
#[db_test]
async fn what_lies_elsewhere_is_answered_like_what_does_not_exist(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = everything(&server).await;
    let rows = rows(&server).await;
    let powers = server::powers();
    let mut outsiders = outsiders(&server).await;
    outsiders.push(Outsider { role: Role::Enterprise, region: LIANXIA, client: own.firm_here });
    let (mut tried, mut seen) = (BTreeSet::new(), 0);
    for (method, route, operation) in server::operations() {
        let segments = segments(&route);
        let table = TABLES.iter().find(|(own, _)| segments == Some(own)).map(|(_, table)| *table);
        if let Some(segments) = segments
            && table.is_none()
        {
            assert!(OTHERS.contains(&segments), "{segments}: name its table here");
            continue;
        }
        // without one in the address, the document names the enterprise
        let id = &rows[table.unwrap_or("enterprise")];
        let asked = asks::body(&operation, id, "440511", "440511015");
        if table.is_none() && !asked.to_string().contains(id.as_str()) {
            continue;
        }
        let power = powers.iter().find(|power| power.operation == operation).unwrap();
        for Outsider { role, region, client } in &outsiders {
            let who = format!("{} of {region}", role.code());
            if !power.allow.iter().any(|(own, lowest)| own == role && region.len() <= lowest.digits()) {
                continue;
            }
            let ask = async |id: &str| {
                let url = asks::url(&operation, &route, "4405", id, region);
                let body = asks::body(&operation, id, region, "440511015");
                said(client.send(&method, &url, body, None).await, id)
            };
            let (real, none) = (ask(id).await, ask(NOTHING).await);
            assert_eq!(real, none, "{operation} as {who}");
            assert!(!real.0.is_success() || table.is_none(), "{operation} as {who}: {real:?}");
            if table.is_some() && real.0 == StatusCode::NOT_FOUND {
                tried.insert(operation.clone());
            }
        }
        if table.is_some() && method == "GET" {
            let url = asks::url(&operation, &route, "4405", id, DONGLI);
            seen += usize::from(own.there.send(&method, &url, Value::Null, None).await.0 == StatusCode::OK);
        }
    }
    assert!(
        tried.len() > 100 && seen > 20,
        "{} operations were tried, {seen} things seen from within",
        tried.len()
    );
}

/// No list, number or search of somebody who serves elsewhere holds anything of it.
#[db_test]
async fn no_list_tells_of_what_lies_elsewhere(db: Db) {
    let server = Server::at(db, clock()).await;
    everything(&server).await;
    let mut ids = BTreeSet::new();
    for table in describe(&server.app.db).await.unwrap() {
        let has = |column: &str| table.columns.iter().any(|own| own.name == column);
        if !(has("city") && has("id") && has("town")) || ["account", "audit"].contains(&table.name.as_str()) {
            continue;
        }
        let sql =
            Sql::new(&format!("select id from {} where town like ", table.name)).arg(format!("{COUNTY}%"));
        let found: Vec<(Uuid,)> = server.app.db.all(sql).await.unwrap();
        ids.extend(found.into_iter().map(|(id,)| id.to_string()));
    }
    assert!(ids.len() > 30, "{}", ids.len());
    let outsiders = outsiders(&server).await;
    let (mut lists, mut wrong) = (BTreeSet::new(), Vec::new());
    for (method, route, operation) in server::operations() {
        if method != "GET" || route.contains('{') {
            continue;
        }
        for Outsider { role, region, client } in &outsiders {
            let url = asks::url(&operation, &route, "4405", NOTHING, region);
            let (status, answer) = client.send(&method, &url, Value::Null, None).await;
            let text = answer.to_string();
            if status == StatusCode::OK {
                lists.insert(operation.clone());
            }
            wrong.extend(
                ids.iter()
                    .filter(|id| text.contains(id.as_str()))
                    .map(|id| (operation.clone(), role.code(), id.clone())),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(lists.len() > 40, "{lists:?}");
}
