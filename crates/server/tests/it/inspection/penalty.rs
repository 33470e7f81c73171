//! Penalties over HTTP: eleven steps with a paper each, and on the spot; the law's terms are waited for, what the party was not told is not imposed.

use axum::http::StatusCode;
use chrono::{Duration, TimeZone, Utc};
use db::{Db, db_test};
use kernel::{Clock, Role};
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, PLASTICS, Server, path, percent};

use super::{
    COUNTY, made, office,
    paper::{bare, printed, written},
    refused,
};

/// A Monday before a week of working days.
pub(crate) fn clock() -> Clock {
    Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap())
}

/// Who takes part, and a penalty that is followed.
pub(crate) struct Case<'a> {
    pub(crate) officer: Client<'a>,
    pub(crate) leader: Client<'a>,
    path: String,
    pub(crate) now: Value,
}

pub(crate) async fn opened<'a>(server: &'a Server, more: Value) -> Case<'a> {
    let system = server.person(Role::System, COUNTY, None).await;
    let officer = server.person(Role::Officer, COUNTY, None).await;
    let leader = server.person(Role::Leader, COUNTY, None).await;
    let (_, cards) = office(&system, COUNTY, "bureau", "澄海区应急管理局", "2099-12-31").await;
    let row = officer.named(PLASTICS).await;
    let change = json!({"version": row["version"], "changes": {"legal_person": "陈一", "legal_person_phone": "0754-88880001",
        "address": "莲下镇工业区1号"}});
    assert_eq!(officer.send("PATCH", &path(&row), change, None).await.0, StatusCode::OK);
    let mut new = json!({"procedure": "ordinary", "party": "unit", "cards": cards, "source": "现场检查发现",
        "cause": "未按照规定对从业人员进行安全生产教育和培训", "happened_on": "2026-02-27"});
    new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let now = made(&officer, &format!("{}/penalties", path(&row)), new).await;
    let path = format!("/api/penalties/4405/{}", now["case"]["id"].as_str().unwrap());
    Case { officer, leader, path, now }
}

fn own(document: &Value, what: &str) -> String {
    format!("/api/penalty-documents/4405/{}{what}", document["id"].as_str().unwrap())
}

impl<'a> Case<'a> {
    /// Days later; who takes part signs in again.
    async fn later(&mut self, server: &'a Server, days: i64) {
        server.app.clock.advance(Duration::days(days));
        self.officer = server.sign_in("officer-440515", PASSWORD).await;
        self.leader = server.sign_in("leader-440515", PASSWORD).await;
    }

    fn state(&self) -> &str {
        self.now["case"]["state"].as_str().unwrap()
    }

    fn due(&self) -> &str {
        self.now["case"]["due_on"].as_str().unwrap()
    }

    /// A draft, with what the system does not know filled in.
    pub(crate) async fn draft(&self, form: &str, fields: Value) -> Value {
        let draft = made(&self.officer, &format!("{}/documents", self.path), json!({"form": form})).await;
        let mut said = fields.as_object().unwrap().clone();
        for field in draft["fields"].as_array().unwrap() {
            let label = field["label"].as_str().unwrap();
            if field["value"] == "" && field["by_hand"] == false && !said.contains_key(label) {
                said.insert(label.into(), json!(format!("（{label}的内容）")));
            }
        }
        let change = json!({"version": 1, "fields": said});
        let (status, draft) = self.officer.send("PATCH", &own(&draft, ""), change, None).await;
        assert_eq!(status, StatusCode::OK, "{form}: {draft}");
        draft
    }

    pub(crate) fn issuing(&self, draft: &Value, more: Value) -> (String, Value) {
        let url = own(draft, if draft["approval"] == true { "/approve" } else { "/issue" });
        let mut body = json!({"version": draft["version"], "case_version": self.now["case"]["version"]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        (url, body)
    }

    /// Issues a paper by whom it is for; all that its fields say stands on it, as PDF and in Word.
    pub(crate) async fn issue(&mut self, form: &str, fields: Value, more: Value) -> Value {
        let draft = self.draft(form, fields).await;
        let (_, _, paper) = self.officer.file(&own(&draft, "/print")).await;
        assert!(printed(&format!("{form}-draft"), &paper).contains("草稿：尚未签发"), "{form}");
        let (url, body) = self.issuing(&draft, more);
        let who = if draft["approval"] == true { &self.leader } else { &self.officer };
        self.now = made(who, &url, body).await;
        let documents = self.now["documents"].as_array().unwrap();
        let issued = documents.iter().find(|row| row["id"] == draft["id"]).unwrap().clone();
        assert_eq!(issued["state"], "issued");
        let (_, _, paper) = self.officer.file(&own(&issued, "/print")).await;
        let (_, _, word) = self.officer.file(&own(&issued, "/print?format=docx")).await;
        for text in [printed(form, &paper), written(form, &word)] {
            // what does not apply is crossed out, or left out of a sentence
            for field in issued["fields"].as_array().unwrap().iter().filter(|own| own["value"] != "／") {
                for line in field["value"].as_str().unwrap().lines() {
                    assert!(text.contains(&bare(line)), "{form}: {field} is missing in {text}");
                }
            }
            if let Some(number) = issued["number"].as_str() {
                assert!(text.contains(number), "{form}: {number} is missing in {text}");
            }
        }
        issued
    }

    /// Why a paper cannot be issued now.
    async fn refused(&self, form: &str, more: Value) -> String {
        let draft = self.draft(form, json!({})).await;
        let (url, body) = self.issuing(&draft, more);
        let who = if draft["approval"] == true { &self.leader } else { &self.officer };
        let (status, answer) = who.send("POST", &url, body, None).await;
        assert!(status.is_client_error(), "{form}: {answer}");
        match answer["errors"][0]["code"].as_str() {
            Some(code) => code.into(),
            None => answer["code"].as_str().unwrap_or_default().into(),
        }
    }

    async fn step(&mut self, action: &str, more: Value) {
        let mut body = json!({"version": self.now["case"]["version"], "action": action});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.now = made(&self.officer, &format!("{}/steps", self.path), body).await;
    }

    async fn step_refused(&self, action: &str) -> String {
        let body = json!({"version": self.now["case"]["version"], "action": action});
        refused(&self.officer, &format!("{}/steps", self.path), body).await.1
    }

    async fn amend(&mut self, change: Value) {
        let mut body = json!({"version": self.now["case"]["version"]});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let (status, now) = self.officer.send("PATCH", &self.path, body, None).await;
        assert_eq!(status, StatusCode::OK, "{now}");
        self.now = now;
    }

    pub(crate) async fn served(&mut self, document: &Value, on: &str) {
        let body = json!({"version": document["version"], "case_version": self.now["case"]["version"], "served_on": on,
            "service": "直接送达，陈一签收"});
        self.now = made(&self.officer, &own(document, "/serve"), body).await;
    }
}

/// What an exhibit is evidence as, and where it was taken.
pub(crate) fn exhibited() -> String {
    format!("evidence=documentary&taken_place={}", percent("厂办公室"))
}

pub(crate) fn facts() -> Value {
    json!({"violation": "no_training", "stage": "overdue", "circumstance": "ordinary", "fine": 15_000_000,
        "other": "责令停产停业整顿", "facts": "2026年2月27日检查发现，3名从业人员未经安全生产教育和培训上岗，经责令限期改正逾期未改正。",
        "evidence": "现场检查记录、询问笔录、整改复查意见书。"})
}

#[db_test]
async fn a_penalty_goes_its_eleven_steps_each_by_its_paper_and_waits_for_the_terms_of_the_law(db: Db) {
    let server = Server::at(db, clock()).await;
    server.register().await;
    let mut case = opened(&server, facts()).await;
    assert_eq!((case.state(), case.now["hearing_right"].as_bool()), ("filing", Some(true)));
    assert_eq!(
        (&case.now["frame"]["from"], &case.now["frame"]["to"]),
        (&json!(13_000_000), &json!(17_000_000))
    );
    // a leader files it, nobody else
    let draft = case.draft("filing", json!({})).await;
    let body = json!({"version": draft["version"], "case_version": 1});
    assert_eq!(refused(&case.officer, &own(&draft, "/issue"), body.clone()).await.1, "document.who");
    assert_eq!(refused(&case.officer, &own(&draft, "/approve"), body).await.0, StatusCode::FORBIDDEN);
    let filed = case.issue("filing", json!({}), json!({})).await;
    assert_eq!(filed["number"], "（澄海）应急立〔2026〕1号");
    assert_eq!((case.state(), case.due()), ("investigating", "2026-05-31"));
    // nothing is proposed without evidence
    assert_eq!(case.refused("investigation_report", json!({})).await, "penalty.no_evidence");
    let exhibits = format!("{}/exhibits", case.path);
    let (status, problem) = case.officer.upload(&exhibits, b"%PDF-1.7\n%%EOF").await;
    assert_eq!(
        (status, &problem["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/evidence"))
    );
    let taken = |at: &str| format!("{exhibits}?{}&taken_at={at}", exhibited());
    let (_, problem) = case.officer.upload(&taken("2026-03-02T01:30:00Z"), b"%PDF-1.7\n%%EOF").await;
    assert_eq!(problem["errors"][0]["pointer"], "/taken_at", "nothing was taken later than now");
    let (status, exhibit) = case.officer.upload(&taken("2026-03-02T00:30:00Z"), b"%PDF-1.7\n%%EOF").await;
    assert_eq!(status, StatusCode::CREATED, "{exhibit}");
    assert_eq!(exhibit["taken_by"], "张三、李四", "unless told, those who handle the case took it");
    let (status, _, kept) =
        case.officer.file(&format!("/api/penalty-exhibits/4405/{}", exhibit["id"].as_str().unwrap())).await;
    assert_eq!((status, kept.starts_with(b"%PDF")), (StatusCode::OK, true));
    case.issue("inquiry_notice", json!({}), json!({})).await;
    case.issue("survey_record", json!({}), json!({})).await;
    let record = case.issue("inquiry_record", json!({}), json!({})).await;
    assert_eq!(record["number"], Value::Null);
    let report = case.issue("investigation_report", json!({}), json!({})).await;
    assert_eq!(case.state(), "review");
    let listed = format!(
        "1. 书证：{}，2026年3月2日08时30分取得，地点：厂办公室，取证人：张三、李四。",
        exhibit["name"].as_str().unwrap()
    );
    assert!(report["fields"].to_string().contains(&listed), "{listed}: {report}");
    // what is grave is discussed, and the party told that it may ask for a hearing
    assert_eq!(case.refused("hearing_right_notice", json!({})).await, "penalty.panel");
    case.issue("panel_record", json!({}), json!({})).await;
    assert_eq!(case.refused("penalty_notice", json!({})).await, "penalty.hearing_right");
    let notice = case.issue("hearing_right_notice", json!({}), json!({})).await;
    assert_eq!(case.step_refused("lapse").await, "penalty.not_told");
    case.served(&notice, "2026-03-02").await;
    assert_eq!((case.state(), case.due()), ("told", "2026-03-09"), "five working days");
    assert_eq!(case.step_refused("lapse").await, "penalty.term");
    case.issue("statement_record", json!({}), json!({})).await;
    case.later(&server, 8).await;
    case.step("lapse", json!({})).await;
    assert_eq!((case.state(), case.due()), ("approval", "2026-05-31"));
    // the lawyers' review and the party's statement must stand on the approval
    let bare_draft =
        made(&case.officer, &format!("{}/documents", case.path), json!({"form": "case_approval"})).await;
    let (url, body) = case.issuing(&bare_draft, json!({}));
    let (_, answer) = case.leader.send("POST", &url, body, None).await;
    let missing: Vec<&str> =
        answer["errors"].as_array().unwrap().iter().filter_map(|own| own["pointer"].as_str()).collect();
    assert!(missing.contains(&"/fields/法制审核意见"), "{answer}");
    assert!(missing.contains(&"/fields/当事人的申辩意见"), "{answer}");
    case.issue("case_approval", json!({}), json!({})).await;
    // neither outside the frame without a reason, nor more than the party was told
    case.amend(json!({"fine": 19_000_000})).await;
    assert_eq!(case.refused("penalty_decision_unit", json!({})).await, "penalty.outside");
    case.amend(json!({"mitigation": "情节恶劣"})).await;
    assert_eq!(case.refused("penalty_decision_unit", json!({})).await, "penalty.heavier");
    case.amend(json!({"fine": 15_000_000, "mitigation": ""})).await;
    assert_eq!(case.refused("penalty_decision_person", json!({})).await, "penalty.party");
    let decision = case
        .issue(
            "penalty_decision_unit",
            json!({"缴纳处": "建设银行澄海支行", "缴纳账号": "4400 1234"}),
            json!({}),
        )
        .await;
    assert_eq!(decision["number"], "（澄海）应急罚〔2026〕1号");
    assert_eq!((case.state(), case.due()), ("decided", "2026-03-19"), "seven working days to serve it");
    let receipt = json!({"served_on": "2026-03-10", "service": "直接送达，陈一签收"});
    case.issue("service_receipt", json!({}), receipt).await;
    assert_eq!((case.state(), case.due()), ("served", "2026-03-25"), "fifteen days to pay");
    // closed when it is paid, or with the reason
    assert_eq!(case.refused("closing_approval", json!({})).await, "field.required");
    case.step("pay", json!({"paid": 15_000_000})).await;
    case.issue("closing_approval", json!({}), json!({})).await;
    assert_eq!((case.state(), &case.now["result"]), ("closed", &json!("已履行")));
    let (_, rows) = case.officer.get("/api/penalties?life=closed").await;
    assert_eq!(rows["items"][0]["imposed"], "罚款人民币壹拾伍万元整（￥150000.00元），并责令停产停业整顿");
    // another county's officer does not know of any of it
    let other = server.person(Role::Officer, "440511", None).await;
    for url in [case.path.clone(), own(&decision, "/print")] {
        assert_eq!(other.get(&url).await.0, StatusCode::NOT_FOUND, "{url}");
    }
    assert_eq!(other.get("/api/penalties").await.1["items"], json!([]));
}

#[db_test]
async fn a_hearing_is_announced_seven_working_days_ahead_and_held_before_it_is_reported(db: Db) {
    let server = Server::at(db, clock()).await;
    server.register().await;
    let mut case = opened(&server, facts()).await;
    case.issue("filing", json!({}), json!({})).await;
    case.issue("inquiry_record", json!({}), json!({})).await;
    case.issue("investigation_report", json!({}), json!({})).await;
    case.issue("panel_record", json!({}), json!({})).await;
    let notice = case.issue("hearing_right_notice", json!({}), json!({})).await;
    case.served(&notice, "2026-03-02").await;
    case.step("ask_hearing", json!({})).await;
    assert_eq!(case.state(), "hearing");
    let soon = json!({"hearing_on": "2026-03-10"});
    assert_eq!(case.refused("hearing_notice", soon).await, "penalty.hearing_soon");
    let day = json!({"hearing_on": "2026-03-11"});
    case.issue("hearing_notice", json!({"举行听证时间": "2026年3月11日9时"}), day).await;
    assert_eq!(case.due(), "2026-03-11");
    assert_eq!(case.refused("hearing_report", json!({})).await, "penalty.not_heard");
    case.later(&server, 9).await;
    case.issue("hearing_record", json!({}), json!({})).await;
    case.issue("hearing_report", json!({}), json!({})).await;
    assert_eq!(case.state(), "approval");
    // sent back with a reason, and ended without a penalty
    let back = |case: &Case<'_>, action: &str, reason: &str| json!({"version": case.now["case"]["version"], "action": action, "reason": reason});
    let url = format!("{}/return", case.path);
    assert_eq!(
        refused(&case.officer, &url, back(&case, "return", "证据不足")).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        refused(&case.leader, &url, back(&case, "return", "")).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    case.now = made(&case.leader, &url, back(&case, "return", "证据不足")).await;
    assert_eq!(case.state(), "investigating");
    let until = json!({"until": "2026-08-29", "reason": "案情复杂"});
    case.issue("case_extension", json!({}), until).await;
    assert_eq!(case.due(), "2026-08-29");
    case.issue("investigation_report", json!({}), json!({})).await;
    case.now = made(&case.leader, &url, back(&case, "acquit", "违法行为轻微并及时改正")).await;
    assert_eq!((case.state(), case.now["next"].as_array().unwrap().len()), ("closed", 0));
}

#[db_test]
async fn on_the_spot_only_a_warning_or_a_small_fine_is_decided(db: Db) {
    let server = Server::at(db, clock()).await;
    server.register().await;
    let small = json!({"procedure": "simple", "cause": "未在较大危险因素的设备上设置明显的安全警示标志", "violation": "no_warning_sign",
        "circumstance": "light", "fine": 500_000, "facts": "3号注塑机未设置安全警示标志。", "evidence": "现场照片。"});
    let mut case = opened(&server, small).await;
    assert_eq!(case.state(), "spot");
    assert_eq!(case.refused("on_spot_decision_unit", json!({})).await, "penalty.not_on_spot");
    case.amend(json!({"fine": 300_000})).await;
    let decision = case.issue("on_spot_decision_unit", json!({}), json!({})).await;
    assert_eq!(decision["number"], "（澄海）应急罚当〔2026〕1号");
    assert_eq!((case.state(), case.due()), ("served", "2026-03-17"));
    case.step("pay", json!({"paid": 300_000})).await;
    case.issue("closing_approval", json!({}), json!({})).await;
    assert_eq!(case.state(), "closed");
}

#[db_test]
async fn a_person_is_punished_on_the_spot_by_the_persons_form_and_no_other(db: Db) {
    let server = Server::at(db, clock()).await;
    server.register().await;
    let small = json!({"procedure": "simple", "cause": "未在较大危险因素的设备上设置明显的安全警示标志", "violation": "no_warning_sign",
        "circumstance": "light", "fine": 0, "facts": "3号注塑机未设置安全警示标志，陈一是直接负责的主管人员。", "evidence": "现场照片。",
        "party": "person", "person_name": "陈一",
        "person": {"sex": "男", "age": 45, "identity": "440521198001010011", "address": "澄海区莲下镇1号", "post": "厂长", "phone": "13800000000"}});
    let mut case = opened(&server, small).await;
    assert_eq!(case.refused("on_spot_decision_unit", json!({})).await, "penalty.party");
    let decision = case.issue("on_spot_decision_person", json!({}), json!({})).await;
    let texts: Vec<&str> =
        decision["fields"].as_array().unwrap().iter().filter_map(|own| own["value"].as_str()).collect();
    for known in ["陈一", "男", "45", "440521198001010011"] {
        assert!(texts.contains(&known), "{known}: {texts:?}");
    }
    assert_eq!(case.state(), "served");
}

#[db_test]
async fn a_person_who_answers_for_it_is_punished_by_the_persons_form_and_may_waive(db: Db) {
    let server = Server::at(db, clock()).await;
    server.register().await;
    let mut person = facts();
    person.as_object_mut().unwrap().extend(
        json!({"party": "person", "person_name": "陈一", "fine": 1_900_000, "other": "", "mitigation": "主动改正，依法减轻处罚",
            "person": {"sex": "男", "age": 45, "identity": "440521198001010011", "address": "澄海区莲下镇1号", "post": "厂长", "phone": "13800000000"}})
        .as_object()
        .unwrap()
        .clone(),
    );
    let mut case = opened(&server, person).await;
    assert_eq!(case.now["hearing_right"], false);
    case.issue("filing", json!({}), json!({})).await;
    case.issue("inquiry_record", json!({}), json!({})).await;
    case.issue("investigation_report", json!({}), json!({})).await;
    let notice = case.issue("penalty_notice", json!({}), json!({})).await;
    case.served(&notice, "2026-03-02").await;
    assert_eq!(case.due(), "2026-03-05", "three days");
    assert_eq!(case.step_refused("ask_hearing").await, "penalty.no_hearing");
    case.step("waive", json!({})).await;
    case.issue("case_approval", json!({}), json!({})).await;
    let decision = case.issue("penalty_decision_person", json!({}), json!({})).await;
    let texts: Vec<&str> =
        decision["fields"].as_array().unwrap().iter().filter_map(|own| own["value"].as_str()).collect();
    for known in ["陈一", "男", "45", "440521198001010011", "厂长"] {
        assert!(texts.contains(&known), "{known}: {texts:?}");
    }
}

#[db_test]
async fn a_paper_of_a_penalty_is_found_by_its_number_and_its_party_only_in_its_area(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let mut person = facts();
    let own = json!({"party": "person", "person_name": "欧阳测试", "other": "", "fine": 1_900_000});
    person.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    let mut case = opened(&server, person).await;
    let filed = case.issue("filing", json!({}), json!({})).await;
    let elsewhere = server.person(Role::Officer, "440511", None).await;
    let number = filed["number"].as_str().unwrap();
    let found = async |who: &Client<'_>, text: &str| {
        let (_, answer) = who.get(&format!("/api/search?q={}", percent(text))).await;
        let groups = answer["groups"].as_array().unwrap().clone();
        let own = groups.into_iter().find(|group| group["kind"] == "document");
        own.map(|group| group["items"][0].clone())
    };
    for text in [number, "欧阳测试"] {
        let item = found(&case.officer, text).await.unwrap_or_else(|| panic!("{text} is not found"));
        assert_eq!(item["title"], format!("立案审批表 {number}"));
        assert_eq!((&item["section"], &item["id"]), (&json!("penalty"), &case.now["case"]["id"]));
        assert!(found(&elsewhere, text).await.is_none());
    }
}
