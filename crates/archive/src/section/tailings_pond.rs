//! Tailings ponds: 尾矿库安全监督管理规定 (总局令第38号); GB 39496.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{above_design, in_order};

/// A tailings pond.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TailingsPond {
    #[schemars(title = "尾矿库名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "安全生产许可证编号", extend("x-role" = "number"))]
    permit_number: Option<String>,
    #[schemars(title = "位置")]
    place: Option<String>,
    #[schemars(title = "等别")]
    grade: Option<Grade>,
    #[schemars(title = "使用状态")]
    state: Option<State>,
    #[schemars(title = "安全度")]
    safety: Option<Safety>,
    #[schemars(title = "库型")]
    kind: Option<Kind>,
    #[schemars(title = "筑坝方式")]
    method: Option<Method>,
    #[schemars(title = "设计单位")]
    designed_by: Option<String>,
    #[schemars(title = "设计坝高", extend("x-unit" = "m"))]
    design_height: Option<Number>,
    #[schemars(title = "现状坝高", extend("x-unit" = "m"))]
    height: Option<Number>,
    #[schemars(title = "设计总库容", extend("x-unit" = "万m³"))]
    design_capacity: Option<Number>,
    #[schemars(title = "现状库容", extend("x-unit" = "万m³"))]
    stored: Option<Number>,
    #[schemars(title = "安全超高", extend("x-unit" = "m"))]
    freeboard: Option<Number>,
    #[schemars(title = "干滩长度", extend("x-unit" = "m"))]
    beach: Option<Number>,
    #[schemars(title = "是否属头顶库")]
    head_pond: Option<bool>,
    #[schemars(title = "下游 1 公里内居民", extend("x-unit" = "人"))]
    people_downstream: Option<u32>,
    #[schemars(title = "有无在线安全监测系统")]
    online_monitoring: Option<bool>,
    #[schemars(title = "排洪系统")]
    flood_drainage: Option<String>,
    #[schemars(title = "安全现状评价单位", extend("x-role" = "issuer"))]
    evaluated_by: Option<String>,
    #[schemars(title = "安全现状评价日期", extend("x-role" = "issued_on"))]
    evaluated_on: Option<NaiveDate>,
    #[schemars(title = "下次评价日期", description = "每三年至少一次", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "包库负责人")]
    responsible: Option<String>,
    #[schemars(title = "负责人电话", extend("x-personal" = true))]
    responsible_phone: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// The grade by capacity and height.
    Grade {
        First = "first" "一等",
        Second = "second" "二等",
        Third = "third" "三等",
        Fourth = "fourth" "四等",
        Fifth = "fifth" "五等",
    }
);

rules::one_of!(
    /// What is done with it.
    State {
        Building = "building" "在建",
        Running = "running" "运行",
        Stopped = "stopped" "停用",
        Recovering = "recovering" "回采",
        Closed = "closed" "已闭库",
        Cancelled = "cancelled" "已销号",
    }
);

rules::one_of!(
    /// How safe it is.
    Safety {
        Normal = "normal" "正常库",
        Ill = "ill" "病库",
        Dangerous = "dangerous" "险库",
        Critical = "critical" "危库",
    }
);

rules::one_of!(
    /// Where it lies.
    Kind {
        Valley = "valley" "山谷型",
        Hillside = "hillside" "傍山型",
        Flat = "flat" "平地型",
        River = "river" "截河型",
    }
);

rules::one_of!(
    /// How the dam is raised.
    Method {
        Upstream = "upstream" "上游式",
        Midline = "midline" "中线式",
        Downstream = "downstream" "下游式",
        OneStep = "one_step" "一次建坝",
        Dry = "dry" "干式堆存",
    }
);

impl Section for TailingsPond {
    const CODE: &'static str = "tailings_pond";
    const LABEL: &'static str = "尾矿库";
    const GROUP: Group = Group::Places;
    const FACT: Option<&'static str> = Some("tailings_pond");

    const WARN: Option<fn(&Self) -> Vec<Wrong>> = Some(|own| {
        [
            above_design(
                ("height", own.height),
                own.design_height,
                "现状坝高超过设计坝高，请核对；确属超高的应立即停止排放。",
            ),
            above_design(
                ("stored", own.stored),
                own.design_capacity,
                "现状库容超过设计总库容，请核对；确属超量的应立即停止排放。",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    });

    fn check(&self) -> Vec<Wrong> {
        [in_order(self.evaluated_on, ("expires_on", self.expires_on), "下次评价日期早于评价日期，请核对。")]
            .into_iter()
            .flatten()
            .collect()
    }
}
