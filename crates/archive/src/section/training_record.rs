//! Training of each person: 安全生产法 article 28 (the record says time, content, people, result), 生产经营单位安全培训规定.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{id_number, in_order};
use crate::choice::{Trainee, TrainingForm, Verdict};

/// What a person was trained in.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TrainingRecord {
    #[schemars(title = "姓名", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "人员类别")]
    trainee: Trainee,
    #[schemars(title = "培训时机")]
    occasion: rules::training::Event,
    #[schemars(title = "培训级别")]
    level: Option<Level>,
    #[schemars(title = "身份证号", extend("x-personal" = true))]
    id_number: Option<String>,
    #[schemars(title = "部门、岗位")]
    post: Option<String>,
    #[schemars(title = "培训内容")]
    course: String,
    #[schemars(title = "培训方式")]
    form: Option<TrainingForm>,
    #[schemars(title = "培训单位或者授课人", extend("x-role" = "issuer"))]
    trainer: Option<String>,
    #[schemars(title = "培训开始日期")]
    starts_on: Option<NaiveDate>,
    #[schemars(title = "培训结束日期", extend("x-role" = "issued_on"))]
    trained_on: NaiveDate,
    #[schemars(title = "学时", extend("x-unit" = "学时"))]
    hours: Number,
    #[schemars(title = "考核成绩", extend("x-unit" = "分"))]
    exam_score: Option<Number>,
    #[schemars(title = "考核结果")]
    result: Option<Verdict>,
    #[schemars(title = "证书编号", extend("x-role" = "number"))]
    certificate_number: Option<String>,
    #[schemars(title = "下次再培训日期", extend("x-role" = "expires_on"))]
    due_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// On what level it was given.
    Level {
        Company = "company" "厂（公司）级",
        Workshop = "workshop" "车间（工段）级",
        Team = "team" "班组级",
        Outside = "outside" "外部机构",
    }
);

impl Section for TrainingRecord {
    const CODE: &'static str = "training_record";
    const LABEL: &'static str = "教育培训档案";
    const GROUP: Group = Group::Training;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(
                self.starts_on,
                ("trained_on", Some(self.trained_on)),
                "培训结束日期早于开始日期，请核对。",
            ),
            in_order(
                Some(self.trained_on),
                ("due_on", self.due_on),
                "下次再培训日期早于本次培训日期，请核对。",
            ),
            id_number("id_number", self.id_number.as_deref()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
