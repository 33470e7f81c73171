//! Editions of GB/T 4754: 2002 (2002-10-01 to 2011-10-31: 20 sections, 95 divisions), 2011 (to 2017-09-30: 20, 96) and 2017 (20, 97). Letters of
//! sections mean different things in them (trade was H, then F), so a code is kept with its edition.
//!
//! A code is read in the edition given or of the day; what its division becomes in the other editions is told, and where one becomes
//! several all are named, the main one first. Without a code the name and the scope propose a division, with score and words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{classify, parts};
use crate::{At, Outcome, Refusal, Row, Step, law_table, rule, sector};

law_table!(
    /// Divisions of the three editions.
    DIVISIONS, "industry-division", "国民经济行业分类（门类、大类）", ["edition", "division"]
);
law_table!(
    /// What a division becomes in the next edition.
    CROSSWALK, "industry-crosswalk", "国民经济行业分类新旧对照（大类）", ["from_edition", "from"]
);

rule!(
    /// The rule `industry`.
    RULE, "industry", "国民经济行业分类", "企业身份", "GB/T 4754-2002、GB/T 4754-2011、GB/T 4754-2017", Input, tell,
    [&DIVISIONS, &CROSSWALK], "2026-01-01", r#"{"code":"63","edition":"2002"}"#
);

/// An edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[schemars(title = "版本")]
pub enum Edition {
    /// GB/T 4754-2002.
    #[serde(rename = "2002", alias = "GB/T 4754-2002")]
    #[schemars(title = "2002年版")]
    E2002,
    /// GB/T 4754-2011.
    #[serde(rename = "2011", alias = "GB/T 4754-2011")]
    #[schemars(title = "2011年版")]
    E2011,
    /// GB/T 4754-2017.
    #[serde(rename = "2017", alias = "GB/T 4754-2017")]
    #[schemars(title = "2017年版")]
    E2017,
}

impl Edition {
    /// The oldest first.
    pub const ALL: [Edition; 3] = [Edition::E2002, Edition::E2011, Edition::E2017];

    /// The year, as tables write it.
    pub const fn code(self) -> &'static str {
        match self {
            Edition::E2002 => "2002",
            Edition::E2011 => "2011",
            Edition::E2017 => "2017",
        }
    }
}

/// What is known of an enterprise's trade.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "行业")]
pub struct Input {
    /// Code.
    #[schemars(title = "行业代码", description = "大类、中类或小类代码（2 至 4 位），门类字母可写可不写")]
    pub code: Option<String>,
    /// Edition of the code; otherwise that of the day.
    #[schemars(title = "代码版本", description = "不填时按日期取当时的版本")]
    pub edition: Option<Edition>,
    /// Name.
    #[schemars(title = "企业名称", description = "没有代码时据以推断")]
    pub name: Option<String>,
    /// Business scope.
    #[schemars(title = "经营范围", description = "没有代码时据以推断")]
    pub scope: Option<String>,
}

/// A division.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "大类")]
pub struct Division {
    /// Two digits.
    #[schemars(title = "大类代码")]
    pub division: String,
    /// Its name.
    #[schemars(title = "大类名称")]
    pub name: String,
    /// Letter of its section.
    #[schemars(title = "门类")]
    pub section: String,
    /// Name of its section.
    #[schemars(title = "门类名称")]
    pub section_name: String,
}

/// What a division is in another edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "其他版本中的大类")]
pub struct Other {
    /// Which.
    #[schemars(title = "版本")]
    pub edition: Edition,
    /// The main one first.
    #[schemars(title = "大类")]
    pub divisions: Vec<Division>,
    /// Whether there are several, so that group or class decides.
    #[schemars(title = "对应多个大类")]
    pub several: bool,
}

/// The trade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "行业")]
pub struct Trade {
    /// Edition of the code.
    #[schemars(title = "版本")]
    pub edition: Edition,
    /// The code without its letter.
    #[schemars(title = "行业代码")]
    pub code: String,
    /// Two digits.
    #[schemars(title = "大类代码")]
    pub division: String,
    /// Its name.
    #[schemars(title = "大类名称")]
    pub name: String,
    /// Letter of its section.
    #[schemars(title = "门类")]
    pub section: String,
    /// Name of its section.
    #[schemars(title = "门类名称")]
    pub section_name: String,
    /// The other editions.
    #[schemars(title = "其他版本")]
    pub others: Vec<Other>,
    /// Supervised sector.
    #[schemars(title = "监管行业代码")]
    pub sector: String,
    /// Its Chinese name.
    #[schemars(title = "监管行业")]
    pub sector_name: String,
    /// Whether name and scope proposed it.
    #[schemars(title = "推断所得")]
    pub proposed: bool,
    /// Weight of the proposal.
    #[schemars(title = "推断得分")]
    pub score: Option<u32>,
    /// Words that decided.
    #[schemars(title = "起决定作用的词")]
    pub words: Vec<String>,
}

fn described(row: &Row) -> Division {
    let text = |column: &str| row.get(column).to_string();
    Division {
        division: text("division"),
        name: text("name"),
        section: text("section"),
        section_name: text("section_name"),
    }
}

/// The row of a division.
pub fn division(edition: Edition, code: &str) -> Option<&'static Row> {
    let rows = &DIVISIONS.rows().rows;
    rows.iter().find(|row| row.get("edition") == edition.code() && row.get("division") == code)
}

/// What a division of one edition is in another, the main one first, with the rows that say so.
pub fn translate(from: Edition, code: &str, to: Edition) -> (Vec<&'static str>, Vec<&'static Row>) {
    let rows = &CROSSWALK.rows().rows;
    let mut codes: Vec<&'static str> =
        division(from, code).map(|row| row.get("division")).into_iter().collect();
    let mut used = Vec::new();
    let mut at = from;
    while at != to && !codes.is_empty() {
        let forward = at < to;
        let next = match (at, forward) {
            (Edition::E2011, true) => Edition::E2017,
            (Edition::E2011, false) => Edition::E2002,
            _ => Edition::E2011,
        };
        let older = if forward { at } else { next };
        // backwards, the division whose main successor this is comes first
        let mut found: Vec<(bool, &'static str, &'static Row)> = Vec::new();
        for code in &codes {
            for row in rows.iter().filter(|row| row.get("from_edition") == older.code()) {
                if forward && row.get("from") == *code {
                    found.extend(row.get("to").split(' ').map(|to| (false, to, row)));
                } else if !forward && row.get("to").split(' ').any(|to| to == *code) {
                    let main = row.get("to").split(' ').next() == Some(code);
                    found.push((!main, row.get("from"), row));
                }
            }
        }
        found.sort_by_key(|(minor, ..)| *minor);
        codes = Vec::new();
        for (_, code, row) in found {
            if !codes.contains(&code) {
                codes.push(code);
            }
            if !used.iter().any(|own: &&Row| own.line == row.line) {
                used.push(row);
            }
        }
        at = next;
    }
    (codes, used)
}

/// The trade of a code, or the one that name and scope propose.
///
/// # Errors
/// `missing` where neither is given; `unknown` code, or words that say nothing; `invalid` where the section's letter is another; `not_in_force`
/// before 2002-10-01.
pub fn tell(at: &At<'_>, input: &Input) -> Result<Outcome<Trade>, Refusal> {
    let of_day = Edition::ALL
        .into_iter()
        .find(|edition| at.rows(&DIVISIONS).first().is_some_and(|row| row.get("edition") == edition.code()));
    let Some(of_day) = of_day else {
        return Err(Refusal::not_in_force(format!(
            "{} 适用的行业分类未收录（GB/T 4754-2002 自 2002-10-01 起）。",
            at.on
        )));
    };
    let text = |own: &Option<String>| own.as_deref().map(str::trim).unwrap_or_default().to_string();
    let (code, name, scope) = (crate::name::fold(&text(&input.code)), text(&input.name), text(&input.scope));
    let mut steps = Vec::new();
    let (edition, row, digits, guess) = if code.is_empty() {
        if name.is_empty() && scope.is_empty() {
            return Err(Refusal::missing("/code", "行业代码（或企业名称、经营范围）"));
        }
        let nothing = || Refusal::unknown("/scope", "从名称和经营范围看不出行业，请填写行业代码。");
        let guess = classify(&name, &scope).ok_or_else(nothing)?;
        let row = division(Edition::E2017, guess.division.code).ok_or_else(nothing)?;
        steps.push(Step::plain(format!(
            "名称和经营范围中有“{}”，得 {} 分，推断行业",
            guess.words.join("”“"),
            guess.score
        )));
        (Edition::E2017, row, guess.division.code.to_string(), Some(guess))
    } else {
        let edition = input.edition.unwrap_or(of_day);
        let unknown = || {
            Refusal::unknown(
                "/code",
                format!("GB/T 4754-{} 没有代码 {code}，请填写 2 至 4 位的行业代码。", edition.code()),
            )
        };
        let (letter, digits) = parts(&code).ok_or_else(unknown)?;
        let row = digits.get(..2).and_then(|code| division(edition, code)).ok_or_else(unknown)?;
        if !letter.is_empty() && letter != row.get("section") {
            return Err(Refusal::invalid(
                "/code",
                format!(
                    "GB/T 4754-{} 中 {digits} 属门类 {}，不是 {letter}，请核对版本。",
                    edition.code(),
                    row.get("section")
                ),
            ));
        }
        (edition, row, digits, None)
    };
    let own = described(row);
    steps.push(row.step(format!(
        "GB/T 4754-{}：大类 {} {}，门类 {} {}",
        edition.code(),
        own.division,
        own.name,
        own.section,
        own.section_name
    )));
    let mut others = Vec::new();
    for other in Edition::ALL.into_iter().filter(|other| *other != edition) {
        let (codes, rows) = translate(edition, &own.division, other);
        let divisions: Vec<Division> =
            codes.iter().filter_map(|code| division(other, code)).map(described).collect();
        let names: Vec<String> =
            divisions.iter().map(|own| format!("{} {}", own.division, own.name)).collect();
        let several = divisions.len() > 1;
        let tail = if several {
            "（对应多个大类，按中类、小类确定，前一个为主）"
        } else {
            ""
        };
        let said = format!("{} 年版为 {}{tail}", other.code(), names.join("、"));
        // the least certain row speaks for the walk
        steps.push(
            rows.iter()
                .max_by_key(|row| row.certainty)
                .map_or_else(|| Step::plain(said.as_str()), |row| row.step(said.as_str())),
        );
        others.push(Other { edition: other, divisions, several });
    }
    let (now, _) = translate(edition, &own.division, Edition::E2017);
    let sector = sector::derive(now.first().copied(), &name, &scope);
    let sector_name = sector::label(sector).unwrap_or_default();
    steps.push(Step::plain(format!("监管行业：{sector_name}")));
    let (score, words) = guess.map_or((None, Vec::new()), |guess| (Some(guess.score), guess.words));
    let value = Trade {
        edition,
        code: digits,
        division: own.division,
        name: own.name,
        section: own.section,
        section_name: own.section_name,
        others,
        sector: sector.to_string(),
        sector_name: sector_name.to_string(),
        proposed: score.is_some(),
        score,
        words: words.into_iter().map(str::to_string).collect(),
    };
    Ok(Outcome::new(value, steps))
}
