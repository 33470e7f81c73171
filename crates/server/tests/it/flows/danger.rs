//! Hidden dangers.

use db::{Db, db_test};
use serde_json::json;

use super::*;
use crate::danger::{Cast, cast, clock, found, major, mended, plan, step};

struct Dangers<'a> {
    own: Cast<'a>,
    county: Client<'a>,
}

impl Walked for Dangers<'_> {
    const FLOW: &'static Flow = &::danger::FLOW;
    const LENGTH: (u64, usize) = (12, 26);
    const OWN_RULES: &'static [&'static str] = &[
        "danger.deferral_late",
        "danger.plan_missing",
        "danger.general",
        "danger.not_listed",
        "danger.listed_tier",
        "field.required",
        "date.range",
    ];
    // by the order of an inspection
    const NOT_ASKED: &'static [&'static str] = &["order", "lift_order"];

    async fn begin(&mut self, round: u64) -> Uuid {
        let body = if round.is_multiple_of(2) { found(&self.own.row) } else { major(&self.own.row) };
        let (_, danger) = self.own.officer.send("POST", "/api/dangers", body, None).await;
        if round % 4 == 3 {
            let listing = json!({"tier": "county", "due_on": "2026-05-20", "reason": "停产范围大"});
            step(&self.county, &danger, "supervise", listing).await;
        }
        danger["case"]["id"].as_str().unwrap().parse().unwrap()
    }

    async fn ask(&mut self, case: &Case, action: &str) -> Asked<'_> {
        let (officer, firm, county) = (&self.own.officer, &self.own.firm, &self.county);
        let (who, path, mut body) = match action {
            "amend" => {
                let mut body = major(&self.own.row);
                body["reason"] = json!("补录");
                (officer, "", body)
            }
            "plan" => (firm, "/plan", plan()),
            "mend" => {
                let mut body = mended();
                body["acceptance"] = json!("expert");
                (firm, "/mend", body)
            }
            "defer" => (firm, "/deferral", json!({"deferral_on": "2027-01-29", "reason": "备料"})),
            "grant" => (officer, "/deferral/decide", json!({"grant": true})),
            "refuse" => (
                officer,
                "/deferral/decide",
                json!({"grant": false, "reason": "不必", "due_on": "2026-03-20"}),
            ),
            "pass" | "accept" => (officer, "/recheck", json!({"passed": true, "text": "好"})),
            "fail" => (officer, "/recheck", json!({"passed": false, "text": "不好", "due_on": "2026-03-20"})),
            "supervise" => (
                county,
                "/supervise",
                json!({"tier": "county", "document": "1号", "due_on": "2026-05-20", "reason": "久拖不改"}),
            ),
            "serve" => (
                county,
                "/serve",
                json!({"served_on": "2026-03-02", "served_to": "陈安全", "served_way": "left"}),
            ),
            "release" | "unlist" => (county, "/release", json!({"grant": true, "reason": "已改"})),
            "keep" => {
                (county, "/release", json!({"grant": false, "reason": "材料不全", "due_on": "2026-03-20"}))
            }
            "reopen" => (officer, "/reopen", json!({"reason": "复发", "due_on": "2026-03-20"})),
            "withdraw" => (officer, "/withdraw", json!({"reason": "重复登记"})),
            other => panic!("{other} is a new step"),
        };
        body["version"] = json!(case.version);
        let method = if action == "amend" { "PATCH" } else { "POST" };
        Asked { who, method, url: format!("/api/dangers/4405/{}{path}", case.id), body }
    }
}

#[db_test]
async fn no_illegal_step_of_a_danger_is_taken_and_its_steps_make_its_row(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let county = server.person(Role::Officer, "440515", None).await;
    walk(&server, Dangers { own, county }).await;
}
