//! Completeness: which sections an archive must hold, which of them are there, in force and vouched for, and why the others count
//! against it (`rules::archive_requirement`). Only what applies counts. A section that another part of the system keeps and tells of
//! (`elsewhere`) counts like the others; one that nobody tells of is shown and does not count.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use enterprise::Enterprise;
use rules::{
    Refusal,
    archive_requirement::{Input, Level, Requirements, Section as Required},
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::{
    elsewhere::KEPT,
    model::Record,
    section::{self, SECTIONS},
};

/// A paper is said to run out soon this many days before.
pub const SOON: u64 = 60;

/// What completeness reads of a record.
#[derive(Debug, Clone)]
pub struct Brief {
    /// Section.
    pub section: String,
    /// One of [`crate::STATES`].
    pub state: String,
    /// The last day it holds.
    pub expires_on: Option<NaiveDate>,
    /// The fields of the section `risk_profile`.
    pub profile: Option<Value>,
    /// What is to be said of its values although they were taken.
    pub warnings: usize,
}

impl From<&Record> for Brief {
    fn from(record: &Record) -> Self {
        Brief {
            section: record.section.clone(),
            state: record.state.clone(),
            expires_on: record.expires_on,
            profile: (record.section == "risk_profile").then(|| record.fields.0.clone()),
            warnings: record.described().map_or(0, |own| own.warnings(&record.fields.0).len()),
        }
    }
}

/// What became of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SectionState)]
pub enum State {
    /// There and in force.
    Present,
    /// There, and something of it runs out soon.
    Expiring,
    /// There, but something of it has run out.
    Expired,
    /// Not there.
    Missing,
    /// It cannot be said yet whether it must be there.
    Unclear,
    /// Not asked for.
    Optional,
    /// Kept in another part of the system.
    Elsewhere,
}

/// A section of an enterprise's archive.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SectionItem)]
pub struct Item {
    /// Code of the section.
    pub section: String,
    /// The Chinese name.
    pub label: String,
    /// Whether it must be there, should be, or may be.
    pub level: &'static str,
    /// What became of it.
    pub state: State,
    /// Why it is asked for.
    pub why: String,
    /// Document and clause.
    pub source: String,
    /// What is to be done, where something is.
    pub advice: String,
    /// Records that count.
    pub records: usize,
    /// Of these, vouched for.
    pub verified: usize,
    /// Of these, sent back.
    pub returned: usize,
    /// Of these, run out.
    pub expired: usize,
    /// Of these, those that say a quantity above what the place was designed for.
    pub warnings: usize,
    /// The next day on which one runs out.
    pub next_expiry: Option<NaiveDate>,
}

/// The score of an archive with the reasons for it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Completeness {
    /// Sections that must be there.
    pub required: usize,
    /// Of these, there and in force.
    pub present: usize,
    /// Of these, not there.
    pub missing: usize,
    /// Of these, run out.
    pub expired: usize,
    /// Sections of which it cannot be said yet.
    pub unclear: usize,
    /// Of the present ones, those whose every record is vouched for.
    pub verified: usize,
    /// Records that count.
    pub records: usize,
    /// Of these, run out.
    pub papers_expired: usize,
    /// Of these, running out within [`SOON`] days.
    pub papers_expiring: usize,
    /// Present of required, whole percent, rounded down.
    pub score: usize,
    /// `complete`, `incomplete`, `expired` or `empty`.
    pub state: &'static str,
    /// `verified`, `partly` or `never`.
    pub verification: &'static str,
    /// The next day on which this changes by itself.
    pub changes_on: Option<NaiveDate>,
    /// Every section, in the order of the archive.
    pub items: Vec<Item>,
}

/// What the law turns on: the register's facts, the answers of the risk profile, and what the records prove.
pub fn input(enterprise: &Enterprise, records: &[Brief]) -> Result<Input, Refusal> {
    let mut facts = Map::new();
    facts.insert("trade".into(), json!(enterprise.sector));
    facts.insert("staff".into(), json!(enterprise.staff));
    facts.insert("size".into(), json!(enterprise.size));
    let live = |brief: &&Brief| !matches!(brief.state.as_str(), "replaced" | "removed");
    for brief in records.iter().filter(live) {
        if let Some(Value::Object(answers)) = &brief.profile {
            facts.extend(
                answers.iter().filter(|(_, answer)| answer.is_boolean()).map(|(k, v)| (k.clone(), v.clone())),
            );
        }
    }
    for brief in records.iter().filter(live) {
        let kept = KEPT.iter().find(|code| **code == brief.section).copied();
        if let Some(fact) = section::find(&brief.section).and_then(|section| section.fact).or(kept) {
            facts.insert(fact.into(), json!(true));
        }
    }
    serde_json::from_value(Value::Object(facts))
        .map_err(|error| Refusal::invalid("", format!("企业的情况不能用于判定建档要求：{error}。")))
}

/// What of the register's own fields an archive cannot do without.
fn basic_gaps(enterprise: &Enterprise, records: &[&Brief]) -> Vec<&'static str> {
    let has_code = enterprise.credit_code.is_some() || enterprise.old_code.is_some();
    let answered = records.iter().any(|brief| brief.section == "risk_profile");
    [
        ("统一社会信用代码", has_code),
        ("经营地址", enterprise.address.is_some() || enterprise.registered_address.is_some()),
        ("主要负责人", enterprise.principal.is_some() || enterprise.legal_person.is_some()),
        ("负责人电话", enterprise.principal_phone.is_some() || enterprise.legal_person_phone.is_some()),
        ("从业人员数", enterprise.staff.is_some()),
        ("行业", enterprise.industry.is_some()),
        ("风险特征", answered),
    ]
    .into_iter()
    .filter(|(_, there)| !there)
    .map(|(label, _)| label)
    .collect()
}

/// Sections whose own table or page holds what the law asks for.
const BASIC: &str = "basic_record";

struct Gathered<'a> {
    records: Vec<&'a Brief>,
    expired: usize,
    next: Option<NaiveDate>,
}

/// Reckons the completeness of an archive on a day.
///
/// # Errors
/// Where the requirements do not answer for the day.
pub fn completeness(
    requirements: &Requirements<'_>,
    enterprise: &Enterprise,
    records: &[Brief],
    today: NaiveDate,
) -> Result<Completeness, Refusal> {
    let law = requirements.explain(&input(enterprise, records)?).value;
    let live: Vec<&Brief> =
        records.iter().filter(|brief| !matches!(brief.state.as_str(), "replaced" | "removed")).collect();
    let mut by_section: BTreeMap<&str, Gathered<'_>> = BTreeMap::new();
    for brief in &live {
        let own =
            by_section.entry(&brief.section).or_insert(Gathered { records: vec![], expired: 0, next: None });
        own.records.push(brief);
        match brief.expires_on {
            Some(day) if day < today => own.expired += 1,
            Some(day) => own.next = Some(own.next.map_or(day, |next| next.min(day))),
            None => {}
        }
    }
    let soon = today + Days::new(SOON);
    let gaps = basic_gaps(enterprise, &live);
    let mut items: Vec<Item> = Vec::new();
    let mut add = |code: &str, label: &str, wanted: Option<&Required>, unclear: Option<&[String]>| {
        let known = section::find(code);
        let none = Gathered { records: vec![], expired: 0, next: None };
        let own = by_section.get(code).unwrap_or(&none);
        let level = match wanted.map(|wanted| wanted.level) {
            Some(Level::Required) => "required",
            Some(Level::Recommended) => "recommended",
            None => "optional",
        };
        let is_basic = code == BASIC;
        let there = if is_basic { gaps.is_empty() } else { !own.records.is_empty() };
        let state = match () {
            () if known.is_none() && !is_basic && !KEPT.contains(&code) => State::Elsewhere,
            () if own.expired > 0 => State::Expired,
            () if own.next.is_some_and(|day| day <= soon) => State::Expiring,
            () if there => State::Present,
            () if level == "required" => State::Missing,
            () if unclear.is_some() => State::Unclear,
            () => State::Optional,
        };
        let advice = match state {
            State::Expired => format!("有 {} 份已过有效期，请换发或者更新", own.expired),
            State::Expiring => own.next.map(|day| format!("{day} 到期，请提前办理")).unwrap_or_default(),
            State::Missing if is_basic => format!("请补填：{}", gaps.join("、")),
            State::Missing if known.is_none() => format!("请登记{label}"),
            State::Missing => "请填写".to_string(),
            State::Unclear => format!("请先回答：{}", unclear.unwrap_or_default().join("、")),
            _ => String::new(),
        };
        let warnings = own.records.iter().filter(|brief| brief.warnings > 0).count();
        let advice = match warnings {
            0 => advice,
            number => {
                let above = format!("有 {number} 条超过设计最大量，请核对；确属超量的应立即处理");
                [advice, above].into_iter().filter(|own| !own.is_empty()).collect::<Vec<_>>().join("；")
            }
        };
        let count = |state: &str| own.records.iter().filter(|brief| brief.state == state).count();
        let reason = wanted.and_then(|wanted| wanted.reasons.first());
        items.push(Item {
            section: code.to_string(),
            label: label.to_string(),
            level,
            state,
            why: reason.map(|reason| reason.why.clone()).unwrap_or_default(),
            source: reason.map(|reason| reason.source.clone()).unwrap_or_default(),
            advice,
            records: own.records.len(),
            verified: count("verified"),
            returned: count("returned"),
            expired: own.expired,
            warnings,
            next_expiry: own.next,
        });
    };
    let wanted = |code: &str| law.sections.iter().find(|own| own.section == code);
    let unclear = |code: &str| {
        let own = law.undetermined.iter().find(|own| own.section == code)?;
        Some(own.needs_names.as_slice())
    };
    add(BASIC, "企业基本情况", wanted(BASIC), None);
    for section in SECTIONS.iter() {
        add(section.code, section.label, wanted(section.code), unclear(section.code));
    }
    for own in law.sections.iter().filter(|own| own.section != BASIC && section::find(&own.section).is_none())
    {
        add(&own.section, &own.name, Some(own), None);
    }
    let whole = total(items, &live, enterprise, today);
    let changes_on = [whole.changes_on, requirements.changes_on].into_iter().flatten().min();
    Ok(Completeness { changes_on, ..whole })
}

fn total(items: Vec<Item>, live: &[&Brief], enterprise: &Enterprise, today: NaiveDate) -> Completeness {
    let soon = today + Days::new(SOON);
    let counted: Vec<&Item> =
        items.iter().filter(|item| item.level == "required" && item.state != State::Elsewhere).collect();
    let in_force = |item: &&&Item| matches!(item.state, State::Present | State::Expiring);
    let of = |state: State| counted.iter().filter(|item| item.state == state).count();
    let required = counted.len();
    let present = counted.iter().filter(in_force).count();
    let vouched = |item: &&&Item| match item.section.as_str() {
        BASIC => enterprise.verification == "verified",
        _ => item.records > 0 && item.verified == item.records,
    };
    let verified = counted.iter().filter(in_force).filter(vouched).count();
    let (missing, expired) = (of(State::Missing), of(State::Expired));
    let any_verified =
        live.iter().any(|brief| brief.state == "verified") || enterprise.verification != "unverified";
    let days = live.iter().filter_map(|brief| brief.expires_on);
    let changes_on = days
        .clone()
        .flat_map(|day| [day.checked_sub_days(Days::new(SOON)), day.succ_opt()])
        .flatten()
        .filter(|day| *day > today)
        .min();
    Completeness {
        required,
        present,
        missing,
        expired,
        unclear: items.iter().filter(|item| item.state == State::Unclear).count(),
        verified,
        records: live.len(),
        papers_expired: days.clone().filter(|day| *day < today).count(),
        papers_expiring: days.filter(|day| (today..=soon).contains(day)).count(),
        score: (present * 100).checked_div(required).unwrap_or(100),
        state: match () {
            () if live.is_empty() => "empty",
            () if expired > 0 => "expired",
            () if missing > 0 => "incomplete",
            () => "complete",
        },
        verification: match () {
            () if required > 0 && verified == required => "verified",
            () if any_verified => "partly",
            () => "never",
        },
        changes_on,
        items,
    }
}
