//! The facts that the conditions of a level turn on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Number;

/// What the conditions turn on. What is left out is listed as not checked.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// Deaths in the last year.
    #[schemars(title = "前一年死亡人数", extend("x-unit" = "人"))]
    pub deaths_1y: Option<Number>,
    /// Deaths in the last two years.
    #[schemars(title = "前两年死亡人数", extend("x-unit" = "人"))]
    pub deaths_2y: Option<Number>,
    /// Deaths in the last three years.
    #[schemars(title = "前三年死亡人数", extend("x-unit" = "人"))]
    pub deaths_3y: Option<Number>,
    /// Deaths in the last five years.
    #[schemars(title = "前五年死亡人数", extend("x-unit" = "人"))]
    pub deaths_5y: Option<Number>,
    /// Serious injuries in the last year.
    #[schemars(title = "前一年重伤人数", extend("x-unit" = "人"))]
    pub serious_injuries_1y: Option<Number>,
    /// Direct loss of the last year, yuan.
    #[schemars(title = "前一年直接经济损失", extend("x-unit" = "元"))]
    pub loss_1y: Option<Number>,
    /// Largest direct loss of an accident in three years, yuan.
    #[schemars(title = "前三年单起最大直接经济损失", extend("x-unit" = "元"))]
    pub loss_3y: Option<Number>,
    /// Largest direct loss of an accident in five years, yuan.
    #[schemars(title = "前五年单起最大直接经济损失", extend("x-unit" = "元"))]
    pub loss_5y: Option<Number>,
    /// 较大 or worse accidents in the last year.
    #[schemars(title = "前一年较大以上事故起数", extend("x-unit" = "起"))]
    pub greater_accidents_1y: Option<Number>,
    /// 重大 accidents in five years.
    #[schemars(title = "前五年重大事故起数", extend("x-unit" = "起"))]
    pub major_accidents_5y: Option<Number>,
    /// 特别重大 accidents ever.
    #[schemars(title = "历史特别重大事故起数", extend("x-unit" = "起"))]
    pub extraordinary_accidents: Option<Number>,
    /// Members of the group without a death.
    #[schemars(title = "集团无死亡事故成员企业比例", extend("x-unit" = "%"))]
    pub members_without_death_percent: Option<Number>,
    /// Deaths while the level held.
    #[schemars(title = "有效期内死亡人数", extend("x-unit" = "人"))]
    pub deaths_period: Option<Number>,
    /// Serious injuries while the level held.
    #[schemars(title = "有效期内重伤人数", extend("x-unit" = "人"))]
    pub serious_injuries_period: Option<Number>,
    /// Direct loss while the level held, yuan.
    #[schemars(title = "有效期内直接经济损失", extend("x-unit" = "元"))]
    pub loss_period: Option<Number>,
    /// Licences in order.
    #[schemars(title = "证照齐全有效")]
    pub permits_valid: Option<bool>,
    /// Safety body or staff in place.
    #[schemars(title = "机构人员到位")]
    pub organisation: Option<bool>,
    /// Heads, managers and special operators hold their certificates.
    #[schemars(title = "有关人员持证")]
    pub certified_staff: Option<bool>,
    /// An event of grave social effect.
    #[schemars(title = "重大社会不良影响事件")]
    pub bad_social_effect: Option<bool>,
    /// On the list of bad faith.
    #[schemars(title = "在失信名单")]
    pub bad_faith_listed: Option<bool>,
    /// Refused within a year.
    #[schemars(title = "一年内申请未通过")]
    pub refused_within_year: Option<bool>,
    /// Revoked within a year.
    #[schemars(title = "一年内被撤销等级")]
    pub revoked_within_year: Option<bool>,
    /// A major hidden danger is open.
    #[schemars(title = "重大隐患未整改完毕")]
    pub major_danger_open: Option<bool>,
    /// A major hidden danger is overdue.
    #[schemars(title = "重大隐患逾期未整改")]
    pub major_danger_overdue: Option<bool>,
    /// Figures of accidents are flat or falling.
    #[schemars(title = "事故指标平稳或下降")]
    pub indicators_falling: Option<bool>,
    /// Level one before, or two or three held for three years.
    #[schemars(title = "曾为一级，或者二、三级满三年")]
    pub previous_level_held: Option<bool>,
    /// Rules, process or site changed greatly.
    #[schemars(title = "有重大变化")]
    pub big_change: Option<bool>,
    /// Self-assessment every year, filed.
    #[schemars(title = "每年自评并报送")]
    pub self_assessed_yearly: Option<bool>,
    /// Accident concealed, falsely or late reported.
    #[schemars(title = "瞒报谎报迟报漏报")]
    pub concealed: Option<bool>,
    /// False papers.
    #[schemars(title = "虚假材料")]
    pub false_papers: Option<bool>,
    /// A licence lost.
    #[schemars(title = "证照被暂扣、吊销或失效")]
    pub permit_lost: Option<bool>,
}
