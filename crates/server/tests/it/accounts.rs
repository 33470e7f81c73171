//! Keeping accounts over HTTP: delegated by area, separated by duty.

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, Server, System, on_both_engines};

async fn make(by: &Client<'_>, login: &str, region: &str) -> (StatusCode, Value) {
    let person =
        json!({"login": login, "name": "新人", "kind": "officer", "region": region, "phone": "0754-1"});
    by.send("POST", "/api/accounts", person, None).await
}

async fn give(by: &Client<'_>, id: &Value, role: &str, region: &str) -> (StatusCode, Value) {
    let path = format!("/api/accounts/{}/grants", id.as_str().unwrap());
    by.send("POST", &path, json!({"role": role, "region": region}), None).await
}

#[db_test]
async fn a_city_makes_a_countys_administrator_who_makes_the_towns_officers(db: Db) {
    let server = Server::new(db).await;
    let city = server.person(Role::Security, "4405", None).await;
    let (status, made) = make(&city, "longhu-security", "440507").await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(give(&city, &made["id"], "security", "440507").await.0, StatusCode::CREATED);
    let county = server.sign_in("longhu-security", made["password"].as_str().unwrap()).await;
    assert_eq!(county.get("/api/accounts").await.1["code"], "auth.password_expired");
    let change = json!({"old": made["password"], "new": "Chang-Ping-Lu-9"});
    assert_eq!(county.send("POST", "/api/password", change, None).await.0, StatusCode::NO_CONTENT);
    let (status, officer) = make(&county, "xinjin", "440507005").await;
    assert_eq!(status, StatusCode::CREATED, "{officer}");
    assert_eq!(give(&county, &officer["id"], "officer", "440507005").await.0, StatusCode::CREATED);
    assert_eq!(make(&county, "elsewhere", "440511").await.1["code"], "region.outside");
    assert_eq!(give(&county, &officer["id"], "officer", "4405").await.1["code"], "region.outside");
    let (_, list) = county.get("/api/accounts?q=xin").await;
    assert_eq!(
        (list["items"].as_array().unwrap().len(), &list["items"][0]["grants"][0]["role"]),
        (1, &json!("officer"))
    );
    let other = server.person(Role::Security, "440511", None).await;
    let path = format!("/api/accounts/{}", officer["id"].as_str().unwrap());
    assert_eq!(other.get(&path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        other.send("POST", &format!("{path}/password"), json!({}), None).await.0,
        StatusCode::NOT_FOUND
    );
    let why = |account: &str, region: &str| {
        format!("/api/why?operation=verify_enterprise&account={account}&region={region}")
    };
    let id = officer["id"].as_str().unwrap();
    assert_eq!(county.get(&why(id, "440507005")).await.1["allowed"], true);
    let (_, answer) = county.get(&why(id, "440511015")).await;
    assert_eq!(answer["allowed"], false);
    assert!(answer["reasons"][0].as_str().unwrap().contains("不在其辖区内"), "{answer}");
}

#[db_test]
async fn why_somebody_may_touch_an_enterprise_is_answered_by_its_sector_and_by_whose_account_it_is(db: Db) {
    let server = Server::new(db).await;
    let clerk = server.person(Role::Clerk, "440507", None).await;
    let (_, own) = clerk
        .send(
            "POST",
            "/api/enterprises",
            json!({"town": "440507005", "anyway": true, "changes": {"name": "甲厂"}}),
            None,
        )
        .await;
    let (_, other) = clerk
        .send(
            "POST",
            "/api/enterprises",
            json!({"town": "440507005", "anyway": true, "changes": {"name": "乙厂"}}),
            None,
        )
        .await;
    let id = |enterprise: &Value| enterprise["id"].as_str().unwrap().to_string();
    let why = |operation: &str, enterprise: &Value, more: &str| {
        format!("/api/why?operation={operation}&region=440507005&enterprise={}{more}", id(enterprise))
    };

    let firm = server.person(Role::Enterprise, "440507005", id(&own).parse().ok()).await;
    assert_eq!(firm.get(&why("find_archive", &own, "")).await.1["allowed"], true);
    let (_, answer) = firm.get(&why("find_archive", &other, "")).await;
    assert_eq!(answer["allowed"], false);
    assert!(answer["reasons"][0].as_str().unwrap().contains("这家不是账号绑定的企业"), "{answer}");

    let limited = server.limited(Role::Officer, "440507", &["textile"]).await;
    let (_, answer) = limited.get(&why("verify_enterprise", &own, "&sector=machinery")).await;
    assert_eq!(answer["allowed"], false, "{answer}");
    assert!(answer["reasons"][0].as_str().unwrap().contains("仅限监管领域：纺织"), "{answer}");
    assert_eq!(limited.get(&why("verify_enterprise", &own, "&sector=textile")).await.1["allowed"], true);

    let (_, powers) = firm.get("/api/powers").await;
    assert!(
        powers
            .as_array()
            .unwrap()
            .contains(&json!({"operation": "find_archive", "label": "查看安全生产档案"})),
        "{powers}"
    );
}

#[db_test]
async fn nobody_keeps_their_own_account_or_holds_two_duties(db: Db) {
    let server = Server::new(db).await;
    let security = server.person(Role::Security, "4405", None).await;
    let (_, session) = security.get("/api/session").await;
    let own = session["account"]["id"].clone();
    assert_eq!(give(&security, &own, "clerk", "4405").await.1["code"], "account.own");
    let (_, made) = make(&security, "auditor", "4405").await;
    assert_eq!(give(&security, &made["id"], "audit", "4405").await.0, StatusCode::CREATED);
    let (status, problem) = give(&security, &made["id"], "system", "4405").await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("grant.duties")));
    assert_eq!(give(&security, &made["id"], "enterprise", "440507005").await.1["code"], "role.kind");
    assert_eq!(make(&security, "auditor", "4405").await.1["code"], "login.taken");
    let (_, seen) = security.get(&format!("/api/accounts/{}", made["id"].as_str().unwrap())).await;
    let grant = seen["grants"][0]["id"].as_str().unwrap();
    let path = format!("/api/accounts/{}", made["id"].as_str().unwrap());
    assert_eq!(
        security.send("DELETE", &format!("{path}/grants/{grant}"), Value::Null, None).await.0,
        StatusCode::NO_CONTENT
    );
    let off = json!({"version": 1, "disabled": true});
    let (status, seen) = security.send("PATCH", &path, off.clone(), None).await;
    assert_eq!(
        (status, &seen["disabled"], seen["grants"].as_array().unwrap().len()),
        (StatusCode::OK, &json!(true), 0)
    );
    assert_eq!(
        security.send("PATCH", &path, off, None).await.0,
        StatusCode::CONFLICT,
        "a stale edit is told"
    );
    let body = json!({"login": "auditor", "password": made["password"]});
    assert_eq!(server.nobody().send("POST", "/api/session", body, None).await.0, StatusCode::UNAUTHORIZED);
}

#[db_test]
async fn a_token_does_what_its_owner_may_and_nothing_about_accounts(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let new = json!({"name": "对接程序", "days": 30, "operations": ["count_enterprises"]});
    let (status, made) = officer.send("POST", "/api/tokens", new, None).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let program = server.program(made["token"].as_str().unwrap());
    assert_eq!(program.get("/api/enterprises/count").await, (StatusCode::OK, json!({"total": 1})));
    assert_eq!(program.get("/api/enterprises").await.0, StatusCode::FORBIDDEN);
    assert_eq!(program.get("/api/tokens").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(
        program.send("POST", "/api/password", json!({"old": "a", "new": "b"}), None).await.0,
        StatusCode::UNAUTHORIZED
    );
    let security = server.person(Role::Security, "4405", None).await;
    let (_, made) = security.send("POST", "/api/tokens", json!({"name": "脚本", "days": 1}), None).await;
    let program = server.program(made["token"].as_str().unwrap());
    assert_eq!(program.get("/api/accounts").await.0, StatusCode::FORBIDDEN);
    assert_eq!(server.program("anjian_wrong").get("/api/enterprises").await.0, StatusCode::UNAUTHORIZED);
    let path = format!("/api/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(officer.send("DELETE", &path, Value::Null, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(security.send("DELETE", &path, Value::Null, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(program.get("/api/accounts").await.0, StatusCode::UNAUTHORIZED);
}

#[db_test]
async fn a_lost_second_factor_is_taken_away_by_the_administrator_above(db: Db) {
    let server = Server::new(db).await;
    let security = server.person(Role::Security, "4405", None).await;
    let officer = server.person(Role::Officer, "440515", None).await;
    let (_, session) = officer.get("/api/session").await;
    let path = format!("/api/accounts/{}/totp", session["account"]["id"].as_str().unwrap());
    assert_eq!(security.send("DELETE", &path, Value::Null, None).await.1["code"], "totp.off");
    let set = db::sql!("update account set totp_secret = $1 where login = 'officer-440515'", "A".repeat(32));
    db::Exec::run(&server.app.db, set).await.unwrap();
    let body = json!({"login": "officer-440515", "password": PASSWORD});
    let (_, problem) = server.nobody().send("POST", "/api/session", body, None).await;
    assert_eq!(problem["code"], "auth.totp_required");
    let elsewhere = server.person(Role::Security, "440511", None).await;
    assert_eq!(elsewhere.send("DELETE", &path, Value::Null, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(officer.send("DELETE", &path, Value::Null, None).await.0, StatusCode::FORBIDDEN);
    let (status, seen) = security.send("DELETE", &path, Value::Null, None).await;
    assert_eq!((status, &seen["totp"]), (StatusCode::OK, &json!(false)));
    assert_eq!(officer.get("/api/session").await.0, StatusCode::UNAUTHORIZED, "its sessions end");
    server.sign_in("officer-440515", PASSWORD).await;
    let auditor = server.person(Role::Audit, "4405", None).await;
    let row = session["account"]["id"].as_str().unwrap();
    let (_, trail) = auditor.get(&format!("/api/audit?subject=account&action=update&row={row}")).await;
    assert_eq!(
        (&trail["items"][0]["after"], &trail["items"][0]["actor_name"]),
        (&json!({"totp": false}), &json!("安全管理员甲"))
    );
}

#[db_test]
async fn a_person_gets_an_office_and_is_taken_out_of_it_again(db: Db) {
    let server = Server::new(db).await;
    let system = server.person(Role::System, "4405", None).await;
    let security = server.person(Role::Security, "440515", None).await;
    let mut offices = Vec::new();
    for (region, name) in [("440515", "澄海区应急管理局"), ("440511", "金平区应急管理局")] {
        let new = json!({"region": region, "name": name, "kind": "bureau"});
        let (status, made) = system.send("POST", "/api/agencies", new, None).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        offices.push(made["id"].clone());
    }
    let (_, made) = make(&security, "chenghai-1", "440515102").await;
    let path = format!("/api/accounts/{}", made["id"].as_str().unwrap());
    let change = |version: i64, rest: Value| {
        let mut body = json!({"version": version});
        for (name, value) in rest.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let (status, given) = security.send("PATCH", &path, change(1, json!({"agency": offices[0]})), None).await;
    assert_eq!((status, &given["agency_name"]), (StatusCode::OK, &json!("澄海区应急管理局")), "{given}");
    let (_, listed) = security.get("/api/accounts?q=chenghai-1").await;
    assert_eq!(listed["items"][0]["agency_name"], "澄海区应急管理局");
    let (status, outside) =
        security.send("PATCH", &path, change(2, json!({"agency": offices[1]})), None).await;
    assert_eq!((status, &outside["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("agency.unknown")));
    // what is not named stays; null empties it
    let (_, kept) = security.send("PATCH", &path, change(2, json!({"phone": "0754-2"})), None).await;
    assert_eq!(kept["agency"], offices[0]);
    let (_, gone) = security.send("PATCH", &path, change(3, json!({"agency": null})), None).await;
    assert_eq!((&gone["agency"], &gone["agency_name"]), (&Value::Null, &Value::Null), "{gone}");
}

on_both_engines! {
    async fn somebody_at_the_server_lets_a_locked_out_administrator_in_again(system: System) {
        let server = Server::new(system.test.db.clone()).await;
        server.person(Role::Security, "4405", None).await;
        assert!(!system.run(&["account", "reset", "nobody"]).status.success());
        let output = system.run(&["account", "reset", "security-4405"]);
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let password = text.split('：').nth(1).unwrap().lines().next().unwrap().to_string();
        let back = server.sign_in("security-4405", &password).await;
        assert_eq!(back.get("/api/accounts").await.1["code"], "auth.password_expired");
        assert!(system.run(&["account", "second-factor", "required"]).status.success());
        let change = json!({"old": password, "new": "Chang-Ping-Lu-9"});
        assert_eq!(back.send("POST", "/api/password", change, None).await.0, StatusCode::NO_CONTENT);
        assert_eq!(back.get("/api/accounts").await.1["code"], "auth.totp_enrol");
        assert!(system.run(&["account", "second-factor", "optional"]).status.success());
        assert_eq!(back.get("/api/accounts").await.0, StatusCode::OK);
    }
    async fn behind_https_the_session_cookie_never_travels_unencrypted(system: System) {
        let login = system.person(Role::Clerk, "4405").await;
        let secure = async |settings: &[(&str, &str)]| {
            let session = system.serve_with(settings).sign_in(&login).await;
            session.set.split("; ").any(|word| word == "Secure")
        };
        assert!(secure(&[("ANJIAN_URL", "https://anjian.example.gov.cn")]).await);
        // an office without certificates could not sign in at all otherwise
        assert!(!secure(&[("ANJIAN_URL", "http://10.0.0.8:8080")]).await);
        assert!(!secure(&[]).await);
    }
}
