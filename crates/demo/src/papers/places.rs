//! The places, equipment and substances of an invented enterprise, the health of those who work there, and what is done when
//! something goes wrong.

use chrono::Datelike;
use serde_json::json;

use super::{Firm, Paper, chemical};

impl Firm<'_> {
    pub(super) fn special_equipment(&mut self) -> Vec<Paper> {
        let kinds: &[(&str, &str, &str, u32, &str, &str)] = match self.row.sector.as_str() {
            "hazardous_chemicals" => &[
                ("储气罐", "pressure_vessel", "固定式压力容器", 36, "容器17汕", "1.0 m³，0.8 MPa"),
                ("平衡重式叉车", "site_vehicle", "叉车", 24, "车11汕", "额定起重量 3 t"),
            ],
            "textile" => &[("燃气蒸汽锅炉", "boiler", "承压蒸汽锅炉", 12, "锅10汕", "2 t/h，1.0 MPa")],
            _ => &[("内燃平衡重式叉车", "site_vehicle", "叉车", 24, "车11汕", "额定起重量 3 t")],
        };
        let mut papers = Vec::new();
        for (name, kind, variety, months, mark, parameters) in kinds {
            let (tested, ends) = self.span(*months);
            let number = format!("{mark}{:05}({})", self.dice.between(1, 99_999), tested.year() % 100);
            papers.push(("special_equipment", json!({"name": name, "kind": kind, "variety": variety, "registration_number": number,
                "registered_by": "汕头市市场监督管理局", "place": "生产车间", "parameters": parameters,
                "inspection_body": "广东省特种设备检测研究院汕头检测院", "inspected_on": tested, "conclusion": "passed",
                "expires_on": ends, "operators": 1, "keeper": self.safety(), "status": "running"})));
        }
        papers
    }

    pub(super) fn emergency(&mut self) -> Vec<Paper> {
        let (issued, ends) = self.span(36);
        let number = self.number("汕应急备", issued.year());
        let mut papers = vec![(
            "emergency_plan",
            json!({"title": "生产安全事故综合应急预案", "kind": "comprehensive", "version": "第2版",
            "signed_by": self.head(), "issued_on": issued, "reviewed": true, "reviewed_on": issued, "filing_number": number,
            "filed_with": "龙湖区应急管理局", "filed_on": issued, "expires_on": ends, "trained": true}),
        )];
        let (drilled, next) = self.span(6);
        let people = self.row.staff.unwrap_or(10).min(60);
        papers.push(("emergency_drill", json!({"subject": "火灾疏散及初期灭火演练", "kind": "evacuation", "form": "field",
            "plan": "生产安全事故综合应急预案", "place": "厂区", "drilled_on": drilled, "commander": self.head(),
            "participants": people, "minutes": self.dice.between(12, 35), "result": "good",
            "problems": "个别员工不熟悉疏散路线。", "improvements": "在车间出口增贴疏散图，下月班前会讲解。", "expires_on": next})));
        let (bought, ends) = self.span(12);
        papers.push(("emergency_store", json!({"name": "急救箱", "kind": "medical", "required": 2, "count": 2, "measure": "个",
            "place": "车间办公室", "made_on": bought, "expires_on": ends, "intact": true, "keeper": self.safety()})));
        let (tested, ends) = self.span(12);
        papers.push(("fire_safety", json!({"name": "手提式干粉灭火器", "kind": "extinguisher", "place": "车间、仓库、办公楼",
            "count": self.dice.between(8, 60), "model": "MFZ/ABC4", "tested_by": "汕头市示例消防服务有限公司", "tested_on": tested,
            "result": "passed", "expires_on": ends, "manager": self.safety()})));
        papers
    }

    pub(super) fn health(&mut self) -> Vec<Paper> {
        let (factor, kind, place) = match self.row.sector.as_str() {
            "hazardous_chemicals" => ("甲苯", "chemical", "配料间"),
            "textile" => ("噪声", "physical", "织造车间"),
            _ => ("噪声", "physical", "生产车间"),
        };
        let declared = self.some_time_ago(60, 330);
        let number = self.number("汕职卫申", declared.year());
        let exposed = self.row.staff.unwrap_or(10) / 3 + 1;
        let mut papers = vec![(
            "occupational_hazard",
            json!({"factor": factor, "kind": kind, "place": place, "class": "general",
            "exposed": exposed, "protection": "隔声、局部通风，佩戴防护用品。", "notice": true, "contract": true, "declared": true,
            "receipt_number": number, "declared_to": "龙湖区卫生健康局", "declared_on": declared}),
        )];
        let (tested, ends) = self.span(36);
        let number = self.number("示例检", tested.year());
        papers.push(("occupational_test", json!({"name": format!("{}年度职业病危害因素定期检测", tested.year()), "kind": "regular",
            "report_number": number, "tested_by": "汕头市示例职业卫生检测有限公司", "tested_on": tested, "place": place,
            "factor": factor, "points": 6, "points_over": 0, "result": "passed", "published": true, "expires_on": ends})));
        let (checked, next) = self.span(12);
        let name = self.person();
        papers.push(("health_check", json!({"name": name, "kind": "during", "post": place, "factors": factor, "hospital": "汕头市示例体检中心",
            "checked_on": checked, "conclusion": "normal", "notified": true, "expires_on": next})));
        let name =
            if kind == "chemical" { ("防毒面具", "breath") } else { ("防噪声耳塞", "hearing") };
        papers.push((
            "protective_equipment",
            json!({"name": name.0, "kind": name.1, "posts": place, "replace_months": 6,
            "people": exposed, "equipped": exposed, "bought_on": self.ago(75)}),
        ));
        papers
    }

    pub(super) fn places(&mut self) -> Vec<Paper> {
        let (tested, ends) = self.span(12);
        let mut papers = vec![
            (
                "basic_condition",
                json!({"condition": "organization", "fulfilled": true, "evidence": "领导小组成立文件，存安全办。",
                "checked_on": self.ago(100), "checked_by": self.safety()}),
            ),
            (
                "safety_facility",
                json!({"name": "防雷装置", "kind": "lightning", "tag": "FL-01", "count": 1, "place": "厂房屋面",
                "tested_by": "汕头市示例防雷检测有限公司", "tested_on": tested, "result": "passed", "expires_on": ends,
                "keeper": self.safety(), "status": "running"}),
            ),
            (
                "warning_sign",
                json!({"content": "当心机械伤人、必须戴防护手套", "kind": "warning", "place": "生产车间",
                "count": self.dice.between(4, 20), "set_on": self.ago(500), "checked_on": self.ago(20), "intact": true,
                "keeper": self.safety()}),
            ),
        ];
        let risks = if chemical(self.row) {
            [("配料间", "fire", "larger", "company"), ("叉车作业", "vehicle", "general", "department")]
        } else {
            [
                ("配电房", "electricity", "general", "department"),
                ("冲压、传动设备", "machinery", "larger", "company"),
            ]
        };
        for (at, (name, accident, level, control)) in risks.into_iter().enumerate() {
            let (assessed, ends) = self.span(12);
            papers.push(("risk_point", json!({"name": name, "number": format!("FX-{:02}", at + 1), "kind": "place", "accident": accident,
                "method": "direct", "level": level, "control": control, "management": "定人定岗，每日巡查并记录。",
                "unit": "生产部", "keeper": self.safety(), "inspection_days": 1, "notified": true, "assessed_on": assessed,
                "expires_on": ends})));
        }
        papers
    }

    pub(super) fn chemicals(&mut self) -> Vec<Paper> {
        let (finished, ends) = self.span(36);
        let number = self.number("示例评", finished.year());
        let (rows, head) = ([("甲苯", "108-88-3", "12.5"), ("乙酸乙酯", "141-78-6", "8")], self.head());
        let chemical = |(name, cas, stored): (&str, &str, &str)| {
            let fields = json!({"name": name, "cas": cas, "use_kind": "raw", "state": "liquid", "fire_hazard": "a", "annual_quantity": "260",
                "design_maximum": "20", "stored": stored, "storage_place": "甲类仓库", "storage_way": "warehouse", "toxic": false,
                "precursor": name == "甲苯", "safety_sheet": true, "safety_label": true});
            ("hazardous_chemical", fields)
        };
        let mut papers: Vec<Paper> = rows.into_iter().map(chemical).collect();
        papers.push(("warehouse", json!({"name": "甲类仓库", "kind": "hazardous_chemical", "area": "180", "fire_hazard": "a",
            "fire_resistance": "second", "goods": "甲苯、乙酸乙酯", "design_maximum": "40", "stored": "20.5", "exits": 2,
            "explosion_proof": true, "ventilation": true, "gas_alarm": true, "keeper": self.person(), "ledger": true,
            "checked_on": self.ago(9)})));
        papers.push(("site_plan", json!({"name": "厂区总平面", "drawing_number": "ZP-01", "drawn_on": self.ago(900),
            "land_area": "5200", "tenure": "rented", "distance_met": true, "assembly_point": "厂门口空地", "emergency_access": true})));
        papers.push(("safety_evaluation", json!({"title": "安全现状评价报告", "kind": "current", "report_number": number,
            "evaluated_by": "汕头市示例安全技术服务有限公司", "finished_on": finished, "expires_on": ends, "conclusion": "met_after",
            "problems": 7, "rectified": 7})));
        papers.push((
            "safety_commitment",
            json!({"kind": "yearly", "committed_on": self.ago(0), "committed_by": head, "post": "总经理",
            "hazard_source_safe": true, "risk": "general", "announced_at": "厂门口公告栏"}),
        ));
        let (calibrated, ends) = self.span(12);
        papers.push(("video_alarm", json!({"name": "可燃气体探测器", "kind": "combustible_gas", "tag": "GT-101", "place": "甲类仓库",
            "gas": "甲苯", "low_alarm": "25%LEL", "high_alarm": "50%LEL", "calibrated_by": "汕头市示例计量检测有限公司",
            "calibrated_on": calibrated, "expires_on": ends, "status": "running"})));
        papers.push((
            "emergency_team",
            json!({"name": "厂应急救援队", "kind": "own_part", "leader": self.safety(), "part_time": 8,
            "station": "厂区", "founded_on": self.ago(800), "trained_on": self.ago(40)}),
        ));
        papers
    }
}
