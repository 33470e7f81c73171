//! What a change of divisions means: which codes cease, which come to be, and where what stood in them goes. Decided from
//! the map in force, without touching anything.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use kernel::{RegionCode, Tier};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Outcome, Problem};

use crate::divisions::{self, Division, children, find};

/// A change that is asked for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct NewChange {
    /// `rename`, `merge`, `split`, `move`, `establish`, `abolish`.
    pub kind: String,
    /// Day from which it counts; not after today.
    pub changed_on: NaiveDate,
    /// Number of the document that orders it.
    pub document: String,
    /// Remark.
    #[serde(default)]
    pub note: String,
    /// The divisions it changes: one, or several to be merged.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Code of what comes to be (merge, move, establish); the next free one unless told. A merge may go into one in force.
    pub code: Option<String>,
    /// Name of what comes to be, or the new name.
    pub name: Option<String>,
    /// The county or city it goes to (move) or comes to be in (establish).
    pub parent: Option<String>,
    /// What a division is split into.
    #[serde(default)]
    pub parts: Vec<NewPart>,
}

/// A part of a split.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct NewPart {
    /// The code split, for the part that keeps it; the next free one unless told.
    pub code: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Villages (of a town) or towns (of a county) that go there.
    #[serde(default)]
    pub members: Vec<String>,
    /// Words of addresses that go there.
    #[serde(default)]
    pub words: Vec<String>,
    /// Takes what no village and no word tells; without such a part it waits for assignment in the next wider division.
    #[serde(default)]
    pub rest: bool,
}

/// A part of a split town as rows are put into it.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its code.
    pub to: String,
    /// County and town in words.
    pub name: String,
    /// Words of addresses that tell it, folded.
    pub words: Vec<String>,
    /// Takes what no word tells.
    pub rest: bool,
}

/// Where rows go.
#[derive(Debug, Clone)]
pub enum Step {
    /// Everything in one division goes into another, code by code.
    Whole {
        /// From.
        from: String,
        /// To.
        to: String,
    },
    /// Enterprises go where their address tells; people and offices to the heir.
    Split {
        /// From.
        from: String,
        /// The parts.
        parts: Vec<Part>,
        /// The longest prefix that is certain for what no part takes.
        leave: String,
        /// Takes the people and offices; none while the division goes on, they stay.
        heir: Option<String>,
    },
}

impl Step {
    /// The division whose rows it moves.
    pub fn from(&self) -> &str {
        match self {
            Step::Whole { from, .. } | Step::Split { from, .. } => from,
        }
    }

    /// Where a row goes that no address places; `None` where it stays.
    pub fn place(&self, town: &str) -> Option<String> {
        match self {
            Step::Whole { from, to } => town.strip_prefix(from.as_str()).map(|rest| format!("{to}{rest}")),
            Step::Split { heir, .. } => heir.clone(),
        }
    }
}

/// A change, decided.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub city: String,
    /// Codes that come to be or get another name: code and name.
    pub opens: Vec<(String, String)>,
    /// Codes that cease: code and name.
    pub closes: Vec<(String, String)>,
    /// Which became which; one side is empty where something came to be or ceased.
    pub pairs: Vec<(String, String)>,
    pub steps: Vec<Step>,
    /// Names by which addresses still call what changed.
    pub aliases: Vec<(String, String)>,
}

fn wrong(pointer: &str, code: &'static str, message: impl Into<String>) -> Problem {
    Problem::wrong_field(pointer, code, message)
}

struct Planner {
    plan: Plan,
    villages: Vec<&'static Division>,
    /// Codes given out in this change.
    taken: BTreeSet<String>,
}

/// Decides a change; refuses what the map of today does not allow.
pub(crate) fn plan(new: &NewChange, today: NaiveDate) -> Outcome<Plan> {
    if new.changed_on > today {
        return Err(wrong("/changed_on", "date.future", "还没有到生效日期。请在生效当天或之后办理。"));
    }
    if new.document.trim().is_empty() || new.document.chars().count() > 100 {
        return Err(wrong("/document", "document.missing", "请填写批准文件的文号（100 字以内）。"));
    }
    let mut own = Vec::new();
    for code in &new.codes {
        let division = find(code).filter(|own| matches!(own.code.len(), 6 | 9));
        own.push(division.ok_or_else(|| {
            wrong("/codes", "region.unknown", format!("现行区划中没有代码为 {code} 的区县或镇街。"))
        })?);
    }
    let place = own.first().map(|own| own.code.as_str()).or(new.parent.as_deref()).unwrap_or_default();
    let city = RegionCode::parse(place)?;
    let Some(city) = city.city().map(str::to_string) else {
        return Err(wrong("/parent", "region.tier", "请选择市、区县或镇街。"));
    };
    if own
        .iter()
        .any(|division| !division.code.starts_with(&city) || division.code.len() != own[0].code.len())
    {
        return Err(wrong("/codes", "region.mixed", "请选择同一个市、同一层级的区划。"));
    }
    let mut planner = Planner {
        villages: divisions::villages(&city),
        plan: Plan { city, ..Plan::default() },
        taken: BTreeSet::new(),
    };
    match (new.kind.as_str(), own.as_slice()) {
        ("rename", [one]) => planner.rename(one, new)?,
        ("merge", [_, ..]) => planner.merge(&own, new)?,
        ("split", [one]) => planner.split(one, new)?,
        ("move", [one]) => planner.relocate(one, new)?,
        ("establish", []) => planner.establish(new)?,
        ("abolish", [one]) => planner.abolish(one),
        ("rename" | "merge" | "split" | "move" | "abolish", _) => {
            return Err(wrong(
                "/codes",
                "region.number",
                "请选择要调整的区划（合并可以选多个，其余只选一个）。",
            ));
        }
        _ => return Err(wrong("/kind", "kind.unknown", "请选择调整的种类。")),
    }
    Ok(planner.plan)
}

fn name_of(name: Option<&str>, pointer: &str) -> Outcome<String> {
    let name = name.map(str::trim).unwrap_or_default();
    if name.is_empty() || name.chars().count() > 40 {
        return Err(wrong(pointer, "name.length", "请填写名称（40 字以内）。"));
    }
    Ok(name.to_string())
}

impl Planner {
    fn free(&self, code: &str) -> bool {
        find(code).is_none()
            && !self.taken.contains(code)
            && !self.villages.iter().any(|village| village.code == code)
    }

    /// A code in `parent` that was never used: the wished-for ending, or the next one after it.
    fn next(&self, parent: &str, wish: &str) -> Outcome<String> {
        let width = wish.len();
        let first: u32 = wish.parse().unwrap_or(1);
        let most = 10u32.pow(width as u32) - 1;
        let used = |code: &str| {
            divisions::overlay().is_some_and(|own| own.changed.contains_key(code))
                || !crate::timeline::shipped(code).is_empty()
        };
        (first.max(1)..=most)
            .map(|number| format!("{parent}{number:0width$}"))
            .find(|code| self.free(code) && !used(code))
            .ok_or_else(|| wrong("/code", "code.none", "没有可用的代码了，请手工填写。"))
    }

    /// The code asked for if it is free and lies in `parent`, or the next one.
    fn code(&mut self, asked: Option<&str>, parent: &str, wish: &str, pointer: &str) -> Outcome<String> {
        let code = match asked.map(str::trim).filter(|code| !code.is_empty()) {
            None => self.next(parent, wish)?,
            Some(code) => {
                let digits = parent.len() + wish.len();
                if code.len() != digits || !code.starts_with(parent) || RegionCode::parse(code).is_err() {
                    let message = format!("代码应为 {digits} 位数字，以 {parent} 开头。");
                    return Err(wrong(pointer, "code.invalid", message));
                }
                if !self.free(code) {
                    return Err(wrong(pointer, "code.taken", format!("代码 {code} 正在使用，请换一个。")));
                }
                code.to_string()
            }
        };
        self.taken.insert(code.clone());
        Ok(code)
    }

    fn unlike_siblings(&self, parent: &str, name: &str, but: &[&str], pointer: &str) -> Outcome<()> {
        let same =
            children(parent).into_iter().find(|own| own.name == name && !but.contains(&own.code.as_str()));
        match same {
            Some(own) => Err(wrong(
                pointer,
                "name.taken",
                format!("{}下已有“{name}”（{}）。", divisions::full_name(parent), own.code),
            )),
            None => Ok(()),
        }
    }

    /// The names by which addresses call `from` mean `to` from now on.
    fn known_as(&mut self, from: &Division, to: &str, name: &str) {
        let mut names: Vec<String> = divisions::aliases()
            .into_iter()
            .filter(|(_, code)| *code == from.code)
            .map(|(alias, _)| alias.to_string())
            .collect();
        names.push(from.name.clone());
        for alias in names.into_iter().filter(|alias| alias != name && alias.chars().count() > 1) {
            self.plan.aliases.push((alias, to.to_string()));
        }
    }

    /// A town and its villages get other codes; the town's own span is the caller's.
    fn recode_villages(&mut self, from: &str, to: &str, only: Option<&[String]>) -> Outcome<()> {
        let own: Vec<&Division> = self
            .villages
            .iter()
            .filter(|village| village.code.starts_with(from))
            .filter(|village| only.is_none_or(|only| only.contains(&village.code)))
            .copied()
            .collect();
        for village in own {
            let wish = village.code.get(9..).unwrap_or("001");
            let straight = format!("{to}{wish}");
            let code = if self.free(&straight) { straight } else { self.next(to, wish)? };
            self.taken.insert(code.clone());
            if only.is_none() && !code.ends_with(wish) || only.is_some() {
                self.plan.steps.push(Step::Whole { from: village.code.clone(), to: code.clone() });
            }
            self.plan.closes.push((village.code.clone(), village.name.clone()));
            self.plan.opens.push((code.clone(), village.name.clone()));
            self.plan.pairs.push((village.code.clone(), code));
        }
        Ok(())
    }

    /// A town gets the code `to`: villages first, then all that stands in it.
    fn recode_town(&mut self, town: &Division, to: &str) -> Outcome<()> {
        self.recode_villages(&town.code, to, None)?;
        self.plan.closes.push((town.code.clone(), town.name.clone()));
        self.plan.pairs.push((town.code.clone(), to.to_string()));
        self.plan.steps.push(Step::Whole { from: town.code.clone(), to: to.to_string() });
        Ok(())
    }

    /// The towns of a county get codes of another county.
    fn recode_towns(&mut self, towns: &[&Division], county: &str) -> Outcome<()> {
        for town in towns {
            let code = self.code(None, county, town.code.get(6..).unwrap_or("001"), "/code")?;
            self.plan.opens.push((code.clone(), town.name.clone()));
            let name = town.name.clone();
            self.recode_town(town, &code)?;
            self.known_as(town, &code, &name);
        }
        Ok(())
    }

    fn rename(&mut self, one: &Division, new: &NewChange) -> Outcome<()> {
        let name = name_of(new.name.as_deref(), "/name")?;
        let parent = &one.code[..if one.code.len() == 9 { 6 } else { 4 }];
        if name == one.name {
            return Err(wrong("/name", "name.same", "新名称与现在的相同。"));
        }
        self.unlike_siblings(parent, &name, &[&one.code], "/name")?;
        self.known_as(one, &one.code, &name);
        self.plan.opens.push((one.code.clone(), name));
        self.plan.pairs.push((one.code.clone(), one.code.clone()));
        Ok(())
    }

    fn merge(&mut self, own: &[&'static Division], new: &NewChange) -> Outcome<()> {
        let digits = own[0].code.len();
        let (parent_digits, wish) = if digits == 9 { (6, &own[0].code[6..]) } else { (4, &own[0].code[4..]) };
        let asked = new.code.as_deref().map(str::trim).filter(|code| !code.is_empty());
        let there = asked.and_then(find);
        if there.is_some_and(|there| there.code.len() != digits || !there.code.starts_with(&self.plan.city)) {
            return Err(wrong("/code", "code.invalid", "合并后的区划应与被合并的同市、同层级。"));
        }
        let parent = match asked {
            Some(code) if there.is_none() => code.get(..parent_digits).filter(|own| find(own).is_some()),
            Some(code) => code.get(..parent_digits),
            None => own[0].code.get(..parent_digits),
        };
        let Some(parent) = parent else {
            return Err(wrong("/code", "code.invalid", "合并后的代码不在本市的现行区划内。"));
        };
        let codes: Vec<&str> = own.iter().map(|own| own.code.as_str()).collect();
        let named = new.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let (to, name) = match there {
            Some(there) => {
                let name = named.unwrap_or(&there.name).to_string();
                (there.code.clone(), name_of(Some(&name), "/name")?)
            }
            None => (self.code(asked, parent, wish, "/code")?, name_of(named, "/name")?),
        };
        let sources: Vec<&'static Division> = own.iter().copied().filter(|own| own.code != to).collect();
        if sources.is_empty() {
            return Err(wrong("/codes", "region.number", "请选择要并入的其他区划。"));
        }
        let mut but = codes;
        but.push(&to);
        self.unlike_siblings(parent, &name, &but, "/name")?;
        if let Some(there) = there.filter(|there| there.name != name) {
            self.known_as(there, &to, &name);
        }
        if there.is_none_or(|there| there.name != name) {
            self.plan.opens.push((to.clone(), name.clone()));
        }
        if there.is_some() {
            self.plan.pairs.push((to.clone(), to.clone()));
        }
        for source in sources {
            if digits == 9 {
                self.recode_town(source, &to)?;
            } else {
                self.recode_towns(&children(&source.code), &to)?;
                self.plan.closes.push((source.code.clone(), source.name.clone()));
                self.plan.pairs.push((source.code.clone(), to.clone()));
                self.plan.steps.push(Step::Whole { from: source.code.clone(), to: to.clone() });
            }
            self.known_as(source, &to, &name);
        }
        Ok(())
    }

    fn relocate(&mut self, one: &'static Division, new: &NewChange) -> Outcome<()> {
        let parent = new.parent.as_deref().unwrap_or_default();
        let goes = find(parent).filter(|own| own.code.len() == 6 && own.code.starts_with(&self.plan.city));
        if one.code.len() != 9 || goes.is_none() || one.code.starts_with(parent) {
            return Err(wrong("/parent", "region.tier", "请选择一个镇街，以及它要划入的本市另一个区县。"));
        }
        let code = self.code(new.code.as_deref(), parent, &one.code[6..], "/code")?;
        let named = new.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let name = name_of(Some(named.unwrap_or(&one.name)), "/name")?;
        self.unlike_siblings(parent, &name, &[], "/name")?;
        self.plan.opens.push((code.clone(), name.clone()));
        self.recode_town(one, &code)?;
        self.known_as(one, &code, &name);
        Ok(())
    }

    fn establish(&mut self, new: &NewChange) -> Outcome<()> {
        let parent = new.parent.as_deref().unwrap_or_default();
        let tier = RegionCode::parse(parent)?.tier();
        if find(parent).is_none() || !matches!(tier, Tier::City | Tier::County) {
            return Err(wrong("/parent", "region.tier", "请选择新区划所在的市或区县。"));
        }
        let name = name_of(new.name.as_deref(), "/name")?;
        self.unlike_siblings(parent, &name, &[], "/name")?;
        let wish = if tier == Tier::City { "01" } else { "001" };
        let code = self.code(new.code.as_deref(), parent, wish, "/code")?;
        self.plan.opens.push((code.clone(), name));
        self.plan.pairs.push((String::new(), code));
        Ok(())
    }

    fn abolish(&mut self, one: &Division) {
        let parent = one.code[..if one.code.len() == 9 { 6 } else { 4 }].to_string();
        let mut all: Vec<(String, String)> = divisions::within(&one.code)
            .into_iter()
            .chain(self.villages.iter().copied().filter(|village| village.code.starts_with(&one.code)))
            .map(|own| (own.code.clone(), own.name.clone()))
            .collect();
        all.sort();
        all.dedup();
        self.plan.pairs.extend(all.iter().map(|(code, _)| (code.clone(), String::new())));
        self.plan.closes = all;
        self.plan.steps.push(Step::Whole { from: one.code.clone(), to: parent });
    }

    fn split(&mut self, one: &'static Division, new: &NewChange) -> Outcome<()> {
        let town = one.code.len() == 9;
        let (parent, wish) = one.code.split_at(if town { 6 } else { 4 });
        if new.parts.len() < 2 || new.parts.iter().filter(|part| part.rest).count() > 1 {
            let message = "请至少分成两个部分；“其余”最多选一个部分承接。";
            return Err(wrong("/parts", "parts.number", message));
        }
        let below: BTreeMap<String, String> = if town {
            let own = self.villages.iter().filter(|village| village.code.starts_with(&one.code));
            own.map(|own| (own.code.clone(), own.name.clone())).collect()
        } else {
            children(&one.code).into_iter().map(|own| (own.code.clone(), own.name.clone())).collect()
        };
        let mut given = BTreeSet::new();
        let mut parts = Vec::new();
        for (at, part) in new.parts.iter().enumerate() {
            let pointer = |field: &str| format!("/parts/{at}/{field}");
            let keeps = part.code.as_deref() == Some(one.code.as_str());
            for member in &part.members {
                if !below.contains_key(member) || !given.insert(member.clone()) {
                    let what = if town { "村居" } else { "镇街" };
                    let message = format!("{member} 不是{}的{what}，或已分给别的部分。", one.name);
                    return Err(wrong(&pointer("members"), "member.unknown", message));
                }
            }
            let named = part.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
            let (code, name) = if keeps {
                (one.code.clone(), name_of(Some(named.unwrap_or(&one.name)), &pointer("name"))?)
            } else {
                let name = name_of(named, &pointer("name"))?;
                (self.code(part.code.as_deref(), parent, wish, &pointer("code"))?, name)
            };
            self.unlike_siblings(parent, &name, &[&one.code], &pointer("name"))?;
            if !keeps || name != one.name {
                self.plan.opens.push((code.clone(), name.clone()));
            }
            self.plan.pairs.push((one.code.clone(), code.clone()));
            let villages = part.members.iter().filter_map(|member| below.get(member));
            let words = villages
                .map(|name| crate::resolve::village_stem(name).to_string())
                .chain(part.words.iter().cloned())
                .map(|word| rules::name::fold(&word))
                .filter(|word| word.chars().count() > 1)
                .collect();
            let full = format!("{}{name}", find(parent).map_or("", |own| own.name.as_str()));
            parts.push(Part { to: code, name: full, words, rest: part.rest });
        }
        let kept = parts.iter().any(|part| part.to == one.code);
        if let Some((code, name)) = below.iter().find(|(code, _)| !kept && !given.contains(*code)) {
            return Err(wrong("/parts", "member.open", format!("请说明{name}（{code}）分给哪个部分。")));
        }
        for (part, asked) in parts.iter().zip(&new.parts).filter(|(part, _)| part.to != one.code) {
            if town {
                self.recode_villages(&one.code, &part.to, Some(&asked.members))?;
            } else {
                let towns: Vec<&Division> = asked.members.iter().filter_map(|code| find(code)).collect();
                self.recode_towns(&towns, &part.to)?;
            }
        }
        if !kept {
            self.plan.closes.push((one.code.clone(), one.name.clone()));
        }
        if town || !kept {
            self.plan.steps.push(Step::Split {
                from: one.code.clone(),
                leave: parent.to_string(),
                heir: (!kept).then(|| parts[0].to.clone()),
                parts: if town { parts } else { Vec::new() },
            });
        }
        Ok(())
    }
}
