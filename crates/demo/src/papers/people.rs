//! Who answers for safety in an invented enterprise, by which rules they work, and what they were taught.

use chrono::{Datelike, NaiveDate};
use serde_json::json;

use super::{Firm, Paper};

impl Firm<'_> {
    /// Who answers for safety, with certificates.
    pub fn principal(&mut self) -> Paper {
        let (issued, ends) = self.span(36);
        let number = self.number("汕安培A", issued.year());
        let phone = self.row.principal_phone.clone();
        (
            "safety_person",
            json!({"name": self.head(), "role": "principal", "post": "总经理", "phone": phone,
            "certificate_kind": "principal", "certificate_number": number, "issuer": "汕头市应急管理局",
            "issued_on": issued, "expires_on": ends, "last_training_on": self.ago(150)}),
        )
    }

    pub(super) fn manager(&mut self) -> Paper {
        let (issued, ends) = self.span(36);
        let number = self.number("汕安培B", issued.year());
        let phone = self.row.safety_head_phone.clone();
        let role = if self.row.staff > Some(100) { "manager" } else { "part_time_manager" };
        (
            "safety_person",
            json!({"name": self.safety(), "role": role, "post": "安全主任", "phone": phone,
            "education": "college", "appointed_on": issued, "certificate_kind": "manager", "certificate_number": number,
            "issuer": "汕头市应急管理局", "issued_on": issued, "expires_on": ends, "last_training_on": self.ago(90)}),
        )
    }

    pub(super) fn organization(&mut self) -> Paper {
        let full = self.row.staff > Some(100);
        let leader = self.head();
        (
            "safety_organization",
            json!({"name": "安全生产领导小组", "kind": "committee", "document_number": self.number("安字", 2025),
            "issuer": leader, "established_on": self.ago(420), "leader": leader, "leader_post": "总经理",
            "full_time": u32::from(full), "part_time": 2, "members": format!("{}、各车间主任、班组长", self.safety())}),
        )
    }

    pub(super) fn rules(&mut self) -> Vec<Paper> {
        let head = self.head();
        let titles = [
            ("安全生产责任制度", "responsibility"),
            ("安全教育培训制度", "training"),
            ("隐患排查治理制度", "danger"),
            ("消防安全管理制度", "fire"),
            ("劳动防护用品管理制度", "protective_equipment"),
        ];
        let (issued, ends) = self.span(36);
        let rule = |(at, (title, kind)): (usize, (&str, &str))| {
            let fields = json!({"title": title, "kind": kind, "document_number": format!("AQ-ZD-{:02}", at + 1), "issuer": head,
                "version": "A/1", "issued_on": issued, "effective_on": issued, "expires_on": ends, "unit": "安全办",
                "status": "in_force"});
            ("safety_rule", fields)
        };
        titles.into_iter().enumerate().map(rule).collect()
    }

    pub(super) fn procedures(&mut self) -> Vec<Paper> {
        let titles: &[(&str, &str)] = match self.row.sector.as_str() {
            "hazardous_chemicals" => &[("反应釜操作规程", "投料工"), ("危险化学品装卸操作规程", "装卸工")],
            "textile" => &[("定型机操作规程", "定型工"), ("织机操作规程", "挡车工")],
            "machinery" | "metallurgy" => &[("冲床操作规程", "冲压工"), ("电焊机操作规程", "电焊工")],
            "light_industry" => &[("注塑机操作规程", "注塑工"), ("叉车操作规程", "叉车司机")],
            _ => &[("电气设备操作规程", "电工")],
        };
        let head = self.head();
        let issued = self.some_time_ago(200, 700);
        let procedure = |(at, (title, post)): (usize, &(&str, &str))| {
            let fields = json!({"title": title, "post": post, "document_number": format!("AQ-GC-{:02}", at + 1), "issuer": head,
                "version": "A/0", "issued_on": issued, "posted": true, "trained": true, "status": "in_force"});
            ("operating_procedure", fields)
        };
        titles.iter().enumerate().map(procedure).collect()
    }

    pub(super) fn duty(&mut self) -> Vec<Paper> {
        let (signed, ends) = self.span(12);
        let head = self.head();
        let statement = |title: &str, kind: &str, signer: &str, post: &str| {
            let fields = json!({"title": title, "kind": kind, "year": signed.year(), "issuer": head, "signer": signer,
                "signer_post": post, "target": "全年无重伤以上事故，隐患按期整改。", "signed_on": signed, "expires_on": ends});
            ("responsibility_statement", fields)
        };
        let safety = self.safety();
        let mut papers = vec![statement("年度安全生产责任书", "company", &safety, "安全主任")];
        let worker = self.person();
        papers.push(statement("生产车间安全生产责任书", "department", &worker, "车间主任"));
        let year = self.today.year();
        papers.push((
            "safety_target",
            json!({"target": "重伤以上事故为零，隐患整改率 100%", "year": year, "kind": "accident",
            "planned": "0", "unit": "安全办", "issued_on": NaiveDate::from_ymd_opt(year, 1, 1)}),
        ));
        papers
    }

    pub(super) fn training(&mut self) -> Vec<Paper> {
        let (year, staff) = (self.today.year(), self.row.staff.unwrap_or(10));
        let issued = self.some_time_ago(60, 400);
        let head = self.head();
        let mut papers = vec![(
            "training_plan",
            json!({"title": format!("{}年度安全教育培训计划", issued.year()), "year": issued.year(),
            "trainee": "worker", "form": "classroom", "hours": 8, "people": staff, "teacher": self.safety(),
            "approved_by": head, "issued_on": issued, "content": "安全生产法、岗位操作规程、消防和应急处置。",
            "done": issued.year() < year}),
        )];
        let people = [
            ("principal", "again", "主要负责人年度再培训", 12, "汕头市示例安全技术服务有限公司"),
            ("new_worker", "first", "新员工三级安全教育", 24, "本单位"),
            ("worker", "again", "年度安全再培训", 8, "本单位"),
        ];
        for (trainee, occasion, course, hours, trainer) in people {
            let name = if trainee == "principal" { self.head() } else { self.person() };
            let (trained, due) = self.span(12);
            let score = self.dice.between(72, 98);
            let mut fields = json!({"name": name, "trainee": trainee, "occasion": occasion, "course": course, "form": "classroom",
                "trainer": trainer, "trained_on": trained, "hours": hours, "exam_score": score, "result": "passed"});
            if occasion == "again" {
                fields["due_on"] = json!(due);
            }
            papers.push(("training_record", fields));
        }
        papers
    }

    pub(super) fn operators(&mut self) -> Vec<Paper> {
        let kinds = [
            ("electrical", "低压电工作业", "机修"),
            ("welding", "熔化焊接与热切割作业", "机修"),
            ("site_vehicle", "叉车司机", "仓库"),
        ];
        let mut papers = Vec::new();
        for (category, item, place) in kinds {
            let name = self.person();
            let (issued, due) = self.span(36);
            let number = format!("示例证{:08}", self.dice.below(100_000_000));
            let phone = self.phone();
            let issuer = if category == "site_vehicle" {
                "汕头市市场监督管理局"
            } else {
                "广东省应急管理厅"
            };
            papers.push(("special_operation", json!({"name": name, "phone": phone, "category": category, "item_name": item,
                "certificate_number": number, "issuer": issuer, "workshop": place, "issued_on": issued, "review_due": due})));
        }
        papers
    }
}
