//! The promises of signing in, over HTTP, on both engines.

use account::{NewGrant, grant, make_setup_token};
use axum::http::StatusCode;
use chrono::Duration;
use db::{Db, Exec, db_test};
use kernel::{Actor, RegionCode, Role};
use serde_json::{Value, json};

use crate::support::{Test, code, enrol, officer, pair, setup};

#[db_test]
async fn the_first_start_makes_one_administrator_once(db: Db) {
    let test = Test::new(db);
    assert_eq!(test.call("GET", "/api/setup", None, None, Value::Null).await.body, json!({"needed": true}));
    let first = make_setup_token(&test.app).await.unwrap().unwrap();
    let token = make_setup_token(&test.app).await.unwrap().unwrap();
    let wrong = test.call("POST", "/api/setup", None, None, setup(&first, "Correct-Horse-9")).await;
    assert_eq!(
        (wrong.status, &wrong.body["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("setup.token"))
    );
    let weak = test.call("POST", "/api/setup", None, None, setup(&token, "password")).await;
    assert_eq!(
        (weak.status, &weak.body["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/password"))
    );
    let made = test.call("POST", "/api/setup", None, None, setup(&token, "Correct-Horse-9")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let again = test.call("POST", "/api/setup", None, None, setup(&token, "Correct-Horse-9")).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(make_setup_token(&test.app).await.unwrap(), None);
    assert_eq!(test.call("GET", "/api/setup", None, None, Value::Null).await.body, json!({"needed": false}));
}

#[db_test]
async fn a_session_tells_who_is_signed_in_until_it_ends(db: Db) {
    let test = Test::new(db);
    test.set_up().await;
    assert_eq!(
        test.call("GET", "/api/session", None, None, Value::Null).await.status,
        StatusCode::UNAUTHORIZED
    );
    let answer = test.sign_in("ANQUAN", "Correct-Horse-9").await;
    let set = answer.cookie.clone().unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict"));
    let (cookie, csrf) = pair(&answer);
    let session = test.call("GET", "/api/session", Some(&cookie), None, Value::Null).await.body;
    assert_eq!(
        (&session["account"]["name"], &session["region"]["name"]),
        (&json!("陈安"), &json!("广东省汕头市"))
    );
    assert_eq!(session["grants"][0]["role"], json!("security"));
    // a forged page on another site has the cookie but not the value of the header
    let forged = test.call("DELETE", "/api/session", Some(&cookie), None, Value::Null).await;
    assert_eq!((forged.status, &forged.body["code"]), (StatusCode::FORBIDDEN, &json!("auth.csrf")));
    assert_eq!(
        test.call("DELETE", "/api/session", Some(&cookie), Some(&csrf), Value::Null).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        test.call("GET", "/api/session", Some(&cookie), None, Value::Null).await.status,
        StatusCode::UNAUTHORIZED
    );
    let (cookie, _) = pair(&test.sign_in("anquan", "Correct-Horse-9").await);
    test.app.clock.advance(Duration::hours(13));
    assert_eq!(
        test.call("GET", "/api/session", Some(&cookie), None, Value::Null).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[db_test]
async fn guessing_is_slowed_down_and_tells_nothing(db: Db) {
    let test = Test::new(db);
    test.set_up().await;
    let unknown = test.sign_in("nobody", "Correct-Horse-9").await;
    let wrong = test.sign_in("anquan", "wrong").await;
    assert_eq!((unknown.status, unknown.body), (wrong.status, wrong.body));
    for _ in 0..4 {
        test.sign_in("anquan", "wrong").await;
    }
    let locked = test.sign_in("anquan", "Correct-Horse-9").await;
    assert_eq!((locked.status, &locked.body["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("auth.locked")));
    test.app.clock.advance(Duration::minutes(2));
    assert_eq!(test.sign_in("anquan", "Correct-Horse-9").await.status, StatusCode::OK);
    let mut last = StatusCode::OK;
    for number in 0..31 {
        last = test.sign_in(&format!("name{number}"), "x").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[db_test]
async fn a_given_password_must_be_changed_before_anything_else(db: Db) {
    let test = Test::new(db);
    let (_, password) = officer(&test).await;
    let answer = test.sign_in("zhen", &password).await;
    assert_eq!(answer.body["account"]["must_change_password"], json!(true));
    let (cookie, csrf) = pair(&answer);
    let barred = test.call("GET", "/api/setup", Some(&cookie), None, Value::Null).await;
    assert_eq!(barred.body["code"], json!("auth.password_expired"));
    let change = |old: &str, new: &str| json!({"old": old, "new": new});
    let same =
        test.call("POST", "/api/password", Some(&cookie), Some(&csrf), change(&password, &password)).await;
    assert_eq!(same.body["code"], json!("password.same"));
    let own = test
        .call("POST", "/api/password", Some(&cookie), Some(&csrf), change(&password, "Zhen-2026-ok"))
        .await;
    assert_eq!(own.body["code"], json!("password.weak"));
    let (other, _) = pair(&test.sign_in("zhen", &password).await);
    let done = test
        .call("POST", "/api/password", Some(&cookie), Some(&csrf), change(&password, "Ba-Duo-Shan-3"))
        .await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.body);
    assert_eq!(
        test.call("GET", "/api/session", Some(&other), None, Value::Null).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(test.call("GET", "/api/setup", Some(&cookie), None, Value::Null).await.status, StatusCode::OK);
}

#[db_test]
async fn one_person_holds_one_administrator_duty(db: Db) {
    let test = Test::new(db);
    let (id, _) = officer(&test).await;
    let mut tx = test.app.db.begin().await.unwrap();
    let account: account::Account =
        tx.one(account::Account::select().push(" where id = ").arg(id)).await.unwrap();
    let give = |role| NewGrant {
        role,
        region: RegionCode::parse("4405").unwrap(),
        sectors: None,
        valid_from: test.app.clock.today(),
        valid_to: None,
        document: None,
    };
    let system = Actor::system("测试");
    grant(&mut tx, &test.app.clock, &system, &account, give(Role::System)).await.unwrap();
    grant(&mut tx, &test.app.clock, &system, &account, give(Role::Officer)).await.unwrap();
    let refused = grant(&mut tx, &test.app.clock, &system, &account, give(Role::Audit)).await.unwrap_err();
    assert_eq!(refused.code, "grant.duties");
}

#[db_test]
async fn an_administrator_sets_up_a_second_factor_before_anything_else(db: Db) {
    let test = Test::new(db);
    test.set_up().await;
    let answer = test.sign_in("anquan", "Correct-Horse-9").await;
    assert_eq!(answer.body["account"]["totp_required"], json!(true));
    let (cookie, csrf) = pair(&answer);
    let barred = test.call("GET", "/api/accounts", Some(&cookie), None, Value::Null).await;
    assert_eq!((barred.status, &barred.body["code"]), (StatusCode::FORBIDDEN, &json!("auth.totp_enrol")));
    let given = json!({"secret": "A".repeat(32), "code": "000000"});
    let wrong = test.call("PUT", "/api/totp", Some(&cookie), Some(&csrf), given).await;
    assert_eq!(wrong.body["code"], json!("totp.wrong"));
    let secret = enrol(&test, &cookie, &csrf).await;
    assert_eq!(
        test.call("GET", "/api/accounts", Some(&cookie), None, Value::Null).await.status,
        StatusCode::OK
    );
    let off = json!({"password": "Correct-Horse-9"});
    let kept = test.call("DELETE", "/api/totp", Some(&cookie), Some(&csrf), off).await;
    assert_eq!(kept.body["code"], json!("totp.required"));
    // from now on the password alone does not suffice, and a code counts once
    let asked = test.sign_in("anquan", "Correct-Horse-9").await;
    assert_eq!((asked.status, &asked.body["code"]), (StatusCode::UNAUTHORIZED, &json!("auth.totp_required")));
    let with = |code: &str| json!({"login": "anquan", "password": "Correct-Horse-9", "totp": code});
    let used = code(&secret, &test.app.clock);
    let again = test.call("POST", "/api/session", None, None, with(&used)).await;
    assert_eq!(again.body["code"], json!("auth.totp_wrong"));
    test.app.clock.advance(Duration::seconds(30));
    let next = code(&secret, &test.app.clock);
    assert_eq!(test.call("POST", "/api/session", None, None, with(&next)).await.status, StatusCode::OK);
}

#[db_test]
async fn wrong_codes_lock_the_account_like_wrong_passwords(db: Db) {
    let test = Test::new(db);
    test.set_up().await;
    let (cookie, csrf) = pair(&test.sign_in("anquan", "Correct-Horse-9").await);
    let secret = enrol(&test, &cookie, &csrf).await;
    test.app.clock.advance(Duration::minutes(1));
    let with = |code: &str| json!({"login": "anquan", "password": "Correct-Horse-9", "totp": code});
    for number in 0..5 {
        let answer = test.call("POST", "/api/session", None, None, with(&format!("00000{number}x"))).await;
        assert_eq!(answer.body["code"], json!("auth.totp_wrong"));
    }
    let right = code(&secret, &test.app.clock);
    let locked = test.call("POST", "/api/session", None, None, with(&right)).await;
    assert_eq!((locked.status, &locked.body["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("auth.locked")));
    test.app.clock.advance(Duration::minutes(2));
    let right = code(&secret, &test.app.clock);
    assert_eq!(test.call("POST", "/api/session", None, None, with(&right)).await.status, StatusCode::OK);
    #[derive(db::FromRow)]
    struct Refusals {
        number: i64,
    }
    let refusals: Refusals = test
        .app
        .db
        .one(db::sql!("select count(*) as number from audit where action = 'refused'"))
        .await
        .unwrap();
    assert_eq!(refusals.number, 5);
}

#[db_test]
async fn where_the_policy_does_not_ask_for_it_the_second_factor_is_free(db: Db) {
    let test = Test::new(db);
    test.set_up().await;
    let mut tx = test.app.db.begin().await.unwrap();
    account::require_second_factor(&mut tx, &test.app.clock, false).await.unwrap();
    tx.commit().await.unwrap();
    let (cookie, csrf) = pair(&test.sign_in("anquan", "Correct-Horse-9").await);
    assert_eq!(
        test.call("GET", "/api/accounts", Some(&cookie), None, Value::Null).await.status,
        StatusCode::OK
    );
    enrol(&test, &cookie, &csrf).await;
    let off = |password: &str| json!({"password": password});
    let wrong = test.call("DELETE", "/api/totp", Some(&cookie), Some(&csrf), off("wrong")).await;
    assert_eq!(wrong.body["code"], json!("password.wrong"));
    let done = test.call("DELETE", "/api/totp", Some(&cookie), Some(&csrf), off("Correct-Horse-9")).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT);
    assert_eq!(test.sign_in("anquan", "Correct-Horse-9").await.status, StatusCode::OK);
}

#[db_test]
async fn one_sees_and_ends_ones_own_sessions_and_nobody_elses(db: Db) {
    let test = Test::new(db);
    let (_, password) = officer(&test).await;
    let (cookie, csrf) = pair(&test.sign_in("zhen", &password).await);
    let change = json!({"old": password, "new": "Ba-Duo-Shan-3"});
    test.call("POST", "/api/password", Some(&cookie), Some(&csrf), change).await;
    let (other, _) = pair(&test.sign_in("zhen", "Ba-Duo-Shan-3").await);
    let list = test.call("GET", "/api/sessions", Some(&cookie), None, Value::Null).await.body;
    let list = list.as_array().unwrap();
    assert_eq!((list.len(), list.iter().filter(|row| row["current"] == true).count()), (2, 1));
    let away = list.iter().find(|row| row["current"] == false).unwrap()["id"].as_str().unwrap().to_string();
    let path = format!("/api/sessions/{away}");
    let ended = test.call("DELETE", &path, Some(&cookie), Some(&csrf), Value::Null).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let gone = test.call("GET", "/api/session", Some(&other), None, Value::Null).await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        test.call("DELETE", &path, Some(&cookie), Some(&csrf), Value::Null).await.status,
        StatusCode::NOT_FOUND
    );
    let foreign = uuid::Uuid::now_v7();
    let path = format!("/api/sessions/{foreign}");
    assert_eq!(
        test.call("DELETE", &path, Some(&cookie), Some(&csrf), Value::Null).await.status,
        StatusCode::NOT_FOUND
    );
}
