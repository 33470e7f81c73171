//! Filings of major hazard sources.

use db::{Db, db_test};
use serde_json::json;

use super::*;
use crate::hazard::{Cast, cast, chlorine, clock, entered, handed_in, papers};

struct Filings<'a> {
    own: Cast<'a>,
    materials: Value,
}

impl Walked for Filings<'_> {
    const FLOW: &'static Flow = &::hazard::FLOW;
    const LENGTH: (u64, usize) = (8, 10);
    const OWN_RULES: &'static [&'static str] = &[];
    const NOT_ASKED: &'static [&'static str] = &[];

    async fn begin(&mut self, round: u64) -> Uuid {
        let mut source = chlorine(&self.own.row);
        source["name"] = json!(format!("液氯库{round}"));
        let view = entered(&self.own.firm, source).await;
        self.materials = papers(&view["documents"]);
        handed_in(&self.own.firm, &view).await["case"]["id"].as_str().unwrap().parse().unwrap()
    }

    async fn ask(&mut self, case: &Case, action: &str) -> Asked<'_> {
        let who = if matches!(action, "resubmit" | "withdraw") { &self.own.firm } else { &self.own.county };
        let body = json!({"version": case.version, "reason": "与设计文件不符", "materials": self.materials});
        post(who, format!("/api/hazard-filings/4405/{}/{action}", case.id), body)
    }
}

#[db_test]
async fn no_illegal_step_of_a_filing_is_taken_and_its_steps_make_its_row(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    walk(&server, Filings { own, materials: Value::Null }).await;
}
