//! What a kind of case is: its states, the steps between them, who may take each, what it asks for and which deadline follows.
//! An area declares one [`Flow`] for each of its kinds; nothing else says what may follow what.

use kernel::{Power, Role, Tier};
use serde::Serialize;
use utoipa::ToSchema;

/// The `to` of a step after which the case is where it was.
pub const STAYS: &str = "=";

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CaseWaits)]
pub enum Waits {
    /// The enterprise's.
    Enterprise,
    /// An officer's.
    Officer,
    /// Nobody's: it has ended.
    Nobody,
}

impl Waits {
    /// The word in storage.
    pub const fn code(self) -> &'static str {
        match self {
            Waits::Enterprise => "enterprise",
            Waits::Officer => "officer",
            Waits::Nobody => "nobody",
        }
    }
}

/// How grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// 一般.
    General,
    /// 重大.
    Major,
}

impl Severity {
    /// The word in storage.
    pub const fn code(self) -> &'static str {
        match self {
            Severity::General => "general",
            Severity::Major => "major",
        }
    }
}

/// A kind of case.
#[derive(Debug, Clone, Copy)]
pub struct Flow {
    /// Code of the kind: `danger`, `inspection`.
    pub kind: &'static str,
    /// What a person calls it.
    pub label: &'static str,
    /// Letters before its numbers: `YH`.
    pub mark: &'static str,
    /// Page of such cases; `/{city}/{id}` is added for one of them.
    pub page: &'static str,
    /// Every state.
    pub states: &'static [State],
    /// States in which it may begin.
    pub starts: &'static [&'static str],
    /// Every step.
    pub steps: &'static [Step],
    /// Who else sees it when it is late; the nearer tier first.
    pub escalation: &'static [Escalation],
}

/// A state.
#[derive(Debug, Clone, Copy)]
pub struct State {
    /// Code.
    pub code: &'static str,
    /// What a person calls it.
    pub label: &'static str,
    /// Whose turn it is.
    pub waits: Waits,
}

/// A step from some states to one.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Code: what is done.
    pub action: &'static str,
    /// What a person calls it.
    pub label: &'static str,
    /// States in which it may be taken.
    pub from: &'static [&'static str],
    /// State that follows; [`STAYS`] where none does.
    pub to: &'static str,
    /// Who may.
    pub power: &'static Power,
    /// What must be said with it.
    pub needs: Needs,
    /// Which deadline follows.
    pub due: Due,
}

/// What must be said with a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// Why, in words or field by field.
    pub reason: bool,
    /// A new last day.
    pub due: bool,
}

impl Needs {
    /// Nothing.
    pub const NOTHING: Needs = Needs { reason: false, due: false };
    /// Why.
    pub const REASON: Needs = Needs { reason: true, due: false };
    /// A last day.
    pub const DUE: Needs = Needs { reason: false, due: true };
    /// Both.
    pub const REASON_AND_DUE: Needs = Needs { reason: true, due: true };
}

/// The deadline that follows a step. The day of the step itself is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The one it had.
    Keep,
    /// The day that is said with the step.
    Given,
    /// So many days of the calendar.
    Days {
        /// How many.
        days: i64,
        /// Document and clause, or whose rule.
        basis: &'static str,
    },
    /// So many working days.
    WorkingDays {
        /// How many.
        days: i64,
        /// Document and clause, or whose rule.
        basis: &'static str,
    },
    /// None: it has ended.
    Clear,
}

/// From how many days on a late case is seen by which tier as its own.
#[derive(Debug, Clone, Copy)]
pub struct Escalation {
    /// Days after the deadline.
    pub overdue_days: i64,
    /// Who sees it then.
    pub tier: Tier,
}

impl Flow {
    /// The state of that code.
    pub fn state(&self, code: &str) -> Option<&'static State> {
        self.states.iter().find(|state| state.code == code)
    }

    /// What a person calls that state.
    pub fn state_label(&self, code: &str) -> &'static str {
        self.state(code).map_or("", |state| state.label)
    }

    /// The step of that code out of that state.
    pub fn step(&self, action: &str, state: &str) -> Option<&'static Step> {
        self.steps.iter().find(|step| step.action == action && step.from.contains(&state))
    }

    /// The steps out of that state.
    pub fn steps_from(&self, state: &str) -> impl Iterator<Item = &'static Step> {
        self.steps.iter().filter(move |step| step.from.contains(&state))
    }

    /// The states in which it is a leader's turn: of the steps that lead on from there, only a leader may take any.
    pub fn of_leaders(&self) -> impl Iterator<Item = &'static State> {
        let roles = |step: &Step, role| step.power.allow.iter().any(|(own, _)| *own == role);
        let place = |code: &str| self.states.iter().position(|own| own.code == code);
        self.states.iter().filter(move |state| {
            let on = |step: &&'static Step| {
                let ends = self.state(step.to).is_none_or(|to| to.waits == Waits::Nobody);
                !ends && place(step.to) > place(state.code)
            };
            let mut ahead = self.steps_from(state.code).filter(on).peekable();
            state.waits == Waits::Officer
                && ahead.peek().is_some()
                && ahead.all(|step| roles(step, Role::Leader) && !roles(step, Role::Officer))
        })
    }

    /// What is wrong with the table itself: unknown states, a state nobody gets to or that never ends, a step that may be two
    /// things at once, an open state that could be without a deadline. A sound flow answers nothing.
    pub fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let known = |code: &str| self.state(code).is_some();
        for start in self.starts.iter().filter(|start| !known(start)) {
            wrong.push(format!("{}: begins in {start}, which is no state", self.kind));
        }
        for step in self.steps {
            for from in step.from.iter().filter(|from| !known(from)) {
                wrong.push(format!("{}: {} leaves {from}, which is no state", self.kind, step.action));
            }
            if step.to != STAYS && !known(step.to) {
                wrong.push(format!("{}: {} leads to {}, which is no state", self.kind, step.action, step.to));
            }
            let ended = |code: &str| self.state(code).is_some_and(|own| own.waits == Waits::Nobody);
            let leads_to_end = step.to != STAYS && ended(step.to);
            if leads_to_end != (step.due == Due::Clear) {
                wrong.push(format!(
                    "{}: {} ends the case, or takes its deadline away, but not both",
                    self.kind, step.action
                ));
            }
            if step.due == Due::Keep && step.from.iter().any(|from| ended(from)) && step.to != STAYS {
                wrong.push(format!("{}: {} opens the case again without a deadline", self.kind, step.action));
            }
            if step.needs.due != (step.due == Due::Given) {
                wrong.push(format!(
                    "{}: {} asks for a last day, or goes by it, but not both",
                    self.kind, step.action
                ));
            }
        }
        for state in self.states {
            for step in self.steps_from(state.code) {
                if self.steps_from(state.code).filter(|own| own.action == step.action).count() > 1 {
                    wrong.push(format!("{}: {} out of {} is two steps", self.kind, step.action, state.code));
                }
            }
        }
        let mut reached: Vec<&str> = self.starts.to_vec();
        let mut at = 0;
        while let Some(code) = reached.get(at).copied() {
            at += 1;
            for step in self.steps_from(code).filter(|step| step.to != STAYS) {
                if !reached.contains(&step.to) {
                    reached.push(step.to);
                }
            }
        }
        for state in self.states.iter().filter(|state| !reached.contains(&state.code)) {
            wrong.push(format!("{}: nothing leads to {}", self.kind, state.code));
        }
        for state in self.states {
            let mut ahead = vec![state.code];
            let mut at = 0;
            while let Some(code) = ahead.get(at).copied() {
                at += 1;
                for step in self.steps_from(code).filter(|step| step.to != STAYS) {
                    if !ahead.contains(&step.to) {
                        ahead.push(step.to);
                    }
                }
            }
            if !ahead.iter().any(|code| self.state(code).is_some_and(|own| own.waits == Waits::Nobody)) {
                wrong.push(format!("{}: {} never ends", self.kind, state.code));
            }
        }
        wrong
    }
}
