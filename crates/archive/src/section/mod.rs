//! The sections of the archive: each is one struct in a file of its own and one line in [`SECTIONS`].
//!
//! The struct says everything: its fields' labels (`title`), remarks (`description`, in Chinese where users shall read it), units
//! (`x-unit`), what a field is to lists, search and the expiry calendar (`x-role`: `title`, `number`, `issuer`, `issued_on`,
//! `expires_on`), long texts (`x-long`), personal data (`x-personal`) and numbers that may be negative (`x-signed`). From it come
//! the schema, the form, the table, the sheet, the print, completeness and expiry. A field is a `String`, a whole number,
//! [`rules::Number`], a `bool`, a `NaiveDate`, an enumeration (`choice.rs` has those that several sections share), or an
//! `Option` of one of these.

mod accident;
mod ammonia_refrigeration;
mod basic_condition;
mod combustible_dust;
mod commendation;
mod confined_space;
mod contractor;
mod dangerous_work;
mod emergency_drill;
mod emergency_plan;
mod emergency_store;
mod emergency_team;
mod equipment;
mod exposed_post;
mod fire_safety;
mod hazardous_chemical;
mod health_check;
mod injury_insurance;
mod key_process;
mod liability_insurance;
mod management_system;
mod mine_system;
mod molten_metal;
mod occupational_hazard;
mod occupational_test;
mod operating_procedure;
mod penalty;
mod permit;
mod product;
mod protective_equipment;
mod protective_issue;
mod raw_material;
mod related_document;
mod responsibility_statement;
mod risk_deposit;
mod risk_point;
mod risk_profile;
mod safety_commitment;
mod safety_evaluation;
mod safety_expense;
mod safety_facility;
mod safety_organization;
mod safety_person;
mod safety_rule;
mod safety_target;
mod self_evaluation;
mod site_plan;
mod special_equipment;
mod special_operation;
mod standardization;
mod tailings_pond;
mod tank_farm;
mod three_simultaneities;
mod training_plan;
mod training_record;
mod video_alarm;
mod warehouse;
mod warning_sign;
mod workshop;

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::field::{self, Field};

/// The chapters of the printed archive, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Chapter)]
pub enum Group {
    /// 基本情况.
    Basic,
    /// 证照与许可.
    Papers,
    /// 组织与人员.
    People,
    /// 责任制与制度.
    Duty,
    /// 投入与保险.
    Money,
    /// 教育培训.
    Training,
    /// 场所与设备.
    Places,
    /// 危险物品与工艺.
    Substances,
    /// 职业健康.
    Health,
    /// 风险与隐患.
    Risks,
    /// 评价与三同时.
    Evaluation,
    /// 相关方.
    Contractors,
    /// 应急管理.
    Emergency,
    /// 事故、处罚与表彰.
    Events,
    /// 其他.
    Other,
}

impl Group {
    /// The Chinese name.
    pub const fn label(self) -> &'static str {
        match self {
            Group::Basic => "基本情况",
            Group::Papers => "证照与许可",
            Group::People => "组织与人员",
            Group::Duty => "责任制与制度",
            Group::Money => "投入与保险",
            Group::Training => "教育培训",
            Group::Places => "场所与设备",
            Group::Substances => "危险物品与工艺",
            Group::Health => "职业健康",
            Group::Risks => "风险与隐患",
            Group::Evaluation => "评价与三同时",
            Group::Contractors => "相关方",
            Group::Emergency => "应急管理",
            Group::Events => "事故、处罚与表彰",
            Group::Other => "其他",
        }
    }
}

/// What a section's struct says of itself.
pub trait Section: Serialize + DeserializeOwned + JsonSchema {
    /// Code, as in the table `archive-requirement`.
    const CODE: &'static str;
    /// The Chinese name.
    const LABEL: &'static str;
    /// The chapter it stands in.
    const GROUP: Group;
    /// Whether an enterprise has at most one record of it.
    const SINGLE: bool = false;
    /// The fact of `rules::archive_requirement::Input` that a record of this section proves.
    const FACT: Option<&'static str> = None;

    /// What is to be said of values that are taken as they are: a quantity above the design maximum.
    const WARN: Option<fn(&Self) -> Vec<Wrong>> = None;

    /// What is wrong with values that are right one by one.
    fn check(&self) -> Vec<Wrong> {
        Vec::new()
    }
}

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The field.
    pub field: &'static str,
    /// Stable code.
    pub code: &'static str,
    /// What to do, in Chinese.
    pub message: String,
}

impl Wrong {
    /// A wrong field.
    pub fn new(field: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Wrong { field, code, message: message.into() }
    }
}

/// A section as the rest of the system goes through it.
#[derive(Debug)]
pub struct Described {
    /// Code.
    pub code: &'static str,
    /// The Chinese name.
    pub label: &'static str,
    /// The chapter it stands in.
    pub group: Group,
    /// Whether an enterprise has at most one record of it.
    pub single: bool,
    /// The fact that a record of it proves.
    pub fact: Option<&'static str>,
    /// Its fields in order.
    pub fields: Vec<Field>,
    /// The JSON Schema of its fields.
    pub schema: Value,
    check: fn(Value) -> Result<Value, Vec<Wrong>>,
    warn: Option<fn(&Value) -> Vec<Wrong>>,
}

fn warnings_of<T: Section>(values: &Value) -> Vec<Wrong> {
    match (T::WARN, serde_json::from_value::<T>(values.clone())) {
        (Some(warn), Ok(read)) => warn(&read),
        _ => Vec::new(),
    }
}

fn described<T: Section>() -> Described {
    let schema = schemars::schema_for!(T).to_value();
    Described {
        code: T::CODE,
        label: T::LABEL,
        group: T::GROUP,
        single: T::SINGLE,
        fact: T::FACT,
        fields: field::fields_of(&schema),
        schema,
        check: |values| {
            let read: T = serde_json::from_value(values)
                .map_err(|error| vec![Wrong::new("", "field.invalid", format!("内容不合规定：{error}"))])?;
            let wrong = read.check();
            if wrong.is_empty() { Ok(serde_json::to_value(read).unwrap_or_default()) } else { Err(wrong) }
        },
        warn: T::WARN.map(|_| warnings_of::<T> as fn(&Value) -> Vec<Wrong>),
    }
}

impl Described {
    /// The values as they are stored, or every field that is wrong. Values come from a form or from a sheet: choices by code or by
    /// their Chinese word, days in any usual form, empty texts as nothing.
    pub fn read(&self, values: &Map<String, Value>) -> Result<Map<String, Value>, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut read = Map::new();
        for field in &self.fields {
            let value = values.get(field.name.as_str()).unwrap_or(&Value::Null);
            match field.read(value) {
                Ok(value) => {
                    read.insert(field.name.clone(), value);
                }
                Err((code, message)) => wrong.push(Wrong::new(self.name_of(&field.name), code, message)),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        match (self.check)(Value::Object(read))? {
            Value::Object(fields) => Ok(fields),
            _ => Ok(Map::new()),
        }
    }

    /// Whether there is anything to be said of values that are taken.
    pub fn warns(&self) -> bool {
        self.warn.is_some()
    }

    /// What is to be said of the values of a record although they are taken.
    pub fn warnings(&self, values: &Value) -> Vec<Wrong> {
        self.warn.map(|warn| warn(values)).unwrap_or_default()
    }

    /// Whether a record of it says itself on which day it runs out.
    pub fn says_end(&self) -> bool {
        self.fields.iter().any(|field| field.role == Some(field::Role::ExpiresOn))
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    fn name_of(&'_ self, name: &str) -> &'static str {
        // the registry lives as long as the program
        SECTIONS.iter().flat_map(|own| &own.fields).find(|own| own.name == name).map_or("", |own| &own.name)
    }
}

/// Every section, in the order of the printed archive.
pub static SECTIONS: LazyLock<Vec<Described>> = LazyLock::new(|| {
    vec![
        described::<risk_profile::RiskProfile>(),
        described::<basic_condition::BasicCondition>(),
        described::<site_plan::SitePlan>(),
        described::<product::Product>(),
        described::<raw_material::RawMaterial>(),
        described::<permit::Permit>(),
        described::<safety_organization::SafetyOrganization>(),
        described::<safety_person::SafetyPerson>(),
        described::<special_operation::SpecialOperation>(),
        described::<safety_target::SafetyTarget>(),
        described::<responsibility_statement::ResponsibilityStatement>(),
        described::<safety_rule::SafetyRule>(),
        described::<operating_procedure::OperatingProcedure>(),
        described::<safety_commitment::SafetyCommitment>(),
        described::<safety_expense::SafetyExpense>(),
        described::<risk_deposit::RiskDeposit>(),
        described::<liability_insurance::LiabilityInsurance>(),
        described::<injury_insurance::InjuryInsurance>(),
        described::<training_plan::TrainingPlan>(),
        described::<training_record::TrainingRecord>(),
        described::<workshop::Workshop>(),
        described::<warehouse::Warehouse>(),
        described::<tank_farm::TankFarm>(),
        described::<equipment::Equipment>(),
        described::<special_equipment::SpecialEquipment>(),
        described::<safety_facility::SafetyFacility>(),
        described::<warning_sign::WarningSign>(),
        described::<fire_safety::FireSafety>(),
        described::<video_alarm::VideoAlarm>(),
        described::<confined_space::ConfinedSpace>(),
        described::<combustible_dust::CombustibleDust>(),
        described::<molten_metal::MoltenMetal>(),
        described::<ammonia_refrigeration::AmmoniaRefrigeration>(),
        described::<tailings_pond::TailingsPond>(),
        described::<mine_system::MineSystem>(),
        described::<hazardous_chemical::HazardousChemical>(),
        described::<key_process::KeyProcess>(),
        described::<occupational_hazard::OccupationalHazard>(),
        described::<exposed_post::ExposedPost>(),
        described::<occupational_test::OccupationalTest>(),
        described::<health_check::HealthCheck>(),
        described::<protective_equipment::ProtectiveEquipment>(),
        described::<protective_issue::ProtectiveIssue>(),
        described::<risk_point::RiskPoint>(),
        described::<dangerous_work::DangerousWork>(),
        described::<safety_evaluation::SafetyEvaluation>(),
        described::<three_simultaneities::ThreeSimultaneities>(),
        described::<standardization::Standardization>(),
        described::<self_evaluation::SelfEvaluation>(),
        described::<management_system::ManagementSystem>(),
        described::<contractor::Contractor>(),
        described::<emergency_plan::EmergencyPlan>(),
        described::<emergency_drill::EmergencyDrill>(),
        described::<emergency_team::EmergencyTeam>(),
        described::<emergency_store::EmergencyStore>(),
        described::<accident::Accident>(),
        described::<penalty::Penalty>(),
        described::<commendation::Commendation>(),
        described::<related_document::RelatedDocument>(),
    ]
});

/// The section of that code.
pub fn find(code: &str) -> Option<&'static Described> {
    SECTIONS.iter().find(|own| own.code == code)
}
