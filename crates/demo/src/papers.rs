//! What the records of an invented enterprise say: the papers of a workshop, a shop or a chemical works as a safety officer would
//! type them in. Nobody in them is real: phones begin with 100, and nobody has an identity number.

mod people;
mod places;

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
