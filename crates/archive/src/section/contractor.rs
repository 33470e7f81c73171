//! Contractors, lessees and lessors: 安全生产法 article 49.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// Another unit on the premises, with its agreement.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Contractor {
    #[schemars(title = "单位名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "关系")]
    relation: Relation,
    #[schemars(title = "统一社会信用代码")]
    credit_code: Option<String>,
    #[schemars(title = "资质、许可证")]
    qualification: Option<String>,
    #[schemars(title = "资质有效期至")]
    qualification_expires_on: Option<NaiveDate>,
    #[schemars(title = "承包、承租内容")]
    scope: String,
    #[schemars(title = "作业地点、承租部位")]
    place: Option<String>,
    #[schemars(title = "进场人数", extend("x-unit" = "人"))]
    people: Option<u32>,
    #[schemars(title = "对方负责人")]
    principal: Option<String>,
    #[schemars(title = "负责人电话", extend("x-personal" = true))]
    principal_phone: Option<String>,
    #[schemars(title = "安全生产管理协议编号", extend("x-role" = "number"))]
    agreement_number: Option<String>,
    #[schemars(title = "签订日期", extend("x-role" = "issued_on"))]
    signed_on: Option<NaiveDate>,
    #[schemars(title = "协议到期日", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "双方安全职责", extend("x-long" = true))]
    duties: Option<String>,
    #[schemars(title = "是否进行入厂安全教育")]
    trained: Option<bool>,
    #[schemars(title = "最近一次安全检查日期")]
    checked_on: Option<NaiveDate>,
    #[schemars(title = "检查情况", extend("x-long" = true))]
    check_result: Option<String>,
    #[schemars(title = "评价")]
    rating: Option<Rating>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What the other unit is.
    Relation {
        Contractor = "contractor" "承包单位",
        Subcontractor = "subcontractor" "分包单位",
        Lessee = "lessee" "承租单位",
        Lessor = "lessor" "出租单位",
        Supplier = "supplier" "供应、运输单位",
        Labour = "labour" "劳务派遣单位",
        Service = "service" "技术、管理服务机构",
        CoLocated = "co_located" "同一区域作业单位",
        Other = "other" "其他",
    }
);

rules::one_of!(
    /// How it did.
    Rating {
        Qualified = "qualified" "合格",
        Improve = "improve" "需改进",
        Unqualified = "unqualified" "不合格，停止合作",
    }
);

impl Section for Contractor {
    const CODE: &'static str = "contractor";
    const LABEL: &'static str = "相关方（承包、承租、出租）";
    const GROUP: Group = Group::Contractors;
    const FACT: Option<&'static str> = Some("contractors");

    fn check(&self) -> Vec<Wrong> {
        in_order(self.signed_on, ("expires_on", self.expires_on), "协议到期日早于签订日期，请核对。")
            .into_iter()
            .collect()
    }
}
