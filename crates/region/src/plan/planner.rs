//! A change while it is being decided: the codes it gives out, the towns and villages it recodes, the names by which addresses
//! go on calling what it changes.

use std::collections::BTreeSet;

use kernel::RegionCode;
use web::Outcome;

use super::{Plan, Step, wrong};
use crate::divisions::{self, Division, children, find};

pub(super) struct Planner {
    pub(super) plan: Plan,
    pub(super) villages: Vec<&'static Division>,
    /// Codes given out in this change.
    pub(super) taken: BTreeSet<String>,
}

impl Planner {
    pub(super) fn free(&self, code: &str) -> bool {
        find(code).is_none()
            && !self.taken.contains(code)
            && !self.villages.iter().any(|village| village.code == code)
    }

    /// A code in `parent` that was never used: the wished-for ending, or the next one after it.
    pub(super) fn next(&self, parent: &str, wish: &str) -> Outcome<String> {
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
    pub(super) fn code(
        &mut self,
        asked: Option<&str>,
        parent: &str,
        wish: &str,
        pointer: &str,
    ) -> Outcome<String> {
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

    pub(super) fn unlike_siblings(
        &self,
        parent: &str,
        name: &str,
        but: &[&str],
        pointer: &str,
    ) -> Outcome<()> {
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
    pub(super) fn known_as(&mut self, from: &Division, to: &str, name: &str) {
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
    pub(super) fn recode_villages(&mut self, from: &str, to: &str, only: Option<&[String]>) -> Outcome<()> {
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
    pub(super) fn recode_town(&mut self, town: &Division, to: &str) -> Outcome<()> {
        self.recode_villages(&town.code, to, None)?;
        self.plan.closes.push((town.code.clone(), town.name.clone()));
        self.plan.pairs.push((town.code.clone(), to.to_string()));
        self.plan.steps.push(Step::Whole { from: town.code.clone(), to: to.to_string() });
        Ok(())
    }

    /// The towns of a county get codes of another county.
    pub(super) fn recode_towns(&mut self, towns: &[&Division], county: &str) -> Outcome<()> {
        for town in towns {
            let code = self.code(None, county, town.code.get(6..).unwrap_or("001"), "/code")?;
            self.plan.opens.push((code.clone(), town.name.clone()));
            let name = town.name.clone();
            self.recode_town(town, &code)?;
            self.known_as(town, &code, &name);
        }
        Ok(())
    }
}
