//! What goes out comes in again: an export changes nothing, a changed cell its record, a form what is filled in.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use db::{Db, Exec, Sql, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, TRADE, end_of, path};

use super::{
    DEVICE, KIND, Number, PERMIT, TOWN, TRAINING, book, committed, count, counts, judged, park, place, taken,
};

/// The sheets of a workbook that the server wrote: rows by sheet, each with its head first.
pub(super) fn sheets(bytes: &[u8]) -> BTreeMap<String, Vec<Vec<String>>> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let mut sheets: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    sheet::read_book(file.path(), sheet::Limits::default(), |name, row| {
        sheets.entry(name.to_string()).or_default().push(row.cells);
        Ok(true)
    })
    .unwrap();
    sheets
}

/// What the archives in sight hold of these sections, as a workbook.
pub(super) async fn exported(person: &Client<'_>, with: &str, sections: &[&str]) -> Vec<u8> {
    fetched(person, json!({"with": with, "sections": sections})).await
}

/// The workbook that is asked for so.
async fn fetched(person: &Client<'_>, wanted: Value) -> Vec<u8> {
    let (status, asked) = person.send("POST", "/api/archive-exports", wanted, None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    let job = end_of(person, &asked).await;
    assert_eq!(job["state"], "done", "{job}");
    person.bytes(&format!("/api/archive-exports/{}/file", asked["job"].as_str().unwrap())).await
}

/// Five records of two enterprises, in shapes that people use.
pub(super) fn park_book(one: &str, two: &str) -> Vec<u8> {
    let car = "场（厂）内专用机动车辆";
    book(&[
        (
            "证照与许可",
            PERMIT,
            vec![
                vec!["", PLASTICS, one, KIND, "=1+1", "-某局", "2025-01-06", "2028-01-05"],
                vec!["", TRADE, two, "其他证照", "00017", "", "", ""],
            ],
        ),
        (
            "特种设备（2）",
            DEVICE,
            vec![
                vec![PLASTICS, one, "叉车", car, "", "2025.3.1", "2026/3/1", "2"],
                vec![PLASTICS, one, "叉车", car, "", "2025.3.1", "2026/3/1", "3"],
            ],
        ),
        (
            "教育培训档案",
            TRAINING,
            vec![vec![TRADE, two, "王五", "其他从业人员", "再培训", "", "三级教育", "2025-03-01", "24.50"]],
        ),
    ])
}

#[db_test]
async fn what_goes_out_comes_in_again_without_a_change_and_a_changed_cell_changes_its_record(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let (one, two) = park(&server).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let file = park_book(&one, &two);
    assert_eq!(taken(&clerk, &file).await, [5, 0, 0, 0]);
    let trail = count(&server.app.db, "audit where subject = 'record'").await;
    assert_eq!(taken(&clerk, &file).await, [0, 0, 5, 0], "the same file again");
    assert_eq!(count(&server.app.db, "audit where subject = 'record'").await, trail);

    let officer = server.person(Role::Officer, TOWN, None).await;
    let plastics = officer.named(PLASTICS).await;
    let records = format!("{}/records?section=permit", path(&plastics));
    let permit = officer.get(&records).await.1["items"][0].clone();
    assert_eq!((&permit["number"], &permit["issuer"]), (&json!("=1+1"), &json!("-某局")), "text stays text");
    let seen = json!({"records": [{"id": permit["id"], "version": 1}]});
    let vouch = format!("{}/sections/permit/verify", path(&plastics));
    assert_eq!(officer.send("POST", &vouch, seen, None).await.0, StatusCode::OK);

    let out = exported(&clerk, "records", &[]).await;
    assert_eq!(taken(&clerk, &out).await, [0, 0, 5, 0], "as it went");
    // the record's number in front of a changed cell; an emptied cell empties
    let mut own = sheets(&out);
    let permits = own.remove("证照与许可").unwrap();
    let head: Vec<&str> = permits[0].iter().map(String::as_str).collect();
    let at = |name: &str| head.iter().position(|own| own.trim_start_matches('*') == name).unwrap();
    let mut row = permits.iter().find(|row| row[at("证照编号")] == "=1+1").unwrap().clone();
    row[at("证照编号")] = "18".into();
    row[at("发证机关")] = String::new();
    let cells: Vec<&str> = row.iter().map(String::as_str).collect();
    assert_eq!(taken(&clerk, &book(&[("证照与许可", &head, vec![cells])])).await, [0, 1, 0, 0]);
    let changed = officer.get(&records).await.1["items"][0].clone();
    assert_eq!((&changed["id"], &changed["number"]), (&permit["id"], &json!("18")));
    assert_eq!(
        (&changed["state"], &changed["issuer"], &changed["version"]),
        (&json!("changed"), &Value::Null, &json!(3))
    );
    let history = format!("/api/records/4405/{}/history", permit["id"].as_str().unwrap());
    assert_eq!(officer.get(&history).await.1[2]["reason"], "批量填报：list.csv");
    // as if it had been filled in by hand: score, figures, search
    let (_, archive) = officer.get(&format!("{}/archive", path(&plastics))).await;
    assert_eq!(archive["completeness"]["records"], 3);
    let (_, found) = officer.get("/api/search?q=%E5%8F%89%E8%BD%A6").await;
    assert!(found.to_string().contains(PLASTICS), "{found}");
    let sum = "select cast(sum(number) as bigint) as number from archive_tally where measure = 'papers'";
    assert_eq!(server.app.db.one::<Number>(Sql::new(sum)).await.unwrap().number, 5);
    assert_eq!(count(&server.app.db, "audit where subject = 'record' and action = 'export'").await, 1);
}

#[db_test]
async fn a_form_with_the_enterprises_of_an_area_takes_what_is_filled_in_and_nothing_else(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    park(&server).await;
    let clerk = server.person(Role::Clerk, "440515", None).await;
    let empty = sheets(&clerk.bytes("/api/sections/workbook?sections=permit,risk_profile").await);
    assert_eq!(empty.keys().collect::<Vec<_>>(), ["证照与许可", "说明", "风险特征"]);
    assert!(empty["证照与许可"][0].contains(&"*证照种类".to_string()));
    let unknown = clerk.get("/api/sections/workbook?sections=nothing").await;
    assert_eq!(unknown.0, StatusCode::UNPROCESSABLE_ENTITY);
    let form = sheets(&exported(&clerk, "enterprises", &["risk_profile"]).await);
    let rows = &form["风险特征"];
    assert_eq!((rows.len(), rows[1][1].as_str()), (2, PLASTICS), "one enterprise in the county");
    let head: Vec<&str> = rows[0].iter().map(String::as_str).collect();
    let mut filled: Vec<&str> = rows[1].iter().map(String::as_str).collect();
    let import = judged(&clerk, "440515", &book(&[("风险特征", &head, vec![filled.clone()])])).await;
    assert_eq!((&import["state"], &import["error"]["code"]), (&json!("failed"), &json!("book.empty")));
    filled.resize(head.len(), "");
    filled[3] = "是";
    let file = book(&[("风险特征", &head, vec![filled])]);
    let import = judged(&clerk, "440515", &file).await;
    assert_eq!(counts(&import), [1, 0, 0, 0]);
    assert_eq!(committed(&clerk, &import, false).await["state"], "done");
    let again = judged(&clerk, "440515", &file).await;
    assert_eq!(counts(&again), [0, 0, 1, 0], "one record of a single section");
}

#[db_test]
async fn what_changed_since_it_was_judged_is_judged_again_before_anything_is_written(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let (one, two) = park(&server).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let import = judged(&clerk, "4405", &park_book(&one, &two)).await;
    let row = clerk.named(TRADE).await;
    let same = json!({"section": "permit", "fields": {"kind": "other", "number": "00017", "note": "先填了"}});
    let (status, made) = clerk.send("POST", &format!("{}/records", path(&row)), same, None).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let job = committed(&clerk, &import, false).await;
    assert_eq!(
        (&job["state"], &job["error"]["code"]),
        (&json!("failed"), &json!("archive_import.stale")),
        "{job}"
    );
    assert_eq!(count(&server.app.db, "record").await, 1, "nothing was written");
    let (_, now) = clerk.get(&place(&import)).await;
    assert_eq!((&now["state"], counts(&now)), (&json!("preview"), vec![4, 0, 1, 0]), "{now}");
    assert_eq!(committed(&clerk, &now, false).await["state"], "done");
    assert_eq!(count(&server.app.db, "record").await, 5);
}

#[db_test]
async fn the_workbook_of_a_park_has_its_enterprises_and_no_others(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let (one, two) = park(&server).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    assert_eq!(taken(&clerk, &park_book(&one, &two)).await, [5, 0, 0, 0]);
    let own = clerk.named(PLASTICS).await;
    let form = json!({"town": TOWN, "name": "莲下产业园", "kind": "park"});
    let (status, made) = clerk.send("POST", "/api/clusters", form, None).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let wanted = json!({"with": "enterprises", "sections": ["risk_profile"], "cluster": made["id"]});
    let nobody = sheets(&fetched(&clerk, wanted.clone()).await);
    assert_eq!(nobody["风险特征"].len(), 1, "the head alone");
    let item = json!({"city": own["city"], "id": own["id"], "version": own["version"]});
    let join = json!({"items": [item], "cluster": made["id"]});
    assert_eq!(clerk.send("POST", "/api/enterprises/cluster", join, None).await.0, StatusCode::OK);
    let form = sheets(&fetched(&clerk, wanted.clone()).await);
    let names: Vec<&str> = form["风险特征"][1..].iter().map(|row| row[1].as_str()).collect();
    assert_eq!(names, [PLASTICS]);
    let records = json!({"with": "records", "cluster": made["id"], "region": "440515"});
    let out = fetched(&clerk, records).await;
    let names: Vec<String> = sheets(&out)["证照与许可"][1..].iter().map(|row| row[1].clone()).collect();
    assert_eq!(names, [PLASTICS]);
    assert_eq!(taken(&clerk, &out).await, [0, 0, 3, 0], "it comes in again as it went");
    // the park of others is none
    let other = server.person(Role::Clerk, "440511", None).await;
    assert_eq!(other.send("POST", "/api/archive-exports", wanted, None).await.0, StatusCode::NOT_FOUND);
}
