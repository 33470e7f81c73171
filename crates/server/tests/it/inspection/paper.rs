//! Enforcement documents on paper: what is filled in stands on the PDF and in the Word file, a draft says that it is one.

use std::{
    io::{Cursor, Read},
    process::Command,
};

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::{Clock, Role};
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, path};

use super::{COUNTY, DRAWN, bureau, draft, made, own, soon, visited};

pub(crate) fn bare(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace()).collect()
}

/// The text of a PDF as poppler reads it. With `ANJIAN_PAPERS` the papers stay there to be looked at.
pub(crate) fn printed(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, bytes).unwrap();
    if let Ok(folder) = std::env::var("ANJIAN_PAPERS") {
        std::fs::write(format!("{folder}/{name}.pdf"), bytes).unwrap();
    }
    let output = Command::new("pdftotext").arg("-raw").arg(&file).arg("-").output();
    let output = output.expect("poppler-utils is installed by scripts/tools test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    bare(&String::from_utf8(output.stdout).unwrap())
}

/// The text of a Word file.
pub(crate) fn written(name: &str, bytes: &[u8]) -> String {
    if let Ok(folder) = std::env::var("ANJIAN_PAPERS") {
        std::fs::write(format!("{folder}/{name}.docx"), bytes).unwrap();
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
    let mut xml = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let pieces = xml.split("<w:t ").skip(1).filter_map(|piece| piece.split_once('>')?.1.split_once("</w:t>"));
    bare(&pieces.map(|(text, _)| text).collect::<String>())
}

/// Prints a draft, issues it, and prints it again: what each field says stands on both papers.
async fn on_paper(officer: &Client<'_>, name: &str, drafted: Value) -> Value {
    let (_, _, paper) = officer.file(&own(&drafted, "/print?format=pdf")).await;
    let text = printed(&format!("{name}-draft"), &paper);
    assert!(text.contains("草稿：尚未签发") && text.contains("（签发时编号）"), "{name}: {text}");
    let issued = made(officer, &own(&drafted, "/issue"), json!({"version": drafted["version"]})).await;
    let (_, _, paper) = officer.file(&own(&issued, "/print")).await;
    let (_, _, word) = officer.file(&own(&issued, "/print?format=docx")).await;
    for text in [printed(name, &paper), written(name, &word)] {
        assert!(!text.contains("草稿"), "{name}: {text}");
        for known in ["number", "name", "issuer"] {
            let known = issued[known].as_str().unwrap();
            assert!(text.contains(&bare(known)), "{name}: {known} is missing in {text}");
        }
        for field in issued["fields"].as_array().unwrap() {
            for line in field["value"].as_str().unwrap().lines() {
                assert!(text.contains(&bare(line)), "{name}: {field} is missing in {text}");
            }
        }
    }
    issued
}

#[db_test]
async fn each_document_of_a_visit_carries_on_paper_what_its_fields_say_and_as_a_draft_says_that_it_is_one(
    db: Db,
) {
    let server = Server::new(db).await;
    let (_, officer, cards) = bureau(&server).await;
    let row = officer.named(PLASTICS).await;
    // what is planned before the officers go
    let visits = format!("{}/visits", path(&row));
    let change =
        json!({"version": row["version"], "changes": {"safety_head": "陈二", "address": "莲下镇工业区1号"}});
    assert_eq!(officer.send("PATCH", &path(&row), change, None).await.0, StatusCode::OK);
    let planned = made(&officer, &visits, json!({"place": "注塑车间", "cards": cards})).await;
    let planned = json!({"path": format!("/api/visits/4405/{}", planned["id"].as_str().unwrap())});
    let plan = json!({"form": "inspection_plan", "fields": {"审核意见": "同意，请按方案检查。", "审批意见": "同意。"}});
    on_paper(&officer, "plan", draft(&officer, &planned, plan).await).await;
    // what is found and ordered
    let visit = visited(&officer, &cards).await;
    let record =
        on_paper(&officer, "record", draft(&officer, &visit, json!({"form": "inspection_record"})).await)
            .await;
    let measures = json!({"form": "site_measures", "fields": {"处理依据": "《中华人民共和国安全生产法》第七十条",
        "处理决定": "1. 3号注塑机立即停止使用。\n2. 现场人员撤出3号注塑机作业区域。"}});
    on_paper(&officer, "measures", draft(&officer, &visit, measures).await).await;
    let order = json!({"form": "correction_order", "due_on": soon(&server)});
    let order = on_paper(&officer, "order", draft(&officer, &visit, order).await).await;
    // what the recheck says
    let again = made(&officer, &visits, json!({"place": "注塑车间", "cards": cards})).await;
    let again = format!("/api/visits/4405/{}", again["id"].as_str().unwrap());
    let sign = json!({"drawing": DRAWN});
    let end = json!({"version": 1, "officer_one": sign, "officer_two": sign, "enterprise": sign});
    made(&officer, &format!("{again}/finish"), end).await;
    let results: Vec<Value> = order["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| json!({"finding": own["finding"], "passed": true, "text": "现场查看，已经改好"}))
        .collect();
    let recheck = json!({"form": "recheck_opinion", "about": order["id"], "results": results});
    let recheck = made(&officer, &format!("{again}/documents"), recheck).await;
    on_paper(&officer, "recheck", recheck).await;
    // what is withdrawn says so
    let withdrawn = json!({"version": record["version"], "reason": "检查场所写错"});
    let withdrawn = made(&officer, &own(&record, "/withdraw"), withdrawn).await;
    let (_, _, paper) = officer.file(&own(&withdrawn, "/print")).await;
    let text = printed("withdrawn", &paper);
    assert!(text.contains("已撤回") && text.contains("检查场所写错"), "{text}");
}

#[db_test]
async fn only_a_drawing_on_which_something_was_drawn_is_a_signature(db: Db) {
    let server = Server::new(db).await;
    let (_, officer, cards) = bureau(&server).await;
    let row = officer.named(PLASTICS).await;
    let visit =
        made(&officer, &format!("{}/visits", path(&row)), json!({"place": "车间", "cards": cards})).await;
    let finish = format!("/api/visits/4405/{}/finish", visit["id"].as_str().unwrap());
    let sign = json!({"drawing": DRAWN});
    let png = "data:image/png;base64,";
    // 2 by 2 pixels, all white
    let empty = format!(
        "{png}iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR42mP4/5/h/38AC/oD/f1NxGYAAAAASUVORK5CYII="
    );
    for wrong in [
        format!("{png}iVBORw0KGgo="),
        format!("{png}!!!"),
        DRAWN.replace("image/png", "image/svg+xml"),
        empty,
    ] {
        let end =
            json!({"version": 1, "officer_one": sign, "officer_two": {"drawing": wrong}, "enterprise": sign});
        let (status, answer) = officer.send("POST", &finish, end, None).await;
        assert_eq!(
            (status, &answer["errors"][0]["pointer"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("/officer_two")),
            "{wrong}: {answer}"
        );
    }
    let end = json!({"version": 1, "officer_one": sign, "officer_two": sign, "enterprise": sign});
    made(&officer, &finish, end).await;
}

/// A correction order of a visit on that day, as it is printed.
async fn ordered_on(db: Db, day: &str, due: &str) -> String {
    let server = Server::at(db, Clock::fixed(format!("{day}T01:00:00Z").parse().unwrap())).await;
    server.register().await;
    let system = server.person(Role::System, COUNTY, None).await;
    let officer = server.person(Role::Officer, COUNTY, None).await;
    let new = json!({"region": COUNTY, "name": "澄海区安全生产监督管理局", "kind": "bureau"});
    let agency = made(&system, "/api/agencies", new).await;
    let mut cards = Vec::new();
    for (name, number) in [("张三", "粤1"), ("李四", "粤2")] {
        let card = json!({"city": "4405", "agency": agency["id"], "name": name, "number": number,
            "valid_from": "2010-01-01", "valid_to": "2030-12-31"});
        cards.push(made(&system, "/api/officer-cards", card).await["id"].clone());
    }
    let row = officer.named(PLASTICS).await;
    let change = json!({"version": row["version"], "changes": {"legal_person": "陈一", "legal_person_phone": "0754-88880001",
        "address": "莲下镇工业区1号"}});
    assert_eq!(officer.send("PATCH", &path(&row), change, None).await.0, StatusCode::OK);
    let visits = format!("{}/visits", path(&row));
    let visit = made(&officer, &visits, json!({"place": "注塑车间", "cards": cards})).await;
    let visit = format!("/api/visits/4405/{}", visit["id"].as_str().unwrap());
    made(&officer, &format!("{visit}/findings"), json!({"content": "灭火器过期"})).await;
    let sign = json!({"drawing": DRAWN});
    let end =
        json!({"version": 2, "officer_one": sign, "officer_two": sign, "enterprise": sign, "due_on": due});
    made(&officer, &format!("{visit}/finish"), end).await;
    let order = json!({"form": "correction_order", "due_on": due});
    let order = made(&officer, &format!("{visit}/documents"), order).await;
    let order = made(&officer, &own(&order, "/issue"), json!({"version": order["version"]})).await;
    let (_, _, paper) = officer.file(&own(&order, "/print")).await;
    printed(&format!("order-{day}"), &paper)
}

#[db_test]
async fn a_document_made_before_2017_is_of_the_pattern_of_2010(db: Db) {
    let text = ordered_on(db, "2016-06-01", "2016-06-15").await;
    assert!(text.contains("（澄海）安监管责改〔2016〕1号") && text.contains("灭火器过期"), "{text}");
    assert!(text.contains("二〇一六年六月一日"), "{text}");
}

#[db_test]
async fn a_document_made_since_2017_is_of_the_pattern_of_that_year(db: Db) {
    let text = ordered_on(db, "2018-06-01", "2018-06-15").await;
    assert!(text.contains("（澄海）安监责改〔2018〕1号") && text.contains("灭火器过期"), "{text}");
    assert!(text.contains("二〇一八年六月一日"), "{text}");
}
