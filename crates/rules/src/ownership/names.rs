//! What a name tells of the owner.

/// Names whose owner is certain by the form of the organisation.
const CERTAIN: &[(&str, &str)] = &[
    ("供销合作", "供销合作社属集体经济"),
    ("供销社", "供销合作社属集体经济"),
    ("农村信用合作", "农村信用合作社属集体经济"),
    ("国有", "名称写明国有"),
    ("国营", "名称写明国营"),
    ("中国工商银行", "国有控股银行"),
    ("中国农业银行", "国有控股银行"),
    ("中国农业发展银行", "国有银行"),
    ("中国进出口银行", "国有银行"),
    ("国家开发银行", "国有银行"),
    ("中国银行", "国有控股银行"),
    ("中国建设银行", "国有控股银行"),
    ("中国光大", "国有控股企业"),
    ("交通银行", "国有控股银行"),
    ("中国邮政", "国有独资企业"),
    ("邮政局", "国有独资企业"),
    ("中国人寿", "国有控股企业"),
    ("中国人民财产保险", "国有控股企业"),
    ("中国人民人寿", "国有控股企业"),
    ("中国人民健康保险", "国有控股企业"),
    ("中国人民保险", "国有控股企业"),
    ("中国石化", "国有控股企业"),
    ("中国石油", "国有控股企业"),
    ("中国海洋石油", "国有控股企业"),
    ("中国移动", "国有控股企业"),
    ("中国电信", "国有控股企业"),
    ("中国联合网络通信", "国有控股企业"),
    ("中国联合通信", "国有控股企业"),
    ("中国联通", "国有控股企业"),
    ("联通通信", "国有控股企业"),
    ("中国铁塔", "国有控股企业"),
    ("国家电网", "国有独资企业"),
    ("南方电网", "国有控股企业"),
    ("广东电网", "国有控股企业"),
    ("电网有限", "国有控股企业"),
    ("供电局", "国有控股企业"),
    ("盐业集团", "国有控股企业"),
    ("盐业总公司", "国有企业"),
    ("盐业公司", "国有企业"),
    ("盐务局", "国有企业"),
    ("烟草专卖局", "国有企业"),
    ("烟草公司", "烟草专卖，国有企业"),
    ("烟草(集团)", "烟草专卖，国有企业"),
    ("烟草集团", "烟草专卖，国有企业"),
    ("中烟工业", "烟草专卖，国有企业"),
    ("村民委员会", "村集体所有"),
    ("经济联合社", "村集体经济组织"),
    ("股份合作经济", "村集体经济组织"),
    ("股份经济合作社", "村集体经济组织"),
];

/// Names that begin so belong to a group of the state nearly always; others have taken them, too.
const GROUPS: &[&str] = &[
    "国网",
    "中铁",
    "中交",
    "中建",
    "中冶",
    "中化",
    "中粮",
    "中核",
    "中车",
    "中船",
    "中煤",
    "中盐",
    "中石化",
    "中石油",
    "中海油",
    "华润",
    "华能",
    "国电",
    "光大",
];

/// Names with 中国 in front that are not the state's.
const NOT_OF_THE_STATE: &[&str] = &["中国平安", "中国民生", "中国香港", "中国台湾", "中国澳门", "中国("];

/// Why the name says for certain that the owner is the state or a collective.
pub(super) fn certain(name: &str) -> Option<&'static str> {
    if let Some((_, reason)) = CERTAIN.iter().find(|(word, _)| name.contains(word)) {
        return Some(reason);
    }
    // 供销企业集团; but 物资供销公司 is a dealer
    let supply = name.contains("供销") && name.contains("集团") && !name.contains("物资供销");
    let bureau = name.starts_with("中铁") && name.contains("局集团");
    match (supply, bureau) {
        (true, _) => Some("供销合作社的企业属集体经济"),
        (_, true) => Some("国有控股企业"),
        _ => None,
    }
}

/// The words by which the name is most likely of a group of the state.
pub(super) fn likely(name: &str) -> Option<&'static str> {
    if let Some(group) = GROUPS.iter().find(|group| name.starts_with(**group)) {
        return Some(group);
    }
    let state = name.starts_with("中国") && !NOT_OF_THE_STATE.iter().any(|other| name.starts_with(other));
    if state {
        return Some("中国");
    }
    // who supplies a county with power
    ["供电公司", "供电有限", "供电分公司"].into_iter().find(|word| name.contains(word))
}

/// Whether the company, or the one whose branch it is (…总公司某某代办站), is a 公司 and no 有限公司.
pub(super) fn old_company(name: &str) -> bool {
    name.contains("公司") && !["有限", "代表处", "(香港)", "(澳门)"].iter().any(|other| name.contains(other))
}
