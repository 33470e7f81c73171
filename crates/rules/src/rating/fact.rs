//! Facts about an enterprise as people and registers write them, and which facts the shipped schemes read.

use rust_decimal::Decimal;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{INDICATORS, SCHEMES, VETOES};
use crate::{Number, choice};

/// A fact about an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// True or not.
    Yes(bool),
    /// A number; per cent as 92.5.
    Number(Number),
    /// A word.
    Word(String),
}

impl Fact {
    /// The fact that a cell or a person writes.
    pub fn of(text: &str) -> Fact {
        match text.trim() {
            "无" => Fact::Word("none".into()),
            "一级" => Fact::Number(1.into()),
            "二级" => Fact::Number(2.into()),
            "三级" => Fact::Number(3.into()),
            text => {
                text.parse().map_or_else(|_| Fact::Word(text.to_string()), |own| Fact::Number(Number(own)))
            }
        }
    }

    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Fact::Yes(own) => Some(*own),
            Fact::Number(own) if own.0.is_zero() => Some(false),
            Fact::Number(own) if own.0 == Decimal::ONE => Some(true),
            Fact::Word(own) => match own.as_str() {
                "是" | "true" | "yes" => Some(true),
                "否" | "false" | "no" => Some(false),
                _ => None,
            },
            Fact::Number(_) => None,
        }
    }

    pub(super) fn number(&self) -> Option<Decimal> {
        match self {
            Fact::Number(own) => Some(own.0),
            _ => None,
        }
    }
}

impl std::fmt::Display for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fact::Yes(own) => f.write_str(if *own { "是" } else { "否" }),
            Fact::Number(own) => write!(f, "{own}"),
            Fact::Word(own) => f.write_str(own),
        }
    }
}

pub(super) fn schemes(_: &mut SchemaGenerator) -> Schema {
    choice::schema(&SCHEMES, "scheme", "name")
}

/// Every fact that a shipped scheme reads, with the name of its line.
pub(super) fn fact_schema(_: &mut SchemaGenerator) -> Schema {
    let mut properties = serde_json::Map::new();
    for table in [&INDICATORS, &VETOES] {
        for row in &table.rows().rows {
            let flag = ["yes", "no"].contains(&row.get("op"));
            let kind = if flag { json!(["boolean", "string"]) } else { json!(["string", "number"]) };
            properties
                .entry(row.get("fact"))
                .or_insert_with(|| json!({ "title": row.get("name"), "type": kind }));
            if !row.get("applies").is_empty() {
                properties.entry(row.get("applies")).or_insert_with(
                    || json!({ "title": format!("适用“{}”", row.get("name")), "type": "boolean" }),
                );
            }
        }
    }
    json_schema!({ "type": "object", "properties": properties })
}
