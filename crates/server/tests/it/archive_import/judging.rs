//! A workbook that comes in is judged cell by cell; what is no workbook is refused; everybody takes in what is theirs.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::json;
use testkit::{PLASTICS, Server, TRADE, code, end_of};

use super::{
    DEVICE, KIND, PERMIT, TOWN, TRAINING, book, committed, count, counts, judged, park, place,
    round::{exported, park_book, sheets},
    wrong,
};

#[db_test]
async fn a_workbook_with_twenty_wrong_cells_names_exactly_those_and_writes_nothing(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let (one, two) = park(&server).await;
    let (one, two) = (one.as_str(), two.as_str());
    let away = code("440111", 77);
    let mistyped = one.replace("9000", "9001");
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let file = book(&[
        (
            "证照与许可",
            PERMIT,
            vec![
                vec!["", PLASTICS, one, KIND, "A1", "某局", "2025-01-06", "2028-01-05"],
                vec!["", PLASTICS, one, "驾驶证", "A2"],
                vec!["", PLASTICS, one, KIND, ""],
                vec!["", PLASTICS, one, KIND, "A4", "", "去年", ""],
                vec!["", PLASTICS, one, KIND, "A5", "", "2025-01-06", "2024-01-06"],
                vec!["", PLASTICS, one, KIND, "A1"],
                vec!["", PLASTICS, &mistyped, KIND, "A7"],
                vec!["", TRADE, one, KIND, "A8"],
                vec!["", "没有这家厂", "", KIND, "A9"],
                vec!["", "同名五金店", "", KIND, "A10"],
                vec!["R123", PLASTICS, one, KIND, "A11"],
                vec!["什么", PLASTICS, one, KIND, "A12"],
                vec!["", "外地公司", &away, KIND, "A13"],
                vec!["", "", "", KIND, "A14"],
            ],
        ),
        (
            "特种设备",
            DEVICE,
            vec![
                vec![TRADE, two, "叉车一", "场（厂）内专用机动车辆", "车1", "2025-03-01", "2026-03-01", "2"],
                vec![TRADE, two, "叉车二", "场（厂）内专用机动车辆", "车2", "2025-03-01", "2026-03-01", "-2"],
                vec![TRADE, two, "叉车三", "飞机", "车3", "2025-03-01", "2024-03-01", "1"],
                vec![TRADE, two, "叉车四", "场（厂）内专用机动车辆", "车4", "2025-13-01", "", "两人"],
                vec![TRADE, two],
            ],
        ),
        (
            "教育培训档案",
            TRAINING,
            vec![
                vec![TRADE, two, "王五", "其他从业人员", "再培训", "", "三级教育", "2025年3月1日", "24"],
                vec![TRADE, two, "王六", "其他从业人员", "随时", "", "三级教育", "2025-03-01", "24"],
                vec![TRADE, two, "王七", "其他从业人员", "再培训", "", "三级教育", "2025-03-01", "-3"],
            ],
        ),
        ("不知道", &["企业名称"], vec![vec![TRADE]]),
    ]);
    let import = judged(&clerk, "4405", &file).await;
    let found = wrong(&clerk, &import).await;
    assert_eq!(import["state"], "preview", "{import}");
    let wanted = [
        ("证照与许可!D3", "field.invalid"),
        ("证照与许可!E4", "field.required"),
        ("证照与许可!G5", "field.invalid"),
        ("证照与许可!H6", "field.order"),
        ("证照与许可!E7", "row.twice"),
        ("证照与许可!C8", "code.invalid"),
        ("证照与许可!B9", "enterprise.differs"),
        ("证照与许可!B10", "enterprise.unknown"),
        ("证照与许可!B11", "enterprise.ambiguous"),
        ("证照与许可!A12", "record.unknown"),
        ("证照与许可!A13", "record.unknown"),
        ("证照与许可!C14", "enterprise.unknown"),
        ("证照与许可!B15", "enterprise.missing"),
        ("特种设备!H3", "field.invalid"),
        ("特种设备!D4", "field.invalid"),
        ("特种设备!F5", "field.invalid"),
        ("特种设备!H5", "field.invalid"),
        ("教育培训档案!E3", "field.invalid"),
        ("教育培训档案!I4", "field.invalid"),
        ("不知道!A1", "sheet.unknown"),
    ];
    let wanted = wanted.map(|(cell, code)| (cell.to_string(), code.to_string()));
    assert_eq!(found, BTreeMap::from(wanted));
    assert_eq!(counts(&import), [3, 0, 0, 19], "one row has two wrong cells");
    // all or nothing, unless the person says so
    let (status, problem) = clerk.send("POST", &format!("{}/commit", place(&import)), json!({}), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("archive_import.wrong")));
    assert_eq!(count(&server.app.db, "record").await, 0);
    // what was wrong comes back as a workbook, and is as wrong as it was
    let rejects = clerk.bytes(&format!("{}/rejects", place(&import))).await;
    let again = judged(&clerk, "4405", &rejects).await;
    assert_eq!(counts(&again), [1, 0, 0, 18], "what the file said twice stands alone now: {again}");
    let job = committed(&clerk, &import, true).await;
    assert_eq!((&job["state"], &job["result"]["written"]), (&json!("done"), &json!(3)), "{job}");
    assert_eq!(count(&server.app.db, "record").await, 3);
    let (_, seen) = clerk.get(&place(&import)).await;
    assert_eq!((&seen["state"], &seen["skip_wrong"]), (&json!("committed"), &json!(true)));
    assert_eq!(seen["sheets"][0]["label"], "证照与许可");
}

#[db_test]
async fn everybody_takes_in_and_sees_only_what_is_theirs(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let (one, two) = park(&server).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let file = park_book(&one, &two);
    let whole = judged(&clerk, "4405", &file).await;
    let town = server.person(Role::Officer, TOWN, None).await;
    assert_eq!(town.upload("/api/archive-imports?region=440511", &file).await.0, StatusCode::NOT_FOUND);
    assert_eq!(town.get(&place(&whole)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(town.get("/api/archive-imports").await.1["items"], json!([]));
    let import = judged(&town, TOWN, &file).await;
    assert_eq!(counts(&import), [3, 0, 0, 2], "those of the other town are not known here");
    let plastics = clerk.named(PLASTICS).await;
    let own = plastics["id"].as_str().unwrap().parse().unwrap();
    let firm = server.person(Role::Enterprise, TOWN, Some(own)).await;
    assert_eq!(firm.get(&place(&import)).await.0, StatusCode::NOT_FOUND);
    let (status, asked) = firm.upload("/api/archive-imports", &file).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    end_of(&firm, &asked).await;
    let own = firm.get(&place(&asked)).await.1;
    assert_eq!(counts(&own), [3, 0, 0, 2]);
    assert_eq!(committed(&firm, &own, true).await["state"], "done");
    assert_eq!(count(&server.app.db, "record").await, 3);
    let leader = server.person(Role::Leader, "4405", None).await;
    assert_eq!(leader.upload("/api/archive-imports", &file).await.0, StatusCode::FORBIDDEN);
    let out = sheets(&exported(&firm, "records", &["permit", "training_record"]).await);
    assert_eq!((out["证照与许可"].len(), out["教育培训档案"].len()), (2, 1));
}

#[db_test]
async fn what_is_no_workbook_is_refused_and_leaves_nothing(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let wide: Vec<String> = (0..300).map(|at| format!("列{at}")).collect();
    let wide: Vec<&str> = wide.iter().map(String::as_str).collect();
    for (bytes, code) in [
        (Vec::new(), "sheet.empty"),
        ("企业名称,证照编号\n甲,1\n".as_bytes().to_vec(), "sheet.not_a_book"),
        (b"PK\x03\x04 truncated".to_vec(), "sheet.damaged"),
        (book(&[("证照与许可", &wide, vec![])]), "sheet.too_wide"),
        (book(&[("说明", &["什么也没有填"], vec![])]), "book.empty"),
    ] {
        let import = judged(&clerk, "4405", &bytes).await;
        assert_eq!((&import["state"], &import["error"]["code"]), (&json!("failed"), &json!(code)));
    }
    assert_eq!(count(&server.app.db, "archive_import_row").await, 0);
}
