//! A whole archive with its documents in one file.

use axum::http::StatusCode;
use db::{Db, Exec, FromRow, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{PLASTICS, Server, path};

use crate::attachment::{PNG, TOWN, attach, own, pdf, permit};

#[db_test]
async fn a_whole_archive_is_packed_into_one_file_and_that_is_on_the_trail(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let _workers = server.work().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let record = permit(&officer, &row).await;
    attach(&officer, &record, "../验收:意见.pdf", &pdf("旧")).await;
    attach(&officer, &record, "门头.png", PNG).await;
    let made = attach(&officer, &record, "门头.png", &[PNG, b"2"].concat()).await;
    let newer = [PNG, b"3"].concat();
    let replace = format!("{}/versions?version=1", own(&made));
    assert_eq!(officer.upload_as(&replace, "门头.png", &newer, None).await.0, StatusCode::CREATED);
    let gone = attach(&officer, &record, "传错.png", PNG).await;
    let reason = json!({"version": 1, "reason": "传错了"});
    officer.send("POST", &format!("{}/remove", own(&gone)), reason, None).await;

    let zip = format!("{}/archive/zip", path(&row));
    let stranger = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(stranger.send("POST", &zip, Value::Null, None).await.0, StatusCode::NOT_FOUND);
    let (status, asked) = officer.send("POST", &zip, Value::Null, None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    let job = testkit::end_of(&officer, &asked).await;
    assert_eq!((&job["state"], &job["result"]["documents"]), (&json!("done"), &json!(3)), "{job}");
    let address = format!("/api/archive-zips/{}/file", asked["job"].as_str().unwrap());
    let clerk = server.person(Role::Clerk, "4405", None).await;
    assert_eq!(clerk.file(&address).await.0, StatusCode::NOT_FOUND, "who did not ask for it");

    let folder = tempfile::TempDir::new().unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(officer.bytes(&address).await)).unwrap();
    archive.extract(folder.path()).unwrap();
    let mut names: Vec<String> = archive.file_names().map(str::to_string).collect();
    names.sort();
    let place = "02证照与许可/证照与许可";
    let inside: Vec<&String> = names.iter().filter(|name| name.starts_with(place)).collect();
    assert_eq!(inside.len(), 3, "{names:?}");
    let named = |end: &str| names.iter().find(|name| name.ends_with(end)).unwrap();
    assert!(names.iter().all(|name| !name.contains("..") && !name.starts_with('/')), "{names:?}");
    assert_eq!(std::fs::read(folder.path().join(named("意见.pdf"))).unwrap(), pdf("旧"));
    assert_eq!(std::fs::read(folder.path().join(named("/门头（2）.png"))).unwrap(), newer);
    let book = office_text(&folder.path().join("档案记录.xlsx"));
    for text in [PLASTICS, "粤消验〔2025〕第7号", "门头.png、门头.png", "待核实"] {
        assert!(book.contains(text), "{text}");
    }
    #[derive(FromRow)]
    struct Taken {
        row_title: Option<String>,
    }
    let taken = sql!("select row_title from audit where action = 'export'");
    let taken: Vec<Taken> = server.app.db.all(taken).await.unwrap();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].row_title.as_deref().unwrap().contains(PLASTICS));
}

fn office_text(path: &std::path::Path) -> String {
    file::text(path, file::Kind::Xlsx).unwrap()
}
