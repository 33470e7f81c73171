//! Correcting a record: new values field by field checked against what each field is, and what the law derives from them
//! derived anew. Pure: who may correct, and writing it down, are the business of whoever calls.

use serde_json::{Map, Value, json};
use web::{Outcome, Problem};

use crate::{
    build,
    fields::{self, Kind},
    model::Enterprise,
};

/// Applies new values, field by field checked; what the law derives is derived anew.
pub(super) fn correct(record: &mut Enterprise, changes: &Map<String, Value>, year: i64) -> Outcome<()> {
    let known = fields::fields();
    let mut problem = Problem::invalid("invalid.fields", "有内容填写不正确，请按提示修改后再保存。");
    let mut document = record.document();
    for (name, value) in changes {
        let pointer = format!("/changes/{name}");
        let Some(field) = known.iter().find(|field| field.name == name && field.editable) else {
            problem = problem.field(&pointer, "field.fixed", "这一项不能直接修改。");
            continue;
        };
        let value = match value {
            Value::String(text) if text.trim().is_empty() => Value::Null,
            Value::String(text) => Value::String(text.trim().to_string()),
            other => other.clone(),
        };
        match check(field, &value) {
            Ok(value) => document[name] = value,
            Err((code, message)) => problem = problem.field(&pointer, code, message),
        }
    }
    if !problem.errors.is_empty() {
        return Err(problem);
    }
    let mut changed: Enterprise = serde_json::from_value(document)
        .map_err(|error| Problem::invalid("invalid.value", format!("有一项的值不合规定：{error}")))?;
    if changes.contains_key("industry") {
        changed.industry_basis = changed.industry.as_ref().map(|_| "stated".to_string());
        changed.industry_edition = changed.industry.as_ref().map(|_| rules::industry::EDITION.to_string());
    }
    settle(&mut changed, |name| changes.contains_key(name), year);
    *record = changed;
    Ok(())
}

/// Derives anew what follows from the fields that changed.
pub(super) fn settle(record: &mut Enterprise, changed: impl Fn(&str) -> bool, year: i64) {
    record.name_key = rules::name::name_key(&record.name);
    let address = record.address.as_deref().or(record.registered_address.as_deref()).unwrap_or_default();
    record.address_key = rules::name::address_key(address);
    if ["name", "registration_type", "credit_code", "scope", "industry"].into_iter().any(&changed) {
        let sector = changed("sector").then(|| record.sector.clone());
        build::classify(record);
        if let Some(sector) = sector {
            record.sector = sector;
        }
    }
    if ["staff", "revenue", "assets", "industry"].into_iter().any(&changed) {
        build::measure(record, year);
    }
    build::unverify(record, changed);
}

/// The value as it is stored, or what is wrong with it.
fn check(field: &fields::Field, value: &Value) -> Result<Value, (&'static str, String)> {
    if value.is_null() {
        return match field.name {
            "name" | "status" | "sector" => Err(("field.required", format!("{}不能为空。", field.label))),
            "former_names" => Ok(json!("")),
            _ => Ok(Value::Null),
        };
    }
    let wrong = |message: String| Err(("field.invalid", message));
    match (field.kind, value) {
        (Kind::Text | Kind::LongText, Value::String(text))
            if text.chars().count() > if field.kind == Kind::Text { 200 } else { 5_000 } =>
        {
            wrong(format!("{}太长了，请精简。", field.label))
        }
        (Kind::Text, Value::String(text)) if field.name == "credit_code" => {
            match rules::credit_code::CreditCode::parse(text) {
                Ok(code) => Ok(json!(code.as_str())),
                Err(error) => wrong(format!("{error}。")),
            }
        }
        (Kind::Text, Value::String(text)) if field.name == "industry" => match rules::industry::code(text) {
            Some(digits) => Ok(json!(digits)),
            None => wrong("请填写 GB/T 4754-2017 的行业代码，如 29 或 2929。".into()),
        },
        (Kind::Text | Kind::LongText, Value::String(_)) => Ok(value.clone()),
        (Kind::Option, Value::String(code))
            if field.options.iter().any(|(option, _)| option == code) && code != "merged" =>
        {
            Ok(value.clone())
        }
        (Kind::Number | Kind::Money, Value::Number(number))
            if number.as_i64().is_some_and(|number| number >= 0) =>
        {
            Ok(value.clone())
        }
        (Kind::Date, Value::String(text)) => match rules::dates::parse(text) {
            Ok(Some(date)) => Ok(json!(date)),
            _ => wrong(format!("{}应写成 2019-03-01 这样的形式。", field.label)),
        },
        (Kind::Degrees, Value::Number(number)) => {
            let range = if field.name == "longitude" { 73.0..136.0 } else { 3.0..54.0 };
            if number.as_f64().is_some_and(|degrees| range.contains(&degrees)) {
                Ok(value.clone())
            } else {
                wrong(format!("{}不在国内范围。", field.label))
            }
        }
        _ => wrong(format!("{}的值不合规定。", field.label)),
    }
}
