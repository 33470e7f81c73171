//! Imports and exports over HTTP, done by jobs.

use axum::http::StatusCode;
use db::{Db, Exec, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Server, code, end_of, list, place};

#[db_test]
async fn a_list_is_uploaded_looked_at_and_then_taken(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let (status, import) = clerk.upload("/api/imports?region=4405", list().as_bytes()).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{import}");
    let job = end_of(&clerk, &import).await;
    assert_eq!((&job["state"], &job["result"]["created"]), (&json!("done"), &json!(4)));
    let (_, seen) = clerk.get(&place(&import)).await;
    assert_eq!((&seen["state"], &seen["columns"][0]["field"]), (&json!("preview"), &json!("name")));
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 0}), "nothing is written yet");
    let (_, rows) = clerk.get(&format!("{}/rows?outcome=new", place(&import))).await;
    assert_eq!(rows["items"].as_array().unwrap().len(), 4);
    let (status, asked) = clerk.send("POST", &format!("{}/commit", place(&import)), json!({}), None).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(end_of(&clerk, &asked).await["state"], "done");
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 4}));
    let (status, problem) = clerk.send("POST", &format!("{}/commit", place(&import)), json!({}), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("import.busy")));
    let (_, again) = clerk.upload("/api/imports?region=4405", list().as_bytes()).await;
    assert_eq!(end_of(&clerk, &again).await["result"]["unchanged"], json!(4));
    let (_, imports) = clerk.get("/api/imports?limit=1").await;
    assert_eq!((&imports["items"][0]["state"], imports["next"].is_string()), (&json!("preview"), true));
}

#[db_test]
async fn a_county_takes_only_what_is_its_own(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let city = server.person(Role::Clerk, "4405", None).await;
    let (_, import) = city.upload("/api/imports?region=4405", list().as_bytes()).await;
    end_of(&city, &import).await;
    let (_, asked) = city.send("POST", &format!("{}/commit", place(&import)), json!({}), None).await;
    end_of(&city, &asked).await;
    let before = city.get("/api/enterprises?sort=name").await.1;
    let county = server.person(Role::Clerk, "440511", None).await;
    assert_eq!(county.upload("/api/imports?region=440515", list().as_bytes()).await.0, StatusCode::NOT_FOUND);
    assert_eq!(county.get(&place(&import)).await.0, StatusCode::NOT_FOUND);
    let changed = list().replace("塑料厂", "塑料制品厂");
    let (_, import) = county.upload("/api/imports?region=440511", changed.as_bytes()).await;
    end_of(&county, &import).await;
    let (_, refused) = county.get(&format!("{}/rows?outcome=rejected", place(&import))).await;
    let codes: Vec<&str> = refused["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["errors"][0]["code"].as_str())
        .collect();
    assert!(codes.contains(&"region.outside"), "{refused}");
    let (_, asked) = county.send("POST", &format!("{}/commit", place(&import)), json!({}), None).await;
    end_of(&county, &asked).await;
    let after = city.get("/api/enterprises?sort=name").await.1;
    let of = |page: &Value, town: &str| -> Vec<Value> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["town"].as_str().unwrap().starts_with(town))
            .cloned()
            .collect()
    };
    assert_eq!(of(&before, "440515"), of(&after, "440515"), "another county's records stay as they were");
}

#[db_test]
async fn columns_named_by_a_person_are_read_so_and_remembered(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let clerk = server.person(Role::Clerk, "440515", None).await;
    let text = format!(
        "企业名称,统一社会信用代码,管家,注册地址\n某某塑料厂,{},王五,澄海区莲下镇\n",
        code("440515", 7)
    );
    let (_, import) = clerk.upload("/api/imports?region=440515", text.as_bytes()).await;
    end_of(&clerk, &import).await;
    let map = |columns: Value| {
        let path = format!("{}/columns", place(&import));
        let clerk = &clerk;
        async move { clerk.send("PUT", &path, json!({"columns": columns}), None).await }
    };
    let (status, problem) = map(json!({"0": null})).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("column.name")));
    let (status, asked) = map(json!({"2": "legal_person"})).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    end_of(&clerk, &asked).await;
    let (_, asked) = clerk.send("POST", &format!("{}/commit", place(&import)), json!({}), None).await;
    end_of(&clerk, &asked).await;
    assert_eq!(clerk.get("/api/enterprises").await.1["items"][0]["legal_person"], "王五");
    let (_, import) =
        clerk.upload("/api/imports?region=440515", text.replace("某某", "另外").as_bytes()).await;
    end_of(&clerk, &import).await;
    assert_eq!(clerk.get(&place(&import)).await.1["columns"][2]["field"], "legal_person");
}

#[db_test]
async fn what_is_no_table_is_refused_in_words_and_leaves_nothing(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    for (bytes, code) in [
        (&b""[..], "sheet.empty"),
        (b"%PDF-1.4 not a table", "sheet.not_a_table"),
        (b"PK\x03\x04 truncated", "sheet.damaged"),
        ("甲,乙\n1,2\n".as_bytes(), "import.no_header"),
    ] {
        let (_, import) = clerk.upload("/api/imports?region=4405", bytes).await;
        let job = end_of(&clerk, &import).await;
        assert_eq!((&job["state"], &job["error"]["code"]), (&json!("failed"), &json!(code)));
        assert_eq!(clerk.get(&place(&import)).await.1["error"]["code"], code);
    }
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 0}));
}

#[db_test]
async fn an_export_holds_exactly_the_list_and_no_formula(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    server.register().await;
    server.take("企业名称,注册地址\n=HYPERLINK(1)塑料厂,汕头市澄海区莲下镇某路1号\n").await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let leader = server.person(Role::Leader, "440511", None).await;
    for (person, region, format) in
        [(&clerk, "440515", "csv"), (&clerk, "440515", "xlsx"), (&leader, "", "xlsx")]
    {
        let total = person.get(&format!("/api/enterprises/count?region={region}")).await.1["total"].clone();
        let wanted = json!({"query": {"region": region}, "sort": "name", "columns": ["name", "ownership", "region_name", "capital"], "format": format});
        let (status, asked) = person.send("POST", "/api/exports", wanted, None).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
        let job = end_of(person, &asked).await;
        assert_eq!((&job["state"], &job["result"]["rows"]), (&json!("done"), &total));
        let file = person.bytes(&format!("/api/exports/{}/file", asked["job"].as_str().unwrap())).await;
        let path = server.folder.path().join("export");
        std::fs::write(&path, file).unwrap();
        let mut rows = Vec::new();
        sheet::read(&path, sheet::Limits::default(), |row| {
            rows.push(row.cells);
            Ok(true)
        })
        .unwrap();
        assert_eq!(rows.len() as i64, total.as_i64().unwrap() + 1);
        assert_eq!(rows[0][..3], ["企业名称", "经济成分", "所在地区"]);
        assert!(rows.iter().all(|row| !row[0].starts_with('=') || format == "xlsx"));
    }
    let (status, _) = leader
        .send(
            "POST",
            "/api/exports",
            json!({"query": {"region": "440515"}, "columns": ["name"], "format": "csv"}),
            None,
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    #[derive(db::FromRow)]
    struct Number {
        number: i64,
    }
    let recorded: Number = server
        .app
        .db
        .one(sql!("select count(*) as number from audit where action = 'export'"))
        .await
        .unwrap();
    assert_eq!(recorded.number, 3, "every export is on the trail");
}

#[db_test]
async fn what_an_assignment_teaches_the_next_import_knows_until_it_is_forgotten(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let clerk = server.person(Role::Clerk, "440515", None).await;
    let list = |name: &str| format!("企业名称,注册地址\n{name},汕头市澄海区岭海测试工业区3栋\n");
    server.take(&list("甲测试厂")).await;
    let row = clerk.get("/api/enterprises").await.1["items"][0].clone();
    assert_eq!(row["town"], "440515", "{row}");
    let give = json!({"items": [{"city": "4405", "id": row["id"], "version": row["version"]}], "town": "440515102", "teach": true});
    let (status, done) = clerk.send("POST", "/api/enterprises/assign", give, None).await;
    assert_eq!((status, &done["taught"]), (StatusCode::OK, &json!(["岭海测试工业区"])));
    server.take(&list("乙测试厂")).await;
    assert_eq!(clerk.named("乙测试厂").await["town"], "440515102");
    let place = clerk.get("/api/places").await.1["items"][0].clone();
    let path = format!("/api/places/{}/{}", place["city"].as_str().unwrap(), place["id"].as_str().unwrap());
    let other = server.person(Role::Clerk, "440511", None).await;
    assert_eq!(other.send("DELETE", &path, Value::Null, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(clerk.send("DELETE", &path, Value::Null, None).await.0, StatusCode::NO_CONTENT);
    server.take(&list("丙测试厂")).await;
    assert_eq!(clerk.named("丙测试厂").await["town"], "440515");
}

#[db_test]
async fn an_auditor_takes_the_trail_of_their_area_out_in_a_file_and_that_is_on_the_trail(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    server.register().await;
    let county = server.person(Role::Audit, "440515", None).await;
    let query = json!({"subject": "enterprise", "action": "create"});
    let wanted = json!({"query": query, "format": "csv"});
    let (status, asked) = county.send("POST", "/api/audit/exports", wanted.clone(), None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    let job = end_of(&county, &asked).await;
    let (_, list) = county.get("/api/audit?subject=enterprise&action=create").await;
    let entries = list["items"].as_array().unwrap();
    assert_eq!(job["result"]["rows"], json!(entries.len()), "{job}");
    let path = format!("/api/audit/exports/{}/file", asked["job"].as_str().unwrap());
    let text = String::from_utf8(county.bytes(&path).await).unwrap();
    assert!(text.contains("修改前") && text.lines().count() == entries.len() + 1, "{text}");
    assert!(entries.iter().all(|entry| text.contains(entry["title"].as_str().unwrap())));
    let other = server.person(Role::Audit, "440511", None).await;
    assert_eq!(other.get(&path).await.0, StatusCode::NOT_FOUND, "a file is fetched by who asked for it");
    let outside = json!({"query": {"region": "440511"}, "format": "csv"});
    assert_eq!(county.send("POST", "/api/audit/exports", outside, None).await.0, StatusCode::NOT_FOUND);
    let (_, seen) = server.person(Role::Audit, "4405", None).await.get("/api/audit?subject=audit").await;
    assert_eq!(seen["items"][0]["action"], "export");
}
