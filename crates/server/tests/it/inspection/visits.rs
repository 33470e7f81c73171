//! Visits: filled in step by step, what they find becomes dangers, orders and rechecks follow.

use axum::http::StatusCode;
use db::{Db, db_test};
use serde_json::{Value, json};
use testkit::{PLASTICS, Server, path};

use super::{DRAWN, bureau, danger, draft, made, own, refused, soon, visited};

#[db_test]
async fn what_a_visit_finds_becomes_dangers_with_the_term_of_the_order_and_the_recheck_closes_or_returns_each(
    db: Db,
) {
    let server = Server::new(db).await;
    let (_, officer, cards) = bureau(&server).await;
    let visit = visited(&officer, &cards).await;
    let place = visit["path"].as_str().unwrap();
    let (_, whole) = officer.get(place).await;
    let findings = whole["findings"].as_array().unwrap();
    let first = danger(&officer, &findings[0]).await;
    assert_eq!(
        (&first["detail"]["source"], &first["detail"]["description"], &first["detail"]["found_by"]),
        (&json!("inspection"), &json!("3号注塑机防护罩缺失"), &json!("张三、李四"))
    );
    assert_eq!(first["case"]["due_on"], whole["visit"]["due_on"]);
    assert!(first["next"].as_array().unwrap().iter().all(|step| step["action"] != "order"), "{first}");
    let order = draft(&officer, &visit, json!({"form": "correction_order", "due_on": soon(&server)})).await;
    let order = made(&officer, &own(&order, "/issue"), json!({"version": 1})).await;
    let first = danger(&officer, &findings[0]).await;
    assert_eq!(first["case"]["due_on"], soon(&server));
    assert_eq!(
        first["case"]["due_basis"],
        format!("责令限期整改指令书 {}", order["number"].as_str().unwrap())
    );
    // the recheck: the first is right, the second is not
    let row = &visit["row"];
    let again = json!({"place": "注塑车间", "cards": cards});
    let again = made(&officer, &format!("{}/visits", path(row)), again).await;
    let again = format!("/api/visits/4405/{}", again["id"].as_str().unwrap());
    let sign = json!({"drawing": DRAWN});
    let end = json!({"version": 1, "officer_one": sign, "officer_two": sign, "enterprise": sign});
    made(&officer, &format!("{again}/finish"), end).await;
    let documents = format!("{again}/documents");
    let open = made(&officer, &documents, json!({"form": "recheck_opinion", "about": order["id"]})).await;
    assert_eq!(
        refused(&officer, &own(&open, "/issue"), json!({"version": 1})).await.1,
        "document.incomplete"
    );
    let results = |due: Value| {
        json!({"version": 1, "results": [
            {"finding": findings[0]["id"], "passed": true, "text": "防护罩已装好"},
            {"finding": findings[1]["id"], "passed": false, "text": "仍有 2 具过期", "due_on": due}]})
    };
    let (status, answer) = officer.send("PATCH", &own(&open, ""), results(Value::Null), None).await;
    assert_eq!(
        (status, &answer["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/results/1/due_on"))
    );
    let later = (server.app.clock.today() + chrono::Duration::days(25)).to_string();
    let (status, told) = officer.send("PATCH", &own(&open, ""), results(json!(later)), None).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let recheck = made(&officer, &own(&told, "/issue"), json!({"version": 2})).await;
    assert_eq!(recheck["state"], "issued");
    let (first, second) = (danger(&officer, &findings[0]).await, danger(&officer, &findings[1]).await);
    assert_eq!((&first["case"]["state"], &second["case"]["state"]), (&json!("closed"), &json!("mending")));
    assert_eq!(second["case"]["due_on"], later);
    // what is right needs no second recheck
    let next = made(&officer, &documents, json!({"form": "recheck_opinion", "about": recheck["id"]})).await;
    assert_eq!(next["items"].as_array().unwrap().len(), 1);
}

#[db_test]
async fn an_open_visit_is_filled_in_step_by_step_and_what_was_put_right_on_the_spot_is_struck_off(db: Db) {
    let server = Server::new(db).await;
    let (_, officer, cards) = bureau(&server).await;
    let row = officer.named(PLASTICS).await;
    let visit =
        made(&officer, &format!("{}/visits", path(&row)), json!({"place": "车间", "cards": cards})).await;
    let place = format!("/api/visits/4405/{}", visit["id"].as_str().unwrap());
    let change = json!({"version": 1, "place": "注塑车间", "checklist": {"basic-01": "met"}});
    assert_eq!(officer.send("PATCH", &place, change.clone(), None).await.1["version"], 2);
    let (status, stale) = officer.send("PATCH", &place, change, None).await;
    assert_eq!((status, &stale["current"]["version"]), (StatusCode::CONFLICT, &json!(2)));
    let url = format!("{place}/findings");
    let mut made_of = Vec::new();
    for content in ["安全出口锁闭", "写错的一条", "灭火器被遮挡"] {
        made_of.push(made(&officer, &url, json!({"item": "site-07", "content": content})).await);
    }
    let wrong = format!("{url}/{}", made_of[1]["id"].as_str().unwrap());
    assert_eq!(
        officer.send("DELETE", &format!("{wrong}?version=9"), Value::Null, None).await.0,
        StatusCode::CONFLICT
    );
    assert_eq!(
        officer.send("DELETE", &format!("{wrong}?version=1"), Value::Null, None).await.0,
        StatusCode::NO_CONTENT
    );
    let last = format!("{url}/{}", made_of[2]["id"].as_str().unwrap());
    let photo = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let (status, kept) = officer.upload(&format!("{last}/photos"), photo).await;
    assert_eq!(status, StatusCode::CREATED, "{kept}");
    let change = json!({"version": 1, "item": "site-07", "content": "灭火器被遮挡", "fixed": true});
    let (status, fixed) = officer.send("PATCH", &last, change, None).await;
    assert_eq!((status, fixed["photos"].as_array().unwrap().len()), (StatusCode::OK, 1), "{fixed}");
    let change = json!({"version": 2, "content": "灭火器被遮挡", "fixed": true, "needs_stop": true});
    assert_eq!(officer.send("PATCH", &last, change, None).await.1["code"], "finding.major_fixed");
    let sign = json!({"drawing": DRAWN});
    let (_, whole) = officer.get(&place).await;
    let mut end = json!({"version": whole["visit"]["version"], "officer_one": sign, "officer_two": sign, "enterprise": sign});
    let finish = format!("{place}/finish");
    let (status, answer) = officer.send("POST", &finish, end.clone(), None).await;
    assert_eq!(
        (status, &answer["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/due_on"))
    );
    end["due_on"] = json!(soon(&server));
    made(&officer, &finish, end).await;
    let (_, whole) = officer.get(&place).await;
    let findings = whole["findings"].as_array().unwrap();
    assert_eq!(findings.iter().map(|own| own["serial"].clone()).collect::<Vec<_>>(), [json!(1), json!(2)]);
    assert_eq!(danger(&officer, &findings[0]).await["case"]["state"], "mending");
    let spot = danger(&officer, &findings[1]).await;
    assert_eq!((&spot["case"]["state"], spot["photos"].as_array().unwrap().len()), (&json!("closed"), 1));
    let visit = json!({"path": place});
    let order = draft(&officer, &visit, json!({"form": "correction_order"})).await;
    assert_eq!(order["items"].as_array().unwrap().len(), 1, "what is right is not ordered: {order}");
}

#[db_test]
async fn dangers_have_the_term_again_that_they_had_before_an_order_that_is_withdrawn(db: Db) {
    let server = Server::new(db).await;
    let (_, officer, cards) = bureau(&server).await;
    let visit = visited(&officer, &cards).await;
    let (_, whole) = officer.get(visit["path"].as_str().unwrap()).await;
    let findings = whole["findings"].as_array().unwrap();
    let before = danger(&officer, &findings[0]).await["case"]["due_on"].clone();
    let order = json!({"form": "correction_order", "due_on": soon(&server)});
    let order = draft(&officer, &visit, order).await;
    let order = made(&officer, &own(&order, "/issue"), json!({"version": 1})).await;
    // what was put right meanwhile is not touched
    let mended = danger(&officer, &findings[1]).await;
    let url = format!("/api/dangers/4405/{}/mend", findings[1]["danger"].as_str().unwrap());
    let body = json!({"version": mended["case"]["version"], "mended_on": server.app.clock.today(),
        "mended_text": "已更换", "acceptance": "self", "accepted_by": "陈一"});
    made(&officer, &url, body).await;
    let waiting = danger(&officer, &findings[1]).await;
    made(&officer, &own(&order, "/withdraw"), json!({"version": 2, "reason": "引用条款有误"})).await;
    let after = danger(&officer, &findings[0]).await;
    assert_eq!((&after["case"]["due_on"], &after["case"]["state"]), (&before, &json!("mending")));
    let basis = after["case"]["due_basis"].as_str().unwrap();
    assert!(basis.contains("已撤回") && basis.contains(order["number"].as_str().unwrap()), "{basis}");
    assert_eq!(danger(&officer, &findings[1]).await["case"], waiting["case"]);
}
