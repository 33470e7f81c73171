//! Every rule by its name, with its input's schema, its tables and an example: what the command line, the calculator and the page
//! of the law go through.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{At, Outcome, Refusal, Table};

/// A rule in the registry.
pub struct Rule {
    /// The name at every door: `hazard-source`.
    pub name: &'static str,
    /// What it is, in Chinese.
    pub title: &'static str,
    /// Under which heading the calculator lists it.
    pub group: &'static str,
    /// The documents it implements.
    pub documents: &'static str,
    /// JSON Schema of its input.
    pub schema: fn() -> Value,
    /// JSON Schema of its value: the Chinese names of what it answers.
    pub result: fn() -> Value,
    /// Computes it.
    pub run: fn(&At<'_>, Value) -> Result<Outcome<Value>, Refusal>,
    /// Its tables.
    pub tables: &'static [&'static Table],
    /// An input that has an answer: a day, then JSON.
    pub example: (&'static str, &'static str),
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rule").field("name", &self.name).finish_non_exhaustive()
    }
}

/// JSON Schema of an input.
pub fn schema<I: JsonSchema>() -> Value {
    schemars::schema_for!(I).to_value()
}

/// JSON Schema of what a rule answers.
pub fn result<I, T: JsonSchema>(_: fn(&At<'_>, &I) -> Result<Outcome<T>, Refusal>) -> Value {
    schema::<T>()
}

/// Reads the input, computes, writes the value.
pub fn run<I: DeserializeOwned + JsonSchema, T: Serialize>(
    at: &At<'_>,
    input: Value,
    rule: fn(&At<'_>, &I) -> Result<Outcome<T>, Refusal>,
) -> Result<Outcome<Value>, Refusal> {
    let input: I =
        serde_path_to_error::deserialize(input).map_err(|error| unreadable(&error, &schema::<I>()))?;
    let outcome = rule(at, &input)?;
    let value = serde_json::to_value(&outcome.value)
        .map_err(|error| Refusal::invalid("", format!("结果无法表示：{error}")))?;
    Ok(Outcome::new(value, outcome.explanation))
}

/// The Chinese title of the input at that pointer.
fn title<'a>(schema: &'a Value, pointer: &str) -> Option<&'a str> {
    let resolved = |mut node: &'a Value| {
        while let Some(name) = node["$ref"].as_str() {
            node = &schema["$defs"][name.rsplit('/').next()?];
        }
        Some(node)
    };
    let mut node = schema;
    for segment in pointer.split('/').skip(1) {
        let choices = node["anyOf"].as_array().and_then(|own| own.first());
        let inner = resolved(choices.unwrap_or(node))?;
        node = if segment.parse::<usize>().is_ok() { &inner["items"] } else { &inner["properties"][segment] };
    }
    node["title"].as_str().or_else(|| resolved(node)?["title"].as_str())
}

fn unreadable(error: &serde_path_to_error::Error<serde_json::Error>, schema: &Value) -> Refusal {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{key}")),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let said = error.inner().to_string();
    let named = |opening: &str| {
        said.strip_prefix(opening).and_then(|rest| rest.split('`').next()).map(str::to_string)
    };
    if let Some(field) = named("missing field `") {
        let pointer = format!("{pointer}/{field}");
        let label = title(schema, &pointer).unwrap_or(&field).to_string();
        return Refusal::missing(pointer, &label);
    }
    if let Some(field) = named("unknown field `") {
        // the path names the unknown field itself
        return Refusal::unknown(pointer, format!("没有名为 {field} 的输入项。"));
    }
    let label = title(schema, &pointer).unwrap_or("输入").to_string();
    Refusal::invalid(pointer, format!("{label}无法读取：{said}"))
}

/// Declares a [`Rule`] over `fn(&At, &Input) -> Result<Outcome<_>, Refusal>`.
#[macro_export]
macro_rules! rule {
    ($(#[$doc:meta])* $ident:ident, $name:literal, $title:literal, $group:literal, $documents:literal, $input:ty, $compute:path,
     [$($table:expr),* $(,)?], $on:literal, $example:literal) => {
        $(#[$doc])*
        pub static $ident: $crate::registry::Rule = $crate::registry::Rule {
            name: $name,
            title: $title,
            group: $group,
            documents: $documents,
            schema: $crate::registry::schema::<$input>,
            result: || $crate::registry::result($compute),
            run: |at, input| $crate::registry::run::<$input, _>(at, input, $compute),
            tables: &[$($table),*],
            example: ($on, $example),
        };
    };
}

/// Every rule, in the order of the calculator's list.
pub static RULES: &[&Rule] = &[
    &crate::hazard::source::RULE,
    &crate::hazard::category::RULE,
    &crate::hazard::filing::RULE,
    &crate::hazard::monitoring::RULE,
    &crate::gas_alarm::RULE,
    &crate::monitor_point::RULE,
    &crate::identifier::credit::RULE,
    &crate::identifier::organization::RULE,
    &crate::identifier::registration::RULE,
    &crate::identifier::id_card::RULE,
    &crate::ownership::composition::RULE,
    &crate::industry::editions::RULE,
    &crate::size::RULE,
    &crate::working_days::RULE,
    &crate::legal_limit::RULE,
    &crate::training::RULE,
    &crate::training::COVERAGE_RULE,
    &crate::certificate::RULE,
    &crate::safety_staff::RULE,
    &crate::safety_expense::RULE,
    &crate::risk_deposit::RULE,
    &crate::benefit::death::RULE,
    &crate::benefit::disability::RULE,
    &crate::accident::grade::RULE,
    &crate::accident::report::RULE,
    &crate::accident::loss::RULE,
    &crate::accident::category::RULE,
    &crate::accident::severity::RULE,
    &crate::accident::rates::RULE,
    &crate::permit::RULE,
    &crate::permit::PROJECT_RULE,
    &crate::risk::LEC_RULE,
    &crate::risk::MATRIX_RULE,
    &crate::injury_insurance::RULE,
    &crate::standardization::RULE,
    &crate::danger::RULE,
    &crate::danger_listing::RULE,
    &crate::danger_statistics::RULE,
    &crate::occupational::RULE,
    &crate::rating::RULE,
    &crate::credit::RULE,
    &crate::archive_requirement::RULE,
    &crate::enforcement_form::RULE,
    &crate::penalty::RULE,
    &crate::random_draw::RULE,
    &crate::checklist::RULE,
];

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}

/// Every table that a rule rests on, each once.
pub fn tables() -> Vec<&'static Table> {
    let mut tables: Vec<&'static Table> = Vec::new();
    for table in RULES.iter().flat_map(|rule| rule.tables) {
        if !tables.iter().any(|own| own.name == table.name) {
            tables.push(table);
        }
    }
    tables
}

/// The table of that name.
pub fn table(name: &str) -> Option<&'static Table> {
    tables().into_iter().find(|table| table.name == name)
}

/// The day of a rule's example.
pub fn example_day(rule: &Rule) -> Option<NaiveDate> {
    rule.example.0.parse().ok()
}
