//! The filters of the register that no kept number answers: each finds exactly its rows, in the list, the number and the file.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chrono::{Duration, NaiveDate};
use db::{Db, db_test};
use enterprise::Enterprise;
use kernel::{Role, day_of};
use serde_json::{Value, json};
use testkit::{Server, end_of, percent};
use uuid::Uuid;

/// Enterprises of every kind that the filters tell apart.
fn records() -> Vec<Enterprise> {
    let mut records: Vec<Enterprise> = demo::province("4405", 120).collect();
    for (at, row) in records.iter_mut().enumerate() {
        row.updated_at += Duration::days(at as i64);
        row.department = (at % 4 == 0).then(|| "市场监督管理局".into());
        row.officer = (at % 5 == 0).then(|| Uuid::from_u128(7));
        row.parent_name = None;
        match at % 6 {
            0 => row.premises = None,
            1 => row.industry_basis = Some("inferred".into()),
            2 => {
                (row.industry, row.industry_basis, row.industry_edition) = (None, None, None);
            }
            3 => row.currency = Some("USD".into()),
            4 => (row.legal_person_phone, row.principal_phone, row.safety_head_phone) = (None, None, None),
            _ => row.industry = row.industry.as_ref().map(|code| format!("{}21", &code[..2])),
        }
    }
    records
}

type Keeps = Box<dyn Fn(&Enterprise) -> bool>;

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Every filter with what it keeps.
fn cases(records: &[Enterprise]) -> Vec<(String, Keeps)> {
    fn case(query: &str, keeps: impl Fn(&Enterprise) -> bool + 'static) -> (String, Keeps) {
        (query.to_string(), Box::new(keeps))
    }
    fn lies(row: &Enterprise, from: &str) -> bool {
        row.industry.as_deref().is_some_and(|code| code.starts_with(from))
    }
    fn of_section(row: &Enterprise, letter: &str) -> bool {
        row.industry.as_deref().and_then(rules::industry::find).is_some_and(|own| own.section == letter)
    }
    let division = records.iter().find_map(|row| row.industry.as_deref()).unwrap()[..2].to_string();
    let class = records.iter().find_map(|row| row.industry.clone().filter(|code| code.len() == 4)).unwrap();
    let (one, two, three) = (division.clone(), class.clone(), division.clone());
    let grid = records[3].grid.clone().unwrap();
    vec![
        case(&format!("industry={division}"), move |row| lies(row, &one)),
        case(&format!("industry={class}"), move |row| lies(row, &two)),
        case("industry=C", |row| of_section(row, "C")),
        case(&format!("industry=F,{division}"), move |row| of_section(row, "F") || lies(row, &three)),
        case("industry_basis=inferred", |row| row.industry_basis.as_deref() == Some("inferred")),
        case("industry_basis=stated,none", |row| row.industry_basis.as_deref() != Some("inferred")),
        case(&format!("registration_type={}", percent("个体")), |row| {
            row.registration_type.as_deref().is_some_and(|text| text.contains("个体"))
        }),
        case(&format!("department={}", percent("监督")), |row| row.department.is_some()),
        case(&format!("grid={}", percent(&grid)), move |row| {
            row.grid.as_ref().is_some_and(|own| own.contains(&grid))
        }),
        case("grid=%25", |_| false),
        case("premises=owned", |row| row.premises.as_deref() == Some("owned")),
        case("premises=rented,unknown", |row| row.premises.as_deref() != Some("owned")),
        case("missing=officer", |row| row.officer.is_none()),
        case("missing=credit_code", |row| row.credit_code.is_none()),
        case("missing=phone", |row| {
            [&row.legal_person_phone, &row.principal_phone, &row.safety_head_phone]
                .iter()
                .all(|phone| phone.is_none())
        }),
        case("missing=industry,credit_code", |row| row.industry.is_none() || row.credit_code.is_none()),
        case("located=no&premises=rented", |row| {
            row.longitude.is_none() && row.premises.as_deref() == Some("rented")
        }),
        case("founded_from=2001-05-01&founded_to=2010-12-31", |row| {
            row.founded_on.is_some_and(|day| day >= on("2001-05-01") && day <= on("2010-12-31"))
        }),
        case("staff_min=5&staff_max=20", |row| row.staff.is_some_and(|staff| (5..=20).contains(&staff))),
        case("staff_max=0", |row| row.staff == Some(0)),
        case("capital_min=100&capital_max=1000", |row| {
            row.currency.as_deref() != Some("USD")
                && row.capital.is_some_and(|own| (100_000_000..=1_000_000_000).contains(&own))
        }),
        case("updated_from=2025-02-01&updated_to=2025-02-28", |row| {
            (on("2025-02-01")..=on("2025-02-28")).contains(&day_of(row.updated_at))
        }),
        case("industry=C&staff_min=10&ownership=non_public&missing=officer,phone", |row| {
            of_section(row, "C")
                && row.staff.is_some_and(|staff| staff >= 10)
                && row.ownership == "non_public"
                && (row.officer.is_none()
                    || row.legal_person_phone.is_none()
                        && row.principal_phone.is_none()
                        && row.safety_head_phone.is_none())
        }),
        case(&format!("q={}&industry_basis=inferred", percent("汕头")), |row| {
            row.industry_basis.as_deref() == Some("inferred")
                && [Some(&row.name), row.registered_address.as_ref()]
                    .iter()
                    .flatten()
                    .any(|text| text.contains("汕头"))
        }),
    ]
}

fn ids(page: &Value) -> BTreeSet<Uuid> {
    page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().parse().unwrap()).collect()
}

#[db_test]
async fn each_filter_finds_exactly_its_rows_and_the_number_is_theirs(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let records = records();
    let mut tx = server.app.db.begin().await.unwrap();
    let system = kernel::Actor::system("测试");
    enterprise::insert(&mut tx, &server.app.clock, &system, &records, None).await.unwrap();
    tx.commit().await.unwrap();
    let mut told = 0;
    for (query, keeps) in cases(&records) {
        let wanted: BTreeSet<Uuid> = records.iter().filter(|row| keeps(row)).map(|row| row.id).collect();
        told += usize::from(!wanted.is_empty() && wanted.len() < records.len());
        for sort in ["-updated_at", "name", "town"] {
            let (_, page) = clerk.get(&format!("/api/enterprises?limit=200&sort={sort}&{query}")).await;
            assert_eq!(ids(&page), wanted, "{query} by {sort}");
        }
        let (_, count) = clerk.get(&format!("/api/enterprises/count?{query}")).await;
        assert_eq!(count, json!({"total": wanted.len()}), "{query}");
        let (_, facets) = clerk.get(&format!("/api/enterprises/facets?{query}")).await;
        for facet in ["status", "size"] {
            let values = facets[facet].as_array().unwrap();
            let sum: i64 = values.iter().map(|own| own["count"].as_i64().unwrap()).sum();
            assert_eq!(sum, wanted.len() as i64, "{query}: {facet}");
        }
        let (_, map) = clerk.get(&format!("/api/enterprises/points?{query}")).await;
        let shown: i64 =
            map["points"].as_array().unwrap().iter().map(|own| own["count"].as_i64().unwrap()).sum();
        let without = if query.contains("located") { 0 } else { map["without"].as_i64().unwrap() };
        if !query.contains("located") {
            assert_eq!(shown + without, wanted.len() as i64, "{query}");
        }
    }
    assert!(told > 18, "only {told} filters leave some and not all");
    // the file holds the list's rows; its filters are written as in the address
    let (query, keeps) = cases(&records).swap_remove(18);
    assert_eq!(query, "staff_min=5&staff_max=20");
    let asked = json!({"query": {"staff_min": "5", "staff_max": "20", "directly": "false"}, "columns": ["name"], "format": "csv"});
    let (status, asked) = clerk.send("POST", "/api/exports", asked, None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    let rows = records.iter().filter(|row| keeps(row)).count();
    assert_eq!(end_of(&clerk, &asked).await["result"]["rows"], json!(rows));
}

#[db_test]
async fn a_filter_whose_value_is_none_is_refused_in_words(db: Db) {
    let server = Server::new(db).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    for (query, says) in [
        ("industry=Z", "门类字母"),
        ("industry=99999", "大类代码"),
        ("industry_basis=guessed", "可用：stated、inferred、none"),
        ("premises=lent", "可用：owned、rented、unknown"),
        ("missing=luck", "可用：credit_code"),
        ("founded_from=2001-13-01", "2019-03-01"),
        ("updated_to=yesterday", "2019-03-01"),
        ("staff_min=many", "不小于 0 的整数"),
        ("staff_min=-1", "不小于 0 的整数"),
        ("capital_max=9999999999999999", "不小于 0 的整数"),
        ("staff_min=9&staff_max=3", "起点不能大于终点"),
        ("founded_from=2020-01-02&founded_to=2020-01-01", "起点不能大于终点"),
    ] {
        for page in ["", "/count", "/facets", "/points"] {
            let (status, answer) = clerk.get(&format!("/api/enterprises{page}?{query}")).await;
            assert_eq!(
                (status, &answer["code"]),
                (StatusCode::BAD_REQUEST, &json!("filter.invalid")),
                "{query}"
            );
            assert!(answer["detail"].as_str().unwrap().contains(says), "{query}: {answer}");
        }
    }
    let export = json!({"query": {"staff_min": "many"}, "columns": ["name"], "format": "csv"});
    let (status, answer) = clerk.send("POST", "/api/exports", export, None).await;
    assert_eq!((status, &answer["code"]), (StatusCode::BAD_REQUEST, &json!("filter.invalid")), "{answer}");
}
