//! What is kept of the answers to keyed writes, and what is not.

use axum::http::StatusCode;
use db::{Db, Exec, FromRow, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::Server;

#[db_test]
async fn a_password_or_token_that_is_shown_once_lies_in_no_table(db: Db) {
    #[derive(FromRow)]
    struct Kept {
        body: db::Json<Value>,
    }
    let server = Server::new(db).await;
    let admin = server.person(Role::Security, "4405", None).await;
    let person = json!({"login": "wangwu", "name": "王五", "kind": "officer", "region": "440515"});
    let token = json!({"name": "报表程序", "days": 30});
    for (path, body, secret) in [
        ("/api/accounts", person, "password"),
        ("/api/totp", json!({}), "secret"),
        ("/api/tokens", token, "token"),
    ] {
        let (status, answer) = admin.send("POST", path, body.clone(), Some(path)).await;
        assert!(status.is_success(), "{path}: {answer}");
        let secret = answer[secret].as_str().unwrap();
        let kept: Kept =
            server.app.db.one(sql!("select body from idempotency where key = $1", path)).await.unwrap();
        assert!(!kept.body.0.to_string().contains(secret), "{path}");
        let (status, again) = admin.send("POST", path, body, Some(path)).await;
        assert_eq!((status, &again["code"]), (StatusCode::CONFLICT, &json!("idempotency.once")), "{path}");
    }
}
