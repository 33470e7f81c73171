//! Two officers with cards, what a deed allows, documents with gapless numbers that do not change.

use axum::http::StatusCode;
use db::{Db, Exec, FromRow, db_test, sql};
use futures::future::join_all;
use kernel::Role;
use serde_json::{Value, json};
use testkit::{PLASTICS, Program, Server, Session, System, on_both_engines, path};

use super::{COUNTY, DRAWN, TOWN, bureau, draft, made, office, own, refused, soon, visited};

#[derive(FromRow)]
struct One {
    serial: i64,
}

#[db_test]
async fn forty_documents_issued_at_once_are_numbered_one_to_forty_and_a_rolled_back_one_skips_nothing(
    db: Db,
) {
    let server = Server::new(db).await;
    server.register().await;
    let system = server.person(Role::System, COUNTY, None).await;
    let officer = server.person(Role::Officer, COUNTY, None).await;
    let (bureau, cards) = office(&system, COUNTY, "bureau", "澄海区应急管理局", "2099-12-31").await;
    let visit = visited(&officer, &cards).await;
    let mut drafts = Vec::new();
    for _ in 0..40 {
        drafts.push(
            draft(&officer, &visit, json!({"form": "correction_order", "due_on": soon(&server)})).await,
        );
    }
    // a number taken by a transaction that came to nothing
    let year = server.app.clock.today().format("%Y").to_string().parse().unwrap();
    let agency = bureau["id"].as_str().unwrap().parse().unwrap();
    let mut tx = server.app.db.begin().await.unwrap();
    assert_eq!(inspection::store::next_serial(&mut tx, "4405", agency, "应急责改", year).await.unwrap(), 1);
    drop(tx);
    let issue = |own_draft: Value| {
        let officer = &officer;
        async move { officer.send("POST", &own(&own_draft, "/issue"), json!({"version": 1}), None).await }
    };
    let answers = join_all(drafts.iter().cloned().map(issue)).await;
    for (status, answer) in &answers {
        assert_eq!(*status, StatusCode::OK, "{answer}");
        assert_eq!(answer["issuer"], "澄海区应急管理局");
    }
    let rows: Vec<One> = server
        .app
        .db
        .all(sql!(
            "select serial from enforcement_document where city = $1 and serial is not null order by serial",
            "4405"
        ))
        .await
        .unwrap();
    assert_eq!(rows.iter().map(|row| row.serial).collect::<Vec<_>>(), (1..=40).collect::<Vec<i64>>());
    let mut numbers: Vec<&str> =
        answers.iter().map(|(_, answer)| answer["number"].as_str().unwrap()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 40);
    assert!(numbers.contains(&format!("（澄海）应急责改〔{year}〕40号").as_str()), "{numbers:?}");
}

#[db_test]
async fn a_town_issues_only_what_its_deed_covers_in_its_term_and_in_the_bureaus_name(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let system = server.person(Role::System, COUNTY, None).await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let (bureau, _) = office(&system, COUNTY, "bureau", "澄海区应急管理局", "2099-12-31").await;
    let (town, cards) = office(&system, TOWN, "town_office", "莲下镇应急管理办公室", "2099-12-31").await;
    let visit = visited(&officer, &cards).await;
    let order = draft(&officer, &visit, json!({"form": "correction_order", "due_on": soon(&server)})).await;
    let tried = refused(&officer, &own(&order, "/issue"), json!({"version": 1})).await;
    assert_eq!((tried.0, tried.1.as_str()), (StatusCode::CONFLICT, "deed.none"));
    let deed = |forms: Value, to: &str| {
        json!({"city": "4405", "agency": town["id"], "principal": bureau["id"], "number": format!("澄应急委〔{to}〕"),
            "forms": forms, "valid_from": "2020-01-01", "valid_to": to})
    };
    made(&system, "/api/delegation-deeds", deed(json!(["inspection_record"]), "2099-12-31")).await;
    let tried = refused(&officer, &own(&order, "/issue"), json!({"version": 1})).await;
    assert_eq!(tried.1, "deed.form");
    assert!(tried.2.contains("没有委托签发《责令限期整改指令书》"), "{}", tried.2);
    made(&system, "/api/delegation-deeds", deed(json!(["责令限期整改指令书"]), "2021-12-31")).await;
    assert_eq!(refused(&officer, &own(&order, "/issue"), json!({"version": 1})).await.1, "deed.term");
    made(
        &system,
        "/api/delegation-deeds",
        deed(json!(["correction_order", "recheck_opinion"]), "2099-12-31"),
    )
    .await;
    let issued = made(&officer, &own(&order, "/issue"), json!({"version": 1})).await;
    assert_eq!(issued["issuer"], "澄海区应急管理局");
    assert!(issued["number"].as_str().unwrap().starts_with("（澄海）应急责改〔"), "{issued}");
    assert!(issued["deed"].as_str().unwrap().contains("2099"));
    // the recheck quotes the order
    let row = &visit["row"];
    let again =
        made(&officer, &format!("{}/visits", path(row)), json!({"place": "注塑车间", "cards": cards})).await;
    let place = format!("/api/visits/4405/{}", again["id"].as_str().unwrap());
    let open = refused(
        &officer,
        &format!("{place}/documents"),
        json!({"form": "recheck_opinion", "about": order["id"]}),
    )
    .await;
    assert_eq!(open.1, "visit.open");
    let sign = json!({"drawing": DRAWN});
    let end =
        json!({"version": 1, "checklist": {}, "officer_one": sign, "officer_two": sign, "enterprise": sign});
    made(&officer, &format!("{place}/finish"), end).await;
    let items = order["items"].as_array().unwrap();
    let results: Vec<Value> = items
        .iter()
        .map(|own| json!({"finding": own["finding"], "passed": true, "text": "防护罩已装好"}))
        .collect();
    let recheck = json!({"form": "recheck_opinion", "about": order["id"], "results": results});
    let recheck = made(&officer, &format!("{place}/documents"), recheck).await;
    let field = |label: &str| {
        let fields = recheck["fields"].as_array().unwrap();
        fields.iter().find(|own| own["label"] == label).unwrap()["value"].clone()
    };
    assert_eq!((field("决定文号安监行为"), field("决定文号号")), (json!("应急责改"), json!("1")));
    let recheck = made(&officer, &own(&recheck, "/issue"), json!({"version": 1})).await;
    assert_eq!(recheck["state"], "issued");
}

#[db_test]
async fn an_issued_document_only_changes_by_being_served_or_withdrawn_and_leaves_both_on_the_trail(db: Db) {
    let server = Server::new(db).await;
    let (system, officer, cards) = bureau(&server).await;
    let (_, late) = office(&system, COUNTY, "bureau", "过期局", "2021-01-01").await;
    let row = officer.named(PLASTICS).await;
    let visits = format!("{}/visits", path(&row));
    assert_eq!(
        refused(&officer, &visits, json!({"place": "车间", "cards": [cards[0]]})).await.1,
        "officer.two"
    );
    assert_eq!(refused(&officer, &visits, json!({"place": "车间", "cards": late})).await.1, "officer.card");
    let visit = visited(&officer, &cards).await;
    let finding = format!("{}/findings", visit["path"].as_str().unwrap());
    assert_eq!(refused(&officer, &finding, json!({"content": "事后补记"})).await.1, "visit.finished");
    let record = draft(&officer, &visit, json!({"form": "inspection_record"})).await;
    let record = made(&officer, &own(&record, "/issue"), json!({"version": 1})).await;
    assert_eq!(refused(&officer, &own(&record, "/issue"), json!({"version": 2})).await.1, "document.state");
    let today = server.app.clock.today().to_string();
    let serve = json!({"version": 2, "served_on": today, "service": "直接送达，陈一签收"});
    let served = made(&officer, &own(&record, "/serve"), serve).await;
    assert_eq!(served["fields"], record["fields"]);
    let withdrawn =
        made(&officer, &own(&record, "/withdraw"), json!({"version": 3, "reason": "场所写错"})).await;
    assert_eq!((&withdrawn["state"], &withdrawn["number"]), (&json!("withdrawn"), &record["number"]));
    // the next one takes the next number
    let next = draft(&officer, &visit, json!({"form": "inspection_record"})).await;
    let next = made(&officer, &own(&next, "/issue"), json!({"version": 1})).await;
    assert!(next["number"].as_str().unwrap().ends_with("〕2号"), "{next}");
    let order = draft(&officer, &visit, json!({"form": "correction_order", "due_on": soon(&server)})).await;
    let order = made(&officer, &own(&order, "/issue"), json!({"version": 1})).await;
    // another county's officer does not know of any of it
    let other = server.person(Role::Officer, "440511", None).await;
    for url in [visit["path"].as_str().unwrap().to_string(), own(&order, ""), own(&order, "/print")] {
        assert_eq!(other.get(&url).await.0, StatusCode::NOT_FOUND, "{url}");
    }
    assert_eq!(other.get("/api/visits").await.1["items"], json!([]));
}

#[db_test]
async fn a_card_that_ended_since_the_visit_issues_nothing_and_the_refusal_says_why(db: Db) {
    let server = Server::new(db).await;
    let (system, officer, cards) = bureau(&server).await;
    let visit = visited(&officer, &cards).await;
    let record = draft(&officer, &visit, json!({"form": "inspection_record"})).await;
    let card = format!("/api/officer-cards/4405/{}", cards[1].as_str().unwrap());
    let end = json!({"version": 1, "valid_to": "2021-06-30", "reason": "调离执法岗位"});
    assert_eq!(system.send("PATCH", &card, end.clone(), None).await.0, StatusCode::OK);
    assert_eq!(system.send("PATCH", &card, end, None).await.0, StatusCode::CONFLICT);
    let tried = refused(&officer, &own(&record, "/issue"), json!({"version": 1})).await;
    assert_eq!((tried.0, tried.1.as_str()), (StatusCode::CONFLICT, "officer.card"));
    assert!(tried.2.contains("李四的执法证") && tried.2.contains("2021-06-30"), "{}", tried.2);
    let (_, draft) = officer.get(&own(&record, "")).await;
    assert_eq!((&draft["state"], &draft["number"]), (&json!("draft"), &Value::Null));
}

/// Documents drafted for each kill, and kills for each engine.
const DRAFTS: usize = 6;
const KILLS: usize = 8;

/// An agency with two cards, a signed visit, and drafts of it.
async fn drafted(system: &System, program: &Program) -> (Session, Vec<Value>) {
    let admin = program.sign_in(&system.person(Role::System, COUNTY).await).await;
    let officer = program.sign_in(&system.person(Role::Officer, COUNTY).await).await;
    let post = async |who: &Session, url: &str, body: Value| {
        let (status, answer) = program.post(who, url, &body, None).await.unwrap();
        assert!(status.is_success(), "{url}: {status} {answer}");
        answer
    };
    let agency = json!({"region": COUNTY, "name": "澄海区应急管理局", "kind": "bureau"});
    let agency = post(&admin, "/api/agencies", agency).await;
    let mut cards = Vec::new();
    for person in ["张三", "李四"] {
        let card = json!({"city": "4405", "agency": agency["id"], "name": person, "number": format!("粤{person}"),
            "valid_from": "2020-01-01", "valid_to": "2099-12-31"});
        cards.push(post(&admin, "/api/officer-cards", card).await["id"].clone());
    }
    let firm = json!({"town": TOWN, "anyway": true, "changes": {"name": "莲下测试塑料厂", "legal_person": "陈一",
        "legal_person_phone": "0754-88880001", "address": "莲下镇工业区1号"}});
    let firm = post(&officer, "/api/enterprises", firm).await;
    let visits = format!("/api/enterprises/4405/{}/visits", firm["id"].as_str().unwrap());
    let visit = post(&officer, &visits, json!({"place": "车间", "cards": cards})).await;
    let place = format!("/api/visits/4405/{}", visit["id"].as_str().unwrap());
    let sign = json!({"drawing": DRAWN});
    let end = json!({"version": 1, "officer_one": sign, "officer_two": sign, "enterprise": sign});
    post(&officer, &format!("{place}/finish"), end).await;
    let mut drafts = Vec::new();
    for _ in 0..DRAFTS * KILLS {
        drafts
            .push(post(&officer, &format!("{place}/documents"), json!({"form": "inspection_record"})).await);
    }
    (officer, drafts)
}

on_both_engines! {
    async fn a_server_killed_while_it_issues_skips_no_number_and_gives_none_twice(system: System) {
        let mut program = system.serve();
        let (officer, drafts) = drafted(&system, &program).await;
        for (round, some) in drafts.chunks(DRAFTS).enumerate() {
            let pid = program.pid();
            let issue = |at: usize, draft: &Value| {
                let (url, key) = (own(draft, "/issue"), format!("issue-{round}-{at}"));
                let (program, officer) = (&program, &officer);
                async move { program.post(officer, &url, &json!({"version": 1}), Some(&key)).await }
            };
            let killer = async {
                // at another point of the writing each time
                tokio::time::sleep(std::time::Duration::from_millis(2 + 3 * round as u64)).await;
                testkit::kill(pid);
            };
            let (_, ()) = tokio::join!(join_all(some.iter().enumerate().map(|(at, draft)| issue(at, draft))), killer);
            program.kill();
            program = system.serve();
            for (at, draft) in some.iter().enumerate() {
                let (url, key) = (own(draft, "/issue"), format!("issue-{round}-{at}"));
                let (status, answer) = program.post(&officer, &url, &json!({"version": 1}), Some(&key)).await.unwrap();
                assert_eq!(status, StatusCode::OK, "{answer}");
            }
        }
        let sql = sql!("select serial from enforcement_document where city = $1 and serial is not null order by serial", "4405");
        let rows: Vec<One> = system.test.db.all(sql).await.unwrap();
        let all: Vec<i64> = (1..).take(drafts.len()).collect();
        assert_eq!(rows.iter().map(|row| row.serial).collect::<Vec<_>>(), all);
        program.kill();
    }
}
