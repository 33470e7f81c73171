//! The fields of a record as people see them: label, kind and options, said once for form, list, export and trail.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::model::{Enterprise, STATUS};

/// How a field is shown and entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A line of text.
    Text,
    /// Several lines.
    LongText,
    /// Whole number.
    Number,
    /// Money in 分.
    Money,
    /// A day.
    Date,
    /// One of the options.
    Option,
    /// Degrees.
    Degrees,
}

/// A field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Field {
    /// Column.
    pub name: &'static str,
    /// Chinese label.
    pub label: &'static str,
    /// Group on the page.
    pub group: &'static str,
    /// How it is shown.
    pub kind: Kind,
    /// Whether people may edit it; the others are worked out.
    pub editable: bool,
    /// Whether it is personal data: masked to who may not see it, and its reading recorded.
    pub personal: bool,
    /// Options: code and label.
    #[schema(value_type = Vec<Vec<String>>)]
    pub options: Vec<(&'static str, &'static str)>,
}

/// Public and non-public (国统字〔1998〕204号).
pub const OWNERSHIP: &[(&str, &str)] = &[("public", "公有"), ("non_public", "非公有")];
/// How sure the ownership is.
pub const BASIS: &[(&str, &str)] = &[("stated", "明确"), ("inferred", "推断"), ("assumed", "推定")];
/// Size classes (国统字〔2017〕213号).
pub const SIZE: &[(&str, &str)] =
    &[("large", "大型"), ("medium", "中型"), ("small", "小型"), ("micro", "微型"), ("unknown", "未划型")];
/// Verification by the town.
pub const VERIFICATION: &[(&str, &str)] =
    &[("verified", "已核实"), ("partly", "部分核实"), ("unverified", "未核实")];
/// Assignment to a town.
pub const ASSIGNMENT: &[(&str, &str)] = &[("certain", "已分配"), ("proposed", "有建议"), ("open", "待分配")];
/// Whether there are coordinates.
pub const LOCATED: &[(&str, &str)] = &[("yes", "已定位"), ("no", "未定位")];
/// Whose the premises are.
const PREMISES: &[(&str, &str)] = &[("owned", "自有"), ("rented", "租赁")];

/// Where an industry comes from.
const INDUSTRY_BASIS: &[(&str, &str)] = &[("stated", "登记"), ("inferred", "推断")];

/// Grades of supervision (分类分级监管), the best first.
const GRADE: &[(&str, &str)] = &[("A", "A 级"), ("B", "B 级"), ("C", "C 级"), ("D", "D 级")];

/// The options of a dimension or field that has any.
pub fn options(name: &str) -> &'static [(&'static str, &'static str)] {
    match name {
        "status" => STATUS,
        "ownership" => OWNERSHIP,
        "ownership_basis" => BASIS,
        "size" => SIZE,
        "verification" => VERIFICATION,
        "assignment" => ASSIGNMENT,
        "located" => LOCATED,
        "premises" => PREMISES,
        "industry_basis" => INDUSTRY_BASIS,
        "grade" => GRADE,
        "sector" => rules::sector::SECTORS,
        _ => &[],
    }
}

/// What a filter on a field that may be empty is narrowed to: its options, and that it is empty.
pub fn choices(name: &str) -> Vec<(&'static str, &'static str)> {
    let empty = if name == "industry_basis" { ("none", "没有行业") } else { ("unknown", "未登记") };
    options(name).iter().copied().chain([empty]).collect()
}

/// The label of a code.
pub fn label(name: &str, code: &str) -> String {
    options(name)
        .iter()
        .find(|(option, _)| *option == code)
        .map_or_else(|| code.to_string(), |(_, label)| (*label).to_string())
}

/// All fields in the order of the page.
pub fn fields() -> Vec<Field> {
    use Kind::{Date, Degrees, LongText, Money, Number, Option, Text};
    // name, label, group, kind, editable, personal
    let rows: &[(&str, &str, &str, Kind, bool, bool)] = &[
        ("name", "企业名称", "登记信息", Text, true, false),
        ("former_names", "曾用名", "登记信息", Text, true, false),
        ("credit_code", "统一社会信用代码", "登记信息", Text, true, false),
        ("old_code", "工商注册号", "登记信息", Text, true, false),
        ("organization_code", "组织机构代码", "登记信息", Text, false, false),
        ("registration_type", "企业类型", "登记信息", Text, true, false),
        ("founded_on", "成立日期", "登记信息", Date, true, false),
        ("capital", "注册资本", "登记信息", Money, true, false),
        ("currency", "币种", "登记信息", Text, true, false),
        ("scope", "经营范围", "登记信息", LongText, true, false),
        ("status", "经营状态", "登记信息", Option, false, false),
        ("status_on", "状态日期", "登记信息", Date, false, false),
        ("status_reason", "状态说明", "登记信息", Text, false, false),
        ("status_document", "状态文号", "登记信息", Text, false, false),
        ("ownership", "经济成分", "分类", Option, false, false),
        ("ownership_basis", "判定方式", "分类", Option, false, false),
        ("ownership_reason", "判定依据", "分类", Text, false, false),
        ("industry", "行业代码", "分类", Text, true, false),
        ("industry_reason", "行业依据", "分类", Text, false, false),
        ("sector", "监管领域", "分类", Option, true, false),
        ("size", "企业规模", "分类", Option, false, false),
        ("staff", "从业人数", "规模", Number, true, false),
        ("revenue", "营业收入", "规模", Money, true, false),
        ("assets", "资产总额", "规模", Money, true, false),
        ("floor_area", "建筑面积", "规模", Number, true, false),
        ("legal_person", "法定代表人", "人员", Text, true, false),
        ("legal_person_phone", "法定代表人电话", "人员", Text, true, true),
        ("principal", "主要负责人", "人员", Text, true, false),
        ("principal_phone", "主要负责人电话", "人员", Text, true, true),
        ("safety_head", "安全负责人", "人员", Text, true, false),
        ("safety_head_phone", "安全负责人电话", "人员", Text, true, true),
        ("registered_address", "注册地址", "地址", Text, true, false),
        ("address", "实际经营地址", "地址", Text, true, false),
        ("longitude", "经度", "地址", Degrees, true, false),
        ("latitude", "纬度", "地址", Degrees, true, false),
        ("premises", "场所权属", "地址", Option, true, false),
        ("agency_name", "监管机构", "监管", Text, false, false),
        ("officer_name", "责任监管员", "监管", Text, false, false),
        ("cluster_name", "所在集群", "监管", Text, false, false),
        ("grade", "监管等级", "监管", Option, true, false),
        ("grid", "网格", "监管", Text, true, false),
        ("department", "行业主管部门", "监管", Text, true, false),
        ("parent_name", "上级企业", "监管", Text, true, false),
        ("assignment", "镇街分配", "监管", Option, false, false),
        ("assignment_reason", "分配依据", "监管", Text, false, false),
        ("verification", "核实情况", "监管", Option, false, false),
        ("verified_by_name", "核实人", "监管", Text, false, false),
    ];
    rows.iter()
        .map(|(name, label, group, kind, editable, personal)| Field {
            name,
            label,
            group,
            kind: *kind,
            editable: *editable,
            personal: *personal,
            options: options(name).to_vec(),
        })
        .collect()
}

impl Field {
    /// A value as people read it: money in 元, choices in words.
    pub(crate) fn show(&self, value: &Value) -> String {
        match (self.kind, value) {
            (_, Value::Null) => String::new(),
            (Kind::Option, Value::String(code)) => label(self.name, code),
            (Kind::Money, Value::Number(number)) => {
                let cents = number.as_i64().unwrap_or_default();
                format!("{}.{:02}", cents / 100, cents % 100)
            }
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        }
    }
}

/// What a record says, for print: group, label and value of every field that has one.
pub fn said(record: &Enterprise) -> Vec<(&'static str, &'static str, String)> {
    let document = record.document();
    let fields =
        fields().into_iter().map(|field| (field.group, field.label, field.show(&document[field.name])));
    fields.filter(|(_, _, value)| !value.is_empty()).collect()
}

/// Whether a record says anybody's phone.
pub fn has_phones(record: &Enterprise) -> bool {
    [&record.legal_person_phone, &record.principal_phone, &record.safety_head_phone]
        .iter()
        .any(|own| own.is_some())
}
