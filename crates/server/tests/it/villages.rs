//! Villages from a file, in the browser and on the command line.

use axum::http::StatusCode;
use db::{Db, Exec, FromRow, db_test, sql};
use kernel::Role;
use testkit::{Server, System, on_both_engines};

use crate::region::LIANXIA;

#[db_test]
async fn villages_come_from_a_file_with_the_reason_beside_each_row_not_taken(db: Db) {
    let server = Server::new(db).await;
    let admin = server.person(Role::System, "4405", None).await;
    let file = "代码,名称\n440515102900,鮀𬶍𬒈村\n440515102901,礐石新村\n44051510290,短\n440999001001,别处村\n440515102901,重复村\n440515102902,\n";
    let (status, said) = admin.upload("/api/villages?region=4405", file.as_bytes()).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    assert_eq!(said["added"], 2);
    let cells: Vec<&str> =
        said["errors"].as_array().unwrap().iter().filter_map(|own| own["cell"].as_str()).collect();
    assert_eq!(cells, ["A4", "A5", "A6", "B7"]);
    let (_, villages) = admin.get(&format!("/api/regions?parent={LIANXIA}")).await;
    assert!(villages.as_array().unwrap().iter().any(|own| own["name"] == "鮀𬶍𬒈村"), "{villages}");
    assert_eq!(admin.upload("/api/villages?region=4405", file.as_bytes()).await.1["unchanged"], 2);
    // the resolver knows them at once
    server.take("企业名称,注册地址\n新村厂,汕头市澄海区鮀𬶍𬒈村1号\n").await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let row = clerk.named("新村厂").await;
    assert!(row["town"] == LIANXIA || row["suggestions"][0]["town"] == LIANXIA, "{row}");
    assert_eq!(
        admin.upload("/api/villages?region=4405", b"a,b\n1,2\n").await.1["code"],
        "villages.no_header"
    );
    assert_eq!(admin.upload("/api/villages?region=4401", file.as_bytes()).await.0, StatusCode::NOT_FOUND);
    let county = server.person(Role::System, "440515", None).await;
    assert_eq!(county.upload("/api/villages?region=4405", file.as_bytes()).await.0, StatusCode::FORBIDDEN);
}

on_both_engines! {
    async fn the_command_line_loads_villages_and_says_beside_each_row_why_it_was_not_taken(system: System) {
        #[derive(FromRow)]
        struct Named {
            name: String,
        }
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let text = "代码,名称\n440515102900,鮀𬶍𬒈村\n440515102901,礐石新村\n44051510290,短\n440999001001,别处村\n";
        let file = system.file("villages.csv", text);
        let path = file.to_string_lossy().into_owned();
        let load = |more: &[&str]| system.run(&[&["region", "villages", &path], more].concat());
        let unset = load(&[]);
        assert!(!unset.status.success() && said(&unset.stderr).contains("--region"), "{}", said(&unset.stderr));
        assert!(!load(&["--region", "440515"]).status.success(), "a county is no city");
        let first = load(&["--region", "4405"]);
        assert_eq!(first.status.code(), Some(1), "{}", said(&first.stderr));
        let lines = said(&first.stdout);
        assert!(lines.starts_with("新增 2，更名 0，未变 0，"), "{lines}");
        assert!(lines.contains("未装入 2 行") && lines.contains("A4  44051510290 短：村居代码应为 12 位数字。"), "{lines}");
        assert!(lines.contains("A5  440999001001 别处村"), "{lines}");
        let named: Vec<Named> = system
            .test
            .db
            .all(sql!("select name from region where code >= $1 and code < $2 order by code", "440515102900", "440515102902"))
            .await
            .unwrap();
        assert_eq!(named.iter().map(|own| own.name.as_str()).collect::<Vec<_>>(), ["鮀𬶍𬒈村", "礐石新村"]);
        // again: the whole file is taken, one village has another name
        let second = system.file("villages.csv", "代码,名称\n440515102900,鮀𬶍𬒈村\n440515102901,礐石老村\n");
        assert_eq!(second, file);
        let second = load(&["--region", "4405"]);
        assert!(second.status.success(), "{}", said(&second.stderr));
        assert!(said(&second.stdout).starts_with("新增 0，更名 1，未变 1，"), "{}", said(&second.stdout));
        system.file("villages.csv", "a,b\n1,2\n");
        assert_eq!(load(&["--region", "4405"]).status.code(), Some(2));
    }
}
