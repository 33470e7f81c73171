//! Single sign-on: what a provider vouches for opens a session, and nothing else does. The provider itself is `provider`.

use std::sync::Arc;

use account::{SignOn, SignOnConfig};
use axum::{
    Extension,
    http::{StatusCode, header},
};
use chrono::Duration;
use db::{Db, Exec, db_test, sql};
use http_body_util::Empty;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};

use crate::provider::{Provider, Wrong};
use crate::support::{Answer, Test, code, enrol, officer, pair};

async fn ready(db: Db) -> (Test, Arc<Provider>) {
    let provider = Provider::start().await;
    let sign_on = provider.sign_on();
    let test = Test::with(db, |router| router.layer(Extension(sign_on.clone())));
    *provider.clock.lock().unwrap() = Some(test.app.clock.clone());
    (test, provider)
}

/// Begins in a browser with these cookies and follows to the provider; what the browser brings back, and its cookie.
async fn at_the_provider(
    test: &Test,
    cookie: Option<&str>,
    csrf: Option<&str>,
    link: bool,
) -> (Value, String) {
    let begun = test.call("POST", "/api/sign-on", cookie, csrf, json!({"link": link})).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.body);
    let set = begun.cookie.unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict"), "{set}");
    let http: Client<_, Empty<axum::body::Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let answer = http.get(begun.body["url"].as_str().unwrap().parse().unwrap()).await.unwrap();
    let back: axum::http::Uri = answer.headers()[header::LOCATION].to_str().unwrap().parse().unwrap();
    assert_eq!(back.path(), "/sign-on");
    let brought: Value = back
        .query()
        .unwrap()
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_string(), json!(value)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    (brought, set.split(';').next().unwrap().to_string())
}

async fn finish(test: &Test, brought: &Value, cookie: &str, csrf: Option<&str>) -> Answer {
    test.call("POST", "/api/sign-on/session", Some(cookie), csrf, brought.clone()).await
}

async fn sign_on(test: &Test) -> Answer {
    let (brought, cookie) = at_the_provider(test, None, None, false).await;
    finish(test, &brought, &cookie, None).await
}

/// Binds an account to a subject.
async fn bind(test: &Test, provider: &Provider, id: uuid::Uuid, subject: &str) {
    let whole = format!("{} {subject}", provider.issuer);
    test.app
        .db
        .run(sql!(
            "update account set oidc_subject = $1, must_change_password = false where id = $2",
            whole,
            id
        ))
        .await
        .unwrap();
}

#[db_test]
async fn whom_the_provider_vouches_for_is_signed_in_and_out(db: Db) {
    let (test, provider) = ready(db).await;
    test.set_up().await;
    let (id, _) = officer(&test).await;
    let offered = test.call("GET", "/api/sign-on", None, None, Value::Null).await;
    assert_eq!(offered.body, json!({"name": "市统一认证"}));
    let unknown = sign_on(&test).await;
    assert_eq!(
        (unknown.status, &unknown.body["code"]),
        (StatusCode::UNAUTHORIZED, &json!("sign_on.unknown"))
    );
    assert!(unknown.body["detail"].as_str().unwrap().contains("zhang-san"));
    // the administrator binds it
    let mut tx = test.app.db.begin().await.unwrap();
    account::require_second_factor(&mut tx, &test.app.clock, false).await.unwrap();
    tx.commit().await.unwrap();
    let (admin, token) = pair(&test.sign_in("anquan", "Correct-Horse-9").await);
    let change = |subject: &str| json!({"version": 1, "sign_on": subject});
    let path = format!("/api/accounts/{id}");
    let bound = test.call("PATCH", &path, Some(&admin), Some(&token), change("zhang-san")).await;
    assert_eq!(
        (bound.status, &bound.body["sign_on"]),
        (StatusCode::OK, &json!("zhang-san")),
        "{}",
        bound.body
    );
    let answer = sign_on(&test).await;
    assert_eq!(
        (answer.status, &answer.body["account"]["name"]),
        (StatusCode::OK, &json!("林镇")),
        "{}",
        answer.body
    );
    let (cookie, csrf) = pair(&answer);
    let session = test.call("GET", "/api/session", Some(&cookie), None, Value::Null).await.body;
    assert_eq!(session["account"]["sign_on"], true);
    let out = session["sign_out_url"].as_str().unwrap();
    assert!(
        out.starts_with(&format!("{}/end?", provider.issuer)) && out.contains("client_id=anjian"),
        "{out}"
    );
    test.call("DELETE", "/api/session", Some(&cookie), Some(&csrf), Value::Null).await;
    let gone = test.call("GET", "/api/session", Some(&cookie), None, Value::Null).await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED);
    test.app.db.run(sql!("update account set disabled = true where id = $1", id)).await.unwrap();
    assert_eq!(sign_on(&test).await.body["code"], "sign_on.unknown", "an account out of use stays so");
    #[derive(db::FromRow)]
    struct Number {
        number: i64,
    }
    let accounts: Number = test.app.db.one(sql!("select count(*) as number from account")).await.unwrap();
    assert_eq!(accounts.number, 2, "no account comes from a provider");
}

#[db_test]
async fn a_token_that_does_not_verify_opens_nothing(db: Db) {
    let (test, provider) = ready(db).await;
    let (id, _) = officer(&test).await;
    bind(&test, &provider, id, "zhang-san").await;
    for (wrong, code) in [
        (Wrong::Nonce, "sign_on.nonce"),
        (Wrong::Expired, "sign_on.expired"),
        (Wrong::Audience, "sign_on.audience"),
        (Wrong::Issuer, "sign_on.issuer"),
        (Wrong::Key, "sign_on.signature"),
        (Wrong::Unsigned, "sign_on.signature"),
    ] {
        provider.is(wrong);
        let answer = sign_on(&test).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (StatusCode::UNAUTHORIZED, &json!(code)),
            "{wrong:?}"
        );
        assert!(answer.cookie.is_none());
    }
    provider.is(Wrong::Nothing);
    assert_eq!(sign_on(&test).await.status, StatusCode::OK);
}

#[db_test]
async fn what_comes_back_counts_once_in_the_browser_where_it_began_and_not_for_long(db: Db) {
    let (test, provider) = ready(db).await;
    let (id, _) = officer(&test).await;
    bind(&test, &provider, id, "zhang-san").await;
    let is = |answer: &Answer, code: &str| {
        assert_eq!((answer.status, &answer.body["code"]), (StatusCode::UNAUTHORIZED, &json!(code)))
    };
    let (brought, cookie) = at_the_provider(&test, None, None, false).await;
    let (_, elsewhere) = at_the_provider(&test, None, None, false).await;
    is(&finish(&test, &brought, &elsewhere, None).await, "sign_on.state");
    is(&finish(&test, &json!({"state": "made-up", "code": "code-0"}), &cookie, None).await, "sign_on.state");
    assert_eq!(finish(&test, &brought, &cookie, None).await.status, StatusCode::OK);
    is(&finish(&test, &brought, &cookie, None).await, "sign_on.state");
    let (brought, cookie) = at_the_provider(&test, None, None, false).await;
    is(&finish(&test, &json!({"state": brought["state"]}), &cookie, None).await, "sign_on.refused");
    let (brought, cookie) = at_the_provider(&test, None, None, false).await;
    is(
        &finish(&test, &json!({"state": brought["state"], "code": "stolen"}), &cookie, None).await,
        "sign_on.code",
    );
    let (brought, cookie) = at_the_provider(&test, None, None, false).await;
    test.app.clock.advance(Duration::minutes(11));
    is(&finish(&test, &brought, &cookie, None).await, "sign_on.state");
}

#[db_test]
async fn the_owner_binds_the_own_account_and_nobody_binds_a_subject_twice(db: Db) {
    let (test, _provider) = ready(db).await;
    let (_, password) = officer(&test).await;
    let (session, csrf) = pair(&test.sign_in("zhen", &password).await);
    let change = json!({"old": password, "new": "Ba-Duo-Shan-3"});
    test.call("POST", "/api/password", Some(&session), Some(&csrf), change).await;
    let nobody = test.call("POST", "/api/sign-on", None, None, json!({"link": true})).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    let (brought, cookie) = at_the_provider(&test, Some(&session), Some(&csrf), true).await;
    // somebody else's browser, or the same one signed out meanwhile, binds nothing
    assert_eq!(finish(&test, &brought, &cookie, None).await.status, StatusCode::UNAUTHORIZED);
    let (brought, cookie) = at_the_provider(&test, Some(&session), Some(&csrf), true).await;
    let both = format!("{session}; {cookie}");
    let bound = finish(&test, &brought, &both, Some(&csrf)).await;
    assert_eq!(
        (bound.status, &bound.body["account"]["sign_on"]),
        (StatusCode::OK, &json!(true)),
        "{}",
        bound.body
    );
    assert_eq!(sign_on(&test).await.status, StatusCode::OK);
    // the first administrator wants the same subject
    let mut tx = test.app.db.begin().await.unwrap();
    let new = account::NewAccount {
        login: "lisi".into(),
        name: "李四".into(),
        kind: "officer",
        region: kernel::RegionCode::parse("4405").unwrap(),
        enterprise: None,
    };
    let actor = kernel::Actor::system("测试");
    account::create(&mut tx, &test.app.clock, &actor, new, Some("Ba-Duo-Shan-3".into())).await.unwrap();
    tx.commit().await.unwrap();
    let (other, token) = pair(&test.sign_in("lisi", "Ba-Duo-Shan-3").await);
    let (brought, cookie) = at_the_provider(&test, Some(&other), Some(&token), true).await;
    let taken = finish(&test, &brought, &format!("{other}; {cookie}"), Some(&token)).await;
    assert_eq!(taken.body["code"], "sign_on.taken");
    let off = test.call("DELETE", "/api/sign-on", Some(&session), Some(&csrf), Value::Null).await;
    assert_eq!(off.status, StatusCode::NO_CONTENT);
    assert_eq!(sign_on(&test).await.body["code"], "sign_on.unknown");
}

#[db_test]
async fn the_second_factor_is_asked_for_behind_the_provider_too(db: Db) {
    let (test, provider) = ready(db).await;
    let (id, _) = officer(&test).await;
    bind(&test, &provider, id, "zhang-san").await;
    let (session, csrf) = pair(&sign_on(&test).await);
    let secret = enrol(&test, &session, &csrf).await;
    test.app.clock.advance(Duration::minutes(1));
    let (mut brought, cookie) = at_the_provider(&test, None, None, false).await;
    let asked = finish(&test, &brought, &cookie, None).await;
    assert_eq!((asked.status, &asked.body["code"]), (StatusCode::UNAUTHORIZED, &json!("auth.totp_required")));
    brought["totp"] = json!("12345x");
    assert_eq!(finish(&test, &brought, &cookie, None).await.body["code"], "auth.totp_wrong");
    brought["totp"] = json!(code(&secret, &test.app.clock));
    let entered = finish(&test, &brought, &cookie, None).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.body);
    assert!(entered.body["sign_out_url"].is_string());
}

#[db_test]
async fn without_a_provider_or_when_it_is_away_people_are_told_what_to_do(db: Db) {
    let test = Test::new(db.clone());
    assert_eq!(test.call("GET", "/api/sign-on", None, None, Value::Null).await.body, json!({"name": null}));
    let off = test.call("POST", "/api/sign-on", None, None, json!({"link": false})).await;
    assert_eq!((off.status, &off.body["code"]), (StatusCode::NOT_FOUND, &json!("sign_on.off")));
    let config = |issuer: &str| SignOnConfig {
        issuer: issuer.into(),
        client: "anjian".into(),
        secret: None,
        name: "市统一认证".into(),
        home: "http://127.0.0.1:1".into(),
    };
    assert!(SignOn::new(config("http://id.example.cn")).is_err(), "a provider elsewhere is reached by https");
    let away = SignOn::new(config("http://127.0.0.1:1")).unwrap();
    let test = Test::with(db, |router| router.layer(Extension(away.clone())));
    let answer = test.call("POST", "/api/sign-on", None, None, json!({"link": false})).await;
    let wanted = (StatusCode::SERVICE_UNAVAILABLE, &json!("sign_on.unreachable"));
    assert_eq!((answer.status, &answer.body["code"]), wanted);
}
