//! The papers of a danger: the plan for putting it right, the notice of listed supervision, the answer to who asked for more time, the
//! application for acceptance, the notice of release; and the letter to another department. Each is there once its step was taken.

mod form;
mod letter;

use caseflow::{Case, Event};
use chrono::NaiveDate;
use document::{Notice, Said, Signature};
use kernel::day_of;

use crate::model::Danger;

pub(crate) use letter::{WAYS, tell};

/// A number that the agency writes by hand: no rule says how it is made.
const BY_HAND: &str = "　　　　〔　　　　〕　　　号";
/// Room for a day.
const BLANK_DAY: &str = "　　　年　　月　　日";

/// Which paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// The plan with the five guarantees.
    Plan,
    /// The notice of listed supervision.
    Listing,
    /// The answer to who asked for more time, by the step that gave it.
    Deferral(i64),
    /// The application for acceptance and release.
    Acceptance,
    /// That it is no longer under listed supervision.
    Release,
    /// That the listing was a mistake.
    Unlisting,
}

/// A paper that there is.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    /// What its address calls it.
    pub key: String,
    /// What it is called.
    pub label: &'static str,
    /// The day of its step.
    pub on: NaiveDate,
    which: Which,
}

/// What papers are made of.
pub(crate) struct Matter<'a> {
    pub case: &'a Case,
    pub row: &'a Danger,
    /// All steps of the case.
    pub events: &'a [Event],
    /// Name of the agency that answers for the case; empty where it has none.
    pub agency: &'a str,
}

impl Matter<'_> {
    /// The last of these steps.
    fn last(&self, actions: &[&str]) -> Option<&Event> {
        self.events.iter().rfind(|own| actions.contains(&own.action.as_str()))
    }

    /// The step by which the last listing ended.
    fn ending(&self) -> Option<&Event> {
        let listed = self.last(&["supervise"])?;
        self.last(&["release", "unlist"]).filter(|own| own.seq > listed.seq)
    }

    /// Whether the enterprise has said that what is, or was, listed is put right.
    fn mended(&self) -> bool {
        match self.ending() {
            Some(end) => end.action == "release" && self.last(&["mend"]).is_some_and(|own| own.seq < end.seq),
            None => self.row.listed() && matches!(self.case.state.as_str(), "mended" | "accepted"),
        }
    }

    /// The papers that there are, in the order of their steps.
    pub fn papers(&self) -> Vec<Paper> {
        let mut all = Vec::new();
        let mut add = |key: &str, label, step: Option<&Event>, which| {
            let on = step.map_or(self.case.opened_on, |own| day_of(own.at));
            all.push(Paper { key: key.into(), label, on, which });
        };
        if self.row.plan_person.is_some() {
            let label = if self.case.severity == "major" { "治理方案表" } else { "整改方案表" };
            add("plan", label, self.last(&["plan"]), Which::Plan);
        }
        if self.row.listed_on.is_some() {
            add("listing", "督办通知书", self.last(&["supervise"]), Which::Listing);
        }
        for own in self.events.iter().filter(|own| matches!(own.action.as_str(), "grant" | "refuse")) {
            let key = format!("deferral-{}", own.seq);
            add(&key, "延期整改答复书", Some(own), Which::Deferral(own.seq));
        }
        if self.mended() {
            add("acceptance", "验收（解除督办）申请表", self.last(&["mend"]), Which::Acceptance);
        }
        match self.ending() {
            Some(own) if own.action == "release" => {
                add("release", "解除督办通知书", Some(own), Which::Release);
            }
            Some(own) => add("release", "撤销督办通知书", Some(own), Which::Unlisting),
            None => {}
        }
        all
    }

    /// A paper as it is printed.
    pub fn print(&self, paper: &Paper) -> Notice {
        match paper.which {
            Which::Plan => form::plan(self, paper.on),
            Which::Listing => letter::listing(self),
            Which::Deferral(seq) => letter::deferral(self, seq, paper.on),
            Which::Acceptance => form::acceptance(self, paper.on),
            Which::Release => letter::release(self, paper.on),
            Which::Unlisting => letter::unlisting(self, paper.on),
        }
    }

    /// `重大事故隐患` or `事故隐患`.
    fn kind(&self) -> &'static str {
        if self.case.severity == "major" { "重大事故隐患" } else { "事故隐患" }
    }

    /// The office of the tier that listed it.
    fn office(&self) -> String {
        let tier = caseflow::parse_tier(self.row.listed_tier.as_deref().unwrap_or_default());
        let place = self.row.town.get(..tier.digits()).unwrap_or(&self.row.town);
        format!("{}安全生产委员会办公室", place_name(place))
    }

    /// Whoever decided about its term by that step: the office that had listed it, otherwise the agency that answers for it.
    fn decider(&self, seq: i64) -> String {
        let ends = ["supervise", "release", "unlist"];
        let last = self.events.iter().rfind(|own| own.seq < seq && ends.contains(&own.action.as_str()));
        match last {
            Some(own) if own.action == "supervise" => self.office(),
            _ => named(self.agency),
        }
    }

    /// Why it is of its class.
    fn grounds(&self) -> String {
        let grounds = self.row.judgement.0["value"]["grounds"].as_array().into_iter().flatten();
        grounds.filter_map(|own| own.as_str()).collect::<Vec<_>>().join("；")
    }
}

/// The name of an agency; room for it where there is none.
fn named(agency: &str) -> String {
    if agency.is_empty() { "（机关名称）".into() } else { agency.into() }
}

fn place_name(code: &str) -> &str {
    region::divisions::find(code).map_or("", |own| own.name.as_str())
}

/// `2026年1月5日`; empty where there is none.
fn day(on: Option<NaiveDate>) -> String {
    on.map(document::day).unwrap_or_default()
}

/// `12,000.00元`; empty where there is none.
fn yuan(cents: Option<i64>) -> String {
    let Some(cents) = cents else { return String::new() };
    let whole = (cents / 100).to_string();
    let digits = whole.chars().rev().enumerate().fold(String::new(), |mut text, (at, digit)| {
        if at > 0 && at % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
        text
    });
    format!("{}.{:02}元", digits.chars().rev().collect::<String>(), cents % 100)
}

/// What a person calls a code; empty where there is none.
fn label(words: &[(&'static str, &'static str)], code: Option<&str>) -> &'static str {
    words.iter().find(|(own, _)| Some(*own) == code).map_or("", |(_, label)| *label)
}

/// Without the sign at its end, so that the sentence goes on.
fn open_end(text: &str) -> &str {
    text.trim().trim_end_matches(['。', '；', '，', '.', ';'])
}

fn line(facts: &[(&str, &str)]) -> Said {
    Said::Line(facts.iter().map(|(label, value)| ((*label).to_string(), (*value).to_string())).collect())
}

/// Somebody who signs by hand, with the day.
fn signs(label: &str, beside: Option<String>) -> Signature {
    let beside = beside.unwrap_or_else(|| format!("日期：{BLANK_DAY}"));
    Signature { label: label.into(), drawing: None, instead: None, beside: Some(beside) }
}

#[cfg(test)]
mod tests {
    use super::yuan;

    #[test]
    fn money_is_grouped_by_thousands_and_told_to_the_cent() {
        for (cents, text) in
            [(0, "0.00元"), (5, "0.05元"), (99_900, "999.00元"), (123_456_789, "1,234,567.89元")]
        {
            assert_eq!(yuan(Some(cents)), text);
        }
        assert_eq!(yuan(None), "");
    }
}
