//! Notices to other departments.

use db::{Db, db_test};
use serde_json::json;

use super::*;
use crate::danger::{Cast, address, cast, clock, found};

impl Walked for Cast<'_> {
    const FLOW: &'static Flow = &::danger::NOTICE;
    const LENGTH: (u64, usize) = (10, 8);
    const OWN_RULES: &'static [&'static str] = &[];
    const NOT_ASKED: &'static [&'static str] = &[];

    async fn begin(&mut self, _: u64) -> Uuid {
        let (_, danger) = self.officer.send("POST", "/api/dangers", found(&self.row), None).await;
        let told = json!({"department": "区消防救援大队", "content": "请依职责查处", "due_on": "2026-03-09"});
        let url = format!("{}/notices", address(&danger));
        let (_, notice) = self.officer.send("POST", &url, told, None).await;
        notice["case"]["id"].as_str().unwrap().parse().unwrap()
    }

    async fn ask(&mut self, case: &Case, action: &str) -> Asked<'_> {
        let body = json!({"version": case.version, "action": action, "text": "已办", "reason": "不属于职责范围", "due_on": "2026-03-31"});
        post(&self.officer, format!("/api/danger-notices/4405/{}/step", case.id), body)
    }
}

#[db_test]
async fn no_illegal_step_of_a_notice_is_taken_and_its_steps_make_its_row(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    walk(&server, own).await;
}
