//! The register over HTTP: finding an enterprise, and what every write to it promises.

use axum::http::StatusCode;
use db::{Db, Exec, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{PLASTICS, Server, code, list, path, percent};

#[db_test]
async fn an_enterprise_is_found_by_whatever_people_remember_of_it(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    server
        .take(&format!(
            "企业名称,统一社会信用代码,法定代表人,注册地址,曾用名\n鮀𬶍𬒈玩具厂,{},欧阳小明,汕头市澄海区莲下镇程洋冈村,老字号玩具厂\n",
            code("440515", 77)
        ))
        .await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let other = server.person(Role::Officer, "440511015", None).await;
    let wanted = "鮀𬶍𬒈玩具厂";
    let code = officer.named(wanted).await["credit_code"].as_str().unwrap().to_string();
    for text in [
        "玩具",
        "具",
        "𬶍",
        "鮀𬶍",
        "老字号",
        "wanju",
        "wjc",
        "欧阳",
        "程洋冈",
        &code[..9],
        "玩具 欧阳",
        " 玩具厂 ",
    ] {
        let (_, found) = officer.get(&format!("/api/search?q={}", percent(text))).await;
        let titles: Vec<&str> = found["groups"][0]["items"]
            .as_array()
            .map_or_else(Vec::new, |items| items.iter().filter_map(|item| item["title"].as_str()).collect());
        assert!(titles.contains(&wanted), "{text}: {found}");
        let (_, list) = officer.get(&format!("/api/enterprises?q={}", percent(text))).await;
        assert!(list["items"].as_array().unwrap().iter().any(|row| row["name"] == wanted), "{text}: {list}");
        let (_, hidden) = other.get(&format!("/api/search?q={}", percent(text))).await;
        assert!(!hidden.to_string().contains(wanted), "{text} is found outside its area");
    }
    for text in ["具玩", "%", "_", "zzz", "玩%厂", "\"", "' or 1=1", "*"] {
        let (status, found) = officer.get(&format!("/api/search?q={}", percent(text))).await;
        assert_eq!((status, found["groups"].as_array().map(Vec::len)), (StatusCode::OK, Some(0)), "{text}");
    }
    let row = officer.named(wanted).await;
    let change = json!({"version": row["version"], "changes": {"name": "鮀江积木厂"}});
    assert_eq!(officer.send("PATCH", &path(&row), change, None).await.0, StatusCode::OK);
    assert_eq!(
        officer.get(&format!("/api/search?q={}", percent("玩具厂"))).await.1["groups"][0]["items"][0]["title"],
        json!("鮀江积木厂"),
        "by its former name"
    );
    assert_eq!(
        officer.get("/api/search?q=jimu").await.1["groups"][0]["items"][0]["title"],
        json!("鮀江积木厂")
    );
}

#[db_test]
async fn of_two_equal_requests_at_once_one_works(db: Db) {
    let server = Server::new(db).await;
    let clerk = server.person(Role::Clerk, "440515102", None).await;
    let body = json!({"town": "440515102", "changes": {"name": "同时提交测试厂"}, "anyway": true});
    let send = || clerk.send("POST", "/api/enterprises", body.clone(), Some("one-key"));
    let (first, second) = tokio::join!(send(), send());
    assert_eq!(first.0, StatusCode::CREATED, "{first:?}");
    assert_eq!(first, second, "the second waits for the answer of the first");
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 1}));
    let (status, again) = send().await;
    assert_eq!((status, &again["name"]), (StatusCode::CREATED, &json!("同时提交测试厂")));
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 1}));
}

#[db_test]
async fn an_enterprise_proposes_and_the_officer_decides_field_by_field(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    let own: uuid::Uuid = row["id"].as_str().unwrap().parse().unwrap();
    let firm = server.person(Role::Enterprise, "440515102", Some(own)).await;
    let propose = format!("{}/proposals", path(&row));
    let wrong = json!({"changes": {"staff": -3}});
    assert_eq!(firm.send("POST", &propose, wrong, None).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let changes = json!({"changes": {"staff": 66, "principal": "黄某"}, "note": "新招了人"});
    let (status, made) = firm.send("POST", &propose, changes.clone(), None).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(firm.send("POST", &propose, changes, None).await.1["code"], "proposal.open");
    assert_eq!(firm.get(&path(&row)).await.1["staff"], row["staff"], "a proposal changes nothing");
    let other = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(other.get("/api/proposals").await.1["items"], json!([]));
    let decide = format!("/api/proposals/4405/{}/decide", made["id"].as_str().unwrap());
    let half = json!({"version": 1, "accept": ["staff"], "return": {}});
    let (status, problem) = officer.send("POST", &decide, half, None).await;
    assert_eq!(
        (status, &problem["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/principal"))
    );
    let whole = json!({"version": 1, "accept": ["staff"], "return": {"principal": "请附任命文件"}});
    let (status, done) = officer.send("POST", &decide, whole.clone(), None).await;
    assert_eq!((status, &done["state"]), (StatusCode::OK, &json!("partly")));
    assert_eq!(officer.send("POST", &decide, whole, None).await.1["code"], "proposal.decided");
    let (_, now) = firm.get(&path(&row)).await;
    assert_eq!((&now["staff"], &now["principal"]), (&json!(66), &row["principal"]));
    let (_, seen) = firm.get("/api/proposals").await;
    assert_eq!(seen["items"][0]["decisions"]["principal"]["reason"], "请附任命文件");
}

#[db_test]
async fn of_two_editors_the_second_is_told_and_loses_nothing(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    let (status, first) = officer
        .send(
            "PATCH",
            &path(&row),
            json!({"version": 1, "changes": {"staff": 30}, "reason": "现场核对"}),
            None,
        )
        .await;
    assert_eq!((status, &first["version"], &first["staff"]), (StatusCode::OK, &json!(2), &json!(30)));
    let (status, second) =
        officer.send("PATCH", &path(&row), json!({"version": 1, "changes": {"staff": 31}}), None).await;
    assert_eq!(
        (status, &second["code"], &second["current"]["staff"]),
        (StatusCode::CONFLICT, &json!("conflict.version"), &json!(30))
    );
    let (_, steps) = officer.get(&format!("{}/history", path(&row))).await;
    assert_eq!(steps.as_array().unwrap().len(), 2);
    assert_eq!((&steps[1]["after"], &steps[1]["reason"]), (&json!({"staff": 30}), &json!("现场核对")));
}

#[db_test]
async fn wrong_fields_are_named_and_nothing_is_saved(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    let changes = json!({"name": "", "credit_code": "914405150000000000", "founded_on": "2001-02-30", "staff": -1, "ownership": "public", "grid": "3"});
    let (status, problem) =
        officer.send("PATCH", &path(&row), json!({"version": 1, "changes": changes}), None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/changes/credit_code",
            "/changes/founded_on",
            "/changes/name",
            "/changes/ownership",
            "/changes/staff"
        ]
    );
    assert_eq!(officer.get(&path(&row)).await.1["version"], json!(1));
}

#[db_test]
async fn a_verified_field_loses_its_mark_when_it_changes(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    let (_, verified) =
        officer.send("POST", &format!("{}/verify", path(&row)), json!({"version": 1}), None).await;
    assert_eq!(
        (&verified["verification"], &verified["verified_by_name"]),
        (&json!("verified"), &json!("监管员甲"))
    );
    let (_, changed) = officer
        .send(
            "PATCH",
            &path(&row),
            json!({"version": 2, "changes": {"name": "汕头市澄海区测试五金厂", "scope": "制造：五金制品"}}),
            None,
        )
        .await;
    assert_eq!((&changed["verification"], &changed["industry"]), (&json!("partly"), &json!("33")));
    assert!(!changed["verified_fields"].as_array().unwrap().contains(&json!("scope")));
    assert!(changed["verified_fields"].as_array().unwrap().contains(&json!("founded_on")));
}

#[db_test]
async fn a_newer_file_takes_the_mark_off_what_it_changes(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    officer.send("POST", &format!("{}/verify", path(&row)), json!({"version": 1}), None).await;
    assert_eq!(server.take(&list().replace("陈某", "黄某")).await.updated, 1);
    let record = officer.get(&path(&row)).await.1;
    assert_eq!((&record["verification"], &record["legal_person"]), (&json!("partly"), &json!("黄某")));
    assert!(!record["verified_fields"].as_array().unwrap().contains(&json!("legal_person")));
}

#[db_test]
async fn a_repeated_write_gets_its_first_answer(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    let change = json!({"version": 1, "changes": {"grid": "东一"}});
    let first = officer.send("PATCH", &path(&row), change.clone(), Some("k1")).await;
    assert_eq!(first.0, StatusCode::OK);
    assert_eq!(officer.send("PATCH", &path(&row), change.clone(), Some("k1")).await, first);
    assert_eq!(officer.send("PATCH", &path(&row), change, Some("k2")).await.0, StatusCode::CONFLICT);
    let (status, problem) = officer
        .send("PATCH", &path(&row), json!({"version": 2, "changes": {"grid": "西"}}), Some("k1"))
        .await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("idempotency.reused")));
    let (status, problem) = officer.send("PATCH", &path(&row), json!({"version": 2}), Some("钥匙")).await;
    assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("idempotency.key")));
}

#[db_test]
async fn a_list_goes_by_people_employed_or_by_founding_and_says_only_what_is_asked(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let (_, page) = clerk.get("/api/enterprises?sort=name").await;
    let rows = page["items"].as_array().unwrap();
    // the fourth says neither
    for (row, (staff, founded)) in
        rows.iter().zip([(7, "2019-03-01"), (120, "1998-06-01"), (30, "2024-12-31")])
    {
        let changes = json!({"version": row["version"], "changes": {"staff": staff, "founded_on": founded}});
        assert_eq!(clerk.send("PATCH", &path(row), changes, None).await.0, StatusCode::OK);
    }
    // 测试 stands in the name of all but the first
    for (sort, wanted) in [
        ("-staff", vec![1, 2, 0, 3]),
        ("staff", vec![3, 0, 2, 1]),
        ("-founded_on", vec![2, 0, 1, 3]),
        ("-staff&q=%E6%B5%8B%E8%AF%95", vec![1, 2, 3]),
    ] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let url = format!("/api/enterprises?limit=1&fields=sector,agency_name&sort={sort}{cursor}");
            let (_, page) = clerk.get(&url).await;
            seen.push(page["items"][0]["id"].clone());
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let wanted: Vec<Value> = wanted.iter().map(|at| rows[*at]["id"].clone()).collect();
        assert_eq!(seen, wanted, "{sort}");
    }
    let (_, page) = clerk.get("/api/enterprises?sort=name&fields=staff,principal_phone,agency_name").await;
    let told: Vec<&String> = page["items"][1].as_object().unwrap().keys().collect();
    assert_eq!(
        told,
        [
            "city",
            "id",
            "town",
            "name",
            "staff",
            "principal_phone",
            "agency",
            "status",
            "updated_at",
            "version",
            "region_name",
            "agency_name"
        ]
    );
    assert_eq!((&page["items"][1]["staff"], &page["items"][1]["name"]), (&json!(120), &rows[1]["name"]));
    for wrong in ["fields=original", "fields=staff,pasword", "sort=phone"] {
        let (status, problem) = clerk.get(&format!("/api/enterprises?{wrong}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}: {problem}");
    }
    // a province has no such order
    let province = kernel::Scope::system(kernel::RegionCode::parse("44").unwrap());
    let everything = enterprise::store::Filter::default();
    let list = enterprise::store::list(&server.app.db, &province, &everything, Some("-staff"), None, 1);
    assert_eq!(list.await.unwrap_err().code, "sort.wide");
}

#[db_test]
async fn a_row_of_the_list_says_what_the_record_itself_says(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    let changes = json!({"staff": 12, "capital": 5_000_000, "founded_on": "2019-03-01", "longitude": 116.75, "latitude": 23.5});
    let change = json!({"version": row["version"], "changes": changes});
    assert_eq!(officer.send("PATCH", &path(&row), change, None).await.0, StatusCode::OK);
    let (_, page) = officer.get("/api/enterprises").await;
    let rows = page["items"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["longitude"] == 116.75), "{page}");
    for row in rows {
        assert_eq!(row, &officer.get(&path(row)).await.1);
    }
}

#[db_test]
async fn pages_show_every_row_once_in_order(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    for sort in ["name", "-name", "town", "-updated_at", "updated_at", "-staff", "staff", "-founded_on"] {
        let mut seen: Vec<String> = Vec::new();
        let mut cursor = String::new();
        loop {
            let (status, page) = clerk.get(&format!("/api/enterprises?limit=1&sort={sort}{cursor}")).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            seen.extend(
                page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_string()),
            );
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 4, "{sort}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 4, "{sort}");
    }
    assert_eq!(clerk.get("/api/enterprises?sort=phone").await.0, StatusCode::BAD_REQUEST);
    let found = clerk.get(&format!("/api/enterprises?q={}", code("440515", 1))).await.1;
    assert_eq!(found["items"][0]["name"], json!(PLASTICS));
}

#[db_test]
async fn a_text_finds_the_same_rows_in_order_however_common_it_is(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let mut list = "企业名称,统一社会信用代码,注册地址\n".to_string();
    for serial in 0..420 {
        let rare = if serial % 140 == 7 { "罕见" } else { "常见" };
        let code = code("440514", 100 + serial);
        list.push_str(&format!("汕头市{rare}{serial}厂,{code},汕头市潮南区峡山街道某路{serial}号\n"));
    }
    assert_eq!(server.take(&list).await.created, 420);
    let clerk = server.person(Role::Clerk, "4405", None).await;
    for (text, number) in [("罕见", 3), ("常见", 417), ("峡山街道", 420), ("hj", 3)] {
        let q = percent(text);
        for sort in ["name", "-name", "town", "-updated_at"] {
            let (mut names, mut cursor) = (Vec::new(), String::new());
            loop {
                let url = format!("/api/enterprises?limit=200&q={q}&sort={sort}{cursor}");
                let (status, page) = clerk.get(&url).await;
                assert_eq!(status, StatusCode::OK, "{page}");
                let rows = page["items"].as_array().unwrap();
                names.extend(rows.iter().map(|row| row["name"].as_str().unwrap().to_string()));
                match page["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(names.len(), number, "{text} by {sort}");
            let mut sorted = names.clone();
            sorted.sort();
            sorted.dedup();
            assert_eq!(sorted.len(), number, "{text} by {sort}");
            if sort == "name" {
                assert_eq!(names, sorted, "{text}");
            }
        }
        let (_, count) = clerk.get(&format!("/api/enterprises/count?q={q}")).await;
        assert_eq!(count, json!({"total": number}), "{text}");
    }
    // what is written now is found before the index of terms has it
    let made = json!({"town": "440507009", "changes": {"name": "汕头市新近某厂"}});
    assert_eq!(clerk.send("POST", "/api/enterprises", made, None).await.0, StatusCode::CREATED);
    for indexed in [0, 1] {
        let (_, found) = clerk.get(&format!("/api/search?q={}", percent("新近"))).await;
        assert_eq!(found["groups"][0]["items"][0]["title"], json!("汕头市新近某厂"), "{found}");
        let (_, list) = clerk.get(&format!("/api/enterprises?q={}", percent("新近"))).await;
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!(search::index_all(&server.app.db).await.unwrap(), 1 - indexed);
    }
}

#[db_test]
async fn the_search_box_is_written_anew_only_where_a_correction_changes_what_is_found(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let correct = async |changes: Value| {
        search::index_all(&server.app.db).await.unwrap();
        let row = officer.named(PLASTICS).await;
        let change = json!({"version": row["version"], "changes": changes});
        assert_eq!(officer.send("PATCH", &path(&row), change, None).await.0, StatusCode::OK);
        search::index_all(&server.app.db).await.unwrap()
    };
    assert_eq!(correct(json!({"staff": 37})).await, 0, "nobody searches by the number of people");
    assert_eq!(correct(json!({"safety_head": "郑守安"})).await, 1);
    let (_, found) = officer.get(&format!("/api/search?q={}", percent("郑守安"))).await;
    assert_eq!(found["groups"][0]["items"][0]["title"], json!(PLASTICS), "{found}");
    assert_eq!(correct(json!({"safety_head": null})).await, 1);
    assert_eq!(
        officer.get(&format!("/api/search?q={}", percent("郑守安"))).await.1["groups"],
        json!([]),
        "what no longer holds finds nothing"
    );
}

#[db_test]
async fn reading_a_phone_is_recorded_and_lists_hide_it(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    officer
        .send(
            "PATCH",
            &path(&row),
            json!({"version": 1, "changes": {"legal_person_phone": "13800001111"}}),
            None,
        )
        .await;
    assert_eq!(officer.named(PLASTICS).await["legal_person_phone"], json!("138****1111"));
    assert_eq!(officer.get(&path(&row)).await.1["legal_person_phone"], json!("13800001111"));
    #[derive(db::FromRow)]
    struct Reader {
        actor_name: String,
    }
    let readers: Vec<Reader> =
        server.app.db.all(sql!("select actor_name from audit where action = 'read'")).await.unwrap();
    assert_eq!(readers.iter().map(|reader| reader.actor_name.as_str()).collect::<Vec<_>>(), ["监管员甲"]);
}
