//! What is written beside a change of divisions: no row is left in a division that is no more.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use axum::http::StatusCode;
use db::{Db, Exec, FromRow, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, Server, System, end_of, on_both_engines, path, place};

use crate::region::{LIANSHANG, LIANXIA, carry_out, change, proven, take_back};

/// People who write while the map changes.
const WRITERS: usize = 8;

#[derive(FromRow)]
struct Number {
    number: i64,
}

/// Rows that stand in a town.
async fn standing(db: &Db, town: &str) -> i64 {
    let sql = sql!(
        "select (select count(*) from enterprise where city = '4405' and town = $1)
            + (select count(*) from agency where city = '4405' and town = $1)
            + (select count(*) from account where city = '4405' and town = $1)
            + (select count(*) from account_grant where region = $1) as number",
        town
    );
    db.one::<Number>(sql).await.unwrap().number
}

/// Writes into the town, in one way after another, until the town is no more; what was refused.
async fn write(
    by: &Client<'_>,
    admin: &Client<'_>,
    (round, who): (usize, usize),
    over: &AtomicBool,
) -> Vec<Value> {
    let mut refused = Vec::new();
    for step in 0.. {
        let key = format!("{round}-{who}-{step}");
        let name = json!(format!("第{round}轮{who}之{step}厂"));
        let (status, said) = match (who + step) % 3 {
            0 => {
                let new = json!({"town": LIANSHANG, "changes": {"name": name}});
                by.send("POST", "/api/enterprises", new, Some(&key)).await
            }
            1 => {
                let new = json!({"town": LIANSHANG, "changes": {"name": name}});
                by.send("POST", "/api/enterprises", new, None).await
            }
            _ => {
                let new = json!({"region": LIANSHANG, "name": name, "kind": "town_office"});
                admin.send("POST", "/api/agencies", new, None).await
            }
        };
        if status != StatusCode::CREATED {
            refused.push(said);
            if over.load(Ordering::SeqCst) {
                break;
            }
        }
    }
    refused
}

#[db_test]
async fn what_is_written_while_a_town_is_merged_goes_with_it_or_is_refused(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let admin = server.person(Role::System, "4405", None).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    for round in 0..4 {
        let over = AtomicBool::new(false);
        let merge = async {
            let new = change("merge", &[LIANSHANG], json!({"code": LIANXIA}));
            let done = carry_out(&admin, new).await;
            over.store(true, Ordering::SeqCst);
            done
        };
        let writers =
            futures::future::join_all((0..WRITERS).map(|who| write(&clerk, &admin, (round, who), &over)));
        let (done, refused) = futures::join!(merge, writers);
        for said in refused.iter().flatten() {
            assert!(["region.unknown", "busy"].contains(&said["code"].as_str().unwrap()), "{said}");
        }
        assert_eq!(standing(&server.app.db, LIANSHANG).await, 0);
        proven(&server).await;
        take_back(&admin, &done).await;
        proven(&server).await;
    }
}

/// A record corrected while a file is written is not overwritten with what it was before.
#[db_test]
async fn corrections_beside_an_import_are_kept_and_counted(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let list = |staff: u32| {
        let rows = (0..80).map(|at| format!("并行{at}厂,汕头市澄海区莲下镇某路{at}号,{staff}"));
        std::iter::once("企业名称,注册地址,从业人数".to_string()).chain(rows).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(server.take(&list(5)).await.created, 80);
    let (_, import) = clerk.upload("/api/imports?region=4405", list(500).as_bytes()).await;
    end_of(&clerk, &import).await;
    let (status, asked) = clerk.send("POST", &format!("{}/commit", place(&import)), json!({}), None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    let over = AtomicBool::new(false);
    let written = async {
        let job = end_of(&clerk, &asked).await;
        over.store(true, Ordering::SeqCst);
        job
    };
    let corrected = async {
        let mut corrected = BTreeMap::new();
        for round in 0.. {
            let (_, page) = clerk.get("/api/enterprises?limit=200&sort=-name").await;
            for row in page["items"].as_array().unwrap() {
                if over.load(Ordering::SeqCst) {
                    return corrected;
                }
                let longitude = 116.0 + f64::from(round) / 100.0;
                let changes = json!({"longitude": longitude, "latitude": 23.4});
                let change = json!({"version": row["version"], "changes": changes});
                if clerk.send("PATCH", &path(row), change, None).await.0 == StatusCode::OK {
                    corrected.insert(row["id"].to_string(), longitude);
                }
            }
        }
        corrected
    };
    let (job, corrected) = futures::join!(written, corrected);
    assert_eq!(job["state"], "done", "{job}");
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
    let (_, page) = clerk.get("/api/enterprises?limit=200").await;
    for row in page["items"].as_array().unwrap() {
        let last = corrected.get(&row["id"].to_string());
        assert_eq!((row["staff"].as_i64(), row["longitude"].as_f64()), (Some(500), last.copied()), "{row}");
    }
}

on_both_engines! {
    async fn a_program_that_has_not_heard_of_a_change_writes_nothing_into_the_old_town(system: System) {
        let admin = system.person(Role::System, "4405").await;
        let clerk = system.person(Role::Clerk, "4405").await;
        let programs = [system.serve(), system.serve()];
        let first = programs[0].sign_in(&admin).await;
        let (one, other) = (programs[0].sign_in(&clerk).await, programs[1].sign_in(&clerk).await);
        let new = change("merge", &[LIANSHANG], json!({"code": LIANXIA}));
        let (status, asked) = programs[0].post(&first, "/api/region-changes", &new, None).await.unwrap();
        assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
        assert_eq!(programs[0].end_of(&first, &asked).await["state"], "done");
        for (program, session) in programs.iter().zip([one, other]) {
            let new = json!({"town": LIANSHANG, "changes": {"name": "迟到的厂"}});
            loop {
                let (status, said) = program.post(&session, "/api/enterprises", &new, None).await.unwrap();
                if status == StatusCode::UNPROCESSABLE_ENTITY {
                    assert_eq!(said["code"], "region.unknown", "{said}");
                    break;
                }
                assert_eq!((status, &said["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("busy")), "{said}");
            }
        }
        assert_eq!(standing(&system.test.db, LIANSHANG).await, 0);
    }
}
