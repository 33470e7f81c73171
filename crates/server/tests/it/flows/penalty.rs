//! Penalties: most steps are the issue of a paper, by an officer or by a leader.

use chrono::Duration;
use db::{Db, db_test};
use serde_json::json;

use super::*;
use crate::inspection::{
    made,
    penalty::{Case as Opened, clock, facts, opened},
};

struct Penalties<'a> {
    server: &'a Server,
    officer: Client<'a>,
    leader: Client<'a>,
    cards: Vec<Value>,
    firm: String,
}

/// The straight way of a penalty.
const WAY: [&str; 10] =
    ["file", "inquire", "report", "discuss", "tell", "hand_over", "waive", "approve", "decide", "serve"];

/// The form whose issue is that step.
fn form(action: &str) -> Option<&'static str> {
    Some(match action {
        "file" => "filing",
        "inquire" => "inquiry_record",
        "report" => "investigation_report",
        "discuss" => "panel_record",
        "tell" => "hearing_right_notice",
        "state" => "statement_record",
        "notify_hearing" => "hearing_notice",
        "record_hearing" => "hearing_record",
        "hear" => "hearing_report",
        "approve" => "case_approval",
        "extend" => "case_extension",
        "decide" => "penalty_decision_unit",
        "decide_spot" => "on_spot_decision_unit",
        "serve" => "service_receipt",
        "close" => "closing_approval",
        _ => return None,
    })
}

impl Penalties<'_> {
    fn url(case: &Case) -> String {
        format!("/api/penalties/4405/{}", case.id)
    }

    /// A draft of that form, with what the system does not know filled in: its address and version; none where it may not be drafted now.
    async fn draft(&self, case: &Case, form: &str) -> Option<(String, Value)> {
        let url = format!("{}/documents", Self::url(case));
        let (status, draft) = self.officer.send("POST", &url, json!({"form": form}), None).await;
        if status != StatusCode::CREATED {
            return None;
        }
        let open = |own: &&Value| own["value"] == "" && own["by_hand"] == false;
        let fields = draft["fields"].as_array().unwrap().iter().filter(open);
        let fields: serde_json::Map<String, Value> =
            fields.map(|own| (own["label"].as_str().unwrap().to_string(), json!("见案卷"))).collect();
        let url = format!("/api/penalty-documents/4405/{}", draft["id"].as_str().unwrap());
        let change = json!({"version": 1, "fields": fields});
        let (status, draft) = self.officer.send("PATCH", &url, change, None).await;
        assert_eq!(status, StatusCode::OK, "{draft}");
        Some((url, draft["version"].clone()))
    }

    /// The notice of the penalty as it was issued last; a draft of it where none was.
    async fn told(&self, case: &Case) -> Option<(String, Value)> {
        let papers = self.officer.get(&Self::url(case)).await.1["documents"].clone();
        let told = |own: &&Value| own["form"] == "hearing_right_notice" && own["state"] == "issued";
        let told = papers.as_array().unwrap().iter().rfind(told);
        match told {
            Some(own) => {
                let url = format!("/api/penalty-documents/4405/{}", own["id"].as_str().unwrap());
                Some((url, own["version"].clone()))
            }
            None => self.draft(case, "hearing_right_notice").await,
        }
    }
}

impl Walked for Penalties<'_> {
    const FLOW: &'static Flow = &::inspection::FLOW;
    const LENGTH: (u64, usize) = (20, 20);
    const OWN_RULES: &'static [&'static str] = &[
        "penalty.no_evidence",
        "penalty.panel",
        "penalty.not_told",
        "penalty.term",
        "penalty.no_hearing",
        "penalty.not_heard",
        "penalty.heavier",
        "penalty.not_on_spot",
        "document.state",
        "field.required",
        "date.order",
        "case.due_past",
    ];
    const NOT_ASKED: &'static [&'static str] = &[];

    async fn begin(&mut self, round: u64) -> Uuid {
        let mut new = facts();
        let own = json!({"procedure": "ordinary", "party": "unit", "cards": self.cards, "source": "现场检查发现",
            "cause": "未按照规定进行教育和培训", "happened_on": "2026-02-27"});
        let spot = json!({"procedure": "simple", "violation": "no_warning_sign", "stage": null, "circumstance": "light", "fine": 300_000, "other": null});
        for more in [own, spot].iter().take(if round.is_multiple_of(4) { 2 } else { 1 }) {
            new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        }
        let new = made(&self.officer, &self.firm, new).await;
        let id = new["case"]["id"].as_str().unwrap().parse().unwrap();
        // half of them are far on their way already: told to the party, or served
        let until = match round % 4 {
            1 => 6,
            3 => WAY.len(),
            _ => 0,
        };
        for action in &WAY[..until] {
            let case = sound(self.server, Self::FLOW, id).await;
            let Asked { who, method, url, body } = self.ask(&case, action).await;
            let (status, answer) = who.send(method, &url, body, None).await;
            assert!(status.is_success(), "{action}: {status} {answer}");
        }
        id
    }

    async fn ask(&mut self, case: &Case, action: &str) -> Asked<'_> {
        // the party's time runs out, the day of the hearing comes
        let wait = match action {
            "lapse" => 9,
            "hear" => 21,
            _ => 0,
        };
        if wait > 0 && self.server.app.clock.today().to_string().as_str() < "2026-08-01" {
            self.server.app.clock.advance(Duration::days(wait));
            self.officer = self.server.sign_in("officer-440515", PASSWORD).await;
            self.leader = self.server.sign_in("leader-440515", PASSWORD).await;
        }
        let today = self.server.app.clock.today();
        let later = |days: i64| (today + Duration::days(days)).to_string();
        let mut body = json!({"version": case.version, "case_version": case.version, "action": action, "reason": "按集体讨论意见",
            "paid": 100_000, "cause": "未按照规定进行教育和培训", "served_on": today.to_string(), "service": "直接送达，陈一签收",
            "hearing_on": later(20), "until": later(200)});
        let form = form(action);
        let paper = match (form, action) {
            (Some(form), _) => self.draft(case, form).await,
            (None, "hand_over") => self.told(case).await,
            _ => None,
        };
        let url = Self::url(case);
        if let Some((paper, version)) = paper {
            let approved = matches!(action, "file" | "approve" | "extend" | "close");
            let (who, what) = match action {
                "hand_over" => (&self.officer, "serve"),
                _ if approved => (&self.leader, "approve"),
                _ => (&self.officer, "issue"),
            };
            body["version"] = version;
            return post(who, format!("{paper}/{what}"), body);
        }
        match action {
            "amend" => {
                body = json!({"version": case.version, "facts": "查明如下。"});
                Asked { who: &self.officer, method: "PATCH", url, body }
            }
            "drop" | "return" | "acquit" => post(&self.leader, format!("{url}/return"), body),
            "waive" | "lapse" | "ask_hearing" | "pay" => post(&self.officer, format!("{url}/steps"), body),
            _ => post(
                &self.officer,
                format!("{url}/documents"),
                json!({"form": form.unwrap_or("hearing_right_notice")}),
            ),
        }
    }
}

#[db_test]
async fn no_illegal_step_of_a_penalty_is_taken_and_its_steps_make_its_row(db: Db) {
    let server = Server::at(db, clock()).await;
    server.register().await;
    let first = opened(&server, facts()).await;
    let firm =
        format!("/api/enterprises/4405/{}/penalties", first.now["case"]["enterprise"].as_str().unwrap());
    let cards = first.officer.get("/api/officer-cards").await.1;
    let cards = cards["items"]
        .as_array()
        .unwrap_or_else(|| panic!("{cards}"))
        .iter()
        .map(|own| own["id"].clone())
        .collect();
    let Opened { officer, leader, .. } = first;
    walk(&server, Penalties { server: &server, officer, leader, cards, firm }).await;
}
