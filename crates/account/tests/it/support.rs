//! The crate's operations over HTTP, with a clock that stands still.

use std::{path::PathBuf, sync::Arc};

use account::{NewAccount, create, identify, make_setup_token, router};
use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
    middleware,
};
use chrono::{TimeZone, Utc};
use db::Db;
use http_body_util::BodyExt;
use kernel::{Actor, Clock, RegionCode};
use serde_json::{Value, json};
use tower::ServiceExt;
use web::App;

pub struct Test {
    pub app: App,
    router: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub cookie: Option<String>,
    pub body: Value,
}

impl Test {
    pub fn new(db: Db) -> Test {
        Test::with(db, |router| router)
    }

    /// With something more around the router.
    pub fn with(db: Db, around: impl Fn(Router) -> Router) -> Test {
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
        Test { app, router: around(router) }
    }

    pub async fn call(
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

    pub async fn set_up(&self) {
        let token = make_setup_token(&self.app).await.unwrap().unwrap();
        let answer = self.call("POST", "/api/setup", None, None, setup(&token, "Correct-Horse-9")).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    }

    pub async fn sign_in(&self, login: &str, password: &str) -> Answer {
        self.call("POST", "/api/session", None, None, json!({"login": login, "password": password})).await
    }
}

pub fn setup(token: &str, password: &str) -> Value {
    json!({"token": token, "city": "4405", "login": "anquan", "name": "陈安", "password": password})
}

pub fn pair(answer: &Answer) -> (String, String) {
    let cookie = answer.cookie.as_ref().unwrap().split(';').next().unwrap().to_string();
    (cookie, answer.body["csrf"].as_str().unwrap().to_string())
}

/// An officer without grants, and the password for the first sign-in.
pub async fn officer(test: &Test) -> (uuid::Uuid, String) {
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

/// The code that an authenticator app shows (RFC 6238).
pub fn code(secret: &str, clock: &Clock) -> String {
    use hmac::{Hmac, Mac};
    let mut bits = Vec::new();
    for sign in secret.bytes() {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|own| *own == sign).unwrap();
        bits.extend((0..5).rev().map(|at| value >> at & 1));
    }
    let key: Vec<u8> =
        bits.chunks_exact(8).map(|byte| byte.iter().fold(0u8, |sum, bit| sum << 1 | *bit as u8)).collect();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(clock.now().timestamp() / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7FFF_FFFF;
    format!("{:06}", number % 1_000_000)
}

/// Sets up the second factor; answers its secret.
pub async fn enrol(test: &Test, cookie: &str, csrf: &str) -> String {
    let made = test.call("POST", "/api/totp", Some(cookie), Some(csrf), Value::Null).await.body;
    let secret = made["secret"].as_str().unwrap().to_string();
    let given = json!({"secret": secret, "code": code(&secret, &test.app.clock)});
    let answer = test.call("PUT", "/api/totp", Some(cookie), Some(csrf), given).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);
    secret
}
