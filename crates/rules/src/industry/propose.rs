//! Proposes a division from an enterprise's name and business scope.

use super::{
    Division, divisions,
    scope::plain,
    words::{Hit, found},
};

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

const MAKER: &[&str] = &["厂", "制造", "制品", "加工", "制衣", "织造", "彩印", "印务"];
/// Names with these are a maker's unless the scope only trades.
const PERHAPS_MAKER: &[&str] = &["工艺", "印刷", "陶瓷", "工业", "实业", "机械"];
const SHOP: &[&str] =
    &["门市", "商店", "商行", "经营部", "超市", "商场", "药店", "药房", "百货", "零售", "服务部"];
const DEALER: &[&str] =
    &["贸易", "批发", "购销", "进出口", "物资", "商贸", "经贸", "经销", "供销", "供应", "专营"];
/// Verbs of making and growing: who makes what he sells is a maker.
const MAKING: &[&str] = &[
    "制造", "加工", "生产", "制作", "织造", "产销", "研制", "酿造", "铸造", "锻造", "冶炼", "组装", "种植",
    "种殖", "养殖", "饲养", "培育", "繁育", "栽培", "捕捞",
];
const TRADING: &[&str] = &[
    "批发",
    "零售",
    "销售",
    "购销",
    "经销",
    "代购",
    "代销",
    "批售",
    "流通",
    "回收",
    "收购",
    "国内商业",
    "国内贸易",
    "供销业",
    "不再分装",
];
/// Behind a verb these make a noun of it: 生产资料, 生产性, 制造业.
const NO_VERB: &[&str] =
    &["资料", "性", "企业", "许可", "工艺", "技术", "者", "所需", "厂家", "业的", "业、", "经营所需"];
/// And these behind verbs that stand before goods seldom: 养殖用品, 种植机械.
const NO_GROWING: &[&str] = &["机械", "设备", "用品", "用具", "器材", "材料", "饲料"];
/// Before a verb these leave it to somebody else: 安全生产, 成员所生产的.
const NOT_OWN: &[&str] = &["安全", "所", "公司", "本企业"];
/// Headings before the verb.
const HEADINGS: &[&str] =
    &["一般经营项目", "许可经营项目", "一般项目", "许可项目", "主营", "兼营", "经营范围", MODE];
/// What is done to goods that somebody else makes.
const SERVING: &[&str] = &["维修", "修理", "租赁", "技术开发", "技术服务", "咨询"];
/// Words of names that may mean any business.
const VAGUE: &[&str] = &[
    "投资",
    "咨询",
    "企业管理",
    "策划",
    "租赁",
    "出租",
    "商务服务",
    "市场开发",
    "劳务",
    "技术开发",
    "科技推广",
    "技术服务",
    "技术咨询",
    "顾问",
];
/// What 经营 is no trade in.
const NO_TRADE: &[&str] = &["生产经营", "经营范围", "经营活动", "经营项目", "经营管理", "经营权"];

fn has(text: &str, list: &[&str]) -> bool {
    list.iter().any(|word| text.contains(word))
}

/// Whether the text holds a verb of making as a verb.
fn does_make(text: &str) -> bool {
    let noun = |verb: &str, at: usize| {
        let (before, behind) = (&text[..at], &text[at + verb.len()..]);
        let starts = |list: &[&str]| list.iter().any(|word| behind.starts_with(word));
        starts(NO_VERB)
            || NOT_OWN.iter().any(|other| before.ends_with(other))
            || matches!(verb, "种植" | "养殖" | "饲养") && starts(NO_GROWING)
            // 金属加工机械 is a machine, 生产加工机械 makes it
            || verb == "加工" && behind.starts_with("设备")
            || verb == "加工"
                && behind.starts_with("机械")
                && !before.is_empty()
                && !before.ends_with(['、', ',', ':', '产', '造', '售', '修', '发'])
    };
    MAKING.iter().any(|verb| text.match_indices(verb).any(|(at, _)| !noun(verb, at)))
}

/// The shop of a company, whatever it sells: its own name tells nothing but that.
const ANY_SHOP: &[&str] = &["经营部", "门市"];

/// A sentence of the scope: what is made or traded in its head ("生产、销售：…") or, without one, anywhere
/// ("…的制造、销售").
struct Sentence<'a> {
    head: &'a str,
    making: bool,
    trading: bool,
    hits: Vec<Hit>,
}

impl<'a> Sentence<'a> {
    fn read(text: &'a str) -> Self {
        let text = without_heading(text);
        let verbs = |text: &str| does_make(text) || has(text, TRADING) || text.contains("经营");
        // a colon that no verb stands before is none of a head: "第三类：…的批发"
        let (head, body) = text.split_once(':').filter(|(head, _)| verbs(head)).unwrap_or((text, text));
        let mut hits = found(body);
        // what is grown may stand behind the verb alone: "养殖：鳗鱼"
        if head.len() < text.len() && has(head, &["种植", "种殖", "养殖", "饲养", "捕捞"]) {
            hits = found(text).into_iter().filter(|hit| hits.contains(hit) || hit.division < "05").collect();
        }
        let making = does_make(head);
        // 经营 alone may be any business; of goods, or as the head, it is trade
        let dealing = head.contains("经营")
            && !has(head, NO_TRADE)
            && (head.len() < text.len() || hits.iter().any(|hit| hit.goods));
        Sentence { head, making, trading: has(head, TRADING) || dealing && !making, hits }
    }

    /// Whether it names an activity other than trade.
    fn acts(&self) -> bool {
        self.hits.iter().any(|hit| !hit.goods && !matches!(hit.division, "51" | "52"))
    }

    /// Wholesale or retail.
    fn trade(&self, shop: bool) -> &'static str {
        let retail = self.head.contains("零售") || shop && !has(self.head, &["收购", "回收"]);
        if retail && !self.head.contains("批发") { "52" } else { "51" }
    }
}

/// How business is done, said once for the sentences behind: 经营方式：批发、零售。主营：…
const MODE: &str = "经营方式";

fn without_heading(text: &str) -> &str {
    let mut rest = text.trim_start_matches('、');
    while let Some((head, after)) = rest.split_once(':') {
        if !HEADINGS.contains(&head.trim_end_matches('、')) {
            break;
        }
        rest = after;
    }
    rest
}

/// The sentences of a scope; a new head begins one even behind a comma ("生产：…，销售：…").
fn sentences(scope: &str) -> Vec<Sentence<'_>> {
    let mut read: Vec<Sentence<'_>> = Vec::new();
    let mut mode = None;
    for sentence in scope.split(['。', ';', '.']).filter(|sentence| !sentence.is_empty()) {
        let mut start = 0;
        for (at, _) in sentence.match_indices(',') {
            let next = &sentence[at + 1..];
            let phrase = next.split(',').next().unwrap_or(next);
            let head = phrase.split_once(':').map(|(head, _)| head);
            // "制造，销售：…" is one head
            if sentence[start..at].contains(':')
                && head.is_some_and(|head| does_make(head) || has(head, TRADING))
            {
                read.push(Sentence::read(&sentence[start..at]));
                start = at + 1;
            }
        }
        read.push(Sentence::read(&sentence[start..]));
        if sentence.starts_with(MODE) {
            mode = read.last_mut().map(|said| {
                // the first verb is the main one, and none of them are goods
                let first = |verbs: &[&str]| verbs.iter().filter_map(|verb| said.head.find(verb)).min();
                said.making = match (first(MAKING), first(TRADING)) {
                    (Some(making), trading) => trading.is_none_or(|trading| making < trading),
                    _ => false,
                };
                said.hits.clear();
                (said.head, said.making, said.trading)
            });
        } else if let (Some((head, making, trading)), Some(last)) = (mode, read.last_mut())
            && !last.making
            && !last.trading
        {
            (last.head, last.making, last.trading) = (head, making, trading);
        }
    }
    read
}

/// The branch behind the company it belongs to, where its own name tells a place of business: `…有限公司某某餐厅`.
fn branch(name: &str) -> Option<&str> {
    let own = name.strip_suffix("分公司").unwrap_or(name);
    let end = ["公司", "集团", "供销合作社", "供销社", "厂"]
        .iter()
        .find_map(|word| Some(own.rfind(word)? + word.len()))?;
    let tail = own[end..].trim_start_matches([')', '、']);
    let place = tail
        .ends_with(['店', '厂', '站', '厅', '部', '楼', '馆', '场', '所', '库', '城', '院', '校', '房'])
        || ["中心", "超市", "食堂", "门市", "码头"].iter().any(|word| tail.ends_with(word));
    (place || own.len() < name.len() && !tail.is_empty()).then_some(tail)
}

/// Proposes the division. The name weighs more than the scope, the front of the scope more than its end; goods point
/// to the division that makes them unless the sentence speaks of trading them.
pub fn classify(name: &str, scope: &str) -> Option<Guess> {
    // of the name the last word says what it is (塑料工艺厂), of the scope the first
    let mut scores: Vec<(&'static str, u32, Vec<&'static str>)> = Vec::new();
    let mut last = "";
    let mut add = |division: &'static str, weight: u32, word: &'static str| match scores
        .iter_mut()
        .find(|(own, ..)| *own == division)
    {
        Some((_, score, words)) => {
            *score += weight;
            if !words.contains(&word) {
                words.push(word);
            }
        }
        None => scores.push((division, weight, vec![word])),
    };
    let name = crate::name::fold(name);
    // "(普通合伙)" says nothing of the trade
    let whole =
        name.strip_suffix(')').and_then(|name| name.rsplit_once('(')).map_or(&*name, |(name, _)| name);
    let tail = branch(whole).map(|tail| (tail, found(tail))).filter(|(tail, hits)| {
        // a factory's shop is a shop
        let works = whole[..whole.len() - tail.len()].ends_with('厂');
        hits.iter().any(|hit| works || !ANY_SHOP.contains(&hit.text))
    });
    let (own, hits) = tail.unwrap_or_else(|| (&*name, found(&name)));
    let scope = plain(&crate::name::fold(scope));
    let sentences = sentences(&scope);
    // 店 inside a name may be a place (驻马店)
    let shop = has(own, SHOP) || whole.ends_with('店');
    let dealer = has(own, DEALER);
    let makes = sentences.iter().any(|sentence| sentence.making);
    // he who does something else before he trades is no trader by it
    let trade = sentences.iter().find(|sentence| sentence.trading || sentence.acts());
    let trade = trade.filter(|sentence| sentence.trading).map(|sentence| sentence.trade(shop));
    // nor is a dealer who says that he trades a maker by his name, nor a company's shop
    let sells = dealer && trade.is_some() || shop && own.len() < name.len();
    let named = has(own, MAKER) || trade.is_none() && has(own, PERHAPS_MAKER);
    let maker = makes || named && !sells;
    // 机械 in a name is what machines the scope tells: those for one trade are another division
    let mut machines = sentences.iter().flat_map(|sentence| &sentence.hits);
    let machines = machines.find(|hit| hit.goods && matches!(hit.division, "34" | "35"));
    for mut hit in hits {
        if hit.text == "机械" && machines.is_some_and(|own| own.division == "35") {
            hit.division = "35";
        }
        // a shop of a workshop is that workshop's (理发服务社门市), a dealer's is a shop
        if last.is_empty() || last == "51" || !ANY_SHOP.contains(&hit.text) {
            last = hit.division;
        }
        match (hit.goods, shop, dealer, maker) {
            (true, true, _, false) => add("52", 8, hit.text),
            (true, _, true, false) => add("51", 8, hit.text),
            (true, _, _, true) => add(hit.division, 12, hit.text),
            (true, false, false, false) => add(trade.unwrap_or(hit.division), 7, hit.text),
            (false, ..) => {
                let weight = if VAGUE.contains(&hit.text) { 5 } else { 12 };
                add(hit.division, weight, hit.text);
            }
        }
    }
    let (mut weight, mut made, mut traded) = (6u32, false, false);
    let mut counted: Vec<Hit> = Vec::new();
    for (at, sentence) in sentences.into_iter().enumerate() {
        let silent = !sentence.trading && !has(sentence.head, SERVING);
        let making = sentence.making || silent && !shop && !dealer;
        // a dealer's list of goods needs no verb
        if !making && (sentence.trading || dealer && sentence.hits.iter().any(|hit| hit.goods)) {
            // what is sold beside what is made is most often the same
            let weight = weight.min(if made { 2 } else { 4 });
            match sentence.trade(shop) {
                "52" => add("52", weight, "零售"),
                _ => add("51", weight, "批发、销售"),
            }
        }
        // and who says that he makes something sells beside it
        if sentence.making
            && traded
            && at < 2
            && !shop
            && !dealer
            && sentence.hits.iter().any(|hit| hit.goods)
        {
            weight = weight.max(5);
        }
        made |= sentence.making;
        traded |= sentence.trading;
        let before = counted.len();
        for hit in &sentence.hits {
            // said again, or a vague word beside its like, it says little more; nor does a list of one division's words
            let vague = |own: &Hit| VAGUE.contains(&hit.text) && own.division == hit.division;
            let now = match () {
                () if counted.iter().any(|own| own == hit || vague(own)) => 1,
                () if VAGUE.contains(&hit.text) && !counted.is_empty() => weight.min(3),
                () if counted[before..].iter().any(|own| own.division == hit.division) => 1,
                () => weight,
            };
            counted.push(*hit);
            match (hit.goods, making) {
                (true, true) => add(hit.division, now, hit.text),
                (true, false) if sentence.trading => {}
                (true, false) => continue,
                // nearly every scope ends with imports and exports
                (false, _) if hit.division == "51" => add("51", 1, hit.text),
                // counted above; and among goods 百货 is goods
                (false, false) if matches!(hit.text, "零售" | "百货") => add("52", 1, hit.text),
                (false, _) => add(hit.division, now, hit.text),
            }
            weight = weight.saturating_sub(1).max(1);
        }
    }
    // of a firm that does nothing but import and export it says enough
    let alone = scores.len() == 1 && !made;
    let (code, score, words) =
        scores.into_iter().rev().max_by_key(|(code, score, _)| (*score, *code == last))?;
    let division = divisions().iter().find(|division| division.code == code)?;
    (score >= 4 || alone && code == "51").then_some(Guess { division, score, words })
}
