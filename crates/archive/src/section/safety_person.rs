//! Responsible persons and safety managers with their certificates: 安全生产法 articles 5, 24, 27; 生产经营单位安全培训规定.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{id_number, in_order};

/// A person who answers for safety.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SafetyPerson {
    #[schemars(title = "姓名", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "安全职责")]
    role: Role,
    #[schemars(title = "职务")]
    post: Option<String>,
    #[schemars(title = "联系电话", extend("x-personal" = true))]
    phone: Option<String>,
    #[schemars(
        title = "身份证号",
        description = "外籍和港澳台人员填写所持证件号",
        extend("x-personal" = true)
    )]
    id_number: Option<String>,
    #[schemars(title = "学历")]
    education: Option<Education>,
    #[schemars(title = "专业")]
    major: Option<String>,
    #[schemars(title = "职称")]
    title_rank: Option<String>,
    #[schemars(title = "任职日期")]
    appointed_on: Option<NaiveDate>,
    #[schemars(title = "任命文件号")]
    document_number: Option<String>,
    #[schemars(title = "证书种类")]
    certificate_kind: Option<Certificate>,
    #[schemars(title = "证书编号", extend("x-role" = "number"))]
    certificate_number: Option<String>,
    #[schemars(title = "发证机关", extend("x-role" = "issuer"))]
    issuer: Option<String>,
    #[schemars(title = "发证日期", extend("x-role" = "issued_on"))]
    issued_on: Option<NaiveDate>,
    #[schemars(title = "有效期至", description = "以证书所载为准", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "最近一次再培训日期")]
    last_training_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What the person answers for.
    Role {
        Principal = "principal" "主要负责人",
        LegalRepresentative = "legal_representative" "法定代表人",
        Deputy = "deputy" "分管安全负责人",
        Director = "director" "安全总监",
        Manager = "manager" "专职安全生产管理人员",
        PartTimeManager = "part_time_manager" "兼职安全生产管理人员",
        DepartmentHead = "department_head" "安全生产管理机构负责人",
        Engineer = "engineer" "注册安全工程师",
        OccupationalHealth = "occupational_health" "职业卫生管理人员",
        Fire = "fire" "消防安全管理人",
        Other = "other" "其他",
    }
);

rules::one_of!(
    /// Schooling.
    Education {
        Junior = "junior" "初中及以下",
        Senior = "senior" "高中、中专",
        College = "college" "大专",
        Bachelor = "bachelor" "本科",
        Postgraduate = "postgraduate" "研究生",
    }
);

rules::one_of!(
    /// What certificate is held.
    Certificate {
        Principal = "principal" "主要负责人安全生产知识和管理能力考核合格证",
        Manager = "manager" "安全生产管理人员安全生产知识和管理能力考核合格证",
        SafetyEngineer = "safety_engineer" "注册安全工程师注册证",
        ConstructionA = "construction_a" "建筑施工企业安全生产考核合格证（A 类）",
        ConstructionB = "construction_b" "建筑施工企业安全生产考核合格证（B 类）",
        ConstructionC = "construction_c" "建筑施工企业安全生产考核合格证（C 类）",
        OccupationalHealth = "occupational_health" "职业卫生培训合格证",
        Fire = "fire" "消防安全培训合格证",
        SafetyDirector = "safety_director" "注册安全主任证",
        None = "none" "无证",
        Other = "other" "其他证书",
    }
);

impl Section for SafetyPerson {
    const CODE: &'static str = "safety_person";
    const LABEL: &'static str = "主要负责人、安全管理人员及证书";
    const GROUP: Group = Group::People;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.issued_on, ("expires_on", self.expires_on), "有效期至早于发证日期，请核对。"),
            id_number("id_number", self.id_number.as_deref()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
