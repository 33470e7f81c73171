//! The papers of a danger: each is there once its step was taken, says what was entered, and is given to whom it concerns.

use axum::http::StatusCode;
use chrono::Duration;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, Server};

use super::{address, cast, clock, found, major, mended, plan, step};
use crate::inspection::paper::{bare, printed, written};

/// The keys of the papers that there are.
async fn keys(who: &Client<'_>, danger: &Value) -> Vec<String> {
    let (status, papers) = who.get(&format!("{}/papers", address(danger))).await;
    assert_eq!(status, StatusCode::OK, "{papers}");
    let key = |own: &Value| own["key"].as_str().unwrap().to_string();
    papers.as_array().unwrap().iter().map(key).collect()
}

/// A paper says all of these, as PDF and as Word.
async fn says(who: &Client<'_>, (url, name): (&str, &str), facts: &[&str]) -> String {
    let (status, _, pdf) = who.file(url).await;
    assert_eq!(status, StatusCode::OK, "{url}: {}", String::from_utf8_lossy(&pdf));
    let (status, _, word) = who.file(&format!("{url}?format=docx")).await;
    assert_eq!(status, StatusCode::OK, "{url}");
    let read = printed(name, &pdf);
    for text in [&read, &written(name, &word)] {
        for fact in facts {
            assert!(text.contains(&bare(fact)), "{name}: {fact} is missing in {text}");
        }
    }
    assert_eq!(who.file(&format!("{url}?format=odt")).await.0, StatusCode::BAD_REQUEST);
    read
}

async fn paper(who: &Client<'_>, danger: &Value, key: &str, facts: &[&str]) -> String {
    let name = format!("danger-{key}");
    says(who, (&format!("{}/papers/{key}", address(danger)), &name), facts).await
}

/// A major danger that a county lists, whose enterprise asks for more time twice, and that is released.
#[db_test]
async fn each_paper_of_listed_supervision_is_printed_once_its_step_was_taken(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let firm_name = own.row["name"].as_str().unwrap().to_string();
    let (_, danger) = own.officer.send("POST", "/api/dangers", major(&own.row), None).await;
    let number = danger["case"]["number"].as_str().unwrap().to_string();
    assert!(keys(&own.officer, &danger).await.is_empty(), "nothing was done yet");
    for key in ["plan", "listing", "deferral-4", "acceptance", "release", "no-such-paper"] {
        let (status, problem) = own.officer.get(&format!("{}/papers/{key}", address(&danger))).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("danger.no_paper")), "{key}");
    }

    let danger = step(&own.firm, &danger, "plan", plan()).await;
    assert_eq!(keys(&own.firm, &danger).await, ["plan"]);
    let facts = [
        &number,
        &firm_name,
        "重大事故隐患治理方案表",
        "注塑车间东侧",
        "局部停产停业",
        "陈安全",
        "停用该线并改造",
        "10,000.00元",
        "2026年3月20日",
        "现场处置方案3号",
        "主要负责人（签名）",
        "填报单位（盖章）",
    ];
    paper(&own.firm, &danger, "plan", &facts).await;

    let county = server.person(Role::Officer, "440515", None).await;
    let listing = json!({"tier": "county", "due_on": "2026-04-30", "reason": "停产范围大"});
    let danger = step(&county, &danger, "supervise", listing).await;
    let served = json!({"served_on": "2026-03-02", "served_to": "陈安全", "served_way": "left"});
    let danger = step(&county, &danger, "serve", served).await;
    let notice = danger["detail"]["listed_document"].as_str().unwrap().to_string();
    let facts = [
        &firm_name,
        &notice,
        "重大事故隐患挂牌督办通知书",
        "澄海区安全生产委员会办公室",
        "配电箱前堆放塑料原料，安全通道被堵塞",
        "《中华人民共和国安全生产法》第四十一条第三款",
        "2026年4月30日前完成整改",
        "最迟于2026年4月9日书面提出申请",
        "2026年3月2日留置送达",
        "二〇二六年三月二日",
    ];
    paper(&own.officer, &danger, "listing", &facts).await;

    // refused, asked for again, granted: each answer stays
    let asked = json!({"deferral_on": "2026-06-30", "reason": "设备采购周期长"});
    let danger = step(&own.firm, &danger, "deferral", asked.clone()).await;
    let refusal = json!({"grant": false, "reason": "可以分步实施", "due_on": "2026-04-30"});
    let danger = step(&county, &danger, "deferral/decide", refusal).await;
    let danger = step(&own.firm, &danger, "deferral", asked).await;
    let danger = step(&county, &danger, "deferral/decide", json!({"grant": true})).await;
    let answers: Vec<String> =
        keys(&own.firm, &danger).await.into_iter().filter(|key| key.starts_with("deferral-")).collect();
    let [refused, granted] = answers.as_slice() else { panic!("{answers:?}") };
    let facts = [
        &firm_name,
        &number,
        "重大事故隐患延期整改答复书",
        "澄海区安全生产委员会办公室",
        "由2026年4月30日延长至2026年6月30日，理由：设备采购周期长。",
        "不同意延期，理由：可以分步实施。你单位应当于2026年4月30日前完成整改",
    ];
    let text = paper(&own.firm, &danger, refused, &facts).await;
    assert!(!text.contains("经研究，同意延期"), "{text}");
    let text = paper(&county, &danger, granted, &["同意延期，整改期限延长至2026年6月30日。"]).await;
    assert!(!text.contains("不同意延期"), "{text}");

    // acceptance is applied for when it is mended, and decided when it is released
    let mut body = mended();
    body["acceptance"] = json!("expert");
    let danger = step(&own.firm, &danger, "mend", body).await;
    let facts = [
        &firm_name,
        &number,
        &notice,
        "重大事故隐患验收（解除督办）申请表",
        "澄海区安全生产委员会办公室",
        "已清理通道并划线",
        "计划投入：10,000.00元",
        "实际投入：500.00元",
        "专家验收",
        "申请现场复查、解除挂牌督办",
    ];
    let text = paper(&own.firm, &danger, "acceptance", &facts).await;
    assert!(!text.contains("同意解除督办。"), "the office has not said so: {text}");
    assert!(!keys(&own.firm, &danger).await.contains(&"release".to_string()));
    let danger = step(&own.officer, &danger, "recheck", json!({"passed": true, "text": "通道畅通"})).await;
    paper(&own.officer, &danger, "acceptance", &["通道畅通"]).await;
    let danger = step(&county, &danger, "release", json!({"reason": "验收合格"})).await;
    paper(&county, &danger, "acceptance", &["同意解除督办。验收合格。"]).await;
    let facts = [
        &firm_name,
        &number,
        &notice,
        &format!("以{notice}《重大事故隐患挂牌督办通知书》"),
        "重大事故隐患解除挂牌督办通知书",
        "澄海区安全生产委员会办公室",
        "现场复查：通道畅通。审查结论：验收合格。",
        "自2026年3月2日起解除挂牌督办",
        "经作出决定的部门审查同意后，方可恢复生产经营",
        "〔　　　　〕　　　号",
    ];
    paper(&own.firm, &danger, "release", &facts).await;
    let plan = paper(&own.firm, &danger, "plan", &["10,000.00元", "500.00元"]).await;
    assert!(plan.contains("2026年6月30日"), "the term it was mended in: {plan}");

    // whoever has no power over it gets none of them
    let clerk = server.person(Role::Clerk, "440515", None).await;
    let elsewhere = server.person(Role::Officer, "440511015", None).await;
    let system = server.person(Role::System, "4405", None).await;
    for key in keys(&own.officer, &danger).await {
        let url = format!("{}/papers/{key}", address(&danger));
        assert_eq!(clerk.file(&url).await.0, StatusCode::OK, "{key}");
        assert_eq!(elsewhere.get(&url).await.0, StatusCode::NOT_FOUND, "{key}");
        assert_eq!(system.get(&url).await.0, StatusCode::FORBIDDEN, "{key}");
    }
    assert_eq!(system.get(&format!("{}/papers", address(&danger))).await.0, StatusCode::FORBIDDEN);
    // and who took one is known
    let auditor = server.person(Role::Audit, "440515", None).await;
    let (status, trail) = auditor.get("/api/audit?action=export&limit=100").await;
    assert_eq!(status, StatusCode::OK, "{trail}");
    assert!(trail.to_string().contains(&format!("打印解除督办通知书：{number}")), "{trail}");
}

#[db_test]
async fn a_listing_that_was_a_mistake_says_so_on_its_notice_and_asks_for_no_release(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (_, danger) = own.officer.send("POST", "/api/dangers", major(&own.row), None).await;
    let danger = step(&own.firm, &danger, "plan", plan()).await;
    let county = server.person(Role::Officer, "440515", None).await;
    let listing = json!({"tier": "county", "due_on": "2026-04-30", "reason": "停产范围大"});
    let danger = step(&county, &danger, "supervise", listing.clone()).await;
    let danger = step(&county, &danger, "release", json!({"reason": "同一隐患已由市级督办"})).await;
    paper(&county, &danger, "listing", &["已于2026年3月2日撤销：同一隐患已由市级督办"]).await;
    let text = paper(
        &county,
        &danger,
        "release",
        &[
            "重大事故隐患撤销挂牌督办通知书",
            "经核实，同一隐患已由市级督办",
            "仍应当于2026年4月30日前完成整改",
        ],
    )
    .await;
    assert!(!text.contains("予以销号"), "{text}");
    let danger = step(&own.firm, &danger, "mend", mended()).await;
    assert_eq!(keys(&own.firm, &danger).await, ["plan", "listing", "release"], "there is nothing to release");
    // listed anew it is in force again
    let danger = step(&county, &danger, "supervise", listing).await;
    assert_eq!(keys(&own.firm, &danger).await, ["plan", "listing", "acceptance"]);
    let text = paper(&county, &danger, "listing", &["（澄海）应急督办〔2026〕2号"]).await;
    assert!(!text.contains("已撤销"), "{text}");
}

#[db_test]
async fn more_time_for_a_danger_that_is_not_listed_is_answered_by_the_agency_that_answers_for_it(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let system = server.person(Role::System, "4405", None).await;
    let office = json!({"region": "440515", "name": "澄海区应急管理局", "kind": "bureau"});
    assert_eq!(system.send("POST", "/api/agencies", office, None).await.0, StatusCode::CREATED);
    let (_, danger) = own.firm.send("POST", "/api/dangers", found(&own.row), None).await;
    let asked = json!({"deferral_on": "2026-03-25", "reason": "货架没有到"});
    let danger = step(&own.firm, &danger, "deferral", asked).await;
    server.app.clock.advance(Duration::days(2));
    let officer = server.sign_in("officer-440515102", PASSWORD).await;
    let danger =
        step(&officer, &danger, "deferral/decide", json!({"grant": true, "due_on": "2026-03-18"})).await;
    let key = keys(&officer, &danger).await.remove(0);
    let facts = [
        "事故隐患延期整改答复书",
        "澄海区应急管理局",
        "你单位于2026年3月2日",
        "由2026年3月12日延长至2026年3月25日，理由：货架没有到。",
        "整改期限延长至2026年3月18日",
        "二〇二六年三月四日",
    ];
    let text = paper(&officer, &danger, &key, &facts).await;
    assert!(!text.contains("重大事故隐患"), "{text}");
    assert!(!text.contains("安全生产委员会"), "nobody listed it: {text}");
}

#[db_test]
async fn the_letter_to_another_department_says_what_by_when_and_by_which_law(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let system = server.person(Role::System, "4405", None).await;
    let office = json!({"region": "440515", "name": "澄海区应急管理局", "kind": "bureau"});
    assert_eq!(system.send("POST", "/api/agencies", office, None).await.0, StatusCode::CREATED);
    let (_, danger) = own.officer.send("POST", "/api/dangers", found(&own.row), None).await;
    let told = json!({"department": "区消防救援大队", "content": "安全通道被堵塞，请依职责查处", "due_on": "2026-03-09"});
    let (_, notice) = own.officer.send("POST", &format!("{}/notices", address(&danger)), told, None).await;
    let one = format!("/api/danger-notices/4405/{}", notice["case"]["id"].as_str().unwrap());
    let url = format!("{one}/print");
    let facts = [
        "事故隐患抄告函",
        "澄海区应急管理局",
        "区消防救援大队：",
        own.row["name"].as_str().unwrap(),
        danger["case"]["number"].as_str().unwrap(),
        notice["case"]["number"].as_str().unwrap(),
        "安全通道被堵塞，请依职责查处",
        "《中华人民共和国安全生产法》第六十九条",
        "于2026年3月9日前将处理意见书面答复我单位",
        "二〇二六年三月二日",
    ];
    says(&own.officer, (&url, "danger-notice"), &facts).await;
    // what it asked for stays what it was when it is answered
    let take = async |notice: &Value, mut body: Value| {
        body["version"] = notice["case"]["version"].clone();
        own.officer.send("POST", &format!("{one}/step"), body, None).await.1
    };
    let notice = take(&notice, json!({"action": "receive", "text": "林值班"})).await;
    let answer = json!({"action": "answer", "text": "已立案", "due_on": "2026-03-31"});
    let notice = take(&notice, answer).await;
    let text = says(&own.officer, (&url, "danger-notice-answered"), &["于2026年3月9日前", "林值班"]).await;
    assert!(!text.contains("2026年3月31日"), "{text}");
    take(&notice, json!({"action": "withdraw", "reason": "重复抄告"})).await;
    says(&own.officer, (&url, "danger-notice-withdrawn"), &["已于2026年3月2日撤回：重复抄告"]).await;
    assert_eq!(own.firm.get(&url).await.0, StatusCode::FORBIDDEN, "it is between departments");
    let elsewhere = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(elsewhere.get(&url).await.0, StatusCode::NOT_FOUND);
}
