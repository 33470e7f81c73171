//! The kinds of change: what each asks for, and what it makes of the divisions it names.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{RegionCode, Tier};
use web::Outcome;

use super::{NewChange, Part, Step, name_of, planner::Planner, wrong};
use crate::divisions::{self, Division, children, find};

impl Planner {
    pub(super) fn rename(&mut self, one: &Division, new: &NewChange) -> Outcome<()> {
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

    pub(super) fn merge(&mut self, own: &[&'static Division], new: &NewChange) -> Outcome<()> {
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

    pub(super) fn relocate(&mut self, one: &'static Division, new: &NewChange) -> Outcome<()> {
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

    pub(super) fn establish(&mut self, new: &NewChange) -> Outcome<()> {
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

    pub(super) fn abolish(&mut self, one: &Division) {
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

    pub(super) fn split(&mut self, one: &'static Division, new: &NewChange) -> Outcome<()> {
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
