//! How a place's name stands in a text: as a place, or as part of a street's or a building's name.

use super::names::{TOWN_ENDINGS, VILLAGE_ENDINGS, town_stem};

/// Stands in a text for a division taken out of it.
pub(super) const TAKEN: char = '\u{1}';
/// Signs behind a place name that make it the name of something else.
const STREET: &[&str] = &[
    "路", "街", "大道", "巷", "大街", "公路", "道", "里", "桥", "大厦", "花园", "商", "酒店", "宾馆", "广场",
];
/// Signs that tell roads of one name apart: 鼓楼东大街, 建设六马路.
const ROAD_PARTS: &str = "东西南北中前后上下新老一二三四五六七八九十";
/// Endings of such roads.
const ROADS: &[&str] = &["路", "街", "大街", "马路", "大道", "巷", "横路", "横街"];
/// Words that say nothing of where a place is: every town has a market or a development zone.
const COMMON: &str = "开发区 高新区 高新 高新技术产业开发区 高新技术开发区 工业集中区 经济开发区 经济技术开发区 经开区 \
    新城 新区 城区 中心 市场 工业园 工业园区 工业 园区 产业园 科技园 车站 火车站 汽车站 商业 \
    商城 商业城 广场 新村 小区 花园 公园 学校 医院 政府 机关 居民 街道 集镇 大街 老街 新街 \
    步行街 经济 镇直 直属 第一 第二 第三 第四 第五 城东 城西 城南 城北 城关 城中 东区 西区 \
    南区 北区 大厦 人民 解放 建设 中山 环城 驻地";

/// Whether a word says nothing of where it is.
pub(super) fn common(word: &str) -> bool {
    COMMON.split(' ').any(|own| own == word)
}

/// What a word of a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The town's whole name.
    Name,
    /// The town without its ending.
    Stem,
    /// The town without its ending, where the county or the city is called so too.
    Shared,
    /// A further name of the town.
    Alias,
    /// A village of the town, without its ending.
    Village,
}

/// How a word stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// As part of a street's or building's name.
    Street,
    /// By itself.
    Plain,
    /// Right behind the city, the county or at the beginning.
    Leading,
    /// With the ending of its kind.
    Full,
}

/// Whether what follows a word makes it the name of a street or a building.
pub(super) fn street(after: &str) -> bool {
    let rest = after.trim_start_matches(|sign| ROAD_PARTS.contains(sign));
    let parts = after.len() - rest.len();
    let road = parts > 0 && after[..parts].chars().count() <= 2;
    STREET.iter().any(|ending| after.starts_with(ending)) || road && begins_road(rest)
}

fn begins_road(text: &str) -> bool {
    ROADS.iter().any(|ending| text.starts_with(ending))
}

/// How a town's word stands, and the length of its ending behind it. `districts`: streets may be called districts here
/// (东莞市南城区).
pub(super) fn town_standing(
    word: &str,
    after: &str,
    kind: Kind,
    leading: bool,
    districts: bool,
) -> (Option<Standing>, usize) {
    let ending = TOWN_ENDINGS.iter().find(|ending| after.starts_with(**ending));
    if let Some(ending) = ending.filter(|_| !after.starts_with("镇街")) {
        return (Some(Standing::Full), ending.len());
    }
    if kind == Kind::Name && !common(word) && (town_stem(word) != word || word.chars().count() > 3) {
        return (Some(Standing::Full), 0);
    }
    if after.starts_with(['县', '旗']) || after.starts_with('市') && !after.starts_with("市场") {
        return (None, 0);
    }
    if let Some(behind) = after.strip_prefix('区') {
        let street = districts && leading;
        return if street { (Some(Standing::Full), after.len() - behind.len()) } else { (None, 0) };
    }
    let road = word.ends_with(['路', '街', '道', '桥', '巷'])
        && !VILLAGE_ENDINGS.iter().any(|ending| after.starts_with(ending));
    if leading
        && !road
        && let Some(ending) = street_office(after)
    {
        return (Some(Standing::Full), ending);
    }
    if kind == Kind::Shared {
        return (None, 0);
    }
    let standing = if road || street(after) {
        Standing::Street
    } else if kind == Kind::Alias {
        Standing::Full
    } else if leading {
        Standing::Leading
    } else {
        Standing::Plain
    };
    (Some(standing), 0)
}

/// The length of 街 or 办 behind a town's name where it means the street office (番禺区大龙街富怡路, 文登区龙山办).
fn street_office(after: &str) -> Option<usize> {
    if after.starts_with("街办") {
        return Some("街办".len());
    }
    if let Some(behind) = after.strip_prefix('办') {
        return (!behind.starts_with(['公', '学', '案'])).then_some("办".len());
    }
    let next = after.strip_prefix('街')?.chars().next()?;
    let road = next.is_ascii_alphanumeric()
        || "号路道口巷中东南西北上下前后附第一二三四五六七八九十与和交(（,，、".contains(next)
        || next == TAKEN;
    (!road).then_some("街".len())
}

pub(super) fn village_standing(after: &str, leading: bool) -> (Option<Standing>, usize) {
    let ending = VILLAGE_ENDINGS.iter().find(|ending| after.starts_with(**ending));
    let next = after.chars().next().map_or(0, char::len_utf8);
    match ending {
        Some(ending) => (Some(Standing::Full), ending.len()),
        // 凤凰山路 is one name, as no road is called 山路; 东门大路 is the main road of 东门
        None if street(after)
            || !after.starts_with('大') && begins_road(after.get(next..).unwrap_or_default())
            || after.starts_with(['县', '旗']) =>
        {
            (None, 0)
        }
        None if leading => (Some(Standing::Leading), 0),
        None => (Some(Standing::Plain), 0),
    }
}

/// What stands right behind the divisions and calls itself a town: its name with the ending, and its length without.
pub(super) fn stated_town(rest: &str) -> Option<(&str, usize)> {
    for (number, (at, sign)) in rest.char_indices().enumerate().take(8) {
        let here = &rest[at..];
        if number > 0
            && let Some(ending) =
                ["街道", "镇", "乡", "苏木"].iter().find(|ending| here.starts_with(**ending))
        {
            let behind = &here[ending.len()..];
            // 良乡村, 新乡工业区, 镇江路, 杨村圩镇 and 溪东村镇政府 are something else
            let other = match *ending {
                "乡" => number < 2 || behind.starts_with('村'),
                "镇" => rest[..at].ends_with(['圩', '墟', '场', '集']) || behind.starts_with(['江', '政']),
                _ => false,
            };
            return (!other).then(|| (&rest[..at + ending.len()], at));
        }
        if sign.is_ascii() || "路街号区县市道弄(（,，、".contains(sign) {
            return None;
        }
    }
    None
}
