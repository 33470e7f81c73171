//! Visits of several agencies at once (合并检查): one record that names them all, which each of their officers signs.

use db::{Db, db_test};

use super::{
    paper::{bare, printed, written},
    *,
};

const FIRE: &str = "澄海区消防救援大队";

/// The two officers of the fire brigade.
async fn brigade(system: &Client<'_>) -> Vec<Value> {
    let agency = json!({"region": COUNTY, "name": FIRE, "kind": "department", "sectors": ["light_industry"]});
    let agency = made(system, "/api/agencies", agency).await;
    let mut cards = Vec::new();
    for (name, number) in [("王五", "消01"), ("赵六", "消02")] {
        let card = json!({"city": "4405", "agency": agency["id"], "name": name, "number": number,
            "valid_from": "2020-01-01", "valid_to": "2099-12-31"});
        cards.push(made(system, "/api/officer-cards", card).await["id"].clone());
    }
    cards
}

#[db_test]
async fn the_record_of_a_joint_visit_names_every_agency_and_each_of_their_officers_signs_it(db: Db) {
    let server = Server::new(db).await;
    let (system, officer, cards) = bureau(&server).await;
    let fire = brigade(&system).await;
    let row = officer.named(PLASTICS).await;
    let change = json!({"version": row["version"], "changes": {"legal_person": "陈一", "legal_person_phone": "0754-88880001",
        "address": "莲下镇工业区1号"}});
    assert_eq!(officer.send("PATCH", &path(&row), change, None).await.0, StatusCode::OK);
    let visits = format!("{}/visits", path(&row));
    let new = |others: &[&Value]| json!({"place": "全厂", "cards": cards, "others": others});
    // two of each agency, each once, and nobody of the agency that leads
    for (others, code) in [
        (vec![&fire[0]], "officer.two"),
        (vec![&fire[0], &fire[0]], "officer.two"),
        (vec![&fire[0], &fire[1], &cards[0]], "officer.agency"),
    ] {
        let (status, answer) = officer.send("POST", &visits, new(&others), None).await;
        let wrong = &answer["errors"][0];
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!((&wrong["pointer"], &wrong["code"]), (&json!("/others"), &json!(code)), "{answer}");
    }
    let visit = made(&officer, &visits, new(&[&fire[1], &fire[0]])).await;
    let names = |who: &str| -> Vec<Value> {
        visit[who].as_array().unwrap().iter().map(|own| own["name"].clone()).collect()
    };
    assert_eq!(
        (names("officers"), names("others")),
        (vec![json!("张三"), json!("李四")], vec![json!("赵六"), json!("王五")])
    );
    assert_eq!(visit["others"][0]["agency_name"], FIRE);

    // each of them signs
    let place = format!("/api/visits/4405/{}", visit["id"].as_str().unwrap());
    let sign = json!({"drawing": DRAWN});
    let end = |others: usize| json!({"version": 1, "officer_one": sign, "officer_two": sign, "others": vec![&sign; others], "enterprise": sign});
    for (others, pointer) in [(0, "/others/0"), (1, "/others/1"), (3, "/others/2")] {
        let (status, answer) = officer.send("POST", &format!("{place}/finish"), end(others), None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            (&answer["errors"][0]["pointer"], &answer["errors"][0]["code"]),
            (&json!(pointer), &json!("signature.missing"))
        );
    }
    let ended = made(&officer, &format!("{place}/finish"), end(2)).await;
    assert_eq!(ended["state"], "finished");
    let whole = officer.get(&place).await.1;
    assert_eq!(whole["signatures"]["others"].as_array().unwrap().len(), 2);

    // the record names them with their cards; it is issued by the agency that leads
    let record = made(&officer, &format!("{place}/documents"), json!({"form": "inspection_record"})).await;
    let record = made(&officer, &own(&record, "/issue"), json!({"version": 1})).await;
    let (_, _, paper) = officer.file(&own(&record, "/print")).await;
    let (_, _, word) = officer.file(&own(&record, "/print?format=docx")).await;
    for text in [printed("joint-record", &paper), written("joint-record", &word)] {
        for said in [
            "联合检查机关：澄海区应急管理局、澄海区消防救援大队",
            "，澄海区消防救援大队执法人员赵六（证件号码：消02）、王五（证件号码：消01），这是我们的证件",
            "证号：消02",
            "本文书一式三份：一份由澄海区应急管理局备案，一份交澄海区消防救援大队，一份交被检查单位。",
        ] {
            assert!(text.contains(&bare(said)), "{said} is missing in {text}");
        }
        assert_eq!(text.matches("检查人员（签名）").count(), 4, "{text}");
    }
}
