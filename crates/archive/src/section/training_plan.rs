//! Training plans: 安全生产法 articles 21 (3), 28; 生产经营单位安全培训规定 article 21.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{in_order, year};
use crate::choice::{Trainee, TrainingForm};

/// A plan or one of its courses.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TrainingPlan {
    #[schemars(title = "计划（课程）名称", extend("x-role" = "title"))]
    title: String,
    #[schemars(title = "年度")]
    year: u32,
    #[schemars(title = "培训对象")]
    trainee: Option<Trainee>,
    #[schemars(title = "培训方式")]
    form: Option<TrainingForm>,
    #[schemars(title = "计划学时", extend("x-unit" = "学时"))]
    hours: Option<Number>,
    #[schemars(title = "计划人数", extend("x-unit" = "人"))]
    people: Option<u32>,
    #[schemars(title = "师资")]
    teacher: Option<String>,
    #[schemars(title = "计划开始日期")]
    planned_on: Option<NaiveDate>,
    #[schemars(title = "经费", extend("x-unit" = "元"))]
    budget: Option<Number>,
    #[schemars(title = "文件编号", extend("x-role" = "number"))]
    document_number: Option<String>,
    #[schemars(title = "批准人", extend("x-role" = "issuer"))]
    approved_by: Option<String>,
    #[schemars(title = "制定日期", extend("x-role" = "issued_on"))]
    issued_on: Option<NaiveDate>,
    #[schemars(title = "培训内容", extend("x-long" = true))]
    content: Option<String>,
    #[schemars(title = "是否已完成")]
    done: Option<bool>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

impl Section for TrainingPlan {
    const CODE: &'static str = "training_plan";
    const LABEL: &'static str = "教育培训计划";
    const GROUP: Group = Group::Training;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.issued_on, ("planned_on", self.planned_on), "计划开始日期早于制定日期，请核对。"),
            year("year", Some(self.year)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
