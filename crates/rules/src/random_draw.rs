//! The double random draw, 双随机: which enterprises are inspected and by which officers, by lot, so that anybody who has the seed and the two
//! lists gets the same draw again (国办发〔2015〕58号: targets and officers are drawn at random, the result is published).
//!
//! Whole numbers only. The number of round n is the first 16 bytes of SHA-256 over `seed/target/n`, taken modulo the sum of the weights of
//! who is left; it falls on one of them in the order of their ids. An enterprise of a riskier grade has a greater weight (table
//! `draw-weight`). For each enterprise officers are drawn among those without a conflict of interest, first among those with
//! the fewest enterprises so far; where fewer than asked for are left, the enterprise stays without officers and the draw says so.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{At, Outcome, Refusal, Step, law_table, rule};

law_table!(
    /// Weights by grade.
    WEIGHTS, "draw-weight", "随机抽查权重", ["grade"]
);

rule!(
    /// The rule `random-draw`.
    RULE, "random-draw", "双随机抽取", "执法", "国办发〔2015〕58号",
    Input, draw, [&WEIGHTS], "2026-01-05",
    r#"{"seed":"2026年度第1批","targets":[{"id":"a","name":"甲厂","grade":"D"},{"id":"b","name":"乙厂","grade":"A"},{"id":"c","name":"丙厂"}],"officers":[{"id":"1","name":"张三"},{"id":"2","name":"李四","conflicts":["a"]},{"id":"3","name":"王五"}],"number":2}"#
);

/// Most enterprises and officers that one draw takes.
pub const MOST: usize = 20_000;
/// Most draws explained one by one.
const EXPLAINED: usize = 2_000;

/// An enterprise that may be drawn.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its id, of which each stands once in the list.
    #[schemars(title = "企业标识")]
    pub id: String,
    /// Its name.
    #[serde(default)]
    #[schemars(title = "企业名称")]
    pub name: String,
    /// A, B, C or D; none where it has no grade.
    #[serde(default)]
    #[schemars(title = "评价等级", description = "A、B、C、D，未评级的不填")]
    pub grade: Option<String>,
}

/// An officer who may be drawn.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    /// The id, of which each stands once in the list.
    #[schemars(title = "人员标识")]
    pub id: String,
    /// Name.
    #[serde(default)]
    #[schemars(title = "姓名")]
    pub name: String,
    /// Ids of enterprises that this person must not inspect.
    #[serde(default)]
    #[schemars(title = "应回避的企业")]
    pub conflicts: Vec<String>,
}

/// The two lists and the seed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What makes the draw this one: chosen before the lists are opened and published with the result.
    #[schemars(title = "随机种子", description = "抽取前公布的一段文字或数字，如摇号所得")]
    pub seed: String,
    /// Who may be drawn.
    #[schemars(title = "检查对象名录库")]
    pub targets: Vec<Target>,
    /// Who may inspect.
    #[serde(default)]
    #[schemars(title = "执法人员名录库")]
    pub officers: Vec<Officer>,
    /// How many enterprises.
    #[serde(deserialize_with = "crate::number::count")]
    #[schemars(title = "抽取企业数", extend("x-unit" = "家"))]
    pub number: u32,
    /// Officers for each enterprise: two unless told.
    #[serde(default, deserialize_with = "crate::number::optional_count")]
    #[schemars(title = "每家执法人员数", description = "不填为 2 人", extend("x-unit" = "人"))]
    pub officers_each: Option<u32>,
}

/// An enterprise that was drawn, with its officers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Drawn {
    /// Which enterprise.
    #[schemars(title = "企业标识")]
    pub target: String,
    /// Its name.
    #[schemars(title = "企业名称")]
    pub name: String,
    /// Who inspects it; nobody where too few were without a conflict.
    #[schemars(title = "执法人员标识")]
    pub officers: Vec<String>,
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Draw {
    /// In the order in which they were drawn.
    #[schemars(title = "抽取结果")]
    pub drawn: Vec<Drawn>,
    /// SHA-256 over seed, lists and weights: two draws of one hash are one.
    #[schemars(title = "名录指纹")]
    pub fingerprint: String,
}

/// The number that the seed gives for a purpose.
fn lot(seed: &str, purpose: &str) -> u128 {
    let hash = Sha256::digest(format!("{seed}/{purpose}"));
    hash.iter().take(16).fold(0, |number, byte| (number << 8) | u128::from(*byte))
}

fn once<'a>(ids: impl Iterator<Item = &'a str>, pointer: &str) -> Result<(), Refusal> {
    let mut sorted: Vec<(usize, &str)> = ids.enumerate().collect();
    if sorted.len() > MOST {
        return Err(Refusal::invalid(pointer, format!("名录最多 {MOST} 项，请分批抽取。")));
    }
    sorted.sort_by_key(|(_, id)| *id);
    let double = sorted.windows(2).find(|pair| matches!(pair, [(_, one), (_, other)] if one == other));
    match double {
        Some([_, (at, id)]) => {
            Err(Refusal::invalid(format!("{pointer}/{at}/id"), format!("“{id}”在名录中重复，请删去一个。")))
        }
        _ => Ok(()),
    }
}

/// Draws enterprises and officers by lot.
///
/// # Errors
/// An empty seed, lists with a double or without anybody, a grade without a weight.
pub fn draw(at: &At<'_>, input: &Input) -> Result<Outcome<Draw>, Refusal> {
    if input.seed.trim().is_empty() {
        return Err(Refusal::missing("/seed", "随机种子"));
    }
    if input.targets.is_empty() {
        return Err(Refusal::missing("/targets", "检查对象名录"));
    }
    once(input.targets.iter().map(|own| own.id.as_str()), "/targets")?;
    once(input.officers.iter().map(|own| own.id.as_str()), "/officers")?;
    let each = input.officers_each.unwrap_or(2).clamp(1, 20) as usize;
    let rows = at.rows(&WEIGHTS);
    if rows.is_empty() {
        return Err(Refusal::not_in_force(format!("{} 没有抽查权重。", at.on)));
    }
    let mut steps = Vec::new();
    let mut left: Vec<(&Target, u128)> = Vec::new();
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, target) in input.targets.iter().enumerate() {
        let grade =
            target.grade.as_deref().map(str::trim).filter(|grade| !grade.is_empty()).unwrap_or("unrated");
        let row = rows.iter().find(|row| row.get("grade") == grade).ok_or_else(|| {
            Refusal::unknown(
                format!("/targets/{place}/grade"),
                format!("“{grade}”没有抽查权重，应为 A、B、C、D 或者不填。"),
            )
        })?;
        *used.entry(row.get("grade")).or_default() += 1;
        // a weight of none keeps an enterprise out
        let weight = row.whole("weight").unwrap_or(1).clamp(0, 1_000_000).unsigned_abs();
        if weight > 0 {
            left.push((target, u128::from(weight)));
        }
    }
    for row in rows.iter().filter(|row| used.contains_key(row.get("grade"))) {
        let number = used.get(row.get("grade")).copied().unwrap_or_default();
        let grade = if row.get("grade") == "unrated" { "未评级" } else { row.get("grade") };
        steps.push(row.step(format!("{grade} 的企业 {number} 家，权重 {}", row.get("weight"))));
    }
    left.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    let fingerprint = fingerprint(input, &left);
    let mut sum: u128 = left.iter().map(|(_, weight)| weight).sum();
    let mut load: BTreeMap<&str, usize> = BTreeMap::new();
    let mut drawn = Vec::new();
    for round in 1..=(input.number as usize).min(left.len()) {
        let number = lot(&input.seed, &format!("target/{round}")) % sum.max(1);
        let mut passed = 0;
        let place = left.iter().position(|(_, weight)| {
            passed += weight;
            number < passed
        });
        let Some(place) = place else { break };
        let (target, weight) = left.remove(place);
        let people = officers(input, target, each, &mut load);
        let said = match people.len() {
            _ if input.officers.is_empty() => "没有执法人员名录，人员另行指定".to_string(),
            0 => format!("无须回避的执法人员不足 {each} 人，人员另行指定"),
            _ => people.iter().map(|own| own.name.as_str()).collect::<Vec<_>>().join("、"),
        };
        if drawn.len() < EXPLAINED {
            steps.push(Step::plain(format!(
                "第 {round} 次：余下 {} 家、权重合计 {sum}，随机数对合计取余得 {number}，抽中{}（权重 {weight}）；执法人员：{said}",
                left.len() + 1,
                target.name
            )));
        }
        sum -= weight;
        let officers = people.iter().map(|own| own.id.clone()).collect();
        drawn.push(Drawn { target: target.id.clone(), name: target.name.clone(), officers });
    }
    steps.push(Step::clause(
        "国办发〔2015〕58号",
        format!(
            "随机种子“{}”，名录指纹 {}。用同一种子和同一名录重新抽取，结果相同",
            input.seed,
            fingerprint.get(..16).unwrap_or_default()
        ),
    ));
    Ok(Outcome::new(Draw { drawn, fingerprint }, steps))
}

/// Officers without a conflict, those with the fewest enterprises first, by lot among equals; nobody where too few are left.
fn officers<'a>(
    input: &'a Input,
    target: &Target,
    each: usize,
    load: &mut BTreeMap<&'a str, usize>,
) -> Vec<&'a Officer> {
    let mut free: Vec<(usize, u128, &Officer)> = input
        .officers
        .iter()
        .filter(|own| !own.conflicts.contains(&target.id))
        .map(|own| {
            let so_far = load.get(own.id.as_str()).copied().unwrap_or_default();
            (so_far, lot(&input.seed, &format!("officer/{}/{}", target.id, own.id)), own)
        })
        .collect();
    if free.len() < each {
        return Vec::new();
    }
    free.sort_by(|a, b| (a.0, a.1, &a.2.id).cmp(&(b.0, b.1, &b.2.id)));
    let chosen: Vec<&Officer> = free.into_iter().take(each).map(|(_, _, own)| own).collect();
    for own in &chosen {
        *load.entry(own.id.as_str()).or_default() += 1;
    }
    chosen
}

fn fingerprint(input: &Input, targets: &[(&Target, u128)]) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{}\n{}\n{}\n", input.seed, input.number, input.officers_each.unwrap_or(2)));
    for (target, weight) in targets {
        hash.update(format!("{}\t{weight}\n", target.id));
    }
    let mut officers: Vec<String> = input
        .officers
        .iter()
        .map(|own| {
            let mut conflicts = own.conflicts.clone();
            conflicts.sort();
            format!("{}\t{}\n", own.id, conflicts.join(","))
        })
        .collect();
    officers.sort();
    for own in officers {
        hash.update(own);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
