//! The ways on which things go: into a merger, back out of it, with a premises that is split off; and where they may not.

use db::sql;

use super::*;

#[derive(FromRow)]
struct Told {
    #[expect(dead_code, reason = "that there is one is all that counts")]
    id: Uuid,
}

#[db_test]
async fn undoing_a_merger_gives_back_exactly_what_went(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    own.everything().await;
    let before = standings(&server).await;
    for (table, rows) in &before {
        assert!(rows.iter().any(|row| row.enterprise == id(&own.other)), "{table}: every kind is there");
    }
    let merger = own.merge().await;
    let merged = standings(&server).await;
    for (table, rows) in &merged {
        let left = rows.iter().filter(|row| row.enterprise == id(&own.other)).count();
        // the month and the period that the record that stays told itself
        assert_eq!(left, usize::from(["danger_return", "self_check"].contains(table)), "{table}");
        for row in rows.iter().filter(|row| row.enterprise == id(&own.kept)) {
            assert_eq!(row.town, LIANXIA, "{table}");
        }
    }
    // the trail says of each row where it went, and why
    for (table, rows) in &before {
        let moved = merged.iter().find(|(own, _)| own == table).unwrap().1.iter().zip(rows);
        let moved = moved.filter(|(now, then)| now.enterprise != then.enterprise).count();
        let reason = format!("并入“{KEPT}”：现场核对为同一家");
        let sql = sql!(
            "select distinct row_id as id from audit where city = '4405' and subject = $1 and reason = $2",
            *table,
            reason
        );
        assert_eq!(server.app.db.all::<Told>(sql).await.unwrap().len(), moved, "{table}");
    }
    own.undo(&merger).await;
    assert_eq!(standings(&server).await, before);
    assert!(replayed(&server).await > 4);
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
    // and once more, whichever stays
    let again = own.merge().await;
    assert_eq!(standings(&server).await, merged);
    own.undo(&again).await;
    assert_eq!(standings(&server).await, before);
    replayed(&server).await;
    assert!(audit::verify(&server.app.db).await.is_ok());
}

#[db_test]
async fn what_came_to_something_while_it_was_merged_goes_back_with_it(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let danger = own.danger().await;
    let point = own.point(&own.firm_there, &own.other).await;
    let merger = own.merge().await;
    let (status, photo) = own
        .here
        .upload_as(&format!("{}/photos?side=after", danger_url(&danger)), "已清理.png", PNG, None)
        .await;
    assert_eq!(status, StatusCode::CREATED, "{photo}");
    // who had it goes on with it: the accounts are the same
    let now = own.here.get(&danger_url(&danger)).await.1;
    let mended = json!({"version": now["case"]["version"], "mended_on": "2026-03-02", "mended_text": "已清理", "funds_spent": 100,
        "acceptance": "self", "accepted_by": "陈安全"});
    made(&own.firm_there, &format!("{}/mend", danger_url(&danger)), mended).await;
    own.undo(&merger).await;
    let now = own.there.get(&danger_url(&danger)).await.1;
    assert_eq!(
        (&now["case"]["enterprise"], &now["case"]["state"]),
        (&own.other["id"], &json!("mended")),
        "{now}"
    );
    assert_eq!(now["photos"].as_array().unwrap().len(), 2);
    for photo in now["photos"].as_array().unwrap() {
        let url = format!("/api/danger-photos/4405/{}", photo["id"].as_str().unwrap());
        assert_eq!(own.there.file(&url).await.0, StatusCode::OK);
        assert_eq!(own.here.file(&url).await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(
        own.there.get(&format!("/api/monitoring/points/4405/{}", point["id"].as_str().unwrap())).await.0,
        StatusCode::OK
    );
    replayed(&server).await;
}

#[db_test]
async fn two_points_of_one_number_are_not_put_together_unasked(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    own.point(&own.firm_here, &own.kept).await;
    let point = own.point(&own.firm_there, &own.other).await;
    let before = standings(&server).await;
    let (status, problem) = own.try_merge().await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("belonging.twice")), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("编号"), "{problem}");
    assert_eq!(standings(&server).await, before);
    let url = format!("/api/monitoring/points/4405/{}", point["id"].as_str().unwrap());
    let now = own.there.get(&url).await.1;
    let body = json!({"version": now["version"], "code": "TI-101旧", "name": "储罐温度", "kind": "temperature", "in_use": false});
    let (status, answer) = own.firm_there.send("PUT", &url, body, None).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    own.merge().await;
    // what the firm sends is taken for the point that stays
    assert_eq!(own.reading(&own.firm_there, 30.0).await["unknown"], 0);
}

#[db_test]
async fn what_belongs_to_the_second_premises_is_chosen_and_takes_along_what_hangs_on_it(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    own.everything().await;
    let chosen = own.danger().await;
    let filing = of(&own.there, "/api/cases?kind=hazard_filing", &own.other).await[0]["id"].clone();
    let source = of(&own.there, "/api/hazard-sources", &own.other).await[0]["id"].clone();
    let point = of(&own.there, "/api/monitoring/points", &own.other).await[0]["id"].clone();
    let visit = of(&own.there, "/api/visits", &own.other).await[0]["id"].clone();
    let row = own.clerk.get(&path(&own.other)).await.1;
    let split = |records: Value| {
        json!({"version": row["version"], "town": LIANXIA, "own": {}, "records": records, "reason": "两处厂房分开监管",
            "changes": {"name": "澄海测试玩具二厂", "address": "汕头市澄海区莲下镇丁路4号"}})
    };
    let url = format!("{}/split", path(&row));
    // a filing does not go without its source
    let (status, problem) = own.clerk.send("POST", &url, split(json!([filing])), None).await;
    assert_eq!(
        (status, &problem["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("record.other")),
        "{problem}"
    );
    let all = json!([chosen["case"]["id"], source, point, visit]);
    // each is among what may be chosen, and what hangs on another is not
    let (_, choices) = own.clerk.get(&format!("{}/belongings", path(&row))).await;
    let ids: Vec<&Value> = choices.as_array().unwrap().iter().map(|own| &own["id"]).collect();
    assert!(all.as_array().unwrap().iter().all(|id| ids.contains(&id)), "{choices}");
    assert!(!ids.contains(&&filing), "{choices}");
    let both = made(&own.clerk, &url, split(all)).await;
    let second = &both["second"];
    let dangers = of(&own.here, "/api/dangers", second).await;
    assert_eq!(dangers.len(), 1, "{dangers:?}");
    assert_eq!(of(&own.here, "/api/danger-notices", second).await.len(), 1);
    assert_eq!(of(&own.here, "/api/hazard-sources", second).await.len(), 1);
    assert_eq!(of(&own.here, "/api/cases?kind=hazard_filing", second).await.len(), 1);
    assert_eq!(of(&own.here, "/api/monitoring/alarms", second).await.len(), 1);
    assert_eq!(of(&own.here, "/api/visits", second).await.len(), 1);
    assert_eq!(of(&own.here, "/api/enforcement-documents", second).await.len(), 2);
    // the rest stays where it was
    assert_eq!(of(&own.there, "/api/danger-notices", &own.other).await.len(), 1);
    assert_eq!(of(&own.there, "/api/penalties", &own.other).await.len(), 1);
    assert_eq!(of(&own.there, "/api/hazard-sources", &own.other).await.len(), 0);
    replayed(&server).await;
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
}

#[db_test]
async fn undoing_a_split_brings_everything_back_and_what_came_since(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    own.everything().await;
    let before = standings(&server).await;
    let row = own.clerk.get(&path(&own.other)).await.1;
    let (_, choices) = own.clerk.get(&format!("{}/belongings", path(&row))).await;
    let all: Vec<&Value> = choices.as_array().unwrap().iter().map(|own| &own["id"]).collect();
    assert!(all.len() > 6, "{choices}");
    let body = json!({"version": row["version"], "town": LIANXIA, "records": all, "reason": "两处厂房分开监管",
        "changes": {"name": "澄海测试玩具二厂", "address": "汕头市澄海区莲下镇丁路4号"}});
    let both = made(&own.clerk, &format!("{}/split", path(&row)), body).await;
    let second = &both["second"];
    let since = json!({"city": "4405", "enterprise": second["id"], "source": "inspection", "found_on": "2026-03-02",
        "category": "15", "place": "包装车间", "description": "安全出口上锁", "requirement": "立即打开",
        "needs_stop": false, "beyond_own_power": false, "stop": "none", "due_on": "2026-03-12"});
    let since = made(&own.here, "/api/dangers", since).await;
    let (status, photo) =
        own.here.upload_as(&format!("{}/photos", danger_url(&since)), "出口.png", PNG, None).await;
    assert_eq!(status, StatusCode::CREATED, "{photo}");
    let splits = own.clerk.get("/api/mergers?kind=split").await.1;
    own.undo(&splits["items"][0]).await;
    for ((table, now), (_, then)) in standings(&server).await.into_iter().zip(before) {
        assert!(now.iter().all(|row| row.enterprise != id(second)), "{table}: nothing is left there");
        let (old, new): (Vec<_>, Vec<_>) =
            now.into_iter().partition(|row| then.iter().any(|then| then.id == row.id));
        assert_eq!(old, then, "{table}");
        assert!(new.iter().all(|row| row.enterprise == id(&own.other) && row.town == DONGLI), "{table}");
    }
    let dangers = of(&own.there, "/api/dangers", &own.other).await;
    assert!(dangers.iter().any(|danger| danger["case"]["id"] == since["case"]["id"]), "{dangers:?}");
    let url = format!("/api/danger-photos/4405/{}", photo["id"].as_str().unwrap());
    assert_eq!(own.there.file(&url).await.0, StatusCode::OK);
    assert_eq!(own.here.file(&url).await.0, StatusCode::NOT_FOUND);
    replayed(&server).await;
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
    assert!(audit::verify(&server.app.db).await.is_ok());
}

#[db_test]
async fn nothing_new_is_entered_for_a_record_that_is_part_of_another(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let task = own.task("每月自查").await;
    own.merge().await;
    let gone = path(&own.other);
    let firm = &own.other["id"];
    let card = &own.cards[0];
    let danger = json!({"city": "4405", "enterprise": firm, "source": "inspection", "found_on": "2026-03-02", "category": "15",
        "place": "东侧", "description": "堆放原料", "requirement": "清理", "needs_stop": false, "beyond_own_power": false,
        "stop": "none", "due_on": "2026-03-12"});
    let unit =
        json!({"name": "库", "kind": "storage", "substances": [{"name": "液氯", "quantity_t": "100"}]});
    let source = json!({"city": "4405", "enterprise": firm, "name": "液氯库", "category": "chemical", "units": [unit]});
    let penalty = json!({"procedure": "ordinary", "party": "unit", "cards": own.cards, "source": "现场检查发现",
        "cause": "未按照规定进行教育和培训", "happened_on": "2026-02-27"});
    let asked = [
        (&own.county, "/api/dangers".to_string(), danger),
        (&own.county, "/api/hazard-sources".into(), source),
        (&own.county, format!("{gone}/visits"), json!({"place": "全厂", "cards": own.cards})),
        (&own.county, format!("{gone}/penalties"), penalty),
        (
            &own.county,
            "/api/officer-conflicts".into(),
            json!({"city": "4405", "enterprise": firm, "card": card, "reason": "持股"}),
        ),
        (&own.county, format!("{gone}/self-checks"), json!({"task": task["id"]})),
    ];
    for (who, url, body) in asked {
        let (status, answer) = who.send("POST", &url, body, None).await;
        assert_eq!(
            (status, &answer["code"]),
            (StatusCode::CONFLICT, &json!("enterprise.merged")),
            "{url}: {answer}"
        );
    }
}
