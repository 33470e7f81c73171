//! The demonstration city.

use db::{Db, db_test};
use serde_json::Value;
use testkit::{Server, System, on_both_engines};

on_both_engines! {
    async fn the_demonstration_is_filled_once_and_its_numbers_are_right(system: System) {
        let first = system.run(&["demo", "--fill-only"]);
        let said = String::from_utf8_lossy(&first.stdout).into_owned();
        assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
        assert_eq!(said.lines().filter(|line| line.contains('（')).count(), 15, "{said}");
        let second = system.run(&["demo", "--fill-only"]);
        assert!(String::from_utf8_lossy(&second.stdout).contains("沿用原有数据"));
        assert!(system.run(&["check", "counts"]).status.success());
    }
}

fn password(logins: &[demo::Login], login: &str) -> String {
    logins.iter().find(|own| own.login == login).unwrap().password.clone()
}

fn groups(inbox: &Value) -> Vec<&str> {
    inbox["groups"].as_array().unwrap().iter().map(|group| group["kind"].as_str().unwrap()).collect()
}

#[db_test]
async fn the_demonstration_has_archives_in_every_state_and_something_to_do_for_everybody(db: Db) {
    let server = Server::new(db.clone()).await;
    let logins = demo::fill(&db, &server.app.clock).await.unwrap().unwrap();

    let officer = server.sign_in("town-officer", &password(&logins, "town-officer")).await;
    let (_, inbox) = officer.get("/api/inbox").await;
    let waiting = groups(&inbox);
    for kind in ["records_to_verify", "papers_expired", "papers_7", "papers_30", "papers_90"] {
        assert!(waiting.contains(&kind), "{kind}: {waiting:?}");
    }
    for state in ["complete", "incomplete", "expired", "empty"] {
        let (_, archives) = officer.get(&format!("/api/archives?state={state}")).await;
        assert!(!archives["items"].as_array().unwrap().is_empty(), "{state}");
    }
    for state in ["entered", "changed", "returned"] {
        let (_, records) = officer.get(&format!("/api/records?state={state}")).await;
        assert!(!records["items"].as_array().unwrap().is_empty(), "{state}");
    }

    let firm = server.sign_in("enterprise", &password(&logins, "enterprise")).await;
    let (_, inbox) = firm.get("/api/inbox").await;
    assert!(!groups(&inbox).is_empty(), "{inbox}");

    let (_, indicators) = officer.get("/api/indicators").await;
    for indicator in indicators.as_array().unwrap() {
        assert!(indicator["total"]["numerator"].as_i64().unwrap() > 0, "{}", indicator["code"]);
    }
    // the job a minute later finds nothing left to do
    assert_eq!(archive::catch_up(&server.app).await.unwrap(), 0);
}
