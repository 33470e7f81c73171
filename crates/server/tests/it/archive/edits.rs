//! Whatever is done to an archive in whatever order: records of several sections, their documents, the register, vouching and
//! sending back. Each past instant reads as it read then, by the same doors.

use axum::http::StatusCode;
use chrono::{TimeDelta, Utc};
use db::{Db, db_test};
use kernel::{Clock, Role};
use serde_json::{Map, Value, json};
use testkit::{Client, PLASTICS, Server, path};

use super::{TOWN, add, firm, record_path};

/// Sections of which records are kept, one of them with a single record.
const SECTIONS: [&str; 3] = ["permit", "warning_sign", "risk_profile"];
/// Steps of a sequence.
const STEPS: usize = 20;
/// Sequences that are always gone through; one more is new in every run.
const SEEDS: [u64; 3] = [20_261_125, 7, 440_515];

/// Numbers that follow from a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

/// All that an officer can read of the archive, now or as it stood: the register, the records of each section, their documents.
async fn seen(officer: &Client<'_>, row: &Value, at: Option<&str>) -> Map<String, Value> {
    let read = async |place: &str| {
        let sign = if place.contains('?') { '&' } else { '?' };
        let place = at.map_or_else(|| place.to_string(), |at| format!("{place}{sign}as_of={at}"));
        let (status, said) = officer.get(&place).await;
        assert_eq!(status, StatusCode::OK, "{place}: {said}");
        said
    };
    let sorted = |list: &Value| {
        let mut rows = list["items"].as_array().unwrap().clone();
        rows.sort_by_key(|own| own["id"].as_str().unwrap().to_string());
        rows
    };
    let mut seen = Map::new();
    seen.insert("register".into(), read(&path(row)).await);
    for section in SECTIONS {
        let list = format!("{}/records?section={section}&all=true&limit=200", path(row));
        let records = sorted(&read(&list).await);
        for record in records.iter().filter(|own| alive(own)) {
            let place = record_path(record);
            let documents = read(&format!("{place}/attachments?limit=200")).await;
            seen.insert(place, sorted(&documents).into());
        }
        seen.insert(section.into(), records.into());
    }
    seen
}

fn alive(record: &Value) -> bool {
    !["removed", "replaced"].contains(&record["state"].as_str().unwrap())
}

/// New contents of a field or two of a record.
fn fields(section: &str, step: usize, chance: &mut Chance) -> Value {
    let text = format!("第{step}步");
    match (section, chance.below(3)) {
        ("permit", 0) => json!({"number": text, "issuer": "汕头市应急管理局"}),
        ("permit", 1) => {
            json!({"expires_on": format!("20{}-05-01", 27 + step % 9), "issued_on": "2025-05-01"})
        }
        ("warning_sign", 0) => json!({"place": text, "intact": step.is_multiple_of(2)}),
        ("warning_sign", 1) => json!({"count": step, "keeper": null}),
        ("risk_profile", 0) => json!({"tank_farm": step.is_multiple_of(2)}),
        ("risk_profile", 1) => json!({"hazardous_chemicals": step.is_multiple_of(3), "note": null}),
        _ => json!({"note": text}),
    }
}

/// One deed on the record, if it is there: changed, vouched for, sent back, renewed, removed.
async fn on_record(
    people: [&Client<'_>; 2],
    row: &Value,
    record: &Value,
    step: usize,
    chance: &mut Chance,
) -> StatusCode {
    let [officer, firm] = people;
    let (section, version) = (record["section"].as_str().unwrap(), &record["version"]);
    let place = record_path(record);
    let (who, method, place, body) = match chance.below(7) {
        0..3 => {
            let who = if chance.below(2) == 0 { officer } else { firm };
            let fields = fields(section, step, chance);
            (who, "PATCH", place, json!({"version": version, "fields": fields}))
        }
        3 => {
            let seen = json!({"records": [{"id": record["id"], "version": version}]});
            (officer, "POST", format!("{}/sections/{section}/verify", path(row)), seen)
        }
        4 => {
            let back = json!({"version": version, "fields": [{"field": "note", "reason": "核对"}]});
            (officer, "POST", format!("{place}/return"), back)
        }
        5 if section == "permit" => {
            let new = json!({"section": section, "fields": {"kind": "fire", "number": format!("换{step}")},
                "replaces": record["id"], "replaces_version": version});
            (officer, "POST", format!("{}/records", path(row)), new)
        }
        _ => (officer, "POST", format!("{place}/remove"), json!({"version": version, "reason": "测试"})),
    };
    let (status, said) = who.send(method, &place, body, None).await;
    assert!(status.is_success(), "{method} {place}: {said}");
    status
}

/// One deed on the documents of the record: attached, replaced, called something else, removed.
async fn on_documents(officer: &Client<'_>, record: &Value, step: usize, chance: &mut Chance) {
    let list = format!("{}/attachments", record_path(record));
    let (_, there) = officer.get(&list).await;
    let there = there["items"].as_array().unwrap().clone();
    let (name, content) = (format!("附件{step}.pdf"), format!("%PDF-1.4 {step}"));
    let (what, one) = (chance.below(4), chance.one(&there));
    let (status, said) = match one.filter(|_| what > 0) {
        None => officer.upload_as(&list, &name, content.as_bytes(), None).await,
        Some(own) => {
            let place = format!("/api/attachments/4405/{}", own["id"].as_str().unwrap());
            let version = &own["version"];
            match what {
                1 => {
                    let place = format!("{place}/versions?version={version}");
                    officer.upload_as(&place, &name, content.as_bytes(), None).await
                }
                2 => officer.send("PATCH", &place, json!({"version": version, "name": name}), None).await,
                _ => {
                    let gone = json!({"version": version, "reason": "传错了"});
                    officer.send("POST", &format!("{place}/remove"), gone, None).await
                }
            }
        }
    };
    assert!(status.is_success(), "{said}");
}

/// One deed on the register: a field corrected or emptied, or all vouched for.
async fn on_register(officer: &Client<'_>, row: &Value, step: usize, chance: &mut Chance) {
    let (_, now) = officer.get(&path(row)).await;
    let version = &now["version"];
    let changes = match chance.below(4) {
        0 => json!({"staff": step + 5}),
        1 => json!({"legal_person": format!("陈{step}")}),
        2 => json!({"staff": null}),
        _ => {
            let seen = json!({"version": version});
            let (status, said) = officer.send("POST", &format!("{}/verify", path(row)), seen, None).await;
            assert_eq!(status, StatusCode::OK, "{said}");
            return;
        }
    };
    let body = json!({"version": version, "changes": changes, "reason": "核对"});
    let (status, said) = officer.send("PATCH", &path(row), body, None).await;
    assert_eq!(status, StatusCode::OK, "{said}");
}

#[db_test]
async fn every_past_instant_reads_as_it_read_then_whatever_was_done(db: Db) {
    let clock = Clock::fixed(Utc::now());
    let server = Server::at(db, clock.clone()).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let firm = firm(&server, &row).await;
    let fresh = Utc::now().timestamp_subsec_nanos();
    let mut then = Vec::new();
    for seed in SEEDS.into_iter().chain([u64::from(fresh)]) {
        let mut chance = Chance(seed);
        for step in 0..STEPS {
            clock.advance(TimeDelta::seconds(1));
            let section = *chance.one(&SECTIONS).unwrap();
            let list = format!("{}/records?section={section}&limit=200", path(&row));
            let (_, page) = officer.get(&list).await;
            let live: Vec<Value> =
                page["items"].as_array().unwrap().iter().filter(|own| alive(own)).cloned().collect();
            match (chance.below(8), chance.one(&live)) {
                (0, _) => on_register(&officer, &row, step, &mut chance).await,
                (1..4, Some(record)) => on_documents(&officer, record, step, &mut chance).await,
                (4.., Some(record)) => {
                    on_record([&officer, &firm], &row, record, step, &mut chance).await;
                }
                (_, None) => {
                    let fields = match section {
                        "permit" => json!({"kind": "fire", "number": step.to_string()}),
                        "warning_sign" => {
                            json!({"content": "当心触电", "kind": "warning", "place": "配电房"})
                        }
                        _ => json!({"hazardous_chemicals": true}),
                    };
                    let (status, said) = add(&officer, &row, section, fields).await;
                    assert_eq!(status, StatusCode::CREATED, "seed {seed}, step {step}: {said}");
                }
            }
            clock.advance(TimeDelta::seconds(1));
            let at = clock.now().to_rfc3339().replace('+', "%2B");
            then.push((seed, step, at, seen(&officer, &row, None).await));
        }
    }
    for (seed, step, at, then) in &then {
        assert_eq!(&seen(&officer, &row, Some(at)).await, then, "seed {seed}, after step {step}");
    }
}
