//! The rows of this area.

use audit::Action;
use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use enterprise::Enterprise;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

db::table! {
    /// A major hazard source.
    #[derive(Serialize, Deserialize)]
    pub struct Source in "hazard_source" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// `public` or `non_public`.
        pub ownership: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// Its name.
        pub enterprise_name: String,
        /// What it is called.
        pub name: String,
        /// One of [`CATEGORIES`].
        pub category: String,
        /// Its [`Unit`]s.
        pub units: Json<Value>,
        /// Whether it is a major hazard source at all.
        pub is_major: bool,
        /// The gravest grade of its units, 1 to 4.
        pub grade: Option<i64>,
        /// `r` (GB 18218) or `deaths` (2004).
        pub grade_method: Option<String>,
        /// S of the gravest unit.
        pub s: Option<String>,
        /// R of the gravest unit.
        pub r: Option<String>,
        /// The standard it was identified by.
        pub edition: String,
        /// The day of whose law that was.
        pub identified_on: NaiveDate,
        /// The grade that the enterprise or its report says.
        pub declared_grade: Option<i64>,
        /// The R that it says.
        pub declared_r: Option<String>,
        /// Whether the two grades differ.
        pub differs: bool,
        /// People who live within 500 m.
        pub population: Option<i64>,
        /// Where in the plant.
        pub location: Option<String>,
        /// Degrees east, WGS 84.
        pub longitude: Option<f64>,
        /// Degrees north, WGS 84.
        pub latitude: Option<f64>,
        /// In use since.
        pub started_on: Option<NaiveDate>,
        /// [`Person`]s who answer for it.
        pub persons: Json<Value>,
        /// Record of the archive: its evaluation report.
        pub evaluation: Option<Uuid>,
        /// Record of the archive: its emergency plan.
        pub plan: Option<Uuid>,
        /// Day of the last safety assessment.
        pub assessed_on: Option<NaiveDate>,
        /// [`Event`]s since then.
        pub events: Json<Value>,
        /// By when it must be identified anew.
        pub review_on: Option<NaiveDate>,
        /// `years` or `event`.
        pub review_why: Option<String>,
        /// One of [`STATES`].
        pub state: String,
        /// The case by which it is being filed or struck off now.
        pub open_filing: Option<Uuid>,
        /// Number of the filing.
        pub filing_number: Option<String>,
        /// Filed on.
        pub filed_on: Option<NaiveDate>,
        /// The last day of that filing.
        pub filed_until: Option<NaiveDate>,
        /// Name of the authority.
        pub filed_with: Option<String>,
        /// Remark.
        pub note: Option<String>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

db::table! {
    /// A filing at the county or a request to strike one off, beside its case.
    #[derive(Serialize, Deserialize)]
    pub struct Filing in "hazard_filing" {
        /// City, 4 digits.
        pub city: String,
        /// Id of the case.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// The [`Source`].
        pub source: Uuid,
        /// `filing` or `cancel`.
        pub kind: String,
        /// The [`Material`]s.
        pub materials: Json<Value>,
        /// Why it is asked for.
        pub reason: Option<String>,
        /// The source as it stood when it was handed in.
        pub subject: Json<Value>,
        /// Number that was given.
        pub number: Option<String>,
        /// When it was decided.
        pub decided_on: Option<NaiveDate>,
        /// The last day of the filing.
        pub valid_until: Option<NaiveDate>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

/// A paper that goes with a filing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HazardMaterial)]
pub struct Material {
    /// What paper, as the rules name it.
    pub name: String,
    /// The record of the archive in which it is.
    #[serde(default)]
    pub record: Option<Uuid>,
    /// Where else it is, or its number.
    #[serde(default)]
    pub note: Option<String>,
}

/// States of a source: code and label.
pub const STATES: &[(&str, &str)] =
    &[("registered", "未备案"), ("filed", "已备案"), ("cancelled", "已核销"), ("removed", "已删除")];

/// What a source is: code and label.
pub const CATEGORIES: &[(&str, &str)] = &[
    ("chemical", "危险化学品"),
    ("tank_area", "储罐区（2004 年类别）"),
    ("warehouse", "库区（2004 年类别）"),
    ("production_site", "生产场所（2004 年类别）"),
    ("long_pipeline", "长输管道"),
    ("public_pipeline", "公用管道"),
    ("industrial_pipeline", "工业管道"),
    ("boiler", "锅炉"),
    ("pressure_vessel", "压力容器"),
    ("coal_mine", "煤矿（井工开采）"),
    ("other_mine", "金属非金属地下矿山"),
    ("tailings_pond", "尾矿库"),
];

/// What asks for a new identification (安监总局令第40号 article 11): code and label.
pub const EVENTS: &[(&str, &str)] = &[
    ("construction", "新建、改建、扩建"),
    ("change", "种类、数量、工艺、储存方式或者重要设备变化"),
    ("surroundings", "外界安全环境变化"),
    ("accident", "发生事故"),
    ("standard", "辨识、评估标准变化"),
];

/// Duties of the persons who answer for a source (包保责任): code and label.
pub const DUTIES: &[(&str, &str)] = &[
    ("principal", "主要负责人"),
    ("technical", "技术负责人"),
    ("operation", "操作负责人"),
    ("other", "其他责任人"),
];

/// The Chinese word of a code.
pub fn label<'a>(words: &[(&str, &'a str)], code: &str) -> &'a str {
    words.iter().find(|(own, _)| *own == code).map_or("", |(_, label)| label)
}

/// A unit (单元): what is identified by itself.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HazardUnit)]
pub struct Unit {
    /// Given when it is first written; monitoring points name it.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// What it is called.
    pub name: String,
    /// `production` or `storage`, of hazardous chemicals.
    #[serde(default)]
    pub kind: Option<String>,
    /// What it holds, of hazardous chemicals.
    #[serde(default)]
    pub substances: Vec<Substance>,
    /// Figures of the other categories, as the rule `hazard-category` takes them.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub facts: Map<String, Value>,
    /// What the rules found: value, steps, certainty. Written by the system.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub outcome: Option<Value>,
}

/// A chemical in a unit.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HazardSubstance)]
pub struct Substance {
    /// Chinese name.
    #[serde(default)]
    pub name: Option<String>,
    /// CAS number.
    #[serde(default)]
    pub cas: Option<String>,
    /// Item of Table 1, where name or CAS number stands at several.
    #[serde(default)]
    pub row: Option<u32>,
    /// Hazard classes of Table 2, `W5.3`; several with commas between.
    #[serde(default)]
    pub category: Option<String>,
    /// Tonnes at the design maximum, a decimal as text.
    pub quantity_t: String,
    /// `gas`, `liquid` or `solid`.
    #[serde(default)]
    pub state: Option<String>,
    /// How it is kept: tank, pressure and temperature.
    #[serde(default)]
    pub container: Option<String>,
}

/// Who answers for a source.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HazardPerson)]
pub struct Person {
    /// One of [`DUTIES`].
    pub duty: String,
    /// Name.
    pub name: String,
    /// Post.
    #[serde(default)]
    pub post: Option<String>,
    /// Phone.
    #[serde(default)]
    pub phone: Option<String>,
}

/// What has happened since the last assessment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HazardEvent)]
pub struct Event {
    /// One of [`EVENTS`].
    pub kind: String,
    /// When.
    pub on: NaiveDate,
    /// What.
    #[serde(default)]
    pub note: String,
}

impl Source {
    /// A source of an enterprise in which nothing is filled in yet.
    pub fn blank(enterprise: &Enterprise, by: Uuid, at: DateTime<Utc>, today: NaiveDate) -> Source {
        Source {
            city: enterprise.city.clone(),
            id: Uuid::now_v7(),
            town: enterprise.town.clone(),
            sector: enterprise.sector.clone(),
            ownership: enterprise.ownership.clone(),
            enterprise: enterprise.id,
            enterprise_name: enterprise.name.clone(),
            name: String::new(),
            category: "chemical".into(),
            units: Json(Value::Array(Vec::new())),
            is_major: false,
            grade: None,
            grade_method: None,
            s: None,
            r: None,
            edition: String::new(),
            identified_on: today,
            declared_grade: None,
            declared_r: None,
            differs: false,
            population: None,
            location: None,
            longitude: None,
            latitude: None,
            started_on: None,
            persons: Json(Value::Array(Vec::new())),
            evaluation: None,
            plan: None,
            assessed_on: None,
            events: Json(Value::Array(Vec::new())),
            review_on: None,
            review_why: None,
            state: "registered".into(),
            open_filing: None,
            filing_number: None,
            filed_on: None,
            filed_until: None,
            filed_with: None,
            note: None,
            created_at: at,
            created_by: by,
            updated_at: at,
            updated_by: by,
            version: 1,
        }
    }

    /// Its units.
    pub fn units(&self) -> Vec<Unit> {
        serde_json::from_value(self.units.0.clone()).unwrap_or_default()
    }

    /// Who answers for it.
    pub fn persons(&self) -> Vec<Person> {
        serde_json::from_value(self.persons.0.clone()).unwrap_or_default()
    }

    /// What has happened since the last assessment.
    pub fn events(&self) -> Vec<Event> {
        serde_json::from_value(self.events.0.clone()).unwrap_or_default()
    }

    /// Whether it counts: it is neither struck off nor removed.
    pub fn is_live(&self) -> bool {
        !matches!(self.state.as_str(), "cancelled" | "removed")
    }

    /// The row as a document for the trail.
    pub fn document(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// An entry of the trail about it.
    pub fn entry(
        &self,
        action: Action,
        before: Option<Value>,
        after: Option<Value>,
        reason: Option<String>,
    ) -> audit::Entry {
        audit::Entry {
            action,
            subject: Self::TABLE,
            city: self.city.clone(),
            town: self.town.clone(),
            row: Some(self.id),
            title: Some(format!("{}：{}", self.enterprise_name, self.name)),
            before,
            after,
            reason,
        }
    }
}
