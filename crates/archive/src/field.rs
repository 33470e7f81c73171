//! The fields of a section as form, table, sheet and print go through them, read from the schema of its struct.

use rules::Number;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// How a field is entered and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SectionFieldKind)]
pub enum Kind {
    /// A line of text, 200 signs at most.
    Text,
    /// Several lines, 5,000 signs at most.
    Long,
    /// A whole number, not negative.
    Whole,
    /// A decimal number, not negative unless the field says otherwise; in JSON its digits.
    Decimal,
    /// A day.
    Date,
    /// Yes or no.
    YesNo,
    /// One of the choices.
    Choice,
}

/// What a field is to lists, search and the expiry calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SectionFieldRole)]
pub enum Role {
    /// What the record is called.
    Title,
    /// Its number.
    Number,
    /// Who issued it.
    Issuer,
    /// When it was issued.
    IssuedOn,
    /// The last day it holds.
    ExpiresOn,
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SectionChoice)]
pub struct Choice {
    /// As it is stored.
    pub code: String,
    /// The Chinese word.
    pub label: String,
}

/// A field.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SectionField)]
pub struct Field {
    /// Name, in storage and over HTTP.
    pub name: String,
    /// The Chinese label.
    pub label: String,
    /// Remark for whoever fills it in.
    pub remark: String,
    /// Unit.
    pub unit: String,
    /// How it is entered and shown.
    pub kind: Kind,
    /// What it is to lists, search and the calendar.
    pub role: Option<Role>,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether it is personal data.
    pub personal: bool,
    /// Whether a number may be negative, as temperatures may.
    #[serde(skip)]
    pub signed: bool,
    /// The choices of a [`Kind::Choice`].
    pub choices: Vec<Choice>,
}

/// The node a reference or an "or nothing" stands for, with the words nearest to the field.
fn resolve(root: &Value, node: &Value) -> Value {
    let merged = |found: &Value| {
        let mut own = resolve(root, found);
        if let (Value::Object(own), Value::Object(near)) = (&mut own, node) {
            for (key, value) in near.iter().filter(|(key, _)| !matches!(key.as_str(), "$ref" | "anyOf")) {
                own.insert(key.clone(), value.clone());
            }
        }
        own
    };
    if let Some(name) = node["$ref"].as_str() {
        return merged(&root["$defs"][name.rsplit('/').next().unwrap_or_default()]);
    }
    let real = |one: &&Value| one["type"] != "null";
    match node["anyOf"].as_array().map(|list| list.iter().filter(real).collect::<Vec<_>>()).as_deref() {
        Some([one]) => merged(one),
        _ => node.clone(),
    }
}

fn choices_of(node: &Value) -> Vec<Choice> {
    let variants = node["oneOf"].as_array().into_iter().flatten();
    let choice = |one: &Value| {
        let code = one["const"].as_str()?;
        Some(Choice { code: code.to_string(), label: one["title"].as_str().unwrap_or(code).to_string() })
    };
    variants.filter_map(choice).collect()
}

fn is(node: &Value, name: &str) -> bool {
    match &node["type"] {
        Value::String(own) => own == name,
        Value::Array(list) => list.iter().any(|own| own == name),
        _ => false,
    }
}

/// The fields of a schema, in the order in which the struct declares them.
pub(crate) fn fields_of(schema: &Value) -> Vec<Field> {
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|list| list.iter().any(|own| own == name));
    let field = |(name, near): (&String, &Value)| {
        let node = resolve(schema, near);
        let choices = choices_of(&node);
        let text = |key: &str| node[key].as_str().unwrap_or_default().to_string();
        let kind = match () {
            () if !choices.is_empty() => Kind::Choice,
            () if node["format"] == "decimal" => Kind::Decimal,
            () if node["format"] == "date" => Kind::Date,
            () if is(&node, "integer") => Kind::Whole,
            () if is(&node, "boolean") => Kind::YesNo,
            () if node["x-long"] == true => Kind::Long,
            () => Kind::Text,
        };
        let role = match node["x-role"].as_str() {
            Some("title") => Some(Role::Title),
            Some("number") => Some(Role::Number),
            Some("issuer") => Some(Role::Issuer),
            Some("issued_on") => Some(Role::IssuedOn),
            Some("expires_on") => Some(Role::ExpiresOn),
            _ => None,
        };
        // what an enumeration says of itself is not about this field
        let remark = near["description"].as_str().unwrap_or_default().to_string();
        Field {
            name: name.clone(),
            label: text("title"),
            // an English remark is the programmer's
            remark: if remark.is_ascii() { String::new() } else { remark },
            unit: text("x-unit"),
            kind,
            role,
            required: required(name),
            personal: node["x-personal"] == true,
            signed: node["x-signed"] == true,
            choices,
        }
    };
    schema["properties"].as_object().into_iter().flatten().map(field).collect()
}

impl Field {
    /// The value as it is stored; what is wrong with it as a code and what to do.
    pub fn read(&self, value: &Value) -> Result<Value, (&'static str, String)> {
        let wrong = |message: String| Err(("field.invalid", message));
        let value = match value {
            Value::String(text) => json!(text.trim()),
            other => other.clone(),
        };
        if value.is_null() || value == "" {
            if self.required {
                return Err(("field.required", format!("请填写{}。", self.label)));
            }
            return Ok(Value::Null);
        }
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(_) => String::new(),
            _ => return wrong(format!("{}的值不合规定。", self.label)),
        };
        match self.kind {
            Kind::Text | Kind::Long => {
                let most = if self.kind == Kind::Text { 200 } else { 5_000 };
                match text.chars().count() {
                    0 => wrong(format!("{}应为文字。", self.label)),
                    count if count > most => {
                        wrong(format!("{}最多 {most} 字，现在 {count} 字，请精简。", self.label))
                    }
                    _ => Ok(json!(text)),
                }
            }
            Kind::Whole => match text.replace(',', "").parse::<u32>() {
                Ok(number) => Ok(json!(number)),
                Err(_) => wrong(format!("{}应为不小于 0 的整数。", self.label)),
            },
            Kind::Decimal => match serde_json::from_value::<Number>(json!(text)) {
                Ok(number) if !self.signed && number.0.is_sign_negative() && !number.0.is_zero() => {
                    wrong(format!("{}不能是负数。", self.label))
                }
                Ok(number) => Ok(json!(number)),
                Err(error) => wrong(format!("{}：{error}。", self.label)),
            },
            Kind::Date => match rules::dates::parse(&text) {
                Ok(Some(day)) => Ok(json!(day)),
                _ => wrong(format!("{}应写成 2019-03-01 这样的形式。", self.label)),
            },
            Kind::YesNo => match (&value, text.as_str()) {
                (Value::Bool(answer), _) => Ok(json!(answer)),
                (_, "是" | "有" | "true") => Ok(json!(true)),
                (_, "否" | "无" | "没有" | "false") => Ok(json!(false)),
                _ => wrong(format!("{}请填“是”或者“否”。", self.label)),
            },
            Kind::Choice => match self.choices.iter().find(|own| own.code == text || own.label == text) {
                Some(choice) => Ok(json!(choice.code)),
                None => {
                    let labels: Vec<&str> = self.choices.iter().map(|own| own.label.as_str()).collect();
                    wrong(format!("{}应是其中之一：{}。", self.label, labels.join("、")))
                }
            },
        }
    }

    /// A stored value as people read it; empty for nothing.
    pub fn show(&self, value: &Value) -> String {
        match value {
            Value::Null => String::new(),
            Value::Bool(true) => "是".into(),
            Value::Bool(false) => "否".into(),
            Value::String(text) => match self.choices.iter().find(|own| own.code == *text) {
                Some(choice) => choice.label.clone(),
                None => text.clone(),
            },
            other => other.to_string(),
        }
    }
}
