//! Alarms.

use db::{Db, db_test};
use kernel::Clock;
use serde_json::json;

use super::*;
use crate::monitoring::{Cast, cast, nine, second};

struct Alarms<'a> {
    own: Cast<'a>,
    code: String,
    at: i64,
}

impl Alarms<'_> {
    async fn reads(&mut self, value: f64) {
        self.at += 1;
        self.own.send(&[(&self.code, second(self.at), value)]).await;
    }
}

impl Walked for Alarms<'_> {
    const FLOW: &'static Flow = &::monitoring::FLOW;
    const LENGTH: (u64, usize) = (10, 6);
    const OWN_RULES: &'static [&'static str] = &["alarm.lasts"];
    // readings take it, at the beginning of every other walk
    const NOT_ASKED: &'static [&'static str] = &["rise"];

    async fn begin(&mut self, round: u64) -> Uuid {
        self.code = format!("TI-{round}");
        self.own.point(&self.code, json!({})).await;
        self.reads(61.0).await;
        if round.is_multiple_of(2) {
            self.reads(85.0).await;
        }
        let alarms = self.own.alarms("life=open").await;
        let alarm = alarms.iter().find(|own| own["detail"]["code"] == self.code).unwrap();
        alarm["case"]["id"].as_str().unwrap().parse().unwrap()
    }

    async fn ask(&mut self, case: &Case, action: &str) -> Asked<'_> {
        // the value has come back by the time of every third request
        if self.at % 3 == 0 && action == "handle" {
            self.reads(50.0).await;
        }
        let url = format!("/api/monitoring/alarms/4405/{}", case.id);
        let now = self.own.officer.get(&url).await.1;
        let body = json!({"version": now["case"]["version"], "cause": "阀门未开", "measures": "已开阀", "reason": "误报"});
        let who = if action == "dismiss" { &self.own.officer } else { &self.own.firm };
        self.at += 1;
        post(who, format!("{url}/{action}"), body)
    }
}

#[db_test]
async fn no_illegal_step_of_an_alarm_is_taken_and_its_steps_make_its_row(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    walk(&server, Alarms { own, code: String::new(), at: -1000 }).await;
}
