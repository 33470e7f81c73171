//! Lists in files: what the page shows under its filters, cell by cell, and that it was taken out stands on the trail.

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, Server, end_of};

use crate::{
    hazard, inspection,
    inspection::penalty::{facts, opened},
    inspection::{COUNTY, bureau, draft, made, soon, visited},
};

/// The cells of a workbook that a person takes out.
async fn taken(server: &Server, person: &Client<'_>, url: &str, query: Value) -> Vec<Vec<String>> {
    let asked = made(person, url, json!({"query": query, "format": "xlsx"})).await;
    let job = end_of(person, &asked).await;
    assert_eq!(job["state"], "done", "{job}");
    let file = person.bytes(&format!("{url}/{}/file", asked["job"].as_str().unwrap())).await;
    let path = server.folder.path().join("export");
    std::fs::write(&path, file).unwrap();
    let mut rows = Vec::new();
    sheet::read(&path, sheet::Limits::default(), |row| {
        rows.push(row.cells);
        Ok(true)
    })
    .unwrap();
    assert_eq!(json!(rows.len() - 1), job["result"]["rows"]);
    rows
}

/// A row by the heads of its columns; every column has one.
fn row(rows: &[Vec<String>], at: usize) -> Value {
    let heads = &rows[0];
    assert!(rows[at].len() <= heads.len(), "{rows:?}");
    let cell = |column: usize| json!(rows[at].get(column).map_or("", String::as_str));
    heads.iter().enumerate().map(|(column, head)| (head.clone(), cell(column))).collect()
}

/// Nobody else has the file or the list, what is no filter or format is refused, and the trail tells who took out how many.
async fn kept(server: &Server, url: &str, subject: &str, title: &str) {
    let other = server.person(Role::Clerk, "440511", None).await;
    let outside = json!({"query": {"region": COUNTY}, "format": "xlsx"});
    assert_eq!(other.send("POST", url, outside, None).await.0, StatusCode::NOT_FOUND);
    for wrong in [json!({"query": {"region": 1}, "format": "xlsx"}), json!({"query": {}, "format": "pdf"})] {
        assert_eq!(other.send("POST", url, wrong, None).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let (_, seen) = server
        .person(Role::Audit, "4405", None)
        .await
        .get(&format!("/api/audit?subject={subject}&action=export"))
        .await;
    assert_eq!(seen["items"][0]["title"], title, "{seen}");
}

#[db_test]
async fn the_register_of_documents_is_taken_out_as_its_page_shows_it(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    let (_, officer, cards) = bureau(&server).await;
    let visit = visited(&officer, &cards).await;
    let due = soon(&server);
    let order = draft(&officer, &visit, json!({"form": "correction_order", "due_on": due})).await;
    let order = made(&officer, &inspection::own(&order, "/issue"), json!({"version": 1})).await;
    let served = json!({"version": order["version"], "served_on": order["issued_on"], "service": "直接送达，陈一签收"});
    let order = made(&officer, &inspection::own(&order, "/serve"), served).await;
    draft(&officer, &visit, json!({"form": "inspection_record"})).await;

    let url = "/api/enforcement-documents/exports";
    let rows = taken(&server, &officer, url, json!({})).await;
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert_eq!((&row(&rows, 1)["文书"], &row(&rows, 1)["状态"]), (&json!("现场检查记录"), &json!("草稿")));
    let rows = taken(
        &server,
        &officer,
        url,
        json!({"region": COUNTY, "state": "issued", "form": "correction_order"}),
    )
    .await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(
        row(&rows, 1),
        json!({"文号": order["number"], "文书": "责令限期整改指令书", "企业": testkit::PLASTICS,
            "所在地区": "广东省汕头市澄海区莲下镇", "监管领域": row(&rows, 1)["监管领域"], "状态": "已签发", "签发机关": "澄海区应急管理局",
            "签发日期": order["issued_on"], "整改期限": due, "送达日期": order["issued_on"], "送达方式、地点和收件人": "直接送达，陈一签收",
            "撤回日期": "", "撤回原因": ""})
    );
    assert_ne!(row(&rows, 1)["监管领域"], "");
    kept(&server, url, "enforcement_document", "导出 1 份执法文书").await;
}

#[db_test]
async fn penalties_are_taken_out_with_what_was_imposed_and_paid(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    server.register().await;
    let case = opened(&server, facts()).await;
    let url = "/api/penalties/exports";
    let rows = taken(&server, &case.officer, url, json!({"life": "closed"})).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    let rows = taken(&server, &case.officer, url, json!({"life": "open", "mine": true})).await;
    let own = row(&rows, 1);
    let said = &case.now["case"];
    assert_eq!(
        own,
        json!({"编号": said["number"], "案由": "未按照规定对从业人员进行安全生产教育和培训", "当事人": testkit::PLASTICS,
            "企业": testkit::PLASTICS, "所在地区": "广东省汕头市澄海区莲下镇", "监管领域": said["sector_label"], "程序": "普通程序",
            "案件来源": "现场检查发现", "违法行为发生日期": "2026-02-27", "办到哪一步": "待立案审批", "期限": said["due_on"],
            "经办人": said["officer_name"], "处罚内容": case.now["imposed"], "罚款（元）": "150000.00", "已缴（元）": "0.00",
            "立案日期": "", "决定日期": "", "送达日期": "", "结案日期": "", "结案情况": ""})
    );
    kept(&server, url, "penalty", "导出 1 件行政处罚").await;
}

#[db_test]
async fn the_register_of_hazard_sources_is_taken_out_as_its_page_shows_it(db: Db) {
    let server = Server::at(db, hazard::clock()).await;
    let _workers = server.work().await;
    let own = hazard::cast(&server).await;
    hazard::entered(&own.firm, hazard::chlorine(&own.row)).await;
    let boiler = json!({
        "city": "4405", "enterprise": own.row["id"], "name": "1 号锅炉", "category": "boiler",
        "units": [{"name": "1 号锅炉", "facts": {"boiler": "steam", "pressure_mpa": "1.25", "output_t_h": "4"}}]
    });
    hazard::entered(&own.firm, boiler).await;
    let url = "/api/hazard-sources/exports";
    let rows = taken(&server, &own.county, url, json!({})).await;
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert_eq!(
        (&row(&rows, 1)["重大危险源名称"], &row(&rows, 1)["是否构成"]),
        (&json!("1 号锅炉"), &json!("否"))
    );
    let rows = taken(&server, &own.county, url, json!({"grade": "1", "differs": true})).await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    let said = row(&rows, 1);
    assert_eq!(
        said,
        json!({"重大危险源名称": "液氯库", "企业": testkit::PLASTICS, "所在地区": "广东省汕头市澄海区莲下镇", "监管领域": said["监管领域"],
            "类别": said["类别"], "存有": "液氯 100 吨", "是否构成": "是", "级别": "一级", "S": said["S"], "R": "120",
            "标准": "GB 18218-2018", "申报级别": "二级", "评估日期": "2026-02-20", "重新辨识期限": "2029-02-20",
            "状态": said["状态"], "备案编号": "", "备案日期": "", "有效期至": ""})
    );
    assert!(["监管领域", "类别", "S", "状态"].iter().all(|head| said[head] != ""), "{said}");
    kept(&server, url, "hazard_source", "导出 1 处重大危险源").await;
}

#[db_test]
async fn dangers_are_taken_out_as_their_page_shows_them(db: Db) {
    let server = Server::new(db).await;
    let _workers = server.work().await;
    server.register().await;
    let officer = server.person(Role::Officer, COUNTY, None).await;
    let firm = officer.named(testkit::PLASTICS).await;
    let today = server.app.clock.today().to_string();
    let due = soon(&server);
    let danger = |stop: &str| {
        json!({"city": "4405", "enterprise": firm["id"], "source": "tip_off", "found_on": today, "category": "15",
            "place": "注塑车间东侧", "description": "配电箱前堆放塑料原料", "requirement": "立即清理",
            "needs_stop": stop != "none", "beyond_own_power": false, "stop": stop, "due_on": due})
    };
    let general = made(&officer, "/api/dangers", danger("none")).await;
    made(&officer, "/api/dangers", danger("part")).await;
    let url = "/api/dangers/exports";
    assert_eq!(taken(&server, &officer, url, json!({})).await.len(), 3);
    let query = json!({"severity": "general", "source": "tip_off", "listed": false, "mine": false});
    let rows = taken(&server, &officer, url, query).await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    let own = row(&rows, 1);
    assert_eq!(
        own,
        json!({"编号": general["case"]["number"], "企业": testkit::PLASTICS, "所在地区": "广东省汕头市澄海区莲下镇",
            "监管领域": general["case"]["sector_label"], "等级": "一般", "隐患类别": general["detail"]["category_label"],
            "来源": "举报投诉", "发现日期": today, "部位": "注塑车间东侧", "隐患情况": "配电箱前堆放塑料原料", "整改要求": "立即清理",
            "状态": general["case"]["state_label"], "期限": due, "责任监管员": general["case"]["officer_name"], "整改责任人": "",
            "计划资金（元）": "", "整改完成日期": "", "整改情况": "", "投入资金（元）": "", "复查日期": "", "复查意见": "",
            "挂牌督办文号": "", "销号日期": ""})
    );
    assert!(["监管领域", "隐患类别", "状态"].iter().all(|column| own[*column] != ""), "{own}");
    kept(&server, url, "danger", "导出 1 条隐患").await;
}
