//! What the records of an invented enterprise say: the papers of a workshop, a shop or a chemical works as a safety officer would
//! type them in. Nobody in them is real: phones begin with 100, and nobody has an identity number.

use chrono::{Datelike, Days, Months, NaiveDate};
use enterprise::Enterprise;
use serde_json::{Value, json};

use crate::city::{Dice, person, phone};

/// A record: its section and its values.
pub type Paper = (&'static str, Value);

/// An enterprise whose papers are written.
pub struct Firm<'a> {
    pub row: &'a Enterprise,
    pub today: NaiveDate,
    pub dice: Dice,
}

/// What the trade turns on.
fn chemical(row: &Enterprise) -> bool {
    row.sector == "hazardous_chemicals"
}

fn makes_things(row: &Enterprise) -> bool {
    matches!(
        row.sector.as_str(),
        "hazardous_chemicals"
            | "light_industry"
            | "textile"
            | "machinery"
            | "metallurgy"
            | "building_materials"
    )
}

impl Firm<'_> {
    fn ago(&self, days: u64) -> NaiveDate {
        self.today.checked_sub_days(Days::new(days)).unwrap_or(self.today)
    }

    fn some_time_ago(&mut self, low: u64, high: u64) -> NaiveDate {
        let days = self.dice.between(low, high);
        self.ago(days)
    }

    /// First and last day of a paper that holds so many months: of ten, one has run out and three do so within 7, 30 and 90 days.
    fn span(&mut self, months: u32) -> (NaiveDate, NaiveDate) {
        let usual = (91, u64::from(months) * 30 - 5);
        let ends = match self.dice.below(10) {
            0 => {
                let days = self.dice.pick(&[4, 17, 45, 120]);
                self.ago(days)
            }
            kind => {
                let (low, high) = match kind {
                    1 => (0, 7),
                    2 => (8, 30),
                    3 => (31, 90),
                    _ => usual,
                };
                let days = self.dice.between(low, high);
                self.today.checked_add_days(Days::new(days)).unwrap_or(self.today)
            }
        };
        (ends.checked_sub_months(Months::new(months)).unwrap_or(ends), ends)
    }

    fn phone(&mut self) -> Option<String> {
        phone(&mut self.dice)
    }

    fn person(&mut self) -> String {
        person(&mut self.dice)
    }

    fn head(&self) -> String {
        self.row.principal.clone().unwrap_or_else(|| "负责人".into())
    }

    fn safety(&self) -> String {
        self.row.safety_head.clone().unwrap_or_else(|| self.head())
    }

    /// A number of a paper, with the year.
    fn number(&mut self, mark: &str, year: i32) -> String {
        format!("{mark}〔{year}〕{}", self.dice.between(100, 9_999))
    }

    /// The paper by which the enterprise trades.
    pub fn licence(&mut self) -> Paper {
        let code = self.row.credit_code.clone().unwrap_or_else(|| "440500100000000".into());
        let issued = self.row.founded_on.unwrap_or_else(|| self.ago(2_000));
        let fields = json!({"kind": "business", "number": code, "issuer": "汕头市市场监督管理局", "issued_on": issued,
            "scope": self.row.scope});
        ("permit", fields)
    }

    /// The permits of the trade.
    fn permits(&mut self) -> Vec<Paper> {
        let mut papers = vec![self.licence()];
        let kinds: &[(&str, &str, &str, u32)] = match self.row.sector.as_str() {
            "hazardous_chemicals" => &[
                ("safety", "(粤)WH安许证", "汕头市应急管理局", 36),
                ("chemical_registration", "粤危化登", "汕头市应急管理局", 36),
                ("pollution", "汕环排", "汕头市生态环境局", 60),
            ],
            "construction" => &[
                ("safety", "(粤)JZ安许证", "汕头市住房和城乡建设局", 36),
                ("construction", "粤建资", "汕头市住房和城乡建设局", 60),
            ],
            "road_transport" => &[("road_transport", "粤交运管许可汕字", "汕头市交通运输局", 48)],
            "public_place" => &[("fire_before_opening", "汕消安检", "汕头市消防救援支队", 12)],
            _ if makes_things(self.row) => &[("pollution", "汕环排", "汕头市生态环境局", 60)],
            _ => &[],
        };
        for (kind, mark, issuer, months) in kinds {
            let (issued, ends) = self.span(*months);
            let number = self.number(mark, issued.year());
            papers.push((
                "permit",
                json!({"kind": kind, "number": number, "issuer": issuer, "issued_on": issued, "expires_on": ends}),
            ));
        }
        papers
    }

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

    fn manager(&mut self) -> Paper {
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

    fn organization(&mut self) -> Paper {
        let full = self.row.staff > Some(100);
        let leader = self.head();
        (
            "safety_organization",
            json!({"name": "安全生产领导小组", "kind": "committee", "document_number": self.number("安字", 2025),
            "issuer": leader, "established_on": self.ago(420), "leader": leader, "leader_post": "总经理",
            "full_time": u32::from(full), "part_time": 2, "members": format!("{}、各车间主任、班组长", self.safety())}),
        )
    }

    fn rules(&mut self) -> Vec<Paper> {
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

    fn procedures(&mut self) -> Vec<Paper> {
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

    fn duty(&mut self) -> Vec<Paper> {
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

    fn training(&mut self) -> Vec<Paper> {
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

    fn special_equipment(&mut self) -> Vec<Paper> {
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

    fn operators(&mut self) -> Vec<Paper> {
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

    fn emergency(&mut self) -> Vec<Paper> {
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

    fn insurance(&mut self) -> Vec<Paper> {
        let staff = self.row.staff.unwrap_or(10);
        let (starts, ends) = self.span(12);
        let mut papers = vec![(
            "injury_insurance",
            json!({"name": format!("{}年度工伤保险", starts.year()), "agency": "汕头市社会保险基金管理局",
            "staff": staff, "insured": staff - i64::from(staff > 8), "risk_class": "third", "rate": "0.4", "starts_on": starts,
            "expires_on": ends, "injuries": 0}),
        )];
        if chemical(self.row) || staff > 60 {
            let (starts, ends) = self.span(12);
            let number = format!("示例保单{:010}", self.dice.below(10_000_000_000));
            papers.push(("liability_insurance", json!({"name": "安全生产责任保险", "policy_number": number, "insurer": "示例财产保险汕头分公司",
                "insured_people": staff, "premium": staff * 180, "limit": 500, "limit_per_person": 80, "starts_on": starts,
                "expires_on": ends, "prevention_service": true, "service_record": "上门排查 2 次，提出建议 6 条。"})));
        }
        papers
    }

    fn health(&mut self) -> Vec<Paper> {
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

    fn places(&mut self) -> Vec<Paper> {
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

    fn chemicals(&mut self) -> Vec<Paper> {
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

    /// The answers to what duties turn on.
    pub fn profile(&self) -> Paper {
        let (chemical, makes) = (chemical(self.row), makes_things(self.row));
        (
            "risk_profile",
            json!({"hazardous_chemicals": chemical, "hazard_source": false, "tank_farm": false, "key_process": false,
            "special_equipment": makes, "special_operations": makes, "confined_space": false, "combustible_dust": false,
            "molten_metal": false, "ammonia": false, "occupational_hazard": makes, "contractors": false, "new_project": false,
            "dangerous_work": false, "crowded_place": self.row.sector == "public_place", "tailings_pond": false,
            "underground_mine": false, "had_accident": false}),
        )
    }

    /// A whole archive; what a small enterprise never gets round to is left out where `gaps`.
    pub fn all(&mut self, gaps: bool) -> Vec<Paper> {
        let mut papers = vec![self.profile(), self.principal(), self.organization(), self.manager()];
        papers.extend(self.permits());
        papers.extend(self.rules());
        papers.extend(self.procedures());
        papers.extend(self.training());
        papers.extend(self.insurance());
        papers.extend(self.emergency());
        papers.extend(self.places());
        if makes_things(self.row) {
            papers.extend(self.special_equipment());
            papers.extend(self.operators());
            papers.extend(self.health());
        }
        if chemical(self.row) {
            papers.extend(self.chemicals());
        }
        if gaps {
            let missing =
                self.dice.pick(&["emergency_drill", "training_plan", "warning_sign", "safety_organization"]);
            papers.retain(|(section, _)| *section != missing);
        } else {
            papers.extend(self.duty());
        }
        papers
    }

    /// The first papers of an archive that was only begun.
    pub fn some(&mut self) -> Vec<Paper> {
        let mut papers = match self.dice.below(3) {
            0 => vec![self.licence(), self.profile()],
            1 => vec![self.licence(), self.principal()],
            _ => vec![self.licence()],
        };
        if self.dice.one_in(3) {
            papers.extend(self.insurance().into_iter().take(1));
        }
        if self.dice.one_in(4) {
            papers.extend(self.emergency().into_iter().take(1));
        }
        papers.truncate(4);
        papers
    }
}
