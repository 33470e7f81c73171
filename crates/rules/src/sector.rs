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

/// The sector of an enterprise; `other` where nothing points anywhere.
pub fn derive(division: Option<&str>, name: &str, scope: &str) -> &'static str {
    let name = crate::name::fold(name);
    // an engine is no petrol, and paper for crackers none of them
    let scope = without_exclusions(&crate::name::fold(scope)).replace("汽油机", "").replace("爆竹纸", "");
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word) || scope.contains(word));
    if says(&["烟花", "爆竹"]) {
        return "fireworks";
    }
    if says(&["危险化学品", "液化石油气", "加油站", "汽油", "成品油", "液氨", "石油气", "氧气", "乙炔"])
    {
        return "hazardous_chemicals";
    }
    match division.and_then(|code| code.get(..2)).unwrap_or_default() {
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
        assert_eq!(derive(Some("52"), "某门市", "日杂（除烟花爆竹）"), "trade");
        assert_eq!(derive(Some("34"), "某机械厂", "汽油机制造"), "machinery");
        assert_eq!(derive(Some("29"), "某塑料厂", ""), "light_industry");
        assert_eq!(derive(None, "某公司", ""), "other");
    }

    #[test]
    fn every_derived_sector_has_a_label() {
        for division in crate::industry::divisions() {
            assert!(label(derive(Some(division.code), "", "")).is_some(), "{}", division.code);
        }
    }
}
