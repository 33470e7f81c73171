//! Which column of a file is which field: by the names that offices give them.

use std::{collections::HashMap, sync::OnceLock};

/// A field that an import takes, with the names its column goes by. The first is the name Anjian writes itself.
pub struct Field {
    /// Field.
    pub name: &'static str,
    /// Names of the column.
    pub names: &'static [&'static str],
}

/// All fields an import takes.
pub const FIELDS: &[Field] = &[
    Field {
        name: "name",
        names: &[
            "企业名称",
            "单位名称",
            "公司名称",
            "名称",
            "字号名称",
            "企业（单位）名称",
            "市场主体名称",
            "主体名称",
            "商事主体名称",
            "机构名称",
            "个体户名称",
            "纳税人名称",
            "企业",
            "单位",
            "字号",
            "户名",
        ],
    },
    Field {
        name: "code",
        names: &[
            "统一社会信用代码",
            "社会信用代码",
            "信用代码",
            "统一代码",
            "统一社会信用代码/注册号",
            "注册号/统一社会信用代码",
            "统一信用代码",
            "信用代码/注册号",
            "营业执照号",
            "营业执照注册号",
            "执照号",
            "证照号码",
            "营业执照号码",
            "USCC",
        ],
    },
    Field { name: "old_code", names: &["注册号", "工商注册号", "工商登记号", "登记号"] },
    Field {
        name: "organization_code", names: &["组织机构代码", "机构代码", "组织机构代码证号"]
    },
    Field {
        name: "founded_on",
        names: &[
            "注册日期",
            "成立日期",
            "成立时间",
            "登记日期",
            "开业日期",
            "设立日期",
            "注册时间",
            "核准日期",
            "成立年月日",
            "开业时间",
            "发照日期",
        ],
    },
    Field {
        name: "registration_type",
        names: &[
            "企业类型",
            "登记注册类型",
            "市场主体类型",
            "类型",
            "公司类型",
            "经济类型",
            "主体类型",
            "单位类型",
            "企业性质",
            "经济性质",
            "注册类型",
            "机构类型",
        ],
    },
    Field {
        name: "legal_person",
        names: &[
            "法人代表",
            "法定代表人",
            "法人",
            "负责人",
            "经营者",
            "法定代表人（负责人）",
            "法定代表人姓名",
            "法人姓名",
            "投资人",
            "法定代表人/负责人",
            "经营者姓名",
            "业主",
            "执行事务合伙人",
        ],
    },
    Field {
        name: "legal_person_phone",
        names: &[
            "法人电话",
            "法定代表人电话",
            "联系电话",
            "电话",
            "手机",
            "联系方式",
            "手机号码",
            "法人联系电话",
            "固定电话",
            "电话号码",
        ],
    },
    Field { name: "principal", names: &["主要负责人", "实际控制人", "厂长", "总经理"] },
    Field { name: "principal_phone", names: &["主要负责人电话", "负责人电话"] },
    Field {
        name: "safety_head",
        names: &["安全负责人", "安全管理人员", "分管安全负责人", "安全主任", "安全员"],
    },
    Field { name: "safety_head_phone", names: &["安全负责人电话", "安全员电话"] },
    Field {
        name: "capital",
        names: &[
            "注册资金",
            "注册资本",
            "注册资本（万元）",
            "注册资金（万元）",
            "注册资本(金)",
            "资金数额",
            "注册资本金",
            "出资额",
            "资本总额",
            "注册资本万元",
            "认缴资本",
            "注册资金万元",
        ],
    },
    Field {
        name: "scope",
        names: &[
            "经营范围",
            "业务范围",
            "经营（业务）范围",
            "经营范围及方式",
            "主营业务",
            "主要产品",
            "经营项目",
            "一般经营项目",
        ],
    },
    Field { name: "province", names: &["所在省份", "省份", "省", "所属省份"] },
    Field {
        name: "city_name", names: &["地区", "城市", "所在城市", "所属城市", "市", "所属地区", "地市"]
    },
    Field {
        name: "county_name",
        names: &[
            "区县",
            "所属区县",
            "所在区县",
            "县区",
            "区",
            "县（区）",
            "行政区划",
            "所属行政区",
            "行政区",
            "区域",
        ],
    },
    Field {
        name: "town_name",
        names: &[
            "镇街",
            "街道",
            "镇（街道）",
            "所属镇街",
            "乡镇街道",
            "所属街道",
            "乡镇",
            "镇街道",
            "所属乡镇",
            "街镇",
        ],
    },
    Field {
        name: "registered_address",
        names: &[
            "注册地址",
            "住所",
            "企业地址",
            "地址",
            "公司地址",
            "详细地址",
            "登记地址",
            "企业注册地址",
            "单位地址",
            "住所（经营场所）",
            "住址",
            "注册地",
            "登记住所",
            "单位注册地址",
            "住所地",
            "企业住所",
        ],
    },
    Field {
        name: "address",
        names: &[
            "经营地址",
            "生产经营地址",
            "经营场所",
            "实际地址",
            "生产地址",
            "实际经营地址",
            "生产经营地点",
            "营业地址",
        ],
    },
    Field {
        name: "industry",
        names: &[
            "行业代码",
            "行业",
            "所属行业",
            "行业类别",
            "国民经济行业",
            "行业名称",
            "国民经济行业代码",
            "行业门类",
            "行业大类",
        ],
    },
    Field {
        name: "status",
        names: &["经营状态", "登记状态", "企业状态", "状态", "营业状态", "市场主体状态"],
    },
    Field {
        name: "staff",
        names: &[
            "从业人数",
            "职工人数",
            "员工人数",
            "从业人员",
            "人数",
            "职工总数",
            "参保人数",
            "员工数",
            "从业人员数",
            "员工总数",
        ],
    },
    Field { name: "former_names", names: &["曾用名", "原名称", "原名", "历史名称"] },
    Field { name: "longitude", names: &["经度", "lng", "lon", "longitude"] },
    Field { name: "latitude", names: &["纬度", "lat", "latitude"] },
    Field { name: "grid", names: &["网格", "所属网格", "网格编号"] },
];

/// A column's name without what offices put around it: `*企业名称（必填）`, `企业名称:`.
fn plain(name: &str) -> String {
    let folded = rules::name::fold(name);
    let text = folded.trim_matches(|sign| matches!(sign, '*' | ':' | '：' | '★'));
    ["(必填)", "(选填)", "*"].iter().fold(text.to_string(), |text, mark| text.replace(mark, ""))
}

/// The field of every known name: every cell of a list is held against them, because its header may come again.
fn known() -> &'static HashMap<String, &'static str> {
    static KNOWN: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let names =
            |field: &'static Field| field.names.iter().map(|name| (rules::name::fold(name), field.name));
        FIELDS.iter().flat_map(names).collect()
    })
}

/// Currencies in which an amount of a column is none in 元.
const FOREIGN: &[&str] = &["美", "港", "澳", "台", "日元", "欧", "英镑", "外"];

/// The field a column's name stands for. What a bracket at its end adds is left out where the whole is not known: `企业名称（全称）`.
pub fn field_of(name: &str) -> Option<&'static str> {
    let plain = plain(name);
    let named = known();
    named.get(&plain).copied().or_else(|| {
        let (before, added) = plain.strip_suffix(')')?.rsplit_once('(')?;
        named
            .get(before)
            .copied()
            .filter(|field| *field != "capital" || !FOREIGN.iter().any(|own| added.contains(own)))
    })
}

/// The field of every column; of two columns of one field the first counts.
pub fn recognise(names: &[String]) -> Vec<Option<&'static str>> {
    let mut taken = Vec::new();
    names
        .iter()
        .map(|name| {
            let field = field_of(name).filter(|field| !taken.contains(field));
            taken.extend(field);
            field
        })
        .collect()
}

/// Whether the capital column's own name says 万元 or 元.
pub fn plain_unit(name: &str) -> rules::capital::PlainUnit {
    let plain = plain(name);
    if plain.contains("(元)") {
        rules::capital::PlainUnit::Yuan
    } else {
        rules::capital::PlainUnit::TenThousand
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_what_offices_call_them() {
        assert_eq!(field_of("*单位名称（必填）"), Some("name"));
        assert_eq!(field_of("统一社会信用代码 "), Some("code"));
        assert_eq!(field_of("法定代表人(负责人)"), Some("legal_person"));
        assert_eq!(field_of("备注"), None);
        assert_eq!(field_of("企业名称（全称）"), Some("name"));
        assert_eq!(field_of("注册资本(万元人民币)"), Some("capital"));
        // a plain number under it would be read as 万元
        assert_eq!(field_of("注册资本（万美元）"), None);
        assert_eq!(field_of("（盖章）"), None);
        let names = ["名称", "企业名称", "地址"].map(str::to_string);
        assert_eq!(recognise(&names), [Some("name"), None, Some("registered_address")]);
    }

    #[test]
    fn no_name_stands_for_two_fields() {
        for field in FIELDS {
            for name in field.names {
                assert_eq!(field_of(name), Some(field.name), "{name}");
            }
        }
    }
}
