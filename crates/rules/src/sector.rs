//! Supervised sectors: by which office an enterprise is watched (安全生产法 article 10: comprehensive supervision, and
//! the departments of each trade). Derived from the division and from certain words; an officer may correct it.

use crate::industry::without_exclusions;

macro_rules! sectors {
    ($($code:literal $label:literal,)*) => {
        /// Code and Chinese label of every sector.
        pub const SECTORS: &[(&str, &str)] = &[$(($code, $label),)*];
    };
}

sectors! {
    "non_coal_mine" "非煤矿山",
    "hazardous_chemicals" "危险化学品",
    "fireworks" "烟花爆竹",
    "construction" "建筑施工",
    "road_transport" "道路运输",
    "water_transport" "水上运输",
    "metallurgy" "冶金有色",
    "building_materials" "建材",
    "machinery" "机械",
    "light_industry" "轻工",
    "textile" "纺织",
    "tobacco" "烟草",
    "trade" "商贸",
    "utilities" "电力、燃气及水务",
    "fishery" "农林渔业",
    "public_place" "人员密集场所",
    "other" "其他",
}

/// The Chinese label of a sector.
pub fn label(code: &str) -> Option<&'static str> {
    SECTORS.iter().find(|(sector, _)| *sector == code).map(|(_, label)| *label)
}

/// Words of fireworks, each with what behind it makes it something else: 爆竹纸 is paper.
const FIREWORKS: &[(&str, &[&str])] =
    &[("烟花", &["纸", "爆竹纸", "包装", "爆竹包装", "机械"]), ("爆竹", &["纸", "包装", "机械"])];
/// Words of hazardous chemicals likewise: 汽油机 is an engine.
const HAZARDOUS: &[(&str, &[&str])] = &[
    ("危险化学品", &["运输车辆", "包装", "安全技术"]),
    ("液化石油气", &["灶", "炉", "用具"]),
    ("加油站", &["设备", "工程", "设施"]),
    ("汽油", &["机", "发动机", "发电机", "滤清器", "泵"]),
    ("成品油", &[]),
    ("液氨", &[]),
    ("石油气", &["灶", "炉", "用具"]),
    ("氧气", &["机", "袋", "发生器"]),
    ("乙炔", &[]),
];

/// Whether the text has the word, and not as a part of something else.
fn mentions(text: &str, (word, not_before): &(&str, &[&str])) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let behind = &text[at + word.len()..];
        !not_before.iter().any(|other| behind.starts_with(other))
    })
}

/// The sector of an enterprise; `other` where nothing points anywhere.
pub fn derive(division: Option<&str>, name: &str, scope: &str) -> &'static str {
    let name = crate::name::fold(name);
    let scope = without_exclusions(&crate::name::fold(scope));
    let says =
        |words: &[(&str, &[&str])]| words.iter().any(|word| mentions(&name, word) || mentions(&scope, word));
    if says(FIREWORKS) {
        return "fireworks";
    }
    if says(HAZARDOUS) {
        return "hazardous_chemicals";
    }
    let digits = division.unwrap_or_default().trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
    match digits.get(..2).unwrap_or_default() {
        "06" | "07" | "08" | "09" | "10" | "11" | "12" => "non_coal_mine",
        "01" | "02" | "03" | "04" | "05" => "fishery",
        "13" | "14" | "15" | "18" | "19" | "20" | "21" | "22" | "23" | "24" | "27" | "29" | "41" | "42" => {
            "light_industry"
        }
        "16" => "tobacco",
        "17" | "28" => "textile",
        "25" | "26" => "hazardous_chemicals",
        "30" => "building_materials",
        "31" | "32" => "metallurgy",
        "33" | "34" | "35" | "36" | "37" | "38" | "39" | "40" | "43" => "machinery",
        "44" | "45" | "46" => "utilities",
        "47" | "48" | "49" | "50" => "construction",
        "51" | "52" | "59" => "trade",
        "53" | "54" | "58" => "road_transport",
        "55" => "water_transport",
        "61" | "62" | "83" | "84" | "85" | "88" | "89" | "90" => "public_place",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazardous_words_outweigh_the_division_unless_excluded() {
        assert_eq!(derive(Some("52"), "某加油站", "零售：汽油"), "hazardous_chemicals");
        assert_eq!(derive(Some("51"), "某贸易公司", "化工原料(危险化学品除外)"), "trade");
        assert_eq!(derive(Some("29"), "某塑料厂", ""), "light_industry");
        assert_eq!(derive(None, "某公司", ""), "other");
        assert_eq!(derive(Some("C29"), "某塑料厂", ""), "light_industry");
    }

    #[test]
    fn words_that_are_excluded_or_part_of_others_do_not_count() {
        for (division, name, scope, sector) in [
            ("52", "甲门市", "销售：百货、日杂(除烟花爆竹)", "trade"),
            ("52", "甲门市", "百货，不含烟花爆竹", "trade"),
            ("52", "甲商店", "日杂（不得经营烟花爆竹）", "trade"),
            ("22", "甲纸厂", "生产：爆竹纸、书写纸", "light_industry"),
            ("34", "甲机械厂", "通用汽油机、柴油机制造", "machinery"),
            ("48", "甲园林有限公司", "绿化工程", "construction"),
            // and count where they stand for themselves
            ("52", "甲门市", "烟花爆竹零售", "fireworks"),
            ("51", "甲贸易有限公司", "汽油机；汽油", "hazardous_chemicals"),
            ("51", "甲商店", "百货（含烟花爆竹）", "fireworks"),
            ("22", "甲纸厂", "爆竹纸、爆竹", "fireworks"),
        ] {
            assert_eq!(derive(Some(division), name, scope), sector, "{name} {scope}");
        }
    }

    #[test]
    fn every_derived_sector_has_a_label() {
        for division in crate::industry::divisions() {
            assert!(label(derive(Some(division.code), "", "")).is_some(), "{}", division.code);
        }
    }
}
