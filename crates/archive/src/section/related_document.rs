//! Documents that belong to no other section.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// A document.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RelatedDocument {
    #[schemars(title = "文件名称", extend("x-role" = "title"))]
    title: String,
    #[schemars(title = "文件类别")]
    kind: Kind,
    #[schemars(title = "文号", extend("x-role" = "number"))]
    document_number: Option<String>,
    #[schemars(title = "发文单位", extend("x-role" = "issuer"))]
    issuer: Option<String>,
    #[schemars(title = "发文日期", extend("x-role" = "issued_on"))]
    issued_on: Option<NaiveDate>,
    #[schemars(title = "收到日期")]
    received_on: Option<NaiveDate>,
    #[schemars(title = "有效期至（办结期限）", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "原件存放处")]
    place: Option<String>,
    #[schemars(title = "内容摘要", extend("x-long" = true))]
    summary: Option<String>,
    #[schemars(title = "落实情况", extend("x-long" = true))]
    handling: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What document it is.
    Kind {
        Superior = "superior" "上级来文",
        Reply = "reply" "批复、复函",
        Meeting = "meeting" "会议纪要",
        Report = "report" "报告、总结",
        Contract = "contract" "合同、协议",
        Minutes = "minutes" "安全会议、活动记录",
        Letter = "letter" "通知、函",
        Drawing = "drawing" "图纸",
        Photo = "photo" "照片、音像",
        Other = "other" "其他",
    }
);

impl Section for RelatedDocument {
    const CODE: &'static str = "related_document";
    const LABEL: &'static str = "相关文件";
    const GROUP: Group = Group::Other;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.issued_on, ("received_on", self.received_on), "收到日期早于发文日期，请核对。"),
            in_order(self.issued_on, ("expires_on", self.expires_on), "有效期至早于发文日期，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
