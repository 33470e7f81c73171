//! What an inspection leaves to do: in the inbox of who began it until it is done, in the register, in the search box and among the figures.

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, path, percent};

use super::{
    COUNTY, bureau, draft, made, own,
    penalty::{clock, facts, opened},
    soon, visited,
};

async fn waits(who: &Client<'_>, kind: &str) -> i64 {
    let groups = who.get("/api/inbox").await.1["groups"].clone();
    let found = groups.as_array().unwrap().iter().find(|group| group["kind"] == kind).cloned();
    found.map_or(0, |group| group["number"].as_i64().unwrap())
}

#[db_test]
async fn an_open_visit_a_draft_and_an_unserved_document_wait_for_who_began_them(db: Db) {
    let server = Server::new(db).await;
    let (_, officer, cards) = bureau(&server).await;
    let colleague = server.person(Role::Officer, "4405", None).await;
    let row = officer.named(PLASTICS).await;
    let visits = format!("{}/visits", path(&row));
    let open = made(&officer, &visits, json!({"place": "仓库", "cards": cards})).await;
    assert_eq!((waits(&officer, "visits_open").await, waits(&colleague, "visits_open").await), (1, 0));
    let give_up = format!("/api/visits/4405/{}/withdraw", open["id"].as_str().unwrap());
    made(&officer, &give_up, json!({"version": 1, "reason": "误开"})).await;
    assert_eq!(waits(&officer, "visits_open").await, 0);

    let visit = visited(&officer, &cards).await;
    let paper = draft(&officer, &visit, json!({"form": "correction_order", "due_on": soon(&server)})).await;
    assert_eq!(waits(&officer, "documents_draft").await, 1);
    let paper = made(&officer, &own(&paper, "/issue"), json!({"version": paper["version"]})).await;
    assert_eq!(
        (waits(&officer, "documents_draft").await, waits(&officer, "documents_unserved").await),
        (0, 1)
    );
    let (_, list) = officer.get("/api/enforcement-documents?unserved=true").await;
    assert_eq!(list["items"][0]["number"], paper["number"], "{list}");
    let served = json!({"version": paper["version"], "served_on": server.app.clock.today(), "service": "直接送达，陈一 签收"});
    made(&officer, &own(&paper, "/serve"), served).await;
    assert_eq!(waits(&officer, "documents_unserved").await, 0);
    let (_, list) = officer.get("/api/enforcement-documents?unserved=true").await;
    assert_eq!(list["items"], json!([]));
}

#[db_test]
async fn a_document_is_found_by_its_number_and_listed_and_its_visit_counted_only_in_its_area(db: Db) {
    let server = Server::new(db).await;
    let (_, officer, cards) = bureau(&server).await;
    let elsewhere = server.person(Role::Officer, "440512", None).await;
    let visit = visited(&officer, &cards).await;
    let paper = draft(&officer, &visit, json!({"form": "correction_order", "due_on": soon(&server)})).await;
    let paper = made(&officer, &own(&paper, "/issue"), json!({"version": paper["version"]})).await;
    let number = paper["number"].as_str().unwrap();

    let found = async |who: &Client<'_>| {
        let (status, answer) = who.get(&format!("/api/search?q={}", percent(number))).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer.to_string().contains(paper["id"].as_str().unwrap())
    };
    assert_eq!((found(&officer).await, found(&elsewhere).await), (true, false));
    let year = format!(
        "/api/enforcement-documents?state=issued&year={}",
        paper["issued_on"].as_str().unwrap().get(..4).unwrap()
    );
    let listed = async |who: &Client<'_>| who.get(&year).await.1["items"].as_array().unwrap().len();
    assert_eq!((listed(&officer).await, listed(&elsewhere).await), (1, 0));

    let counted = async |who: &Client<'_>, region: &str| {
        let (_, answer) = who.get(&format!("/api/indicators?region={region}")).await;
        let all = answer.as_array().unwrap();
        let own: Value = all.iter().find(|own| own["code"] == "enterprises_inspected").cloned().unwrap();
        own["total"]["numerator"].as_i64()
    };
    assert_eq!((counted(&officer, COUNTY).await, counted(&elsewhere, "440512").await), (Some(1), Some(0)));
    let (_, visits) = officer.get("/api/visits?state=finished&this_year=true").await;
    assert_eq!(visits["items"].as_array().unwrap().len(), 1);
}

/// How many penalties the inbox says wait for somebody; its link leads to exactly so many.
async fn penalties(who: &Client<'_>, kind: &str) -> i64 {
    let groups = who.get("/api/inbox").await.1["groups"].clone();
    let Some(group) = groups.as_array().unwrap().iter().find(|own| own["kind"] == kind).cloned() else {
        return 0;
    };
    let (status, rows) = who.get(&format!("/api{}", group["link"].as_str().unwrap())).await;
    assert_eq!(status, StatusCode::OK, "{rows}");
    assert_eq!(json!(rows["items"].as_array().unwrap().len()), group["number"], "{group}");
    group["number"].as_i64().unwrap()
}

#[db_test]
async fn what_a_leader_approves_waits_for_the_leader_and_papers_to_issue_and_serve_for_the_officer_in_charge(
    db: Db,
) {
    let server = Server::at(db, clock()).await;
    server.register().await;
    let mut case = opened(&server, facts()).await;
    let city = server.person(Role::Leader, "4405", None).await;
    let town = server.person(Role::Leader, "440515102", None).await;
    let other = server.person(Role::Leader, "440511", None).await;
    let colleague = server.person(Role::Officer, "4405", None).await;
    // to be filed: the leader of the bureau's own division, nobody else's
    assert_eq!(penalties(&case.leader, "penalties_approve").await, 1);
    for who in [&city, &town, &other, &case.officer, &colleague] {
        assert_eq!(penalties(who, "penalties_approve").await, 0);
    }
    case.issue("filing", json!({}), json!({})).await;
    assert_eq!(penalties(&case.leader, "penalties_approve").await, 0);
    // a draft waits for the officer in charge until it is issued, the issued paper until it is served
    let draft = case.draft("inquiry_notice", json!({})).await;
    assert_eq!(penalties(&case.officer, "penalties_issue").await, 1);
    for who in [&case.leader, &colleague, &town] {
        assert_eq!(
            (penalties(who, "penalties_issue").await, penalties(who, "penalties_serve").await),
            (0, 0)
        );
    }
    let (url, body) = case.issuing(&draft, json!({}));
    case.now = made(&case.officer, &url, body).await;
    assert_eq!(
        (
            penalties(&case.officer, "penalties_issue").await,
            penalties(&case.officer, "penalties_serve").await
        ),
        (0, 1)
    );
    assert_eq!(penalties(&colleague, "penalties_serve").await, 0);
    let papers = case.now["documents"].as_array().unwrap();
    let issued = papers.iter().find(|own| own["id"] == draft["id"]).unwrap().clone();
    case.served(&issued, "2026-03-02").await;
    assert_eq!(penalties(&case.officer, "penalties_serve").await, 0);
    // an extension is a leader's to approve, not the officer's to issue
    case.draft("case_extension", json!({})).await;
    assert_eq!(
        (
            penalties(&case.leader, "penalties_approve").await,
            penalties(&case.officer, "penalties_issue").await
        ),
        (1, 0)
    );
    assert_eq!(penalties(&other, "penalties_approve").await, 0);
    let (status, _) = case.leader.get("/api/penalties?todo=nothing").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
