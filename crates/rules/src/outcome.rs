//! What a rule answers: the figure and how it comes about, or what is missing.

use serde::Serialize;

/// How well a table row is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Read in the text of the document, or in two sources that agree.
    Text,
    /// Read in one secondary source.
    Single,
    /// From memory: check it before it decides money or a penalty.
    Memory,
}

impl Certainty {
    /// The word in tables.
    pub const fn code(self) -> &'static str {
        match self {
            Certainty::Text => "text",
            Certainty::Single => "single",
            Certainty::Memory => "memory",
        }
    }

    /// What the screen says.
    pub const fn label(self) -> &'static str {
        match self {
            Certainty::Text => "依据原文",
            Certainty::Single => "单一来源",
            Certainty::Memory => "凭记忆，使用前请核对",
        }
    }

    /// The certainty of that word.
    pub fn parse(code: &str) -> Option<Certainty> {
        [Certainty::Text, Certainty::Single, Certainty::Memory].into_iter().find(|own| own.code() == code)
    }
}

/// One step of an explanation, as a clerk would write it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The sentence with its numbers, in Chinese.
    pub text: String,
    /// Document and clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The table row used: table and line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// How well that row is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Certainty>,
    /// The row's remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Step {
    /// A step that rests on the text of a clause.
    pub fn clause(source: impl Into<String>, text: impl Into<String>) -> Self {
        Step { source: Some(source.into()), ..Step::plain(text) }
    }

    /// A step of arithmetic.
    pub fn plain(text: impl Into<String>) -> Self {
        Step { text: text.into(), source: None, row: None, certainty: None, note: None }
    }
}

/// A figure and its explanation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome<T> {
    /// What was asked for.
    pub value: T,
    /// How it comes about, in order.
    pub explanation: Vec<Step>,
}

impl<T> Outcome<T> {
    /// The value with its steps.
    pub fn new(value: T, explanation: Vec<Step>) -> Self {
        Outcome { value, explanation }
    }

    /// The least certain row the figure rests on.
    pub fn certainty(&self) -> Certainty {
        self.explanation.iter().filter_map(|step| step.certainty).max().unwrap_or(Certainty::Text)
    }

    /// The same explanation for a value made from this one.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Outcome<U> {
        Outcome { value: make(self.value), explanation: self.explanation }
    }
}

/// Why a rule has no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Stable code: `missing`, `invalid`, `unknown`, `ambiguous`, `not_in_force`.
    pub code: &'static str,
    /// JSON pointer of the input, `/substances/0/name`; empty for the whole.
    pub pointer: String,
    /// What to do, in Chinese.
    pub message: String,
    /// What could be meant, where several things could.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<serde_json::Value>,
}

impl Refusal {
    fn of(code: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Refusal { code, pointer: pointer.into(), message: message.into(), candidates: Vec::new() }
    }

    /// An input that the rule needs is not there.
    pub fn missing(pointer: impl Into<String>, label: &str) -> Self {
        Self::of("missing", pointer, format!("缺少{label}，请填写后再计算。"))
    }

    /// An input is out of bounds.
    pub fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of("invalid", pointer, message)
    }

    /// An input names nothing the rule knows.
    pub fn unknown(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of("unknown", pointer, message)
    }

    /// An input names several things; the person chooses among them.
    pub fn ambiguous(
        pointer: impl Into<String>,
        message: impl Into<String>,
        candidates: Vec<serde_json::Value>,
    ) -> Self {
        Refusal { candidates, ..Self::of("ambiguous", pointer, message) }
    }

    /// No rule was in force on the day asked for.
    pub fn not_in_force(message: impl Into<String>) -> Self {
        Self::of("not_in_force", "", message)
    }
}
