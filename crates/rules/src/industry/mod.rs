//! Industry by GB/T 4754: sections and divisions of the editions of 2002, 2011 and 2017 with what became of each ([`editions`]), and a
//! classifier that proposes a division of 2017 from an enterprise's name and business scope. A proposal is marked `inferred` wherever it is
//! stored.

pub mod editions;

use std::{collections::BTreeMap, sync::OnceLock};

/// The edition that [`divisions`] and [`classify`] speak of.
pub const EDITION: &str = "GB/T 4754-2017";

/// A division (大类), two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    /// Two digits.
    pub code: &'static str,
    /// Chinese name.
    pub name: &'static str,
    /// Section letter (门类).
    pub section: &'static str,
    /// Chinese name of the section.
    pub section_name: &'static str,
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .skip(1)
        .map(|line| line.split('\t').collect())
}

/// All 97 divisions.
pub fn divisions() -> &'static [Division] {
    static DIVISIONS: OnceLock<Vec<Division>> = OnceLock::new();
    DIVISIONS.get_or_init(|| {
        let rows = &editions::DIVISIONS.rows().rows;
        let rows = rows.iter().filter(|row| row.get("edition") == "2017");
        rows.map(|row| Division {
            code: row.get("division"),
            name: row.get("name"),
            section: row.get("section"),
            section_name: row.get("section_name"),
        })
        .collect()
    })
}

/// The division that a division, group or class code (2–4 digits, perhaps with its section letter) lies in.
pub fn find(code: &str) -> Option<&'static Division> {
    let digits = code.trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
    divisions().iter().find(|division| digits.len() <= 4 && digits.starts_with(division.code))
}

struct Word {
    text: &'static str,
    division: &'static str,
    goods: bool,
}

fn words() -> &'static [Word] {
    static WORDS: OnceLock<Vec<Word>> = OnceLock::new();
    WORDS.get_or_init(|| {
        rows(include_str!("../../tables/industry-words.tsv"))
            .filter_map(|row| match row.as_slice() {
                [text, division, kind] => Some(Word { text, division, goods: *kind == "goods" }),
                _ => None,
            })
            .collect()
    })
}

/// A proposed division with the words that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// The division.
    pub division: &'static Division,
    /// Sum of the weights behind it.
    pub score: u32,
    /// The words, as they stand in the name or scope.
    pub words: Vec<&'static str>,
}

const MAKER: &[&str] = &[
    "厂", "制造", "制品", "加工", "制衣", "织造", "工艺", "彩印", "印刷", "印务", "陶瓷", "工业", "实业",
    "机械",
];
const SHOP: &[&str] =
    &["门市", "商店", "商行", "经营部", "超市", "商场", "药店", "药房", "百货", "零售", "店", "服务部"];
const DEALER: &[&str] = &["贸易", "批发", "购销", "进出口", "物资", "商贸", "经销", "供销", "供应"];
const MAKING: &[&str] =
    &["制造", "加工", "生产", "制作", "织造", "产销", "养殖", "饲养", "种植", "繁育", "发电"];
const TRADING: &[&str] = &["批发", "零售", "销售", "购销", "经销", "代购", "代销"];
/// What stands in front of what is done and says nothing of it.
const PREFACES: &[&str] =
    &["一般经营项目:", "许可经营项目:", "一般项目:", "许可项目:", "经营范围:", "主营:", "兼营:", "主营业务:"];
/// How the name of a branch ends, behind its company's.
const BRANCHES: &[&str] =
    &["店", "厂", "站", "中心", "营业厅", "门市部", "门市", "茶楼", "酒楼", "宾馆", "餐厅", "车间", "仓库"];

/// Whether the words speak of trading in a sentence of a scope. 经营 does so only where it begins the sentence or stands before its colon: elsewhere
/// it is part of what registers say of licences (凭许可证经营).
fn trades(words: &str, sentence: &str) -> bool {
    let before_colon = || sentence.split_once(':').is_some_and(|(head, _)| head.ends_with("经营"));
    TRADING.iter().any(|word| words.contains(word)) || sentence.starts_with("经营") || before_colon()
}

/// The name that says what an enterprise does: of a branch its own, where that says something.
fn own_name(name: &str) -> &str {
    let tail = ["公司", "集团"].iter().filter_map(|word| name.split_once(word)).map(|(_, tail)| tail);
    tail.filter(|tail| BRANCHES.iter().any(|end| tail.ends_with(end)))
        .filter(|tail| !found(tail).is_empty())
        .min_by_key(|tail| tail.len())
        .unwrap_or(name)
}

fn sentences(scope: &str) -> impl Iterator<Item = &str> {
    scope.split(['。', ';', '；', '.']).filter(|sentence| !sentence.is_empty()).map(|sentence| {
        PREFACES.iter().fold(sentence.trim_start_matches(['、', ' ']), |rest, preface| {
            rest.strip_prefix(preface).unwrap_or(rest)
        })
    })
}

/// Proposes the division. The name weighs more than the scope, the front of the scope more than its end; goods point
/// to the division that makes them unless the sentence speaks of trading them.
pub fn classify(name: &str, scope: &str) -> Option<Guess> {
    let mut scores: BTreeMap<&'static str, (u32, Vec<&'static str>)> = BTreeMap::new();
    let mut add = |division: &'static str, weight: u32, word: &'static str| {
        let entry = scores.entry(division).or_default();
        entry.0 += weight;
        if !entry.1.contains(&word) {
            entry.1.push(word);
        }
    };
    let has = |text: &str, list: &[&str]| list.iter().any(|word| text.contains(word));
    let name = crate::name::fold(name);
    let name = own_name(&name);
    let shop = has(name, SHOP);
    let dealer = has(name, DEALER);
    let maker = has(name, MAKER);
    let scope = without_exclusions(&crate::name::fold(scope));
    let makes = has(&scope, MAKING);
    let only_trades = !makes && sentences(&scope).any(|sentence| trades(sentence, sentence));
    for word in found(name) {
        match (word.goods, shop, dealer, maker || makes) {
            (true, true, _, false) => add("52", 8, word.text),
            (true, _, true, false) => add("51", 8, word.text),
            (true, _, _, true) => add(word.division, 12, word.text),
            (true, false, false, false) if only_trades => add("51", 7, word.text),
            (true, false, false, false) => add(word.division, 7, word.text),
            (false, ..) => add(
                word.division,
                if matches!(word.division, "71" | "72" | "75") { 6 } else { 12 },
                word.text,
            ),
        }
    }
    // a sentence says what is made or traded in its head ("生产、销售：…") or, without one, anywhere ("…的制造、销售");
    // who makes what he sells is a maker
    let mut weight = 6u32;
    for sentence in sentences(&scope) {
        let (head, body) = sentence.split_once([':', '：']).unwrap_or((sentence, sentence));
        let trading = trades(head, sentence);
        let making = has(head, MAKING) || !trading && !shop && !dealer;
        if trading && !making {
            let trade = if head.contains("零售") && !head.contains("批发") { "52" } else { "51" };
            add(trade, weight.min(4), if trade == "52" { "零售" } else { "批发、销售" });
        }
        for word in found(body) {
            match (word.goods, making) {
                (true, true) => add(word.division, weight, word.text),
                (true, false) => {}
                // nearly every scope ends with imports and exports
                (false, _) if word.division == "51" => add("51", 1, word.text),
                (false, _) => add(word.division, weight, word.text),
            }
            weight = weight.saturating_sub(1).max(1);
        }
    }
    let (code, (score, words)) = scores.into_iter().max_by_key(|(_, (score, _))| *score)?;
    let division = divisions().iter().find(|division| division.code == code)?;
    (score >= 4).then_some(Guess { division, score, words })
}

/// The words of the table in the text in its order: those that stand somewhere not only within a longer one. Words of no division are there for
/// that alone: 装饰品 is no 装饰.
fn found(text: &str) -> Vec<&'static Word> {
    let mut hits: Vec<&Word> = words().iter().filter(|word| text.contains(word.text)).collect();
    let all: Vec<&str> = hits.iter().map(|word| word.text).collect();
    let within = |at: usize, word: &str, other: &str| {
        other.len() > word.len()
            && other.match_indices(word).any(|(offset, _)| {
                at.checked_sub(offset)
                    .and_then(|from| text.get(from..))
                    .is_some_and(|rest| rest.starts_with(other))
            })
    };
    hits.retain(|word| {
        !word.division.is_empty()
            && text
                .match_indices(word.text)
                .any(|(at, _)| !all.iter().any(|other| within(at, word.text, other)))
    });
    hits.sort_by_key(|word| text.find(word.text));
    hits
}

/// The scope without what it excludes: `化工（危险化学品除外）`, `（不含…）`.
pub(crate) fn without_exclusions(scope: &str) -> String {
    let mut kept = String::with_capacity(scope.len());
    let mut rest = scope;
    while let Some((before, inside)) = rest.split_once('(') {
        kept.push_str(before);
        let (bracket, after) = inside.split_once(')').unwrap_or((inside, ""));
        let excluded = bracket.starts_with('除')
            || ["除外", "不含", "不包括", "不得", "依法须经", "凭许可证", "法律", "禁止", "国家限制"]
                .iter()
                .any(|word| bracket.contains(word));
        if !excluded {
            kept.push('、');
            kept.push_str(bracket);
            kept.push('、');
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn division(name: &str, scope: &str) -> Option<&'static str> {
        classify(name, scope).map(|guess| guess.division.code)
    }

    #[test]
    fn the_edition_is_complete() {
        assert_eq!(divisions().len(), 97);
        assert_eq!(find("C2929").map(|d| (d.code, d.section)), Some(("29", "C")));
        assert_eq!(find("99"), None);
    }

    #[test]
    fn names_and_scopes_of_common_trades_are_told_apart() {
        for (name, scope, code) in [
            ("甲塑料厂", "制造：塑料制品。", "29"),
            ("乙制衣有限公司", "加工、制造：服装。批发：日用百货", "18"),
            ("丙彩印有限公司", "包装装潢印刷品印刷", "23"),
            ("丁加油站", "零售：汽油、柴油", "52"),
            ("戊贸易有限公司", "批发、零售：化工原料（危险化学品除外），建筑材料", "51"),
            ("己房地产开发有限公司", "房地产开发", "70"),
            ("庚货运代理公司", "承办海运进出口货物的国际运输代理业务", "58"),
            ("辛运输有限公司", "普通货运", "54"),
            ("壬农村信用合作社", "吸收公众存款", "66"),
            ("癸建筑工程有限公司", "房屋建筑工程施工", "47"),
            ("丑实业有限公司", "生产、销售：针织品，服装。批发、零售：日用百货，家用电器", "17"),
            ("寅电气有限公司", "研究、开发、制造、销售：配电开关、电器元件", "38"),
            ("卯贸易有限公司", "工艺美术品，玩具", "51"),
            ("子玩具有限公司", "生产、加工：玩具，工艺品", "24"),
            // what registers say of licences is no trade, nor what stands before the colon always a verb
            ("辰水电开发有限公司", "水力发电（凭许可证经营）", "44"),
            ("巳服装有限公司", "一般经营项目：生产：服装", "18"),
            ("午船舶制造有限公司", "船舶制造、销售", "37"),
            ("未养殖专业合作社", "畜禽养殖及销售", "03"),
            ("申塑胶有限公司", "产销：塑料制品", "29"),
            // 绿化工程 is no 化工, 装饰品 no 装饰
            ("酉园林有限公司", "绿化工程施工", "48"),
            // a branch does what its own name says
            ("戌汽车运输集团有限公司丽都茶楼", "餐饮服务", "62"),
        ] {
            assert_eq!(division(name, scope), Some(code), "{name}");
        }
    }

    #[test]
    fn what_says_nothing_is_left_open() {
        assert_eq!(division("甲公司", ""), None);
    }

    #[test]
    fn what_the_scope_excludes_does_not_count() {
        assert!(!without_exclusions("化工(危险化学品除外)").contains("危险化学品"));
    }
}
