//! Visits on their way from a device when the server is killed: none is there by half, and the numbers of their papers have no gap.

use uuid::Uuid;

use super::*;
use crate::inspection::DRAWN;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand the rest of a photo";

/// A visit as a device sends it.
struct Work {
    path: String,
    photo: String,
    body: Value,
}

fn work(device: &Value, firm: &str, cards: &[Value]) -> Work {
    let (photo, now) = (Uuid::now_v7().to_string(), kernel::Clock::System.now());
    let sign = json!({"drawing": DRAWN});
    let visit = json!({"enterprise": firm, "place": "注塑车间", "cards": cards, "started_at": now - chrono::Duration::hours(1),
        "checklist": {"site-03": "unmet", "basic-01": "met"}, "due_on": now.date_naive() + chrono::Duration::days(9),
        "signatures": {"officer_one": sign, "officer_two": sign, "enterprise": {"refused": "负责人不在场，拒绝签名"}},
        "documents": ["inspection_record", "correction_order"],
        "findings": [{"item": "site-03", "content": "3号注塑机防护罩缺失"}, {"content": "灭火器过期"}],
        "photos": [[{"id": photo, "name": "防护罩.png", "size": PNG.len()}]]});
    let body = json!({"device": device["id"], "clock_offset": 0, "done_at": now, "sent_at": now, "met_at": now, "what": {"visit": visit}});
    Work { path: format!("/api/field/works/4405/{}", Uuid::now_v7()), photo, body }
}

/// Sends it as a device does: its photo, itself, and that its papers be issued; none where the server died on the way.
async fn sent(program: &Program, officer: &Session, work: &Work) -> Option<()> {
    let photo = format!("/api/field/photos/{}?offset=0", work.photo);
    program.send(officer, "PUT", &photo, "application/octet-stream", PNG, None).await?;
    let body = work.body.to_string();
    let (status, done) = program.send(officer, "PUT", &work.path, "application/json", body, None).await?;
    assert_eq!(status, StatusCode::OK, "{done}");
    for paper in done["documents"].as_array().unwrap() {
        let id = paper["id"].as_str().unwrap();
        let url = format!("/api/enforcement-documents/4405/{id}/issue");
        let (status, issued) = program.post(officer, &url, &json!({"version": 1}), Some(id)).await?;
        assert_eq!(status, StatusCode::OK, "{issued}");
    }
    Some(())
}

/// Every visit that is there is whole: ended, signed, both findings followed as dangers, the photo, both papers. How many there are.
async fn whole(program: &Program, officer: &Session) -> usize {
    let visits = program.get(officer, "/api/visits?limit=200").await["items"].as_array().unwrap().clone();
    for own in &visits {
        let visit = program.get(officer, &format!("/api/visits/4405/{}", own["id"].as_str().unwrap())).await;
        assert_eq!(visit["visit"]["state"], "finished", "{visit}");
        let signed = &visit["signatures"];
        assert!(signed["officer_one"]["drawing"].is_string() && signed["officer_two"]["drawing"].is_string());
        assert!(signed["enterprise"]["refused"].is_string(), "{signed}");
        let findings = visit["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 2, "{visit}");
        assert!(findings.iter().all(|own| own["danger"].is_string()), "{visit}");
        assert_eq!(findings[0]["photos"].as_array().unwrap().len(), 1, "{visit}");
        assert_eq!(visit["documents"].as_array().unwrap().len(), 2, "{visit}");
    }
    let dangers = program.get(officer, "/api/dangers?limit=200").await["items"].as_array().unwrap().len();
    assert_eq!(dangers, 2 * visits.len(), "no danger without its visit");
    visits.len()
}

#[derive(FromRow)]
struct Numbered {
    serial: i64,
}

on_both_engines! {
    async fn a_server_killed_while_visits_come_keeps_each_whole_and_numbers_their_papers_without_a_gap(system: System) {
        let mut program = system.serve();
        let admin = program.sign_in(&system.person(Role::System, COUNTY).await).await;
        let officer = program.sign_in(&system.person(Role::Officer, COUNTY).await).await;
        let cards = cards(&program, &admin).await;
        let device = post(&program, &officer, "/api/field/devices", json!({"name": "我的手机"})).await;
        let firm = firm(&program, &officer).await.rsplit('/').next().unwrap().to_string();
        for round in 0..KILLS {
            let works: Vec<Work> = (0..ON_THE_WAY).map(|_| work(&device, &firm, &cards)).collect();
            let pid = program.pid();
            let killer = async {
                // at another point of the writing each time
                tokio::time::sleep(std::time::Duration::from_millis(10 + 30 * round as u64)).await;
                testkit::kill(pid);
            };
            let (_, ()) = tokio::join!(join_all(works.iter().map(|own| sent(&program, &officer, own))), killer);
            program.kill();
            program = system.serve();
            whole(&program, &officer).await;
            for own in &works {
                sent(&program, &officer, own).await.unwrap();
            }
            assert_eq!(whole(&program, &officer).await, (round + 1) * ON_THE_WAY, "each visit is there once");
        }
        let sql = sql!(
            "select serial from enforcement_document where city = $1 and form = 'correction_order' and serial is not null order by serial",
            "4405"
        );
        let rows: Vec<Numbered> = system.test.db.all(sql).await.unwrap();
        let all: Vec<i64> = (1..).take(KILLS * ON_THE_WAY).collect();
        assert_eq!(rows.iter().map(|row| row.serial).collect::<Vec<_>>(), all);
        program.kill();
    }
}
