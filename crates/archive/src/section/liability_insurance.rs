//! Work-safety liability insurance: 安全生产法 article 51, 安全生产责任保险实施办法.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{at_most, in_order};

/// A policy.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LiabilityInsurance {
    #[schemars(title = "险种名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "保单号", extend("x-role" = "number"))]
    policy_number: String,
    #[schemars(title = "保险公司", extend("x-role" = "issuer"))]
    insurer: Option<String>,
    #[schemars(title = "投保人数", extend("x-unit" = "人"))]
    insured_people: Option<u32>,
    #[schemars(title = "保险费", extend("x-unit" = "元"))]
    premium: Option<Number>,
    #[schemars(title = "累计责任限额", extend("x-unit" = "万元"))]
    limit: Option<Number>,
    #[schemars(title = "每人死亡责任限额", extend("x-unit" = "万元"))]
    limit_per_person: Option<Number>,
    #[schemars(title = "保险期起", extend("x-role" = "issued_on"))]
    starts_on: Option<NaiveDate>,
    #[schemars(title = "保险期止", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "是否约定事故预防服务")]
    prevention_service: Option<bool>,
    #[schemars(title = "事故预防服务情况", extend("x-long" = true))]
    service_record: Option<String>,
    #[schemars(title = "理赔情况", extend("x-long" = true))]
    claims: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

impl Section for LiabilityInsurance {
    const CODE: &'static str = "liability_insurance";
    const LABEL: &'static str = "安全生产责任保险";
    const GROUP: Group = Group::Money;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.starts_on, ("expires_on", self.expires_on), "保险期止早于保险期起，请核对。"),
            at_most(
                ("limit_per_person", self.limit_per_person),
                self.limit,
                "每人责任限额大于累计责任限额，请核对。",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
