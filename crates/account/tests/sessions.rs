//! The promises of signing in, over HTTP, on both engines.

use std::{path::PathBuf, sync::Arc};

use account::{NewAccount, NewGrant, create, grant, identify, make_setup_token, router};
use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
    middleware,
};
use chrono::{Duration, TimeZone, Utc};
use db::{Db, Exec, db_test};
use http_body_util::BodyExt;
use kernel::{Actor, Clock, RegionCode, Role};
use serde_json::{Value, json};
use tower::ServiceExt;
use web::App;

struct Test {
    app: App,
    router: Router,
}

struct Answer {
    status: StatusCode,
    cookie: Option<String>,
    body: Value,
}

impl Test {
    fn new(db: Db) -> Test {
        let app = App {
            db,
            clock: Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap()),
            files: Arc::new(PathBuf::from("unused")),
            powers: Arc::from([]),
            progress: web::Progress::default(),
        };
        let (routes, _) = router().split_for_parts();
        let router =
            routes.layer(middleware::from_fn_with_state(app.clone(), identify)).with_state(app.clone());
        Test { app, router }
    }

    async fn call(
        &self,
        method: &str,
        path: &str,
        cookie: Option<&str>,
        csrf: Option<&str>,
        body: Value,
    ) -> Answer {
        let mut request =
            Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, format!("other=1; {cookie}"));
        }
        if let Some(csrf) = csrf {
            request = request.header("x-csrf-token", csrf);
        }
        let response: Response<Body> =
            self.router.clone().oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
        let status = response.status();
        let set = response.headers().get(header::SET_COOKIE).map(|value| value.to_str().unwrap().to_string());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, cookie: set, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    async fn set_up(&self) {
        let token = make_setup_token(&self.app).await.unwrap().unwrap();
        let answer = self.call("POST", "/api/setup", None, None, setup(&token, "Correct-Horse-9")).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    }

    async fn sign_in(&self, login: &str, password: &str) -> Answer {
        self.call("POST", "/api/session", None, None, json!({"login": login, "password": password})).await
    }
}

fn setup(token: &str, password: &str) -> Value {
    json!({"token": token, "city": "4405", "login": "anquan", "name": "陈安", "password": password})
}

fn pair(answer: &Answer) -> (String, String) {
    let cookie = answer.cookie.as_ref().unwrap().split(';').next().unwrap().to_string();
    (cookie, answer.body["csrf"].as_str().unwrap().to_string())
}

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

async fn officer(test: &Test) -> (uuid::Uuid, String) {
    let mut tx = test.app.db.begin().await.unwrap();
    let new = NewAccount {
        login: "zhen".into(),
        name: "林镇".into(),
        kind: "officer",
        region: RegionCode::parse("440511015").unwrap(),
        enterprise: None,
    };
    let made = create(&mut tx, &test.app.clock, &Actor::system("测试"), new, None).await.unwrap();
    tx.commit().await.unwrap();
    made
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
    };
    let system = Actor::system("测试");
    grant(&mut tx, &test.app.clock, &system, &account, give(Role::System)).await.unwrap();
    grant(&mut tx, &test.app.clock, &system, &account, give(Role::Officer)).await.unwrap();
    let refused = grant(&mut tx, &test.app.clock, &system, &account, give(Role::Audit)).await.unwrap_err();
    assert_eq!(refused.code, "grant.duties");
}
