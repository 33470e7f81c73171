//! A system that outgrew its file moves to PostgreSQL.

use db::{Exec, FromRow, Sql, describe, testing::Engine};
use testkit::{Server, System};

#[derive(FromRow)]
struct Number {
    number: i64,
}

async fn rows(db: &db::Db) -> Vec<(String, i64)> {
    let mut all = Vec::new();
    for table in describe(db).await.unwrap() {
        let number: Number =
            db.one(Sql::new(&format!("select count(*) as number from {}", table.name))).await.unwrap();
        all.push((table.name, number.number));
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_system_on_sqlite_is_copied_whole_to_postgresql_and_answers_there_as_before() {
    let old = System::new(Engine::Sqlite).await;
    let new = System::new(Engine::Postgres).await;
    let said = String::from_utf8(old.run(&["demo", "--fill-only"]).stdout).unwrap();
    assert!(old.run(&["audit", "seal"]).status.success());

    let copied = old.run(&["copy-to", &new.test.url]);
    let told = String::from_utf8_lossy(&copied.stdout).into_owned();
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    let (before, after) = (rows(&old.test.db).await, rows(&new.test.db).await);
    assert_eq!(before, after);
    let all: i64 = before.iter().map(|(_, number)| number).sum();
    assert!(told.contains(&format!("已复制 {all} 行")), "{told}");

    // the trail's chain and the kept numbers hold over there
    for command in [["audit", "verify"], ["check", "counts"]] {
        let checked = new.run(&command);
        assert!(checked.status.success(), "{command:?}: {}", String::from_utf8_lossy(&checked.stdout));
    }

    // the same people see the same
    let (old_server, new_server) =
        (Server::new(old.test.db.clone()).await, Server::new(new.test.db.clone()).await);
    for login in ["town-officer", "county-clerk", "city-leader", "enterprise"] {
        let line = said.lines().find(|line| line.split_whitespace().next() == Some(login)).unwrap();
        let password = line.split_whitespace().nth(1).unwrap();
        let (there, here) =
            (old_server.sign_in(login, password).await, new_server.sign_in(login, password).await);
        for path in [
            "/api/enterprises?sort=name&limit=200",
            "/api/enterprises/facets",
            "/api/enterprises/count",
            "/api/search?q=万业玩具",
            "/api/search?q=wywj",
            "/api/inbox",
            "/api/dangers",
            "/api/records",
            "/api/hazard-units",
        ] {
            let (before, after) = (there.get(path).await, here.get(path).await);
            assert!(before == after, "{login} {path}");
        }
    }

    // a second time there is something in it already, and nothing is changed
    let again = old.run(&["copy-to", &new.test.url]);
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("目标数据库里已有数据"), "{again:?}");
    let wrong = new.run(&["copy-to", &old.test.url]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("只能从 SQLite"), "{wrong:?}");
    old.test.remove().await;
    new.test.remove().await;
}
