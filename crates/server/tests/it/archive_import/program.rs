//! Workbooks through the program itself: killed while it writes, and on the command line.

use axum::http::StatusCode;
use db::{Exec, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{System, TRADE, code, on_both_engines};

use super::{TRAINING, book, count, place};

/// Training of so many people of one enterprise.
fn many(people: usize, code: &str) -> Vec<u8> {
    let names: Vec<String> = (0..people).map(|at| format!("工人{at}")).collect();
    let row = |name: &'_ String| {
        let cells =
            [TRADE, code, name.as_str(), "其他从业人员", "再培训", "", "三级教育", "2025-03-01", "24"];
        cells.map(String::from)
    };
    let rows: Vec<[String; 9]> = names.iter().map(row).collect();
    let rows = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    book(&[("教育培训档案", TRAINING, rows)])
}

on_both_engines! {
    async fn a_commit_that_is_killed_is_there_whole_once_the_server_is_back(system: System) {
        let people = 900;
        system.import(&system.file("list.csv", testkit::list()), &[]);
        let login = system.person(Role::Clerk, "4405").await;
        let mut program = system.serve();
        let session = program.sign_in(&login).await;
        let file = many(people, &code("440500", 2));
        let (status, import) = program.upload(&session, "/api/archive-imports", &file).await.unwrap();
        assert_eq!(status, StatusCode::ACCEPTED, "{import}");
        let end = program.end_of(&session, &import).await;
        assert_eq!(end["result"]["counts"]["created"], json!(people), "{end}");
        let asked = program.post(&session, &format!("{}/commit", place(&import)), &json!({}), Some("commit")).await;
        let (status, asked) = asked.unwrap();
        assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
        let job: uuid::Uuid = asked["job"].as_str().unwrap().parse().unwrap();
        for wait in [30u64, 300] {
            while count(&system.test.db, &format!("job where id = '{job}' and state = 'waiting'")).await > 0 {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
            program.kill();
            let held = count(&system.test.db, "record").await;
            assert!(held == 0 || held == people as i64, "{held} of {people} records");
            // other servers may share this database: a job is taken up when its worker was silent for 20 s
            if system.test.db.engine() == db::testing::Engine::Postgres {
                system.test.db.run(sql!("update job set heartbeat_at = null where id = $1 and state = 'running'", job)).await.unwrap();
            }
            program = system.serve();
        }
        let end = program.end_of(&session, &asked).await;
        assert_eq!(end["state"], "done", "{end}");
        assert_eq!(count(&system.test.db, "record").await, people as i64);
        let made = count(&system.test.db, "audit where subject = 'record' and action = 'create'").await;
        assert_eq!(made, people as i64);
        program.kill();
    }
}

on_both_engines! {
    async fn the_command_line_takes_the_workbook_of_the_browser_and_names_every_wrong_cell(system: System) {
        system.import(&system.file("list.csv", testkit::list()), &[]);
        let import = |file: &std::path::Path, more: &[&str]| {
            let path = file.to_string_lossy().into_owned();
            let mut arguments = vec!["import", "archive", path.as_str(), "--json"];
            arguments.extend(more);
            let output = system.run(&arguments);
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            (output.status.code(), serde_json::from_slice::<Value>(&output.stdout).unwrap_or(json!(text)))
        };
        let own = code("440500", 2);
        let fine = vec![TRADE, own.as_str(), "张某", "其他从业人员", "再培训", "", "三级教育", "2025-03-01", "24"];
        let mut wrong = fine.clone();
        (wrong[2], wrong[7]) = ("李某", "去年");
        let file = system.file("wrong.xlsx", book(&[("教育培训档案", TRAINING, vec![fine.clone(), wrong])]));
        let (status, said) = import(&file, &["--region", "4405"]);
        assert_eq!(status, Some(1), "{said}");
        assert_eq!((&said["created"], &said["rejected"], &said["written"]), (&json!(1), &json!(1), &json!(0)));
        assert_eq!(said["wrong"].as_array().unwrap().len(), 1, "{said}");
        assert!(said["wrong"][0]["cell"].as_str().unwrap().ends_with("!H3"), "{said}");
        assert!(std::path::Path::new(said["report"].as_str().unwrap()).exists());
        assert_eq!(count(&system.test.db, "record").await, 0);
        // all enterprises are of one city: it need not be told
        let (status, said) = import(&file, &["--dry-run"]);
        assert_eq!((status, &said["written"]), (Some(0), &json!(0)), "{said}");
        let (status, said) = import(&file, &["--skip-wrong"]);
        assert_eq!((status, &said["written"]), (Some(0), &json!(1)), "{said}");
        assert_eq!(count(&system.test.db, "record").await, 1);
        // the same rows once more change nothing
        let file = system.file("fine.xlsx", book(&[("教育培训档案", TRAINING, vec![fine])]));
        let (status, said) = import(&file, &[]);
        assert_eq!((status, &said["unchanged"], &said["written"]), (Some(0), &json!(1), &json!(0)), "{said}");
        let (status, said) = import(&system.file("none.xlsx", "no workbook"), &[]);
        assert_eq!(status, Some(2), "{said}");
        assert_eq!(count(&system.test.db, "archive_import where state = 'committed'").await, 2);
    }
}
