//! Risk deposit: 企业安全生产风险抵押金管理暂行办法 (财建〔2006〕369号), until 2017.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section};

/// The deposit or a move of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RiskDeposit {
    #[schemars(title = "事项", description = "如 2008 年度风险抵押金存储", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "类别")]
    kind: Kind,
    #[schemars(title = "应存金额", extend("x-unit" = "元"))]
    required: Option<Number>,
    #[schemars(title = "存储金额", extend("x-unit" = "元"))]
    stored: Option<Number>,
    #[schemars(title = "支用金额", extend("x-unit" = "元"))]
    used: Option<Number>,
    #[schemars(title = "余额", extend("x-unit" = "元"))]
    balance: Option<Number>,
    #[schemars(title = "存储银行")]
    bank: Option<String>,
    #[schemars(title = "专户账号")]
    account: Option<String>,
    #[schemars(title = "办理日期", extend("x-role" = "issued_on"))]
    happened_on: Option<NaiveDate>,
    #[schemars(title = "凭证或者批准文件号", extend("x-role" = "number"))]
    document_number: Option<String>,
    #[schemars(title = "核定机关", extend("x-role" = "issuer"))]
    approved_by: Option<String>,
    #[schemars(title = "支用事由", extend("x-long" = true))]
    purpose: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What happened.
    Kind {
        Store = "store" "存储",
        TopUp = "top_up" "补存",
        Use = "use" "支用",
        Refund = "refund" "退还",
        Transfer = "transfer" "转存",
        Exempt = "exempt" "已投保责任险，免存",
    }
);

impl Section for RiskDeposit {
    const CODE: &'static str = "risk_deposit";
    const LABEL: &'static str = "安全生产风险抵押金";
    const GROUP: Group = Group::Money;
}
