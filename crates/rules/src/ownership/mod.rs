//! Economic composition: public or non-public, by the ownership of the capital (国统字〔1998〕204号: 1 公有 — state and
//! collective; 2 非公有 — private, Hong Kong–Macao–Taiwan, foreign).
//!
//! Types that name one owner decide by themselves. Companies and joint-stock cooperatives go by the controlling
//! capital; where that is not known, a company counts as non-public and a joint-stock cooperative as public, and the
//! basis says `assumed`.

pub mod composition;
mod names;

use crate::credit_code::CreditCode;

/// How sure the composition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The registration type names the owner.
    Stated,
    /// Another certain sign decides: the credit code's category, the currency of the capital, the name.
    Inferred,
    /// Nothing decides; the rule's default.
    Assumed,
}

impl Basis {
    /// The word in storage.
    pub const fn code(self) -> &'static str {
        match self {
            Basis::Stated => "stated",
            Basis::Inferred => "inferred",
            Basis::Assumed => "assumed",
        }
    }
}

/// The decision with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// Whether the capital is state or collective.
    pub public: bool,
    /// How sure.
    pub basis: Basis,
    /// Why, for the person at the screen.
    pub reason: String,
}

/// Words of the type that decide alone, the more particular first. `None` is "by control": the default with "assumed".
const TYPES: &[(&str, bool)] = &[
    ("非国有", false),
    ("非公有", false),
    ("民办非企业", false),
    ("民营", false),
    ("私人", false),
    ("国有独资", true),
    ("国有控股", true),
    ("国有", true),
    ("国企", true),
    ("央企", true),
    ("国资", true),
    ("公有", true),
    ("全民", true),
    ("集体", true),
    ("供销合作社", true),
    ("事业", true),
    ("机关", true),
    ("村民委员会", true),
    ("村委会", true),
    ("居民委员会", true),
    ("居委会", true),
    ("农民专业合作", false),
    ("个人独资", false),
    ("自然人", false),
    ("个体", false),
    ("私营", false),
    ("私有", false),
    ("普通合伙", false),
    ("有限合伙", false),
    ("合伙", false),
    ("港、澳、台", false),
    ("港澳台", false),
    ("台港澳", false),
    ("台、港、澳", false),
    ("外商", false),
    ("外国", false),
    ("外资", false),
    ("中外合资", false),
    ("中外合作", false),
    ("中外", false),
];

/// 登记注册类型 codes (国统字〔2011〕86号) that decide alone.
const CODES: &[(&str, bool)] = &[
    ("110", true),
    ("120", true),
    ("141", true),
    ("142", true),
    ("143", true),
    ("151", true),
    ("170", false),
    ("171", false),
    ("172", false),
    ("173", false),
    ("174", false),
    ("175", false),
    ("230", false),
    ("330", false),
    ("400", false),
    ("410", false),
    ("420", false),
];

/// Decides the composition from the registration type (text or code), the name, the credit code and the currency of
/// the registered capital.
pub fn decide(
    registration_type: &str,
    name: &str,
    code: Option<&CreditCode>,
    currency: Option<&str>,
) -> Ownership {
    let kind = crate::name::fold(registration_type);
    let kind =
        if matches!(kind.as_str(), "N/A" | "NA" | "-" | "无" | "NULL") { String::new() } else { kind };
    let number: String = kind.chars().take_while(char::is_ascii_digit).collect();
    if let Some((word, public)) = CODES.iter().find(|(word, _)| *word == number) {
        return Ownership {
            public: *public,
            basis: Basis::Stated,
            reason: format!("登记注册类型代码 {word}"),
        };
    }
    // held by a legal person: whose that one is, it does not say
    let stated = kind.replace("非自然人", "");
    if let Some((word, public)) = TYPES.iter().find(|(word, _)| stated.contains(word)) {
        return Ownership {
            public: *public, basis: Basis::Stated, reason: format!("企业类型写明“{word}”")
        };
    }
    let inferred = |public, reason: String| Ownership { public, basis: Basis::Inferred, reason };
    if let Some(code) = code
        && code.department() == '9'
    {
        match code.category() {
            '2' => return inferred(false, "信用代码第 2 位为 2，是个体工商户".into()),
            '3' => return inferred(false, "信用代码第 2 位为 3，是农民专业合作社".into()),
            _ => {}
        }
    }
    let folded = crate::name::fold(name);
    if let Some(reason) = names::certain(&folded) {
        return inferred(true, reason.into());
    }
    let assumed = |reason: String| Ownership { public: true, basis: Basis::Assumed, reason };
    if kind.contains("股份合作") {
        return assumed("股份合作企业按控股资本划分，出资情况不明，暂按公有".into());
    }
    if kind.contains("社会团体") {
        return assumed("社会团体没有出资人，多由国家机关或集体举办，暂按公有".into());
    }
    let domestic = currency.is_none_or(|currency| currency == "CNY");
    if kind.is_empty() && domestic && names::old_company(&folded) {
        let reason =
            "名称是“公司”而不是“有限公司”，多为公司法施行前登记的国有或集体企业；出资情况不明，暂按公有";
        return assumed(reason.into());
    }
    if let Some(words) = names::likely(&folded).filter(|_| domestic) {
        return assumed(format!("名称中有“{words}”，多属国有企业；出资情况不明，暂按公有"));
    }
    let reason = match currency {
        Some("HKD" | "MOP" | "TWD") => "注册资本为港澳台货币，多为港澳台投资；出资情况不明，暂按非公有",
        Some(other) if other != "CNY" => "注册资本为外币，多为外商投资；出资情况不明，暂按非公有",
        _ if kind.is_empty() => "没有企业类型，出资情况不明，暂按非公有",
        _ => "按控股资本划分，出资情况不明，暂按非公有",
    };
    Ownership { public: false, basis: Basis::Assumed, reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> (bool, Basis) {
        let decision = decide(text, "某某厂", None, None);
        (decision.public, decision.basis)
    }

    #[test]
    fn types_that_name_the_owner_decide() {
        for text in [
            "集体所有制",
            "国有企业",
            "全民所有制",
            "集体分支机构(非法人)",
            "110",
            "120",
            "有限责任公司（国有独资）",
        ] {
            assert_eq!(kind(text), (true, Basis::Stated), "{text}");
        }
        for text in [
            "173",
            "个人独资企业",
            "个体户",
            "有限责任公司(自然人投资或控股)",
            "有限责任公司 港、澳、台",
            "普通合伙",
            "330",
        ] {
            assert_eq!(kind(text), (false, Basis::Stated), "{text}");
        }
    }

    #[test]
    fn registers_write_types_in_many_ways() {
        for text in ["国企", "央企", "国有独资公司", "事业", "机关法人", "有限责任公司(国有控股)", "公有"]
        {
            assert_eq!(kind(text), (true, Basis::Stated), "{text}");
        }
        for text in ["非公有", "民营", "非国有", "民办非企业单位"] {
            assert_eq!(kind(text), (false, Basis::Stated), "{text}");
        }
        assert_eq!(kind("社会团体"), (true, Basis::Assumed));
    }

    /// A legal person's company may be the state's; natural persons are not named.
    #[test]
    fn held_by_a_legal_person_says_nothing_of_the_owner() {
        let text = "有限责任公司(非自然人投资或控股的法人独资)";
        assert_eq!(kind(text), (false, Basis::Assumed));
        assert_eq!(kind("有限责任公司(自然人投资或控股的法人独资)"), (false, Basis::Stated));
        let decision = decide(text, "甲省盐业集团乙市有限公司", None, None);
        assert_eq!((decision.public, decision.basis), (true, Basis::Inferred));
    }

    #[test]
    fn branches_and_groups_of_the_state_are_known_by_name() {
        for (name, public, basis) in [
            ("甲市农业生产资料总公司乙村代办站", true, Basis::Assumed),
            ("甲县煤气供应公司第二供应站", true, Basis::Assumed),
            ("甲县贸易有限公司第二供应站", false, Basis::Assumed),
            ("甲市供销企业集团", true, Basis::Inferred),
            ("甲县物资供销有限公司", false, Basis::Assumed),
            ("中铁九十局集团有限公司甲分公司", true, Basis::Inferred),
            ("中建甲混凝土有限公司", true, Basis::Assumed),
            ("中国第九十冶金建设有限责任公司", true, Basis::Assumed),
            ("中国平安某保险股份有限公司", false, Basis::Assumed),
            ("国网甲省电力公司乙县供电分公司", true, Basis::Assumed),
            ("甲市联通旅行社有限公司", false, Basis::Assumed),
            ("甲市烟草经营部", false, Basis::Assumed),
        ] {
            let decision = decide("N/A", name, None, None);
            assert_eq!((decision.public, decision.basis), (public, basis), "{name}");
        }
        // what the type states comes first
        assert!(!decide("有限责任公司(自然人独资)", "中建甲建材有限公司", None, None).public);
    }

    #[test]
    fn what_nothing_decides_is_assumed() {
        for text in ["", "N/A", "有限责任公司", "159", "310"] {
            assert_eq!(kind(text), (false, Basis::Assumed), "{text}");
        }
        assert_eq!(kind("股份合作制"), (true, Basis::Assumed));
    }

    #[test]
    fn the_name_and_the_code_decide_where_the_type_is_silent() {
        assert_eq!(decide("N/A", "某镇供销合作社", None, None).basis, Basis::Inferred);
        assert!(decide("N/A", "某镇供销合作社", None, None).public);
        assert!(!decide("N/A", "某厂", None, Some("HKD")).public);
        let old = decide("N/A", "某市土产公司", None, None);
        assert_eq!((old.public, old.basis), (true, Basis::Assumed));
        let bank = decide("N/A", "中国银行股份有限公司某支行", None, None);
        assert_eq!((bank.public, bank.basis), (true, Basis::Inferred));
    }
}
