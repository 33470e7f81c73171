//! `anjian rule`: the law at the command line. It needs no database: the tables are the shipped ones.

use std::{io::Read, process::ExitCode};

use anyhow::Context;
use chrono::NaiveDate;
use rules::{At, Law, Refusal, registry};
use serde_json::{Value, json};

/// What is asked.
#[derive(clap::Args)]
pub struct Ask {
    /// 规则名；list 列出全部
    name: String,
    /// 计算所依据的日期，如 2025-06-30（缴费月、事故日、文书日，不默认为今天）
    #[arg(long)]
    on: Option<NaiveDate>,
    /// 所在行政区划代码，如 440507；不填按全国规定计算
    #[arg(long, default_value = "")]
    region: String,
    /// 输出该规则输入项的 JSON Schema
    #[arg(long)]
    schema: bool,
}

/// Exit status of bad input.
const REFUSED: u8 = 2;

/// Prints the answer as one JSON object; exit status 2 with a problem object for bad input.
pub fn run(ask: &Ask) -> anyhow::Result<ExitCode> {
    match answer(ask)? {
        Ok(answer) => {
            println!("{}", serde_json::to_string_pretty(&answer)?);
            Ok(ExitCode::SUCCESS)
        }
        Err(refusal) => {
            let problem = law::problem(refusal);
            println!("{}", serde_json::to_string_pretty(&problem)?);
            Ok(ExitCode::from(REFUSED))
        }
    }
}

fn answer(ask: &Ask) -> anyhow::Result<Result<Value, Refusal>> {
    if ask.name == "list" {
        let line = |rule: &&'static registry::Rule| json!({"name": rule.name, "title": rule.title, "group": rule.group, "documents": rule.documents});
        return Ok(Ok(registry::RULES.iter().map(line).collect()));
    }
    let Some(rule) = registry::find(&ask.name) else {
        let message = format!("没有名为 {} 的规则，用 anjian rule list 查看全部。", ask.name);
        return Ok(Err(Refusal::unknown("/name", message)));
    };
    if ask.schema {
        return Ok(Ok((rule.schema)()));
    }
    let Some(on) = ask.on else {
        return Ok(Err(Refusal::missing("/on", "计算日期（--on 2025-06-30）")));
    };
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("无法读取标准输入")?;
    let input: Value = match serde_json::from_str(&text) {
        Ok(input) => input,
        Err(error) => return Ok(Err(Refusal::invalid("", format!("输入不是 JSON：{error}")))),
    };
    let at = At { on, region: &ask.region, law: Law::national() };
    Ok((rule.run)(&at, input).map(|outcome| {
        json!({"value": outcome.value, "explanation": outcome.explanation, "certainty": outcome.certainty()})
    }))
}
