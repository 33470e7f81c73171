//! The words of `industry-words.tsv` and where they stand in a text.

use std::{collections::HashMap, sync::OnceLock};

/// A word found in a text, with what it points to there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// The word.
    pub text: &'static str,
    /// The division it points to.
    pub division: &'static str,
    /// Whether it names goods: who makes them belongs to the division, who sells them to trade.
    pub goods: bool,
}

struct Word {
    text: &'static str,
    /// `None` for a word that only keeps shorter ones from being read inside it.
    hit: Option<Hit>,
}

/// Behind an activity these make the name of goods: 殡葬用品 is no funeral, 燃气设备 no gas supply.
const THINGS: &[&str] = &[
    "用品", "用具", "器材", "器具", "设备", "材料", "建材", "机械", "配件", "零件", "部件", "装备", "工具",
    "仪器", "专用",
];

/// Activities that take goods as their object: 批发设备, 租赁设备.
const OF_GOODS: &[&str] = &["51", "52", "71"];

/// What builds without saying what.
const BUILDING: &[&str] = &["施工", "工程公司"];

/// Words by their first sign, the longest first, so that a text is read once.
fn index() -> &'static HashMap<char, Vec<Word>> {
    static INDEX: OnceLock<HashMap<char, Vec<Word>>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index: HashMap<char, Vec<Word>> = HashMap::new();
        let lines = include_str!("../../tables/industry-words.tsv").lines();
        for line in lines.filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1) {
            let mut cells = line.split('\t');
            let (Some(text), Some(division), Some(kind)) = (cells.next(), cells.next(), cells.next()) else {
                continue;
            };
            let hit = (kind != "neutral").then_some(Hit { text, division, goods: kind == "goods" });
            if let Some(first) = text.chars().next() {
                index.entry(first).or_default().push(Word { text, hit });
            }
        }
        for words in index.values_mut() {
            words.sort_by_key(|word| std::cmp::Reverse(word.text.len()));
        }
        index
    })
}

/// The words in the text in its order, each once: at every place the longest, and none that lies inside another one.
pub(super) fn found(text: &str) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    let mut covered = 0;
    for (at, sign) in text.char_indices() {
        let rest = &text[at..];
        let longest =
            index().get(&sign).and_then(|words| words.iter().find(|word| rest.starts_with(word.text)));
        let Some(word) = longest.filter(|word| at + word.text.len() > covered) else {
            continue;
        };
        covered = at + word.text.len();
        let Some(mut hit) = word.hit else {
            continue;
        };
        let behind = &text[covered..];
        if !hit.goods && !OF_GOODS.contains(&hit.division) && starts(behind, THINGS) {
            continue;
        }
        // machines for a trade are made by division 35, not by that trade: 粮油机械, 化工设备
        if hit.goods && hit.division < "33" && starts(behind, &["机械", "设备"]) {
            let machine = if behind.starts_with('机') { "机械" } else { "设备" };
            covered += machine.len();
            hit = Hit { text: machine, division: "35", goods: true };
        }
        // raising is fishery where fish are raised and no cattle
        if hit.division == "03" && starts(hit.text, &["养殖", "饲养"]) && of_fish(text) {
            hit.division = "04";
        }
        if !hits.contains(&hit) {
            hits.push(hit);
        }
    }
    // that follows what is built where the text tells it
    let built = hits
        .iter()
        .find(|hit| !BUILDING.contains(&hit.text) && matches!(hit.division, "47" | "48" | "49" | "50"));
    if let Some(division) = built.map(|hit| hit.division) {
        hits.iter_mut().filter(|hit| BUILDING.contains(&hit.text)).for_each(|hit| hit.division = division);
    }
    hits
}

fn starts(text: &str, list: &[&str]) -> bool {
    list.iter().any(|word| text.starts_with(word))
}

fn of_fish(text: &str) -> bool {
    text.contains(['鱼', '虾', '蟹', '贝', '鳗', '鳖', '蚝'])
        && !text.contains(['猪', '鸡', '鸭', '鹅', '牛', '羊', '禽', '畜', '兔'])
        || ["水产", "淡水", "海水", "珍珠"].iter().any(|word| text.contains(word))
            && !text.contains(['禽', '畜', '猪'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divisions(text: &str) -> Vec<&'static str> {
        found(text).iter().map(|hit| hit.division).collect()
    }

    #[test]
    fn a_word_inside_another_is_not_read() {
        for (text, expected) in [
            ("绿化工程", &["48"] as &[&str]),
            ("智能净化工程", &[]),
            ("装饰品、清洁用品、殡葬用品", &[]),
            ("有线电视专用线", &[]),
            ("PE燃气管材", &[]),
            ("水玻璃", &["26"]),
            ("发电机", &["38"]),
            ("电子商务", &[]),
            // the short word counts where it stands alone, even beside the long one
            ("绿化工程、化工", &["48", "26"]),
            ("燃气管、燃气", &["45"]),
        ] {
            assert_eq!(divisions(text), expected, "{text}");
        }
    }

    #[test]
    fn machines_for_a_trade_are_machines() {
        assert_eq!(divisions("粮油机械"), ["35"]);
        assert_eq!(divisions("化工设备安装"), ["35", "49"]);
        assert_eq!(divisions("租赁设备"), ["71"]);
    }

    #[test]
    fn what_is_raised_tells_stock_from_fish() {
        assert_eq!(divisions("养殖:对虾、鱼"), ["04"]);
        assert_eq!(divisions("生猪、鱼的养殖"), ["03"]);
        assert_eq!(divisions("珍珠养殖"), ["04"]);
    }

    /// Every word is reached: none is written twice, and each that names a trade is read as that trade when it stands alone.
    #[test]
    fn every_word_of_the_table_is_read_as_itself() {
        let mut seen = std::collections::BTreeSet::new();
        for word in index().values().flatten() {
            assert!(seen.insert(word.text), "{} stands twice", word.text);
            let alone = found(word.text);
            match word.hit {
                None => assert!(alone.is_empty(), "{} holds {alone:?}", word.text),
                // fish are raised in another division than cattle
                Some(own) => {
                    assert_eq!(alone.first().map(|hit| hit.text), Some(own.text), "{}", word.text);
                    assert_eq!(alone.len(), 1, "{} holds {alone:?}", word.text);
                    let known = crate::industry::divisions().iter().any(|known| known.code == own.division);
                    assert!(known, "{}", word.text);
                }
            }
        }
    }
}
