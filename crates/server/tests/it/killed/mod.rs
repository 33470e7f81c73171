//! The program killed with SIGKILL while it decides: papers of penalties keep numbers without a gap, a self-check is handed in whole or not at all,
//! and so are the visits of a device and what gateways measure.

mod readings;
mod visits;

use axum::http::StatusCode;
use db::{Exec, FromRow, sql};
use futures::future::join_all;
use kernel::Role;
use serde_json::{Map, Value, json};
use testkit::{Program, Session, System, on_both_engines};

use crate::inspection::COUNTY;

/// How often the server is killed on each engine, and requests that are on their way then.
const KILLS: usize = 8;
const ON_THE_WAY: usize = 5;

/// A request that is sent, and sent again: person, address, body, key.
type Write<'a> = (&'a Session, String, Value, String);

async fn post(program: &Program, who: &Session, url: &str, body: Value) -> Value {
    let (status, answer) = program.post(who, url, &body, None).await.unwrap();
    assert!(status.is_success(), "{url}: {status} {answer}");
    answer
}

/// An enterprise of the town.
async fn firm(program: &Program, officer: &Session) -> String {
    let changes = json!({"name": "莲下测试塑料厂", "legal_person": "陈一", "legal_person_phone": "0754-88880001", "address": "莲下镇工业区1号"});
    let firm = json!({"town": "440515102", "anyway": true, "changes": changes});
    let firm = post(program, officer, "/api/enterprises", firm).await;
    format!("/api/enterprises/4405/{}", firm["id"].as_str().unwrap())
}

/// The cards of two officers of the county's bureau.
async fn cards(program: &Program, admin: &Session) -> Vec<Value> {
    let agency = json!({"region": COUNTY, "name": "澄海区应急管理局", "kind": "bureau"});
    let agency = post(program, admin, "/api/agencies", agency).await;
    let mut cards = Vec::new();
    for person in ["张三", "李四"] {
        let card = json!({"city": "4405", "agency": agency["id"], "name": person, "number": format!("粤{person}"),
            "valid_from": "2020-01-01", "valid_to": "2099-12-31"});
        cards.push(post(program, admin, "/api/officer-cards", card).await["id"].clone());
    }
    cards
}

/// Sends what is on its way and kills the server at another point of the writing each time; serves again.
async fn killed(system: &System, program: Program, round: usize, writes: &[Write<'_>]) -> Program {
    let pid = program.pid();
    let killer = async {
        tokio::time::sleep(std::time::Duration::from_millis(2 + 4 * round as u64)).await;
        testkit::kill(pid);
    };
    let all = writes.iter().map(|(who, url, body, key)| program.post(who, url, body, Some(key)));
    let (_, ()) = tokio::join!(join_all(all), killer);
    program.kill();
    system.serve()
}

async fn again(program: &Program, writes: &[Write<'_>]) {
    for (who, url, body, key) in writes {
        let (status, answer) = program.post(who, url, body, Some(key)).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
}

/// A penalty with the approval of its filing drafted, and the address at which that is approved.
async fn drafted(program: &Program, officer: &Session, firm: &str, cards: &[Value]) -> String {
    let new = json!({"procedure": "ordinary", "party": "unit", "cards": cards, "source": "现场检查发现",
        "cause": "未按照规定对从业人员进行安全生产教育和培训", "happened_on": "2026-02-27"});
    let own = post(program, officer, &format!("{firm}/penalties"), new).await;
    let papers = format!("/api/penalties/4405/{}/documents", own["case"]["id"].as_str().unwrap());
    let draft = post(program, officer, &papers, json!({"form": "filing"})).await;
    let url = format!("/api/penalty-documents/4405/{}", draft["id"].as_str().unwrap());
    let open = draft["fields"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|own| own["value"] == "" && own["by_hand"] == false);
    let fields: Map<String, Value> =
        open.map(|own| (own["label"].as_str().unwrap().to_string(), json!("见案卷"))).collect();
    let change = json!({"version": 1, "fields": fields}).to_string();
    let (status, answer) =
        program.send(officer, "PATCH", &url, "application/json", change, None).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{answer}");
    format!("{url}/approve")
}

#[derive(FromRow)]
struct Given {
    serial: i64,
    state: String,
    steps: i64,
}

on_both_engines! {
    async fn a_server_killed_while_papers_of_penalties_are_numbered_skips_none_and_gives_none_twice(system: System) {
        let mut program = system.serve();
        let admin = program.sign_in(&system.person(Role::System, COUNTY).await).await;
        let officer = program.sign_in(&system.person(Role::Officer, COUNTY).await).await;
        let leader = program.sign_in(&system.person(Role::Leader, COUNTY).await).await;
        let cards = cards(&program, &admin).await;
        let firm = firm(&program, &officer).await;
        for round in 0..KILLS {
            let mut writes = Vec::new();
            for at in 0..ON_THE_WAY {
                let url = drafted(&program, &officer, &firm, &cards).await;
                writes.push((&leader, url, json!({"version": 2, "case_version": 1}), format!("approve-{round}-{at}")));
            }
            program = killed(&system, program, round, &writes).await;
            again(&program, &writes).await;
        }
        let sql = sql!(
            "select d.serial, c.state, (select count(*) from case_event e where e.city = d.city and e.case_id = d.penalty and e.action = 'file') as steps
             from penalty_document d join case_header c on c.city = d.city and c.id = d.penalty where d.city = $1 and d.serial is not null order by d.serial",
            "4405"
        );
        let rows: Vec<Given> = system.test.db.all(sql).await.unwrap();
        let all: Vec<i64> = (1..).take(KILLS * ON_THE_WAY).collect();
        assert_eq!(rows.iter().map(|row| row.serial).collect::<Vec<_>>(), all);
        assert!(rows.iter().all(|row| (row.state.as_str(), row.steps) == ("investigating", 1)), "each was filed once");
        program.kill();
    }

    async fn a_server_killed_while_self_checks_are_handed_in_keeps_each_whole_or_not_at_all(system: System) {
        let mut program = system.serve();
        let officer = program.sign_in(&system.person(Role::Officer, COUNTY).await).await;
        let firm = firm(&program, &officer).await;
        for round in 0..KILLS {
            let mut writes = Vec::new();
            let mut checks = Vec::new();
            for at in 0..ON_THE_WAY {
                let name = format!("第{round}批第{at}项自查");
                let task = json!({"region": COUNTY, "name": name, "cycle": "month"});
                let task = post(&program, &officer, "/api/self-check-tasks", task).await;
                let check = post(&program, &officer, &format!("{firm}/self-checks"), json!({"task": task["id"]})).await;
                let codes: Vec<&str> =
                    check["items"].as_array().unwrap().iter().map(|own| own["code"].as_str().unwrap()).collect();
                let answer = |(at, code): (usize, &&str)| (code.to_string(), json!(if at < 2 { "unmet" } else { "met" }));
                let checklist: Map<String, Value> = codes.iter().enumerate().map(answer).collect();
                let due_on = kernel::Clock::System.today() + chrono::Duration::days(9);
                let found = |code: &str| json!({"item": code, "place": "车间", "description": name, "due_on": due_on});
                let end = json!({"version": 1, "person": "陈安全", "checklist": checklist, "found": [found(codes[0]), found(codes[1])]});
                let url = format!("/api/self-checks/4405/{}", check["check"]["id"].as_str().unwrap());
                writes.push((&officer, format!("{url}/finish"), end, format!("finish-{round}-{at}")));
                checks.push((url, name));
            }
            program = killed(&system, program, round, &writes).await;
            whole(&program, &officer, &checks).await;
            again(&program, &writes).await;
            assert_eq!(whole(&program, &officer, &checks).await, ON_THE_WAY, "each is handed in once");
        }
        program.kill();
    }
}

/// Every self-check is handed in with both its dangers, or not and without any; answers how many are.
async fn whole(program: &Program, officer: &Session, checks: &[(String, String)]) -> usize {
    let dangers = program.get(officer, "/api/dangers?limit=200").await;
    let dangers = dangers["items"].as_array().unwrap();
    let mut handed_in = 0;
    for (url, name) in checks {
        let state = program.get(officer, url).await["check"]["state"].clone();
        let own = dangers.iter().filter(|own| own["detail"]["description"] == json!(name)).count();
        assert!(
            (&state, own) == (&json!("done"), 2) || (&state, own) == (&json!("open"), 0),
            "{name}: {state} {own}"
        );
        handed_in += usize::from(state == "done");
    }
    handed_in
}
