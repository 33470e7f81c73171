//! A scheme of rating, read once from its tables and then applied to as many enterprises as there are.

use rust_decimal::Decimal;

use super::{Fact, GRADES, INDICATORS, SCHEMES, VETOES};
use crate::{At, Refusal, Row};

/// How a fact becomes points.
#[derive(Debug)]
pub(super) enum Op {
    /// All points where the fact is true (false).
    Is(bool),
    /// Per cent of the points.
    Share,
    /// Less this for every one.
    Less(Decimal),
    /// All points from this number up.
    Min(Decimal),
    /// The points of the value.
    Choice(Vec<(Fact, Decimal)>),
    /// The fact itself, from nothing to the points.
    Score,
    /// The fact itself, up or down to this.
    Adjust(Decimal),
}

/// A line of the scheme.
#[derive(Debug)]
pub(super) struct Indicator<'a> {
    pub row: &'a Row,
    pub fact: usize,
    pub op: Op,
    pub points: Decimal,
    pub applies: Option<usize>,
}

/// What overrules the points.
#[derive(Debug)]
pub(super) struct Veto<'a> {
    pub row: &'a Row,
    pub fact: usize,
    /// From this number up; none: where the fact is true.
    pub min: Option<Decimal>,
    pub effect: Effect,
}

/// How it overrules them.
#[derive(Debug, Clone, Copy)]
pub(super) enum Effect {
    /// No better than that grade.
    Floor(usize),
    /// That many grades lower.
    Down(usize),
}

/// A grade and its least score.
#[derive(Debug)]
pub(super) struct Grade<'a> {
    pub row: &'a Row,
    pub min: Decimal,
}

/// A scheme, prepared.
#[derive(Debug)]
pub struct Scheme<'a> {
    pub(super) row: &'a Row,
    pub(super) full: Decimal,
    scaled: bool,
    facts: Vec<&'a str>,
    pub(super) indicators: Vec<Indicator<'a>>,
    pub(super) vetoes: Vec<Veto<'a>>,
    pub(super) grades: Vec<Grade<'a>>,
}

/// What a line of the scheme came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Whether it counts for this enterprise.
    pub applies: bool,
    /// Whether its fact was given.
    pub known: bool,
    /// Points that could be won.
    pub points: Decimal,
    /// Points won.
    pub won: Decimal,
}

/// What the whole came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The score on the scheme's scale.
    pub score: Decimal,
    /// Place of the grade that the score reaches, 0 is the best.
    pub by_score: usize,
    /// Place of the grade after the vetoes.
    pub grade: usize,
    /// The vetoes that hold, one bit each.
    pub vetoes: u64,
}

impl<'a> Scheme<'a> {
    /// The scheme of that code or name; where none is named the preferred one of the place.
    ///
    /// # Errors
    /// `unknown` scheme; `not_in_force` where none is preferred; `invalid` where a row of the scheme cannot be read.
    pub fn of(at: &At<'a>, name: &str) -> Result<Self, Refusal> {
        let row = match name.trim() {
            "" => at
                .rows(&SCHEMES)
                .into_iter()
                .filter(|row| row.get("preferred") == "yes")
                .max_by_key(|row| (row.get("region").len(), row.local))
                .ok_or_else(|| Refusal::not_in_force(format!("{} 没有指定的评级方案。", at.on)))?,
            text => *crate::choice::rows(at, &SCHEMES, ("scheme", "name"), "/scheme", "评级方案", text)?
                .first()
                .ok_or_else(|| Refusal::missing("/scheme", "评级方案"))?,
        };
        let code = row.get("scheme");
        let own = |table| at.rows(table).into_iter().filter(move |own: &&Row| own.get("scheme") == code);
        let mut scheme = Scheme {
            row,
            full: number(row, "full")?,
            scaled: row.get("scaled") == "yes",
            facts: Vec::new(),
            indicators: Vec::new(),
            vetoes: Vec::new(),
            grades: Vec::new(),
        };
        for own in own(&GRADES) {
            scheme.grades.push(Grade { row: own, min: number(own, "min_score")? });
        }
        scheme.grades.sort_by_key(|grade| std::cmp::Reverse(grade.min));
        if scheme.grades.is_empty() {
            return Err(Refusal::not_in_force(format!(
                "评级方案“{}”没有等级，请管理员补录。",
                row.get("name")
            )));
        }
        for own in own(&INDICATORS) {
            scheme.indicator(own)?;
        }
        for own in own(&VETOES) {
            scheme.veto(own)?;
        }
        Ok(scheme)
    }

    /// The facts that the scheme reads, in the order in which [`Scheme::rate`] takes them.
    pub fn facts(&self) -> &[&'a str] {
        &self.facts
    }

    /// Code of the grade at that place.
    pub fn grade(&self, place: usize) -> &'a str {
        self.grades.get(place).map_or("", |grade| grade.row.get("grade"))
    }

    fn place(&mut self, fact: &'a str) -> usize {
        self.facts.iter().position(|own| *own == fact).unwrap_or_else(|| {
            self.facts.push(fact);
            self.facts.len() - 1
        })
    }

    fn indicator(&mut self, row: &'a Row) -> Result<(), Refusal> {
        let points = number(row, "points")?;
        let twin = self.indicators.iter_mut().find(|own| own.row.get("code") == row.get("code"));
        if row.get("op") == "is"
            && let Some(Indicator { op: Op::Choice(choices), points: most, .. }) = twin
        {
            choices.push((Fact::of(row.get("value")), points));
            *most = points.max(*most);
            return Ok(());
        }
        let op = match row.get("op") {
            "yes" => Op::Is(true),
            "no" => Op::Is(false),
            "share" => Op::Share,
            "less" => Op::Less(number(row, "each")?),
            "min" => Op::Min(number(row, "value")?),
            "is" => Op::Choice(vec![(Fact::of(row.get("value")), points)]),
            "score" => Op::Score,
            "adjust" => Op::Adjust(number(row, "cap")?),
            other => return Err(unreadable(row, other)),
        };
        let fact = self.place(row.get("fact"));
        let applies = (!row.get("applies").is_empty()).then(|| self.place(row.get("applies")));
        self.indicators.push(Indicator { row, fact, op, points, applies });
        Ok(())
    }

    fn veto(&mut self, row: &'a Row) -> Result<(), Refusal> {
        let min = match row.get("op") {
            "yes" => None,
            "min" => Some(number(row, "value")?),
            other => return Err(unreadable(row, other)),
        };
        let amount = row.get("amount");
        let effect = match row.get("effect") {
            "floor" => {
                self.grades.iter().position(|grade| grade.row.get("grade") == amount).map(Effect::Floor)
            }
            _ => amount.parse().ok().map(Effect::Down),
        };
        let effect = effect.ok_or_else(|| unreadable(row, amount))?;
        if self.vetoes.len() == u64::BITS as usize {
            return Err(unreadable(row, "第 65 个否决项"));
        }
        let fact = self.place(row.get("fact"));
        self.vetoes.push(Veto { row, fact, min, effect });
        Ok(())
    }

    /// Rates one enterprise: facts in the order of [`Scheme::facts`], lines in that of the scheme. A fact that is not given wins nothing.
    pub fn rate(&self, facts: &[Option<Fact>], lines: &mut Vec<Line>) -> Verdict {
        lines.clear();
        let given = |at: usize| facts.get(at).and_then(Option::as_ref);
        let (mut won, mut most) = (Decimal::ZERO, Decimal::ZERO);
        for indicator in &self.indicators {
            let line = indicator.line(given(indicator.fact), indicator.applies.map(given));
            if line.applies {
                won += line.won;
                most += line.points;
            }
            lines.push(line);
        }
        let score = if self.scaled && most > Decimal::ZERO { won * self.full / most } else { won };
        let by_score =
            self.grades.iter().position(|grade| score >= grade.min).unwrap_or(self.grades.len() - 1);
        let (mut down, mut floor, mut vetoes) = (0, 0, 0u64);
        for (at, veto) in self.vetoes.iter().enumerate() {
            if veto.holds(given(veto.fact)) {
                vetoes |= 1 << at;
                match veto.effect {
                    Effect::Floor(place) => floor = floor.max(place),
                    Effect::Down(steps) => down += steps,
                }
            }
        }
        let grade = (by_score + down).max(floor).min(self.grades.len() - 1);
        Verdict { score, by_score, grade, vetoes }
    }
}

impl Indicator<'_> {
    fn line(&self, fact: Option<&Fact>, applies: Option<Option<&Fact>>) -> Line {
        let applies = applies.is_none_or(|own| own.and_then(Fact::truth) == Some(true));
        let (hundred, none) = (Decimal::ONE_HUNDRED, Decimal::ZERO);
        let all = |reached: bool| if reached { self.points } else { none };
        let won = fact.and_then(|fact| match &self.op {
            Op::Is(wanted) => fact.truth().map(|own| all(own == *wanted)),
            Op::Share => fact.number().map(|own| self.points * own.clamp(none, hundred) / hundred),
            Op::Less(each) => fact
                .number()
                .map(|own| self.points.saturating_sub(each.saturating_mul(own.max(none))).max(none)),
            Op::Min(least) => fact.number().map(|own| all(own >= *least)),
            Op::Choice(choices) => choices.iter().find(|(own, _)| own == fact).map(|(_, points)| *points),
            Op::Score => fact.number().map(|own| own.clamp(none, self.points)),
            Op::Adjust(cap) => fact.number().map(|own| own.clamp(-*cap, *cap)),
        });
        let points = if matches!(self.op, Op::Adjust(_)) { none } else { self.points };
        Line { applies, known: won.is_some(), points, won: won.unwrap_or_default() }
    }

    /// Whether the fact can be read as this line asks.
    pub(super) fn reads(&self, fact: &Fact) -> bool {
        self.line(Some(fact), None).known
    }
}

impl Veto<'_> {
    fn holds(&self, fact: Option<&Fact>) -> bool {
        match (fact, self.min) {
            (Some(fact), Some(least)) => fact.number().is_some_and(|own| own >= least),
            (Some(fact), None) => fact.truth() == Some(true),
            (None, _) => false,
        }
    }
}

fn number(row: &Row, column: &str) -> Result<Decimal, Refusal> {
    row.decimal(column).ok_or_else(|| unreadable(row, row.get(column)))
}

fn unreadable(row: &Row, text: &str) -> Refusal {
    Refusal::invalid(
        "/scheme",
        format!("评级方案“{}”第 {} 行的“{text}”无法读取，请管理员核对。", row.get("scheme"), row.line),
    )
}
